/*
 * apply_parts: what the files of tui/applycmd.h share.
 */
#ifndef TUI_APPLY_PARTS_H
#define TUI_APPLY_PARTS_H

#include "core/reroute.h"
#include "core/sys/rows.h"
#include "core/sys/spool.h"
#include "tui/command.h"
#include "tui/fetch.h"

/* 64 searches with 50 addresses each hold what is in memory small and slapd busy. */
enum { APPLY_ROWS = 50, APPLY_BATCHES = 64, APPLY_SAMPLES = 5, APPLY_REPAINT_MS = 200 };

/* ---- apply_line.c: what a line says */

struct wanted {
	unsigned long line;
	char *address; /* canonical; as it stands there when wrong; never NULL */
	enum routing routing;
	struct strv names, addresses; /* external: as in struct reroute; both empty: all */
	char *wrong;                  /* the sentence that says why it can't be; or NULL */
};

/* False: the row is the header and wants nothing. */
bool wanted_read(const struct row *row, bool first, struct wanted *w);
void wanted_release(struct wanted *w);

/* ---- apply_seen.c: which entries there were already */

struct seen_place {
	uint64_t a, b; /* two hashes: no two entries have both the same */
	unsigned long line;
};

struct seen {
	struct seen_place *places;
	size_t n, cap;
};

/* The line on which this one was seen before; 0: never, it is now. */
unsigned long seen_before(struct seen *s, const char *id, unsigned long line);
void seen_release(struct seen *s);

/* ---- all of it */

/* Lines whose addresses are asked for together. */
struct apply_batch {
	struct apply *apply;
	ARRAY(struct wanted) rows;
	size_t from, n; /* asked for: fewer than all where the server has a limit */
	struct fetch fetch;
};

struct apply {
	const struct command_call *call;
	int fd;
	bool ended; /* the file */
	bool terminal;
	long since_ms, painted_ms;
	struct rows *rows;
	unsigned long n_rows;
	ARRAY(struct wanted) pending; /* read, in no batch yet: from `taken` on */
	size_t taken;
	struct apply_batch batches[APPLY_BATCHES]; /* a ring: n_batches from first on */
	size_t first, n_batches;
	struct fetch around; /* domains */
	bool around_came;
	ARRAY(struct domain) domains;
	struct seen seen;
	struct spool *spool; /* the changes, each with its line */
	struct strv samples;
	size_t lines, same, refused;
	size_t to[3];               /* by enum routing */
	size_t bounced, as_unknown; /* addresses */
	bool failed;
	struct err err;
	/* writing */
	struct plan *through;
	ARRAY(unsigned long) sent; /* by number: the line */
	struct op *op;
	size_t written, not_written, unknown;
	enum outcome outcome;
};

/* A line of the report, of what is wrong with that line of the file. */
void apply_tell(struct apply *a, unsigned long line, const char *who, const char *sentence);

/* On a terminal's stderr: how far it is; all 0: not known. */
void apply_progress(struct apply *a, const char *what, size_t done, size_t all);
void apply_progress_end(struct apply *a);

/* apply_read.c: the domains; then every line.  False: why is in a->err. */
bool apply_domains(struct apply *a);
bool apply_read(struct apply *a);
void apply_read_release(struct apply *a);

/* apply_write.c: whether what was read may still be; then all of it.  False: why is in
 * a->err, or the directory was lost on the way. */
bool apply_settle(struct apply *a);
bool apply_write(struct apply *a, const char *why);
bool apply_stopped(void); /* by Ctrl-C */

#endif
