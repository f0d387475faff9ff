/*
 * The user form: Directories › Directory entities › NAME.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/address.h"
#include "core/domainname.h"
#include "core/query.h"
#include "core/route.h"
#include "core/user.h"
#include "tui/editor.h"
#include "tui/i18n.h"
#include "tui/screens.h"
#include "tui/sentence.h"
#include "tui/sheet.h"

enum { ID_OPEN_DOMAIN = ID_OWN, ID_ADD, ID_ADDRESS };
enum { ADD_TEXT = 1, ADD_ALL_NAMES, ADD_DO, ADD_CANCEL };
enum { AROUND_DOMAINS, AROUND_HOLDERS };

struct user_form {
	struct editor editor;
	struct user user; /* the base, when editor.entry */
	struct user_edit edit;
	struct user_around around;
	ARRAY(struct domain) domains; /* what around points to */
	ARRAY(struct user) holders;
	struct field add;   /* an address being added */
	bool add_all_names; /* on all of its domain's names */
	enum rule add_rule; /* why it cannot be */
	char *add_local;    /* being added on all names, once its domain is read; or NULL */
};

static struct user_form *of(const struct editor *e)
{
	return (struct user_form *)e;
}

/* ---- the edit ----------------------------------------------------------------- */

static void decode(struct editor *e)
{
	struct user_form *f = of(e);

	user_release(&f->user);
	user_edit_release(&f->edit);
	user_decode(e->entry, e->view.app->settings, &f->user);
	user_edit_init(&f->edit, &f->user);
}

static bool changed(const struct editor *e)
{
	return user_edit_changed(&of(e)->edit, &of(e)->user);
}

static struct change *change(const struct editor *e)
{
	return user_change(&of(e)->edit, &of(e)->user, e->view.app->settings);
}

/* ---- what stands around ------------------------------------------------------- */

static void add_all(struct strv *to, const struct strv *from)
{
	for (size_t i = 0; i < from->n; i++)
		if (!strv_has_case(to, from->v[i]))
			strv_add(to, from->v[i]);
}

static bool around(struct editor *e, int i, struct search *search, struct buf *text)
{
	struct user_form *f = of(e);
	const struct settings *s = e->view.app->settings;
	struct strv list = {0};

	if (i > AROUND_HOLDERS)
		return false;
	if (i == AROUND_DOMAINS) {
		user_domains(&f->user, &list);
		for (size_t k = 0; k < f->edit.addresses.n; k++)
			strv_add(&list, address_domain(f->edit.addresses.v[k]));
		query_domains_named(s, &list, text);
		search->base = s->domains.base;
		search->attributes = e->view.app->domain_attributes;
	} else {
		add_all(&list, &f->edit.addresses);
		add_all(&list, &f->edit.selected);
		query_holders(s, &list, text);
		search->base = settings_user_search_base(s);
		search->attributes = e->view.app->user_attributes;
	}
	strv_release(&list);
	search->filter = text->s;
	return true;
}

static void forget_around(struct user_form *f)
{
	for (size_t i = 0; i < f->domains.n; i++)
		domain_release(&f->domains.v[i]);
	for (size_t i = 0; i < f->holders.n; i++)
		user_release(&f->holders.v[i]);
	array_free(&f->domains);
	array_free(&f->holders);
	memset(&f->around, 0, sizeof(f->around));
}

static void add_on_all_names(struct user_form *f);

static void arrived(struct editor *e)
{
	struct user_form *f = of(e);
	const struct fetch *domains = &e->around[AROUND_DOMAINS],
			   *holders = &e->around[AROUND_HOLDERS];

	forget_around(f);
	for (size_t i = 0; i < domains->entries.n; i++) {
		struct domain d;

		if (domain_decode(domains->entries.v[i], &d))
			*array_add(&f->domains) = d;
	}
	for (size_t i = 0; i < holders->entries.n; i++)
		if (strcmp(holders->entries.v[i]->id, e->entry->id) != 0)
			user_decode(holders->entries.v[i], e->view.app->settings,
				array_add(&f->holders));
	f->around = (struct user_around){
		f->domains.v, f->domains.n, f->holders.v, f->holders.n};
	if (f->add_local)
		add_on_all_names(f);
}

/* Every address the form shows: the user's, then selected ones that are not his. */
static void shown_addresses(const struct user_form *f, struct strv *out)
{
	add_all(out, &f->edit.addresses);
	if (f->edit.routing == ROUTING_EXTERNAL)
		add_all(out, &f->edit.selected);
}

/* ---- adding and removing addresses --------------------------------------------- */

static void add_address(struct user_form *f, const char *address)
{
	if (!strv_has_case(&f->edit.addresses, address))
		strv_add(&f->edit.addresses, address);
	if (!strv_has_case(&f->edit.selected, address))
		strv_add(&f->edit.selected, address);
}

/* The domain is known now: the same local part under each of its names. */
static void add_on_all_names(struct user_form *f)
{
	const struct domain *d;
	struct buf address = BUF_INIT;
	size_t local = strcspn(f->add_local, "@");

	d = user_around_domain(&f->around, address_domain(f->add_local));
	for (size_t i = 0; d && i < d->names.n; i++) {
		buf_reset(&address);
		buf_add(&address, f->add_local, local + 1);
		buf_puts(&address, d->names.v[i]);
		add_address(f, address.s);
	}
	free(f->add_local);
	f->add_local = NULL;
	buf_release(&address);
}

/* A local part alone is completed by the domain of the first address. */
static enum rule typed_address(const struct user_form *f, struct buf *out)
{
	struct buf typed = BUF_INIT;
	enum rule rule;

	buf_puts(&typed, f->add.text.s);
	if (typed.len && !strchr(typed.s, '@') && f->user.addresses.n)
		buf_printf(&typed, "@%s", address_domain(f->user.addresses.v[0]));
	rule = address_canonical(typed.s, out);
	buf_release(&typed);
	return rule;
}

static void build_add(struct user_form *f, struct form *form)
{
	struct form_item *item = form_field(form, ADD_TEXT, tr("Address"), &f->add);

	if (f->add_rule != RULE_OK) {
		struct finding why = {.rule = f->add_rule};
		struct buf text = BUF_INIT;

		sentence_finding(&why, &text);
		form_note(item, STYLE_ERROR, text.s);
		buf_release(&text);
	}
	form_check(form, ADD_ALL_NAMES, tr("on all of the domain's names"),
		f->add_all_names, NULL);
	form_button(form, ADD_DO, tr("Add"));
	form_button(form, ADD_CANCEL, tr("Cancel"));
	form_settle(form);
}

static void take_added(struct user_form *f, const char *address)
{
	struct editor *e = &f->editor;

	add_address(f, address);
	free(f->add_local);
	f->add_local = f->add_all_names ? xstrdup(address) : NULL;
	app_pop(e->view.app, e->view.app->top);
	e->refused = (struct err){0};
	editor_touch(e);
	editor_look_around(e);
}

static bool answer_add(void *arg, int id)
{
	struct user_form *f = of(arg);
	struct sheet *sheet = (struct sheet *)f->editor.view.app->top;
	struct buf address = BUF_INIT;

	if (id == 0 || id == ADD_CANCEL)
		return true;
	if (id == ADD_ALL_NAMES) {
		f->add_all_names = !f->add_all_names;
	} else {
		f->add_rule = typed_address(f, &address);
		if (f->add_rule == RULE_OK) {
			take_added(f, address.s);
			buf_release(&address);
			return false;
		}
		sheet->form.focus = ADD_TEXT;
	}
	form_clear(&sheet->form);
	build_add(f, &sheet->form);
	return false;
}

static void ask_address(struct user_form *f)
{
	struct sheet *s =
		sheet_new(f->editor.view.app, tr("Add an address"), answer_add, &f->editor);

	field_set(&f->add, "");
	f->add_rule = RULE_OK;
	s->width = 60;
	s->form.focus = ADD_TEXT;
	build_add(f, &s->form);
	sheet_show(s);
}

static void drop(struct strv *list, const char *address)
{
	for (size_t i = list->n; i > 0; i--)
		if (strcasecmp(list->v[i - 1], address) == 0)
			strv_remove(list, i - 1);
}

static void remove_address(struct user_form *f, size_t i)
{
	struct strv addresses = {0};

	shown_addresses(f, &addresses);
	if (i < addresses.n) {
		drop(&f->edit.addresses, addresses.v[i]);
		drop(&f->edit.selected, addresses.v[i]);
	}
	strv_release(&addresses);
}

static void check(struct editor *e)
{
	struct user_form *f = of(e);

	if (e->around_known)
		user_check(&f->edit, &f->user, e->view.app->settings, &f->around,
			&e->findings);
}

/* Another administrator cleared the relay while this save made the user external. */
static bool crossed(struct editor *e, struct buf *sentence)
{
	struct user_form *f = of(e);
	struct findings found = {0};
	bool broken = false;

	user_check(&f->edit, &f->user, e->view.app->settings, &f->around, &found);
	for (size_t i = 0; i < found.n && !broken; i++) {
		if (found.v[i].rule != RULE_EXTERNAL_NEEDS_RELAY &&
			found.v[i].rule != RULE_ADDRESS_TAKEN)
			continue;
		broken = true;
		buf_puts(sentence, tr("Somebody else saved at the same time."));
		buf_putc(sentence, ' ');
		sentence_finding(&found.v[i], sentence);
	}
	findings_release(&found);
	return broken;
}

/* ---- where mail goes ---------------------------------------------------------- */

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

	add_all(&all, &f->user.addresses);
	add_all(&all, &f->user.selected);
	add_all(&all, &typed->addresses);
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
	struct user_form *f = of(e);
	struct user typed;
	size_t before;

	user_as_typed(&f->edit, &f->user, &typed);
	before = review->items.n;
	moved_addresses(f, &typed, review);
	form_text(review, STYLE_TEXT,
		review->items.n == before ? tr("No mail goes elsewhere by this change.")
					  : tr("In force from the next message on."));
	if (f->user.routing != f->edit.routing)
		say_sign_in(f, review);
	user_release(&typed);
}

/* ---- the form ----------------------------------------------------------------- */

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

static void build_mail(struct editor *e)
{
	struct user_form *f = of(e);
	struct form *form = &f->editor.form;
	struct strv addresses = {0};
	struct form_item *item;
	struct user typed;
	const struct domain *d;

	item = form_choice(
		form, FIELD_ROUTING, tr("Mail system"), sentence_routing(f->edit.routing));
	editor_note(&f->editor, item, FIELD_ROUTING);
	form_blank(form);
	shown_addresses(f, &addresses);
	item = form_text(form, STYLE_TITLE,
		f->edit.routing == ROUTING_EXTERNAL
			? tr("All these addresses will be routed to your third-party mail "
			     "system:")
			: tr("Addresses:"));
	editor_note(&f->editor, item, FIELD_SELECTION);
	if (!item->note)
		editor_note(&f->editor, item, FIELD_ADDRESSES);
	user_as_typed(&f->edit, &f->user, &typed);
	for (size_t i = 0; i < addresses.n; i++)
		address_item(f, &typed, i, addresses.v[i]);
	if (!addresses.n)
		form_text(form, STYLE_DIM, tr("This user has no address."))->indent = 2;
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
	struct user_form *f = of(e);
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

/* ---- doing -------------------------------------------------------------------- */

static bool answer_routing(void *arg, int id)
{
	static const enum routing routings[] = {
		ROUTING_INTERNAL, ROUTING_EXTERNAL, ROUTING_NONE};
	struct editor *e = arg;

	if (id > 0)
		of(e)->edit.routing = routings[id - 1];
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

static void toggle_address(struct user_form *f, size_t i)
{
	struct strv addresses = {0};
	bool was;

	shown_addresses(f, &addresses);
	if (i >= addresses.n)
		BUG("address %zu of %zu", i, addresses.n);
	was = strv_has_case(&f->edit.selected, addresses.v[i]);
	drop(&f->edit.selected, addresses.v[i]);
	if (!was)
		strv_add(&f->edit.selected, addresses.v[i]);
	strv_release(&addresses);
}

static void pressed(struct editor *e, int id)
{
	struct user_form *f = of(e);

	e->refused = (struct err){0};
	if (id == FIELD_ROUTING) {
		choose_routing(f);
		return;
	}
	if (id == ID_ADD) {
		ask_address(f);
		return;
	}
	if (id == ID_OPEN_DOMAIN) {
		const struct domain *d = domain_without_relay(f);

		if (d)
			domain_form_open(e->view.app, d->entry->dn);
		return;
	}
	if (id >= ID_ADDRESS && f->edit.routing == ROUTING_EXTERNAL)
		toggle_address(f, (size_t)(id - ID_ADDRESS));
	editor_touch(e);
}

static bool can(struct editor *e, enum action action)
{
	if (!e->mail_tab || e->phase != EDITOR_READY)
		return false;
	switch ((int)action) {
	case ACT_ALL:
	case ACT_NO_ONE:
		return of(e)->edit.routing == ROUTING_EXTERNAL;
	case ACT_ADD:
		return true;
	case ACT_REMOVE:
		return e->form.focus >= ID_ADDRESS;
	default:
		return false;
	}
}

static void act(struct editor *e, enum action action)
{
	struct user_form *f = of(e);

	e->refused = (struct err){0};
	if (action == ACT_ADD) {
		ask_address(f);
		return;
	}
	if (action == ACT_REMOVE) {
		remove_address(f, (size_t)(e->form.focus - ID_ADDRESS));
	} else {
		strv_release(&f->edit.selected);
		if (action == ACT_ALL)
			strv_copy(&f->edit.selected, &f->edit.addresses);
	}
	editor_touch(e);
}

/* ---- conflict ----------------------------------------------------------------- */

static void join_addresses(const struct strv *list, struct buf *out)
{
	for (size_t i = 0; i < list->n; i++) {
		if (i)
			buf_puts(out, ", ");
		address_shown(list->v[i], out);
	}
	if (!list->n)
		buf_puts(out, "–");
}

static int by_bytes(const void *a, const void *b)
{
	return strcasecmp(*(char *const *)a, *(char *const *)b);
}

/* The order of values means nothing: compared and shown sorted. */
static char *sorted_words(const struct strv *list)
{
	struct strv sorted = {0};
	struct buf out = BUF_INIT;

	strv_copy(&sorted, list);
	if (sorted.n)
		qsort(sorted.v, sorted.n, sizeof(*sorted.v), by_bytes);
	join_addresses(&sorted, &out);
	strv_release(&sorted);
	return buf_detach(&out);
}

static void list_difference(struct differences *out, int id, const char *label,
	const struct strv *before, const struct strv *theirs, const struct strv *yours)
{
	char *a = sorted_words(before), *b = sorted_words(theirs), *c = sorted_words(yours);

	editor_difference(out, id, label, a, b, c);
	free(a);
	free(b);
	free(c);
}

static void differences(
	struct editor *e, const struct entry *theirs, struct differences *out)
{
	static const struct strv none;
	struct user_form *f = of(e);
	struct user other;

	user_decode(theirs, e->view.app->settings, &other);
	editor_difference(out, FIELD_ROUTING, tr("Mail system"),
		sentence_routing(f->user.routing), sentence_routing(other.routing),
		sentence_routing(f->edit.routing));
	list_difference(out, FIELD_SELECTION, tr("Addresses of the third-party system"),
		&f->user.selected, &other.selected,
		f->edit.routing == ROUTING_EXTERNAL ? &f->edit.selected : &none);
	list_difference(out, FIELD_ADDRESSES, tr("Addresses"), &f->user.addresses,
		&other.addresses, &f->edit.addresses);
	user_release(&other);
}

static void merge(struct editor *e, const struct differences *chosen)
{
	struct user_form *f = of(e);
	struct user_edit mine = f->edit;

	memset(&f->edit, 0, sizeof(f->edit));
	decode(e);
	if (!editor_chose_theirs(chosen, FIELD_ROUTING))
		f->edit.routing = mine.routing;
	if (!editor_chose_theirs(chosen, FIELD_SELECTION))
		strv_copy(&f->edit.selected, &mine.selected);
	if (!editor_chose_theirs(chosen, FIELD_ADDRESSES))
		strv_copy(&f->edit.addresses, &mine.addresses);
	user_edit_release(&mine);
}

/* ---- the view ----------------------------------------------------------------- */

static void name(const struct editor *e, struct buf *out)
{
	buf_puts(out, e->entry ? of(e)->user.name : "…");
}

static void path(struct editor *e, struct buf *out)
{
	name(e, out);
}

static void release(struct editor *e)
{
	struct user_form *f = of(e);

	forget_around(f);
	user_release(&f->user);
	user_edit_release(&f->edit);
	field_release(&f->add);
	free(f->add_local);
}

static const struct editor_ops ops = {
	.path = path,
	.around = around,
	.decode = decode,
	.arrived = arrived,
	.check = check,
	.build_general = build_general,
	.build_mail = build_mail,
	.pressed = pressed,
	.can = can,
	.act = act,
	.changed = changed,
	.change = change,
	.meaning = meaning,
	.name = name,
	.differences = differences,
	.merge = merge,
	.crossed = crossed,
	.release = release,
};

void user_form_open(struct app *app, const char *dn)
{
	struct user_form *f = editor_new(sizeof(*f), &ops, app, dn, app->user_attributes);

	field_init(&f->add, "");
	f->editor.first_focus = FIELD_ROUTING;
	editor_show(&f->editor);
}
