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
 *	TXN_END		commit, or not when one was not queued: the others would be made
 *
 * slapd has one transaction per connection at a time, so what was begun is always ended,
 * also when nobody waits for it any more.
 */

enum { MOST_QUEUED = 100 }; /* changes that wait for their answer */

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

static void tell_each(
	struct ldap_store *s, struct op *op, enum outcome outcome, const struct err *err)
{
	for (size_t i = 0; i < op->txn.items.n; i++) {
		const struct change *c = op->txn.items.v[i].change;

		if (op->at == &s->provider && op->fn != nobody)
			catchup_wrote(s, c, NULL);
		op->count += outcome == OUTCOME_OK;
		op_emit(op, &(struct event){.kind = EVENT_CHANGED,
				    .outcome = outcome,
				    .change = c,
				    .number = i + 1,
				    .err = err,
				    .count = op->count});
	}
}

void txn_refuse(struct op *op, const struct err *err)
{
	op_done(op, OUTCOME_REFUSED, err);
}

static void fail(struct op *op, int result, const char *words)
{
	if (!op->txn.failed)
		result_err(&op->txn.err, result, "", NULL, words);
	op->txn.failed = true;
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

		*item = (struct txn_item){c, -1};
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
		fail(op, LDAP_UNAVAILABLE_CRITICAL_EXTENSION, NULL);
		txn_refuse(op, &t->err);
		return LDAP_SUCCESS;
	}
	return ldap_txn_start(session->ld, NULL, NULL, &op->msgid);
}

/* What cannot be sent at all breaks the connection, or the request is refused here. */
static void feed(struct op *op)
{
	struct txn_state *t = &op->txn;

	while (!t->failed && t->sent < t->items.n && t->waiting < MOST_QUEUED) {
		struct txn_item *item = &t->items.v[t->sent];
		int result =
			mods_send_in(op->at->session, item->change, &t->id, &item->msgid);

		if (result != LDAP_SUCCESS) {
			fail(op, result, NULL);
			return;
		}
		t->sent++;
		t->waiting++;
	}
}

static void end(struct op *op)
{
	struct txn_state *t = &op->txn;
	LDAP *ld = op->at->session->ld;

	t->phase = TXN_END;
	t->commits = !t->failed;
	if (ldap_txn_end(ld, t->commits, &t->id, NULL, NULL, &op->msgid) != LDAP_SUCCESS)
		op->msgid = -1; /* the connection is gone: txn_lost() */
	op->wire_end = link_queued(op->at->session->link);
}

static void go_on(struct op *op)
{
	feed(op);
	if (op->txn.waiting == 0)
		end(op);
}

/* ---- answers ---- */

static struct txn_item *item_of(const struct op *op, int msgid)
{
	for (size_t i = 0; i < op->txn.sent; i++)
		if (op->txn.items.v[i].msgid == msgid)
			return &op->txn.items.v[i];
	return NULL;
}

bool txn_awaits(const struct op *op, int msgid)
{
	return op->msgid == msgid || (msgid >= 0 && item_of(op, msgid));
}

static bool take_id(struct op *op, LDAPMessage *message)
{
	struct berval *data = NULL;
	char *oid = NULL;
	int parsed =
		ldap_parse_extended_result(op->at->session->ld, message, &oid, &data, 0);
	bool there = parsed == LDAP_SUCCESS && data && data->bv_len;

	if (there)
		ber_dupbv(&op->txn.id, data);
	ber_bvfree(data);
	ldap_memfree(oid);
	return there;
}

static void started(struct op *op, LDAPMessage *message, int result, const char *words)
{
	op->msgid = -1;
	if (result == LDAP_SUCCESS && take_id(op, message)) {
		op->txn.phase = TXN_CHANGES;
		go_on(op);
		return;
	}
	fail(op, result == LDAP_SUCCESS ? LDAP_DECODING_ERROR : result, words);
	txn_refuse(op, &op->txn.err);
}

static void queued(struct op *op, int msgid, int result, const char *words)
{
	struct txn_item *item = item_of(op, msgid);

	item->msgid = -1;
	op->txn.waiting--;
	if (result != LDAP_SUCCESS)
		fail(op, result, words);
	go_on(op);
}

static void ended(struct ldap_store *s, struct op *op, int result, const char *words)
{
	if (result != LDAP_SUCCESS)
		fail(op, result, words);
	if (op->txn.failed) {
		txn_refuse(op, &op->txn.err);
		return;
	}
	tell_each(s, op, OUTCOME_OK, NULL);
	op_done(op, OUTCOME_OK, NULL);
}

void txn_answer(struct ldap_store *s, struct op *op, LDAPMessage *message)
{
	int result = LDAP_DECODING_ERROR, msgid = ldap_msgid(message);
	char *words;
	int parsed = decode_result(op->at->session->ld, message, &result, &words, NULL);

	if (parsed != LDAP_SUCCESS)
		result = parsed;
	switch (op->txn.phase) {
	case TXN_START:
		started(op, message, result, words);
		break;
	case TXN_CHANGES:
		queued(op, msgid, result, words);
		break;
	case TXN_END:
		ended(s, op, result, words);
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

void txn_tell_lost(struct ldap_store *s, struct op *op, const struct err *err)
{
	if (!op->txn.may_have_happened) {
		txn_refuse(op, err);
		return;
	}
	tell_each(s, op, OUTCOME_UNKNOWN, err);
	op_done(op, OUTCOME_UNKNOWN, err);
}
