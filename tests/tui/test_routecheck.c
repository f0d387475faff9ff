/* The route check: its screen, its look-ups, and beside a form now and after saving. */
#include "tests/tui/test.h"

#include <string.h>

#include "tests/tui/screen.h"
#include "tui/lookup.h"

#define ROUTE "<Down><Enter>"

/* ---- the look-ups ---------------------------------------------------------------- */

struct heard {
	struct buf text;
	struct lookups *lookups;
	size_t n;
};

static void hear(void *arg, size_t tag, const struct lookup_answer *a)
{
	struct heard *h = arg;

	h->n++;
	buf_printf(&h->text, "%zu %s %s|", tag, a->address,
		a->err ? "failed" : route_verdict_word(a->decision->verdict));
}

struct bench {
	struct fake *fake;
	struct settings settings;
	struct heard heard;
	struct lookups *lookups;
};

static void bench_init(struct bench *b)
{
	memset(b, 0, sizeof(*b));
	b->fake = fake_new(screen_tree);
	settings_init(&b->settings);
	free(b->settings.domains.base);
	b->settings.domains.base = xstrdup("ou=domains,dc=demo");
	buf_init(&b->heard.text);
	b->lookups = lookups_new(&b->settings, fake_store(b->fake), hear, &b->heard);
}

static void bench_release(struct bench *b)
{
	lookups_free(b->lookups);
	buf_release(&b->heard.text);
	settings_release(&b->settings);
	store_free(fake_store(b->fake));
}

static void lookups_answer(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b);
	lookups_ask(b.lookups, "ALICE+x@acme.example", 1);
	lookups_ask(b.lookups, "bob@acme.example", 2);
	lookups_ask(b.lookups, "who@branch.example", 3);
	lookups_ask(b.lookups, "who@x.example", 4);
	assert_int_equal(b.heard.n, 0);
	fake_settle(b.fake, NULL, NULL);
	assert_int_equal(fake_searches(b.fake), 12);
	assert_string_equal(b.heard.text.s,
		"1 ALICE+x@acme.example local|2 bob@acme.example relay|"
		"3 who@branch.example verify|4 who@x.example not-hosted|");
	assert_int_equal(lookups_running(b.lookups), 0);
	bench_release(&b);
}

static void lookups_without_domain(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b);
	lookups_ask(b.lookups, "bob", 7);
	assert_string_equal(b.heard.text.s, "7 bob not-hosted|");
	assert_int_equal(fake_searches(b.fake), 0);
	lookups_ask(b.lookups, "@branch.example", 8); /* nobody can hold it */
	fake_settle(b.fake, NULL, NULL);
	assert_int_equal(fake_searches(b.fake), 1);
	bench_release(&b);
}

static void lookups_cancelled(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b);
	for (size_t i = 0; i < LOOKUPS_MOST; i++) {
		assert_false(lookups_full(b.lookups));
		lookups_ask(b.lookups, "bob@acme.example", i);
	}
	assert_true(lookups_full(b.lookups));
	store_step(fake_store(b.fake), 0);
	b.heard.n = 0;
	lookups_ask(b.lookups, "bob@acme.example", 99);
	lookups_cancel(b.lookups);
	fake_settle(b.fake, NULL, NULL);
	assert_int_equal(b.heard.n, 0);
	assert_int_equal(lookups_running(b.lookups), 0);
	lookups_ask(b.lookups, "bob@acme.example", 100);
	fake_settle(b.fake, NULL, NULL);
	assert_int_equal(b.heard.n, 1);
	bench_release(&b);
}

static void lookups_fail(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b);
	fake_fail(b.fake, ERR_BUSY, "later");
	lookups_ask(b.lookups, "bob@acme.example", 1);
	fake_settle(b.fake, NULL, NULL);
	assert_string_equal(b.heard.text.s, "1 bob@acme.example failed|");
	bench_release(&b);
}

/* ---- the screen ------------------------------------------------------------------ */

static void at_80x24(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_keys(s, ROUTE);
	screen_says(s, "Type an address as a sender would, and press Enter");
	screen_keys(s, "bob@acme.example<Enter>");
	/* clang-format off */
	screen_is(s,
		"System management › Route check                           admin0 · ldapi · ready\n"
		"────────────────────────────────────────────────────────────────────────────────\n"
		" Address  [bob@acme.example                                                   ]\n"
		"\n"
		" bob@acme.example\n"
		"   Goes to the split relay 192.0.2.25.\n"
		"   It is a selected address of a third-party user.\n"
		"   SMTP answer 250, rule 3.\n"
		"\n"
		" What Postfix asks, in its order\n"
		"   domains      acme.example               found\n"
		"     associatedDomain=acme.example,ou=domains,dc=demo (associatedDomain)\n"
		"   recipients   bob@acme.example           found\n"
		"     uid=bob,associatedDomain=acme.example,ou=domains,dc=demo\n"
		"     (relaisThirdPartyAddress)\n"
		"   internal     bob@acme.example           not found\n"
		"   thirdparty   bob@acme.example           found\n"
		"     uid=bob,associatedDomain=acme.example,ou=domains,dc=demo\n"
		"     (relaisThirdPartyAddress)\n"
		"   relay        acme.example               found\n"
		"     associatedDomain=acme.example,ou=domains,dc=demo (relaisSplitRelay)\n"
		"\n"
		"\n"
		"F1 help   F10 quit   Enter ask, or open   Esc back   Tab next   F5 read again\n");
	/* clang-format on */
	screen_cursor_on(s, "-Address");
	screen_free(s);
}

static void answers(void **state)
{
	static const struct {
		const char *address, *where, *why;
	} cases[] = {
		{"alice@acme.example", "Goes into the mailbox here.", "an internal user"},
		{"Alice+x@ACME.example.", "Goes into the mailbox here.",
			"an internal user"},
		{"x@acme.example", "Is refused", "forwards no unknown addresses"},
		{"x@branch.example", "mail.old.example:2525, if that one accepts it",
			"forwards unknown addresses"},
		{"x@x.example", "Is not for this mail system", "in no supervised domain"},
		{"a%b@branch.example", "Is not for this mail system",
			"what may be meant for a third system"},
		{"alice%acme.example", "Goes into the mailbox here.", "an internal user"},
		{"x@", "Is not for this mail system", "This is no mail address."},
		{"postmaster", "Goes to the postmaster of this machine.",
			"SMTP answer 250"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct screen *s = screen_new(NULL, 24, 80);

		screen_keys(s, ROUTE);
		screen_paste(s, cases[i].address);
		screen_keys(s, "<Enter>");
		screen_says(s, cases[i].where);
		screen_says(s, cases[i].why);
		screen_free(s);
	}
}

/* The filter stands under the step in focus; Enter opens what answered. */
static void steps(void **state)
{
	struct screen *s = screen_new(NULL, 16, 60);

	(void)state;
	screen_keys(s, ROUTE "bob@acme.example<Enter>");
	screen_lacks(s, "objectClass");
	screen_keys(s, "<Down>");
	screen_cursor_on(s, "▸ domains");
	screen_says(s, "(&(objectClass=relaisDomain)(associatedDomain=acme.example))");
	screen_keys(s, "<Down><Down><Down>");
	screen_cursor_on(s, "▸ thirdparty");
	screen_keys(s, "<Enter>");
	screen_shows(s, "Route check › Bob Durand");
	screen_keys(s, "<Esc><Up><Up><Up><Enter>");
	screen_shows(s, "Route check › acme.example");
	screen_keys(s, "<Esc>");
	screen_cursor_on(s, "▸ domains");
	screen_free(s);
}

static void history(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_keys(s, ROUTE "alice@acme.example<Enter><Ctrl-U>x@acme.example<Enter>");
	screen_shows(s, "Asked before");
	screen_shows(s, "alice@acme.example", "mailbox here");
	screen_keys(s, "<Down><End><Enter>");
	screen_says(s, "Goes into the mailbox here.");
	screen_cursor_on(s, "-Address");
	/* Another time, and what has changed meanwhile. */
	screen_keys(s, "<Esc>");
	fake_change(s->fake, ALICE, "relaisRouting", "none", NULL);
	screen_keys(s, "<Enter>");
	screen_says(s, "Type an address as a sender would");
	screen_shows(s, "x@acme.example", "doesn't exist (550)");
	screen_shows(s, "alice@acme.example", "doesn't exist (550)");
	fake_change(s->fake, ALICE, "relaisRouting", "internal", NULL);
	screen_keys(s, "<F5>");
	screen_shows(s, "alice@acme.example", "mailbox here");
	screen_free(s);
}

static void trouble(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_keys(s, ROUTE "bob@acme.example");
	fake_fail(s->fake, ERR_BUSY, "later");
	screen_keys(s, "<Enter>");
	screen_says(s, "The directory is busy");
	screen_keys(s, "<F5>");
	screen_says(s, "Goes to the split relay 192.0.2.25.");
	fake_stall(s->fake, true);
	screen_keys(s, "<F5>");
	screen_says(s, "Goes to the split relay 192.0.2.25.");
	screen_keys(s, "<Ctrl-U>alice@acme.example<Enter>");
	screen_says(s, "Asking the directory…");
	screen_keys(s, "<Esc>"); /* at once, whatever the directory does */
	screen_shows(s, "Directory entities");
	screen_free(s);
}

/* ---- from lists and forms ---------------------------------------------------------- */

static void from_lists(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domains(s);
	screen_keys(s, "w");
	screen_shows(s, "Address", "[@acme.example");
	screen_keys(s, "bob<Enter>");
	screen_says(s, "Goes to the split relay 192.0.2.25.");
	screen_keys(s, "<Esc><Esc>");
	screen_users(s);
	screen_keys(s, "<F6>");
	screen_shows(s, "Address", "[alice@acme.example");
	screen_says(s, "Goes into the mailbox here.");
	screen_free(s);
}

static void from_a_domain(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domain(s, "acme.example");
	screen_keys(s, "<F6>bob<Enter>");
	screen_lacks(s, "after saving");
	screen_keys(s, "<Esc><Ctrl-U>new.example<F6>");
	screen_shows(s, "Address", "[@acme.example");
	screen_keys(s, "bob<Enter>");
	screen_shows(s, "now", "after saving");
	screen_shows(s, "Its mail", "192.0.2.25", "new.example");
	screen_says(s, "After saving: Goes to the split relay new.example.");
	screen_keys(s, "<Ctrl-U>alice@acme.example<Enter>");
	screen_shows(s, "Its mail", "mailbox here", "mailbox here");
	screen_says(s, "This save changes nothing for it.");
	screen_keys(s, "<Esc>");
	screen_shows(s, "[new.example"); /* nothing typed is lost */
	screen_wrote(s, "");
	screen_free(s);
}

static void from_a_user(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_user(s, "Bob Durand");
	screen_keys(s, "<Down><Down><Down><F6>"); /* on an address */
	screen_shows(s, "Address", "[bd@acme.example");
	screen_says(s, "Is refused: the mailbox doesn't exist.");
	screen_shows(s, "bob.durand@acme.example", "192.0.2.25");
	screen_keys(s, "<Esc>a<F6>"); /* all of them selected */
	screen_shows(s, "Its mail", "doesn't exist (550)", "192.0.2.25");
	screen_says(s, "After saving: Goes to the split relay 192.0.2.25.");
	screen_free(s);
}

static void in_french(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_language(s, "fr");
	screen_keys(s, ROUTE "bob@acme.example<Enter>");
	screen_shows(s, "Gestion du système › Contrôle de routage");
	screen_says(s, "Va au relais 192.0.2.25.");
	screen_shows(s, "internal", "introuvable");
	screen_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lookups_answer),
		cmocka_unit_test(lookups_without_domain),
		cmocka_unit_test(lookups_cancelled),
		cmocka_unit_test(lookups_fail),
		cmocka_unit_test(at_80x24),
		cmocka_unit_test(answers),
		cmocka_unit_test(steps),
		cmocka_unit_test(history),
		cmocka_unit_test(trouble),
		cmocka_unit_test(from_lists),
		cmocka_unit_test(from_a_domain),
		cmocka_unit_test(from_a_user),
		cmocka_unit_test(in_french),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
