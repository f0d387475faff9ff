#include "tui/sheet.h"

#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "tui/i18n.h"

enum { ID_CLOSE = 1 };

static struct sheet *of(struct view *v)
{
	return (struct sheet *)v;
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
	} else if ((action == ACT_LEFT || action == ACT_RIGHT) &&
		   item->kind == FORM_CHOICE) {
		answer(s, item->id);
	} else {
		form_move(&s->form, action);
	}
}

static void sheet_click(struct view *v, int id)
{
	if (form_click(&of(v)->form, id))
		answer(of(v), id);
}

static struct field *sheet_field(struct view *v)
{
	return form_field_focused(&of(v)->form);
}

/* A title that the frame can't hold stands inside it. Returns its rows. */
static int put_title(const struct sheet *s, struct canvas *c, struct area box)
{
	struct buf title = BUF_INIT;
	bool fits;

	buf_printf(&title, " %s ", s->title);
	fits = canvas_width(title.s, box.w) <= box.w - 4;
	if (c && fits && s->title[0])
		canvas_text(c, box.y, box.x + 2, box.w - 4, STYLE_TITLE, title.s);
	buf_release(&title);
	return fits ? 0
		    : canvas_wrap(
			      c, box.y + 1, box.x + 2, box.w - 4, 4, STYLE_TITLE, s->title);
}

static void sheet_draw(struct view *v, struct canvas *c, struct area a)
{
	struct sheet *s = of(v);
	int width = s->width ? s->width : 72, title;
	struct area box = {0};

	if (width > a.w - 8)
		width = a.w - 8;
	box.w = width + 4;
	title = put_title(s, NULL, box);
	box.h = form_height(&s->form, width) + 2 + title;
	if (box.h > a.h)
		box.h = a.h;
	box.y = a.y + (a.h - box.h) / 2;
	box.x = a.x + (a.w - box.w) / 2;
	canvas_fill(c, (struct area){box.y, box.x - 2, box.h, box.w + 5}, STYLE_TEXT);
	canvas_box(c, box, STYLE_DIM);
	put_title(s, c, box);
	form_draw(&s->form, c,
		(struct area){box.y + 1 + title, box.x + 2, box.h - 2 - title, width});
}

static void sheet_edited(struct view *v)
{
	if (of(v)->edited)
		of(v)->edited(of(v)->arg);
}

static void sheet_free(struct view *v)
{
	struct sheet *s = of(v);

	if (s->release)
		s->release(s->arg);
	form_release(&s->form);
	free(s->title);
}

static const struct view_ops sheet_ops = {
	.contexts = CTX_SHEET,
	.popup = true,
	.can = sheet_can,
	.act = sheet_act,
	.field = sheet_field,
	.edited = sheet_edited,
	.click = sheet_click,
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
	if (!form_focused(&s->form)) {
		form_button(&s->form, ID_CLOSE, tr("Close"));
		form_settle(&s->form);
	}
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
