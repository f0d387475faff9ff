/* The harness itself, on small programs of the shell. */
#include "tests/pty/test.h"

#include <signal.h>
#include <string.h>

#include "tests/pty/pty.h"

static struct pty *shell(const char *script)
{
	return pty_start(6, 40, (const char *const[]){"GREETING=salut", "HOME", NULL},
		(const char *const[]){"sh", "-c", script, NULL});
}

/* Shows what is typed, controls as ^X. */
#define ECHO_KEYS "stty raw -echo; printf 'ready\\r\\n'; exec cat -v"

static void shows_text(void **state)
{
	struct pty *p =
		shell("printf '%s %s\\n  日本 e\\314\\201\\n' $GREETING ${HOME-none}");

	(void)state;
	assert_true(pty_wait(p, "e\u0301", 0));
	assert_string_equal(pty_screen(p), "salut none\n  日本 e\u0301\n\n\n\n\n");
	assert_string_equal(pty_row(p, 1), "  日本 e\u0301");
	assert_int_equal(pty_exit_status(p, 0), 0);
	pty_free(p);
}

static void sends_keys(void **state)
{
	struct pty *p = shell(ECHO_KEYS);

	(void)state;
	assert_true(pty_wait(p, "ready", 0));
	pty_keys(p, "a<lt><Space>é<Down><F10><C-s><M-b><BackTab><Backspace><Del>|");
	assert_true(pty_wait(p, "|", 0));
	assert_true(pty_wait_row(p, 1, "a< M-CM-)^[[B^[[21~^S^[b^[[Z^?^[[3~|", 0));
	pty_paste(p, "x");
	assert_true(pty_wait(p, "|x", 0));
	pty_free(p);
}

static void sends_what_was_asked_for(void **state)
{
	struct pty *p = shell("printf '\\033[?1h\\033[?2004h'; " ECHO_KEYS);

	(void)state;
	assert_true(pty_wait(p, "ready", 0));
	pty_keys(p, "<Down>");
	assert_true(pty_wait(p, "^[OB", 0));
	pty_paste(p, "x");
	assert_true(pty_wait(p, "^[[200~x^[[201~", 0));
	pty_free(p);
}

static void cursor_and_attributes(void **state)
{
	struct pty *p = shell("printf '\\033[1;4mb\\033[0;7mr\\033[0;31;48;5;24mc\\033[0m.'"
			      "; sleep 60");
	struct pty_attrs a;

	(void)state;
	assert_true(pty_wait_cursor(p, 0, 4, 0));
	a = pty_attrs(p, 0, 0);
	assert_true(a.bold && a.underline && !a.reverse && a.fg == -1 && a.bg == -1);
	assert_true(pty_attrs(p, 0, 1).reverse);
	a = pty_attrs(p, 0, 2);
	assert_int_equal(a.fg, 1);
	assert_int_equal(a.bg, 24);
	pty_free(p);
}

static void resizes(void **state)
{
	struct pty *p =
		shell("trap 'stty size' WINCH; echo ready; while :; do sleep 0.02; done");

	(void)state;
	assert_true(pty_wait(p, "ready", 0));
	pty_resize(p, 10, 50);
	assert_true(pty_wait(p, "10 50", 0));
	pty_free(p);
}

static void sees_the_end(void **state)
{
	struct pty *p = shell("stty -echo; printf '\\033[?1049h\\033[?25lup';"
			      "read x; printf '\\033[?1049l\\033[?25h'; exit 3");
	int y, x;

	(void)state;
	assert_true(pty_wait(p, "up", 0));
	assert_true(pty_alternate_screen(p));
	assert_false(pty_cursor(p, &y, &x));
	assert_false(pty_modes_restored(p));
	pty_mark(p);
	pty_keys(p, "<Enter>");
	assert_int_equal(pty_exit_status(p, 0), 3);
	assert_true(pty_saw(p, "\033[?1049l"));
	assert_false(pty_alternate_screen(p));
	assert_true(pty_cursor(p, &y, &x));
	assert_false(pty_modes_restored(p)); /* echo is still off */
	pty_free(p);

	p = shell("old=$(stty -g); stty raw; stty $old");
	assert_int_equal(pty_exit_status(p, 0), 0);
	assert_true(pty_modes_restored(p));
	pty_free(p);
}

static void hangs_up_and_signals(void **state)
{
	struct pty *p = shell("echo ready; exec sleep 60");

	(void)state;
	assert_true(pty_wait(p, "ready", 0));
	pty_hangup(p);
	assert_int_equal(pty_exit_status(p, 0), 128 + SIGHUP);
	pty_free(p);

	p = shell("echo ready; exec sleep 60");
	assert_true(pty_wait(p, "ready", 0));
	pty_signal(p, SIGTERM);
	assert_int_equal(pty_exit_status(p, 0), 128 + SIGTERM);
	pty_free(p);
}

static void keeps_deadlines(void **state)
{
	struct pty *p = shell("echo ready; exec sleep 60");

	(void)state;
	assert_true(pty_wait(p, "ready", 0));
	assert_false(pty_wait(p, "never", 50));
	assert_false(pty_wait_gone(p, "ready", 50));
	assert_int_equal(pty_exit_status(p, 50), -1);
	pty_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shows_text),
		cmocka_unit_test(sends_keys),
		cmocka_unit_test(sends_what_was_asked_for),
		cmocka_unit_test(cursor_and_attributes),
		cmocka_unit_test(resizes),
		cmocka_unit_test(sees_the_end),
		cmocka_unit_test(hangs_up_and_signals),
		cmocka_unit_test(keeps_deadlines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
