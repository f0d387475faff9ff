/*
 * Every screen and pop-up, at three sizes, in English, French and the pseudo-language, in
 * which every message stands in brackets and is 40 % longer: text outside brackets that is
 * no data, and a bracket whose other one is cut away, fail.  Then with ASCII alone.
 */
#include "tests/tui/past.h"
#include "tests/tui/relay.h"
#include "tests/tui/screen.h"

#include <regex.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/text.h"
#include "tui/i18n.h"
#include "tui/lock.h"
#include "tui/screens.h"

/* ---- places -------------------------------------------------------------------- */

struct place {
	const char *name;
	const char *keys;
	void (*then)(struct screen *s);  /* NULL: nothing */
	const char *more;                /* keys after that */
	void (*first)(struct screen *s); /* before anything is answered */
};

static struct drafts *drafts; /* nowhere */

static void stall(struct screen *s)
{
	fake_stall(s->fake, true);
}

static void their_relay(struct screen *s)
{
	fake_change(s->fake, ACME, "relaisSplitRelay", "[192.0.2.99]", NULL);
	fake_change(s->fake, ACME, "relaisForwardUnknown", "TRUE", NULL);
}

static void their_addresses(struct screen *s)
{
	fake_change(s->fake, BOB, "relaisThirdPartyAddress", "bob@acme.example", NULL);
}

static void gone(struct screen *s)
{
	fake_delete(s->fake, ALICE);
}

static void refuse(struct screen *s)
{
	fake_refuse(s->fake, ERR_CONSTRAINT, "relaisSplitRelay", "7");
}

static void refuse_all(struct screen *s)
{
	fake_refuse(s->fake, ERR_UNWILLING, NULL, "53");
}

static void lose(struct screen *s)
{
	fake_lose(s->fake, false);
}

/* Keys whose answers come one round at a time, up to after the write. */
static void save_alone(struct screen *s)
{
	fake_stall(s->fake, true);
	screen_keys(s, "<Enter>");
	fake_stall(s->fake, false);
	screen_step(s);
}

static void write_then_stall(struct screen *s)
{
	save_alone(s);
	fake_stall(s->fake, true);
}

static void relay_gone_meanwhile(struct screen *s)
{
	save_alone(s);
	fake_change(s->fake, ACME, "relaisSplitRelay", NULL);
	screen_settle(s);
}

static void fail_next(struct screen *s)
{
	fake_fail(s->fake, ERR_DENIED, "no");
}

static void limit(struct screen *s)
{
	fake_size_limit(s->fake, 3);
}

static void down(struct screen *s)
{
	struct err err;

	err_set(&err, ERR_CONNECT, 0, "", "ldaps://ldap2.example", NULL);
	fake_status(s->fake, STORE_DOWN, &err);
}

static void reader(struct screen *s)
{
	fake_deny(s->fake, "dc=demo", NULL);
}

static void some_rights(struct screen *s)
{
	fake_deny(s->fake, "dc=demo", "relaisSplitRelay", "mail@acme.example", "children",
		NULL);
}

static void answers_late(struct screen *s)
{
	reader(s);
	fake_mute_probes(s->fake, true);
}

static void now_it_answers(struct screen *s)
{
	fake_mute_probes(s->fake, false);
	screen_settle(s);
}

static void no_users_in_branch(struct screen *s)
{
	fake_deny(s->fake, BRANCH, "children", NULL);
}

static void read_only(struct screen *s)
{
	fake_replica(s->fake, "ldap2.example", true, 0);
}

static void behind(struct screen *s)
{
	fake_replica(s->fake, "ldap2.example", false, 7);
}

static void connecting(struct screen *s)
{
	fake_status(s->fake, STORE_CONNECTING, NULL);
}

static void signed_out(struct screen *s)
{
	fake_who(s->fake, "", "");
	fake_status(s->fake, STORE_SIGNED_OUT, NULL);
	fake_password(s->fake, "demo");
}

/* Nobody types for so many minutes, with name and password. */
static void idle(struct screen *s, long minutes, long seconds)
{
	screen_clock(1000000 + (minutes * 60 + seconds) * 1000);
	screen_settle(s);
}

static void locking_soon(struct screen *s)
{
	idle(s, 14, 30);
}

static void with_password(struct screen *s)
{
	s->settings.directory.auth = AUTH_SIMPLE;
	signed_out(s);
}

static void locked(struct screen *s)
{
	idle(s, 15, 0);
}

static void locked_wrong(struct screen *s)
{
	locked(s);
	screen_keys(s, "x<Enter>");
}

static void locked_away(struct screen *s)
{
	locked(s);
	down(s);
	screen_keys(s, "x<Enter>");
}

static void locked_asking(struct screen *s)
{
	locked(s);
	fake_stall(s->fake, true);
	screen_keys(s, "x<Enter>");
}

static void ends_after_write(struct screen *s)
{
	fake_stall(s->fake, true);
	screen_keys(s, "<Enter>");
	idle(s, 15, 0);
}

/* As drafts_find() would bring it. */
static void left_behind(
	struct screen *s, enum draft_form form, const char *name, long age_s)
{
	struct draft_file *f = xcalloc(1, sizeof(*f));

	f->draft.form = form;
	f->draft.name = xstrdup(name);
	f->age_s = age_s;
	f->path = xstrdup("");
	f->fd = -1;
	*array_add(&s->app->left) = f;
	s->app->drafts = drafts;
	s->app->left_known = true;
	screen_settle(s);
}

static void left_domain(struct screen *s)
{
	left_behind(s, DRAFT_DOMAIN, "acme.example", 630);
}

static void left_user(struct screen *s)
{
	left_behind(s, DRAFT_USER, "Bob Durand", 3 * 3600);
}

static void left_new_domain(struct screen *s)
{
	left_behind(s, DRAFT_NEW_DOMAIN, "", 1);
}

static void left_new_user(struct screen *s)
{
	left_behind(s, DRAFT_NEW_USER, "Zoë", 86400);
}

static void nobody(struct screen *s)
{
	fake_delete(s->fake, ZOE);
	fake_delete(s->fake, YUKI);
	fake_delete(s->fake, ALICE);
	fake_delete(s->fake, BOB);
	fake_delete(s->fake, CAROL);
	fake_delete(s->fake, ELODIE);
}

static void nothing(struct screen *s)
{
	nobody(s);
	fake_delete(s->fake, ACME);
	fake_delete(s->fake, BRANCH);
	fake_delete(s->fake, LYON);
	fake_delete(s->fake, NEU);
	fake_delete(s->fake, IDN);
}

static void taken(struct screen *s)
{
	fake_change(s->fake, ZOE, "mail", "alice@acme.example", NULL);
}

static void malformed(struct screen *s)
{
	fake_change(s->fake, ACME, "relaisSplitRelay", "evil:[x]", NULL);
}

static void in_other_name(struct screen *s)
{
	fake_change(s->fake, CAROL, "mail", "carol@acme.test", NULL);
}

static void group(struct screen *s)
{
	fake_add(s->fake, "dn: cn=staff," ACME "\n"
			  "objectClass: groupOfNames\n"
			  "objectClass: inetOrgPerson\n"
			  "cn: staff\n"
			  "mail: staff@acme.example\n");
}

static void no_address(struct screen *s)
{
	fake_change(s->fake, CAROL, "mail", NULL);
}

static void at_acme_test(struct screen *s)
{
	fake_change(s->fake, ZOE, "mail", "zoe@branch.example", "alice@acme.test", NULL);
}

static void elsewhere(struct screen *s)
{
	fake_change(s->fake, ALICE, "mail", "alice@acme.invalid", NULL);
	fake_change(s->fake, BOB, "mail", "bob@acme.test", NULL);
	fake_change(s->fake, CAROL, "mail", "carol@acme.test", NULL);
	fake_change(s->fake, ELODIE, "mail", "elodie@acme.test", NULL);
}

static void their_names(struct screen *s)
{
	fake_change(s->fake, ACME, "associatedDomain", "acme.example", "y.example", NULL);
}

static void name_gone(struct screen *s)
{
	fake_change(s->fake, ACME, "associatedDomain", "acme.example", NULL);
}

/* One change is written, the next one has no answer. */
static void stall_first(struct screen *s)
{
	fake_per_step(s->fake, 1);
	fake_stall(s->fake, true);
	screen_keys(s, "<Enter>");
	fake_stall(s->fake, false);
	while (!*fake_written(s->fake))
		screen_step(s);
	fake_stall(s->fake, true);
}

static void not_ours(struct screen *s)
{
	fake_change(s->fake, NEU, "telephoneNumber", "1", NULL);
}

static void used_meanwhile(struct screen *s)
{
	save_alone(s);
	fake_change(s->fake, ZOE, "mail", "zoe@branch.example", "zoe@neu.example", NULL);
	screen_settle(s);
}

static void z_is_there(struct screen *s)
{
	fake_add(s->fake,
		"dn: ou=z.example,ou=domains,dc=demo\nobjectClass: organizationalUnit\n"
		"ou: z.example\nassociatedDomain: y.example\n");
}

static void at_z(struct screen *s)
{
	fake_change(s->fake, ZOE, "mail", "zoe@branch.example", "zoe@z.example", NULL);
}

static void past_and_log(struct screen *s)
{
	past_of_all_kinds(s);
	past_log(s);
}

static void empty_past(struct screen *s)
{
	past_begin(s);
}

/* The moment with so many characters between day and hour, ten minutes ago. */
static void lately(const char *between, struct buf *out)
{
	time_t t = time(NULL) - 600;
	struct tm tm = {0};

	gmtime_r(&t, &tm);
	buf_printf(out, "%04d%02d%02d%s%02d%02d%02d.000001Z", tm.tm_year + 1900,
		tm.tm_mon + 1, tm.tm_mday, between, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static void moved_before(struct screen *s)
{
	struct buf name = BUF_INIT, records = BUF_INIT;

	lately("T", &name);
	buf_printf(&records,
		"# change: 1\n#| dn: " BOB "\n#| relaisRouting: internal\ndn: " BOB
		"\nchangetype: modify\nreplace: relaisRouting\nrelaisRouting: external\n-"
		"\n\n# outcome: 1 done %.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ x\n",
		name.s, name.s + 4, name.s + 6, name.s + 9, name.s + 11, name.s + 13);
	past_begin(s);
	buf_puts(&name, "-1-1");
	past_item(name.s, "uid=admin0,ou=admins,dc=demo", "Save?", records.s);
	buf_release(&name);
	buf_release(&records);
}

static void moved_in_log(struct screen *s)
{
	struct buf at = BUF_INIT, ldif = BUF_INIT;

	lately("", &at);
	buf_printf(&ldif,
		"dn: reqStart=%s,cn=accesslog\nobjectClass: auditWriteObject\nreqStart: "
		"%s\nreqType: modify\nreqAuthzID: \nreqDN: " ALICE
		"\nreqResult: 0\nreqMod: relaisRouting:= internal\nreqMod: entryCSN:= c\n"
		"reqOld: relaisRouting: external\nreqOld: entryCSN: b\n",
		at.s, at.s);
	fake_add(s->fake, ldif.s);
	buf_release(&at);
	buf_release(&ldif);
}

static void limit_of_one(struct screen *s)
{
	fake_change(s->fake, CAROL, "relaisRouting", "internal", NULL);
	fake_size_limit(s->fake, 1);
}

static void dora_is_back(struct screen *s)
{
	fake_add(s->fake, "dn: uid=dora," ACME "\nobjectClass: inetOrgPerson\nuid: dora\n");
}

static struct relay relay;

static void with_relay(struct screen *s)
{
	relay_behind(&relay, s);
}

static void relay_answers(struct screen *s)
{
	(void)s;
	relay_says(&relay, "220 mx.other.example");
}

static void relay_is_good(struct screen *s)
{
	(void)s;
	relay_says(&relay,
		"220 mx.other.example|250 mx.other.example|250 2.1.0|250 2.1.5|250 "
		"2.1.5|550 5.1.1|221 2.0.0");
}

static void relay_encrypts_badly(struct screen *s)
{
	(void)s;
	relay_says(&relay,
		"220 x|250-x\n250 STARTTLS|220 x|tls|250 x|250 x|550 x|550 x|250 x|"
		"221 x");
}

static void relay_breaks_tls(struct screen *s)
{
	(void)s;
	relay_says(&relay,
		"220 x|250-x\n250 STARTTLS|220 x|!tls|220 x|250 x|250 x|450 x|450 "
		"x|450 x|221 x");
}

static void relay_refuses_all(struct screen *s)
{
	(void)s;
	relay_says(&relay, "220 x|250 x|250 x|554 x|554 x|554 x|221 x");
}

static void relay_refuses_sender(struct screen *s)
{
	(void)s;
	relay_says(&relay, "220 x|250 x|554 x|221 x");
}

static void relay_is_silent(struct screen *s)
{
	(void)s;
	relay_says(&relay, "220 x|!silent");
}

static void relay_is_down(struct screen *s)
{
	(void)s;
	relay_says(&relay, "!refused");
}

static void relay_asks_back(struct screen *s)
{
	strv_add(&s->settings.mail.local_names, "mx.ours.example");
	relay_says(&relay, "220 mx.ours.example|250 x|250 x|450 x|250 x|450 4.1.1 host "
			   "mx.ours.example[192.0.2.1]|221 x");
}

/* Rows of a list, by the names sorted: acme branch lyon müller neu; Alice Bob Carol Élodie
 * Zoë 山田. */
#define USERS "<End><Up><Enter>"
#define CHANGES "<End><Enter>"
#define ACME_FORM "<Enter><Enter>"
#define SPREAD ACME_FORM "<F4><Down><Down><Enter>"
#define DELETE "<Enter><End>X"
#define DELETE_REVIEW DELETE "neu.example<Tab><Enter>"
#define LYON_FORM "<Enter><Down><Down><Enter>"
#define ALICE_FORM "<End><Up><Enter><Enter>"
#define BOB_FORM "<End><Up><Enter><Down><Enter>"
#define CAROL_FORM "<End><Up><Enter><Down><Down><Enter>"
#define YUKI_FORM "<End><Up><Enter><End><Enter>"

static const struct place places[] = {
	{"home", "", NULL, NULL, NULL},
	{"home, nothing there", "", NULL, NULL, nothing},
	{"home, not counted yet", "", NULL, NULL, stall},
	{"home, a limit", "", NULL, NULL, limit},
	{"home, not connected", "", NULL, NULL, down},
	{"home, connecting", "", NULL, NULL, connecting},
	{"home, replica", "", NULL, NULL, read_only},
	{"home, replica behind", "", NULL, NULL, behind},
	{"home, help", "<F1>", NULL, NULL, NULL},
	{"home, no message yet", "!", NULL, NULL, NULL},
	{"sign in", "", NULL, NULL, signed_out},
	{"sign in, nothing typed", "<Tab><Tab><Enter>", NULL, NULL, signed_out},
	{"sign in, refused", "admin0<Enter>x<Enter>", NULL, NULL, signed_out},
	{"sign in, help", "<F1>", NULL, NULL, signed_out},
#define SIGNED_IN "admin0<Enter>demo<Enter>"
	{"locking soon", SIGNED_IN, locking_soon, NULL, with_password},
	{"ending soon", "<Down>", locking_soon, NULL, NULL},
	{"locked", SIGNED_IN, locked, NULL, with_password},
	{"locked, wrong", SIGNED_IN, locked_wrong, NULL, with_password},
	{"locked, not connected", SIGNED_IN, locked_away, NULL, with_password},
	{"locked, asking", SIGNED_IN, locked_asking, NULL, with_password},
	{"locked, ends after a save", ACME_FORM "1<Ctrl-S>", ends_after_write, NULL, NULL},
	{"left, a domain", "", left_domain, NULL, NULL},
	{"left, a user", "", left_user, NULL, NULL},
	{"left, a new domain", "", left_new_domain, NULL, NULL},
	{"left, a new user", "", left_new_user, NULL, NULL},
	{"domains", "<Enter>", NULL, NULL, NULL},
	{"domains by relay, down", "<Enter>sr", NULL, NULL, NULL},
	{"domains by unknown", "<Enter>ss", NULL, NULL, NULL},
	{"domains by internal users", "<Enter>sss", NULL, NULL, NULL},
	{"domains by third-party users", "<Enter>ssss", NULL, NULL, NULL},
	{"domains, the button", "<Enter><Up>", NULL, NULL, NULL},
	{"domains, filter", "<Enter>/acme", NULL, NULL, NULL},
	{"domains, none matches", "<Enter>/zzzz<Enter>", NULL, NULL, NULL},
	{"domains, none there", "<Enter>", NULL, NULL, nothing},
	{"domains, reading", "", stall, "<Enter>", NULL},
	{"domains, reading again", "<Enter>", stall, "<F5>", NULL},
	{"domains, failed", "", fail_next, "<Enter>", NULL},
	{"domains, failed again", "<Enter>", fail_next, "<F5>", NULL},
	{"domains, a limit", "<Enter>", NULL, NULL, limit},
	{"domains, help", "<Enter>?", NULL, NULL, NULL},
	{"domains by share", "<Enter>sssss", NULL, NULL, NULL},
	{"migration", "<Enter>p", NULL, NULL, moved_before},
	{"migration, by the log", "<Enter>p", NULL, NULL, moved_in_log},
	{"migration, nothing known", "<Enter>p", NULL, NULL, NULL},
	{"migration, not counted yet", "<Enter>", stall, "p", NULL},
	{"migration, a limit", "<Enter>p", NULL, NULL, limit_of_one},
	{"migration, help", "<Enter>p<F1>", NULL, NULL, NULL},
	{"migration, from the form", ACME_FORM "<F9>", NULL, NULL, NULL},
	{"domain", ACME_FORM, NULL, NULL, NULL},
	{"domain, forward", ACME_FORM "<Down>", NULL, NULL, NULL},
	{"domain, forward ticked", ACME_FORM "<Down><Space>", NULL, NULL, NULL},
	{"domain, buttons", ACME_FORM "<End>", NULL, NULL, NULL},
	{"domain, tabs", ACME_FORM "<Up>", NULL, NULL, NULL},
	{"domain, general", ACME_FORM "<F4>", NULL, NULL, NULL},
	{"domain, description", ACME_FORM "<F4><Down>", NULL, NULL, NULL},
	{"domain, other name", ACME_FORM "<F4><Down><Down>", NULL, NULL, NULL},
	{"domain, other names not counted", ACME_FORM, stall, "<F4>", NULL},
	{"domain, name removed", ACME_FORM "<F4><Down><Down>-", NULL, NULL, NULL},
	{"domain, name removed, review", ACME_FORM "<F4><Down><Down>-<Ctrl-S>", NULL, NULL,
		NULL},
	{"domain, name in use", ACME_FORM "<F4><Down><Down>-", NULL, NULL, at_acme_test},
	{"domain, adding a name", ACME_FORM "<F4>+", NULL, NULL, NULL},
	{"domain, adding none", ACME_FORM "<F4>+<Tab><Enter>", NULL, NULL, NULL},
	{"domain, adding its own", ACME_FORM "<F4>+acme.test<Tab><Enter>", NULL, NULL,
		NULL},
	{"domain, adding another's", ACME_FORM "<F4>+lyon.example<Tab><Enter>", NULL, NULL,
		NULL},
	{"domain, adding, looking", ACME_FORM "<F4>+x.example<Tab>", stall, "<Enter>",
		NULL},
	{"domain, name added", ACME_FORM "<F4>+x.example<Tab><Enter>", NULL, NULL, NULL},
	{"domain, name added, review", ACME_FORM "<F4>+x.example<Tab><Enter><Ctrl-S>", NULL,
		NULL, NULL},
	{"domain, names in conflict", ACME_FORM "<F4>+x.example<Tab><Enter><Ctrl-S>",
		their_names, "<Enter>", NULL},
	{"spread, reading", ACME_FORM "<F4><Down><Down>", stall, "<Enter>", NULL},
	{"spread, failed", ACME_FORM "<F4><Down><Down>", fail_next, "<Enter>", NULL},
	{"spread, preview", SPREAD, NULL, NULL, NULL},
	{"spread, preview, a limit", ACME_FORM "<F4><Down><Down>", limit, "<Enter>", NULL},
	{"spread, preview, taken", SPREAD, NULL, NULL, at_acme_test},
	{"spread, nobody", ACME_FORM "<F4><Down><Down><Enter>", NULL, NULL, elsewhere},
	{"spread, writing", SPREAD, stall_first, "", NULL},
	{"spread, stopping", SPREAD, stall_first, "<Esc>", NULL},
	{"spread, done", SPREAD "<Enter>", NULL, NULL, NULL},
	{"spread, refused", SPREAD, refuse_all, "<Enter>", NULL},
	{"spread, lost", SPREAD, lose, "<Enter>", NULL},
	{"spread, the name is gone", SPREAD, name_gone, "<Enter>", NULL},
	{"delete, reading", "<Enter><End>", stall, "X", NULL},
	{"delete, held", "<Enter>X", NULL, NULL, NULL},
	{"delete", DELETE, NULL, NULL, NULL},
	{"delete, not its name", DELETE "x<Tab><Enter>", NULL, NULL, NULL},
	{"delete, checking", DELETE "neu.example<Tab>", stall, "<Enter>", NULL},
	{"delete, review", DELETE_REVIEW, NULL, NULL, NULL},
	{"delete, not ours", DELETE, NULL, NULL, not_ours},
	{"delete, not ours, review", DELETE_REVIEW, NULL, NULL, not_ours},
	{"delete, writing", DELETE_REVIEW, stall, "<Enter>", NULL},
	{"delete, verifying", DELETE_REVIEW, write_then_stall, "", NULL},
	{"delete, deleted", DELETE_REVIEW "<Enter>", NULL, NULL, NULL},
	{"delete, refused", DELETE_REVIEW, refuse_all, "<Enter>", NULL},
	{"delete, crossed", DELETE_REVIEW, used_meanwhile, "", NULL},
	{"new domain, an entry is there", "<Enter>nz.example", NULL, NULL, z_is_there},
	{"new domain, an entry is there, review", "<Enter>nz.example<Ctrl-S>", NULL, NULL,
		z_is_there},
	{"new domain, users are there", "<Enter>nz.example<Ctrl-S>", NULL, NULL, at_z},
	{"domain, loading", "<Enter>", stall, "<Enter>", NULL},
	{"domain, load failed", "<Enter>", fail_next, "<Enter>", NULL},
	{"domain, help", ACME_FORM "<F1>", NULL, NULL, NULL},
	{"domain without relay", LYON_FORM, NULL, NULL, NULL},
	{"domain, no host", LYON_FORM "a b<Ctrl-S>", NULL, NULL, NULL},
	{"domain, no port", LYON_FORM "a.example:0<Ctrl-S>", NULL, NULL, NULL},
	{"domain, relay is here", LYON_FORM "127.0.0.1<Ctrl-S>", NULL, NULL, NULL},
	{"domain, forward without relay", LYON_FORM "<Down><Space><Ctrl-S>", NULL, NULL,
		NULL},
	{"domain, relay in use", ACME_FORM "<Ctrl-U><Ctrl-S>", NULL, NULL, NULL},
	{"domain, malformed relay", ACME_FORM, NULL, NULL, malformed},
	{"domain, unsaved", ACME_FORM "1<Esc>", NULL, NULL, NULL},
	{"domain, nothing to save", ACME_FORM "<Ctrl-S>", NULL, NULL, NULL},
	{"domain, checking", ACME_FORM "1", stall, "<Ctrl-S>", NULL},
	{"domain, checking, saved twice", ACME_FORM "1", stall, "<Ctrl-S><Ctrl-S>", NULL},
	{"domain, checking cancelled", ACME_FORM "1", stall, "<Ctrl-S><Esc>", NULL},
	{"domain, check failed", ACME_FORM "1", fail_next, "<Ctrl-S>", NULL},
	{"relay test, to be had", ACME_FORM, NULL, NULL, with_relay},
	{"relay test, no address yet", ACME_FORM, stall, "<F7>", with_relay},
	{"relay test, begun", ACME_FORM "<F7>", NULL, NULL, with_relay},
	{"relay test, under way", ACME_FORM "1<F7>", relay_answers, NULL, with_relay},
	{"relay test, stopped", ACME_FORM "1<F7>", relay_answers, "<Esc>", with_relay},
	{"relay test, good", ACME_FORM "<F7>", relay_is_good, NULL, with_relay},
	{"relay test, good, its beginning", ACME_FORM "<F7>", relay_is_good,
		"<Up><Up><Up><Up><Up><Up><Up><Up><Up><Up><Up><Up>", with_relay},
	{"relay test, a certificate", ACME_FORM "<F7>", relay_encrypts_badly, NULL,
		with_relay},
	{"relay test, no TLS, greylisting", ACME_FORM "<F7>", relay_breaks_tls, NULL,
		with_relay},
	{"relay test, all refused", ACME_FORM "<F7>", relay_refuses_all, NULL, with_relay},
	{"relay test, sender refused", ACME_FORM "<F7>", relay_refuses_sender, NULL,
		with_relay},
	{"relay test, silent", ACME_FORM "<F7>", relay_is_silent, NULL, with_relay},
	{"relay test, down", ACME_FORM "<F7>", relay_is_down, NULL, with_relay},
	{"relay test, a loop", ACME_FORM "<F7>", relay_asks_back, NULL, with_relay},
	{"relay test, no directory", ACME_FORM, fail_next, "<F7>", with_relay},
	{"domain, review", ACME_FORM "1<Ctrl-S>", NULL, NULL, NULL},
	{"domain, review of everything",
		ACME_FORM "<Ctrl-U>b.example<Down><Space><F4><Down>x<Ctrl-S>", NULL, NULL,
		NULL},
	{"domain, LDIF", ACME_FORM "1<Ctrl-S><Right><Enter>", NULL, NULL, NULL},
	{"domain, saved", ACME_FORM "1<Ctrl-S><Enter>", NULL, NULL, NULL},
	{"domain, messages", ACME_FORM "1<Ctrl-S><Enter><Down>!", NULL, NULL, NULL},
	{"domain, writing", ACME_FORM "1<Ctrl-S>", stall, "<Enter>", NULL},
	{"domain, writing, left", ACME_FORM "1<Ctrl-S>", stall, "<Enter><Esc>", NULL},
	{"domain, writing, gone", ACME_FORM "1<Ctrl-S>", stall,
		"<Enter><Esc><Right><Enter>", NULL},
	{"domain, writing, quit", ACME_FORM "1<Ctrl-S>", stall, "<Enter><F10>", NULL},
	{"domain, verifying", ACME_FORM "1<Ctrl-S>", write_then_stall, "", NULL},
	{"domain, answer lost", ACME_FORM "1<Ctrl-S>", lose, "<Enter>", NULL},
	{"domain, refused", ACME_FORM "1<Ctrl-S>", refuse, "<Enter>", NULL},
	{"domain, refused, the field", ACME_FORM "1<Ctrl-S>", refuse, "<Enter><Enter>",
		NULL},
	{"domain, refused as a whole", ACME_FORM "1<Ctrl-S>", refuse_all, "<Enter><Enter>",
		NULL},
	{"domain, conflict", ACME_FORM "1<Down><Space>", their_relay, "<Ctrl-S><Enter>",
		NULL},
	{"domain, conflict, none chosen", ACME_FORM "1<Down><Space>", their_relay,
		"<Ctrl-S><Enter><End><Enter>", NULL},
	{"domain, conflict, apply", ACME_FORM "1<Down><Space>", their_relay,
		"<Ctrl-S><Enter><Down><Space><Down><Down><Down><Enter>", NULL},
	{"new domain", "<Enter>n", NULL, NULL, NULL},
	{"new domain, nothing typed", "<Enter>n<Ctrl-S>", NULL, NULL, NULL},
	{"new domain, no name", "<Enter>nx<Ctrl-S>", NULL, NULL, NULL},
	{"new domain, taken", "<Enter>nacme.test<Ctrl-S>", NULL, NULL, NULL},
	{"new domain, a name wrong", "<Enter>nz.example<Tab>Z<Tab>a..b acme.test<Ctrl-S>",
		NULL, NULL, NULL},
	{"new domain, review", "<Enter>nz.example<Tab>Z<Tab>z.test<Ctrl-S>", NULL, NULL,
		NULL},
	{"check", "<Down><Down><Enter>", NULL, NULL, NULL},
	{"check by entry", "<Down><Down><Enter>s", NULL, NULL, NULL},
	{"check, running", "<Down><Down>", stall, "<Enter>", NULL},
	{"check, failed", "<Down><Down>", fail_next, "<Enter>", NULL},
	{"check, nothing wrong", "<Down><Down><Enter>", NULL, NULL, nothing},
	{"check, of the server", "<Down><Down><Enter><End><Enter>", NULL, NULL, NULL},
	{"check, help", "<Down><Down><Enter>?", NULL, NULL, NULL},
	{"users", "<End><Up><Enter>", NULL, NULL, NULL},
	{"users by address", "<End><Up><Enter>s", NULL, NULL, NULL},
	{"users by mail", "<End><Up><Enter>ss", NULL, NULL, NULL},
	{"users, a limit", "<End><Up><Enter>", NULL, NULL, limit},
	{"users, none there", "<End><Up><Enter>", NULL, NULL, nobody},
	{"users of a domain", "<Enter>e", NULL, NULL, NULL},
	{"users, help", "<End><Up><Enter>?", NULL, NULL, NULL},
	{"internal user", ALICE_FORM, NULL, NULL, NULL},
	{"third-party user", BOB_FORM, NULL, NULL, NULL},
	{"third-party user, addresses", BOB_FORM "<Down><Down>", NULL, NULL, NULL},
	{"third-party user, buttons", BOB_FORM "<End>", NULL, NULL, NULL},
	{"user, general", BOB_FORM "<F4>", NULL, NULL, NULL},
	{"user, help", BOB_FORM "<F1>", NULL, NULL, NULL},
	{"user, mail systems", BOB_FORM "<Enter>", NULL, NULL, NULL},
	{"user, none selected", BOB_FORM "o<Ctrl-S>", NULL, NULL, NULL},
	{"user to internal, review", BOB_FORM "<Enter><Up><Enter><Ctrl-S>", NULL, NULL,
		NULL},
	{"user to none, review", BOB_FORM "<Enter><Down><Enter><Ctrl-S>", NULL, NULL, NULL},
	{"user, fewer addresses, review", BOB_FORM "<Down><Space><Ctrl-S>", NULL, NULL,
		NULL},
	{"user, no relay", YUKI_FORM "<Enter><Down><Enter><Ctrl-S>", NULL, NULL, NULL},
	{"user without address", CAROL_FORM, NULL, NULL, no_address},
	{"user without address to internal", CAROL_FORM "<Enter><Up><Up><Enter><Ctrl-S>",
		NULL, NULL, no_address},
	{"user, address taken", ALICE_FORM, NULL, NULL, taken},
	{"users, filters", USERS "f", NULL, NULL, NULL},
	{"users, mail systems", USERS "f<Enter>", NULL, NULL, NULL},
	{"users, domains", USERS "f<Down><Enter>", NULL, NULL, NULL},
	{"users, kinds", USERS "f<Down><Down><Enter>", NULL, NULL, NULL},
	{"users, filtered",
		USERS "f<Enter><Up><Enter><Down><Enter><Up><Enter>"
		      "<Down><Enter><Up><Enter><Esc>",
		NULL, NULL, NULL},
	{"reader, domain", ACME_FORM, NULL, NULL, reader},
	{"reader, domain's General", ACME_FORM "<F4>", NULL, NULL, reader},
	{"reader, typed before it was known", ACME_FORM "9", now_it_answers, NULL,
		answers_late},
	{"reader, saves", ACME_FORM "9", now_it_answers, "<Ctrl-S>", answers_late},
	{"reader, new domain", "<Enter>n", NULL, NULL, reader},
	{"reader, new domain typed", "<Enter>nx.example", now_it_answers, NULL,
		answers_late},
	{"reader, delete", "<Enter><Del>", NULL, NULL, reader},
	{"reader, user", BOB_FORM, NULL, NULL, reader},
	{"reader, switch", USERS "t", NULL, NULL, reader},
	{"reader, new user", USERS "n", NULL, NULL, reader},
	{"reader, new user typed", USERS "nAlice Martin<Tab>n@acme.example", now_it_answers,
		NULL, answers_late},
	{"some rights, domain", ACME_FORM, NULL, NULL, some_rights},
	{"some rights, user", BOB_FORM, NULL, NULL, some_rights},
	{"some rights, new user", USERS "nAlice Martin<Tab>n@branch.example<Tab>", NULL,
		NULL, no_users_in_branch},
	{"users, marked", USERS "<Space><Down><Space>", NULL, NULL, NULL},
	{"users, all marked", USERS "*", NULL, NULL, NULL},
	{"users, change the marked", USERS "*b", NULL, NULL, NULL},
	{"users, change, preview", USERS "*b<End><Left><Enter>", NULL, NULL, NULL},
	{"users, change, internal", USERS "*b<Down><Space><End><Left><Enter>", NULL, NULL,
		NULL},
	{"users, change, none", USERS "*b<Down><Down><Space><End><Left><Enter>", NULL, NULL,
		NULL},
	{"users, change, done", USERS "*b<End><Left><Enter><Enter>", NULL, NULL, NULL},
	{"user switched, review", USERS "t", NULL, NULL, NULL},
	{"user switched", USERS "t<Enter>", NULL, NULL, NULL},
	{"user cannot be switched", USERS "<End>t", NULL, NULL, NULL},
	{"user, add an address", BOB_FORM "+", NULL, NULL, NULL},
	{"user, no such address", BOB_FORM "+a%b<Tab><Tab><Enter>", NULL, NULL, NULL},
	{"user, address of another", BOB_FORM "+alice<Tab><Tab><Enter><Ctrl-S>", NULL, NULL,
		NULL},
	{"user, address removed", BOB_FORM "<Down>-", NULL, NULL, NULL},
	{"user, address removed, review", BOB_FORM "<Down>-<Ctrl-S>", NULL, NULL, NULL},
	{"a group", USERS "/staff<Enter><Enter>", NULL, NULL, group},
	{"new user", USERS "n", NULL, NULL, NULL},
	{"new user, nothing typed", USERS "n<Ctrl-S>", NULL, NULL, NULL},
	{"new user, wrong", USERS "nZ<Tab>z<Tab>a/b<Ctrl-S>", NULL, NULL, NULL},
	{"new user, review", USERS "nZ<Tab>z@acme.example<Ctrl-S>", NULL, NULL, NULL},
	{"domain, add a name", ACME_FORM "<F4>+", NULL, NULL, NULL},
	{"domain, name of another", ACME_FORM "<F4>+lyon.example<Tab><Enter>", NULL, NULL,
		NULL},
	{"domain, name removed", ACME_FORM "<F4><Down><Down>-", NULL, NULL, NULL},
	{"domain, name removed, review", ACME_FORM "<F4><Down><Down>-<Ctrl-S>", NULL, NULL,
		NULL},
	{"domain, name in use", ACME_FORM "<F4><Down><Down>-<Ctrl-S>", NULL, NULL,
		in_other_name},
	{"domain, its users that need the relay", ACME_FORM "<Ctrl-U><Down><Enter>", NULL,
		NULL, NULL},
	{"changes", CHANGES, NULL, NULL, past_of_all_kinds},
	{"changes, and the log's", CHANGES, NULL, NULL, past_and_log},
	{"changes by outcome", CHANGES "ssss", NULL, NULL, past_and_log},
	{"changes, none", CHANGES, NULL, NULL, empty_past},
	{"changes, none matches", CHANGES "/qqq<Enter>", NULL, NULL, past_of_all_kinds},
	{"changes, help", CHANGES "?", NULL, NULL, past_of_all_kinds},
	{"changes, none, help", CHANGES "?", NULL, NULL, empty_past},
	{"change, details", CHANGES "<End><Enter>", NULL, NULL, past_of_all_kinds},
	{"change, refused, details", CHANGES "<End><Up><Up><Enter>", NULL, NULL,
		past_of_all_kinds},
	{"change, not done, details", CHANGES "<End><Up><Up><Up><Enter>", NULL, NULL,
		past_of_all_kinds},
	{"change, a conflict, details", CHANGES "<Down><Down><Down><Down><Enter>", NULL,
		NULL, past_of_all_kinds},
	{"change, no answer, details", CHANGES "<Down><Down><Down><Enter>", NULL, NULL,
		past_of_all_kinds},
	{"change of the log, details", CHANGES "<Down><Down><Down><Enter>", NULL, NULL,
		past_and_log},
	{"change of the log, reading", CHANGES "<Down><Down><Down>", stall, "<Enter>",
		past_and_log},
	{"change of the log, renamed", CHANGES "<Down><Enter>", NULL, NULL, past_and_log},
	{"change of the log, a password", CHANGES "<Down><Down><Enter>", NULL, NULL,
		past_and_log},
	{"change of the log, nothing before", CHANGES "<Enter>", NULL, NULL, past_and_log},
	{"undo, reading", CHANGES "<End>", stall, "u", past_of_all_kinds},
	{"undo, of a domain", CHANGES "<End>u", NULL, NULL, past_of_all_kinds},
	{"undo, of a domain, undone", CHANGES "<End>u<Enter>", NULL, NULL,
		past_of_all_kinds},
	{"undo, changed since", CHANGES "<End>", their_relay, "u", past_of_all_kinds},
	{"undo, not written", CHANGES "<End><Up><Up>u", NULL, NULL, past_of_all_kinds},
	{"undo, not known", CHANGES "<Down><Down><Down>u", NULL, NULL, past_of_all_kinds},
	{"undo, nothing before", CHANGES "u", NULL, NULL, past_and_log},
	{"undo, renamed", CHANGES "<Down>u", NULL, NULL, past_and_log},
	{"undo, a password", CHANGES "<Down><Down>u", NULL, NULL, past_and_log},
	{"undo, already undone", CHANGES "<End>u<Enter><End>u", NULL, NULL,
		past_of_all_kinds},
	{"undo, of an entry made", CHANGES "<Down>u", NULL, NULL, past_of_all_kinds},
	{"undo, of an entry deleted", CHANGES "u", NULL, NULL, past_of_all_kinds},
	{"undo, of an entry deleted, writing", CHANGES "u", stall, "<Enter>",
		past_of_all_kinds},
	{"undo, of an entry deleted, undone", CHANGES "u<Enter>", NULL, NULL,
		past_of_all_kinds},
	{"undo, of an entry deleted, refused", CHANGES "u", refuse_all, "<Enter>",
		past_of_all_kinds},
	{"undo, there again", CHANGES, dora_is_back, "u", past_of_all_kinds},
	{"undo, of several", CHANGES "<Down><Down>u", NULL, NULL, past_of_all_kinds},
	{"undo, of several, one gone", CHANGES "<Down><Down>", gone, "u",
		past_of_all_kinds},
	{"undo, of several, undone", CHANGES "<Down><Down>u<Enter>", NULL, NULL,
		past_of_all_kinds},
	{"user, gone", ALICE_FORM "<Enter><Down><Enter><Ctrl-S>", gone, "<Enter>", NULL},
	{"user, conflict", BOB_FORM "a<Ctrl-S>", their_addresses, "<Enter>", NULL},
	{"user, relay gone", ALICE_FORM "<Enter><Down><Enter><Ctrl-S>",
		relay_gone_meanwhile, "", NULL},
};

/* ---- looking ------------------------------------------------------------------- */

enum { STATUS_MOST = 4 };

static int status_rows(const struct screen *s)
{
	const struct app *app = s->app;
	struct buf warning = BUF_INIT;
	int rows = 0;

	if (lock_warning(app, &warning))
		rows = canvas_wrap(
			NULL, 0, 0, s->canvas->w, STATUS_MOST, STYLE_TEXT, warning.s);
	buf_release(&warning);
	if (rows)
		return rows;
	if (!app->message_shown || !app->messages.n)
		return 1;
	return canvas_wrap(NULL, 0, 0, s->canvas->w, STATUS_MOST, STYLE_TEXT,
		app->messages.v[app->messages.n - 1]);
}

/* Without what a pop-up covers. */
static void draw_top_alone(struct screen *s)
{
	struct view *below = s->app->top->below;

	s->app->top->below = NULL;
	app_draw(s->app, s->canvas);
	s->app->top->below = below;
}

static const char *cell(const struct canvas *c, int y, int x)
{
	return c->cells[y * c->w + x].text;
}

static bool is_one_of(const char *text, const char *const list[])
{
	for (; *list; list++)
		if (strcmp(text, *list) == 0)
			return true;
	return false;
}

static bool is_frame(const char *text)
{
	static const char *const frame[] = {"│", "─", "┌", "┐", "└", "┘", NULL};

	return is_one_of(text, frame);
}

/* A mark beside a form: not all of it is in view. */
static bool is_scrolled(const struct canvas *c)
{
	static const char *const marks[] = {"▴", "▾", NULL};

	for (int y = 0; y < c->h; y++)
		for (int x = c->w / 2; x < c->w; x++)
			if (is_one_of(cell(c, y, x), marks) &&
				(x == c->w - 1 || strcmp(cell(c, y, x + 1), "│") == 0))
				return true;
	return false;
}

/* ---- data ---------------------------------------------------------------------- */

/* What may stand outside brackets: names, values and the technical words that are the
 * same in every language.  Never a word of ours. */
static const char *const data_words[] = {
	/* people, domains' descriptions */
	"Alice", "Martin", "Bob", "Durand", "Carol", "Petit", "Élodie", "Guérin", "Zoë",
	"Ångström", "山田", "Ac", "A", "mo", "demo", "c=demo", "=domains,dc=demo", "由紀",
	"Acme", "Acmex", "Z", "bob", "alice", "carol", "elodie", "staff",
	/* header */
	"relais", "admin0", "ldapi", "UTC", "LDIF", "LDAP",
	/* keys that have no name: "^S", "F1" and letters are patterns */
	"↑", "↓", "←", "→",
	/* attributes and their values, in a review and in LDIF */
	"objectClass", "organizationalUnit", "relaisDomain", "domainRelatedObject",
	"relaisUser", "inetOrgPerson", "relaisSplitRelay", "relaisForwardUnknown",
	"relaisRouting", "relaisThirdPartyAddress", "associatedDomain", "description",
	"mail", "ou", "TRUE", "FALSE", "external", "internal", "none", "version", "dn",
	"changetype", "modify", "add", "delete", "replace", "uid", "cn", "sn",
	"displayName",
	/* what a relay says */
	"TLS1.3", "STARTTLS", "localhost", "double-bounce@localhost", "evil�[2J.example",
	"host",
	/* broken by a narrow column */
	"organizationa", "lUnit", "mple", "mpl", "e", "st", "le",
	/* typed by the test */
	"zzzz", "x", "acme", "z", "a%b", "a/b", "qqq", "dora", "Dora", "yuki", "zoe",
	/* who changed what */
	"admin1", "root", "userPassword", "Save", "Old", "telephoneNumber", "several", "at",
	"once", NULL};

static const char *const data_patterns[] = {"^[0-9]+$", "^[0-9]+/[0-9]+$",
	"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "^[0-9]{2}:[0-9]{2}$",
	/* an address, a name, an IP address, each with a port; a DN */
	"^[a-z.]+@[a-zü0-9.-]+$", "^[a-zü0-9-]+([.]+[a-z0-9-]+)+(:[0-9]+)?$",
	"^2001:db8::25]?(:[0-9]+)?$", "^IPv6:2001:db8::25]:587$", "^evil:\\[x$",
	"^[a-z0-9.]+]?:[0-9]+$",
	"^[A-Za-z]+=[a-z0-9.-]+(,[A-Za-z]+=[a-z0-9.-]+)*(,[a-z]*=?)?$",
	"^[a-z0-9.-]*,[a-z]+=[a-z0-9.,=-]+$", "^reqStart=[0-9.]+Z,?(cn=accesslog)?$",
	/* a file of the journal, broken anywhere */
	"^(tmp/)?relais-past[.].*$", "^2026[0-9]*T?[0-9.]*(Z-1-1.ldif|Z-1-1|Z)?$",
	"^[0-9.]*Z-1-1[.]ldif$", "^[0-9T.]*Z-1-1[.]?(ldif)?$", "^ldif$",
	/* who asks a relay, whom for; broken anywhere */
	"^[a-z0-9.-]*@[a-z.]*$", "^relaistest[0-9a-f]*$", "^[a-z.]+\\[[0-9.]+$",
	/* keys */
	"^F[0-9]+$", "^\\^[A-Z]$", "^[a-zX]$"};

static bool is_data(const char *word)
{
	static regex_t compiled[COUNT_OF(data_patterns)];
	static bool ready;

	for (size_t i = 0; !ready && i < COUNT_OF(data_patterns); i++)
		if (regcomp(&compiled[i], data_patterns[i], REG_EXTENDED | REG_NOSUB) != 0)
			BUG("%s", data_patterns[i]);
	ready = true;
	if (!*word || is_one_of(word, data_words))
		return true;
	for (size_t i = 0; i < COUNT_OF(data_patterns); i++)
		if (regexec(&compiled[i], word, 0, NULL, 0) == 0)
			return true;
	return false;
}

/* Glyphs of ours around words, also where no word is. */
static const char *const signs[] = {"[", "]", "(", ")", "<", ">", ",", ":", ".", "/", "?",
	"!", "+", "-", "–", "…", "·", "›", "▸", "▴", "▾", "◂", "→", "*", "'", "%", "█", "░",
	NULL};

static size_t sign_at(const char *s)
{
	for (size_t i = 0; signs[i]; i++)
		if (strncmp(s, signs[i], strlen(signs[i])) == 0)
			return strlen(signs[i]);
	return 0;
}

/* Without signs before and after it. */
static void bare(const char *word, size_t n, struct buf *out)
{
	size_t end = 0;

	for (size_t k; n > 0 && (k = sign_at(word)); word += k, n -= k)
		;
	for (size_t i = 0; i < n;) {
		size_t k = sign_at(word + i);

		i += k ? k : 1;
		if (!k)
			end = i;
	}
	buf_reset(out);
	buf_add(out, word, end);
}

static void check_outside(struct screen *s, const char *text)
{
	struct buf word = BUF_INIT;

	while (*text) {
		size_t n = strcspn(text, " ");

		bare(text, n, &word);
		if (!is_data(word.s))
			screen_fail(s, "not translated: %s", word.s);
		text += n + (text[n] == ' ');
	}
	buf_release(&word);
}

/* ---- brackets ------------------------------------------------------------------ */

/* Text between frames or two blanks; one whose brackets are open at its end goes on at the
 * line below, below itself. */
struct run {
	int from, open_at; /* columns */
	int depth;         /* brackets open at its end */
};

struct runs {
	struct run v[200];
	size_t n;
};

static bool is_blank(const struct canvas *c, int y, int x)
{
	return x >= c->w || strcmp(cell(c, y, x), " ") == 0 || is_frame(cell(c, y, x));
}

static bool ends_at(const struct canvas *c, int y, int x)
{
	return x >= c->w || is_frame(cell(c, y, x)) ||
	       (is_blank(c, y, x) && is_blank(c, y, x + 1));
}

/* Brackets left open above, by a run that this one stands below. */
static int depth_from(const struct runs *above, struct runs *used, int x)
{
	for (size_t i = 0; i < above->n; i++) {
		const struct run *r = &above->v[i];

		if (r->depth && x >= r->from && x <= r->open_at) {
			used->v[i].depth = 0;
			return r->depth;
		}
	}
	return 0;
}

/* One run from x on; returns the column after it.  `cut`: it may begin inside a bracket. */
static int read_run(struct screen *s, int y, int x, bool cut, struct run *run)
{
	const struct canvas *c = s->canvas;
	struct buf outside = BUF_INIT;

	run->from = run->open_at = x;
	for (; !ends_at(c, y, x); x++) {
		const char *text = cell(c, y, x);

		if (strcmp(text, "⟦") == 0) {
			run->open_at = run->depth ? run->open_at : x;
			run->depth++;
		} else if (strcmp(text, "⟧") == 0 && run->depth) {
			run->depth--;
			buf_putc(&outside, ' ');
		} else if (strcmp(text, "⟧") == 0 && cut) {
			buf_reset(&outside);
		} else if (strcmp(text, "⟧") == 0) {
			screen_fail(s, "line %d: the end of a message alone", y + 1);
		} else if (run->depth == 0) {
			buf_puts(&outside, text);
		}
	}
	/* the path is cut from its left */
	check_outside(s, cut && strncmp(outside.s, "…", strlen("…")) == 0
				 ? outside.s + strcspn(outside.s, " ")
				 : outside.s);
	buf_release(&outside);
	return x;
}

static void check_rows(struct screen *s, int from, int to)
{
	const struct canvas *c = s->canvas;
	struct runs above = {.n = 0};

	for (int y = from; y < to; y++) {
		struct runs here = {.n = 0}, left = above;

		for (int x = 0; x < c->w; x++) {
			struct run *run = &here.v[here.n];

			if (is_blank(c, y, x))
				continue;
			*run = (struct run){.depth = depth_from(&above, &left, x)};
			x = read_run(s, y, x, y == 0 && x == 0, run);
			here.n++;
		}
		for (size_t i = 0; i < left.n; i++)
			if (left.v[i].depth)
				screen_fail(s, "line %d: a message is cut", y);
		above = here;
	}
	for (size_t i = 0; i < above.n; i++)
		if (above.v[i].depth)
			screen_fail(s, "line %d: a message is cut", to);
}

static void check_body(struct screen *s)
{
	int h = s->canvas->h;

	draw_top_alone(s);
	if (is_scrolled(s->canvas)) {
		screen_resize(s, 300, s->canvas->w);
		draw_top_alone(s);
		check_rows(s, 1, 299 - status_rows(s));
		screen_resize(s, h, s->canvas->w);
	} else {
		check_rows(s, 1, h - 1 - status_rows(s));
	}
}

static void check_pseudo(struct screen *s)
{
	int h = s->canvas->h;

	app_draw(s->app, s->canvas);
	check_rows(s, 0, 1);
	check_rows(s, h - 1 - status_rows(s), h - 1);
	check_rows(s, h - 1, h);
	check_body(s);
}

/* ---- other languages ------------------------------------------------------------ */

/* Messages that end in three dots of their own. */
static const char *const dotted[] = {"Loading…", "directory…", "time…", "in…",
	"Chargement…", "l'annuaire…", "temps…", "Connexion…", "it…", "Recherche…", "it…",
	"meanwhile…", "Old…", "dépend…", "for…", "demander…", NULL};

/* The word that ends at x. */
static void word_before(const struct canvas *c, int y, int x, struct buf *out)
{
	int from = x;

	while (from > 0 && !is_blank(c, y, from - 1))
		from--;
	buf_reset(out);
	for (; from <= x; from++)
		buf_puts(out, cell(c, y, from));
}

/* Nothing of ours is cut: what ends in three dots is a path's start, an unknown number, one
 * of the messages above, or data. */
static void check_not_cut(struct screen *s)
{
	const struct canvas *c = s->canvas;
	struct buf word = BUF_INIT;

	draw_top_alone(s);
	for (int y = 0; y < c->h; y++)
		for (int x = y ? 0 : 1; x < c->w; x++) {
			if (strcmp(cell(c, y, x), "…") != 0)
				continue;
			word_before(c, y, x, &word);
			if (strcmp(word.s, "…") != 0 && !is_one_of(word.s, dotted) &&
				!strpbrk(word.s, "@.=") && !strchr("0123456789", *word.s) &&
				strcmp(word.s, "→…") != 0)
				screen_fail(s, "cut: %s", word.s);
		}
	buf_release(&word);
}

static void check_ascii(struct screen *s)
{
	const struct canvas *c = s->canvas;

	s->app->ascii = true;
	app_draw(s->app, s->canvas);
	for (int i = 0; i < c->h * c->w; i++)
		for (const char *p = c->cells[i].text; *p; p++)
			if (*p < 0x20 || *p > 0x7e)
				screen_fail(s, "not ASCII: %s", c->cells[i].text);
	s->app->ascii = false;
}

/* ---- the tests ------------------------------------------------------------------ */

static struct screen *go(const struct place *p, int h, int w, const char *language)
{
	struct screen *s = screen_new_unsettled(NULL, h, w);

	screen_language(s, language);
	if (p->first)
		p->first(s);
	screen_settle(s);
	screen_keys(s, p->keys);
	if (p->then)
		p->then(s);
	if (p->more)
		screen_keys(s, p->more);
	return s;
}

static const struct {
	int h, w;
} sizes[] = {{24, 80}, {16, 60}, {43, 132}};

static void check_place(void **state)
{
	static const char *const languages[] = {"en", "fr", "pseudo"};
	const struct place *p = *state;

	for (size_t i = 0; i < COUNT_OF(sizes) * COUNT_OF(languages); i++) {
		const char *language = languages[i % COUNT_OF(languages)];
		size_t size = i / COUNT_OF(languages);
		struct screen *s = go(p, sizes[size].h, sizes[size].w, language);

		screen_text(s);
		if (s->canvas->cursor_y < 0)
			screen_fail(s, "no cursor");
		if (strcmp(language, "pseudo") == 0)
			check_pseudo(s);
		else
			check_not_cut(s);
		check_ascii(s);
		past_end();
		screen_free(s);
	}
}

/* Below the least size there is one sentence, whatever is open. */
static void too_small(void **state)
{
	static const struct {
		int h, w;
	} small[] = {{15, 60}, {16, 59}, {5, 20}, {1, 1}, {24, 30}};
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_keys(s, ACME_FORM "x<Esc>");
	for (size_t i = 0; i < COUNT_OF(small); i++) {
		screen_resize(s, small[i].h, small[i].w);
		screen_lacks(s, "acme", "admin0", "<");
	}
	screen_resize(s, 15, 80);
	screen_shows(s, "relais needs a terminal of at least 60 columns and 16 lines.");
	screen_resize(s, 24, 30);
	screen_says(s, "relais needs a terminal of at least 60 columns and 16 lines.");
	screen_resize(s, 16, 60);
	screen_shows(s, "You have unsaved changes.");
	screen_free(s);
}

/* Nothing of English is left where the catalogue has the words. */
static void french(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_language(s, "fr");
	screen_shows(s, "Gestion du système", "Domaines supervisés", "Annuaires",
		"Entités d'annuaires", "5 domaines, 3 avec un relais",
		"6 utilisateurs, 1 en messagerie tierce", "prêt");
	screen_keys(s, ACME_FORM);
	screen_shows(s, "Relais pour les domaines découpés", "Routage des mails",
		"Renvoyer les adresses inconnues sur le relais", "[ Général ]",
		"[ Messagerie ]", "< Enregistrer >", "< Annuler >");
	screen_keys(s, "<Esc><Esc>" BOB_FORM);
	screen_shows(s, "Messagerie tierce");
	screen_says(s,
		"Toutes ces adresses seront renvoyées vers la messagerie tierce de votre "
		"domaine :");
	screen_free(s);
}

/* In French a sign never stands at the start of a line: no-break spaces before it. */
static void french_signs(void **state)
{
	static const char *const wrong[] = {" :", " ;", " ?", " !", " »", "« "};
	FILE *f = fopen("tui/po/fr.po", "r");
	char line[4096];
	bool translation = false;

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (*line != '"')
			translation = strncmp(line, "msgstr", 6) == 0;
		for (size_t i = 0; translation && i < COUNT_OF(wrong); i++)
			if (strstr(line, wrong[i]))
				fail_msg("a plain space at \"%s\": %s", wrong[i], line);
	}
	fclose(f);
}

/* A message that is longer than the status line is told whole. */
static void long_message(void **state)
{
	struct screen *s = screen_new(NULL, 16, 60);

	(void)state;
	screen_keys(s, ACME_FORM "1<Ctrl-S>");
	fake_lose(s->fake, false);
	screen_keys(s, "<Enter>");
	screen_says(s, "The connection was lost before the answer came: the save may have "
		       "happened. Saving again is safe. ^S");
	screen_free(s);
}

int main(void)
{
	struct suite suite = {.n = 0};

	drafts = drafts_new(NULL, "");
	SUITE_ROWS(&suite, check_place, places);
	SUITE_ADD(&suite, too_small);
	SUITE_ADD(&suite, french);
	SUITE_ADD(&suite, french_signs);
	SUITE_ADD(&suite, long_message);
	return suite_run(&suite);
}
