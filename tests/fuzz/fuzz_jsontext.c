/* Any bytes as a JSON string: it parses, and is what stood there where that is UTF-8. */
#include <stdlib.h>

#include "core/text.h"
#include "tests/fuzz/fuzz.h"
#include "tui/jsontext.h"

static void check(json_t *j, size_t flags, const char *want)
{
	struct buf text = BUF_INIT;
	json_t *back;

	jsontext_add(j, JSON_ENCODE_ANY | flags, &text);
	CHECK(is_safe_text(text.s, text.len));
	back = json_loads(text.s, JSON_DECODE_ANY, NULL);
	CHECK(back && json_is_string(back) && strcmp(json_string_value(back), want) == 0);
	json_decref(back);
	buf_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_left in = INPUT_LEFT(data, size);
	char *s = xstrndup(in.p, in.n);
	struct buf safe = BUF_INIT;
	json_t *j = jsontext(s);

	text_printable(&safe, s, strlen(s));
	CHECK(j);
	check(json_incref(j), 0, text_valid(s, strlen(s)) ? s : safe.s);
	check(j, JSON_ENSURE_ASCII, text_valid(s, strlen(s)) ? s : safe.s);
	buf_release(&safe);
	free(s);
	return 0;
}
