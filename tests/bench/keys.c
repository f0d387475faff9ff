/*
 * What a key costs in a full 80x24 list: bytes to the terminal, and the time from the key
 * being written to its repaint having been read back.  That is the time inside relais and
 * the kernel's that twice wakes somebody up; what the two of us only waited for a processor
 * is taken off (proc(5), schedstat), so that a busy machine says the same.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/bench/bench.h"

/* ---- knowing that a key was answered --------------------------------------------- */

/* Where the cursor stands, which is painted last, and on what. */
struct place {
	int y, x;
	char *row;
};

static struct place place_of(struct pty *p)
{
	struct place at;

	must(pty_cursor(p, &at.y, &at.x), "no cursor");
	at.row = xstrdup(pty_row(p, at.y));
	return at;
}

static bool is_at(struct pty *p, void *arg)
{
	const struct place *to = arg;
	int y, x;

	return pty_cursor(p, &y, &x) && y == to->y && x == to->x &&
	       strcmp(pty_row(p, y), to->row) == 0;
}

static bool is_elsewhere(struct pty *p, void *arg)
{
	int y, x;

	return pty_cursor(p, &y, &x) && !is_at(p, arg);
}

/* A way there and back, gone slowly once so that one knows what each key leads to. */
struct way {
	const char *there, *back;
	size_t n, m;          /* keys there, keys back */
	struct place *places; /* after each key, the last as before the first */
};

static const char *way_key(const struct way *w, size_t i)
{
	return i < w->n ? w->there : w->back;
}

static void way_learn(struct way *w, struct pty *p)
{
	struct place from = place_of(p);

	w->places = xcalloc(w->n + w->m, sizeof(*w->places));
	for (size_t i = 0; i < w->n + w->m; i++) {
		pty_keys(p, way_key(w, i));
		must(pty_wait_for(p, is_elsewhere, i ? &w->places[i - 1] : &from, 0),
			"there is a key that changes nothing");
		pty_pause(p, 60);
		w->places[i] = place_of(p);
	}
	must(is_at(p, &from), "there is a way that does not lead back");
	free(from.row);
}

static void way_release(struct way *w)
{
	for (size_t i = 0; i < w->n + w->m; i++)
		free(w->places[i].row);
	free(w->places);
	w->places = NULL;
}

/* Presses the i-th key and waits for what it leads to. */
static void way_press(const struct way *w, struct pty *p, size_t i)
{
	pty_keys(p, way_key(w, i));
	must(pty_wait_for(p, is_at, &w->places[i], 0), way_key(w, i));
}

/* ---- bytes ------------------------------------------------------------------------ */

static double bytes_of(struct pty *p, const struct way *w, size_t i)
{
	size_t n;

	pty_mark(p);
	way_press(w, p, i);
	pty_settle(p);
	pty_raw(p, &n);
	return (double)n;
}

/* The least there can be is the two rows that change, as long as their letters make them:
 * so the aim is the median's. */
static void bytes_row(const char *what, struct samples *s)
{
	row_add(samples_at(s, 0.5), 300, "B", "  %s", what);
	row_add(samples_at(s, 1), 0, "B", "  %s, at most", what);
	samples_release(s);
}

void bench_bytes(struct bench *b)
{
	struct way down = {.there = "<Down>", .back = "<Home>", .n = 60, .m = 1};
	struct samples moves = {0}, scrolls = {0};
	struct pty *p = console_home(b);

	console_open(p, USERS);
	way_learn(&down, p);
	for (size_t i = 0; i < down.n; i++) {
		bool moved = i == 0 || down.places[i].y != down.places[i - 1].y;

		samples_add(moved ? &moves : &scrolls, bytes_of(p, &down, i));
	}
	way_release(&down);
	console_end(p);
	heading_add("bytes for a Down key in a full list, median");
	bytes_row("the cursor moves", &moves);
	bytes_row("in the last row, the list scrolls", &scrolls);
}

/* ---- time ------------------------------------------------------------------------- */

enum where { LIST, FILTER, FORM };

static const struct kind {
	const char *what;
	enum where where;
	struct way way;
} kinds[] = {
	{"Up and Down in a list", LIST, {"<Down>", "<Up>", 12, 12, NULL}},
	{"pages of a list", LIST, {"<PageDown>", "<PageUp>", 20, 20, NULL}},
	{"filtering a list as one types", FILTER, {"a", "<Backspace>", 3, 3, NULL}},
	{"moving in a form", FORM, {"<Tab>", "<BackTab>", 3, 3, NULL}},
	{"typing into a form", FORM, {"x", "<Backspace>", 5, 5, NULL}},
};

/* Milliseconds that the process was ready to run and had no processor. */
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

static double time_of(struct pty *p, const struct way *w, size_t i)
{
	double waited = waited_ms(pty_pid(p)) + waited_ms(getpid());
	double began = clock_ms(), all;

	way_press(w, p, i);
	all = clock_ms() - began;
	waited = waited_ms(pty_pid(p)) + waited_ms(getpid()) - waited;
	return all > waited ? all - waited : 0;
}

/* To where the keys of this kind mean something. */
static struct pty *go(struct bench *b, enum where where)
{
	struct pty *p = console_home(b);

	if (where == FORM)
		console_open(p, DOMAINS);
	else
		console_open(p, USERS);
	if (where == FILTER)
		pty_keys(p, "/");
	if (where == FORM) {
		pty_keys(p, "<Enter>");
		must(pty_wait(p, "< Cancel >", 0), "the form does not come");
	}
	pty_pause(p, 300);
	return p;
}

static void time_kind(struct bench *b, const struct kind *k, bool stopped)
{
	struct samples ms = {0};
	struct way way = k->way;
	struct pty *p = go(b, k->where);

	way_learn(&way, p);
	if (stopped)
		kill(b->slapd, SIGSTOP);
	while (ms.all.n < b->keys)
		for (size_t i = 0; i < way.n + way.m; i++)
			samples_add(&ms, time_of(p, &way, i));
	if (stopped)
		kill(b->slapd, SIGCONT);
	row_add(samples_at(&ms, 0.99), 2, "ms", "  %s%s", k->what,
		stopped ? ", slapd stopped" : "");
	samples_release(&ms);
	way_release(&way);
	console_end(p);
}

void bench_keys(struct bench *b)
{
	heading_add("from key to repaint, 99th percentile of %zu", b->keys);
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		time_kind(b, &kinds[i], false);
		time_kind(b, &kinds[i], true);
	}
}
