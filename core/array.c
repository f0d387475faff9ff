#include "core/array.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

void *array_grow_(void *v, size_t *n, size_t *cap, size_t width)
{
	if (*n == *cap) {
		*cap = *cap ? *cap + *cap / 2 + 1 : 4;
		if (*cap > SIZE_MAX / width)
			BUG("an array of %zu items", *cap);
		v = xrealloc(v, *cap * width);
	}
	memset((char *)v + *n * width, 0, width);
	++*n;
	return v;
}

void strv_add(struct strv *list, const char *s)
{
	char *copy = xstrdup(s);

	*array_add(list) = copy;
}

void strv_remove(struct strv *list, size_t i)
{
	if (i >= list->n)
		BUG("item %zu of %zu", i, list->n);
	free(list->v[i]);
	memmove(&list->v[i], &list->v[i + 1], (list->n - i - 1) * sizeof(*list->v));
	list->n--;
}

void strv_drop(struct strv *list, const char *s)
{
	for (size_t i = list->n; i > 0; i--)
		if (strcmp(list->v[i - 1], s) == 0)
			strv_remove(list, i - 1);
}

void strv_copy(struct strv *to, const struct strv *from)
{
	strv_release(to);
	for (size_t i = 0; i < from->n; i++)
		strv_add(to, from->v[i]);
}

void strv_release(struct strv *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->v[i]);
	array_free(list);
}

bool strv_has(const struct strv *list, const char *s)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->v[i], s) == 0)
			return true;
	return false;
}

bool strv_has_case(const struct strv *list, const char *s)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcasecmp(list->v[i], s) == 0)
			return true;
	return false;
}

static bool strv_covers(const struct strv *a, const struct strv *b)
{
	for (size_t i = 0; i < b->n; i++)
		if (!strv_has_case(a, b->v[i]))
			return false;
	return true;
}

bool strv_same_set(const struct strv *a, const struct strv *b)
{
	return strv_covers(a, b) && strv_covers(b, a);
}
