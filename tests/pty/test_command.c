/* The command line: what is asked for, what is wrong, and where the configuration is. */
#include "tests/ldap/test.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/buf.h"
#include "tests/pty/pty.h"

static char directory[] = "/tmp/relais-command.XXXXXX";

/* In the directory, with $RELAIS and an empty $HOME; gives the exit status. */
static int run(const char *command)
{
	struct buf line = BUF_INIT;
	int status;

	buf_printf(&line,
		"cd %s && RELAIS=%s/relais && export HOME=$PWD/home LC_ALL=C.UTF-8 && "
		"unset RELAIS_CONFIG XDG_CONFIG_HOME LANGUAGE && "
		"{ %s\n} >out 2>err </dev/null",
		directory, getenv("BUILD"), command);
	status = system(line.s);
	buf_release(&line);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* A small file of the directory's; valid until the next call. */
static const char *text_of(const char *name)
{
	static char text[8192];
	char path[256];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	f = fopen(path, "r");
	if (!f)
		fail_msg("%s: %s", path, strerror(errno));
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

#define GOOD_CONF                                                     \
	"directory {\n  uri = {\"ldapi://%2Fnowhere%2Fldapi\"}\n"     \
	"  base = \"dc=demo\"\n}\n"                                   \
	"domains { base = \"ou=domains,dc=demo\" }\n"                 \
	"postfix {\n  bind_dn = \"cn=postfix,ou=services,dc=demo\"\n" \
	"  password_file = \"PASSWORD\"\n}\n"

static int make_directory(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(directory));
	assert_int_equal(
		run("mkdir -p home && printf secret >password && "
		    "chmod 600 password && "
		    "sed \"s,PASSWORD,$PWD/password,\" >good.conf <<'END'\n" GOOD_CONF
		    "END"),
		0);
	return 0;
}

static int remove_directory(void **state)
{
	(void)state;
	return run("rm -rf \"$PWD\"");
}

/* ---- what is said -------------------------------------------------------------------- */

struct row {
	const char *name;
	const char *command;
	int status;
	const char *out; /* a part of it; NULL: nothing at all */
	const char *err;
};

static const struct row rows[] = {
	{"help", "$RELAIS --help", 0, "\n  relais postfix DIR ", NULL},
	{"help of options", "$RELAIS --help", 0, "\n  --config FILE ", NULL},
	{"help in French", "LANGUAGE=fr $RELAIS --help", 0, "ouvre la console", NULL},
	{"help in a French that isn't installed", "LC_ALL= LANG=fr_FR.UTF-8 $RELAIS --help",
		0, "ouvre la console", NULL},
	{"help that can't be written", "$RELAIS --help >/dev/full", 1, NULL, NULL},
	{"version", "$RELAIS --version", 0, "relais 0.", NULL},
	{"help needs no configuration", "RELAIS_CONFIG=nowhere $RELAIS --version", 0,
		"relais 0.", NULL},

	{"an unknown option", "$RELAIS --nope", 2, NULL,
		"relais: --nope: there is no such option. See relais --help."},
	{"an unknown letter", "$RELAIS -x", 2, NULL,
		"relais: -x: there is no such option."},
	{"an option without its value", "$RELAIS --config", 2, NULL,
		"relais: --config: its value is missing."},
	{"an option with another's value", "$RELAIS --color=green", 2, NULL,
		"relais: --color=green: it takes one of these: auto|never."},
	{"an unknown command", "$RELAIS frobnicate", 2, NULL, "relais: frobnicate: "},
	{"a command without its directory", "$RELAIS postfix", 2, NULL, "postfix"},
	{"a command with two", "$RELAIS postfix a b", 2, NULL, "postfix"},
	{"what is wrong, in French", "LANGUAGE=fr $RELAIS frobnicate", 2, NULL,
		"Voir relais --help."},

	{"no configuration", "$RELAIS", 1, NULL,
		"/home/.config/relais/relais.conf, /etc/relais/relais.conf."},
	{"--config of nothing", "$RELAIS --config nowhere.conf", 1, NULL,
		"relais: nowhere.conf can't be used. (No such file or directory)"},
	{"$RELAIS_CONFIG of nothing", "RELAIS_CONFIG=nowhere.conf $RELAIS", 1, NULL,
		"relais: nowhere.conf can't be used. (No such file or directory)"},
	{"--config before $RELAIS_CONFIG", "RELAIS_CONFIG=a.conf $RELAIS --config b.conf",
		1, NULL, "relais: b.conf "},
	{"$RELAIS_CONFIG before $XDG_CONFIG_HOME",
		"mkdir -p x/relais && echo '}' >x/relais/relais.conf && "
		"XDG_CONFIG_HOME=$PWD/x RELAIS_CONFIG=a.conf $RELAIS",
		1, NULL, "relais: a.conf "},
	{"$XDG_CONFIG_HOME before ~/.config",
		"mkdir -p home/.config/relais && echo '}' >home/.config/relais/relais.conf "
		"&& XDG_CONFIG_HOME=$PWD/x $RELAIS",
		1, NULL, "/x/relais/relais.conf, line 1: "},
	{"~/.config", "$RELAIS; s=$?; rm -r home/.config; exit $s", 1, NULL,
		"/home/.config/relais/relais.conf, line 1: "},
	{"a configuration that is a directory", "$RELAIS --config home", 1, NULL,
		"relais: home can't be used."},

	{"an unknown setting",
		"printf 'directory {\\n\\n  colour = 1\\n}\\n' >c; $RELAIS --config c", 1,
		NULL, "relais: c, line 3: there is no setting \"directory.colour\"."},
	{"a value of another type",
		"printf 'directory {\\n  base = \"dc=demo\"\\n  starttls = maybe\\n}\\n' "
		">c;"
		" $RELAIS --config c",
		1, NULL, "relais: c, line 3: "},
	{"a section that isn't closed", "echo 'directory {' >c; $RELAIS --config c", 1,
		NULL, "relais: c, line 1: "},
	{"what is wrong, in French, in a file",
		"echo 'colour = 1' >c; LANGUAGE=fr $RELAIS --config c", 1, NULL,
		"relais: c, ligne 1"},

	{"no terminal", "$RELAIS --config good.conf", 1, NULL,
		"relais: Input and output must be a terminal."},
	{"no terminal, in French", "LANGUAGE=fr $RELAIS --config good.conf", 1, NULL,
		"doivent être un terminal."},

	{"postfix", "$RELAIS --config good.conf postfix tables", 0,
		"tables/ldap-domains.cf\n", NULL},
	{"postfix again", "$RELAIS --config good.conf postfix tables", 0,
		"tables/main.cf.relais\n", NULL},
	{"what holds a password isn't for others", "stat -c %a tables/ldap-domains.cf", 0,
		"640\n", NULL},
	{"postfix over somebody else's file",
		"echo mine >tables/ldap-domains.cf; "
		"$RELAIS --config good.conf postfix tables",
		1, NULL, "tables/ldap-domains.cf was not written by relais"},
	{"somebody else's file is left alone", "cat tables/ldap-domains.cf", 0, "mine\n",
		NULL},
	{"postfix into nothing", "$RELAIS --config good.conf postfix /dev/null/x", 1, NULL,
		"/dev/null/x"},
};

static void assert_part(const char *file, const char *part)
{
	const char *text = text_of(file);

	if (!part)
		assert_string_equal(text, "");
	else if (!strstr(text, part))
		fail_msg("%s is \"%s\" without \"%s\"", file, text, part);
}

static void says(void **state)
{
	const struct row *r = *state;
	int status = run(r->command);

	assert_part("err", r->err);
	assert_part("out", r->out);
	assert_int_equal(status, r->status);
}

/* ---- on a terminal that can't be used --------------------------------------------------
 */

static void terminal_refused(void **state)
{
	static const char *const terms[] = {"TERM=dumb", "TERM=nonsense", "TERM"};
	char program[4096], config[256];

	(void)state;
	snprintf(program, sizeof(program), "%s/relais", getenv("BUILD"));
	snprintf(config, sizeof(config), "%s/good.conf", directory);
	for (size_t i = 0; i < COUNT_OF(terms); i++) {
		struct pty *p = pty_start(24, 80, (const char *const[]){terms[i], NULL},
			(const char *const[]){program, "--config", config, NULL});

		assert_true(pty_wait(p, "relais: A terminal of type ", 0));
		assert_int_equal(pty_exit_status(p, 0), 1);
		assert_true(pty_modes_restored(p));
		pty_free(p);
	}
}

int main(void)
{
	struct CMUnitTest tests[COUNT_OF(rows) + 1];

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		tests[i] = (struct CMUnitTest){.name = rows[i].name,
			.test_func = says,
			.initial_state = (void *)(uintptr_t)&rows[i]};
	tests[COUNT_OF(rows)] = (struct CMUnitTest)cmocka_unit_test(terminal_refused);
	return _cmocka_run_group_tests(
		"command", tests, COUNT_OF(tests), make_directory, remove_directory);
}
