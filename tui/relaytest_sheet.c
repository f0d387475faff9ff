/* The relay test on the screen: each step as it goes, then what it shows. */
#include <stdlib.h>

#include "core/text.h"
#include "tui/i18n.h"
#include "tui/relaytest_run.h"
#include "tui/screens.h"
#include "tui/sentence.h"
#include "tui/sheet.h"

enum { ID_STOP = 1, ID_CLOSE, ID_AGAIN };

struct test_sheet {
	struct sheet sheet;
	struct relaytest_run run;
	bool unsaved; /* the relay is the one in the form, not the stored one */
};

static enum style style_of(enum severity severity)
{
	switch (severity) {
	case SEVERITY_NOTE:
		return STYLE_TEXT;
	case SEVERITY_WARNING:
		return STYLE_WARNING;
	case SEVERITY_ERROR:
		return STYLE_ERROR;
	}
	BUG("severity %d", (int)severity);
}

static void build_step(
	struct form *form, const struct relaytest *t, enum relaytest_step step)
{
	enum step_state state = t->stages[step].state;
	struct buf label = BUF_INIT, text = BUF_INIT;
	enum severity severity;

	if (state == STEP_AHEAD || state == STEP_LEFT_OUT)
		return;
	relaytest_step_text(t, step, &text, &severity);
	buf_printf(&label, "%s %s", state == STEP_RUNNING ? "-" : relaytest_mark(severity),
		relaytest_step_name(step));
	form_pair(form, label.s, text.s)->style = style_of(severity);
	buf_release(&label);
	buf_release(&text);
}

static void build_point(
	struct form *form, const struct relaytest *t, const struct relaytest_point *p)
{
	struct buf text = BUF_INIT, words = BUF_INIT;
	struct form_item *item;

	buf_printf(&text, "%s ", relaytest_mark(p->severity));
	relaytest_point_text(t, p, &text);
	item = form_text(form, style_of(p->severity), text.s);
	relaytest_point_words(p, &words);
	if (words.len)
		form_note(item, STYLE_DIM, words.s);
	buf_release(&text);
	buf_release(&words);
}

static void build_end(struct form *form, const struct relaytest_run *r)
{
	struct buf why = BUF_INIT;

	form_blank(form);
	if (r->begun) {
		for (size_t i = 0; i < r->points.n; i++)
			build_point(form, &r->test, &r->points.v[i]);
		form_blank(form);
		form_text(form,
			r->points.conclusion == CONCLUDES_GOOD ? STYLE_GOOD : STYLE_ERROR,
			relaytest_conclusion(r->points.conclusion));
	} else if (r->err.code != ERR_NONE) {
		sentence_err(&r->err, &why);
		form_text(form, STYLE_ERROR, why.s);
	} else {
		form_text(form, STYLE_ERROR, relaytest_conclusion(CONCLUDES_STOPPED));
	}
	buf_release(&why);
}

static void describe(void *arg)
{
	struct test_sheet *s = arg;
	struct form *form = &s->sheet.form;
	struct relaytest_run *r = &s->run;
	struct buf relay = BUF_INIT;

	form_clear(form);
	nexthop_shown(&r->relay, &relay);
	form_pair(form, tr("Relay"), relay.s);
	if (s->unsaved)
		form_text(form, STYLE_WARNING, tr("As it stands in the form, not saved."));
	form_blank(form);
	for (enum relaytest_step step = 0; r->begun && step < STEP_COUNT; step++)
		build_step(form, &r->test, step);
	if (!r->begun && !r->done)
		form_text(form, STYLE_DIM, tr("Looking for an address to ask for…"));
	if (r->done) {
		build_end(form, r);
		form_button(form, ID_CLOSE, tr("Close"));
		form_button(form, ID_AGAIN, tr("Test again"));
	} else {
		form_button(form, ID_STOP, tr("Stop"));
	}
	form_settle(form);
	buf_release(&relay);
}

static bool pressed(void *arg, int id)
{
	struct test_sheet *s = arg;

	if (s->run.done && id != ID_AGAIN)
		return true;
	if (s->run.done)
		relaytest_repeat(&s->run);
	else
		relaytest_stop(&s->run);
	describe(s);
	return false;
}

static void release(void *arg)
{
	struct test_sheet *s = arg;

	relaytest_run_release(&s->run);
}

void relaytest_open(struct app *app, const struct nexthop *relay, const struct strv *names,
	bool forward, bool unsaved)
{
	struct test_sheet *s =
		sheet_new_sized(sizeof(*s), app, tr("Relay test"), pressed, NULL);

	s->sheet.arg = s;
	s->sheet.release = release;
	s->sheet.form.foot = true;
	s->unsaved = unsaved;
	s->run.settings = app->settings;
	s->run.store = app->store;
	s->run.smtp = app->smtp;
	s->run.own = &app->own;
	s->run.limits = &smtp_limits;
	s->run.now_ms = app->now_ms;
	s->run.changed = describe;
	s->run.arg = s;
	relaytest_start(&s->run, relay, names, forward);
	describe(s);
	sheet_show(&s->sheet);
}
