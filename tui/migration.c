/*
 * … › acme.example › Migration: how far a domain's users have been moved from one mail
 * system to the other, and how fast.  It counts again by itself while it is looked at.
 */
#include <stdlib.h>

#include "core/domainname.h"
#include "core/query.h"
#include "tui/domain_parts.h"
#include "tui/fetch.h"
#include "tui/form.h"
#include "tui/i18n.h"
#include "tui/moves.h"
#include "tui/screens.h"
#include "tui/sentence.h"
#include "tui/share.h"

enum { INTERNAL, EXTERNAL, NONE, COUNTS };
enum {
	ITEM_FIRST = 1, /* and one for each count */
	BAR_CELLS = 40,
	EVERY_MS = 3000,
	COSTS = 10 /* a round that takes so long is not begun again before so many times
		      that */
};
enum { HOUR_S = 60 * 60, DAY_S = 24 * HOUR_S, WEEK_S = 7 * DAY_S };

static const enum routing routings[COUNTS] = {
	[INTERNAL] = ROUTING_INTERNAL,
	[EXTERNAL] = ROUTING_EXTERNAL,
	[NONE] = ROUTING_NONE,
};

struct migration {
	struct view view;
	struct form form;
	char *dn;
	struct strv names;
	bool named; /* by the path of the form that it was opened from */
	struct fetch fetch;
	struct count n[COUNTS]; /* as they were last known */
	int counting;           /* which count runs; COUNTS: none */
	long began_ms, next_ms;
	unsigned generation;
	struct moves *moves;
	unsigned stamp; /* of what is shown of them */
};

static struct migration *of(struct view *v)
{
	return (struct migration *)v;
}

static long clock_ms(const struct migration *m)
{
	return m->view.app->now_ms ? m->view.app->now_ms() : 0;
}

/* ---- who is where ----------------------------------------------------------------- */

static void build_counts(struct migration *m)
{
	const struct count *in = &m->n[INTERNAL], *out = &m->n[EXTERNAL];
	struct buf text = BUF_INIT;

	form_heading(&m->form, tr("Users"));
	for (int i = 0; i < COUNTS; i++) {
		buf_reset(&text);
		count_shown(&m->n[i], &text);
		if (i != NONE && share_known(in, out)) {
			buf_puts(&text, "  ");
			share_percent(&m->n[i], &m->n[i == INTERNAL ? EXTERNAL : INTERNAL],
				&text);
		}
		form_entry(&m->form, ITEM_FIRST + i, sentence_routing(routings[i]), text.s);
	}
	form_blank(&m->form);
	buf_release(&text);
}

static void build_bar(struct migration *m)
{
	const struct count *in = &m->n[INTERNAL], *out = &m->n[EXTERNAL];
	struct buf text = BUF_INIT;

	if (share_known(in, out)) {
		share_bar(out, in, BAR_CELLS, &text);
		form_text(&m->form, STYLE_TEXT, text.s)->indent = 2;
		buf_reset(&text);
		buf_printf(
			&text, tr("%s third-party, %s internal"), SHARE_FULL, SHARE_EMPTY);
		form_text(&m->form, STYLE_DIM, text.s)->indent = 2;
		form_blank(&m->form);
	} else if (in->state == COUNT_LEAST || out->state == COUNT_LEAST) {
		form_text(&m->form, STYLE_DIM,
			tr("The server stopped at its limit: how far it is cannot be "
			   "said."));
		form_blank(&m->form);
	}
	buf_release(&text);
}

/* ---- how fast ----------------------------------------------------------------------- */

static void build_period(struct migration *m, const char *label, long seconds)
{
	struct count out = moves_within(m->moves, ROUTING_EXTERNAL, seconds);
	struct count in = moves_within(m->moves, ROUTING_INTERNAL, seconds);
	struct buf a = BUF_INIT, b = BUF_INIT, text = BUF_INIT;

	count_shown(&out, &a);
	count_shown(&in, &b);
	buf_printf(&text, tr("%s to third-party, %s to internal"), a.s, b.s);
	form_pair(&m->form, label, text.s);
	buf_release(&a);
	buf_release(&b);
	buf_release(&text);
}

/* Rounded up. */
static void time_words(unsigned long seconds, struct buf *out)
{
	unsigned long unit = seconds < HOUR_S ? 60 : seconds < 2 * DAY_S ? HOUR_S : DAY_S;
	unsigned long n = (seconds + unit - 1) / unit;
	struct buf number = BUF_INIT;

	i18n_number(n, &number);
	buf_printf(out,
		unit == 60       ? tr_n("%s minute", "%s minutes", n)
		: unit == HOUR_S ? tr_n("%s hour", "%s hours", n)
				 : tr_n("%s day", "%s days", n),
		number.s);
	buf_release(&number);
}

/* moved: within so many seconds; left: those who are on the other side.  "120 an hour; at
 * that pace the 812 left take 7 hours." */
static void pace_words(
	unsigned long moved, long seconds, const struct count *left, struct buf *out)
{
	unsigned long days = (unsigned long)(seconds > DAY_S ? seconds / DAY_S : 1);
	struct buf n = BUF_INIT, takes = BUF_INIT;

	i18n_number((moved + days - 1) / days, &n);
	buf_printf(out, seconds == HOUR_S ? tr("%s an hour") : tr("%s a day"), n.s);
	if (left->state == COUNT_EXACT && left->n) {
		buf_reset(&n);
		i18n_number(left->n, &n);
		time_words((left->n * (unsigned long)seconds + moved - 1) / moved, &takes);
		buf_printf(out,
			tr_n("; at that pace the %s left takes %s",
				"; at that pace the %s left take %s", left->n),
			n.s, takes.s);
	}
	buf_release(&n);
	buf_release(&takes);
}

/* By the shortest time in which there was anything; whether there was. */
static bool build_pace(
	struct migration *m, enum routing to, const char *label, const struct count *left)
{
	static const long periods[] = {HOUR_S, DAY_S, WEEK_S};
	struct buf text = BUF_INIT;
	bool any = false;

	for (size_t i = 0; i < COUNT_OF(periods) && !any; i++) {
		struct count n = moves_within(m->moves, to, periods[i]);

		any = n.state == COUNT_EXACT && n.n > 0;
		if (any)
			pace_words(n.n, periods[i], left, &text);
	}
	if (any)
		form_pair(&m->form, label, text.s);
	buf_release(&text);
	return any;
}

static void build_source(struct migration *m)
{
	form_blank(&m->form);
	form_text(&m->form, STYLE_DIM,
		moves_source(m->moves) == MOVES_OF_LOG
			? tr("From the directory's log.")
			: tr("From what was saved from here: what others change is not in "
			     "it."));
}

static void build_moves(struct migration *m)
{
	struct count week = moves_within(m->moves, ROUTING_EXTERNAL, WEEK_S);
	bool any;

	form_heading(&m->form, tr("How fast"));
	if (week.state == COUNT_FAILED) {
		form_text(&m->form, STYLE_DIM,
			tr("Not known: nothing says which users of this domain were "
			   "moved."));
		return;
	}
	build_period(m, tr("In the last hour"), HOUR_S);
	build_period(m, tr("In the last day"), DAY_S);
	build_period(m, tr("In the last 7 days"), WEEK_S);
	if (week.state == COUNT_RUNS)
		return;
	any = build_pace(m, ROUTING_EXTERNAL, tr("To third-party"), &m->n[INTERNAL]);
	any = build_pace(m, ROUTING_INTERNAL, tr("To internal"), &m->n[EXTERNAL]) || any;
	build_source(m);
}

static void build(struct migration *m)
{
	form_clear(&m->form);
	build_counts(m);
	build_bar(m);
	build_moves(m);
	form_settle(&m->form);
}

/* ---- counting ---------------------------------------------------------------------- */

static void count_next(struct migration *m);

static void counted(void *arg)
{
	struct migration *m = arg;
	long now = clock_ms(m), took = now - m->began_ms;

	m->n[m->counting++] = fetch_count(&m->fetch);
	m->next_ms = now + (took * COSTS > EVERY_MS ? took * COSTS : EVERY_MS);
	build(m);
	count_next(m);
}

static void count_next(struct migration *m)
{
	static const enum query_users which[COUNTS] = {
		[INTERNAL] = USERS_INTERNAL,
		[EXTERNAL] = USERS_EXTERNAL,
		[NONE] = USERS_NONE,
	};
	const struct settings *s = m->view.app->settings;
	struct buf filter = BUF_INIT;
	struct search search = {
		.base = settings_user_search_base(s),
		.scope = SCOPE_SUBTREE,
		.count_only = true,
	};

	if (m->counting >= COUNTS)
		return;
	query_users_of(s, &m->names, which[m->counting], &filter);
	search.filter = filter.s;
	fetch_start(&m->fetch, m->view.app->store, &search, counted, m);
	buf_release(&filter);
}

static void count(struct migration *m)
{
	m->counting = 0;
	m->began_ms = clock_ms(m);
	m->generation = m->view.app->generation;
	count_next(m);
}

static void read_moves(struct migration *m)
{
	moves_free(m->moves);
	m->moves = moves_new(m->view.app, m->dn, &m->names);
	m->stamp = moves_stamp(m->moves);
}

/* ---- the view ------------------------------------------------------------------------ */

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
	case ACT_PAGE_UP:
	case ACT_PAGE_DOWN:
	case ACT_OPEN:
	case ACT_RELOAD:
		return true;
	default:
		return false;
	}
}

static void act(struct view *v, enum action action)
{
	struct migration *m = of(v);

	if (action == ACT_RELOAD) {
		read_moves(m);
		count(m);
		build(m);
	} else if (action != ACT_OPEN) {
		form_move(&m->form, action);
	} else if (m->form.focus >= ITEM_FIRST) {
		users_open_routed(v->app, &m->names, routings[m->form.focus - ITEM_FIRST]);
	}
}

static void click(struct view *v, int id)
{
	if (form_click(&of(v)->form, id))
		act(v, ACT_OPEN);
}

static void draw(struct view *v, struct canvas *c, struct area a)
{
	form_draw(&of(v)->form, c, (struct area){a.y, a.x + 1, a.h, a.w - 1});
}

static void path(struct view *v, struct buf *out)
{
	if (!of(v)->named) {
		domainname_shown(of(v)->names.v[0], out);
		buf_puts(out, " › ");
	}
	buf_puts(out, tr("Migration"));
}

/* Counts again when it is time or something was saved; not while it is covered. */
static void refresh(struct migration *m)
{
	struct app *app = m->view.app;
	bool saved = m->generation != app->generation;

	if (app->top != &m->view || app->lock)
		return;
	if (saved || (m->counting == COUNTS && clock_ms(m) >= m->next_ms)) {
		moves_again(m->moves, saved);
		count(m);
	}
	if (m->counting == COUNTS && (!app->wake_ms || m->next_ms < app->wake_ms))
		app->wake_ms = m->next_ms;
}

static void tick(struct view *v)
{
	struct migration *m = of(v);

	if (moves_turn(m->moves))
		v->app->more = true;
	if (m->stamp != moves_stamp(m->moves)) {
		m->stamp = moves_stamp(m->moves);
		build(m);
	}
	refresh(m);
}

static void release(struct view *v)
{
	struct migration *m = of(v);

	fetch_stop(&m->fetch);
	moves_free(m->moves);
	form_release(&m->form);
	strv_release(&m->names);
	free(m->dn);
}

static const struct view_ops ops = {
	.contexts = CTX_HOME,
	.path = path,
	.can = can,
	.act = act,
	.click = click,
	.draw = draw,
	.tick = tick,
	.free = release,
};

void migration_open(struct app *app, const char *dn, const struct strv *names)
{
	struct migration *m = view_new(sizeof(*m), &ops, app);

	m->dn = xstrdup(dn);
	m->named = app->top->ops->contexts & CTX_FORM;
	strv_copy(&m->names, names);
	app_push(app, &m->view);
	read_moves(m);
	count(m);
	build(m);
}
