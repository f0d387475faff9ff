/*
 * secret: a password in memory of its own: never printed; where the system allows it
 * neither swapped out nor in a core dump nor in a child process; wiped when it goes.  A
 * zeroed struct is an empty one.
 */
#ifndef LDAP_SECRET_H
#define LDAP_SECRET_H

#include "core/base.h"

struct secret {
	char *p; /* n bytes and a NUL; NULL: none */
	size_t n;
};

void secret_set(struct secret *s, const char *p, size_t n); /* p may be s's own */
void secret_wipe(struct secret *s);

#endif
