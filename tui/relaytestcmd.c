#include "tui/relaytestcmd.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/domainname.h"
#include "core/query.h"
#include "tui/askpass.h"
#include "tui/i18n.h"
#include "tui/relaytest_run.h"
#include "tui/sentence.h"

enum { MAX_FDS = 8, STEP_BUDGET_MS = 20, SILENT_S = 30 };

struct tester {
	const struct settings *settings;
	struct store *store;
	struct relaytest_run run;
	struct fetch domain;
	bool fetched;
	struct err err;
	struct buf *why; /* the sentence of what cannot be tested */
};

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000L + t.tv_nsec / 1000000L;
}

/* ---- waiting -------------------------------------------------------------------- */

/* A command does not wait for a directory that is away. */
static bool store_is_there(struct tester *c)
{
	const struct store_status *s = store_status(c->store);

	if (c->run.begun) /* it is not needed any more */
		return true;
	if (s->phase == STORE_DOWN || s->phase == STORE_SIGNED_OUT) {
		if (s->err)
			c->err = *s->err;
		return false;
	}
	if (s->waiting_s < SILENT_S)
		return true;
	return err_set(&c->err, ERR_TIMEOUT, SILENT_S, NULL, s->server, NULL);
}

static void nothing(void *arg)
{
	(void)arg;
}

static bool wait_until(struct tester *c, const bool *done)
{
	while (!*done && store_is_there(c)) {
		struct pollfd fds[MAX_FDS] = {0};
		int timeout = smtp_timeout(c->run.smtp, now_ms()), n;

		fds[0].fd = smtp_fd(c->run.smtp, &fds[0].events);
		n = 1 + store_fds(c->store, fds + 1, MAX_FDS - 1, &timeout);
		if (poll(fds, (nfds_t)n, timeout) < 0 && errno != EINTR)
			BUG("poll: %s", strerror(errno));
		store_step(c->store, STEP_BUDGET_MS);
		smtp_step(c->run.smtp, now_ms());
	}
	return *done;
}

/* ---- the domain ----------------------------------------------------------------- */

static void domain_there(void *arg)
{
	struct tester *c = arg;

	c->fetched = true;
}

static bool fetch_domain(struct tester *c, const char *name)
{
	const char **attributes = query_domain_attributes(c->settings);
	struct strv names = {0};
	struct buf filter = BUF_INIT;
	struct search search = {.base = c->settings->domains.base,
		.scope = SCOPE_SUBTREE,
		.attributes = attributes};
	bool ok;

	strv_add(&names, name);
	query_domains_named(c->settings, &names, &filter);
	search.filter = filter.s;
	fetch_start(&c->domain, c->store, &search, domain_there, c);
	ok = wait_until(c, &c->fetched);
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
	if (!wait_until(c, &c->run.done))
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

static bool sign_in(struct tester *c)
{
	char name[256], password[256];
	bool ok;

	if (c->settings->directory.auth != AUTH_SIMPLE)
		return true;
	ok = askpass(tr("Name"), false, name, sizeof(name), c->why) &&
	     askpass(tr("Password"), true, password, sizeof(password), c->why);
	if (ok)
		store_sign_in(c->store, name, password);
	explicit_bzero(password, sizeof(password));
	return ok;
}

static enum relaytested result(struct tester *c, bool tested, bool json)
{
	if (!tested) {
		if (!c->why->len)
			sentence_err(&c->err, c->why);
		return RELAYTEST_NOT_RUN;
	}
	print(&c->run, json);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		buf_puts(c->why, strerror(errno));
		return RELAYTEST_NOT_RUN;
	}
	return relaytest_severity(&c->run) == SEVERITY_NOTE ? RELAYTEST_GOOD
							    : RELAYTEST_KNOW;
}

enum relaytested relaytestcmd_run(const struct settings *settings, struct store *store,
	const struct strv *own, const struct options *o, struct buf *why)
{
	struct tester c = {.settings = settings,
		.store = store,
		.why = why,
		.run = {.settings = settings,
			.store = store,
			.own = own,
			.limits = &smtp_limits,
			.now_ms = now_ms,
			.changed = nothing}};
	struct buf name = BUF_INIT;
	enum relaytested answer = RELAYTEST_NOT_RUN;

	c.run.smtp = smtp_new();
	if (domainname_canonical(o->args[0], &name) != RULE_OK)
		buf_puts(why, tr("Not a domain name: write it as acme.example."));
	else if (sign_in(&c))
		answer = result(&c, find_and_test(&c, name.s), o->json);
	relaytest_run_release(&c.run);
	fetch_stop(&c.domain);
	smtp_free(c.run.smtp);
	buf_release(&name);
	return answer;
}
