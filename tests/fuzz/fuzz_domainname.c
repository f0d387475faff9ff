/* Names of mail domains, as typed and as shown. */
#include <stdlib.h>

#include "core/domainname.h"
#include "tests/fuzz/fuzz.h"

static void check_canonical(const char *s)
{
	struct buf again = BUF_INIT, shown = BUF_INIT, back = BUF_INIT;

	CHECK(domainname_ascii_ok(s) && strlen(s) <= 253);
	CHECK(strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-.") == strlen(s));
	CHECK(domainname_canonical(s, &again) == RULE_OK && strcmp(again.s, s) == 0);
	domainname_shown(s, &shown);
	CHECK(domainname_canonical(shown.s, &back) == RULE_OK && strcmp(back.s, s) == 0);
	buf_release(&again);
	buf_release(&shown);
	buf_release(&back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_left in = INPUT_LEFT(data, size);
	char *s = take_string(&in);
	struct buf out = BUF_INIT, shown = BUF_INIT;

	buf_puts(&out, "before");
	if (domainname_canonical(s, &out) == RULE_OK)
		check_canonical(out.s + 6);
	else
		CHECK(out.len == 6);
	domainname_shown(s, &shown);
	CHECK(is_safe_text(shown.s, shown.len));
	buf_release(&out);
	buf_release(&shown);
	free(s);
	return 0;
}
