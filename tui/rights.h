/*
 * rights: what the directory lets the person do with one entry, as it answered a probe
 * (core/store.h).  What it did not tell may be tried: the server decides in the end.
 */
#ifndef TUI_RIGHTS_H
#define TUI_RIGHTS_H

#include "core/store.h"

/* In place of an attribute: that an entry comes or goes. */
#define RIGHT_ENTRY "entry"

struct right {
	char *attribute;
	char *under; /* of which values: in this domain; "": all */
	long wish;   /* of those asked; -1: it is not asked about */
	enum permission permission;
};

struct rights_list {
	struct right *v;
	size_t n, cap;
};

struct rights {
	struct rights_list known; /* empty: nothing has been answered yet */
	struct rights_list asked;
	ARRAY(struct change *) wishes; /* in the order of asked */
	char *who; /* was signed in when it was asked; NULL: never asked */
	struct store *store;
	struct op *op; /* NULL: not asking */
	void (*on_done)(void *arg);
	void *arg;
};

void rights_release(struct rights *r);

/* Not asking any more; what is known stays known. */
void rights_stop(struct rights *r);

/* Adds what is to be asked next; the wish becomes the rights'.  NULL: not to be asked, and
 * not known. under NULL: all values. */
void rights_wish(
	struct rights *r, const char *attribute, const char *under, struct change *wish);

/* Asks; on_done comes from store_step().  False where there is nothing to ask. */
bool rights_ask(
	struct rights *r, struct store *store, void (*on_done)(void *arg), void *arg);

/* Somebody else has signed in since it was asked. */
bool rights_outdated(const struct rights *r);

/* Whether it is known that the person may not write the attribute's values under `under`;
 * NULL: none of its values. */
bool rights_denied(const struct rights *r, const char *attribute, const char *under);
bool rights_all_denied(const struct rights *r);
bool rights_any_denied(const struct rights *r);

/* Whether it is known that the change would be refused. */
bool rights_refuse(const struct rights *r, const struct change *c);

#endif
