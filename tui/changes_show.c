/* All of one change, in a sheet. */
#include <stdlib.h>
#include <string.h>

#include "tui/changes_parts.h"
#include "tui/fetch.h"
#include "tui/i18n.h"
#include "tui/review.h"
#include "tui/sentence.h"
#include "tui/sheet.h"

enum { SHOW_UNDO = 1, SHOW_LDIF, SHOW_CLOSE };
enum { SHOWN_MOST = 20, LDIF_MOST = 50 };

struct details {
	struct sheet sheet;
	char *id;
	bool undone;
	struct saved_item item;
	bool loaded;
	struct fetch entry; /* of the directory's log */
	struct err err;
};

static void pair(struct form *f, const char *label, const char *raw)
{
	struct buf safe = BUF_INIT;

	if (raw && *raw) {
		sentence_safe(raw, &safe);
		form_pair(f, label, safe.s);
	}
	buf_release(&safe);
}

static void file_pair(const struct details *d, struct form *f)
{
	const struct journal *j = d->sheet.view.app->journal;
	struct buf path = BUF_INIT;

	buf_printf(&path, "%s/%s.ldif", journal_folder(j), d->item.id);
	pair(f, tr("File"), path.s);
	buf_release(&path);
}

static void say_outcome(const struct details *d, struct form *f)
{
	struct buf text = BUF_INIT;
	enum style style = STYLE_TEXT;

	changes_outcome(&d->item, d->undone, &text, &style);
	form_pair(f, tr("Outcome"), text.s);
	buf_reset(&text);
	changes_outcome_sentence(&d->item, d->undone, &text);
	if (text.len)
		form_text(f, style, text.s);
	pair(f, tr("Server's words"), d->item.note);
	buf_release(&text);
}

static void add_head(const struct details *d, struct form *f)
{
	struct buf time = BUF_INIT;

	sentence_time(d->item.moment.s, &time);
	form_pair(f, tr("When"), time.s);
	pair(f, tr("Who"), *d->item.head.who ? d->item.head.who : "–");
	pair(f, tr("Login"), d->item.head.login);
	pair(f, tr("Server"), d->item.head.server);
	pair(f, tr("Why"), d->item.head.why);
	if (d->item.from == FROM_HERE)
		file_pair(d, f);
	else
		pair(f, tr("In the log"), d->item.id);
	say_outcome(d, f);
	buf_release(&time);
}

static void add_change(const struct change *c, struct form *f)
{
	form_blank(f);
	pair(f, tr("Entry"), c->dn);
	form_row(f, tr("attribute"), tr("before it"), tr("after it"), STYLE_DIM);
	review_list(f, c);
}

static void add_changes(const struct details *d, struct form *f)
{
	struct buf n = BUF_INIT, text = BUF_INIT;

	for (size_t i = 0; i < d->item.changes.n; i++)
		add_change(d->item.changes.v[i], f);
	pair(f, tr("Renamed to"), d->item.new_dn);
	if (d->item.has_secret) {
		form_blank(f);
		form_text(f, STYLE_DIM,
			tr("A password was written, too; passwords are not shown."));
	}
	if (d->item.from == FROM_LOG && d->item.no_before && !d->item.new_dn) {
		form_blank(f);
		form_text(f, STYLE_DIM,
			tr("What was there before is not in the directory's log "
			   "(logold)."));
	}
	if (d->item.total > d->item.changes.n) {
		i18n_number(d->item.total - d->item.changes.n, &n);
		buf_printf(&text,
			tr_n("And %s change more: the file has it.",
				"And %s changes more: the file has them.",
				d->item.total - d->item.changes.n),
			n.s);
		form_blank(f);
		form_text(f, STYLE_DIM, text.s);
	}
	buf_release(&n);
	buf_release(&text);
}

static void build(struct details *d)
{
	struct form *f = &d->sheet.form;
	struct buf text = BUF_INIT;

	form_clear(f);
	if (d->loaded) {
		add_head(d, f);
		add_changes(d, f);
		form_button(f, SHOW_CLOSE, tr("Close"));
		form_button(f, SHOW_UNDO, tr("Undo"));
		form_button(f, SHOW_LDIF, tr("Show LDIF"));
	} else if (d->err.code != ERR_NONE) {
		sentence_err(&d->err, &text);
		form_text(f, STYLE_ERROR, text.s);
		form_button(f, SHOW_CLOSE, tr("Close"));
	} else {
		form_text(f, STYLE_DIM, tr("Reading from the directory…"));
		form_button(f, SHOW_CLOSE, tr("Close"));
	}
	f->focus = SHOW_CLOSE;
	form_settle(f);
	buf_release(&text);
}

static void show_ldif(struct details *d)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < d->item.changes.n && i < LDIF_MOST; i++)
		change_ldif(d->item.changes.v[i], &text);
	sheet_text(d->sheet.view.app, "LDIF", text.s);
	buf_release(&text);
}

static bool answer(void *arg, int id)
{
	struct details *d = arg;
	struct app *app = d->sheet.view.app;
	struct change_row row = {.undone = d->undone};

	if (id == SHOW_LDIF) {
		show_ldif(d);
		return false;
	}
	if (id != SHOW_UNDO)
		return true;
	row.item = d->item;
	row.dn = xstrdup(d->item.changes.v[0]->dn);
	d->item = (struct saved_item){0};
	app_pop(app, &d->sheet.view);
	changes_undo(app, &row);
	item_release(&row.item);
	free(row.dn);
	return false;
}

static void release(void *arg)
{
	struct details *d = arg;

	fetch_stop(&d->entry);
	item_release(&d->item);
	free(d->id);
}

static void came(void *arg)
{
	struct details *d = arg;
	const struct entry *e = fetch_first(&d->entry);

	if (e && item_of_log(e, &d->item))
		d->loaded = true;
	else if (d->entry.outcome == OUTCOME_FAILED)
		d->err = d->entry.err;
	else
		err_set(&d->err, ERR_NO_SUCH_OBJECT, 32, NULL, d->id, NULL);
	build(d);
}

static void read_log(struct details *d, const char *dn)
{
	struct search search = {
		.base = dn,
		.scope = SCOPE_BASE,
		.filter = "(objectClass=*)",
		.attributes = logged_attributes,
	};

	fetch_start(&d->entry, d->sheet.view.app->store, &search, came, d);
}

void changes_show(struct app *app, const struct change_row *row)
{
	struct details *d;
	struct buf title = BUF_INIT;

	changes_name(row->dn, &title);
	d = sheet_new_sized(sizeof(*d), app, title.s, answer, NULL);
	d->sheet.arg = d;
	d->sheet.release = release;
	d->sheet.width = 100;
	d->id = xstrdup(row->item.id);
	d->undone = row->undone;
	if (row->item.from == FROM_LOG)
		read_log(d, row->item.id);
	else
		d->loaded = item_read(app->journal, row->item.id, SHOWN_MOST, &d->item);
	if (!d->loaded && row->item.from == FROM_HERE)
		err_set(&d->err, ERR_FILE, 0, NULL, row->item.id, NULL);
	build(d);
	sheet_show(&d->sheet);
	buf_release(&title);
}
