/* Text: safe to show, widths, cutting, trimming, folding, order. */
#include <stdlib.h>

#include "core/text.h"
#include "tests/fuzz/fuzz.h"

static void check_printable(const char *p, size_t n)
{
	struct buf out = BUF_INIT, again = BUF_INIT;

	text_printable(&out, p, n);
	CHECK(is_safe_text(out.s, out.len) && text_valid(out.s, out.len));
	text_printable(&again, out.s, out.len);
	CHECK(again.len == out.len && memcmp(again.s, out.s, out.len) == 0);
	if (is_safe_text(p, n))
		CHECK(text_valid(p, n) && out.len == n && memcmp(out.s, p, n) == 0);
	buf_release(&out);
	buf_release(&again);
}

/* s is valid UTF-8. */
static void check_width(const char *s, int room)
{
	size_t n = strlen(s), fit = text_fit(s, room), length;
	int total = 0, in_fit = 0, columns = 0;
	bool boundary = fit == 0;

	for (size_t i = 0; i < n; i += length) {
		length = text_cluster(s + i, n - i, &columns);
		CHECK(length > 0 && i + length <= n && columns >= 0 && columns <= 2);
		CHECK(text_valid(s + i, length));
		if (i == fit)
			CHECK(in_fit + columns > room);
		total += columns;
		if (i + length <= fit)
			in_fit += columns;
		boundary = boundary || i + length == fit;
		(void)text_plain(s + i, length);
	}
	CHECK(boundary && in_fit <= room && text_width(s) == total);
}

static void check_trim(const char *s)
{
	const char *from = s, *again;
	size_t n = text_trim(&from);
	char *inner;

	CHECK(from >= s && from + n <= s + strlen(s));
	inner = xstrndup(from, n);
	again = inner;
	CHECK(text_trim(&again) == n && again == inner);
	CHECK(n == 0 || (*from != ' ' && from[n - 1] != ' '));
	free(inner);
}

static char *upper(const char *s)
{
	char *copy = xstrdup(s);

	for (char *c = copy; *c; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
	return copy;
}

static void check_fold(const char *s)
{
	struct buf once = BUF_INIT, twice = BUF_INIT, other = BUF_INIT;
	char *capitals = upper(s);

	text_fold(&once, s);
	CHECK(text_valid(once.s, once.len));
	CHECK(strpbrk(once.s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == NULL);
	text_fold(&twice, once.s);
	CHECK(strcmp(once.s, twice.s) == 0);
	text_fold(&other, capitals);
	CHECK(strcmp(once.s, other.s) == 0);
	free(capitals);
	buf_release(&once);
	buf_release(&twice);
	buf_release(&other);
}

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

static void check_order(const char *a, const char *b, const char *c)
{
	CHECK(text_collate(a, a) == 0);
	CHECK(sign(text_collate(a, b)) == -sign(text_collate(b, a)));
	CHECK((text_collate(a, b) == 0) == (strcmp(a, b) == 0));
	if (text_collate(a, b) <= 0 && text_collate(b, c) <= 0)
		CHECK(text_collate(a, c) <= 0);
}

/* How much room, then three texts. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_left in = INPUT_LEFT(data, size);
	int room = (int)(take_byte(&in) % 40);
	struct buf safe = BUF_INIT;
	char *a, *b, *c;

	check_printable(in.p, in.n);
	a = take_string(&in);
	b = take_string(&in);
	c = take_string(&in);
	text_printable(&safe, a, strlen(a));
	check_width(safe.s, room);
	if (text_valid(a, strlen(a)))
		check_width(a, room);
	check_trim(a);
	check_fold(a);
	check_order(a, b, c);
	buf_release(&safe);
	free(a);
	free(b);
	free(c);
	return 0;
}
