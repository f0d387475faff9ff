#include "tests/tui/test.h"

#include <string.h>

#include "tests/tui/fake.h"
#include "tests/tui/filter.h"

static const char tree[] = "# two domains, two users\n"
			   "dn: associatedDomain=acme.example,ou=domains,dc=demo\n"
			   "objectClass: organizationalUnit\n"
			   "objectClass: relaisDomain\n"
			   "associatedDomain: acme.example\n"
			   "description: a long line\n"
			   "  that is folded\n"
			   "\n"
			   "dn: uid=bob,associatedDomain=acme.example,ou=domains,dc=demo\n"
			   "objectClass: inetOrgPerson\n"
			   "objectClass: relaisUser\n"
			   "cn:: w4lsb2RpZQ==\n"
			   "mail: bob@acme.example\n"
			   "mail: bd@acme.example\n"
			   "\n"
			   "\n"
			   "dn: uid=eve,associatedDomain=acme.example,ou=domains,dc=demo\n"
			   "objectClass: inetOrgPerson\n"
			   "mail: eve@acme.example\n";

#define ACME "associatedDomain=acme.example,ou=domains,dc=demo"
#define BOB "uid=bob," ACME
#define EVE "uid=eve," ACME

/* What an operation reported, as text. */
struct log {
	struct buf text;
	struct store *store;
	struct op *op;
	int cancel_after;
};

static void note(void *arg, const struct event *event)
{
	static const char *const outcomes[] = {
		"ok", "limit", "stale", "refused", "failed", "unknown"};
	struct log *log = arg;

	switch (event->kind) {
	case EVENT_ENTRY:
		buf_printf(&log->text, "%.6s|", event->entry->dn);
		break;
	case EVENT_GONE:
		buf_printf(&log->text, "gone %.6s|", event->entry->dn);
		break;
	case EVENT_FROM_NOW:
		buf_puts(&log->text, "from now|");
		break;
	case EVENT_PROGRESS:
		buf_printf(&log->text, "progress %zu|", event->count);
		break;
	case EVENT_CHANGED:
		buf_printf(&log->text, "changed %s %s|", outcomes[event->outcome],
			event->entry ? entry_text(event->entry, "mail") : "-");
		break;
	case EVENT_DONE:
		buf_printf(
			&log->text, "done %s %zu", outcomes[event->outcome], event->count);
		if (event->err)
			buf_printf(&log->text, " %ld %s", event->err->number,
				event->err->arg[1]);
		break;
	}
	if (log->cancel_after > 0 && --log->cancel_after == 0)
		store_cancel(log->store, log->op);
}

static void search_gives(struct fake *f, const char *filter, const char *expected)
{
	struct search search = {.base = "ou=domains,dc=demo",
		.scope = SCOPE_SUBTREE,
		.filter = filter,
		.size_limit = 2};
	struct log log = {.text = BUF_INIT};

	store_search(fake_store(f), &search, note, &log);
	assert_string_equal(log.text.s, "");
	fake_settle(f, NULL, NULL);
	assert_string_equal(log.text.s, expected);
	buf_release(&log.text);
}

static void searches(void **state)
{
	struct fake *f = fake_new(tree);

	(void)state;
	search_gives(f, "(uid=nobody)", "done ok 0");
	search_gives(f, "(MAIL=*)", "uid=bo|uid=ev|done ok 2");
	search_gives(f, "(objectClass=*)", "associ|uid=bo|done limit 2 4 ");
	fake_per_step(f, 1);
	search_gives(f, "(mail=*)", "uid=bo|progress 1|uid=ev|done ok 2");
	assert_string_equal(entry_text(fake_entry(f, ACME), "description"),
		"a long line that is folded");
	fake_fail(f, ERR_UNAVAILABLE, "later");
	search_gives(f, "(mail=*)", "done failed 0 52 ");
	store_free(fake_store(f));
}

static void filters(void **state)
{
	static const struct {
		const char *filter;
		bool matches;
	} cases[] = {
		{"(mail=bob@acme.example)", true},
		{"(mail=BOB@ACME.example)", true},
		{"(cn=élodie)", true},
		{"(cn=elodie)", false},
		{"(mail=b*)", true},
		{"(mail=*@acme*)", true},
		{"(mail=*z*)", false},
		{"(mail=bob*bob@acme.example)", false},
		{"(!(relaisRouting=*))", true},
		{"(&(mail=*)(!(mail=eve@*)))", true},
		{"(|(cn=x)(cn=\\c3\\89lodie))", true},
		{"(&)", true},
		{"(|)", false},
		{"(cn=\\2a)", false},
	};
	struct fake *f = fake_new(tree);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		if (filter_matches(cases[i].filter, fake_entry(f, BOB)) != cases[i].matches)
			fail_msg("%s", cases[i].filter);
	store_free(fake_store(f));
}

static struct change *set_mail(const struct entry *e, const char *mail)
{
	struct change *c = change_new(CHANGE_MODIFY, e->dn);
	struct strv values = {0};

	strv_add(&values, mail);
	change_set(c, e, "mail", &values);
	strv_release(&values);
	return c;
}

/* Applies c, which it frees. */
static void apply_gives(struct fake *f, struct change *c, const char *expected)
{
	struct plan *plan = plan_of_change(c, "test");
	struct log log = {.text = BUF_INIT};

	store_apply(fake_store(f), plan, note, &log);
	fake_settle(f, NULL, NULL);
	assert_string_equal(log.text.s, expected);
	plan_free(plan);
	buf_release(&log.text);
}

static struct change *one_mod(struct fake *f, enum change_kind kind, const char *dn,
	enum mod_op op, const char *name, const char *value)
{
	struct change *c = change_new(kind, dn);
	struct mod *m = change_mod(c, op, name);

	if (value)
		mod_value(m, value, strlen(value));
	if (c->before)
		entry_set_state(c->before, fake_entry(f, dn)->id, fake_entry(f, dn)->csn);
	return c;
}

static void writes(void **state)
{
	struct fake *f = fake_new(tree);
	struct entry *bob = entry_copy(fake_entry(f, BOB));

	(void)state;
	apply_gives(
		f, set_mail(bob, "b@acme.example"), "changed ok b@acme.example|done ok 1");
	assert_string_equal(fake_written(f), "dn: " BOB "\n"
					     "changetype: modify\n"
					     "delete: mail\n"
					     "mail: bob@acme.example\n"
					     "mail: bd@acme.example\n"
					     "-\n"
					     "add: mail\n"
					     "mail: b@acme.example\n"
					     "-\n\n");
	/* bob was read before that */
	apply_gives(f, set_mail(bob, "c@acme.example"),
		"changed stale b@acme.example|done stale 0 122 ");
	assert_int_equal(fake_entry(f, BOB)->attributes.n, bob->attributes.n);
	entry_free(bob);
	store_free(fake_store(f));
}

static void others_change_something_else(void **state)
{
	struct fake *f = fake_new(tree);
	struct entry *bob = entry_copy(fake_entry(f, BOB));

	(void)state;
	fake_change(f, BOB, "cn", "Bob", "Robert", NULL);
	assert_string_not_equal(bob->csn, fake_entry(f, BOB)->csn);
	apply_gives(
		f, set_mail(bob, "b@acme.example"), "changed ok b@acme.example|done ok 1");
	fake_delete(f, BOB);
	apply_gives(
		f, set_mail(bob, "c@acme.example"), "changed stale -|done stale 0 122 ");
	entry_free(bob);
	store_free(fake_store(f));
}

static void refusals(void **state)
{
	struct fake *f = fake_new(tree);

	(void)state;
	apply_gives(f, one_mod(f, CHANGE_MODIFY, EVE, MOD_ADD, "mail", "EVE@acme.example"),
		"changed refused -|done refused 0 20 mail");
	apply_gives(f, one_mod(f, CHANGE_MODIFY, EVE, MOD_DELETE, "sn", NULL),
		"changed refused -|done refused 0 16 sn");
	apply_gives(f, one_mod(f, CHANGE_MODIFY, EVE, MOD_ADD, "relaisRouting", "none"),
		"changed refused -|done refused 0 65 relaisRouting");
	apply_gives(f, one_mod(f, CHANGE_ADD, EVE, MOD_ADD, "cn", "Eve"),
		"changed refused -|done refused 0 68 ");
	apply_gives(f, one_mod(f, CHANGE_ADD, "uid=a,ou=x,dc=demo", MOD_ADD, "cn", "A"),
		"changed refused -|done refused 0 32 ");
	fake_refuse(f, ERR_DENIED, "mail", "no write access");
	apply_gives(f, one_mod(f, CHANGE_MODIFY, BOB, MOD_ADD, "mail", "x@y"),
		"changed refused -|done refused 0 50 mail");
	fake_lose(f, true);
	apply_gives(f, one_mod(f, CHANGE_MODIFY, BOB, MOD_REPLACE, "sn", "D"),
		"changed unknown -|done unknown 0 0 ");
	assert_string_equal(entry_text(fake_entry(f, BOB), "sn"), "D");
	store_free(fake_store(f));
}

static void nothing_after_a_cancel(void **state)
{
	struct search search = {
		.base = ACME, .scope = SCOPE_SUBTREE, .filter = "(objectClass=*)"};
	struct fake *f = fake_new(tree);
	struct log log = {.text = BUF_INIT, .store = fake_store(f), .cancel_after = 1};
	struct log never = {.text = BUF_INIT, .store = fake_store(f)};

	(void)state;
	log.op = store_search(fake_store(f), &search, note, &log);
	never.op = store_search(fake_store(f), &search, note, &never);
	store_cancel(fake_store(f), never.op);
	fake_settle(f, NULL, NULL);
	assert_string_equal(log.text.s, "associ|");
	assert_string_equal(never.text.s, "");
	assert_false(fake_busy(f));
	buf_release(&log.text);
	store_free(fake_store(f));
}

static void stalled(void **state)
{
	struct search search = {.base = BOB, .scope = SCOPE_BASE, .filter = "(cn=*)"};
	struct fake *f = fake_new(tree);
	struct log log = {.text = BUF_INIT};

	(void)state;
	fake_stall(f, true);
	assert_int_equal(store_status(fake_store(f))->phase, STORE_WAITING);
	store_search(fake_store(f), &search, note, &log);
	fake_settle(f, NULL, NULL);
	assert_string_equal(log.text.s, "");
	fake_stall(f, false);
	assert_int_equal(store_status(fake_store(f))->phase, STORE_READY);
	fake_settle(f, NULL, NULL);
	assert_string_equal(log.text.s, "uid=bo|done ok 1");
	fake_password(f, "demo");
	store_sign_in(fake_store(f), "admin1", "wrong");
	assert_int_equal(store_status(fake_store(f))->phase, STORE_SIGNED_OUT);
	store_sign_in(fake_store(f), "admin1", "demo");
	assert_string_equal(store_status(fake_store(f))->who, "admin1");
	buf_release(&log.text);
	store_free(fake_store(f));
}

static void settle_and_expect(struct fake *f, struct log *log, const char *expected)
{
	fake_settle(f, NULL, NULL);
	assert_string_equal(log->text.s, expected);
	buf_reset(&log->text);
}

static void watched(void **state)
{
	struct fake *f = fake_new(tree);
	struct search search = {
		.base = "ou=domains,dc=demo", .scope = SCOPE_SUBTREE, .filter = "(mail=*)"};
	struct log log = {.text = BUF_INIT, .store = fake_store(f)};

	(void)state;
	log.op = store_watch(fake_store(f), &search, note, &log);
	settle_and_expect(f, &log, "");
	fake_live(f, true);
	settle_and_expect(f, &log, "from now|");
	fake_change(f, BOB, "cn", "Bobby", NULL);
	fake_change(f, ACME, "description", "no mail", NULL);
	settle_and_expect(f, &log, "uid=bo|");
	fake_rename(f, BOB, "uid=rob," ACME);
	settle_and_expect(f, &log, "uid=ro|");
	fake_change(f, EVE, "mail", NULL);
	fake_delete(f, "uid=rob," ACME);
	settle_and_expect(f, &log, "gone uid=ro|gone uid=ev|");
	fake_missed(f);
	settle_and_expect(f, &log, "from now|");
	store_cancel(fake_store(f), log.op);
	fake_change(f, EVE, "mail", "eve@acme.example", NULL);
	settle_and_expect(f, &log, "");
	buf_release(&log.text);
	store_free(fake_store(f));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(searches),
		cmocka_unit_test(filters),
		cmocka_unit_test(writes),
		cmocka_unit_test(others_change_something_else),
		cmocka_unit_test(refusals),
		cmocka_unit_test(nothing_after_a_cancel),
		cmocka_unit_test(stalled),
		cmocka_unit_test(watched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
