/* tui/term.c on a terminal, through prog_probe.c. */
#include "tests/pty/test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/buf.h"
#include "tests/pty/pty.h"

static const char *program(void)
{
	static char path[4096];

	snprintf(path, sizeof(path), "%s/tests/pty/probe", getenv("BUILD"));
	return path;
}

static struct pty *start(const char *variable, const char *option, const char *value)
{
	const char *const argv[] = {program(), option, value, NULL};

	return pty_start(14, 80, (const char *const[]){variable, NULL}, argv);
}

static struct pty *ready(const char *variable, const char *option)
{
	struct pty *p = start(variable, option, NULL);

	assert_true(pty_wait_row(p, 8, "31 |", 0));
	assert_true(pty_wait_cursor(p, 1, 0, 0));
	return p;
}

/* The rows where keys are shown, and what probe says when it ends. */
#define KEYS_ROW 9

static void ends_restored(struct pty *p, int status)
{
	int y, x;

	assert_int_equal(pty_exit_status(p, 0), status);
	assert_true(pty_modes_restored(p));
	assert_false(pty_alternate_screen(p));
	assert_true(pty_cursor(p, &y, &x));
	assert_true(pty_saw(p, "\033[?2004l"));
	pty_free(p);
}

static void paints(void **state)
{
	struct pty *p = ready(NULL, NULL);
	struct pty_attrs a = pty_attrs(p, 1, 5);

	(void)state;
	assert_true(pty_alternate_screen(p));
	assert_true(pty_saw(p, "\033[?2004h"));
	assert_string_equal(pty_row(p, 4),
		"日本語.example                    "
		"192.0.2.25   refused          812         31 |");
	assert_string_equal(pty_row(p, 5),
		"e\u0301\u0323.example                         "
		"192.0.2.25   refused          812         31 |");
	assert_int_equal(a.fg, 231);
	assert_int_equal(a.bg, 24);
	assert_true(pty_attrs(p, 0, 16).underline);
	assert_int_equal(pty_attrs(p, 0, 0).fg, 167);
	assert_int_equal(pty_attrs(p, 2, 0).fg, -1);
	pty_keys(p, "q");
	ends_restored(p, 0);
}

/* The bytes that one more Down key costs. */
static size_t cost(struct pty *p, struct buf *keys, int row)
{
	size_t n;

	buf_puts(keys, keys->len ? " Down" : "Down");
	pty_mark(p);
	pty_keys(p, "<Down>");
	assert_true(pty_wait_row(p, KEYS_ROW, keys->s, 0));
	assert_true(pty_wait_cursor(p, row, 0, 0)); /* comes last */
	pty_raw(p, &n);
	return n;
}

static void a_key_costs_two_rows(void **state)
{
	struct pty *p = ready(NULL, NULL);
	struct buf keys = BUF_INIT;
	size_t n, most = 0;

	(void)state;
	for (int row = 2; row <= 8; row++) {
		n = cost(p, &keys, row);
		most = n > most ? n : most;
	}
	printf("# %zu bytes for a Down key\n", most);
	assert_in_range(most, 1, 420);
	n = cost(p, &keys, 8); /* only the key's name is new */
	printf("# %zu bytes for one that moves nothing\n", n);
	assert_in_range(n, 1, 60);
	buf_release(&keys);
	pty_free(p);
}

/* write(2) calls so far (proc(5)). */
static unsigned long writes_of(struct pty *p)
{
	char path[64], line[128];
	unsigned long n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/io", pty_pid(p));
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f) && sscanf(line, "syscw: %lu", &n) != 1)
		;
	fclose(f);
	return n;
}

/* Over ssh each would be a packet; and nobody sees half a frame. */
static void a_frame_is_one_write(void **state)
{
	struct pty *p = ready(NULL, NULL);
	struct buf keys = BUF_INIT;
	unsigned long before = writes_of(p);

	(void)state;
	for (int row = 2; row <= 8; row++)
		cost(p, &keys, row);
	assert_int_equal(writes_of(p) - before, 7);
	buf_release(&keys);
	pty_free(p);
}

static void torn(
	struct pty *p, const char *first, int ms, const char *rest, const char *keys)
{
	pty_bytes(p, first, strlen(first));
	pty_pause(p, ms);
	pty_bytes(p, rest, strlen(rest));
	assert_true(pty_wait_row(p, KEYS_ROW, keys, 0));
}

static void torn_sequences(void **state)
{
	struct pty *p = ready(NULL, NULL);

	(void)state;
	torn(p, "1\033", 30, "[B2", "1 Down 2");
	torn(p, "\033", 300, "[B3", "2 Esc Down 3");
	torn(p, "\033[", 300, "B4", "3 Down 4");
	torn(p, "\033O", 300, "A5", "4 Up 5");
	torn(p, "\033[1;", 300, "5C6", "5 Ctrl-Right 6");
	torn(p, "\033", 300, "[21~7", "6 Esc F10 7");
	torn(p, "\xe6\x97", 200,
		"\xa5"
		"8",
		"7 日 8");
	torn(p, "\033", 300, "[", "8 Esc [");
	torn(p, "9\033", 300, "\033[A0", "9 Esc Up 0");
	/* The program itself is late: what has come meanwhile is not torn. */
	torn(p, "w\033", 200, "[B.", "w Down .");
	pty_free(p);
}

static void pastes(void **state)
{
	struct pty *p = ready(NULL, NULL);

	(void)state;
	pty_paste(p, "a@b.example q");
	assert_true(pty_wait_row(p, KEYS_ROW, "paste(a@b.example q)", 0));
	pty_keys(p, "<C-s><C-q>");
	assert_true(pty_wait_row(p, KEYS_ROW, ") ^S ^Q", 0));
	pty_free(p);
}

static void resizes(void **state)
{
	struct pty *p = ready(NULL, NULL);

	(void)state;
	pty_resize(p, 20, 100);
	assert_true(pty_wait(p, "20x100", 0));
	assert_true(pty_wait_row(p, 1, "31 |", 0));
	pty_resize(p, 10, 60);
	assert_true(pty_wait(p, "10x60", 0));
	assert_true(pty_wait_row(p, 8, "last", 0));
	pty_keys(p, "q");
	ends_restored(p, 0);
	p = start("LINES=5", NULL, NULL);
	assert_true(pty_wait(p, "14x80", 0));
	pty_free(p);
}

static void signals(void **state)
{
	static const int ending[] = {SIGTERM, SIGHUP, SIGQUIT};
	struct pty *p;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(ending); i++) {
		p = ready(NULL, NULL);
		pty_signal(p, ending[i]);
		ends_restored(p, 0);
	}
	p = ready(NULL, NULL);
	pty_signal(p, SIGINT);
	assert_true(pty_wait_row(p, KEYS_ROW, "^C", 0));
	pty_hangup(p);
	assert_int_equal(pty_exit_status(p, 0), 0);
	pty_free(p);
}

static void crashes(void **state)
{
	struct pty *p = ready(NULL, NULL);

	(void)state;
	pty_keys(p, "B");
	assert_true(pty_wait(p, "on purpose", 0));
	ends_restored(p, 128 + SIGABRT);
	p = ready(NULL, NULL);
	pty_keys(p, "S");
	assert_int_not_equal(pty_exit_status(p, 0), 0);
	assert_true(pty_modes_restored(p));
	assert_false(pty_alternate_screen(p));
	assert_true(pty_saw(p, "\033[?2004l"));
	pty_free(p);
}

static void stderr_is_elsewhere(void **state)
{
	char path[] = "/tmp/relais-term-XXXXXX", line[32] = "";
	int fd = mkstemp(path);
	struct pty *p = ready(NULL, NULL);

	(void)state;
	pty_keys(p, "e.");
	assert_true(pty_wait_row(p, KEYS_ROW, "e .", 0));
	assert_false(pty_shows(p, "NOISE"));
	pty_free(p);

	p = start(NULL, "log", path);
	assert_true(pty_wait(p, "14x80", 0));
	pty_keys(p, "eq");
	ends_restored(p, 0);
	assert_int_equal(read(fd, line, sizeof(line) - 1), 6);
	assert_string_equal(line, "NOISE\n");
	close(fd);
	unlink(path);
}

static void refuses(const char *variable, const char *script, const char *words)
{
	const char *const argv[] = {"sh", "-c", script, "sh", program(), NULL};
	struct pty *p = pty_start(14, 80, (const char *const[]){variable, NULL}, argv);

	assert_true(pty_wait(p, words, 0));
	assert_int_equal(pty_exit_status(p, 0), 2);
	assert_true(pty_modes_restored(p));
	pty_free(p);
}

static void no_terminal(void **state)
{
	(void)state;
	refuses("TERM=dumb", "$1", "no terminal: A terminal of type \"dumb\"");
	refuses("TERM=nonsense", "$1", "\"nonsense\"");
	refuses("TERM", "$1", "\"\"");
	refuses(NULL, "$1 </dev/null", "must be a terminal");
	refuses(NULL, "$1 | cat; exit 2", "must be a terminal");
}

static void terminal_types(void **state)
{
	static const char *const types[] = {"TERM=xterm", "TERM=xterm-256color",
		"TERM=screen", "TERM=screen-256color", "TERM=tmux-256color", "TERM=linux",
		"TERM=vt100", "TERM=rxvt", "TERM=xterm-kitty", "TERM=foot"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(types); i++) {
		struct pty *p = start(types[i], NULL, NULL);

		assert_true(pty_wait(p, "14x80", 0));
		pty_keys(p, "<Down><F10><Home><Del>");
		assert_true(pty_wait_row(p, KEYS_ROW, "Down F10 Home Del", 0));
		assert_true(pty_wait_row(p, 8, "31 |", 0));
		pty_keys(p, "q");
		assert_int_equal(pty_exit_status(p, 0), 0);
		assert_true(pty_modes_restored(p));
		pty_free(p);
	}
}

static void without_colour(void **state)
{
	struct pty *p = ready(NULL, "mono");

	(void)state;
	for (int y = 0; y < 14; y++)
		for (int x = 0; x < 80; x++) {
			struct pty_attrs a = pty_attrs(p, y, x);

			assert_true(a.fg == -1 && a.bg == -1);
		}
	assert_true(pty_attrs(p, 1, 5).reverse);
	assert_true(pty_attrs(p, 0, 16).underline);
	pty_free(p);
}

static void without_utf8(void **state)
{
	struct pty *p = ready("LC_ALL=C", NULL);
	size_t n;
	const char *raw = pty_raw(p, &n);

	(void)state;
	for (size_t i = 0; i < n; i++)
		assert_true((unsigned char)raw[i] < 0x80);
	assert_string_equal(pty_row(p, 3),
		"elodie.example                    "
		"192.0.2.25   refused          812         31 |");
	pty_free(p);
}

static void copies(void **state)
{
	struct pty *p = ready(NULL, NULL);

	(void)state;
	pty_keys(p, "y");
	assert_true(pty_wait_row(p, KEYS_ROW, "y", 0));
	assert_true(pty_saw(p, "\033]52;c;aMOpbGxv\a"));
	pty_free(p);
}

static void hides_the_cursor(void **state)
{
	struct pty *p = ready(NULL, NULL);
	int y, x;

	(void)state;
	pty_keys(p, "h");
	assert_true(pty_wait_row(p, KEYS_ROW, "h", 0));
	assert_false(pty_cursor(p, &y, &x));
	pty_keys(p, "h");
	assert_true(pty_wait_cursor(p, 1, 0, 0));
	pty_free(p);
}

/* A shell with job control, as one has it. */
static void suspends(void **state)
{
	const char *const argv[] = {"bash", "-c",
		"set -m; $1; echo stopped; stty -a | grep -q ' icanon' && echo cooked;"
		" read x; fg; echo over",
		"bash", program(), NULL};
	struct pty *p = pty_start(14, 80, NULL, argv);

	(void)state;
	assert_true(pty_wait(p, "14x80", 0));
	pty_keys(p, "<Down><C-z>");
	assert_true(pty_wait(p, "cooked", 0));
	assert_false(pty_alternate_screen(p));
	pty_mark(p);
	pty_keys(p, "<Enter>");
	assert_true(pty_wait(p, "branch.example", 0));
	assert_true(pty_wait_cursor(p, 2, 0, 0));
	assert_true(pty_alternate_screen(p));
	assert_true(pty_saw(p, "\033[?2004h"));
	pty_keys(p, "<Down>");
	assert_true(pty_wait_row(p, KEYS_ROW, "Down ^Z Down", 0));
	pty_keys(p, "q");
	assert_true(pty_wait(p, "over", 0));
	ends_restored(p, 0);
}

static void ended_while_suspended(void **state)
{
	const char *const argv[] = {"bash", "-c",
		"set -m; $1; echo stopped; kill %1;"
		" while [ -n \"$(jobs -p)\" ]; do sleep 0.02; done; echo gone",
		"bash", program(), NULL};
	struct pty *p = pty_start(14, 80, NULL, argv);

	(void)state;
	assert_true(pty_wait(p, "14x80", 0));
	pty_keys(p, "<C-z>");
	assert_true(pty_wait(p, "gone", 0));
	assert_true(pty_shows(p, "bye: ^Z"));
	ends_restored(p, 0);
}

static void stopped_from_outside(void **state)
{
	struct pty *p = ready(NULL, NULL);

	(void)state;
	pty_signal(p, SIGSTOP);
	pty_resize(p, 14, 70);
	pty_mark(p);
	pty_signal(p, SIGCONT);
	assert_true(pty_wait(p, "14x70", 0));
	assert_true(pty_wait_row(p, 8, "last", 0));
	assert_true(pty_saw(p, "\033[?2004h"));
	pty_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paints),
		cmocka_unit_test(a_key_costs_two_rows),
		cmocka_unit_test(a_frame_is_one_write),
		cmocka_unit_test(torn_sequences),
		cmocka_unit_test(pastes),
		cmocka_unit_test(resizes),
		cmocka_unit_test(signals),
		cmocka_unit_test(crashes),
		cmocka_unit_test(stderr_is_elsewhere),
		cmocka_unit_test(no_terminal),
		cmocka_unit_test(terminal_types),
		cmocka_unit_test(without_colour),
		cmocka_unit_test(without_utf8),
		cmocka_unit_test(copies),
		cmocka_unit_test(hides_the_cursor),
		cmocka_unit_test(suspends),
		cmocka_unit_test(ended_while_suspended),
		cmocka_unit_test(stopped_from_outside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
