/*
 * recover: looks up what became of saves whose outcome the journal lacks: the program was
 * killed, or the person did not wait.  Only saves to the same directory by the same
 * identity, since another may not see what was changed; not those that are under way in
 * this program or another.
 *
 * Read one at a time, one change at a time; what it finds is written into the journal, so
 * that it is told once.  What is not done is looked at once more, a second after the
 * directory's first answer: a server that stood still may carry it out while it answers.
 */
#ifndef CORE_SYS_RECOVER_H
#define CORE_SYS_RECOVER_H

#include "core/store.h"
#include "core/sys/journal.h"

struct recover;

/* One save, settled; all borrowed for the call.  first: the first of its changes that had
 * no outcome, which became `outcome`; by[]: how many became what, of those without one. */
struct recovered {
	const char *name;
	const struct record_head *head;
	const struct change *first;
	enum settled outcome;
	size_t by[SETTLED_REFUSED + 1];
};

typedef void recover_fn(void *arg, const struct recovered *what);

/* base: the directory's.  All are borrowed and must outlive it. */
struct recover *recover_new(struct store *store, struct journal *journal, const char *base,
	recover_fn *fn, void *arg);
void recover_free(struct recover *r); /* NULL is accepted; no callback after it */

/* Begins to look through the journal; once more after that where it does so already.  For
 * when there is a connection (again).  By itself it does so when an item was left. */
void recover_start(struct recover *r);

/* Goes on; fn is called from here or from store_step().  Blocks for reading a few files. */
void recover_step(struct recover *r);

/* When to call recover_step() at the latest, in milliseconds; -1: not needed. */
int recover_timeout(const struct recover *r);

#endif
