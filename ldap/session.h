/*
 * session: one signed-in connection and what its server can do.
 *
 * session_open() blocks and belongs on a worker thread (ldap/connect.h); a finished
 * session is used by one thread, the main one, and no call on it blocks then.
 */
#ifndef LDAP_SESSION_H
#define LDAP_SESSION_H

#include <ldap.h>

#include "core/err.h"
#include "core/settings.h"
#include "ldap/link.h"
#include "ldap/secret.h"

/* All that is needed to reach one server; every string its own. */
struct endpoint {
	char *uri;
	enum auth auth;
	char *bind_dn; /* simple */
	char *name;    /* scram: what was typed */
	struct secret password;
	bool starttls;
	char *ca_file; /* "": the system's */
};

void endpoint_release(struct endpoint *e);

struct session {
	LDAP *ld;
	struct link *link;
	char *uri;
	char *server; /* short: "ldapi" or the host */
	char *who;    /* short */
	char *who_dn;
	bool transacts;       /* lists the start of transactions, RFC 5805 */
	bool asserts;         /* lists the assertion control, RFC 4528 */
	bool post_reads;      /* lists the post-read control, RFC 4527 */
	bool follows;         /* lists content synchronization, RFC 4533 */
	bool openldap;        /* slapd, or what speaks for one */
	struct strv contexts; /* its naming contexts, RFC 4512 section 5.1.2 */
};

/* A session over a connected socket, which it takes; nothing is sent yet. */
struct session *session_new(int fd, const struct endpoint *e);

/* TLS, bind, who am I, root DSE.  Blocks until done or until the socket is shut down. */
bool session_open(struct session *s, const struct endpoint *e, struct err *err);

void session_free(struct session *s);

/* After libldap's result of a call: its error, with the words that came.  Returns false. */
bool session_failed(LDAP *ld, const char *uri, int result, struct err *err);

/* True when a password could be read by others on the way to uri. */
bool session_in_clear(const struct endpoint *e);

/* "ldapi" or the host of uri; the caller's to free(3). */
char *session_short_server(const char *uri);

#endif
