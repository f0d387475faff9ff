/*
 * base: memory that does not fail, and faults of our own.
 *
 * Out of memory and BUG() end the process, after the hook set by the program has
 * put the terminal back.  That hook is core's only global.
 */
#ifndef CORE_BASE_H
#define CORE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* As malloc(3), calloc(3), realloc(3), strdup(3), strndup(3); never NULL. */
void *xmalloc(size_t size);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t size);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);

/* Called once, before a fatal message is written to stderr.  NULL: nothing. */
void base_on_fatal(void (*restore)(void));

/* A fault of ours: restores the terminal, says where, aborts. */
#define BUG(...) base_bug(__FILE__, __LINE__, __VA_ARGS__)
_Noreturn void base_bug(const char *file, int line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))

#endif
