/* How the rules about domains are found. */
#include <string.h>
#include <strings.h>

#include "core/audit_parts.h"
#include "core/domainname.h"
#include "core/user_typed.h"

static struct audit_at at_domain(const struct audited *d)
{
	return (struct audit_at){
		.about = ABOUT_DOMAIN, .dn = d->domain.entry->dn, .name = d->domain.name};
}

void find_relay_malformed(
	struct audit *a, const struct audit_rule *r, const struct audited *d)
{
	struct audit_at at = at_domain(d);
	struct nexthop hop;

	if (d->domain.relay_state != RELAY_MALFORMED)
		return;
	at.repairable = nexthop_parse(d->domain.relay_value, &hop) == RULE_OK;
	audit_report(a, r, &at, d->domain.relay_value, NULL, NULL);
}

void find_forward(struct audit *a, const struct audit_rule *r, const struct audited *d)
{
	struct audit_at at = at_domain(d);

	if (d->domain.forward_unknown && d->domain.relay_state == RELAY_UNSET)
		audit_report(a, r, &at, NULL, NULL, NULL);
}

/* As the domain form sees it. */
static bool form_says(struct audit *a, const struct audited *d, enum rule rule)
{
	struct domain_around around = {.relay_unresolved = d->unresolved};
	struct findings findings = {0};
	struct domain_edit edit;
	bool says = false;

	if (d->domain.relay_state != RELAY_USABLE)
		return false;
	if (d->relay_addresses.n)
		around.relay_addresses = &d->relay_addresses;
	domain_edit_init(&edit, &d->domain);
	domain_check(&edit, &d->domain, a->settings, a->own, &around, &findings);
	for (size_t i = 0; i < findings.n; i++)
		says = says || findings.v[i].rule == rule;
	findings_release(&findings);
	domain_edit_release(&edit);
	return says;
}

void find_relay_local(struct audit *a, const struct audit_rule *r, const struct audited *d)
{
	struct audit_at at = at_domain(d);

	if (form_says(a, d, r->rule))
		audit_report(a, r, &at, d->domain.relay_value, NULL, NULL);
}

void find_relay_unresolved(
	struct audit *a, const struct audit_rule *r, const struct audited *d)
{
	struct audit_at at = at_domain(d);

	if (form_says(a, d, r->rule))
		audit_report(a, r, &at, d->domain.relay.host, NULL, NULL);
}

void find_relay_unread(struct audit *a, const struct audit_rule *r, const struct audited *d)
{
	struct audit_at at = at_domain(d);

	if (d->relay_unread)
		audit_report(a, r, &at, d->domain.relay.host, NULL, NULL);
}

void find_name_malformed(
	struct audit *a, const struct audit_rule *r, const struct audited *d)
{
	struct audit_at at = at_domain(d);

	for (size_t i = 0; i < d->domain.names.n; i++)
		if (!domainname_ascii_ok(d->domain.names.v[i]))
			audit_report(a, r, &at, d->domain.names.v[i], NULL, NULL);
}

/* Of two that hold a name the first tells: names are sorted, then domains as read. */
void find_name_taken(struct audit *a, const struct audit_rule *r, const struct audited *d)
{
	struct audit_at at = at_domain(d);

	for (size_t i = 0; i + 1 < a->names.n; i++) {
		const struct audit_name *n = &a->names.v[i];

		if (&a->domains.v[n->domain] != d || strcasecmp(n->name, n[1].name) != 0)
			continue;
		audit_report(a, r, &at, n->name, a->domains.v[n[1].domain].domain.entry->dn,
			NULL);
	}
}

/* A relay that decides about unknown addresses decides about this one. */
void find_postmaster(struct audit *a, const struct audit_rule *r, const struct audited *d)
{
	struct audit_at at = at_domain(d);
	struct buf address = BUF_INIT;

	if (d->domain.forward_unknown && d->domain.relay_state == RELAY_USABLE)
		return;
	for (size_t i = 0; i < d->domain.names.n; i++) {
		const struct audit_name *n = audit_name_find(a, d->domain.names.v[i]);

		if (!n || n->postmaster)
			continue;
		if (at.n++ == 0)
			buf_printf(&address, "postmaster@%s", n->name);
	}
	at.address = address.s;
	if (at.n)
		audit_report(a, r, &at, address.s, NULL, NULL);
	buf_release(&address);
}

void find_defaulted(struct audit *a, const struct audit_rule *r, const struct audited *d)
{
	struct audit_at at = at_domain(d);

	if (!d->defaulted)
		return;
	at.n = d->defaulted;
	if (d->defaulted == 1)
		at = (struct audit_at){.about = ABOUT_USER,
			.dn = d->defaulted_dn,
			.name = d->defaulted_name,
			.n = 1};
	audit_report(a, r, &at, user_routing_word(a->settings->users.default_routing), NULL,
		NULL);
}

void find_advice(struct audit *a, const struct audit_rule *r, const struct audited *d)
{
	struct audit_at at = at_domain(d);

	at.n = d->external;
	if (d->domain.forward_unknown && d->external)
		audit_report(a, r, &at, NULL, NULL, NULL);
}
