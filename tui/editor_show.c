/* What the form of an entry shows. */
#include "tui/editor_parts.h"

#include <string.h>

#include "tui/i18n.h"
#include "tui/sentence.h"

bool editor_unfinished(const struct editor *e)
{
	return e->phase == EDITOR_WRITING || e->phase == EDITOR_VERIFYING;
}

static void build(struct editor *e)
{
	struct form *f = &e->form;

	if (!e->dn) {
		e->ops->build_new(e);
		return;
	}
	if (e->phase == EDITOR_LOADING || e->phase == EDITOR_FAILED) {
		editor_headlines(e);
		form_button(f, ID_CANCEL, tr("Back"));
		return;
	}
	form_tab(f, ID_TAB_GENERAL, tr("General"), !e->mail_tab);
	form_tab(f, ID_TAB_MAIL, tr("Mail"), e->mail_tab);
	form_blank(f);
	editor_headlines(e);
	if (e->mail_tab)
		e->ops->build_mail(e);
	else
		e->ops->build_general(e);
	if (!editor_locked(e))
		form_button(f, ID_SAVE, tr("Save"));
	if (e->ops->build_buttons)
		e->ops->build_buttons(e);
	form_button(f, ID_CANCEL, editor_locked(e) ? tr("Back") : tr("Cancel"));
}

void editor_touch(struct editor *e)
{
	findings_release(&e->findings);
	if (e->phase != EDITOR_LOADING && e->phase != EDITOR_FAILED)
		e->ops->check(e);
	form_clear(&e->form);
	build(e);
	form_settle(&e->form);
	for (size_t i = 0; i < e->form.items.n; i++)
		if (e->form.items.v[i].field)
			e->form.items.v[i].field->frozen =
				editor_unfinished(e) || e->form.items.v[i].locked;
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
	editor_note_any(e, item, field, field);
}

/* The graver of both, the first where they are alike; NULL: neither. */
static const struct finding *graver(
	const struct editor *e, enum form_field a, enum form_field b)
{
	const struct finding *x = findings_at(&e->findings, a),
			     *y = findings_at(&e->findings, b);

	return x && (!y || x->severity >= y->severity) ? x : y;
}

void editor_note_any(
	struct editor *e, struct form_item *item, enum form_field a, enum form_field b)
{
	const struct finding *f = graver(e, a, b);
	struct buf text = BUF_INIT;

	if (e->refused.code != ERR_NONE && (e->refused_at == a || e->refused_at == b)) {
		item->noted = (int)e->refused_at;
		sentence_err(&e->refused, &text);
		form_note(item, STYLE_ERROR, text.s);
	} else if (f) {
		item->noted = (int)f->field;
		if (f->severity == SEVERITY_NOTE && item->note)
			buf_printf(&text, "%s ", item->note);
		sentence_finding(f, &text);
		form_note(item, style_of(f->severity), text.s);
	}
	buf_release(&text);
}

bool editor_focus(struct editor *e, enum form_field field)
{
	int before = e->form.focus;

	if (form_focus(&e->form, (int)field))
		return true;
	e->mail_tab = !e->mail_tab;
	editor_touch(e);
	if (form_focus(&e->form, (int)field))
		return true;
	e->mail_tab = !e->mail_tab;
	e->form.focus = before;
	editor_touch(e);
	return false;
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

static void headline_rights(struct editor *e)
{
	bool locked = rights_all_denied(&e->rights);
	struct buf text = BUF_INIT;

	if (e->phase != EDITOR_READY || !rights_any_denied(&e->rights))
		return;
	if (!e->entry && !locked) /* what it depends on is yet to be typed */
		return;
	e->ops->who_may(e, locked, &text);
	form_text(&e->form, STYLE_WARNING, text.s);
	if (locked && e->ops->changed(e))
		form_text(&e->form, STYLE_WARNING,
			tr("What you changed is still here, but it can't be saved."));
	form_blank(&e->form);
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
		headline(e, STYLE_WARNING,
			e->lost ? tr("The connection was lost before the answer came: what "
				     "became of the save is looked up as soon as the "
				     "directory answers.")
				: tr("Saving: sent, not answered yet."));
		break;
	case EDITOR_VERIFYING:
		headline(e, STYLE_DIM,
			tr("Saved. Looking whether somebody else saved at the same time…"));
		break;
	case EDITOR_FAILED:
		headline_err(e, &e->err);
		break;
	}
	headline_rights(e);
	editor_live_headline(e);
	if (e->refused.code != ERR_NONE && e->refused_at == FIELD_NONE)
		headline_err(e, &e->refused);
	if (e->around_err.code != ERR_NONE && e->phase == EDITOR_READY)
		headline_err(e, &e->around_err);
}

void editor_build_origin(struct editor *e)
{
	struct buf text = BUF_INIT;

	if (!e->entry)
		return;
	sentence_safe(e->entry->dn, &text);
	form_pair(&e->form, tr("Entry"), text.s);
	buf_reset(&text);
	sentence_time(entry_text(e->entry, "modifyTimestamp"), &text);
	if (text.len)
		form_pair(&e->form, tr("Last changed"), text.s);
	buf_reset(&text);
	sentence_safe(entry_text(e->entry, "modifiersName"), &text);
	if (text.len)
		form_pair(&e->form, tr("By"), text.s);
	buf_release(&text);
}
