/* The user form's unsaved changes as a draft, and back. */
#include <string.h>

#include "tui/userform_parts.h"

static const char *const routings[] = {[ROUTING_NONE] = "none",
	[ROUTING_INTERNAL] = "internal",
	[ROUTING_EXTERNAL] = "external"};

static void put_all(struct draft *out, const char *name, const struct strv *values)
{
	for (size_t i = 0; i < values->n; i++)
		draft_put(out, name, values->v[i]);
}

void user_form_put_draft(const struct editor *e, struct draft *out)
{
	const struct user_form *f = user_form_of(e);

	out->form = e->entry ? DRAFT_USER : DRAFT_NEW_USER;
	draft_put(out, "routing", routings[f->edit.routing]);
	if (!e->entry) {
		draft_put(out, "name", f->name.text.s);
		draft_put(out, "uid", f->uid.text.s);
		draft_put(out, "address", f->address.text.s);
		return;
	}
	put_all(out, "address", &f->edit.addresses);
	put_all(out, "selected", &f->edit.selected);
}

void user_form_get_draft(struct editor *e, const struct draft *draft)
{
	struct user_form *f = user_form_of(e);

	for (size_t i = 0; i < COUNT_OF(routings); i++)
		if (strcmp(draft_get(draft, "routing"), routings[i]) == 0)
			f->edit.routing = (enum routing)i;
	if (!e->entry) {
		field_set(&f->name, draft_get(draft, "name"));
		field_set(&f->uid, draft_get(draft, "uid"));
		field_set(&f->address, draft_get(draft, "address"));
		return;
	}
	strv_release(&f->edit.addresses);
	strv_release(&f->edit.selected);
	draft_get_all(draft, "address", &f->edit.addresses);
	draft_get_all(draft, "selected", &f->edit.selected);
}
