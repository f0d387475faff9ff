/* `relais explain` with auth "simple": name and password are asked for at the terminal. */
#include "tests/pty/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/pty/console.h"

static struct pty *explaining(struct scene *s)
{
	struct console_options o = {.rows = 50,
		.config = s->direct,
		.args = {"explain", "bob@acme.example", NULL}};
	char command[400];

	snprintf(command, sizeof(command), "sed -i 's/\"external\"/\"simple\"/' %s",
		s->direct);
	assert_int_equal(system(command), 0);
	return console_start(s, &o);
}

static void answers(void **state)
{
	struct pty *p = explaining(*state);

	see(p, "Name:");
	press(p, "admin1<Backspace>0<Enter>", "Password:");
	pty_keys(p, "demo<Enter>");
	assert_int_equal(pty_exit_status(p, 0), 0);
	assert_true(pty_shows(p, "Name: admin0"));
	assert_true(pty_shows(p, "Goes to the split relay 192.0.2.25."));
	assert_false(pty_shows(p, "demo\n"));
	assert_false(pty_shows(p, "Password: d"));
}

static void refused(void **state)
{
	struct pty *p = explaining(*state);

	see(p, "Name:");
	press(p, "admin0<Enter>", "Password:");
	pty_keys(p, "wrong<Enter>");
	assert_int_equal(pty_exit_status(p, 0), 2);
	assert_true(pty_shows(p, "Name or password is wrong."));
}

static void given_up(void **state)
{
	struct pty *p = explaining(*state);

	see(p, "Name:");
	press(p, "admin0<Enter>", "Password:");
	pty_keys(p, "de<C-c>");
	assert_int_equal(pty_exit_status(p, 0), 2);
	assert_true(pty_modes_restored(p));
}

int main(void)
{
	struct scenes s = {0};

	SCENE(&s, answers);
	SCENE(&s, refused);
	SCENE(&s, given_up);
	return scenes_run(&s);
}
