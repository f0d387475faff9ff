/* LDIF change records (RFC 2849). */
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

/* One logical line, folded: a line that goes on starts with one space. */
static void line(struct buf *out, const char *name, const char *p, size_t n)
{
	struct buf whole = BUF_INIT;
	size_t at = LINE_WIDTH;

	buf_puts(&whole, name);
	buf_puts(&whole, is_safe(p, n) ? ":" : "::");
	if (n)
		buf_putc(&whole, ' ');
	if (is_safe(p, n))
		buf_add(&whole, p, n);
	else
		base64(&whole, (const unsigned char *)p, n);
	buf_add(out, whole.s, whole.len < at ? whole.len : at);
	for (; at < whole.len; at += LINE_WIDTH - 1) {
		size_t rest = whole.len - at;

		buf_puts(out, "\n ");
		buf_add(out, whole.s + at, rest < LINE_WIDTH - 1 ? rest : LINE_WIDTH - 1);
	}
	buf_putc(out, '\n');
	buf_release(&whole);
}

static void word(struct buf *out, const char *name, const char *s)
{
	line(out, name, s, strlen(s));
}

static void values(struct buf *out, const struct attribute *a)
{
	for (size_t i = 0; i < a->values.n; i++)
		line(out, a->name, a->values.v[i].p, a->values.v[i].n);
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
