/*
 * rows: CSV (RFC 4180) as it comes, row by row, each with the number of the line on which
 * it begins.  Read by libcsv, in its strict mode.
 *
 * Lines end with LF, CRLF or CR.  A byte order mark, empty lines and those that begin with
 * "#" are skipped.  The separator is the comma, semicolon or tab that stands first in the
 * first line.  Memory: one row, of ROWS_LONGEST bytes at most.
 */
#ifndef CORE_SYS_ROWS_H
#define CORE_SYS_ROWS_H

#include "core/array.h"

enum { ROWS_LONGEST = 65536, ROWS_MOST_FIELDS = 64 };

/* What is not ROW_FINE has no fields, and the row after it begins with the next line. */
enum row_state {
	ROW_FINE,
	ROW_BROKEN,   /* a quote that is never closed, or stands where none may */
	ROW_TOO_LONG, /* longer than that, or more fields */
	ROW_NOT_TEXT  /* not UTF-8, or with a NUL */
};

struct row {
	enum row_state state;
	unsigned long line; /* from 1 */
	struct strv fields; /* without outer blanks where they are not quoted */
};

struct rows;

/* row is borrowed for the call. */
typedef void rows_fn(void *arg, const struct row *row);

struct rows *rows_new(rows_fn *fn, void *arg);
void rows_free(struct rows *r); /* NULL is accepted */

/* The next n bytes, cut anywhere; fn is called for each row that ends in them. */
void rows_feed(struct rows *r, const char *bytes, size_t n);

/* There are no more; once, last. */
void rows_end(struct rows *r);

#endif
