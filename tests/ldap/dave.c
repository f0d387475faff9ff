#include "tests/ldap/dave.h"

#include <stdlib.h>

#include "core/buf.h"

const char dave[] = "uid=dave,associatedDomain=acme.example,ou=domains,dc=demo";

void dave_add(struct directory *d)
{
	directory_sh(d,
		"ldapdelete -c -x -H $URI -D cn=root,dc=demo -w root "
		"uid=dave,associatedDomain=acme.example,ou=domains,dc=demo "
		"uid=david,associatedDomain=acme.example,ou=domains,dc=demo 2>/dev/null\n"
		"$MODIFY -a <<-END\n"
		"dn: uid=dave,associatedDomain=acme.example,ou=domains,dc=demo\n"
		"objectClass: inetOrgPerson\nobjectClass: relaisUser\nuid: dave\ncn: Dave\n"
		"sn: D\nmail: dave@acme.example\nmail: d@acme.example\nrelaisRouting: "
		"none\n"
		"description: old\nuserPassword: one\nEND");
}

void has_value(
	struct directory *d, const char *dn, const char *attribute, const char *value)
{
	char *now = directory_value(d, dn, attribute);

	assert_string_equal(now, value);
	free(now);
}

void dave_modify(struct directory *d, const char *mods)
{
	struct buf command = BUF_INIT;

	buf_printf(&command, "$MODIFY <<-'END'\ndn: %s\nchangetype: modify\n%s\n-\nEND",
		dave, mods);
	directory_sh(d, command.s);
	buf_release(&command);
}

void expect_outcome(
	struct store *s, struct plan *p, enum outcome outcome, struct said *said)
{
	apply_to_end(s, p, said);
	if (said->outcome != outcome)
		fail_msg(
			"outcome %d, not %d: %s", said->outcome, outcome, said->err.server);
	assert_int_equal(said->changed, 1);
	assert_int_equal(said->changed_outcome, outcome);
	assert_int_equal(said->count, outcome == OUTCOME_OK);
	assert_int_equal(said->after_done, 0);
	if (outcome == OUTCOME_STALE) {
		assert_int_equal(said->err.code, ERR_ASSERTION);
		assert_int_equal(said->err.number, 122);
	}
}
