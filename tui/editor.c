#include "tui/editor.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/text.h"
#include "tui/i18n.h"
#include "tui/review.h"
#include "tui/sentence.h"
#include "tui/sheet.h"

static struct editor *of(struct view *v)
{
	return (struct editor *)v;
}

/* ---- showing ------------------------------------------------------------------ */

void editor_touch(struct editor *e)
{
	findings_release(&e->findings);
	if (e->phase != EDITOR_LOADING && e->phase != EDITOR_FAILED)
		e->ops->check(e);
	form_clear(&e->form);
	e->ops->build(e);
	form_settle(&e->form);
}

static enum style style_of(enum severity severity)
{
	switch (severity) {
	case SEVERITY_NOTE:
		return STYLE_DIM;
	case SEVERITY_WARNING:
		return STYLE_WARNING;
	case SEVERITY_ERROR:
		return STYLE_ERROR;
	}
	BUG("severity %d", (int)severity);
}

void editor_note(struct editor *e, struct form_item *item, enum form_field field)
{
	const struct finding *f = findings_at(&e->findings, field);
	struct buf text = BUF_INIT;

	if (e->refused.code != ERR_NONE && e->refused_at == field) {
		sentence_err(&e->refused, &text);
		form_note(item, STYLE_ERROR, text.s);
	} else if (f) {
		if (f->severity == SEVERITY_NOTE && item->note)
			buf_printf(&text, "%s ", item->note);
		sentence_finding(f, &text);
		form_note(item, style_of(f->severity), text.s);
	}
	buf_release(&text);
}

static void headline(struct editor *e, enum style style, const char *text)
{
	form_text(&e->form, style, text);
	form_blank(&e->form);
}

static void headline_err(struct editor *e, const struct err *err)
{
	struct buf text = BUF_INIT;

	sentence_err(err, &text);
	headline(e, STYLE_ERROR, text.s);
	buf_release(&text);
}

void editor_headlines(struct editor *e)
{
	switch (e->phase) {
	case EDITOR_LOADING:
		headline(e, STYLE_DIM, tr("Loading…"));
		break;
	case EDITOR_READY:
		break;
	case EDITOR_CHECKING:
		headline(e, STYLE_DIM, tr("Checking with the directory…"));
		break;
	case EDITOR_WRITING:
		headline(e, STYLE_WARNING, tr("Saving: sent, not answered yet."));
		break;
	case EDITOR_VERIFYING:
		headline(e, STYLE_DIM,
			tr("Saved. Looking whether somebody else saved at the same time…"));
		break;
	case EDITOR_FAILED:
		headline_err(e, &e->err);
		break;
	}
	if (e->refused.code != ERR_NONE && e->refused_at == FIELD_NONE)
		headline_err(e, &e->refused);
	if (e->around_err.code != ERR_NONE && e->phase == EDITOR_READY)
		headline_err(e, &e->around_err);
}

static void show_time(const char *generalized, struct buf *out)
{
	const char *t = generalized;

	if (strlen(t) < 12 || strspn(t, "0123456789") < 12)
		return;
	buf_printf(out, "%.4s-%.2s-%.2s %.2s:%.2s UTC", t, t + 4, t + 6, t + 8, t + 10);
}

void editor_build_origin(struct editor *e)
{
	struct buf text = BUF_INIT;

	if (!e->entry)
		return;
	sentence_safe(e->entry->dn, &text);
	form_pair(&e->form, tr("Entry"), text.s);
	buf_reset(&text);
	show_time(entry_text(e->entry, "modifyTimestamp"), &text);
	if (text.len)
		form_pair(&e->form, tr("Last changed"), text.s);
	buf_reset(&text);
	sentence_safe(entry_text(e->entry, "modifiersName"), &text);
	if (text.len)
		form_pair(&e->form, tr("By"), text.s);
	buf_release(&text);
}

/* ---- reading ------------------------------------------------------------------ */

static void review(struct editor *e);
static void verified(struct editor *e);
static bool focus_error(struct editor *e);

static void around_done(void *arg)
{
	struct editor *e = arg;

	if (--e->waiting > 0)
		return;
	e->around_err = (struct err){0};
	for (int i = 0; i < EDITOR_AROUND; i++)
		if (e->around[i].done && e->around[i].outcome == OUTCOME_FAILED)
			e->around_err = e->around[i].err;
	e->around_known = e->around_err.code == ERR_NONE;
	if (e->around_known)
		e->ops->arrived(e);
	if (e->phase == EDITOR_CHECKING) {
		e->phase = EDITOR_READY;
		editor_touch(e);
		if (e->around_known && !focus_error(e))
			review(e);
		return;
	}
	if (e->phase == EDITOR_VERIFYING)
		verified(e);
	else
		editor_touch(e);
}

void editor_look_around(struct editor *e)
{
	struct buf text = BUF_INIT;

	e->waiting = 0;
	for (int i = 0; i < EDITOR_AROUND; i++) {
		struct search search = {.scope = SCOPE_SUBTREE};

		buf_reset(&text);
		fetch_stop(&e->around[i]);
		if (!e->ops->around(e, i, &search, &text))
			break;
		e->waiting++;
		fetch_start(&e->around[i], e->view.app->store, &search, around_done, e);
	}
	buf_release(&text);
	if (e->waiting == 0) {
		e->waiting = 1;
		around_done(e);
	}
}

static void take(struct editor *e, const struct entry *entry)
{
	struct entry *copy = entry_copy(entry);

	entry_free(e->entry);
	e->entry = copy;
	free(e->dn);
	e->dn = xstrdup(copy->dn);
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
		editor_touch(e);
		return;
	}
	take(e, entry);
	e->ops->decode(e);
	e->phase = EDITOR_READY;
	e->form.focus = e->first_focus;
	editor_touch(e);
	editor_look_around(e);
}

static void read_entry(struct editor *e, void (*on_done)(void *arg))
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
	read_entry(e, loaded);
	editor_touch(e);
}

/* ---- saving ------------------------------------------------------------------- */

/* The first error's field gets the cursor; whether there is an error. */
static bool focus_error(struct editor *e)
{
	for (size_t i = 0; i < e->findings.n; i++) {
		const struct finding *f = &e->findings.v[i];

		if (f->severity != SEVERITY_ERROR)
			continue;
		app_complain(e->view.app, tr("Not saved: see the words under the field."));
		form_focus(&e->form, (int)f->field);
		e->leave = e->view.app->leaving = false;
		return true;
	}
	return false;
}

void editor_save(struct editor *e)
{
	struct app *app = e->view.app;

	if (e->phase != EDITOR_READY) {
		app_complain(app, tr("Not yet: the directory hasn't answered."));
		return;
	}
	e->refused = (struct err){0};
	editor_touch(e);
	if (e->entry && !e->ops->changed(e)) {
		app_say(app, tr("Nothing was changed, nothing to save."));
		if (e->leave)
			app_pop(app, &e->view);
		return;
	}
	if (focus_error(e))
		return;
	e->phase = EDITOR_CHECKING;
	editor_touch(e);
	editor_look_around(e);
}

static void unsaved(struct editor *e)
{
	e->leave = e->view.app->leaving = false;
}

static void begin_write(struct editor *e);

static void review_answer(void *arg, bool save)
{
	struct editor *e = arg;

	if (save)
		begin_write(e);
	else
		unsaved(e);
}

static void review(struct editor *e)
{
	struct buf name = BUF_INIT, title = BUF_INIT;
	struct change *change = e->ops->change(e);
	struct sheet *sheet;

	if (!change) {
		app_say(e->view.app, tr("Nothing was changed, nothing to save."));
		return;
	}
	e->ops->name(e, &name);
	buf_printf(&title, tr("Save %s?"), name.s);
	plan_free(e->plan);
	e->plan = plan_of_change(change, title.s);
	sheet = review_new(e->view.app, title.s, e->plan, &e->findings, review_answer, e);
	e->ops->meaning(e, &sheet->form);
	review_show(sheet);
	buf_release(&name);
	buf_release(&title);
}

static void finish(struct editor *e)
{
	struct app *app = e->view.app;
	bool leave = e->leave, quit = app->leaving;
	struct buf name = BUF_INIT, said = BUF_INIT;

	e->phase = EDITOR_READY;
	e->ops->name(e, &name);
	buf_printf(&said, tr("Saved %s: in force from the next message on."), name.s);
	app_say(app, said.s);
	buf_release(&name);
	buf_release(&said);
	editor_touch(e);
	e->leave = false;
	if (leave)
		app_pop(app, &e->view);
	if (quit)
		app_quit(app);
}

enum { CROSSED_UNDO = 1, CROSSED_KEEP };

static bool answer_crossed(void *arg, int id)
{
	struct editor *e = arg;

	if (id == CROSSED_UNDO && e->undo) {
		plan_free(e->plan);
		e->plan = e->undo;
		e->undo = NULL;
		begin_write(e);
	}
	return true;
}

static void verified(struct editor *e)
{
	const char *const answers[3] = {tr("Undo my change"), tr("Keep it"), NULL};
	struct buf text = BUF_INIT;

	if (!e->around_known) {
		buf_puts(&text,
			tr("Saved, but the directory didn't answer whether somebody else "
			   "saved at the same time: look at the entry again."));
		e->phase = EDITOR_READY;
		unsaved(e);
		app_complain(e->view.app, text.s);
		editor_touch(e);
	} else if (e->ops->crossed(e, &text)) {
		e->phase = EDITOR_READY;
		unsaved(e);
		app_complain(e->view.app, text.s);
		editor_touch(e);
		sheet_ask(e->view.app, tr("Two changes crossed"), text.s, answers,
			answer_crossed, e);
	} else {
		finish(e);
	}
	buf_release(&text);
}

/* The entry as it stands after the write: the base of the next edit. */
static void rebase(struct editor *e, const struct entry *now)
{
	take(e, now);
	e->ops->decode(e);
	editor_touch(e);
	editor_look_around(e);
}

static void reread(void *arg)
{
	struct editor *e = arg;
	const struct entry *now = fetch_first(&e->load);

	if (now)
		rebase(e, now);
	else
		finish(e);
}

static void written(struct editor *e, const struct event *event)
{
	e->generation = ++e->view.app->generation;
	e->phase = EDITOR_VERIFYING;
	if (event->entry) {
		rebase(e, event->entry);
	} else {
		free(e->dn);
		e->dn = xstrdup(event->change->dn);
		read_entry(e, reread);
	}
}

/* The field to which a refusal belongs, by the attribute that the server names. */
static enum form_field field_of(const char *attribute)
{
	static const struct {
		const char *attribute;
		enum form_field field;
	} fields[] = {
		{"relaisSplitRelay", FIELD_RELAY},
		{"relaisForwardUnknown", FIELD_FORWARD},
		{"relaisRouting", FIELD_ROUTING},
		{"relaisThirdPartyAddress", FIELD_SELECTION},
		{"mail", FIELD_ADDRESSES},
		{"associatedDomain", FIELD_NAME},
		{"description", FIELD_DESCRIPTION},
	};

	for (size_t i = 0; i < COUNT_OF(fields); i++)
		if (strcasecmp(fields[i].attribute, attribute) == 0)
			return fields[i].field;
	return FIELD_NONE;
}

static void show_refusal(struct editor *e)
{
	struct buf text = BUF_INIT, words = BUF_INIT;
	struct sheet *s = sheet_new(e->view.app, tr("Not saved"), NULL, NULL);

	sentence_err(&e->refused, &text);
	app_complain(e->view.app, text.s);
	form_text(&s->form, STYLE_ERROR, text.s);
	form_blank(&s->form);
	form_text(&s->form, STYLE_TEXT,
		tr("Nothing was written and nothing you typed is lost."));
	form_blank(&s->form);
	buf_printf(&words, "%ld ", e->refused.number);
	sentence_safe(e->refused.server, &words);
	form_pair(&s->form, tr("Details"), words.s);
	form_button(&s->form, 1, tr("Back to my form"));
	sheet_show(s);
	buf_release(&text);
	buf_release(&words);
}

static void refused(struct editor *e, const struct err *err)
{
	e->phase = EDITOR_READY;
	unsaved(e);
	e->refused = *err;
	e->refused_at = field_of(err->arg[1]);
	editor_touch(e);
	form_focus(&e->form, (int)e->refused_at);
	show_refusal(e);
}

static void unanswered(struct editor *e)
{
	e->phase = EDITOR_READY;
	unsaved(e);
	app_complain(e->view.app, tr("The connection was lost before the answer came: the "
				     "save may have happened. "
				     "Saving again is safe: it is refused where it has."));
	editor_touch(e);
}

/* ---- conflict ----------------------------------------------------------------- */

static void differences_release(struct differences *d)
{
	for (size_t i = 0; i < d->n; i++) {
		free(d->v[i].before);
		free(d->v[i].theirs);
		free(d->v[i].yours);
	}
	array_free(d);
}

void editor_difference(struct differences *out, int id, const char *label,
	const char *before, const char *theirs, const char *yours)
{
	bool they = strcmp(before, theirs) != 0, you = strcmp(before, yours) != 0;
	struct difference *d;

	if (!they && !you)
		return;
	d = array_add(out);
	*d = (struct difference){
		.id = id,
		.label = label,
		.before = xstrdup(before),
		.theirs = xstrdup(theirs),
		.yours = xstrdup(yours),
		.take_theirs = they && !you,
		.chosen = !(they && you) || strcmp(theirs, yours) == 0,
	};
}

bool editor_chose_theirs(const struct differences *chosen, int id)
{
	for (size_t i = 0; i < chosen->n; i++)
		if (chosen->v[i].id == id)
			return chosen->v[i].take_theirs;
	return false;
}

enum { CONFLICT_APPLY = 1, CONFLICT_THEIRS, CONFLICT_BACK, CONFLICT_CHOICES = 10 };

static void build_conflict(struct editor *e, struct form *f);

static bool all_chosen(const struct differences *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (!d->v[i].chosen)
			return false;
	return true;
}

static bool answer_conflict(void *arg, int id)
{
	struct editor *e = arg;
	struct sheet *sheet = (struct sheet *)e->view.app->top;

	if (id >= CONFLICT_CHOICES) {
		struct difference *d = &e->differences.v[(id - CONFLICT_CHOICES) / 2];

		d->take_theirs = (id - CONFLICT_CHOICES) % 2 == 0;
		d->chosen = true;
		form_clear(&sheet->form);
		build_conflict(e, &sheet->form);
		return false;
	}
	if (id == CONFLICT_APPLY && !all_chosen(&e->differences)) {
		app_complain(
			e->view.app, tr("Choose theirs or yours for each field first."));
		return false;
	}
	if (id == CONFLICT_APPLY) {
		take(e, e->theirs);
		e->ops->merge(e, &e->differences);
	} else if (id == CONFLICT_THEIRS) {
		take(e, e->theirs);
		e->ops->decode(e);
	}
	app_pop(e->view.app, &sheet->view);
	editor_touch(e);
	if (id == CONFLICT_APPLY)
		editor_save(e);
	else if (id == CONFLICT_THEIRS)
		editor_look_around(e);
	return false;
}

static void build_conflict(struct editor *e, struct form *f)
{
	struct buf text = BUF_INIT;

	form_text(f, STYLE_TEXT,
		tr("Nothing has been written. Choose for each field what to save."));
	for (size_t i = 0; i < e->differences.n; i++) {
		const struct difference *d = &e->differences.v[i];
		int id = CONFLICT_CHOICES + (int)i * 2;

		form_blank(f);
		buf_reset(&text);
		buf_printf(&text, tr("%s — before: %s"), d->label, d->before);
		form_heading(f, text.s);
		buf_reset(&text);
		buf_printf(&text, tr("theirs: %s"), d->theirs);
		form_check(f, id, text.s, d->chosen && d->take_theirs, NULL)->indent = 2;
		buf_reset(&text);
		buf_printf(&text, tr("yours: %s"), d->yours);
		form_check(f, id + 1, text.s, d->chosen && !d->take_theirs, NULL)->indent =
			2;
	}
	form_button(f, CONFLICT_APPLY, tr("Apply as chosen"));
	form_button(f, CONFLICT_THEIRS, tr("Take theirs"));
	form_button(f, CONFLICT_BACK, tr("Back to my form"));
	buf_release(&text);
}

static void conflict(struct editor *e, const struct entry *theirs)
{
	struct sheet *s;

	e->phase = EDITOR_READY;
	unsaved(e);
	entry_free(e->theirs);
	e->theirs = theirs ? entry_copy(theirs) : NULL;
	differences_release(&e->differences);
	if (!theirs) {
		err_set(&e->refused, ERR_NO_SUCH_OBJECT, 32, NULL, e->dn, NULL);
		e->refused_at = FIELD_NONE;
		editor_touch(e);
		show_refusal(e);
		return;
	}
	e->ops->differences(e, theirs, &e->differences);
	editor_touch(e);
	app_complain(e->view.app, tr("Changed by somebody else while you were editing: "
				     "nothing was written."));
	s = sheet_new(e->view.app, tr("Changed by somebody else while you were editing"),
		answer_conflict, e);
	build_conflict(e, &s->form);
	if (e->differences.n)
		s->form.focus = CONFLICT_CHOICES;
	sheet_show(s);
}

/* ---- writing ------------------------------------------------------------------ */

static void stop_writing(struct editor *e)
{
	if (!e->write)
		return;
	e->write = NULL;
	e->view.app->writing--;
}

static void on_write(void *arg, const struct event *event)
{
	struct editor *e = arg;

	if (event->kind == EVENT_DONE) {
		stop_writing(e);
		if (e->phase == EDITOR_WRITING) /* it ended before it reached the change */
			unanswered(e);
		return;
	}
	if (event->kind != EVENT_CHANGED)
		return;
	switch (event->outcome) {
	case OUTCOME_OK:
		written(e, event);
		break;
	case OUTCOME_STALE:
		conflict(e, event->entry);
		break;
	case OUTCOME_REFUSED:
		refused(e, event->err);
		break;
	case OUTCOME_UNKNOWN:
		unanswered(e);
		break;
	case OUTCOME_LIMIT:
	case OUTCOME_FAILED:
		BUG("a write that ended as a search");
	}
}

static void begin_write(struct editor *e)
{
	e->phase = EDITOR_WRITING;
	e->refused = (struct err){0};
	plan_free(e->undo);
	e->undo = plan_inverse(e->plan);
	e->write = store_apply(e->view.app->store, e->plan, on_write, e);
	e->view.app->writing++;
	editor_touch(e);
}

/* ---- the view ----------------------------------------------------------------- */

static bool unfinished(const struct editor *e)
{
	return e->phase == EDITOR_WRITING || e->phase == EDITOR_VERIFYING;
}

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
		return true;
	case ACT_SAVE:
		return e->phase == EDITOR_READY;
	case ACT_SWITCH_TAB:
		return e->entry != NULL;
	case ACT_TOGGLE:
		return item && item->kind != FORM_FIELD && item->kind != FORM_TAB;
	default:
		return e->ops->can && e->ops->can(e, action);
	}
}

static bool answer_unfinished(void *arg, int id)
{
	struct editor *e = arg;

	if (id == 2) {
		app_complain(e->view.app, tr("You left before the save was answered: look "
					     "at the entry again."));
		app_pop(e->view.app, &e->view);
		return false;
	}
	return true;
}

static void back(struct editor *e)
{
	const char *const answers[3] = {tr("Stay"), tr("Leave"), NULL};

	if (e->phase == EDITOR_CHECKING) {
		for (int i = 0; i < EDITOR_AROUND; i++)
			fetch_stop(&e->around[i]);
		e->phase = EDITOR_READY;
		unsaved(e);
		app_say(e->view.app, tr("Not saved."));
		editor_touch(e);
	} else if (unfinished(e)) {
		sheet_ask(e->view.app, "",
			tr("The save was sent and its answer hasn't come. Leaving doesn't "
			   "take it back."),
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

static void press(struct editor *e)
{
	const struct form_item *item = form_focused(&e->form);

	if (!item)
		return;
	if (item->kind == FORM_FIELD || item->kind == FORM_TAB)
		form_move(&e->form, ACT_NEXT);
	else if (item->id == ID_SAVE)
		editor_save(e);
	else if (item->id == ID_CANCEL)
		back(e);
	else if (!unfinished(e))
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

static void act(struct view *v, enum action action)
{
	struct editor *e = of(v);

	switch ((int)action) {
	case ACT_BACK:
		back(e);
		break;
	case ACT_SAVE:
		editor_save(e);
		break;
	case ACT_OPEN:
	case ACT_TOGGLE:
		press(e);
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

static struct field *field(struct view *v)
{
	return unfinished(of(v)) ? NULL : form_field_focused(&of(v)->form);
}

static void edited(struct view *v)
{
	struct editor *e = of(v);

	e->refused = (struct err){0};
	editor_touch(e);
}

static void path(struct view *v, struct buf *out)
{
	of(v)->ops->path(of(v), out);
}

static void draw(struct view *v, struct canvas *c, struct area a)
{
	form_draw(&of(v)->form, c, a);
}

static bool clean(struct view *v)
{
	struct editor *e = of(v);

	return e->phase == EDITOR_LOADING || e->phase == EDITOR_FAILED || unfinished(e) ||
	       !e->ops->changed(e);
}

static void save_and_leave(struct view *v)
{
	of(v)->leave = true;
	editor_save(of(v));
}

static void release(struct view *v)
{
	struct editor *e = of(v);

	e->ops->release(e);
	fetch_stop(&e->load);
	for (int i = 0; i < EDITOR_AROUND; i++)
		fetch_stop(&e->around[i]);
	if (e->write) {
		store_cancel(v->app->store, e->write);
		stop_writing(e);
	}
	form_release(&e->form);
	findings_release(&e->findings);
	differences_release(&e->differences);
	entry_free(e->entry);
	entry_free(e->theirs);
	plan_free(e->plan);
	plan_free(e->undo);
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

static const struct view_ops view_ops = {
	.contexts = CTX_FORM | CTX_USER,
	.path = path,
	.resume = resume,
	.can = can,
	.act = act,
	.field = field,
	.edited = edited,
	.draw = draw,
	.clean = clean,
	.save = save_and_leave,
	.free = release,
};

void *editor_new(size_t size, const struct editor_ops *ops, struct app *app, const char *dn,
	const char *const *attributes)
{
	struct editor *e = view_new(size, &view_ops, app);

	e->ops = ops;
	e->attributes = attributes;
	e->dn = dn ? xstrdup(dn) : NULL;
	e->generation = app->generation;
	e->mail_tab = true;
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
		editor_touch(e);
	}
}
