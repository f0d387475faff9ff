#include "tui/editor_parts.h"

#include <stdlib.h>
#include <string.h>

#include "core/dn.h"
#include "tui/i18n.h"
#include "tui/sentence.h"
#include "tui/sheet.h"

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

/* "admin1", who wrote theirs, as far as one may see. */
void editor_author(const struct entry *theirs, struct buf *out)
{
	const char *dn = entry_text(theirs, "modifiersName");
	struct buf type = BUF_INIT, value = BUF_INIT;

	if (dn_rdn(dn, &type, &value) && value.len)
		sentence_safe(value.s, out);
	else
		buf_puts(out, tr("somebody else"));
	buf_release(&type);
	buf_release(&value);
}

static void list_theirs(const struct differences *d, struct buf *out)
{
	const char *between = "";

	for (size_t i = 0; i < d->n; i++) {
		if (!d->v[i].take_theirs)
			continue;
		buf_printf(out, "%s%s", between, d->v[i].label);
		between = "; ";
	}
}

void editor_theirs(struct editor *e, const struct entry *theirs, struct buf *what)
{
	struct differences all = {0};

	e->ops->differences(e, theirs, &all);
	for (size_t i = 0; i < all.n; i++)
		if (strcmp(all.v[i].before, all.v[i].theirs) != 0)
			buf_printf(what, "%s%s", what->len ? "; " : "", all.v[i].label);
	differences_release(&all);
}

/* "admin1 changed this meanwhile, and it stays: Description." */
static void describe_merge(struct editor *e, const struct entry *theirs, bool renamed)
{
	struct buf who = BUF_INIT, what = BUF_INIT, dn = BUF_INIT;

	editor_author(theirs, &who);
	list_theirs(&e->differences, &what);
	buf_reset(&e->merged);
	if (renamed) {
		sentence_safe(theirs->dn, &dn);
		buf_printf(&e->merged,
			tr("%s has renamed the entry meanwhile: it is %s now."), who.s,
			dn.s);
	}
	if (what.len && e->merged.len)
		buf_putc(&e->merged, ' ');
	if (what.len)
		buf_printf(&e->merged,
			tr("%s has changed this meanwhile, and it stays: %s."), who.s,
			what.s);
	buf_release(&who);
	buf_release(&what);
	buf_release(&dn);
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
		describe_merge(e, e->theirs, !dn_same(e->theirs->dn, e->dn));
		editor_take(e, e->theirs);
		e->ops->merge(e, &e->differences);
	} else if (id == CONFLICT_THEIRS) {
		editor_take(e, e->theirs);
		e->ops->decode(e);
	}
	app_pop(e->view.app, &sheet->view);
	editor_touch(e);
	if (id == CONFLICT_APPLY && !e->merging)
		editor_save(e);
	else if (id != CONFLICT_BACK)
		editor_look_around(e);
	return false;
}

static void build_conflict(struct editor *e, struct form *f)
{
	struct buf text = BUF_INIT;

	form_text(f, STYLE_TEXT,
		e->lost ? tr("The answer to your save never came, and somebody has changed "
			     "the entry since. Choose for each field what to save.")
			: tr("Nothing has been written. Choose for each field what to "
			     "save."));
	for (size_t i = 0; i < e->differences.n; i++) {
		const struct difference *d = &e->differences.v[i];
		int id = CONFLICT_CHOICES + (int)i * 2;

		form_blank(f);
		buf_reset(&text);
		buf_printf(&text, tr("%s — before: %s"), d->label, d->before);
		form_heading(f, text.s)->style = d->chosen ? STYLE_TITLE : STYLE_WARNING;
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

/* Whether all that was edited stands in theirs: it was written without our hearing of it,
 * or somebody else wrote the same. */
static bool is_there_already(const struct editor *e)
{
	bool ours = false;

	for (size_t i = 0; i < e->differences.n; i++) {
		const struct difference *d = &e->differences.v[i];

		if (!d->take_theirs && strcmp(d->theirs, d->yours) != 0)
			return false;
		ours = ours || !d->take_theirs;
	}
	return ours && !e->undoing;
}

/* The entry that was to become this one is not as it was read. */
static void not_made(struct editor *e, const struct entry *theirs)
{
	editor_ready(e);
	editor_unsaved(e);
	err_set(&e->refused, theirs ? ERR_ASSERTION : ERR_NO_SUCH_OBJECT, theirs ? 122 : 32,
		NULL, NULL);
	e->refused_at = FIELD_NAME;
	editor_touch(e);
	editor_look_around(e);
	editor_show_refusal(e);
}

/* What only one side changed needs nobody's choice: the form takes what is theirs, keeps
 * what is ours, and the save is reviewed once more. */
static void merge(struct editor *e, const struct entry *theirs)
{
	describe_merge(e, theirs, !dn_same(theirs->dn, e->dn));
	editor_take(e, theirs);
	e->ops->merge(e, &e->differences);
	if (!e->merged.len)
		buf_puts(&e->merged,
			tr("The entry was changed while it was saved, but nothing that you "
			   "see here: look, and save once more."));
	app_note(e->view.app, e->merged.s);
	editor_save(e);
}

void editor_not_taken_back(struct editor *e, const struct entry *theirs)
{
	struct buf who = BUF_INIT, text = BUF_INIT;

	editor_forget_given(e);
	editor_author(theirs, &who);
	buf_printf(&text,
		e->lost ? tr("%s has changed it since. It stands as you see it here.")
			: tr("Not undone: %s has changed it since. It stands as you "
			     "see it here."),
		who.s);
	editor_take(e, theirs);
	e->ops->decode(e);
	editor_touch(e);
	editor_look_around(e);
	app_note(e->view.app, text.s);
	sheet_text(e->view.app, tr("Not undone"), text.s);
	buf_release(&who);
	buf_release(&text);
}

static void is_gone(struct editor *e)
{
	err_set(&e->refused, ERR_NO_SUCH_OBJECT, 32, NULL, e->dn, NULL);
	e->refused_at = FIELD_NONE;
	editor_touch(e);
	editor_show_refusal(e);
}

static void ask_which(struct editor *e);

static void keep_theirs(struct editor *e, const struct entry *theirs)
{
	struct entry *copy = theirs ? entry_copy(theirs) : NULL;

	entry_free(e->theirs);
	e->theirs = copy;
}

static bool taking_back(const struct editor *e)
{
	return e->undoing || e->given_why;
}

void editor_conflict(struct editor *e, const struct entry *theirs)
{
	bool undo;

	differences_release(&e->differences);
	if (!e->entry) {
		not_made(e, theirs);
		return;
	}
	if (theirs)
		e->ops->differences(e, theirs, &e->differences);
	if (is_there_already(e)) {
		editor_written(e, theirs);
		return;
	}
	editor_ready(e);
	e->generation = ++e->view.app->generation; /* lists show what is no longer so */
	if (theirs && !taking_back(e) && all_chosen(&e->differences)) {
		merge(e, theirs);
		return;
	}
	undo = taking_back(e);
	editor_unsaved(e);
	e->merging = false;
	keep_theirs(e, theirs);
	if (!theirs)
		is_gone(e);
	else if (undo)
		editor_not_taken_back(e, theirs);
	else
		ask_which(e);
}

void editor_merge(struct editor *e, const struct entry *theirs)
{
	differences_release(&e->differences);
	e->ops->differences(e, theirs, &e->differences);
	keep_theirs(e, theirs);
	e->lost = false;
	e->merging = true;
	if (!all_chosen(&e->differences)) {
		ask_which(e);
		return;
	}
	describe_merge(e, e->theirs, !dn_same(e->theirs->dn, e->dn));
	editor_take(e, e->theirs);
	e->ops->merge(e, &e->differences);
	if (e->merged.len)
		app_say(e->view.app, e->merged.s);
	editor_touch(e);
	editor_look_around(e);
}

static void ask_which(struct editor *e)
{
	struct sheet *s;

	editor_touch(e);
	app_note(
		e->view.app, e->lost || e->merging
				     ? tr("Changed by somebody else while you were editing")
				     : tr("Changed by somebody else while you were "
					  "editing: nothing was written."));
	s = sheet_new(e->view.app, tr("Changed by somebody else while you were editing"),
		answer_conflict, e);
	build_conflict(e, &s->form);
	if (e->differences.n)
		s->form.focus = CONFLICT_CHOICES;
	sheet_show(s);
}

void editor_conflict_release(struct editor *e)
{
	differences_release(&e->differences);
	entry_free(e->theirs);
	e->theirs = NULL;
	buf_release(&e->merged);
}
