/*
 * canvas: the screen as a grid of cells.  Everything the console shows is drawn here;
 * tui/term.h paints it, tests read it as text.
 *
 * A cell holds one grapheme cluster; a wide one owns the cell to its right, too
 * (columns 0 there).  Drawing outside the clip is cut, never a fault.  Text given to a
 * canvas must be safe UTF-8 (text_printable() has seen what came from outside).
 */
#ifndef TUI_CANVAS_H
#define TUI_CANVAS_H

#include "core/array.h"
#include "core/buf.h"

enum style {
	STYLE_TEXT,
	STYLE_DIM,      /* hints, rulers, what matters less */
	STYLE_TITLE,    /* path, headings */
	STYLE_ACCENT,   /* the one accent: marks, sort arrow, changed values */
	STYLE_SELECTED, /* the row or item under the cursor */
	STYLE_FIELD,    /* a text field */
	STYLE_FIELD_ON, /* a text field that has the cursor */
	STYLE_KEY,      /* a key's name in the key line */
	STYLE_GOOD,
	STYLE_WARNING,
	STYLE_ERROR,
	STYLE_COUNT
};

enum glyph {
	GLYPH_HLINE,
	GLYPH_VLINE,
	GLYPH_TOP_LEFT,
	GLYPH_TOP_RIGHT,
	GLYPH_BOTTOM_LEFT,
	GLYPH_BOTTOM_RIGHT,
	GLYPH_CURSOR, /* in front of the selected row: "▸" or ">" */
	GLYPH_UP,
	GLYPH_DOWN, /* sort order, more above or below: "▴" "▾" or "^" "v" */
	GLYPH_LEFT,
	GLYPH_RIGHT,    /* more to the side, within a field: "◂" "▸" or "<" ">" */
	GLYPH_ELLIPSIS, /* "…" or "~" */
	GLYPH_ARROW,    /* "→" or "->" */
	GLYPH_DASH,     /* no value: "–" or "-" */
	GLYPH_DOT,      /* between words of a header: "·" or "-" */
	GLYPH_FRESH,    /* a row that somebody has just changed: "•" or "o" */
	GLYPH_TICK,     /* "x" in a box on both */
	GLYPH_COUNT
};

#define CELL_BYTES 27

struct cell {
	char text[CELL_BYTES + 1]; /* "" in the right half of a wide one */
	uint8_t columns;           /* 1, 2, or 0 for a right half */
	uint8_t style;
};

struct area {
	int y, x, h, w;
};

/* Where the mouse means something. */
struct hit {
	struct area area;
	int id; /* the view's own */
};

struct canvas {
	int h, w;
	struct cell *cells;
	ARRAY(struct hit) hits;
	struct area clip;
	bool ascii; /* glyphs and text in ASCII: other characters become "?" of their width
		     */
	int cursor_y, cursor_x; /* -1: hidden */
};

struct canvas *canvas_new(int h, int w); /* blank */
void canvas_free(struct canvas *c);
void canvas_resize(struct canvas *c, int h, int w); /* blank again */
void canvas_clear(struct canvas *c);
struct area canvas_all(const struct canvas *c);

const char *canvas_glyph(const struct canvas *c, enum glyph g);

/* Writes text at y, x in at most `width` columns; cut text ends in the ellipsis glyph.
 * Returns the columns written. Cells after it are left alone. */
int canvas_text(
	struct canvas *c, int y, int x, int width, enum style style, const char *text);

/* The same, padded with blanks of that style to exactly width; right-aligned when
 * `right` (then cut at its left). */
void canvas_column(struct canvas *c, int y, int x, int width, enum style style, bool right,
	const char *text);

/* The columns that text takes; of one that takes more than `most` only so much is looked at
 * that this is known. */
int canvas_width(const char *text, int most);

/* Wraps text at spaces into lines of width, from y on, max_lines at most (the last one
 * then ends in the ellipsis). c NULL: only measures. Returns the lines. */
int canvas_wrap(struct canvas *c, int y, int x, int width, int max_lines, enum style style,
	const char *text);

void canvas_fill(struct canvas *c, struct area a, enum style style); /* blanks */
void canvas_style(
	struct canvas *c, struct area a, enum style style); /* changes style, keeps text */
void canvas_hline(struct canvas *c, int y, int x, int width, enum style style);
void canvas_box(
	struct canvas *c, struct area a, enum style style); /* a frame, blank inside */
void canvas_cursor(struct canvas *c, int y, int x);

/* A click in a means id; the last one that covers a cell counts. */
void canvas_hit(struct canvas *c, struct area a, int id);
void canvas_no_hits(struct canvas *c);

/* Copies rows from..from+h of src (same width as a) to area a of c, cursor included
 * when it is inside. */
void canvas_copy(struct canvas *c, struct area a, const struct canvas *src, int from);

/* Rows as text, without trailing blanks, each ended by '\n': what tests compare. */
void canvas_dump(const struct canvas *c, struct buf *out);

#endif
