/*
 * Directories › Changes: what is listed, searched, shown, and taken back.
 */
#include "tests/tui/past.h"

#include "core/sys/journal.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- how many files are opened --------------------------------------------------------
 */

static size_t opened;

/* In front of libc's. */
int open(const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list args;

	if (flags & O_CREAT) {
		va_start(args, flags);
		mode = va_arg(args, mode_t);
		va_end(args);
	}
	opened += strstr(path, "relais-past") && strstr(path, ".ldif");
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

/* ---- going there -----------------------------------------------------------------------
 */

static struct screen *with_past(int h, int w)
{
	struct screen *s = screen_new(NULL, h, w);

	past_of_all_kinds(s);
	return s;
}

static void leave(struct screen *s)
{
	past_end();
	screen_free(s);
}

static struct screen *at_changes(bool log)
{
	struct screen *s = with_past(24, 80);

	if (log)
		past_log(s);
	screen_keys(s, "<End><Enter>");
	return s;
}

/* The cursor on the row, whose words are typed into the filter. */
static void to_row(struct screen *s, const char *words)
{
	screen_keys(s, "/");
	screen_keys(s, words);
	screen_keys(s, "<Enter>");
}

/* ---- the list ---------------------------------------------------------------------------
 */

static void at_80x24(void **state)
{
	struct screen *s = at_changes(false);

	(void)state;
	/* clang-format off */
	screen_is(s,
		"Directories › Changes                                     admin0 · ldapi · ready\n"
		"────────────────────────────────────────────────────────────────────────────────\n"
		" Filter [                                                             ]  1 of 9\n"
		" From here only: there is no log of the directory's own to be read.\n"
		"  When (UTC) ▴      Who      Entry           What                      Outcome\n"
		"▸ 2026-11-22 23:09  admin0   dora            entry deleted             Done\n"
		"  2026-11-22 23:08  admin0   yuki            new entry                 Done\n"
		"  2026-11-22 23:07  admin0   alice +2        3 changes                 Done\n"
		"  2026-11-22 23:06  admin0   lyon.example    Relay – → 192.0.2.30      No answer\n"
		"  2026-11-22 23:05  admin0   lyon.example    Relay – → 192.0.2.30      Conflict\n"
		"  2026-11-22 23:04  admin0   lyon.example    Relay – → 192.0.2.30      Not done\n"
		"  2026-11-22 23:03  admin0   lyon.example    Relay – → 192.0.2.30      Rejected\n"
		"  2026-11-22 23:02  admin0   bob             Third-party mail          Done\n"
		"  2026-11-22 23:01  admin0   acme.example    Relay 192.0.2.20 → 192.…  Done\n"
		"\n\n\n\n\n"
		"  entry deleted.\n"
		"\n\n\n"
		"F1 help   F10 quit   Enter open   u undo   / filter   Esc back   Space mark\n");
	/* clang-format on */
	leave(s);
}

static void at_60x16(void **state)
{
	struct screen *s = with_past(16, 60);

	(void)state;
	screen_keys(s, "<End><Enter>");
	/* clang-format off */
	screen_is(s,
		"Directories › Changes                 admin0 · ldapi · ready\n"
		"────────────────────────────────────────────────────────────\n"
		" Filter [                                         ]  1 of 9\n"
		" From here only: there is no log of the directory's own to\n"
		" be read.\n"
		"  When (UTC) ▴      Who     Entry         What\n"
		"▸ 2026-11-22 23:09  admin0  dora          entry deleted\n"
		"  2026-11-22 23:08  admin0  yuki          new entry\n"
		"  2026-11-22 23:07  admin0  alice +2      3 changes\n"
		"  2026-11-22 23:06  admin0  lyon.example  Relay – → 192.0.2…\n"
		"  2026-11-22 23:05  admin0  lyon.example  Relay – → 192.0.2…\n"
		"  entry deleted.\n"
		"\n\n\n"
		"F1 help   F10 quit   Enter open   u undo   / filter\n");
	/* clang-format on */
	leave(s);
}

static void wide(void **state)
{
	struct screen *s = with_past(60, 200);

	(void)state;
	past_log(s);
	screen_keys(s, "<End><Enter>");
	screen_shows(s, "bob", "Third-party mail", "Done");
	screen_shows(s, "admin1", "acme.example", "Description Old → Acme");
	leave(s);
}

/* Both sources, each change once. */
static void the_log_beside_it(void **state)
{
	struct screen *s = at_changes(true);

	(void)state;
	screen_shows(s, "by anybody with any tool.");
	screen_shows(s, "1 of 15");
	screen_shows(s, "23:10", "admin1", "branch.example", "forwarding on");
	screen_shows(s, "23:08", "admin1", "dora", "new entry");
	screen_shows(s, "23:13", "admin1", "carol", "Description");
	screen_shows(s, "23:12", "admin1", "z ", "renamed: zoe");
	screen_shows(s, "23:11", "admin1", "zoe", "userPassword");
	screen_lacks(s, "geheim");
	screen_lacks(s, "elsewhere");
	screen_keys(s, "<End>");
	screen_shows(s, "▸ 2026-11-22 23:01", "admin0", "acme.example");
	leave(s);
}

static void no_journal(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_keys(s, "<End><Enter>");
	screen_shows(s, "Nothing has been changed from here yet.");
	screen_free(s);
}

static void of_another_directory(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	past_begin(s);
	past_item("20261122T230100.000001Z-1-1", "x", "y",
		"# change: 1\ndn: a=b\nchangetype: delete\n\n");
	s->app->journal = journal_new(journal_folder(s->app->journal), "another");
	screen_keys(s, "<End><Enter>");
	screen_shows(s, "Nothing has been changed from here yet.");
	journal_free(s->app->journal);
	leave(s);
}

/* A name, an address, a value, an attribute, a person; of a bulk every entry. */
static void searched(void **state)
{
	static const struct {
		const char *text;
		int rows;
	} cases[] = {{"192.0.2.30", 4}, {"bob.durand@", 1}, {"relaissplit", 5},
		{"admin1", 6}, {"zoe", 3}, {"dora@acme", 1}, {"yamada", 1},
		{"Save lyon", 4}, {"zzz", 0}};
	struct screen *s = at_changes(true);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char position[20];

		to_row(s, cases[i].text);
		snprintf(position, sizeof(position), "%d of %d", cases[i].rows > 0,
			cases[i].rows);
		screen_shows(s, position);
		screen_keys(s, "<Esc>");
	}
	leave(s);
}

static void the_filter_stays(void **state)
{
	struct screen *s = at_changes(false);

	(void)state;
	to_row(s, "lyon");
	screen_keys(s, "<Down><Enter>");
	screen_shows(s, "┌─ lyon.example");
	screen_keys(s, "<Esc>");
	screen_shows(s, "2 of 5");
	screen_keys(s, "<Esc>");
	screen_shows(s, "4 of 9");
	leave(s);
}

static void sorted_by_entry(void **state)
{
	struct screen *s = at_changes(false);

	(void)state;
	screen_keys(s, "ss");
	screen_shows(s, "Entry ▴");
	screen_keys(s, "<Home>");
	screen_shows(s, "▸", "acme.example");
	screen_keys(s, "r<Home>");
	screen_shows(s, "▸", "yuki");
	leave(s);
}

static bool copied(const char *text)
{
	check_expected(text);
	return true;
}

static void copies(void **state)
{
	struct screen *s = at_changes(false);

	(void)state;
	s->app->copy = copied;
	screen_keys(s, "<End>");
	expect_string(copied, text,
		"2026-11-22 23:01 UTC admin0 " ACME ": Relay 192.0.2.20 → 192.0.2.25");
	screen_keys(s, "y");
	leave(s);
}

static void home_says_when(void **state)
{
	struct screen *s = with_past(24, 80);

	(void)state;
	screen_keys(s, "<F5>");
	screen_shows(s, "Changes", "last from here: 2026-11-22 23:09 UTC, admin0");
	leave(s);
}

/* ---- only what is seen
 * -------------------------------------------------------------------- */

static void reads_no_more_than_is_seen(void **state)
{
	enum { ITEMS = 5000, A_TURN = 8, ENOUGH = 100 };
	struct screen *s = screen_new(NULL, 24, 80);
	size_t all, turns = 0;

	(void)state;
	past_begin(s);
	past_many(ITEMS);
	screen_keys(s, "<End>");
	opened = 0;
	app_key(s->app, (struct input){.key = '\r'});
	do {
		size_t before = opened;

		store_step(fake_store(s->fake), 10);
		app_step(s->app);
		assert_true(opened - before <= A_TURN);
		turns++;
	} while (s->app->more || fake_busy(s->fake));
	assert_true(turns > 1);
	screen_shows(s, "▸ 2026-11-04 11:19", "u4999", "sn a → b4999");
	screen_shows(s, "1 of ", "+");
	assert_true(opened <= ENOUGH);
	all = opened;
	screen_keys(s, "<PgDn><PgDn><PgDn><PgDn><PgDn>");
	assert_true(opened > all);
	assert_true(opened <= 3 * ENOUGH);
	/* what the filter looks for may stand anywhere */
	to_row(s, "b17 ");
	screen_keys(s, "<Esc>");
	to_row(s, "uid=u17,");
	screen_shows(s, "1 of 1");
	screen_shows(s, "u17", "sn a → b17");
	assert_true(opened >= ITEMS);
	leave(s);
}

static void reading_stops(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	past_begin(s);
	past_many(300);
	screen_keys(s, "<End><Enter>/");
	app_key(s->app, (struct input){.key = 'q'});
	app_key(s->app, (struct input){.key = '\r'});
	app_step(s->app);
	assert_true(s->app->more);
	app_key(s->app, (struct input){.key = 27});
	app_step(s->app);
	assert_false(s->app->more);
	screen_shows(s, "Reading was stopped: F5 reads again.");
	screen_keys(s, "<F5>");
	screen_shows(s, "0 of 0");
	leave(s);
}

/* ---- details
 * ------------------------------------------------------------------------------- */

static void all_of_one(void **state)
{
	struct screen *s = at_changes(false);

	(void)state;
	screen_resize(s, 60, 200);
	to_row(s, "192.0.2.20");
	screen_keys(s, "<Enter>");
	screen_shows(s, "When", "2026-11-22 23:01 UTC");
	screen_shows(s, "Who", "uid=admin0,ou=admins,dc=demo");
	screen_shows(s, "Server", "ldapi");
	screen_shows(s, "Why", "Save acme.example?");
	screen_shows(s, "File", "/20261122T230100.000001Z-1-1.ldif");
	screen_shows(s, "Outcome", "Done");
	screen_shows(s, "Entry", ACME);
	screen_shows(s, "relaisSplitRelay", "[192.0.2.20]", "[192.0.2.25]");
	screen_keys(s, "<Right><Right><Enter>");
	screen_shows(s, "replace: relaisSplitRelay");
	leave(s);
}

static void the_servers_words(void **state)
{
	struct screen *s = at_changes(false);

	(void)state;
	to_row(s, "lyon");
	screen_keys(s, "<End><Enter>");
	screen_says(s, "The server refused it.");
	screen_shows(s, "Server's words", "19 relaisSplitRelay");
	leave(s);
}

static void all_of_a_bulk(void **state)
{
	struct screen *s = at_changes(false);

	(void)state;
	screen_resize(s, 60, 120);
	to_row(s, "carol");
	screen_keys(s, "<Enter>");
	screen_shows(s, "Entry", ALICE);
	screen_shows(s, "Entry", CAROL);
	screen_shows(s, "Entry", ZOE);
	screen_shows(s, "relaisRouting", "internal", "none");
	leave(s);
}

static void all_of_the_logs(void **state)
{
	struct screen *s = at_changes(true);

	(void)state;
	screen_resize(s, 60, 120);
	to_row(s, "old");
	screen_keys(s, "<Enter>");
	screen_shows(s, "Who", "uid=admin1,ou=admins,dc=demo");
	screen_shows(s, "In the log", "reqStart=20261122231000.000000Z,cn=accesslog");
	screen_shows(s, "description", "Old", "Acme");
	leave(s);
}

/* ---- undoing
 * --------------------------------------------------------------------------------- */

#define ACME_BACK                                                       \
	"dn: " ACME "\nchangetype: modify\nreplace: relaisSplitRelay\n" \
	"relaisSplitRelay: [192.0.2.20]\n-\n\n"

static void a_domain(void **state)
{
	struct screen *s = at_changes(false);
	char *item;

	(void)state;
	to_row(s, "192.0.2.20");
	screen_keys(s, "u");
	screen_shows(s, "┌─ Undo the change of acme.example?");
	screen_shows(s, "relaisSplitRelay", "[192.0.2.25]", "[192.0.2.20]");
	screen_shows(s, "1 third-party user", "192.0.2.25", "192.0.2.20");
	screen_wrote(s, "");
	screen_keys(s, "<Enter>");
	screen_wrote(s, ACME_BACK);
	screen_says(s, "Undone: acme.example is as it was before that change.");
	screen_shows(s, "2 of 2"); /* the filter stays, the undo stands above */
	screen_shows(s, "23:01", "Undone");
	item = past_newest();
	assert_non_null(strstr(item, "# why: undo: Save acme.example? "
				     "[20261122T230100.000001Z-1-1]\n"));
	assert_non_null(strstr(item, "# end: "));
	free(item);
	screen_keys(s, "<End>u");
	screen_says(s, "This has been undone already.");
	leave(s);
}

static void an_undo(void **state)
{
	struct screen *s = at_changes(false);

	(void)state;
	to_row(s, "192.0.2.20");
	screen_keys(s, "u<Enter><Home>u<Enter>");
	assert_string_equal(
		entry_text(fake_entry(s->fake, ACME), "relaisSplitRelay"), "[192.0.2.25]");
	assert_int_equal(past_files(), 11);
	screen_keys(s, "<End>");
	screen_shows(s, "23:01", "Done"); /* its undo was undone */
	leave(s);
}

static void a_user(void **state)
{
	struct screen *s = at_changes(false);

	(void)state;
	to_row(s, "bob.durand");
	screen_keys(s, "u");
	screen_shows(s, "relaisRouting", "external", "internal");
	screen_shows(s, "bob@acme.example", "192.0.2.25", "mailbox here");
	screen_keys(s, "<Enter>");
	screen_wrote(s, "dn: " BOB "\nchangetype: modify\nreplace: relaisRouting\n"
			"relaisRouting: internal\n-\ndelete: relaisThirdPartyAddress\n"
			"relaisThirdPartyAddress: bob@acme.example\n"
			"relaisThirdPartyAddress: bob.durand@acme.example\n-\n\n");
	leave(s);
}

static void given_up(void **state)
{
	struct screen *s = at_changes(false);

	(void)state;
	to_row(s, "bob.durand");
	screen_keys(s, "u<Esc>");
	screen_shows(s, "Directories › Changes  ");
	screen_wrote(s, "");
	assert_int_equal(past_files(), 9);
	leave(s);
}

static void from_its_details(void **state)
{
	struct screen *s = at_changes(false);

	(void)state;
	to_row(s, "192.0.2.20");
	screen_keys(s, "<Enter><Right><Enter><Enter>");
	screen_wrote(s, ACME_BACK);
	leave(s);
}

static void what_changed_since(void **state)
{
	struct screen *s = at_changes(false);

	(void)state;
	fake_change(s->fake, ACME, "relaisSplitRelay", "[192.0.2.99]", NULL);
	to_row(s, "192.0.2.20");
	screen_keys(s, "u");
	screen_shows(s, "┌─ Not undone");
	screen_says(
		s, "Somebody has changed it since: undoing it would take that back, too.");
	screen_shows(s, "as that change left it", "as it is now");
	screen_shows(s, "relaisSplitRelay", "[192.0.2.25]", "[192.0.2.99]");
	screen_keys(s, "<Enter>");
	screen_shows(s, "Directories › Changes  ");
	screen_wrote(s, "");
	leave(s);
}

/* Another attribute is no matter. */
static void something_else_since(void **state)
{
	struct screen *s = at_changes(false);

	(void)state;
	fake_change(s->fake, ACME, "description", "another", NULL);
	to_row(s, "192.0.2.20");
	screen_keys(s, "u<Enter>");
	screen_wrote(s, ACME_BACK);
	leave(s);
}

/* Between the review and the write. */
static void changed_while_one_looks(void **state)
{
	struct screen *s = at_changes(false);

	(void)state;
	to_row(s, "192.0.2.20");
	screen_keys(s, "u");
	fake_change(s->fake, ACME, "relaisSplitRelay", "[192.0.2.99]", NULL);
	screen_keys(s, "<Enter>");
	screen_shows(s, "Not undone");
	screen_wrote(s, "");
	leave(s);
}

/* Between the look at the entry and the form's own. */
static void changed_while_the_form_opens(void **state)
{
	struct screen *s = at_changes(false);

	(void)state;
	to_row(s, "192.0.2.20");
	fake_stall(s->fake, true);
	screen_keys(s, "u");
	fake_stall(s->fake, false);
	screen_step(s);
	fake_change(s->fake, ACME, "relaisSplitRelay", "[192.0.2.99]", NULL);
	screen_settle(s);
	screen_shows(s, "Not undone");
	screen_wrote(s, "");
	leave(s);
}

static void renamed_since(void **state)
{
	struct screen *s = at_changes(false);

	(void)state;
	fake_delete(s->fake, BOB);
	to_row(s, "bob.durand");
	screen_keys(s, "u");
	screen_says(s, "The entry is not there any more, so nothing of it is put back.");
	screen_wrote(s, "");
	leave(s);
}

/* As the form would: what depends on it is told under the field. */
static void rules_hold(void **state)
{
	struct screen *s = at_changes(false);

	(void)state;
	past_item("20261122T232000.000001Z-1-1", "uid=admin0,ou=admins,dc=demo", "first",
		"# change: 1\n#| dn: " ACME "\ndn: " ACME "\nchangetype: modify\n"
		"add: relaisSplitRelay\nrelaisSplitRelay: [192.0.2.25]\n-\n\n"
		"# outcome: 1 done 2026-11-22T23:20:00Z\n"
		"# end: 2026-11-22T23:20:00Z 1 of 1 done\n");
	screen_keys(s, "<F5><Home>u");
	screen_says(s, "Not saved: see the words under the field.");
	screen_shows(s, "Show these users");
	screen_wrote(s, "");
	leave(s);
}

static const struct {
	const char *row, *words;
} refused[] = {
	{"23:06", "Its answer has not come yet"},
	{"23:05", "It was not written: there is nothing to undo."},
	{"23:04", "It was not written: there is nothing to undo."},
	{"23:03", "It was not written: there is nothing to undo."},
	{"23:11", "A password was written with it."},
	{"23:12", "An entry was renamed: that is undone with another tool."},
	{"23:13", "What was there before is not in the directory's log (logold)"},
};

static void what_cannot_be_undone(void **state)
{
	struct screen *s = at_changes(true);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		char row[40];

		screen_keys(s, "<Home>");
		snprintf(row, sizeof(row), "▸ 2026-11-22 %s", refused[i].row);
		for (int k = 0; k < 15 && !strstr(screen_text(s), row); k++)
			screen_keys(s, "<Down>");
		screen_shows(s, row);
		screen_keys(s, "u");
		screen_shows(s, "┌─ Not undone");
		screen_says(s, refused[i].words);
		screen_keys(s, "<Esc>");
	}
	screen_wrote(s, "");
	leave(s);
}

static void one_of_the_logs(void **state)
{
	struct screen *s = at_changes(true);

	(void)state;
	to_row(s, "old");
	screen_keys(s, "u");
	screen_shows(s, "description", "Acme", "Old");
	screen_keys(s, "<Enter>");
	screen_wrote(s,
		"dn: " ACME
		"\nchangetype: modify\nreplace: description\ndescription: Old\n-\n\n");
	screen_shows(s, "23:10", "Undone");
	leave(s);
}

static void an_entry_made(void **state)
{
	struct screen *s = at_changes(false);

	(void)state;
	to_row(s, "yamada");
	screen_keys(s, "u");
	screen_shows(s, "┌─ Undo the change of yuki?");
	screen_says(s, "yuki@lyon.example");
	screen_says(s, "refused from now on");
	screen_keys(s, "<Enter>");
	screen_wrote(s, "dn: " YUKI "\nchangetype: delete\n\n");
	screen_shows(s, "23:08", "Undone");
	leave(s);
}

static void an_entry_made_and_used_since(void **state)
{
	struct screen *s = at_changes(false);

	(void)state;
	fake_change(s->fake, YUKI, "telephoneNumber", "1", NULL);
	to_row(s, "yamada");
	screen_keys(s, "u");
	screen_shows(s, "┌─ Not undone");
	screen_shows(s, "telephoneNumber", "–", "1");
	screen_wrote(s, "");
	leave(s);
}

#define DORA                                                                   \
	"dn: uid=dora," ACME "\nchangetype: add\nobjectClass: inetOrgPerson\n" \
	"objectClass: relaisUser\nuid: dora\ncn: Dora\nsn: Dora\n"             \
	"mail: dora@acme.example\nrelaisRouting: internal\n\n"

static void an_entry_deleted(void **state)
{
	struct screen *s = at_changes(false);

	(void)state;
	to_row(s, "dora@acme");
	screen_keys(s, "u");
	screen_says(s, "A password that it had is not brought back.");
	screen_keys(s, "<Enter>");
	screen_wrote(s, DORA);
	leave(s);
}

static void its_address_is_taken(void **state)
{
	struct screen *s = at_changes(false);

	(void)state;
	fake_change(
		s->fake, CAROL, "mail", "carol@acme.example", "dora@acme.example", NULL);
	to_row(s, "uid=dora");
	screen_keys(s, "u");
	screen_shows(s, "┌─ Not undone");
	screen_says(s, "dora@acme.example already belongs to Carol Petit");
	screen_wrote(s, "");
	leave(s);
}

static void it_is_there_again(void **state)
{
	struct screen *s = at_changes(false);

	(void)state;
	fake_add(s->fake, "dn: uid=dora," ACME "\nobjectClass: inetOrgPerson\nuid: dora\n");
	to_row(s, "uid=dora");
	screen_keys(s, "u");
	screen_says(s, "There is an entry of this name again: it would be overwritten.");
	screen_wrote(s, "");
	leave(s);
}

static void the_server_says_no(void **state)
{
	struct screen *s = at_changes(false);

	(void)state;
	to_row(s, "dora@acme");
	screen_keys(s, "u");
	fake_refuse(s->fake, ERR_DENIED, NULL, "no write access");
	screen_keys(s, "<Enter>");
	screen_shows(s, "┌─ Not undone");
	screen_says(s, "no write access");
	screen_wrote(s, "");
	assert_int_equal(s->app->writing, 0);
	leave(s);
}

#define BULK_BACK                                                     \
	"dn: " ALICE "\nchangetype: modify\nreplace: relaisRouting\n" \
	"relaisRouting: none\n-\n\n"                                  \
	"dn: " CAROL "\nchangetype: modify\nreplace: relaisRouting\n" \
	"relaisRouting: internal\n-\n\n"                              \
	"dn: " ZOE "\nchangetype: modify\nreplace: relaisRouting\n"   \
	"relaisRouting: none\n-\n\n"

static void a_bulk(void **state)
{
	struct screen *s = at_changes(false);
	char *item;

	(void)state;
	to_row(s, "carol");
	screen_keys(s, "u");
	screen_shows(s, "3 changes are undone.");
	screen_says(s, "Mail to 2 addresses will be refused from now on.");
	screen_says(s, "Mail to 1 address will go to the relay as unknown.");
	screen_says(s, "alice: No mail");
	screen_wrote(s, "");
	screen_keys(s, "<Enter>");
	screen_wrote(s, BULK_BACK);
	assert_int_equal(past_files(), 10);
	item = past_newest();
	assert_non_null(strstr(item, "# why: undo: several at once "
				     "[20261122T230700.000001Z-1-1]\n"));
	assert_non_null(strstr(item, "# change: 3\n"));
	free(item);
	screen_keys(s, "<Esc>");
	screen_shows(s, "23:07", "3 changes", "Undone");
	leave(s);
}

static void of_a_bulk_one_changed_since(void **state)
{
	struct screen *s = at_changes(false);

	(void)state;
	fake_change(s->fake, ALICE, "relaisRouting", "none", NULL);
	to_row(s, "carol");
	screen_keys(s, "u");
	screen_shows(s, "2 changes are undone.");
	screen_says(s, "alice: changed since (relaisRouting).");
	screen_keys(s, "<Enter>");
	assert_null(strstr(fake_written(s->fake), ALICE));
	assert_non_null(strstr(fake_written(s->fake), CAROL));
	leave(s);
}

int main(void)
{
	struct suite s = {.n = 0};

	SUITE_ADD(&s, at_80x24);
	SUITE_ADD(&s, at_60x16);
	SUITE_ADD(&s, wide);
	SUITE_ADD(&s, the_log_beside_it);
	SUITE_ADD(&s, no_journal);
	SUITE_ADD(&s, of_another_directory);
	SUITE_ADD(&s, searched);
	SUITE_ADD(&s, the_filter_stays);
	SUITE_ADD(&s, sorted_by_entry);
	SUITE_ADD(&s, copies);
	SUITE_ADD(&s, home_says_when);
	SUITE_ADD(&s, reads_no_more_than_is_seen);
	SUITE_ADD(&s, reading_stops);
	SUITE_ADD(&s, all_of_one);
	SUITE_ADD(&s, the_servers_words);
	SUITE_ADD(&s, all_of_a_bulk);
	SUITE_ADD(&s, all_of_the_logs);
	SUITE_ADD(&s, a_domain);
	SUITE_ADD(&s, an_undo);
	SUITE_ADD(&s, a_user);
	SUITE_ADD(&s, given_up);
	SUITE_ADD(&s, from_its_details);
	SUITE_ADD(&s, what_changed_since);
	SUITE_ADD(&s, something_else_since);
	SUITE_ADD(&s, changed_while_one_looks);
	SUITE_ADD(&s, changed_while_the_form_opens);
	SUITE_ADD(&s, renamed_since);
	SUITE_ADD(&s, rules_hold);
	SUITE_ADD(&s, what_cannot_be_undone);
	SUITE_ADD(&s, one_of_the_logs);
	SUITE_ADD(&s, an_entry_made);
	SUITE_ADD(&s, an_entry_made_and_used_since);
	SUITE_ADD(&s, an_entry_deleted);
	SUITE_ADD(&s, its_address_is_taken);
	SUITE_ADD(&s, it_is_there_again);
	SUITE_ADD(&s, the_server_says_no);
	SUITE_ADD(&s, a_bulk);
	SUITE_ADD(&s, of_a_bulk_one_changed_since);
	return suite_run(&s);
}
