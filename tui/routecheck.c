/*
 * System management › Route check.
 */
#include "tui/routecheck.h"

#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "tui/copying.h"
#include "tui/explain.h"
#include "tui/form.h"
#include "tui/i18n.h"
#include "tui/lookup.h"
#include "tui/screens.h"
#include "tui/sentence.h"

enum { ID_ADDRESS = 1, ID_STEP = 100, ID_STEP_AFTER = 200, ID_ASKED = 1000 };
enum { KEPT = 20, WIDEST = 110 };

/* One address of the history. */
struct asked {
	char *address;
	size_t tag; /* the look-up's; 0: not asked yet */
	bool done;
	struct err err;            /* code ERR_NONE: answered */
	struct decision now, then; /* then: after saving, where there is a change */
};

struct route_check {
	struct view view;
	struct form form;
	struct field address;
	struct lookups *lookups;
	bool changing;
	struct route_change change;
	ARRAY(struct asked *) asked; /* newest first */
	const struct asked *shown;   /* NULL: none */
	size_t tags;
};

static struct route_check *of(struct view *v)
{
	return (struct route_check *)v;
}

/* ---- asking ------------------------------------------------------------------- */

static void build(struct route_check *r);

static void asked_release(struct asked *a)
{
	decision_release(&a->now);
	decision_release(&a->then);
	free(a->address);
	free(a);
}

static void pump(struct route_check *r)
{
	for (size_t i = 0; i < r->asked.n && !lookups_full(r->lookups); i++)
		if (r->asked.v[i]->tag == 0) {
			r->asked.v[i]->tag = ++r->tags;
			lookups_ask(r->lookups, r->asked.v[i]->address, r->tags);
		}
}

static void answered(void *arg, size_t tag, const struct lookup_answer *answer)
{
	struct route_check *r = arg;

	for (size_t i = 0; i < r->asked.n; i++) {
		struct asked *a = r->asked.v[i];

		if (a->tag != tag)
			continue;
		decision_release(&a->now);
		decision_release(&a->then);
		a->done = true;
		a->err = answer->err ? *answer->err : (struct err){0};
		if (answer->err)
			continue;
		route_decide(a->address, answer->facts, &a->now);
		if (r->changing)
			route_change_decide(
				a->address, answer->facts, &r->change, &a->then);
	}
	build(r);
	pump(r);
}

static void drop(struct route_check *r, size_t i)
{
	if (r->shown == r->asked.v[i])
		r->shown = NULL;
	asked_release(r->asked.v[i]);
	memmove(r->asked.v + i, r->asked.v + i + 1,
		(r->asked.n - i - 1) * sizeof(*r->asked.v));
	r->asked.n--;
}

/* To the front of the list, not asked yet. */
static void put_first(struct route_check *r, const char *address)
{
	struct asked *a = xcalloc(1, sizeof(*a));

	for (size_t i = 0; i < r->asked.n; i++)
		if (strcmp(r->asked.v[i]->address, address) == 0)
			drop(r, i--);
	if (r->asked.n == KEPT)
		drop(r, KEPT - 1);
	a->address = xstrdup(address);
	*array_add(&r->asked) = NULL;
	memmove(r->asked.v + 1, r->asked.v, (r->asked.n - 1) * sizeof(*r->asked.v));
	r->asked.v[0] = a;
}

/* For the next time this screen is opened. */
static void remember(struct app *app, const char *address)
{
	strv_drop(&app->asked, address);
	strv_add(&app->asked, address);
	if (app->asked.n > KEPT)
		strv_remove(&app->asked, 0);
}

static void show_first(struct route_check *r)
{
	r->shown = r->asked.n ? r->asked.v[0] : NULL;
	pump(r);
	build(r);
}

static void ask(struct route_check *r, const char *typed)
{
	size_t n = text_trim(&typed);
	char *address = xstrndup(typed, n);

	if (n) {
		put_first(r, address);
		remember(r->view.app, address);
		field_set(&r->address, address);
		r->form.pan = 0;
		show_first(r);
	}
	free(address);
}

/* Everything again, as the directory is now; what was answered stands there until then. */
static void ask_again(struct route_check *r)
{
	lookups_cancel(r->lookups);
	for (size_t i = 0; i < r->asked.n; i++)
		r->asked.v[i]->tag = 0;
	pump(r);
	build(r);
}

/* ---- the answer --------------------------------------------------------------- */

static void text_item(struct form *f, enum style style, const char *text)
{
	form_text(f, style, text)->indent = 2;
}

/* The filter stands under the step that has the focus. */
static void build_step(const struct route_check *r, const struct route_step *step, int id)
{
	struct form *f = (struct form *)&r->form;
	struct buf label = BUF_INIT, note = BUF_INIT;
	struct form_item *item;
	enum style style;

	buf_printf(&label, "%-12s ", route_map_name(step->map));
	sentence_safe(step->key, &label);
	item = form_check(f, id, label.s, false,
		step->conflict ? tr("several")
		: step->dn     ? tr("found")
			       : tr("not found"));
	item->plain = true;
	item->style = step->conflict ? STYLE_ERROR : step->dn ? STYLE_GOOD : STYLE_DIM;
	buf_reset(&label);
	if (id == f->focus) {
		route_map_filter(r->view.app->settings, step->map, step->key, &label);
		sentence_safe(label.s, &note);
	}
	if (step->dn) {
		buf_puts(&note, note.len ? " = " : "");
		explain_found(step, &note, &style);
	}
	if (note.len)
		form_note(item, STYLE_DIM, note.s);
	buf_release(&label);
	buf_release(&note);
}

static void build_steps(
	struct route_check *r, const char *heading, const struct decision *d, int id)
{
	if (d->n_steps == 0)
		return;
	form_blank(&r->form);
	form_heading(&r->form, heading);
	for (size_t i = 0; i < d->n_steps; i++)
		build_step(r, &d->steps[i], id + (int)i);
}

static bool same_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

static bool same_decision(const struct decision *a, const struct decision *b)
{
	return a->rule == b->rule && a->verdict == b->verdict &&
	       same_text(a->smtp, b->smtp) && same_text(a->next_hop, b->next_hop);
}

static void build_answer(struct route_check *r, const struct decision *d)
{
	struct buf text = BUF_INIT;
	enum style style;

	explain_where(d, &text, &style);
	text_item(&r->form, style, text.s);
	buf_reset(&text);
	explain_why(d, &text);
	text_item(&r->form, STYLE_TEXT, text.s);
	buf_reset(&text);
	buf_printf(&text, tr("SMTP answer %s, rule %d."), d->smtp, d->rule);
	text_item(&r->form, STYLE_DIM, text.s);
	buf_release(&text);
}

/* Now beside after saving. */
static void build_both(struct route_check *r, const struct asked *a)
{
	struct buf now = BUF_INIT, then = BUF_INIT;
	enum style style, style_then;
	bool same = same_decision(&a->now, &a->then);

	sentence_decision(&a->now, &now, &style);
	sentence_decision(&a->then, &then, &style_then);
	if (!same && style_then == STYLE_TEXT)
		style_then = STYLE_ACCENT;
	form_row(&r->form, "", tr("now"), tr("after saving"), STYLE_DIM);
	form_row(&r->form, tr("Its mail"), now.s, then.s, style_then);
	form_row(&r->form, tr("SMTP answer"), a->now.smtp, a->then.smtp, style_then);
	form_blank(&r->form);
	text_item(&r->form, same ? STYLE_DIM : STYLE_TITLE,
		same ? tr("This save changes nothing for it.") : tr("After saving:"));
	build_answer(r, &a->then);
	buf_release(&now);
	buf_release(&then);
}

static void build_shown(struct route_check *r)
{
	const struct asked *a = r->shown;
	struct buf text = BUF_INIT;

	form_blank(&r->form);
	sentence_safe(a->address, &text);
	form_heading(&r->form, text.s);
	buf_reset(&text);
	if (!a->done) {
		text_item(&r->form, STYLE_DIM, tr("Asking the directory…"));
	} else if (a->err.code != ERR_NONE) {
		sentence_err(&a->err, &text);
		text_item(&r->form, STYLE_ERROR, text.s);
	} else if (!r->changing) {
		build_answer(r, &a->now);
		build_steps(r, tr("What Postfix asks, in its order"), &a->now, ID_STEP);
	} else {
		build_both(r, a);
		build_steps(r, tr("What Postfix asks now"), &a->now, ID_STEP);
		build_steps(r, tr("What it asks after saving"), &a->then, ID_STEP_AFTER);
	}
	buf_release(&text);
}

static void build_asked(struct route_check *r, size_t i)
{
	const struct asked *a = r->asked.v[i];
	struct buf address = BUF_INIT, where = BUF_INIT;
	enum style style = STYLE_DIM;
	struct form_item *item;

	sentence_safe(a->address, &address);
	if (!a->done)
		buf_puts(&where, "…");
	else if (a->err.code != ERR_NONE)
		buf_puts(&where, tr("no answer"));
	else
		sentence_decision(r->changing ? &a->then : &a->now, &where, &style);
	item = form_check(&r->form, ID_ASKED + (int)i, address.s, false, where.s);
	item->plain = true;
	item->style = style;
	buf_release(&address);
	buf_release(&where);
}

static void build(struct route_check *r)
{
	struct form *f = &r->form;

	form_clear(f);
	form_field(f, ID_ADDRESS, tr("Address"), &r->address);
	if (r->shown) {
		build_shown(r);
	} else {
		form_blank(f);
		form_text(f, STYLE_DIM,
			tr("Type an address as a sender would, and press Enter: where its "
			   "mail goes, and what Postfix asks to find that out."));
	}
	if (r->asked.n > 1 || (r->asked.n && !r->shown)) {
		form_blank(f);
		form_heading(f, tr("Asked before"));
		for (size_t i = 0; i < r->asked.n; i++)
			build_asked(r, i);
	}
	form_settle(f);
}

/* ---- the view ----------------------------------------------------------------- */

static const struct route_step *focused_step(const struct route_check *r)
{
	const struct decision *d = r->shown ? &r->shown->now : NULL;
	int i = r->form.focus - ID_STEP;

	if (d && r->form.focus >= ID_STEP_AFTER) {
		d = &r->shown->then;
		i = r->form.focus - ID_STEP_AFTER;
	}
	return d && i >= 0 && (size_t)i < d->n_steps ? &d->steps[i] : NULL;
}

static const struct asked *focused_asked(const struct route_check *r)
{
	int i = r->form.focus - ID_ASKED;

	return i >= 0 && (size_t)i < r->asked.n ? r->asked.v[i] : NULL;
}

/* Above a form the entry may be the one that is being changed there. */
static bool can_open_step(const struct route_check *r)
{
	const struct route_step *step = focused_step(r);

	return step && step->dn && *step->dn && !r->changing;
}

static bool can(struct view *v, enum action action)
{
	const struct route_check *r = of(v);

	switch ((int)action) {
	case ACT_UP:
	case ACT_DOWN:
	case ACT_LEFT:
	case ACT_RIGHT:
	case ACT_NEXT:
	case ACT_PREVIOUS:
	case ACT_PAGE_UP:
	case ACT_PAGE_DOWN:
	case ACT_FIRST:
	case ACT_LAST:
		return true;
	case ACT_OPEN:
		return r->form.focus == ID_ADDRESS || focused_asked(r) || can_open_step(r);
	case ACT_RELOAD:
		return r->asked.n > 0;
	case ACT_COPY:
		return v->app->copy && (focused_asked(r) || focused_step(r));
	default:
		return false;
	}
}

static void open_step(struct route_check *r)
{
	const struct route_step *step = focused_step(r);

	switch (step->map) {
	case MAP_DOMAINS:
	case MAP_UNKNOWN:
	case MAP_RELAY:
	case MAP_UNKNOWNRELAY:
		domain_form_open(r->view.app, step->dn);
		break;
	case MAP_RECIPIENTS:
	case MAP_INTERNAL:
	case MAP_THIRDPARTY:
	case MAP_NORELAY:
		user_form_open(r->view.app, step->dn);
		break;
	}
}

static void open_focused(struct route_check *r)
{
	const struct asked *a = focused_asked(r);

	if (r->form.focus == ID_ADDRESS) {
		ask(r, r->address.text.s);
	} else if (a) {
		r->shown = a;
		field_set(&r->address, a->address);
		r->form.focus = ID_ADDRESS;
		build(r);
	} else {
		open_step(r);
	}
}

static void copy(struct route_check *r)
{
	const struct asked *a = focused_asked(r);
	const struct route_step *step = focused_step(r);
	struct buf text = BUF_INIT;

	if (a)
		buf_puts(&text, a->address);
	else if (step)
		route_map_filter(r->view.app->settings, step->map, step->key, &text);
	copying_value(r->view.app, text.s);
	buf_release(&text);
}

static void act(struct view *v, enum action action)
{
	struct route_check *r = of(v);

	switch ((int)action) {
	case ACT_OPEN:
		open_focused(r);
		break;
	case ACT_RELOAD:
		ask_again(r);
		break;
	case ACT_COPY:
		copy(r);
		break;
	default:
		form_move(&r->form, action);
		build(r);
	}
}

static void click(struct view *v, int id)
{
	struct route_check *r = of(v);

	form_focus(&r->form, id);
	build(r);
	if (id != ID_ADDRESS && can(v, ACT_OPEN))
		open_focused(r);
}

static struct field *field(struct view *v)
{
	return form_field_focused(&of(v)->form);
}

static void path(struct view *v, struct buf *out)
{
	if (v->below && v->below->below)
		buf_puts(out, tr("Route check"));
	else
		buf_printf(out, "%s › %s", tr("System management"), tr("Route check"));
}

static void draw(struct view *v, struct canvas *c, struct area a)
{
	if (a.w > WIDEST)
		a.w = WIDEST;
	form_draw(&of(v)->form, c, a);
}

/* Something was changed from here: is it still so? */
static void resume(struct view *v)
{
	ask_again(of(v));
}

static void release(struct view *v)
{
	struct route_check *r = of(v);

	lookups_free(r->lookups);
	for (size_t i = 0; i < r->asked.n; i++)
		asked_release(r->asked.v[i]);
	array_free(&r->asked);
	if (r->change.has_domain)
		domain_release(&r->change.domain);
	if (r->change.has_user)
		user_release(&r->change.user);
	field_release(&r->address);
	form_release(&r->form);
}

static const struct view_ops ops = {
	.contexts = CTX_ROUTE,
	.path = path,
	.can = can,
	.act = act,
	.field = field,
	.click = click,
	.draw = draw,
	.resume = resume,
	.free = release,
};

/* ---- opening ------------------------------------------------------------------ */

void route_check_open(
	struct app *app, const struct strv *addresses, struct route_change *change)
{
	struct route_check *r = view_new(sizeof(*r), &ops, app);
	const char *first = addresses && addresses->n ? addresses->v[0] : "";

	field_init(&r->address, first);
	if (*first == '@')
		r->address.cursor = 0;
	if (change) {
		r->changing = true;
		r->change = *change;
	}
	r->form.focus = ID_ADDRESS;
	r->lookups = lookups_new(app->settings, app->store, answered, r);
	for (size_t i = 0; i < app->asked.n; i++)
		put_first(r, app->asked.v[i]);
	for (size_t i = addresses ? addresses->n : 0; i > 0; i--)
		if (addresses->v[i - 1][0] != '@') {
			put_first(r, addresses->v[i - 1]);
			remember(app, addresses->v[i - 1]);
		}
	app_push(app, &r->view);
	if (*first && *first != '@')
		show_first(r);
	pump(r);
	build(r);
}

void route_check_open_one(struct app *app, const char *address)
{
	struct strv one = {0};

	if (address)
		strv_add(&one, address);
	route_check_open(app, &one, NULL);
	strv_release(&one);
}
