#include "core/sys/bunch.h"

#include <string.h>
#include <sys/queue.h>

#include "core/many.h"
#include "core/settle.h"

enum { MOST_SENDS = 3 }; /* of one change; a server may break down over it each time */

/* A change of which no answer came. */
struct doubt {
	TAILQ_ENTRY(doubt) link;
	struct change *change;
	size_t number;
	unsigned sends;
	bool refused; /* when it was sent again: err */
	struct err err;
};

TAILQ_HEAD(doubts, doubt);

struct bunch {
	struct store *store;
	const char *base;
	store_event_fn *fn;
	void *arg;
	struct many *many;
	struct doubts lost, again; /* to be looked up; to be sent once more */
	bool is_again;             /* what many writes is `again` */
	struct plan again_plan;
	struct doubt *again_at;
	struct settle *settle; /* of the first of `lost` */
	bool telling_lost;
	size_t count;
	struct err unknown; /* .code ERR_NONE: all is known */
	bool any_unknown;
	bool busy, freed;
};

static void go_on(struct bunch *b);

/* ---- life --------------------------------------------------------------------- */

static void drop(struct doubts *list, struct doubt *d)
{
	TAILQ_REMOVE(list, d, link);
	change_free(d->change);
	free(d);
}

static void release(struct bunch *b)
{
	many_free(b->many);
	settle_free(b->settle);
	while (!TAILQ_EMPTY(&b->lost))
		drop(&b->lost, TAILQ_FIRST(&b->lost));
	while (!TAILQ_EMPTY(&b->again))
		drop(&b->again, TAILQ_FIRST(&b->again));
	free(b);
}

void bunch_free(struct bunch *b)
{
	if (!b)
		return;
	b->freed = true;
	if (!b->busy)
		release(b);
}

static void leave(struct bunch *b)
{
	b->busy = false;
	if (b->freed)
		release(b);
}

bool bunch_was_lost(const struct bunch *b)
{
	return b->telling_lost;
}

/* ---- what is told ------------------------------------------------------------- */

static void emit(struct bunch *b, const struct event *event)
{
	struct event mine = *event;

	mine.count = b->count;
	if (!b->freed)
		b->fn(b->arg, &mine);
}

static void tell(struct bunch *b, const struct event *event)
{
	b->count += event->outcome == OUTCOME_OK;
	emit(b, event);
}

/* It is no doubt any more. */
static void tell_doubt(struct bunch *b, struct doubts *list, struct doubt *d,
	enum outcome outcome, const struct entry *now, const struct err *err)
{
	if (outcome == OUTCOME_UNKNOWN && !b->any_unknown) {
		b->any_unknown = true;
		b->unknown = *err;
	}
	b->telling_lost = true;
	tell(b, &(struct event){.kind = EVENT_CHANGED,
			.outcome = outcome,
			.entry = now,
			.change = d->change,
			.number = d->number,
			.err = err});
	b->telling_lost = false;
	drop(list, d);
}

static void tell_overtaken(
	struct bunch *b, struct doubts *list, struct doubt *d, const struct entry *now)
{
	struct err err = {0};

	err_set(&err, ERR_ASSERTION, 122, NULL, d->change->dn, NULL);
	tell_doubt(b, list, d, OUTCOME_STALE, now, &err);
}

/* ---- the first time ----------------------------------------------------------- */

static void doubt_it(struct bunch *b, const struct event *event)
{
	struct doubt *d = xcalloc(1, sizeof(*d));
	struct event progress = *event;

	d->change = change_copy(event->change);
	d->number = event->number;
	d->sends = 1;
	d->err = *event->err;
	TAILQ_INSERT_TAIL(&b->lost, d, link);
	progress.kind = EVENT_PROGRESS;
	emit(b, &progress);
}

static void on_first(struct bunch *b, const struct event *event)
{
	if (event->outcome == OUTCOME_UNKNOWN)
		doubt_it(b, event);
	else
		tell(b, event);
}

/* ---- once more ---------------------------------------------------------------- */

static const struct change *again_next(struct plan *p)
{
	struct bunch *b = p->source;
	struct doubt *d = b->again_at;

	if (d)
		b->again_at = TAILQ_NEXT(d, link);
	return d ? d->change : NULL;
}

static void again_rewind(struct plan *p)
{
	struct bunch *b = p->source;

	b->again_at = TAILQ_FIRST(&b->again);
}

static void look_again(struct bunch *b, struct doubt *d, const struct err *err)
{
	d->err = *err;
	TAILQ_REMOVE(&b->again, d, link);
	TAILQ_INSERT_TAIL(&b->lost, d, link);
}

/* What was sent a second time may have happened the first time, late: it is stale then, or
 * refused. */
static void answer_again(struct bunch *b, struct doubt *d, const struct event *event)
{
	bool late = event->outcome == OUTCOME_STALE &&
		    record_settle(d->change, event->entry) == SETTLED_DONE;

	if (event->outcome == OUTCOME_OK || late) {
		tell_doubt(b, &b->again, d, OUTCOME_OK, event->entry, NULL);
	} else if (event->outcome == OUTCOME_STALE) {
		tell_overtaken(b, &b->again, d, event->entry);
	} else {
		d->refused = event->outcome == OUTCOME_REFUSED;
		look_again(b, d, event->err);
	}
}

static void on_again(struct bunch *b, const struct event *event)
{
	struct doubt *d = TAILQ_FIRST(&b->again);

	/* The list shrinks while they are answered: by what it is, not by its number. */
	while (d && strcmp(d->change->dn, event->change->dn) != 0)
		d = TAILQ_NEXT(d, link);
	if (!d)
		BUG("an answer to what was not sent");
	answer_again(b, d, event);
}

/* ---- looking up --------------------------------------------------------------- */

static void was_not_done(struct bunch *b, struct doubt *d, const struct entry *now)
{
	if (d->refused) {
		tell_doubt(b, &b->lost, d, OUTCOME_REFUSED, now, &d->err);
	} else if (d->sends >= MOST_SENDS) {
		tell_doubt(b, &b->lost, d, OUTCOME_UNKNOWN, NULL, &d->err);
	} else {
		d->sends++;
		TAILQ_REMOVE(&b->lost, d, link);
		TAILQ_INSERT_TAIL(&b->again, d, link);
	}
}

static void on_settled(
	void *arg, enum settled outcome, const struct entry *now, const struct err *err)
{
	struct bunch *b = arg;
	struct doubt *d = TAILQ_FIRST(&b->lost);

	b->busy = true;
	switch (outcome) {
	case SETTLED_DONE:
		tell_doubt(b, &b->lost, d, OUTCOME_OK, now, NULL);
		break;
	case SETTLED_NOT:
		was_not_done(b, d, now);
		break;
	case SETTLED_CHANGED:
	case SETTLED_REFUSED:
		tell_overtaken(b, &b->lost, d, now);
		break;
	case SETTLED_UNKNOWN:
		tell_doubt(b, &b->lost, d, OUTCOME_UNKNOWN, NULL, err);
		break;
	}
	settle_free(b->settle);
	b->settle = NULL;
	go_on(b);
	leave(b);
}

/* ---- going on ----------------------------------------------------------------- */

static void on_event(void *arg, const struct event *event)
{
	struct bunch *b = arg;

	b->busy = true;
	if (event->kind == EVENT_CHANGED) {
		b->is_again ? on_again(b, event) : on_first(b, event);
	} else if (event->kind == EVENT_DONE) {
		many_free(b->many);
		b->many = NULL;
		go_on(b);
	}
	leave(b);
}

static void send_again(struct bunch *b)
{
	b->is_again = true;
	b->again_plan.next = again_next;
	b->again_plan.rewind = again_rewind;
	b->again_plan.source = b;
	b->many = many_start(b->store, &b->again_plan, on_event, b);
}

static void finish(struct bunch *b)
{
	bool unknown = b->any_unknown;

	emit(b, &(struct event){.kind = EVENT_DONE,
			.outcome = unknown ? OUTCOME_UNKNOWN : OUTCOME_OK,
			.err = unknown ? &b->unknown : NULL});
}

static void go_on(struct bunch *b)
{
	if (b->freed)
		return;
	if (!TAILQ_EMPTY(&b->lost))
		b->settle = settle_start(
			b->store, b->base, TAILQ_FIRST(&b->lost)->change, on_settled, b);
	else if (!TAILQ_EMPTY(&b->again))
		send_again(b);
	else
		finish(b);
}

struct bunch *bunch_start(struct store *store, const char *base, struct plan *plan,
	store_event_fn *fn, void *arg)
{
	struct bunch *b = xcalloc(1, sizeof(*b));

	b->store = store;
	b->base = base;
	b->fn = fn;
	b->arg = arg;
	b->again_plan.who = plan->who;
	b->again_plan.why = plan->why;
	TAILQ_INIT(&b->lost);
	TAILQ_INIT(&b->again);
	b->many = many_start(store, plan, on_event, b);
	return b;
}
