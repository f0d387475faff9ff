/*
 * The domain form: what it shows, every rule that it can break, what is written.
 */
#include "tests/tui/screen.h"

#include <string.h>

#define MOD(dn) "dn: " dn "\nchangetype: modify\n"

/* ---- what it shows --------------------------------------------------------------- */

static void mail_tab(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domains(s);
	screen_keys(s, "<Enter>");
	/* clang-format off */
	screen_is(s,
		"System management › Supervised domains › acme.example     admin0 · ldapi · ready\n"
		"────────────────────────────────────────────────────────────────────────────────\n"
		" [ General ]  [ Mail ]\n"
		"\n"
		" Mail routing\n"
		" Relay for split domains  [192.0.2.25                                         ]\n"
		"                           Name or IP address of the other system, reached\n"
		"                           directly, never through the MX; port 25 unless\n"
		"                           given.\n"
		"\n"
		" [ ] Forward unknown addresses to the relay\n"
		"     Addresses unknown here do not exist.\n"
		"\n"
		"                        now                        after saving\n"
		" 1 internal user        mailbox here               mailbox here\n"
		" 1 third-party user     192.0.2.25                 192.0.2.25\n"
		" unknown addresses      doesn't exist (550)        doesn't exist (550)\n"
		"\n"
		" < Save >  < Cancel >\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"^S save   F1 help   F10 quit   Esc back   F4 other tab   F6 route check\n");
	/* clang-format on */
	screen_cursor_on(s, "-Relay for split domains");
	assert_int_equal(s->canvas->cursor_x, 37);
	screen_free(s);
}

static void general_tab(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domain(s, "acme");
	screen_keys(s, "<F4>");
	screen_shows(s, "Name         ", "acme.example",
		"    acme.test                             4 users have no address here",
		"    acme.invalid                          4 users have no address here",
		"[Acme ", ACME, "2024-01-01 00:00 UTC", "uid=admin1,ou=admins,dc=demo");
	screen_lacks(s, "Relay for split domains");
	screen_cursor_on(s, "=General");
	screen_free(s);
}

static void conditional_words(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domain(s, "branch");
	screen_shows(s, "[mail.old.example:2525 ", "[x] Forward unknown addresses",
		"The relay decides whether addresses unknown here exist.",
		"1 internal user ", "0 third-party users ");
	screen_says(s, "unknown addresses mail.old.example:2525, if");
	screen_keys(s, "<Down><Space>");
	screen_shows(
		s, "[ ] Forward unknown addresses", "Addresses unknown here do not exist.");
	/* typed, the table follows */
	screen_keys(s, "<Up><Ctrl-U>192.0.2.3");
	screen_shows(s, "0 third-party users    mail.old.example:2525      192.0.2.3");
	screen_free(s);
}

static void names_as_people_read_them(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domain(s, "mull");
	screen_shows(s, "› müller.example ", "[[2001:db8::25]:587 ");
	screen_lacks(s, "xn--");
	screen_keys(s, "<F4>");
	screen_shows(s, "müller.example", IDN);
	screen_free(s);
}

/* Its text is data: nothing in it reaches the terminal as a control. */
static void hostile_texts(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	fake_change(s->fake, ACME, "description", "a\033[31mb\xe2\x80\xae\xff\n", NULL);
	fake_change(s->fake, ACME, "relaisSplitRelay", "evil\033]0;x\007:[x]", NULL);
	fake_change(
		s->fake, ACME, "associatedDomain", "acme.example", "b\033c.example", NULL);
	screen_domain(s, "acme");
	screen_shows(s, "[evil�]0;x�:[x] ");
	screen_keys(s, "<F4>");
	screen_shows(s, "[a�[31mb��� ", "b�c.example");
	screen_free(s);
}

/* ---- every rule ------------------------------------------------------------------- */

static const struct rule_row {
	const char *name;
	const char *domain;
	const char *keys;
	const char *sentence;
	const char *cursor;
	const char *kept;
} rules[] = {
	{"relay malformed", "lyon", "a b",
		"Not a host: give a name or IP address, with :port if need be, as "
		"mail.old.example:2525.",
		"-Relay for split domains", "[a b "},
	{"relay a URL", "lyon", "smtp://mail.example/", "Not a host: give a name",
		"-Relay for split domains", "[smtp://mail.example/ "},
	{"relay an address", "lyon", "someone@mail.example", "Not a host: give a name",
		"-Relay for split domains", "[someone@mail.example "},
	{"port 0", "lyon", "mail.example:0", "The port must be a number from 1 to 65535.",
		"-Relay for split domains", "[mail.example:0 "},
	{"port too high", "lyon", "mail.example:65536",
		"The port must be a number from 1 to 65535.", "-Relay for split domains",
		"[mail.example:65536 "},
	{"no port", "lyon", "mail.example:smtp",
		"The port must be a number from 1 to 65535.", "-Relay for split domains",
		"[mail.example:smtp "},
	{"relay is localhost", "lyon", "localhost",
		"localhost is this mail system itself: mail would go round in circles. "
		"Enter the other system.",
		"-Relay for split domains", "[localhost "},
	{"relay is loopback", "lyon", "[IPv6:::1]",
		"is this mail system itself: mail would go round in circles.",
		"-Relay for split domains", "[[IPv6:::1] "},
	{"forward without relay", "lyon", "<Down><Space>",
		"Forwarding needs a relay: enter it above, or untick this box.",
		"[x] Forward unknown", "[x] Forward unknown"},
	{"relay cleared, forward stays", "branch", "<Ctrl-U>",
		"Forwarding needs a relay: enter it above, or untick this box.",
		"[x] Forward unknown", "[x] Forward unknown"},
	{"relay in use", "acme", "<Ctrl-U>",
		"One third-party user still needs this relay: make that user internal "
		"first, or enter another relay.",
		"-Relay for split domains", "Relay for split domains  [  "},
	{"relay in use, from General", "acme", "<Ctrl-U><F4>",
		"One third-party user still needs this relay", "-Relay for split domains",
		"Relay for split domains  [  "},
	{"relay malformed, from the button", "lyon", "a b<Down><Down>",
		"Not a host: give a name", "-Relay for split domains", "[a b "},
};

/* The sentence, the cursor where it can be mended, nothing written, nothing lost. */
static void rule(void **state)
{
	const struct rule_row *r = *state;
	struct screen *s = screen_new(NULL, 24, 80);

	screen_domain(s, r->domain);
	screen_keys(s, r->keys);
	screen_keys(s, "<Ctrl-S>");
	screen_says(s, r->sentence);
	screen_shows(s, "Not saved: see the words under the field.", r->kept);
	screen_lacks(s, "Save lyon.example?", "Save acme.example?", "Save branch.example?");
	screen_cursor_on(s, r->cursor);
	screen_wrote(s, "");
	assert_string_equal(fake_asked(s->fake), "");
	screen_free(s);
}

/* At the smallest size the words are in view, too. */
static void rule_small(void **state)
{
	const struct rule_row *r = *state;
	struct screen *s = screen_new(NULL, 16, 60);

	screen_domain(s, r->domain);
	screen_keys(s, r->keys);
	screen_keys(s, "<Ctrl-S>");
	screen_says(s, r->sentence);
	screen_shows(s, "< Save >");
	screen_cursor_on(s, r->cursor);
	screen_free(s);
}

/* The sentence comes as one types and goes as it is mended. */
static void as_one_types(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domain(s, "lyon");
	screen_keys(s, "mail.example:");
	screen_says(s, "The port must be a number from 1 to 65535.");
	screen_keys(s, "2525");
	screen_says_not(s, "The port must be");
	screen_says(s, "Name or IP address of the other system");
	screen_keys(s, "x");
	screen_says(s, "The port must be a number from 1 to 65535.");
	screen_keys(s, "<Backspace><Ctrl-S><Enter>");
	screen_wrote(s, MOD(LYON) "add: relaisSplitRelay\n"
				  "relaisSplitRelay: [mail.example]:2525\n-\n\n");
	screen_free(s);
}

static void own_names(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	strv_add(&s->app->own, "192.0.2.80");
	strv_add(&s->settings.mail.local_names, "mx.acme.example");
	screen_domain(s, "lyon");
	screen_keys(s, "mx.ACME.example.<Ctrl-S>");
	screen_says(s, "is this mail system itself");
	screen_keys(s, "<Ctrl-U>192.0.2.80<Ctrl-S>");
	screen_says(s, "192.0.2.80 is this mail system itself");
	/* on another port it is another system */
	screen_keys(s, ":2525<Ctrl-S>");
	screen_shows(s, "Save lyon.example?");
	screen_free(s);
}

/* The users that need the relay are a key away; made internal, it can be cleared. */
static void relay_in_use(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domain(s, "acme");
	screen_keys(s, "<Ctrl-U><Ctrl-S><Down>");
	screen_cursor_on(s, "=Show these users");
	screen_keys(s, "<Enter>");
	screen_shows(s, "1 of 1", "Bob Durand", "Mail: third-party");
	screen_keys(s, "<Enter><Enter><Up><Enter><Ctrl-S><Enter>");
	screen_shows(s, "Saved Bob Durand");
	screen_keys(s, "<Esc><Esc><Esc>");
	screen_shows(s, "Relay for split domains  [  ", "0 third-party users",
		"2 internal users");
	screen_says_not(s, "still needs this relay");
	screen_keys(s, "<Ctrl-S><Enter>");
	screen_shows(s, "Saved acme.example");
	assert_null(entry_get(fake_entry(s->fake, ACME), "relaisSplitRelay"));
	screen_free(s);
}

/* Ticked while users are third-party: allowed, with advice. */
static void advice(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domain(s, "acme");
	screen_keys(s, "<Down><Space>");
	screen_says(s,
		"The relay decides whether addresses unknown here exist. One user is "
		"third-party. If all users are known here, leave it unticked.");
	screen_keys(s, "<Ctrl-S>");
	screen_shows(s, "Save acme.example?", "relaisForwardUnknown", "FALSE", "TRUE");
	screen_says(
		s, "unknown addresses doesn't exist (550) 192.0.2.25, if it knows them");
	screen_keys(s, "<Enter>");
	screen_wrote(s, MOD(ACME) "replace: relaisForwardUnknown\n"
				  "relaisForwardUnknown: TRUE\n-\n\n");
	screen_free(s);
}

/* What was wrong before doesn't stand in the way of something else. */
static void wrong_before(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	fake_change(s->fake, ACME, "relaisSplitRelay", "evil:[x]", NULL);
	screen_domain(s, "acme");
	screen_says(s, "Not a host: give a name or IP address");
	screen_keys(s, "<F4><Down>x<Ctrl-S>");
	screen_shows(s, "Save acme.example?");
	screen_says(s, "Not a host: give a name or IP address");
	screen_keys(s, "<Enter>");
	screen_wrote(s, MOD(ACME) "replace: description\n"
				  "description: Acmex\n-\n\n");
	screen_free(s);
}

/* ---- writing ------------------------------------------------------------------------ */

static const struct written {
	const char *name;
	const char *domain;
	const char *keys;
	const char *ldif; /* "": nothing to save */
} writes[] = {
	{"a name, capitals and dot", "lyon", "Mail.Old.Example.",
		MOD(LYON) "add: relaisSplitRelay\n"
			  "relaisSplitRelay: [mail.old.example]\n-\n\n"},
	{"brackets typed", "lyon", "[mail.old.example]:25",
		MOD(LYON) "add: relaisSplitRelay\n"
			  "relaisSplitRelay: [mail.old.example]\n-\n\n"},
	{"IPv6", "lyon", "2001:DB8::0:25",
		MOD(LYON) "add: relaisSplitRelay\n"
			  "relaisSplitRelay: [IPv6:2001:db8::25]\n-\n\n"},
	{"an umlaut", "lyon", "müller.example",
		MOD(LYON) "add: relaisSplitRelay\n"
			  "relaisSplitRelay: [xn--mller-kva.example]\n-\n\n"},
	{"the same in other words", "acme", "<Ctrl-U> [192.0.2.25]:25 ", ""},
	{"changed and back", "acme", "1<Backspace><Down><Space><Space>", ""},
	{"description gone", "acme", "<F4><Down><Ctrl-U>",
		MOD(ACME) "delete: description\n-\n\n"},
	{"description", "lyon", "<F4><Down>Édition, <lt>Lyon>",
		MOD(LYON) "add: description\n"
			  "description:: w4lkaXRpb24sIDxMeW9uPg==\n-\n\n"},
};

static void write_row(void **state)
{
	const struct written *w = *state;
	struct screen *s = screen_new(NULL, 24, 80);

	screen_domain(s, w->domain);
	screen_keys(s, w->keys);
	screen_keys(s, "<Ctrl-S>");
	if (*w->ldif)
		screen_keys(s, "<Enter>");
	screen_shows(s, *w->ldif ? "Saved" : "Nothing was changed, nothing to save.");
	screen_wrote(s, w->ldif);
	screen_free(s);
}

/* What the review's LDIF says is what is written. */
static void ldif(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domain(s, "acme");
	screen_keys(s, "1<Ctrl-S><Right>");
	screen_cursor_on(s, "=Show LDIF");
	screen_keys(s, "<Enter>");
	screen_shows(s, "─ LDIF ─", "version: 1", "dn: " ACME, "changetype: modify",
		"replace: relaisSplitRelay", "relaisSplitRelay: [192.0.2.251]");
	screen_keys(s, "<Esc>");
	screen_shows(s, "Save acme.example?");
	screen_cursor_on(s, "=Show LDIF");
	screen_keys(s, "<Left><Enter>");
	screen_wrote(s, MOD(ACME) "replace: relaisSplitRelay\n"
				  "relaisSplitRelay: [192.0.2.251]\n-\n\n");
	screen_free(s);
}

/* Space or Enter on the button, Ctrl-S, F2: all the same; a small change is one Enter. */
static void ways_to_save(void **state)
{
	static const char *const ways[] = {
		"<Ctrl-S>", "<F2>", "<Down><Down><Enter>", "<Tab><Tab><Space>"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(ways); i++) {
		struct screen *s = screen_new(NULL, 24, 80);

		screen_domain(s, "acme");
		screen_keys(s, "1");
		screen_keys(s, ways[i]);
		screen_shows(s, "Save acme.example?");
		screen_cursor_on(s, "=Save");
		screen_keys(s, "<Enter>");
		screen_shows(s, "Saved acme.example: in force from the next message on.");
		screen_free(s);
	}
}

/* ---- typing ------------------------------------------------------------------------- */

/* Letters are text in a field; Enter goes on and never saves. */
static void typing(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domain(s, "lyon");
	screen_keys(s, "nqe?!/saor+-x[OAD");
	screen_shows(s, "[nqe?!/saor+-x[OAD ");
	assert_false(s->app->quit);
	screen_keys(s, "<Ctrl-U>mail.example<Enter>");
	screen_cursor_on(s, "[ ] Forward");
	screen_wrote(s, "");
	screen_lacks(s, "Save lyon.example?");
	screen_free(s);
}

static void pasting(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domain(s, "lyon");
	screen_paste(s, "  mail.old.example:2525\n\n");
	screen_shows(s, "[mail.old.example:2525 ");
	screen_cursor_on(s, "-Relay for split domains");
	screen_wrote(s, "");
	screen_keys(s, "<Ctrl-S><Enter>");
	screen_wrote(s, MOD(LYON) "add: relaisSplitRelay\n"
				  "relaisSplitRelay: [mail.old.example]:2525\n-\n\n");
	screen_free(s);
}

/* ---- a new one ------------------------------------------------------------------------
 */

static const struct new_row {
	const char *name;
	const char *keys;
	const char *sentence;
	const char *cursor;
	const char *kept;
} news[] = {
	{"nothing typed", "", "Please fill this in.", "-Domain name", "Domain name  [  "},
	{"no name", "<Down>Zett", "Please fill this in.", "-Domain name", "[Zett "},
	{"malformed", "a..b", "Not a domain name: write it as acme.example.",
		"-Domain name", "[a..b "},
	{"an address", "a@b.example", "Not a domain name: write it as acme.example.",
		"-Domain name", "[a@b.example "},
	{"taken", "Acme.Example",
		"acme.example already belongs to another domain: " ACME ".", "-Domain name",
		"[Acme.Example "},
	{"taken as an alias", "acme.test",
		"acme.test already belongs to another domain: " ACME ".", "-Domain name",
		"[acme.test "},
	{"taken, an umlaut", "MÜLLER.example",
		"müller.example already belongs to another domain: " IDN ".",
		"-Domain name", "[MÜLLER.example "},
	{"alias malformed", "z.example<Tab><Tab>z.test b..c",
		"Not a domain name: write it as acme.example.", "-Other names",
		"[z.test b..c "},
	{"alias taken", "z.example<Tab><Tab>z.test lyon.example",
		"lyon.example already belongs to another domain: " LYON ".", "-Other names",
		"[z.test lyon.example "},
};

static void new_rule(void **state)
{
	const struct new_row *r = *state;
	struct screen *s = screen_new(NULL, 24, 80);

	screen_domains(s);
	screen_keys(s, "n");
	screen_shows(s, "› New domain ", "< Create and edit >  < Create >  < Cancel >");
	screen_cursor_on(s, "-Domain name");
	screen_keys(s, r->keys);
	screen_keys(s, "<Ctrl-S>");
	screen_says(s, r->sentence);
	screen_shows(s, "Not saved: see the words under the field.", r->kept);
	screen_cursor_on(s, r->cursor);
	screen_wrote(s, "");
	assert_string_equal(fake_asked(s->fake), "");
	screen_free(s);
}

/* An empty form has nothing unsaved and says nothing before one tries. */
static void new_untouched(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domains(s);
	screen_keys(s, "n");
	screen_lacks(s, "Please fill this in.");
	screen_keys(s, "<Esc>");
	screen_shows(s, "1 of 5");
	screen_lacks(s, "You have unsaved changes.");
	screen_keys(s, "nz<Esc>");
	screen_shows(s, "You have unsaved changes.");
	screen_free(s);
}

/* The list has the new one, and the cursor stays where it was. */
static void new_in_the_list(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domains(s);
	screen_keys(s, "<Down><Down>");
	screen_cursor_on(s, "lyon.example");
	screen_keys(s, "nbonn.example<Tab><Tab><Tab><Right>");
	screen_cursor_on(s, "=Create >");
	screen_keys(s, "<Enter>");
	screen_says(s,
		"Until users have addresses in it, all mail to this domain is refused "
		"(550).");
	screen_keys(s, "<Enter>");
	screen_shows(s, "4 of 6", "bonn.example", "Saved bonn.example");
	screen_cursor_on(s, "lyon.example");
	screen_free(s);
}

/* ---- focus -----------------------------------------------------------------------------
 */

static void walk(struct screen *s, const char *key, const char *const stops[])
{
	for (; *stops; stops++) {
		screen_cursor_on(s, *stops);
		screen_keys(s, key);
	}
}

static void focus_order(void **state)
{
	static const char *const mail[] = {"-Relay for split domains", "[ ] Forward",
		"=Save", "=Cancel", "=Mail", "-Relay for split domains", NULL};
	static const char *const back[] = {"-Relay for split domains", "=Mail", "=Cancel",
		"=Save", "[ ] Forward", "-Relay for split domains", NULL};
	static const char *const down[] = {
		"-Relay for split domains", "[ ] Forward", "=Save", "=Save", NULL};
	static const char *const up[] = {
		"=Save", "[ ] Forward", "-Relay for split domains", "=Mail", "=Mail", NULL};
	static const char *const general[] = {"=General", "-Description", "acme.test",
		"acme.invalid", "=Add a name", "=Save", "=Cancel", "=General", NULL};
	struct screen *s = screen_new(NULL, 16, 60);

	(void)state;
	screen_domain(s, "acme");
	walk(s, "<Tab>", mail);
	screen_keys(s, "<Shift-Tab>");
	walk(s, "<Shift-Tab>", back);
	screen_keys(s, "<Tab>");
	walk(s, "<Down>", down);
	walk(s, "<Up>", up);
	screen_keys(s, "<Left>");
	walk(s, "<Tab>", general);
	screen_free(s);
}

/* A resize keeps what has the focus, and what was typed. */
static void resized(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domain(s, "acme");
	screen_keys(s, "1<Down>");
	screen_resize(s, 16, 60);
	screen_cursor_on(s, "[ ] Forward");
	screen_resize(s, 10, 20);
	screen_resize(s, 43, 132);
	screen_cursor_on(s, "[ ] Forward");
	screen_shows(s, "[192.0.2.251 ");
	screen_free(s);
}

int main(void)
{
	struct suite suite = {.n = 0};

	SUITE_ADD(&suite, mail_tab);
	SUITE_ADD(&suite, general_tab);
	SUITE_ADD(&suite, conditional_words);
	SUITE_ADD(&suite, names_as_people_read_them);
	SUITE_ADD(&suite, hostile_texts);
	SUITE_ROWS(&suite, rule, rules);
	SUITE_ROWS(&suite, rule_small, rules);
	SUITE_ADD(&suite, as_one_types);
	SUITE_ADD(&suite, own_names);
	SUITE_ADD(&suite, relay_in_use);
	SUITE_ADD(&suite, advice);
	SUITE_ADD(&suite, wrong_before);
	SUITE_ROWS(&suite, write_row, writes);
	SUITE_ADD(&suite, ldif);
	SUITE_ADD(&suite, ways_to_save);
	SUITE_ADD(&suite, typing);
	SUITE_ADD(&suite, pasting);
	SUITE_ROWS(&suite, new_rule, news);
	SUITE_ADD(&suite, new_untouched);
	SUITE_ADD(&suite, new_in_the_list);
	SUITE_ADD(&suite, focus_order);
	SUITE_ADD(&suite, resized);
	return suite_run(&suite);
}
