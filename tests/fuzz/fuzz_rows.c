/*
 * CSV: the same rows however the bytes are cut; what is a row is text, within its bounds,
 * and its line lies in the input.  Written plainly again (every field quoted), it reads as
 * it was.
 */
#include <stdlib.h>

#include "core/sys/rows.h"
#include "core/text.h"
#include "tests/fuzz/fuzz.h"

struct seen {
	struct buf all;    /* each row: line, state, fields */
	struct buf fields; /* of the rows that are fine */
	struct buf csv;    /* the same, written again */
	unsigned long last, lines;
};

static void quote(const char *field, struct buf *out)
{
	buf_putc(out, '"');
	for (; *field; field++)
		buf_printf(out, *field == '"' ? "\"\"" : "%c", *field);
	buf_putc(out, '"');
}

static void on_row(void *arg, const struct row *row)
{
	struct seen *s = arg;

	CHECK(row->line > s->last && row->line <= s->lines);
	CHECK((row->state == ROW_FINE) == (row->fields.n > 0));
	CHECK(row->fields.n <= ROWS_MOST_FIELDS);
	s->last = row->line;
	buf_printf(&s->all, "%lu %d:", row->line, (int)row->state);
	for (size_t i = 0; i < row->fields.n; i++) {
		const char *field = row->fields.v[i];

		CHECK(text_valid(field, strlen(field)) && strlen(field) <= ROWS_LONGEST);
		buf_printf(&s->fields, "%s|", field);
		buf_printf(&s->all, "%s|", field);
		if (i)
			buf_putc(&s->csv, ',');
		quote(field, &s->csv);
	}
	if (row->fields.n) {
		buf_putc(&s->fields, '\n');
		buf_puts(&s->csv, "\r\n");
	}
	buf_putc(&s->all, '\n');
}

static struct seen read_all(const char *p, size_t n, size_t step)
{
	struct seen s = {.all = BUF_INIT, .fields = BUF_INIT, .csv = BUF_INIT};
	struct rows *r = rows_new(on_row, &s);

	s.lines = 1;
	for (size_t i = 0; i < n; i++)
		s.lines += p[i] == '\n' || p[i] == '\r';
	for (size_t i = 0; i < n; i += step)
		rows_feed(r, p + i, n - i < step ? n - i : step);
	rows_end(r);
	rows_free(r);
	return s;
}

static void release(struct seen *s)
{
	buf_release(&s->all);
	buf_release(&s->fields);
	buf_release(&s->csv);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_left in = INPUT_LEFT(data, size);
	struct seen whole = read_all(in.p, in.n, in.n ? in.n : 1);
	struct seen cut = read_all(in.p, in.n, 3);
	struct seen again = read_all(whole.csv.s, whole.csv.len, 7);

	CHECK(strcmp(whole.all.s, cut.all.s) == 0);
	CHECK(whole.csv.len > ROWS_LONGEST || strcmp(whole.fields.s, again.fields.s) == 0);
	release(&whole);
	release(&cut);
	release(&again);
	return 0;
}
