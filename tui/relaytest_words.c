/* A relay test in words. */
#include <string.h>
#include <time.h>

#include "tui/i18n.h"
#include "tui/relaytest_run.h"
#include "tui/sentence.h"

/* ---- steps ---------------------------------------------------------------------- */

const char *relaytest_step_name(enum relaytest_step step)
{
	static const char *const names[STEP_COUNT] = {
		[STEP_RESOLVE] = N_("Name"),
		[STEP_CONNECT] = N_("Connection"),
		[STEP_BANNER] = N_("Greeting"),
		[STEP_EHLO] = "EHLO",
		[STEP_STARTTLS] = "STARTTLS",
		[STEP_EHLO_TLS] = N_("EHLO, encrypted"),
		[STEP_MAIL] = N_("Sender"),
		[STEP_USER] = N_("Third-party user"),
		[STEP_POSTMASTER] = N_("Postmaster"),
		[STEP_UNKNOWN] = N_("Unknown address"),
		[STEP_QUIT] = "QUIT",
	};

	return tr(names[step]);
}

static const char *trouble_words(enum trouble trouble)
{
	static const char *const words[] = {
		[TROUBLE_NONE] = "",
		[TROUBLE_UNRESOLVED] = N_("there is no such name"),
		[TROUBLE_RESOLVER] = N_("the name service doesn't answer"),
		[TROUBLE_CONNECT] = N_("no connection"),
		[TROUBLE_TIMEOUT] = N_("no answer in time"),
		[TROUBLE_CLOSED] = N_("connection closed"),
		[TROUBLE_NOT_SMTP] = N_("not SMTP"),
		[TROUBLE_LINE_TOO_LONG] = N_("a line without end"),
		[TROUBLE_TOO_MANY_LINES] = N_("lines without end"),
		[TROUBLE_TLS] = N_("no encryption"),
		[TROUBLE_STOPPED] = N_("stopped"),
	};

	return *words[trouble] ? tr(words[trouble]) : "";
}

static void date(long long seconds, struct buf *out)
{
	time_t t = (time_t)seconds;
	struct tm tm;
	char text[32];

	if (gmtime_r(&t, &tm) && strftime(text, sizeof(text), "%Y-%m-%d", &tm))
		buf_puts(out, text);
}

/* All that is shown of words from outside at once. */
enum { SHOWN_MOST = 400 };

static void safe(const char *raw, struct buf *out)
{
	size_t before = out->len;

	sentence_safe(raw, out);
	if (out->len - before > SHOWN_MOST) {
		size_t end = before + SHOWN_MOST;

		while (((unsigned char)out->s[end] & 0xc0) == 0x80)
			end--;
		buf_truncate(out, end);
		buf_puts(out, "…");
	}
}

static void joined(const struct strv *list, struct buf *out)
{
	struct buf all = BUF_INIT;

	for (size_t i = 0; i < list->n; i++)
		buf_printf(&all, "%s%s", i ? ", " : "", list->v[i]);
	safe(all.s, out);
	buf_release(&all);
}

/* Of an EHLO answer the name is enough; the keywords are in the JSON. */
static void reply_text(const struct smtp_reply *reply, bool first_line, struct buf *out)
{
	struct buf text = BUF_INIT;

	if (first_line)
		buf_puts(&text, reply->lines.v[0]);
	else
		smtp_reply_text(reply, &text);
	buf_printf(out, "%d ", reply->code);
	safe(text.s, out);
	buf_release(&text);
}

static void tls_text(const struct relaytest_tls *tls, struct buf *out)
{
	struct buf protocol = BUF_INIT, names = BUF_INIT, issuer = BUF_INIT,
		   until = BUF_INIT;

	safe(tls->protocol, &protocol);
	joined(&tls->names, &names);
	safe(tls->issuer ? tls->issuer : "", &issuer);
	date(tls->until, &until);
	buf_printf(out, tr("%s, certificate for %s by %s until %s"), protocol.s, names.s,
		issuer.s, until.s);
	buf_release(&protocol);
	buf_release(&names);
	buf_release(&issuer);
	buf_release(&until);
}

/* Whom it was about. */
static const char *subject(const struct relaytest *t, enum relaytest_step step)
{
	switch ((int)step) {
	case STEP_EHLO:
	case STEP_EHLO_TLS:
		return t->helo;
	case STEP_MAIL:
		return *t->sender ? t->sender : "<>";
	case STEP_USER:
		return t->user;
	case STEP_POSTMASTER:
		return t->postmaster;
	case STEP_UNKNOWN:
		return t->unknown;
	}
	return NULL;
}

static void peer_text(const struct relaytest *t, struct buf *out)
{
	struct nexthop peer = t->relay;

	if (nexthop_parse(t->peer ? t->peer : t->relay.host, &peer) == RULE_OK) {
		peer.port = t->relay.port;
		nexthop_shown(&peer, out);
	}
	if (peer.port == 25)
		buf_puts(out, peer.kind == NEXTHOP_IPV6 ? ", 25" : ":25");
}

static void done_text(const struct relaytest *t, enum relaytest_step step, struct buf *out)
{
	const struct relaytest_stage *stage = &t->stages[step];

	if (step == STEP_RESOLVE)
		joined(&t->addresses, out);
	else if (step == STEP_CONNECT)
		peer_text(t, out);
	else if (step == STEP_STARTTLS && t->tls.done)
		tls_text(&t->tls, out);
	else if (stage->reply.code)
		reply_text(&stage->reply, step == STEP_EHLO || step == STEP_EHLO_TLS, out);
}

static enum severity severity_of(const struct relaytest *t, enum relaytest_step step)
{
	const struct relaytest_stage *stage = &t->stages[step];

	if (stage->state == STEP_FAILED)
		return step == STEP_STARTTLS && t->tls_failed ? SEVERITY_WARNING
							      : SEVERITY_ERROR;
	switch (stage->reply.code / 100) {
	case 4:
		return SEVERITY_WARNING;
	case 5: /* to the unknown address it is the right answer */
		return step == STEP_UNKNOWN    ? SEVERITY_NOTE
		       : step == STEP_STARTTLS ? SEVERITY_WARNING
					       : SEVERITY_ERROR;
	}
	return SEVERITY_NOTE;
}

void relaytest_step_text(const struct relaytest *t, enum relaytest_step step,
	struct buf *out, enum severity *severity)
{
	const struct relaytest_stage *stage = &t->stages[step];
	const char *about = subject(t, step);

	*severity = severity_of(t, step);
	if (about) {
		safe(about, out);
		buf_puts(out, ": ");
	}
	switch (stage->state) {
	case STEP_RUNNING:
		buf_puts(out, "…");
		break;
	case STEP_DONE:
		done_text(t, step, out);
		break;
	case STEP_FAILED:
		buf_puts(out, trouble_words(stage->trouble));
		if (stage->words) {
			buf_puts(out, ": ");
			safe(stage->words, out);
		}
		break;
	case STEP_AHEAD:
	case STEP_LEFT_OUT:
		break;
	}
}

/* ---- what it shows -------------------------------------------------------------- */

static const char *const sentences[SAYS_COUNT] = {
	[SAYS_IS_US_ADDRESS] =
		N_("It is this mail system itself, by its name or address: mail would go "
		   "round in circles."),
	[SAYS_IS_US_GREETING] = N_("It greets with a name of this mail system: mail would "
				   "go round in circles."),
	[SAYS_SENDS_BACK] = N_("It asked this mail system about the address: it sends the "
			       "domain's mail back here."),
	[SAYS_UNRESOLVED] = N_("Its name doesn't resolve to an address: mail would "
			       "bounce."),
	[SAYS_RESOLVER_ILL] = N_("The name service doesn't answer: its address isn't "
				 "known."),
	[SAYS_UNREACHABLE] = N_("It can't be reached."),
	[SAYS_SILENT] = N_("It doesn't answer in time."),
	[SAYS_CLOSED] = N_("It closes the connection instead of answering."),
	[SAYS_NOT_SMTP] = N_("What it sends isn't SMTP: is it the right port?"),
	[SAYS_ENDLESS] = N_("Its answer has no end: given up."),
	[SAYS_TURNS_AWAY] = N_("It turns this machine away."),
	[SAYS_BUSY] = N_("It is busy, and wants to be asked later."),
	[SAYS_STOPPED] = N_("The test was stopped."),
	[SAYS_REACHED] = N_("It can be reached."),
	[SAYS_TLS_FAILED] =
		N_("It offers encryption that doesn't work; the rest was tested "
		   "without."),
	[SAYS_TLS_UNVERIFIED] = N_("Encrypted, but its certificate doesn't verify:"),
	[SAYS_TLS_GOOD] = N_("Encrypted, and its certificate verifies."),
	[SAYS_TLS_NONE] = N_("Not encrypted: it offers no STARTTLS."),
	[SAYS_SENDER_REFUSED] =
		N_("It refuses the sender that addresses are verified with: forwarding "
		   "unknown addresses would refuse everybody."),
	[SAYS_SENDER_DEFERRED] =
		N_("It puts off the sender that addresses are verified with: test again in "
		   "a few minutes."),
	[SAYS_REFUSES_ALL] = N_("It refuses every address, postmaster among them: it takes "
				"no mail to this domain from this machine."),
	[SAYS_GREYLISTS] = N_("It puts us off (450 or 451, greylisting as a rule): test "
			      "again in a few minutes."),
	[SAYS_USER_KNOWN] = N_("It knows our users."),
	[SAYS_USER_UNKNOWN] = N_("It refuses the address of a third-party user: that mail "
				 "would bounce."),
	[SAYS_USER_DEFERRED] = N_("It puts off the address of a third-party user."),
	[SAYS_NO_USER] = N_("Whether it knows our users wasn't asked: no third-party user "
			    "has an address here."),
	[SAYS_POSTMASTER_REFUSED] =
		N_("It refuses postmaster, whom every domain must have."),
	[SAYS_UNKNOWN_REFUSED] = N_("It refuses unknown addresses at once: forwarding them "
				    "is safe."),
	[SAYS_UNKNOWN_ACCEPTED] =
		N_("It accepts an address that can't exist: were unknown addresses "
		   "forwarded, bounces would follow."),
	[SAYS_UNKNOWN_DEFERRED] =
		N_("It puts off an address that can't exist: were unknown addresses "
		   "forwarded, their senders would be told to try again."),
};

static void add_reason(bool so, const char *words, bool *any, struct buf *out)
{
	if (!so)
		return;
	buf_printf(out, "%s%s", *any ? ", " : " ", words);
	*any = true;
}

static void reasons(const struct relaytest_tls *tls, struct buf *out)
{
	bool any = false;

	add_reason(tls->expired, tr("expired"), &any, out);
	add_reason(tls->early, tr("not valid yet"), &any, out);
	add_reason(tls->other_name, tr("for another name"), &any, out);
	add_reason(tls->untrusted, tr("by an authority not trusted here"), &any, out);
	add_reason(tls->bad, tr("unusable"), &any, out);
	buf_putc(out, '.');
}

void relaytest_point_text(
	const struct relaytest *t, const struct relaytest_point *p, struct buf *out)
{
	buf_puts(out, tr(sentences[p->says]));
	if (p->says == SAYS_TLS_UNVERIFIED)
		reasons(&t->tls, out);
}

void relaytest_point_words(const struct relaytest_point *p, struct buf *out)
{
	if (p->arg && p->severity != SEVERITY_NOTE)
		safe(p->arg, out);
}

const char *relaytest_conclusion(enum conclusion c)
{
	static const char *const words[] = {
		[CONCLUDES_GOOD] =
			N_("Mail can go to this relay, that of unknown addresses, "
			   "too."),
		[CONCLUDES_NO_FORWARD] =
			N_("Do not forward unknown addresses to this relay."),
		[CONCLUDES_LATER] =
			N_("Not settled yet: test this relay again in a few minutes."),
		[CONCLUDES_UNFIT] = N_("Mail can't go to this relay as things are."),
		[CONCLUDES_LOOP] = N_("This can't be the relay: mail would go round in "
				      "circles."),
		[CONCLUDES_STOPPED] = N_("Stopped before the end."),
	};

	return tr(words[c]);
}

const char *relaytest_mark(enum severity severity)
{
	static const char *const marks[] = {
		[SEVERITY_NOTE] = "+", [SEVERITY_WARNING] = "!", [SEVERITY_ERROR] = "x"};

	return marks[severity];
}
