/*
 * moves: how many users of a domain were moved between internal and third-party mail
 * lately, as the directory's own log has it (core/accesslog.h), or, where that is not
 * there or not ours to read, the journal (core/sys/journal.h), which knows only what was
 * saved from here.
 *
 * Both are read a little at a time, seven days back.  A change tells whose domain it is by
 * where its entry stands, or by the addresses that it selects; where one does not tell,
 * nothing is known: no number is made up.
 */
#ifndef TUI_MOVES_H
#define TUI_MOVES_H

#include "tui/fetch.h"
#include "tui/view.h"

enum moves_source { MOVES_OF_LOG, MOVES_OF_JOURNAL, MOVES_OF_NOTHING };

struct moves;

/* dn, names: of the domain; copied.  It is being read from then on. */
struct moves *moves_new(struct app *app, const char *dn, const struct strv *names);
void moves_free(struct moves *m); /* NULL is accepted */

/* Reads on; whether it wants another turn at once. */
bool moves_turn(struct moves *m);

/* Reads what has come since; of the journal all of it, when something was `saved`. */
void moves_again(struct moves *m, bool saved);

enum moves_source moves_source(const struct moves *m);

/* Counted up when something has come. */
unsigned moves_stamp(const struct moves *m);

/* How many became external (ROUTING_EXTERNAL) or, having been that, internal within the
 * last so many seconds, a week at most; COUNT_FAILED: it is not known. */
struct count moves_within(const struct moves *m, enum routing to, long seconds);

#endif
