/*
 * Two people at once: nothing of anybody's is overwritten, nothing typed is lost, and an
 * external user is never left without a relay unsaid.
 */
#include "tests/tui/screen.h"

#include <string.h>

#define CHANGED "Changed by somebody else while you were editing"
#define MOD(dn) "dn: " dn "\nchangetype: modify\n"

/* acme's form with the relay changed to 192.0.2.251, while theirs became 192.0.2.99. */
static struct screen *both_changed(void)
{
	struct screen *s = screen_new(NULL, 24, 80);

	screen_domain(s, "acme");
	screen_keys(s, "1");
	fake_change(s->fake, ACME, "relaisSplitRelay", "[192.0.2.99]", NULL);
	screen_keys(s, "<Ctrl-S>");
	screen_shows(s, "Save acme.example?", "[192.0.2.25] ", "[192.0.2.251]");
	screen_keys(s, "<Enter>");
	screen_shows(s, CHANGED,
		"Nothing has been written. Choose for each field what to save.",
		"Relay for split domains — before: 192.0.2.25 ", "[ ] theirs: 192.0.2.99 ",
		"[ ] yours: 192.0.2.251 ",
		"< Apply as chosen >  < Take theirs >  < Back to my form >");
	screen_cursor_on(s, "theirs: 192.0.2.99");
	screen_wrote(s, "");
	return s;
}

static void applies_nothing_unchosen(void **state)
{
	struct screen *s = both_changed();
	char *asked = xstrdup(fake_asked(s->fake));

	(void)state;
	screen_keys(s, "<Down><Down>");
	screen_cursor_on(s, "=Apply as chosen");
	screen_keys(s, "<Enter>");
	screen_shows(s, "Choose theirs or yours for each field first.", CHANGED);
	assert_string_equal(fake_asked(s->fake), asked);
	screen_wrote(s, "");
	free(asked);
	screen_free(s);
}

static void chooses_yours(void **state)
{
	struct screen *s = both_changed();

	(void)state;
	screen_keys(s, "<Down><Space>");
	screen_shows(s, "[ ] theirs", "[x] yours");
	/* chosen again, the other way and back */
	screen_keys(s, "<Up><Space>");
	screen_shows(s, "[x] theirs", "[ ] yours");
	screen_keys(s, "<Down><Enter>");
	screen_shows(s, "[ ] theirs", "[x] yours");
	screen_keys(s, "<Down><Enter>");
	screen_shows(s, "Save acme.example?", "[192.0.2.99] ", "[192.0.2.251]");
	screen_wrote(s, "");
	screen_keys(s, "<Enter>");
	screen_wrote(s, MOD(ACME) "replace: relaisSplitRelay\n"
				  "relaisSplitRelay: [192.0.2.251]\n-\n\n");
	screen_shows(s, "Saved acme.example");
	screen_free(s);
}

static void chooses_theirs(void **state)
{
	struct screen *s = both_changed();

	(void)state;
	screen_keys(s, "<Space><Down><Down><Enter>");
	screen_shows(s, "Nothing was changed, nothing to save.", "[192.0.2.99 ");
	screen_lacks(s, CHANGED);
	screen_wrote(s, "");
	screen_keys(s, "<Esc>");
	screen_shows(s, "1 of 1");
	screen_free(s);
}

static void takes_theirs(void **state)
{
	struct screen *s = both_changed();

	(void)state;
	screen_keys(s, "<End><Left><Enter>");
	screen_shows(s, "[192.0.2.99 ", "192.0.2.99                 192.0.2.99");
	screen_lacks(s, CHANGED, "251");
	screen_wrote(s, "");
	screen_keys(s, "<Esc>");
	screen_shows(s, "1 of 1");
	screen_free(s);
}

static void goes_back_to_the_form(void **state)
{
	struct screen *s = both_changed();

	(void)state;
	screen_keys(s, "<End>");
	screen_cursor_on(s, "=Back to my form");
	screen_keys(s, "<Enter>");
	screen_shows(s, "[192.0.2.251 ");
	screen_lacks(s, CHANGED);
	/* still unsaved, and a conflict again when it is saved */
	screen_keys(s, "<Esc>");
	screen_shows(s, "You have unsaved changes.");
	screen_keys(s, "<Esc><Ctrl-S><Enter>");
	screen_shows(s, CHANGED);
	/* Esc is Back to my form, too */
	screen_keys(s, "<Esc>");
	screen_lacks(s, CHANGED, "You have unsaved changes.");
	screen_shows(s, "[192.0.2.251 ");
	screen_wrote(s, "");
	screen_free(s);
}

/* What only one side changed is chosen already. */
static void one_of_two_fields(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domain(s, "acme");
	screen_keys(s, "1<Down><Space>");
	fake_change(s->fake, ACME, "relaisSplitRelay", "[192.0.2.99]", NULL);
	fake_change(s->fake, ACME, "description", "Acme Ltd", NULL);
	screen_keys(s, "<Ctrl-S><Enter>");
	screen_shows(s, CHANGED, "Relay for split domains — before: 192.0.2.25 ",
		"[ ] theirs: 192.0.2.99 ", "[ ] yours: 192.0.2.251 ",
		"Forward unknown addresses to the relay — before: no ", "[ ] theirs: no ",
		"[x] yours: yes ", "Description — before: Acme ", "[x] theirs: Acme Ltd ",
		"[ ] yours: Acme ");
	screen_keys(s, "<Space><End><Left><Left><Enter>");
	screen_shows(s, "Save acme.example?", "relaisForwardUnknown");
	screen_lacks(s, "description");
	screen_keys(s, "<Enter>");
	screen_wrote(s, MOD(ACME) "replace: relaisForwardUnknown\n"
				  "relaisForwardUnknown: TRUE\n-\n\n");
	screen_shows(s, "[192.0.2.99 ", "[x] Forward unknown");
	screen_keys(s, "<F4>");
	screen_shows(s, "[Acme Ltd ");
	screen_free(s);
}

/* Somebody changed what this save does not touch: no conflict, and theirs stays. */
static void another_field(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domain(s, "acme");
	screen_keys(s, "1");
	fake_change(s->fake, ACME, "description", "Acme Ltd", NULL);
	screen_keys(s, "<Ctrl-S><Enter>");
	screen_wrote(s, MOD(ACME) "replace: relaisSplitRelay\n"
				  "relaisSplitRelay: [192.0.2.251]\n-\n\n");
	screen_shows(s, "Saved acme.example");
	screen_keys(s, "<F4>");
	screen_shows(s, "[Acme Ltd ");
	screen_free(s);
}

static void only_a_password(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_user(s, "bob");
	screen_keys(s, "a");
	fake_change(s->fake, BOB, "userPassword", "{SSHA}x", NULL);
	screen_keys(s, "<Ctrl-S><Enter>");
	screen_wrote(s, MOD(BOB) "add: relaisThirdPartyAddress\n"
				 "relaisThirdPartyAddress: bd@acme.example\n-\n\n");
	screen_shows(s, "Saved Bob Durand");
	assert_string_equal(
		entry_text(fake_entry(s->fake, BOB), "userPassword"), "{SSHA}x");
	screen_free(s);
}

static void deleted(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_user(s, "bob");
	screen_keys(s, "a");
	fake_delete(s->fake, BOB);
	screen_keys(s, "<Ctrl-S><Enter>");
	screen_shows(s, "Not saved",
		"This entry doesn't exist any more: somebody has removed or renamed it.",
		"Nothing was written and nothing you typed is lost.");
	screen_keys(s, "<Enter>");
	/* the sentence stays, and what was ticked */
	screen_shows(s, "This entry doesn't exist any more", "[x] bd@acme.example");
	screen_keys(s, "<Ctrl-S><Enter>");
	screen_shows(s, "Not saved", "This entry doesn't exist any more");
	screen_wrote(s, "");
	screen_keys(s, "<Enter><Esc><Right><Enter>");
	screen_shows(s, "Nothing matches the filter; Esc clears it.");
	screen_keys(s, "<Esc>");
	screen_shows(s, "of 5", "Alice");
	screen_lacks(s, "Bob Durand");
	screen_free(s);
}

static void deleted_while_opening(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_users(s);
	fake_delete(s->fake, ALICE);
	screen_keys(s, "<Enter>");
	screen_shows(s, "This entry doesn't exist any more", "< Back >");
	screen_cursor_on(s, "=Back");
	screen_keys(s, "<Enter>");
	screen_shows(s, "Display name", "of 5");
	screen_lacks(s, "Alice");
	screen_free(s);
}

static void user_addresses(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_user(s, "bob");
	screen_keys(s, "a");
	fake_change(s->fake, BOB, "relaisThirdPartyAddress", "bob@acme.example", NULL);
	screen_keys(s, "<Ctrl-S><Enter>");
	screen_lacks(s, CHANGED);
	screen_shows(s, "Save Bob Durand?");
	screen_says(s,
		"admin1 has changed this meanwhile, and it stays: To the third-party "
		"system: bob.durand@acme.example.");
	screen_wrote(s, "");
	screen_keys(s, "<Enter>");
	screen_wrote(s, MOD(BOB) "add: relaisThirdPartyAddress\n"
				 "relaisThirdPartyAddress: bd@acme.example\n"
				 "-\n\n");
	screen_shows(s, "[x] bob@acme.example", "[ ] bob.durand@acme.example",
		"[x] bd@acme.example", "Saved Bob Durand");
	screen_free(s);
}

/* Both added an address, and they took one away: all three happen. */
static void addresses_of_both(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_user(s, "bob");
	screen_keys(s, "+new<Down><Down><Enter>");
	screen_shows(s, "new@acme.example");
	fake_change(s->fake, BOB, "mail", "bob@acme.example", "bob.durand@acme.example",
		"theirs@acme.example", NULL);
	screen_keys(s, "<Ctrl-S><Enter>");
	screen_shows(s, "Save Bob Durand?");
	screen_says(s, "admin1 has changed this meanwhile, and it stays: Address "
		       "bd@acme.example; Address theirs@acme.example.");
	screen_keys(s, "<Enter>");
	screen_wrote(s, MOD(BOB) "add: mail\nmail: new@acme.example\n-\n"
				 "add: relaisThirdPartyAddress\n"
				 "relaisThirdPartyAddress: new@acme.example\n-\n\n");
	screen_shows(s, "theirs@acme.example", "new@acme.example");
	screen_lacks(s, "bd@acme.example");
	screen_free(s);
}

/* Nobody has to choose where nobody disagrees. */
static void other_fields_of_both(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domain(s, "acme");
	screen_keys(s, "1<F4><Down>X");
	fake_change(s->fake, ACME, "relaisSplitRelay", "[192.0.2.251]", NULL);
	fake_change(s->fake, ACME, "relaisForwardUnknown", "TRUE", NULL);
	screen_keys(s, "<Ctrl-S><Enter>");
	screen_lacks(s, CHANGED);
	screen_shows(s, "Save acme.example?", "AcmeX");
	screen_wrote(s, "");
	screen_keys(s, "<Enter>");
	screen_wrote(s, MOD(ACME) "replace: description\ndescription: AcmeX\n-\n\n");
	screen_keys(s, "<F4>");
	screen_shows(s, "[192.0.2.251 ", "[x] Forward unknown");
	screen_free(s);
}

/* Two mail systems: one chooses. */
static void routing_of_both(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_user(s, "alice");
	screen_keys(s, "<Enter><Down><Enter>");
	fake_change(s->fake, ALICE, "relaisRouting", "none", NULL);
	screen_keys(s, "<Ctrl-S><Enter>");
	screen_shows(s, CHANGED, "Mail system — before: Internal mail ",
		"[ ] theirs: No mail ", "[ ] yours: Third-party mail ");
	screen_wrote(s, "");
	screen_keys(s, "<Space><End><Left><Left><Enter>");
	screen_shows(s, "Nothing was changed, nothing to save.", "( No mail ▾ )");
	screen_wrote(s, "");
	screen_free(s);
}

/* The form goes with the entry to its new name. */
static void renamed(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_user(s, "bob");
	screen_keys(s, "a");
	fake_rename(s->fake, BOB, "uid=robert," ACME);
	screen_keys(s, "<Ctrl-S><Enter>");
	screen_lacks(s, CHANGED);
	screen_shows(s, "Save Bob Durand?");
	screen_says(s, "admin1 has renamed the entry meanwhile: it is "
		       "uid=robert,associatedDomain=acme.example,ou=domains,dc=demo now.");
	screen_wrote(s, "");
	screen_keys(s, "<Enter>");
	screen_wrote(s, MOD("uid=robert," ACME) "add: relaisThirdPartyAddress\n"
						"relaisThirdPartyAddress: bd@acme.example\n"
						"-\n\n");
	screen_shows(s, "Saved Bob Durand");
	screen_free(s);
}

/* They made the same change: it stands, nothing is left to choose. */
static void the_same_change(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domain(s, "acme");
	screen_keys(s, "1");
	fake_change(s->fake, ACME, "relaisSplitRelay", "[192.0.2.251]", NULL);
	screen_keys(s, "<Ctrl-S><Enter>");
	screen_lacks(s, CHANGED);
	screen_wrote(s, "");
	screen_keys(s, "<Esc>");
	screen_shows(s, "1 of 1", "192.0.2.251");
	screen_free(s);
}

/* The answer was lost after the write: saving again finds it there. */
static void lost_but_written(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domain(s, "acme");
	screen_keys(s, "1<Ctrl-S>");
	fake_lose(s->fake, true);
	screen_keys(s, "<Enter>");
	screen_says(s, "The connection was lost before the answer came: the save may have "
		       "happened.");
	screen_shows(s, "[192.0.2.251 ");
	screen_keys(s, "<Ctrl-S><Enter>");
	screen_lacks(s, CHANGED, "Not saved");
	screen_wrote(s, MOD(ACME) "replace: relaisSplitRelay\n"
				  "relaisSplitRelay: [192.0.2.251]\n-\n\n");
	screen_keys(s, "<Esc>");
	screen_shows(s, "1 of 1");
	screen_free(s);
}

static void lost_and_not_written(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domain(s, "acme");
	screen_keys(s, "1<Ctrl-S>");
	fake_lose(s->fake, false);
	screen_keys(s, "<Enter>");
	screen_wrote(s, "");
	screen_keys(s, "<Ctrl-S><Enter>");
	screen_wrote(s, MOD(ACME) "replace: relaisSplitRelay\n"
				  "relaisSplitRelay: [192.0.2.251]\n-\n\n");
	screen_shows(s, "Saved acme.example");
	screen_free(s);
}

/* ---- races: each save is right by itself ------------------------------------------ */

/* Writes what the review shows, up to before it is looked at again. */
static void write_alone(struct screen *s)
{
	fake_stall(s->fake, true);
	screen_keys(s, "<Enter>");
	fake_stall(s->fake, false);
	screen_step(s);
	screen_shows(s, "Saved. Looking whether somebody else saved at the same time…");
}

/* branch's relay is being cleared while Zoë becomes external. */
static struct screen *relay_cleared(void)
{
	struct screen *s = screen_new(NULL, 24, 80);

	screen_domain(s, "branch");
	screen_keys(s, "<Ctrl-U><Down><Space><Ctrl-S>");
	screen_shows(s, "Save branch.example?");
	write_alone(s);
	fake_change(s->fake, ZOE, "relaisRouting", "external", NULL);
	fake_change(s->fake, ZOE, "relaisThirdPartyAddress", "zoe@branch.example", NULL);
	screen_settle(s);
	screen_shows(s, "Two changes crossed", "< Undo my change >  < Keep it >");
	screen_says(s, "While you saved, somebody made a user third-party: that mail to "
		       "branch.example is held, as there is no relay any more.");
	screen_cursor_on(s, "=Undo my change");
	return s;
}

#define RELAY_CLEARED                     \
	MOD(BRANCH)                       \
	"delete: relaisSplitRelay\n"      \
	"-\n"                             \
	"replace: relaisForwardUnknown\n" \
	"relaisForwardUnknown: FALSE\n-\n\n"

static void relay_cleared_undone(void **state)
{
	struct screen *s = relay_cleared();

	(void)state;
	screen_wrote(s, RELAY_CLEARED);
	screen_keys(s, "<Enter>");
	screen_lacks(s, "Two changes crossed");
	screen_wrote(s,
		RELAY_CLEARED MOD(BRANCH) "add: relaisSplitRelay\n"
					  "relaisSplitRelay: [mail.old.example]:2525\n-\n"
					  "replace: relaisForwardUnknown\n"
					  "relaisForwardUnknown: TRUE\n-\n\n");
	screen_shows(s, "[mail.old.example:2525 ", "[x] Forward unknown");
	screen_keys(s, "<Esc>");
	screen_shows(s, "1 of 1");
	screen_free(s);
}

static void relay_cleared_kept(void **state)
{
	struct screen *s = relay_cleared();

	(void)state;
	screen_keys(s, "<Right><Enter>");
	screen_lacks(s, "Two changes crossed");
	screen_wrote(s, RELAY_CLEARED);
	/* the form says it as long as it is so */
	screen_shows(s, "held: no relay (450)");
	screen_keys(s, "!");
	screen_says(s, "While you saved, somebody made a user third-party");
	screen_free(s);
}

/* Zoë becomes external while branch's relay is cleared. */
static struct screen *made_external(void)
{
	struct screen *s = screen_new(NULL, 24, 80);

	screen_user(s, "zoe");
	screen_keys(s, "<Enter><Down><Enter><Ctrl-S>");
	screen_shows(s, "Save Zoë Ångström?");
	write_alone(s);
	fake_change(s->fake, BRANCH, "relaisSplitRelay", NULL);
	screen_settle(s);
	screen_shows(s, "Two changes crossed", "< Undo my change >  < Keep it >");
	screen_says(s, "Somebody else saved at the same time. branch.example has no relay "
		       "for split domains");
	return s;
}

#define MADE_EXTERNAL                                          \
	MOD(ZOE)                                               \
	"replace: relaisRouting\nrelaisRouting: external\n-\n" \
	"add: relaisThirdPartyAddress\n"                       \
	"relaisThirdPartyAddress: zoe@branch.example\n-\n\n"

static void made_external_undone(void **state)
{
	struct screen *s = made_external();

	(void)state;
	screen_wrote(s, MADE_EXTERNAL);
	screen_keys(s, "<Enter>");
	screen_wrote(s, MADE_EXTERNAL MOD(ZOE) "replace: relaisRouting\n"
					       "relaisRouting: internal\n-\n"
					       "delete: relaisThirdPartyAddress\n"
					       "relaisThirdPartyAddress: "
					       "zoe@branch.example\n-\n\n");
	screen_lacks(s, "Two changes crossed");
	screen_shows(s, "( Internal mail ▾ )");
	screen_free(s);
}

static void made_external_kept(void **state)
{
	struct screen *s = made_external();

	(void)state;
	screen_keys(s, "<Esc>");
	screen_wrote(s, MADE_EXTERNAL);
	screen_shows(s, "( Third-party mail ▾ )", "held: no relay (450)",
		"Set the relay of branch.example");
	screen_free(s);
}

/* The undoing meets somebody's third change: it says so and overwrites nothing. */
static void undo_too_late(void **state)
{
	struct screen *s = relay_cleared();

	(void)state;
	fake_change(s->fake, BRANCH, "relaisSplitRelay", "[192.0.2.77]", NULL);
	screen_keys(s, "<Enter>");
	screen_wrote(s, RELAY_CLEARED);
	assert_string_equal(entry_text(fake_entry(s->fake, BRANCH), "relaisSplitRelay"),
		"[192.0.2.77]");
	screen_says(s, "Not undone: admin1 has changed it since.");
	screen_keys(s, "<Enter>");
	screen_shows(s, "[192.0.2.77 ");
	screen_wrote(s, RELAY_CLEARED);
	screen_free(s);
}

/* ---- what was so before is no crossing --------------------------------------------- */

/* Users of lyon were external before, without a relay (as after an import). */
static void no_relay_before(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	fake_change(s->fake, YUKI, "relaisRouting", "external", NULL);
	fake_change(s->fake, YUKI, "relaisThirdPartyAddress", "yuki@lyon.example", NULL);
	screen_domain(s, "lyon");
	screen_keys(s, "<F4><Down>Lyon<Ctrl-S>");
	screen_shows(s, "Save lyon.example?");
	screen_keys(s, "<Enter>");
	screen_lacks(s, "Two changes crossed");
	screen_shows(s, "Saved lyon.example");
	screen_free(s);
}

/* Two users had the same address before. */
static void two_holders_before(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	fake_change(s->fake, CAROL, "mail", "bob@acme.example", NULL);
	screen_user(s, "durand");
	screen_keys(s, "a<Ctrl-S>");
	screen_shows(s, "Save Bob Durand?");
	screen_keys(s, "<Enter>");
	screen_lacks(s, "Two changes crossed");
	screen_shows(s, "Saved Bob Durand");
	screen_free(s);
}

/* An external user whose domain lost its relay long ago: making it right is no crossing
 * either, and unselecting the one address that is held can be saved. */
static void other_users_relay_before(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	fake_change(s->fake, YUKI, "relaisRouting", "external", NULL);
	fake_change(s->fake, YUKI, "relaisThirdPartyAddress", "yuki@lyon.example", NULL);
	screen_domain(s, "lyon");
	screen_keys(s, "192.0.2.5<Ctrl-S><Enter>");
	screen_lacks(s, "Two changes crossed");
	screen_shows(s, "Saved lyon.example", "192.0.2.5");
	screen_free(s);
}

/* ---- focus in pop-ups ---------------------------------------------------------------- */

static void focus_in_pop_ups(void **state)
{
	static const char *const review[] = {"=Save", "=Show LDIF", "=Back", "=Save", NULL};
	static const char *const conflict[] = {"theirs: 192.0.2.99", "yours: 192.0.2.251",
		"=Apply as chosen", "=Take theirs", "=Back to my form",
		"theirs: 192.0.2.99", NULL};
	struct screen *s = screen_new(NULL, 16, 60);

	(void)state;
	screen_domain(s, "acme");
	screen_keys(s, "1<Ctrl-S>");
	for (size_t i = 0; review[i]; i++) {
		screen_cursor_on(s, review[i]);
		screen_keys(s, review[i + 1] ? "<Tab>" : "");
	}
	fake_change(s->fake, ACME, "relaisSplitRelay", "[192.0.2.99]", NULL);
	screen_keys(s, "<Enter>");
	for (size_t i = 0; conflict[i]; i++) {
		screen_cursor_on(s, conflict[i]);
		screen_keys(s, "<Tab>");
	}
	screen_keys(s, "<Shift-Tab><Shift-Tab>");
	screen_cursor_on(s, "=Back to my form");
	screen_free(s);
}

/* A review longer than the screen is read to its end with the focus on its buttons. */
static void long_review(void **state)
{
	struct screen *s = screen_new(NULL, 16, 60);

	(void)state;
	screen_user(s, "durand");
	screen_keys(s, "<Enter><Down><Enter><Ctrl-S>");
	screen_shows(s, "Save Bob Durand?", "Mail to bob@acme.example will be refused");
	screen_lacks(s, "In force from the next message on.");
	screen_keys(s, "<Down><Down><Down><Down><Down><Down><Down><Down><Down><Down>");
	screen_shows(s, "In force from the next message on.");
	screen_cursor_on(s, "=Save");
	screen_keys(s, "<PgUp><PgUp>");
	screen_shows(s, "Mail to bob@acme.example will be refused");
	screen_keys(s, "<PgDn><PgDn>");
	screen_shows(s, "In force from the next message on.");
	screen_keys(s, "<Enter>");
	screen_shows(s, "Saved Bob Durand");
	screen_free(s);
}

int main(void)
{
	struct suite suite = {.n = 0};

	SUITE_ADD(&suite, applies_nothing_unchosen);
	SUITE_ADD(&suite, chooses_yours);
	SUITE_ADD(&suite, chooses_theirs);
	SUITE_ADD(&suite, takes_theirs);
	SUITE_ADD(&suite, goes_back_to_the_form);
	SUITE_ADD(&suite, one_of_two_fields);
	SUITE_ADD(&suite, another_field);
	SUITE_ADD(&suite, only_a_password);
	SUITE_ADD(&suite, deleted);
	SUITE_ADD(&suite, deleted_while_opening);
	SUITE_ADD(&suite, user_addresses);
	SUITE_ADD(&suite, addresses_of_both);
	SUITE_ADD(&suite, other_fields_of_both);
	SUITE_ADD(&suite, routing_of_both);
	SUITE_ADD(&suite, renamed);
	SUITE_ADD(&suite, the_same_change);
	SUITE_ADD(&suite, lost_but_written);
	SUITE_ADD(&suite, lost_and_not_written);
	SUITE_ADD(&suite, relay_cleared_undone);
	SUITE_ADD(&suite, relay_cleared_kept);
	SUITE_ADD(&suite, made_external_undone);
	SUITE_ADD(&suite, made_external_kept);
	SUITE_ADD(&suite, undo_too_late);
	SUITE_ADD(&suite, no_relay_before);
	SUITE_ADD(&suite, two_holders_before);
	SUITE_ADD(&suite, other_users_relay_before);
	SUITE_ADD(&suite, focus_in_pop_ups);
	SUITE_ADD(&suite, long_review);
	return suite_run(&suite);
}
