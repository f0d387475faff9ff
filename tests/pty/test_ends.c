/* Every way out: the terminal is as it was, no process is left, no entry is half saved. */
#include "tests/pty/console.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

enum { AT_ONCE_MS = 3000 };

static void nothing_left(struct pty *p)
{
	assert_int_equal(kill(-pty_pid(p), 0), -1);
	assert_int_equal(errno, ESRCH);
}

static struct pty *typed(struct scene *s, bool proxied)
{
	struct pty *p = console_ready(s, proxied);

	open_domain(p, "lyon.example");
	fill_in(p, "192.0.2.44");
	return p;
}

/* ---- by key ------------------------------------------------------------------------- */

static void from_home(void **state)
{
	static const char *const keys[] = {"<F10>", "q", "<C-c>"};
	struct scene *s = *state;

	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		struct pty *p = console_ready(s, false);

		pty_keys(p, keys[i]);
		ends_restored(p, 0);
		nothing_left(p);
	}
}

/* From wherever one is, a list or a form in which nothing was typed. */
static void from_inside(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, false);

	press(p, "<Enter>", "lyon.example");
	quit(p);
	p = console_ready(s, false);
	open_user(p, "Bob");
	press(p, "<F1>", "─ Keys ─");
	quit(p);
	nothing_left(p);
}

static void unsaved_is_asked_for(void **state)
{
	struct scene *s = *state;
	struct pty *p = typed(s, false);

	press(p, "<F10>", "You have unsaved changes.");
	on_item(p, "< Save >");
	pty_keys(p, "<Right><Right>");
	on_item(p, "< Stay >");
	pty_keys(p, "<Enter>");
	see_gone(p, "unsaved changes");
	see(p, "[192.0.2.44 ");
	press(p, "<Esc>", "You have unsaved changes.");
	pty_keys(p, "<Esc>");
	see_gone(p, "unsaved changes");
	press(p, "<C-c>", "You have unsaved changes.");
	press(p, "<Enter>", "< Show LDIF >");
	pty_keys(p, "<Enter>");
	ends_restored(p, 0);
	assert_value(s, LYON, "relaisSplitRelay", "[192.0.2.44]");
}

static void discarded(void **state)
{
	struct scene *s = *state;
	struct pty *p = typed(s, false);

	press(p, "<F10>", "You have unsaved changes.");
	pty_keys(p, "<Right>");
	on_item(p, "< Discard >");
	pty_keys(p, "<Enter>");
	ends_restored(p, 0);
	assert_value(s, LYON, "relaisSplitRelay", "");
}

static void interrupted_twice(void **state)
{
	struct scene *s = *state;
	struct pty *p = typed(s, false);

	pty_keys(p, "<C-c><C-c>");
	ends_restored(p, 0);
	nothing_left(p);
	assert_value(s, LYON, "relaisSplitRelay", "");
}

/* ---- by signal ----------------------------------------------------------------------- */

struct way_out {
	const char *name;
	int signal; /* 0: the terminal is closed */
	int status;
};

static const struct way_out ways[] = {
	{"SIGTERM", SIGTERM, 0},
	{"SIGHUP", SIGHUP, 0},
	{"the terminal is closed", 0, 0},
};

static void go(struct pty *p, const struct way_out *w)
{
	if (w->signal)
		pty_signal(p, w->signal);
	else
		pty_hangup(p);
	assert_int_equal(pty_exit_status(p, AT_ONCE_MS), w->status);
	nothing_left(p);
	if (w->signal)
		ends_restored(p, w->status);
}

/* With something typed; while connecting; in a save. */
static void at_any_moment(void **state)
{
	struct scene *s = *state;
	const struct way_out *w = s->row;
	struct pty *p = typed(s, false);

	go(p, w);
	assert_value(s, LYON, "relaisSplitRelay", "");

	p = typed(s, true);
	review(p);
	proxy_hold(s->proxy, PROXY_DOWN);
	press(p, "<Enter>", "Looking whether somebody else saved");
	go(p, w);
	proxy_stall(s->proxy, false);
	assert_value(s, LYON, "relaisSplitRelay", "[192.0.2.44]");

	directory_pause(&s->directory);
	p = console_start(s, &(struct console_options){0});
	see(p, "… domains");
	go(p, w);
	directory_resume(&s->directory);
}

static const struct way_out crashes[] = {
	{"SIGSEGV", SIGSEGV, 128 + SIGSEGV},
	{"SIGABRT", SIGABRT, 128 + SIGABRT},
	{"SIGBUS", SIGBUS, 128 + SIGBUS},
};

static void crash(void **state)
{
	struct scene *s = *state;
	const struct way_out *w = s->row;
	struct pty *p = typed(s, false);
	int status;

	pty_signal(p, w->signal);
	status = pty_exit_status(p, AT_ONCE_MS);
	if (status != w->status) /* a sanitizer takes the signal for itself */
		assert_int_equal(status, 1);
	nothing_left(p);
	ends_restored(p, status);
	assert_value(s, LYON, "relaisSplitRelay", "");
}

/* ---- killed while it saves -------------------------------------------------------------
 */

/* Alice becomes third-party: two attributes in one change. */
static struct pty *about_to_save(struct scene *s)
{
	struct pty *p = console_ready(s, true);

	open_user(p, "Alice");
	press(p, "<Enter>", "[x] Internal mail");
	press(p, "<Down><Enter>", "( Third-party mail");
	review(p);
	return p;
}

static void kill_it(struct pty *p)
{
	pty_signal(p, SIGKILL);
	assert_int_equal(pty_exit_status(p, AT_ONCE_MS), 128 + SIGKILL);
	nothing_left(p);
}

#define ALL_OF_ALICE "alice@acme.example\nalice.martin@acme.example\nalice@acme.test"

static void killed_before_it_arrives(void **state)
{
	struct scene *s = *state;
	struct pty *p = about_to_save(s);
	bool done;

	proxy_hold(s->proxy, PROXY_UP);
	press(p, "<Enter>", "Saving: sent, not answered yet.");
	kill_it(p);
	assert_value(s, ALICE, "relaisRouting", "internal");
	assert_value(s, ALICE, "relaisThirdPartyAddress", "");
	/* Now it may arrive, or not. */
	proxy_stall(s->proxy, false);
	p = console_start(s, &(struct console_options){.proxied = true});
	see(p, "A save without an answer");
	see(p, "The save of alice at ");
	done = pty_shows(p, "was done.");
	assert_int_equal(done, !pty_shows(p, "was not done: make it again."));
	assert_value(s, ALICE, "relaisRouting", done ? "external" : "internal");
	assert_value(s, ALICE, "relaisThirdPartyAddress", done ? ALL_OF_ALICE : "");
	press(p, "<Enter>", "6 users, ");
	quit(p);
}

static void killed_before_it_is_answered(void **state)
{
	struct scene *s = *state;
	struct pty *p = about_to_save(s);

	proxy_hold(s->proxy, PROXY_DOWN);
	press(p, "<Enter>", "Looking whether somebody else saved");
	kill_it(p);
	assert_value(s, ALICE, "relaisRouting", "external");
	assert_value(s, ALICE, "relaisThirdPartyAddress", ALL_OF_ALICE);
}

struct cut {
	const char *name;
	size_t bytes; /* of the write that reach the server */
};

static const struct cut cuts[] = {
	{"cut after 1 byte", 1},
	{"cut after 40 bytes", 40},
	{"cut after 120 bytes", 120},
	{"cut after 200 bytes", 200},
};

/* Half a request is none; the console finds that out, then saves again by itself. */
static void half_a_write(void **state)
{
	struct scene *s = *state;
	const struct cut *cut = s->row;
	struct pty *p = about_to_save(s);

	proxy_cut(s->proxy, PROXY_UP, cut->bytes, 1);
	press(p, "<Enter>", "Saved Alice Martin");
	assert_value(s, ALICE, "relaisRouting", "external");
	assert_value(s, ALICE, "relaisThirdPartyAddress", ALL_OF_ALICE);
	quit(p);
}

/* The write is carried out and its answer lost: it is found there. */
static void answer_lost(void **state)
{
	struct scene *s = *state;
	struct pty *p = about_to_save(s);

	proxy_cut(s->proxy, PROXY_DOWN, 0, 1);
	press(p, "<Enter>", "Saved Alice Martin");
	assert_value(s, ALICE, "relaisRouting", "external");
	assert_value(s, ALICE, "relaisThirdPartyAddress", ALL_OF_ALICE);
	quit(p);
}

int main(void)
{
	struct scenes s = {0};

	SCENE(&s, from_home);
	SCENE(&s, from_inside);
	SCENE(&s, unsaved_is_asked_for);
	SCENE(&s, discarded);
	SCENE(&s, interrupted_twice);
	SCENE_ROWS(&s, at_any_moment, ways);
	SCENE_ROWS(&s, crash, crashes);
	SCENE(&s, killed_before_it_arrives);
	SCENE(&s, killed_before_it_is_answered);
	SCENE_ROWS(&s, half_a_write, cuts);
	SCENE(&s, answer_lost);
	return scenes_run(&s);
}
