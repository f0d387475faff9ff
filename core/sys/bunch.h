/*
 * bunch: a plan of independent changes written by core/many.h, of which every change whose
 * answer was lost is looked up (core/settle.h), and sent again where it did not happen,
 * under the same precondition, so that the first one cannot happen later, either.
 *
 * Memory: the changes under way and those that are in doubt.
 */
#ifndef CORE_SYS_BUNCH_H
#define CORE_SYS_BUNCH_H

#include "core/store.h"

struct bunch;

/* Events are those of many_start(); an answer that was lost is EVENT_PROGRESS with
 * OUTCOME_UNKNOWN, number and change first, and EVENT_CHANGED once more is known of it.
 * EVENT_DONE is OUTCOME_UNKNOWN when of some nothing became known.  The plan stays the
 * caller's and must live until then; base is the directory's. */
struct bunch *bunch_start(struct store *store, const char *base, struct plan *plan,
	store_event_fn *fn, void *arg);

/* While an EVENT_CHANGED is told: whether an answer to this change was lost before. */
bool bunch_was_lost(const struct bunch *b);

/* As many_free(). */
void bunch_free(struct bunch *b);

#endif
