/* `relais check` of many users beside ldapsearch(1) reading the same attributes. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "core/buf.h"
#include "tests/bench/bench.h"

struct run {
	double ms, mb; /* wall clock; most memory in use at a time */
};

static struct run run_once(const char *const *argv, const char *config)
{
	double began = clock_ms();
	struct rusage used;
	int status = 0, null;
	pid_t pid = fork();

	if (pid == 0) {
		null = open("/dev/null", O_RDWR);
		for (int fd = 0; fd < 3; fd++)
			dup2(null, fd);
		setenv("RELAIS_CONFIG", config, 1);
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	must(pid > 0 && wait4(pid, &status, 0, &used) == pid, "no process");
	must(WIFEXITED(status) && WEXITSTATUS(status) < 2, argv[0]);
	return (struct run){clock_ms() - began, (double)used.ru_maxrss / 1024};
}

/* By turns, so that both have the same weather; medians. */
void bench_check(struct bench *b, const char *config, const char *uri, size_t users)
{
	enum { RUNS = 7 };
	const char *const check[] = {b->relais, "check", NULL};
	const char *const search[] = {"ldapsearch", "-Q", "-Y", "EXTERNAL", "-H", uri,
		"-LLL", "-b", "ou=domains,dc=demo", "(objectClass=inetOrgPerson)",
		"relaisRouting", "relaisThirdPartyAddress", "mail", NULL};
	struct samples ours = {0}, theirs = {0};
	double mb = 0;

	for (int i = 0; i < RUNS; i++) {
		struct run one = run_once(check, config);

		samples_add(&ours, one.ms);
		mb = one.mb > mb ? one.mb : mb;
		samples_add(&theirs, run_once(search, config).ms);
	}
	heading_add("the consistency check of %zu users", users);
	row_add(samples_at(&theirs, 0.5), 0, "ms",
		"  ldapsearch reading the same attributes");
	row_add(samples_at(&ours, 0.5), 1.5 * samples_at(&theirs, 0.5), "ms",
		"  relais check, at most 1.5 times that");
	row_add(mb, 64, "MB", "  its memory at most");
	samples_release(&ours);
	samples_release(&theirs);
}
