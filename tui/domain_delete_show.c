/* What is said while a domain is deleted. */
#include "tui/domain_delete_parts.h"
#include "tui/i18n.h"
#include "tui/sentence.h"

static void build_held(struct removal *r, struct form *f)
{
	struct buf n = BUF_INIT, text = BUF_INIT;

	if (r->n_users.n) {
		count_shown(&r->n_users, &n);
		buf_printf(&text,
			tr_n("%s user has an address in one of its names: take it away or "
			     "give another one first.",
				"%s users have addresses in one of its names: take them "
				"away or give others first.",
				count_plural(&r->n_users)),
			n.s);
		form_text(f, STYLE_ERROR, text.s);
	}
	if (r->n_below.n) {
		buf_reset(&n);
		buf_reset(&text);
		count_shown(&r->n_below, &n);
		buf_printf(&text,
			tr_n("%s entry stands below it: move or delete it first.",
				"%s entries stand below it: move or delete them first.",
				count_plural(&r->n_below)),
			n.s);
		form_text(f, STYLE_ERROR, text.s);
	}
	if (r->n_users.n)
		form_button(f, ID_SHOW_USERS, tr("Show these users"));
	form_button(f, ID_CANCEL, tr("Close"));
	buf_release(&n);
	buf_release(&text);
}

static void build_asking(struct removal *r, struct form *f)
{
	struct buf text = BUF_INIT;
	struct form_item *item;

	form_text(f, STYLE_TEXT,
		domain_is_ours(r->now) ? tr("Its entry was made here and is deleted.")
				       : tr("Its entry is not relais' alone: it stays, and "
					    "only what makes "
					    "it a domain is taken out."));
	buf_printf(&text, tr("Type %s to delete it."), r->name);
	form_text(f, STYLE_TEXT, text.s);
	form_blank(f);
	item = form_field(f, ID_NAME, tr("Name"), &r->typed);
	if (r->wrong)
		form_note(item, STYLE_ERROR, tr("This is not its name."));
	form_button(f, ID_DELETE, tr("Delete"));
	form_button(f, ID_CANCEL, tr("Cancel"));
	buf_release(&text);
}

static void build_denied(struct form *f)
{
	form_text(f, STYLE_ERROR, tr("Only a super administrator may delete this domain."));
	form_button(f, ID_CANCEL, tr("Close"));
}

static void build_failed(struct removal *r, struct form *f)
{
	struct buf text = BUF_INIT;

	sentence_err(&r->err, &text);
	form_text(f, STYLE_ERROR, text.s);
	form_blank(f);
	form_text(f, STYLE_TEXT,
		r->lost ? tr("The answer never came, and somebody has changed the entry "
			     "since: look at it.")
			: tr("Nothing was written."));
	if (r->err.server[0]) {
		buf_reset(&text);
		buf_printf(&text, "%ld ", r->err.number);
		sentence_safe(r->err.server, &text);
		form_pair(f, tr("Details"), text.s);
	}
	form_button(f, ID_CANCEL, tr("Close"));
	buf_release(&text);
}

void removal_build(struct removal *r)
{
	struct form *f = &r->sheet.form;

	form_clear(f);
	if (removal_denied(r) && (r->phase == PHASE_HELD || r->phase == PHASE_ASKING)) {
		build_denied(f);
		form_settle(f);
		return;
	}
	switch (r->phase) {
	case PHASE_READING:
		form_text(f, STYLE_DIM, tr("Reading what depends on it…"));
		form_button(f, ID_CANCEL, tr("Cancel"));
		break;
	case PHASE_HELD:
		build_held(r, f);
		break;
	case PHASE_FAILED:
		build_failed(r, f);
		break;
	case PHASE_ASKING:
		build_asking(r, f);
		break;
	case PHASE_CHECKING:
		form_text(f, STYLE_DIM, tr("Checking with the directory…"));
		form_button(f, ID_CANCEL, tr("Cancel"));
		break;
	case PHASE_WRITING:
		form_text(f, STYLE_WARNING,
			r->lost ? tr("The connection was lost before the answer came: what "
				     "became of the save is looked up as soon as the "
				     "directory answers.")
				: tr("Saving: sent, not answered yet."));
		form_button(f, ID_CANCEL, tr("Leave"));
		break;
	case PHASE_VERIFYING:
		form_text(f, STYLE_DIM,
			tr("Deleted. Looking whether somebody else used it meanwhile…"));
		form_button(f, ID_CANCEL, tr("Leave"));
		break;
	}
	form_settle(f);
}
