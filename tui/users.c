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
#include "core/user.h"
#include "tui/i18n.h"
#include "tui/listscreen.h"
#include "tui/screens.h"
#include "tui/sentence.h"

enum { COLUMN_NAME, COLUMN_ADDRESS, COLUMN_ROUTING, COLUMN_DOMAIN };

static const struct list_column columns[] = {
	{N_("Display name"), 16, 2, 0, false, {NULL}, 0},
	{N_("E-mail"), 22, 3, 0, false, {NULL}, 0},
	{N_("Mail"), 8, 0, 0, false, {N_("third-party"), N_("internal"), N_("none")}, 4},
	{N_("Domain"), 14, 1, 1, false, {NULL}, 0},
};

/* What a row shows, packed: an entry is forgotten once it is a row. */
struct row {
	char *dn;
	char *name;
	char *address; /* the first, "" when there is none */
	char *folded;  /* name and addresses, for the filter */
	unsigned n_addresses, n_selected;
	enum routing routing;
};

struct rows {
	struct row *v;
	size_t n, cap;
};

struct users {
	struct list_screen screen;
	struct strv names;    /* only users with an address here; empty: all */
	struct rows rows;     /* shown */
	struct rows incoming; /* being read again, while rows are still shown */
	bool again;           /* incoming, not rows, is being filled */
	struct op *op;
};

static struct users *of(const struct list_screen *s)
{
	return (struct users *)s;
}

/* ---- reading ------------------------------------------------------------------ */

static void drop(struct rows *rows)
{
	for (size_t i = 0; i < rows->n; i++) {
		struct row *row = &rows->v[i];

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
	struct row *row = array_add(l->again ? &l->incoming : &l->rows);
	struct buf words = BUF_INIT, folded = BUF_INIT;
	struct user u;

	user_decode(e, l->screen.view.app->settings, &u);
	buf_puts(&words, u.name);
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
	user_release(&u);
	buf_release(&words);
}

static void came(struct users *l, const struct event *event)
{
	struct list_screen *s = &l->screen;

	l->op = NULL;
	s->loading = false;
	s->truncated = event->outcome == OUTCOME_LIMIT;
	s->err = (struct err){0};
	if (event->outcome == OUTCOME_FAILED && event->err)
		s->err = *event->err;
	if (l->again && event->outcome != OUTCOME_FAILED) {
		drop(&l->rows);
		l->rows = l->incoming;
		l->incoming = (struct rows){0};
	}
	drop(&l->incoming);
	l->again = false;
	list_screen_refresh(s);
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
	l->op = NULL;
	drop(&l->incoming);
}

static void reload(struct list_screen *s)
{
	struct users *l = of(s);
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

/* ---- rows --------------------------------------------------------------------- */

static size_t rows(const struct list_screen *s)
{
	return of(s)->rows.n;
}

static void cell(
	struct list_screen *s, size_t n, int column, struct buf *out, enum style *style)
{
	const struct row *row = &of(s)->rows.v[n];

	switch (column) {
	case COLUMN_NAME:
		buf_puts(out, row->name);
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

static int compare(const struct list_screen *s, size_t a, size_t b, int column)
{
	const struct row *x = &of(s)->rows.v[a], *y = &of(s)->rows.v[b];

	switch (column) {
	case COLUMN_ADDRESS:
		return strcasecmp(x->address, y->address);
	case COLUMN_ROUTING:
		return (int)y->routing - (int)x->routing; /* third-party first */
	case COLUMN_DOMAIN:
		return strcasecmp(address_domain(x->address), address_domain(y->address));
	default:
		return text_collate(x->name, y->name);
	}
}

static const char *folded(const struct list_screen *s, size_t row)
{
	return of(s)->rows.v[row].folded;
}

static const char *id(const struct list_screen *s, size_t row)
{
	return of(s)->rows.v[row].dn;
}

static void open_row(struct list_screen *s, size_t row)
{
	user_form_open(s->view.app, of(s)->rows.v[row].dn);
}

static void press(struct list_screen *s)
{
	user_new_open(s->view.app);
}

static bool can(struct list_screen *s, enum action action)
{
	size_t row;

	return action == ACT_NEW ||
	       (action == ACT_SWITCH_ROUTING && list_screen_selected(s, &row));
}

static void act(struct list_screen *s, enum action action)
{
	size_t row;

	if (action == ACT_NEW)
		press(s);
	else if (list_screen_selected(s, &row))
		user_switch_open(s->view.app, of(s)->rows.v[row].dn);
}

static void path(struct list_screen *s, struct buf *out)
{
	const struct users *l = of(s);

	buf_printf(out, "%s › %s", tr("Directories"), tr("Directory entities"));
	if (l->names.n) {
		buf_puts(out, " › ");
		domainname_shown(l->names.v[0], out);
	}
}

static void release(struct list_screen *s)
{
	struct users *l = of(s);

	stop(l);
	drop(&l->rows);
	strv_release(&l->names);
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
	.open = open_row,
	.press = press,
	.reload = reload,
	.can = can,
	.act = act,
	.release = release,
};

void users_open(struct app *app, const struct strv *domain)
{
	struct users *l = list_screen_new(sizeof(*l), &ops, app);

	if (domain)
		strv_copy(&l->names, domain);
	list_screen_show(&l->screen);
}
