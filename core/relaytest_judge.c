/* What a relay test shows. */
#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "core/relaytest.h"

struct judge {
	const struct relaytest *t;
	bool forward;
	const struct settings *settings;
	const struct strv *own;
	struct relaytest_points *out;
};

static void say_of(struct judge *j, enum says says, enum severity severity,
	enum relaytest_step step, const char *arg)
{
	struct relaytest_point *p = array_add(j->out);

	p->says = says;
	p->severity = severity;
	p->step = step;
	p->arg = arg && *arg ? xstrdup(arg) : NULL;
}

/* With the step's reply as its words. */
static void say(
	struct judge *j, enum says says, enum severity severity, enum relaytest_step step)
{
	const struct smtp_reply *reply = &j->t->stages[step].reply;
	struct buf words = BUF_INIT;

	if (reply->code) {
		buf_printf(&words, "%d ", reply->code);
		smtp_reply_text(reply, &words);
	}
	say_of(j, says, severity, step, words.s);
	buf_release(&words);
}

static int code_of(const struct judge *j, enum relaytest_step step)
{
	return j->t->stages[step].reply.code;
}

static int class_of(const struct judge *j, enum relaytest_step step)
{
	return code_of(j, step) / 100;
}

/* ---- names of ours -------------------------------------------------------------- */

static bool is_loopback(const char *name)
{
	unsigned char ip[16];
	static const unsigned char loopback6[16] = {[15] = 1};

	if (strcasecmp(name, "localhost") == 0 ||
		strncasecmp(name, "localhost.", strlen("localhost.")) == 0)
		return true;
	if (inet_pton(AF_INET, name, ip) == 1)
		return ip[0] == 127 || ip[0] == 0;
	return inet_pton(AF_INET6, name, ip) == 1 && memcmp(ip, loopback6, 16) == 0;
}

static bool same_host(const char *a, const char *b)
{
	unsigned char x[16], y[16];

	if (inet_pton(AF_INET6, a, x) == 1 && inet_pton(AF_INET6, b, y) == 1)
		return memcmp(x, y, 16) == 0;
	return strcasecmp(a, b) == 0;
}

static bool has_host(const struct strv *list, const char *name)
{
	for (size_t i = 0; list && i < list->n; i++)
		if (same_host(list->v[i], name))
			return true;
	return false;
}

/* A host name or numeric address that is this mail system's and nobody else's. */
static bool is_ours(const struct judge *j, const char *name)
{
	if (!*name || is_loopback(name))
		return false;
	if (has_host(&j->settings->mail.local_names, name) ||
		has_host(&j->settings->mail.local_addresses, name))
		return true;
	/* "mail" is what many machines call themselves */
	return strpbrk(name, ".:") && has_host(j->own, name);
}

/* One word, without the brackets of an address literal and a dot at its end. */
static void host_word(const char *s, size_t n, struct buf *out)
{
	if (n && *s == '[') {
		s++;
		n--;
	}
	if (n >= 5 && strncasecmp(s, "IPv6:", 5) == 0) {
		s += 5;
		n -= 5;
	}
	while (n && strchr("].,;:", s[n - 1]))
		n--;
	buf_reset(out);
	buf_add(out, s, n);
}

static void judge_greeting(struct judge *j, enum relaytest_step step)
{
	const struct smtp_reply *reply = &j->t->stages[step].reply;
	struct buf name = BUF_INIT;

	if (reply->code / 100 == 2 && reply->lines.n) {
		host_word(reply->lines.v[0], strcspn(reply->lines.v[0], " "), &name);
		if (is_ours(j, name.s))
			say_of(j, SAYS_IS_US_GREETING, SEVERITY_ERROR, step, name.s);
	}
	buf_release(&name);
}

/* "NAME[ADDRESS]" at s: whether either is ours. */
static bool names_us(const struct judge *j, const char *s, struct buf *host)
{
	size_t n = strcspn(s, "[ "), k;
	bool ours;

	if (s[n] != '[')
		return false;
	k = strcspn(s + n + 1, "] ");
	host_word(s + n + 1, k, host);
	ours = is_ours(j, host->s);
	host_word(s, n, host);
	if (is_ours(j, host->s))
		return true;
	if (ours) {
		buf_reset(host);
		buf_add(host, s, n + k + 2);
	}
	return ours;
}

/* The ways in which Postfix tells what another server said to it; a client's host is
 * the one that asks, and that is us anyway. */
static bool asked_us(const struct judge *j, const char *text, struct buf *host)
{
	static const char *const before[] = {"host ", "connect to ", "conversation with "};

	for (const char *p = text; *p; p++)
		for (size_t i = 0; i < COUNT_OF(before); i++) {
			size_t n = strlen(before[i]);
			bool client =
				p - text >= 7 && strncasecmp(p - 7, "client ", 7) == 0;

			if (strncasecmp(p, before[i], n) == 0 && !client &&
				names_us(j, p + n, host))
				return true;
		}
	return false;
}

static void judge_loop(struct judge *j)
{
	struct buf text = BUF_INIT, host = BUF_INIT;
	size_t before;

	if (domain_relay_leads_here(&j->t->relay, j->settings, j->own, &j->t->addresses))
		say_of(j, SAYS_IS_US_ADDRESS, SEVERITY_ERROR, STEP_CONNECT, j->t->peer);
	before = j->out->n;
	judge_greeting(j, STEP_BANNER);
	if (j->out->n == before)
		judge_greeting(j, STEP_EHLO);
	for (enum relaytest_step s = STEP_UNKNOWN; s >= STEP_USER; s--) {
		buf_reset(&text);
		smtp_reply_text(&j->t->stages[s].reply, &text);
		if (asked_us(j, text.s, &host)) {
			say_of(j, SAYS_SENDS_BACK, SEVERITY_ERROR, s, host.s);
			break;
		}
	}
	buf_release(&text);
	buf_release(&host);
}

/* ---- reachable ------------------------------------------------------------------ */

static enum says says_of(enum trouble trouble)
{
	switch (trouble) {
	case TROUBLE_UNRESOLVED:
		return SAYS_UNRESOLVED;
	case TROUBLE_RESOLVER:
		return SAYS_RESOLVER_ILL;
	case TROUBLE_CONNECT:
		return SAYS_UNREACHABLE;
	case TROUBLE_TIMEOUT:
		return SAYS_SILENT;
	case TROUBLE_CLOSED:
		return SAYS_CLOSED;
	case TROUBLE_NOT_SMTP:
		return SAYS_NOT_SMTP;
	case TROUBLE_LINE_TOO_LONG:
	case TROUBLE_TOO_MANY_LINES:
		return SAYS_ENDLESS;
	case TROUBLE_STOPPED:
		return SAYS_STOPPED;
	case TROUBLE_TLS:
		return SAYS_TLS_FAILED;
	case TROUBLE_NONE:
		break;
	}
	BUG("no trouble");
}

/* The step at which the conversation broke; STEP_COUNT: it did not.  After the last
 * recipient nothing is lost, and a failed handshake was followed by another try. */
static enum relaytest_step broken_at(const struct relaytest *t)
{
	for (enum relaytest_step s = 0; s < STEP_QUIT; s++)
		if (t->stages[s].state == STEP_FAILED &&
			!(s == STEP_STARTTLS && t->tls_failed))
			return s;
	return STEP_COUNT;
}

/* The recipient, or the sender, at which it said that it closes; STEP_COUNT: none. */
static enum relaytest_step dismissed_at(const struct judge *j)
{
	for (enum relaytest_step s = STEP_MAIL; s <= STEP_UNKNOWN; s++)
		if (code_of(j, s) == 421)
			return s;
	return STEP_COUNT;
}

static void turned_away(struct judge *j, enum relaytest_step step)
{
	if (class_of(j, step) == 4)
		say(j, SAYS_BUSY, SEVERITY_WARNING, step);
	else
		say(j, SAYS_TURNS_AWAY, SEVERITY_ERROR, step);
}

static void judge_reach(struct judge *j)
{
	enum relaytest_step broken = broken_at(j->t);
	const struct relaytest_stage *stage;

	if (broken != STEP_COUNT) {
		stage = &j->t->stages[broken];
		say_of(j, says_of(stage->trouble), SEVERITY_ERROR, broken, stage->words);
	} else if (code_of(j, STEP_BANNER) != 220) {
		turned_away(j, STEP_BANNER);
	} else if (class_of(j, STEP_EHLO) != 2) {
		turned_away(j, STEP_EHLO);
	} else if (code_of(j, STEP_EHLO_TLS) && class_of(j, STEP_EHLO_TLS) != 2) {
		turned_away(j, STEP_EHLO_TLS);
	} else if (dismissed_at(j) != STEP_COUNT) {
		turned_away(j, dismissed_at(j));
	} else {
		say_of(j, SAYS_REACHED, SEVERITY_NOTE, STEP_CONNECT, j->t->peer);
	}
}

/* Mail between servers is encrypted when it can be, whoever signed the certificate: only
 * what breaks is more than a note. */
static void judge_tls(struct judge *j)
{
	const struct relaytest_tls *tls = &j->t->tls;
	const struct relaytest_stage *stage = &j->t->stages[STEP_STARTTLS];

	if (class_of(j, STEP_EHLO) != 2)
		return;
	if (tls->done) {
		bool verified = !tls->untrusted && !tls->other_name && !tls->expired &&
				!tls->early && !tls->bad;

		say_of(j, verified ? SAYS_TLS_GOOD : SAYS_TLS_UNVERIFIED, SEVERITY_NOTE,
			STEP_STARTTLS, NULL);
	} else if (j->t->tls_failed) {
		say_of(j, SAYS_TLS_FAILED, SEVERITY_WARNING, STEP_STARTTLS, stage->words);
	} else if (stage->reply.code) {
		if (stage->state == STEP_DONE)
			say(j, SAYS_TLS_FAILED, SEVERITY_WARNING, STEP_STARTTLS);
	} else if (stage->state == STEP_LEFT_OUT) {
		say_of(j, SAYS_TLS_NONE, SEVERITY_NOTE, STEP_STARTTLS, NULL);
	}
}

/* ---- recipients ----------------------------------------------------------------- */

/* X.1.7 and X.1.8 are of senders (RFC 3463); else it says the sender's address. */
static bool blames_sender(const struct judge *j, enum relaytest_step step)
{
	struct buf text = BUF_INIT;
	bool blames;

	smtp_reply_text(&j->t->stages[step].reply, &text);
	blames = strncmp(text.s, "5.1.7", 5) == 0 || strncmp(text.s, "5.1.8", 5) == 0 ||
		 (j->t->sender[0] && strcasestr(text.s, j->t->sender) != NULL);
	buf_release(&text);
	return blames;
}

/* Every recipient that was asked for got a 5xx. */
static bool refuses_all(const struct judge *j)
{
	return class_of(j, STEP_POSTMASTER) == 5 && class_of(j, STEP_UNKNOWN) == 5 &&
	       (!j->t->user || class_of(j, STEP_USER) == 5);
}

static enum severity forward_severity(const struct judge *j)
{
	return j->forward ? SEVERITY_ERROR : SEVERITY_WARNING;
}

/* True: nothing can be told of recipients. */
static bool judge_sender(struct judge *j)
{
	if (code_of(j, STEP_MAIL) == 421)
		return true;
	switch (class_of(j, STEP_MAIL)) {
	case 5:
		say(j, SAYS_SENDER_REFUSED, forward_severity(j), STEP_MAIL);
		return true;
	case 4:
		say(j, SAYS_SENDER_DEFERRED, SEVERITY_WARNING, STEP_MAIL);
		return true;
	}
	if (!refuses_all(j))
		return false;
	if (blames_sender(j, STEP_POSTMASTER) && blames_sender(j, STEP_UNKNOWN))
		say(j, SAYS_SENDER_REFUSED, forward_severity(j), STEP_UNKNOWN);
	else
		say(j, SAYS_REFUSES_ALL, SEVERITY_ERROR, STEP_POSTMASTER);
	return true;
}

/* X.1.1 is about the mailbox (RFC 3463): the server has not verified it yet. */
static bool is_greylist(const struct judge *j, enum relaytest_step step)
{
	const struct smtp_reply *reply = &j->t->stages[step].reply;

	return (reply->code == 450 || reply->code == 451) &&
	       strncmp(reply->lines.v[0], "4.1.1", 5) != 0;
}

static void judge_user(struct judge *j)
{
	if (!j->t->user) {
		say_of(j, SAYS_NO_USER, SEVERITY_NOTE, STEP_USER, NULL);
		return;
	}
	if (code_of(j, STEP_USER) == 421)
		return;
	switch (class_of(j, STEP_USER)) {
	case 2:
		say_of(j, SAYS_USER_KNOWN, SEVERITY_NOTE, STEP_USER, j->t->user);
		break;
	case 4:
		say(j, is_greylist(j, STEP_USER) ? SAYS_GREYLISTS : SAYS_USER_DEFERRED,
			SEVERITY_WARNING, STEP_USER);
		break;
	case 5:
		say(j, SAYS_USER_UNKNOWN, SEVERITY_ERROR, STEP_USER);
		break;
	}
}

/* Everybody whom we asked for is put off: not only the unknown one. */
static bool puts_all_off(const struct judge *j)
{
	return is_greylist(j, STEP_UNKNOWN) &&
	       is_greylist(j, j->t->user ? STEP_USER : STEP_POSTMASTER);
}

static void judge_unknown(struct judge *j)
{
	if (code_of(j, STEP_UNKNOWN) == 421)
		return;
	switch (class_of(j, STEP_UNKNOWN)) {
	case 2:
		say(j, SAYS_UNKNOWN_ACCEPTED, forward_severity(j), STEP_UNKNOWN);
		break;
	case 4:
		if (!puts_all_off(j))
			say(j, SAYS_UNKNOWN_DEFERRED, SEVERITY_WARNING, STEP_UNKNOWN);
		else if (!j->t->user)
			say(j, SAYS_GREYLISTS, SEVERITY_WARNING, STEP_UNKNOWN);
		break;
	case 5:
		say(j, SAYS_UNKNOWN_REFUSED, SEVERITY_NOTE, STEP_UNKNOWN);
		break;
	}
}

/* ---- the end -------------------------------------------------------------------- */

static enum conclusion concludes(enum says says)
{
	switch (says) {
	case SAYS_IS_US_ADDRESS:
	case SAYS_IS_US_GREETING:
	case SAYS_SENDS_BACK:
		return CONCLUDES_LOOP;
	case SAYS_STOPPED:
		return CONCLUDES_STOPPED;
	case SAYS_UNRESOLVED:
	case SAYS_RESOLVER_ILL:
	case SAYS_UNREACHABLE:
	case SAYS_SILENT:
	case SAYS_CLOSED:
	case SAYS_NOT_SMTP:
	case SAYS_ENDLESS:
	case SAYS_TURNS_AWAY:
	case SAYS_REFUSES_ALL:
	case SAYS_USER_UNKNOWN:
		return CONCLUDES_UNFIT;
	case SAYS_BUSY:
	case SAYS_SENDER_DEFERRED:
	case SAYS_GREYLISTS:
	case SAYS_USER_DEFERRED:
	case SAYS_UNKNOWN_DEFERRED:
		return CONCLUDES_LATER;
	case SAYS_SENDER_REFUSED:
	case SAYS_UNKNOWN_ACCEPTED:
		return CONCLUDES_NO_FORWARD;
	case SAYS_REACHED:
	case SAYS_TLS_FAILED:
	case SAYS_TLS_UNVERIFIED:
	case SAYS_TLS_GOOD:
	case SAYS_TLS_NONE:
	case SAYS_USER_KNOWN:
	case SAYS_NO_USER:
	case SAYS_POSTMASTER_REFUSED:
	case SAYS_UNKNOWN_REFUSED:
	case SAYS_COUNT:
		break;
	}
	return CONCLUDES_GOOD;
}

static int gravity(enum conclusion c)
{
	static const int order[] = {
		[CONCLUDES_GOOD] = 0,
		[CONCLUDES_LATER] = 1,
		[CONCLUDES_NO_FORWARD] = 2,
		[CONCLUDES_UNFIT] = 3,
		[CONCLUDES_STOPPED] = 4,
		[CONCLUDES_LOOP] = 5,
	};

	return order[c];
}

void relaytest_judge(const struct relaytest *t, bool forward,
	const struct settings *settings, const struct strv *own,
	struct relaytest_points *out)
{
	struct judge j = {t, forward, settings, own, out};

	relaytest_points_release(out);
	judge_loop(&j);
	judge_reach(&j);
	judge_tls(&j);
	if (code_of(&j, STEP_MAIL) && !judge_sender(&j)) {
		judge_user(&j);
		if (class_of(&j, STEP_POSTMASTER) == 5)
			say(&j, SAYS_POSTMASTER_REFUSED, SEVERITY_WARNING, STEP_POSTMASTER);
		judge_unknown(&j);
	}
	out->conclusion = CONCLUDES_GOOD;
	for (size_t i = 0; i < out->n; i++)
		if (gravity(concludes(out->v[i].says)) > gravity(out->conclusion))
			out->conclusion = concludes(out->v[i].says);
}

void relaytest_points_release(struct relaytest_points *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->v[i].arg);
	array_free(p);
	p->conclusion = CONCLUDES_GOOD;
}
