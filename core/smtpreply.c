#include "core/smtpreply.h"

#include <string.h>

void smtp_reply_release(struct smtp_reply *r)
{
	strv_release(&r->lines);
	r->code = 0;
}

void smtp_reply_text(const struct smtp_reply *r, struct buf *out)
{
	for (size_t i = 0; i < r->lines.n; i++) {
		if (i)
			buf_putc(out, ' ');
		buf_puts(out, r->lines.v[i]);
	}
}

void smtp_reader_init(struct smtp_reader *r)
{
	memset(r, 0, sizeof(*r));
	buf_init(&r->line);
}

void smtp_reader_release(struct smtp_reader *r)
{
	buf_release(&r->line);
	smtp_reply_release(&r->reply);
	r->whole = false;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "250-text", "250 text", "250". */
static enum smtp_read take_line(struct smtp_reader *r)
{
	const char *s = r->line.s;
	char after;

	if (r->line.len && s[r->line.len - 1] == '\r')
		buf_truncate(&r->line, r->line.len - 1);
	if (s[0] < '2' || s[0] > '5' || !is_digit(s[1]) || !is_digit(s[2]))
		return SMTP_NOT_SMTP;
	after = s[3];
	if (after && after != ' ' && after != '-')
		return SMTP_NOT_SMTP;
	r->reply.code = (s[0] - '0') * 100 + (s[1] - '0') * 10 + (s[2] - '0');
	if (r->reply.lines.n == SMTP_LINES_MOST)
		return SMTP_TOO_MANY_LINES;
	strv_add(&r->reply.lines, after ? s + 4 : "");
	buf_reset(&r->line);
	r->whole = after != '-';
	return r->whole ? SMTP_WHOLE : SMTP_MORE;
}

enum smtp_read smtp_reader_feed(
	struct smtp_reader *r, const char *bytes, size_t n, size_t *used)
{
	enum smtp_read read = SMTP_MORE;
	size_t i;

	if (r->whole) {
		smtp_reply_release(&r->reply);
		r->whole = false;
	}
	for (i = 0; i < n && read == SMTP_MORE; i++) {
		if (bytes[i] == '\n')
			read = take_line(r);
		else if (r->line.len == SMTP_LINE_MOST)
			read = SMTP_LINE_TOO_LONG;
		else
			buf_putc(&r->line, bytes[i] ? bytes[i] : '\001');
	}
	*used = i;
	return read;
}
