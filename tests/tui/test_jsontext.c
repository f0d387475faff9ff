/* Strings of a directory in JSON: true, and safe to show. */
#include "tests/tui/test.h"

#include "tui/jsontext.h"

struct row {
	const char *name;
	const char *raw;
	const char *json;
};

static const struct row rows[] = {
	{"nothing", NULL, "null"},
	{"empty", "", "\"\""},
	{"a word", "bob", "\"bob\""},
	{"quotes", "a\"b\\c", "\"a\\\"b\\\\c\""},
	{"other scripts", "\xc3\xa9 \xd7\xa9 \xe6\x97\xa5 \xf0\x9f\x93\xac",
		"\"\xc3\xa9 \xd7\xa9 \xe6\x97\xa5 \xf0\x9f\x93\xac\""},
	{"a newline", "a\nb", "\"a\\nb\""},
	{"an escape sequence", "\x1b[2J", "\"\\u001B[2J\""},
	{"DEL",
		"a\x7f"
		"b",
		"\"a\\u007Fb\""},
	{"a C1 control, CSI",
		"\xc2\x9b"
		"2J",
		"\"\\u009B2J\""},
	{"a line separator",
		"a\xe2\x80\xa8"
		"b",
		"\"a\\u2028b\""},
	{"right to left from here",
		"\xe2\x80\xae"
		"gpj",
		"\"\\u202Egpj\""},
	{"a character that is none, beyond the first plane", "\xf0\x9f\xbf\xbe",
		"\"\\uD83F\\uDFFE\""},
	{"a replacement character is one", "\xef\xbf\xbd", "\"\xef\xbf\xbd\""},
	{"a byte that is no UTF-8",
		"a\xff"
		"b",
		"\"a\xef\xbf\xbd"
		"b\""},
	{"and beside it a control", "\x1b\xff", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
};

static void is_written(void **state)
{
	const struct row *r = *state;
	struct buf text = BUF_INIT;

	buf_puts(&text, "before ");
	jsontext_add(jsontext(r->raw), JSON_ENCODE_ANY, &text);
	assert_string_equal(text.s + 7, r->json);
	buf_release(&text);
}

static void members_stay_indented(void **state)
{
	struct buf text = BUF_INIT;
	json_t *j = json_object();

	(void)state;
	json_object_set_new(j, "name", jsontext("\xc2\x85"));
	jsontext_add(j, JSON_INDENT(2), &text);
	assert_string_equal(text.s, "{\n  \"name\": \"\\u0085\"\n}");
	buf_release(&text);
}

int main(void)
{
	struct CMUnitTest tests[COUNT_OF(rows) + 1];

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		tests[i] = (struct CMUnitTest){.name = rows[i].name,
			.test_func = is_written,
			.initial_state = (void *)(uintptr_t)&rows[i]};
	tests[COUNT_OF(rows)] = (struct CMUnitTest)cmocka_unit_test(members_stay_indented);
	return _cmocka_run_group_tests("jsontext", tests, COUNT_OF(tests), NULL, NULL);
}
