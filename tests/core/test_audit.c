/* Every rule of the consistency check that is about domains and users: a directory that
 * breaks it, and one that nearly does. */
#include "tests/core/test.h"

#include "core/audit.h"

#define D(name, lines)                                   \
	"associatedDomain=" name ",ou=domains,dc=demo\n" \
	"objectClass: relaisDomain\nassociatedDomain: " name "\n" lines "\n"
#define U(uid, lines) "uid=" uid ",ou=people,dc=demo\nuid: " uid "\n" lines "\n"
#define RELAY "relaisSplitRelay: [192.0.2.25]\n"
#define INTERNAL "relaisRouting: internal\n"
#define EXTERNAL "relaisRouting: external\n"
#define NONE "relaisRouting: none\n"
#define SELECTED "relaisThirdPartyAddress: "

/* Two domains in which nothing is wrong. */
#define M D("m.test", RELAY)
#define N D("n.test", "")
#define POST U("post", INTERNAL "mail: postmaster@m.test\nmail: postmaster@n.test\n")
#define ANN U("ann", INTERNAL "mail: ann@m.test\n")
#define BOB U("bob", EXTERNAL "mail: bob@m.test\n" SELECTED "bob@m.test\n")

struct row {
	const char *name;
	const char *domains, *users;
	const char *expected;
	const char *only;       /* names, NULL: all */
	const char *unresolved; /* a relay's name */
	const char *unanswered; /* another */
	const char *addresses;  /* of every other one */
	bool internal;          /* default_routing */
};

static const struct row rows[] = {
	{.name = "nothing is wrong", .domains = M N, .users = POST ANN BOB, .expected = ""},
	{.name = "nothing is there", .domains = "", .users = "", .expected = ""},

	/* relays */
	{.name = "a relay that would be looked up as an MX",
		.domains = D("m.test", "relaisSplitRelay: old.test:25\n") N,
		.users = POST ANN,
		.expected = "relay-malformed ERROR domain m.test 0 old.test:25 mendable\n"},
	{.name = "a relay that nobody understands",
		.domains = D("m.test", "relaisSplitRelay: evil:[x]\n") N,
		.users = POST ANN,
		.expected = "relay-malformed ERROR domain m.test 0 evil:[x]\n"},
	{.name = "a relay that passes the tables and kills smtp(8)",
		.domains = D("m.test", "relaisSplitRelay: [a:25]\n") N,
		.users = POST ANN,
		.expected = "relay-malformed ERROR domain m.test 0 [a:25]\n"},
	{.name = "a relay with the highest port",
		.domains = D("m.test", "relaisSplitRelay: [old.test]:65535\n") N,
		.users = POST ANN,
		.expected = ""},
	{.name = "a relay with a port too high",
		.domains = D("m.test", "relaisSplitRelay: [old.test]:65536\n") N,
		.users = POST ANN,
		.expected = "relay-malformed ERROR domain m.test 0 [old.test]:65536\n"},
	{.name = "forwarding without a relay",
		.domains = D("m.test", "relaisForwardUnknown: TRUE\n") N,
		.users = POST ANN,
		.expected = "forward-needs-relay ERROR domain m.test 0\n"},
	{.name = "no forwarding without a relay",
		.domains = D("m.test", "relaisForwardUnknown: FALSE\n") N,
		.users = POST ANN,
		.expected = ""},
	{.name = "this machine as relay",
		.domains = D("m.test", "relaisSplitRelay: [192.0.2.1]\n") N,
		.users = POST ANN,
		.expected = "relay-is-local ERROR domain m.test 0 [192.0.2.1]\n"},
	{.name = "this machine as relay, at a port that is not the mail system's",
		.domains = D("m.test", "relaisSplitRelay: [192.0.2.1]:2525\n") N,
		.users = POST ANN,
		.expected = ""},
	{.name = "a relay whose name leads here",
		.domains = D("m.test", "relaisSplitRelay: [old.test]\n") N,
		.users = POST ANN,
		.addresses = "198.51.100.1 192.0.2.1",
		.expected = "relay-is-local ERROR domain m.test 0 [old.test]\n"},
	{.name = "a relay whose name leads elsewhere",
		.domains = D("m.test", "relaisSplitRelay: [old.test]\n") N,
		.users = POST ANN,
		.addresses = "198.51.100.1",
		.expected = ""},
	{.name = "a relay that does not resolve",
		.domains = D("m.test", "relaisSplitRelay: [old.test]:2525\n")
			D("n.test", "relaisSplitRelay: [new.test]\n"),
		.users = POST ANN,
		.unresolved = "old.test",
		.expected = "relay-unresolved ERROR domain m.test 0 old.test\n"},
	{.name = "a relay whose name nobody could look up",
		.domains = D("m.test", "relaisSplitRelay: [old.test]:2525\n")
			D("n.test", "relaisSplitRelay: [new.test]\n"),
		.users = POST ANN,
		.unanswered = "old.test",
		.expected = "relay-unread NOTE domain m.test 0 old.test unread\n"},
	{.name = "a relay that needs no looking up",
		.domains = M N,
		.users = POST ANN,
		.unanswered = "192.0.2.25",
		.expected = ""},

	/* names */
	{.name = "a domain of two entries",
		.domains = M N D("l.test", "associatedDomain: N.Test\n"),
		.users = POST ANN U("l", INTERNAL "mail: postmaster@l.test\n"),
		.expected = "domain-taken ERROR domain n.test 0 n.test "
			    "associatedDomain=l.test,ou=domains,dc=demo\n"},
	{.name = "an alias of its own",
		.domains = D("m.test", RELAY "associatedDomain: n.test\n"),
		.users = POST ANN,
		.expected = ""},
	{.name = "a name that is none",
		.domains = M N D("l_l.test", ""),
		.users = POST ANN U("l", INTERNAL "mail: ann@n.test\n"),
		.expected = "domain-malformed ERROR domain l_l.test 0 l_l.test\n"
			    "postmaster-missing WARNING domain l_l.test 1 "
			    "postmaster@l_l.test (postmaster@l_l.test REJECT)\n"},

	/* postmaster */
	{.name = "nobody is postmaster",
		.domains = M N,
		.users = U("post", INTERNAL "mail: postmaster@m.test\n"),
		.expected = "postmaster-missing WARNING domain n.test 1 postmaster@n.test "
			    "(postmaster@n.test REJECT)\n"},
	{.name = "an alias without postmaster",
		.domains = D("m.test", "associatedDomain: a.test\nassociatedDomain: "
				       "b.test\n"),
		.users = POST,
		.expected =
			"address-not-hosted WARNING user post 0 postmaster@n.test n.test "
			"(postmaster@n.test NOT_HOSTED)\n"
			"postmaster-missing WARNING domain m.test 2 postmaster@a.test "
			"(postmaster@a.test REJECT)\n"},
	{.name = "a postmaster whose mail goes nowhere",
		.domains = N,
		.users = U("post", NONE "mail: postmaster@n.test\n"),
		.expected = "postmaster-missing WARNING domain n.test 1 postmaster@n.test "
			    "(postmaster@n.test REJECT)\n"},
	{.name = "a postmaster on the other system, in capitals",
		.domains = M,
		.users = U("post", EXTERNAL "mail: Postmaster@m.test\n" SELECTED
					    "POSTMASTER@M.test\n"),
		.expected = ""},
	{.name = "the relay decides about the postmaster",
		.domains = D("m.test", RELAY "relaisForwardUnknown: TRUE\n"),
		.users = ANN,
		.expected = ""},

	/* routing */
	{.name = "one user without routing",
		.domains = M N,
		.users = POST U("ann", "mail: ann@m.test\n"),
		.expected = "routing-missing WARNING user ann 1 none\n"},
	{.name = "users without routing are told once a domain",
		.domains = M N,
		.users = POST U("ann", "mail: ann@m.test\nmail: ann@n.test\n") U("bea",
			"mail: bea@m.test\n") U("cy", "mail: cy@n.test\n") U("dee", ""),
		.internal = true,
		.expected = "routing-missing WARNING domain m.test 2 internal\n"
			    "routing-missing WARNING user cy 1 internal\n"},
	{.name = "a routing that is none",
		.domains = M N,
		.users = POST U("ann", "relaisRouting: extern\nmail: ann@m.test\n"),
		.expected = "routing-unknown WARNING user ann 0 extern none "
			    "(ann@m.test REJECT)\n"},
	{.name = "a routing in capitals",
		.domains = M N,
		.users = POST U("ann", "relaisRouting: Internal\nmail: ann@m.test\n"),
		.expected = ""},
	{.name = "forwarding beside third-party users",
		.domains = D("m.test", RELAY "relaisForwardUnknown: TRUE\n"
					     "associatedDomain: a.test\n"),
		.users = BOB U("bea", EXTERNAL
			"mail: bea@m.test\nmail: bea@a.test\n" SELECTED "bea@a.test\n"),
		.expected = "forward-with-external NOTE domain m.test 2\n"},
	{.name = "forwarding without third-party users",
		.domains = D("m.test", RELAY "relaisForwardUnknown: TRUE\n"),
		.users = ANN,
		.expected = ""},

	/* third-party users */
	{.name = "a third-party user where there is no relay",
		.domains = M N,
		.users = POST U("bob",
			EXTERNAL "mail: bob@m.test\nmail: bob@n.test\n" SELECTED
				 "bob@m.test\n" SELECTED "bob@n.test\n"),
		.expected = "external-needs-relay ERROR user bob 0 bob@n.test n.test "
			    "(bob@n.test DEFER)\n"},
	{.name = "an address that is not selected needs no relay",
		.domains = M N,
		.users = POST U("bob", EXTERNAL
			"mail: bob@m.test\nmail: bob@n.test\n" SELECTED "bob@m.test\n"),
		.expected = ""},
	{.name = "a malformed relay is none",
		.domains = D("m.test", "relaisSplitRelay: evil:[x]\n") N,
		.users = POST BOB,
		.expected = "external-needs-relay ERROR user bob 0 bob@m.test m.test "
			    "(bob@m.test DEFER)\n"
			    "relay-malformed ERROR domain m.test 0 evil:[x]\n"},
	{.name = "nothing is selected",
		.domains = M N,
		.users = POST U("bob", EXTERNAL "mail: bob@m.test\n"),
		.expected = "selection-empty ERROR user bob 0 (bob@m.test REJECT)\n"},
	{.name = "another's address is selected",
		.domains = M N,
		.users = POST U("bob", EXTERNAL "mail: bob@m.test\n" SELECTED
						"bob@m.test\n" SELECTED "cy@m.test\n"),
		.expected = "selection-not-own ERROR user bob 0 cy@m.test "
			    "(cy@m.test RELAY [192.0.2.25]) mendable\n"},
	{.name = "only another's address is selected",
		.domains = M N,
		.users =
			POST U("bob", EXTERNAL "mail: bob@m.test\n" SELECTED "cy@m.test\n"),
		.expected = "selection-not-own ERROR user bob 0 cy@m.test "
			    "(cy@m.test RELAY [192.0.2.25])\n"},
	{.name = "the own address is selected, in capitals",
		.domains = M N,
		.users = POST U(
			"bob", EXTERNAL "mail: bob@m.test\n" SELECTED "BOB@M.test\n"),
		.expected = ""},
	{.name = "a selection that routes nothing",
		.domains = M N,
		.users =
			POST U("ann", INTERNAL "mail: ann@m.test\n" SELECTED "cy@n.test\n"),
		.expected = ""},

	/* addresses */
	{.name = "an address of no supervised domain",
		.domains = M N,
		.users = POST U("ann", INTERNAL "mail: ann@m.test\nmail: ann@l.test\n"),
		.expected = "address-not-hosted WARNING user ann 0 ann@l.test l.test "
			    "(ann@l.test NOT_HOSTED)\n"},
	{.name = "a selected one of no supervised domain",
		.domains = M N,
		.users = POST U(
			"bob", EXTERNAL "mail: bob@l.test\n" SELECTED "bob@l.test\n"),
		.expected = "selected-not-hosted ERROR user bob 0 bob@l.test l.test "
			    "(bob@l.test DEFER)\n"},
	{.name = "an address of an alias, in capitals",
		.domains = D("m.test", RELAY "associatedDomain: a.test\n") N,
		.users = POST U("ann", INTERNAL "mail: Ann@A.Test\n")
			U("p", INTERNAL "mail: postmaster@a.test\n"),
		.expected = ""},
	{.name = "addresses that are none",
		.domains = M N,
		.users = POST U("ann",
			INTERNAL "mail: ann@m.test\nmail: ann\nmail: a%b@m.test\nmail: "
				 "\xc3\xa9@m.test\nmail: ann@m_m.test\nmail: "
				 "a@b@m.test\nmail: a/b@m.test\n"),
		.expected = "address-malformed ERROR user ann 0 ann (ann NOT_HOSTED)\n"
			    "address-routed ERROR user ann 0 a%b@m.test "
			    "(a%b@m.test NOT_HOSTED)\n"
			    "address-routed ERROR user ann 0 a@b@m.test "
			    "(a@b@m.test NOT_HOSTED)\n"
			    "address-routed ERROR user ann 0 a/b@m.test "
			    "(a/b@m.test LOCAL)\n"
			    "address-not-ascii ERROR user ann 0 \xc3\xa9@m.test "
			    "(\xc3\xa9@m.test LOCAL)\n"
			    "address-domain-malformed ERROR user ann 0 ann@m_m.test "
			    "(ann@m_m.test NOT_HOSTED)\n"},
	{.name = "odd addresses that are some",
		.domains = M N D("xn--mller-kva.test", ""),
		.users = POST U("ann", INTERNAL "mail: o'ann+x=1@m.test\nmail: "
						"ann@xn--mller-kva.test\nmail: "
						"postmaster@xn--mller-kva.test\n"),
		.expected = ""},
	{.name = "an internal user without address",
		.domains = M N,
		.users = POST U("ann", INTERNAL),
		.expected = "internal-no-address WARNING user ann 0\n"},
	{.name = "a user without mail without address",
		.domains = M N,
		.users = POST U("ann", NONE) U("cy", ""),
		.internal = true,
		.expected = ""},

	/* held twice */
	{.name = "two internal holders",
		.domains = M N,
		.users = POST ANN U("zed", INTERNAL "mail: ANN@m.test\n"),
		.expected = "address-taken ERROR user ann 2 ann@m.test "
			    "uid=zed,ou=people,dc=demo zed (ann@m.test CONFLICT)\n"},
	{.name = "a mailbox here goes before a selection",
		.domains = M N,
		.users = POST BOB U("ann", INTERNAL "mail: ann@m.test\n"
						    "mail: bob@m.test\n"),
		.expected = "address-taken ERROR user ann 2 bob@m.test "
			    "uid=bob,ou=people,dc=demo bob (bob@m.test LOCAL)\n"},
	{.name = "three holders are told once",
		.domains = M N,
		.users = POST ANN U("bea", NONE "mail: ann@m.test\n")
			U("cy", INTERNAL "mail: ann@m.test\n"),
		.expected = "address-taken ERROR user ann 3 ann@m.test "
			    "uid=bea,ou=people,dc=demo bea (ann@m.test CONFLICT)\n"},
	{.name = "the same local part elsewhere",
		.domains = M N,
		.users = POST ANN U("zed", INTERNAL "mail: ann@n.test\n"),
		.expected = ""},
	{.name = "the same address twice in one user",
		.domains = M N,
		.users = POST U("ann", INTERNAL "mail: ann@m.test\nmail: ANN@m.test\n"),
		.expected = ""},

	/* domains named */
	{.name = "only one domain",
		.domains = D("m.test", "relaisForwardUnknown: TRUE\n") N,
		.users = U("ann", INTERNAL "mail: ann@n.test\nmail: a%b@m.test\n")
			U("cy", "mail: cy@m.test\n"),
		.only = "n.test",
		.expected = "postmaster-missing WARNING domain n.test 1 postmaster@n.test "
			    "(postmaster@n.test REJECT)\n"},
	{.name = "only one domain, named by an alias",
		.domains = D("m.test", RELAY "associatedDomain: a.test\n") N,
		.users = POST U("ann", INTERNAL "mail: ann@l.test\nmail: a%b@m.test\n"),
		.only = "a.test",
		.expected = "address-routed ERROR user ann 0 a%b@m.test "
			    "(a%b@m.test NOT_HOSTED)\n"
			    "postmaster-missing WARNING domain m.test 1 postmaster@a.test "
			    "(postmaster@a.test REJECT)\n"},
};

/* ---- running them ---------------------------------------------------------------- */

static const char *const severities[] = {"NOTE", "WARNING", "ERROR"};
static const char *const abouts[] = {"domain", "user", "server", "postfix"};
static const char *const verdicts[] = {
	"LOCAL", "RELAY", "VERIFY", "DEFER", "REJECT", "CONFLICT", "NOT_HOSTED"};

static void found(void *arg, const struct audit_finding *f)
{
	struct buf *out = arg;

	buf_printf(out, "%s %s %s %s %lu", f->id, severities[f->finding.severity],
		abouts[f->about], f->name, f->finding.n);
	for (size_t i = 0; i < 3; i++)
		if (f->finding.arg[i])
			buf_printf(out, " %s", f->finding.arg[i]);
	if (f->address)
		buf_printf(out, " (%s %s%s%s)", f->address, verdicts[f->verdict],
			f->next_hop ? " " : "", f->next_hop ? f->next_hop : "");
	buf_printf(out, "%s%s\n", f->repair == REPAIR_NONE ? "" : " mendable",
		f->unread ? " unread" : "");
}

/* Every entry of a text: its DN, its lines, an empty line. */
static void each(const char *text, struct audit *a,
	void (*give)(struct audit *a, const struct entry *e))
{
	while (*text) {
		size_t dn = strcspn(text, "\n");
		const char *end = strstr(text, "\n\n");
		char *name = xstrndup(text, dn);
		char *lines = xstrndup(text + dn + 1, (size_t)(end + 1 - text) - dn - 1);
		struct entry *e = entry_of(name, lines);

		give(a, e);
		entry_free(e);
		free(lines);
		free(name);
		text = end + 2;
	}
}

static void relays(struct audit *a, const struct row *r)
{
	struct strv hosts = {0}, addresses = {0};

	if (r->addresses)
		addresses = words(r->addresses);
	audit_relays(a, &hosts);
	for (size_t i = 0; i < hosts.n; i++) {
		bool gone = r->unresolved && strcmp(r->unresolved, hosts.v[i]) == 0;

		if (r->unanswered && strcmp(r->unanswered, hosts.v[i]) == 0)
			audit_relay_unread(a, hosts.v[i]);
		else
			audit_relay(a, hosts.v[i], !gone, &addresses);
	}
	if (r->unanswered)
		audit_relay_unread(a, r->unanswered);
	strv_release(&hosts);
	strv_release(&addresses);
}

static void check(void **state)
{
	const struct row *r = *state;
	struct settings settings;
	struct strv own = words("192.0.2.1"), only = words(r->only ? r->only : "");
	struct strv batch = {0};
	struct buf text = BUF_INIT;
	struct audit *a;

	settings_init(&settings);
	if (r->internal)
		settings.users.default_routing = ROUTING_INTERNAL;
	a = audit_new(&settings, &own, &only, found, &text);
	each(r->domains, a, audit_domain);
	audit_domains_read(a);
	each(r->users, a, audit_user);
	while (audit_doubles(a, &batch)) {
		each(r->users, a, audit_holder);
		strv_release(&batch);
	}
	relays(a, r);
	audit_domains_check(a);
	audit_free(a);
	assert_string_equal(text.s, r->expected);
	buf_release(&text);
	strv_release(&own);
	strv_release(&only);
	settings_release(&settings);
}

static void names_nobody_has(void **state)
{
	struct strv only = words("n.test a.test"), out = {0};
	struct settings settings;
	struct audit *a;

	(void)state;
	settings_init(&settings);
	a = audit_new(&settings, NULL, &only, found, NULL);
	each(M N, a, audit_domain);
	audit_domains_read(a);
	audit_unknown_names(a, &out);
	assert_words(&out, "a.test");
	assert_int_equal(audit_domains(a), 1);
	audit_free(a);
	strv_release(&out);
	strv_release(&only);
	settings_release(&settings);
}

static void what_is_asked(void **state)
{
	static const char all[] = "(|(objectClass=inetOrgPerson)"
				  "(&(relaisRouting=external)(relaisThirdPartyAddress=*)))";
	static const char some[] = "(|(&(objectClass=inetOrgPerson)(mail=*@n.test))"
				   "(relaisThirdPartyAddress=*@n.test))";
	struct strv only = words("n.test"), none = {0};
	const struct strv *const which[] = {&none, &only};
	const char *const filters[] = {all, some};
	struct settings settings;

	(void)state;
	settings_init(&settings);
	for (size_t i = 0; i < 2; i++) {
		struct audit *a = audit_new(&settings, NULL, which[i], found, NULL);
		struct buf filter = BUF_INIT;

		each(M N, a, audit_domain);
		audit_domains_read(a);
		audit_users_filter(a, &filter);
		assert_string_equal(filter.s, filters[i]);
		buf_release(&filter);
		audit_free(a);
	}
	strv_release(&only);
	settings_release(&settings);
}

/* More of one kind than anybody reads: told up to a number, counted all. */
static void too_many(void **state)
{
	unsigned long counts[SEVERITY_ERROR + 1], beyond = 0;
	struct settings settings;
	struct buf text = BUF_INIT, line = BUF_INIT;
	struct audit *a;
	size_t lines = 0;

	(void)state;
	settings_init(&settings);
	a = audit_new(&settings, NULL, NULL, found, &text);
	audit_domains_read(a);
	for (unsigned i = 0; i < AUDIT_MOST + 7; i++) {
		struct entry *e;

		buf_reset(&line);
		buf_printf(&line, "mail: u%u\n" NONE, i);
		e = entry_of("uid=u,dc=demo", line.s);
		audit_user(a, e);
		entry_free(e);
	}
	for (const char *p = text.s; (p = strchr(p, '\n')); p++)
		lines++;
	for (size_t i = 0; audit_rule_id(i); i++)
		beyond += audit_beyond(a, i);
	audit_counts(a, counts);
	assert_int_equal(lines, AUDIT_MOST);
	assert_int_equal(beyond, 7);
	assert_int_equal(counts[SEVERITY_ERROR], AUDIT_MOST + 7);
	audit_free(a);
	buf_release(&text);
	buf_release(&line);
	settings_release(&settings);
}

int main(void)
{
	struct suite s = {0};

	SUITE_ROWS(&s, check, rows);
	SUITE_ADD(&s, names_nobody_has);
	SUITE_ADD(&s, what_is_asked);
	SUITE_ADD(&s, too_many);
	return suite_run(&s);
}
