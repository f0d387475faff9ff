/*
 * `relais explain` of many addresses beside `postmap -q -` asking the written tables for
 * them: one table; and all that Postfix asks, in its order, of transport(5)'s keys the
 * address and the domain.  (It asks for ".example", too; we don't, and neither here.)
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/buf.h"
#include "tests/bench/bench.h"

/* The tables of one postmap(1), the first that answers, for the keys in a file of DIR. */
struct lookup {
	const char *keys, *tables[5];
};

static const struct lookup one_table = {"addresses", {"ldap:%s/ldap-recipients.cf"}};

static const struct lookup all_tables[] = {
	{"domains", {"ldap:%s/ldap-domains.cf"}},
	{"addresses", {"ldap:%s/ldap-recipients.cf", "ldap:%s/ldap-unknown.cf"}},
	{"addresses", {"ldap:%s/ldap-internal.cf",
			      "pipemap:{ldap:%s/ldap-thirdparty.cf,ldap:%s/ldap-relay.cf}",
			      "ldap:%s/ldap-norelay.cf", "ldap:%s/ldap-unknownrelay.cf"}},
	{"left", {"ldap:%s/ldap-unknownrelay.cf"}},
};

/* Appends text with every "%s" in it being DIR/tables. */
static void put_table(struct buf *out, const char *text, const char *dir)
{
	for (const char *p = text; *p; p++)
		if (p[0] == '%' && p[1] == 's') {
			buf_puts(out, dir);
			buf_puts(out, "/tables");
			p++;
		} else {
			buf_putc(out, *p);
		}
}

static double postmap_ms(const char *dir, const struct lookup *l)
{
	const char *argv[9] = {"postmap", "-q", "-"};
	struct buf tables[COUNT_OF(l->tables)], keys = BUF_INIT;
	size_t n = 0;
	double ms;

	for (; n < COUNT_OF(l->tables) && l->tables[n]; n++) {
		buf_init(&tables[n]);
		put_table(&tables[n], l->tables[n], dir);
		argv[3 + n] = tables[n].s;
	}
	buf_puts(&keys, dir);
	buf_puts(&keys, "/");
	buf_puts(&keys, l->keys);
	ms = run_once(argv, "", keys.s).ms;
	while (n > 0)
		buf_release(&tables[--n]);
	buf_release(&keys);
	return ms;
}

static double every_table_ms(const char *dir)
{
	double ms = 0;

	for (size_t i = 0; i < COUNT_OF(all_tables); i++)
		ms += postmap_ms(dir, &all_tables[i]);
	return ms;
}

static size_t lines_of(const char *path)
{
	FILE *f = fopen(path, "r");
	size_t n = 0;
	int c;

	must(f != NULL, path);
	while ((c = getc(f)) != EOF)
		n += c == '\n';
	fclose(f);
	return n;
}

static void add_rows(size_t n, struct samples *explain, struct samples *one,
	struct samples *all, struct samples *ratio)
{
	double per_second = 1000 * (double)n, ours = samples_at(explain, 0.5);

	heading_add("where %zu addresses go, median of %zu runs", n, explain->all.n);
	row_add(per_second / samples_at(one, 0.5), 0, "/s",
		"  postmap -q -, one table (recipients)");
	row_add(per_second / samples_at(all, 0.5), 0, "/s",
		"  postmap -q -, all that Postfix asks");
	row_add(per_second / ours, 0, "/s", "  relais explain --json -");
	row_add(samples_at(ratio, 0.5), 1, "x", "  time of explain / of one table");
	row_add(ours / samples_at(all, 0.5), 0, "x", "  time of explain / of all of them");
}

/* By turns, so that all have the same weather. */
void bench_explain(struct bench *b, const char *dir)
{
	enum { RUNS = 9 };
	const char *const argv[] = {b->relais, "explain", "--json", "-", NULL};
	struct samples explain = {0}, one = {0}, all = {0}, ratio = {0};
	char config[300], addresses[300];

	snprintf(config, sizeof(config), "%s/relais.conf", dir);
	snprintf(addresses, sizeof(addresses), "%s/addresses", dir);
	for (int i = 0; i < RUNS; i++) {
		double theirs = postmap_ms(dir, &one_table);
		double ours = run_once(argv, config, addresses).ms;

		samples_add(&explain, ours);
		samples_add(&one, theirs);
		samples_add(&ratio, ours / theirs);
		samples_add(&all, every_table_ms(dir));
	}
	add_rows(lines_of(addresses), &explain, &one, &all, &ratio);
	samples_release(&explain);
	samples_release(&one);
	samples_release(&all);
	samples_release(&ratio);
}
