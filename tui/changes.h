/*
 * changes: what others show of what was changed.
 */
#ifndef TUI_CHANGES_H
#define TUI_CHANGES_H

#include "core/record.h"
#include "tui/view.h"

/* The head of the newest save from here, unset before; false: there is none.  Opens a few
 * files at most. */
bool changes_newest(const struct app *app, struct record_head *head);

void changes_name(const char *dn, struct buf *out); /* "acme.example", of its RDN */

#endif
