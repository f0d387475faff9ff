/*
 * Directories › Directory entities: the list of users.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/address.h"
#include "core/domainname.h"
#include "core/query.h"
#include "core/text.h"
#include "tui/i18n.h"
#include "tui/routecheck.h"
#include "tui/screens.h"
#include "tui/sentence.h"
#include "tui/users_bulk.h"
#include "tui/users_parts.h"

/* The users of all domains together may be a million: beyond MOST_AT_ONCE a window onto
 * them is read, and more of them as one goes down to its end. */
enum { MOST_AT_ONCE = 20000, FIRST_WINDOW = 500, WIDER = 4, WIDEST_WINDOW = 200000 };

enum { SLOW_MS = 1000 }; /* from when on it is said how long a search took */

enum { AT_ONCE = 500, SHOW_MS = 30 };

enum { COLUMN_NAME, COLUMN_ADDRESS, COLUMN_ROUTING, COLUMN_DOMAIN };

static const struct list_column columns[] = {
	{N_("Display name"), 16, 2, 0, false, {NULL}, 0},
	{N_("E-mail"), 22, 3, 0, false, {NULL}, 0},
	{N_("Mail"), 8, 0, 0, false, {N_("third-party"), N_("internal"), N_("none")}, 4},
	{N_("Domain"), 14, 1, 1, false, {NULL}, 0},
};

/* ---- reading ------------------------------------------------------------------ */

static void add_row(struct users *l, const struct entry *e)
{
	struct user_rows *rows = l->again ? &l->incoming : &l->rows;
	struct user_row row;

	users_row_make(l, e, &row);
	users_rows_add(rows, &row);
}

static int window(struct users *l);

/* The server gave less than what was asked for. */
static size_t stopped_at(struct users *l, const struct event *event)
{
	bool ours = window(l) && event->count >= (size_t)window(l);

	return event->outcome == OUTCOME_LIMIT && !ours ? event->count : 0;
}

static void came(struct users *l, const struct event *event)
{
	struct list_screen *s = &l->screen;

	l->op = NULL;
	l->stopped_at = stopped_at(l, event);
	s->loading = false;
	s->truncated = l->partial = event->outcome == OUTCOME_LIMIT;
	s->err = (struct err){0};
	if (event->outcome == OUTCOME_FAILED && event->err)
		s->err = *event->err;
	if (l->again && event->outcome != OUTCOME_FAILED) {
		users_rows_drop(&l->rows);
		l->rows = l->incoming;
		l->incoming = (struct user_rows){0};
		list_screen_refresh(s);
	} else
		list_screen_added(s);
	users_rows_drop(&l->incoming);
	l->again = false;
	users_seek(l);
}

static void on_event(void *arg, const struct event *event)
{
	struct users *l = arg;

	if (event->kind == EVENT_ENTRY)
		add_row(l, event->entry);
	else if (event->kind == EVENT_DONE)
		came(l, event);
}

static void stop(struct users *l)
{
	if (l->op)
		store_cancel(l->screen.view.app->store, l->op);
	if (l->seek)
		store_cancel(l->screen.view.app->store, l->seek);
	l->op = l->seek = NULL;
	users_rows_drop(&l->incoming);
	l->again = false;
}

static bool stop_reading(struct list_screen *s)
{
	bool all = users_of(s)->again;

	stop(users_of(s));
	list_screen_refresh(s);
	return all;
}

/* The size limit; 0: none. */
static int window(struct users *l)
{
	if (!l->window)
		l->window = l->screen.view.app->users > MOST_AT_ONCE ? FIRST_WINDOW
								     : MOST_AT_ONCE;
	return l->names.n ? 0 : (int)l->window;
}

static void reload(struct list_screen *s)
{
	struct users *l = users_of(s);
	const struct settings *settings = s->view.app->settings;
	struct buf filter = BUF_INIT;
	struct search search = {
		.base = settings_user_search_base(settings),
		.scope = SCOPE_SUBTREE,
		.attributes = s->view.app->user_attributes,
		.many = true,
	};

	stop(l);
	query_users_of(settings, &l->names, USERS_ALL, &filter);
	search.filter = filter.s;
	search.size_limit = window(l);
	l->no_more = false;
	l->again = l->rows.n > 0;
	s->loading = true;
	l->op = store_search(s->view.app->store, &search, on_event, l);
	buf_release(&filter);
}

static void tick(struct list_screen *s);

/* ---- beyond the server's limit ------------------------------------------------- */

/* Rows that are asked for by a filter may be there. */
static bool has_row(struct users *l, const char *dn)
{
	struct user_rows *rows = &l->rows;

	index_reserve(&rows->by_dn, rows->n + 1);
	for (size_t i = index_count(rows->by_dn); i < rows->n; i++)
		index_put(rows->by_dn, rows->v[i].dn, strlen(rows->v[i].dn));
	return index_has(rows->by_dn, dn, strlen(dn), true);
}

/* What is typed has an index for it, or is sought in all that there is. */
static void say_slow(struct users *l)
{
	struct app *app = l->screen.view.app;
	long ms = app->now_ms ? app->now_ms() - l->seek_ms : 0;
	struct buf n = BUF_INIT, text = BUF_INIT;

	if (ms < SLOW_MS || !l->screen.filter.text.len)
		return;
	i18n_number((unsigned long)(ms + 500) / 1000, &n);
	buf_printf(&text,
		tr("The search took %s s: the consistency check says which indexes are "
		   "missing."),
		n.s);
	app_say(app, text.s);
	buf_release(&n);
	buf_release(&text);
}

static void on_found(void *arg, const struct event *event)
{
	struct users *l = arg;
	struct list_screen *s = &l->screen;

	if (event->kind == EVENT_ENTRY && !has_row(l, event->entry->dn)) {
		add_row(l, event->entry);
		l->no_more = false;
	}
	if (event->kind != EVENT_DONE)
		return;
	l->seek = NULL;
	s->loading = false;
	say_slow(l);
	s->truncated = event->outcome != OUTCOME_OK;
	if (event->outcome == OUTCOME_FAILED && event->err)
		s->err = *event->err;
	tick(s);
}

/* "(&", the text and the domain, the mail system, ")". */
static void query_filtered(const struct users *l, struct buf *out)
{
	static const struct strv all;
	const struct settings *settings = l->screen.view.app->settings;
	const struct user_filters *f = &l->filters;
	struct strv domain = {0};

	if (f->domain)
		strv_add(&domain, f->domain);
	buf_puts(out, "(&");
	query_users_matching(
		settings, l->screen.filter.text.s, f->domain ? &domain : &l->names, out);
	if (f->routing == ROUTING_INTERNAL)
		query_users_of(settings, &all, USERS_INTERNAL, out);
	if (f->routing == ROUTING_EXTERNAL)
		query_users_of(settings, &all, USERS_EXTERNAL, out);
	if (f->routing == ROUTING_NONE)
		query_users_of(settings, &all, USERS_NONE, out);
	buf_putc(out, ')');
	strv_release(&domain);
}

static bool has_filters(const struct users *l)
{
	const struct user_filters *f = &l->filters;

	return l->screen.filter.text.len || f->routing >= 0 || f->domain || f->kind >= 0;
}

/* Those that pass the filters, or all, that are not there yet. */
static void seek(struct users *l)
{
	struct list_screen *s = &l->screen;
	struct buf filter = BUF_INIT;
	struct search search = {
		.base = settings_user_search_base(s->view.app->settings),
		.scope = SCOPE_SUBTREE,
		.attributes = s->view.app->user_attributes,
		.size_limit = window(l),
		.many = true,
	};

	s->loading = true;
	l->seek_ms = s->view.app->now_ms ? s->view.app->now_ms() : 0;
	if (has_filters(l))
		query_filtered(l, &filter);
	else
		query_users_of(s->view.app->settings, &l->names, USERS_ALL, &filter);
	search.filter = filter.s;
	l->seek = store_search(s->view.app->store, &search, on_found, l);
	buf_release(&filter);
}

/* Who passes the filters may be among those that were not read. */
void users_seek(struct users *l)
{
	struct list_screen *s = &l->screen;

	if (!l->partial || l->op)
		return;
	if (l->seek)
		store_cancel(s->view.app->store, l->seek);
	l->seek = NULL;
	s->truncated = true;
	s->loading = l->no_more = false;
	if (has_filters(l))
		seek(l);
}

/* The cursor is near the end of a window that is not all. */
static bool wants_more(const struct users *l)
{
	const struct list_screen *s = &l->screen;

	return !l->names.n && l->partial && s->truncated && !s->loading && !s->stopped &&
	       !l->no_more && l->window < WIDEST_WINDOW && s->err.code == ERR_NONE &&
	       s->list.selected > 0 &&
	       s->list.selected + 2 * (size_t)s->list.page >= s->order.n;
}

static void read_more(struct users *l)
{
	l->window *= WIDER;
	l->no_more = true; /* until one comes */
	seek(l);
}

static void filtered(struct list_screen *s)
{
	users_seek(users_of(s));
}

/* ---- rows --------------------------------------------------------------------- */

static size_t rows(const struct list_screen *s)
{
	return users_of(s)->rows.n;
}

static void cell(
	struct list_screen *s, size_t n, int column, struct buf *out, enum style *style)
{
	const struct user_row *row = &users_of(s)->rows.v[n];

	switch (column) {
	case COLUMN_NAME:
		buf_puts(out, user_row_name(row));
		if (row->kind != KIND_PERSON)
			buf_printf(out, " (%s)", sentence_kind((enum user_kind)row->kind));
		break;
	case COLUMN_ADDRESS:
		address_shown(user_row_address(row), out);
		if (row->n_addresses > 1)
			buf_printf(out, " +%u", row->n_addresses - 1);
		break;
	case COLUMN_ROUTING:
		buf_puts(out, sentence_routing_short((enum routing)row->routing));
		if (row->routing == ROUTING_EXTERNAL) {
			if (row->n_selected != row->n_addresses)
				buf_printf(
					out, " %u/%u", row->n_selected, row->n_addresses);
			*style = STYLE_ACCENT;
		} else if (row->routing == ROUTING_NONE) {
			*style = STYLE_DIM;
		}
		break;
	case COLUMN_DOMAIN:
		domainname_shown(address_domain(user_row_address(row)), out);
		*style = STYLE_DIM;
		break;
	}
}

/* As text_collate(), of what is folded already. */
static int collate(const struct user_row *x, const struct user_row *y)
{
	size_t n = x->name_n < y->name_n ? x->name_n : y->name_n;
	int order;

	if (x->first != y->first) /* mostly: no text has to be fetched */
		return x->first < y->first ? -1 : 1;
	order = memcmp(user_row_folded(x), user_row_folded(y), n);
	if (order == 0)
		order = (x->name_n > y->name_n) - (x->name_n < y->name_n);
	return order ? order : strcmp(user_row_name(x), user_row_name(y));
}

static int compare(const struct list_screen *s, size_t a, size_t b, int column)
{
	const struct user_row *x = &users_of(s)->rows.v[a], *y = &users_of(s)->rows.v[b];

	switch (column) {
	case COLUMN_ADDRESS:
		return strcasecmp(user_row_address(x), user_row_address(y));
	case COLUMN_ROUTING:
		return (int)y->routing - (int)x->routing; /* third-party first */
	case COLUMN_DOMAIN:
		return strcasecmp(address_domain(user_row_address(x)),
			address_domain(user_row_address(y)));
	default:
		return collate(x, y);
	}
}

static const char *folded(const struct list_screen *s, size_t row)
{
	return user_row_folded(&users_of(s)->rows.v[row]);
}

static const char *id(const struct list_screen *s, size_t row)
{
	return users_of(s)->rows.v[row].dn;
}

static void copied(const struct list_screen *s, size_t row, struct buf *out)
{
	buf_puts(out, user_row_address(&users_of(s)->rows.v[row]));
}

static void open_row(struct list_screen *s, size_t row)
{
	user_form_open(s->view.app, users_of(s)->rows.v[row].dn);
}

static void press(struct list_screen *s)
{
	user_new_open(s->view.app);
}

static bool can(struct list_screen *s, enum action action)
{
	size_t row;

	if (action == ACT_CHANGE_MARKED)
		return s->marked.n > 0;
	if (!list_screen_selected(s, &row))
		return action == ACT_NEW;
	return action == ACT_NEW || action == ACT_SWITCH_ROUTING ||
	       (action == ACT_ROUTE && *user_row_address(&users_of(s)->rows.v[row]));
}

/* The domain names that the marked users' first addresses are under, and the list's own. */
static void marked_names(struct list_screen *s, struct strv *names)
{
	enum { MOST = 30 };
	const struct users *l = users_of(s);

	strv_copy(names, &l->names);
	for (size_t i = 0; i < l->rows.n && names->n < MOST; i++) {
		const char *name = address_domain(user_row_address(&l->rows.v[i]));

		if (*name && !strv_has_case(names, name) &&
			strv_has(&s->marked, l->rows.v[i].dn))
			strv_add(names, name);
	}
}

static void change_marked(struct list_screen *s)
{
	const struct users *l = users_of(s);
	const struct users_marked marked = {.dns = &s->marked,
		.within = &l->names,
		.among = l->partial || s->loading ? 0 : l->rows.n};
	struct strv names = {0};

	marked_names(s, &names);
	users_bulk_ask(s->view.app, &marked, &names);
	strv_release(&names);
}

static void act(struct list_screen *s, enum action action)
{
	size_t row;

	if (action == ACT_NEW)
		press(s);
	else if (action == ACT_CHANGE_MARKED)
		change_marked(s);
	else if (!list_screen_selected(s, &row))
		return;
	else if (action == ACT_ROUTE)
		route_check_open_one(
			s->view.app, user_row_address(&users_of(s)->rows.v[row]));
	else
		user_switch_open(s->view.app, users_of(s)->rows.v[row].dn);
}

/* The first rows are shown as they come, the others some at a time: each is looked a place
 * for among all that are there. */
static bool shows_now(struct users *l)
{
	struct list_screen *s = &l->screen;
	long now = s->view.app->now_ms ? s->view.app->now_ms() : 0;

	if (!s->loading || s->sorted.n < AT_ONCE || now >= l->show_ms) {
		l->show_ms = now + SHOW_MS;
		return true;
	}
	app_wake(s->view.app, l->show_ms);
	return false;
}

static void tick(struct list_screen *s)
{
	struct users *l = users_of(s);

	if (!l->again && l->rows.n > s->sorted.n && shows_now(l))
		list_screen_added(s);
	if (wants_more(l))
		read_more(l);
	users_live_tick(l);
}

static void headline(const struct list_screen *s, struct buf *out)
{
	const struct users *l = users_of(s);
	struct buf n = BUF_INIT;

	if (!l->partial || (l->names.n && !l->stopped_at))
		return;
	i18n_number(l->stopped_at ? l->stopped_at : s->sorted.n, &n);
	buf_printf(out,
		l->stopped_at
			? tr("The server stopped at %s: / asks it for the others. Its size "
			     "limit can be raised (slapd: limits).")
			: tr("The first %s are read: / searches all, going down reads on."),
		n.s);
	buf_release(&n);
}

static void path(struct list_screen *s, struct buf *out)
{
	const struct users *l = users_of(s);

	buf_printf(out, "%s › %s", tr("Directories"), tr("Directory entities"));
	if (l->names.n) {
		buf_puts(out, " › ");
		domainname_shown(l->names.v[0], out);
	}
}

static void release(struct list_screen *s)
{
	struct users *l = users_of(s);

	stop(l);
	users_rows_drop(&l->rows);
	strv_release(&l->names);
	strv_release(&l->domains);
	buf_release(&l->text);
	buf_release(&l->words);
	users_live_drop(l);
	free(l->filters.domain);
}

static const struct list_screen_ops ops = {
	.columns = columns,
	.n_columns = COUNT_OF(columns),
	.button = N_("New user"),
	.empty = N_("There is no user here."),
	.path = path,
	.rows = rows,
	.cell = cell,
	.compare = compare,
	.folded = folded,
	.id = id,
	.passes = users_passes,
	.filters = users_filters,
	.clear = users_clear,
	.filter_words = users_filter_words,
	.filtered = filtered,
	.copied = copied,
	.fresh = users_fresh,
	.news = users_news,
	.open = open_row,
	.press = press,
	.reload = reload,
	.headline = headline,
	.stop = stop_reading,
	.tick = tick,
	.can = can,
	.act = act,
	.release = release,
};

static void open_filtered(struct app *app, const struct strv *domain, int routing)
{
	struct users *l = list_screen_new(sizeof(*l), &ops, app);

	buf_init(&l->text);
	buf_init(&l->words);
	l->filters = (struct user_filters){routing, -1, NULL};
	if (domain)
		strv_copy(&l->names, domain);
	list_screen_show(&l->screen);
}

void users_open(struct app *app, const struct strv *domain)
{
	open_filtered(app, domain, -1);
}

void users_open_external(struct app *app, const struct strv *domain)
{
	open_filtered(app, domain, ROUTING_EXTERNAL);
}

void users_open_routed(struct app *app, const struct strv *domain, enum routing routing)
{
	open_filtered(app, domain, (int)routing);
}
