/* The directory's own log (slapo-accesslog(5)), for the Changes screen. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/dn.h"
#include "tui/changes_parts.h"

enum {
	WINDOW_FIRST_S = 24 * 60 * 60,
	WINDOW_LEAST_S = 60,
	WINDOW_LAST_S = 400 * 24 * 60 * 60, /* a longer one has no beginning */
	WINDOW_MOST = 1000,                 /* changes in one */
	WINDOW_GROWS = 4,
	WINDOW_SHRINKS = 8
};

struct log_windows {
	struct reading *reading;
	struct op *op; /* NULL: none runs */
	enum log_state state;
	bool done;
	long long upper; /* what is from then on has been read; 0: nothing yet */
	long long lower; /* of the window that is read; 0: it has no beginning */
	long span;
	char from[24]; /* upper, as digits */
	ARRAY(struct saved_item) held;
};

struct log_windows *log_windows_new(struct reading *r)
{
	struct log_windows *l = xcalloc(1, sizeof(*l));

	l->reading = r;
	l->span = WINDOW_FIRST_S;
	return l;
}

static void drop_held(struct log_windows *l)
{
	for (size_t i = 0; i < l->held.n; i++)
		item_release(&l->held.v[i]);
	array_free(&l->held);
}

static void cancel(struct log_windows *l)
{
	if (l->op)
		store_cancel(l->reading->app->store, l->op);
	l->op = NULL;
}

void log_windows_free(struct log_windows *l)
{
	if (!l)
		return;
	cancel(l);
	drop_held(l);
	free(l);
}

bool log_windows_done(const struct log_windows *l)
{
	return !l || l->done;
}

enum log_state log_windows_state(const struct log_windows *l)
{
	return l ? l->state : LOG_ABSENT;
}

const char *log_windows_from(const struct log_windows *l)
{
	return l->from;
}

/* RFC 4517 section 3.3.13, without a fraction. */
static void put_time(long long at, struct buf *out)
{
	time_t t = (time_t)at;
	struct tm tm = {0};

	gmtime_r(&t, &tm);
	buf_printf(out, "%04d%02d%02d%02d%02d%02d", tm.tm_year + 1900, tm.tm_mon + 1,
		tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static void hold(struct log_windows *l, const struct entry *e)
{
	struct saved_item it;

	if (!item_of_log(e, &it))
		return;
	if (dn_within(it.changes.v[0]->dn, l->reading->app->settings->directory.base))
		*array_add(&l->held) = it;
	else
		item_release(&it);
}

/* False: there is nothing smaller to be asked for. */
static bool shrink(struct log_windows *l)
{
	if (l->span <= WINDOW_LEAST_S)
		return false;
	cancel(l);
	drop_held(l);
	if (l->span > WINDOW_LAST_S)
		l->span = WINDOW_LAST_S;
	l->span /= WINDOW_SHRINKS;
	if (l->span < WINDOW_LEAST_S)
		l->span = WINDOW_LEAST_S;
	log_windows_ask(l);
	return true;
}

static void deliver(struct log_windows *l)
{
	struct buf words = BUF_INIT;

	for (size_t i = l->held.n; i > 0; i--) {
		struct saved_item *it = &l->held.v[i - 1];

		buf_reset(&words);
		changes_fold_words(it->changes.v[0], &words);
		reading_add(l->reading, it, words.s);
	}
	array_free(&l->held); /* its items are the rows' */
	buf_release(&words);
}

static void came(struct log_windows *l)
{
	struct buf from = BUF_INIT;

	deliver(l);
	l->reading->stamp++;
	l->state = LOG_THERE;
	l->done = l->lower == 0;
	l->upper = l->lower;
	put_time(l->upper, &from);
	strncpy(l->from, from.s, sizeof(l->from) - 1);
	l->span = l->span > WINDOW_LAST_S ? l->span : l->span * WINDOW_GROWS;
	buf_release(&from);
}

static void on_event(void *arg, const struct event *event)
{
	struct log_windows *l = arg;

	if (event->kind == EVENT_ENTRY) {
		hold(l, event->entry);
		if (l->held.n > WINDOW_MOST)
			shrink(l);
	}
	if (event->kind != EVENT_DONE)
		return;
	l->op = NULL;
	if (event->outcome == OUTCOME_LIMIT && shrink(l))
		return;
	if (event->outcome == OUTCOME_OK || event->outcome == OUTCOME_LIMIT) {
		came(l);
		return;
	}
	drop_held(l);
	l->reading->stamp++;
	l->done = true; /* not there, not ours to see, or gone away meanwhile */
	if (l->state == LOG_LOOKING)
		l->state = LOG_ABSENT;
}

void log_windows_ask(struct log_windows *l)
{
	struct app *app = l->reading->app;
	struct buf filter = BUF_INIT;
	struct search search = {
		.base = app->settings->directory.accesslog,
		.scope = SCOPE_ONE,
		.attributes = logged_attributes,
	};

	if (l->op || l->done)
		return;
	l->lower = (l->upper ? l->upper : (long long)time(NULL)) - l->span;
	if (l->span > WINDOW_LAST_S || l->lower < 0)
		l->lower = 0;
	buf_puts(&filter, "(&(objectClass=auditWriteObject)(reqResult=0)");
	if (l->lower) {
		buf_puts(&filter, "(reqStart>=");
		put_time(l->lower, &filter);
		buf_puts(&filter, "Z)");
	}
	if (l->upper) {
		buf_puts(&filter, "(!(reqStart>=");
		put_time(l->upper, &filter);
		buf_puts(&filter, "Z))");
	}
	buf_putc(&filter, ')');
	search.filter = filter.s;
	l->op = store_search(app->store, &search, on_event, l);
	buf_release(&filter);
}
