/* The relay, as typed, as stored and as shown. */
#include <stdlib.h>

#include "core/nexthop.h"
#include "tests/fuzz/fuzz.h"

static bool same(const struct nexthop *a, const struct nexthop *b)
{
	return a->kind == b->kind && a->port == b->port && strcmp(a->host, b->host) == 0;
}

/* The one form that Postfix takes without an MX look-up. */
static void check_format(const struct nexthop *hop, struct buf *out)
{
	struct nexthop back;

	nexthop_format(hop, out);
	CHECK(hop->port >= 1 && hop->port <= 65535);
	CHECK(out->s[0] == '[' && is_safe_text(out->s, out->len));
	CHECK(strpbrk(out->s, " \t\n,;ABCDEFGHJKLMNOQRSTUVWXYZ") == NULL); /* but IPv6: */
	CHECK(nexthop_parse_stored(out->s, &back) == RULE_OK && same(hop, &back));
}

static void check_typed(const char *s)
{
	struct buf stored = BUF_INIT, shown = BUF_INIT;
	struct nexthop hop, back;

	if (nexthop_parse(s, &hop) != RULE_OK)
		return;
	check_format(&hop, &stored);
	CHECK(nexthop_parse(stored.s, &back) == RULE_OK && same(&hop, &back));
	nexthop_shown(&hop, &shown);
	CHECK(nexthop_parse(shown.s, &back) == RULE_OK && same(&hop, &back));
	buf_release(&stored);
	buf_release(&shown);
}

static void check_stored(const char *s)
{
	struct buf stored = BUF_INIT, shown = BUF_INIT;
	struct nexthop hop;

	if (nexthop_parse_stored(s, &hop) != RULE_OK)
		return;
	check_format(&hop, &stored);
	nexthop_shown(&hop, &shown);
	CHECK(is_safe_text(shown.s, shown.len));
	buf_release(&stored);
	buf_release(&shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_left in = INPUT_LEFT(data, size);
	char *s = take_string(&in);

	check_typed(s);
	check_stored(s);
	free(s);
	return 0;
}
