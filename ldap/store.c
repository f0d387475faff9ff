#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ldap/internal.h"
#include "ldap/tls.h"
#include "ldap/wipe.h"

int64_t clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static struct ldap_store *self(struct store *s)
{
	return (struct ldap_store *)s;
}

/* ---- operations ---- */

static void count_sent(struct ldap_store *s, const struct op_queue *queue, int by)
{
	for (size_t i = 0; i < PEERS; i++)
		if (queue == &peer_at(s, i)->sent)
			peer_at(s, i)->n_sent += (size_t)by;
}

static bool is_sent(const struct op *op)
{
	return op->at && op->queue == &op->at->sent;
}

static void op_take(struct ldap_store *s, struct op *op)
{
	TAILQ_REMOVE(op->queue, op, link);
	count_sent(s, op->queue, -1);
}

void op_move(struct ldap_store *s, struct op *op, struct op_queue *to)
{
	op_take(s, op);
	TAILQ_INSERT_TAIL(to, op, link);
	op->queue = to;
	count_sent(s, to, 1);
}

void op_move_first(struct ldap_store *s, struct op *op, struct op_queue *to)
{
	op_take(s, op);
	TAILQ_INSERT_HEAD(to, op, link);
	op->queue = to;
	count_sent(s, to, 1);
}

void op_emit(struct op *op, const struct event *event)
{
	if (!op->cancelled && !op->finished)
		op->fn(op->arg, event);
}

void op_done(struct op *op, enum outcome outcome, const struct err *err)
{
	op_emit(op, &(struct event){.kind = EVENT_DONE,
			    .outcome = outcome,
			    .err = err,
			    .count = op->count});
	op->finished = true;
}

struct op *op_new(struct ldap_store *s, enum op_kind kind, store_event_fn *fn, void *arg)
{
	struct op *op = xcalloc(1, sizeof(*op));

	op->kind = kind;
	op->fn = fn;
	op->arg = arg;
	op->msgid = -1;
	op->queue = &s->pending;
	TAILQ_INSERT_TAIL(&s->pending, op, link);
	return op;
}

static void op_free(struct ldap_store *s, struct op *op)
{
	op_take(s, op);
	switch (op->kind) {
	case OP_SEARCH:
		search_release(op);
		break;
	case OP_APPLY:
		write_release(op);
		break;
	case OP_TXN:
		txn_release(op);
		break;
	case OP_PROBE:
		probe_release(op);
		break;
	case OP_WATCH:
		watch_release(op);
		break;
	}
	free(op);
}

/* A write that is on its way is not abandoned: whether the server would still listen is
 * not known, and half a plan is no better than a whole one. */
static void abandon(struct op *op)
{
	bool reads = op->kind == OP_SEARCH ||
		     (op->kind == OP_APPLY && op->write.phase != WRITE_CHANGE);

	if (!is_sent(op) || !op->at->session)
		return;
	if (op->kind == OP_PROBE)
		probe_abandon(op);
	else if (op->kind == OP_WATCH)
		watch_abandon(op);
	else if (reads)
		ldap_abandon_ext(op->at->session->ld, op->msgid, NULL, NULL);
}

void op_enter(struct ldap_store *s, struct op *op)
{
	s->current = op;
}

void op_leave(struct ldap_store *s, struct op *op)
{
	s->current = NULL;
	if (op->cancelled && !op->finished)
		abandon(op);
	if (op->cancelled || op->finished)
		op_free(s, op);
}

static void store_cancel_op(struct store *store, struct op *op)
{
	struct ldap_store *s = self(store);

	if (op->kind == OP_TXN && txn_cancel(op))
		return; /* freed when it has ended */
	op->cancelled = true;
	if (op == s->current)
		return; /* freed when its callback has returned */
	abandon(op);
	op_free(s, op);
}

static struct op *store_submit_search(
	struct store *store, const struct search *search, store_event_fn *fn, void *arg)
{
	struct op *op = op_new(self(store), OP_SEARCH, fn, arg);

	search_init(op, search);
	return op;
}

static struct op *store_submit_plan(
	struct store *store, struct plan *plan, store_event_fn *fn, void *arg)
{
	struct op *op = op_new(self(store), plan->at_once ? OP_TXN : OP_APPLY, fn, arg);

	if (plan->at_once)
		txn_init(op, plan);
	else
		write_init(op, plan);
	return op;
}

static struct op *store_submit_probe(struct store *store, struct change *const *wishes,
	size_t n, store_event_fn *fn, void *arg)
{
	struct op *op = op_new(self(store), OP_PROBE, fn, arg);

	probe_init(op, wishes, n);
	return op;
}

static struct op *store_submit_watch(
	struct store *store, const struct search *search, store_event_fn *fn, void *arg)
{
	struct op *op = op_new(self(store), OP_WATCH, fn, arg);

	watch_init(op, search);
	return op;
}

/* ---- the turn ---- */

static void tell_lost(struct ldap_store *s)
{
	struct op *op;

	while ((op = TAILQ_FIRST(&s->lost))) {
		const struct err *err = &op->at->lost_err;

		op_enter(s, op);
		switch (op->kind) {
		case OP_SEARCH:
		case OP_PROBE:
			op_done(op, OUTCOME_FAILED, err);
			break;
		case OP_APPLY:
			write_tell_lost(op, err);
			break;
		case OP_TXN:
			txn_tell_lost(op, err);
			break;
		case OP_WATCH: /* never lost: it begins again */
			break;
		}
		op_leave(s, op);
	}
}

/* Somebody else signs in: what the last one had under way ends with their connection. */
static void renew(struct ldap_store *s)
{
	s->renew = false;
	for (size_t i = 0; i < PEERS; i++) {
		struct peer *p = peer_at(s, i);

		if (!p->session)
			continue;
		peer_lost_by_result(s, p, LDAP_SERVER_DOWN);
		p->err = (struct err){0};
		p->retry_ms = clock_ms();
	}
}

static void send_what_waits(struct ldap_store *s)
{
	for (size_t i = 0; i < PEERS; i++)
		if (peer_at(s, i)->session)
			link_flush(peer_at(s, i)->session->link);
	peers_send(s);
}

/* What goes on beside requests and answers. */
static void step_aside(struct ldap_store *s)
{
	reconnect_step(s);
	provider_step(s);
	catchup_step(s);
	for (size_t i = 0; i < PEERS; i++)
		txn_step(s, peer_at(s, i));
	peers_leave(s);
	watch_step(s);
}

/* One message of each; of those that had none, only when all are asked: it is a poll(2).
 * Whether there may be more. */
static bool receive(struct ldap_store *s, bool all)
{
	bool more = false;

	for (size_t i = 0; i < PEERS; i++) {
		struct peer *p = peer_at(s, i);

		if (all || p->more)
			p->more = peer_receive(s, p);
		more = more || p->more;
	}
	return more;
}

/* A turn also ends with an operation, whose answer is then seen before the next ones have
 * all come; what its callback asked for is on its way first. */
static void store_take_turn(struct store *store, int budget_ms)
{
	struct ldap_store *s = self(store);
	int64_t now = clock_ms(), end = now + budget_ms, asked = -1;
	bool more;

	if (s->stepping)
		BUG("store_step() from a callback");
	s->stepping = true;
	if (s->renew)
		renew(s);
	step_aside(s);
	prove_step(s);
	s->ended = false;
	do {
		send_what_waits(s);
		more = receive(s, now != asked); /* all of them each millisecond */
		tell_lost(s);
		asked = now;
		now = clock_ms();
	} while (more && !s->ended && now < end);
	if (s->ended)
		send_what_waits(s);
	step_aside(s); /* what was lost now is tried again at once */
	s->stepping = false;
}

/* ---- life ---- */

static void store_sign_in_as(struct store *store, const char *name, const char *password)
{
	struct ldap_store *s = self(store);

	reconnect_sign_in(s, name, password);
	/* maybe in use: this can be a callback */
	for (size_t i = 0; i < PEERS; i++)
		s->renew = s->renew || peer_at(s, i)->session;
}

static void free_ops(struct ldap_store *s, struct op_queue *queue)
{
	while (!TAILQ_EMPTY(queue))
		op_free(s, TAILQ_FIRST(queue));
}

static void store_free_now(struct store *store)
{
	struct ldap_store *s = self(store);

	if (s->stepping)
		BUG("store_free() from a callback");
	catchup_release(s); /* its operation is in one of them */
	free_ops(s, &s->pending);
	for (size_t i = 0; i < PEERS; i++)
		free_ops(s, &peer_at(s, i)->sent);
	free_ops(s, &s->lost);
	prove_release(s);
	reconnect_release(s);
	for (size_t i = 0; i < OWN_KEPT; i++)
		free(s->own[i]);
	free(s);
}

static void store_prove_now(struct store *store, const char *password)
{
	prove_start(self(store), password);
}

static const struct store_ops ldap_ops = {
	.search = store_submit_search,
	.apply = store_submit_plan,
	.probe = store_submit_probe,
	.watch = store_submit_watch,
	.cancel = store_cancel_op,
	.sign_in = store_sign_in_as,
	.prove = store_prove_now,
	.fds = store_poll_fds,
	.step = store_take_turn,
	.status = store_status_now,
	.free = store_free_now,
};

static bool is_sasl(enum auth auth)
{
	return auth == AUTH_SCRAM || auth == AUTH_GSSAPI;
}

static bool needs_mechanisms(const struct settings *s)
{
	return is_sasl(s->directory.auth) ||
	       (s->provider.uri.n && is_sasl(s->provider.auth));
}

/* The first call of any initialises libldap.  It would read ldaprc files and LDAP*
 * variables, LDAPTLS_REQCERT among them; and Cyrus SASL would load every mechanism there
 * is, libcrypto and a database with them (3 ms).  Of those EXTERNAL is built in; where no
 * other is asked for they come from a folder without any, which must exist, or syslog is
 * told. */
static void libldap_init(const struct settings *settings)
{
	LDAPAPIInfo info = {.ldapai_info_version = LDAP_API_INFO_VERSION};
	const char *path = getenv("SASL_PATH");
	char *before = path ? xstrdup(path) : NULL;

	setenv("LDAPNOINIT", "1", 1);
	wipe_init();
	if (!needs_mechanisms(settings))
		setenv("SASL_PATH", "/", 1);
	if (ldap_get_option(NULL, LDAP_OPT_API_INFO, &info) == LDAP_OPT_SUCCESS) {
		ldap_memfree(info.ldapai_vendor_name);
		ber_memvfree((void **)info.ldapai_extensions);
	}
	if (before)
		setenv("SASL_PATH", before, 1);
	else
		unsetenv("SASL_PATH");
	free(before);
}

struct store *ldap_store_new(const struct settings *settings)
{
	struct ldap_store *s = xcalloc(1, sizeof(*s));

	libldap_init(settings);
	tls_init();
	s->base.ops = &ldap_ops;
	s->settings = settings;
	TAILQ_INIT(&s->pending);
	TAILQ_INIT(&s->lost);
	TAILQ_INIT(&s->behind);
	reconnect_init(s);
	return &s->base;
}
