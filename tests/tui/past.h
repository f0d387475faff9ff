/*
 * past: what was changed before, for the screens: a journal in a folder of its own, with
 * items written by hand, and the directory's log among the fake's entries.
 *
 * What the console saves from then on is journalled there, too.
 */
#ifndef TESTS_TUI_PAST_H
#define TESTS_TUI_PAST_H

#include "tests/tui/screen.h"

/* An empty journal behind the console; the one before is gone. */
void past_begin(struct screen *s);
void past_end(void); /* with the screen's end, before screen_free() */

/* An item: its name begins with the moment ("20261122T231500.000001Z-1-1"), `changes` are
 * its records and outcomes as core/record.h writes them. */
void past_item(const char *name, const char *who, const char *why, const char *records);

/* So many items, one a minute, each a small change of one user. */
void past_many(size_t n);

/* How many files the journal has, and the text of the newest item. */
size_t past_files(void);
char *past_newest(void);

/* Every kind of outcome, a bulk, an entry made, one deleted; all of what was done stands in
 * screen_tree as it was left. */
void past_of_all_kinds(struct screen *s);

/* The directory's log: by admin1, and what is in the journal, too. */
void past_log(struct screen *s);

#endif
