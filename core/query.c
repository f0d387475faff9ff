#include "core/query.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/dn.h"
#include "core/domainname.h"
#include "core/schema.h"
#include "core/text.h"

/* Nothing matches it, in any directory. */
#define NOBODY "(!(objectClass=*))"

static const char external_test[] = "(" ATTR_ROUTING "=external)";

void query_internal_test(const struct settings *s, struct buf *out)
{
	if (s->users.default_routing == ROUTING_INTERNAL)
		buf_printf(out, "(!%s)(!(" ATTR_ROUTING "=none))", external_test);
	else
		buf_puts(out, "(" ATTR_ROUTING "=internal)");
}

static void term(struct buf *out, const char *attribute, const char *value)
{
	buf_printf(out, "(%s=%s)", attribute, value);
}

static void address_terms(const struct settings *s, const char *value, struct buf *out)
{
	for (size_t i = 0; i < s->users.addresses.n; i++)
		term(out, s->users.addresses.v[i], value);
}

/* "(|" before and ")" after what was appended since `start`, when it is several terms. */
static void any_of(struct buf *out, size_t start, size_t terms)
{
	struct buf all = BUF_INIT;

	if (terms == 0)
		buf_puts(out, NOBODY);
	if (terms < 2)
		return;
	buf_puts(&all, out->s + start);
	buf_truncate(out, start);
	buf_printf(out, "(|%s)", all.s);
	buf_release(&all);
}

void query_address_term(const struct settings *s, const char *value, struct buf *out)
{
	size_t start = out->len;

	address_terms(s, value, out);
	any_of(out, start, s->users.addresses.n);
}

/* prefix, then the value escaped. */
static void escaped(struct buf *out, const char *prefix, const char *value)
{
	buf_reset(out);
	buf_puts(out, prefix);
	filter_escape(out, value, strlen(value));
}

void query_domains_named(
	const struct settings *s, const struct strv *names, struct buf *out)
{
	query_domains_where(s, names, "", out);
}

void query_domains_where(const struct settings *s, const struct strv *names,
	const char *condition, struct buf *out)
{
	struct buf value = BUF_INIT;
	size_t start;

	buf_printf(out, "(&%s%s", s->domains.filter, condition);
	start = out->len;
	for (size_t i = 0; i < names->n; i++) {
		escaped(&value, "", names->v[i]);
		term(out, ATTR_DOMAIN, value.s);
	}
	any_of(out, start, names->n);
	buf_putc(out, ')');
	buf_release(&value);
}

/* One term over the address attributes, with prefix before each of the values. */
static void addresses_any(const struct settings *s, const char *prefix,
	const struct strv *values, struct buf *out)
{
	struct buf value = BUF_INIT;
	size_t start = out->len;

	for (size_t i = 0; i < values->n; i++) {
		escaped(&value, prefix, values->v[i]);
		address_terms(s, value.s, out);
	}
	any_of(out, start, values->n * s->users.addresses.n);
	buf_release(&value);
}

static void selected_terms(const char *prefix, const struct strv *values, struct buf *out)
{
	struct buf value = BUF_INIT;

	for (size_t i = 0; i < values->n; i++) {
		escaped(&value, prefix, values->v[i]);
		term(out, ATTR_SELECTED, value.s);
	}
	buf_release(&value);
}

static void query_dependent(const struct strv *names, struct buf *out)
{
	size_t start;

	buf_printf(out, "(&%s", external_test);
	start = out->len;
	selected_terms("*@", names, out);
	if (names->n)
		any_of(out, start, names->n);
	else
		buf_puts(out, "(" ATTR_SELECTED "=*)");
	buf_putc(out, ')');
}

static void none_test(const struct settings *s, struct buf *out)
{
	if (s->users.default_routing == ROUTING_INTERNAL)
		buf_puts(out, "(" ATTR_ROUTING "=none)");
	else
		buf_printf(out, "(!%s)(!(" ATTR_ROUTING "=internal))", external_test);
}

static void routing_test(const struct settings *s, enum query_users which, struct buf *out)
{
	switch (which) {
	case USERS_INTERNAL:
		query_internal_test(s, out);
		break;
	case USERS_NONE:
		none_test(s, out);
		break;
	case USERS_EXTERNAL:
	case USERS_DEPENDENT:
		buf_puts(out, external_test);
		break;
	case USERS_ALL:
		break;
	}
}

void query_users_of(const struct settings *s, const struct strv *names,
	enum query_users which, struct buf *out)
{
	if (which == USERS_DEPENDENT) {
		query_dependent(names, out);
		return;
	}
	if (which == USERS_ALL && names->n == 0) {
		buf_puts(out, s->users.filter);
		return;
	}
	buf_printf(out, "(&%s", s->users.filter);
	routing_test(s, which, out);
	if (names->n)
		addresses_any(s, "*@", names, out);
	buf_putc(out, ')');
}

void query_users_lacking(const struct settings *s, const struct strv *names,
	const char *name, struct buf *out)
{
	struct strv one = {0};

	strv_add(&one, name);
	buf_printf(out, "(&%s", s->users.filter);
	addresses_any(s, "*@", names, out);
	buf_puts(out, "(!");
	addresses_any(s, "*@", &one, out);
	buf_puts(out, "))");
	strv_release(&one);
}

static void holders(const struct settings *s, const char *prefix, const struct strv *values,
	struct buf *out)
{
	if (values->n == 0) {
		buf_puts(out, NOBODY);
		return;
	}
	buf_printf(out, "(|(&%s", s->users.filter);
	addresses_any(s, prefix, values, out);
	buf_putc(out, ')');
	selected_terms(prefix, values, out);
	buf_putc(out, ')');
}

void query_holders(const struct settings *s, const struct strv *addresses, struct buf *out)
{
	holders(s, "", addresses, out);
}

void query_holders_in(const struct settings *s, const struct strv *names, struct buf *out)
{
	holders(s, "*@", names, out);
}

void query_adoptable(const struct settings *s, const char *name, struct buf *out)
{
	static const char *const attributes[] = {ATTR_DOMAIN, "ou", "dc", "cn", "o"};
	struct buf value = BUF_INIT, shown = BUF_INIT;

	escaped(&value, "", name);
	domainname_shown(name, &shown);
	buf_printf(out, "(&(!(objectClass=" CLASS_DOMAIN "))(!%s)(!%s)(|",
		s->domains.filter, s->users.filter);
	for (size_t i = 0; i < COUNT_OF(attributes); i++)
		term(out, attributes[i], value.s);
	if (strcmp(shown.s, name) != 0) {
		escaped(&value, "", shown.s);
		term(out, "ou", value.s);
		term(out, "cn", value.s);
		term(out, "o", value.s);
	}
	buf_puts(out, "))");
	buf_release(&value);
	buf_release(&shown);
}

/* The address first: slapd looks each term up in its index and intersects what it finds, in
 * this order, until nothing is left.  That all users are users is thousands of entries. */
void query_route_internal(
	const struct settings *s, const struct strv *keys, struct buf *out)
{
	buf_puts(out, "(&");
	addresses_any(s, "", keys, out);
	buf_puts(out, s->users.filter);
	query_internal_test(s, out);
	buf_putc(out, ')');
}

void query_route_external(const struct strv *keys, struct buf *out)
{
	size_t start;

	buf_puts(out, "(&");
	start = out->len;
	selected_terms("", keys, out);
	any_of(out, start, keys->n);
	buf_printf(out, "%s)", external_test);
}

/* What was typed as a substring pattern.  slapd's substring indexes serve a prefix from
 * two letters and an infix from four; without one it reads every entry. */
static bool pattern(const char *typed, struct buf *out)
{
	size_t n = text_trim(&typed), letters = 0;

	for (size_t i = 0; i < n; i++)
		letters += ((unsigned char)typed[i] & 0xc0) != 0x80;
	if (letters >= 4)
		buf_putc(out, '*');
	filter_escape(out, typed, n);
	buf_putc(out, '*');
	return n > 0;
}

void query_users_matching(const struct settings *s, const char *typed,
	const struct strv *names, struct buf *out)
{
	static const char *const attributes[] = {"cn", "displayName", "uid"};
	struct buf value = BUF_INIT;

	if (!pattern(typed, &value)) {
		query_users_of(s, names, USERS_ALL, out);
		buf_release(&value);
		return;
	}
	buf_printf(out, "(&%s", s->users.filter);
	if (names->n)
		addresses_any(s, "*@", names, out);
	buf_puts(out, "(|");
	for (size_t i = 0; i < COUNT_OF(attributes); i++)
		term(out, attributes[i], value.s);
	address_terms(s, value.s, out);
	buf_puts(out, "))");
	buf_release(&value);
}

struct names {
	ARRAY(const char *) list;
};

static void names_add(struct names *names, const char *name)
{
	for (size_t i = 0; i < names->list.n; i++)
		if (strcasecmp(names->list.v[i], name) == 0)
			return;
	*array_add(&names->list) = name;
}

static const char **names_end(struct names *names)
{
	*array_add(&names->list) = NULL;
	return names->list.v;
}

const char **query_domain_attributes(const struct settings *s)
{
	static const char *const always[] = {ATTR_OBJECT_CLASS, ATTR_DOMAIN,
		ATTR_DESCRIPTION, ATTR_RELAY, ATTR_FORWARD, "modifiersName",
		"modifyTimestamp"};
	struct names names = {0};

	(void)s;
	for (size_t i = 0; i < COUNT_OF(always); i++)
		names_add(&names, always[i]);
	return names_end(&names);
}

const char **query_user_attributes(const struct settings *s)
{
	static const char *const always[] = {ATTR_OBJECT_CLASS, "cn", "displayName", "uid",
		ATTR_ROUTING, ATTR_SELECTED, "modifiersName", "modifyTimestamp"};
	struct names names = {0};

	for (size_t i = 0; i < COUNT_OF(always); i++)
		names_add(&names, always[i]);
	for (size_t i = 0; i < s->users.addresses.n; i++)
		names_add(&names, s->users.addresses.v[i]);
	return names_end(&names);
}
