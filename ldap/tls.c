#include "ldap/tls.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/buf.h"

enum { LOG_TRACE = 1 }; /* ldap_log.h */

static _Thread_local struct buf *heard; /* NULL: nobody listens */

/* The first that is about TLS says why; the next only that it failed. */
static void hear(const char *line)
{
	if (heard && !heard->len && strncmp(line, "TLS:", 4) == 0)
		buf_puts(heard, line);
}

static void set_log(int level)
{
	ldap_set_option(NULL, LDAP_OPT_DEBUG_LEVEL, &level);
}

void tls_init(void)
{
	BER_LOG_PRINT_FN print = hear;
	void *option;

	memcpy(&option, &print, sizeof(option)); /* ISO C has no cast for this */
	ber_set_option(NULL, LBER_OPT_LOG_PRINT_FN, option);
}

/* What LDAPNOINIT takes away from libldap: where the system keeps its authorities. */
static const char *system_ca_file(void)
{
	static const char *const files[] = {"/etc/ssl/certs/ca-certificates.crt",
		"/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
		"/etc/ssl/cert.pem"};

	for (size_t i = 0; i < COUNT_OF(files); i++)
		if (access(files[i], R_OK) == 0)
			return files[i];
	return NULL;
}

/* gnutls_certificate_status_t, as in "peer cert untrusted or revoked (0x42)".  What is most
 * dangerous comes first: who is not known may have made up the dates as well. */
static const struct {
	unsigned long bit;
	const char *text;
	enum err_code code;
} reasons[] = {{1UL << 5, "revoked", ERR_TLS_CERTIFICATE},
	{1UL << 8, "insecure algorithm", ERR_TLS_CERTIFICATE},
	{1UL << 11, "bad signature", ERR_TLS_CERTIFICATE},
	{1UL << 6, "unknown authority", ERR_TLS_AUTHORITY},
	{1UL << 7, "issuer is no authority", ERR_TLS_AUTHORITY},
	{1UL << 10, "expired", ERR_TLS_EXPIRED},
	{1UL << 9, "not valid yet", ERR_TLS_EARLY}};

/* tls_g.c of libldap; no connection was made for any other reason: ERR_TLS. */
static const struct {
	const char *words;
	enum err_code code;
} phrases[] = {{"CA certificate", ERR_TLS_CA_FILE}, {"hostname ", ERR_TLS_NAME},
	{"peer certificate is expired", ERR_TLS_EXPIRED},
	{"peer certificate not yet active", ERR_TLS_EARLY}};

/* Puts libldap's words into ours and says which of the errors they are. */
static enum err_code explain(struct buf *words)
{
	const char *hex = strstr(words->s, "revoked (0x");
	enum err_code code = ERR_NONE;
	unsigned long status;

	for (size_t i = 0; !hex && i < COUNT_OF(phrases); i++)
		if (strstr(words->s, phrases[i].words))
			return phrases[i].code;
	if (!hex)
		return ERR_TLS;
	status = strtoul(hex + strlen("revoked ("), NULL, 16);
	buf_reset(words);
	buf_puts(words, "TLS: peer certificate");
	for (size_t i = 0; i < COUNT_OF(reasons); i++) {
		if (!(status & reasons[i].bit))
			continue;
		buf_printf(words, ": %s", reasons[i].text);
		if (code == ERR_NONE)
			code = reasons[i].code;
	}
	return code == ERR_NONE ? ERR_TLS_CERTIFICATE : code;
}

static bool failed(LDAP *ld, int result, const char *uri, const char *file,
	struct buf *words, struct err *err)
{
	enum err_code code = explain(words);
	char *said = NULL, *end;

	if ((end = strchr(words->s, '\n')))
		buf_truncate(words, (size_t)(end - words->s));
	ldap_get_option(ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, &said);
	if (!words->len)
		buf_puts(words, said && *said ? said : ldap_err2string(result));
	ldap_memfree(said);
	return err_set(err, code, result, words->s, uri, file ? file : "", NULL);
}

static int set_options(LDAP *ld, const char *ca_file)
{
	int demand = LDAP_OPT_X_TLS_DEMAND, client = 0;
	int oldest = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2;

	ldap_set_option(ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand);
	ldap_set_option(ld, LDAP_OPT_X_TLS_PROTOCOL_MIN, &oldest);
	if (ca_file)
		ldap_set_option(ld, LDAP_OPT_X_TLS_CACERTFILE, ca_file);
	return ldap_set_option(ld, LDAP_OPT_X_TLS_NEWCTX, &client);
}

bool tls_start(
	LDAP *ld, bool at_once, const char *uri, const char *ca_file, struct err *err)
{
	const char *file = *ca_file ? ca_file : system_ca_file();
	struct buf words = BUF_INIT;
	int result;

	if (file && access(file, R_OK) != 0)
		return err_set(
			err, ERR_TLS_CA_FILE, errno, strerror(errno), uri, file, NULL);
	heard = &words;
	set_log(LOG_TRACE);
	result = set_options(ld, file);
	if (result == LDAP_OPT_SUCCESS)
		result = at_once ? ldap_install_tls(ld) : ldap_start_tls_s(ld, NULL, NULL);
	set_log(0);
	heard = NULL;
	if (result != LDAP_SUCCESS)
		failed(ld, result, uri, file, &words, err);
	buf_release(&words);
	return result == LDAP_SUCCESS;
}
