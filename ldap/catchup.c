#include <stdlib.h>
#include <string.h>

#include "ldap/internal.h"

/*
 * What was written at the provider is looked for on the replica, entry by entry, in the
 * order of the writes.  entryCSN (a timestamp, a count, the server, in this order) compares
 * as text and is the same on both.
 */

enum { FIRST_LOOK_MS = 10, LOOKS_PER_QUESTION = 8 };

static void forget_probe(struct ldap_store *s)
{
	if (s->probe)
		s->probe->cancelled =
			true; /* freed with its answer: this can be anywhere */
	s->probe = NULL;
	entry_free(s->probed);
	s->probed = NULL;
}

static void drop(struct ldap_store *s, struct tracked *t)
{
	if (t == TAILQ_FIRST(&s->behind)) {
		forget_probe(s);
		s->probe_ms = clock_ms();
	}
	TAILQ_REMOVE(&s->behind, t, link);
	s->n_behind--;
	free(t->dn);
	free(t->csn);
	free(t->id);
	free(t);
}

void catchup_release(struct ldap_store *s)
{
	while (!TAILQ_EMPTY(&s->behind))
		drop(s, TAILQ_FIRST(&s->behind));
	forget_probe(s);
}

int64_t catchup_since(const struct ldap_store *s)
{
	const struct tracked *t = TAILQ_FIRST(&s->behind);

	return t ? t->since_ms : -1;
}

static void replace(char **to, const char *with)
{
	char *copy = xstrdup(with);

	free(*to);
	*to = copy;
}

/* ---- what was written ---- */

/* A later write of the same entry stands for the earlier one. */
static int64_t since_of(struct ldap_store *s, const char *dn)
{
	int64_t since = clock_ms();
	struct tracked *t = TAILQ_FIRST(&s->behind);

	while (t && strcmp(t->dn, dn) != 0)
		t = TAILQ_NEXT(t, link);
	if (t) {
		since = t->since_ms;
		drop(s, t);
	}
	return since;
}

void catchup_wrote(struct ldap_store *s, const struct change *c, const struct entry *now)
{
	struct tracked *t = xcalloc(1, sizeof(*t));

	t->since_ms = since_of(s, c->dn);
	t->dn = xstrdup(c->dn);
	t->csn = xstrdup(now ? now->csn : "");
	t->id = xstrdup(now ? now->id : "");
	t->known = *t->csn != '\0';
	if (TAILQ_EMPTY(&s->behind))
		s->probe_ms = clock_ms();
	TAILQ_INSERT_TAIL(&s->behind, t, link);
	if (++s->n_behind > MOST_TRACKED)
		drop(s, TAILQ_FIRST(&s->behind));
}

/* ---- looking ---- */

static bool is_there(const struct tracked *t, const struct entry *e)
{
	bool same = !*t->id || !*e->id || strcmp(t->id, e->id) == 0;

	return !t->gone && same && strcmp(e->csn, t->csn) >= 0;
}

/* What the provider has is what the replica is to have. */
static void provider_has(struct tracked *t, const struct entry *e)
{
	t->gone = e == NULL;
	replace(&t->csn, e ? e->csn : "");
	replace(&t->id, e ? e->id : "");
	t->known = true;
}

/* e: as it is there; NULL: it is not. */
static void seen(struct ldap_store *s, const struct peer *at, const struct entry *e)
{
	struct tracked *t = TAILQ_FIRST(&s->behind);

	if (e && !*e->csn)
		drop(s, t); /* who may not read it can't tell */
	else if (at == &s->provider)
		provider_has(t, e);
	else if (e ? is_there(t, e) : t->gone)
		drop(s, t);
}

static void on_probe(void *arg, const struct event *event)
{
	struct ldap_store *s = arg;
	const struct peer *at = s->probe->at;
	struct entry *e = s->probed;

	if (event->kind == EVENT_ENTRY) {
		entry_free(s->probed);
		s->probed = entry_copy(event->entry);
	}
	if (event->kind != EVENT_DONE)
		return;
	s->probe = NULL;
	s->probed = NULL;
	if (event->outcome == OUTCOME_OK)
		seen(s, at, e);
	else if (event->err->code == ERR_NO_SUCH_OBJECT)
		seen(s, at, NULL);
	entry_free(e);
}

static int pause_after(const struct tracked *t, int64_t now)
{
	if (now - t->since_ms >= CATCHUP_PATIENCE_MS)
		return CATCHUP_SLOW_MS;
	return t->looks < 4 ? FIRST_LOOK_MS << t->looks : CATCHUP_MS;
}

/* Mostly at the replica; the provider is asked what was not told, and from time to time
 * whether others have changed or removed it since. */
static struct peer *where_to_look(struct ldap_store *s, struct tracked *t)
{
	bool ask = !t->known || t->looks % LOOKS_PER_QUESTION == LOOKS_PER_QUESTION - 1;

	return ask && (s->provider.session || !t->known) ? &s->provider : &s->main;
}

void catchup_step(struct ldap_store *s)
{
	static const char *const none[] = {NULL};
	struct tracked *t = TAILQ_FIRST(&s->behind);
	int64_t now = clock_ms();

	if (!t || s->probe || now < s->probe_ms)
		return;
	s->probe = op_new(s, OP_SEARCH, on_probe, s);
	s->probe->at = where_to_look(s, t);
	s->probe->pinned = true;
	search_init(s->probe, &(struct search){.base = t->dn,
				      .scope = SCOPE_BASE,
				      .filter = "(objectClass=*)",
				      .attributes = none});
	s->probe_ms = now + pause_after(t, now);
	t->looks++;
}
