#include "tests/core/test.h"

/* One directory for all rows. */
static const struct {
	const char *dn, *lines;
} domain_lines[] = {
	{"ou=a", "associatedDomain: a.example\nassociatedDomain: alias.example\n"
		 "relaisSplitRelay: [a.old.example]:2525\n"},
	{"ou=f", "associatedDomain: f.example\nassociatedDomain: falias.example\n"
		 "relaisSplitRelay: [192.0.2.25]\nrelaisForwardUnknown: TRUE\n"},
	{"ou=n", "associatedDomain: n.example\n"},
	{"ou=u", "associatedDomain: u.example\nrelaisForwardUnknown: TRUE\n"},
	{"ou=m", "associatedDomain: m.example\nrelaisSplitRelay: [a:25]\n"
		 "relaisForwardUnknown: TRUE\n"},
	{"ou=m2", "associatedDomain: m2.example\nrelaisSplitRelay: [a.example]:70000\n"
		  "relaisForwardUnknown: FALSE\n"},
	{"ou=e", "associatedDomain: e.example\nrelaisSplitRelay: evil:[x]\n"
		 "relaisForwardUnknown: TRUE\n"},
	{"ou=d1", "associatedDomain: d.example\nrelaisSplitRelay: [d1.example]\n"
		  "relaisForwardUnknown: TRUE\n"},
	{"ou=d2", "associatedDomain: D.example\nrelaisSplitRelay: [d2.example]\n"
		  "relaisForwardUnknown: TRUE\n"},
	{"ou=h1", "associatedDomain: h.example\n"},
	{"ou=h2", "associatedDomain: h.example\nrelaisSplitRelay: [h2.example]\n"
		  "relaisForwardUnknown: TRUE\n"},
};

static const struct {
	const char *dn, *lines;
} user_lines[] = {
	{"uid=ann", "relaisRouting: internal\nmail: Ann@A.example\nmail: ann@f.example\n"
		    "mail: ann@n.example\nmail: ann@m.example\nmail: ann@d.example\n"
		    "mail: ann@x.example\nmail: both@a.example\nmail: both@f.example\n"
		    "mailAlias: annie@a.example\nmail: two words@a.example\n"
		    "mail: odd%x@a.example\n"},
	{"uid=dup1", "relaisRouting: internal\nmail: dup@a.example\nmail: dup@f.example\n"},
	{"uid=dup2",
		"relaisRouting: internal\nmail: DUP@a.example\nmailAlias: dup@f.example\n"},
	{"uid=tag", "relaisRouting: internal\nmail: bob+in@a.example\n"},
	{"uid=bob",
		"relaisRouting: external\nmail: bob@a.example\nmail: unselected@a.example\n"
		"mail: unselected@f.example\nrelaisThirdPartyAddress: Bob@a.example\n"
		"relaisThirdPartyAddress: bob@alias.example\n"
		"relaisThirdPartyAddress: bob@f.example\n"
		"relaisThirdPartyAddress: bob@n.example\n"
		"relaisThirdPartyAddress: bob@u.example\n"
		"relaisThirdPartyAddress: bob@m.example\n"
		"relaisThirdPartyAddress: bob@m2.example\n"
		"relaisThirdPartyAddress: bob@e.example\n"
		"relaisThirdPartyAddress: bob@d.example\n"
		"relaisThirdPartyAddress: bob@h.example\n"
		"relaisThirdPartyAddress: bob@x.example\n"
		"relaisThirdPartyAddress: both@a.example\n"
		"relaisThirdPartyAddress: both@f.example\n"
		"relaisThirdPartyAddress: ann+out@a.example\n"},
	{"uid=dupx1", "relaisRouting: external\nrelaisThirdPartyAddress: dupx@a.example\n"},
	{"uid=dupx2", "relaisRouting: external\nrelaisThirdPartyAddress: dupx@a.example\n"},
	{"uid=off", "relaisRouting: none\nmail: off@a.example\nmail: off@f.example\n"},
	{"uid=old", "mail: old@a.example\nmail: old@f.example\n"},
};

struct world {
	struct settings settings;
	struct domain domains[COUNT_OF(domain_lines)];
	struct user users[COUNT_OF(user_lines)];
	const struct domain *domain_list[COUNT_OF(domain_lines)];
	const struct user *internal[COUNT_OF(user_lines)], *external[COUNT_OF(user_lines)];
	struct route_facts facts;
};

static void world_init(struct world *w, const char *delimiter, enum routing fallback)
{
	memset(w, 0, sizeof(*w));
	settings_init(&w->settings);
	strv_add(&w->settings.users.addresses, "mailAlias");
	w->settings.users.default_routing = fallback;
	free(w->settings.mail.recipient_delimiter);
	w->settings.mail.recipient_delimiter = xstrdup(delimiter);
	w->facts = (struct route_facts){.settings = &w->settings,
		.domains = w->domain_list,
		.n_domains = COUNT_OF(domain_lines),
		.internal = w->internal,
		.external = w->external};
	for (size_t i = 0; i < COUNT_OF(domain_lines); i++) {
		w->domains[i] = domain_of(domain_lines[i].dn, domain_lines[i].lines);
		w->domain_list[i] = &w->domains[i];
	}
	for (size_t i = 0; i < COUNT_OF(user_lines); i++) {
		struct user *u = &w->users[i];

		*u = user_of(user_lines[i].dn, user_lines[i].lines, &w->settings);
		if (u->routing == ROUTING_INTERNAL)
			w->internal[w->facts.n_internal++] = u;
		if (u->routing == ROUTING_EXTERNAL)
			w->external[w->facts.n_external++] = u;
	}
}

static void world_release(struct world *w)
{
	for (size_t i = 0; i < COUNT_OF(domain_lines); i++)
		domain_release(&w->domains[i]);
	for (size_t i = 0; i < COUNT_OF(user_lines); i++)
		user_release(&w->users[i]);
	settings_release(&w->settings);
}

static void put_or_dash(struct buf *out, const char *s)
{
	buf_printf(out, "%s", s ? s : "-");
}

/* "rule VERDICT smtp next_hop dn" */
static void decision_text(const struct decision *d, struct buf *out)
{
	static const char *const verdicts[] = {[VERDICT_LOCAL] = "LOCAL",
		[VERDICT_RELAY] = "RELAY",
		[VERDICT_VERIFY] = "VERIFY",
		[VERDICT_DEFER] = "DEFER",
		[VERDICT_REJECT] = "REJECT",
		[VERDICT_CONFLICT] = "CONFLICT",
		[VERDICT_NOT_HOSTED] = "NOT_HOSTED"};

	buf_printf(out, "%d %s %s ", d->rule, verdicts[d->verdict], d->smtp);
	put_or_dash(out, d->next_hop);
	buf_putc(out, ' ');
	put_or_dash(out, d->dn);
}

/* A line each: "map key dn attribute", with "!" after it where several answered. */
static void steps_text(const struct decision *d, struct buf *out)
{
	for (size_t i = 0; i < d->n_steps; i++) {
		const struct route_step *step = &d->steps[i];

		buf_printf(out, "%s %s ", route_map_name(step->map), step->key);
		put_or_dash(out, step->dn);
		buf_putc(out, ' ');
		put_or_dash(out, step->attribute);
		buf_puts(out, step->conflict ? " !\n" : "\n");
	}
}

static const struct row {
	const char *name, *address, *decision;
} rows[] = {
	/* 0: held by two of the same routing */
	{"0 two internal holders", "dup@a.example", "0 CONFLICT 451 - uid=dup1"},
	{"0 two internal holders, two attributes, forwarding", "Dup@f.example",
		"0 CONFLICT 451 - uid=dup1"},
	{"0 two internal holders, extension", "dup+x@a.example",
		"0 CONFLICT 451 - uid=dup1"},
	{"0 two external holders", "dupx@a.example", "0 CONFLICT 451 - uid=dupx1"},
	{"0 selected, two entries for the domain", "bob@d.example",
		"0 CONFLICT 451 - uid=bob"},
	{"0 unknown, two entries for the domain", "who@d.example", "0 CONFLICT 451 - -"},
	/* 1: not hosted */
	{"1 another domain", "who@x.example", "1 NOT_HOSTED 554 - -"},
	{"1 internal user's address elsewhere", "ann@x.example",
		"1 NOT_HOSTED 554 - uid=ann"},
	{"1 subdomain of a hosted one", "ann@sub.a.example", "1 NOT_HOSTED 554 - -"},
	{"1 no at sign", "ann", "1 NOT_HOSTED 554 - -"},
	{"1 empty", "", "1 NOT_HOSTED 501 5.1.3 - -"},
	{"1 no domain behind the at sign", "ann@", "1 NOT_HOSTED 501 5.1.3 - -"},
	{"1 two addresses", "ann@a.example, bob@a.example", "1 NOT_HOSTED 501 5.1.3 - -"},
	{"1 postmaster of the machine", "PostMaster", "1 NOT_HOSTED 250 - -"},
	{"1 an IP address", "ann@[192.0.2.1]", "1 NOT_HOSTED 554 - -"},
	{"1 a U-label", "ann@b\xc3\xbc.example", "1 NOT_HOSTED 554 - -"},
	{"1 percent to another domain", "ann%x.example", "1 NOT_HOSTED 554 - uid=ann"},
	/* Routed: refused as unknown where it is, else as a try to relay. */
	{"1 percent, forwards", "ann%x.example@f.example", "1 NOT_HOSTED 554 - -"},
	{"1 bang, forwards", "x.example!ann@f.example", "1 NOT_HOSTED 554 - -"},
	{"1 second at sign, forwards", "ann@a.example@f.example", "1 NOT_HOSTED 554 - -"},
	{"1 percent, and held", "odd%x@a.example", "1 NOT_HOSTED 554 - uid=ann"},
	{"6 percent", "ann%x.example@a.example", "6 REJECT 550 5.1.1 - -"},
	{"6 bang", "x.example!ann@a.example", "6 REJECT 550 5.1.1 - -"},
	{"6 second at sign", "ann@x.example@a.example", "6 REJECT 550 5.1.1 - -"},
	{"6 two bangs", "a.example!x!ann", "6 REJECT 550 5.1.1 - -"},
	{"6 no local part", "@a.example", "6 REJECT 550 5.1.1 - -"},
	{"5 no local part", "@f.example", "5 VERIFY 250 [192.0.2.25] -"},
	/* Other ways to write ann@a.example. */
	{"2 percent", "ann%a.example", "2 LOCAL 250 - uid=ann"},
	{"2 bang", "a.example!ann", "2 LOCAL 250 - uid=ann"},
	{"2 bang, dot", "a.example.!ann", "2 LOCAL 250 - uid=ann"},
	{"2 source route", "@x.example,@y.example:ann@a.example", "2 LOCAL 250 - uid=ann"},
	{"2 quoted", "\"ann\"@a.example", "2 LOCAL 250 - uid=ann"},
	{"2 quoted percent", "\"ann%a.example\"", "2 LOCAL 250 - uid=ann"},
	{"2 backslash", "\"a\\nn\"@a.example", "2 LOCAL 250 - uid=ann"},
	{"2 name and brackets", "Ann Onymous <ann@a.example>", "2 LOCAL 250 - uid=ann"},
	{"2 comment", "(boss) ann@a.example (she)", "2 LOCAL 250 - uid=ann"},
	{"2 blanks at the at sign", "ann @ a.example", "2 LOCAL 250 - uid=ann"},
	{"2 blanks that count once", "\"two  words\"@a.example", "2 LOCAL 250 - uid=ann"},
	/* 4: selected in another's domain: what transport_maps says holds there, too. */
	{"4 another domain", "bob@x.example", "4 DEFER 450 4.3.5 - uid=bob"},
	{"1 a program's option", "-v@a.example", "1 NOT_HOSTED 501 5.1.3 - -"},
	{"1 a program's option, turned round", "a.example!-v",
		"1 NOT_HOSTED 501 5.1.3 - -"},
	{"1 a program's option, quoted", "\"-v\"@a.example", "1 NOT_HOSTED 501 5.1.3 - -"},
	/* 2: internal */
	{"2 plain", "ann@a.example", "2 LOCAL 250 - uid=ann"},
	{"2 case", "ANN@A.EXAMPLE", "2 LOCAL 250 - uid=ann"},
	{"2 trailing dot", "ann@a.example.", "2 LOCAL 250 - uid=ann"},
	{"2 extension", "ann+lists@a.example", "2 LOCAL 250 - uid=ann"},
	{"2 two extensions", "ann+a+b@a.example", "2 LOCAL 250 - uid=ann"},
	{"2 another attribute", "annie@a.example", "2 LOCAL 250 - uid=ann"},
	{"2 where unknown is forwarded", "ann@f.example", "2 LOCAL 250 - uid=ann"},
	{"2 selected by somebody else too", "both@a.example", "2 LOCAL 250 - uid=ann"},
	{"2 the same where unknown is forwarded", "both@f.example",
		"2 LOCAL 250 - uid=ann"},
	{"2 domain without relay", "ann@n.example", "2 LOCAL 250 - uid=ann"},
	{"2 domain with a malformed relay", "ann@m.example", "2 LOCAL 250 - uid=ann"},
	{"2 two entries for the domain", "ann@d.example", "2 LOCAL 250 - uid=ann"},
	{"2 the full key before the short one", "bob+in@a.example",
		"2 LOCAL 250 - uid=tag"},
	/* 3: selected, relay set */
	{"3 plain", "bob@a.example", "3 RELAY 250 [a.old.example]:2525 uid=bob"},
	{"3 case", "BOB@a.Example", "3 RELAY 250 [a.old.example]:2525 uid=bob"},
	{"3 extension", "bob+x@a.example", "3 RELAY 250 [a.old.example]:2525 uid=bob"},
	{"3 alias domain", "bob@alias.example", "3 RELAY 250 [a.old.example]:2525 uid=bob"},
	{"3 another domain's relay, accepted unverified", "bob@f.example",
		"3 RELAY 250 [192.0.2.25] uid=bob"},
	{"3 the full key before an internal short one", "ann+out@a.example",
		"3 RELAY 250 [a.old.example]:2525 uid=bob"},
	{"3 one of two entries has a relay", "bob@h.example",
		"3 RELAY 250 [h2.example] uid=bob"},
	/* 4: selected, no usable relay */
	{"4 no relay", "bob@n.example", "4 DEFER 450 4.3.5 - uid=bob"},
	{"4 no relay, extension", "bob+x@n.example", "4 DEFER 450 4.3.5 - uid=bob"},
	{"4 forwards unknown, no relay", "bob@u.example", "4 DEFER 450 4.3.5 - uid=bob"},
	{"4 malformed, the tables do not take it", "bob@e.example",
		"4 DEFER 450 4.3.5 - uid=bob"},
	{"4 malformed, the tables take it", "bob@m.example", "4 DEFER 250 - uid=bob"},
	{"4 malformed port, the tables take it", "bob@m2.example", "4 DEFER 250 - uid=bob"},
	/* 5: unknown, forwarded */
	{"5 unknown", "who@f.example", "5 VERIFY 250 [192.0.2.25] -"},
	{"5 extension", "who+x@f.example", "5 VERIFY 250 [192.0.2.25] -"},
	{"5 unselected", "unselected@f.example", "5 VERIFY 250 [192.0.2.25] -"},
	{"5 routing none", "off@f.example", "5 VERIFY 250 [192.0.2.25] -"},
	{"5 routing missing", "old@f.example", "5 VERIFY 250 [192.0.2.25] -"},
	{"5 alias domain creates no address", "ann@falias.example",
		"5 VERIFY 250 [192.0.2.25] -"},
	{"5 one of two entries forwards", "who@h.example", "5 VERIFY 250 [h2.example] -"},
	{"5 malformed, the tables take it", "who@m.example", "5 DEFER 450 - -"},
	/* 6: anything else */
	{"6 unknown", "who@a.example", "6 REJECT 550 5.1.1 - -"},
	{"6 unknown, extension", "who+x@a.example", "6 REJECT 550 5.1.1 - -"},
	{"6 unselected", "unselected@a.example", "6 REJECT 550 5.1.1 - -"},
	{"6 routing none", "off@a.example", "6 REJECT 550 5.1.1 - -"},
	{"6 routing missing", "old@a.example", "6 REJECT 550 5.1.1 - -"},
	{"6 alias domain creates no address", "ann@alias.example",
		"6 REJECT 550 5.1.1 - -"},
	{"6 forwards, but has no relay", "who@u.example", "6 REJECT 550 5.1.1 - -"},
	{"6 forwards, malformed, the tables do not take it", "who@e.example",
		"6 REJECT 550 5.1.1 - -"},
	{"6 malformed, does not forward", "who@m2.example", "6 REJECT 550 5.1.1 - -"},
	{"6 no relay", "who@n.example", "6 REJECT 550 5.1.1 - -"},
	{"6 only part of an address", "an@a.example", "6 REJECT 550 5.1.1 - -"},
	{"6 postmaster", "postmaster+x@a.example", "6 REJECT 550 5.1.1 - -"},
};

static void assert_decided(struct world *w, const char *address, const char *want)
{
	struct decision d;
	struct buf text = BUF_INIT;

	route_decide(address, &w->facts, &d);
	decision_text(&d, &text);
	assert_string_equal(text.s, want);
	buf_release(&text);
	decision_release(&d);
}

static void check(void **state)
{
	const struct row *r = *state;
	struct world w;

	world_init(&w, "+", ROUTING_NONE);
	assert_decided(&w, r->address, r->decision);
	world_release(&w);
}

static void delimiters(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, "", ROUTING_NONE);
	assert_decided(&w, "ann+x@a.example", "6 REJECT 550 5.1.1 - -");
	assert_decided(&w, "bob+in@a.example", "2 LOCAL 250 - uid=tag");
	assert_decided(&w, "bob+x@f.example", "5 VERIFY 250 [192.0.2.25] -");
	world_release(&w);
	world_init(&w, "+-", ROUTING_NONE);
	assert_decided(&w, "ann-x+y@a.example", "2 LOCAL 250 - uid=ann");
	world_release(&w);
}

static void default_internal(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, "+", ROUTING_INTERNAL);
	assert_decided(&w, "old@a.example", "2 LOCAL 250 - uid=old");
	assert_decided(&w, "old@f.example", "2 LOCAL 250 - uid=old");
	assert_decided(&w, "off@a.example", "6 REJECT 550 5.1.1 - -");
	world_release(&w);
}

static void nothing_known(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, "+", ROUTING_NONE);
	w.facts.n_domains = 0;
	assert_decided(&w, "ann@a.example", "1 NOT_HOSTED 554 - uid=ann");
	w.facts.n_domains = COUNT_OF(domain_lines);
	w.facts.n_internal = w.facts.n_external = 0;
	assert_decided(&w, "ann@a.example", "6 REJECT 550 5.1.1 - -");
	world_release(&w);
}

/* A user and a domain that are not written yet have no entry. */
static void as_typed_without_entry(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, "+", ROUTING_NONE);
	entry_free(w.domains[0].entry);
	w.domains[0].entry = NULL;
	entry_free(w.users[0].entry);
	w.users[0].entry = NULL;
	assert_decided(&w, "ann@a.example", "2 LOCAL 250 - ");
	world_release(&w);
}

static const struct steps_row {
	const char *name, *address, *steps;
} steps_rows[] = {
	{"steps: not hosted", "bob@x.example",
		"domains x.example - -\n"
		"internal bob@x.example - -\n"
		"thirdparty bob@x.example uid=bob relaisThirdPartyAddress\n"
		"relay x.example - -\n"
		"norelay bob@x.example uid=bob relaisThirdPartyAddress\n"},
	{"steps: no at sign", "bob", ""},
	{"steps: internal", "ann@a.example",
		"domains a.example ou=a associatedDomain\n"
		"recipients ann@a.example uid=ann mail\n"
		"internal ann@a.example uid=ann mail\n"},
	{"steps: internal, another attribute, extension", "annie+x@a.example",
		"domains a.example ou=a associatedDomain\n"
		"recipients annie+x@a.example - -\n"
		"unknown annie+x@a.example - -\n"
		"recipients annie@a.example uid=ann mailAlias\n"
		"internal annie+x@a.example - -\n"
		"thirdparty annie+x@a.example - -\n"
		"internal annie@a.example uid=ann mailAlias\n"},
	{"steps: external", "bob@alias.example",
		"domains alias.example ou=a associatedDomain\n"
		"recipients bob@alias.example uid=bob relaisThirdPartyAddress\n"
		"internal bob@alias.example - -\n"
		"thirdparty bob@alias.example uid=bob relaisThirdPartyAddress\n"
		"relay alias.example ou=a relaisSplitRelay\n"},
	{"steps: external, no relay", "bob@n.example",
		"domains n.example ou=n associatedDomain\n"
		"recipients bob@n.example uid=bob relaisThirdPartyAddress\n"
		"internal bob@n.example - -\n"
		"thirdparty bob@n.example uid=bob relaisThirdPartyAddress\n"
		"relay n.example - -\n"
		"norelay bob@n.example uid=bob relaisThirdPartyAddress\n"},
	{"steps: unknown, forwarded, extension", "who+x@f.example",
		"domains f.example ou=f associatedDomain\n"
		"recipients who+x@f.example - -\n"
		"unknown who+x@f.example ou=f relaisForwardUnknown\n"
		"internal who+x@f.example - -\n"
		"thirdparty who+x@f.example - -\n"
		"internal who@f.example - -\n"
		"thirdparty who@f.example - -\n"
		"unknownrelay f.example ou=f relaisSplitRelay\n"},
	{"steps: refused", "who@a.example",
		"domains a.example ou=a associatedDomain\n"
		"recipients who@a.example - -\n"
		"unknown who@a.example - -\n"},
	{"steps: two internal holders", "dup@a.example",
		"domains a.example ou=a associatedDomain\n"
		"recipients dup@a.example uid=dup1 mail\n"
		"internal dup@a.example uid=dup1 mail !\n"},
	{"steps: two domain entries", "bob@d.example",
		"domains d.example ou=d1 associatedDomain !\n"
		"recipients bob@d.example uid=bob relaisThirdPartyAddress\n"
		"internal bob@d.example - -\n"
		"thirdparty bob@d.example uid=bob relaisThirdPartyAddress\n"
		"relay d.example ou=d1 relaisSplitRelay !\n"},
};

static void check_steps(void **state)
{
	const struct steps_row *r = *state;
	struct world w;
	struct decision d;
	struct buf text = BUF_INIT;

	world_init(&w, "+", ROUTING_NONE);
	route_decide(r->address, &w.facts, &d);
	steps_text(&d, &text);
	assert_string_equal(text.s, r->steps);
	buf_release(&text);
	decision_release(&d);
	world_release(&w);
}

int main(void)
{
	struct suite s = {0};

	SUITE_ROWS(&s, check, rows);
	SUITE_ADD(&s, delimiters);
	SUITE_ADD(&s, default_internal);
	SUITE_ADD(&s, nothing_known);
	SUITE_ADD(&s, as_typed_without_entry);
	SUITE_ROWS(&s, check_steps, steps_rows);
	return suite_run(&s);
}
