/*
 * The domain form: System management › Supervised domains › NAME, and New domain.
 */
#include <stdlib.h>
#include <string.h>

#include "core/address.h"
#include "core/dn.h"
#include "core/domainname.h"
#include "core/query.h"
#include "core/schema.h"
#include "tui/domain_parts.h"
#include "tui/domainform_parts.h"
#include "tui/i18n.h"
#include "tui/routecheck.h"
#include "tui/screens.h"
#include "tui/sentence.h"

/* ---- the edit ----------------------------------------------------------------- */

/* Words separated by spaces, commas or semicolons, each a name in its one form where it
 * can be understood. */
static void split_names(const char *typed, struct strv *out)
{
	static const char separators[] = " ,;\t";

	for (const char *p = typed + strspn(typed, separators); *p;
		p += strspn(p, separators)) {
		size_t n = strcspn(p, separators);
		char *word = xstrndup(p, n);
		struct buf name = BUF_INIT;

		strv_add(out, domainname_canonical(word, &name) == RULE_OK ? name.s : word);
		buf_release(&name);
		free(word);
		p += n;
	}
}

static void set_string(char **to, const char *from)
{
	char *copy = xstrdup(from);

	free(*to);
	*to = copy;
}

/* Takes what stands in the text fields. */
static void sync_edit(struct domain_form *f)
{
	set_string(&f->edit.relay, f->relay.text.s);
	set_string(&f->edit.description, f->description.text.s);
	if (domain_form_base(f))
		return;
	set_string(&f->edit.name, f->name.text.s);
	strv_release(&f->edit.aliases);
	split_names(f->aliases.text.s, &f->edit.aliases);
}

void domain_form_fields_from_edit(struct domain_form *f)
{
	struct buf aliases = BUF_INIT;

	for (size_t i = 0; i < f->edit.aliases.n; i++) {
		if (i)
			buf_putc(&aliases, ' ');
		domainname_shown(f->edit.aliases.v[i], &aliases);
	}
	field_set(&f->name, f->edit.name);
	field_set(&f->description, f->edit.description);
	field_set(&f->relay, f->edit.relay);
	field_set(&f->aliases, aliases.s);
	buf_release(&aliases);
}

void domain_form_decode(struct editor *e)
{
	struct domain_form *f = domain_form_of(e);

	domain_names_forget_typed(f);
	domain_release(&f->domain);
	domain_edit_release(&f->edit);
	if (e->entry && !domain_decode(e->entry, &f->domain)) {
		e->phase = EDITOR_FAILED;
		err_set(&e->err, ERR_NO_SUCH_ATTRIBUTE, 16, NULL, e->dn, "associatedDomain",
			NULL);
	}
	domain_edit_init(&f->edit, e->phase == EDITOR_FAILED ? NULL : domain_form_base(f));
	domain_form_fields_from_edit(f);
}

static void propose(struct editor *e, const struct entry *as)
{
	struct domain_form *f = domain_form_of(e);
	struct domain d;

	if (!domain_decode(as, &d))
		return;
	domain_edit_release(&f->edit);
	domain_edit_init(&f->edit, &d);
	domain_form_fields_from_edit(f);
	domain_release(&d);
}

static bool changed(const struct editor *e)
{
	const struct domain_form *f = domain_form_of(e);

	if (!domain_form_base(f))
		return f->name.text.len || f->description.text.len || f->aliases.text.len;
	return domain_edit_changed(&f->edit, &f->domain);
}

static struct change *change(const struct editor *e)
{
	struct domain_edit edit;
	const struct domain *d = domain_form_effective(domain_form_of(e), &edit);
	struct change *c = domain_change(&edit, d, e->view.app->settings);

	domain_edit_release(&edit);
	return c;
}

static void check(struct editor *e)
{
	struct domain_form *f = domain_form_of(e);
	struct domain_edit edit;
	const struct domain *d;

	sync_edit(f);
	domain_form_choose_adopted(f);
	domain_names_forget_typed(f);
	d = domain_form_effective(f, &edit);
	domain_check(&edit, d, e->view.app->settings, &e->view.app->own,
		e->around_known ? &f->around : NULL, &e->findings);
	domain_edit_release(&edit);
}

/* ---- the form ----------------------------------------------------------------- */

static bool relay_in_use(const struct editor *e)
{
	const struct finding *found = findings_at(&e->findings, FIELD_RELAY);

	return found && found->rule == RULE_RELAY_IN_USE;
}

static void build_mail(struct editor *e)
{
	struct domain_form *f = domain_form_of(e);
	struct form *form = &f->editor.form;
	struct form_item *item;

	form_heading(form, tr("Mail routing"));
	item = form_field(form, FIELD_RELAY, tr("Relay for split domains"), &f->relay);
	editor_lock(e, item, ATTR_RELAY);
	if (!item->locked)
		form_note(item, STYLE_DIM,
			tr("Name or IP address of the other system, reached directly, "
			   "never "
			   "through the MX; "
			   "port 25 unless given."));
	editor_note(&f->editor, item, FIELD_RELAY);
	if (relay_in_use(e))
		form_button(form, ID_DEPENDENT, tr("Show these users"));
	form_blank(form);
	item = form_check(form, FIELD_FORWARD, tr("Forward unknown addresses to the relay"),
		f->edit.forward_unknown, NULL);
	editor_lock(e, item, ATTR_FORWARD);
	form_note(item, STYLE_DIM,
		f->edit.forward_unknown
			? tr("The relay decides whether addresses unknown here exist.")
			: tr("Addresses unknown here do not exist."));
	editor_note(&f->editor, item, FIELD_FORWARD);
	form_blank(form);
	domain_routes_build(f, form);
}

static void build_general(struct editor *e)
{
	struct domain_form *f = domain_form_of(e);
	struct form *form = &f->editor.form;
	struct form_item *item;
	struct buf text = BUF_INIT;

	domainname_shown(f->domain.name, &text);
	form_pair(form, tr("Name"), text.s);
	item = form_field(form, FIELD_DESCRIPTION, tr("Description"), &f->description);
	editor_lock(e, item, ATTR_DESCRIPTION);
	editor_note(&f->editor, item, FIELD_DESCRIPTION);
	form_blank(form);
	domain_names_build(f);
	form_blank(form);
	editor_build_origin(&f->editor);
	buf_release(&text);
}

static void note_adopted(struct domain_form *f, struct form_item *item)
{
	struct buf text = BUF_INIT, names = BUF_INIT, dn = BUF_INIT;

	sentence_safe(f->adopted.entry->dn, &dn);
	buf_printf(&text,
		tr("There is an entry of this name already: it becomes the domain and "
		   "keeps "
		   "what it has (%s)."),
		dn.s);
	for (size_t i = 1; i < f->adopted.names.n; i++) {
		if (i > 1)
			buf_puts(&names, ", ");
		domainname_shown(f->adopted.names.v[i], &names);
	}
	if (names.len) {
		buf_putc(&text, ' ');
		buf_printf(&text, tr("It brings other names: %s."), names.s);
	}
	form_note(item, STYLE_ACCENT, text.s);
	buf_release(&text);
	buf_release(&names);
	buf_release(&dn);
}

/* What was typed before it was known that no domain can be made. */
static void build_not_new(struct domain_form *f)
{
	struct form *form = &f->editor.form;

	if (changed(&f->editor)) {
		form_lock(form_field(form, FIELD_NAME, tr("Domain name"), &f->name));
		form_lock(form_field(
			form, FIELD_DESCRIPTION, tr("Description"), &f->description));
		form_lock(form_field(form, FIELD_ALIASES, tr("Other names"), &f->aliases));
	}
	form_button(form, ID_CANCEL, tr("Back"));
}

static void build_new(struct editor *e)
{
	struct domain_form *f = domain_form_of(e);
	struct form *form = &f->editor.form;
	struct form_item *item;

	editor_headlines(&f->editor);
	if (editor_locked(e)) {
		build_not_new(f);
		return;
	}
	item = form_field(form, FIELD_NAME, tr("Domain name"), &f->name);
	if (f->adopting)
		note_adopted(f, item);
	if (e->tried || f->name.text.len)
		editor_note(&f->editor, item, FIELD_NAME);
	item = form_field(form, FIELD_DESCRIPTION, tr("Description"), &f->description);
	editor_note(&f->editor, item, FIELD_DESCRIPTION);
	item = form_field(form, FIELD_ALIASES, tr("Other names"), &f->aliases);
	form_note(item, STYLE_DIM, tr("Separated by spaces; none is needed."));
	editor_note(&f->editor, item, FIELD_ALIASES);
	form_button(form, ID_CREATE_AND_EDIT, tr("Create and edit"));
	form_button(form, ID_CREATE, tr("Create"));
	form_button(form, ID_CANCEL, tr("Cancel"));
}

/* ---- the relay test ----------------------------------------------------------- */

static bool can_test(const struct editor *e, struct nexthop *hop)
{
	struct domain_form *f = domain_form_of(e);

	return e->entry && e->mail_tab && e->view.app->smtp && e->phase == EDITOR_READY &&
	       nexthop_parse(f->edit.relay, hop) == RULE_OK;
}

static void test(struct domain_form *f)
{
	const struct domain *d = &f->domain;
	struct nexthop hop;
	bool stored;

	if (!can_test(&f->editor, &hop))
		return;
	stored = d->relay_state == RELAY_USABLE && d->relay.kind == hop.kind &&
		 d->relay.port == hop.port && strcmp(d->relay.host, hop.host) == 0;
	relaytest_open(
		f->editor.view.app, &hop, &d->names, f->edit.forward_unknown, !stored);
}

static void build_buttons(struct editor *e)
{
	struct nexthop hop;

	if (can_test(e, &hop))
		form_button(&e->form, ID_TEST, tr("Test the relay"));
}

static void pressed(struct editor *e, int id)
{
	struct domain_form *f = domain_form_of(e);

	if (id == ID_TEST) {
		test(f);
		return;
	}
	if (id == ID_DEPENDENT) {
		users_open_external(e->view.app, &f->domain.names);
		return;
	}
	if (id == ID_ADD_NAME || id >= ID_NAME) {
		domain_names_press(f, id);
		return;
	}
	if (id == FIELD_FORWARD)
		f->edit.forward_unknown = !f->edit.forward_unknown;
	editor_touch(e);
	if (id == ID_CREATE || id == ID_CREATE_AND_EDIT) {
		e->leave = id == ID_CREATE;
		editor_save(e);
	}
}

static bool can(struct editor *e, enum action action)
{
	struct nexthop hop;

	if (action == ACT_TEST)
		return can_test(e, &hop);
	if (action == ACT_MIGRATION)
		return e->entry && e->phase == EDITOR_READY;
	return e->entry && !e->mail_tab && e->phase == EDITOR_READY &&
	       domain_names_can(domain_form_of(e), action);
}

static void act(struct editor *e, enum action action)
{
	if (action == ACT_TEST) {
		test(domain_form_of(e));
		return;
	}
	if (action == ACT_MIGRATION) {
		migration_open(e->view.app, e->dn, &domain_form_of(e)->domain.names);
		return;
	}
	e->refused = (struct err){0};
	domain_names_act(domain_form_of(e), action);
}

static void copied(const struct editor *e, int id, struct buf *out)
{
	domain_names_copied(domain_form_of(e), id, out);
}

/* Addresses of the domain, or of that name of it which has the focus. */
static void route(struct editor *e)
{
	struct domain_form *f = domain_form_of(e);
	struct route_change change = {.has_domain = true};
	struct strv addresses = {0};
	struct buf name = BUF_INIT, address = BUF_INIT;

	domain_as_typed(&f->edit, domain_form_base(f), &change.domain);
	copied(e, e->form.focus, &name);
	buf_printf(&address, "@%s", name.len ? name.s : change.domain.name);
	strv_add(&addresses, address.s);
	if (!changed(e))
		domain_release(&change.domain);
	route_check_open(e->view.app, &addresses, changed(e) ? &change : NULL);
	strv_release(&addresses);
	buf_release(&name);
	buf_release(&address);
}

/* ---- the view ----------------------------------------------------------------- */

static void name(const struct editor *e, struct buf *out)
{
	const struct domain_form *f = domain_form_of(e);
	struct buf canonical = BUF_INIT;

	if (domain_form_base(f))
		domainname_shown(f->domain.name, out);
	else if (domainname_canonical(f->edit.name, &canonical) == RULE_OK)
		domainname_shown(canonical.s, out);
	else
		sentence_safe(f->edit.name, out);
	buf_release(&canonical);
}

static void path(struct editor *e, struct buf *out)
{
	if (!e->dn)
		buf_puts(out, tr("New domain"));
	else if (e->entry)
		name(e, out);
	else
		buf_puts(out, "…");
}

static void release(struct editor *e)
{
	struct domain_form *f = domain_form_of(e);

	domain_form_forget_around(f);
	domain_names_release(f);
	domain_release(&f->domain);
	domain_edit_release(&f->edit);
	field_release(&f->name);
	field_release(&f->description);
	field_release(&f->aliases);
	field_release(&f->relay);
}

static const struct editor_ops ops = {
	.path = path,
	.around = domain_form_around,
	.decode = domain_form_decode,
	.propose = propose,
	.look = domain_form_look,
	.edited = domain_form_edited,
	.look_away = domain_form_look_away,
	.arrived = domain_form_arrived,
	.check = check,
	.build_general = build_general,
	.build_mail = build_mail,
	.build_new = build_new,
	.build_buttons = build_buttons,
	.pressed = pressed,
	.can = can,
	.act = act,
	.copied = copied,
	.route = route,
	.wishes = domain_form_wishes,
	.who_may = domain_form_who_may,
	.changed = changed,
	.put_draft = domain_form_put_draft,
	.get_draft = domain_form_get_draft,
	.change = change,
	.meaning = domain_routes_meaning,
	.name = name,
	.differences = domain_form_differences,
	.merge = domain_form_merge,
	.crossed = domain_form_crossed,
	.found = domain_form_found,
	.release = release,
};

static struct domain_form *new_form(struct app *app, const char *dn)
{
	struct domain_form *f =
		editor_new(sizeof(*f), &ops, app, dn, app->domain_attributes);
	field_init(&f->name, "");
	field_init(&f->description, "");
	field_init(&f->aliases, "");
	field_init(&f->relay, "");
	field_init(&f->add, "");
	domain_edit_init(&f->edit, NULL);
	f->editor.first_focus = FIELD_RELAY;
	f->editor.form.focus = FIELD_NAME;
	return f;
}

void domain_form_open(struct app *app, const char *dn)
{
	editor_show(&new_form(app, dn)->editor);
}

/* A relay that is malformed and would pass when typed counts as an edit. */
void domain_mend_open(struct app *app, const char *dn)
{
	struct domain_form *f = new_form(app, dn);

	editor_save_at_once(&f->editor);
	editor_show(&f->editor);
}

void domain_undo_open(struct app *app, struct change *undo, const char *why)
{
	struct domain_form *f = new_form(app, undo->dn);

	editor_take_back(&f->editor, undo, why);
	editor_show(&f->editor);
}

void domain_new_open(struct app *app)
{
	editor_show(&new_form(app, NULL)->editor);
}

void domain_form_open_draft(struct app *app, struct draft_file *file)
{
	const struct entry *base = file->draft.base;

	editor_show_draft(&new_form(app, base ? base->dn : NULL)->editor, file);
}
