/*
 * arena: strings that are kept together and go together, without a word of overhead each.
 */
#ifndef CORE_ARENA_H
#define CORE_ARENA_H

#include "core/base.h"

struct arena_block;

struct arena { /* {0} is empty */
	struct arena_block *last;
};

/* n bytes, not set, which stay where they are until arena_release(). */
char *arena_take(struct arena *a, size_t n);

void arena_release(struct arena *a); /* empty and usable again */

#endif
