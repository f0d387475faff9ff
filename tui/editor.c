#include "tui/editor_parts.h"

#include <stdlib.h>
#include <string.h>

#include "core/undo.h"
#include "tui/copying.h"
#include "tui/i18n.h"
#include "tui/sentence.h"
#include "tui/sheet.h"

enum { WIDEST = 100 };

static struct editor *of(struct view *v)
{
	return (struct editor *)v;
}

/* ---- reading ------------------------------------------------------------------ */

void editor_await(struct editor *e)
{
	e->waiting++;
}

/* The review comes when nothing else is asked or read above the form. */
static void look_on(struct editor *e)
{
	if (!e->checked || e->view.app->top != &e->view)
		return;
	e->checked = false;
	editor_checked(e);
}

void editor_arrived(struct editor *e)
{
	if (--e->waiting > 0)
		return;
	pace_ended(&e->pace, e->view.app);
	e->around_err = e->look_err;
	for (int i = 0; i < EDITOR_AROUND; i++)
		if (e->around[i].done && e->around[i].outcome == OUTCOME_FAILED)
			e->around_err = e->around[i].err;
	e->around_known = e->around_err.code == ERR_NONE;
	if (e->around_known)
		e->ops->arrived(e);
	if (e->phase == EDITOR_CHECKING) {
		e->checked = true;
		look_on(e);
	} else if (e->phase == EDITOR_VERIFYING) {
		editor_verified(e);
	} else {
		editor_touch(e);
		if (e->start_save)
			editor_start_save(e);
	}
}

static void around_done(void *arg)
{
	editor_arrived(arg);
}

/* What was known before stays known. */
static void look_away(struct editor *e)
{
	for (int i = 0; i < EDITOR_AROUND; i++)
		fetch_stop(&e->around[i]);
	if (e->ops->look_away)
		e->ops->look_away(e);
	editor_stop_rights(e);
	e->waiting = 0;
	e->checked = false;
}

void editor_look_around(struct editor *e)
{
	struct buf text = BUF_INIT;

	look_away(e);
	pace_begun(&e->pace, e->view.app);
	e->look_err = (struct err){0};
	e->waiting = 1; /* until all is asked */
	for (int i = 0; i < EDITOR_AROUND; i++) {
		struct search search = {.scope = SCOPE_SUBTREE};

		buf_reset(&text);
		if (!e->ops->around(e, i, &search, &text))
			continue;
		editor_await(e);
		fetch_start(&e->around[i], e->view.app->store, &search, around_done, e);
	}
	if (e->ops->look)
		e->ops->look(e);
	if (e->phase == EDITOR_CHECKING)
		editor_await_rights(e);
	else if (e->phase != EDITOR_VERIFYING)
		editor_ask_rights(e);
	buf_release(&text);
	editor_arrived(e);
}

void editor_take(struct editor *e, const struct entry *entry)
{
	struct entry *copy = entry_copy(entry);

	editor_live_forget(e);
	entry_free(e->entry);
	e->entry = copy;
	free(e->dn);
	e->dn = xstrdup(copy->dn);
}

/* What is to be taken back, on the entry as it was read.  False: it cannot be. */
static bool propose(struct editor *e, const struct entry *now)
{
	struct strv overtaken = {0};
	struct entry *as;

	if (!e->given)
		return true;
	undo_overtaken(e->given, now, &overtaken);
	if (overtaken.n) {
		strv_release(&overtaken);
		editor_unsaved(e);
		e->start_save = false;
		editor_not_taken_back(e, now);
		return false;
	}
	free(e->given->dn);
	e->given->dn = xstrdup(now->dn);
	entry_set_state(e->given->before, now->id, now->csn);
	as = undo_result(e->given, now);
	e->ops->propose(e, as);
	entry_free(as);
	return true;
}

void editor_take_back(struct editor *e, struct change *undo, const char *why)
{
	e->given = undo;
	e->given_why = xstrdup(why);
	e->attributes = NULL;
	editor_save_at_once(e);
}

static void loaded(void *arg)
{
	struct editor *e = arg;
	struct entry *entry = fetch_first(&e->load);

	if (!entry) {
		e->phase = EDITOR_FAILED;
		e->err = e->load.err;
		if (e->err.code == ERR_NONE)
			err_set(&e->err, ERR_NO_SUCH_OBJECT, 32, NULL, e->dn, NULL);
		if (e->err.code == ERR_NO_SUCH_OBJECT)
			e->generation = ++e->view.app->generation;
		editor_touch(e);
		return;
	}
	editor_take(e, entry);
	e->ops->decode(e);
	e->phase = EDITOR_READY;
	e->form.focus = e->first_focus;
	if (!propose(e, entry))
		return;
	editor_touch(e);
	editor_look_around(e);
}

void editor_read(struct editor *e, void (*on_done)(void *arg))
{
	struct search search = {
		.base = e->dn,
		.scope = SCOPE_BASE,
		.filter = "(objectClass=*)",
		.attributes = e->attributes,
	};

	fetch_start(&e->load, e->view.app->store, &search, on_done, e);
}

static void load(struct editor *e)
{
	e->phase = EDITOR_LOADING;
	editor_read(e, loaded);
	editor_touch(e);
}

/* ---- the view ----------------------------------------------------------------- */

static bool can(struct view *v, enum action action)
{
	struct editor *e = of(v);
	const struct form_item *item = form_focused(&e->form);

	switch ((int)action) {
	case ACT_BACK:
	case ACT_OPEN:
	case ACT_NEXT:
	case ACT_PREVIOUS:
	case ACT_UP:
	case ACT_DOWN:
	case ACT_LEFT:
	case ACT_RIGHT:
	case ACT_FIRST:
	case ACT_LAST:
	case ACT_PAGE_UP:
	case ACT_PAGE_DOWN:
		return true;
	case ACT_SAVE:
		return e->phase == EDITOR_READY && !editor_locked(e);
	case ACT_COPY:
		return e->entry && v->app->copy;
	case ACT_MERGE:
		return editor_can_merge(e);
	case ACT_SWITCH_TAB:
		return e->entry != NULL;
	case ACT_ROUTE:
		return e->ops->route && e->phase == EDITOR_READY;
	case ACT_TOGGLE:
		return item && item->kind != FORM_FIELD && item->kind != FORM_TAB &&
		       !item->plain;
	default:
		return e->ops->can && e->ops->can(e, action);
	}
}

static const char *const unverified =
	N_("Saved, but the directory didn't answer whether somebody else saved at the "
	   "same time: look at the entry again.");

static bool answer_unfinished(void *arg, int id)
{
	struct editor *e = arg;
	struct app *app = e->view.app;

	if (id != 2)
		return true;
	if (e->phase == EDITOR_VERIFYING) {
		app_complain(app, tr(unverified));
		app_pop(app, &e->view);
	} else if (editor_unfinished(e)) {
		app_complain(app, tr("You left before the save was answered: what became "
				     "of it is told "
				     "when it is known."));
		app_pop(app, &e->view);
	} else { /* answered while the question stood there, perhaps refused */
		app_pop(app, app->top);
		app_back(app, &e->view);
	}
	return false;
}

static void back(struct editor *e)
{
	const char *const answers[3] = {tr("Stay"), tr("Leave"), NULL};

	if (e->phase == EDITOR_CHECKING) {
		look_away(e);
		e->phase = EDITOR_READY;
		editor_unsaved(e);
		app_say(e->view.app, tr("Not saved."));
		editor_touch(e);
	} else if (editor_unfinished(e)) {
		sheet_ask(e->view.app, "",
			e->phase == EDITOR_VERIFYING
				? tr(unverified)
				: tr("The save was sent and its answer hasn't come. "
				     "Leaving doesn't take it back."),
			answers, answer_unfinished, e);
	} else {
		app_back(e->view.app, &e->view);
	}
}

static void show_tab(struct editor *e, bool mail)
{
	e->mail_tab = mail;
	e->form.focus = mail ? ID_TAB_MAIL : ID_TAB_GENERAL;
	editor_touch(e);
}

/* And stays, whatever was meant by an earlier save that was given up. */
static void save(struct editor *e)
{
	e->leave = e->at_once;
	editor_save(e);
}

static void press(struct editor *e)
{
	const struct form_item *item = form_focused(&e->form);

	if (!item)
		return;
	if (item->kind == FORM_FIELD || item->kind == FORM_TAB)
		form_move(&e->form, ACT_NEXT);
	else if (item->id == ID_SAVE)
		save(e);
	else if (item->id == ID_CANCEL)
		back(e);
	else if (item->id == ID_MERGE)
		editor_merge_newer(e);
	else if (!editor_unfinished(e))
		e->ops->pressed(e, item->id);
}

static void move(struct editor *e, enum action action)
{
	const struct form_item *item;

	form_move(&e->form, action);
	item = form_focused(&e->form);
	if (item && item->kind == FORM_TAB && (action == ACT_LEFT || action == ACT_RIGHT))
		show_tab(e, item->id == ID_TAB_MAIL);
}

static void copy(struct editor *e)
{
	struct buf text = BUF_INIT;

	if (e->ops->copied)
		e->ops->copied(e, e->form.focus, &text);
	copying_value(e->view.app, text.len ? text.s : e->entry->dn);
	buf_release(&text);
}

static void act(struct view *v, enum action action)
{
	struct editor *e = of(v);

	switch ((int)action) {
	case ACT_BACK:
		back(e);
		break;
	case ACT_SAVE:
		save(e);
		break;
	case ACT_OPEN:
	case ACT_TOGGLE:
		press(e);
		break;
	case ACT_COPY:
		copy(e);
		break;
	case ACT_MERGE:
		editor_merge_newer(e);
		break;
	case ACT_ROUTE:
		e->ops->route(e);
		break;
	case ACT_SWITCH_TAB:
		show_tab(e, !e->mail_tab);
		break;
	default:
		if (e->ops->can && e->ops->can(e, action))
			e->ops->act(e, action);
		else
			move(e, action);
	}
}

static void click(struct view *v, int id)
{
	struct editor *e = of(v);

	if (id == ID_TAB_GENERAL || id == ID_TAB_MAIL)
		show_tab(e, id == ID_TAB_MAIL);
	else if (form_click(&e->form, id))
		press(e);
}

static struct field *field(struct view *v)
{
	return form_field_focused(&of(v)->form);
}

static void edited(struct view *v)
{
	struct editor *e = of(v);

	e->refused = (struct err){0};
	editor_touch(e);
	if (e->ops->edited)
		e->ops->edited(e);
	if (e->phase == EDITOR_CHECKING) /* what was asked was about something else */
		editor_look_around(e);
}

static void path(struct view *v, struct buf *out)
{
	of(v)->ops->path(of(v), out);
}

static void draw(struct view *v, struct canvas *c, struct area a)
{
	if (a.w > WIDEST)
		a.w = WIDEST; /* a line is read, not followed across a wide screen */
	form_draw(&of(v)->form, c, a);
}

static bool clean(struct view *v)
{
	struct editor *e = of(v);

	return e->phase == EDITOR_LOADING || e->phase == EDITOR_FAILED ||
	       editor_unfinished(e) || !e->ops->changed(e);
}

static void save_and_leave(struct view *v)
{
	of(v)->leave = true;
	if (of(v)->phase != EDITOR_CHECKING) /* which goes on by itself */
		editor_save(of(v));
}

static void release(struct view *v)
{
	struct editor *e = of(v);

	e->ops->release(e);
	editor_live_forget(e);
	buf_release(&e->stale_said);
	fetch_stop(&e->load);
	for (int i = 0; i < EDITOR_AROUND; i++)
		fetch_stop(&e->around[i]);
	if (e->write)
		store_cancel(v->app->store, e->write);
	editor_ready(e);
	rights_release(&e->rights);
	form_release(&e->form);
	findings_release(&e->findings);
	editor_conflict_release(e);
	entry_free(e->entry);
	plan_free(e->plan);
	plan_free(e->undo);
	editor_forget_given(e);
	free(e->dn);
}

/* An entry looked at again: another screen may have changed what stands around it. */
static void resume(struct view *v)
{
	struct editor *e = of(v);

	if (e->phase == EDITOR_READY && e->generation != v->app->generation) {
		e->generation = v->app->generation;
		editor_look_around(e);
	}
}

static void tick(struct view *v)
{
	look_on(of(v));
	editor_live_tick(of(v));
	editor_watch_rights(of(v));
}

static const struct view_ops view_ops = {
	.contexts = CTX_FORM | CTX_USER,
	.path = path,
	.resume = resume,
	.can = can,
	.act = act,
	.field = field,
	.click = click,
	.edited = edited,
	.draw = draw,
	.clean = clean,
	.save = save_and_leave,
	.draft = editor_draft,
	.tick = tick,
	.news = editor_news,
	.free = release,
};

void *editor_new(size_t size, const struct editor_ops *ops, struct app *app, const char *dn,
	const char *const *attributes)
{
	struct editor *e = view_new(size, &view_ops, app);

	e->ops = ops;
	buf_init(&e->merged);
	buf_init(&e->stale_said);
	e->attributes = attributes;
	e->dn = dn ? xstrdup(dn) : NULL;
	e->generation = app->generation;
	e->mail_tab = true;
	e->form.foot = true;
	e->phase = dn ? EDITOR_LOADING : EDITOR_READY;
	return e;
}

void editor_show(struct editor *e)
{
	app_push(e->view.app, &e->view);
	if (e->dn) {
		load(e);
	} else {
		e->ops->decode(e);
		editor_ask_rights(e);
		editor_touch(e);
	}
}
