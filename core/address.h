/*
 * address: mail addresses as directories and Postfix hold them: local@domain, in
 * ASCII, domain as A-labels.
 */
#ifndef CORE_ADDRESS_H
#define CORE_ADDRESS_H

#include "core/buf.h"
#include "core/rule.h"

/* What a person typed or pasted ("Bob <bob@acme.example>", "mailto:", outer spaces, a
 * trailing dot, a U-label domain), made the one stored form; the local part keeps its
 * case.  Appends to out and returns RULE_OK, else leaves out alone and says which rule
 * it breaks: RULE_EMPTY, RULE_ADDRESS_MALFORMED, RULE_ADDRESS_ROUTED ('%', '!', '/',
 * a second '@'), RULE_ADDRESS_NOT_ASCII (the local part), RULE_DOMAIN_MALFORMED. */
enum rule address_canonical(const char *typed, struct buf *out);

/* The same rules for a value that stands in a directory: nothing is mended. */
enum rule address_stored_ok(const char *value);

/* The part after the last '@'; points into address; "" when there is none. */
const char *address_domain(const char *address);

/* Appends the address lower-cased in ASCII: the key Postfix looks up. */
void address_key(const char *address, struct buf *out);

/* Whether a stored value is found by key: as the directory compares (caseIgnoreIA5Match),
 * case and outer spaces count for nothing and several spaces for one. */
bool address_matches(const char *value, const char *key);

/* Appends key with its extension cut at the first of the delimiter characters, as
 * Postfix's split_addr() does (never before the first character, never for
 * postmaster, mailer-daemon and double-bounce, nor for owner-x and x-request with
 * '-').  False, and nothing appended, when there is none. */
bool address_without_extension(const char *key, const char *delimiters, struct buf *out);

/* As people read it: the domain in U-labels, everything safe to show. */
void address_shown(const char *address, struct buf *out);

#endif
