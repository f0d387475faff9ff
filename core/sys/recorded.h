/*
 * recorded: a store that writes down what it is asked to change, before it asks another
 * store to do so (core/sys/journal.h), and tells syslog (authpriv) one line for each change
 * (core/sys/authlog.h).
 *
 * What cannot be written down is not sent: OUTCOME_REFUSED with ERR_JOURNAL.
 *
 * A plan of independent changes is written by core/many.h, and its events are as there: all
 * of it is written down first, and several answers may be lost at once.
 *
 * A write whose answer is lost does not end with OUTCOME_UNKNOWN.  It reports
 * EVENT_PROGRESS with that outcome, is looked up when there is a connection again, and then
 * ends as what it was: done, or changed by somebody else meanwhile (OUTCOME_STALE; whether
 * it had been done before, nobody can tell).  Where it has not happened it is sent again
 * under the same precondition, so that the first one cannot happen later, either.  When
 * every answer is lost, or the directory does not say, it ends with OUTCOME_UNKNOWN after
 * all.  Then, and when it is cancelled, it is left unfinished in the journal
 * (core/sys/recover.h).
 */
#ifndef CORE_SYS_RECORDED_H
#define CORE_SYS_RECORDED_H

#include "core/store.h"
#include "core/sys/journal.h"

/* base: the directory's.  All three are borrowed and must outlive it, the inner store, too:
 * store_free() frees what is in front of it only. */
struct store *recorded_new(struct store *inner, struct journal *journal, const char *base);

#endif
