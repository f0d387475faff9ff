/* However the console is ended, what was typed comes back. */
#include "tests/pty/console.h"

#include <signal.h>
#include <string.h>

struct way {
	const char *name;
	int signal; /* 0: the terminal is closed; -1: Ctrl-C twice */
};

static const struct way ways[] = {
	{"SIGTERM", SIGTERM},
	{"SIGHUP", SIGHUP},
	{"SIGQUIT", SIGQUIT},
	{"the terminal is closed", 0},
	{"Ctrl-C twice", -1},
};

static void go(struct pty *p, const struct way *w)
{
	if (w->signal > 0)
		pty_signal(p, w->signal);
	else if (w->signal == 0)
		pty_hangup(p);
	else
		pty_keys(p, "<C-c><C-c>");
	assert_int_equal(pty_exit_status(p, 0), 0);
}

static void comes_back(void **state)
{
	struct scene *s = *state;
	const struct way *w = s->row;
	struct pty *p = console_ready(s, false);

	open_domain(p, "lyon.example");
	fill_in(p, "not a host");
	go(p, w);
	if (w->signal)
		assert_true(pty_saw(p, "relais: What you typed and did not save is kept"));
	assert_value(s, LYON, "relaisSplitRelay", "");
	p = console_start(s, &(struct console_options){0});
	see(p, "You left unsaved changes in lyon.example, just now.");
	on_item(p, "< Open >");
	press(p, "<Enter>", "[not a host ");
	see(p, "Not a host");
	pty_keys(p, "<C-a><C-k>192.0.2.44");
	see(p, "[192.0.2.44 ");
	see_gone(p, "…");
	review(p);
	press(p, "<Enter>", "Saved lyon.example");
	quit(p);
	p = console_ready(s, false);
	on_item(p, "Supervised domains");
	assert_false(pty_shows(p, "unsaved"));
	quit(p);
}

/* Behind the review of a save, nothing of which was sent. */
static void in_the_review(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, false);

	open_domain(p, "lyon.example");
	fill_in(p, "192.0.2.44");
	review(p);
	pty_signal(p, SIGTERM);
	assert_int_equal(pty_exit_status(p, 0), 0);
	/* meanwhile somebody else sets another relay */
	modify(s, "dn: " LYON "\nchangetype: modify\n"
		  "replace: relaisSplitRelay\nrelaisSplitRelay: [192.0.2.99]");
	p = console_start(s, &(struct console_options){0});
	see(p, "You left unsaved changes in lyon.example");
	press(p, "<Enter>", "[192.0.2.44 ");
	see_gone(p, "…");
	review(p);
	press(p, "<Enter>", "Changed by somebody else while you were editing");
	see(p, "theirs: 192.0.2.99");
	assert_value(s, LYON, "relaisSplitRelay", "[192.0.2.99]");
}

/* Not while a save is out: what became of that is looked up instead. */
static void in_a_save(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, true);

	open_domain(p, "lyon.example");
	fill_in(p, "192.0.2.44");
	review(p);
	proxy_hold(s->proxy, PROXY_DOWN);
	press(p, "<Enter>", "Looking whether somebody else saved");
	pty_signal(p, SIGHUP);
	assert_int_equal(pty_exit_status(p, 0), 0);
	assert_false(pty_saw(p, "did not save is kept"));
	proxy_stall(s->proxy, false);
	p = console_ready(s, true);
	assert_false(pty_shows(p, "unsaved"));
	assert_value(s, LYON, "relaisSplitRelay", "[192.0.2.44]");
	quit(p);
}

/* Where nothing can be kept the reason is told. */
static void no_place(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_start(
		s, &(struct console_options){.env = {"XDG_STATE_HOME=/dev/null"}});

	see(p, "6 users, 1 third-party");
	open_domain(p, "lyon.example");
	fill_in(p, "192.0.2.44");
	pty_signal(p, SIGTERM);
	assert_int_equal(pty_exit_status(p, 0), 0);
	assert_true(pty_saw(p, "relais: What was typed can't be kept in /dev/null"));
}

int main(void)
{
	struct scenes s = {0};

	SCENE_ROWS(&s, comes_back, ways);
	SCENE(&s, in_the_review);
	SCENE(&s, in_a_save);
	SCENE(&s, no_place);
	return scenes_run(&s);
}
