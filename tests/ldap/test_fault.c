/* A server that stops, dies or talks nonsense: nobody waits for the store, and what it
 * says stays true. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ldap/internal.h"
#include "tests/ldap/behind.h"

enum { CROWD = 4000, PROMPT_MS = 1000 };

static const char crowd[] = "ou=crowd,dc=demo";
static const char carol[] = "uid=carol,associatedDomain=acme.example,ou=domains,dc=demo";

static struct directory dir;
static struct behind behind;

static int start(void **state)
{
	char command[600], path[64], arguments[128];

	(void)state;
	snprintf(path, sizeof(path), "/tmp/rl-fault-%d.ldif", (int)getpid());
	snprintf(command, sizeof(command),
		"awk 'BEGIN { print \"dn: %s\\nobjectClass: organizationalUnit\\nou: "
		"crowd\\n\";"
		" for (i = 0; i < %d; i++) print \"dn: uid=u\" i \",%s\\n"
		"objectClass: inetOrgPerson\\nuid: u\" i \"\\ncn: U\\nsn: U\\n\" }' >%s",
		crowd, CROWD, crowd, path);
	snprintf(arguments, sizeof(arguments), "tree %s", path);
	if (system(command) != 0)
		fail_msg("%s", command);
	directory_start(&dir, arguments);
	unlink(path);
	behind_start(&behind, &dir);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	behind_stop(&behind);
	directory_stop(&dir);
	return 0;
}

static struct search everybody(void)
{
	return (struct search){.base = crowd, .scope = SCOPE_ONE};
}

/* ---- stopped ---- */

static void turn_until_entries(struct store *s, const struct said *said, size_t n)
{
	int64_t end = test_clock_ms() + PATIENCE_MS;

	while (said->entries < n && test_clock_ms() < end)
		turn_once(s, 100);
	assert_true(said->entries >= n);
}

static void test_stopped_in_a_search(void **state)
{
	struct search all = everybody();
	struct said list = {.store = behind.store}, other = {.store = behind.store};
	struct store *s = behind.store;

	(void)state;
	list.op = store_search(s, &all, said_event, &list);
	turn_until_entries(s, &list, 1);
	directory_pause(&dir);
	assert_false(list.done);
	assert_true(turn_to_phase(s, STORE_WAITING, 6000));
	other.op = store_search(s, &all, said_event, &other);
	turn_once(s, 50);
	store_cancel(s, other.op);
	directory_resume(&dir);
	assert_true(turn_until(s, &list.done, PATIENCE_MS));
	assert_int_equal(list.outcome, OUTCOME_OK);
	assert_int_equal(list.entries, CROWD);
	assert_true(list.progress >= 1); /* two seconds passed between two entries */
	assert_int_equal(store_status(s)->phase, STORE_READY);
	assert_int_equal(other.entries + other.done, 0);
	said_release(&list);
	said_release(&other);
}

/* More than any socket takes, to a server that takes nothing. */
static void ask_a_stopped_server(struct store *s, int n)
{
	struct said *said = xcalloc((size_t)n, sizeof(*said));
	struct buf filter = BUF_INIT;
	int64_t longest = 0, began;
	int answered = 0;

	buf_puts(&filter, "(|(uid=u1)");
	for (int i = 0; i < 40; i++)
		buf_puts(&filter, "(uid=none-of-these-users)");
	buf_putc(&filter, ')');
	directory_pause(&dir);
	for (int i = 0; i < n; i++) {
		began = test_clock_ms();
		said[i].op = store_search(s,
			&(struct search){
				.base = crowd, .scope = SCOPE_ONE, .filter = filter.s},
			said_event, &said[i]);
		store_step(s, 20);
		if (i % 3 == 0)
			store_cancel(s, said[i].op);
		if (test_clock_ms() - began > longest)
			longest = test_clock_ms() - began;
	}
	assert_in_range(longest, 0, PROMPT_MS);
	directory_resume(&dir);
	for (int i = 0; i < n; i++) {
		if (i % 3 != 0 && !turn_until(s, &said[i].done, PATIENCE_MS))
			fail_msg("search %d of %d", i, n);
		assert_int_equal(said[i].outcome, OUTCOME_OK);
		answered += said[i].entries == 1;
	}
	for (int i = 0; i < n; i++)
		said_release(&said[i]);
	assert_in_range(answered, n - n / 3 - 1, n); /* cancelled before, some */
	free(said);
	buf_release(&filter);
}

static void test_full_socket(void **state)
{
	struct store *s = ldap_store_new(&dir.settings);

	(void)state;
	assert_true(turn_to_phase(s, STORE_READY, PATIENCE_MS));
	ask_a_stopped_server(s, 3000);
	store_free(s);
}

/* Leaving with questions and a save under way. */
static void test_free_when_stopped(void **state)
{
	struct store *s = ldap_store_new(&dir.settings);
	struct search all = everybody();
	struct said said = {0}, saved = {0};
	struct entry *e;
	struct plan *p;
	int64_t began;

	(void)state;
	e = read_entry(s, carol, NULL);
	p = plan_to_set(e, "description", "x", NULL);
	directory_pause(&dir);
	store_search(s, &all, said_event, &said);
	store_apply(s, p, said_event, &saved);
	turn_once(s, 0);
	began = test_clock_ms();
	store_free(s);
	assert_in_range(test_clock_ms() - began, 0, PROMPT_MS);
	assert_int_equal(said.done + saved.done, 0);
	directory_resume(&dir);
	plan_free(p);
	entry_free(e);
}

/* ---- dead ---- */

/* Nothing had come: asked again, and nobody notices.  Something had: said so. */
static void test_killed_in_a_search(void **state)
{
	struct store *s = ldap_store_new(&dir.settings);
	struct search all = everybody(), none = everybody();
	struct said list = {.store = s}, quiet = {.store = s};

	(void)state;
	assert_true(turn_to_phase(s, STORE_READY, PATIENCE_MS));
	list.op = store_search(s, &all, said_event, &list);
	turn_until_entries(s, &list, 1);
	directory_pause(&dir);
	none.base = "ou=people,dc=demo";
	quiet.op = store_search(s, &none, said_event, &quiet);
	turn_once(s, 0);
	assert_false(list.done);
	directory_kill(&dir);
	assert_true(turn_until(s, &list.done, PATIENCE_MS));
	assert_int_equal(list.outcome, OUTCOME_FAILED);
	assert_int_equal(list.err.code, ERR_DISCONNECTED);
	assert_string_equal(list.err.arg[0], dir.uri);
	assert_int_equal(list.count, list.entries);
	assert_false(quiet.done);
	directory_serve(&dir, "", "");
	assert_true(turn_until(s, &quiet.done, PATIENCE_MS));
	assert_int_equal(quiet.outcome, OUTCOME_OK);
	said_release(&list);
	said_release(&quiet);
	store_free(s);
	assert_true(turn_to_phase(behind.store, STORE_READY, PATIENCE_MS));
}

/* Saves that break their connection, one after the other: each is told, and the next
 * connection comes at once. */
static void test_broken_saves(void **state)
{
	struct entry *e = read_entry(behind.store, carol, NULL);
	struct said said = {0};
	size_t before = proxy_clients(behind.proxy);
	struct ldap_store *s = (struct ldap_store *)behind.store;

	(void)state;
	proxy_cut(behind.proxy, PROXY_DOWN, 0, PROXY_ALWAYS);
	for (int i = 0; i < 3; i++) {
		struct plan *p = plan_to_set(e, "description", "poison", NULL);

		apply_to_end(behind.store, p, &said);
		assert_int_equal(said.outcome, OUTCOME_UNKNOWN);
		said_release(&said);
		plan_free(p);
	}
	assert_in_range(proxy_clients(behind.proxy) - before, 2, 3);
	proxy_cut(behind.proxy, PROXY_DOWN, 0, 0);
	assert_int_equal(s->main.backoff_ms, BACKOFF_MS);
	entry_free(e);
}

/* ---- nonsense ---- */

static void answer_with(const char *bytes, size_t n)
{
	struct entry *e = read_entry(behind.store, carol, NULL);
	struct plan *p = plan_to_set(e, "description", "whatever", NULL);
	struct said said = {0};

	proxy_inject(behind.proxy, bytes, n);
	apply_to_end(behind.store, p, &said);
	assert_int_equal(said.outcome, OUTCOME_UNKNOWN);
	assert_true(said.err.code == ERR_DISCONNECTED || said.err.code == ERR_PROTOCOL);
	said_release(&said);
	plan_free(p);
	entry_free(e);
	assert_true(turn_to_phase(behind.store, STORE_READY, PATIENCE_MS));
}

static void test_nonsense(void **state)
{
	static const char notice[] = /* RFC 4511 section 4.4.1 */
		"\x30\x24\x02\x01\x00\x78\x1f\x0a\x01\x34\x04\x00\x04\x00\x8a\x16"
		"1.3.6.1.4.1.1466.20036";
	static const struct {
		const char *bytes;
		size_t n;
	} table[] = {
		{"\x30\x84\x7f\xff\xff\xff\x02\x01\x01", 9}, /* 2 GB to come */
		{"\x30\x84\x04\x00\x00\x01\x02\x01\x01", 9}, /* 64 MB and one */
		{"\x30\x80\x02\x01\x01", 5},                 /* indefinite length */
		{"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; "
		 "charset=utf-8\r\n\r\n"
		 "and so on and so on",
			88},
		{"\x30\x00", 2},
		{"\x00\x00\x00\x00", 4},
		{"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 12},
		{notice, sizeof(notice) - 1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(table); i++)
		answer_with(table[i].bytes, table[i].n);
}

/* An answer nobody asked for is passed over; the right one follows. */
static void test_stray_answers(void **state)
{
	static const char stray[] = /* a modifyResponse to message 99999 */
		"\x30\x0f\x02\x03\x01\x86\x9f\x67\x08\x0a\x01\x00\x04\x00\x04\x01x";
	struct said said = {0};
	struct entry *e = read_entry(behind.store, carol, NULL);
	struct plan *p = plan_to_set(e, "description", "late", NULL);

	(void)state;
	proxy_inject(behind.proxy, stray, sizeof(stray) - 1);
	said.op = store_apply(behind.store, p, said_event, &said);
	turn_once(behind.store, 0);
	turn_once(behind.store, 200);
	turn_once(behind.store, 200);
	assert_false(said.done);
	assert_int_equal(store_status(behind.store)->phase, STORE_READY);
	store_cancel(behind.store, said.op);
	plan_free(p);
	entry_free(e);
}

/* ---- a server that sends everybody away ---- */

static void *close_each(void *arg)
{
	int listener = *(int *)arg, n = 0, fd;

	while ((fd = accept(listener, NULL, NULL)) >= 0) {
		close(fd);
		n++;
	}
	return (void *)(intptr_t)n;
}

static void test_slammed_door(void **state)
{
	struct sockaddr_in a = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000001)};
	socklen_t n = sizeof(a);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct settings settings = dir.settings;
	char uri[64];
	pthread_t thread;
	void *connections;
	struct store *s;
	int64_t end;

	(void)state;
	assert_int_equal(bind(listener, (struct sockaddr *)&a, n), 0);
	assert_int_equal(listen(listener, 5), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&a, &n), 0);
	assert_int_equal(pthread_create(&thread, NULL, close_each, &listener), 0);
	snprintf(uri, sizeof(uri), "ldap://127.0.0.1:%d", ntohs(a.sin_port));
	settings.directory.uri = (struct strv){0};
	strv_add(&settings.directory.uri, uri);
	s = ldap_store_new(&settings);
	end = test_clock_ms() + 1200;
	while (test_clock_ms() < end)
		turn_once(s, (int)(end - test_clock_ms()));
	assert_int_equal(store_status(s)->err->code, ERR_CONNECT);
	store_free(s);
	shutdown(listener, SHUT_RDWR);
	pthread_join(thread, &connections);
	assert_in_range((intptr_t)connections, 1, 3); /* at 0, 0.5 and not before 1.5 s */
	close(listener);
	strv_release(&settings.directory.uri);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stopped_in_a_search),
		cmocka_unit_test(test_full_socket),
		cmocka_unit_test(test_free_when_stopped),
		cmocka_unit_test(test_killed_in_a_search),
		cmocka_unit_test(test_broken_saves),
		cmocka_unit_test(test_nonsense),
		cmocka_unit_test(test_stray_answers),
		cmocka_unit_test(test_slammed_door),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
