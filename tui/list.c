#include "tui/list.h"

#include "core/text.h"
#include "tui/i18n.h"

enum { MAX_COLUMNS = 12, MARK = 2, BETWEEN = 2 };

static size_t moved(const struct list *l, enum action action, size_t rows)
{
	size_t page = l->page > 1 ? (size_t)l->page - 1 : 1;
	size_t last = rows - 1;

	switch ((int)action) {
	case ACT_UP:
		return l->selected ? l->selected - 1 : 0;
	case ACT_DOWN:
		return l->selected < last ? l->selected + 1 : last;
	case ACT_PAGE_UP:
		return l->selected > page ? l->selected - page : 0;
	case ACT_PAGE_DOWN:
		return last - l->selected > page ? l->selected + page : last;
	case ACT_FIRST:
		return 0;
	case ACT_LAST:
		return last;
	default:
		return l->selected;
	}
}

bool list_move(struct list *l, enum action action, size_t rows)
{
	size_t before = l->selected;

	if (rows == 0) {
		l->selected = 0;
		return false;
	}
	if (l->selected >= rows)
		l->selected = rows - 1;
	l->selected = moved(l, action, rows);
	return l->selected != before;
}

static int max_of(int a, int b)
{
	return a > b ? a : b;
}

/* What is never cut: the title, with its mark where it is sorted by, and the words. */
static int words_width(const struct list *l, int i)
{
	const struct list_column *column = &l->columns[i];
	int w = text_width(tr(column->title)) + (i == l->sort ? 2 : 0);

	for (size_t k = 0; k < COUNT_OF(column->words) && column->words[k]; k++)
		w = max_of(w, text_width(tr(column->words[k])) + column->beside);
	return w;
}

/* Takes columns of screen from the widest of those that can do with less. */
static int shrink(const struct list *l, int need, int width, int out[MAX_COLUMNS])
{
	while (need > width) {
		int widest = -1;

		for (int i = 0; i < l->n_columns; i++)
			if (l->columns[i].share && out[i] > words_width(l, i) &&
				(widest < 0 || out[i] > out[widest]))
				widest = i;
		if (widest < 0)
			break;
		out[widest]--;
		need--;
	}
	return need;
}

/* The widths for `width` columns of screen; 0: dropped, never the one sorted by. */
static void widths(const struct list *l, int width, int out[MAX_COLUMNS])
{
	int need = MARK - BETWEEN, shares = 0;

	for (int i = 0; i < l->n_columns; i++) {
		out[i] = max_of(l->columns[i].least, words_width(l, i));
		need += out[i] + BETWEEN;
	}
	for (;;) {
		int drop = -1;

		for (int i = 0; need > width && i < l->n_columns; i++)
			if (out[i] && l->columns[i].drop && i != l->sort &&
				(drop < 0 || l->columns[i].drop > l->columns[drop].drop))
				drop = i;
		if (drop < 0)
			break;
		need -= out[drop] + BETWEEN;
		out[drop] = 0;
	}
	need = shrink(l, need, width, out);
	for (int i = 0; i < l->n_columns; i++)
		shares += out[i] ? l->columns[i].share : 0;
	for (int i = 0, left = width - need; i < l->n_columns && left > 0; i++) {
		int more = out[i] && shares ? left * l->columns[i].share / shares : 0;

		shares -= out[i] ? l->columns[i].share : 0;
		out[i] += more;
		left -= more;
	}
}

static void draw_head(const struct list *l, struct canvas *c, int y, int x, const int w[])
{
	struct buf title = BUF_INIT;

	for (int i = 0; i < l->n_columns; i++) {
		if (!w[i])
			continue;
		buf_reset(&title);
		buf_puts(&title, tr(l->columns[i].title));
		if (i == l->sort)
			buf_printf(&title, " %s",
				canvas_glyph(c, l->descending ? GLYPH_DOWN : GLYPH_UP));
		canvas_column(c, y, x, w[i], STYLE_DIM, l->columns[i].right, title.s);
		x += w[i] + BETWEEN;
	}
	buf_release(&title);
}

static void draw_row(const struct list *l, struct canvas *c, struct area row, size_t n,
	const int w[], list_cell_fn *cell, void *arg)
{
	bool selected = n == l->selected;
	bool on = selected && l->focused;
	const char *sign = " ";
	struct buf text = BUF_INIT;
	int x = row.x + MARK;

	if (on)
		canvas_fill(c, row, STYLE_SELECTED);
	if (selected)
		canvas_text(c, row.y, row.x, 1, on ? STYLE_SELECTED : STYLE_ACCENT,
			canvas_glyph(c, GLYPH_CURSOR));
	if (l->marked && l->marked(arg, n))
		sign = "*";
	else if (l->fresh && l->fresh(arg, n))
		sign = canvas_glyph(c, GLYPH_FRESH);
	canvas_text(c, row.y, row.x + 1, 1, on ? STYLE_SELECTED : STYLE_ACCENT, sign);
	for (int i = 0; i < l->n_columns; i++) {
		enum style style = STYLE_TEXT;

		if (!w[i])
			continue;
		buf_reset(&text);
		cell(arg, n, i, &text, &style);
		canvas_column(c, row.y, x, w[i], on ? STYLE_SELECTED : style,
			l->columns[i].right, text.s);
		x += w[i] + BETWEEN;
	}
	if (on)
		canvas_cursor(c, row.y, row.x);
	buf_release(&text);
}

void list_draw(struct list *l, struct canvas *c, struct area a, size_t rows,
	list_cell_fn *cell, void *arg)
{
	int w[MAX_COLUMNS];

	widths(l, a.w, w);
	draw_head(l, c, a.y, a.x + MARK, w);
	l->page = a.h - 1;
	if (rows && l->selected >= rows)
		l->selected = rows - 1;
	if (l->selected < l->top)
		l->top = l->selected;
	if (l->page > 0 && l->selected >= l->top + (size_t)l->page)
		l->top = l->selected - (size_t)l->page + 1;
	if (l->top && rows < l->top + (size_t)l->page)
		l->top = rows > (size_t)l->page ? rows - (size_t)l->page : 0;
	for (int i = 0; i < l->page && l->top + (size_t)i < rows; i++)
		draw_row(l, c, (struct area){a.y + 1 + i, a.x, 1, a.w}, l->top + (size_t)i,
			w, cell, arg);
}
