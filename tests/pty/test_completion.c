/* The bash completion, in a bash. */
#include "tests/pty/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/buf.h"
#include "tests/pty/pty.h"

static char directory[] = "/tmp/rc.XXXXXX";

static int set_up(void **state)
{
	struct buf command = BUF_INIT;
	int status;

	(void)state;
	assert_non_null(mkdtemp(directory));
	buf_printf(&command, "mkdir '%s/tables' && touch '%s/tablets.conf' '%s/a b.conf'",
		directory, directory, directory);
	status = system(command.s);
	buf_release(&command);
	return status;
}

static int tear_down(void **state)
{
	struct buf command = BUF_INIT;
	int status;

	(void)state;
	buf_printf(&command, "rm -r %s", directory);
	status = system(command.s);
	buf_release(&command);
	return status;
}

static struct pty *shell(void)
{
	static const char *const argv[] = {"bash", "--noprofile", "--norc", "-i", NULL};
	static const char *const env[] = {"PS1=:) ", "INPUTRC=/dev/null", NULL};
	struct pty *p = pty_start(24, 80, env, argv);
	struct buf line = BUF_INIT;

	assert_true(pty_wait_row(p, 0, ":)", 0));
	buf_printf(&line, "cd %s && . '%s/relais.bash' && clear<Enter>", directory,
		getenv("BUILD"));
	pty_keys(p, line.s);
	assert_true(pty_wait_row(p, 0, ":)", 0));
	buf_release(&line);
	return p;
}

/* What Tab makes of a line; "|" is typed after it, so that blanks at the end are seen. */
static void completes(void **state)
{
	static const struct {
		const char *typed, *completed;
	} cases[] = {
		{"relais --as", "relais --ascii |"},
		{"relais --col", "relais --color=|"},
		{"relais --color=", "relais --color=|"},
		{"relais --color=n", "relais --color=never |"},
		{"relais --color a", "relais --color auto |"},
		{"relais --color=never --v", "relais --color=never --version |"},
		{"relais --conf", "relais --config |"},
		{"relais --config tablet", "relais --config tablets.conf |"},
		{"relais --config=tablet", "relais --config=tablets.conf |"},
		{"relais --config a", "relais --config a\\ b.conf |"},
		{"relais p", "relais postfix |"},
		{"relais --config tablets.conf p",
			"relais --config tablets.conf postfix |"},
		{"relais --config=tablets.conf p",
			"relais --config=tablets.conf postfix |"},
		{"relais postfix t", "relais postfix tables/|"},
		{"relais --ascii postfix t", "relais --ascii postfix tables/|"},
		{"relais postfix --he", "relais postfix --help |"},
		{"relais postfix tables t", "relais postfix tables t|"},
		{"relais x", "relais x|"},
		{"relais --x", "relais --x|"},
	};
	struct pty *p = shell();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct buf shown = BUF_INIT;

		buf_printf(&shown, ":) %s", cases[i].completed);
		pty_keys(p, cases[i].typed);
		pty_keys(p, "<Tab>|");
		if (!pty_wait_row(p, 0, shown.s, 0))
			fail_msg("%s", cases[i].typed);
		assert_string_equal(pty_row(p, 0), shown.s);
		pty_keys(p, "<C-u><C-l>");
		assert_true(pty_wait_gone(p, "|", 0));
		buf_release(&shown);
	}
	pty_free(p);
}

static void offers(void **state)
{
	static const struct {
		const char *typed, *offered;
	} cases[] = {
		{"relais ", "postfix"},
		{"relais --", "--ascii"},
		{"relais --co", "--color="},
		{"relais --co", "--config"},
		{"relais --color=", "auto   never"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct pty *p = shell();

		pty_keys(p, cases[i].typed);
		pty_keys(p, "<Tab><Tab>");
		if (!pty_wait(p, cases[i].offered, 0))
			fail_msg("%s", cases[i].typed);
		pty_free(p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(completes),
		cmocka_unit_test(offers),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
