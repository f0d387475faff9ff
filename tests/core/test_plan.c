#include "tests/core/test.h"

#include "core/plan.h"

static void ldif_of_a_small_change(void **state)
{
	struct entry *e = entry_new("associatedDomain=acme.example,dc=demo");
	struct change *c = change_new(CHANGE_MODIFY, e->dn);
	struct strv relay = {0};
	struct buf out = BUF_INIT;

	(void)state;
	entry_add(e, "relaisSplitRelay", "[192.0.2.25]", 12);
	strv_add(&relay, "[192.0.2.26]");
	change_set(c, e, "relaisSplitRelay", &relay);
	change_ldif(c, &out);
	assert_string_equal(out.s, "dn: associatedDomain=acme.example,dc=demo\n"
				   "changetype: modify\n"
				   "replace: relaisSplitRelay\n"
				   "relaisSplitRelay: [192.0.2.26]\n"
				   "-\n\n");
	buf_release(&out);
	strv_release(&relay);
	change_free(c);
	entry_free(e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ldif_of_a_small_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
