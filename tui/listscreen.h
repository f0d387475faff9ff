/*
 * listscreen: a screen that is a list: a tool bar (a button, the filter, the position)
 * and rows under column heads, sorted and filtered here; the owner has the rows.
 */
#ifndef TUI_LISTSCREEN_H
#define TUI_LISTSCREEN_H

#include "core/err.h"
#include "tui/list.h"
#include "tui/view.h"

struct list_screen;

struct list_screen_ops {
	const struct list_column *columns;
	int n_columns;
	const char *button; /* msgid; NULL: none */
	const char *empty;  /* msgid: what to do when there is no row */
	void (*path)(struct list_screen *s, struct buf *out);
	size_t (*rows)(const struct list_screen *s);
	void (*cell)(struct list_screen *s, size_t row, int column, struct buf *out,
		enum style *style);
	int (*compare)(const struct list_screen *s, size_t a, size_t b, int column);
	const char *(*folded)(const struct list_screen *s,
		size_t row); /* text_fold()ed, for the filter */
	const char *(*id)(const struct list_screen *s,
		size_t row); /* stays when rows are read again */
	/* Filters of the owner's own, beside the text; all NULL: none. */
	bool (*passes)(const struct list_screen *s, size_t row);
	void (*filters)(struct list_screen *s); /* opens the pane that sets them */
	bool (*clear)(struct list_screen *s);   /* resets them; whether there were any */
	void (*filter_words)(const struct list_screen *s, struct buf *out);
	/* The text or the owner's own filters have changed, the rows are filtered; NULL:
	 * nothing to do. */
	void (*filtered)(struct list_screen *s);
	/* One line above the rows, while no filter's words stand there; NULL: none. */
	void (*headline)(const struct list_screen *s, struct buf *out);
	/* More about the row under the cursor, below the rows; NULL: none. */
	void (*details)(const struct list_screen *s, size_t row, struct buf *out);
	/* What `y` copies of a row; NULL: nothing. */
	void (*copied)(const struct list_screen *s, size_t row, struct buf *out);
	/* Whether somebody has just changed it, which is shown; NULL: never. */
	bool (*fresh)(const struct list_screen *s, size_t row);
	void (*news)(struct list_screen *s, const struct news *news); /* as the view's */
	void (*open)(struct list_screen *s, size_t row);
	void (*press)(struct list_screen *s);  /* the button */
	void (*reload)(struct list_screen *s); /* starts reading; sets loading */
	/* Stops it; rows that are there stay. Whether they are all, of an earlier reading.
	 */
	bool (*stop)(struct list_screen *s);
	void (*tick)(struct list_screen *s); /* as the view's; NULL: nothing */
	bool (*can)(struct list_screen *s, enum action action);
	void (*act)(struct list_screen *s, enum action action);
	void (*release)(struct list_screen *s);
};

struct row_numbers {
	uint32_t *v;
	size_t n, cap;
};

enum list_focus { FOCUS_ROWS, FOCUS_FILTER, FOCUS_BUTTON };

struct list_screen {
	struct view view;
	const struct list_screen_ops *ops;
	struct list list;
	struct row_numbers sorted; /* every row */
	struct row_numbers order;  /* rows as shown: those of them that pass the filters */
	struct field filter;
	enum list_focus focus;
	struct strv marked; /* ids of marked rows */
	char *last_marked;  /* id of the last one; NULL: none */
	char *selected_id;  /* of the row under the cursor; NULL: the first */
	bool loading;
	bool stopped;   /* the last reading, by Esc */
	bool truncated; /* the server stopped at a limit: there are more */
	struct err err; /* code ERR_NONE: fine */
	unsigned generation;
};

void *list_screen_new(size_t size, const struct list_screen_ops *ops, struct app *app);
void list_screen_show(struct list_screen *s); /* pushes it and reads */

/* Rows came, went or changed: filters and sorts again; the selection stays on its id. */
void list_screen_refresh(struct list_screen *s);

/* Rows came, after those that were there: they are put where they belong, the others keep
 * their order.  The selection stays on its row, and that where it stands on the screen. */
void list_screen_added(struct list_screen *s);

/* Rows went or were changed in place, and more may stand after them: now[i] is the number
 * that row i has now, with ROW_CHANGED where it is not what it was; ROW_GONE.  Those that
 * stay keep their order.  The selection stays on its row, and that where it stands on the
 * screen. */
#define ROW_CHANGED UINT32_C(0x80000000)
#define ROW_GONE UINT32_MAX
void list_screen_changed(struct list_screen *s, const uint32_t *now);

/* A row goes by another id: the cursor and the mark stay with it. */
void list_screen_renamed(struct list_screen *s, const char *from, const char *to);

enum { FRESH_MS = 4000 }; /* for so long it shows that somebody has changed a row */

/* The row under the cursor; false: none. */
bool list_screen_selected(const struct list_screen *s, size_t *row);

#endif
