/* Reaching a directory: which, as whom, how safely, and for how long nobody has to wait. */
#include "tests/ldap/certificates.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/buf.h"
#include "ldap/connect.h"
#include "ldap/store.h"

static struct directory dir;
static int plain_port, tls_port;

static void serve(const char *certificate)
{
	certificates_serve(&dir, certificate, &plain_port, &tls_port);
}

static int start(void **state)
{
	(void)state;
	directory_start(&dir, "tree");
	certificates_make(&dir);
	serve("right");
	return 0;
}

static int stop(void **state)
{
	(void)state;
	directory_stop(&dir);
	return 0;
}

/* The directory's settings with one URI, the authority it trusts and the way to sign in. */
static struct settings *with_uri(
	const char *scheme, const char *host, int port, const char *ca, enum auth auth)
{
	static struct settings s;
	struct buf text = BUF_INIT;

	settings_release(&s);
	settings_init(&s);
	strv_release(&s.directory.uri);
	free(s.directory.base);
	s.directory.base = xstrdup("dc=demo");
	free(s.directory.bind_dn);
	s.directory.bind_dn = xstrdup("uid=%s,ou=admins,dc=demo");
	s.directory.auth = auth;
	if (port)
		buf_printf(&text, "%s://%s:%d", scheme, host, port);
	else
		buf_puts(&text, dir.uri);
	strv_add(&s.directory.uri, text.s);
	buf_reset(&text);
	if (*ca)
		buf_printf(&text, "%s/%s", dir.path, ca);
	free(s.directory.ca_file);
	s.directory.ca_file = xstrdup(text.s);
	buf_release(&text);
	return &s;
}

static bool turn_to_error(struct store *s, enum err_code code)
{
	int64_t end = test_clock_ms() + PATIENCE_MS;

	while (test_clock_ms() < end) {
		const struct err *err = store_status(s)->err;

		if (err && err->code == code)
			return true;
		turn_once(s, 100);
	}
	print_error("phase %d, not error %d\n", store_status(s)->phase, code);
	if (store_status(s)->err)
		print_error("error %d: %s\n", store_status(s)->err->code,
			store_status(s)->err->server);
	return false;
}

static void test_simple(void **state)
{
	struct store *s = ldap_store_new(with_uri("ldapi", "", 0, "", AUTH_SIMPLE));

	(void)state;
	turn_once(s, 50);
	assert_int_equal(store_status(s)->phase, STORE_SIGNED_OUT);
	assert_null(store_status(s)->err);

	store_sign_in(s, "admin1", "wrong");
	assert_true(turn_to_error(s, ERR_CREDENTIALS));
	assert_int_equal(store_status(s)->phase, STORE_SIGNED_OUT);
	assert_int_equal(store_status(s)->err->number, 49);
	assert_string_equal(store_status(s)->err->arg[0], dir.uri);
	assert_string_equal(store_status(s)->who, "");

	store_sign_in(s, "admin1", "demo");
	assert_null(store_status(s)->err);
	assert_true(turn_to_phase(s, STORE_READY, PATIENCE_MS));
	assert_string_equal(store_status(s)->who, "admin1");
	assert_string_equal(store_status(s)->who_dn, "uid=admin1,ou=admins,dc=demo");
	store_free(s);
}

/* "(uid=admin1,ou=admins,dc=demo" typed as a name is a name, and an empty password is no
 * way to become anonymous. */
static void test_simple_hostile(void **state)
{
	static const char *const names[] = {
		"admin1,ou=admins,dc=demo", "admin1+cn=x", "", "*", "a\\", "\"", "#00"};
	struct store *s = ldap_store_new(with_uri("ldapi", "", 0, "", AUTH_SIMPLE));

	(void)state;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		store_sign_in(s, names[i], "demo");
		assert_true(turn_to_error(s, ERR_CREDENTIALS));
		assert_int_equal(store_status(s)->phase, STORE_SIGNED_OUT);
	}
	store_sign_in(s, "admin1", "");
	assert_true(turn_to_error(s, ERR_CREDENTIALS));
	store_sign_in(s, "admin1", NULL);
	assert_true(turn_to_error(s, ERR_CREDENTIALS));
	store_free(s);
}

/* Nothing reaches the wire: the listener sees no connection. */
static void test_cleartext(void **state)
{
	struct sockaddr_in a = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000001)};
	socklen_t n = sizeof(a);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct store *s;

	(void)state;
	assert_int_equal(bind(listener, (struct sockaddr *)&a, n), 0);
	assert_int_equal(listen(listener, 5), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&a, &n), 0);
	s = ldap_store_new(
		with_uri("ldap", "127.0.0.1", ntohs(a.sin_port), "", AUTH_SIMPLE));
	store_sign_in(s, "admin1", "demo");
	assert_true(turn_to_error(s, ERR_CLEARTEXT));
	assert_int_equal(store_status(s)->phase, STORE_DOWN);
	assert_int_equal(accept(listener, NULL, NULL), -1);
	store_free(s);
	close(listener);
}

static void test_ldaps(void **state)
{
	struct store *s = ldap_store_new(
		with_uri("ldaps", "127.0.0.1", tls_port, "ca.pem", AUTH_SIMPLE));
	struct said said = {0};

	(void)state;
	store_sign_in(s, "admin1", "demo");
	assert_true(turn_to_phase(s, STORE_READY, PATIENCE_MS));
	assert_string_equal(store_status(s)->server, "127.0.0.1");
	search_to_end(
		s, &(struct search){.base = "dc=demo", .scope = SCOPE_SUBTREE}, &said);
	assert_int_equal(said.outcome, OUTCOME_OK);
	assert_true(said.entries > 10);
	said_release(&said);
	store_free(s);
}

static void test_starttls(void **state)
{
	struct settings *settings =
		with_uri("ldap", "127.0.0.1", plain_port, "ca.pem", AUTH_SIMPLE);
	struct store *s;

	(void)state;
	settings->directory.starttls = true;
	s = ldap_store_new(settings);
	store_sign_in(s, "admin1", "demo");
	assert_true(turn_to_phase(s, STORE_READY, PATIENCE_MS));
	assert_string_equal(store_status(s)->who, "admin1");
	store_free(s);
}

static void refused_with(const char *scheme, const char *host, int port, const char *ca,
	enum err_code code, const char *words)
{
	struct settings *settings = with_uri(scheme, host, port, ca, AUTH_SIMPLE);
	struct store *s;

	settings->directory.starttls = strcmp(scheme, "ldap") == 0;
	s = ldap_store_new(settings);
	store_sign_in(s, "admin1", "demo");
	assert_true(turn_to_error(s, code));
	if (!*words || !strstr(store_status(s)->err->server, words))
		fail_msg("not \"%s\": %s", words, store_status(s)->err->server);
	assert_string_equal(store_status(s)->err->arg[0], settings->directory.uri.v[0]);
	assert_string_equal(store_status(s)->who, "");
	store_free(s);
}

static const struct bad_certificate {
	const char *name, *certificate, *ca;
	enum err_code code;
	const char *words;
} bad_certificates[] = {
#define CERTIFICATE "TLS: peer certificate: "
	{"another authority", "right", "other.pem", ERR_TLS_AUTHORITY,
		CERTIFICATE "unknown authority"},
	{"the system's authorities", "right", "", ERR_TLS_AUTHORITY,
		CERTIFICATE "unknown authority"},
	{"self-signed", "self", "ca.pem", ERR_TLS_AUTHORITY,
		CERTIFICATE "unknown authority"},
	{"another host", "name", "ca.pem", ERR_TLS_NAME,
		"TLS: hostname (127.0.0.1) does not match common name in certificate "
		"(ldap.example)."},
	{"expired", "expired", "ca.pem", ERR_TLS_EXPIRED, CERTIFICATE "expired"},
	{"not valid yet", "early", "ca.pem", ERR_TLS_EARLY, CERTIFICATE "not valid yet"},
	{"expired, and of another authority", "expired", "other.pem", ERR_TLS_AUTHORITY,
		CERTIFICATE "unknown authority: expired"},
	{"no such CA file", "right", "nowhere.pem", ERR_TLS_CA_FILE,
		"No such file or directory"},
	{"CA file without a certificate", "right", "none.pem", ERR_TLS_CA_FILE,
		"no certificate loaded from CA certificate file"},
};

static void test_bad_certificate(void **state)
{
	const struct bad_certificate *b = *state;

	/* What people put into their environment must not matter. */
	setenv("LDAPTLS_REQCERT", "never", 1);
	serve(b->certificate);
	refused_with("ldaps", "127.0.0.1", tls_port, b->ca, b->code, b->words);
	refused_with("ldap", "127.0.0.1", plain_port, b->ca, b->code, b->words);
	unsetenv("LDAPTLS_REQCERT");
	serve("right");
}

static void test_not_tls(void **state)
{
	(void)state;
	refused_with(
		"ldaps", "127.0.0.1", plain_port, "ca.pem", ERR_TLS, "TLS: can't connect");
}

/* A server without certificates offers no StartTLS. */
static void test_no_starttls(void **state)
{
	struct buf uris = BUF_INIT;

	(void)state;
	plain_port = free_port();
	buf_printf(&uris, " ldap://127.0.0.1:%d", plain_port);
	directory_kill(&dir);
	directory_serve(&dir, uris.s, "");
	refused_with("ldap", "127.0.0.1", plain_port, "ca.pem", ERR_TLS,
		"unsupported extended operation");
	serve("right");
	buf_release(&uris);
}

/* The unix user is known to the other end of a unix socket only. */
static void test_external_without_socket(void **state)
{
	struct settings *settings =
		with_uri("ldap", "127.0.0.1", plain_port, "ca.pem", AUTH_EXTERNAL);
	struct store *s;

	(void)state;
	settings->directory.starttls = true;
	s = ldap_store_new(settings);
	assert_true(turn_to_error(s, ERR_AUTH_METHOD));
	assert_int_equal(store_status(s)->err->number, 7);
	store_free(s);
	s = ldap_store_new(with_uri("ldapi", "", 0, "", AUTH_EXTERNAL));
	assert_true(turn_to_phase(s, STORE_READY, PATIENCE_MS));
	assert_string_equal(store_status(s)->who, "admin0");
	store_free(s);
}

/* A server that wants more encryption than a unix socket counts for (olcSecurity). */
static void test_confidentiality_required(void **state)
{
	struct store *s;

	(void)state;
	directory_kill(&dir);
	directory_serve(&dir, "", "security simple_bind=128");
	s = ldap_store_new(with_uri("ldapi", "", 0, "", AUTH_SIMPLE));
	store_sign_in(s, "admin1", "demo");
	assert_true(turn_to_error(s, ERR_TLS_NEEDED));
	assert_int_equal(store_status(s)->err->number, 13);
	store_free(s);
	serve("right");
}

static void test_unreachable(void **state)
{
	struct store *s = ldap_store_new(
		with_uri("ldap", "127.0.0.1", free_port(), "", AUTH_EXTERNAL));
	int first;

	(void)state;
	assert_true(turn_to_phase(s, STORE_DOWN, PATIENCE_MS));
	assert_int_equal(store_status(s)->err->code, ERR_CONNECT);
	assert_string_equal(store_status(s)->err->server, "Connection refused");
	first = store_status(s)->retry_ms;
	assert_in_range(first, 1, 500);
	assert_true(turn_to_phase(s, STORE_CONNECTING, 2000));
	assert_true(turn_to_phase(s, STORE_DOWN, PATIENCE_MS));
	assert_in_range(store_status(s)->retry_ms, 501, 1000);
	store_free(s);
}

static void test_no_such_name(void **state)
{
	struct store *s = ldap_store_new(
		with_uri("ldap", "no-such-name.invalid", 389, "", AUTH_EXTERNAL));

	(void)state;
	assert_true(turn_to_error(s, ERR_RESOLVE));
	assert_string_equal(
		store_status(s)->err->arg[0], "ldap://no-such-name.invalid:389");
	store_free(s);
}

static void test_second_uri(void **state)
{
	struct settings *settings =
		with_uri("ldap", "127.0.0.1", free_port(), "", AUTH_EXTERNAL);
	struct store *s;

	(void)state;
	strv_add(&settings->directory.uri, dir.uri);
	s = ldap_store_new(settings);
	assert_true(turn_to_phase(s, STORE_READY, PATIENCE_MS));
	assert_string_equal(store_status(s)->server, "ldapi");
	assert_null(store_status(s)->err);
	store_free(s);
}

/* In their order, past one that would take the password in clear, one that is another
 * host's, one that is not there; and no further than the first that takes it. */
static void test_uris_in_order(void **state)
{
	struct settings *settings;
	struct buf uri = BUF_INIT;
	struct store *s;

	(void)state;
	serve("name");
	settings = with_uri("ldap", "127.0.0.1", plain_port, "ca.pem", AUTH_SIMPLE);
	buf_printf(&uri, "ldaps://127.0.0.1:%d", tls_port);
	strv_add(&settings->directory.uri, uri.s);
	buf_reset(&uri);
	buf_printf(&uri, "ldaps://127.0.0.1:%d", free_port());
	strv_add(&settings->directory.uri, uri.s);
	strv_add(&settings->directory.uri, dir.uri);
	strv_add(&settings->directory.uri, "ldap://no-such-name.invalid");
	s = ldap_store_new(settings);
	store_sign_in(s, "admin1", "demo");
	assert_true(turn_to_phase(s, STORE_READY, PATIENCE_MS));
	assert_string_equal(store_status(s)->server, "ldapi");
	assert_null(store_status(s)->err);

	/* A refused password is not tried elsewhere: that would lock the account. */
	store_sign_in(s, "admin1", "wrong");
	assert_true(turn_to_error(s, ERR_CREDENTIALS));
	assert_string_equal(store_status(s)->err->arg[0], dir.uri);
	turn_once(s, 50);
	assert_int_equal(store_status(s)->phase, STORE_SIGNED_OUT);
	store_free(s);
	buf_release(&uri);
	serve("right");
}

/* A peer that accepts and stays silent, in TLS too, costs ATTEMPT_MS and nothing else. */
static void test_silent_peers(void **state)
{
	struct sockaddr_in a = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000001)};
	socklen_t n = sizeof(a);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct settings *settings;
	struct store *s;
	int64_t began;

	(void)state;
	assert_int_equal(bind(listener, (struct sockaddr *)&a, n), 0);
	assert_int_equal(listen(listener, 5), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&a, &n), 0);
	settings = with_uri("ldaps", "localhost", ntohs(a.sin_port), "ca.pem", AUTH_SIMPLE);
	strv_add(&settings->directory.uri, dir.uri);
	s = ldap_store_new(settings);
	began = test_clock_ms();
	store_sign_in(s, "admin1", "demo");
	assert_true(turn_to_error(s, ERR_TIMEOUT));
	assert_in_range(test_clock_ms() - began, 9900, 13000);
	assert_int_equal(store_status(s)->err->number, 10);
	assert_true(turn_to_phase(s, STORE_READY, PATIENCE_MS));
	assert_string_equal(store_status(s)->server, "ldapi");
	store_free(s);
	close(listener);
}

/* slapd that is stopped accepts: the kernel does, from the backlog. */
static void test_stopped_at_connect(void **state)
{
	struct store *s;
	int64_t began;

	(void)state;
	directory_pause(&dir);
	s = ldap_store_new(&dir.settings);
	began = test_clock_ms();
	while (store_status(s)->waiting_s < 2 && test_clock_ms() - began < 5000)
		turn_once(s, 5000);
	assert_int_equal(store_status(s)->phase, STORE_CONNECTING);
	assert_in_range(test_clock_ms() - began, 1990, 4000);
	directory_resume(&dir);
	assert_true(turn_to_phase(s, STORE_READY, PATIENCE_MS));
	store_free(s);
}

/* Leaving while a worker waits for an answer takes no time. */
static void test_free_while_connecting(void **state)
{
	struct store *s;
	int64_t began;

	(void)state;
	directory_pause(&dir);
	s = ldap_store_new(&dir.settings);
	turn_once(s, 0);
	turn_once(s, 100);
	assert_int_equal(store_status(s)->phase, STORE_CONNECTING);
	began = test_clock_ms();
	store_free(s);
	assert_in_range(test_clock_ms() - began, 0, 1000);
	while (connector_left_behind() > 0 && test_clock_ms() - began < PATIENCE_MS)
		sched_yield();
	assert_int_equal(connector_left_behind(), 0); /* while slapd is still stopped */
	directory_resume(&dir);
}

static void test_killed_and_back(void **state)
{
	struct store *s = ldap_store_new(&dir.settings);
	struct said said = {0};

	(void)state;
	assert_true(turn_to_phase(s, STORE_READY, PATIENCE_MS));
	directory_kill(&dir);
	assert_true(turn_to_phase(s, STORE_DOWN, PATIENCE_MS));
	/* Asked while it is down: waits for the connection. */
	said.op = store_search(s, &(struct search){.base = "dc=demo", .scope = SCOPE_BASE},
		said_event, &said);
	turn_once(s, 100);
	assert_false(said.done);
	directory_serve(&dir, "", "");
	assert_true(turn_until(s, &said.done, PATIENCE_MS));
	assert_int_equal(said.outcome, OUTCOME_OK);
	assert_int_equal(said.entries, 1);
	assert_int_equal(store_status(s)->phase, STORE_READY);
	assert_null(store_status(s)->err);
	said_release(&said);
	store_free(s);
}

/* Signing in again, also from a callback, is another connection as somebody else. */
static void again(void *arg, const struct event *event)
{
	struct said *said = arg;

	if (event->kind == EVENT_ENTRY && said->entries == 0)
		store_sign_in(said->store, "admin1", "demo");
	said_event(said, event);
}

static void test_sign_in_again(void **state)
{
	struct store *s = ldap_store_new(with_uri("ldapi", "", 0, "", AUTH_SIMPLE));
	struct said said = {.store = s}, lost = {.store = s};

	(void)state;
	store_sign_in(s, "admin0", "demo");
	assert_true(turn_to_phase(s, STORE_READY, PATIENCE_MS));
	assert_string_equal(store_status(s)->who, "admin0");
	store_search(s, &(struct search){.base = "dc=demo", .scope = SCOPE_SUBTREE}, again,
		&lost);
	assert_true(turn_until(s, &lost.done, PATIENCE_MS));
	search_to_end(s, &(struct search){.base = "dc=demo", .scope = SCOPE_BASE}, &said);
	assert_int_equal(said.outcome, OUTCOME_OK);
	assert_string_equal(store_status(s)->who, "admin1");
	said_release(&said);
	said_release(&lost);
	store_free(s);
}

/* A worker must not take a signal that the main thread waits for. */
static volatile sig_atomic_t wrong_thread;
static pid_t main_thread;

static void on_usr1(int number)
{
	(void)number;
	wrong_thread |= gettid() != main_thread;
}

static void test_signals(void **state)
{
	struct sigaction action = {.sa_handler = on_usr1};
	sigset_t usr1, before;
	struct store *s;

	(void)state;
	main_thread = gettid();
	sigaction(SIGUSR1, &action, NULL);
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	directory_pause(&dir);
	s = ldap_store_new(&dir.settings);
	turn_once(s, 0);
	turn_once(s, 50);
	assert_int_equal(store_status(s)->phase, STORE_CONNECTING);
	sigprocmask(SIG_BLOCK, &usr1, &before); /* a worker that could take it would */
	kill(getpid(), SIGUSR1);
	turn_once(s, 100);
	sigprocmask(SIG_SETMASK, &before, NULL);
	assert_false(wrong_thread);
	directory_resume(&dir);
	store_free(s);
}

int main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(test_simple),
		cmocka_unit_test(test_simple_hostile),
		cmocka_unit_test(test_cleartext),
		cmocka_unit_test(test_ldaps),
		cmocka_unit_test(test_starttls),
		cmocka_unit_test(test_not_tls),
		cmocka_unit_test(test_no_starttls),
		cmocka_unit_test(test_external_without_socket),
		cmocka_unit_test(test_confidentiality_required),
		cmocka_unit_test(test_unreachable),
		cmocka_unit_test(test_no_such_name),
		cmocka_unit_test(test_second_uri),
		cmocka_unit_test(test_uris_in_order),
		cmocka_unit_test(test_silent_peers),
		cmocka_unit_test(test_stopped_at_connect),
		cmocka_unit_test(test_free_while_connecting),
		cmocka_unit_test(test_signals),
		cmocka_unit_test(test_sign_in_again),
		cmocka_unit_test(test_killed_and_back),
	};

	struct CMUnitTest tests[COUNT_OF(others) + COUNT_OF(bad_certificates)];
	size_t n = 0;

	for (size_t i = 0; i < COUNT_OF(bad_certificates); i++)
		tests[n++] =
			(struct CMUnitTest){bad_certificates[i].name, test_bad_certificate,
				NULL, NULL, (void *)(uintptr_t)&bad_certificates[i]};
	for (size_t i = 0; i < COUNT_OF(others); i++)
		tests[n++] = others[i];
	return _cmocka_run_group_tests("connect", tests, n, start, stop);
}
