#include "tests/tui/test.h"

#include <stdio.h>
#include <string.h>

#include "tui/i18n.h"
#include "tui/keyparse.h"
#include "tui/tty.h"

/* Appends the keys that are there at `now`, by their labels. */
static int keys(struct keyparse *k, long now, struct buf *out)
{
	int wait_ms;
	struct input in;

	while ((in = keyparse_next(k, now, &wait_ms)).key != K_NONE) {
		if (out->len > 0)
			buf_putc(out, ' ');
		if (in.key == K_PASTE)
			buf_printf(out, "paste(%s)", in.text);
		else
			key_label(in.key, true, out);
	}
	return wait_ms;
}

/* All bytes at once, and each alone, 99 ms after the one before: the same keys. */
static void gives(const char *bytes, size_t n, const char *expected)
{
	struct keyparse k;
	struct buf whole = BUF_INIT, torn = BUF_INIT;
	long now = 1000;

	keyparse_init(&k);
	keyparse_feed(&k, bytes, n, now);
	keys(&k, now, &whole);
	keys(&k, now + KEYPARSE_ESC_MS, &whole);
	keyparse_release(&k);

	keyparse_init(&k);
	for (size_t i = 0; i < n; i++) {
		keyparse_feed(&k, bytes + i, 1, now);
		keys(&k, now, &torn);
		now += KEYPARSE_ESC_MS - 1;
	}
	keys(&k, now + KEYPARSE_ESC_MS, &torn);
	keyparse_release(&k);
	if (strcmp(whole.s, expected) != 0 || strcmp(torn.s, expected) != 0)
		fail_msg("%s: \"%s\", torn \"%s\"", expected, whole.s, torn.s);
	buf_release(&whole);
	buf_release(&torn);
}

static void keys_of_terminals(void **state)
{
	static const char *const cases[][2] = {
		{"abc", "a b c"},
		{"\r\n\t ", "Enter Enter Tab Space"},
		{"\x01\x13\x1a", "^A ^S ^Z"},
		{"\x7f\x08", "Backspace Backspace"},
		{"é日😀", "é 日 😀"},
		{"\033[A\033OA\033[D\033OC", "Up Up Left Right"},
		{"\033[H\033[F\033OH\033OF\033[1~\033[4~\033[7~\033[8~",
			"Home End Home End Home End Home End"},
		{"\033[2~\033[3~\033[5~\033[6~", "Ins Del PgUp PgDn"},
		{"\033[3;5~\033[5;2~", "Del PgUp"},
		{"\033[Z", "Shift-Tab"},
		{"\033[1;5D\033[1;3C\033[1;2D\033[1;5A", "Ctrl-Left Ctrl-Right Left Up"},
		{"\033b\033f\033\x7f", "Ctrl-Left Ctrl-Right ^W"},
		/* function keys: xterm, VT220, Linux console, rxvt, with modifiers */
		{"\033OP\033OQ\033OR\033OS", "F1 F2 F3 F4"},
		{"\033[11~\033[12~\033[15~\033[17~\033[21~\033[24~", "F1 F2 F5 F6 F10 F12"},
		{"\033[[A\033[[E", "F1 F5"},
		{"\033[1;2P\033[15;5~", "F13 F29"},
		{"\033Od\033Oc\033[d\033[7$\033[3^\033[8@",
			"Ctrl-Left Ctrl-Right Left Home Del End"},
		/* the keypad */
		{"\033OM\033Op\033Oy\033Oj", "Enter 0 9 *"},
		/* Alt is Esc and the character */
		{"\033x\033é", "Esc x Esc é"},
		{"\033\033[A", "Esc Up"},
		{"\033\033\033", "Esc Esc Esc"},
		{"\033\r", "Esc Enter"},
		/* what nobody knows is swallowed */
		{"\033[99~a\033[I\033[O\033[27;5;115~\033[115;5u.", "a ."},
		{"\033[?1;2c\033[5;10R\033[>0;95;0cx", "x"},
		{"\033[?2026;2$yx", "x"},
		{"\033[[Zx", "x"},
		/* torn off */
		{"\033[1;\033[Bx", "Down x"},
		{"\033[1\rx", "Enter x"},
		{"\033[é", "é"},
		{"\033Oé", "é"},
		/* not UTF-8 */
		{"\xe9t\xe9\r", "\ufffd t \ufffd Enter"},
		{"\x80\xbfx", "x"},
		{"\xc2\x9bx", "x"},
		{"\xed\xa0\x80x", "\ufffd x"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		gives(cases[i][0], strlen(cases[i][0]), cases[i][1]);
	gives("a\0b", 3, "a b");
}

static void pastes(void **state)
{
	(void)state;
	gives("\033[200~a b\r\n\033[A\t\033[201~x", 22, "paste(a b\r\n\033[A\t) x");
	gives("\033[200~\033[201~", 12, "paste()");
	gives("\033[200~\033[20\033[201~\r", 17, "paste(\033[20) Enter");
	gives("\033[201~x", 7, "x");
}

/* Bytes and how long after the one before they come. */
struct piece {
	int after_ms;
	const char *bytes;
};

static void late(const struct piece *pieces, size_t n, const char *expected)
{
	struct keyparse k;
	struct buf out = BUF_INIT;
	long now = 1000;

	keyparse_init(&k);
	for (size_t i = 0; i < n; i++) {
		/* whoever waits asks again when told to */
		long until = now + pieces[i].after_ms;
		int wait_ms = keys(&k, now, &out);

		if (wait_ms >= 0 && now + wait_ms < until)
			keys(&k, now + wait_ms, &out);
		now = until;
		keyparse_feed(&k, pieces[i].bytes, strlen(pieces[i].bytes), now);
	}
	keys(&k, now, &out);
	keys(&k, now + KEYPARSE_ESC_MS, &out);
	assert_string_equal(out.s, expected);
	keyparse_release(&k);
	buf_release(&out);
}

#define LATE(expected, ...)                                                         \
	late((const struct piece[]){__VA_ARGS__},                                   \
		sizeof((const struct piece[]){__VA_ARGS__}) / sizeof(struct piece), \
		expected)

static void late_sequences(void **state)
{
	(void)state;
	LATE("Up", {0, "\033"}, {99, "[A"});
	LATE("Esc Up", {0, "\033"}, {101, "[A"});
	LATE("Esc Up", {0, "\033"}, {60000, "[A"});
	LATE("Esc Up", {0, "\033"}, {500, "["}, {99, "A"});
	LATE("Up", {0, "\033["}, {60000, "A"});
	LATE("Up", {0, "\033O"}, {60000, "A"});
	LATE("F10 x", {0, "\033[2"}, {5000, "1"}, {5000, "~x"});
	LATE("Esc Ctrl-Right", {0, "\033"}, {200, "[1;"}, {50, "5C"});
	LATE("Esc x", {0, "\033"}, {200, "[99~x"});
	LATE("Esc paste(hi)", {0, "\033"}, {200, "[200~hi\033[201~"});
	LATE("Esc Up [ A", {0, "\033"}, {200, "[A"}, {200, "["}, {200, "A"});
	/* what a person types after Esc */
	LATE("Esc [ A", {0, "\033"}, {500, "["}, {150, "A"});
	LATE("Esc O", {0, "\033"}, {500, "O"});
	LATE("Esc [ x", {0, "\033"}, {500, "[x"});
	LATE("Esc a [ A", {0, "\033"}, {500, "a"}, {500, "[A"});
	LATE("Esc Esc", {0, "\033"}, {500, "\033"});
	LATE("日", {0, "\xe6\x97"}, {60000, "\xa5"});
}

static void says_when_to_ask(void **state)
{
	struct keyparse k;
	struct buf out = BUF_INIT;

	(void)state;
	keyparse_init(&k);
	assert_int_equal(keys(&k, 0, &out), -1);
	keyparse_feed(&k, "\033", 1, 1000);
	assert_int_equal(keys(&k, 1000, &out), 100);
	assert_int_equal(keys(&k, 1060, &out), 40);
	assert_string_equal(out.s, "");
	assert_int_equal(keys(&k, 1100, &out), -1);
	assert_string_equal(out.s, "Esc");
	keyparse_feed(&k, "[", 1, 2000);
	assert_int_equal(keys(&k, 2010, &out), 90);
	assert_int_equal(keys(&k, 2100, &out), -1);
	assert_string_equal(out.s, "Esc [");
	keyparse_feed(&k, "\033[", 2, 3000);
	assert_int_equal(keys(&k, 3000, &out), -1);
	buf_release(&out);
	keyparse_release(&k);
}

static void a_paste_that_never_ends(void **state)
{
	struct keyparse k;
	struct buf out = BUF_INIT;

	(void)state;
	keyparse_init(&k);
	keyparse_feed(&k, "\033[200~a\x03", 8, 1000);
	keyparse_feed(&k, "\x03z", 2, 1500);
	keys(&k, 1500, &out);
	assert_string_equal(out.s, "");
	keyparse_feed(&k, "\x03y", 2, 2500);
	keys(&k, 2500, &out);
	assert_string_equal(out.s, "^C y");
	buf_release(&out);
	keyparse_release(&k);
}

static void a_long_paste(void **state)
{
	enum { MANY = KEYPARSE_PASTE_MAX + 1000 };
	struct keyparse k;
	char *text = xmalloc(MANY);
	struct input in;
	int wait_ms;

	(void)state;
	memset(text, 'x', MANY);
	keyparse_init(&k);
	keyparse_feed(&k, "\033[200~", 6, 0);
	keyparse_feed(&k, text, MANY, 0);
	assert_int_equal(keyparse_next(&k, 0, &wait_ms).key, K_NONE);
	keyparse_feed(&k, "\033[201~", 6, 0);
	in = keyparse_next(&k, 0, &wait_ms);
	assert_int_equal(in.key, K_PASTE);
	assert_int_equal(strlen(in.text), KEYPARSE_PASTE_MAX);
	free(text);
	keyparse_release(&k);
}

static void terminfo_adds(void **state)
{
	struct keyparse k;
	struct buf out = BUF_INIT;

	(void)state;
	keyparse_init(&k);
	keyparse_define(&k, "\033[224z", K_F(1));
	keyparse_define(&k, "", K_F(2));
	keyparse_define(&k, "\x08", K_F(3));
	keyparse_feed(&k, "\033[224z\x08\033[225z", 13, 0);
	keys(&k, 0, &out);
	assert_string_equal(out.s, "F1 Backspace");
	buf_release(&out);
	keyparse_release(&k);
}

static void clipboard(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	tty_clipboard("", false, &out);
	tty_clipboard("a", false, &out);
	tty_clipboard("ab", false, &out);
	tty_clipboard("abc", true, &out);
	tty_clipboard("é", false, &out);
	assert_string_equal(out.s, "\033]52;c;\a"
				   "\033]52;c;YQ==\a"
				   "\033]52;c;YWI=\a"
				   "\033P\033]52;c;YWJj\a\033\\"
				   "\033]52;c;w6k=\a");
	buf_release(&out);
}

static int english(void **state)
{
	(void)state;
	i18n_use("en", NULL);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_of_terminals),
		cmocka_unit_test(pastes),
		cmocka_unit_test(late_sequences),
		cmocka_unit_test(says_when_to_ask),
		cmocka_unit_test(a_paste_that_never_ends),
		cmocka_unit_test(a_long_paste),
		cmocka_unit_test(terminfo_adds),
		cmocka_unit_test(clipboard),
	};

	return cmocka_run_group_tests(tests, english, NULL);
}
