/*
 * wipe: no copy of a password stays behind in the memory of those who send it.
 *
 * libldap frees the bind request as it is, so the request is wiped when it has been
 * written, by a layer on top of the connection's others (lber-sockbuf(3)).  Cyrus SASL has
 * its memory from us.  GnuTLS, as seen, keeps no copy of what it encrypts.
 */
#ifndef LDAP_WIPE_H
#define LDAP_WIPE_H

#include <lber.h>
#include <stdbool.h>

/* Before the first use of libldap, and so of Cyrus SASL. */
void wipe_init(void);

/* Around all that signs in on this thread, its ending badly included: what Cyrus SASL
 * frees between them is wiped. */
void wipe_begin(void);
void wipe_end(void);

/* Between them, after a sign-in by SASL: the copy of the password that a mechanism keeps
 * (a sasl_secret_t) for as long as its connection lives, and does not need any more. */
void wipe_kept_copy(const char *password, size_t n);

/* Until it is removed, all that is written to the connection is wiped where it stood, so
 * libldap can neither send it again nor chase a referral with it. */
bool wipe_install(Sockbuf *sb);
void wipe_remove(Sockbuf *sb);

#endif
