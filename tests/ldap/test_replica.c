/* A replica: changes are made at its provider, and what was saved is shown at once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ldap/internal.h"
#include "tests/ldap/dave.h"
#include "tests/ldap/replica.h"

#define ACME "associatedDomain=acme.example,ou=domains,dc=demo"

static struct replica r;
static struct store *store;

static int start(void **state)
{
	(void)state;
	replica_start(&r);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	replica_stop(&r);
	return 0;
}

static int open_store(void **state)
{
	(void)state;
	dave_add(&r.provider);
	replica_await(&r);
	store = ldap_store_new(&r.consumer.settings);
	if (!turn_to_phase(store, STORE_READY, PATIENCE_MS))
		fail_msg("not ready");
	return 0;
}

static int close_store(void **state)
{
	(void)state;
	store_free(store);
	replica_release(&r);
	return 0;
}

static struct ldap_store *inside(void)
{
	return (struct ldap_store *)store;
}

/* ---- looking ---- */

static void shows(const char *dn, const char *attribute, const char *value)
{
	struct entry *e = read_entry(store, dn, NULL);

	if (!e)
		fail_msg("%s: not there", dn);
	assert_string_equal(entry_text(e, attribute), value);
	entry_free(e);
}

static size_t count_of(const char *filter)
{
	struct said said = {0};
	size_t n;

	search_to_end(store,
		&(struct search){.base = "dc=demo",
			.scope = SCOPE_SUBTREE,
			.filter = filter,
			.count_only = true},
		&said);
	assert_int_equal(said.outcome, OUTCOME_OK);
	n = said.count;
	said_release(&said);
	return n;
}

static void save(const char *dn, const char *attribute, const char *value)
{
	struct entry *e = read_entry(store, dn, NULL);
	struct plan *p = plan_to_set(e, attribute, value, NULL);
	struct said said = {0};

	expect_outcome(store, p, OUTCOME_OK, &said);
	assert_string_equal(entry_text(said.now, attribute), value);
	said_release(&said);
	plan_free(p);
	entry_free(e);
}

/* The save of a description that is refused. */
static void refused(enum err_code code, const char *argument)
{
	struct entry *e = read_entry(store, dave, NULL);
	struct plan *p = plan_to_set(e, "description", "mine", NULL);
	struct said said = {0};

	expect_outcome(store, p, OUTCOME_REFUSED, &said);
	assert_int_equal(said.err.code, code);
	assert_int_equal(said.changed_err.code, code);
	assert_string_equal(said.err.arg[0], argument);
	said_release(&said);
	plan_free(p);
	entry_free(e);
}

static void await_caught_up(void)
{
	int64_t end = test_clock_ms() + PATIENCE_MS;

	while (!TAILQ_EMPTY(&inside()->behind)) {
		if (test_clock_ms() > end)
			fail_msg("it never has caught up");
		turn_once(store, 50);
	}
}

static void await_status(bool (*is)(const struct store_status *))
{
	int64_t end = test_clock_ms() + PATIENCE_MS;

	while (!is(store_status(store))) {
		if (test_clock_ms() > end)
			fail_msg("the status does not change");
		turn_once(store, 50);
	}
}

static bool is_read_only(const struct store_status *st)
{
	return st->read_only;
}

static bool takes_changes(const struct store_status *st)
{
	return *st->provider && !st->read_only;
}

static bool is_behind(const struct store_status *st)
{
	return st->behind_s >= 1;
}

static void await_spoken(void)
{
	int64_t end = test_clock_ms() + PATIENCE_MS;

	while (inside()->provider.silent) {
		if (test_clock_ms() > end)
			fail_msg("the provider stays silent");
		turn_once(store, 50);
	}
}

/* ---- saving ---- */

static void test_shown_at_once(void **state)
{
	(void)state;
	assert_string_equal(store_status(store)->provider, "");
	assert_string_equal(store_status(store)->writer_dn, "uid=admin0,ou=admins,dc=demo");
	replica_hold(&r);
	save(dave, "description", "mine");
	has_value(&r.provider, dave, "description", "mine");
	assert_true(replica_has(&r, dave, "description", "old"));
	shows(dave, "description", "mine");
	assert_int_equal(count_of("(description=mine)"), 1);
	assert_string_equal(store_status(store)->provider, "ldapi");
	assert_false(store_status(store)->read_only);
	await_status(is_behind);

	/* a second save, of what was shown, goes there directly */
	save(dave, "description", "mine, too");
	shows(dave, "description", "mine, too");
	assert_true(replica_has(&r, dave, "description", "old"));

	replica_release(&r);
	await_caught_up();
	assert_true(replica_has(&r, dave, "description", "mine, too"));
	assert_int_equal(store_status(store)->behind_s, 0);

	/* then the replica is read again */
	replica_hold(&r);
	dave_modify(&r.provider, "replace: description\ndescription: theirs");
	shows(dave, "description", "mine, too");
}

/* erin, as the fixture's users are. */
static struct change *erin(void)
{
	static const char *const values[][2] = {{"objectClass", "inetOrgPerson"},
		{"uid", "erin"}, {"cn", "Erin"}, {"sn", "E"},
		{"mail", "erin@acme.example"}};
	struct change *c = change_new(CHANGE_ADD, "uid=erin," ACME);

	for (size_t i = 0; i < COUNT_OF(values); i++)
		mod_value(change_mod(c, MOD_ADD, values[i][0]), values[i][1],
			strlen(values[i][1]));
	return c;
}

static void test_add_and_delete(void **state)
{
	struct plan *p = plan_of_change(erin(), "add"), *q;
	struct change *gone = change_new(CHANGE_DELETE, "uid=erin," ACME);
	struct said said = {0};

	(void)state;
	replica_hold(&r);
	expect_outcome(store, p, OUTCOME_OK, &said);
	said_release(&said);
	assert_int_equal(count_of("(uid=erin)"), 1);
	assert_true(replica_has(&r, "uid=erin," ACME, "cn", ""));
	replica_release(&r);
	await_caught_up();
	assert_true(replica_has(&r, "uid=erin," ACME, "cn", "Erin"));

	replica_hold(&r);
	gone->before = read_entry(store, "uid=erin," ACME, NULL);
	q = plan_of_change(gone, "delete");
	expect_outcome(store, q, OUTCOME_OK, &said);
	said_release(&said);
	assert_int_equal(count_of("(uid=erin)"), 0);
	assert_true(replica_has(&r, "uid=erin," ACME, "cn", "Erin"));
	replica_release(&r);
	await_caught_up();
	assert_true(replica_has(&r, "uid=erin," ACME, "cn", ""));
	plan_free(p);
	plan_free(q);
}

/* What was saved is removed by somebody else before the replica ever had it.  It may have
 * it for a moment, all the same: then it has what was saved, and soon what came after. */
static void test_gone_before_it_was_there(void **state)
{
	struct plan *p = plan_of_change(erin(), "add");
	int64_t end = test_clock_ms() + PATIENCE_MS;
	struct said said = {0};

	(void)state;
	replica_hold(&r);
	expect_outcome(store, p, OUTCOME_OK, &said);
	said_release(&said);
	directory_sh(&r.provider, "ldapdelete -x -H $URI -D cn=root,dc=demo -w root "
				  "uid=erin," ACME);
	replica_release(&r);
	await_caught_up();
	while (count_of("(uid=erin)") != 0 && test_clock_ms() < end)
		turn_once(store, 10);
	assert_int_equal(count_of("(uid=erin)"), 0);
	plan_free(p);
}

/* One plan of several changes: the first is referred, the others go there at once. */
static const struct change *next_of(struct plan *p)
{
	struct change **at = p->source;

	p->source = *at ? at + 1 : at;
	return *at;
}

static struct change *of_description(const char *dn, const char *value)
{
	struct entry *e = read_entry(store, dn, NULL);
	struct change *c = change_new(CHANGE_MODIFY, dn);
	struct strv values = {0};

	strv_add(&values, value);
	change_set(c, e, "description", &values);
	strv_release(&values);
	entry_free(e);
	return c;
}

static struct change *several[4];

static void rewind_several(struct plan *p)
{
	p->source = several;
}

static void test_plan(void **state)
{
	const char *const users[] = {dave, "uid=alice," ACME, "uid=bob," ACME};
	struct plan p = {.who = (char *)"",
		.why = (char *)"",
		.total = COUNT_OF(users),
		.next = next_of,
		.rewind = rewind_several};
	struct said said = {0};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(users); i++)
		several[i] = of_description(users[i], "of the plan");
	replica_hold(&r);
	apply_to_end(store, &p, &said);
	assert_int_equal(said.outcome, OUTCOME_OK);
	assert_int_equal(said.changed, COUNT_OF(users));
	assert_int_equal(said.count, COUNT_OF(users));
	assert_int_equal(count_of("(description=of the plan)"), COUNT_OF(users));
	for (size_t i = 0; i < COUNT_OF(users); i++) {
		assert_false(replica_has(&r, users[i], "description", "of the plan"));
		change_free(several[i]);
		several[i] = NULL;
	}
	replica_release(&r);
	await_caught_up();
	for (size_t i = 0; i < COUNT_OF(users); i++)
		assert_true(replica_has(&r, users[i], "description", "of the plan"));
	said_release(&said);
}

/* ---- others ---- */

static void test_conflict(void **state)
{
	struct entry *e = read_entry(store, dave, NULL);
	struct plan *p = plan_to_set(e, "description", "mine", NULL);
	struct said said = {0};

	(void)state;
	replica_hold(&r);
	dave_modify(&r.provider, "replace: description\ndescription: theirs");
	expect_outcome(store, p, OUTCOME_STALE, &said);
	assert_string_equal(entry_text(said.now, "description"), "theirs");
	has_value(&r.provider, dave, "description", "theirs");
	/* what it conflicts with is what is read next, though the replica lacks it */
	assert_true(replica_has(&r, dave, "description", "old"));
	shows(dave, "description", "theirs");
	said_release(&said);
	plan_free(p);
	entry_free(e);
}

/* Others changed something else, which the replica doesn't have: no conflict. */
static void test_no_conflict(void **state)
{
	(void)state;
	replica_hold(&r);
	dave_modify(&r.provider, "replace: preferredLanguage\npreferredLanguage: fr");
	save(dave, "description", "mine");
	has_value(&r.provider, dave, "description", "mine");
	has_value(&r.provider, dave, "preferredLanguage", "fr");
	shows(dave, "preferredLanguage", "fr");
}

/* ---- a provider that is away ---- */

static void test_killed_and_revived(void **state)
{
	int64_t began;

	(void)state;
	replica_sever(&r);
	began = test_clock_ms();
	refused(ERR_PROVIDER_AWAY, r.front_uri);
	assert_in_range(test_clock_ms() - began, 0, 5000);
	/* to be read, and no more */
	assert_true(store_status(store)->read_only);
	assert_int_equal(store_status(store)->phase, STORE_READY);
	shows(dave, "description", "old");
	replica_revive(&r);
	await_status(takes_changes);
	save(dave, "description", "mine");
	shows(dave, "description", "mine");
	await_caught_up();
}

/* The last save is not on the replica, and the provider is gone: what can be read is. */
static void test_killed_behind(void **state)
{
	(void)state;
	replica_hold(&r);
	save(dave, "description", "mine");
	shows(dave, "description", "mine");
	replica_sever(&r);
	await_status(is_read_only);
	shows(dave, "description", "old");
	await_status(is_behind);
	replica_revive(&r);
	await_status(takes_changes);
	shows(dave, "description", "mine");
	replica_release(&r);
	await_caught_up();
	assert_true(replica_has(&r, dave, "description", "mine"));
}

/* It says nothing any more: who only looks is answered by the replica. */
static void test_silent(void **state)
{
	int64_t began;

	(void)state;
	replica_hold(&r);
	save(dave, "description", "mine");
	shows(dave, "description", "mine");
	proxy_stall(r.front, true);
	began = test_clock_ms();
	shows(dave, "description", "old");
	assert_in_range(test_clock_ms() - began, 1900, 5000);
	shows(dave, "description", "old");
	assert_in_range(test_clock_ms() - began, 1900, 5000);
	proxy_stall(r.front, false);
	await_spoken();
	shows(dave, "description", "mine");
}

/* The provider's connection ends with a save under way: unknown, and what became of it is
 * asked where it was made, not of a replica that may not have it. */
static void test_unknown(void **state)
{
	struct entry *e;
	struct plan *p;
	struct said said = {0}, look = {0};

	(void)state;
	save(dave, "description", "first");
	await_caught_up();
	e = read_entry(store, dave, NULL);
	p = plan_to_set(e, "description", "second", NULL);
	replica_hold(&r);
	proxy_cut(r.front, PROXY_DOWN, 1, 1); /* an answer has come: it was done */
	apply_to_end(store, p, &said);
	assert_int_equal(said.outcome, OUTCOME_UNKNOWN);
	assert_int_equal(said.changed, 1);
	has_value(&r.provider, dave, "description", "second");
	search_to_end(store,
		&(struct search){.base = dave,
			.scope = SCOPE_BASE,
			.filter = "(objectClass=*)",
			.settled = true},
		&look);
	assert_string_equal(entry_text(look.last, "description"), "second");
	assert_true(replica_has(&r, dave, "description", "first"));
	shows(dave, "description", "second");
	said_release(&said);
	said_release(&look);
	plan_free(p);
	entry_free(e);
}

/* Without a referral before: whoever looks what became of a save of an earlier life. */
static void test_settled(void **state)
{
	struct said look = {0};

	(void)state;
	replica_hold(&r);
	dave_modify(&r.provider, "replace: description\ndescription: theirs");
	shows(dave, "description", "old");
	search_to_end(store,
		&(struct search){.base = dave,
			.scope = SCOPE_BASE,
			.filter = "(objectClass=*)",
			.settled = true},
		&look);
	assert_string_equal(entry_text(look.last, "description"), "theirs");
	said_release(&look);
}

/* Cut at every byte of a save, on the way to the provider: what is said is true, and what
 * is shown then is what is there.  Where all of it has come, the answer begins: before
 * that byte, nobody knows whether slapd goes on with what it has. */
static bool is_written(void)
{
	struct said look = {0};
	bool written;

	search_to_end(store,
		&(struct search){
			.base = dave, .scope = SCOPE_BASE, .filter = NULL, .settled = true},
		&look);
	written = strcmp(entry_text(look.last, "description"), "mine") == 0;
	said_release(&look);
	return written;
}

static void cut_at(enum proxy_way way, size_t n, size_t whole)
{
	struct entry *e = read_entry(store, dave, NULL);
	struct plan *p = plan_to_set(e, "description", "mine", NULL);
	struct said said = {0};
	bool written;

	proxy_cut(r.front, way, n, 1);
	apply_to_end(store, p, &said);
	written = is_written();
	if (n < whole)
		assert_int_equal(said.outcome, OUTCOME_UNKNOWN);
	if (said.outcome == OUTCOME_OK)
		assert_true(written);
	else
		assert_int_equal(said.outcome, OUTCOME_UNKNOWN);
	if (way == PROXY_UP)
		assert_false(written);
	shows(dave, "description", written ? "mine" : "old");
	said_release(&said);
	plan_free(p);
	entry_free(e);
	if (written)
		save(dave, "description", "old");
}

static void test_cut(void **state)
{
	size_t up, down;

	(void)state;
	save(dave, "description", "mine");
	up = proxy_passed(r.front, PROXY_UP);
	down = proxy_passed(r.front, PROXY_DOWN);
	assert_in_range(up, 150, 400);
	save(dave, "description", "old");
	for (size_t n = 0; n < up; n++)
		cut_at(PROXY_UP, n, up);
	for (size_t n = 0; n <= down; n++)
		cut_at(PROXY_DOWN, n, down);
	print_message("# cut points: %zu\n", up + down + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_shown_at_once, open_store, close_store),
		cmocka_unit_test_setup_teardown(
			test_add_and_delete, open_store, close_store),
		cmocka_unit_test_setup_teardown(
			test_gone_before_it_was_there, open_store, close_store),
		cmocka_unit_test_setup_teardown(test_plan, open_store, close_store),
		cmocka_unit_test_setup_teardown(test_conflict, open_store, close_store),
		cmocka_unit_test_setup_teardown(test_no_conflict, open_store, close_store),
		cmocka_unit_test_setup_teardown(
			test_killed_and_revived, open_store, close_store),
		cmocka_unit_test_setup_teardown(
			test_killed_behind, open_store, close_store),
		cmocka_unit_test_setup_teardown(test_silent, open_store, close_store),
		cmocka_unit_test_setup_teardown(test_unknown, open_store, close_store),
		cmocka_unit_test_setup_teardown(test_settled, open_store, close_store),
		cmocka_unit_test_setup_teardown(test_cut, open_store, close_store),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
