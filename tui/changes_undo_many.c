/*
 * Taking a bulk back: the changes of one item of the journal that were done, each undone
 * under the same precondition as one alone.  The file is gone through twice, a little at
 * each turn: what became of the changes stands behind them.
 */
#include <stdlib.h>
#include <string.h>

#include "core/query.h"
#include "core/undo.h"
#include "tui/bulk.h"
#include "tui/changes_undo.h"
#include "tui/i18n.h"
#include "tui/sentence.h"

enum { RECORDS_A_TURN = 200 };

struct undo_many {
	struct bulk bulk;
	char *id;
	struct journal_file *file;
	bool proposing;          /* the second time */
	struct saved_item first; /* what the first time told */
	struct fetch entries[BULK_CHUNK], domains, holders;
	int waiting;
	size_t refused, unknown; /* addresses: no mail any more; mail to the relay */
};

static struct undo_many *of(const struct bulk *b)
{
	return (struct undo_many *)b;
}

static const struct settings *settings_of(const struct undo_many *m)
{
	return m->bulk.view.app->settings;
}

/* ---- reading the journal ----------------------------------------------------------------
 */

static void propose(struct undo_many *m, const struct record *r)
{
	struct saved_item *first = &m->first;
	struct buf name = BUF_INIT;

	if (r->number == 0 || r->number > first->outcome.n ||
		first->outcome.v[r->number - 1] != SETTLED_DONE) {
		bulk_leave_out(&m->bulk);
		return;
	}
	changes_name(r->change->dn, &name);
	bulk_propose(&m->bulk, change_inverse(r->change), name.s);
	buf_release(&name);
}

static void open_again(struct undo_many *m)
{
	struct err err;

	journal_file_close(m->file);
	m->file = journal_open(m->bulk.view.app->journal, m->id, &err);
	if (!m->file)
		bulk_read(&m->bulk, OUTCOME_FAILED, &err);
}

static bool read_one(struct undo_many *m)
{
	const struct record *r = journal_next(m->file);

	if (m->proposing && r->kind == RECORD_CHANGE)
		propose(m, r);
	if (m->proposing)
		return r->kind != RECORD_EOF && r->kind != RECORD_BROKEN;
	if (item_take(&m->first, r))
		return true;
	item_finish(&m->first);
	m->proposing = true;
	open_again(m);
	return m->file != NULL;
}

static bool read_on(struct bulk *b)
{
	struct undo_many *m = of(b);

	for (int i = 0; i < RECORDS_A_TURN && b->phase == BULK_READING; i++)
		if (m->file && !read_one(m) && m->file) {
			bulk_read(b, OUTCOME_OK, NULL);
			return false;
		}
	return b->phase == BULK_READING;
}

static void start(struct bulk *b)
{
	struct undo_many *m = of(b);

	item_begin(&m->first, m->id, 0);
	open_again(m);
}

/* ---- looking ----------------------------------------------------------------------------
 */

/* NULL: it is gone, or another stands in its place. */
static const struct entry *entry_of_item(const struct undo_many *m, size_t i)
{
	const struct change *c = m->bulk.chunk.v[i].change;
	const struct entry *e = fetch_first(&m->entries[i]);
	bool other = e && c->before && *c->before->id && *e->id &&
		     strcmp(e->id, c->before->id) != 0;

	return other ? NULL : e;
}

static void tell_overtaken(struct undo_many *m, const char *label, const struct strv *names)
{
	struct buf text = BUF_INIT, list = BUF_INIT;

	for (size_t i = 0; i < names->n; i++)
		buf_printf(&list, "%s%s", i ? ", " : "", names->v[i]);
	buf_printf(&text, tr("changed since (%s)."), list.s);
	bulk_tell(&m->bulk, label, text.s);
	buf_release(&text);
	buf_release(&list);
}

/* Whether the entry is as the change left it; then the undo is fitted to it. */
static bool holds(struct undo_many *m, struct bulk_item *item, const struct entry *now)
{
	struct change *c = item->change;
	struct strv names = {0};
	bool ok;

	undo_overtaken(c, now, &names);
	ok = !undo_misses(c, now) && names.n == 0;
	if (!now && c->kind != CHANGE_ADD)
		bulk_tell(&m->bulk, item->label,
			tr("the entry is gone, or has another name."));
	else if (!ok)
		tell_overtaken(m, item->label, &names);
	strv_release(&names);
	if (!ok || !now)
		return ok;
	free(c->dn);
	c->dn = xstrdup(now->dn);
	if (c->kind == CHANGE_DELETE) {
		entry_free(c->before);
		c->before = undo_without_secrets(now);
	}
	entry_set_state(c->before, now->id, now->csn);
	return true;
}

static void count_warning(struct undo_many *m, const struct finding *f)
{
	if (m->bulk.phase != BULK_CHECKING)
		return;
	m->refused += f->rule == RULE_ADDRESS_REFUSED;
	m->unknown += f->rule == RULE_ADDRESS_AS_UNKNOWN;
}

/* False: an error, which is told. */
static bool obeys(
	struct undo_many *m, const struct bulk_item *item, const struct entry *now)
{
	struct entry *as =
		item->change->kind == CHANGE_DELETE ? NULL : undo_result(item->change, now);
	struct findings found = {0};
	bool ok = true;

	if (undo_is_user(settings_of(m), as) || undo_is_user(settings_of(m), now))
		undo_check_user(settings_of(m), &m->domains, &m->holders, now, as, &found);
	for (size_t i = 0; i < found.n && ok; i++) {
		struct buf text = BUF_INIT;

		if (found.v[i].severity == SEVERITY_ERROR) {
			sentence_finding(&found.v[i], &text);
			bulk_tell(&m->bulk, item->label, text.s);
			ok = false;
		}
		buf_release(&text);
	}
	for (size_t i = 0; i < found.n && ok; i++)
		count_warning(m, &found.v[i]);
	findings_release(&found);
	entry_free(as);
	return ok;
}

static void settle(struct undo_many *m)
{
	for (size_t i = 0; i < m->bulk.chunk.n; i++) {
		struct bulk_item *item = &m->bulk.chunk.v[i];
		const struct entry *now = entry_of_item(m, i);

		if (!item->settled && (!holds(m, item, now) || !obeys(m, item, now)))
			bulk_drop(&m->bulk, i);
	}
}

static const struct err *failure(const struct fetch *f)
{
	return f->done && f->outcome == OUTCOME_FAILED ? &f->err : NULL;
}

static void around_came(void *arg)
{
	struct undo_many *m = arg;
	const struct err *err;

	if (--m->waiting > 0)
		return;
	err = failure(&m->domains) ? failure(&m->domains) : failure(&m->holders);
	if (!err)
		settle(m);
	bulk_looked(&m->bulk, err);
}

static void ask(struct undo_many *m, struct fetch *f, const char *base, const char *filter,
	const char *const *attributes, void (*fn)(void *arg))
{
	const struct search search = {.base = base,
		.scope = SCOPE_SUBTREE,
		.filter = filter,
		.attributes = attributes};

	fetch_start(f, m->bulk.view.app->store, &search, fn, m);
}

static void ask_around(
	struct undo_many *m, const struct strv *domains, const struct strv *addresses)
{
	struct app *app = m->bulk.view.app;
	struct buf filter = BUF_INIT;

	fetch_stop(&m->domains);
	fetch_stop(&m->holders);
	m->waiting = 1; /* until all is asked */
	if (domains->n) {
		m->waiting++;
		query_domains_named(app->settings, domains, &filter);
		ask(m, &m->domains, app->settings->domains.base, filter.s,
			app->domain_attributes, around_came);
	}
	if (addresses->n) {
		m->waiting++;
		buf_reset(&filter);
		query_holders(app->settings, addresses, &filter);
		ask(m, &m->holders, settings_user_search_base(app->settings), filter.s,
			app->user_attributes, around_came);
	}
	buf_release(&filter);
	around_came(m);
}

static void entries_came(void *arg)
{
	struct undo_many *m = arg;
	struct strv domains = {0}, addresses = {0};
	const struct err *err = NULL;

	if (--m->waiting > 0)
		return;
	for (size_t i = 0; i < m->bulk.chunk.n; i++)
		if (failure(&m->entries[i]) && m->entries[i].err.code != ERR_NO_SUCH_OBJECT)
			err = failure(&m->entries[i]);
	if (err) {
		bulk_looked(&m->bulk, err);
		return;
	}
	for (size_t i = 0; i < m->bulk.chunk.n; i++) {
		const struct change *c = m->bulk.chunk.v[i].change;
		const struct entry *now = entry_of_item(m, i);
		struct entry *as =
			now && c->kind != CHANGE_DELETE ? undo_result(c, now) : NULL;

		if (undo_is_user(settings_of(m), as ? as : now))
			undo_asks_of_user(
				settings_of(m), as ? as : now, &domains, &addresses);
		entry_free(as);
	}
	ask_around(m, &domains, &addresses);
	strv_release(&domains);
	strv_release(&addresses);
}

static void look(struct bulk *b)
{
	struct undo_many *m = of(b);

	m->waiting = 1; /* until all is asked */
	for (size_t i = 0; i < b->chunk.n; i++) {
		const struct search search = {.base = b->chunk.v[i].change->dn,
			.scope = SCOPE_BASE,
			.filter = "(objectClass=*)"};

		m->waiting++;
		fetch_start(&m->entries[i], b->view.app->store, &search, entries_came, m);
	}
	entries_came(m);
}

static void stop(struct bulk *b)
{
	struct undo_many *m = of(b);

	journal_file_close(m->file);
	m->file = NULL;
	for (size_t i = 0; i < BULK_CHUNK; i++)
		fetch_stop(&m->entries[i]);
	fetch_stop(&m->domains);
	fetch_stop(&m->holders);
}

/* ---- the preview
 * -------------------------------------------------------------------------- */

static void count(struct bulk *b, const struct change *c, const char *label)
{
	(void)b;
	(void)c;
	(void)label;
}

static void who(const struct bulk *b, const char *label, struct buf *out)
{
	(void)b;
	buf_puts(out, label);
}

static void what(const struct bulk *b, const struct change *c, struct buf *out)
{
	struct gist gist;

	gist_of_change(c, settings_of(of(b)), &gist);
	gist_words(&gist, 1, out);
	gist_release(&gist);
}

static void say_lost(const struct undo_many *m, struct form *f)
{
	struct buf number = BUF_INIT, text = BUF_INIT;

	if (m->refused) {
		i18n_number(m->refused, &number);
		buf_printf(&text,
			tr_n("Mail to %s address will be refused from now on.",
				"Mail to %s addresses will be refused from now on.",
				m->refused),
			number.s);
		form_text(f, STYLE_WARNING, text.s);
	}
	buf_reset(&number);
	buf_reset(&text);
	if (m->unknown) {
		i18n_number(m->unknown, &number);
		buf_printf(&text,
			tr_n("Mail to %s address will go to the relay as unknown.",
				"Mail to %s addresses will go to the relay as unknown.",
				m->unknown),
			number.s);
		form_text(f, STYLE_WARNING, text.s);
	}
	buf_release(&number);
	buf_release(&text);
}

static void preview(struct bulk *b, struct form *f)
{
	struct undo_many *m = of(b);
	size_t n = spool_count(b->accepted);
	struct buf number = BUF_INIT, text = BUF_INIT;

	if (n == 0) {
		form_text(f, STYLE_TITLE, tr("None of these changes can be undone."));
		return;
	}
	i18n_number(n, &number);
	buf_printf(
		&text, tr_n("%s change is undone.", "%s changes are undone.", n), number.s);
	form_text(f, STYLE_TITLE, text.s);
	say_lost(m, f);
	buf_release(&number);
	buf_release(&text);
}

/* ---- the view
 * ------------------------------------------------------------------------------ */

static void path(const struct bulk *b, struct buf *out)
{
	(void)b;
	buf_puts(out, tr("Undo"));
}

static void release(struct bulk *b)
{
	struct undo_many *m = of(b);

	item_release(&m->first);
	free(m->id);
}

static const struct bulk_ops ops = {
	.path = path,
	.read = start,
	.read_on = read_on,
	.look = look,
	.stop = stop,
	.count = count,
	.who = who,
	.what = what,
	.preview = preview,
	.release = release,
};

void changes_undo_many(struct app *app, const struct saved_item *it)
{
	struct undo_many *m;
	struct buf why = BUF_INIT;

	item_undo_why(it, &why);
	m = bulk_new(sizeof(*m), &ops, app, why.s);
	m->id = xstrdup(it->id);
	m->bulk.expected = it->total;
	bulk_show(&m->bulk);
	buf_release(&why);
}
