#include "core/domainname.h"

#include <idn2.h>
#include <string.h>
#include <strings.h>

#include "core/text.h"

enum { LABEL_MAX = 63, NAME_MAX_LENGTH = 253 }; /* RFC 1035 section 2.3.4 */

static bool is_letter_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool label_ok(const char *s, size_t n)
{
	if (n == 0 || n > LABEL_MAX || s[0] == '-' || s[n - 1] == '-')
		return false;
	for (size_t i = 0; i < n; i++)
		if (!is_letter_digit(s[i]) && s[i] != '-')
			return false;
	return true;
}

bool domainname_ascii_ok(const char *name)
{
	const char *label = name;
	size_t n;

	if (strlen(name) > NAME_MAX_LENGTH)
		return false;
	for (;; label += n + 1) {
		n = strcspn(label, ".");
		if (!label_ok(label, n))
			return false;
		if (label[n] == '\0')
			break;
	}
	return strspn(label, "0123456789") < n;
}

static bool needs_idn(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s >= 0x80 || strncasecmp(s, "xn--", 4) == 0)
			return true;
	return false;
}

/* name in A-labels and lower case; nothing appended when it has none. */
static void to_ascii(const char *name, struct buf *out)
{
	uint8_t *converted = NULL;
	int rc;

	if (!needs_idn(name)) {
		text_lower(out, name);
		return;
	}
	rc = idn2_lookup_u8(
		(const uint8_t *)name, &converted, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
	if (rc == IDN2_MALLOC)
		BUG("converting '%s'", name);
	if (rc == IDN2_OK)
		text_lower(out, (const char *)converted);
	idn2_free(converted);
}

enum rule domainname_canonical(const char *typed, struct buf *out)
{
	struct buf name = BUF_INIT, ascii = BUF_INIT;
	size_t n = text_trim(&typed);
	bool ok;

	if (n && *typed == '@') {
		typed++;
		n--;
	}
	if (n > 1 && typed[n - 1] == '.')
		n--;
	if (n == 0)
		return RULE_EMPTY;
	buf_add(&name, typed, n);
	to_ascii(name.s, &ascii);
	ok = domainname_ascii_ok(ascii.s);
	if (ok)
		buf_puts(out, ascii.s);
	buf_release(&name);
	buf_release(&ascii);
	return ok ? RULE_OK : RULE_DOMAIN_MALFORMED;
}

/* True when u is harmless and stands for canonical and nothing else. */
static bool is_faithful(const char *u, const char *canonical)
{
	struct buf printable = BUF_INIT, back = BUF_INIT;
	bool same;

	text_printable(&printable, u, strlen(u));
	same = strcmp(printable.s, u) == 0 && domainname_canonical(u, &back) == RULE_OK &&
	       strcasecmp(back.s, canonical) == 0;
	buf_release(&printable);
	buf_release(&back);
	return same;
}

void domainname_shown(const char *canonical, struct buf *out)
{
	struct buf lower = BUF_INIT;
	char *u = NULL;

	if (!needs_idn(canonical)) {
		text_printable(out, canonical, strlen(canonical));
		return;
	}
	text_lower(&lower, canonical);
	if (idn2_to_unicode_8z8z(lower.s, &u, 0) == IDN2_OK && is_faithful(u, lower.s))
		buf_puts(out, u);
	else
		text_printable(out, canonical, strlen(canonical));
	idn2_free(u);
	buf_release(&lower);
}
