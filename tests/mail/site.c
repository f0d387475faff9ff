#include "tests/mail/site.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void site_shell(const char *format, ...)
{
	char command[2048];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	if (system(command) != 0)
		fail_msg("%s", command);
}

static FILE *open_in(const struct site *s, const char *name, const char *mode)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", s->dir, name);
	f = fopen(path, mode);
	if (!f)
		fail_msg("%s: %s", path, strerror(errno));
	return f;
}

/* ---- the site -------------------------------------------------------------------------
 */

static void read_info(struct site *s)
{
	FILE *f = open_in(s, "h/info", "r");
	char line[256];

	while (fgets(line, sizeof(line), f)) {
		sscanf(line, "B=%63s", s->b);
		sscanf(line, "A_PORT=%u", &s->port);
		sscanf(line, "URI=%127s", s->uri);
	}
	fclose(f);
}

/* Another relais.conf than the harness's, and the tables from it. */
static void configure(const struct site *s)
{
	const struct site_config *c = s->config;
	FILE *f = open_in(s, "h/relais.conf", "w");

	fprintf(f, "directory { uri = {\"%s\"} base = \"dc=demo\" auth = \"external\" }\n",
		s->uri);
	fputs("domains { base = \"ou=domains,dc=demo\" }\n", f);
	fprintf(f,
		"users { base = \"%s\" filter = \"%s\" default_routing = \"%s\" addresses "
		"= "
		"{\"mail\"%s} }\n",
		strcmp(c->shape, "flat") == 0 ? "ou=people,dc=demo" : "%D", c->filter,
		c->fallback, c->two_attributes ? ", \"description\"" : "");
	fprintf(f, "mail { recipient_delimiter = \"%s\" }\n", c->delimiters);
	/* Who reads what routes mail, and nothing else, would not see the second one. */
	fprintf(f,
		"postfix { bind_dn = \"%s\" password_file = \"%s/h/postfix-password\" }\n",
		c->two_attributes ? "uid=admin0,ou=admins,dc=demo"
				  : "cn=postfix,ou=services,dc=demo",
		s->dir);
	fclose(f);
	if (c->two_attributes)
		site_shell("echo demo >%s/h/postfix-password", s->dir);
	site_shell(
		"cd %s/h && RELAIS_CONFIG=$PWD/relais.conf $BUILD/relais postfix a/relais "
		">/dev/null && touch -d '1 minute ago' a/relais/* && "
		"chgrp postfix a/relais/ldap-*.cf && "
		"postconf -c a/etc -e 'recipient_delimiter = %s' && "
		"touch -d '1 minute ago' a/etc/*.cf && "
		"postfix -c $PWD/a/etc reload >/dev/null 2>&1",
		s->dir, c->delimiters);
	/* The tables for postmap, and two that name the entry they find. */
	site_shell("cd %s && cp -r h/a/relais tables && for t in internal thirdparty; do "
		   "sed 's/^result_format = .*/result_format = %%s/' tables/ldap-$t.cf "
		   ">tables/ldap-$t-dn.cf; done && touch -d '1 minute ago' tables/*",
		s->dir);
}

void site_start(struct site *s)
{
	FILE *f = open_in(s, "states.ldif", "w");

	states_make(&s->states, s->seed, SITE_DOMAINS, SITE_QUESTIONS,
		strcmp(s->config->shape, "flat") == 0, s->config->delimiters, f);
	fclose(f);
	/* slapadd(8) of 2.5.13 once aborted when it had loaded all. */
	site_shell("export B_PARAMETERS='virtual_mailbox_domains = static:OK\n"
		   "virtual_mailbox_maps = regexp:{{!/^\"?nobody/ all/}}'; cd %s; "
		   "top=$OLDPWD; "
		   "start() { \"$top\"/tests/mail/harness start $PWD/h %s %s "
		   "$PWD/states.ldif; "
		   "}; "
		   "start || { rm -rf h; start; }",
		s->dir, s->config->shape, s->config->fallback);
	read_info(s);
	configure(s);
}

/* ---- explain ---------------------------------------------------------------------------
 */

void site_explain(struct site *s)
{
	FILE *f = open_in(s, "addresses", "w");
	char path[64];
	json_error_t error;

	/* A blank line would be passed over: those that are empty are left to core's tests.
	 */
	for (size_t i = 0; i < s->states.questions.n; i++)
		fprintf(f, "%s\n",
			*s->states.questions.v[i].given ? s->states.questions.v[i].given
							: "<>");
	fclose(f);
	site_shell("cd %s && RELAIS_CONFIG=h/relais.conf $BUILD/relais explain --json - "
		   "<addresses >answers.json",
		s->dir);
	snprintf(path, sizeof(path), "%s/answers.json", s->dir);
	s->answers = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	if (!s->answers)
		fail_msg("%s:%d: %s", path, error.line, error.text);
	assert_int_equal(json_array_size(s->answers), s->states.questions.n);
}
