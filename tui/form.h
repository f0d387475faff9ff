/*
 * form: a column of items, some of which take the focus.  Screens and pop-ups are made
 * of it.
 *
 * The owner describes what stands there by form_clear() and form_*() calls whenever its
 * state changed; the focus stays on the item with the same id.  Labels are copied and
 * already in the reader's language; what comes from outside is already safe to show.
 * Buttons added last stay in view at the bottom, whatever is scrolled above.
 */
#ifndef TUI_FORM_H
#define TUI_FORM_H

#include "core/array.h"
#include "tui/canvas.h"
#include "tui/field.h"
#include "tui/key.h"

enum form_kind {
	FORM_TAB, /* consecutive ones on one row; `on`: the one shown */
	FORM_HEADING,
	FORM_TEXT, /* wrapped */
	FORM_BLANK,
	FORM_PAIR, /* label, value: not to be edited */
	FORM_ROW,  /* three columns: what, what was, what will be */
	FORM_FIELD,
	FORM_CHECK,  /* [x] label, value at the right */
	FORM_CHOICE, /* ( value ▾ ) */
	FORM_ENTRY,  /* a menu's: label, what is there */
	FORM_BUTTON  /* consecutive ones on one row */
};

struct form_item {
	enum form_kind kind;
	int id; /* > 0 where it takes the focus; the owner's */
	char *label;
	char *value;      /* second column */
	char *third;      /* third column of a FORM_ROW */
	char *note;       /* under it, wrapped; an error, a hint */
	enum style style; /* of the text, of the value, or of third */
	enum style note_style;
	int noted; /* id of what the note is about, where the item has not that id */
	struct field *field;
	bool on;
	bool plain;  /* a FORM_CHECK without its box: a line that takes the focus */
	bool locked; /* not to be changed, as form_lock() says */
	int indent;
	int height, height_at; /* the rows it took with its note when it was measured at
				  that width; 0: it was not, since it was described */
};

struct form {
	ARRAY(struct form_item) items;
	int focus; /* id; 0: nothing can be focused */
	bool foot; /* with the focus on the last buttons, the end of what stands
		      above them is in view rather than its start */
	int pan;   /* rows that it is scrolled beside what the focus asks for */
	int pan_least, pan_most, page; /* as it was drawn last */
	int label_columns; /* the label column's width; 0: as wide as the widest needs */
};

void form_release(struct form *f);
void form_clear(struct form *f); /* keeps the focus */

struct form_item *form_tab(struct form *f, int id, const char *label, bool on);
struct form_item *form_heading(struct form *f, const char *label);
struct form_item *form_text(struct form *f, enum style style, const char *text);
void form_blank(struct form *f);
struct form_item *form_pair(struct form *f, const char *label, const char *value);
struct form_item *form_row(
	struct form *f, const char *a, const char *b, const char *c, enum style style);
struct form_item *form_field(
	struct form *f, int id, const char *label, struct field *field);
struct form_item *form_check(
	struct form *f, int id, const char *label, bool on, const char *value);
struct form_item *form_choice(struct form *f, int id, const char *label, const char *value);
struct form_item *form_entry(struct form *f, int id, const char *label, const char *value);
struct form_item *form_button(struct form *f, int id, const char *label);

/* Puts a line under the item; replaces one that is there. */
void form_note(struct form_item *item, enum style style, const char *text);

/* What this person may not change is shown without the brackets of what he may: a field
 * takes the focus and no text, a plain box the focus, another box or a choice neither. */
void form_lock(struct form_item *item);

/* After the items are there: keeps the focus on an item that exists. */
void form_settle(struct form *f);
/* To the item with this id, or to the next after one that is noted so; false: there is
 * none, nothing changes. */
bool form_focus(struct form *f, int id);
const struct form_item *form_focused(const struct form *f);
/* A click on the item: it gets the focus.  Whether it is to be pressed, too. */
bool form_click(struct form *f, int id);
struct field *form_field_focused(const struct form *f);

/* Moves the focus for the moving actions (up, down, left, right, next, previous, first,
 * last); where there is nothing more in that direction, and for a page up or down, it
 * scrolls.  Enter in a text field is next.  Returns whether the focus moved; a FORM_TAB
 * that gets the focus by left or right is to be shown by the owner. */
bool form_move(struct form *f, enum action action);

int form_height(const struct form *f, int width); /* rows it needs */

/* Marks that there is more above or below stand in the column to the right of a. */
void form_draw(struct form *f, struct canvas *c, struct area a);

#endif
