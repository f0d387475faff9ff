/* How a form is laid out: measured and drawn by the same code. */
#include "tui/form.h"

#include <string.h>

#include "core/text.h"

enum { MIN_FIELD = 20, MIN_NOTE = 40, GAP = 2 };

static int label_width(const struct form *f)
{
	int widest = 0;

	if (f->label_columns)
		return f->label_columns;
	for (size_t i = 0; i < f->items.n; i++) {
		const struct form_item *item = &f->items.v[i];
		int w;

		if (item->kind != FORM_FIELD && item->kind != FORM_PAIR &&
			item->kind != FORM_CHOICE)
			continue;
		w = text_width(item->label) + item->indent;
		widest = w > widest ? w : widest;
	}
	return widest;
}

/* Of rows of three columns. */
struct columns {
	int first, other; /* widths */
	bool stacked;     /* a word would be broken: what was and will be stands below */
};

struct pen {
	const struct form *f;
	struct canvas *c; /* NULL: only measures */
	int y, x, w;
	bool on; /* the item has the focus */
	/* the same for all items */
	int label_width, entry_column;
	struct columns columns;
};

/* Whether labels stand above their fields for want of width. */
static bool stacked(const struct pen *p)
{
	return p->label_width + GAP + MIN_FIELD > p->w;
}

static int value_x(const struct pen *p, const struct form_item *item)
{
	if (item->label[0] == '\0')
		return item->indent;
	return stacked(p) ? item->indent + 2 : p->label_width + GAP;
}

static int wrapped(const struct pen *p, int dy, int x, enum style style, const char *text)
{
	int w = p->w - x;

	return text && text[0] ? canvas_wrap(p->c, p->y + dy, p->x + x, w > 4 ? w : 4, 99,
					 style, text)
			       : 0;
}

static int put_label(const struct pen *p, const struct form_item *item)
{
	if (item->label[0] == '\0')
		return 0;
	if (p->c)
		canvas_text(p->c, p->y, p->x + item->indent, p->w - item->indent,
			p->on ? STYLE_TITLE : STYLE_TEXT, item->label);
	return stacked(p) ? 1 : 0;
}

/* Columns that they take on each side. */
static int put_brackets(const struct pen *p, const struct form_item *item, int dy, int x)
{
	if (item->locked)
		return 0;
	canvas_text(p->c, p->y + dy, p->x + x, 1, STYLE_DIM, "[");
	canvas_text(p->c, p->y + dy, p->x + p->w - 1, 1, STYLE_DIM, "]");
	return 1;
}

static int put_field(const struct pen *p, const struct form_item *item)
{
	int dy = put_label(p, item);
	int x = value_x(p, item);

	if (p->c) {
		int in = put_brackets(p, item, dy, x);

		field_draw(item->field, p->c, p->y + dy, p->x + x + in, p->w - x - 2 * in,
			p->on);
		if (item->locked)
			canvas_style(p->c, (struct area){p->y + dy, p->x + x, 1, p->w - x},
				STYLE_TEXT);
	}
	return dy + 1;
}

static int put_choice(const struct pen *p, const struct form_item *item)
{
	int dy = put_label(p, item);
	int x = value_x(p, item);
	struct buf text = BUF_INIT;

	if (p->c) {
		if (item->locked)
			buf_puts(&text, item->value);
		else
			buf_printf(&text, "( %s %s )", item->value,
				canvas_glyph(p->c, GLYPH_DOWN));
		canvas_text(p->c, p->y + dy, p->x + x, p->w - x,
			item->locked ? STYLE_TEXT
			: p->on      ? STYLE_SELECTED
				     : STYLE_FIELD,
			text.s);
		if (p->on)
			canvas_cursor(p->c, p->y + dy, p->x + x + 2);
	}
	buf_release(&text);
	return dy + 1;
}

static int put_pair(const struct pen *p, const struct form_item *item)
{
	int dy = put_label(p, item);
	int lines = wrapped(p, dy, value_x(p, item), item->style, item->value);

	return dy + (lines ? lines : 1);
}

/* ---- rows of three columns ----------------------------------------------------- */

static bool breaks(const char *text, int width)
{
	while (text && *text) {
		size_t n = strcspn(text, " ");

		if (text_fit_bytes(text, n, width) < n)
			return true;
		text += n + (text[n] == ' ');
	}
	return false;
}

/* The same for all rows of a form. */
static struct columns columns_of(const struct form *f, int width)
{
	struct columns c = {.first = width * 3 / 10};

	for (size_t i = 0; i < f->items.n; i++) {
		const struct form_item *item = &f->items.v[i];
		int label = item->kind == FORM_ROW ? canvas_width(item->label, width) : 0;

		if (label && label + GAP > c.first)
			c.first = label + GAP;
	}
	if (c.first > width / 2)
		c.first = width / 2;
	c.other = (width - c.first) / 2;
	for (size_t i = 0; i < f->items.n && !c.stacked; i++) {
		const struct form_item *item = &f->items.v[i];

		c.stacked = item->kind == FORM_ROW &&
			    (breaks(item->label, c.first - GAP) ||
				    breaks(item->value, c.other - GAP) ||
				    breaks(item->third, c.other - GAP));
	}
	return c;
}

static int put_beside(
	const struct pen *p, const struct form_item *item, const struct columns *columns)
{
	const char *const cells[] = {item->label, item->value, item->third};
	int high = 1;

	for (int i = 0; i < 3; i++) {
		enum style style =
			i == 2 || item->style == STYLE_DIM ? item->style : STYLE_TEXT;
		int x = i ? columns->first + (i - 1) * columns->other : 0;
		int w = (i ? columns->other : columns->first) - GAP;
		int lines = canvas_wrap(p->c, p->y, p->x + x, w, 99, style, cells[i]);

		high = lines > high ? lines : high;
	}
	return high;
}

/* "external → internal" on the label's line, or below it, or below each other. */
static int put_stacked(const struct pen *p, const struct form_item *item)
{
	enum style style = item->style == STYLE_DIM ? STYLE_DIM : STYLE_TEXT;
	int label = canvas_width(item->label, p->w), was = canvas_width(item->value, p->w);
	int both = was + 3 + canvas_width(item->third, p->w), dy = 0, x = 2;

	if (label)
		dy = wrapped(p, 0, 0, style, item->label);
	if (label && label + GAP + both <= p->w) {
		dy = 0;
		x = label + GAP;
	}
	if (x + both <= p->w) {
		wrapped(p, dy, x, style, item->value);
		wrapped(p, dy, x + was + 1, STYLE_DIM, "→");
		wrapped(p, dy, x + was + 3, item->style, item->third);
		return dy + 1;
	}
	dy += wrapped(p, dy, x, style, item->value);
	wrapped(p, dy, x, STYLE_DIM, "→");
	return dy + wrapped(p, dy, x + 2, item->style, item->third);
}

static int put_row(const struct pen *p, const struct form_item *item)
{
	return p->columns.stacked ? put_stacked(p, item) : put_beside(p, item, &p->columns);
}

/* ---- other items ---------------------------------------------------------------- */

static void put_box(const struct pen *p, const struct form_item *item)
{
	int x = p->x + item->indent;

	if (!p->c)
		return;
	if (item->locked)
		canvas_text(p->c, p->y, x + 1, 1, STYLE_TEXT, item->on ? "x" : "-");
	else if (!item->plain)
		canvas_text(p->c, p->y, x, 3, p->on ? STYLE_SELECTED : STYLE_TEXT,
			item->on ? "[x]" : "[ ]");
	if (item->plain && p->on)
		canvas_text(
			p->c, p->y, x, 1, STYLE_ACCENT, canvas_glyph(p->c, GLYPH_CURSOR));
	if (p->on)
		canvas_cursor(p->c, p->y, item->plain ? x : x + 1);
}

static int put_check(const struct pen *p, const struct form_item *item)
{
	int x = item->indent + (item->plain && !item->locked ? 2 : 4);
	int label = canvas_width(item->label, p->w);
	int value = item->value ? canvas_width(item->value, p->w) : 0;
	int column = p->w * 11 / 20; /* values line up here where their labels leave room */
	bool fits = value == 0 || x + label + GAP + value <= p->w;
	int lines;

	put_box(p, item);
	lines = wrapped(p, 0, x, p->on ? STYLE_TITLE : STYLE_TEXT, item->label);
	if (!item->value)
		return lines;
	if (!fits)
		return lines + wrapped(p, lines, x + 2, item->style, item->value);
	if (column < x + label + GAP)
		column = x + label + GAP;
	if (column + value > p->w)
		column = p->w - value;
	wrapped(p, 0, column, item->style, item->value);
	return lines;
}

/* The same for all of a form. */
static int entry_column(const struct form *f, int width)
{
	int column = width * 2 / 5;

	for (size_t i = 0; i < f->items.n; i++)
		if (f->items.v[i].kind == FORM_ENTRY &&
			text_width(f->items.v[i].label) + 6 > column)
			column = text_width(f->items.v[i].label) + 6;
	return column;
}

static int put_entry(const struct pen *p, const struct form_item *item)
{
	int column = p->entry_column;
	int lines = wrapped(p, 0, column, p->on ? STYLE_TEXT : STYLE_DIM, item->value);

	if (!p->c)
		return lines;
	canvas_text(p->c, p->y, p->x + 2, column - 3, p->on ? STYLE_SELECTED : STYLE_TEXT,
		item->label);
	if (p->on) {
		canvas_style(p->c, (struct area){p->y, p->x, lines, p->w}, STYLE_SELECTED);
		canvas_text(p->c, p->y, p->x, 1, STYLE_SELECTED,
			canvas_glyph(p->c, GLYPH_CURSOR));
		canvas_cursor(p->c, p->y, p->x);
	}
	return lines;
}

static int put_tab(const struct pen *p, const struct form_item *item, int *across)
{
	struct buf text = BUF_INIT;
	enum style style = !item->on ? STYLE_DIM : p->on ? STYLE_SELECTED : STYLE_TITLE;

	buf_printf(&text, "[ %s ]", item->label);
	if (p->c)
		canvas_text(p->c, p->y, p->x + *across, p->w - *across, style, text.s);
	if (p->c && p->on)
		canvas_cursor(p->c, p->y, p->x + *across + 2);
	if (p->c)
		canvas_hit(p->c, (struct area){p->y, p->x + *across, 1, text_width(text.s)},
			item->id);
	*across += text_width(text.s) + GAP;
	buf_release(&text);
	return 1;
}

/* Buttons that do not fit beside each other go on below. */
static int put_button(const struct pen *p, const struct form_item *item, int *across)
{
	struct buf text = BUF_INIT;
	int width, dy = 0;

	buf_printf(&text, "< %s >", item->label);
	width = text_width(text.s);
	if (*across > 0 && *across + width > p->w) {
		*across = 0;
		dy = 1;
	}
	if (p->c)
		canvas_text(p->c, p->y + dy, p->x + *across, p->w - *across,
			p->on ? STYLE_SELECTED : STYLE_TEXT, text.s);
	if (p->c && p->on)
		canvas_cursor(p->c, p->y + dy, p->x + *across + 2);
	if (p->c)
		canvas_hit(
			p->c, (struct area){p->y + dy, p->x + *across, 1, width}, item->id);
	*across += width + GAP;
	buf_release(&text);
	return dy;
}

/* Draws (or measures) the item at p->y; returns the rows it takes without its note. */
static int put_item(const struct pen *p, const struct form_item *item)
{
	switch (item->kind) {
	case FORM_TAB:
	case FORM_BUTTON:
		BUG("a row of buttons drawn one by one");
	case FORM_BLANK:
		return 1;
	case FORM_HEADING:
	case FORM_TEXT:
		return wrapped(p, 0, item->indent, item->style, item->label);
	case FORM_PAIR:
		return put_pair(p, item);
	case FORM_ROW:
		return put_row(p, item);
	case FORM_FIELD:
		return put_field(p, item);
	case FORM_CHECK:
		return put_check(p, item);
	case FORM_CHOICE:
		return put_choice(p, item);
	case FORM_ENTRY:
		return put_entry(p, item);
	}
	BUG("item kind %d", (int)item->kind);
}

static int note_x(const struct pen *p, const struct form_item *item)
{
	if (item->kind == FORM_CHECK)
		return item->indent + 4;
	if (item->kind == FORM_FIELD || item->kind == FORM_CHOICE) {
		int x = value_x(p, item) + (item->kind == FORM_FIELD && !item->locked);

		return p->w - x < MIN_NOTE ? item->indent + 2 : x;
	}
	return item->indent;
}

/* One row of tabs or buttons, from item i on; *next is the first item after it. */
static int put_group(struct pen p, size_t i, size_t *next)
{
	enum form_kind kind = p.f->items.v[i].kind;
	int across = 0, rows = 1, y = p.y;

	for (; i < p.f->items.n && p.f->items.v[i].kind == kind; i++) {
		const struct form_item *item = &p.f->items.v[i];

		p.y = y + rows - 1;
		p.on = item->id == p.f->focus;
		if (kind == FORM_TAB)
			put_tab(&p, item, &across);
		else
			rows += put_button(&p, item, &across);
	}
	*next = i;
	return rows;
}

static struct pen pen_of(const struct form *f, int width)
{
	return (struct pen){.f = f,
		.w = width,
		.label_width = label_width(f),
		.entry_column = entry_column(f, width),
		.columns = columns_of(f, width)};
}

struct span {
	int top, bottom; /* rows, bottom excluded; of the focused item and its note */
};

static bool starts_group(const struct form_item *item)
{
	return item->kind == FORM_TAB || item->kind == FORM_BUTTON;
}

static void put_with_note(struct pen *p, const struct form_item *item)
{
	int top = p->y;

	p->y += put_item(p, item);
	if (p->c && item->id > 0)
		canvas_hit(p->c, (struct area){top, p->x, p->y - top, p->w}, item->id);
	p->y += wrapped(p, 0, note_x(p, item), item->note_style, item->note);
}

/* Items [from, to) from row y on; returns the row after them.  What does not stand on the
 * canvas is measured only: a form may have a hundred thousand items. */
static int put_items(struct pen p, size_t from, size_t to, struct span *focus)
{
	enum { TALLEST = 300 }; /* rows of one item with its note */
	struct canvas *c = p.c;

	for (size_t i = from, next; i < to; i = next) {
		struct form_item *item = &p.f->items.v[i];
		int top = p.y;

		next = i + 1;
		p.c = c && top < c->h && top > -TALLEST ? c : NULL;
		p.on = item->id > 0 && item->id == p.f->focus;
		if (starts_group(item)) {
			p.y += put_group(p, i, &next);
			for (size_t j = i; j < next; j++)
				p.on = p.on || p.f->items.v[j].id == p.f->focus;
		} else if (!p.c && item->height && item->height_at == p.w) {
			p.y += item->height;
		} else {
			put_with_note(&p, item);
			item->height = p.y - top;
			item->height_at = p.w;
		}
		if (p.on && focus)
			*focus = (struct span){top, p.y};
	}
	return p.y;
}

/* The buttons at the end stay in view: the first of them, or n when there are none. */
static size_t pinned_from(const struct form *f)
{
	size_t i = f->items.n;

	while (i > 0 && f->items.v[i - 1].kind == FORM_BUTTON)
		i--;
	return i;
}

int form_height(const struct form *f, int width)
{
	struct pen p = pen_of(f, width);
	size_t pinned = pinned_from(f);
	int body = put_items(p, 0, pinned, NULL);
	int buttons = put_items(p, pinned, f->items.n, NULL);

	return body + (body && buttons ? 1 : 0) + buttons;
}

static void put_scroll_marks(struct canvas *c, struct area a, int from, int total)
{
	int x = a.x + a.w;

	if (from > 0)
		canvas_text(c, a.y, x, 1, STYLE_ACCENT, canvas_glyph(c, GLYPH_UP));
	if (from + a.h < total)
		canvas_text(
			c, a.y + a.h - 1, x, 1, STYLE_ACCENT, canvas_glyph(c, GLYPH_DOWN));
}

/* The first row shown of `total`, h at a time: with the focus in view. */
static int first_row(struct form *f, struct span focus, int total, int h)
{
	int most = total > h ? total - h : 0;
	int from = focus.bottom > h ? focus.bottom - h : 0;

	if (from > 0 && from < most)
		from++; /* one row more, to show that it goes on */
	if (from > focus.top && focus.bottom > focus.top)
		from = focus.top;
	if (focus.bottom == 0 && f->foot)
		from = most;
	f->page = h;
	f->pan_least = -from;
	f->pan_most = most - from;
	f->pan = f->pan < f->pan_least ? f->pan_least : f->pan;
	f->pan = f->pan > f->pan_most ? f->pan_most : f->pan;
	return from + f->pan;
}

void form_draw(struct form *f, struct canvas *c, struct area a)
{
	size_t pinned = pinned_from(f);
	struct pen p = pen_of(f, a.w);
	struct span focus = {0, 0};
	int buttons = put_items(p, pinned, f->items.n, NULL);
	int total = put_items(p, 0, pinned, &focus);
	struct area body = a;
	struct canvas *window;
	int from;

	/* a blank row before the buttons, where there is room for it */
	body.h -= buttons + (buttons && total + 1 + buttons <= a.h);
	if (body.h < 1)
		body.h = 1;
	from = first_row(f, focus, total, body.h);
	window = canvas_new(body.h, a.w);
	window->ascii = c->ascii;
	p.c = window;
	p.y = -from;
	put_items(p, 0, pinned, NULL);
	canvas_copy(c, body, window, 0);
	canvas_free(window);
	put_scroll_marks(c, body, from, total);
	p.c = c;
	p.x = a.x;
	p.y = total + buttons + 1 <= a.h ? a.y + total + 1 : a.y + a.h - buttons;
	if (total == 0)
		p.y = a.y;
	put_items(p, pinned, f->items.n, NULL);
}
