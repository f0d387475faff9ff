#include "core/arena.h"

#include <stdlib.h>

enum { BLOCK = 64 << 10 };

struct arena_block {
	struct arena_block *before;
	size_t used, size;
	char bytes[];
};

char *arena_take(struct arena *a, size_t n)
{
	struct arena_block *b = a->last;
	char *bytes;

	if (!b || b->size - b->used < n) {
		size_t size = n > BLOCK ? n : BLOCK;

		b = xmalloc(sizeof(*b) + size);
		*b = (struct arena_block){.before = a->last, .size = size};
		a->last = b;
	}
	bytes = b->bytes + b->used;
	b->used += n;
	return bytes;
}

void arena_release(struct arena *a)
{
	while (a->last) {
		struct arena_block *b = a->last;

		a->last = b->before;
		free(b);
	}
}
