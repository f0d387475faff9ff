/*
 * buf: the one string buffer.
 *
 * Invariant: s is never NULL and s[len] is NUL, also in a fresh BUF_INIT; bytes
 * before it may be NUL too.  A buf owns its memory from the first write to
 * buf_release() or buf_detach().
 */
#ifndef CORE_BUF_H
#define CORE_BUF_H

#include "core/base.h"

struct buf {
	char *s;
	size_t len;
	size_t cap; /* 0: s is the shared empty string, not ours to free */
};

extern char buf_empty[];
#define BUF_INIT               \
	{                      \
		.s = buf_empty \
	}

void buf_init(struct buf *b);
void buf_release(struct buf *b); /* frees; b is empty and usable again */
void buf_reset(struct buf *b);   /* empties, keeps the memory */
void buf_wipe(struct buf *b);    /* the same, and nothing of it stays in that memory */
char *buf_detach(struct buf *b); /* the string is the caller's to free(3); b is empty */

void buf_add(struct buf *b, const void *bytes, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Room for so many more bytes, which then go in without being copied elsewhere. */
void buf_reserve(struct buf *b, size_t more);
/* Shortens to len bytes; BUG() when that would lengthen. */
void buf_truncate(struct buf *b, size_t len);

#endif
