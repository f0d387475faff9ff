#include "tui/lookup.h"

#include <stdlib.h>

#include "core/query.h"
#include "tui/fetch.h"

enum { SEARCH_DOMAIN, SEARCH_INTERNAL, SEARCH_EXTERNAL, SEARCHES };

struct lookup {
	struct lookups *of; /* NULL: a free place */
	char *address;
	size_t tag;
	struct route_keys keys;
	struct fetch fetch[SEARCHES];
	int waiting;
};

struct lookups {
	const struct settings *settings;
	struct store *store;
	lookup_fn *fn;
	void *arg;
	const char **domain_attributes, **user_attributes;
	struct lookup v[LOOKUPS_MOST];
	size_t n;
};

struct lookups *lookups_new(
	const struct settings *settings, struct store *store, lookup_fn *fn, void *arg)
{
	struct lookups *l = xcalloc(1, sizeof(*l));

	l->settings = settings;
	l->store = store;
	l->fn = fn;
	l->arg = arg;
	l->domain_attributes = query_domain_attributes(settings);
	l->user_attributes = query_user_attributes(settings);
	return l;
}

static void forget(struct lookup *k)
{
	if (!k->of)
		return;
	for (int i = 0; i < SEARCHES; i++)
		fetch_stop(&k->fetch[i]);
	route_keys_release(&k->keys);
	free(k->address);
	k->of->n--;
	k->of = NULL;
}

void lookups_cancel(struct lookups *l)
{
	for (size_t i = 0; i < LOOKUPS_MOST; i++)
		forget(&l->v[i]);
}

void lookups_free(struct lookups *l)
{
	if (!l)
		return;
	lookups_cancel(l);
	free(l->domain_attributes);
	free(l->user_attributes);
	free(l);
}

bool lookups_full(const struct lookups *l)
{
	return l->n == LOOKUPS_MOST;
}

size_t lookups_running(const struct lookups *l)
{
	return l->n;
}

/* ---- what was found ----------------------------------------------------------- */

struct people {
	ARRAY(struct user) v;
	ARRAY(const struct user *) list;
};

struct found {
	ARRAY(struct domain) domains;
	ARRAY(const struct domain *) domain_list;
	struct people internal, external;
	struct route_facts facts;
};

static void decode_domains(const struct fetch *f, struct found *out)
{
	for (size_t i = 0; i < f->entries.n; i++) {
		struct domain d;

		if (domain_decode(f->entries.v[i], &d))
			*array_add(&out->domains) = d;
	}
	for (size_t i = 0; i < out->domains.n; i++)
		*array_add(&out->domain_list) = &out->domains.v[i];
}

static void decode_people(
	const struct fetch *f, const struct settings *settings, struct people *out)
{
	for (size_t i = 0; i < f->entries.n; i++)
		user_decode(f->entries.v[i], settings, array_add(&out->v));
	for (size_t i = 0; i < out->v.n; i++)
		*array_add(&out->list) = &out->v.v[i];
}

static void release_people(struct people *p)
{
	for (size_t i = 0; i < p->v.n; i++)
		user_release(&p->v.v[i]);
	array_free(&p->v);
	array_free(&p->list);
}

static void found_decode(const struct lookup *k, struct found *out)
{
	const struct settings *settings = k->of->settings;

	*out = (struct found){0};
	decode_domains(&k->fetch[SEARCH_DOMAIN], out);
	decode_people(&k->fetch[SEARCH_INTERNAL], settings, &out->internal);
	decode_people(&k->fetch[SEARCH_EXTERNAL], settings, &out->external);
	out->facts = (struct route_facts){
		.settings = settings,
		.domains = out->domain_list.v,
		.n_domains = out->domain_list.n,
		.internal = out->internal.list.v,
		.n_internal = out->internal.list.n,
		.external = out->external.list.v,
		.n_external = out->external.list.n,
	};
}

static void found_release(struct found *f)
{
	for (size_t i = 0; i < f->domains.n; i++)
		domain_release(&f->domains.v[i]);
	array_free(&f->domains);
	array_free(&f->domain_list);
	release_people(&f->internal);
	release_people(&f->external);
}

/* ---- asking ------------------------------------------------------------------- */

/* A base that is not there holds nobody: so it is for ldap_table(5), too. */
static const struct err *failure(const struct lookup *k)
{
	for (int i = 0; i < SEARCHES; i++) {
		const struct fetch *f = &k->fetch[i];

		if (f->done && f->outcome == OUTCOME_FAILED &&
			f->err.code != ERR_NO_SUCH_OBJECT)
			return &f->err;
	}
	return NULL;
}

/* The place is free again before anybody hears of it. */
static void answer(struct lookup *k)
{
	struct lookup done = *k;
	const struct err *err = failure(&done);
	struct lookup_answer a = {.address = done.address, .err = err};
	struct decision decision;
	struct found found;

	k->of = NULL;
	done.of->n--;
	found_decode(&done, &found);
	if (!err) {
		route_decide(done.address, &found.facts, &decision);
		a.facts = &found.facts;
		a.decision = &decision;
	}
	done.of->fn(done.of->arg, done.tag, &a);
	if (!err)
		decision_release(&decision);
	found_release(&found);
	for (int i = 0; i < SEARCHES; i++)
		fetch_stop(&done.fetch[i]);
	route_keys_release(&done.keys);
	free(done.address);
}

static void on_done(void *arg)
{
	struct lookup *k = arg;

	if (--k->waiting == 0)
		answer(k);
}

static void start(struct lookup *k, int which, const char *base, const char **attributes,
	const char *filter)
{
	struct search search = {
		.base = base,
		.scope = SCOPE_SUBTREE,
		.filter = filter,
		.attributes = attributes,
	};

	fetch_start(&k->fetch[which], k->of->store, &search, on_done, k);
}

static void start_domain(struct lookup *k)
{
	const struct settings *s = k->of->settings;
	struct buf filter = BUF_INIT;
	struct strv names = {0};

	strv_add(&names, k->keys.domain);
	query_domains_named(s, &names, &filter);
	start(k, SEARCH_DOMAIN, s->domains.base, k->of->domain_attributes, filter.s);
	strv_release(&names);
	buf_release(&filter);
}

static void start_users(struct lookup *k)
{
	const struct settings *s = k->of->settings;
	const char *base = settings_user_search_base(s);
	struct buf filter = BUF_INIT;

	query_route_internal(s, &k->keys.users, &filter);
	start(k, SEARCH_INTERNAL, base, k->of->user_attributes, filter.s);
	buf_reset(&filter);
	query_route_external(&k->keys.users, &filter);
	start(k, SEARCH_EXTERNAL, base, k->of->user_attributes, filter.s);
	buf_release(&filter);
}

static struct lookup *free_place(struct lookups *l)
{
	for (size_t i = 0; i < LOOKUPS_MOST; i++)
		if (!l->v[i].of)
			return &l->v[i];
	BUG("more than %d look-ups", LOOKUPS_MOST);
}

void lookups_ask(struct lookups *l, const char *address, size_t tag)
{
	struct lookup *k = free_place(l);

	*k = (struct lookup){.of = l, .address = xstrdup(address), .tag = tag};
	l->n++;
	route_keys_read(address, l->settings, &k->keys);
	if (!*k->keys.domain) {
		answer(k);
		return;
	}
	k->waiting = k->keys.users.n ? SEARCHES : 1;
	start_domain(k);
	if (k->keys.users.n)
		start_users(k);
}
