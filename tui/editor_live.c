/*
 * What others do to an entry while its form is open.  A form in which nothing was typed
 * shows it as it is; one with changes says so, and takes it in when asked to.
 */
#include "tui/editor_parts.h"

#include <string.h>

#include "tui/i18n.h"

/* ---- hearing of it ---------------------------------------------------------------- */

/* A form opened for one save, or to take one back, looks again when it saves. */
static bool follows(const struct editor *e)
{
	return e->entry && !e->at_once && !e->given && !e->given_why && *e->entry->id;
}

static bool is_about(const struct editor *e, const struct news *news)
{
	return strcmp(news->entry->id, e->entry->id) == 0;
}

void editor_live_forget(struct editor *e)
{
	fetch_stop(&e->reread);
	entry_free(e->newer);
	e->newer = NULL;
	e->gone = e->stale = e->missed = false;
}

static void heard(struct editor *e, const struct entry *entry)
{
	struct entry *copy = entry ? entry_copy(entry) : NULL;

	entry_free(e->newer);
	e->newer = copy;
	e->gone = !entry;
	e->stale = false; /* until it was looked at */
}

void editor_news(struct view *v, const struct news *news)
{
	struct editor *e = (struct editor *)v;

	if (!follows(e))
		return;
	if (news->kind == NEWS_MISSED)
		e->missed = true;
	else if (!is_about(e, news))
		e->pace.due = e->pace.due || !news->own;
	else if (news->kind == NEWS_GONE)
		e->missed = true; /* looked for once more: to be sure */
	else if (!news->own)
		heard(e, news->entry);
}

/* ---- taking it in ----------------------------------------------------------------- */

/* Once, when it was heard: a form's differences borrow from what it looked at last. */
static void say_theirs(struct editor *e, const struct entry *theirs, struct buf *out)
{
	struct buf who = BUF_INIT, what = BUF_INIT;

	editor_author(theirs, &who);
	editor_theirs(e, theirs, &what);
	if (what.len)
		buf_printf(out, tr("%s has just changed this: %s."), who.s, what.s);
	buf_release(&who);
	buf_release(&what);
}

/* Nothing was typed. */
static void take(struct editor *e)
{
	editor_take(e, e->newer);
	e->ops->decode(e);
	editor_touch(e);
	editor_look_around(e);
}

static void look_at(struct editor *e)
{
	bool typed = e->ops->changed(e), shown;
	struct buf said = BUF_INIT;

	if (e->newer)
		say_theirs(e, e->newer, &said);
	shown = said.len > 0;
	if (e->newer && strcmp(e->newer->csn, e->entry->csn) == 0) {
		editor_live_forget(e);
	} else if (e->newer && !typed) {
		take(e);
		if (shown)
			app_say(e->view.app, said.s);
	} else {
		e->stale = e->gone || shown;
		buf_reset(&e->stale_said);
		buf_puts(&e->stale_said, said.s);
		if (e->stale)
			app_note(e->view.app,
				e->gone ? tr("Somebody has deleted this entry.") : said.s);
		else
			editor_live_forget(e); /* the save finds out that it is fresh */
		editor_touch(e);
	}
	buf_release(&said);
}

static void reread(void *arg)
{
	struct editor *e = arg;
	struct entry *now = fetch_first(&e->reread);

	/* that there is no answer does not say that it is gone: it may not be read any more
	 */
	if (now ? strcmp(now->id, e->entry->id) == 0
		: e->reread.err.code == ERR_NO_SUCH_OBJECT)
		heard(e, now);
}

static void read_again(struct editor *e)
{
	e->missed = false;
	fetch_start(&e->reread, e->view.app->store,
		&(struct search){.base = e->dn,
			.scope = SCOPE_BASE,
			.filter = "(objectClass=*)",
			.attributes = e->attributes},
		reread, e);
}

/* While nothing else goes on, and nothing stands above it. */
void editor_live_tick(struct editor *e)
{
	struct app *app = e->view.app;

	if (!follows(e) || e->phase != EDITOR_READY || app->top != &e->view)
		return;
	if ((e->newer || e->gone) && !e->stale)
		look_at(e);
	if (e->missed)
		read_again(e);
	else if (!e->waiting && pace_now(&e->pace, app))
		editor_look_around(e);
}

/* ---- what is shown ---------------------------------------------------------------- */

bool editor_can_merge(const struct editor *e)
{
	return e->stale && e->newer && e->phase == EDITOR_READY;
}

void editor_live_headline(struct editor *e)
{
	if (!e->stale || e->phase != EDITOR_READY)
		return;
	if (e->gone) {
		form_text(&e->form, STYLE_ERROR,
			tr("Somebody has deleted this entry: it can't be saved any more."));
	} else {
		form_text(&e->form, STYLE_WARNING, e->stale_said.s);
		form_entry(&e->form, ID_MERGE, tr("Merge"),
			tr("takes it into what you typed"));
	}
	form_blank(&e->form);
}

void editor_merge_newer(struct editor *e)
{
	editor_merge(e, e->newer);
}
