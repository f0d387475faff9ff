/*
 * certificates: a directory's slapd with TLS, and one fault at a time.
 */
#ifndef TESTS_LDAP_CERTIFICATES_H
#define TESTS_LDAP_CERTIFICATES_H

#include "tests/ldap/test.h"

/* In the directory's folder: two authorities, ca.pem and other.pem; none.pem, which holds
 * no certificate; and ca's for 127.0.0.1: "right"; "name", another host's; "expired";
 * "early", not valid yet; "self", signed by itself.  (A host name would not do: libldap
 * takes "localhost" to mean the machine's own name.) */
void certificates_make(struct directory *d);

/* Serves the same data again, with one of these certificates, on two ports of 127.0.0.1
 * (one for ldap:// and StartTLS, one for ldaps://) and on the socket. */
void certificates_serve(
	struct directory *d, const char *certificate, int *plain_port, int *tls_port);

#endif
