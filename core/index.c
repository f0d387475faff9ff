#include "core/index.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Open addressing, by a hash of the bytes in lower case; small, since what looking costs
 * is mostly waiting for memory. */
struct slot {
	const char *p;    /* NULL: free */
	uint32_t n, hash; /* the low bits of both */
};

struct index {
	struct slot *slots;
	size_t size; /* a power of two, more than n */
	size_t n;
	bool has_space;
};

size_t index_count(const struct index *x)
{
	return x ? x->n : 0;
}

void index_reserve(struct index **x, size_t n)
{
	size_t size = 4 * INDEX_FROM;

	if (*x && (*x)->size >= 2 * n)
		return;
	while (size < 2 * n)
		size *= 2;
	index_drop(x);
	*x = xcalloc(1, sizeof(**x));
	(*x)->size = size;
	(*x)->slots = xcalloc(size, sizeof((*x)->slots[0]));
}

static size_t hash(const char *p, size_t n)
{
	uint64_t h = 14695981039346656037U; /* FNV-1a */

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];

		h = (h ^ (c >= 'A' && c <= 'Z' ? c + 32U : c)) * 1099511628211U;
	}
	return (size_t)(h ^ h >> 29);
}

static bool same(const struct slot *s, const char *p, size_t n, size_t h, bool exact)
{
	if (s->hash != (uint32_t)h || s->n != (uint32_t)n)
		return false;
	return exact ? memcmp(s->p, p, n) == 0 : strncasecmp(s->p, p, n) == 0;
}

void index_put(struct index *x, const char *p, size_t n)
{
	size_t h = hash(p, n), at = h & (x->size - 1);

	while (x->slots[at].p)
		at = (at + 1) & (x->size - 1);
	x->slots[at] = (struct slot){p, (uint32_t)n, (uint32_t)h};
	x->n++;
	x->has_space = x->has_space || memchr(p, ' ', n);
}

bool index_has_space(const struct index *x)
{
	return x->has_space;
}

bool index_has(const struct index *x, const char *p, size_t n, bool exact)
{
	size_t h = hash(p, n);

	for (size_t at = h & (x->size - 1); x->slots[at].p; at = (at + 1) & (x->size - 1))
		if (same(&x->slots[at], p, n, h, exact))
			return true;
	return false;
}

void index_drop(struct index **x)
{
	if (*x)
		free((*x)->slots);
	free(*x);
	*x = NULL;
}
