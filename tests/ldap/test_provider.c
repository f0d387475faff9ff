/* Which provider a referral leads to, as whom, and how long it is waited for. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buf.h"
#include "ldap/internal.h"
#include "tests/ldap/certificates.h"
#include "tests/ldap/dave.h"
#include "tests/ldap/replica.h"

static struct replica r;
static struct settings settings; /* shallow: provider is its own */
static struct store *store;
static int listener; /* at the first of two places where referrals lead */
static char listener_uri[64], plain_uri[64], tls_uri[64], ca_file[160], password_file[160];

static void listen_somewhere(void)
{
	struct sockaddr_in a = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(a);

	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(listener, 8), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&a, &size), 0);
	snprintf(listener_uri, sizeof(listener_uri), "ldap://localhost:%d",
		ntohs(a.sin_port));
}

/* The replica's referrals name three places: the listener, the provider's port, `front`. */
static void lead_to_three(void)
{
	struct buf command = BUF_INIT;

	buf_printf(&command,
		"sed -i 's,^updateref.*,updateref %s\\nupdateref %s\\nupdateref %s,' "
		"%s/replica.conf",
		listener_uri, plain_uri, r.front_uri, r.provider.path);
	directory_sh(&r.provider, command.s);
	buf_release(&command);
	directory_kill(&r.consumer);
	directory_serve(&r.consumer, "", "");
}

static int start(void **state)
{
	int plain, tls;

	(void)state;
	listen_somewhere();
	replica_start(&r);
	certificates_make(&r.provider);
	certificates_serve(&r.provider, "right", &plain, &tls);
	snprintf(plain_uri, sizeof(plain_uri), "ldap://127.0.0.1:%d", plain);
	snprintf(tls_uri, sizeof(tls_uri), "ldaps://127.0.0.1:%d", tls);
	snprintf(ca_file, sizeof(ca_file), "%s/ca.pem", r.provider.path);
	snprintf(password_file, sizeof(password_file), "%s/password", r.provider.path);
	lead_to_three();
	return 0;
}

static int stop(void **state)
{
	(void)state;
	replica_stop(&r);
	close(listener);
	return 0;
}

static bool was_connected(void)
{
	int fd = accept(listener, NULL, NULL);

	if (fd < 0)
		assert_int_equal(errno, EAGAIN);
	else
		close(fd);
	return fd >= 0;
}

static struct ldap_store *inside(void)
{
	return (struct ldap_store *)store;
}

/* uris: NULL, none. */
static void configure(const char *uri, const char *second)
{
	settings = r.consumer.settings;
	settings.provider.uri = (struct strv){0};
	if (uri)
		strv_add(&settings.provider.uri, uri);
	if (second)
		strv_add(&settings.provider.uri, second);
}

/* The name and password typed are those of both. */
static void configure_simple(const char *uri, char *authorities, bool starttls)
{
	configure(uri, NULL);
	settings.provider.auth = settings.directory.auth = AUTH_SIMPLE;
	settings.provider.ca_file = authorities;
	settings.provider.starttls = starttls;
}

static void open_store(void)
{
	store = ldap_store_new(&settings);
	if (settings.directory.auth == AUTH_SIMPLE)
		store_sign_in(store, "admin1", "demo");
	assert_true(turn_to_phase(store, STORE_READY, PATIENCE_MS));
}

static void close_store(void)
{
	store_free(store);
	strv_release(&settings.provider.uri);
}

static struct plan *change_of_dave(void)
{
	struct entry *e = read_entry(store, dave, NULL);
	struct plan *p = plan_to_set(e, "description", "mine", NULL);

	entry_free(e);
	return p;
}

static void refused(enum err_code code, const char *argument)
{
	struct plan *p = change_of_dave();
	struct said said = {0};

	expect_outcome(store, p, OUTCOME_REFUSED, &said);
	assert_int_equal(said.err.code, code);
	assert_string_equal(said.err.arg[0], argument);
	said_release(&said);
	plan_free(p);
	has_value(&r.provider, dave, "description", "old");
}

static void saved(void)
{
	struct plan *p = change_of_dave();
	struct said said = {0};

	expect_outcome(store, p, OUTCOME_OK, &said);
	said_release(&said);
	plan_free(p);
	has_value(&r.provider, dave, "description", "mine");
	dave_modify(&r.provider, "replace: description\ndescription: old");
	replica_await(&r);
}

/* ---- whither ---- */

static void test_none(void **state)
{
	(void)state;
	configure(NULL, NULL);
	open_store();
	refused(ERR_PROVIDER_UNNAMED, listener_uri);
	assert_false(was_connected());
	assert_string_equal(store_status(store)->provider, "");
	close_store();
}

/* Another port, another host, another kind of address: the configuration knows none that
 * the referral names, and none is connected to. */
static void test_unnamed(void **state)
{
	static const char *const others[] = {"ldap://127.0.0.1:1", "ldap://localhost",
		"ldaps://ldap.example", "ldapi:///", "ldapi://%2Ftmp%2Fno-such-socket"};
	size_t before = proxy_clients(r.front);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(others); i++) {
		configure(others[i], NULL);
		open_store();
		refused(ERR_PROVIDER_UNNAMED, listener_uri);
		assert_false(was_connected());
		close_store();
	}
	assert_int_equal(proxy_clients(r.front), before);
}

/* It is named, and so are others: they are tried in the order of the configuration. */
static void test_several(void **state)
{
	(void)state;
	configure("ldapi://%2Ftmp%2Fno-such-socket", r.front_uri);
	strv_add(&settings.provider.uri, listener_uri);
	open_store();
	saved();
	assert_false(was_connected());
	close_store();
}

static int64_t pause_of_provider(void)
{
	return inside()->provider.backoff_ms;
}

/* None can be reached: tried by themselves again and again, in longer and longer pauses,
 * and at once when somebody saves. */
static void test_backoff(void **state)
{
	int64_t end = test_clock_ms() + PATIENCE_MS, began;

	(void)state;
	configure("ldapi://%2Ftmp%2Fno-such-socket", "ldapi://%2Ftmp%2Fnor-this");
	strv_add(&settings.provider.uri, "ldaps://localhost:1");
	open_store();
	refused(ERR_PROVIDER_AWAY, "ldaps://localhost:1");
	assert_int_equal(pause_of_provider(), 2LL * BACKOFF_MS);
	while (pause_of_provider() < 4LL * BACKOFF_MS && test_clock_ms() < end)
		turn_once(store, 100);
	assert_int_equal(pause_of_provider(), 4LL * BACKOFF_MS);
	began = test_clock_ms();
	refused(ERR_PROVIDER_AWAY, "ldaps://localhost:1");
	assert_in_range(test_clock_ms() - began, 0, BACKOFF_MS);
	close_store();
}

/* ---- as whom ---- */

/* By the referral's host, but as the configuration says: encrypted. */
static void test_tls(void **state)
{
	(void)state;
	configure_simple(tls_uri, ca_file, false);
	open_store();
	saved();
	assert_string_equal(store_status(store)->provider, "127.0.0.1");
	assert_string_equal(store_status(store)->writer_dn, "uid=admin1,ou=admins,dc=demo");
	close_store();
	configure_simple(tls_uri, (char *)"", false);
	open_store();
	refused(ERR_TLS_AUTHORITY, tls_uri);
	close_store();
	configure_simple(plain_uri, ca_file, false);
	open_store();
	refused(ERR_CLEARTEXT, plain_uri);
	close_store();
	configure_simple(plain_uri, ca_file, true);
	open_store();
	saved();
	close_store();
}

static void write_password(const char *password, mode_t mode)
{
	FILE *f = fopen(password_file, "w");

	assert_non_null(f);
	fputs(password, f);
	fclose(f);
	assert_int_equal(chmod(password_file, mode), 0);
}

/* Who signs in by the unix user here is somebody with a password there. */
static void test_password_file(void **state)
{
	(void)state;
	configure(r.front_uri, listener_uri);
	settings.provider.auth = AUTH_SIMPLE;
	settings.provider.bind_dn = (char *)"uid=admin1,ou=admins,dc=demo";
	settings.provider.password_file = password_file;
	open_store();
	refused(ERR_FILE, password_file);
	write_password("demo\n", 0644);
	refused(ERR_PERMISSIONS, password_file);
	write_password("demo\n", 0640);
	refused(ERR_PERMISSIONS, password_file);
	write_password("\n", 0600);
	refused(ERR_FILE, password_file);
	write_password("wrong\n", 0600);
	refused(ERR_PROVIDER_CREDENTIALS, r.front_uri);
	assert_true(store_status(store)->read_only);
	write_password("demo\n", 0600);
	saved();
	assert_false(store_status(store)->read_only);
	assert_string_equal(store_status(store)->who_dn, "uid=admin0,ou=admins,dc=demo");
	assert_string_equal(store_status(store)->writer_dn, "uid=admin1,ou=admins,dc=demo");
	close_store();
}

/* A refused password is tried once for each save, not again and again. */
static void test_refused_once(void **state)
{
	size_t before;
	int64_t end;

	(void)state;
	write_password("wrong\n", 0600);
	configure(r.front_uri, listener_uri);
	settings.provider.auth = AUTH_SIMPLE;
	settings.provider.bind_dn = (char *)"uid=admin1,ou=admins,dc=demo";
	settings.provider.password_file = password_file;
	open_store();
	before = proxy_clients(r.front);
	refused(ERR_PROVIDER_CREDENTIALS, r.front_uri);
	end = test_clock_ms() + 3LL * BACKOFF_MS;
	while (test_clock_ms() < end)
		turn_once(store, 50);
	assert_int_equal(proxy_clients(r.front), before + 1);
	refused(ERR_PROVIDER_CREDENTIALS, r.front_uri);
	assert_int_equal(proxy_clients(r.front), before + 2);
	close_store();
}

/* ---- how long ---- */

/* One that takes the connection and says nothing: said, cancelled, and given up. */
static void test_silent(void **state)
{
	struct plan *p;
	struct said said = {0};
	int64_t began;

	(void)state;
	configure(listener_uri, NULL);
	open_store();
	p = change_of_dave();
	said.op = store_apply(store, p, said_event, &said);
	assert_true(turn_to_phase(store, STORE_WAITING, 5000));
	assert_in_range(store_status(store)->waiting_s, 2, 4);
	assert_true(was_connected());
	store_cancel(store, said.op);
	assert_true(turn_to_phase(store, STORE_READY, 5000));
	assert_int_equal(said.changed, 0);
	assert_false(said.done);
	plan_free(p);

	/* the replica is read all the while */
	began = test_clock_ms();
	refused(ERR_PROVIDER_AWAY, listener_uri);
	assert_in_range(test_clock_ms() - began, 5000, 12000);
	close_store();
}

/* The replica goes while the save waits for the provider: it is made all the same. */
static void test_replica_goes(void **state)
{
	struct plan *p;
	struct said said = {0};

	(void)state;
	configure(r.front_uri, listener_uri);
	open_store();
	p = change_of_dave();
	proxy_hold(r.front, PROXY_UP);
	said.op = store_apply(store, p, said_event, &said);
	while (!proxy_stalled(r.front))
		turn_once(store, 50);
	directory_kill(&r.consumer);
	turn_once(store, 50);
	proxy_stall(r.front, false);
	assert_true(turn_until(store, &said.done, PATIENCE_MS));
	assert_int_equal(said.outcome, OUTCOME_OK);
	has_value(&r.provider, dave, "description", "mine");
	assert_string_equal(store_status(store)->provider, "");
	directory_serve(&r.consumer, "", "");
	assert_true(turn_to_phase(store, STORE_READY, PATIENCE_MS));
	said_release(&said);
	plan_free(p);
	close_store();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_unnamed),
		cmocka_unit_test(test_several),
		cmocka_unit_test(test_backoff),
		cmocka_unit_test(test_tls),
		cmocka_unit_test(test_password_file),
		cmocka_unit_test(test_refused_once),
		cmocka_unit_test(test_silent),
		cmocka_unit_test(test_replica_goes),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
