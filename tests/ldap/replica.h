/*
 * replica: a directory and a read-only replica of it (syncrepl, refreshAndPersist), with a
 * proxy on the way of what is replicated, so that it can be held up, and one in front of
 * the provider, to which the replica's referrals lead.
 */
#ifndef TESTS_LDAP_REPLICA_H
#define TESTS_LDAP_REPLICA_H

#include "tests/ldap/proxy.h"
#include "tests/ldap/test.h"

struct replica {
	struct directory provider, consumer;
	struct proxy *between, *front;
	char front_uri[160];
};

/* The provider with the fixture and dave; the replica has it all on return, and
 * consumer.settings name `front` as the provider, with auth external.  What makes it a
 * replica stands in replica.conf in the provider's folder. */
void replica_start(struct replica *r);
void replica_stop(struct replica *r);

void replica_hold(struct replica *r); /* nothing is replicated any more */
void replica_release(struct replica *r);
void replica_await(struct replica *r); /* until it has everything */

/* Whether the replica itself has that value: one a line, as has_value(). */
bool replica_has(
	struct replica *r, const char *dn, const char *attribute, const char *value);

void replica_sever(struct replica *r);  /* the provider is killed */
void replica_revive(struct replica *r); /* the same data again */

#endif
