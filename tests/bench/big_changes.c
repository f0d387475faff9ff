/* Thousands of users to third-party mail, as the console writes them, beside
 * ldapmodify(1). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "tests/bench/big.h"

enum { MANY = 10000, VERY_MANY = 100000, A_TURN = 500, SOME = 8 };

/* So many, or as BENCH_CHANGES says, of those that there are. */
static size_t how_many(const struct big *b, size_t n)
{
	const char *said = getenv("BENCH_CHANGES");
	size_t internal = b->users / 10 * 9;

	if (said)
		n = (size_t)atol(said);
	return internal < n ? internal : n;
}

struct made {
	size_t n;
	double ms, mb;
};

/* See tests/bench/prog_changes.c. */
static struct made change(
	const struct big *b, size_t n, const char *to, const char *how, const char *output)
{
	char *program = big_path(b, "build/changes"), *journal = big_path(b, "journal"),
	     number[24];
	const char *const argv[] = {
		program, b->bench.config, journal, number, to, how, NULL};
	struct made made = {0};
	long kb = 0;
	FILE *f;

	snprintf(number, sizeof(number), "%zu", n);
	run_into(argv, "", output);
	free(program);
	free(journal);
	if (strcmp(how, "ldif") == 0)
		return made;
	f = fopen(output, "r");
	must(f && fscanf(f, "%zu %lf %ld", &made.n, &made.ms, &kb) == 3, "no changes made");
	fclose(f);
	made.mb = (double)kb / 1024;
	return made;
}

/* How many were made, of how many. */
static void must_be_all(struct made made, size_t n, const char *what)
{
	struct buf words = BUF_INIT;

	buf_printf(&words, "%s: %zu of %zu", what, made.n, n);
	must(made.n >= n, words.s);
	buf_release(&words);
}

static void back(const struct big *b, size_t n, const char *output)
{
	must_be_all(change(b, n, "internal", "together", output), n, "not all came back");
}

static double ldapmodify_ms(const struct big *b, size_t n)
{
	char *ldif = big_path(b, "changes.ldif"), *output = big_path(b, "changes.out");
	const char *const argv[] = {
		"ldapmodify", "-Q", "-Y", "EXTERNAL", "-H", b->uri, "-f", ldif, NULL};
	double ms;

	change(b, n, "external", "ldif", ldif);
	ms = run_once(argv, "", NULL).ms;
	back(b, n, output);
	free(ldif);
	free(output);
	return ms;
}

static double relais_ms(const struct big *b, size_t n, const char *how)
{
	char *output = big_path(b, "changes.out");
	struct made made = change(b, n, "external", how, output);

	must_be_all(made, n, how);
	back(b, n, output);
	free(output);
	return made.ms;
}

/* One change at a time is as fast as the disk, which is not as fast in one minute as in
 * another: these go by turns. */
static void one_round(const struct big *b, size_t n, struct samples *theirs,
	struct samples *together, struct samples *alone)
{
	double they = 0, we = 0;

	for (size_t left = n, piece, i = 0; left > 0; left -= piece, i++) {
		piece = left < A_TURN ? left : A_TURN;
		if (i % SOME == 0)
			samples_add(together, relais_ms(b, n, "together"));
		if (i % 2)
			we += relais_ms(b, piece, "alone");
		they += ldapmodify_ms(b, piece);
		if (i % 2 == 0)
			we += relais_ms(b, piece, "alone");
	}
	samples_add(theirs, they);
	samples_add(alone, we);
}

static void bench_memory_of_many(struct big *b)
{
	size_t n = how_many(b, VERY_MANY);
	char *output = big_path(b, "changes.out");
	struct made made = change(b, n, "external", "together", output);

	must_be_all(made, n, "not all were changed");
	row_add(made.mb, 64, "MB", "  memory at most during %zu changes", n);
	row_add(1000 * (double)n / made.ms, 0, "/s", "    how fast");
	free(output);
}

void big_changes(struct big *b)
{
	size_t n = how_many(b, MANY);
	struct samples theirs = {0}, together = {0}, alone = {0};
	double per_second = 1000 * (double)n, they;

	for (size_t i = 0; i < b->rounds; i++)
		one_round(b, n, &theirs, &together, &alone);
	they = samples_at(&theirs, 0.5);
	heading_add("%zu users to third-party, recorded", n);
	row_add(per_second / they, 0, "/s", "  ldapmodify -f");
	row_add(per_second / samples_at(&together, 0.5), 0, "/s", "  in transactions");
	row_add_least(they / samples_at(&together, 0.5), 10, "x", "    beside ldapmodify");
	row_add(per_second / samples_at(&alone, 0.5), 0, "/s",
		"  without, each with its precondition");
	row_add_least(they / samples_at(&alone, 0.5), 1, "x", "    beside ldapmodify");
	bench_memory_of_many(b);
	samples_release(&theirs);
	samples_release(&together);
	samples_release(&alone);
}
