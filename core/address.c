#include "core/address.h"

#include <string.h>
#include <strings.h>

#include "core/domainname.h"
#include "core/text.h"

enum { LOCAL_MAX = 64, ADDRESS_MAX = 254 }; /* RFC 5321 section 4.5.3.1, erratum 1690 */

/* What would have to be quoted (RFC 5322 section 3.2.3), space and dots apart. */
#define QUOTED_SPECIALS "\"(),:;<>[\\]"

static bool is_ascii_text(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] >= 0x80)
			return false;
	return true;
}

static bool has_any(const char *s, size_t n, const char *set)
{
	for (size_t i = 0; i < n; i++)
		if (s[i] && strchr(set, s[i]))
			return true;
	return false;
}

static bool has_control(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] < 0x20 || s[i] == 0x7f)
			return true;
	return false;
}

/* The directory's matching rules ignore outer and repeated spaces (RFC 4518 section
 * 2.6.1), so that two addresses would be one. */
static bool has_odd_space(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s[i] == ' ' && (i == 0 || i == n - 1 || s[i - 1] == ' '))
			return true;
	return false;
}

static enum rule local_ok(const char *s, size_t n)
{
	if (!is_ascii_text(s, n))
		return RULE_ADDRESS_NOT_ASCII;
	if (has_any(s, n, "%!/@"))
		return RULE_ADDRESS_ROUTED;
	if (n == 0 || n > LOCAL_MAX || has_any(s, n, QUOTED_SPECIALS) ||
		has_control(s, n) || has_odd_space(s, n))
		return RULE_ADDRESS_MALFORMED;
	return RULE_OK;
}

/* The part a person means: what stands between <>, without "mailto:". */
static size_t bare(const char **s)
{
	size_t n = text_trim(s);
	const char *open = memchr(*s, '<', n);

	if (open && n > 1 && (*s)[n - 1] == '>') {
		n -= (size_t)(open + 1 - *s) + 1;
		*s = open + 1;
	}
	if (n >= 7 && strncasecmp(*s, "mailto:", 7) == 0) {
		const char *query = memchr(*s, '?', n);

		n = query ? (size_t)(query - *s) : n;
		*s += 7;
		n -= 7;
	}
	return n;
}

/* s is local@domain, cut at `at`. */
static enum rule canonical(const char *s, const char *at, struct buf *out)
{
	size_t n = (size_t)(at - s), start = out->len;
	enum rule rule = local_ok(s, n);

	if (rule != RULE_OK)
		return rule;
	buf_add(out, s, n);
	buf_putc(out, '@');
	if (domainname_canonical(at + 1, out) != RULE_OK)
		rule = RULE_DOMAIN_MALFORMED;
	else if (out->len - start > ADDRESS_MAX)
		rule = RULE_ADDRESS_MALFORMED;
	if (rule != RULE_OK)
		buf_truncate(out, start);
	return rule;
}

enum rule address_canonical(const char *typed, struct buf *out)
{
	struct buf outer = BUF_INIT, inner = BUF_INIT;
	size_t n = bare(&typed);
	enum rule rule = RULE_EMPTY;
	const char *s, *at;

	buf_add(&outer, typed, n);
	s = outer.s;
	n = text_trim(&s);
	buf_add(&inner, s, n);
	at = strrchr(inner.s, '@');
	if (n)
		rule = at ? canonical(inner.s, at, out) : RULE_ADDRESS_MALFORMED;
	buf_release(&outer);
	buf_release(&inner);
	return rule;
}

enum rule address_stored_ok(const char *value)
{
	const char *at = strrchr(value, '@');
	enum rule rule;

	if (*value == '\0')
		return RULE_EMPTY;
	if (!at)
		return RULE_ADDRESS_MALFORMED;
	rule = local_ok(value, (size_t)(at - value));
	if (rule != RULE_OK)
		return rule;
	if (!domainname_ascii_ok(at + 1))
		return RULE_DOMAIN_MALFORMED;
	return strlen(value) > ADDRESS_MAX ? RULE_ADDRESS_MALFORMED : RULE_OK;
}

const char *address_domain(const char *address)
{
	const char *at = strrchr(address, '@');

	return at ? at + 1 : address + strlen(address);
}

void address_key(const char *address, struct buf *out)
{
	text_lower(out, address);
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Past a run of spaces; whether it stands for one, neither first nor last. */
static bool skip_spaces(const char **s, bool inside)
{
	bool any = **s == ' ';

	*s += strspn(*s, " ");
	return any && inside && **s;
}

bool address_matches(const char *value, const char *key)
{
	for (bool inside = false;; inside = true) {
		if (skip_spaces(&value, inside) != skip_spaces(&key, inside) ||
			lower(*value) != lower(*key))
			return false;
		if (!*value)
			return true;
		value++;
		key++;
	}
}

static bool local_is(const char *key, size_t n, const char *name)
{
	return strlen(name) == n && strncasecmp(key, name, n) == 0;
}

/* Postfix's own addresses, which split_addr() never takes apart. */
static bool is_whole(const char *key, size_t n, const char *delimiters)
{
	if (local_is(key, n, "postmaster") || local_is(key, n, "mailer-daemon") ||
		local_is(key, n, "double-bounce"))
		return true;
	if (!strchr(delimiters, '-'))
		return false;
	return (n >= 6 && strncasecmp(key, "owner-", 6) == 0) ||
	       (n > 8 && strncasecmp(key + n - 8, "-request", 8) == 0);
}

bool address_without_extension(const char *key, const char *delimiters, struct buf *out)
{
	const char *at = strrchr(key, '@');
	size_t n = at ? (size_t)(at - key) : strlen(key);
	size_t cut = strcspn(key, delimiters);

	if (cut == 0 || cut >= n || is_whole(key, n, delimiters))
		return false;
	buf_add(out, key, cut);
	buf_puts(out, key + n);
	return true;
}

void address_shown(const char *address, struct buf *out)
{
	const char *domain = address_domain(address);

	text_printable(out, address, (size_t)(domain - address));
	domainname_shown(domain, out);
}
