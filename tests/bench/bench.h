/*
 * bench: figures of the whole console, measured from outside: the program on a terminal of
 * its own (tests/pty/pty.h), keys written to it, and what it paints read back.
 *
 * A measurement is a function of `struct bench`, listed in main.c, that adds rows.  All
 * figures of a table come from one run, on one directory; times and aims mean something
 * beside each other only.
 */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include "core/array.h"
#include "core/settings.h"
#include "tests/pty/pty.h"

struct bench {
	const char *relais;       /* the program */
	const char *config;       /* its relais.conf */
	struct settings settings; /* what that says */
	pid_t slapd;
	size_t runs; /* how often a whole start is timed */
	size_t keys; /* how many keys of each kind are */
};

void bench_start(struct bench *b);
void bench_bytes(struct bench *b);
void bench_keys(struct bench *b);
void bench_memory(struct bench *b);

/* On a directory of so many users of its own; its relais.conf and URI. */
void bench_check(struct bench *b, const char *config, const char *uri, size_t users);

/* In a directory made of tests/bench/mixed: DIR/relais.conf, DIR/tables, and what to ask.
 */
void bench_explain(struct bench *b, const char *dir);

/* Of Postfix, on a mail system of its own below DIR. */
void bench_searches(const char *dir);

/* Of a directory of many users that tests/bench/big made in DIR. */
void bench_big(const char *relais, const char *dir, size_t users, size_t rounds);

/* A row; an aim of 0: there is none.  A heading has words only, what follows it begins with
 * two blanks.  Words may have arguments, as printf(3).  Unit "": a number of things. */
void row_add(double measured, double aim, const char *unit, const char *what, ...)
	__attribute__((format(printf, 4, 5)));
/* The same where more is better. */
void row_add_least(double measured, double aim, const char *unit, const char *what, ...)
	__attribute__((format(printf, 4, 5)));
void heading_add(const char *what, ...) __attribute__((format(printf, 1, 2)));

/* Milliseconds of a clock that only goes forward. */
double clock_ms(void);

struct samples {
	ARRAY(double) all;
};
void samples_add(struct samples *s, double value);
double samples_at(struct samples *s, double share); /* 0.5: the median */
void samples_release(struct samples *s);

struct run {
	double ms, mb; /* wall clock; most memory in use at a time */
};

/* Runs a command, to its end, that says nothing to anybody.  Its RELAIS_CONFIG; the file
 * that it reads from (NULL: none).  Status 0 or 1, or the run fails. */
struct run run_once(const char *const *argv, const char *config, const char *input);

/* Its output to a file instead (NULL: to nobody). */
struct run run_into(const char *const *argv, const char *config, const char *output);

/* Of a process, in MB; of another's where we are not root: Rss. */
double memory_mb(int pid);

/* A console on 80x24, from its first moment. */
struct pty *console_begin(struct bench *b);

/* A console on 80x24, signed in, on home with every count there. */
struct pty *console_home(struct bench *b);
void console_end(struct pty *p);

/* Down, row by row, to the one with this text. */
void console_go_down_to(struct pty *p, const char *text);

/* From home to one of its entries, a list, and waits for the text and all of the rows. */
void console_open(struct pty *p, const char *entry, const char *shown);

#define DOMAINS "Supervised domains", "Relay"
#define USERS "Directory entities", "Display name"

/* Fails the run, with the screen on stderr. */
void must(bool met, const char *what);

#endif
