/*
 * What the parts of the Changes screen share: changes.c (the list), changes_read.c (both
 * its sources), changes_item.c (one save), changes_words.c (the words), changes_show.c
 * (its details), changes_undo.c and changes_undo_many.c.  Not for others.
 */
#ifndef TUI_CHANGES_PARTS_H
#define TUI_CHANGES_PARTS_H

#include "core/accesslog.h"
#include "core/sys/journal.h"
#include "tui/canvas.h"
#include "tui/changes.h"
#include "tui/form.h"
#include "tui/view.h"

/* ---- one save --------------------------------------------------------------------- */

enum change_source {
	FROM_HERE, /* the journal (core/sys/journal.h) */
	FROM_LOG   /* the directory's own log (core/accesslog.h) */
};

/* What was saved at once: one change, or, of a bulk, many. */
struct saved_item {
	enum change_source from;
	char *id;          /* the journal's name of it, or the DN of the log's entry */
	struct buf moment; /* digits: year to microsecond, for comparing */
	struct record_head head;        /* from the log: when and who; the rest is "" */
	ARRAY(struct change *) changes; /* the first `most` */
	size_t most;
	size_t total;
	ARRAY(unsigned char) outcome; /* enum settled, by number from 1 */
	size_t by[SETTLED_REFUSED + 1];
	char *note; /* the server's words to the first that was refused; or NULL */
	bool ended; /* all that was sent has been answered */
	bool no_before, has_secret; /* from the log: see struct logged */
	char *new_dn;               /* a rename; or NULL */
	char *entry_id, *csn; /* from the log: the entryUUID; the entryCSN then; or NULL */
};

/* id is copied; most: so many of its changes are kept. */
void item_begin(struct saved_item *it, const char *id, size_t most);
void item_release(struct saved_item *it);

/* By the name of a journal's item, or a generalizedTime. */
void item_set_moment(struct saved_item *it, const char *from);

/* Takes the journal's next record; false: it is not to be read any further. */
bool item_take(struct saved_item *it, const struct record *r);

/* After the last: what became of each.  False: there is nothing to show of it. */
bool item_finish(struct saved_item *it);

/* One item of the journal, whole; false: it is not there, or no such thing. */
bool item_read(const struct journal *j, const char *id, size_t most, struct saved_item *it);

/* One entry of the directory's log. */
bool item_of_log(const struct entry *e, struct saved_item *it);

/* The id of what it takes back, appended; nothing: it is no undo. */
void item_undoes(const struct saved_item *it, struct buf *out);

/* The line that a plan says of itself which takes it back. */
void item_undo_why(const struct saved_item *it, struct buf *out);

/* Done as a whole. */
bool item_is_done(const struct saved_item *it);

/* ---- the words --------------------------------------------------------------------- */

/* A change in a few words: what of the attribute that tells most. */
struct gist {
	enum { GIST_SET, GIST_VALUES, GIST_MADE, GIST_DELETED, GIST_RENAMED } kind;
	char *attribute; /* "": none */
	char *old, *now; /* what it was, is; of several values those that went, came */
	size_t more;     /* further attributes */
};

void gist_of_change(const struct change *c, const struct settings *s, struct gist *out);
void gist_of(const struct saved_item *it, const struct settings *s, struct gist *out);
void gist_release(struct gist *g);

/* total: changes of the save. */
void gist_words(const struct gist *g, size_t total, struct buf *out);

/* In one word, or "30 of 32"; undone: somebody has taken it back. */
void changes_outcome(
	const struct saved_item *it, bool undone, struct buf *out, enum style *style);

/* The same as a sentence; nothing where there is no more to say. */
void changes_outcome_sentence(const struct saved_item *it, bool undone, struct buf *out);

/* ---- reading ---------------------------------------------------------------------- */

struct change_row {
	struct saved_item item; /* without its changes */
	struct gist gist;
	char *dn;     /* of its first change */
	char *undoes; /* id; "": none */
	char *folded; /* for the filter */
	bool undone;
	bool ours; /* from the log, and shown as what was made from here */
};

enum {
	READ_FILES = 8,     /* of the journal, a turn */
	READ_RECORDS = 400, /* in them */
	READ_MOST = 50000   /* rows kept; the first are the newest */
};

/* A change that was written from here: by the entryCSN it gave its entry, or, where that is
 * not known (of what was deleted, or made in a transaction), by DN and author. */
struct own_change {
	char *key;
	long long at; /* seconds, as timegm(3) */
};

/* Goes through both sources, newest first, a little at each turn. */
struct reading {
	struct app *app;
	ARRAY(struct change_row) rows;
	ARRAY(struct own_change) own;
	size_t own_sorted; /* so many of them were there when they were sorted */
	struct strv names; /* the journal's */
	size_t at;
	struct journal_file *file; /* that of names[at], being read; NULL: none */
	struct saved_item item;    /* what it says, so far */
	struct buf words;
	struct strv dns;         /* of its changes */
	struct log_windows *log; /* NULL: none is configured */
	bool stopped;
	size_t stamp; /* counted up when something has come, or is known to be all */
};

struct reading *reading_new(struct app *app);
void reading_free(struct reading *r); /* NULL is accepted; nothing comes after it */

/* Reads on; whether it wants another turn at once. */
bool reading_turn(struct reading *r);
bool reading_done(const struct reading *r); /* there is nothing more, or no room */
void reading_stop(struct reading *r);       /* for good */

/* Settles what the rows say of each other: undone, ours. */
void reading_relate(struct reading *r);

/* Whether the row may be shown: nothing newer than it is still to come. */
bool reading_has_all_to(const struct reading *r, const struct change_row *row);

void reading_add(struct reading *r, struct saved_item *it, const char *words);

/* The digits of a moment as seconds. */
long long changes_seconds(const char *moment);

/* What the filter looks for: everything that is told of the change. */
void changes_fold_words(const struct change *c, struct buf *words);

/* ---- the directory's log -------------------------------------------------------------
 * Read by windows of time, the last day first, further back each time it is asked.  A
 * window that holds too much is made smaller: the directory gives what is oldest first. */

enum log_state { LOG_LOOKING /* not answered yet */, LOG_THERE, LOG_ABSENT };

struct log_windows;

struct log_windows *log_windows_new(struct reading *r); /* puts its rows there */
void log_windows_free(struct log_windows *l);           /* NULL is accepted */
void log_windows_ask(struct log_windows *l); /* for the next; nothing while one runs */
bool log_windows_done(const struct log_windows *l); /* NULL: true */
enum log_state log_windows_state(const struct log_windows *l);

/* Everything from then on has been read: digits, "" nothing yet. */
const char *log_windows_from(const struct log_windows *l);

/* ---- doing -------------------------------------------------------------------------- */

/* The sheet with all of it. */
void changes_show(struct app *app, const struct change_row *row);

/* Takes it back: looks, reviews, writes; or says why not. */
void changes_undo(struct app *app, const struct change_row *row);

/* The same for the changes of a bulk; it is the journal's. */
void changes_undo_many(struct app *app, const struct saved_item *it);

/* A sheet that says what has changed since `undo`'s change: as it left it, as it is now.
 * now NULL: the entry is gone. */
void changes_tell_overtaken(
	struct app *app, const struct change *undo, const struct entry *now);

#endif
