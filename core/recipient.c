#include "core/recipient.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/address.h"

/* What no smtpd(8) line could carry (line_length_limit). */
enum { LONGEST = 2000, LABEL_MAX = 63, HOST_MAX = 255 };

/* ---- the outer form: to what stands between quotes and comments --------------- */

/* Reading one external address. */
struct reader {
	const char *p;
	struct buf *out;
	bool word; /* what was read last is one */
	bool gap;  /* white space or a comment since */
	bool ok;
};

static void skip_comment(struct reader *r)
{
	int depth = 0;

	do {
		if (*r->p == '\\' && r->p[1])
			r->p++;
		else if (*r->p == '(')
			depth++;
		else if (*r->p == ')')
			depth--;
		r->p++;
	} while (*r->p && depth > 0);
	r->gap = true;
}

/* Two words side by side would be two addresses. */
static void begin_word(struct reader *r)
{
	if (r->word && r->gap)
		r->ok = false;
	r->word = true;
	r->gap = false;
}

static void read_quoted(struct reader *r)
{
	begin_word(r);
	for (r->p++; *r->p && *r->p != '"'; r->p++) {
		if (*r->p == '\\' && r->p[1])
			r->p++;
		buf_putc(r->out, *r->p);
	}
	r->ok = r->ok && *r->p == '"';
	r->p += *r->p == '"';
}

/* "[192.0.2.1]" after an "@". */
static void read_literal(struct reader *r)
{
	size_t n = strcspn(r->p, "]");

	begin_word(r);
	r->ok = r->ok && r->p[n] == ']' && r->out->len && r->out->s[r->out->len - 1] == '@';
	buf_add(r->out, r->p, n + (r->p[n] == ']'));
	r->p += n + (r->p[n] == ']');
}

static void read_operator(struct reader *r)
{
	buf_putc(r->out, *r->p++);
	r->word = r->gap = false;
}

static void read_atom(struct reader *r)
{
	begin_word(r);
	while (*r->p && !strchr(" \t\r\n()\"[@.:!%,;<>]", *r->p)) {
		if (*r->p == '\\' && r->p[1])
			r->p++;
		buf_putc(r->out, *r->p++);
	}
}

static bool read_external(const char *address, struct buf *out)
{
	struct reader r = {.p = address, .out = out, .ok = true};

	while (*r.p && r.ok) {
		if (isspace((unsigned char)*r.p))
			r.p++, r.gap = true;
		else if (*r.p == '(')
			skip_comment(&r);
		else if (*r.p == '"')
			read_quoted(&r);
		else if (*r.p == '[')
			read_literal(&r);
		else if (strchr("@.:!%", *r.p))
			read_operator(&r);
		else if (strchr(",;<>])", *r.p))
			r.ok = false;
		else
			read_atom(&r);
	}
	return r.ok && out->len;
}

/* What stands in <>, else all of it; without "@hop,@hop:" in front. */
static char *without_frame(const char *address)
{
	const char *open = strrchr(address, '<'), *end, *colon;
	size_t n;

	address = open ? open + 1 : address;
	end = open ? strchr(address, '>') : NULL;
	n = end ? (size_t)(end - address) : strlen(address);
	while (n && isspace((unsigned char)*address))
		address++, n--;
	colon = *address == '@' ? memchr(address, ':', n) : NULL;
	if (colon && colon + 1 < address + n) {
		n -= (size_t)(colon + 1 - address);
		address = colon + 1;
	}
	return xstrndup(address, n);
}

/* ---- the inner form ----------------------------------------------------------- */

/* Whether it would need quotes again; then nothing in it is an operator. */
static bool needs_quotes(const char *local)
{
	size_t n = strlen(local);

	return n == 0 || local[0] == '.' || local[n - 1] == '.' || strstr(local, "..") ||
	       strpbrk(local, " \t()<>@,;:\\\"[]");
}

/* "site!user" and "user%site", where there is no "@". */
static void turn_round(const char *text, struct buf *out)
{
	const char *bang = strchr(text, '!'), *percent = strrchr(text, '%');

	if (!needs_quotes(text) && bang) {
		buf_puts(out, bang + 1);
		buf_putc(out, '@');
		buf_add(out, text, (size_t)(bang - text));
	} else if (!needs_quotes(text) && percent) {
		buf_add(out, text, (size_t)(percent - text));
		buf_putc(out, '@');
		buf_puts(out, percent + 1);
	} else {
		buf_puts(out, text);
	}
}

static bool label_ok(const char *s, size_t n)
{
	if (n == 0 || n > LABEL_MAX || s[0] == '-' || s[n - 1] == '-')
		return false;
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)s[i]) && (unsigned char)s[i] < 0x80 &&
			s[i] != '-' && s[i] != '_')
			return false;
	return true;
}

/* As Postfix's valid_hostname(): numbers alone are no name. */
static bool domain_ok(const char *domain)
{
	size_t length = strlen(domain);

	if (*domain == '[')
		return length > 2 && domain[length - 1] == ']';
	if (length > HOST_MAX || strspn(domain, "0123456789.") == length)
		return false;
	for (const char *s = domain;;) {
		size_t n = strcspn(s, ".");

		if (!label_ok(s, n))
			return false;
		if (!s[n])
			return true;
		s += n + 1;
	}
}

static enum recipient_kind without_domain(const struct recipient *r)
{
	return strcasecmp(r->key.s, "postmaster") == 0 ? RECIPIENT_POSTMASTER
						       : RECIPIENT_BARE;
}

static enum recipient_kind split(struct recipient *r)
{
	char *at = strrchr(r->key.s, '@');

	if (*r->key.s == '-') /* it might become a program's option: allow_min_user */
		return RECIPIENT_MALFORMED;
	if (!at)
		return without_domain(r);
	if (r->key.len && r->key.s[r->key.len - 1] == '.')
		buf_truncate(&r->key, r->key.len - 1);
	if (!domain_ok(at + 1))
		return RECIPIENT_MALFORMED;
	*at = '\0';
	r->routed = strpbrk(r->key.s, "@!%") != NULL;
	*at = '@';
	return RECIPIENT_ADDRESS;
}

void recipient_read(const char *address, struct recipient *out)
{
	struct buf inner = BUF_INIT, turned = BUF_INIT;
	char *bare = without_frame(address);

	memset(out, 0, sizeof(*out));
	buf_init(&out->key);
	out->kind = RECIPIENT_MALFORMED;
	if (strlen(address) <= LONGEST && read_external(bare, &inner)) {
		if (strchr(inner.s, '@'))
			buf_puts(&turned, inner.s);
		else
			turn_round(inner.s, &turned);
		address_key(turned.s, &out->key);
		out->kind = split(out);
	}
	free(bare);
	buf_release(&inner);
	buf_release(&turned);
}

void recipient_release(struct recipient *r)
{
	buf_release(&r->key);
}
