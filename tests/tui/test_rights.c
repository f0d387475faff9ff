/*
 * Each role on each screen: what is read-only from the start and says who may, what can be
 * saved, and that nothing else is written.  The roles are what the directory answers to
 * probes and writes; the shipped rules are tried in tests/pty/test_rights.c.
 */
#include "tests/tui/screen.h"

#include <string.h>

#include "tui/screens.h"

/* ---- roles ---------------------------------------------------------------------- */

enum role { SUPER, ACMES, READER };

/* An administrator of acme.example's users: their mail, with its addresses only. */
static void deny_acmes(struct fake *f)
{
	static const char *const others[] = {BRANCH, LYON, NEU, IDN};

	fake_deny(f, "ou=domains,dc=demo", "relaisSplitRelay", "relaisForwardUnknown",
		"description", "associatedDomain", "children", "mail@branch.example",
		"relaisThirdPartyAddress@branch.example", NULL);
	for (size_t i = 0; i < COUNT_OF(others); i++)
		fake_deny(f, others[i], NULL);
}

static void become(struct screen *s, enum role role)
{
	if (role == ACMES)
		deny_acmes(s->fake);
	else if (role == READER)
		fake_deny(s->fake, "dc=demo", NULL);
}

#define DOMAIN_NO "Only a super administrator may change this domain."
#define DOMAINS_NO "Only a super administrator may create domains."
#define DELETE_NO "Only a super administrator may delete this domain."
#define ACMES_NO                                                                   \
	"You may not change this user: an administrator of acme.example's users, " \
	"or a super administrator, may."
#define BRANCHS_NO                                                                   \
	"You may not change this user: an administrator of branch.example's users, " \
	"or a super administrator, may."
#define USERS_NO "You may not create users: a super administrator may."
#define DENIED                                                                     \
	"You may not do this: ask a super administrator, or for a user's mail an " \
	"administrator of that domain's users."

/* ---- screens -------------------------------------------------------------------- */

static void domain_mail(struct screen *s)
{
	screen_domain(s, "acme");
}

static void domain_general(struct screen *s)
{
	screen_domain(s, "acme");
	screen_keys(s, "<F4>");
}

static void new_domain(struct screen *s)
{
	screen_domains(s);
	screen_keys(s, "n");
}

static void delete_domain(struct screen *s)
{
	screen_domains(s);
	screen_keys(s, "/neu<Enter><Del>");
}

static void give_name(struct screen *s)
{
	domain_general(s);
	screen_keys(s, "<Down><Down>g");
}

static void alice(struct screen *s)
{
	screen_user(s, "alice");
}

static void bob(struct screen *s)
{
	screen_user(s, "bob");
}

static void elodie(struct screen *s)
{
	screen_user(s, "elodie");
}

static void zoe(struct screen *s)
{
	screen_user(s, "zoe");
}

static void alice_general(struct screen *s)
{
	screen_user(s, "alice");
	screen_keys(s, "<F4>");
}

static void new_user(struct screen *s)
{
	screen_users(s);
	screen_keys(s, "n");
}

static void switch_alice(struct screen *s)
{
	screen_users(s);
	screen_keys(s, "/alice<Enter>t");
}

static void switch_zoe(struct screen *s)
{
	screen_users(s);
	screen_keys(s, "/zoe<Enter>t");
}

static void mend_relay(struct screen *s)
{
	fake_change(s->fake, ACME, "relaisSplitRelay", "mail.old.example", NULL);
	check_open(s->app);
	screen_settle(s);
	screen_keys(s, "/relay<Enter>m");
}

static void route_of_bob(struct screen *s)
{
	bob(s);
	screen_keys(s, "<F6>");
}

/* What changes, and what does not, as somebody tries. */
#define TRY_DOMAIN "9<Down><Space><Ctrl-S><F2><Enter>"
#define TRY_GENERAL "9<Down>+<Ctrl-S>-<Del><F2><Enter>"
#define TRY_NEW_DOMAIN "x.example<Tab><Tab><Tab><Right><Enter><Enter><F2><Enter>"
#define TRY_USER "<Space>+-<Del>ao<Ctrl-S><F2><Enter>"
#define TRY_NEW_USER "N<Tab>n@acme.example<Tab><Tab><Tab><Right><Enter><Enter><F2><Enter>"

#define MODIFY(dn) "dn: " dn "\nchangetype: modify\n"
#define TO_RELAY                                               \
	MODIFY(ALICE)                                          \
	"replace: relaisRouting\nrelaisRouting: external\n-\n" \
	"add: relaisThirdPartyAddress\n"                       \
	"relaisThirdPartyAddress: alice@acme.example\n"        \
	"relaisThirdPartyAddress: alice.martin@acme.example\n-\n\n"

static const struct row {
	const char *name;
	enum role role;
	void (*go)(struct screen *s);
	const char *says; /* wherever it was wrapped; NULL: nothing of rights */
	const char *shows[4], *lacks[6];
	const char *keys; /* tried then */
	const char *wrote;
} rows[] = {
	/* a super administrator */
	{"super, domain", SUPER, domain_mail, NULL,
		{"[192.0.2.25 ", "[ ] Forward", "< Save >", "^S save"}, {NULL},
		"1<Ctrl-S><Enter>",
		MODIFY(ACME) "replace: relaisSplitRelay\n"
			     "relaisSplitRelay: [192.0.2.251]\n-\n\n"},
	{"super, domain's General", SUPER, domain_general, NULL,
		{"[Acme ", "< Add a name >", "< Save >"}, {NULL}, "<Down>!<Ctrl-S><Enter>",
		MODIFY(ACME) "replace: description\ndescription: Acme!\n-\n\n"},
	{"super, new domain", SUPER, new_domain, NULL, {"Domain name", "< Create >"},
		{NULL}, TRY_NEW_DOMAIN,
		"dn: associatedDomain=x.example,ou=domains,dc=demo\n"
		"changetype: add\nobjectClass: organizationalUnit\n"
		"objectClass: relaisDomain\nou: x.example\n"
		"associatedDomain: x.example\n\n"},
	{"super, delete", SUPER, delete_domain, NULL, {"Type neu.example", "< Delete >"},
		{NULL}, "neu.example<Tab><Enter><Enter>",
		"dn: " NEU "\nchangetype: delete\n\n"},
	{"super, user", SUPER, alice, NULL,
		{"( Internal mail ▾ )", "< Add an address >", "< Save >"}, {NULL},
		"<Down><Down>-<Ctrl-S><Enter>",
		MODIFY(ALICE) "delete: mail\nmail: alice.martin@acme.example\n-\n\n"},
	{"super, switch", SUPER, switch_zoe, NULL, {"Save Zoë Ångström?"}, {NULL},
		"<Enter>",
		MODIFY(ZOE) "replace: relaisRouting\nrelaisRouting: external\n-\n"
			    "add: relaisThirdPartyAddress\n"
			    "relaisThirdPartyAddress: zoe@branch.example\n-\n\n"},
	{"super, new user", SUPER, new_user, NULL, {"User name", "< Create >"}, {NULL},
		TRY_NEW_USER,
		"dn: uid=n," ACME "\nchangetype: add\nobjectClass: inetOrgPerson\n"
		"objectClass: relaisUser\nuid: n\ncn: N\nsn: N\ndisplayName: N\n"
		"mail: n@acme.example\nrelaisRouting: internal\n\n"},

	/* an administrator of acme.example's users */
	{"acme's, domain", ACMES, domain_mail, DOMAIN_NO,
		{" 192.0.2.25", " -  Forward", "< Back >"},
		{"[192", "[ ]", "Save", "save", "Cancel"}, TRY_DOMAIN, ""},
	{"acme's, domain's General", ACMES, domain_general, DOMAIN_NO, {"Acme", "< Back >"},
		{"[Acme", "Add a name", "Save", "+ add", "- remove"}, TRY_GENERAL, ""},
	{"acme's, new domain", ACMES, new_domain, DOMAINS_NO, {"< Back >"},
		{"Domain name", "Create", "save"}, TRY_NEW_DOMAIN, ""},
	{"acme's, delete", ACMES, delete_domain, DELETE_NO, {"< Close >"},
		{"Type neu", "< Delete >"}, "neu.example<Tab><Enter><Enter>", ""},
	{"acme's, user of acme", ACMES, alice, NULL,
		{"( Internal mail ▾ )", "< Add an address >", "< Save >"}, {NULL},
		"<Down><Down>-<Ctrl-S><Enter>",
		MODIFY(ALICE) "delete: mail\nmail: alice.martin@acme.example\n-\n\n"},
	{"acme's, third-party user of acme", ACMES, bob, NULL,
		{"[x] bob@acme", "[ ] bd@acme", "< Save >"}, {NULL}, "a<Ctrl-S><Enter>",
		MODIFY(BOB) "add: relaisThirdPartyAddress\n"
			    "relaisThirdPartyAddress: bd@acme.example\n-\n\n"},
	{"acme's, user of acme without the class", ACMES, elodie, NULL,
		{"( No mail ▾ )", "< Save >"}, {NULL}, NULL, NULL},
	{"acme's, user's General", ACMES, alice_general, NULL, {"< Save >"}, {NULL}, NULL,
		NULL},
	{"acme's, user of another domain", ACMES, zoe, BRANCHS_NO,
		{"Internal mail", "zoe@branch.example", "< Back >"},
		{"▾", "Add an address", "Save", "save", "+ add", "- remove"}, TRY_USER, ""},
	{"acme's, switch", ACMES, switch_alice, NULL, {"Save Alice Martin?"}, {NULL},
		"<Enter>", TO_RELAY},
	{"acme's, switch in another domain", ACMES, switch_zoe, BRANCHS_NO,
		{"t internal or third-party"}, {"Save Zoë"}, "<Enter><Ctrl-S>", ""},
	{"acme's, new user", ACMES, new_user, USERS_NO, {"< Back >"},
		{"User name", "Create", "save"}, TRY_NEW_USER, ""},
	{"acme's, mend", ACMES, mend_relay, DOMAIN_NO, {"m mend"}, {"Save acme"}, "<Enter>",
		""},

	/* a reader */
	{"reader, domain", READER, domain_mail, DOMAIN_NO,
		{" 192.0.2.25", " -  Forward", "< Back >"},
		{"[192", "[ ]", "Save", "save", "Cancel"}, TRY_DOMAIN, ""},
	{"reader, domain's General", READER, domain_general, DOMAIN_NO,
		{"Acme", "acme.test", "< Back >"},
		{"[Acme", "Add a name", "Save", "+ add", "- remove"}, TRY_GENERAL, ""},
	{"reader, new domain", READER, new_domain, DOMAINS_NO, {"< Back >"},
		{"Domain name", "Create", "save"}, TRY_NEW_DOMAIN, ""},
	{"reader, delete", READER, delete_domain, DELETE_NO, {"< Close >"},
		{"Type neu", "< Delete >"}, "neu.example<Tab><Enter><Enter>", ""},
	{"reader, user", READER, alice, ACMES_NO, {"Internal mail", "< Back >"},
		{"▾", "Add an address", "Save", "save", "+ add", "- remove"}, TRY_USER, ""},
	{"reader, third-party user", READER, bob, ACMES_NO,
		{"x  bob@acme.example", "-  bd@acme.example", "< Back >"},
		{"[x]", "[ ]", "Save", "a all", "Space change"}, TRY_USER, ""},
	{"reader, user without the class", READER, elodie, ACMES_NO,
		{"No mail", "< Back >"}, {"▾", "Save"}, TRY_USER, ""},
	{"reader, user's General", READER, alice_general, ACMES_NO, {"alice", "< Back >"},
		{"Save"}, "<F2><Enter>", ""},
	{"reader, switch", READER, switch_alice, ACMES_NO, {"t internal or third-party"},
		{"Save Alice"}, "<Enter><Ctrl-S>", ""},
	{"reader, new user", READER, new_user, USERS_NO, {"< Back >"},
		{"User name", "Create", "save"}, TRY_NEW_USER, ""},
	{"reader, mend", READER, mend_relay, DOMAIN_NO, {"m mend"}, {"Save acme"},
		"<Enter>", ""},

	/* screens that show only are the same for all; a bulk says what was refused */
	{"reader, route check", READER, route_of_bob, NULL, {"bob@acme.example"}, {NULL},
		"<Enter>", ""},
	{"reader, a name given to users", READER, give_name, NULL, {"4 users get at"},
		{NULL}, "<Enter>", ""},
};

static void each_role_on_each_screen(void **state)
{
	const struct row *r = *state;
	struct screen *s = screen_new(NULL, 24, 80);

	become(s, r->role);
	r->go(s);
	if (r->says)
		screen_says(s, r->says);
	else
		screen_says_not(s, "You may");
	for (size_t i = 0; i < COUNT_OF(r->shows) && r->shows[i]; i++)
		screen_shows(s, r->shows[i]);
	for (size_t i = 0; i < COUNT_OF(r->lacks) && r->lacks[i]; i++)
		screen_lacks(s, r->lacks[i]);
	if (r->keys)
		screen_keys(s, r->keys);
	if (r->wrote)
		screen_wrote(s, r->wrote);
	if (r->wrote && !*r->wrote && r->says)
		assert_string_equal(fake_asked(s->fake), ""); /* nor was it tried */
	screen_free(s);
}

/* ---- some of it ------------------------------------------------------------------ */

static void one_field_of_a_domain(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	fake_deny(s->fake, ACME, "relaisSplitRelay", "associatedDomain", NULL);
	screen_domain(s, "acme");
	screen_says(s, "You may change only what stands in brackets; a super administrator "
		       "may change all of this domain.");
	screen_shows(s, " 192.0.2.25", "[ ] Forward", "< Save >");
	screen_lacks(s, "[192");
	screen_keys(s, "9<Down><Space><Ctrl-S><Enter>");
	screen_wrote(s, MODIFY(ACME) "replace: relaisForwardUnknown\n"
				     "relaisForwardUnknown: TRUE\n-\n\n");
	screen_keys(s, "<F4>");
	screen_shows(s, "[Acme ");
	screen_lacks(s, "Add a name");
	screen_free(s);
}

/* Addresses by their domains, as rules that go by the value have it. */
static void some_addresses(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	fake_change(s->fake, BOB, "mail", "bob@acme.example", "bob@branch.example", NULL);
	fake_change(s->fake, BOB, "relaisThirdPartyAddress", "bob@branch.example", NULL);
	deny_acmes(s->fake);
	screen_user(s, "bob");
	screen_says(s, "You may change only what stands in brackets; the rest, an "
		       "administrator of branch.example's users or a super administrator "
		       "may.");
	screen_shows(s, "[ ] bob@acme.example");
	screen_shows(s, " x  bob@branch.example");
	screen_lacks(s, "a all addresses");
	screen_keys(s, "<Down>");
	screen_cursor_on(s, "bob@acme.example");
	screen_shows(s, "- remove", "Space change");
	screen_keys(s, "<Down>");
	screen_cursor_on(s, "bob@branch.example");
	screen_lacks(s, "- remove");
	screen_lacks(s, "Space change");
	screen_keys(s, "<Space>-<Enter>");
	screen_shows(s, "▸x  bob@branch.example");
	screen_keys(s, "<Up><Space><Ctrl-S><Enter>");
	screen_wrote(s, MODIFY(BOB) "add: relaisThirdPartyAddress\n"
				    "relaisThirdPartyAddress: bob@acme.example\n-\n\n");
	screen_free(s);
}

/* An address in another domain is added, and known not to be permitted before it is
 * reviewed. */
static void address_of_another_domain(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	deny_acmes(s->fake);
	screen_user(s, "alice");
	screen_keys(s, "+a@branch.example<Enter><Down><Enter>");
	screen_shows(s, "a@branch.example");
	screen_keys(s, "<Ctrl-S>");
	screen_lacks(s, "Save Alice Martin?");
	screen_says(s, "You may change only what stands in brackets; the rest, an "
		       "administrator of branch.example's users or a super administrator "
		       "may.");
	screen_shows(s, "a@branch.example"); /* still there */
	assert_string_equal(fake_asked(s->fake), "");
	screen_free(s);
}

static void new_user_in_another_domain(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	fake_deny(s->fake, BRANCH, "children", NULL);
	screen_users(s);
	screen_keys(s, "nN<Tab>n@branch.example");
	screen_says(s, "You may not create users in every domain: a super administrator "
		       "may.");
	screen_keys(s, "<Tab><Tab><Tab><Right><Enter>");
	screen_lacks(s, "Save N?");
	screen_shows(s, "[n@branch.example ");
	screen_wrote(s, "");
	screen_free(s);
}

/* Many at once are not asked about one by one: what is refused is told. */
static void bulk_of_a_reader(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	become(s, READER);
	give_name(s);
	screen_shows(s, "4 users get at acme.test");
	screen_keys(s, "<Enter>");
	screen_says(s, DENIED);
	screen_shows(s, "Written    0", "Refused    4");
	screen_wrote(s, "");
	screen_free(s);
}

/* ---- before it is known ---------------------------------------------------------- */

static void typed_before_the_answer(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	become(s, READER);
	fake_mute_probes(s->fake, true);
	screen_domain(s, "acme");
	screen_shows(s, "[192.0.2.25 ", "< Save >"); /* it does not wait */
	screen_keys(s, "99");
	screen_shows(s, "[192.0.2.2599 ");
	fake_mute_probes(s->fake, false);
	screen_settle(s);
	screen_says(s, DOMAIN_NO);
	screen_says(s, "What you changed is still here, but it can't be saved.");
	screen_shows(s, "Relay for split domains  192.0.2.2599");
	screen_cursor_on(s, "192.0.2.2599");
	screen_keys(s, "quit"); /* no letter does anything there */
	screen_shows(s, "192.0.2.2599");
	screen_lacks(s, "Save");
	screen_keys(s, "<Ctrl-S><F2>");
	screen_lacks(s, "Save acme");
	screen_keys(s, "<Esc>"); /* nor is it lost without a question */
	screen_shows(s, "< Save >", "< Discard >", "< Stay >");
	screen_keys(s, "<Enter>");
	screen_says(s, DOMAIN_NO);
	screen_shows(s, "192.0.2.2599");
	screen_wrote(s, "");
	assert_string_equal(fake_asked(s->fake), "");
	screen_free(s);
}

static void typed_in_a_new_one(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	become(s, READER);
	fake_mute_probes(s->fake, true);
	screen_domains(s);
	screen_keys(s, "nx.example");
	screen_shows(s, "[x.example ", "< Create >");
	fake_mute_probes(s->fake, false);
	screen_settle(s);
	screen_says(s, DOMAINS_NO);
	screen_shows(s, "x.example");
	screen_lacks(s, "[x.example");
	screen_lacks(s, "Create >");
	screen_free(s);
}

/* Never answered: the server decides. */
static void never_answered(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	become(s, READER);
	screen_domain(s, "lyon");
	screen_says(s, DOMAIN_NO);
	screen_free(s);
	s = screen_new(NULL, 24, 80);
	become(s, READER);
	fake_mute_probes(s->fake, true);
	screen_domain(s, "lyon");
	screen_keys(s, "192.0.2.9<Ctrl-S>");
	screen_shows(s, "Checking with the directory…");
	screen_keys(s, "<Esc>");
	screen_shows(s, "[192.0.2.9 ", "Not saved.");
	screen_free(s);
}

/* The probe was right when it was asked, and is wrong when the save comes. */
static void refused_in_the_end(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domain(s, "acme");
	screen_keys(s, "1<Ctrl-S>");
	screen_shows(s, "Save acme.example?");
	fake_deny(s->fake, ACME, "relaisSplitRelay", NULL);
	screen_keys(s, "<Enter>");
	screen_says(s, DENIED);
	screen_shows(s, "Nothing was written and nothing you typed is lost.",
		"50 no write access");
	screen_keys(s, "<Enter>");
	screen_shows(s, "[192.0.2.251 ");
	screen_wrote(s, "");
	screen_keys(s, "<Ctrl-S>"); /* now it is known */
	screen_lacks(s, "Save acme.example?");
	screen_shows(s, " 192.0.2.251");
	screen_says(s, "You may change only what stands in brackets");
	screen_free(s);
}

/* Somebody else signs in above the form. */
static void another_signs_in(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domain(s, "acme");
	screen_shows(s, "[192.0.2.25 ");
	become(s, READER);
	fake_who(s->fake, "rita", "uid=rita,ou=admins,dc=demo");
	screen_settle(s);
	screen_says(s, DOMAIN_NO);
	screen_lacks(s, "[192.0.2.25");
	screen_free(s);
}

/* ---- as it looks ------------------------------------------------------------------ */

static void a_domain_read_only(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	become(s, READER);
	screen_domain(s, "branch");
	screen_is(s,
		"System management › Supervised domains › branch.example   "
		"admin0 · ldapi · ready\n"
		"────────────────────────────────────────"
		"────────────────────────────────────────\n"
		" [ General ]  [ Mail ]\n"
		"\n"
		" Only a super administrator may change this domain.\n"
		"\n"
		" Mail routing\n"
		" Relay for split domains  mail.old.example:2525\n"
		"\n"
		"  x  Forward unknown addresses to the relay\n"
		"     The relay decides whether addresses unknown here exist.\n"
		"\n"
		"                        now                        after saving\n"
		" 1 internal user        mailbox here               mailbox here\n"
		" 0 third-party users    mail.old.example:2525      mail.old.example:2525\n"
		" unknown addresses      mail.old.example:2525, if  mail.old.example:2525, "
		"if\n"
		"                        it knows them              it knows them\n"
		"\n"
		" < Back >\n"
		"\n\n\n\n"
		"F1 help   F10 quit   Esc back   F4 other tab   F6 route check   F9 "
		"migration\n");
	screen_free(s);
}

static void in_french(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	become(s, READER);
	screen_user(s, "bob");
	screen_language(s, "fr");
	screen_settle(s);
	screen_keys(s, "<F4><F4>");
	screen_says(s, "Vous ne pouvez pas modifier cet utilisateur : un "
		       "administrateur des utilisateurs du domaine acme.example, ou un "
		       "super-administrateur, le peut.");
	screen_shows(s, "< Retour >");
	screen_free(s);
}

int main(void)
{
	struct suite s = {0};

	SUITE_ROWS(&s, each_role_on_each_screen, rows);
	SUITE_ADD(&s, one_field_of_a_domain);
	SUITE_ADD(&s, some_addresses);
	SUITE_ADD(&s, address_of_another_domain);
	SUITE_ADD(&s, new_user_in_another_domain);
	SUITE_ADD(&s, bulk_of_a_reader);
	SUITE_ADD(&s, typed_before_the_answer);
	SUITE_ADD(&s, typed_in_a_new_one);
	SUITE_ADD(&s, never_answered);
	SUITE_ADD(&s, refused_in_the_end);
	SUITE_ADD(&s, another_signs_in);
	SUITE_ADD(&s, a_domain_read_only);
	SUITE_ADD(&s, in_french);
	return suite_run(&s);
}
