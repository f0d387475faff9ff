/*
 * lookup: where addresses go, asked of the directory, many side by side.
 *
 * An address costs at most three searches: its domain, who holds it here, who selected it
 * (core/query.h); each for the address and for what is left of it without its extension.
 * What they find is given to route_decide().
 */
#ifndef TUI_LOOKUP_H
#define TUI_LOOKUP_H

#include "core/route.h"
#include "core/store.h"

enum { LOOKUPS_MOST = 32 }; /* at a time */

struct lookup_answer {
	const char *address;
	const struct route_facts *facts; /* what was found; NULL with err */
	const struct decision *decision; /* NULL with err */
	const struct err *err;           /* the directory did not answer; else NULL */
};

/* Everything is borrowed for the call.  May ask again, may not free the lookups. */
typedef void lookup_fn(void *arg, size_t tag, const struct lookup_answer *answer);

struct lookups;

/* settings and store must outlive it. */
struct lookups *lookups_new(
	const struct settings *settings, struct store *store, lookup_fn *fn, void *arg);

/* Cancels what is under way; no callback any more. */
void lookups_free(struct lookups *l);
void lookups_cancel(struct lookups *l);

bool lookups_full(const struct lookups *l);
size_t lookups_running(const struct lookups *l);

/* Not when full.  The answer comes from store_step(), or at once for what needs no search:
 * an address without a domain. */
void lookups_ask(struct lookups *l, const char *address, size_t tag);

#endif
