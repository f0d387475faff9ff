/* What stands around the domain form: in the directory and in the DNS. */
#include <stdlib.h>
#include <string.h>

#include "core/dn.h"
#include "core/domainname.h"
#include "core/query.h"
#include "core/schema.h"
#include "tui/domainform_parts.h"
#include "tui/i18n.h"
#include "tui/sentence.h"

static void copy_edit(const struct domain_edit *from, struct domain_edit *to)
{
	*to = (struct domain_edit){
		.name = xstrdup(from->name),
		.description = xstrdup(from->description),
		.relay = xstrdup(from->relay),
		.forward_unknown = from->forward_unknown,
	};
	strv_copy(&to->aliases, &from->aliases);
}

const struct domain *domain_form_effective(
	const struct domain_form *f, struct domain_edit *edit)
{
	copy_edit(&f->edit, edit);
	if (!f->adopting)
		return domain_form_base(f);
	domain_edit_adopt(edit, &f->adopted);
	return &f->adopted;
}

void domain_form_typed(const struct domain_form *f, struct domain *out)
{
	struct domain_edit edit;
	const struct domain *d = domain_form_effective(f, &edit);

	domain_as_typed(&edit, d, out);
	domain_edit_release(&edit);
}

static void ask_adoptable(
	struct domain_form *f, const char *name, struct search *search, struct buf *text)
{
	struct app *app = f->editor.view.app;

	query_adoptable(app->settings, name, text);
	search->base = app->settings->domains.base;
	search->attributes = app->domain_attributes;
}

/* Users of the domain, or of the names that a new one is to have. */
static void ask_users(struct domain_form *f, const struct strv *names, int i,
	struct search *search, struct buf *text)
{
	static const char *const nothing[] = {"1.1", NULL};
	static const enum query_users which[] = {
		[AROUND_INTERNAL] = USERS_INTERNAL,
		[AROUND_EXTERNAL] = USERS_EXTERNAL,
		[AROUND_DEPENDENT] = USERS_DEPENDENT,
	};
	const struct settings *s = f->editor.view.app->settings;

	query_users_of(s, f->editor.entry ? &f->domain.names : names, which[i], text);
	search->base = settings_user_search_base(s);
	search->attributes = nothing;
	search->count_only = true;
}

bool domain_form_around(struct editor *e, int i, struct search *search, struct buf *text)
{
	static const char *const names_only[] = {ATTR_DOMAIN, NULL};
	struct domain_form *f = domain_form_of(e);
	const struct settings *s = e->view.app->settings;
	struct domain typed;
	bool asks = true;

	domain_form_typed(f, &typed);
	if (typed.names.n == 0) {
		asks = false;
	} else if (i == AROUND_NAMES) {
		query_domains_named(s, &typed.names, text);
		search->base = s->domains.base;
		search->attributes = names_only;
	} else if (i == AROUND_ADOPTABLE) {
		asks = !e->entry && *typed.name;
		if (asks)
			ask_adoptable(f, typed.name, search, text);
	} else {
		ask_users(f, &typed.names, i, search, text);
	}
	domain_release(&typed);
	search->filter = text->s;
	return asks;
}

enum { RESOLVE_WITHIN_MS = 2000 };

static void on_resolved(void *arg, enum resolved answer, const struct strv *addresses)
{
	struct domain_form *f = arg;

	f->asking = false;
	f->resolved = answer;
	strv_copy(&f->addresses, addresses);
	editor_arrived(&f->editor);
}

void domain_form_look_away(struct editor *e)
{
	struct domain_form *f = domain_form_of(e);

	if (f->asking)
		resolver_forget(f->editor.view.app->resolver);
	f->asking = false;
	domain_names_stop_going(f);
}

/* Whether the relay's name leads anywhere, and where; who is left in names that go. */
void domain_form_look(struct editor *e)
{
	struct domain_form *f = domain_form_of(e);
	struct app *app = e->view.app;
	struct nexthop hop;

	domain_names_count_going(f);
	f->counts_old = true;
	f->resolved = RESOLVED_UNKNOWN;
	strv_release(&f->addresses);
	if (!app->resolver || nexthop_parse(f->edit.relay, &hop) != RULE_OK ||
		hop.kind != NEXTHOP_NAME)
		return;
	f->asking = true;
	editor_await(e);
	resolver_ask(
		app->resolver, hop.host, app->now_ms(), RESOLVE_WITHIN_MS, on_resolved, f);
}

static void forget_entries(struct domain_form *f)
{
	for (size_t i = 0; i < f->name_holders.n; i++)
		entry_free(f->name_holders.v[i]);
	for (size_t i = 0; i < f->candidates.n; i++)
		entry_free(f->candidates.v[i]);
	array_free(&f->name_holders);
	array_free(&f->candidates);
}

/* The entry that suits the name typed best becomes the domain. */
void domain_form_choose_adopted(struct domain_form *f)
{
	const char *base = f->editor.view.app->settings->domains.base;
	const struct entry *best = NULL;
	struct buf name = BUF_INIT;
	int best_fit = 0;

	if (f->adopting)
		domain_release(&f->adopted);
	f->adopting = false;
	if (!f->editor.entry && domainname_canonical(f->edit.name, &name) == RULE_OK)
		for (size_t i = 0; i < f->candidates.n; i++) {
			int fit = domain_adoptable(f->candidates.v[i], name.s);

			if (fit <= best_fit || dn_same(f->candidates.v[i]->dn, base))
				continue;
			best = f->candidates.v[i];
			best_fit = fit;
		}
	if (best) {
		domain_adopt(best, name.s, &f->adopted);
		f->adopting = true;
	}
	buf_release(&name);
}

void domain_form_arrived(struct editor *e)
{
	struct domain_form *f = domain_form_of(e);
	const struct fetch *names = &e->around[AROUND_NAMES],
			   *found = &e->around[AROUND_ADOPTABLE];

	forget_entries(f);
	for (size_t i = 0; i < names->entries.n; i++)
		*array_add(&f->name_holders) = entry_copy(names->entries.v[i]);
	for (size_t i = 0; i < found->entries.n; i++)
		*array_add(&f->candidates) = entry_copy(found->entries.v[i]);
	f->around = (struct domain_around){
		.internal_users = e->around[AROUND_INTERNAL].count,
		.external_users = e->around[AROUND_EXTERNAL].count,
		.dependent_users = e->around[AROUND_DEPENDENT].count,
		.name_holders = (const struct entry *const *)f->name_holders.v,
		.n_name_holders = f->name_holders.n,
		.name_uses = f->uses.v,
		.n_name_uses = f->uses.n,
		.relay_unresolved = f->resolved == RESOLVED_NO,
		.relay_addresses = &f->addresses,
	};
}

/* As one types a new name: who has it, whether an entry of that name is there. */
void domain_form_edited(struct editor *e)
{
	struct domain_form *f = domain_form_of(e);
	struct domain typed;
	struct buf names = BUF_INIT;

	if (e->entry || e->phase != EDITOR_READY)
		return;
	domain_form_typed(f, &typed);
	for (size_t i = 0; i < typed.names.n; i++)
		buf_printf(&names, "%s ", typed.names.v[i]);
	domain_release(&typed);
	if (strcmp(names.s, f->looked_for ? f->looked_for : "") != 0) {
		free(f->looked_for);
		f->looked_for = buf_detach(&names);
		editor_look_around(e);
	}
	buf_release(&names);
}

/* Another administrator made a user external while this save cleared the relay. */
static bool relay_crossed(
	const struct domain_form *f, const struct change *saved, struct findings *found)
{
	if (!f->editor.entry || f->domain.relay_state == RELAY_USABLE ||
		f->around.dependent_users == 0 || !change_touches(saved, ATTR_RELAY))
		return false;
	findings_add(found, RULE_RELAY_GONE, SEVERITY_ERROR, FIELD_RELAY,
		f->around.dependent_users, f->domain.name, NULL, NULL);
	return true;
}

/* Forwarding was ticked and the relay cleared, each by another one. */
static void forward_crossed(
	const struct domain_form *f, const struct change *saved, struct findings *found)
{
	if (f->editor.entry && f->domain.forward_unknown &&
		f->domain.relay_state != RELAY_USABLE &&
		(change_touches(saved, ATTR_RELAY) || change_touches(saved, ATTR_FORWARD)))
		findings_add(found, RULE_FORWARD_NEEDS_RELAY, SEVERITY_ERROR, FIELD_FORWARD,
			0, NULL, NULL, NULL);
}

/* Another one gave a user an address in a name that this save took away, or the name that
 * it added to another domain. */
static void names_crossed(
	const struct domain_form *f, const struct change *saved, struct findings *found)
{
	struct strv gone = {0}, come = {0};

	domain_names_of_change(saved, &gone, &come);
	for (size_t i = 0; i < f->uses.n; i++)
		if (f->uses.v[i].users && strv_has_case(&gone, f->uses.v[i].name))
			findings_add(found, RULE_DOMAIN_IN_USE, SEVERITY_ERROR,
				FIELD_ALIASES, f->uses.v[i].users, f->uses.v[i].name, NULL,
				NULL);
	for (size_t i = 0; i < f->name_holders.n; i++)
		for (size_t k = 0; k < come.n; k++)
			if (!dn_same(f->name_holders.v[i]->dn, saved->dn) &&
				entry_has_value(
					f->name_holders.v[i], ATTR_DOMAIN, come.v[k]))
				findings_add(found, RULE_DOMAIN_TAKEN, SEVERITY_ERROR,
					FIELD_ALIASES, 0, come.v[k],
					f->name_holders.v[i]->dn, NULL);
	strv_release(&gone);
	strv_release(&come);
}

bool domain_form_crossed(struct editor *e, const struct change *saved, struct buf *sentence)
{
	struct domain_form *f = domain_form_of(e);
	struct findings found = {0};
	bool relay = relay_crossed(f, saved, &found), any;

	forward_crossed(f, saved, &found);
	names_crossed(f, saved, &found);
	any = found.n > 0;
	if (any && !relay)
		buf_printf(sentence, "%s ", tr("Somebody else saved at the same time."));
	if (any)
		sentence_finding(&found.v[0], sentence);
	findings_release(&found);
	return any;
}

bool domain_form_found(const struct editor *e)
{
	const struct fetch *names = &e->around[AROUND_NAMES];

	for (size_t i = 0; i < names->entries.n; i++)
		if (dn_same(names->entries.v[i]->dn, e->entry->dn))
			return true;
	return false;
}

void domain_form_forget_around(struct domain_form *f)
{
	domain_form_look_away(&f->editor);
	forget_entries(f);
	if (f->adopting)
		domain_release(&f->adopted);
	free(f->looked_for);
	strv_release(&f->addresses);
}
