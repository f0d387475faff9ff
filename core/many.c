#include "core/many.h"

#include <string.h>
#include <strings.h>
#include <sys/queue.h>

enum { MOST_UNDER_WAY = 64, MOST_A_BATCH = 1000, MOST_FAILURES = 3 /* of one batch */ };

/* A change that has no outcome yet. */
struct one {
	TAILQ_ENTRY(one) link;
	struct many *many;
	struct change *change;
	size_t number;
	struct plan *plan;    /* of this change alone, which owns it then */
	struct op *op;        /* NULL: not under way */
	bool undone;          /* with a batch, in which it was made */
	struct entry *now;    /* as it is, of one that is written once more */
	bool again, answered; /* written once more; it has its outcome */
};

TAILQ_HEAD(ones, one);

struct many {
	struct store *store;
	struct plan *plan;
	store_event_fn *fn;
	void *arg;
	bool started, exhausted, finished;
	size_t handed, count;
	struct ones waiting, under_way, batch; /* waiting: to be sent alone */
	size_t n_under_way;
	unsigned failures;      /* of this batch */
	struct plan batch_plan; /* runs through `batch` */
	struct one *batch_at;
	struct op *batch_op;
	struct plan nothing; /* an empty plan: its end comes from store_step() */
	struct op *nothing_op;
	bool busy, freed;
};

static void go_on(struct many *m);

/* ---- life --------------------------------------------------------------------- */

static void one_free(struct one *o)
{
	if (o->op)
		store_cancel(o->many->store, o->op);
	if (o->plan)
		plan_free(o->plan);
	else
		change_free(o->change);
	entry_free(o->now);
	free(o);
}

static void drop_all(struct ones *list)
{
	struct one *o;

	while ((o = TAILQ_FIRST(list))) {
		TAILQ_REMOVE(list, o, link);
		one_free(o);
	}
}

static void release(struct many *m)
{
	if (m->batch_op)
		store_cancel(m->store, m->batch_op);
	if (m->nothing_op)
		store_cancel(m->store, m->nothing_op);
	drop_all(&m->waiting);
	drop_all(&m->under_way);
	drop_all(&m->batch);
	free(m);
}

void many_free(struct many *m)
{
	if (!m)
		return;
	m->freed = true;
	if (!m->busy)
		release(m);
}

static bool enter(struct many *m)
{
	bool outermost = !m->busy;

	m->busy = true;
	return outermost;
}

static void leave(struct many *m, bool outermost)
{
	if (!outermost)
		return;
	m->busy = false;
	if (m->freed)
		release(m);
}

static void emit(struct many *m, const struct event *event)
{
	if (!m->freed && !m->finished)
		m->fn(m->arg, event);
}

static void tell(struct one *o, const struct event *event)
{
	struct event mine = *event;

	o->many->count += event->outcome == OUTCOME_OK;
	mine.kind = EVENT_CHANGED;
	mine.change = o->change;
	mine.number = o->number;
	mine.count = o->many->count;
	emit(o->many, &mine);
}

/* ---- one at a time, many under way ---------------------------------------------- */

static void settled(struct one *o)
{
	struct many *m = o->many;

	TAILQ_REMOVE(&m->under_way, o, link);
	m->n_under_way--;
	one_free(o);
	go_on(m);
}

static void on_again(void *arg, const struct event *event)
{
	struct one *o = arg;
	bool outermost = enter(o->many);
	struct many *m = o->many;

	if (event->kind == EVENT_DONE) {
		o->op = NULL;
		settled(o);
	}
	leave(m, outermost);
}

static void add_values(struct mod *m, const struct attribute *a)
{
	for (size_t i = 0; a && i < a->values.n; i++)
		mod_value(m, a->values.v[i].p, a->values.v[i].n);
}

/* What o's change touches, as it is: nothing changes but the entryCSN. */
static struct change *as_it_is(const struct one *o)
{
	static const char all[] = "objectClass"; /* of what was to be deleted */
	struct change *c = change_new(CHANGE_MODIFY, o->now->dn);

	entry_free(c->before);
	c->before = entry_copy(o->now);
	for (size_t i = 0; i < o->change->mods.n; i++) {
		const char *name = o->change->mods.v[i].attribute.name;

		if (!change_touches(c, name))
			add_values(
				change_mod(c, MOD_REPLACE, name), entry_get(o->now, name));
	}
	if (c->mods.n == 0)
		add_values(change_mod(c, MOD_REPLACE, all), entry_get(o->now, all));
	return c;
}

static void write_again(struct one *o)
{
	struct change *c = as_it_is(o);

	plan_free(o->plan);
	o->plan = plan_of_change(c, "");
	o->change = c;
	o->op = store_apply(o->many->store, o->plan, on_again, o);
}

static void on_read(void *arg, const struct event *event)
{
	struct one *o = arg;
	struct many *m = o->many;
	bool outermost = enter(m);

	if (event->kind == EVENT_ENTRY && !o->now)
		o->now = entry_copy(event->entry);
	if (event->kind == EVENT_DONE) {
		o->op = NULL;
		if (o->now)
			write_again(o);
		else
			settled(o);
	}
	leave(m, outermost);
}

static void read_again(struct one *o)
{
	struct search search = {
		.base = o->change->dn, .scope = SCOPE_BASE, .filter = "(objectClass=*)"};

	o->op = store_search(o->many->store, &search, on_read, o);
}

static void on_one(void *arg, const struct event *event)
{
	struct one *o = arg;
	struct many *m = o->many;
	bool outermost = enter(m);

	if (event->kind == EVENT_CHANGED) {
		o->answered = true;
		o->again = o->undone && event->outcome != OUTCOME_OK;
		tell(o, event);
	} else if (event->kind == EVENT_DONE) {
		o->op = NULL;
		if (!o->answered) /* it ended before it reached the change */
			tell(o, event);
		if (o->again)
			read_again(o);
		else
			settled(o);
	}
	leave(m, outermost);
}

static void send_one(struct one *o)
{
	struct many *m = o->many;

	TAILQ_INSERT_TAIL(&m->under_way, o, link);
	m->n_under_way++;
	o->plan = plan_of_change(o->change, m->plan->why);
	o->op = store_apply(m->store, o->plan, on_one, o);
}

/* The next change of the plan; NULL: there is none, now or ever. */
static struct one *take(struct many *m)
{
	const struct change *c;
	struct one *o;

	if (m->exhausted)
		return NULL;
	if (!m->started)
		m->plan->rewind(m->plan);
	m->started = true;
	c = m->plan->next(m->plan);
	m->exhausted = !c;
	if (!c)
		return NULL;
	o = xcalloc(1, sizeof(*o));
	o->many = m;
	o->change = change_copy(c);
	o->number = ++m->handed;
	return o;
}

static struct one *take_waiting(struct many *m)
{
	struct one *o = TAILQ_FIRST(&m->waiting);

	if (o)
		TAILQ_REMOVE(&m->waiting, o, link);
	return o;
}

/* ---- batches -------------------------------------------------------------------- */

static void batch_rewind(struct plan *p)
{
	struct many *m = p->source;

	m->batch_at = TAILQ_FIRST(&m->batch);
}

static const struct change *batch_next(struct plan *p)
{
	struct many *m = p->source;
	struct one *o = m->batch_at;

	if (o)
		m->batch_at = TAILQ_NEXT(o, link);
	return o ? o->change : NULL;
}

static void set_aside(struct many *m, struct one *o)
{
	TAILQ_REMOVE(&m->batch, o, link);
	TAILQ_INSERT_TAIL(&m->waiting, o, link);
}

/* The one it stopped at is tried alone, and the rest as a batch again. */
static void batch_failed(struct many *m, const struct event *event)
{
	bool culprit = event->number > 0;
	bool again = ++m->failures < MOST_FAILURES &&
		     (culprit || event->err->code == ERR_DISCONNECTED);
	struct one *o, *next;
	size_t number = 0;

	for (o = TAILQ_FIRST(&m->batch); o; o = next) {
		next = TAILQ_NEXT(o, link);
		number++;
		o->undone = o->undone ||
			    (event->undone && (!culprit || number < event->number));
		if (!again || number == event->number)
			set_aside(m, o);
	}
}

static void batch_answered(struct many *m, const struct event *event)
{
	struct one *o = TAILQ_FIRST(&m->batch);

	if (!o)
		BUG("a batch with more changes than it was given");
	TAILQ_REMOVE(&m->batch, o, link);
	tell(o, event);
	one_free(o);
}

static void on_batch(void *arg, const struct event *event)
{
	struct many *m = arg;
	bool outermost = enter(m);

	if (event->kind == EVENT_CHANGED) {
		batch_answered(m, event);
	} else if (event->kind == EVENT_DONE) {
		m->batch_op = NULL;
		if (event->outcome != OUTCOME_OK)
			batch_failed(m, event);
		go_on(m);
	}
	leave(m, outermost);
}

/* A batch looks at no entry first: what was read must have its entryCSN. */
static bool fits_a_batch(const struct change *c)
{
	return c->kind == CHANGE_ADD || (c->before && *c->before->csn);
}

static void fill_batch(struct many *m, size_t most)
{
	struct one *o;

	m->failures = 0;
	for (size_t n = 0; n < most && (o = take(m)); n++)
		if (fits_a_batch(o->change))
			TAILQ_INSERT_TAIL(&m->batch, o, link);
		else
			TAILQ_INSERT_TAIL(&m->waiting, o, link);
}

static void send_batch(struct many *m)
{
	m->batch_plan = (struct plan){.who = m->plan->who,
		.why = m->plan->why,
		.next = batch_next,
		.rewind = batch_rewind,
		.source = m,
		.at_once = true};
	m->batch_op = store_apply(m->store, &m->batch_plan, on_batch, m);
}

/* ---- going on ------------------------------------------------------------------- */

static size_t batch_size(struct many *m)
{
	size_t most = store_status(m->store)->most_at_once;

	return most < MOST_A_BATCH ? most : MOST_A_BATCH;
}

static bool is_over(const struct many *m)
{
	return m->exhausted && !m->batch_op && m->n_under_way == 0 &&
	       TAILQ_EMPTY(&m->waiting) && TAILQ_EMPTY(&m->batch);
}

static void finish(struct many *m)
{
	emit(m, &(struct event){
			.kind = EVENT_DONE, .outcome = OUTCOME_OK, .count = m->count});
	m->finished = true;
}

static void send_alone(struct many *m, struct one *(*next)(struct many *m))
{
	struct one *o;

	while (m->n_under_way < MOST_UNDER_WAY && (o = next(m)))
		send_one(o);
}

/* One batch at a time, and nothing beside it. */
static void go_on(struct many *m)
{
	size_t most = batch_size(m);

	if (m->freed || m->batch_op || m->nothing_op)
		return;
	send_alone(m, take_waiting);
	if (most > 1 && m->n_under_way == 0 && TAILQ_EMPTY(&m->batch))
		fill_batch(m, most);
	if (m->n_under_way == 0 && !TAILQ_EMPTY(&m->batch))
		send_batch(m);
	else if (most > 1 || !TAILQ_EMPTY(&m->batch))
		send_alone(m, take_waiting);
	else
		send_alone(m, take);
	if (is_over(m))
		finish(m);
}

static const struct change *nothing_next(struct plan *p)
{
	(void)p;
	return NULL;
}

static void nothing_rewind(struct plan *p)
{
	(void)p;
}

/* Here the first changes are handed over, so that everything happens in store_step(). */
static void on_nothing(void *arg, const struct event *event)
{
	struct many *m = arg;
	bool outermost = enter(m);

	if (event->kind == EVENT_DONE) {
		m->nothing_op = NULL;
		go_on(m);
	}
	leave(m, outermost);
}

struct many *many_start(
	struct store *store, struct plan *plan, store_event_fn *fn, void *arg)
{
	struct many *m = xcalloc(1, sizeof(*m));

	m->store = store;
	m->plan = plan;
	m->fn = fn;
	m->arg = arg;
	TAILQ_INIT(&m->waiting);
	TAILQ_INIT(&m->under_way);
	TAILQ_INIT(&m->batch);
	m->nothing = (struct plan){.who = plan->who,
		.why = plan->why,
		.next = nothing_next,
		.rewind = nothing_rewind};
	m->nothing_op = store_apply(store, &m->nothing, on_nothing, m);
	return m;
}
