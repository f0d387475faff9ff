#include "tests/tui/ldif.h"

#include <string.h>
#include <strings.h>

#include "core/buf.h"

static int digit(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

static void base64_decode(struct buf *out, const char *s)
{
	unsigned bits = 0, n = 0;

	for (; *s && *s != '='; s++) {
		int d = digit(*s);

		if (d < 0)
			BUG("base64: %s", s);
		bits = bits << 6 | (unsigned)d;
		n += 6;
		if (n >= 8) {
			n -= 8;
			buf_putc(out, (char)(bits >> n & 255));
		}
	}
}

/* One logical line, unfolded, without its newline. Returns where the next starts. */
static const char *next_line(const char *s, struct buf *line)
{
	buf_reset(line);
	for (;;) {
		size_t n = strcspn(s, "\n");

		buf_add(line, s, n);
		s += n + (s[n] == '\n');
		if (*s != ' ')
			return s;
		s++;
	}
}

/* "name: value" or "name:: base64"; the line is cut at the name's end. */
static void take_line(struct buf *line, struct buf *value)
{
	char *colon = strchr(line->s, ':');
	const char *text;

	if (!colon)
		BUG("LDIF: %s", line->s);
	text = colon + 1 + (colon[1] == ':');
	text += strspn(text, " ");
	buf_reset(value);
	if (colon[1] == ':')
		base64_decode(value, text);
	else
		buf_puts(value, text);
	*colon = '\0';
}

void ldif_parse(const char *text, struct entries *out)
{
	struct buf line = BUF_INIT, value = BUF_INIT;
	struct entry *e = NULL;

	while (*text) {
		text = next_line(text, &line);
		if (line.len == 0) {
			e = NULL;
			continue;
		}
		if (line.s[0] == '#')
			continue;
		take_line(&line, &value);
		if (!e && strcasecmp(line.s, "version") == 0)
			continue;
		if (!e && strcasecmp(line.s, "dn") != 0)
			BUG("LDIF: an entry starts with %s", line.s);
		if (e) {
			entry_add(e, line.s, value.s, value.len);
		} else {
			e = entry_new(value.s);
			*array_add(out) = e;
		}
	}
	buf_release(&line);
	buf_release(&value);
}
