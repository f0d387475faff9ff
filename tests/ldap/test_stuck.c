/* What cannot be interrupted is left behind: a resolver that does not answer.  And TLS to
 * a server that stops. */
#include "tests/ldap/test.h"

#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "ldap/connect.h"
#include "ldap/store.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t freed = PTHREAD_COND_INITIALIZER;
static bool stuck = true;

/* Stands before libc's. */
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
	struct addrinfo **found)
{
	int (*real)(
		const char *, const char *, const struct addrinfo *, struct addrinfo **);
	void *symbol = dlsym(RTLD_NEXT, "getaddrinfo");

	if (name && strcmp(name, "stuck.example") == 0) {
		pthread_mutex_lock(&lock);
		while (stuck)
			pthread_cond_wait(&freed, &lock);
		pthread_mutex_unlock(&lock);
		return EAI_AGAIN;
	}
	memcpy(&real, &symbol, sizeof(real));
	return real(name, service, hints, found);
}

static void unstick(void)
{
	int64_t end = test_clock_ms() + PATIENCE_MS;

	pthread_mutex_lock(&lock);
	stuck = false;
	pthread_cond_broadcast(&freed);
	pthread_mutex_unlock(&lock);
	while (connector_left_behind() > 0 && test_clock_ms() < end)
		sched_yield();
	assert_int_equal(connector_left_behind(), 0);
	stuck = true;
}

static struct directory dir;
static int port;

static int start(void **state)
{
	struct buf uris = BUF_INIT, conf = BUF_INIT;

	(void)state;
	directory_start(&dir, "tree");
	directory_sh(&dir,
		"cd $DIR && openssl req -x509 -newkey rsa:2048 -nodes -days 2 "
		"-subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -keyout "
		"tls.key -out tls.pem 2>ssl.log");
	port = free_port();
	buf_printf(&uris, " ldaps://127.0.0.1:%d", port);
	buf_printf(&conf, "TLSCertificateFile %s/tls.pem\nTLSCertificateKeyFile %s/tls.key",
		dir.path, dir.path);
	directory_kill(&dir);
	directory_serve(&dir, uris.s, conf.s);
	buf_release(&uris);
	buf_release(&conf);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	directory_stop(&dir);
	return 0;
}

static void test_left_behind(void **state)
{
	struct settings settings = dir.settings;
	struct store *s;
	int64_t began = test_clock_ms();

	(void)state;
	settings.directory.uri = (struct strv){0};
	strv_add(&settings.directory.uri, "ldap://stuck.example");
	strv_add(&settings.directory.uri, dir.uri);
	s = ldap_store_new(&settings);
	assert_true(turn_to_phase(s, STORE_READY, PATIENCE_MS));
	assert_in_range(test_clock_ms() - began, 9900, 13000);
	assert_int_equal(connector_left_behind(), 1);
	store_free(s);
	unstick();
	strv_release(&settings.directory.uri);
}

static void test_free_while_stuck(void **state)
{
	struct settings settings = dir.settings;
	struct store *s;
	int64_t began;

	(void)state;
	settings.directory.uri = (struct strv){0};
	strv_add(&settings.directory.uri, "ldap://stuck.example");
	s = ldap_store_new(&settings);
	turn_once(s, 0);
	turn_once(s, 50);
	assert_int_equal(store_status(s)->phase, STORE_CONNECTING);
	began = test_clock_ms();
	store_free(s);
	assert_in_range(test_clock_ms() - began, 0, 1000); /* it is waited for 200 ms */
	assert_int_equal(connector_left_behind(), 1);
	unstick();
	strv_release(&settings.directory.uri);
}

/* TLS records are cut where the socket is full and go on there. */
static void test_tls_stopped(void **state)
{
	enum { N = 64, LONG = 60000 };
	struct settings settings = dir.settings;
	struct buf uri = BUF_INIT, filter = BUF_INIT;
	struct said said[N] = {{.done = false}};
	struct store *s;
	int64_t began;

	(void)state;
	buf_printf(&uri, "ldaps://127.0.0.1:%d", port);
	settings.directory.uri = (struct strv){0};
	strv_add(&settings.directory.uri, uri.s);
	settings.directory.auth = AUTH_SIMPLE;
	buf_reset(&uri);
	buf_printf(&uri, "%s/tls.pem", dir.path);
	settings.directory.ca_file = uri.s;
	buf_puts(&filter, "(|(objectClass=*)(description=");
	for (int i = 0; i < LONG; i++)
		buf_putc(&filter, 'x');
	buf_puts(&filter, "))");
	s = ldap_store_new(&settings);
	store_sign_in(s, "admin0", "demo");
	assert_true(turn_to_phase(s, STORE_READY, PATIENCE_MS));

	directory_pause(&dir);
	for (size_t i = 0; i < N; i++)
		said[i].op = store_search(s,
			&(struct search){.base = "dc=demo",
				.scope = SCOPE_SUBTREE,
				.filter = filter.s},
			said_event, &said[i]);
	began = test_clock_ms();
	for (int i = 0; i < 20; i++)
		store_step(s, 20);
	assert_in_range(test_clock_ms() - began, 0, 1000);
	directory_resume(&dir);
	for (size_t i = 0; i < N; i++) {
		assert_true(turn_until(s, &said[i].done, PATIENCE_MS));
		assert_int_equal(said[i].outcome, OUTCOME_OK);
		assert_true(said[i].entries > 10);
		said_release(&said[i]);
	}
	store_free(s);
	strv_release(&settings.directory.uri);
	buf_release(&uri);
	buf_release(&filter);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_left_behind),
		cmocka_unit_test(test_free_while_stuck),
		cmocka_unit_test(test_tls_stopped),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
