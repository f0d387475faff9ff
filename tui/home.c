/*
 * Home: where everything starts.
 */
#include <stdlib.h>

#include "core/query.h"
#include "tui/changes.h"
#include "tui/fetch.h"
#include "tui/form.h"
#include "tui/i18n.h"
#include "tui/live.h"
#include "tui/routecheck.h"
#include "tui/screens.h"
#include "tui/sentence.h"
#include "tui/sentence_check.h"

enum { ITEM_DOMAINS = 1, ITEM_ROUTE, ITEM_CHECK, ITEM_USERS, ITEM_CHANGES };
enum { DOMAINS, DOMAINS_SPLIT, USERS, USERS_THIRD_PARTY, COUNTS };

struct home {
	struct view view;
	struct form form;
	struct fetch counts[COUNTS];
	int counting;
	struct count n[COUNTS]; /* as they were last known */
	char *last;             /* when and by whom something was changed; or NULL */
	unsigned generation;
	struct pace pace; /* of counting anew while others change something */
};

static struct home *of(struct view *v)
{
	return (struct home *)v;
}

/* ---- counts ------------------------------------------------------------------- */

/* "8 domains, 4 with a split relay" */
static void domain_words(const struct home *h, struct buf *out)
{
	struct buf n = BUF_INIT;

	count_shown(&h->n[DOMAINS], &n);
	buf_printf(out, tr_n("%s domain", "%s domains", count_plural(&h->n[DOMAINS])), n.s);
	buf_puts(out, ", ");
	buf_reset(&n);
	count_shown(&h->n[DOMAINS_SPLIT], &n);
	buf_printf(out, tr("%s with a split relay"), n.s);
	buf_release(&n);
}

static void user_words(const struct home *h, struct buf *out)
{
	struct buf n = BUF_INIT;

	count_shown(&h->n[USERS], &n);
	buf_printf(out, tr_n("%s user", "%s users", count_plural(&h->n[USERS])), n.s);
	buf_puts(out, ", ");
	buf_reset(&n);
	count_shown(&h->n[USERS_THIRD_PARTY], &n);
	buf_printf(out, tr("%s third-party"), n.s);
	buf_release(&n);
}

static void check_words(const struct home *h, struct buf *out)
{
	const struct app *app = h->view.app;

	if (app->checked)
		check_summary(app->check_counts, out);
	else
		buf_puts(out, tr("what is wrong?"));
}

/* "2026-11-22 23:15 UTC, admin0" */
static void read_last(struct home *h)
{
	struct record_head head = {0};
	struct buf text = BUF_INIT;

	free(h->last);
	h->last = NULL;
	if (changes_newest(h->view.app, &head)) {
		sentence_time(head.when, &text);
		buf_puts(&text, ", ");
		changes_name(head.who, &text);
		h->last = buf_detach(&text);
	}
	record_head_release(&head);
}

static void change_words(const struct home *h, struct buf *out)
{
	if (h->last)
		buf_printf(out, tr("last from here: %s"), h->last);
	else
		buf_puts(out, tr("what was changed from here; undo"));
}

static void build(struct home *h)
{
	struct form *f = &h->form;
	struct buf text = BUF_INIT;
	const struct store_status *status = store_status(h->view.app->store);

	form_clear(f);
	if (status->err && status->err->code != ERR_NONE) {
		sentence_err(status->err, &text);
		form_text(f, STYLE_ERROR, text.s);
		form_blank(f);
		buf_reset(&text);
	}
	form_heading(f, tr("System management"));
	domain_words(h, &text);
	form_entry(f, ITEM_DOMAINS, tr("Supervised domains"), text.s);
	form_entry(f, ITEM_ROUTE, tr("Route check"), tr("where does an address go?"));
	buf_reset(&text);
	check_words(h, &text);
	form_entry(f, ITEM_CHECK, tr("Consistency check"), text.s);
	form_blank(f);
	form_heading(f, tr("Directories"));
	buf_reset(&text);
	user_words(h, &text);
	form_entry(f, ITEM_USERS, tr("Directory entities"), text.s);
	buf_reset(&text);
	change_words(h, &text);
	form_entry(f, ITEM_CHANGES, tr("Changes"), text.s);
	form_settle(f);
	buf_release(&text);
}

static void count_next(struct home *h);

static void counted(void *arg)
{
	struct home *h = arg;

	h->n[h->counting] = fetch_count(&h->counts[h->counting]);
	if (h->counting == USERS)
		h->view.app->users = h->counts[USERS].count;
	h->counting++;
	build(h);
	count_next(h);
}

static void count_next(struct home *h)
{
	static const struct strv all;
	const struct settings *s = h->view.app->settings;
	struct buf filter = BUF_INIT;
	struct search search = {
		.base = h->counting <= DOMAINS_SPLIT ? s->domains.base
						     : settings_user_search_base(s),
		.scope = SCOPE_SUBTREE,
		.count_only = true,
	};

	if (h->counting >= COUNTS) {
		pace_ended(&h->pace, h->view.app);
		return;
	}
	if (h->counting == DOMAINS)
		buf_puts(&filter, s->domains.filter);
	else if (h->counting == DOMAINS_SPLIT)
		buf_printf(&filter, "(&%s(relaisSplitRelay=*))", s->domains.filter);
	else
		query_users_of(s, &all, h->counting == USERS ? USERS_ALL : USERS_EXTERNAL,
			&filter);
	search.filter = filter.s;
	fetch_start(&h->counts[h->counting], h->view.app->store, &search, counted, h);
	buf_release(&filter);
}

static void count(struct home *h)
{
	for (int i = 0; i < COUNTS; i++)
		fetch_stop(&h->counts[i]);
	read_last(h);
	pace_begun(&h->pace, h->view.app);
	h->counting = 0;
	count_next(h);
}

/* ---- the view ----------------------------------------------------------------- */

static bool can(struct view *v, enum action action)
{
	(void)v;
	switch ((int)action) {
	case ACT_UP:
	case ACT_DOWN:
	case ACT_NEXT:
	case ACT_PREVIOUS:
	case ACT_FIRST:
	case ACT_LAST:
	case ACT_OPEN:
	case ACT_RELOAD:
		return true;
	default:
		return false;
	}
}

static void act(struct view *v, enum action action)
{
	struct home *h = of(v);

	if (action == ACT_RELOAD)
		count(h);
	else if (action != ACT_OPEN)
		form_move(&h->form, action);
	else if (h->form.focus == ITEM_DOMAINS)
		domains_open(v->app);
	else if (h->form.focus == ITEM_ROUTE)
		route_check_open_one(v->app, NULL);
	else if (h->form.focus == ITEM_CHECK)
		check_open(v->app);
	else if (h->form.focus == ITEM_CHANGES)
		changes_open(v->app);
	else
		users_open(v->app, NULL);
}

static void click(struct view *v, int id)
{
	if (form_click(&of(v)->form, id))
		act(v, ACT_OPEN);
}

static void draw(struct view *v, struct canvas *c, struct area a)
{
	form_draw(&of(v)->form, c, (struct area){a.y + 1, a.x + 1, a.h - 1, a.w - 1});
}

static void resume(struct view *v)
{
	struct home *h = of(v);

	if (h->generation != v->app->generation) {
		h->generation = v->app->generation;
		count(h);
	}
}

static void news(struct view *v, const struct news *n)
{
	(void)n;
	of(v)->pace.due = true;
}

/* Whoever is signed out is asked to sign in. */
static void tick(struct view *v)
{
	struct home *h = of(v);

	if (v->app->top == v && h->counting >= COUNTS && pace_now(&h->pace, v->app))
		count(h);
	build(h);
	if (store_status(v->app->store)->phase == STORE_SIGNED_OUT &&
		!signin_is_open(v->app))
		signin_open(v->app);
}

static void release(struct view *v)
{
	struct home *h = of(v);

	for (int i = 0; i < COUNTS; i++)
		fetch_stop(&h->counts[i]);
	form_release(&h->form);
	free(h->last);
}

static const struct view_ops ops = {
	.contexts = CTX_HOME,
	.can = can,
	.act = act,
	.click = click,
	.draw = draw,
	.resume = resume,
	.tick = tick,
	.news = news,
	.free = release,
};

void home_open(struct app *app)
{
	struct home *h = view_new(sizeof(*h), &ops, app);

	app_push(app, &h->view);
	count(h);
	build(h);
}
