/* Signing in by SASL: SCRAM with a password, GSSAPI with a ticket of a real realm. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/entry.h"
#include "ldap/store.h"
#include "tests/ldap/certificates.h"
#include "tests/ldap/kdc.h"

#define LUC "uid=luc,associatedDomain=lyon.example,ou=domains,dc=demo"

static struct directory dir;
static struct kdc kdc;
static int plain_port, tls_port;

/* slapd takes passwords for SCRAM from userPassword, which is in clear text then. */
static const char sasl_conf[] = "password-hash {CLEARTEXT}\n"
				"sasl-auxprops slapd\n";
static const char any_mechanism[] = "authz-regexp ^uid=([^,]*),(cn=[^,]*,)?cn=(scram-[^,]*|"
				    "gssapi),cn=auth$ uid=$1,ou=admins,dc=demo\n";

static void serve(const char *more_conf)
{
	struct buf uris = BUF_INIT, conf = BUF_INIT;

	plain_port = free_port();
	tls_port = free_port();
	buf_printf(
		&uris, " ldap://127.0.0.1:%d ldaps://127.0.0.1:%d", plain_port, tls_port);
	buf_printf(&conf,
		"TLSCertificateFile %s/right.pem\nTLSCertificateKeyFile %s/tls.key\n"
		"%s%s",
		dir.path, dir.path, sasl_conf, more_conf);
	directory_kill(&dir);
	directory_serve(&dir, uris.s, conf.s);
	buf_release(&uris);
	buf_release(&conf);
}

static int start(void **state)
{
	(void)state;
	directory_start(&dir, "tree tests/ldap/sasl.conf");
	certificates_make(&dir);
	kdc_start(&kdc, &dir);
	serve(any_mechanism);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	kdc_stop(&kdc);
	directory_stop(&dir);
	return 0;
}

/* ---- stores ---- */

static struct settings *with_uri(const char *scheme, enum auth auth)
{
	static struct settings s;
	struct buf text = BUF_INIT;

	settings_release(&s);
	settings_init(&s);
	strv_release(&s.directory.uri);
	free(s.directory.base);
	s.directory.base = xstrdup("dc=demo");
	s.directory.auth = auth;
	if (strcmp(scheme, "ldapi") == 0)
		buf_puts(&text, dir.uri);
	else if (strcmp(scheme, "ldaps") == 0)
		buf_printf(&text, "ldaps://127.0.0.1:%d", tls_port);
	else
		buf_printf(&text, "ldap://127.0.0.1:%d", plain_port);
	s.directory.starttls = strcmp(scheme, "starttls") == 0;
	strv_add(&s.directory.uri, text.s);
	buf_reset(&text);
	buf_printf(&text, "%s/ca.pem", dir.path);
	free(s.directory.ca_file);
	s.directory.ca_file = xstrdup(text.s);
	buf_release(&text);
	return &s;
}

static struct store *signing_in(const char *scheme, enum auth auth)
{
	struct store *s = ldap_store_new(with_uri(scheme, auth));

	if (auth == AUTH_SCRAM) {
		turn_once(s, 20);
		assert_int_equal(store_status(s)->phase, STORE_SIGNED_OUT);
		store_sign_in(s, "admin0", "demo");
	}
	return s;
}

static const struct err *error_of(struct store *s)
{
	int64_t end = test_clock_ms() + PATIENCE_MS;

	while (!store_status(s)->err && test_clock_ms() < end)
		turn_once(s, 100);
	if (!store_status(s)->err)
		fail_msg("phase %d, no error", store_status(s)->phase);
	return store_status(s)->err;
}

static void assert_signed_in(struct store *s)
{
	if (!turn_to_phase(s, STORE_READY, PATIENCE_MS)) {
		const struct err *err = store_status(s)->err;

		fail_msg("error %d: %s", err ? (int)err->code : 0, err ? err->server : "");
	}
	assert_string_equal(store_status(s)->who_dn, "uid=admin0,ou=admins,dc=demo");
	assert_string_equal(store_status(s)->who, "admin0");
}

/* ---- SCRAM ---- */

static void test_scram(void **state)
{
	static const char *const schemes[] = {"ldapi", "ldaps", "starttls"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(schemes); i++) {
		struct store *s = signing_in(schemes[i], AUTH_SCRAM);

		assert_signed_in(s);
		store_free(s);
	}
}

/* The same way to refuse as a simple bind has, so that it says nothing about names. */
static void test_scram_refused(void **state)
{
	static const struct {
		const char *name, *password;
	} rows[] = {{"admin0", "wrong"}, {"admin0", ""}, {"nobody", "demo"}, {"", "demo"},
		{"admin0,ou=admins", "demo"}, {"a=2Cb", "demo"}};
	struct store *s = signing_in("ldaps", AUTH_SCRAM);

	(void)state;
	assert_signed_in(s);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		store_sign_in(s, rows[i].name, rows[i].password);
		turn_once(s, 20);
		if (error_of(s)->code != ERR_CREDENTIALS)
			fail_msg("%s: error %d: %s", rows[i].name, (int)error_of(s)->code,
				error_of(s)->server);
		assert_int_equal(store_status(s)->phase, STORE_SIGNED_OUT);
		assert_string_equal(store_status(s)->who, "");
	}
	store_sign_in(s, "admin0", "demo");
	assert_signed_in(s);
	store_free(s);
}

static void test_scram_in_clear(void **state)
{
	struct store *s = signing_in("ldap", AUTH_SCRAM);

	(void)state;
	assert_int_equal(error_of(s)->code, ERR_CLEARTEXT);
	store_free(s);
}

/* What slapd's Cyrus SASL finds is what it lists: nothing but these, and besides it says
 * what is not true. */
static void serve_mechanisms(const char *plugins, const char *untrue)
{
	struct buf text = BUF_INIT;

	buf_printf(&text,
		"rm -rf $DIR/sasl; mkdir $DIR/sasl; cd $DIR/sasl; for p in %s; do "
		"ln -s \"$(echo /usr/lib/*/sasl2/lib$p.so.2)\" lib$p.so; done; "
		"{ printf 'dn:\nobjectClass: top\n'; for m in %s; do "
		"echo \"supportedSASLMechanisms: $m\"; done; } >$DIR/root.ldif",
		plugins, untrue);
	directory_sh(&dir, text.s);
	buf_reset(&text);
	buf_printf(&text, "%s/sasl", dir.path);
	setenv("SASL_PATH", text.s, 1);
	buf_reset(&text);
	if (*untrue)
		buf_printf(&text, "rootDSE %s/root.ldif\n", dir.path);
	serve(text.s);
	unsetenv("SASL_PATH");
	buf_release(&text);
}

static void assert_not_offered(enum auth auth, const char *wanted, const char *offered)
{
	struct store *s = signing_in("starttls", auth);
	const struct err *err = error_of(s);

	assert_int_equal(err->code, ERR_SASL_OFFER);
	assert_string_equal(err->arg[1], wanted);
	assert_string_equal(err->arg[2], offered);
	assert_int_equal(store_status(s)->phase, STORE_DOWN);
	store_free(s);
}

static void test_not_offered(void **state)
{
	struct store *s;

	(void)state;
	serve_mechanisms("crammd5", "");
	assert_not_offered(AUTH_SCRAM, "SCRAM", "CRAM-MD5");
	assert_not_offered(AUTH_GSSAPI, "GSSAPI", "CRAM-MD5");
	serve_mechanisms("", "");
	s = signing_in("starttls", AUTH_SCRAM);
	assert_int_equal(error_of(s)->code, ERR_SASL_NONE);
	store_free(s);
	serve(any_mechanism);
}

/* The one that was tried is named in the failure, since slapd cannot do it. */
static void test_strongest(void **state)
{
	static const struct {
		const char *offer, *tried;
	} rows[] = {{"SCRAM-SHA-1 PLAIN SCRAM-SHA-256", "SCRAM-SHA-256"},
		{"SCRAM-SHA-1 CRAM-MD5", "SCRAM-SHA-1"},
		{"SCRAM-SHA-256 SCRAM-SHA-512 SCRAM-SHA-1", "SCRAM-SHA-512"}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct store *s;

		serve_mechanisms("", rows[i].offer);
		s = signing_in("ldaps", AUTH_SCRAM);
		assert_int_equal(error_of(s)->code, ERR_SASL);
		assert_string_equal(error_of(s)->arg[1], rows[i].tried);
		store_free(s);
	}
	serve(any_mechanism);
}

/* ---- GSSAPI ---- */

static void test_gssapi(void **state)
{
	static const char *const schemes[] = {"ldap", "starttls", "ldaps"};

	(void)state;
	kdc_kinit(&dir, "admin0", "1h");
	for (size_t i = 0; i < COUNT_OF(schemes); i++) {
		struct store *s = signing_in(schemes[i], AUTH_GSSAPI);

		assert_signed_in(s);
		store_free(s);
	}
}

static size_t count_all(struct store *s)
{
	static const char *const all[] = {"*", NULL};
	struct search search = {.base = "dc=demo",
		.scope = SCOPE_SUBTREE,
		.filter = "(objectClass=*)",
		.attributes = all};
	struct said said = {0};
	size_t n;

	search_to_end(s, &search, &said);
	assert_int_equal(said.outcome, OUTCOME_OK);
	n = said.entries;
	said_release(&said);
	return n;
}

/* Through Kerberos' own encryption, which sits upon our link: what is too big for one of
 * its packets, and for a socket's buffer; both ways. */
static void test_much(void **state)
{
	enum { MUCH = 700000 };
	static const char *const description[] = {"description", "entryCSN", NULL};
	char *value = xmalloc(MUCH + 1);
	struct store *s = signing_in("ldap", AUTH_GSSAPI);
	struct said said = {0};
	struct plan *p;
	struct entry *e;
	const struct attribute *a;

	(void)state;
	for (size_t i = 0; i < MUCH; i++)
		value[i] = (char)('a' + i % 23);
	value[MUCH] = '\0';
	assert_signed_in(s);
	e = read_entry(s, LUC, description);
	assert_non_null(e);
	p = plan_to_set(e, "description", value, NULL);
	apply_to_end(s, p, &said);
	assert_int_equal(said.outcome, OUTCOME_OK);
	said_release(&said);
	plan_free(p);
	entry_free(e);

	for (int i = 0; i < 3; i++) {
		e = read_entry(s, LUC, description);
		assert_non_null(e);
		a = entry_get(e, "description");
		assert_non_null(a);
		assert_int_equal(a->values.n, 1);
		assert_int_equal(a->values.v[0].n, MUCH);
		assert_memory_equal(a->values.v[0].p, value, MUCH);
		entry_free(e);
	}
	assert_true(count_all(s) > 10);
	store_free(s);
	free(value);
}

static void assert_ticket_error(enum err_code code)
{
	struct store *s = signing_in("ldap", AUTH_GSSAPI);

	if (error_of(s)->code != code)
		fail_msg("error %d: %s", (int)error_of(s)->code, error_of(s)->server);
	assert_int_equal(store_status(s)->phase, STORE_DOWN); /* and tries again */
	store_free(s);
}

/* MIT Kerberos has some of its words in German, too. */
static void assert_ticket_error_in_german(enum err_code code)
{
	setenv("LANGUAGE", "de", 1);
	setlocale(LC_ALL, "C.UTF-8");
	assert_ticket_error(code);
	setlocale(LC_ALL, "C");
	unsetenv("LANGUAGE");
}

static void test_no_ticket(void **state)
{
	struct store *s;

	(void)state;
	kdc_kdestroy(&dir);
	assert_ticket_error(ERR_TICKET);
	assert_ticket_error_in_german(ERR_TICKET);

	kdc_kinit(&dir, "admin0", "1s");
	kdc_await_expiry(&dir);
	assert_ticket_error(ERR_TICKET_EXPIRED);
	assert_ticket_error_in_german(ERR_TICKET_EXPIRED);

	s = signing_in("ldap", AUTH_GSSAPI);
	assert_int_equal(error_of(s)->code, ERR_TICKET_EXPIRED);
	kdc_kinit(&dir, "admin0", "1h");
	assert_signed_in(s);
	store_free(s);
}

/* A ticket of somebody without an entry: whom the server says is who is told. */
static void test_stranger(void **state)
{
	struct store *s;

	(void)state;
	kdc_kinit(&dir, "nobody", "1h");
	s = signing_in("ldap", AUTH_GSSAPI);
	assert_true(turn_to_phase(s, STORE_READY, PATIENCE_MS));
	assert_string_equal(store_status(s)->who_dn, "uid=nobody,ou=admins,dc=demo");
	store_free(s);
}

/* The server wants it encrypted with less than we do, or not at all. */
static void test_weak(void **state)
{
	struct store *s;

	(void)state;
	kdc_kinit(&dir, "admin0", "1h");
	serve("sasl-secprops none,maxssf=1\n");
	s = signing_in("ldap", AUTH_GSSAPI);
	if (error_of(s)->code != ERR_SASL_WEAK)
		fail_msg("error %d: %s", (int)error_of(s)->code, error_of(s)->server);
	store_free(s);
	s = signing_in("starttls", AUTH_GSSAPI);
	assert_true(turn_to_phase(s, STORE_READY, PATIENCE_MS));
	store_free(s);
	serve(any_mechanism);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scram),
		cmocka_unit_test(test_scram_refused),
		cmocka_unit_test(test_scram_in_clear),
		cmocka_unit_test(test_not_offered),
		cmocka_unit_test(test_strongest),
		cmocka_unit_test(test_gssapi),
		cmocka_unit_test(test_much),
		cmocka_unit_test(test_no_ticket),
		cmocka_unit_test(test_stranger),
		cmocka_unit_test(test_weak),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
