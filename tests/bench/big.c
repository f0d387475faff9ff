/* Figures of a directory of many users, beside what libldap and the usual tools take. */
#include "tests/bench/big.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/query.h"
#include "core/sys/config.h"

char *big_path(const struct big *b, const char *name)
{
	struct buf path = BUF_INIT;

	buf_printf(&path, "%s/%s", b->dir, name);
	return buf_detach(&path);
}

size_t big_domain_users(const struct big *b)
{
	return (size_t)(0.099 * (double)b->users + 0.5);
}

char *big_domain_filter(const struct big *b, const char *domain)
{
	struct strv names = {0};
	struct buf filter = BUF_INIT;

	strv_add(&names, domain);
	query_users_of(&b->bench.settings, &names, USERS_ALL, &filter);
	strv_release(&names);
	return buf_detach(&filter);
}

char *big_line(const char *path)
{
	char line[400] = "";
	FILE *f = fopen(path, "r");

	must(f && fgets(line, sizeof(line), f), path);
	fclose(f);
	line[strcspn(line, "\n")] = '\0';
	return xstrdup(line);
}

static struct raw read_raw(const char *path, size_t times)
{
	struct samples first = {0}, all = {0};
	struct raw raw = {0};
	double first_ms, all_ms;
	FILE *f = fopen(path, "r");

	must(f != NULL, path);
	while (fscanf(f, "%lf %lf %zu %*u", &first_ms, &all_ms, &raw.entries) == 3) {
		samples_add(&first, first_ms);
		samples_add(&all, all_ms);
	}
	fclose(f);
	must(all.all.n == times, "raw does not answer");
	raw.first_ms = samples_at(&first, 0.5);
	raw.all_ms = samples_at(&all, 0.5);
	samples_release(&first);
	samples_release(&all);
	return raw;
}

struct raw big_raw(const struct big *b, size_t times, const char *base, const char *scope,
	int limit, const char *filter)
{
	const char **attributes = query_user_attributes(&b->bench.settings);
	char *program = big_path(b, "build/raw"), *output = big_path(b, "raw.out");
	char times_text[24], limit_text[24];
	const char *argv[40] = {
		program, times_text, b->uri, base, scope, limit_text, filter};
	size_t n = 7;
	struct raw raw;

	snprintf(times_text, sizeof(times_text), "%zu", times);
	snprintf(limit_text, sizeof(limit_text), "%d", limit);
	for (size_t i = 0; attributes[i] && n < 36; i++)
		argv[n++] = attributes[i];
	argv[n++] = "entryUUID";
	argv[n++] = "entryCSN";
	run_into(argv, "", output);
	raw = read_raw(output, times);
	free(attributes);
	free(program);
	free(output);
	return raw;
}

static const struct part {
	const char *name;
	void (*measure)(struct big *b);
} parts[] = {
	{"screens", big_screens},
	{"live", big_live},
	{"typed", big_typed},
	{"maps", big_maps},
	{"marked", big_marked},
	{"changes", big_changes},
};

void bench_big(const char *relais, const char *dir, size_t users, size_t rounds)
{
	struct big b = {.bench = {.relais = relais, .runs = 5 * rounds, .keys = 400},
		.dir = dir,
		.users = users,
		.rounds = rounds};
	char *config = big_path(&b, "relais.conf"), *uri = big_path(&b, "uri");
	const char *wanted = getenv("BENCH_PARTS");
	struct err err;

	b.bench.config = config;
	b.uri = big_line(uri);
	must(config_load(config, &b.bench.settings, &err),
		"the configuration can't be read");
	heading_add("on %zu users, medians", users);
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		if (!wanted || strstr(wanted, parts[i].name))
			parts[i].measure(&b);
	settings_release(&b.bench.settings);
	free((void *)(uintptr_t)b.uri);
	free(config);
	free(uri);
}
