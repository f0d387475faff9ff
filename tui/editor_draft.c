/* A form's unsaved changes as a draft, and back. */
#include "tui/editor_parts.h"
#include "tui/unsaved.h"

bool editor_draft(struct view *v, struct draft *out)
{
	struct editor *e = (struct editor *)v;
	struct buf name = BUF_INIT;

	if (v->ops->clean(v))
		return false;
	e->ops->name(e, &name);
	out->name = buf_detach(&name);
	out->base = e->entry ? entry_copy(e->entry) : NULL;
	e->ops->put_draft(e, out);
	return true;
}

/* The entry as it had been read then is the base: what has changed since is a conflict, or
 * none, as with any other save. */
void editor_show_draft(struct editor *e, struct draft_file *file)
{
	e->view.draft = file;
	app_push(e->view.app, &e->view);
	if (file->draft.base)
		editor_take(e, file->draft.base);
	e->phase = EDITOR_READY;
	e->ops->decode(e);
	if (e->phase == EDITOR_READY)
		e->ops->get_draft(e, &file->draft);
	if (e->entry)
		e->form.focus = e->first_focus;
	else
		editor_ask_rights(e);
	editor_touch(e);
	if (e->phase == EDITOR_READY && e->entry)
		editor_look_around(e);
	else if (e->phase == EDITOR_READY && e->ops->edited)
		e->ops->edited(e);
}
