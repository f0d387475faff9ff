#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ldap/decode.h"
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

static void op_take(struct ldap_store *s, struct op *op)
{
	TAILQ_REMOVE(op->queue, op, link);
	s->n_sent -= op->queue == &s->sent;
}

void op_move(struct ldap_store *s, struct op *op, struct op_queue *to)
{
	op_take(s, op);
	TAILQ_INSERT_TAIL(to, op, link);
	op->queue = to;
	s->n_sent += to == &s->sent;
}

void op_move_first(struct ldap_store *s, struct op *op, struct op_queue *to)
{
	op_take(s, op);
	TAILQ_INSERT_HEAD(to, op, link);
	op->queue = to;
	s->n_sent += to == &s->sent;
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

static struct op *op_new(
	struct ldap_store *s, enum op_kind kind, store_event_fn *fn, void *arg)
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
	}
	free(op);
}

/* A write that is on its way is not abandoned: whether the server would still listen is
 * not known, and half a plan is no better than a whole one. */
static void abandon(struct ldap_store *s, struct op *op)
{
	bool reads = op->kind == OP_SEARCH || op->write.phase != WRITE_CHANGE;

	if (s->session && op->queue == &s->sent && reads)
		ldap_abandon_ext(s->session->ld, op->msgid, NULL, NULL);
}

static void op_enter(struct ldap_store *s, struct op *op)
{
	s->current = op;
}

static void op_leave(struct ldap_store *s, struct op *op)
{
	s->current = NULL;
	if (op->cancelled && !op->finished)
		abandon(s, op);
	if (op->cancelled || op->finished)
		op_free(s, op);
}

static void store_cancel_op(struct store *store, struct op *op)
{
	struct ldap_store *s = self(store);

	op->cancelled = true;
	if (op == s->current)
		return; /* freed when its callback has returned */
	abandon(s, op);
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
	struct op *op = op_new(self(store), OP_APPLY, fn, arg);

	write_init(op, plan);
	return op;
}

/* ---- the connection ---- */

void store_session_lost(struct ldap_store *s, const struct err *err)
{
	struct op *op, *before;

	/* From the last: each goes to the head of its new queue, so order is kept. */
	for (op = TAILQ_LAST(&s->sent, op_queue); op; op = before) {
		before = TAILQ_PREV(op, op_queue, link);
		switch (op->kind) {
		case OP_SEARCH:
			search_lost(s, op);
			break;
		case OP_APPLY:
			write_lost(s, op);
			break;
		}
	}
	session_free(s->session);
	s->session = NULL;
	s->lost_err = *err;
	reconnect_lost(s, err);
}

static void lost_by_result(struct ldap_store *s, int result)
{
	bool nonsense = result == LDAP_DECODING_ERROR;
	struct err err;

	err_set(&err, nonsense ? ERR_PROTOCOL : ERR_DISCONNECTED, result, NULL,
		s->session->uri, NULL);
	store_session_lost(s, &err);
}

static void tell_lost(struct ldap_store *s)
{
	struct op *op;

	while ((op = TAILQ_FIRST(&s->lost))) {
		op_enter(s, op);
		switch (op->kind) {
		case OP_SEARCH:
			op_done(op, OUTCOME_FAILED, &s->lost_err);
			break;
		case OP_APPLY:
			write_tell_lost(op, &s->lost_err);
			break;
		}
		op_leave(s, op);
	}
}

static int op_send(struct ldap_store *s, struct op *op)
{
	switch (op->kind) {
	case OP_SEARCH:
		return search_send(s, op);
	case OP_APPLY:
		break;
	}
	return write_send(s, op);
}

static bool may_send(const struct ldap_store *s)
{
	return s->session && !TAILQ_EMPTY(&s->pending) && s->n_sent < MOST_SENT &&
	       link_unsent(s->session->link) < MOST_UNSENT;
}

static void send_pending(struct ldap_store *s)
{
	while (may_send(s)) {
		struct op *op = TAILQ_FIRST(&s->pending);
		int result;

		op_enter(s, op);
		result = op_send(s, op);
		if (result == LDAP_SUCCESS && !op->finished && !op->cancelled) {
			s->session_used = true;
			op->heard_ms = clock_ms();
			op->wire_end = link_queued(s->session->link);
			op_move(s, op, &s->sent);
		}
		op_leave(s, op);
		if (result != LDAP_SUCCESS) {
			lost_by_result(s, result);
			return;
		}
	}
}

static struct op *op_by_msgid(struct ldap_store *s, int msgid)
{
	struct op *op;

	for (op = TAILQ_FIRST(&s->sent); op; op = TAILQ_NEXT(op, link))
		if (op->msgid == msgid)
			return op;
	return NULL;
}

/* Message 0 is a notice of disconnection (RFC 4511 section 4.4.1): nothing else is
 * unsolicited. */
static void noticed(struct ldap_store *s, LDAPMessage *message)
{
	struct err err;
	char *words;
	int result = LDAP_SERVER_DOWN;

	decode_result(s->session->ld, message, &result, &words, NULL);
	err_set(&err, ERR_DISCONNECTED, result, words, s->session->uri, NULL);
	free(words);
	store_session_lost(s, &err);
}

/* Answers to what was cancelled find nobody. */
static void answer(struct ldap_store *s, LDAPMessage *message)
{
	struct op *op = op_by_msgid(s, ldap_msgid(message));

	if (!op) {
		if (ldap_msgid(message) == LDAP_RES_UNSOLICITED)
			noticed(s, message);
		return;
	}
	op->heard_ms = clock_ms();
	op_enter(s, op);
	switch (op->kind) {
	case OP_SEARCH:
		search_answer(s, op, message);
		break;
	case OP_APPLY:
		write_answer(s, op, message);
		break;
	}
	s->ended = s->ended || op->finished;
	op_leave(s, op);
}

/* What libldap or TLS has read already, which poll(2) cannot know. */
static bool data_ready(LDAP *ld)
{
	Sockbuf *sb = NULL;

	return ldap_get_option(ld, LDAP_OPT_SOCKBUF, &sb) == LDAP_OPT_SUCCESS &&
	       ber_sockbuf_ctrl(sb, LBER_SB_OPT_DATA_READY, NULL) == 1;
}

/* Takes one message; true when there may be another. */
static bool receive(struct ldap_store *s)
{
	struct timeval at_once = {0};
	LDAPMessage *message = NULL;
	int type, result = LDAP_SERVER_DOWN;

	if (!s->session)
		return false;
	type = ldap_result(s->session->ld, LDAP_RES_ANY, LDAP_MSG_ONE, &at_once, &message);
	if (type == 0 && !link_broken(s->session->link))
		return data_ready(s->session->ld);
	if (type <= 0) {
		ldap_get_option(s->session->ld, LDAP_OPT_RESULT_CODE, &result);
		lost_by_result(s, type < 0 ? result : LDAP_SERVER_DOWN);
		return false;
	}
	answer(s, message);
	ldap_msgfree(message);
	return true;
}

/* Somebody else signs in: what the last one had under way ends with their connection. */
static void renew(struct ldap_store *s)
{
	s->renew = false;
	if (!s->session)
		return;
	lost_by_result(s, LDAP_SERVER_DOWN);
	s->err = (struct err){0};
	s->retry_ms = clock_ms();
}

static void send_what_waits(struct ldap_store *s)
{
	if (s->session)
		link_flush(s->session->link);
	send_pending(s);
}

/* A turn also ends with an operation, whose answer is then seen before the next ones have
 * all come; what its callback asked for is on its way first. */
static void store_take_turn(struct store *store, int budget_ms)
{
	struct ldap_store *s = self(store);
	int64_t end = clock_ms() + budget_ms;

	if (s->stepping)
		BUG("store_step() from a callback");
	s->stepping = true;
	if (s->renew)
		renew(s);
	reconnect_step(s);
	s->ended = false;
	do {
		send_what_waits(s);
		s->more = receive(s);
		tell_lost(s);
	} while (s->more && !s->ended && clock_ms() < end);
	if (s->ended)
		send_what_waits(s);
	reconnect_step(s); /* what was lost now is tried again at once */
	s->stepping = false;
}

/* ---- what to wait for ---- */

static void lower(int *timeout_ms, int64_t ms)
{
	if (ms < 0)
		ms = 0;
	if (*timeout_ms < 0 || ms < *timeout_ms)
		*timeout_ms = (int)ms;
}

/* Since when the answer that is most overdue is awaited; -1: none is. */
static int64_t waiting_since(const struct ldap_store *s)
{
	int64_t since = -1;
	const struct op *op;

	if (s->connector)
		return s->attempt_ms;
	for (op = TAILQ_FIRST(&s->sent); op; op = TAILQ_NEXT(op, link))
		if (since < 0 || op->heard_ms < since)
			since = op->heard_ms;
	return since;
}

/* The next moment at which the status looks different. */
static void lower_to_tick(const struct ldap_store *s, int *timeout_ms)
{
	int64_t since = waiting_since(s);
	int64_t waited = clock_ms() - since;

	if (since < 0)
		return;
	lower(timeout_ms, waited < OVERDUE_MS ? OVERDUE_MS - waited : 1000 - waited % 1000);
	if (s->connector)
		lower(timeout_ms, ATTEMPT_MS - waited);
}

static int store_poll_fds(struct store *store, struct pollfd *fds, int max, int *timeout_ms)
{
	struct ldap_store *s = self(store);
	int n = 0;

	lower_to_tick(s, timeout_ms);
	if (s->more || s->renew || may_send(s) || !TAILQ_EMPTY(&s->lost))
		lower(timeout_ms, 0);
	if (!s->session && !s->connector && !s->signed_out)
		lower(timeout_ms, s->retry_ms - clock_ms());
	if (s->connector && max > n)
		fds[n++] =
			(struct pollfd){.fd = connector_fd(s->connector), .events = POLLIN};
	if (s->session && max > n)
		fds[n++] = (struct pollfd){.fd = link_fd(s->session->link),
			.events =
				link_unsent(s->session->link) ? POLLIN | POLLOUT : POLLIN};
	return n;
}

static enum store_phase phase_now(const struct ldap_store *s, int64_t now, int64_t waited)
{
	if (s->session)
		return waited >= OVERDUE_MS ? STORE_WAITING : STORE_READY;
	if (s->connector)
		return STORE_CONNECTING;
	if (s->signed_out)
		return STORE_SIGNED_OUT;
	return s->retry_ms > now ? STORE_DOWN : STORE_CONNECTING; /* with the next turn */
}

static const struct store_status *store_status_now(struct store *store)
{
	struct ldap_store *s = self(store);
	int64_t now = clock_ms(), since = waiting_since(s);
	int64_t waited = since < 0 ? 0 : now - since;
	struct store_status *st = &s->status;

	st->phase = phase_now(s, now, waited);
	st->server = s->server;
	st->who = s->who;
	st->who_dn = s->who_dn;
	st->waiting_s = waited >= OVERDUE_MS ? (int)(waited / 1000) : 0;
	st->retry_ms = 0;
	if (st->phase == STORE_DOWN && s->retry_ms > now)
		st->retry_ms = (int)(s->retry_ms - now);
	st->err = s->err.code != ERR_NONE ? &s->err : NULL;
	return st;
}

/* ---- life ---- */

static void store_sign_in_as(struct store *store, const char *name, const char *password)
{
	struct ldap_store *s = self(store);

	reconnect_sign_in(s, name, password);
	s->renew = s->session != NULL; /* maybe in use: this can be a callback */
}

static void store_free_now(struct store *store)
{
	struct ldap_store *s = self(store);
	struct op_queue *queues[] = {&s->pending, &s->sent, &s->lost};

	if (s->stepping)
		BUG("store_free() from a callback");
	for (size_t i = 0; i < COUNT_OF(queues); i++)
		while (!TAILQ_EMPTY(queues[i]))
			op_free(s, TAILQ_FIRST(queues[i]));
	session_free(s->session);
	reconnect_release(s);
	free(s);
}

static const struct store_ops ldap_ops = {
	.search = store_submit_search,
	.apply = store_submit_plan,
	.cancel = store_cancel_op,
	.sign_in = store_sign_in_as,
	.fds = store_poll_fds,
	.step = store_take_turn,
	.status = store_status_now,
	.free = store_free_now,
};

static bool needs_mechanisms(const struct settings *s)
{
	return s->directory.auth == AUTH_SCRAM || s->directory.auth == AUTH_GSSAPI;
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
	TAILQ_INIT(&s->sent);
	TAILQ_INIT(&s->lost);
	reconnect_init(s);
	return &s->base;
}
