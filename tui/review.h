/*
 * review: the sheet before every save: what is written, what it means for mail, and its
 * LDIF on request.
 */
#ifndef TUI_REVIEW_H
#define TUI_REVIEW_H

#include "core/plan.h"
#include "core/rule.h"
#include "tui/sheet.h"

/* save false: back to the form, nothing is written. */
typedef void review_fn(void *arg, bool save);

/* Makes one with the plan's dangerous findings first, then each attribute old → new.  The
 * plan stays the caller's and must outlive the sheet.  The caller adds to ->form what it
 * means for mail, then shows it. */
struct sheet *review_new(struct app *app, const char *title, struct plan *plan,
	const struct findings *findings, review_fn *fn, void *arg);

void review_show(struct sheet *sheet, const char *save); /* the words on the button */

/* The same rows for any change: attribute, what was read of it, what it becomes. */
void review_list(struct form *f, const struct change *c);

#endif
