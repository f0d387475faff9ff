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
	struct drafts *drafts;   /* where unsaved forms are kept; NULL: nowhere */
	bool restricted;         /* no way to a shell */
};

/* How it ended. */
struct loop_end {
	unsigned unanswered; /* saves that were sent and not answered */
	bool idle;           /* nobody typed for settings->session.lock_after */
	size_t kept;         /* forms with unsaved changes, as drafts */
	struct err lost;     /* why another could not be kept; code ERR_NONE: none */
};

/* Runs the console on a store (which stays the caller's).  False: no usable terminal. */
bool loop_run(struct settings *settings, struct store *store, const struct strv *own,
	const struct loop_options *options, struct loop_end *end, struct err *err);

#endif
