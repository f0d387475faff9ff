/* Whether a change may be taken back: by everything it touched, and by nothing else. */
#include "tests/core/test.h"

#include "core/undo.h"

#define DN "uid=bob,dc=demo"

/* The relay was set from 1 to 2, and x added to the addresses a b. */
static struct change *written(void)
{
	struct entry *before = entry_of(DN, "relay: 1\nmail: a\nmail: b\nentryUUID: u1\n");
	struct change *c = change_new(CHANGE_MODIFY, DN);
	struct strv relay = words("2"), mail = words("a b x");

	change_set(c, before, "relay", &relay);
	change_set(c, before, "mail", &mail);
	strv_release(&relay);
	strv_release(&mail);
	entry_free(before);
	return c;
}

static const struct row {
	const char *name, *now, *overtaken;
} rows[] = {
	{"as it was left", "relay: 2\nmail: a\nmail: b\nmail: x\n", ""},
	{"in another order", "mail: x\nmail: b\nmail: a\nrelay: 2\n", ""},
	{"something else changed", "relay: 2\nmail: a\nmail: b\nmail: x\nsn: New\n", ""},
	{"one changed", "relay: 3\nmail: a\nmail: b\nmail: x\n", "relay"},
	{"both changed", "relay: 1\nmail: a\nmail: b\n", "relay mail"},
	{"another value came", "relay: 2\nmail: a\nmail: b\nmail: x\nmail: y\n", "mail"},
	{"one is gone", "mail: a\nmail: b\nmail: x\n", "relay"},
	{"in another case", "relay: 2\nmail: A\nmail: b\nmail: x\n", "mail"},
};

static void modified(void **state)
{
	const struct row *r = *state;
	struct change *c = written(), *undo = change_inverse(c);
	struct entry *now = entry_of(DN, r->now);
	struct strv names = {0};

	undo_overtaken(undo, now, &names);
	assert_words(&names, r->overtaken);
	assert_false(undo_misses(undo, now));
	strv_release(&names);
	entry_free(now);
	change_free(c);
	change_free(undo);
}

static void the_entry_is_gone(void **state)
{
	struct change *c = written(), *undo = change_inverse(c);
	struct strv names = {0};

	(void)state;
	assert_true(undo_misses(undo, NULL));
	undo_overtaken(undo, NULL, &names);
	assert_words(&names, "relay mail");
	strv_release(&names);
	change_free(c);
	change_free(undo);
}

static struct change *added(void)
{
	struct change *c = change_new(CHANGE_ADD, DN);

	mod_value(change_mod(c, MOD_ADD, "uid"), "bob", 3);
	mod_value(change_mod(c, MOD_ADD, "mail"), "a", 1);
	return c;
}

static const struct row added_rows[] = {
	{"added: as it was left", "uid: bob\nmail: a\nentryUUID: u\ncreatorsName: x\n", ""},
	{"added: a password came", "uid: bob\nmail: a\nuserPassword: x\n", ""},
	{"added: a value changed", "uid: bob\nmail: b\n", "mail"},
	{"added: an attribute came", "uid: bob\nmail: a\nsn: x\n", "sn"},
	{"added: an attribute went", "uid: bob\n", "mail"},
};

static void to_be_deleted(void **state)
{
	const struct row *r = *state;
	struct change *c = added(), *undo = change_inverse(c);
	struct entry *now = entry_of(DN, r->now);
	struct strv names = {0};

	undo_overtaken(undo, now, &names);
	assert_words(&names, r->overtaken);
	assert_false(undo_misses(undo, now));
	assert_true(undo_misses(undo, NULL));
	strv_release(&names);
	entry_free(now);
	change_free(c);
	change_free(undo);
}

static void to_be_added_again(void **state)
{
	struct change *c = change_new(CHANGE_DELETE, DN), *undo;
	struct entry *now = entry_of(DN, "uid: bob\nmail: a\n"), *result;

	(void)state;
	c->before = entry_of(DN, "uid: bob\nmail: a\nmail: b\nentryUUID: u\n");
	undo = change_inverse(c);
	assert_false(undo_misses(undo, NULL));
	assert_true(undo_misses(undo, now));
	result = undo_result(undo, NULL);
	assert_string_equal(result->dn, DN);
	assert_int_equal(result->attributes.n, 2);
	assert_string_equal(entry_text(result, "uid"), "bob");
	assert_int_equal(entry_get(result, "mail")->values.n, 2);
	entry_free(result);
	entry_free(now);
	change_free(c);
	change_free(undo);
}

static void what_it_makes_of_the_entry(void **state)
{
	struct change *c = written(), *undo = change_inverse(c);
	struct entry *now = entry_of(DN, "relay: 2\nmail: a\nmail: b\nmail: x\nsn: New\n");
	struct entry *result = undo_result(undo, now);

	(void)state;
	assert_string_equal(entry_text(result, "relay"), "1");
	assert_string_equal(entry_text(result, "sn"), "New");
	assert_int_equal(entry_get(result, "mail")->values.n, 2);
	assert_true(entry_has_value(result, "mail", "a"));
	assert_true(entry_has_value(result, "mail", "b"));
	entry_free(result);
	entry_free(now);
	change_free(c);
	change_free(undo);
}

int main(void)
{
	struct suite s = {0};

	SUITE_ROWS(&s, modified, rows);
	SUITE_ADD(&s, the_entry_is_gone);
	SUITE_ROWS(&s, to_be_deleted, added_rows);
	SUITE_ADD(&s, to_be_added_again);
	SUITE_ADD(&s, what_it_makes_of_the_entry);
	return suite_run(&s);
}
