/* Writing a bulk: where the store stops at what is refused, the bulk goes on with the rest.
 */
#include "tui/bulk_parts.h"

#include <string.h>

#include "tui/i18n.h"
#include "tui/sentence.h"

size_t bulk_left(const struct bulk *b)
{
	return spool_count(b->accepted) - b->written - b->refused;
}

static const struct change *plan_next(struct plan *p)
{
	struct bulk *b = p->source;

	while (!b->stopping && b->at < b->batch.n) {
		struct bulk_item *item = &b->batch.v[b->at++];

		if (item->settled)
			continue;
		item->number = ++b->handed;
		return item->change;
	}
	return NULL;
}

static void plan_rewind(struct plan *p)
{
	struct bulk *b = p->source;

	b->at = b->handed = 0;
}

static struct bulk_item *item_of(struct bulk *b, size_t number)
{
	for (size_t i = 0; i < b->batch.n; i++)
		if (b->batch.v[i].number == number)
			return &b->batch.v[i];
	BUG("a change that was not asked for");
}

static void found_again(struct bulk *b, struct bulk_item *item)
{
	b->lost -= item->lost;
	b->doubtful -= item->doubtful;
	item->lost = item->doubtful = false;
}

static void written(struct bulk *b, struct bulk_item *item)
{
	item->settled = true;
	b->written++;
}

/* It is neither as it was nor as it was to be. */
static void overtaken(struct bulk *b, struct bulk_item *item)
{
	bulk_tell(b, item->label,
		tr("The answer never came, and somebody has changed the entry since: look "
		   "at it."));
	item->settled = b->unseen = true;
	b->refused++;
}

static void refused(struct bulk *b, struct bulk_item *item, const struct err *err)
{
	struct buf sentence = BUF_INIT;

	sentence_err(err, &sentence);
	if (err->server[0]) {
		buf_printf(&sentence, " (%ld ", err->number);
		sentence_safe(err->server, &sentence);
		buf_putc(&sentence, ')');
	}
	bulk_tell(b, item->label, sentence.s);
	item->settled = true;
	b->refused++;
	buf_release(&sentence);
}

/* What was sent, and perhaps written, when the connection was lost has its own words. */
static void stale(struct bulk *b, struct bulk_item *item, const struct event *event)
{
	struct err err;

	if (item->doubtful && change_has_happened(item->change, event->entry)) {
		written(b, item);
		return;
	}
	if (item->lost || item->doubtful) {
		overtaken(b, item);
		return;
	}
	err_set(&err, event->entry ? ERR_ASSERTION : ERR_NO_SUCH_OBJECT,
		event->entry ? 122 : 32, NULL, item->change->dn, NULL);
	refused(b, item, &err);
}

/* Nothing is wrong with the change: the rest would fare no better. */
static bool is_no_time_for_it(const struct err *err)
{
	return err->code == ERR_BUSY || err->code == ERR_UNAVAILABLE;
}

static void stop_for(struct bulk *b, const struct err *err)
{
	b->stopping = true;
	buf_reset(&b->why);
	sentence_err(err, &b->why);
}

static void say_lost(struct bulk *b)
{
	buf_reset(&b->why);
	if (b->doubtful == 1)
		buf_puts(&b->why,
			tr("The connection was lost before the answer came: one change may "
			   "have been written. Going on looks first."));
	else
		buf_puts(&b->why,
			tr("The connection was lost before the answers came: some changes "
			   "may have been written. Going on looks first."));
}

static void changed(struct bulk *b, const struct event *event)
{
	struct bulk_item *item = item_of(b, event->number);

	b->answered++;
	b->touched = true;
	if (event->outcome == OUTCOME_STALE)
		stale(b, item, event); /* in other words when it was lost */
	found_again(b, item);
	switch (event->outcome) {
	case OUTCOME_OK:
		written(b, item);
		break;
	case OUTCOME_STALE:
		break;
	case OUTCOME_REFUSED:
		if (is_no_time_for_it(event->err))
			stop_for(b, event->err);
		else
			refused(b, item, event->err);
		break;
	case OUTCOME_UNKNOWN:
		item->doubtful = b->stopping = true;
		b->doubtful++;
		say_lost(b);
		break;
	case OUTCOME_LIMIT:
	case OUTCOME_FAILED:
		BUG("a write that ended as a search");
	}
}

static void lost(struct bulk *b, const struct event *event)
{
	struct bulk_item *item = item_of(b, event->number);

	b->lost += !item->lost;
	item->lost = b->touched = true;
}

static bool batch_is_settled(const struct bulk *b)
{
	for (size_t i = 0; i < b->batch.n; i++)
		if (!b->batch.v[i].settled)
			return false;
	return true;
}

static void on_event(void *arg, const struct event *event)
{
	struct bulk *b = arg;

	if (event->kind == EVENT_PROGRESS && event->outcome == OUTCOME_UNKNOWN)
		lost(b, event);
	if (event->kind == EVENT_CHANGED)
		changed(b, event);
	if (event->kind != EVENT_DONE)
		return;
	b->op = NULL;
	if (!b->stopping && b->answered == 0 && event->err)
		stop_for(b, event->err); /* it ended before it reached a change */
	if (b->stopping)
		bulk_end(b);
	else
		bulk_write(b);
}

void bulk_write(struct bulk *b)
{
	if (batch_is_settled(b)) {
		bulk_put_back(b);
		bulk_advance(b);
		return;
	}
	b->plan.total = b->batch.n;
	b->plan.next = plan_next;
	b->plan.rewind = plan_rewind;
	b->plan.source = b;
	b->plan.independent = true;
	b->answered = 0;
	for (size_t i = 0; i < b->batch.n; i++)
		b->batch.v[i].number = 0;
	b->op = store_apply(b->view.app->store, &b->plan, on_event, b);
}

void bulk_begin(struct bulk *b)
{
	b->phase = BULK_WRITING;
	b->stopping = false;
	buf_reset(&b->why);
	b->view.app->writing++;
	b->form.focus = BULK_STOP;
	b->touched = true;
	bulk_clock(b);
	bulk_put_back(b);
	bulk_advance(b);
}

static void summary(const struct bulk *b, struct buf *out)
{
	struct buf n = BUF_INIT, all = BUF_INIT;

	i18n_number(b->written, &n);
	i18n_number(spool_count(b->accepted), &all);
	buf_printf(out, tr("Written: %s of %s."), n.s, all.s);
	buf_release(&n);
	buf_release(&all);
}

void bulk_end(struct bulk *b)
{
	struct app *app = b->view.app;
	struct buf text = BUF_INIT;

	b->phase = BULK_DONE;
	app->writing--;
	if (b->written)
		app->generation++;
	b->form.focus = bulk_left(b) ? BULK_GO_ON : BULK_BACK;
	b->touched = true;
	summary(b, &text);
	if (b->written == spool_count(b->accepted) && !b->why.len)
		app_say(app, text.s);
	else
		app_complain(app, text.s);
	buf_release(&text);
}
