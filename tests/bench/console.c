/* The console that is measured, on its terminal. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "tests/bench/bench.h"

enum { PATIENCE_MS = 300000 }; /* a million are counted for as long */

struct pty *console_begin(struct bench *b)
{
	const char *const argv[] = {b->relais, "--config", b->config, NULL};

	return pty_start(24, 80, NULL, argv);
}

static bool nothing_counted(struct pty *p, void *arg)
{
	(void)arg;
	return pty_shows(p, "users, ") && !pty_shows(p, "…");
}

struct pty *console_home(struct bench *b)
{
	struct pty *p = console_begin(b);

	must(pty_wait_for(p, nothing_counted, NULL, PATIENCE_MS), "home does not come");
	pty_settle(p);
	return p;
}

static bool stands_on(struct pty *p, void *arg)
{
	const char *text = arg;
	int y, x;

	return pty_cursor(p, &y, &x) && strstr(pty_row(p, y), text) != NULL;
}

static bool on_another(struct pty *p, void *arg)
{
	int y, x;

	return pty_cursor(p, &y, &x) && strcmp(pty_row(p, y), arg) != 0;
}

/* A busy machine answers late: the next key waits for the answer to the last. */
void console_go_down_to(struct pty *p, const char *text)
{
	char *row;
	int y, x;

	while (!stands_on(p, (void *)(uintptr_t)text)) {
		must(pty_cursor(p, &y, &x), "no cursor");
		row = xstrdup(pty_row(p, y));
		pty_keys(p, "<Down>");
		must(pty_wait_for(p, on_another, row, 0), text);
		pty_settle(p);
		free(row);
	}
}

void console_open(struct pty *p, const char *entry, const char *shown)
{
	console_go_down_to(p, entry);
	pty_keys(p, "<Enter>");
	must(pty_wait(p, shown, PATIENCE_MS), "the list does not come");
	must(pty_wait_gone(p, "(reading)", PATIENCE_MS), "the list is never whole");
	pty_settle(p);
}

void console_end(struct pty *p)
{
	pty_signal(p, SIGTERM);
	must(pty_exit_status(p, 0) >= 0, "the console does not end");
	pty_free(p);
}
