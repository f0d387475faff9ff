#include "core/sys/recover.h"

#include <string.h>
#include <time.h>

#include "core/dn.h"
#include "core/settle.h"
#include "core/sys/authlog.h"

enum {
	NAMES_A_STEP = 50,
	/* What was sent to a server that stood still may be carried out when it goes on, at
	 * the same time as it answers us: "not done" is believed when it is seen so long
	 * after the first answer. */
	LATE_MS = 1000
};

struct recover {
	struct store *store;
	struct journal *journal;
	const char *base;
	recover_fn *fn;
	void *arg;
	unsigned left; /* journal_left() at the last look */
	bool running, again;
	struct strv names, untold; /* untold: told as unknown once */
	size_t at;
	int64_t answered_ms,
		asked_ms; /* the first answer, 0: none yet; the last question */
	/* the item being looked up */
	struct journal_item *item;
	struct journal_file *file;
	struct record_head head;
	ARRAY(bool) has_outcome; /* by number, from 1 */
	size_t closed;           /* up to this number nothing is open */
	const struct record *record;
	bool look_again; /* at record, LATE_MS after answered_ms */
	struct settle *settle;
	struct change *first;
	struct recovered told;
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct recover *recover_new(struct store *store, struct journal *journal, const char *base,
	recover_fn *fn, void *arg)
{
	struct recover *r = xcalloc(1, sizeof(*r));

	r->store = store;
	r->journal = journal;
	r->base = base;
	r->fn = fn;
	r->arg = arg;
	r->left = journal_left(journal);
	return r;
}

/* What it leaves itself it has just looked up. */
static void drop_item(struct recover *r)
{
	unsigned before = journal_left(r->journal);

	settle_free(r->settle);
	r->settle = NULL;
	r->look_again = false;
	journal_file_close(r->file);
	r->file = NULL;
	journal_close(r->item);
	r->item = NULL;
	r->left += journal_left(r->journal) - before;
	record_head_release(&r->head);
	array_free(&r->has_outcome);
	r->closed = 0;
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
	strv_release(&r->untold);
	free(r);
}

void recover_start(struct recover *r)
{
	r->again = r->running;
	r->left = journal_left(r->journal);
	if (r->running)
		return;
	strv_release(&r->names);
	r->at = 0;
	r->answered_ms = 0;
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
	return number <= r->closed ||
	       (number < r->has_outcome.n && r->has_outcome.v[number]);
}

/* Before an end nothing is open: what has no outcome was not sent. */
static void read_outcomes(struct recover *r, const char *name)
{
	struct journal_file *f = journal_open(r->journal, name, NULL);
	const struct record *record;
	size_t last = 0;

	while (f && (record = journal_next(f))->kind != RECORD_EOF &&
		record->kind != RECORD_BROKEN) {
		if (record->kind == RECORD_OUTCOME)
			note_outcome(r, record);
		else if (record->kind == RECORD_CHANGE)
			last = record->number;
		else if (record->kind == RECORD_END)
			r->closed = last;
		else if (record->kind == RECORD_HEAD)
			record_head_copy(&r->head, &record->head);
	}
	journal_file_close(f);
}

static bool was_told(const struct recover *r)
{
	return r->told.by[SETTLED_UNKNOWN] > 0 && strv_has_case(&r->untold, r->told.name);
}

static void finish_item(struct recover *r)
{
	r->told.name = r->names.v[r->at - 1];
	r->told.head = &r->head;
	r->told.first = r->first;
	if (r->told.by[SETTLED_UNKNOWN] == 0)
		journal_end(r->item);
	if (r->first && !was_told(r))
		r->fn(r->arg, &r->told);
	if (r->told.by[SETTLED_UNKNOWN] > 0 && !was_told(r))
		strv_add(&r->untold, r->told.name);
	drop_item(r);
}

static void log_outcome(const struct recover *r, enum settled outcome)
{
	static const char *const became[] = {
		[SETTLED_UNKNOWN] = "not answered",
		[SETTLED_DONE] = "done, seen later",
		[SETTLED_NOT] = "not done, seen later",
		[SETTLED_CHANGED] = "not answered and changed by somebody else, seen later",
		[SETTLED_REFUSED] = "refused",
	};

	authlog_change(became[outcome], r->head.who, r->record->change);
}

static void settled(struct recover *r, enum settled outcome, const struct entry *now)
{
	r->told.by[outcome]++;
	if (!r->first) {
		r->first = change_copy(r->record->change);
		r->told.outcome = outcome;
	}
	if (outcome == SETTLED_UNKNOWN)
		return;
	log_outcome(r, outcome);
	journal_outcome(r->item, r->record->number, outcome,
		outcome == SETTLED_DONE && now ? now->csn : "");
}

static void on_settled(
	void *arg, enum settled outcome, const struct entry *now, const struct err *err)
{
	struct recover *r = arg;

	(void)err;
	if (!r->answered_ms && outcome != SETTLED_UNKNOWN)
		r->answered_ms = now_ms();
	r->look_again = outcome == SETTLED_NOT && r->asked_ms - r->answered_ms < LATE_MS;
	if (!r->look_again)
		settled(r, outcome, now);
	settle_free(r->settle);
	r->settle = NULL;
}

static void look_up(struct recover *r)
{
	r->look_again = false;
	r->asked_ms = now_ms();
	r->settle = settle_start(r->store, r->base, r->record->change, on_settled, r);
}

/* The next change without an outcome; false: the item is done with. */
static bool look_up_next(struct recover *r)
{
	while ((r->record = journal_next(r->file))->kind != RECORD_EOF &&
		r->record->kind != RECORD_BROKEN)
		if (r->record->kind == RECORD_CHANGE &&
			!has_outcome(r, r->record->number)) {
			look_up(r);
			return true;
		}
	return false;
}

/* ---- all of them -------------------------------------------------------------- */

/* Another identity may not see what this one did. */
static bool is_the_same_person(const struct recover *r)
{
	const struct store_status *st = store_status(r->store);
	const char *const names[] = {st->who_dn, st->writer_dn, st->who};

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (names[i] && *names[i] &&
			(strcmp(names[i], r->head.who) == 0 ||
				dn_same(names[i], r->head.who)))
			return true;
	return false;
}

static void open_item(struct recover *r, const char *name)
{
	if (!journal_may_be_unfinished(r->journal, name))
		return;
	r->item = journal_claim(r->journal, name);
	if (!r->item)
		return;
	read_outcomes(r, name);
	if (r->head.who && is_the_same_person(r))
		r->file = journal_open(r->journal, name, NULL);
	if (!r->file)
		drop_item(r);
}

static void find_item(struct recover *r)
{
	for (int i = 0; i < NAMES_A_STEP && r->at < r->names.n && !r->item; i++)
		open_item(r, r->names.v[r->at++]);
	r->running = r->at < r->names.n || r->item;
}

/* Milliseconds until the second look; 0 or less: now. */
static int64_t wait_ms(const struct recover *r)
{
	return r->look_again ? r->answered_ms + LATE_MS - now_ms() : 0;
}

void recover_step(struct recover *r)
{
	if (r->left != journal_left(r->journal))
		recover_start(r);
	if (!r->running || r->settle || wait_ms(r) > 0)
		return;
	if (r->look_again) {
		look_up(r);
		return;
	}
	if (!r->item)
		find_item(r);
	if (r->item && !look_up_next(r))
		finish_item(r);
	r->running = r->item || r->at < r->names.n;
	if (!r->running && r->again)
		recover_start(r);
}

int recover_timeout(const struct recover *r)
{
	int64_t wait = wait_ms(r);

	if (!r->running || r->settle)
		return -1;
	return wait > 0 ? (int)wait : 0;
}
