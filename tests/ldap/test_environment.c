/* What --restricted leaves of the environment. */
#include "tests/ldap/test.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/sys/environment.h"

extern char **environ;

static const struct {
	const char *name, *value;
	bool kept;
} rows[] = {
	{"TERM", "xterm-256color", true},
	{"TERM", "rxvt+x_1.2", true},
	{"TERM", "/tmp/x", false},
	{"TERM", "../x", false},
	{"TERM", ".", false},
	{"TERM", "", false},
	{"TERM", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
		false},
	{"COLORTERM", "truecolor", true},
	{"NO_COLOR", "1", true},
	{"LANG", "fr_FR.UTF-8@euro", true},
	{"LANG", "../fr", false},
	{"LC_ALL", "C.UTF-8", true},
	{"LC_MESSAGES", "/tmp", false},
	{"LC_", "C", false},
	{"LANGUAGE", "fr:de", true},
	{"LANGUAGE", "../../tmp/x", false},
	{"TZ", "CET-1CEST,M3.5.0", true},
	{"TZ", ":/etc/passwd", false},
	{"TZ", "Europe/Paris", false},
	{"KRB5CCNAME", "FILE:/tmp/krb5cc_%u", true},
	{"KRB5CCNAME", "FILE:/tmp/krb5cc_%u_aB3xYz", true},
	{"KRB5CCNAME", "FILE:/tmp/krb5cc_%u_../x", false},
	{"KRB5CCNAME", "FILE:/tmp/krb5cc_%u0/x", false},
	{"KRB5CCNAME", "FILE:/home/x", false},
	{"KRB5CCNAME", "DIR:/tmp/krb5cc_%u", false},
	{"HOME", "/root", false},
	{"LDAPCONF", "x", false},
	{"TERMINFO", "x", false},
	{"TERMCAP", "x", false},
	{"LOCPATH", "x", false},
	{"RELAIS_CONFIG", "x", false},
	{"XDG_CONFIG_HOME", "/x", false},
	{"HOSTALIASES", "x", false},
	{"MAIL_CONFIG", "x", false},
	{"TMPDIR", "x", false},
	{"SSH_ORIGINAL_COMMAND", "id", false},
};

/* %u is the user's number. */
static void value_of(const char *value, char *out, size_t size)
{
	const char *at = strstr(value, "%u");

	if (at)
		snprintf(out, size, "%.*s%lu%s", (int)(at - value), value,
			(unsigned long)getuid(), at + 2);
	else
		snprintf(out, size, "%s", value);
}

/* cmocka has variables of its own. */
static char **before;

static int away(void **state)
{
	(void)state;
	before = environ;
	environ = NULL;
	return 0;
}

static int back(void **state)
{
	(void)state;
	clearenv();
	environ = before;
	return 0;
}

static void each(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char value[200];
		const char *now;

		clearenv();
		value_of(rows[i].value, value, sizeof(value));
		setenv(rows[i].name, value, 1);
		environment_restrict();
		now = getenv(rows[i].name);
		if (rows[i].kept && (!now || strcmp(now, value) != 0))
			fail_msg("%s=%s is not kept", rows[i].name, value);
		if (!rows[i].kept && now)
			fail_msg("%s=%s is kept", rows[i].name, value);
	}
}

/* Set by us, whatever was there; and nothing else. */
static void ours(void **state)
{
	char expected[300];
	size_t n = 0;

	(void)state;
	clearenv();
	setenv("PATH", "/tmp/bin", 1);
	setenv("XDG_STATE_HOME", "/tmp/state", 1);
	setenv("OTHER", "x", 1);
	environment_restrict();
	assert_string_equal(getenv("PATH"), "/usr/sbin:/usr/bin:/sbin:/bin");
	snprintf(expected, sizeof(expected), "%s/.local/state", getpwuid(getuid())->pw_dir);
	assert_string_equal(getenv("XDG_STATE_HOME"), expected);
	while (environ[n])
		n++;
	assert_int_equal(n, 2);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each, away, back),
		cmocka_unit_test_setup_teardown(ours, away, back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
