#include "core/domain.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/address.h"
#include "core/dn.h"
#include "core/domain_typed.h"
#include "core/domainname.h"
#include "core/schema.h"
#include "core/text.h"

static const char *first_name(const struct attribute *a)
{
	for (size_t i = 0; a && i < a->values.n; i++)
		if (value_is_text(&a->values.v[i]))
			return a->values.v[i].p;
	return NULL;
}

/* Whatever the RDN's type, its value is the name when the entry holds it. */
static char *name_of(const struct entry *e)
{
	const char *first = first_name(entry_get(e, ATTR_DOMAIN));
	struct buf type = BUF_INIT, value = BUF_INIT, name = BUF_INIT;

	if (!first)
		return NULL;
	dn_rdn(e->dn, &type, &value);
	if (value.len && entry_has_value(e, ATTR_DOMAIN, value.s))
		first = value.s;
	address_key(first, &name);
	buf_release(&type);
	buf_release(&value);
	return buf_detach(&name);
}

static void decode_names(struct domain *d, const struct attribute *a)
{
	struct buf lower = BUF_INIT;

	strv_add(&d->names, d->name);
	for (size_t i = 0; a && i < a->values.n; i++) {
		if (!value_is_text(&a->values.v[i]))
			continue;
		buf_reset(&lower);
		address_key(a->values.v[i].p, &lower);
		if (!strv_has_case(&d->names, lower.s))
			strv_add(&d->names, lower.s);
	}
	buf_release(&lower);
}

static void decode_relay(struct domain *d)
{
	const struct attribute *a = entry_get(d->entry, ATTR_RELAY);

	d->relay_value = xstrdup(entry_text(d->entry, ATTR_RELAY));
	d->relay_state = RELAY_UNSET;
	if (!a || a->values.n == 0)
		return;
	d->relay_state =
		value_is_text(&a->values.v[0]) &&
				nexthop_parse_stored(d->relay_value, &d->relay) == RULE_OK
			? RELAY_USABLE
			: RELAY_MALFORMED;
}

static void decode(const struct entry *e, char *name, struct domain *d)
{
	const struct attribute *description = entry_get(e, ATTR_DESCRIPTION);
	struct buf printable = BUF_INIT;

	memset(d, 0, sizeof(*d));
	d->entry = entry_copy(e);
	d->name = name;
	decode_names(d, entry_get(e, ATTR_DOMAIN));
	decode_relay(d);
	if (description && description->values.n)
		text_printable(
			&printable, description->values.v[0].p, description->values.v[0].n);
	d->description = buf_detach(&printable);
	d->forward_unknown = strcasecmp(entry_text(e, ATTR_FORWARD), "TRUE") == 0;
}

bool domain_decode(const struct entry *e, struct domain *d)
{
	char *name = name_of(e);

	if (name)
		decode(e, name, d);
	return name != NULL;
}

void domain_adopt(const struct entry *e, const char *name, struct domain *d)
{
	decode(e, xstrdup(name), d);
	d->adopted = true;
}

void domain_release(struct domain *d)
{
	entry_free(d->entry);
	free(d->name);
	strv_release(&d->names);
	free(d->description);
	free(d->relay_value);
	memset(d, 0, sizeof(*d));
}

bool domain_has_name(const struct domain *d, const char *name)
{
	return strv_has_case(&d->names, name);
}

static char *name_shown(const char *name)
{
	struct buf shown = BUF_INIT;

	domainname_shown(name, &shown);
	return buf_detach(&shown);
}

void domain_edit_init(struct domain_edit *edit, const struct domain *d)
{
	struct buf relay = BUF_INIT;

	memset(edit, 0, sizeof(*edit));
	if (d)
		domain_relay_shown(d, &relay);
	edit->name = d ? name_shown(d->name) : xstrdup("");
	edit->description = xstrdup(d ? d->description : "");
	edit->relay = buf_detach(&relay);
	edit->forward_unknown = d && d->forward_unknown;
	for (size_t i = 1; d && i < d->names.n; i++) {
		char *alias = name_shown(d->names.v[i]);

		strv_add(&edit->aliases, alias);
		free(alias);
	}
}

static void keep_text(char **typed, char *own)
{
	const char *p = *typed;

	if (text_trim(&p) == 0) {
		free(*typed);
		*typed = own;
	} else {
		free(own);
	}
}

void domain_edit_adopt(struct domain_edit *edit, const struct domain *d)
{
	struct domain_edit own;

	domain_edit_init(&own, d);
	for (size_t i = 0; i < own.aliases.n; i++)
		strv_add(&edit->aliases, own.aliases.v[i]);
	keep_text(&edit->description, own.description);
	keep_text(&edit->relay, own.relay);
	edit->forward_unknown = edit->forward_unknown || own.forward_unknown;
	strv_release(&own.aliases);
	free(own.name);
}

void domain_edit_release(struct domain_edit *edit)
{
	free(edit->name);
	free(edit->description);
	strv_release(&edit->aliases);
	free(edit->relay);
	memset(edit, 0, sizeof(*edit));
}

static bool aliases_touched(const struct domain_typed *t, const struct domain *d)
{
	size_t known = 0;

	for (size_t i = 0; i < t->aliases.n; i++)
		known += t->aliases.v[i].known;
	return known != t->aliases.n || (d && known != d->names.n - 1);
}

bool domain_edit_changed(const struct domain_edit *edit, const struct domain *d)
{
	struct domain_typed t;
	bool changed;

	domain_typed_read(&t, edit, d);
	changed = t.relay_touched || t.forward_touched || t.description_touched ||
		  aliases_touched(&t, d) || (!d && t.name_rule != RULE_EMPTY) ||
		  (d && d->adopted);
	domain_typed_release(&t);
	return changed;
}

static void relay_as_typed(
	const struct domain_typed *t, const struct domain *d, struct domain *out)
{
	struct buf value = BUF_INIT;

	out->relay_state = RELAY_UNSET;
	if (!t->relay_touched && d) {
		out->relay_state = d->relay_state;
		out->relay = d->relay;
		buf_puts(&value, d->relay_value);
	} else if (t->relay_rule == RULE_OK) {
		out->relay_state = RELAY_USABLE;
		out->relay = t->relay;
		nexthop_format(&t->relay, &value);
	}
	out->relay_value = buf_detach(&value);
}

void domain_as_typed(
	const struct domain_edit *edit, const struct domain *d, struct domain *out)
{
	struct domain_typed t;

	domain_typed_read(&t, edit, d);
	memset(out, 0, sizeof(*out));
	out->entry = d ? entry_copy(d->entry) : NULL;
	out->name = xstrdup(t.name);
	if (*t.name)
		strv_add(&out->names, t.name);
	for (size_t i = 0; i < t.aliases.n; i++)
		if (t.aliases.v[i].known || t.aliases.v[i].rule == RULE_OK)
			strv_add(&out->names, t.aliases.v[i].name);
	out->description = xstrdup(t.description);
	relay_as_typed(&t, d, out);
	out->forward_unknown = edit->forward_unknown;
	domain_typed_release(&t);
}

static void add_text(struct attribute *a, const char *s)
{
	attribute_add(a, s, strlen(s));
}

/* What is stored stays in its own spelling, and what is no text, which nobody has seen. */
static void set_names(
	struct change *c, const struct domain *d, const struct domain_typed *t)
{
	const struct attribute *stored = entry_get(d->entry, ATTR_DOMAIN);
	struct attribute names = {.name = xstrdup(ATTR_DOMAIN)};

	for (size_t i = 0; stored && i < stored->values.n; i++) {
		const struct value *v = &stored->values.v[i];

		if (!value_is_text(v) || strcasecmp(v->p, d->name) == 0 ||
			domain_typed_has_alias(t, v->p))
			attribute_add(&names, v->p, v->n);
	}
	if (!attribute_holds_case(&names, d->name))
		add_text(&names, d->name);
	for (size_t i = 0; i < t->aliases.n; i++)
		if (!t->aliases.v[i].known)
			add_text(&names, t->aliases.v[i].name);
	change_set_bytes(c, d->entry, &names);
	attribute_release(&names);
}

/* The form shows the first description; others stay. */
static void set_description(
	struct change *c, const struct domain *d, const struct domain_typed *t)
{
	const struct attribute *stored = entry_get(d->entry, ATTR_DESCRIPTION);
	struct attribute values = {.name = xstrdup(ATTR_DESCRIPTION)};

	for (size_t i = 1; stored && i < stored->values.n; i++)
		attribute_add(&values, stored->values.v[i].p, stored->values.v[i].n);
	if (*t->description)
		add_text(&values, t->description);
	change_set_bytes(c, d->entry, &values);
	attribute_release(&values);
}

static void set_relay(
	struct change *c, const struct domain *d, const struct domain_typed *t)
{
	struct strv values = {0};
	struct buf relay = BUF_INIT;

	if (t->relay_rule == RULE_OK) {
		nexthop_format(&t->relay, &relay);
		strv_add(&values, relay.s);
	} else if (t->relay_rule != RULE_EMPTY) {
		BUG("saving relay rule %d", (int)t->relay_rule);
	}
	change_set(c, d->entry, ATTR_RELAY, &values);
	buf_release(&relay);
	strv_release(&values);
}

static void set_one(
	struct change *c, const struct entry *e, const char *name, const char *value)
{
	struct strv values = {0};

	strv_add(&values, value);
	change_set(c, e, name, &values);
	strv_release(&values);
}

static void add_class(struct change *c, const struct entry *e)
{
	struct attribute classes;

	if (entry_has_value(e, ATTR_OBJECT_CLASS, CLASS_DOMAIN))
		return;
	entry_copy_attribute(e, ATTR_OBJECT_CLASS, &classes);
	add_text(&classes, CLASS_DOMAIN);
	change_set_bytes(c, e, &classes);
	attribute_release(&classes);
}

static struct change *domain_modify(const struct domain_edit *edit, const struct domain *d,
	const struct domain_typed *t)
{
	struct change *c = change_new(CHANGE_MODIFY, d->entry->dn);

	add_class(c, d->entry);
	if (d->adopted || aliases_touched(t, d))
		set_names(c, d, t);
	if (t->description_touched)
		set_description(c, d, t);
	if (t->relay_touched)
		set_relay(c, d, t);
	if (t->forward_touched)
		set_one(c, d->entry, ATTR_FORWARD,
			edit->forward_unknown ? "TRUE" : "FALSE");
	return c;
}

static void add_one(struct change *c, const char *name, const char *value)
{
	if (*value)
		mod_value(change_mod(c, MOD_ADD, name), value, strlen(value));
}

static struct change *domain_add(const struct domain_edit *edit,
	const struct domain_typed *t, const struct settings *settings)
{
	struct buf dn = BUF_INIT, relay = BUF_INIT;
	struct change *c;
	struct mod *m;

	buf_puts(&dn, ATTR_DOMAIN "=");
	dn_escape(&dn, t->name, strlen(t->name));
	buf_printf(&dn, ",%s", settings->domains.base);
	c = change_new(CHANGE_ADD, dn.s);
	m = change_mod(c, MOD_ADD, ATTR_OBJECT_CLASS);
	mod_value(m, "organizationalUnit", 18);
	mod_value(m, CLASS_DOMAIN, strlen(CLASS_DOMAIN));
	add_one(c, "ou", t->name);
	m = change_mod(c, MOD_ADD, ATTR_DOMAIN);
	mod_value(m, t->name, strlen(t->name));
	for (size_t i = 0; i < t->aliases.n; i++)
		mod_value(m, t->aliases.v[i].name, strlen(t->aliases.v[i].name));
	add_one(c, ATTR_DESCRIPTION, t->description);
	if (t->relay_rule == RULE_OK)
		nexthop_format(&t->relay, &relay);
	add_one(c, ATTR_RELAY, relay.s);
	add_one(c, ATTR_FORWARD, edit->forward_unknown ? "TRUE" : "");
	buf_release(&dn);
	buf_release(&relay);
	return c;
}

struct change *domain_change(const struct domain_edit *edit, const struct domain *d,
	const struct settings *settings)
{
	struct domain_typed t;
	struct change *c;

	if (!domain_edit_changed(edit, d))
		return NULL;
	domain_typed_read(&t, edit, d);
	c = d ? domain_modify(edit, d, &t) : domain_add(edit, &t, settings);
	domain_typed_release(&t);
	return c;
}
