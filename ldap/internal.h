/*
 * internal: what the files of the store share; nobody else's.
 *
 *	store.c	     the interface of core/store.h, the list of operations, the turn
 *	peer.c	     requests out, answers in
 *	status.c     what to wait for, how things stand
 *	reconnect.c  which server, when, as whom
 *	provider.c   which of the two, when the server is a replica
 *	catchup.c    what was saved and the replica doesn't have yet
 *	search.c     searches
 *	write.c	     plans
 *	txn.c	     plans that are made wholly or not at all
 *	probe.c	     what the person may do
 *	watch.c	     what others change
 *
 * A peer is one end that requests go to, with a session of its own: `main`, the server
 * that the configuration names; `provider`, where changes are made when that one turns
 * out to be a replica; and beside main, at the same server, two more:
 *
 *	stream	     long answers, so that no other waits behind them, and a transaction
 *		     beside one of main's
 *	watcher	     watches, by themselves: slapd counts them among the operations that it
 *		     executes for a connection, and executes half as many as it has threads
 *
 * An operation is in one of the queues: pending (to be sent), sent, of the peer it was
 * sent to (an answer is awaited), or lost (it only has to be told).  Callbacks happen while
 * it is `current`, in which time it is not freed, whatever the callback does.
 */
#ifndef LDAP_INTERNAL_H
#define LDAP_INTERNAL_H

#include <sys/queue.h>

#include "core/store.h"
#include "ldap/connect.h"
#include "ldap/store.h"

enum {
	ATTEMPT_MS = 10000, /* for reaching one server */
	OVERDUE_MS = 2000,  /* when an answer counts as overdue */
	PROGRESS_MS = 200,
	BACKOFF_MS = 500, /* doubled up to: */
	BACKOFF_MOST_MS = 30000,
	HEALTHY_MS = 5000,      /* a session that lived so long is replaced at once */
	CATCHUP_MS = 150,       /* between looks at whether the replica has it */
	CATCHUP_SLOW_MS = 2000, /* the same for one that has lagged for: */
	CATCHUP_PATIENCE_MS = 60000,
	MOST_TRACKED = 1000,   /* entries that are looked for */
	MOST_UNSENT = 1 << 20, /* bytes that may wait for the socket */
	MOST_SENT =
		64, /* operations under way; slapd closes at conn_max_pending_auth, 1000 */
	MOST_SENDS = 3,       /* of one request, over connections that break */
	MOST_TRIES = 5,       /* of one change that others keep overtaking */
	MOST_LEFT_BEHIND = 4, /* threads stuck in the resolver */
	OWN_KEPT = 256        /* writes that are known as ours when a watch tells them */
};

enum op_kind { OP_SEARCH, OP_APPLY, OP_TXN, OP_PROBE, OP_WATCH };

struct search_state {
	char *base;
	enum scope scope;
	char *filter;
	char **attributes; /* NULL-terminated */
	int size_limit;
	bool count_only;
	bool reported; /* any event */
	bool settled, many;
	unsigned sends;
	int64_t progress_ms;
};

enum write_phase {
	WRITE_CHANGE, /* the change itself */
	WRITE_READ,   /* reading the entry, to see whether the change still holds */
	WRITE_FIND    /* it is not there: by its entryUUID */
};

struct write_state {
	struct plan *plan;
	bool started;                /* the plan's first change was had */
	const struct change *change; /* borrowed from plan */
	size_t number;               /* its number there, from 1 */
	bool begun;                  /* change was sent, to op->at */
	int64_t waits_ms;            /* for the provider, since when; 0: not yet */
	enum write_phase phase;
	char *csn; /* asserted; "" when not known */
	unsigned tries;
	unsigned losses;        /* connections that broke with it */
	bool may_have_happened; /* sent on the one that broke */
	bool guarded;           /* sent without assertion: old values named in the mods */
	struct entry *now;      /* what WRITE_READ or WRITE_FIND found */
	struct err refusal;     /* why it had to be looked at; .code ERR_NONE: not yet */
};

enum txn_phase { TXN_START, TXN_CHANGES, TXN_REST, TXN_END };

struct txn_item {
	const struct change *change; /* the plan's */
	int msgid;
};

struct txn_state {
	struct plan *plan;
	ARRAY(struct txn_item) items;
	enum txn_phase phase;
	int64_t rested_ms; /* TXN_REST: when it is over */
	struct berval id;
	size_t sent;    /* changes */
	bool failed;    /* it is not to be made: err */
	bool commits;   /* TXN_END: it is */
	bool undone;    /* it was, and it was taken back */
	size_t culprit; /* the number of the change that failed; 0: none */
	bool may_have_happened;
	struct err err;
};

struct wish {
	struct change *change;
	int msgid; /* -1: not on its way */
};

struct probe_state {
	struct wish *wishes;
	enum permission *permissions; /* of each */
	size_t n, waiting;            /* answers that have not come */
	unsigned sends;
	bool referred; /* one was answered by a referral */
};

enum watch_phase {
	WATCH_CONTEXT, /* reads from where on: contextCSN */
	WATCH_FOLLOW,  /* RFC 4533 */
	WATCH_ASK,     /* for what has a later entryCSN */
	WATCH_REST     /* until the next of them, `then` */
};

struct watch_state {
	enum watch_phase phase, then;
	int64_t then_ms;   /* WATCH_REST: when */
	struct buf since;  /* entryCSNs that are known; more than one: semicolons between */
	struct buf latest; /* WATCH_ASK: of what has come */
	int64_t asked_ms;
	bool cannot_follow; /* the server refused to */
	bool quiet;         /* WATCH_ASK: the first answer only says from where on */
	bool whole;         /* WATCH_FOLLOW: it goes through all, deletions may be missed */
	bool started;       /* EVENT_FROM_NOW was told, and nothing was missed since */
};

struct op {
	TAILQ_ENTRY(op) link;
	struct op_queue *queue;
	enum op_kind kind;
	store_event_fn *fn;
	void *arg;
	struct peer *at; /* where it was sent; NULL: nowhere yet */
	bool pinned;     /* `at` is the only one that may answer */
	bool cancelled, finished;
	int msgid;
	int64_t heard_ms;  /* sent, or last answered */
	uint64_t wire_end; /* link_queued() after its request */
	size_t count;      /* entries, or changes written */
	struct search_state search;
	struct write_state write;
	struct txn_state txn;
	struct probe_state probe;
	struct watch_state watch; /* with `search` */
};

TAILQ_HEAD(op_queue, op);

struct peer {
	const struct strv *uris;
	bool beside;  /* main, at its server */
	bool leaving; /* that is not main's server any more: nothing more is sent */
	struct op_queue sent;
	size_t n_sent;

	struct session *session; /* NULL: none */
	int64_t session_ms;      /* since when */
	bool session_used;       /* an operation was sent on it */
	bool more;               /* the last turn left some for the next */
	bool silent;             /* an answer is overdue, and none came since */

	struct connector *connector; /* NULL: none is trying */
	int64_t attempt_ms;          /* since when */
	size_t uri;                  /* index of the one that is tried */
	int64_t retry_ms;            /* when to try again */
	int backoff_ms;
	bool stopped; /* not tried: nobody signed in, or credentials were refused */
	bool failed;  /* every URI was tried since there last was a session */

	struct err err;      /* why there is no session */
	struct err lost_err; /* why the last one went */
	char *server, *who, *who_dn;
};

/* What was written and the replica may not have yet. */
struct tracked {
	TAILQ_ENTRY(tracked) link;
	char *dn;
	bool known; /* the rest is; else the provider is to be asked */
	bool gone;  /* it was removed */
	char *csn;  /* it has this entryCSN or a later one */
	char *id;   /* entryUUID; maybe "" */
	int64_t since_ms;
	unsigned looks;
};

TAILQ_HEAD(tracked_list, tracked);

struct ldap_store {
	struct store base;
	const struct settings *settings;
	struct op_queue pending, lost;
	struct op *current;
	bool stepping;
	bool ended; /* an operation, in this turn */
	bool renew; /* the sessions are to be replaced at the next turn */

	struct peer main, provider, stream, watcher;
	bool referred; /* main's session led to the provider */
	char *bind_dn; /* simple */
	char *name;    /* what was typed */
	struct secret password;

	struct tracked_list behind; /* in the order of the writes */
	size_t n_behind;
	struct op *probe; /* looks for the first of them; NULL: not now */
	int64_t probe_ms; /* when the next look is */
	struct entry *probed;

	char *own[OWN_KEPT]; /* entryCSNs of what was written last, a ring */
	size_t n_own;        /* in all */

	struct connector *prover;          /* NULL: no proof is being asked for */
	int64_t prover_ms;                 /* since when */
	size_t prover_first, prover_tried; /* of main's URIs */
	struct secret proof_password;
	enum store_proof proof;
	struct err proof_err;

	struct store_status status;
};

int64_t clock_ms(void); /* monotonic */

/* store.c */
struct op *op_new(struct ldap_store *s, enum op_kind kind, store_event_fn *fn, void *arg);
void op_move(struct ldap_store *s, struct op *op, struct op_queue *to);
void op_move_first(struct ldap_store *s, struct op *op, struct op_queue *to);
void op_emit(struct op *op, const struct event *event);
void op_done(struct op *op, enum outcome outcome, const struct err *err);
void op_enter(struct ldap_store *s, struct op *op);
void op_leave(struct ldap_store *s, struct op *op);

/* peer.c */
enum { PEERS = 4 };
struct peer *peer_at(struct ldap_store *s, size_t i); /* the i-th of them; main is 0 */
void peer_init(struct peer *p, const struct strv *uris);
void peer_release(struct peer *p);
void peer_lost_by_result(struct ldap_store *s, struct peer *p, int result);
void peers_send(struct ldap_store *s);
/* What may be sent now, and to whom; NULL: nothing. */
struct op *peers_next(struct ldap_store *s, struct peer **at);
bool peer_receive(struct ldap_store *s, struct peer *p); /* whether there may be more */
bool peer_may_send(const struct peer *p);
void peers_leave(struct ldap_store *s); /* ends the sessions of those that are leaving */
/* The transaction that is under way there; NULL: none is. */
struct op *peer_transaction(const struct peer *p);
/* Since when the answer that is most overdue is awaited; -1: none is. */
int64_t peer_waiting_since(const struct peer *p);

/* status.c */
int store_poll_fds(struct store *store, struct pollfd *fds, int max, int *timeout_ms);
const struct store_status *store_status_now(struct store *store);

/* reconnect.c */
void reconnect_init(struct ldap_store *s);
void reconnect_release(struct ldap_store *s);
void reconnect_sign_in(struct ldap_store *s, const char *name, const char *password);
void reconnect_step(struct ldap_store *s);
/* Whether something is to be done for a session; *at says when. */
bool reconnect_due(struct ldap_store *s, const struct peer *p, int64_t *at);
void reconnect_lost(struct peer *p, const struct err *err); /* its session is gone */
void reconnect_now(struct peer *p);                         /* whatever the pause */
/* bind_dn with its %s replaced by the name, escaped; "" when there is no name. */
char *reconnect_dn(const char *pattern, const char *name);

void reconnect_endpoint(const struct ldap_store *s, struct endpoint *e); /* all but URI */

/* prove.c */
void prove_start(struct ldap_store *s, const char *password);
void prove_step(struct ldap_store *s);
void prove_release(struct ldap_store *s);

/* provider.c */
/* Where an operation that is pending goes; NULL: it waits. */
struct peer *provider_route(struct ldap_store *s, const struct op *op);
bool provider_wanted(struct ldap_store *s);
/* All but the URI of an endpoint, its own.  False with err when it cannot be made. */
bool provider_endpoint(const struct ldap_store *s, struct endpoint *e, struct err *err);
/* What the server answered a change with: from now on changes are made at the provider, or
 * why not. */
bool provider_follow(struct ldap_store *s, const struct strv *urls, struct err *err);
/* Refuses the writes that have waited for it long enough. */
void provider_step(struct ldap_store *s);
/* When that is at the latest for one that waits; -1: none does. */
int64_t provider_deadline(struct ldap_store *s);

/* catchup.c */
/* A change was made at the provider, or may have been, or was found to be made by others.
 * now: as the entry is there, or NULL when that is not known. */
void catchup_wrote(
	struct ldap_store *s, const struct change *change, const struct entry *now);
void catchup_step(struct ldap_store *s);
void catchup_release(struct ldap_store *s);
int64_t catchup_since(const struct ldap_store *s); /* -1: the replica has everything */

/* search.c, write.c: _send puts one request on op->at's wire and returns libldap's result,
 * LDAP_SUCCESS with op->msgid set, or with op->finished; _answer takes one message. */
void search_init(struct op *op, const struct search *search);
void search_release(struct op *op);
int search_send(struct op *op);
void search_answer(struct op *op, LDAPMessage *message);
void search_lost(struct ldap_store *s, struct op *op); /* to pending or to lost */
int search_scope(enum scope scope);                    /* libldap's number for it */

void write_init(struct op *op, struct plan *plan);
void write_release(struct op *op);
int write_send(struct ldap_store *s, struct op *op);
void write_answer(struct ldap_store *s, struct op *op, LDAPMessage *message);
void write_lost(struct ldap_store *s, struct op *op);
void write_tell_lost(struct op *op, const struct err *err);
void write_refuse(struct op *op, const struct err *err); /* one that was not sent */

void probe_init(struct op *op, struct change *const *wishes, size_t n);
void probe_release(struct op *op);
int probe_send(struct op *op);
void probe_answer(struct ldap_store *s, struct op *op, LDAPMessage *message);
void probe_lost(struct ldap_store *s, struct op *op);
bool probe_awaits(const struct op *op, int msgid);
void probe_abandon(struct op *op);

/* watch.c */
void watch_init(struct op *op, const struct search *search);
void watch_release(struct op *op);
int watch_send(struct ldap_store *s, struct op *op);
void watch_answer(struct ldap_store *s, struct op *op, LDAPMessage *message);
void watch_lost(struct ldap_store *s, struct op *op);
void watch_abandon(struct op *op);
void watch_step(struct ldap_store *s);
/* When the next of them asks; -1: none does by itself. */
int64_t watch_deadline(const struct ldap_store *s);
bool watch_any(const struct ldap_store *s);
/* Something was written, now as given (may be NULL). */
void watch_wrote(struct ldap_store *s, const struct entry *now);

/* txn.c: as above; _cancel: whether it ends by itself, without an event. */
void txn_init(struct op *op, struct plan *plan);
void txn_release(struct op *op);
bool txn_cancel(struct op *op);
int txn_send(struct op *op);
void txn_answer(struct op *op, LDAPMessage *message);
void txn_lost(struct ldap_store *s, struct op *op);
void txn_tell_lost(struct op *op, const struct err *err);
void txn_refuse(struct op *op, const struct err *err);
void txn_step(struct ldap_store *s, struct peer *p); /* ends what has rested */
int64_t txn_deadline(const struct peer *p);          /* when that is; -1: nothing rests */

/* mods.c: the request that a change is.  LDAP_SUCCESS with *msgid, or libldap's error. */
int mods_send(struct session *session, const struct change *change, const char *csn,
	bool guarded, int *msgid);

/* As one of the changes of a transaction, with that identifier, under the assertion that
 * the entry still has the entryCSN that was read. */
int mods_send_in(struct session *session, const struct change *change,
	struct berval *transaction, int *msgid);

/* The same as a question that changes nothing, see probe.c.  *msgid -1: it cannot be asked
 * here. */
int mods_ask(struct session *session, const struct change *wish, int *msgid);

#endif
