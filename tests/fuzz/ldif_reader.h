/*
 * ldif_reader: reads change records (RFC 2849) by hand, to judge core/ldif.c by.  What is
 * none, and lines longer than 76, break the run.
 */
#ifndef TESTS_FUZZ_LDIF_READER_H
#define TESTS_FUZZ_LDIF_READER_H

#include "core/plan.h"

/* The next record; *text is moved behind its empty line.  To be change_free()d. */
struct change *ldif_read(const char **text);

#endif
