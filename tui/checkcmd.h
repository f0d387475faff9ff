/*
 * checkcmd: `relais check`: one run of the check, its findings as text or JSON.
 */
#ifndef TUI_CHECKCMD_H
#define TUI_CHECKCMD_H

#include "tui/check.h"
#include "tui/options.h"

/* CHECK_FOUND: errors or warnings; advice alone is none.  CHECK_NOT_RUN: `why` is the
 * sentence. */
enum checked { CHECK_CLEAN, CHECK_FOUND, CHECK_NOT_RUN };

enum checked check_command(const struct settings *settings, struct store *store,
	const struct strv *own, check_table_fn *table, const struct options *o,
	struct buf *why);

/* All of it, as it is printed. */
void check_text(const struct check *c, struct buf *out);
void check_json(const struct check *c, struct buf *out);

#endif
