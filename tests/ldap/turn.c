#include "tests/ldap/test.h"

#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

enum {
	BUDGET_MS = 20,
	MOST_STEP_MS = 1000 /* a busy machine; what blocks, blocks for longer */
};

int64_t test_clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void said_release(struct said *s)
{
	strv_release(&s->dns);
	entry_free(s->last);
	entry_free(s->now);
	*s = (struct said){0};
}

static void keep(struct entry **to, const struct entry *e)
{
	entry_free(*to);
	*to = e ? entry_copy(e) : NULL;
}

void said_event(void *arg, const struct event *event)
{
	struct said *s = arg;

	s->after_done += s->done;
	s->own += event->own;
	switch (event->kind) {
	case EVENT_ENTRY:
		s->entries++;
		strv_add(&s->dns, event->entry->dn);
		keep(&s->last, event->entry);
		if (s->stop_after && s->entries == (size_t)s->stop_after)
			store_cancel(s->store, s->op);
		break;
	case EVENT_GONE:
		s->gone++;
		strv_add(&s->dns, event->entry->dn);
		keep(&s->last, event->entry);
		break;
	case EVENT_FROM_NOW:
		s->from_now++;
		break;
	case EVENT_PROGRESS:
		s->progress++;
		break;
	case EVENT_CHANGED:
		s->changed++;
		s->changed_outcome = event->outcome;
		keep(&s->now, event->entry);
		if (event->err)
			s->changed_err = *event->err;
		break;
	case EVENT_DONE:
		s->done = true;
		s->outcome = event->outcome;
		s->count = event->count;
		if (event->err)
			s->err = *event->err;
		break;
	}
}

void turn_once(struct store *s, int most_ms)
{
	struct pollfd fds[6];
	int timeout = most_ms;
	int n = store_fds(s, fds, (int)COUNT_OF(fds), &timeout);
	int64_t began;

	(void)poll(fds, (nfds_t)n, timeout);
	began = test_clock_ms();
	store_step(s, BUDGET_MS);
	if (test_clock_ms() - began > MOST_STEP_MS)
		fail_msg("a step took %d ms", (int)(test_clock_ms() - began));
}

bool turn_until(struct store *s, const bool *flag, int ms)
{
	int64_t end = test_clock_ms() + ms;

	while (!*flag && test_clock_ms() < end)
		turn_once(s, (int)(end - test_clock_ms()));
	return *flag;
}

bool turn_to_phase(struct store *s, enum store_phase phase, int ms)
{
	int64_t end = test_clock_ms() + ms;

	while (store_status(s)->phase != phase && test_clock_ms() < end)
		turn_once(s, (int)(end - test_clock_ms()));
	if (store_status(s)->phase != phase && store_status(s)->err)
		print_error("phase %d, error %d: %s\n", store_status(s)->phase,
			store_status(s)->err->code, store_status(s)->err->server);
	return store_status(s)->phase == phase;
}

void search_to_end(struct store *s, const struct search *search, struct said *said)
{
	said->store = s;
	said->op = store_search(s, search, said_event, said);
	if (!turn_until(s, &said->done, PATIENCE_MS))
		fail_msg("the search of %s does not end", search->base);
}

void apply_to_end(struct store *s, struct plan *plan, struct said *said)
{
	said->store = s;
	said->op = store_apply(s, plan, said_event, said);
	if (!turn_until(s, &said->done, PATIENCE_MS))
		fail_msg("the plan does not end");
}

struct entry *read_entry(struct store *s, const char *dn, const char *const *attributes)
{
	struct said said = {0};
	struct entry *e;

	search_to_end(s,
		&(struct search){.base = dn,
			.scope = SCOPE_BASE,
			.filter = "(objectClass=*)",
			.attributes = attributes},
		&said);
	e = said.last;
	said.last = NULL;
	said_release(&said);
	return e;
}

struct plan *plan_to_set(const struct entry *e, const char *name, ...)
{
	struct change *c = change_new(CHANGE_MODIFY, e->dn);
	struct strv values = {0};
	const char *value;
	va_list more;

	va_start(more, name);
	while ((value = va_arg(more, const char *)))
		strv_add(&values, value);
	va_end(more);
	change_set(c, e, name, &values);
	strv_release(&values);
	return plan_of_change(c, "test");
}
