#include "tests/tui/relay.h"

#include <string.h>

static struct relay *of(struct smtp *s)
{
	return (struct relay *)s;
}

static void start(struct smtp *s, struct relaytest *t, const struct smtp_limits *limits,
	const char *ca_file, long now_ms, smtp_fn *fn, void *arg)
{
	struct relay *r = of(s);

	(void)limits;
	(void)ca_file;
	(void)now_ms;
	assert_null(r->t);
	r->t = t;
	r->fn = fn;
	r->arg = arg;
	r->started++;
	relaytest_begin(t, t->relay.kind == NEXTHOP_NAME ? STEP_RESOLVE : STEP_CONNECT);
}

static void cancel(struct smtp *s)
{
	of(s)->t = NULL;
	of(s)->cancelled++;
}

static const struct smtp_ops ops = {.start = start, .cancel = cancel};

void relay_behind(struct relay *r, struct screen *s)
{
	memset(r, 0, sizeof(*r));
	r->smtp.ops = &ops;
	s->app->smtp = &r->smtp;
}

static void certificate(struct relaytest_tls *tls)
{
	tls->done = true;
	tls->protocol = xstrdup("TLS1.3");
	strv_add(&tls->names, "mx.third.example");
	strv_add(&tls->names, "evil\033[2J.example");
	tls->issuer = xstrdup("Acme");
	tls->from = 1577836800;
	tls->until = 1609459200; /* 2021-01-01 */
	tls->untrusted = tls->other_name = tls->expired = true;
}

static bool trouble(struct relay *r, const char *word)
{
	struct relaytest *t = r->t;

	if (strcmp(word, "!closed") == 0)
		relaytest_fail(t, TROUBLE_CLOSED, NULL);
	else if (strcmp(word, "!silent") == 0)
		relaytest_fail(t, TROUBLE_TIMEOUT, NULL);
	else if (strcmp(word, "!refused") == 0)
		relaytest_fail(t, TROUBLE_CONNECT, "111");
	else if (strcmp(word, "!tls") == 0)
		relaytest_again_in_clear(t, TROUBLE_TLS, "-9");
	else
		return false;
	return true;
}

static void reply(struct relay *r, const char *text)
{
	struct smtp_reader reader;
	struct buf bytes = BUF_INIT;
	size_t used;

	buf_printf(&bytes, "%s\r\n", text);
	smtp_reader_init(&reader);
	assert_int_equal(smtp_reader_feed(&reader, bytes.s, bytes.len, &used), SMTP_WHOLE);
	if (relaytest_answer(r->t, &reader.reply) == NEXT_END)
		relaytest_end(r->t);
	smtp_reader_release(&reader);
	buf_release(&bytes);
}

static void step(struct relay *r, const char *word)
{
	struct relaytest *t = r->t;

	if (t->step == STEP_RESOLVE) {
		strv_add(&t->addresses, "192.0.2.7");
		relaytest_begin(t, STEP_CONNECT);
	}
	if (trouble(r, word))
		return;
	if (t->step <= STEP_CONNECT) {
		free(t->peer);
		t->peer = xstrdup(
			t->relay.kind == NEXTHOP_NAME ? "192.0.2.7" : t->relay.host);
		relaytest_begin(t, STEP_BANNER);
	}
	if (strcmp(word, "tls") == 0) {
		certificate(&t->tls);
		relaytest_begin(t, STEP_EHLO_TLS);
	} else {
		reply(r, word);
	}
}

void relay_says(struct relay *r, const char *script)
{
	while (*script) {
		size_t n = strcspn(script, "|");
		char *word = xstrndup(script, n);

		assert_non_null(r->t);
		step(r, word);
		if (r->t->done)
			r->t = NULL;
		r->fn(r->arg);
		free(word);
		script += n + (script[n] == '|');
	}
}
