#include "tui/form.h"

#include <stdlib.h>

/* ---- describing --------------------------------------------------------------- */

void form_clear(struct form *f)
{
	for (size_t i = 0; i < f->items.n; i++) {
		struct form_item *item = &f->items.v[i];

		free(item->label);
		free(item->value);
		free(item->third);
		free(item->note);
	}
	f->items.n = 0;
}

void form_release(struct form *f)
{
	form_clear(f);
	array_free(&f->items);
	f->focus = 0;
}

static char *copy_of(const char *s)
{
	return s ? xstrdup(s) : NULL;
}

static struct form_item *add(struct form *f, enum form_kind kind, int id, const char *label)
{
	struct form_item *item = array_add(&f->items);

	item->kind = kind;
	item->id = id;
	item->label = copy_of(label ? label : "");
	return item;
}

struct form_item *form_tab(struct form *f, int id, const char *label, bool on)
{
	struct form_item *item = add(f, FORM_TAB, id, label);

	item->on = on;
	return item;
}

struct form_item *form_heading(struct form *f, const char *label)
{
	struct form_item *item = add(f, FORM_HEADING, 0, label);

	item->style = STYLE_TITLE;
	return item;
}

struct form_item *form_text(struct form *f, enum style style, const char *text)
{
	struct form_item *item = add(f, FORM_TEXT, 0, text);

	item->style = style;
	return item;
}

void form_blank(struct form *f)
{
	add(f, FORM_BLANK, 0, "");
}

struct form_item *form_pair(struct form *f, const char *label, const char *value)
{
	struct form_item *item = add(f, FORM_PAIR, 0, label);

	item->value = copy_of(value);
	return item;
}

struct form_item *form_row(
	struct form *f, const char *a, const char *b, const char *c, enum style style)
{
	struct form_item *item = add(f, FORM_ROW, 0, a);

	item->value = copy_of(b ? b : "");
	item->third = copy_of(c ? c : "");
	item->style = style;
	return item;
}

struct form_item *form_field(struct form *f, int id, const char *label, struct field *field)
{
	struct form_item *item = add(f, FORM_FIELD, id, label);

	item->field = field;
	return item;
}

struct form_item *form_check(
	struct form *f, int id, const char *label, bool on, const char *value)
{
	struct form_item *item = add(f, FORM_CHECK, id, label);

	item->on = on;
	item->value = copy_of(value);
	return item;
}

struct form_item *form_choice(struct form *f, int id, const char *label, const char *value)
{
	struct form_item *item = add(f, FORM_CHOICE, id, label);

	item->value = copy_of(value);
	return item;
}

struct form_item *form_entry(struct form *f, int id, const char *label, const char *value)
{
	struct form_item *item = add(f, FORM_ENTRY, id, label);

	item->value = copy_of(value);
	return item;
}

struct form_item *form_button(struct form *f, int id, const char *label)
{
	return add(f, FORM_BUTTON, id, label);
}

void form_note(struct form_item *item, enum style style, const char *text)
{
	free(item->note);
	item->note = copy_of(text);
	item->note_style = style;
	item->height = 0;
}

void form_lock(struct form_item *item)
{
	item->locked = true;
}

/* ---- focus -------------------------------------------------------------------- */

/* A row of tabs is one stop: the tab that is shown. */
static bool takes_focus(const struct form_item *item)
{
	if (item->locked && item->kind != FORM_FIELD && !item->plain)
		return false;
	return item->id > 0 && (item->kind != FORM_TAB || item->on);
}

static long focus_index(const struct form *f)
{
	for (size_t i = 0; i < f->items.n; i++)
		if (f->items.v[i].id == f->focus && takes_focus(&f->items.v[i]))
			return (long)i;
	return -1;
}

void form_settle(struct form *f)
{
	long first = -1;

	if (focus_index(f) >= 0)
		return;
	f->focus = 0;
	for (size_t i = 0; i < f->items.n; i++) {
		const struct form_item *item = &f->items.v[i];

		if (!takes_focus(item))
			continue;
		if (first < 0 ||
			(f->items.v[first].kind == FORM_TAB && item->kind != FORM_TAB))
			first = (long)i;
	}
	if (first >= 0)
		f->focus = f->items.v[first].id;
}

static bool focus_item(struct form *f, int id)
{
	int before = f->focus;

	f->focus = id;
	if (focus_index(f) < 0)
		f->focus = before;
	return f->focus == id;
}

bool form_focus(struct form *f, int id)
{
	bool noted = false;

	if (id <= 0 || focus_item(f, id))
		return id > 0;
	for (size_t i = 0; i < f->items.n; i++) {
		noted = noted || f->items.v[i].noted == id;
		if (noted && takes_focus(&f->items.v[i]))
			return focus_item(f, f->items.v[i].id);
	}
	return false;
}

const struct form_item *form_focused(const struct form *f)
{
	long i = focus_index(f);

	return i < 0 ? NULL : &f->items.v[i];
}

bool form_click(struct form *f, int id)
{
	const struct form_item *item;

	form_focus(f, id);
	item = form_focused(f);
	return item && item->id == id && item->kind != FORM_FIELD && !item->plain;
}

struct field *form_field_focused(const struct form *f)
{
	const struct form_item *item = form_focused(f);

	return item ? item->field : NULL;
}

static bool shares_row(const struct form *f, size_t i)
{
	enum form_kind kind = f->items.v[i].kind;

	return i > 0 && f->items.v[i - 1].kind == kind &&
	       (kind == FORM_BUTTON || kind == FORM_TAB);
}

static long row_of(const struct form *f, size_t i)
{
	while (shares_row(f, i))
		i--;
	return (long)i;
}

/* The next item in direction `step` that takes the focus, skipping the current row when
 * `rows`; -1: none. */
static long neighbour(const struct form *f, int step, bool rows)
{
	long at = focus_index(f);

	if (at < 0)
		return -1;
	for (long i = at + step; i >= 0 && i < (long)f->items.n; i += step) {
		if (!takes_focus(&f->items.v[i]))
			continue;
		if (!rows)
			return i;
		if (row_of(f, (size_t)i) == row_of(f, (size_t)at))
			continue;
		/* entering a row of buttons from below lands on its first */
		for (long j = row_of(f, (size_t)i); j <= i; j++)
			if (takes_focus(&f->items.v[j]))
				return j;
	}
	return -1;
}

static long beside(const struct form *f, int step)
{
	long at = focus_index(f);
	long i = at + step;

	if (at < 0 || i < 0 || i >= (long)f->items.n ||
		row_of(f, (size_t)i) != row_of(f, (size_t)at) || f->items.v[i].id <= 0)
		return -1;
	return i;
}

static long edge(const struct form *f, int step)
{
	for (long i = step > 0 ? 0 : (long)f->items.n - 1; i >= 0 && i < (long)f->items.n;
		i += step)
		if (takes_focus(&f->items.v[i]))
			return i;
	return -1;
}

static void pan(struct form *f, enum action action)
{
	int page = f->page > 1 ? f->page - 1 : 1;
	int by = 0;

	switch ((int)action) {
	case ACT_UP:
		by = -1;
		break;
	case ACT_DOWN:
		by = 1;
		break;
	case ACT_PAGE_UP:
		by = -page;
		break;
	case ACT_PAGE_DOWN:
		by = page;
		break;
	}
	f->pan += by;
	f->pan = f->pan < f->pan_least ? f->pan_least : f->pan;
	f->pan = f->pan > f->pan_most ? f->pan_most : f->pan;
}

bool form_move(struct form *f, enum action action)
{
	static const struct {
		enum action action;
		int step;
		long (*find)(const struct form *, int);
		bool rows;
	} moves[] = {
		{ACT_UP, -1, NULL, true},
		{ACT_DOWN, 1, NULL, true},
		{ACT_PREVIOUS, -1, NULL, false},
		{ACT_NEXT, 1, NULL, false},
		{ACT_LEFT, -1, beside, false},
		{ACT_RIGHT, 1, beside, false},
		{ACT_FIRST, 1, edge, false},
		{ACT_LAST, -1, edge, false},
	};
	long to = -1;

	for (size_t i = 0; i < COUNT_OF(moves); i++) {
		if (moves[i].action != action)
			continue;
		to = moves[i].find ? moves[i].find(f, moves[i].step)
				   : neighbour(f, moves[i].step, moves[i].rows);
		if (to < 0 && (action == ACT_NEXT || action == ACT_PREVIOUS))
			to = edge(f, moves[i].step); /* Tab goes round */
	}
	if (to < 0) {
		pan(f, action);
		return false;
	}
	f->focus = f->items.v[to].id;
	f->pan = 0;
	for (size_t i = 0; f->items.v[to].kind == FORM_TAB && i < f->items.n; i++)
		if (f->items.v[i].kind == FORM_TAB)
			f->items.v[i].on = (long)i == to;
	return true;
}
