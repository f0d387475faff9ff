#include "tests/core/test.h"

#include "core/plan.h"

#define DN "uid=bob,dc=demo"
#define HEAD "dn: " DN "\nchangetype: modify\n"

/* What setting an attribute from one list of words to another writes, and what undoes it.
 */
static const struct set_row {
	const char *name, *was, *is, *ldif, *inverse;
} set_rows[] = {
	{"set: same", "a", "a", "", ""},
	{"set: same, another order", "a b", "b a", "", ""},
	{"set: none and none", "", "", "", ""},
	{"set: first value", "", "a", "add: m\nm: a\n-\n", "delete: m\nm: a\n-\n"},
	{"set: several first values", "", "a b", "add: m\nm: a\nm: b\n-\n",
		"delete: m\nm: a\nm: b\n-\n"},
	{"set: said twice is once", "", "a a", "add: m\nm: a\n-\n", "delete: m\nm: a\n-\n"},
	{"set: cleared", "a", "", "delete: m\n-\n", "add: m\nm: a\n-\n"},
	{"set: several cleared", "a b", "", "delete: m\n-\n", "add: m\nm: a\nm: b\n-\n"},
	{"set: single replaced", "a", "b", "replace: m\nm: b\n-\n",
		"replace: m\nm: a\n-\n"},
	{"set: another case", "a", "A", "replace: m\nm: A\n-\n", "replace: m\nm: a\n-\n"},
	{"set: one added", "a", "a b", "add: m\nm: b\n-\n", "delete: m\nm: b\n-\n"},
	{"set: one of several deleted", "a b c", "a c", "delete: m\nm: b\n-\n",
		"add: m\nm: b\n-\n"},
	{"set: one exchanged", "a b", "a c", "delete: m\nm: b\n-\nadd: m\nm: c\n-\n",
		"delete: m\nm: c\n-\nadd: m\nm: b\n-\n"},
	{"set: one becomes two others", "a", "b c",
		"delete: m\nm: a\n-\nadd: m\nm: b\nm: c\n-\n",
		"delete: m\nm: b\nm: c\n-\nadd: m\nm: a\n-\n"},
};

static struct entry *entry_with(const char *name, const char *values)
{
	struct strv list = words(values);
	struct entry *e = entry_of(DN, "entryUUID: u1\nentryCSN: c1\n");

	for (size_t i = 0; i < list.n; i++)
		entry_add(e, name, list.v[i], strlen(list.v[i]));
	strv_release(&list);
	return e;
}

static void assert_mods(const struct change *c, const char *mods)
{
	struct buf want = BUF_INIT;

	buf_printf(&want, HEAD "%s\n", mods);
	assert_change(change_copy(c), want.s);
	buf_release(&want);
}

/* The same bytes, in whatever order. */
static void assert_result(
	const struct change *c, const char *name, const struct attribute *want)
{
	struct attribute result = {0};
	struct strv list = {0};

	change_result(c, name, &list);
	for (size_t i = 0; i < list.n; i++)
		attribute_add(&result, list.v[i], strlen(list.v[i]));
	assert_true(attribute_same(&result, want));
	attribute_release(&result);
	strv_release(&list);
}

static void check_set(void **state)
{
	const struct set_row *r = *state;
	struct entry *e = entry_with("m", r->was);
	struct strv is = words(r->is);
	struct change *c = change_new(CHANGE_MODIFY, DN), *inverse;

	change_set(c, e, "m", &is);
	assert_mods(c, r->ldif);
	assert_int_equal(c->mods.n == 0, *r->ldif == '\0');
	assert_string_equal(c->before->id, "u1");
	assert_string_equal(c->before->csn, "c1");
	assert_true(change_still_holds(c, e));

	inverse = change_inverse(c);
	assert_mods(inverse, r->inverse);
	assert_string_equal(inverse->before->id, "u1");
	assert_string_equal(inverse->before->csn, "");
	if (c->mods.n)
		assert_result(inverse, "M", entry_get(e, "m"));
	strv_release(&is);
	change_free(inverse);
	change_free(c);
	entry_free(e);
}

/* Whatever is done and undone, the values are what they were. */
static void inverse_restores_exactly(void **state)
{
	struct entry *e = entry_of(DN, "m: B\nm: a\nr: [x]\nother: 1\n");
	struct change *c = change_new(CHANGE_MODIFY, DN), *inverse;
	struct strv m = words("b c"), r = {0}, f = words("TRUE"), out = {0};

	(void)state;
	change_set(c, e, "m", &m);
	change_set(c, e, "r", &r);
	change_set(c, e, "f", &f);
	assert_mods(c, "delete: m\nm: B\nm: a\n-\nadd: m\nm: b\nm: c\n-\n"
		       "delete: r\n-\n"
		       "add: f\nf: TRUE\n-\n");
	change_result(c, "m", &out);
	assert_words(&out, "b c");

	inverse = change_inverse(c);
	assert_mods(inverse, "delete: m\nm: b\nm: c\n-\nadd: m\nm: B\nm: a\n-\n"
			     "add: r\nr: [x]\n-\n"
			     "delete: f\nf: TRUE\n-\n");
	strv_release(&out);
	change_result(inverse, "m", &out);
	assert_words(&out, "B a");
	strv_release(&out);
	change_result(inverse, "f", &out);
	assert_words(&out, "");
	change_free(inverse);
	change_free(c);
	strv_release(&m);
	strv_release(&f);
	entry_free(e);
}

static void inverse_of_raw_bytes(void **state)
{
	struct change *c = change_new(CHANGE_MODIFY, DN), *inverse;
	struct strv none = {0};
	struct entry *e = entry_new(DN);

	(void)state;
	entry_add(e, "photo", "\0\xff", 2);
	change_set(c, e, "photo", &none);
	inverse = change_inverse(c);
	assert_mods(inverse, "add: photo\nphoto:: AP8=\n-\n");
	change_free(inverse);
	change_free(c);
	entry_free(e);
}

static void inverse_of_an_add(void **state)
{
	struct change *c = change_new(CHANGE_ADD, DN), *inverse;
	struct mod *m = change_mod(c, MOD_ADD, "objectClass");

	(void)state;
	mod_value(m, "person", 6);
	mod_value(change_mod(c, MOD_ADD, "cn"), "Bob", 3);
	assert_change(change_copy(c),
		"dn: " DN "\nchangetype: add\nobjectClass: person\ncn: Bob\n\n");
	inverse = change_inverse(c);
	assert_int_equal(inverse->kind, CHANGE_DELETE);
	assert_string_equal(entry_text(inverse->before, "cn"), "Bob");
	assert_change(change_copy(inverse), "dn: " DN "\nchangetype: delete\n\n");
	change_free(c);

	c = change_inverse(inverse);
	assert_change(c, "dn: " DN "\nchangetype: add\nobjectClass: person\ncn: Bob\n\n");
	change_free(inverse);
}

static void inverse_of_a_delete(void **state)
{
	struct change *c = change_new(CHANGE_DELETE, DN);

	(void)state;
	c->before = entry_of(DN, "objectClass: person\ncn: Bob\nmail: b@x\nmail: a@x\n"
				 "entryUUID: u\nentryCSN: c\ncreateTimestamp: t\n"
				 "MODIFIERSNAME: n\nstructuralObjectClass: person\n");
	assert_change(change_inverse(c),
		"dn: " DN "\nchangetype: add\nobjectClass: person\ncn: Bob\n"
		"mail: b@x\nmail: a@x\n\n");
	change_free(c);
}

static const struct holds_row {
	const char *name, *now; /* NULL: gone */
	bool modify, delete, add;
} holds_rows[] = {
	{"holds: as read", "m: a\nm: b\nx: 1\nentryCSN: c1\n", true, true, false},
	{"holds: values in another order", "m: b\nm: a\nx: 1\n", true, true, false},
	{"holds: another attribute", "m: a\nm: b\nx: 2\n", true, false, false},
	{"holds: one more attribute", "m: a\nm: b\nx: 1\ny: 1\n", true, false, false},
	{"holds: the server's own", "m: a\nm: b\nx: 1\nentryCSN: c2\nmodifyTimestamp: 9\n",
		true, true, false},
	{"holds: a touched value", "m: a\nx: 1\n", false, false, false},
	{"holds: gone", NULL, false, false, true},
};

static void check_holds(void **state)
{
	const struct holds_row *r = *state;
	struct entry *read = entry_of(DN, "m: a\nm: b\nx: 1\nentryCSN: c1\n");
	struct entry *now = r->now ? entry_of(DN, r->now) : NULL;
	struct change *modify = change_new(CHANGE_MODIFY, DN);
	struct change *delete = change_new(CHANGE_DELETE, DN);
	struct change *add = change_new(CHANGE_ADD, DN);
	struct strv m = words("a");

	change_set(modify, read, "m", &m);
	delete->before = read;
	assert_int_equal(change_still_holds(modify, now), r->modify);
	assert_int_equal(change_still_holds(delete, now), r->delete);
	assert_int_equal(change_still_holds(add, now), r->add);
	strv_release(&m);
	change_free(modify);
	change_free(delete);
	change_free(add);
	entry_free(now);
}

#define A10 "aaaaaaaaaa"
#define A60 A10 A10 A10 A10 A10 A10

/* RFC 2849: SAFE-STRING, base64, note 2 (folding), note 8 (ends in a space). */
static const struct ldif_row {
	const char *name, *value, *line;
} ldif_rows[] = {
	{"ldif: plain", "Bob", "d: Bob\n"},
	{"ldif: empty", "", "d:\n"},
	{"ldif: inner colon and less-than", "a:b<c", "d: a:b<c\n"},
	{"ldif: leading colon", ":a", "d:: OmE=\n"},
	{"ldif: leading less-than", "<a", "d:: PGE=\n"},
	{"ldif: leading space", " a", "d:: IGE=\n"},
	{"ldif: trailing space", "a ", "d:: YSA=\n"},
	{"ldif: leading hash", "#a", "d: #a\n"},
	{"ldif: newline", "a\nb", "d:: YQpi\n"},
	{"ldif: escape", "\x1b[m", "d:: G1tt\n"},
	{"ldif: UTF-8", "\xc3\x89lodie", "d:: w4lsb2RpZQ==\n"},
	{"ldif: 76 columns", A60 A10 "aaa", "d: " A60 A10 "aaa\n"},
	{"ldif: 77 columns", A60 A10 "aaab", "d: " A60 A10 "aaa\n b\n"},
	{"ldif: two folds", A60 A10 "aaa" A60 A10 "aaaaab",
		"d: " A60 A10 "aaa\n " A60 A10 "aaaaa\n b\n"},
};

static void check_ldif(void **state)
{
	const struct ldif_row *r = *state;
	struct change *c = change_new(CHANGE_ADD, "dc=demo");
	struct buf want = BUF_INIT;

	mod_value(change_mod(c, MOD_ADD, "d"), r->value, strlen(r->value));
	buf_printf(&want, "dn: dc=demo\nchangetype: add\n%s\n", r->line);
	assert_change(c, want.s);
	buf_release(&want);
}

static void ldif_of_a_dn(void **state)
{
	(void)state;
	assert_change(change_new(CHANGE_DELETE, "cn=\xc3\x89lodie,dc=demo"),
		"dn:: Y249w4lsb2RpZSxkYz1kZW1v\nchangetype: delete\n\n");
}

static struct change *set_to(const char *dn, const char *value)
{
	struct entry *e = entry_of(dn, "m: old\n");
	struct change *c = change_new(CHANGE_MODIFY, dn);
	struct strv values = words(value);

	change_set(c, e, "m", &values);
	strv_release(&values);
	entry_free(e);
	return c;
}

static void plan_of_one(void **state)
{
	struct plan *p = plan_of_change(set_to(DN, "new"), "save Bob"), *undo;
	struct buf out = BUF_INIT;

	(void)state;
	assert_int_equal(p->total, 1);
	assert_string_equal(p->why, "save Bob");
	assert_string_equal(p->who, "");
	assert_non_null(p->next(p));
	assert_null(p->next(p));
	p->rewind(p);
	plan_ldif(p, &out);
	assert_string_equal(out.s, "version: 1\n\n" HEAD "replace: m\nm: new\n-\n\n");
	undo = plan_inverse(p);
	assert_string_equal(undo->why, "undo: save Bob");
	buf_reset(&out);
	plan_ldif(undo, &out);
	assert_string_equal(out.s, "version: 1\n\n" HEAD "replace: m\nm: old\n-\n\n");
	assert_non_null(p->next(p));
	buf_release(&out);
	plan_free(undo);
	plan_free(p);
	plan_free(NULL);
}

/* A source of its own, as a bulk change is. */
struct two {
	int at;
	struct change *now;
};

static const struct change *two_next(struct plan *p)
{
	struct two *two = p->source;

	change_free(two->now);
	two->now = NULL;
	if (two->at < 2)
		two->now = set_to(two->at ? "uid=b" : "uid=a", "new");
	two->at++;
	return two->now;
}

static void two_rewind(struct plan *p)
{
	((struct two *)p->source)->at = 0;
}

static void two_release(struct plan *p)
{
	change_free(((struct two *)p->source)->now);
}

static void inverse_goes_backwards(void **state)
{
	struct two two = {0};
	struct plan *p = xcalloc(1, sizeof(*p)), *undo;

	(void)state;
	*p = (struct plan){.who = xstrdup("dn:cn=admin0"),
		.why = xstrdup("both"),
		.total = 2,
		.next = two_next,
		.rewind = two_rewind,
		.release = two_release,
		.source = &two};
	undo = plan_inverse(p);
	assert_int_equal(undo->total, 2);
	assert_string_equal(undo->who, "dn:cn=admin0");
	assert_string_equal(undo->next(undo)->dn, "uid=b");
	assert_string_equal(undo->next(undo)->dn, "uid=a");
	assert_null(undo->next(undo));
	plan_free(undo);
	plan_free(p);
}

int main(void)
{
	struct suite s = {0};

	SUITE_ROWS(&s, check_set, set_rows);
	SUITE_ADD(&s, inverse_restores_exactly);
	SUITE_ADD(&s, inverse_of_raw_bytes);
	SUITE_ADD(&s, inverse_of_an_add);
	SUITE_ADD(&s, inverse_of_a_delete);
	SUITE_ROWS(&s, check_holds, holds_rows);
	SUITE_ROWS(&s, check_ldif, ldif_rows);
	SUITE_ADD(&s, ldif_of_a_dn);
	SUITE_ADD(&s, plan_of_one);
	SUITE_ADD(&s, inverse_goes_backwards);
	return suite_run(&s);
}
