/*
 * command: what the commands share that ask the directory, print and end: explain, check,
 * relay-test.  Each is a command_fn; main.c opens the store, calls it, prints why.
 *
 * They wait for nobody: a directory that is away or silent for long ends them.  Signals are
 * left as they are: Ctrl-C ends them at once.
 */
#ifndef TUI_COMMAND_H
#define TUI_COMMAND_H

#include "core/settings.h"
#include "core/store.h"
#include "tui/check.h"
#include "tui/options.h"

/* The exit status, as relais(1) lists them. */
enum command_end {
	ENDED_OK,
	ENDED_FAILED = 1, /* why is the sentence */
	ENDED_FOUND = 1,  /* something is wrong, or to know */
	ENDED_NOT_RUN = 2 /* why is the sentence */
};

/* What a command works with; all of it is the caller's and outlives the call. */
struct command_call {
	const struct settings *settings;
	struct store *store;
	const struct strv *own; /* this machine's names and addresses */
	check_table_fn *table;  /* as tui/check.h says */
	const struct options *options;
};

typedef enum command_end command_fn(const struct command_call *call, struct buf *why);

/* Asks for name and password where the directory wants them.  False: why is the sentence.
 */
bool command_sign_in(const struct command_call *call, struct buf *why);

/* What is waited for.  The functions get arg; fds and step may be NULL. */
struct command_wait {
	/* Whether all is there; asked first and after every turn, it may submit and print.
	 */
	bool (*done)(void *arg);
	/* What to poll beside the directory, as store_fds(); *timeout_ms is -1. */
	int (*fds)(void *arg, struct pollfd *fds, int max, int *timeout_ms);
	/* Those fds after poll(2), and after store_step(). */
	void (*step)(void *arg, const struct pollfd *fds);
	void *arg;
	const bool *alone; /* NULL, or: true once the directory isn't needed any more */
};

/* Turns until done.  False: the directory is away, refuses who signed in, or has been
 * silent for too long; err says so (code ERR_NONE: nobody is signed in). */
bool command_wait(struct store *store, const struct command_wait *w, struct err *err);

/* Whether all that was printed got to stdout.  False: why is the sentence. */
bool command_written(struct buf *why);

long command_now_ms(void); /* CLOCK_MONOTONIC */

#endif
