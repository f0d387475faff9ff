/* A decision as a user form needs it: one user as given, among those around. */
#include "core/route.h"

#include <stdlib.h>

struct people {
	ARRAY(const struct user *) internal;
	ARRAY(const struct user *) external;
};

static void add_person(struct people *p, const struct user *u)
{
	switch (u->routing) {
	case ROUTING_NONE:
		break;
	case ROUTING_INTERNAL:
		*array_add(&p->internal) = u;
		break;
	case ROUTING_EXTERNAL:
		*array_add(&p->external) = u;
		break;
	}
}

void route_decide_user(const char *address, const struct user *u,
	const struct user_around *around, const struct settings *settings,
	struct decision *out)
{
	ARRAY(const struct domain *) domains = {0};
	struct people people = {0};
	struct route_facts facts = {.settings = settings};

	for (size_t i = 0; i < around->n_domains; i++)
		*array_add(&domains) = &around->domains[i];
	add_person(&people, u);
	for (size_t i = 0; i < around->n_holders; i++)
		add_person(&people, &around->holders[i]);
	facts.domains = domains.v;
	facts.n_domains = domains.n;
	facts.internal = people.internal.v;
	facts.n_internal = people.internal.n;
	facts.external = people.external.v;
	facts.n_external = people.external.n;
	route_decide(address, &facts, out);
	array_free(&domains);
	array_free(&people.internal);
	array_free(&people.external);
}
