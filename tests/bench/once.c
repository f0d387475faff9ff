/* A command from beginning to end. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/bench.h"

static void become(
	const char *const *argv, const char *config, const char *input, const char *output)
{
	int null = open("/dev/null", O_RDWR);

	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	if (input)
		dup2(open(input, O_RDONLY), 0);
	if (output)
		dup2(open(output, O_WRONLY | O_CREAT | O_TRUNC, 0600), 1);
	setenv("RELAIS_CONFIG", config, 1);
	execvp(argv[0], (char *const *)(uintptr_t)argv);
	_exit(127);
}

static struct run run(
	const char *const *argv, const char *config, const char *input, const char *output)
{
	double began = clock_ms();
	struct rusage used;
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		become(argv, config, input, output);
	must(pid > 0 && wait4(pid, &status, 0, &used) == pid, "no process");
	must(WIFEXITED(status) && WEXITSTATUS(status) < 2, argv[0]);
	return (struct run){clock_ms() - began, (double)used.ru_maxrss / 1024};
}

struct run run_once(const char *const *argv, const char *config, const char *input)
{
	return run(argv, config, input, NULL);
}

struct run run_into(const char *const *argv, const char *config, const char *output)
{
	return run(argv, config, NULL, output);
}
