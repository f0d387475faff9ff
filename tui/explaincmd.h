/*
 * explaincmd: `relais explain`: addresses from the command line or from standard input,
 * answered in their order, many asked at a time, none kept.
 */
#ifndef TUI_EXPLAINCMD_H
#define TUI_EXPLAINCMD_H

#include "core/settings.h"
#include "core/store.h"
#include "tui/options.h"

/* EXPLAINED, or: what could not be asked or written, `why` being the sentence. */
enum explained { EXPLAINED, EXPLAIN_NOT_ASKED, EXPLAIN_NOT_WRITTEN };

enum explained explain_run(const struct settings *settings, struct store *store,
	const struct options *o, struct buf *why);

#endif
