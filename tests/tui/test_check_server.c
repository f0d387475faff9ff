/* The consistency check on the screen: every rule about the directory server, Postfix and
 * the name service, broken and nearly. */
#include "tests/tui/screen.h"

#include <string.h>

/* By the filter, which knows the whole sentence. */
static void find(struct screen *s, const char *text)
{
	screen_keys(s, "/");
	screen_paste(s, text);
	screen_keys(s, "<Enter>");
}

/* There is no such finding. */
static void find_none(struct screen *s, const char *text)
{
	find(s, text);
	screen_shows(s, "0 of 0");
}

/* ---- the directory server -------------------------------------------------------- */

#define SUBSCHEMA "cn=Subschema"
#define DATABASE "olcDatabase={1}mdb,cn=config"
#define UNIQUE "olcOverlay={0}unique," DATABASE
#define CONSTRAINT "olcOverlay={1}constraint," DATABASE

/* A server as it should be; what another database of its has is no help. */
static const char server_ldif[] =
	"dn: \n"
	"objectClass: top\n"
	"subschemaSubentry: " SUBSCHEMA "\n"
	"configContext: cn=config\n"
	"\n"
	"dn: " SUBSCHEMA "\n"
	"objectClass: subschema\n"
	"attributeTypes: ( 1.1 NAME 'relaisSplitRelay' DESC 'x' )\n"
	"attributeTypes: ( 1.2 NAME 'relaisForwardUnknown' DESC 'x' )\n"
	"attributeTypes: ( 1.3 NAME 'relaisRouting' DESC 'x' )\n"
	"attributeTypes: ( 1.4 NAME 'relaisThirdPartyAddress' DESC 'x' )\n"
	"attributeTypes: ( 1.5 NAME ( 'mail' 'rfc822Mailbox' ) DESC 'x' )\n"
	"attributeTypes: ( 1.6 NAME 'associatedDomain' DESC 'x' )\n"
	"objectClasses: ( 2.1 NAME 'relaisDomain' DESC 'x' )\n"
	"objectClasses: ( 2.2 NAME 'relaisUser' DESC 'x' )\n"
	"\n"
	"dn: " DATABASE "\n"
	"objectClass: olcDatabaseConfig\n"
	"olcSuffix: dc=demo\n"
	"olcDbIndex: objectClass,relaisRouting,relaisForwardUnknown eq\n"
	"olcDbIndex: entryUUID,entryCSN,associatedDomain eq\n"
	"olcDbIndex: relaisThirdPartyAddress,relaisSplitRelay eq,sub\n"
	"olcDbIndex: mail eq,sub\n"
	"\n"
	"dn: " UNIQUE "\n"
	"objectClass: olcOverlayConfig\n"
	"olcUniqueURI: ldap:///?mail,relaisThirdPartyAddress?sub\n"
	"olcUniqueURI: ldap:///?associatedDomain?sub\n"
	"\n"
	"dn: " CONSTRAINT "\n"
	"objectClass: olcOverlayConfig\n"
	"olcConstraintAttribute: relaisSplitRelay regex ^x$\n"
	"olcConstraintAttribute: mail,relaisThirdPartyAddress regex ^x$\n"
	"olcConstraintAttribute: associatedDomain,relaisRouting regex ^x$\n"
	"\n"
	"dn: olcDatabase={2}mdb,cn=config\n"
	"objectClass: olcDatabaseConfig\n"
	"olcSuffix: dc=elsewhere\n"
	"olcDbIndex: mail eq,sub\n";

struct touch {
	const char *dn, *attribute;
	const char *values[4];
};

static const struct server_row {
	const char *name;
	struct touch breaks, nearly;
	const char *kind, *label, *wrong, *touches; /* touches NULL: no mail */
} server_rows[] = {
	{"schema-missing",
		{SUBSCHEMA, "objectClasses",
			{"( 2.1 NAME 'relaisDomain' )",
				"( 2.2 NAME 'relaisUserX' DESC 'relaisUser' )"}},
		{SUBSCHEMA, "objectClasses",
			{"( 2.2 NAME ( 'x' 'RelaisUser' ) )",
				"( 2.1 NAME 'relaisDomain' )"}},
		"error", "missing schema", "The server's schema doesn't know relaisUser.",
		"What needs it can neither be saved nor found."},
	{"overlay-missing: unique",
		{UNIQUE, "olcUniqueURI", {"ldap:///?mail,relaisThirdPartyAddress?sub"}},
		{UNIQUE, "olcUniqueURI",
			{"serialize ldap:///?ASSOCIATEDDOMAIN,relaisThirdPartyAddress,mail"
			 "?sub"}},
		"warning", "missing overlay",
		"The server's overlay unique doesn't watch over associatedDomain.",
		"Other tools can write what mail stalls on."},
	{"overlay-missing: constraint",
		{CONSTRAINT, "olcConstraintAttribute",
			{"relaisSplitRelay,mail regex relaisRouting",
				"relaisThirdPartyAddress,associatedDomain regex ^x$"}},
		{CONSTRAINT, "olcConstraintAttribute",
			{"relaisRouting,mail,relaisThirdPartyAddress regex ^x$",
				"associatedDomain,relaissplitrelay regex ^x$"}},
		"warning", "missing overlay",
		"The server's overlay constraint doesn't watch over relaisRouting.",
		"Other tools can write what mail stalls on."},
	{"index-missing",
		{DATABASE, "olcDbIndex",
			{"objectClass,relaisRouting,relaisForwardUnknown,mail eq",
				"entryUUID,entryCSN,associatedDomain eq",
				"relaisThirdPartyAddress,relaisSplitRelay eq,sub"}},
		{DATABASE, "olcDbIndex",
			{"objectClass,relaisRouting,relaisForwardUnknown eq",
				"entryUUID,entryCSN,associatedDomain pres,eq",
				"relaisSplitRelay,Mail,relaisThirdPartyAddress sub,eq"}},
		"warning", "missing index", "The server has no index of mail (sub).",
		"Every look-up, for mail too, reads the whole directory."},
	{"schema-unread", {SUBSCHEMA, "attributeTypes", {NULL}},
		{SUBSCHEMA, "attributeTypes", {"( 1.5 NAME 'mail' )"}}, "unread", "schema",
		"The server's schema can't be read.", NULL},
	{"server-configuration-unread", {DATABASE, "olcSuffix", {"dc=demo2"}},
		{DATABASE, "olcSuffix", {"DC = Demo"}}, "unread", "configuration",
		"The server's overlays and indexes can't be read by this administrator.",
		NULL},
};

static struct screen *with_server(const struct touch *touch)
{
	struct screen *s = screen_new(NULL, 40, 160);

	fake_add(s->fake, server_ldif);
	if (touch)
		fake_change(s->fake, touch->dn, touch->attribute, touch->values[0],
			touch->values[1], touch->values[2], touch->values[3], NULL);
	screen_keys(s, "<Down><Down><Enter>");
	screen_settle(s);
	screen_lacks(s, "(reading)");
	return s;
}

static void server_as_it_should_be(void **state)
{
	struct screen *s = with_server(NULL);

	(void)state;
	screen_shows(s, "5 warnings");
	screen_shows(s, "1 of 5");
	screen_lacks(s, "LDAP");
	screen_free(s);
}

/* Nothing mends a server from here: Enter shows the whole of it, to be copied. */
static void server(void **state)
{
	for (size_t i = 0; i < COUNT_OF(server_rows); i++) {
		const struct server_row *r = &server_rows[i];
		struct screen *s = with_server(&r->breaks);

		(void)state;
		find(s, r->wrong);
		screen_shows(s, "1 of 1");
		screen_shows(s, r->kind, "LDAP", r->label);
		screen_says(s, r->wrong);
		screen_lacks(s, "m mend");
		screen_keys(s, "m");
		screen_lacks(s, "Show LDIF");
		screen_keys(s, "<Enter>");
		screen_shows(s, "< Close >");
		screen_says(s, r->wrong);
		if (r->touches)
			screen_says(s, r->touches);
		screen_keys(s, "<Esc>");
		screen_cursor_on(s, r->label);
		screen_wrote(s, "");
		screen_free(s);
		s = with_server(&r->nearly);
		find_none(s, r->wrong);
		screen_free(s);
	}
}

/* Mended by another tool: the next check says so. */
static void server_mended(void **state)
{
	struct screen *s = with_server(&server_rows[0].breaks);

	(void)state;
	screen_shows(s, "1 error, 5 warnings");
	fake_change(s->fake, SUBSCHEMA, "objectClasses", "( 2.1 NAME 'relaisDomain' )",
		"( 2.2 NAME 'relaisUser' )", NULL);
	screen_keys(s, "<F5>");
	screen_shows(s, "5 warnings");
	screen_lacks(s, "error");
	screen_free(s);
}

/* ---- the name service -------------------------------------------------------------- */

#define SILENT "couldn't be looked up: the name service gives no answer."

static struct screen *with_names(const char *hosts)
{
	struct screen *s = screen_new(NULL, 40, 160);

	fake_change(s->fake, LYON, "relaisSplitRelay", "[b.example]", NULL);
	fake_change(s->fake, NEU, "relaisSplitRelay", "[c.example]", NULL);
	s->app->resolver = resolver_given(hosts);
	screen_keys(s, "<Down><Down><Enter>");
	return s;
}

/* So often the name service has not answered for 4 seconds; then it has, to everything. */
static void await(struct screen *s, int silences)
{
	for (int i = 1; i <= silences; i++) {
		screen_step(s);
		screen_shows(s, "(reading)");
		screen_clock(1000000 + 4000L * i);
	}
	for (int i = 0; i < 5; i++)
		screen_step(s);
	screen_lacks(s, "(reading)");
}

static void end(struct screen *s)
{
	struct resolver *resolver = s->app->resolver;

	screen_free(s);
	resolver_free(resolver);
}

/* "relay-unread", and what Enter opens. */
static void name_without_answer(void **state)
{
	struct screen *s = with_names("mail.old.example ?\nc.example 198.51.100.3\n");

	(void)state;
	await(s, 1);
	screen_shows(s, "1 error, ");
	find(s, SILENT);
	screen_shows(s, "1 of 1");
	screen_shows(s, "unread", "branch.example", "relay's name");
	screen_says(s, "The relay's name mail.old.example " SILENT);
	screen_lacks(s, "m mend");
	screen_keys(s, "<Enter>");
	screen_shows(s, "Consistency check › branch.example");
	screen_keys(s, "<Esc><Esc>");
	find(s, "The relay's name b.example doesn't resolve.");
	screen_shows(s, "error", "lyon.example");
	end(s);
	s = with_names("mail.old.example 198.51.100.1\n");
	await(s, 0);
	find_none(s, SILENT);
	end(s);
}

/* The first two wait their time, the others are not asked for. */
static void silent_name_service(void **state)
{
	struct screen *s = with_names("mail.old.example ?\nb.example ?\nc.example ?\n");

	(void)state;
	await(s, 2);
	screen_lacks(s, "error");
	find(s, SILENT);
	screen_shows(s, "1 of 3");
	screen_shows(s, "unread", "branch.example", "relay's name");
	screen_shows(s, "unread", "lyon.example", "relay's name");
	screen_shows(s, "unread", "neu.example", "relay's name");
	end(s);
}

/* ---- Postfix ------------------------------------------------------------------------ */

/* What postconf(1) says, of a Postfix that is in order but for what a row changes. */
#define CHECKS "proxy:ldap:/e/ldap-known.cf, proxy:ldap:/e/ldap-verify.cf"
#define POSTFIX                                                                      \
	"compatibility_level = 3.6\nmydestination = mx.test\nmyhostname = mx.test\n" \
	"myorigin = mx.test\nvirtual_alias_domains =\ninet_protocols = all\n"        \
	"virtual_transport = lmtp:x\nvirtual_mailbox_maps = "                        \
	"proxy:ldap:/e/ldap-recipients.cf\nsmtpd_relay_restrictions = " CHECKS "\n"  \
	"recipient_delimiter = +\naddress_verify_negative_expire_time = 2m\n"        \
	"address_verify_negative_refresh_time = 2m\n"                                \
	"unverified_recipient_reject_code = 550\n"

static bool table(
	const char *name, const struct settings *s, const char *password, struct buf *out)
{
	(void)s;
	(void)password;
	buf_printf(out, "# ours\nquery_filter = %s\n", name);
	return true;
}

static struct postconf_file files[] = {
	{(char *)(uintptr_t) "/e/ldap-known.cf",
		(char *)(uintptr_t) "query_filter = known\n"},
	{(char *)(uintptr_t) "/e/ldap-verify.cf",
		(char *)(uintptr_t) "query_filter = verify\n"},
};

struct said {
	const char *parameters;
	const char *services, *overrides; /* NULL: nothing */
	const char *text;                 /* of the first table; "": unreadable */
	bool no_table;
};

#define CHROOT(first)                                                       \
	"smtpd_relay_restrictions = " first "ldap:/e/ldap-known.cf, " first \
	"ldap:/e/ldap-verify.cf\n" POSTFIX

static const struct postfix_row {
	const char *name;
	struct said breaks, nearly;
	const char *kind, *label, *wrong, *touches; /* touches NULL: no mail */
	const char *domain; /* whose form Enter opens; NULL: the sentence is shown */
} postfix_rows[] = {
	{"postfix-local-class", {.parameters = "mydestination = ACME.example\n" POSTFIX},
		{.parameters = "mydestination = mx.acme.example, "
			       "acme.example.test\n" POSTFIX},
		"error", "local in Postfix",
		"acme.example is in Postfix's mydestination, too.",
		"Its mail is delivered here, whatever the directory says.", NULL},
	{"postfix-origin", {.parameters = "myorigin = acme.test\n" POSTFIX},
		{.parameters = "myorigin = mx.acme.test\n" POSTFIX}, "error", "is myorigin",
		"acme.test is Postfix's myorigin.",
		"Relays are asked about unknown addresses in the domain's own name", NULL},
	{"postfix-no-ipv6", {.parameters = "inet_protocols = ipv4\n" POSTFIX},
		{.parameters = "inet_protocols = ipv4, ipv6\n" POSTFIX}, "error", "no IPv6",
		"The relay [2001:db8::25]:587 is an IPv6 address, and Postfix's "
		"inet_protocols is ipv4.",
		"Relayed mail bounces.", "müller.example"},
	{"postfix-chroot",
		{.parameters = CHROOT(""), .services = "smtp inet n - y - - smtpd\n"},
		{.parameters = CHROOT(""), .services = "smtp inet n - n - - smtpd\n"},
		"error", "chrooted table",
		"Postfix's smtp is chrooted and reads ldap:/e/ldap-known.cf itself",
		"All mail is held, where the directory is a socket (451).", NULL},
	{"postfix-chroot, behind proxy:",
		{.parameters = CHROOT(""), .services = "smtp inet n - y - - smtpd\n"},
		{.parameters = CHROOT("proxy:"), .services = "smtp inet n - y - - smtpd\n"},
		"error", "chrooted table",
		"Postfix's smtp is chrooted and reads ldap:/e/ldap-known.cf itself",
		"All mail is held, where the directory is a socket (451).", NULL},
	{"postfix-virtual",
		{.parameters = "virtual_transport = virtual\n" POSTFIX,
			.services = "virtual unix - n n - - virtual\n"},
		{.parameters = "virtual_transport = virtual\n" POSTFIX,
			.services = "virtual unix - n n - - pipe\n"},
		"error", "virtual(8)",
		"Postfix's virtual_transport is virtual: virtual(8) can't use",
		"Mail for mailboxes here gets into stray files.", NULL},
	{"postfix-unchecked",
		{.parameters = POSTFIX,
			.overrides = "submission/inet/smtpd_relay_restrictions = reject\n"},
		{.parameters = POSTFIX,
			.overrides = "submission/inet/smtpd_relay_restrictions = " CHECKS
				     ", reject\n"},
		"error", "unchecked", "The relay restrictions of Postfix's submission lack",
		"Unknown addresses are accepted there, and their mail bounces.", NULL},
	{"postfix-table", {.parameters = POSTFIX, .text = "query_filter = old\n"},
		{.parameters = POSTFIX, .text = "# another's\nquery_filter = known\n"},
		"error", "outdated table",
		"The table /e/ldap-known.cf isn't what the configuration says",
		"Mail may go elsewhere than the console says.", NULL},
	{"postfix-verification",
		{.parameters = "address_verify_negative_expire_time = 3d\n" POSTFIX},
		{.parameters = "address_verify_negative_expire_time = 90s\n" POSTFIX},
		"warning", "verification",
		"Postfix's address_verify_negative_expire_time is 3d, and should be 2m.",
		"Unknown addresses are held, or new users refused for long.", NULL},
	{"postfix-delimiter", {.parameters = "recipient_delimiter = +-\n" POSTFIX},
		{.parameters = "recipient_delimiter =   +\n" POSTFIX}, "warning",
		"other delimiter",
		"Postfix's recipient_delimiter is \"+-\", the configuration's \"+\".",
		"Addresses with an extension go elsewhere than the console says.", NULL},
	{"postfix-unread", {.parameters = POSTFIX, .text = ""},
		{.parameters = POSTFIX, .text = "bind_pw = x\nquery_filter = known\n"},
		"unread", "not readable", "Postfix's /e/ldap-known.cf can't be read.", NULL,
		NULL},
	{"postfix-unused", {.parameters = "myhostname = acme.example\n", .no_table = true},
		{.parameters = POSTFIX}, "unread", "tables not in use",
		"Postfix on this machine uses none of the tables that relais writes.", NULL,
		NULL},
};

static char *mutable(const char *text)
{
	return (char *)(uintptr_t)(text ? text : "");
}

static struct screen *with_postfix(const struct said *said)
{
	static struct postconf_texts texts;
	static struct postconf_file own[2];
	struct screen *s = screen_new(NULL, 40, 160);

	memcpy(own, files, sizeof(own));
	texts = (struct postconf_texts){POSTCONF_READ, mutable(said->parameters),
		mutable(said->services), mutable(said->overrides), own,
		said->no_table ? 0 : COUNT_OF(own)};
	if (said->text)
		own[0].text = *said->text ? mutable(said->text) : NULL;
	s->app->postconf = postconf_given(&texts);
	s->app->table = table;
	screen_keys(s, "<Down><Down><Enter>");
	screen_step(s);
	screen_lacks(s, "(reading)");
	return s;
}

static void end_postfix(struct screen *s)
{
	struct postconf *p = s->app->postconf;

	screen_free(s);
	postconf_free(p);
}

static void postfix(void **state)
{
	for (size_t i = 0; i < COUNT_OF(postfix_rows); i++) {
		const struct postfix_row *r = &postfix_rows[i];
		struct screen *s = with_postfix(&r->breaks);

		(void)state;
		find(s, r->wrong);
		screen_shows(s, "1 of 1");
		screen_shows(s, r->kind, r->domain ? r->domain : "Postfix", r->label);
		screen_says(s, r->wrong);
		if (r->touches)
			screen_says(s, r->touches);
		screen_lacks(s, "m mend");
		screen_keys(s, "<Enter>");
		screen_shows(s, r->domain ? r->domain : "< Close >");
		screen_lacks(s, r->domain ? "What is wrong" : "[ Mail ]");
		end_postfix(s);
		/* nothing else is wrong with it either */
		s = with_postfix(&r->nearly);
		screen_shows(s, "5 warnings");
		screen_lacks(s, "error");
		screen_lacks(s, "Postfix");
		end_postfix(s);
	}
}

int main(void)
{
	struct suite s = {0};

	SUITE_ADD(&s, server_as_it_should_be);
	SUITE_ADD(&s, server);
	SUITE_ADD(&s, server_mended);
	SUITE_ADD(&s, name_without_answer);
	SUITE_ADD(&s, silent_name_service);
	SUITE_ADD(&s, postfix);
	return suite_run(&s);
}
