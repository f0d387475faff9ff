/*
 * many: writes a plan of independent changes (struct plan: independent), fast: in batches
 * that are made wholly or not at all where the store can (RFC 5805), else many under way at
 * once, each with its own precondition.
 *
 * The change at which a batch stopped is tried alone and the batch once more without it;
 * one that cannot be made all the same is taken apart and each of its changes tried alone.
 * So one that cannot be made stops no other, and each ends with its own outcome.  What was
 * taken back with a batch and is then not written either is written once more with the
 * values it has: slapd 2.5 tells replicas and listeners of changes that it then rolls back.
 *
 * Memory: the changes under way, whatever the plan's length.
 */
#ifndef CORE_MANY_H
#define CORE_MANY_H

#include "core/store.h"

struct many;

/* Events are those of store_apply(), each EVENT_CHANGED with the change's number in the
 * plan; a change that is not written does not end it.  EVENT_DONE is OUTCOME_OK once every
 * change has its outcome, count being those written; a plan whose next() gives no more ends
 * early. All events come from store_step().  The plan stays the caller's and must live
 * until then.
 */
struct many *many_start(
	struct store *store, struct plan *plan, store_event_fn *fn, void *arg);

/* No event after this; what is on its way may still happen.  Also to be called in or after
 * the callback of EVENT_DONE.  NULL is accepted. */
void many_free(struct many *m);

#endif
