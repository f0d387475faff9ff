#include "core/relaytest.h"

#include <string.h>
#include <strings.h>

void relaytest_init(struct relaytest *t, const struct relaytest_plan *plan)
{
	struct buf address = BUF_INIT;

	memset(t, 0, sizeof(*t));
	t->relay = plan->relay;
	t->helo = xstrdup(plan->helo);
	t->sender = xstrdup(plan->sender);
	t->user = plan->user ? xstrdup(plan->user) : NULL;
	buf_printf(&address, "postmaster@%s", plan->domain);
	t->postmaster = buf_detach(&address);
	buf_printf(&address, "%s@%s", plan->unknown, plan->domain);
	t->unknown = buf_detach(&address);
	if (plan->relay.kind != NEXTHOP_NAME)
		t->stages[STEP_RESOLVE].state = STEP_LEFT_OUT;
	if (!t->user)
		t->stages[STEP_USER].state = STEP_LEFT_OUT;
}

static void tls_release(struct relaytest_tls *tls)
{
	free(tls->protocol);
	strv_release(&tls->names);
	free(tls->issuer);
	memset(tls, 0, sizeof(*tls));
}

static void stage_reset(struct relaytest_stage *s)
{
	smtp_reply_release(&s->reply);
	free(s->words);
	memset(s, 0, sizeof(*s));
}

void relaytest_release(struct relaytest *t)
{
	for (int i = 0; i < STEP_COUNT; i++)
		stage_reset(&t->stages[i]);
	tls_release(&t->tls);
	strv_release(&t->addresses);
	free(t->helo);
	free(t->sender);
	free(t->user);
	free(t->postmaster);
	free(t->unknown);
	free(t->peer);
	memset(t, 0, sizeof(*t));
}

/* Stricter than RFC 5321 section 4.1.2: no quoted local parts, ASCII only. */
bool relaytest_address_ok(const char *address)
{
	const char *at = strrchr(address, '@');

	if (!at || at == address || !at[1] || strlen(address) > 254)
		return false;
	for (const char *c = address; *c; c++)
		if (*c <= ' ' || *c > '~' || strchr("<>()[],;:\\\"", *c))
			return false;
	return true;
}

/* ---- the conversation ----------------------------------------------------------- */

void relaytest_begin(struct relaytest *t, enum relaytest_step step)
{
	struct relaytest_stage *last = &t->stages[t->step];

	if (last->state == STEP_RUNNING)
		last->state = STEP_DONE;
	t->step = step;
	t->stages[step].state = STEP_RUNNING;
}

static void rcpt(const char *address, struct buf *out)
{
	buf_printf(out, "RCPT TO:<%s>", address);
}

void relaytest_command(const struct relaytest *t, struct buf *out)
{
	size_t before = out->len;

	switch (t->step) {
	case STEP_RESOLVE:
	case STEP_CONNECT:
	case STEP_BANNER:
	case STEP_COUNT:
		break;
	case STEP_EHLO:
	case STEP_EHLO_TLS:
		buf_printf(out, "%s %s", t->helo_only ? "HELO" : "EHLO", t->helo);
		break;
	case STEP_STARTTLS:
		buf_puts(out, "STARTTLS");
		break;
	case STEP_MAIL:
		buf_printf(out, "MAIL FROM:<%s>", t->sender);
		break;
	case STEP_USER:
		rcpt(t->user, out);
		break;
	case STEP_POSTMASTER:
		rcpt(t->postmaster, out);
		break;
	case STEP_UNKNOWN:
		rcpt(t->unknown, out);
		break;
	case STEP_QUIT:
		buf_puts(out, "QUIT");
		break;
	}
	if (out->len > before)
		buf_puts(out, "\r\n");
}

/* Whether the EHLO answer names the extension (RFC 5321 section 4.1.1.1). */
static bool offers(const struct smtp_reply *ehlo, const char *keyword)
{
	size_t n = strlen(keyword);

	for (size_t i = 1; i < ehlo->lines.n; i++)
		if (strncasecmp(ehlo->lines.v[i], keyword, n) == 0 &&
			(!ehlo->lines.v[i][n] || ehlo->lines.v[i][n] == ' '))
			return true;
	return false;
}

static enum relaytest_step after_ehlo(
	const struct relaytest *t, const struct smtp_reply *reply)
{
	if (t->step == STEP_EHLO && !t->tls_failed && !t->helo_only &&
		offers(reply, "STARTTLS"))
		return STEP_STARTTLS;
	return STEP_MAIL;
}

/* What comes after the step under way, when its reply is this. */
static enum relaytest_step following(
	const struct relaytest *t, const struct smtp_reply *reply)
{
	bool good = reply->code / 100 == 2;

	if (reply->code == 421) /* it closes the connection */
		return STEP_QUIT;
	switch (t->step) {
	case STEP_BANNER:
		return reply->code == 220 ? STEP_EHLO : STEP_QUIT;
	case STEP_EHLO:
		if (reply->code / 100 == 5 && !t->helo_only)
			return STEP_EHLO;
		return good ? after_ehlo(t, reply) : STEP_QUIT;
	case STEP_STARTTLS: /* it was not 220 */
		return STEP_MAIL;
	case STEP_EHLO_TLS:
		return good ? STEP_MAIL : STEP_QUIT;
	case STEP_MAIL:
		if (!good)
			return STEP_QUIT;
		return t->user ? STEP_USER : STEP_POSTMASTER;
	case STEP_USER:
		return STEP_POSTMASTER;
	case STEP_POSTMASTER:
		return STEP_UNKNOWN;
	case STEP_UNKNOWN:
		return STEP_QUIT;
	case STEP_RESOLVE:
	case STEP_CONNECT:
	case STEP_QUIT:
	case STEP_COUNT:
		break;
	}
	BUG("a reply at step %d", (int)t->step);
}

enum relaytest_next relaytest_answer(struct relaytest *t, const struct smtp_reply *reply)
{
	struct relaytest_stage *stage = &t->stages[t->step];
	enum relaytest_step next;

	stage->reply.code = reply->code;
	strv_copy(&stage->reply.lines, &reply->lines);
	if (t->step == STEP_QUIT)
		return NEXT_END;
	if (t->step == STEP_STARTTLS && reply->code == 220)
		return NEXT_HANDSHAKE;
	next = following(t, reply);
	if (next == STEP_EHLO && t->step == STEP_EHLO)
		t->helo_only = true;
	relaytest_begin(t, next);
	return NEXT_COMMAND;
}

static void set_words(struct relaytest_stage *stage, const char *words)
{
	char *copy = words ? xstrdup(words) : NULL;

	free(stage->words);
	stage->words = copy;
}

/* That a server closes instead of answering QUIT is no trouble. */
void relaytest_fail(struct relaytest *t, enum trouble trouble, const char *words)
{
	struct relaytest_stage *stage = &t->stages[t->step];

	stage->state = STEP_FAILED;
	stage->trouble = trouble;
	set_words(stage, words);
	relaytest_end(t);
}

void relaytest_again_in_clear(struct relaytest *t, enum trouble trouble, const char *words)
{
	struct relaytest_stage *stage = &t->stages[STEP_STARTTLS];

	t->tls_failed = true;
	stage->state = STEP_FAILED;
	stage->trouble = trouble;
	set_words(stage, words);
	for (enum relaytest_step s = STEP_CONNECT; s < STEP_COUNT; s++)
		if (s != STEP_STARTTLS && t->stages[s].state != STEP_LEFT_OUT)
			stage_reset(&t->stages[s]);
	relaytest_begin(t, STEP_CONNECT);
}

void relaytest_end(struct relaytest *t)
{
	if (t->stages[t->step].state == STEP_RUNNING)
		t->stages[t->step].state = STEP_DONE;
	for (int i = 0; i < STEP_COUNT; i++)
		if (t->stages[i].state == STEP_AHEAD)
			t->stages[i].state = STEP_LEFT_OUT;
	t->done = true;
}

/* ---- who asks ------------------------------------------------------------------- */

void relaytest_helo(
	const struct settings *settings, const struct strv *own, struct buf *out)
{
	const struct strv *names = &settings->mail.local_names;

	if (names->n)
		buf_puts(out, names->v[0]);
	else
		buf_puts(out, own && own->n ? own->v[0] : "localhost");
}

void relaytest_sender(
	const struct settings *settings, const struct strv *own, struct buf *out)
{
	const char *sender = settings->mail.probe_sender;

	if (strcmp(sender, "<>") == 0)
		return;
	buf_puts(out, sender);
	if (strchr(sender, '@'))
		return;
	buf_putc(out, '@');
	relaytest_helo(settings, own, out);
}
