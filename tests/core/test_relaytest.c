/* The relay test's conversation and verdicts, over transcripts. */
#include "tests/core/test.h"

#include "core/relaytest.h"

/* What a server says, a reply to each command, with '|' between them; "tls" is a handshake
 * that goes well, "tls-" one that fails; "!closed", "!silent" and the like end it. */
struct row {
	const char *name;
	const char *script;
	const char *points; /* those that are not mere notes, then the notes' names */
	enum conclusion conclusion;
	const char *relay; /* NULL: 192.0.2.25 */
	bool forward, no_user;
};

#define HELLO "220 mx.other.example ESMTP|250-mx.other.example\n250 PIPELINING|"
#define OK_MAIL "250 2.1.0 Ok|"
#define OK_USER "250 2.1.5 Ok|"
#define OK_PM "250 2.1.5 Ok|"
#define NO_UNKNOWN "550 5.1.1 User unknown|"
#define BYE "221 2.0.0 Bye"
#define US "mx.ours.example"

static const char *const says_names[SAYS_COUNT] = {
	[SAYS_IS_US_ADDRESS] = "is-us-address",
	[SAYS_IS_US_GREETING] = "is-us-greeting",
	[SAYS_SENDS_BACK] = "sends-back",
	[SAYS_UNRESOLVED] = "unresolved",
	[SAYS_RESOLVER_ILL] = "resolver-ill",
	[SAYS_UNREACHABLE] = "unreachable",
	[SAYS_SILENT] = "silent",
	[SAYS_CLOSED] = "closed",
	[SAYS_NOT_SMTP] = "not-smtp",
	[SAYS_ENDLESS] = "endless",
	[SAYS_TURNS_AWAY] = "turns-away",
	[SAYS_BUSY] = "busy",
	[SAYS_STOPPED] = "stopped",
	[SAYS_REACHED] = "reached",
	[SAYS_TLS_FAILED] = "tls-failed",
	[SAYS_TLS_UNVERIFIED] = "tls-unverified",
	[SAYS_TLS_GOOD] = "tls-good",
	[SAYS_TLS_NONE] = "tls-none",
	[SAYS_SENDER_REFUSED] = "sender-refused",
	[SAYS_SENDER_DEFERRED] = "sender-deferred",
	[SAYS_REFUSES_ALL] = "refuses-all",
	[SAYS_GREYLISTS] = "greylists",
	[SAYS_USER_KNOWN] = "user-known",
	[SAYS_USER_UNKNOWN] = "user-unknown",
	[SAYS_USER_DEFERRED] = "user-deferred",
	[SAYS_NO_USER] = "no-user",
	[SAYS_POSTMASTER_REFUSED] = "postmaster-refused",
	[SAYS_UNKNOWN_REFUSED] = "unknown-refused",
	[SAYS_UNKNOWN_ACCEPTED] = "unknown-accepted",
	[SAYS_UNKNOWN_DEFERRED] = "unknown-deferred",
};

static const struct row rows[] = {
	{"good", HELLO OK_MAIL OK_USER OK_PM NO_UNKNOWN BYE,
		"reached tls-none user-known unknown-refused", CONCLUDES_GOOD, NULL, true,
		false},
	{"good, over TLS",
		"220 mx.other.example|250-mx.other.example\n250-SIZE\n250 STARTTLS|220 "
		"Go|tls|"
		"250 mx.other.example|" OK_MAIL OK_USER OK_PM NO_UNKNOWN BYE,
		"reached tls-good user-known unknown-refused", CONCLUDES_GOOD, NULL, true,
		false},
	{"good, a certificate that does not verify",
		"220 mx.other.example|250-mx.other.example\n250 STARTTLS|220 Go|tls?|"
		"250 mx.other.example|" OK_MAIL OK_USER OK_PM NO_UNKNOWN BYE,
		"reached tls-unverified user-known unknown-refused", CONCLUDES_GOOD, NULL,
		true, false},
	{"a keyword that only begins so",
		"220 a.example|250-a.example\n250 STARTTLSX|" OK_MAIL OK_USER OK_PM
			NO_UNKNOWN BYE,
		"reached tls-none user-known unknown-refused", CONCLUDES_GOOD, NULL, true,
		false},
	{"STARTTLS refused",
		"220 mx.other.example|250-mx.other.example\n250 starttls|454 4.7.0 no "
		"key|" OK_MAIL OK_USER OK_PM NO_UNKNOWN BYE,
		"reached W:tls-failed(454 4.7.0 no key) user-known unknown-refused",
		CONCLUDES_GOOD, NULL, true, false},
	{"a handshake that fails: all again in the clear",
		"220 mx.other.example|250-mx.other.example\n250 STARTTLS|220 Go|tls-|" HELLO
			OK_MAIL OK_USER OK_PM NO_UNKNOWN BYE,
		"reached W:tls-failed(broken) user-known unknown-refused", CONCLUDES_GOOD,
		NULL, true, false},
	{"nobody to ask for", HELLO OK_MAIL OK_PM NO_UNKNOWN BYE,
		"reached tls-none no-user unknown-refused", CONCLUDES_GOOD, NULL, true,
		true},
	{"a server without EHLO",
		"220 old.example|502 what|250 old.example|" OK_MAIL OK_USER OK_PM NO_UNKNOWN
			BYE,
		"reached tls-none user-known unknown-refused", CONCLUDES_GOOD, NULL, true,
		false},
	{"251 is an answer, too", HELLO OK_MAIL "251 will forward|" OK_PM NO_UNKNOWN BYE,
		"reached tls-none user-known unknown-refused", CONCLUDES_GOOD, NULL, true,
		false},

	{"accepts everything", HELLO OK_MAIL OK_USER OK_PM "250 2.1.5 Ok|" BYE,
		"reached tls-none user-known W:unknown-accepted(250 2.1.5 Ok)",
		CONCLUDES_NO_FORWARD, NULL, false, false},
	{"accepts everything, and is to get it",
		HELLO OK_MAIL OK_USER OK_PM "250 2.1.5 Ok|" BYE,
		"reached tls-none user-known E:unknown-accepted(250 2.1.5 Ok)",
		CONCLUDES_NO_FORWARD, NULL, true, false},
	{"does not know our user", HELLO OK_MAIL "550 5.1.1 who?|" OK_PM NO_UNKNOWN BYE,
		"reached tls-none E:user-unknown(550 5.1.1 who?) unknown-refused",
		CONCLUDES_UNFIT, NULL, false, false},
	{"has no postmaster", HELLO OK_MAIL OK_USER "550 5.1.1 none|" NO_UNKNOWN BYE,
		"reached tls-none user-known W:postmaster-refused(550 5.1.1 none) "
		"unknown-refused",
		CONCLUDES_GOOD, NULL, false, false},
	{"not its domain at all",
		HELLO OK_MAIL "554 5.7.1 Relay access denied|554 5.7.1 Relay access denied|"
			      "554 5.7.1 Relay access denied|" BYE,
		"reached tls-none E:refuses-all(554 5.7.1 Relay access denied)",
		CONCLUDES_UNFIT, NULL, false, false},

	{"refuses the probe sender at MAIL", HELLO "550 5.7.1 no|" BYE,
		"reached tls-none W:sender-refused(550 5.7.1 no)", CONCLUDES_NO_FORWARD,
		NULL, false, false},
	{"refuses it, and is to get unknown addresses", HELLO "550 5.7.1 no|" BYE,
		"reached tls-none E:sender-refused(550 5.7.1 no)", CONCLUDES_NO_FORWARD,
		NULL, true, false},
	{"refuses it at RCPT, by code",
		HELLO OK_MAIL "550 5.1.8 no|550 5.1.8 no|550 5.1.8 no|" BYE,
		"reached tls-none W:sender-refused(550 5.1.8 no)", CONCLUDES_NO_FORWARD,
		NULL, false, false},
	{"refuses it at RCPT, by name",
		HELLO OK_MAIL
		"554 5.7.1 <Probe@" US ">: Sender address rejected|554 5.7.1 <probe@" US
		">: Sender address rejected|554 5.7.1 <probe@" US ">: Sender rejected|" BYE,
		"reached tls-none W:sender-refused(554 5.7.1 <probe@" US
		">: Sender rejected)",
		CONCLUDES_NO_FORWARD, NULL, false, false},
	{"puts off the sender", HELLO "451 4.7.1 later|" BYE,
		"reached tls-none W:sender-deferred(451 4.7.1 later)", CONCLUDES_LATER,
		NULL, true, false},

	{"greylists", HELLO OK_MAIL "450 4.2.0 later|450 4.2.0 later|450 4.2.0 later|" BYE,
		"reached tls-none W:greylists(450 4.2.0 later)", CONCLUDES_LATER, NULL,
		true, false},
	{"greylists all but postmaster",
		HELLO OK_MAIL "451 4.7.1 later|" OK_PM "451 4.7.1 later|" BYE,
		"reached tls-none W:greylists(451 4.7.1 later)", CONCLUDES_LATER, NULL,
		true, false},
	{"greylists whom it knows", HELLO OK_MAIL "450 4.2.0 later|" OK_PM NO_UNKNOWN BYE,
		"reached tls-none W:greylists(450 4.2.0 later) unknown-refused",
		CONCLUDES_LATER, NULL, true, false},
	{"greylists, nobody to ask for",
		HELLO OK_MAIL "450 4.2.0 later|450 4.2.0 later|" BYE,
		"reached tls-none no-user W:greylists(450 4.2.0 later)", CONCLUDES_LATER,
		NULL, true, true},
	{"puts off unknown addresses only",
		HELLO OK_MAIL OK_USER OK_PM "450 4.1.1 unverified address|" BYE,
		"reached tls-none user-known W:unknown-deferred(450 4.1.1 unverified "
		"address)",
		CONCLUDES_LATER, NULL, true, false},
	{"verifies everybody, and waits",
		HELLO OK_MAIL "450 4.1.1 unverified|450 4.1.1 unverified|450 4.1.1 "
			      "unverified|" BYE,
		"reached tls-none W:user-deferred(450 4.1.1 unverified) "
		"W:unknown-deferred(450 4.1.1 unverified)",
		CONCLUDES_LATER, NULL, true, false},
	{"its disk is full", HELLO OK_MAIL "452 4.3.1 full|" OK_PM NO_UNKNOWN BYE,
		"reached tls-none W:user-deferred(452 4.3.1 full) unknown-refused",
		CONCLUDES_LATER, NULL, true, false},
	{"421 within", HELLO OK_MAIL OK_USER "421 4.3.2 going down|!closed",
		"W:busy(421 4.3.2 going down) tls-none user-known", CONCLUDES_LATER, NULL,
		true, false},
	{"421 at the sender", HELLO "421 4.7.0 slow down|!closed",
		"W:busy(421 4.7.0 slow down) tls-none", CONCLUDES_LATER, NULL, true, false},

	{"no such name", "!unresolved", "E:unresolved", CONCLUDES_UNFIT, "mx.other.example",
		false, false},
	{"no name service", "!resolver", "E:resolver-ill", CONCLUDES_UNFIT,
		"mx.other.example", false, false},
	{"refused by its machine", "!connect", "E:unreachable(Connection refused)",
		CONCLUDES_UNFIT, NULL, false, false},
	{"no banner", "!silent", "E:silent@2", CONCLUDES_UNFIT, NULL, false, false},
	{"closes at once", "!closed", "E:closed@2", CONCLUDES_UNFIT, NULL, false, false},
	{"another protocol", "!notsmtp", "E:not-smtp@2", CONCLUDES_UNFIT, NULL, false,
		false},
	{"an endless line", "220 a.example|!line", "E:endless@3", CONCLUDES_UNFIT, NULL,
		false, false},
	{"endless lines", "220 a.example|!lines", "E:endless@3", CONCLUDES_UNFIT, NULL,
		false, false},
	{"silent at MAIL", HELLO "!silent", "E:silent@6 tls-none", CONCLUDES_UNFIT, NULL,
		false, false},
	{"silent at the user", HELLO OK_MAIL "!silent", "E:silent@7 tls-none",
		CONCLUDES_UNFIT, NULL, false, false},
	{"closed at the unknown address", HELLO OK_MAIL OK_USER OK_PM "!closed",
		"E:closed@9 tls-none user-known", CONCLUDES_UNFIT, NULL, false, false},
	{"silent at QUIT", HELLO OK_MAIL OK_USER OK_PM NO_UNKNOWN "!silent",
		"reached tls-none user-known unknown-refused", CONCLUDES_GOOD, NULL, false,
		false},
	{"turned away by the banner", "554 5.7.1 no|" BYE, "E:turns-away(554 5.7.1 no)",
		CONCLUDES_UNFIT, NULL, false, false},
	{"busy", "421 4.3.2 too many|" BYE, "W:busy(421 4.3.2 too many)", CONCLUDES_LATER,
		NULL, false, false},
	{"turned away at EHLO", "220 a.example|550 no|550 no|" BYE, "E:turns-away(550 no)",
		CONCLUDES_UNFIT, NULL, false, false},
	{"stopped", HELLO "!stopped", "E:stopped@6 tls-none", CONCLUDES_STOPPED, NULL,
		false, false},

	{"us by address", HELLO OK_MAIL OK_USER OK_PM NO_UNKNOWN BYE,
		"E:is-us-address(192.0.2.1) reached tls-none user-known unknown-refused",
		CONCLUDES_LOOP, "192.0.2.1", false, false},
	{"us by the banner",
		"220 " US " ESMTP|250 other|" OK_MAIL OK_USER OK_PM NO_UNKNOWN BYE,
		"E:is-us-greeting(" US ") reached tls-none user-known unknown-refused",
		CONCLUDES_LOOP, NULL, false, false},
	{"us by the EHLO answer",
		"220 ESMTP|250 MX.Ours.Example. at your service|" OK_MAIL OK_USER OK_PM
			NO_UNKNOWN BYE,
		"E:is-us-greeting(MX.Ours.Example) reached tls-none user-known "
		"unknown-refused",
		CONCLUDES_LOOP, NULL, false, false},
	{"us by an address literal",
		"220 [192.0.2.1] ESMTP|250 x.example|" OK_MAIL OK_USER OK_PM NO_UNKNOWN BYE,
		"E:is-us-greeting(192.0.2.1) reached tls-none user-known unknown-refused",
		CONCLUDES_LOOP, NULL, false, false},
	{"us by an IPv6 literal",
		"220 [IPv6:2001:db8:0::1]|250 x.example|" OK_MAIL OK_USER OK_PM NO_UNKNOWN
			BYE,
		"E:is-us-greeting(2001:db8:0::1) reached tls-none user-known "
		"unknown-refused",
		CONCLUDES_LOOP, NULL, false, false},
	{"a short name is anybody's",
		"220 mail ESMTP|250 mail|" OK_MAIL OK_USER OK_PM NO_UNKNOWN BYE,
		"reached tls-none user-known unknown-refused", CONCLUDES_GOOD, NULL, false,
		false},
	{"localhost is anybody's",
		"220 localhost.localdomain ESMTP|250 [127.0.0.1]|" OK_MAIL OK_USER OK_PM
			NO_UNKNOWN BYE,
		"reached tls-none user-known unknown-refused", CONCLUDES_GOOD, NULL, false,
		false},
	{"our name further on in the greeting",
		"220 mx.other.example hello " US "|250-mx.other.example Hello " US
		" [192.0.2.1]\n250 " US "|" OK_MAIL OK_USER OK_PM NO_UNKNOWN BYE,
		"reached tls-none user-known unknown-refused", CONCLUDES_GOOD, NULL, false,
		false},
	{"asked us, by name",
		HELLO OK_MAIL OK_USER OK_PM
		"550 5.1.1 <x@acme.example>: Recipient address rejected: undeliverable "
		"address: host " US "[198.51.100.7] said: 550 5.1.1 unknown|" BYE,
		"E:sends-back(" US ") reached tls-none user-known unknown-refused",
		CONCLUDES_LOOP, NULL, false, false},
	{"asked us, by address",
		HELLO OK_MAIL OK_USER OK_PM
		"450 4.1.1 <x@acme.example>: unverified address: connect to "
		"nat.example[192.0.2.1]:25: Connection timed out|" BYE,
		"E:sends-back(nat.example[192.0.2.1]) reached tls-none user-known "
		"W:unknown-deferred(450 4.1.1 <x@acme.example>: unverified address: "
		"connect "
		"to nat.example[192.0.2.1]:25: Connection timed out)",
		CONCLUDES_LOOP, NULL, false, false},
	{"asked somebody else",
		HELLO OK_MAIL OK_USER OK_PM
		"550 5.1.1 undeliverable address: host inner.other.example[10.0.0.1] said: "
		"550 to " US "|" BYE,
		"reached tls-none user-known unknown-refused", CONCLUDES_GOOD, NULL, false,
		false},
	{"its own loopback is not ours",
		HELLO OK_MAIL OK_USER OK_PM
		"550 5.1.1 host localhost[127.0.0.1] said: 550 unknown|" BYE,
		"reached tls-none user-known unknown-refused", CONCLUDES_GOOD, NULL, false,
		false},
	{"we are its client",
		HELLO OK_MAIL
		"554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked|" OK_PM
		"554 5.7.1 Service unavailable; Client host " US "[192.0.2.1] blocked|" BYE,
		"reached tls-none E:user-unknown(554 5.7.1 Service unavailable; Client "
		"host "
		"[192.0.2.1] blocked) unknown-refused",
		CONCLUDES_UNFIT, NULL, false, false},
};

/* ---- the conversation ----------------------------------------------------------- */

static const struct {
	const char *word;
	enum trouble trouble;
	enum relaytest_step step; /* begun before it; 0: as it is */
	const char *words;
} troubles[] = {
	{"!unresolved", TROUBLE_UNRESOLVED, STEP_RESOLVE, NULL},
	{"!resolver", TROUBLE_RESOLVER, STEP_RESOLVE, NULL},
	{"!connect", TROUBLE_CONNECT, STEP_CONNECT, "Connection refused"},
	{"!silent", TROUBLE_TIMEOUT, 0, NULL},
	{"!closed", TROUBLE_CLOSED, 0, NULL},
	{"!notsmtp", TROUBLE_NOT_SMTP, 0, NULL},
	{"!line", TROUBLE_LINE_TOO_LONG, 0, NULL},
	{"!lines", TROUBLE_TOO_MANY_LINES, 0, NULL},
	{"!stopped", TROUBLE_STOPPED, 0, NULL},
};

static void trouble(struct relaytest *t, const char *word)
{
	for (size_t i = 0; i < COUNT_OF(troubles); i++) {
		if (strcmp(troubles[i].word, word) != 0)
			continue;
		if (troubles[i].words || troubles[i].trouble == TROUBLE_UNRESOLVED ||
			troubles[i].trouble == TROUBLE_RESOLVER)
			relaytest_begin(t, troubles[i].step);
		relaytest_fail(t, troubles[i].trouble, troubles[i].words);
		return;
	}
	fail_msg("no trouble %s", word);
}

static void connected(struct relaytest *t)
{
	free(t->peer);
	t->peer = xstrdup(t->relay.host);
	relaytest_begin(t, STEP_BANNER);
}

static void handshake(struct relaytest *t, const char *word)
{
	if (strcmp(word, "tls-") == 0) {
		relaytest_again_in_clear(t, TROUBLE_TLS, "broken");
		connected(t);
		return;
	}
	t->tls.done = true;
	t->tls.expired = strcmp(word, "tls?") == 0;
	relaytest_begin(t, STEP_EHLO_TLS);
}

static void reply_of(const char *text, struct smtp_reply *reply)
{
	reply->code = atoi(text);
	while (*text) {
		size_t n = strcspn(text, "\n");
		char *line = xstrndup(text + 4, n - 4);

		strv_add(&reply->lines, line);
		free(line);
		text += n + (text[n] == '\n');
	}
}

/* Plays the script; the commands go to `said`, without line ends. */
static void play(struct relaytest *t, const char *script, struct buf *said)
{
	connected(t);
	while (!t->done && *script) {
		size_t n = strcspn(script, "|");
		char *word = xstrndup(script, n);
		struct smtp_reply reply = {0};

		if (*word == '!') {
			trouble(t, word);
		} else if (*word == 't') {
			handshake(t, word);
		} else {
			relaytest_command(t, said);
			reply_of(word, &reply);
			if (relaytest_answer(t, &reply) == NEXT_END)
				relaytest_end(t);
		}
		smtp_reply_release(&reply);
		free(word);
		script += n + (script[n] == '|');
	}
	assert_true(t->done);
	assert_string_equal(script, "");
}

static void begin(struct relaytest *t, const char *relay, const char *user)
{
	struct relaytest_plan plan = {
		.helo = US,
		.sender = "probe@" US,
		.user = user,
		.domain = "acme.example",
		.unknown = "nobody1",
	};

	assert_int_equal(nexthop_parse(relay, &plan.relay), RULE_OK);
	relaytest_init(t, &plan);
}

static void points_text(const struct relaytest_points *points, struct buf *out)
{
	for (size_t i = 0; i < points->n; i++) {
		const struct relaytest_point *p = &points->v[i];

		buf_printf(out, "%s%s%s", out->len ? " " : "",
			p->severity == SEVERITY_ERROR     ? "E:"
			: p->severity == SEVERITY_WARNING ? "W:"
							  : "",
			says_names[p->says]);
		if (p->severity == SEVERITY_NOTE)
			continue;
		if (p->arg)
			buf_printf(out, "(%s)", p->arg);
		else if (p->step > STEP_CONNECT)
			buf_printf(out, "@%d", (int)p->step);
	}
}

static void settings_of(struct settings *s, struct strv *own)
{
	settings_init(s);
	strv_add(&s->mail.local_names, US);
	strv_add(&s->mail.local_addresses, "192.0.2.1");
	strv_add(&s->mail.local_addresses, "127.0.0.1");
	strv_add(own, "mail");
	strv_add(own, "2001:db8::1");
	strv_add(own, "localhost");
}

static void judged(void **state)
{
	const struct row *r = *state;
	struct relaytest t;
	struct relaytest_points points = {0};
	struct buf text = BUF_INIT, said = BUF_INIT;
	struct settings settings;
	struct strv own = {0};

	settings_of(&settings, &own);
	begin(&t, r->relay ? r->relay : "192.0.2.25",
		r->no_user ? NULL : "bob@acme.example");
	play(&t, r->script, &said);
	relaytest_judge(&t, r->forward, &settings, &own, &points);
	points_text(&points, &text);
	assert_string_equal(text.s, r->points);
	assert_int_equal(points.conclusion, r->conclusion);
	assert_null(strstr(said.s, "DATA"));
	relaytest_points_release(&points);
	relaytest_release(&t);
	settings_release(&settings);
	strv_release(&own);
	buf_release(&text);
	buf_release(&said);
}

/* ---- commands ------------------------------------------------------------------- */

static void said_is(
	const char *relay, const char *user, const char *script, const char *said)
{
	struct relaytest t;
	struct buf out = BUF_INIT;

	begin(&t, relay, user);
	play(&t, script, &out);
	assert_string_equal(out.s, said);
	buf_release(&out);
	relaytest_release(&t);
}

static void what_is_said(void **state)
{
	(void)state;
	said_is("192.0.2.25", "bob@acme.example",
		HELLO OK_MAIL OK_USER OK_PM NO_UNKNOWN BYE,
		"EHLO " US "\r\nMAIL FROM:<probe@" US ">\r\nRCPT TO:<bob@acme.example>\r\n"
		"RCPT TO:<postmaster@acme.example>\r\nRCPT TO:<nobody1@acme.example>\r\n"
		"QUIT\r\n");
	said_is("192.0.2.25", NULL,
		"220 a|250-a\n250 STARTTLS|220 go|tls|250-a\n250 STARTTLS|250 ok|250 "
		"ok|250 "
		"ok|221 bye",
		"EHLO " US "\r\nSTARTTLS\r\nEHLO " US "\r\nMAIL FROM:<probe@" US ">\r\n"
		"RCPT TO:<postmaster@acme.example>\r\nRCPT TO:<nobody1@acme.example>\r\n"
		"QUIT\r\n");
	said_is("192.0.2.25", NULL, "220 a|500 what|250 a|550 no|221 bye",
		"EHLO " US "\r\nHELO " US "\r\nMAIL FROM:<probe@" US ">\r\nQUIT\r\n");
	said_is("192.0.2.25", NULL, "554 no|221 bye", "QUIT\r\n");
}

static void addresses_that_can_be_asked_for(void **state)
{
	(void)state;
	assert_true(relaytest_address_ok("bob@acme.example"));
	assert_true(relaytest_address_ok("o'neil+x@acme.example"));
	assert_false(relaytest_address_ok(""));
	assert_false(relaytest_address_ok("bob"));
	assert_false(relaytest_address_ok("@acme.example"));
	assert_false(relaytest_address_ok("bob@"));
	assert_false(relaytest_address_ok("bob@acme.example>\r\nDATA"));
	assert_false(relaytest_address_ok("bob@acme.example\nDATA"));
	assert_false(relaytest_address_ok("a b@acme.example"));
	assert_false(relaytest_address_ok("\"a b\"@acme.example"));
	assert_false(relaytest_address_ok("b\303\266b@acme.example"));
}

static void who_asks(void **state)
{
	struct settings s;
	struct strv own = {0};
	struct buf out = BUF_INIT;

	(void)state;
	settings_init(&s);
	relaytest_sender(&s, NULL, &out);
	assert_string_equal(out.s, "double-bounce@localhost");
	strv_add(&own, "host.example");
	buf_reset(&out);
	relaytest_sender(&s, &own, &out);
	assert_string_equal(out.s, "double-bounce@host.example");
	strv_add(&s.mail.local_names, "mx1.example");
	strv_add(&s.mail.local_names, "mx2.example");
	buf_reset(&out);
	relaytest_sender(&s, &own, &out);
	assert_string_equal(out.s, "double-bounce@mx1.example");
	free(s.mail.probe_sender);
	s.mail.probe_sender = xstrdup("probe@x.example");
	buf_reset(&out);
	relaytest_sender(&s, &own, &out);
	assert_string_equal(out.s, "probe@x.example");
	free(s.mail.probe_sender);
	s.mail.probe_sender = xstrdup("<>");
	buf_reset(&out);
	relaytest_sender(&s, &own, &out);
	assert_string_equal(out.s, "");
	buf_release(&out);
	strv_release(&own);
	settings_release(&s);
}

int main(void)
{
	struct suite s = {0};

	SUITE_ROWS(&s, judged, rows);
	SUITE_ADD(&s, what_is_said);
	SUITE_ADD(&s, addresses_that_can_be_asked_for);
	SUITE_ADD(&s, who_asks);
	return suite_run(&s);
}
