/*
 * What the parts of a list screen share: listscreen.c (keys, the view), listscreen_order.c,
 * listscreen_draw.c.  Not for others.
 */
#ifndef TUI_LISTSCREEN_PARTS_H
#define TUI_LISTSCREEN_PARTS_H

#include "tui/listscreen.h"

/* What is clicked: the last one and what follows are rows. */
enum { HIT_BUTTON = 1, HIT_FILTER, HIT_ROWS };

static inline struct list_screen *list_screen_of(struct view *v)
{
	return (struct list_screen *)v;
}

/* Whether the owner's own filters leave rows out. */
bool list_screen_has_filters(const struct list_screen *s);

/* Those rows that are to be shown; keeps their order. */
void list_screen_filter(struct list_screen *s);

bool list_screen_marked(void *s, size_t n); /* for the list */
bool list_screen_fresh(void *s, size_t n);  /* for the list */
void list_screen_draw(struct view *v, struct canvas *c, struct area a);

#endif
