/*
 * internal: what the files of the store share; nobody else's.
 *
 *	store.c	     the interface of core/store.h, the list of operations, the turn
 *	reconnect.c  which server, when, as whom
 *	search.c     searches
 *	write.c	     plans
 *
 * An operation is in one of the store's three queues: pending (to be sent), sent (an
 * answer is awaited) or lost (it only has to be told).  Callbacks happen while it is
 * `current`, in which time it is not freed, whatever the callback does.
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
	HEALTHY_MS = 5000,     /* a session that lived so long is replaced at once */
	MOST_UNSENT = 1 << 20, /* bytes that may wait for the socket */
	MOST_SENT =
		64, /* operations under way; slapd closes at conn_max_pending_auth, 1000 */
	MOST_SENDS = 3,      /* of one request, over connections that break */
	MOST_TRIES = 5,      /* of one change that others keep overtaking */
	MOST_LEFT_BEHIND = 4 /* threads stuck in the resolver */
};

enum op_kind { OP_SEARCH, OP_APPLY };

struct search_state {
	char *base;
	enum scope scope;
	char *filter;
	char **attributes; /* NULL-terminated */
	int size_limit;
	bool count_only;
	bool reported; /* any event */
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
	bool started;
	const struct change *change; /* borrowed from plan; NULL: the next is to be had */
	enum write_phase phase;
	char *csn; /* asserted; "" when not known */
	unsigned tries;
	unsigned losses;        /* connections that broke with it */
	bool may_have_happened; /* sent on the one that broke */
	bool guarded;           /* sent without assertion: old values named in the mods */
	struct entry *now;      /* what WRITE_READ or WRITE_FIND found */
	struct err refusal;     /* why it had to be looked at; .code ERR_NONE: not yet */
};

struct op {
	TAILQ_ENTRY(op) link;
	struct op_queue *queue;
	enum op_kind kind;
	store_event_fn *fn;
	void *arg;
	bool cancelled, finished;
	int msgid;
	int64_t heard_ms;  /* sent, or last answered */
	uint64_t wire_end; /* link_queued() after its request */
	size_t count;      /* entries, or changes written */
	struct search_state search;
	struct write_state write;
};

TAILQ_HEAD(op_queue, op);

struct ldap_store {
	struct store base;
	const struct settings *settings;
	struct op_queue pending, sent, lost;
	size_t n_sent; /* in `sent` */
	struct op *current;
	bool stepping;
	bool more;  /* the last turn left some for the next */
	bool ended; /* an operation, in this turn */

	struct session *session; /* NULL: none */
	int64_t session_ms;      /* since when */
	bool session_used;       /* an operation was sent on it */

	struct connector *connector; /* NULL: none is trying */
	int64_t attempt_ms;          /* since when */
	size_t uri;                  /* index of the one that is tried */
	bool signed_out;
	int64_t retry_ms; /* when to try again */
	int backoff_ms;
	char *bind_dn; /* simple */
	char *name;    /* scram */
	struct secret password;

	bool renew;          /* the session is to be replaced at the next turn */
	struct err err;      /* why there is no session */
	struct err lost_err; /* why the last one went */
	char *server, *who, *who_dn;
	struct store_status status;
};

int64_t clock_ms(void); /* monotonic */

/* store.c */
void op_move(struct ldap_store *s, struct op *op, struct op_queue *to);
void op_move_first(struct ldap_store *s, struct op *op, struct op_queue *to);
void op_emit(struct op *op, const struct event *event);
void op_done(struct op *op, enum outcome outcome, const struct err *err);
/* Takes down the session, if any; every operation sent on it goes where it belongs. */
void store_session_lost(struct ldap_store *s, const struct err *err);

/* reconnect.c */
void reconnect_init(struct ldap_store *s);
void reconnect_release(struct ldap_store *s);
void reconnect_sign_in(struct ldap_store *s, const char *name, const char *password);
void reconnect_step(struct ldap_store *s);
void reconnect_lost(struct ldap_store *s, const struct err *err); /* session is gone */

/* search.c, write.c: _send puts one request on the wire and returns libldap's result,
 * LDAP_SUCCESS with op->msgid set, or with op->finished; _answer takes one message. */
void search_init(struct op *op, const struct search *search);
void search_release(struct op *op);
int search_send(struct ldap_store *s, struct op *op);
void search_answer(struct ldap_store *s, struct op *op, LDAPMessage *message);
void search_lost(struct ldap_store *s, struct op *op); /* to pending or to lost */

void write_init(struct op *op, struct plan *plan);
void write_release(struct op *op);
int write_send(struct ldap_store *s, struct op *op);
void write_answer(struct ldap_store *s, struct op *op, LDAPMessage *message);
void write_lost(struct ldap_store *s, struct op *op);
void write_tell_lost(struct op *op, const struct err *err);

/* mods.c: the request that a change is.  LDAP_SUCCESS with *msgid, or libldap's error. */
int mods_send(struct session *session, const struct change *change, const char *csn,
	bool guarded, int *msgid);

#endif
