#include "tests/tui/dit.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/dn.h"
#include "core/schema.h"
#include "tests/tui/filter.h"

static const struct {
	enum err_code code;
	long result;
} results[] = {
	{ERR_LIMIT, 4},
	{ERR_NO_SUCH_ATTRIBUTE, 16},
	{ERR_UNDEFINED_ATTRIBUTE, 17},
	{ERR_CONSTRAINT, 19},
	{ERR_VALUE_EXISTS, 20},
	{ERR_INVALID_SYNTAX, 21},
	{ERR_NO_SUCH_OBJECT, 32},
	{ERR_CREDENTIALS, 49},
	{ERR_DENIED, 50},
	{ERR_BUSY, 51},
	{ERR_UNAVAILABLE, 52},
	{ERR_UNWILLING, 53},
	{ERR_OBJECT_CLASS, 65},
	{ERR_NOT_LEAF, 66},
	{ERR_ENTRY_EXISTS, 68},
	{ERR_ASSERTION, 122},
};

/* relais.schema: the class an attribute needs, and whether it holds one value only. */
static const struct {
	const char *name, *class;
	bool single;
} schema[] = {
	{ATTR_RELAY, CLASS_DOMAIN, true},
	{ATTR_FORWARD, CLASS_DOMAIN, true},
	{ATTR_ROUTING, CLASS_USER, true},
	{ATTR_SELECTED, CLASS_USER, false},
	{"displayName", "inetOrgPerson", true},
};

long dit_result(enum err_code code)
{
	for (size_t i = 0; i < COUNT_OF(results); i++)
		if (results[i].code == code)
			return results[i].result;
	return 80;
}

void dit_release(struct dit *d)
{
	for (size_t i = 0; i < d->entries.n; i++)
		entry_free(d->entries.v[i]);
	array_free(&d->entries);
}

static struct attribute *attribute_of(struct entry *e, const char *name)
{
	for (size_t i = 0; i < e->attributes.n; i++)
		if (strcasecmp(e->attributes.v[i].name, name) == 0)
			return &e->attributes.v[i];
	return NULL;
}

static void attribute_remove(struct entry *e, const char *name)
{
	struct attribute *a = attribute_of(e, name);
	size_t at;

	if (!a)
		return;
	attribute_release(a);
	at = (size_t)(a - e->attributes.v);
	e->attributes.n--;
	memmove(a, a + 1, (e->attributes.n - at) * sizeof(*a));
}

static void set_text(struct entry *e, const char *name, const char *text)
{
	attribute_remove(e, name);
	entry_add(e, name, text, strlen(text));
}

/* What the server writes by itself on every change. */
static void stamp(struct dit *d, struct entry *e, const char *who)
{
	struct buf text = BUF_INIT;

	d->stamp++;
	buf_printf(&text, "20240101%02u%02u%02u", d->stamp / 3600 % 24, d->stamp / 60 % 60,
		d->stamp % 60);
	buf_putc(&text, 'Z');
	set_text(e, "modifyTimestamp", text.s);
	buf_truncate(&text, text.len - 1);
	buf_puts(&text, ".000000Z#000000#000#000000");
	set_text(e, "entryCSN", text.s);
	buf_release(&text);
	set_text(e, "modifiersName", who);
}

static void adopt(struct dit *d, struct entry *e, const char *who)
{
	struct buf id = BUF_INIT;

	if (dit_find(d, e->dn))
		BUG("%s twice", e->dn);
	stamp(d, e, who);
	buf_printf(&id, "00000000-0000-4000-8000-%012x", d->stamp);
	if (!*e->id)
		entry_add(e, "entryUUID", id.s, id.len);
	buf_release(&id);
	*array_add(&d->entries) = e;
}

void dit_load(struct dit *d, const char *ldif)
{
	struct entries fresh = {0};

	ldif_parse(ldif, &fresh);
	for (size_t i = 0; i < fresh.n; i++)
		adopt(d, fresh.v[i], "uid=admin1,ou=admins,dc=demo");
	array_free(&fresh);
}

struct entry *dit_find(const struct dit *d, const char *dn)
{
	for (size_t i = 0; i < d->entries.n; i++)
		if (dn_same(d->entries.v[i]->dn, dn))
			return d->entries.v[i];
	return NULL;
}

struct entry *dit_find_id(const struct dit *d, const char *id)
{
	for (size_t i = 0; *id && i < d->entries.n; i++)
		if (strcmp(d->entries.v[i]->id, id) == 0)
			return d->entries.v[i];
	return NULL;
}

void dit_rename(struct dit *d, const char *dn, const char *to, const char *who)
{
	struct entry *e = dit_find(d, dn);

	if (!e)
		BUG("%s is not there", dn);
	free(e->dn);
	e->dn = xstrdup(to);
	stamp(d, e, who);
}

static bool has_below(const struct dit *d, const char *dn)
{
	for (size_t i = 0; i < d->entries.n; i++)
		if (dn_within(d->entries.v[i]->dn, dn) && !dn_same(d->entries.v[i]->dn, dn))
			return true;
	return false;
}

bool dit_exists(const struct dit *d, const char *dn)
{
	return dit_find(d, dn) || has_below(d, dn);
}

static bool refuse(struct err *err, enum err_code code, const char *dn,
	const char *attribute, const char *words)
{
	return err_set(err, code, dit_result(code), words, dn, attribute, NULL);
}

static size_t value_at(const struct attribute *a, const struct value *v)
{
	size_t i = 0;

	while (a && i < a->values.n &&
		!same_ignoring_case(a->values.v[i].p, a->values.v[i].n, v->p, v->n))
		i++;
	return i;
}

static bool has_value(const struct attribute *a, const struct value *v)
{
	return a && value_at(a, v) < a->values.n;
}

static void value_remove(struct attribute *a, size_t i)
{
	free(a->values.v[i].p);
	a->values.n--;
	memmove(&a->values.v[i], &a->values.v[i + 1],
		(a->values.n - i) * sizeof(*a->values.v));
}

static bool mod_delete(struct entry *e, const struct attribute *what, struct err *err)
{
	struct attribute *a = attribute_of(e, what->name);

	if (!a)
		return refuse(err, ERR_NO_SUCH_ATTRIBUTE, e->dn, what->name,
			"modify/delete: no such attribute");
	for (size_t i = 0; i < what->values.n; i++) {
		size_t at = value_at(a, &what->values.v[i]);

		if (at == a->values.n)
			return refuse(err, ERR_NO_SUCH_ATTRIBUTE, e->dn, what->name,
				"modify/delete: no such value");
		value_remove(a, at);
	}
	if (what->values.n == 0 || a->values.n == 0)
		attribute_remove(e, what->name);
	return true;
}

static bool mod_add(struct entry *e, const struct attribute *what, struct err *err)
{
	for (size_t i = 0; i < what->values.n; i++) {
		const struct value *v = &what->values.v[i];

		if (has_value(entry_get(e, what->name), v))
			return refuse(err, ERR_VALUE_EXISTS, e->dn, what->name,
				"modify/add: value #0 already exists");
		entry_add(e, what->name, v->p, v->n);
	}
	return true;
}

static bool mod_apply(struct entry *e, const struct mod *m, struct err *err)
{
	switch (m->op) {
	case MOD_ADD:
		break;
	case MOD_DELETE:
		return mod_delete(e, &m->attribute, err);
	case MOD_REPLACE:
		attribute_remove(e, m->attribute.name);
		break;
	}
	return mod_add(e, &m->attribute, err);
}

static bool fits_schema(const struct entry *e, struct err *err)
{
	for (size_t i = 0; i < COUNT_OF(schema); i++) {
		const struct attribute *a = entry_get(e, schema[i].name);

		if (a && !entry_has_value(e, ATTR_OBJECT_CLASS, schema[i].class))
			return refuse(err, ERR_OBJECT_CLASS, e->dn, schema[i].name,
				"attribute not allowed");
		if (a && schema[i].single && a->values.n > 1)
			return refuse(err, ERR_CONSTRAINT, e->dn, schema[i].name,
				"attribute cannot have multiple values");
	}
	return true;
}

static bool apply_mods(struct entry *e, const struct change *c, struct err *err)
{
	for (size_t i = 0; i < c->mods.n; i++)
		if (!mod_apply(e, &c->mods.v[i], err))
			return false;
	return fits_schema(e, err);
}

static bool apply_add(
	struct dit *d, const struct change *c, const char *who, struct err *err)
{
	struct entry *e;

	if (dit_find(d, c->dn))
		return refuse(err, ERR_ENTRY_EXISTS, c->dn, "", "");
	if (!dit_exists(d, dn_parent(c->dn)))
		return refuse(err, ERR_NO_SUCH_OBJECT, c->dn, "", "parent does not exist");
	e = entry_new(c->dn);
	if (!apply_mods(e, c, err)) {
		entry_free(e);
		return false;
	}
	adopt(d, e, who);
	return true;
}

static bool apply_delete(struct dit *d, const struct change *c, struct err *err)
{
	size_t i = 0;

	while (i < d->entries.n && !dn_same(d->entries.v[i]->dn, c->dn))
		i++;
	if (i == d->entries.n)
		return refuse(err, ERR_NO_SUCH_OBJECT, c->dn, "", "");
	if (has_below(d, c->dn))
		return refuse(err, ERR_NOT_LEAF, c->dn, "",
			"subordinate objects must be deleted first");
	entry_free(d->entries.v[i]);
	d->entries.n--;
	memmove(&d->entries.v[i], &d->entries.v[i + 1],
		(d->entries.n - i) * sizeof(*d->entries.v));
	return true;
}

static bool apply_modify(
	struct dit *d, const struct change *c, const char *who, struct err *err)
{
	struct entry *e = dit_find(d, c->dn), *copy, swapped;

	if (!e)
		return refuse(err, ERR_NO_SUCH_OBJECT, c->dn, "", "");
	copy = entry_copy(e);
	if (apply_mods(copy, c, err)) {
		stamp(d, copy, who);
		swapped = *e;
		*e = *copy;
		*copy = swapped;
		entry_free(copy);
		return true;
	}
	entry_free(copy);
	return false;
}

bool dit_apply(struct dit *d, const struct change *c, const char *who, struct err *err)
{
	switch (c->kind) {
	case CHANGE_MODIFY:
		break;
	case CHANGE_ADD:
		return apply_add(d, c, who, err);
	case CHANGE_DELETE:
		return apply_delete(d, c, err);
	}
	return apply_modify(d, c, who, err);
}
