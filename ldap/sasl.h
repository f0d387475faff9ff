/*
 * sasl: signing in by SASL SCRAM (RFC 5802, RFC 7677) or GSSAPI (Kerberos, RFC 4752),
 * which Cyrus SASL does for libldap.
 *
 * SCRAM does not show the password, nor does it protect what comes after it: it is for
 * connections that are encrypted or local (session_in_clear()).  GSSAPI encrypts the
 * connection itself where nothing else does, and is refused there without.
 */
#ifndef LDAP_SASL_H
#define LDAP_SASL_H

#include "ldap/session.h"

/* Blocks, also for the Kerberos servers.  The thread has called wipe_begin(). */
bool sasl_sign_in(LDAP *ld, const struct endpoint *e, struct err *err);

#endif
