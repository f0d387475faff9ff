/* Who may change a user. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/address.h"
#include "core/probe.h"
#include "core/query.h"
#include "core/schema.h"
#include "tui/i18n.h"
#include "tui/sentence.h"
#include "tui/userform_parts.h"

enum { MOST_DOMAINS = 64 }; /* of a user, and to make one in, that are asked about */

/* ---- of one that is there ------------------------------------------------------- */

static void domains_of(const struct user_form *f, struct strv *out)
{
	user_domains(&f->user, out);
	for (size_t i = 0; i < f->edit.addresses.n && out->n < MOST_DOMAINS; i++)
		if (!strv_has_case(out, address_domain(f->edit.addresses.v[i])))
			strv_add(out, address_domain(f->edit.addresses.v[i]));
}

static void wish(
	struct rights *out, const struct entry *e, const char *attribute, const char *under)
{
	rights_wish(out, attribute, under, probe_value(e, attribute, under));
}

/* New addresses go into the first attribute, others may be in any. */
static void wish_addresses(
	const struct user_form *f, const char *domain, struct rights *out)
{
	const struct settings *s = f->editor.view.app->settings;
	const struct entry *e = f->editor.entry;

	for (size_t i = 0; i < s->users.addresses.n; i++)
		if (i == 0 || entry_get(e, s->users.addresses.v[i]))
			wish(out, e, s->users.addresses.v[i], domain);
	wish(out, e, ATTR_SELECTED, domain);
}

static void wish_user(const struct user_form *f, struct rights *out)
{
	const struct entry *e = f->editor.entry;
	struct strv domains = {0};

	wish(out, e, ATTR_ROUTING, NULL);
	if (!entry_has_value(e, ATTR_OBJECT_CLASS, CLASS_USER))
		wish(out, e, ATTR_OBJECT_CLASS, CLASS_USER);
	domains_of(f, &domains);
	for (size_t i = 0; i < domains.n && i < MOST_DOMAINS; i++)
		wish_addresses(f, domains.v[i], out);
	strv_release(&domains);
}

/* ---- of a new one --------------------------------------------------------------- */

static void wish_new(const struct user_form *f, const struct domain *d, const char *name,
	struct rights *out)
{
	struct user_around around = {.domains = d, .n_domains = d != NULL};
	struct user_edit edit = {.routing = ROUTING_INTERNAL};
	struct user_new typed = {PROBE_WORD, PROBE_WORD, &edit};
	struct buf address = BUF_INIT;

	buf_printf(&address, PROBE_WORD "@%s", name);
	strv_add(&edit.addresses, address.s);
	rights_wish(out, RIGHT_ENTRY, d ? name : NULL,
		user_new_change(&typed, f->editor.view.app->settings, &around));
	user_edit_release(&edit);
	buf_release(&address);
}

static bool below_domains(const struct user_form *f)
{
	return strcmp(f->editor.view.app->settings->users.base, "%D") == 0;
}

static bool is_asked(const struct rights *r, const char *name)
{
	for (size_t i = 0; i < r->asked.n; i++)
		if (strcasecmp(r->asked.v[i].under, name) == 0)
			return true;
	return false;
}

/* By the name that was typed, which may be another than the domain's own. */
static void wish_typed(const struct user_form *f, struct rights *out)
{
	const struct domain *d;
	const char *name;

	if (!f->edit.addresses.n)
		return;
	name = address_domain(f->edit.addresses.v[0]);
	d = user_around_domain(&f->around, name);
	if (d && !is_asked(out, name))
		wish_new(f, d, name, out);
}

/* Where users stand below their domains, what holds in one may not in another. */
static void wish_new_user(const struct user_form *f, struct rights *out)
{
	const struct fetch *hosted = &f->hosted;
	struct domain d;

	if (!below_domains(f)) {
		wish_new(f, NULL, PROBE_WORD ".invalid", out);
		return;
	}
	for (size_t i = 0; i < hosted->entries.n; i++) {
		if (!domain_decode(hosted->entries.v[i], &d))
			continue;
		wish_new(f, &d, d.name, out);
		domain_release(&d);
	}
	wish_typed(f, out);
	if (out->asked.n && (!hosted->done || hosted->outcome != OUTCOME_OK))
		rights_wish(out, RIGHT_ENTRY, NULL, NULL); /* others, unknown */
}

static void came(void *arg)
{
	editor_ask_rights(arg);
}

void user_rights_begin(struct user_form *f)
{
	struct app *app = f->editor.view.app;
	struct search search = {
		.base = app->settings->domains.base,
		.scope = SCOPE_SUBTREE,
		.filter = app->settings->domains.filter,
		.attributes = app->domain_attributes,
		.size_limit = MOST_DOMAINS,
	};

	if (below_domains(f))
		fetch_start(&f->hosted, app->store, &search, came, &f->editor);
}

void user_form_wishes(struct editor *e, struct rights *out)
{
	if (e->entry)
		wish_user(user_form_of(e), out);
	else
		wish_new_user(user_form_of(e), out);
}

/* ---- what follows --------------------------------------------------------------- */

bool user_routing_locked(const struct user_form *f)
{
	const struct rights *r = &f->editor.rights;

	return rights_denied(r, ATTR_ROUTING, NULL) ||
	       rights_denied(r, ATTR_OBJECT_CLASS, NULL);
}

static bool somewhere_denied(const struct rights *r, const char *attribute)
{
	for (size_t i = 0; i < r->known.n; i++)
		if (r->known.v[i].permission == PERMISSION_DENIED &&
			strcasecmp(r->known.v[i].attribute, attribute) == 0)
			return true;
	return false;
}

bool user_selection_locked(const struct user_form *f, const char *address)
{
	const struct rights *r = &f->editor.rights;

	if (rights_denied(r, ATTR_OBJECT_CLASS, NULL))
		return true;
	return address ? rights_denied(r, ATTR_SELECTED, address_domain(address))
		       : somewhere_denied(r, ATTR_SELECTED);
}

bool user_address_locked(const struct user_form *f, const char *address)
{
	const struct strv *attributes = &f->editor.view.app->settings->users.addresses;

	for (size_t i = 0; i < attributes->n; i++)
		if (rights_denied(
			    &f->editor.rights, attributes->v[i], address_domain(address)))
			return true;
	return false;
}

bool user_addresses_locked(const struct user_form *f)
{
	const struct strv *attributes = &f->editor.view.app->settings->users.addresses;

	return rights_denied(&f->editor.rights, attributes->v[0], NULL);
}

/* The address under the cursor, or item id; the caller's to free(3). */
static char *address_at(const struct user_form *f, int id)
{
	struct buf address = BUF_INIT;

	user_form_copied(&f->editor, id, &address);
	return buf_detach(&address);
}

bool user_may_toggle(const struct user_form *f, int id)
{
	char *address = address_at(f, id);
	bool may = !f->editor.read_only && f->edit.routing == ROUTING_EXTERNAL &&
		   !user_selection_locked(f, address);

	free(address);
	return may;
}

bool user_may_remove(const struct user_form *f)
{
	char *address = address_at(f, f->editor.form.focus);
	bool may = !user_address_locked(f, address);

	free(address);
	return may;
}

/* The domain whose administrators may: the first that is denied, else the user's first. */
static const char *domain_to_ask(const struct user_form *f)
{
	const struct rights_list *known = &f->editor.rights.known;

	for (size_t i = 0; i < known->n; i++)
		if (known->v[i].permission == PERMISSION_DENIED && *known->v[i].under &&
			strcasecmp(known->v[i].attribute, ATTR_OBJECT_CLASS) != 0)
			return known->v[i].under;
	return f->user.addresses.n ? address_domain(f->user.addresses.v[0]) : NULL;
}

void user_form_who_may(const struct editor *e, bool all, struct buf *out)
{
	const struct user_form *f = (const struct user_form *)e;
	const char *domain = e->entry ? domain_to_ask(f) : NULL;
	struct buf name = BUF_INIT;

	if (domain)
		sentence_safe(domain, &name);
	if (!e->entry)
		buf_puts(out,
			all ? tr("You may not create users: a super administrator may.")
			    : tr("You may not create users in every domain: a super "
				 "administrator may."));
	else if (!domain)
		buf_puts(out, tr("You may not change this user: a super administrator "
				 "may."));
	else if (all)
		buf_printf(out,
			tr("You may not change this user: an administrator of %s's users, "
			   "or a super administrator, may."),
			name.s);
	else
		buf_printf(out,
			tr("You may change only what stands in brackets; the rest, an "
			   "administrator of %s's users or a super administrator may."),
			name.s);
	buf_release(&name);
}

void user_rights_build_refused(struct user_form *f)
{
	struct form *form = &f->editor.form;

	if (f->editor.ops->changed(&f->editor)) {
		form_lock(form_field(form, FIELD_NAME, tr("Name"), &f->name));
		form_lock(form_field(form, FIELD_ADDRESSES, tr("Address"), &f->address));
		form_lock(form_field(form, FIELD_UID, tr("User name"), &f->uid));
	}
	form_button(form, ID_CANCEL, tr("Back"));
}

void user_rights_note_new(struct user_form *f, struct form_item *item)
{
	struct buf text = BUF_INIT;

	if (f->edit.addresses.n && rights_denied(&f->editor.rights, RIGHT_ENTRY,
					   address_domain(f->edit.addresses.v[0]))) {
		user_form_who_may(&f->editor, false, &text);
		form_note(item, STYLE_ERROR, text.s);
	}
	buf_release(&text);
}
