#include "tests/tui/filter.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unicase.h>

#include "core/buf.h"

/* More values than this are plain ones in these tests, and asked by their index. */
enum { MANY = 500 };

/* Where the parser stands; `whole` for the complaint. */
struct parse {
	const char *s, *whole;
	const struct entry *entry;
};

static bool is_ascii(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] >= 0x80)
			return false;
	return true;
}

static void folded(struct buf *out, const char *s, size_t n)
{
	size_t len = 0;
	char *text;

	while (n > 0 && *s == ' ') {
		s++;
		n--;
	}
	while (n > 0 && s[n - 1] == ' ')
		n--;
	if (is_ascii(s, n)) {
		for (size_t i = 0; i < n; i++)
			buf_putc(out, (char)tolower((unsigned char)s[i]));
		return;
	}
	text = (char *)u8_casefold((const uint8_t *)s, n, NULL, UNINORM_NFC, NULL, &len);
	if (text)
		buf_add(out, text, len);
	else /* no text: bytes */
		buf_add(out, s, n);
	free(text);
}

bool same_ignoring_case(const char *a, size_t a_n, const char *b, size_t b_n)
{
	struct buf x = BUF_INIT, y = BUF_INIT;
	bool same;

	folded(&x, a, a_n);
	folded(&y, b, b_n);
	same = x.len == y.len && memcmp(x.s, y.s, x.len) == 0;
	buf_release(&x);
	buf_release(&y);
	return same;
}

static _Noreturn void malformed(const struct parse *p)
{
	BUG("filter at \"%s\": %s", p->s, p->whole);
}

static void expect(struct parse *p, char c)
{
	if (*p->s != c)
		malformed(p);
	p->s++;
}

static int hex(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

/* Up to a star or the end of the item, unescaped and folded. */
static void value_part(struct parse *p, struct buf *out)
{
	struct buf raw = BUF_INIT;

	while (*p->s && *p->s != '*' && *p->s != ')') {
		if (*p->s == '(')
			malformed(p);
		if (*p->s != '\\') {
			buf_putc(&raw, *p->s++);
			continue;
		}
		if (!isxdigit((unsigned char)p->s[1]) || !isxdigit((unsigned char)p->s[2]))
			malformed(p);
		buf_putc(&raw, (char)(hex(p->s[1]) << 4 | hex(p->s[2])));
		p->s += 3;
	}
	folded(out, raw.s, raw.len);
	buf_release(&raw);
}

/* The parts between stars, in order; the first and the last are bound to the ends. */
static bool parts_match(const struct strv *parts, const char *value)
{
	size_t last = parts->n - 1, n = strlen(parts->v[0]);

	if (parts->n == 1)
		return strcmp(parts->v[0], value) == 0;
	if (strncmp(parts->v[0], value, n) != 0)
		return false;
	value += n;
	for (size_t i = 1; i < last; i++) {
		const char *at = strstr(value, parts->v[i]);

		if (!at)
			return false;
		value = at + strlen(parts->v[i]);
	}
	n = strlen(parts->v[last]);
	return strlen(value) >= n && strcmp(value + strlen(value) - n, parts->v[last]) == 0;
}

static bool value_matches(const struct strv *parts, char op, const struct value *v)
{
	struct buf text = BUF_INIT;
	bool matches;

	folded(&text, v->p, v->n);
	if (op == '>')
		matches = strcmp(text.s, parts->v[0]) >= 0;
	else if (op == '<')
		matches = strcmp(text.s, parts->v[0]) <= 0;
	else
		matches = parts_match(parts, text.s);
	buf_release(&text);
	return matches;
}

static bool item(struct parse *p)
{
	size_t n = strcspn(p->s, "=<>~:()*");
	char *name = xstrndup(p->s, n), op = p->s[n];
	const struct attribute *a = entry_get(p->entry, name);
	struct strv parts = {0};
	bool matches = false;

	free(name);
	p->s += n + (op == '<' || op == '>' || op == '~');
	if (n == 0)
		malformed(p);
	expect(p, '=');
	for (;;) {
		struct buf part = BUF_INIT;

		value_part(p, &part);
		strv_add(&parts, part.s);
		buf_release(&part);
		if (*p->s != '*')
			break;
		p->s++;
	}
	if (a && a->values.n > MANY && parts.n == 1 && op == '=')
		matches = attribute_holds_case(a, parts.v[0]);
	else
		for (size_t i = 0; a && i < a->values.n && !matches; i++)
			matches = value_matches(&parts, op, &a->values.v[i]);
	strv_release(&parts);
	return matches;
}

static bool filter(struct parse *p);

/* Every part is read, whatever the others say. */
static bool list(struct parse *p, char op)
{
	bool all = true, any = false;

	p->s++;
	while (*p->s == '(') {
		bool one = filter(p);

		all = all && one;
		any = any || one;
	}
	return op == '&' ? all : any;
}

static bool filter(struct parse *p)
{
	bool matches;

	expect(p, '(');
	if (*p->s == '&' || *p->s == '|') {
		matches = list(p, *p->s);
	} else if (*p->s == '!') {
		p->s++;
		matches = !filter(p);
	} else {
		matches = item(p);
	}
	expect(p, ')');
	return matches;
}

bool filter_matches(const char *text, const struct entry *e)
{
	struct parse p = {text, text, e};
	bool matches = filter(&p);

	if (*p.s)
		malformed(&p);
	return matches;
}
