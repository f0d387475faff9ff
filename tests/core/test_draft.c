/* A form's draft as text, and everything that is none. */
#include "tests/core/test.h"

#include <string.h>

#include "core/draft.h"

static const char whole[] = "# relais draft 1\n"
			    "when: 2026-11-22T23:15:00Z\n"
			    "who: uid=admin0,ou=admins,dc=demo\n"
			    "directory: ldapi:/// dc=demo\n"
			    "form: domain\n"
			    "name: acme.example\n"
			    "dn: associatedDomain=acme.example,dc=demo\n"
			    "id: 8d5d\n"
			    "csn: 2026#1\n"
			    "read.associatedDomain: acme.example\n"
			    "read.associatedDomain: acme.test\n"
			    "read.description;lang-fr:: U29jacOpdMOpIQ==\n"
			    "typed.relay: 192.0.2.26\n"
			    "typed.alias: acme.test\n"
			    "typed.alias:: eCA=\n"
			    "typed.description:\n"
			    "end: 1\n";

static bool read(const char *text, struct draft *d)
{
	return draft_read(text, strlen(text), d);
}

static void there_and_back(void **state)
{
	struct draft d;
	struct buf out = BUF_INIT;
	struct strv aliases = {0};

	(void)state;
	assert_true(read(whole, &d));
	assert_string_equal(d.when, "2026-11-22T23:15:00Z");
	assert_string_equal(d.who, "uid=admin0,ou=admins,dc=demo");
	assert_string_equal(d.directory, "ldapi:/// dc=demo");
	assert_int_equal(d.form, DRAFT_DOMAIN);
	assert_string_equal(d.name, "acme.example");
	assert_string_equal(d.base->dn, "associatedDomain=acme.example,dc=demo");
	assert_string_equal(d.base->id, "8d5d");
	assert_string_equal(d.base->csn, "2026#1");
	assert_int_equal(entry_get(d.base, "associateddomain")->values.n, 2);
	assert_string_equal(entry_text(d.base, "description;lang-fr"), "Société!");
	assert_string_equal(draft_get(&d, "relay"), "192.0.2.26");
	assert_string_equal(draft_get(&d, "description"), "");
	assert_true(draft_has(&d, "description"));
	assert_false(draft_has(&d, "forward"));
	draft_get_all(&d, "alias", &aliases);
	assert_int_equal(aliases.n, 2);
	assert_string_equal(aliases.v[1], "x ");
	draft_write(&d, &out);
	assert_string_equal(out.s, whole);
	strv_release(&aliases);
	buf_release(&out);
	draft_release(&d);
}

/* Folded lines; bytes of every kind in what was read. */
static void any_value(void **state)
{
	static const char bytes[] = "\0\n\r\xff\xc3 :";
	struct draft d = {.form = DRAFT_USER}, again;
	struct buf out = BUF_INIT;
	char longest[1000];

	(void)state;
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	d.when = xstrdup("");
	d.who = xstrdup("ann");
	d.directory = xstrdup("");
	d.name = xstrdup("Élodie\n");
	d.base = entry_new("uid=a");
	entry_add(d.base, "mail", bytes, sizeof(bytes) - 1);
	entry_add(d.base, "mail", "", 0);
	draft_put(&d, "address", longest);
	draft_put(&d, "address", "<:\r\n ");
	draft_write(&d, &out);
	assert_true(draft_read(out.s, out.len, &again));
	assert_string_equal(again.name, "Élodie\n");
	assert_int_equal(entry_get(again.base, "mail")->values.v[0].n, sizeof(bytes) - 1);
	assert_memory_equal(
		entry_get(again.base, "mail")->values.v[0].p, bytes, sizeof(bytes) - 1);
	assert_int_equal(entry_get(again.base, "mail")->values.v[1].n, 0);
	assert_string_equal(draft_get(&again, "address"), longest);
	assert_string_equal(again.fields.v[1].value, "<:\r\n ");
	buf_release(&out);
	draft_release(&d);
	draft_release(&again);
}

static void new_ones_have_no_base(void **state)
{
	struct draft d;

	(void)state;
	assert_true(read("# relais draft 1\nwhen: w\nwho: x\ndirectory: d\n"
			 "form: new user\nname:\ntyped.uid: u\nend: 1\n",
		&d));
	assert_null(d.base);
	assert_int_equal(d.form, DRAFT_NEW_USER);
	draft_release(&d);
}

#define HEAD "# relais draft 1\nwhen: w\nwho: x\ndirectory: d\n"

/* Whatever is cut off, is none. */
static void cut(void **state)
{
	struct draft d;

	(void)state;
	for (size_t n = 0; n + 1 < sizeof(whole); n++)
		if (draft_read(whole, n, &d))
			fail_msg("%zu bytes are taken", n);
}

static void damaged(void **state)
{
	static const char *const texts[] = {
		"",
		"when: w\n",
		"# relais draft 2\nwhen: w\nwho: x\ndirectory: d\nform: new user\nname:\n"
		"end: 1\n",
		HEAD "form: new user\nname:\nend: 1\nmore: x\n", /* after its end */
		HEAD "form: new user\nend: 1\n",                 /* no name */
		HEAD "name: n\nend: 1\n",                        /* no form */
		HEAD "form: nothing\nname: n\nend: 1\n",
		HEAD "form: user\nname: n\nend: 1\n",                /* no base */
		HEAD "form: new user\nname: n\ndn: uid=a\nend: 1\n", /* a base */
		HEAD "form: user\nname: n\ndn:\nend: 1\n",
		HEAD "form: user\nname: n\ndn: a=b\ndn: a=c\nend: 1\n",
		HEAD "form: user\nname: n\nread.mail: a\ndn: a=b\nend: 1\n",
		HEAD "form: user\nname: n\ndn: a=b\nread.: a\nend: 1\n",
		HEAD "form: user\nform: user\nname: n\ndn: a=b\nend: 1\n",
		HEAD "who: y\nform: new user\nname: n\nend: 1\n",
		HEAD "form: new user\nname: n\nother: x\nend: 1\n",
		HEAD "form: new user\nname: n\nno colon\nend: 1\n",
		HEAD "form: new user\nname: n\ntyped.uid:: ####\nend: 1\n",
		HEAD "form: new user\nname: n\ntyped.uid:: AAAA\nend: 1\n", /* NULs */
		HEAD "form: new user\nname: n\ntyped.uid:: /w==\nend: 1\n", /* no UTF-8 */
		HEAD "form: new user\nname: n\ntyped.uid:< file:///etc/passwd\nend: 1\n",
	};
	struct draft d;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		if (read(texts[i], &d))
			fail_msg("taken: %s", texts[i]);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(any_value),
		cmocka_unit_test(new_ones_have_no_base),
		cmocka_unit_test(cut),
		cmocka_unit_test(damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
