/* Replies of SMTP servers, whole and in pieces, lawful and not. */
#include "tests/core/test.h"

#include "core/smtpreply.h"

struct row {
	const char *name, *bytes;
	enum smtp_read read;
	int code;
	const char *text;
	size_t used; /* 0: all */
};

static const struct row rows[] = {
	{"one line", "250 2.1.5 Ok\r\n", SMTP_WHOLE, 250, "2.1.5 Ok", 0},
	{"a bare LF", "250 Ok\n", SMTP_WHOLE, 250, "Ok", 0},
	{"no text", "354\r\n", SMTP_WHOLE, 354, "", 0},
	{"empty text", "250 \r\n", SMTP_WHOLE, 250, "", 0},
	{"several lines", "250-a.example\r\n250-SIZE 1\r\n250 HELP\r\n", SMTP_WHOLE, 250,
		"a.example SIZE 1 HELP", 0},
	{"the last code counts", "250-a\r\n550 b\r\n", SMTP_WHOLE, 550, "a b", 0},
	{"nothing", "", SMTP_MORE, 0, "", 0},
	{"a begun line", "25", SMTP_MORE, 0, "", 0},
	{"a begun reply", "250-a\r\n25", SMTP_MORE, 250, "a", 0},
	{"two replies", "220 a\r\n250 b\r\n", SMTP_WHOLE, 220, "a", 7},
	{"control characters stay", "250 \033[2J\001\r\n", SMTP_WHOLE, 250, "\033[2J\001",
		0},
	{"CR within", "250 a\rb\r\n", SMTP_WHOLE, 250, "a\rb", 0},
	{"an empty line", "\r\n", SMTP_NOT_SMTP, 0, "", 0},
	{"another protocol", "SSH-2.0-OpenSSH_9.2\r\n", SMTP_NOT_SMTP, 0, "", 0},
	{"two digits", "25 a\r\n", SMTP_NOT_SMTP, 0, "", 0},
	{"four digits", "2500 a\r\n", SMTP_NOT_SMTP, 0, "", 0},
	{"code 150", "150 a\r\n", SMTP_NOT_SMTP, 0, "", 0},
	{"code 650", "650 a\r\n", SMTP_NOT_SMTP, 0, "", 0},
	{"something else after the code", "250+a\r\n", SMTP_NOT_SMTP, 0, "", 0},
	{"garbage after a line", "250-a\r\nb\r\n", SMTP_NOT_SMTP, 250, "a", 0},
};

static void is_row(const struct row *r, enum smtp_read read, struct smtp_reader *reader)
{
	struct buf text = BUF_INIT;

	assert_int_equal(read, r->read);
	if (read == SMTP_WHOLE) {
		smtp_reply_text(&reader->reply, &text);
		assert_int_equal(reader->reply.code, r->code);
		assert_string_equal(text.s, r->text);
	}
	buf_release(&text);
}

static void whole(void **state)
{
	const struct row *r = *state;
	struct smtp_reader reader;
	size_t used, n = strlen(r->bytes);

	smtp_reader_init(&reader);
	is_row(r, smtp_reader_feed(&reader, r->bytes, n, &used), &reader);
	assert_int_equal(used, r->used ? r->used : n);
	smtp_reader_release(&reader);
}

static void byte_by_byte(void **state)
{
	const struct row *r = *state;
	struct smtp_reader reader;
	enum smtp_read read = SMTP_MORE;
	size_t used;

	smtp_reader_init(&reader);
	for (size_t i = 0; i < strlen(r->bytes) && read == SMTP_MORE; i++) {
		read = smtp_reader_feed(&reader, r->bytes + i, 1, &used);
		assert_int_equal(used, 1);
	}
	is_row(r, read, &reader);
	smtp_reader_release(&reader);
}

static void one_after_another(void **state)
{
	static const char bytes[] = "220 a\r\n250-b\r\n250 c\r\n";
	struct smtp_reader reader;
	size_t used, at;

	(void)state;
	smtp_reader_init(&reader);
	assert_int_equal(
		smtp_reader_feed(&reader, bytes, sizeof(bytes) - 1, &at), SMTP_WHOLE);
	assert_string_equal(reader.reply.lines.v[0], "a");
	assert_int_equal(
		smtp_reader_feed(&reader, bytes + at, sizeof(bytes) - 1 - at, &used),
		SMTP_WHOLE);
	assert_int_equal(reader.reply.code, 250);
	assert_words(&reader.reply.lines, "b c");
	smtp_reader_release(&reader);
}

static void a_nul_is_kept_as_a_control(void **state)
{
	struct smtp_reader reader;
	size_t used;

	(void)state;
	smtp_reader_init(&reader);
	assert_int_equal(smtp_reader_feed(&reader, "250 a\0b\r\n", 9, &used), SMTP_WHOLE);
	assert_string_equal(reader.reply.lines.v[0], "a\001b");
	smtp_reader_release(&reader);
}

static void the_longest_line(void **state)
{
	char line[SMTP_LINE_MOST + 3];
	struct smtp_reader reader;
	size_t used;

	(void)state;
	memset(line, 'x', sizeof(line));
	memcpy(line, "250 ", 4);
	line[SMTP_LINE_MOST - 1] = '\r';
	line[SMTP_LINE_MOST] = '\n';
	smtp_reader_init(&reader);
	assert_int_equal(
		smtp_reader_feed(&reader, line, SMTP_LINE_MOST + 1, &used), SMTP_WHOLE);
	assert_int_equal(strlen(reader.reply.lines.v[0]), SMTP_LINE_MOST - 5);
	line[SMTP_LINE_MOST - 1] = line[SMTP_LINE_MOST] = 'x';
	assert_int_equal(
		smtp_reader_feed(&reader, line, sizeof(line), &used), SMTP_LINE_TOO_LONG);
	smtp_reader_release(&reader);
}

static void the_most_lines(void **state)
{
	struct smtp_reader reader;
	enum smtp_read read = SMTP_MORE;
	size_t used;
	int n;

	(void)state;
	smtp_reader_init(&reader);
	for (n = 0; n < SMTP_LINES_MOST; n++)
		assert_int_equal(
			smtp_reader_feed(&reader, "250-x\r\n", 7, &used), SMTP_MORE);
	read = smtp_reader_feed(&reader, "250-x\r\n", 7, &used);
	assert_int_equal(read, SMTP_TOO_MANY_LINES);
	smtp_reader_release(&reader);
}

int main(void)
{
	struct suite s = {0};

	SUITE_ROWS(&s, whole, rows);
	SUITE_ROWS(&s, byte_by_byte, rows);
	SUITE_ADD(&s, one_after_another);
	SUITE_ADD(&s, a_nul_is_kept_as_a_control);
	SUITE_ADD(&s, the_longest_line);
	SUITE_ADD(&s, the_most_lines);
	return suite_run(&s);
}
