/* Saves whose answer is late, or never comes: what is said of them is true. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ldap/internal.h"
#include "tests/ldap/behind.h"
#include "tests/ldap/dave.h"

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
	expect_outcome(b.store, p, OUTCOME_STALE, &said);
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
	expect_outcome(store, p, OUTCOME_OK, &said);
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

/* The connection is cut at every byte of a save: what is said is true.  All of the request
 * is cut where the answer begins: before that byte, nobody knows whether slapd goes on. */
static void cut_everywhere(struct behind *b, enum proxy_way way, size_t whole)
{
	for (size_t n = 0; n < whole + (way == PROXY_DOWN); n++) {
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
		if (way == PROXY_UP)
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
	expect_outcome(b.store, p, OUTCOME_OK, &said);
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
	print_message("# cut points: %zu\n", up + down + 1);
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
	assert_in_range(test_clock_ms() - began, 1990, 4000);
	assert_in_range(store_status(store)->waiting_s, 2, 4);
	assert_false(said.done);
	directory_resume(&dir);
	assert_true(turn_until(store, &said.done, PATIENCE_MS));
	assert_int_equal(said.outcome, OUTCOME_OK);
	assert_int_equal(store_status(store)->phase, STORE_READY);
	has_value(&dir, dave, "description", "mine");
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
	has_value(&dir, dave, "preferredLanguage", "fr");
	has_value(&dir, dave, "description", "mine");
	said_release(&write);
	said_release(&look);
	said_release(&wait);
	plan_free(p);
	plan_free(q);
	entry_free(e);
}

/* A read that breaks every connection it is asked on is not asked for ever; nothing was
 * written, and that is what is said. */
static void test_read_that_breaks(void **state)
{
	struct entry *e = read_entry(store, dave, NULL);
	struct plan *p;
	struct said said = {0};

	(void)state;
	entry_set_state(e, e->id, "");
	p = plan_to_set(e, "description", "mine", NULL);
	directory_pause(&dir);
	said.op = store_apply(store, p, said_event, &said);
	turn_once(store, 0);
	assert_int_equal(said.op->write.phase, WRITE_READ);
	said.op->write.losses = MOST_SENDS - 1;
	directory_kill(&dir);
	assert_true(turn_until(store, &said.done, PATIENCE_MS));
	assert_int_equal(said.outcome, OUTCOME_REFUSED);
	assert_int_equal(said.changed_outcome, OUTCOME_REFUSED);
	assert_int_equal(said.err.code, ERR_DISCONNECTED);
	directory_serve(&dir, "", "");
	has_value(&dir, dave, "description", "old");
	said_release(&said);
	plan_free(p);
	entry_free(e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_overtaken_for_ever, add_dave),
		cmocka_unit_test_setup(test_cut, add_dave),
		cmocka_unit_test_setup(test_stopped, add_dave),
		cmocka_unit_test_setup(test_killed, add_dave),
		cmocka_unit_test_setup(test_read_that_breaks, add_dave),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
