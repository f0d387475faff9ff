/* A domain's other names: shown with who lacks them, added, removed, in conflicts. */
#include "tests/tui/screen.h"

#define HEAD "dn: " ACME "\nchangetype: modify\n"

/* acme.example's General tab. */
static struct screen *general(void)
{
	struct screen *s = screen_new(NULL, 24, 80);

	screen_domain(s, "acme");
	screen_keys(s, "<F4>");
	return s;
}

/* The cursor on acme.test. */
static struct screen *on_test(void)
{
	struct screen *s = general();

	screen_keys(s, "<Down><Down>");
	screen_cursor_on(s, "▸ acme.test");
	return s;
}

/* Keys whose answers come one round at a time, up to after the write. */
static void write_alone(struct screen *s)
{
	fake_stall(s->fake, true);
	screen_keys(s, "<Enter>");
	fake_stall(s->fake, false);
	screen_step(s);
}

static void someone_at(struct screen *s, const char *address)
{
	fake_change(s->fake, ZOE, "mail", "zoe@branch.example", address, NULL);
}

/* ---- shown ---------------------------------------------------------------------- */

static void who_lacks_them(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	fake_change(s->fake, ALICE, "mail", "alice@acme.example", "alice@acme.test", NULL);
	fake_change(s->fake, BOB, "mail", "bob@acme.invalid", NULL);
	fake_change(s->fake, CAROL, "mail", "carol@acme.test", NULL);
	fake_change(s->fake, ELODIE, "mail", "elodie@acme.test", NULL);
	screen_domain(s, "acme");
	screen_keys(s, "<F4>");
	screen_shows(s, "acme.test                             1 user has no address here",
		"acme.invalid                          3 users have no address here");
	fake_change(s->fake, BOB, "mail", "BOB@ACME.TEST", NULL);
	screen_keys(s, "<Esc><Enter><F4>");
	screen_shows(s, "acme.test                             every user has one here");
	screen_free(s);
}

static void counted_in_the_background(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domain(s, "acme");
	fake_stall(s->fake, true);
	screen_keys(s, "<F4>");
	screen_shows(s, "acme.test                             …");
	screen_keys(s, "<Down><Down><Enter>");
	screen_shows(s, "Not yet: users are still being counted.");
	screen_lacks(s, "give it to them");
	fake_stall(s->fake, false);
	fake_fail(s->fake, ERR_BUSY, "later");
	screen_settle(s);
	screen_shows(s,
		"acme.test                             4 users have no address here",
		"g give it to them");
	screen_free(s);
}

static void no_other_name(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domain(s, "lyon");
	screen_keys(s, "<F4><Down><Down>");
	screen_cursor_on(s, "=Add a name");
	screen_keys(s, "-<Del>");
	screen_shows(s, "Other names", "lyon.example");
	screen_keys(s, "<Esc>");
	screen_lacks(s, "unsaved");
	screen_free(s);
}

/* ---- added ---------------------------------------------------------------------- */

static const struct add_row {
	const char *name, *typed, *shown, *ldif;
} add_rows[] = {
	{"add: plain", "acme.net", "▸ acme.net ",
		"add: associatedDomain\nassociatedDomain: acme.net\n-\n\n"},
	{"add: capitals and a dot", "ACME.Net.", "▸ acme.net ",
		"add: associatedDomain\nassociatedDomain: acme.net\n-\n\n"},
	{"add: U-label", "Müller-Söhne.example", "▸ müller-söhne.example ",
		"add: associatedDomain\n"
		"associatedDomain: xn--mller-shne-kcb9d.example\n-\n\n"},
	{"add: pasted with an at sign", "@acme.net ", "▸ acme.net ",
		"add: associatedDomain\nassociatedDomain: acme.net\n-\n\n"},
};

static void check_add(void **state)
{
	const struct add_row *r = *state;
	struct screen *s = general();
	struct buf ldif = BUF_INIT;

	screen_keys(s, "+");
	screen_shows(s, "Add a name", "< Add >");
	screen_keys(s, r->typed);
	screen_keys(s, "<Tab><Enter>");
	screen_lacks(s, "< Add >");
	screen_shows(s, r->shown, "added when you save");
	screen_cursor_on(s, r->shown);
	screen_keys(s, "<Ctrl-S>");
	screen_says(s, "is ours from now on; an address exists there once a user has it.");
	screen_says_not(s, "No mail goes elsewhere");
	screen_keys(s, "<Enter>");
	buf_printf(&ldif, HEAD "%s", r->ldif);
	screen_wrote(s, ldif.s);
	screen_shows(s, "Saved acme.example", "4 users have no address here");
	buf_release(&ldif);
	screen_free(s);
}

static const struct refuse_row {
	const char *name, *typed, *said;
} refuse_rows[] = {
	{"refused: nothing", "", "Please fill this in."},
	{"refused: no name", "acme_net", "Not a domain name: write it as acme.example."},
	{"refused: taken", "Branch.example.",
		"branch.example already belongs to another domain: "
		"associatedDomain=branch.example,ou=domains,dc=demo."},
	{"refused: taken, U-label", "müller.example",
		"müller.example already belongs to another domain:"},
	{"refused: its own", "acme.test", "It is one of this domain's names already."},
	{"refused: its own first", "acme.example",
		"It is one of this domain's names already."},
};

static void check_refuse(void **state)
{
	const struct refuse_row *r = *state;
	struct screen *s = general();

	screen_keys(s, "<Ins>");
	screen_keys(s, r->typed);
	screen_keys(s, "<Tab><Enter>");
	screen_says(s, r->said);
	screen_cursor_on(s, "-Name");
	/* gone as soon as it is another name */
	screen_keys(s, "x");
	screen_says_not(s, r->said);
	screen_keys(s, "<Esc><Esc>");
	screen_lacks(s, "unsaved");
	screen_free(s);
}

static void the_holder_is_waited_for(void **state)
{
	struct screen *s = general();

	(void)state;
	screen_keys(s, "+acme.net<Tab>");
	fake_stall(s->fake, true);
	screen_keys(s, "<Enter>");
	screen_shows(s, "Looking whether another domain has it…");
	screen_keys(s, "<Esc>");
	screen_lacks(s, "Looking whether");
	fake_stall(s->fake, false);
	screen_settle(s);
	screen_lacks(s, "acme.net");
	/* failed: said, and tried again */
	screen_keys(s, "+acme.net<Tab>");
	fake_fail(s->fake, ERR_UNAVAILABLE, "down");
	screen_keys(s, "<Enter>");
	screen_says(s, "The directory isn't available: save again in a moment.");
	screen_keys(s, "<Tab><Enter>");
	screen_shows(s, "▸ acme.net");
	screen_free(s);
}

static void added_and_taken_away_again(void **state)
{
	struct screen *s = general();

	(void)state;
	screen_keys(s, "+acme.net<Tab><Enter>");
	screen_cursor_on(s, "acme.net");
	screen_keys(s, "<Enter>");
	screen_shows(s, "Save it first: then its users can be given addresses.");
	screen_keys(s, "-");
	screen_lacks(s, "acme.net");
	screen_keys(s, "<Ctrl-S>");
	screen_shows(s, "Nothing was changed, nothing to save.");
	screen_free(s);
}

/* ---- removed -------------------------------------------------------------------- */

static void removed(void **state)
{
	struct screen *s = on_test();

	(void)state;
	screen_keys(s, "-");
	screen_shows(s, "removed when you save; Enter keeps it");
	screen_says(s, "Mail to acme.test isn't ours any more: it will be refused (554).");
	screen_keys(s, "<Enter>");
	screen_lacks(s, "removed when");
	screen_keys(s, "<Del><Ctrl-S>");
	screen_shows(s, "Save acme.example?", "acme.test");
	screen_says(s, "Mail to acme.test isn't ours any more: it will be refused (554).");
	screen_says_not(s, "No mail goes elsewhere");
	screen_keys(s, "<Enter>");
	screen_wrote(
		s, HEAD "delete: associatedDomain\nassociatedDomain: acme.test\n-\n\n");
	screen_lacks(s, "acme.test ");
	screen_free(s);
}

static void in_use(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	someone_at(s, "zoe@acme.test");
	fake_change(s->fake, ALICE, "mail", "alice@acme.example", "a@acme.test", NULL);
	screen_domain(s, "acme");
	screen_keys(s, "<F4><Down><Down>-");
	screen_says(s, "2 users still have addresses in acme.test: remove them first.");
	screen_lacks(s, "removed when");
	screen_keys(s, "<Ctrl-S>");
	screen_shows(s, "Nothing was changed");
	screen_free(s);
}

/* Somebody who only selected one, whatever his entry is, holds it too. */
static void in_use_by_selection(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	fake_change(s->fake, BOB, "relaisThirdPartyAddress", "bob@acme.test", NULL);
	screen_domain(s, "acme");
	screen_keys(s, "<F4><Down><Down>-");
	screen_says(s, "One user still has an address in acme.test: remove it first.");
	screen_free(s);
}

/* Not known yet whether: it stands under the name once it is, and cannot be saved. */
static void in_use_found_out_later(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	someone_at(s, "zoe@acme.test");
	screen_domain(s, "acme");
	fake_stall(s->fake, true);
	screen_keys(s, "<F4><Down><Down>-");
	screen_shows(s, "removed when you save");
	fake_stall(s->fake, false);
	screen_settle(s);
	screen_says(s, "One user still has an address in acme.test: remove it first.");
	screen_keys(s, "<F4><Ctrl-S>");
	screen_shows(s, "Not saved: see the words under the field.", "Other names");
	screen_cursor_on(s, "acme.test");
	screen_keys(s, "<Enter><Ctrl-S>");
	screen_shows(s, "Nothing was changed");
	screen_free(s);
}

/* Came between the form and the save: found when it is looked at once more. */
static void in_use_since(void **state)
{
	struct screen *s = on_test();

	(void)state;
	screen_keys(s, "-");
	someone_at(s, "zoe@acme.test");
	screen_keys(s, "<Ctrl-S>");
	screen_says(s, "One user still has an address in acme.test: remove it first.");
	screen_lacks(s, "Save acme.example?");
	screen_wrote(s, "");
	screen_free(s);
}

/* Of two names that go the second could not be counted: nothing is known. */
static void the_count_failed(void **state)
{
	struct screen *s = on_test();

	(void)state;
	screen_keys(s, "-<Down>-");
	fake_stall(s->fake, true);
	screen_keys(s, "<Ctrl-S>");
	fake_stall(s->fake, false);
	screen_step(s);
	fake_fail(s->fake, ERR_BUSY, "later");
	screen_settle(s);
	screen_lacks(s, "Save acme.example?");
	screen_says(s, "The directory is busy: save again in a moment.");
	screen_keys(s, "<Ctrl-S>");
	screen_shows(s, "Save acme.example?");
	screen_free(s);
}

/* ---- crossings ------------------------------------------------------------------ */

static void a_user_came_while_it_went(void **state)
{
	struct screen *s = on_test();

	(void)state;
	screen_keys(s, "-<Ctrl-S>");
	screen_shows(s, "Save acme.example?");
	write_alone(s);
	someone_at(s, "zoe@acme.test");
	screen_settle(s);
	screen_shows(s, "Two changes crossed", "< Undo my change >");
	screen_says(s,
		"Somebody else saved at the same time. One user still has an address "
		"in acme.test: remove it first.");
	screen_keys(s, "<Enter>");
	screen_wrote(s,
		HEAD "delete: associatedDomain\nassociatedDomain: acme.test\n-\n\n" HEAD
		     "add: associatedDomain\nassociatedDomain: acme.test\n-\n\n");
	screen_shows(s, "acme.test ");
	screen_free(s);
}

static void another_domain_took_it(void **state)
{
	struct screen *s = general();

	(void)state;
	screen_keys(s, "+acme.net<Tab><Enter><Ctrl-S>");
	screen_shows(s, "Save acme.example?");
	write_alone(s);
	fake_change(s->fake, LYON, "associatedDomain", "lyon.example", "acme.net", NULL);
	screen_settle(s);
	screen_shows(s, "Two changes crossed");
	screen_says(s, "acme.net already belongs to another domain: " LYON ".");
	screen_keys(s, "<Right><Enter>");
	screen_lacks(s, "Two changes crossed");
	screen_wrote(s, HEAD "add: associatedDomain\nassociatedDomain: acme.net\n-\n\n");
	screen_free(s);
}

/* ---- conflicts ------------------------------------------------------------------ */

/* What one adds and what the other adds come both, unasked. */
static void both_added(void **state)
{
	struct screen *s = general();

	(void)state;
	screen_keys(s, "+acme.net<Tab><Enter>");
	fake_change(s->fake, ACME, "associatedDomain", "acme.example", "acme.test",
		"acme.invalid", "acme.org", NULL);
	screen_keys(s, "<Ctrl-S><Enter>");
	screen_shows(s, "Save acme.example?");
	screen_says(
		s, "admin1 has changed this meanwhile, and it stays: Other name acme.org.");
	screen_wrote(s, "");
	screen_keys(s, "<Enter>");
	screen_wrote(s, HEAD "add: associatedDomain\nassociatedDomain: acme.net\n-\n\n");
	screen_shows(s, "acme.net ", "acme.org ", "acme.test ");
	screen_free(s);
}

/* Removed by them, a name that stays here; chosen otherwise, it is added again. */
static void both_removed(void **state)
{
	struct screen *s = on_test();

	(void)state;
	screen_keys(s, "-");
	fake_change(s->fake, ACME, "associatedDomain", "acme.example", "acme.test", NULL);
	screen_keys(s, "<Ctrl-S><Enter>");
	screen_shows(s, "Save acme.example?");
	screen_says(s, "admin1 has changed this meanwhile, and it stays: Other name "
		       "acme.invalid.");
	screen_keys(s, "<Enter>");
	screen_wrote(
		s, HEAD "delete: associatedDomain\nassociatedDomain: acme.test\n-\n\n");
	screen_lacks(s, "acme.test ", "acme.invalid ");
	screen_free(s);
}

static void refused_by_the_server(void **state)
{
	struct screen *s = general();

	(void)state;
	screen_keys(s, "+acme.net<Tab><Enter><Ctrl-S>");
	fake_refuse(
		s->fake, ERR_CONSTRAINT, "associatedDomain", "some attributes not unique");
	screen_keys(s, "<Enter>");
	screen_shows(s, "Not saved", "some attributes not unique");
	screen_keys(s, "<Enter>");
	screen_says(s,
		"Other names The directory doesn't accept this value, or somebody has "
		"it already: correct it and save again.");
	screen_shows(s, "acme.net", "added when you save");
	screen_free(s);
}

/* ---- small, in French ----------------------------------------------------------- */

static void french_at_60_columns(void **state)
{
	struct screen *s = screen_new(NULL, 16, 60);

	(void)state;
	screen_language(s, "fr");
	screen_domain(s, "acme");
	screen_keys(s, "<F4><Down><Down>");
	screen_shows(s, "Autres noms", "< Ajouter un nom >");
	screen_says(s, "4 utilisateurs n'y ont pas d'adresse");
	screen_keys(s, "-");
	screen_says(s, "retiré à l'enregistrement ; Entrée le garde");
	screen_free(s);
}

int main(void)
{
	struct suite suite = {.n = 0};

	SUITE_ADD(&suite, who_lacks_them);
	SUITE_ADD(&suite, counted_in_the_background);
	SUITE_ADD(&suite, no_other_name);
	SUITE_ROWS(&suite, check_add, add_rows);
	SUITE_ROWS(&suite, check_refuse, refuse_rows);
	SUITE_ADD(&suite, the_holder_is_waited_for);
	SUITE_ADD(&suite, added_and_taken_away_again);
	SUITE_ADD(&suite, removed);
	SUITE_ADD(&suite, in_use);
	SUITE_ADD(&suite, in_use_by_selection);
	SUITE_ADD(&suite, in_use_found_out_later);
	SUITE_ADD(&suite, in_use_since);
	SUITE_ADD(&suite, the_count_failed);
	SUITE_ADD(&suite, a_user_came_while_it_went);
	SUITE_ADD(&suite, another_domain_took_it);
	SUITE_ADD(&suite, both_added);
	SUITE_ADD(&suite, both_removed);
	SUITE_ADD(&suite, refused_by_the_server);
	SUITE_ADD(&suite, french_at_60_columns);
	return suite_run(&suite);
}
