/*
 * resolve: host names to addresses beside the console (getaddrinfo(3) on a thread of its
 * own, which nobody can interrupt: one that is stuck is left behind and its answer
 * dropped).  One question at a time; a new one takes the place of the old.
 */
#ifndef CORE_SYS_RESOLVE_H
#define CORE_SYS_RESOLVE_H

#include "core/array.h"

enum resolved {
	RESOLVED_YES,
	RESOLVED_NO, /* the name service says that there is no such name or no address */
	RESOLVED_UNKNOWN /* no answer within the deadline, or the name service is ill */
};

struct resolver;

/* addresses: numeric, borrowed for the call; empty unless RESOLVED_YES. */
typedef void resolved_fn(void *arg, enum resolved answer, const struct strv *addresses);

struct resolver *resolver_new(void);
/* One that knows only these hosts, a line each: "name address..."; "name ?" gets no answer
 * before the deadline.  For tests; hosts must outlive it and those like it. */
struct resolver *resolver_given(const char *hosts);
/* Another that asks where r does, so that two questions are not in each other's way. */
struct resolver *resolver_like(const struct resolver *r);
void resolver_free(struct resolver *r); /* NULL accepted; no callback any more */

/* Asks for name; fn is called from resolver_step() only, within deadline_ms. */
void resolver_ask(struct resolver *r, const char *name, long now_ms, int deadline_ms,
	resolved_fn *fn, void *arg);
void resolver_forget(struct resolver *r); /* no callback for what was asked */

int resolver_fd(const struct resolver *r); /* to poll for input */
int resolver_timeout(
	const struct resolver *r, long now_ms); /* ms until step is due; -1: none */
void resolver_step(struct resolver *r, long now_ms);

#endif
