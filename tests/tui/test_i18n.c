#include "tests/tui/test.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tui/i18n.h"

static char directory[] = "/tmp/relais-i18n-XXXXXX";

/* Domain names and the like never: words that are translated in this test only. */
static const char french[] = "msgid \"\"\n"
			     "msgstr \"\"\n"
			     "\"Language: fr\\n\"\n"
			     "\"Content-Type: text/plain; charset=UTF-8\\n\"\n"
			     "\"Plural-Forms: nplurals=2; plural=(n > 1);\\n\"\n"
			     "msgid \"Supervised domains\"\n"
			     "msgstr \"Domaines supervisés\"\n"
			     "msgid \"%lu user\"\n"
			     "msgid_plural \"%lu users\"\n"
			     "msgstr[0] \"%lu utilisateur\"\n"
			     "msgstr[1] \"%lu utilisateurs\"\n";

static void in_directory(char *path, size_t size, const char *name)
{
	assert_true(snprintf(path, size, "%s/%s", directory, name) < (int)size);
}

static int set_up(void **state)
{
	char path[256], command[600];
	FILE *f;

	(void)state;
	assert_non_null(mkdtemp(directory));
	in_directory(path, sizeof(path), "fr");
	mkdir(path, 0700);
	in_directory(path, sizeof(path), "fr/LC_MESSAGES");
	mkdir(path, 0700);
	in_directory(path, sizeof(path), "fr.po");
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(french, f);
	fclose(f);
	snprintf(command, sizeof(command), "msgfmt -o %s/fr/LC_MESSAGES/relais.mo %s",
		directory, path);
	return system(command);
}

static int tear_down(void **state)
{
	char command[300];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", directory);
	return system(command);
}

static void number_is(unsigned long n, const char *expected)
{
	struct buf out = BUF_INIT;

	i18n_number(n, &out);
	assert_string_equal(out.s, expected);
	buf_release(&out);
}

static void environment(const char *lc_all, const char *language)
{
	setenv("LC_ALL", lc_all, 1);
	if (language)
		setenv("LANGUAGE", language, 1);
	else
		unsetenv("LANGUAGE");
	i18n_init();
	i18n_use("", directory);
}

static void languages_by_turns(void **state)
{
	(void)state;
	environment("C.UTF-8", NULL);
	for (int i = 0; i < 3; i++) {
		i18n_use("fr", directory);
		assert_string_equal(tr("Supervised domains"), "Domaines supervisés");
		assert_string_equal(tr("not translated"), "not translated");
		assert_string_equal(tr(""), "");
		i18n_use("en", directory);
		assert_string_equal(tr("Supervised domains"), "Supervised domains");
		i18n_use("pseudo", directory);
		assert_string_equal(
			tr("Supervised domains"), "⟦Supervised domains~~~~~~~~⟧");
	}
	i18n_use("", directory);
	assert_string_equal(tr("Supervised domains"), "Supervised domains");
}

static void plurals(void **state)
{
	(void)state;
	environment("C.UTF-8", NULL);
	i18n_use("en", directory);
	assert_string_equal(tr_n("%lu user", "%lu users", 0), "%lu users");
	assert_string_equal(tr_n("%lu user", "%lu users", 1), "%lu user");
	i18n_use("fr", directory);
	assert_string_equal(tr_n("%lu user", "%lu users", 0), "%lu utilisateur");
	assert_string_equal(tr_n("%lu user", "%lu users", 2), "%lu utilisateurs");
	i18n_use("pseudo", directory);
	assert_string_equal(tr_n("%lu user", "%lu users", 2), "⟦%lu users~~~~⟧");
}

static void numbers(void **state)
{
	(void)state;
	environment("C.UTF-8", NULL);
	i18n_use("en", directory);
	number_is(0, "0");
	number_is(999, "999");
	number_is(1204, "1,204");
	number_is(1000050, "1,000,050");
	i18n_use("fr", directory);
	number_is(1204, "1\u202f204");
	i18n_ascii(true);
	number_is(1204, "1 204");
	i18n_ascii(false);
	number_is(1204, "1\u202f204");
	i18n_use("pseudo", directory);
	number_is(1204, "1,204");
}

static void only_ascii(void **state)
{
	(void)state;
	environment("C.UTF-8", NULL);
	i18n_ascii(true);
	i18n_use("fr", directory);
	assert_string_equal(tr("Supervised domains"), "Domaines supervises");
	i18n_use("pseudo", directory);
	assert_string_equal(tr("Mail"), "[Mail~~]");
	i18n_ascii(false);
	assert_string_equal(tr("Mail"), "⟦Mail~~⟧");
}

/* A locale that is not installed still gives its language. */
static void locales(void **state)
{
	static const struct {
		const char *lc_all, *language, *words;
		bool utf8;
	} cases[] = {
		{"fr_XX.UTF-8", NULL, "Domaines supervisés", true},
		{"fr_XX.utf8", NULL, "Domaines supervisés", true},
		{"fr_XX", NULL, "Domaines supervisés", true},
		{"fr_XX.ISO-8859-1", NULL, "Domaines supervises", false},
		{"xx_XX.UTF-8", NULL, "Supervised domains", true},
		{"xx_XX.UTF-8", "fr", "Domaines supervisés", true},
		{"fr_XX.UTF-8", "en", "Supervised domains", true},
		{"C.UTF-8", "fr", "Domaines supervisés", true},
		{"C.UTF-8", NULL, "Supervised domains", true},
		{"C", NULL, "Supervised domains", false},
		{"C", "fr", "Supervised domains", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		environment(cases[i].lc_all, cases[i].language);
		if (strcmp(tr("Supervised domains"), cases[i].words) != 0 ||
			i18n_utf8() != cases[i].utf8)
			fail_msg("%s, %s: %s", cases[i].lc_all,
				cases[i].language ? cases[i].language : "-",
				tr("Supervised domains"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(languages_by_turns),
		cmocka_unit_test(plurals),
		cmocka_unit_test(numbers),
		cmocka_unit_test(only_ascii),
		cmocka_unit_test(locales),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
