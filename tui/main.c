/*
 * relais: its commands.  The one file that sees both the console and the directory, and
 * wires them.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/sys/config.h"
#include "core/sys/drafts.h"
#include "core/sys/environment.h"
#include "core/sys/host.h"
#include "core/sys/journal.h"
#include "core/sys/nodump.h"
#include "core/sys/recorded.h"
#include "core/sys/signlog.h"
#include "core/sys/statedir.h"
#include "ldap/postfix.h"
#include "ldap/store.h"
#include "tui/applycmd.h"
#include "tui/checkcmd.h"
#include "tui/command.h"
#include "tui/explaincmd.h"
#include "tui/i18n.h"
#include "tui/loop.h"
#include "tui/options.h"
#include "tui/relaytestcmd.h"
#include "tui/sentence.h"

enum { EXIT_OK, EXIT_FAILED = 1, EXIT_USAGE = 2 };

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

/* Saves to one directory are told from those to another by its servers and base; so are
 * unsaved forms. */
static void which_directory(const struct settings *s, struct buf *out)
{
	for (size_t i = 0; i < s->directory.uri.n; i++)
		buf_printf(out, "%s ", s->directory.uri.v[i]);
	buf_puts(out, s->directory.base);
}

static struct journal *keep_journal(const struct settings *s)
{
	char *changes = statedir_path(s->session.state_folder, "changes");
	struct buf directory = BUF_INIT;
	struct journal *journal;

	which_directory(s, &directory);
	journal = journal_new(changes, directory.s);
	buf_release(&directory);
	free(changes);
	signal(SIGXFSZ, SIG_IGN); /* a journal that can't be written is told, not the end */
	return journal;
}

static struct drafts *keep_drafts(const struct settings *s)
{
	char *folder = statedir_path(s->session.state_folder, "drafts");
	struct buf directory = BUF_INIT;
	struct drafts *drafts;

	which_directory(s, &directory);
	drafts = drafts_new(folder, directory.s);
	buf_release(&directory);
	free(folder);
	return drafts;
}

/* What the screen can't say any more. */
static void tell_end(const struct settings *s, const struct loop_end *end)
{
	if (end->idle) {
		fputs("relais: ", stderr);
		fprintf(stderr,
			tr_n("Nobody typed for %u minute: the session has ended.",
				"Nobody typed for %u minutes: the session has ended.",
				s->session.lock_after),
			s->session.lock_after);
		fputc('\n', stderr);
	}
	if (end->kept)
		fprintf(stderr, "relais: %s\n",
			tr("What you typed and did not save is kept: relais asks about it "
			   "when it is opened again."));
	if (end->lost.code != ERR_NONE)
		fail(&end->lost);
	if (end->unanswered)
		fprintf(stderr, "relais: %s\n",
			tr("A save was sent and not answered: what became of it is looked "
			   "up when relais is opened again."));
}

static int command_console(struct settings *s, const struct options *o)
{
	struct loop_options options = {
		.term = {.color = options_color(o), .mouse = o->mouse},
		.ascii = o->ascii || !i18n_utf8(),
		.restricted = o->restricted,
		.table = postfix_table,
	};
	struct store *directory = ldap_store_new(s), *told = signlog_new(directory), *store;
	struct strv own = {0};
	struct err err;
	struct loop_end end = {0};
	int status = EXIT_OK;

	options.journal = keep_journal(s);
	options.drafts = keep_drafts(s);
	store = recorded_new(told, options.journal, s->directory.base);
	host_own_names(&own);
	if (!loop_run(s, store, &own, &options, &end, &err))
		status = fail(&err);
	tell_end(s, &end);
	store_free(store);
	store_free(told);
	store_free(directory);
	drafts_free(options.drafts);
	journal_free(options.journal);
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

/* By enum command, those that ask the directory and end; NULL: another one. */
static command_fn *const asking[COMMAND_COUNT] = {
	[COMMAND_EXPLAIN] = explain_command,
	[COMMAND_CHECK] = check_command,
	[COMMAND_RELAY_TEST] = relay_test_command,
	[COMMAND_APPLY] = apply_command,
};

static int command_ask(struct settings *s, const struct options *o)
{
	bool writes = o->command->command == COMMAND_APPLY;
	struct strv own = {0};
	struct buf why = BUF_INIT;
	struct store *directory = ldap_store_new(s), *told = signlog_new(directory);
	struct journal *journal = writes ? keep_journal(s) : NULL;
	struct command_call call = {.settings = s,
		.store = writes ? recorded_new(told, journal, s->directory.base) : told,
		.own = &own,
		.table = postfix_table,
		.options = o};
	enum command_end end;

	host_own_names(&own);
	end = asking[o->command->command](&call, &why);
	if (why.len)
		fprintf(stderr, "relais: %s\n", why.s);
	buf_release(&why);
	strv_release(&own);
	if (writes)
		store_free(call.store);
	store_free(told);
	store_free(directory);
	journal_free(journal);
	return (int)end;
}

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
	enum command command = o->command->command;
	struct settings settings;
	int status;

	if (!read_config(o, &settings))
		return asking[command] ? (int)ENDED_NOT_RUN : EXIT_FAILED;
	if (asking[command])
		status = command_ask(&settings, o);
	else if (command == COMMAND_POSTFIX)
		status = command_postfix(&settings, o);
	else
		status = command_console(&settings, o);
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
	bool ok;

	nodump_init();
	/* in no language yet: what it is found by is not to be trusted when restricted */
	ok = options_parse(argc, argv, &o, &text);
	if (o.restricted)
		environment_restrict();
	i18n_init();
	if (!ok) {
		buf_reset(&text);
		options_parse(argc, argv, &o, &text);
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
