#include "core/route.h"

#include <stdlib.h>
#include <string.h>

#include "core/address.h"
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

/* One decision being made. */
struct search {
	const struct route_facts *facts;
	struct decision *out;
	const char *domain;  /* the key's */
	const char *keys[2]; /* as it is, then without its extension */
	size_t n_keys;
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

static struct found_user find_internal(const struct search *s, const char *key)
{
	return find_user(s->facts->internal, s->facts->n_internal, user_has_address, key);
}

static struct found_user find_external(const struct search *s, const char *key)
{
	return find_user(s->facts->external, s->facts->n_external, user_has_selected, key);
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

		if (!domain_has_name(d, s->domain) || !test(d))
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

/* virtual_mailbox_maps: each key in all of its maps. */
static bool is_listed(struct search *s)
{
	bool ignored;

	for (size_t i = 0; i < s->n_keys; i++)
		if (is_recipient(s, s->keys[i]) ||
			domain_step(s, MAP_UNKNOWN, s->keys[i], relays_unknown,
				ATTR_FORWARD, &ignored))
			return true;
	return false;
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
		s, MAP_RELAY, s->domain, passes_relay_filter, ATTR_RELAY, &conflict);
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
	const struct domain *d = domain_step(
		s, MAP_UNKNOWNRELAY, s->domain, relays_unknown, ATTR_RELAY, &conflict);

	if (conflict)
		return decide(s, 0, VERDICT_CONFLICT, "451");
	if (d && set_next_hop(s, d))
		return decide(s, 5, VERDICT_VERIFY, "250");
	/* The probe is never answered: smtp(8) dies of the next hop. */
	return d && decide(s, 5, VERDICT_DEFER, "450");
}

static void decide_hosted(struct search *s)
{
	if (!is_listed(s)) {
		decide(s, 6, VERDICT_REJECT, "550 5.1.1");
		return;
	}
	for (size_t i = 0; i < s->n_keys; i++)
		if (try_internal(s, s->keys[i]) || try_external(s, s->keys[i]))
			return;
	if (!try_domain(s))
		BUG("%s is listed and goes nowhere", s->keys[0]);
}

/* The key that Postfix looks up; false where the tables never see a local@domain. */
static bool make_key(const char *address, struct buf *key)
{
	const char *at;

	address_key(address, key);
	if (key->len && key->s[key->len - 1] == '.')
		buf_truncate(key, key->len - 1);
	at = strrchr(key->s, '@');
	return at && at[1] && strcspn(key->s, "@%!") == (size_t)(at - key->s) &&
	       at != key->s;
}

void route_decide(
	const char *address, const struct route_facts *facts, struct decision *out)
{
	struct search s = {.facts = facts, .out = out};
	struct buf key = BUF_INIT, short_key = BUF_INIT;
	bool ignored;

	memset(out, 0, sizeof(*out));
	decide(&s, 1, VERDICT_NOT_HOSTED, "554");
	if (make_key(address, &key)) {
		s.domain = address_domain(key.s);
		s.keys[s.n_keys++] = key.s;
		if (address_without_extension(
			    key.s, facts->settings->mail.recipient_delimiter, &short_key))
			s.keys[s.n_keys++] = short_key.s;
		if (domain_step(&s, MAP_DOMAINS, s.domain, is_any, ATTR_DOMAIN, &ignored))
			decide_hosted(&s);
	}
	buf_release(&key);
	buf_release(&short_key);
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
	memset(d, 0, sizeof(*d));
}
