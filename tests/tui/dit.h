/*
 * dit: the entries behind the fake store, changed as slapd would, with its result codes.
 */
#ifndef TESTS_TUI_DIT_H
#define TESTS_TUI_DIT_H

#include "core/err.h"
#include "core/plan.h"
#include "tests/tui/ldif.h"

struct dit {
	struct entries entries;
	unsigned stamp; /* what entryUUID and entryCSN are made of */
};

void dit_release(struct dit *d);
void dit_load(struct dit *d, const char *ldif);

struct entry *dit_find(const struct dit *d, const char *dn);
struct entry *dit_find_id(const struct dit *d, const char *id);
bool dit_exists(const struct dit *d, const char *dn); /* or has entries below it */

/* Applies the change, whatever its precondition. False: nothing is changed and err says
 * why, as ldap/result.c would have it. */
bool dit_apply(struct dit *d, const struct change *c, const char *who, struct err *err);

/* Another name for one that is there; its attributes stay. */
void dit_rename(struct dit *d, const char *dn, const char *to, const char *who);

/* The LDAP result code of an error of the server's, 80 for others. */
long dit_result(enum err_code code);

#endif
