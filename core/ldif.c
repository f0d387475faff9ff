#include "core/ldif.h"

#include <string.h>

#include "core/plan.h"

enum { LINE_WIDTH = 76 };

static bool is_safe(const char *p, size_t n)
{
	if (n && (strchr(" :<", p[0]) || p[n - 1] == ' '))
		return false;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)p[i] < 0x20 || (unsigned char)p[i] >= 0x7f)
			return false;
	return true;
}

static void base64(struct buf *out, const unsigned char *p, size_t n)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < n; i += 3) {
		unsigned b1 = i + 1 < n ? p[i + 1] : 0, b2 = i + 2 < n ? p[i + 2] : 0;

		buf_putc(out, digits[p[i] >> 2]);
		buf_putc(out, digits[(p[i] & 3U) << 4 | b1 >> 4]);
		buf_putc(out, i + 1 < n ? digits[(b1 & 15U) << 2 | b2 >> 6] : '=');
		buf_putc(out, i + 2 < n ? digits[b2 & 63U] : '=');
	}
}

/* A line that goes on starts with one space. */
void ldif_put(
	struct buf *out, const char *prefix, const char *name, const char *value, size_t n)
{
	struct buf whole = BUF_INIT;
	size_t at = LINE_WIDTH;

	buf_puts(&whole, name);
	buf_puts(&whole, is_safe(value, n) ? ":" : "::");
	if (n)
		buf_putc(&whole, ' ');
	if (is_safe(value, n))
		buf_add(&whole, value, n);
	else
		base64(&whole, (const unsigned char *)value, n);
	buf_puts(out, prefix);
	buf_add(out, whole.s, whole.len < at ? whole.len : at);
	for (; at < whole.len; at += LINE_WIDTH - 1) {
		size_t rest = whole.len - at;

		buf_printf(out, "\n%s ", prefix);
		buf_add(out, whole.s + at, rest < LINE_WIDTH - 1 ? rest : LINE_WIDTH - 1);
	}
	buf_putc(out, '\n');
	buf_release(&whole);
}

static int digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Four digits are three bytes; one or two of the last four may be "=". */
static bool unbase64(const char *p, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i += 4) {
		size_t digits = 4;
		unsigned bits = 0;

		if (n - i < 4)
			return false;
		while (i + 4 == n && digits > 2 && p[i + digits - 1] == '=')
			digits--;
		for (size_t k = 0; k < 4; k++) {
			int d = k < digits ? digit(p[i + k]) : 0;

			if (d < 0)
				return false;
			bits = bits << 6 | (unsigned)d;
		}
		for (size_t k = 0; k + 1 < digits; k++)
			buf_putc(out, (char)(bits >> (16 - 8 * k) & 0xffU));
	}
	return true;
}

bool ldif_take(const char *line, size_t n, struct buf *name, struct buf *value)
{
	const char *colon = memchr(line, ':', n), *p, *end = line + n;
	bool coded;

	buf_reset(name);
	buf_reset(value);
	if (!colon || colon == line)
		return false;
	buf_add(name, line, (size_t)(colon - line));
	p = colon + 1;
	coded = p < end && *p == ':';
	p += coded;
	if (p < end && *p == '<')
		return false;
	while (p < end && *p == ' ')
		p++;
	if (coded)
		return unbase64(p, (size_t)(end - p), value);
	buf_add(value, p, (size_t)(end - p));
	return true;
}

static void word(struct buf *out, const char *name, const char *s)
{
	ldif_put(out, "", name, s, strlen(s));
}

static void values(struct buf *out, const struct attribute *a)
{
	for (size_t i = 0; i < a->values.n; i++)
		ldif_put(out, "", a->name, a->values.v[i].p, a->values.v[i].n);
}

static void modify(struct buf *out, const struct mod *m)
{
	static const char *const names[] = {
		[MOD_ADD] = "add", [MOD_DELETE] = "delete", [MOD_REPLACE] = "replace"};

	word(out, names[m->op], m->attribute.name);
	values(out, &m->attribute);
	buf_puts(out, "-\n");
}

void change_ldif(const struct change *c, struct buf *out)
{
	static const char *const kinds[] = {[CHANGE_MODIFY] = "modify",
		[CHANGE_ADD] = "add",
		[CHANGE_DELETE] = "delete"};

	word(out, "dn", c->dn);
	word(out, "changetype", kinds[c->kind]);
	for (size_t i = 0; i < c->mods.n; i++) {
		if (c->kind == CHANGE_MODIFY)
			modify(out, &c->mods.v[i]);
		else
			values(out, &c->mods.v[i].attribute);
	}
	buf_putc(out, '\n');
}
