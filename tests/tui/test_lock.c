/* A console that nobody types at. */
#include "tests/tui/screen.h"

#include <string.h>

#define SECOND 1000L
#define MINUTE (60 * SECOND)

static long now = 1000000;

/* Time passes. */
static void pass(struct screen *s, long ms)
{
	now += ms;
	screen_clock(now);
	screen_settle(s);
}

/* Signed in with name and password, locked after five minutes. */
static struct screen *signed_in(int h, int w)
{
	struct screen *s = screen_new_unsettled(NULL, h, w);

	now = 1000000;
	s->settings.directory.auth = AUTH_SIMPLE;
	s->settings.session.lock_after = 5;
	fake_who(s->fake, "", "");
	fake_status(s->fake, STORE_SIGNED_OUT, NULL);
	fake_password(s->fake, "correct horse");
	screen_settle(s);
	screen_keys(s, "admin0<Enter>correct horse<Enter>");
	screen_shows(s, "6 users");
	return s;
}

static struct screen *external(void)
{
	struct screen *s = screen_new(NULL, 24, 80);

	now = 1000000;
	s->settings.session.lock_after = 5;
	return s;
}

static void locked_and_opened(void **state)
{
	struct screen *s = signed_in(24, 80);

	(void)state;
	screen_users(s);
	screen_keys(s, "/a<Enter>ss");
	screen_keys(s, "<Down><Space>");
	{
		char *before = xstrdup(screen_text(s));

		pass(s, 5 * MINUTE);
		screen_shows(s, "Locked", "Nobody typed here for 5 minutes.",
			"Name      admin0", "Password  [ ", "< Unlock >  < Quit >",
			"admin0 · ldapi · ready");
		screen_lacks(s, "acme", "Alice", "Display name", "Directory entities");
		screen_cursor_on(s, "-Password");
		screen_keys(s, "correct horse<Enter>");
		assert_string_equal(screen_text(s), before);
		free(before);
	}
	/* and again after another five minutes only */
	pass(s, 5 * MINUTE - 1);
	screen_lacks(s, "Locked");
	pass(s, 1);
	screen_shows(s, "Locked");
	screen_free(s);
}

static void a_form_stays(void **state)
{
	struct screen *s = signed_in(24, 80);

	(void)state;
	screen_domain(s, "acme");
	screen_keys(s, "9");
	pass(s, 5 * MINUTE);
	screen_lacks(s, "192.0.2", "acme");
	screen_keys(s, "correct horse<Enter>");
	screen_shows(s, "[192.0.2.259 ");
	screen_cursor_on(s, "-Relay for split domains");
	screen_keys(s, "<Backspace>6<Ctrl-S><Enter>");
	screen_free(s);
}

/* Each wrong password makes one wait twice as long, up to half a minute. */
static void wrong(void **state)
{
	static const long delays[] = {1, 2, 4, 8, 16, 30, 30};
	struct screen *s = signed_in(24, 80);

	(void)state;
	pass(s, 5 * MINUTE);
	screen_keys(s, "<Enter>");
	screen_lacks(s, "wrong");
	for (size_t i = 0; i < COUNT_OF(delays); i++) {
		struct buf words = BUF_INIT;

		screen_keys(s, "geheim<Enter>");
		buf_printf(&words, "Name or password is wrong. Again in %ld s.", delays[i]);
		screen_says(s, words.s);
		screen_lacks(s, "geheim");
		screen_keys(s, "correct horse<Enter>"); /* too early */
		screen_shows(s, "Locked");
		pass(s, delays[i] * SECOND - 1);
		screen_keys(s, "<Enter>");
		screen_shows(s, "Locked", "Again in 1 s.");
		pass(s, 1);
		screen_lacks(s, "Again in");
		screen_keys(s, "<Ctrl-U>");
		buf_release(&words);
	}
	screen_keys(s, "correct horse<Enter>");
	screen_lacks(s, "Locked");
	screen_shows(s, "6 users");
	screen_free(s);
}

/* Nothing of the data comes to light behind it, whatever is pressed. */
static void keys_do_nothing_else(void **state)
{
	static const char *const keys[] = {"<Esc>", "<F1>", "<Tab>!", "<Tab>?", "<Ctrl-Z>",
		"<Ctrl-S>", "<F6>", "<F4>", "<Up>", "<Down>", "<PgDn>", "<Home>", "<End>",
		"<F5>", "<Ctrl-L>"};
	struct screen *s = signed_in(24, 80);

	(void)state;
	screen_domain(s, "acme");
	screen_keys(s, "9");
	pass(s, 5 * MINUTE);
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		screen_keys(s, keys[i]);
		screen_shows(s, "Locked");
		screen_lacks(s, "acme", "192.0.2", "Relay", "Messages", "Keys");
	}
	assert_false(s->app->quit);
	screen_wrote(s, "");
	screen_free(s);
}

static void quitting(void **state)
{
	static const char *const keys[] = {"<F10>", "<Ctrl-C>", "<Tab><Tab><Enter>"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		struct screen *s = signed_in(24, 80);

		screen_domain(s, "acme");
		screen_keys(s, "9");
		pass(s, 5 * MINUTE);
		screen_keys(s, keys[i]);
		assert_true(s->app->quit); /* what was typed becomes a draft */
		screen_free(s);
	}
}

/* A save's answer, its question and its message wait behind the lock. */
static void work_goes_on(void **state)
{
	struct screen *s = signed_in(24, 80);

	(void)state;
	screen_domain(s, "acme");
	screen_keys(s, "9<Backspace><Backspace>6<Ctrl-S>");
	fake_stall(s->fake, true);
	screen_keys(s, "<Enter>");
	pass(s, 5 * MINUTE);
	screen_shows(s, "Locked");
	fake_refuse(s->fake, ERR_UNWILLING, NULL, "53");
	fake_stall(s->fake, false);
	screen_settle(s);
	screen_shows(s, "Locked");
	screen_lacks(s, "Not saved", "acme", "192.0.2");
	screen_keys(s, "correct horse<Enter>");
	screen_shows(s, "Not saved", "Nothing was written and nothing you typed is lost.");
	screen_keys(s, "<Enter><Ctrl-S>");
	fake_stall(s->fake, true);
	screen_keys(s, "<Enter>");
	pass(s, 5 * MINUTE);
	fake_stall(s->fake, false);
	screen_settle(s);
	screen_lacks(s, "Saved");
	screen_keys(s, "correct horse<Enter>");
	screen_shows(s, "[192.0.2.26 ");
	screen_wrote(s, "dn: " ACME "\nchangetype: modify\n"
			"replace: relaisSplitRelay\nrelaisSplitRelay: [192.0.2.26]\n-\n\n");
	screen_free(s);
}

static void directory_away(void **state)
{
	struct screen *s = signed_in(24, 80);

	(void)state;
	pass(s, 5 * MINUTE);
	fake_status(s->fake, STORE_DOWN, NULL);
	screen_keys(s, "correct horse<Enter>");
	screen_shows(s, "Locked");
	screen_says(s, "The directory server ldapi:/// can't be reached.");
	screen_lacks(s, "Again in");
	fake_status(s->fake, STORE_READY, NULL);
	screen_keys(s, "correct horse<Enter>");
	screen_lacks(s, "Locked");
	screen_free(s);
}

/* A password that was changed meanwhile signs in again, too. */
static void signed_out_behind_it(void **state)
{
	struct screen *s = signed_in(24, 80);

	(void)state;
	screen_domain(s, "acme");
	screen_keys(s, "9");
	pass(s, 5 * MINUTE);
	fake_password(s->fake, "battery");
	fake_status(s->fake, STORE_SIGNED_OUT, NULL);
	screen_settle(s);
	screen_shows(s, "Locked");
	screen_keys(s, "correct horse<Enter>");
	screen_says(s, "Name or password is wrong.");
	pass(s, SECOND);
	screen_keys(s, "battery<Enter>");
	screen_settle(s);
	screen_shows(s, "[192.0.2.259 ");
	screen_free(s);
}

/* ---- before it ------------------------------------------------------------------- */

static void warning(void **state)
{
	struct screen *s = signed_in(24, 80);

	(void)state;
	pass(s, 4 * MINUTE - 1);
	screen_lacks(s, "Locks in");
	pass(s, 1);
	screen_shows(s, "Locks in 60 seconds: any key prevents it.");
	pass(s, 59 * SECOND);
	screen_shows(s, "Locks in 1 second: any key prevents it.");
	screen_keys(s, "<Down>");
	screen_lacks(s, "Locks in");
	pass(s, 4 * MINUTE);
	screen_shows(s, "Locks in 60 seconds");
	screen_free(s);
}

static void never(void **state)
{
	struct screen *s = signed_in(24, 80);

	(void)state;
	s->settings.session.lock_after = 0;
	pass(s, 30 * 24 * 60 * MINUTE);
	screen_shows(s, "6 users");
	screen_free(s);
}

/* Who has not signed in has nothing to hide. */
static void nobody_signed_in(void **state)
{
	struct screen *s = screen_new_unsettled(NULL, 24, 80);

	(void)state;
	now = 1000000;
	s->settings.directory.auth = AUTH_SIMPLE;
	fake_who(s->fake, "", "");
	fake_status(s->fake, STORE_SIGNED_OUT, NULL);
	screen_settle(s);
	pass(s, 60 * MINUTE);
	screen_shows(s, "< Sign in >");
	screen_lacks(s, "Locked");
	screen_free(s);
}

/* ---- where no password is typed ---------------------------------------------------- */

static void ends(void **state)
{
	struct screen *s = external();

	(void)state;
	screen_keys(s, "<Down>");
	pass(s, 4 * MINUTE + 30 * SECOND);
	screen_shows(s, "The session ends in 30 seconds: any key prevents it.");
	assert_false(s->app->quit);
	pass(s, 30 * SECOND);
	assert_true(s->app->quit);
	assert_true(s->app->idle);
	screen_free(s);
}

/* Not before a save that was sent is answered. */
static void ends_after_the_answer(void **state)
{
	struct screen *s = external();

	(void)state;
	screen_domain(s, "acme");
	screen_keys(s, "<Backspace>6<Ctrl-S>");
	fake_stall(s->fake, true);
	screen_keys(s, "<Enter>");
	pass(s, 5 * MINUTE);
	assert_false(s->app->quit);
	screen_shows(s, "Locked", "< Quit >");
	screen_says(s, "The session ends as soon as the save that was sent is answered.");
	screen_lacks(s, "Password", "acme");
	fake_stall(s->fake, false);
	screen_settle(s);
	assert_true(s->app->quit);
	assert_true(s->app->idle);
	screen_wrote(s, "dn: " ACME "\nchangetype: modify\n"
			"replace: relaisSplitRelay\nrelaisSplitRelay: [192.0.2.26]\n-\n\n");
	screen_free(s);
}

int main(void)
{
	struct suite suite = {.n = 0};

	SUITE_ADD(&suite, locked_and_opened);
	SUITE_ADD(&suite, a_form_stays);
	SUITE_ADD(&suite, wrong);
	SUITE_ADD(&suite, keys_do_nothing_else);
	SUITE_ADD(&suite, quitting);
	SUITE_ADD(&suite, work_goes_on);
	SUITE_ADD(&suite, directory_away);
	SUITE_ADD(&suite, signed_out_behind_it);
	SUITE_ADD(&suite, warning);
	SUITE_ADD(&suite, never);
	SUITE_ADD(&suite, nobody_signed_in);
	SUITE_ADD(&suite, ends);
	SUITE_ADD(&suite, ends_after_the_answer);
	return suite_run(&suite);
}
