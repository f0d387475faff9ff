/* The consistency check on the screen: every rule about domains and users, broken and
 * nearly, and what one does with what it found.  test_check_server.c has the others. */
#include "tests/tui/screen.h"

#include <string.h>

#include "tui/i18n.h"

static struct screen *checked(const char *ldif, int h, int w)
{
	struct screen *s = screen_new(ldif, h, w);

	screen_keys(s, "<Down><Down><Enter>");
	screen_settle(s);
	return s;
}

/* ---- rules --------------------------------------------------------------------- */

struct touch {
	const char *dn, *attribute;
	const char *values[3];
};

static const struct rule_row {
	const char *name;
	struct touch breaks[2], nearly[2];
	const char *severity, *entry, *wrong; /* on one line when it is broken */
	const char *touches;                  /* below the rows */
} rule_rows[] = {
	{"relay-malformed", {{LYON, "relaisSplitRelay", {"evil:[x]"}}},
		{{LYON, "relaisSplitRelay", {"[evil.example]:65535"}}}, "error",
		"lyon.example", "The relay evil:[x] can't be used as it is written.",
		"it can stall every domain's relayed mail."},
	{"forward-needs-relay", {{LYON, "relaisForwardUnknown", {"TRUE"}}},
		{{LYON, "relaisForwardUnknown", {"FALSE"}}}, "error", "lyon.example",
		"Unknown addresses are to be forwarded, and there is no relay.",
		"Mail to addresses unknown here is refused (550)."},
	{"relay-is-local", {{LYON, "relaisSplitRelay", {"[127.0.0.1]"}}},
		{{LYON, "relaisSplitRelay", {"[127.0.0.1]:2525"}}}, "error", "lyon.example",
		"The relay 127.0.0.1 is this mail system itself.",
		"Relayed mail goes round in circles and then bounces."},
	{"relay-unresolved", {{LYON, "relaisSplitRelay", {"[gone.example]"}}},
		{{LYON, "relaisSplitRelay", {"[mail.old.example]"}}}, "error",
		"lyon.example", "The relay's name gone.example doesn't resolve.",
		"Relayed mail bounces, or is held."},
	{"domain-malformed", {{LYON, "associatedDomain", {"lyon.example", "a_b.example"}}},
		{{LYON, "associatedDomain", {"lyon.example", "a-b.example"}}}, "error",
		"lyon.example", "a_b.example isn't a domain name.",
		"No mail can be sent to it."},
	{"domain-taken", {{LYON, "associatedDomain", {"lyon.example", "ACME.test"}}},
		{{LYON, "associatedDomain", {"lyon.example", "acme.test.example"}}},
		"error", "acme.example", "acme.test is also a name of " LYON,
		"Mail that would be relayed is held (451)."},
	{"postmaster-missing", {{"", NULL, {NULL}}},
		{{YUKI, "mail", {"yuki@lyon.example", "postmaster@lyon.example"}}},
		"warning", "lyon.example",
		"Nobody receives mail to postmaster@lyon.example.",
		"postmaster@lyon.example: doesn't exist (550)"},
	{"routing-missing", {{"", NULL, {NULL}}},
		{{ELODIE, "objectClass", {"inetOrgPerson", "relaisUser"}},
			{ELODIE, "relaisRouting", {"internal"}}},
		"warning", "elodie",
		"No mail system is set for this user: the default \"none\" applies.", NULL},
	{"forward-with-external", {{ACME, "relaisForwardUnknown", {"TRUE"}}},
		{{LYON, "relaisSplitRelay", {"[192.0.2.9]"}},
			{LYON, "relaisForwardUnknown", {"TRUE"}}},
		"advice", "acme.example",
		"Unknown addresses are forwarded, and one user is third-party",
		"The relay decides whether unknown addresses exist."},
	{"address-taken", {{ALICE, "mail", {"alice@acme.example", "ZOE@branch.example"}}},
		{{ALICE, "mail", {"alice@acme.example", "zoe@acme.example"}}}, "error",
		"alice", "zoe@branch.example belongs to zoe, too",
		"zoe@branch.example: held: two holders (451)"},
	{"external-needs-relay",
		{{BOB, "mail", {"bob@acme.example", "bob@lyon.example"}},
			{BOB, "relaisThirdPartyAddress",
				{"bob@acme.example", "bob@lyon.example"}}},
		{{BOB, "mail", {"bob@acme.example", "bob@lyon.example"}},
			{BOB, "relaisThirdPartyAddress", {"bob@acme.example"}}},
		"error", "bob",
		"bob@lyon.example is selected, and lyon.example has no usable relay",
		"bob@lyon.example: held: no relay (450)"},
	{"selection-empty", {{BOB, "relaisThirdPartyAddress", {NULL}}},
		{{BOB, "relaisThirdPartyAddress", {"BD@acme.example"}}}, "error", "bob",
		"Third-party mail, and no address is selected.",
		"bob@acme.example: doesn't exist (550)"},
	{"selection-not-own",
		{{BOB, "relaisThirdPartyAddress", {"bob@acme.example", "b@acme.example"}}},
		{{BOB, "relaisThirdPartyAddress", {"bob@acme.example", "BD@acme.example"}}},
		"error", "bob", "b@acme.example is selected and isn't an address",
		"b@acme.example: 192.0.2.25"},
	{"address-malformed", {{ALICE, "mail", {"alice@acme.example", "alice"}}},
		{{ALICE, "mail", {"alice@acme.example", "a@acme.example"}}}, "error",
		"alice", "alice isn't a mail address.", "alice: not our domain (554)"},
	{"address-routed", {{ALICE, "mail", {"alice@acme.example", "a%b@acme.example"}}},
		{{ALICE, "mail", {"alice@acme.example", "a+b=c@acme.example"}}}, "error",
		"alice", "a%b@acme.example has a %, !, / or second @",
		"a%b@acme.example: not our domain (554)"},
	{"address-not-ascii", {{ALICE, "mail", {"alice@acme.example", "é@acme.example"}}},
		{{ALICE, "mail", {"alice@acme.example", "e@acme.example"}}}, "error",
		"alice", "é@acme.example isn't ASCII before the @.", NULL},
	{"address-domain-malformed",
		{{ALICE, "mail", {"alice@acme.example", "a@acme_x.example"}}},
		{{ALICE, "mail", {"alice@acme.example", "a@acme.invalid"}}}, "error",
		"alice", "a@acme_x.example: what is behind the @ isn't a domain name.",
		"a@acme_x.example: not our domain (554)"},
	{"selected-not-hosted",
		{{BOB, "mail", {"bob@acme.example", "bob@x.example"}},
			{BOB, "relaisThirdPartyAddress",
				{"bob@acme.example", "bob@x.example"}}},
		{{BOB, "mail", {"bob@acme.example", "bob@acme.test"}},
			{BOB, "relaisThirdPartyAddress",
				{"bob@acme.example", "bob@acme.test"}}},
		"error", "bob",
		"bob@x.example is selected, and x.example isn't a supervised",
		"bob@x.example: held: no relay (450)"},
	{"address-not-hosted", {{ALICE, "mail", {"alice@acme.example", "a@x.example"}}},
		{{ALICE, "mail", {"alice@acme.example", "a@ACME.test"}}}, "warning",
		"alice", "a@x.example: x.example isn't a supervised domain.",
		"a@x.example: not our domain (554)"},
	{"internal-no-address", {{ALICE, "mail", {NULL}}}, {{CAROL, "mail", {NULL}}},
		"warning", "alice", "Internal mail, and no address.",
		"No mail reaches this user."},
	{"routing-unknown", {{ALICE, "relaisRouting", {"extern"}}},
		{{ALICE, "relaisRouting", {"External"}}}, "warning", "alice",
		"There is no mail system \"extern\": the default \"none\" applies.",
		"alice@acme.example: doesn't exist (550)"},
};

static void apply(struct screen *s, const struct touch touches[2])
{
	for (int i = 0; i < 2; i++)
		if (touches[i].attribute)
			fake_change(s->fake, touches[i].dn, touches[i].attribute,
				touches[i].values[0], touches[i].values[1],
				touches[i].values[2], NULL);
}

/* Of names only mail.old.example resolves. */
static struct screen *with(const struct touch touches[2])
{
	struct screen *s = screen_new(NULL, 40, 160);

	apply(s, touches);
	s->app->resolver = resolver_given("mail.old.example 198.51.100.1\n");
	screen_keys(s, "<Down><Down><Enter>");
	for (int i = 0; i < 4; i++)
		screen_step(s);
	screen_lacks(s, "(reading)");
	return s;
}

static void end(struct screen *s)
{
	struct resolver *resolver = s->app->resolver;

	screen_free(s);
	resolver_free(resolver);
}

/* By the filter, which knows the whole sentence. */
static void find(struct screen *s, const char *text)
{
	screen_keys(s, "/");
	screen_paste(s, text);
	screen_keys(s, "<Enter>");
}

static void broken_and_nearly(void **state)
{
	for (size_t i = 0; i < COUNT_OF(rule_rows); i++) {
		const struct rule_row *r = &rule_rows[i];
		struct screen *s = with(r->breaks);

		(void)state;
		find(s, r->wrong);
		screen_shows(s, r->severity, r->entry);
		screen_shows(s, "1 of 1");
		screen_says(s, r->wrong);
		if (r->touches)
			screen_says(s, r->touches);
		end(s);
		s = with(r->nearly);
		find(s, r->wrong);
		screen_shows(s, "0 of 0");
		end(s);
	}
}

/* ---- the screen ---------------------------------------------------------------- */

static void at_80x24(void **state)
{
	struct screen *s = checked(NULL, 24, 80);

	(void)state;
	/* clang-format off */
	screen_is(s,
		"System management › Consistency check                     admin0 · ldapi · ready\n"
		"────────────────────────────────────────────────────────────────────────────────\n"
		" < Check again >   Filter [                                           ]  1 of 7\n"
		" 5 warnings\n"
		"  Kind ▴   Entry                                              What is wrong\n"
		"▸ warning  acme.example                                       no postmaster\n"
		"  warning  lyon.example                                       no postmaster\n"
		"  warning  neu.example                                        no postmaster\n"
		"  warning  müller.example                                     no postmaster\n"
		"  warning  elodie                                             no mail system\n"
		"  unread   LDAP                                               schema\n"
		"  unread   LDAP                                               configuration\n"
		"\n\n\n\n\n\n\n"
		"  Nobody receives mail to the postmaster of 3 names, first\n"
		"  postmaster@acme.example. postmaster@acme.example: doesn't exist (550)\n"
		"\n\n"
		"F1 help   F10 quit   Enter open   / filter   Esc back   Space mark   Tab next\n");
	/* clang-format on */
	screen_keys(s, "<Esc>");
	screen_shows(s, "Consistency check", "5 warnings");
	screen_free(s);
}

static void opens_the_entry(void **state)
{
	struct screen *s = checked(NULL, 24, 80);

	(void)state;
	screen_keys(s, "<Down><Enter>");
	screen_shows(s, "Consistency check › lyon.example");
	screen_shows(s, "Relay for split domains");
	screen_keys(s, "<Esc>");
	screen_cursor_on(s, "lyon.example");
	screen_keys(s, "<Down><Down><Down><Enter>");
	screen_shows(s, "Consistency check › Élodie Guérin");
	screen_keys(s, "<Esc><Down><Enter>");
	screen_says(s, "The server's schema can't be read.");
	screen_free(s);
}

/* What was saved in a form is looked at again. */
static void looks_again(void **state)
{
	struct screen *s = checked(NULL, 24, 80);

	(void)state;
	screen_keys(s, "<Down><Down><Down><Down><Enter><Enter><Up><Enter><Ctrl-S><Enter>");
	screen_settle(s);
	screen_keys(s, "<Esc>");
	screen_settle(s);
	screen_shows(s, "4 warnings");
	screen_lacks(s, "elodie");
	fake_change(s->fake, LYON, "relaisForwardUnknown", "TRUE", NULL);
	screen_keys(s, "<Up><Up><Up><Up><Up><Enter>");
	screen_settle(s);
	screen_shows(s, "1 error, 4 warnings");
	screen_free(s);
}

static void mends_a_relay(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	fake_change(s->fake, LYON, "relaisSplitRelay", "old.example:2525", NULL);
	screen_keys(s, "<Down><Down><Enter>");
	screen_shows(s, "error", "lyon.example");
	screen_shows(s, "m mend");
	screen_keys(s, "m");
	screen_shows(s, "relaisSplitRelay", "old.example:2525", "[old.example]:2525");
	screen_keys(s, "<Enter>");
	screen_settle(s);
	screen_wrote(s, "dn: " LYON "\n"
			"changetype: modify\n"
			"replace: relaisSplitRelay\n"
			"relaisSplitRelay: [old.example]:2525\n"
			"-\n\n");
	screen_shows(s, "Consistency check");
	screen_shows(s, "5 warnings");
	screen_lacks(s, "m mend");
	screen_free(s);
}

static void mends_a_selection(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	fake_change(s->fake, BOB, "relaisThirdPartyAddress", "bob@acme.example",
		"x@acme.example", NULL);
	screen_keys(s, "<Down><Down><Enter>m");
	screen_shows(s, "relaisThirdPartyAddress", "x@acme.example");
	screen_says(s, "Mail to x@acme.example will be refused from now on (550).");
	screen_keys(s, "<Enter>");
	screen_settle(s);
	screen_wrote(s, "dn: " BOB "\n"
			"changetype: modify\n"
			"delete: relaisThirdPartyAddress\n"
			"relaisThirdPartyAddress: x@acme.example\n"
			"-\n\n");
	screen_shows(s, "Consistency check");
	screen_lacks(s, "x@acme.example");
	screen_free(s);
}

/* Unselecting the last one would only break another rule. */
static void mends_nothing_doubtful(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	fake_change(s->fake, BOB, "relaisThirdPartyAddress", "x@acme.example", NULL);
	screen_keys(s, "<Down><Down><Enter>");
	screen_shows(s, "error", "bob");
	screen_lacks(s, "m mend");
	screen_keys(s, "m");
	screen_wrote(s, "");
	screen_free(s);
}

static void progress_and_cancel(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	fake_per_step(s->fake, 1);
	screen_keys(s, "<Down><Down>");
	fake_stall(s->fake, true);
	screen_keys(s, "<Enter>");
	screen_shows(s, "0 of 6 users");
	fake_stall(s->fake, false);
	screen_keys(s, "<Esc>");
	screen_settle(s);
	screen_says(s, "Reading was stopped: F5 reads again.");
	fake_per_step(s->fake, 0);
	screen_keys(s, "<F5>");
	screen_shows(s, "5 warnings");
	screen_free(s);
}

/* Half of a directory is no directory checked. */
static void failure(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_keys(s, "<Down><Down>");
	fake_fail(s->fake, ERR_DISCONNECTED, NULL);
	screen_keys(s, "<Enter>");
	screen_says(s, "The connection to the directory was lost.");
	screen_lacks(s, "warning");
	screen_keys(s, "<F5>");
	screen_shows(s, "5 warnings");
	fake_size_limit(s->fake, 3);
	screen_keys(s, "<F5>");
	screen_says(s, "The directory stopped at its limit");
	screen_shows(s, "5 warnings");
	screen_free(s);
}

static char *copied_text;

static bool keep(const char *text)
{
	free(copied_text);
	copied_text = xstrdup(text);
	return true;
}

static void copies(void **state)
{
	struct screen *s = checked(NULL, 24, 80);

	(void)state;
	s->app->copy = keep;
	screen_keys(s, "<Down>y");
	assert_string_equal(copied_text,
		"lyon.example: Nobody receives mail to postmaster@lyon.example. "
		"postmaster@lyon.example: doesn't exist (550) " LYON);
	free(copied_text);
	copied_text = NULL;
	screen_free(s);
}

static void in_french_at_60x16(void **state)
{
	struct screen *s = screen_new(NULL, 16, 60);

	(void)state;
	screen_language(s, "fr");
	screen_shows(s, "Contrôle de cohérence");
	screen_keys(s, "<Down><Down><Enter>");
	screen_shows(s, "5 alertes");
	screen_shows(s, "alerte", "acme.example", "pas de postmaster");
	screen_says(s, "Personne ne reçoit les messages au postmaster de 3 noms");
	screen_free(s);
}

int main(void)
{
	struct suite s = {0};

	SUITE_ADD(&s, broken_and_nearly);
	SUITE_ADD(&s, at_80x24);
	SUITE_ADD(&s, opens_the_entry);
	SUITE_ADD(&s, looks_again);
	SUITE_ADD(&s, mends_a_relay);
	SUITE_ADD(&s, mends_a_selection);
	SUITE_ADD(&s, mends_nothing_doubtful);
	SUITE_ADD(&s, progress_and_cancel);
	SUITE_ADD(&s, failure);
	SUITE_ADD(&s, copies);
	SUITE_ADD(&s, in_french_at_60x16);
	return suite_run(&s);
}
