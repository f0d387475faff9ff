/* How the rules about users are found: one user at a time. */
#include <string.h>
#include <strings.h>

#include "core/address.h"
#include "core/audit_parts.h"
#include "core/schema.h"
#include "core/user_typed.h"

static struct audit_at at_user(const struct looks *l)
{
	return (struct audit_at){.about = ABOUT_USER,
		.dn = l->user->entry->dn,
		.name = l->user->name,
		.users = &l->user,
		.n_users = 1};
}

/* ---- the rules ----------------------------------------------------------------- */

void find_address(struct audit *a, const struct audit_rule *r, const struct looks *l)
{
	struct audit_at at = at_user(l);

	for (size_t i = 0; i < l->n; i++) {
		at.address = l->v[i].value;
		if (l->v[i].rule == r->rule)
			audit_report(a, r, &at, l->v[i].value, NULL, NULL);
	}
}

static void not_hosted(
	struct audit *a, const struct audit_rule *r, const struct looks *l, bool selected)
{
	struct audit_at at = at_user(l);

	for (size_t i = 0; i < l->n; i++) {
		const struct looked *one = &l->v[i];

		at.address = one->value;
		if (one->rule == RULE_OK && !one->name && one->selected == selected)
			audit_report(
				a, r, &at, one->value, address_domain(one->value), NULL);
	}
}

void find_not_hosted(struct audit *a, const struct audit_rule *r, const struct looks *l)
{
	not_hosted(a, r, l, false);
}

void find_selected_not_hosted(
	struct audit *a, const struct audit_rule *r, const struct looks *l)
{
	not_hosted(a, r, l, true);
}

void find_no_address(struct audit *a, const struct audit_rule *r, const struct looks *l)
{
	struct audit_at at = at_user(l);

	if (l->user->routing == ROUTING_INTERNAL && !l->user->routing_missing &&
		!l->user->routing_unknown && l->user->addresses.n == 0)
		audit_report(a, r, &at, NULL, NULL, NULL);
}

void find_selection_empty(
	struct audit *a, const struct audit_rule *r, const struct looks *l)
{
	struct audit_at at = at_user(l);

	if (l->user->routing != ROUTING_EXTERNAL || l->user->selected.n)
		return;
	if (l->user->addresses.n)
		at.address = l->user->addresses.v[0];
	audit_report(a, r, &at, NULL, NULL, NULL);
}

/* Unselecting it is no question where others stay selected. */
void find_not_own(struct audit *a, const struct audit_rule *r, const struct looks *l)
{
	struct audit_at at = at_user(l);

	for (size_t i = 0; i < l->n; i++)
		at.repairable = at.repairable || (l->v[i].selected && l->v[i].own);
	for (size_t i = 0; i < l->n; i++) {
		at.address = l->v[i].value;
		if (l->v[i].selected && !l->v[i].own)
			audit_report(a, r, &at, l->v[i].value, NULL, NULL);
	}
}

void find_no_relay(struct audit *a, const struct audit_rule *r, const struct looks *l)
{
	struct audit_at at = at_user(l);

	for (size_t i = 0; i < l->n; i++) {
		const struct looked *one = &l->v[i];
		const struct domain *d;

		if (!one->selected || !one->name)
			continue;
		d = &a->domains.v[one->name->domain].domain;
		at.address = one->value;
		if (d->relay_state != RELAY_USABLE)
			audit_report(
				a, r, &at, one->value, address_domain(one->value), NULL);
	}
}

void find_routing_unknown(
	struct audit *a, const struct audit_rule *r, const struct looks *l)
{
	struct audit_at at = at_user(l);

	if (l->user->addresses.n)
		at.address = l->user->addresses.v[0];
	if (l->user->routing_unknown)
		audit_report(a, r, &at, entry_text(l->user->entry, ATTR_ROUTING),
			user_routing_word(a->settings->users.default_routing), NULL);
}

/* ---- looking at a user ---------------------------------------------------------- */

static struct looked *look_at(struct audit *a, const char *value)
{
	struct looked *one = array_add(&a->looks);

	one->value = value;
	one->rule = address_stored_ok(value);
	one->name = audit_name_find(a, address_domain(value));
	return one;
}

static void look_at_all(struct audit *a, const struct user *u)
{
	a->looks.user = u;
	a->looks.n = 0;
	for (size_t i = 0; i < u->addresses.n; i++) {
		struct looked *one = look_at(a, u->addresses.v[i]);

		one->own = true;
		one->selected =
			u->routing == ROUTING_EXTERNAL && user_has_selected(u, one->value);
	}
	for (size_t i = 0; u->routing == ROUTING_EXTERNAL && i < u->selected.n; i++)
		if (!user_has_address(u, u->selected.v[i]))
			look_at(a, u->selected.v[i])->selected = true;
}

static bool is_wanted(const struct audit *a, const struct looked *one)
{
	return one->name && audit_name_wanted(a, one->name);
}

/* With domains named, only what is in one of them. */
static bool concerns(struct audit *a)
{
	struct looks *l = &a->looks;
	size_t kept = 0;

	if (a->wanted.n == 0)
		return true;
	for (size_t i = 0; i < l->n; i++)
		if (is_wanted(a, &l->v[i]))
			l->v[kept++] = l->v[i];
	l->n = kept;
	return kept > 0;
}

static bool gets_mail(const struct user *u, const struct looked *one)
{
	return u->routing == ROUTING_INTERNAL ? one->own : one->selected;
}

static void note_postmaster(const struct user *u, const struct looked *one)
{
	static const char word[] = "postmaster@";

	if (strncasecmp(one->value, word, sizeof(word) - 1) == 0 && gets_mail(u, one))
		((struct audit_name *)(uintptr_t)one->name)->postmaster = true;
}

static void count_defaulted(struct audited *d, const struct user *u)
{
	if (d->defaulted++ > 0)
		return;
	d->defaulted_dn = xstrdup(u->entry->dn);
	d->defaulted_name = xstrdup(u->name);
}

/* An address in several names of a domain is one user of it. */
static bool counted_before(const struct looks *l, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (l->v[k].name && l->v[k].name->domain == l->v[i].name->domain)
			return true;
	return false;
}

static void count(struct audit *a, const struct user *u)
{
	const struct looks *l = &a->looks;
	bool first = true;

	for (size_t i = 0; i < l->n; i++) {
		struct audited *d;

		if (!l->v[i].name)
			continue;
		d = &a->domains.v[l->v[i].name->domain];
		note_postmaster(u, &l->v[i]);
		if (first && u->routing_missing)
			count_defaulted(d, u);
		first = false;
		if (u->routing == ROUTING_EXTERNAL && !counted_before(l, i))
			d->external++;
	}
}

void audit_user(struct audit *a, const struct entry *e)
{
	struct user u;

	user_decode(e, a->settings, &u);
	look_at_all(a, &u);
	if (concerns(a)) {
		count(a, &u);
		audit_remember(a, &a->looks);
		for (size_t k = 0; k < audit_rules_n; k++)
			if (audit_rules[k].user)
				audit_rules[k].user(a, &audit_rules[k], &a->looks);
	}
	user_release(&u);
}
