/*
 * fake: a directory in memory behind the store's interface, for tests of screens.
 *
 * It keeps the store's promises: events come from store_step() only, nothing after a
 * cancel, writes under their precondition.  It answers as slapd does to values that are
 * there already or not there (20, 16), entries that are there already or not (68, 32),
 * entries with others below them (66), a second value of a single-valued attribute (19)
 * and relais' attributes without their class (65).  Nothing happens by itself: tests
 * turn its knobs.
 */
#ifndef TESTS_TUI_FAKE_H
#define TESTS_TUI_FAKE_H

#include "core/store.h"

struct fake;

/* Entries from LDIF text; entryUUID and entryCSN are made.  Ready, who "admin0", server
 * "ldapi".  An entry above others need not be among them. */
struct fake *fake_new(const char *ldif);

/* Its store; store_free() of it frees the fake. */
struct store *fake_store(struct fake *f);

/* Whether an operation would be answered by the next store_step(). */
bool fake_busy(const struct fake *f);

/* Steps until nothing is left to answer; `after` (may be NULL) is called after each. */
void fake_settle(struct fake *f, void (*after)(void *arg), void *arg);

/* True: nothing is answered, the status is STORE_WAITING. */
void fake_stall(struct fake *f, bool stall);

/* Another phase; only STORE_READY answers. err may be NULL. */
void fake_status(struct fake *f, enum store_phase phase, const struct err *err);
void fake_password(struct fake *f, const char *password); /* sign_in() then needs it */
void fake_who(struct fake *f, const char *who, const char *who_dn);

/* It is a replica. */
void fake_replica(struct fake *f, const char *provider, bool read_only, int behind_s);

/* Entries or changes per store_step(); 0: all. */
void fake_per_step(struct fake *f, size_t n);

/* The server's own size limit for every search; 0: none. */
void fake_size_limit(struct fake *f, int limit);

/* The next write is refused, the next search fails.  attribute and words may be NULL. */
void fake_refuse(
	struct fake *f, enum err_code code, const char *attribute, const char *words);
void fake_fail(struct fake *f, enum err_code code, const char *words);

/* From this entry on down none of the attributes (a NULL-terminated list; none: nothing at
 * all) may be written, now and by any later write: probes are told so, writes refused (50).
 * "mail@acme.example": its values that end so; "children": no entry comes or goes. */
void fake_deny(struct fake *f, const char *dn, ...) __attribute__((sentinel));

/* True: probes are not answered, everything else is. */
void fake_mute_probes(struct fake *f, bool mute);

/* True: watches are told what changes, by the next step; as long as it is false, what was
 * changed is told later.  And they are told that they may have missed something. */
void fake_live(struct fake *f, bool live);
void fake_missed(struct fake *f);

/* Plans at_once are made, of up to so many changes.  The next so many are refused, at
 * change `number` (0: at none), undone as in struct event.  How many were asked for. */
void fake_at_once(struct fake *f, size_t most);
void fake_refuse_batches(struct fake *f, unsigned times, size_t number, bool undone);
size_t fake_batches(const struct fake *f);

/* The next write is not answered before the connection is lost: OUTCOME_UNKNOWN. */
void fake_lose(struct fake *f, bool but_written);

/* Somebody else (uid=admin1) writes: replaces attribute by the values, a NULL-terminated
 * list, deletes an entry, renames one, adds entries. */
void fake_change(struct fake *f, const char *dn, const char *attribute, ...)
	__attribute__((sentinel));
void fake_delete(struct fake *f, const char *dn);
void fake_rename(struct fake *f, const char *dn, const char *to);
void fake_add(struct fake *f, const char *ldif);

/* The entry as it is, NULL when there is none. */
const struct entry *fake_entry(const struct fake *f, const char *dn);

/* LDIF of the changes that were written, and of all that were asked for; searches
 * received. */
const char *fake_written(const struct fake *f);
const char *fake_asked(const struct fake *f);
size_t fake_searches(const struct fake *f);
size_t fake_probes(const struct fake *f); /* answered */

#endif
