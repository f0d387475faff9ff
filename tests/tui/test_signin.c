/* Signing in with name and password. */
#include "tests/tui/screen.h"

#include <string.h>

static struct screen *signed_out(int h, int w)
{
	struct screen *s = screen_new_unsettled(NULL, h, w);

	fake_who(s->fake, "", "");
	fake_status(s->fake, STORE_SIGNED_OUT, NULL);
	fake_password(s->fake, "correct horse");
	screen_settle(s);
	return s;
}

static void wrong_then_right(void **state)
{
	struct screen *s = signed_out(24, 80);

	(void)state;
	screen_shows(s, "Sign in", "Name      [", "Password  [", "< Sign in >  < Quit >",
		"signed out");
	screen_cursor_on(s, "-Name");
	screen_keys(s, "admin0<Enter>");
	screen_cursor_on(s, "-Password");
	screen_keys(s, "wrong<Enter>");
	screen_shows(s, "Name or password is wrong.", "[admin0 ", "Password  [   ");
	screen_lacks(s, "wrong ");
	screen_cursor_on(s, "-Password");
	screen_keys(s, "correct horse<Enter>");
	screen_shows(
		s, "admin0 · ldapi · ready", "5 domains, 3 with a split relay", "6 users");
	screen_lacks(s, "Sign in", "Name or password is wrong.");
	screen_cursor_on(s, "Supervised domains");
	screen_free(s);
}

/* Never shown, whatever is done in the field. */
static void password_is_hidden(void **state)
{
	struct screen *s = signed_out(24, 80);

	(void)state;
	screen_keys(s, "admin0<Tab>geheim");
	screen_shows(s, "[****** ");
	screen_lacks(s, "geheim");
	screen_keys(s, "<Left><Left><Home><Del>");
	screen_shows(s, "[***** ");
	screen_paste(s, "more\n");
	screen_shows(s, "[********* ");
	screen_lacks(s, "eheim", "more");
	screen_keys(s, "<Ctrl-W>");
	screen_shows(s, "[***** ");
	screen_keys(s, "<F1><Esc>");
	screen_lacks(s, "eheim");
	screen_free(s);
}

static void nothing_typed(void **state)
{
	struct screen *s = signed_out(24, 80);

	(void)state;
	screen_keys(s, "<Tab><Enter>");
	screen_shows(s, "Please fill this in.");
	screen_cursor_on(s, "-Name");
	screen_keys(s, "admin0<Tab><Tab><Enter>");
	screen_shows(s, "Please fill this in.");
	screen_cursor_on(s, "-Password");
	screen_lacks(s, "wrong");
	screen_free(s);
}

/* There is nothing behind it: Esc does nothing, Quit and F10 do. */
static void leaving(void **state)
{
	struct screen *s = signed_out(24, 80);

	(void)state;
	screen_lacks(s, "Esc back");
	screen_keys(s, "a<Esc><Esc>");
	screen_shows(s, "< Sign in >", "[a ");
	assert_false(s->app->quit);
	screen_keys(s, "<Tab><Tab><Tab>");
	screen_cursor_on(s, "=Quit");
	screen_keys(s, "<Enter>");
	assert_true(s->app->quit);
	s->app->quit = false;
	screen_keys(s, "<F10>");
	assert_true(s->app->quit);
	screen_free(s);
}

static void letters_are_text(void **state)
{
	struct screen *s = signed_out(24, 80);

	(void)state;
	screen_keys(s, "q?!n/");
	screen_shows(s, "[q?!n/ ");
	assert_false(s->app->quit);
	screen_free(s);
}

static void focus(void **state)
{
	static const char *const stops[] = {
		"-Name", "-Password", "=Sign in", "=Quit", "-Name", NULL};
	struct screen *s = signed_out(16, 60);

	(void)state;
	for (size_t i = 0; stops[i]; i++) {
		screen_cursor_on(s, stops[i]);
		screen_keys(s, "<Tab>");
	}
	screen_free(s);
}

/* The session ends while a form is open: after signing in it is there, nothing lost. */
static void signed_out_meanwhile(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	fake_password(s->fake, "correct horse");
	screen_domain(s, "acme");
	screen_keys(s, "1");
	fake_status(s->fake, STORE_SIGNED_OUT, NULL);
	screen_settle(s);
	screen_shows(s, "< Sign in >");
	screen_keys(s, "admin0<Enter>correct horse<Enter>");
	screen_shows(s, "[192.0.2.251 ");
	screen_keys(s, "<Ctrl-S><Enter>");
	screen_shows(s, "Saved acme.example");
	screen_free(s);
}

/* Quitting from there asks about what is unsaved below. */
static void quit_with_something_unsaved(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domain(s, "acme");
	screen_keys(s, "1");
	fake_status(s->fake, STORE_SIGNED_OUT, NULL);
	screen_settle(s);
	screen_keys(s, "<F10>");
	screen_shows(s, "You have unsaved changes.");
	screen_keys(s, "<Esc>");
	assert_false(s->app->quit);
	screen_free(s);
}

int main(void)
{
	struct suite suite = {.n = 0};

	SUITE_ADD(&suite, wrong_then_right);
	SUITE_ADD(&suite, password_is_hidden);
	SUITE_ADD(&suite, nothing_typed);
	SUITE_ADD(&suite, leaving);
	SUITE_ADD(&suite, letters_are_text);
	SUITE_ADD(&suite, focus);
	SUITE_ADD(&suite, signed_out_meanwhile);
	SUITE_ADD(&suite, quit_with_something_unsaved);
	return suite_run(&suite);
}
