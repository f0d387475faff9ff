/* What slapo-accesslog wrote, as slapd 2.5.13 wrote it, and as nobody should. */
#include "tests/core/test.h"

#include "core/accesslog.h"

#define ACME "associatedDomain=acme.example,ou=domains,dc=demo"
#define HEAD(type, dn)                                     \
	"reqStart: 20261122233820.078439Z\nreqType: " type \
	"\nreqAuthzID: uid=admin1,ou=admins,dc=demo\nreqDN: " dn "\nreqResult: 0\n"
#define CSN "20261122233820.119850Z#000000#000#000000"
#define OLD_CSN "reqOld: entryCSN: 20261122233820.059026Z#000000#000#000000\n"

static const struct row {
	const char *name, *lines;
	const char *ldif, *inverse;
	const char *csn;
	bool has_before, has_secret;
} rows[] = {
	{"replaced",
		HEAD("modify",
			ACME) "reqMod: relaisSplitRelay:= [192.0.2.99]\n"
			      "reqMod: entryCSN:= " CSN "\n"
			      "reqMod: modifiersName:= uid=admin1,ou=admins,dc=demo\n"
			      "reqOld: relaisSplitRelay: [192.0.2.25]\n" OLD_CSN
			      "reqEntryUUID: u1\n",
		"dn: " ACME "\nchangetype: modify\nreplace: relaisSplitRelay\n"
		"relaisSplitRelay: [192.0.2.99]\n-\n\n",
		"dn: " ACME "\nchangetype: modify\nreplace: relaisSplitRelay\n"
		"relaisSplitRelay: [192.0.2.25]\n-\n\n",
		CSN, true, false},
	{"all values deleted, others added",
		HEAD("modify", ACME) "reqMod: description:-\n"
				     "reqMod: description:+ one\n"
				     "reqMod: description:+ two\n"
				     "reqMod: entryCSN:= " CSN "\n"
				     "reqOld: description: Acme\n" OLD_CSN,
		"dn: " ACME "\nchangetype: modify\ndelete: description\n-\n"
		"add: description\ndescription: one\ndescription: two\n-\n\n",
		"dn: " ACME "\nchangetype: modify\ndelete: description\n"
		"description: one\ndescription: two\n-\nadd: description\n"
		"description: Acme\n-\n\n",
		CSN, true, false},
	{"replaced by none",
		HEAD("modify", ACME) "reqMod: relaisRouting:=\nreqOld: relaisRouting: "
				     "none\n" OLD_CSN,
		"dn: " ACME "\nchangetype: modify\nreplace: relaisRouting\n-\n\n",
		"dn: " ACME "\nchangetype: modify\nadd: relaisRouting\n"
		"relaisRouting: none\n-\n\n",
		"", true, false},
	{"a colon between two mods",
		HEAD("modify", ACME) "reqMod: mail:- a@b.example\nreqMod: :\n"
				     "reqMod: mail:- c@b.example\n"
				     "reqOld: mail: a@b.example\nreqOld: mail: "
				     "c@b.example\n" OLD_CSN,
		"dn: " ACME "\nchangetype: modify\ndelete: mail\nmail: a@b.example\n-\n"
		"delete: mail\nmail: c@b.example\n-\n\n",
		"dn: " ACME "\nchangetype: modify\nadd: mail\nmail: a@b.example\n"
		"mail: c@b.example\n-\n\n",
		"", true, false},
	{"a value deleted in another case",
		HEAD("modify", ACME) "reqMod: mail:- Bob@B.example\n"
				     "reqOld: mail: bob@b.example\n"
				     "reqOld: mail: x@b.example\n" OLD_CSN,
		"dn: " ACME
		"\nchangetype: modify\ndelete: mail\nmail: bob@b.example\n-\n\n",
		"dn: " ACME "\nchangetype: modify\nadd: mail\nmail: bob@b.example\n-\n\n",
		"", true, false},
	{"a value with a colon and a blank before it",
		HEAD("modify", ACME) "reqMod: description:=  : x\nreqOld: description: "
				     "y\n" OLD_CSN,
		"dn: " ACME "\nchangetype: modify\nreplace: description\n"
		"description:: IDogeA==\n-\n\n",
		"dn: " ACME "\nchangetype: modify\nreplace: description\n"
		"description: y\n-\n\n",
		"", true, false},
	{"without logold nobody knows what was there",
		HEAD("modify", ACME) "reqMod: description:+ x\n",
		"dn: " ACME "\nchangetype: modify\nadd: description\ndescription: x\n-\n\n",
		NULL, "", false, false},
	{"logoldattr alone does not tell all of it",
		HEAD("modify", ACME) "reqMod: description:= x\nreqOld: sn: y\n",
		"dn: " ACME "\nchangetype: modify\nreplace: description\n"
		"description: x\n-\n\n",
		NULL, "", false, false},
	{"an increment",
		HEAD("modify",
			ACME) "reqMod: uidNumber:# 1\nreqOld: uidNumber: 7\n" OLD_CSN,
		"dn: " ACME "\nchangetype: modify\nreplace: uidNumber\n-\n\n", NULL, "",
		false, false},
	{"a password is left out",
		HEAD("modify", ACME) "reqMod: userPassword:= secret\nreqMod: sn:= New\n"
				     "reqOld: userPassword: old\nreqOld: sn: Old\n" OLD_CSN,
		"dn: " ACME "\nchangetype: modify\nreplace: sn\nsn: New\n-\n\n",
		"dn: " ACME "\nchangetype: modify\nreplace: sn\nsn: Old\n-\n\n", "", true,
		true},
	{"a password with an option is left out",
		HEAD("modify", ACME) "reqMod: userPassword;x-a:= secret\n" OLD_CSN,
		"dn: " ACME "\nchangetype: modify\n\n",
		"dn: " ACME "\nchangetype: modify\n\n", "", true, true},
	{"added",
		HEAD("add",
			"uid=n," ACME) "reqMod: objectClass:+ inetOrgPerson\n"
				       "reqMod: cn:+ New\nreqMod: mail:+ n@acme.example\n"
				       "reqMod: mail:+ m@acme.example\n"
				       "reqMod: structuralObjectClass:+ inetOrgPerson\n"
				       "reqMod: entryUUID:+ u2\nreqMod: entryCSN:+ " CSN
				       "\nreqEntryUUID: u2\n",
		"dn: uid=n," ACME "\nchangetype: add\nobjectClass: inetOrgPerson\ncn: New\n"
		"mail: n@acme.example\nmail: m@acme.example\n\n",
		"dn: uid=n," ACME "\nchangetype: delete\n\n", CSN, true, false},
	{"deleted",
		HEAD("delete", "uid=n," ACME) "reqOld: objectClass: inetOrgPerson\n"
					      "reqOld: cn: New\nreqOld: userPassword: x\n"
					      "reqOld: entryUUID: u2\n" OLD_CSN,
		"dn: uid=n," ACME "\nchangetype: delete\n\n",
		"dn: uid=n," ACME
		"\nchangetype: add\nobjectClass: inetOrgPerson\ncn: New\n\n",
		"", true, true},
	{"deleted, and nobody knows what", HEAD("delete", "uid=n," ACME),
		"dn: uid=n," ACME "\nchangetype: delete\n\n", NULL, "", false, false},
};

static void inverse_is(const struct change *c, const char *ldif)
{
	if (ldif)
		assert_change(change_inverse(c), ldif);
}

static void check(void **state)
{
	const struct row *r = *state;
	struct entry *e = entry_of("reqStart=1,cn=accesslog", r->lines);
	struct logged l;

	assert_true(logged_decode(e, &l));
	assert_string_equal(l.start, "20261122233820.078439Z");
	assert_string_equal(l.who, "uid=admin1,ou=admins,dc=demo");
	assert_string_equal(l.csn, r->csn);
	assert_change(change_copy(l.change), r->ldif);
	inverse_is(l.change, r->inverse);
	assert_int_equal(l.has_before, r->has_before);
	assert_int_equal(l.has_secret, r->has_secret);
	assert_null(l.new_dn);
	logged_release(&l);
	entry_free(e);
}

static void renamed(void **state)
{
	struct entry *e = entry_of("reqStart=1,cn=accesslog",
		HEAD("modrdn", "uid=a," ACME) "reqNewRDN: uid=b\nreqDeleteOldRDN: TRUE\n"
					      "reqNewDN: uid=b," ACME
					      "\nreqMod: entryCSN:= " CSN
					      "\nreqEntryUUID: u1\n");
	struct logged l;

	(void)state;
	assert_true(logged_decode(e, &l));
	assert_string_equal(l.new_dn, "uid=b," ACME);
	assert_string_equal(l.csn, CSN);
	assert_string_equal(l.id, "u1");
	assert_int_equal(l.change->mods.n, 0);
	logged_release(&l);
	entry_free(e);
}

/* No change, or told as no slapd does. */
static const struct bad {
	const char *name, *lines;
} bad[] = {
	{"bad: nothing", ""},
	{"bad: a bind", HEAD("bind", "uid=a," ACME)},
	{"bad: it failed", "reqStart: 20261122233820Z\nreqType: modify\nreqDN: " ACME
			   "\nreqResult: 50\n"},
	{"bad: no time", "reqType: modify\nreqDN: " ACME "\nreqResult: 0\n"},
	{"bad: no entry", "reqStart: 20261122233820Z\nreqType: modify\nreqResult: 0\n"},
	{"bad: no attribute", HEAD("modify", ACME) "reqMod: := x\n"},
	{"bad: no colon", HEAD("modify", ACME) "reqMod: description\n"},
	{"bad: no blank", HEAD("modify", ACME) "reqMod: description:=x\n"},
	{"bad: no word", HEAD("modify", ACME) "reqMod: a b:= x\n"},
	{"bad: what was there", HEAD("modify", ACME) "reqOld: description\n"},
};

static void refused(void **state)
{
	const struct bad *r = *state;
	struct entry *e = entry_of("reqStart=1,cn=accesslog", r->lines);
	struct logged l;

	assert_false(logged_decode(e, &l));
	entry_free(e);
}

static void nul_in_a_name(void **state)
{
	struct entry *e = entry_of("reqStart=1,cn=accesslog",
		"reqStart: 20261122233820Z\nreqType: modify\nreqResult: 0\n");
	struct logged l;

	(void)state;
	entry_add(e, "reqDN", "dc=a\0b", 6);
	assert_false(logged_decode(e, &l));
	entry_free(e);
}

static void bytes_stay(void **state)
{
	struct entry *e = entry_of("reqStart=1,cn=accesslog", HEAD("modify", ACME));
	struct logged l;

	(void)state;
	entry_add(e, "reqMod", "jpegPhoto:= a\0b", 15);
	assert_true(logged_decode(e, &l));
	assert_int_equal(l.change->mods.n, 1);
	assert_int_equal(l.change->mods.v[0].attribute.values.v[0].n, 3);
	assert_memory_equal(l.change->mods.v[0].attribute.values.v[0].p, "a\0b", 3);
	logged_release(&l);
	entry_free(e);
}

int main(void)
{
	struct suite s = {0};

	SUITE_ROWS(&s, check, rows);
	SUITE_ADD(&s, renamed);
	SUITE_ROWS(&s, refused, bad);
	SUITE_ADD(&s, nul_in_a_name);
	SUITE_ADD(&s, bytes_stay);
	return suite_run(&s);
}
