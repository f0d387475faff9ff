#include "core/sys/recover.h"

#include <string.h>

#include "core/settle.h"

enum {
	NAMES_A_STEP = 50,
	/* What was sent to a server that stood still may still happen when it goes on. */
	SETTLED_MS = 1000
};

struct recover {
	struct store *store;
	struct journal *journal;
	const char *base;
	recover_fn *fn;
	void *arg;
	bool running, again;
	struct strv names;
	size_t at;
	/* the item being looked up */
	struct journal_item *item;
	struct journal_file *file;
	struct record_head head;
	ARRAY(bool) has_outcome; /* by number, from 1 */
	const struct record *record;
	struct settle *settle;
	struct change *first;
	struct recovered told;
};

struct recover *recover_new(struct store *store, struct journal *journal, const char *base,
	recover_fn *fn, void *arg)
{
	struct recover *r = xcalloc(1, sizeof(*r));

	r->store = store;
	r->journal = journal;
	r->base = base;
	r->fn = fn;
	r->arg = arg;
	return r;
}

static void drop_item(struct recover *r)
{
	settle_free(r->settle);
	r->settle = NULL;
	journal_file_close(r->file);
	r->file = NULL;
	journal_close(r->item);
	r->item = NULL;
	record_head_release(&r->head);
	array_free(&r->has_outcome);
	change_free(r->first);
	r->first = NULL;
	r->told = (struct recovered){0};
}

void recover_free(struct recover *r)
{
	if (!r)
		return;
	drop_item(r);
	strv_release(&r->names);
	free(r);
}

void recover_start(struct recover *r)
{
	r->again = r->running;
	if (r->running)
		return;
	strv_release(&r->names);
	r->at = 0;
	r->running = journal_names(r->journal, &r->names, NULL) && r->names.n > 0;
}

/* ---- one item ----------------------------------------------------------------- */

static void note_outcome(struct recover *r, const struct record *record)
{
	if (record->number == 0 || record->number > journal_changes(r->item))
		return;
	while (r->has_outcome.n <= record->number)
		*array_add(&r->has_outcome) = false;
	r->has_outcome.v[record->number] = record->outcome != SETTLED_UNKNOWN;
}

static bool has_outcome(const struct recover *r, size_t number)
{
	return number < r->has_outcome.n && r->has_outcome.v[number];
}

static void read_outcomes(struct recover *r, const char *name)
{
	struct journal_file *f = journal_open(r->journal, name, NULL);
	const struct record *record;

	while (f && (record = journal_next(f))->kind != RECORD_EOF &&
		record->kind != RECORD_BROKEN) {
		if (record->kind == RECORD_OUTCOME)
			note_outcome(r, record);
		else if (record->kind == RECORD_HEAD && !r->head.when)
			record_head_copy(&r->head, &record->head);
	}
	journal_file_close(f);
}

static void finish_item(struct recover *r)
{
	r->told.name = r->names.v[r->at - 1];
	r->told.head = &r->head;
	r->told.first = r->first;
	if (r->told.by[SETTLED_UNKNOWN] == 0)
		journal_end(r->item);
	journal_close(r->item);
	r->item = NULL;
	if (r->first)
		r->fn(r->arg, &r->told);
	drop_item(r);
}

static void on_settled(
	void *arg, enum settled outcome, const struct entry *now, const struct err *err)
{
	struct recover *r = arg;

	(void)err;
	r->told.by[outcome]++;
	if (!r->first) {
		r->first = change_copy(r->record->change);
		r->told.outcome = outcome;
	}
	if (outcome != SETTLED_UNKNOWN)
		journal_outcome(r->item, r->record->number, outcome,
			outcome == SETTLED_DONE && now ? now->csn : "");
	settle_free(r->settle);
	r->settle = NULL;
}

/* The next change without an outcome; false: the item is done with. */
static bool look_up_next(struct recover *r)
{
	while ((r->record = journal_next(r->file))->kind != RECORD_EOF &&
		r->record->kind != RECORD_BROKEN)
		if (r->record->kind == RECORD_CHANGE &&
			!has_outcome(r, r->record->number)) {
			r->settle = settle_start(
				r->store, r->base, r->record->change, on_settled, r);
			return true;
		}
	return false;
}

/* ---- all of them -------------------------------------------------------------- */

static bool open_item(struct recover *r, const char *name)
{
	if (!journal_may_be_unfinished(r->journal, name))
		return false;
	r->item = journal_claim(r->journal, name);
	if (!r->item)
		return false;
	read_outcomes(r, name);
	r->file = journal_open(r->journal, name, NULL);
	if (!r->file)
		drop_item(r);
	return r->file != NULL;
}

static bool is_too_young(const struct recover *r)
{
	long age = r->at < r->names.n ? journal_age_ms(r->journal, r->names.v[r->at]) : -1;

	return age >= 0 && age < SETTLED_MS &&
	       journal_may_be_unfinished(r->journal, r->names.v[r->at]);
}

static void find_item(struct recover *r)
{
	for (int i = 0; i < NAMES_A_STEP && r->at < r->names.n && !r->item; i++) {
		if (is_too_young(r))
			return;
		open_item(r, r->names.v[r->at++]);
	}
	r->running = r->at < r->names.n || r->item;
}

void recover_step(struct recover *r)
{
	if (!r->running || r->settle)
		return;
	if (!r->item)
		find_item(r);
	if (r->item && !look_up_next(r))
		finish_item(r);
	if (!r->running && r->again)
		recover_start(r);
}

int recover_timeout(const struct recover *r)
{
	if (!r->running || r->settle)
		return -1;
	return !r->item && is_too_young(r) ? SETTLED_MS / 4 : 0;
}
