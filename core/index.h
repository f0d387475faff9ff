/*
 * index: which byte strings a long list has, so that asking does not take longer the longer
 * it is.  It borrows them: whoever takes one out of his list drops the index.
 */
#ifndef CORE_INDEX_H
#define CORE_INDEX_H

#include "core/base.h"

enum { INDEX_FROM = 32 }; /* items; shorter lists are gone through */

struct index;

/* How many of the list's first items are in it; NULL: none. */
size_t index_count(const struct index *x);

/* Room for n; what was in it may be forgotten: see index_count(). */
void index_reserve(struct index **x, size_t n);
void index_put(struct index *x, const char *p, size_t n);

/* Whether these bytes are in it; exact: or else with ASCII letters of either case. */
bool index_has(const struct index *x, const char *p, size_t n, bool exact);

/* Whether one of them has a space in it. */
bool index_has_space(const struct index *x);

void index_drop(struct index **x); /* frees it; NULL afterwards */

#endif
