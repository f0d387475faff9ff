#include "core/route.h"

#include <stdlib.h>
#include <string.h>

#include "core/address.h"
#include "core/query.h"
#include "core/schema.h"

const char *route_map_name(enum route_map map)
{
	static const char *const names[] = {[MAP_DOMAINS] = "domains",
		[MAP_RECIPIENTS] = "recipients",
		[MAP_UNKNOWN] = "unknown",
		[MAP_INTERNAL] = "internal",
		[MAP_THIRDPARTY] = "thirdparty",
		[MAP_RELAY] = "relay",
		[MAP_NORELAY] = "norelay",
		[MAP_UNKNOWNRELAY] = "unknownrelay"};

	return names[map];
}

const char *route_verdict_word(enum verdict verdict)
{
	static const char *const words[] = {[VERDICT_LOCAL] = "local",
		[VERDICT_RELAY] = "relay",
		[VERDICT_VERIFY] = "verify",
		[VERDICT_DEFER] = "defer",
		[VERDICT_REJECT] = "reject",
		[VERDICT_CONFLICT] = "conflict",
		[VERDICT_NOT_HOSTED] = "not-hosted"};

	return words[verdict];
}

void route_map_filter(
	const struct settings *s, enum route_map map, const char *key, struct buf *out)
{
	struct strv keys = {0};

	strv_add(&keys, map == MAP_UNKNOWN ? address_domain(key) : key);
	switch (map) {
	case MAP_RECIPIENTS:
		buf_puts(out, "(|");
		query_route_internal(s, &keys, out);
		query_route_external(&keys, out);
		buf_putc(out, ')');
		break;
	case MAP_INTERNAL:
		query_route_internal(s, &keys, out);
		break;
	case MAP_THIRDPARTY:
	case MAP_NORELAY:
		query_route_external(&keys, out);
		break;
	case MAP_RELAY:
		query_domains_where(s, &keys, FILTER_RELAY_SET, out);
		break;
	case MAP_UNKNOWN:
	case MAP_UNKNOWNRELAY:
		query_domains_where(s, &keys, FILTER_FORWARDS, out);
		break;
	case MAP_DOMAINS:
		query_domains_named(s, &keys, out);
		break;
	}
	strv_release(&keys);
}

/* One decision being made. */
struct search {
	const struct route_facts *facts;
	struct decision *out;
	const struct route_keys *keys;
};

static void add_step(struct decision *d, enum route_map map, const char *key,
	const char *dn, const char *attribute, bool conflict)
{
	if (d->n_steps == d->cap_steps) {
		d->cap_steps = d->cap_steps ? d->cap_steps * 2 : 8;
		d->steps = xrealloc(d->steps, d->cap_steps * sizeof(*d->steps));
	}
	d->steps[d->n_steps++] = (struct route_step){
		.map = map,
		.key = xstrdup(key),
		.dn = dn ? xstrdup(dn) : NULL,
		.attribute = dn ? attribute : NULL,
		.conflict = conflict,
	};
}

static bool decide(struct search *s, int rule, enum verdict verdict, const char *smtp)
{
	s->out->rule = rule;
	s->out->verdict = verdict;
	s->out->smtp = smtp;
	return true;
}

static void held_by(struct search *s, const struct user *u)
{
	free(s->out->dn);
	s->out->dn = xstrdup(u->entry ? u->entry->dn : "");
}

typedef bool holds_fn(const struct user *u, const char *key);

/* What one search finds: the first, and whether there are more. */
struct found_user {
	const struct user *user; /* NULL: none */
	bool conflict;
};

static struct found_user find_user(
	const struct user *const *users, size_t n, holds_fn *holds, const char *key)
{
	struct found_user found = {0};

	for (size_t i = 0; i < n; i++) {
		if (!holds(users[i], key))
			continue;
		found.conflict = found.user != NULL;
		if (found.conflict)
			break;
		found.user = users[i];
	}
	return found;
}

/* Without spaces, which may differ, a value matches as it stands. */
static bool among(const struct strv *addresses, const char *key)
{
	if (strv_has_case(addresses, key))
		return true;
	if (!strchr(key, ' ') && !strv_has_space(addresses))
		return false;
	for (size_t i = 0; i < addresses->n; i++)
		if (address_matches(addresses->v[i], key))
			return true;
	return false;
}

static bool holds_address(const struct user *u, const char *key)
{
	return among(&u->addresses, key);
}

static bool holds_selected(const struct user *u, const char *key)
{
	return among(&u->selected, key);
}

static struct found_user find_internal(const struct search *s, const char *key)
{
	return find_user(s->facts->internal, s->facts->n_internal, holds_address, key);
}

static struct found_user find_external(const struct search *s, const char *key)
{
	return find_user(s->facts->external, s->facts->n_external, holds_selected, key);
}

/* The configured attribute in which u holds the key. */
static const char *address_attribute(
	const struct search *s, const struct user *u, const char *key)
{
	const struct strv *names = &s->facts->settings->users.addresses;

	for (size_t i = 0; u->entry && i < names->n; i++)
		if (entry_has_value(u->entry, names->v[i], key))
			return names->v[i];
	return names->n ? names->v[0] : "mail";
}

static void user_step(struct search *s, enum route_map map, const char *key,
	struct found_user found, const char *attribute)
{
	const char *dn = NULL;

	if (found.user) {
		dn = found.user->entry ? found.user->entry->dn : "";
		held_by(s, found.user);
	}
	add_step(s->out, map, key, dn, attribute, found.conflict);
}

/* R of ROUTING.md: what the tables' filter lets through, which is more than what
 * smtp(8) understands.  Outer spaces do not count (RFC 4518 section 2.6.1). */
static bool passes_relay_filter(const struct domain *d)
{
	const char *s = d->relay_value + strspn(d->relay_value, " ");
	size_t n = strlen(s);

	while (n && s[n - 1] == ' ')
		n--;
	return d->relay_state == RELAY_USABLE ||
	       (n > 1 && s[0] == '[' && (s[n - 1] == ']' || strstr(s, "]:")));
}

typedef bool domain_test(const struct domain *d);

static bool is_any(const struct domain *d)
{
	(void)d;
	return true;
}

static bool relays_unknown(const struct domain *d)
{
	return d->forward_unknown && passes_relay_filter(d);
}

static const struct domain *domain_step(struct search *s, enum route_map map,
	const char *key, domain_test *test, const char *attribute, bool *conflict)
{
	const struct domain *found = NULL;

	*conflict = false;
	for (size_t i = 0; i < s->facts->n_domains && !*conflict; i++) {
		const struct domain *d = s->facts->domains[i];

		if (!domain_has_name(d, s->keys->domain) || !test(d))
			continue;
		*conflict = found != NULL;
		found = found ? found : d;
	}
	add_step(s->out, map, key, found ? (found->entry ? found->entry->dn : "") : NULL,
		attribute, *conflict);
	return found;
}

static bool is_recipient(struct search *s, const char *key)
{
	struct found_user found = find_internal(s, key);
	const char *attribute = ATTR_SELECTED;

	if (found.user)
		attribute = address_attribute(s, found.user, key);
	else
		found = find_external(s, key);
	found.conflict = false; /* this map has no limit */
	user_step(s, MAP_RECIPIENTS, key, found, attribute);
	return found.user != NULL;
}

static bool is_forwarded(struct search *s, const char *key)
{
	bool ignored;

	return domain_step(s, MAP_UNKNOWN, key, relays_unknown, ATTR_FORWARD, &ignored);
}

/* virtual_mailbox_maps: each key in all of its maps. */
static bool is_listed(struct search *s)
{
	const struct strv *keys = &s->keys->users;

	for (size_t i = 0; i < keys->n; i++)
		if (is_recipient(s, keys->v[i]) || is_forwarded(s, keys->v[i]))
			return true;
	return keys->n == 0 && is_forwarded(s, s->keys->recipient.key.s);
}

static bool set_next_hop(struct search *s, const struct domain *d)
{
	struct buf hop = BUF_INIT;

	if (d->relay_state != RELAY_USABLE)
		return false;
	nexthop_format(&d->relay, &hop);
	s->out->next_hop = buf_detach(&hop);
	return true;
}

static bool try_internal(struct search *s, const char *key)
{
	struct found_user found = find_internal(s, key);

	user_step(s, MAP_INTERNAL, key, found,
		found.user ? address_attribute(s, found.user, key) : NULL);
	if (found.conflict)
		return decide(s, 0, VERDICT_CONFLICT, "451");
	return found.user && decide(s, 2, VERDICT_LOCAL, "250");
}

/* pipemap{thirdparty, relay}, then norelay. */
static bool try_external(struct search *s, const char *key)
{
	struct found_user found = find_external(s, key);
	const struct domain *d;
	bool conflict;

	user_step(s, MAP_THIRDPARTY, key, found, ATTR_SELECTED);
	if (found.conflict)
		return decide(s, 0, VERDICT_CONFLICT, "451");
	if (!found.user)
		return false;
	d = domain_step(
		s, MAP_RELAY, s->keys->domain, passes_relay_filter, ATTR_RELAY, &conflict);
	if (conflict)
		return decide(s, 0, VERDICT_CONFLICT, "451");
	if (d && set_next_hop(s, d))
		return decide(s, 3, VERDICT_RELAY, "250");
	if (d) /* accepted, and stuck: smtp(8) dies of the next hop */
		return decide(s, 4, VERDICT_DEFER, "250");
	user_step(s, MAP_NORELAY, key, found, ATTR_SELECTED);
	return decide(s, 4, VERDICT_DEFER, "450 4.3.5");
}

static bool try_domain(struct search *s)
{
	bool conflict;
	const struct domain *d = domain_step(s, MAP_UNKNOWNRELAY, s->keys->domain,
		relays_unknown, ATTR_RELAY, &conflict);

	if (conflict)
		return decide(s, 0, VERDICT_CONFLICT, "451");
	if (d && set_next_hop(s, d))
		return decide(s, 5, VERDICT_VERIFY, "250");
	/* The probe is never answered: smtp(8) dies of the next hop. */
	return d && decide(s, 5, VERDICT_DEFER, "450");
}

static void decide_hosted(struct search *s)
{
	const struct strv *keys = &s->keys->users;

	if (!is_listed(s)) {
		decide(s, 6, VERDICT_REJECT, "550 5.1.1");
		return;
	}
	for (size_t i = 0; i < keys->n; i++)
		if (try_internal(s, keys->v[i]) || try_external(s, keys->v[i]))
			return;
	if (!try_domain(s))
		BUG("%s is listed and goes nowhere", s->keys->recipient.key.s);
}

/* Nor does transport_maps ask whether a domain is hosted: an address that a user has
 * selected in another's domain is held for want of a relay, whoever sends to it. */
static void decide_elsewhere(struct search *s)
{
	const struct strv *keys = &s->keys->users;

	for (size_t i = 0; i < keys->n; i++) {
		if (try_internal(s, keys->v[i])) {
			if (s->out->rule == 2)
				decide(s, 1, VERDICT_NOT_HOSTED, "554");
			return;
		}
		if (try_external(s, keys->v[i]))
			return;
	}
}

/* It would be accepted, were it not for the relaying that it asks for.  smtpd(8) is told
 * earlier that a table failed, or that there is no relay. */
static void refuse_routed(struct search *s)
{
	if (s->out->rule == 0 || strcmp(s->out->smtp, "450 4.3.5") == 0 ||
		s->out->rule == 6)
		return;
	free(s->out->next_hop);
	s->out->next_hop = NULL;
	decide(s, 1, VERDICT_NOT_HOSTED, "554");
}

void route_keys_read(
	const char *address, const struct settings *settings, struct route_keys *out)
{
	struct buf cut = BUF_INIT;
	const char *key;

	memset(out, 0, sizeof(*out));
	recipient_read(address, &out->recipient);
	key = out->recipient.key.s;
	out->domain = out->recipient.kind == RECIPIENT_ADDRESS ? address_domain(key) : "";
	if (*out->domain && *key != '@') {
		strv_add(&out->users, key);
		if (address_without_extension(
			    key, settings->mail.recipient_delimiter, &cut))
			strv_add(&out->users, cut.s);
	}
	buf_release(&cut);
}

void route_keys_release(struct route_keys *k)
{
	recipient_release(&k->recipient);
	strv_release(&k->users);
}

static const char *unhosted_answer(enum recipient_kind kind)
{
	switch (kind) {
	case RECIPIENT_POSTMASTER:
		return "250";
	case RECIPIENT_MALFORMED:
		return "501 5.1.3";
	case RECIPIENT_ADDRESS:
	case RECIPIENT_BARE:
		break;
	}
	return "554";
}

void route_decide(
	const char *address, const struct route_facts *facts, struct decision *out)
{
	struct route_keys keys;
	struct search s = {.facts = facts, .out = out, .keys = &keys};
	const struct domain *d = NULL;
	bool ignored;

	memset(out, 0, sizeof(*out));
	route_keys_read(address, facts->settings, &keys);
	out->routed = keys.recipient.routed;
	decide(&s, 1, VERDICT_NOT_HOSTED, unhosted_answer(keys.recipient.kind));
	if (*keys.domain)
		d = domain_step(
			&s, MAP_DOMAINS, keys.domain, is_any, ATTR_DOMAIN, &ignored);
	if (d) {
		out->domain = xstrdup(d->name);
		decide_hosted(&s);
		if (out->routed)
			refuse_routed(&s);
	} else {
		decide_elsewhere(&s);
	}
	route_keys_release(&keys);
}

void decision_release(struct decision *d)
{
	for (size_t i = 0; i < d->n_steps; i++) {
		free(d->steps[i].key);
		free(d->steps[i].dn);
	}
	free(d->steps);
	free(d->next_hop);
	free(d->dn);
	free(d->domain);
	memset(d, 0, sizeof(*d));
}
