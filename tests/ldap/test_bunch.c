/* Many changes at once that are written down first: what became of those whose answer was
 * lost is found out, and the journal says what was told. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/sys/recorded.h"
#include "ldap/internal.h"
#include "tests/ldap/behind.h"
#include "tests/ldap/crowd.h"
#include "tests/ldap/dave.h"

enum { USERS = 2500 };

static struct directory dir;
static struct behind b;
static struct journal *journal;
static struct store *store;
static char folder[160];

static int start(void **state)
{
	(void)state;
	directory_start(&dir, "tree");
	dir.settings.directory.transactions = true;
	crowd_add(&dir, 0, USERS);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	directory_stop(&dir);
	return 0;
}

static int behind(void **state)
{
	(void)state;
	directory_sh(&dir,
		"rm -rf $DIR/changes; "
		"ldapsearch -x -LLL -o ldif-wrap=no -H $URI -D cn=root,dc=demo -w root -b "
		"ou=domains,dc=demo '(&(uid=u*)(!(description=old)))' 1.1 | "
		"sed -n 's/^dn: .*/&\\nchangetype: modify\\nreplace: description\\n"
		"description: old\\n/p' | ldapmodify -x -H $URI -D cn=root,dc=demo -w "
		"root");
	snprintf(folder, sizeof(folder), "%s/changes", dir.path);
	behind_start(&b, &dir);
	journal = journal_new(folder, dir.uri);
	store = recorded_new(b.store, journal, "dc=demo");
	return 0;
}

static int not_behind(void **state)
{
	(void)state;
	store_free(store);
	journal_free(journal);
	behind_stop(&b);
	return 0;
}

static void theirs(size_t i)
{
	char command[300], dn[128];

	crowd_dn(i, dn);
	snprintf(command, sizeof(command),
		"$MODIFY <<-END\ndn: %s\nchangetype: modify\nreplace: description\n"
		"description: theirs\nEND",
		dn);
	directory_sh(&dir, command);
}

static void await_stall(void)
{
	int64_t end = test_clock_ms() + PATIENCE_MS;

	while (!proxy_stalled(b.proxy)) {
		if (test_clock_ms() > end)
			fail_msg("it does not come so far");
		turn_once(store, 10);
	}
}

static void await_mine(size_t i)
{
	int64_t end = test_clock_ms() + PATIENCE_MS;
	char dn[128], *now = NULL;

	crowd_dn(i, dn);
	do {
		free(now);
		now = directory_value(&dir, dn, "description");
		if (test_clock_ms() > end)
			fail_msg("%s is not written", dn);
	} while (strcmp(now, "mine") != 0);
	free(now);
}

static void holds(size_t n, const char *but_who, const char *but)
{
	char **now = crowd_descriptions(&dir, USERS);

	for (size_t i = 0; i < USERS; i++) {
		char name[32];
		const char *expected = i < n ? "mine" : "old";

		snprintf(name, sizeof(name), "u%04d", (int)i);
		if (strcmp(name, but_who) == 0)
			expected = but;
		if (strcmp(now[i], expected) != 0)
			fail_msg("%s holds %s, not %s", name, now[i], expected);
	}
	crowd_forget(now, USERS);
}

/* The one item: so many changes with that last outcome; whether it has its end. */
static void journal_says(
	size_t done, size_t since, size_t refused, size_t unknown, bool ended)
{
	struct strv names = {0};
	struct journal_file *f;
	const struct record *r;
	size_t by[5] = {0}, n = 0;
	enum settled last[USERS + 1] = {SETTLED_UNKNOWN};
	bool has[USERS + 1] = {false}, end = false;

	assert_true(journal_names(journal, &names, NULL));
	assert_int_equal(names.n, 1);
	f = journal_open(journal, names.v[0], NULL);
	while ((r = journal_next(f))->kind != RECORD_EOF) {
		assert_int_not_equal(r->kind, RECORD_BROKEN);
		n += r->kind == RECORD_CHANGE;
		end = r->kind == RECORD_END;
		if (r->kind != RECORD_OUTCOME)
			continue;
		last[r->number] = r->outcome;
		has[r->number] = true;
	}
	journal_file_close(f);
	for (size_t i = 1; i <= n; i++)
		by[last[i]] += has[i];
	assert_int_equal(by[SETTLED_DONE], done);
	assert_int_equal(by[SETTLED_CHANGED], since);
	assert_int_equal(by[SETTLED_REFUSED], refused);
	assert_int_equal(by[SETTLED_UNKNOWN], unknown);
	assert_int_equal(end, ended);
	strv_release(&names);
}

/* Users [0, n), their connection cut at the nth end of a transaction; then user `stolen` is
 * changed by somebody else (USERS: nobody). */
static void cut_at(struct answers *a, size_t n, int nth, enum proxy_stop how, size_t stolen)
{
	struct crowd c;

	crowd_read(&c, store, 0, n);
	proxy_stop_at(b.proxy, PROXY_TXN_END, nth, how);
	answers_apply(a, store, &c);
	await_stall();
	has_value(&dir, "dc=demo", "dc", "demo"); /* slapd has had time, see ldap/txn.c */
	if (stolen < USERS)
		theirs(stolen);
	proxy_stall(b.proxy, false);
	assert_true(turn_until(store, &a->done, PATIENCE_MS));
	crowd_release(&c);
}

static void test_all(void **state)
{
	struct answers a = {0};
	struct crowd c;

	(void)state;
	crowd_read(&c, store, 0, USERS);
	crowd_spoil(&c, 1200, "relaisRouting", "internal", "sometimes");
	theirs(7);
	answers_apply(&a, store, &c);
	assert_true(turn_until(store, &a.done, PATIENCE_MS));
	assert_int_equal(a.v[8].outcome, OUTCOME_STALE);
	a.v[8].outcome = OUTCOME_REFUSED;
	answers_expect(&a, (const size_t[]){8, 1201, 0}, OUTCOME_REFUSED);
	assert_int_equal(a.lost, 0);
	journal_says(USERS - 2, 1, 1, 0, true);
	answers_release(&a);
	crowd_release(&c);
}

/* Whichever of them was cut: the last is a small one, and it may end before others. */
static void is_a_batch(size_t lost, size_t of)
{
	assert_true(lost == 1000 || lost == of % 1000);
}

/* It happened: found out, and not sent again. */
static void test_done_unheard(void **state)
{
	struct answers a = {0};

	(void)state;
	cut_at(&a, 2100, 2, PROXY_CUT_AFTER, USERS);
	answers_expect(&a, (const size_t[]){0}, OUTCOME_OK);
	is_a_batch(a.lost, 2100);
	holds(2100, "", "");
	journal_says(2100, 0, 0, 0, true);
	answers_release(&a);
}

/* It did not: sent again. */
static void test_not_done(void **state)
{
	struct answers a = {0};

	(void)state;
	cut_at(&a, 1100, 1, PROXY_CUT_BEFORE, USERS);
	answers_expect(&a, (const size_t[]){0}, OUTCOME_OK);
	is_a_batch(a.lost, 1100);
	holds(1100, "", "");
	journal_says(1100, 0, 0, 0, true);
	answers_release(&a);
}

static void test_overtaken(void **state)
{
	struct answers a = {0};

	(void)state;
	cut_at(&a, 300, 1, PROXY_CUT_BEFORE, 100);
	answers_expect(&a, (const size_t[]){101, 0}, OUTCOME_STALE);
	assert_int_equal(a.lost, 300);
	holds(300, "u0100", "theirs");
	journal_says(299, 1, 0, 0, true);
	answers_release(&a);
}

/* What is left behind is looked up by whoever comes next. */
static void test_cancelled(void **state)
{
	struct answers a = {0};
	struct crowd c;
	struct op *op;

	(void)state;
	crowd_read(&c, store, 0, 100);
	proxy_stop_at(b.proxy, PROXY_TXN_END, 1, PROXY_HOLD);
	a.v = xcalloc(101, sizeof(*a.v));
	a.n = 100;
	a.crowd = &c;
	op = store_apply(store, &c.plan, answers_event, &a);
	await_stall();
	store_cancel(store, op);
	crowd_release(&c);
	proxy_stall(b.proxy, false);
	await_mine(99);
	holds(100, "", "");
	assert_int_equal(a.events, 0);
	assert_int_equal(journal_left(journal), 1);
	journal_says(0, 0, 0, 0, false);
	answers_release(&a);
}

/* What cannot be written down is not sent. */
static void test_no_journal(void **state)
{
	struct answers a = {0};
	struct crowd c;

	(void)state;
	crowd_read(&c, store, 0, 10);
	directory_sh(&dir, "mkdir -p $DIR/changes; chmod 755 $DIR/changes");
	answers_apply(&a, store, &c);
	assert_true(turn_until(store, &a.done, PATIENCE_MS));
	assert_int_equal(a.outcome, OUTCOME_REFUSED);
	assert_int_equal(a.events, 0);
	holds(0, "", "");
	answers_release(&a);
	crowd_release(&c);
}

static int run(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_all, behind, not_behind),
		cmocka_unit_test_setup_teardown(test_done_unheard, behind, not_behind),
		cmocka_unit_test_setup_teardown(test_not_done, behind, not_behind),
		cmocka_unit_test_setup_teardown(test_overtaken, behind, not_behind),
		cmocka_unit_test_setup_teardown(test_cancelled, behind, not_behind),
		cmocka_unit_test_setup_teardown(test_no_journal, behind, not_behind),
	};

	return cmocka_run_group_tests(tests, start, stop);
}

int main(void)
{
	return run_while_slapd_lives(run);
}
