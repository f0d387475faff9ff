/* What the parts of bench_big() share. */
#ifndef TESTS_BENCH_BIG_H
#define TESTS_BENCH_BIG_H

#include "tests/bench/bench.h"

struct big {
	struct bench bench;
	const char
		*dir; /* relais.conf, uri, slapd.log, tables/, addresses, domains, build */
	const char *uri;
	size_t users, rounds;
};

/* Users of s2.example, the domain that is looked at: 99 of 1 000. */
size_t big_domain_users(const struct big *b);

/* The search for all users of this domain; the caller's to free(3). */
char *big_domain_filter(const struct big *b, const char *domain);

/* What tests/bench/prog_raw.c says of a search: medians. */
struct raw {
	double first_ms, all_ms;
	size_t entries;
};
struct raw big_raw(const struct big *b, size_t times, const char *base, const char *scope,
	int limit, const char *filter);

/* A console on the list of domains, on this one, with nothing left to be counted. */
struct pty *big_on_domain(struct big *b, const char *name);

void big_screens(struct big *b);
void big_live(struct big *b);
void big_typed(struct big *b);
void big_maps(struct big *b);
void big_marked(struct big *b);
void big_changes(struct big *b);

/* DIR/name; the caller's to free(3). */
char *big_path(const struct big *b, const char *name);

/* The only line of a file; the same. */
char *big_line(const char *path);

#endif
