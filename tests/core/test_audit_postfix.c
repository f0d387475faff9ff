/* The rules of the consistency check about Postfix and the directory server: texts that
 * break each, and texts that nearly do. */
#include "tests/core/test.h"

#include "core/audit.h"

#define DOMAINS                                                \
	"associatedDomain: m.test\nassociatedDomain: a.test\n" \
	"relaisSplitRelay: [192.0.2.25]\n"
#define IPV6 "associatedDomain: m.test\nrelaisSplitRelay: [IPv6:2001:db8::25]\n"

/* What postconf(1) says of a Postfix set up as `relais postfix` says. */
#define MAPS                                                        \
	"virtual_mailbox_domains = proxy:ldap:/e/ldap-domains.cf\n" \
	"virtual_mailbox_maps = proxy:ldap:/e/ldap-recipients.cf, " \
	"proxy:ldap:/e/ldap-unknown.cf\n"                           \
	"transport_maps = proxy:ldap:/e/ldap-internal.cf, "         \
	"proxy:pipemap:{ldap:/e/ldap-thirdparty.cf,ldap:/e/ldap-relay.cf}\n"
#define CHECKS                                                 \
	"check_recipient_access proxy:ldap:/e/ldap-known.cf, " \
	"check_recipient_access proxy:ldap:/e/ldap-verify.cf"
#define RESTRICTIONS "smtpd_relay_restrictions = " CHECKS ", permit_mynetworks\n"
#define LEVEL "compatibility_level = 3.6\n"
#define NAMES                                                        \
	"mydestination = mx.test, localhost\nmyhostname = mx.test\n" \
	"myorigin = mx.test\nvirtual_alias_domains = \n"
#define NET "inet_protocols = ipv4\n"
#define LMTP "virtual_transport = lmtp:unix:private/dovecot-lmtp\n"
#define CACHE                                                                           \
	"address_verify_negative_expire_time = 2m\n"                                    \
	"address_verify_negative_refresh_time = 120s\nunverified_recipient_reject_code" \
	" = 550\n"
#define DELIMITER "recipient_delimiter = +\n"
#define GOOD LEVEL NAMES NET LMTP CACHE DELIMITER MAPS RESTRICTIONS
#define SERVICES                                                                     \
	"smtp       inet  n       -       y       -       -       smtpd\n"           \
	"rewrite    unix  -       -       y       -       -       trivial-rewrite\n" \
	"virtual    unix  -       n       n       -       -       virtual\n"         \
	"lmtp       unix  -       -       y       -       -       lmtp\n"

struct row {
	const char *name;
	const char *parameters;
	const char *services;  /* NULL: SERVICES */
	const char *overrides; /* NULL: none */
	const char *domains;   /* NULL: DOMAINS */
	const char *text;      /* of the table relay; NULL: as expected; "": unreadable */
	bool no_table;
	const char *expected;
};

#define CACHE_OF(expire, refresh, code)                        \
	"address_verify_negative_expire_time = " expire "\n"   \
	"address_verify_negative_refresh_time = " refresh "\n" \
	"unverified_recipient_reject_code = " code "\n"
#define WITH_CACHE(cache) LEVEL NAMES NET LMTP cache DELIMITER MAPS RESTRICTIONS
#define WITH_NAMES(names) LEVEL names NET LMTP CACHE DELIMITER MAPS RESTRICTIONS

static const struct row rows[] = {
	{.name = "nothing is wrong", .parameters = GOOD, .expected = ""},
	{.name = "none of the tables in use",
		.parameters = "myhostname = m.test\nmydestination = m.test\n",
		.no_table = true,
		.expected = "postfix-unused NOTE\n"},

	{.name = "a domain in mydestination",
		.parameters = WITH_NAMES("mydestination = mx.test, M.Test localhost\n"),
		.expected = "postfix-local-class ERROR m.test mydestination\n"},
	{.name = "a domain's namesake in mydestination",
		.parameters = WITH_NAMES("mydestination = mx.m.test, m.test.example\n"),
		.expected = ""},
	{.name = "an alias in virtual_alias_domains",
		.parameters = WITH_NAMES("virtual_alias_domains = b.test,a.test\n"),
		.expected = "postfix-local-class ERROR a.test virtual_alias_domains\n"},
	{.name = "a domain that is myhostname",
		.parameters = WITH_NAMES("myhostname = m.test\n"),
		.expected = "postfix-local-class ERROR m.test myhostname\n"},
	{.name = "a domain that is myorigin",
		.parameters = WITH_NAMES("myhostname = mx.test\nmyorigin = m.test\n"),
		.expected = "postfix-origin ERROR m.test myorigin\n"},
	{.name = "a table in mydestination",
		.parameters = WITH_NAMES("mydestination = mx.test, hash:/etc/mine\n"),
		.expected = "postfix-unread NOTE hash:/etc/mine mydestination\n"},

	{.name = "an IPv6 relay without IPv6",
		.parameters = GOOD,
		.domains = IPV6,
		.expected = "postfix-no-ipv6 ERROR [IPv6:2001:db8::25] ipv4\n"},
	{.name = "an IPv6 relay with both",
		.parameters = LEVEL NAMES
		"inet_protocols = ipv4, ipv6\n" LMTP CACHE DELIMITER MAPS RESTRICTIONS,
		.domains = IPV6,
		.expected = ""},
	{.name = "an IPv6 relay with all",
		.parameters = LEVEL NAMES
		"inet_protocols = all\n" LMTP CACHE DELIMITER MAPS RESTRICTIONS,
		.domains = IPV6,
		.expected = ""},

	{.name = "a chrooted smtpd without proxy:",
		.parameters = LEVEL NAMES NET LMTP CACHE DELIMITER RESTRICTIONS
		"virtual_mailbox_maps = ldap:/e/ldap-relay.cf\n",
		.expected = "postfix-chroot ERROR smtp ldap:/e/ldap-relay.cf "
			    "virtual_mailbox_maps\n"},
	{.name = "a chrooted trivial-rewrite without proxy:",
		.parameters = LEVEL NAMES NET LMTP CACHE DELIMITER RESTRICTIONS
		"transport_maps = pipemap:{ldap:/e/ldap-known.cf,ldap:/e/ldap-relay.cf}\n",
		.expected = "postfix-chroot ERROR rewrite ldap:/e/ldap-known.cf "
			    "transport_maps\n"},
	{.name = "no chroot, without proxy:",
		.parameters = LEVEL NAMES NET LMTP CACHE DELIMITER RESTRICTIONS
		"virtual_mailbox_maps = ldap:/e/ldap-relay.cf\n",
		.services = "smtp inet n - n - - smtpd\n",
		.expected = ""},
	{.name = "the default of chroot is no",
		.parameters = LEVEL NAMES NET LMTP CACHE DELIMITER RESTRICTIONS
		"virtual_mailbox_maps = ldap:/e/ldap-relay.cf\n",
		.services = "smtp inet n - - - - smtpd\n",
		.expected = ""},
	{.name = "and was yes",
		.parameters = "compatibility_level = 0\n" NAMES NET LMTP CACHE DELIMITER
			RESTRICTIONS "virtual_mailbox_maps = ldap:/e/ldap-relay.cf\n",
		.services = "smtp inet n - - - - smtpd\n",
		.expected = "postfix-chroot ERROR smtp ldap:/e/ldap-relay.cf "
			    "virtual_mailbox_maps\n"},

	{.name = "Postfix's own times and code",
		.parameters = WITH_CACHE(CACHE_OF("3d", "3h", "450")),
		.expected = "postfix-verification WARNING "
			    "address_verify_negative_refresh_time 3h 2m\n"
			    "postfix-verification WARNING "
			    "address_verify_negative_expire_time 3d 2m\n"
			    "postfix-verification WARNING unverified_recipient_reject_code "
			    "450 550\n"},
	{.name = "refusals remembered for longer",
		.parameters = WITH_CACHE(CACHE_OF("3m", "2m", "550")),
		.expected = "postfix-verification WARNING "
			    "address_verify_negative_expire_time 3m 2m\n"},
	{.name = "the default's unit",
		.parameters = WITH_CACHE(CACHE_OF("2", "2m", "550")),
		.expected = "postfix-verification WARNING "
			    "address_verify_negative_expire_time 2 2m\n"},
	{.name = "refusals remembered for less",
		.parameters = WITH_CACHE(CACHE_OF("60s", "2m", "550")),
		.expected = ""},

	{.name = "virtual(8)",
		.parameters = LEVEL NAMES NET
		"virtual_transport = virtual\n" CACHE DELIMITER MAPS RESTRICTIONS,
		.expected = "postfix-virtual ERROR virtual\n"},
	{.name = "virtual(8) by another name",
		.parameters = LEVEL NAMES NET
		"virtual_transport = boxes:\n" CACHE DELIMITER MAPS RESTRICTIONS,
		.services = SERVICES "boxes unix - n n - - virtual\n",
		.expected = "postfix-virtual ERROR boxes:\n"},
	{.name = "another service called virtual",
		.parameters = LEVEL NAMES NET
		"virtual_transport = virtual\n" CACHE DELIMITER MAPS RESTRICTIONS,
		.services = "virtual unix - n n - - pipe\n",
		.expected = ""},

	{.name = "a submission service without the checks",
		.parameters = GOOD,
		.overrides = "submission/inet/smtpd_relay_restrictions = "
			     "permit_sasl_authenticated,reject\n"
			     "submission/inet/smtpd_sasl_auth_enable = yes\n",
		.expected = "postfix-unchecked ERROR submission "
			    "permit_sasl_authenticated,reject\n"},
	{.name = "a submission service with one of them",
		.parameters = GOOD,
		.overrides = "587/inet/smtpd_relay_restrictions = check_recipient_access "
			     "proxy:ldap:/e/ldap-known.cf, reject\n",
		.expected = "postfix-unchecked ERROR 587 check_recipient_access "
			    "proxy:ldap:/e/ldap-known.cf, reject\n"},
	{.name = "a submission service with both",
		.parameters = GOOD,
		.overrides = "submission/inet/smtpd_relay_restrictions = " CHECKS
			     ", reject\nsubmission/inet/syslog_name = x\n",
		.expected = ""},
	{.name = "main.cf itself without them",
		.parameters = LEVEL NAMES NET LMTP CACHE DELIMITER MAPS
		"smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n",
		.expected = "postfix-unchecked ERROR main.cf permit_mynetworks, "
			    "reject_unauth_destination\n"},

	{.name = "a table of before",
		.parameters = GOOD,
		.text = "# Written by relais\nserver_host = ldapi://\nbind_pw = x\n",
		.expected = "postfix-table ERROR /e/ldap-relay.cf\n"},
	{.name = "a table with one line less",
		.parameters = GOOD,
		.text = "server_host = ldap://new\n",
		.expected = "postfix-table ERROR /e/ldap-relay.cf\n"},
	{.name = "another comment and password",
		.parameters = GOOD,
		.text = "# Written by relais of old\n\nserver_host = ldap://new\n"
			"version = 3\nbind_pw = other\n",
		.expected = ""},
	{.name = "a table that cannot be read",
		.parameters = GOOD,
		.text = "",
		.expected = "postfix-unread NOTE /e/ldap-relay.cf\n"},

	{.name = "no delimiter",
		.parameters = LEVEL NAMES NET LMTP CACHE
		"recipient_delimiter = \n" MAPS RESTRICTIONS,
		.expected = "postfix-delimiter WARNING  +\n"},
	{.name = "another delimiter",
		.parameters = LEVEL NAMES NET LMTP CACHE
		"recipient_delimiter = +-\n" MAPS RESTRICTIONS,
		.expected = "postfix-delimiter WARNING +- +\n"},
};

/* ---- running them ---------------------------------------------------------------- */

static const char *const severities[] = {"NOTE", "WARNING", "ERROR"};

static void found(void *arg, const struct audit_finding *f)
{
	struct buf *out = arg;

	buf_printf(out, "%s %s", f->id, severities[f->finding.severity]);
	for (size_t i = 0; i < 3; i++)
		if (f->finding.arg[i])
			buf_printf(out, " %s", f->finding.arg[i]);
	buf_putc(out, '\n');
}

static struct audit *audit_of(
	const struct settings *settings, const char *domain, struct buf *out)
{
	struct audit *a = audit_new(settings, NULL, NULL, found, out);
	struct entry *e = entry_of("associatedDomain=m.test,dc=demo", domain);

	audit_domain(a, e);
	audit_domains_read(a);
	entry_free(e);
	return a;
}

static void check(void **state)
{
	static const char expected[] = "# Written by relais: ...\nserver_host = "
				       "ldap://new\nversion = 3\nbind_pw = \n";
	const struct row *r = *state;
	const char *text = !r->text ? expected : *r->text ? r->text : NULL;
	const struct audit_table tables[] = {{"relay", "/e/ldap-relay.cf", text, expected},
		{"known", "/e/ldap-known.cf", expected, expected},
		{"verify", "/e/ldap-verify.cf", expected, expected}};
	const struct audit_postfix p = {r->parameters, r->services ? r->services : SERVICES,
		r->overrides ? r->overrides : "", tables,
		r->no_table ? 0 : COUNT_OF(tables)};
	struct settings settings;
	struct buf out = BUF_INIT;
	struct audit *a;

	settings_init(&settings);
	a = audit_of(&settings, r->domains ? r->domains : DOMAINS, &out);
	audit_postfix(a, &p);
	audit_free(a);
	assert_string_equal(out.s, r->expected);
	buf_release(&out);
	settings_release(&settings);
}

static void files_named(void **state)
{
	struct strv files = {0};

	(void)state;
	audit_postfix_files(
		"a = proxy:ldap:/e/ldap-a.cf,hash:/x\nb = "
		"proxy:pipemap:{ldap:/e/b,ldap:/e/c} "
		"check_x ldap:/e/b\nc = xldap:/n, ldap:relative, inline:{x=y}\n",
		&files);
	assert_words(&files, "/e/ldap-a.cf /e/b /e/c");
	strv_release(&files);
}

static void postconf_does_not_answer(void **state)
{
	struct settings settings;
	struct buf out = BUF_INIT;
	struct audit *a;

	(void)state;
	settings_init(&settings);
	a = audit_of(&settings, DOMAINS, &out);
	audit_postfix(a, NULL);
	audit_free(a);
	assert_string_equal(out.s, "postfix-unread NOTE postconf\n");
	buf_release(&out);
	settings_release(&settings);
}

/* ---- the server -------------------------------------------------------------------- */

#define TYPE(name) "( 1.2 NAME '" name "' DESC 'x' SYNTAX 1 )|"
#define TYPES                                                    \
	TYPE("relaisSplitRelay")                                 \
	TYPE("RelaisForwardUnknown")                             \
	TYPE("relaisRouting")                                    \
	"( 1.3 NAME ( 'x' 'relaisThirdPartyAddress' ) SYNTAX 1 " \
	")|" TYPE("associatedDomain") "( 0.9 NAME ( 'mail' "     \
				      "'rfc822Mailbox' ) DESC "  \
				      "'x' )|"
#define CLASSES TYPE("relaisDomain") TYPE("relaisUser")
#define INDEXES                                                                \
	"objectClass eq|associatedDomain eq,sub|mail,relaisThirdPartyAddress " \
	"eq,sub|relaisRouting eq|relaisForwardUnknown eq|relaisSplitRelay "    \
	"eq,sub|entryUUID,entryCSN eq|"
#define UNIQUE                                                                 \
	"serialize ldap:///?mail,relaisThirdPartyAddress?sub?(objectClass=*)|" \
	"serialize ldap:///?associatedDomain?sub?(objectClass=relaisDomain)|"
#define CONSTRAINTS                                              \
	"relaisSplitRelay regex ^x$|associatedDomain regex ^y$|" \
	"mail,relaisThirdPartyAddress regex ^z$|relaisRouting regex ^(a|b)$|"

static const struct server_row {
	const char *name;
	const char *types, *classes;                /* "|" ends each; NULL: not read */
	const char *indexes, *unique, *constraints; /* NULL: not read */
	const char *expected;
} servers[] = {
	{"a server as it should be", TYPES, CLASSES, INDEXES, UNIQUE, CONSTRAINTS, ""},
	{"a server without the schema", TYPE("associatedDomain") TYPE("mail"),
		TYPE("person"), INDEXES, UNIQUE, CONSTRAINTS,
		"schema-missing ERROR relaisSplitRelay\n"
		"schema-missing ERROR relaisForwardUnknown\n"
		"schema-missing ERROR relaisRouting\n"
		"schema-missing ERROR relaisThirdPartyAddress\n"
		"schema-missing ERROR relaisDomain\nschema-missing ERROR relaisUser\n"},
	{"an attribute of nearly that name", TYPES,
		TYPE("relaisDomainX") TYPE("relaisUser"), INDEXES, UNIQUE, CONSTRAINTS,
		"schema-missing ERROR relaisDomain\n"},
	{"no overlay", TYPES, CLASSES, INDEXES, "", "",
		"overlay-missing WARNING unique mail, relaisThirdPartyAddress, "
		"associatedDomain\n"
		"overlay-missing WARNING constraint mail, relaisThirdPartyAddress, "
		"relaisSplitRelay, associatedDomain, relaisRouting\n"},
	{"an overlay that lacks one attribute", TYPES, CLASSES, INDEXES,
		"ldap:///?mail,relaisThirdPartyAddress?sub|", CONSTRAINTS,
		"overlay-missing WARNING unique associatedDomain\n"},
	{"no index", TYPES, CLASSES, "", UNIQUE, CONSTRAINTS,
		"index-missing WARNING mail eq,sub\nindex-missing WARNING objectClass eq\n"
		"index-missing WARNING associatedDomain eq\n"
		"index-missing WARNING relaisThirdPartyAddress eq,sub\n"
		"index-missing WARNING relaisRouting eq\n"
		"index-missing WARNING relaisForwardUnknown eq\n"
		"index-missing WARNING relaisSplitRelay sub\n"
		"index-missing WARNING entryUUID eq\nindex-missing WARNING entryCSN eq\n"},
	{"an index that is only for equality", TYPES, CLASSES, INDEXES "mail eq|", UNIQUE,
		CONSTRAINTS, ""},
	{"a subtler one", TYPES, CLASSES,
		"objectClass eq|associatedDomain eq|mail eq|relaisThirdPartyAddress "
		"pres,eq,sub|relaisRouting eq|relaisForwardUnknown eq|relaisSplitRelay "
		"sub|entryUUID,entryCSN eq|",
		UNIQUE, CONSTRAINTS, "index-missing WARNING mail sub\n"},
	{"nothing may be read", NULL, NULL, NULL, NULL, NULL,
		"schema-unread NOTE\nserver-configuration-unread NOTE\n"},
	{"the configuration may not be read", TYPES, CLASSES, NULL, NULL, NULL,
		"server-configuration-unread NOTE\n"},
};

static struct strv list(const char *text)
{
	struct strv out = {0};

	for (; text && *text; text += strcspn(text, "|") + 1) {
		char *one = xstrndup(text, strcspn(text, "|"));

		strv_add(&out, one);
		free(one);
	}
	return out;
}

static void check_server(void **state)
{
	const struct server_row *r = *state;
	struct strv v[] = {list(r->types), list(r->classes), list(r->indexes),
		list(r->unique), list(r->constraints)};
	const struct audit_server s = {r->types ? &v[0] : NULL, r->classes ? &v[1] : NULL,
		r->indexes != NULL, &v[2], &v[3], &v[4]};
	struct settings settings;
	struct buf out = BUF_INIT;
	struct audit *a;

	settings_init(&settings);
	a = audit_of(&settings, DOMAINS, &out);
	audit_server(a, &s);
	audit_free(a);
	assert_string_equal(out.s, r->expected);
	buf_release(&out);
	for (size_t i = 0; i < COUNT_OF(v); i++)
		strv_release(&v[i]);
	settings_release(&settings);
}

int main(void)
{
	struct suite s = {0};

	SUITE_ROWS(&s, check, rows);
	SUITE_ADD(&s, files_named);
	SUITE_ADD(&s, postconf_does_not_answer);
	SUITE_ROWS(&s, check_server, servers);
	return suite_run(&s);
}
