/*
 * What the parts of taking one change back share: changes_undo.c (the flow),
 * undo_around.c (the rules, and what has changed since).  Not for others.
 */
#ifndef TUI_CHANGES_UNDO_H
#define TUI_CHANGES_UNDO_H

#include "core/rule.h"
#include "tui/changes_parts.h"
#include "tui/fetch.h"
#include "tui/sheet.h"

enum undo_phase { UNDO_READING, UNDO_WRITING, UNDO_OVER };

struct undo {
	struct sheet sheet;
	enum undo_phase phase;
	char *id;   /* of the save that is taken back */
	char *name; /* how its entry is called */
	char *why;
	struct saved_item item;
	struct change *undo;               /* until the plan has it */
	const struct change *undo_of_plan; /* then */
	struct entry *now;                 /* NULL: there is none */
	struct fetch log, entry;
	struct fetch domains, holders; /* what stands around it */
	int waiting;
	struct findings findings;
	struct plan *plan;
	struct op *write;
	enum outcome outcome; /* of the write, once UNDO_OVER; err, theirs with it */
	struct err err;
	struct entry *theirs;
	bool counted; /* in app->writing */
};

bool undo_is_domain(const struct settings *s, const struct entry *e);
bool undo_is_user(const struct settings *s, const struct entry *e);

/* The rules for a user who was `was` (NULL: not there) and becomes `is` (NULL: goes), with
 * what was read around; adds to found. */
void undo_check_user(const struct settings *s, const struct fetch *domains,
	const struct fetch *holders, const struct entry *was, const struct entry *is,
	struct findings *found);

/* Adds what is to be asked for around such an entry. */
void undo_asks_of_user(const struct settings *s, const struct entry *e,
	struct strv *domains, struct strv *addresses);

/* Asks for what the rules need, checks, and goes on to the review, or says why not. */
void undo_look_around(struct undo *u);

void undo_review(struct undo *u);
void undo_build(struct undo *u); /* the sheet, as the phase is */

struct entry *undo_without_secrets(const struct entry *e);

#endif
