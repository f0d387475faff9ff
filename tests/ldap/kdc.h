/*
 * kdc: a throw-away Kerberos realm, RELAIS.TEST, on 127.0.0.1.
 */
#ifndef TESTS_LDAP_KDC_H
#define TESTS_LDAP_KDC_H

#include "tests/ldap/test.h"

struct kdc {
	pid_t pid;
};

/* Everything in the directory's folder.  KRB5_CONFIG, KRB5_KTNAME and KRB5CCNAME of this
 * process, and so of the slapd that directory_serve() starts, are for it from now on:
 * principals admin0 and nobody (password demo) and ldap/127.0.0.1, whose key is slapd's. */
void kdc_start(struct kdc *k, struct directory *d);
void kdc_stop(struct kdc *k);

/* Which tickets this process has: those of a name, for some time ("1h"); or none. */
void kdc_kinit(struct directory *d, const char *name, const char *life);
void kdc_kdestroy(struct directory *d);
void kdc_await_expiry(struct directory *d);

#endif
