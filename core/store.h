/*
 * store: the directory, seen from the console: asynchronous, one thread.
 *
 * Submitting never blocks.  An operation reports by events, called from store_step()
 * only, never from the call that submitted it; EVENT_DONE is its last, and the handle is
 * dead when that callback returns.  After store_cancel() there is no further callback
 * (a write that was already sent may still happen: cancel of a write reports nothing,
 * so do not cancel a write whose outcome somebody waits for).
 *
 * Operations submitted while there is no connection wait for one; when a connection is
 * lost, searches are sent again from their start only if they had reported nothing,
 * otherwise they end with OUTCOME_FAILED; writes end with OUTCOME_UNKNOWN.
 *
 * The server may be a replica, which answers a change by a referral.  The change is then
 * made at the provider that the configuration names (settings.provider), with the same
 * precondition, and so are the ones after it.  What was written there is shown at once:
 * until the replica has it, searches are answered by the provider, or by the replica while
 * the provider does not answer.  A write for which no provider can be reached ends with
 * OUTCOME_REFUSED once each of its URIs was tried.
 *
 * ldap/store.c is the real one; tests/tui has a fake.
 */
#ifndef CORE_STORE_H
#define CORE_STORE_H

#include <poll.h>

#include "core/entry.h"
#include "core/err.h"
#include "core/plan.h"

enum scope { SCOPE_BASE, SCOPE_ONE, SCOPE_SUBTREE };

struct search {
	const char *base;
	enum scope scope;
	const char *filter;
	const char *const
		*attributes; /* NULL-terminated; entryUUID and entryCSN are added by the
				store; NULL: all user attributes and the operational ones */
	int size_limit;      /* 0: none of ours */
	bool count_only;     /* no attribute is asked for, no EVENT_ENTRY reported */
	bool settled;        /* never answered by a replica that may lag: where a provider
				is configured it is asked, or waited for.  For what became
				of a write whose outcome is unknown */
	bool many;           /* a long answer: on a connection of its own where there is
				one, so that it holds up no other */
};

/* Whether the directory lets the person make a change. */
enum permission {
	PERMISSION_UNKNOWN, /* it did not tell: the change is refused or made when it is
			       sent */
	PERMISSION_GIVEN,
	PERMISSION_DENIED
};

enum event_kind {
	EVENT_ENTRY,    /* entry: borrowed for the call */
	EVENT_GONE,     /* watch: no more there, or no more among what is watched; of entry
			   only id, and dn where the server says it, else "" */
	EVENT_FROM_NOW, /* watch: every change from now on is told.  What was read before
			   may have changed since */
	EVENT_PROGRESS, /* count entries so far; at most a few times a second */
	EVENT_CHANGED,  /* change: written (entry = as it is now, or NULL) or not (outcome,
			   err;  OUTCOME_STALE: entry = as somebody else left it, NULL when
			   gone) */
	EVENT_DONE      /* outcome, err, count; permissions */
};

enum outcome {
	OUTCOME_OK,
	OUTCOME_LIMIT,   /* search: the server's or our size limit; count entries came */
	OUTCOME_STALE,   /* write: what was read is not true any more; nothing written */
	OUTCOME_REFUSED, /* the server said no: err */
	OUTCOME_FAILED,  /* search: no or no whole answer: err */
	OUTCOME_UNKNOWN  /* write: sent, but no answer came: it may have happened */
};

struct event {
	enum event_kind kind;
	enum outcome outcome;
	const struct entry *entry;
	const struct change *change;
	size_t number;         /* of the change, in its plan, from 1; of a plan at_once that
				  is done and was refused: of the one that stopped it, 0:
				  none, or not known */
	const struct err *err; /* borrowed; NULL when outcome is OK */
	size_t count;
	bool undone; /* of a plan at_once that was refused: it was being made, and the
			changes before `number` (0: all) may have been shown to replicas and
			listeners before they were taken back */
	const enum permission *permissions; /* of a probe that is done: count of them, in
					       the order of its wishes; borrowed */
	bool own; /* of a watch: what this store has written, or is writing */
};

typedef void store_event_fn(void *arg, const struct event *event);

enum store_phase {
	STORE_SIGNED_OUT, /* auth simple, nobody signed in; or credentials refused: err */
	STORE_CONNECTING,
	STORE_READY,
	STORE_WAITING, /* connected, an answer is overdue by more than 2 s */
	STORE_DOWN     /* err says why; the next try is at retry_ms from now */
};

/* What became of store_prove(). */
enum store_proof {
	PROOF_NONE, /* nothing was asked */
	PROOF_ASKED,
	PROOF_YES,
	PROOF_NO,    /* another password */
	PROOF_FAILED /* no server could be asked: proof_err */
};

struct store_status {
	enum store_phase phase;
	const char *server;    /* short: "ldapi", "ldap2.example" */
	const char *who;       /* short: "admin0"; "" before signing in */
	const char *who_dn;    /* the authorization identity's DN (RFC 4532), maybe "" */
	const char *writer_dn; /* the same where changes are made: who_dn, unless the
				  provider knows us by another name */
	const char *provider;  /* short: where changes are made, once the server has turned
				  out to be a replica; else "" */
	bool read_only;        /* the provider could not be reached; it is tried again */
	int behind_s;          /* for how long the replica has lacked something that was
				  saved from here; 0: lacks nothing, as far as is known */
	int waiting_s;         /* STORE_WAITING: for how long */
	int retry_ms;
	const struct err *err;
	size_t most_at_once; /* changes of a plan that are made wholly or not at all: plan's
				at_once; 0: it can't */
	enum store_proof proof;
	const struct err *proof_err; /* PROOF_NO, PROOF_FAILED */
};

struct store;
struct op;

struct store_ops {
	struct op *(*search)(struct store *s, const struct search *search,
		store_event_fn *fn, void *arg);
	struct op *(*apply)(
		struct store *s, struct plan *plan, store_event_fn *fn, void *arg);
	struct op *(*probe)(struct store *s, struct change *const *wishes, size_t n,
		store_event_fn *fn, void *arg);
	struct op *(*watch)(struct store *s, const struct search *search,
		store_event_fn *fn, void *arg);
	void (*cancel)(struct store *s, struct op *op);
	void (*sign_in)(struct store *s, const char *name, const char *password);
	void (*prove)(struct store *s, const char *password);
	int (*fds)(struct store *s, struct pollfd *fds, int max, int *timeout_ms);
	void (*step)(struct store *s, int budget_ms);
	const struct store_status *(*status)(struct store *s);
	void (*free)(struct store *s);
};

struct store {
	const struct store_ops *ops; /* first member of every store */
};

/* The search is copied.  Returns a handle for store_cancel(). */
struct op *store_search(
	struct store *s, const struct search *search, store_event_fn *fn, void *arg);

/* Writes the plan's changes in its order, each with its precondition: fresh by entryCSN
 * (assertion control, RFC 4528); where that says stale, the entry is read again and, when
 * no value that was read has changed, tried with the new CSN.  Stops at the first change
 * that is not written.  The plan stays the caller's and must live until EVENT_DONE.
 *
 * A plan that is to be written at_once is one transaction (RFC 5805): when it was made,
 * every change is told with OUTCOME_OK, without entry, in order; when it was not, none is
 * told and EVENT_DONE has the refusal's outcome and err.  When it is not known each is told
 * with OUTCOME_UNKNOWN.  Nothing is read again, and a referral is not followed.
 *
 * That the changes of a plan are independent is for core/many.h, and for stores that have
 * it (core/sys/recorded.h). */
struct op *store_apply(struct store *s, struct plan *plan, store_event_fn *fn, void *arg);

/* Asks which of the changes the person would be let make, and makes none: there is no
 * control for effective rights.  A wish is
 *
 *	CHANGE_MODIFY	of one mod, MOD_DELETE of one value that the entry has not
 *	CHANGE_DELETE	of an entry
 *	CHANGE_ADD	of an entry that is not there
 *
 * see core/probe.h.  Only EVENT_DONE is reported, OUTCOME_OK with what is known of each,
 * or OUTCOME_FAILED with no permissions.  The wishes are copied. */
struct op *store_probe(struct store *s, struct change *const *wishes, size_t n,
	store_event_fn *fn, void *arg);

/* Follows what anybody changes among the entries that a search finds: EVENT_FROM_NOW once
 * it does, then EVENT_ENTRY for each that is added, changed or renamed, as it is then, and
 * EVENT_GONE.  By content synchronization (RFC 4533); where the server has none it is asked
 * for what has a new entryCSN, every second or as seldom as keeps that cheap, and then
 * nothing is told of what is gone.  An entry may be told twice.  After a connection was
 * lost, or where changes may have been missed, EVENT_FROM_NOW comes once more.  It goes on
 * until it is cancelled: there is no EVENT_DONE.  size_limit, count_only and settled do not
 * count. */
struct op *store_watch(
	struct store *s, const struct search *search, store_event_fn *fn, void *arg);

void store_cancel(struct store *s, struct op *op);

/* Auth simple: signs in (again).  The password is copied into wiped memory. */
void store_sign_in(struct store *s, const char *name, const char *password);

/* Whether this is the password of who signed in by store_sign_in(), asked by signing in
 * once more on a connection of its own: what is under way is not touched.  The answer is in
 * the status.  A password that is right is used from then on, also where nobody is signed
 * in any more because it was changed.  A further call takes the place of the one before. */
void store_prove(struct store *s, const char *password);

/* What to poll: fills at most max, returns how many; lowers *timeout_ms (-1: none) to
 * when step must be called at the latest. */
int store_fds(struct store *s, struct pollfd *fds, int max, int *timeout_ms);

/* Handles what has come, for at most budget_ms and until an operation is done, so that its
 * answer is shown before more is looked at.  Never blocks. */
void store_step(struct store *s, int budget_ms);

const struct store_status *store_status(
	struct store *s); /* valid until the next call of any */
void store_free(struct store *s);

#endif
