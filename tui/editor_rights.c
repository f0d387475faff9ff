/* What the person may change of an entry that is edited. */
#include "tui/editor_parts.h"
#include "tui/i18n.h"

bool editor_locked(const struct editor *e)
{
	return e->read_only || rights_all_denied(&e->rights);
}

void editor_lock(struct editor *e, struct form_item *item, const char *attribute)
{
	if (rights_denied(&e->rights, attribute, NULL))
		form_lock(item);
}

/* ---- asking ------------------------------------------------------------------- */

static bool refused(struct editor *e)
{
	struct change *c = e->ops->change(e);
	bool is = c && rights_refuse(&e->rights, c);

	change_free(c);
	return is;
}

static void say_who_may(struct editor *e)
{
	struct buf text = BUF_INIT;

	e->ops->who_may(e, rights_all_denied(&e->rights), &text);
	app_complain(e->view.app, text.s);
	buf_release(&text);
}

/* The form does not wait for it: somebody may have typed meanwhile. */
static void answered(void *arg)
{
	struct editor *e = arg;
	bool awaited = e->rights_awaited;

	e->rights_awaited = false;
	if (awaited) {
		editor_arrived(e);
		return;
	}
	if (e->phase == EDITOR_READY && rights_all_denied(&e->rights) && e->ops->changed(e))
		say_who_may(e);
	editor_touch(e);
}

void editor_ask_rights(struct editor *e)
{
	rights_stop(&e->rights);
	if (e->read_only)
		return;
	e->ops->wishes(e, &e->rights);
	rights_ask(&e->rights, e->view.app->store, answered, e);
}

void editor_watch_rights(struct editor *e)
{
	if (e->phase == EDITOR_READY && rights_outdated(&e->rights))
		editor_ask_rights(e);
}

void editor_await_rights(struct editor *e)
{
	editor_ask_rights(e);
	if (!e->rights.op)
		return;
	e->rights_awaited = true;
	editor_await(e);
}

void editor_stop_rights(struct editor *e)
{
	rights_stop(&e->rights);
	e->rights_awaited = false;
}

/* ---- saving ------------------------------------------------------------------- */

void editor_deny(struct editor *e)
{
	bool gives_up = e->at_once;

	say_who_may(e);
	editor_unsaved(e);
	if (gives_up)
		app_pop(e->view.app, &e->view);
}

bool editor_permitted(struct editor *e)
{
	if (!refused(e))
		return true;
	editor_deny(e);
	return false;
}
