/* What watches of the fake directory are told: how it differs from what they know. */
#include "tests/tui/fake_parts.h"

#include <string.h>

static void forget(struct op *op)
{
	for (size_t i = 0; i < op->known.n; i++)
		entry_free(op->known.v[i]);
	array_free(&op->known);
}

void fake_watch_free(struct op *op)
{
	forget(op);
}

static bool is_among(const struct entries *all, const struct entry *e, bool same_csn)
{
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->v[i]->id, e->id) == 0)
			return !same_csn || strcmp(all->v[i]->csn, e->csn) == 0;
	return false;
}

static void tell(struct fake *f, struct op *op, enum event_kind kind, struct entry *e)
{
	bool own = strcmp(entry_text(e, "modifiersName"), f->who_dn) == 0;

	if (!op->cancelled)
		op->fn(op->arg, &(struct event){.kind = kind, .entry = e, .own = own});
}

static void find(const struct fake *f, const struct op *op, struct entries *out)
{
	for (size_t i = 0; i < f->dit.entries.n; i++)
		if (fake_found(op, f->dit.entries.v[i]))
			*array_add(out) = fake_projected(op, f->dit.entries.v[i]);
}

static void tell_gone(struct fake *f, struct op *op, const struct entries *now)
{
	for (size_t i = 0; i < op->known.n; i++) {
		struct entry *e = op->known.v[i];
		struct entry *gone = entry_new(e->dn);

		entry_set_state(gone, e->id, "");
		if (!is_among(now, e, false))
			tell(f, op, EVENT_GONE, gone);
		entry_free(gone);
	}
}

bool fake_tells(const struct fake *f, const struct op *op)
{
	return f->live && (!op->begun || op->told != f->edits);
}

void fake_tell(struct fake *f, struct op *op)
{
	bool from_now = !op->begun || op->told < f->missed;
	struct entries now = {0};

	if (!fake_tells(f, op))
		return;
	op->begun = true;
	op->told = f->edits;
	find(f, op, &now);
	if (from_now)
		op->fn(op->arg, &(struct event){.kind = EVENT_FROM_NOW});
	for (size_t i = 0; !from_now && i < now.n; i++)
		if (!is_among(&op->known, now.v[i], true))
			tell(f, op, EVENT_ENTRY, now.v[i]);
	if (!from_now)
		tell_gone(f, op, &now);
	forget(op);
	op->known = now;
}
