/*
 * What others do while one looks: rows follow, the cursor stays, a form says so at once and
 * loses nothing that was typed.
 */
#include "tests/tui/screen.h"

#include <string.h>

#define MOD(dn) "dn: " dn "\nchangetype: modify\n"
#define FRESH "•"

static long now = 1000000;

/* A moment later, for what is not shown more often than that. */
static void later(struct screen *s, long ms)
{
	now += ms;
	screen_clock(now);
	screen_settle(s);
}

static struct screen *live(int h, int w)
{
	struct screen *s;

	now += 1000000;
	screen_clock(now);
	s = screen_new_unsettled(NULL, h, w);
	fake_live(s->fake, true);
	screen_settle(s);
	return s;
}

/* ---- the list of users ---- */

static void rows_follow(void **state)
{
	struct screen *s = live(24, 80);

	(void)state;
	screen_users(s);
	screen_shows(s, "Alice Martin", "alice@acme.example +1", "internal", "1 of 6");
	screen_lacks(s, FRESH);
	fake_change(s->fake, ALICE, "relaisRouting", "none", NULL);
	screen_settle(s);
	screen_shows(s, FRESH "Alice Martin", "none", "acme.example");
	later(s, 4100);
	screen_lacks(s, FRESH);
	screen_shows(s, "Alice Martin", "none", "acme.example");
	screen_free(s);
}

static void rows_come_and_go(void **state)
{
	struct screen *s = live(24, 80);

	(void)state;
	screen_users(s);
	fake_add(s->fake,
		"dn: uid=aaron," ACME "\nobjectClass: inetOrgPerson\ncn: Aaron First\n"
		"mail: aaron@acme.example\n");
	screen_settle(s);
	screen_shows(s, FRESH "Aaron First", "aaron@acme.example");
	screen_shows(s, "of 7");
	fake_delete(s->fake, CAROL);
	later(s, 150);
	screen_lacks(s, "Carol Petit");
	screen_shows(s, "of 6");
	fake_change(s->fake, BOB, "cn", "Zebulon", NULL);
	fake_delete(s->fake, "uid=aaron," ACME);
	later(s, 150);
	screen_shows(s, "of 5");
	screen_lacks(s, "Aaron");
	screen_keys(s, "<Down><Down>");
	screen_cursor_on(s, "Zebulon");
	screen_free(s);
}

/* Whatever comes above it, or where it goes itself. */
static void the_cursor_stays_on_its_entry(void **state)
{
	struct screen *s = live(24, 80);

	(void)state;
	screen_users(s);
	screen_keys(s, "<Down><Down>");
	screen_cursor_on(s, "Carol Petit");
	fake_add(s->fake,
		"dn: uid=aaron," ACME "\nobjectClass: inetOrgPerson\ncn: Aaron First\n"
		"mail: aaron@acme.example\n");
	screen_settle(s);
	screen_cursor_on(s, "Carol Petit");
	screen_shows(s, "4 of 7");
	fake_change(s->fake, CAROL, "cn", "Zora", NULL);
	later(s, 150);
	screen_cursor_on(s, "Zora");
	fake_rename(s->fake, CAROL, "uid=zora," ACME);
	later(s, 150);
	screen_cursor_on(s, "Zora");
	fake_change(s->fake, "uid=zora," ACME, "cn", "Abel", NULL);
	later(s, 150);
	screen_cursor_on(s, "Abel");
	fake_delete(s->fake, "uid=zora," ACME);
	later(s, 150);
	screen_lacks(s, "Abel");
	screen_cursor_on(s, "Alice Martin");
	screen_free(s);
}

static void marks_stay(void **state)
{
	struct screen *s = live(24, 80);

	(void)state;
	screen_users(s);
	screen_keys(s, "<Down><Space>");
	screen_shows(s, "1 marked");
	fake_rename(s->fake, BOB, "uid=rob," ACME);
	screen_settle(s);
	screen_shows(s, "*Bob Durand");
	screen_shows(s, "1 marked");
	screen_free(s);
}

/* Under a filter those come that it wants, and go that it doesn't. */
static void filters_hold(void **state)
{
	struct screen *s = live(24, 80);

	(void)state;
	screen_users(s);
	screen_keys(s, "/durand<Enter>");
	screen_shows(s, "1 of 1");
	fake_change(s->fake, ALICE, "cn", "Alice Durand", NULL);
	screen_settle(s);
	screen_shows(s, "Alice Durand");
	screen_shows(s, "of 2");
	fake_change(s->fake, ALICE, "cn", "Alice Duval", NULL);
	later(s, 150);
	screen_lacks(s, "Alice");
	screen_shows(s, "1 of 1");
	screen_free(s);
}

/* A domain's own list: who gets an address in it comes, who loses it goes. */
static void a_domains_list_follows(void **state)
{
	struct screen *s = live(24, 80);

	(void)state;
	screen_domains(s);
	screen_keys(s, "<Home>e");
	screen_shows(s, "Alice Martin");
	screen_shows(s, "1 of 4");
	fake_change(s->fake, ALICE, "mail", "alice@elsewhere.example", NULL);
	screen_settle(s);
	screen_lacks(s, "Alice Martin");
	fake_change(s->fake, YUKI, "mail", "yuki@acme.test", NULL);
	later(s, 150);
	screen_shows(s, "yuki@acme.test");
	screen_shows(s, "of 4");
	screen_free(s);
}

/* One's own change is shown, but it is no news. */
static void ones_own_is_no_news(void **state)
{
	struct screen *s = live(24, 80);

	(void)state;
	screen_users(s);
	screen_keys(s, "<Down>t<Enter>");
	screen_shows(s, "Bob Durand", "internal");
	screen_lacks(s, FRESH);
	later(s, 150);
	screen_lacks(s, FRESH);
	screen_free(s);
}

/* What comes while the list is read is there once it is. */
static void nothing_is_missed_while_reading(void **state)
{
	struct screen *s = live(24, 80);

	(void)state;
	fake_per_step(s->fake, 1);
	screen_keys(s, "<Down><Down><Down>");
	app_key(s->app, (struct input){.key = K_ENTER});
	screen_step(s);
	screen_step(s);
	fake_add(s->fake,
		"dn: uid=aaron," ACME "\nobjectClass: inetOrgPerson\ncn: Aaron First\n"
		"mail: aaron@acme.example\n");
	fake_delete(s->fake, CAROL);
	screen_settle(s);
	later(s, 150);
	screen_shows(s, "Aaron First");
	screen_lacks(s, "Carol");
	screen_shows(s, "of 6");
	screen_free(s);
}

static void missed_is_read_again(void **state)
{
	struct screen *s = live(24, 80);

	(void)state;
	screen_users(s);
	fake_live(s->fake, false);
	fake_change(s->fake, ALICE, "cn", "Alicia", NULL);
	screen_settle(s);
	screen_lacks(s, "Alicia");
	fake_missed(s->fake);
	fake_live(s->fake, true);
	screen_settle(s);
	screen_shows(s, "Alicia");
	screen_free(s);
}

/* ---- domains, home ---- */

static void domains_follow(void **state)
{
	struct screen *s = live(24, 100);

	(void)state;
	screen_domains(s);
	screen_keys(s, "<Down>");
	screen_cursor_on(s, "branch.example");
	fake_change(s->fake, ACME, "relaisSplitRelay", "[192.0.2.99]", NULL);
	screen_settle(s);
	screen_shows(s, FRESH "acme.example", "192.0.2.99");
	fake_add(s->fake,
		"dn: associatedDomain=aaa.example,ou=domains,dc=demo\nobjectClass: "
		"relaisDomain\nassociatedDomain: aaa.example\n");
	fake_delete(s->fake, NEU);
	screen_settle(s);
	screen_shows(s, FRESH "aaa.example");
	screen_lacks(s, "neu.example");
	screen_cursor_on(s, "branch.example");
	later(s, 4100);
	screen_lacks(s, FRESH);
	screen_free(s);
}

static void counts_follow(void **state)
{
	struct screen *s = live(24, 100);

	(void)state;
	screen_shows(s, "Directory entities", "6 users", "1 third-party");
	fake_change(s->fake, ALICE, "relaisRouting", "external", NULL);
	later(s, 1100);
	screen_shows(s, "Directory entities", "6 users", "2 third-party");
	screen_domains(s);
	screen_shows(s, "acme.example", " 0 ", " 2 ");
	fake_change(s->fake, ALICE, "relaisRouting", "internal", NULL);
	later(s, 1100);
	screen_shows(s, "acme.example", " 1 ", " 1 ");
	screen_free(s);
}

/* ---- forms ---- */

static void a_clean_form_shows_it(void **state)
{
	struct screen *s = live(24, 80);

	(void)state;
	screen_domain(s, "acme");
	fake_change(s->fake, ACME, "relaisSplitRelay", "[192.0.2.99]", NULL);
	screen_settle(s);
	screen_shows(s, "[192.0.2.99 ");
	screen_shows(s, "admin1 has just changed this: Relay for split domains.");
	screen_keys(s, "<Ctrl-S>");
	screen_shows(s, "Nothing was changed, nothing to save.");
	screen_free(s);
}

/* What the form does not show is no matter. */
static void another_attribute_is_no_matter(void **state)
{
	struct screen *s = live(24, 80);

	(void)state;
	screen_user(s, "Bob");
	screen_keys(s, "<Down><Down><Down><Space>");
	fake_change(s->fake, BOB, "userPassword", "secret", NULL);
	screen_settle(s);
	screen_lacks(s, "has just changed");
	screen_keys(s, "<Ctrl-S>");
	screen_shows(s, "Save Bob Durand?");
	screen_free(s);
}

static void what_was_typed_stays_and_merges(void **state)
{
	struct screen *s = live(24, 80);

	(void)state;
	screen_domain(s, "acme");
	screen_keys(s, "1");
	screen_shows(s, "[192.0.2.251 ");
	fake_change(s->fake, ACME, "description", "New words", NULL);
	screen_settle(s);
	screen_shows(s, "admin1 has just changed this: Description.");
	screen_shows(s, "Merge", "takes it into what you typed");
	screen_shows(s, "[192.0.2.251 ");
	screen_keys(s, "<F5>");
	screen_shows(s, "admin1 has changed this meanwhile, and it stays: Description.");
	screen_shows(s, "[192.0.2.251 ");
	screen_lacks(s, "Merge");
	screen_wrote(s, "");
	screen_keys(s, "<Ctrl-S><Enter>");
	screen_wrote(s, MOD(ACME) "replace: relaisSplitRelay\n"
				  "relaisSplitRelay: [192.0.2.251]\n-\n\n");
	assert_string_equal(
		entry_text(fake_entry(s->fake, ACME), "description"), "New words");
	screen_free(s);
}

/* By arrows and Enter alone, and both changed the same. */
static void both_changed_is_chosen(void **state)
{
	struct screen *s = live(24, 80);

	(void)state;
	screen_domain(s, "acme");
	screen_keys(s, "1");
	fake_change(s->fake, ACME, "relaisSplitRelay", "[192.0.2.99]", NULL);
	screen_settle(s);
	screen_keys(s, "<Up>");
	screen_cursor_on(s, "Merge");
	screen_keys(s, "<Enter>");
	screen_shows(s, "Changed by somebody else while you were editing",
		"[ ] theirs: 192.0.2.99", "[ ] yours: 192.0.2.251");
	/* back: it still stands there */
	screen_keys(s, "<Esc>");
	screen_shows(s, "admin1 has just changed this: Relay for split domains.");
	screen_shows(s, "[192.0.2.251 ");
	screen_keys(s, "<F5><Down><Space><Down><Enter>");
	screen_shows(s, "[192.0.2.251 ");
	screen_lacks(s, "Merge", "Save acme.example?");
	screen_keys(s, "<Ctrl-S>");
	screen_shows(s, "Save acme.example?", "[192.0.2.99] ", "[192.0.2.251]");
	screen_free(s);
}

/* A user's addresses stand on the sheet beside what both changed. */
static void addresses_stand_on_the_sheet(void **state)
{
	struct screen *s = live(30, 80);

	(void)state;
	screen_user(s, "Bob");
	screen_keys(s, "<Enter>");
	screen_shows(s, "[x] Third-party mail");
	screen_keys(s, "<Up><Enter>");
	screen_shows(s, "( Internal mail");
	fake_change(s->fake, BOB, "relaisRouting", "none", NULL);
	fake_change(s->fake, BOB, "mail", "bob@acme.example", "bob.durand@acme.example",
		"bd@acme.example", "robert@acme.example", NULL);
	screen_settle(s);
	screen_says(s, "Address robert@acme.example.");
	screen_keys(s, "<F5>");
	screen_shows(s, "Changed by somebody else while you were editing");
	screen_shows(s, "Mail system — before: Third-party mail");
	screen_shows(s, "Address robert@acme.example — before: no");
	screen_keys(s, "<Esc>");
	screen_says(s, "Address robert@acme.example.");
	screen_free(s);
}

/* Who may not read it any more, or looks where it stood before, is not told so. */
static void no_answer_is_not_gone(void **state)
{
	struct screen *s = live(24, 80);

	(void)state;
	screen_user(s, "Bob");
	fake_live(s->fake, false);
	fake_add(s->fake, "dn: cn=below," BOB "\nobjectClass: device\ncn: below\n");
	fake_rename(s->fake, BOB, "uid=rob," ACME);
	fake_missed(s->fake);
	fake_live(s->fake, true);
	screen_settle(s);
	screen_lacks(s, "has deleted this entry");
	screen_free(s);
}

static void the_latest_counts(void **state)
{
	struct screen *s = live(24, 80);

	(void)state;
	screen_domain(s, "acme");
	screen_keys(s, "1");
	fake_change(s->fake, ACME, "description", "one", NULL);
	screen_settle(s);
	screen_shows(s, "has just changed this: Description.");
	fake_change(s->fake, ACME, "description", "Acme", NULL);
	screen_settle(s);
	screen_lacks(s, "has just changed", "Merge");
	screen_shows(s, "[192.0.2.251 ");
	screen_free(s);
}

static void a_deleted_entry_is_said_to_be(void **state)
{
	struct screen *s = live(24, 80);

	(void)state;
	screen_user(s, "Bob");
	fake_delete(s->fake, BOB);
	screen_settle(s);
	screen_shows(s, "Somebody has deleted this entry: it can't be saved any more.");
	screen_lacks(s, "Merge");
	screen_keys(s, "<Esc>");
	later(s, 150);
	screen_lacks(s, "Bob Durand");
	screen_free(s);
}

static void a_renamed_entry_is_followed(void **state)
{
	struct screen *s = live(24, 80);

	(void)state;
	screen_user(s, "Bob");
	fake_rename(s->fake, BOB, "uid=rob," ACME);
	screen_settle(s);
	screen_keys(s, "<F4>");
	screen_shows(s, "uid=rob");
	screen_free(s);
}

/* A review that stands there is not pulled away; the save finds out. */
static void a_review_stays(void **state)
{
	struct screen *s = live(24, 80);

	(void)state;
	screen_domain(s, "acme");
	screen_keys(s, "1<Ctrl-S>");
	screen_shows(s, "Save acme.example?");
	fake_change(s->fake, ACME, "relaisSplitRelay", "[192.0.2.99]", NULL);
	screen_settle(s);
	screen_shows(s, "Save acme.example?");
	screen_keys(s, "<Enter>");
	screen_shows(s, "Changed by somebody else while you were editing");
	screen_wrote(s, "");
	screen_free(s);
}

/* What stands around: the domain's relay beside a user's addresses. */
static void what_stands_around_follows(void **state)
{
	struct screen *s = live(24, 80);

	(void)state;
	screen_user(s, "Bob");
	screen_shows(s, "bob@acme.example", "to 192.0.2.25");
	fake_change(s->fake, ACME, "relaisSplitRelay", "[192.0.2.99]", NULL);
	later(s, 1100);
	screen_shows(s, "bob@acme.example", "to 192.0.2.99");
	screen_free(s);
}

/* After a lost connection the form's own entry is read again. */
static void a_form_is_read_again(void **state)
{
	struct screen *s = live(24, 80);

	(void)state;
	screen_domain(s, "acme");
	screen_keys(s, "1");
	fake_live(s->fake, false);
	fake_change(s->fake, ACME, "description", "New words", NULL);
	fake_missed(s->fake);
	fake_live(s->fake, true);
	screen_settle(s);
	screen_shows(s, "admin1 has just changed this: Description.");
	screen_shows(s, "[192.0.2.251 ");
	screen_free(s);
}

static void one_says_so_in_french(void **state)
{
	struct screen *s = live(24, 80);

	(void)state;
	screen_language(s, "fr");
	screen_domain(s, "acme");
	screen_keys(s, "1");
	fake_change(s->fake, ACME, "description", "New words", NULL);
	screen_settle(s);
	screen_shows(s, "admin1 vient de modifier ceci", "Description.");
	screen_shows(s, "Fusionner");
	screen_language(s, "en");
	screen_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_follow),
		cmocka_unit_test(rows_come_and_go),
		cmocka_unit_test(the_cursor_stays_on_its_entry),
		cmocka_unit_test(marks_stay),
		cmocka_unit_test(filters_hold),
		cmocka_unit_test(a_domains_list_follows),
		cmocka_unit_test(ones_own_is_no_news),
		cmocka_unit_test(nothing_is_missed_while_reading),
		cmocka_unit_test(missed_is_read_again),
		cmocka_unit_test(domains_follow),
		cmocka_unit_test(counts_follow),
		cmocka_unit_test(a_clean_form_shows_it),
		cmocka_unit_test(another_attribute_is_no_matter),
		cmocka_unit_test(what_was_typed_stays_and_merges),
		cmocka_unit_test(both_changed_is_chosen),
		cmocka_unit_test(addresses_stand_on_the_sheet),
		cmocka_unit_test(no_answer_is_not_gone),
		cmocka_unit_test(the_latest_counts),
		cmocka_unit_test(a_deleted_entry_is_said_to_be),
		cmocka_unit_test(a_renamed_entry_is_followed),
		cmocka_unit_test(a_review_stays),
		cmocka_unit_test(what_stands_around_follows),
		cmocka_unit_test(a_form_is_read_again),
		cmocka_unit_test(one_says_so_in_french),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
