#include "tui/options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "tui/i18n.h"

enum { MOST_OPTIONS = 32, HELP_INDENT = 29, HELP_WIDTH = 79 };

#define AT(member) offsetof(struct options, member)

const struct option_row option_table[] = {
	{"config", "FILE", AT(config), N_("reads this file instead of the usual places")},
	{"color", "auto|never", AT(color), N_("uses colours, or never, as with NO_COLOR")},
	{"ascii", NULL, AT(ascii), N_("draws with ASCII characters only")},
	{"mouse", NULL, AT(mouse), N_("takes the mouse; selecting text then needs Shift")},
	{"json", NULL, AT(json), N_("explain, check, relay-test: answers in JSON")},
	{"dry-run", NULL, AT(dry_run),
		N_("apply: says what it would do, and writes nothing")},
	{"restricted", NULL, AT(restricted),
		N_("the console alone, with no way to a shell or to a file of its "
		   "user's choice, for sshd")},
	{"help", NULL, AT(help), N_("shows this")},
	{"version", NULL, AT(version), N_("shows the version")},
};
const size_t option_table_n = COUNT_OF(option_table);
_Static_assert(COUNT_OF(option_table) < MOST_OPTIONS, "getopt's table has no room");

const struct command_row command_table[] = {
	{COMMAND_CONSOLE, "", "", N_("opens the console")},
	{COMMAND_POSTFIX, "postfix", "DIR",
		N_("writes the Postfix tables and a main.cf fragment into DIR")},
	{COMMAND_EXPLAIN, "explain", "ADDRESS...",
		N_("says where mail to ADDRESS goes, and why; \"-\" reads a list")},
	{COMMAND_CHECK, "check", "[DOMAIN...]",
		N_("looks for what is wrong in the directory, on its server and in "
		   "Postfix's settings, or in these domains only; status 1: found "
		   "something")},
	{COMMAND_RELAY_TEST, "relay-test", "DOMAIN",
		N_("asks DOMAIN's relay, without a message, what it would take; status 1: "
		   "something to know")},
	{COMMAND_APPLY, "apply", "FILE",
		N_("gives the users of a CSV file (address,routing,addresses) their mail "
		   "system, all or nothing; \"-\" reads it from standard input")},
};
const size_t command_table_n = COUNT_OF(command_table);

/* ---- reading it --------------------------------------------------------------- */

static bool is_choice(const char *argument)
{
	return strchr(argument, '|') != NULL;
}

static bool among(const char *choices, const char *value)
{
	size_t n = strlen(value);

	for (const char *at = choices; *at; at += strcspn(at, "|"), at += *at == '|')
		if (strcspn(at, "|") == n && strncmp(at, value, n) == 0)
			return true;
	return false;
}

static bool take(const struct option_row *row, const char *value, struct options *o,
	struct buf *wrong)
{
	void *at = (char *)o + row->at;

	if (!row->argument) {
		*(bool *)at = true;
		return true;
	}
	if (is_choice(row->argument) && !among(row->argument, value)) {
		buf_printf(wrong, "--%s=%s: ", row->name, value);
		buf_printf(wrong, tr("it takes one of these: %s."), row->argument);
		return false;
	}
	*(const char **)at = value;
	return true;
}

static void long_options(struct option out[MOST_OPTIONS])
{
	for (size_t i = 0; i < option_table_n; i++)
		out[i] = (struct option){
			.name = option_table[i].name,
			.has_arg =
				option_table[i].argument ? required_argument : no_argument,
			.val = (int)i + 1,
		};
	out[option_table_n] = (struct option){0};
}

/* Why getopt_long() returned c instead of an option. */
static void refuse(int c, const char *word, struct buf *wrong)
{
	if (optopt > ' ')
		buf_printf(wrong, "-%c: ", optopt);
	else
		buf_printf(wrong, "%s: ", word);
	if (c == ':')
		buf_puts(wrong, tr("its value is missing."));
	else if (optopt > 0 && optopt < MOST_OPTIONS)
		buf_puts(wrong, tr("it takes no value."));
	else
		buf_puts(wrong, tr("there is no such option."));
}

static bool take_options(int argc, char **argv, struct options *o, struct buf *wrong)
{
	struct option table[MOST_OPTIONS];
	int c;

	long_options(table);
	opterr = 0;
	optind = 0; /* from the start, whoever read a line before */
	while ((c = getopt_long(argc, argv, ":", table, NULL)) != -1) {
		if (c == ':' || c == '?') {
			refuse(c, argv[optind - 1], wrong);
			return false;
		}
		if (!take(&option_table[c - 1], optarg, o, wrong))
			return false;
	}
	return true;
}

static size_t words(const char *s)
{
	size_t n = 0;

	for (; *s; n++) {
		s += strcspn(s, " ");
		s += *s == ' ';
	}
	return n;
}

static bool takes(const struct command_row *row, size_t n)
{
	size_t length = strlen(row->arguments), least = words(row->arguments);

	if (*row->arguments == '[')
		return true;
	if (length >= 3 && strcmp(row->arguments + length - 3, "...") == 0)
		return n >= least;
	return n == least;
}

static bool take_command(char **args, int n, struct options *o, struct buf *wrong)
{
	const char *name = n > 0 ? args[0] : "";

	for (size_t i = 0; i < command_table_n; i++) {
		const struct command_row *row = &command_table[i];

		if (strcmp(row->name, name) != 0 || (*name == '\0') != (n == 0))
			continue;
		o->command = row;
		o->args = args + (n > 0);
		if (takes(row, (size_t)(n - (n > 0))))
			return true;
		command_usage(row, wrong);
		buf_printf(wrong, ": %s", tr("this is how it is used."));
		return false;
	}
	buf_printf(wrong, "%s: %s", name, tr("there is no such command."));
	return false;
}

bool options_parse(int argc, char **argv, struct options *o, struct buf *wrong)
{
	memset(o, 0, sizeof(*o));
	if (!take_options(argc, argv, o, wrong))
		return false;
	if (o->help || o->version)
		return true;
	if (!take_command(argv + optind, argc - optind, o, wrong))
		return false;
	if (!o->restricted || o->command->command == COMMAND_CONSOLE)
		return true;
	buf_printf(wrong, "%s: %s", o->command->name,
		tr("with --restricted there is only the console."));
	return false;
}

bool options_color(const struct options *o)
{
	const char *no_color = getenv("NO_COLOR");

	if (o->color && strcmp(o->color, "never") == 0)
		return false;
	return !no_color || !no_color[0];
}

/* ---- showing it --------------------------------------------------------------- */

void option_usage(const struct option_row *row, struct buf *out)
{
	buf_printf(out, "--%s", row->name);
	if (row->argument)
		buf_printf(
			out, "%c%s", is_choice(row->argument) ? '=' : ' ', row->argument);
}

void command_usage(const struct command_row *row, struct buf *out)
{
	buf_puts(out, "relais");
	if (*row->name)
		buf_printf(out, " %s", row->name);
	if (*row->arguments)
		buf_printf(out, " %s", row->arguments);
}

/* A word that fits into no line stands alone in one. */
static void add_wrapped(const char *words, int indent, struct buf *out)
{
	int column = indent;

	while (*words) {
		struct buf word = BUF_INIT;
		int width;

		buf_add(&word, words, strcspn(words, " "));
		width = text_width(word.s);
		if (column > indent && column + 1 + width > HELP_WIDTH) {
			buf_printf(out, "\n%*s", indent, "");
			column = indent;
		} else if (column > indent) {
			buf_putc(out, ' ');
			column++;
		}
		buf_puts(out, word.s);
		column += width;
		words += word.len;
		words += *words == ' ';
		buf_release(&word);
	}
	buf_putc(out, '\n');
}

static void help_row(const char *usage, const char *help, struct buf *out)
{
	buf_printf(out, "  %-*s ", HELP_INDENT - 3, usage);
	add_wrapped(tr(help), HELP_INDENT, out);
}

void options_help(struct buf *out)
{
	struct buf usage = BUF_INIT;

	buf_printf(out, "%s\n\n",
		tr("relais: an administration console for split-domain mail routing"));
	for (size_t i = 0; i < command_table_n; i++) {
		buf_reset(&usage);
		command_usage(&command_table[i], &usage);
		help_row(usage.s, command_table[i].help, out);
	}
	buf_putc(out, '\n');
	for (size_t i = 0; i < option_table_n; i++) {
		buf_reset(&usage);
		option_usage(&option_table[i], &usage);
		help_row(usage.s, option_table[i].help, out);
	}
	buf_release(&usage);
}
