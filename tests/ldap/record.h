/*
 * record: LDAP requests read from the wire, and the writes among them as LDIF text
 * (RFC 2849), by liblber alone: independent of the code that makes them.
 */
#ifndef TESTS_LDAP_RECORD_H
#define TESTS_LDAP_RECORD_H

#include <lber.h>

#include "core/buf.h"

/* The length of the LDAPMessage that starts at p: 0 while it cannot be told, more than n
 * when some of it has not come yet. */
size_t message_length(const char *p, size_t n);

struct request {
	ber_int_t msgid;
	ber_tag_t op; /* LDAP_REQ_..., or: */
};

/* A modify or delete that cannot change anything: of one value under the assertion that it
 * is not there, of an entry under one that is true nowhere; critical. */
#define REQUEST_ASKS ((ber_tag_t)0)

/* False when it is no LDAPMessage. */
bool request_read(const char *p, size_t n, struct request *r);
bool request_writes(const struct request *r); /* modify, add or delete */
/* It is the extended operation of that name (RFC 4511 section 4.12). */
bool request_extended(const struct request *r, const char *p, size_t n, const char *oid);

/* Appends the record of a modify, add or delete, folded as people's tools do at 76. */
bool request_ldif(const char *p, size_t n, struct buf *out);

/* Appends an LDAPResult to the request. */
void request_answer(const struct request *r, int code, const char *words, struct buf *out);

#endif
