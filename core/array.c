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

/* Of a long list, up to date; NULL: it is short.  The list is the same to its readers. */
static const struct index *index_of(const struct strv *list)
{
	struct strv *l = (struct strv *)list;

	if (l->n < INDEX_FROM)
		return NULL;
	index_reserve(&l->index, l->n);
	for (size_t i = index_count(l->index); i < l->n; i++)
		index_put(l->index, l->v[i], strlen(l->v[i]));
	return l->index;
}

static bool has(const struct strv *list, const char *s, bool exact)
{
	int (*compare)(const char *, const char *) = exact ? strcmp : strcasecmp;
	const struct index *index = index_of(list);

	if (index)
		return index_has(index, s, strlen(s), exact);
	for (size_t i = 0; i < list->n; i++)
		if (compare(list->v[i], s) == 0)
			return true;
	return false;
}

bool strv_has_space(const struct strv *list)
{
	const struct index *index = index_of(list);

	if (index)
		return index_has_space(index);
	for (size_t i = 0; i < list->n; i++)
		if (strchr(list->v[i], ' '))
			return true;
	return false;
}

bool strv_has(const struct strv *list, const char *s)
{
	return has(list, s, true);
}

bool strv_has_case(const struct strv *list, const char *s)
{
	return has(list, s, false);
}

void strv_remove(struct strv *list, size_t i)
{
	if (i >= list->n)
		BUG("item %zu of %zu", i, list->n);
	index_drop(&list->index);
	free(list->v[i]);
	memmove(&list->v[i], &list->v[i + 1], (list->n - i - 1) * sizeof(*list->v));
	list->n--;
}

void strv_drop(struct strv *list, const char *s)
{
	size_t kept = 0;

	index_drop(&list->index);
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->v[i], s) == 0)
			free(list->v[i]);
		else
			list->v[kept++] = list->v[i];
	list->n = kept;
}

void strv_copy(struct strv *to, const struct strv *from)
{
	strv_release(to);
	for (size_t i = 0; i < from->n; i++)
		strv_add(to, from->v[i]);
}

void strv_release(struct strv *list)
{
	index_drop(&list->index);
	for (size_t i = 0; i < list->n; i++)
		free(list->v[i]);
	array_free(list);
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
