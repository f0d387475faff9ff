/* What people type as an address, and what stands in a directory as one. */
#include <stdlib.h>

#include "core/address.h"
#include "core/domainname.h"
#include "core/recipient.h"
#include "core/text.h"
#include "tests/fuzz/fuzz.h"

/* What Postfix would look up: the same address, where nothing in it needs quotes. */
static void check_recipient(const char *canonical, const char *key)
{
	size_t n = strcspn(canonical, "@");
	struct recipient r;

	recipient_read(canonical, &r);
	if (strspn(canonical, "abcdefghijklmnopqrstuvwxyz0123456789_") == n) {
		CHECK(r.kind == RECIPIENT_ADDRESS && !r.routed);
		CHECK(strcmp(r.key.s, key) == 0);
	}
	recipient_release(&r);
}

static void check_canonical(const char *s)
{
	struct buf again = BUF_INIT, key = BUF_INIT;

	CHECK(address_stored_ok(s) == RULE_OK);
	CHECK(strlen(s) <= 254 && strchr(s, '@') && strchr(s, '@') == strrchr(s, '@'));
	CHECK(is_safe_text(s, strlen(s)));
	CHECK(domainname_ascii_ok(address_domain(s)));
	CHECK(address_canonical(s, &again) == RULE_OK && strcmp(again.s, s) == 0);
	address_key(s, &key);
	CHECK(address_matches(s, key.s) && address_matches(key.s, s));
	check_recipient(s, key.s);
	buf_release(&again);
	buf_release(&key);
}

static void check_shown(const char *s)
{
	struct buf shown = BUF_INIT;

	address_shown(s, &shown);
	CHECK(is_safe_text(shown.s, shown.len));
	buf_release(&shown);
}

static void check_extension(const char *key, const char *delimiters)
{
	struct buf cut = BUF_INIT, again = BUF_INIT;
	const char *at = strrchr(key, '@');
	size_t n;

	if (address_without_extension(key, delimiters, &cut)) {
		n = cut.len - (at ? strlen(at) : 0);
		CHECK(n > 0 && cut.len < strlen(key));
		CHECK(memcmp(cut.s, key, n) == 0 && strchr(delimiters, key[n]));
		CHECK(!at || strcmp(cut.s + n, at) == 0);
		CHECK(!address_without_extension(cut.s, delimiters, &again) || at);
	} else {
		CHECK(cut.len == 0);
	}
	buf_release(&cut);
	buf_release(&again);
}

static void check_recipient_kind(const char *s)
{
	struct recipient r;

	recipient_read(s, &r);
	if (r.kind == RECIPIENT_ADDRESS)
		CHECK(strchr(r.key.s, '@'));
	if (r.kind == RECIPIENT_BARE || r.kind == RECIPIENT_POSTMASTER)
		CHECK(!strchr(r.key.s, '@'));
	CHECK(strpbrk(r.key.s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == NULL);
	recipient_release(&r);
}

/* The address, then another. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_left in = INPUT_LEFT(data, size);
	char *s = take_string(&in), *other = take_string(&in);
	struct buf out = BUF_INIT;

	buf_puts(&out, "before");
	if (address_canonical(s, &out) == RULE_OK)
		check_canonical(out.s + 6);
	else
		CHECK(out.len == 6);
	CHECK(memcmp(out.s, "before", 6) == 0);
	if (address_stored_ok(s) == RULE_OK)
		CHECK(is_safe_text(s, strlen(s)) && address_matches(s, s));
	CHECK(address_matches(s, other) == address_matches(other, s));
	check_shown(s);
	check_extension(s, "+");
	check_extension(s, "-+=");
	check_recipient_kind(s);
	buf_release(&out);
	free(s);
	free(other);
	return 0;
}
