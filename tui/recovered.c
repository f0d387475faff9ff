#include "tui/recovered.h"

#include "core/dn.h"
#include "tui/i18n.h"
#include "tui/sentence.h"
#include "tui/sheet.h"

void recovered_step(struct app *app)
{
	bool ready = store_status(app->store)->phase == STORE_READY;

	if (!app->recover)
		return;
	if (ready && !app->was_ready)
		recover_start(app->recover);
	app->was_ready = ready;
	if (ready)
		recover_step(app->recover);
}

int recovered_timeout(struct app *app)
{
	if (!app->recover || store_status(app->store)->phase != STORE_READY)
		return -1;
	return recover_timeout(app->recover);
}

/* "acme.example", of the entry's DN. */
static void entry_name(const char *dn, struct buf *out)
{
	struct buf type = BUF_INIT, value = BUF_INIT;

	sentence_safe(dn_rdn(dn, &type, &value) ? value.s : dn, out);
	buf_release(&type);
	buf_release(&value);
}

static void became(
	enum settled outcome, const char *name, const char *when, struct buf *out)
{
	switch (outcome) {
	case SETTLED_DONE:
		buf_printf(out,
			tr("The save of %s at %s, whose answer never came, was done."),
			name, when);
		return;
	case SETTLED_NOT:
		buf_printf(out,
			tr("The save of %s at %s, whose answer never came, was not "
			   "done: make it again."),
			name, when);
		return;
	case SETTLED_CHANGED:
	case SETTLED_REFUSED:
		buf_printf(out,
			tr("The answer to the save of %s at %s never came, and the "
			   "entry is neither as it was nor as it was to be: somebody has "
			   "changed it since. Look at it."),
			name, when);
		return;
	case SETTLED_UNKNOWN:
		buf_printf(out,
			tr("The answer to the save of %s at %s never came, and the "
			   "directory doesn't show what became of it: look again later."),
			name, when);
		return;
	}
}

static void count_line(struct form *f, const char *label, size_t n)
{
	struct buf words = BUF_INIT;

	if (!n)
		return;
	i18n_number(n, &words);
	form_pair(f, label, words.s);
	buf_release(&words);
}

static size_t all_of(const struct recovered *what)
{
	size_t n = 0;

	for (size_t i = 0; i < COUNT_OF(what->by); i++)
		n += what->by[i];
	return n;
}

void recovered_tell(void *arg, const struct recovered *what)
{
	struct app *app = arg;
	struct buf name = BUF_INIT, when = BUF_INIT, text = BUF_INIT;
	struct sheet *s = sheet_new(app, tr("A save without an answer"), NULL, NULL);

	entry_name(what->first->dn, &name);
	sentence_time(what->head->when, &when);
	became(what->outcome, name.s, when.s, &text);
	app_note(app, text.s);
	form_text(&s->form, what->outcome == SETTLED_DONE ? STYLE_TEXT : STYLE_WARNING,
		text.s);
	if (all_of(what) > 1) {
		form_blank(&s->form);
		form_text(&s->form, STYLE_TEXT, tr("It was one of several:"));
		count_line(&s->form, tr("done"), what->by[SETTLED_DONE]);
		count_line(&s->form, tr("not done"), what->by[SETTLED_NOT]);
		count_line(&s->form, tr("changed since"), what->by[SETTLED_CHANGED]);
		count_line(&s->form, tr("not to be seen"), what->by[SETTLED_UNKNOWN]);
	}
	form_button(&s->form, 1, tr("Close"));
	sheet_show(s);
	app->generation++;
	buf_release(&name);
	buf_release(&when);
	buf_release(&text);
}
