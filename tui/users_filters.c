/* The list of users: the pane of its filters. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/address.h"
#include "core/domainname.h"
#include "tui/i18n.h"
#include "tui/sentence.h"
#include "tui/sheet.h"
#include "tui/users_parts.h"

enum { PANE_ROUTING = 1, PANE_DOMAIN, PANE_KIND, PANE_CLOSE, PANE_CLEAR, PANE_VALUES };

bool users_passes(const struct list_screen *s, size_t n)
{
	const struct user_filters *f = &users_of(s)->filters;
	const struct user_row *row = &users_of(s)->rows.v[n];

	return (f->routing < 0 || (int)row->routing == f->routing) &&
	       (f->kind < 0 || (int)row->kind == f->kind) &&
	       (!f->domain ||
		       strcasecmp(address_domain(user_row_address(row)), f->domain) == 0);
}

/* With no-break spaces inside: lines are broken between them. */
static void add_word(struct buf *out, const char *label, const char *value)
{
	struct buf word = BUF_INIT;

	buf_printf(&word, tr("%s: %s"), label, value);
	if (out->len)
		buf_puts(out, "   ");
	for (const char *p = word.s; *p; p++) {
		if (*p == ' ')
			buf_puts(out, "\u00a0");
		else
			buf_putc(out, *p);
	}
	buf_release(&word);
}

void users_filter_words(const struct list_screen *s, struct buf *out)
{
	const struct user_filters *f = &users_of(s)->filters;
	struct buf domain = BUF_INIT;

	if (f->routing >= 0)
		add_word(out, tr("Mail"), sentence_routing_short((enum routing)f->routing));
	if (f->domain) {
		domainname_shown(f->domain, &domain);
		add_word(out, tr("Domain"), domain.s);
	}
	if (f->kind >= 0)
		add_word(out, tr("Kind"), sentence_kind((enum user_kind)f->kind));
	buf_release(&domain);
}

bool users_clear(struct list_screen *s)
{
	struct user_filters *f = &users_of(s)->filters;
	bool any = f->routing >= 0 || f->kind >= 0 || f->domain;

	free(f->domain);
	*f = (struct user_filters){-1, -1, NULL};
	return any;
}

static void build_pane(struct users *l, struct form *form)
{
	const struct user_filters *f = &l->filters;
	struct buf domain = BUF_INIT;

	if (f->domain)
		domainname_shown(f->domain, &domain);
	form_choice(form, PANE_ROUTING, tr("Mail system"),
		f->routing < 0 ? tr("all") : sentence_routing((enum routing)f->routing));
	form_choice(form, PANE_DOMAIN, tr("Domain"), f->domain ? domain.s : tr("all"));
	form_choice(form, PANE_KIND, tr("Kind"),
		f->kind < 0 ? tr("all") : sentence_kind((enum user_kind)f->kind));
	form_button(form, PANE_CLOSE, tr("Close"));
	form_button(form, PANE_CLEAR, tr("Show all"));
	form_settle(form);
	buf_release(&domain);
}

static void pane_changed(struct users *l, struct sheet *pane)
{
	form_clear(&pane->form);
	build_pane(l, &pane->form);
	list_screen_refresh(&l->screen);
	users_seek(l);
}

static void pick(struct users *l, int which, int n)
{
	struct user_filters *f = &l->filters;

	if (which == PANE_ROUTING) {
		f->routing = n - 1;
	} else if (which == PANE_KIND) {
		f->kind = n - 1;
	} else {
		free(f->domain);
		f->domain = n ? xstrdup(l->domains.v[n - 1]) : NULL;
	}
}

/* The list of values, above the pane. */
static bool answer_value(void *arg, int id)
{
	struct users *l = arg;
	struct app *app = l->screen.view.app;

	app_pop(app, app->top);
	if (id > 0)
		pick(l, l->picking, id - PANE_VALUES);
	pane_changed(l, (struct sheet *)app->top);
	return false;
}

static void offer(struct sheet *s, int n, const char *label, bool on)
{
	form_check(&s->form, PANE_VALUES + n, label, on, NULL);
	if (on)
		s->form.focus = PANE_VALUES + n;
}

static void offer_domains(struct users *l, struct sheet *s)
{
	const char *now = l->filters.domain;
	struct buf shown = BUF_INIT;

	for (size_t i = 0; i < l->domains.n; i++) {
		buf_reset(&shown);
		domainname_shown(l->domains.v[i], &shown);
		offer(s, (int)i + 1, shown.s, now && strcasecmp(now, l->domains.v[i]) == 0);
	}
	offer(s, 0, tr("all"), !now);
	buf_release(&shown);
}

static void ask_value(struct users *l, int which)
{
	static const enum routing routings[] = {
		ROUTING_NONE, ROUTING_INTERNAL, ROUTING_EXTERNAL};
	struct sheet *s = sheet_new(l->screen.view.app, "", answer_value, l);

	l->picking = which;
	s->width = 40;
	if (which == PANE_DOMAIN)
		offer_domains(l, s);
	for (int i = 0; which == PANE_ROUTING && i < (int)COUNT_OF(routings); i++)
		offer(s, (int)routings[i] + 1, sentence_routing(routings[i]),
			l->filters.routing == (int)routings[i]);
	for (int i = 0; which == PANE_KIND && i < KIND_COUNT; i++)
		offer(s, i + 1, sentence_kind((enum user_kind)i), l->filters.kind == i);
	if (which != PANE_DOMAIN)
		offer(s, 0, tr("all"),
			(which == PANE_ROUTING ? l->filters.routing : l->filters.kind) < 0);
	sheet_show(s);
}

static bool answer_pane(void *arg, int id)
{
	struct users *l = arg;

	if (id == PANE_CLEAR) {
		users_clear(&l->screen);
		pane_changed(l, (struct sheet *)l->screen.view.app->top);
		return false;
	}
	if (id == 0 || id == PANE_CLOSE)
		return true;
	ask_value(l, id);
	return false;
}

static int by_name(const void *a, const void *b)
{
	return strcasecmp(*(char *const *)a, *(char *const *)b);
}

static void collect_domains(struct users *l)
{
	strv_release(&l->domains);
	for (size_t i = 0; i < l->rows.n; i++) {
		const char *domain = address_domain(user_row_address(&l->rows.v[i]));

		if (*domain && !strv_has_case(&l->domains, domain))
			strv_add(&l->domains, domain);
	}
	if (l->domains.n)
		qsort(l->domains.v, l->domains.n, sizeof(*l->domains.v), by_name);
}

void users_filters(struct list_screen *s)
{
	struct sheet *pane =
		sheet_new(s->view.app, tr("Filters"), answer_pane, users_of(s));

	collect_domains(users_of(s));
	pane->width = 60;
	build_pane(users_of(s), &pane->form);
	sheet_show(pane);
}
