/* Which mail system the marked users get: Directory entities › CHANGE. */
#include <string.h>

#include "core/domainname.h"
#include "tui/i18n.h"
#include "tui/sentence.h"
#include "tui/sheet.h"
#include "tui/users_bulk.h"

struct pane {
	struct sheet sheet;
	struct strv dns, within, names;
	size_t among;
	ARRAY(bool) chosen; /* of names */
	enum routing routing;
};

enum { PANE_EXTERNAL = 1, PANE_INTERNAL, PANE_NONE, PANE_GO, PANE_CANCEL, PANE_NAMES };

static size_t n_chosen(const struct pane *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->chosen.n; i++)
		n += p->chosen.v[i];
	return n;
}

static void build_names(struct pane *p, struct form *f)
{
	struct buf shown = BUF_INIT;

	if (p->routing != ROUTING_EXTERNAL || p->names.n < 2)
		return;
	form_blank(f);
	form_text(
		f, STYLE_TEXT, tr("Their addresses under these names; none ticked: all:"));
	for (size_t i = 0; i < p->names.n; i++) {
		buf_reset(&shown);
		domainname_shown(p->names.v[i], &shown);
		form_check(f, PANE_NAMES + (int)i, shown.s, p->chosen.v[i], NULL)->indent =
			2;
	}
	buf_release(&shown);
}

static void build_pane(struct pane *p)
{
	static const enum routing routings[] = {
		ROUTING_EXTERNAL, ROUTING_INTERNAL, ROUTING_NONE};
	struct form *f = &p->sheet.form;
	struct buf n = BUF_INIT, text = BUF_INIT;

	form_clear(f);
	i18n_number(p->dns.n, &n);
	buf_printf(
		&text, tr_n("%s marked user gets:", "%s marked users get:", p->dns.n), n.s);
	form_text(f, STYLE_TEXT, text.s);
	for (size_t i = 0; i < COUNT_OF(routings); i++)
		form_check(f, PANE_EXTERNAL + (int)i, sentence_routing(routings[i]),
			p->routing == routings[i], NULL)
			->indent = 2;
	build_names(p, f);
	form_blank(f);
	form_button(f, PANE_GO, tr("Preview"));
	form_button(f, PANE_CANCEL, tr("Cancel"));
	form_settle(f);
	buf_release(&n);
	buf_release(&text);
}

static void go(struct pane *p)
{
	struct app *app = p->sheet.view.app;
	struct strv dns = p->dns, within = p->within, names = {0};
	const struct users_marked marked = {
		.dns = &dns, .within = &within, .among = p->among};
	enum routing routing = p->routing;

	p->dns = p->within = (struct strv){0}; /* the pane goes */
	for (size_t i = 0; n_chosen(p) && i < p->names.n; i++)
		if (p->chosen.v[i])
			strv_add(&names, p->names.v[i]);
	app_pop(app, &p->sheet.view);
	users_bulk_open(app, &marked, routing, &names);
	strv_release(&dns);
	strv_release(&within);
	strv_release(&names);
}

static bool answer(void *arg, int id)
{
	static const enum routing routings[] = {[PANE_EXTERNAL] = ROUTING_EXTERNAL,
		[PANE_INTERNAL] = ROUTING_INTERNAL,
		[PANE_NONE] = ROUTING_NONE};
	struct pane *p = arg;

	if (id == 0 || id == PANE_CANCEL)
		return true;
	if (id == PANE_GO) {
		go(p);
		return false;
	}
	if (id >= PANE_NAMES)
		p->chosen.v[id - PANE_NAMES] = !p->chosen.v[id - PANE_NAMES];
	else
		p->routing = routings[id];
	build_pane(p);
	return false;
}

static void pane_release(void *arg)
{
	struct pane *p = arg;

	strv_release(&p->dns);
	strv_release(&p->within);
	strv_release(&p->names);
	array_free(&p->chosen);
}

void users_bulk_ask(
	struct app *app, const struct users_marked *marked, const struct strv *names)
{
	struct pane *p = sheet_new_sized(
		sizeof(*p), app, tr("Change the mail system of many"), answer, NULL);

	p->sheet.arg = p;
	p->sheet.release = pane_release;
	strv_copy(&p->dns, marked->dns);
	strv_copy(&p->within, marked->within);
	p->among = marked->among;
	strv_copy(&p->names, names);
	for (size_t i = 0; i < names->n; i++)
		*array_add(&p->chosen) = false;
	p->routing = ROUTING_EXTERNAL;
	build_pane(p);
	sheet_show(&p->sheet);
}
