/* relais(1) and relais.conf(5), as groff shows them: everything there is stands in them. */
#include "tests/tui/test.h"

#include <stdio.h>
#include <string.h>

#include "core/sys/config.h"
#include "tui/key.h"
#include "tui/options.h"

/* Plain text, each run of blanks one blank, so that line ends do not matter. */
static char *page(const char *name)
{
	struct buf command = BUF_INIT, text = BUF_INIT;
	FILE *f;
	int c;

	buf_printf(&command, "groff -man -rHY=0 -rLL=3000n -Tascii -P-cbou '%s/%s'",
		getenv("BUILD"), name);
	f = popen(command.s, "r");
	assert_non_null(f);
	while ((c = getc(f)) != EOF) {
		bool blank = c == '\n' || c == ' ';

		if (!blank || (text.len && text.s[text.len - 1] != ' '))
			buf_putc(&text, blank ? ' ' : (char)c);
	}
	assert_int_equal(pclose(f), 0);
	buf_release(&command);
	return buf_detach(&text);
}

/* " tag words ", in the first letter of the words either case. */
static void has(const char *text, const char *tag, const char *words, const char *end)
{
	struct buf entry = BUF_INIT;
	size_t at;

	buf_printf(&entry, " %s ", tag);
	at = entry.len;
	buf_printf(&entry, "%s%s", words, end);
	if (!strstr(text, entry.s) && entry.s[at] >= 'a' && entry.s[at] <= 'z')
		entry.s[at] = (char)(entry.s[at] - 'a' + 'A');
	if (!strstr(text, entry.s))
		fail_msg("it does not say:%s", entry.s);
	buf_release(&entry);
}

static void options_and_commands(void **state)
{
	char *text = page("relais.1");
	struct buf usage = BUF_INIT;

	(void)state;
	assert_true(option_table_n >= 5);
	for (size_t i = 0; i < option_table_n; i++) {
		buf_reset(&usage);
		option_usage(&option_table[i], &usage);
		has(text, usage.s, option_table[i].help, ". ");
	}
	for (size_t i = 0; i < command_table_n; i++) {
		buf_reset(&usage);
		command_usage(&command_table[i], &usage);
		has(text, usage.s, command_table[i].help, ". ");
	}
	buf_release(&usage);
	free(text);
}

static void every_key(void **state)
{
	char *text = page("relais.1");
	struct buf labels = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < key_table_n; i++) {
		const struct binding *b = &key_table[i];

		buf_reset(&labels);
		for (size_t k = 0; k < COUNT_OF(b->keys) && b->keys[k] != K_NONE; k++) {
			buf_puts(&labels, k ? ", " : "");
			key_label(b->keys[k], true, &labels);
		}
		has(text, labels.s, b->label, " ");
	}
	buf_release(&labels);
	free(text);
}

static void every_setting(void **state)
{
	char *text = page("relais.conf.5");
	struct buf setting = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < CONFIG_KEYS; i++) {
		buf_reset(&setting);
		buf_printf(&setting, "%s = ", config_keys[i].name);
		config_default(&config_keys[i], &setting);
		has(text, setting.s, config_keys[i].meaning, ". ");
	}
	buf_release(&setting);
	free(text);
}

/* Some by hand, so that the tables alone cannot be wrong. */
static void as_one_reads_it(void **state)
{
	static const char *const said[] = {
		" relais [option ...] relais [option ...] postfix DIR ",
		" --config FILE Reads this file instead of the usual places. ",
		" --ascii Draws with ASCII characters only. ",
		" Everywhere Esc back F1, ? help ",
		" Supervised domains e its entities ",
		" F10, q, ^C quit ",
		" $XDG_CONFIG_HOME/relais/relais.conf With ~/.config in place",
		" postmap -q bob@acme.example ldap:/etc/postfix/relais/ldap-thirdparty.cf ",
		" relais.conf(5), postconf(5), ldap_table(5)",
	};
	/* in parentheses: one item is meant */
	static const char *const settings[] = {
		(" uri = {\"ldapi://%2Frun%2Fslapd%2Fldapi\"} The servers, in the order "
		 "they "
		 "are tried. A list; each item must be ldap://, ldaps:// or ldapi:// and"),
		(" default_routing = \"none\" The mail system of a user without "
		 "relaisRouting. "
		 "It must be \"none\" or \"internal\". "),
		" local_ports = {25} ",
		" uri = {\"ldapi://%2Frun%2Fslapd%2Fldapi\", \"ldaps://ldap2.example\"} ",
	};
	char *text = page("relais.1"), *conf = page("relais.conf.5");

	(void)state;
	for (size_t i = 0; i < COUNT_OF(said); i++)
		if (!strstr(text, said[i]))
			fail_msg("it does not say:%s", said[i]);
	for (size_t i = 0; i < COUNT_OF(settings); i++)
		if (!strstr(conf, settings[i]))
			fail_msg("it does not say:%s", settings[i]);
	free(text);
	free(conf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_and_commands),
		cmocka_unit_test(every_key),
		cmocka_unit_test(every_setting),
		cmocka_unit_test(as_one_reads_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
