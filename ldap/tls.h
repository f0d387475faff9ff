/*
 * tls: ldaps and StartTLS with the server's certificate verified, and words for what was
 * wrong with it, which libldap with GnuTLS keeps to its log.
 */
#ifndef LDAP_TLS_H
#define LDAP_TLS_H

#include <ldap.h>

#include "core/err.h"

/* Once, before any other thread uses libldap: its log is ours. */
void tls_init(void);

/* at_once: ldaps; else StartTLS.  ca_file "": the system's.  Blocks. */
bool tls_start(
	LDAP *ld, bool at_once, const char *uri, const char *ca_file, struct err *err);

#endif
