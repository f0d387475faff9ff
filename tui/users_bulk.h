/*
 * users_bulk: another mail system for many users, those marked in the list.
 */
#ifndef TUI_USERS_BULK_H
#define TUI_USERS_BULK_H

#include "core/user.h"
#include "tui/view.h"

struct users_marked {
	const struct strv *dns;
	/* They are among the users of these domain names (none: of all), who are so many;
	 * 0: that is not known.  Where they are a good part of them those are read
	 * together, and whoever does not come then is asked for alone. */
	const struct strv *within;
	size_t among;
};

/* Shows the bulk (tui/bulk.h) for the marked users, which are copied.  names: third-party
 * is for their addresses under these domain names; none: for all. */
void users_bulk_open(struct app *app, const struct users_marked *marked,
	enum routing routing, const struct strv *names);

/* Asks which mail system first.  names: the domain names that may be chosen from, of their
 * addresses. */
void users_bulk_ask(
	struct app *app, const struct users_marked *marked, const struct strv *names);

#endif
