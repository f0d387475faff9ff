/* A directory that says nothing (SIGSTOP), at every step: the console goes on moving, and
 * what it says when the directory goes on is true. */
#include "tests/pty/console.h"

#include <stdio.h>
#include <string.h>

enum { AT_ONCE_MS = 2000 }; /* on a machine with other things to do */

/* Help opens and closes, the screen takes a new size: all at once. */
static void moves(struct pty *p, const char *still_there)
{
	pty_keys(p, "<F1>");
	assert_true(pty_wait(p, "─ Keys ─", AT_ONCE_MS));
	pty_settle(p);
	pty_keys(p, "<Esc>");
	assert_true(pty_wait_gone(p, "─ Keys ─", AT_ONCE_MS));
	pty_resize(p, 30, 100);
	assert_true(pty_wait_row(p, 29, "F10 quit", AT_ONCE_MS));
	pty_settle(p);
	assert_true(pty_wait(p, still_there, AT_ONCE_MS));
	pty_resize(p, 24, 80);
	assert_true(pty_wait_row(p, 23, "F10 quit", AT_ONCE_MS));
	pty_settle(p);
	assert_true(pty_wait(p, still_there, AT_ONCE_MS));
}

static void quits_at_once(struct pty *p)
{
	pty_keys(p, "<F10>");
	assert_int_equal(pty_exit_status(p, AT_ONCE_MS), 0);
	ends_restored(p, 0);
}

static void at_start(void **state)
{
	struct scene *s = *state;
	struct pty *p, *other;

	directory_pause(&s->directory);
	p = console_start(s, &(struct console_options){0});
	other = console_start(s, &(struct console_options){0});
	see(p, "… domains, … with a split relay");
	see(other, "… users, … third-party");
	moves(p, "… domains");
	see(p, "connecting, no answer for ");
	quits_at_once(other);
	press(p, "<Enter>", "Reading from the directory…");
	press(p, "<Esc>", "Reading was stopped: F5 reads again.");
	press(p, "<Esc>", "… domains");
	directory_resume(&s->directory);
	see(p, "3 domains, 2 with a split relay");
	see(p, "6 users, 1 third-party");
	see(p, "admin0 · ldapi · ready");
	quit(p);
}

static void in_a_list(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, false);

	directory_pause(&s->directory);
	press(p, "<Enter>", "Reading from the directory…");
	moves(p, "Reading from the directory…");
	see(p, "no answer for ");
	press(p, "<Esc>", "Reading was stopped: F5 reads again.");
	press(p, "<F5>", "Reading from the directory…");
	press(p, "<Esc>", "Reading was stopped: F5 reads again.");
	press(p, "<Esc>", "3 domains, 2 with a split relay");
	press(p, "<End><Up><Enter>", "Reading from the directory…");
	directory_resume(&s->directory);
	see(p, "Élodie Guérin");
	see(p, "1 of 6");
	see(p, "admin0 · ldapi · ready");
	/* Again, with rows to be seen while it is read again. */
	directory_pause(&s->directory);
	press(p, "<F5>", "(reading)");
	pty_keys(p, "<Down>");
	on_item(p, "Bob Durand");
	moves(p, "(reading)");
	quits_at_once(p);
}

static void while_a_form_loads(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, false);

	press(p, "<Enter>", "lyon.example");
	pty_keys(p, "<Down><Down>");
	on_item(p, "lyon.example");
	see_gone(p, "…");
	directory_pause(&s->directory);
	press(p, "<Enter>", "Loading…");
	moves(p, "Loading…");
	press(p, "<Esc>", "3 of 3"); /* the list, as it was */
	on_item(p, "lyon.example");
	press(p, "<Enter>", "Loading…");
	directory_resume(&s->directory);
	see(p, "1 internal user");
	on_item(p, "Relay for split domains");
	quit(p);
}

/* Typed on while it reads what stands around. */
static void while_checking(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, false);

	open_domain(p, "lyon.example");
	fill_in(p, "192.0.2.44");
	directory_pause(&s->directory);
	press(p, "<C-s>", "Checking with the directory…");
	moves(p, "Checking with the directory…");
	pty_keys(p, "<Tab><Tab>");
	on_item(p, "< Save >");
	press(p, "<Enter>", "Not yet: the directory hasn't answered.");
	press(p, "<Esc>", "Not saved.");
	see(p, "[192.0.2.44 ");
	press(p, "<C-s>", "Checking with the directory…");
	directory_resume(&s->directory);
	see(p, "< Show LDIF >");
	pty_keys(p, "<Esc>");
	see_gone(p, "< Show LDIF >");
	see(p, "[192.0.2.44 ");
	assert_value(s, LYON, "relaisSplitRelay", "");
}

static struct pty *sent(struct scene *s)
{
	struct pty *p = console_ready(s, false);

	open_domain(p, "lyon.example");
	fill_in(p, "192.0.2.44");
	review(p);
	directory_pause(&s->directory);
	press(p, "<Enter>", "Saving: sent, not answered yet.");
	return p;
}

static void in_a_save(void **state)
{
	struct scene *s = *state;
	struct pty *p = sent(s);

	moves(p, "Saving: sent, not answered yet.");
	press(p, "<Esc>", "The save was sent and its answer hasn't come.");
	on_item(p, "< Stay >");
	pty_keys(p, "<Enter>");
	see_gone(p, "< Stay >");
	press(p, "<F10>", "A save was sent and has not been answered.");
	on_item(p, "< Quit >");
	pty_keys(p, "<Esc>");
	see_gone(p, "< Quit >");
	directory_resume(&s->directory);
	see(p, "Saved lyon.example");
	assert_value(s, LYON, "relaisSplitRelay", "[192.0.2.44]");
	quit(p);
}

static void left_in_a_save(void **state)
{
	struct scene *s = *state;
	struct pty *p = sent(s);

	press(p, "<Esc>", "The save was sent and its answer hasn't come.");
	press(p, "<Right><Enter>", "You left before the save was answered");
	directory_resume(&s->directory);
	await_value(s, LYON, "relaisSplitRelay", "[192.0.2.44]");
	quit(p);
}

/* Whether the server still does what it has got is its own affair, and not asked here: an
 * operation whose connection has gone belongs to no group any more (slapd 2.5). */
static void quit_in_a_save(void **state)
{
	struct scene *s = *state;
	struct pty *p = sent(s);

	press(p, "<F10>", "A save was sent and has not been answered.");
	pty_keys(p, "<Enter>");
	assert_int_equal(pty_exit_status(p, AT_ONCE_MS), 0);
	ends_restored(p, 0);
	assert_true(pty_shows(p, "A save was sent and not answered"));
}

static void interrupted_in_a_save(void **state)
{
	struct scene *s = *state;
	struct pty *p = sent(s);

	pty_keys(p, "<C-c><C-c>");
	assert_int_equal(pty_exit_status(p, AT_ONCE_MS), 0);
	ends_restored(p, 0);
	assert_true(pty_shows(p, "A save was sent and not answered"));
}

/* The write has not reached the server: leaving it there is old, going on is new. */
static void before_the_write_arrives(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, true);

	open_domain(p, "lyon.example");
	fill_in(p, "192.0.2.44");
	review(p);
	proxy_hold(s->proxy, PROXY_UP);
	press(p, "<Enter>", "Saving: sent, not answered yet.");
	moves(p, "Saving: sent, not answered yet.");
	assert_value(s, LYON, "relaisSplitRelay", "");
	directory_pause(&s->directory);
	proxy_stall(s->proxy, false);
	moves(p, "Saving: sent, not answered yet.");
	directory_resume(&s->directory);
	see(p, "Saved lyon.example");
	assert_value(s, LYON, "relaisSplitRelay", "[192.0.2.44]");
	quit(p);
}

static struct pty *verifying(struct scene *s)
{
	struct pty *p = console_ready(s, true);

	open_domain(p, "lyon.example");
	fill_in(p, "192.0.2.44");
	review(p);
	proxy_hold(s->proxy, PROXY_DOWN);
	press(p, "<Enter>", "Saved. Looking whether somebody else saved at the same time…");
	directory_pause(&s->directory);
	proxy_stall(s->proxy, false);
	moves(p, "Saved. Looking whether somebody else saved at the same time…");
	return p;
}

static void while_verifying(void **state)
{
	struct scene *s = *state;
	struct pty *p = verifying(s);

	see(p, "no answer for ");
	directory_resume(&s->directory);
	see(p, "Saved lyon.example");
	assert_value(s, LYON, "relaisSplitRelay", "[192.0.2.44]");
	quit(p);
}

/* What was not looked at again does not go unsaid. */
static void left_while_verifying(void **state)
{
	struct scene *s = *state;
	struct pty *p = verifying(s);

	press(p, "<Esc>", "Saved, but the directory didn't answer whether somebody else");
	on_item(p, "< Stay >");
	pty_keys(p, "<Right><Enter>");
	see(p, "look at the entry again");
	pty_keys(p, "<F10>");
	assert_int_equal(pty_exit_status(p, AT_ONCE_MS), 0);
	directory_resume(&s->directory);
	assert_value(s, LYON, "relaisSplitRelay", "[192.0.2.44]");
}

static void quit_while_verifying(void **state)
{
	struct scene *s = *state;
	struct pty *p = verifying(s);

	press(p, "<F10>", "what became of it is looked up when relais is");
	pty_keys(p, "<F10>"); /* asked once is asked */
	pty_keys(p, "<Enter>");
	assert_int_equal(pty_exit_status(p, AT_ONCE_MS), 0);
	ends_restored(p, 0);
	assert_true(pty_shows(p, "what became of it is looked up"));
	directory_resume(&s->directory);
	assert_value(s, LYON, "relaisSplitRelay", "[192.0.2.44]");
}

static const struct question {
	const char *name;
	const char *key, *asks, *goes;
} questions[] = {
	{"refused_while_asked_to_leave", "<Esc>",
		"The save was sent and its answer hasn't come.", "<Right><Enter>"},
	{"refused_while_asked_to_quit", "<F10>",
		"A save was sent and has not been answered.", "<Enter>"},
};

/* The answer comes, and it is no, while one is asked whether to leave: what was typed is
 * not lost by that question. */
static void refused_while_asking(void **state)
{
	struct scene *s = *state;
	const struct question *q = s->row;
	struct pty *p = console_ready(s, true);

	open_domain(p, "lyon.example");
	fill_in(p, "192.0.2.44");
	review(p);
	proxy_answer(s->proxy, PROXY_MODIFY, 53, "read only", 1);
	proxy_hold(s->proxy, PROXY_UP);
	press(p, "<Enter>", "Saving: sent, not answered yet.");
	press(p, q->key, q->asks);
	proxy_stall(s->proxy, false);
	see(p, "Nothing was written and nothing you typed is lost.");
	pty_keys(p, "<Enter>");
	see_gone(p, "Nothing was written");
	see(p, q->asks);
	press(p, q->goes, "You have unsaved changes.");
	pty_keys(p, "<Esc>");
	see_gone(p, "You have unsaved changes.");
	see(p, "[192.0.2.44 ");
}

int main(void)
{
	struct scenes s = {0};

	SCENE(&s, at_start);
	SCENE(&s, in_a_list);
	SCENE(&s, while_a_form_loads);
	SCENE(&s, while_checking);
	SCENE(&s, in_a_save);
	SCENE(&s, left_in_a_save);
	SCENE(&s, quit_in_a_save);
	SCENE(&s, interrupted_in_a_save);
	SCENE(&s, before_the_write_arrives);
	SCENE(&s, while_verifying);
	SCENE(&s, left_while_verifying);
	SCENE(&s, quit_while_verifying);
	SCENE_ROWS(&s, refused_while_asking, questions);
	return scenes_run(&s);
}
