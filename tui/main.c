/*
 * relais: its commands.  The one file that sees both the console and the directory, and
 * wires them.
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/sys/config.h"
#include "core/sys/host.h"
#include "ldap/postfix.h"
#include "ldap/store.h"
#include "tui/checkcmd.h"
#include "tui/explaincmd.h"
#include "tui/i18n.h"
#include "tui/loop.h"
#include "tui/options.h"
#include "tui/relaytestcmd.h"
#include "tui/sentence.h"

enum { EXIT_OK, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_NOT_ASKED = 2 };

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

static int command_console(struct settings *s, const struct options *o)
{
	struct loop_options options = {
		.term = {.color = options_color(o), .mouse = o->mouse},
		.ascii = o->ascii || !i18n_utf8(),
		.table = postfix_table,
	};
	struct store *store = ldap_store_new(s);
	struct strv own = {0};
	struct err err;
	unsigned unanswered = 0;
	int status = EXIT_OK;

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

static int command_postfix(struct settings *s, const struct options *o)
{
	struct strv written = {0};
	struct err err;
	int status = EXIT_OK;

	if (!postfix_write(o->args[0], s, &written, &err))
		status = fail(&err);
	for (size_t i = 0; i < written.n; i++)
		puts(written.v[i]);
	strv_release(&written);
	return status;
}

static int command_explain(struct settings *s, const struct options *o)
{
	static const int statuses[] = {
		[EXPLAINED] = EXIT_OK,
		[EXPLAIN_NOT_ASKED] = EXIT_NOT_ASKED,
		[EXPLAIN_NOT_WRITTEN] = EXIT_FAILED,
	};
	struct store *store = ldap_store_new(s);
	struct buf why = BUF_INIT;
	enum explained result = explain_run(s, store, o, &why);

	if (why.len)
		fprintf(stderr, "relais: %s\n", why.s);
	buf_release(&why);
	store_free(store);
	return statuses[result];
}

static int command_check(struct settings *s, const struct options *o)
{
	static const int statuses[] = {
		[CHECK_CLEAN] = EXIT_OK,
		[CHECK_FOUND] = EXIT_FAILED,
		[CHECK_NOT_RUN] = EXIT_NOT_ASKED,
	};
	struct store *store = ldap_store_new(s);
	struct strv own = {0};
	struct buf why = BUF_INIT;
	enum checked result;

	host_own_names(&own);
	result = check_command(s, store, &own, postfix_table, o, &why);
	if (why.len)
		fprintf(stderr, "relais: %s\n", why.s);
	buf_release(&why);
	strv_release(&own);
	store_free(store);
	return statuses[result];
}

static int command_relay_test(struct settings *s, const struct options *o)
{
	static const int statuses[] = {
		[RELAYTEST_GOOD] = EXIT_OK,
		[RELAYTEST_KNOW] = EXIT_FAILED,
		[RELAYTEST_NOT_RUN] = EXIT_NOT_ASKED,
	};
	struct store *store = ldap_store_new(s);
	struct strv own = {0};
	struct buf why = BUF_INIT;
	enum relaytested result;

	host_own_names(&own);
	result = relaytestcmd_run(s, store, &own, o, &why);
	if (why.len)
		fprintf(stderr, "relais: %s\n", why.s);
	buf_release(&why);
	strv_release(&own);
	store_free(store);
	return statuses[result];
}

/* By enum command. */
static int (*const commands[])(struct settings *s, const struct options *o) = {
	[COMMAND_CONSOLE] = command_console,
	[COMMAND_POSTFIX] = command_postfix,
	[COMMAND_EXPLAIN] = command_explain,
	[COMMAND_CHECK] = command_check,
	[COMMAND_RELAY_TEST] = command_relay_test,
};

static bool read_config(const struct options *o, struct settings *settings)
{
	struct err err;
	char *path = config_find(o->config, &err);
	bool ok = path && config_load(path, settings, &err);

	if (!ok)
		fail(&err);
	free(path);
	return ok;
}

static int run(const struct options *o)
{
	struct settings settings;
	int status;

	if (!read_config(o, &settings))
		return o->command->command == COMMAND_CONSOLE ||
				       o->command->command == COMMAND_POSTFIX
			       ? EXIT_FAILED
			       : EXIT_NOT_ASKED;
	status = commands[o->command->command](&settings, o);
	settings_release(&settings);
	return status;
}

/* What was asked for and is no mistake: to stdout, and whether it got there. */
static int answer(struct buf *text)
{
	bool ok = fputs(text->s, stdout) != EOF && fflush(stdout) == 0;

	buf_release(text);
	return ok ? EXIT_OK : EXIT_FAILED;
}

int main(int argc, char **argv)
{
	struct buf text = BUF_INIT;
	struct options o;

	i18n_init();
	if (!options_parse(argc, argv, &o, &text)) {
		fprintf(stderr, "relais: %s %s\n", text.s, tr("See relais --help."));
		buf_release(&text);
		return EXIT_USAGE;
	}
	i18n_ascii(o.ascii);
	if (o.help)
		options_help(&text);
	else if (o.version)
		buf_printf(&text, "relais %s\n", RELAIS_VERSION);
	return text.len ? answer(&text) : run(&o);
}
