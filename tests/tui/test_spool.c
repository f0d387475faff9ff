/* Changes in a file: written once, run through as often as needed. */
#include "tests/tui/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/sys/spool.h"

static struct change *numbered(size_t n)
{
	struct buf dn = BUF_INIT;
	struct change *c;

	buf_printf(&dn, "uid=u%zu,dc=demo", n);
	c = change_new(CHANGE_MODIFY, dn.s);
	mod_value(change_mod(c, MOD_ADD, "description"), dn.s, dn.len);
	buf_release(&dn);
	return c;
}

static struct spool *filled(size_t n)
{
	struct err err;
	struct spool *s = spool_new(&err);

	assert_non_null(s);
	for (size_t i = 0; i < n; i++) {
		struct change *c = numbered(i);
		char label[30];

		snprintf(label, sizeof(label), "label %zu", i);
		assert_true(spool_add(s, c, label, &err));
		change_free(c);
	}
	assert_int_equal(spool_count(s), n);
	assert_true(spool_rewind(s, &err));
	return s;
}

static void as_they_were(void **state)
{
	enum { N = 20000 };
	struct spool *s = filled(N);
	struct err err = {0};

	(void)state;
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < N; i++) {
			struct buf label = BUF_INIT, wanted = BUF_INIT;
			struct change *c = spool_next(s, &label, &err);

			assert_non_null(c);
			buf_printf(&wanted, "uid=u%zu,dc=demo", i);
			assert_string_equal(c->dn, wanted.s);
			buf_reset(&wanted);
			buf_printf(&wanted, "label %zu", i);
			assert_string_equal(label.s, wanted.s);
			change_free(c);
			buf_release(&label);
			buf_release(&wanted);
		}
		assert_null(spool_next(s, NULL, &err));
		assert_null(spool_next(s, NULL, &err));
		assert_int_equal(err.code, ERR_NONE);
		assert_true(spool_rewind(s, &err));
	}
	spool_free(s);
}

static void as_a_plan(void **state)
{
	struct spool *s = filled(2);
	struct plan *p = spool_plan(s, "why");
	struct buf once = BUF_INIT, twice = BUF_INIT;

	(void)state;
	assert_int_equal(p->total, 2);
	assert_string_equal(p->why, "why");
	plan_ldif(p, &once);
	assert_string_equal(once.s,
		"version: 1\n\n"
		"dn: uid=u0,dc=demo\nchangetype: modify\nadd: description\n"
		"description: uid=u0,dc=demo\n-\n\n"
		"dn: uid=u1,dc=demo\nchangetype: modify\nadd: description\n"
		"description: uid=u1,dc=demo\n-\n\n");
	plan_ldif(p, &twice);
	assert_string_equal(twice.s, once.s);
	plan_free(p);
	spool_free(s);
	buf_release(&once);
	buf_release(&twice);
}

static void nothing(void **state)
{
	struct spool *s = filled(0);
	struct err err = {0};

	(void)state;
	assert_null(spool_next(s, NULL, &err));
	assert_int_equal(err.code, ERR_NONE);
	spool_free(s);
	spool_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_they_were),
		cmocka_unit_test(as_a_plan),
		cmocka_unit_test(nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
