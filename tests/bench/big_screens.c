/* Home and the list of one big domain's users, as they are painted. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/buf.h"
#include "tests/bench/big.h"

enum { PATIENCE_MS = 300000 };

/* ---- home ------------------------------------------------------------------------- */

static bool home_is_painted(struct pty *p, void *arg)
{
	(void)arg;
	return pty_shows(p, "Directory entities") && pty_shows(p, "Changes");
}

static bool is_counted(struct pty *p, void *arg)
{
	(void)arg;
	return pty_shows(p, "users, ") && !pty_shows(p, "…");
}

static void bench_home(struct big *b)
{
	const char *const search[] = {"ldapsearch", "-Q", "-LLL", "-Y", "EXTERNAL", "-H",
		b->uri, "-b", b->bench.settings.directory.base, "-s", "base", "1.1", NULL};
	struct samples ours = {0}, theirs = {0}, counted = {0}, mb = {0}, ratio = {0};

	for (size_t i = 0; i < b->bench.runs; i++) {
		double ms = run_once(search, "", NULL).ms, began = clock_ms(), painted;
		struct pty *p = console_begin(&b->bench);

		must(pty_wait_for(p, home_is_painted, NULL, 0), "home does not come");
		painted = clock_ms() - began;
		samples_add(&theirs, ms);
		samples_add(&ours, painted);
		samples_add(&ratio, painted / ms);
		if (i < b->rounds) {
			must(pty_wait_for(p, is_counted, NULL, PATIENCE_MS), "no counts");
			samples_add(&counted, clock_ms() - began);
			samples_add(&mb, memory_mb(pty_pid(p)));
		}
		console_end(p);
	}
	row_add(samples_at(&theirs, 0.5), 0, "ms", "ldapsearch of one entry");
	row_add(samples_at(&ours, 0.5), 0, "ms", "exec to home painted");
	row_add(samples_at(&ratio, 0.5), 2, "x", "  beside ldapsearch");
	row_add(samples_at(&counted, 0.5), 0, "ms", "  to all of its counts");
	row_add(samples_at(&mb, 0.5), 12, "MB", "  memory on home");
	samples_release(&ours);
	samples_release(&theirs);
	samples_release(&counted);
	samples_release(&mb);
	samples_release(&ratio);
}

/* ---- the users of one domain ------------------------------------------------------- */

static bool no_dots(struct pty *p, void *arg)
{
	(void)arg;
	return pty_shows(p, "s19.example") && !pty_shows(p, "…\n") && !pty_shows(p, "… ");
}

struct pty *big_on_domain(struct big *b, const char *name)
{
	struct pty *p = console_begin(&b->bench);

	must(pty_wait_for(p, is_counted, NULL, PATIENCE_MS), "home does not come");
	console_open(p, DOMAINS);
	must(pty_wait_for(p, no_dots, NULL, PATIENCE_MS), "the domains are never counted");
	pty_settle(p);
	console_go_down_to(p, name);
	return p;
}

struct shown {
	const char *domain;
	char count[40]; /* "of 99,000" */
};

/* Below the heading, with all of its columns. */
static bool rows_are_painted(struct pty *p, void *arg)
{
	const struct shown *s = arg;

	return strstr(pty_row(p, 4), "E-mail") && strstr(pty_row(p, 5), s->domain);
}

static bool all_are_there(struct pty *p, void *arg)
{
	const struct shown *s = arg;

	return pty_shows(p, s->count) && !pty_shows(p, "(reading)");
}

static void back(struct pty *p)
{
	pty_keys(p, "<Esc>");
	must(pty_wait(p, "Relay", 0), "the domains do not come back");
	must(pty_wait_for(p, no_dots, NULL, PATIENCE_MS), "the domains are never counted");
	pty_settle(p);
}

/* The last in order is the last row. */
static void is_sorted(struct pty *p)
{
	pty_keys(p, "<End>");
	must(pty_wait(p, "Zzyzx Last", 0), "the list is not sorted");
	pty_keys(p, "<Home>");
	pty_settle(p);
}

static void count_words(size_t n, char out[40])
{
	if (n >= 1000)
		snprintf(out, 40, "of %zu,%03zu ", n / 1000, n % 1000);
	else
		snprintf(out, 40, "of %zu ", n);
	out[strlen(out) - 1] = '\0';
}

static void bench_domain(struct big *b)
{
	struct samples first = {0}, all = {0}, raw_first = {0}, raw_all = {0}, ratio = {0};
	struct shown shown = {.domain = "s2.example"};
	struct pty *p = big_on_domain(b, "s2.example");
	char *filter = big_domain_filter(b, "s2.example");
	size_t n = big_domain_users(b);
	struct raw one;
	double mb = 0;

	count_words(n, shown.count);
	one = big_raw(b, b->rounds * 2 + 1,
		"associatedDomain=s2.example,ou=domains,dc=demo", "one", 0,
		"(objectClass=inetOrgPerson)");
	must(one.entries == n, "raw does not find all of them");
	/* In pairs: a machine is not as fast in one second as in another. */
	for (size_t i = 0; i < b->rounds * 4 + 1; i++) {
		struct raw raw = big_raw(b, 1, "ou=domains,dc=demo", "sub", 0, filter);
		double began;

		must(raw.entries == n, "raw does not find all of them");
		samples_add(&raw_first, raw.first_ms);
		samples_add(&raw_all, raw.all_ms);
		began = clock_ms();
		pty_keys(p, "e");
		must(pty_wait_for(p, rows_are_painted, &shown, PATIENCE_MS), "no rows");
		samples_add(&first, clock_ms() - began);
		must(pty_wait_for(p, all_are_there, &shown, PATIENCE_MS), "not all rows");
		samples_add(&all, clock_ms() - began);
		samples_add(&ratio, (clock_ms() - began) / raw.all_ms);
		mb = memory_mb(pty_pid(p)) > mb ? memory_mb(pty_pid(p)) : mb;
		is_sorted(p);
		back(p);
	}
	console_end(p);
	heading_add("a domain of %zu", n);
	row_add(samples_at(&raw_first, 0.5), 0, "ms", "  raw libldap reader, first row");
	row_add(samples_at(&first, 0.5), 20, "ms", "  first rows painted after the key");
	row_add(samples_at(&raw_all, 0.5), 0, "ms", "  raw libldap reader, all rows");
	row_add(one.all_ms, 0, "ms", "    by the tree instead of the addresses");
	row_add(samples_at(&all, 0.5), 0, "ms", "  all rows loaded and sorted");
	row_add(samples_at(&ratio, 0.5), 1.3, "x", "    beside the raw reader");
	row_add(mb, 32, "MB", "  memory with all of them");
	free(filter);
	samples_release(&first);
	samples_release(&all);
	samples_release(&raw_first);
	samples_release(&raw_all);
	samples_release(&ratio);
}

/* ---- keys while loading ------------------------------------------------------------- */

static double waited_ms(int pid)
{
	unsigned long long waited = 0;
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/schedstat", pid);
	f = fopen(path, "r");
	if (f && fscanf(f, "%*u %llu", &waited) != 1)
		waited = 0;
	if (f)
		fclose(f);
	return (double)waited / 1e6;
}

/* The list's cursor on another row than this text; rows that come in between leave it on
 * its entry.  While a frame is being painted it stands elsewhere, or in the row's middle.
 */
static bool on_another(struct pty *p, void *arg)
{
	int y, x;

	return pty_cursor(p, &y, &x) && x == 0 &&
	       strncmp(pty_row(p, y), "▸", strlen("▸")) == 0 &&
	       strcmp(pty_row(p, y), arg) != 0;
}

/* "12 of 12", of those that have come. */
static bool on_the_last(struct pty *p)
{
	const char *row = pty_row(p, 2), *of = strstr(row, " of ");
	const char *at = of;
	size_t n;

	must(of != NULL, "no position");
	while (at > row && at[-1] != ' ')
		at--;
	n = (size_t)(of - at);
	return strncmp(at, of + 4, n) == 0 && (of[4 + n] == ' ' || of[4 + n] == '\0');
}

static bool has_two(struct pty *p, void *arg)
{
	return on_another(p, arg) && !strstr(pty_row(p, 2), " 1 of 1 ");
}

static bool not_on_first(struct pty *p, void *arg)
{
	return on_another(p, arg) && !strstr(pty_row(p, 2), " 1 of ");
}

/* To the first row, which it stays on: until it is moved it is on whatever is the first. */
static void settle_on_first(struct pty *p)
{
	char *row;
	int y, x;

	must(pty_wait_for(p, has_two, (char[]){""}, PATIENCE_MS), "there is one row");
	pty_keys(p, "<End>");
	must(pty_wait_for(p, not_on_first, (char[]){""}, 0), "End is not answered");
	must(pty_cursor(p, &y, &x), "no cursor");
	row = xstrdup(pty_row(p, y));
	pty_keys(p, "<Home>");
	must(pty_wait_for(p, on_another, row, 0), "Home is not answered");
	free(row);
}

/* Down, or Up where nothing is below yet. */
static double key_ms(struct pty *p)
{
	double waited, began, all;
	char *row;
	int y, x;

	must(pty_wait_for(p, on_another, (char[]){""}, 0), "no row");
	must(pty_cursor(p, &y, &x), "no cursor");
	row = xstrdup(pty_row(p, y));
	waited = waited_ms(pty_pid(p)) + waited_ms(getpid());
	began = clock_ms();
	pty_keys(p, on_the_last(p) ? "<Up>" : "<Down>");
	must(pty_wait_for(p, on_another, row, 0), "a key is not answered");
	all = clock_ms() - began;
	waited = waited_ms(pty_pid(p)) + waited_ms(getpid()) - waited;
	free(row);
	return all > waited ? all - waited : 0;
}

/* In the biggest, which loads longest. */
static void bench_keys_while_loading(struct big *b)
{
	struct shown shown = {.domain = "s0.example"};
	struct samples ms = {0};
	struct pty *p = big_on_domain(b, "s0.example");

	for (int i = 0; i < 20 && ms.all.n < b->bench.keys; i++) {
		pty_keys(p, "e");
		must(pty_wait_for(p, rows_are_painted, &shown, PATIENCE_MS), "no rows");
		settle_on_first(p);
		while (pty_shows(p, "(reading)") && ms.all.n < b->bench.keys)
			samples_add(&ms, key_ms(p));
		must(pty_wait_gone(p, "(reading)", PATIENCE_MS), "it loads for ever");
		back(p);
	}
	console_end(p);
	if (ms.all.n < 10) {
		heading_add("  it loads too fast for keys meanwhile");
		return;
	}
	row_add(samples_at(&ms, 0.5), 0, "ms",
		"  a key while %d %% of all load, median of %zu", 40, ms.all.n);
	row_add(samples_at(&ms, 0.99), 8, "ms", "    99th percentile");
	samples_release(&ms);
}

void big_screens(struct big *b)
{
	bench_home(b);
	bench_domain(b);
	bench_keys_while_loading(b);
}
