/*
 * domainname: names of mail domains (RFC 5321, RFC 5890; IDNA2008 with the UTS #46
 * mapping, through libidn2).
 */
#ifndef CORE_DOMAINNAME_H
#define CORE_DOMAINNAME_H

#include "core/buf.h"
#include "core/rule.h"

/* What a person typed or pasted, made the one stored form: A-labels, lower case,
 * without outer spaces, a trailing dot or a leading "@".  Appends to out and returns
 * RULE_OK, else leaves out alone and says which rule it breaks: RULE_EMPTY or
 * RULE_DOMAIN_MALFORMED. */
enum rule domainname_canonical(const char *typed, struct buf *out);

/* True when name is dot-separated letters, digits and hyphens of lawful lengths, the last
 * label not a number (RFC 1123, RFC 3696): a name in its stored form, in any case. */
bool domainname_ascii_ok(const char *name);

/* Appends the name as people read it: U-labels where converting back gives the same
 * A-labels and nothing in it is unsafe to show, else the name made printable. */
void domainname_shown(const char *canonical, struct buf *out);

#endif
