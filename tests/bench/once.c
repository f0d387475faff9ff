/* A command from beginning to end. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/bench.h"

static void become(const char *const *argv, const char *config, const char *input,
	const char *output, FILE *words)
{
	int null = open("/dev/null", O_RDWR);

	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	if (input)
		dup2(open(input, O_RDONLY), 0);
	if (output)
		dup2(open(output, O_WRONLY | O_CREAT | O_TRUNC, 0600), 1);
	dup2(fileno(words), 2);
	setenv("RELAIS_CONFIG", config, 1);
	execvp(argv[0], (char *const *)(uintptr_t)argv);
	_exit(127);
}

/* In its own words, and how it ended. */
static void tell(const char *command, int status, FILE *words)
{
	char line[1000];

	rewind(words);
	while (fgets(line, sizeof(line), words))
		fputs(line, stderr);
	if (WIFSIGNALED(status))
		fprintf(stderr, "%s: ended by signal %d\n", command, WTERMSIG(status));
	else
		fprintf(stderr, "%s: ended with %d\n", command, WEXITSTATUS(status));
}

static struct run run(
	const char *const *argv, const char *config, const char *input, const char *output)
{
	FILE *words = tmpfile();
	double began = clock_ms();
	struct rusage used;
	int status = 0;
	bool met;
	pid_t pid;

	must(words != NULL, "no file for what a command says");
	pid = fork();
	if (pid == 0)
		become(argv, config, input, output, words);
	must(pid > 0 && wait4(pid, &status, 0, &used) == pid, "no process");
	began = clock_ms() - began;
	met = WIFEXITED(status) && WEXITSTATUS(status) < 2;
	if (!met)
		tell(argv[0], status, words);
	fclose(words);
	must(met, argv[0]);
	return (struct run){began, (double)used.ru_maxrss / 1024};
}

struct run run_once(const char *const *argv, const char *config, const char *input)
{
	return run(argv, config, input, NULL);
}

struct run run_into(const char *const *argv, const char *config, const char *output)
{
	return run(argv, config, NULL, output);
}
