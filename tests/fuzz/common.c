#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

_Noreturn void fuzz_fail(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: broken: %s\n", file, line, what);
	abort();
}

/* Only there in a build with the sanitizer. */
__attribute__((weak)) void __lsan_disable(void);
__attribute__((weak)) void __lsan_enable(void);

void leaks_ignored(bool ignored)
{
	if (ignored && __lsan_disable)
		__lsan_disable();
	if (!ignored && __lsan_enable)
		__lsan_enable();
}

unsigned take_byte(struct input_left *in)
{
	if (in->n == 0)
		return 0;
	in->n--;
	return (unsigned char)*in->p++;
}

struct buf take_line(struct input_left *in)
{
	const char *end = in->n ? memchr(in->p, '\n', in->n) : NULL;
	size_t n = end ? (size_t)(end - in->p) : in->n;
	struct buf line = BUF_INIT;

	buf_add(&line, in->p, n);
	in->p += n + (end != NULL);
	in->n -= n + (end != NULL);
	return line;
}

char *take_string(struct input_left *in)
{
	struct buf line = take_line(in);
	char *s = xstrdup(line.s);

	buf_release(&line);
	return s;
}

void take_words(struct input_left *in, struct strv *out)
{
	char *line = take_string(in), *s = line;

	while (*(s += strspn(s, " "))) {
		size_t n = strcspn(s, " ");
		char *word = xstrndup(s, n);

		strv_add(out, word);
		free(word);
		s += n;
	}
	free(line);
}

/* Bends a name into an attribute description. */
static void bend_name(char *name)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-;.";

	for (; *name; name++)
		if (!strchr(allowed, *name))
			*name = allowed[(unsigned char)*name % (sizeof(allowed) - 1)];
}

struct entry *take_entry(struct input_left *in)
{
	struct entry *e;
	char *dn;

	if (in->n == 0)
		return NULL;
	dn = take_string(in);
	e = entry_new(dn);
	free(dn);
	while (in->n) {
		struct buf line = take_line(in);
		char *colon = memchr(line.s, ':', line.len), *name;
		size_t at = colon ? (size_t)(colon - line.s) + 1 : 0;

		if (line.len == 0)
			break;
		name = xstrndup(line.s, colon ? at - 1 : 0);
		if (!*name) {
			free(name);
			name = xstrdup("mail");
		}
		bend_name(name);
		at += line.len > at && line.s[at] == ' ';
		entry_add(e, name, line.s + at, line.len - at);
		free(name);
		buf_release(&line);
	}
	return e;
}

void take_settings(struct input_left *in, struct settings *s)
{
	struct buf delimiters = BUF_INIT;
	char *line = take_string(in);

	settings_init(s);
	if (strchr(line, 'i'))
		s->users.default_routing = ROUTING_INTERNAL;
	if (strchr(line, 'a'))
		strv_add(&s->users.addresses, "mailAlternateAddress");
	for (const char *c = line; *c; c++)
		if (strchr("-+=", *c))
			buf_putc(&delimiters, *c);
	free(s->mail.recipient_delimiter);
	s->mail.recipient_delimiter = buf_detach(&delimiters);
	free(line);
}

/* One character of UTF-8 (RFC 3629); 0 bytes: malformed. */
static size_t decode(const unsigned char *s, size_t n, uint32_t *c)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t length = *s < 0x80 ? 1 : *s < 0xc0 ? 0 : *s < 0xe0 ? 2 : *s < 0xf0 ? 3 : 4;

	if (length == 0 || length > n || *s > 0xf4)
		return 0;
	*c = length == 1 ? *s : *s & (0xffU >> (length + 1));
	for (size_t i = 1; i < length; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (s[i] & 0x3fU);
	}
	if (*c < least[length] || *c > 0x10ffff || (*c >= 0xd800 && *c < 0xe000))
		return 0;
	return length;
}

static bool is_safe_character(uint32_t c)
{
	static const struct {
		uint32_t from, to;
	} bad[] = {{0, 0x1f}, {0x7f, 0x9f}, {0x61c, 0x61c}, {0x200b, 0x200b},
		{0x200e, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x2064}, {0x2066, 0x2069},
		{0xfdd0, 0xfdef}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0001, 0xe0001}};

	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (c >= bad[i].from && c <= bad[i].to)
			return false;
	return (c & 0xfffe) != 0xfffe;
}

bool is_safe_text(const char *s, size_t n)
{
	for (size_t i = 0, length; i < n; i += length) {
		uint32_t c;

		length = decode((const unsigned char *)s + i, n - i, &c);
		if (length == 0 || !is_safe_character(c))
			return false;
	}
	return true;
}

bool same_attribute(const struct attribute *a, const struct attribute *b)
{
	if (strcmp(a->name, b->name) != 0 || a->values.n != b->values.n)
		return false;
	for (size_t i = 0; i < a->values.n; i++)
		if (a->values.v[i].n != b->values.v[i].n ||
			memcmp(a->values.v[i].p, b->values.v[i].p, a->values.v[i].n) != 0)
			return false;
	return true;
}

bool same_entry(const struct entry *a, const struct entry *b)
{
	if (!a || !b)
		return a == b;
	if (strcmp(a->dn, b->dn) != 0 || strcmp(a->id, b->id) != 0 ||
		strcmp(a->csn, b->csn) != 0 || a->attributes.n != b->attributes.n)
		return false;
	for (size_t i = 0; i < a->attributes.n; i++)
		if (!same_attribute(&a->attributes.v[i], &b->attributes.v[i]))
			return false;
	return true;
}

bool same_change(const struct change *a, const struct change *b)
{
	if (a->kind != b->kind || strcmp(a->dn, b->dn) != 0 ||
		!same_entry(a->before, b->before) || a->mods.n != b->mods.n)
		return false;
	for (size_t i = 0; i < a->mods.n; i++)
		if (a->mods.v[i].op != b->mods.v[i].op ||
			!same_attribute(&a->mods.v[i].attribute, &b->mods.v[i].attribute))
			return false;
	return true;
}
