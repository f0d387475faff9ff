/*
 * recovered: says what became of saves that were not answered (core/sys/recover.h): in a
 * sheet, since it may be about mail that is being lost.
 */
#ifndef TUI_RECOVERED_H
#define TUI_RECOVERED_H

#include "core/sys/recover.h"
#include "tui/view.h"

/* Lets app->recover look each time the directory can be asked (again). */
void recovered_step(struct app *app);

/* When to call it at the latest, in milliseconds; -1: not needed. */
int recovered_timeout(struct app *app);

/* The recover_fn; arg is the app. */
void recovered_tell(void *arg, const struct recovered *what);

#endif
