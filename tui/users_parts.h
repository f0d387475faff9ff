/*
 * What the parts of the list of users share: users.c (reading, rows), users_filters.c (the
 * pane).  Not for others.
 */
#ifndef TUI_USERS_PARTS_H
#define TUI_USERS_PARTS_H

#include "core/arena.h"
#include "core/user.h"
#include "tui/listscreen.h"

/* What a row shows, packed: an entry is forgotten once it is a row. */
struct user_row {
	const char *dn;                 /* strings of the arena, one after the other: */
	uint32_t name, address, folded; /* bytes from dn on */
	uint32_t name_n; /* so many bytes of `folded` are the name's, to sort by */
	uint32_t n_addresses, n_selected;
	uint8_t routing, kind; /* enum routing, enum user_kind */
};

struct user_rows {
	struct user_row *v;
	size_t n, cap;
	struct arena text;
	struct index *by_dn; /* of all rows, while rows are looked for that may be there */
};

static inline const char *user_row_name(const struct user_row *r)
{
	return r->dn + r->name;
}

/* The first address, "" when there is none. */
static inline const char *user_row_address(const struct user_row *r)
{
	return r->dn + r->address;
}

/* Name and addresses, text_fold()ed, for the filter. */
static inline const char *user_row_folded(const struct user_row *r)
{
	return r->dn + r->folded;
}

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
	bool partial;    /* not all were read: filters ask the server */
	size_t window;   /* of all domains: how many are asked for at once */
	bool no_more;    /* asking for more brought nothing new */
	struct op *seek; /* for rows that pass them */
	struct user_filters filters;
	struct buf text;     /* of the row being made */
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
