/* Many changes at once: each ends with its own outcome, and the directory holds exactly
 * what was told. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/schema.h"
#include "ldap/internal.h"
#include "tests/ldap/behind.h"
#include "tests/ldap/crowd.h"
#include "tests/ldap/dave.h"

enum { USERS = 3000 };

static struct directory dir;
static struct store *store;
static struct behind b;

static const size_t nothing[] = {0};

static int start(void **state)
{
	(void)state;
	directory_start(&dir, "tree");
	crowd_add(&dir, 0, USERS);
	dir.settings.directory.transactions = true;
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

/* Everybody's description is "old" again. */
static int make_old(void **state)
{
	(void)state;
	directory_sh(&dir,
		"ldapsearch -x -LLL -o ldif-wrap=no -H $URI -D cn=root,dc=demo -w root -b "
		"ou=domains,dc=demo '(&(uid=u*)(!(description=old)))' 1.1 | "
		"sed -n 's/^dn: .*/&\\nchangetype: modify\\nreplace: description\\n"
		"description: old\\n/p' | ldapmodify -x -H $URI -D cn=root,dc=demo -w "
		"root");
	return 0;
}

static int behind(void **state)
{
	make_old(state);
	behind_start(&b, &dir);
	return 0;
}

static int not_behind(void **state)
{
	(void)state;
	behind_stop(&b);
	return 0;
}

/* Somebody else's, of user i. */
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

/* The n users from `from` on hold exactly what was told; all the others are as they were.
 * `stale`: what those hold of whom a stale change was told. */
static void holds(const struct answers *a, size_t from, const char *stale)
{
	char **now = crowd_descriptions(&dir, USERS);

	for (size_t i = 0; i < USERS; i++) {
		bool asked = i >= from && i < from + a->n;
		enum outcome o = asked ? a->v[i - from + 1].outcome : OUTCOME_REFUSED;
		const char *expected = o == OUTCOME_OK      ? "mine"
				       : o == OUTCOME_STALE ? stale
							    : "old";

		if (strcmp(now[i], expected) != 0)
			fail_msg("user %zu holds %s, not %s", i, now[i], expected);
	}
	crowd_forget(now, USERS);
}

/* ---- how many ------------------------------------------------------------------- */

static void whole(struct store *s, size_t n, bool alone)
{
	struct answers a = {0};
	struct crowd c;

	make_old(NULL);
	crowd_read(&c, s, 0, n);
	answers_to_end(&a, s, &c);
	answers_expect(&a, nothing, OUTCOME_OK);
	if (a.with_entry != (alone ? n : 0))
		fail_msg("%zu of %zu were made alone", a.with_entry, n);
	holds(&a, 0, "");
	answers_release(&a);
	crowd_release(&c);
}

static void test_sizes(void **state)
{
	static const size_t sizes[] = {0, 1, 64, 65, 999, 1000, 1001, USERS};

	(void)state;
	assert_int_equal(store_status(store)->most_at_once, 1000);
	for (size_t i = 0; i < COUNT_OF(sizes); i++)
		whole(store, sizes[i], false);
}

/* While the changes of one batch are made those of the next are queued, on another
 * connection. */
static void test_two_at_once(void **state)
{
	const struct ldap_store *s = (const struct ldap_store *)b.store;
	struct answers a = {0};
	struct crowd c;
	bool both = false;

	(void)state;
	crowd_read(&c, b.store, 0, USERS);
	answers_begin(&a, b.store, &c);
	while (!a.done) {
		turn_once(b.store, 10);
		both = both || (s->main.n_sent == 1 && s->stream.n_sent == 1);
	}
	assert_true(both);
	assert_int_equal(proxy_clients(b.proxy), 2);
	answers_expect(&a, nothing, OUTCOME_OK);
	holds(&a, 0, "");
	answers_release(&a);
	crowd_release(&c);
}

/* ---- changes that cannot be made ------------------------------------------------- */

enum wrong { STALE, CONSTRAINT, UNIQUE };

static void spoil(struct crowd *c, size_t i, enum wrong wrong)
{
	char mail[64];

	snprintf(mail, sizeof(mail), "u%04zu@acme.example", i);
	switch (wrong) {
	case STALE:
		theirs(i);
		break;
	case CONSTRAINT:
		crowd_spoil(c, i, "relaisRouting", "internal", "sometimes");
		break;
	case UNIQUE:
		crowd_spoil(c, i, "mail", mail, "alice@acme.example");
		break;
	}
}

/* Users [0, n), of whom some cannot be written: numbers, from 1, ended by 0. */
static void but_some(struct store *s, size_t n, const size_t *numbers, enum wrong wrong)
{
	enum outcome outcome = wrong == STALE ? OUTCOME_STALE : OUTCOME_REFUSED;
	struct answers a = {0};
	struct crowd c;

	make_old(NULL);
	crowd_read(&c, s, 0, n);
	for (size_t i = 0; numbers[i]; i++)
		spoil(&c, numbers[i] - 1, wrong);
	answers_to_end(&a, s, &c);
	answers_expect(&a, numbers, outcome);
	for (size_t i = 0; numbers[i]; i++)
		assert_int_equal(a.v[numbers[i]].code,
			wrong == STALE ? ERR_ASSERTION : ERR_CONSTRAINT);
	holds(&a, 0, "theirs");
	answers_release(&a);
	crowd_release(&c);
}

static void test_one_wrong(void **state)
{
	static const enum wrong wrongs[] = {STALE, CONSTRAINT, UNIQUE};
	static const size_t places[] = {1, 50, 100};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrongs); i++)
		for (size_t k = 0; k < COUNT_OF(places); k++)
			but_some(store, 100, (const size_t[]){places[k], 0}, wrongs[i]);
}

static void test_some_wrong(void **state)
{
	/* more than a batch is tried again for, in the second; the first and the last of
	 * all */
	static const size_t two[] = {1, USERS, 0};
	static const size_t five[] = {17, 1001, 1002, 1500, 1999, 2000, 0};

	(void)state;
	but_some(store, USERS, two, STALE);
	but_some(store, USERS, five, CONSTRAINT);
}

static void test_all_wrong(void **state)
{
	size_t all[101] = {0};

	(void)state;
	for (size_t i = 0; i < 100; i++)
		all[i] = i + 1;
	but_some(store, 100, all, CONSTRAINT);
}

/* Two want the same address: one has it. */
static void test_each_other(void **state)
{
	struct answers a = {0};
	struct crowd c;
	size_t refused;

	(void)state;
	make_old(NULL);
	crowd_read(&c, store, 0, 10);
	crowd_spoil(&c, 3, "mail", "u0003@acme.example", "wanted@acme.example");
	crowd_spoil(&c, 7, "mail", "u0007@acme.example", "wanted@acme.example");
	answers_to_end(&a, store, &c);
	refused = a.v[4].outcome == OUTCOME_REFUSED ? 4 : 8;
	answers_expect(&a, (const size_t[]){refused, 0}, OUTCOME_REFUSED);
	holds(&a, 0, "");
	answers_release(&a);
	crowd_release(&c);
	directory_sh(&dir,
		"for u in u0003 u0007; do ldapmodify -x -H $URI -D cn=root,dc=demo -w root "
		"<<-END\n"
		"dn: uid=$u,associatedDomain=acme.example,ou=domains,dc=demo\n"
		"changetype: modify\nreplace: mail\nmail: $u@acme.example\nEND\ndone");
}

/* With the database a batch must not wait for a lock that somebody has who waits for the
 * database: slapd would answer nobody any more. */
static void test_beside_addresses(void **state)
{
	struct answers a = {0};
	struct crowd c;

	(void)state;
	make_old(NULL);
	crowd_read(&c, store, 0, 2000);
	for (size_t i = 0; i < 2000; i++) {
		char mail[64];

		snprintf(mail, sizeof(mail), "u%04zu@acme.example", i);
		mod_value(change_mod(c.changes.v[i], MOD_REPLACE, ATTR_SELECTED), mail,
			strlen(mail));
	}
	directory_sh(&dir, "seq 3000 | sed 's/.*/dn: "
			   "uid=u2999,associatedDomain=acme.example,ou=domains,"
			   "dc=demo\\nchangetype: modify\\nreplace: mail\\nmail: "
			   "w&@acme.example\\n/' |"
			   "{ timeout 60 ldapmodify -x -H $URI -D cn=root,dc=demo -w root; "
			   "echo $? >$DIR/addresses; } 2>/dev/null &");
	answers_to_end(&a, store, &c);
	answers_expect(&a, nothing, OUTCOME_OK);
	assert_int_equal(a.with_entry, 0);
	directory_sh(&dir, "until [ -s $DIR/addresses ]; do sleep 0.1; done; grep -qx 0 "
			   "$DIR/addresses");
	directory_sh(&dir,
		"ldapsearch -x -LLL -o ldif-wrap=no -H $URI -D cn=root,dc=demo -w root -b "
		"ou=domains,dc=demo '(&(uid=u*)(relaisThirdPartyAddress=*))' 1.1 | "
		"sed -n 's/^dn: .*/&\\nchangetype: modify\\nreplace: "
		"relaisThirdPartyAddress\\n/p' | ldapmodify -x -H $URI -D cn=root,dc=demo "
		"-w root");
	answers_release(&a);
	crowd_release(&c);
}

/* A batch looks at no entry first: what was read without its entryCSN goes alone. */
static void test_without_csn(void **state)
{
	struct answers a = {0};
	struct crowd c;

	(void)state;
	make_old(NULL);
	crowd_read(&c, store, 0, 200);
	for (size_t i = 0; i < 200; i += 2)
		entry_set_state(c.changes.v[i]->before, c.changes.v[i]->before->id, "");
	theirs(4);
	theirs(5);
	answers_to_end(&a, store, &c);
	answers_expect(&a, (const size_t[]){5, 6, 0}, OUTCOME_STALE);
	assert_int_equal(a.with_entry, 99 + 2); /* and the two as they are */
	holds(&a, 0, "theirs");
	answers_release(&a);
	crowd_release(&c);
}

/* ---- the server ------------------------------------------------------------------ */

static void test_no_start(void **state)
{
	(void)state;
	proxy_answer(b.proxy, PROXY_TXN_START, 53, "no", PROXY_ALWAYS);
	whole(b.store, 1001, true);
}

/* One is not queued: the others must not be made by its transaction. */
static void test_not_queued(void **state)
{
	struct answers a = {0};
	struct crowd c;

	(void)state;
	crowd_read(&c, b.store, 0, 300);
	proxy_answer(b.proxy, PROXY_MODIFY, 53, "not now", 1);
	answers_to_end(&a, b.store, &c);
	answers_expect(&a, nothing, OUTCOME_OK);
	assert_true(a.v[1].entry);
	assert_int_equal(a.with_entry, 1);
	holds(&a, 0, "");
	answers_release(&a);
	crowd_release(&c);
}

static void await_stall(void)
{
	int64_t end = test_clock_ms() + PATIENCE_MS;

	while (!proxy_stalled(b.proxy)) {
		if (test_clock_ms() > end)
			fail_msg("it does not come so far");
		turn_once(b.store, 10);
	}
}

/* All is queued, and then somebody changes one of them. */
static void test_stale_at_end(void **state)
{
	static const size_t places[] = {1, 500, 1000};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(places); i++) {
		struct answers a = {0};
		struct crowd c;

		make_old(NULL);
		crowd_read(&c, b.store, 0, 1000);
		proxy_stop_at(b.proxy, PROXY_TXN_END, 1, PROXY_HOLD);
		answers_begin(&a, b.store, &c);
		await_stall();
		theirs(places[i] - 1);
		proxy_stall(b.proxy, false);
		assert_true(turn_until(b.store, &a.done, PATIENCE_MS));
		answers_expect(&a, (const size_t[]){places[i], 0}, OUTCOME_STALE);
		assert_int_equal(a.with_entry, 1);
		holds(&a, 0, "theirs");
		answers_release(&a);
		crowd_release(&c);
	}
}

static void without(const char *oid)
{
	struct answers a = {0};
	struct crowd c;

	make_old(NULL);
	behind_stop(&b);
	behind_start_without(&b, &dir, oid);
	assert_int_equal(store_status(b.store)->most_at_once, 0);
	crowd_read(&c, b.store, 0, 300);
	theirs(122);
	crowd_spoil(&c, 222, "relaisRouting", "internal", "sometimes");
	answers_begin(&a, b.store, &c);
	while (((struct ldap_store *)b.store)->main.n_sent == 0)
		turn_once(b.store, 10);
	assert_int_equal(((struct ldap_store *)b.store)->main.n_sent, 64);
	assert_true(turn_until(b.store, &a.done, PATIENCE_MS));
	assert_int_equal(a.v[123].outcome, OUTCOME_STALE);
	a.v[123].outcome = OUTCOME_REFUSED;
	answers_expect(&a, (const size_t[]){123, 223, 0}, OUTCOME_REFUSED);
	a.v[123].outcome = OUTCOME_STALE;
	holds(&a, 0, "theirs");
	answers_release(&a);
	crowd_release(&c);
}

static void test_without_transactions(void **state)
{
	(void)state;
	without("1.3.6.1.1.21.1");
}

static void test_without_assertions(void **state)
{
	(void)state;
	without("1.3.6.1.1.12");
}

/* ---- connections that are lost ---------------------------------------------------- */

struct stage {
	enum proxy_op op;
	int nth;
};

static const struct stage stages[] = {{PROXY_TXN_START, 1}, {PROXY_MODIFY, 1},
	{PROXY_MODIFY, 250}, {PROXY_MODIFY, 500}, {PROXY_TXN_END, 1}};

/* slapd 2.5 has time to finish what it has answered (ldap/txn.c): that of a look. */
static void cut_there(void)
{
	await_stall();
	has_value(&dir, "dc=demo", "dc", "demo");
	proxy_stall(b.proxy, false);
}

static void cut(const struct stage *at, enum proxy_stop how)
{
	bool unknown = at->op == PROXY_TXN_END;
	struct answers a = {0};
	struct crowd c;
	char **now;

	make_old(NULL);
	crowd_read(&c, b.store, 0, 500);
	proxy_stop_at(b.proxy, at->op, at->nth, how);
	answers_begin(&a, b.store, &c);
	cut_there();
	assert_true(turn_until(b.store, &a.done, PATIENCE_MS));
	if (!unknown) {
		answers_expect(&a, nothing, OUTCOME_OK); /* once more, then */
		holds(&a, 0, "");
	}
	now = crowd_descriptions(&dir, 500);
	for (size_t i = 1; unknown && i <= 500; i++) {
		assert_int_equal(a.v[i].times, 1);
		assert_int_equal(a.v[i].outcome, OUTCOME_UNKNOWN);
		assert_int_equal(a.v[i].code, ERR_DISCONNECTED);
		assert_string_equal(now[i - 1], how == PROXY_CUT_AFTER ? "mine" : "old");
	}
	crowd_forget(now, 500);
	answers_release(&a);
	crowd_release(&c);
}

static void test_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(stages); i++) {
		cut(&stages[i], PROXY_CUT_BEFORE);
		cut(&stages[i], PROXY_CUT_AFTER);
	}
}

/* What was under way is unknown, the rest goes on. */
static void test_cut_in_the_middle(void **state)
{
	struct answers a = {0};
	struct crowd c;

	(void)state;
	crowd_read(&c, b.store, 0, USERS);
	proxy_stop_at(b.proxy, PROXY_TXN_END, 2, PROXY_CUT_AFTER);
	answers_begin(&a, b.store, &c);
	cut_there();
	assert_true(turn_until(b.store, &a.done, PATIENCE_MS));
	assert_int_equal(a.events, USERS);
	assert_int_equal(a.count, 2000);
	for (size_t i = 1; i <= USERS; i++)
		assert_int_equal(a.v[i].outcome,
			i > 1000 && i <= 2000 ? OUTCOME_UNKNOWN : OUTCOME_OK);
	answers_release(&a);
	crowd_release(&c);
}

/* ---- who does not wait ------------------------------------------------------------ */

/* The transaction is ended, so that the next can begin on the same connection; nobody
 * hears of it any more. */
static void cancelled_at(const struct stage *at, bool written)
{
	const struct ldap_store *s = (const struct ldap_store *)b.store;
	const struct session *before = s->main.session;
	struct answers a = {0}, next = {0};
	struct crowd c, others;
	char **now;

	make_old(NULL);
	crowd_read(&c, b.store, 0, 500);
	crowd_read(&others, b.store, 500, 600);
	proxy_stop_at(b.proxy, at->op, at->nth, PROXY_HOLD);
	answers_begin(&a, b.store, &c);
	await_stall();
	many_free(a.many);
	a.many = NULL;
	a.stopped = true;
	crowd_release(&c); /* the plan may go */
	answers_begin(&next, b.store, &others);
	proxy_stall(b.proxy, false);
	assert_true(turn_until(b.store, &next.done, PATIENCE_MS));
	answers_expect(&next, nothing, OUTCOME_OK);
	assert_int_equal(next.with_entry, 0);
	assert_ptr_equal(s->main.session, before);
	now = crowd_descriptions(&dir, 600);
	for (size_t i = 0; i < 600; i++)
		assert_string_equal(now[i], written || i >= 500 ? "mine" : "old");
	crowd_forget(now, 600);
	answers_release(&a);
	answers_release(&next);
	crowd_release(&others);
}

static void test_cancel(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(stages); i++)
		cancelled_at(&stages[i], stages[i].op == PROXY_TXN_END);
}

/* What was on its way when it was stopped may still be made: until nothing comes any more.
 */
static void await_quiet(void)
{
	for (int quiet = 0; quiet < 3; quiet++) {
		char **now;

		make_old(NULL);
		now = crowd_descriptions(&dir, USERS);
		for (size_t i = 0; i < USERS; i++)
			if (strcmp(now[i], "old") != 0)
				quiet = -1;
		crowd_forget(now, USERS);
	}
}

/* From within an event: of a batch that was made, of one alone. */
static void test_stop(void **state)
{
	static const size_t events[] = {1, 500, 1000, 1001};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(events); i++) {
		struct answers a = {.stop_after = events[i]};
		struct crowd c;

		make_old(NULL);
		crowd_read(&c, store, 0, 2000);
		answers_begin(&a, store, &c);
		assert_true(turn_until(store, &a.stopped, PATIENCE_MS));
		crowd_release(&c);
		await_quiet();
		whole(store, 100, false); /* the store goes on */
		answers_release(&a);
	}
}

static void test_stop_alone(void **state)
{
	struct answers a = {.stop_after = 10};
	struct crowd c;

	(void)state;
	proxy_answer(b.proxy, PROXY_TXN_START, 53, "no", 1);
	crowd_read(&c, b.store, 0, 200);
	answers_begin(&a, b.store, &c);
	assert_true(turn_until(b.store, &a.stopped, PATIENCE_MS));
	crowd_release(&c);
	await_quiet();
	whole(b.store, 100, false);
	answers_release(&a);
}

static int run(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test_setup_teardown(test_two_at_once, behind, not_behind),
		cmocka_unit_test(test_one_wrong),
		cmocka_unit_test(test_some_wrong),
		cmocka_unit_test(test_all_wrong),
		cmocka_unit_test(test_each_other),
		cmocka_unit_test(test_beside_addresses),
		cmocka_unit_test(test_without_csn),
		cmocka_unit_test_setup_teardown(test_no_start, behind, not_behind),
		cmocka_unit_test_setup_teardown(test_not_queued, behind, not_behind),
		cmocka_unit_test_setup_teardown(test_stale_at_end, behind, not_behind),
		cmocka_unit_test_setup_teardown(
			test_without_transactions, behind, not_behind),
		cmocka_unit_test_setup_teardown(
			test_without_assertions, behind, not_behind),
	};

	return cmocka_run_group_tests(tests, start, stop);
}

static int run_cut(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_cut, behind, not_behind),
		cmocka_unit_test_setup_teardown(test_cut_in_the_middle, behind, not_behind),
		cmocka_unit_test_setup_teardown(test_cancel, behind, not_behind),
		cmocka_unit_test(test_stop),
		cmocka_unit_test_setup_teardown(test_stop_alone, behind, not_behind),
	};

	return cmocka_run_group_tests(tests, start, stop);
}

int main(void)
{
	int status = run_while_slapd_lives(run);

	return run_while_slapd_lives(run_cut) || status;
}
