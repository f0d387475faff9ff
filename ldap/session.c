#include "ldap/session.h"

#include <openldap.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/dn.h"
#include "ldap/result.h"
#include "ldap/sasl.h"
#include "ldap/tls.h"
#include "ldap/wipe.h"

enum { MAX_INCOMING = 64 << 20 }; /* bytes of one message */

void endpoint_release(struct endpoint *e)
{
	free(e->uri);
	free(e->bind_dn);
	free(e->name);
	free(e->ca_file);
	secret_wipe(&e->password);
	*e = (struct endpoint){0};
}

static bool has_scheme(const char *uri, const char *scheme)
{
	size_t n = strlen(scheme);

	return strncasecmp(uri, scheme, n) == 0 && uri[n] == ':';
}

bool session_in_clear(const struct endpoint *e)
{
	return !has_scheme(e->uri, "ldapi") && !has_scheme(e->uri, "ldaps") && !e->starttls;
}

char *session_short_server(const char *uri)
{
	LDAPURLDesc *url = NULL;
	char *name;

	if (has_scheme(uri, "ldapi"))
		return xstrdup("ldapi");
	if (ldap_url_parse(uri, &url) != LDAP_URL_SUCCESS)
		return xstrdup(uri);
	name = xstrdup(url->lud_host && *url->lud_host ? url->lud_host : "localhost");
	ldap_free_urldesc(url);
	return name;
}

static void set_options(LDAP *ld)
{
	int version = LDAP_VERSION3, deref = LDAP_DEREF_NEVER, no_limit = LDAP_NO_LIMIT;
	ber_len_t most = MAX_INCOMING;
	Sockbuf *sb = NULL;

	ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version);
	ldap_set_option(ld, LDAP_OPT_DEREF, &deref);
	ldap_set_option(ld, LDAP_OPT_SIZELIMIT, &no_limit);
	ldap_set_option(ld, LDAP_OPT_TIMELIMIT, &no_limit);
	ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
	ldap_set_option(ld, LDAP_OPT_RESTART, LDAP_OPT_OFF);
	if (ldap_get_option(ld, LDAP_OPT_SOCKBUF, &sb) == LDAP_OPT_SUCCESS)
		ber_sockbuf_ctrl(sb, LBER_SB_OPT_SET_MAX_INCOMING, &most);
}

struct session *session_new(int fd, const struct endpoint *e)
{
	struct session *s = xcalloc(1, sizeof(*s));
	Sockbuf *sb = NULL;

	s->link = link_new(fd);
	s->uri = xstrdup(e->uri);
	s->server = session_short_server(e->uri);
	s->who = xstrdup("");
	s->who_dn = xstrdup("");
	if (ldap_init_fd(fd, LDAP_PROTO_EXT, e->uri, &s->ld) != LDAP_SUCCESS ||
		ldap_get_option(s->ld, LDAP_OPT_SOCKBUF, &sb) != LDAP_OPT_SUCCESS ||
		!link_install(s->link, sb)) {
		session_free(s);
		return NULL;
	}
	set_options(s->ld);
	return s;
}

void session_free(struct session *s)
{
	if (!s)
		return;
	if (s->ld)
		ldap_unbind_ext(s->ld, NULL, NULL);
	link_free(s->link);
	free(s->uri);
	free(s->server);
	free(s->who);
	free(s->who_dn);
	strv_release(&s->contexts);
	free(s);
}

bool session_failed(LDAP *ld, const char *uri, int result, struct err *err)
{
	char *words = NULL;

	ldap_get_option(ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, &words);
	if (result > 0)
		result_err(err, result, uri, NULL, words);
	else
		err_set(err, ERR_CONNECT, result,
			words && *words ? words : ldap_err2string(result), uri, NULL);
	ldap_memfree(words);
	return false;
}

static bool failed(struct session *s, struct err *err, int result)
{
	return session_failed(s->ld, s->uri, result, err);
}

static bool start_tls(struct session *s, const struct endpoint *e, struct err *err)
{
	bool at_once = has_scheme(e->uri, "ldaps");

	if (has_scheme(e->uri, "ldapi") || (!at_once && !e->starttls))
		return true;
	return tls_start(s->ld, at_once, e->uri, e->ca_file, err);
}

/* An empty password would be an anonymous bind that succeeds, RFC 4513, 5.1.2. */
static bool is_incomplete(const struct endpoint *e)
{
	return auth_asks(e->auth) &&
	       (!e->password.n || !*(e->auth == AUTH_SIMPLE ? e->bind_dn : e->name));
}

static bool bind_as(struct session *s, const struct endpoint *e, struct err *err)
{
	bool simple = e->auth == AUTH_SIMPLE;
	struct berval password = {.bv_val = simple ? e->password.p : (char *)"",
		.bv_len = simple ? e->password.n : 0};
	struct berval *answer = NULL;
	int result;

	if (is_incomplete(e))
		return err_set(
			err, ERR_CREDENTIALS, LDAP_INVALID_CREDENTIALS, NULL, s->uri, NULL);
	if (e->auth == AUTH_SCRAM || e->auth == AUTH_GSSAPI)
		return sasl_sign_in(s->ld, e, err);
	result = ldap_sasl_bind_s(s->ld, simple ? e->bind_dn : NULL,
		simple ? LDAP_SASL_SIMPLE : "EXTERNAL", &password, NULL, NULL, &answer);
	ber_bvfree(answer);
	return result == LDAP_SUCCESS || failed(s, err, result);
}

static char *short_name(const char *dn)
{
	struct buf type = BUF_INIT, value = BUF_INIT;
	char *name = dn_rdn(dn, &type, &value) ? buf_detach(&value) : xstrdup(dn);

	buf_release(&type);
	buf_release(&value);
	return name;
}

/* RFC 4532; authzId is "dn:" DN, "u:" name or empty (RFC 4513 section 5.2.1.8). */
static bool ask_who(struct session *s, const struct endpoint *e, struct err *err)
{
	struct berval *authzid = NULL;
	int result = ldap_whoami_s(s->ld, &authzid, NULL, NULL);
	char *id;

	if (result < 0) {
		ber_bvfree(authzid);
		return failed(s, err, result);
	}
	id = authzid && authzid->bv_val ? xstrndup(authzid->bv_val, authzid->bv_len)
					: xstrdup("");
	ber_bvfree(authzid);
	free(s->who);
	free(s->who_dn);
	if (strncasecmp(id, "dn:", 3) == 0)
		s->who_dn = xstrdup(id + 3);
	else
		s->who_dn = xstrdup(result != LDAP_SUCCESS && e->bind_dn ? e->bind_dn : "");
	if (*s->who_dn)
		s->who = short_name(s->who_dn);
	else
		s->who = xstrdup(strncasecmp(id, "u:", 2) == 0 ? id + 2 : id);
	free(id);
	return true;
}

static bool lists(struct berval **values, const char *oid)
{
	for (size_t i = 0; values && values[i]; i++)
		if (values[i]->bv_len == strlen(oid) &&
			memcmp(values[i]->bv_val, oid, strlen(oid)) == 0)
			return true;
	return false;
}

static void add_contexts(struct session *s, struct berval **values)
{
	for (size_t i = 0; values && values[i]; i++) {
		char *dn = xstrndup(values[i]->bv_val, values[i]->bv_len);

		strv_add(&s->contexts, dn);
		free(dn);
	}
}

static bool ask_root(struct session *s, struct err *err)
{
	char name[] = "supportedControl", class[] = "objectClass";
	char extension[] = "supportedExtension", context[] = "namingContexts";
	char *attributes[] = {name, class, extension, context, NULL};
	LDAPMessage *answer = NULL;
	int result = ldap_search_ext_s(s->ld, "", LDAP_SCOPE_BASE, "(objectClass=*)",
		attributes, 0, NULL, NULL, NULL, LDAP_NO_LIMIT, &answer);
	LDAPMessage *root = answer ? ldap_first_entry(s->ld, answer) : NULL;
	struct berval **controls = root ? ldap_get_values_len(s->ld, root, name) : NULL;
	struct berval **classes = root ? ldap_get_values_len(s->ld, root, class) : NULL;
	struct berval **extensions =
		root ? ldap_get_values_len(s->ld, root, extension) : NULL;
	struct berval **contexts = root ? ldap_get_values_len(s->ld, root, context) : NULL;

	s->asserts = lists(controls, LDAP_CONTROL_ASSERT);
	s->post_reads = lists(controls, LDAP_CONTROL_POST_READ);
	s->transacts = lists(extensions, LDAP_EXOP_TXN_START);
	s->follows = lists(controls, LDAP_CONTROL_SYNC);
	s->openldap = lists(classes, "OpenLDAProotDSE");
	add_contexts(s, contexts);
	ldap_value_free_len(controls);
	ldap_value_free_len(classes);
	ldap_value_free_len(extensions);
	ldap_value_free_len(contexts);
	ldap_msgfree(answer);
	return result >= 0 || failed(s, err, result);
}

bool session_open(struct session *s, const struct endpoint *e, struct err *err)
{
	Sockbuf *sb = NULL;
	bool open;

	if (ldap_get_option(s->ld, LDAP_OPT_SOCKBUF, &sb) != LDAP_OPT_SUCCESS ||
		!wipe_install(sb))
		return err_set(err, ERR_CONNECT, 0, "libldap", s->uri, NULL);
	open = start_tls(s, e, err) && bind_as(s, e, err) && ask_who(s, e, err) &&
	       ask_root(s, err);
	wipe_remove(sb);
	return open;
}
