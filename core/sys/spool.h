/*
 * spool: the changes of a plan that may be long, in an unnamed file: written once, run
 * through as often as needed, one of them in memory at a time.
 *
 * Nobody else can open the file, and it is gone with the program however that ends.
 */
#ifndef CORE_SYS_SPOOL_H
#define CORE_SYS_SPOOL_H

#include "core/err.h"
#include "core/plan.h"

struct spool;

struct spool *spool_new(struct err *err); /* NULL: there is no place for a file */
void spool_free(struct spool *s);

/* Adds one with a word of the owner's, for whom it is; not while it is being run through.
 */
bool spool_add(struct spool *s, const struct change *c, const char *label, struct err *err);
size_t spool_count(const struct spool *s);

/* Back to the first. */
bool spool_rewind(struct spool *s, struct err *err);

/* The next one, the caller's to change_free(); label (may be NULL) is what it was added
 * with.  NULL at the end, or when it could not be read: then err is filled. */
struct change *spool_next(struct spool *s, struct buf *label, struct err *err);

/* A plan that runs through it; the spool stays the caller's and must outlive it.  What
 * cannot be read ends it. */
struct plan *spool_plan(struct spool *s, const char *why);

#endif
