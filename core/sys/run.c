#include "core/sys/run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000L + t.tv_nsec / 1000000L;
}

char *run_find(const char *name)
{
	static const char daemons[] = "/usr/sbin:/sbin:/usr/local/sbin";
	const char *path = getenv("PATH");
	struct buf places = BUF_INIT, one = BUF_INIT;
	char *found = NULL;

	buf_printf(&places, "%s:%s", path ? path : "", daemons);
	for (const char *p = places.s; *p && !found; p += *p == ':') {
		size_t n = strcspn(p, ":");

		buf_reset(&one);
		buf_add(&one, p, n);
		buf_printf(&one, "/%s", name);
		if (*one.s == '/' && n && access(one.s, X_OK) == 0)
			found = xstrdup(one.s);
		p += n;
	}
	buf_release(&places);
	buf_release(&one);
	return found;
}

/* Signals as if nobody had touched them: the caller's thread blocks them. */
static bool spawn(const char *const *argv, int out, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	bool ok;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setflags(
		&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	ok = posix_spawn(pid, argv[0], &files, &attributes, (char *const *)(uintptr_t)argv,
		     environ) == 0;
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	return ok;
}

/* Up to the end of what is printed. */
static bool read_all(int fd, size_t most, long due, struct buf *out)
{
	size_t start = out->len;
	char bytes[8192];

	for (;;) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		long left = due - now_ms();
		ssize_t n;

		if (left <= 0)
			return false;
		if (poll(&p, 1, (int)left) < 0 && errno != EINTR)
			return false;
		if (!p.revents)
			continue;
		n = read(fd, bytes, sizeof(bytes));
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n <= 0)
			return n == 0;
		buf_add(out, bytes, (size_t)n);
		if (out->len - start > most)
			return false;
	}
}

bool run_read(const char *const *argv, size_t most, int deadline_ms, struct buf *out)
{
	long due = now_ms() + deadline_ms;
	int pipes[2], status = 0;
	bool ok;
	pid_t pid;

	if (pipe2(pipes, O_CLOEXEC) != 0)
		return false;
	ok = spawn(argv, pipes[1], &pid);
	close(pipes[1]);
	if (ok) {
		ok = read_all(pipes[0], most, due, out);
		/* who has closed stdout is about to end */
		if (!ok)
			kill(pid, SIGKILL);
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
		ok = ok && WIFEXITED(status) && WEXITSTATUS(status) == 0;
	}
	close(pipes[0]);
	return ok;
}
