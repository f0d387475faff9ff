/*
 * Directory entities: the list of users, its order, filters and selection; names that want
 * to be nasty.
 */
#include "tests/tui/screen.h"

#include <stdio.h>
#include <string.h>

#include "core/text.h"

static void at_80x24(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_users(s);
	/* clang-format off */
	screen_is(s,
		"Directories › Directory entities                          admin0 · ldapi · ready\n"
		"────────────────────────────────────────────────────────────────────────────────\n"
		" < New user >   Filter [                                              ]  1 of 6\n"
		"\n"
		"  Display name ▴     E-mail                     Mail             Domain\n"
		"▸ Alice Martin       alice@acme.example +1      internal         acme.example\n"
		"  Bob Durand         bob@acme.example +2        third-party 2/3  acme.example\n"
		"  Carol Petit        carol@acme.example         none             acme.example\n"
		"  Élodie Guérin      elodie@acme.example        none             acme.example\n"
		"  Zoë Ångström       zoe@branch.example         internal         branch.example\n"
		"  山田 由紀          yuki@lyon.example +1       internal         lyon.example\n"
		"\n\n\n\n\n\n\n\n\n\n\n\n"
		"F1 help   F10 quit   Enter open   n new   t internal or third-party   / filter\n");
	/* clang-format on */
	screen_free(s);
}

static void assert_order(struct screen *s, const char *const names[])
{
	const char *at = strstr(screen_text(s), "Display name");

	for (; at && *names; names++) {
		at = strstr(at, *names);
		if (!at)
			screen_fail(s, "not in order from %s on", *names);
	}
}

static const struct order {
	const char *name;
	const char *keys;
	const char *order[7];
} orders[] = {
	{"by name", "", {"Alice", "Bob", "Carol", "Élodie", "Zoë", "山田"}},
	{"by name, reversed", "r", {"山田", "Zoë", "Élodie", "Carol", "Bob", "Alice"}},
	{"by address", "s", {"alice@", "bob@", "carol@", "elodie@", "yuki@", "zoe@"}},
	{"by address, reversed", "sr",
		{"zoe@", "yuki@", "elodie@", "carol@", "bob@", "alice@"}},
	{"by mail", "ss", {"Bob", "Alice", "Zoë", "山田", "Carol", "Élodie"}},
	{"by mail, reversed", "ssr", {"Élodie", "Carol", "山田", "Zoë", "Alice", "Bob"}},
	{"by domain", "sss", {"Alice", "Bob", "Carol", "Élodie", "Zoë", "山田"}},
	{"by domain, reversed", "sssr", {"山田", "Zoë", "Élodie", "Carol", "Bob", "Alice"}},
};

static void order(void **state)
{
	const struct order *o = *state;
	struct screen *s = screen_new(NULL, 24, 80);

	screen_users(s);
	screen_keys(s, o->keys);
	assert_order(s, o->order);
	screen_free(s);
}

static const struct found {
	const char *name;
	const char *typed;
	const char *position;
	const char *shown;
} founds[] = {
	{"without its accents", "elodie gue", "1 of 1", "Élodie Guérin"},
	{"with them, in capitals", "ÉLODIE", "1 of 1", "Élodie Guérin"},
	{"a ring and dots", "zoe angstrom", "1 of 1", "Zoë Ångström"},
	{"an ideogram", "由", "1 of 1", "山田 由紀"},
	{"a second address", "yamada@", "1 of 1", "山田 由紀"},
	{"a domain", "@acme", "1 of 4", "Carol Petit"},
	{"none", "zzz", "0 of 0", "Nothing matches the filter; Esc clears it."},
};

static void found(void **state)
{
	const struct found *f = *state;
	struct screen *s = screen_new(NULL, 24, 80);

	screen_users(s);
	screen_keys(s, "/");
	screen_keys(s, f->typed);
	screen_shows(s, f->position, f->shown);
	screen_keys(s, "<Esc>");
	screen_shows(s, "of 6");
	screen_free(s);
}

/* The pane: mail system, domain, kind; together with the text. */
static void filters(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_users(s);
	screen_keys(s, "f");
	screen_shows(s, "Mail system  ( all ▾ )", "Domain       ( all ▾ )");
	screen_keys(s, "<Enter>");
	screen_cursor_on(s, "[x] all");
	screen_keys(s, "<Up><Enter>");
	screen_shows(s, "( Third-party mail ▾ )");
	screen_keys(s, "<Esc>");
	screen_shows(s, "Mail: third-party", "1 of 1", "Bob Durand");
	/* with it nothing may match, which is said */
	screen_keys(s, "/alice<Enter>");
	screen_shows(s, "0 of 0", "Nothing matches the filter; Esc clears it.");
	screen_keys(s, "<Esc>");
	screen_shows(s, "1 of 1", "Mail: third-party");
	screen_keys(s, "<Esc>");
	screen_shows(s, "of 6");
	screen_lacks(s, "Mail: third-party");
	screen_keys(s, "<Esc>");
	screen_shows(s, "System management");
	screen_free(s);
}

static void filter_that_nobody_passes(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	fake_change(s->fake, BOB, "relaisRouting", "internal", NULL);
	screen_users(s);
	screen_keys(s, "f<Enter><Up><Enter><Esc>");
	screen_shows(s, "0 of 0", "Nothing matches the filter; Esc clears it.");
	screen_lacks(s, "There is no user here.");
	screen_free(s);
}

/* ---- the selection ---------------------------------------------------------------- */

static void selection_stays(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_users(s);
	screen_keys(s, "<Down><Down><Down>");
	screen_cursor_on(s, "Élodie");
	screen_keys(s, "r");
	screen_cursor_on(s, "Élodie");
	screen_keys(s, "s");
	screen_cursor_on(s, "Élodie");
	fake_change(s->fake, ALICE, "cn", "Zzz", NULL);
	fake_delete(s->fake, CAROL);
	screen_keys(s, "sss<F5>");
	screen_cursor_on(s, "Élodie");
	screen_resize(s, 16, 60);
	screen_cursor_on(s, "Élodie");
	screen_keys(s, "<Enter><Esc>");
	screen_cursor_on(s, "Élodie");
	screen_free(s);
}

/* Switched from the first row, which then is another's: the cursor stays with the user. */
static void switched_and_sorted(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_users(s);
	screen_keys(s, "ss");
	screen_cursor_on(s, "Bob Durand");
	screen_keys(s, "t<Enter>");
	screen_shows(s, "Saved Bob Durand");
	screen_cursor_on(s, "Bob Durand");
	screen_keys(s, "t<Enter>");
	screen_cursor_on(s, "Bob Durand");
	screen_shows(s, "third-party");
	screen_free(s);
}

/* While rows still come the cursor stays on the first, until somebody moves it. */
static void while_rows_come(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	fake_per_step(s->fake, 1);
	fake_stall(s->fake, true);
	screen_users(s);
	fake_stall(s->fake, false);
	screen_step(s);
	fake_stall(s->fake, true);
	screen_keys(s, "r");
	fake_stall(s->fake, false);
	screen_step(s);
	screen_shows(s, "1 of 2", "(reading)");
	screen_cursor_on(s, "Bob Durand");
	screen_step(s);
	screen_cursor_on(s, "Carol Petit");
	fake_stall(s->fake, true);
	screen_keys(s, "<Down>");
	fake_stall(s->fake, false);
	screen_cursor_on(s, "Bob Durand");
	for (int i = 0; i < 2; i++) {
		screen_step(s);
		screen_shows(s, "(reading)");
		screen_cursor_on(s, "Bob Durand");
	}
	screen_settle(s);
	screen_shows(s, "5 of 6");
	screen_cursor_on(s, "Bob Durand");
	screen_free(s);
}

/* 1300, of whom the server gives 300 at a time, the last first; the first are there. */
static struct screen *many_come(void)
{
	struct buf ldif = BUF_INIT;
	struct screen *s;

	buf_puts(&ldif, "dn: " ACME "\nobjectClass: relaisDomain\n"
			"associatedDomain: acme.example\n");
	for (int i = 1299; i >= 0; i--)
		buf_printf(&ldif,
			"\ndn: uid=u%d," ACME "\nobjectClass: inetOrgPerson\n"
			"objectClass: relaisUser\ncn: Name %04d\n"
			"mail: u%d@acme.example\n",
			i, i, i);
	s = screen_new(ldif.s, 24, 80);
	fake_per_step(s->fake, 300);
	fake_stall(s->fake, true);
	screen_users(s);
	fake_stall(s->fake, false);
	screen_step(s);
	buf_release(&ldif);
	return s;
}

/* Of a long list the first are shown as they come, the others some at a time, all of them
 * in their order. */
static void while_many_come(void **state)
{
	struct screen *s = many_come();

	(void)state;
	screen_shows(s, "1 of 300", "(reading)", "Name 1000");
	screen_step(s);
	screen_shows(s, "1 of 600", "(reading)", "Name 0700");
	screen_step(s);
	screen_shows(s, "1 of 600", "(reading)", "Name 0700");
	assert_int_not_equal(s->app->wake_ms, 0);
	screen_clock(s->app->wake_ms);
	screen_step(s);
	screen_shows(s, "1 of 1,200", "(reading)", "Name 0100");
	screen_step(s);
	screen_shows(s, "1 of 1,300", "Name 0000");
	screen_lacks(s, "(reading)");
	screen_keys(s, "<End>");
	screen_shows(s, "1,300 of 1,300", "Name 1298", "Name 1299");
	screen_free(s);
}

static void filtered_while_many_come(void **state)
{
	struct screen *s = many_come();

	(void)state;
	fake_stall(s->fake, true);
	screen_keys(s, "/99");
	screen_shows(s, "1 of 3", "Name 1099", "Name 1199", "Name 1299");
	fake_stall(s->fake, false);
	screen_settle(s);
	screen_shows(s, "of 22", "Name 0099", "Name 0990");
	screen_keys(s, "<Enter><End>");
	screen_shows(s, "22 of 22", "Name 1299");
	screen_keys(s, "<Esc>");
	screen_shows(s, "of 1,300");
	screen_free(s);
}

/* Read again: the old rows stay until the new ones are all there. */
static void while_read_again(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_users(s);
	fake_change(s->fake, ALICE, "cn", "Alix Martin", NULL);
	fake_per_step(s->fake, 1);
	fake_stall(s->fake, true);
	screen_keys(s, "<F5>");
	fake_stall(s->fake, false);
	screen_step(s);
	screen_step(s);
	screen_shows(s, "1 of 6", "Alice Martin", "(reading)");
	screen_settle(s);
	screen_shows(s, "1 of 6", "Alix Martin");
	screen_lacks(s, "(reading)", "Alice Martin");
	screen_free(s);
}

/* ---- what is there ------------------------------------------------------------------- */

static void nobody(void **state)
{
	struct screen *s = screen_new("dn: ou=domains,dc=demo\nobjectClass: x\n", 24, 80);

	(void)state;
	screen_users(s);
	screen_shows(s, "There is no user here.", "0 of 0");
	screen_keys(s, "<Enter>t f<Esc><Space>y<PgDn><End>");
	screen_shows(s, "There is no user here.");
	screen_free(s);
}

/* Fifty come, there are more. */
static void truncated(void **state)
{
	struct screen *s;
	struct buf ldif = BUF_INIT;

	(void)state;
	for (int i = 0; i < 60; i++)
		buf_printf(&ldif,
			"dn: uid=u%02d,%s\nobjectClass: inetOrgPerson\n"
			"uid: u%02d\ncn: U %02d\nmail: u%02d@acme.example\n\n",
			i, ACME, i, i, i);
	s = screen_new(ldif.s, 24, 80);
	buf_release(&ldif);
	fake_size_limit(s->fake, 50);
	screen_users(s);
	screen_shows(s, "1 of 50+");
	screen_keys(s, "<End>");
	screen_shows(s, "50 of 50+");
	screen_says(s,
		"The server stopped at 50: / asks it for the others. Its size limit can "
		"be raised (slapd: limits).");
	fake_size_limit(s->fake, 0);
	screen_keys(s, "<F5>");
	screen_shows(s, "50 of 60");
	screen_lacks(s, "60+", "The server stopped");
	screen_free(s);
}

/* What the server did not give is asked for by the filters, and is no gap any more. */
static void beyond_the_limit(void **state)
{
	struct screen *s = screen_new_unsettled(NULL, 24, 80);

	(void)state;
	fake_size_limit(s->fake, 3);
	screen_settle(s);
	screen_users(s);
	screen_shows(s, "1 of 3+");
	screen_lacks(s, "Zoë");
	screen_keys(s, "/zoe");
	screen_shows(s, "1 of 1");
	screen_lacks(s, "1 of 1+");
	screen_shows(s, "Zoë Ångström");
	screen_keys(s, "@nowhere");
	screen_shows(s, "Nothing matches the filter; Esc clears it.");
	screen_keys(s, "<Esc>");
	screen_shows(s, "1 of 4+"); /* he has been seen */
	screen_keys(s, "f<Enter><Up><Up><Enter>");
	screen_shows(s, "Mail: internal");
	screen_shows(s, "山田 由紀");
	screen_keys(s, "<Esc><Esc>");
	screen_shows(s, "1 of 5+");
	screen_free(s);
}

/* Each letter asks anew, and the answer to the one before does not come any more. */
static void beyond_the_limit_slowly(void **state)
{
	struct screen *s = screen_new_unsettled(NULL, 24, 80);

	(void)state;
	fake_size_limit(s->fake, 3);
	screen_settle(s);
	screen_users(s);
	fake_stall(s->fake, true);
	screen_keys(s, "/z");
	screen_shows(s, "(reading)");
	screen_keys(s, "o");
	screen_clock(1003100);
	fake_stall(s->fake, false);
	screen_settle(s);
	screen_shows(s, "1 of 1");
	screen_shows(s, "Zoë Ångström");
	screen_lacks(s, "(reading)");
	screen_says(s, "The search took 3 s: the consistency check says which indexes are "
		       "missing.");
	fake_stall(s->fake, true);
	screen_keys(s, "x<Esc>");
	screen_shows(s, "Reading was stopped");
	screen_keys(s, "<Esc>");
	screen_shows(s, "1 of 4+");
	screen_free(s);
}

/* Of a directory of many a window is read, and more of it on the way down; searching goes
 * to all of them. */
static void window_on_many(void **state)
{
	struct screen *s;
	struct buf ldif = BUF_INIT;

	(void)state;
	for (int i = 0; i < 2100; i++)
		buf_printf(&ldif,
			"dn: uid=u%04d,%s\nobjectClass: inetOrgPerson\n"
			"uid: u%04d\ncn: U %04d\nmail: u%04d@acme.example\n\n",
			i, ACME, i, i, i);
	s = screen_new(ldif.s, 24, 80);
	buf_release(&ldif);
	s->app->users = 1000000; /* as home has counted them */
	screen_users(s);
	screen_shows(s, "1 of 500+");
	screen_shows(s, "The first 500 are read: / searches all, going down reads on.");
	screen_keys(s, "<Down><Down>");
	screen_shows(s, "3 of 500+");
	screen_keys(s, "<End>");
	screen_shows(s, "500 of 2,000+");
	screen_shows(s, "▸ U 0499");
	screen_keys(s, "<End>");
	screen_shows(s, "2,000 of 2,100");
	screen_lacks(s, "2,100+");
	screen_keys(s, "<F5>");
	screen_shows(s, "of 2,100");
	screen_keys(s, "/u 2045");
	screen_shows(s, "1 of 1", "U 2045");
	screen_free(s);
}

static void window_is_searched(void **state)
{
	struct screen *s;
	struct buf ldif = BUF_INIT;

	(void)state;
	for (int i = 0; i < 1200; i++)
		buf_printf(&ldif,
			"dn: uid=u%04d,%s\nobjectClass: inetOrgPerson\n"
			"uid: u%04d\ncn: U %04d\nmail: u%04d@acme.example\n\n",
			i, ACME, i, i, i);
	s = screen_new(ldif.s, 24, 80);
	buf_release(&ldif);
	s->app->users = 1000000;
	screen_users(s);
	screen_keys(s, "/u 1150");
	screen_shows(s, "1 of 1", "U 1150");
	screen_keys(s, "<Esc>");
	screen_shows(s, "of 700+"); /* those of "u 1", too */
	screen_free(s);
}

static void pages(void **state)
{
	struct screen *s;
	struct buf ldif = BUF_INIT;

	(void)state;
	for (int i = 10; i < 70; i++)
		buf_printf(&ldif,
			"dn: uid=u%d,%s\nobjectClass: inetOrgPerson\ncn: User %d\n\n", i,
			ACME, i);
	s = screen_new(ldif.s, 24, 80);
	buf_release(&ldif);
	screen_users(s);
	/* 17 rows at a time, the last of the page before stays */
	screen_keys(s, "<PgDn>");
	screen_shows(s, "17 of 60");
	screen_keys(s, "<PgDn><PgDn><PgDn>");
	screen_shows(s, "]  60 of 60", "User 69");
	screen_keys(s, "<Home>");
	screen_shows(s, "]   1 of 60", "User 10"); /* the filter keeps its width */
	for (int i = 10; i < 70; i++) {
		char name[20];

		snprintf(name, sizeof(name), "User %d ", i);
		screen_cursor_on(s, name);
		screen_keys(s, "<Down>");
	}
	screen_resize(s, 16, 60);
	screen_cursor_on(s, "User 69");
	screen_shows(s, "60 of 60");
	screen_resize(s, 43, 132);
	screen_cursor_on(s, "User 69");
	screen_free(s);
}

/* ---- hostile names ---------------------------------------------------------------------
 */

/* Escape sequences, bidi marks, overlong and cut UTF-8, controls of both kinds, marks
 * without a letter, very long and very wide names. */
static const char *const nasty[] = {
	"\033[2J\033[H",
	"\033]0;title\007",
	"\033P+q\033\\",
	"\xc2\x9b"
	"31m",
	"\xe2\x80\xae"
	"reversed",
	"\xe2\x81\xa6\xe2\x81\xa9",
	"\xff\xfe",
	"\xc0\xaf",
	"\xe2\x82",
	"\xf0\x9f",
	"\xed\xa0\x80",
	"\xf4\x90\x80\x80",
	"a\tb\rc\bd",
	"a\177b",
	"\xcc\x81\xcc\x81\xcc\x81",
	"\xe2\x80\x8b\xe2\x80\x8d",
	"\xef\xbb\xbf",
	"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7",
	"\xf0\x9f\x87\xab\xf0\x9f\x87\xb7",
	"山山山山山山山山山山山山山山山山山山山山",
	"ﷺﷺﷺﷺﷺ",
	"e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81",
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	"a",
	"%s%n%d",
	"<b>&amp;",
	"⟦⟧",
	"\xe2\x80\xa8\xe2\x80\xa9",
	"\001\002\003",
};

static char base64(unsigned n)
{
	return "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[n & 63];
}

static void put_base64(struct buf *out, const char *s)
{
	size_t n = strlen(s);

	for (size_t i = 0; i < n; i += 3) {
		unsigned bits = (unsigned char)s[i] << 16;

		bits |= i + 1 < n ? (unsigned)(unsigned char)s[i + 1] << 8 : 0;
		bits |= i + 2 < n ? (unsigned char)s[i + 2] : 0;
		buf_putc(out, base64(bits >> 18));
		buf_putc(out, base64(bits >> 12));
		buf_putc(out, i + 1 < n ? base64(bits >> 6) : '=');
		buf_putc(out, i + 2 < n ? base64(bits) : '=');
	}
}

/* Every cell holds one cluster of safe UTF-8, and the columns add up. */
static void assert_harmless(struct screen *s)
{
	const struct canvas *c = s->canvas;

	screen_text(s);
	for (int i = 0; i < c->h * c->w; i++) {
		const char *text = c->cells[i].text;
		struct buf safe = BUF_INIT;
		bool same;

		text_printable(&safe, text, strlen(text));
		same = strcmp(safe.s, text) == 0;
		buf_release(&safe);
		if (!same)
			screen_fail(s, "an unsafe cell at line %d", i / c->w + 1);
		if (c->cells[i].columns == 1 && text_width(text) != 1)
			screen_fail(s, "a cell of another width at line %d", i / c->w + 1);
		if (c->cells[i].columns == 2 &&
			(text_width(text) != 2 || i % c->w == c->w - 1))
			screen_fail(s, "half a wide cell at line %d", i / c->w + 1);
	}
}

static void add_nasty(struct buf *ldif, int i)
{
	const char *name = nasty[(size_t)i % COUNT_OF(nasty)];
	struct buf local = BUF_INIT;

	buf_printf(ldif,
		"dn: uid=h%03d,%s\nobjectClass: inetOrgPerson\nuid: h%03d\ncn:: ", i, ACME,
		i);
	put_base64(ldif, name);
	buf_puts(ldif, "\nmail:: ");
	buf_printf(&local, "%s%d@acme.example", name, i);
	put_base64(ldif, local.s);
	buf_puts(ldif, "\n\n");
	buf_release(&local);
}

static void hostile(void **state)
{
	struct buf ldif = BUF_INIT;
	struct screen *s;

	(void)state;
	for (int i = 0; i < 200; i++)
		add_nasty(&ldif, i);
	s = screen_new(ldif.s, 24, 80);
	buf_release(&ldif);
	screen_users(s);
	screen_shows(s, "1 of 200");
	for (int page = 0; page < 14; page++) {
		assert_harmless(s);
		screen_keys(s, "<PgDn>");
	}
	screen_keys(s, "sr<Home>");
	screen_resize(s, 16, 60);
	for (int i = 0; i < (int)COUNT_OF(nasty); i++) {
		assert_harmless(s);
		screen_keys(s, "<Enter>");
		assert_harmless(s);
		screen_keys(s, "<F4>");
		assert_harmless(s);
		screen_keys(s, "<Esc><Down>");
	}
	/* and in ASCII */
	s->app->ascii = true;
	screen_keys(s, "<Home>");
	for (int page = 0; page < 25; page++) {
		assert_harmless(s);
		for (const char *p = s->text.s; *p; p++)
			if ((unsigned char)*p > 126)
				screen_fail(s, "not ASCII");
		screen_keys(s, "<PgDn>");
	}
	screen_free(s);
}

int main(void)
{
	struct suite suite = {.n = 0};

	SUITE_ADD(&suite, at_80x24);
	SUITE_ROWS(&suite, order, orders);
	SUITE_ROWS(&suite, found, founds);
	SUITE_ADD(&suite, filters);
	SUITE_ADD(&suite, filter_that_nobody_passes);
	SUITE_ADD(&suite, selection_stays);
	SUITE_ADD(&suite, switched_and_sorted);
	SUITE_ADD(&suite, while_rows_come);
	SUITE_ADD(&suite, while_many_come);
	SUITE_ADD(&suite, filtered_while_many_come);
	SUITE_ADD(&suite, while_read_again);
	SUITE_ADD(&suite, nobody);
	SUITE_ADD(&suite, truncated);
	SUITE_ADD(&suite, beyond_the_limit);
	SUITE_ADD(&suite, beyond_the_limit_slowly);
	SUITE_ADD(&suite, window_on_many);
	SUITE_ADD(&suite, window_is_searched);
	SUITE_ADD(&suite, pages);
	SUITE_ADD(&suite, hostile);
	return suite_run(&suite);
}
