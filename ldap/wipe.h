/*
 * wipe: what libldap and Cyrus SASL allocate while somebody signs in is wiped as it is
 * freed, for a password is copied there: into the request, into the mechanism's state.
 */
#ifndef LDAP_WIPE_H
#define LDAP_WIPE_H

#include <stddef.h>

/* Before the first use of libldap: from then on their memory is ours to wipe. */
void wipe_init(void);

/* Around all that signs in on this thread, its ending badly included. */
void wipe_begin(void);
void wipe_end(void);

/* Between them, after a sign-in by SASL: the copy of the password that a mechanism keeps
 * (a sasl_secret_t) for as long as its connection lives, and does not need any more. */
void wipe_kept_copy(const char *password, size_t n);

#endif
