/*
 * routecheck: the screen that says where an address goes, and why; and, above a form with
 * changes, where it would go after saving.
 */
#ifndef TUI_ROUTECHECK_H
#define TUI_ROUTECHECK_H

#include "core/route.h"
#include "tui/view.h"

/* The state as typed in a form, in place of the entry it was read from (or as a new one):
 * domain_as_typed(), user_as_typed().  Who opens the screen gives both away. */
struct route_change {
	bool has_domain, has_user;
	struct domain domain;
	struct user user;
};

/* System management › Route check.  The addresses are asked at once and the first one is
 * shown; one that begins with "@" waits in the field for what stands before it.  Both may
 * be NULL. */
void route_check_open(
	struct app *app, const struct strv *addresses, struct route_change *change);
void route_check_open_one(struct app *app, const char *address); /* NULL: none */

/* What route_decide() says with that change made. */
void route_change_decide(const char *address, const struct route_facts *now,
	const struct route_change *change, struct decision *out);

#endif
