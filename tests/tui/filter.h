/*
 * filter: search filters (RFC 4515) tried on an entry, for tests: and, or, not,
 * equality, presence, substrings, >= and <=, all without regard to case.  A filter that
 * is none, or an extensible one, is a fault of what is tested.
 */
#ifndef TESTS_TUI_FILTER_H
#define TESTS_TUI_FILTER_H

#include "core/entry.h"

bool filter_matches(const char *filter, const struct entry *e);

/* Text as caseIgnoreMatch compares it: case and outer spaces gone, accents kept. */
bool same_ignoring_case(const char *a, size_t a_n, const char *b, size_t b_n);

#endif
