#include "tui/lock.h"

#include <stdlib.h>
#include <string.h>

#include "tui/form.h"
#include "tui/i18n.h"
#include "tui/sentence.h"

enum { ID_PASSWORD = 1, ID_UNLOCK, ID_QUIT };
enum { WARNING_MS = 60 * 1000, DELAY_MS = 1000, DELAY_MOST_MS = 30 * 1000 };

struct lock {
	struct view view;
	struct form form;
	struct field password;
	bool ends;    /* it is not opened again: the session ends */
	bool waiting; /* for what becomes of the password */
	bool tried;
	long delay_ms; /* after the next wrong one */
	long again_ms; /* when the next is taken */
};

static struct lock *of(struct view *v)
{
	return (struct lock *)v;
}

static long now_ms(const struct app *app)
{
	return app->now_ms ? app->now_ms() : 0;
}

/* ---- what it shows ------------------------------------------------------------ */

static void say_why(const struct lock *l, struct form *f)
{
	unsigned minutes = l->view.app->settings->session.lock_after;
	struct buf text = BUF_INIT;

	buf_printf(&text,
		tr_n("Nobody typed here for %u minute.",
			"Nobody typed here for %u minutes.", minutes),
		minutes);
	if (l->ends)
		buf_printf(&text, " %s",
			tr("The session ends as soon as the save that was sent is "
			   "answered."));
	form_text(f, STYLE_TEXT, text.s);
	form_blank(f);
	buf_release(&text);
}

static void note(const struct lock *l, struct form_item *item)
{
	const struct store_status *status = store_status(l->view.app->store);
	long left_ms = l->again_ms - now_ms(l->view.app);
	struct buf text = BUF_INIT;

	if (l->waiting) {
		form_note(item, STYLE_DIM, tr("Signing in…"));
		return;
	}
	if (!l->tried || !status->proof_err)
		return;
	sentence_err(status->proof_err, &text);
	if (left_ms > 0) {
		buf_putc(&text, ' ');
		buf_printf(&text, tr("Again in %ld s."), (left_ms + 999) / 1000);
	}
	form_note(item, STYLE_ERROR, text.s);
	buf_release(&text);
}

static void build(struct lock *l)
{
	struct form *f = &l->form;
	struct buf name = BUF_INIT;

	form_clear(f);
	form_heading(f, tr("Locked"));
	form_blank(f);
	say_why(l, f);
	if (!l->ends) {
		sentence_safe(l->view.app->login, &name);
		form_pair(f, tr("Name"), name.s);
		note(l, form_field(f, ID_PASSWORD, tr("Password"), &l->password));
		form_button(f, ID_UNLOCK, tr("Unlock"));
	}
	form_button(f, ID_QUIT, tr("Quit"));
	form_settle(f);
	buf_release(&name);
}

static void draw(struct view *v, struct canvas *c, struct area a)
{
	int width = a.w < 64 ? a.w : 64;

	form_draw(&of(v)->form, c,
		(struct area){a.y + 2, a.x + (a.w - width) / 2, a.h - 2, width});
}

/* ---- what it does ------------------------------------------------------------- */

static void try(struct lock *l)
{
	if (l->waiting || now_ms(l->view.app) < l->again_ms)
		return;
	form_focus(&l->form, ID_PASSWORD);
	if (!l->password.text.len)
		return;
	l->waiting = l->tried = true;
	store_prove(l->view.app->store, l->password.text.s);
	field_set(&l->password, "");
	build(l);
}

static bool can(struct view *v, enum action action)
{
	const struct form_item *item = form_focused(&of(v)->form);

	return action != ACT_SAVE && action != ACT_ROUTE && action != ACT_SWITCH_TAB &&
	       action != ACT_BACK && action != ACT_COPY && action != ACT_TEST &&
	       (action != ACT_TOGGLE || (item && item->kind == FORM_BUTTON));
}

static void act(struct view *v, enum action action)
{
	struct lock *l = of(v);

	if (action != ACT_OPEN && action != ACT_TOGGLE)
		form_move(&l->form, action);
	else if (l->form.focus == ID_QUIT)
		v->app->quit = true;
	else
		try(l);
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

static void release(struct view *v)
{
	struct lock *l = of(v);

	form_release(&l->form);
	field_release(&l->password);
}

static const struct view_ops ops = {
	.contexts = CTX_FORM,
	.stays = true,
	.can = can,
	.act = act,
	.field = field,
	.click = click,
	.draw = draw,
	.free = release,
};

/* ---- when --------------------------------------------------------------------- */

static long limit_ms(const struct app *app)
{
	return (long)app->settings->session.lock_after * 60 * 1000;
}

static bool is_watched(const struct app *app)
{
	return limit_ms(app) > 0 && app->identity && !app->lock && app->touched_ms >= 0;
}

static long left_ms(const struct app *app)
{
	return app->touched_ms + limit_ms(app) - now_ms(app);
}

static long warned_ms(const struct app *app)
{
	return limit_ms(app) / 2 < WARNING_MS ? limit_ms(app) / 2 : WARNING_MS;
}

bool lock_warning(const struct app *app, struct buf *out)
{
	bool locks = auth_asks(app->settings->directory.auth);
	long left = is_watched(app) ? left_ms(app) : 0;
	unsigned long s = (unsigned long)(left + 999) / 1000;

	if (left <= 0 || left > warned_ms(app))
		return false;
	if (locks)
		buf_printf(out,
			tr_n("Locks in %lu second: any key prevents it.",
				"Locks in %lu seconds: any key prevents it.", s),
			s);
	else
		buf_printf(out,
			tr_n("The session ends in %lu second: any key prevents it.",
				"The session ends in %lu seconds: any key prevents it.", s),
			s);
	return true;
}

/* Who is signed in, remembered for when they no longer are. */
static void note_identity(struct app *app)
{
	const struct store_status *st = store_status(app->store);
	const char *who = *st->who_dn ? st->who_dn : st->who;

	if (st->phase != STORE_READY || !*who ||
		(app->identity && strcmp(app->identity, who) == 0))
		return;
	free(app->identity);
	app->identity = xstrdup(who);
	app->left_known = false;
}

static void lock(struct app *app)
{
	bool ends = !auth_asks(app->settings->directory.auth) || !app->login;
	struct lock *l;

	app->message_shown = false;
	if (ends && !app->writing) {
		app->idle = app->quit = true;
		return;
	}
	l = view_new(sizeof(*l), &ops, app);
	l->ends = ends;
	l->delay_ms = DELAY_MS;
	field_init(&l->password, "");
	l->password.secret = true;
	app->lock = &l->view;
	build(l);
}

void lock_release(struct app *app)
{
	if (!app->lock)
		return;
	release(app->lock);
	free(app->lock);
	app->lock = NULL;
}

static void answered(struct lock *l)
{
	const struct store_status *status = store_status(l->view.app->store);

	l->waiting = status->proof == PROOF_ASKED;
	if (status->proof != PROOF_NO)
		return;
	l->again_ms = now_ms(l->view.app) + l->delay_ms;
	l->delay_ms = l->delay_ms * 2 < DELAY_MOST_MS ? l->delay_ms * 2 : DELAY_MOST_MS;
}

static void step_locked(struct app *app)
{
	struct lock *l = of(app->lock);

	if (l->ends && !app->writing) {
		app->idle = app->quit = true;
	} else if (l->waiting) {
		answered(l);
		if (!l->waiting && store_status(app->store)->proof == PROOF_YES) {
			lock_touch(app);
			lock_release(app);
			return;
		}
	}
	build(l);
}

void lock_touch(struct app *app)
{
	app->touched_ms = now_ms(app);
}

void lock_step(struct app *app)
{
	note_identity(app);
	if (app->touched_ms < 0)
		lock_touch(app);
	if (is_watched(app) && left_ms(app) <= 0)
		lock(app);
	if (app->lock)
		step_locked(app);
}

static long next_second(long ms)
{
	return ms > 0 ? (ms - 1) % 1000 + 1 : 0;
}

int lock_timeout(const struct app *app)
{
	long left = left_ms(app), warned = warned_ms(app);

	if (app->lock) {
		long again = of(app->lock)->again_ms - now_ms(app);

		return again > 0 ? (int)next_second(again) : -1;
	}
	if (!is_watched(app))
		return -1;
	if (left > warned)
		return (int)(left - warned);
	return (int)next_second(left);
}
