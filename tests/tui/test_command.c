/* How long a command waits for the directory, and for what else. */
#include "tests/tui/test.h"

#include <unistd.h>

#include "tui/command.h"

/* A directory that only has a status; each step is one more second of silence. */
struct silent {
	struct store store;
	struct store_status status;
	int steps;
};

static int no_fds(struct store *s, struct pollfd *fds, int max, int *timeout_ms)
{
	(void)s;
	(void)fds;
	assert_int_equal(max, 11);
	*timeout_ms = 0;
	return 0;
}

static void grow_silent(struct store *s, int budget_ms)
{
	struct silent *d = (struct silent *)s;

	(void)budget_ms;
	d->steps++;
	if (d->status.phase == STORE_WAITING)
		d->status.waiting_s++;
}

static const struct store_status *status_of(struct store *s)
{
	return &((struct silent *)s)->status;
}

static const struct store_ops ops = {
	.fds = no_fds, .step = grow_silent, .status = status_of};

/* What a command would do: a byte comes by a pipe, and after some turns it is over. */
struct work {
	int fd, done_after, turns, came;
	bool alone;
};

static bool is_done(void *arg)
{
	const struct work *w = arg;

	return w->turns == w->done_after;
}

static int pipe_fds(void *arg, struct pollfd *fds, int max, int *timeout_ms)
{
	const struct work *w = arg;

	assert_int_equal(max, 12);
	assert_int_equal(*timeout_ms, -1);
	*fds = (struct pollfd){.fd = w->fd, .events = POLLIN};
	return 1;
}

static void take(void *arg, const struct pollfd *fds)
{
	struct work *w = arg;

	w->turns++;
	if (fds->revents & POLLIN)
		w->came++;
}

struct row {
	const char *name;
	enum store_phase phase;
	enum err_code why; /* the store's */
	bool alone;
	int done_after;
	/* expected */
	bool ok;
	enum err_code code;
	int steps;
};

static const struct row rows[] = {
	{"done before it begins", STORE_DOWN, ERR_CONNECT, false, 0, true, ERR_NONE, 0},
	{"after some turns", STORE_READY, ERR_NONE, false, 3, true, ERR_NONE, 3},
	{"while it connects", STORE_CONNECTING, ERR_NONE, false, 3, true, ERR_NONE, 3},
	{"away", STORE_DOWN, ERR_CONNECT, false, 3, false, ERR_CONNECT, 0},
	{"refuses the password", STORE_SIGNED_OUT, ERR_CREDENTIALS, false, 3, false,
		ERR_CREDENTIALS, 0},
	{"nobody is signed in", STORE_SIGNED_OUT, ERR_NONE, false, 3, false, ERR_NONE, 0},
	{"answers after 29 seconds", STORE_WAITING, ERR_NONE, false, 30, true, ERR_NONE,
		30},
	{"silent for 30 seconds", STORE_WAITING, ERR_NONE, false, 31, false, ERR_TIMEOUT,
		30},
	{"away, and not needed", STORE_DOWN, ERR_CONNECT, true, 3, true, ERR_NONE, 3},
	{"silent, and not needed", STORE_WAITING, ERR_NONE, true, 40, true, ERR_NONE, 40},
};

static void waits(void **state)
{
	const struct row *r = *state;
	const struct err why = {.code = r->why};
	struct silent d = {.store = {&ops},
		.status = {.phase = r->phase,
			.server = "ldap.example",
			.err = r->why == ERR_NONE ? NULL : &why}};
	int ends[2];
	struct work work = {.done_after = r->done_after, .alone = r->alone};
	const struct command_wait wait = {.done = is_done,
		.fds = pipe_fds,
		.step = take,
		.arg = &work,
		.alone = &work.alone};
	struct err err = {0};

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "x", 1), 1);
	work.fd = ends[0];
	assert_int_equal(command_wait(&d.store, &wait, &err), r->ok);
	assert_int_equal(err.code, r->code);
	assert_int_equal(d.steps, r->steps);
	assert_int_equal(work.came, r->steps);
	if (r->code == ERR_TIMEOUT) {
		assert_int_equal(err.number, 30);
		assert_string_equal(err.arg[0], "ldap.example");
	}
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	struct CMUnitTest tests[COUNT_OF(rows)];

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		tests[i] = (struct CMUnitTest){.name = rows[i].name,
			.test_func = waits,
			.initial_state = (void *)(uintptr_t)&rows[i]};
	return _cmocka_run_group_tests("command", tests, COUNT_OF(rows), NULL, NULL);
}
