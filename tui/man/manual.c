/*
 * manual: makes relais(1), relais.conf(5) and the bash completion from their templates
 * beside this file, while relais is built.
 *
 *	manual TEMPLATE >PAGE
 *
 * A template is copied, with @VERSION@ filled in.  A line that begins with "@" is replaced
 * by a list made from the program's own tables, so that no page can tell another tale than
 * the program: "@options", or "@settings directory" for one section of relais.conf.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/sys/config.h"
#include "tui/key.h"
#include "tui/options.h"

_Noreturn static void die(const char *what, const char *why)
{
	fprintf(stderr, "manual: %s: %s\n", what, why);
	exit(1);
}

/* ---- words in man(7) ---------------------------------------------------------- */

enum style { PROSE, LITERAL };

/* Such as postconf(5) or dc=example: it is not to be hyphenated. */
static bool is_name(const char *word)
{
	size_t n = strcspn(word, " ");

	return strcspn(word, "=()/._") < n;
}

/* Literal: to be typed as it stands, so that hyphens and quotes stay what they are. */
static void add_roff(enum style style, const char *text, struct buf *out)
{
	static const struct {
		char c;
		const char *prose, *literal;
	} escapes[] = {
		{'\\', "\\e", "\\e"},
		{'-', "-", "\\-"},
		{'"', "\\(dq", "\\(dq"},
		{'\'', "'", "\\(aq"},
		{'`', "\\(ga", "\\(ga"},
		{'^', "\\(ha", "\\(ha"},
		{'~', "\\(ti", "\\(ti"},
	};

	if (*text == '.' || *text == '\'')
		buf_puts(out, "\\&");
	for (const char *start = text; *text; text++) {
		const char *escape = NULL;

		if ((text == start || text[-1] == ' ') && is_name(text))
			buf_puts(out, "\\%");

		if ((unsigned char)*text > '~' || (unsigned char)*text < ' ')
			die(text, "say it in ASCII");
		for (size_t i = 0; i < COUNT_OF(escapes) && !escape; i++)
			if (escapes[i].c == *text)
				escape = style == PROSE ? escapes[i].prose
							: escapes[i].literal;
		if (escape)
			buf_puts(out, escape);
		else
			buf_putc(out, *text);
	}
}

static void capitalise(char *s)
{
	if (*s >= 'a' && *s <= 'z')
		*s = (char)(*s - 'a' + 'A');
}

/* "shows this" as a sentence, on a line of its own. */
static void add_sentence(const char *words, struct buf *out)
{
	struct buf sentence = BUF_INIT;

	buf_puts(&sentence, words);
	capitalise(sentence.s);
	add_roff(PROSE, sentence.s, out);
	buf_puts(out, ".\n");
	buf_release(&sentence);
}

static void add_run(
	const char *font, enum style style, const char *s, size_t n, struct buf *out)
{
	struct buf run = BUF_INIT;

	buf_add(&run, s, n);
	buf_printf(out, "\\f%s", font);
	add_roff(style, run.s, out);
	buf_puts(out, "\\fR");
	buf_release(&run);
}

/* FILE in italics, what surrounds it in [DOMAIN...] not; auto|never literally. */
static void add_argument(const char *argument, struct buf *out)
{
	bool choice = strchr(argument, '|') != NULL;

	while (*argument) {
		size_t n = choice ? strcspn(argument, "|")
				  : strspn(argument, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_-");

		if (n)
			add_run(choice ? "B" : "I", choice ? LITERAL : PROSE, argument, n,
				out);
		else
			buf_putc(out, argument[n++]);
		argument += n;
	}
}

/* ---- relais(1) ---------------------------------------------------------------- */

static void add_command(const struct command_row *row, struct buf *out)
{
	if (*row->name) {
		buf_puts(out, " \\fB");
		add_roff(LITERAL, row->name, out);
		buf_puts(out, "\\fR");
	}
	if (*row->arguments) {
		buf_putc(out, ' ');
		add_argument(row->arguments, out);
	}
	buf_putc(out, '\n');
}

static void synopsis(const char *unused, struct buf *out)
{
	(void)unused;
	for (size_t i = 0; i < command_table_n; i++) {
		buf_printf(out, "%s\\fBrelais\\fR [\\fIoption\\fR ...]", i ? ".br\n" : "");
		add_command(&command_table[i], out);
	}
}

static void commands(const char *unused, struct buf *out)
{
	(void)unused;
	for (size_t i = 0; i < command_table_n; i++) {
		buf_puts(out, ".TP\n\\fBrelais\\fR");
		add_command(&command_table[i], out);
		add_sentence(command_table[i].help, out);
	}
}

static void options(const char *unused, struct buf *out)
{
	(void)unused;
	for (size_t i = 0; i < option_table_n; i++) {
		const struct option_row *row = &option_table[i];

		buf_puts(out, ".TP\n\\fB");
		add_roff(LITERAL, "--", out);
		add_roff(LITERAL, row->name, out);
		buf_puts(out, "\\fR");
		if (row->argument) {
			buf_putc(out, strchr(row->argument, '|') ? '=' : ' ');
			add_argument(row->argument, out);
		}
		buf_putc(out, '\n');
		add_sentence(row->help, out);
	}
}

static const struct {
	enum context context;
	const char *where;
} places[] = {
	{CTX_ANY, "everywhere"},
	{CTX_HOME, "home"},
	{CTX_LIST, "lists"},
	{CTX_DOMAINS, "Supervised domains"},
	{CTX_USERS, "Directory entities"},
	{CTX_FORM, "forms"},
	{CTX_USER, "the form of a user"},
	{CTX_SHEET, "pop-ups"},
	{CTX_PAGER, "long texts"},
	{CTX_ROUTE, "Route check"},
	{CTX_CHECK, "Consistency check"},
	{CTX_CHANGES, "Changes"},
};

/* "Home, lists" */
static void add_places(unsigned contexts, struct buf *out)
{
	size_t start;

	buf_puts(out, ".SS ");
	start = out->len;
	for (size_t i = 0; i < COUNT_OF(places); i++) {
		if (!(contexts & places[i].context))
			continue;
		buf_printf(out, "%s%s", out->len > start ? ", " : "", places[i].where);
		contexts &= ~(unsigned)places[i].context;
	}
	if (contexts)
		die("enum context", "say in tui/man/manual.c where that is");
	capitalise(out->s + start);
	buf_putc(out, '\n');
}

static void add_key(const struct binding *b, struct buf *out)
{
	struct buf label = BUF_INIT;

	buf_puts(out, ".TP 16\n");
	for (size_t i = 0; i < COUNT_OF(b->keys) && b->keys[i] != K_NONE; i++) {
		buf_reset(&label);
		key_label(b->keys[i], true, &label);
		buf_puts(out, i ? ", \\fB" : "\\fB");
		add_roff(LITERAL, label.s, out);
		buf_puts(out, "\\fR");
	}
	buf_putc(out, '\n');
	add_roff(PROSE, b->label, out);
	buf_putc(out, '\n');
	buf_release(&label);
}

static size_t places_n(unsigned contexts)
{
	size_t n = 0;

	if (contexts & CTX_ANY)
		return COUNT_OF(places);
	for (; contexts; contexts &= contexts - 1)
		n++;
	return n;
}

/* The keys that hold in just these places; unless an earlier row has listed them. */
static void add_keys(size_t first, struct buf *out)
{
	unsigned contexts = key_table[first].contexts;

	for (size_t i = 0; i < first; i++)
		if (key_table[i].contexts == contexts)
			return;
	add_places(contexts, out);
	buf_puts(out, ".PD 0\n");
	for (size_t i = first; i < key_table_n; i++)
		if (key_table[i].contexts == contexts)
			add_key(&key_table[i], out);
	buf_puts(out, ".PD\n");
}

static void keys(const char *unused, struct buf *out)
{
	(void)unused;
	for (size_t n = COUNT_OF(places); n > 0; n--)
		for (size_t i = 0; i < key_table_n; i++)
			if (places_n(key_table[i].contexts) == n)
				add_keys(i, out);
}

/* ---- relais.conf(5) ----------------------------------------------------------- */

static const char *type_words(enum config_type type)
{
	switch (type) {
	case CONFIG_TEXT:
	case CONFIG_FLAG:
	case CONFIG_NUMBER:
	case CONFIG_AUTH:
	case CONFIG_ROUTING:
		return "It must be";
	case CONFIG_WORDS:
	case CONFIG_PORTS:
		return "A list; each item must be";
	}
	return NULL;
}

static void settings(const char *section, struct buf *out)
{
	bool known = false;

	for (size_t i = 0; i < CONFIG_KEYS; i++) {
		const struct config_key *key = &config_keys[i];
		struct buf value = BUF_INIT;

		if (strcmp(key->section, section) != 0)
			continue;
		known = true;
		config_default(key, &value);
		buf_puts(out, ".TP\n\\fB");
		add_roff(LITERAL, key->name, out);
		buf_puts(out, "\\fR = \\fB");
		add_roff(LITERAL, value.s, out);
		buf_puts(out, "\\fR\n");
		add_sentence(key->meaning, out);
		buf_printf(out, "%s ", type_words(key->type));
		add_roff(PROSE, key->expected, out);
		buf_puts(out, ".\n");
		buf_release(&value);
	}
	if (!known)
		die(section, "no such section of relais.conf");
}

/* ---- the completion ----------------------------------------------------------- */

static void completion_options(const char *unused, struct buf *out)
{
	(void)unused;
	buf_puts(out, "_relais_options='");
	for (size_t i = 0; i < option_table_n; i++)
		buf_printf(out, "%s--%s%s", i ? " " : "", option_table[i].name,
			option_table[i].argument && strchr(option_table[i].argument, '|')
				? "="
				: "");
	buf_puts(out, "'\n");
}

static void completion_commands(const char *unused, struct buf *out)
{
	(void)unused;
	buf_puts(out, "_relais_commands='");
	for (size_t i = 0, n = 0; i < command_table_n; i++)
		if (*command_table[i].name)
			buf_printf(out, "%s%s", n++ ? " " : "", command_table[i].name);
	buf_puts(out, "'\n");
}

/* The arms of a case: what stands after an option. */
static void completion_values(const char *unused, struct buf *out)
{
	(void)unused;
	for (size_t i = 0; i < option_table_n; i++)
		if (option_table[i].argument)
			buf_printf(out, "\t--%s) echo '%s' ;;\n", option_table[i].name,
				option_table[i].argument);
}

/* The same: what a command takes. */
static void completion_arguments(const char *unused, struct buf *out)
{
	(void)unused;
	for (size_t i = 0; i < command_table_n; i++)
		if (*command_table[i].arguments)
			buf_printf(out, "\t%s) echo '%s' ;;\n", command_table[i].name,
				command_table[i].arguments);
}

/* ---- templates ---------------------------------------------------------------- */

static const struct {
	const char *name;
	void (*expand)(const char *argument, struct buf *out);
} lists[] = {
	{"synopsis", synopsis},
	{"commands", commands},
	{"options", options},
	{"keys", keys},
	{"settings", settings},
	{"completion-options", completion_options},
	{"completion-commands", completion_commands},
	{"completion-values", completion_values},
	{"completion-arguments", completion_arguments},
};

static void expand_list(const char *line, struct buf *out)
{
	size_t n = strcspn(line, " ");

	for (size_t i = 0; i < COUNT_OF(lists); i++)
		if (strlen(lists[i].name) == n && strncmp(lists[i].name, line, n) == 0) {
			lists[i].expand(line + n + strspn(line + n, " "), out);
			return;
		}
	die(line, "no such list");
}

static void expand_line(const char *line, struct buf *out)
{
	static const char version[] = "@VERSION@";
	const char *at;

	if (*line == '@') {
		expand_list(line + 1, out);
		return;
	}
	for (; (at = strstr(line, version)); line = at + strlen(version)) {
		buf_add(out, line, (size_t)(at - line));
		buf_puts(out, RELAIS_VERSION);
	}
	buf_printf(out, "%s\n", line);
}

int main(int argc, char **argv)
{
	struct buf out = BUF_INIT;
	char *line = NULL;
	size_t size = 0;
	ssize_t n;
	FILE *f;

	if (argc != 2)
		die("usage", "manual TEMPLATE >PAGE");
	f = fopen(argv[1], "r");
	if (!f)
		die(argv[1], strerror(errno));
	while ((n = getline(&line, &size, f)) > 0) {
		if (line[n - 1] == '\n')
			line[n - 1] = '\0';
		expand_line(line, &out);
	}
	if (ferror(f))
		die(argv[1], strerror(errno));
	fclose(f);
	free(line);
	if (fputs(out.s, stdout) == EOF || fflush(stdout) != 0)
		die("stdout", strerror(errno));
	buf_release(&out);
	return 0;
}
