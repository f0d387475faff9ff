/*
 * explain: a decision in words, for the route check on the screen and for `relais explain`.
 * One place, so that both say the same.
 */
#ifndef TUI_EXPLAIN_H
#define TUI_EXPLAIN_H

#include <stdio.h>

#include "core/route.h"
#include "tui/canvas.h"

/* "Goes to 192.0.2.25." */
void explain_where(const struct decision *d, struct buf *out, enum style *style);
/* "It is a selected address of a third-party user." */
void explain_why(const struct decision *d, struct buf *out);
/* "found: uid=bob,dc=demo (mail)", "not found" */
void explain_found(const struct route_step *step, struct buf *out, enum style *style);

/* All of it, several lines: what the command prints. */
void explain_text(const char *address, const struct decision *d,
	const struct settings *settings, struct buf *out);

/* One object of the array, indented; README lists its members. */
void explain_json(const char *address, const struct decision *d,
	const struct settings *settings, struct buf *out);

#endif
