/*
 * behind: a store that reaches its directory through a proxy.
 */
#ifndef TESTS_LDAP_BEHIND_H
#define TESTS_LDAP_BEHIND_H

#include "tests/ldap/proxy.h"
#include "tests/ldap/test.h"

struct behind {
	struct proxy *proxy;
	struct settings settings; /* shallow: only the URI is its own */
	struct store *store;
};

void behind_start(struct behind *b, const struct directory *d); /* ready on return */
/* The same, of a server that lacks what has this OID. */
void behind_start_without(struct behind *b, const struct directory *d, const char *oid);
void behind_stop(struct behind *b);

#endif
