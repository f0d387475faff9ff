#include "core/many.h"

#include <string.h>
#include <strings.h>
#include <sys/queue.h>

#include "core/schema.h"

enum {
	MOST_UNDER_WAY = 64,
	MOST_A_BATCH = 1000,
	BATCHES = 2,      /* one is handed over while the other is made */
	MOST_FAILURES = 3 /* of one batch */
};

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

struct batch {
	struct many *many;
	struct ones ones;
	unsigned failures;
	struct plan plan; /* runs through `ones` */
	struct one *at;
	struct op *op; /* NULL: not under way */
};

struct many {
	struct store *store;
	struct plan *plan;
	store_event_fn *fn;
	void *arg;
	bool started, exhausted, finished;
	size_t handed, count;
	struct ones waiting, under_way; /* waiting: to be sent alone */
	size_t n_under_way;
	struct batch batches[BATCHES];
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
	for (size_t i = 0; i < BATCHES; i++)
		if (m->batches[i].op)
			store_cancel(m->store, m->batches[i].op);
	if (m->nothing_op)
		store_cancel(m->store, m->nothing_op);
	drop_all(&m->waiting);
	drop_all(&m->under_way);
	for (size_t i = 0; i < BATCHES; i++)
		drop_all(&m->batches[i].ones);
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
	struct batch *b = p->source;

	b->at = TAILQ_FIRST(&b->ones);
}

static const struct change *batch_next(struct plan *p)
{
	struct batch *b = p->source;
	struct one *o = b->at;

	if (o)
		b->at = TAILQ_NEXT(o, link);
	return o ? o->change : NULL;
}

static void set_aside(struct batch *b, struct one *o)
{
	TAILQ_REMOVE(&b->ones, o, link);
	TAILQ_INSERT_TAIL(&b->many->waiting, o, link);
}

/* The one it stopped at is tried alone, and the rest as a batch again. */
static void batch_failed(struct batch *b, const struct event *event)
{
	bool culprit = event->number > 0;
	bool again = ++b->failures < MOST_FAILURES &&
		     (culprit || event->err->code == ERR_DISCONNECTED);
	struct one *o, *next;
	size_t number = 0;

	for (o = TAILQ_FIRST(&b->ones); o; o = next) {
		next = TAILQ_NEXT(o, link);
		number++;
		o->undone = o->undone ||
			    (event->undone && (!culprit || number < event->number));
		if (!again || number == event->number)
			set_aside(b, o);
	}
}

static void batch_answered(struct batch *b, const struct event *event)
{
	struct one *o = TAILQ_FIRST(&b->ones);

	if (!o)
		BUG("a batch with more changes than it was given");
	TAILQ_REMOVE(&b->ones, o, link);
	tell(o, event);
	one_free(o);
}

static void on_batch(void *arg, const struct event *event)
{
	struct batch *b = arg;
	struct many *m = b->many;
	bool outermost = enter(m);

	if (event->kind == EVENT_CHANGED) {
		batch_answered(b, event);
	} else if (event->kind == EVENT_DONE) {
		b->op = NULL;
		if (event->outcome != OUTCOME_OK)
			batch_failed(b, event);
		go_on(m);
	}
	leave(m, outermost);
}

/* A batch looks at no entry first: what was read must have its entryCSN.  And it sets
 * nothing that slapo-unique serializes (ldap/schema/relais-overlays.conf). */
static bool fits_a_batch(const struct change *c)
{
	if (change_touches(c, ATTR_MAIL) || change_touches(c, ATTR_DOMAIN))
		return false;
	return c->kind == CHANGE_ADD || (c->before && *c->before->csn);
}

static void fill_batch(struct batch *b, size_t most)
{
	struct many *m = b->many;
	struct one *o;

	b->failures = 0;
	for (size_t n = 0; n < most && (o = take(m)); n++)
		if (fits_a_batch(o->change))
			TAILQ_INSERT_TAIL(&b->ones, o, link);
		else
			TAILQ_INSERT_TAIL(&m->waiting, o, link);
}

static void send_batch(struct batch *b)
{
	struct many *m = b->many;

	b->plan = (struct plan){.who = m->plan->who,
		.why = m->plan->why,
		.next = batch_next,
		.rewind = batch_rewind,
		.source = b,
		.at_once = true};
	b->op = store_apply(m->store, &b->plan, on_batch, b);
}

/* None while something is to be sent alone: it waits for those that are under way. */
static void send_batches(struct many *m, size_t most)
{
	for (size_t i = 0; i < BATCHES && TAILQ_EMPTY(&m->waiting); i++) {
		struct batch *b = &m->batches[i];

		if (!b->op && TAILQ_EMPTY(&b->ones) && most > 1)
			fill_batch(b, most);
		if (!b->op && !TAILQ_EMPTY(&b->ones))
			send_batch(b);
	}
}

static bool batches_under_way(const struct many *m)
{
	bool any = false;

	for (size_t i = 0; i < BATCHES; i++)
		any = any || m->batches[i].op;
	return any;
}

static bool batches_are_empty(const struct many *m)
{
	bool all = true;

	for (size_t i = 0; i < BATCHES; i++)
		all = all && TAILQ_EMPTY(&m->batches[i].ones);
	return all;
}

/* ---- going on ------------------------------------------------------------------- */

static size_t batch_size(struct many *m)
{
	size_t most = store_status(m->store)->most_at_once;

	return most < MOST_A_BATCH ? most : MOST_A_BATCH;
}

static bool is_over(const struct many *m)
{
	return m->exhausted && !batches_under_way(m) && m->n_under_way == 0 &&
	       TAILQ_EMPTY(&m->waiting) && batches_are_empty(m);
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

/* Batches, or changes alone; never one beside the other. */
static void go_on(struct many *m)
{
	size_t most = batch_size(m);

	if (m->freed || m->nothing_op)
		return;
	if (!batches_under_way(m))
		send_alone(m, take_waiting);
	if (m->n_under_way == 0)
		send_batches(m, most);
	if (!batches_under_way(m))
		send_alone(m, most > 1 || !batches_are_empty(m) ? take_waiting : take);
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
	for (size_t i = 0; i < BATCHES; i++) {
		m->batches[i].many = m;
		TAILQ_INIT(&m->batches[i].ones);
	}
	m->nothing = (struct plan){.who = plan->who,
		.why = plan->why,
		.next = nothing_next,
		.rewind = nothing_rewind};
	m->nothing_op = store_apply(store, &m->nothing, on_nothing, m);
	return m;
}
