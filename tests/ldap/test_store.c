/* The store on a healthy directory: what comes back is what is there. */
#include "tests/ldap/test.h"

#include <stdlib.h>
#include <string.h>

#include "ldap/store.h"

static const char alice[] = "uid=alice,associatedDomain=acme.example,ou=domains,dc=demo";
static const char domain[] = "associatedDomain=acme.example,ou=domains,dc=demo";

static struct directory dir;

static int start(void **state)
{
	(void)state;
	directory_start(&dir, "tree");
	return 0;
}

static int stop(void **state)
{
	(void)state;
	directory_stop(&dir);
	return 0;
}

static struct store *ready(void)
{
	struct store *s = ldap_store_new(&dir.settings);

	if (!turn_to_phase(s, STORE_READY, PATIENCE_MS))
		fail_msg("not ready");
	return s;
}

static void test_status(void **state)
{
	struct store *s = ldap_store_new(&dir.settings);

	(void)state;
	assert_int_not_equal(store_status(s)->phase, STORE_READY);
	assert_string_equal(store_status(s)->who, "");
	assert_true(turn_to_phase(s, STORE_READY, PATIENCE_MS));
	assert_string_equal(store_status(s)->server, "ldapi");
	assert_string_equal(store_status(s)->who, "admin0");
	assert_string_equal(store_status(s)->who_dn, "uid=admin0,ou=admins,dc=demo");
	assert_null(store_status(s)->err);
	store_free(s);
}

static void test_search(void **state)
{
	static const char *const attributes[] = {"mail", "relaisRouting", NULL};
	struct store *s = ready();
	struct said said = {0};

	(void)state;
	search_to_end(s,
		&(struct search){.base = domain,
			.scope = SCOPE_ONE,
			.filter = "(uid=alice)",
			.attributes = attributes},
		&said);
	assert_int_equal(said.outcome, OUTCOME_OK);
	assert_int_equal(said.entries, 1);
	assert_int_equal(said.count, 1);
	assert_string_equal(said.last->dn, alice);
	assert_int_equal(strlen(said.last->id), 36);
	assert_string_not_equal(said.last->csn, "");
	assert_int_equal(entry_get(said.last, "mail")->values.n, 3);
	assert_string_equal(entry_text(said.last, "relaisRouting"), "internal");
	assert_null(entry_get(said.last, "cn"));
	said_release(&said);
	store_free(s);
}

static void test_modify(void **state)
{
	struct store *s = ready();
	struct entry *e = read_entry(s, domain, NULL);
	struct plan *p = plan_to_set(e, "relaisSplitRelay", "[mail.new.example]", NULL);
	struct said said = {0};
	char *now;

	(void)state;
	apply_to_end(s, p, &said);
	assert_int_equal(said.outcome, OUTCOME_OK);
	assert_int_equal(said.changed, 1);
	assert_int_equal(said.count, 1);
	assert_string_equal(entry_text(said.now, "relaisSplitRelay"), "[mail.new.example]");
	assert_string_equal(said.now->id, e->id);
	assert_string_not_equal(said.now->csn, e->csn);
	now = directory_value(&dir, domain, "relaisSplitRelay");
	assert_string_equal(now, "[mail.new.example]");
	free(now);
	said_release(&said);
	plan_free(p);
	entry_free(e);
	store_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_search),
		cmocka_unit_test(test_modify),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
