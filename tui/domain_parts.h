/*
 * What the screens of a domain share: where the mail of its kinds of addresses goes, how
 * its users are moved, how it is spread and deleted.
 */
#ifndef TUI_DOMAIN_PARTS_H
#define TUI_DOMAIN_PARTS_H

#include "core/domain.h"
#include "tui/view.h"

enum probe { PROBE_INTERNAL, PROBE_EXTERNAL, PROBE_UNKNOWN };

/* Where the mail of such an address at `name` goes; d NULL: nobody answers for it. */
void domain_route(const struct domain *d, const char *name, enum probe probe,
	const struct settings *settings, struct buf *out, enum style *style);

/* The screen that gives the users who have no address at `name`, one of the names in the
 * domain's entry, one there; expected: how many they were. */
void domain_spread_open(
	struct app *app, const struct entry *entry, const char *name, size_t expected);

/* How many of its users are internal, third-party, neither, and how fast they are moved.
 * dn, names: of the domain; copied. */
void migration_open(struct app *app, const char *dn, const struct strv *names);

/* The sheet that deletes the domain; name is how it is called in the list. */
void domain_delete_open(struct app *app, const char *dn, const char *name);

/* The same to undo that it was made: why is what the plan says of itself. */
void domain_delete_undo_open(
	struct app *app, const char *dn, const char *name, const char *why);

#endif
