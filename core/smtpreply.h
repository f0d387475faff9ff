/*
 * smtpreply: what an SMTP server says (RFC 5321 section 4.2), read from bytes that may
 * come in any pieces and from anybody.
 *
 * Bounded: a line longer than SMTP_LINE_MOST (Postfix's own limit; the RFC's is 512) or a
 * reply of more lines than SMTP_LINES_MOST is none.  Text is kept as raw bytes, a NUL as
 * \001: not safe to show.
 */
#ifndef CORE_SMTPREPLY_H
#define CORE_SMTPREPLY_H

#include "core/array.h"
#include "core/buf.h"

enum { SMTP_LINE_MOST = 2048, SMTP_LINES_MOST = 100 };

struct smtp_reply {
	int code; /* 200-599; 0: none came */
	struct strv
		lines; /* what stands after the code; at least one when there is a code */
};

void smtp_reply_release(struct smtp_reply *r);
void smtp_reply_text(const struct smtp_reply *r, struct buf *out); /* lines joined by ' ' */

enum smtp_read {
	SMTP_MORE,  /* all bytes taken, the reply goes on */
	SMTP_WHOLE, /* reader->reply is there until the next feed */
	SMTP_NOT_SMTP,
	SMTP_LINE_TOO_LONG,
	SMTP_TOO_MANY_LINES
};

/* Zeroed at first; after anything but MORE and WHOLE there is nothing more to be read. */
struct smtp_reader {
	struct buf line;
	struct smtp_reply reply;
	bool whole;
};

void smtp_reader_init(struct smtp_reader *r);
void smtp_reader_release(struct smtp_reader *r);

/* Takes bytes up to the end of one reply; *used: how many. */
enum smtp_read smtp_reader_feed(
	struct smtp_reader *r, const char *bytes, size_t n, size_t *used);

#endif
