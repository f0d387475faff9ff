/*
 * System management › Supervised domains: the list.
 */
#include <stdlib.h>
#include <string.h>

#include "core/domain.h"
#include "core/domainname.h"
#include "core/query.h"
#include "core/text.h"
#include "tui/domain_parts.h"
#include "tui/fetch.h"
#include "tui/i18n.h"
#include "tui/live.h"
#include "tui/routecheck.h"
#include "tui/listscreen.h"
#include "tui/screens.h"
#include "tui/sentence.h"
#include "tui/share.h"

enum {
	COLUMN_NAME,
	COLUMN_RELAY,
	COLUMN_UNKNOWN,
	COLUMN_INTERNAL,
	COLUMN_EXTERNAL,
	COLUMN_SHARE
};

enum { BAR_CELLS = 8 };

/* By column: what the name column leaves goes to the relay. */
static const struct list_column columns[] = {
	{N_("Domain"), 18, 3, 0, false, {NULL}, 0},
	{N_("Relay"), 21, 2, 0, false, {NULL}, 0},
	{N_("Unknown"), 8, 0, 1, false, {N_("to relay"), N_("refused")}, 0},
	{N_("Internal"), 8, 0, 2, true, {NULL}, 0},
	{N_("3rd-party"), 8, 0, 3, true, {NULL}, 0},
	{N_("Share"), BAR_CELLS + 6, 0, 4, false, {NULL}, 0}, /* the bar, " 100 %" */
};

struct row {
	struct domain domain;
	char *shown;  /* the name as people read it */
	char *folded; /* for the filter */
	struct count internal, external;
	long fresh_ms; /* when somebody changed it; 0: nobody did */
};

struct domains {
	struct list_screen screen;
	ARRAY(struct row) rows;
	struct fetch fetch;
	struct fetch count;
	size_t counting;  /* which count runs: row * 2, + 1 for external */
	struct pace pace; /* of counting anew while others change users */
	long count_ms;    /* what counting took last */
	long fresh_until_ms;
};

static struct domains *of(const struct list_screen *s)
{
	return (struct domains *)s;
}

/* ---- reading ------------------------------------------------------------------ */

static void release_row(struct row *row)
{
	domain_release(&row->domain);
	free(row->shown);
	free(row->folded);
}

static void drop_rows(struct domains *d)
{
	for (size_t i = 0; i < d->rows.n; i++)
		release_row(&d->rows.v[i]);
	d->rows.n = 0;
}

static void count_next(struct domains *d);

static void count_ended(struct domains *d)
{
	struct app *app = d->screen.view.app;

	d->count_ms = app->now_ms ? app->now_ms() - d->pace.began_ms : 0;
	pace_ended(&d->pace, app);
}

static void counted(void *arg)
{
	struct domains *d = arg;
	struct row *row = &d->rows.v[d->counting / 2];

	*(d->counting % 2 ? &row->external : &row->internal) = fetch_count(&d->count);
	d->counting++;
	if (d->counting == d->rows.n * 2) {
		count_ended(d);
		list_screen_refresh(&d->screen);
	}
	count_next(d);
}

/* Counts one after the other: the list is there before they are. */
static void count_next(struct domains *d)
{
	const struct settings *s = d->screen.view.app->settings;
	struct buf filter = BUF_INIT;
	struct search search = {
		.base = settings_user_search_base(s),
		.scope = SCOPE_SUBTREE,
		.count_only = true,
	};

	if (d->counting / 2 >= d->rows.n)
		return;
	query_users_of(s, &d->rows.v[d->counting / 2].domain.names,
		d->counting % 2 ? USERS_EXTERNAL : USERS_INTERNAL, &filter);
	search.filter = filter.s;
	fetch_start(&d->count, d->screen.view.app->store, &search, counted, d);
	buf_release(&filter);
}

static void count_all(struct domains *d)
{
	fetch_stop(&d->count);
	pace_begun(&d->pace, d->screen.view.app);
	d->counting = 0;
	count_next(d);
}

/* Into the row; false: it is no domain. */
static bool make_row(struct row *row, const struct entry *e)
{
	struct domain domain;
	struct buf folded = BUF_INIT, shown = BUF_INIT;

	if (!domain_decode(e, &domain))
		return false;
	for (size_t i = 0; i < domain.names.n; i++) {
		domainname_shown(domain.names.v[i], &shown);
		buf_printf(&shown, " %s ", domain.names.v[i]);
	}
	sentence_safe(domain.relay_value, &shown);
	text_fold(&folded, shown.s);
	buf_reset(&shown);
	domainname_shown(domain.name, &shown);
	row->domain = domain;
	row->shown = buf_detach(&shown);
	row->folded = buf_detach(&folded);
	return true;
}

static void add_row(struct domains *d, const struct entry *e)
{
	struct row row = {0};

	if (make_row(&row, e))
		*array_add(&d->rows) = row;
}

static void came(void *arg)
{
	struct domains *d = arg;

	d->screen.loading = false;
	d->screen.err = d->fetch.err;
	d->screen.truncated = d->fetch.outcome == OUTCOME_LIMIT;
	if (d->fetch.outcome == OUTCOME_LIMIT)
		d->screen.err = (struct err){0};
	if (d->fetch.outcome != OUTCOME_FAILED) {
		drop_rows(d);
		for (size_t i = 0; i < d->fetch.entries.n; i++)
			add_row(d, d->fetch.entries.v[i]);
	}
	list_screen_refresh(&d->screen);
	count_all(d);
}

static bool stop(struct list_screen *s)
{
	fetch_stop(&of(s)->fetch);
	return of(s)->rows.n > 0;
}

static void reload(struct list_screen *s)
{
	const struct settings *settings = s->view.app->settings;
	struct search search = {
		.base = settings->domains.base,
		.scope = SCOPE_SUBTREE,
		.filter = settings->domains.filter,
		.attributes = s->view.app->domain_attributes,
	};

	s->loading = true;
	fetch_start(&of(s)->fetch, s->view.app->store, &search, came, of(s));
}

/* ---- what others change ---------------------------------------------------------- */

static struct row *row_by_id(struct domains *d, const char *entry_id)
{
	for (size_t i = 0; i < d->rows.n; i++)
		if (*entry_id && strcmp(d->rows.v[i].domain.entry->id, entry_id) == 0)
			return &d->rows.v[i];
	return NULL;
}

/* Its users stay as they were counted until they are counted anew. */
static void take(struct domains *d, const struct news *news)
{
	struct row *row = row_by_id(d, news->entry->id), made = {0};

	if (news->kind == NEWS_GONE || !make_row(&made, news->entry)) {
		if (!row)
			return;
		release_row(row);
		memmove(row, row + 1,
			(size_t)(&d->rows.v[d->rows.n] - (row + 1)) * sizeof(*row));
		d->rows.n--;
		return;
	}
	if (!row) {
		row = array_add(&d->rows);
	} else {
		made.internal = row->internal;
		made.external = row->external;
		list_screen_renamed(
			&d->screen, row->domain.entry->dn, made.domain.entry->dn);
		release_row(row);
	}
	*row = made;
	row->fresh_ms = news->own ? 0 : d->fresh_until_ms - FRESH_MS;
}

static void news(struct list_screen *s, const struct news *n)
{
	struct domains *d = of(s);
	struct app *app = s->view.app;

	if (n->kind == NEWS_MISSED)
		return;
	d->pace.due = true;
	if (n->user || s->loading)
		return;
	d->fresh_until_ms = (app->now_ms ? app->now_ms() : 0) + FRESH_MS;
	fetch_stop(&d->count); /* it counts for a row that may have gone */
	d->counting = SIZE_MAX;
	take(d, n);
	list_screen_refresh(s);
}

static bool fresh(const struct list_screen *s, size_t row)
{
	const struct app *app = s->view.app;
	long at = of(s)->rows.v[row].fresh_ms;

	return at && app->now_ms && app->now_ms() - at < FRESH_MS;
}

/* Counted anew only while somebody looks. */
static void tick(struct list_screen *s)
{
	struct domains *d = of(s);
	struct app *app = s->view.app;
	bool counts = !s->loading && !d->count.op && app->top == &s->view;

	if (app->now_ms && d->fresh_until_ms > app->now_ms())
		app_wake(app, d->fresh_until_ms);
	if (counts && pace_now(&d->pace, app))
		count_all(d);
}

/* ---- rows --------------------------------------------------------------------- */

static size_t rows(const struct list_screen *s)
{
	return of(s)->rows.n;
}

/* How many of those who are either are third-party. */
static void share_cell(const struct row *row, struct buf *out, enum style *style)
{
	const struct count *part = &row->external, *rest = &row->internal;

	if (share_known(part, rest)) {
		share_bar(part, rest, BAR_CELLS, out);
		buf_putc(out, ' ');
		share_percent(part, rest, out);
		return;
	}
	*style = STYLE_DIM;
	buf_puts(out, part->state == COUNT_RUNS || rest->state == COUNT_RUNS ? "…" : "–");
}

static void cell(
	struct list_screen *s, size_t n, int column, struct buf *out, enum style *style)
{
	const struct row *row = &of(s)->rows.v[n];
	const struct domain *d = &row->domain;

	switch (column) {
	case COLUMN_NAME:
		buf_puts(out, row->shown);
		if (d->names.n > 1)
			buf_printf(out, " +%zu", d->names.n - 1);
		break;
	case COLUMN_RELAY:
		if (d->relay_state == RELAY_USABLE) {
			nexthop_shown(&d->relay, out);
		} else if (d->relay_state == RELAY_MALFORMED) {
			sentence_safe(d->relay_value, out);
			*style = STYLE_ERROR;
		} else {
			buf_puts(out, "–");
			*style = STYLE_DIM;
		}
		break;
	case COLUMN_UNKNOWN:
		buf_puts(out, d->forward_unknown && d->relay_state == RELAY_USABLE
				      ? tr("to relay")
				      : tr("refused"));
		break;
	case COLUMN_INTERNAL:
		count_shown(&row->internal, out);
		break;
	case COLUMN_EXTERNAL:
		count_shown(&row->external, out);
		break;
	case COLUMN_SHARE:
		share_cell(row, out, style);
		break;
	}
}

static int by_number(unsigned long a, unsigned long b)
{
	return a < b ? -1 : a > b;
}

/* Of third-party users, in ten-thousandths; of whom nothing is known the least. */
static unsigned long share(const struct row *row)
{
	if (!share_known(&row->external, &row->internal))
		return 0;
	return 1 + row->external.n * 10000 / (row->external.n + row->internal.n);
}

static int compare(const struct list_screen *s, size_t a, size_t b, int column)
{
	const struct row *x = &of(s)->rows.v[a], *y = &of(s)->rows.v[b];

	switch (column) {
	case COLUMN_RELAY:
		return strcasecmp(x->domain.relay_value, y->domain.relay_value);
	case COLUMN_UNKNOWN:
		return (int)x->domain.forward_unknown - (int)y->domain.forward_unknown;
	case COLUMN_INTERNAL:
		return by_number(x->internal.n, y->internal.n);
	case COLUMN_EXTERNAL:
		return by_number(x->external.n, y->external.n);
	case COLUMN_SHARE:
		return by_number(share(x), share(y));
	default:
		return text_collate(x->shown, y->shown);
	}
}

static const char *folded(const struct list_screen *s, size_t row)
{
	return of(s)->rows.v[row].folded;
}

static const char *id(const struct list_screen *s, size_t row)
{
	return of(s)->rows.v[row].domain.entry->dn;
}

/* ---- doing -------------------------------------------------------------------- */

static void copied(const struct list_screen *s, size_t row, struct buf *out)
{
	buf_puts(out, of(s)->rows.v[row].domain.name);
}

static void open_row(struct list_screen *s, size_t row)
{
	domain_form_open(s->view.app, of(s)->rows.v[row].domain.entry->dn);
}

static void press(struct list_screen *s)
{
	domain_new_open(s->view.app);
}

static void route_domain(struct list_screen *s, size_t row)
{
	struct buf address = BUF_INIT;

	buf_printf(&address, "@%s", of(s)->rows.v[row].domain.name);
	route_check_open_one(s->view.app, address.s);
	buf_release(&address);
}

static bool can(struct list_screen *s, enum action action)
{
	size_t row;

	return action == ACT_NEW ||
	       ((action == ACT_ENTITIES || action == ACT_ROUTE || action == ACT_DELETE ||
			action == ACT_MIGRATION) &&
		       list_screen_selected(s, &row));
}

static void act(struct list_screen *s, enum action action)
{
	size_t row;

	if (action == ACT_NEW)
		domain_new_open(s->view.app);
	else if (!list_screen_selected(s, &row))
		return;
	else if (action == ACT_ROUTE)
		route_domain(s, row);
	else if (action == ACT_MIGRATION)
		migration_open(s->view.app, of(s)->rows.v[row].domain.entry->dn,
			&of(s)->rows.v[row].domain.names);
	else if (action == ACT_DELETE)
		domain_delete_open(s->view.app, of(s)->rows.v[row].domain.entry->dn,
			of(s)->rows.v[row].shown);
	else
		users_open(s->view.app, &of(s)->rows.v[row].domain.names);
}

/* Where addresses have to be looked at one by one it is no small thing. */
static void headline(const struct list_screen *s, struct buf *out)
{
	enum { WORTH_SAYING_MS = 2000 };
	struct buf n = BUF_INIT;

	if (of(s)->count_ms < WORTH_SAYING_MS)
		return;
	i18n_number((unsigned long)(of(s)->count_ms + 500) / 1000, &n);
	buf_printf(out, tr("Counting their users took the server %s s."), n.s);
	buf_release(&n);
}

static void path(struct list_screen *s, struct buf *out)
{
	(void)s;
	buf_printf(out, "%s › %s", tr("System management"), tr("Supervised domains"));
}

static void release(struct list_screen *s)
{
	struct domains *d = of(s);

	fetch_stop(&d->fetch);
	fetch_stop(&d->count);
	drop_rows(d);
	array_free(&d->rows);
}

static const struct list_screen_ops ops = {
	.columns = columns,
	.n_columns = COUNT_OF(columns),
	.button = N_("New domain"),
	.empty = N_("There is no supervised domain yet: choose New domain above."),
	.path = path,
	.rows = rows,
	.cell = cell,
	.compare = compare,
	.folded = folded,
	.id = id,
	.copied = copied,
	.open = open_row,
	.press = press,
	.reload = reload,
	.headline = headline,
	.fresh = fresh,
	.news = news,
	.stop = stop,
	.tick = tick,
	.can = can,
	.act = act,
	.release = release,
};

void domains_open(struct app *app)
{
	struct domains *d = list_screen_new(sizeof(*d), &ops, app);

	list_screen_show(&d->screen);
}
