/* How a list screen looks. */
#include "tui/listscreen_parts.h"

#include "core/text.h"
#include "tui/i18n.h"
#include "tui/sentence.h"

enum { LEAST_FIELD = 10 };

/* "3 of 1,204  2 marked (reading)", or as much of it as `parts` says. */
static void position(const struct list_screen *s, size_t row, int parts, struct buf *out)
{
	struct buf at = BUF_INIT, of_all = BUF_INIT;

	i18n_number(row, &at);
	i18n_number(s->order.n, &of_all);
	if (s->truncated)
		buf_putc(&of_all, '+');
	buf_printf(out, tr("%s of %s"), at.s, of_all.s);
	if (s->marked.n && parts > 1) {
		buf_reset(&at);
		i18n_number(s->marked.n, &at);
		buf_puts(out, "  ");
		buf_printf(out, tr_n("%s marked", "%s marked", s->marked.n), at.s);
	}
	if (s->loading && parts > 2)
		buf_printf(out, "  %s", tr("(reading)"));
	buf_release(&at);
	buf_release(&of_all);
}

/* At the right end of a line that has room for more; returns the columns it takes in the
 * last row, so that what stands left of it keeps still. */
static int draw_position(
	const struct list_screen *s, struct canvas *c, int y, int end, int room)
{
	struct buf text = BUF_INIT;
	int parts = 4, widest, width;

	do {
		buf_reset(&text);
		position(s, s->order.n, --parts, &text);
		widest = text_width(text.s);
	} while (widest > room && parts > 1);
	buf_reset(&text);
	position(s, s->order.n ? s->list.selected + 1 : 0, parts, &text);
	width = text_width(text.s);
	canvas_text(c, y, end - width, width, STYLE_DIM, text.s);
	buf_release(&text);
	return widest;
}

static void draw_bar(struct list_screen *s, struct canvas *c, struct area a)
{
	struct buf text = BUF_INIT;
	int x = a.x, right, label, width;

	if (s->ops->button) {
		buf_printf(&text, "< %s >", tr(s->ops->button));
		canvas_hit(c, (struct area){a.y, x, 1, text_width(text.s)}, HIT_BUTTON);
		if (s->focus == FOCUS_BUTTON)
			canvas_cursor(c, a.y, x + 2);
		x += canvas_text(c, a.y, x, a.w,
			     s->focus == FOCUS_BUTTON ? STYLE_SELECTED : STYLE_TEXT,
			     text.s) +
		     3;
	}
	label = canvas_text(c, a.y, x, a.w, STYLE_DIM, tr("Filter")) + 1;
	x += label;
	right = draw_position(s, c, a.y, a.x + a.w, a.x + a.w - x - 4 - LEAST_FIELD);
	width = a.x + a.w - right - 4 - x;
	canvas_hit(c, (struct area){a.y, x, 1, width + 2}, HIT_FILTER);
	canvas_text(c, a.y, x, 1, STYLE_DIM, "[");
	field_draw(&s->filter, c, a.y, x + 1, width, s->focus == FOCUS_FILTER);
	canvas_text(c, a.y, x + 1 + width, 1, STYLE_DIM, "]");
	buf_release(&text);
}

/* Returns the lines that the words take, at least one, which stands empty without them. */
static int draw_filters(struct list_screen *s, struct canvas *c, struct area a)
{
	enum { MOST = 3 };
	struct buf words = BUF_INIT;
	enum style style = STYLE_ACCENT;
	int lines;

	if (s->ops->filter_words)
		s->ops->filter_words(s, &words);
	if (!words.len && s->ops->headline) {
		s->ops->headline(s, &words);
		style = STYLE_DIM;
	}
	lines = canvas_wrap(c, a.y, a.x, a.w, MOST, style, words.s);
	buf_release(&words);
	return lines > 1 ? lines : 1;
}

bool list_screen_marked(void *arg, size_t n)
{
	struct list_screen *s = arg;

	return strv_has(&s->marked, s->ops->id(s, s->order.v[n]));
}

bool list_screen_fresh(void *arg, size_t n)
{
	struct list_screen *s = arg;

	return s->ops->fresh && s->ops->fresh(s, s->order.v[n]);
}

static void cell(void *arg, size_t n, int column, struct buf *out, enum style *style)
{
	struct list_screen *s = arg;

	s->ops->cell(s, s->order.v[n], column, out, style);
}

/* What went wrong stands below the rows, or alone.  Returns the lines that takes. */
static int draw_err(const struct list_screen *s, struct canvas *c, struct area rows)
{
	enum { MOST = 4 };
	struct buf text = BUF_INIT;
	int lines, y = rows.y + 2;

	if (s->err.code == ERR_NONE)
		return 0;
	sentence_err(&s->err, &text);
	lines = canvas_wrap(NULL, 0, 0, rows.w - 4, MOST, STYLE_ERROR, text.s);
	if (s->order.n)
		y = rows.y + rows.h - lines;
	canvas_wrap(c, y, rows.x + 2, rows.w - 4, MOST, STYLE_ERROR, text.s);
	buf_release(&text);
	return lines;
}

/* What the row's cells had no room for.  Returns the lines that takes, whichever row it
 * is. */
static int draw_details(struct list_screen *s, struct canvas *c, struct area rows)
{
	enum { MOST = 3, LEAST_ROWS = 6 };
	struct buf text = BUF_INIT;
	size_t row;

	if (!s->ops->details || rows.h < MOST + LEAST_ROWS)
		return 0;
	if (list_screen_selected(s, &row))
		s->ops->details(s, row, &text);
	canvas_wrap(c, rows.y + rows.h - MOST, rows.x + 2, rows.w - 4, MOST, STYLE_TEXT,
		text.s);
	buf_release(&text);
	return MOST;
}

static void draw_empty(const struct list_screen *s, struct canvas *c, struct area rows)
{
	const char *text = s->loading   ? tr("Reading from the directory…")
			   : s->stopped ? tr("Reading was stopped: F5 reads again.")
			   : s->filter.text.len || list_screen_has_filters(s)
				   ? tr("Nothing matches the filter; Esc clears it.")
				   : tr(s->ops->empty);

	if (s->err.code == ERR_NONE)
		canvas_wrap(c, rows.y + 2, rows.x + 2, rows.w - 4, 3, STYLE_DIM, text);
	if (s->focus == FOCUS_ROWS)
		canvas_cursor(c, rows.y + 2, rows.x + 2);
}

void list_screen_draw(struct view *v, struct canvas *c, struct area a)
{
	struct list_screen *s = list_screen_of(v);
	/* the mark's column is the rows' margin */
	struct area rows = {a.y + 2, a.x - 1, a.h - 2, a.w + 2};
	int filters;

	draw_bar(s, c, a);
	filters = draw_filters(s, c, (struct area){a.y + 1, a.x, 1, a.w});
	rows.y += filters - 1;
	rows.h -= filters - 1;
	rows.h -= draw_err(s, c, rows);
	rows.h -= draw_details(s, c, rows);
	list_draw(&s->list, c, rows, s->order.n, cell, s);
	for (int i = 0; i < s->list.page && s->list.top + (size_t)i < s->order.n; i++)
		canvas_hit(c, (struct area){rows.y + 1 + i, rows.x, 1, rows.w},
			HIT_ROWS + (int)s->list.top + i);
	if (!s->order.n)
		draw_empty(s, c, rows);
}
