/* What is asked about is never there. */
#include "tests/core/test.h"

#include "core/probe.h"

#define DN "uid=bob,dc=demo"

static const struct row {
	const char *name, *lines, *attribute, *under;
	const char *value; /* NULL: nothing is asked */
} rows[] = {
	{"an address of the domain", "mail: bob@acme.example\n", "mail", "acme.example",
		"relais-probe@acme.example"},
	{"whatever the attribute", "", "mailAlternateAddress", "acme.example",
		"relais-probe@acme.example"},
	{"an address that somebody made", "mail: Relais-Probe@acme.example\n", "mail",
		"acme.example", NULL},
	{"a name of the domain", "associatedDomain: acme.example\n", "associatedDomain",
		"acme.example", "relais-probe.acme.example"},
	{"a text", "description: The first\n", "description", NULL, "relais-probe"},
	{"a relay", "relaisSplitRelay: [192.0.2.25]\n", "relaisSplitRelay", NULL,
		"[relais-probe.invalid]"},
	{"forwards", "relaisForwardUnknown: TRUE\n", "relaisForwardUnknown", NULL, "FALSE"},
	{"does not", "relaisForwardUnknown: FALSE\n", "relaisForwardUnknown", NULL, "TRUE"},
	{"says nothing", "", "relaisForwardUnknown", NULL, "TRUE"},
	{"both, where no schema forbids it",
		"relaisForwardUnknown: TRUE\nrelaisForwardUnknown: FALSE\n",
		"relaisForwardUnknown", NULL, NULL},
	{"external", "relaisRouting: external\n", "relaisRouting", NULL, "none"},
	{"none", "relaisRouting: none\n", "RELAISROUTING", NULL, "internal"},
	{"a class", "objectClass: inetOrgPerson\n", "objectClass", "relaisUser",
		"relaisUser"},
	{"a class that is there", "objectClass: relaisuser\n", "objectClass", "relaisUser",
		NULL},
};

static void check(void **state)
{
	const struct row *r = *state;
	struct entry *e = entry_of(DN, r->lines);
	struct change *wish = probe_value(e, r->attribute, r->under);

	if (r->value) {
		assert_non_null(wish);
		assert_int_equal(wish->kind, CHANGE_MODIFY);
		assert_string_equal(wish->dn, DN);
		assert_int_equal(wish->mods.n, 1);
		assert_int_equal(wish->mods.v[0].op, MOD_DELETE);
		assert_string_equal(wish->mods.v[0].attribute.name, r->attribute);
		assert_int_equal(wish->mods.v[0].attribute.values.n, 1);
		assert_string_equal(wish->mods.v[0].attribute.values.v[0].p, r->value);
	} else {
		assert_null(wish);
	}
	change_free(wish);
	entry_free(e);
}

int main(void)
{
	struct suite s = {0};

	SUITE_ROWS(&s, check, rows);
	return suite_run(&s);
}
