/*
 * From exec to the list of domains on the screen, Enter typed ahead on home, against
 * ldapsearch(1) reading the same entries with the same attributes.  In pairs, one after
 * the other, so that both see the same machine; the median of the ratios.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/query.h"
#include "tests/bench/bench.h"

#define LAST_DOMAIN "rachat.example" /* in the last row */

extern char **environ;

static bool is_painted(struct pty *p, void *arg)
{
	(void)arg;
	return pty_shows(p, LAST_DOMAIN);
}

static bool is_counted(struct pty *p, void *arg)
{
	return is_painted(p, arg) && !pty_shows(p, "…\n"); /* in the last column */
}

static double relais_ms(struct bench *b, double *counted)
{
	double began = clock_ms(), painted;
	struct pty *p = console_begin(b);

	pty_keys(p, "<Enter>");
	must(pty_wait_for(p, is_painted, NULL, 0), "the domains do not come");
	painted = clock_ms() - began;
	must(pty_wait_for(p, is_counted, NULL, 0), "the counts do not come");
	*counted = clock_ms() - began;
	console_end(p);
	return painted;
}

static double ldapsearch_ms(
	struct bench *b, const char *filter, const char *const *attributes)
{
	const char *argv[32] = {"ldapsearch", "-Q", "-LLL", "-Y", "EXTERNAL", "-H",
		b->settings.directory.uri.v[0], "-b", b->settings.domains.base, filter};
	posix_spawn_file_actions_t out;
	double began;
	pid_t pid;
	int status, n = 10;

	for (; *attributes; attributes++)
		argv[n++] = *attributes;
	posix_spawn_file_actions_init(&out);
	posix_spawn_file_actions_addopen(&out, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	began = clock_ms();
	must(posix_spawnp(&pid, argv[0], &out, NULL, (char *const *)(uintptr_t)argv,
		     environ) == 0,
		"no ldapsearch");
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	must(status == 0, "ldapsearch failed");
	posix_spawn_file_actions_destroy(&out);
	return clock_ms() - began;
}

void bench_start(struct bench *b)
{
	const char **attributes = query_domain_attributes(&b->settings);
	struct samples relais = {0}, counted = {0}, ldapsearch = {0}, ratio = {0};

	for (size_t i = 0; i < b->runs; i++) {
		double whole,
			theirs = ldapsearch_ms(b, b->settings.domains.filter, attributes);
		double ours = relais_ms(b, &whole);

		samples_add(&relais, ours);
		samples_add(&counted, whole);
		samples_add(&ldapsearch, theirs);
		samples_add(&ratio, ours / theirs);
	}
	heading_add("from exec, median of %zu pairs", b->runs);
	row_add(samples_at(&ldapsearch, 0.5), 0, "ms", "  ldapsearch has the domains");
	row_add(samples_at(&relais, 0.5), 0, "ms", "  relais has painted them");
	row_add(samples_at(&counted, 0.5), 0, "ms", "  relais has counted their users");
	row_add(samples_at(&ratio, 0.5), 1.5, "x", "  domains painted / ldapsearch");
	free(attributes);
	samples_release(&relais);
	samples_release(&counted);
	samples_release(&ldapsearch);
	samples_release(&ratio);
}
