#include "core/undo.h"

#include <string.h>

#include "core/record.h"

static bool counts(const char *name)
{
	return !plan_servers_own(name) && !record_is_secret(name);
}

static void add_once(struct strv *names, const char *name)
{
	if (!strv_has_case(names, name))
		strv_add(names, name);
}

static const struct attribute *of(const struct entry *e, const char *name)
{
	return e ? entry_get(e, name) : NULL;
}

/* Attributes of a that are not the same in b. */
static void differing(const struct entry *a, const struct entry *b, struct strv *names)
{
	for (size_t i = 0; a && i < a->attributes.n; i++) {
		const struct attribute *one = &a->attributes.v[i];

		if (counts(one->name) && !attribute_same(one, of(b, one->name)))
			add_once(names, one->name);
	}
}

void undo_overtaken(const struct change *undo, const struct entry *now, struct strv *names)
{
	switch (undo->kind) {
	case CHANGE_ADD:
		differing(now, NULL, names);
		break;
	case CHANGE_DELETE:
		differing(undo->before, now, names);
		differing(now, undo->before, names);
		break;
	case CHANGE_MODIFY:
		for (size_t i = 0; i < undo->mods.n; i++) {
			const char *name = undo->mods.v[i].attribute.name;

			if (!attribute_same(of(undo->before, name), of(now, name)))
				add_once(names, name);
		}
		break;
	}
}

bool undo_misses(const struct change *undo, const struct entry *now)
{
	return (undo->kind == CHANGE_ADD) != !now;
}

static void copy_attribute(struct entry *to, const struct attribute *a)
{
	for (size_t i = 0; i < a->values.n; i++)
		entry_add(to, a->name, a->values.v[i].p, a->values.v[i].n);
}

struct entry *undo_result(const struct change *undo, const struct entry *now)
{
	struct entry *e = entry_new(now ? now->dn : undo->dn);

	for (size_t i = 0; now && i < now->attributes.n; i++)
		if (!change_touches(undo, now->attributes.v[i].name))
			copy_attribute(e, &now->attributes.v[i]);
	for (size_t i = 0; i < undo->mods.n; i++) {
		const char *name = undo->mods.v[i].attribute.name;
		struct strv values = {0};

		if (entry_get(e, name))
			continue; /* several mods of one attribute */
		change_result(undo, name, &values);
		for (size_t k = 0; k < values.n; k++)
			entry_add(e, name, values.v[k], strlen(values.v[k]));
		strv_release(&values);
	}
	return e;
}
