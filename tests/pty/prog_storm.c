/*
 * storm URI CHANGES USERS: changes the titles of uid=c1 ... c<USERS> of acme.example, as
 * admin0, by turns and as fast as one can; prints how many a second it made.
 *
 * In transactions (RFC 5805), one change after the other, with a rest before each end: see
 * ldap/txn.c for what slapd 2.5 makes of anything faster.
 */
#include <ldap.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { A_TRANSACTION = 1000, REST_MS = 50 };

static LDAP *ld;

static void must(int result, const char *what)
{
	if (result == LDAP_SUCCESS)
		return;
	fprintf(stderr, "storm: %s: %s\n", what, ldap_err2string(result));
	exit(1);
}

static void sign_in(const char *uri)
{
	char none[] = "";
	struct berval nothing = {0, none};
	int version = LDAP_VERSION3;

	must(ldap_initialize(&ld, uri), uri);
	ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version);
	must(ldap_sasl_bind_s(ld, NULL, "EXTERNAL", &nothing, NULL, NULL, NULL), "bind");
}

static void change(struct berval *txn, size_t user, size_t number)
{
	char dn[120], title[40], type[] = "title", oid[] = LDAP_CONTROL_TXN_SPEC;
	char *values[] = {title, NULL};
	LDAPMod mod = {.mod_op = LDAP_MOD_REPLACE, .mod_type = type};
	LDAPMod *mods[] = {&mod, NULL};
	LDAPControl control = {
		.ldctl_oid = oid, .ldctl_iscritical = 1, .ldctl_value = *txn};
	LDAPControl *controls[] = {&control, NULL};

	mod.mod_values = values;
	snprintf(dn, sizeof(dn),
		"uid=c%zu,associatedDomain=acme.example,ou=domains,dc=demo", user);
	snprintf(title, sizeof(title), "%zu", number);
	must(ldap_modify_ext_s(ld, dn, mods, controls, NULL), dn);
}

static void transaction(size_t from, size_t end, size_t users)
{
	struct timespec rest = {.tv_nsec = REST_MS * 1000000L};
	struct berval *txn = NULL;
	int id;

	must(ldap_txn_start_s(ld, NULL, NULL, &txn), "start");
	for (size_t i = from; i < end; i++)
		change(txn, i % users + 1, i);
	nanosleep(&rest, NULL);
	must(ldap_txn_end_s(ld, 1, txn, NULL, NULL, &id), "end");
	ber_bvfree(txn);
}

int main(int argc, char **argv)
{
	size_t changes = argc > 2 ? (size_t)atol(argv[2]) : 0;
	size_t users = argc > 3 ? (size_t)atol(argv[3]) : 1;
	struct timespec began, ended;
	double s;

	if (argc != 4 || !users)
		return 2;
	sign_in(argv[1]);
	clock_gettime(CLOCK_MONOTONIC, &began);
	for (size_t i = 0; i < changes; i += A_TRANSACTION)
		transaction(i, i + A_TRANSACTION < changes ? i + A_TRANSACTION : changes,
			users);
	clock_gettime(CLOCK_MONOTONIC, &ended);
	s = (double)(ended.tv_sec - began.tv_sec) +
	    (double)(ended.tv_nsec - began.tv_nsec) / 1e9;
	printf("%.0f changes a second\n", (double)changes / s);
	ldap_unbind_ext(ld, NULL, NULL);
	return 0;
}
