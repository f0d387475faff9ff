/*
 * Home: what there is, counted, and the ways to it; the header, the status line, help and
 * messages, which are on every screen.
 */
#include "tests/tui/screen.h"

#include <string.h>

static void at_80x24(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	/* clang-format off */
	screen_is(s,
		"relais                                                    admin0 · ldapi · ready\n"
		"────────────────────────────────────────────────────────────────────────────────\n"
		"\n"
		"  System management\n"
		"  ▸ Supervised domains          5 domains, 3 with a split relay\n"
		"    Route check                 where does an address go?\n"
		"    Consistency check           what is wrong?\n"
		"\n"
		"  Directories\n"
		"    Directory entities          6 users, 1 third-party\n"
		"    Changes                     what was changed from here; undo\n"
		"\n\n\n\n\n\n\n\n\n\n\n\n"
		"F1 help   F10 quit   Enter open   Tab next   F5 read again   ! messages\n");
	/* clang-format on */
	screen_cursor_on(s, "▸ Supervised domains");
	screen_free(s);
}

static void at_60x16(void **state)
{
	struct screen *s = screen_new(NULL, 16, 60);

	(void)state;
	/* clang-format off */
	screen_is(s,
		"relais                                admin0 · ldapi · ready\n"
		"────────────────────────────────────────────────────────────\n"
		"\n"
		"  System management\n"
		"  ▸ Supervised domains    5 domains, 3 with a split relay\n"
		"    Route check           where does an address go?\n"
		"    Consistency check     what is wrong?\n"
		"\n"
		"  Directories\n"
		"    Directory entities    6 users, 1 third-party\n"
		"    Changes               what was changed from here; undo\n"
		"\n\n\n\n"
		"F1 help   F10 quit   Enter open   Tab next   F5 read again\n");
	/* clang-format on */
	screen_free(s);
}

static void moves(void **state)
{
	static const struct {
		const char *keys, *on;
	} cases[] = {
		{"<Down>", "Route check"},
		{"<Down><Down>", "Consistency check"},
		{"<Down><Down><Down>", "Directory entities"},
		{"<Down><Up>", "Supervised domains"},
		{"<Up>", "Supervised domains"},
		{"<End>", "Changes"},
		{"<End><Home>", "Supervised domains"},
		{"<Tab>", "Route check"},
		{"<Tab><Tab><Tab><Tab><Tab>", "Supervised domains"},
		{"<Shift-Tab>", "Changes"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct screen *s = screen_new(NULL, 24, 80);

		screen_keys(s, cases[i].keys);
		screen_cursor_on(s, cases[i].on);
		screen_free(s);
	}
}

/* Esc has nowhere to go from here and does nothing. */
static void esc(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_lacks(s, "Esc back");
	screen_keys(s, "<Esc><Esc>xyz<Space>");
	assert_false(s->app->quit);
	screen_shows(s, "System management");
	screen_keys(s, "q");
	assert_true(s->app->quit);
	screen_free(s);
}

static void numbers(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);
	struct buf ldif = BUF_INIT;

	(void)state;
	for (int i = 0; i < 1198; i++)
		buf_printf(&ldif,
			"dn: uid=u%d,%s\nobjectClass: inetOrgPerson\nuid: u%d\n\n", i, ACME,
			i);
	fake_add(s->fake, ldif.s);
	buf_release(&ldif);
	screen_keys(s, "<F5>");
	screen_shows(s, "1,204 users, 1 third-party");
	screen_language(s, "fr");
	screen_shows(s, "1\u202f204 utilisateurs, 1 en messagerie tierce");
	screen_free(s);
}

/* One is one; none is many in English, and one in French. */
static void plurals(void **state)
{
	struct screen *s =
		screen_new("dn: ou=domains,dc=demo\nobjectClass: organizationalUnit\n\n"
			   "dn: " ACME "\nobjectClass: relaisDomain\n"
			   "associatedDomain: acme.example\n"
			   "relaisSplitRelay: [192.0.2.25]\n",
			24, 80);

	(void)state;
	screen_shows(s, "1 domain, 1 with a split relay", "0 users, 0 third-party");
	screen_language(s, "fr");
	screen_shows(
		s, "1 domaine, 1 avec un relais", "0 utilisateur, 0 en messagerie tierce");
	fake_delete(s->fake, ACME);
	screen_keys(s, "<F5>");
	screen_shows(s, "0 domaine, 0 avec un relais");
	screen_language(s, "en");
	screen_shows(s, "0 domains, 0 with a split relay");
	screen_free(s);
}

static void limited(void **state)
{
	struct screen *s = screen_new_unsettled(NULL, 24, 80);

	(void)state;
	fake_size_limit(s->fake, 2);
	screen_settle(s);
	screen_shows(s, "2+ domains, 2+ with a split relay", "2+ users, 1 third-party");
	screen_free(s);
}

static void not_counted(void **state)
{
	struct screen *s = screen_new_unsettled(NULL, 24, 80);

	(void)state;
	fake_fail(s->fake, ERR_DENIED, "no");
	screen_settle(s);
	screen_shows(s, "? domains, 3 with a split relay", "6 users");
	screen_keys(s, "<F5>");
	screen_shows(s, "5 domains, 3 with a split relay");
	screen_free(s);
}

/* While it is counted again the old numbers stay; after a save they are counted again. */
static void counted_again(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	fake_stall(s->fake, true);
	screen_keys(s, "<F5>");
	screen_shows(s, "5 domains");
	fake_stall(s->fake, false);
	screen_keys(s, "<Enter>nz.example<Tab><Tab><Tab><Right><Enter><Enter><Esc>");
	screen_shows(s, "6 domains, 3 with a split relay");
	screen_free(s);
}

/* ---- on every screen -------------------------------------------------------------- */

/* The path is cut at its left; who, and how it stands, never. */
static void header(void **state)
{
	struct screen *s = screen_new(NULL, 16, 60);

	(void)state;
	fake_change(s->fake, ALICE, "cn",
		"Alice de la Fontaine-Montmorency épouse Martin-Dupont", NULL);
	screen_user(s, "alice");
	screen_shows(s, "…ne-Montmorency épouse Martin-Dupont  admin0", "ready\n");
	fake_who(s->fake, "an.administrator", "uid=an.administrator,ou=admins,dc=demo");
	fake_stall(s->fake, true);
	screen_shows(s, "an.administrator · ldapi · no answer for 3 s\n");
	/* then the server's name goes */
	fake_who(s->fake, "an.administrator.of.this.department", "");
	screen_shows(s, "an.administrator.of.this.department · no answer for 3 s\n");
	screen_free(s);
}

/* Of a replica: where changes are made, whether they can be, whether it has them. */
static void header_of_a_replica(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	fake_replica(s->fake, "ldap1.example", false, 4);
	screen_shows(s, "  admin0 · ldapi, saves at ldap1.example · ready\n");
	fake_replica(s->fake, "ldap1.example", false, 5);
	screen_shows(s, "  admin0 · ldapi, saves at ldap1.example · replica 5 s behind\n");
	fake_replica(s->fake, "ldap1.example", true, 5);
	screen_shows(s, "  admin0 · ldapi, saves at ldap1.example · read-only for now\n");
	/* then where it saves goes */
	fake_who(s->fake, "an.administrator.of.this.department", "");
	screen_shows(s, "  an.administrator.of.this.department · ldapi · read-only "
			"for now\n");
	screen_free(s);
}

static void help(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_keys(s, "?");
	screen_shows(s, "─ Keys ─", "Enter     open", "F5        read again",
		"F1 ?      help", "!         messages", "F10 q ^C  quit", "< Close >");
	/* what doesn't work here isn't there */
	screen_lacks(s, "save", "filter", "new domain", "suspend");
	screen_keys(s, "<Enter>");
	screen_lacks(s, "─ Keys ─");
	screen_keys(s, "<Enter><F1>");
	screen_shows(
		s, "n Ins     new", "/         filter", "s         sort by next column");
	screen_keys(s, "<Space>");
	screen_lacks(s, "─ Keys ─");
	screen_keys(s, "<Enter><F1>");
	screen_shows(s, "^S F2     save", "F4        other tab");
	screen_free(s);
}

/* Letters are shortcuts only where nothing is typed: the key line and help say so. */
static void help_in_a_field(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domain(s, "acme");
	screen_keys(s, "?");
	screen_shows(s, "[192.0.2.25? ");
	screen_keys(s, "<Backspace><F1>");
	screen_shows(s, "─ Keys ─");
	screen_free(s);
}

static void messages(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_keys(s, "!");
	screen_shows(s, "─ Messages ─", "Nothing has happened yet.");
	screen_keys(s, "<Esc>");
	screen_domain(s, "acme");
	screen_keys(s, "<Ctrl-S>");
	screen_shows(s, "Nothing was changed, nothing to save.");
	/* the next key takes it from the status line */
	screen_keys(s, "<Down>");
	screen_lacks(s, "Nothing was changed");
	screen_keys(s, "<Up>1<Ctrl-S><Enter><Down>!");
	screen_shows(s, "Saved acme.example: in force from the next message on.",
		"Nothing was changed, nothing to save.");
	assert_true(strstr(s->text.s, "Saved acme") < strstr(s->text.s, "Nothing was"));
	screen_free(s);
}

/* As many keys as fit, the most important first, none cut. */
static void key_line(void **state)
{
	struct screen *s = screen_new(NULL, 24, 132);

	(void)state;
	screen_domains(s);
	for (int w = 132; w >= 60; w--) {
		screen_resize(s, 24, w);
		screen_shows(s, "F1 help   F10 quit");
		if (s->text.s[strlen(s->text.s) - 2] == ' ' ||
			strstr(strstr(s->text.s, "F1 help"), "…"))
			screen_fail(s, "%d columns: cut", w);
	}
	screen_free(s);
}

int main(void)
{
	struct suite suite = {.n = 0};

	SUITE_ADD(&suite, at_80x24);
	SUITE_ADD(&suite, at_60x16);
	SUITE_ADD(&suite, moves);
	SUITE_ADD(&suite, esc);
	SUITE_ADD(&suite, numbers);
	SUITE_ADD(&suite, plurals);
	SUITE_ADD(&suite, limited);
	SUITE_ADD(&suite, not_counted);
	SUITE_ADD(&suite, counted_again);
	SUITE_ADD(&suite, header);
	SUITE_ADD(&suite, header_of_a_replica);
	SUITE_ADD(&suite, help);
	SUITE_ADD(&suite, help_in_a_field);
	SUITE_ADD(&suite, messages);
	SUITE_ADD(&suite, key_line);
	return suite_run(&suite);
}
