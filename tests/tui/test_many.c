/* Many changes at once, over the fake directory: batches, and what becomes of those that
 * are not made. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/many.h"
#include "tests/tui/fake.h"
#include "tests/tui/test.h"

enum { USERS = 20 };

static struct fake *fake;

struct answers {
	enum outcome outcome[USERS + 1];
	unsigned times[USERS + 1];
	bool done;
	size_t count;
};

static struct change *changes[USERS];
static size_t n_changes, at;
static struct plan plan;

static void dn_of(size_t i, char dn[64])
{
	snprintf(dn, 64, "uid=u%02d,dc=demo", (int)i);
}

static const struct change *next(struct plan *p)
{
	(void)p;
	return at < n_changes ? changes[at++] : NULL;
}

static void rewind_it(struct plan *p)
{
	(void)p;
	at = 0;
}

static char no_words[] = "";

static int start(void **state)
{
	struct buf ldif = BUF_INIT;

	(void)state;
	buf_puts(&ldif, "dn: dc=demo\nobjectClass: domain\n\n");
	for (size_t i = 0; i < USERS; i++)
		buf_printf(&ldif,
			"dn: uid=u%02d,dc=demo\nobjectClass: inetOrgPerson\nuid: u%02d\n"
			"description: old\n\n",
			(int)i, (int)i);
	fake = fake_new(ldif.s);
	buf_release(&ldif);
	for (size_t i = 0; i < USERS; i++) {
		const struct entry *e;
		struct strv mine = {0};
		char dn[64];

		dn_of(i, dn);
		e = fake_entry(fake, dn);
		changes[i] = change_new(CHANGE_MODIFY, dn);
		strv_add(&mine, "mine");
		change_set(changes[i], e, "description", &mine);
		strv_release(&mine);
	}
	n_changes = USERS;
	plan = (struct plan){
		.who = no_words, .why = no_words, .next = next, .rewind = rewind_it};
	fake_at_once(fake, 1000);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	for (size_t i = 0; i < USERS; i++)
		change_free(changes[i]);
	store_free(fake_store(fake));
	return 0;
}

static void on_event(void *arg, const struct event *event)
{
	struct answers *a = arg;

	assert_false(a->done);
	if (event->kind == EVENT_CHANGED) {
		assert_in_range(event->number, 1, USERS);
		assert_string_equal(event->change->dn, changes[event->number - 1]->dn);
		a->outcome[event->number] = event->outcome;
		a->times[event->number]++;
	}
	if (event->kind != EVENT_DONE)
		return;
	assert_int_equal(event->outcome, OUTCOME_OK);
	a->done = true;
	a->count = event->count;
}

static struct answers write_all(void)
{
	struct answers a = {.done = false};
	struct many *m = many_start(fake_store(fake), &plan, on_event, &a);

	fake_settle(fake, NULL, NULL);
	assert_true(a.done);
	many_free(m);
	for (size_t i = 1; i <= n_changes; i++)
		assert_int_equal(a.times[i], 1);
	return a;
}

static const char *description(size_t i)
{
	char dn[64];

	dn_of(i, dn);
	return entry_text(fake_entry(fake, dn), "description");
}

static size_t times_written(const char *ldif, size_t i)
{
	char line[80], dn[64];
	size_t n = 0;

	dn_of(i, dn);
	snprintf(line, sizeof(line), "dn: %s\n", dn);
	for (const char *p = ldif; (p = strstr(p, line)); p++)
		n++;
	return n;
}

static void test_in_batches(void **state)
{
	struct answers a;

	(void)state;
	fake_at_once(fake, 8);
	a = write_all();
	assert_int_equal(a.count, USERS);
	assert_int_equal(fake_batches(fake), 3); /* 8, 8, 4 */
	for (size_t i = 0; i < USERS; i++)
		assert_string_equal(description(i), "mine");
}

static void test_nothing(void **state)
{
	struct answers a;

	(void)state;
	n_changes = 0;
	a = write_all();
	assert_int_equal(a.count, 0);
	assert_int_equal(fake_batches(fake), 0);
}

static void test_no_batches(void **state)
{
	struct answers a;

	(void)state;
	fake_at_once(fake, 0);
	fake_change(fake, "uid=u03,dc=demo", "description", "theirs", NULL);
	a = write_all();
	assert_int_equal(a.count, USERS - 1);
	assert_int_equal(a.outcome[4], OUTCOME_STALE);
	assert_int_equal(fake_batches(fake), 0);
}

/* The one at which it stopped goes alone, the others together. */
static void test_one_stops_it(void **state)
{
	struct answers a;

	(void)state;
	fake_change(fake, "uid=u03,dc=demo", "description", "theirs", NULL);
	a = write_all();
	assert_int_equal(a.count, USERS - 1);
	assert_int_equal(a.outcome[4], OUTCOME_STALE);
	assert_int_equal(fake_batches(fake), 2);
	assert_string_equal(description(3), "theirs");
	assert_int_equal(times_written(fake_asked(fake), 3), 1);
	assert_int_equal(times_written(fake_asked(fake), 0), 0); /* never alone */
}

/* Three times the batch is tried, then each alone. */
static void test_many_stop_it(void **state)
{
	struct answers a;

	(void)state;
	for (int i = 2; i < 18; i += 3) {
		char dn[64];

		dn_of((size_t)i, dn);
		fake_change(fake, dn, "description", "theirs", NULL);
	}
	a = write_all();
	assert_int_equal(a.count, USERS - 6);
	assert_int_equal(fake_batches(fake), 3);
	for (size_t i = 0; i < USERS; i++)
		assert_string_equal(
			description(i), i % 3 == 2 && i < 18 ? "theirs" : "mine");
}

/* Where it is not told which one, each goes alone. */
static void test_never_begins(void **state)
{
	struct answers a;

	(void)state;
	fake_at_once(fake, 10);
	fake_refuse_batches(fake, 2, 0, false);
	a = write_all();
	assert_int_equal(a.count, USERS);
	assert_int_equal(fake_batches(fake), 2);
	assert_int_equal(times_written(fake_written(fake), 0), 1);
}

/* Listeners were told of those before the one that stopped it: what is then not written
 * either is written as it is, and nothing else is. */
static void test_taken_back(void **state)
{
	struct answers a;

	(void)state;
	fake_refuse_batches(fake, 1, 3, true);
	fake_deny(fake, "uid=u01,dc=demo", "description", NULL);
	fake_change(fake, "uid=u00,dc=demo", "description", "theirs", NULL);
	fake_change(fake, "uid=u05,dc=demo", "description", "theirs", NULL);
	a = write_all();
	assert_int_equal(a.count, USERS - 3);
	assert_int_equal(a.outcome[1], OUTCOME_STALE);
	assert_int_equal(a.outcome[2], OUTCOME_REFUSED);
	assert_int_equal(a.outcome[6], OUTCOME_STALE);
	assert_int_equal(times_written(fake_written(fake), 0), 1); /* as it is */
	assert_string_equal(description(0), "theirs");
	assert_int_equal(times_written(fake_asked(fake), 1), 2); /* that, too, is refused */
	assert_int_equal(times_written(fake_written(fake), 5), 0);
	assert_string_equal(description(5), "theirs");
}

/* An answer that is lost is told of each. */
static void test_lost(void **state)
{
	struct answers a;

	(void)state;
	fake_at_once(fake, 10);
	fake_lose(fake, true);
	a = write_all();
	assert_int_equal(a.count, 10);
	for (size_t i = 1; i <= USERS; i++)
		assert_int_equal(a.outcome[i], i <= 10 ? OUTCOME_UNKNOWN : OUTCOME_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_in_batches, start, stop),
		cmocka_unit_test_setup_teardown(test_nothing, start, stop),
		cmocka_unit_test_setup_teardown(test_no_batches, start, stop),
		cmocka_unit_test_setup_teardown(test_one_stops_it, start, stop),
		cmocka_unit_test_setup_teardown(test_many_stop_it, start, stop),
		cmocka_unit_test_setup_teardown(test_never_begins, start, stop),
		cmocka_unit_test_setup_teardown(test_taken_back, start, stop),
		cmocka_unit_test_setup_teardown(test_lost, start, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
