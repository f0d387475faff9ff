/* A name added to the domain form. */
#include <stdlib.h>
#include <strings.h>

#include "core/domainname.h"
#include "core/query.h"
#include "core/schema.h"
#include "tui/domainform_parts.h"
#include "tui/i18n.h"
#include "tui/sentence.h"
#include "tui/sheet.h"

enum { ADD_TEXT = 1, ADD_DO, ADD_CANCEL };

static void build_add(struct domain_form *f, struct form *form)
{
	struct form_item *item = form_field(form, ADD_TEXT, tr("Name"), &f->add);
	struct finding why = {.rule = f->add_rule};
	struct buf text = BUF_INIT, name = BUF_INIT;

	if (f->adding) {
		form_note(item, STYLE_DIM, tr("Looking whether another domain has it…"));
	} else if (f->add_err.code != ERR_NONE) {
		sentence_err(&f->add_err, &text);
		form_note(item, STYLE_ERROR, text.s);
	} else if (f->add_rule == RULE_DOMAIN_TAKEN) {
		const struct entry *holder = fetch_first(&f->add_look);

		domainname_canonical(f->add.text.s, &name);
		why.arg[0] = name.s;
		why.arg[1] = holder ? holder->dn : f->domain.entry->dn;
		sentence_finding(&why, &text);
		form_note(item, STYLE_ERROR,
			holder ? text.s : tr("It is one of this domain's names already."));
	} else if (f->add_rule != RULE_OK) {
		sentence_finding(&why, &text);
		form_note(item, STYLE_ERROR, text.s);
	}
	form_button(form, ADD_DO, tr("Add"));
	form_button(form, ADD_CANCEL, tr("Cancel"));
	form_settle(form);
	buf_release(&text);
	buf_release(&name);
}

static struct sheet *add_sheet(struct domain_form *f)
{
	return (struct sheet *)f->editor.view.app->top;
}

/* A complaint has the cursor in the field. */
static void rebuild_add(struct domain_form *f)
{
	if (f->add_rule != RULE_OK || f->add_err.code != ERR_NONE)
		add_sheet(f)->form.focus = ADD_TEXT;
	form_clear(&add_sheet(f)->form);
	build_add(f, &add_sheet(f)->form);
}

static void take_added(struct domain_form *f, const char *name)
{
	struct editor *e = &f->editor;
	struct strv names = {0};

	domain_names_take(f, name);
	app_pop(e->view.app, e->view.app->top);
	e->refused = (struct err){0};
	editor_touch(e);
	domain_names_shown(f, &names);
	for (size_t i = 0; i < names.n; i++)
		if (strcasecmp(names.v[i], name) == 0)
			form_focus(&e->form, ID_NAME + (int)i);
	strv_release(&names);
	editor_look_around(e);
}

static void looked(void *arg)
{
	struct domain_form *f = arg;
	struct buf name = BUF_INIT;

	f->adding = false;
	if (f->add_look.outcome == OUTCOME_FAILED)
		f->add_err = f->add_look.err;
	else if (fetch_first(&f->add_look))
		f->add_rule = RULE_DOMAIN_TAKEN;
	if (f->add_err.code == ERR_NONE && f->add_rule == RULE_OK &&
		domainname_canonical(f->add.text.s, &name) == RULE_OK)
		take_added(f, name.s);
	else
		rebuild_add(f);
	buf_release(&name);
}

static void look_for_holder(struct domain_form *f, const char *name)
{
	static const char *const names_only[] = {ATTR_DOMAIN, NULL};
	struct app *app = f->editor.view.app;
	struct buf filter = BUF_INIT;
	struct strv one = {0};
	struct search search = {
		.base = app->settings->domains.base,
		.scope = SCOPE_SUBTREE,
		.attributes = names_only,
	};

	strv_add(&one, name);
	query_domains_named(app->settings, &one, &filter);
	search.filter = filter.s;
	f->adding = true;
	fetch_start(&f->add_look, app->store, &search, looked, f);
	strv_release(&one);
	buf_release(&filter);
}

/* A name that was to go stays; another one is looked for first. */
static void try_add(struct domain_form *f)
{
	struct buf name = BUF_INIT;
	struct domain typed;

	domain_form_typed(f, &typed);
	fetch_stop(&f->add_look);
	f->add_err = (struct err){0};
	f->add_rule = domainname_canonical(f->add.text.s, &name);
	if (f->add_rule == RULE_OK && domain_has_name(&typed, name.s))
		f->add_rule = RULE_DOMAIN_TAKEN;
	if (f->add_rule != RULE_OK) {
		rebuild_add(f);
	} else if (domain_has_name(&f->domain, name.s)) {
		take_added(f, name.s);
	} else {
		look_for_holder(f, name.s);
		rebuild_add(f);
	}
	domain_release(&typed);
	buf_release(&name);
}

static bool answer_add(void *arg, int id)
{
	if (id == 0 || id == ADD_CANCEL)
		return true;
	try_add(arg);
	return false;
}

/* Another name than the one that was looked for, or complained about. */
static void add_edited(void *arg)
{
	struct domain_form *f = arg;

	fetch_stop(&f->add_look);
	f->adding = false;
	f->add_rule = RULE_OK;
	f->add_err = (struct err){0};
	rebuild_add(f);
}

static void add_gone(void *arg)
{
	struct domain_form *f = arg;

	fetch_stop(&f->add_look);
	f->adding = false;
}

void domain_name_ask(struct domain_form *f)
{
	struct sheet *s = sheet_new(f->editor.view.app, tr("Add a name"), answer_add, f);

	field_set(&f->add, "");
	f->add_rule = RULE_OK;
	f->add_err = (struct err){0};
	s->edited = add_edited;
	s->release = add_gone;
	s->width = 60;
	s->form.focus = ADD_TEXT;
	build_add(f, &s->form);
	sheet_show(s);
}
