/*
 * array: the one growable array, and the list of strings made of it.
 *
 *	ARRAY(struct thing) things = {0};
 *	struct thing *t = array_add(&things);	zeroed, valid until the next add
 *	things.v[i], things.n
 *	array_free(&things);			the array, not what its items own
 */
#ifndef CORE_ARRAY_H
#define CORE_ARRAY_H

#include <stdlib.h>

#include "core/base.h"
#include "core/index.h"

#define ARRAY(type)            \
	struct {               \
		type *v;       \
		size_t n, cap; \
	}

#define array_add(a)                                                        \
	((a)->v = array_grow_((a)->v, &(a)->n, &(a)->cap, sizeof(*(a)->v)), \
		&(a)->v[(a)->n - 1])
#define array_free(a) (free((a)->v), (a)->v = NULL, (a)->n = (a)->cap = 0)

void *array_grow_(void *v, size_t *n, size_t *cap, size_t width);

/* A list of strings, each its own.  Its items may be put in another order, but come and go
 * by the functions below only: a long list keeps an index of them, made when it is asked
 * what it has. */
struct strv {
	char **v;
	size_t n, cap;
	struct index *index;
};

void strv_add(struct strv *list, const char *s);
void strv_remove(struct strv *list, size_t i);
void strv_drop(struct strv *list, const char *s);         /* every item that is s */
void strv_copy(struct strv *to, const struct strv *from); /* to is released first */
void strv_release(struct strv *list);                     /* empty and usable again */
bool strv_has(const struct strv *list, const char *s);
bool strv_has_case(const struct strv *list, const char *s);     /* ASCII case ignored */
bool strv_has_space(const struct strv *list);                   /* in one of them */
bool strv_same_set(const struct strv *a, const struct strv *b); /* ASCII case ignored */

#endif
