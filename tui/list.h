/*
 * list: rows under column heads, one of them selected; a window onto rows that the
 * owner has, asked for by number as they are drawn.
 */
#ifndef TUI_LIST_H
#define TUI_LIST_H

#include "tui/canvas.h"
#include "tui/key.h"

struct list_column {
	const char *title; /* msgid */
	int least; /* columns it needs at least; one with a share can do with less */
	int share; /* of what is left over; 0: stays at least */
	int drop;  /* goes when width is short, highest first; 0: never */
	bool right;
	const char *words[3]; /* msgids that stand in it, never cut; NULL fills up */
	int beside;           /* columns that it needs beside a word */
};

/* Whether a row is marked, or was just changed by somebody; NULL: none can be. */
typedef bool list_marked_fn(void *arg, size_t row);

struct list {
	const struct list_column *columns;
	int n_columns;
	size_t selected, top; /* row numbers */
	int page;             /* rows shown when it was last drawn */
	int sort;             /* column */
	bool descending;
	bool focused; /* the selected row has the cursor */
	list_marked_fn *marked, *fresh;
};

typedef void list_cell_fn(
	void *arg, size_t row, int column, struct buf *out, enum style *style);

/* Up, down, page, first, last; keeps selected below rows.  Whether it moved. */
bool list_move(struct list *l, enum action action, size_t rows);
void list_draw(struct list *l, struct canvas *c, struct area a, size_t rows,
	list_cell_fn *cell, void *arg);

#endif
