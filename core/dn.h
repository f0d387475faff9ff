/*
 * dn: distinguished names and search filters as text (RFC 4514, RFC 4515).  All
 * escaping of either is here.
 */
#ifndef CORE_DN_H
#define CORE_DN_H

#include "core/buf.h"

/* Appends value, escaped as an attribute value of a DN (RFC 4514 section 2.4). */
void dn_escape(struct buf *out, const char *value, size_t n);

/* Appends value, escaped as an assertion value of a filter (RFC 4515 section 3). */
void filter_escape(struct buf *out, const char *value, size_t n);

/* Whether it is a DN (RFC 4514 section 3), spaces around its separators allowed; that an
 * attribute is known to nobody does not count.  "" is one. */
bool dn_valid(const char *dn);

/* The first attribute value of a DN's RDN, unescaped: type ("" when there is none)
 * and value are appended.  False when the DN is malformed. */
bool dn_rdn(const char *dn, struct buf *type, struct buf *value);

/* The DN of the entry above; points into dn, "" at the top. */
const char *dn_parent(const char *dn);

/* True when dn is base or lies below it; ASCII case and spaces around separators
 * are ignored. */
bool dn_within(const char *dn, const char *base);
bool dn_same(const char *a, const char *b); /* in the same way */

#endif
