#include <stdlib.h>
#include <string.h>

#include "ldap/decode.h"
#include "ldap/internal.h"
#include "ldap/result.h"

/*
 * A plan that is made wholly or not at all: one transaction (RFC 5805).
 *
 *	TXN_START	the server gives it an identifier
 *	TXN_CHANGES	each with it and its assertion; result 0 means queued
 *	TXN_REST	nothing, for REST_MS
 *	TXN_END		commit, or not when one was not queued: the others would be made
 *
 * slapd has one transaction per connection at a time, so what was begun is always ended,
 * also when nobody waits for it any more.
 *
 * slapd 2.5 crashes when it forgets a queued change while the thread that has just answered
 * it is not through with it yet: at the end of the transaction, or of the connection.
 * Hence the rest, which is long for a thread, and one change at a time: with two on their
 * way nearly every connection that was cut took slapd with it.
 */

enum { REST_MS = 20 };

void txn_init(struct op *op, struct plan *plan)
{
	op->txn.plan = plan;
}

void txn_release(struct op *op)
{
	array_free(&op->txn.items);
	ber_memfree(op->txn.id.bv_val);
}

static void nobody(void *arg, const struct event *event)
{
	(void)arg;
	(void)event;
}

bool txn_cancel(struct op *op)
{
	if (!op->at || op->queue != &op->at->sent)
		return false;
	op->fn = nobody;
	op->txn.failed = true;
	return true;
}

/* ---- the outcome ---- */

static void tell_each(struct op *op, enum outcome outcome, const struct err *err)
{
	for (size_t i = 0; i < op->txn.items.n; i++) {
		op->count += outcome == OUTCOME_OK;
		op_emit(op, &(struct event){.kind = EVENT_CHANGED,
				    .outcome = outcome,
				    .change = op->txn.items.v[i].change,
				    .number = i + 1,
				    .err = err,
				    .count = op->count});
	}
}

void txn_refuse(struct op *op, const struct err *err)
{
	op_emit(op, &(struct event){.kind = EVENT_DONE,
			    .outcome = OUTCOME_REFUSED,
			    .err = err,
			    .number = op->txn.culprit,
			    .undone = op->txn.undone});
	op->finished = true;
}

/* item: the change that failed, NULL: the transaction itself. */
static void fail(struct op *op, const struct txn_item *item, int result, const char *words)
{
	const struct change *c = item ? item->change : NULL;

	if (op->txn.failed)
		return;
	op->txn.failed = true;
	op->txn.culprit = item ? (size_t)(item - op->txn.items.v) + 1 : 0;
	result_err(&op->txn.err, result, c ? c->dn : "", c, words);
}

/* ---- requests ---- */

/* Without an entryCSN there is no assertion, and no look first. */
static bool take_changes(struct op *op)
{
	const struct change *c;
	bool fresh = true;

	op->txn.items.n = 0;
	op->txn.plan->rewind(op->txn.plan);
	while ((c = op->txn.plan->next(op->txn.plan))) {
		struct txn_item *item = array_add(&op->txn.items);

		*item = (struct txn_item){.change = c};
		fresh = fresh && (c->kind == CHANGE_ADD || (c->before && *c->before->csn));
	}
	return fresh;
}

int txn_send(struct op *op)
{
	const struct session *session = op->at->session;
	struct txn_state *t = &op->txn;
	bool fresh = take_changes(op);

	*t = (struct txn_state){.plan = t->plan, .items = t->items};
	if (!fresh || !session->transacts || !session->asserts) {
		fail(op, NULL, LDAP_UNAVAILABLE_CRITICAL_EXTENSION, NULL);
		txn_refuse(op, &t->err);
		return LDAP_SUCCESS;
	}
	return ldap_txn_start(session->ld, NULL, NULL, &op->msgid);
}

/* Told now: whoever asked may be gone when the answer comes. */
static void track(struct ldap_store *s, struct op *op)
{
	for (size_t i = 0; op->at == &s->provider && i < op->txn.items.n; i++)
		catchup_wrote(s, op->txn.items.v[i].change, NULL);
}

static void end(struct ldap_store *s, struct op *op)
{
	struct txn_state *t = &op->txn;
	LDAP *ld = op->at->session->ld;

	if (!t->failed)
		track(s, op);
	t->phase = TXN_END;
	t->commits = !t->failed;
	if (ldap_txn_end(ld, t->commits, &t->id, NULL, NULL, &op->msgid) != LDAP_SUCCESS)
		op->msgid = -1; /* the connection is gone: txn_lost() */
	op->wire_end = link_queued(op->at->session->link);
}

static void rest(struct op *op)
{
	op->msgid = -1;
	op->txn.phase = TXN_REST;
	op->txn.rested_ms = clock_ms() + REST_MS;
}

/* The next change, or nothing more.  What cannot be sent at all breaks the connection, or
 * the request is refused here. */
static void go_on(struct op *op)
{
	struct txn_state *t = &op->txn;
	struct txn_item *item;
	int result;

	if (t->failed || t->sent == t->items.n) {
		rest(op);
		return;
	}
	item = &t->items.v[t->sent];
	result = mods_send_in(op->at->session, item->change, &t->id, &item->msgid);
	op->msgid = item->msgid;
	t->sent++;
	if (result != LDAP_SUCCESS) {
		fail(op, item, result, NULL);
		rest(op);
	}
}

static struct op *resting(const struct peer *p)
{
	struct op *op = p->session ? TAILQ_FIRST(&p->sent) : NULL;

	while (op && !(op->kind == OP_TXN && op->txn.phase == TXN_REST))
		op = TAILQ_NEXT(op, link);
	return op;
}

int64_t txn_deadline(const struct peer *p)
{
	const struct op *op = resting(p);

	return op ? op->txn.rested_ms : -1;
}

void txn_step(struct ldap_store *s, struct peer *p)
{
	struct op *op = resting(p);

	if (op && clock_ms() >= op->txn.rested_ms)
		end(s, op);
}

/* ---- answers ---- */

/* slapd's is empty. */
static bool take_id(struct op *op, LDAPMessage *message)
{
	static const struct berval empty = {.bv_val = (char *)""};
	struct berval *data = NULL;
	char *oid = NULL;
	int parsed =
		ldap_parse_extended_result(op->at->session->ld, message, &oid, &data, 0);

	ber_dupbv(&op->txn.id, data && data->bv_val ? data : (struct berval *)&empty);
	ber_bvfree(data);
	ldap_memfree(oid);
	return parsed == LDAP_SUCCESS;
}

static void started(struct op *op, LDAPMessage *message, int result, const char *words)
{
	if (result == LDAP_SUCCESS && take_id(op, message)) {
		op->txn.phase = TXN_CHANGES;
		go_on(op);
		return;
	}
	fail(op, NULL, result == LDAP_SUCCESS ? LDAP_DECODING_ERROR : result, words);
	txn_refuse(op, &op->txn.err);
}

static void queued(struct op *op, int result, const char *words)
{
	if (result != LDAP_SUCCESS)
		fail(op, &op->txn.items.v[op->txn.sent - 1], result, words);
	go_on(op);
}

static const struct txn_item *item_of(const struct op *op, int msgid)
{
	for (size_t i = 0; i < op->txn.sent; i++)
		if (op->txn.items.v[i].msgid == msgid)
			return &op->txn.items.v[i];
	return NULL;
}

/* Which change the server stopped at: txnEndRes, RFC 5805 section 3.4. */
static const struct txn_item *stopped_at(const struct op *op, LDAPMessage *message)
{
	const struct txn_item *item = NULL;
	struct berval *data = NULL;
	char *oid = NULL;
	BerElement *ber;
	ber_int_t msgid;

	ldap_parse_extended_result(op->at->session->ld, message, &oid, &data, 0);
	ber = data ? ber_init(data) : NULL;
	if (ber && ber_scanf(ber, "{i", &msgid) != LBER_ERROR)
		item = item_of(op, msgid);
	if (ber)
		ber_free(ber, 1);
	ber_bvfree(data);
	ldap_memfree(oid);
	return item;
}

static void ended(struct op *op, LDAPMessage *message, int result, const char *words)
{
	op->txn.undone = op->txn.commits && result != LDAP_SUCCESS;
	if (op->txn.undone)
		fail(op, stopped_at(op, message), result, words);
	if (op->txn.failed) {
		txn_refuse(op, &op->txn.err);
		return;
	}
	tell_each(op, OUTCOME_OK, NULL);
	op_done(op, OUTCOME_OK, NULL);
}

/* The end was answered, nobody knows what. */
static void undecodable(struct op *op, int parsed)
{
	struct err err = {0};

	result_err(&err, parsed, "", NULL, NULL);
	op->txn.may_have_happened = true;
	txn_tell_lost(op, &err);
}

void txn_answer(struct op *op, LDAPMessage *message)
{
	int result = LDAP_DECODING_ERROR;
	char *words;
	int parsed = decode_result(op->at->session->ld, message, &result, &words, NULL);

	if (parsed != LDAP_SUCCESS)
		result = parsed;
	switch (op->txn.phase) {
	case TXN_START:
		started(op, message, result, words);
		break;
	case TXN_CHANGES:
		queued(op, result, words);
		break;
	case TXN_REST:
		break; /* nothing is asked */
	case TXN_END:
		if (parsed != LDAP_SUCCESS && op->txn.commits)
			undecodable(op, parsed);
		else
			ended(op, message, result, words);
		break;
	}
	free(words);
}

/* Until the end was on its way nothing can have happened. */
void txn_lost(struct ldap_store *s, struct op *op)
{
	struct txn_state *t = &op->txn;

	t->may_have_happened = t->phase == TXN_END && t->commits &&
			       link_sent(op->at->session->link) >= op->wire_end;
	op_move_first(s, op, &s->lost);
}

void txn_tell_lost(struct op *op, const struct err *err)
{
	if (!op->txn.may_have_happened) {
		txn_refuse(op, err);
		return;
	}
	tell_each(op, OUTCOME_UNKNOWN, err);
	op_done(op, OUTCOME_UNKNOWN, err);
}
