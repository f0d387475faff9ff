#include "tui/canvas.h"

#include <stdlib.h>
#include <string.h>
#include <unistr.h>

#include "core/text.h"

static const char *const glyphs[GLYPH_COUNT][2] = {
	[GLYPH_HLINE] = {"─", "-"},
	[GLYPH_VLINE] = {"│", "|"},
	[GLYPH_TOP_LEFT] = {"┌", "+"},
	[GLYPH_TOP_RIGHT] = {"┐", "+"},
	[GLYPH_BOTTOM_LEFT] = {"└", "+"},
	[GLYPH_BOTTOM_RIGHT] = {"┘", "+"},
	[GLYPH_CURSOR] = {"▸", ">"},
	[GLYPH_UP] = {"▴", "^"},
	[GLYPH_DOWN] = {"▾", "v"},
	[GLYPH_LEFT] = {"◂", "<"},
	[GLYPH_RIGHT] = {"▸", ">"},
	[GLYPH_ELLIPSIS] = {"…", "~"},
	[GLYPH_ARROW] = {"→", "->"},
	[GLYPH_DASH] = {"–", "-"},
	[GLYPH_DOT] = {"·", "-"},
	[GLYPH_FRESH] = {"•", "o"},
	[GLYPH_TICK] = {"x", "x"},
};

/* Typography of our own sentences, readable in ASCII without changing its width. */
static const struct {
	const char *utf8, *ascii;
} plain[] = {
	{"\u00a0", " "},
	{"\u202f", " "},
	{"‘", "'"},
	{"’", "'"},
	{"“", "\""},
	{"”", "\""},
	{"«", "\""},
	{"»", "\""},
	{"‹", "<"},
	{"›", ">"},
	{"–", "-"},
	{"—", "-"},
	{"…", "~"},
	{"→", ">"},
	{"·", "-"},
	{"×", "x"},
	{"•", "*"},
	{"█", "#"},
	{"░", "."},
};

static const struct cell blank = {.text = " ", .columns = 1};

struct canvas *canvas_new(int h, int w)
{
	struct canvas *c = xcalloc(1, sizeof(*c));

	canvas_resize(c, h, w);
	return c;
}

void canvas_free(struct canvas *c)
{
	if (!c)
		return;
	free(c->cells);
	array_free(&c->hits);
	free(c);
}

void canvas_resize(struct canvas *c, int h, int w)
{
	if (h < 0 || w < 0)
		BUG("a canvas of %dx%d", w, h);
	free(c->cells);
	c->cells = xcalloc((size_t)h * (size_t)w, sizeof(*c->cells));
	c->h = h;
	c->w = w;
	canvas_clear(c);
}

void canvas_clear(struct canvas *c)
{
	for (size_t i = 0; i < (size_t)c->h * (size_t)c->w; i++)
		c->cells[i] = blank;
	c->clip = canvas_all(c);
	c->cursor_y = c->cursor_x = -1;
	c->hits.n = 0;
}

struct area canvas_all(const struct canvas *c)
{
	return (struct area){0, 0, c->h, c->w};
}

const char *canvas_glyph(const struct canvas *c, enum glyph g)
{
	return glyphs[g][c->ascii];
}

static struct cell *cell_at(const struct canvas *c, int y, int x)
{
	return &c->cells[(size_t)y * (size_t)c->w + (size_t)x];
}

static bool visible(const struct canvas *c, int y, int x)
{
	return y >= 0 && y < c->h && x >= 0 && x < c->w && y >= c->clip.y &&
	       y < c->clip.y + c->clip.h && x >= c->clip.x && x < c->clip.x + c->clip.w;
}

/* Before a cell is overwritten: the other half of a wide one becomes a blank. */
static void break_wide(struct canvas *c, int y, int x)
{
	struct cell *cell = cell_at(c, y, x), *other;

	if (cell->columns == 1)
		return;
	other = cell->columns == 2 ? cell + 1 : cell - 1;
	memcpy(other->text, " ", 2);
	other->columns = 1;
}

/* One cluster of n bytes, of 1 or 2 columns; a wide one that the clip would halve
 * leaves a blank. */
static void put(struct canvas *c, int y, int x, enum style style, const char *text,
	size_t n, int columns)
{
	bool whole = true;

	for (int i = 0; i < columns; i++)
		whole = whole && visible(c, y, x + i);
	if (n > CELL_BYTES)
		for (n = CELL_BYTES; n > 0 && (text[n] & 0xc0) == 0x80;)
			n--;
	for (int i = 0; i < columns; i++) {
		struct cell *cell;

		if (!visible(c, y, x + i))
			continue;
		break_wide(c, y, x + i);
		cell = cell_at(c, y, x + i);
		*cell = blank;
		cell->style = (uint8_t)style;
		if (!whole)
			continue;
		cell->columns = i == 0 ? (uint8_t)columns : 0;
		memset(cell->text, 0, sizeof(cell->text));
		if (i == 0)
			memcpy(cell->text, text, n);
	}
}

static void put_blank(struct canvas *c, int y, int x, enum style style)
{
	put(c, y, x, style, " ", 1, 1);
}

/* Names lose their accents rather than their letters. */
static void ascii_of(const char *s, size_t n, char out[2])
{
	char base = text_plain(s, n);

	out[0] = base ? base : '?';
	out[1] = '\0';
	for (size_t i = 0; i < COUNT_OF(plain); i++)
		if (strlen(plain[i].utf8) == n && memcmp(plain[i].utf8, s, n) == 0)
			out[0] = plain[i].ascii[0];
}

static void put_cluster(struct canvas *c, int y, int x, enum style style, const char *text,
	size_t n, int columns)
{
	char one[2];

	if (n == 2 && memcmp(text, "\u00a0", 2) == 0) { /* it has done its part */
		put(c, y, x, style, " ", 1, 1);
		return;
	}
	if (!c->ascii || (n == 1 && (unsigned char)*text < 0x80)) {
		put(c, y, x, style, text, n, columns);
		return;
	}
	ascii_of(text, n, one);
	for (int i = 0; i < columns; i++)
		put(c, y, x + i, style, one, 1, 1);
}

/* Draws n bytes of text whole. Returns the columns. */
static int put_text(
	struct canvas *c, int y, int x, enum style style, const char *text, size_t n)
{
	int at = x;

	while (n > 0) {
		int columns;
		size_t len = text_cluster(text, n, &columns);

		if (columns > 0) {
			put_cluster(c, y, at, style, text, len, columns);
			at += columns;
		}
		text += len;
		n -= len;
	}
	return at - x;
}

int canvas_text(
	struct canvas *c, int y, int x, int width, enum style style, const char *text)
{
	size_t len = strlen(text), fits;
	int drawn;

	if (width <= 0)
		return 0;
	if (text_fit(text, width) == len)
		return put_text(c, y, x, style, text, len);
	fits = text_fit(text, width - 1);
	drawn = put_text(c, y, x, style, text, fits);
	return drawn + put_text(c, y, x + drawn, style, canvas_glyph(c, GLYPH_ELLIPSIS),
			       strlen(canvas_glyph(c, GLYPH_ELLIPSIS)));
}

/* What can stand at the end of a line: of a very long text the rest is not looked at. */
static const char *text_end(const char *text)
{
	enum { ENOUGH = 8192 }; /* bytes */
	size_t n = strlen(text);

	if (n <= ENOUGH)
		return text;
	text += n - ENOUGH;
	while ((*text & 0xc0) == 0x80)
		text++;
	return text;
}

/* The shortest suffix to drop from the left so that the rest fits. */
static const char *text_tail(const char *text, int columns)
{
	size_t n;
	int width;

	text = text_end(text);
	n = strlen(text);
	width = text_width(text);
	while (n && width > columns) {
		int w;
		size_t len = text_cluster(text, n, &w);

		text += len;
		n -= len;
		width -= w;
	}
	return text;
}

int canvas_width(const char *text, int most)
{
	size_t n = strlen(text), i = 0;
	int total = 0, columns;

	while (i < n && total <= most) {
		i += text_cluster(text + i, n - i, &columns);
		total += columns;
	}
	return total;
}

void canvas_column(struct canvas *c, int y, int x, int width, enum style style, bool right,
	const char *text)
{
	const char *tail = text;
	int used = 0;

	if (width <= 0)
		return;
	for (int i = 0; i < width; i++)
		put_blank(c, y, x + i, style);
	if (!right) {
		canvas_text(c, y, x, width, style, text);
		return;
	}
	if (canvas_width(text, width) > width) {
		tail = text_tail(text, width - 1);
		used = 1;
	}
	x += width - text_width(tail);
	put_text(c, y, x, style, tail, strlen(tail));
	if (used)
		canvas_text(c, y, x - 1, 1, style, canvas_glyph(c, GLYPH_ELLIPSIS));
}

/* The bytes of the next line of text, and of what follows it, spaces or a newline.
 * A word longer than the line is broken. */
static size_t line_break(const char *text, int width, size_t *skip)
{
	size_t paragraph = strcspn(text, "\n");
	size_t n = text_fit_bytes(text, paragraph, width), end;

	*skip = 0;
	if (n == paragraph) {
		*skip = text[n] == '\n';
		return n;
	}
	end = n;
	while (end > 0 && text[end] != ' ')
		end--;
	while (end > 0 && text[end - 1] == ' ')
		end--;
	if (end > 0)
		n = end;
	else if (n == 0) { /* a cluster wider than the line: drawn cut, never looped on */
		int columns;

		n = text_cluster(text, paragraph, &columns);
	}
	*skip = strspn(text + n, " ");
	return n;
}

static void draw_line(struct canvas *c, int y, int x, int width, enum style style,
	const char *text, size_t n, bool more)
{
	struct buf line = BUF_INIT;

	buf_add(&line, text, n);
	if (more) {
		line.len = text_fit(line.s, width - 1);
		line.s[line.len] = '\0';
		buf_puts(&line, canvas_glyph(c, GLYPH_ELLIPSIS));
	}
	canvas_text(c, y, x, width, style, line.s);
	buf_release(&line);
}

int canvas_wrap(struct canvas *c, int y, int x, int width, int max_lines, enum style style,
	const char *text)
{
	int lines = 0;

	if (width <= 0)
		return 0;
	while (*text && lines < max_lines) {
		size_t skip, n = line_break(text, width, &skip);
		bool more = lines + 1 == max_lines && text[n + skip];

		if (c)
			draw_line(c, y + lines, x, width, style, text, n, more);
		text += n + skip;
		lines++;
	}
	return lines;
}

void canvas_fill(struct canvas *c, struct area a, enum style style)
{
	for (int y = a.y; y < a.y + a.h; y++)
		for (int x = a.x; x < a.x + a.w; x++)
			put_blank(c, y, x, style);
}

void canvas_style(struct canvas *c, struct area a, enum style style)
{
	for (int y = a.y; y < a.y + a.h; y++)
		for (int x = a.x; x < a.x + a.w; x++)
			if (visible(c, y, x))
				cell_at(c, y, x)->style = (uint8_t)style;
}

static void put_glyph(struct canvas *c, int y, int x, enum style style, enum glyph g)
{
	const char *text = canvas_glyph(c, g);

	put(c, y, x, style, text, strlen(text), 1);
}

void canvas_hline(struct canvas *c, int y, int x, int width, enum style style)
{
	for (int i = 0; i < width; i++)
		put_glyph(c, y, x + i, style, GLYPH_HLINE);
}

void canvas_box(struct canvas *c, struct area a, enum style style)
{
	int bottom = a.y + a.h - 1, right = a.x + a.w - 1;

	if (a.h < 2 || a.w < 2)
		return;
	canvas_fill(c, a, style);
	canvas_hline(c, a.y, a.x, a.w, style);
	canvas_hline(c, bottom, a.x, a.w, style);
	for (int y = a.y; y < bottom; y++) {
		put_glyph(c, y, a.x, style, GLYPH_VLINE);
		put_glyph(c, y, right, style, GLYPH_VLINE);
	}
	put_glyph(c, a.y, a.x, style, GLYPH_TOP_LEFT);
	put_glyph(c, a.y, right, style, GLYPH_TOP_RIGHT);
	put_glyph(c, bottom, a.x, style, GLYPH_BOTTOM_LEFT);
	put_glyph(c, bottom, right, style, GLYPH_BOTTOM_RIGHT);
}

void canvas_cursor(struct canvas *c, int y, int x)
{
	bool shown = visible(c, y, x);

	c->cursor_y = shown ? y : -1;
	c->cursor_x = shown ? x : -1;
}

static struct area intersection(struct area a, struct area b)
{
	int y = a.y > b.y ? a.y : b.y, x = a.x > b.x ? a.x : b.x;
	int bottom = a.y + a.h < b.y + b.h ? a.y + a.h : b.y + b.h;
	int right = a.x + a.w < b.x + b.w ? a.x + a.w : b.x + b.w;

	return (struct area){y, x, bottom > y ? bottom - y : 0, right > x ? right - x : 0};
}

void canvas_hit(struct canvas *c, struct area a, int id)
{
	a = intersection(c->clip, a);
	if (a.h > 0 && a.w > 0)
		*array_add(&c->hits) = (struct hit){a, id};
}

void canvas_no_hits(struct canvas *c)
{
	c->hits.n = 0;
}

static void copy_hits(struct canvas *c, struct area a, const struct canvas *src, int from)
{
	for (size_t i = 0; i < src->hits.n; i++) {
		struct area hit = src->hits.v[i].area;

		hit.y += a.y - from;
		hit.x += a.x;
		canvas_hit(c, hit, src->hits.v[i].id);
	}
}

void canvas_copy(struct canvas *c, struct area a, const struct canvas *src, int from)
{
	struct area clip = c->clip;

	c->clip = intersection(clip, a);
	copy_hits(c, a, src, from);
	for (int row = 0; row < a.h && from + row < src->h; row++) {
		if (from + row < 0)
			continue;
		for (int x = 0; x < a.w && x < src->w; x++) {
			const struct cell *cell = cell_at(src, from + row, x);

			if (cell->columns > 0)
				put(c, a.y + row, a.x + x, cell->style, cell->text,
					strlen(cell->text), cell->columns);
		}
	}
	if (src->cursor_y >= from && src->cursor_y < from + a.h && src->cursor_x >= 0 &&
		src->cursor_x < a.w)
		canvas_cursor(c, a.y + src->cursor_y - from, a.x + src->cursor_x);
	c->clip = clip;
}

void canvas_dump(const struct canvas *c, struct buf *out)
{
	for (int y = 0; y < c->h; y++) {
		size_t start = out->len;

		for (int x = 0; x < c->w; x++)
			buf_puts(out, cell_at(c, y, x)->text);
		while (out->len > start && out->s[out->len - 1] == ' ')
			buf_truncate(out, out->len - 1);
		buf_putc(out, '\n');
	}
}
