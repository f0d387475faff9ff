/* Where an address goes, by any facts: a decision that these facts allow. */
#include <stdlib.h>

#include "core/address.h"
#include "core/route.h"
#include "tests/fuzz/fuzz.h"

struct world {
	struct settings settings;
	ARRAY(struct domain) domains;
	ARRAY(struct user) users;
	ARRAY(const struct domain *) hosting;
	ARRAY(const struct user *) internal;
	ARRAY(const struct user *) external;
};

static void take_world(struct input_left *in, struct world *w)
{
	struct entry *e;

	memset(w, 0, sizeof(*w));
	take_settings(in, &w->settings);
	while ((e = take_entry(in))) {
		struct domain d;

		if (domain_decode(e, &d))
			*array_add(&w->domains) = d;
		else
			user_decode(e, &w->settings, array_add(&w->users));
		entry_free(e);
	}
}

/* What the directory would find for the address. */
static void find(struct world *w, const struct route_keys *keys, struct route_facts *facts)
{
	for (size_t i = 0; i < w->domains.n; i++)
		if (domain_has_name(&w->domains.v[i], keys->domain))
			*array_add(&w->hosting) = &w->domains.v[i];
	for (size_t i = 0; i < w->users.n; i++) {
		if (w->users.v[i].routing == ROUTING_INTERNAL)
			*array_add(&w->internal) = &w->users.v[i];
		if (w->users.v[i].routing == ROUTING_EXTERNAL)
			*array_add(&w->external) = &w->users.v[i];
	}
	*facts = (struct route_facts){&w->settings, w->hosting.v, w->hosting.n,
		w->internal.v, w->internal.n, w->external.v, w->external.n};
}

static void release(struct world *w)
{
	for (size_t i = 0; i < w->domains.n; i++)
		domain_release(&w->domains.v[i]);
	for (size_t i = 0; i < w->users.n; i++)
		user_release(&w->users.v[i]);
	array_free(&w->domains);
	array_free(&w->users);
	array_free(&w->hosting);
	array_free(&w->internal);
	array_free(&w->external);
	settings_release(&w->settings);
}

static bool any_holds(const struct route_keys *keys, const struct strv *addresses)
{
	for (size_t i = 0; i < keys->users.n; i++)
		for (size_t k = 0; k < addresses->n; k++)
			if (address_matches(addresses->v[k], keys->users.v[i]))
				return true;
	return false;
}

static size_t holders(const struct route_keys *keys, const struct user *const *users,
	size_t n, bool selected)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		found += any_holds(
			keys, selected ? &users[i]->selected : &users[i]->addresses);
	return found;
}

static void check_steps(const struct decision *d)
{
	for (size_t i = 0; i < d->n_steps; i++) {
		CHECK(d->steps[i].key && route_map_name(d->steps[i].map));
		CHECK(!d->steps[i].conflict || d->steps[i].dn);
		CHECK(!d->steps[i].dn == !d->steps[i].attribute);
	}
}

static void check_next_hop(const struct decision *d, const struct route_facts *facts)
{
	bool sends = d->verdict == VERDICT_RELAY || d->verdict == VERDICT_VERIFY;
	struct buf hop = BUF_INIT;
	bool of_domain = false;

	CHECK(sends == (d->next_hop != NULL));
	for (size_t i = 0; sends && i < facts->n_domains; i++) {
		if (facts->domains[i]->relay_state != RELAY_USABLE)
			continue;
		buf_reset(&hop);
		nexthop_format(&facts->domains[i]->relay, &hop);
		of_domain = of_domain || strcmp(hop.s, d->next_hop) == 0;
	}
	CHECK(of_domain == sends);
	buf_release(&hop);
}

static void check_decision(const struct decision *d, const struct route_facts *facts,
	const struct route_keys *keys)
{
	size_t internal = holders(keys, facts->internal, facts->n_internal, false);
	size_t external = holders(keys, facts->external, facts->n_external, true);

	CHECK(d->rule >= 0 && d->rule <= 6 && d->smtp);
	CHECK((d->domain != NULL) == (facts->n_domains > 0 && *keys->domain));
	CHECK((d->rule == 0) == (d->verdict == VERDICT_CONFLICT));
	CHECK((d->rule == 1) == (d->verdict == VERDICT_NOT_HOSTED));
	CHECK((d->rule == 6) == (d->verdict == VERDICT_REJECT));
	if (d->verdict == VERDICT_LOCAL)
		CHECK(d->rule == 2 && d->domain && internal && !d->routed);
	if (d->verdict == VERDICT_RELAY)
		CHECK(d->rule == 3 && external && !d->routed);
	if (d->verdict == VERDICT_VERIFY)
		CHECK(d->rule == 5 && !d->routed);
	if (d->verdict == VERDICT_REJECT)
		CHECK(d->domain && !internal && !external && d->smtp[0] == '5');
	if (d->verdict == VERDICT_CONFLICT)
		CHECK(internal > 1 || external > 1 || facts->n_domains > 1);
	check_steps(d);
	check_next_hop(d, facts);
}

static bool same(const struct decision *a, const struct decision *b)
{
	return a->rule == b->rule && a->verdict == b->verdict &&
	       strcmp(a->smtp, b->smtp) == 0;
}

static char *upper(const char *s)
{
	char *copy = xstrdup(s);

	for (char *c = copy; *c; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
	return copy;
}

/* The address, settings, then domains and users. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_left in = INPUT_LEFT(data, size);
	char *address = take_string(&in), *capitals = upper(address);
	struct route_facts facts;
	struct route_keys keys;
	struct decision d, again;
	struct world w;

	take_world(&in, &w);
	route_keys_read(address, &w.settings, &keys);
	find(&w, &keys, &facts);
	route_decide(address, &facts, &d);
	check_decision(&d, &facts, &keys);
	route_decide(capitals, &facts, &again);
	CHECK(same(&d, &again));
	decision_release(&d);
	decision_release(&again);
	route_keys_release(&keys);
	release(&w);
	free(address);
	free(capitals);
	return 0;
}
