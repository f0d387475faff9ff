/* The relay test against any server: one command a line, never a message, words that may be
 * shown. */
#include <stdlib.h>

#include "core/relaytest.h"
#include "tests/fuzz/fuzz.h"
#include "tui/relaytest_run.h"

/* What is asked next is one line, and no DATA. */
static void check_command(const struct relaytest *t)
{
	struct buf out = BUF_INIT;

	relaytest_command(t, &out);
	if (out.len) {
		CHECK(out.len > 2 && strcmp(out.s + out.len - 2, "\r\n") == 0);
		CHECK(strcspn(out.s, "\r\n") == out.len - 2 && strlen(out.s) == out.len);
		CHECK(strncasecmp(out.s, "DATA", 4) != 0 &&
			strncasecmp(out.s, "BDAT", 4) != 0);
		CHECK(out.len <= 512);
	}
	buf_release(&out);
}

static void handshake(struct relaytest *t, unsigned how)
{
	if (how % 4 == 0) {
		relaytest_again_in_clear(t, TROUBLE_TLS, "no\033[31mpe");
		relaytest_begin(t, STEP_CONNECT);
		relaytest_begin(t, STEP_BANNER);
		return;
	}
	t->tls.done = true;
	t->tls.protocol = xstrdup("TLS1.3");
	t->tls.untrusted = how % 4 == 1;
	relaytest_begin(t, STEP_EHLO_TLS);
	check_command(t);
}

/* False: the conversation is over. */
static bool answer(
	struct relaytest *t, const struct smtp_reply *reply, unsigned how, bool *tls)
{
	switch (relaytest_answer(t, reply)) {
	case NEXT_COMMAND:
		check_command(t);
		return true;
	case NEXT_HANDSHAKE:
		CHECK(!*tls); /* once, and not again after it failed */
		*tls = true;
		handshake(t, how);
		return true;
	case NEXT_END:
		break;
	}
	return false;
}

static void converse(struct relaytest *t, struct input_left *in, unsigned how)
{
	enum smtp_read read = SMTP_MORE;
	struct smtp_reader r;
	bool goes_on = true, tls = false;
	size_t used;

	smtp_reader_init(&r);
	while (in->n && goes_on && (read == SMTP_MORE || read == SMTP_WHOLE)) {
		read = smtp_reader_feed(&r, in->p, in->n, &used);
		in->p += used;
		in->n -= used;
		if (read == SMTP_WHOLE)
			goes_on = answer(t, &r.reply, how, &tls);
	}
	if (goes_on)
		relaytest_fail(t,
			read == SMTP_NOT_SMTP         ? TROUBLE_NOT_SMTP
			: read == SMTP_LINE_TOO_LONG  ? TROUBLE_LINE_TOO_LONG
			: read == SMTP_TOO_MANY_LINES ? TROUBLE_TOO_MANY_LINES
						      : TROUBLE_CLOSED,
			NULL);
	relaytest_end(t);
	smtp_reader_release(&r);
}

static void check_words(const struct relaytest *t, const struct relaytest_points *points)
{
	struct buf out = BUF_INIT;
	enum severity severity;

	for (unsigned step = 0; step < STEP_COUNT; step++)
		if (t->stages[step].state == STEP_DONE ||
			t->stages[step].state == STEP_FAILED)
			relaytest_step_text(t, (enum relaytest_step)step, &out, &severity);
	for (size_t i = 0; i < points->n; i++) {
		CHECK(points->v[i].says < SAYS_COUNT);
		relaytest_point_text(t, &points->v[i], &out);
		relaytest_point_words(&points->v[i], &out);
	}
	CHECK(is_safe_text(out.s, out.len));
	CHECK(points->n > 0 && *relaytest_conclusion(points->conclusion));
	buf_release(&out);
}

/* How the handshake goes, the selected address, then what the server says. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_left in = INPUT_LEFT(data, size);
	unsigned how = take_byte(&in);
	char *user = take_string(&in);
	struct relaytest_plan plan = {.helo = "mx.example",
		.sender = "double-bounce@mx.example",
		.user = relaytest_address_ok(user) ? user : NULL,
		.domain = "acme.example",
		.unknown = "x-7f3a"};
	struct relaytest_points points = {0};
	struct strv own = {0};
	struct settings s;
	struct relaytest t;

	CHECK(nexthop_parse("192.0.2.25", &plan.relay) == RULE_OK);
	settings_init(&s);
	strv_add(&own, "mx.example");
	relaytest_init(&t, &plan);
	relaytest_begin(&t, STEP_CONNECT);
	relaytest_begin(&t, STEP_BANNER);
	converse(&t, &in, how);
	relaytest_judge(&t, how & 1, &s, &own, &points);
	check_words(&t, &points);
	relaytest_points_release(&points);
	relaytest_release(&t);
	strv_release(&own);
	settings_release(&s);
	free(user);
	return 0;
}
