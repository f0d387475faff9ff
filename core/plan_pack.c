#include "core/plan_pack.h"

#include <string.h>

/* Numbers are uint32_t in this machine's order; bytes follow their length. */

static void put_number(struct buf *out, size_t n)
{
	uint32_t number = (uint32_t)n;

	if (number != n)
		BUG("packing %zu", n);
	buf_add(out, &number, sizeof(number));
}

static void put_bytes(struct buf *out, const char *bytes, size_t n)
{
	put_number(out, n);
	buf_add(out, bytes, n);
}

static void put_text(struct buf *out, const char *s)
{
	put_bytes(out, s, strlen(s));
}

static void put_attribute(struct buf *out, const struct attribute *a)
{
	put_text(out, a->name);
	put_number(out, a->values.n);
	for (size_t i = 0; i < a->values.n; i++)
		put_bytes(out, a->values.v[i].p, a->values.v[i].n);
}

static void put_entry(struct buf *out, const struct entry *e)
{
	put_text(out, e->dn);
	put_text(out, e->id);
	put_text(out, e->csn);
	put_number(out, e->attributes.n);
	for (size_t i = 0; i < e->attributes.n; i++)
		put_attribute(out, &e->attributes.v[i]);
}

void change_pack(const struct change *c, struct buf *out)
{
	put_number(out, c->kind);
	put_text(out, c->dn);
	put_number(out, c->before != NULL);
	if (c->before)
		put_entry(out, c->before);
	put_number(out, c->mods.n);
	for (size_t i = 0; i < c->mods.n; i++) {
		put_number(out, c->mods.v[i].op);
		put_attribute(out, &c->mods.v[i].attribute);
	}
}

struct reader {
	const char *p, *end;
	bool bad;
};

static uint32_t get_number(struct reader *r)
{
	uint32_t n = 0;

	if (r->bad || (size_t)(r->end - r->p) < sizeof(n)) {
		r->bad = true;
		return 0;
	}
	memcpy(&n, r->p, sizeof(n));
	r->p += sizeof(n);
	return n;
}

/* Borrowed from the bytes; n is 0 where they are bad. */
static const char *get_bytes(struct reader *r, size_t *n)
{
	const char *bytes;

	*n = get_number(r);
	if (r->bad || (size_t)(r->end - r->p) < *n) {
		r->bad = true;
		*n = 0;
		return "";
	}
	bytes = r->p;
	r->p += *n;
	return bytes;
}

/* A number that is at most `most`, else bad. */
static uint32_t get_choice(struct reader *r, uint32_t most)
{
	uint32_t n = get_number(r);

	r->bad = r->bad || n > most;
	return r->bad ? 0 : n;
}

/* No NUL can be in what was a string. */
static char *get_text(struct reader *r)
{
	size_t n;
	const char *bytes = get_bytes(r, &n);

	r->bad = r->bad || (n && memchr(bytes, '\0', n));
	return xstrndup(bytes, n);
}

static void get_attribute(struct reader *r, struct attribute *a)
{
	uint32_t values;

	*a = (struct attribute){.name = get_text(r)};
	values = get_number(r);
	for (uint32_t i = 0; i < values && !r->bad; i++) {
		size_t n;
		const char *bytes = get_bytes(r, &n);

		attribute_add(a, bytes, n);
	}
}

static struct entry *get_entry(struct reader *r)
{
	char *dn = get_text(r), *id = get_text(r), *csn = get_text(r);
	struct entry *e = entry_new(dn);
	uint32_t attributes = get_number(r);

	entry_set_state(e, id, csn);
	for (uint32_t i = 0; i < attributes && !r->bad; i++)
		get_attribute(r, array_add(&e->attributes));
	free(dn);
	free(id);
	free(csn);
	return e;
}

struct change *change_unpack(const char *bytes, size_t n)
{
	struct reader r = {bytes, bytes + n, false};
	uint32_t kind = get_choice(&r, CHANGE_DELETE), mods;
	char *dn = get_text(&r);
	struct change *c = change_new((enum change_kind)kind, dn);

	entry_free(c->before);
	c->before = get_choice(&r, true) ? get_entry(&r) : NULL;
	mods = get_number(&r);
	for (uint32_t i = 0; i < mods && !r.bad; i++) {
		struct mod *m = array_add(&c->mods);

		m->op = (enum mod_op)get_choice(&r, MOD_REPLACE);
		get_attribute(&r, &m->attribute);
	}
	free(dn);
	if (!r.bad && r.p == r.end)
		return c;
	change_free(c);
	return NULL;
}
