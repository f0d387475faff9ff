/*
 * What the parts of deleting a domain share: domain_delete.c, and domain_delete_show.c (its
 * words).  Not for others.
 */
#ifndef TUI_DOMAIN_DELETE_PARTS_H
#define TUI_DOMAIN_DELETE_PARTS_H

#include "core/domain.h"
#include "tui/fetch.h"
#include "tui/rights.h"
#include "tui/sheet.h"

enum removal_phase {
	PHASE_READING,
	PHASE_HELD,   /* users or entries depend on it */
	PHASE_FAILED, /* err */
	PHASE_ASKING,
	PHASE_CHECKING, /* reads once more, before the review */
	PHASE_WRITING,
	PHASE_VERIFYING
};

enum { ID_NAME = 1, ID_DELETE, ID_CANCEL, ID_SHOW_USERS };

struct removal {
	struct sheet sheet;
	char *dn, *name; /* as it is shown */
	char *why;       /* what the plan says of itself; NULL: the question */
	enum removal_phase phase;
	struct field typed;
	bool wrong; /* another name was typed */
	struct fetch entry, schema, users, below, still;
	int waiting;
	struct entry *now; /* the entry as it was read last */
	struct strv names;
	struct count n_users, n_below;
	struct rights rights;
	struct err err;
	struct plan *plan, *undo;
	struct op *write;
	bool undoing;
	bool lost;    /* the answer to the write was: it is, or was, looked up */
	bool counted; /* in app->writing: sent, not answered or not looked at again */
};

bool removal_denied(const struct removal *r); /* whatever else stands in its way */
void removal_build(struct removal *r);        /* what stands in the sheet */

#endif
