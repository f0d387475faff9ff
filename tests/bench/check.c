/* `relais check` of many users beside ldapsearch(1) reading the same attributes. */
#include "tests/bench/bench.h"

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
		struct run one = run_once(check, config, NULL);

		samples_add(&ours, one.ms);
		mb = one.mb > mb ? one.mb : mb;
		samples_add(&theirs, run_once(search, config, NULL).ms);
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
