#include "tui/jsontext.h"

#include <stdlib.h>
#include <string.h>
#include <unistr.h>

#include "core/text.h"

json_t *jsontext(const char *s)
{
	struct buf safe = BUF_INIT;
	json_t *j;

	if (!s)
		return json_null();
	j = json_string(s);
	if (!j) {
		text_printable(&safe, s, strlen(s));
		j = json_string(safe.s);
	}
	buf_release(&safe);
	return j;
}

static bool is_printable(const char *character, size_t n)
{
	struct buf shown = BUF_INIT;
	bool same;

	text_printable(&shown, character, n);
	same = shown.len == n && memcmp(shown.s, character, n) == 0;
	buf_release(&shown);
	return same;
}

/* RFC 8259 section 7: beyond the first plane by two halves. */
static void add_escaped(struct buf *out, ucs4_t c)
{
	if (c > 0xffff)
		buf_printf(out, "\\u%04X\\u%04X", 0xd7c0 + (unsigned)(c >> 10),
			0xdc00 + (unsigned)(c & 0x3ff));
	else
		buf_printf(out, "\\u%04X", (unsigned)c);
}

void jsontext_add(json_t *j, size_t flags, struct buf *out)
{
	char *text = json_dumps(j, flags);
	size_t n = text ? strlen(text) : 0;

	if (!text)
		BUG("what is no JSON");
	for (size_t i = 0; i < n;) {
		ucs4_t c;
		size_t length = (size_t)u8_mbtouc(&c, (const uint8_t *)text + i, n - i);

		/* jansson has escaped those of ASCII but DEL */
		if (c >= 0x7f && !is_printable(text + i, length))
			add_escaped(out, c);
		else
			buf_add(out, text + i, length);
		i += length;
	}
	free(text);
	json_decref(j);
}
