/*
 * review: the sheet before every save: what is written, what it means for mail, and its
 * LDIF on request.
 */
#ifndef TUI_REVIEW_H
#define TUI_REVIEW_H

#include "core/plan.h"
#include "tui/sheet.h"

/* save false: back to the form, nothing is written. */
typedef void review_fn(void *arg, bool save);

/* The plan stays the caller's and must outlive the sheet.  The caller adds lines of meaning
 * to ->form, dangerous ones first, then shows it. */
struct sheet *review_new(
	struct app *app, const char *title, struct plan *plan, review_fn *fn, void *arg);
void review_show(struct sheet *sheet);

#endif
