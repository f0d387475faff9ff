#include "tests/core/test.h"

#include "core/address.h"

#define LOCAL64 "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggg"

static const struct typed_row {
	const char *name, *typed;
	enum rule rule;
	const char *canonical;
} typed_rows[] = {
	{"plain", "bob@acme.example", RULE_OK, "bob@acme.example"},
	{"the local part keeps its case", "Bob.Durand@ACME.Example", RULE_OK,
		"Bob.Durand@acme.example"},
	{"outer spaces", " bob@acme.example\t", RULE_OK, "bob@acme.example"},
	{"trailing dot", "bob@acme.example.", RULE_OK, "bob@acme.example"},
	{"name and brackets", "Bob Durand <bob@acme.example>", RULE_OK, "bob@acme.example"},
	{"quoted name with an at sign", "\"Bob @ home\" <bob@acme.example>", RULE_OK,
		"bob@acme.example"},
	{"brackets and spaces", "< bob@acme.example >", RULE_OK, "bob@acme.example"},
	{"mailto", "mailto:bob@acme.example", RULE_OK, "bob@acme.example"},
	{"mailto with a subject", "MAILTO:bob@acme.example?subject=a@b", RULE_OK,
		"bob@acme.example"},
	{"mailto in brackets", "<mailto:bob@acme.example>", RULE_OK, "bob@acme.example"},
	{"U-label domain", "bob@m\xc3\xbcnchen.example", RULE_OK,
		"bob@xn--mnchen-3ya.example"},
	{"extension", "bob+lists@acme.example", RULE_OK, "bob+lists@acme.example"},
	{"odd but lawful", "o'neil_#{x}=y&z*@acme.example", RULE_OK,
		"o'neil_#{x}=y&z*@acme.example"},
	{"one inner space", "bob durand@acme.example", RULE_OK, "bob durand@acme.example"},
	{"64 characters", LOCAL64 "@acme.example", RULE_OK, LOCAL64 "@acme.example"},
	{"empty", "", RULE_EMPTY, ""},
	{"spaces", "  ", RULE_EMPTY, ""},
	{"empty brackets", "Bob <>", RULE_EMPTY, ""},
	{"no at sign", "bob", RULE_ADDRESS_MALFORMED, ""},
	{"no local part", "@acme.example", RULE_ADDRESS_MALFORMED, ""},
	{"65 characters", LOCAL64 "g@acme.example", RULE_ADDRESS_MALFORMED, ""},
	{"doubled space", "a  b@acme.example", RULE_ADDRESS_MALFORMED, ""},
	{"space before the at sign", "bob @acme.example", RULE_ADDRESS_MALFORMED, ""},
	{"quotes", "\"bob\"@acme.example", RULE_ADDRESS_MALFORMED, ""},
	{"parenthesis", "bob(x)@acme.example", RULE_ADDRESS_MALFORMED, ""},
	{"backslash", "b\\ob@acme.example", RULE_ADDRESS_MALFORMED, ""},
	{"newline inside", "bob\nx@acme.example", RULE_ADDRESS_MALFORMED, ""},
	{"half a bracket", "Bob <bob@acme.example", RULE_ADDRESS_MALFORMED, ""},
	{"percent", "bob%a.example@acme.example", RULE_ADDRESS_ROUTED, ""},
	{"bang", "a.example!bob@acme.example", RULE_ADDRESS_ROUTED, ""},
	{"slash", "a/b@acme.example", RULE_ADDRESS_ROUTED, ""},
	{"second at sign", "bob@x@acme.example", RULE_ADDRESS_ROUTED, ""},
	{"source route", "@a.example,@b.example:bob@acme.example", RULE_ADDRESS_ROUTED, ""},
	{"two addresses", "a@acme.example, b@acme.example", RULE_ADDRESS_ROUTED, ""},
	{"accent in the local part", "\xc3\xa9lodie@acme.example", RULE_ADDRESS_NOT_ASCII,
		""},
	{"no domain", "bob@", RULE_DOMAIN_MALFORMED, ""},
	{"domain malformed", "bob@acme..example", RULE_DOMAIN_MALFORMED, ""},
	{"domain literal", "bob@[192.0.2.1]", RULE_DOMAIN_MALFORMED, ""},
	{"underscore in the domain", "bob@a_b.example", RULE_DOMAIN_MALFORMED, ""},
};

static void check_typed(void **state)
{
	const struct typed_row *r = *state;
	struct buf out = BUF_INIT;

	buf_puts(&out, "<");
	assert_int_equal(address_canonical(r->typed, &out), r->rule);
	assert_string_equal(out.s + 1, r->canonical);
	if (r->rule == RULE_OK)
		assert_int_equal(address_stored_ok(out.s + 1), RULE_OK);
	buf_release(&out);
}

static const struct stored_row {
	const char *name, *value;
	enum rule rule;
} stored_rows[] = {
	{"stored: plain", "bob@acme.example", RULE_OK},
	{"stored: capitals", "Bob@ACME.Example", RULE_OK},
	{"stored: empty", "", RULE_EMPTY},
	{"stored: no at sign", "bob", RULE_ADDRESS_MALFORMED},
	{"stored: leading space", " bob@acme.example", RULE_ADDRESS_MALFORMED},
	{"stored: trailing space", "bob@acme.example ", RULE_DOMAIN_MALFORMED},
	{"stored: trailing dot", "bob@acme.example.", RULE_DOMAIN_MALFORMED},
	{"stored: U-label", "bob@m\xc3\xbcnchen.example", RULE_DOMAIN_MALFORMED},
	{"stored: a name around it", "Bob <bob@acme.example>", RULE_ADDRESS_MALFORMED},
	{"stored: percent", "a%b@acme.example", RULE_ADDRESS_ROUTED},
	{"stored: Latin-1", "\xe9@acme.example", RULE_ADDRESS_NOT_ASCII},
};

static void check_stored(void **state)
{
	const struct stored_row *r = *state;

	assert_int_equal(address_stored_ok(r->value), r->rule);
}

static const struct cut_row {
	const char *name, *key, *delimiters;
	const char *cut; /* NULL: none */
} cut_rows[] = {
	{"cut: extension", "bob+x@acme.example", "+", "bob@acme.example"},
	{"cut: at the first", "bob+x+y@acme.example", "+", "bob@acme.example"},
	{"cut: empty extension", "bob+@acme.example", "+", "bob@acme.example"},
	{"cut: whichever comes first", "bob-x+y@acme.example", "+-", "bob@acme.example"},
	{"cut: not an at sign in the extension", "bob+a@b@acme.example", "+",
		"bob@acme.example"},
	{"cut: none in it", "bob@acme.example", "+", NULL},
	{"cut: no delimiter set", "bob+x@acme.example", "", NULL},
	{"cut: another delimiter", "bob-x@acme.example", "+", NULL},
	{"cut: never before the first character", "+bob@acme.example", "+", NULL},
	{"cut: not in the domain", "bob@a-b.example", "-", NULL},
	{"cut: postmaster", "postmaster@acme.example", "-m", NULL},
	{"cut: postmaster+x is not postmaster", "postmaster+x@acme.example", "+",
		"postmaster@acme.example"},
	{"cut: MAILER-DAEMON", "mailer-daemon@acme.example", "-", NULL},
	{"cut: double-bounce", "double-bounce@acme.example", "-", NULL},
	{"cut: owner-list", "owner-list@acme.example", "-", NULL},
	{"cut: list-request", "list-request@acme.example", "-", NULL},
	{"cut: owner-list, another delimiter", "owner-list+x@acme.example", "+",
		"owner-list@acme.example"},
	{"cut: -request alone", "-request@acme.example", "-", NULL},
	{"cut: without a domain", "bob+x", "+", "bob"},
};

static void check_cut(void **state)
{
	const struct cut_row *r = *state;
	struct buf out = BUF_INIT;

	assert_int_equal(
		address_without_extension(r->key, r->delimiters, &out), r->cut != NULL);
	assert_string_equal(out.s, r->cut ? r->cut : "");
	buf_release(&out);
}

static void parts(void **state)
{
	struct buf key = BUF_INIT, shown = BUF_INIT;

	(void)state;
	assert_string_equal(address_domain("bob@acme.example"), "acme.example");
	assert_string_equal(address_domain("a@b@acme.example"), "acme.example");
	assert_string_equal(address_domain("bob"), "");
	address_key("Bob.\xc3\x89@ACME.example", &key);
	assert_string_equal(key.s, "bob.\xc3\x89@acme.example");
	address_shown("Bob\x1b@xn--mnchen-3ya.example", &shown);
	assert_string_equal(shown.s, "Bob\xef\xbf\xbd@m\xc3\xbcnchen.example");
	buf_reset(&shown);
	address_shown("bob", &shown);
	assert_string_equal(shown.s, "bob");
	buf_release(&key);
	buf_release(&shown);
}

int main(void)
{
	struct suite s = {0};

	SUITE_ROWS(&s, check_typed, typed_rows);
	SUITE_ROWS(&s, check_stored, stored_rows);
	SUITE_ROWS(&s, check_cut, cut_rows);
	SUITE_ADD(&s, parts);
	return suite_run(&s);
}
