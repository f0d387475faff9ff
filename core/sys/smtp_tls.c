#include "core/sys/smtp_tls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>

enum { NAMES_MOST = 20 };

struct smtp_tls {
	gnutls_session_t session;
	gnutls_certificate_credentials_t credentials;
	char *host;
};

static bool trust(gnutls_certificate_credentials_t c, const char *ca_file)
{
	/* how many there are; without any every certificate is untrusted, and said to be */
	return *ca_file ? gnutls_certificate_set_x509_trust_file(
				  c, ca_file, GNUTLS_X509_FMT_PEM) > 0
			: gnutls_certificate_set_x509_system_trust(c) >= 0;
}

static int set_up(
	struct smtp_tls *tls, int fd, const struct nexthop *name, const char *ca_file)
{
	int rc = gnutls_certificate_allocate_credentials(&tls->credentials);

	if (rc < 0)
		return rc;
	trust(tls->credentials, ca_file);
	rc = gnutls_init(&tls->session, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);
	if (rc < 0)
		return rc;
	rc = gnutls_set_default_priority(tls->session);
	if (rc < 0)
		return rc;
	rc = gnutls_credentials_set(tls->session, GNUTLS_CRD_CERTIFICATE, tls->credentials);
	if (rc < 0)
		return rc;
	if (name->kind == NEXTHOP_NAME)
		rc = gnutls_server_name_set(
			tls->session, GNUTLS_NAME_DNS, name->host, strlen(name->host));
	/* the deadlines are the caller's */
	gnutls_handshake_set_timeout(tls->session, GNUTLS_INDEFINITE_TIMEOUT);
	gnutls_transport_set_int(tls->session, fd);
	return rc;
}

struct smtp_tls *smtp_tls_new(
	int fd, const struct nexthop *name, const char *ca_file, const char **words)
{
	struct smtp_tls *tls = xcalloc(1, sizeof(*tls));
	int rc = set_up(tls, fd, name, ca_file);

	tls->host = xstrdup(name->host);
	if (rc >= 0)
		return tls;
	*words = gnutls_strerror(rc);
	smtp_tls_free(tls);
	return NULL;
}

void smtp_tls_free(struct smtp_tls *tls)
{
	if (!tls)
		return;
	if (tls->session)
		gnutls_deinit(tls->session);
	if (tls->credentials)
		gnutls_certificate_free_credentials(tls->credentials);
	free(tls->host);
	free(tls);
}

enum smtp_tls_state smtp_tls_handshake(struct smtp_tls *tls, const char **words)
{
	int rc;

	do
		rc = gnutls_handshake(tls->session);
	while (rc < 0 && !gnutls_error_is_fatal(rc) && rc != GNUTLS_E_AGAIN);
	if (rc == GNUTLS_E_SUCCESS)
		return TLS_DONE;
	if (rc == GNUTLS_E_AGAIN)
		return gnutls_record_get_direction(tls->session) ? TLS_WRITES : TLS_READS;
	*words = rc == GNUTLS_E_FATAL_ALERT_RECEIVED
			 ? gnutls_alert_get_name(gnutls_alert_get(tls->session))
			 : gnutls_strerror(rc);
	return TLS_FAILED;
}

/* ---- the certificate ------------------------------------------------------------ */

static void add_name(struct strv *names, const char *bytes, size_t n)
{
	struct buf name = BUF_INIT;

	for (size_t i = 0; i < n; i++)
		buf_putc(&name, bytes[i] ? bytes[i] : '\001');
	if (name.len && !strv_has_case(names, name.s))
		strv_add(names, name.s);
	buf_release(&name);
}

static void add_alternative(struct strv *names, int type, const char *bytes, size_t n)
{
	char text[INET6_ADDRSTRLEN];

	if (type == GNUTLS_SAN_DNSNAME)
		add_name(names, bytes, n);
	else if (type == GNUTLS_SAN_IPADDRESS && (n == 4 || n == 16) &&
		 inet_ntop(n == 4 ? AF_INET : AF_INET6, bytes, text, sizeof(text)))
		add_name(names, text, strlen(text));
}

static void take_names(gnutls_x509_crt_t crt, struct strv *names)
{
	char bytes[512];
	size_t n = sizeof(bytes);
	int rc = 0;

	for (unsigned i = 0; i < NAMES_MOST; i++) {
		n = sizeof(bytes);
		rc = gnutls_x509_crt_get_subject_alt_name(crt, i, bytes, &n, NULL);
		if (rc == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
			break;
		if (rc >= 0)
			add_alternative(names, rc, bytes, n);
	}
	n = sizeof(bytes);
	if (names->n == 0 && gnutls_x509_crt_get_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME,
				     0, 0, bytes, &n) >= 0)
		add_name(names, bytes, n);
}

static char *issuer_of(gnutls_x509_crt_t crt)
{
	static const char *const oids[] = {
		GNUTLS_OID_X520_COMMON_NAME, GNUTLS_OID_X520_ORGANIZATION_NAME};
	struct strv name = {0};
	char bytes[512], *issuer;

	for (size_t i = 0; i < COUNT_OF(oids) && name.n == 0; i++) {
		size_t n = sizeof(bytes);

		if (gnutls_x509_crt_get_issuer_dn_by_oid(crt, oids[i], 0, 0, bytes, &n) >=
			0)
			add_name(&name, bytes, n);
	}
	issuer = xstrdup(name.n ? name.v[0] : "");
	strv_release(&name);
	return issuer;
}

static void take_certificate(struct smtp_tls *tls, struct relaytest_tls *out)
{
	unsigned n = 0;
	const gnutls_datum_t *chain = gnutls_certificate_get_peers(tls->session, &n);
	gnutls_x509_crt_t crt;

	out->bad = true;
	if (!chain || n == 0 || gnutls_x509_crt_init(&crt) < 0)
		return;
	if (gnutls_x509_crt_import(crt, &chain[0], GNUTLS_X509_FMT_DER) >= 0) {
		out->bad = false;
		take_names(crt, &out->names);
		free(out->issuer);
		out->issuer = issuer_of(crt);
		out->from = (long long)gnutls_x509_crt_get_activation_time(crt);
		out->until = (long long)gnutls_x509_crt_get_expiration_time(crt);
		out->other_name = !gnutls_x509_crt_check_hostname(crt, tls->host);
	}
	gnutls_x509_crt_deinit(crt);
}

void smtp_tls_facts(struct smtp_tls *tls, struct relaytest_tls *out)
{
	const unsigned signer = GNUTLS_CERT_SIGNER_NOT_FOUND | GNUTLS_CERT_SIGNER_NOT_CA;
	const char *protocol =
		gnutls_protocol_get_name(gnutls_protocol_get_version(tls->session));
	unsigned status = 0;

	out->done = true;
	free(out->protocol);
	out->protocol = xstrdup(protocol ? protocol : "");
	take_certificate(tls, out);
	if (gnutls_certificate_verify_peers2(tls->session, &status) < 0)
		out->bad = true;
	out->untrusted = status & signer;
	out->expired = status & GNUTLS_CERT_EXPIRED;
	out->early = status & GNUTLS_CERT_NOT_ACTIVATED;
	status &= ~(signer | GNUTLS_CERT_EXPIRED | GNUTLS_CERT_NOT_ACTIVATED);
	/* INVALID goes with every other bit */
	if (status & ~(unsigned)GNUTLS_CERT_INVALID)
		out->bad = true;
	else if (status && !out->untrusted && !out->expired && !out->early)
		out->bad = true;
}

/* ---- records -------------------------------------------------------------------- */

static ssize_t result(ssize_t n)
{
	if (n >= 0)
		return n;
	errno = n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED ? EAGAIN : EPROTO;
	/* closed without a word, as many do */
	return n == GNUTLS_E_PREMATURE_TERMINATION ? 0 : -1;
}

ssize_t smtp_tls_read(struct smtp_tls *tls, char *bytes, size_t n)
{
	return result(gnutls_record_recv(tls->session, bytes, n));
}

ssize_t smtp_tls_write(struct smtp_tls *tls, const char *bytes, size_t n)
{
	return result(gnutls_record_send(tls->session, bytes, n));
}
