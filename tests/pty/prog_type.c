/*
 * type: types at a program on a terminal, for tests that are shell scripts.
 *
 *	type COMMAND... <script
 *
 * A line of the script is one of
 *
 *	keys TEXT	types it, with keys by name as in pty.h: <Enter>
 *	see TEXT	waits until it stands in a row of the screen
 *	gone TEXT	waits until it does not
 *	on TEXT		waits until the cursor's row has it
 *	to TEXT		goes down until the cursor's row has it
 *	run COMMAND	meanwhile, in a shell; it must succeed
 *	show		prints the screen
 *	end STATUS	waits until the program has ended so
 *
 * What does not come in time ends it, status 1, with the screen on stderr.  80x24.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/pty/pty.h"

static bool cursor_row_has(struct pty *p, void *text)
{
	int y, x;

	return pty_cursor(p, &y, &x) && strstr(pty_row(p, y), text);
}

static bool types(struct pty *p, char *text)
{
	pty_keys(p, text);
	return true;
}

static bool sees(struct pty *p, char *text)
{
	bool there = pty_wait(p, text, 0);

	pty_settle(p);
	return there;
}

static bool sees_gone(struct pty *p, char *text)
{
	pty_settle(p);
	return pty_wait_gone(p, text, 0);
}

static bool is_on(struct pty *p, char *text)
{
	return pty_wait_for(p, cursor_row_has, text, 0);
}

struct place {
	int y, x;
};

static bool has_moved(struct pty *p, void *from)
{
	const struct place *f = from;
	struct place at;

	return pty_cursor(p, &at.y, &at.x) && (at.y != f->y || at.x != f->x);
}

/* The next key when the one before was answered: a busy machine takes its time. */
static bool goes_to(struct pty *p, char *text)
{
	struct place from;

	for (int i = 0; i < 40 && !cursor_row_has(p, text); i++) {
		pty_cursor(p, &from.y, &from.x);
		pty_keys(p, "<Down>");
		if (!pty_wait_for(p, has_moved, &from, 0))
			break;
		pty_settle(p);
	}
	return cursor_row_has(p, text);
}

static bool runs(struct pty *p, char *command)
{
	(void)p;
	return system(command) == 0;
}

static bool shows(struct pty *p, char *text)
{
	(void)text;
	pty_settle(p);
	fputs(pty_screen(p), stdout);
	return true;
}

static bool ends(struct pty *p, char *status)
{
	return pty_exit_status(p, 0) == atoi(status);
}

static const struct {
	const char *word;
	bool (*obey)(struct pty *p, char *text);
} words[] = {{"keys ", types}, {"see ", sees}, {"gone ", sees_gone}, {"on ", is_on},
	{"to ", goes_to}, {"run ", runs}, {"show", shows}, {"end ", ends}};

static bool obey(struct pty *p, char *line)
{
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		size_t n = strlen(words[i].word);

		if (strncmp(line, words[i].word, n) == 0)
			return words[i].obey(p, line + n);
	}
	return false;
}

int main(int argc, char **argv)
{
	char line[1024];
	struct pty *p;
	bool ok = true;

	if (argc < 2)
		return 2;
	p = pty_start(24, 80, NULL, (const char *const *)argv + 1);
	while (ok && fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		ok = !*line || obey(p, line);
		if (!ok)
			fprintf(stderr, "type: %s\n", line);
	}
	pty_free(p);
	return !ok;
}
