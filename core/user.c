#include "core/user.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/address.h"
#include "core/dn.h"
#include "core/schema.h"
#include "core/text.h"
#include "core/user_typed.h"

static const char *const routing_words[] = {[ROUTING_NONE] = "none",
	[ROUTING_INTERNAL] = "internal",
	[ROUTING_EXTERNAL] = "external"};

static bool put_first(const struct entry *e, const char *name, struct buf *out)
{
	const struct attribute *a = entry_get(e, name);

	if (!a || a->values.n == 0 || a->values.v[0].n == 0)
		return false;
	text_printable(out, a->values.v[0].p, a->values.v[0].n);
	return true;
}

const char *user_routing_word(enum routing routing)
{
	return routing_words[routing];
}

static char *name_of(const struct entry *e)
{
	struct buf name = BUF_INIT, type = BUF_INIT, value = BUF_INIT;

	if (!put_first(e, "displayName", &name) && !put_first(e, "cn", &name)) {
		dn_rdn(e->dn, &type, &value);
		text_printable(&name, value.s, value.len);
	}
	buf_release(&type);
	buf_release(&value);
	return buf_detach(&name);
}

/* A value with a NUL inside is no address that anybody could write to. */
static void add_addresses(const struct entry *e, const char *name, struct strv *out)
{
	const struct attribute *a = entry_get(e, name);

	for (size_t i = 0; a && i < a->values.n; i++) {
		const struct value *v = &a->values.v[i];

		if (value_is_text(v) && !strv_has_case(out, v->p))
			strv_add(out, v->p);
	}
}

static void decode_routing(const struct entry *e, enum routing fallback, struct user *u)
{
	const struct attribute *a = entry_get(e, ATTR_ROUTING);
	const char *word = entry_text(e, ATTR_ROUTING);

	u->routing = fallback;
	u->routing_missing = !a || a->values.n == 0;
	u->routing_unknown = !u->routing_missing;
	for (size_t i = 0; i < COUNT_OF(routing_words); i++) {
		if (strcasecmp(routing_words[i], word) != 0)
			continue;
		u->routing = (enum routing)i;
		u->routing_unknown = false;
	}
}

static bool has_class(const struct entry *e, const char *const *classes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (entry_has_value(e, ATTR_OBJECT_CLASS, classes[i]))
			return true;
	return false;
}

static enum user_kind kind_of(const struct entry *e)
{
	static const char *const person[] = {"person", "organizationalPerson",
		"inetOrgPerson", "account", "residentialPerson"};
	static const char *const group[] = {"groupOfNames", "groupOfUniqueNames",
		"groupOfMembers", "groupOfURLs", "posixGroup", "rfc822MailGroup",
		"mailGroup", "nisMailAlias", "group"};
	static const char *const shared[] = {"room", "device", "applicationProcess",
		"kolabSharedFolder", "calEntry", "sharedMailbox", "mailSharedFolder"};

	if (has_class(e, person, COUNT_OF(person)))
		return KIND_PERSON;
	if (has_class(e, group, COUNT_OF(group)))
		return KIND_GROUP;
	return has_class(e, shared, COUNT_OF(shared)) ? KIND_SHARED : KIND_PERSON;
}

void user_read(const struct entry *e, const struct settings *settings, struct user *u)
{
	memset(u, 0, sizeof(*u));
	u->name = name_of(e);
	u->kind = kind_of(e);
	for (size_t i = 0; i < settings->users.addresses.n; i++)
		add_addresses(e, settings->users.addresses.v[i], &u->addresses);
	add_addresses(e, ATTR_SELECTED, &u->selected);
	decode_routing(e, settings->users.default_routing, u);
}

void user_decode(const struct entry *e, const struct settings *settings, struct user *u)
{
	user_read(e, settings, u);
	u->entry = entry_copy(e);
}

void user_release(struct user *u)
{
	entry_free(u->entry);
	free(u->name);
	strv_release(&u->addresses);
	strv_release(&u->selected);
	memset(u, 0, sizeof(*u));
}

static void add_domains(const struct strv *addresses, struct strv *out)
{
	struct buf domain = BUF_INIT;

	for (size_t i = 0; i < addresses->n; i++) {
		buf_reset(&domain);
		address_key(address_domain(addresses->v[i]), &domain);
		if (domain.len && !strv_has_case(out, domain.s))
			strv_add(out, domain.s);
	}
	buf_release(&domain);
}

void user_domains(const struct user *u, struct strv *out)
{
	add_domains(&u->addresses, out);
	add_domains(&u->selected, out);
}

bool user_has_address(const struct user *u, const char *key)
{
	return strv_has_case(&u->addresses, key);
}

bool user_has_selected(const struct user *u, const char *key)
{
	return strv_has_case(&u->selected, key);
}

void user_edit_init(struct user_edit *edit, const struct user *u)
{
	memset(edit, 0, sizeof(*edit));
	edit->routing = u->routing;
	strv_copy(&edit->addresses, &u->addresses);
	strv_copy(&edit->selected,
		u->routing == ROUTING_EXTERNAL ? &u->selected : &u->addresses);
}

void user_edit_release(struct user_edit *edit)
{
	strv_release(&edit->addresses);
	strv_release(&edit->selected);
	memset(edit, 0, sizeof(*edit));
}

void user_typed_selection(
	const struct user_edit *edit, const struct user *u, struct strv *out)
{
	for (size_t i = 0; i < edit->selected.n; i++) {
		const char *s = edit->selected.v[i];
		bool removed =
			user_has_address(u, s) && !strv_has_case(&edit->addresses, s);

		if (!removed && !strv_has_case(out, s))
			strv_add(out, s);
	}
}

/* What the entry's selection is to be: of a user who was not external and stays so, what
 * somebody left there, without the addresses that go. */
static void selection_to_write(
	const struct user_edit *edit, const struct user *u, struct strv *out)
{
	if (edit->routing == ROUTING_EXTERNAL) {
		user_typed_selection(edit, u, out);
		return;
	}
	if (u->routing != edit->routing)
		return;
	for (size_t i = 0; i < u->selected.n; i++)
		if (!user_has_address(u, u->selected.v[i]) ||
			strv_has_case(&edit->addresses, u->selected.v[i]))
			strv_add(out, u->selected.v[i]);
}

bool user_edit_changed(const struct user_edit *edit, const struct user *u)
{
	struct strv selection = {0};
	bool changed = edit->routing != u->routing ||
		       !strv_same_set(&edit->addresses, &u->addresses);

	selection_to_write(edit, u, &selection);
	changed = changed || !strv_same_set(&selection, &u->selected);
	strv_release(&selection);
	return changed;
}

const struct domain *user_around_domain(const struct user_around *around, const char *name)
{
	for (size_t i = 0; i < around->n_domains; i++)
		if (domain_has_name(&around->domains[i], name))
			return &around->domains[i];
	return NULL;
}

void user_as_typed(const struct user_edit *edit, const struct user *u, struct user *out)
{
	memset(out, 0, sizeof(*out));
	out->entry = u->entry ? entry_copy(u->entry) : NULL;
	out->name = xstrdup(u->name);
	strv_copy(&out->addresses, &edit->addresses);
	out->routing = edit->routing;
	out->routing_missing = u->routing_missing && edit->routing == u->routing;
	out->routing_unknown = u->routing_unknown && edit->routing == u->routing;
	if (edit->routing == ROUTING_EXTERNAL)
		user_typed_selection(edit, u, &out->selected);
}

/* The values of attribute `name` that are among `kept`, in their own spelling, and with
 * `unseen` those that are no text: nobody has seen them, so nobody took them out. */
static void values_kept(const struct entry *e, const char *name, const struct strv *kept,
	bool unseen, struct attribute *out)
{
	const struct attribute *a = entry_get(e, name);

	*out = (struct attribute){.name = xstrdup(name)};
	for (size_t i = 0; a && i < a->values.n; i++) {
		const struct value *v = &a->values.v[i];

		if (value_is_text(v) ? strv_has_case(kept, v->p) : unseen)
			attribute_add(out, v->p, v->n);
	}
}

static void add_missing(
	struct attribute *to, const struct strv *from, const struct strv *known)
{
	for (size_t i = 0; i < from->n; i++)
		if (!(known && strv_has_case(known, from->v[i])) &&
			!attribute_holds_case(to, from->v[i]))
			attribute_add(to, from->v[i], strlen(from->v[i]));
}

static void change_addresses(struct change *c, const struct user_edit *edit,
	const struct user *u, const struct settings *settings)
{
	for (size_t i = 0; i < settings->users.addresses.n; i++) {
		const char *name = settings->users.addresses.v[i];
		struct attribute values;

		values_kept(u->entry, name, &edit->addresses, true, &values);
		if (i == 0)
			add_missing(&values, &edit->addresses, &u->addresses);
		change_set_each(c, u->entry, &values);
		attribute_release(&values);
	}
}

static void change_selection(
	struct change *c, const struct user_edit *edit, const struct user *u)
{
	bool goes = edit->routing != u->routing && edit->routing != ROUTING_EXTERNAL;
	struct strv wanted = {0};
	struct attribute values;

	selection_to_write(edit, u, &wanted);
	values_kept(u->entry, ATTR_SELECTED, &wanted, !goes, &values);
	add_missing(&values, &wanted, NULL);
	change_set_each(c, u->entry, &values);
	strv_release(&wanted);
	attribute_release(&values);
}

static void change_routing(
	struct change *c, const struct user_edit *edit, const struct user *u)
{
	struct strv word = {0};

	if (edit->routing == u->routing)
		return;
	strv_add(&word, routing_words[edit->routing]);
	change_set(c, u->entry, ATTR_ROUTING, &word);
	strv_release(&word);
}

static void change_class(struct change *c, const struct user *u)
{
	const struct attribute *a = entry_get(u->entry, ATTR_OBJECT_CLASS);
	struct attribute classes;

	if (attribute_holds_case(a, CLASS_USER))
		return;
	entry_copy_attribute(u->entry, ATTR_OBJECT_CLASS, &classes);
	attribute_add(&classes, CLASS_USER, strlen(CLASS_USER));
	change_set_bytes(c, u->entry, &classes);
	attribute_release(&classes);
}

struct change *user_change(
	const struct user_edit *edit, const struct user *u, const struct settings *settings)
{
	struct change *c;

	if (!user_edit_changed(edit, u))
		return NULL;
	c = change_new(CHANGE_MODIFY, u->entry->dn);
	change_class(c, u);
	change_addresses(c, edit, u, settings);
	change_routing(c, edit, u);
	change_selection(c, edit, u);
	return c;
}
