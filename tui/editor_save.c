#include "tui/editor_parts.h"

#include <string.h>
#include <strings.h>

#include "tui/i18n.h"
#include "tui/review.h"
#include "tui/sentence.h"
#include "tui/sheet.h"
#include "tui/unsaved.h"

enum { MOST_ERRORS = 8 };

/* The fields of the first errors; looking at another tab makes the findings anew. */
static size_t fields_in_error(const struct editor *e, enum form_field out[MOST_ERRORS])
{
	size_t n = 0;

	for (size_t i = 0; i < e->findings.n && n < MOST_ERRORS; i++)
		if (e->findings.v[i].severity == SEVERITY_ERROR)
			out[n++] = e->findings.v[i].field;
	return n;
}

/* The first error's field gets the cursor; whether there is an error. */
static bool focus_error(struct editor *e)
{
	enum form_field fields[MOST_ERRORS];
	size_t n = fields_in_error(e, fields);
	bool found = false;

	if (n == 0)
		return false;
	app_complain(e->view.app, tr("Not saved: see the words under the field."));
	for (size_t i = 0; i < n && !found; i++)
		found = form_focus(&e->form, (int)fields[i]);
	for (size_t i = 0; i < n && !found; i++)
		found = editor_focus(e, fields[i]);
	editor_unsaved(e);
	return true;
}

void editor_save_at_once(struct editor *e)
{
	e->at_once = e->start_save = e->leave = true;
}

void editor_start_save(struct editor *e)
{
	e->start_save = false;
	editor_save(e);
}

void editor_save(struct editor *e)
{
	struct app *app = e->view.app;

	if (e->phase != EDITOR_READY) {
		app_complain(app, tr("Not yet: the directory hasn't answered."));
		return;
	}
	if (rights_all_denied(&e->rights)) {
		editor_deny(e);
		return;
	}
	e->refused = (struct err){0};
	e->tried = true;
	editor_touch(e);
	if (e->entry && !e->given && !e->ops->changed(e)) {
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

void editor_unsaved(struct editor *e)
{
	e->leave = e->at_once = e->view.app->leaving = false;
	editor_forget_given(e);
}

void editor_forget_given(struct editor *e)
{
	change_free(e->given);
	free(e->given_why);
	e->given = NULL;
	e->given_why = NULL;
}

static void begin_write(struct editor *e, bool undoing);

static void review_answer(void *arg, bool save)
{
	struct editor *e = arg;
	bool give_up = e->at_once && !save;

	if (save)
		begin_write(e, false);
	else
		editor_unsaved(e);
	if (give_up)
		app_pop(e->view.app, &e->view);
}

static void review(struct editor *e)
{
	struct buf name = BUF_INIT, title = BUF_INIT;
	struct change *change = e->given ? e->given : e->ops->change(e);
	bool undo = e->given != NULL;
	struct sheet *sheet;

	if (!change) {
		app_say(e->view.app, tr("Nothing was changed, nothing to save."));
		return;
	}
	e->given = NULL; /* the plan's now */
	e->ops->name(e, &name);
	buf_printf(&title, undo ? tr("Undo the change of %s?") : tr("Save %s?"), name.s);
	plan_free(e->plan);
	e->plan = plan_of_change(change, undo ? e->given_why : title.s);
	sheet = review_new(e->view.app, title.s, e->plan, &e->findings, review_answer, e);
	if (e->merged.len)
		form_text(&sheet->form, STYLE_WARNING, e->merged.s);
	e->ops->meaning(e, &sheet->form);
	review_show(sheet, undo ? tr("Undo") : tr("Save"));
	buf_release(&name);
	buf_release(&title);
}

void editor_checked(struct editor *e)
{
	e->phase = EDITOR_READY;
	editor_touch(e);
	if (!e->around_known || focus_error(e))
		editor_unsaved(e);
	else if (editor_permitted(e))
		review(e);
}

static void saved_words(struct app *app, bool found, const char *name, struct buf *out)
{
	const char *provider = store_status(app->store)->provider;

	if (!found)
		buf_printf(out,
			tr("Saved %s, but base and filter in the configuration don't find "
			   "this entry: mail takes no notice of it."),
			name);
	else if (provider && *provider)
		buf_printf(
			out, tr("Saved %s: in force as soon as the replica has it."), name);
	else
		buf_printf(out, tr("Saved %s: in force from the next message on."), name);
}

static void finish(struct editor *e)
{
	struct app *app = e->view.app;
	bool leave = e->leave, quit = app->leaving, found = e->ops->found(e);
	struct buf name = BUF_INIT, said = BUF_INIT;

	editor_ready(e);
	buf_reset(&e->merged);
	e->ops->name(e, &name);
	if (e->given_why && found)
		buf_printf(
			&said, tr("Undone: %s is as it was before that change."), name.s);
	else
		saved_words(app, found, name.s, &said);
	editor_forget_given(e);
	if (found)
		app_say(app, said.s);
	else
		app_complain(app, said.s);
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
		begin_write(e, true);
	}
	return true;
}

static bool crossed(struct editor *e, struct buf *sentence)
{
	const struct change *saved;

	e->plan->rewind(e->plan);
	saved = e->plan->next(e->plan);
	return saved && e->ops->crossed(e, saved, sentence);
}

void editor_verified(struct editor *e)
{
	const char *const answers[3] = {tr("Undo my change"), tr("Keep it"), NULL};
	struct buf text = BUF_INIT;

	if (!e->around_known) {
		buf_puts(&text,
			tr("Saved, but the directory didn't answer whether somebody else "
			   "saved at the same time: look at the entry again."));
		editor_ready(e);
		editor_unsaved(e);
		app_complain(e->view.app, text.s);
		editor_touch(e);
	} else if (crossed(e, &text)) {
		editor_ready(e);
		editor_unsaved(e);
		app_note(e->view.app, text.s);
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
	editor_take(e, now);
	e->ops->decode(e);
	editor_touch(e);
	editor_look_around(e);
}

static void reread(void *arg)
{
	struct editor *e = arg;
	const struct entry *now = fetch_first(&e->load);

	if (now) {
		rebase(e, now);
	} else {
		e->around_known = false;
		editor_verified(e);
	}
}

void editor_written(struct editor *e, const struct entry *now)
{
	unsaved_drop(&e->view);
	e->generation = ++e->view.app->generation;
	e->phase = EDITOR_VERIFYING;
	rebase(e, now);
}

/* What this form made is not there any more. */
static void taken_back(struct editor *e)
{
	struct app *app = e->view.app;

	app->generation++;
	editor_ready(e);
	editor_unsaved(e);
	app_say(app, tr("Taken back: everything is as it was before."));
	app_pop(app, &e->view);
}

static void written(struct editor *e, const struct event *event)
{
	if (e->undoing && e->created) {
		taken_back(e);
	} else if (event->entry) {
		editor_written(e, event->entry);
	} else {
		unsaved_drop(&e->view);
		e->generation = ++e->view.app->generation;
		e->phase = EDITOR_VERIFYING;
		free(e->dn);
		e->dn = xstrdup(event->change->dn);
		editor_read(e, reread);
	}
}

/* The field to which a refusal belongs, by the attribute that the server names. */
static enum form_field field_of(const struct editor *e, const char *attribute)
{
	static const struct {
		const char *attribute;
		enum form_field field;
	} fields[] = {
		{"relaisSplitRelay", FIELD_RELAY},
		{"relaisForwardUnknown", FIELD_FORWARD},
		{"relaisRouting", FIELD_ROUTING},
		{"relaisThirdPartyAddress", FIELD_SELECTION},
		{"associatedDomain", FIELD_NAME},
		{"description", FIELD_DESCRIPTION},
		{"uid", FIELD_UID},
		{"cn", FIELD_NAME},
		{"sn", FIELD_NAME},
		{"displayName", FIELD_NAME},
	};

	for (size_t i = 0; i < COUNT_OF(fields); i++)
		if (strcasecmp(fields[i].attribute, attribute) == 0)
			return fields[i].field == FIELD_NAME && e->entry
				       ? FIELD_ALIASES /* its own name stays */
				       : fields[i].field;
	if (strv_has_case(&e->view.app->settings->users.addresses, attribute))
		return FIELD_ADDRESSES;
	return FIELD_NONE;
}

void editor_show_refusal(struct editor *e)
{
	struct buf text = BUF_INIT, words = BUF_INIT;
	struct sheet *s = sheet_new(e->view.app, tr("Not saved"), NULL, NULL);

	sentence_err(&e->refused, &text);
	app_note(e->view.app, text.s);
	form_text(&s->form, STYLE_ERROR, text.s);
	form_blank(&s->form);
	form_text(&s->form, STYLE_TEXT,
		e->lost ? tr("The answer to your save never came, and somebody has changed "
			     "the entry since: whether yours was written before can't be "
			     "seen. Nothing you typed is lost.")
			: tr("Nothing was written and nothing you typed is lost."));
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
	editor_ready(e);
	editor_unsaved(e);
	e->refused = *err;
	if (!e->entry && err->code == ERR_NO_SUCH_OBJECT)
		e->refused.code = ERR_NO_PARENT;
	e->refused_at = field_of(e, err->arg[1]);
	editor_touch(e);
	if (!editor_focus(e, e->refused_at)) {
		e->refused_at = FIELD_NONE;
		editor_touch(e);
	}
	editor_show_refusal(e);
}

static void unanswered(struct editor *e)
{
	editor_ready(e);
	editor_unsaved(e);
	app_complain(e->view.app, tr("The connection was lost before the answer came: the "
				     "save may have happened. "
				     "Saving again is safe."));
	editor_touch(e);
}

/* ---- writing ------------------------------------------------------------------ */

void editor_ready(struct editor *e)
{
	e->phase = EDITOR_READY;
	e->view.app->writing -= e->counted;
	e->counted = false;
}

static void answer_lost(struct editor *e)
{
	e->lost = true;
	app_complain(e->view.app, tr("The connection was lost before the answer came."));
	editor_touch(e);
}

static void on_write(void *arg, const struct event *event)
{
	struct editor *e = arg;

	if (event->kind == EVENT_DONE) {
		e->write = NULL;
		if (e->phase == EDITOR_WRITING) /* it ended before it reached the change */
			unanswered(e);
		return;
	}
	if (event->kind == EVENT_PROGRESS && event->outcome == OUTCOME_UNKNOWN)
		answer_lost(e);
	if (event->kind != EVENT_CHANGED)
		return;
	switch (event->outcome) {
	case OUTCOME_OK:
		written(e, event);
		break;
	case OUTCOME_STALE:
		editor_conflict(e, event->entry);
		break;
	case OUTCOME_REFUSED:
		e->lost = false; /* it was looked at */
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

static void begin_write(struct editor *e, bool undoing)
{
	e->phase = EDITOR_WRITING;
	e->lost = false;
	e->created = undoing ? e->created : !e->entry;
	e->undoing = undoing;
	e->refused = (struct err){0};
	plan_free(e->undo);
	e->undo = plan_inverse(e->plan);
	e->write = store_apply(e->view.app->store, e->plan, on_write, e);
	e->view.app->writing += !e->counted;
	e->counted = true;
	editor_touch(e);
}
