/* A console that nobody types at, by the clock: with a password, and without. */
#include "tests/pty/console.h"

#include <stdio.h>
#include <string.h>

enum { LOCK_MS = 60000 + PTY_TIMEOUT_MS };

/* relais.conf that locks after a minute; auth: how to sign in. */
static char *conf(struct scene *s, const char *auth)
{
	struct buf path = BUF_INIT, command = BUF_INIT;

	buf_printf(&path, "%s/%s.conf", s->directory.path, auth);
	buf_printf(&command,
		"{ sed 's/\"external\"/\"%s\"/' %s; echo 'session { lock_after = 1 "
		"state_folder = \"%s/state\" }'; } >%s",
		auth, s->direct, s->directory.path, path.s);
	assert_int_equal(system(command.s), 0);
	buf_release(&command);
	return buf_detach(&path);
}

static void locks_and_ends(void **state)
{
	struct scene *s = *state;
	char *simple = conf(s, "simple"), *external = conf(s, "external");
	struct pty *p = console_start(s, &(struct console_options){.config = simple});
	struct pty *q = console_start(s, &(struct console_options){.config = external});

	see(p, "< Sign in >");
	pty_keys(p, "admin0<Enter>");
	on_item(p, "Password");
	pty_keys(p, "demo<Enter>");
	see(p, "6 users, 1 third-party");
	open_domain(p, "lyon.example");
	fill_in(p, "192.0.2.44");
	see(q, "6 users, 1 third-party");
	open_user(q, "Bob");
	press(q, "<Down><Space>", "[ ] bob@acme.example");

	if (!pty_wait(p, "Locks in ", LOCK_MS) || !pty_wait(q, "The session ends in ", 0))
		fail_msg("no warning");
	if (!pty_wait(p, "< Unlock >", LOCK_MS))
		fail_msg("not locked");
	pty_settle(p);
	assert_false(pty_shows(p, "lyon"));
	assert_false(pty_shows(p, "192.0.2"));
	on_item(p, "Password");
	press(p, "geheim<Enter>", "Name or password is wrong. Again in 1 s.");
	see_gone(p, "Again in");
	pty_keys(p, "demo<Enter>");
	see(p, "[192.0.2.44 ");
	see(p, "admin0 · ldapi · ready");
	assert_false(pty_saw(p, "geheim"));
	review(p);
	press(p, "<Enter>", "Saved lyon.example");
	assert_value(s, LYON, "relaisSplitRelay", "[192.0.2.44]");
	quit(p);

	ends_restored(q, 0);
	assert_true(
		pty_saw(q, "relais: Nobody typed for 1 minute: the session has ended."));
	assert_true(pty_saw(q, "relais: What you typed and did not save is kept"));
	q = console_start(s, &(struct console_options){.config = external});
	see(q, "You left unsaved changes in Bob Durand");
	on_item(q, "< Open >");
	press(q, "<Enter>", "[ ] bob@acme.example");
	see(q, "[x] bob.durand@acme.example");
	press(q, "<Esc>", "You have unsaved changes.");
	pty_keys(q, "<Right>");
	on_item(q, "< Discard >");
	pty_keys(q, "<Enter>");
	see(q, "6 users, 1 third-party");
	quit(q);
	free(simple);
	free(external);
}

int main(void)
{
	struct scenes s = {0};

	SCENE(&s, locks_and_ends);
	return scenes_run(&s);
}
