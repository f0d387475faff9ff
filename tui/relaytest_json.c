/* A relay test as JSON: the members that README lists, never translated. */
#include <time.h>

#include "tui/jsontext.h"
#include "tui/relaytest_run.h"

static const char *const step_words[STEP_COUNT] = {
	[STEP_RESOLVE] = "resolve",
	[STEP_CONNECT] = "connect",
	[STEP_BANNER] = "banner",
	[STEP_EHLO] = "ehlo",
	[STEP_STARTTLS] = "starttls",
	[STEP_EHLO_TLS] = "ehlo-tls",
	[STEP_MAIL] = "mail",
	[STEP_USER] = "user",
	[STEP_POSTMASTER] = "postmaster",
	[STEP_UNKNOWN] = "unknown",
	[STEP_QUIT] = "quit",
};

static const char *const trouble_words[] = {
	[TROUBLE_NONE] = NULL,
	[TROUBLE_UNRESOLVED] = "unresolved",
	[TROUBLE_RESOLVER] = "resolver",
	[TROUBLE_CONNECT] = "connect",
	[TROUBLE_TIMEOUT] = "timeout",
	[TROUBLE_CLOSED] = "closed",
	[TROUBLE_NOT_SMTP] = "not-smtp",
	[TROUBLE_LINE_TOO_LONG] = "line-too-long",
	[TROUBLE_TOO_MANY_LINES] = "too-many-lines",
	[TROUBLE_TLS] = "tls",
	[TROUBLE_STOPPED] = "stopped",
};

static const char *const says_words[SAYS_COUNT] = {
	[SAYS_IS_US_ADDRESS] = "is-us-by-address",
	[SAYS_IS_US_GREETING] = "is-us-by-greeting",
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

static const char *const conclusion_words[] = {
	[CONCLUDES_GOOD] = "good",
	[CONCLUDES_NO_FORWARD] = "no-forward",
	[CONCLUDES_LATER] = "later",
	[CONCLUDES_UNFIT] = "unfit",
	[CONCLUDES_LOOP] = "loop",
	[CONCLUDES_STOPPED] = "stopped",
};

static const char *const severity_words[] = {[SEVERITY_NOTE] = "note",
	[SEVERITY_WARNING] = "warning",
	[SEVERITY_ERROR] = "error"};

static json_t *strings(const struct strv *list)
{
	json_t *j = json_array();

	for (size_t i = 0; i < list->n; i++)
		json_array_append_new(j, jsontext(list->v[i]));
	return j;
}

static json_t *time_of(long long seconds)
{
	time_t t = (time_t)seconds;
	struct tm tm;
	char text[32];

	if (!gmtime_r(&t, &tm) || !strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm))
		return json_null();
	return json_string(text);
}

static json_t *tls_of(const struct relaytest_tls *tls)
{
	json_t *j;

	if (!tls->done)
		return json_null();
	j = json_object();
	json_object_set_new(j, "protocol", jsontext(tls->protocol));
	json_object_set_new(j, "names", strings(&tls->names));
	json_object_set_new(j, "issuer", jsontext(tls->issuer));
	json_object_set_new(j, "from", time_of(tls->from));
	json_object_set_new(j, "until", time_of(tls->until));
	json_object_set_new(j, "expired", json_boolean(tls->expired));
	json_object_set_new(j, "early", json_boolean(tls->early));
	json_object_set_new(j, "other_name", json_boolean(tls->other_name));
	json_object_set_new(j, "untrusted", json_boolean(tls->untrusted));
	json_object_set_new(j, "bad", json_boolean(tls->bad));
	return j;
}

static json_t *step_of(const struct relaytest *t, enum relaytest_step step)
{
	const struct relaytest_stage *stage = &t->stages[step];
	json_t *j = json_object();

	json_object_set_new(j, "step", json_string(step_words[step]));
	json_object_set_new(j, "code",
		stage->reply.code ? json_integer(stage->reply.code) : json_null());
	json_object_set_new(j, "lines", strings(&stage->reply.lines));
	json_object_set_new(j, "trouble", jsontext(trouble_words[stage->trouble]));
	json_object_set_new(j, "words", jsontext(stage->words));
	return j;
}

static json_t *steps_of(const struct relaytest *t)
{
	json_t *j = json_array();

	for (enum relaytest_step s = 0; s < STEP_COUNT; s++)
		if (t->stages[s].state == STEP_DONE || t->stages[s].state == STEP_FAILED)
			json_array_append_new(j, step_of(t, s));
	return j;
}

static json_t *points_of(const struct relaytest_points *points)
{
	json_t *j = json_array();

	for (size_t i = 0; i < points->n; i++) {
		json_t *point = json_object();

		json_object_set_new(
			point, "point", json_string(says_words[points->v[i].says]));
		json_object_set_new(point, "severity",
			json_string(severity_words[points->v[i].severity]));
		json_object_set_new(
			point, "step", json_string(step_words[points->v[i].step]));
		json_object_set_new(point, "words", jsontext(points->v[i].arg));
		json_array_append_new(j, point);
	}
	return j;
}

void relaytest_json(const struct relaytest_run *r, struct buf *out)
{
	struct buf relay = BUF_INIT;
	json_t *j = json_object();

	nexthop_format(&r->relay, &relay);
	json_object_set_new(j, "domain", jsontext(r->domain));
	json_object_set_new(j, "relay", jsontext(relay.s));
	json_object_set_new(j, "forward_unknown", json_boolean(r->forward));
	json_object_set_new(
		j, "verdict", json_string(conclusion_words[r->points.conclusion]));
	json_object_set_new(j, "points", points_of(&r->points));
	json_object_set_new(j, "addresses", strings(&r->test.addresses));
	json_object_set_new(j, "peer", jsontext(r->test.peer));
	json_object_set_new(j, "helo", jsontext(r->test.helo));
	json_object_set_new(j, "sender", jsontext(r->test.sender));
	json_object_set_new(j, "user", jsontext(r->test.user));
	json_object_set_new(j, "unknown", jsontext(r->test.unknown));
	json_object_set_new(j, "tls", tls_of(&r->test.tls));
	json_object_set_new(j, "steps", steps_of(&r->test));
	jsontext_add(j, JSON_INDENT(2), out);
	buf_release(&relay);
}
