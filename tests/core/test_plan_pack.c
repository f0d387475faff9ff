/* Changes as bytes and back; changes that have happened. */
#include "tests/core/test.h"

#include "core/plan_pack.h"

static struct change *modify(void)
{
	struct entry *e = entry_of("uid=bob,dc=demo",
		"entryUUID: u1\nentryCSN: c1\nmail: a@x.example\nmail: b@x.example\n");
	struct change *c = change_new(CHANGE_MODIFY, e->dn);
	struct strv mail = words("b@x.example c@x.example"), none = {0};

	change_set(c, e, "mail", &mail);
	change_set(c, e, "description", &none);
	mod_value(change_mod(c, MOD_ADD, "jpegPhoto"), "\0\xff\n", 3);
	strv_release(&mail);
	entry_free(e);
	return c;
}

static struct change *add(void)
{
	struct change *c = change_new(CHANGE_ADD, "uid=bob,dc=demo");

	mod_value(change_mod(c, MOD_ADD, "cn"), "\xc3\xa9", 2);
	return c;
}

static struct change *delete (void)
{
	struct change *c = change_new(CHANGE_DELETE, "uid=bob,dc=demo");

	c->before = entry_of("uid=bob,dc=demo", "entryUUID: u1\ncn: Bob\nsn: B\n");
	return c;
}

static const struct kind_row {
	const char *name;
	struct change *(*make)(void);
} kind_rows[] = {{"pack: modify", modify}, {"pack: add", add}, {"pack: delete", delete}};

static void same_ldif(const struct change *a, const struct change *b)
{
	struct buf x = BUF_INIT, y = BUF_INIT;

	change_ldif(a, &x);
	change_ldif(b, &y);
	assert_string_equal(x.s, y.s);
	buf_release(&x);
	buf_release(&y);
}

static void check_pack(void **state)
{
	const struct kind_row *r = *state;
	struct change *c = r->make(), *back, *undo, *undo_back;
	struct buf packed = BUF_INIT;

	change_pack(c, &packed);
	back = change_unpack(packed.s, packed.len);
	assert_non_null(back);
	assert_int_equal(back->kind, c->kind);
	same_ldif(c, back);
	assert_int_equal(back->before != NULL, c->before != NULL);
	if (c->before) {
		assert_string_equal(back->before->id, c->before->id);
		assert_string_equal(back->before->csn, c->before->csn);
	}
	undo = change_inverse(c);
	undo_back = change_inverse(back);
	same_ldif(undo, undo_back);
	change_free(undo);
	change_free(undo_back);
	change_free(back);
	change_free(c);
	buf_release(&packed);
}

/* Whatever is cut off or added is noticed. */
static void check_damage(void **state)
{
	const struct kind_row *r = *state;
	struct change *c = r->make();
	struct buf packed = BUF_INIT;

	change_pack(c, &packed);
	for (size_t n = 0; n < packed.len; n++)
		assert_null(change_unpack(packed.s, n));
	buf_putc(&packed, 'x');
	assert_null(change_unpack(packed.s, packed.len));
	change_free(c);
	buf_release(&packed);
}

/* Bytes of the right length that are no change. */
static void check_wrong_numbers(void **state)
{
	struct change *c = change_new(CHANGE_ADD, "cn=x");
	struct buf packed = BUF_INIT;
	static const size_t at[] = {0, 12, 20}; /* kind, whether there is a before, op */

	(void)state;
	change_mod(c, MOD_ADD, "cn");
	change_pack(c, &packed);
	for (size_t i = 0; i < COUNT_OF(at); i++) {
		char was = packed.s[at[i]];

		packed.s[at[i]] = 3;
		assert_null(change_unpack(packed.s, packed.len));
		packed.s[at[i]] = was;
	}
	packed.s[8] = '\0'; /* in the DN */
	assert_null(change_unpack(packed.s, packed.len));
	change_free(c);
	buf_release(&packed);
}

static const struct happened_row {
	const char *name, *now; /* NULL: no entry */
	bool modify, delete;
} happened_rows[] = {
	{"happened: all of it", "mail: c@x.example\nmail: b@x.example\n", true, false},
	{"happened: not", "mail: a@x.example\nmail: b@x.example\n", false, false},
	{"happened: half of it", "mail: b@x.example\n", false, false},
	{"happened: and more", "mail: b@x.example\nmail: c@x.example\nmail: d@x.example\n",
		false, false},
	{"happened: gone", NULL, false, true},
};

static void check_happened(void **state)
{
	const struct happened_row *r = *state;
	struct entry *now = r->now ? entry_of("uid=bob,dc=demo", r->now) : NULL;
	struct entry *was =
		entry_of("uid=bob,dc=demo", "mail: a@x.example\nmail: b@x.example\n");
	struct change *c = change_new(CHANGE_MODIFY, was->dn), *gone = delete ();
	struct strv mail = words("b@x.example c@x.example");

	change_set(c, was, "mail", &mail);
	assert_int_equal(change_has_happened(c, now), r->modify);
	assert_int_equal(change_has_happened(gone, now), r->delete);
	change_free(c);
	change_free(gone);
	strv_release(&mail);
	entry_free(was);
	entry_free(now);
}

int main(void)
{
	struct suite s = {0};

	SUITE_ROWS(&s, check_pack, kind_rows);
	SUITE_ROWS(&s, check_damage, kind_rows);
	SUITE_ADD(&s, check_wrong_numbers);
	SUITE_ROWS(&s, check_happened, happened_rows);
	return suite_run(&s);
}
