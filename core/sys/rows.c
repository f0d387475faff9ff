#include "core/sys/rows.h"

#include <csv.h>
#include <string.h>

#include "core/buf.h"
#include "core/text.h"

struct rows {
	rows_fn *fn;
	void *arg;
	struct csv_parser parser;
	struct row row;     /* what of it has come */
	unsigned long line; /* of the bytes that come */
	struct buf begun;   /* of that line; unless skipping */
	size_t length;      /* of the row, without that line */
	bool after_cr;      /* an LF now belongs to the line before */
	bool skipping;      /* the rest of this line */
	bool chosen;        /* the separator */
};

static void init_parser(struct rows *r)
{
	if (csv_init(&r->parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
		BUG("csv_init");
}

struct rows *rows_new(rows_fn *fn, void *arg)
{
	struct rows *r = xcalloc(1, sizeof(*r));

	r->fn = fn;
	r->arg = arg;
	r->line = 1;
	buf_init(&r->begun);
	init_parser(r);
	return r;
}

void rows_free(struct rows *r)
{
	if (!r)
		return;
	csv_free(&r->parser);
	strv_release(&r->row.fields);
	buf_release(&r->begun);
	free(r);
}

/* ---- rows ----------------------------------------------------------------------- */

static bool is_begun(const struct rows *r)
{
	return r->row.line != 0;
}

static void forget(struct rows *r)
{
	strv_release(&r->row.fields);
	r->row.line = 0;
	r->row.state = ROW_FINE;
	r->length = 0;
}

static void hand_out(struct rows *r)
{
	if (r->row.state != ROW_FINE)
		strv_release(&r->row.fields);
	r->fn(r->arg, &r->row);
	forget(r);
}

/* The parser begins anew: it has no other way out of what is broken. */
static void give_up(struct rows *r, enum row_state state)
{
	unsigned char separator = csv_get_delim(&r->parser);

	csv_free(&r->parser);
	init_parser(r);
	csv_set_delim(&r->parser, separator);
	if (!is_begun(r))
		r->row.line = r->line;
	r->row.state = state;
	hand_out(r);
}

static void on_field(void *bytes, size_t n, void *arg)
{
	struct rows *r = arg;
	char *field;

	if (r->row.fields.n == ROWS_MOST_FIELDS)
		r->row.state = ROW_TOO_LONG;
	if (r->row.state != ROW_FINE)
		return;
	if ((n && memchr(bytes, '\0', n)) || !text_valid(n ? bytes : "", n)) {
		r->row.state = ROW_NOT_TEXT;
		return;
	}
	field = xstrndup(n ? bytes : "", n);
	strv_add(&r->row.fields, field);
	free(field);
}

static void on_row(int end, void *arg)
{
	(void)end;
	hand_out(arg);
}

/* ---- lines ---------------------------------------------------------------------- */

static void choose_separator(struct rows *r)
{
	bool quoted = false;

	r->chosen = true;
	for (const char *p = r->begun.s; *p; p++) {
		if (*p == '"')
			quoted = !quoted;
		if (quoted || !strchr(",;\t", *p))
			continue;
		csv_set_delim(&r->parser, (unsigned char)*p);
		return;
	}
}

static bool is_blank(const struct buf *line)
{
	return strspn(line->s, " \t\r\n") == line->len;
}

static void parse_line(struct rows *r)
{
	const struct buf *line = &r->begun;

	if (!is_begun(r)) {
		if (is_blank(line) || line->s[0] == '#')
			return;
		if (!r->chosen)
			choose_separator(r);
		r->row.line = r->line;
	}
	r->length += line->len;
	if (r->length > ROWS_LONGEST)
		give_up(r, ROW_TOO_LONG);
	else if (csv_parse(&r->parser, line->s, line->len, on_field, on_row, r) !=
		 line->len)
		give_up(r, ROW_BROKEN);
}

static void drop_mark(struct rows *r)
{
	static const char mark[] = "\xef\xbb\xbf";
	struct buf rest = BUF_INIT;

	if (r->line != 1 || strncmp(r->begun.s, mark, strlen(mark)) != 0)
		return;
	buf_add(&rest, r->begun.s + strlen(mark), r->begun.len - strlen(mark));
	buf_release(&r->begun);
	r->begun = rest;
}

static void end_line(struct rows *r)
{
	if (!r->skipping) {
		drop_mark(r);
		parse_line(r);
	}
	buf_reset(&r->begun);
	r->skipping = false;
	r->line++;
}

static void take(struct rows *r, char c)
{
	bool ends_crlf = c == '\n' && r->after_cr;

	r->after_cr = c == '\r';
	if (ends_crlf)
		return;
	if (!r->skipping)
		buf_putc(&r->begun, c == '\r' ? '\n' : c);
	if (c == '\n' || c == '\r') {
		end_line(r);
	} else if (r->begun.len > ROWS_LONGEST && !r->skipping) {
		r->skipping = true;
		if (is_begun(r) || r->begun.s[0] != '#')
			give_up(r, ROW_TOO_LONG);
		buf_reset(&r->begun);
	}
}

void rows_feed(struct rows *r, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		take(r, bytes[i]);
}

void rows_end(struct rows *r)
{
	if (r->begun.len)
		end_line(r);
	if (is_begun(r) && csv_fini(&r->parser, on_field, on_row, r) != 0)
		give_up(r, ROW_BROKEN);
}
