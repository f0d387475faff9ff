/* New domain where an entry of that name stands already, or users have addresses in it. */
#include "tests/tui/screen.h"

#define OU "ou=z.example,ou=domains,dc=demo"
#define CLASS "add: objectClass\nobjectClass: relaisDomain\n-\n"
#define MODIFY "dn: " OU "\nchangetype: modify\n"

static const char there[] = "dn: " OU "\n"
			    "objectClass: organizationalUnit\n"
			    "ou: z.example\n"
			    "description: theirs\n"
			    "l: Lyon\n";

static struct screen *typing(const char *ldif, const char *name)
{
	struct screen *s = screen_new(NULL, 24, 80);

	if (ldif)
		fake_add(s->fake, ldif);
	screen_domains(s);
	screen_keys(s, "n");
	screen_keys(s, name);
	return s;
}

/* ---- adopted --------------------------------------------------------------------- */

static void an_entry_is_used(void **state)
{
	struct screen *s = typing(there, "z.exampl");

	(void)state;
	screen_lacks(s, "There is an entry");
	screen_keys(s, "e");
	screen_says(s, "There is an entry of this name already: it becomes the domain and "
		       "keeps what it has (" OU ").");
	screen_keys(s, "<Tab><Tab>z.test<Tab><Enter>");
	screen_shows(s, "Save z.example?", "objectClass", "organizationalUnit",
		"associatedDomain", "z.example, z.test");
	screen_says(s,
		"Until users have addresses in it, all mail to this domain is refused "
		"(550).");
	screen_keys(s, "<Enter>");
	screen_wrote(s, MODIFY CLASS "add: associatedDomain\nassociatedDomain: z.example\n"
				     "associatedDomain: z.test\n-\n\n");
	screen_shows(s, "Supervised domains › z.example", "Saved z.example");
	assert_string_equal(entry_text(fake_entry(s->fake, OU), "l"), "Lyon");
	assert_string_equal(entry_text(fake_entry(s->fake, OU), "description"), "theirs");
	screen_keys(s, "<F4>");
	screen_shows(s, "[theirs ", "z.test", OU);
	screen_free(s);
}

static const struct found_row {
	const char *name, *ldif, *typed;
	bool used;
} found_rows[] = {
	{"found: dc",
		"dn: dc=z.example,ou=domains,dc=demo\nobjectClass: domain\n"
		"dc: z.example\n",
		"z.example", true},
	{"found: below another",
		"dn: o=z.example,ou=x,ou=domains,dc=demo\n"
		"objectClass: organization\no: z.example\n",
		"z.example", true},
	{"found: by associatedDomain",
		"dn: ou=Zed,ou=domains,dc=demo\n"
		"objectClass: domainRelatedObject\nou: Zed\n"
		"associatedDomain: Z.example\n",
		"z.example", true},
	{"found: capitals and a dot", there, "Z.Example.", true},
	{"found: a U-label",
		"dn: ou=zürich.example,ou=domains,dc=demo\n"
		"objectClass: organizationalUnit\nou: zürich.example\n",
		"Zürich.example", true},
	{"not found: elsewhere in the tree",
		"dn: ou=z.example,ou=other,dc=demo\nobjectClass: organizationalUnit\n"
		"ou: z.example\n",
		"z.example", false},
	{"not found: where domains stand",
		"dn: ou=domains,dc=demo\nobjectClass: organizationalUnit\nou: domains\n",
		"domains", false},
	{"not found: a user",
		"dn: cn=z.example,ou=domains,dc=demo\n"
		"objectClass: inetOrgPerson\ncn: z.example\n",
		"z.example", false},
	{"not found: called so besides",
		"dn: ou=Sales,ou=domains,dc=demo\n"
		"objectClass: organizationalUnit\nou: Sales\n"
		"ou: z.example\n",
		"z.example", false},
};

static void check_found(void **state)
{
	const struct found_row *r = *state;
	struct screen *s = typing(r->ldif, r->typed);

	if (r->used)
		screen_says(s, "it becomes the domain and keeps what it has");
	else
		screen_says_not(s, "There is an entry of this name already");
	screen_free(s);
}

/* The very entry that would be made comes before others of that name. */
static void the_best_is_used(void **state)
{
	struct screen *s = typing(there, "");

	(void)state;
	fake_add(s->fake,
		"dn: associatedDomain=z.example,ou=domains,dc=demo\n"
		"objectClass: domainRelatedObject\nassociatedDomain: z.example\n");
	fake_add(s->fake, "dn: cn=z.example,ou=domains,dc=demo\n"
			  "objectClass: applicationProcess\ncn: z.example\n");
	screen_keys(s, "z.example");
	screen_says(
		s, "keeps what it has (associatedDomain=z.example,ou=domains,dc=demo).");
	screen_free(s);
}

static void names_that_it_brings(void **state)
{
	struct screen *s = typing(there, "");

	(void)state;
	fake_change(s->fake, OU, "associatedDomain", "z.net", "lyon.example", NULL);
	screen_keys(s, "z.example");
	screen_says(s, "It brings other names: z.net, lyon.example.");
	/* one of them is another domain's: it can't be saved so */
	screen_keys(s, "<Ctrl-S>");
	screen_says(s, "lyon.example already belongs to another domain: " LYON ".");
	screen_lacks(s, "Save z.example?");
	fake_change(s->fake, OU, "associatedDomain", "z.net", NULL);
	screen_keys(s, "x<Backspace><Ctrl-S>");
	screen_shows(s, "Save z.example?");
	screen_keys(s, "<Enter>");
	screen_wrote(s,
		MODIFY CLASS "add: associatedDomain\nassociatedDomain: z.example\n-\n\n");
	screen_free(s);
}

/* Somebody changes the entry, or makes it a domain, after it was found. */
static void changed_meanwhile(void **state)
{
	struct screen *s = typing(there, "z.example<Ctrl-S>");

	(void)state;
	screen_shows(s, "Save z.example?");
	fake_change(s->fake, OU, "objectClass", "organizationalUnit", "relaisDomain", NULL);
	fake_change(s->fake, OU, "associatedDomain", "z.example", NULL);
	screen_keys(s, "<Enter>");
	screen_says(
		s, "Somebody else has changed this entry meanwhile: nothing was written.");
	screen_wrote(s, "");
	screen_keys(s, "<Enter>");
	screen_shows(s, "New domain", "[z.example ");
	screen_keys(s, "<Ctrl-S>");
	screen_says(s, "z.example already belongs to another domain: " OU ".");
	assert_int_equal(s->app->writing, 0);
	screen_free(s);
}

static void gone_meanwhile(void **state)
{
	struct screen *s = typing(there, "z.example<Ctrl-S>");

	(void)state;
	fake_delete(s->fake, OU);
	screen_keys(s, "<Enter>");
	screen_says(s,
		"This entry doesn't exist any more: somebody has removed or renamed it.");
	screen_keys(s, "<Enter>");
	/* there is none now: one is made */
	screen_keys(s, "<Ctrl-S><Enter>");
	screen_wrote(s,
		"dn: associatedDomain=z.example,ou=domains,dc=demo\nchangetype: add\n"
		"objectClass: organizationalUnit\nobjectClass: relaisDomain\n"
		"ou: z.example\nassociatedDomain: z.example\n\n");
	screen_free(s);
}

/* The same name for another domain at the same moment: found after writing, undone. */
static void taken_while_it_was_written(void **state)
{
	struct screen *s = typing(there, "z.example<Ctrl-S>");

	(void)state;
	fake_stall(s->fake, true);
	screen_keys(s, "<Enter>");
	fake_stall(s->fake, false);
	screen_step(s);
	fake_change(s->fake, LYON, "associatedDomain", "lyon.example", "z.example", NULL);
	screen_settle(s);
	screen_shows(s, "Two changes crossed");
	screen_says(s, "z.example already belongs to another domain: " LYON ".");
	screen_keys(s, "<Enter>");
	screen_shows(s, "Taken back: everything is as it was before.", "< New domain >");
	assert_null(entry_get(fake_entry(s->fake, OU), "associatedDomain"));
	assert_int_equal(s->app->writing, 0);
	screen_free(s);
}

/* ---- users are there already ------------------------------------------------------- */

static void users_are_there(void **state)
{
	struct screen *s = typing(NULL, "");

	(void)state;
	fake_change(s->fake, ALICE, "mail", "alice@z.example", NULL);
	fake_change(s->fake, BOB, "mail", "bob@z.example", NULL);
	fake_change(s->fake, BOB, "relaisThirdPartyAddress", "bob@z.example", NULL);
	screen_keys(s, "z.example<Ctrl-S>");
	screen_says_not(s, "Until users have addresses in it");
	/* third-party mail is held before and after: its line has nothing to say */
	screen_shows(s, "1 internal user", "mailbox here", "unknown addresses",
		"doesn't exist (550)");
	screen_lacks(s, "1 third-party user");
	screen_says(s, "not our domain (554)");
	screen_free(s);
}

/* ---- looked for as one types --------------------------------------------------------- */

static void taken_is_said_as_one_types(void **state)
{
	struct screen *s = typing(NULL, "lyon.exampl");

	(void)state;
	screen_says_not(s, "already belongs");
	screen_keys(s, "e");
	screen_says(s, "lyon.example already belongs to another domain: " LYON ".");
	screen_keys(s, "<Backspace>");
	screen_says_not(s, "already belongs");
	screen_free(s);
}

/* The answer about an earlier name is no answer about this one. */
static void the_last_name_counts(void **state)
{
	struct screen *s = typing(there, "z.exampl");

	(void)state;
	fake_stall(s->fake, true);
	screen_keys(s, "ex");
	fake_stall(s->fake, false);
	screen_settle(s);
	screen_says_not(s, "There is an entry of this name");
	screen_keys(s, "<Backspace>");
	screen_says(s, "There is an entry of this name");
	screen_keys(s, "<Ctrl-U>other.example<Ctrl-S><Enter>");
	screen_shows(s, "Saved other.example");
	screen_wrote(s, "dn: associatedDomain=other.example,ou=domains,dc=demo\n"
			"changetype: add\n"
			"objectClass: organizationalUnit\nobjectClass: relaisDomain\n"
			"ou: other.example\nassociatedDomain: other.example\n\n");
	screen_free(s);
}

int main(void)
{
	struct suite suite = {.n = 0};

	SUITE_ADD(&suite, an_entry_is_used);
	SUITE_ROWS(&suite, check_found, found_rows);
	SUITE_ADD(&suite, the_best_is_used);
	SUITE_ADD(&suite, names_that_it_brings);
	SUITE_ADD(&suite, changed_meanwhile);
	SUITE_ADD(&suite, gone_meanwhile);
	SUITE_ADD(&suite, taken_while_it_was_written);
	SUITE_ADD(&suite, users_are_there);
	SUITE_ADD(&suite, taken_is_said_as_one_types);
	SUITE_ADD(&suite, the_last_name_counts);
	return suite_run(&suite);
}
