/* What others change is told as they do it, by a real slapd, followed or asked. */
#include "tests/ldap/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "ldap/store.h"

#define ALICE "uid=alice,associatedDomain=acme.example,ou=domains,dc=demo"
#define BOB "uid=bob,associatedDomain=acme.example,ou=domains,dc=demo"

static const char *const attributes[] = {"cn", "mail", "relaisRouting", NULL};
static const struct search users = {.base = "ou=domains,dc=demo",
	.scope = SCOPE_SUBTREE,
	.filter = "(objectClass=inetOrgPerson)",
	.attributes = attributes};

struct watched {
	struct directory dir;
	struct store *store;
	struct said said;
};

static void open_store(struct watched *w)
{
	w->store = ldap_store_new(&w->dir.settings);
	if (!turn_to_phase(w->store, STORE_READY, PATIENCE_MS))
		fail_msg("not ready");
	w->said.store = w->store;
	w->said.op = store_watch(w->store, &users, said_event, &w->said);
}

static void begin(struct watched *w, const char *arguments)
{
	*w = (struct watched){0};
	directory_start(&w->dir, arguments);
	open_store(w);
}

static void end(struct watched *w)
{
	assert_false(w->said.done);
	store_free(w->store);
	said_release(&w->said);
	directory_stop(&w->dir);
}

/* Turns until *n is at least as much. */
static void await(struct watched *w, const size_t *n, size_t least)
{
	int64_t until = test_clock_ms() + PATIENCE_MS;

	while (*n < least && test_clock_ms() < until)
		turn_once(w->store, 100);
	if (*n < least)
		fail_msg("%zu of %zu were told", *n, least);
}

/* What the watch is told in answer to ldapmodify's. */
static void modify(struct watched *w, const char *ldif)
{
	struct buf command = BUF_INIT;

	buf_printf(&command, "$MODIFY >/dev/null <<'END'\n%s\nEND", ldif);
	directory_sh(&w->dir, command.s);
	buf_release(&command);
}

static void expect_last(
	const struct watched *w, const char *dn, const char *attribute, const char *value)
{
	assert_string_equal(w->said.last->dn, dn);
	assert_int_equal(strlen(w->said.last->id), 36);
	if (attribute)
		assert_string_equal(entry_text(w->said.last, attribute), value);
}

static const char add_eva[] =
	"dn: uid=eva,associatedDomain=acme.example,ou=domains,dc=demo\n"
	"changetype: add\nobjectClass: inetOrgPerson\nuid: eva\ncn: Eva\nsn: E\n"
	"mail: eva@acme.example";
static const char rename_eva[] =
	"dn: uid=eva,associatedDomain=acme.example,ou=domains,dc=demo\n"
	"changetype: modrdn\nnewrdn: uid=evi\ndeleteoldrdn: 1";
static const char delete_evi[] =
	"dn: uid=evi,associatedDomain=acme.example,ou=domains,dc=demo\nchangetype: delete";
static const char name_alice[] =
	"dn: " ALICE "\nchangetype: modify\nreplace: cn\ncn: Alicia";
static const char describe_domain[] =
	"dn: associatedDomain=acme.example,ou=domains,dc=demo\nchangetype: modify\n"
	"replace: description\ndescription: new";

/* ---- RFC 4533 ---- */

static void test_followed(void **state)
{
	struct watched w;
	char *id;

	(void)state;
	begin(&w, "tree");
	await(&w, &w.said.from_now, 1);
	modify(&w, describe_domain); /* no user */
	modify(&w, name_alice);
	await(&w, &w.said.entries, 1);
	expect_last(&w, ALICE, "cn", "Alicia");
	assert_string_not_equal(w.said.last->csn, "");

	modify(&w, add_eva);
	await(&w, &w.said.entries, 2);
	expect_last(&w, "uid=eva,associatedDomain=acme.example,ou=domains,dc=demo", "mail",
		"eva@acme.example");
	id = xstrdup(w.said.last->id);

	modify(&w, rename_eva);
	await(&w, &w.said.entries, 3);
	expect_last(&w, "uid=evi,associatedDomain=acme.example,ou=domains,dc=demo", "mail",
		"eva@acme.example");
	assert_string_equal(w.said.last->id, id);

	modify(&w, delete_evi);
	await(&w, &w.said.gone, 1);
	assert_string_equal(w.said.last->id, id);
	assert_int_equal(w.said.entries, 3);
	assert_int_equal(w.said.from_now, 1);
	assert_int_equal(w.said.own, 0);
	free(id);
	end(&w);
}

/* Who is no user any more is gone from among them. */
static void test_left(void **state)
{
	struct watched w;

	(void)state;
	begin(&w, "tree");
	store_cancel(w.store, w.said.op);
	w.said.op = store_watch(w.store,
		&(struct search){.base = users.base,
			.scope = SCOPE_SUBTREE,
			.filter = "(cn=Alice*)"},
		said_event, &w.said);
	await(&w, &w.said.from_now, 1);
	modify(&w, "dn: " ALICE "\nchangetype: modify\nreplace: cn\ncn: Bea");
	await(&w, &w.said.gone, 1);
	assert_string_equal(w.said.last->dn, ALICE);
	assert_int_equal(w.said.entries, 0);
	end(&w);
}

/* Written through this store: told as its own, somebody else's right after it not. */
static void test_own(void **state)
{
	struct watched w;
	struct entry *e;
	struct plan *plan;
	struct said written = {0};

	(void)state;
	begin(&w, "tree");
	await(&w, &w.said.from_now, 1);
	e = read_entry(w.store, BOB, NULL);
	plan = plan_to_set(e, "cn", "Bobby", NULL);
	apply_to_end(w.store, plan, &written);
	assert_int_equal(written.outcome, OUTCOME_OK);
	await(&w, &w.said.entries, 1);
	assert_int_equal(w.said.own, 1);
	modify(&w, "dn: " BOB "\nchangetype: modify\nreplace: cn\ncn: Robert");
	await(&w, &w.said.entries, 2);
	expect_last(&w, BOB, "cn", "Robert");
	assert_int_equal(w.said.own, 1);
	said_release(&written);
	plan_free(plan);
	entry_free(e);
	end(&w);
}

static void test_restarted(void **state)
{
	struct watched w;

	(void)state;
	begin(&w, "tree");
	await(&w, &w.said.from_now, 1);
	directory_kill(&w.dir);
	directory_serve(&w.dir, "", "");
	modify(&w, name_alice);
	await(&w, &w.said.from_now, 2);
	modify(&w, "dn: " BOB "\nchangetype: modify\nreplace: cn\ncn: Robert");
	while (!w.said.last || strcmp(entry_text(w.said.last, "cn"), "Robert") != 0)
		await(&w, &w.said.entries, w.said.entries + 1);
	end(&w);
}

static void on_event(void *arg, const struct event *event)
{
	struct watched *w = arg;

	said_event(&w->said, event);
	if (event->kind == EVENT_ENTRY)
		store_cancel(w->store, w->said.op);
}

static void test_cancelled(void **state)
{
	struct watched w;
	struct said other = {0};

	(void)state;
	begin(&w, "tree");
	store_cancel(w.store, w.said.op); /* before it began */
	w.said.op = store_watch(w.store, &users, on_event, &w);
	store_watch(w.store, &users, said_event, &other);
	await(&w, &w.said.from_now, 1);
	await(&w, &other.from_now, 1);
	modify(&w, name_alice);
	modify(&w, add_eva);
	await(&w, &other.entries, 2);
	assert_int_equal(w.said.entries, 1);
	end(&w);
	said_release(&other);
}

/* Many at once: each is told as it is at last, and a question beside them is answered. */
static void test_storm(void **state)
{
	enum { CHANGES = 3000 };
	struct watched w;
	struct entry *e;

	(void)state;
	begin(&w, "tree");
	await(&w, &w.said.from_now, 1);
	directory_sh(&w.dir,
		"seq 3000 | sed 's/.*/dn: " ALICE
		"\\nchangetype: modify\\nreplace: cn\\ncn: Alice &\\n/' >$DIR/storm.ldif; "
		"($MODIFY -f $DIR/storm.ldif >/dev/null) &");
	for (int i = 0; i < 20; i++) {
		e = read_entry(w.store, BOB, attributes);
		assert_string_equal(e->dn, BOB);
		entry_free(e);
	}
	while (!w.said.last || strcmp(entry_text(w.said.last, "cn"), "Alice 3000") != 0)
		await(&w, &w.said.entries, w.said.entries + 1);
	assert_in_range(w.said.entries, 1, CHANGES);
	assert_int_equal(w.said.from_now, 1);
	end(&w);
}

/* ---- asked ---- */

static void test_asked(void **state)
{
	struct watched w;

	(void)state;
	setenv("SLAPD_UNSYNCED", "1", 1);
	begin(&w, "tree");
	unsetenv("SLAPD_UNSYNCED");
	await(&w, &w.said.from_now, 1);
	modify(&w, name_alice);
	await(&w, &w.said.entries, 1);
	expect_last(&w, ALICE, "cn", "Alicia");
	modify(&w, add_eva);
	modify(&w, rename_eva);
	await(&w, &w.said.entries, 2);
	expect_last(
		&w, "uid=evi,associatedDomain=acme.example,ou=domains,dc=demo", NULL, NULL);
	modify(&w, delete_evi);
	modify(&w, "dn: " BOB "\nchangetype: modify\nreplace: cn\ncn: Robert");
	await(&w, &w.said.entries, 3);
	expect_last(&w, BOB, "cn", "Robert");
	assert_int_equal(w.said.gone, 0);
	assert_int_equal(w.said.from_now, 1);
	end(&w);
}

/* Who may not read contextCSN is asked for, too. */
static void test_hidden_context(void **state)
{
	struct watched w;

	(void)state;
	w = (struct watched){0};
	directory_start(&w.dir, "tree");
	directory_sh(&w.dir,
		"sed -i 's/^access to dn.subtree=\"dc=demo\"$/access to attrs=contextCSN "
		"by * "
		"none\\n&/; 0,/^include.*relais-access/s//access to attrs=contextCSN by * "
		"none\\n&/' $DIR/slapd.conf && grep -q 'attrs=contextCSN by' "
		"$DIR/slapd.conf");
	directory_kill(&w.dir);
	directory_serve(&w.dir, "", "");
	open_store(&w);
	await(&w, &w.said.from_now, 1);
	modify(&w, name_alice);
	await(&w, &w.said.entries, 1);
	expect_last(&w, ALICE, "cn", "Alicia");
	end(&w);
}

/* ---- a connection of its own ---- */

/* On which connection slapd was asked for what it tells so. */
static char *connection_of(struct watched *w, const char *said)
{
	struct buf command = BUF_INIT, path = BUF_INIT;
	char line[80] = "";
	FILE *f;

	buf_printf(&command,
		"grep -F '%s' $DIR/slapd.log | grep -o 'conn=[0-9]*' | tail -n 1 "
		">$DIR/conn",
		said);
	directory_sh(&w->dir, command.s);
	buf_printf(&path, "%s/conn", w->dir.path);
	f = fopen(path.s, "r");
	if (!f || !fgets(line, sizeof(line), f))
		fail_msg("slapd was not asked for %s", said);
	fclose(f);
	buf_release(&command);
	buf_release(&path);
	return xstrdup(line);
}

static void test_apart(void **state)
{
	struct watched w;
	struct said many = {0};
	struct search all = {.base = "ou=domains,dc=demo",
		.scope = SCOPE_SUBTREE,
		.filter = "(mail=*)",
		.attributes = attributes,
		.many = true};
	char *watching, *reading = NULL, *other;
	int64_t until = test_clock_ms() + PATIENCE_MS;

	(void)state;
	setenv("SLAPD_DEBUG", "stats", 1);
	begin(&w, "tree");
	unsetenv("SLAPD_DEBUG");
	await(&w, &w.said.from_now, 1);
	entry_free(read_entry(w.store, BOB, attributes));
	other = connection_of(&w, "SRCH base=\"" BOB "\"");
	do { /* until that connection is there, the first one answers */
		free(reading);
		said_release(&many);
		search_to_end(w.store, &all, &many);
		assert_int_equal(many.outcome, OUTCOME_OK);
		assert_in_range(many.entries, 5, 1000);
		reading = connection_of(&w, "filter=\"(mail=*)\"");
	} while (strcmp(reading, other) == 0 && test_clock_ms() < until);
	watching = connection_of(&w, "filter=\"(objectClass=inetOrgPerson)\"");
	assert_string_not_equal(watching, reading);
	assert_string_not_equal(watching, other);
	assert_string_not_equal(reading, other);
	free(watching);
	free(reading);
	free(other);
	said_release(&many);
	end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_followed),
		cmocka_unit_test(test_left),
		cmocka_unit_test(test_own),
		cmocka_unit_test(test_restarted),
		cmocka_unit_test(test_cancelled),
		cmocka_unit_test(test_storm),
		cmocka_unit_test(test_asked),
		cmocka_unit_test(test_hidden_context),
		cmocka_unit_test(test_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
