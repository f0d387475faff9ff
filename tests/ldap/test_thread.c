/* A thread beside the main one: it takes no signal, and changes none of ours. */
#include "tests/ldap/test.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "core/sys/thread.h"

static int ends[2];

/* How many of these it would take. */
static void *count_open(void *arg)
{
	const int *signals = arg;
	sigset_t mask;
	char n = 0;

	pthread_sigmask(SIG_SETMASK, NULL, &mask);
	for (; *signals; signals++)
		n = (char)(n + !sigismember(&mask, *signals));
	(void)!write(ends[1], &n, 1);
	return NULL;
}

static void takes_no_signal(void **state)
{
	static int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP, SIGCONT, 0};
	struct pollfd fd = {.events = POLLIN};
	sigset_t before, after;
	char n = 1;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	sigemptyset(&before);
	sigaddset(&before, SIGUSR1);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	assert_int_equal(thread_start(count_open, signals), 0);
	pthread_sigmask(SIG_SETMASK, NULL, &after);
	fd.fd = ends[0];
	assert_int_equal(poll(&fd, 1, 10000), 1);
	assert_int_equal(read(ends[0], &n, 1), 1);
	assert_int_equal(n, 0);
	assert_int_equal(sigismember(&after, SIGUSR1), 1);
	for (size_t i = 0; signals[i]; i++)
		assert_int_equal(sigismember(&after, signals[i]), 0);
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(takes_no_signal)};

	return cmocka_run_group_tests_name("thread", tests, NULL, NULL);
}
