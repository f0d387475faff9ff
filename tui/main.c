/*
 * relais: options and commands.  The one file that sees both the console and the
 * directory, and wires them.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/sys/config.h"
#include "core/sys/host.h"
#include "ldap/postfix.h"
#include "ldap/store.h"
#include "tui/i18n.h"
#include "tui/loop.h"
#include "tui/sentence.h"

enum { EXIT_OK, EXIT_FAILED = 1, EXIT_USAGE = 2 };

struct options {
	const char *config;
	bool no_color;
	bool ascii;
	bool help, version;
};

static int fail(const struct err *err)
{
	struct buf text = BUF_INIT;

	sentence_err(err, &text);
	if (err->server[0]) {
		buf_puts(&text, " (");
		sentence_safe(err->server, &text);
		buf_putc(&text, ')');
	}
	fprintf(stderr, "relais: %s\n", text.s);
	buf_release(&text);
	return EXIT_FAILED;
}

/* ---- commands ----------------------------------------------------------------- */

static int command_console(struct settings *s, const struct options *o, char **args)
{
	struct loop_options options = {
		.term = {.color = !o->no_color},
		.ascii = o->ascii || !i18n_utf8(),
	};
	struct store *store = ldap_store_new(s);
	struct strv own = {0};
	struct err err;
	unsigned unanswered = 0;
	int status = EXIT_OK;

	(void)args;
	host_own_names(&own);
	if (!loop_run(s, store, &own, &options, &unanswered, &err))
		status = fail(&err);
	if (unanswered)
		fprintf(stderr, "relais: %s\n",
			tr("A save was sent and not answered: look at the entry again."));
	store_free(store);
	strv_release(&own);
	return status;
}

static int command_postfix(struct settings *s, const struct options *o, char **args)
{
	struct strv written = {0};
	struct err err;
	int status = EXIT_OK;

	(void)o;
	if (!postfix_write(args[0], s, &written, &err))
		status = fail(&err);
	for (size_t i = 0; i < written.n; i++)
		puts(written.v[i]);
	strv_release(&written);
	return status;
}

static const struct command {
	const char *name; /* "": none given */
	int args;
	const char *usage;
	const char *help; /* msgid */
	int (*run)(struct settings *s, const struct options *o, char **args);
} commands[] = {
	{"", 0, "relais", N_("opens the console"), command_console},
	{"postfix", 1, "relais postfix DIR",
		N_("writes the Postfix tables and a main.cf fragment into DIR"),
		command_postfix},
};

/* ---- options ------------------------------------------------------------------ */

static const struct {
	const char *option;
	const char *help; /* msgid */
} option_help[] = {
	{"--config FILE", N_("reads this file instead of the usual places")},
	{"--color=never", N_("uses no colour, as NO_COLOR does")},
	{"--ascii", N_("draws with ASCII characters only")},
	{"--help", N_("shows this")},
	{"--version", N_("shows the version")},
};

static void print_help(void)
{
	printf("%s\n\n",
		tr("relais: an administration console for split-domain mail routing"));
	for (size_t i = 0; i < COUNT_OF(commands); i++)
		printf("  %-22s %s\n", commands[i].usage, tr(commands[i].help));
	putchar('\n');
	for (size_t i = 0; i < COUNT_OF(option_help); i++)
		printf("  %-22s %s\n", option_help[i].option, tr(option_help[i].help));
}

/* The word, and why it cannot be used. */
static int usage(const char *word, const char *why)
{
	fprintf(stderr, "relais: %s: %s %s\n", word, tr(why), tr("See relais --help."));
	return EXIT_USAGE;
}

enum { OPT_CONFIG = 1, OPT_COLOR, OPT_ASCII, OPT_HELP, OPT_VERSION };

static bool parse_options(int argc, char **argv, struct options *o)
{
	static const struct option long_options[] = {
		{"config", required_argument, NULL, OPT_CONFIG},
		{"color", required_argument, NULL, OPT_COLOR},
		{"ascii", no_argument, NULL, OPT_ASCII},
		{"help", no_argument, NULL, OPT_HELP},
		{"version", no_argument, NULL, OPT_VERSION},
		{NULL, 0, NULL, 0},
	};
	const char *no_color = getenv("NO_COLOR");
	int c;

	o->no_color = no_color && no_color[0];
	opterr = 0;
	while ((c = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (c == OPT_CONFIG)
			o->config = optarg;
		else if (c == OPT_COLOR && strcmp(optarg, "never") == 0)
			o->no_color = true;
		else if (c == OPT_COLOR && strcmp(optarg, "auto") == 0)
			o->no_color = no_color && no_color[0];
		else if (c == OPT_ASCII)
			o->ascii = true;
		else if (c == OPT_HELP)
			o->help = true;
		else if (c == OPT_VERSION)
			o->version = true;
		else
			return false;
	}
	return true;
}

static int run(const struct command *command, const struct options *o, char **args)
{
	struct settings settings;
	struct err err;
	char *path = config_find(o->config, &err);
	int status;

	if (!path)
		return fail(&err);
	if (!config_load(path, &settings, &err)) {
		free(path);
		return fail(&err);
	}
	free(path);
	status = command->run(&settings, o, args);
	settings_release(&settings);
	return status;
}

int main(int argc, char **argv)
{
	struct options o = {0};
	const char *name;

	i18n_init();
	if (!parse_options(argc, argv, &o))
		return usage(
			N_("%s: no such option, or its value is wrong."), argv[optind - 1]);
	i18n_ascii(o.ascii);
	if (o.help) {
		print_help();
		return EXIT_OK;
	}
	if (o.version) {
		printf("relais %s\n", RELAIS_VERSION);
		return EXIT_OK;
	}
	name = optind < argc ? argv[optind++] : "";
	for (size_t i = 0; i < COUNT_OF(commands); i++) {
		if (strcmp(commands[i].name, name) != 0)
			continue;
		if (argc - optind != commands[i].args)
			return usage(commands[i].usage, N_("this is how it is used."));
		return run(&commands[i], &o, argv + optind);
	}
	return usage(name, N_("there is no such command."));
}
