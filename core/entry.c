#include "core/entry.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct entry *entry_new(const char *dn)
{
	struct entry *e = xcalloc(1, sizeof(*e));

	e->dn = xstrdup(dn);
	e->id = xstrdup("");
	e->csn = xstrdup("");
	return e;
}

void entry_free(struct entry *e)
{
	if (!e)
		return;
	for (size_t i = 0; i < e->attributes.n; i++)
		attribute_release(&e->attributes.v[i]);
	array_free(&e->attributes);
	free(e->dn);
	free(e->id);
	free(e->csn);
	free(e);
}

struct entry *entry_copy(const struct entry *e)
{
	struct entry *copy = entry_new(e->dn);

	entry_set_state(copy, e->id, e->csn);
	for (size_t i = 0; i < e->attributes.n; i++)
		attribute_copy(array_add(&copy->attributes), &e->attributes.v[i]);
	return copy;
}

/* s may be what it was. */
static void set_text(char **text, const char *s)
{
	char *copy = xstrdup(s);

	free(*text);
	*text = copy;
}

void entry_set_state(struct entry *e, const char *id, const char *csn)
{
	set_text(&e->id, id);
	set_text(&e->csn, csn);
}

/* Asked for each value that comes: most differ in their first letter. */
static bool same_name(const char *a, const char *b)
{
	return ((a[0] ^ b[0]) & ~0x20) == 0 && strcasecmp(a, b) == 0;
}

static struct attribute *entry_find(const struct entry *e, const char *name)
{
	for (size_t i = 0; i < e->attributes.n; i++)
		if (same_name(e->attributes.v[i].name, name))
			return &e->attributes.v[i];
	return NULL;
}

void entry_add(struct entry *e, const char *name, const char *bytes, size_t n)
{
	struct attribute *a = entry_find(e, name);
	struct value *v;

	if (!a) {
		a = array_add(&e->attributes);
		a->name = xstrdup(name);
	}
	attribute_add(a, bytes, n);
	v = &a->values.v[a->values.n - 1];
	if (same_name(name, "entryUUID"))
		set_text(&e->id, v->p);
	else if (same_name(name, "entryCSN"))
		set_text(&e->csn, v->p);
}

const struct attribute *entry_get(const struct entry *e, const char *name)
{
	return entry_find(e, name);
}

const char *entry_text(const struct entry *e, const char *name)
{
	const struct attribute *a = entry_find(e, name);

	return a && a->values.n ? a->values.v[0].p : "";
}

bool value_is_text(const struct value *v)
{
	return v->n > 0 && strlen(v->p) == v->n;
}

void attribute_add(struct attribute *a, const char *bytes, size_t n)
{
	struct value *v = array_add(&a->values);

	v->p = xmalloc(n + 1);
	if (n)
		memcpy(v->p, bytes, n);
	v->p[n] = '\0';
	v->n = n;
}

void attribute_copy(struct attribute *to, const struct attribute *from)
{
	*to = (struct attribute){.name = xstrdup(from->name)};
	for (size_t i = 0; i < from->values.n; i++)
		attribute_add(to, from->values.v[i].p, from->values.v[i].n);
}

void entry_copy_attribute(const struct entry *e, const char *name, struct attribute *to)
{
	const struct attribute *a = entry_find(e, name);

	if (a)
		attribute_copy(to, a);
	else
		*to = (struct attribute){.name = xstrdup(name)};
}

void attribute_release(struct attribute *a)
{
	index_drop(&a->index);
	for (size_t i = 0; i < a->values.n; i++)
		free(a->values.v[i].p);
	array_free(&a->values);
	free(a->name);
	a->name = NULL;
}

/* exact: or else ASCII case ignored */
static bool holds(
	const struct attribute *attribute, const char *bytes, size_t n, bool exact)
{
	struct attribute *a = (struct attribute *)attribute; /* the same to its readers */

	if (a && a->values.n >= INDEX_FROM) {
		index_reserve(&a->index, a->values.n);
		for (size_t i = index_count(a->index); i < a->values.n; i++)
			index_put(a->index, a->values.v[i].p, a->values.v[i].n);
		return index_has(a->index, bytes, n, exact);
	}
	for (size_t i = 0; a && i < a->values.n; i++) {
		const struct value *v = &a->values.v[i];

		if (v->n == n && (exact ? memcmp(v->p, bytes, n) == 0
					: strncasecmp(v->p, bytes, n) == 0))
			return true;
	}
	return false;
}

bool attribute_holds(const struct attribute *a, const char *bytes, size_t n)
{
	return holds(a, bytes, n, true);
}

bool attribute_holds_case(const struct attribute *a, const char *s)
{
	return holds(a, s, strlen(s), false);
}

bool entry_has_value(const struct entry *e, const char *name, const char *value)
{
	return attribute_holds_case(entry_find(e, name), value);
}

static bool attribute_covers(const struct attribute *a, const struct attribute *b)
{
	for (size_t i = 0; b && i < b->values.n; i++)
		if (!attribute_holds(a, b->values.v[i].p, b->values.v[i].n))
			return false;
	return true;
}

bool attribute_same(const struct attribute *a, const struct attribute *b)
{
	return attribute_covers(a, b) && attribute_covers(b, a);
}
