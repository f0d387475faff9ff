/* The command line. */
#include "tests/tui/test.h"

#include <stdlib.h>
#include <string.h>

#include "tui/i18n.h"
#include "tui/options.h"

/* Splits at blanks; '' is an empty word. */
static bool parse(const char *line, struct options *o, struct buf *wrong)
{
	static char copy[256];
	static char *argv[16];
	int argc = 0;

	memset(argv, 0, sizeof(argv));
	strncpy(copy, line, sizeof(copy) - 1);
	for (char *at = strtok(copy, " "); at; at = strtok(NULL, " "))
		argv[argc++] = strcmp(at, "''") == 0 ? at + 2 : at;
	buf_reset(wrong);
	return options_parse(argc, argv, o, wrong);
}

static void taken(void **state)
{
	static const struct {
		const char *line, *config;
		bool ascii, color, help, version;
		int command; /* -1: not looked for */
		const char *arg;
	} cases[] = {
		{"relais", NULL, false, true, false, false, COMMAND_CONSOLE, NULL},
		{"relais --config a.conf", "a.conf", false, true, false, false,
			COMMAND_CONSOLE, NULL},
		{"relais --config=a --ascii --color=never", "a", true, false, false, false,
			COMMAND_CONSOLE, NULL},
		{"relais --color never --color auto", NULL, false, true, false, false,
			COMMAND_CONSOLE, NULL},
		{"relais postfix dir", NULL, false, true, false, false, COMMAND_POSTFIX,
			"dir"},
		{"relais postfix --config x dir", "x", false, true, false, false,
			COMMAND_POSTFIX, "dir"},
		{"relais postfix -- --ascii", NULL, false, true, false, false,
			COMMAND_POSTFIX, "--ascii"},
		{"relais explain a@b.example -", NULL, false, true, false, false,
			COMMAND_EXPLAIN, "a@b.example"},
		{"relais explain --json -", NULL, false, true, false, false,
			COMMAND_EXPLAIN, "-"},
		{"relais --help nonsense", NULL, false, true, true, false, -1, NULL},
		{"relais nonsense --version", NULL, false, true, false, true, -1, NULL},
	};
	struct buf wrong = BUF_INIT;

	(void)state;
	unsetenv("NO_COLOR");
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct options o;

		if (!parse(cases[i].line, &o, &wrong))
			fail_msg("%s: %s", cases[i].line, wrong.s);
		if (cases[i].config)
			assert_string_equal(o.config, cases[i].config);
		else
			assert_null(o.config);
		assert_int_equal(o.ascii, cases[i].ascii);
		assert_int_equal(options_color(&o), cases[i].color);
		assert_int_equal(o.help, cases[i].help);
		assert_int_equal(o.version, cases[i].version);
		if (cases[i].command < 0)
			continue;
		assert_int_equal(o.command->command, cases[i].command);
		if (cases[i].arg)
			assert_string_equal(o.args[0], cases[i].arg);
	}
	buf_release(&wrong);
}

static void refused(void **state)
{
	static const struct {
		const char *line, *why;
	} cases[] = {
		{"relais --nonsense", "--nonsense: there is no such option."},
		{"relais postfix --nonsense=1 dir",
			"--nonsense=1: there is no such option."},
		{"relais -xy", "-x: there is no such option."},
		{"relais --config", "--config: its value is missing."},
		{"relais --ascii=yes", "--ascii=yes: it takes no value."},
		{"relais --color=red", "--color=red: it takes one of these: auto|never."},
		{"relais --color=auto|never",
			"--color=auto|never: it takes one of these: auto|never."},
		{"relais --color=", "--color=: it takes one of these: auto|never."},
		{"relais --color=nev", "--color=nev: it takes one of these: auto|never."},
		{"relais nonsense", "nonsense: there is no such command."},
		{"relais ''", ": there is no such command."},
		{"relais postfix", "relais postfix DIR: this is how it is used."},
		{"relais postfix a b", "relais postfix DIR: this is how it is used."},
		{"relais --restricted check",
			"check: with --restricted there is only the console."},
		{"relais explain --restricted a@b.example",
			"explain: with --restricted there is only the console."},
	};
	struct buf wrong = BUF_INIT;

	(void)state;
	i18n_use("en", NULL);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct options o;

		assert_false(parse(cases[i].line, &o, &wrong));
		assert_string_equal(wrong.s, cases[i].why);
	}
	buf_release(&wrong);
}

static void no_color(void **state)
{
	struct buf wrong = BUF_INIT;
	struct options o;

	(void)state;
	setenv("NO_COLOR", "1", 1);
	assert_true(parse("relais --color=auto", &o, &wrong));
	assert_false(options_color(&o));
	setenv("NO_COLOR", "", 1);
	assert_true(options_color(&o));
	unsetenv("NO_COLOR");
	assert_true(options_color(&o));
}

static void help(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	i18n_use("en", NULL);
	options_help(&text);
	assert_string_equal(text.s,
		"relais: an administration console for split-domain mail routing\n"
		"\n"
		"  relais                     opens the console\n"
		"  relais postfix DIR         writes the Postfix tables and a main.cf "
		"fragment\n"
		"                             into DIR\n"
		"  relais explain ADDRESS...  says where mail to ADDRESS goes, and why; "
		"\"-\"\n"
		"                             reads a list\n"
		"  relais check [DOMAIN...]   looks for what is wrong in the directory, on "
		"its\n"
		"                             server and in Postfix's settings, or in "
		"these\n"
		"                             domains only; status 1: found something\n"
		"  relais relay-test DOMAIN   asks DOMAIN's relay, without a message, what "
		"it\n"
		"                             would take; status 1: something to know\n"
		"  relais apply FILE          gives the users of a CSV file\n"
		"                             (address,routing,addresses) their mail "
		"system, "
		"all\n"
		"                             or nothing; \"-\" reads it from standard "
		"input\n"
		"\n"
		"  --config FILE              reads this file instead of the usual places\n"
		"  --color=auto|never         uses colours, or never, as with NO_COLOR\n"
		"  --ascii                    draws with ASCII characters only\n"
		"  --mouse                    takes the mouse; selecting text then needs "
		"Shift\n"
		"  --json                     explain, check, relay-test: answers in JSON\n"
		"  --dry-run                  apply: says what it would do, and writes "
		"nothing\n"
		"  --restricted               the console alone, with no way to a shell or "
		"to a\n"
		"                             file of its user's choice, for sshd\n"
		"  --help                     shows this\n"
		"  --version                  shows the version\n");
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(taken),
		cmocka_unit_test(refused),
		cmocka_unit_test(no_color),
		cmocka_unit_test(help),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
