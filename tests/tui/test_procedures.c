/*
 * The procedures of the page that administrators know, with arrows, Tab, Space, Enter, Esc
 * and what is typed into fields alone: the master's domain, the slave's domain, a domain
 * that doesn't exist yet, the master's third-party users.  In both languages, at 80x24 and
 * at the smallest size.
 */
#include "tests/tui/screen.h"

#include <string.h>

static const struct terminal {
	const char *name;
	int h, w;
	const char *language;
} terminals[] = {
	{"English 80x24", 24, 80, "en"},
	{"French 80x24", 24, 80, "fr"},
	{"English 60x16", 16, 60, "en"},
	{"French 60x16", 16, 60, "fr"},
	{"pseudo 60x16", 16, 60, "pseudo"},
};

static struct screen *start(const struct terminal *t)
{
	struct screen *s = screen_new(NULL, t->h, t->w);

	screen_language(s, t->language);
	return s;
}

#define MOD(dn) "dn: " dn "\nchangetype: modify\n"

/* The list of supervised domains; one down: branch, two down: lyon. */
#define TO_DOMAINS "<Enter>"
#define TO_USERS "<Down><Down><Down><Enter>"

/* ---- the master ------------------------------------------------------------------ */

static void master_domain(void **state)
{
	struct screen *s = start(*state);

	screen_keys(s, TO_DOMAINS "<Down><Down><Enter>");
	screen_shows(s, "lyon.example");
	/* the relay has the cursor; Enter goes on, to the box that stays unticked */
	screen_keys(s, "mail.old.example<Enter>");
	screen_cursor_on(s, "[ ]");
	screen_keys(s, "<Down><Enter>");
	screen_shows(s, "relaisSplitRelay", "[mail.old.example]");
	screen_wrote(s, "");
	screen_keys(s, "<Enter>");
	screen_wrote(s, MOD(LYON) "add: relaisSplitRelay\n"
				  "relaisSplitRelay: [mail.old.example]\n-\n\n");
	screen_keys(s, "<Esc>");
	screen_shows(s, "lyon.example", "mail.old.example");
	screen_cursor_on(s, "lyon.example");
	screen_keys(s, "<Esc>");
	screen_shows(s, "4");
	screen_free(s);
}

/* An address with a port, over one that stands there. */
static void master_relay_changed(void **state)
{
	struct screen *s = start(*state);

	screen_keys(s, TO_DOMAINS "<Enter>");
	for (int i = 0; i < 10; i++)
		screen_keys(s, "<Backspace>");
	screen_keys(s, "198.51.100.7:2525<Enter><Down><Enter><Enter>");
	screen_wrote(s, MOD(ACME) "replace: relaisSplitRelay\n"
				  "relaisSplitRelay: [198.51.100.7]:2525\n-\n\n");
	screen_free(s);
}

static void master_users(void **state)
{
	struct screen *s = start(*state);

	/* all of the user's addresses */
	screen_keys(s, TO_USERS "<Enter>");
	screen_shows(s, "alice@acme.example", "alice.martin@acme.example");
	screen_keys(s, "<Enter><Down><Enter>");
	screen_shows(s, "[x] alice@acme.example", "[x] alice.martin@acme.example");
	screen_keys(s, "<Tab><Tab><Tab><Tab>");
	screen_keys(s, "<Enter><Enter>");
	screen_wrote(s, MOD(ALICE) "replace: relaisRouting\n"
				   "relaisRouting: external\n-\n"
				   "add: relaisThirdPartyAddress\n"
				   "relaisThirdPartyAddress: alice@acme.example\n"
				   "relaisThirdPartyAddress: alice.martin@acme.example\n"
				   "-\n\n");
	screen_free(s);
}

static void master_some_addresses(void **state)
{
	struct screen *s = start(*state);

	screen_keys(s, TO_USERS "<Enter><Enter><Down><Enter>");
	/* one of them stays here: unknown, as it is selected no more */
	screen_keys(s, "<Down><Down>");
	screen_cursor_on(s, "alice.martin@acme.example");
	screen_keys(s, "<Space>");
	screen_shows(s, "[x] alice@acme.example", "[ ] alice.martin@acme.example");
	screen_keys(s, "<Down><Down><Enter>");
	screen_shows(s, "alice.martin@acme.example");
	screen_wrote(s, "");
	screen_keys(s, "<Enter>");
	screen_wrote(s, MOD(ALICE) "replace: relaisRouting\n"
				   "relaisRouting: external\n-\n"
				   "add: relaisThirdPartyAddress\n"
				   "relaisThirdPartyAddress: alice@acme.example\n-\n\n");
	screen_free(s);
}

/* A user that relais never saw: the class comes along. */
static void master_first_time(void **state)
{
	struct screen *s = start(*state);

	screen_keys(s, TO_USERS "<Down><Down><Down><Enter>");
	screen_shows(s, "elodie@acme.example");
	/* from No mail, the last of the three, up to the second */
	screen_keys(s, "<Enter><Up><Enter>");
	screen_shows(s, "[x] elodie@acme.example");
	screen_keys(s, "<Down><Down><Down><Enter><Enter>");
	screen_wrote(s, MOD(ELODIE) "add: objectClass\n"
				    "objectClass: relaisUser\n-\n"
				    "add: relaisRouting\n"
				    "relaisRouting: external\n-\n"
				    "add: relaisThirdPartyAddress\n"
				    "relaisThirdPartyAddress: elodie@acme.example\n"
				    "-\n\n");
	screen_free(s);
}

/* And back, once the mailbox has moved here. */
static void master_back_to_internal(void **state)
{
	struct screen *s = start(*state);

	screen_keys(s, TO_USERS "<Down><Enter>");
	screen_shows(s, "bob.durand@acme.example");
	screen_keys(s, "<Enter><Up><Enter>");
	/* to the buttons by Tab from behind would take Shift: down past the addresses */
	screen_keys(s, "<Down><Down><Down><Down><Down><Enter>");
	screen_shows(s, "relaisRouting");
	screen_keys(s, "<Enter>");
	screen_wrote(s, MOD(BOB) "replace: relaisRouting\n"
				 "relaisRouting: internal\n-\n"
				 "delete: relaisThirdPartyAddress\n"
				 "relaisThirdPartyAddress: bob@acme.example\n"
				 "relaisThirdPartyAddress: "
				 "bob.durand@acme.example\n-\n\n");
	screen_free(s);
}

/* ---- the slave -------------------------------------------------------------------- */

static void slave_domain(void **state)
{
	struct screen *s = start(*state);

	screen_keys(s, TO_DOMAINS "<Down><Down><Enter>master.example<Enter><Space>");
	screen_cursor_on(s, "[x]");
	screen_keys(s, "<Tab><Enter><Enter>");
	screen_wrote(s, MOD(LYON) "add: relaisSplitRelay\n"
				  "relaisSplitRelay: [master.example]\n-\n"
				  "add: relaisForwardUnknown\n"
				  "relaisForwardUnknown: TRUE\n-\n\n");
	screen_free(s);
}

/* The tick can be set by Enter as well. */
static void slave_tick_by_enter(void **state)
{
	struct screen *s = start(*state);

	screen_keys(s, TO_DOMAINS "<Enter><Down><Enter><Down><Enter><Enter>");
	screen_wrote(s, MOD(ACME) "replace: relaisForwardUnknown\n"
				  "relaisForwardUnknown: TRUE\n-\n\n");
	screen_free(s);
}

/* ---- a domain that doesn't exist yet ------------------------------------------------ */

#define CREATED                                                 \
	"dn: associatedDomain=new.example,ou=domains,dc=demo\n" \
	"changetype: add\n"                                     \
	"objectClass: organizationalUnit\n"                     \
	"objectClass: relaisDomain\n"                           \
	"ou: new.example\n"                                     \
	"associatedDomain: new.example\n"

static void create_and_edit(void **state)
{
	struct screen *s = start(*state);

	/* New domain stands above the list */
	screen_keys(s, TO_DOMAINS "<Up><Enter>");
	screen_keys(s, "New.Example<Enter><Enter><Enter>");
	/* Create and edit, the first button; its review */
	screen_keys(s, "<Enter><Enter>");
	screen_wrote(s, CREATED "\n");
	/* its form is open, on the relay */
	screen_keys(s, "mail.old.example<Enter><Space><Down><Enter><Enter>");
	screen_wrote(s, CREATED "\n"
				"dn: associatedDomain=new.example,ou=domains,dc=demo\n"
				"changetype: modify\n"
				"add: relaisSplitRelay\n"
				"relaisSplitRelay: [mail.old.example]\n-\n"
				"add: relaisForwardUnknown\n"
				"relaisForwardUnknown: TRUE\n-\n\n");
	screen_keys(s, "<Esc>");
	screen_shows(s, "new.example", "mail.old.example");
	screen_free(s);
}

static void create(void **state)
{
	struct screen *s = start(*state);

	screen_keys(s, TO_DOMAINS "<Up><Enter>");
	screen_keys(s, "new.example<Enter>Neu<Enter>new.test, new.invalid<Enter>");
	screen_keys(s, "<Right><Enter><Enter>");
	screen_wrote(s, CREATED "associatedDomain: new.test\n"
				"associatedDomain: new.invalid\n"
				"description: Neu\n\n");
	/* back in the list */
	screen_shows(s, "new.example +2");
	screen_free(s);
}

int main(void)
{
	struct suite suite = {.n = 0};

	SUITE_ROWS(&suite, master_domain, terminals);
	SUITE_ROWS(&suite, master_relay_changed, terminals);
	SUITE_ROWS(&suite, master_users, terminals);
	SUITE_ROWS(&suite, master_some_addresses, terminals);
	SUITE_ROWS(&suite, master_first_time, terminals);
	SUITE_ROWS(&suite, master_back_to_internal, terminals);
	SUITE_ROWS(&suite, slave_domain, terminals);
	SUITE_ROWS(&suite, slave_tick_by_enter, terminals);
	SUITE_ROWS(&suite, create_and_edit, terminals);
	SUITE_ROWS(&suite, create, terminals);
	return suite_run(&suite);
}
