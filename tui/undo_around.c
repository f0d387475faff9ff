/* The rules for an entry that undoing a change adds, deletes or makes a domain again. */
#include <stdlib.h>
#include <string.h>

#include "core/address.h"
#include "core/dn.h"
#include "core/query.h"
#include "core/record.h"
#include "core/text.h"
#include "core/undo.h"
#include "core/user.h"
#include "tui/changes_undo.h"
#include "tui/i18n.h"
#include "tui/sentence.h"

static const struct settings *settings_of(const struct undo *u)
{
	return u->sheet.view.app->settings;
}

/* ---- what it is -------------------------------------------------------------------------
 */

static size_t addresses_in(const struct settings *s, const struct entry *e)
{
	const struct strv *names = &s->users.addresses;
	size_t n = 0;

	for (size_t i = 0; i < names->n; i++)
		n += entry_get(e, names->v[i]) != NULL;
	return n;
}

bool undo_is_domain(const struct settings *s, const struct entry *e)
{
	return e && entry_get(e, "associatedDomain") && addresses_in(s, e) == 0;
}

bool undo_is_user(const struct settings *s, const struct entry *e)
{
	struct user user;
	bool person;

	if (!e || undo_is_domain(s, e) ||
		(addresses_in(s, e) == 0 && !entry_get(e, "relaisRouting") &&
			!entry_has_value(e, "objectClass", "relaisUser")))
		return false;
	user_decode(e, s, &user);
	person = user.kind == KIND_PERSON;
	user_release(&user);
	return person;
}

struct entry *undo_without_secrets(const struct entry *e)
{
	struct entry *copy = entry_new(e->dn);

	for (size_t i = 0; i < e->attributes.n; i++) {
		const struct attribute *a = &e->attributes.v[i];

		for (size_t k = 0; k < a->values.n && !record_is_secret(a->name); k++)
			entry_add(copy, a->name, a->values.v[k].p, a->values.v[k].n);
	}
	entry_set_state(copy, e->id, e->csn);
	return copy;
}

/* ---- checking
 * ----------------------------------------------------------------------------- */

static void check_domain(struct undo *u, const struct entry *as)
{
	struct domain_around around = {
		.name_holders = (const struct entry *const *)u->domains.entries.v,
		.n_name_holders = u->domains.entries.n,
	};
	struct domain_edit edit;
	struct domain d;

	if (!domain_decode(as, &d))
		return;
	domain_edit_init(&edit, &d);
	domain_check(&edit, NULL, settings_of(u), &u->sheet.view.app->own, &around,
		&u->findings);
	domain_edit_release(&edit);
	domain_release(&d);
}

struct around {
	ARRAY(struct domain) domains;
	ARRAY(struct user) holders;
};

static void take_around(const struct settings *s, const struct fetch *domains,
	const struct fetch *holders, const struct entry *was, struct around *a)
{
	for (size_t i = 0; i < domains->entries.n; i++) {
		struct domain d;

		if (domain_decode(domains->entries.v[i], &d))
			*array_add(&a->domains) = d;
	}
	for (size_t i = 0; i < holders->entries.n; i++)
		if (!was || strcmp(holders->entries.v[i]->id, was->id) != 0)
			user_decode(holders->entries.v[i], s, array_add(&a->holders));
}

static void drop_around(struct around *a)
{
	for (size_t i = 0; i < a->domains.n; i++)
		domain_release(&a->domains.v[i]);
	for (size_t i = 0; i < a->holders.n; i++)
		user_release(&a->holders.v[i]);
	array_free(&a->domains);
	array_free(&a->holders);
}

void undo_check_user(const struct settings *s, const struct fetch *domains,
	const struct fetch *holders, const struct entry *was, const struct entry *is,
	struct findings *found)
{
	struct around a = {0};
	struct user_around around;
	struct user_edit edit = {.routing = ROUTING_NONE};
	struct user before, after;

	take_around(s, domains, holders, was, &a);
	around = (struct user_around){a.domains.v, a.domains.n, a.holders.v, a.holders.n};
	if (was)
		user_decode(was, s, &before);
	else
		user_blank(&before);
	if (is) {
		user_decode(is, s, &after);
		user_edit_init(&edit, &after);
		user_release(&after);
	}
	user_check(&edit, &before, s, &around, found);
	user_edit_release(&edit);
	user_release(&before);
	drop_around(&a);
}

static void check(struct undo *u)
{
	struct entry *as =
		u->undo->kind == CHANGE_DELETE ? NULL : undo_result(u->undo, u->now);

	if (undo_is_domain(settings_of(u), as))
		check_domain(u, as);
	else if (undo_is_user(settings_of(u), as) || undo_is_user(settings_of(u), u->now))
		undo_check_user(
			settings_of(u), &u->domains, &u->holders, u->now, as, &u->findings);
	entry_free(as);
}

static bool tell_errors(struct undo *u)
{
	struct app *app = u->sheet.view.app;
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < u->findings.n; i++) {
		if (u->findings.v[i].severity != SEVERITY_ERROR)
			continue;
		if (text.len)
			buf_puts(&text, "\n\n");
		sentence_finding(&u->findings.v[i], &text);
	}
	if (!text.len)
		return false;
	app_pop(app, &u->sheet.view);
	app_note(app, text.s);
	sheet_text(app, tr("Not undone"), text.s);
	buf_release(&text);
	return true;
}

/* ---- reading
 * ------------------------------------------------------------------------------ */

static void arrived(void *arg)
{
	struct undo *u = arg;
	struct buf text = BUF_INIT;
	struct app *app = u->sheet.view.app;
	const struct fetch *failed = NULL;

	if (--u->waiting > 0)
		return;
	if (u->domains.done && u->domains.outcome == OUTCOME_FAILED)
		failed = &u->domains;
	if (u->holders.done && u->holders.outcome == OUTCOME_FAILED)
		failed = &u->holders;
	if (failed) {
		sentence_err(&failed->err, &text);
		app_pop(app, &u->sheet.view);
		sheet_text(app, tr("Not undone"), text.s);
		buf_release(&text);
		return;
	}
	check(u);
	if (!tell_errors(u))
		undo_review(u);
}

static void ask(struct undo *u, struct fetch *f, const char *base, const char *filter,
	const char *const *attributes)
{
	const struct search search = {.base = base,
		.scope = SCOPE_SUBTREE,
		.filter = filter,
		.attributes = attributes};

	u->waiting++;
	fetch_start(f, u->sheet.view.app->store, &search, arrived, u);
}

static void ask_domains(struct undo *u, const struct strv *names)
{
	struct app *app = u->sheet.view.app;
	struct buf filter = BUF_INIT;

	if (names->n) {
		query_domains_named(app->settings, names, &filter);
		ask(u, &u->domains, app->settings->domains.base, filter.s,
			app->domain_attributes);
	}
	buf_release(&filter);
}

static void ask_holders(struct undo *u, const struct strv *addresses)
{
	struct app *app = u->sheet.view.app;
	struct buf filter = BUF_INIT;

	if (addresses->n) {
		query_holders(app->settings, addresses, &filter);
		ask(u, &u->holders, settings_user_search_base(app->settings), filter.s,
			app->user_attributes);
	}
	buf_release(&filter);
}

void undo_asks_of_user(const struct settings *s, const struct entry *e,
	struct strv *domains, struct strv *addresses)
{
	struct user user;

	user_decode(e, s, &user);
	user_domains(&user, domains);
	for (size_t i = 0; i < user.addresses.n; i++)
		strv_add(addresses, user.addresses.v[i]);
	for (size_t i = 0; i < user.selected.n; i++)
		if (!strv_has_case(addresses, user.selected.v[i]))
			strv_add(addresses, user.selected.v[i]);
	user_release(&user);
}

static void ask_for_user(struct undo *u, const struct entry *e)
{
	struct strv domains = {0}, addresses = {0};

	undo_asks_of_user(settings_of(u), e, &domains, &addresses);
	ask_domains(u, &domains);
	ask_holders(u, &addresses);
	strv_release(&domains);
	strv_release(&addresses);
}

void undo_look_around(struct undo *u)
{
	struct entry *as = u->undo->kind == CHANGE_DELETE ? entry_copy(u->now)
							  : undo_result(u->undo, u->now);
	struct domain d;

	u->waiting = 1; /* until all is asked */
	if (undo_is_domain(settings_of(u), as)) {
		if (domain_decode(as, &d)) {
			ask_domains(u, &d.names);
			domain_release(&d);
		}
	} else if (undo_is_user(settings_of(u), as)) {
		ask_for_user(u, as);
	}
	entry_free(as);
	arrived(u);
}

/* ---- what has changed since
 * ------------------------------------------------------------------- */

enum { VALUES_SHOWN = 12 };

static void put_values(const struct attribute *a, struct buf *out)
{
	for (size_t i = 0; a && i < a->values.n && i < VALUES_SHOWN; i++) {
		if (i)
			buf_puts(out, ", ");
		text_printable(out, a->values.v[i].p, a->values.v[i].n);
	}
	if (a && a->values.n > VALUES_SHOWN)
		buf_printf(out, " +%zu", a->values.n - VALUES_SHOWN);
	if (!a || a->values.n == 0)
		buf_puts(out, "–");
}

static void overtaken_row(struct form *f, const char *name, const struct attribute *left,
	const struct attribute *now)
{
	struct buf a = BUF_INIT, b = BUF_INIT;

	put_values(left, &a);
	put_values(now, &b);
	form_row(f, name, a.s, b.s, STYLE_ACCENT);
	buf_release(&a);
	buf_release(&b);
}

static void say_who(const struct entry *now, struct form *f)
{
	struct buf who = BUF_INIT, when = BUF_INIT, text = BUF_INIT;

	changes_name(entry_text(now, "modifiersName"), &who);
	sentence_time(entry_text(now, "modifyTimestamp"), &when);
	if (who.len && when.len) {
		buf_printf(&text, tr("Last changed by %s at %s."), who.s, when.s);
		form_blank(f);
		form_text(f, STYLE_DIM, text.s);
	}
	buf_release(&who);
	buf_release(&when);
	buf_release(&text);
}

void changes_tell_overtaken(
	struct app *app, const struct change *undo, const struct entry *now)
{
	struct sheet *s = sheet_new(app, tr("Not undone"), NULL, NULL);
	struct strv names = {0};
	const char *why =
		!now ? tr("The entry is not there any more, so nothing of it is "
			  "put back.")
		: undo->kind == CHANGE_ADD
			? tr("There is an entry of this name again: it would be "
			     "overwritten.")
			: tr("Somebody has changed it since: undoing it would take "
			     "that back, too.");

	s->width = 90;
	app_note(app, why);
	form_text(&s->form, STYLE_WARNING, why);
	undo_overtaken(undo, now, &names);
	if (now && undo->kind != CHANGE_ADD && names.n) {
		form_blank(&s->form);
		form_row(&s->form, tr("attribute"), tr("as that change left it"),
			tr("as it is now"), STYLE_DIM);
		for (size_t i = 0; i < names.n; i++)
			overtaken_row(&s->form, names.v[i],
				undo->before ? entry_get(undo->before, names.v[i]) : NULL,
				entry_get(now, names.v[i]));
	}
	if (now)
		say_who(now, &s->form);
	form_button(&s->form, 1, tr("Close"));
	sheet_show(s);
	strv_release(&names);
}
