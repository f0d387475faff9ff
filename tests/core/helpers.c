#include "tests/core/test.h"

void suite_add(struct suite *s, const char *name, CMUnitTestFunction check, const void *row)
{
	if (s->n == COUNT_OF(s->v))
		BUG("more than %zu tests", s->n);
	s->v[s->n++] = (struct CMUnitTest){
		.name = name, .test_func = check, .initial_state = (void *)(uintptr_t)row};
}

int suite_run(struct suite *s)
{
	return _cmocka_run_group_tests("core", s->v, s->n, NULL, NULL);
}

struct entry *entry_of(const char *dn, const char *lines)
{
	struct entry *e = entry_new(dn);

	while (*lines) {
		size_t name = strcspn(lines, ":");
		size_t end = strcspn(lines, "\n");
		char *copy = xstrndup(lines, name);

		entry_add(e, copy, lines + name + 2, end - name - 2);
		free(copy);
		lines += end + (lines[end] == '\n');
	}
	return e;
}

struct strv words(const char *text)
{
	struct strv list = {0};

	while (*text) {
		size_t n = strcspn(text, " ");
		char *word = xstrndup(text, n);

		strv_add(&list, word);
		free(word);
		text += n + (text[n] == ' ');
	}
	return list;
}

void assert_words(const struct strv *list, const char *text)
{
	struct buf all = BUF_INIT;

	for (size_t i = 0; i < list->n; i++)
		buf_printf(&all, "%s%s", i ? " " : "", list->v[i]);
	assert_string_equal(all.s, text);
	buf_release(&all);
}

struct domain domain_of(const char *dn, const char *lines)
{
	struct entry *e = entry_of(dn, lines);
	struct domain d;

	assert_true(domain_decode(e, &d));
	entry_free(e);
	return d;
}

struct user user_of(const char *dn, const char *lines, const struct settings *s)
{
	struct entry *e = entry_of(dn, lines);
	struct user u;

	user_decode(e, s, &u);
	entry_free(e);
	return u;
}

static const char *const rule_names[] = {"OK", "EMPTY", "RELAY_MALFORMED", "RELAY_PORT",
	"ADDRESS_MALFORMED", "ADDRESS_ROUTED", "ADDRESS_NOT_ASCII", "DOMAIN_MALFORMED",
	"UID_MALFORMED", "FORWARD_NEEDS_RELAY", "EXTERNAL_NEEDS_RELAY", "RELAY_IN_USE",
	"SELECTION_EMPTY", "SELECTION_NOT_OWN", "ADDRESS_TAKEN", "ADDRESS_NOT_HOSTED",
	"DOMAIN_TAKEN", "DOMAIN_IN_USE", "RELAY_IS_LOCAL", "INTERNAL_NO_ADDRESS",
	"RELAY_UNRESOLVED", "FORWARD_WITH_EXTERNAL", "ROUTING_DEFAULTED", "ADDRESS_REFUSED",
	"ADDRESS_AS_UNKNOWN", "RELAY_GONE", "DOMAIN_LET_GO", "NO_ADDRESS_THERE",
	"POSTMASTER_MISSING", "ROUTING_UNKNOWN", "SCHEMA_MISSING", "OVERLAY_MISSING",
	"INDEX_MISSING", "POSTFIX_CLAIMS", "POSTFIX_ORIGIN", "POSTFIX_NO_IPV6",
	"POSTFIX_CHROOT", "POSTFIX_CACHE", "POSTFIX_VIRTUAL", "POSTFIX_UNCHECKED",
	"POSTFIX_TABLE", "POSTFIX_DELIMITER", "SCHEMA_UNREAD", "CONFIG_UNREAD",
	"POSTFIX_UNREAD", "POSTFIX_UNUSED"};
static const char *const severity_names[] = {"NOTE", "WARNING", "ERROR"};
static const char *const field_names[] = {"NONE", "RELAY", "FORWARD", "NAME", "ALIASES",
	"DESCRIPTION", "ROUTING", "SELECTION", "ADDRESSES", "UID"};

static const char *or_dash(const char *s)
{
	return s ? s : "-";
}

void assert_findings(struct findings *f, const char *text)
{
	struct buf all = BUF_INIT;

	for (size_t i = 0; i < f->n; i++) {
		const struct finding *one = &f->v[i];

		buf_printf(&all, "%s %s %s %lu %s %s %s\n", rule_names[one->rule],
			severity_names[one->severity], field_names[one->field], one->n,
			or_dash(one->arg[0]), or_dash(one->arg[1]), or_dash(one->arg[2]));
	}
	findings_release(f);
	assert_string_equal(all.s, text);
	buf_release(&all);
}

void assert_change(struct change *c, const char *ldif)
{
	struct buf out = BUF_INIT;

	if (c)
		change_ldif(c, &out);
	change_free(c);
	assert_string_equal(out.s, ldif ? ldif : "");
	buf_release(&out);
}
