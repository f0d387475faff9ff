/*
 * Taking one change back.  What changed a domain or a user goes through their form, which
 * checks the entry as it becomes by the same rules, says what it means for mail and looks
 * whether another save crossed it.  An entry to be added or deleted, and one that is
 * neither, is looked at, reviewed and written here.
 */
#include <stdlib.h>
#include <string.h>

#include "core/dn.h"
#include "core/query.h"
#include "core/record.h"
#include "core/undo.h"
#include "core/user.h"
#include "tui/changes_parts.h"
#include "tui/changes_undo.h"
#include "tui/domain_parts.h"
#include "tui/i18n.h"
#include "tui/review.h"
#include "tui/screens.h"
#include "tui/sentence.h"

static struct app *app_of(const struct undo *u)
{
	return u->sheet.view.app;
}

static void leave(struct undo *u)
{
	app_pop(app_of(u), &u->sheet.view);
}

/* ---- why not --------------------------------------------------------------------------
 */

static const char *why_not(const struct change_row *row)
{
	const struct saved_item *it = &row->item;

	if (row->undone)
		return N_("This has been undone already.");
	if (it->by[SETTLED_UNKNOWN])
		return N_("Its answer has not come yet: whether there is something to undo "
			  "is not known.");
	if (!it->by[SETTLED_DONE])
		return N_("It was not written: there is nothing to undo.");
	if (it->new_dn)
		return N_("An entry was renamed: that is undone with another tool.");
	if (it->no_before)
		return N_("What was there before is not in the directory's log (logold): "
			  "it can't be put back.");
	return NULL;
}

/* Passwords are not kept: what was written together with one cannot come back whole. */
static bool lost_a_password(const struct saved_item *it)
{
	return it->has_secret && it->changes.v[0]->kind == CHANGE_MODIFY;
}

static void tell(struct app *app, const char *text)
{
	app_note(app, text);
	sheet_text(app, tr("Not undone"), text);
}

static void fail(struct undo *u, const char *text)
{
	struct app *app = app_of(u);

	leave(u);
	tell(app, text);
}

static void fail_for(struct undo *u, const struct err *err)
{
	struct buf text = BUF_INIT;

	sentence_err(err, &text);
	if (err->server[0]) {
		buf_printf(&text, "\n\n%s %ld ", tr("Details"), err->number);
		sentence_safe(err->server, &text);
	}
	fail(u, text.s);
	buf_release(&text);
}

/* ---- dispatching ------------------------------------------------------------------------
 */

/* Its form takes it. */
static bool give_to_form(struct undo *u)
{
	void (*open)(struct app *, struct change *, const char *) = NULL;
	struct app *app = app_of(u);
	struct change *undo = u->undo;
	char *why = u->why;

	if (undo->kind == CHANGE_MODIFY && undo_is_domain(app_of(u)->settings, u->now))
		open = domain_undo_open;
	else if (undo->kind == CHANGE_MODIFY && undo_is_user(app_of(u)->settings, u->now))
		open = user_undo_open;
	if (!open)
		return false;
	u->undo = NULL;
	u->why = NULL;
	free(undo->dn);
	undo->dn = xstrdup(u->now->dn);
	leave(u);
	open(app, undo, why);
	free(why);
	return true;
}

/* Deleting one asks for its name, and looks for users in it and entries below. */
static bool give_to_deletion(struct undo *u)
{
	struct app *app = app_of(u);
	struct buf name = BUF_INIT;
	char *dn, *why;

	if (u->undo->kind != CHANGE_DELETE || !undo_is_domain(app_of(u)->settings, u->now))
		return false;
	dn = xstrdup(u->now->dn);
	why = u->why;
	u->why = NULL;
	changes_name(dn, &name);
	leave(u);
	domain_delete_undo_open(app, dn, name.s, why);
	free(dn);
	free(why);
	buf_release(&name);
	return true;
}

static void judge(struct undo *u)
{
	struct app *app = app_of(u);
	struct strv overtaken = {0};
	bool holds;

	undo_overtaken(u->undo, u->now, &overtaken);
	holds = !undo_misses(u->undo, u->now) && overtaken.n == 0;
	strv_release(&overtaken);
	if (!holds) {
		struct change *undo = u->undo;
		struct entry *now = u->now;

		u->undo = NULL;
		u->now = NULL;
		leave(u);
		changes_tell_overtaken(app, undo, now);
		change_free(undo);
		entry_free(now);
	} else if (!give_to_form(u) && !give_to_deletion(u)) {
		undo_look_around(u);
	}
}

/* ---- reading ----------------------------------------------------------------------------
 */

static const char *id_of(const struct undo *u)
{
	const struct change *c = u->item.changes.v[0];

	if (u->item.entry_id)
		return u->item.entry_id;
	return c->before ? c->before->id : "";
}

static void found(void *arg)
{
	struct undo *u = arg;
	const struct entry *e = fetch_first(&u->entry);

	if (!e && u->entry.outcome == OUTCOME_FAILED) {
		fail_for(u, &u->entry.err);
		return;
	}
	u->now = e ? entry_copy(e) : NULL;
	judge(u);
}

/* It may have been renamed since. */
static void find(struct undo *u)
{
	struct buf filter = BUF_INIT;
	struct search search = {
		.base = app_of(u)->settings->directory.base, .scope = SCOPE_SUBTREE};

	buf_puts(&filter, "(entryUUID=");
	filter_escape(&filter, id_of(u), strlen(id_of(u)));
	buf_putc(&filter, ')');
	search.filter = filter.s;
	fetch_start(&u->entry, app_of(u)->store, &search, found, u);
	buf_release(&filter);
}

static void entry_came(void *arg)
{
	struct undo *u = arg;
	const struct entry *e = fetch_first(&u->entry);
	bool other = e && *id_of(u) && *e->id && strcmp(e->id, id_of(u)) != 0;

	if (!e && u->entry.outcome == OUTCOME_FAILED &&
		u->entry.err.code != ERR_NO_SUCH_OBJECT) {
		fail_for(u, &u->entry.err);
	} else if (u->undo->kind != CHANGE_ADD && *id_of(u) && (!e || other)) {
		find(u);
	} else {
		u->now = e ? entry_copy(e) : NULL;
		judge(u);
	}
}

static void read_entry(struct undo *u)
{
	const struct change *c = u->item.changes.v[0];
	struct search search = {
		.base = c->dn, .scope = SCOPE_BASE, .filter = "(objectClass=*)"};
	struct buf why = BUF_INIT;

	if (lost_a_password(&u->item)) {
		fail(u, tr("A password was written with it. Passwords are not kept, so it "
			   "can't be put back as it was."));
		return;
	}
	u->undo = change_inverse(c);
	if (u->undo->kind == CHANGE_MODIFY && u->undo->mods.n == 0) {
		fail(u, tr("It changed nothing: there is nothing to undo."));
		return;
	}
	item_undo_why(&u->item, &why);
	u->why = buf_detach(&why);
	fetch_start(&u->entry, app_of(u)->store, &search, entry_came, u);
}

static void log_came(void *arg)
{
	struct undo *u = arg;
	const struct entry *e = fetch_first(&u->log);
	struct err gone;

	err_set(&gone, ERR_NO_SUCH_OBJECT, 32, NULL, u->id, NULL);
	if (e && item_of_log(e, &u->item))
		read_entry(u);
	else
		fail_for(u, u->log.outcome == OUTCOME_FAILED ? &u->log.err : &gone);
}

static void read_log(struct undo *u)
{
	struct search search = {
		.base = u->id,
		.scope = SCOPE_BASE,
		.filter = "(objectClass=*)",
		.attributes = logged_attributes,
	};

	fetch_start(&u->log, app_of(u)->store, &search, log_came, u);
}

/* ---- writing
 * ------------------------------------------------------------------------------ */

static void finish(struct undo *u)
{
	app_of(u)->writing -= u->counted;
	u->counted = false;
}

static void written(struct undo *u)
{
	struct app *app = app_of(u);
	struct buf text = BUF_INIT;

	buf_printf(&text, tr("Undone: %s is as it was before that change."), u->name);
	app_say(app, text.s);
	leave(u);
	buf_release(&text);
}

static void stale(struct undo *u)
{
	struct app *app = app_of(u);
	struct change *undo = change_copy(u->undo_of_plan);
	struct entry *theirs = u->theirs;

	u->theirs = NULL;
	leave(u);
	changes_tell_overtaken(app, undo, theirs);
	change_free(undo);
	entry_free(theirs);
}

static void conclude(struct undo *u)
{
	struct app *app = app_of(u);

	finish(u);
	app->generation++;
	switch (u->outcome) {
	case OUTCOME_OK:
		written(u);
		break;
	case OUTCOME_STALE:
		stale(u);
		break;
	case OUTCOME_REFUSED:
		fail_for(u, &u->err);
		break;
	case OUTCOME_UNKNOWN:
		app_complain(app, tr("The connection was lost before the answer came."));
		leave(u);
		break;
	case OUTCOME_LIMIT:
	case OUTCOME_FAILED:
		BUG("a write that ended as a search");
	}
}

static void on_write(void *arg, const struct event *event)
{
	struct undo *u = arg;

	if (event->kind == EVENT_CHANGED) {
		u->phase = UNDO_OVER;
		u->outcome = event->outcome;
		u->theirs = event->entry ? entry_copy(event->entry) : NULL;
		if (event->err)
			u->err = *event->err;
	}
	if (event->kind == EVENT_PROGRESS && event->outcome == OUTCOME_UNKNOWN)
		app_complain(app_of(u),
			tr("The connection was lost before the answer came: what became "
			   "of the save is looked up as soon as the directory answers."));
	if (event->kind != EVENT_DONE)
		return;
	u->write = NULL;
	if (u->phase == UNDO_WRITING) /* it ended before it reached the change */
		u->outcome = OUTCOME_UNKNOWN;
	conclude(u);
}

static void reviewed(void *arg, bool save)
{
	struct undo *u = arg;

	if (!save) {
		app_say(app_of(u), tr("Nothing was written."));
		leave(u);
		return;
	}
	u->phase = UNDO_WRITING;
	undo_build(u);
	app_of(u)->writing++;
	u->counted = true;
	u->write = store_apply(app_of(u)->store, u->plan, on_write, u);
}

/* A delete goes by the whole entry, as it is now. */
static void take_state(struct undo *u)
{
	struct change *undo = u->undo;

	if (!u->now)
		return;
	free(undo->dn);
	undo->dn = xstrdup(u->now->dn);
	if (undo->kind == CHANGE_DELETE) {
		entry_free(undo->before);
		undo->before = undo_without_secrets(u->now);
	}
	entry_set_state(undo->before, u->now->id, u->now->csn);
}

void undo_review(struct undo *u)
{
	struct buf title = BUF_INIT;
	struct sheet *sheet;

	take_state(u);
	buf_printf(&title, tr("Undo the change of %s?"), u->name);
	u->plan = plan_of_change(u->undo, u->why);
	u->undo_of_plan = u->undo;
	u->undo = NULL;
	sheet = review_new(app_of(u), title.s, u->plan, &u->findings, reviewed, u);
	if (u->undo_of_plan->kind == CHANGE_ADD)
		form_text(&sheet->form, STYLE_DIM,
			tr("A password that it had is not brought back."));
	review_show(sheet, tr("Undo"));
	buf_release(&title);
}

/* ---- the sheet
 * ------------------------------------------------------------------------------ */

void undo_build(struct undo *u)
{
	struct form *f = &u->sheet.form;

	form_clear(f);
	form_text(f, STYLE_DIM,
		u->phase == UNDO_WRITING ? tr("Saving")
					 : tr("Reading from the directory…"));
	form_button(f, 1, u->phase == UNDO_WRITING ? tr("Leave") : tr("Cancel"));
	form_settle(f);
}

static bool answer_leave(void *arg, int id)
{
	struct undo *u = arg;

	if (id != 2)
		return true;
	leave(u);
	return false;
}

static bool answer(void *arg, int id)
{
	const char *const answers[3] = {tr("Stay"), tr("Leave"), NULL};
	struct undo *u = arg;

	(void)id;
	if (u->phase != UNDO_WRITING)
		return true;
	sheet_ask(app_of(u), "",
		tr("The save was sent and its answer hasn't come. Leaving doesn't take it "
		   "back."),
		answers, answer_leave, u);
	return false;
}

static void release(void *arg)
{
	struct undo *u = arg;

	fetch_stop(&u->log);
	fetch_stop(&u->entry);
	fetch_stop(&u->domains);
	fetch_stop(&u->holders);
	if (u->write)
		store_cancel(app_of(u)->store, u->write);
	finish(u);
	item_release(&u->item);
	change_free(u->undo);
	entry_free(u->now);
	entry_free(u->theirs);
	plan_free(u->plan);
	findings_release(&u->findings);
	free(u->id);
	free(u->why);
	free(u->name);
}

static void open_one(struct app *app, const struct saved_item *it, const char *name)
{
	struct undo *u = sheet_new_sized(sizeof(*u), app, tr("Undo"), answer, NULL);

	u->sheet.arg = u;
	u->sheet.release = release;
	u->id = xstrdup(it->id);
	u->name = xstrdup(name);
	undo_build(u);
	sheet_show(&u->sheet);
	if (it->from == FROM_LOG)
		read_log(u);
	else if (item_read(app->journal, it->id, 1, &u->item))
		read_entry(u);
	else
		fail(u, tr("The journal's file can't be read any more."));
}

void changes_undo(struct app *app, const struct change_row *row)
{
	const char *reason = why_not(row);
	struct buf name = BUF_INIT;

	if (reason) {
		tell(app, tr(reason));
		return;
	}
	if (row->item.total > 1) {
		changes_undo_many(app, &row->item);
		return;
	}
	changes_name(row->dn, &name);
	open_one(app, &row->item, name.s);
	buf_release(&name);
}
