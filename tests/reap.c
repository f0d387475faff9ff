/*
 * reap SECONDS PROGRAM [ARG...]: runs PROGRAM in a session of its own and leaves nothing
 * of it behind.
 *
 * As "child subreaper" (prctl(2)) it inherits whatever daemons the program started, so
 * they can be named, ended and waited for, also after a crash.  Exits as the program
 * did, with 128 + signal, with 124 when its time was up, or with 125 when it had ended
 * well but a second later something that it had started still ran.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { TIMED_OUT = 124, LEFT_BEHIND = 125, NOT_RUN = 127 };

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Kills the processes whose parent we are, each with a word on stderr when told to. */
static void kill_children(bool say)
{
	DIR *proc = opendir("/proc");
	struct dirent *e;
	while (proc && (e = readdir(proc))) {
		char path[300], name[64], state;
		int pid, parent;
		if (!isdigit((unsigned char)e->d_name[0]))
			continue;
		snprintf(path, sizeof path, "/proc/%s/stat", e->d_name);
		FILE *f = fopen(path, "r");
		if (!f)
			continue;
		int n = fscanf(f, "%d (%63[^)]) %c %d", &pid, name, &state, &parent);
		fclose(f);
		if (n != 4 || parent != getpid() || state == 'Z')
			continue;
		if (say)
			fprintf(stderr, "# left behind: %s (%d)\n", name, pid);
		kill(pid, SIGKILL);
	}
	if (proc)
		closedir(proc);
}

/* Reaps what has ended; *status gets main_pid's.  False when there is no child left. */
static bool reap(pid_t main_pid, bool *main_ended, int *status)
{
	for (;;) {
		int s;
		pid_t pid = waitpid(-1, &s, WNOHANG);
		if (pid <= 0)
			return pid == 0;
		if (pid == main_pid) {
			*main_ended = true;
			*status = s;
		}
	}
}

/* Waits for a signal of the set, until the deadline; 0 when that has passed. */
static int await(const sigset_t *set, double deadline)
{
	double left = deadline - now();
	if (left <= 0)
		return 0;
	struct timespec t = {.tv_sec = (time_t)left,
		.tv_nsec = (long)((left - (double)(time_t)left) * 1e9)};
	int sig = sigtimedwait(set, NULL, &t);
	return sig < 0 ? (errno == EAGAIN ? 0 : SIGCHLD) : sig;
}

static pid_t start(char **argv, const sigset_t *unblocked)
{
	pid_t pid = fork();
	if (pid)
		return pid;
	setsid();
	sigprocmask(SIG_SETMASK, unblocked, NULL);
	execvp(argv[0], argv);
	perror(argv[0]);
	_exit(NOT_RUN);
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fprintf(stderr, "reap SECONDS PROGRAM [ARG...]\n");
		return NOT_RUN;
	}
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	sigset_t set, before;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, &before);

	double deadline = now() + atof(argv[1]);
	pid_t pid = start(argv + 2, &before);
	int status = 0, sig = SIGCHLD;
	bool ended = false, more = pid > 0;
	while (more && !ended && sig == SIGCHLD) {
		sig = await(&set, deadline);
		more = reap(pid, &ended, &status);
	}
	/* Daemons told to end do so a moment after the program has. */
	double grace = now() + (ended ? 1 : 0);
	while (more && await(&set, grace))
		more = reap(pid, &ended, &status);
	bool left = more;
	for (bool say = true; more; say = false) {
		kill_children(say);
		await(&set, now() + 0.05);
		more = reap(pid, &ended, &status);
	}
	if (sig != SIGCHLD)
		return sig ? 128 + sig : TIMED_OUT;
	if (WIFSIGNALED(status))
		return 128 + WTERMSIG(status);
	if (WEXITSTATUS(status))
		return WEXITSTATUS(status);
	return left ? LEFT_BEHIND : 0;
}
