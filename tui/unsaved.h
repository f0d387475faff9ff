/*
 * unsaved: what was typed in forms and not saved when the program had to end, as drafts
 * (core/sys/drafts.h): kept, and asked about at the next start.
 */
#ifndef TUI_UNSAVED_H
#define TUI_UNSAVED_H

#include "core/sys/drafts.h"
#include "tui/view.h"

/* At home, once it is known who is signed in: asks about what they left. */
void unsaved_step(struct app *app);

/* The program ends: every form with unsaved changes becomes a draft.  Returns how many did;
 * *lost (code ERR_NONE: none) says why another could not. */
size_t unsaved_keep(struct app *app, struct err *lost);

/* What v was opened from is saved or discarded. */
void unsaved_drop(struct view *v);

void unsaved_release(struct app *app);

#endif
