#include "tests/core/test.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/err.h"

static void buf_grows_and_is_used_again(void **state)
{
	struct buf b = BUF_INIT;
	char *s;

	(void)state;
	assert_string_equal(b.s, "");
	buf_add(&b, "", 0);
	assert_int_equal(b.cap, 0);
	for (int i = 0; i < 1000; i++)
		buf_putc(&b, 'x');
	assert_int_equal(b.len, 1000);
	assert_int_equal(strlen(b.s), 1000);
	buf_truncate(&b, 2);
	buf_printf(&b, "-%d%s", 7, "");
	assert_string_equal(b.s, "xx-7");
	buf_add(&b, "\0y", 2);
	assert_int_equal(b.len, 6);
	assert_memory_equal(b.s, "xx-7\0y", 7);
	buf_reset(&b);
	assert_string_equal(b.s, "");
	buf_puts(&b, "kept");
	s = buf_detach(&b);
	assert_string_equal(s, "kept");
	assert_string_equal(b.s, "");
	free(s);
	s = buf_detach(&b);
	assert_string_equal(s, "");
	free(s);
	buf_release(&b);
}

/* Long enough to have an index, which follows what comes, goes and is sorted. */
static void strv_long(void **state)
{
	struct strv a = {0}, b = {0};
	char word[20];

	(void)state;
	for (int i = 0; i < 5000; i++) {
		snprintf(word, sizeof(word), "Word%d", i);
		strv_add(&a, word);
		assert_true(strv_has(&a, word));
	}
	assert_false(strv_has(&a, "word4711"));
	assert_true(strv_has_case(&a, "wORD4711"));
	assert_false(strv_has_case(&a, "word5000"));
	strv_copy(&b, &a);
	assert_true(strv_same_set(&a, &b));
	strv_remove(&a, 4711);
	assert_false(strv_has_case(&a, "word4711"));
	assert_true(strv_has(&a, "Word4712"));
	strv_add(&a, "other");
	assert_int_equal(a.n, b.n);
	assert_true(strv_has(&a, "other"));
	assert_false(strv_same_set(&a, &b));
	strv_drop(&a, "other");
	strv_add(&a, "WORD4711");
	assert_true(strv_same_set(&a, &b));
	strv_release(&a);
	assert_false(strv_has(&a, "Word1"));
	strv_release(&b);
}

static void strv_as_a_set(void **state)
{
	struct strv a = words("One two three"), b = {0};

	(void)state;
	strv_remove(&a, 1);
	assert_words(&a, "One three");
	strv_copy(&b, &a);
	strv_add(&b, "ONE");
	assert_true(strv_has_case(&b, "THREE"));
	assert_false(strv_has_case(&b, "thre"));
	assert_true(strv_same_set(&a, &b));
	strv_add(&b, "four");
	assert_false(strv_same_set(&a, &b));
	strv_release(&a);
	strv_release(&b);
	assert_true(strv_same_set(&a, &b));
}

static void array_items_start_out_zeroed(void **state)
{
	ARRAY(struct value) items = {0};

	(void)state;
	for (size_t i = 0; i < 100; i++) {
		assert_int_equal(array_add(&items)->n, 0);
		items.v[i].n = 7;
	}
	assert_int_equal(items.n, 100);
	assert_int_equal(items.v[99].n, 7);
	array_free(&items);
	assert_null(items.v);
}

static void err_holds_cut_words(void **state)
{
	struct err err = {0};
	char longer[400];

	(void)state;
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_false(err_set(&err, ERR_FILE, 3, "No such file", "/etc/x", longer, NULL));
	assert_int_equal(err.code, ERR_FILE);
	assert_int_equal(err.number, 3);
	assert_string_equal(err.server, "No such file");
	assert_string_equal(err.arg[0], "/etc/x");
	assert_int_equal(strlen(err.arg[1]), 255);
	assert_string_equal(err.arg[2], "");
	assert_false(err_set(&err, ERR_BUSY, 51, NULL, "a", "b", "c", "d", NULL));
	assert_string_equal(err.arg[2], "c");
	assert_string_equal(err.server, "");
	assert_false(err_set(NULL, ERR_BUSY, 51, NULL, NULL));
}

static void settings_defaults(void **state)
{
	struct settings s;

	(void)state;
	settings_init(&s);
	assert_string_equal(s.users.base, "%D");
	assert_words(&s.users.addresses, "mail");
	assert_int_equal(s.users.default_routing, ROUTING_NONE);
	assert_int_equal(s.mail.local_ports.v[0], 25);
	assert_string_equal(s.mail.recipient_delimiter, "+");
	assert_string_equal(s.mail.probe_sender, "double-bounce");
	assert_string_equal(s.mail.relay_ca_file, "");
	free(s.domains.base);
	s.domains.base = xstrdup("ou=domains");
	assert_string_equal(settings_user_search_base(&s), "ou=domains");
	free(s.users.base);
	s.users.base = xstrdup("ou=people");
	assert_string_equal(settings_user_search_base(&s), "ou=people");
	settings_release(&s);
}

static void say_restored(void)
{
	fputs("restored\n", stderr);
}

/* What a child that runs into `fault` says on stderr; *status as of wait(2). */
static void run(void (*fault)(void), char *said, size_t size, int *status)
{
	int pipes[2];
	pid_t child;
	size_t n = 0;
	ssize_t got;

	assert_int_equal(pipe(pipes), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		signal(SIGABRT, SIG_DFL);
		dup2(pipes[1], STDERR_FILENO);
		close(pipes[0]);
		close(pipes[1]);
		base_on_fatal(say_restored);
		fault();
		_exit(0);
	}
	close(pipes[1]);
	while (n < size - 1 && (got = read(pipes[0], said + n, size - 1 - n)) > 0)
		n += (size_t)got;
	said[n] = '\0';
	close(pipes[0]);
	assert_int_equal(waitpid(child, status, 0), child);
}

static void fault_of_ours(void)
{
	struct buf b = BUF_INIT;

	buf_truncate(&b, 5);
}

static void a_fault_restores_the_terminal_first(void **state)
{
	char said[512];
	int status;

	(void)state;
	run(fault_of_ours, said, sizeof(said), &status);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
	assert_ptr_equal(strstr(said, "restored\nrelais: fault at core/buf.c:"), said);
	assert_non_null(strstr(said, "truncating 0 bytes to 5"));
}

int main(void)
{
	struct suite s = {0};

	SUITE_ADD(&s, buf_grows_and_is_used_again);
	SUITE_ADD(&s, strv_as_a_set);
	SUITE_ADD(&s, strv_long);
	SUITE_ADD(&s, array_items_start_out_zeroed);
	SUITE_ADD(&s, err_holds_cut_words);
	SUITE_ADD(&s, settings_defaults);
	SUITE_ADD(&s, a_fault_restores_the_terminal_first);
	return suite_run(&s);
}
