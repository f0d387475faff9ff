/*
 * The user form: the three mail systems, which addresses go where, every rule that it can
 * break, what is written; new users; the one-key switch in the list.
 */
#include "tests/tui/screen.h"

#include <stdio.h>
#include <string.h>

#define MOD(dn) "dn: " dn "\nchangetype: modify\n"

/* ---- what it shows --------------------------------------------------------------- */

static void third_party(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_user(s, "durand");
	/* clang-format off */
	screen_is(s,
		"Directories › Directory entities › Bob Durand             admin0 · ldapi · ready\n"
		"────────────────────────────────────────────────────────────────────────────────\n"
		" [ General ]  [ Mail ]\n"
		"\n"
		" Mail system  ( Third-party mail ▾ )\n"
		"\n"
		" All these addresses will be routed to your third-party mail system:\n"
		"   [x] bob@acme.example                    to 192.0.2.25\n"
		"   [x] bob.durand@acme.example             to 192.0.2.25\n"
		"   [ ] bd@acme.example                     doesn't exist (550)\n"
		" < Add an address >\n"
		"\n"
		" Bob Durand can't sign in here while the mail is third-party.\n"
		"\n"
		" < Save >  < Cancel >\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"^S save   F1 help   F10 quit   Esc back   Space change   a all addresses   + add\n");
	/* clang-format on */
	screen_cursor_on(s, "=Third-party mail");
	screen_free(s);
}

static void internal(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_user(s, "alice");
	screen_shows(s, "( Internal mail ▾ )", "Addresses:", "alice@acme.example",
		"alice.martin@acme.example", "mailbox here");
	screen_lacks(s, "[x]", "[ ]", "can't sign in", "all addresses");
	screen_free(s);
}

static void no_mail(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_user(s, "carol");
	screen_shows(s, "( No mail ▾ )", "carol@acme.example", "doesn't exist (550)");
	screen_lacks(s, "[x]", "[ ]");
	screen_free(s);
}

/* In a domain that forwards unknown addresses, what isn't selected goes there as unknown.
 */
static void unselected_goes_to_the_relay(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	fake_change(s->fake, ACME, "relaisForwardUnknown", "TRUE", NULL);
	screen_user(s, "durand");
	screen_says(s, "[ ] bd@acme.example 192.0.2.25, if it knows them");
	screen_keys(s, "<Down><Space>");
	screen_says(s, "Mail to bob@acme.example will go to the relay 192.0.2.25 as "
		       "unknown.");
	screen_keys(s, "<Ctrl-S>");
	screen_shows(s, "Save Bob Durand?");
	screen_says(s, "Mail to bob@acme.example will go to the relay 192.0.2.25 as "
		       "unknown.");
	screen_free(s);
}

static void general_tab(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_user(s, "elodie");
	screen_keys(s, "<F4>");
	screen_shows(s, "Élodie Guérin", "elodie", ELODIE, "2024-01-01 00:00 UTC",
		"uid=admin1,ou=admins,dc=demo");
	screen_cursor_on(s, "=General");
	screen_free(s);
}

static void hostile_texts(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	fake_change(s->fake, BOB, "cn", "Bob\033[2J\xe2\x80\xae\xff", NULL);
	fake_change(
		s->fake, BOB, "mail", "bob\033c@acme.example", "bob@acme.example", NULL);
	screen_users(s);
	screen_keys(s, "<Down><Enter>");
	screen_shows(
		s, "› Bob�[2J�� ", "bob�c@acme.example", "Bob�[2J�� can't sign in here");
	screen_free(s);
}

/* ---- choosing the mail system -------------------------------------------------------- */

static void choosing(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_user(s, "alice");
	screen_keys(s, "<Space>");
	screen_shows(s, "[x] Internal mail", "[ ] Third-party mail", "[ ] No mail");
	screen_cursor_on(s, "Internal mail");
	screen_keys(s, "<Down><Down><Down>");
	screen_cursor_on(s, "No mail");
	/* Esc leaves it as it is */
	screen_keys(s, "<Esc>");
	screen_shows(s, "( Internal mail ▾ )");
	screen_keys(s, "<Enter><Down><Space>");
	screen_shows(s, "( Third-party mail ▾ )", "[x] alice@acme.example",
		"[x] alice.martin@acme.example", "to 192.0.2.25",
		"Alice Martin can't sign in here while the mail is third-party.");
	screen_cursor_on(s, "=Third-party mail");
	screen_wrote(s, "");
	screen_free(s);
}

static void all_and_none(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_user(s, "durand");
	screen_keys(s, "a");
	screen_shows(s, "[x] bob@", "[x] bob.durand@", "[x] bd@");
	screen_keys(s, "o");
	screen_shows(s, "[ ] bob@", "[ ] bob.durand@", "[ ] bd@");
	screen_says(s, "Select at least one address, or choose another mail system.");
	screen_keys(s, "<Down><Down><Enter>");
	screen_shows(s, "[ ] bob@", "[x] bob.durand@", "[ ] bd@");
	screen_says_not(s, "Select at least one address");
	screen_free(s);
}

/* ---- what is written
 * --------------------------------------------------------------------- */

/* Each value by name: who may write some of the addresses only can do it, too. */
#define UNSELECTED                                    \
	"delete: relaisThirdPartyAddress\n"           \
	"relaisThirdPartyAddress: bob@acme.example\n" \
	"relaisThirdPartyAddress: bob.durand@acme.example\n-\n\n"

static const struct written {
	const char *name;
	const char *user;
	const char *keys;
	const char *ldif;
} writes[] = {
	{"to internal", "durand", "<Enter><Up><Enter>",
		MOD(BOB) "replace: relaisRouting\nrelaisRouting: internal\n-\n" UNSELECTED},
	{"to none", "durand", "<Enter><Down><Enter>",
		MOD(BOB) "replace: relaisRouting\nrelaisRouting: none\n-\n" UNSELECTED},
	{"from none to internal", "carol", "<Enter><Up><Up><Enter>",
		MOD(CAROL) "replace: relaisRouting\nrelaisRouting: internal\n-\n\n"},
	{"one less", "durand", "<Down><Space>",
		MOD(BOB) "delete: relaisThirdPartyAddress\n"
			 "relaisThirdPartyAddress: bob@acme.example\n-\n\n"},
	{"another one", "durand", "<Down><Space><Down><Down><Space>",
		MOD(BOB) "delete: relaisThirdPartyAddress\n"
			 "relaisThirdPartyAddress: bob@acme.example\n-\n"
			 "add: relaisThirdPartyAddress\n"
			 "relaisThirdPartyAddress: bd@acme.example\n-\n\n"},
	{"nothing", "durand", "<Down><Space><Space>a<Down><Down><Space>", ""},
};

static void write_row(void **state)
{
	const struct written *w = *state;
	struct screen *s = screen_new(NULL, 24, 80);

	screen_user(s, w->user);
	screen_keys(s, w->keys);
	screen_keys(s, "<Ctrl-S>");
	if (*w->ldif)
		screen_keys(s, "<Enter>");
	screen_shows(s, *w->ldif ? "Saved" : "Nothing was changed, nothing to save.");
	screen_wrote(s, w->ldif);
	screen_free(s);
}

/* What loses mail stands first in the review. */
static void review(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_user(s, "durand");
	screen_keys(s, "<Enter><Down><Enter><Ctrl-S>");
	/* clang-format off */
	screen_is(s,
		"Directories › Directory entities › Bob Durand             admin0 · ldapi · ready\n"
		"────────────────────────────────────────────────────────────────────────────────\n"
		" [ General ]  [ Mail ]\n"
		"\n"
		" Mail system  ( No mail ▾ )\n"
		"   ┌─ Save Bob Durand? ─────────────────────────────────────────────────────┐\n"
		"   │ Mail to bob@acme.example will be refused from now on (550).            │\n"
		"   │ Mail to bob.durand@acme.example will be refused from now on (550).     │\n"
		"   │                                                                        │\n"
		"   │ attribute  now → after saving                                          │\n"
		"   │ relaisRouting  external → none                                         │\n"
		"   │ relaisThirdPartyAddress  bob@acme.example, bob.durand@acme.example → – │\n"
		"   │                                                                        │\n"
		"   │ bob@acme.example  to 192.0.2.25 → doesn't exist (550)                  │\n"
		"   │ bob.durand@acme.example  to 192.0.2.25 → doesn't exist (550)           │\n"
		"   │ In force from the next message on.                                     │\n"
		"   │                                                                        │\n"
		"   │ < Save >  < Show LDIF >  < Back >                                      │\n"
		"   └────────────────────────────────────────────────────────────────────────┘\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"F10 quit   Enter choose   Esc back   Tab next\n");
	/* clang-format on */
	screen_free(s);
}

/* Of many, only what comes or goes is listed, and that the others stay. */
static void review_of_many(void **state)
{
	struct screen *s = screen_new(NULL, 24, 100);

	(void)state;
	screen_user(s, "durand");
	screen_keys(s, "<Down><Down><Down><Space><Ctrl-S>");
	screen_says(s, "relaisThirdPartyAddress 2 others bd@acme.example, 2 others");
	screen_keys(s, "<Enter>");
	screen_shows(s, "Saved Bob Durand");
	screen_keys(s, "<Space><Ctrl-S>");
	screen_says(s, "relaisThirdPartyAddress bd@acme.example, 2 others 2 others");
	screen_free(s);
}

static void sign_in_is_told(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_user(s, "alice");
	screen_keys(s, "<Enter><Down><Enter><Ctrl-S>");
	screen_shows(s, "Save Alice Martin?",
		"Alice Martin can't sign in here while the mail is third-party.");
	screen_says(s, "alice@acme.example mailbox here");
	screen_says(s, "to 192.0.2.25");
	screen_free(s);
}

/* ---- every rule
 * ---------------------------------------------------------------------------- */

static void clear_relay(struct screen *s)
{
	fake_change(s->fake, ACME, "relaisSplitRelay", NULL);
}

static void foreign_address(struct screen *s)
{
	fake_change(s->fake, ALICE, "mail", "alice@elsewhere.example", NULL);
}

static void selection_of_another(struct screen *s)
{
	fake_change(s->fake, BOB, "relaisThirdPartyAddress", "bob@acme.example",
		"old@acme.example", NULL);
}

static void no_address(struct screen *s)
{
	fake_change(s->fake, CAROL, "mail", NULL);
}

static const struct rule_row {
	const char *name;
	void (*first)(struct screen *s);
	const char *user;
	const char *keys;
	const char *sentence;
	const char *cursor;
	const char *kept;
} rules[] = {
	{"none selected", NULL, "durand", "o",
		"Select at least one address, or choose another mail system.",
		"bob@acme.example", "[ ] bob@acme.example"},
	{"none selected, from General", NULL, "durand", "o<F4>",
		"Select at least one address, or choose another mail system.",
		"bob@acme.example", "[ ] bob@acme.example"},
	{"no relay", NULL, "yuki", "<Enter><Down><Enter>",
		"lyon.example has no relay for split domains: set it first, or "
		"yuki@lyon.example's mail would be held.",
		"yuki@lyon.example", "[x] yuki@lyon.example"},
	{"relay gone before", clear_relay, "durand", "a",
		"acme.example has no relay for split domains: set it first, or "
		"bob@acme.example's mail would be held.",
		"bob@acme.example", "[x] bd@acme.example"},
	{"not hosted", foreign_address, "alice", "<Enter><Down><Enter>",
		"elsewhere.example isn't a supervised domain, so alice@elsewhere.example "
		"can't be used here.",
		"alice@elsewhere.example", "[x] alice@elsewhere.example"},
	{"selected but not an address", selection_of_another, "durand",
		"<Down><Down><Space>",
		"old@acme.example isn't an address of this user: unselect it.",
		"bob@acme.example", "[x] old@acme.example"},
	{"internal without address", no_address, "carol", "<Enter><Up><Up><Enter>",
		"Internal mail needs an address: this user has none.", "=Add an address",
		"( Internal mail ▾ )"},
	{"third-party without address", no_address, "carol", "<Enter><Up><Enter>",
		"Select at least one address, or choose another mail system.",
		"=Add an address", "( Third-party mail ▾ )"},
	{"address taken", NULL, "durand", "+alice@acme.example<Enter><Down><Enter>",
		"alice@acme.example already belongs to Alice Martin: an address has one "
		"holder.",
		"bob@acme.example", "[x] alice@acme.example"},
	{"address taken, and one refused", NULL, "durand",
		"+ALICE@acme.example<Enter><Down><Enter><Down><Space>",
		"ALICE@acme.example already belongs to Alice Martin: an address has one "
		"holder.",
		"bob@acme.example", "[x] ALICE@acme.example"},
	{"address not hosted", NULL, "durand", "+bob@elsewhere.example<Enter><Down><Enter>",
		"elsewhere.example isn't a supervised domain, so bob@elsewhere.example "
		"can't be used here.",
		"bob@acme.example", "[x] bob@elsewhere.example"},
};

static void check_rule(const struct rule_row *r, int h, int w)
{
	struct screen *s = screen_new(NULL, h, w);

	if (r->first)
		r->first(s);
	screen_user(s, r->user);
	screen_keys(s, r->keys);
	screen_keys(s, "<Ctrl-S>");
	screen_says(s, r->sentence);
	screen_says(s, "Not saved: see the words under the field.");
	screen_shows(s, r->kept);
	screen_lacks(s, "attribute ");
	screen_cursor_on(s, r->cursor);
	screen_wrote(s, "");
	assert_string_equal(fake_asked(s->fake), "");
	screen_free(s);
}

static void rule(void **state)
{
	check_rule(*state, 24, 80);
}

static void rule_wide(void **state)
{
	check_rule(*state, 43, 132);
}

/* Relay set from the user's form, through the button; the user is saved then. */
static void sets_the_relay(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_user(s, "yuki");
	screen_keys(s, "<Enter><Down><Enter><Down><Down><Down><Down>");
	screen_cursor_on(s, "=Set the relay of lyon.example");
	screen_keys(s, "<Enter>");
	screen_shows(s, "› lyon.example ");
	screen_cursor_on(s, "-Relay for split domains");
	screen_keys(s, "192.0.2.5<Ctrl-S><Enter><Esc>");
	/* the same form, nothing lost, the rule kept */
	screen_shows(
		s, "( Third-party mail ▾ )", "[x] yamada@lyon.example", "to 192.0.2.5");
	screen_lacks(s, "Set the relay", "has no relay");
	screen_keys(s, "<Ctrl-S><Enter>");
	screen_wrote(s,
		MOD(LYON) "add: relaisSplitRelay\n"
			  "relaisSplitRelay: [192.0.2.5]\n-\n\n" MOD(
				  YUKI) "replace: relaisRouting\nrelaisRouting: "
					"external\n-\n"
					"add: relaisThirdPartyAddress\n"
					"relaisThirdPartyAddress: yuki@lyon.example\n"
					"relaisThirdPartyAddress: "
					"yamada@lyon.example\n-\n\n");
	screen_free(s);
}

/* What was wrong before is told and doesn't stand in the way. */
static void taken_before(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	fake_change(s->fake, ZOE, "mail", "zoe@branch.example", "bd@acme.example", NULL);
	screen_user(s, "durand");
	screen_says(s, "bd@acme.example already belongs to Zoë Ångström");
	screen_keys(s, "<Down><Space><Ctrl-S>");
	screen_shows(s, "Save Bob Durand?");
	screen_keys(s, "<Enter>");
	screen_shows(s, "Saved Bob Durand");
	screen_free(s);
}

/* ---- addresses added and removed
 * --------------------------------------------------------------- */

static void add_an_address(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_user(s, "alice");
	screen_keys(s, "<Down><Down><Down>");
	screen_cursor_on(s, "=Add an address");
	screen_keys(s, "<Enter>");
	screen_shows(s, "─ Add an address ─", "on all of the domain's names",
		"< Add >  < Cancel >");
	screen_cursor_on(s, "-Address");
	/* the local part is enough */
	screen_keys(s, "am<Enter><Down><Enter>");
	screen_shows(s, "am@acme.example", "mailbox here");
	screen_keys(s, "<Ctrl-S>");
	screen_says(s, "am@acme.example doesn't exist (550)");
	screen_keys(s, "<Enter>");
	screen_wrote(s, MOD(ALICE) "add: mail\nmail: am@acme.example\n-\n\n");
	screen_free(s);
}

static void add_on_all_names(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_user(s, "durand");
	screen_keys(s, "+b<Enter><Space>");
	screen_shows(s, "[x] on all of the domain's names");
	screen_keys(s, "<Down><Enter>");
	screen_shows(s, "[x] b@acme.example", "[x] b@acme.test", "[x] b@acme.invalid");
	screen_keys(s, "<Ctrl-S><Enter>");
	screen_wrote(s, MOD(BOB) "add: mail\n"
				 "mail: b@acme.example\n"
				 "mail: b@acme.test\n"
				 "mail: b@acme.invalid\n-\n"
				 "add: relaisThirdPartyAddress\n"
				 "relaisThirdPartyAddress: b@acme.example\n"
				 "relaisThirdPartyAddress: b@acme.test\n"
				 "relaisThirdPartyAddress: b@acme.invalid\n-\n\n");
	screen_free(s);
}

static const struct wrong_address {
	const char *name;
	const char *typed;
	const char *sentence;
} wrong_addresses[] = {
	{"empty", "", "Please fill this in."},
	{"no domain", "x@", "Not a domain name: write it as acme.example."},
	{"no local part", "@acme.example", "Not a mail address: write it as name@domain."},
	{"two spaces", "a  b@acme.example", "Not a mail address: write it as name@domain."},
	{"percent", "a%b@acme.example",
		"An address here may not contain %, !, / or a second @."},
	{"bang", "a!b@acme.example",
		"An address here may not contain %, !, / or a second @."},
	{"slash", "a/b@acme.example",
		"An address here may not contain %, !, / or a second @."},
	{"second @", "a@b@acme.example",
		"An address here may not contain %, !, / or a second @."},
	{"not ASCII", "zoë@acme.example",
		"Before the @ only ASCII letters, digits and signs can be used."},
};

static void wrong_address(void **state)
{
	const struct wrong_address *w = *state;
	struct screen *s = screen_new(NULL, 24, 80);

	screen_user(s, "durand");
	screen_keys(s, "+");
	screen_keys(s, w->typed);
	screen_keys(s, "<Tab><Tab><Enter>");
	screen_shows(s, "─ Add an address ─", w->typed);
	screen_says(s, w->sentence);
	screen_cursor_on(s, "-Address");
	screen_keys(s, "<Esc>");
	screen_lacks(s, "─ Add an address ─");
	screen_keys(s, "<Esc>");
	screen_lacks(s, "You have unsaved changes.");
	screen_free(s);
}

/* Removed: with its selection, and the review says what becomes of its mail. */
static void remove_an_address(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_user(s, "durand");
	screen_keys(s, "<Down>-");
	screen_shows(s, "[x] bob.durand@acme.example");
	screen_lacks(s, " bob@acme.example  ");
	screen_says(s, "Mail to bob@acme.example will be refused from now on (550).");
	screen_keys(s, "<Ctrl-S>");
	screen_shows(s, "Save Bob Durand?");
	screen_says(s, "Mail to bob@acme.example will be refused from now on (550).");
	screen_keys(s, "<Enter>");
	screen_wrote(s, MOD(BOB) "delete: mail\nmail: bob@acme.example\n-\n"
				 "delete: relaisThirdPartyAddress\n"
				 "relaisThirdPartyAddress: bob@acme.example\n-\n\n");
	screen_free(s);
}

/* ---- new users
 * -------------------------------------------------------------------------------------- */

static void new_user(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_users(s);
	screen_keys(s, "n");
	screen_shows(s, "› New user ", "< Create and edit >  < Create >  < Cancel >");
	screen_cursor_on(s, "-Name");
	screen_keys(s, "Ève Noël<Enter>Eve.Noel@ACME.example<Enter><Enter>");
	screen_cursor_on(s, "=Internal mail");
	screen_keys(s, "<Down><Right><Enter>");
	screen_shows(s, "Save Ève Noël?");
	screen_keys(s, "<Enter>");
	screen_wrote(s, "dn: uid=Eve.Noel," ACME "\n"
			"changetype: add\n"
			"objectClass: inetOrgPerson\n"
			"objectClass: relaisUser\n"
			"uid: Eve.Noel\n"
			"cn:: w4h2ZSBOb8OrbA==\n"
			"sn:: Tm/Dq2w=\n"
			"displayName:: w4h2ZSBOb8OrbA==\n"
			"mail: Eve.Noel@acme.example\n"
			"relaisRouting: internal\n"
			"\n");
	screen_shows(s, "of 7", "Ève Noël");
	screen_free(s);
}

static void new_third_party_user(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_users(s);
	screen_keys(s, "nEve<Enter>eve@acme.example<Enter>e1<Enter>");
	screen_keys(s, "<Enter><Down><Enter>");
	screen_shows(s, "( Third-party mail ▾ )");
	screen_keys(s, "<Down><Enter><Enter>");
	screen_wrote(s, "dn: uid=e1," ACME "\n"
			"changetype: add\n"
			"objectClass: inetOrgPerson\n"
			"objectClass: relaisUser\n"
			"uid: e1\n"
			"cn: Eve\n"
			"sn: Eve\n"
			"displayName: Eve\n"
			"mail: eve@acme.example\n"
			"relaisRouting: external\n"
			"relaisThirdPartyAddress: eve@acme.example\n"
			"\n");
	/* Create and edit: the form is open */
	screen_shows(s, "› Eve ", "[x] eve@acme.example", "to 192.0.2.25");
	screen_free(s);
}

static const struct new_row {
	const char *name;
	const char *keys;
	const char *sentence;
	const char *cursor;
} news[] = {
	{"nothing typed", "", "Please fill this in.", "-Name"},
	{"no address", "Eve", "Please fill this in.", "-Address"},
	{"malformed", "Eve<Tab>eve", "Not a mail address: write it as name@domain.",
		"-Address"},
	{"taken", "Eve<Tab>Bob@acme.example",
		"Bob@acme.example already belongs to Bob Durand: an address has one "
		"holder.",
		"-Address"},
	{"not hosted", "Eve<Tab>eve@elsewhere.example",
		"elsewhere.example isn't a supervised domain, so eve@elsewhere.example "
		"can't be used here.",
		"-Address"},
	{"user name", "Eve<Tab>eve@acme.example<Tab>e v",
		"A user name has no spaces and no slash.", "-User name"},
	{"no relay", "Eve<Tab>eve@lyon.example<Tab><Tab><Enter><Down><Enter>",
		"lyon.example has no relay for split domains: set it first, or "
		"eve@lyon.example's mail would be held.",
		"=Third-party mail"},
};

static void new_rule(void **state)
{
	const struct new_row *r = *state;
	struct screen *s = screen_new(NULL, 24, 80);

	screen_users(s);
	screen_keys(s, "n");
	screen_keys(s, r->keys);
	screen_keys(s, "<Ctrl-S>");
	screen_says(s, r->sentence);
	screen_shows(s, "Not saved: see the words under the field.");
	screen_cursor_on(s, r->cursor);
	screen_wrote(s, "");
	assert_string_equal(fake_asked(s->fake), "");
	screen_free(s);
}

/* ---- the switch
 * -----------------------------------------------------------------------------------------
 */

static void switched(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_users(s);
	screen_keys(s, "t");
	screen_shows(s, "Save Alice Martin?", "relaisRouting");
	screen_keys(s, "<Enter>");
	screen_shows(s, "Display name", "Saved Alice Martin", "third-party ");
	screen_cursor_on(s, "Alice Martin");
	screen_keys(s, "t<Enter>");
	screen_cursor_on(s, "Alice Martin");
	screen_wrote(s,
		MOD(ALICE) "replace: relaisRouting\nrelaisRouting: external\n-\n"
			   "add: relaisThirdPartyAddress\n"
			   "relaisThirdPartyAddress: alice@acme.example\n"
			   "relaisThirdPartyAddress: alice.martin@acme.example\n-\n\n" MOD(
				   ALICE) "replace: relaisRouting\n"
					  "relaisRouting: internal\n-\n"
					  "delete: relaisThirdPartyAddress\n"
					  "relaisThirdPartyAddress: alice@acme.example\n"
					  "relaisThirdPartyAddress: "
					  "alice.martin@acme.example\n-\n\n");
	screen_free(s);
}

/* Back in the review: nothing written, in the list again, no question. */
static void not_switched(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_users(s);
	screen_keys(s, "<Down>t<Esc>");
	screen_shows(s, "Display name");
	screen_lacks(s, "You have unsaved changes.", "Save Bob Durand?");
	screen_cursor_on(s, "Bob Durand");
	screen_wrote(s, "");
	screen_free(s);
}

/* A rule stands in the way: the form says which. */
static void cannot_be_switched(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_users(s);
	screen_keys(s, "<End>t");
	screen_says(s, "lyon.example has no relay for split domains");
	screen_shows(s, "Set the relay of lyon.example");
	screen_wrote(s, "");
	screen_free(s);
}

/* ---- focus
 * ---------------------------------------------------------------------------------------------------
 */

static void focus_order(void **state)
{
	static const char *const stops[] = {"=Third-party mail", "bob@acme.example",
		"bob.durand@acme.example", "bd@acme.example", "=Add an address", "=Save",
		"=Cancel", "=Mail", NULL};
	struct screen *s = screen_new(NULL, 16, 60);

	(void)state;
	screen_user(s, "durand");
	for (size_t i = 0; stops[i]; i++) {
		screen_cursor_on(s, stops[i]);
		screen_keys(s, "<Tab>");
	}
	screen_cursor_on(s, stops[0]);
	for (size_t i = 0; i < 6; i++) {
		screen_cursor_on(s, stops[i]);
		screen_keys(s, "<Down>");
	}
	screen_cursor_on(s, "=Save");
	for (size_t i = 5; i > 0; i--) {
		screen_cursor_on(s, stops[i]);
		screen_keys(s, "<Up>");
	}
	screen_keys(s, "<Up>");
	screen_cursor_on(s, "=Mail");
	screen_keys(s, "<Left><Down>");
	screen_cursor_on(s, "=Save");
	screen_free(s);
}

/* Thirty addresses at the smallest size: the focused one is in view, and the end. */
static void many_addresses(void **state)
{
	struct screen *s = screen_new(NULL, 16, 60);
	struct buf ldif = BUF_INIT;

	(void)state;
	buf_puts(&ldif, "dn: uid=many," ACME "\nobjectClass: inetOrgPerson\n"
			"objectClass: relaisUser\nuid: many\ncn: Many\n"
			"relaisRouting: external\n");
	for (int i = 10; i < 40; i++)
		buf_printf(&ldif,
			"mail: a%d@acme.example\n"
			"relaisThirdPartyAddress: a%d@acme.example\n",
			i, i);
	fake_add(s->fake, ldif.s);
	buf_release(&ldif);
	screen_user(s, "many");
	for (int i = 10; i < 40; i++) {
		char address[32];

		snprintf(address, sizeof(address), "a%d@acme.example", i);
		screen_keys(s, "<Down>");
		screen_cursor_on(s, address);
		screen_shows(s, "< Save >");
	}
	screen_keys(s, "<Down><Down>");
	screen_cursor_on(s, "=Save");
	screen_says(s, "Many can't sign in here while the mail is third-party.");
	screen_keys(s, "<PgUp><PgUp><PgUp><PgUp><PgUp>");
	screen_shows(s, "Mail system", "< Save >");
	screen_cursor_on(s, "=Save");
	screen_free(s);
}

int main(void)
{
	struct suite suite = {.n = 0};

	SUITE_ADD(&suite, third_party);
	SUITE_ADD(&suite, internal);
	SUITE_ADD(&suite, no_mail);
	SUITE_ADD(&suite, unselected_goes_to_the_relay);
	SUITE_ADD(&suite, general_tab);
	SUITE_ADD(&suite, hostile_texts);
	SUITE_ADD(&suite, choosing);
	SUITE_ADD(&suite, all_and_none);
	SUITE_ROWS(&suite, write_row, writes);
	SUITE_ADD(&suite, review);
	SUITE_ADD(&suite, review_of_many);
	SUITE_ADD(&suite, sign_in_is_told);
	SUITE_ROWS(&suite, rule, rules);
	SUITE_ROWS(&suite, rule_wide, rules);
	SUITE_ADD(&suite, sets_the_relay);
	SUITE_ADD(&suite, taken_before);
	SUITE_ADD(&suite, add_an_address);
	SUITE_ADD(&suite, add_on_all_names);
	SUITE_ROWS(&suite, wrong_address, wrong_addresses);
	SUITE_ADD(&suite, remove_an_address);
	SUITE_ADD(&suite, new_user);
	SUITE_ADD(&suite, new_third_party_user);
	SUITE_ROWS(&suite, new_rule, news);
	SUITE_ADD(&suite, switched);
	SUITE_ADD(&suite, not_switched);
	SUITE_ADD(&suite, cannot_be_switched);
	SUITE_ADD(&suite, focus_order);
	SUITE_ADD(&suite, many_addresses);
	return suite_run(&suite);
}
