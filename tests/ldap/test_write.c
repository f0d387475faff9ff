/* Writing: what was reviewed is what is sent, and nobody's change is overwritten. */
#include "tests/ldap/test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ldap/internal.h"
#include "tests/ldap/behind.h"
#include "tests/ldap/dave.h"

static const char domain[] = "associatedDomain=acme.example,ou=domains,dc=demo";
static const char carol[] = "uid=carol,associatedDomain=acme.example,ou=domains,dc=demo";

static struct directory dir;
static struct store *store;

static int start(void **state)
{
	(void)state;
	directory_start(&dir, "tree");
	store = ldap_store_new(&dir.settings);
	if (!turn_to_phase(store, STORE_READY, PATIENCE_MS))
		fail_msg("not ready");
	return 0;
}

static int stop(void **state)
{
	(void)state;
	store_free(store);
	directory_stop(&dir);
	return 0;
}

static int add_dave(void **state)
{
	(void)state;
	dave_add(&dir);
	return 0;
}

/* ---- plain ---- */

static void test_modify(void **state)
{
	struct entry *e = read_entry(store, domain, NULL);
	struct plan *p = plan_to_set(e, "relaisSplitRelay", "[mail.new.example]", NULL);
	struct said said = {0};

	(void)state;
	expect_outcome(store, p, OUTCOME_OK, &said);
	assert_string_equal(entry_text(said.now, "relaisSplitRelay"), "[mail.new.example]");
	assert_string_equal(said.now->dn, domain);
	assert_string_equal(said.now->id, e->id);
	assert_string_not_equal(said.now->csn, e->csn);
	has_value(&dir, domain, "relaisSplitRelay", "[mail.new.example]");
	said_release(&said);
	plan_free(p);
	entry_free(e);
}

static struct change *new_erin(const char *dn)
{
	static const char *const values[][2] = {{"objectClass", "inetOrgPerson"},
		{"uid", "erin"}, {"cn", "Erin"}, {"sn", "E"},
		{"description", " leading, and long enough to be folded in the text of a "
				"change record, which happens at seventy-six"}};
	struct change *c = change_new(CHANGE_ADD, dn);

	for (size_t i = 0; i < COUNT_OF(values); i++)
		mod_value(change_mod(c, MOD_ADD, values[i][0]), values[i][1],
			strlen(values[i][1]));
	return c;
}

static void test_add_and_delete(void **state)
{
	static const char dn[] = "uid=erin,ou=people,dc=demo";
	struct plan *p = plan_of_change(new_erin(dn), "add");
	struct said said = {0};
	struct change *gone = change_new(CHANGE_DELETE, dn);

	(void)state;
	expect_outcome(store, p, OUTCOME_OK, &said);
	assert_string_equal(entry_text(said.now, "cn"), "Erin");
	said_release(&said);
	expect_outcome(
		store, p, OUTCOME_REFUSED, &said); /* the plan runs again from its start */
	assert_int_equal(said.err.code, ERR_ENTRY_EXISTS);
	assert_string_equal(said.err.arg[0], dn);
	said_release(&said);
	plan_free(p);

	gone->before = read_entry(store, dn, NULL);
	p = plan_of_change(gone, "delete");
	expect_outcome(store, p, OUTCOME_OK, &said);
	assert_null(said.now);
	said_release(&said);
	assert_null(read_entry(store, dn, NULL));

	/* Undone: added again, with what the server alone writes left to it. */
	struct plan *back = plan_inverse(p);
	expect_outcome(store, back, OUTCOME_OK, &said);
	assert_string_equal(entry_text(said.now, "sn"), "E");
	said_release(&said);
	plan_free(back);
	plan_free(p);
	directory_sh(&dir, "ldapdelete -x -H $URI -D cn=root,dc=demo -w root "
			   "uid=erin,ou=people,dc=demo");
}

/* ---- somebody else was there ---- */

static void test_stale(void **state)
{
	struct entry *e = read_entry(store, dave, NULL);
	struct plan *p = plan_to_set(e, "description", "mine", NULL);
	struct said said = {0};

	(void)state;
	dave_modify(&dir, "replace: description\ndescription: theirs");
	expect_outcome(store, p, OUTCOME_STALE, &said);
	assert_string_equal(entry_text(said.now, "description"), "theirs");
	assert_string_equal(said.now->id, e->id);
	has_value(&dir, dave, "description", "theirs");
	said_release(&said);
	plan_free(p);
	entry_free(e);
}

static void test_other_attribute(void **state)
{
	struct entry *e = read_entry(store, dave, NULL);
	struct plan *p =
		plan_to_set(e, "mail", "dave@acme.example", "dd@acme.example", NULL);
	struct said said = {0};

	(void)state;
	dave_modify(&dir, "replace: userPassword\nuserPassword: two");
	expect_outcome(store, p, OUTCOME_OK, &said);
	has_value(&dir, dave, "mail", "dave@acme.example\ndd@acme.example");
	has_value(&dir, dave, "userPassword", "dHdv"); /* two */
	said_release(&said);
	plan_free(p);
	entry_free(e);
}

static void test_deleted(void **state)
{
	struct entry *e = read_entry(store, dave, NULL);
	struct plan *p = plan_to_set(e, "description", "mine", NULL);
	struct change *gone = change_new(CHANGE_DELETE, dave);
	struct plan *q = plan_of_change(gone, "delete");
	struct said said = {0};

	(void)state;
	gone->before = entry_copy(e);
	directory_sh(&dir, "ldapdelete -x -H $URI -D cn=root,dc=demo -w root "
			   "uid=dave,associatedDomain=acme.example,ou=domains,dc=demo");
	expect_outcome(store, p, OUTCOME_STALE, &said);
	assert_null(said.now);
	said_release(&said);
	expect_outcome(store, q, OUTCOME_STALE, &said);
	assert_null(said.now);
	said_release(&said);
	plan_free(p);
	plan_free(q);
	entry_free(e);
}

static void test_renamed(void **state)
{
	struct entry *e = read_entry(store, dave, NULL);
	struct plan *p = plan_to_set(e, "description", "mine", NULL);
	struct said said = {0};

	(void)state;
	directory_sh(&dir,
		"ldapmodrdn -x -H $URI -D cn=root,dc=demo -w root "
		"uid=dave,associatedDomain=acme.example,ou=domains,dc=demo uid=david");
	expect_outcome(store, p, OUTCOME_STALE, &said);
	assert_string_equal(
		said.now->dn, "uid=david,associatedDomain=acme.example,ou=domains,dc=demo");
	assert_string_equal(said.now->id, e->id);
	said_release(&said);
	plan_free(p);
	entry_free(e);
}

/* The same name and the same values, but another entry. */
static void test_recreated(void **state)
{
	struct entry *e = read_entry(store, dave, NULL);
	struct plan *p = plan_to_set(e, "description", "mine", NULL);
	struct said said = {0};

	(void)state;
	dave_add(&dir);
	expect_outcome(store, p, OUTCOME_STALE, &said);
	assert_string_equal(entry_text(said.now, "description"), "old");
	assert_string_not_equal(said.now->id, e->id);
	has_value(&dir, dave, "description", "old");
	said_release(&said);
	plan_free(p);
	entry_free(e);
}

static void test_stale_delete(void **state)
{
	struct change *gone = change_new(CHANGE_DELETE, dave);
	struct plan *p = plan_of_change(gone, "delete");
	struct said said = {0};

	(void)state;
	gone->before = read_entry(store, dave, NULL);
	dave_modify(&dir, "add: mail\nmail: third@acme.example");
	expect_outcome(store, p, OUTCOME_STALE, &said);
	assert_int_equal(entry_get(said.now, "mail")->values.n, 3);
	has_value(&dir, dave, "cn", "Dave");
	said_release(&said);
	plan_free(p);
}

/* Undo: the inverse knows no entryCSN, so the entry is read first. */
static void test_inverse(void **state)
{
	struct entry *e = read_entry(store, dave, NULL);
	struct plan *p = plan_to_set(e, "description", "mine", NULL);
	struct plan *back = plan_inverse(p);
	struct said said = {0};

	(void)state;
	expect_outcome(store, p, OUTCOME_OK, &said);
	said_release(&said);
	expect_outcome(store, back, OUTCOME_OK, &said);
	has_value(&dir, dave, "description", "old");
	said_release(&said);
	/* Twice is not undoing: what it would undo is not there. */
	expect_outcome(store, back, OUTCOME_STALE, &said);
	said_release(&said);
	plan_free(p);
	plan_free(back);
	entry_free(e);
}

/* ---- plans of several changes ---- */

struct several {
	struct change *changes[3];
	size_t at;
};

static const struct change *several_next(struct plan *p)
{
	struct several *s = p->source;

	return s->at < COUNT_OF(s->changes) ? s->changes[s->at++] : NULL;
}

static void several_rewind(struct plan *p)
{
	((struct several *)p->source)->at = 0;
}

static struct change *describe(const char *dn, const char *text)
{
	struct entry *e = read_entry(store, dn, NULL);
	struct change *c = change_new(CHANGE_MODIFY, dn);
	struct strv values = {0};

	strv_add(&values, text);
	change_set(c, e, "description", &values);
	strv_release(&values);
	entry_free(e);
	return c;
}

static void test_several(void **state)
{
	struct several three = {.changes = {describe(domain, "1"), describe(dave, "2"),
					describe(carol, "3")}};
	struct plan p = {.total = 3,
		.next = several_next,
		.rewind = several_rewind,
		.source = &three,
		.who = (char *)"",
		.why = (char *)""};
	struct said said = {0};

	(void)state;
	dave_modify(&dir, "replace: description\ndescription: theirs");
	apply_to_end(store, &p, &said);
	assert_int_equal(said.outcome, OUTCOME_STALE);
	assert_int_equal(said.changed, 2); /* written, and not */
	assert_int_equal(said.count, 1);
	has_value(&dir, domain, "description", "1");
	has_value(&dir, dave, "description", "theirs");
	has_value(&dir, carol, "description", "");
	said_release(&said);
	for (size_t i = 0; i < COUNT_OF(three.changes); i++)
		change_free(three.changes[i]);
}

static void test_empty_plan(void **state)
{
	struct several none = {.at = 3};
	struct plan p = {.next = several_next, .rewind = several_rewind, .source = &none};
	struct said said = {0};

	(void)state;
	apply_to_end(store, &p, &said);
	assert_int_equal(said.outcome, OUTCOME_OK);
	assert_int_equal(said.changed, 0);
	assert_int_equal(said.count, 0);
	said_release(&said);
}

/* ---- through the proxy ---- */

static const char long_value[] = "a value that has to be folded since it is longer than "
				 "a line may be, whatever its attribute is called";

/* What is reviewed and journalled is what goes over the wire, byte for byte. */
static void test_ldif_is_what_is_sent(void **state)
{
	static const char *const odd[] = {" a", "b ", ":c", "<d", "\xc3\xa9t\xc3\xa9",
		"e\nf", "\x1b[0m", "\x7f", long_value};
	struct behind b;
	struct entry *e = read_entry(store, dave, NULL);
	struct buf expected = BUF_INIT;
	struct strv values = {0};
	struct change *c = change_new(CHANGE_MODIFY, dave);
	struct plan *p = plan_of_change(c, "");
	struct said said = {0};
	char *recorded;

	(void)state;
	behind_start(&b, &dir);
	for (size_t i = 0; i < COUNT_OF(odd); i++)
		strv_add(&values, odd[i]);
	change_set(c, e, "description", &values);
	strv_release(&values);
	strv_add(&values, "d@acme.example");
	change_set(c, e, "mail", &values);
	strv_release(&values);
	change_set(c, e, "relaisRouting", &values);
	change_ldif(c, &expected);
	expect_outcome(b.store, p, OUTCOME_OK, &said);
	said_release(&said);
	plan_free(p);

	c = new_erin("uid=erin,ou=people,dc=demo");
	p = plan_of_change(c, "");
	change_ldif(c, &expected);
	expect_outcome(b.store, p, OUTCOME_OK, &said);
	plan_free(p);
	c = change_new(CHANGE_DELETE, "uid=erin,ou=people,dc=demo");
	c->before = entry_copy(said.now);
	said_release(&said);
	p = plan_of_change(c, "");
	change_ldif(c, &expected);
	expect_outcome(b.store, p, OUTCOME_OK, &said);
	said_release(&said);
	plan_free(p);

	recorded = proxy_recorded(b.proxy);
	assert_string_equal(recorded, expected.s);
	assert_non_null(strstr(recorded, "changetype: delete"));
	free(recorded);
	buf_release(&expected);
	entry_free(e);
	behind_stop(&b);
}

/* ---- a server without assertions ---- */

static struct session *session_of(struct store *s)
{
	return ((struct ldap_store *)s)->main.session;
}

static void test_guarded(void **state)
{
	struct behind b;
	struct entry *e = read_entry(store, dave, NULL);
	struct plan *p = plan_to_set(e, "description", "mine", NULL);
	struct said said = {0};
	char *recorded;

	(void)state;
	behind_start(&b, &dir);
	session_of(b.store)->asserts = session_of(b.store)->post_reads = false;
	expect_outcome(b.store, p, OUTCOME_OK, &said);
	assert_null(said.now);
	said_release(&said);
	recorded = proxy_recorded(b.proxy);
	assert_string_equal(recorded,
		"dn: uid=dave,associatedDomain=acme.example,ou=domains,dc=demo\n"
		"changetype: modify\n"
		"delete: description\ndescription: old\n-\n"
		"add: description\ndescription: mine\n-\n\n");
	free(recorded);
	expect_outcome(b.store, p, OUTCOME_STALE, &said);
	assert_string_equal(entry_text(said.now, "description"), "mine");
	said_release(&said);
	plan_free(p);
	entry_free(e);
	behind_stop(&b);
}

/* Changed after it was looked at: the old value in the request is not there (16), and
 * where there was none, a second one is one too many (20, or 19 from the schema). */
static void overtaken(const char *attribute, const char *mine, const char *theirs)
{
	struct ldap_store *s = (struct ldap_store *)ldap_store_new(&dir.settings);
	struct entry *e = read_entry(&s->base, dave, NULL);
	struct plan *p = plan_to_set(e, attribute, mine, NULL);
	struct said said = {0};
	struct op *op;

	s->main.session->asserts = false;
	op = store_apply(&s->base, p, said_event, &said);
	while (op->queue != &s->pending || op->write.phase != WRITE_CHANGE ||
		!op->write.now)
		store_step(&s->base, 0);
	dave_modify(&dir, theirs);
	assert_true(turn_until(&s->base, &said.done, PATIENCE_MS));
	assert_int_equal(said.outcome, OUTCOME_STALE);
	assert_non_null(said.now);
	said_release(&said);
	plan_free(p);
	entry_free(e);
	store_free(&s->base);
}

static void test_guarded_overtaken(void **state)
{
	(void)state;
	overtaken("description", "mine", "replace: description\ndescription: theirs");
	overtaken("relaisRouting", "internal",
		"replace: relaisRouting\nrelaisRouting: external");
	overtaken(
		"preferredLanguage", "fr", "add: preferredLanguage\npreferredLanguage: de");
	has_value(&dir, dave, "description", "theirs");
	has_value(&dir, dave, "relaisRouting", "external");
	has_value(&dir, dave, "preferredLanguage", "de");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_modify),
		cmocka_unit_test(test_add_and_delete),
		cmocka_unit_test_setup(test_stale, add_dave),
		cmocka_unit_test_setup(test_other_attribute, add_dave),
		cmocka_unit_test_setup(test_deleted, add_dave),
		cmocka_unit_test_setup(test_renamed, add_dave),
		cmocka_unit_test_setup(test_recreated, add_dave),
		cmocka_unit_test_setup(test_stale_delete, add_dave),
		cmocka_unit_test_setup(test_inverse, add_dave),
		cmocka_unit_test_setup(test_several, add_dave),
		cmocka_unit_test(test_empty_plan),
		cmocka_unit_test_setup(test_ldif_is_what_is_sent, add_dave),
		cmocka_unit_test_setup(test_guarded, add_dave),
		cmocka_unit_test_setup(test_guarded_overtaken, add_dave),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
