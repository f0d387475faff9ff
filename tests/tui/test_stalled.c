/*
 * A directory that doesn't answer, at each moment: every key is answered at once, the
 * header says how long, Esc cancels, and when answers come it goes on.
 */
#include "tests/tui/screen.h"

#include <string.h>

#define MOD(dn) "dn: " dn "\nchangetype: modify\n"

static void stall(struct screen *s)
{
	fake_stall(s->fake, true);
}

static void go_on(struct screen *s)
{
	fake_stall(s->fake, false);
	screen_settle(s);
}

/* Help, messages and a resize are answered, wherever one is. */
static void is_alive(struct screen *s)
{
	char *before;

	screen_shows(s, "no answer for 3 s");
	before = xstrdup(screen_text(s));
	screen_keys(s, "<F1>");
	screen_shows(s, "─ Keys ─");
	screen_keys(s, "<Esc>");
	screen_resize(s, 16, 60);
	screen_shows(s, "no answer for 3 s");
	screen_resize(s, 24, 80);
	if (strcmp(before, screen_text(s)) != 0)
		screen_fail(s, "another screen than before help");
	free(before);
}

static void home(void **state)
{
	struct screen *s = screen_new_unsettled(NULL, 24, 80);

	(void)state;
	stall(s);
	screen_settle(s);
	screen_shows(s, "… domains, … with a split relay", "… users, … third-party");
	is_alive(s);
	screen_keys(s, "<End>");
	screen_cursor_on(s, "Changes");
	screen_keys(s, "<Home><F5><F10>");
	assert_true(s->app->quit);
	s->app->quit = false;
	go_on(s);
	screen_shows(
		s, "5 domains, 3 with a split relay", "6 users, 1 third-party", "ready");
	screen_free(s);
}

static void list_first(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	stall(s);
	screen_domains(s);
	screen_shows(s, "Reading from the directory…", "(reading)");
	is_alive(s);
	/* its button and filter work meanwhile */
	screen_keys(s, "/acme<Enter>");
	go_on(s);
	screen_shows(s, "1 of 1", "acme.example +2");
	screen_lacks(s, "(reading)", "Reading from");
	screen_free(s);
}

/* Esc stops the reading, then goes back. */
static void list_cancelled(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	stall(s);
	screen_users(s);
	screen_keys(s, "<Esc>");
	screen_shows(s, "Reading was stopped: F5 reads again.", "0 of 0");
	screen_lacks(s, "(reading)");
	screen_keys(s, "<Esc>");
	screen_shows(s, "System management");
	go_on(s);
	screen_users(s);
	screen_shows(s, "1 of 6");
	screen_free(s);
}

static void list_again_cancelled(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_users(s);
	screen_keys(s, "<Down>");
	stall(s);
	screen_keys(s, "<F5>");
	screen_shows(s, "2 of 6", "(reading)", "Alice Martin");
	is_alive(s);
	screen_keys(s, "<Down><Down><Esc>");
	screen_shows(s, "4 of 6", "Reading was stopped: F5 reads again.");
	screen_lacks(s, "(reading)");
	screen_cursor_on(s, "Élodie");
	go_on(s);
	screen_shows(s, "4 of 6");
	screen_free(s);
}

/* Rows that came stay when the rest is not waited for; there are more. */
static void list_half(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	fake_per_step(s->fake, 2);
	stall(s);
	screen_users(s);
	fake_stall(s->fake, false);
	screen_step(s);
	stall(s);
	screen_shows(s, "1 of 2", "(reading)", "Alice Martin", "Bob Durand");
	screen_keys(s, "<Esc>");
	screen_shows(s, "1 of 2+", "Reading was stopped: F5 reads again.");
	fake_per_step(s->fake, 0);
	go_on(s);
	screen_keys(s, "<F5>");
	screen_shows(s, "1 of 6");
	screen_lacks(s, "6+");
	screen_free(s);
}

static void loading(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domains(s);
	stall(s);
	screen_keys(s, "<Enter>");
	screen_shows(s, "Loading…", "< Back >", "› … ");
	screen_cursor_on(s, "=Back");
	is_alive(s);
	screen_keys(s, "<Ctrl-S><F4>xyz");
	screen_shows(s, "Loading…");
	screen_keys(s, "<Esc>");
	screen_shows(s, "1 of 5");
	screen_keys(s, "<Enter>");
	go_on(s);
	screen_shows(s, "Relay for split domains");
	screen_cursor_on(s, "-Relay for split domains");
	screen_free(s);
}

/* The entry is there, what stands around it not yet: one can type and see. */
static void around(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domains(s);
	stall(s);
	screen_keys(s, "<Enter>");
	fake_stall(s->fake, false);
	screen_step(s);
	stall(s);
	screen_shows(s, "… internal users", "… third-party users", "[192.0.2.25 ");
	is_alive(s);
	screen_keys(s, "1<Ctrl-S>");
	screen_shows(s, "Checking with the directory…");
	go_on(s);
	screen_shows(s, "Save acme.example?");
	screen_free(s);
}

static void checking(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domain(s, "acme");
	screen_keys(s, "1");
	stall(s);
	screen_keys(s, "<Ctrl-S>");
	screen_shows(s, "Checking with the directory…");
	is_alive(s);
	screen_keys(s, "<Down><Down><Enter>");
	screen_shows(s, "Not yet: the directory hasn't answered.");
	screen_keys(s, "<Esc>");
	screen_shows(s, "Not saved.", "[192.0.2.251 ");
	screen_lacks(s, "Checking with");
	go_on(s);
	screen_lacks(s, "Save acme.example?");
	screen_wrote(s, "");
	screen_free(s);
}

/* What is typed while it is checked is what is reviewed. */
static void typed_while_checking(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domain(s, "acme");
	screen_keys(s, "1");
	stall(s);
	screen_keys(s, "<Ctrl-S><Backspace>2");
	go_on(s);
	screen_shows(s, "Save acme.example?", "[192.0.2.252]");
	screen_keys(s, "<Enter>");
	screen_shows(s, "Saved acme.example", "[192.0.2.252 ");
	screen_free(s);
}

/* And an error typed meanwhile is not. */
static void error_while_checking(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domain(s, "acme");
	screen_keys(s, "1");
	stall(s);
	screen_keys(s, "<Ctrl-S> x");
	go_on(s);
	screen_lacks(s, "Save acme.example?");
	screen_says(s, "Not a host");
	screen_shows(s, "Not saved: see the words under the field.");
	screen_wrote(s, "");
	screen_free(s);
}

/* A name typed while the first one was looked for is looked for, too. */
static void name_while_checking(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domains(s);
	screen_keys(s, "nz.example");
	stall(s);
	screen_keys(s, "<Ctrl-S><Down><Down>acme.test");
	go_on(s);
	screen_lacks(s, "Save z.example?");
	screen_says(s, "acme.test already belongs to another domain");
	screen_cursor_on(s, "-Other names");
	screen_free(s);
}

static void writing(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domain(s, "acme");
	screen_keys(s, "1<Ctrl-S>");
	stall(s);
	screen_keys(s, "<Enter>");
	screen_shows(s, "Saving: sent, not answered yet.");
	is_alive(s);
	/* moving works, changing and saving again do not */
	screen_keys(s, "<Ctrl-S>2<Backspace><Down><Space><F4>");
	screen_shows(s, "Acme");
	screen_keys(s, "<F4>");
	screen_shows(s, "[ ] Forward", "[192.0.2.251 ");
	screen_wrote(s, "");
	go_on(s);
	screen_shows(s, "Saved acme.example: in force from the next message on.");
	screen_wrote(s, MOD(ACME) "replace: relaisSplitRelay\n"
				  "relaisSplitRelay: [192.0.2.251]\n-\n\n");
	screen_free(s);
}

static void verifying(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domain(s, "acme");
	screen_keys(s, "1<Ctrl-S>");
	stall(s);
	screen_keys(s, "<Enter>");
	fake_stall(s->fake, false);
	screen_step(s);
	stall(s);
	screen_shows(s, "Saved. Looking whether somebody else saved at the same time…");
	is_alive(s);
	screen_keys(s, "x");
	screen_shows(s, "[192.0.2.251 ");
	go_on(s);
	screen_shows(s, "Saved acme.example: in force from the next message on.");
	/* and on it goes */
	screen_keys(s, "<Backspace>2<Ctrl-S><Enter>");
	screen_shows(s, "Saved acme.example", "[192.0.2.252 ");
	screen_free(s);
}

/* It fails while it is looked at again: saved, but unsure. */
static void verifying_fails(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domain(s, "acme");
	screen_keys(s, "1<Ctrl-S>");
	fake_fail(s->fake, ERR_DISCONNECTED, "gone");
	screen_keys(s, "<Enter>");
	screen_says(s,
		"Saved, but the directory didn't answer whether somebody else saved at "
		"the same time: look at the entry again.");
	screen_wrote(s, MOD(ACME) "replace: relaisSplitRelay\n"
				  "relaisSplitRelay: [192.0.2.251]\n-\n\n");
	screen_keys(s, "<Esc>");
	screen_lacks(s, "You have unsaved changes.");
	screen_free(s);
}

/* Not connected at all: said, with when it tries again. */
static void not_connected(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);
	struct err err;

	(void)state;
	err_set(&err, ERR_CONNECT, 0, "refused", "ldaps://ldap2.example", NULL);
	fake_status(s->fake, STORE_DOWN, &err);
	screen_settle(s);
	screen_shows(s, "not connected, next try in 5 s",
		"The directory server ldaps://ldap2.example can't be reached.",
		"5 domains, 3 with a split relay");
	screen_domains(s);
	screen_shows(s, "Reading from the directory…", "not connected, next try in 5 s");
	fake_status(s->fake, STORE_READY, NULL);
	screen_settle(s);
	screen_shows(s, "ready", "1 of 5");
	screen_keys(s, "<Esc>");
	screen_lacks(s, "can't be reached");
	screen_free(s);
}

int main(void)
{
	struct suite suite = {.n = 0};

	SUITE_ADD(&suite, home);
	SUITE_ADD(&suite, list_first);
	SUITE_ADD(&suite, list_cancelled);
	SUITE_ADD(&suite, list_again_cancelled);
	SUITE_ADD(&suite, list_half);
	SUITE_ADD(&suite, loading);
	SUITE_ADD(&suite, around);
	SUITE_ADD(&suite, checking);
	SUITE_ADD(&suite, typed_while_checking);
	SUITE_ADD(&suite, error_while_checking);
	SUITE_ADD(&suite, name_while_checking);
	SUITE_ADD(&suite, writing);
	SUITE_ADD(&suite, verifying);
	SUITE_ADD(&suite, verifying_fails);
	SUITE_ADD(&suite, not_connected);
	return suite_run(&suite);
}
