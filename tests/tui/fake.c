#include "tests/tui/fake_parts.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/dn.h"
#include "tests/tui/filter.h"

static struct fake *fake_of(struct store *s)
{
	return (struct fake *)s;
}

/* ---- operations ---------------------------------------------------------------- */

static void op_free(struct op *op)
{
	for (size_t i = op->at; i < op->found.n; i++)
		entry_free(op->found.v[i]);
	array_free(&op->found);
	for (size_t i = 0; i < op->wishes.n; i++)
		change_free(op->wishes.v[i]);
	array_free(&op->wishes);
	strv_release(&op->attributes);
	fake_watch_free(op);
	free(op->base);
	free(op->filter);
	free(op);
}

static void op_unlink(struct fake *f, struct op *op)
{
	struct op **p = &f->ops;

	while (*p != op)
		p = &(*p)->next;
	*p = op->next;
}

static struct op *op_new(struct fake *f, store_event_fn *fn, void *arg)
{
	struct op *op = xcalloc(1, sizeof(*op)), **p = &f->ops;

	op->fn = fn;
	op->arg = arg;
	op->serial = ++f->serial;
	while (*p)
		p = &(*p)->next;
	*p = op;
	return op;
}

static void emit(struct op *op, const struct event *event)
{
	if (!op->cancelled && !op->finished)
		op->fn(op->arg, event);
}

static void done(struct op *op, enum outcome outcome, const struct err *err)
{
	emit(op, &(struct event){.kind = EVENT_DONE,
			 .outcome = outcome,
			 .err = outcome == OUTCOME_OK ? NULL : err,
			 .count = op->count});
	op->finished = true;
}

static struct op *submit_search(
	struct store *s, const struct search *search, store_event_fn *fn, void *arg)
{
	struct op *op = op_new(fake_of(s), fn, arg);

	op->base = xstrdup(search->base);
	op->filter = xstrdup(search->filter);
	op->scope = search->scope;
	op->size_limit = search->size_limit;
	op->count_only = search->count_only;
	op->all_attributes = !search->attributes;
	for (size_t i = 0; search->attributes && search->attributes[i]; i++)
		strv_add(&op->attributes, search->attributes[i]);
	return op;
}

static struct op *submit_watch(
	struct store *s, const struct search *search, store_event_fn *fn, void *arg)
{
	struct op *op = submit_search(s, search, fn, arg);

	op->watches = true;
	return op;
}

static struct op *submit_plan(
	struct store *s, struct plan *plan, store_event_fn *fn, void *arg)
{
	struct op *op = op_new(fake_of(s), fn, arg);

	op->plan = plan;
	return op;
}

static struct op *submit_probe(struct store *s, struct change *const *wishes, size_t n,
	store_event_fn *fn, void *arg)
{
	struct op *op = op_new(fake_of(s), fn, arg);

	op->probes = true;
	for (size_t i = 0; i < n; i++)
		*array_add(&op->wishes) = change_copy(wishes[i]);
	return op;
}

static void cancel(struct store *s, struct op *op)
{
	struct fake *f = fake_of(s);

	op->cancelled = true;
	if (op == f->current)
		return; /* its callback has yet to return */
	op_unlink(f, op);
	op_free(op);
}

/* ---- searching ------------------------------------------------------------------ */

static bool in_scope(const struct op *op, const char *dn)
{
	switch (op->scope) {
	case SCOPE_BASE:
		return dn_same(dn, op->base);
	case SCOPE_ONE:
		return dn_same(dn_parent(dn), op->base);
	case SCOPE_SUBTREE:
		break;
	}
	return dn_within(dn, op->base);
}

static bool is_operational(const char *name)
{
	static const char *const names[] = {
		"entryUUID", "entryCSN", "modifyTimestamp", "modifiersName"};

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (strcasecmp(names[i], name) == 0)
			return true;
	return false;
}

static bool wanted(const struct op *op, const char *name)
{
	return op->all_attributes || strcasecmp(name, "entryUUID") == 0 ||
	       strcasecmp(name, "entryCSN") == 0 || strv_has_case(&op->attributes, name) ||
	       strv_has_case(&op->attributes, is_operational(name) ? "+" : "*");
}

struct entry *fake_projected(const struct op *op, const struct entry *e)
{
	struct entry *copy = entry_new(e->dn);

	entry_set_state(copy, e->id, e->csn);
	for (size_t i = 0; i < e->attributes.n; i++)
		if (wanted(op, e->attributes.v[i].name))
			attribute_copy(array_add(&copy->attributes), &e->attributes.v[i]);
	return copy;
}

bool fake_found(const struct op *op, const struct entry *e)
{
	return in_scope(op, e->dn) && filter_matches(op->filter, e);
}

static void run_search(struct fake *f, struct op *op)
{
	for (size_t i = 0; i < f->dit.entries.n; i++) {
		const struct entry *e = f->dit.entries.v[i];

		if (fake_found(op, e))
			*array_add(&op->found) = fake_projected(op, e);
	}
	op->searched = true;
}

static bool limit_reached(const struct fake *f, const struct op *op)
{
	return (f->size_limit > 0 && op->count >= (size_t)f->size_limit) ||
	       (op->size_limit > 0 && op->count >= (size_t)op->size_limit);
}

static void report_entries(struct fake *f, struct op *op)
{
	size_t budget = f->per_step ? f->per_step : SIZE_MAX;

	while (op->at < op->found.n && budget-- > 0 && !op->cancelled &&
		!limit_reached(f, op)) {
		struct entry *e = op->found.v[op->at++];

		op->count++;
		if (!op->count_only)
			emit(op, &(struct event){.kind = EVENT_ENTRY,
					 .entry = e,
					 .count = op->count});
		entry_free(e);
	}
	if (op->at < op->found.n && !limit_reached(f, op))
		emit(op, &(struct event){.kind = EVENT_PROGRESS, .count = op->count});
}

static void step_search(struct fake *f, struct op *op)
{
	struct err err = f->failure;

	if (!op->searched)
		f->searches++;
	if (err.code != ERR_NONE) {
		f->failure.code = ERR_NONE;
		done(op, OUTCOME_FAILED, &err);
		return;
	}
	if (!op->searched && !dit_exists(&f->dit, op->base)) {
		err_set(&err, ERR_NO_SUCH_OBJECT, 32, "", op->base, NULL);
		done(op, OUTCOME_FAILED, &err);
		return;
	}
	if (!op->searched)
		run_search(f, op);
	report_entries(f, op);
	if (op->at == op->found.n) {
		done(op, OUTCOME_OK, NULL);
	} else if (limit_reached(f, op)) {
		err_set(&err, ERR_LIMIT, 4, "", op->base, NULL);
		done(op, OUTCOME_LIMIT, &err);
	}
}

/* ---- rights --------------------------------------------------------------------- */

static void step_probe(struct fake *f, struct op *op)
{
	enum permission *answers = xcalloc(op->wishes.n + 1, sizeof(*answers));

	if (f->mute) {
		free(answers);
		return;
	}
	f->probed++;
	for (size_t i = 0; i < op->wishes.n; i++)
		answers[i] = denials_refuse(&f->denials, op->wishes.v[i])
				     ? PERMISSION_DENIED
				     : PERMISSION_GIVEN;
	emit(op, &(struct event){.kind = EVENT_DONE,
			 .outcome = OUTCOME_OK,
			 .count = op->wishes.n,
			 .permissions = answers});
	op->finished = true;
	free(answers);
}

/* ---- writing -------------------------------------------------------------------- */

static void not_written(struct op *op, const struct change *c, enum outcome outcome,
	const struct err *err, const struct entry *now)
{
	emit(op, &(struct event){.kind = EVENT_CHANGED,
			 .outcome = outcome,
			 .change = c,
			 .number = op->number,
			 .entry = now,
			 .err = err,
			 .count = op->count});
	done(op, outcome, err);
}

/* As ldap/write.c: fresh by entryCSN; else what was read must still be true. */
static bool still_true(struct fake *f, const struct change *c, const struct entry **now)
{
	struct entry *e = dit_find(&f->dit, c->dn);

	*now = e;
	if (!c->before || c->kind == CHANGE_ADD)
		return true;
	if (!e || (*c->before->id && strcmp(c->before->id, e->id) != 0)) {
		*now = dit_find_id(&f->dit, c->before->id);
		return false;
	}
	return (*c->before->csn && strcmp(c->before->csn, e->csn) == 0) ||
	       change_still_holds(c, e);
}

static void written(struct fake *f, struct op *op, const struct change *c)
{
	struct entry *now = dit_find(&f->dit, c->dn);
	struct entry *copy = now ? entry_copy(now) : NULL;

	change_ldif(c, &f->written);
	f->edits++;
	op->count++;
	emit(op, &(struct event){.kind = EVENT_CHANGED,
			 .outcome = OUTCOME_OK,
			 .change = c,
			 .number = op->number,
			 .entry = copy,
			 .count = op->count});
	entry_free(copy);
}

static bool lost(struct fake *f, struct op *op, const struct change *c)
{
	struct err err;

	if (!f->lose)
		return false;
	f->lose = false;
	f->edits++;
	if (f->lose_written && dit_apply(&f->dit, c, f->who_dn, &err))
		change_ldif(c, &f->written);
	err_set(&err, ERR_DISCONNECTED, 0, "", "ldapi:///", NULL);
	not_written(op, c, OUTCOME_UNKNOWN, &err, NULL);
	return true;
}

static void step_change(struct fake *f, struct op *op, const struct change *c)
{
	const struct entry *now;
	struct err err = f->refusal;

	change_ldif(c, &f->asked);
	if (lost(f, op, c))
		return;
	if (err.code != ERR_NONE) {
		f->refusal.code = ERR_NONE;
		err_set(&err, err.code, err.number, f->refusal.server, c->dn,
			f->refusal.arg[1], NULL);
		not_written(op, c, OUTCOME_REFUSED, &err, NULL);
	} else if (denials_refuse(&f->denials, c)) {
		err_set(&err, ERR_DENIED, 50, "no write access", c->dn, "", NULL);
		not_written(op, c, OUTCOME_REFUSED, &err, NULL);
	} else if (!still_true(f, c, &now)) {
		err_set(&err, ERR_ASSERTION, 122, "", c->dn, NULL);
		not_written(op, c, OUTCOME_STALE, &err, now);
	} else if (dit_apply(&f->dit, c, f->who_dn, &err)) {
		written(f, op, c);
	} else {
		not_written(op, c, OUTCOME_REFUSED, &err, NULL);
	}
}

static void refuse_batch(struct op *op, size_t number, bool undone)
{
	struct err err = {0};

	err_set(&err, ERR_UNWILLING, 53, "no batch", "", "", NULL);
	emit(op, &(struct event){.kind = EVENT_DONE,
			 .outcome = OUTCOME_REFUSED,
			 .err = &err,
			 .number = number,
			 .undone = undone});
	op->finished = true;
}

/* The number of the first that cannot be made; 0: all can. */
static size_t wrong_in_batch(struct fake *f, struct plan *p)
{
	const struct entry *now;
	const struct change *c;
	size_t number = 0;

	p->rewind(p);
	while ((c = p->next(p))) {
		number++;
		if (denials_refuse(&f->denials, c) || !still_true(f, c, &now))
			return number;
	}
	return 0;
}

static void tell_batch(struct fake *f, struct op *op)
{
	enum outcome outcome = f->lose ? OUTCOME_UNKNOWN : OUTCOME_OK;
	bool written = !f->lose || f->lose_written;
	const struct change *c;
	struct err err = {0};

	err_set(&err, ERR_DISCONNECTED, 0, "", "ldapi:///", NULL);
	f->lose = false;
	f->edits++;
	op->plan->rewind(op->plan);
	while (!op->cancelled && (c = op->plan->next(op->plan))) {
		if (written && !dit_apply(&f->dit, c, f->who_dn, &err))
			BUG("%s: %s", c->dn, err.server);
		if (written)
			change_ldif(c, &f->written);
		op->count += outcome == OUTCOME_OK;
		emit(op, &(struct event){.kind = EVENT_CHANGED,
				 .outcome = outcome,
				 .change = c,
				 .number = ++op->number,
				 .err = outcome == OUTCOME_OK ? NULL : &err,
				 .count = op->count});
	}
	done(op, outcome, &err);
}

static void step_batch(struct fake *f, struct op *op)
{
	size_t wrong;

	f->batches++;
	if (f->refused_batches.times > 0) {
		f->refused_batches.times--;
		refuse_batch(op, f->refused_batches.number, f->refused_batches.undone);
		return;
	}
	wrong = wrong_in_batch(f, op->plan);
	if (wrong)
		refuse_batch(op, wrong, false);
	else
		tell_batch(f, op);
}

static void step_plan(struct fake *f, struct op *op)
{
	size_t budget = f->per_step ? f->per_step : SIZE_MAX;

	if (op->plan->at_once) {
		step_batch(f, op);
		return;
	}
	if (!op->rewound)
		op->plan->rewind(op->plan);
	op->rewound = true;
	while (budget-- > 0 && !op->finished && !op->cancelled) {
		const struct change *c = op->plan->next(op->plan);

		op->number++;
		if (c)
			step_change(f, op, c);
		else
			done(op, OUTCOME_OK, NULL);
	}
}

/* ---- the store ------------------------------------------------------------------- */

static struct op *after(const struct fake *f, unsigned serial, unsigned last)
{
	for (struct op *op = f->ops; op; op = op->next)
		if (op->serial > serial && op->serial <= last)
			return op;
	return NULL;
}

static void answer_proof(struct fake *f)
{
	bool away = f->status.phase == STORE_DOWN;

	err_set(&f->proof_err, away ? ERR_CONNECT : ERR_CREDENTIALS, 0, "", "ldapi:///",
		NULL);
	f->status.proof = away ? PROOF_FAILED : f->right ? PROOF_YES : PROOF_NO;
	if (f->status.proof == PROOF_YES && f->status.phase == STORE_SIGNED_OUT)
		fake_status(f, STORE_READY, NULL);
	f->status.proof_err = f->status.proof == PROOF_YES ? NULL : &f->proof_err;
}

/* What is submitted meanwhile is answered by the next step. */
static void step(struct store *s, int budget_ms)
{
	struct fake *f = fake_of(s);
	unsigned last = f->serial;
	struct op *op;

	(void)budget_ms;
	if (!f->stalled && f->status.proof == PROOF_ASKED)
		answer_proof(f);
	if (f->stalled || f->status.phase != STORE_READY)
		return;
	for (unsigned serial = 0; (op = after(f, serial, last));) {
		serial = op->serial;
		f->current = op;
		if (op->plan)
			step_plan(f, op);
		else if (op->probes)
			step_probe(f, op);
		else if (op->watches)
			fake_tell(f, op);
		else
			step_search(f, op);
		f->current = NULL;
		if (op->finished || op->cancelled) {
			op_unlink(f, op);
			op_free(op);
		}
	}
}

static int fds(struct store *s, struct pollfd *list, int max, int *timeout_ms)
{
	(void)list;
	(void)max;
	if (fake_busy(fake_of(s)))
		*timeout_ms = 0;
	return 0;
}

static const struct store_status *status(struct store *s)
{
	struct fake *f = fake_of(s);

	if (!f->stalled || f->status.phase != STORE_READY)
		return &f->status;
	f->waiting = f->status;
	f->waiting.phase = STORE_WAITING;
	f->waiting.waiting_s = 3;
	return &f->waiting;
}

static void sign_in(struct store *s, const char *name, const char *password)
{
	struct fake *f = fake_of(s);
	struct buf dn = BUF_INIT;

	buf_printf(&dn, "uid=%s,ou=admins,dc=demo", name);
	if (f->password && strcmp(f->password, password) != 0) {
		struct err err;

		err_set(&err, ERR_CREDENTIALS, 49, "", "ldapi:///", NULL);
		fake_status(f, STORE_SIGNED_OUT, &err);
	} else {
		fake_who(f, name, dn.s);
		fake_status(f, STORE_READY, NULL);
	}
	buf_release(&dn);
}

static void prove(struct store *s, const char *password)
{
	struct fake *f = fake_of(s);

	f->right = !f->password || strcmp(f->password, password) == 0;
	f->status.proof = PROOF_ASKED;
}

static void release(struct store *s)
{
	struct fake *f = fake_of(s);

	while (f->ops) {
		struct op *op = f->ops;

		f->ops = op->next;
		op_free(op);
	}
	dit_release(&f->dit);
	free(f->password);
	free(f->who);
	free(f->who_dn);
	denials_release(&f->denials);
	buf_release(&f->written);
	buf_release(&f->asked);
	free(f);
}

static const struct store_ops ops = {
	.search = submit_search,
	.apply = submit_plan,
	.probe = submit_probe,
	.watch = submit_watch,
	.cancel = cancel,
	.sign_in = sign_in,
	.prove = prove,
	.fds = fds,
	.step = step,
	.status = status,
	.free = release,
};

/* ---- life -------------------------------------------------------------------- */

struct fake *fake_new(const char *ldif)
{
	struct fake *f = xcalloc(1, sizeof(*f));

	f->store.ops = &ops;
	buf_init(&f->written);
	buf_init(&f->asked);
	dit_load(&f->dit, ldif);
	f->status = (struct store_status){
		.phase = STORE_READY, .server = "ldapi", .provider = ""};
	fake_who(f, "admin0", "uid=admin0,ou=admins,dc=demo");
	return f;
}

struct store *fake_store(struct fake *f)
{
	return &f->store;
}
