#include <stdlib.h>
#include <string.h>

#include "core/dn.h"
#include "ldap/decode.h"
#include "ldap/internal.h"

/*
 * What the person may do.  OpenLDAP has no control for effective rights; it looks at its
 * access rules before it finds that a change cannot be made (measured on 2.5.13):
 *
 *	modify	deletes a value that is not there: 50, else 16.  Asserted to be absent
 *		(RFC 4528): where it has come meanwhile, 122 before the rules are looked at
 *	delete	under an assertion that is true nowhere: 50, by the parent's children and
 *		the entry itself, else 122
 *	add	cannot be asked for: an assertion fails with 122 before the rules are looked
 *		at, and slapd's No-Op control does harm (attribute types that the database
 *		has not stored yet get numbers that are then not on the disk: what is
 *		written with them can't be read any more).  Who may delete the first entry
 *		that stands below the same parent may write its children
 *
 * Every control is critical: a server that does not know it refuses (12).  A delete is
 * asked of slapd only, which was seen to answer so.
 */

void probe_init(struct op *op, struct change *const *wishes, size_t n)
{
	struct probe_state *p = &op->probe;

	p->n = n;
	p->wishes = xcalloc(n + 1, sizeof(*p->wishes));
	p->permissions = xcalloc(n + 1, sizeof(*p->permissions));
	for (size_t i = 0; i < n; i++) {
		p->wishes[i].change = change_copy(wishes[i]);
		p->wishes[i].msgid = -1;
	}
}

void probe_release(struct op *op)
{
	struct probe_state *p = &op->probe;

	for (size_t i = 0; i < p->n; i++)
		change_free(p->wishes[i].change);
	free(p->wishes);
	free(p->permissions);
}

static void done(struct op *op)
{
	op->count = op->probe.n;
	op_emit(op, &(struct event){.kind = EVENT_DONE,
			    .outcome = OUTCOME_OK,
			    .count = op->count,
			    .permissions = op->probe.permissions});
	op->finished = true;
}

/* For one that stands where the new entry would: it is asked about instead. */
static int look_below(struct session *session, const struct change *wish, int *msgid)
{
	char none[] = LDAP_NO_ATTRS;
	char *attributes[] = {none, NULL};

	return ldap_search_ext(session->ld, dn_parent(wish->dn), LDAP_SCOPE_ONELEVEL,
		"(objectClass=*)", attributes, 0, NULL, NULL, NULL, 1, msgid);
}

static int ask(struct op *op, struct wish *wish)
{
	struct session *session = op->at->session;
	int result = wish->change->kind == CHANGE_ADD
			     ? look_below(session, wish->change, &wish->msgid)
			     : mods_ask(session, wish->change, &wish->msgid);

	op->probe.waiting += wish->msgid >= 0;
	return result;
}

int probe_send(struct op *op)
{
	struct probe_state *p = &op->probe;
	int result = LDAP_SUCCESS;

	p->sends++;
	p->waiting = 0;
	p->referred = false;
	for (size_t i = 0; i < p->n && result == LDAP_SUCCESS; i++) {
		p->permissions[i] = PERMISSION_UNKNOWN;
		result = ask(op, &p->wishes[i]);
	}
	if (result == LDAP_SUCCESS && p->waiting == 0)
		done(op);
	return result;
}

/* What an answer other than these means is not known: 122 to a modify, 10 of a replica, 12
 * of a server without that control, 19 and 65 of what else stands in the way. */
static enum permission permission_of(const struct change *wish, int result)
{
	static const struct {
		enum change_kind kind;
		int result;
	} proofs[] = {
		{CHANGE_MODIFY, LDAP_NO_SUCH_ATTRIBUTE},
		{CHANGE_DELETE, LDAP_ASSERTION_FAILED},
	};

	if (result == LDAP_INSUFFICIENT_ACCESS)
		return PERMISSION_DENIED;
	for (size_t i = 0; i < COUNT_OF(proofs); i++)
		if (proofs[i].kind == wish->kind && proofs[i].result == result)
			return PERMISSION_GIVEN;
	return PERMISSION_UNKNOWN;
}

static struct wish *wish_of(const struct op *op, int msgid)
{
	for (size_t i = 0; i < op->probe.n && msgid >= 0; i++)
		if (op->probe.wishes[i].msgid == msgid)
			return &op->probe.wishes[i];
	return NULL;
}

bool probe_awaits(const struct op *op, int msgid)
{
	return wish_of(op, msgid) != NULL;
}

/* Asked again where changes are made. */
static bool follow(struct ldap_store *s, struct op *op, LDAPMessage *message)
{
	struct strv urls = {0};
	struct err err;
	bool named;

	decode_referral(op->at->session->ld, message, &urls);
	named = provider_follow(s, &urls, &err);
	strv_release(&urls);
	return named && op->probe.sends < MOST_SENDS && provider_route(s, op) != op->at;
}

/* One stands below the same parent: from here on the wish is to delete it. */
static void found_below(struct op *op, struct wish *wish, LDAPMessage *message)
{
	char *dn = ldap_get_dn(op->at->session->ld, message);

	if (dn) {
		change_free(wish->change);
		wish->change = change_new(CHANGE_DELETE, dn);
	}
	ldap_memfree(dn);
}

/* The search has ended: with what was found, if anything was, one asks on. */
static void looked_below(struct op *op, struct wish *wish)
{
	wish->msgid = -1;
	op->probe.waiting--;
	if (wish->change->kind == CHANGE_DELETE)
		ask(op, wish); /* what cannot be sent stays unknown */
}

static void answered(struct op *op, struct wish *wish, LDAPMessage *message)
{
	struct probe_state *p = &op->probe;
	int result = LDAP_DECODING_ERROR;
	char *words;

	if (decode_result(op->at->session->ld, message, &result, &words, NULL) ==
		LDAP_SUCCESS)
		p->permissions[wish - p->wishes] = permission_of(wish->change, result);
	free(words);
	wish->msgid = -1;
	p->waiting--;
	p->referred = p->referred || result == LDAP_REFERRAL;
}

void probe_answer(struct ldap_store *s, struct op *op, LDAPMessage *message)
{
	struct probe_state *p = &op->probe;
	struct wish *wish = wish_of(op, ldap_msgid(message));

	switch (ldap_msgtype(message)) {
	case LDAP_RES_SEARCH_ENTRY:
		found_below(op, wish, message);
		return;
	case LDAP_RES_SEARCH_REFERENCE:
		return;
	case LDAP_RES_SEARCH_RESULT:
		looked_below(op, wish);
		break;
	default:
		answered(op, wish, message);
		break;
	}
	if (p->waiting > 0)
		return;
	if (p->referred && follow(s, op, message))
		op_move(s, op, &s->pending);
	else
		done(op);
}

/* What a session that is gone was asked is asked of the next. */
void probe_lost(struct ldap_store *s, struct op *op)
{
	struct probe_state *p = &op->probe;

	for (size_t i = 0; i < p->n; i++)
		p->wishes[i].msgid = -1;
	op_move_first(s, op, p->sends < MOST_SENDS ? &s->pending : &s->lost);
}

void probe_abandon(struct op *op)
{
	struct probe_state *p = &op->probe;

	for (size_t i = 0; i < p->n; i++)
		if (p->wishes[i].msgid >= 0)
			ldap_abandon_ext(
				op->at->session->ld, p->wishes[i].msgid, NULL, NULL);
}
