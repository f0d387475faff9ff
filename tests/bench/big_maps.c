/* Keys a second through postmap(1) of each table that Postfix asks, beside a plain one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "tests/bench/big.h"

static const struct map {
	const char *name, *keys;
} plain = {"plain", "addresses"}, maps[] = {
					  {"domains", "domains"},
					  {"internal", "addresses"},
					  {"thirdparty", "addresses"},
					  {"relay", "domains"},
					  {"norelay", "addresses"},
					  {"unknownrelay", "domains"},
					  {"recipients", "addresses"},
					  {"unknown", "addresses"},
					  {"known", "addresses"},
					  {"verify", "addresses"},
};

static size_t lines_of(const char *path, const char *with)
{
	char line[1000];
	FILE *f = fopen(path, "r");
	size_t n = 0;

	must(f != NULL, path);
	while (fgets(line, sizeof(line), f))
		n += strstr(line, with) != NULL;
	fclose(f);
	return n;
}

static double ask_ms(const char *dir, const struct map *m)
{
	struct buf table = BUF_INIT, keys = BUF_INIT;
	const char *argv[] = {"postmap", "-q", "-", NULL, NULL};
	double ms;

	buf_printf(&table, "ldap:%s/tables/ldap-%s.cf", dir, m->name);
	buf_printf(&keys, "%s/%s", dir, m->keys);
	argv[3] = table.s;
	ms = run_once(argv, "", keys.s).ms;
	buf_release(&table);
	buf_release(&keys);
	return ms;
}

static size_t told(const char *dir)
{
	struct buf log = BUF_INIT;
	size_t n;

	buf_printf(&log, "%s/slapd.log", dir);
	n = lines_of(log.s, "not indexed");
	buf_release(&log);
	return n;
}

/* Each table asked of the slapd that tells of searches without an index; then one, to see
 * that it does. */
static size_t unindexed(const struct big *b)
{
	char *dir = big_path(b, "logged"), *uri = big_path(b, "logged/uri");
	char *at = big_line(uri);
	const char *const argv[] = {"ldapsearch", "-Q", "-LLL", "-Y", "EXTERNAL", "-H", at,
		"-b", "associatedDomain=s19.example,ou=domains,dc=demo",
		"(description=no*)", "1.1", NULL};
	size_t before = told(dir), n;

	for (size_t i = 0; i < COUNT_OF(maps); i++)
		ask_ms(dir, &maps[i]);
	n = told(dir) - before;
	run_once(argv, "", NULL);
	must(told(dir) == before + n + 1,
		"slapd does not tell of a search without an index");
	free(dir);
	free(uri);
	free(at);
	return n;
}

/* By turns with the plain one, so that both have the same weather. */
void big_maps(struct big *b)
{
	char *keys = big_path(b, "addresses");
	size_t n = lines_of(keys, "@");
	struct samples theirs = {0}, ours[COUNT_OF(maps)] = {0},
		       ratio[COUNT_OF(maps)] = {0};

	for (size_t round = 0; round < b->rounds * 2 + 1; round++)
		for (size_t i = 0; i < COUNT_OF(maps); i++) {
			double they = ask_ms(b->dir, &plain), we = ask_ms(b->dir, &maps[i]);

			samples_add(&theirs, they);
			samples_add(&ours[i], we);
			samples_add(&ratio[i], they / we);
		}
	heading_add("%zu keys through postmap -q -", n);
	row_add(1000 * (double)n / samples_at(&theirs, 0.5), 0, "/s",
		"  a plain mail=%%s table");
	for (size_t i = 0; i < COUNT_OF(maps); i++) {
		row_add(1000 * (double)n / samples_at(&ours[i], 0.5), 0, "/s", "  %s",
			maps[i].name);
		row_add_least(
			samples_at(&ratio[i], 0.5), 0.8, "x", "    beside the plain one");
		samples_release(&ours[i]);
		samples_release(&ratio[i]);
	}
	row_add((double)unindexed(b), 0.4, "",
		"  searches without an index, of all of them");
	samples_release(&theirs);
	free(keys);
}
