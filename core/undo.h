/*
 * undo: taking back a change that was written some time ago.
 *
 * What takes it back is change_inverse(); its precondition is that everything the change
 * touched is still as the change left it.  What else has happened to the entry since does
 * not matter.
 */
#ifndef CORE_UNDO_H
#define CORE_UNDO_H

#include "core/plan.h"

/* Adds the names of the attributes in which the entry, as it is now, is not as the change
 * left it that `undo` (its inverse) takes back; none: it may be taken back.  now NULL:
 * there is no such entry; all that was touched is named then.  Passwords are not compared:
 * they were never written down. */
void undo_overtaken(const struct change *undo, const struct entry *now, struct strv *names);

/* Whether there is an entry where there should be none, or none where there should be. */
bool undo_misses(const struct change *undo, const struct entry *now);

/* What undo makes of the entry, for its rules to be looked at: now, which undo's
 * precondition holds of, with what undo sets; of an add what it adds (now is not read). */
struct entry *undo_result(const struct change *undo, const struct entry *now);

#endif
