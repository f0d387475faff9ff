#include "tests/tui/test.h"

#include <string.h>

#include "tui/field.h"

/* The text with "|" where the cursor stands. */
static void is(const struct field *f, const char *expected)
{
	struct buf out = BUF_INIT;

	buf_add(&out, f->text.s, f->cursor);
	buf_putc(&out, '|');
	buf_puts(&out, f->text.s + f->cursor);
	assert_string_equal(out.s, expected);
	buf_release(&out);
}

static bool press(struct field *f, keycode key)
{
	bool changed = false;

	assert_true(field_key(f, (struct input){.key = key}, &changed));
	return changed;
}

static void type(struct field *f, const char *text)
{
	for (; *text; text++)
		assert_true(press(f, (keycode)*text));
}

static void typing_and_moving(void **state)
{
	struct field f;

	(void)state;
	field_init(&f, "bob");
	is(&f, "bob|");
	type(&f, "@x");
	is(&f, "bob@x|");
	assert_false(press(&f, K_HOME));
	is(&f, "|bob@x");
	assert_false(press(&f, K_LEFT));
	assert_false(press(&f, K_BACKSPACE));
	press(&f, K_RIGHT);
	type(&f, "X");
	is(&f, "bX|ob@x");
	assert_true(press(&f, K_DELETE));
	is(&f, "bX|b@x");
	assert_true(press(&f, K_BACKSPACE));
	is(&f, "b|b@x");
	press(&f, K_CTRL('E'));
	is(&f, "bb@x|");
	assert_false(press(&f, K_DELETE));
	press(&f, K_CTRL('B'));
	press(&f, K_CTRL('D'));
	is(&f, "bb@|");
	press(&f, K_CTRL('A'));
	press(&f, K_CTRL('F'));
	press(&f, K_CTRL('K'));
	is(&f, "b|");
	press(&f, 0xe9);
	press(&f, K_CTRL('U'));
	is(&f, "|");
	field_release(&f);
}

static void clusters_stay_whole(void **state)
{
	struct field f;

	(void)state;
	field_init(&f, "e\u0301日👨\u200d👩\u200d👧");
	press(&f, K_LEFT);
	is(&f, "e\u0301日|👨\u200d👩\u200d👧");
	press(&f, K_LEFT);
	press(&f, K_LEFT);
	is(&f, "|e\u0301日👨\u200d👩\u200d👧");
	press(&f, K_RIGHT);
	press(&f, K_BACKSPACE);
	is(&f, "|日👨\u200d👩\u200d👧");
	press(&f, K_END);
	press(&f, K_BACKSPACE);
	is(&f, "日|");
	/* a mark joins what stands before it, and is behind the cursor */
	press(&f, 'e');
	press(&f, 0x301);
	is(&f, "日e\u0301|");
	press(&f, K_LEFT);
	is(&f, "日|e\u0301");
	field_release(&f);
}

static void words(void **state)
{
	struct field f;

	(void)state;
	field_init(&f, "bob.durand@acmé.example");
	press(&f, K_WORD_LEFT);
	is(&f, "bob.durand@acmé.|example");
	press(&f, K_WORD_LEFT);
	is(&f, "bob.durand@|acmé.example");
	press(&f, K_CTRL('W'));
	is(&f, "bob.|acmé.example");
	press(&f, K_WORD_RIGHT);
	is(&f, "bob.acmé|.example");
	press(&f, K_WORD_RIGHT);
	press(&f, K_WORD_RIGHT);
	is(&f, "bob.acmé.example|");
	field_release(&f);
}

static void other_keys_are_not_its_own(void **state)
{
	static const keycode keys[] = {K_TAB, K_ENTER, K_ESC, K_UP, K_DOWN, K_PAGE_UP,
		K_BACKTAB, K_F(1), K_CTRL('S'), K_CTRL('C'), K_CTRL('L'), K_RESIZE, K_EOF,
		K_NONE, 127};
	struct field f;

	(void)state;
	field_init(&f, "x");
	for (size_t i = 0; i < COUNT_OF(keys); i++)
		assert_false(field_key(&f, (struct input){.key = keys[i]}, NULL));
	is(&f, "x|");
	field_release(&f);
}

static void pastes(void **state)
{
	static const struct {
		const char *pasted, *becomes;
	} cases[] = {
		{"acme", "<acme|>"},
		{"  acme.example \r\n", "<acme.example|>"},
		{"a\r\nb\n\nc\td", "<a b c d|>"},
		{"a \n b", "<a  b|>"},
		{"a\033[Ab\x01\x7f", "<a[Ab|>"},
		{"\u200ebob@\u202aacme\u202c\ufeff", "<bob@acme|>"},
		{"\xc2\x85x\u2028y", "<x y|>"},
		{"é\xff", "<é\ufffd|>"},
		{"\n \n", "<|>"},
		{"", "<|>"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct field f;
		bool changed;

		field_init(&f, "<>");
		press(&f, K_LEFT);
		assert_true(field_key(&f,
			(struct input){.key = K_PASTE, .text = cases[i].pasted}, &changed));
		is(&f, cases[i].becomes);
		assert_int_equal(changed, strcmp(cases[i].becomes, "<|>") != 0);
		field_release(&f);
	}
}

static void has_an_end(void **state)
{
	struct field f;

	(void)state;
	field_init(&f, "abc");
	f.max = 6;
	type(&f, "def");
	assert_false(press(&f, 'g'));
	press(&f, K_BACKSPACE);
	assert_false(press(&f, 0xe9)); /* two bytes into one */
	field_key(&f, (struct input){.key = K_PASTE, .text = "xyz"}, NULL);
	is(&f, "abcdex|");
	field_set(&f, "abcdefghij"); /* it is what it was */
	is(&f, "abcdefghij|");
	assert_false(press(&f, 'k'));
	press(&f, K_BACKSPACE);
	is(&f, "abcdefghi|");
	field_set(&f, "ab\xff");
	is(&f, "ab\ufffd|");
	field_release(&f);
	is(&f, "|");
}

static void row_is(struct field *f, int width, bool focused, const char *row, int cursor)
{
	struct canvas *c = canvas_new(1, 12);
	struct buf out = BUF_INIT;

	canvas_text(c, 0, 0, 12, STYLE_TEXT, "............");
	field_draw(f, c, 0, 1, width, focused);
	canvas_dump(c, &out);
	buf_truncate(&out, out.len - 1);
	assert_string_equal(out.s, row);
	assert_int_equal(c->cursor_x, cursor);
	buf_release(&out);
	canvas_free(c);
}

static void draws(void **state)
{
	struct field f;

	(void)state;
	field_init(&f, "abc");
	row_is(&f, 6, true, ".abc   .....", 4);
	row_is(&f, 3, false, ".abc........", -1);
	row_is(&f, 3, true, ".◂c ........", 3);
	press(&f, K_HOME);
	row_is(&f, 3, true, ".abc........", 1);
	field_set(&f, "abcdefghij");
	row_is(&f, 6, true, ".◂ghij .....", 6);
	row_is(&f, 6, false, ".abcde▸.....", -1);
	press(&f, K_LEFT);
	press(&f, K_LEFT);
	press(&f, K_LEFT);
	press(&f, K_LEFT);
	row_is(&f, 6, true, ".◂ghij .....", 2);
	press(&f, K_LEFT);
	row_is(&f, 6, true, ".◂fghij.....", 2);
	press(&f, K_HOME);
	row_is(&f, 6, true, ".abcde▸.....", 1);
	for (int i = 0; i < 5; i++)
		press(&f, K_RIGHT);
	row_is(&f, 6, true, ".◂cdef▸.....", 5);
	press(&f, K_END);
	press(&f, K_CTRL('U'));
	row_is(&f, 6, true, ".      .....", 1);
	field_release(&f);
}

static void draws_wide_characters(void **state)
{
	struct field f;

	(void)state;
	field_init(&f, "日本語");
	row_is(&f, 7, true, ".日本語 ....", 7);
	row_is(&f, 6, true, ".◂本語 .....", 6);
	press(&f, K_HOME);
	row_is(&f, 6, true, ".日本語.....", 1);
	row_is(&f, 5, true, ".日本▸......", 1);
	row_is(&f, 4, true, ".日 ▸.......", 1);
	field_release(&f);
}

/* Once the text fits again, all of it is shown. */
static void scrolls_back(void **state)
{
	struct field f;

	(void)state;
	field_init(&f, "abcdefghij");
	row_is(&f, 6, true, ".◂ghij .....", 6);
	for (int i = 0; i < 6; i++)
		press(&f, K_BACKSPACE);
	row_is(&f, 6, true, ".abcd  .....", 5);
	field_release(&f);
}

static void secrets(void **state)
{
	struct field f;

	(void)state;
	field_init(&f, "");
	f.secret = true;
	type(&f, "a b");
	press(&f, 0x65e5);
	assert_string_equal(f.text.s, "a b日");
	row_is(&f, 8, true, ".****    ...", 5);
	row_is(&f, 4, true, ".◂** .......", 4);
	press(&f, K_WORD_LEFT); /* tells nothing about words */
	is(&f, "|a b日");
	press(&f, K_END);
	press(&f, K_CTRL('W'));
	is(&f, "|");
	field_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(typing_and_moving),
		cmocka_unit_test(clusters_stay_whole),
		cmocka_unit_test(words),
		cmocka_unit_test(other_keys_are_not_its_own),
		cmocka_unit_test(pastes),
		cmocka_unit_test(has_an_end),
		cmocka_unit_test(draws),
		cmocka_unit_test(draws_wide_characters),
		cmocka_unit_test(scrolls_back),
		cmocka_unit_test(secrets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
