#include "core/settle.h"

#include <string.h>

#include "core/dn.h"

struct settle {
	struct store *store;
	const char *base;
	const struct change *change;
	settle_fn *fn;
	void *arg;
	struct op *op;
	struct entry *now;
	bool by_id;
};

static void submit(
	struct settle *s, const char *base, enum scope scope, const char *filter);

static void tell(struct settle *s, const struct err *err)
{
	s->fn(s->arg, err ? SETTLED_UNKNOWN : record_settle(s->change, s->now), s->now,
		err);
}

static void find_by_name(struct settle *s)
{
	submit(s, s->change->dn, SCOPE_BASE, "(objectClass=*)");
}

static void find_by_id(struct settle *s)
{
	const char *id = s->change->before->id;
	struct buf filter = BUF_INIT;

	s->by_id = true;
	entry_free(s->now);
	s->now = NULL;
	buf_puts(&filter, "(entryUUID=");
	filter_escape(&filter, id, strlen(id));
	buf_putc(&filter, ')');
	submit(s, s->base, SCOPE_SUBTREE, filter.s);
	buf_release(&filter);
}

static bool is_answer(const struct settle *s, const struct event *event)
{
	return s->now || event->outcome == OUTCOME_OK ||
	       (event->err && event->err->code == ERR_NO_SUCH_OBJECT);
}

/* Under the name there may be nothing now, or another entry. */
static bool stands_elsewhere(const struct settle *s)
{
	const struct entry *before = s->change->before;

	return !s->by_id && before && *before->id &&
	       (!s->now || (*s->now->id && strcmp(before->id, s->now->id) != 0));
}

static void done(struct settle *s, const struct event *event)
{
	bool answer = is_answer(s, event);

	if (!answer && event->err && event->err->code == ERR_DISCONNECTED)
		s->by_id ? find_by_id(s) : find_by_name(s);
	else if (!answer)
		tell(s, event->err);
	else if (stands_elsewhere(s))
		find_by_id(s);
	else
		tell(s, NULL);
}

static void on_event(void *arg, const struct event *event)
{
	struct settle *s = arg;

	if (event->kind == EVENT_ENTRY && !s->now)
		s->now = entry_copy(event->entry);
	if (event->kind != EVENT_DONE)
		return;
	s->op = NULL;
	done(s, event);
}

static void submit(struct settle *s, const char *base, enum scope scope, const char *filter)
{
	struct search search = {
		.base = base, .scope = scope, .filter = filter, .settled = true};

	s->op = store_search(s->store, &search, on_event, s);
}

struct settle *settle_start(struct store *store, const char *base, const struct change *c,
	settle_fn *fn, void *arg)
{
	struct settle *s = xcalloc(1, sizeof(*s));

	s->store = store;
	s->base = base;
	s->change = c;
	s->fn = fn;
	s->arg = arg;
	find_by_name(s);
	return s;
}

void settle_free(struct settle *s)
{
	if (!s)
		return;
	if (s->op)
		store_cancel(s->store, s->op);
	entry_free(s->now);
	free(s);
}
