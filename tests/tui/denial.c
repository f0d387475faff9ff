#include "tests/tui/denial.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/dn.h"

void denials_release(struct denials *d)
{
	for (size_t i = 0; i < d->n; i++) {
		free(d->v[i].dn);
		strv_release(&d->v[i].names);
	}
	array_free(d);
}

/* "mail@acme.example": the values of mail that end so. */
static bool denies_value(const char *name, const char *attribute, const struct value *v)
{
	size_t n = strcspn(name, "@"), end = strlen(name + n);

	if (strlen(attribute) != n || strncasecmp(name, attribute, n) != 0)
		return false;
	return !end || (v && v->n >= end && strcmp(v->p + v->n - end, name + n) == 0);
}

static bool denies_mod(const struct denial *d, const struct mod *m)
{
	const struct attribute *a = &m->attribute;

	for (size_t i = 0; i < d->names.n; i++) {
		if (!a->values.n && denies_value(d->names.v[i], a->name, NULL))
			return true;
		for (size_t j = 0; j < a->values.n; j++)
			if (denies_value(d->names.v[i], a->name, &a->values.v[j]))
				return true;
	}
	return false;
}

static bool denies_change(const struct denial *d, const struct change *c)
{
	if (!d->names.n)
		return true;
	if (c->kind != CHANGE_MODIFY)
		return strv_has(&d->names, "children");
	for (size_t i = 0; i < c->mods.n; i++)
		if (denies_mod(d, &c->mods.v[i]))
			return true;
	return false;
}

bool denials_refuse(const struct denials *d, const struct change *c)
{
	bool denies = false;

	for (size_t i = 0; i < d->n && !denies; i++)
		denies = dn_within(c->dn, d->v[i].dn) && denies_change(&d->v[i], c);
	return denies;
}
