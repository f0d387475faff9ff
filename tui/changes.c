/*
 * Directories › Changes: what was changed from here, and, where the directory keeps a log
 * of its own (slapo-accesslog(5)), by anybody with any tool.
 *
 * Only as much is read as can be seen, and what the filter leaves of it: further back as
 * one goes down.
 */
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "tui/changes_parts.h"
#include "tui/i18n.h"
#include "tui/listscreen.h"
#include "tui/live.h"
#include "tui/screens.h"
#include "tui/sentence.h"
#include "tui/sheet.h"

enum { COLUMN_WHEN, COLUMN_WHO, COLUMN_ENTRY, COLUMN_WHAT, COLUMN_OUTCOME };

static const struct list_column columns[] = {
	{N_("When (UTC)"), 16, 0, 1, false, {NULL}, 0},
	{N_("Who"), 6, 1, 2, false, {NULL}, 0},
	{N_("Entry"), 12, 2, 0, false, {NULL}, 0},
	{N_("What"), 16, 6, 0, false,
		{N_("Third-party mail"), N_("entry deleted"), N_("Description")}, 0},
	{N_("Outcome"), 8, 0, 3, false, {N_("No answer"), N_("Not done"), N_("Rejected")},
		0},
};

enum { AHEAD_PAGES = 2, PAGE_LEAST = 20 };

struct changes {
	struct list_screen screen;
	struct reading *shown;
	struct reading *next; /* takes its place once it has as much to show; or NULL */
	size_t refreshed_at, refreshed_stamp; /* of shown, when it was sorted last */
	size_t wanted;    /* of next: as many rows as shown had in view */
	struct pace pace; /* of reading anew while others change something */
};

static struct changes *of(const struct list_screen *s)
{
	return (struct changes *)s;
}

static const struct change_row *row_at(const struct list_screen *s, size_t n)
{
	return &of(s)->shown->rows.v[n];
}

/* ---- reading ------------------------------------------------------------------------ */

static void refresh(struct changes *c)
{
	reading_relate(c->shown);
	c->refreshed_at = c->shown->rows.n;
	c->refreshed_stamp = c->shown->stamp;
	c->screen.truncated = !reading_done(c->shown) || c->shown->stopped;
	list_screen_refresh(&c->screen);
}

static size_t in_view(const struct list_screen *s)
{
	size_t page = s->list.page > PAGE_LEAST ? (size_t)s->list.page : PAGE_LEAST;

	return s->list.selected + page * AHEAD_PAGES;
}

/* Another order than newest first needs all of it. */
static bool wants_more(const struct changes *c)
{
	const struct list_screen *s = &c->screen;

	return !reading_done(c->shown) &&
	       (s->list.sort != COLUMN_WHEN || s->list.descending ||
		       s->order.n < in_view(s));
}

/* Sorting costs: while more comes at once it waits until that is worth it. */
static bool wants_refresh(const struct changes *c, bool more_at_once)
{
	size_t fresh = c->shown->rows.n - c->refreshed_at;

	return c->refreshed_stamp != c->shown->stamp &&
	       (!more_at_once || fresh > c->refreshed_at / 4);
}

static bool next_is_short(const struct changes *c)
{
	return !reading_done(c->next) && c->next->rows.n < c->wanted;
}

static void take_next(struct changes *c)
{
	bool more = next_is_short(c) && reading_turn(c->next);

	c->screen.view.app->more = c->screen.view.app->more || more;
	if (next_is_short(c))
		return;
	reading_free(c->shown);
	c->shown = c->next;
	c->next = NULL;
	refresh(c);
}

static void reload(struct list_screen *s);

static void news(struct list_screen *s, const struct news *n)
{
	(void)n;
	of(s)->pace.due = true;
}

static void tick(struct list_screen *s)
{
	struct changes *c = of(s);
	bool more;

	if (c->next) {
		take_next(c);
		if (!c->next)
			pace_ended(&c->pace, s->view.app);
		return;
	}
	if (!s->loading && s->view.app->top == &s->view &&
		pace_now(&c->pace, s->view.app)) {
		reload(s);
		return;
	}
	more = wants_more(c) && reading_turn(c->shown);
	if (wants_refresh(c, more))
		refresh(c);
	s->loading = wants_more(c);
	s->view.app->more = s->view.app->more || (more && s->loading);
}

static void reload(struct list_screen *s)
{
	struct changes *c = of(s);
	bool first = !c->shown;

	pace_begun(&c->pace, s->view.app);
	reading_free(c->next);
	c->next = reading_new(s->view.app);
	if (first) {
		c->shown = c->next;
		c->next = NULL;
	} else {
		c->wanted = c->shown->rows.n;
	}
	s->loading = true;
	tick(s);
}

static bool stop(struct list_screen *s)
{
	struct changes *c = of(s);
	bool again = c->next != NULL;

	reading_free(c->next);
	c->next = NULL;
	if (!again) {
		reading_stop(c->shown);
		refresh(c);
	}
	return again;
}

/* ---- rows --------------------------------------------------------------------------- */

static size_t rows(const struct list_screen *s)
{
	return of(s)->shown->rows.n;
}

static bool passes(const struct list_screen *s, size_t n)
{
	const struct change_row *row = row_at(s, n);

	return !row->ours && reading_has_all_to(of(s)->shown, row);
}

/* The heading says UTC. */
static void when(const struct change_row *row, struct buf *out)
{
	enum { MINUTES = 16 };
	size_t at = out->len;

	sentence_time(row->item.moment.s, out);
	if (out->len > at + MINUTES)
		buf_truncate(out, at + MINUTES);
}

static void who(const struct change_row *row, struct buf *out)
{
	if (*row->item.head.who)
		changes_name(row->item.head.who, out);
	else
		buf_puts(out, "–");
}

static void cell(
	struct list_screen *s, size_t n, int column, struct buf *out, enum style *style)
{
	const struct change_row *row = row_at(s, n);

	switch (column) {
	case COLUMN_WHEN:
		when(row, out);
		break;
	case COLUMN_WHO:
		who(row, out);
		break;
	case COLUMN_ENTRY:
		changes_name(row->dn, out);
		if (row->item.total > 1)
			buf_printf(out, " +%zu", row->item.total - 1);
		break;
	case COLUMN_WHAT:
		gist_words(&row->gist, row->item.total, out);
		break;
	case COLUMN_OUTCOME:
		changes_outcome(&row->item, row->undone, out, style);
		return;
	}
	if (row->undone || !item_is_done(&row->item))
		*style = STYLE_DIM;
}

static int by_words(void words(const struct change_row *, struct buf *),
	const struct change_row *x, const struct change_row *y)
{
	struct buf a = BUF_INIT, b = BUF_INIT;
	int order;

	words(x, &a);
	words(y, &b);
	order = text_collate(a.s, b.s);
	buf_release(&a);
	buf_release(&b);
	return order;
}

static void entry(const struct change_row *row, struct buf *out)
{
	changes_name(row->dn, out);
}

static void what(const struct change_row *row, struct buf *out)
{
	gist_words(&row->gist, row->item.total, out);
}

static void outcome(const struct change_row *row, struct buf *out)
{
	enum style style;

	changes_outcome(&row->item, row->undone, out, &style);
}

static int compare(const struct list_screen *s, size_t a, size_t b, int column)
{
	const struct change_row *x = row_at(s, a), *y = row_at(s, b);

	switch (column) {
	case COLUMN_WHO:
		return by_words(who, x, y);
	case COLUMN_ENTRY:
		return by_words(entry, x, y);
	case COLUMN_WHAT:
		return by_words(what, x, y);
	case COLUMN_OUTCOME:
		return by_words(outcome, x, y);
	default:
		return strcmp(y->item.moment.s, x->item.moment.s); /* newest first */
	}
}

static const char *folded(const struct list_screen *s, size_t n)
{
	return row_at(s, n)->folded;
}

static const char *id(const struct list_screen *s, size_t n)
{
	return row_at(s, n)->item.id;
}

/* What the columns had no room for. */
static void details(const struct list_screen *s, size_t n, struct buf *out)
{
	const struct change_row *row = row_at(s, n);

	what(row, out);
	buf_putc(out, '.');
	if (out->len)
		buf_putc(out, ' ');
	changes_outcome_sentence(&row->item, row->undone, out);
}

static void headline(const struct list_screen *s, struct buf *out)
{
	switch (log_windows_state(of(s)->shown->log)) {
	case LOG_THERE:
		buf_puts(out,
			tr("From here and, by the directory's log, by anybody with any "
			   "tool."));
		break;
	case LOG_ABSENT:
		buf_puts(out, tr("From here only: there is no log of the directory's own "
				 "to be read."));
		break;
	case LOG_LOOKING:
		break;
	}
}

static void copied(const struct list_screen *s, size_t n, struct buf *out)
{
	const struct change_row *row = row_at(s, n);

	when(row, out);
	buf_puts(out, " UTC ");
	who(row, out);
	buf_printf(out, " %s: ", row->dn);
	what(row, out);
}

/* ---- doing -------------------------------------------------------------------------- */

static void open_row(struct list_screen *s, size_t n)
{
	changes_show(s->view.app, row_at(s, n));
}

static bool can(struct list_screen *s, enum action action)
{
	size_t n;

	return action == ACT_UNDO && list_screen_selected(s, &n);
}

static void act(struct list_screen *s, enum action action)
{
	size_t n;

	if (action == ACT_UNDO && list_screen_selected(s, &n))
		changes_undo(s->view.app, row_at(s, n));
}

static void path(struct list_screen *s, struct buf *out)
{
	(void)s;
	buf_printf(out, "%s › %s", tr("Directories"), tr("Changes"));
}

static void release(struct list_screen *s)
{
	reading_free(of(s)->shown);
	reading_free(of(s)->next);
}

static const struct list_screen_ops ops = {
	.columns = columns,
	.n_columns = COUNT_OF(columns),
	.empty = N_("Nothing has been changed from here yet."),
	.path = path,
	.rows = rows,
	.cell = cell,
	.compare = compare,
	.folded = folded,
	.id = id,
	.passes = passes,
	.headline = headline,
	.details = details,
	.copied = copied,
	.open = open_row,
	.reload = reload,
	.news = news,
	.stop = stop,
	.tick = tick,
	.can = can,
	.act = act,
	.release = release,
};

void changes_open(struct app *app)
{
	struct changes *c = list_screen_new(sizeof(*c), &ops, app);

	list_screen_show(&c->screen);
}
