#include "core/reroute.h"

#include <string.h>
#include <strings.h>

#include "core/address.h"
#include "core/schema.h"

static bool is_wanted(const struct reroute *r, const char *address)
{
	if (r->addresses)
		return strv_has_case(r->addresses, address);
	return !r->names || strv_has_case(r->names, address_domain(address));
}

/* An address that was asked for by name and is not the user's. */
static void tell_strangers(
	const struct reroute *r, const struct user *u, struct findings *findings)
{
	for (size_t i = 0; r->addresses && i < r->addresses->n; i++)
		if (!user_has_address(u, r->addresses->v[i]))
			findings_add(findings, RULE_SELECTION_NOT_OWN, SEVERITY_ERROR,
				FIELD_SELECTION, 0, r->addresses->v[i], NULL, NULL);
}

static void choose(const struct reroute *r, const struct user *u, struct user_edit *edit)
{
	user_edit_init(edit, u);
	edit->routing = r->routing;
	strv_release(&edit->selected);
	for (size_t i = 0; i < u->addresses.n; i++)
		if (is_wanted(r, u->addresses.v[i]))
			strv_add(&edit->selected, u->addresses.v[i]);
}

static bool has_error(const struct findings *f, size_t from)
{
	for (size_t i = from; i < f->n; i++)
		if (f->v[i].severity == SEVERITY_ERROR)
			return true;
	return false;
}

struct change *reroute_change(const struct reroute *r, const struct user *u,
	const struct domain *domains, size_t n_domains, struct findings *findings)
{
	const struct user_around around = {.domains = domains, .n_domains = n_domains};
	size_t before = findings->n;
	struct change *c = NULL;
	struct user_edit edit;

	choose(r, u, &edit);
	if (r->routing == ROUTING_EXTERNAL)
		tell_strangers(r, u, findings);
	if (user_edit_changed(&edit, u)) {
		user_check(&edit, u, r->settings, &around, findings);
		if (!has_error(findings, before))
			c = user_change(&edit, u, r->settings);
	}
	user_edit_release(&edit);
	return c;
}

/* Only what c adds: what was selected before is nothing of this change. */
static const struct attribute *selects(const struct change *c, size_t *at)
{
	for (; *at < c->mods.n; ++*at) {
		const struct mod *m = &c->mods.v[*at];

		if (m->op != MOD_DELETE &&
			strcasecmp(m->attribute.name, ATTR_SELECTED) == 0)
			return &c->mods.v[(*at)++].attribute;
	}
	return NULL;
}

bool reroute_settle(const struct change *c, const struct domain *domains, size_t n_domains,
	struct findings *findings)
{
	const struct user_around around = {.domains = domains, .n_domains = n_domains};
	const struct attribute *a;
	bool holds = true;

	for (size_t at = 0; (a = selects(c, &at));)
		for (size_t i = 0; i < a->values.n; i++) {
			const char *address = a->values.v[i].p;
			const char *name = address_domain(address);
			const struct domain *d = user_around_domain(&around, name);

			if (d && d->relay_state == RELAY_USABLE)
				continue;
			holds = false;
			findings_add(findings,
				d ? RULE_EXTERNAL_NEEDS_RELAY : RULE_ADDRESS_NOT_HOSTED,
				SEVERITY_ERROR, FIELD_SELECTION, 0, address, name, NULL);
		}
	return holds;
}

void reroute_asks(const struct change *c, struct strv *names)
{
	const struct attribute *a;

	for (size_t at = 0; (a = selects(c, &at));)
		for (size_t i = 0; i < a->values.n; i++) {
			const char *name = address_domain(a->values.v[i].p);

			if (!strv_has_case(names, name))
				strv_add(names, name);
		}
}
