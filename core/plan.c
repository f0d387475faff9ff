#include "core/plan.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct change *change_new(enum change_kind kind, const char *dn)
{
	struct change *c = xcalloc(1, sizeof(*c));

	c->kind = kind;
	c->dn = xstrdup(dn);
	if (kind == CHANGE_MODIFY)
		c->before = entry_new(dn);
	return c;
}

void change_free(struct change *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->mods.n; i++)
		attribute_release(&c->mods.v[i].attribute);
	array_free(&c->mods);
	entry_free(c->before);
	free(c->dn);
	free(c);
}

struct change *change_copy(const struct change *c)
{
	struct change *copy = change_new(c->kind, c->dn);

	entry_free(copy->before);
	copy->before = c->before ? entry_copy(c->before) : NULL;
	for (size_t i = 0; i < c->mods.n; i++) {
		struct mod *m = array_add(&copy->mods);

		m->op = c->mods.v[i].op;
		attribute_copy(&m->attribute, &c->mods.v[i].attribute);
	}
	return copy;
}

struct mod *change_mod(struct change *c, enum mod_op op, const char *name)
{
	struct mod *m = array_add(&c->mods);

	m->op = op;
	m->attribute.name = xstrdup(name);
	return m;
}

void mod_value(struct mod *m, const char *bytes, size_t n)
{
	attribute_add(&m->attribute, bytes, n);
}

static size_t count(const struct attribute *a)
{
	return a ? a->values.n : 0;
}

/* A mod with those values of `from` that are not among `without`; none when empty. */
static void mod_difference(struct change *c, enum mod_op op, const char *name,
	const struct attribute *from, const struct attribute *without)
{
	struct mod *m = NULL;

	for (size_t i = 0; i < count(from); i++) {
		const struct value *v = &from->values.v[i];

		if (attribute_holds(without, v->p, v->n))
			continue;
		if (!m)
			m = change_mod(c, op, name);
		mod_value(m, v->p, v->n);
	}
}

static void keep_read(struct change *c, const char *name, const struct attribute *read)
{
	for (size_t i = 0; i < count(read); i++)
		entry_add(c->before, name, read->values.v[i].p, read->values.v[i].n);
}

static void set_bytes(struct change *c, const char *name, const struct attribute *was,
	const struct attribute *is, bool each)
{
	if (attribute_same(was, is))
		return;
	keep_read(c, name, was);
	if (count(is) == 0 && !each) {
		change_mod(c, MOD_DELETE, name);
	} else if (count(was) == 1 && count(is) == 1 && !each) {
		mod_difference(c, MOD_REPLACE, name, is, was);
	} else {
		/* Deleted first: a value may come back in another case. */
		mod_difference(c, MOD_DELETE, name, was, is);
		mod_difference(c, MOD_ADD, name, is, was);
	}
}

static void set_values(
	struct change *c, const struct entry *e, const struct attribute *values, bool each)
{
	struct attribute is = {.name = xstrdup(values->name)};

	for (size_t i = 0; i < values->values.n; i++) {
		const struct value *v = &values->values.v[i];

		if (!attribute_holds(&is, v->p, v->n))
			attribute_add(&is, v->p, v->n);
	}
	entry_set_state(c->before, e->id, e->csn);
	set_bytes(c, values->name, entry_get(e, values->name), &is, each);
	attribute_release(&is);
}

void change_set(struct change *c, const struct entry *e, const char *name,
	const struct strv *values)
{
	struct attribute is = {.name = xstrdup(name)};

	for (size_t i = 0; i < values->n; i++)
		attribute_add(&is, values->v[i], strlen(values->v[i]));
	change_set_bytes(c, e, &is);
	attribute_release(&is);
}

void change_set_bytes(
	struct change *c, const struct entry *e, const struct attribute *values)
{
	set_values(c, e, values, false);
}

void change_set_each(
	struct change *c, const struct entry *e, const struct attribute *values)
{
	set_values(c, e, values, true);
}

static void attribute_drop(struct attribute *a, const struct attribute *values)
{
	size_t kept = 0;

	index_drop(&a->index);
	for (size_t i = 0; i < a->values.n; i++) {
		struct value *v = &a->values.v[i];

		if (values->values.n == 0 || attribute_holds(values, v->p, v->n))
			free(v->p);
		else
			a->values.v[kept++] = *v;
	}
	a->values.n = kept;
}

static void mod_apply(const struct mod *m, struct attribute *a)
{
	const struct attribute none = {0};

	if (m->op == MOD_DELETE)
		attribute_drop(a, &m->attribute);
	if (m->op == MOD_REPLACE)
		attribute_drop(a, &none);
	if (m->op == MOD_DELETE)
		return;
	for (size_t i = 0; i < m->attribute.values.n; i++) {
		const struct value *v = &m->attribute.values.v[i];

		if (!attribute_holds(a, v->p, v->n))
			attribute_add(a, v->p, v->n);
	}
}

static bool mod_names(const struct mod *m, const char *name)
{
	return strcasecmp(m->attribute.name, name) == 0;
}

/* Fills *a, which the caller releases. */
static void result_bytes(const struct change *c, const char *name, struct attribute *a)
{
	const struct attribute *read = c->before ? entry_get(c->before, name) : NULL;

	*a = (struct attribute){0};
	if (c->kind == CHANGE_DELETE)
		return;
	if (read)
		attribute_copy(a, read);
	for (size_t i = 0; i < c->mods.n; i++)
		if (mod_names(&c->mods.v[i], name))
			mod_apply(&c->mods.v[i], a);
}

void change_result(const struct change *c, const char *name, struct strv *values)
{
	struct attribute a;

	result_bytes(c, name, &a);
	for (size_t i = 0; i < a.values.n; i++)
		strv_add(values, a.values.v[i].p);
	attribute_release(&a);
}

bool change_touches(const struct change *c, const char *name)
{
	for (size_t i = 0; i < c->mods.n; i++)
		if (mod_names(&c->mods.v[i], name))
			return true;
	return false;
}

bool change_adds(const struct change *c, const char *value)
{
	for (size_t i = 0; i < c->mods.n; i++) {
		const struct mod *m = &c->mods.v[i];

		for (size_t k = 0; m->op != MOD_DELETE && k < m->attribute.values.n; k++)
			if (strcasecmp(m->attribute.values.v[k].p, value) == 0)
				return true;
	}
	return false;
}

static bool touched_before(const struct change *c, size_t mod)
{
	for (size_t i = 0; i < mod; i++)
		if (mod_names(&c->mods.v[i], c->mods.v[mod].attribute.name))
			return true;
	return false;
}

/* Whether c names every value of the attribute that it takes away. */
static bool names_each(const struct change *c, const char *name)
{
	for (size_t i = 0; i < c->mods.n; i++) {
		const struct mod *m = &c->mods.v[i];

		if (mod_names(m, name) &&
			(m->op == MOD_REPLACE ||
				(m->op == MOD_DELETE && m->attribute.values.n == 0)))
			return false;
	}
	return true;
}

static struct change *inverse_of_modify(const struct change *c)
{
	struct change *inverse = change_new(CHANGE_MODIFY, c->dn);

	if (c->before)
		entry_set_state(inverse->before, c->before->id, "");
	for (size_t i = 0; i < c->mods.n; i++) {
		const char *name = c->mods.v[i].attribute.name;
		struct attribute after;

		if (touched_before(c, i))
			continue;
		result_bytes(c, name, &after);
		set_bytes(inverse, name, &after,
			c->before ? entry_get(c->before, name) : NULL, names_each(c, name));
		attribute_release(&after);
	}
	return inverse;
}

static struct change *inverse_of_add(const struct change *c)
{
	struct change *inverse = change_new(CHANGE_DELETE, c->dn);

	inverse->before = entry_new(c->dn);
	for (size_t i = 0; i < c->mods.n; i++) {
		const struct attribute *a = &c->mods.v[i].attribute;

		keep_read(inverse, a->name, a);
	}
	return inverse;
}

/* RFC 4512 section 3.4, RFC 4530, RFC 5020, OpenLDAP's own and its overlays'. */
bool plan_servers_own(const char *name)
{
	static const char *const names[] = {"authTimestamp", "contextCSN",
		"createTimestamp", "creatorsName", "entryCSN", "entryDN", "entryUUID",
		"governingStructureRule", "hasSubordinates", "memberOf", "modifiersName",
		"modifyTimestamp", "numSubordinates", "pwdAccountLockedTime",
		"pwdChangedTime", "pwdFailureTime", "pwdGraceUseTime", "pwdHistory",
		"pwdLastSuccess", "pwdReset", "structuralObjectClass", "subschemaSubentry"};

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (strcasecmp(names[i], name) == 0)
			return true;
	return false;
}

static struct change *inverse_of_delete(const struct change *c)
{
	struct change *inverse = change_new(CHANGE_ADD, c->dn);

	for (size_t i = 0; c->before && i < c->before->attributes.n; i++) {
		const struct attribute *a = &c->before->attributes.v[i];

		if (!plan_servers_own(a->name))
			mod_difference(inverse, MOD_ADD, a->name, a, NULL);
	}
	return inverse;
}

struct change *change_inverse(const struct change *c)
{
	switch (c->kind) {
	case CHANGE_MODIFY:
		return inverse_of_modify(c);
	case CHANGE_ADD:
		return inverse_of_add(c);
	case CHANGE_DELETE:
		return inverse_of_delete(c);
	}
	BUG("change kind %d", (int)c->kind);
}

/* True when every attribute of a that a client may write is the same in b. */
static bool entry_agrees(const struct entry *a, const struct entry *b)
{
	for (size_t i = 0; i < a->attributes.n; i++) {
		const struct attribute *one = &a->attributes.v[i];

		if (!plan_servers_own(one->name) &&
			!attribute_same(one, entry_get(b, one->name)))
			return false;
	}
	return true;
}

static bool touched_agree(const struct change *c, const struct entry *now)
{
	for (size_t i = 0; i < c->mods.n; i++) {
		const char *name = c->mods.v[i].attribute.name;

		if (!attribute_same(entry_get(c->before, name), entry_get(now, name)))
			return false;
	}
	return true;
}

bool change_still_holds(const struct change *c, const struct entry *now)
{
	if (!now || c->kind == CHANGE_ADD)
		return !now && c->kind == CHANGE_ADD;
	if (!c->before)
		return true;
	if (c->kind == CHANGE_MODIFY)
		return touched_agree(c, now);
	return entry_agrees(c->before, now) && entry_agrees(now, c->before);
}

bool change_has_happened(const struct change *c, const struct entry *now)
{
	if (!now || c->kind == CHANGE_DELETE)
		return !now && c->kind == CHANGE_DELETE;
	for (size_t i = 0; i < c->mods.n; i++) {
		const char *name = c->mods.v[i].attribute.name;
		struct attribute after;
		bool same;

		result_bytes(c, name, &after);
		same = attribute_same(&after, entry_get(now, name));
		attribute_release(&after);
		if (!same)
			return false;
	}
	return true;
}

/* What a plan made of changes in memory runs through. */
struct change_list {
	ARRAY(struct change *) changes;
	size_t at;
};

static const struct change *list_next(struct plan *p)
{
	struct change_list *list = p->source;

	return list->at < list->changes.n ? list->changes.v[list->at++] : NULL;
}

static void list_rewind(struct plan *p)
{
	struct change_list *list = p->source;

	list->at = 0;
}

static void list_release(struct plan *p)
{
	struct change_list *list = p->source;

	for (size_t i = 0; i < list->changes.n; i++)
		change_free(list->changes.v[i]);
	array_free(&list->changes);
	free(list);
}

static struct plan *plan_of_list(struct change_list *list, const char *who, const char *why)
{
	struct plan *p = xcalloc(1, sizeof(*p));

	p->who = xstrdup(who);
	p->why = xstrdup(why);
	p->total = list->changes.n;
	p->next = list_next;
	p->rewind = list_rewind;
	p->release = list_release;
	p->source = list;
	return p;
}

struct plan *plan_of_change(struct change *c, const char *why)
{
	struct change_list *list = xcalloc(1, sizeof(*list));

	*array_add(&list->changes) = c;
	return plan_of_list(list, "", why);
}

void plan_free(struct plan *p)
{
	if (!p)
		return;
	if (p->release)
		p->release(p);
	free(p->who);
	free(p->why);
	free(p);
}

static void reverse(struct change_list *list)
{
	size_t n = list->changes.n;

	for (size_t i = 0; i < n / 2; i++) {
		struct change *c = list->changes.v[i];

		list->changes.v[i] = list->changes.v[n - 1 - i];
		list->changes.v[n - 1 - i] = c;
	}
}

struct plan *plan_inverse(struct plan *p)
{
	struct change_list *list = xcalloc(1, sizeof(*list));
	struct buf why = BUF_INIT;
	const struct change *c;
	struct plan *inverse;

	p->rewind(p);
	while ((c = p->next(p)))
		*array_add(&list->changes) = change_inverse(c);
	p->rewind(p);
	reverse(list);
	buf_printf(&why, "undo: %s", p->why);
	inverse = plan_of_list(list, p->who, why.s);
	buf_release(&why);
	return inverse;
}

void plan_ldif(struct plan *p, struct buf *out)
{
	const struct change *c;

	buf_puts(out, "version: 1\n\n");
	p->rewind(p);
	while ((c = p->next(p)))
		change_ldif(c, out);
	p->rewind(p);
}
