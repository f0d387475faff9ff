/* What the Changes screen shows: the journal, and the directory's log beside it. */
#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/text.h"
#include "tui/changes_parts.h"

enum {
	WORDS_MOST = 1 << 18, /* bytes of a save that the filter looks through */
	VALUE_MOST = 200,
	/* The log's clock and ours may differ, and a save takes its time. */
	SAME_S = 120
};

/* ---- words, times ------------------------------------------------------------------- */

long long changes_seconds(const char *moment)
{
	struct tm tm = {0};

	if (sscanf(moment, "%4d%2d%2d%2d%2d%2d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
		    &tm.tm_hour, &tm.tm_min, &tm.tm_sec) != 6)
		return 0;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	return (long long)timegm(&tm);
}

static void add_values(const struct attribute *a, struct buf *words)
{
	for (size_t i = 0; a && i < a->values.n && words->len < WORDS_MOST; i++) {
		const struct value *v = &a->values.v[i];

		buf_putc(words, ' ');
		text_printable(words, v->p, v->n < VALUE_MOST ? v->n : VALUE_MOST);
	}
}

void changes_fold_words(const struct change *c, struct buf *words)
{
	if (words->len >= WORDS_MOST)
		return;
	buf_putc(words, ' ');
	text_printable(words, c->dn, strlen(c->dn));
	for (size_t i = 0; i < c->mods.n && words->len < WORDS_MOST; i++) {
		const struct attribute *a = &c->mods.v[i].attribute;

		buf_printf(words, " %s", a->name);
		add_values(a, words);
		add_values(c->before ? entry_get(c->before, a->name) : NULL, words);
	}
	for (size_t i = 0; c->kind == CHANGE_DELETE && c->before &&
			   i < c->before->attributes.n && words->len < WORDS_MOST;
		i++) {
		buf_printf(words, " %s", c->before->attributes.v[i].name);
		add_values(&c->before->attributes.v[i], words);
	}
}

/* A DN as a key: however it is spelt. */
static void dn_key(const char *dn, struct buf *out)
{
	for (; *dn; dn++)
		if (*dn != ' ')
			buf_putc(out, (char)tolower((unsigned char)*dn));
}

/* What was written without the server's telling the entryCSN it gave: a removal, a change
 * made in a transaction. */
static void author_key(const char *dn, const char *who, struct buf *out)
{
	dn_key(dn, out);
	buf_putc(out, '\n');
	dn_key(who, out);
}

/* ---- rows --------------------------------------------------------------------------- */

static void row_release(struct change_row *row)
{
	item_release(&row->item);
	gist_release(&row->gist);
	free(row->dn);
	free(row->undoes);
	free(row->folded);
}

static void drop_changes(struct saved_item *it)
{
	for (size_t i = 0; i < it->changes.n; i++)
		change_free(it->changes.v[i]);
	array_free(&it->changes);
}

void reading_add(struct reading *r, struct saved_item *it, const char *words)
{
	struct buf all = BUF_INIT, folded = BUF_INIT, undoes = BUF_INIT;
	struct change_row *row = array_add(&r->rows);

	row->item = *it;
	it = &row->item;
	gist_of(it, r->app->settings, &row->gist);
	row->dn = xstrdup(it->changes.n ? it->changes.v[0]->dn : "");
	text_printable(&all, it->head.who, strlen(it->head.who));
	buf_putc(&all, ' ');
	text_printable(&all, it->head.why, strlen(it->head.why));
	buf_printf(&all, " %s ", words);
	if (it->new_dn)
		text_printable(&all, it->new_dn, strlen(it->new_dn));
	text_fold(&folded, all.s);
	item_undoes(it, &undoes);
	row->folded = buf_detach(&folded);
	row->undoes = buf_detach(&undoes);
	drop_changes(it);
	array_free(&it->outcome);
	buf_release(&all);
}

/* ---- the journal ----------------------------------------------------------------------
 */

static void own_add(struct reading *r, const char *key, const char *when)
{
	struct buf digits = BUF_INIT;

	for (; *when; when++)
		if (*when >= '0' && *when <= '9')
			buf_putc(&digits, *when);
	*array_add(&r->own) = (struct own_change){xstrdup(key), changes_seconds(digits.s)};
	buf_release(&digits);
}

static void take_own(struct reading *r, const struct record *record)
{
	struct buf key = BUF_INIT;

	if (record->outcome != SETTLED_DONE)
		return;
	if (*record->note)
		buf_puts(&key, record->note);
	else if (record->number > 0 && record->number <= r->dns.n)
		author_key(r->dns.v[record->number - 1], r->item.head.who, &key);
	if (key.len)
		own_add(r, key.s, record->when);
	buf_release(&key);
}

static void close_file(struct reading *r)
{
	journal_file_close(r->file);
	r->file = NULL;
	r->at++;
	r->stamp++;
	buf_reset(&r->words);
	strv_release(&r->dns);
}

static bool is_elsewhere(const struct reading *r, const struct record *record)
{
	return record->kind == RECORD_HEAD &&
	       strcmp(record->head.directory, journal_directory(r->app->journal)) != 0;
}

static void file_ended(struct reading *r)
{
	if (item_finish(&r->item))
		reading_add(r, &r->item, r->words.s);
	else
		item_release(&r->item);
	close_file(r);
}

/* One record of the file that is open. */
static void take_record(struct reading *r)
{
	const struct record *record = journal_next(r->file);

	if (is_elsewhere(r, record)) {
		item_release(&r->item);
		close_file(r);
		return;
	}
	if (record->kind == RECORD_CHANGE) {
		changes_fold_words(record->change, &r->words);
		strv_add(&r->dns, record->change->dn);
	}
	if (record->kind == RECORD_OUTCOME)
		take_own(r, record);
	if (!item_take(&r->item, record))
		file_ended(r);
}

static bool journal_done(const struct reading *r)
{
	return r->at >= r->names.n;
}

static void open_file(struct reading *r)
{
	r->file = journal_open(r->app->journal, r->names.v[r->at], NULL);
	if (r->file)
		item_begin(&r->item, r->names.v[r->at], 1);
	else
		close_file(r);
}

static void journal_turn(struct reading *r)
{
	int files = 0, records = 0;

	while (!journal_done(r) && records < READ_RECORDS) {
		if (!r->file && files++ == READ_FILES)
			break;
		if (!r->file)
			open_file(r);
		while (r->file && records++ < READ_RECORDS)
			take_record(r);
	}
}

/* ---- both --------------------------------------------------------------------------- */

struct reading *reading_new(struct app *app)
{
	struct reading *r = xcalloc(1, sizeof(*r));

	r->app = app;
	buf_init(&r->words);
	if (app->journal)
		journal_names(app->journal, &r->names, NULL);
	if (*app->settings->directory.accesslog)
		r->log = log_windows_new(r);
	return r;
}

void reading_free(struct reading *r)
{
	if (!r)
		return;
	log_windows_free(r->log);
	if (r->file)
		item_release(&r->item);
	journal_file_close(r->file);
	for (size_t i = 0; i < r->rows.n; i++)
		row_release(&r->rows.v[i]);
	for (size_t i = 0; i < r->own.n; i++)
		free(r->own.v[i].key);
	array_free(&r->rows);
	array_free(&r->own);
	strv_release(&r->names);
	strv_release(&r->dns);
	buf_release(&r->words);
	free(r);
}

bool reading_turn(struct reading *r)
{
	if (reading_done(r))
		return false;
	journal_turn(r);
	if (r->log)
		log_windows_ask(r->log);
	return !journal_done(r);
}

bool reading_done(const struct reading *r)
{
	return r->rows.n >= READ_MOST || (journal_done(r) && log_windows_done(r->log));
}

void reading_stop(struct reading *r)
{
	r->stopped = true;
	log_windows_free(r->log);
	r->log = NULL;
	while (!journal_done(r)) {
		if (r->file)
			item_release(&r->item);
		close_file(r);
		r->at = r->names.n;
	}
}

/* What is newer than what comes next.  Ours are shown however slow the log is; once it
 * has answered it stays level. */
bool reading_has_all_to(const struct reading *r, const struct change_row *row)
{
	const char *moment = row->item.moment.s;

	if (row->item.from == FROM_LOG && !journal_done(r)) {
		struct saved_item next;
		bool newer;

		item_begin(&next, r->names.v[r->at], 0);
		item_set_moment(&next, next.id);
		newer = changes_seconds(moment) > changes_seconds(next.moment.s) + SAME_S;
		item_release(&next);
		return newer;
	}
	if (row->item.from == FROM_HERE && !log_windows_done(r->log) &&
		log_windows_state(r->log) == LOG_THERE)
		return strcmp(moment, log_windows_from(r->log)) >= 0;
	return true;
}

/* ---- what they say of each other ------------------------------------------------------
 */

static int by_key(const void *a, const void *b)
{
	const struct own_change *x = a, *y = b;
	int order = strcmp(x->key, y->key);

	return order ? order : (x->at > y->at) - (x->at < y->at);
}

/* The first with this key that is not earlier. */
static size_t own_find(const struct reading *r, const char *key, long long at)
{
	const struct own_change wanted = {(char *)key, at};
	size_t low = 0, high = r->own.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (by_key(&r->own.v[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool own_has(const struct reading *r, const char *key, long long from, long long to)
{
	size_t i = own_find(r, key, from);

	return i < r->own.n && strcmp(r->own.v[i].key, key) == 0 && r->own.v[i].at <= to;
}

static bool is_ours(const struct reading *r, const struct change_row *row)
{
	long long at = changes_seconds(row->item.moment.s);
	struct buf key = BUF_INIT;
	bool ours;

	if (*row->item.csn && own_has(r, row->item.csn, 0, LLONG_MAX))
		return true;
	author_key(row->dn, row->item.head.who, &key);
	ours = own_has(r, key.s, at - SAME_S, at + SAME_S);
	buf_release(&key);
	return ours;
}

static int newest_first(const void *a, const void *b)
{
	const struct change_row *const *x = a, *const *y = b;

	return strcmp((*y)->item.moment.s, (*x)->item.moment.s);
}

static struct change_row *row_by_id(struct reading *r, const char *id)
{
	for (size_t i = 0; i < r->rows.n; i++)
		if (strcmp(r->rows.v[i].item.id, id) == 0)
			return &r->rows.v[i];
	return NULL;
}

/* An undo that was undone itself has taken nothing back. */
static void relate_undone(struct reading *r)
{
	ARRAY(struct change_row *) undoers = {0};

	for (size_t i = 0; i < r->rows.n; i++) {
		r->rows.v[i].undone = false;
		if (*r->rows.v[i].undoes && item_is_done(&r->rows.v[i].item))
			*array_add(&undoers) = &r->rows.v[i];
	}
	if (undoers.n)
		qsort(undoers.v, undoers.n, sizeof(*undoers.v), newest_first);
	for (size_t i = 0; i < undoers.n; i++) {
		struct change_row *target = row_by_id(r, undoers.v[i]->undoes);

		if (target && !undoers.v[i]->undone)
			target->undone = true;
	}
	array_free(&undoers);
}

void reading_relate(struct reading *r)
{
	if (r->own_sorted != r->own.n)
		qsort(r->own.v, r->own.n, sizeof(*r->own.v), by_key);
	r->own_sorted = r->own.n;
	for (size_t i = 0; i < r->rows.n; i++)
		if (r->rows.v[i].item.from == FROM_LOG)
			r->rows.v[i].ours = is_ours(r, &r->rows.v[i]);
	relate_undone(r);
}

/* ---- for home --------------------------------------------------------------------------
 */

bool changes_newest(const struct app *app, struct record_head *head)
{
	enum { TRIES = 8 };
	struct strv names = {0};
	bool found = false;

	if (!app->journal || !journal_names(app->journal, &names, NULL))
		return false;
	for (size_t i = 0; i < names.n && i < TRIES && !found; i++) {
		struct journal_file *f = journal_open(app->journal, names.v[i], NULL);
		const struct record *r = f ? journal_next(f) : NULL;

		found = r && r->kind == RECORD_HEAD &&
			strcmp(r->head.directory, journal_directory(app->journal)) == 0;
		if (found)
			record_head_copy(head, &r->head);
		journal_file_close(f);
	}
	strv_release(&names);
	return found;
}
