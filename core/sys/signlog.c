#include "core/sys/signlog.h"

#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/sys/authlog.h"

struct signlog {
	struct store base;
	struct store *inner;
	enum store_proof proof; /* at the last look */
	char *trying;           /* who signs in by name */
	char *told;             /* the last line of who is signed in */
};

static struct signlog *self(struct store *s)
{
	return (struct signlog *)s;
}

static void tell_sign_in(struct signlog *l, const struct store_status *st)
{
	struct buf now = BUF_INIT;

	if (st->phase == STORE_READY)
		buf_printf(&now, "signed in at %.200s: %.400s", st->server,
			*st->who_dn ? st->who_dn : st->who);
	else if (st->phase == STORE_SIGNED_OUT && st->err)
		buf_printf(
			&now, "sign-in refused at %.200s: %.400s", st->server, l->trying);
	if (now.len && strcmp(now.s, l->told) != 0) {
		authlog("%s", now.s);
		free(l->told);
		l->told = buf_detach(&now);
	}
	buf_release(&now);
}

static void tell_proof(struct signlog *l, const struct store_status *st)
{
	const char *who = *st->who_dn ? st->who_dn : st->who;

	if (st->proof == PROOF_YES && l->proof != PROOF_YES)
		authlog("%s unlocked the console", who);
	else if (st->proof == PROOF_NO && l->proof != PROOF_NO)
		authlog("%s: wrong password at the locked console", who);
	l->proof = st->proof;
}

static void signlog_sign_in(struct store *s, const char *name, const char *password)
{
	struct signlog *l = self(s);

	free(l->trying);
	l->trying = xstrdup(name);
	l->told[0] = '\0'; /* each one is told */
	store_sign_in(l->inner, name, password);
}

static void signlog_step(struct store *s, int budget_ms)
{
	struct signlog *l = self(s);

	store_step(l->inner, budget_ms);
	tell_sign_in(l, store_status(l->inner));
	tell_proof(l, store_status(l->inner));
	authlog_rest();
}

static struct op *signlog_search(
	struct store *s, const struct search *search, store_event_fn *fn, void *arg)
{
	return store_search(self(s)->inner, search, fn, arg);
}

static struct op *signlog_apply(
	struct store *s, struct plan *plan, store_event_fn *fn, void *arg)
{
	return store_apply(self(s)->inner, plan, fn, arg);
}

static struct op *signlog_probe(struct store *s, struct change *const *wishes, size_t n,
	store_event_fn *fn, void *arg)
{
	return store_probe(self(s)->inner, wishes, n, fn, arg);
}

static struct op *signlog_watch(
	struct store *s, const struct search *search, store_event_fn *fn, void *arg)
{
	return store_watch(self(s)->inner, search, fn, arg);
}

static void signlog_cancel(struct store *s, struct op *op)
{
	store_cancel(self(s)->inner, op);
}

static void signlog_prove(struct store *s, const char *password)
{
	store_prove(self(s)->inner, password);
}

static int signlog_fds(struct store *s, struct pollfd *fds, int max, int *timeout_ms)
{
	return store_fds(self(s)->inner, fds, max, timeout_ms);
}

static const struct store_status *signlog_status(struct store *s)
{
	return store_status(self(s)->inner);
}

static void signlog_free(struct store *s)
{
	struct signlog *l = self(s);

	free(l->trying);
	free(l->told);
	free(l);
}

static const struct store_ops signlog_ops = {
	.search = signlog_search,
	.apply = signlog_apply,
	.probe = signlog_probe,
	.watch = signlog_watch,
	.cancel = signlog_cancel,
	.sign_in = signlog_sign_in,
	.prove = signlog_prove,
	.fds = signlog_fds,
	.step = signlog_step,
	.status = signlog_status,
	.free = signlog_free,
};

struct store *signlog_new(struct store *inner)
{
	struct signlog *l = xcalloc(1, sizeof(*l));

	l->base.ops = &signlog_ops;
	l->inner = inner;
	l->trying = xstrdup("");
	l->told = xstrdup("");
	return &l->base;
}
