/*
 * The journal's text.  As it comes: it never breaks the reader, and each change in it is
 * written as it was read.  After a first line "change": what is written of that change, by
 * that head, is read again, byte for byte, and nothing secret is in it.
 */
#include <stdlib.h>
#include <strings.h>

#include "core/record.h"
#include "tests/fuzz/fuzz.h"

static bool next_line(void *arg, struct buf *line)
{
	struct input_left *in = arg;
	const char *end = in->n ? memchr(in->p, '\n', in->n) : NULL;

	buf_reset(line);
	if (!end)
		return false;
	buf_add(line, in->p, (size_t)(end - in->p));
	in->n -= (size_t)(end - in->p) + 1;
	in->p = end + 1;
	return true;
}

/* As core/record.c has it, by hand. */
static bool is_secret(const char *name)
{
	static const char *const parts[] = {"password", "passwd", "secret", "pwdhistory",
		"unicodepwd", "krbprincipalkey", "userpkcs12"};
	char *lower = xstrdup(name);
	bool secret = false;

	for (char *p = lower; *p; p++)
		*p = (char)(*p >= 'A' && *p <= 'Z' ? *p + 32 : *p);
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		secret = secret || strstr(lower, parts[i]);
	free(lower);
	return secret;
}

static bool has_secrets(const struct change *c)
{
	for (size_t i = 0; i < c->mods.n; i++)
		if (is_secret(c->mods.v[i].attribute.name))
			return true;
	for (size_t i = 0; c->before && i < c->before->attributes.n; i++)
		if (is_secret(c->before->attributes.v[i].name))
			return true;
	return false;
}

/* Identity and state stand apart in an entry that is read back, whether they came as
 * attributes or not. */
static struct entry *without_state(const struct entry *e)
{
	struct entry *bare = entry_new(e->dn);

	entry_set_state(bare, e->id, e->csn);
	for (size_t i = 0; i < e->attributes.n; i++) {
		const struct attribute *a = &e->attributes.v[i];

		if (strcasecmp(a->name, "entryUUID") == 0 ||
			strcasecmp(a->name, "entryCSN") == 0)
			continue;
		for (size_t k = 0; k < a->values.n; k++)
			entry_add(bare, a->name, a->values.v[k].p, a->values.v[k].n);
	}
	return bare;
}

static bool reads_as(const struct change *written, const struct change *read)
{
	struct change *c = change_copy(written);
	bool same;

	if (written->before) {
		entry_free(c->before);
		c->before = without_state(written->before);
	}
	same = same_change(c, read);
	change_free(c);
	return same;
}

static bool same_text(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static void check_ascii(const struct buf *text)
{
	for (size_t i = 0; i < text->len; i++)
		CHECK(text->s[i] == '\n' || (text->s[i] >= ' ' && text->s[i] <= '~'));
}

static void check_written(const struct record_head *h, const struct change *c)
{
	struct buf out = BUF_INIT;
	struct input_left in;
	struct record_reader *reader;
	const struct record *r;

	record_put_head(h, &out);
	record_put_change(3, c, &out);
	record_put_outcome(3, SETTLED_REFUSED, "t", h->why, &out);
	record_put_end("t", 0, 1, &out);
	check_ascii(&out);
	in = (struct input_left){out.s, out.len};
	reader = record_reader_new(next_line, &in);
	r = record_next(reader);
	CHECK(r->kind == RECORD_HEAD && same_text(r->head.who, h->who) &&
		same_text(r->head.why, h->why));
	r = record_next(reader);
	CHECK(r->kind == RECORD_CHANGE && r->number == 3);
	CHECK(has_secrets(c) || reads_as(c, r->change));
	CHECK(!has_secrets(r->change));
	r = record_next(reader);
	CHECK(r->kind == RECORD_OUTCOME && r->outcome == SETTLED_REFUSED);
	CHECK(h->why[0] == ' ' || h->why[0] == '\t' || h->why[0] == '\n' ||
		h->why[0] == '\v' || h->why[0] == '\f' || h->why[0] == '\r' ||
		same_text(r->note, h->why));
	CHECK(record_next(reader)->kind == RECORD_END);
	CHECK(record_next(reader)->kind == RECORD_EOF);
	CHECK(record_whole(reader) == out.len);
	record_reader_free(reader);
	buf_release(&out);
}

static void read_all(struct input_left in)
{
	const struct record_head head = {.who = (char[]){""}, .why = (char[]){""}};
	struct record_reader *reader = record_reader_new(next_line, &in);
	size_t all = in.n;
	const struct record *r;

	while ((r = record_next(reader))->kind != RECORD_EOF && r->kind != RECORD_BROKEN) {
		if (r->kind != RECORD_CHANGE)
			continue;
		check_written(&head, r->change);
		record_settle(r->change, r->change->before);
		record_settle(r->change, NULL);
	}
	CHECK(record_whole(reader) <= all);
	r = record_next(reader);
	CHECK(r->kind == RECORD_EOF || r->kind == RECORD_BROKEN);
	record_reader_free(reader);
}

/* Of entry `e` when there is one; kind and ops by the bytes of how. */
static struct change *change_of(const char *how, struct entry *before, struct entry *e)
{
	struct change *c = change_new((enum change_kind)((unsigned char)how[0] % 3), e->dn);

	entry_free(c->before);
	c->before = before;
	for (size_t i = 0; c->kind != CHANGE_DELETE && i < e->attributes.n; i++) {
		const struct attribute *a = &e->attributes.v[i];
		struct mod *m = change_mod(c,
			c->kind == CHANGE_ADD
				? MOD_ADD
				: (enum mod_op)((unsigned char)how[how[0] ? 1 : 0] % 3),
			a->name);

		for (size_t k = 0; k < a->values.n; k++)
			mod_value(m, a->values.v[k].p, a->values.v[k].n);
	}
	return c;
}

/* "change", who, why, kind and op, the entry as it was read, the entry of the change. */
static void write_one(struct input_left in)
{
	struct buf first = take_line(&in), who = take_line(&in), why = take_line(&in),
		   how = take_line(&in);
	struct record_head head = {.who = who.s, .why = why.s};
	struct entry *before = take_entry(&in), *e = take_entry(&in);
	struct change *c;

	if (e && !entry_get(before, "dn")) { /* which is no attribute's name */
		c = change_of(how.s, before, e);
		check_written(&head, c);
		change_free(c);
	} else {
		entry_free(before);
	}
	entry_free(e);
	buf_release(&first);
	buf_release(&who);
	buf_release(&why);
	buf_release(&how);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_left in = INPUT_LEFT(data, size);

	if (size > 7 && memcmp(data, "change\n", 7) == 0)
		write_one(in);
	else
		read_all(in);
	return 0;
}
