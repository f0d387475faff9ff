/* A decision on facts of which one entry is as a form has it. */
#include <stdlib.h>
#include <string.h>

#include "tui/routecheck.h"

static bool same_entry(const struct entry *a, const struct entry *b)
{
	return a && b && strcmp(a->dn, b->dn) == 0;
}

struct people {
	ARRAY(const struct user *) v;
};

/* Those found, without the one that is changed; and that one as typed, where its routing
 * puts it there. */
static void people_after(const struct user *const *found, size_t n,
	const struct route_change *change, enum routing routing, struct people *out)
{
	for (size_t i = 0; i < n; i++)
		if (!change->has_user || !same_entry(found[i]->entry, change->user.entry))
			*array_add(&out->v) = found[i];
	if (change->has_user && change->user.routing == routing)
		*array_add(&out->v) = &change->user;
}

void route_change_decide(const char *address, const struct route_facts *now,
	const struct route_change *change, struct decision *out)
{
	struct people internal = {0}, external = {0};
	ARRAY(const struct domain *) domains = {0};
	struct route_facts after = *now;

	for (size_t i = 0; i < now->n_domains; i++)
		if (!change->has_domain ||
			!same_entry(now->domains[i]->entry, change->domain.entry))
			*array_add(&domains) = now->domains[i];
	if (change->has_domain)
		*array_add(&domains) = &change->domain;
	people_after(now->internal, now->n_internal, change, ROUTING_INTERNAL, &internal);
	people_after(now->external, now->n_external, change, ROUTING_EXTERNAL, &external);
	after.domains = domains.v;
	after.n_domains = domains.n;
	after.internal = internal.v.v;
	after.n_internal = internal.v.n;
	after.external = external.v.v;
	after.n_external = external.v.n;
	route_decide(address, &after, out);
	array_free(&domains);
	array_free(&internal.v);
	array_free(&external.v);
}
