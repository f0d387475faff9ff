#include "tui/relaytestcmd.h"

#include <stdio.h>
#include <string.h>

#include "core/domainname.h"
#include "core/query.h"
#include "tui/i18n.h"
#include "tui/relaytest_run.h"
#include "tui/sentence.h"

struct tester {
	const struct command_call *call;
	struct relaytest_run run;
	struct fetch domain;
	bool fetched;
	struct err err;
	struct buf *why; /* the sentence of what cannot be tested */
};

/* ---- waiting -------------------------------------------------------------------- */

static void nothing(void *arg)
{
	(void)arg;
}

static bool is_fetched(void *arg)
{
	const struct tester *c = arg;

	return c->fetched;
}

static bool is_tested(void *arg)
{
	const struct tester *c = arg;

	return c->run.done;
}

static int smtp_fds(void *arg, struct pollfd *fds, int max, int *timeout_ms)
{
	const struct tester *c = arg;

	(void)max;
	*timeout_ms = smtp_timeout(c->run.smtp, command_now_ms());
	*fds = (struct pollfd){0};
	fds->fd = smtp_fd(c->run.smtp, &fds->events);
	return 1;
}

static void step(void *arg, const struct pollfd *fds)
{
	struct tester *c = arg;

	(void)fds;
	smtp_step(c->run.smtp, command_now_ms());
}

static bool wait_until(struct tester *c, bool (*done)(void *arg))
{
	const struct command_wait wait = {.done = done,
		.fds = smtp_fds,
		.step = step,
		.arg = c,
		.alone = &c->run.begun};

	return command_wait(c->call->store, &wait, &c->err);
}

/* ---- the domain ----------------------------------------------------------------- */

static void domain_there(void *arg)
{
	struct tester *c = arg;

	c->fetched = true;
}

static bool fetch_domain(struct tester *c, const char *name)
{
	const struct settings *settings = c->call->settings;
	const char **attributes = query_domain_attributes(settings);
	struct strv names = {0};
	struct buf filter = BUF_INIT;
	struct search search = {.base = settings->domains.base,
		.scope = SCOPE_SUBTREE,
		.attributes = attributes};
	bool ok;

	strv_add(&names, name);
	query_domains_named(settings, &names, &filter);
	search.filter = filter.s;
	fetch_start(&c->domain, c->call->store, &search, domain_there, c);
	ok = wait_until(c, is_fetched);
	if (ok && c->domain.outcome != OUTCOME_OK) {
		c->err = c->domain.err;
		ok = false;
	}
	free(attributes);
	strv_release(&names);
	buf_release(&filter);
	return ok;
}

/* Why there is nothing to test, or NULL. */
static const char *no_relay(const struct tester *c, const struct domain *d)
{
	if (c->domain.entries.n > 1)
		return tr("Several entries hold this domain: repair that first.");
	switch (d->relay_state) {
	case RELAY_UNSET:
		return tr("This domain has no relay for split domains.");
	case RELAY_MALFORMED:
		return tr("The relay of this domain can't be used as it is written.");
	case RELAY_USABLE:
		break;
	}
	return NULL;
}

/* ---- the answer ----------------------------------------------------------------- */

static void print_steps(const struct relaytest *t)
{
	for (enum relaytest_step s = 0; s < STEP_COUNT; s++) {
		const struct relaytest_stage *stage = &t->stages[s];
		struct buf text = BUF_INIT;
		enum severity severity;

		if (stage->state != STEP_DONE && stage->state != STEP_FAILED)
			continue;
		relaytest_step_text(t, s, &text, &severity);
		printf("  %s %s: %s\n", relaytest_mark(severity), relaytest_step_name(s),
			text.s);
		buf_release(&text);
	}
}

static void print_points(const struct relaytest_run *r)
{
	for (size_t i = 0; i < r->points.n; i++) {
		const struct relaytest_point *p = &r->points.v[i];
		struct buf text = BUF_INIT;

		relaytest_point_text(&r->test, p, &text);
		printf("%s %s\n", relaytest_mark(p->severity), text.s);
		buf_reset(&text);
		relaytest_point_words(p, &text);
		if (text.len)
			printf("  %s\n", text.s);
		buf_release(&text);
	}
	puts(relaytest_conclusion(r->points.conclusion));
}

static void print(const struct relaytest_run *r, bool json)
{
	struct buf text = BUF_INIT;

	if (json) {
		relaytest_json(r, &text);
		puts(text.s);
	} else {
		nexthop_shown(&r->relay, &text);
		printf("%s: %s\n", r->domain, text.s);
		print_steps(&r->test);
		print_points(r);
	}
	buf_release(&text);
}

/* ---- all of it ------------------------------------------------------------------ */

static bool test(struct tester *c, const struct domain *d)
{
	const char *why = no_relay(c, d);

	if (why) {
		buf_puts(c->why, why);
		return false;
	}
	relaytest_start(&c->run, &d->relay, &d->names, d->forward_unknown);
	if (!wait_until(c, is_tested))
		return false;
	if (!c->run.begun)
		c->err = c->run.err;
	return c->run.begun;
}

static bool find_and_test(struct tester *c, const char *name)
{
	struct domain d;
	bool ok;

	if (!fetch_domain(c, name))
		return false;
	if (!fetch_first(&c->domain) || !domain_decode(fetch_first(&c->domain), &d)) {
		buf_puts(c->why, tr("This isn't a supervised domain."));
		return false;
	}
	ok = test(c, &d);
	domain_release(&d);
	return ok;
}

static enum command_end result(struct tester *c, bool tested)
{
	if (!tested) {
		if (!c->why->len)
			sentence_err(&c->err, c->why);
		return ENDED_NOT_RUN;
	}
	print(&c->run, c->call->options->json);
	if (!command_written(c->why))
		return ENDED_NOT_RUN;
	return relaytest_severity(&c->run) == SEVERITY_NOTE ? ENDED_OK : ENDED_FOUND;
}

enum command_end relay_test_command(const struct command_call *call, struct buf *why)
{
	struct tester c = {.call = call,
		.why = why,
		.run = {.settings = call->settings,
			.store = call->store,
			.own = call->own,
			.limits = &smtp_limits,
			.now_ms = command_now_ms,
			.changed = nothing}};
	struct buf name = BUF_INIT;
	enum command_end end = ENDED_NOT_RUN;

	c.run.smtp = smtp_new();
	if (domainname_canonical(call->options->args[0], &name) != RULE_OK)
		buf_puts(why, tr("Not a domain name: write it as acme.example."));
	else if (command_sign_in(call, why))
		end = result(&c, find_and_test(&c, name.s));
	relaytest_run_release(&c.run);
	fetch_stop(&c.domain);
	smtp_free(c.run.smtp);
	buf_release(&name);
	return end;
}
