/*
 * What the parts of the list of users share: users.c (reading), users_rows.c (rows),
 * users_live.c (what others change meanwhile), users_filters.c (the pane).  Not for others.
 */
#ifndef TUI_USERS_PARTS_H
#define TUI_USERS_PARTS_H

#include "core/arena.h"
#include "core/user.h"
#include "tui/listscreen.h"

/* What a row shows, packed: an entry is forgotten once it is a row. */
struct user_row {
	uint64_t first;                 /* the first bytes to sort by, as a number */
	const char *dn;                 /* strings of the arena, one after the other: */
	uint32_t name, address, folded; /* bytes from dn on */
	uint32_t name_n; /* so many bytes of `folded` are the name's, to sort by */
	uint32_t text_n; /* bytes of all of them */
	uint16_t n_addresses, n_selected; /* or UINT16_MAX, for more */
	uint32_t fresh_ms;     /* when somebody changed it, by the low bits of the clock; 0:
				  nobody did */
	uint8_t routing, kind; /* enum routing, enum user_kind */
	uint8_t id[16];        /* entryUUID (RFC 4530); zeros: none */
};

struct user_rows {
	struct user_row *v;
	size_t n, cap;
	struct arena text;
	size_t text_n, text_used; /* bytes taken from it, and those that rows have */
	struct index *by_dn; /* of all rows, while rows are looked for that may be there */
	struct {             /* numbers of the first n rows, + 1, by id; 0: free */
		uint32_t *slots;
		size_t size, n;
	} by_id;
};

/* What was told while it could not be shown: a row that came or changed, or went. */
struct users_told {
	struct user_row row; /* .id alone of one that went */
	bool gone;
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
	size_t stopped_at; /* a limit of the server's own; 0: it didn't */
	long seek_ms;      /* when `seek` was asked */
	long show_ms;      /* those that came are shown then */
	bool partial;      /* not all were read: filters ask the server */
	size_t window;     /* of all domains: how many are asked for at once */
	bool no_more;      /* asking for more brought nothing new */
	struct op *seek;   /* for rows that pass them */
	struct user_filters filters;
	struct {
		ARRAY(struct users_told) v;
		struct arena text;
		bool too_many; /* read anew instead */
		long next_ms;  /* they are shown then, all at once */
		long fresh_until_ms;
	} told;
	struct buf text;     /* of the row being made */
	struct buf words;    /* its addresses */
	int picking;         /* which filter's values are shown */
	struct strv domains; /* of all rows, for the pane */
};

static inline struct users *users_of(const struct list_screen *s)
{
	return (struct users *)s;
}

/* A row of the entry, its text in the arena of the caller's choice: users_row_keep(). */
void users_row_make(struct users *l, const struct entry *e, struct user_row *row);
void users_row_keep(struct user_row *row, struct arena *text);
void users_rows_add(struct user_rows *rows, const struct user_row *row);
void users_rows_drop(struct user_rows *rows);

/* users_live.c: as struct list_screen_ops says; and the turn. */
void users_news(struct list_screen *s, const struct news *news);
bool users_fresh(const struct list_screen *s, size_t row);
void users_live_tick(struct users *l);
void users_live_drop(struct users *l);

/* Asks for who passes the filters among those that the server did not give. */
void users_seek(struct users *l);

/* As struct list_screen_ops says. */
bool users_passes(const struct list_screen *s, size_t row);
void users_filter_words(const struct list_screen *s, struct buf *out);
bool users_clear(struct list_screen *s);
void users_filters(struct list_screen *s);

#endif
