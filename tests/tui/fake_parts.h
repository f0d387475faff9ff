/*
 * What the parts of the fake directory share: fake.c (the store), fake_knobs.c (what tests
 * turn).  Not for others.
 */
#ifndef TESTS_TUI_FAKE_PARTS_H
#define TESTS_TUI_FAKE_PARTS_H

#include "tests/tui/denial.h"
#include "tests/tui/dit.h"
#include "tests/tui/fake.h"

#define SOMEBODY_ELSE "uid=admin1,ou=admins,dc=demo"

struct op {
	struct op *next;
	unsigned serial;
	store_event_fn *fn;
	void *arg;
	bool cancelled, finished;
	size_t count; /* entries or changes reported */
	/* a search: */
	char *base, *filter;
	enum scope scope;
	struct strv attributes;
	bool all_attributes, count_only;
	int size_limit;
	struct entries found; /* what is still to be reported, from at on */
	size_t at;
	bool searched;
	/* a write: */
	struct plan *plan;
	bool rewound;
	size_t number; /* of the change, from 1 */
	/* a probe: */
	bool probes;
	ARRAY(struct change *) wishes;
	/* a watch: */
	bool watches, begun;
	unsigned told;        /* the fake's edits that it knows of */
	struct entries known; /* as they were then */
};

struct fake {
	struct store store; /* first: fake_of() */
	struct dit dit;
	struct op *ops, *current;
	unsigned serial;
	bool stalled, lose, lose_written;
	bool right; /* the password to be proved */
	size_t per_step, searches;
	struct {
		unsigned times;
		size_t number;
		bool undone;
	} refused_batches;
	size_t batches;
	int size_limit;
	struct err refusal, failure; /* of the next write, the next search */
	char *password, *who, *who_dn;
	struct err status_err, proof_err;
	struct store_status status, waiting;
	struct buf written, asked;
	struct denials denials;
	size_t probed;
	bool mute;       /* probes are not answered */
	bool live;       /* watches are */
	unsigned edits;  /* since the beginning, by anybody */
	unsigned missed; /* of them: up to there watches may have missed something */
};

/* fake_live.c: tells a watch what it does not know yet; whether there is something. */
void fake_tell(struct fake *f, struct op *op);
bool fake_tells(const struct fake *f, const struct op *op);
void fake_watch_free(struct op *op);
bool fake_found(const struct op *op, const struct entry *e); /* by its search */
struct entry *fake_projected(const struct op *op, const struct entry *e);

#endif
