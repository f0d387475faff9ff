/* The rules of ROUTING.md that a domain form can break. */
#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "core/dn.h"
#include "core/domain_typed.h"
#include "core/schema.h"

/* What the edit made wrong stops the save, what was wrong before does not. */
static enum severity severity_of(bool touched)
{
	return touched ? SEVERITY_ERROR : SEVERITY_WARNING;
}

static bool is_removed(const struct domain_typed *t, const struct domain *d, size_t name)
{
	return !domain_typed_has_alias(t, d->names.v[name]);
}

static unsigned long users_of(const struct domain_around *around, const char *name)
{
	for (size_t i = 0; i < around->n_name_uses; i++)
		if (strcasecmp(around->name_uses[i].name, name) == 0)
			return around->name_uses[i].users;
	return 0;
}

static void check_removed(const struct domain_typed *t, const struct domain *d,
	const struct domain_around *around, struct findings *out)
{
	for (size_t i = 1; i < d->names.n; i++) {
		unsigned long users = users_of(around, d->names.v[i]);

		if (is_removed(t, d, i))
			findings_add(out, users ? RULE_DOMAIN_IN_USE : RULE_DOMAIN_LET_GO,
				users ? SEVERITY_ERROR : SEVERITY_WARNING, FIELD_ALIASES,
				users, d->names.v[i], NULL, NULL);
	}
}

static void check_taken(const char *name, bool touched, enum form_field field,
	const struct domain *d, const struct domain_around *around, struct findings *out)
{
	for (size_t i = 0; i < around->n_name_holders; i++) {
		const struct entry *holder = around->name_holders[i];

		if (d && dn_same(holder->dn, d->entry->dn))
			continue;
		if (entry_has_value(holder, ATTR_DOMAIN, name))
			findings_add(out, RULE_DOMAIN_TAKEN, severity_of(touched), field, 0,
				name, holder->dn, NULL);
	}
}

static void check_names(const struct domain_edit *edit, const struct domain_typed *t,
	const struct domain *d, const struct domain_around *around, struct findings *out)
{
	bool fresh = !d || d->adopted;

	if (t->name_rule != RULE_OK)
		findings_add(out, t->name_rule, SEVERITY_ERROR, FIELD_NAME, 0, edit->name,
			NULL, NULL);
	else if (around)
		check_taken(t->name, fresh, FIELD_NAME, d, around, out);
	for (size_t i = 0; i < t->aliases.n; i++) {
		const struct typed_alias *a = &t->aliases.v[i];

		if (a->rule != RULE_OK)
			findings_add(out, a->rule, severity_of(!a->known), FIELD_ALIASES, 0,
				a->name, NULL, NULL);
		else if (around)
			check_taken(
				a->name, fresh || !a->known, FIELD_ALIASES, d, around, out);
	}
	if (around && d)
		check_removed(t, d, around, out);
}

/* An IPv4-mapped IPv6 address is the IPv4 address it maps. */
static bool ip_of(const struct nexthop *hop, int *family, unsigned char ip[16])
{
	static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};

	if (hop->kind == NEXTHOP_NAME)
		return false;
	*family = hop->kind == NEXTHOP_IPV4 ? AF_INET : AF_INET6;
	memset(ip, 0, 16);
	if (inet_pton(*family, hop->host, ip) != 1)
		return false;
	if (*family == AF_INET6 && memcmp(ip, mapped, sizeof(mapped)) == 0) {
		*family = AF_INET;
		memmove(ip, ip + 12, 4);
		memset(ip + 4, 0, 12);
	}
	return true;
}

/* Loopback, and "any address", which connects to this machine too. */
static bool is_own_by_nature(const struct nexthop *hop)
{
	static const unsigned char zero[15];
	unsigned char ip[16];
	int family;

	if (!ip_of(hop, &family, ip))
		return strcmp(hop->host, "localhost") == 0;
	if (family == AF_INET)
		return ip[0] == 127 || ip[0] == 0;
	return memcmp(ip, zero, sizeof(zero)) == 0 && ip[15] <= 1;
}

static bool is_one_of(const struct nexthop *hop, const struct strv *own)
{
	unsigned char ip[16], own_ip[16];
	int family = 0, own_family = 0;
	struct nexthop one;
	bool numeric = ip_of(hop, &family, ip);

	for (size_t i = 0; own && i < own->n; i++) {
		if (nexthop_parse(own->v[i], &one) != RULE_OK)
			continue;
		if (strcmp(one.host, hop->host) == 0)
			return true;
		if (numeric && ip_of(&one, &own_family, own_ip) && family == own_family &&
			memcmp(ip, own_ip, sizeof(ip)) == 0)
			return true;
	}
	return false;
}

static bool is_local(
	const struct nexthop *hop, const struct settings *settings, const struct strv *own)
{
	bool port = false;

	for (size_t i = 0; i < settings->mail.local_ports.n; i++)
		port = port || settings->mail.local_ports.v[i] == hop->port;
	return port &&
	       (is_own_by_nature(hop) || is_one_of(hop, &settings->mail.local_names) ||
		       is_one_of(hop, &settings->mail.local_addresses) ||
		       is_one_of(hop, own));
}

bool domain_relay_leads_here(const struct nexthop *hop, const struct settings *settings,
	const struct strv *own, const struct strv *addresses)
{
	struct nexthop one;

	if (is_local(hop, settings, own))
		return true;
	for (size_t i = 0; addresses && hop->kind == NEXTHOP_NAME && i < addresses->n;
		i++) {
		if (nexthop_parse(addresses->v[i], &one) != RULE_OK)
			continue;
		one.port = hop->port;
		if (is_local(&one, settings, own))
			return true;
	}
	return false;
}

static void check_relay(const struct domain_edit *edit, const struct domain_typed *t,
	const struct settings *settings, const struct strv *own,
	const struct domain_around *around, struct findings *out)
{
	enum severity severity = severity_of(t->relay_touched);

	if (t->relay_rule == RULE_EMPTY) {
		if (t->relay_touched && around && around->dependent_users)
			findings_add(out, RULE_RELAY_IN_USE, SEVERITY_ERROR, FIELD_RELAY,
				around->dependent_users, NULL, NULL, NULL);
	} else if (t->relay_rule != RULE_OK) {
		findings_add(out, t->relay_rule, severity, FIELD_RELAY, 0, edit->relay,
			NULL, NULL);
	} else if (domain_relay_leads_here(&t->relay, settings, own,
			   around ? around->relay_addresses : NULL)) {
		findings_add(out, RULE_RELAY_IS_LOCAL, severity, FIELD_RELAY, 0,
			edit->relay, NULL, NULL);
	} else if (around && around->relay_unresolved && t->relay.kind == NEXTHOP_NAME) {
		findings_add(out, RULE_RELAY_UNRESOLVED, SEVERITY_WARNING, FIELD_RELAY, 0,
			edit->relay, NULL, NULL);
	}
}

/* A relay that cannot be parsed has its own finding; one is enough while typing. */
static void check_forward(const struct domain_edit *edit, const struct domain_typed *t,
	const struct domain_around *around, struct findings *out)
{
	bool touched = t->relay_touched || t->forward_touched;

	if (!edit->forward_unknown)
		return;
	if (t->relay_rule == RULE_EMPTY || (t->relay_rule != RULE_OK && !t->relay_touched))
		findings_add(out, RULE_FORWARD_NEEDS_RELAY, severity_of(touched),
			FIELD_FORWARD, 0, NULL, NULL, NULL);
	if (around && around->external_users)
		findings_add(out, RULE_FORWARD_WITH_EXTERNAL, SEVERITY_NOTE, FIELD_FORWARD,
			around->external_users, NULL, NULL, NULL);
}

void domain_check(const struct domain_edit *edit, const struct domain *d,
	const struct settings *settings, const struct strv *own,
	const struct domain_around *around, struct findings *out)
{
	struct domain_typed t;

	domain_typed_read(&t, edit, d);
	check_names(edit, &t, d, around, out);
	check_relay(edit, &t, settings, own, around, out);
	check_forward(edit, &t, around, out);
	domain_typed_release(&t);
}
