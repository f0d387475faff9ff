/*
 * reroute: another mail system for a user, one of many: third-party with all addresses, or
 * those under chosen names, or one by one; internal; none.
 *
 * What may not be saved of one user (core/user.h) may not be saved of many; who has it
 * already is not touched.
 */
#ifndef CORE_REROUTE_H
#define CORE_REROUTE_H

#include "core/user.h"

struct reroute {
	const struct settings *settings;
	enum routing routing;
	const struct strv *names;     /* external: addresses under these domain names;
					 NULL: see addresses */
	const struct strv *addresses; /* external: exactly these; NULL, too: all */
};

/* The change; NULL: nothing changes (no finding), or it may not be (findings say why).
 * Warnings, of mail that is refused from now on, come with a change.  domains: those that
 * hold the user's addresses at least. */
struct change *reroute_change(const struct reroute *r, const struct user *u,
	const struct domain *domains, size_t n_domains, struct findings *findings);

/* Whether what c selects may still be: every domain has a usable relay.  Else a finding. */
bool reroute_settle(const struct change *c, const struct domain *domains, size_t n_domains,
	struct findings *findings);

/* Adds the names of the domains on which that hangs. */
void reroute_asks(const struct change *c, struct strv *names);

#endif
