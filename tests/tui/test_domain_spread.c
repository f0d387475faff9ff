/* A domain's other name given to its users: previewed, written, stopped, gone on with. */
#include "tests/tui/screen.h"

#include <stdio.h>

#define MODIFY(dn) "dn: " dn "\nchangetype: modify\n"

/* On acme.test in acme.example's General tab. */
static void go(struct screen *s)
{
	screen_domain(s, "acme");
	screen_keys(s, "<F4><Down><Down>");
	screen_cursor_on(s, "acme.test");
}

static struct screen *preview(void)
{
	struct screen *s = screen_new(NULL, 30, 90);

	go(s);
	screen_keys(s, "<Enter>");
	return s;
}

static const char all_written[] =
	MODIFY(ALICE) "add: mail\nmail: alice@acme.test\nmail: "
		      "alice.martin@acme.test\n-\n\n" MODIFY(
			      BOB) "add: mail\nmail: bob@acme.test\nmail: "
				   "bob.durand@acme.test\n"
				   "mail: bd@acme.test\n-\nadd: "
				   "relaisThirdPartyAddress\n"
				   "relaisThirdPartyAddress: bob@acme.test\n"
				   "relaisThirdPartyAddress: "
				   "bob.durand@acme.test\n-\n\n" MODIFY(
					   CAROL) "add: mail\nmail: "
						  "carol@acme.test\n-"
						  "\n\n" MODIFY(ELODIE) "add: "
									"objec"
									"tClas"
									"s\nob"
									"jectC"
									"lass:"
									" rela"
									"isUse"
									"r\n-"
									"\n"
									"add: "
									"mail"
									"\nmai"
									"l: "
									"elodi"
									"e@"
									"acme."
									"test"
									"\n-"
									"\n\n";

static void previewed(void **state)
{
	struct screen *s = preview();

	(void)state;
	screen_shows(s, "acme.example › acme.test",
		"4 users get at acme.test what they have at acme.example.",
		"2 addresses of internal users", "mailbox here",
		"2 selected addresses of third-party users", "192.0.2.25",
		"3 other addresses", "doesn't exist (550)", "For example",
		"Alice Martin: alice@acme.test, alice.martin@acme.test",
		"Bob Durand: bob@acme.test, bob.durand@acme.test, bd@acme.test",
		"< Save >  < Show LDIF >  < Back >");
	screen_says(s, "A third-party user's new address is selected where its model is");
	screen_lacks(s, "Not written");
	screen_cursor_on(s, "=Save");
	screen_wrote(s, "");
	screen_keys(s, "<Right><Enter>");
	screen_shows(s, "version: 1", "relaisThirdPartyAddress: bob@acme.test");
	screen_lacks(s, "bd@acme.test\n-");
	screen_keys(s, "<Esc><Esc>");
	screen_shows(s, "Nothing was written.", "[ General ]");
	screen_wrote(s, "");
	screen_free(s);
}

static void written(void **state)
{
	struct screen *s = preview();

	(void)state;
	screen_keys(s, "<Enter>");
	screen_wrote(s, all_written);
	screen_shows(s, "Written    4", "Refused    0", "Not tried  0", "< Close >",
		"Written: 4 of 4.");
	screen_lacks(s, "Go on");
	screen_keys(s, "<Enter>");
	screen_shows(s, "acme.test", "every user has one here");
	screen_cursor_on(s, "acme.test");
	screen_keys(s, "<Enter>");
	screen_shows(s, "Every user of the domain has an address there.");
	screen_free(s);
}

static void by_its_key(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	go(s);
	screen_shows(s, "g give it to them");
	screen_keys(s, "g");
	screen_shows(s, "4 users get at acme.test");
	screen_free(s);
}

/* ---- what is not written -------------------------------------------------------- */

static void duplicates(void **state)
{
	struct screen *s = screen_new(NULL, 40, 100);

	(void)state;
	/* one of Alice's is Zoë's; Carol's only one is selected by Yuki; Élodie's model
	 * is held twice; Bob has none at the domain's own name */
	fake_change(s->fake, ZOE, "mail", "zoe@branch.example", "ALICE@acme.test", NULL);
	fake_change(s->fake, YUKI, "relaisThirdPartyAddress", "carol@acme.test", NULL);
	fake_change(s->fake, ELODIE, "mail", "elodie@acme.example", NULL);
	fake_add(s->fake, "dn: uid=eve," ACME "\nobjectClass: inetOrgPerson\nuid: eve\n"
			  "cn: Eve\nmail: elodie@acme.example\nmail: e@acme.test\n");
	fake_change(s->fake, BOB, "mail", "bob@acme.invalid", NULL);
	fake_change(s->fake, BOB, "relaisThirdPartyAddress", "bob@acme.invalid", NULL);
	go(s);
	screen_keys(s, "<Enter>");
	screen_shows(s, "1 user gets at acme.test what is there at acme.example.",
		"Alice Martin: alice.martin@acme.test",
		"Alice Martin: alice@acme.test already belongs to Zoë Ångström",
		"Carol Petit: carol@acme.test already belongs to 山田 由紀",
		"Élodie Guérin: elodie@acme.example already belongs to Eve",
		"Bob Durand: No address at acme.example that another could be made of.");
	screen_keys(s, "<Enter>");
	screen_wrote(s, MODIFY(ALICE) "add: mail\nmail: alice.martin@acme.test\n-\n\n");
	screen_shows(s, "Written: 1 of 1.");
	screen_free(s);
}

static void nobody(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	fake_delete(s->fake, ALICE);
	fake_delete(s->fake, CAROL);
	fake_delete(s->fake, ELODIE);
	fake_change(s->fake, ACME, "relaisSplitRelay", NULL);
	fake_change(s->fake, BOB, "mail", "bob@acme.example", NULL);
	fake_change(s->fake, BOB, "relaisThirdPartyAddress", "bob@acme.example", NULL);
	go(s);
	screen_keys(s, "<Enter>");
	screen_shows(s, "There is nobody to whom it can be given.", "< Back >");
	screen_says(s, "acme.example has no relay for split domains: set it first");
	screen_lacks(s, "< Save >");
	screen_cursor_on(s, "=Back");
	screen_keys(s, "<Enter>");
	screen_shows(s, "[ General ]");
	screen_free(s);
}

static void groups_are_left_alone(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	free(s->settings.users.filter);
	s->settings.users.filter = xstrdup("(mail=*)");
	fake_add(s->fake, "dn: cn=sales," ACME "\nobjectClass: groupOfNames\ncn: Sales\n"
			  "mail: sales@acme.example\n");
	go(s);
	screen_keys(s, "<Enter>");
	screen_shows(
		s, "4 users get at acme.test", "Sales: not a person: only shown here.");
	screen_free(s);
}

/* Between the preview and the writing somebody takes an address, changes a user, deletes
 * one: each is told, the rest is written. */
static void meanwhile(void **state)
{
	struct screen *s = preview();

	(void)state;
	fake_change(s->fake, ZOE, "mail", "zoe@branch.example", "carol@acme.test", NULL);
	fake_change(s->fake, ALICE, "mail", "alice@acme.example", NULL);
	fake_delete(s->fake, BOB);
	screen_keys(s, "<Enter>");
	screen_shows(s, "Written    1", "Refused    3", "Not tried  0",
		"Carol Petit: carol@acme.test already belongs to Zoë Ångström",
		"Alice Martin: Somebody else has changed this entry meanwhile",
		"Bob Durand: This entry doesn't exist any more", "Written: 1 of 4.");
	screen_wrote(s, MODIFY(ELODIE) "add: objectClass\nobjectClass: relaisUser\n-\n"
				       "add: mail\nmail: elodie@acme.test\n-\n\n");
	screen_free(s);
}

/* Other attributes are no matter. */
static void another_attribute_meanwhile(void **state)
{
	struct screen *s = preview();

	(void)state;
	fake_change(s->fake, ALICE, "userPassword", "new", NULL);
	screen_keys(s, "<Enter>");
	screen_wrote(s, all_written);
	screen_free(s);
}

static void one_is_refused(void **state)
{
	struct screen *s = preview();

	(void)state;
	fake_refuse(s->fake, ERR_CONSTRAINT, "mail", "some attributes not unique");
	screen_keys(s, "<Enter>");
	screen_shows(s, "Written    3", "Refused    1", "Alice Martin: ");
	screen_says(s, "(19 some attributes not unique)");
	screen_free(s);
}

/* Nothing is wrong with the change: the rest is not tried, and can be. */
static void the_server_is_busy(void **state)
{
	struct screen *s = preview();

	(void)state;
	fake_refuse(s->fake, ERR_BUSY, NULL, "later");
	screen_keys(s, "<Enter>");
	screen_shows(s, "The directory is busy: save again in a moment.", "Written    0",
		"Refused    0", "Not tried  4", "< Go on >  < Close >");
	screen_cursor_on(s, "=Go on");
	screen_keys(s, "<Enter>");
	screen_wrote(s, all_written);
	screen_shows(s, "Written    4", "Not tried  0");
	screen_free(s);
}

static const struct lost_row {
	const char *name;
	bool but_written;
} lost_rows[] = {{"lost: not written", false}, {"lost: written all the same", true}};

static void check_lost(void **state)
{
	const struct lost_row *r = *state;
	struct screen *s = preview();

	fake_lose(s->fake, r->but_written);
	screen_keys(s, "<Enter>");
	screen_says(s,
		"The connection was lost before the answer came: one change may have "
		"been written. Going on looks first.");
	screen_shows(s, "Written       0", "Not answered  1", "Not tried     3");
	screen_keys(s, "<Enter>");
	screen_shows(s, "Written    4", "Refused    0", "Not tried  0");
	screen_wrote(s, all_written);
	screen_free(s);
}

/* ---- the name goes meanwhile ----------------------------------------------------- */

static void the_name_is_taken_away(void **state)
{
	struct screen *s = preview();

	(void)state;
	fake_change(s->fake, ACME, "associatedDomain", "acme.example", NULL);
	screen_keys(s, "<Enter>");
	screen_says(s,
		"Somebody has taken acme.test away from the domain meanwhile: mail to "
		"the addresses there is refused.");
	screen_shows(s, "Written    0", "Not tried  4");
	screen_wrote(s, "");
	screen_free(s);
}

/* After the last change it is looked at once more. */
static void the_name_is_taken_away_while_writing(void **state)
{
	struct screen *s = preview();

	(void)state;
	fake_per_step(s->fake, 1);
	fake_stall(s->fake, true);
	screen_keys(s, "<Enter>");
	fake_stall(s->fake, false);
	while (!strstr(fake_written(s->fake), ELODIE))
		screen_step(s);
	fake_change(s->fake, ACME, "associatedDomain", "acme.example", NULL);
	screen_settle(s);
	screen_says(s, "Somebody has taken acme.test away from the domain meanwhile");
	screen_shows(s, "Written    4", "Not tried  0");
	screen_free(s);
}

static void reading_fails(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	go(s);
	fake_fail(s->fake, ERR_UNAVAILABLE, "down");
	screen_keys(s, "<Enter>");
	screen_shows(s, "The directory isn't available", "< Back >");
	screen_keys(s, "<Enter>");
	screen_shows(s, "[ General ]");
	screen_free(s);
}

static void a_limit(void **state)
{
	struct screen *s = screen_new(NULL, 30, 90);

	(void)state;
	go(s);
	fake_size_limit(s->fake, 2);
	screen_keys(s, "<Enter>");
	screen_says(s, "The directory stopped at its limit: these are not all. Do the same "
		       "again afterwards.");
	screen_shows(s, "2 users get at acme.test");
	screen_free(s);
}

/* ---- many ------------------------------------------------------------------------ */

static struct screen *many(size_t n)
{
	struct buf ldif = BUF_INIT;
	struct screen *s;

	buf_puts(&ldif, screen_tree);
	for (size_t i = 0; i < n; i++)
		buf_printf(&ldif,
			"dn: uid=u%zu,%s\nobjectClass: inetOrgPerson\n"
			"objectClass: relaisUser\nuid: u%zu\ncn: User %zu\n"
			"mail: u%zu@acme.example\nrelaisRouting: internal\n\n",
			i, ACME, i, i, i);
	s = screen_new(ldif.s, 24, 80);
	buf_release(&ldif);
	return s;
}

static size_t times(const char *text, const char *word)
{
	size_t n = 0;

	while ((text = strstr(text, word))) {
		n++;
		text++;
	}
	return n;
}

/* With the clock going a millisecond a change. */
static void steps(struct screen *s, size_t until)
{
	while (times(fake_written(s->fake), "changetype") < until) {
		screen_step(s);
		screen_clock(1000000 + 10 * (long)times(fake_written(s->fake), "chang"));
	}
}

static void start_writing(struct screen *s)
{
	go(s);
	screen_keys(s, "<Enter>");
	screen_shows(s, "104 users get at acme.test", "and 99 more");
	fake_per_step(s->fake, 1);
	fake_stall(s->fake, true);
	screen_keys(s, "<Enter>");
	fake_stall(s->fake, false);
}

static void with_progress(void **state)
{
	struct screen *s = many(100);

	(void)state;
	start_writing(s);
	screen_shows(s, "Saving   0 of 104", "Esc stops between two changes.", "< Stop >");
	screen_cursor_on(s, "=Stop");
	steps(s, 60);
	screen_shows(s, "Saving   60 of 104, 101 a second, about 1 s left", "Refused  0");
	screen_shows(s, "██████████████████░░░░░░░░░░░░░░  58 %");
	screen_settle(s);
	screen_shows(s, "Written    104", "Written: 104 of 104.");
	assert_int_equal(times(fake_written(s->fake), "changetype"), 104);
	screen_free(s);
}

static void stopped_and_gone_on_with(void **state)
{
	struct screen *s = many(100);

	(void)state;
	start_writing(s);
	steps(s, 40);
	fake_stall(s->fake, true);
	screen_keys(s, "<Esc>");
	screen_shows(s, "Stopping: the change under way has not been answered yet.");
	fake_stall(s->fake, false);
	screen_settle(s);
	assert_int_equal(times(fake_written(s->fake), "changetype"), 40);
	screen_shows(s, "Written    40", "Refused    0", "Not tried  64",
		"Written: 40 of 104.", "< Go on >  < Close >");
	fake_per_step(s->fake, 0);
	/* one of the rest has got his meanwhile: refused, not written twice */
	fake_change(s->fake, "uid=u99," ACME, "mail", "u99@acme.example", "u99@acme.test",
		NULL);
	screen_keys(s, "<Enter>");
	screen_shows(s, "Written    103", "Refused    1", "Not tried  0",
		"User 99: Somebody else has changed");
	assert_int_equal(times(fake_written(s->fake), "changetype"), 103);
	assert_int_equal(times(fake_written(s->fake), "uid=u50,"), 1);
	screen_free(s);
}

/* Stopped while it is looked at, when nothing is under way. */
static void stopped_between(void **state)
{
	struct screen *s = preview();

	(void)state;
	fake_stall(s->fake, true);
	screen_keys(s, "<Enter><Esc>");
	screen_shows(s, "Written    0", "Not tried  4", "< Go on >");
	fake_stall(s->fake, false);
	screen_settle(s);
	screen_wrote(s, "");
	assert_int_equal(s->app->writing, 0);
	screen_keys(s, "<Enter>");
	screen_wrote(s, all_written);
	screen_free(s);
}

static void left_unanswered(void **state)
{
	struct screen *s = many(100);

	(void)state;
	start_writing(s);
	steps(s, 10);
	fake_stall(s->fake, true);
	screen_keys(s, "<Esc><Esc>");
	screen_says(s, "The save was sent and its answer hasn't come. Leaving doesn't take "
		       "it back.");
	screen_keys(s, "<Enter>");
	screen_shows(s, "Stopping:");
	screen_keys(s, "<F10>");
	screen_says(s, "A save was sent and has not been answered.");
	screen_keys(s, "<Esc><Esc><Right><Enter>");
	screen_shows(s, "[ General ]", "You left before the save was answered");
	assert_int_equal(s->app->writing, 0);
	fake_stall(s->fake, false);
	screen_settle(s);
	screen_free(s);
}

static void cancelled_while_reading(void **state)
{
	struct screen *s = many(100);

	(void)state;
	go(s);
	fake_per_step(s->fake, 10);
	fake_stall(s->fake, true);
	screen_keys(s, "<Enter>");
	screen_shows(s, "Reading  0 of 104", "< Cancel >");
	fake_stall(s->fake, false);
	screen_step(s);
	screen_step(s);
	screen_shows(s, "Reading  20 of 104");
	screen_keys(s, "x");
	fake_stall(s->fake, true);
	screen_keys(s, "<Esc>");
	screen_shows(s, "Nothing was written.", "[ General ]");
	fake_stall(s->fake, false);
	screen_settle(s);
	screen_wrote(s, "");
	screen_free(s);
}

/* ---- small, in French ------------------------------------------------------------ */

static void french_at_60_columns(void **state)
{
	struct screen *s = screen_new(NULL, 16, 60);

	(void)state;
	screen_language(s, "fr");
	go(s);
	screen_keys(s, "<Enter>");
	screen_says(s, "4 utilisateurs reçoivent en acme.test ce qu'ils ont en "
		       "acme.example.");
	screen_shows(s, "< Enregistrer >  < Voir le LDIF >  < Retour >");
	screen_cursor_on(s, "=Enregistrer");
	screen_keys(s, "<PgDn><PgDn>");
	screen_shows(s, "Élodie Guérin", "elodie@acme.test");
	screen_keys(s, "<Enter>");
	screen_shows(s, "Écrites", "Non tentées", "< Fermer >");
	screen_free(s);
}

int main(void)
{
	struct suite suite = {.n = 0};

	SUITE_ADD(&suite, previewed);
	SUITE_ADD(&suite, written);
	SUITE_ADD(&suite, by_its_key);
	SUITE_ADD(&suite, duplicates);
	SUITE_ADD(&suite, nobody);
	SUITE_ADD(&suite, groups_are_left_alone);
	SUITE_ADD(&suite, meanwhile);
	SUITE_ADD(&suite, another_attribute_meanwhile);
	SUITE_ADD(&suite, one_is_refused);
	SUITE_ADD(&suite, the_server_is_busy);
	SUITE_ROWS(&suite, check_lost, lost_rows);
	SUITE_ADD(&suite, the_name_is_taken_away);
	SUITE_ADD(&suite, the_name_is_taken_away_while_writing);
	SUITE_ADD(&suite, reading_fails);
	SUITE_ADD(&suite, a_limit);
	SUITE_ADD(&suite, with_progress);
	SUITE_ADD(&suite, stopped_and_gone_on_with);
	SUITE_ADD(&suite, stopped_between);
	SUITE_ADD(&suite, left_unanswered);
	SUITE_ADD(&suite, cancelled_while_reading);
	SUITE_ADD(&suite, french_at_60_columns);
	return suite_run(&suite);
}
