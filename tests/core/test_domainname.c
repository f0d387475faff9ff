#include "tests/core/test.h"

#include "core/domainname.h"

#define LABEL63 "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg"

static const struct row {
	const char *name, *typed;
	enum rule rule;
	const char *canonical;
} rows[] = {
	{"plain", "acme.example", RULE_OK, "acme.example"},
	{"capitals", "ACME.Example", RULE_OK, "acme.example"},
	{"outer spaces", "  acme.example\n", RULE_OK, "acme.example"},
	{"trailing dot", "acme.example.", RULE_OK, "acme.example"},
	{"leading at sign", "@acme.example", RULE_OK, "acme.example"},
	{"one label", "intranet", RULE_OK, "intranet"},
	{"digits first", "3com.example", RULE_OK, "3com.example"},
	{"two hyphens", "r3---sn.example", RULE_OK, "r3---sn.example"},
	{"U-label", "m\xc3\xbcnchen.example", RULE_OK, "xn--mnchen-3ya.example"},
	{"U-label, decomposed", "mu\xcc\x88nchen.example", RULE_OK,
		"xn--mnchen-3ya.example"},
	{"U-label, capitals", "M\xc3\x9cNCHEN.example", RULE_OK, "xn--mnchen-3ya.example"},
	{"sharp s is not ss", "fa\xc3\x9f.example", RULE_OK, "xn--fa-hia.example"},
	{"CJK and an ideographic dot", "\xe4\xbe\x8b\xe3\x80\x82\xe4\xbe\x8b", RULE_OK,
		"xn--fsq.xn--fsq"},
	{"full-width", "\xef\xbd\x81.example", RULE_OK, "a.example"},
	{"A-label", "XN--MNCHEN-3YA.example", RULE_OK, "xn--mnchen-3ya.example"},
	{"63 characters", LABEL63 ".example", RULE_OK, LABEL63 ".example"},
	{"empty", "", RULE_EMPTY, ""},
	{"spaces", "  ", RULE_EMPTY, ""},
	{"at sign alone", "@", RULE_EMPTY, ""},
	{"dot alone", ".", RULE_DOMAIN_MALFORMED, ""},
	{"64 characters", LABEL63 "g.example", RULE_DOMAIN_MALFORMED, ""},
	{"254 characters", LABEL63 "." LABEL63 "." LABEL63 "." LABEL63,
		RULE_DOMAIN_MALFORMED, ""},
	{"empty label", "acme..example", RULE_DOMAIN_MALFORMED, ""},
	{"leading dot", ".acme.example", RULE_DOMAIN_MALFORMED, ""},
	{"two trailing dots", "acme.example..", RULE_DOMAIN_MALFORMED, ""},
	{"hyphen first", "-acme.example", RULE_DOMAIN_MALFORMED, ""},
	{"hyphen last", "acme-.example", RULE_DOMAIN_MALFORMED, ""},
	{"underscore", "a_b.example", RULE_DOMAIN_MALFORMED, ""},
	{"inner space", "acme example", RULE_DOMAIN_MALFORMED, ""},
	{"an address", "bob@acme.example", RULE_DOMAIN_MALFORMED, ""},
	{"an IP address", "192.0.2.1", RULE_DOMAIN_MALFORMED, ""},
	{"a bracketed IP address", "[192.0.2.1]", RULE_DOMAIN_MALFORMED, ""},
	{"slash", "acme.example/", RULE_DOMAIN_MALFORMED, ""},
	{"wildcard", "*.example", RULE_DOMAIN_MALFORMED, ""},
	{"A-label that is none", "xn--\x61\x61\x61\x61\x61\x61-.example",
		RULE_DOMAIN_MALFORMED, ""},
	{"emoji", "\xf0\x9f\x91\xa9.example", RULE_DOMAIN_MALFORMED, ""},
	{"Latin-1", "m\xfcnchen.example", RULE_DOMAIN_MALFORMED, ""},
	{"right-to-left override",
		"\xe2\x80\xae"
		"acme.example",
		RULE_DOMAIN_MALFORMED, ""},
};

static void check(void **state)
{
	const struct row *r = *state;
	struct buf out = BUF_INIT;

	buf_puts(&out, "<");
	assert_int_equal(domainname_canonical(r->typed, &out), r->rule);
	assert_string_equal(out.s + 1, r->canonical);
	buf_release(&out);
}

static const struct shown_row {
	const char *name, *canonical, *shown;
} shown_rows[] = {
	{"shown: plain", "acme.example", "acme.example"},
	{"shown: A-label", "xn--mnchen-3ya.example", "m\xc3\xbcnchen.example"},
	{"shown: capitals", "XN--MNCHEN-3YA.EXAMPLE", "m\xc3\xbcnchen.example"},
	{"shown: A-label that is none", "xn--zzzzzz.example", "xn--zzzzzz.example"},
	{"shown: decodes to something unsafe", "xn--acme-ud7a.example",
		"xn--acme-ud7a.example"},
	{"shown: what a directory may hold", "a\x1b[m.example", "a\xef\xbf\xbd[m.example"},
	{"shown: empty", "", ""},
};

static void check_shown(void **state)
{
	const struct shown_row *r = *state;
	struct buf out = BUF_INIT;

	domainname_shown(r->canonical, &out);
	assert_string_equal(out.s, r->shown);
	buf_release(&out);
}

int main(void)
{
	struct suite s = {0};

	SUITE_ROWS(&s, check, rows);
	SUITE_ROWS(&s, check_shown, shown_rows);
	return suite_run(&s);
}
