/*
 * decode: entries as libldap hands them out, as struct entry: every byte kept.
 */
#ifndef LDAP_DECODE_H
#define LDAP_DECODE_H

#include <ldap.h>

#include "core/array.h"
#include "core/entry.h"

/* The caller's to free; NULL when it is not a well-formed entry. */
struct entry *decode_entry(LDAP *ld, LDAPMessage *message);

/* The entry in a post-read response control (RFC 4527); NULL when there is none. */
struct entry *decode_post_read(LDAPControl **controls);

/* The result in a message: its code in *result, the diagnostic message, or for a referral
 * (10) without one where it leads to, in *words (free(3), never NULL), and the response
 * controls, unless `controls` is NULL.  Returns LDAP_SUCCESS or why it cannot be read. */
int decode_result(
	LDAP *ld, LDAPMessage *message, int *result, char **words, LDAPControl ***controls);

/* Adds the URLs of a referral (RFC 4511 section 4.1.10). */
void decode_referral(LDAP *ld, LDAPMessage *message, struct strv *urls);

#endif
