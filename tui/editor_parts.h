/*
 * What the parts of the editor share: editor.c (the view, reading), editor_show.c (the
 * form), editor_save.c (checking, reviewing, writing), editor_conflict.c (the sheet),
 * editor_live.c (what others do meanwhile).  Not for others.
 */
#ifndef TUI_EDITOR_PARTS_H
#define TUI_EDITOR_PARTS_H

#include "tui/editor.h"

/* entry becomes the base, copied. */
void editor_take(struct editor *e, const struct entry *entry);

void editor_read(
	struct editor *e, void (*on_done)(void *arg)); /* e->dn again, into e->load */

/* ---- editor_rights.c ---- */

/* Before a save: asks once more, the save waits for it. */
void editor_await_rights(struct editor *e);
void editor_stop_rights(struct editor *e);
void editor_watch_rights(struct editor *e); /* asks again when somebody else signs in */

/* Whether the save may go on; else it is said why not, and it is given up. */
bool editor_permitted(struct editor *e);

/* Says that nothing here can be saved, and gives the save up. */
void editor_deny(struct editor *e);

bool editor_draft(struct view *v, struct draft *out); /* the view's draft() */

bool editor_unfinished(const struct editor *e); /* a save is not looked at again yet */

/* What stands around has been read: for a save on its way, before and after writing. */
void editor_checked(struct editor *e);
void editor_verified(struct editor *e);

/* The cursor to the field, or beside its words, on whichever tab they stand; false: they
 * stand nowhere. */
bool editor_focus(struct editor *e, enum form_field field);

/* Leaving or quitting was to follow the save, which did not happen. */
void editor_unsaved(struct editor *e);

void editor_start_save(struct editor *e); /* what editor_save_at_once() asked for */

/* The entry stands as the save wanted it, now as given: becomes the base, verified next. */
void editor_written(struct editor *e, const struct entry *now);

void editor_ready(struct editor *e); /* nothing is on its way any more */
void editor_show_refusal(struct editor *e);

/* Somebody else has changed the entry; theirs NULL: it is gone. */
void editor_conflict(struct editor *e, const struct entry *theirs);
void editor_conflict_release(struct editor *e);

/* Who has left the entry so ("admin1"), and what of it is not as it was read; empty:
 * nothing that the form shows. */
void editor_author(const struct entry *theirs, struct buf *who);
void editor_theirs(struct editor *e, const struct entry *theirs, struct buf *what);

/* Takes theirs into what was typed: at once, or by choice where both changed the same. */
void editor_merge(struct editor *e, const struct entry *theirs);

/* ---- editor_live.c ---- */

void editor_news(struct view *v, const struct news *news); /* the view's news() */
void editor_live_tick(struct editor *e);
void editor_live_headline(struct editor *e);
void editor_live_forget(struct editor *e); /* another entry is the base */
bool editor_can_merge(const struct editor *e);
void editor_merge_newer(struct editor *e);

/* What was to be taken back is not as it was left: theirs is shown, and that is told. */
void editor_not_taken_back(struct editor *e, const struct entry *theirs);

/* There is nothing to be taken back any more. */
void editor_forget_given(struct editor *e);

#endif
