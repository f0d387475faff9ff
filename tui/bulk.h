/*
 * bulk: a screen for a plan of many changes: read, looked at one by one, previewed, written
 * with progress, stopped between two changes by Esc, gone on with, and told truthfully.
 *
 *	READING -> CHECKING -> PREVIEW -> WRITING -> DONE (-> WRITING, going on)
 *
 * The owner proposes changes; they lie in a file (core/sys/spool.h), so that there may be
 * as many as a directory has entries.  Before the preview, and again just before they are
 * written, he is shown them a chunk at a time, asks the directory what stands around them
 * and drops what may not be written.  What is refused is told and the rest goes on.
 */
#ifndef TUI_BULK_H
#define TUI_BULK_H

#include "core/sys/spool.h"
#include "tui/form.h"
#include "tui/view.h"

enum bulk_phase {
	BULK_READING,
	BULK_CHECKING,
	BULK_PREVIEW,
	BULK_WRITING,
	BULK_DONE,  /* all were tried, or it was stopped: some are left */
	BULK_FAILED /* nothing was written: b->why */
};

enum {
	BULK_CHUNK = 32,
	BULK_BATCH = 1000,
	BULK_TOLD = 100,
	BULK_SAMPLES = 5,
	BULK_LDIF = 50
};

struct bulk_item {
	struct change *change;
	char *label;   /* the owner's word with it, for whom it is */
	bool settled;  /* written, refused, dropped, or, before the preview, taken */
	size_t number; /* in b->plan, from 1 */
	bool lost;     /* its answer is, and it is being looked up */
	bool doubtful; /* the same, and nobody could say */
};

struct bulk;

struct bulk_ops {
	void (*path)(const struct bulk *b, struct buf *out);
	/* Starts reading: bulk_propose(), bulk_leave_out() and bulk_tell(), last
	 * bulk_read(). */
	void (*read)(struct bulk *b);
	/* Asks what stands around b->chunk, which is empty after the last change was
	 * written; then, from store_step(), bulk_drop() and last bulk_looked(). */
	void (*look)(struct bulk *b);
	void (*stop)(struct bulk *b); /* either of them */
	/* While it reads, at each turn, for an owner who reads no directory; NULL: nothing.
	 * Whether it wants another one at once. */
	bool (*read_on)(struct bulk *b);
	/* A change will be written, says the preview: for its totals. */
	void (*count)(struct bulk *b, const struct change *c, const char *label);
	void (*who)(const struct bulk *b, const char *label, struct buf *out);
	/* The change in a few words, for a sample. */
	void (*what)(const struct bulk *b, const struct change *c, struct buf *out);
	/* Totals, and what it means for mail. */
	void (*preview)(struct bulk *b, struct form *f);
	void (*release)(struct bulk *b);
};

struct told {
	char *who, *why;
};

struct told_list {
	struct told *v;
	size_t n, cap;
	size_t all; /* n are kept */
};

struct bulk {
	struct view view;
	const struct bulk_ops *ops;
	struct form form;
	enum bulk_phase phase;
	struct spool *proposed, *accepted;
	ARRAY(struct bulk_item) chunk;
	ARRAY(struct bulk_item) batch; /* looked at, to be handed to the store together */
	ARRAY(struct bulk_item) rest;  /* left by a stop: from rest_at on to be looked at */
	size_t rest_at;
	size_t at;       /* in the batch: the next to be handed to the store */
	size_t expected; /* changes that reading is likely to bring; 0: not known */
	size_t read, looked;
	size_t left_out; /* entries that are not changed at all, before the preview */
	bool truncated;  /* the directory stopped at a limit while reading */
	size_t written, refused;
	size_t resumed_at;     /* written and refused when it began or went on */
	long since_ms;         /* when that was; of reading and checking too */
	bool stopping, last;   /* last: the look after the last change */
	size_t doubtful, lost; /* items that are */
	bool unseen;           /* of one told after the preview nobody knows */
	struct op *op;
	size_t handed, answered; /* changes of this op */
	struct plan plan;        /* what is left of the batch */
	struct strv samples;
	struct told_list before, after; /* the preview */
	struct buf why;                 /* it stopped or failed */
	bool touched;                   /* the form is to be described anew */
};

/* A view of `size` bytes that begins with a struct bulk; why as in struct plan. */
void *bulk_new(size_t size, const struct bulk_ops *ops, struct app *app, const char *why);
void bulk_show(struct bulk *b); /* pushes it and starts reading */

void bulk_propose(struct bulk *b, struct change *c, const char *label); /* takes c */
void bulk_leave_out(struct bulk *b);
void bulk_read(struct bulk *b, enum outcome outcome, const struct err *err);

/* One line for the list of what is not written. */
void bulk_tell(struct bulk *b, const char *label, const char *sentence);

void bulk_drop(struct bulk *b, size_t item); /* of the chunk: nothing of it is written */
void bulk_looked(struct bulk *b, const struct err *err); /* NULL: all was answered */

/* Instead of bulk_looked(): nothing more may be written. */
void bulk_halt(struct bulk *b, const char *sentence);

#endif
