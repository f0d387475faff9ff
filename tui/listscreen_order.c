/* The order of a list screen's rows, which of them are shown, and where the cursor stays.
 */
#include "tui/listscreen_parts.h"

#include <stdlib.h>
#include <string.h>

#include "core/text.h"

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

void list_screen_filter(struct list_screen *s)
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
	list_screen_filter(s);
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

static void copy_order(struct list_screen *s)
{
	while (s->order.n < s->sorted.n)
		*array_add(&s->order) = 0;
	if (s->sorted.n)
		memcpy(s->order.v, s->sorted.v, s->sorted.n * sizeof(*s->order.v));
}

/* Puts them where they belong; was: where the row under the cursor stood. */
static void add_rows(struct list_screen *s, struct row_numbers *more, size_t was)
{
	struct row_numbers shown = {0};
	struct buf wanted = BUF_INIT;
	bool all; /* nothing is filtered out: one merge is enough */

	sort(s, more);
	text_fold(&wanted, s->filter.text.s);
	for (size_t i = 0; i < more->n; i++)
		if (passes(s, more->v[i], wanted.s))
			*array_add(&shown) = more->v[i];
	all = s->order.n == s->sorted.n && shown.n == more->n;
	if (all) {
		s->list.selected = merge(s, &s->sorted, more, s->list.selected);
		copy_order(s);
	} else {
		merge(s, &s->sorted, more, 0);
		s->list.selected = merge(s, &s->order, &shown, s->list.selected);
	}
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
