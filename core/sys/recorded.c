#include "core/sys/recorded.h"

#include <string.h>
#include <sys/queue.h>

#include "core/settle.h"
#include "core/sys/authlog.h"
#include "core/sys/bunch.h"

/* One store_apply() of ours: the handle that its caller holds. */
struct saving {
	TAILQ_ENTRY(saving) link;
	struct recorded *store;
	store_event_fn *fn;
	void *arg;
	struct plan *plan;   /* the caller's */
	struct plan through; /* runs through it once, however often it is sent */
	bool begun;
	const struct change *change; /* the last that was handed out */
	bool again;                  /* it comes first when sent again */
	size_t number;               /* its number in the item */
	size_t first;                /* the number before that of the plan's first */
	struct bunch *bunch;         /* of a plan of independent changes */
	struct journal_item *item;   /* NULL: it could not be written down */
	bool shares_item;            /* with the other parts of this save */
	struct op *op;               /* NULL: none is under way */
	struct settle *settle;
	bool lost; /* its answer was, and what it has become is to be looked up */
	bool was_lost;
	bool refused; /* err: when it was sent again */
	bool late;    /* it was done when it was first sent: the rest is to be sent */
	unsigned sends;
	size_t count;
	struct err err;
	bool busy, cancelled, finished, ended;
};

TAILQ_HEAD(savings, saving);

struct recorded {
	struct store base;
	struct store *inner;
	struct journal *journal;
	const char *directory_base;
	struct savings savings;
	struct journal_item *shared; /* of the save that goes in parts */
	unsigned long part_of;
};

enum { MOST_SENDS = 3 }; /* of one change; a server may break down over it */

static struct recorded *self(struct store *s)
{
	return (struct recorded *)s;
}

/* ---- life of a saving --------------------------------------------------------- */

/* An item that is not ended is let go of, so that it is looked up. */
static void saving_free(struct saving *s)
{
	struct recorded *r = s->store;

	TAILQ_REMOVE(&r->savings, s, link);
	settle_free(s->settle);
	bunch_free(s->bunch);
	if (!s->shares_item || (s->item && !s->ended))
		journal_close(s->item);
	if (s->shares_item && s->item && !s->ended)
		r->shared = NULL;
	free(s);
}

/* The callback may cancel it. */
static void emit(struct saving *s, const struct event *event)
{
	if (!s->cancelled)
		s->fn(s->arg, event);
}

static void leave(struct saving *s)
{
	s->busy = false;
	if (s->cancelled || s->finished)
		saving_free(s);
}

static void finish(struct saving *s, enum outcome outcome, const struct err *err)
{
	s->ended = outcome != OUTCOME_UNKNOWN;
	if (s->item && s->ended)
		journal_end(s->item);
	emit(s, &(struct event){.kind = EVENT_DONE,
			.outcome = outcome,
			.err = err,
			.count = s->count});
	s->finished = true;
}

/* ---- answers ------------------------------------------------------------------ */

/* As the directory that is written to knows us. */
static const char *who_writes(struct recorded *r)
{
	const struct store_status *st = store_status(r->inner);

	if (st->writer_dn && *st->writer_dn)
		return st->writer_dn;
	return *st->who_dn ? st->who_dn : st->who;
}

/* became: for syslog. */
static void settled(
	struct saving *s, enum settled outcome, const char *became, const char *note)
{
	journal_outcome(s->item, s->number, outcome, note);
	authlog_change(became, who_writes(s->store), s->change);
}

static void changed(struct saving *s, enum outcome outcome, const struct entry *now,
	const struct err *err)
{
	s->count += outcome == OUTCOME_OK;
	emit(s, &(struct event){.kind = EVENT_CHANGED,
			.outcome = outcome,
			.change = s->change,
			.number = s->number - s->first,
			.entry = now,
			.err = err,
			.count = s->count});
}

static void was_done(struct saving *s, const struct entry *now)
{
	settled(s, SETTLED_DONE, "done", now ? now->csn : "");
	changed(s, OUTCOME_OK, now, NULL);
}

static void was_refused(struct saving *s, const struct entry *now, const struct err *err)
{
	bool never_sent = err->code == ERR_DISCONNECTED;
	struct buf note = BUF_INIT;

	buf_printf(&note, "%ld %s", err->number, err->server);
	settled(s, never_sent ? SETTLED_NOT : SETTLED_REFUSED,
		never_sent ? "not sent" : "refused", note.s);
	changed(s, OUTCOME_REFUSED, now, err);
	buf_release(&note);
}

static void was_stale(struct saving *s, const struct entry *now, const struct err *err)
{
	settled(s, SETTLED_CHANGED,
		s->was_lost ? "not answered and changed by somebody else"
			    : "not done, changed by somebody else",
		"");
	changed(s, OUTCOME_STALE, now, err);
}

static void still_unknown(struct saving *s, const struct err *err)
{
	authlog_change("not answered", who_writes(s->store), s->change);
	changed(s, OUTCOME_UNKNOWN, NULL, err);
}

static void was_lost(struct saving *s, const struct err *err)
{
	journal_outcome(s->item, s->number, SETTLED_UNKNOWN, "");
	s->lost = s->was_lost = true;
	if (err)
		s->err = *err;
	emit(s, &(struct event){.kind = EVENT_PROGRESS,
			.outcome = OUTCOME_UNKNOWN,
			.change = s->change,
			.number = s->number - s->first,
			.err = err,
			.count = s->count});
}

/* What was sent a second time may have happened the first time, late. */
static bool happened_late(const struct saving *s, const struct event *event)
{
	return s->was_lost && event->outcome == OUTCOME_STALE &&
	       record_settle(s->change, event->entry) == SETTLED_DONE;
}

/* So it may where it was refused now: it is looked at once more. */
static void was_refused_again(struct saving *s, const struct err *err)
{
	s->lost = s->refused = true;
	s->err = *err;
}

static void settled_as(struct saving *s, const struct event *event)
{
	if (event->outcome == OUTCOME_OK)
		was_done(s, event->entry);
	else if (event->outcome == OUTCOME_STALE)
		was_stale(s, event->entry, event->err);
	else
		was_refused(s, event->entry, event->err);
}

static void answered(struct saving *s, const struct event *event)
{
	s->late = happened_late(s, event);
	if (s->late)
		was_done(s, event->entry);
	else if (event->outcome == OUTCOME_UNKNOWN)
		was_lost(s, event->err);
	else if (event->outcome == OUTCOME_REFUSED && s->was_lost)
		was_refused_again(s, event->err);
	else
		settled_as(s, event);
}

static void send(struct saving *s);
static void look_up(struct saving *s);

static void on_event(void *arg, const struct event *event)
{
	struct saving *s = arg;

	s->busy = true;
	if (event->kind == EVENT_CHANGED) {
		answered(s, event);
	} else if (event->kind == EVENT_DONE) {
		s->op = NULL;
		if (s->lost && !s->cancelled)
			look_up(s);
		else if (s->late && !s->cancelled)
			send(s);
		else
			finish(s, event->outcome, event->err);
	} else {
		emit(s, event);
	}
	leave(s);
}

/* ---- sending ------------------------------------------------------------------ */

static void through_rewind(struct plan *p)
{
	struct saving *s = p->source;

	if (!s->begun)
		s->plan->rewind(s->plan);
	s->begun = true;
}

static const struct change *through_next(struct plan *p)
{
	struct saving *s = p->source;

	if (!s->again) {
		s->change = s->plan->next(s->plan);
		s->number++;
		s->sends = 0;
		s->was_lost = s->refused = false;
	}
	s->again = false;
	s->sends++;
	return s->change;
}

static void on_bunch(void *arg, const struct event *event)
{
	struct saving *s = arg;

	s->busy = true;
	s->change = event->change;
	s->number = s->first + event->number;
	s->was_lost = bunch_was_lost(s->bunch);
	if (event->kind == EVENT_CHANGED && event->outcome == OUTCOME_UNKNOWN)
		still_unknown(s, event->err);
	else if (event->kind == EVENT_CHANGED)
		settled_as(s, event);
	else if (event->kind == EVENT_PROGRESS)
		was_lost(s, event->err);
	else
		finish(s, event->outcome, event->err);
	leave(s);
}

static void send(struct saving *s)
{
	if (s->plan->independent) {
		s->bunch = bunch_start(
			s->store->inner, s->store->directory_base, s->plan, on_bunch, s);
		return;
	}
	s->late = false;
	s->through.who = s->plan->who;
	s->through.why = s->plan->why;
	s->through.total = s->plan->total;
	s->through.next = through_next;
	s->through.rewind = through_rewind;
	s->through.source = s;
	s->op = store_apply(s->store->inner, &s->through, on_event, s);
}

/* ---- looking up --------------------------------------------------------------- */

static void was_overtaken(struct saving *s, const struct entry *now)
{
	struct err err = {0};

	err_set(&err, ERR_ASSERTION, 122, NULL, s->change->dn, NULL);
	was_stale(s, now, &err);
	finish(s, OUTCOME_STALE, &err);
}

static void was_not_done(struct saving *s, const struct entry *now)
{
	if (s->refused) {
		was_refused(s, now, &s->err);
		finish(s, OUTCOME_REFUSED, &s->err);
	} else if (s->sends >= MOST_SENDS) {
		still_unknown(s, &s->err);
		finish(s, OUTCOME_UNKNOWN, &s->err);
	} else {
		s->again = true;
	}
}

static void on_settled(
	void *arg, enum settled outcome, const struct entry *now, const struct err *err)
{
	struct saving *s = arg;

	s->busy = true;
	s->lost = false;
	switch (outcome) {
	case SETTLED_DONE:
		was_done(s, now);
		break;
	case SETTLED_NOT:
		was_not_done(s, now);
		break;
	case SETTLED_CHANGED:
	case SETTLED_REFUSED:
		was_overtaken(s, now);
		break;
	case SETTLED_UNKNOWN:
		still_unknown(s, err);
		finish(s, OUTCOME_UNKNOWN, err);
		break;
	}
	settle_free(s->settle);
	s->settle = NULL;
	if (!s->finished && !s->cancelled)
		send(s); /* this one again, or those after it */
	leave(s);
}

static void look_up(struct saving *s)
{
	s->settle = settle_start(
		s->store->inner, s->store->directory_base, s->change, on_settled, s);
}

/* ---- the store ---------------------------------------------------------------- */

static struct op *recorded_search(
	struct store *store, const struct search *search, store_event_fn *fn, void *arg)
{
	return store_search(self(store)->inner, search, fn, arg);
}

static bool shared_is_free(const struct recorded *r)
{
	const struct saving *s;

	for (s = TAILQ_FIRST(&r->savings); s; s = TAILQ_NEXT(s, link))
		if (r->shared && s->item == r->shared && !s->ended)
			return false;
	return true;
}

static void begin_item(struct recorded *r, struct saving *s)
{
	const struct store_status *st = store_status(r->inner);
	struct record_head head = {
		.who = xstrdup(who_writes(r)),
		.server = xstrdup(st->server),
		.why = xstrdup(s->plan->why),
	};

	s->item = journal_begin(r->journal, &head, s->plan, &s->err);
	record_head_release(&head);
}

/* Further parts of one save go into its item. */
static void write_down(struct recorded *r, struct saving *s)
{
	unsigned long part_of = s->plan->part_of;

	if (part_of && part_of == r->part_of && r->shared && shared_is_free(r)) {
		s->first = s->number = journal_changes(r->shared);
		s->shares_item = true;
		if (journal_go_on(r->shared, s->plan, &s->err))
			s->item = r->shared;
		return;
	}
	begin_item(r, s);
	if (!part_of || !s->item || !shared_is_free(r))
		return;
	journal_close(r->shared);
	r->shared = s->item;
	r->part_of = part_of;
	s->shares_item = true;
}

static struct op *recorded_apply(
	struct store *store, struct plan *plan, store_event_fn *fn, void *arg)
{
	struct recorded *r = self(store);
	struct saving *s = xcalloc(1, sizeof(*s));

	s->store = r;
	s->fn = fn;
	s->arg = arg;
	s->plan = plan;
	TAILQ_INSERT_TAIL(&r->savings, s, link);
	write_down(r, s);
	if (s->item)
		send(s);
	return (struct op *)s;
}

static struct op *recorded_probe(struct store *store, struct change *const *wishes,
	size_t n, store_event_fn *fn, void *arg)
{
	return store_probe(self(store)->inner, wishes, n, fn, arg);
}

static struct op *recorded_watch(
	struct store *store, const struct search *search, store_event_fn *fn, void *arg)
{
	return store_watch(self(store)->inner, search, fn, arg);
}

static struct saving *saving_of(const struct recorded *r, const struct op *op)
{
	struct saving *s = TAILQ_FIRST(&r->savings);

	while (s && (const struct op *)s != op)
		s = TAILQ_NEXT(s, link);
	return s;
}

static void recorded_cancel(struct store *store, struct op *op)
{
	struct recorded *r = self(store);
	struct saving *s = saving_of(r, op);

	if (!s) {
		store_cancel(r->inner, op);
		return;
	}
	s->cancelled = true;
	if (s->op)
		store_cancel(r->inner, s->op);
	s->op = NULL;
	if (!s->busy)
		saving_free(s);
}

static void recorded_sign_in(struct store *store, const char *name, const char *password)
{
	store_sign_in(self(store)->inner, name, password);
}

static void recorded_prove(struct store *store, const char *password)
{
	store_prove(self(store)->inner, password);
}

static struct saving *first_unwritable(const struct recorded *r)
{
	struct saving *s = TAILQ_FIRST(&r->savings);

	while (s && s->item)
		s = TAILQ_NEXT(s, link);
	return s;
}

static int recorded_fds(struct store *store, struct pollfd *fds, int max, int *timeout_ms)
{
	struct recorded *r = self(store);

	if (first_unwritable(r))
		*timeout_ms = 0;
	return store_fds(r->inner, fds, max, timeout_ms);
}

static void refuse(struct saving *s)
{
	s->busy = true;
	s->plan->rewind(s->plan);
	s->change = s->plan->independent ? NULL : s->plan->next(s->plan);
	s->number++;
	if (s->change)
		changed(s, OUTCOME_REFUSED, NULL, &s->err);
	finish(s, OUTCOME_REFUSED, &s->err);
	leave(s);
}

static void recorded_step(struct store *store, int budget_ms)
{
	struct recorded *r = self(store);
	struct saving *s;

	store_step(r->inner, budget_ms);
	for (s = TAILQ_FIRST(&r->savings); s; s = TAILQ_NEXT(s, link))
		if (s->item)
			journal_flush(s->item);
	while ((s = first_unwritable(r)))
		refuse(s);
}

static const struct store_status *recorded_status(struct store *store)
{
	return store_status(self(store)->inner);
}

static void recorded_free(struct store *store)
{
	struct recorded *r = self(store);

	while (!TAILQ_EMPTY(&r->savings))
		recorded_cancel(store, (struct op *)TAILQ_FIRST(&r->savings));
	journal_close(r->shared);
	free(r);
}

static const struct store_ops recorded_ops = {
	.search = recorded_search,
	.apply = recorded_apply,
	.probe = recorded_probe,
	.watch = recorded_watch,
	.cancel = recorded_cancel,
	.sign_in = recorded_sign_in,
	.prove = recorded_prove,
	.fds = recorded_fds,
	.step = recorded_step,
	.status = recorded_status,
	.free = recorded_free,
};

struct store *recorded_new(struct store *inner, struct journal *journal, const char *base)
{
	struct recorded *r = xcalloc(1, sizeof(*r));

	r->base.ops = &recorded_ops;
	r->inner = inner;
	r->journal = journal;
	r->directory_base = base;
	TAILQ_INIT(&r->savings);
	return &r->base;
}
