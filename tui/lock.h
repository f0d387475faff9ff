/*
 * lock: a console that nobody types at (session.lock_after).  Where a password is typed to
 * sign in it is wanted again, before anything is shown; elsewhere the session ends, once
 * what was sent has been answered.
 *
 * The lock stands before the views, not on them: what is under way goes on behind it and
 * may open and close what it likes.
 */
#ifndef TUI_LOCK_H
#define TUI_LOCK_H

#include "tui/view.h"

/* Looks at the clock: warns, locks, ends, opens again. */
void lock_step(struct app *app);

/* When to do so again, in milliseconds; -1: no need. */
int lock_timeout(const struct app *app);

/* A key was pressed. */
void lock_touch(struct app *app);

/* The status line's warning; false: there is none. */
bool lock_warning(const struct app *app, struct buf *out);

void lock_release(struct app *app);

#endif
