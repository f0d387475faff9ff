/* How it is found that the server lacks what it should have: relais.schema, relais-overlays
 * and relais-index of ldap/schema. */
#include <string.h>
#include <strings.h>

#include "core/audit_parts.h"
#include "core/schema.h"

static const struct audit_at server = {.about = ABOUT_SERVER};

static bool is_word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == ';' || c == '.';
}

/* The word, whole and in any case, within the first n bytes of text. */
static bool has_word(const char *text, size_t n, const char *word)
{
	size_t len = strlen(word);

	for (size_t i = 0; len && i + len <= n; i++)
		if ((i == 0 || !is_word_char(text[i - 1])) &&
			(i + len == n || !is_word_char(text[i + len])) &&
			strncasecmp(text + i, word, len) == 0)
			return true;
	return false;
}

/* ---- schema --------------------------------------------------------------------- */

/* "( OID NAME ( 'a' 'b' ) DESC '...' ...": the names are before the description. */
static bool defines(const struct strv *definitions, const char *name)
{
	for (size_t i = 0; i < definitions->n; i++) {
		const char *text = definitions->v[i];
		const char *names = strstr(text, " NAME ");
		const char *end;

		if (!names)
			continue;
		names += strlen(" NAME");
		end = strstr(names, " DESC ");
		if (has_word(names, end ? (size_t)(end - names) : strlen(names), name))
			return true;
	}
	return false;
}

void find_schema(struct audit *a, const struct audit_rule *r, const struct audit_server *s)
{
	static const char *const types[] = {
		ATTR_DOMAIN, ATTR_RELAY, ATTR_FORWARD, ATTR_ROUTING, ATTR_SELECTED};
	static const char *const classes[] = {CLASS_DOMAIN, CLASS_USER};
	const struct strv *addresses = &a->settings->users.addresses;

	for (size_t i = 0; s->types && i < COUNT_OF(types); i++)
		if (!defines(s->types, types[i]))
			audit_report(a, r, &server, types[i], NULL, NULL);
	for (size_t i = 0; s->types && i < addresses->n; i++)
		if (!defines(s->types, addresses->v[i]))
			audit_report(a, r, &server, addresses->v[i], NULL, NULL);
	for (size_t i = 0; s->classes && i < COUNT_OF(classes); i++)
		if (!defines(s->classes, classes[i]))
			audit_report(a, r, &server, classes[i], NULL, NULL);
}

void find_schema_unread(
	struct audit *a, const struct audit_rule *r, const struct audit_server *s)
{
	if (!s->types || !s->classes)
		audit_report(a, r, &server, NULL, NULL, NULL);
}

/* ---- overlays ------------------------------------------------------------------- */

static bool any_has_word(const struct strv *values, const char *word)
{
	for (size_t i = 0; i < values->n; i++)
		if (has_word(values->v[i], strlen(values->v[i]), word))
			return true;
	return false;
}

/* "mail,relaisThirdPartyAddress regex ...": the attributes are the first word. */
static bool any_constrains(const struct strv *values, const char *word)
{
	for (size_t i = 0; i < values->n; i++)
		if (has_word(values->v[i], strcspn(values->v[i], " "), word))
			return true;
	return false;
}

typedef bool covers_fn(const struct strv *values, const char *word);

static void lacking(
	const struct strv *values, covers_fn *covers, const char *word, struct buf *out)
{
	if (!covers(values, word))
		buf_printf(out, "%s%s", out->len ? ", " : "", word);
}

static void find_overlay(struct audit *a, const struct audit_rule *r, const char *overlay,
	const struct strv *values, covers_fn *covers, const char *const *always, size_t n)
{
	const struct strv *addresses = &a->settings->users.addresses;
	struct buf missing = BUF_INIT;

	for (size_t i = 0; i < addresses->n; i++)
		lacking(values, covers, addresses->v[i], &missing);
	for (size_t i = 0; i < n; i++)
		lacking(values, covers, always[i], &missing);
	if (missing.len)
		audit_report(a, r, &server, overlay, missing.s, NULL);
	buf_release(&missing);
}

void find_unique(struct audit *a, const struct audit_rule *r, const struct audit_server *s)
{
	static const char *const always[] = {ATTR_SELECTED, ATTR_DOMAIN};

	if (s->config_read)
		find_overlay(
			a, r, "unique", s->unique, any_has_word, always, COUNT_OF(always));
}

void find_constraint(
	struct audit *a, const struct audit_rule *r, const struct audit_server *s)
{
	static const char *const always[] = {
		ATTR_SELECTED, ATTR_RELAY, ATTR_DOMAIN, ATTR_ROUTING};

	if (s->config_read)
		find_overlay(a, r, "constraint", s->constraints, any_constrains, always,
			COUNT_OF(always));
}

/* ---- indexes -------------------------------------------------------------------- */

static bool is_indexed(const struct strv *indexes, const char *attribute, const char *kind)
{
	for (size_t i = 0; i < indexes->n; i++) {
		const char *value = indexes->v[i];
		size_t names = strcspn(value, " \t");

		if (has_word(value, names, attribute) &&
			has_word(value + names, strlen(value + names), kind))
			return true;
	}
	return false;
}

static void need_index(struct audit *a, const struct audit_rule *r,
	const struct audit_server *s, const char *attribute, bool eq, bool sub)
{
	bool no_eq = eq && !is_indexed(s->indexes, attribute, "eq");
	bool no_sub = sub && !is_indexed(s->indexes, attribute, "sub");

	if (no_eq || no_sub)
		audit_report(a, r, &server, attribute,
			no_eq && no_sub ? "eq,sub"
			: no_eq         ? "eq"
					: "sub",
			NULL);
}

void find_index(struct audit *a, const struct audit_rule *r, const struct audit_server *s)
{
	static const struct {
		const char *attribute;
		bool eq, sub;
	} needed[] = {
		{ATTR_OBJECT_CLASS, true, false},
		{ATTR_DOMAIN, true, false},
		{ATTR_SELECTED, true, true},
		{ATTR_ROUTING, true, false},
		{ATTR_FORWARD, true, false},
		{ATTR_RELAY, false, true},
		{"entryUUID", true, false},
		{"entryCSN", true, false},
	};
	const struct strv *addresses = &a->settings->users.addresses;

	for (size_t i = 0; s->config_read && i < addresses->n; i++)
		need_index(a, r, s, addresses->v[i], true, true);
	for (size_t i = 0; s->config_read && i < COUNT_OF(needed); i++)
		need_index(a, r, s, needed[i].attribute, needed[i].eq, needed[i].sub);
}

void find_config_unread(
	struct audit *a, const struct audit_rule *r, const struct audit_server *s)
{
	if (!s->config_read)
		audit_report(a, r, &server, NULL, NULL, NULL);
}
