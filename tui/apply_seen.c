/* Which entries a file named already: some 64 bytes for each. */
#include <stdlib.h>

#include "tui/apply_parts.h"

/* FNV-1a, from two beginnings. */
static uint64_t hash(const char *s, uint64_t h)
{
	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * UINT64_C(0x100000001b3);
	return h ^ h >> 32;
}

static struct seen_place *place_of(struct seen *s, uint64_t a, uint64_t b)
{
	size_t i = (size_t)a & (s->cap - 1);

	while (s->places[i].line && (s->places[i].a != a || s->places[i].b != b))
		i = (i + 1) & (s->cap - 1);
	return &s->places[i];
}

/* At most half full; cap is a power of two. */
static void grow(struct seen *s)
{
	struct seen old = *s;

	if (s->n * 2 < s->cap)
		return;
	s->cap = old.cap ? old.cap * 2 : 1024;
	s->places = xcalloc(s->cap, sizeof(*s->places));
	for (size_t i = 0; i < old.cap; i++)
		if (old.places[i].line)
			*place_of(s, old.places[i].a, old.places[i].b) = old.places[i];
	free(old.places);
}

unsigned long seen_before(struct seen *s, const char *id, unsigned long line)
{
	uint64_t a = hash(id, UINT64_C(0xcbf29ce484222325));
	uint64_t b = hash(id, UINT64_C(0x9e3779b97f4a7c15));
	struct seen_place *place;

	grow(s);
	place = place_of(s, a, b);
	if (place->line)
		return place->line;
	*place = (struct seen_place){a, b, line};
	s->n++;
	return 0;
}

void seen_release(struct seen *s)
{
	free(s->places);
	*s = (struct seen){0};
}
