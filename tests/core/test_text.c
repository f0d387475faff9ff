#include "tests/core/test.h"

#include "core/text.h"

static const struct valid_row {
	const char *name, *bytes;
	bool valid;
} valid_rows[] = {
	{"valid: empty", "", true},
	{"valid: ASCII", "Alice", true},
	{"valid: two bytes", "\xc3\xa9", true},
	{"valid: four bytes", "\xf0\x9f\x91\xa9", true},
	{"invalid: Latin-1", "\xe9", false},
	{"invalid: cut", "a\xc3", false},
	{"invalid: overlong slash", "\xc0\xaf", false},
	{"invalid: surrogate", "\xed\xa0\x80", false},
	{"invalid: above U+10FFFF", "\xf4\x90\x80\x80", false},
};

static void check_valid(void **state)
{
	const struct valid_row *r = *state;

	assert_int_equal(text_valid(r->bytes, strlen(r->bytes)), r->valid);
}

#define R "\xef\xbf\xbd" /* U+FFFD */

static const struct string_row {
	const char *name, *in, *out;
} printable_rows[] = {
	{"printable: as it is", "Zo\xc3\xab \xe6\xbc\xa2 <a>",
		"Zo\xc3\xab \xe6\xbc\xa2 <a>"},
	{"printable: escape sequence", "\x1b[2Jx", R "[2Jx"},
	{"printable: operating system command", "\x1b]52;c;eA==\x07", R "]52;c;eA==" R},
	{"printable: newline, tab, carriage return", "a\nb\tc\rd", "a" R "b" R "c" R "d"},
	{"printable: DEL", "a\x7f", "a" R},
	{"printable: C1 as UTF-8",
		"\xc2\x9b"
		"31m",
		R "31m"},
	{"printable: C1 as a byte",
		"\x9b"
		"31m",
		R "31m"},
	{"printable: NBSP stays",
		"a\xc2\xa0"
		"b",
		"a\xc2\xa0"
		"b"},
	{"printable: right-to-left override",
		"\xe2\x80\xae"
		"gpj",
		R "gpj"},
	{"printable: bidi isolate", "\xe2\x81\xa6x\xe2\x81\xa9", R "x" R},
	{"printable: Arabic letter mark", "\xd8\x9c", R},
	{"printable: Hebrew stays", "\xd7\xa9", "\xd7\xa9"},
	{"printable: line separator",
		"a\xe2\x80\xa8"
		"b",
		"a" R "b"},
	{"printable: non-character", "\xef\xbf\xbe", R},
	{"printable: Latin-1", "caf\xe9!", "caf" R "!"},
	{"printable: cut at the end", "a\xe2\x82", "a" R},
	{"printable: zero-width space, word joiner", "a\u200b\u2060z", "a" R R "z"},
	{"printable: byte order mark",
		"\ufeff"
		"a",
		R "a"},
	{"printable: variation selector stays", "\u2764\ufe0f", "\u2764\ufe0f"},
	{"printable: joiner stays", "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb",
		"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb"},
};

static void check_printable(void **state)
{
	const struct string_row *r = *state;
	struct buf out = BUF_INIT;

	buf_puts(&out, "<");
	text_printable(&out, r->in, strlen(r->in));
	assert_string_equal(out.s + 1, r->out);
	assert_true(text_valid(out.s, out.len));
	buf_release(&out);
}

static void printable_shows_nul(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	text_printable(&out, "a\0b", 3);
	assert_string_equal(out.s, "a" R "b");
	buf_release(&out);
}

static const struct cluster_row {
	const char *name, *s;
	size_t length; /* of the first cluster */
	int columns, whole;
} cluster_rows[] = {
	{"cluster: ASCII", "ab", 1, 1, 2},
	{"cluster: precomposed", "\xc3\xa9t", 2, 1, 2},
	{"cluster: combining acute", "e\xcc\x81t", 3, 1, 2},
	{"cluster: two marks", "a\xcc\x81\xcc\xa3", 5, 1, 1},
	{"cluster: CJK", "\xe6\xbc\xa2\xe5\xad\x97", 3, 2, 4},
	{"cluster: Hangul from jamo", "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", 9, 2, 2},
	{"cluster: full-width digit", "\xef\xbc\x91", 3, 2, 2},
	{"cluster: half-width kana", "\xef\xbd\xb6", 3, 1, 1},
	{"cluster: ambiguous is narrow", "\xe2\x80\xa6", 3, 1, 1},
	{"cluster: Thai vowel and tone", "\xe0\xb8\x99\xe0\xb8\xb5\xe0\xb9\x89", 9, 1, 1},
	{"cluster: woman technologist", "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbbx", 11,
		2, 3},
	{"cluster: skin tone", "\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd", 8, 2, 2},
	{"cluster: flag", "\xf0\x9f\x87\xab\xf0\x9f\x87\xb7", 8, 2, 2},
	{"cluster: two flags",
		"\xf0\x9f\x87\xab\xf0\x9f\x87\xb7\xf0\x9f\x87\xac\xf0\x9f\x87\xa7", 8, 2,
		4},
	{"cluster: half a flag",
		"\xf0\x9f\x87\xab"
		"a",
		4, 1, 2},
	{"cluster: joiner between letters",
		"a\xe2\x80\x8d"
		"b",
		4, 1, 2},
	{"cluster: lone mark", "\xcc\x81", 2, 0, 0},
	{"cluster: soft hyphen", "\xc2\xad", 2, 1, 1},
};

static void check_cluster(void **state)
{
	const struct cluster_row *r = *state;
	int columns = -1;

	assert_int_equal(text_cluster(r->s, strlen(r->s), &columns), r->length);
	assert_int_equal(columns, r->columns);
	assert_int_equal(text_width(r->s), r->whole);
}

static const struct boundary_row {
	const char *name, *s;
	size_t ends[10]; /* of its clusters, up to its own */
} boundary_rows[] = {
	{"boundary: nothing", "", {0}},
	{"boundary: ASCII", "abc", {1, 2, 3}},
	{"boundary: marks", "e\xcc\x81\xcc\xa3t", {5, 6}},
	{"boundary: a mark first", "\xcc\x81t", {2, 3}},
	{"boundary: CJK", "\xe6\xbc\xa2\xe5\xad\x97z", {3, 6, 7}},
	{"boundary: joined pictures",
		"z\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb\xf0\x9f\x92\xbb",
		{1, 12, 16}},
	{"boundary: flags",
		"\xf0\x9f\x87\xab\xf0\x9f\x87\xb7\xf0\x9f\x87\xac\xf0\x9f\x87\xa7"
		"\xf0\x9f\x87\xab",
		{8, 16, 20}},
	{"boundary: Hangul from jamo", "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab\xe1\x84\x92",
		{9, 12}},
};

static void check_boundary(void **state)
{
	const struct boundary_row *r = *state;
	size_t n = strlen(r->s), last = 0, k = 0;

	for (size_t at = 0; at <= n + 1; at++) {
		while (r->ends[k] && at >= r->ends[k])
			last = r->ends[k++];
		assert_int_equal(text_boundary(r->s, n, at), last);
	}
	assert_int_equal(last, n);
}

static const struct fit_row {
	const char *name, *s;
	int columns;
	size_t length;
} fit_rows[] = {
	{"fit: all of it", "abc", 3, 3},
	{"fit: cut", "abc", 2, 2},
	{"fit: nothing", "abc", 0, 0},
	{"fit: half of a wide one does not", "\xe6\xbc\xa2\xe5\xad\x97", 3, 3},
	{"fit: marks stay with their letter",
		"e\xcc\x81"
		"a",
		1, 3},
	{"fit: empty", "", 5, 0},
};

static void check_fit(void **state)
{
	const struct fit_row *r = *state;

	assert_int_equal(text_fit(r->s, r->columns), r->length);
}

static const struct string_row trim_rows[] = {
	{"trim: nothing to do", "a b", "a b"},
	{"trim: spaces and newlines", " \t a b \r\n", "a b"},
	{"trim: NBSP",
		"\xc2\xa0"
		"a\xc2\xa0",
		"a"},
	{"trim: ideographic space", "\xe3\x80\x80\xe6\xbc\xa2\xe3\x80\x80", "\xe6\xbc\xa2"},
	{"trim: byte order mark",
		"\xef\xbb\xbf"
		"a",
		"a"},
	{"trim: zero-width space",
		"\xe2\x80\x8b"
		"a\xe2\x80\x8b",
		"a"},
	{"trim: only spaces", "   ", ""},
	{"trim: empty", "", ""},
	{"trim: invalid bytes stay", " \xe9 ", "\xe9"},
};

static void check_trim(void **state)
{
	const struct string_row *r = *state;
	const char *s = r->in;
	size_t n = text_trim(&s);

	assert_int_equal(n, strlen(r->out));
	assert_memory_equal(s, r->out, n);
}

static const struct string_row fold_rows[] = {
	{"fold: capitals", "MARTIN", "martin"},
	{"fold: accent", "\xc3\x89lodie", "elodie"},
	{"fold: accent, decomposed", "E\xcc\x81lodie", "elodie"},
	{"fold: cedilla and diaeresis", "Fran\xc3\xa7ois Lo\xc3\xafs", "francois lois"},
	{"fold: sharp s",
		"Stra\xc3\x9f"
		"e",
		"strasse"},
	{"fold: capital sharp s",
		"STRA\xe1\xba\x9e"
		"E",
		"strasse"},
	{"fold: ligatures", "L\xc5\x93titia \xc3\x86sop", "loetitia aesop"},
	{"fold: stroke letters", "S\xc3\xb8ren Wa\xc5\x82\xc4\x99sa", "soren walesa"},
	{"fold: Turkish is not special", "\xc4\xb0lkay I\xc5\x9f\xc4\xb1k", "ilkay isik"},
	{"fold: Greek final sigma", "\xce\x9f\xce\x94\xce\x9f\xce\xa3",
		"\xce\xbf\xce\xb4\xce\xbf\xcf\x83"},
	{"fold: full-width", "\xef\xbc\xa1\xef\xbc\x92", "a2"},
	{"fold: script capital", "\xe2\x84\x8c", "h"},
	{"fold: CJK as it is", "\xe6\xbc\xa2", "\xe6\xbc\xa2"},
	{"fold: Latin-1 does no harm", "a\xe9", "a" R},
};

static void check_fold(void **state)
{
	const struct string_row *r = *state;
	struct buf out = BUF_INIT;

	text_fold(&out, r->in);
	assert_string_equal(out.s, r->out);
	buf_release(&out);
}

static const struct order_row {
	const char *name, *a, *b;
	int order;
} order_rows[] = {
	{"order: accents do not go last", "\xc3\x89lodie", "Zo\xc3\xa9", -1},
	{"order: case does not count", "martin", "MARTINE", -1},
	{"order: total among equals", "elodie", "\xc3\x89lodie", -1},
	{"order: same", "\xc3\x89lodie", "\xc3\x89lodie", 0},
	{"order: the other way", "b", "A", 1},
};

static void check_order(void **state)
{
	const struct order_row *r = *state;
	int ab = text_collate(r->a, r->b), ba = text_collate(r->b, r->a);

	assert_int_equal((ab > 0) - (ab < 0), r->order);
	assert_int_equal((ba > 0) - (ba < 0), -r->order);
}

int main(void)
{
	struct suite s = {0};

	SUITE_ROWS(&s, check_valid, valid_rows);
	SUITE_ROWS(&s, check_printable, printable_rows);
	SUITE_ADD(&s, printable_shows_nul);
	SUITE_ROWS(&s, check_cluster, cluster_rows);
	SUITE_ROWS(&s, check_boundary, boundary_rows);
	SUITE_ROWS(&s, check_fit, fit_rows);
	SUITE_ROWS(&s, check_trim, trim_rows);
	SUITE_ROWS(&s, check_fold, fold_rows);
	SUITE_ROWS(&s, check_order, order_rows);
	return suite_run(&s);
}
