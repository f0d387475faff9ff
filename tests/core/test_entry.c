#include "tests/core/test.h"

#include <stdio.h>
#include <string.h>

#include "core/plan.h"

static void keeps_what_was_read(void **state)
{
	struct entry *e = entry_of("uid=bob,dc=demo", "mail: bob@acme.example\n"
						      "entryUUID: 1-2-3\n"
						      "Mail: BD@acme.example\n"
						      "entryCSN: 2026#7\n");
	const struct attribute *mail = entry_get(e, "MAIL");

	(void)state;
	assert_string_equal(e->dn, "uid=bob,dc=demo");
	assert_string_equal(e->id, "1-2-3");
	assert_string_equal(e->csn, "2026#7");
	assert_int_equal(e->attributes.n, 3);
	assert_string_equal(mail->name, "mail");
	assert_int_equal(mail->values.n, 2);
	assert_string_equal(mail->values.v[1].p, "BD@acme.example");
	assert_string_equal(entry_text(e, "mail"), "bob@acme.example");
	assert_string_equal(entry_text(e, "cn"), "");
	assert_null(entry_get(e, "cn"));
	assert_true(entry_has_value(e, "mail", "bd@ACME.example"));
	assert_false(entry_has_value(e, "mail", "bd@acme.exampl"));
	assert_false(entry_has_value(e, "cn", ""));
	entry_free(e);
	entry_free(NULL);
}

static void keeps_raw_bytes(void **state)
{
	struct entry *e = entry_new("dc=demo"), *copy;
	const struct attribute *a;

	(void)state;
	entry_add(e, "jpegPhoto", "\xff\0\xd8", 3);
	entry_add(e, "jpegPhoto", "", 0);
	entry_set_state(e, "id", "csn");
	copy = entry_copy(e);
	entry_free(e);
	a = entry_get(copy, "jpegPhoto");
	assert_int_equal(a->values.v[0].n, 3);
	assert_memory_equal(a->values.v[0].p, "\xff\0\xd8", 4);
	assert_int_equal(a->values.v[1].n, 0);
	assert_false(entry_has_value(copy, "jpegPhoto", "\xff"));
	assert_string_equal(copy->id, "id");
	assert_string_equal(copy->csn, "csn");
	entry_free(copy);
}

static const struct same_row {
	const char *name, *a, *b;
	bool same;
} same_rows[] = {
	{"same: another order", "m: a\nm: b\n", "m: b\nm: a\n", true},
	{"same: case is a difference", "m: a\n", "m: A\n", false},
	{"same: one more", "m: a\n", "m: a\nm: b\n", false},
	{"same: one less", "m: a\nm: b\n", "m: a\n", false},
	{"same: none and none", "", "", true},
	{"same: none and one", "", "m: a\n", false},
};

static void check_same(void **state)
{
	const struct same_row *r = *state;
	struct entry *a = entry_of("", r->a), *b = entry_of("", r->b);

	assert_int_equal(attribute_same(entry_get(a, "m"), entry_get(b, "m")), r->same);
	entry_free(a);
	entry_free(b);
}

/* With an index: bytes, NUL among them, and what is taken away by a change. */
static void many_values(void **state)
{
	struct entry *e = entry_new("uid=x");
	struct strv all = {0}, now = {0};
	struct change *c = change_new(CHANGE_MODIFY, "uid=x");
	char word[20];

	(void)state;
	for (int i = 0; i < 3000; i++) {
		snprintf(word, sizeof(word), "V%d@x.test", i);
		entry_add(e, "mail", word, strlen(word));
		strv_add(&all, word);
	}
	entry_add(e, "mail", "a\0b", 3);
	assert_true(entry_has_value(e, "mail", "v2999@X.test"));
	assert_false(entry_has_value(e, "mail", "v3000@x.test"));
	assert_true(attribute_holds(entry_get(e, "mail"), "a\0b", 3));
	assert_false(attribute_holds(entry_get(e, "mail"), "a\0c", 3));
	assert_false(attribute_holds(entry_get(e, "mail"), "v1@x.test", 9));
	/* all but the one with a NUL, which the list can't hold, and one more */
	strv_drop(&all, "V17@x.test");
	change_set(c, e, "mail", &all);
	assert_int_equal(c->mods.n, 1);
	assert_int_equal(c->mods.v[0].attribute.values.n, 2);
	change_result(c, "mail", &now);
	assert_true(strv_same_set(&now, &all));
	strv_release(&all);
	strv_release(&now);
	change_free(c);
	entry_free(e);
}

int main(void)
{
	struct suite s = {0};

	SUITE_ADD(&s, keeps_what_was_read);
	SUITE_ADD(&s, keeps_raw_bytes);
	SUITE_ROWS(&s, check_same, same_rows);
	SUITE_ADD(&s, many_values);
	return suite_run(&s);
}
