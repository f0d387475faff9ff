#include "tui/fetch.h"

#include <stdlib.h>
#include <string.h>

#include "tui/i18n.h"

static void on_event(void *arg, const struct event *event)
{
	struct fetch *f = arg;

	if (event->kind == EVENT_ENTRY)
		*array_add(&f->entries) = entry_copy(event->entry);
	if (event->kind != EVENT_DONE)
		return;
	f->op = NULL;
	f->done = true;
	f->count = event->count;
	f->outcome = event->outcome;
	if (event->err)
		f->err = *event->err;
	f->on_done(f->arg);
}

void fetch_start(struct fetch *f, struct store *store, const struct search *search,
	void (*on_done)(void *arg), void *arg)
{
	fetch_stop(f);
	f->store = store;
	f->on_done = on_done;
	f->arg = arg;
	f->op = store_search(store, search, on_event, f);
}

void fetch_stop(struct fetch *f)
{
	if (f->op)
		store_cancel(f->store, f->op);
	for (size_t i = 0; i < f->entries.n; i++)
		entry_free(f->entries.v[i]);
	array_free(&f->entries);
	memset(f, 0, sizeof(*f));
}

struct count fetch_count(const struct fetch *f)
{
	struct count c = {.state = COUNT_EXACT, .n = f->count};

	if (f->outcome == OUTCOME_LIMIT)
		c.state = COUNT_LEAST;
	else if (f->outcome != OUTCOME_OK)
		c = (struct count){.state = COUNT_FAILED};
	return c;
}

void count_shown(const struct count *c, struct buf *out)
{
	switch (c->state) {
	case COUNT_RUNS:
		buf_puts(out, "…");
		break;
	case COUNT_FAILED:
		buf_putc(out, '?');
		break;
	case COUNT_EXACT:
	case COUNT_LEAST:
		i18n_number(c->n, out);
		if (c->state == COUNT_LEAST)
			buf_putc(out, '+');
		break;
	}
}

unsigned long count_plural(const struct count *c)
{
	return c->state == COUNT_EXACT ? c->n : c->n + 2;
}

struct entry *fetch_first(const struct fetch *f)
{
	return f->entries.n ? f->entries.v[0] : NULL;
}
