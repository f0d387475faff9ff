/* The check's life: who is read, who is told. */
#include <string.h>
#include <strings.h>

#include "core/address.h"
#include "core/audit_parts.h"
#include "core/query.h"
#include "core/schema.h"

/* ---- findings ----------------------------------------------------------------- */

static char *copy_or_null(const char *s)
{
	return s ? xstrdup(s) : NULL;
}

void audit_finding_copy(struct audit_finding *to, const struct audit_finding *from)
{
	*to = *from;
	for (size_t i = 0; i < COUNT_OF(to->finding.arg); i++)
		to->finding.arg[i] = copy_or_null(from->finding.arg[i]);
	to->dn = xstrdup(from->dn);
	to->name = xstrdup(from->name);
	to->address = copy_or_null(from->address);
	to->next_hop = copy_or_null(from->next_hop);
}

void audit_finding_release(struct audit_finding *f)
{
	for (size_t i = 0; i < COUNT_OF(f->finding.arg); i++)
		free(f->finding.arg[i]);
	free(f->dn);
	free(f->name);
	free(f->address);
	free(f->next_hop);
	memset(f, 0, sizeof(*f));
}

int audit_finding_compare(const struct audit_finding *a, const struct audit_finding *b)
{
	int order = (int)a->unread - (int)b->unread;

	if (!order)
		order = (int)b->finding.severity - (int)a->finding.severity;
	if (!order)
		order = (int)a->about - (int)b->about;
	if (!order)
		order = strcasecmp(a->name, b->name);
	if (!order)
		order = strcmp(a->dn, b->dn);
	return order ? order : (int)a->finding.rule - (int)b->finding.rule;
}

/* Where the address's mail goes, by the one decision. */
static void decide(struct audit *a, const struct audit_at *at, struct decision *out)
{
	const struct audit_name *n = audit_name_find(a, address_domain(at->address));
	const struct audit_name *end = n ? a->names.v + a->names.n : NULL;
	ARRAY(const struct domain *) domains = {0};
	ARRAY(const struct user *) internal = {0}, external = {0};
	struct route_facts facts = {.settings = a->settings};

	for (const struct audit_name *m = n; m < end; m++) {
		if (strcasecmp(m->name, n->name) != 0)
			break;
		*array_add(&domains) = &a->domains.v[m->domain].domain;
	}
	for (size_t i = 0; i < at->n_users; i++) {
		if (at->users[i]->routing == ROUTING_INTERNAL)
			*array_add(&internal) = at->users[i];
		else if (at->users[i]->routing == ROUTING_EXTERNAL)
			*array_add(&external) = at->users[i];
	}
	facts.domains = domains.v;
	facts.n_domains = domains.n;
	facts.internal = internal.v;
	facts.n_internal = internal.n;
	facts.external = external.v;
	facts.n_external = external.n;
	route_decide(at->address, &facts, out);
	array_free(&domains);
	array_free(&internal);
	array_free(&external);
}

void audit_report(struct audit *a, const struct audit_rule *r, const struct audit_at *at,
	const char *arg0, const char *arg1, const char *arg2)
{
	struct decision d = {0};
	struct audit_finding f = {
		.finding = {r->rule, r->severity, r->field,
			{(char *)(uintptr_t)arg0, (char *)(uintptr_t)arg1,
				(char *)(uintptr_t)arg2},
			at->n},
		.id = r->id,
		.about = at->about,
		.unread = r->unread,
		.dn = (char *)(uintptr_t)(at->dn ? at->dn : ""),
		.name = (char *)(uintptr_t)(at->name ? at->name : ""),
		.address = (char *)(uintptr_t)at->address,
		.repair = at->repairable ? r->repair : REPAIR_NONE,
	};

	if (a->found[r - audit_rules]++ >= AUDIT_MOST)
		return;
	if (at->address) {
		decide(a, at, &d);
		f.verdict = d.verdict;
		f.next_hop = d.next_hop;
	}
	a->fn(a->arg, &f);
	decision_release(&d);
}

const char *audit_rule_id(size_t i)
{
	return i < audit_rules_n ? audit_rules[i].id : NULL;
}

unsigned long audit_beyond(const struct audit *a, size_t i)
{
	return a->found[i] > AUDIT_MOST ? a->found[i] - AUDIT_MOST : 0;
}

void audit_counts(const struct audit *a, unsigned long out[SEVERITY_ERROR + 1])
{
	memset(out, 0, (SEVERITY_ERROR + 1) * sizeof(*out));
	for (size_t i = 0; i < audit_rules_n; i++)
		if (!audit_rules[i].unread)
			out[audit_rules[i].severity] += a->found[i];
}

/* ---- life --------------------------------------------------------------------- */

struct audit *audit_new(const struct settings *settings, const struct strv *own,
	const struct strv *names, audit_found_fn *fn, void *arg)
{
	struct audit *a = xcalloc(1, sizeof(*a));

	a->settings = settings;
	a->own = own;
	a->fn = fn;
	a->arg = arg;
	if (names)
		strv_copy(&a->wanted, names);
	a->found = xcalloc(audit_rules_n, sizeof(*a->found));
	return a;
}

void audit_free(struct audit *a)
{
	if (!a)
		return;
	for (size_t i = 0; i < a->domains.n; i++) {
		domain_release(&a->domains.v[i].domain);
		strv_release(&a->domains.v[i].relay_addresses);
		free(a->domains.v[i].defaulted_dn);
		free(a->domains.v[i].defaulted_name);
	}
	array_free(&a->domains);
	array_free(&a->names);
	array_free(&a->looks);
	audit_doubles_release(a);
	strv_release(&a->wanted);
	free(a->found);
	free(a);
}

/* ---- domains ------------------------------------------------------------------ */

void audit_domain(struct audit *a, const struct entry *e)
{
	struct domain d;
	struct audited *one;

	if (!domain_decode(e, &d))
		return;
	one = array_add(&a->domains);
	one->domain = d;
	one->wanted = a->wanted.n == 0;
	for (size_t i = 0; i < a->wanted.n; i++)
		one->wanted = one->wanted || domain_has_name(&d, a->wanted.v[i]);
}

static int by_name(const void *x, const void *y)
{
	const struct audit_name *a = x, *b = y;
	int order = strcasecmp(a->name, b->name);

	return order ? order : a->domain < b->domain ? -1 : a->domain > b->domain;
}

void audit_domains_read(struct audit *a)
{
	for (size_t i = 0; i < a->domains.n; i++) {
		const struct strv *names = &a->domains.v[i].domain.names;

		for (size_t k = 0; k < names->n; k++)
			*array_add(&a->names) =
				(struct audit_name){.name = names->v[k], .domain = i};
	}
	if (a->names.n)
		qsort(a->names.v, a->names.n, sizeof(*a->names.v), by_name);
}

size_t audit_domains(const struct audit *a)
{
	size_t n = 0;

	for (size_t i = 0; i < a->domains.n; i++)
		n += a->domains.v[i].wanted;
	return n;
}

struct audit_name *audit_name_find(struct audit *a, const char *name)
{
	size_t low = 0, high = a->names.n;

	if (a->last && strcasecmp(a->last->name, name) == 0)
		return a->last;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcasecmp(a->names.v[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == a->names.n || strcasecmp(a->names.v[low].name, name) != 0)
		return NULL;
	a->last = &a->names.v[low];
	return a->last;
}

bool audit_name_wanted(const struct audit *a, const struct audit_name *n)
{
	const struct audit_name *end = a->names.v + a->names.n;

	for (const struct audit_name *m = n; m < end; m++) {
		if (strcasecmp(m->name, n->name) != 0)
			break;
		if (a->domains.v[m->domain].wanted)
			return true;
	}
	return false;
}

void audit_unknown_names(const struct audit *a, struct strv *out)
{
	for (size_t i = 0; i < a->wanted.n; i++) {
		bool known = false;

		for (size_t k = 0; k < a->names.n && !known; k++)
			known = strcasecmp(a->names.v[k].name, a->wanted.v[i]) == 0;
		if (!known)
			strv_add(out, a->wanted.v[i]);
	}
}

static bool is_relay_name(const struct audited *d)
{
	return d->wanted && d->domain.relay_state == RELAY_USABLE &&
	       d->domain.relay.kind == NEXTHOP_NAME;
}

void audit_relays(const struct audit *a, struct strv *out)
{
	for (size_t i = 0; i < a->domains.n; i++) {
		const struct audited *d = &a->domains.v[i];

		if (is_relay_name(d) && !strv_has(out, d->domain.relay.host))
			strv_add(out, d->domain.relay.host);
	}
}

void audit_relay(
	struct audit *a, const char *host, bool exists, const struct strv *addresses)
{
	for (size_t i = 0; i < a->domains.n; i++) {
		struct audited *d = &a->domains.v[i];

		if (!is_relay_name(d) || strcmp(d->domain.relay.host, host) != 0)
			continue;
		d->unresolved = !exists;
		if (exists && addresses)
			strv_copy(&d->relay_addresses, addresses);
	}
}

void audit_relay_unread(struct audit *a, const char *host)
{
	for (size_t i = 0; i < a->domains.n; i++) {
		struct audited *d = &a->domains.v[i];

		if (is_relay_name(d) && strcmp(d->domain.relay.host, host) == 0)
			d->relay_unread = true;
	}
}

void audit_domains_check(struct audit *a)
{
	for (size_t i = 0; i < a->domains.n; i++)
		for (size_t k = 0; a->domains.v[i].wanted && k < audit_rules_n; k++)
			if (audit_rules[k].domain)
				audit_rules[k].domain(a, &audit_rules[k], &a->domains.v[i]);
}

/* ---- server and Postfix --------------------------------------------------------- */

void audit_server(struct audit *a, const struct audit_server *s)
{
	for (size_t k = 0; k < audit_rules_n; k++)
		if (audit_rules[k].server)
			audit_rules[k].server(a, &audit_rules[k], s);
}

/* Where none of the tables is in use, its other settings are another system's. */
void audit_postfix(struct audit *a, const struct audit_postfix *p)
{
	for (size_t k = 0; k < audit_rules_n; k++) {
		const struct audit_rule *r = &audit_rules[k];

		if (!r->postfix)
			continue;
		if (!p && r->rule == RULE_POSTFIX_UNREAD)
			audit_report(a, r, &(struct audit_at){.about = ABOUT_POSTFIX},
				"postconf", NULL, NULL);
		else if (p && (p->n_tables > 0) == (r->rule != RULE_POSTFIX_UNUSED))
			r->postfix(a, r, p);
	}
}

/* ---- users -------------------------------------------------------------------- */

void audit_users_filter(const struct audit *a, struct buf *out)
{
	struct strv names = {0};

	for (size_t i = 0; a->wanted.n && i < a->domains.n; i++)
		for (size_t k = 0; k < a->domains.v[i].domain.names.n; k++)
			if (a->domains.v[i].wanted)
				strv_add(&names, a->domains.v[i].domain.names.v[k]);
	if (a->wanted.n) {
		query_holders_in(a->settings, &names, out);
	} else {
		buf_puts(out, "(|");
		query_users_of(a->settings, &names, USERS_ALL, out);
		buf_puts(out, "(&(" ATTR_ROUTING "=external)(" ATTR_SELECTED "=*)))");
	}
	strv_release(&names);
}

const char **audit_user_attributes(const struct audit *a)
{
	const struct strv *addresses = &a->settings->users.addresses;
	const char **names = xcalloc(addresses->n + 3, sizeof(*names));
	size_t n = 0;

	names[n++] = ATTR_ROUTING;
	names[n++] = ATTR_SELECTED;
	for (size_t i = 0; i < addresses->n; i++)
		names[n++] = addresses->v[i];
	return names;
}
