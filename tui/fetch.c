#include "tui/fetch.h"

#include <stdlib.h>
#include <string.h>

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

struct entry *fetch_first(const struct fetch *f)
{
	return f->entries.n ? f->entries.v[0] : NULL;
}
