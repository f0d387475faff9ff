#include "tui/bulk_parts.h"

#include <stdlib.h>
#include <string.h>

#include "tui/i18n.h"
#include "tui/sentence.h"
#include "tui/sheet.h"

static struct bulk *of(struct view *v)
{
	return (struct bulk *)v;
}

/* ---- what is told --------------------------------------------------------------- */

static void tell(struct told_list *list, const char *who, const char *why)
{
	list->all++;
	if (list->n < BULK_TOLD)
		*array_add(list) = (struct told){xstrdup(who), xstrdup(why)};
}

void bulk_tell(struct bulk *b, const char *label, const char *sentence)
{
	struct buf who = BUF_INIT;

	b->ops->who(b, label, &who);
	tell(b->phase == BULK_WRITING ? &b->after : &b->before, who.s, sentence);
	b->touched = true;
	buf_release(&who);
}

static void untell(struct told_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		free(list->v[i].who);
		free(list->v[i].why);
	}
	array_free(list);
}

static void fail(struct bulk *b, const char *sentence)
{
	b->phase = BULK_FAILED;
	buf_reset(&b->why);
	buf_puts(&b->why, sentence);
	b->touched = true;
}

void bulk_halt(struct bulk *b, const char *sentence)
{
	if (b->phase != BULK_WRITING) {
		fail(b, sentence);
		return;
	}
	buf_reset(&b->why);
	buf_puts(&b->why, sentence);
	bulk_end(b);
}

static void halt_for(struct bulk *b, const struct err *err)
{
	struct buf sentence = BUF_INIT;

	sentence_err(err, &sentence);
	bulk_halt(b, sentence.s);
	buf_release(&sentence);
}

/* ---- reading -------------------------------------------------------------------- */

void bulk_clock(struct bulk *b)
{
	struct app *app = b->view.app;

	b->since_ms = app->now_ms ? app->now_ms() : 0;
	b->resumed_at = b->phase == BULK_WRITING ? b->written + b->refused : 0;
}

void bulk_propose(struct bulk *b, struct change *c, const char *label)
{
	struct err err;

	if (b->phase == BULK_READING && !spool_add(b->proposed, c, label, &err)) {
		b->ops->stop(b);
		halt_for(b, &err);
	}
	b->read++;
	b->touched = true;
	change_free(c);
}

void bulk_leave_out(struct bulk *b)
{
	b->read++;
	b->left_out++;
	b->touched = true;
}

void bulk_read(struct bulk *b, enum outcome outcome, const struct err *err)
{
	struct err spooled;

	b->truncated = outcome == OUTCOME_LIMIT;
	if (outcome == OUTCOME_FAILED) {
		halt_for(b, err);
	} else if (!spool_rewind(b->proposed, &spooled)) {
		halt_for(b, &spooled);
	} else {
		b->phase = BULK_CHECKING;
		bulk_clock(b);
		bulk_advance(b);
	}
}

/* ---- chunks --------------------------------------------------------------------- */

void bulk_item_drop(struct bulk_item *item)
{
	change_free(item->change);
	free(item->label);
}

static void keep_unsettled(struct bulk *b, struct bulk_item *items, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (items[i].settled)
			bulk_item_drop(&items[i]);
		else
			*array_add(&b->rest) = items[i];
}

void bulk_put_back(struct bulk *b)
{
	size_t rest = b->rest.n - b->rest_at;

	if (rest)
		memmove(b->rest.v, b->rest.v + b->rest_at, rest * sizeof(*b->rest.v));
	b->rest.n = rest;
	b->rest_at = 0;
	keep_unsettled(b, b->batch.v, b->batch.n);
	keep_unsettled(b, b->chunk.v, b->chunk.n);
	array_free(&b->batch);
	array_free(&b->chunk);
}

static bool next_item(struct bulk *b, struct bulk_item *item, struct err *err)
{
	struct spool *from = b->phase == BULK_CHECKING ? b->proposed : b->accepted;
	struct buf label = BUF_INIT;

	if (b->rest_at < b->rest.n) {
		*item = b->rest.v[b->rest_at++];
		return true;
	}
	*item = (struct bulk_item){.change = spool_next(from, &label, err)};
	if (item->change)
		item->label = buf_detach(&label);
	buf_release(&label);
	return item->change != NULL;
}

/* What a stop has left comes first. */
static bool fill(struct bulk *b, struct err *err)
{
	struct bulk_item item;

	for (size_t i = 0; i < b->chunk.n; i++)
		bulk_item_drop(&b->chunk.v[i]);
	b->chunk.n = 0;
	*err = (struct err){0};
	while (b->chunk.n < BULK_CHUNK && next_item(b, &item, err))
		*array_add(&b->chunk) = item;
	return err->code == ERR_NONE;
}

static void show_preview(struct bulk *b)
{
	struct err err;

	if (!spool_rewind(b->accepted, &err)) {
		halt_for(b, &err);
		return;
	}
	spool_free(b->proposed);
	b->proposed = NULL;
	b->phase = BULK_PREVIEW;
	b->form.focus = spool_count(b->accepted) ? BULK_SAVE : BULK_BACK;
	b->touched = true;
}

void bulk_advance(struct bulk *b)
{
	struct err err;

	if (!fill(b, &err)) {
		halt_for(b, &err);
	} else if (b->chunk.n) {
		b->last = false;
		b->ops->look(b);
	} else if (b->batch.n) {
		bulk_write(b);
	} else if (b->phase == BULK_WRITING) {
		b->last = true;
		b->ops->look(b);
	} else {
		show_preview(b);
	}
}

/* Of the chunk what was not dropped is handed to the store with what was looked at before.
 */
static void gather(struct bulk *b)
{
	for (size_t i = 0; i < b->chunk.n; i++)
		if (b->chunk.v[i].settled)
			bulk_item_drop(&b->chunk.v[i]);
		else
			*array_add(&b->batch) = b->chunk.v[i];
	b->chunk.n = 0;
	if (b->batch.n >= BULK_BATCH)
		bulk_write(b);
	else
		bulk_advance(b);
}

static void add_sample(struct bulk *b, const struct bulk_item *item)
{
	struct buf who = BUF_INIT, what = BUF_INIT, line = BUF_INIT;

	if (b->samples.n == BULK_SAMPLES)
		return;
	b->ops->who(b, item->label, &who);
	b->ops->what(b, item->change, &what);
	buf_printf(&line, tr("%s: %s"), who.s, what.s);
	strv_add(&b->samples, line.s);
	buf_release(&who);
	buf_release(&what);
	buf_release(&line);
}

/* Of the chunk what was not dropped will be written. */
static void accept(struct bulk *b)
{
	struct err err;

	for (size_t i = 0; i < b->chunk.n; i++) {
		struct bulk_item *item = &b->chunk.v[i];

		b->looked++;
		if (item->settled)
			continue;
		item->settled = true;
		if (!spool_add(b->accepted, item->change, item->label, &err)) {
			halt_for(b, &err);
			return;
		}
		b->ops->count(b, item->change, item->label);
		add_sample(b, item);
	}
	b->touched = true;
	bulk_advance(b);
}

void bulk_drop(struct bulk *b, size_t item)
{
	b->chunk.v[item].settled = true;
	if (b->phase == BULK_WRITING)
		b->refused++;
	else
		b->left_out++;
}

void bulk_looked(struct bulk *b, const struct err *err)
{
	if (err)
		halt_for(b, err);
	else if (b->phase == BULK_CHECKING)
		accept(b);
	else if (b->last)
		bulk_end(b);
	else
		gather(b);
}

/* ---- the view ------------------------------------------------------------------- */

static bool answer_leave(void *arg, int id)
{
	struct bulk *b = arg;
	struct app *app = b->view.app;

	if (id != 2)
		return true;
	if (b->phase == BULK_WRITING)
		app_complain(app, tr("You left before the save was answered: what became "
				     "of it is told "
				     "when it is known."));
	app_pop(app, &b->view);
	return false;
}

/* The first time between two changes, the second by leaving. */
static void stop_writing(struct bulk *b)
{
	const char *const answers[3] = {tr("Stay"), tr("Leave"), NULL};

	if (b->stopping) {
		sheet_ask(b->view.app, "",
			tr("The save was sent and its answer hasn't come. "
			   "Leaving doesn't take it back."),
			answers, answer_leave, b);
		return;
	}
	b->stopping = b->touched = true;
	if (b->op)
		return;
	b->ops->stop(b);
	bulk_end(b);
}

static void back(struct bulk *b)
{
	struct app *app = b->view.app;

	if (b->phase == BULK_WRITING) {
		stop_writing(b);
		return;
	}
	if (b->phase != BULK_DONE)
		app_say(app, tr("Nothing was written."));
	app_pop(app, &b->view);
}

static void press(struct bulk *b, int id)
{
	switch (id) {
	case BULK_SAVE:
	case BULK_GO_ON:
		bulk_begin(b);
		break;
	case BULK_SHOW_LDIF:
		bulk_show_ldif(b);
		break;
	case BULK_BACK:
	case BULK_STOP:
		back(b);
		break;
	}
}

static bool can(struct view *v, enum action action)
{
	const struct form_item *item = form_focused(&of(v)->form);

	switch ((int)action) {
	case ACT_BACK:
	case ACT_OPEN:
	case ACT_NEXT:
	case ACT_PREVIOUS:
	case ACT_UP:
	case ACT_DOWN:
	case ACT_LEFT:
	case ACT_RIGHT:
	case ACT_FIRST:
	case ACT_LAST:
	case ACT_PAGE_UP:
	case ACT_PAGE_DOWN:
		return true;
	case ACT_TOGGLE:
		return item != NULL;
	default:
		return false;
	}
}

static void act(struct view *v, enum action action)
{
	struct bulk *b = of(v);

	if (action == ACT_BACK)
		back(b);
	else if (action == ACT_OPEN || action == ACT_TOGGLE)
		press(b, b->form.focus);
	else
		form_move(&b->form, action);
}

static void click(struct view *v, int id)
{
	if (form_click(&of(v)->form, id))
		act(v, ACT_OPEN);
}

static void path(struct view *v, struct buf *out)
{
	of(v)->ops->path(of(v), out);
}

static void draw(struct view *v, struct canvas *c, struct area a)
{
	enum { WIDEST = 100 };

	if (a.w > WIDEST)
		a.w = WIDEST;
	form_draw(&of(v)->form, c, a);
}

static void tick(struct view *v)
{
	struct bulk *b = of(v);

	if (b->phase == BULK_READING && b->ops->read_on && b->ops->read_on(b))
		v->app->more = true;
	if (b->touched)
		bulk_build(b);
	b->touched = false;
}

static void release(struct view *v)
{
	struct bulk *b = of(v);

	b->ops->stop(b);
	b->ops->release(b);
	if (b->op)
		store_cancel(v->app->store, b->op);
	v->app->writing -= b->phase == BULK_WRITING;
	bulk_put_back(b);
	for (size_t i = b->rest_at; i < b->rest.n; i++)
		bulk_item_drop(&b->rest.v[i]);
	array_free(&b->rest);
	spool_free(b->proposed);
	spool_free(b->accepted);
	strv_release(&b->samples);
	untell(&b->before);
	untell(&b->after);
	buf_release(&b->why);
	form_release(&b->form);
	free(b->plan.who);
	free(b->plan.why);
}

static const struct view_ops view_ops = {
	.contexts = CTX_FORM,
	.path = path,
	.can = can,
	.act = act,
	.click = click,
	.draw = draw,
	.tick = tick,
	.free = release,
};

void *bulk_new(size_t size, const struct bulk_ops *ops, struct app *app, const char *why)
{
	struct bulk *b = view_new(size, &view_ops, app);

	b->ops = ops;
	b->plan.who = xstrdup("");
	b->plan.why = xstrdup(why);
	b->plan.part_of = ++app->bulks;
	buf_init(&b->why);
	return b;
}

void bulk_show(struct bulk *b)
{
	struct err err;

	app_push(b->view.app, &b->view);
	bulk_clock(b);
	b->proposed = spool_new(&err);
	b->accepted = b->proposed ? spool_new(&err) : NULL;
	if (b->accepted)
		b->ops->read(b);
	else
		halt_for(b, &err);
	bulk_build(b);
}
