/*
 * changes: many users to third-party mail, or back to internal, through the stores that the
 * console writes through: core/sys/recorded.h in front of ldap/store.h.
 *
 *	changes CONFIG JOURNAL N external|internal together|alone|ldif
 *
 * The first N that are the other (of those with mail) are read first, the changes kept in a
 * file (core/sys/spool.h).  together: as the store can; alone: as if it had no
 * transactions; ldif: nothing is written, the changes are printed.  Otherwise prints how
 * many were made, in how many milliseconds, and the most memory in use, in kB; ends with 2
 * when not all were, each of which it names on stderr.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "core/query.h"
#include "core/schema.h"
#include "core/sys/config.h"
#include "core/sys/recorded.h"
#include "core/sys/spool.h"
#include "core/user.h"
#include "ldap/store.h"

static struct settings settings;
static struct spool *spool;
static enum routing wanted;
static size_t most, made;
static bool done;

static void must(bool met, const char *what)
{
	if (met)
		return;
	fprintf(stderr, "changes: %s\n", what);
	exit(1);
}

static double clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void turn(struct store *s)
{
	struct pollfd fds[16];
	int timeout = -1, n = store_fds(s, fds, 16, &timeout);

	poll(fds, (nfds_t)n, timeout);
	store_step(s, 100);
}

/* ---- a store without transactions ------------------------------------------------- */

struct alone {
	struct store store;
	struct store *inner;
	struct store_status status;
};

static struct store *inner(struct store *s)
{
	return ((struct alone *)s)->inner;
}

static struct op *alone_search(
	struct store *s, const struct search *search, store_event_fn *fn, void *arg)
{
	return store_search(inner(s), search, fn, arg);
}

static struct op *alone_apply(
	struct store *s, struct plan *plan, store_event_fn *fn, void *arg)
{
	return store_apply(inner(s), plan, fn, arg);
}

static void alone_cancel(struct store *s, struct op *op)
{
	store_cancel(inner(s), op);
}

static int alone_fds(struct store *s, struct pollfd *fds, int max, int *timeout_ms)
{
	return store_fds(inner(s), fds, max, timeout_ms);
}

static void alone_step(struct store *s, int budget_ms)
{
	store_step(inner(s), budget_ms);
}

static const struct store_status *alone_status(struct store *s)
{
	struct alone *a = (struct alone *)s;

	a->status = *store_status(a->inner);
	a->status.most_at_once = 0;
	return &a->status;
}

static const struct store_ops alone_ops = {
	.search = alone_search,
	.apply = alone_apply,
	.cancel = alone_cancel,
	.fds = alone_fds,
	.step = alone_step,
	.status = alone_status,
};

/* ---- the changes ------------------------------------------------------------------ */

static void set(struct change *c, const struct entry *e, const char *name,
	const struct strv *values)
{
	change_set(c, e, name, values);
}

static struct change *change_of(const struct entry *e, const struct user *u)
{
	struct change *c = change_new(CHANGE_MODIFY, e->dn);
	struct strv routing = {0}, none = {0};

	entry_set_state(c->before, e->id, e->csn);
	strv_add(&routing, wanted == ROUTING_EXTERNAL ? "external" : "internal");
	set(c, e, ATTR_ROUTING, &routing);
	set(c, e, ATTR_SELECTED, wanted == ROUTING_EXTERNAL ? &u->addresses : &none);
	strv_release(&routing);
	return c;
}

static void on_user(void *arg, const struct event *event)
{
	struct err err;
	struct user u;

	(void)arg;
	if (event->kind == EVENT_ENTRY && spool_count(spool) < most) {
		struct change *c;

		user_decode(event->entry, &settings, &u);
		c = change_of(event->entry, &u);
		must(spool_add(spool, c, "", &err), "no room for the changes");
		change_free(c);
		user_release(&u);
	}
	done = done || event->kind == EVENT_DONE;
}

static void read_users(struct store *s)
{
	static const struct strv all;
	struct buf filter = BUF_INIT;
	struct search search = {
		.base = settings_user_search_base(&settings),
		.scope = SCOPE_SUBTREE,
		.attributes = query_user_attributes(&settings),
		.size_limit = (int)most,
	};

	query_users_of(&settings, &all,
		wanted == ROUTING_EXTERNAL ? USERS_INTERNAL : USERS_EXTERNAL, &filter);
	search.filter = filter.s;
	store_search(s, &search, on_user, NULL);
	while (!done)
		turn(s);
	free((void *)(uintptr_t)search.attributes);
	buf_release(&filter);
}

static void on_change(void *arg, const struct event *event)
{
	(void)arg;
	if (event->kind == EVENT_CHANGED && event->outcome == OUTCOME_OK)
		made++;
	else if (event->kind == EVENT_CHANGED)
		fprintf(stderr, "changes: %s: outcome %d, error %d, %s\n",
			event->change->dn, (int)event->outcome,
			event->err ? (int)event->err->code : 0,
			event->err ? event->err->server : "");
	done = done || event->kind == EVENT_DONE;
}

static void write_all(struct store *s, struct plan *plan)
{
	struct rusage used;
	double began = clock_ms();

	done = false;
	plan->independent = true;
	store_apply(s, plan, on_change, NULL);
	while (!done)
		turn(s);
	began = clock_ms() - began;
	getrusage(RUSAGE_SELF, &used);
	printf("%zu %.3f %ld\n", made, began, used.ru_maxrss);
}

int main(int argc, char **argv)
{
	struct alone alone = {.store.ops = &alone_ops};
	struct store *directory, *recorded;
	struct journal *journal;
	struct plan *plan;
	struct err err;
	bool all;

	must(argc == 6, "CONFIG JOURNAL N external|internal together|alone|ldif");
	must(config_load(argv[1], &settings, &err), "the configuration can't be read");
	most = (size_t)atol(argv[3]);
	wanted = strcmp(argv[4], "external") == 0 ? ROUTING_EXTERNAL : ROUTING_INTERNAL;
	must((spool = spool_new(&err)) != NULL, "no file for the changes");
	settings.directory.transactions = true;
	directory = alone.inner = ldap_store_new(&settings);
	journal = journal_new(argv[2], "bench");
	recorded = recorded_new(strcmp(argv[5], "alone") == 0 ? &alone.store : directory,
		journal, settings.directory.base);
	while (store_status(directory)->phase != STORE_READY)
		turn(directory);
	read_users(recorded);
	plan = spool_plan(spool, "bench");
	if (strcmp(argv[5], "ldif") == 0) {
		struct buf ldif = BUF_INIT;

		plan_ldif(plan, &ldif);
		fputs(ldif.s, stdout);
		buf_release(&ldif);
	} else {
		write_all(recorded, plan);
	}
	all = strcmp(argv[5], "ldif") == 0 || made == spool_count(spool);
	plan_free(plan);
	store_free(recorded);
	store_free(directory);
	journal_free(journal);
	spool_free(spool);
	settings_release(&settings);
	return all ? 0 : 2;
}
