#include <stdlib.h>
#include <string.h>

#include "ldap/decode.h"
#include "ldap/internal.h"
#include "ldap/result.h"

static const char *const always[] = {"entryUUID", "entryCSN"};
static const char *const everything[] = {"*", "+", NULL};

static void copy_attributes(struct search_state *to, const struct search *from)
{
	const char *const *names = from->attributes ? from->attributes : everything;
	size_t n = 0, extra = from->attributes ? COUNT_OF(always) : 0;

	while (names[n])
		n++;
	to->attributes = xcalloc(n + extra + 2, sizeof(*to->attributes));
	if (from->count_only) {
		to->attributes[0] = xstrdup(LDAP_NO_ATTRS);
		return;
	}
	for (size_t i = 0; i < n; i++)
		to->attributes[i] = xstrdup(names[i]);
	for (size_t i = 0; i < extra; i++)
		to->attributes[n + i] = xstrdup(always[i]);
}

void search_init(struct op *op, const struct search *search)
{
	struct search_state *st = &op->search;

	st->base = xstrdup(search->base ? search->base : "");
	st->scope = search->scope;
	st->filter = xstrdup(search->filter ? search->filter : "(objectClass=*)");
	st->size_limit = search->size_limit;
	st->count_only = search->count_only;
	st->settled = search->settled;
	st->many = search->many;
	copy_attributes(st, search);
}

void search_release(struct op *op)
{
	struct search_state *st = &op->search;

	for (size_t i = 0; st->attributes && st->attributes[i]; i++)
		free(st->attributes[i]);
	free(st->attributes);
	free(st->base);
	free(st->filter);
}

int search_scope(enum scope scope)
{
	switch (scope) {
	case SCOPE_BASE:
		return LDAP_SCOPE_BASE;
	case SCOPE_ONE:
		return LDAP_SCOPE_ONELEVEL;
	case SCOPE_SUBTREE:
		break;
	}
	return LDAP_SCOPE_SUBTREE;
}

int search_send(struct op *op)
{
	struct search_state *st = &op->search;
	struct err err = {0};
	int result;

	st->sends++;
	st->progress_ms = clock_ms();
	result = ldap_search_ext(op->at->session->ld, st->base, search_scope(st->scope),
		st->filter, st->attributes, 0, NULL, NULL, NULL,
		st->size_limit > 0 ? st->size_limit : LDAP_NO_LIMIT, &op->msgid);
	if (result == LDAP_FILTER_ERROR || result == LDAP_PARAM_ERROR ||
		result == LDAP_ENCODING_ERROR) {
		result_err(&err, result, st->base, NULL, NULL);
		op_done(op, OUTCOME_FAILED, &err);
		return LDAP_SUCCESS;
	}
	return result;
}

static void got_entry(struct op *op, LDAPMessage *message)
{
	struct search_state *st = &op->search;
	int64_t now;

	op->count++;
	if (!st->count_only) {
		struct entry *e = decode_entry(op->at->session->ld, message);
		struct event event = {.kind = EVENT_ENTRY, .entry = e, .count = op->count};

		if (!e) {
			op->count--; /* nothing that could be shown or changed */
			return;
		}
		st->reported = true;
		op_emit(op, &event);
		entry_free(e);
	}
	now = clock_ms();
	if (now - st->progress_ms >= PROGRESS_MS) {
		st->progress_ms = now;
		st->reported = true;
		op_emit(op, &(struct event){.kind = EVENT_PROGRESS, .count = op->count});
	}
}

static bool limit_hit(int result, size_t count)
{
	return result == LDAP_SIZELIMIT_EXCEEDED ||
	       (count > 0 && (result == LDAP_TIMELIMIT_EXCEEDED ||
				     result == LDAP_ADMINLIMIT_EXCEEDED));
}

static void got_result(struct op *op, LDAPMessage *message)
{
	struct err err = {0};
	char *words;
	int result = LDAP_DECODING_ERROR;
	int parsed = decode_result(op->at->session->ld, message, &result, &words, NULL);

	if (parsed != LDAP_SUCCESS)
		result = parsed;
	if (result != LDAP_SUCCESS)
		result_err(&err, result, op->search.base, NULL, words);
	free(words);
	if (result == LDAP_SUCCESS)
		op_done(op, OUTCOME_OK, NULL);
	else
		op_done(op, limit_hit(result, op->count) ? OUTCOME_LIMIT : OUTCOME_FAILED,
			&err);
}

void search_answer(struct op *op, LDAPMessage *message)
{
	switch (ldap_msgtype(message)) {
	case LDAP_RES_SEARCH_ENTRY:
		got_entry(op, message);
		break;
	case LDAP_RES_SEARCH_RESULT:
		got_result(op, message);
		break;
	default: /* a continuation reference: another server's part, not ours to show */
		break;
	}
}

void search_lost(struct ldap_store *s, struct op *op)
{
	bool again = !op->search.reported && op->search.sends < MOST_SENDS;

	if (again)
		op->count = 0;
	op_move_first(s, op, again ? &s->pending : &s->lost);
}
