#include "tui/listscreen_parts.h"

#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "tui/copying.h"
#include "tui/i18n.h"
#include "tui/sentence.h"

/* ---- order -------------------------------------------------------------------- */

static const struct list_screen *sorting; /* qsort(3) passes no argument; one thread */

static int compare_rows(const void *a, const void *b)
{
	size_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	int order = sorting->ops->compare(sorting, x, y, sorting->list.sort);

	if (order == 0 && sorting->list.sort != 0)
		order = sorting->ops->compare(sorting, x, y, 0);
	if (order == 0)
		order = x < y ? -1 : x > y;
	return sorting->list.descending ? -order : order;
}

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

static void sort(const struct list_screen *s, struct row_numbers *rows)
{
	sorting = s;
	if (rows->n)
		qsort(rows->v, rows->n, sizeof(*rows->v), compare_rows);
}

static void sort_rows(struct list_screen *s)
{
	size_t rows = s->ops->rows(s);

	s->sorted.n = 0;
	for (size_t i = 0; i < rows; i++)
		*array_add(&s->sorted) = (uint32_t)i;
	sort(s, &s->sorted);
}

static bool passes(const struct list_screen *s, size_t row, const char *wanted)
{
	return strstr(s->ops->folded(s, row), wanted) &&
	       (!s->ops->passes || s->ops->passes(s, row));
}

/* To the row with the remembered id, where that is shown. */
static void find_selected(struct list_screen *s)
{
	for (size_t i = 0; s->selected_id && i < s->order.n; i++)
		if (strcmp(s->ops->id(s, s->order.v[i]), s->selected_id) == 0) {
			s->list.selected = i;
			return;
		}
}

/* Those rows that are to be shown; keeps their order. */
static void filter_rows(struct list_screen *s)
{
	struct buf wanted = BUF_INIT;

	text_fold(&wanted, s->filter.text.s);
	s->order.n = 0;
	for (size_t i = 0; i < s->sorted.n; i++)
		if (passes(s, s->sorted.v[i], wanted.s))
			*array_add(&s->order) = s->sorted.v[i];
	buf_release(&wanted);
	if (!s->selected_id)
		s->list.selected = 0;
	find_selected(s);
	if (s->list.selected >= s->order.n)
		s->list.selected = s->order.n ? s->order.n - 1 : 0;
}

void list_screen_refresh(struct list_screen *s)
{
	sort_rows(s);
	filter_rows(s);
}

/* How many of the first n sorted rows stand before this one, or beside it. */
static size_t rows_before(const uint32_t *v, size_t n, const uint32_t *row)
{
	size_t low = 0;

	while (low < n) {
		size_t middle = low + (n - low) / 2;

		if (compare_rows(&v[middle], row) > 0)
			n = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* The sorted rows `more` into the sorted rows `to`; returns where row `keep` stands then.
 * Rows come a few at a time: their places are looked for, the rest is moved unread. */
static size_t merge(const struct list_screen *s, struct row_numbers *to,
	const struct row_numbers *more, size_t keep)
{
	size_t a = to->n, b = more->n, at = a + b;

	for (size_t i = 0; i < b; i++)
		*array_add(to) = 0;
	sorting = s;
	while (b > 0) { /* from the end: nothing is overwritten that is still to come */
		size_t before = rows_before(to->v, a, &more->v[b - 1]);

		at -= a - before;
		if (keep >= before && keep < a)
			keep += at - before;
		memmove(&to->v[at], &to->v[before], (a - before) * sizeof(*to->v));
		a = before;
		to->v[--at] = more->v[--b];
	}
	return keep;
}

static bool has_selected(const struct list_screen *s, const struct row_numbers *rows)
{
	for (size_t i = 0; s->selected_id && i < rows->n; i++)
		if (strcmp(s->ops->id(s, rows->v[i]), s->selected_id) == 0)
			return true;
	return false;
}

/* The row `was` stands at list.selected now: on the same line of the screen. */
static void keep_line(struct list_screen *s, size_t was)
{
	size_t at = s->list.selected;

	if (at >= was)
		s->list.top += at - was;
	else
		s->list.top -= s->list.top < was - at ? s->list.top : was - at;
}

/* Puts them where they belong; was: where the row under the cursor stood. */
static void add_rows(struct list_screen *s, struct row_numbers *more, size_t was)
{
	struct row_numbers shown = {0};
	struct buf wanted = BUF_INIT;

	sort(s, more);
	text_fold(&wanted, s->filter.text.s);
	for (size_t i = 0; i < more->n; i++)
		if (passes(s, more->v[i], wanted.s))
			*array_add(&shown) = more->v[i];
	merge(s, &s->sorted, more, 0);
	s->list.selected = merge(s, &s->order, &shown, s->list.selected);
	if (!s->selected_id)
		s->list.selected = 0;
	if (has_selected(s, &shown))
		find_selected(s);
	if (s->list.selected >= s->order.n)
		s->list.selected = s->order.n ? s->order.n - 1 : 0;
	keep_line(s, was);
	array_free(&shown);
	buf_release(&wanted);
}

void list_screen_added(struct list_screen *s)
{
	size_t rows = s->ops->rows(s);
	struct row_numbers more = {0};

	for (size_t i = s->sorted.n; i < rows; i++)
		*array_add(&more) = (uint32_t)i;
	add_rows(s, &more, s->list.selected);
	array_free(&more);
}

/* Takes out what went or changed, and numbers the rest anew; returns how many of the first
 * `before` are left. */
static size_t renumber(struct row_numbers *rows, const uint32_t *now, size_t before)
{
	size_t kept = 0, kept_before = 0;

	for (size_t i = 0; i < rows->n; i++) {
		uint32_t number = now[rows->v[i]];

		if (number & ROW_CHANGED)
			continue;
		rows->v[kept++] = number;
		kept_before += i < before;
	}
	rows->n = kept;
	return kept_before;
}

void list_screen_changed(struct list_screen *s, const uint32_t *now)
{
	size_t rows = s->ops->rows(s), before = s->sorted.n, was = s->list.selected;
	struct row_numbers more = {0};
	size_t stay = 0;

	for (size_t i = 0; i < before; i++) {
		stay += now[i] != ROW_GONE;
		if (now[i] != ROW_GONE && (now[i] & ROW_CHANGED))
			*array_add(&more) = now[i] & ~ROW_CHANGED;
	}
	for (size_t i = stay; i < rows; i++)
		*array_add(&more) = (uint32_t)i;
	renumber(&s->sorted, now, 0);
	s->list.selected = renumber(&s->order, now, was);
	add_rows(s, &more, was);
	array_free(&more);
}

void list_screen_renamed(struct list_screen *s, const char *from, const char *to)
{
	if (s->selected_id && strcmp(s->selected_id, from) == 0) {
		char *id = xstrdup(to);

		free(s->selected_id);
		s->selected_id = id;
	}
	if (strcmp(from, to) != 0 && strv_has(&s->marked, from)) {
		strv_add(&s->marked, to);
		strv_drop(&s->marked, from);
	}
}

bool list_screen_selected(const struct list_screen *s, size_t *row)
{
	if (s->list.selected >= s->order.n)
		return false;
	*row = s->order.v[s->list.selected];
	return true;
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
	filter_rows(s);
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
