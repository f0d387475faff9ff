/* What a bulk's screen says. */
#include "tui/bulk_parts.h"

#include <string.h>

#include "tui/i18n.h"
#include "tui/share.h"
#include "tui/sheet.h"

enum { BAR_CELLS = 32 };

/* ---- progress ------------------------------------------------------------------- */

static void seconds_left(size_t left, unsigned long rate, struct buf *out)
{
	unsigned long s = rate ? (left + rate - 1) / rate : 0;
	struct buf n = BUF_INIT;

	i18n_number(s < 120 ? s : (s + 59) / 60, &n);
	buf_puts(out, ", ");
	if (s < 120)
		buf_printf(out, tr("about %s s left"), n.s);
	else
		buf_printf(out, tr("about %s min left"), n.s);
	buf_release(&n);
}

/* "412 of 811, 350 a second, about 2 s left"; all 0: it is not known how many. */
static void progress(const struct bulk *b, size_t done, size_t all, struct buf *out)
{
	struct app *app = b->view.app;
	long ms = app->now_ms ? app->now_ms() - b->since_ms : 0;
	size_t lately = done - b->resumed_at;
	unsigned long rate = ms > 0 ? (unsigned long)(lately * 1000 / (size_t)ms) : 0;
	struct buf n = BUF_INIT, of_all = BUF_INIT;

	i18n_number(done, &n);
	i18n_number(all, &of_all);
	if (all)
		buf_printf(out, tr("%s of %s"), n.s, of_all.s);
	else
		buf_puts(out, n.s);
	if (rate && ms >= 500) {
		buf_reset(&n);
		i18n_number(rate, &n);
		buf_puts(out, ", ");
		buf_printf(out, tr("%s a second"), n.s);
		if (all > done)
			seconds_left(all - done, rate, out);
	}
	buf_release(&n);
	buf_release(&of_all);
}

static void bar(size_t done, size_t all, struct buf *out)
{
	const struct count part = {COUNT_EXACT, done}, rest = {COUNT_EXACT, all - done};

	share_bar(&part, &rest, BAR_CELLS, out);
	buf_puts(out, "  ");
	share_percent(&part, &rest, out);
}

static void say_progress(struct bulk *b, const char *what, size_t done, size_t all)
{
	struct buf text = BUF_INIT;

	progress(b, done, all, &text);
	form_pair(&b->form, what, text.s);
	buf_reset(&text);
	if (all && done <= all) {
		bar(done, all, &text);
		form_text(&b->form, STYLE_ACCENT, text.s);
	}
	buf_release(&text);
}

/* ---- lists ---------------------------------------------------------------------- */

static void say_more(struct form *f, size_t n)
{
	struct buf number = BUF_INIT, text = BUF_INIT;

	if (n == 0)
		return;
	i18n_number(n, &number);
	buf_printf(&text, tr_n("and %s more", "and %s more", n), number.s);
	form_text(f, STYLE_DIM, text.s)->indent = 2;
	buf_release(&number);
	buf_release(&text);
}

static void say_told(struct form *f, const char *heading, const struct told_list *list)
{
	if (list->n == 0)
		return;
	form_blank(f);
	form_heading(f, heading);
	for (size_t i = 0; i < list->n; i++) {
		struct buf line = BUF_INIT;

		buf_printf(&line, tr("%s: %s"), list->v[i].who, list->v[i].why);
		form_text(f, STYLE_WARNING, line.s)->indent = 2;
		buf_release(&line);
	}
	say_more(f, list->all - list->n);
}

static void say_samples(struct bulk *b)
{
	if (b->samples.n == 0)
		return;
	form_blank(&b->form);
	form_heading(&b->form, tr("For example"));
	for (size_t i = 0; i < b->samples.n; i++)
		form_text(&b->form, STYLE_TEXT, b->samples.v[i])->indent = 2;
	say_more(&b->form, spool_count(b->accepted) - b->samples.n);
}

static void say_count(struct form *f, const char *label, size_t n, enum style style)
{
	struct buf number = BUF_INIT;

	i18n_number(n, &number);
	form_pair(f, label, number.s)->style = n ? style : STYLE_DIM;
	buf_release(&number);
}

/* ---- phases --------------------------------------------------------------------- */

static void build_preview(struct bulk *b)
{
	struct form *f = &b->form;

	if (b->truncated) {
		form_text(f, STYLE_WARNING,
			tr("The directory stopped at its limit: these are not all. Do the "
			   "same again afterwards."));
		form_blank(f);
	}
	b->ops->preview(b, f);
	say_told(f, tr("Not written"), &b->before);
	say_samples(b);
	if (spool_count(b->accepted)) {
		form_button(f, BULK_SAVE, tr("Save"));
		form_button(f, BULK_SHOW_LDIF, tr("Show LDIF"));
	}
	form_button(f, BULK_BACK, tr("Back"));
}

static const char *heading_after(const struct bulk *b)
{
	return b->unseen ? tr("Not written, or not known") : tr("Not written");
}

static void build_writing(struct bulk *b)
{
	struct form *f = &b->form;

	say_progress(b, tr("Saving"), b->written + b->refused, spool_count(b->accepted));
	say_count(f, tr("Refused"), b->refused, STYLE_WARNING);
	form_blank(f);
	if (b->lost == 1)
		form_text(f, STYLE_WARNING,
			tr("The connection was lost before the answer came: what became of "
			   "this change is looked up as soon as the directory answers."));
	if (b->lost > 1)
		form_text(f, STYLE_WARNING,
			tr("The connection was lost before the answers came: what became "
			   "of "
			   "these changes is looked up as soon as the directory answers."));
	form_text(f, STYLE_DIM,
		b->stopping
			? tr("Stopping: the change under way has not been answered yet.")
			: tr("Esc stops between two changes."));
	say_told(f, heading_after(b), &b->after);
	form_button(f, BULK_STOP, b->stopping ? tr("Leave") : tr("Stop"));
}

static void build_done(struct bulk *b)
{
	struct form *f = &b->form;
	size_t left = bulk_left(b);

	if (b->why.len) {
		form_text(f, STYLE_ERROR, b->why.s);
		form_blank(f);
	}
	say_count(f, tr("Written"), b->written, STYLE_GOOD);
	say_count(f, tr("Refused"), b->refused, STYLE_WARNING);
	if (b->doubtful)
		say_count(f, tr("Not answered"), b->doubtful, STYLE_ERROR);
	say_count(f, tr("Not tried"), left - b->doubtful, STYLE_WARNING);
	say_told(f, heading_after(b), &b->after);
	if (left)
		form_button(f, BULK_GO_ON, tr("Go on"));
	form_button(f, BULK_BACK, tr("Close"));
}

void bulk_build(struct bulk *b)
{
	struct form *f = &b->form;

	form_clear(f);
	switch (b->phase) {
	case BULK_READING:
		say_progress(b, tr("Reading"), b->read, b->expected);
		form_button(f, BULK_BACK, tr("Cancel"));
		break;
	case BULK_CHECKING:
		say_progress(b, tr("Checking"), b->looked, spool_count(b->proposed));
		form_button(f, BULK_BACK, tr("Cancel"));
		break;
	case BULK_PREVIEW:
		build_preview(b);
		break;
	case BULK_WRITING:
		build_writing(b);
		break;
	case BULK_DONE:
		build_done(b);
		break;
	case BULK_FAILED:
		form_text(f, STYLE_ERROR, b->why.s);
		form_button(f, BULK_BACK, tr("Back"));
		break;
	}
	form_settle(f);
}

/* The first of them: a screen is no place for thousands. */
void bulk_show_ldif(struct bulk *b)
{
	struct plan *p = spool_plan(b->accepted, b->plan.why);
	struct buf text = BUF_INIT, n = BUF_INIT;
	const struct change *c;
	size_t shown = 0;

	buf_puts(&text, "version: 1\n\n");
	p->rewind(p);
	while (shown < BULK_LDIF && (c = p->next(p))) {
		change_ldif(c, &text);
		shown++;
	}
	p->rewind(p);
	if (p->total > shown) {
		i18n_number(p->total - shown, &n);
		buf_printf(
			&text, tr_n("and %s more", "and %s more", p->total - shown), n.s);
		buf_putc(&text, '\n');
	}
	sheet_text(b->view.app, "LDIF", text.s);
	plan_free(p);
	buf_release(&text);
	buf_release(&n);
}
