/*
 * Signing in with name and password (auth = "simple").
 */
#include <stdlib.h>
#include <string.h>

#include "tui/form.h"
#include "tui/i18n.h"
#include "tui/screens.h"
#include "tui/sentence.h"

enum { ID_NAME = 1, ID_PASSWORD, ID_SIGN_IN, ID_QUIT };

struct signin {
	struct view view;
	struct form form;
	struct field name, password;
	bool waiting; /* neither signed in nor refused nor unreachable yet */
};

static struct signin *of(struct view *v)
{
	return (struct signin *)v;
}

static void build(struct signin *s)
{
	struct form *f = &s->form;
	const struct store_status *status = store_status(s->view.app->store);
	struct form_item *item;
	struct buf text = BUF_INIT;

	form_clear(f);
	form_heading(f, tr("Sign in"));
	form_blank(f);
	form_field(f, ID_NAME, tr("Name"), &s->name);
	item = form_field(f, ID_PASSWORD, tr("Password"), &s->password);
	if (s->waiting) {
		form_note(item, STYLE_DIM, tr("Signing in…"));
	} else if (status->err && status->err->code != ERR_NONE) {
		sentence_err(status->err, &text);
		form_note(item, STYLE_ERROR, text.s);
		buf_reset(&text);
		sentence_safe(status->err->server, &text);
		if (text.len)
			form_text(f, STYLE_DIM, text.s)->indent = 2;
	}
	form_button(f, ID_SIGN_IN, tr("Sign in"));
	form_button(f, ID_QUIT, tr("Quit"));
	form_settle(f);
	buf_release(&text);
}

static void sign_in(struct signin *s)
{
	if (s->waiting)
		return;
	if (!s->name.text.len || !s->password.text.len) {
		form_focus(&s->form, s->name.text.len ? ID_PASSWORD : ID_NAME);
		app_complain(s->view.app, tr("Please fill this in."));
		return;
	}
	s->waiting = true;
	free(s->view.app->login);
	s->view.app->login = xstrdup(s->name.text.s);
	store_sign_in(s->view.app->store, s->name.text.s, s->password.text.s);
	build(s);
}

static bool can(struct view *v, enum action action)
{
	const struct form_item *item = form_focused(&of(v)->form);

	switch ((int)action) {
	case ACT_UP:
	case ACT_DOWN:
	case ACT_LEFT:
	case ACT_RIGHT:
	case ACT_NEXT:
	case ACT_PREVIOUS:
	case ACT_FIRST:
	case ACT_LAST:
	case ACT_PAGE_UP:
	case ACT_PAGE_DOWN:
	case ACT_OPEN:
		return true;
	case ACT_TOGGLE:
		return item && item->kind == FORM_BUTTON;
	default:
		return false;
	}
}

static void act(struct view *v, enum action action)
{
	struct signin *s = of(v);

	if (action != ACT_OPEN && action != ACT_TOGGLE)
		form_move(&s->form, action);
	else if (s->form.focus == ID_NAME)
		form_move(&s->form, ACT_NEXT);
	else if (s->form.focus == ID_QUIT)
		app_quit(v->app);
	else
		sign_in(s);
}

static void click(struct view *v, int id)
{
	if (form_click(&of(v)->form, id))
		act(v, ACT_OPEN);
}

static struct field *field(struct view *v)
{
	return form_field_focused(&of(v)->form);
}

static void draw(struct view *v, struct canvas *c, struct area a)
{
	int width = a.w < 64 ? a.w : 64;

	form_draw(&of(v)->form, c,
		(struct area){a.y + 2, a.x + (a.w - width) / 2, a.h - 2, width});
}

/* Signed in: gone.  Refused: the password again.  Not reached: it goes on trying. */
static void tick(struct view *v)
{
	struct signin *s = of(v);
	enum store_phase phase = store_status(v->app->store)->phase;

	if (phase == STORE_READY) {
		app_pop(v->app, v);
		return;
	}
	if (s->waiting && phase == STORE_SIGNED_OUT) {
		field_set(&s->password, "");
		if (s->form.focus != ID_NAME) /* who corrects it meanwhile goes on */
			form_focus(&s->form, ID_PASSWORD);
	}
	if (phase == STORE_SIGNED_OUT || phase == STORE_DOWN)
		s->waiting = false;
	build(s);
}

static void release(struct view *v)
{
	struct signin *s = of(v);

	form_release(&s->form);
	field_release(&s->name);
	field_release(&s->password);
}

static const struct view_ops ops = {
	.contexts = CTX_FORM,
	.stays = true,
	.can = can,
	.act = act,
	.field = field,
	.click = click,
	.draw = draw,
	.tick = tick,
	.free = release,
};

bool signin_is_open(const struct app *app)
{
	for (const struct view *v = app->top; v; v = v->below)
		if (v->ops == &ops)
			return true;
	return false;
}

void signin_open(struct app *app)
{
	struct signin *s = view_new(sizeof(*s), &ops, app);

	field_init(&s->name, "");
	field_init(&s->password, "");
	s->password.secret = true;
	app_push(app, &s->view);
	build(s);
}
