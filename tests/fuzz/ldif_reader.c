#include "tests/fuzz/ldif_reader.h"

#include <stdlib.h>

#include "tests/fuzz/fuzz.h"

/* One logical line, folded ones joined; false at the end. */
static bool next_line(const char **text, struct buf *out)
{
	buf_reset(out);
	if (!**text)
		return false;
	for (;;) {
		size_t n = strcspn(*text, "\n");

		CHECK(n <= 76 && (*text)[n] == '\n');
		buf_add(out, *text, n);
		*text += n + 1;
		if (**text != ' ')
			return true;
		++*text;
	}
}

static int digit(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

static void unbase64(const char *s, struct buf *out)
{
	unsigned bits = 0, n = 0;

	CHECK(strlen(s) % 4 == 0);
	for (; *s && *s != '='; s++) {
		CHECK(digit(*s) >= 0);
		bits = bits << 6 | (unsigned)digit(*s);
		n += 6;
		if (n >= 8) {
			n -= 8;
			buf_putc(out, (char)(bits >> n & 255));
		}
	}
	CHECK(n < 6 && (bits & ((1U << n) - 1)) == 0 && s[strspn(s, "=")] == '\0');
}

/* "name: value", "name:: base64", "name:". */
static void split(const char *line, struct buf *name, struct buf *value)
{
	size_t n = strcspn(line, ":");

	CHECK(n > 0 && line[n] == ':');
	buf_reset(name);
	buf_reset(value);
	buf_add(name, line, n);
	line += n + 1;
	if (*line == ':')
		unbase64(line + 1 + strspn(line + 1, " "), value);
	else
		buf_puts(value, line + strspn(line, " "));
}

/* The mods of a modify: "add: name", its values, "-". */
static void read_modify(const char **text, struct change *c)
{
	struct buf line = BUF_INIT, name = BUF_INIT, value = BUF_INIT;

	while (next_line(text, &line) && line.len) {
		struct mod *m;

		split(line.s, &name, &value);
		m = change_mod(c,
			strcmp(name.s, "add") == 0      ? MOD_ADD
			: strcmp(name.s, "delete") == 0 ? MOD_DELETE
							: MOD_REPLACE,
			value.s);
		CHECK(m->op != MOD_REPLACE || strcmp(name.s, "replace") == 0);
		while (next_line(text, &line) && strcmp(line.s, "-") != 0) {
			split(line.s, &name, &value);
			CHECK(strcmp(name.s, m->attribute.name) == 0);
			mod_value(m, value.s, value.len);
		}
		CHECK(strcmp(line.s, "-") == 0);
	}
	buf_release(&line);
	buf_release(&name);
	buf_release(&value);
}

static void read_add(const char **text, struct change *c)
{
	struct buf line = BUF_INIT, name = BUF_INIT, value = BUF_INIT;
	struct mod *m = NULL;

	while (next_line(text, &line) && line.len) {
		split(line.s, &name, &value);
		if (!m || strcmp(m->attribute.name, name.s) != 0)
			m = change_mod(c, MOD_ADD, name.s);
		mod_value(m, value.s, value.len);
	}
	buf_release(&line);
	buf_release(&name);
	buf_release(&value);
}

struct change *ldif_read(const char **text)
{
	struct buf line = BUF_INIT, name = BUF_INIT, value = BUF_INIT, dn = BUF_INIT;
	enum change_kind kind;
	struct change *c;

	CHECK(next_line(text, &line));
	split(line.s, &name, &dn);
	CHECK(strcmp(name.s, "dn") == 0);
	CHECK(next_line(text, &line));
	split(line.s, &name, &value);
	CHECK(strcmp(name.s, "changetype") == 0);
	kind = strcmp(value.s, "modify") == 0 ? CHANGE_MODIFY
	       : strcmp(value.s, "add") == 0  ? CHANGE_ADD
					      : CHANGE_DELETE;
	c = change_new(kind, dn.s);
	if (kind == CHANGE_MODIFY)
		read_modify(text, c);
	else if (kind == CHANGE_ADD)
		read_add(text, c);
	else
		CHECK(strcmp(value.s, "delete") == 0 && next_line(text, &line) &&
			!line.len);
	buf_release(&line);
	buf_release(&name);
	buf_release(&value);
	buf_release(&dn);
	return c;
}
