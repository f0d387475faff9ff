/*
 * ldif: content records (RFC 2849) as entries, for tests.  What cannot be read is a
 * fault of the test.
 */
#ifndef TESTS_TUI_LDIF_H
#define TESTS_TUI_LDIF_H

#include "core/entry.h"

struct entries {
	struct entry **v;
	size_t n, cap;
};

/* Appends the entries of text, each the caller's. */
void ldif_parse(const char *text, struct entries *out);

#endif
