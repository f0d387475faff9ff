/*
 * spread: one of a domain's names given to the users who have no address there: what they
 * have at the domain's own name, they get at that name too.
 *
 * A third-party user's new address is selected exactly where the one that it is made of is,
 * so that both go the same way.  An address that somebody else holds, or whose model has
 * two holders, is not given.
 */
#ifndef CORE_SPREAD_H
#define CORE_SPREAD_H

#include "core/domain.h"
#include "core/user.h"

struct spread {
	const struct settings *settings;
	const struct domain *domain;
	const char *name; /* one of domain->names, not the first */
};

/* The change that gives u the addresses; NULL: none can be.  Why not, and which not, is
 * added to findings. */
struct change *spread_change(
	const struct spread *s, const struct user *u, struct findings *findings);

/* What query_holders() is to be asked before the change is written. */
void spread_asks(const struct spread *s, const struct change *c, struct strv *out);

/* Takes out of the change what one of the holders (other users) has already; each such
 * address is a finding.  False: nothing is left of it. */
bool spread_settle(const struct spread *s, struct change *c, const struct user *holders,
	size_t n, struct findings *findings);

/* The addresses that the change adds, and those of them that it selects. */
void spread_added(const struct spread *s, const struct change *c, struct strv *addresses);
void spread_selected(const struct change *c, struct strv *addresses);

#endif
