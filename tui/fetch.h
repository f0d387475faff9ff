/*
 * fetch: a search whose few entries are wanted together, or only counted.
 */
#ifndef TUI_FETCH_H
#define TUI_FETCH_H

#include "core/buf.h"
#include "core/store.h"

struct fetch {
	struct store *store; /* NULL: never started */
	struct op *op;       /* NULL: not running */
	ARRAY(struct entry *) entries;
	size_t count;
	bool done;
	enum outcome outcome;
	struct err err;
	void (*on_done)(void *arg);
	void *arg;
};

/* Starts it (again); what an earlier run brought is released first.  on_done is called
 * from store_step() when all is there or it failed. */
void fetch_start(struct fetch *f, struct store *store, const struct search *search,
	void (*on_done)(void *arg), void *arg);

/* Cancels and releases; usable again. */
void fetch_stop(struct fetch *f);

/* How many, as far as it is known. */
struct count {
	enum { COUNT_RUNS, COUNT_EXACT, COUNT_LEAST, COUNT_FAILED } state;
	unsigned long n;
};

/* What a counting search brought. */
struct count fetch_count(const struct fetch *f);

/* Appends "1,204", "500+" where the server stopped at a limit, "…" while it runs, "?" when
 * it failed. */
void count_shown(const struct count *c, struct buf *out);

/* What chooses between singular and plural: unknown numbers are many. */
unsigned long count_plural(const struct count *c);

/* The only or first entry, or NULL. */
struct entry *fetch_first(const struct fetch *f);

#endif
