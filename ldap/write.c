#include <stdlib.h>
#include <string.h>

#include "core/dn.h"
#include "ldap/decode.h"
#include "ldap/internal.h"
#include "ldap/result.h"

/*
 * One change after another.  A change goes out under the assertion that its entry still
 * has the entryCSN that was read.  Where that fails, or cannot be made, the entry is read
 * and compared: what only touched other attributes is no conflict.
 */

void write_init(struct op *op, struct plan *plan)
{
	op->write.plan = plan;
	op->write.csn = xstrdup("");
}

void write_release(struct op *op)
{
	free(op->write.csn);
	entry_free(op->write.now);
}

static void set_csn(struct write_state *w, const char *csn)
{
	char *copy = xstrdup(csn);

	free(w->csn);
	w->csn = copy;
}

static void forget_now(struct write_state *w)
{
	entry_free(w->now);
	w->now = NULL;
}

/* What comes first: the write, when it carries its own precondition. */
static enum write_phase first_phase(const struct session *session, struct write_state *w)
{
	const struct change *c = w->change;

	if (c->kind == CHANGE_ADD || !c->before || (session->asserts && *w->csn))
		return WRITE_CHANGE;
	return WRITE_READ;
}

static bool next_change(struct write_state *w)
{
	if (!w->started)
		w->plan->rewind(w->plan);
	w->started = true;
	w->change = w->plan->next(w->plan);
	if (!w->change)
		return false;
	w->number++;
	w->tries = w->losses = 0;
	w->refusal = (struct err){0};
	forget_now(w);
	set_csn(w, w->change->before ? w->change->before->csn : "");
	w->begun = false;
	w->waits_ms = 0;
	return true;
}

static void not_written(
	struct op *op, enum outcome outcome, const struct err *err, const struct entry *now)
{
	op_emit(op, &(struct event){.kind = EVENT_CHANGED,
			    .outcome = outcome,
			    .change = op->write.change,
			    .number = op->write.number,
			    .entry = now,
			    .err = err,
			    .count = op->count});
	op_done(op, outcome, err);
}

/* What the provider showed is what is looked at next: the replica may not have it yet. */
static void stale(struct ldap_store *s, struct op *op, const struct entry *now)
{
	struct err err = {0};

	if (op->at == &s->provider)
		catchup_wrote(s, op->write.change, now);
	result_err(&err, LDAP_ASSERTION_FAILED, op->write.change->dn, NULL, NULL);
	not_written(op, OUTCOME_STALE, &err, now);
}

static void refused(struct op *op, int result, const char *words)
{
	struct err err = {0};

	result_err(&err, result, op->write.change->dn, op->write.change, words);
	not_written(op, OUTCOME_REFUSED, &err, NULL);
}

static int send_search(struct op *op, const char *base, int scope, const char *filter)
{
	char user[] = "*", operational[] = "+";
	char *attributes[] = {user, operational, NULL};

	forget_now(&op->write);
	return ldap_search_ext(op->at->session->ld, base, scope, filter, attributes, 0,
		NULL, NULL, NULL, LDAP_NO_LIMIT, &op->msgid);
}

static int send_find(struct ldap_store *s, struct op *op)
{
	const char *id = op->write.change->before->id;
	struct buf filter = BUF_INIT;
	int result;

	buf_puts(&filter, "(entryUUID=");
	filter_escape(&filter, id, strlen(id));
	buf_putc(&filter, ')');
	result = send_search(op, s->settings->directory.base, LDAP_SCOPE_SUBTREE, filter.s);
	buf_release(&filter);
	return result;
}

static int send_phase(struct ldap_store *s, struct op *op)
{
	struct session *session = op->at->session;
	struct write_state *w = &op->write;

	switch (w->phase) {
	case WRITE_CHANGE:
		w->tries++;
		w->guarded = w->change->before && !(session->asserts && *w->csn);
		return mods_send(session, w->change, w->csn, w->guarded, &op->msgid);
	case WRITE_READ:
		return send_search(op, w->change->dn, LDAP_SCOPE_BASE, "(objectClass=*)");
	case WRITE_FIND:
		break;
	}
	return send_find(s, op);
}

int write_send(struct ldap_store *s, struct op *op)
{
	struct write_state *w = &op->write;
	int result;

	if (!w->started && !next_change(w)) {
		op_done(op, OUTCOME_OK, NULL);
		return LDAP_SUCCESS;
	}
	if (!w->begun)
		w->phase = first_phase(op->at->session, w);
	w->begun = true;
	result = send_phase(s, op);
	if (result == LDAP_PARAM_ERROR || result == LDAP_ENCODING_ERROR ||
		result == LDAP_FILTER_ERROR) {
		refused(op, result, NULL);
		return LDAP_SUCCESS;
	}
	return result;
}

static void again(struct ldap_store *s, struct op *op, enum write_phase phase)
{
	op->write.phase = phase;
	op_move(s, op, &s->pending);
}

/* Results that may only mean that the entry is not what was read any more. */
static bool worth_a_look(const struct write_state *w, int result)
{
	if (w->change->kind == CHANGE_ADD || !w->change->before)
		return false;
	switch (result) {
	case LDAP_ASSERTION_FAILED:
	case LDAP_NO_SUCH_OBJECT:
		return true;
	case LDAP_NO_SUCH_ATTRIBUTE:
	case LDAP_TYPE_OR_VALUE_EXISTS:
	case LDAP_CONSTRAINT_VIOLATION: /* a second value of a single-valued attribute */
		return w->guarded;
	default:
		return false;
	}
}

static void written(struct ldap_store *s, struct op *op, LDAPControl **controls)
{
	struct entry *now = decode_post_read(controls);

	op->count++;
	if (op->at == &s->provider)
		catchup_wrote(s, op->write.change, now);
	watch_wrote(s, now);
	op_emit(op, &(struct event){.kind = EVENT_CHANGED,
			    .outcome = OUTCOME_OK,
			    .change = op->write.change,
			    .number = op->write.number,
			    .entry = now,
			    .count = op->count});
	entry_free(now);
	op->write.change = NULL;
	if (op->cancelled)
		return; /* the plan may be gone */
	if (next_change(&op->write))
		op_move(s, op, &s->pending);
	else
		op_done(op, OUTCOME_OK, NULL);
}

/* The same change with the same precondition, where the replica says it is to be made. */
static void referred(struct ldap_store *s, struct op *op, LDAPMessage *message)
{
	struct write_state *w = &op->write;
	struct strv urls = {0};
	struct err err = {0};

	decode_referral(op->at->session->ld, message, &urls);
	if (provider_follow(s, &urls, &err)) {
		w->tries--;
		w->begun = false;
		op_move(s, op, &s->pending);
	} else {
		not_written(op, OUTCOME_REFUSED, &err, NULL);
	}
	strv_release(&urls);
}

static void change_answered(
	struct ldap_store *s, struct op *op, int result, const char *words)
{
	struct write_state *w = &op->write;

	if (worth_a_look(w, result)) {
		result_err(&w->refusal, result, w->change->dn, w->change, words);
		again(s, op, WRITE_READ);
	} else {
		refused(op, result, words);
	}
}

static bool same_entry(const struct entry *before, const struct entry *now)
{
	return !*before->id || !*now->id || strcmp(before->id, now->id) == 0;
}

/* w->now is the entry under the change's DN as it is. */
static void compare(struct ldap_store *s, struct op *op)
{
	struct write_state *w = &op->write;
	bool holds = same_entry(w->change->before, w->now) &&
		     change_still_holds(w->change, w->now);

	if (!holds || w->tries >= MOST_TRIES) {
		if (holds && w->refusal.code != ERR_ASSERTION)
			not_written(op, OUTCOME_REFUSED, &w->refusal, NULL);
		else
			stale(s, op, w->now);
	} else if (w->refusal.code != ERR_NONE && w->refusal.code != ERR_ASSERTION) {
		not_written(op, OUTCOME_REFUSED, &w->refusal, NULL);
	} else {
		set_csn(w, w->now->csn);
		again(s, op, WRITE_CHANGE);
	}
}

static void read_answered(
	struct ldap_store *s, struct op *op, int result, const char *words)
{
	struct write_state *w = &op->write;

	if (w->phase == WRITE_FIND)
		stale(s, op, w->now); /* under another name, or gone */
	else if (w->now)
		compare(s, op);
	else if (result != LDAP_SUCCESS && result != LDAP_NO_SUCH_OBJECT)
		refused(op, result, words);
	else if (*w->change->before->id)
		again(s, op, WRITE_FIND);
	else
		stale(s, op, NULL);
}

static void undecodable(struct ldap_store *s, struct op *op, int parsed)
{
	struct err err = {0};

	result_err(&err, parsed, op->write.change->dn, NULL, NULL);
	if (op->at == &s->provider)
		catchup_wrote(s, op->write.change, NULL);
	not_written(op, OUTCOME_UNKNOWN, &err, NULL);
}

static void got_result(struct ldap_store *s, struct op *op, LDAPMessage *message)
{
	LDAPControl **controls = NULL;
	char *words;
	int result = LDAP_DECODING_ERROR;
	int parsed =
		decode_result(op->at->session->ld, message, &result, &words, &controls);

	if (op->write.phase != WRITE_CHANGE)
		read_answered(s, op, parsed != LDAP_SUCCESS ? parsed : result, words);
	else if (parsed != LDAP_SUCCESS)
		undecodable(s, op, parsed);
	else if (result == LDAP_SUCCESS)
		written(s, op, controls);
	else if (result == LDAP_REFERRAL && op->at == &s->main)
		referred(s, op, message);
	else
		change_answered(s, op, result, words);
	free(words);
	ldap_controls_free(controls);
}

void write_answer(struct ldap_store *s, struct op *op, LDAPMessage *message)
{
	switch (ldap_msgtype(message)) {
	case LDAP_RES_SEARCH_ENTRY:
		if (op->write.phase != WRITE_CHANGE && !op->write.now)
			op->write.now = decode_entry(op->at->session->ld, message);
		break;
	case LDAP_RES_SEARCH_REFERENCE:
	case LDAP_RES_INTERMEDIATE:
		break;
	default:
		got_result(s, op, message);
		break;
	}
}

/* A request of which the end never left this machine cannot have been carried out. */
void write_lost(struct ldap_store *s, struct op *op)
{
	struct write_state *w = &op->write;

	w->may_have_happened = w->phase == WRITE_CHANGE &&
			       link_sent(op->at->session->link) >= op->wire_end;
	if (w->may_have_happened && op->at == &s->provider)
		catchup_wrote(s, w->change, NULL);
	if (!w->may_have_happened && w->phase == WRITE_CHANGE && w->change->before) {
		w->phase = WRITE_READ; /* the next server may not assert */
		w->tries--;
	}
	if (w->may_have_happened || ++w->losses >= MOST_SENDS)
		op_move_first(s, op, &s->lost);
	else
		op_move_first(s, op, &s->pending);
}

void write_tell_lost(struct op *op, const struct err *err)
{
	not_written(op, op->write.may_have_happened ? OUTCOME_UNKNOWN : OUTCOME_REFUSED,
		err, NULL);
}

void write_refuse(struct op *op, const struct err *err)
{
	if (!op->write.started && !next_change(&op->write))
		op_done(op, OUTCOME_OK, NULL);
	else
		not_written(op, OUTCOME_REFUSED, err, NULL);
}
