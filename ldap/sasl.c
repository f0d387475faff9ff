#include "ldap/sasl.h"

#include <locale.h>
#include <sasl/sasl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ldap/wipe.h"

enum { LEAST_STRENGTH = 128 }; /* bits, of what GSSAPI encrypts with */

/* The strongest first. */
static const char *const scram[] = {"SCRAM-SHA-512", "SCRAM-SHA-256", "SCRAM-SHA-1", NULL};
static const char *const gssapi[] = {"GSSAPI", NULL};

/* ---- which mechanism ---- */

static bool is_installed(const char *mechanism)
{
	char **all = NULL; /* Cyrus SASL's own */

	if (ldap_get_option(NULL, LDAP_OPT_X_SASL_MECHLIST, &all) != LDAP_OPT_SUCCESS)
		return false;
	for (; all && *all; all++)
		if (strcasecmp(*all, mechanism) == 0)
			return true;
	return false;
}

/* RFC 4513 section 5.2.1.5: supportedSASLMechanisms of the root DSE. */
static int read_offer(LDAP *ld, struct strv *offer)
{
	char name[] = "supportedSASLMechanisms";
	char *attributes[] = {name, NULL};
	LDAPMessage *answer = NULL;
	int result = ldap_search_ext_s(ld, "", LDAP_SCOPE_BASE, "(objectClass=*)",
		attributes, 0, NULL, NULL, NULL, LDAP_NO_LIMIT, &answer);
	LDAPMessage *root = answer ? ldap_first_entry(ld, answer) : NULL;
	struct berval **values = root ? ldap_get_values_len(ld, root, name) : NULL;

	for (size_t i = 0; values && values[i]; i++) {
		char *value = xstrndup(values[i]->bv_val, values[i]->bv_len);

		strv_add(offer, value);
		free(value);
	}
	ldap_value_free_len(values);
	ldap_msgfree(answer);
	return result;
}

static bool fail_offer(const struct strv *offer, const char *name, bool offered,
	const char *uri, struct err *err)
{
	struct buf all = BUF_INIT;

	for (size_t i = 0; i < offer->n; i++)
		buf_printf(&all, "%s%s", i ? ", " : "", offer->v[i]);
	if (offered)
		err_set(err, ERR_SASL_PLUGIN, 0, NULL, uri, name, NULL);
	else if (offer->n)
		err_set(err, ERR_SASL_OFFER, 0, NULL, uri, name, all.s, NULL);
	else
		err_set(err, ERR_SASL_NONE, 0, NULL, uri, NULL);
	buf_release(&all);
	return false;
}

/* NULL and the reason: none that both sides have. */
static const char *choose(LDAP *ld, const struct endpoint *e, struct err *err)
{
	const char *const *wanted = e->auth == AUTH_SCRAM ? scram : gssapi;
	const char *chosen = NULL, *offered = NULL;
	struct strv offer = {0};
	int result = read_offer(ld, &offer);

	for (size_t i = 0; wanted[i] && !chosen; i++) {
		if (!strv_has_case(&offer, wanted[i]))
			continue;
		offered = offered ? offered : wanted[i];
		if (is_installed(wanted[i]))
			chosen = wanted[i];
	}
	if (result < 0)
		session_failed(ld, e->uri, result, err);
	else if (!chosen)
		fail_offer(&offer,
			offered           ? offered
			: wanted == scram ? "SCRAM"
					  : "GSSAPI",
			offered, e->uri, err);
	strv_release(&offer);
	return result < 0 ? NULL : chosen;
}

/* ---- the sign-in ---- */

/* LDAP_SASL_INTERACT_PROC: the answers are borrowed until the next step. */
static int answer(LDAP *ld, unsigned flags, void *arg, void *prompts)
{
	const struct endpoint *e = arg;

	(void)ld;
	(void)flags;
	for (sasl_interact_t *p = prompts; p->id != SASL_CB_LIST_END; p++) {
		p->result = "";
		p->len = 0;
		if (p->id == SASL_CB_AUTHNAME && e->name) {
			p->result = e->name;
			p->len = (unsigned)strlen(e->name);
		} else if (p->id == SASL_CB_PASS && e->password.p) {
			p->result = e->password.p;
			p->len = (unsigned)e->password.n;
		}
	}
	return LDAP_SUCCESS;
}

/* Encrypted once is enough, and some servers refuse to do it twice. */
static void set_strength(LDAP *ld, const struct endpoint *e)
{
	ber_len_t least = LEAST_STRENGTH, most = 0;

	/* The name in the certificate or the ticket is the one configured, not what DNS
	 * calls the address. */
	ldap_set_option(ld, LDAP_OPT_X_SASL_NOCANON, LDAP_OPT_ON);
	if (session_in_clear(e))
		ldap_set_option(ld, LDAP_OPT_X_SASL_SSF_MIN, &least);
	else if (ldap_tls_inplace(ld))
		ldap_set_option(ld, LDAP_OPT_X_SASL_SSF_MAX, &most);
}

/* What MIT Kerberos and Cyrus SASL say; both translate nothing in the C locale. */
static const struct {
	const char *words;
	enum err_code code;
} phrases[] = {{"No Kerberos credentials available", ERR_TICKET},
	{"No credentials cache found", ERR_TICKET}, {"expired", ERR_TICKET_EXPIRED},
	{"too weak", ERR_SASL_WEAK}};

/* How a slapd answers (80) when SCRAM names somebody it finds no entry of. */
static const char nobody[] = "unable to canonify user";

static bool is_network(int result)
{
	return result == LDAP_SERVER_DOWN || result == LDAP_CONNECT_ERROR ||
	       result == LDAP_TIMEOUT;
}

static bool fail_sign_in(LDAP *ld, const struct endpoint *e, const char *mechanism,
	int result, struct err *err)
{
	enum err_code code = ERR_SASL;
	char *words = NULL;

	/* Of tickets the server's 49 says nothing about a name or password. */
	if (is_network(result) || (result > 0 && result != LDAP_AUTH_METHOD_NOT_SUPPORTED &&
					  result != LDAP_OTHER && e->auth == AUTH_SCRAM))
		return session_failed(ld, e->uri, result, err);
	ldap_get_option(ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, &words);
	for (size_t i = COUNT_OF(phrases); result < 0 && words && i > 0; i--)
		if (strstr(words, phrases[i - 1].words))
			code = phrases[i - 1].code;
	if (result == LDAP_OTHER && e->auth == AUTH_SCRAM && words && strstr(words, nobody))
		code = ERR_CREDENTIALS;
	err_set(err, code, result, words && *words ? words : ldap_err2string(result),
		e->uri, mechanism, NULL);
	ldap_memfree(words);
	return false;
}

bool sasl_sign_in(LDAP *ld, const struct endpoint *e, struct err *err)
{
	const char *mechanism = choose(ld, e, err);
	locale_t c, before;
	int result;

	if (!mechanism)
		return false;
	set_strength(ld, e);
	c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	before = uselocale(c);
	result = ldap_sasl_interactive_bind_s(ld, NULL, mechanism, NULL, NULL,
		LDAP_SASL_QUIET, answer, (void *)(uintptr_t)e);
	uselocale(before);
	if (c)
		freelocale(c);
	if (e->password.p)
		wipe_kept_copy(e->password.p, e->password.n);
	return result == LDAP_SUCCESS || fail_sign_in(ld, e, mechanism, result, err);
}
