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
#include "tui/users_parts.h"

enum { COLUMN_NAME, COLUMN_ADDRESS, COLUMN_ROUTING, COLUMN_DOMAIN };

static const struct list_column columns[] = {
	{N_("Display name"), 16, 2, 0, false, {NULL}, 0},
	{N_("E-mail"), 22, 3, 0, false, {NULL}, 0},
	{N_("Mail"), 8, 0, 0, false, {N_("third-party"), N_("internal"), N_("none")}, 4},
	{N_("Domain"), 14, 1, 1, false, {NULL}, 0},
};

/* ---- reading ------------------------------------------------------------------ */

static void drop(struct user_rows *rows)
{
	for (size_t i = 0; i < rows->n; i++) {
		struct user_row *row = &rows->v[i];

		free(row->dn);
		free(row->name);
		free(row->address);
		free(row->folded);
	}
	array_free(rows);
}

static unsigned own_selected(const struct user *u)
{
	unsigned n = 0;

	for (size_t i = 0; i < u->selected.n; i++)
		n += user_has_address(u, u->selected.v[i]);
	return n;
}

static void add_row(struct users *l, const struct entry *e)
{
	struct user_row *row = array_add(l->again ? &l->incoming : &l->rows);
	struct buf words = BUF_INIT, folded = BUF_INIT;
	struct user u;

	user_decode(e, l->screen.view.app->settings, &u);
	text_fold(&folded, u.name);
	row->name_n = folded.len;
	for (size_t i = 0; i < u.addresses.n; i++) {
		buf_putc(&words, ' ');
		address_shown(u.addresses.v[i], &words);
	}
	text_fold(&folded, words.s);
	row->dn = xstrdup(e->dn);
	row->name = xstrdup(u.name);
	row->address = xstrdup(u.addresses.n ? u.addresses.v[0] : "");
	row->folded = buf_detach(&folded);
	row->n_addresses = (unsigned)u.addresses.n;
	row->n_selected = own_selected(&u);
	row->routing = u.routing;
	row->kind = u.kind;
	user_release(&u);
	buf_release(&words);
}

static void came(struct users *l, const struct event *event)
{
	struct list_screen *s = &l->screen;

	l->op = NULL;
	s->loading = false;
	s->truncated = l->partial = event->outcome == OUTCOME_LIMIT;
	s->err = (struct err){0};
	if (event->outcome == OUTCOME_FAILED && event->err)
		s->err = *event->err;
	if (l->again && event->outcome != OUTCOME_FAILED) {
		drop(&l->rows);
		l->rows = l->incoming;
		l->incoming = (struct user_rows){0};
	}
	drop(&l->incoming);
	l->again = false;
	list_screen_refresh(s);
	users_seek(l);
}

static void on_event(void *arg, const struct event *event)
{
	struct users *l = arg;

	if (event->kind == EVENT_ENTRY)
		add_row(l, event->entry);
	else if (event->kind == EVENT_DONE)
		came(l, event);
	else if (event->kind == EVENT_PROGRESS && !l->again)
		list_screen_refresh(&l->screen);
}

static void stop(struct users *l)
{
	if (l->op)
		store_cancel(l->screen.view.app->store, l->op);
	if (l->seek)
		store_cancel(l->screen.view.app->store, l->seek);
	l->op = l->seek = NULL;
	drop(&l->incoming);
	l->again = false;
}

static bool stop_reading(struct list_screen *s)
{
	bool all = users_of(s)->again;

	stop(users_of(s));
	list_screen_refresh(s);
	return all;
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
	};

	stop(l);
	query_users_of(settings, &l->names, USERS_ALL, &filter);
	search.filter = filter.s;
	l->again = l->rows.n > 0;
	s->loading = true;
	l->op = store_search(s->view.app->store, &search, on_event, l);
	buf_release(&filter);
}

/* ---- beyond the server's limit ------------------------------------------------- */

static bool has_row(const struct users *l, const char *dn)
{
	for (size_t i = 0; i < l->rows.n; i++)
		if (strcmp(l->rows.v[i].dn, dn) == 0)
			return true;
	return false;
}

static void on_found(void *arg, const struct event *event)
{
	struct users *l = arg;
	struct list_screen *s = &l->screen;

	if (event->kind == EVENT_ENTRY && !has_row(l, event->entry->dn))
		add_row(l, event->entry);
	if (event->kind != EVENT_DONE)
		return;
	l->seek = NULL;
	s->loading = false;
	s->truncated = event->outcome != OUTCOME_OK;
	if (event->outcome == OUTCOME_FAILED && event->err)
		s->err = *event->err;
	list_screen_refresh(s);
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
	buf_putc(out, ')');
	strv_release(&domain);
}

/* Who passes the filters may be among those that the server did not give. */
void users_seek(struct users *l)
{
	struct list_screen *s = &l->screen;
	const struct user_filters *f = &l->filters;
	struct buf filter = BUF_INIT;
	struct search search = {
		.base = settings_user_search_base(s->view.app->settings),
		.scope = SCOPE_SUBTREE,
		.attributes = s->view.app->user_attributes,
	};

	if (!l->partial || l->op)
		return;
	if (l->seek)
		store_cancel(s->view.app->store, l->seek);
	l->seek = NULL;
	s->truncated = true;
	s->loading = s->filter.text.len || f->routing >= 0 || f->domain || f->kind >= 0;
	if (!s->loading)
		return;
	query_filtered(l, &filter);
	search.filter = filter.s;
	l->seek = store_search(s->view.app->store, &search, on_found, l);
	buf_release(&filter);
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
		buf_puts(out, row->name);
		if (row->kind != KIND_PERSON)
			buf_printf(out, " (%s)", sentence_kind(row->kind));
		break;
	case COLUMN_ADDRESS:
		address_shown(row->address, out);
		if (row->n_addresses > 1)
			buf_printf(out, " +%u", row->n_addresses - 1);
		break;
	case COLUMN_ROUTING:
		buf_puts(out, sentence_routing_short(row->routing));
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
		domainname_shown(address_domain(row->address), out);
		*style = STYLE_DIM;
		break;
	}
}

/* As text_collate(), of what is folded already. */
static int collate(const struct user_row *x, const struct user_row *y)
{
	size_t n = x->name_n < y->name_n ? x->name_n : y->name_n;
	int order = memcmp(x->folded, y->folded, n);

	if (order == 0)
		order = (x->name_n > y->name_n) - (x->name_n < y->name_n);
	return order ? order : strcmp(x->name, y->name);
}

static int compare(const struct list_screen *s, size_t a, size_t b, int column)
{
	const struct user_row *x = &users_of(s)->rows.v[a], *y = &users_of(s)->rows.v[b];

	switch (column) {
	case COLUMN_ADDRESS:
		return strcasecmp(x->address, y->address);
	case COLUMN_ROUTING:
		return (int)y->routing - (int)x->routing; /* third-party first */
	case COLUMN_DOMAIN:
		return strcasecmp(address_domain(x->address), address_domain(y->address));
	default:
		return collate(x, y);
	}
}

static const char *folded(const struct list_screen *s, size_t row)
{
	return users_of(s)->rows.v[row].folded;
}

static const char *id(const struct list_screen *s, size_t row)
{
	return users_of(s)->rows.v[row].dn;
}

static void copied(const struct list_screen *s, size_t row, struct buf *out)
{
	buf_puts(out, users_of(s)->rows.v[row].address);
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

	if (!list_screen_selected(s, &row))
		return action == ACT_NEW;
	return action == ACT_NEW || action == ACT_SWITCH_ROUTING ||
	       (action == ACT_ROUTE && *users_of(s)->rows.v[row].address);
}

static void act(struct list_screen *s, enum action action)
{
	size_t row;

	if (action == ACT_NEW)
		press(s);
	else if (!list_screen_selected(s, &row))
		return;
	else if (action == ACT_ROUTE)
		route_check_open_one(s->view.app, users_of(s)->rows.v[row].address);
	else
		user_switch_open(s->view.app, users_of(s)->rows.v[row].dn);
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
	drop(&l->rows);
	strv_release(&l->names);
	strv_release(&l->domains);
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
	.open = open_row,
	.press = press,
	.reload = reload,
	.stop = stop_reading,
	.can = can,
	.act = act,
	.release = release,
};

static void open_filtered(struct app *app, const struct strv *domain, int routing)
{
	struct users *l = list_screen_new(sizeof(*l), &ops, app);

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
