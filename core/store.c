#include "core/store.h"

struct op *store_search(
	struct store *s, const struct search *search, store_event_fn *fn, void *arg)
{
	return s->ops->search(s, search, fn, arg);
}

struct op *store_apply(struct store *s, struct plan *plan, store_event_fn *fn, void *arg)
{
	return s->ops->apply(s, plan, fn, arg);
}

struct op *store_probe(struct store *s, struct change *const *wishes, size_t n,
	store_event_fn *fn, void *arg)
{
	return s->ops->probe(s, wishes, n, fn, arg);
}

struct op *store_watch(
	struct store *s, const struct search *search, store_event_fn *fn, void *arg)
{
	return s->ops->watch(s, search, fn, arg);
}

void store_cancel(struct store *s, struct op *op)
{
	s->ops->cancel(s, op);
}

void store_sign_in(struct store *s, const char *name, const char *password)
{
	s->ops->sign_in(s, name, password);
}

void store_prove(struct store *s, const char *password)
{
	s->ops->prove(s, password);
}

int store_fds(struct store *s, struct pollfd *fds, int max, int *timeout_ms)
{
	return s->ops->fds(s, fds, max, timeout_ms);
}

void store_step(struct store *s, int budget_ms)
{
	s->ops->step(s, budget_ms);
}

const struct store_status *store_status(struct store *s)
{
	return s->ops->status(s);
}

void store_free(struct store *s)
{
	if (s)
		s->ops->free(s);
}
