/*
 * options: the command line.  Its two tables are what getopt, --help, relais(1) and the
 * bash completion are made of.
 */
#ifndef TUI_OPTIONS_H
#define TUI_OPTIONS_H

#include "core/buf.h"

struct options {
	const char *config; /* NULL: the usual places */
	const char *color;  /* "auto", "never" or NULL */
	bool ascii;
	bool mouse;
	bool json;
	bool dry_run;
	bool restricted; /* the console and nothing else: for sshd's ForceCommand */
	bool help, version;
	const struct command_row *command;
	char **args; /* the command's, as many as it takes; NULL ends them */
};

struct option_row {
	const char *name; /* without its "--" */
	/* NULL: none.  FILE and DIR are completed as such, "a|b" is a choice: nothing else
	 * is taken. */
	const char *argument;
	size_t at;        /* in struct options: a const char *, without argument a bool */
	const char *help; /* msgid */
};

enum command {
	COMMAND_CONSOLE,
	COMMAND_POSTFIX,
	COMMAND_EXPLAIN,
	COMMAND_CHECK,
	COMMAND_RELAY_TEST,
	COMMAND_APPLY,
	COMMAND_COUNT
};

struct command_row {
	enum command command;
	const char *name; /* "": none is given */
	/* All that it takes, words like those above; or "".  The last one, with "..."
	 * behind it, may be given several times; "[WORD...]" also not at all. */
	const char *arguments;
	const char *help; /* msgid */
};

extern const struct option_row option_table[];
extern const size_t option_table_n;
extern const struct command_row command_table[];
extern const size_t command_table_n;

/* Reads the command line into *o, which borrows from argv; with --help or --version
 * whatever the rest is.  False: `wrong` is the sentence that says why it can't be used. */
bool options_parse(int argc, char **argv, struct options *o, struct buf *wrong);

/* Whether there is to be colour: by --color, else by NO_COLOR (no-color.org). */
bool options_color(const struct options *o);

/* "--config FILE", "relais postfix DIR": as --help and the manual show it. */
void option_usage(const struct option_row *row, struct buf *out);
void command_usage(const struct command_row *row, struct buf *out);

void options_help(struct buf *out); /* what --help prints */

#endif
