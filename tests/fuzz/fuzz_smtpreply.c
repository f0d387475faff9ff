/* What an SMTP server says: the same replies in whatever pieces it comes. */
#include <stdlib.h>

#include "core/smtpreply.h"
#include "tests/fuzz/fuzz.h"

static void note_reply(const struct smtp_reply *r, struct buf *log)
{
	CHECK(r->code >= 200 && r->code <= 599);
	CHECK(r->lines.n >= 1 && r->lines.n <= SMTP_LINES_MOST);
	buf_printf(log, "%d", r->code);
	for (size_t i = 0; i < r->lines.n; i++) {
		CHECK(strlen(r->lines.v[i]) <= SMTP_LINE_MOST);
		CHECK(!strchr(r->lines.v[i], '\n'));
		buf_printf(log, "|%s", r->lines.v[i]);
	}
	buf_putc(log, '\n');
}

/* Everything in pieces of these sizes, over and over; replies and the end into log. */
static void read_all(const char *p, size_t n, const unsigned char *sizes, size_t n_sizes,
	struct buf *log)
{
	enum smtp_read read = SMTP_MORE;
	struct smtp_reader r;
	size_t at = 0, turn = 0, used;

	smtp_reader_init(&r);
	while (at < n && (read == SMTP_MORE || read == SMTP_WHOLE)) {
		size_t piece = n_sizes ? (size_t)sizes[turn++ % n_sizes] + 1 : n;

		piece = piece < n - at ? piece : n - at;
		read = smtp_reader_feed(&r, p + at, piece, &used);
		CHECK(used > 0 && used <= piece);
		CHECK(read != SMTP_MORE || used == piece);
		at += used;
		if (read == SMTP_WHOLE)
			note_reply(&r.reply, log);
	}
	buf_printf(log, "%d at %zu\n", (int)read, at);
	smtp_reader_release(&r);
}

/* Sizes of pieces, an empty line's worth of them; then the bytes. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_left in = INPUT_LEFT(data, size);
	struct buf sizes = take_line(&in), whole = BUF_INIT, pieces = BUF_INIT;

	read_all(in.p, in.n, NULL, 0, &whole);
	read_all(in.p, in.n, (const unsigned char *)sizes.s, sizes.len, &pieces);
	CHECK(strcmp(whole.s, pieces.s) == 0);
	buf_release(&sizes);
	buf_release(&whole);
	buf_release(&pieces);
	return 0;
}
