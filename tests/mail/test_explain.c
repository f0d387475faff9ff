/*
 * `relais explain` against Postfix: 300 domains in which whatever can meet does meet, by
 * chance, and 5 000 addresses.  Every answer, and every look-up it names, is compared with
 * what postmap(1) says of the tables that relais writes, put together in Postfix's order
 * (tables.c), and with what a running Postfix's rewrite service resolves; 300 of them with
 * its answer at RCPT, and where it was accepted with the mailbox where the message is.
 *
 *	RELAIS_SEED=n BUILD=... .../test_explain	the states of an earlier run
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ctype.h>
#include <errno.h>
#include <glob.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tests/mail/site.h"
#include "tests/mail/tables.h"

enum { THREADS = 24, WAIT_S = 60 };

static const struct site_config configs[] = {
	{"tree, none", "tree", "none", "+", false, "(objectClass=inetOrgPerson)"},
	{"flat, internal", "flat", "internal", "+", false, "(objectClass=inetOrgPerson)"},
	{"tree, internal, no delimiter, two attributes", "tree", "internal", "", true,
		"(&(objectClass=inetOrgPerson)(!(cn=100%u$x)))"},
	{"flat, none, two delimiters, two attributes", "flat", "none", "-+", true,
		"(|(objectClass=inetOrgPerson)(objectClass=device))"},
};

static unsigned seed;

static const char *text_of(const json_t *object, const char *member)
{
	return json_string_value(json_object_get(object, member));
}

/* ---- comparing --------------------------------------------------------------------------
 */

static void differ(struct site *s, const char *given, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void differ(struct site *s, const char *given, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (s->disagreements++ < 20) {
		printf("# <%s>: ", given);
		vprintf(format, args);
		putchar('\n');
	}
	va_end(args);
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static const struct site *current; /* whose B "@B@" is */

static const struct stored_relay *stored_relay(const char *value)
{
	for (size_t i = 0; i < states_relays_n; i++) {
		const struct stored_relay *r = &states_relays[i];

		if (same(r->stored, value) ||
			(i == 0 && value && strcmp(value, current->b) == 0))
			return r;
	}
	return NULL;
}

/* Those of the second entries of a domain stand for themselves. */
static const char *canonical_hop(const char *value)
{
	const struct stored_relay *r = stored_relay(value);

	return !r || r == &states_relays[0] ? value : r->next_hop;
}

static bool usable(const char *value)
{
	return canonical_hop(value) != NULL;
}

static const char *hop_of(const struct expected *e)
{
	if (e->rule == 1 || !e->result || strncmp(e->result, "relay:", 6) != 0)
		return NULL;
	return canonical_hop(e->result + 6);
}

static void compare_answer(struct site *s, const struct question *q, const json_t *got,
	const struct expected *want)
{
	const char *verdict = text_of(got, "verdict"), *smtp = text_of(got, "smtp"),
		   *hop = text_of(got, "next_hop"), *address = text_of(got, "address");
	int rule = (int)json_integer_value(json_object_get(got, "rule"));

	if (!same(address, *q->given ? q->given : "<>"))
		differ(s, q->given, "answered as %s", address);
	if (rule != want->rule || !same(verdict, want->verdict) ||
		!same(smtp, want->smtp) || !same(hop, hop_of(want)))
		differ(s, q->given, "rule %d %s %s %s; Postfix: rule %d %s %s %s", rule,
			verdict, smtp, hop ? hop : "-", want->rule, want->verdict,
			want->smtp, want->result ? want->result : "-");
}

/* Whether one more entry answers than the table's limit allows. */
static bool has_limit(const char *map)
{
	return strcmp(map, "internal") == 0 || strcmp(map, "thirdparty") == 0 ||
	       strcmp(map, "relay") == 0 || strcmp(map, "unknownrelay") == 0;
}

static void compare_entry(struct site *s, const struct question *q, const char *map,
	const char *key, const char *entry)
{
	const char *want;

	if (strcmp(map, "internal") != 0 && strcmp(map, "thirdparty") != 0)
		return;
	want = tables_entry(map, key);
	if (want && entry && strcasecmp(want, entry) != 0)
		differ(s, q->given, "%s %s: %s; Postfix: %s", map, key, entry, want);
}

static void compare_filter(struct site *s, const struct question *q, const json_t *step)
{
	const char *map = text_of(step, "map"), *key = text_of(step, "key");
	struct buf want = BUF_INIT;

	if (tables_filter(s->dir, map, key, &want) &&
		!same(text_of(step, "filter"), want.s))
		differ(s, q->given, "%s %s: filter %s; the table's: %s", map, key,
			text_of(step, "filter"), want.s);
	buf_release(&want);
}

static void compare_steps(struct site *s, const struct question *q, const json_t *got)
{
	const json_t *steps = json_object_get(got, "steps"), *step;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)steps, i, step)
	{
		const char *map = text_of(step, "map"), *key = text_of(step, "key"),
			   *entry = text_of(step, "entry"), *value;
		bool conflict = json_is_true(json_object_get(step, "conflict")),
		     error = false;

		compare_filter(s, q, step);
		value = tables_answer(map, key, &error);
		if (error != (conflict && has_limit(map)) ||
			(!error && (value != NULL) != (entry != NULL)))
			differ(s, q->given, "%s %s: %s%s; Postfix: %s%s", map, key,
				entry ? entry : "nothing", conflict ? " and more" : "",
				value ? value : "nothing", error ? ", an error" : "");
		else if (!error)
			compare_entry(s, q, map, key, entry);
	}
}

/* What only says where an address that reaches no table goes. */
static struct expected unasked(const struct question *q)
{
	return (struct expected){1, "not-hosted", q->smtp, NULL};
}

static struct expected expected_of(const struct site *s, const struct question *q)
{
	return q->key ? tables_decide(q->key, q->routed, s->config->delimiters, usable)
		      : unasked(q);
}

static void compare_all(struct site *s)
{
	size_t rules[7] = {0};

	for (size_t i = 0; i < s->states.questions.n; i++) {
		const struct question *q = &s->states.questions.v[i];
		const json_t *got = json_array_get(s->answers, i);
		struct expected want = expected_of(s, q);

		compare_answer(s, q, got, &want);
		if (q->key)
			compare_steps(s, q, got);
		rules[want.rule]++;
	}
	printf("# %s: addresses by rule, 0 to 6:", s->config->name);
	for (size_t i = 0; i < COUNT_OF(rules); i++)
		printf(" %zu", rules[i]);
	putchar('\n');
	for (size_t i = 0; i < COUNT_OF(rules); i++)
		assert_true(rules[i] > 0);
}

/* ---- postmap ----------------------------------------------------------------------------
 */

static void ask_tables(struct site *s)
{
	struct strv keys = {0};

	for (size_t i = 0; i < s->states.questions.n; i++) {
		const struct question *q = &s->states.questions.v[i];

		if (!q->key)
			continue;
		tables_keys(q->key, s->config->delimiters, &keys);
		strv_add(&keys, q->key);
		strv_add(&keys, strrchr(q->key, '@') + 1);
	}
	tables_ask(s->dir, &keys);
	strv_release(&keys);
}

/* ---- the rewrite service
 * ------------------------------------------------------------------ */

struct work {
	struct site *s;
	size_t next;
	pthread_mutex_t lock;
	void (*one)(struct work *w, size_t i);
	size_t n;
	struct buf why;
};

static void *worker(void *arg)
{
	struct work *w = arg;

	for (;;) {
		size_t i;

		pthread_mutex_lock(&w->lock);
		i = w->next++;
		pthread_mutex_unlock(&w->lock);
		if (i >= w->n)
			return NULL;
		w->one(w, i);
	}
}

static void work_through(struct work *w, size_t threads)
{
	pthread_t t[THREADS];

	pthread_mutex_init(&w->lock, NULL);
	for (size_t i = 0; i < threads; i++)
		assert_int_equal(pthread_create(&t[i], NULL, worker, w), 0);
	for (size_t i = 0; i < threads; i++)
		pthread_join(t[i], NULL);
	pthread_mutex_destroy(&w->lock);
}

static void rewrite_one(struct work *w, size_t i)
{
	const struct question *q = &w->s->states.questions.v[i];
	char path[128];
	struct buf why = BUF_INIT;

	snprintf(path, sizeof(path), "%s/h/a/queue/private/rewrite", w->s->dir);
	if (q->inner && !talk_rewrite(path, q->inner, &w->s->rewritten[i], &why)) {
		pthread_mutex_lock(&w->lock);
		buf_puts(&w->why, why.s);
		pthread_mutex_unlock(&w->lock);
	}
	buf_release(&why);
}

/* "relay:[192.0.2.25]", ":" and so on, as transport_maps said. */
static bool resolved_so(const struct rewritten *r, const struct expected *e)
{
	if (e->rule == 0)
		return r->failed;
	if (e->rule == 1 && !r->virtual_class)
		return true;
	if (r->failed || (!r->virtual_class && e->rule != 4))
		return false;
	if (!e->result || strcmp(e->result, ":") == 0)
		return e->rule == 1 || strcmp(r->transport, "lmtp") == 0;
	if (strncmp(e->result, "retry:", 6) == 0)
		return strcmp(r->transport, "retry") == 0;
	return strcmp(r->transport, "relay") == 0 && strcmp(r->nexthop, e->result + 6) == 0;
}

static void rewrite_all(struct site *s)
{
	struct work w = {.s = s, .n = s->states.questions.n, .one = rewrite_one};

	s->rewritten = xcalloc(w.n, sizeof(*s->rewritten));
	buf_init(&w.why);
	work_through(&w, 4);
	if (w.why.len)
		fail_msg("%s", w.why.s);
	buf_release(&w.why);
}

static void compare_rewritten(struct site *s)
{
	for (size_t i = 0; i < s->states.questions.n; i++) {
		const struct question *q = &s->states.questions.v[i];
		const struct rewritten *r = &s->rewritten[i];
		struct expected want = expected_of(s, q);

		if (q->inner && !resolved_so(r, &want))
			differ(s, q->given, "resolved to %s by %s:%s%s; tables: rule %d %s",
				r->recipient, r->transport, r->nexthop,
				r->failed ? ", failed" : "", want.rule,
				want.result ? want.result : "-");
	}
}

/* ---- a real Postfix
 * ------------------------------------------------------------------------ */

/* Whether the relay, which refuses nobody but nobody, is asked. */
static const char *answer_of(const struct question *q, const struct expected *e)
{
	if (strcmp(e->verdict, "verify") == 0)
		return strncmp(q->key, "nobody", 6) == 0 ? "550" : "250";
	return e->smtp;
}

/* Dovecot has its own idea of extensions and of what must be quoted. */
static bool has_mailbox(const struct question *q, const char *smtp)
{
	return strcmp(smtp, "250") == 0 && q->key &&
	       strspn(q->key, "abcdefghijklmnopqrstuvwxyz0123456789.@_-") == strlen(q->key);
}

static void smtp_one(struct work *w, size_t i)
{
	struct site *s = w->s;
	const struct question *q = &s->states.questions.v[s->live[i]];
	const char *smtp = text_of(json_array_get(s->answers, s->live[i]), "smtp");
	char mark[32];

	snprintf(mark, sizeof(mark), "m%zu", s->live[i]);
	if (!talk_smtp(
		    s->port, q->given, has_mailbox(q, smtp) ? mark : NULL, &s->replies[i]))
		buf_puts(&s->replies[i], " (and the conversation broke off)");
}

static bool replied(const char *reply, const char *smtp)
{
	const char *enhanced = strchr(smtp, ' ');

	return strncmp(reply, smtp, 3) == 0 && (!enhanced || strstr(reply, enhanced + 1));
}

/* "A:u1-2" or "B" of the messages that have come, by their mark. */
static void take_place(const struct site *s, const char *path, char (*places)[64])
{
	static char text[65536];
	FILE *f = fopen(path, "r");
	const char *at, *user;
	size_t n, i;

	if (!f)
		return; /* being moved */
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	at = strstr(text, "Subject: m");
	if (!at)
		return;
	i = strtoul(at + 10, NULL, 10);
	user = strstr(path, "/a/mail/");
	if (i >= s->states.questions.n)
		return;
	if (user)
		snprintf(places[i], sizeof(places[i]), "A:%.*s",
			(int)strcspn(user + 8, "/"), user + 8);
	else
		snprintf(places[i], sizeof(places[i]), "B");
}

static size_t look(const struct site *s, char (*places)[64])
{
	char pattern[64];
	glob_t found;
	size_t n = 0;

	snprintf(pattern, sizeof(pattern), "%s/h/[ab]/mail/*/new/*", s->dir);
	if (glob(pattern, GLOB_NOSORT, NULL, &found) == 0)
		n = found.gl_pathc;
	for (size_t i = 0; i < n; i++)
		take_place(s, found.gl_pathv[i], places);
	if (n)
		globfree(&found);
	return n;
}

/* The user's RDN, or the other system. */
static void place_of(const json_t *got, char *out, size_t n)
{
	const char *entry = text_of(got, "entry"), *verdict = text_of(got, "verdict");

	if (strcmp(verdict, "local") == 0)
		snprintf(out, n, "A:%.*s", (int)strcspn(entry + 4, ","), entry + 4);
	else
		snprintf(out, n, "B");
}

static void compare_places(struct site *s, const bool *sent, size_t n)
{
	char(*places)[64] = xcalloc(s->states.questions.n, sizeof(*places));
	struct timespec nap = {.tv_nsec = 50 * 1000 * 1000};
	time_t end = time(NULL) + WAIT_S;
	size_t there = 0, wanted = 0;

	for (size_t i = 0; i < n; i++)
		wanted += sent[i];
	while (look(s, places) < wanted && time(NULL) < end)
		nanosleep(&nap, NULL);
	for (size_t i = 0; i < n; i++) {
		char want[64];

		if (!sent[i])
			continue;
		place_of(json_array_get(s->answers, s->live[i]), want, sizeof(want));
		there += *places[s->live[i]] != '\0';
		if (!same(places[s->live[i]], want))
			differ(s, s->states.questions.v[s->live[i]].given,
				"the message is at %s, not %s",
				*places[s->live[i]] ? places[s->live[i]] : "no place",
				want);
	}
	printf("# %s: %zu messages where explain said they would be\n", s->config->name,
		there);
	free(places);
}

static int explained_rule(const struct site *s, size_t i)
{
	return (int)json_integer_value(
		json_object_get(json_array_get(s->answers, i), "rule"));
}

/* Questions that can be asked, of each rule in turn. */
static size_t choose_live(struct site *s)
{
	size_t n = 0, from[7] = {0};

	for (int rule = 0, idle = 0; n < SITE_LIVE && idle < 7; rule = (rule + 1) % 7) {
		size_t i = from[rule];

		while (i < s->states.questions.n &&
			!(s->states.questions.v[i].live && explained_rule(s, i) == rule))
			i++;
		idle = i < s->states.questions.n ? 0 : idle + 1;
		if (i < s->states.questions.n)
			s->live[n++] = i;
		from[rule] = i + 1;
	}
	return n;
}

static void send_live(struct site *s)
{
	struct work w = {.s = s, .one = smtp_one, .n = choose_live(s)};

	assert_int_equal(w.n, SITE_LIVE);
	work_through(&w, THREADS);
}

static void compare_live(struct site *s)
{
	size_t rules[7] = {0};
	bool sent[SITE_LIVE] = {false};

	for (size_t i = 0; i < SITE_LIVE; i++) {
		const struct question *q = &s->states.questions.v[s->live[i]];
		struct expected e = expected_of(s, q);
		const char *want = answer_of(q, &e), *got = s->replies[i].s;

		rules[e.rule]++;
		/* The relay may refuse what is routed by itself, with 550. */
		if (!replied(got, want) &&
			!(q->routed && e.rule == 1 && strncmp(got, "550", 3) == 0))
			differ(s, q->given, "at RCPT: %s; explain: %s", got, want);
		sent[i] = has_mailbox(q, e.smtp) && strncmp(got, "250", 3) == 0;
	}
	printf("# %s: asked of Postfix by rule, 0 to 6:", s->config->name);
	for (size_t i = 0; i < COUNT_OF(rules); i++)
		printf(" %zu", rules[i]);
	putchar('\n');
	compare_places(s, sent, SITE_LIVE);
}

/* ---- all of it
 * ------------------------------------------------------------------------------ */

static struct site site;

static void await_tables(struct site *s)
{
	tables_await(s->dir);
}

static void compare(struct site *s)
{
	compare_all(s);
	compare_rewritten(s);
	if (!s->config->two_attributes)
		compare_live(s);
}

static void timed(const char *what, void (*part)(struct site *s))
{
	struct timespec from, to;

	clock_gettime(CLOCK_MONOTONIC, &from);
	part(&site);
	clock_gettime(CLOCK_MONOTONIC, &to);
	printf("# %s: %s: %ld ms\n", site.config->name, what,
		(to.tv_sec - from.tv_sec) * 1000 + (to.tv_nsec - from.tv_nsec) / 1000000);
}

/* postmap(1) and Postfix are asked side by side: both rest for a second where a table
 * fails or a relay is asked. */
static void a_site(void **state)
{
	(void)state;
	timed("started", site_start);
	timed("explained", site_explain);
	ask_tables(&site);
	timed("resolved", rewrite_all);
	if (!site.config->two_attributes)
		timed("sent", send_live);
	timed("the tables' answers awaited", await_tables);
	timed("compared", compare);
	if (site.disagreements)
		fail_msg("%zu disagreements; RELAIS_SEED=%u", site.disagreements, seed);
}

static int make_dir(void **state)
{
	const struct site_config *c = *state;

	site = (struct site){.config = c,
		.seed = seed + (unsigned)(c - configs),
		.dir = "/tmp/mx.XXXXXX"};
	for (size_t i = 0; i < SITE_LIVE; i++)
		buf_init(&site.replies[i]);
	current = &site;
	return mkdtemp(site.dir) && chmod(site.dir, 0711) == 0 ? 0 : -1;
}

static int clean_up(void **state)
{
	(void)state;
	site_shell("tests/mail/harness stop %s/h; rm -rf %s", site.dir, site.dir);
	json_decref(site.answers);
	free(site.rewritten);
	for (size_t i = 0; i < SITE_LIVE; i++)
		buf_release(&site.replies[i]);
	states_release(&site.states);
	tables_forget();
	return 0;
}

int main(void)
{
	struct CMUnitTest tests[COUNT_OF(configs)];
	const char *replay = getenv("RELAIS_SEED");
	struct timespec now;
	if (geteuid() != 0) {
		puts("1..0 # SKIP two Postfix need root");
		return 0;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
	clock_gettime(CLOCK_REALTIME, &now);
	seed = replay ? (unsigned)strtoul(replay, NULL, 10)
		      : (unsigned)(now.tv_nsec ^ now.tv_sec) % 1000000;
	printf("# RELAIS_SEED=%u\n", seed);
	for (size_t i = 0; i < COUNT_OF(configs); i++)
		tests[i] = (struct CMUnitTest){configs[i].name, a_site, make_dir, clean_up,
			(void *)(uintptr_t)&configs[i]};
	return _cmocka_run_group_tests("explain", tests, COUNT_OF(configs), NULL, NULL);
}
