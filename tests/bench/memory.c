/* Memory: Pss, which shares what is shared (proc(5)). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/bench/bench.h"

static double kb_of(FILE *f, const char *name)
{
	char line[256];
	double kb = 0;

	while (fgets(line, sizeof(line), f))
		if (strncmp(line, name, strlen(name)) == 0) {
			kb = strtod(line + strlen(name), NULL);
			break;
		}
	fclose(f);
	return kb;
}

/* The console's memory is for root to look at (core/sys/nodump.h); others learn Rss, which
 * is more. */
double memory_mb(int pid)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", pid);
	f = fopen(path, "r");
	if (f)
		return kb_of(f, "Pss:") / 1024;
	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	f = fopen(path, "r");
	must(f != NULL, "no status");
	return kb_of(f, "VmRSS:") / 1024;
}

void bench_memory(struct bench *b)
{
	struct pty *p = console_home(b);

	row_add(memory_mb(pty_pid(p)), 12, "MB",
		geteuid() == 0 ? "memory (Pss) on home" : "memory (Rss) on home");
	console_open(p, USERS);
	row_add(memory_mb(pty_pid(p)), 0, "MB", "  with the list of users");
	console_end(p);
}
