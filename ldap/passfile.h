/*
 * passfile: a password that a file keeps, on its first line.
 */
#ifndef LDAP_PASSFILE_H
#define LDAP_PASSFILE_H

#include "core/err.h"

enum { PASSFILE_MAX = 255 }; /* bytes of a password */

/* The first line into out, which the caller wipes (explicit_bzero(3)).  False, and out
 * wiped: no regular file, none to be read (ERR_FILE), or one that its group or others may
 * read or write (ERR_PERMISSIONS).  A line that is too long has PASSFILE_MAX + 1 bytes. */
bool passfile_read(const char *path, char out[PASSFILE_MAX + 2], struct err *err);

#endif
