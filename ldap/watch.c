#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/dn.h"
#include "ldap/decode.h"
#include "ldap/internal.h"

/*
 * What anybody changes, as he does.
 *
 *	WATCH_CONTEXT	reads contextCSN where the naming context begins: from where on
 *	WATCH_FOLLOW	content synchronization from there (RFC 4533, refreshAndPersist)
 *	WATCH_ASK	where the server has none: what has a later entryCSN
 *	WATCH_REST	until the next of them
 *
 * Between reading contextCSN and following it something may be written.  slapd then sends
 *it first; without a session log it goes through all entries for that, and what was deleted
 * in that moment is not told: EVENT_FROM_NOW comes once more.
 *
 * An entryCSN is a timestamp, a count, the server and another count, in this order, and
 * compares as text.
 */

enum {
	ASK_MS = 1000,   /* between questions at least, and */
	ASK_SHARE = 20,  /* so many times as long as the last one took */
	AGAIN_MS = 5000, /* before what was refused is tried again */
	SKEW_S = 3600    /* how wrong our clock may be where nothing else says from when */
};

enum sync_state { SYNC_PRESENT, SYNC_ADD, SYNC_MODIFY, SYNC_DELETE };

void watch_init(struct op *op, const struct search *search)
{
	search_init(op, search);
	op->search.size_limit = 0;
	op->search.count_only = false;
	buf_init(&op->watch.since);
	buf_init(&op->watch.latest);
}

void watch_release(struct op *op)
{
	search_release(op);
	buf_release(&op->watch.since);
	buf_release(&op->watch.latest);
}

void watch_abandon(struct op *op)
{
	if (op->msgid >= 0)
		ldap_abandon_ext(op->at->session->ld, op->msgid, NULL, NULL);
}

void watch_lost(struct ldap_store *s, struct op *op)
{
	op->watch.started = false;
	op_move_first(s, op, &s->pending);
}

/* ---- what is told ------------------------------------------------------------- */

static void from_now(struct op *op)
{
	op->watch.started = true;
	op_emit(op, &(struct event){.kind = EVENT_FROM_NOW});
}

void watch_wrote(struct ldap_store *s, const struct entry *now)
{
	char **slot = &s->own[s->n_own % OWN_KEPT];

	if (!now || !*now->csn)
		return;
	free(*slot);
	*slot = xstrdup(now->csn);
	s->n_own++;
}

/* Whether it is being written from here, or everything is. */
static bool is_being_written(const struct peer *p, const char *dn)
{
	const struct op *op;

	for (op = TAILQ_FIRST(&p->sent); op; op = TAILQ_NEXT(op, link))
		if (op->kind == OP_TXN || (op->kind == OP_APPLY && op->write.change &&
						  dn_same(op->write.change->dn, dn)))
			return true;
	return false;
}

/* An answer to a write may come after what a watch tells of it. */
static bool is_own(struct ldap_store *s, const struct entry *e)
{
	for (size_t i = 0; *e->csn && i < OWN_KEPT && s->own[i]; i++)
		if (strcmp(s->own[i], e->csn) == 0)
			return true;
	for (size_t i = 0; i < PEERS; i++)
		if (is_being_written(peer_at(s, i), e->dn))
			return true;
	return false;
}

static void tell(
	struct ldap_store *s, struct op *op, enum event_kind kind, const struct entry *e)
{
	op->count++;
	op_emit(op,
		&(struct event){
			.kind = kind, .entry = e, .count = op->count, .own = is_own(s, e)});
}

static void tell_gone(
	struct ldap_store *s, struct op *op, const char *dn, const struct berval *uuid)
{
	struct entry *e = entry_new(dn);
	struct buf id = BUF_INIT;

	for (ber_len_t i = 0; i < uuid->bv_len; i++)
		buf_printf(&id, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
			(unsigned char)uuid->bv_val[i]);
	entry_set_state(e, id.s, "");
	tell(s, op, EVENT_GONE, e);
	entry_free(e);
	buf_release(&id);
}

/* ---- requests ----------------------------------------------------------------- */

static void rest(struct op *op, enum watch_phase then, int ms)
{
	op->msgid = -1;
	op->watch.phase = WATCH_REST;
	op->watch.then = then;
	op->watch.then_ms = clock_ms() + ms;
}

/* The naming context that the search's base is in; "" when none is known. */
static const char *context_of(const struct op *op)
{
	const struct strv *contexts = &op->at->session->contexts;
	const char *longest = "";

	for (size_t i = 0; i < contexts->n; i++)
		if (strlen(contexts->v[i]) > strlen(longest) &&
			dn_within(op->search.base, contexts->v[i]))
			longest = contexts->v[i];
	return longest;
}

static int send_context(struct op *op)
{
	char name[] = "contextCSN";
	char *attributes[] = {name, NULL};

	buf_reset(&op->watch.since);
	return ldap_search_ext(op->at->session->ld, context_of(op), LDAP_SCOPE_BASE,
		"(objectClass=*)", attributes, 0, NULL, NULL, NULL, LDAP_NO_LIMIT,
		&op->msgid);
}

/* syncRequestValue, RFC 4533 section 2.2; the cookie is OpenLDAP's. */
static bool sync_value(const char *since, struct berval *value)
{
	enum { REFRESH_AND_PERSIST = 3 };
	BerElement *ber = ber_alloc_t(LBER_USE_DER);
	struct buf cookie = BUF_INIT;
	bool made;

	buf_printf(&cookie, "rid=000,csn=%s", since);
	made = ber &&
	       ber_printf(ber, "{eob}", REFRESH_AND_PERSIST, cookie.s,
		       (ber_len_t)cookie.len, (ber_int_t)0) >= 0 &&
	       ber_flatten2(ber, value, 1) == 0;
	ber_free(ber, 1);
	buf_release(&cookie);
	return made;
}

static int send_follow(struct op *op)
{
	char oid[] = LDAP_CONTROL_SYNC;
	LDAPControl sync = {.ldctl_oid = oid, .ldctl_iscritical = 1};
	LDAPControl *controls[] = {&sync, NULL};
	const struct search_state *st = &op->search;
	int result;

	op->watch.whole = false;
	if (!sync_value(op->watch.since.s, &sync.ldctl_value))
		return LDAP_NO_MEMORY;
	result = ldap_search_ext(op->at->session->ld, st->base, search_scope(st->scope),
		st->filter, st->attributes, 0, controls, NULL, NULL, LDAP_NO_LIMIT,
		&op->msgid);
	ber_memfree(sync.ldctl_value.bv_val);
	return result;
}

static int send_question(struct op *op)
{
	const struct search_state *st = &op->search;
	struct buf filter = BUF_INIT;
	int result;

	op->watch.asked_ms = clock_ms();
	buf_reset(&op->watch.latest);
	buf_printf(&filter, "(&%s(entryCSN>=", st->filter);
	filter_escape(&filter, op->watch.since.s, op->watch.since.len);
	buf_puts(&filter, "))");
	result = ldap_search_ext(op->at->session->ld, st->base, search_scope(st->scope),
		filter.s, st->attributes, 0, NULL, NULL, NULL, LDAP_NO_LIMIT, &op->msgid);
	buf_release(&filter);
	return result;
}

/* What cannot even be asked is not asked again on this connection. */
static void send_phase(struct op *op, enum watch_phase phase)
{
	int result = LDAP_PARAM_ERROR;

	op->msgid = -1;
	op->watch.phase = phase;
	switch (phase) {
	case WATCH_CONTEXT:
		result = send_context(op);
		break;
	case WATCH_FOLLOW:
		result = send_follow(op);
		break;
	case WATCH_ASK:
		result = send_question(op);
		break;
	case WATCH_REST:
		break;
	}
	if (result != LDAP_SUCCESS)
		rest(op, WATCH_CONTEXT, AGAIN_MS);
}

int watch_send(struct ldap_store *s, struct op *op)
{
	(void)s;
	op->watch.cannot_follow = !op->at->session->follows;
	send_phase(op, WATCH_CONTEXT);
	return LDAP_SUCCESS;
}

/* ---- from where on ------------------------------------------------------------ */

static void got_context(struct op *op, LDAPMessage *message)
{
	struct entry *e = decode_entry(op->at->session->ld, message);
	const struct attribute *a = e ? entry_get(e, "contextCSN") : NULL;

	for (size_t i = 0; a && i < a->values.n; i++)
		if (value_is_text(&a->values.v[i]))
			buf_printf(&op->watch.since, "%s%s", op->watch.since.len ? ";" : "",
				a->values.v[i].p);
	entry_free(e);
}

/* The greatest of several servers': what is later comes after all of them. */
static void keep_greatest(struct buf *csns)
{
	char *all = xstrdup(csns->s), *rest = all, *one;

	buf_reset(csns);
	while ((one = strsep(&rest, ";")))
		if (strcmp(one, csns->s) > 0) {
			buf_reset(csns);
			buf_puts(csns, one);
		}
	free(all);
}

/* An hour ago by our clock, so that it may be wrong. */
static void guess(struct buf *csn)
{
	time_t then = time(NULL) - SKEW_S;
	struct tm tm;
	char text[64];

	gmtime_r(&then, &tm);
	strftime(text, sizeof(text), "%Y%m%d%H%M%S.000000Z#000000#000#000000", &tm);
	buf_reset(csn);
	buf_puts(csn, text);
}

static void begin(struct op *op)
{
	struct watch_state *w = &op->watch;

	if (w->since.len && !w->cannot_follow) {
		send_phase(op, WATCH_FOLLOW);
	} else {
		w->quiet = !w->since.len;
		if (w->quiet)
			guess(&w->since);
		else
			keep_greatest(&w->since);
		send_phase(op, WATCH_ASK);
	}
	if (w->phase != WATCH_REST && !w->started && !w->quiet)
		from_now(op);
}

/* ---- following ---------------------------------------------------------------- */

/* syncStateValue, RFC 4533 section 2.3. */
static bool sync_state(
	LDAP *ld, LDAPMessage *message, enum sync_state *state, char uuid[16])
{
	LDAPControl **controls = NULL, *control;
	struct berval id = {0};
	ber_int_t number = -1;
	BerElement *ber = NULL;
	bool good;

	if (ldap_get_entry_controls(ld, message, &controls) != LDAP_SUCCESS)
		return false;
	control = ldap_control_find(LDAP_CONTROL_SYNC_STATE, controls, NULL);
	if (control && control->ldctl_value.bv_len)
		ber = ber_init(&control->ldctl_value);
	good = ber && ber_scanf(ber, "{em", &number, &id) != LBER_ERROR &&
	       id.bv_len == 16 && number >= SYNC_PRESENT && number <= SYNC_DELETE;
	if (good)
		memcpy(uuid, id.bv_val, 16);
	*state = (enum sync_state)number;
	ber_free(ber, 1);
	ldap_controls_free(controls);
	return good;
}

static void tell_entry(struct ldap_store *s, struct op *op, LDAPMessage *message)
{
	struct entry *e = decode_entry(op->at->session->ld, message);

	if (e)
		tell(s, op, EVENT_ENTRY, e);
	entry_free(e);
}

static void followed(struct ldap_store *s, struct op *op, LDAPMessage *message)
{
	LDAP *ld = op->at->session->ld;
	char id[16];
	struct berval uuid = {.bv_val = id, .bv_len = sizeof(id)};
	enum sync_state state;
	char *dn;

	if (!sync_state(ld, message, &state, id))
		return;
	switch (state) {
	case SYNC_PRESENT:
		op->watch.whole = true;
		break;
	case SYNC_ADD:
	case SYNC_MODIFY:
		tell_entry(s, op, message);
		break;
	case SYNC_DELETE:
		dn = ldap_get_dn(ld, message);
		tell_gone(s, op, dn ? dn : "", &uuid);
		ldap_memfree(dn);
		break;
	}
}

/* syncIdSet, RFC 4533 section 2.5: these are gone, or these are still there. */
static void got_ids(struct ldap_store *s, struct op *op, BerElement *ber)
{
	BerVarray ids = NULL;
	struct berval cookie;
	ber_int_t gone = 0;
	ber_len_t size;

	if (ber_scanf(ber, "{") == LBER_ERROR)
		return;
	if (ber_peek_tag(ber, &size) == LBER_OCTETSTRING &&
		ber_scanf(ber, "m", &cookie) == LBER_ERROR)
		return;
	if (ber_peek_tag(ber, &size) == LBER_BOOLEAN &&
		ber_scanf(ber, "b", &gone) == LBER_ERROR)
		return;
	if (ber_scanf(ber, "[W]", &ids) == LBER_ERROR)
		return;
	op->watch.whole = op->watch.whole || !gone;
	for (size_t i = 0; gone && ids && ids[i].bv_val; i++)
		if (ids[i].bv_len == 16)
			tell_gone(s, op, "", &ids[i]);
	ber_bvarray_free(ids);
}

/* Sync Info, RFC 4533 section 2.5. */
static void informed(struct ldap_store *s, struct op *op, LDAPMessage *message)
{
	enum { REFRESH_PRESENT = 0xa2, SYNC_ID_SET = 0xa3 };
	char *oid = NULL;
	struct berval *data = NULL;
	BerElement *ber = NULL;
	ber_len_t size;

	if (ldap_parse_intermediate(op->at->session->ld, message, &oid, &data, NULL, 0) ==
			LDAP_SUCCESS &&
		oid && strcmp(oid, LDAP_SYNC_INFO) == 0 && data)
		ber = ber_init(data);
	if (ber && ber_peek_tag(ber, &size) == SYNC_ID_SET)
		got_ids(s, op, ber);
	else if (ber && ber_peek_tag(ber, &size) == REFRESH_PRESENT && op->watch.whole) {
		op->watch.whole = false;
		from_now(op);
	}
	ber_free(ber, 1);
	ber_bvfree(data);
	ldap_memfree(oid);
}

/* It is not to end.  What it may not do, or not for all that there is, is asked for. */
static void follow_ended(struct op *op, int result)
{
	struct watch_state *w = &op->watch;

	switch (result) {
	case LDAP_PROTOCOL_ERROR:
	case LDAP_SIZELIMIT_EXCEEDED:
	case LDAP_TIMELIMIT_EXCEEDED:
	case LDAP_ADMINLIMIT_EXCEEDED:
	case LDAP_UNAVAILABLE_CRITICAL_EXTENSION:
	case LDAP_UNWILLING_TO_PERFORM:
		w->cannot_follow = true;
		begin(op);
		break;
	default: /* LDAP_SYNC_REFRESH_REQUIRED among them */
		w->started = false;
		rest(op, WATCH_CONTEXT,
			result == LDAP_SYNC_REFRESH_REQUIRED ? ASK_MS : AGAIN_MS);
	}
}

/* ---- asking ------------------------------------------------------------------- */

static void answered(struct ldap_store *s, struct op *op, LDAPMessage *message)
{
	struct watch_state *w = &op->watch;
	struct entry *e = decode_entry(op->at->session->ld, message);

	if (e && strcmp(e->csn, w->latest.s) > 0) {
		buf_reset(&w->latest);
		buf_puts(&w->latest, e->csn);
	}
	if (e && !w->quiet && strcmp(e->csn, w->since.s) > 0)
		tell(s, op, EVENT_ENTRY, e);
	entry_free(e);
}

static void question_ended(struct op *op, int result)
{
	struct watch_state *w = &op->watch;
	int64_t pause = (clock_ms() - w->asked_ms) * ASK_SHARE;

	if (result != LDAP_SUCCESS) { /* not all of it came, or nothing */
		w->started = false;
		rest(op, WATCH_CONTEXT, AGAIN_MS);
		return;
	}
	if (strcmp(w->latest.s, w->since.s) > 0) {
		buf_reset(&w->since);
		buf_puts(&w->since, w->latest.s);
	}
	w->quiet = false;
	if (!w->started)
		from_now(op);
	rest(op, WATCH_ASK, pause > ASK_MS ? (int)pause : ASK_MS);
}

/* ---- answers ------------------------------------------------------------------ */

static void got_entry(struct ldap_store *s, struct op *op, LDAPMessage *message)
{
	switch (op->watch.phase) {
	case WATCH_CONTEXT:
		got_context(op, message);
		break;
	case WATCH_FOLLOW:
		followed(s, op, message);
		break;
	case WATCH_ASK:
		answered(s, op, message);
		break;
	case WATCH_REST:
		break;
	}
}

static void got_result(struct op *op, LDAPMessage *message)
{
	int result = LDAP_DECODING_ERROR;
	char *words;
	int parsed = decode_result(op->at->session->ld, message, &result, &words, NULL);

	free(words);
	if (parsed != LDAP_SUCCESS)
		result = parsed;
	switch (op->watch.phase) {
	case WATCH_CONTEXT:
		begin(op);
		break;
	case WATCH_FOLLOW:
		follow_ended(op, result);
		break;
	case WATCH_ASK:
		question_ended(op, result);
		break;
	case WATCH_REST:
		break;
	}
}

void watch_answer(struct ldap_store *s, struct op *op, LDAPMessage *message)
{
	switch (ldap_msgtype(message)) {
	case LDAP_RES_SEARCH_ENTRY:
		got_entry(s, op, message);
		break;
	case LDAP_RES_INTERMEDIATE:
		if (op->watch.phase == WATCH_FOLLOW)
			informed(s, op, message);
		break;
	case LDAP_RES_SEARCH_REFERENCE:
		break;
	default:
		got_result(op, message);
		break;
	}
}

void watch_step(struct ldap_store *s)
{
	struct op *op, *next;

	for (op = TAILQ_FIRST(&s->watcher.sent); op; op = next) {
		next = TAILQ_NEXT(op, link);
		if (op->kind == OP_WATCH && op->watch.phase == WATCH_REST &&
			op->watch.then_ms <= clock_ms())
			send_phase(op, op->watch.then);
	}
}

bool watch_any(const struct ldap_store *s)
{
	const struct op *op = TAILQ_FIRST(&s->watcher.sent);

	if (op)
		return true;
	op = TAILQ_FIRST(&s->pending);
	while (op && op->kind != OP_WATCH)
		op = TAILQ_NEXT(op, link);
	return op != NULL;
}

int64_t watch_deadline(const struct ldap_store *s)
{
	const struct op *op;
	int64_t first = -1;

	for (op = TAILQ_FIRST(&s->watcher.sent); op; op = TAILQ_NEXT(op, link))
		if (op->kind == OP_WATCH && op->watch.phase == WATCH_REST &&
			(first < 0 || op->watch.then_ms < first))
			first = op->watch.then_ms;
	return first;
}
