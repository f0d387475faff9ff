/* Every way a server says no becomes an err that names the entry and the attribute, with
 * the server's words, and changes nothing else. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ldap/result.h"
#include "ldap/store.h"
#include "tests/ldap/behind.h"

static const char alice[] = "uid=alice,associatedDomain=acme.example,ou=domains,dc=demo";

static struct directory dir;
static struct behind behind;

static int start(void **state)
{
	(void)state;
	directory_start(&dir, "tree");
	behind_start(&behind, &dir);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	behind_stop(&behind);
	directory_stop(&dir);
	return 0;
}

/* ---- the words ---- */

/* What slapd 2.5.13 says, measured; mail and relaisRouting are what the change touches. */
static void test_words(void **state)
{
	static const struct {
		const char *words, *attribute;
	} table[] = {
		{"mail: value #0 invalid per syntax", "mail"},
		{"MAIL: value #0 invalid per syntax", "mail"},
		{"modify/add: mail: value #0 already exists", "mail"},
		{"modify/delete: relaisRouting: no such value", "relaisRouting"},
		{"modify breaks constraint on relaisRouting", "relaisRouting"},
		{"non-unique attributes found with (|(mail=a@b.example))", "mail"},
		{"attribute 'mail' not allowed", "mail"},
		{"object class 'inetOrgPerson' requires attribute 'sn'", "sn"},
		{"attribute 'telexNumber;x-a' not allowed", "telexNumber;x-a"},
		{"attribute type undefined: no attribute of ours", ""},
		{"modify/add: telexNumber: no equality matching rule", "telexNumber"},
		{"telexNumber: multiple values provided", "telexNumber"},
		{"emails are full", ""},
		{"xmail: y", "xmail"},
		{"no write access to parent", ""},
		{"attribute '", ""},
		{"mail", "mail"},
		{":", ""},
		{"", ""},
	};
	struct change *c = change_new(CHANGE_MODIFY, alice);

	(void)state;
	change_mod(c, MOD_REPLACE, "mail");
	change_mod(c, MOD_REPLACE, "relaisRouting");
	for (size_t i = 0; i < COUNT_OF(table); i++) {
		struct err err;

		assert_false(result_err(&err, 19, alice, c, table[i].words));
		assert_int_equal(err.code, ERR_CONSTRAINT);
		assert_int_equal(err.number, 19);
		assert_string_equal(err.arg[0], alice);
		assert_string_equal(err.arg[1], table[i].attribute);
		assert_string_equal(err.server, table[i].words);
	}
	change_free(c);
}

static void test_hostile_words(void **state)
{
	char words[5000];
	struct err err;

	(void)state;
	memset(words, 'a', sizeof(words));
	words[sizeof(words) - 1] = '\0';
	result_err(&err, 80, NULL, NULL, words);
	assert_int_equal(strlen(err.server), sizeof(err.server) - 1);
	assert_string_equal(err.arg[0], "");
	memcpy(words, "attribute '", 11);
	result_err(&err, 80, words, NULL, words);
	assert_string_equal(err.arg[1], "");
	result_err(&err, 80, NULL, NULL, NULL);
	assert_string_equal(err.server, "");
	result_err(NULL, 80, NULL, NULL, NULL);
}

/* ---- each code ---- */

static const struct refusal {
	int result;
	enum err_code code;
	const char *words, *attribute;
} refusals[] = {
	{3, ERR_LIMIT, "", ""},
	{8, ERR_TLS_NEEDED, "stronger authentication required", ""},
	{10, ERR_REFERRAL, "", ""},
	{11, ERR_LIMIT, "administrative limit", ""},
	{13, ERR_TLS_NEEDED, "TLS confidentiality required", ""},
	{16, ERR_NO_SUCH_ATTRIBUTE, "modify/delete: description: no such attribute",
		"description"},
	{17, ERR_UNDEFINED_ATTRIBUTE, "description: attribute type undefined",
		"description"},
	{18, ERR_UNDEFINED_ATTRIBUTE, "", ""},
	{19, ERR_CONSTRAINT, "modify breaks constraint on description", "description"},
	{20, ERR_VALUE_EXISTS, "description: value #0 already exists", "description"},
	{21, ERR_INVALID_SYNTAX, "description: value #0 invalid per syntax", "description"},
	{32, ERR_NO_SUCH_OBJECT, "", ""},
	{34, ERR_SERVER, "invalid DN", ""},
	{50, ERR_DENIED, "no write access to entry", ""},
	{51, ERR_BUSY, "", ""},
	{52, ERR_UNAVAILABLE, "", ""},
	{53, ERR_UNWILLING, "shadow context; no update referral", ""},
	{64, ERR_SERVER, "naming violation", ""},
	{65, ERR_OBJECT_CLASS, "object class 'x' requires attribute 'sn'", "sn"},
	{66, ERR_NOT_LEAF, "subordinate objects must be deleted first", ""},
	{67, ERR_SERVER, "", ""},
	{68, ERR_ENTRY_EXISTS, "", ""},
	{69, ERR_OBJECT_CLASS, "structural object class modification", ""},
	{80, ERR_SERVER, "internal error \x1b[2J \xff", ""},
	{4096, ERR_SERVER, "", ""},
};

static void refuse(const struct refusal *r, enum proxy_op op, struct plan *p)
{
	struct said said = {0};

	proxy_answer(behind.proxy, op, r->result, r->words, 1);
	apply_to_end(behind.store, p, &said);
	if (said.outcome != OUTCOME_REFUSED)
		fail_msg("result %d: outcome %d", r->result, said.outcome);
	assert_int_equal(said.changed, 1);
	assert_int_equal(said.changed_outcome, OUTCOME_REFUSED);
	assert_int_equal(said.count, 0);
	assert_int_equal(said.err.code, r->code);
	assert_int_equal(said.err.number, r->result);
	assert_string_equal(said.err.server, r->words);
	assert_string_equal(said.err.arg[1], r->attribute);
	assert_int_equal(said.changed_err.code, r->code);
	assert_int_equal(store_status(behind.store)->phase, STORE_READY);
	said_release(&said);
}

static void test_modify_refused(void **state)
{
	struct entry *e = read_entry(behind.store, alice, NULL);
	struct plan *p = plan_to_set(e, "description", "mine", NULL);
	char *now;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(refusals); i++)
		refuse(&refusals[i], PROXY_MODIFY, p);
	now = directory_value(&dir, alice, "description");
	assert_string_equal(now, "");
	free(now);
	plan_free(p);
	entry_free(e);
}

static void test_delete_refused(void **state)
{
	struct change *c = change_new(CHANGE_DELETE, alice);
	struct plan *p = plan_of_change(c, "");
	char *now;

	(void)state;
	c->before = read_entry(behind.store, alice, NULL);
	for (size_t i = 0; i < COUNT_OF(refusals); i++) {
		struct refusal r = refusals[i];

		if (strstr(r.words, "description:") == r.words ||
			strstr(r.words, "modify") == r.words)
			continue; /* no such words about a delete */
		refuse(&r, PROXY_DELETE, p);
	}
	now = directory_value(&dir, alice, "cn");
	assert_string_equal(now, "Alice Martin");
	free(now);
	plan_free(p);
}

static void test_add_refused(void **state)
{
	struct change *c = change_new(CHANGE_ADD, "uid=new,ou=people,dc=demo");
	struct plan *p = plan_of_change(c, "");

	(void)state;
	mod_value(change_mod(c, MOD_ADD, "description"), "x", 1);
	for (size_t i = 0; i < COUNT_OF(refusals); i++)
		refuse(&refusals[i], PROXY_ADD, p);
	plan_free(p);
}

/* Once, then the entry turns out to be as it was read: written. */
static void test_false_alarm(void **state)
{
	struct entry *e = read_entry(behind.store, alice, NULL);
	struct plan *p = plan_to_set(e, "description", "once", NULL);
	struct said said = {0};

	(void)state;
	proxy_answer(behind.proxy, PROXY_MODIFY, 122, "", 1);
	apply_to_end(behind.store, p, &said);
	assert_int_equal(said.outcome, OUTCOME_OK);
	assert_string_equal(entry_text(said.now, "description"), "once");
	said_release(&said);
	plan_free(p);
	entry_free(e);
}

/* ---- a real server's ---- */

static struct plan *one_mod(
	const char *dn, enum mod_op op, const char *name, const char *value)
{
	struct change *c = change_new(CHANGE_MODIFY, dn);
	struct mod *m;

	entry_free(c->before);
	c->before = read_entry(behind.store, dn, NULL);
	m = change_mod(c, op, name);
	if (value)
		mod_value(m, value, strlen(value));
	return plan_of_change(c, "");
}

static void refused_for_real(
	struct plan *p, int result, enum err_code code, const char *attribute)
{
	struct said said = {0};

	apply_to_end(behind.store, p, &said);
	assert_int_equal(said.outcome, OUTCOME_REFUSED);
	assert_int_equal(said.err.number, result);
	assert_int_equal(said.err.code, code);
	if (strcmp(said.err.arg[1], attribute) != 0)
		fail_msg("'%s', not '%s': %s", said.err.arg[1], attribute, said.err.server);
	said_release(&said);
	plan_free(p);
}

static void test_real_modify(void **state)
{
	(void)state;
	refused_for_real(one_mod(alice, MOD_DELETE, "description", "nothing like it"), 16,
		ERR_NO_SUCH_ATTRIBUTE, "description");
	refused_for_real(one_mod(alice, MOD_ADD, "noSuchAttribute", "x"), 17,
		ERR_UNDEFINED_ATTRIBUTE, "noSuchAttribute");
	refused_for_real(one_mod(alice, MOD_ADD, "relaisRouting", "external"), 19,
		ERR_CONSTRAINT, "relaisRouting"); /* a second value */
	refused_for_real(one_mod(alice, MOD_REPLACE, "mail", "no address"), 19,
		ERR_CONSTRAINT, "mail"); /* slapo-constraint */
	refused_for_real(one_mod(alice, MOD_ADD, "mail", "bob@acme.example"), 19,
		ERR_CONSTRAINT, "mail"); /* slapo-unique */
	refused_for_real(one_mod(alice, MOD_ADD, "mail", "alice@acme.example"), 20,
		ERR_VALUE_EXISTS, "mail");
	refused_for_real(one_mod(alice, MOD_ADD, "relaisForwardUnknown", "maybe"), 21,
		ERR_INVALID_SYNTAX, "relaisForwardUnknown");
	refused_for_real(one_mod(alice, MOD_ADD, "relaisSplitRelay", "[192.0.2.1]"), 65,
		ERR_OBJECT_CLASS, "relaisSplitRelay");
	refused_for_real(
		one_mod(alice, MOD_DELETE, "sn", NULL), 65, ERR_OBJECT_CLASS, "sn");
	refused_for_real(one_mod(alice, MOD_REPLACE, "entryUUID", "x"), 21,
		ERR_INVALID_SYNTAX, "entryUUID");
}

static void test_real_others(void **state)
{
	static const char parent[] = "associatedDomain=acme.example,ou=domains,dc=demo";
	struct change *c = change_new(CHANGE_DELETE, parent);

	(void)state;
	c->before = read_entry(behind.store, parent, NULL);
	refused_for_real(plan_of_change(c, ""), 66, ERR_NOT_LEAF, "");

	c = change_new(CHANGE_ADD, "uid=x,ou=nowhere,dc=demo");
	mod_value(change_mod(c, MOD_ADD, "objectClass"), "account", 7);
	mod_value(change_mod(c, MOD_ADD, "uid"), "x", 1);
	refused_for_real(plan_of_change(c, ""), 32, ERR_NO_SUCH_OBJECT, "");

	c = change_new(CHANGE_ADD, alice);
	mod_value(change_mod(c, MOD_ADD, "objectClass"), "account", 7);
	mod_value(change_mod(c, MOD_ADD, "uid"), "alice", 5);
	refused_for_real(plan_of_change(c, ""), 68, ERR_ENTRY_EXISTS, "");
}

/* A user who may read her own entry writes what she may not. */
static void test_denied(void **state)
{
	struct settings settings = dir.settings;
	struct said said = {0};
	struct store *s;
	struct entry *e;
	struct plan *p;

	(void)state;
	settings.directory.auth = AUTH_SIMPLE;
	settings.directory.bind_dn =
		(char *)"uid=%s,associatedDomain=acme.example,ou=domains,dc=demo";
	s = ldap_store_new(&settings);
	store_sign_in(s, "alice", "demo");
	assert_true(turn_to_phase(s, STORE_READY, PATIENCE_MS));
	e = read_entry(s, alice, NULL);
	assert_non_null(e);
	p = plan_to_set(e, "relaisRouting", "none", NULL);
	apply_to_end(s, p, &said);
	assert_int_equal(said.outcome, OUTCOME_REFUSED);
	assert_int_equal(said.err.code, ERR_DENIED);
	assert_int_equal(said.err.number, 50);
	said_release(&said);
	plan_free(p);
	entry_free(e);
	store_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_hostile_words),
		cmocka_unit_test(test_modify_refused),
		cmocka_unit_test(test_delete_refused),
		cmocka_unit_test(test_add_refused),
		cmocka_unit_test(test_false_alarm),
		cmocka_unit_test(test_real_modify),
		cmocka_unit_test(test_real_others),
		cmocka_unit_test(test_denied),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
