/*
 * field: a line of text being edited: UTF-8, by grapheme clusters, scrolled sideways.
 */
#ifndef TUI_FIELD_H
#define TUI_FIELD_H

#include "core/buf.h"
#include "tui/canvas.h"
#include "tui/key.h"

struct field {
	struct buf text; /* always valid UTF-8 without controls */
	size_t cursor;   /* byte offset, on a cluster boundary */
	size_t first;    /* first byte shown */
	bool secret;     /* drawn as stars, wiped on release, never copied */
	bool frozen;     /* keys move in it and change nothing */
	size_t max;      /* bytes that can be typed; 0: 1024.  What is set may be longer */
};

void field_init(struct field *f,
	const char *text); /* cursor at the end; unsafe bytes become U+FFFD */
void field_release(struct field *f);
void field_set(struct field *f, const char *text);

/* Home End Left Right word jumps Del Backspace, Ctrl-A E B F D H U K W, printable keys, and
 * a paste as one edit: newlines and outer spaces trimmed, inner controls dropped, newlines
 * inside become spaces.  Returns whether the key was an edit or move of this field;
 * *changed (may be NULL) says whether the text changed. */
bool field_key(struct field *f, struct input in, bool *changed);

/* Draws in exactly width columns at y, x, keeping the cursor in view, with ◂ ▸ marks
 * where text is hidden; sets the canvas cursor when focused. */
void field_draw(struct field *f, struct canvas *c, int y, int x, int width, bool focused);

#endif
