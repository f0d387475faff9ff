/* Writing what was read: one plan of independent changes, stopped by Ctrl-C. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "tui/apply_parts.h"
#include "tui/i18n.h"
#include "tui/sentence.h"

/* ---- the relays, once more ------------------------------------------------------ */

static void tell_unsettled(
	struct apply *a, unsigned long line, const struct findings *found)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < found->n; i++) {
		if (i)
			buf_putc(&text, ' ');
		sentence_finding(&found->v[i], &text);
	}
	apply_tell(a, line, "", text.s);
	buf_release(&text);
}

bool apply_settle(struct apply *a)
{
	struct buf label = BUF_INIT;
	struct err err = {0};
	struct change *c;

	if (!spool_rewind(a->spool, &a->err))
		return false;
	while ((c = spool_next(a->spool, &label, &err))) {
		struct findings found = {0};
		unsigned long line = strtoul(label.s, NULL, 10);

		*array_add(&a->sent) = line;
		if (!reroute_settle(c, a->domains.v, a->domains.n, &found))
			tell_unsettled(a, line, &found);
		findings_release(&found);
		change_free(c);
		buf_reset(&label);
	}
	buf_release(&label);
	a->err = err;
	return err.code == ERR_NONE;
}

/* ---- Ctrl-C --------------------------------------------------------------------- */

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

bool apply_stopped(void)
{
	return stopped != 0;
}

/* The first one stops between two changes, the second one at once. */
static void catch_signals(void)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {.sa_handler = stop, .sa_flags = (int)SA_RESETHAND}, was;

	for (size_t i = 0; i < COUNT_OF(signals); i++)
		if (sigaction(signals[i], NULL, &was) == 0 && was.sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
}

/* ---- the plan ------------------------------------------------------------------- */

static const struct change *next(struct plan *p)
{
	struct plan *through = ((struct apply *)p->source)->through;

	return stopped ? NULL : through->next(through);
}

static void to_first(struct plan *p)
{
	struct plan *through = ((struct apply *)p->source)->through;

	through->rewind(through);
}

/* ---- outcomes ------------------------------------------------------------------- */

static void tell_err(struct apply *a, const struct event *event, const struct err *err)
{
	struct buf text = BUF_INIT;

	sentence_err(err, &text);
	if (err->server[0]) {
		buf_printf(&text, " (%ld ", err->number);
		sentence_safe(err->server, &text);
		buf_putc(&text, ')');
	}
	apply_tell(a, a->sent.v[event->number - 1], event->change->dn, text.s);
	buf_release(&text);
}

static void tell_stale(struct apply *a, const struct event *event)
{
	struct err err;

	err_set(&err, event->entry ? ERR_ASSERTION : ERR_NO_SUCH_OBJECT,
		event->entry ? 122 : 32, NULL, event->change->dn, NULL);
	tell_err(a, event, &err);
}

static void changed(struct apply *a, const struct event *event)
{
	switch (event->outcome) {
	case OUTCOME_OK:
		a->written++;
		return;
	case OUTCOME_STALE:
		a->not_written++;
		tell_stale(a, event);
		return;
	case OUTCOME_REFUSED:
		a->not_written++;
		tell_err(a, event, event->err);
		return;
	case OUTCOME_UNKNOWN:
		a->unknown++;
		apply_tell(a, a->sent.v[event->number - 1], event->change->dn,
			tr("The answer never came: whether it was written isn't known."));
		return;
	case OUTCOME_LIMIT:
	case OUTCOME_FAILED:
		BUG("a write that ended as a search");
	}
}

static void on_event(void *arg, const struct event *event)
{
	struct apply *a = arg;

	if (event->kind == EVENT_CHANGED)
		changed(a, event);
	if (event->kind != EVENT_DONE)
		return;
	a->op = NULL;
	a->outcome = event->outcome;
	if (event->err)
		a->err = *event->err;
}

static bool is_over(void *arg)
{
	struct apply *a = arg;

	apply_progress(a, tr("Saving"), a->written + a->not_written + a->unknown,
		spool_count(a->spool));
	return !a->op;
}

/* A signal that comes just before poll(2) is seen a moment later. */
static int no_fds(void *arg, struct pollfd *fds, int max, int *timeout_ms)
{
	(void)arg;
	(void)fds;
	(void)max;
	*timeout_ms = APPLY_REPAINT_MS;
	return 0;
}

bool apply_write(struct apply *a, const char *why)
{
	const struct command_wait wait = {.done = is_over, .fds = no_fds, .arg = a};
	char nobody[] = "";
	struct plan plan = {.who = nobody,
		.total = spool_count(a->spool),
		.independent = true,
		.next = next,
		.rewind = to_first,
		.source = a};
	bool ok;

	plan.why = xstrdup(why);
	a->through = spool_plan(a->spool, why);
	a->since_ms = command_now_ms();
	catch_signals();
	a->op = store_apply(a->call->store, &plan, on_event, a);
	ok = command_wait(a->call->store, &wait, &a->err);
	if (a->op)
		store_cancel(a->call->store, a->op);
	apply_progress_end(a);
	plan_free(a->through);
	free(plan.why);
	return ok && !(a->written + a->not_written == 0 && a->outcome == OUTCOME_REFUSED);
}
