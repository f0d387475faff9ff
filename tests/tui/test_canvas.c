#include "tests/tui/test.h"

#include <stdlib.h>
#include <string.h>

#include "tui/canvas.h"

static void shows(const struct canvas *c, const char *expected)
{
	struct buf out = BUF_INIT;

	canvas_dump(c, &out);
	assert_string_equal(out.s, expected);
	buf_release(&out);
}

/* Every wide cell has its right half, every right half its wide cell. */
static void sound(const struct canvas *c)
{
	for (int y = 0; y < c->h; y++) {
		int sum = 0;

		for (int x = 0; x < c->w; x++) {
			const struct cell *cell = &c->cells[y * c->w + x];

			assert_int_equal(cell->columns == 0, sum > x);
			assert_int_equal(cell->columns == 0, cell->text[0] == '\0');
			if (cell->columns)
				sum = x + cell->columns;
		}
		assert_int_equal(sum, c->w);
	}
}

static void text_is_cut(void **state)
{
	static const struct {
		const char *text;
		int width, drawn;
		const char *row, *ascii;
	} cases[] = {
		{"acme", 4, 4, "acme\n", "acme\n"},
		{"acme", 3, 3, "ac…\n", "ac~\n"},
		{"acme", 1, 1, "…\n", "~\n"},
		{"acme", 0, 0, "\n", "\n"},
		{"acme", -1, 0, "\n", "\n"},
		{"", 4, 0, "\n", "\n"},
		{"日本語", 6, 6, "日本語\n", "??????\n"},
		{"日本語", 5, 5, "日本…\n", "????~\n"},
		{"日本語", 4, 3, "日…\n", "??~\n"},
		{"日本語", 2, 1, "…\n", "~\n"},
		{"Élodie", 6, 6, "Élodie\n", "Elodie\n"},
		{"E\u0301lodie", 6, 6, "E\u0301lodie\n", "Elodie\n"},
		{"« a › b »", 9, 9, "« a › b »\n", "\" a > b \"\n"},
		{"1\u202f204", 5, 5, "1\u202f204\n", "1 204\n"},
		{"👨\u200d👩\u200d👧+", 3, 3, "👨\u200d👩\u200d👧+\n", "??+\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct canvas *c = canvas_new(1, 10);

		assert_int_equal(
			canvas_text(c, 0, 0, cases[i].width, STYLE_TEXT, cases[i].text),
			cases[i].drawn);
		shows(c, cases[i].row);
		sound(c);
		canvas_clear(c);
		c->ascii = true;
		canvas_text(c, 0, 0, cases[i].width, STYLE_TEXT, cases[i].text);
		shows(c, cases[i].ascii);
		sound(c);
		canvas_free(c);
	}
}

static void columns_are_padded(void **state)
{
	struct canvas *c = canvas_new(6, 8);

	(void)state;
	canvas_fill(c, canvas_all(c), STYLE_DIM);
	for (int y = 0; y < 6; y++)
		canvas_text(c, y, 0, 8, STYLE_TEXT, "........");
	canvas_column(c, 0, 1, 5, STYLE_SELECTED, false, "ab");
	canvas_column(c, 1, 1, 5, STYLE_SELECTED, true, "ab");
	canvas_column(c, 2, 1, 5, STYLE_SELECTED, false, "abcdefg");
	canvas_column(c, 3, 1, 5, STYLE_SELECTED, true, "abcdefg");
	canvas_column(c, 4, 1, 5, STYLE_SELECTED, true, "日本語");
	canvas_column(c, 5, 1, 5, STYLE_SELECTED, true, "x日本語");
	shows(c, ".ab   ..\n"
		 ".   ab..\n"
		 ".abcd…..\n"
		 ".…defg..\n"
		 ".…本語..\n"
		 ".…本語..\n");
	assert_int_equal(c->cells[5].style, STYLE_SELECTED);
	assert_int_equal(c->cells[6].style, STYLE_TEXT);
	sound(c);
	canvas_free(c);
}

static void halves_become_blanks(void **state)
{
	struct canvas *c = canvas_new(4, 6);

	(void)state;
	for (int y = 0; y < 4; y++)
		canvas_text(c, y, 0, 6, STYLE_TEXT, "日本語");
	canvas_text(c, 0, 1, 1, STYLE_TEXT, "x");
	canvas_text(c, 1, 2, 1, STYLE_TEXT, "x");
	canvas_text(c, 2, 1, 2, STYLE_TEXT, "字");
	canvas_text(c, 3, 1, 4, STYLE_TEXT, "abcd");
	shows(c, " x本語\n"
		 "日x 語\n"
		 " 字 語\n"
		 " abcd\n");
	sound(c);
	canvas_free(c);
}

static void nothing_outside_the_clip(void **state)
{
	struct canvas *c = canvas_new(3, 7);

	(void)state;
	c->clip = (struct area){1, 1, 1, 4};
	for (int y = -1; y < 4; y++)
		assert_int_equal(canvas_text(c, y, -1, 20, STYLE_TEXT, "日本語日本"), 10);
	shows(c, "\n"
		 " 本語\n"
		 "\n");
	canvas_text(c, 1, 0, 20, STYLE_TEXT, "日本語日");
	shows(c, "\n"
		 "  本\n"
		 "\n");
	sound(c);
	canvas_cursor(c, 1, 4);
	assert_int_equal(c->cursor_x, 4);
	canvas_cursor(c, 1, 5);
	assert_int_equal(c->cursor_x, -1);
	canvas_free(c);
}

static void wraps(void **state)
{
	static const struct {
		const char *text;
		int width, max_lines, lines;
		const char *shown;
	} cases[] = {
		{"the quick brown fox", 9, 4, 2, "the quick\nbrown fox\n\n\n"},
		{"the quick brown fox", 8, 4, 4, "the\nquick\nbrown\nfox\n"},
		{"the  quick ", 5, 4, 2, "the\nquick\n\n\n"},
		{"the quick brown fox", 9, 1, 1, "the quic…\n\n\n\n"},
		{"the quick brown fox", 10, 1, 1, "the quick…\n\n\n\n"},
		{"the quick", 9, 1, 1, "the quick\n\n\n\n"},
		{"unbreakable", 5, 4, 3, "unbre\nakabl\ne\n\n"},
		{"日本語", 3, 4, 3, "日\n本\n語\n\n"},
		{"日本", 1, 4, 2, "…\n…\n\n\n"},
		{"one\ntwo three", 9, 4, 2, "one\ntwo three\n\n\n"},
		{"one\n\ntwo", 9, 4, 3, "one\n\ntwo\n\n"},
		{"one\ntwo", 9, 1, 1, "one…\n\n\n\n"},
		{"", 9, 4, 0, "\n\n\n\n"},
		{"x", 0, 4, 0, "\n\n\n\n"},
		{"x", 4, 0, 0, "\n\n\n\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct canvas *c = canvas_new(4, 10);

		assert_int_equal(canvas_wrap(NULL, 0, 0, cases[i].width, cases[i].max_lines,
					 STYLE_TEXT, cases[i].text),
			cases[i].lines);
		assert_int_equal(canvas_wrap(c, 0, 0, cases[i].width, cases[i].max_lines,
					 STYLE_TEXT, cases[i].text),
			cases[i].lines);
		shows(c, cases[i].shown);
		canvas_free(c);
	}
}

static void boxes(void **state)
{
	struct canvas *c = canvas_new(3, 6);

	(void)state;
	canvas_text(c, 1, 0, 6, STYLE_TEXT, "......");
	canvas_box(c, (struct area){0, 1, 3, 4}, STYLE_DIM);
	shows(c, " ┌──┐\n"
		 ".│  │.\n"
		 " └──┘\n");
	c->ascii = true;
	canvas_box(c, (struct area){0, 1, 3, 4}, STYLE_DIM);
	shows(c, " +--+\n"
		 ".|  |.\n"
		 " +--+\n");
	canvas_box(c, (struct area){-1, -1, 9, 9}, STYLE_DIM);
	canvas_box(c, (struct area){0, 0, 1, 1}, STYLE_DIM);
	sound(c);
	canvas_free(c);
}

static void copies_rows(void **state)
{
	struct canvas *c = canvas_new(3, 6), *src = canvas_new(4, 4);

	(void)state;
	canvas_text(src, 0, 0, 4, STYLE_TEXT, "0000");
	canvas_text(src, 1, 0, 4, STYLE_GOOD, "1日1");
	canvas_text(src, 2, 0, 4, STYLE_TEXT, "2222");
	canvas_cursor(src, 2, 3);
	canvas_copy(c, (struct area){1, 1, 2, 4}, src, 1);
	shows(c, "\n"
		 " 1日1\n"
		 " 2222\n");
	assert_int_equal(c->cells[6 + 1].style, STYLE_GOOD);
	assert_int_equal(c->cursor_y, 2);
	assert_int_equal(c->cursor_x, 4);
	canvas_clear(c);
	canvas_copy(c, (struct area){0, 1, 2, 4}, src, 0);
	assert_int_equal(c->cursor_y, -1);
	canvas_clear(c);
	canvas_copy(c, (struct area){0, 0, 3, 2}, src, 3);
	canvas_copy(c, (struct area){0, 0, 3, 2}, src, -1);
	shows(c, "\n"
		 "00\n"
		 "1\n");
	sound(c);
	canvas_free(c);
	canvas_free(src);
}

static void styles_keep_text(void **state)
{
	struct canvas *c = canvas_new(1, 4);

	(void)state;
	canvas_text(c, 0, 0, 4, STYLE_TEXT, "abcd");
	canvas_style(c, (struct area){0, 1, 5, 2}, STYLE_ERROR);
	shows(c, "abcd\n");
	assert_int_equal(c->cells[0].style, STYLE_TEXT);
	assert_int_equal(c->cells[1].style, STYLE_ERROR);
	assert_int_equal(c->cells[2].style, STYLE_ERROR);
	assert_int_equal(c->cells[3].style, STYLE_TEXT);
	canvas_free(c);
}

/* More marks than a cell holds: whole characters stay. */
static void long_clusters(void **state)
{
	struct canvas *c = canvas_new(1, 4);
	struct buf text = BUF_INIT;

	(void)state;
	buf_puts(&text, "a");
	for (int i = 0; i < 40; i++)
		buf_puts(&text, "\u0301");
	buf_puts(&text, "b");
	assert_int_equal(canvas_text(c, 0, 0, 4, STYLE_TEXT, text.s), 2);
	assert_int_equal(strlen(c->cells[0].text), 27);
	assert_string_equal(c->cells[1].text, "b");
	buf_reset(&text);
	buf_puts(&text, "日"); /* 27 bytes would end in the middle of a mark */
	for (int i = 0; i < 11; i++)
		buf_puts(&text, "\u0301");
	buf_puts(&text, "\u20e3b");
	assert_int_equal(canvas_text(c, 0, 0, 4, STYLE_TEXT, text.s), 3);
	assert_int_equal(strlen(c->cells[0].text), 25);
	assert_string_equal(c->cells[2].text, "b");
	buf_release(&text);
	canvas_free(c);
}

/* Whatever is drawn wherever, the grid stays sound. */
static void anything_anywhere(void **state)
{
	static const char *const texts[] = {"", "a", "日本語", "e\u0301x",
		"👨\u200d👩\u200d👧", "…→–", "\u0301", "a\tb", "long text with spaces"};
	struct canvas *c = canvas_new(5, 9);
	unsigned seed = 1;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		int r[6];
		const char *text;

		for (size_t k = 0; k < COUNT_OF(r); k++) {
			seed = seed * 1103515245U + 12345U;
			r[k] = (int)(seed >> 16 & 0x7fff);
		}
		text = texts[(size_t)r[0] % COUNT_OF(texts)];
		c->ascii = r[5] % 4 == 0;
		c->clip = (struct area){r[1] % 3 - 1, r[2] % 5 - 1, r[3] % 8, r[4] % 12};
		if (r[5] % 3 == 0)
			canvas_text(c, r[1] % 7 - 1, r[2] % 13 - 2, r[3] % 12, STYLE_TEXT,
				text);
		else if (r[5] % 3 == 1)
			canvas_column(c, r[1] % 7 - 1, r[2] % 13 - 2, r[3] % 12, STYLE_TEXT,
				r[4] % 2, text);
		else
			canvas_wrap(c, r[1] % 7 - 1, r[2] % 13 - 2, r[3] % 12, r[4] % 5,
				STYLE_TEXT, text);
		sound(c);
	}
	canvas_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_cut),
		cmocka_unit_test(columns_are_padded),
		cmocka_unit_test(halves_become_blanks),
		cmocka_unit_test(nothing_outside_the_clip),
		cmocka_unit_test(wraps),
		cmocka_unit_test(boxes),
		cmocka_unit_test(copies_rows),
		cmocka_unit_test(styles_keep_text),
		cmocka_unit_test(long_clusters),
		cmocka_unit_test(anything_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
