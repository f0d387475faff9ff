/*
 * Migration: how many of a domain's users are internal, third-party, neither; how far it
 * is, how fast it goes; and the share in the list of domains.
 */
#include "tests/tui/past.h"

#include <string.h>
#include <time.h>

#define LIST "<Enter>"
#define MIGRATION LIST "p"

static void add_user(struct buf *ldif, size_t n, const char *routing)
{
	buf_printf(ldif,
		"dn: uid=u%zu," ACME
		"\nobjectClass: inetOrgPerson\nobjectClass: relaisUser\n"
		"uid: u%zu\ncn: U%zu\nmail: u%zu@acme.example\nrelaisRouting: %s\n\n",
		n, n, n, n, routing);
}

/* One domain with so many of each. */
static char *tree(size_t internal, size_t external, size_t none)
{
	struct buf ldif = BUF_INIT;

	buf_puts(&ldif, "dn: " ACME "\nobjectClass: relaisDomain\n"
			"associatedDomain: acme.example\n"
			"relaisSplitRelay: [192.0.2.25]\n\n");
	for (size_t i = 0; i < internal + external + none; i++)
		add_user(&ldif, i,
			i < internal              ? "internal"
			: i < internal + external ? "external"
						  : "none");
	return buf_detach(&ldif);
}

static struct screen *of_tree(size_t internal, size_t external, size_t none, int h, int w)
{
	char *ldif = tree(internal, external, none);
	struct screen *s = screen_new(ldif, h, w);

	free(ldif);
	return s;
}

/* ---- how far ---------------------------------------------------------------------- */

static void at_80x24(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_keys(s, MIGRATION);
	/* clang-format off */
	screen_is(s,
		"…agement › Supervised domains › acme.example › Migration  admin0 · ldapi · ready\n"
		"────────────────────────────────────────────────────────────────────────────────\n"
		"  Users\n"
		"  ▸ Internal mail               1  50 %\n"
		"    Third-party mail            1  50 %\n"
		"    No mail                     2\n"
		"\n"
		"    ████████████████████░░░░░░░░░░░░░░░░░░░░\n"
		"    █ third-party, ░ internal\n"
		"\n"
		"  How fast\n"
		"  Not known: nothing says which users of this domain were moved.\n"
		"\n\n\n\n\n\n\n\n\n\n\n"
		"F1 help   F10 quit   Enter open   Esc back   Tab next   F5 read again\n");
	/* clang-format on */
	screen_cursor_on(s, "▸ Internal mail");
	screen_free(s);
}

static const struct {
	const char *name;
	size_t internal, external;
	const char *in, *out; /* shares */
	int full;             /* cells of 40 */
} bars[] = {
	{"none", 10, 0, "100 %", "0 %", 0},
	{"less than one of a hundred", 299, 1, ">99 %", "<1 %", 1},
	{"one of a hundred", 99, 1, "99 %", "1 %", 1},
	{"a half", 50, 50, "50 %", "50 %", 20},
	{"99 of a hundred", 1, 99, "1 %", "99 %", 39},
	{"all but one of 300", 1, 299, "<1 %", ">99 %", 39},
	{"all", 0, 10, "0 %", "100 %", 40},
};

static void bar(void **state)
{
	size_t i = (size_t)((const char *)*state - (const char *)bars) / sizeof(bars[0]);
	struct screen *s = of_tree(bars[i].internal, bars[i].external, 3, 24, 80);
	struct buf line = BUF_INIT;

	screen_keys(s, MIGRATION);
	buf_puts(&line, "\n    ");
	for (int cell = 0; cell < 40; cell++)
		buf_puts(&line, cell < bars[i].full ? "█" : "░");
	buf_puts(&line, "\n");
	if (!strstr(screen_text(s), line.s))
		screen_fail(s, "no bar of %d cells", bars[i].full);
	buf_reset(&line);
	buf_printf(&line, "Internal mail               %zu  %s\n", bars[i].internal,
		bars[i].in);
	if (!strstr(screen_text(s), line.s))
		screen_fail(s, "not there: %s", line.s);
	buf_reset(&line);
	buf_printf(&line, "Third-party mail            %zu  %s\n", bars[i].external,
		bars[i].out);
	if (!strstr(screen_text(s), line.s))
		screen_fail(s, "not there: %s", line.s);
	buf_release(&line);
	screen_free(s);
}

/* With ASCII alone both halves differ, whatever the colours. */
static void ascii(void **state)
{
	struct screen *s = of_tree(30, 10, 0, 16, 60);

	(void)state;
	s->app->ascii = true;
	screen_keys(s, MIGRATION);
	screen_shows(s, "    ##########..............................\n",
		"# third-party, . internal");
	screen_resize(s, 24, 120);
	screen_keys(s, "<Esc>");
	screen_shows(s, "##...... 25 %");
	screen_free(s);
}

static void nobody(void **state)
{
	struct screen *s = of_tree(0, 0, 2, 24, 80);

	(void)state;
	screen_keys(s, MIGRATION);
	screen_shows(s, "Internal mail               0\n",
		"Third-party mail            0\n", "No mail                     2\n");
	screen_lacks(s, "%", "█", "░");
	screen_free(s);
}

static void not_counted_yet(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_keys(s, LIST);
	fake_stall(s->fake, true);
	screen_keys(s, "p");
	screen_shows(s, "Internal mail               …\n",
		"Third-party mail            …\n", "No mail                     …\n");
	screen_lacks(s, "%", "░", "an hour", "Not known");
	fake_stall(s->fake, false);
	screen_settle(s);
	screen_shows(s, "Internal mail               1  50 %");
	screen_free(s);
}

static void size_limit(void **state)
{
	char *ldif = tree(5, 1, 0);
	struct screen *s = screen_new_unsettled(ldif, 24, 80);

	(void)state;
	fake_size_limit(s->fake, 3);
	screen_settle(s);
	screen_keys(s, MIGRATION);
	screen_shows(s, "Internal mail               3+\n",
		"Third-party mail            1\n",
		"The server stopped at its limit: how far it is cannot be said.");
	screen_lacks(s, "%", "░");
	free(ldif);
	screen_free(s);
}

static void counting_fails(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_keys(s, MIGRATION);
	fake_fail(s->fake, ERR_DENIED, "no");
	screen_clock(1000000 + 3000);
	screen_settle(s);
	screen_settle(s);
	screen_shows(
		s, "Internal mail               ?\n", "Third-party mail            1\n");
	screen_lacks(s, "%", "░");
	screen_free(s);
}

/* Those without the attribute are internal where the configuration says so. */
static void default_routing(void **state)
{
	struct screen *s = screen_new_unsettled(NULL, 24, 80);

	(void)state;
	s->settings.users.default_routing = ROUTING_INTERNAL;
	screen_settle(s);
	screen_keys(s, MIGRATION);
	screen_shows(s, "Internal mail               2  67 %",
		"Third-party mail            1  33 %", "No mail                     1\n");
	screen_free(s);
}

/* ---- how fast --------------------------------------------------------------------- */

/* "20261122T231500" or "20261122231500", so many seconds ago. */
static void moment(long ago, const char *between, struct buf *out)
{
	time_t t = time(NULL) - ago;
	struct tm tm = {0};

	gmtime_r(&t, &tm);
	buf_printf(out, "%04d%02d%02d%s%02d%02d%02d", tm.tm_year + 1900, tm.tm_mon + 1,
		tm.tm_mday, between, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* An item of the journal: `n` users of that domain from `was` to `is`, `outcome` then. */
static void journal_of(long ago, const char *dn, size_t n, const char *was, const char *is,
	const char *outcome)
{
	static unsigned number;
	struct buf name = BUF_INIT, records = BUF_INIT, at = BUF_INIT;

	moment(ago, "T", &name);
	buf_printf(&name, ".%06uZ-1-1", ++number);
	for (size_t i = 1; i <= n; i++)
		buf_printf(&records,
			"# change: %zu\n#| dn: uid=u%zu,%s\n#| relaisRouting: %s\n"
			"dn: uid=u%zu,%s\nchangetype: modify\nreplace: relaisRouting\n"
			"relaisRouting: %s\n-\n\n",
			i, i, dn, was, i, dn, is);
	for (size_t i = 1; i <= n; i++) {
		buf_reset(&at);
		moment(ago, "", &at);
		buf_printf(&records, "# outcome: %zu %s %.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ x\n",
			i, outcome, at.s, at.s + 4, at.s + 6, at.s + 8, at.s + 10,
			at.s + 12);
	}
	past_item(name.s, "uid=admin0,ou=admins,dc=demo", "several at once", records.s);
	buf_release(&name);
	buf_release(&records);
	buf_release(&at);
}

enum { MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

static void done(long ago, const char *dn, size_t n, const char *was, const char *is)
{
	journal_of(ago, dn, n, was, is, "done");
}

static void end(struct screen *s)
{
	past_end();
	screen_free(s);
}

static void nothing_in_the_journal(void **state)
{
	struct screen *s = of_tree(5, 5, 0, 24, 80);

	(void)state;
	past_begin(s);
	screen_keys(s, MIGRATION);
	screen_shows(s, "In the last hour    0 to third-party, 0 to internal",
		"In the last 7 days  0 to third-party, 0 to internal",
		"From what was saved from here: what others change is not in it.");
	screen_lacks(s, "an hour", "a day", "left");
	end(s);
}

/* Of this domain, done, in the last seven days; the pace is that of the shortest time. */
static void from_the_journal(void **state)
{
	struct screen *s = of_tree(40, 6, 0, 24, 80);

	(void)state;
	past_begin(s);
	done(10 * MINUTE, ACME, 6, "internal", "external");
	done(20 * MINUTE, ACME, 2, "none", "external");
	done(20 * MINUTE, BRANCH, 4, "internal", "external");
	done(30 * MINUTE, ACME, 3, "internal", "none");
	done(30 * MINUTE, ACME, 3, "none", "internal");
	done(5 * HOUR, ACME, 1, "internal", "external");
	done(5 * HOUR, ACME, 3, "external", "internal");
	done(3 * DAY, ACME, 7, "external", "internal");
	done(8 * DAY, ACME, 9, "internal", "external");
	journal_of(5 * MINUTE, ACME, 5, "internal", "external", "refused");
	screen_keys(s, MIGRATION);
	/* clang-format off */
	screen_is(s,
		"…agement › Supervised domains › acme.example › Migration  admin0 · ldapi · ready\n"
		"────────────────────────────────────────────────────────────────────────────────\n"
		"  Users\n"
		"  ▸ Internal mail               40  87 %\n"
		"    Third-party mail            6  13 %\n"
		"    No mail                     0\n"
		"\n"
		"    █████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░\n"
		"    █ third-party, ░ internal\n"
		"\n"
		"  How fast\n"
		"  In the last hour    8 to third-party, 0 to internal\n"
		"  In the last day     9 to third-party, 3 to internal\n"
		"  In the last 7 days  9 to third-party, 10 to internal\n"
		"  To third-party      8 an hour; at that pace the 40 left take 5 hours\n"
		"  To internal         3 a day; at that pace the 6 left take 2 days\n"
		"\n"
		"  From what was saved from here: what others change is not in it.\n"
		"\n\n\n\n\n"
		"F1 help   F10 quit   Enter open   Esc back   Tab next   F5 read again\n");
	/* clang-format on */
	end(s);
}

/* At the least size one goes down to the rest. */
static void at_60x16(void **state)
{
	struct screen *s = of_tree(40, 6, 0, 16, 60);

	(void)state;
	past_begin(s);
	done(10 * MINUTE, ACME, 8, "internal", "external");
	screen_keys(s, MIGRATION);
	screen_shows(s, "▸ Internal mail       40  87 %", "█████░░", "How fast", "▾");
	screen_keys(s, "<PgDn>");
	screen_says(s, "8 an hour; at that pace the 40 left take 5 hours");
	screen_shows(s, "From what was saved from here");
	end(s);
}

static void pace_in_minutes(void **state)
{
	struct screen *s = of_tree(1, 60, 0, 24, 80);

	(void)state;
	past_begin(s);
	done(10 * MINUTE, ACME, 60, "internal", "external");
	screen_keys(s, MIGRATION);
	screen_shows(s, "60 an hour; at that pace the 1 left takes 1 minute");
	end(s);
}

/* In a week so few that the days are more than one. */
static void pace_of_a_week(void **state)
{
	struct screen *s = of_tree(10, 14, 0, 24, 80);

	(void)state;
	past_begin(s);
	done(2 * DAY, ACME, 14, "internal", "external");
	screen_keys(s, MIGRATION);
	screen_shows(s, "2 a day; at that pace the 10 left take 5 days");
	end(s);
}

static void nobody_left(void **state)
{
	struct screen *s = of_tree(0, 3, 0, 24, 80);

	(void)state;
	past_begin(s);
	done(10 * MINUTE, ACME, 3, "internal", "external");
	screen_keys(s, MIGRATION);
	screen_shows(s, "To third-party      3 an hour\n");
	end(s);
}

/* ---- the directory's log ------------------------------------------------------------ */

static void log_entry(struct screen *s, long ago, unsigned number, const char *dn,
	const char *is, const char *old)
{
	struct buf ldif = BUF_INIT, at = BUF_INIT;

	moment(ago, "", &at);
	buf_printf(&at, ".%06uZ", number);
	buf_printf(&ldif,
		"dn: reqStart=%s,cn=accesslog\nobjectClass: auditWriteObject\n"
		"reqStart: %s\nreqType: modify\nreqAuthzID: uid=admin1,ou=admins,dc=demo\n"
		"reqDN: %s\nreqResult: 0\nreqMod: relaisRouting:= %s\n"
		"reqMod: entryCSN:= c\n%s",
		at.s, at.s, dn, is, old);
	fake_add(s->fake, ldif.s);
	buf_release(&ldif);
	buf_release(&at);
}

#define WAS(routing) "reqOld: relaisRouting: " routing "\nreqOld: entryCSN: b\n"

static void log_of_some(struct screen *s)
{
	log_entry(s, 3 * DAY, 1, "uid=u1," ACME, "internal", WAS("external"));
	log_entry(s, 8 * DAY, 1, "uid=u2," ACME, "external", WAS("internal"));
	log_entry(s, 2 * HOUR, 1, "uid=u3," ACME, "external", WAS("internal"));
	for (unsigned i = 1; i <= 5; i++)
		log_entry(s, 10 * MINUTE, i, "uid=u4," ACME, "external", WAS("internal"));
	log_entry(s, 9 * MINUTE, 1, "uid=u5," BRANCH, "external", WAS("internal"));
	log_entry(s, 8 * MINUTE, 1, "uid=u6," ACME, "external", WAS("external"));
}

static void from_the_log(void **state)
{
	struct screen *s = of_tree(20, 5, 0, 24, 80);

	(void)state;
	past_begin(s);
	done(10 * MINUTE, ACME, 2, "internal", "external");
	log_of_some(s);
	screen_keys(s, MIGRATION);
	screen_shows(s, "In the last hour    5 to third-party, 0 to internal",
		"In the last day     6 to third-party, 0 to internal",
		"In the last 7 days  6 to third-party, 1 to internal",
		"5 an hour; at that pace the 20 left take 4 hours",
		"1 a day; at that pace the 5 left take 35 days",
		"From the directory's log.");
	end(s);
}

/* A server that gives a few at a time: all of them are counted, none twice. */
static void log_by_pages(void **state)
{
	struct screen *s = screen_new_unsettled(NULL, 24, 80);

	(void)state;
	fake_size_limit(s->fake, 2);
	for (unsigned i = 1; i <= 7; i++)
		log_entry(s, 10 * MINUTE - (long)i, i, ALICE, "external", WAS("internal"));
	screen_settle(s);
	screen_keys(s, MIGRATION);
	screen_shows(s, "In the last hour    7 to third-party, 0 to internal");
	screen_free(s);
}

/* What comes while it is looked at is added, what was there is not counted again. */
static void log_goes_on(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	log_entry(s, 30, 1, ALICE, "external", WAS("internal"));
	log_entry(s, 25, 1, ALICE, "external", WAS("internal"));
	screen_keys(s, MIGRATION);
	screen_shows(s, "In the last hour    2 to third-party");
	log_entry(s, 27, 1, ALICE, "external", WAS("internal"));
	log_entry(s, 1, 1, ALICE, "internal", WAS("external"));
	for (long i = 1; i <= 3; i++) {
		screen_clock(1000000 + i * 3000);
		screen_settle(s);
		screen_settle(s);
		screen_shows(s, "In the last hour    3 to third-party, 1 to internal");
	}
	screen_free(s);
}

/* A log that does not say what was there before. */
static void log_without_old(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	log_entry(s, 30, 1, ALICE, "external", "");
	screen_keys(s, MIGRATION);
	screen_shows(s, "In the last hour    1 to third-party, 0 to internal");
	log_entry(s, 20, 1, ALICE, "internal", "reqMod: relaisThirdPartyAddress:-\n");
	screen_keys(s, "<F5>");
	screen_shows(s, "In the last hour    1 to third-party, 1 to internal");
	log_entry(s, 10, 1, ALICE, "internal", "");
	screen_keys(s, "<F5>");
	screen_shows(s, "Not known: nothing says which users of this domain were moved.");
	screen_lacks(s, "In the last hour");
	screen_free(s);
}

/* In a flat tree the addresses say whose they are, or nothing does. */
static void flat_tree(void **state)
{
	struct screen *s = screen_new_unsettled(NULL, 24, 80);

	(void)state;
	free(s->settings.users.base);
	s->settings.users.base = xstrdup("dc=demo");
	log_entry(s, 30, 1, "uid=a,dc=demo", "external",
		WAS("internal") "reqMod: relaisThirdPartyAddress:+ a@acme.test\n");
	log_entry(s, 29, 1, "uid=b,dc=demo", "external",
		WAS("internal") "reqMod: relaisThirdPartyAddress:+ b@lyon.example\n");
	log_entry(s, 28, 1, "uid=c,dc=demo", "internal",
		WAS("external") "reqMod: relaisThirdPartyAddress:-\n"
				"reqOld: relaisThirdPartyAddress: c@acme.example\n");
	log_entry(s, 27, 1, "uid=d,dc=elsewhere", "external", WAS("internal"));
	screen_settle(s);
	screen_keys(s, MIGRATION);
	screen_shows(s, "In the last hour    1 to third-party, 1 to internal");
	log_entry(s, 20, 1, "uid=d,dc=demo", "external", WAS("internal"));
	screen_keys(s, "<F5>");
	screen_shows(s, "Not known: nothing says which users of this domain were moved.");
	screen_free(s);
}

/* ---- while it is looked at ------------------------------------------------------------
 */

static void turn_to(struct screen *s, long ms)
{
	screen_clock(1000000 + ms);
	screen_settle(s);
	screen_settle(s);
}

static void counts_again(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);
	size_t searches;

	(void)state;
	screen_keys(s, MIGRATION);
	assert_int_equal(s->app->wake_ms, 1000000 + 3000);
	fake_change(s->fake, ALICE, "relaisRouting", "external", NULL);
	turn_to(s, 2999);
	screen_shows(s, "Third-party mail            1  50 %");
	turn_to(s, 3000);
	screen_shows(s, "Internal mail               0  0 %",
		"Third-party mail            2  100 %");
	/* not while something else is looked at */
	screen_keys(s, "<F1>");
	searches = fake_searches(s->fake);
	turn_to(s, 9000);
	assert_int_equal(fake_searches(s->fake), searches);
	assert_int_equal(s->app->wake_ms, 0);
	screen_keys(s, "<Esc>");
	assert_true(fake_searches(s->fake) > searches);
	screen_free(s);
}

/* What takes long is asked for seldom; nothing is asked twice at a time. */
static void slow_directory(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);
	size_t searches;

	(void)state;
	screen_keys(s, LIST);
	fake_stall(s->fake, true);
	screen_keys(s, "p");
	searches = fake_searches(s->fake);
	turn_to(s, 5000);
	assert_int_equal(fake_searches(s->fake), searches);
	fake_stall(s->fake, false);
	screen_settle(s);
	screen_settle(s);
	assert_int_equal(s->app->wake_ms, 1000000 + 5000 + 10 * 5000);
	screen_free(s);
}

/* Enter on a line: those users; what is changed there is counted at once. */
static void to_the_users(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	past_begin(s);
	screen_keys(s, MIGRATION "<Down><Enter>");
	screen_shows(s, "Bob Durand", "1 of 1", "acme.example");
	screen_lacks(s, "Alice", "Carol");
	screen_keys(s, "<Esc><Esc><Down><Enter>");
	screen_shows(s, "Carol Petit", "Élodie", "1 of 2");
	screen_lacks(s, "Alice", "Bob");
	screen_keys(s, "<Esc><Esc><Home><Enter>");
	screen_shows(s, "Alice Martin", "1 of 1");
	screen_keys(s, "t<Enter>");
	assert_non_null(strstr(fake_written(s->fake), "relaisRouting: external"));
	screen_keys(s, "<Esc><Esc>");
	screen_settle(s);
	screen_shows(s, "Third-party mail            2  100 %",
		"In the last hour    1 to third-party, 0 to internal");
	end(s);
}

/* Those that the server did not give with the first of all are asked for. */
static void to_the_users_behind_a_limit(void **state)
{
	char *ldif = tree(5, 0, 1);
	struct screen *s = screen_new_unsettled(ldif, 24, 80);

	(void)state;
	fake_size_limit(s->fake, 3);
	screen_settle(s);
	screen_keys(s, MIGRATION "<End><Enter>");
	screen_shows(s, "u5@acme.example");
	screen_lacks(s, "u0@acme.example", "u4@acme.example");
	free(ldif);
	screen_free(s);
}

static void from_the_form(void **state)
{
	struct screen *s = screen_new(NULL, 24, 120);

	(void)state;
	screen_keys(s, LIST "<Enter><F9>");
	screen_shows(s,
		"System management › Supervised domains › acme.example › Migration  ",
		"Third-party mail");
	screen_keys(s, "<Esc>");
	screen_shows(s, "Relay for split domains", "F9 migration");
	screen_keys(s, "<Esc>n");
	screen_lacks(s, "F9 migration");
	screen_keys(s, "<F9>");
	screen_shows(s, "› New domain ");
	screen_free(s);
}

/* ---- in the list ------------------------------------------------------------------------
 */

static void in_the_list(void **state)
{
	struct screen *s = screen_new(NULL, 24, 120);

	(void)state;
	fake_change(s->fake, CAROL, "relaisRouting", "internal", NULL);
	screen_keys(s, LIST);
	screen_shows(s, "Internal  3rd-party  Share\n", "2          1  ██░░░░░░ 33 %\n",
		"1          0  ░░░░░░░░ 0 %\n", "0          0  –\n", "F9 migration");
	screen_resize(s, 24, 80);
	screen_lacks(s, "Share", "█");
	screen_shows(s, "Internal  3rd-party\n");
	screen_free(s);
}

/* By how much of it is third-party. */
static void sorted_in_the_list(void **state)
{
	struct screen *s = screen_new(NULL, 24, 120);
	const char *acme, *lyon;

	(void)state;
	screen_keys(s, LIST "sssssr");
	acme = strstr(screen_text(s), "acme.example");
	lyon = strstr(acme ? acme : "", "lyon.example");
	if (!lyon || !strstr(lyon, "neu.example"))
		screen_fail(s, "not in order");
	screen_shows(s, "Share ▾");
	fake_change(s->fake, ALICE, "relaisRouting", "none", NULL);
	screen_keys(s, "<F5>");
	screen_shows(s, "████████ 100 %");
	screen_free(s);
}

static void in_the_list_unknown(void **state)
{
	char *ldif = tree(5, 1, 0);
	struct screen *s = screen_new_unsettled(ldif, 24, 120);

	(void)state;
	fake_size_limit(s->fake, 3);
	screen_settle(s);
	screen_keys(s, LIST);
	screen_shows(s, "3+          1  –\n");
	free(ldif);
	screen_free(s);
}

int main(void)
{
	struct suite suite = {.n = 0};

	SUITE_ADD(&suite, at_80x24);
	SUITE_ROWS(&suite, bar, bars);
	SUITE_ADD(&suite, ascii);
	SUITE_ADD(&suite, nobody);
	SUITE_ADD(&suite, not_counted_yet);
	SUITE_ADD(&suite, size_limit);
	SUITE_ADD(&suite, counting_fails);
	SUITE_ADD(&suite, default_routing);
	SUITE_ADD(&suite, nothing_in_the_journal);
	SUITE_ADD(&suite, from_the_journal);
	SUITE_ADD(&suite, at_60x16);
	SUITE_ADD(&suite, pace_in_minutes);
	SUITE_ADD(&suite, pace_of_a_week);
	SUITE_ADD(&suite, nobody_left);
	SUITE_ADD(&suite, from_the_log);
	SUITE_ADD(&suite, log_by_pages);
	SUITE_ADD(&suite, log_goes_on);
	SUITE_ADD(&suite, log_without_old);
	SUITE_ADD(&suite, flat_tree);
	SUITE_ADD(&suite, counts_again);
	SUITE_ADD(&suite, slow_directory);
	SUITE_ADD(&suite, to_the_users);
	SUITE_ADD(&suite, to_the_users_behind_a_limit);
	SUITE_ADD(&suite, from_the_form);
	SUITE_ADD(&suite, in_the_list);
	SUITE_ADD(&suite, sorted_in_the_list);
	SUITE_ADD(&suite, in_the_list_unknown);
	return suite_run(&suite);
}
