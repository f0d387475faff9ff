#include "ldap/secret.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

void secret_set(struct secret *s, const char *p, size_t n)
{
	struct secret fresh = {.p = xmalloc(n + 1), .n = n};

	(void)mlock(fresh.p, n + 1); /* best effort: RLIMIT_MEMLOCK */
	if (n)
		memcpy(fresh.p, p, n);
	fresh.p[n] = '\0';
	secret_wipe(s);
	*s = fresh;
}

void secret_wipe(struct secret *s)
{
	if (s->p) {
		explicit_bzero(s->p, s->n + 1);
		(void)munlock(s->p, s->n + 1);
		free(s->p);
	}
	*s = (struct secret){0};
}
