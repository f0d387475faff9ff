/*
 * users_bulk: another mail system for many users: those marked in the list, or those of a
 * file (tui/applycmd.h).
 */
#ifndef TUI_USERS_BULK_H
#define TUI_USERS_BULK_H

#include "core/user.h"
#include "tui/view.h"

/* Asks which mail system, then shows the bulk (tui/bulk.h) for the users with these DNs,
 * which it copies.  names: the domain names that may be chosen from, of their addresses. */
void users_bulk_ask(struct app *app, const struct strv *dns, const struct strv *names);

#endif
