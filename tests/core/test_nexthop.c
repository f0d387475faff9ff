#include "tests/core/test.h"

#include "core/nexthop.h"

static const struct typed_row {
	const char *name, *typed;
	enum rule rule;
	const char *stored, *shown;
} typed_rows[] = {
	{"name", "mail.old.example", RULE_OK, "[mail.old.example]", "mail.old.example"},
	{"name and port", "mail.old.example:2525", RULE_OK, "[mail.old.example]:2525",
		"mail.old.example:2525"},
	{"port 25 is left out", "mail.old.example:25", RULE_OK, "[mail.old.example]",
		"mail.old.example"},
	{"brackets", "[mail.old.example]", RULE_OK, "[mail.old.example]",
		"mail.old.example"},
	{"brackets and port", "[mail.old.example]:587", RULE_OK, "[mail.old.example]:587",
		"mail.old.example:587"},
	{"transport", "smtp:[mail.old.example]:587", RULE_OK, "[mail.old.example]:587",
		"mail.old.example:587"},
	{"transport relay, capitals", "RELAY:mail.old.example", RULE_OK,
		"[mail.old.example]", "mail.old.example"},
	{"a host called relay", "relay:2525", RULE_OK, "[relay]:2525", "relay:2525"},
	{"a host called relay, alone", "relay", RULE_OK, "[relay]", "relay"},
	{"capitals, trailing dot, spaces", "  Mail.OLD.example. ", RULE_OK,
		"[mail.old.example]", "mail.old.example"},
	{"U-label", "mail.m\xc3\xbcnchen.example:2525", RULE_OK,
		"[mail.xn--mnchen-3ya.example]:2525", "mail.m\xc3\xbcnchen.example:2525"},
	{"IPv4", "192.0.2.25", RULE_OK, "[192.0.2.25]", "192.0.2.25"},
	{"IPv4 and port", "192.0.2.25:2525", RULE_OK, "[192.0.2.25]:2525",
		"192.0.2.25:2525"},
	{"IPv4 in brackets", "[192.0.2.25]:2525", RULE_OK, "[192.0.2.25]:2525",
		"192.0.2.25:2525"},
	{"IPv6", "2001:DB8:0::25", RULE_OK, "[IPv6:2001:db8::25]", "2001:db8::25"},
	{"IPv6 in brackets", "[2001:db8::25]", RULE_OK, "[IPv6:2001:db8::25]",
		"2001:db8::25"},
	{"IPv6 and port", "[2001:db8::25]:587", RULE_OK, "[IPv6:2001:db8::25]:587",
		"[2001:db8::25]:587"},
	{"IPv6 as stored", "[IPv6:2001:db8::25]:587", RULE_OK, "[IPv6:2001:db8::25]:587",
		"[2001:db8::25]:587"},
	{"IPv6 as stored, small letters", "[ipv6:2001:db8::25]", RULE_OK,
		"[IPv6:2001:db8::25]", "2001:db8::25"},
	{"IPv6 without brackets", "IPv6:2001:db8::25", RULE_OK, "[IPv6:2001:db8::25]",
		"2001:db8::25"},
	{"IPv6 mapped", "::ffff:192.0.2.25", RULE_OK, "[IPv6:::ffff:192.0.2.25]",
		"::ffff:192.0.2.25"},
	{"last port", "a.example:65535", RULE_OK, "[a.example]:65535", "a.example:65535"},
	{"port with a zero in front", "a.example:0587", RULE_OK, "[a.example]:587",
		"a.example:587"},
	{"empty", "", RULE_EMPTY, NULL, NULL},
	{"spaces", " \t", RULE_EMPTY, NULL, NULL},
	{"port 0", "a.example:0", RULE_RELAY_PORT, NULL, NULL},
	{"port 65536", "a.example:65536", RULE_RELAY_PORT, NULL, NULL},
	{"port that overflows", "a.example:4294967321", RULE_RELAY_PORT, NULL, NULL},
	{"negative port", "a.example:-25", RULE_RELAY_PORT, NULL, NULL},
	{"service name", "a.example:smtp", RULE_RELAY_PORT, NULL, NULL},
	{"colon and nothing", "a.example:", RULE_RELAY_PORT, NULL, NULL},
	{"proven to stall: evil:[x]", "evil:[x]", RULE_RELAY_MALFORMED, NULL, NULL},
	{"proven to stall: [a:25]", "[a:25]", RULE_RELAY_MALFORMED, NULL, NULL},
	{"proven to stall: []", "[]", RULE_RELAY_MALFORMED, NULL, NULL},
	{"half a bracket", "[a.example", RULE_RELAY_MALFORMED, NULL, NULL},
	{"the other half", "a.example]", RULE_RELAY_MALFORMED, NULL, NULL},
	{"something after the bracket", "[a.example]x:25", RULE_RELAY_MALFORMED, NULL,
		NULL},
	{"two hosts", "a.example, b.example", RULE_RELAY_MALFORMED, NULL, NULL},
	{"an address", "bob@a.example", RULE_RELAY_MALFORMED, NULL, NULL},
	{"at sign in front", "@a.example", RULE_RELAY_MALFORMED, NULL, NULL},
	{"three numbers", "192.0.2", RULE_RELAY_MALFORMED, NULL, NULL},
	{"number too large", "192.0.2.256", RULE_RELAY_MALFORMED, NULL, NULL},
	{"IPv6 with a zone", "fe80::1%eth0", RULE_RELAY_MALFORMED, NULL, NULL},
	{"IPv6 with a port but no brackets, ten groups", "1:2:3:4:5:6:7:8:25",
		RULE_RELAY_MALFORMED, NULL, NULL},
	{"underscore", "a_b.example", RULE_RELAY_MALFORMED, NULL, NULL},
	{"URL", "smtp://a.example", RULE_RELAY_MALFORMED, NULL, NULL},
	{"another transport", "lmtp:a.example:24", RULE_RELAY_MALFORMED, NULL, NULL},
	{"unix socket", "unix:/run/x", RULE_RELAY_PORT, NULL, NULL},
	{"escape sequence", "a\x1b[2J", RULE_RELAY_MALFORMED, NULL, NULL},
};

static void check_typed(void **state)
{
	const struct typed_row *r = *state;
	struct buf stored = BUF_INIT, shown = BUF_INIT;
	struct nexthop hop, again;

	assert_int_equal(nexthop_parse(r->typed, &hop), r->rule);
	if (r->rule != RULE_OK)
		return;
	nexthop_format(&hop, &stored);
	nexthop_shown(&hop, &shown);
	assert_string_equal(stored.s, r->stored);
	assert_string_equal(shown.s, r->shown);

	/* What is shown and what is stored mean the same hop. */
	assert_int_equal(nexthop_parse(shown.s, &again), RULE_OK);
	assert_int_equal(again.kind, hop.kind);
	assert_string_equal(again.host, hop.host);
	assert_int_equal(again.port, hop.port);
	assert_int_equal(nexthop_parse_stored(stored.s, &again), RULE_OK);
	assert_string_equal(again.host, hop.host);
	assert_int_equal(again.port, hop.port);
	buf_release(&stored);
	buf_release(&shown);
}

static const struct stored_row {
	const char *name, *value;
	enum rule rule;
	enum nexthop_kind kind;
	const char *host;
	unsigned port;
} stored_rows[] = {
	{"stored: name", "[mail.old.example]", RULE_OK, NEXTHOP_NAME, "mail.old.example",
		25},
	{"stored: capitals", "[Mail.Old.example]:2525", RULE_OK, NEXTHOP_NAME,
		"mail.old.example", 2525},
	{"stored: IPv4", "[192.0.2.25]", RULE_OK, NEXTHOP_IPV4, "192.0.2.25", 25},
	{"stored: IPv6", "[IPv6:2001:DB8::25]:587", RULE_OK, NEXTHOP_IPV6, "2001:db8::25",
		587},
	{"stored: IPv6 without its mark", "[2001:db8::25]", RULE_OK, NEXTHOP_IPV6,
		"2001:db8::25", 25},
	{"stored: no brackets", "mail.old.example", RULE_RELAY_MALFORMED, 0, NULL, 0},
	{"stored: transport", "smtp:[mail.old.example]", RULE_RELAY_MALFORMED, 0, NULL, 0},
	{"stored: evil:[x]", "evil:[x]", RULE_RELAY_MALFORMED, 0, NULL, 0},
	{"stored: [a:25]", "[a:25]", RULE_RELAY_MALFORMED, 0, NULL, 0},
	{"stored: []", "[]", RULE_RELAY_MALFORMED, 0, NULL, 0},
	{"stored: [", "[", RULE_RELAY_MALFORMED, 0, NULL, 0},
	{"stored: empty", "", RULE_RELAY_MALFORMED, 0, NULL, 0},
	{"stored: colon and nothing", "[a.example]:", RULE_RELAY_MALFORMED, 0, NULL, 0},
	{"stored: port 0", "[a.example]:0", RULE_RELAY_MALFORMED, 0, NULL, 0},
	{"stored: port with a zero in front", "[a.example]:025", RULE_RELAY_MALFORMED, 0,
		NULL, 0},
	{"stored: port 65536", "[a.example]:65536", RULE_RELAY_MALFORMED, 0, NULL, 0},
	{"stored: service", "[a.example]:smtp", RULE_RELAY_MALFORMED, 0, NULL, 0},
	{"stored: space after", "[a.example] ", RULE_RELAY_MALFORMED, 0, NULL, 0},
	{"stored: space inside", "[a example]", RULE_RELAY_MALFORMED, 0, NULL, 0},
	{"stored: two brackets", "[a.example]]", RULE_RELAY_MALFORMED, 0, NULL, 0},
	{"stored: empty label", "[a..example]", RULE_RELAY_MALFORMED, 0, NULL, 0},
	{"stored: trailing dot", "[a.example.]", RULE_RELAY_MALFORMED, 0, NULL, 0},
	{"stored: three numbers", "[1.2.3]", RULE_RELAY_MALFORMED, 0, NULL, 0},
	{"stored: IPv6 that is none", "[IPv6:2001:zz::1]", RULE_RELAY_MALFORMED, 0, NULL,
		0},
	{"stored: U-label", "[m\xc3\xbcnchen.example]", RULE_RELAY_MALFORMED, 0, NULL, 0},
};

static void check_stored(void **state)
{
	const struct stored_row *r = *state;
	struct nexthop hop;

	assert_int_equal(nexthop_parse_stored(r->value, &hop), r->rule);
	if (r->rule != RULE_OK)
		return;
	assert_int_equal(hop.kind, r->kind);
	assert_string_equal(hop.host, r->host);
	assert_int_equal(hop.port, r->port);
}

int main(void)
{
	struct suite s = {0};

	SUITE_ROWS(&s, check_typed, typed_rows);
	SUITE_ROWS(&s, check_stored, stored_rows);
	return suite_run(&s);
}
