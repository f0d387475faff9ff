#include "core/dn.h"

#include <string.h>
#include <unistr.h>

static bool is_utf8(const char *s, size_t n)
{
	return u8_check((const uint8_t *)s, n) == NULL;
}

static bool is_control(unsigned char c)
{
	return c < 0x20 || c == 0x7f;
}

static char ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

void dn_escape(struct buf *out, const char *value, size_t n)
{
	bool utf8 = is_utf8(value, n);

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)value[i];
		bool edge = (i == 0 && (c == ' ' || c == '#')) || (i == n - 1 && c == ' ');

		if (is_control(c) || (c >= 0x80 && !utf8)) {
			buf_printf(out, "\\%02X", c);
		} else {
			if (edge || strchr("\"+,;<>\\", c))
				buf_putc(out, '\\');
			buf_putc(out, (char)c);
		}
	}
}

void filter_escape(struct buf *out, const char *value, size_t n)
{
	bool utf8 = is_utf8(value, n);

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)value[i];

		if (c == '\0' || strchr("()*\\", c) || (c >= 0x80 && !utf8))
			buf_printf(out, "\\%02x", c);
		else
			buf_putc(out, (char)c);
	}
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One character of a DN's text, unescaped. */
struct dn_char {
	char c;
	bool escaped;
	size_t length; /* in the text; 0 at its end or where it is malformed */
};

static struct dn_char dn_char_at(const char *s)
{
	int high, low;

	if (*s == '\0')
		return (struct dn_char){.length = 0};
	if (*s != '\\')
		return (struct dn_char){*s, false, 1};
	high = hex_digit(s[1]);
	low = high < 0 ? -1 : hex_digit(s[2]);
	if (low >= 0)
		return (struct dn_char){(char)(high * 16 + low), true, 3};
	if (s[1] == '\0')
		return (struct dn_char){.length = 0};
	return (struct dn_char){s[1], true, 2};
}

static bool is_separator(struct dn_char c)
{
	return !c.escaped && (c.c == ',' || c.c == ';' || c.c == '+');
}

static size_t spaces(const char *s)
{
	return strspn(s, " ");
}

static bool rdn_type(const char **s, struct buf *type)
{
	size_t n;

	*s += spaces(*s);
	n = strcspn(*s, "= ,;+\\\"<>#");
	if (n == 0 || (*s)[n + spaces(*s + n)] != '=')
		return false;
	buf_add(type, *s, n);
	*s += n + spaces(*s + n) + 1;
	return true;
}

static bool rdn_value(const char *s, struct buf *value)
{
	size_t end = value->len; /* up to here spaces count */
	struct dn_char c;

	s += spaces(s);
	for (; (c = dn_char_at(s)).length && !is_separator(c); s += c.length) {
		if (!c.escaped && strchr("\"<>", c.c))
			return false;
		buf_putc(value, c.c);
		if (c.escaped || c.c != ' ')
			end = value->len;
	}
	buf_truncate(value, end);
	return *s != '\\';
}

/* A name or a numeric OID (RFC 4512 section 1.4). */
static bool type_ok(const char *type)
{
	static const char words[] = "0123456789-abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	static const char digits[] = "0123456789";
	size_t n;

	if (!strchr(digits, *type) && *type != '-')
		return type[strspn(type, words)] == '\0';
	while ((n = strspn(type, digits)) > 0 && type[n] == '.')
		type += n + 1;
	return n > 0 && type[n] == '\0';
}

/* "#" and BER in hexadecimal digits, at least two; any other value is free. */
static bool hex_ok(const char *s)
{
	size_t pairs = 0;

	s += spaces(s);
	if (*s++ != '#')
		return true;
	for (; hex_digit(s[0]) >= 0 && hex_digit(s[1]) >= 0; s += 2)
		pairs++;
	s += spaces(s);
	return pairs && (*s == '\0' || is_separator(dn_char_at(s)));
}

/* The end of a value in which nothing is escaped that needs none; NULL. */
static const char *value_end(const char *s)
{
	struct dn_char c;

	for (; (c = dn_char_at(s)).length && !is_separator(c); s += c.length)
		if (c.length == 2 && !strchr(" \"#+,;<=>\\", c.c))
			return NULL;
	return *s == ';' ? NULL : s;
}

bool dn_valid(const char *dn)
{
	struct buf type = BUF_INIT, value = BUF_INIT;
	bool ok = true;

	for (const char *end = dn; ok && *dn; dn = end) {
		buf_reset(&type);
		ok = rdn_type(&dn, &type) && type_ok(type.s) && hex_ok(dn) &&
		     rdn_value(dn, &value) && (end = value_end(dn));
		if (ok && *end) { /* a separator: something comes after it */
			end++;
			ok = end[spaces(end)];
		}
	}
	buf_release(&type);
	buf_release(&value);
	return ok;
}

bool dn_rdn(const char *dn, struct buf *type, struct buf *value)
{
	size_t type_len = type->len, value_len = value->len;

	if (dn[spaces(dn)] == '\0')
		return true;
	if (rdn_type(&dn, type) && rdn_value(dn, value))
		return true;
	buf_truncate(type, type_len);
	buf_truncate(value, value_len);
	return false;
}

const char *dn_parent(const char *dn)
{
	struct dn_char c;

	for (; (c = dn_char_at(dn)).length; dn += c.length)
		if (is_separator(c) && c.c != '+')
			return dn + 1 + spaces(dn + 1);
	return dn + strlen(dn);
}

/* Where one part of a DN ends and the next begins; only the first '=' of a part does. */
static bool is_boundary(struct dn_char c, bool in_value)
{
	return is_separator(c) || (!c.escaped && c.c == '=' && !in_value);
}

static void put_normal(struct buf *out, struct dn_char c)
{
	if (is_control((unsigned char)c.c) || (c.escaped && strchr(" \"+,;<>\\#", c.c)))
		buf_printf(out, "\\%02x", (unsigned char)c.c);
	else
		buf_putc(out, ascii_lower(c.c));
}

/* One spelling for DNs that differ in ASCII case, spaces and escaping only; every ','
 * of it is a separator. */
static void dn_normal(const char *dn, struct buf *out)
{
	size_t end = out->len; /* up to here spaces count */
	bool in_value = false;
	struct dn_char c;

	dn += spaces(dn);
	for (; (c = dn_char_at(dn)).length; dn += c.length) {
		if (is_boundary(c, in_value)) {
			buf_truncate(out, end);
			buf_putc(out, c.c == ';' ? ',' : c.c);
			in_value = c.c == '=';
			dn += spaces(dn + 1);
		} else {
			put_normal(out, c);
		}
		if (c.escaped || c.c != ' ')
			end = out->len;
	}
	buf_truncate(out, end);
}

bool dn_within(const char *dn, const char *base)
{
	struct buf d = BUF_INIT, b = BUF_INIT;
	bool within;

	dn_normal(dn, &d);
	dn_normal(base, &b);
	within = b.len == 0 ||
		 (d.len >= b.len && memcmp(d.s + d.len - b.len, b.s, b.len) == 0 &&
			 (d.len == b.len || d.s[d.len - b.len - 1] == ','));
	buf_release(&d);
	buf_release(&b);
	return within;
}

bool dn_same(const char *a, const char *b)
{
	return dn_within(a, b) && dn_within(b, a);
}
