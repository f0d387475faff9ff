/* Plans as LDIF: another reader gets the same changes back. */
#include <stdlib.h>

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/ldif_reader.h"

/* A change of an entry's attributes, each a mod; kind and ops by the bytes of the line
 * before it. */
static struct change *take_change(struct input_left *in)
{
	struct buf how = take_line(in);
	struct entry *e = take_entry(in);
	struct change *c;

	if (!e) {
		buf_release(&how);
		return NULL;
	}
	c = change_new((enum change_kind)((unsigned char)how.s[0] % 3), e->dn);
	for (size_t i = 0; c->kind != CHANGE_DELETE && i < e->attributes.n; i++) {
		const struct attribute *a = &e->attributes.v[i];
		unsigned op = i + 1 < how.len ? (unsigned char)how.s[i + 1] % 3 : 0;
		struct mod *m = change_mod(
			c, c->kind == CHANGE_ADD ? MOD_ADD : (enum mod_op)op, a->name);

		for (size_t k = 0; k < a->values.n; k++)
			mod_value(m, a->values.v[k].p, a->values.v[k].n);
	}
	entry_free(e);
	buf_release(&how);
	return c;
}

static void check_ascii(const struct buf *out)
{
	for (size_t i = 0; i < out->len; i++)
		CHECK(out->s[i] == '\n' || (out->s[i] >= ' ' && out->s[i] <= '~'));
}

static bool same_written(const struct change *a, const struct change *b)
{
	if (a->kind != b->kind || strcmp(a->dn, b->dn) != 0 || a->mods.n != b->mods.n)
		return false;
	for (size_t i = 0; i < a->mods.n; i++)
		if (a->mods.v[i].op != b->mods.v[i].op ||
			!same_attribute(&a->mods.v[i].attribute, &b->mods.v[i].attribute))
			return false;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_left in = INPUT_LEFT(data, size);
	struct change *c, *back;
	struct buf out = BUF_INIT;
	struct plan *p;
	const char *text;

	while ((c = take_change(&in))) {
		p = plan_of_change(c, "");
		buf_reset(&out);
		plan_ldif(p, &out);
		check_ascii(&out);
		CHECK(strncmp(out.s, "version: 1\n\n", 12) == 0);
		text = out.s + 12;
		back = ldif_read(&text);
		CHECK(*text == '\0');
		CHECK(same_written(c, back));
		change_free(back);
		plan_free(p);
	}
	buf_release(&out);
	return 0;
}
