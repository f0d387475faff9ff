#include "tui/unsaved.h"

#include <stdlib.h>

#include "tui/i18n.h"
#include "tui/screens.h"
#include "tui/sentence.h"
#include "tui/sheet.h"

enum { ANSWER_OPEN = 1, ANSWER_DISCARD, ANSWER_LATER };

/* ---- keeping ------------------------------------------------------------------ */

void unsaved_drop(struct view *v)
{
	draft_file_remove(v->draft);
	v->draft = NULL;
}

static bool keep(struct view *v, struct draft *draft, struct err *lost)
{
	struct app *app = v->app;
	bool kept;

	if (!app->drafts || !app->identity)
		return false;
	free(draft->who);
	draft->who = xstrdup(app->identity);
	kept = drafts_keep(app->drafts, draft, lost);
	/* one that could not be kept anew stays as it was */
	if (kept)
		draft_file_remove(v->draft);
	else
		draft_file_free(v->draft);
	v->draft = NULL;
	return kept;
}

size_t unsaved_keep(struct app *app, struct err *lost)
{
	size_t n = 0;

	*lost = (struct err){0};
	for (struct view *v = app->top; v; v = v->below) {
		struct draft draft = {0};

		if (v->ops->draft && v->ops->draft(v, &draft))
			n += keep(v, &draft, lost);
		draft_release(&draft);
	}
	return n;
}

/* ---- asking ------------------------------------------------------------------- */

static void ago(long age_s, struct buf *out)
{
	unsigned long minutes = (unsigned long)age_s / 60, hours = minutes / 60,
		      days = hours / 24;

	if (minutes < 1)
		buf_puts(out, tr("just now"));
	else if (hours < 1)
		buf_printf(
			out, tr_n("%lu minute ago", "%lu minutes ago", minutes), minutes);
	else if (days < 1)
		buf_printf(out, tr_n("%lu hour ago", "%lu hours ago", hours), hours);
	else
		buf_printf(out, tr_n("%lu day ago", "%lu days ago", days), days);
}

static void question(const struct draft_file *f, struct buf *out)
{
	struct buf name = BUF_INIT, when = BUF_INIT;

	sentence_safe(f->draft.name, &name);
	if (!name.len)
		buf_puts(&name, "–");
	ago(f->age_s, &when);
	switch (f->draft.form) {
	case DRAFT_DOMAIN:
	case DRAFT_USER:
		buf_printf(out, tr("You left unsaved changes in %s, %s."), name.s, when.s);
		break;
	case DRAFT_NEW_DOMAIN:
		buf_printf(
			out, tr("You left a new domain unsaved (%s), %s."), name.s, when.s);
		break;
	case DRAFT_NEW_USER:
		buf_printf(
			out, tr("You left a new user unsaved (%s), %s."), name.s, when.s);
		break;
	}
	buf_release(&name);
	buf_release(&when);
}

static struct draft_file *take_first(struct app *app)
{
	struct draft_files *left = &app->left;
	struct draft_file *first = left->v[0];

	for (size_t i = 1; i < left->n; i++)
		left->v[i - 1] = left->v[i];
	left->n--;
	return first;
}

static void open_form(struct app *app, struct draft_file *f)
{
	switch (f->draft.form) {
	case DRAFT_DOMAIN:
	case DRAFT_NEW_DOMAIN:
		domain_form_open_draft(app, f);
		break;
	case DRAFT_USER:
	case DRAFT_NEW_USER:
		user_form_open_draft(app, f);
		break;
	}
}

static bool answer(void *arg, int id)
{
	struct app *app = arg;
	struct draft_file *f = take_first(app);

	if (id == ANSWER_OPEN) {
		app_pop(app, app->top);
		open_form(app, f);
		return false;
	}
	if (id == ANSWER_DISCARD)
		draft_file_remove(f);
	else
		draft_file_free(f);
	return true;
}

static void ask(struct app *app)
{
	const char *const answers[3] = {tr("Open"), tr("Discard"), tr("Later")};
	struct buf text = BUF_INIT;

	question(app->left.v[0], &text);
	sheet_ask(app, tr("Unsaved changes"), text.s, answers, answer, app);
	buf_release(&text);
}

static void tell_damaged(struct app *app, const struct strv *damaged)
{
	for (size_t i = 0; i < damaged->n; i++) {
		struct buf path = BUF_INIT, text = BUF_INIT;

		sentence_safe(damaged->v[i], &path);
		buf_printf(&text,
			tr("What was kept of a form can't be read; it stays in %s."),
			path.s);
		app_complain(app, text.s);
		buf_release(&path);
		buf_release(&text);
	}
}

static void look(struct app *app)
{
	struct strv damaged = {0};

	unsaved_release(app);
	drafts_find(app->drafts, app->identity, &app->left, &damaged);
	tell_damaged(app, &damaged);
	strv_release(&damaged);
}

/* Whoever signs in under another name meanwhile is asked about what is theirs. */
void unsaved_step(struct app *app)
{
	bool at_home = app->top && !app->top->below;

	if (!app->drafts || !app->identity || !at_home ||
		store_status(app->store)->phase != STORE_READY)
		return;
	if (!app->left_known)
		look(app);
	app->left_known = true;
	if (app->left.n)
		ask(app);
}

void unsaved_release(struct app *app)
{
	for (size_t i = 0; i < app->left.n; i++)
		draft_file_free(app->left.v[i]);
	array_free(&app->left);
}
