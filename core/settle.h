/*
 * settle: asks the directory what became of a change of which no answer came.
 *
 * The entry is read under the name the change used and, where it does not stand there any
 * more, or another does, by its entryUUID; record_settle() says the rest.
 */
#ifndef CORE_SETTLE_H
#define CORE_SETTLE_H

#include "core/record.h"
#include "core/store.h"

struct settle;

/* Called once, from store_step().  outcome SETTLED_UNKNOWN: the directory did not say
 * (err). now: the entry as it is, NULL when there is none.  Both are borrowed. */
typedef void settle_fn(
	void *arg, enum settled outcome, const struct entry *now, const struct err *err);

/* c and base (the directory's, below which to look for the entryUUID) must live until fn
 * was called. */
struct settle *settle_start(struct store *store, const char *base, const struct change *c,
	settle_fn *fn, void *arg);

/* No callback after this; after the callback it must be called, too, also from within. NULL
 * is accepted. */
void settle_free(struct settle *s);

#endif
