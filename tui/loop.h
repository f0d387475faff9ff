/*
 * loop: the terminal, the directory and the application, until the person quits.
 */
#ifndef TUI_LOOP_H
#define TUI_LOOP_H

#include "core/err.h"
#include "core/settings.h"
#include "core/store.h"
#include "core/sys/journal.h"
#include "tui/check.h"
#include "tui/term.h"

struct loop_options {
	struct term_options term;
	bool ascii;
	check_table_fn *table;   /* as tui/check.h says */
	struct journal *journal; /* into which the store writes; NULL: none */
};

/* Runs the console on a store (which stays the caller's).  False: no usable terminal.
 * *unanswered: how many saves were sent and not answered when it ended. */
bool loop_run(struct settings *settings, struct store *store, const struct strv *own,
	const struct loop_options *options, unsigned *unanswered, struct err *err);

#endif
