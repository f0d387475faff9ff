/*
 * The user form: Directories › Directory entities › NAME.
 */
#include <stdlib.h>
#include <string.h>

#include "core/address.h"
#include "core/domainname.h"
#include "core/route.h"
#include "core/user.h"
#include "tui/i18n.h"
#include "tui/routecheck.h"
#include "tui/screens.h"
#include "tui/sentence.h"
#include "tui/sheet.h"
#include "tui/userform_parts.h"

/* ---- the edit ----------------------------------------------------------------- */

static struct user_new typed_new(const struct user_form *f)
{
	return (struct user_new){f->name.text.s, f->uid.text.s, &f->edit};
}

void user_form_decode(struct editor *e)
{
	struct user_form *f = user_form_of(e);

	user_release(&f->user);
	user_edit_release(&f->edit);
	if (e->entry) {
		user_decode(e->entry, e->view.app->settings, &f->user);
		user_edit_init(&f->edit, &f->user);
		e->read_only = f->user.kind != KIND_PERSON;
	} else {
		user_blank(&f->user);
		f->edit.routing = ROUTING_INTERNAL;
	}
}

/* The address of a new user, from its field. */
static void sync_edit(struct user_form *f)
{
	struct buf address = BUF_INIT;

	if (f->editor.entry)
		return;
	strv_release(&f->edit.addresses);
	strv_release(&f->edit.selected);
	f->address_rule = address_canonical(f->address.text.s, &address);
	if (f->address_rule == RULE_OK) {
		strv_add(&f->edit.addresses, address.s);
		strv_add(&f->edit.selected, address.s);
	}
	buf_release(&address);
}

static void propose(struct editor *e, const struct entry *as)
{
	struct user_form *f = user_form_of(e);
	struct user u;

	user_decode(as, e->view.app->settings, &u);
	user_edit_release(&f->edit);
	user_edit_init(&f->edit, &u);
	user_release(&u);
}

static bool changed(const struct editor *e)
{
	const struct user_form *f = user_form_of(e);

	if (!e->entry)
		return f->name.text.len || f->uid.text.len || f->address.text.len;
	return user_edit_changed(&f->edit, &f->user);
}

static struct change *change(const struct editor *e)
{
	const struct user_form *f = user_form_of(e);
	struct user_new typed = typed_new(f);

	if (!e->entry)
		return user_new_change(&typed, e->view.app->settings, &f->around);
	return user_change(&f->edit, &f->user, e->view.app->settings);
}

static void check_new_user(struct editor *e)
{
	struct user_form *f = user_form_of(e);
	struct user_new typed = typed_new(f);

	if (f->address.text.len && f->address_rule != RULE_OK)
		findings_add(&e->findings, f->address_rule, SEVERITY_ERROR, FIELD_ADDRESSES,
			0, f->address.text.s, NULL, NULL);
	user_new_check(&typed, e->view.app->settings, e->around_known ? &f->around : NULL,
		&e->findings);
}

static void check(struct editor *e)
{
	struct user_form *f = user_form_of(e);

	sync_edit(f);
	if (!e->entry)
		check_new_user(e);
	else if (e->around_known)
		user_check(&f->edit, &f->user, e->view.app->settings, &f->around,
			&e->findings);
}

/* ---- where mail goes ----------------------------------------------------------
 */

static void decide_words(struct user_form *f, const struct user *u, const char *address,
	struct buf *out, enum style *style)
{
	struct decision d;

	*style = STYLE_DIM;
	if (!f->editor.around_known) {
		buf_puts(out, "…");
		return;
	}
	route_decide_user(address, u, &f->around, f->editor.view.app->settings, &d);
	if (d.verdict == VERDICT_RELAY) {
		struct buf hop = BUF_INIT;

		sentence_decision(&d, &hop, style);
		buf_printf(out, tr("to %s"), hop.s);
		buf_release(&hop);
	} else {
		sentence_decision(&d, out, style);
	}
	decision_release(&d);
}

/* Every address of before or after: those whose mail goes elsewhere get a line. */
static void moved_addresses(
	struct user_form *f, const struct user *typed, struct form *review)
{
	struct strv all = {0};

	user_addresses_add_missing(&all, &f->user.addresses);
	user_addresses_add_missing(&all, &f->user.selected);
	user_addresses_add_missing(&all, &typed->addresses);
	for (size_t i = 0; i < all.n; i++) {
		struct buf address = BUF_INIT, now = BUF_INIT, after = BUF_INIT;
		enum style style;

		decide_words(f, &f->user, all.v[i], &now, &style);
		decide_words(f, typed, all.v[i], &after, &style);
		address_shown(all.v[i], &address);
		if (strcmp(now.s, after.s) != 0)
			form_row(review, address.s, now.s, after.s, STYLE_ACCENT);
		buf_release(&address);
		buf_release(&now);
		buf_release(&after);
	}
	strv_release(&all);
}

static void say_sign_in(struct user_form *f, struct form *form)
{
	struct buf text = BUF_INIT;

	if (f->edit.routing != ROUTING_EXTERNAL)
		return;
	buf_printf(&text, tr("%s can't sign in here while the mail is third-party."),
		f->user.name);
	form_text(form, STYLE_DIM, text.s);
	buf_release(&text);
}

static void meaning(struct editor *e, struct form *review)
{
	struct user_form *f = user_form_of(e);
	struct user typed;
	size_t before;

	user_as_typed(&f->edit, &f->user, &typed);
	before = review->items.n;
	moved_addresses(f, &typed, review);
	form_text(review, STYLE_TEXT,
		review->items.n == before ? tr("No mail goes elsewhere by this change.")
					  : tr("In force from the next message on."));
	if (e->entry && f->user.routing != f->edit.routing)
		say_sign_in(f, review);
	user_release(&typed);
}

/* ---- the form -----------------------------------------------------------------
 */

static void address_item(
	struct user_form *f, const struct user *typed, size_t i, const char *address)
{
	struct form *form = &f->editor.form;
	bool external = f->edit.routing == ROUTING_EXTERNAL;
	struct buf shown = BUF_INIT, where = BUF_INIT;
	struct form_item *item;
	enum style style;

	address_shown(address, &shown);
	decide_words(f, typed, address, &where, &style);
	item = form_check(form, ID_ADDRESS + (int)i, shown.s,
		external && strv_has_case(&f->edit.selected, address), where.s);
	item->plain = !external;
	if (external && user_selection_locked(f, address)) {
		item->plain = true; /* its words are copied, its route is asked for */
		form_lock(item);
	}
	item->indent = 2;
	item->style = style;
	buf_release(&shown);
	buf_release(&where);
}

static const struct domain *domain_without_relay(struct user_form *f)
{
	for (size_t i = 0; i < f->editor.findings.n; i++) {
		const struct finding *found = &f->editor.findings.v[i];

		if (found->rule == RULE_EXTERNAL_NEEDS_RELAY && found->arg[1])
			return user_around_domain(&f->around, found->arg[1]);
	}
	return NULL;
}

/* A group, a shared mailbox: its addresses, and that another tool changes them. */
static void build_read_only(struct user_form *f)
{
	struct form *form = &f->editor.form;
	struct buf text = BUF_INIT;

	buf_printf(&text,
		tr("This is no user (%s): it is shown only, and changed with another "
		   "tool."),
		sentence_kind(f->user.kind));
	form_text(form, STYLE_DIM, text.s);
	form_blank(form);
	for (size_t i = 0; i < f->user.addresses.n; i++)
		address_item(f, &f->user, i, f->user.addresses.v[i]);
	buf_release(&text);
}

static void build_mail(struct editor *e)
{
	struct user_form *f = user_form_of(e);
	struct form *form = &f->editor.form;
	struct strv addresses = {0};
	struct form_item *item;
	struct user typed;
	const struct domain *d;

	if (e->read_only) {
		build_read_only(f);
		return;
	}
	item = form_choice(
		form, FIELD_ROUTING, tr("Mail system"), sentence_routing(f->edit.routing));
	if (user_routing_locked(f))
		form_lock(item);
	editor_note(&f->editor, item, FIELD_ROUTING);
	form_blank(form);
	user_addresses_shown(f, &addresses);
	item = form_text(form, STYLE_TITLE,
		f->edit.routing == ROUTING_EXTERNAL
			? tr("All these addresses will be routed to your "
			     "third-party mail "
			     "system:")
			: tr("Addresses:"));
	editor_note_any(e, item, FIELD_SELECTION, FIELD_ADDRESSES);
	user_as_typed(&f->edit, &f->user, &typed);
	for (size_t i = 0; i < addresses.n; i++)
		address_item(f, &typed, i, addresses.v[i]);
	if (!addresses.n)
		form_text(form, STYLE_DIM, tr("This user has no address."))->indent = 2;
	if (!user_addresses_locked(f))
		form_button(form, ID_ADD, tr("Add an address"));
	user_release(&typed);
	strv_release(&addresses);
	form_blank(form);
	say_sign_in(f, form);
	d = domain_without_relay(f);
	if (d) {
		struct buf text = BUF_INIT, name = BUF_INIT;

		domainname_shown(d->name, &name);
		buf_printf(&text, tr("Set the relay of %s"), name.s);
		form_button(form, ID_OPEN_DOMAIN, text.s);
		form_blank(form);
		buf_release(&text);
		buf_release(&name);
	}
}

static void build_general(struct editor *e)
{
	struct user_form *f = user_form_of(e);
	struct form *form = &f->editor.form;
	struct buf text = BUF_INIT;

	form_pair(form, tr("Name"), f->user.name);
	sentence_safe(entry_text(f->editor.entry, "uid"), &text);
	if (text.len)
		form_pair(form, tr("User name"), text.s);
	form_blank(form);
	editor_build_origin(&f->editor);
	buf_release(&text);
}

static void build_new(struct editor *e)
{
	struct user_form *f = user_form_of(e);
	struct form *form = &e->form;
	bool tried = e->tried;
	struct form_item *item;

	editor_headlines(e);
	if (editor_locked(e)) {
		user_rights_build_refused(f);
		return;
	}
	item = form_field(form, FIELD_NAME, tr("Name"), &f->name);
	if (tried)
		editor_note(e, item, FIELD_NAME);
	item = form_field(form, FIELD_ADDRESSES, tr("Address"), &f->address);
	user_rights_note_new(f, item);
	if (tried || f->address.text.len)
		editor_note(e, item, FIELD_ADDRESSES);
	item = form_field(form, FIELD_UID, tr("User name"), &f->uid);
	form_note(item, STYLE_DIM, tr("Empty: what stands before the @."));
	editor_note(e, item, FIELD_UID);
	form_blank(form);
	item = form_choice(
		form, FIELD_ROUTING, tr("Mail system"), sentence_routing(f->edit.routing));
	editor_note_any(e, item, FIELD_ROUTING, FIELD_SELECTION);
	form_button(form, ID_CREATE_AND_EDIT, tr("Create and edit"));
	form_button(form, ID_CREATE, tr("Create"));
	form_button(form, ID_CANCEL, tr("Cancel"));
}

/* ---- doing --------------------------------------------------------------------
 */

static bool answer_routing(void *arg, int id)
{
	static const enum routing routings[] = {
		ROUTING_INTERNAL, ROUTING_EXTERNAL, ROUTING_NONE};
	struct editor *e = arg;

	if (id > 0)
		user_form_of(e)->edit.routing = routings[id - 1];
	app_pop(e->view.app, e->view.app->top);
	e->refused = (struct err){0};
	editor_touch(e);
	return false;
}

static void choose_routing(struct user_form *f)
{
	static const enum routing routings[] = {
		ROUTING_INTERNAL, ROUTING_EXTERNAL, ROUTING_NONE};
	struct sheet *s = sheet_new(
		f->editor.view.app, tr("Mail system"), answer_routing, &f->editor);

	s->width = 34;
	for (size_t i = 0; i < COUNT_OF(routings); i++) {
		bool on = f->edit.routing == routings[i];

		form_check(&s->form, (int)i + 1, sentence_routing(routings[i]), on, NULL);
		if (on)
			s->form.focus = (int)i + 1;
	}
	sheet_show(s);
}

static void pressed(struct editor *e, int id)
{
	struct user_form *f = user_form_of(e);

	e->refused = (struct err){0};
	if (id == FIELD_ROUTING) {
		choose_routing(f);
		return;
	}
	if (id == ID_ADD) {
		user_address_ask(f);
		return;
	}
	if (id == ID_OPEN_DOMAIN) {
		const struct domain *d = domain_without_relay(f);

		if (d)
			domain_form_open(e->view.app, d->entry->dn);
		return;
	}
	if (id == ID_CREATE || id == ID_CREATE_AND_EDIT) {
		e->leave = id == ID_CREATE;
		editor_save(e);
		return;
	}
	if (id >= ID_ADDRESS && user_may_toggle(f, id))
		user_address_toggle(f, (size_t)(id - ID_ADDRESS));
	editor_touch(e);
}

static void route(struct editor *e)
{
	struct user_form *f = user_form_of(e);
	struct route_change change = {.has_user = true};
	struct strv addresses = {0};
	struct buf focused = BUF_INIT;

	user_form_copied(e, e->form.focus, &focused);
	if (focused.len)
		strv_add(&addresses, focused.s);
	user_addresses_shown(f, &addresses);
	if (changed(e))
		user_as_typed(&f->edit, &f->user, &change.user);
	route_check_open(e->view.app, &addresses, changed(e) ? &change : NULL);
	strv_release(&addresses);
	buf_release(&focused);
}

static bool can(struct editor *e, enum action action)
{
	if (!e->entry || e->read_only || !e->mail_tab || e->phase != EDITOR_READY)
		return false;
	switch ((int)action) {
	case ACT_ALL:
	case ACT_NO_ONE:
		return user_form_of(e)->edit.routing == ROUTING_EXTERNAL &&
		       !user_selection_locked(user_form_of(e), NULL);
	case ACT_ADD:
		return !user_addresses_locked(user_form_of(e));
	case ACT_REMOVE:
		return e->form.focus >= ID_ADDRESS && user_may_remove(user_form_of(e));
	default:
		return false;
	}
}

static void act(struct editor *e, enum action action)
{
	struct user_form *f = user_form_of(e);

	e->refused = (struct err){0};
	if (action == ACT_ADD) {
		user_address_ask(f);
		return;
	}
	if (action == ACT_REMOVE) {
		user_address_remove(f, (size_t)(e->form.focus - ID_ADDRESS));
	} else {
		strv_release(&f->edit.selected);
		if (action == ACT_ALL)
			strv_copy(&f->edit.selected, &f->edit.addresses);
	}
	editor_touch(e);
}

/* ---- the view -----------------------------------------------------------------
 */

static void name(const struct editor *e, struct buf *out)
{
	const struct user_form *f = user_form_of(e);

	if (e->entry)
		buf_puts(out, f->user.name);
	else
		sentence_safe(f->name.text.s, out);
}

static void path(struct editor *e, struct buf *out)
{
	if (!e->dn)
		buf_puts(out, tr("New user"));
	else if (e->entry)
		name(e, out);
	else
		buf_puts(out, "…");
}

static void release(struct editor *e)
{
	struct user_form *f = user_form_of(e);

	user_form_forget_around(f);
	fetch_stop(&f->hosted);
	strv_release(&f->disputed);
	strv_release(&f->disputed_labels);
	user_release(&f->user);
	user_edit_release(&f->edit);
	field_release(&f->name);
	field_release(&f->uid);
	field_release(&f->address);
	field_release(&f->add);
	free(f->add_local);
	free(f->unselect);
}

static const struct editor_ops ops = {
	.path = path,
	.around = user_form_around,
	.decode = user_form_decode,
	.propose = propose,
	.arrived = user_form_arrived,
	.check = check,
	.build_general = build_general,
	.build_mail = build_mail,
	.build_new = build_new,
	.pressed = pressed,
	.copied = user_form_copied,
	.route = route,
	.wishes = user_form_wishes,
	.who_may = user_form_who_may,
	.can = can,
	.act = act,
	.changed = changed,
	.put_draft = user_form_put_draft,
	.get_draft = user_form_get_draft,
	.change = change,
	.meaning = meaning,
	.name = name,
	.differences = user_form_differences,
	.merge = user_form_merge,
	.crossed = user_form_crossed,
	.found = user_form_found,
	.release = release,
};

static struct user_form *new_form(struct app *app, const char *dn)
{
	struct user_form *f = editor_new(sizeof(*f), &ops, app, dn, app->user_attributes);

	field_init(&f->name, "");
	field_init(&f->uid, "");
	field_init(&f->address, "");
	field_init(&f->add, "");
	f->editor.first_focus = FIELD_ROUTING;
	f->editor.form.focus = FIELD_NAME;
	return f;
}

void user_form_open(struct app *app, const char *dn)
{
	editor_show(&new_form(app, dn)->editor);
}

void user_switch_open(struct app *app, const char *dn)
{
	struct user_form *f = new_form(app, dn);

	f->toggle = true;
	editor_show(&f->editor);
}

void user_unselect_open(struct app *app, const char *dn, const char *address)
{
	struct user_form *f = new_form(app, dn);

	f->unselect = xstrdup(address);
	editor_show(&f->editor);
}

void user_undo_open(struct app *app, struct change *undo, const char *why)
{
	struct user_form *f = new_form(app, undo->dn);

	editor_take_back(&f->editor, undo, why);
	editor_show(&f->editor);
}

void user_new_open(struct app *app)
{
	struct user_form *f = new_form(app, NULL);

	editor_show(&f->editor);
	user_rights_begin(f);
}

void user_form_open_draft(struct app *app, struct draft_file *file)
{
	const struct entry *base = file->draft.base;

	editor_show_draft(&new_form(app, base ? base->dn : NULL)->editor, file);
}
