#include "tests/tui/hostile.h"

#include <string.h>

#include "tests/tui/screen.h"

#define V(name, text)                               \
	{                                           \
		name, text, sizeof(text) - 1, false \
	}
#define X10(s) s s s s s s s s s s

const struct hostile hostile_values[] = {
	V("clear screen", "a\x1b[2J\x1b[H\x1b[31mb"),
	V("title", "a\x1b]0;owned\x07z"),
	V("title, ended by ST", "a\x1b]2;owned\x1b\\z"),
	V("clipboard", "a\x1b]52;c;b3duZWQ=\x07z"),
	V("device status", "a\x1b[6n\x1b[c\x1bZ"),
	V("DCS", "a\x1bP$qm\x1b\\z"),
	V("APC, PM, SOS", "a\x1b_x\x1b\\\x1b^y\x1b\\\x1bXz\x1b\\"),
	V("character set", "a\x1b(0qqq\x0e\x0f"),
	V("ESC alone", "a\x1b"),
	V("C1 CSI in UTF-8", "a\xc2\x9b"
			     "2Jz"),
	V("C1 OSC in UTF-8", "a\xc2\x9d"
			     "0;owned\xc2\x9cz"),
	V("C1 CSI, a byte", "a\x9b"
			    "2Jz"),
	V("C1 NEL", "a\xc2\x85z"),
	V("NUL inside", "a\0z"),
	V("NUL first", "\0z"),
	V("NUL last", "a\0"),
	V("newline", "a\nz"),
	V("carriage return", "abc\rz"),
	V("LDIF", "a\ndn: uid=x\nchangetype: delete\n\n"),
	V("LDIF, folded", "a\n b\n-\nreplace: mail"),
	V("tabs", "a\tb\tz"),
	V("backspaces", "abc\b\b\bz"),
	V("bell, VT, FF, DEL", "a\a\v\f\x7fz"),
	V("every control",
		"\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f"
		"\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f"),
	V("invalid UTF-8", "a\xff\xfe\x80z"),
	V("overlong", "a\xc0\xafz\xe0\x80\x9b"),
	V("UTF-8 that ends early", "a\xe2\x82"),
	V("UTF-8 that begins late", "\x82\xac"
				    "a"),
	V("a surrogate", "a\xed\xa0\x80z"),
	V("beyond Unicode", "a\xf4\x90\x80\x80z"),
	V("Latin 1", "Andr\xe9"),
	V("right-to-left override", "a\u202egnp.exe"),
	V("left-to-right override", "a\u202dz"),
	V("embeddings", "a\u202ab\u202bc\u202cz"),
	V("isolates", "a\u2066b\u2067c\u2068d\u2069z"),
	V("direction marks", "a\u200eb\u200fc\u061cz"),
	V("line separators", "a\u2028b\u2029z"),
	V("Arabic", "\u0645\u0631\u062d\u0628\u0627"),
	V("no characters", "a\uffff\ufffe\U0010ffff\ufdd0z"),
	V("unassigned", "a\u0378\U000e0080z"),
	V("private use", "a\ue000\uf8ff\U000f0000z"),
	V("replacement", "a\ufffdz"),
	V("zero-width space", "a\u200bz"),
	V("byte order mark", "\ufeff"
			     "a\ufeffz"),
	V("invisible", "a\u2060\u2061\u2062\u2063\u2064\u00ad\u034f\u180ez"),
	V("joiners", "a\u200cb\u200dz"),
	V("tags", "a\U000e0001\U000e0061\U000e007fz"),
	V("interlinear", "a\ufff9b\ufffac\ufffbz"),
	V("a mark first", "\u0301"
			  "az"),
	V("marks", "e" X10("\u0301\u0302\u0303\u0304") "z"),
	V("marks alone", "\u0301\u0302\u20e3"),
	V("wide", "山田由紀"),
	V("half and full width", "ｱﾌﾞＡＢ"),
	V("emoji", "👩‍👩‍👧‍👦👍🏽🇫🇷❤️1️⃣"),
	V("half a flag", "🇫🇷🇫"),
	V("Hangul in parts", "\u1112\u1161\u11ab\u115f\u3164"),
	V("Devanagari", "क्षि"),
	V("Tibetan", "བོད་"),
	V("ambiguous width", "±§°αБ■"),
	{"frames", "│┌─┐└┘▸…", sizeof("│┌─┐└┘▸…") - 1, true},
	V("spaces", "   "),
	V("spaces outside", "  a z  "),
	V("strange spaces", "\u00a0"
			    "a\u2003z\u3000"),
	V("format", "%s%n%1$s%2$s%3$s%4$s%99$s%%%d"),
	V("filter", "*)(uid=*))(|(mail=*\\2a\\"),
	V("filter, a star", "*"),
	V("DN", ",+\"\\<>;=#/"),
	V("DN, edges", " #a,b=c "),
	V("DN, hexadecimal", "#04024869"),
	V("DN, another", "x,uid=admin0,ou=admins,dc=demo"),
	V("backslashes", "\\\\\\00\\"),
	V("JSON", "\",\"rule\":0}\\u0000\\"),
	V("gettext", "⟦a⟧"),
	V("glyphs", "[x] < Save > (y ▾)"),
	V("table answer", "[192.0.2.66]:25\nrelay:[evil.example]"),
	V("an address too many", "a@b@c%d!e"),
	V("at alone", "@"),
	V("a long word", X10(X10("abcdefghijklmnopqrstuvwxyz"))),
	V("many words", X10(X10("word "))),
	V("wide and long", X10(X10("山"))),
};

const size_t hostile_values_n = COUNT_OF(hostile_values);

/* ---- what may not be shown ----------------------------------------------------- */

static const struct {
	unsigned long from, to;
	const char *why;
} never[] = {
	{0, 0x1f, "a control character"},
	{0x7f, 0x9f, "a control character"},
	{0x61c, 0x61c, "a direction mark"},
	{0x200b, 0x200b, "a space of no width"},
	{0x200e, 0x200f, "a direction mark"},
	{0x2028, 0x2029, "a line separator"},
	{0x202a, 0x202e, "an override"},
	{0x2060, 0x2064, "what nobody sees"},
	{0x2066, 0x2069, "an isolate"},
	{0xd800, 0xdfff, "half a character"},
	{0xfdd0, 0xfdef, "no character"},
	{0xfeff, 0xfeff, "a byte order mark"},
	{0xfff9, 0xfffb, "what nobody sees"},
	{0xfffe, 0xffff, "no character"},
	{0xe0001, 0xe0001, "what nobody sees"},
	{0x10fffe, 0x110000, "no character"},
};

/* RFC 3629 section 4. Returns the length, 0: none. */
static size_t character(const unsigned char *s, size_t n, unsigned long *c)
{
	static const struct {
		unsigned char mask, lead;
		unsigned long least;
	} kinds[] = {{0x80, 0, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800},
		{0xf8, 0xf0, 0x10000}};

	for (size_t k = 0; k < COUNT_OF(kinds); k++) {
		if ((s[0] & kinds[k].mask) != kinds[k].lead)
			continue;
		if (k >= n)
			return 0;
		*c = s[0] & (unsigned char)~kinds[k].mask;
		for (size_t i = 1; i <= k; i++) {
			if ((s[i] & 0xc0) != 0x80)
				return 0;
			*c = *c << 6 | (s[i] & 0x3fU);
		}
		return *c >= kinds[k].least ? k + 1 : 0;
	}
	return 0;
}

const char *hostile_why(const char *p, size_t n)
{
	for (size_t i = 0, length; i < n; i += length) {
		unsigned long c = 0;

		length = character((const unsigned char *)p + i, n - i, &c);
		if (!length)
			return "no UTF-8";
		for (size_t k = 0; k < COUNT_OF(never); k++)
			if (c >= never[k].from && c <= never[k].to)
				return never[k].why;
	}
	return NULL;
}

/* ---- as text ------------------------------------------------------------------- */

void hostile_put(const struct hostile *v, struct buf *out)
{
	buf_add(out, v->p, v->n);
}

void hostile_dn(const struct hostile *v, bool hexed, struct buf *out)
{
	bool text = !hostile_why(v->p, v->n);

	for (size_t i = 0; i < v->n; i++) {
		unsigned char c = (unsigned char)v->p[i];
		bool edge = (c == ' ' || c == '#') && (i == 0 || i == v->n - 1);

		if (hexed || !c || c == '\n' || (c >= 0x80 && !text))
			buf_printf(out, "\\%02X", c);
		else if (edge || strchr(",+\"\\<>;=", c))
			buf_printf(out, "\\%c", c);
		else
			buf_putc(out, (char)c);
	}
}

void hostile_ldif(const char *name, const char *before, const struct hostile *v,
	const char *after, struct buf *out)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	struct buf all = BUF_INIT;

	buf_puts(&all, before);
	hostile_put(v, &all);
	buf_puts(&all, after);
	buf_printf(out, "%s:: ", name);
	for (size_t i = 0; i < all.len; i += 3) {
		unsigned long bits = 0;

		for (size_t k = 0; k < 3; k++)
			bits = bits << 8 |
			       (i + k < all.len ? (unsigned char)all.s[i + k] : 0U);
		for (size_t k = 0; k < 4; k++)
			buf_putc(out, k && i + k > all.len
					      ? '='
					      : digits[bits >> (18 - 6 * k) & 63]);
	}
	buf_putc(out, '\n');
	buf_release(&all);
}

/* ---- a directory full of it ---------------------------------------------------- */

void hostile_dn_line(const char *name, const char *format, const struct hostile *v,
	bool hexed, struct buf *out)
{
	struct buf value = BUF_INIT, dn = BUF_INIT;
	struct hostile whole;

	hostile_dn(v, hexed, &value);
	for (; *format; format++) {
		if (*format == '@')
			buf_puts(&dn, value.s);
		else
			buf_putc(&dn, *format);
	}
	whole = (struct hostile){.p = dn.s, .n = dn.len};
	hostile_ldif(name, "", &whole, "", out);
	buf_release(&value);
	buf_release(&dn);
}

static void add_domains(const struct hostile *v, struct buf *out)
{
	buf_puts(out, "dn: " ACME "\nobjectClass: organizationalUnit\n"
		      "objectClass: relaisDomain\nassociatedDomain: acme.example\n");
	hostile_ldif("associatedDomain", "", v, "", out);
	hostile_ldif("associatedDomain", "", v, ".example", out);
	hostile_ldif("description", "", v, "", out);
	hostile_ldif("ou", "", v, "", out);
	buf_puts(out, "relaisSplitRelay: [192.0.2.25]\n\n");
	hostile_dn_line("dn", "associatedDomain=@,ou=domains,dc=demo", v, false, out);
	buf_puts(out, "objectClass: organizationalUnit\nobjectClass: relaisDomain\n");
	hostile_ldif("associatedDomain", "", v, "", out);
	hostile_ldif("description", "b", v, "b", out);
	hostile_ldif("relaisSplitRelay", "", v, "", out);
	hostile_ldif("relaisForwardUnknown", "", v, "", out);
	buf_puts(out, "\ndn: " LYON "\nobjectClass: organizationalUnit\n"
		      "objectClass: relaisDomain\nassociatedDomain: lyon.example\n");
	hostile_ldif("relaisSplitRelay", "[", v, "]", out);
	buf_puts(out, "\n");
}

#define PERSON "objectClass: inetOrgPerson\nobjectClass: relaisUser\n"

static void add_users(const struct hostile *v, struct buf *out)
{
	hostile_dn_line("dn", "uid=@+cn=@," ACME, v, false, out);
	buf_puts(out, PERSON "relaisRouting: external\n");
	hostile_ldif("uid", "", v, "", out);
	hostile_ldif("cn", "", v, "", out);
	hostile_ldif("sn", "", v, "", out);
	hostile_ldif("displayName", "", v, "", out);
	hostile_ldif("mail", "", v, "@acme.example", out);
	hostile_ldif("mail", "a@", v, "", out);
	hostile_ldif("mail", "", v, "", out);
	buf_puts(out,
		"mail: some@acme.example\nrelaisThirdPartyAddress: some@acme.example\n");
	hostile_ldif("relaisThirdPartyAddress", "", v, "@acme.example", out);
	hostile_ldif("relaisThirdPartyAddress", "", v, "", out);
	hostile_ldif("telephoneNumber", "", v, "", out);
	buf_puts(out, "\n");
	hostile_dn_line("dn", "uid=@," ACME, v, true, out);
	buf_puts(out, PERSON "uid: hexed\nmail: some@acme.example\n");
	hostile_ldif("relaisRouting", "", v, "", out);
	hostile_ldif("mail", "", v, "@acme.example", out);
	buf_puts(out, "\n");
	hostile_dn_line("dn", "cn=@," LYON, v, false, out);
	buf_puts(out, "objectClass: groupOfNames\nobjectClass: inetOrgPerson\n"
		      "mail: all@lyon.example\n");
	hostile_ldif("cn", "", v, "", out);
	buf_puts(out, "\ndn: uid=plain," ACME "\n" PERSON
		      "uid: plain\ncn: Plain\nmail: plain@acme.example\n"
		      "relaisRouting: internal\n");
	hostile_ldif("description", "", v, "", out);
}

void hostile_tree(const struct hostile *v, struct buf *out)
{
	add_domains(v, out);
	add_users(v, out);
}
