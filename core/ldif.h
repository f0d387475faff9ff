/*
 * ldif: lines of RFC 2849.  Records are made of them in core/plan.h (change_ldif()) and
 * core/record.h.
 */
#ifndef CORE_LDIF_H
#define CORE_LDIF_H

#include "core/buf.h"

/* Appends "name: value", or "name:: base64" for what is not printable ASCII, folded at 76
 * columns, each of its physical lines beginning with prefix ("" for none). */
void ldif_put(
	struct buf *out, const char *prefix, const char *name, const char *value, size_t n);

/* Takes a line that is not folded any more apart; name and value are set anew.  False: no
 * colon, no name, or no base64 after two colons; URLs (":<") are not followed: false. */
bool ldif_take(const char *line, size_t n, struct buf *name, struct buf *value);

#endif
