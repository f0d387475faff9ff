/*
 * jsontext: directory and network bytes as JSON strings (RFC 8259, through jansson).
 */
#ifndef TUI_JSONTEXT_H
#define TUI_JSONTEXT_H

#include <jansson.h>

#include "core/buf.h"

/* The caller's reference; null for NULL.  The string is the true value, controls too.  JSON
 * is Unicode: what holds a byte that is no UTF-8 is made safe to show first, and then is
 * not what stood there. */
json_t *jsontext(const char *s);

/* Appends j's text and drops the caller's reference.  flags: json_dumps()'s.  What
 * text_printable() would replace is escaped, so that the text is safe to show. */
void jsontext_add(json_t *j, size_t flags, struct buf *out);

#endif
