#include "tui/listscreen_parts.h"

#include <stdlib.h>
#include <string.h>

#include "tui/copying.h"
#include "tui/i18n.h"
#include "tui/sentence.h"

/* ---- the cursor --------------------------------------------------------------- */

static void remember_row(struct list_screen *s)
{
	size_t row;

	free(s->selected_id);
	s->selected_id = NULL;
	if (list_screen_selected(s, &row))
		s->selected_id = xstrdup(s->ops->id(s, row));
}

/* Where nobody has moved yet the cursor stays on the first row, whichever that is. */
static void remember(struct list_screen *s)
{
	if (s->selected_id || s->list.selected > 0)
		remember_row(s);
}

/* ---- keys --------------------------------------------------------------------- */

bool list_screen_has_filters(const struct list_screen *s)
{
	struct buf words = BUF_INIT;
	bool some;

	if (s->ops->filter_words)
		s->ops->filter_words(s, &words);
	some = words.len > 0;
	buf_release(&words);
	return some;
}

static bool can(struct view *v, enum action action)
{
	struct list_screen *s = list_screen_of(v);
	size_t row;

	switch ((int)action) {
	case ACT_UP:
	case ACT_DOWN:
	case ACT_LEFT:
	case ACT_RIGHT:
	case ACT_NEXT:
	case ACT_PREVIOUS:
	case ACT_FILTER:
	case ACT_RELOAD:
		return true;
	case ACT_PAGE_UP:
	case ACT_PAGE_DOWN:
	case ACT_FIRST:
	case ACT_LAST:
	case ACT_SORT:
	case ACT_REVERSE:
		return s->focus == FOCUS_ROWS && s->order.n > 0;
	case ACT_OPEN:
		return s->focus != FOCUS_ROWS || list_screen_selected(s, &row);
	case ACT_MARK:
	case ACT_MARK_ALL:
		return s->ops->copied && s->focus == FOCUS_ROWS && s->order.n > 0;
	case ACT_MARK_TO:
		return s->last_marked && s->focus == FOCUS_ROWS && s->order.n > 0;
	case ACT_COPY:
		return s->ops->copied && v->app->copy &&
		       (s->marked.n ||
			       (s->focus == FOCUS_ROWS && list_screen_selected(s, &row)));
	case ACT_FILTERS:
		return s->ops->filters != NULL;
	case ACT_BACK:
		return s->loading || s->focus == FOCUS_FILTER || s->filter.text.len > 0 ||
		       list_screen_has_filters(s) || s->marked.n > 0;
	default:
		return s->ops->can && s->ops->can(s, action);
	}
}

static void set_focus(struct list_screen *s, enum list_focus focus)
{
	if (focus == FOCUS_BUTTON && !s->ops->button)
		focus = FOCUS_FILTER;
	s->focus = focus;
	s->list.focused = focus == FOCUS_ROWS;
}

/* Tab order: rows, button, filter. */
static void next_focus(struct list_screen *s, int step)
{
	static const enum list_focus stops[] = {FOCUS_ROWS, FOCUS_BUTTON, FOCUS_FILTER};
	int at = 0;

	for (int i = 0; i < 3; i++)
		if (stops[i] == s->focus)
			at = i;
	at = (at + step + 3) % 3;
	if (stops[at] == FOCUS_BUTTON && !s->ops->button)
		at = (at + step + 3) % 3;
	set_focus(s, stops[at]);
}

static void reload(struct list_screen *s)
{
	s->stopped = false;
	s->ops->reload(s);
}

static void stop(struct list_screen *s)
{
	s->loading = false;
	s->stopped = true;
	s->truncated = !s->ops->stop(s) || s->truncated;
	app_say(s->view.app, tr("Reading was stopped: F5 reads again."));
}

static void filter_changed(struct list_screen *s)
{
	list_screen_filter(s);
	if (s->ops->filtered)
		s->ops->filtered(s);
}

/* The reading, the text, then the other filters, then the marks: one at a time. */
static void back(struct list_screen *s)
{
	remember(s);
	if (s->loading) {
		stop(s);
		return;
	}
	if (s->focus == FOCUS_FILTER || s->filter.text.len)
		field_set(&s->filter, "");
	else if (!list_screen_has_filters(s))
		strv_release(&s->marked);
	else
		s->ops->clear(s);
	set_focus(s, FOCUS_ROWS);
	filter_changed(s);
}

static void mark(struct list_screen *s)
{
	size_t row;
	const char *id;

	if (!list_screen_selected(s, &row))
		return;
	id = s->ops->id(s, row);
	if (strv_has(&s->marked, id)) {
		strv_drop(&s->marked, id);
	} else {
		strv_add(&s->marked, id);
		free(s->last_marked);
		s->last_marked = xstrdup(id);
	}
	list_move(&s->list, ACT_DOWN, s->order.n);
	remember(s);
}

static void say_marked(struct list_screen *s)
{
	struct buf n = BUF_INIT, text = BUF_INIT;

	i18n_number(s->marked.n, &n);
	buf_printf(&text, tr_n("%s marked", "%s marked", s->marked.n), n.s);
	if (s->truncated)
		buf_printf(&text, " %s", tr("of those that were read: there are more."));
	app_say(s->view.app, text.s);
	buf_release(&n);
	buf_release(&text);
}

/* Rows shown, from the first to the one before end. */
static void mark_rows(struct list_screen *s, size_t from, size_t end)
{
	for (size_t i = from; i < end; i++) {
		const char *id = s->ops->id(s, s->order.v[i]);

		if (!strv_has(&s->marked, id))
			strv_add(&s->marked, id);
	}
	say_marked(s);
}

/* From the row that was marked last, where it is shown, to this one, whichever is above. */
static void mark_to(struct list_screen *s)
{
	size_t here = s->list.selected, last = 0;

	while (last < s->order.n &&
		strcmp(s->ops->id(s, s->order.v[last]), s->last_marked) != 0)
		last++;
	if (last == s->order.n)
		last = here;
	mark_rows(s, last < here ? last : here, (last < here ? here : last) + 1);
}

/* The marked rows, in the order shown, or the one under the cursor; a line each. */
static void copy(struct list_screen *s)
{
	struct buf text = BUF_INIT, one = BUF_INIT;
	unsigned long n = 0;
	size_t selected = 0;
	bool any = list_screen_selected(s, &selected);

	for (size_t i = 0; i < s->ops->rows(s); i++) {
		if (s->marked.n ? !strv_has(&s->marked, s->ops->id(s, i))
				: !any || i != selected)
			continue;
		if (n++)
			buf_putc(&text, '\n');
		buf_reset(&one);
		s->ops->copied(s, i, &one);
		sentence_safe(one.s, &text);
	}
	copying_lines(s->view.app, text.s, n);
	buf_release(&text);
	buf_release(&one);
}

static void sort_next(struct list_screen *s)
{
	s->list.sort = (s->list.sort + 1) % s->list.n_columns;
	s->list.descending = false;
	remember(s);
	list_screen_refresh(s);
}

static void open_or_press(struct list_screen *s)
{
	size_t row;

	if (s->focus == FOCUS_BUTTON) {
		s->ops->press(s);
	} else if (s->focus == FOCUS_FILTER) {
		set_focus(s, FOCUS_ROWS);
	} else if (list_screen_selected(s, &row)) {
		remember_row(s);
		s->ops->open(s, row);
	}
}

static void move(struct list_screen *s, enum action action)
{
	if (s->focus != FOCUS_ROWS) {
		if (action == ACT_DOWN)
			set_focus(s, FOCUS_ROWS);
		else if (action == ACT_LEFT)
			set_focus(s, FOCUS_BUTTON);
		else if (action == ACT_RIGHT)
			set_focus(s, FOCUS_FILTER);
		return;
	}
	if (action == ACT_UP && s->list.selected == 0)
		set_focus(s, FOCUS_BUTTON);
	else
		list_move(&s->list, action, s->order.n);
	remember(s);
}

static void act(struct view *v, enum action action)
{
	struct list_screen *s = list_screen_of(v);

	switch ((int)action) {
	case ACT_NEXT:
		next_focus(s, 1);
		break;
	case ACT_PREVIOUS:
		next_focus(s, -1);
		break;
	case ACT_FILTER:
		set_focus(s, FOCUS_FILTER);
		break;
	case ACT_RELOAD:
		reload(s);
		break;
	case ACT_MARK:
		mark(s);
		break;
	case ACT_MARK_ALL:
		mark_rows(s, 0, s->order.n);
		break;
	case ACT_MARK_TO:
		mark_to(s);
		break;
	case ACT_COPY:
		copy(s);
		break;
	case ACT_FILTERS:
		s->ops->filters(s);
		break;
	case ACT_SORT:
		sort_next(s);
		break;
	case ACT_REVERSE:
		s->list.descending = !s->list.descending;
		remember(s);
		list_screen_refresh(s);
		break;
	case ACT_OPEN:
		open_or_press(s);
		break;
	case ACT_BACK:
		back(s);
		break;
	default:
		if (s->ops->can && s->ops->can(s, action)) {
			remember_row(s);
			s->ops->act(s, action);
		} else {
			move(s, action);
		}
	}
}

/* A row: to it; again: opens it. */
static void click(struct view *v, int id)
{
	struct list_screen *s = list_screen_of(v);
	bool again = s->focus == FOCUS_ROWS && s->list.selected == (size_t)(id - HIT_ROWS);

	if (id == HIT_BUTTON) {
		s->ops->press(s);
	} else if (id == HIT_FILTER) {
		set_focus(s, FOCUS_FILTER);
	} else {
		set_focus(s, FOCUS_ROWS);
		s->list.selected = (size_t)(id - HIT_ROWS);
		remember(s);
		if (again)
			open_or_press(s);
	}
}

static struct field *field(struct view *v)
{
	return list_screen_of(v)->focus == FOCUS_FILTER ? &list_screen_of(v)->filter : NULL;
}

static void edited(struct view *v)
{
	struct list_screen *s = list_screen_of(v);

	free(s->selected_id);
	s->selected_id = NULL;
	filter_changed(s);
}

/* ---- the view ----------------------------------------------------------------- */

static void path(struct view *v, struct buf *out)
{
	list_screen_of(v)->ops->path(list_screen_of(v), out);
}

static void reload_if_old(struct view *v)
{
	struct list_screen *s = list_screen_of(v);

	if (s->generation == v->app->generation)
		return;
	s->generation = v->app->generation;
	reload(s);
}

static void release(struct view *v)
{
	struct list_screen *s = list_screen_of(v);

	s->ops->release(s);
	array_free(&s->sorted);
	array_free(&s->order);
	field_release(&s->filter);
	free(s->selected_id);
	free(s->last_marked);
	strv_release(&s->marked);
}

static void tick(struct view *v)
{
	if (list_screen_of(v)->ops->tick)
		list_screen_of(v)->ops->tick(list_screen_of(v));
}

static void news(struct view *v, const struct news *n)
{
	if (list_screen_of(v)->ops->news)
		list_screen_of(v)->ops->news(list_screen_of(v), n);
}

static const struct view_ops view_ops = {
	.contexts = CTX_LIST | CTX_DOMAINS | CTX_USERS | CTX_CHECK | CTX_CHANGES,
	.path = path,
	.can = can,
	.act = act,
	.field = field,
	.click = click,
	.edited = edited,
	.draw = list_screen_draw,
	.resume = reload_if_old,
	.tick = tick,
	.news = news,
	.free = release,
};

void *list_screen_new(size_t size, const struct list_screen_ops *ops, struct app *app)
{
	struct list_screen *s = view_new(size, &view_ops, app);

	s->ops = ops;
	s->list = (struct list){.columns = ops->columns,
		.n_columns = ops->n_columns,
		.focused = true,
		.marked = list_screen_marked,
		.fresh = list_screen_fresh};
	s->generation = app->generation;
	field_init(&s->filter, "");
	return s;
}

void list_screen_show(struct list_screen *s)
{
	app_push(s->view.app, &s->view);
	s->ops->reload(s);
}
