/* Filters: whatever is asked for, libldap takes the filter, it is built as that for a
 * harmless word, and what was asked for stands in it byte by byte. */
#include <lber.h>
#include <ldap.h>
#include <stdlib.h>

#include "core/query.h"
#include "core/route.h"
#include "core/text.h"
#include "tests/fuzz/fuzz.h"

/* libldap's own, which ldap_search_ext(3) calls; no header of Debian's has it. */
int ldap_pvt_put_filter(BerElement *ber, const char *filter);

/* A filter as libldap would send it (RFC 4511 section 4.5.1): its shape, which is all but
 * the asserted values, and those values. */
struct sent {
	struct buf shape;
	struct strv values;
};

static void walk(const struct berval *ber, struct sent *out, unsigned depth);

static void leaf(unsigned char tag, const char *p, size_t n, struct sent *out)
{
	char *value = xstrndup(p, n);

	CHECK(!memchr(p, '\0', n));
	buf_putc(&out->shape, (char)tag);
	strv_add(&out->values, value);
	free(value);
}

/* Definite lengths only, as libldap writes them. */
static size_t header(const unsigned char *p, size_t n, size_t *length)
{
	size_t more = p[1] & 0x7f;

	CHECK(n >= 2);
	*length = p[1];
	if (p[1] < 0x80)
		return 2;
	CHECK(more && more <= 4 && n >= 2 + more);
	*length = 0;
	for (size_t i = 0; i < more; i++)
		*length = *length << 8 | p[2 + i];
	return 2 + more;
}

static void walk(const struct berval *ber, struct sent *out, unsigned depth)
{
	const unsigned char *p = (const unsigned char *)ber->bv_val;
	size_t left = ber->bv_len, part = 0;

	CHECK(depth < 20);
	for (; left; part++) {
		size_t length, head = header(p, left, &length);
		struct berval inner = {length, (char *)(uintptr_t)(p + head)};

		CHECK(head + length <= left);
		if (*p & 0x20) {
			buf_putc(&out->shape, (char)*p);
			buf_putc(&out->shape, '(');
			walk(&inner, out, depth + 1);
			buf_putc(&out->shape, ')');
		} else if (*p == 0x04 && part == 0) { /* the attribute's name */
			buf_add(&out->shape, inner.bv_val, length);
		} else {
			leaf(*p == 0x87 ? 'p' : *p, inner.bv_val, length, out);
			if (*p == 0x87)
				buf_add(&out->shape, inner.bv_val, length);
		}
		p += head + length;
		left -= head + length;
	}
}

static void send_filter(const struct buf *filter, struct sent *out)
{
	BerElement *ber = ber_alloc_t(LBER_USE_DER);
	struct berval bytes = {0};

	*out = (struct sent){.shape = BUF_INIT};
	CHECK(strlen(filter->s) == filter->len);
	CHECK(ldap_pvt_put_filter(ber, filter->s) != -1);
	CHECK(ber_flatten2(ber, &bytes, 0) == 0);
	walk(&bytes, out, 0);
	ber_free(ber, 1);
}

static void release(struct sent *s)
{
	buf_release(&s->shape);
	strv_release(&s->values);
}

typedef void make_fn(const struct settings *s, const struct strv *words, struct buf *out);

static void make_domains(
	const struct settings *s, const struct strv *words, struct buf *out)
{
	query_domains_named(s, words, out);
}

static void make_dependent(
	const struct settings *s, const struct strv *words, struct buf *out)
{
	query_users_of(s, words, USERS_DEPENDENT, out);
}

static void make_internal(
	const struct settings *s, const struct strv *words, struct buf *out)
{
	query_users_of(s, words, USERS_INTERNAL, out);
}

static void make_all(const struct settings *s, const struct strv *words, struct buf *out)
{
	query_users_of(s, words, USERS_ALL, out);
}

static void make_lacking(
	const struct settings *s, const struct strv *words, struct buf *out)
{
	query_users_lacking(s, words, words->n ? words->v[0] : "x", out);
}

static void make_holders_in(
	const struct settings *s, const struct strv *words, struct buf *out)
{
	query_holders_in(s, words, out);
}

static void make_holders(
	const struct settings *s, const struct strv *words, struct buf *out)
{
	query_holders(s, words, out);
}

static void make_route_internal(
	const struct settings *s, const struct strv *words, struct buf *out)
{
	query_route_internal(s, words, out);
}

static void make_route_external(
	const struct settings *s, const struct strv *words, struct buf *out)
{
	(void)s;
	query_route_external(words, out);
}

static void make_tables(const struct settings *s, const struct strv *words, struct buf *out)
{
	buf_puts(out, "(|");
	for (unsigned map = MAP_DOMAINS; words->n && map <= MAP_UNKNOWNRELAY; map++)
		if (map != MAP_UNKNOWN) /* looks for a part of the key */
			route_map_filter(s, (enum route_map)map, words->v[0], out);
	buf_puts(out, "(cn=*))");
}

static const struct {
	make_fn *make;
	const char *before; /* each word in the values */
} makers[] = {{make_domains, ""}, {make_dependent, "@"}, {make_internal, "@"},
	{make_all, "@"}, {make_lacking, "@"}, {make_holders_in, "@"}, {make_holders, ""},
	{make_route_internal, ""}, {make_route_external, ""}};

static void check_words(const struct settings *s, const struct strv *words)
{
	struct strv plain = {0};

	for (size_t i = 0; i < words->n; i++)
		strv_add(&plain, "word");
	for (size_t i = 0; i <= COUNT_OF(makers); i++) {
		make_fn *make = i < COUNT_OF(makers) ? makers[i].make : make_tables;
		struct buf filter = BUF_INIT, harmless = BUF_INIT, want = BUF_INIT;
		struct sent is, like;

		make(s, words, &filter);
		make(s, &plain, &harmless);
		send_filter(&filter, &is);
		send_filter(&harmless, &like);
		CHECK(strcmp(is.shape.s, like.shape.s) == 0);
		for (size_t k = 0; i < COUNT_OF(makers) && k < words->n; k++) {
			buf_reset(&want);
			buf_printf(&want, "%s%s", makers[i].before, words->v[k]);
			CHECK(strv_has(&is.values, want.s));
		}
		release(&is);
		release(&like);
		buf_release(&filter);
		buf_release(&harmless);
		buf_release(&want);
	}
	strv_release(&plain);
}

/* What was typed into the filter of a list; and a name that entries may go by. */
static void check_typed(
	const struct settings *s, const char *typed, const struct strv *words)
{
	const char *at = typed;
	size_t n = text_trim(&at);
	char *wanted = xstrndup(at, n);
	struct buf filter = BUF_INIT;
	struct sent sent;

	query_users_matching(s, typed, words, &filter);
	send_filter(&filter, &sent);
	CHECK(!n || strv_has(&sent.values, wanted));
	release(&sent);
	buf_reset(&filter);
	query_adoptable(s, typed, &filter);
	send_filter(&filter, &sent);
	CHECK(strv_has(&sent.values, typed));
	release(&sent);
	buf_release(&filter);
	free(wanted);
}

/* Settings, what is typed, then words, a line each. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_left in = INPUT_LEFT(data, size);
	struct strv words = {0};
	struct settings s;
	char *typed, *word;

	take_settings(&in, &s);
	typed = take_string(&in);
	while (in.n && words.n < 4) {
		word = take_string(&in);
		strv_add(&words, word);
		free(word);
	}
	check_words(&s, &words);
	check_typed(&s, typed, &words);
	free(typed);
	strv_release(&words);
	settings_release(&s);
	return 0;
}
