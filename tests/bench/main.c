/*
 * bench RELAIS CONFIG SLAPD_PID MIXED_DIR MAIL_DIR: measures, and prints what, measured,
 * aim, met or not.  tests/bench/run starts it on directories.  BENCH_RUNS and BENCH_KEYS:
 * how often.
 *
 * bench big RELAIS DIR USERS: the same of a directory of many, as tests/bench/big makes it.
 * BENCH_ROUNDS: how often.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/sys/config.h"
#include "tests/bench/bench.h"

struct row {
	char *what;
	double measured, aim;
	bool at_least;
	const char *unit;
};

static ARRAY(struct row) rows;

double clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void print_rows(void);

/* What was measured until then is told all the same. */
void must(bool met, const char *what)
{
	if (met)
		return;
	if (rows.n)
		print_rows();
	fprintf(stderr, "bench: %s\n", what);
	exit(1);
}

/* ---- samples -------------------------------------------------------------------- */

void samples_add(struct samples *s, double value)
{
	*array_add(&s->all) = value;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

double samples_at(struct samples *s, double share)
{
	must(s->all.n > 0, "no samples");
	qsort(s->all.v, s->all.n, sizeof(s->all.v[0]), ascending);
	return s->all.v[(size_t)(share * (double)(s->all.n - 1) + 0.5)];
}

void samples_release(struct samples *s)
{
	array_free(&s->all);
}

/* ---- the table ------------------------------------------------------------------ */

__attribute__((format(printf, 2, 0))) static void add(
	struct row row, const char *what, va_list args)
{
	char words[200];

	vsnprintf(words, sizeof(words), what, args);
	row.what = xstrdup(words);
	*array_add(&rows) = row;
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r\033[K%s", words);
}

void row_add(double measured, double aim, const char *unit, const char *what, ...)
{
	va_list args;

	va_start(args, what);
	add((struct row){NULL, measured, aim, false, unit}, what, args);
	va_end(args);
}

void row_add_least(double measured, double aim, const char *unit, const char *what, ...)
{
	va_list args;

	va_start(args, what);
	add((struct row){NULL, measured, aim, true, unit}, what, args);
	va_end(args);
}

void heading_add(const char *what, ...)
{
	va_list args;

	va_start(args, what);
	add((struct row){0}, what, args);
	va_end(args);
}

/* 0.42, 8.3, 291: as many digits as mean something */
static void print_value(const char *sign, double value, const char *unit)
{
	char text[64] = "";

	if (unit && !*unit)
		snprintf(text, sizeof(text), "%s%.0f", sign, value);
	else if (unit)
		snprintf(text, sizeof(text), "%s%.*f %s", sign,
			value < 3    ? 2
			: value < 30 ? 1
				     : 0,
			value, unit);
	printf(" | %10s", text);
}

static bool is_met(const struct row *r)
{
	return r->at_least ? r->measured >= r->aim : r->measured <= r->aim;
}

static void print_rows(void)
{
	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
	printf("%-50s | %10s | %10s | %s\n", "what", "measured", "aim", "met or not");
	for (size_t i = 0; i < rows.n; i++) {
		const struct row *r = &rows.v[i];

		printf("%-50s", r->what);
		print_value("", r->measured, r->unit);
		print_value(r->at_least ? ">= " : "", r->aim, r->aim > 0 ? r->unit : NULL);
		printf(" | %s\n", r->aim <= 0 ? "" : is_met(r) ? "met" : "NOT met");
		free(r->what);
	}
	array_free(&rows);
}

/* ---- all of it ------------------------------------------------------------------ */

static size_t number(const char *variable, size_t otherwise)
{
	const char *value = getenv(variable);

	return value && atoi(value) > 0 ? (size_t)atoi(value) : otherwise;
}

/* Above one a processor, others wait for what we measure. */
static void tell_load(void)
{
	double load = 0;

	getloadavg(&load, 1);
	heading_add("with %ld processors and a load of %.1f", sysconf(_SC_NPROCESSORS_ONLN),
		load);
}

static int big(const char *relais, const char *dir, const char *users)
{
	tell_load();
	bench_big(relais, dir, (size_t)atol(users), number("BENCH_ROUNDS", 3));
	print_rows();
	return 0;
}

int main(int argc, char **argv)
{
	struct bench b = {
		.runs = number("BENCH_RUNS", 61),
		.keys = number("BENCH_KEYS", 400),
	};
	struct err err;

	if (argc == 5 && strcmp(argv[1], "big") == 0)
		return big(argv[2], argv[3], argv[4]);
	must(argc == 6, "bench RELAIS CONFIG SLAPD_PID MIXED_DIR MAIL_DIR");
	b.relais = argv[1];
	b.config = argv[2];
	b.slapd = atoi(argv[3]);
	must(config_load(b.config, &b.settings, &err), "the configuration can't be read");
	tell_load();
	bench_start(&b);
	bench_bytes(&b);
	bench_keys(&b);
	bench_memory(&b);
	if (getenv("BENCH_MANY_CONFIG"))
		bench_check(&b, getenv("BENCH_MANY_CONFIG"), getenv("BENCH_MANY_URI"),
			number("BENCH_MANY", 0));
	bench_explain(&b, argv[4]);
	bench_searches(argv[5]);
	print_rows();
	settings_release(&b.settings);
	return 0;
}
