/*
 * Unsaved changes are never lost without a question, whichever way one leaves, also while
 * a save is being checked or written; a second Ctrl-C within two seconds quits.
 */
#include "tests/tui/screen.h"

#include <string.h>

#define ACME_FORM "<Enter><Enter>"
#define QUESTION "You have unsaved changes."

/* acme's form with the relay changed to 192.0.2.251. */
static struct screen *changed(void)
{
	struct screen *s = screen_new(NULL, 24, 80);

	screen_keys(s, ACME_FORM "1");
	return s;
}

static const char relay_written[] = "dn: " ACME "\n"
				    "changetype: modify\n"
				    "replace: relaisSplitRelay\n"
				    "relaisSplitRelay: [192.0.2.251]\n"
				    "-\n"
				    "\n";

static void press(struct screen *s, const char *keys)
{
	screen_keys(s, keys);
	screen_shows(s, QUESTION, "< Save >  < Discard >  < Stay >");
	screen_cursor_on(s, "=Save");
	assert_false(s->app->quit);
}

/* ---- Esc ------------------------------------------------------------------------ */

static void esc_stay(void **state)
{
	struct screen *s = changed();

	(void)state;
	press(s, "<Esc>");
	screen_keys(s, "<Right><Right>");
	screen_cursor_on(s, "=Stay");
	screen_keys(s, "<Enter>");
	screen_lacks(s, QUESTION);
	screen_shows(s, "[192.0.2.251 ");
	/* Esc in the question is Stay, too */
	press(s, "<Esc>");
	screen_keys(s, "<Esc>");
	screen_lacks(s, QUESTION);
	screen_shows(s, "[192.0.2.251 ");
	screen_wrote(s, "");
	screen_free(s);
}

static void esc_discard(void **state)
{
	struct screen *s = changed();

	(void)state;
	press(s, "<Esc>");
	screen_keys(s, "<Right><Enter>");
	screen_shows(s, "Supervised domains", "192.0.2.25 ");
	screen_lacks(s, QUESTION, "251");
	screen_cursor_on(s, "acme.example");
	screen_wrote(s, "");
	assert_false(s->app->quit);
	screen_free(s);
}

static void esc_save(void **state)
{
	struct screen *s = changed();

	(void)state;
	press(s, "<Esc>");
	screen_keys(s, "<Enter>");
	screen_shows(s, "Save acme.example?");
	screen_wrote(s, "");
	screen_keys(s, "<Enter>");
	screen_shows(s, "Supervised domains", "192.0.2.251 ", "Saved acme.example");
	screen_lacks(s, "Relay for split domains");
	screen_wrote(s, relay_written);
	assert_false(s->app->quit);
	screen_free(s);
}

/* The Cancel button is Esc. */
static void cancel_button(void **state)
{
	struct screen *s = changed();

	(void)state;
	screen_keys(s, "<Down><Down><Right>");
	screen_cursor_on(s, "=Cancel");
	press(s, "<Enter>");
	screen_keys(s, "<Esc>");
	screen_shows(s, "[192.0.2.251 ");
	screen_keys(s, "<Up><Up><Backspace>");
	screen_keys(s, "<Esc>");
	screen_lacks(s, QUESTION);
	screen_shows(s, "1 of 5");
	screen_free(s);
}

/* The second thought: Save, then Back in the review, is still unsaved. */
static void esc_save_back(void **state)
{
	struct screen *s = changed();

	(void)state;
	press(s, "<Esc>");
	screen_keys(s, "<Enter><Right><Right>");
	screen_cursor_on(s, "=Back");
	screen_keys(s, "<Enter>");
	screen_shows(s, "[192.0.2.251 ");
	screen_wrote(s, "");
	/* a save now stays on the form */
	screen_keys(s, "<Ctrl-S><Enter>");
	screen_wrote(s, relay_written);
	screen_shows(s, "Relay for split domains", "Saved acme.example");
	screen_free(s);
}

/* What was asked to leave is forgotten once one stays, also from above a review. */
static void leave_forgotten(void **state)
{
	struct screen *s = changed();

	(void)state;
	press(s, "<Esc>");
	screen_keys(s, "<Enter>");
	screen_shows(s, "Save acme.example?");
	press(s, "<F10>");
	screen_keys(s, "<Esc>");
	screen_lacks(s, QUESTION, "Save acme.example?");
	screen_keys(s, "<Ctrl-S><Enter>");
	screen_shows(s, "Relay for split domains");
	assert_false(s->app->quit);
	screen_free(s);
}

/* ---- quitting ------------------------------------------------------------------- */

static const struct way {
	const char *name;
	const char *keys; /* from the form with the focus in the text field */
} ways[] = {
	{"F10", "<F10>"},
	{"q outside a field", "<Down>q"},
	{"Ctrl-C", "<Ctrl-C>"},
};

static void quit_stay(void **state)
{
	const struct way *way = *state;
	struct screen *s = changed();

	press(s, way->keys);
	screen_keys(s, "<Right><Right><Enter>");
	screen_lacks(s, QUESTION);
	screen_shows(s, "[192.0.2.251 ");
	assert_false(s->app->quit);
	screen_free(s);
}

static void quit_discard(void **state)
{
	const struct way *way = *state;
	struct screen *s = changed();

	press(s, way->keys);
	screen_keys(s, "<Right><Enter>");
	assert_true(s->app->quit);
	screen_wrote(s, "");
	screen_free(s);
}

static void quit_save(void **state)
{
	const struct way *way = *state;
	struct screen *s = changed();

	press(s, way->keys);
	screen_keys(s, "<Enter>");
	screen_shows(s, "Save acme.example?");
	assert_false(s->app->quit);
	screen_keys(s, "<Enter>");
	screen_wrote(s, relay_written);
	assert_true(s->app->quit);
	screen_free(s);
}

/* With nothing unsaved there is no question. */
static void quit_clean(void **state)
{
	const struct way *way = *state;
	struct screen *s = screen_new(NULL, 24, 80);

	screen_keys(s, ACME_FORM);
	screen_keys(s, way->keys);
	assert_true(s->app->quit);
	screen_free(s);
}

/* Saving before quitting that is refused, does not quit. */
static void quit_save_refused(void **state)
{
	const struct way *way = *state;
	struct screen *s = changed();

	press(s, way->keys);
	screen_keys(s, "<Enter>");
	fake_refuse(s->fake, ERR_DENIED, "relaisSplitRelay", "no write access");
	screen_keys(s, "<Enter>");
	assert_false(s->app->quit);
	screen_shows(s, "You may not do this");
	screen_keys(s, "<Enter>");
	screen_shows(s, "[192.0.2.251 ");
	/* and that it was to quit is forgotten */
	screen_keys(s, "<Ctrl-S><Enter>");
	screen_wrote(s, relay_written);
	assert_false(s->app->quit);
	screen_free(s);
}

static void quit_save_with_an_error(void **state)
{
	const struct way *way = *state;
	struct screen *s = changed();

	screen_keys(s, "<Ctrl-U>a b");
	press(s, way->keys);
	screen_keys(s, "<Enter>");
	assert_false(s->app->quit);
	screen_shows(s, "Not saved: see the words under the field.", "Not a host");
	screen_cursor_on(s, "-Relay for split domains");
	screen_wrote(s, "");
	screen_free(s);
}

static void ctrl_c_twice(void **state)
{
	struct screen *s = changed();

	(void)state;
	screen_clock(50000);
	press(s, "<Ctrl-C>");
	screen_clock(51999);
	screen_keys(s, "<Ctrl-C>");
	assert_true(s->app->quit);
	screen_wrote(s, "");
	screen_free(s);
}

static void ctrl_c_too_late(void **state)
{
	struct screen *s = changed();

	(void)state;
	screen_clock(50000);
	press(s, "<Ctrl-C>");
	screen_clock(52000);
	screen_keys(s, "<Ctrl-C>");
	assert_false(s->app->quit);
	screen_shows(s, QUESTION);
	screen_clock(52001);
	screen_keys(s, "<Ctrl-C>");
	assert_true(s->app->quit);
	screen_free(s);
}

static void terminal_gone(void **state)
{
	struct screen *s = changed();

	(void)state;
	screen_keys(s, "<EOF>");
	assert_true(s->app->quit);
	screen_wrote(s, "");
	screen_free(s);
}

/* ---- two forms above each other ---------------------------------------------------- */

/* Each of them asks: the domain that was opened from the user's form first. */
static void two_forms(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_user(s, "yuki");
	screen_keys(s, "<Enter><Down><Enter>");
	screen_shows(s, "Set the relay of lyon.example");
	screen_keys(s, "<End><Up><Enter>");
	screen_shows(s, "Relay for split domains");
	screen_keys(s, "b.example");
	press(s, "<F10>");
	screen_keys(s, "<Right><Enter>");
	screen_shows(s, QUESTION, "Mail system");
	assert_false(s->app->quit);
	screen_keys(s, "<Right><Enter>");
	assert_true(s->app->quit);
	screen_wrote(s, "");
	screen_free(s);
}

/* ---- while a save is on its way ------------------------------------------------------ */

/* The review waits until the question that came first is answered. */
static void asked_while_checking(void **state)
{
	struct screen *s = changed();

	(void)state;
	fake_stall(s->fake, true);
	screen_keys(s, "<Ctrl-S>");
	press(s, "<F10>");
	fake_stall(s->fake, false);
	screen_settle(s);
	screen_shows(s, QUESTION);
	screen_keys(s, "<Right><Right><Enter>");
	screen_settle(s);
	screen_lacks(s, QUESTION);
	screen_shows(s, "Save acme.example?");
	screen_wrote(s, "");
	screen_free(s);
}

static void discarded_while_checking(void **state)
{
	struct screen *s = changed();

	(void)state;
	fake_stall(s->fake, true);
	screen_keys(s, "<Ctrl-S>");
	press(s, "<F10>");
	fake_stall(s->fake, false);
	screen_settle(s);
	screen_keys(s, "<Right><Enter>");
	assert_true(s->app->quit);
	screen_wrote(s, "");
	screen_free(s);
}

static void saved_while_checking(void **state)
{
	struct screen *s = changed();

	(void)state;
	fake_stall(s->fake, true);
	screen_keys(s, "<Ctrl-S>");
	press(s, "<F10>");
	fake_stall(s->fake, false);
	screen_settle(s);
	screen_keys(s, "<Enter>");
	screen_shows(s, "Save acme.example?");
	screen_keys(s, "<Enter>");
	screen_wrote(s, relay_written);
	assert_true(s->app->quit);
	screen_free(s);
}

/* Help that is open when the check is done is not covered by the review. */
static void reading_help_while_checking(void **state)
{
	struct screen *s = changed();

	(void)state;
	fake_stall(s->fake, true);
	screen_keys(s, "<Ctrl-S><F1>");
	screen_shows(s, " Keys ");
	fake_stall(s->fake, false);
	screen_settle(s);
	screen_shows(s, " Keys ");
	screen_keys(s, "<Esc>");
	screen_shows(s, "Save acme.example?");
	screen_free(s);
}

/* Esc cancels the check, nothing is reviewed or written later. */
static void cancelled_while_checking(void **state)
{
	struct screen *s = changed();

	(void)state;
	fake_stall(s->fake, true);
	screen_keys(s, "<Ctrl-S><Esc>");
	screen_shows(s, "Not saved.", "[192.0.2.251 ");
	fake_stall(s->fake, false);
	screen_settle(s);
	screen_lacks(s, "Save acme.example?", QUESTION);
	screen_keys(s, "<Ctrl-S>");
	screen_shows(s, "Save acme.example?");
	screen_free(s);
}

#define SENT "Saving: sent, not answered yet."

static struct screen *writing(void)
{
	struct screen *s = changed();

	screen_keys(s, "<Ctrl-S>");
	fake_stall(s->fake, true);
	screen_keys(s, "<Enter>");
	screen_shows(s, SENT);
	return s;
}

static void esc_while_writing(void **state)
{
	struct screen *s = writing();

	(void)state;
	screen_keys(s, "<Esc>");
	screen_says(s, "The save was sent and its answer hasn't come. Leaving doesn't take "
		       "it back.");
	screen_cursor_on(s, "=Stay");
	screen_keys(s, "<Enter>");
	screen_shows(s, SENT);
	fake_stall(s->fake, false);
	screen_settle(s);
	screen_shows(s, "Saved acme.example: in force from the next message on.");
	screen_wrote(s, relay_written);
	screen_free(s);
}

static void left_while_writing(void **state)
{
	struct screen *s = writing();

	(void)state;
	screen_keys(s, "<Esc><Right><Enter>");
	screen_shows(s, "You left before the save was answered: what became of it is told",
		"1 of 5");
	assert_int_equal(s->app->writing, 0);
	fake_stall(s->fake, false);
	screen_settle(s);
	screen_free(s);
}

/* It is refused while the question stands there: what was typed is not lost by it. */
static void refused_while_asking(void **state)
{
	struct screen *s = writing();

	(void)state;
	screen_keys(s, "<Esc>");
	fake_refuse(s->fake, ERR_DENIED, "relaisSplitRelay", "no");
	fake_stall(s->fake, false);
	screen_settle(s);
	screen_shows(s, "You may not do this");
	screen_keys(s, "<Enter>");
	/* "Leave", to the old question */
	screen_keys(s, "<Right><Enter>");
	screen_shows(s, QUESTION);
	screen_keys(s, "<Esc>");
	screen_shows(s, "[192.0.2.251 ");
	screen_free(s);
}

static void quit_while_writing(void **state)
{
	struct screen *s = writing();

	(void)state;
	screen_keys(s, "<F10>");
	screen_says(s,
		"A save was sent and has not been answered. Quitting does not take it "
		"back: what became of it is looked up when relais is opened again.");
	screen_keys(s, "<Right>");
	screen_cursor_on(s, "=Stay");
	screen_keys(s, "<Enter>");
	assert_false(s->app->quit);
	screen_keys(s, "<F10><Enter>");
	assert_true(s->app->quit);
	assert_int_equal(s->app->writing, 1);
	screen_free(s);
}

static void quit_refused_while_asking(void **state)
{
	struct screen *s = writing();

	(void)state;
	screen_keys(s, "<F10>");
	fake_refuse(s->fake, ERR_DENIED, "relaisSplitRelay", "no");
	fake_stall(s->fake, false);
	screen_settle(s);
	screen_keys(s, "<Enter>");
	screen_shows(s, "Quitting does not take it");
	screen_keys(s, "<Enter>");
	assert_false(s->app->quit);
	screen_shows(s, QUESTION);
	screen_free(s);
}

static void ctrl_c_while_writing(void **state)
{
	struct screen *s = writing();

	(void)state;
	screen_clock(90000);
	screen_keys(s, "<Ctrl-C>");
	assert_false(s->app->quit);
	screen_shows(s, "Quitting does not take it");
	screen_clock(91000);
	screen_keys(s, "<Ctrl-C>");
	assert_true(s->app->quit);
	screen_free(s);
}

/* Letters typed into the field while the save is on its way are no shortcuts. */
static void typed_while_writing(void **state)
{
	struct screen *s = writing();

	(void)state;
	screen_keys(s, "q?!ao/x");
	screen_shows(s, SENT);
	screen_lacks(s, " Keys ", "Messages", "Quitting");
	assert_false(s->app->quit);
	fake_stall(s->fake, false);
	screen_settle(s);
	screen_shows(s, "[192.0.2.251 ");
	screen_wrote(s, relay_written);
	screen_free(s);
}

/* After the write, while it is looked at again, one may leave and quit: it is saved. */
static void while_verifying(void **state)
{
	struct screen *s = changed();

	(void)state;
	screen_keys(s, "<Ctrl-S>");
	fake_stall(s->fake, true);
	screen_keys(s, "<Enter>");
	fake_stall(s->fake, false);
	screen_step(s);
	fake_stall(s->fake, true);
	screen_wrote(s, relay_written);
	screen_shows(s, "Saved. Looking whether somebody else saved at the same time…");
	screen_keys(s, "<Esc>");
	screen_says(s,
		"Saved, but the directory didn't answer whether somebody else saved at "
		"the same time: look at the entry again.");
	screen_keys(s, "<Right><Enter>");
	screen_shows(s, "1 of 5");
	screen_free(s);
}

int main(void)
{
	struct suite suite = {.n = 0};

	SUITE_ADD(&suite, esc_stay);
	SUITE_ADD(&suite, esc_discard);
	SUITE_ADD(&suite, esc_save);
	SUITE_ADD(&suite, cancel_button);
	SUITE_ADD(&suite, esc_save_back);
	SUITE_ADD(&suite, leave_forgotten);
	SUITE_ROWS(&suite, quit_stay, ways);
	SUITE_ROWS(&suite, quit_discard, ways);
	SUITE_ROWS(&suite, quit_save, ways);
	SUITE_ROWS(&suite, quit_clean, ways);
	SUITE_ROWS(&suite, quit_save_refused, ways);
	SUITE_ROWS(&suite, quit_save_with_an_error, ways);
	SUITE_ADD(&suite, ctrl_c_twice);
	SUITE_ADD(&suite, ctrl_c_too_late);
	SUITE_ADD(&suite, terminal_gone);
	SUITE_ADD(&suite, two_forms);
	SUITE_ADD(&suite, asked_while_checking);
	SUITE_ADD(&suite, discarded_while_checking);
	SUITE_ADD(&suite, saved_while_checking);
	SUITE_ADD(&suite, reading_help_while_checking);
	SUITE_ADD(&suite, cancelled_while_checking);
	SUITE_ADD(&suite, esc_while_writing);
	SUITE_ADD(&suite, left_while_writing);
	SUITE_ADD(&suite, refused_while_asking);
	SUITE_ADD(&suite, quit_while_writing);
	SUITE_ADD(&suite, quit_refused_while_asking);
	SUITE_ADD(&suite, ctrl_c_while_writing);
	SUITE_ADD(&suite, typed_while_writing);
	SUITE_ADD(&suite, while_verifying);
	return suite_run(&suite);
}
