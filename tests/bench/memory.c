/* Memory: Pss, which shares what is shared (proc(5)). */
#include <stdio.h>

#include "tests/bench/bench.h"

static double pss_mb(int pid)
{
	char path[64], line[256];
	double kb = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", pid);
	f = fopen(path, "r");
	must(f != NULL, "no smaps_rollup");
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "Pss: %lf", &kb) == 1)
			break;
	fclose(f);
	return kb / 1024;
}

void bench_memory(struct bench *b)
{
	struct pty *p = console_home(b);

	row_add(pss_mb(pty_pid(p)), 12, "MB", "memory (Pss) on home");
	console_open(p, USERS);
	row_add(pss_mb(pty_pid(p)), 0, "MB", "  with the list of users");
	console_end(p);
}
