#include "tui/moves.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "core/accesslog.h"
#include "core/address.h"
#include "core/dn.h"
#include "core/schema.h"
#include "core/sys/journal.h"

enum {
	WEEK_S = 7 * 24 * 60 * 60,
	OVERLAP_S = 10, /* the log has a change when it is done, by when it began */
	MOST = 100000,
	TURN_RECORDS = 400,
	TURN_FILES = 8
};

struct move {
	long long at; /* seconds, as timegm(3) */
	bool out;     /* to third-party mail */
};

enum way { WAY_NONE, WAY_OUT, WAY_IN, WAY_UNCLEAR };

struct move_list {
	struct move *v;
	size_t n, cap;
};

struct moves {
	struct app *app;
	char *dn;
	struct strv names;
	enum moves_source source;
	struct move_list list, incoming;
	bool looking; /* nothing is known yet */
	bool unclear; /* a change did not tell */
	bool partly;  /* there are more */
	unsigned stamp;
	/* the log */
	struct op *op;
	long long from; /* what is in the list from then on, `incoming` replaces */
	char *last;     /* reqStart of the newest one seen; "" none */
	char *after;    /* of a further page: only what is newer */
	/* the journal */
	struct strv items;
	size_t at;
	struct journal_file *file;
	ARRAY(unsigned char) ways; /* enum way, by number from 1, of what is not yet done */
	bool unclear_now;          /* of this reading */
};

/* ---- what a change is ----------------------------------------------------------- */

static enum routing routing_of(const struct moves *m, const char *word)
{
	static const char *const words[] = {[ROUTING_NONE] = "none",
		[ROUTING_INTERNAL] = "internal",
		[ROUTING_EXTERNAL] = "external"};

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (strcasecmp(word, words[i]) == 0)
			return (enum routing)i;
	return m->app->settings->users.default_routing;
}

static enum routing was(const struct moves *m, const struct change *c)
{
	const struct attribute *a = entry_get(c->before, ATTR_ROUTING);

	return routing_of(m, a && a->values.n ? a->values.v[0].p : "");
}

static enum routing becomes(const struct moves *m, const struct change *c)
{
	struct strv values = {0};
	enum routing routing;

	change_result(c, ATTR_ROUTING, &values);
	routing = routing_of(m, values.n ? values.v[0] : "");
	strv_release(&values);
	return routing;
}

/* before: it is known what was there. */
static enum way direction(const struct moves *m, const struct change *c, bool before)
{
	enum routing now = becomes(m, c);

	if (now == ROUTING_NONE)
		return WAY_NONE;
	if (now == ROUTING_EXTERNAL)
		return before && was(m, c) == now ? WAY_NONE : WAY_OUT;
	if (before)
		return was(m, c) == ROUTING_EXTERNAL ? WAY_IN : WAY_NONE;
	return change_touches(c, ATTR_SELECTED) ? WAY_IN : WAY_UNCLEAR;
}

enum belongs { BELONGS_NOT, BELONGS, BELONGS_PERHAPS };

/* PERHAPS: no address is there. */
static enum belongs by_addresses(const struct moves *m, const struct attribute *a)
{
	if (!a || a->values.n == 0)
		return BELONGS_PERHAPS;
	for (size_t i = 0; i < a->values.n; i++)
		if (strv_has_case(&m->names, address_domain(a->values.v[i].p)))
			return BELONGS;
	return BELONGS_NOT;
}

static enum belongs belongs(const struct moves *m, const struct change *c)
{
	bool below = strcmp(m->app->settings->users.base, "%D") == 0;
	enum belongs is = by_addresses(m, entry_get(c->before, ATTR_SELECTED));

	if (below && dn_within(c->dn, m->dn))
		return BELONGS;
	for (size_t i = 0; i < c->mods.n && is != BELONGS; i++) {
		const struct attribute *a = &c->mods.v[i].attribute;
		enum belongs by = strcasecmp(a->name, ATTR_SELECTED) == 0
					  ? by_addresses(m, a)
					  : BELONGS_PERHAPS;

		is = by == BELONGS_PERHAPS ? is : by;
	}
	if (is == BELONGS_PERHAPS &&
		(below || !dn_within(c->dn, m->app->settings->users.base)))
		return BELONGS_NOT;
	return is;
}

static enum way way_of(const struct moves *m, const struct change *c, bool before)
{
	enum way way;

	if (c->kind != CHANGE_MODIFY || !change_touches(c, ATTR_ROUTING))
		return WAY_NONE;
	way = direction(m, c, before);
	if (way == WAY_NONE)
		return way;
	switch (belongs(m, c)) {
	case BELONGS:
		return way;
	case BELONGS_NOT:
		return WAY_NONE;
	case BELONGS_PERHAPS:
		break;
	}
	return WAY_UNCLEAR;
}

/* ---- what is known -------------------------------------------------------------- */

/* Of a moment's digits, generalizedTime, RFC 3339 or a journal's name. */
static long long seconds_of(const char *when)
{
	char digits[15];
	size_t n = 0;
	struct tm tm = {0};

	for (; *when && n < sizeof(digits) - 1; when++)
		if (*when >= '0' && *when <= '9')
			digits[n++] = *when;
	digits[n] = '\0';
	if (sscanf(digits, "%4d%2d%2d%2d%2d%2d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
		    &tm.tm_hour, &tm.tm_min, &tm.tm_sec) != 6)
		return 0;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	return (long long)timegm(&tm);
}

static void put(struct moves *m, enum way way, const char *when)
{
	m->unclear_now = m->unclear_now || way == WAY_UNCLEAR;
	if (way != WAY_OUT && way != WAY_IN)
		return;
	if (m->incoming.n + (m->source == MOVES_OF_LOG ? m->list.n : 0) >= MOST)
		m->partly = true;
	else
		*array_add(&m->incoming) = (struct move){seconds_of(when), way == WAY_OUT};
}

/* All has come that there is. */
static void settle(struct moves *m)
{
	size_t kept = 0;

	for (size_t i = 0; i < m->list.n; i++)
		if (m->list.v[i].at < m->from)
			m->list.v[kept++] = m->list.v[i];
	m->list.n = kept;
	for (size_t i = 0; i < m->incoming.n; i++)
		*array_add(&m->list) = m->incoming.v[i];
	array_free(&m->incoming);
	m->unclear = m->unclear_now;
	m->looking = false;
	m->stamp++;
}

struct count moves_within(const struct moves *m, enum routing to, long seconds)
{
	long long from = (long long)time(NULL) - seconds;
	struct count count = {.state = COUNT_EXACT};

	if (m->looking)
		return (struct count){.state = COUNT_RUNS};
	if (m->unclear || m->source == MOVES_OF_NOTHING)
		return (struct count){.state = COUNT_FAILED};
	if (m->partly)
		count.state = COUNT_LEAST;
	for (size_t i = 0; i < m->list.n; i++)
		if (m->list.v[i].at >= from && m->list.v[i].out == (to == ROUTING_EXTERNAL))
			count.n++;
	return count;
}

enum moves_source moves_source(const struct moves *m)
{
	return m->source;
}

unsigned moves_stamp(const struct moves *m)
{
	return m->stamp;
}

/* ---- the journal ---------------------------------------------------------------- */

static void close_file(struct moves *m)
{
	journal_file_close(m->file);
	m->file = NULL;
	m->ways.n = 0;
}

static void begin_journal(struct moves *m)
{
	close_file(m);
	strv_release(&m->items);
	array_free(&m->incoming);
	m->at = 0;
	m->from = 0;
	m->unclear_now = m->partly = false;
	m->source = m->app->journal && journal_names(m->app->journal, &m->items, NULL)
			    ? MOVES_OF_JOURNAL
			    : MOVES_OF_NOTHING;
	if (m->source == MOVES_OF_NOTHING)
		settle(m);
}

static void take_change(struct moves *m, const struct record *r)
{
	while (m->ways.n < r->number)
		*array_add(&m->ways) = WAY_NONE;
	if (r->number)
		m->ways.v[r->number - 1] = (unsigned char)way_of(m, r->change, true);
}

static void take_outcome(struct moves *m, const struct record *r)
{
	if (r->outcome != SETTLED_DONE || r->number == 0 || r->number > m->ways.n)
		return;
	put(m, (enum way)m->ways.v[r->number - 1], r->when);
	m->ways.v[r->number - 1] = WAY_NONE;
}

static void take_record(struct moves *m)
{
	const struct record *r = journal_next(m->file);

	switch (r->kind) {
	case RECORD_HEAD:
		if (strcmp(r->head.directory, journal_directory(m->app->journal)) != 0)
			close_file(m);
		break;
	case RECORD_CHANGE:
		take_change(m, r);
		break;
	case RECORD_OUTCOME:
		take_outcome(m, r);
		break;
	case RECORD_END:
		break;
	case RECORD_EOF:
	case RECORD_BROKEN:
		close_file(m);
		break;
	}
}

/* The newest first; what is too old for us ends it. */
static void open_next(struct moves *m)
{
	const char *name = m->items.v[m->at++];

	if (seconds_of(name) < (long long)time(NULL) - WEEK_S)
		m->at = m->items.n;
	else
		m->file = journal_open(m->app->journal, name, NULL);
}

static bool reads_journal(const struct moves *m)
{
	return m->source == MOVES_OF_JOURNAL && (m->file || m->at < m->items.n);
}

bool moves_turn(struct moves *m)
{
	bool reading = reads_journal(m);
	int records = 0, files = 0;

	while (reads_journal(m) && records < TURN_RECORDS && files < TURN_FILES) {
		if (!m->file) {
			files++;
			open_next(m);
		}
		while (m->file && records++ < TURN_RECORDS)
			take_record(m);
	}
	if (m->source == MOVES_OF_JOURNAL && !reads_journal(m) && (reading || m->looking))
		settle(m);
	return reads_journal(m);
}

/* ---- the log -------------------------------------------------------------------- */

static void set(char **to, const char *from)
{
	char *copy = xstrdup(from);

	free(*to);
	*to = copy;
}

static void take_entry(struct moves *m, const struct entry *e)
{
	struct logged l;

	if (!logged_decode(e, &l))
		return;
	if (strcmp(l.start, m->after) > 0) {
		put(m, way_of(m, l.change, l.has_before), l.start);
		if (strcmp(l.start, m->last) > 0)
			set(&m->last, l.start);
	}
	logged_release(&l);
}

static void ask_log(struct moves *m, const char *from);

static void log_done(struct moves *m, const struct event *event)
{
	m->op = NULL;
	if (event->outcome == OUTCOME_LIMIT && strcmp(m->last, m->after) > 0 &&
		m->list.n + m->incoming.n < MOST) {
		set(&m->after, m->last);
		ask_log(m, m->last);
	} else if (event->outcome == OUTCOME_OK || event->outcome == OUTCOME_LIMIT) {
		m->partly = m->partly || event->outcome == OUTCOME_LIMIT;
		settle(m);
	} else if (m->looking) {
		begin_journal(m); /* not there, or not ours to see */
	} else {
		array_free(&m->incoming); /* gone away meanwhile: asked again later */
	}
}

static void on_event(void *arg, const struct event *event)
{
	if (event->kind == EVENT_ENTRY)
		take_entry(arg, event->entry);
	else if (event->kind == EVENT_DONE)
		log_done(arg, event);
}

/* slapd has such entries in the order of time: what a limit cuts off is newer. */
static void ask_log(struct moves *m, const char *from)
{
	struct buf filter = BUF_INIT;
	struct search search = {
		.base = m->app->settings->directory.accesslog,
		.scope = SCOPE_ONE,
		.attributes = logged_attributes,
	};

	buf_printf(&filter,
		"(&(objectClass=auditWriteObject)(reqResult=0)(reqStart>=%s)"
		"(reqMod=" ATTR_ROUTING ":*))",
		from);
	search.filter = filter.s;
	m->op = store_search(m->app->store, &search, on_event, m);
	buf_release(&filter);
}

static void begin_log(struct moves *m, long long from)
{
	time_t t = (time_t)from;
	struct tm tm = {0};
	struct buf text = BUF_INIT;

	gmtime_r(&t, &tm);
	buf_printf(&text, "%04d%02d%02d%02d%02d%02d.000000Z", tm.tm_year + 1900,
		tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
	m->from = from;
	m->unclear_now = m->unclear;
	set(&m->after, "");
	ask_log(m, text.s);
	buf_release(&text);
}

/* ---- both ----------------------------------------------------------------------- */

struct moves *moves_new(struct app *app, const char *dn, const struct strv *names)
{
	struct moves *m = xcalloc(1, sizeof(*m));

	m->app = app;
	m->dn = xstrdup(dn);
	m->last = xstrdup("");
	m->after = xstrdup("");
	strv_copy(&m->names, names);
	m->looking = true;
	if (*app->settings->directory.accesslog)
		begin_log(m, (long long)time(NULL) - WEEK_S);
	else
		begin_journal(m);
	return m;
}

void moves_again(struct moves *m, bool saved)
{
	if (m->source != MOVES_OF_LOG) {
		if (saved)
			begin_journal(m);
	} else if (!m->op) {
		begin_log(m, *m->last ? seconds_of(m->last) - OVERLAP_S
				      : (long long)time(NULL) - WEEK_S);
	}
}

void moves_free(struct moves *m)
{
	if (!m)
		return;
	if (m->op)
		store_cancel(m->app->store, m->op);
	close_file(m);
	array_free(&m->ways);
	array_free(&m->list);
	array_free(&m->incoming);
	strv_release(&m->items);
	strv_release(&m->names);
	free(m->dn);
	free(m->last);
	free(m->after);
	free(m);
}
