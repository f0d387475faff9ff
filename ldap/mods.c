#include <stdlib.h>
#include <string.h>

#include "core/dn.h"
#include "ldap/internal.h"

/* LDAPMod and what hangs on it, over bytes that stay the change's. */
struct request {
	ARRAY(LDAPMod *) mods; /* the last is NULL, when sealed */
};

static void add_mod(struct request *r, int op, const struct attribute *a, bool values)
{
	LDAPMod *m = xcalloc(1, sizeof(*m));
	size_t n = values && a ? a->values.n : 0;

	m->mod_op = op | LDAP_MOD_BVALUES;
	m->mod_type = a->name;
	if (n)
		m->mod_bvalues = xcalloc(n + 1, sizeof(*m->mod_bvalues));
	for (size_t i = 0; i < n; i++) {
		m->mod_bvalues[i] = xmalloc(sizeof(struct berval));
		m->mod_bvalues[i]->bv_val = a->values.v[i].p;
		m->mod_bvalues[i]->bv_len = a->values.v[i].n;
	}
	*array_add(&r->mods) = m;
}

static void release(struct request *r)
{
	for (size_t i = 0; i < r->mods.n && r->mods.v[i]; i++) {
		LDAPMod *m = r->mods.v[i];

		for (size_t j = 0; m->mod_bvalues && m->mod_bvalues[j]; j++)
			free(m->mod_bvalues[j]);
		free(m->mod_bvalues);
		free(m);
	}
	array_free(&r->mods);
}

static int ldap_op(enum mod_op op)
{
	switch (op) {
	case MOD_ADD:
		return LDAP_MOD_ADD;
	case MOD_DELETE:
		return LDAP_MOD_DELETE;
	case MOD_REPLACE:
		break;
	}
	return LDAP_MOD_REPLACE;
}

/* Where no assertion can be made, a replacement names the single value it replaces: the
 * server refuses the whole change (16) when that is not there any more. */
static bool add_guarded(
	struct request *r, const struct mod *m, const struct attribute *before)
{
	bool whole =
		m->op == MOD_REPLACE || (m->op == MOD_DELETE && m->attribute.values.n == 0);

	if (!whole || (before && before->values.n > 1))
		return false;
	if (before && before->values.n)
		add_mod(r, LDAP_MOD_DELETE, before, true);
	if (m->attribute.values.n)
		add_mod(r, LDAP_MOD_ADD, &m->attribute, true);
	return true;
}

static void build(struct request *r, const struct change *c, bool guarded)
{
	for (size_t i = 0; i < c->mods.n; i++) {
		const struct mod *m = &c->mods.v[i];

		if (guarded && c->before &&
			add_guarded(r, m, entry_get(c->before, m->attribute.name)))
			continue;
		add_mod(r, ldap_op(m->op), &m->attribute, true);
	}
	*array_add(&r->mods) = NULL;
}

/* True on the entry `dn` only with that entryCSN, and on any other entry: slapo-unique
 * (2.5) lets the search it makes inherit the control, where it is held against the base
 * of that search, and every change of a unique attribute would fail with 122. */
static LDAPControl *assertion(LDAP *ld, const char *csn, const char *dn)
{
	struct buf filter = BUF_INIT;
	LDAPControl *control = NULL;

	buf_puts(&filter, "(|(entryCSN=");
	filter_escape(&filter, csn, strlen(csn));
	buf_puts(&filter, ")(!(entryDN=");
	filter_escape(&filter, dn, strlen(dn));
	buf_puts(&filter, ")))");
	ldap_create_assertion_control(ld, filter.s, 1, &control);
	buf_release(&filter);
	return control;
}

static LDAPControl *post_read(void)
{
	BerElement *ber = ber_alloc_t(LBER_USE_DER);
	struct berval value = {0};
	LDAPControl *control = NULL;

	if (ber && ber_printf(ber, "{sss}", "*", "entryUUID", "entryCSN") >= 0 &&
		ber_flatten2(ber, &value, 0) == 0)
		ldap_control_create(LDAP_CONTROL_POST_READ, 0, &value, 1, &control);
	ber_free(ber, 1);
	return control;
}

static int dispatch(struct session *session, const struct change *c, bool guarded,
	LDAPControl **controls, int *msgid)
{
	struct request r = {0};
	int result = LDAP_OTHER;

	build(&r, c, guarded);
	switch (c->kind) {
	case CHANGE_MODIFY:
		result = ldap_modify_ext(
			session->ld, c->dn, r.mods.v, controls, NULL, msgid);
		break;
	case CHANGE_ADD:
		result = ldap_add_ext(session->ld, c->dn, r.mods.v, controls, NULL, msgid);
		break;
	case CHANGE_DELETE:
		result = ldap_delete_ext(session->ld, c->dn, controls, NULL, msgid);
		break;
	}
	release(&r);
	return result;
}

int mods_send(struct session *session, const struct change *change, const char *csn,
	bool guarded, int *msgid)
{
	LDAPControl *controls[3] = {0};
	bool asserting = change->kind != CHANGE_ADD && session->asserts && *csn;
	bool reading = change->kind != CHANGE_DELETE && session->post_reads;
	size_t n = 0;
	int result = LDAP_ENCODING_ERROR;

	if (asserting)
		controls[n++] = assertion(session->ld, csn, change->dn);
	if (reading)
		controls[n++] = post_read();
	/* Rather nothing than a write without its precondition. */
	if (n == (size_t)asserting + reading && (!n || controls[0]) &&
		(n < 2 || controls[1]))
		result = dispatch(session, change, guarded, controls, msgid);
	for (size_t i = 0; i < n; i++)
		ldap_control_free(controls[i]);
	return result;
}

/* Queued on the server until its transaction ends; critical, or it would be made at once.
 */
int mods_send_in(struct session *session, const struct change *change,
	struct berval *transaction, int *msgid)
{
	LDAPControl *controls[3] = {0};
	bool asserting = change->kind != CHANGE_ADD;
	size_t n = 0;
	int result = LDAP_ENCODING_ERROR;

	ldap_control_create(LDAP_CONTROL_TXN_SPEC, 1, transaction, 1, &controls[n++]);
	if (asserting)
		controls[n++] = assertion(session->ld, change->before->csn, change->dn);
	if (controls[0] && (n < 2 || controls[1]))
		result = dispatch(session, change, false, controls, msgid);
	for (size_t i = 0; i < n; i++)
		ldap_control_free(controls[i]);
	return result;
}

/* True where the entry has not that value. */
static LDAPControl *absence(LDAP *ld, const struct attribute *a)
{
	struct buf filter = BUF_INIT;
	LDAPControl *control = NULL;

	buf_printf(&filter, "(!(%s=", a->name);
	filter_escape(&filter, a->values.v[0].p, a->values.v[0].n);
	buf_puts(&filter, "))");
	ldap_create_assertion_control(ld, filter.s, 1, &control);
	buf_release(&filter);
	return control;
}

/* True nowhere. */
static LDAPControl *never(LDAP *ld)
{
	char filter[] = "(!(objectClass=*))";
	LDAPControl *control = NULL;

	ldap_create_assertion_control(ld, filter, 1, &control);
	return control;
}

/* What makes the wish harmless; NULL: nothing does. */
static LDAPControl *harmless(struct session *session, const struct change *wish)
{
	if (!session->asserts || wish->kind == CHANGE_ADD)
		return NULL;
	if (wish->kind == CHANGE_MODIFY)
		return absence(session->ld, &wish->mods.v[0].attribute);
	return session->openldap ? never(session->ld) : NULL;
}

int mods_ask(struct session *session, const struct change *wish, int *msgid)
{
	LDAPControl *controls[2] = {harmless(session, wish), NULL};
	int result = LDAP_SUCCESS;

	*msgid = -1;
	if (controls[0]) {
		result = dispatch(session, wish, false, controls, msgid);
		ldap_control_free(controls[0]);
	}
	return result;
}
