#include "tui/sheet.h"

#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "tui/i18n.h"

static struct sheet *of(struct view *v)
{
	return (struct sheet *)v;
}

/* Where nothing takes the focus the moving keys scroll. */
static void scroll(struct sheet *s, enum action action)
{
	static const struct {
		enum action action;
		int by;
	} steps[] = {
		{ACT_UP, -1},
		{ACT_DOWN, 1},
		{ACT_PAGE_UP, -10},
		{ACT_PAGE_DOWN, 10},
		{ACT_FIRST, -1000000},
		{ACT_LAST, 1000000},
	};

	for (size_t i = 0; i < COUNT_OF(steps); i++)
		if (steps[i].action == action)
			s->scroll += steps[i].by;
	if (s->scroll < 0)
		s->scroll = 0;
}

static void answer(struct sheet *s, int id)
{
	if (!s->fn || s->fn(s->arg, id))
		app_pop(s->view.app, &s->view);
}

static bool sheet_can(struct view *v, enum action action)
{
	const struct form_item *item = form_focused(&of(v)->form);

	switch ((int)action) {
	case ACT_TOGGLE:
		return item && item->kind != FORM_FIELD;
	case ACT_NEXT:
	case ACT_PREVIOUS:
		return item != NULL;
	default:
		return true;
	}
}

static void sheet_act(struct view *v, enum action action)
{
	struct sheet *s = of(v);
	const struct form_item *item = form_focused(&s->form);

	if (action == ACT_BACK) {
		answer(s, 0);
	} else if (action == ACT_OPEN && item && item->kind == FORM_FIELD) {
		form_move(&s->form, ACT_NEXT);
	} else if (action == ACT_OPEN || action == ACT_TOGGLE) {
		answer(s, item ? item->id : 0);
	} else if (!item) {
		scroll(s, action);
	} else if ((action == ACT_LEFT || action == ACT_RIGHT) &&
		   item->kind == FORM_CHOICE) {
		answer(s, item->id);
	} else {
		form_move(&s->form, action);
	}
}

static struct field *sheet_field(struct view *v)
{
	return form_field_focused(&of(v)->form);
}

static void draw_scrolled(struct sheet *s, struct canvas *c, struct area in)
{
	int total = form_height(&s->form, in.w);
	struct canvas *tall = canvas_new(total > in.h ? total : in.h, in.w);
	int from = s->scroll > total - in.h ? total - in.h : s->scroll;

	if (from < 0)
		from = 0;
	tall->ascii = c->ascii;
	form_draw(&s->form, tall, canvas_all(tall));
	canvas_copy(c, in, tall, from);
	canvas_free(tall);
	if (from > 0)
		canvas_text(
			c, in.y, in.x + in.w, 1, STYLE_ACCENT, canvas_glyph(c, GLYPH_UP));
	if (from + in.h < total)
		canvas_text(c, in.y + in.h - 1, in.x + in.w, 1, STYLE_ACCENT,
			canvas_glyph(c, GLYPH_DOWN));
}

static void sheet_draw(struct view *v, struct canvas *c, struct area a)
{
	struct sheet *s = of(v);
	int width = s->width ? s->width : 72;
	struct area box, in;

	if (width > a.w - 8)
		width = a.w - 8;
	box.w = width + 4;
	box.h = form_height(&s->form, width) + 2;
	if (box.h > a.h)
		box.h = a.h;
	box.y = a.y + (a.h - box.h) / 2;
	box.x = a.x + (a.w - box.w) / 2;
	canvas_fill(c, (struct area){box.y, box.x - 2, box.h, box.w + 4}, STYLE_TEXT);
	canvas_box(c, box, STYLE_DIM);
	if (s->title[0]) {
		struct buf title = BUF_INIT;

		buf_printf(&title, " %s ", s->title);
		canvas_text(c, box.y, box.x + 2, box.w - 4, STYLE_TITLE, title.s);
		buf_release(&title);
	}
	in = (struct area){box.y + 1, box.x + 2, box.h - 2, width};
	if (form_focused(&s->form))
		form_draw(&s->form, c, in);
	else
		draw_scrolled(s, c, in);
}

static void sheet_free(struct view *v)
{
	struct sheet *s = of(v);

	form_release(&s->form);
	free(s->title);
}

static const struct view_ops sheet_ops = {
	.contexts = CTX_SHEET,
	.popup = true,
	.can = sheet_can,
	.act = sheet_act,
	.field = sheet_field,
	.draw = sheet_draw,
	.free = sheet_free,
};

void *sheet_new_sized(
	size_t size, struct app *app, const char *title, sheet_fn *fn, void *arg)
{
	struct sheet *s = view_new(size, &sheet_ops, app);

	s->title = xstrdup(title);
	s->fn = fn;
	s->arg = arg;
	return s;
}

struct sheet *sheet_new(struct app *app, const char *title, sheet_fn *fn, void *arg)
{
	return sheet_new_sized(sizeof(struct sheet), app, title, fn, arg);
}

void sheet_show(struct sheet *s)
{
	form_settle(&s->form);
	app_push(s->view.app, &s->view);
}

void sheet_text(struct app *app, const char *title, const char *text)
{
	struct sheet *s = sheet_new(app, title, NULL, NULL);
	const char *line = text;

	s->width = 80; /* LDIF is folded at 76 */
	while (*line) {
		size_t n = strcspn(line, "\n");
		char *copy = xstrndup(line, n);

		if (n)
			form_text(&s->form, STYLE_TEXT, copy);
		else
			form_blank(&s->form);
		free(copy);
		line += n + (line[n] == '\n');
	}
	sheet_show(s);
}

void sheet_ask(struct app *app, const char *title, const char *question,
	const char *const answers[3], sheet_fn *fn, void *arg)
{
	struct sheet *s = sheet_new(app, title, fn, arg);

	form_text(&s->form, STYLE_TEXT, question);
	for (int i = 0; i < 3 && answers[i]; i++)
		form_button(&s->form, i + 1, answers[i]);
	s->form.focus = 1;
	sheet_show(s);
}
