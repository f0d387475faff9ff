/* The store on a healthy directory: what comes back is what is there. */
#include "tests/ldap/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ldap/store.h"

enum { CROWD = 3000 };

static const char alice[] = "uid=alice,associatedDomain=acme.example,ou=domains,dc=demo";
static const char domain[] = "associatedDomain=acme.example,ou=domains,dc=demo";
static const char crowd[] = "ou=crowd,dc=demo";

static struct directory dir;
static struct store *store;

/* A list that is long, a continuation reference, and values that are not text. */
static void write_ldif(const char *path)
{
	FILE *f = fopen(path, "w");

	if (!f)
		fail_msg("%s: %s", path, strerror(errno));
	fputs("dn: ou=crowd,dc=demo\nobjectClass: organizationalUnit\nou: crowd\n\n", f);
	for (int i = 0; i < CROWD; i++)
		fprintf(f,
			"dn: uid=u%05d,ou=crowd,dc=demo\nobjectClass: inetOrgPerson\n"
			"uid: u%05d\ncn: User %d\nsn: %d\nmail: u%05d@lyon.example\n\n",
			i, i, i, i, i);
	fputs("dn: cn=elsewhere,ou=people,dc=demo\nobjectClass: referral\n"
	      "objectClass: extensibleObject\ncn: elsewhere\n"
	      "ref: ldap://elsewhere.example/ou=x,dc=demo\n\n"
	      "dn: cn=bytes,ou=people,dc=demo\nobjectClass: inetOrgPerson\ncn: bytes\nsn: "
	      "b\n"
	      "userPassword:: AAH/DQo=\nuserPassword:: IA==\n"
	      "description:: G1szMW0=\n\n",
		f);
	fclose(f);
}

static int start(void **state)
{
	char path[64], arguments[128];

	(void)state;
	snprintf(path, sizeof(path), "/tmp/rl-crowd-%d.ldif", (int)getpid());
	snprintf(arguments, sizeof(arguments), "tree %s", path);
	write_ldif(path);
	directory_start(&dir, arguments);
	unlink(path);
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

static void test_status(void **state)
{
	struct store *s = ldap_store_new(&dir.settings);

	(void)state;
	assert_int_equal(store_status(s)->phase, STORE_CONNECTING);
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
	struct said said = {0};

	(void)state;
	search_to_end(store,
		&(struct search){.base = domain,
			.scope = SCOPE_ONE,
			.filter = "(uid=alice)",
			.attributes = attributes},
		&said);
	assert_int_equal(said.outcome, OUTCOME_OK);
	assert_int_equal(said.entries, 1);
	assert_int_equal(said.count, 1);
	assert_int_equal(said.after_done, 0);
	assert_string_equal(said.last->dn, alice);
	assert_int_equal(strlen(said.last->id), 36);
	assert_string_not_equal(said.last->csn, "");
	assert_int_equal(entry_get(said.last, "mail")->values.n, 3);
	assert_string_equal(entry_text(said.last, "relaisRouting"), "internal");
	assert_null(entry_get(said.last, "cn"));
	said_release(&said);
}

static void test_all_attributes(void **state)
{
	struct entry *e = read_entry(store, alice, NULL);

	(void)state;
	assert_string_equal(entry_text(e, "cn"), "Alice Martin");
	assert_string_equal(entry_text(e, "structuralObjectClass"), "inetOrgPerson");
	assert_string_not_equal(e->id, "");
	assert_string_not_equal(e->csn, "");
	entry_free(e);
}

static void test_bytes(void **state)
{
	struct entry *e = read_entry(store, "cn=bytes,ou=people,dc=demo", NULL);
	const struct attribute *a = entry_get(e, "userpassword");

	(void)state;
	assert_int_equal(a->values.n, 2);
	assert_int_equal(a->values.v[0].n, 5);
	assert_memory_equal(a->values.v[0].p, "\0\1\377\r\n", 6); /* and the NUL after it */
	assert_int_equal(a->values.v[1].n, 1);
	assert_string_equal(a->values.v[1].p, " ");
	assert_string_equal(entry_text(e, "description"), "\33[31m");
	entry_free(e);
}

static void test_scopes(void **state)
{
	static const struct {
		enum scope scope;
		size_t count;
	} table[] = {{SCOPE_BASE, 1}, {SCOPE_ONE, CROWD}, {SCOPE_SUBTREE, CROWD + 1}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(table); i++) {
		struct said said = {0};

		search_to_end(store,
			&(struct search){.base = crowd,
				.scope = table[i].scope,
				.filter = "(objectClass=*)",
				.count_only = true},
			&said);
		assert_int_equal(said.outcome, OUTCOME_OK);
		assert_int_equal(said.entries, 0);
		assert_int_equal(said.count, table[i].count);
		said_release(&said);
	}
}

static void test_limit(void **state)
{
	struct said said = {0};

	(void)state;
	search_to_end(store,
		&(struct search){.base = crowd, .scope = SCOPE_ONE, .size_limit = 50},
		&said);
	assert_int_equal(said.outcome, OUTCOME_LIMIT);
	assert_int_equal(said.entries, 50);
	assert_int_equal(said.count, 50);
	assert_int_equal(said.err.code, ERR_LIMIT);
	assert_int_equal(said.err.number, 4);
	said_release(&said);
	/* Exactly as many as there are is not a limit. */
	search_to_end(store,
		&(struct search){.base = crowd,
			.scope = SCOPE_ONE,
			.filter = "(uid=u0000*)",
			.size_limit = 10},
		&said);
	assert_int_equal(said.outcome, OUTCOME_OK);
	assert_int_equal(said.count, 10);
	said_release(&said);
}

static void test_failures(void **state)
{
	struct said said = {0};

	(void)state;
	search_to_end(store,
		&(struct search){.base = "ou=nowhere,dc=demo", .scope = SCOPE_ONE}, &said);
	assert_int_equal(said.outcome, OUTCOME_FAILED);
	assert_int_equal(said.err.code, ERR_NO_SUCH_OBJECT);
	assert_int_equal(said.err.number, 32);
	assert_string_equal(said.err.arg[0], "ou=nowhere,dc=demo");
	said_release(&said);

	search_to_end(store,
		&(struct search){
			.base = "dc=demo", .scope = SCOPE_BASE, .filter = "(uid=a))("},
		&said);
	assert_int_equal(said.outcome, OUTCOME_FAILED);
	assert_int_equal(said.err.code, ERR_SERVER);
	assert_true(said.err.number < 0);
	said_release(&said);
	assert_int_equal(store_status(store)->phase, STORE_READY);
}

static void test_referrals(void **state)
{
	struct said said = {0};

	(void)state;
	search_to_end(store,
		&(struct search){.base = "ou=people,dc=demo", .scope = SCOPE_SUBTREE},
		&said);
	assert_int_equal(said.outcome, OUTCOME_OK);
	assert_int_equal(said.count, 2); /* ou=people and cn=bytes */
	said_release(&said);
	search_to_end(store,
		&(struct search){
			.base = "cn=elsewhere,ou=people,dc=demo", .scope = SCOPE_BASE},
		&said);
	assert_int_equal(said.outcome, OUTCOME_FAILED);
	assert_int_equal(said.err.code, ERR_REFERRAL);
	assert_string_equal(said.err.server, "ldap://elsewhere.example/ou=x,dc=demo??base");
	said_release(&said);
}

static void test_cancel(void **state)
{
	struct said early = {.store = store}, inside = {.store = store, .stop_after = 7};
	struct said sent = {.store = store}, after = {0};
	struct search all = {.base = crowd, .scope = SCOPE_ONE};

	(void)state;
	early.op = store_search(store, &all, said_event, &early);
	store_cancel(store, early.op); /* before it was sent */
	sent.op = store_search(store, &all, said_event, &sent);
	inside.op = store_search(store, &all, said_event, &inside);
	turn_once(store, 0);
	store_cancel(store, sent.op); /* while answers come */
	while (inside.entries < 7)
		turn_once(store, 1000);
	sent.entries = 0;
	search_to_end(store, &(struct search){.base = crowd, .scope = SCOPE_BASE}, &after);
	assert_int_equal(after.outcome, OUTCOME_OK);
	assert_int_equal(early.entries + early.done, 0);
	assert_int_equal(sent.entries + sent.done, 0);
	assert_int_equal(inside.entries, 7);
	assert_false(inside.done);
	said_release(&early);
	said_release(&inside);
	said_release(&sent);
	said_release(&after);
}

/* A search as each key is typed: only the last one matters. */
static void test_typing(void **state)
{
	struct said said = {.store = store};
	struct search all = {.base = crowd, .scope = SCOPE_ONE};

	(void)state;
	for (int i = 0; i < 500; i++) {
		if (said.op)
			store_cancel(store, said.op);
		said.op = store_search(store, &all, said_event, &said);
		store_step(store, 0);
	}
	strv_release(&said.dns);
	said.entries = 0;
	assert_true(turn_until(store, &said.done, PATIENCE_MS));
	assert_in_range(said.entries, CROWD - 10, CROWD);
	assert_int_equal(said.count, CROWD);
	assert_int_equal(said.after_done, 0);
	said_release(&said);
}

/* ---- what callbacks may do ---- */

struct chain {
	struct said said;
	struct op *victim;
	struct said *of_victim;
	size_t seen_by_then;
	int left;
};

static void on_chain(void *arg, const struct event *event)
{
	struct chain *c = arg;

	said_event(&c->said, event);
	if (c->victim) {
		store_cancel(store, c->victim);
		c->victim = NULL;
		c->seen_by_then = c->of_victim->entries;
	}
	if (event->kind == EVENT_DONE && c->left-- > 0) {
		c->said.done = false;
		store_search(store, &(struct search){.base = crowd, .scope = SCOPE_BASE},
			on_chain, c);
	}
}

static void test_callbacks(void **state)
{
	struct said victim = {0};
	struct chain chain = {.left = 20, .of_victim = &victim};

	(void)state;
	store_search(store, &(struct search){.base = crowd, .scope = SCOPE_BASE}, on_chain,
		&chain);
	chain.victim = store_search(store,
		&(struct search){.base = crowd, .scope = SCOPE_ONE}, said_event, &victim);
	assert_true(turn_until(store, &chain.said.done, PATIENCE_MS));
	assert_int_equal(chain.said.entries, 21);
	assert_int_equal(victim.entries, chain.seen_by_then);
	assert_int_equal(chain.seen_by_then < CROWD, !victim.done);
	said_release(&chain.said);
	said_release(&victim);
}

/* A step keeps to its budget, however much there is. */
static void test_budget(void **state)
{
	struct said said = {.store = store};
	int64_t began;
	int steps = 0;

	(void)state;
	said.op = store_search(store,
		&(struct search){.base = crowd, .scope = SCOPE_SUBTREE}, said_event, &said);
	while (!said.done) {
		struct pollfd fds[6];
		int timeout = 5000;
		int n = store_fds(store, fds, 4, &timeout);

		(void)poll(fds, (nfds_t)n, timeout);
		began = test_clock_ms();
		store_step(store, 1);
		assert_in_range(test_clock_ms() - began, 0, 1000);
		steps++;
	}
	assert_int_equal(said.entries, CROWD + 1);
	assert_true(steps > 3);
	said_release(&said);
}

/* A quick question is not held up by a long list before it. */
static void test_side_by_side(void **state)
{
	struct said list = {.store = store}, quick = {.store = store};

	(void)state;
	list.op = store_search(store,
		&(struct search){.base = crowd, .scope = SCOPE_SUBTREE}, said_event, &list);
	quick.op = store_search(store, &(struct search){.base = crowd, .scope = SCOPE_BASE},
		said_event, &quick);
	assert_true(turn_until(store, &quick.done, PATIENCE_MS));
	assert_true(turn_until(store, &list.done, PATIENCE_MS));
	assert_int_equal(list.entries, CROWD + 1);
	assert_int_equal(quick.entries, 1);
	said_release(&list);
	said_release(&quick);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_search),
		cmocka_unit_test(test_all_attributes),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_scopes),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_referrals),
		cmocka_unit_test(test_cancel),
		cmocka_unit_test(test_typing),
		cmocka_unit_test(test_callbacks),
		cmocka_unit_test(test_budget),
		cmocka_unit_test(test_side_by_side),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
