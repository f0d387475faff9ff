#include "tui/field.h"

#include <stdlib.h>
#include <string.h>
#include <unistr.h>

#include "core/text.h"

#define FIELD_MAX 1024

void field_init(struct field *f, const char *text)
{
	*f = (struct field){.text = BUF_INIT};
	field_set(f, text);
}

static void text_drop(struct field *f)
{
	if (f->secret && f->text.cap)
		explicit_bzero(f->text.s, f->text.cap);
	buf_release(&f->text);
}

void field_release(struct field *f)
{
	text_drop(f);
	f->cursor = f->first = 0;
}

/* Cluster boundaries: at or after, and before, a byte offset. */
static size_t boundary_from(const struct field *f, size_t at)
{
	size_t i = text_boundary(f->text.s, f->text.len, at);
	int columns;

	if (i < at)
		i += text_cluster(f->text.s + i, f->text.len - i, &columns);
	return i;
}

static size_t boundary_before(const struct field *f, size_t at)
{
	return at > 0 ? text_boundary(f->text.s, f->text.len, at - 1) : 0;
}

static size_t boundary_after(const struct field *f, size_t at)
{
	return at < f->text.len ? boundary_from(f, at + 1) : f->text.len;
}

/* Bytes from..to become n others, and the cursor stands after them.  Memory is replaced,
 * not grown, so that no copy of a secret is left behind. */
static void put(struct field *f, size_t from, size_t to, const char *bytes, size_t n)
{
	size_t rest = f->text.len - to, len = from + n + rest;
	char *s;

	s = xmalloc(len + 1);
	memcpy(s, f->text.s, from);
	memcpy(s + from, bytes, n);
	memcpy(s + from + n, f->text.s + to, rest);
	s[len] = '\0';
	text_drop(f);
	f->text = (struct buf){.s = s, .len = len, .cap = len + 1};
	f->cursor = boundary_from(f, from + n);
	f->first = f->first < len ? boundary_from(f, f->first) : len;
}

/* Every edit, as far as max allows.  Returns whether the text is another now. */
static bool replace(struct field *f, size_t from, size_t to, const char *bytes, size_t n)
{
	size_t max = f->max ? f->max : FIELD_MAX, kept = f->text.len - (to - from);

	if (kept + n > max)
		n = max > kept ? max - kept : 0;
	while (n > 0 && ((unsigned char)bytes[n] & 0xc0) == 0x80)
		n--;
	if (from == to && n == 0)
		return false;
	put(f, from, to, bytes, n);
	return true;
}

void field_set(struct field *f, const char *text)
{
	struct buf safe = BUF_INIT;

	text_printable(&safe, text, strlen(text));
	put(f, 0, f->text.len, safe.s, safe.len);
	f->first = 0;
	if (f->secret && safe.cap)
		explicit_bzero(safe.s, safe.cap);
	buf_release(&safe);
}

/* What a paste leaves of one character: newlines and tabs are spaces, other controls
 * and marks of direction, which come along invisibly, are nothing. */
static void paste_character(struct buf *out, ucs4_t c, const char *bytes, size_t n)
{
	if (c == '\n' || c == '\r' || c == '\t' || c == 0x2028 || c == 0x2029) {
		if (out->len == 0 || out->s[out->len - 1] != ' ')
			buf_putc(out, ' ');
		return;
	}
	if (c < 0x20 || (c >= 0x7f && c < 0xa0))
		return;
	if ((c >= 0x200b && c <= 0x200c) || c == 0x200e || c == 0x200f || c == 0xfeff ||
		(c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069))
		return;
	text_printable(out, bytes, n);
}

static bool paste(struct field *f, const char *text)
{
	struct buf line = BUF_INIT;
	size_t n = strlen(text), start = 0;
	bool changed;

	if (f->secret)
		buf_reserve(&line, 4 * n); /* no copies as it grows */
	while (n > 0) {
		ucs4_t c;
		int len = u8_mbtouc(&c, (const uint8_t *)text, n);

		paste_character(&line, c, text, (size_t)len);
		text += len;
		n -= (size_t)len;
	}
	while (line.len > 0 && line.s[line.len - 1] == ' ')
		buf_truncate(&line, line.len - 1);
	start = strspn(line.s, " ");
	changed = replace(f, f->cursor, f->cursor, line.s + start, line.len - start);
	if (f->secret && line.cap)
		explicit_bzero(line.s, line.cap);
	buf_release(&line);
	return changed;
}

/* A word is what a double click takes: letters and digits, also beyond ASCII. */
static bool in_word(const struct field *f, size_t at)
{
	unsigned char c = (unsigned char)f->text.s[at];

	return c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z');
}

/* Where words are nobody's business: a secret is one word. */
static size_t word_left(const struct field *f)
{
	size_t at = f->cursor;

	if (f->secret)
		return 0;
	while (at > 0 && !in_word(f, boundary_before(f, at)))
		at = boundary_before(f, at);
	while (at > 0 && in_word(f, boundary_before(f, at)))
		at = boundary_before(f, at);
	return at;
}

static size_t word_right(const struct field *f)
{
	size_t at = f->cursor;

	if (f->secret)
		return f->text.len;
	while (at < f->text.len && !in_word(f, at))
		at = boundary_after(f, at);
	while (at < f->text.len && in_word(f, at))
		at = boundary_after(f, at);
	return at;
}

static bool field_move(struct field *f, keycode key)
{
	if (key == K_HOME || key == K_CTRL('A'))
		f->cursor = 0;
	else if (key == K_END || key == K_CTRL('E'))
		f->cursor = f->text.len;
	else if (key == K_LEFT || key == K_CTRL('B'))
		f->cursor = boundary_before(f, f->cursor);
	else if (key == K_RIGHT || key == K_CTRL('F'))
		f->cursor = boundary_after(f, f->cursor);
	else if (key == K_WORD_LEFT)
		f->cursor = word_left(f);
	else if (key == K_WORD_RIGHT)
		f->cursor = word_right(f);
	else
		return false;
	return true;
}

/* The bytes a deleting key takes away. */
static bool field_cut(const struct field *f, keycode key, size_t *from, size_t *to)
{
	*from = *to = f->cursor;
	if (key == K_BACKSPACE || key == K_CTRL('H'))
		*from = boundary_before(f, f->cursor);
	else if (key == K_DELETE || key == K_CTRL('D'))
		*to = boundary_after(f, f->cursor);
	else if (key == K_CTRL('U'))
		*from = 0;
	else if (key == K_CTRL('K'))
		*to = f->text.len;
	else if (key == K_CTRL('W'))
		*from = word_left(f);
	else
		return false;
	return true;
}

static bool type(struct field *f, keycode key)
{
	struct buf safe = BUF_INIT;
	uint8_t bytes[6];
	int n = u8_uctomb(bytes, key, sizeof(bytes));
	bool changed;

	if (n <= 0)
		return false;
	text_printable(&safe, (const char *)bytes, (size_t)n);
	changed = replace(f, f->cursor, f->cursor, safe.s, safe.len);
	if (f->secret)
		explicit_bzero(safe.s, safe.len);
	buf_release(&safe);
	return changed;
}

bool field_key(struct field *f, struct input in, bool *changed)
{
	bool edited = false;
	size_t from, to;

	if (in.key == K_PASTE)
		edited = !f->frozen && paste(f, in.text ? in.text : "");
	else if (in.key >= K_SPACE && in.key != 127 && in.key < K_SPECIAL)
		edited = !f->frozen && type(f, in.key);
	else if (field_cut(f, in.key, &from, &to))
		edited = !f->frozen && replace(f, from, to, "", 0);
	else if (!field_move(f, in.key))
		return false;
	if (changed)
		*changed = edited;
	return true;
}

static size_t shown_cluster(const struct field *f, size_t at, int *columns)
{
	size_t n = text_cluster(f->text.s + at, f->text.len - at, columns);

	if (f->secret)
		*columns = 1;
	return n;
}

/* Of what takes more than `most` columns only so much is looked at that this is known. */
static int shown_width(const struct field *f, size_t from, size_t to, int most)
{
	int width = 0;

	while (from < to && width <= most) {
		int columns;

		from += shown_cluster(f, from, &columns);
		width += columns;
	}
	return width;
}

/* Whether all from `first` on, and the cursor after it, is in view. */
static bool fits_whole(const struct field *f, size_t first, int width)
{
	return shown_width(f, first, f->text.len, width) + 1 <= width - (first > 0);
}

static bool cursor_in_view(const struct field *f, size_t first, int width)
{
	int columns, room = width - (first > 0);

	if (f->cursor == f->text.len)
		return shown_width(f, first, f->text.len, width) < room;
	if (shown_width(f, first, f->text.len, width) <= room)
		return true;
	shown_cluster(f, f->cursor, &columns);
	return shown_width(f, first, f->cursor, width) + columns <= room - 1;
}

static void scroll(struct field *f, int width)
{
	enum { FAR = 8192 }; /* bytes; more than a row holds */

	if (f->first > f->cursor)
		f->first = f->cursor;
	if (f->cursor - f->first > FAR)
		f->first = boundary_from(f, f->cursor - FAR);
	while (f->first > 0 && fits_whole(f, boundary_before(f, f->first), width))
		f->first = boundary_before(f, f->first);
	while (f->first < f->cursor && !cursor_in_view(f, f->first, width))
		f->first = boundary_after(f, f->first);
}

static void draw_cluster(const struct field *f, struct canvas *c, int y, int x,
	enum style style, size_t at, size_t n)
{
	char *cluster = f->secret ? xstrdup("*") : xstrndup(f->text.s + at, n);

	canvas_text(c, y, x, 2, style, cluster);
	free(cluster);
}

void field_draw(struct field *f, struct canvas *c, int y, int x, int width, bool focused)
{
	enum style style = focused ? STYLE_FIELD_ON : STYLE_FIELD;
	int at = x, end = x + width, columns;
	size_t i, n;

	if (width <= 0)
		return;
	canvas_fill(c, (struct area){y, x, 1, width}, style);
	if (focused)
		scroll(f, width);
	i = focused ? f->first : 0;
	if (i > 0)
		at += canvas_text(c, y, at, 1, style, canvas_glyph(c, GLYPH_LEFT));
	if (shown_width(f, i, f->text.len, width) > end - at)
		end--;
	for (; i < f->text.len; i += n, at += columns) {
		n = shown_cluster(f, i, &columns);
		if (at + columns > end)
			break;
		if (focused && i == f->cursor)
			canvas_cursor(c, y, at);
		draw_cluster(f, c, y, at, style, i, n);
	}
	if (end < x + width)
		canvas_text(c, y, end, 1, style, canvas_glyph(c, GLYPH_RIGHT));
	if (focused && f->cursor == f->text.len)
		canvas_cursor(c, y, at);
}
