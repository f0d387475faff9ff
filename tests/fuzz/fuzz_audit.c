/* The consistency check over any entries and any server: findings that can be shown. */
#include <stdlib.h>

#include "core/audit.h"
#include "tests/fuzz/fuzz.h"
#include "tui/sentence_check.h"

struct told {
	unsigned long n[SEVERITY_ERROR + 1];
};

static void on_found(void *arg, const struct audit_finding *f)
{
	struct told *told = arg;
	struct audit_finding copy;
	struct buf words = BUF_INIT;

	CHECK(f->id && f->dn && f->name && f->finding.rule > RULE_OK);
	CHECK(f->finding.rule < RULE_COUNT);
	check_wrong(f, &words);
	CHECK(words.len && is_safe_text(words.s, words.len));
	audit_finding_copy(&copy, f);
	CHECK(audit_finding_compare(&copy, f) == 0);
	audit_finding_release(&copy);
	if (!f->unread)
		told->n[f->finding.severity]++;
	buf_release(&words);
}

struct entries {
	ARRAY(struct entry *) v;
};

static void check_users(struct audit *a, const struct entries *e)
{
	struct strv asked = {0};

	for (size_t i = 0; i < e->v.n; i++)
		audit_user(a, e->v.v[i]);
	while (audit_doubles(a, &asked)) {
		CHECK(asked.n > 0);
		for (size_t i = 0; i < e->v.n; i++)
			audit_holder(a, e->v.v[i]);
		strv_release(&asked);
	}
	strv_release(&asked);
}

static void check_relays(struct audit *a, unsigned how)
{
	struct strv relays = {0}, addresses = {0};

	audit_relays(a, &relays);
	strv_add(&addresses, "192.0.2.1");
	for (size_t i = 0; i < relays.n; i++) {
		CHECK(is_safe_text(relays.v[i], strlen(relays.v[i])));
		if (how % 3 == 2)
			audit_relay_unread(a, relays.v[i]);
		else
			audit_relay(a, relays.v[i], how % 3, how % 3 ? &addresses : NULL);
	}
	strv_release(&relays);
	strv_release(&addresses);
}

/* The attributes of the last entry as what the server has. */
static void check_server(struct audit *a, const struct entry *e)
{
	struct strv lists[5] = {{0}};
	struct audit_server s = {
		&lists[0], &lists[1], true, &lists[2], &lists[3], &lists[4]};

	for (size_t i = 0; i < e->attributes.n; i++)
		for (size_t k = 0; k < e->attributes.v[i].values.n; k++)
			strv_add(&lists[i % 5], e->attributes.v[i].values.v[k].p);
	audit_server(a, &s);
	for (size_t i = 0; i < COUNT_OF(lists); i++)
		strv_release(&lists[i]);
}

static void audit_all(struct audit *a, const struct entries *e, unsigned how)
{
	struct buf filter = BUF_INIT;

	for (size_t i = 0; i < e->v.n; i++)
		audit_domain(a, e->v.v[i]);
	audit_domains_read(a);
	CHECK(audit_domains(a) <= e->v.n);
	audit_users_filter(a, &filter);
	CHECK(filter.len && strlen(filter.s) == filter.len);
	check_relays(a, how);
	check_users(a, e);
	audit_domains_check(a);
	if (e->v.n)
		check_server(a, e->v.v[e->v.n - 1]);
	buf_release(&filter);
}

/* Settings, names asked for, then entries: all of them as domains and as users. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_left in = INPUT_LEFT(data, size);
	struct strv own = {0}, names = {0};
	struct entries e = {0};
	struct told told = {0};
	unsigned long counts[SEVERITY_ERROR + 1];
	struct settings s;
	struct entry *one;
	struct audit *a;

	take_settings(&in, &s);
	take_words(&in, &names);
	strv_add(&own, "mx.example");
	while ((one = take_entry(&in)))
		*array_add(&e.v) = one;
	a = audit_new(&s, &own, &names, on_found, &told);
	audit_all(a, &e, (unsigned)size);
	audit_counts(a, counts);
	CHECK(memcmp(counts, told.n, sizeof(counts)) == 0);
	audit_free(a);
	for (size_t i = 0; i < e.v.n; i++)
		entry_free(e.v.v[i]);
	array_free(&e.v);
	strv_release(&own);
	strv_release(&names);
	settings_release(&s);
	return 0;
}
