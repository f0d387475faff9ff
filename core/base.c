#include "core/base.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void (*restore_terminal)(void);

void base_on_fatal(void (*restore)(void))
{
	restore_terminal = restore;
}

static void restore_once(void)
{
	void (*restore)(void) = restore_terminal;

	restore_terminal = NULL;
	if (restore)
		restore();
}

static _Noreturn void die_of_memory(void)
{
	restore_once();
	fputs("relais: out of memory\n", stderr);
	_Exit(70);
}

_Noreturn void base_bug(const char *file, int line, const char *format, ...)
{
	va_list args;

	restore_once();
	fprintf(stderr, "relais: fault at %s:%d: ", file, line);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	abort();
}

void *xmalloc(size_t size)
{
	return xrealloc(NULL, size);
}

void *xcalloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size ? size : 1);

	if (!p)
		die_of_memory();
	return p;
}

void *xrealloc(void *p, size_t size)
{
	p = realloc(p, size ? size : 1);
	if (!p)
		die_of_memory();
	return p;
}

char *xstrdup(const char *s)
{
	return xstrndup(s, strlen(s));
}

char *xstrndup(const char *s, size_t n)
{
	size_t len = strnlen(s, n);
	char *copy = xmalloc(len + 1);

	memcpy(copy, s, len);
	copy[len] = '\0';
	return copy;
}
