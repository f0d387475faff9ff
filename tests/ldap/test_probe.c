/*
 * Asking what one may do tells the truth and changes nothing: slapo-auditlog writes down
 * every change there is, and the whole tree is compared.
 */
#include "tests/ldap/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/probe.h"
#include "ldap/internal.h"
#include "tests/ldap/dave.h"
#include "tests/ldap/replica.h"

#define DOMAIN "associatedDomain=acme.example,ou=domains,dc=demo"
#define ALICE "uid=alice," DOMAIN
#define LEA "uid=lea,ou=admins,dc=demo"

/* Lea: everybody's routing, addresses in acme.example, entries in ou=people. */
static const char rules[] =
	"moduleload auditlog\noverlay auditlog\nauditlog \"$DIR/audit\"\n"
	"access to dn.subtree=ou=domains,dc=demo attrs=relaisRouting\n"
	"	by dn.exact=" LEA " write\n	by * break\n"
	"access to dn.subtree=ou=domains,dc=demo attrs=mail\n"
	"	val.regex=\"@acme[.]example$\"\n"
	"	by dn.exact=" LEA " write\n	by * break\n"
	"access to dn.base=ou=people,dc=demo attrs=children\n"
	"	by dn.exact=" LEA " write\n	by * break\n"
	"access to dn.onelevel=ou=people,dc=demo attrs=entry\n"
	"	by dn.exact=" LEA " write\n	by * break\n"
	"access to dn.subtree=dc=demo\n"
	"	by dn.exact=" LEA " read\n	by * break\n";

static const char entries[] = "dn: " LEA "\n"
			      "objectClass: account\nobjectClass: simpleSecurityObject\n"
			      "uid: lea\nuserPassword: demo\n\n"
			      "dn: uid=paul,ou=people,dc=demo\n"
			      "objectClass: inetOrgPerson\nuid: paul\ncn: P\nsn: P\n";

static char made[] = "/tmp/rp.XXXXXX";
static struct directory dir;
static struct store *store;

/* $DIR in the text is where it stands. */
static void write_file(const char *name, const char *text)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", made, name);
	f = fopen(path, "w");
	assert_non_null(f);
	for (const char *p; (p = strstr(text, "$DIR")); text = p + 4)
		fprintf(f, "%.*s%s", (int)(p - text), text, made);
	fputs(text, f);
	fclose(f);
}

static int start(void **state)
{
	char arguments[160];

	(void)state;
	assert_non_null(mkdtemp(made));
	write_file("rules.conf", rules);
	write_file("entries.ldif", entries);
	snprintf(arguments, sizeof(arguments), "tree %s/rules.conf %s/entries.ldif", made,
		made);
	directory_start(&dir, arguments);
	return 0;
}

static int stop(void **state)
{
	char command[64];

	(void)state;
	directory_stop(&dir);
	snprintf(command, sizeof(command), "rm -rf %s", made);
	return system(command);
}

static void sign_in(const char *who)
{
	dir.settings.directory.auth = AUTH_SIMPLE;
	store = ldap_store_new(&dir.settings);
	store_sign_in(store, who, "demo");
	if (!turn_to_phase(store, STORE_READY, PATIENCE_MS))
		fail_msg("not ready");
}

/* ---- wishes ---------------------------------------------------------------------- */

static struct change *value_gone(const char *dn, const char *attribute, const char *value)
{
	struct change *c = change_new(CHANGE_MODIFY, dn);

	mod_value(change_mod(c, MOD_DELETE, attribute), value, strlen(value));
	return c;
}

static struct change *new_person(const char *dn)
{
	static const char *const values[][2] = {
		{"objectClass", "inetOrgPerson"}, {"cn", "N"}, {"sn", "N"}};
	struct change *c = change_new(CHANGE_ADD, dn);

	for (size_t i = 0; i < COUNT_OF(values); i++)
		mod_value(change_mod(c, MOD_ADD, values[i][0]), values[i][1],
			strlen(values[i][1]));
	return c;
}

/* What is asked, and what the answer is for lea, for admin0. */
static const struct row {
	enum change_kind kind;
	const char *dn, *attribute, *value;
	enum permission lea, admin0;
} rows[] = {
	{CHANGE_MODIFY, ALICE, "relaisRouting", "none", PERMISSION_GIVEN, PERMISSION_GIVEN},
	{CHANGE_MODIFY, ALICE, "mail", "relais-probe@acme.example", PERMISSION_GIVEN,
		PERMISSION_GIVEN},
	{CHANGE_MODIFY, ALICE, "mail", "relais-probe@branch.example", PERMISSION_DENIED,
		PERMISSION_GIVEN},
	{CHANGE_MODIFY, ALICE, "relaisThirdPartyAddress", "relais-probe@acme.example",
		PERMISSION_DENIED, PERMISSION_GIVEN},
	{CHANGE_MODIFY, DOMAIN, "relaisSplitRelay", "[relais-probe.invalid]",
		PERMISSION_DENIED, PERMISSION_GIVEN},
	{CHANGE_MODIFY, DOMAIN, "relaisForwardUnknown", "TRUE", PERMISSION_DENIED,
		PERMISSION_GIVEN},
	{CHANGE_MODIFY, DOMAIN, "associatedDomain", "relais-probe.acme.example",
		PERMISSION_DENIED, PERMISSION_GIVEN},
	{CHANGE_MODIFY, DOMAIN, "description", "relais-probe", PERMISSION_DENIED,
		PERMISSION_GIVEN},
	{CHANGE_MODIFY, ALICE, "objectClass", "pilotPerson", PERMISSION_DENIED,
		PERMISSION_GIVEN},
	{CHANGE_DELETE, ALICE, NULL, NULL, PERMISSION_DENIED, PERMISSION_GIVEN},
	{CHANGE_DELETE, DOMAIN, NULL, NULL, PERMISSION_DENIED, PERMISSION_GIVEN},
	{CHANGE_DELETE, "uid=paul,ou=people,dc=demo", NULL, NULL, PERMISSION_GIVEN,
		PERMISSION_GIVEN},
	{CHANGE_ADD, "uid=relais-probe," DOMAIN, NULL, NULL, PERMISSION_DENIED,
		PERMISSION_GIVEN},
	{CHANGE_ADD, "uid=relais-probe,ou=people,dc=demo", NULL, NULL, PERMISSION_GIVEN,
		PERMISSION_GIVEN},
	/* what cannot be known by asking: a value that is there, an entry that is not,
	 * one more where none stands yet, an attribute of no schema */
	{CHANGE_MODIFY, ALICE, "mail", "alice@acme.example", PERMISSION_UNKNOWN,
		PERMISSION_UNKNOWN},
	{CHANGE_MODIFY, "uid=nobody," DOMAIN, "mail", "a@acme.example", PERMISSION_UNKNOWN,
		PERMISSION_UNKNOWN},
	{CHANGE_DELETE, "uid=nobody," DOMAIN, NULL, NULL, PERMISSION_UNKNOWN,
		PERMISSION_UNKNOWN},
	{CHANGE_ADD, "uid=relais-probe," ALICE, NULL, NULL, PERMISSION_UNKNOWN,
		PERMISSION_UNKNOWN},
	{CHANGE_MODIFY, ALICE, "relaisNothing", "x", PERMISSION_UNKNOWN,
		PERMISSION_UNKNOWN},
};

static struct change *wish_of(const struct row *r)
{
	switch (r->kind) {
	case CHANGE_MODIFY:
		return value_gone(r->dn, r->attribute, r->value);
	case CHANGE_DELETE:
		return change_new(CHANGE_DELETE, r->dn);
	case CHANGE_ADD:
		return new_person(r->dn);
	}
	return NULL;
}

struct answer {
	enum permission v[COUNT_OF(rows)];
	size_t events, n;
	bool done;
	enum outcome outcome;
};

static void on_answer(void *arg, const struct event *event)
{
	struct answer *a = arg;

	a->events++;
	a->done = true;
	assert_int_equal(event->kind, EVENT_DONE);
	a->outcome = event->outcome;
	a->n = event->count;
	for (size_t i = 0; i < event->count && event->permissions; i++)
		a->v[i] = event->permissions[i];
}

static struct op *ask(struct store *s, struct answer *a)
{
	struct change *wishes[COUNT_OF(rows)];
	struct op *op;

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		wishes[i] = wish_of(&rows[i]);
	op = store_probe(s, wishes, COUNT_OF(rows), on_answer, a);
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		change_free(wishes[i]);
	return op;
}

static void told(const struct answer *a, bool lea)
{
	assert_int_equal(a->outcome, OUTCOME_OK);
	assert_int_equal(a->n, COUNT_OF(rows));
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (a->v[i] != (lea ? rows[i].lea : rows[i].admin0))
			fail_msg("%s %s %s: %d", rows[i].dn,
				rows[i].attribute ? rows[i].attribute : "",
				rows[i].value ? rows[i].value : "", a->v[i]);
}

/* ---- nothing changes ------------------------------------------------------------- */

static char *output_of(const char *command)
{
	struct buf text = BUF_INIT;
	char block[4096];
	size_t n;
	FILE *f = popen(command, "r");

	assert_non_null(f);
	while ((n = fread(block, 1, sizeof(block), f)) > 0)
		buf_add(&text, block, n);
	assert_int_equal(pclose(f), 0);
	return buf_detach(&text);
}

/* Every line of every entry, entryCSN and contextCSN among them; slapd changes the order of
 * entries by itself. */
static char *whole_tree(void)
{
	char command[400];

	snprintf(command, sizeof(command),
		"LDAPNOINIT=1 ldapsearch -LLL -x -o ldif-wrap=no -H '%s' "
		"-D cn=root,dc=demo -w root -b dc=demo '*' + | sort",
		dir.uri);
	return output_of(command);
}

static char *audit(void)
{
	char command[64];

	snprintf(command, sizeof(command), "cat %s/audit 2>/dev/null || true", made);
	return output_of(command);
}

static void answers_and_no_change(const char *who)
{
	char *before = whole_tree(), *after, *logged;
	struct answer a = {0};

	assert_non_null(strstr(before, "contextCSN: "));
	sign_in(who);
	ask(store, &a);
	assert_true(turn_until(store, &a.done, PATIENCE_MS));
	told(&a, strcmp(who, "lea") == 0);
	assert_int_equal(a.events, 1);
	after = whole_tree();
	assert_string_equal(before, after);
	logged = audit();
	assert_string_equal(logged, "");
	store_free(store);
	free(before);
	free(after);
	free(logged);
}

static void for_some(void **state)
{
	(void)state;
	answers_and_no_change("lea");
}

static void for_all(void **state)
{
	(void)state;
	answers_and_no_change("admin0");
}

/* Else the test above could not fail. */
static void a_change_is_seen(void **state)
{
	char *logged;

	(void)state;
	dave_add(&dir);
	logged = audit();
	assert_non_null(strstr(logged, "changetype: add\n"));
	free(logged);
}

/* ---- as an operation -------------------------------------------------------------- */

static void nothing_asked(void **state)
{
	struct answer a = {0};

	(void)state;
	sign_in("lea");
	store_probe(store, NULL, 0, on_answer, &a);
	assert_int_equal(a.events, 0); /* never from the call itself */
	assert_true(turn_until(store, &a.done, PATIENCE_MS));
	assert_int_equal(a.outcome, OUTCOME_OK);
	assert_int_equal(a.n, 0);
	store_free(store);
}

static void cancelled(void **state)
{
	struct answer a = {0}, b = {0}, c = {0};
	struct op *first;

	(void)state;
	sign_in("lea");
	store_cancel(store, ask(store, &a)); /* not sent yet */
	first = ask(store, &b);
	turn_once(store, 0);
	if (!b.done)
		store_cancel(store, first);
	ask(store, &c);
	assert_true(turn_until(store, &c.done, PATIENCE_MS));
	told(&c, true);
	assert_int_equal(a.events, 0);
	assert_true(b.events <= 1);
	store_free(store);
}

/* Searches and probes beside each other: every answer finds its own. */
static void beside_searches(void **state)
{
	struct search search = {
		.base = "dc=demo", .scope = SCOPE_SUBTREE, .filter = "(uid=alice)"};
	struct answer a[5] = {0};
	struct said said[5] = {0};

	(void)state;
	sign_in("lea");
	for (size_t i = 0; i < COUNT_OF(a); i++) {
		ask(store, &a[i]);
		store_search(store, &search, said_event, &said[i]);
	}
	for (size_t i = 0; i < COUNT_OF(a); i++) {
		assert_true(turn_until(store, &a[i].done, PATIENCE_MS));
		assert_true(turn_until(store, &said[i].done, PATIENCE_MS));
		told(&a[i], true);
		assert_int_equal(said[i].entries, 1);
		said_release(&said[i]);
	}
	store_free(store);
}

/* The connection goes with the question: it is asked again. */
static void connection_lost(void **state)
{
	struct answer a = {0};

	(void)state;
	sign_in("lea");
	directory_pause(&dir);
	ask(store, &a);
	turn_once(store, 0);
	directory_kill(&dir);
	directory_serve(&dir, "", "");
	assert_true(turn_until(store, &a.done, PATIENCE_MS));
	told(&a, true);
	assert_int_equal(a.events, 1);
	store_free(store);
}

/* ---- on a replica ----------------------------------------------------------------- */

static void on_a_replica(void **state)
{
	struct change *wishes[] = {
		value_gone(ALICE, "relaisRouting", "none"),
		change_new(CHANGE_DELETE, ALICE),
		new_person("uid=relais-probe," DOMAIN),
	};
	struct answer a = {0}, away = {0};
	struct replica r;

	(void)state;
	replica_start(&r);
	store = ldap_store_new(&r.consumer.settings);
	assert_true(turn_to_phase(store, STORE_READY, PATIENCE_MS));
	store_probe(store, wishes, COUNT_OF(wishes), on_answer, &a);
	assert_true(turn_until(store, &a.done, PATIENCE_MS));
	for (size_t i = 0; i < COUNT_OF(wishes); i++)
		assert_int_equal(a.v[i], PERMISSION_GIVEN); /* the provider said so */
	/* nobody waits long for one that is away: nothing is known then */
	replica_sever(&r);
	store_probe(store, wishes, COUNT_OF(wishes), on_answer, &away);
	assert_true(turn_until(store, &away.done, PATIENCE_MS));
	assert_int_equal(away.outcome, OUTCOME_OK);
	for (size_t i = 0; i < COUNT_OF(wishes); i++)
		assert_int_equal(away.v[i], PERMISSION_UNKNOWN);
	for (size_t i = 0; i < COUNT_OF(wishes); i++)
		change_free(wishes[i]);
	store_free(store);
	replica_stop(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(for_some),
		cmocka_unit_test(for_all),
		cmocka_unit_test(nothing_asked),
		cmocka_unit_test(cancelled),
		cmocka_unit_test(beside_searches),
		cmocka_unit_test(connection_lost),
		cmocka_unit_test(a_change_is_seen),
		cmocka_unit_test(on_a_replica),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
