#include "tui/relaytest_run.h"

#include <string.h>
#include <strings.h>

#include "core/address.h"
#include "core/query.h"
#include "core/schema.h"

enum { USERS_ASKED = 8 }; /* one would do, were its first address always one to ask for */

static void forget(struct relaytest_run *r)
{
	fetch_stop(&r->users);
	if (r->begun) {
		if (!r->test.done)
			smtp_cancel(r->smtp);
		relaytest_release(&r->test);
	}
	relaytest_points_release(&r->points);
	r->begun = r->done = false;
	r->err.code = ERR_NONE;
}

static void finish(struct relaytest_run *r)
{
	r->done = true;
	relaytest_judge(&r->test, r->forward, r->settings, r->own, &r->points);
}

static void moved(void *arg)
{
	struct relaytest_run *r = arg;

	if (r->test.done)
		finish(r);
	r->changed(r->arg);
}

static bool is_askable(const struct value *v, const char *name)
{
	return strlen(v->p) == v->n && relaytest_address_ok(v->p) &&
	       strcasecmp(address_domain(v->p), name) == 0;
}

static const char *askable_of(const struct entry *e, const char *name)
{
	const struct attribute *a = entry_get(e, ATTR_SELECTED);

	for (size_t i = 0; a && i < a->values.n; i++)
		if (is_askable(&a->values.v[i], name))
			return a->values.v[i].p;
	return NULL;
}

/* A selected address in one of the names that can be put into a command; NULL: none. */
static const char *askable(const struct relaytest_run *r)
{
	const char *found = NULL;

	for (size_t name = 0; !found && name < r->names.n; name++)
		for (size_t i = 0; !found && i < r->users.entries.n; i++)
			found = askable_of(r->users.entries.v[i], r->names.v[name]);
	return found;
}

static void converse(struct relaytest_run *r)
{
	struct buf helo = BUF_INIT, sender = BUF_INIT, unknown = BUF_INIT;
	struct relaytest_plan plan = {
		.relay = r->relay, .domain = r->domain, .user = askable(r)};

	relaytest_helo(r->settings, r->own, &helo);
	relaytest_sender(r->settings, r->own, &sender);
	smtp_unknown(&unknown);
	plan.helo = helo.s;
	plan.sender = sender.s;
	plan.unknown = unknown.s;
	relaytest_init(&r->test, &plan);
	r->begun = true;
	smtp_start(r->smtp, &r->test, r->limits, r->settings->mail.relay_ca_file,
		r->now_ms(), moved, r);
	buf_release(&helo);
	buf_release(&sender);
	buf_release(&unknown);
}

static void users_there(void *arg)
{
	struct relaytest_run *r = arg;

	if (r->users.outcome == OUTCOME_OK || r->users.outcome == OUTCOME_LIMIT) {
		converse(r);
	} else {
		r->err = r->users.err;
		r->done = true;
	}
	r->changed(r->arg);
}

void relaytest_repeat(struct relaytest_run *r)
{
	static const char *const attributes[] = {ATTR_SELECTED, NULL};
	struct buf filter = BUF_INIT;
	struct search search = {
		.base = settings_user_search_base(r->settings),
		.scope = SCOPE_SUBTREE,
		.attributes = attributes,
		.size_limit = USERS_ASKED,
	};

	forget(r);
	query_users_of(r->settings, &r->names, USERS_DEPENDENT, &filter);
	search.filter = filter.s;
	fetch_start(&r->users, r->store, &search, users_there, r);
	buf_release(&filter);
}

void relaytest_start(struct relaytest_run *r, const struct nexthop *relay,
	const struct strv *names, bool forward)
{
	r->relay = *relay;
	strv_copy(&r->names, names);
	free(r->domain);
	r->domain = xstrdup(names->v[0]);
	r->forward = forward;
	relaytest_repeat(r);
}

void relaytest_stop(struct relaytest_run *r)
{
	if (r->done)
		return;
	if (!r->begun) {
		fetch_stop(&r->users);
		r->done = true;
		return;
	}
	smtp_cancel(r->smtp);
	relaytest_fail(&r->test, TROUBLE_STOPPED, NULL);
	finish(r);
}

void relaytest_run_release(struct relaytest_run *r)
{
	forget(r);
	free(r->domain);
	strv_release(&r->names);
}

enum severity relaytest_severity(const struct relaytest_run *r)
{
	enum severity worst = SEVERITY_NOTE;

	for (size_t i = 0; i < r->points.n; i++)
		if (r->points.v[i].severity > worst)
			worst = r->points.v[i].severity;
	return worst;
}
