/*
 * screens: how each screen is opened.  Every function makes the view and pushes it.
 */
#ifndef TUI_SCREENS_H
#define TUI_SCREENS_H

#include "core/nexthop.h"
#include "core/plan.h"
#include "tui/view.h"

void home_open(struct app *app);   /* the first view */
void signin_open(struct app *app); /* above it while nobody is signed in */
bool signin_is_open(const struct app *app);
void domains_open(struct app *app); /* System management › Supervised domains */

/* Directories › Directory entities; `domain`: only users with an address under one of these
 * names (copied), NULL: all. */
void users_open(struct app *app, const struct strv *domain);
void users_open_external(struct app *app, const struct strv *domain); /* third-party */
void users_open_routed(
	struct app *app, const struct strv *domain, enum routing routing); /* filtered so */

void check_open(struct app *app); /* System management › Consistency check */

void domain_form_open(struct app *app, const char *dn); /* on its Mail tab */
void domain_new_open(struct app *app);
void domain_form_open_draft(struct app *app, struct draft_file *file); /* takes it */

/* The relay test (core/relaytest.h) in a sheet, where app->smtp is.  names: all of the
 * domain's; unsaved: this relay is typed, another one stored. */
void relaytest_open(struct app *app, const struct nexthop *relay, const struct strv *names,
	bool forward, bool unsaved);

void user_form_open(struct app *app, const char *dn); /* on its Mail tab */
void user_new_open(struct app *app);
void user_form_open_draft(struct app *app, struct draft_file *file); /* takes it */

/* Between internal and third-party at once: the review, then back to where one was. */
void user_switch_open(struct app *app, const char *dn);

/* What the check found, mended at once in the same way: the relay as it should be written,
 * an address selected no longer. */
void domain_mend_open(struct app *app, const char *dn);
void user_unselect_open(struct app *app, const char *dn, const char *address);

void changes_open(struct app *app); /* Directories › Changes */

/* Takes a change of a domain's or user's entry back by their form's own review (see
 * editor_take_back()); takes undo, the inverse. */
void domain_undo_open(struct app *app, struct change *undo, const char *why);
void user_undo_open(struct app *app, struct change *undo, const char *why);

#endif
