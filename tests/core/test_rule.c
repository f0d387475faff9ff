#include "tests/core/test.h"

static void gravest_at_a_field(void **state)
{
	struct findings f = {0};

	(void)state;
	assert_null(findings_at(&f, FIELD_RELAY));
	findings_add(&f, RULE_RELAY_UNRESOLVED, SEVERITY_WARNING, FIELD_RELAY, 0, "a", NULL,
		NULL);
	findings_add(&f, RULE_FORWARD_WITH_EXTERNAL, SEVERITY_NOTE, FIELD_FORWARD, 3, NULL,
		NULL, NULL);
	findings_add(
		&f, RULE_RELAY_IS_LOCAL, SEVERITY_ERROR, FIELD_RELAY, 0, "b", NULL, NULL);
	findings_add(
		&f, RULE_RELAY_IN_USE, SEVERITY_ERROR, FIELD_RELAY, 2, NULL, NULL, NULL);
	assert_int_equal(findings_at(&f, FIELD_RELAY)->rule, RULE_RELAY_IS_LOCAL);
	assert_int_equal(findings_at(&f, FIELD_FORWARD)->n, 3);
	assert_null(findings_at(&f, FIELD_NAME));
	assert_findings(&f, "RELAY_UNRESOLVED WARNING RELAY 0 a - -\n"
			    "FORWARD_WITH_EXTERNAL NOTE FORWARD 3 - - -\n"
			    "RELAY_IS_LOCAL ERROR RELAY 0 b - -\n"
			    "RELAY_IN_USE ERROR RELAY 2 - - -\n");
	assert_int_equal(f.n, 0);
}

int main(void)
{
	struct suite s = {0};

	SUITE_ADD(&s, gravest_at_a_field);
	return suite_run(&s);
}
