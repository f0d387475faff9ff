#include "tests/core/test.h"

#include "core/dn.h"

static const struct escape_row {
	const char *name, *in;
	size_t n; /* 0: strlen */
	const char *dn, *filter;
} escape_rows[] = {
	{"escape: plain", "acme.example", 0, "acme.example", "acme.example"},
	{"escape: empty", "", 0, "", ""},
	{"escape: DN specials", "a\"b+c,d;e<f>g\\h", 0, "a\\\"b\\+c\\,d\\;e\\<f\\>g\\\\h",
		"a\"b+c,d;e<f>g\\5ch"},
	{"escape: filter specials", "(a*b)", 0, "(a*b)", "\\28a\\2ab\\29"},
	{"escape: injection", "x)(uid=*", 0, "x)(uid=*", "x\\29\\28uid=\\2a"},
	{"escape: outer spaces", "  a  ", 0, "\\  a \\ ", "  a  "},
	{"escape: one space", " ", 0, "\\ ", " "},
	{"escape: leading hash", "#a#", 0, "\\#a#", "#a#"},
	{"escape: equals sign stays", "a=b", 0, "a=b", "a=b"},
	{"escape: NUL", "a\0b", 3, "a\\00b", "a\\00b"},
	{"escape: newline", "a\nb", 0, "a\\0Ab", "a\nb"},
	{"escape: UTF-8 stays", "\xc3\x89lodie", 0, "\xc3\x89lodie", "\xc3\x89lodie"},
	{"escape: Latin-1", "\xc9lodie", 0, "\\C9lodie", "\\c9lodie"},
};

static void check_escape(void **state)
{
	const struct escape_row *r = *state;
	size_t n = r->n ? r->n : strlen(r->in);
	struct buf dn = BUF_INIT, filter = BUF_INIT;

	dn_escape(&dn, r->in, n);
	filter_escape(&filter, r->in, n);
	assert_string_equal(dn.s, r->dn);
	assert_string_equal(filter.s, r->filter);
	buf_release(&dn);
	buf_release(&filter);
}

static const struct rdn_row {
	const char *name, *dn;
	bool ok;
	const char *type, *value, *parent;
} rdn_rows[] = {
	{"rdn: usual", "uid=bob,ou=people,dc=demo", true, "uid", "bob",
		"ou=people,dc=demo"},
	{"rdn: last", "dc=demo", true, "dc", "demo", ""},
	{"rdn: top", "", true, "", "", ""},
	{"rdn: spaces", " cn = Bob Durand , dc=demo", true, "cn", "Bob Durand", "dc=demo"},
	{"rdn: escaped comma", "cn=Durand\\, Bob,dc=demo", true, "cn", "Durand, Bob",
		"dc=demo"},
	{"rdn: hex pair", "cn=Durand\\2C Bob,dc=demo", true, "cn", "Durand, Bob",
		"dc=demo"},
	{"rdn: hex UTF-8", "cn=\\C3\\A9,dc=demo", true, "cn", "\xc3\xa9", "dc=demo"},
	{"rdn: escaped space at the end", "cn=a\\ ,dc=demo", true, "cn", "a ", "dc=demo"},
	{"rdn: first of several", "cn=Bob+uid=bob,dc=demo", true, "cn", "Bob", "dc=demo"},
	{"rdn: escaped plus", "cn=a\\+b,dc=demo", true, "cn", "a+b", "dc=demo"},
	{"rdn: equals sign in the value", "cn=a=b,dc=demo", true, "cn", "a=b", "dc=demo"},
	{"rdn: empty value", "cn=,dc=demo", true, "cn", "", "dc=demo"},
	{"rdn: object identifier", "0.9.2342.19200300.100.1.25=demo", true,
		"0.9.2342.19200300.100.1.25", "demo", ""},
	{"rdn: no equals sign", "bob,dc=demo", false, "", "", "dc=demo"},
	{"rdn: no type", "=bob,dc=demo", false, "", "", "dc=demo"},
	{"rdn: bare quote", "cn=\"a\",dc=demo", false, "", "", "dc=demo"},
	{"rdn: cut escape", "cn=a\\", false, "", "", ""},
};

static void check_rdn(void **state)
{
	const struct rdn_row *r = *state;
	struct buf type = BUF_INIT, value = BUF_INIT;

	assert_int_equal(dn_rdn(r->dn, &type, &value), r->ok);
	assert_string_equal(type.s, r->type);
	assert_string_equal(value.s, r->value);
	assert_string_equal(dn_parent(r->dn), r->parent);
	buf_release(&type);
	buf_release(&value);
}

static const struct within_row {
	const char *name, *dn, *base;
	bool within, same;
} within_rows[] = {
	{"within: itself", "dc=demo", "dc=demo", true, true},
	{"within: below", "uid=bob,ou=people,dc=demo", "dc=demo", true, false},
	{"within: above", "dc=demo", "ou=people,dc=demo", false, false},
	{"within: beside", "ou=a,dc=demo", "ou=b,dc=demo", false, false},
	{"within: case", "UID=Bob,DC=Demo", "uid=bob,dc=demo", true, true},
	{"within: spaces", "uid = bob , dc = demo", "uid=bob,dc=demo", true, true},
	{"within: escapes", "cn=a\\2Cb,dc=demo", "CN=a\\,b,dc=demo", true, true},
	{"within: text that only ends alike", "xdc=demo", "dc=demo", false, false},
	{"within: escaped comma is no separator", "cn=x\\,dc=demo", "dc=demo", false,
		false},
	{"within: top holds all", "dc=demo", "", true, false},
	{"within: top is the top", "", "", true, true},
	{"within: spaces inside count", "cn=a b,dc=demo", "cn=ab,dc=demo", false, false},
	{"within: escaped equals sign", "cn=a\\=b,dc=demo", "cn=a=b,dc=demo", true, true},
};

static void check_within(void **state)
{
	const struct within_row *r = *state;

	assert_int_equal(dn_within(r->dn, r->base), r->within);
	assert_int_equal(dn_same(r->dn, r->base), r->same);
}

static const struct valid_row {
	const char *name, *dn;
	bool valid;
} valid_rows[] = {
	{"valid: usual", "uid=bob,ou=people,dc=demo", true},
	{"valid: the top", "", true},
	{"valid: spaces", " uid = bob , dc=demo ", true},
	{"valid: several attributes, an OID", "cn=a+2.5.4.4=b,dc=demo", true},
	{"valid: empty value", "cn=,dc=demo", true},
	{"valid: escapes", "cn=\\,\\#\\ \\C3\\a9\\\\,dc=demo", true},
	{"valid: hexadecimal", "cn=#04024869,dc=demo", true},
	{"valid: not, only spaces", "  ", false},
	{"valid: not, no equal sign", "bob,dc=demo", false},
	{"valid: not, second one", "uid=bob,demo", false},
	{"valid: not, second attribute", "uid=bob+x,dc=demo", false},
	{"valid: not, type", "d&c=x", false},
	{"valid: not, OID", "2..5=x", false},
	{"valid: not, OID's end", "2.5.=x", false},
	{"valid: not, nothing after a comma", "dc=x, ", false},
	{"valid: not, nothing after a plus", "dc=x+", false},
	{"valid: not, a semicolon", "uid=bob;dc=demo", false},
	{"valid: not, what needs no escape", "dc=\\zz", false},
	{"valid: not, half an escape", "dc=x\\", false},
	{"valid: not, a quote", "dc=\"x\"", false},
	{"valid: not, half a digit", "cn=#0", false},
	{"valid: not, no digits", "cn=#", false},
	{"valid: not, after the digits", "cn=#04x", false},
};

static void check_valid(void **state)
{
	const struct valid_row *r = *state;

	assert_int_equal(dn_valid(r->dn), r->valid);
}

int main(void)
{
	struct suite s = {0};

	SUITE_ROWS(&s, check_escape, escape_rows);
	SUITE_ROWS(&s, check_rdn, rdn_rows);
	SUITE_ROWS(&s, check_within, within_rows);
	SUITE_ROWS(&s, check_valid, valid_rows);
	return suite_run(&s);
}
