/*
 * raw: a search as fast as libldap reads it, for figures to stand beside: one asynchronous
 * search, read message by message, every value of every entry looked at (in libldap's
 * buffer), nothing kept.
 *
 *	raw TIMES URI BASE one|sub LIMIT FILTER ATTRIBUTE...
 *
 * Signs in as SASL EXTERNAL, once; prints for each time: milliseconds until the first
 * entry, until the end, entries, bytes of values.
 */
#include <ldap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct answer {
	double first, all;
	size_t entries, bytes;
};

static void must(int result, const char *what)
{
	if (result == LDAP_SUCCESS)
		return;
	fprintf(stderr, "raw: %s: %s\n", what, ldap_err2string(result));
	exit(1);
}

static double clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static size_t bytes_of(LDAP *ld, LDAPMessage *message)
{
	struct berval name, *values = NULL;
	BerElement *ber;
	size_t n = 0;

	must(ldap_get_dn_ber(ld, message, &ber, &name), "no DN");
	while (ldap_get_attribute_ber(ld, message, ber, &name, &values) == LDAP_SUCCESS &&
		name.bv_val) {
		for (size_t i = 0; values && values[i].bv_val; i++)
			n += values[i].bv_len;
		if (values)
			ber_memfree(values);
		values = NULL;
	}
	ber_free(ber, 0);
	return n;
}

static LDAP *connection(const char *uri)
{
	char none[] = "";
	struct berval nothing = {0, none};
	int version = LDAP_VERSION3;
	LDAP *ld;

	must(ldap_initialize(&ld, uri), uri);
	must(ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version), "version");
	must(ldap_sasl_bind_s(ld, NULL, "EXTERNAL", &nothing, NULL, NULL, NULL), "bind");
	return ld;
}

static struct answer ask(LDAP *ld, char **argv)
{
	int scope = strcmp(argv[3], "one") == 0 ? LDAP_SCOPE_ONELEVEL : LDAP_SCOPE_SUBTREE;
	double began = clock_ms();
	struct answer a = {0};
	LDAPMessage *m;
	int id, type;

	must(ldap_search_ext(ld, argv[2], scope, argv[5], argv + 6, 0, NULL, NULL, NULL,
		     atoi(argv[4]), &id),
		"search");
	do {
		type = ldap_result(ld, id, LDAP_MSG_ONE, NULL, &m);
		must(type > 0 ? LDAP_SUCCESS : LDAP_SERVER_DOWN, "result");
		if (type == LDAP_RES_SEARCH_ENTRY) {
			a.bytes += bytes_of(ld, m);
			if (a.entries++ == 0)
				a.first = clock_ms() - began;
		}
		ldap_msgfree(m);
	} while (type != LDAP_RES_SEARCH_RESULT);
	a.all = clock_ms() - began;
	return a;
}

int main(int argc, char **argv)
{
	LDAP *ld;

	if (argc < 8)
		return 2;
	ld = connection(argv[2]);
	for (int i = atoi(argv[1]); i > 0; i--) {
		struct answer a = ask(ld, argv + 1);

		printf("%.3f %.3f %zu %zu\n", a.first, a.all, a.entries, a.bytes);
	}
	ldap_unbind_ext_s(ld, NULL, NULL);
	return 0;
}
