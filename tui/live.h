/*
 * live: follows what others do among the domains and users of the configuration
 * (store_watch()), and tells every view that is open: app_news().
 *
 * From the first moment the directory is ready until the end; a list that is read later is
 * read of a directory whose changes are told already.
 */
#ifndef TUI_LIVE_H
#define TUI_LIVE_H

#include "tui/view.h"

void live_step(struct app *app); /* begins when it can; each turn */
void live_stop(struct app *app);

/* For what is done again whenever something has changed: seldom enough to keep it cheap.
 * Begin with {0}. */
struct pace {
	bool due;      /* something has changed since it was done */
	long began_ms; /* when it was begun last; 0: it is not being done */
	long next_ms;  /* not before */
};

void pace_begun(struct pace *p, struct app *app);
void pace_ended(struct pace *p, struct app *app); /* it may be done again much later */

/* Whether it is to be done now; else, if it is due, a turn will come when it is. */
bool pace_now(struct pace *p, struct app *app);

#endif
