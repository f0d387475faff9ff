/* Search as you type, over all domains: from the letter to what it finds on the screen. */
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/query.h"
#include "tests/bench/big.h"

enum { PATIENCE_MS = 300000, WINDOW = 500, ALL_ARE_LOADED = 20000 };

static bool is_found(struct pty *p, void *arg)
{
	(void)arg;
	return pty_shows(p, "Zzyzx Last");
}

static bool is_quiet(struct pty *p, void *arg)
{
	(void)arg;
	return !pty_shows(p, "(reading)") && !pty_shows(p, "Zzyzx Last");
}

static void type_before(struct pty *p, const char *letters)
{
	pty_keys(p, letters);
	pty_settle(p);
	must(pty_wait_for(p, is_quiet, NULL, PATIENCE_MS), "the search does not end");
	pty_settle(p);
}

/* Milliseconds from the last of these letters, in a console of its own: whom a search found
 * once is there. */
static double type(struct big *b, const char *letters, const char *last)
{
	struct pty *p = console_home(&b->bench);
	double began;

	console_open(p, USERS);
	pty_keys(p, "/");
	type_before(p, letters);
	began = clock_ms();
	pty_keys(p, last);
	must(pty_wait_for(p, is_found, NULL, PATIENCE_MS), "nobody is found");
	began = clock_ms() - began;
	console_end(p);
	return began;
}

static struct raw raw_of(const struct big *b, const char *typed)
{
	static const struct strv all;
	struct buf filter = BUF_INIT;
	struct raw raw;

	buf_puts(&filter, "(&");
	query_users_matching(&b->bench.settings, typed, &all, &filter);
	buf_putc(&filter, ')');
	raw = big_raw(b, 11, "ou=domains,dc=demo", "sub", WINDOW, filter.s);
	must(raw.entries > 0, "raw finds nobody");
	buf_release(&filter);
	return raw;
}

static void bench_letters(struct big *b, const char *letters, const char *last)
{
	struct buf all = BUF_INIT;
	struct samples ms = {0};
	struct raw raw;

	buf_printf(&all, "%s%s", letters, last);
	raw = raw_of(b, all.s);
	for (size_t i = 0; i < 2 * b->rounds + 1; i++)
		samples_add(&ms, type(b, letters, last));
	row_add(raw.all_ms, 0, "ms", "  raw search of \"%s\"", all.s);
	row_add(samples_at(&ms, 0.5), raw.all_ms + 5, "ms",
		"  from its last letter to painted");
	samples_release(&ms);
	buf_release(&all);
}

void big_typed(struct big *b)
{
	heading_add("search as you type, in all domains");
	bench_letters(b, "z", "z");
	if (b->users > ALL_ARE_LOADED)
		bench_letters(b, "zyz", "x");
}
