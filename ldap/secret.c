#include "ldap/secret.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Pages of its own: what is said of them holds for nothing else. */
static size_t pages_for(size_t n)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (n / page + 1) * page;
}

/* Neither swapped nor dumped nor inherited, where the system can do it (RLIMIT_MEMLOCK). */
static char *take_pages(size_t size)
{
	void *p = mmap(
		NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		BUG("mmap: %s", strerror(errno));
	(void)mlock(p, size);
	(void)madvise(p, size, MADV_DONTDUMP);
	(void)madvise(p, size, MADV_WIPEONFORK);
	return p;
}

void secret_set(struct secret *s, const char *p, size_t n)
{
	struct secret fresh = {.p = take_pages(pages_for(n)), .n = n};

	if (n)
		memcpy(fresh.p, p, n);
	secret_wipe(s);
	*s = fresh;
}

void secret_wipe(struct secret *s)
{
	if (s->p) {
		explicit_bzero(s->p, s->n);
		munmap(s->p, pages_for(s->n));
	}
	*s = (struct secret){0};
}
