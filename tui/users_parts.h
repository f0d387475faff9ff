/*
 * What the parts of the list of users share: users.c (reading, rows), users_filters.c (the
 * pane).  Not for others.
 */
#ifndef TUI_USERS_PARTS_H
#define TUI_USERS_PARTS_H

#include "core/user.h"
#include "tui/listscreen.h"

/* What a row shows, packed: an entry is forgotten once it is a row. */
struct user_row {
	char *dn;
	char *name;
	char *address; /* the first, "" when there is none */
	char *folded;  /* name and addresses, for the filter ... */
	size_t name_n; /* ... and so many bytes of it are the name's, to sort by */
	unsigned n_addresses, n_selected;
	enum routing routing;
	enum user_kind kind;
};

struct user_rows {
	struct user_row *v;
	size_t n, cap;
};

/* The filters of the pane; -1, NULL: all. */
struct user_filters {
	int routing; /* enum routing */
	int kind;    /* enum user_kind */
	char *domain;
};

struct users {
	struct list_screen screen;
	struct strv names;         /* only users with an address here; empty: all */
	struct user_rows rows;     /* shown */
	struct user_rows incoming; /* being read again, while rows are still shown */
	bool again;                /* incoming, not rows, is being filled */
	struct op *op;
	bool partial;    /* the server gave no more of all: filters ask it */
	struct op *seek; /* for rows that pass them */
	struct user_filters filters;
	int picking;         /* which filter's values are shown */
	struct strv domains; /* of all rows, for the pane */
};

static inline struct users *users_of(const struct list_screen *s)
{
	return (struct users *)s;
}

/* Asks for who passes the filters among those that the server did not give. */
void users_seek(struct users *l);

/* As struct list_screen_ops says. */
bool users_passes(const struct list_screen *s, size_t row);
void users_filter_words(const struct list_screen *s, struct buf *out);
bool users_clear(struct list_screen *s);
void users_filters(struct list_screen *s);

#endif
