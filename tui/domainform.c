/*
 * The domain form: System management › Supervised domains › NAME, and New domain.
 */
#include <stdlib.h>
#include <string.h>

#include "core/domain.h"
#include "core/domainname.h"
#include "core/query.h"
#include "core/route.h"
#include "core/schema.h"
#include "tui/editor.h"
#include "tui/i18n.h"
#include "tui/screens.h"
#include "tui/sentence.h"

enum { ID_CREATE = ID_OWN, ID_CREATE_AND_EDIT, ID_DEPENDENT };
enum { AROUND_NAMES, AROUND_INTERNAL, AROUND_EXTERNAL, AROUND_DEPENDENT };

struct domain_form {
	struct editor editor;
	struct domain domain; /* the base, when editor.entry */
	struct domain_edit edit;
	struct field name, description, aliases, relay;
	struct domain_around around;
	enum resolved resolved; /* the relay's name, when it was looked up last */
	struct strv addresses;
	bool asking;                        /* the resolver */
	ARRAY(struct entry *) name_holders; /* own copies, what around points to */
};

static struct domain_form *of(const struct editor *e)
{
	return (struct domain_form *)e;
}

static const struct domain *base_of(const struct domain_form *f)
{
	return f->editor.entry ? &f->domain : NULL;
}

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
	if (base_of(f))
		return;
	set_string(&f->edit.name, f->name.text.s);
	strv_release(&f->edit.aliases);
	split_names(f->aliases.text.s, &f->edit.aliases);
}

static void fields_from_edit(struct domain_form *f)
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

static void decode(struct editor *e)
{
	struct domain_form *f = of(e);

	domain_release(&f->domain);
	domain_edit_release(&f->edit);
	if (e->entry && !domain_decode(e->entry, &f->domain)) {
		e->phase = EDITOR_FAILED;
		err_set(&e->err, ERR_NO_SUCH_ATTRIBUTE, 16, NULL, e->dn, "associatedDomain",
			NULL);
	}
	domain_edit_init(&f->edit, e->phase == EDITOR_FAILED ? NULL : base_of(f));
	fields_from_edit(f);
}

static bool changed(const struct editor *e)
{
	const struct domain_form *f = of(e);

	if (!base_of(f))
		return f->name.text.len || f->description.text.len || f->aliases.text.len;
	return domain_edit_changed(&f->edit, &f->domain);
}

static struct change *change(const struct editor *e)
{
	const struct domain_form *f = of(e);

	return domain_change(&f->edit, base_of(f), e->view.app->settings);
}

/* ---- what stands around ------------------------------------------------------- */

static bool around(struct editor *e, int i, struct search *search, struct buf *text)
{
	static const char *const nothing[] = {"1.1", NULL};
	static const char *const names_only[] = {"associatedDomain", NULL};
	static const enum query_users which[] = {
		[AROUND_INTERNAL] = USERS_INTERNAL,
		[AROUND_EXTERNAL] = USERS_EXTERNAL,
		[AROUND_DEPENDENT] = USERS_DEPENDENT,
	};
	struct domain_form *f = of(e);
	const struct settings *s = e->view.app->settings;
	struct strv names = {0};

	if (i == AROUND_NAMES) {
		strv_copy(&names, &f->edit.aliases);
		split_names(f->edit.name, &names);
		if (names.n == 0)
			return false;
		query_domains_named(s, &names, text);
		strv_release(&names);
		search->base = s->domains.base;
		search->attributes = names_only;
	} else if (base_of(f) && i <= AROUND_DEPENDENT) {
		query_users_of(s, &f->domain.names, which[i], text);
		search->base = settings_user_search_base(s);
		search->attributes = nothing;
		search->count_only = true;
	} else {
		return false;
	}
	search->filter = text->s;
	return true;
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

static void stop_asking(struct editor *e)
{
	struct domain_form *f = of(e);

	if (f->asking)
		resolver_forget(f->editor.view.app->resolver);
	f->asking = false;
}

/* Whether the relay's name leads anywhere, and where. */
static void look(struct editor *e)
{
	struct domain_form *f = of(e);
	struct app *app = e->view.app;
	struct nexthop hop;

	stop_asking(e);
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

static void forget_name_holders(struct domain_form *f)
{
	for (size_t i = 0; i < f->name_holders.n; i++)
		entry_free(f->name_holders.v[i]);
	array_free(&f->name_holders);
}

static void arrived(struct editor *e)
{
	struct domain_form *f = of(e);
	const struct fetch *names = &e->around[AROUND_NAMES];

	forget_name_holders(f);
	for (size_t i = 0; i < names->entries.n; i++)
		*array_add(&f->name_holders) = entry_copy(names->entries.v[i]);
	f->around = (struct domain_around){
		.internal_users = e->around[AROUND_INTERNAL].count,
		.external_users = e->around[AROUND_EXTERNAL].count,
		.dependent_users = e->around[AROUND_DEPENDENT].count,
		.name_holders = (const struct entry *const *)f->name_holders.v,
		.n_name_holders = f->name_holders.n,
		.relay_unresolved = f->resolved == RESOLVED_NO,
		.relay_addresses = &f->addresses,
	};
}

static void check(struct editor *e)
{
	struct domain_form *f = of(e);

	sync_edit(f);
	domain_check(&f->edit, base_of(f), e->view.app->settings, &e->view.app->own,
		e->around_known ? &f->around : NULL, &e->findings);
}

/* Another administrator made a user external while this save cleared the relay. */
static bool crossed(struct editor *e, const struct change *saved, struct buf *sentence)
{
	struct domain_form *f = of(e);
	struct findings found = {0};

	if (!base_of(f) || f->domain.relay_state == RELAY_USABLE ||
		f->around.dependent_users == 0 || !change_touches(saved, ATTR_RELAY))
		return false;
	findings_add(&found, RULE_RELAY_GONE, SEVERITY_ERROR, FIELD_RELAY,
		f->around.dependent_users, f->domain.name, NULL, NULL);
	sentence_finding(&found.v[0], sentence);
	findings_release(&found);
	return true;
}

/* ---- where mail goes, now and after ------------------------------------------- */

enum probe { PROBE_INTERNAL, PROBE_EXTERNAL, PROBE_UNKNOWN };

/* Where the mail of such an address of the domain goes. */
static void decide(const struct domain *d, enum probe probe,
	const struct settings *settings, struct buf *out, enum style *style)
{
	struct buf address = BUF_INIT;
	struct user user = {
		.routing = probe == PROBE_INTERNAL ? ROUTING_INTERNAL : ROUTING_EXTERNAL};
	const struct user *users[] = {&user};
	struct route_facts facts = {
		.settings = settings,
		.domains = &d,
		.n_domains = 1,
		.internal = users,
		.n_internal = probe == PROBE_INTERNAL,
		.external = users,
		.n_external = probe == PROBE_EXTERNAL,
	};
	struct decision decision;

	buf_printf(&address, "someone@%s", d->name);
	strv_add(&user.addresses, address.s);
	strv_add(&user.selected, address.s);
	route_decide(address.s, &facts, &decision);
	sentence_decision(&decision, out, style);
	decision_release(&decision);
	strv_release(&user.addresses);
	strv_release(&user.selected);
	buf_release(&address);
}

static unsigned long how_many(const struct domain_form *f, enum probe probe)
{
	return probe == PROBE_INTERNAL ? f->around.internal_users
				       : f->around.external_users;
}

static void count_words(const struct domain_form *f, enum probe probe, struct buf *out)
{
	unsigned long n = how_many(f, probe);
	struct buf number = BUF_INIT;

	if (f->editor.around_known)
		i18n_number(n, &number);
	else
		buf_puts(&number, "…");
	switch (probe) {
	case PROBE_INTERNAL:
		buf_printf(out, tr_n("%s internal user", "%s internal users", n), number.s);
		break;
	case PROBE_EXTERNAL:
		buf_printf(out, tr_n("%s third-party user", "%s third-party users", n),
			number.s);
		break;
	case PROBE_UNKNOWN:
		buf_puts(out, tr("unknown addresses"));
		break;
	}
	buf_release(&number);
}

/* One line for each kind of address; with changes_only those that go elsewhere after. */
static void routes(struct domain_form *f, struct form *form, bool changes_only)
{
	struct domain typed;

	domain_as_typed(&f->edit, base_of(f), &typed);
	for (enum probe p = PROBE_INTERNAL; p <= PROBE_UNKNOWN; p++) {
		struct buf who = BUF_INIT, now = BUF_INIT, after = BUF_INIT;
		enum style style_now, style;

		decide(&f->domain, p, f->editor.view.app->settings, &now, &style_now);
		decide(&typed, p, f->editor.view.app->settings, &after, &style);
		count_words(f, p, &who);
		if (strcmp(now.s, after.s) != 0 && style == STYLE_TEXT)
			style = STYLE_ACCENT;
		if (p != PROBE_UNKNOWN && f->editor.around_known && how_many(f, p) == 0)
			style = STYLE_DIM; /* nobody's mail */
		if (!changes_only || strcmp(now.s, after.s) != 0)
			form_row(form, who.s, now.s, after.s, style);
		buf_release(&who);
		buf_release(&now);
		buf_release(&after);
	}
	domain_release(&typed);
}

static void meaning(struct editor *e, struct form *review)
{
	struct domain_form *f = of(e);

	if (!base_of(f)) {
		form_text(review, STYLE_TEXT,
			tr("Until users have addresses in it, all mail to this domain is "
			   "refused (550)."));
	} else {
		size_t before = review->items.n;

		routes(f, review, true);
		form_text(review, STYLE_TEXT,
			review->items.n == before
				? tr("No mail goes elsewhere by this change.")
				: tr("In force from the next message on."));
	}
}

/* ---- the form ----------------------------------------------------------------- */

static bool relay_in_use(const struct editor *e)
{
	const struct finding *found = findings_at(&e->findings, FIELD_RELAY);

	return found && found->rule == RULE_RELAY_IN_USE;
}

static void build_mail(struct editor *e)
{
	struct domain_form *f = of(e);
	struct form *form = &f->editor.form;
	struct form_item *item;

	form_heading(form, tr("Mail routing"));
	item = form_field(form, FIELD_RELAY, tr("Relay for split domains"), &f->relay);
	form_note(item, STYLE_DIM,
		tr("Name or IP address of the other system, reached directly, never "
		   "through the MX; "
		   "port 25 unless given."));
	editor_note(&f->editor, item, FIELD_RELAY);
	if (relay_in_use(e))
		form_button(form, ID_DEPENDENT, tr("Show these users"));
	form_blank(form);
	item = form_check(form, FIELD_FORWARD, tr("Forward unknown addresses to the relay"),
		f->edit.forward_unknown, NULL);
	form_note(item, STYLE_DIM,
		f->edit.forward_unknown
			? tr("The relay decides whether addresses unknown here exist.")
			: tr("Addresses unknown here do not exist."));
	editor_note(&f->editor, item, FIELD_FORWARD);
	form_blank(form);
	form_row(form, "", tr("now"), tr("after saving"), STYLE_DIM);
	routes(f, form, false);
}

static void build_general(struct editor *e)
{
	struct domain_form *f = of(e);
	struct form *form = &f->editor.form;
	struct buf text = BUF_INIT;

	domainname_shown(f->domain.name, &text);
	form_pair(form, tr("Name"), text.s);
	buf_reset(&text);
	for (size_t i = 1; i < f->domain.names.n; i++) {
		if (i > 1)
			buf_puts(&text, ", ");
		domainname_shown(f->domain.names.v[i], &text);
	}
	form_pair(form, tr("Other names"), text.len ? text.s : "–");
	editor_note(&f->editor,
		form_field(form, FIELD_DESCRIPTION, tr("Description"), &f->description),
		FIELD_DESCRIPTION);
	form_blank(form);
	editor_build_origin(&f->editor);
	buf_release(&text);
}

static void build_new(struct editor *e)
{
	struct domain_form *f = of(e);
	struct form *form = &f->editor.form;
	struct form_item *item;

	editor_headlines(&f->editor);
	item = form_field(form, FIELD_NAME, tr("Domain name"), &f->name);
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

static void pressed(struct editor *e, int id)
{
	struct domain_form *f = of(e);

	if (id == ID_DEPENDENT) {
		users_open_external(e->view.app, &f->domain.names);
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

/* ---- conflict ----------------------------------------------------------------- */

static const char *yes_no(bool yes)
{
	return yes ? tr("yes") : tr("no");
}

static void differences(
	struct editor *e, const struct entry *theirs, struct differences *out)
{
	struct domain_form *f = of(e);
	struct domain other;
	struct domain_edit other_edit, base_edit;

	if (!domain_decode(theirs, &other))
		return;
	domain_edit_init(&other_edit, &other);
	domain_edit_init(&base_edit, &f->domain);
	editor_difference(out, FIELD_RELAY, tr("Relay for split domains"), base_edit.relay,
		other_edit.relay, f->edit.relay);
	editor_difference(out, FIELD_FORWARD, tr("Forward unknown addresses to the relay"),
		yes_no(base_edit.forward_unknown), yes_no(other_edit.forward_unknown),
		yes_no(f->edit.forward_unknown));
	editor_difference(out, FIELD_DESCRIPTION, tr("Description"), base_edit.description,
		other_edit.description, f->edit.description);
	domain_edit_release(&base_edit);
	domain_edit_release(&other_edit);
	domain_release(&other);
}

static void merge(struct editor *e, const struct differences *chosen)
{
	struct domain_form *f = of(e);
	struct domain_edit mine = f->edit;

	memset(&f->edit, 0, sizeof(f->edit));
	decode(e);
	if (!editor_chose_theirs(chosen, FIELD_RELAY))
		set_string(&f->edit.relay, mine.relay);
	if (!editor_chose_theirs(chosen, FIELD_FORWARD))
		f->edit.forward_unknown = mine.forward_unknown;
	if (!editor_chose_theirs(chosen, FIELD_DESCRIPTION))
		set_string(&f->edit.description, mine.description);
	fields_from_edit(f);
	domain_edit_release(&mine);
}

/* ---- the view ----------------------------------------------------------------- */

static void name(const struct editor *e, struct buf *out)
{
	const struct domain_form *f = of(e);
	struct buf canonical = BUF_INIT;

	if (base_of(f))
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
	struct domain_form *f = of(e);

	stop_asking(e);
	forget_name_holders(f);
	strv_release(&f->addresses);
	domain_release(&f->domain);
	domain_edit_release(&f->edit);
	field_release(&f->name);
	field_release(&f->description);
	field_release(&f->aliases);
	field_release(&f->relay);
}

static const struct editor_ops ops = {
	.path = path,
	.around = around,
	.decode = decode,
	.look = look,
	.look_away = stop_asking,
	.arrived = arrived,
	.check = check,
	.build_general = build_general,
	.build_mail = build_mail,
	.build_new = build_new,
	.pressed = pressed,
	.changed = changed,
	.change = change,
	.meaning = meaning,
	.name = name,
	.differences = differences,
	.merge = merge,
	.crossed = crossed,
	.release = release,
};

static void open_form(struct app *app, const char *dn)
{
	struct domain_form *f;

	f = editor_new(sizeof(*f), &ops, app, dn, app->domain_attributes);
	field_init(&f->name, "");
	field_init(&f->description, "");
	field_init(&f->aliases, "");
	field_init(&f->relay, "");
	domain_edit_init(&f->edit, NULL);
	f->editor.first_focus = FIELD_RELAY;
	f->editor.form.focus = FIELD_NAME;
	editor_show(&f->editor);
}

void domain_form_open(struct app *app, const char *dn)
{
	open_form(app, dn);
}

void domain_new_open(struct app *app)
{
	open_form(app, NULL);
}
