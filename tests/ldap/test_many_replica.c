/* Many changes at once where there is a replica: made at the provider, and shown there as
 * they are after a batch was taken back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ldap/internal.h"
#include "tests/ldap/behind.h"
#include "tests/ldap/crowd.h"
#include "tests/ldap/dave.h"
#include "tests/ldap/replica.h"

enum { USERS = 1500 };

static struct replica r;

static int start(void **state)
{
	(void)state;
	replica_start(&r);
	r.provider.settings.directory.transactions = true;
	r.consumer.settings.directory.transactions = true;
	crowd_add(&r.provider, 0, USERS);
	replica_await(&r);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	replica_stop(&r);
	return 0;
}

static void same_on_both(
	size_t n, size_t but, const char *other, size_t and, const char *old)
{
	struct directory *both[] = {&r.provider, &r.consumer};

	replica_await(&r);
	for (size_t k = 0; k < COUNT_OF(both); k++) {
		char **now = crowd_descriptions(both[k], n);

		for (size_t i = 0; i < n; i++) {
			const char *expected = i == but ? other : i == and? old : "mine";

			if (strcmp(now[i], expected) != 0)
				fail_msg("user %zu holds %s %s, not %s", i, now[i],
					k ? "on the replica" : "at the provider", expected);
		}
		crowd_forget(now, n);
	}
}

/* The batch fails at its end, when the replica was told of the first five; of those the
 * first is then refused for good. */
static void test_phantoms(void **state)
{
	struct answers a = {0};
	struct crowd c;
	struct behind b;
	char command[300], dn[128];

	(void)state;
	behind_start(&b, &r.provider);
	crowd_read(&c, b.store, 0, 10);
	proxy_stop_at(b.proxy, PROXY_TXN_END, 1, PROXY_HOLD);
	answers_begin(&a, b.store, &c);
	while (!proxy_stalled(b.proxy))
		turn_once(b.store, 10);
	crowd_dn(5, dn);
	snprintf(command, sizeof(command),
		"$MODIFY <<-END\ndn: %s\nchangetype: modify\nreplace: description\n"
		"description: theirs\nEND",
		dn);
	directory_sh(&r.provider, command);
	/* user 5 alone, the first of the batch again, and user 0 alone */
	proxy_answer(b.proxy, PROXY_MODIFY, 53, "not now", 3);
	proxy_stall(b.proxy, false);
	assert_true(turn_until(b.store, &a.done, PATIENCE_MS));
	answers_expect(&a, (const size_t[]){1, 6, 0}, OUTCOME_REFUSED);
	same_on_both(10, 5, "theirs", 0, "old");
	answers_release(&a);
	crowd_release(&c);
	behind_stop(&b);
}

/* The replica refers the first of each of two batches, and the rest goes to the provider in
 * batches. */
static void test_referred(void **state)
{
	struct store *store = ldap_store_new(&r.consumer.settings);
	struct answers a = {0};
	struct crowd c;

	(void)state;
	assert_true(turn_to_phase(store, STORE_READY, PATIENCE_MS));
	crowd_read(&c, store, 10, USERS);
	answers_to_end(&a, store, &c);
	answers_expect(&a, (const size_t[]){0}, OUTCOME_OK);
	assert_int_equal(a.with_entry, 2);
	assert_string_equal(store_status(store)->provider, "ldapi");
	same_on_both(USERS, 5, "theirs", 0, "old");
	answers_release(&a);
	crowd_release(&c);
	store_free(store);
}

static void test_provider_away(void **state)
{
	struct store *store = ldap_store_new(&r.consumer.settings);
	struct answers a = {0};
	struct crowd c;

	(void)state;
	assert_true(turn_to_phase(store, STORE_READY, PATIENCE_MS));
	crowd_read(&c, store, 0, 3);
	replica_sever(&r);
	answers_to_end(&a, store, &c);
	answers_expect(&a, (const size_t[]){1, 2, 3, 0}, OUTCOME_REFUSED);
	for (size_t i = 1; i <= 3; i++)
		assert_int_equal(a.v[i].code, ERR_PROVIDER_AWAY);
	answers_release(&a);
	crowd_release(&c);
	store_free(store);
}

static int run(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_phantoms),
		cmocka_unit_test(test_referred),
		cmocka_unit_test(test_provider_away),
	};

	return cmocka_run_group_tests(tests, start, stop);
}

int main(void)
{
	return run_while_slapd_lives(run);
}
