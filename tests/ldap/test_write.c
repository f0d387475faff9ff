/* Writing: what was reviewed is what is sent, and nobody's change is overwritten. */
#include "tests/ldap/test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ldap/internal.h"
#include "tests/ldap/behind.h"

static const char domain[] = "associatedDomain=acme.example,ou=domains,dc=demo";
static const char carol[] = "uid=carol,associatedDomain=acme.example,ou=domains,dc=demo";
static const char dave[] = "uid=dave,associatedDomain=acme.example,ou=domains,dc=demo";

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

/* A fresh uid=dave for each test. */
static int add_dave(void **state)
{
	(void)state;
	directory_sh(&dir,
		"ldapdelete -c -x -H $URI -D cn=root,dc=demo -w root "
		"uid=dave,associatedDomain=acme.example,ou=domains,dc=demo "
		"uid=david,associatedDomain=acme.example,ou=domains,dc=demo 2>/dev/null\n"
		"$MODIFY -a <<-END\n"
		"dn: uid=dave,associatedDomain=acme.example,ou=domains,dc=demo\n"
		"objectClass: inetOrgPerson\nobjectClass: relaisUser\nuid: dave\ncn: Dave\n"
		"sn: D\nmail: dave@acme.example\nmail: d@acme.example\nrelaisRouting: "
		"none\n"
		"description: old\nuserPassword: one\nEND");
	return 0;
}

static void has_value(const char *dn, const char *attribute, const char *value)
{
	char *now = directory_value(&dir, dn, attribute);

	assert_string_equal(now, value);
	free(now);
}

static void modify_dave(const char *mods)
{
	struct buf command = BUF_INIT;

	buf_printf(&command, "$MODIFY <<-'END'\ndn: %s\nchangetype: modify\n%s\n-\nEND",
		dave, mods);
	directory_sh(&dir, command.s);
	buf_release(&command);
}

static void expect(struct store *s, struct plan *p, enum outcome outcome, struct said *said)
{
	apply_to_end(s, p, said);
	if (said->outcome != outcome)
		fail_msg(
			"outcome %d, not %d: %s", said->outcome, outcome, said->err.server);
	assert_int_equal(said->changed, 1);
	assert_int_equal(said->changed_outcome, outcome);
	assert_int_equal(said->count, outcome == OUTCOME_OK);
	assert_int_equal(said->after_done, 0);
	if (outcome == OUTCOME_STALE) {
		assert_int_equal(said->err.code, ERR_ASSERTION);
		assert_int_equal(said->err.number, 122);
	}
}

/* ---- plain ---- */

static void test_modify(void **state)
{
	struct entry *e = read_entry(store, domain, NULL);
	struct plan *p = plan_to_set(e, "relaisSplitRelay", "[mail.new.example]", NULL);
	struct said said = {0};

	(void)state;
	expect(store, p, OUTCOME_OK, &said);
	assert_string_equal(entry_text(said.now, "relaisSplitRelay"), "[mail.new.example]");
	assert_string_equal(said.now->dn, domain);
	assert_string_equal(said.now->id, e->id);
	assert_string_not_equal(said.now->csn, e->csn);
	has_value(domain, "relaisSplitRelay", "[mail.new.example]");
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
	expect(store, p, OUTCOME_OK, &said);
	assert_string_equal(entry_text(said.now, "cn"), "Erin");
	said_release(&said);
	expect(store, p, OUTCOME_REFUSED, &said); /* the plan runs again from its start */
	assert_int_equal(said.err.code, ERR_ENTRY_EXISTS);
	assert_string_equal(said.err.arg[0], dn);
	said_release(&said);
	plan_free(p);

	gone->before = read_entry(store, dn, NULL);
	p = plan_of_change(gone, "delete");
	expect(store, p, OUTCOME_OK, &said);
	assert_null(said.now);
	said_release(&said);
	assert_null(read_entry(store, dn, NULL));

	/* Undone: added again, with what the server alone writes left to it. */
	struct plan *back = plan_inverse(p);
	expect(store, back, OUTCOME_OK, &said);
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
	modify_dave("replace: description\ndescription: theirs");
	expect(store, p, OUTCOME_STALE, &said);
	assert_string_equal(entry_text(said.now, "description"), "theirs");
	assert_string_equal(said.now->id, e->id);
	has_value(dave, "description", "theirs");
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
	modify_dave("replace: userPassword\nuserPassword: two");
	expect(store, p, OUTCOME_OK, &said);
	has_value(dave, "mail", "dave@acme.example\ndd@acme.example");
	has_value(dave, "userPassword", "dHdv"); /* two */
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
	expect(store, p, OUTCOME_STALE, &said);
	assert_null(said.now);
	said_release(&said);
	expect(store, q, OUTCOME_STALE, &said);
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
	expect(store, p, OUTCOME_STALE, &said);
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
	add_dave(NULL);
	expect(store, p, OUTCOME_STALE, &said);
	assert_string_equal(entry_text(said.now, "description"), "old");
	assert_string_not_equal(said.now->id, e->id);
	has_value(dave, "description", "old");
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
	modify_dave("add: mail\nmail: third@acme.example");
	expect(store, p, OUTCOME_STALE, &said);
	assert_int_equal(entry_get(said.now, "mail")->values.n, 3);
	has_value(dave, "cn", "Dave");
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
	expect(store, p, OUTCOME_OK, &said);
	said_release(&said);
	expect(store, back, OUTCOME_OK, &said);
	has_value(dave, "description", "old");
	said_release(&said);
	/* Twice is not undoing: what it would undo is not there. */
	expect(store, back, OUTCOME_STALE, &said);
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
	modify_dave("replace: description\ndescription: theirs");
	apply_to_end(store, &p, &said);
	assert_int_equal(said.outcome, OUTCOME_STALE);
	assert_int_equal(said.changed, 2); /* written, and not */
	assert_int_equal(said.count, 1);
	has_value(domain, "description", "1");
	has_value(dave, "description", "theirs");
	has_value(carol, "description", "");
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
	expect(b.store, p, OUTCOME_OK, &said);
	said_release(&said);
	plan_free(p);

	c = new_erin("uid=erin,ou=people,dc=demo");
	p = plan_of_change(c, "");
	change_ldif(c, &expected);
	expect(b.store, p, OUTCOME_OK, &said);
	plan_free(p);
	c = change_new(CHANGE_DELETE, "uid=erin,ou=people,dc=demo");
	c->before = entry_copy(said.now);
	said_release(&said);
	p = plan_of_change(c, "");
	change_ldif(c, &expected);
	expect(b.store, p, OUTCOME_OK, &said);
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
	return ((struct ldap_store *)s)->session;
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
	expect(b.store, p, OUTCOME_OK, &said);
	assert_null(said.now);
	said_release(&said);
	recorded = proxy_recorded(b.proxy);
	assert_string_equal(recorded,
		"dn: uid=dave,associatedDomain=acme.example,ou=domains,dc=demo\n"
		"changetype: modify\n"
		"delete: description\ndescription: old\n-\n"
		"add: description\ndescription: mine\n-\n\n");
	free(recorded);
	expect(b.store, p, OUTCOME_STALE, &said);
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

	s->session->asserts = false;
	op = store_apply(&s->base, p, said_event, &said);
	while (op->queue != &s->pending || op->write.phase != WRITE_CHANGE ||
		!op->write.now)
		store_step(&s->base, 0);
	modify_dave(theirs);
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
	has_value(dave, "description", "theirs");
	has_value(dave, "relaisRouting", "external");
	has_value(dave, "preferredLanguage", "de");
}

/* ---- others again and again, and answers that never come ---- */

static void test_overtaken_for_ever(void **state)
{
	struct behind b;
	struct entry *e = read_entry(store, dave, NULL);
	struct plan *p = plan_to_set(e, "description", "mine", NULL);
	struct said said = {0};
	char *recorded, *at;
	int tries = 0;

	(void)state;
	behind_start(&b, &dir);
	proxy_answer(b.proxy, PROXY_MODIFY, 122, "", PROXY_ALWAYS);
	expect(b.store, p, OUTCOME_STALE, &said);
	assert_string_equal(entry_text(said.now, "description"), "old");
	said_release(&said);
	recorded = proxy_recorded(b.proxy);
	for (at = recorded; (at = strstr(at, "changetype")); at++)
		tries++;
	assert_int_equal(tries, MOST_TRIES);
	free(recorded);
	plan_free(p);
	entry_free(e);
	behind_stop(&b);
}

/* Both attributes of one change, or neither. */
static bool is_written(void)
{
	struct entry *e = read_entry(store, dave, NULL);
	bool written = strcmp(entry_text(e, "description"), "mine") == 0;

	assert_int_equal(written, strcmp(entry_text(e, "relaisRouting"), "internal") == 0);
	entry_free(e);
	return written;
}

static void make_old(void)
{
	struct entry *e = read_entry(store, dave, NULL);
	struct change *c = change_new(CHANGE_MODIFY, dave);
	struct strv old = {0}, none = {0};
	struct plan *p = plan_of_change(c, "");
	struct said said = {0};

	strv_add(&old, "old");
	strv_add(&none, "none");
	change_set(c, e, "description", &old);
	change_set(c, e, "relaisRouting", &none);
	expect(store, p, OUTCOME_OK, &said);
	said_release(&said);
	strv_release(&old);
	strv_release(&none);
	plan_free(p);
	entry_free(e);
}

static struct plan *two_attributes(void)
{
	struct entry *e = read_entry(store, dave, NULL);
	struct change *c = change_new(CHANGE_MODIFY, dave);
	struct strv mine = {0}, internal = {0};

	strv_add(&mine, "mine");
	strv_add(&internal, "internal");
	change_set(c, e, "description", &mine);
	change_set(c, e, "relaisRouting", &internal);
	strv_release(&mine);
	strv_release(&internal);
	entry_free(e);
	return plan_of_change(c, "");
}

/* The connection is cut at every byte of a save: what is said is true. */
static void cut_everywhere(struct behind *b, enum proxy_way way, size_t whole)
{
	for (size_t n = 0; n <= whole; n++) {
		struct plan *p = two_attributes();
		struct said said = {0};

		proxy_cut(b->proxy, way, n, 1);
		apply_to_end(b->store, p, &said);
		if (said.outcome == OUTCOME_OK)
			assert_true(is_written());
		else
			assert_int_equal(said.outcome, OUTCOME_UNKNOWN);
		assert_int_equal(said.changed, 1);
		assert_int_equal(said.changed_outcome, said.outcome);
		if (said.outcome == OUTCOME_UNKNOWN) {
			assert_int_equal(said.err.code, ERR_DISCONNECTED);
			assert_int_equal(said.count, 0);
		}
		if (way == PROXY_UP && n < whole)
			assert_false(is_written());
		if (way == PROXY_DOWN)
			assert_int_equal(
				said.outcome, n < whole ? OUTCOME_UNKNOWN : OUTCOME_OK);
		said_release(&said);
		plan_free(p);
		if (is_written())
			make_old();
		assert_true(turn_to_phase(b->store, STORE_READY, PATIENCE_MS));
	}
}

static void test_cut(void **state)
{
	struct behind b;
	struct plan *p;
	struct said said = {0};
	size_t up, down;

	(void)state;
	behind_start(&b, &dir);
	p = two_attributes();
	expect(b.store, p, OUTCOME_OK, &said);
	said_release(&said);
	plan_free(p);
	up = proxy_passed(b.proxy, PROXY_UP);
	down = proxy_passed(b.proxy, PROXY_DOWN);
	assert_in_range(up, 200, 400);
	assert_in_range(down, 200, 800);
	make_old();
	/* The mark is at the first write of a connection: begin with a new one. */
	behind_stop(&b);
	behind_start(&b, &dir);
	cut_everywhere(&b, PROXY_UP, up);
	cut_everywhere(&b, PROXY_DOWN, down);
	behind_stop(&b);
}

/* Stopped while it is asked: waits, says so, and goes on. */
static void test_stopped(void **state)
{
	struct entry *e = read_entry(store, dave, NULL);
	struct plan *p = plan_to_set(e, "description", "mine", NULL);
	struct said said = {0};
	int64_t began;

	(void)state;
	directory_pause(&dir);
	said.op = store_apply(store, p, said_event, &said);
	began = test_clock_ms();
	assert_true(turn_to_phase(store, STORE_WAITING, 5000));
	assert_in_range(test_clock_ms() - began, 1990, 2500);
	assert_int_equal(store_status(store)->waiting_s, 2);
	assert_false(said.done);
	directory_resume(&dir);
	assert_true(turn_until(store, &said.done, PATIENCE_MS));
	assert_int_equal(said.outcome, OUTCOME_OK);
	assert_int_equal(store_status(store)->phase, STORE_READY);
	has_value(dave, "description", "mine");
	said_release(&said);
	plan_free(p);
	entry_free(e);
}

/* Killed with a write before it: unknown.  Killed while the entry is only being looked
 * at: nothing is lost, it goes on when there is a server again. */
static void test_killed(void **state)
{
	struct entry *e = read_entry(store, dave, NULL);
	struct plan *p = plan_to_set(e, "description", "mine", NULL);
	struct plan *q;
	struct said write = {0}, look = {0}, wait = {0};

	(void)state;
	entry_set_state(e, e->id, "");
	q = plan_to_set(e, "preferredLanguage", "fr", NULL);
	directory_pause(&dir);
	write.op = store_apply(store, p, said_event, &write);
	look.op = store_apply(store, q, said_event, &look);
	turn_once(store, 0);
	turn_once(store, 50);
	directory_kill(&dir);
	assert_true(turn_until(store, &write.done, PATIENCE_MS));
	assert_int_equal(write.outcome, OUTCOME_UNKNOWN);
	assert_int_equal(write.changed_outcome, OUTCOME_UNKNOWN);
	wait.op = store_apply(store, p, said_event, &wait);
	turn_once(store, 100);
	assert_false(look.done || wait.done);
	directory_serve(&dir, "", "");
	assert_true(turn_until(store, &look.done, PATIENCE_MS));
	assert_true(turn_until(store, &wait.done, PATIENCE_MS));
	assert_int_equal(look.outcome, OUTCOME_OK);
	assert_int_equal(wait.outcome, OUTCOME_OK);
	has_value(dave, "preferredLanguage", "fr");
	has_value(dave, "description", "mine");
	said_release(&write);
	said_release(&look);
	said_release(&wait);
	plan_free(p);
	plan_free(q);
	entry_free(e);
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
		cmocka_unit_test_setup(test_overtaken_for_ever, add_dave),
		cmocka_unit_test_setup(test_cut, add_dave),
		cmocka_unit_test_setup(test_stopped, add_dave),
		cmocka_unit_test_setup(test_killed, add_dave),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
