/*
 * journal: every save made from here, a file each, below the XDG state folder
 * ($XDG_STATE_HOME/relais/changes, else ~/.local/state/relais/changes), for nobody but the
 * user who runs relais:
 *
 *	20261122T231500.123456Z-4711-1.ldif       what was saved, and what became of it
 *	20261122T231500.123456Z-4711-1.undo.ldif  what takes it back
 *
 * Both are text (core/record.h) and both can be given to ldapmodify(1).  They are on the
 * disk (fsync(2)) before anything is sent, with room for the outcomes.  Whoever writes an
 * item has it locked (flock(2)): one that is neither locked nor ended belonged to a program
 * that was killed, or lost its connection, and may be claimed, so that its changes are
 * looked up.  Nothing is ever removed from there.
 */
#ifndef CORE_SYS_JOURNAL_H
#define CORE_SYS_JOURNAL_H

#include "core/err.h"
#include "core/record.h"

struct journal;

/* folder NULL: where XDG says.  directory: which directory's changes these are, as in
 * struct record_head; borrowed words, copied.  Nothing is made or read yet. */
struct journal *journal_new(const char *folder, const char *directory);
void journal_free(struct journal *j);

/* NULL: neither XDG_STATE_HOME nor a home. */
const char *journal_folder(const struct journal *j);
const char *journal_directory(const struct journal *j);

/* ---- one item being written, locked */

struct journal_item;

/* All of plan's changes, durably, and an item for their outcomes; rewinds plan before and
 * after.  head's when, login and directory are the journal's to fill.  NULL: it cannot be
 * written (err: ERR_JOURNAL), nothing is left of it and nothing may be sent. */
struct journal_item *journal_begin(struct journal *j, const struct record_head *head,
	struct plan *plan, struct err *err);

/* A further part of the same save: its changes are numbered on.  False: as above. */
bool journal_go_on(struct journal_item *item, struct plan *plan, struct err *err);

/* The changes so far: the next part's first is this and one. */
size_t journal_changes(const struct journal_item *item);

/* What became of change number (from 1).  A disk that is full now makes the item be looked
 * up again later: nothing is told as it is not. */
void journal_outcome(
	struct journal_item *item, size_t number, enum settled outcome, const char *note);

/* Outcomes are written together, at the latest with this. */
void journal_flush(struct journal_item *item);

/* All that was sent is settled.  What was not sent has no outcome and needs none. */
void journal_end(struct journal_item *item);

/* Without an end before, the item is unfinished. */
void journal_close(struct journal_item *item);

/* How many items were closed unfinished so far, by this program. */
unsigned journal_left(const struct journal *j);

/* ---- reading */

/* Names of the items, newest first; none when there is no folder yet. */
bool journal_names(const struct journal *j, struct strv *names, struct err *err);

struct journal_file;

struct journal_file *journal_open(
	const struct journal *j, const char *name, struct err *err);
const struct record *journal_next(struct journal_file *f); /* as record_next() */
void journal_file_close(struct journal_file *f);

/* Item name once more, locked, when it is this directory's, unfinished, nobody else's just
 * now and as we write them; its changes may then be given their outcomes.  What was cut off
 * while it was being written is taken away.  NULL: nothing to do. */
struct journal_item *journal_claim(struct journal *j, const char *name);

/* False for an item that has its end: a short look, for going through many. */
bool journal_may_be_unfinished(const struct journal *j, const char *name);

#endif
