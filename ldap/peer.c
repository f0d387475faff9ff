#include <stdlib.h>
#include <string.h>

#include "ldap/decode.h"
#include "ldap/internal.h"

struct peer *peer_at(struct ldap_store *s, size_t i)
{
	struct peer *const all[PEERS] = {&s->main, &s->provider, &s->stream, &s->watcher};

	return all[i];
}

void peer_init(struct peer *p, const struct strv *uris)
{
	p->uris = uris;
	TAILQ_INIT(&p->sent);
	p->server = xstrdup("");
	p->who = xstrdup("");
	p->who_dn = xstrdup("");
}

void peer_release(struct peer *p)
{
	session_free(p->session);
	p->session = NULL;
	free(p->server);
	free(p->who);
	free(p->who_dn);
}

/* ---- the end of a session ---- */

static void peer_lost(struct ldap_store *s, struct peer *p, const struct err *err)
{
	struct op *op, *before;

	/* From the last: each goes to the head of its new queue, so order is kept. */
	for (op = TAILQ_LAST(&p->sent, op_queue); op; op = before) {
		before = TAILQ_PREV(op, op_queue, link);
		switch (op->kind) {
		case OP_SEARCH:
			search_lost(s, op);
			break;
		case OP_APPLY:
			write_lost(s, op);
			break;
		case OP_TXN:
			txn_lost(s, op);
			break;
		case OP_PROBE:
			probe_lost(s, op);
			break;
		case OP_WATCH:
			watch_lost(s, op);
			break;
		}
	}
	session_free(p->session);
	p->session = NULL;
	p->leaving = false;
	p->lost_err = *err;
	reconnect_lost(p, err);
	if (p != &s->main)
		return;
	s->referred = false; /* the next server may take changes */
	for (size_t i = 0; i < PEERS; i++)
		peer_at(s, i)->leaving = peer_at(s, i)->beside && peer_at(s, i)->session;
	peers_leave(s);
}

/* Never in the middle of a transaction: slapd might not survive that. */
void peers_leave(struct ldap_store *s)
{
	for (size_t i = 0; i < PEERS; i++) {
		struct peer *p = peer_at(s, i);

		if (p->leaving && p->session && !peer_transaction(p))
			peer_lost_by_result(s, p, LDAP_SERVER_DOWN);
	}
}

void peer_lost_by_result(struct ldap_store *s, struct peer *p, int result)
{
	bool nonsense = result == LDAP_DECODING_ERROR;
	struct err err;

	err_set(&err, nonsense ? ERR_PROTOCOL : ERR_DISCONNECTED, result, NULL,
		p->session->uri, NULL);
	peer_lost(s, p, &err);
}

/* ---- requests ---- */

bool peer_may_send(const struct peer *p)
{
	return p->session && !p->leaving && p->n_sent < MOST_SENT &&
	       link_unsent(p->session->link) < MOST_UNSENT;
}

struct op *peer_transaction(const struct peer *p)
{
	struct op *op = TAILQ_FIRST(&p->sent);

	while (op && op->kind != OP_TXN)
		op = TAILQ_NEXT(op, link);
	return op;
}

/* One transaction after the other: slapd has one on a connection. */
static bool may_begin(const struct peer *p, const struct op *op)
{
	return op->kind != OP_TXN || !peer_transaction(p);
}

static bool any_may_send(struct ldap_store *s)
{
	bool any = false;

	for (size_t i = 0; i < PEERS; i++)
		any = any || peer_may_send(peer_at(s, i));
	return any;
}

struct op *peers_next(struct ldap_store *s, struct peer **at)
{
	struct op *op;

	if (!any_may_send(s))
		return NULL;
	for (op = TAILQ_FIRST(&s->pending); op; op = TAILQ_NEXT(op, link)) {
		*at = provider_route(s, op);
		if (*at && peer_may_send(*at) && may_begin(*at, op))
			return op;
	}
	return NULL;
}

static int op_send(struct ldap_store *s, struct op *op)
{
	switch (op->kind) {
	case OP_SEARCH:
		return search_send(op);
	case OP_PROBE:
		return probe_send(op);
	case OP_TXN:
		return txn_send(op);
	case OP_WATCH:
		return watch_send(s, op);
	case OP_APPLY:
		break;
	}
	return write_send(s, op);
}

void peers_send(struct ldap_store *s)
{
	struct peer *p;
	struct op *op;

	while ((op = peers_next(s, &p))) {
		int result;

		op->at = p;
		op_enter(s, op);
		result = op_send(s, op);
		if (result == LDAP_SUCCESS && !op->finished && !op->cancelled) {
			p->session_used = true;
			op->heard_ms = clock_ms();
			op->wire_end = link_queued(p->session->link);
			op_move(s, op, &p->sent);
		}
		op_leave(s, op);
		if (result != LDAP_SUCCESS)
			peer_lost_by_result(s, p, result);
	}
}

/* ---- answers ---- */

static struct op *op_by_msgid(const struct peer *p, int msgid)
{
	struct op *op;

	for (op = TAILQ_FIRST(&p->sent); op; op = TAILQ_NEXT(op, link))
		if (op->kind == OP_PROBE ? probe_awaits(op, msgid) : op->msgid == msgid)
			return op;
	return NULL;
}

/* Message 0 is a notice of disconnection (RFC 4511 section 4.4.1): nothing else is
 * unsolicited. */
static void noticed(struct ldap_store *s, struct peer *p, LDAPMessage *message)
{
	struct err err;
	char *words;
	int result = LDAP_SERVER_DOWN;

	decode_result(p->session->ld, message, &result, &words, NULL);
	err_set(&err, ERR_DISCONNECTED, result, words, p->session->uri, NULL);
	free(words);
	peer_lost(s, p, &err);
}

/* Answers to what was cancelled find nobody. */
static void answer(struct ldap_store *s, struct peer *p, LDAPMessage *message)
{
	struct op *op = op_by_msgid(p, ldap_msgid(message));

	p->silent = false;
	if (!op) {
		if (ldap_msgid(message) == LDAP_RES_UNSOLICITED)
			noticed(s, p, message);
		return;
	}
	op->heard_ms = clock_ms();
	op_enter(s, op);
	switch (op->kind) {
	case OP_SEARCH:
		search_answer(op, message);
		break;
	case OP_APPLY:
		write_answer(s, op, message);
		break;
	case OP_TXN:
		txn_answer(op, message);
		break;
	case OP_PROBE:
		probe_answer(s, op, message);
		break;
	case OP_WATCH:
		watch_answer(s, op, message);
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

bool peer_receive(struct ldap_store *s, struct peer *p)
{
	struct timeval at_once = {0};
	LDAPMessage *message = NULL;
	int type, result = LDAP_SERVER_DOWN;

	if (!p->session)
		return false;
	type = ldap_result(p->session->ld, LDAP_RES_ANY, LDAP_MSG_ONE, &at_once, &message);
	if (type == 0 && !link_broken(p->session->link))
		return data_ready(p->session->ld);
	if (type <= 0) {
		ldap_get_option(p->session->ld, LDAP_OPT_RESULT_CODE, &result);
		peer_lost_by_result(s, p, type < 0 ? result : LDAP_SERVER_DOWN);
		return false;
	}
	answer(s, p, message);
	ldap_msgfree(message);
	return true;
}

/* What a watch is told comes when it comes. */
int64_t peer_waiting_since(const struct peer *p)
{
	int64_t since = -1;
	const struct op *op;

	if (p->connector)
		return p->attempt_ms;
	for (op = TAILQ_FIRST(&p->sent); op; op = TAILQ_NEXT(op, link))
		if (op->kind != OP_WATCH && (since < 0 || op->heard_ms < since))
			since = op->heard_ms;
	return since;
}
