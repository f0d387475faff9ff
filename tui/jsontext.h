/*
 * jsontext: directory and network bytes as JSON strings (RFC 8259, through jansson).
 */
#ifndef TUI_JSONTEXT_H
#define TUI_JSONTEXT_H

#include <jansson.h>

/* The caller's reference; null for NULL.  JSON is Unicode: what holds a byte that is no
 * UTF-8 is made safe to show first, and then is not what stood there. */
json_t *jsontext(const char *s);

#endif
