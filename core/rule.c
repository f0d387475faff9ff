#include "core/rule.h"

#include <stdlib.h>

static char *copy_or_null(const char *s)
{
	return s ? xstrdup(s) : NULL;
}

void findings_add(struct findings *f, enum rule rule, enum severity severity,
	enum form_field field, unsigned long n, const char *arg0, const char *arg1,
	const char *arg2)
{
	struct finding *one = array_add(f);

	one->rule = rule;
	one->severity = severity;
	one->field = field;
	one->n = n;
	one->arg[0] = copy_or_null(arg0);
	one->arg[1] = copy_or_null(arg1);
	one->arg[2] = copy_or_null(arg2);
}

void findings_release(struct findings *f)
{
	for (size_t i = 0; i < f->n; i++)
		for (size_t a = 0; a < COUNT_OF(f->v[i].arg); a++)
			free(f->v[i].arg[a]);
	array_free(f);
}

const struct finding *findings_at(const struct findings *f, enum form_field field)
{
	const struct finding *gravest = NULL;

	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].field == field &&
			(!gravest || f->v[i].severity > gravest->severity))
			gravest = &f->v[i];
	return gravest;
}
