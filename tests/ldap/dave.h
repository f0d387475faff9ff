/*
 * dave: a user whom the tests of writing may spoil, and what they look at afterwards.
 */
#ifndef TESTS_LDAP_DAVE_H
#define TESTS_LDAP_DAVE_H

#include "tests/ldap/test.h"

extern const char dave[]; /* his DN */

void dave_add(struct directory *d); /* afresh, whatever is left of him */
void dave_modify(struct directory *d, const char *mods); /* by somebody else */

/* The attribute has these values, one a line. */
void has_value(
	struct directory *d, const char *dn, const char *attribute, const char *value);

/* Applies a plan of one change, of which all events must say this outcome. */
void expect_outcome(
	struct store *s, struct plan *p, enum outcome outcome, struct said *said);

#endif
