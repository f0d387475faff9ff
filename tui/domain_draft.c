/* The domain form's unsaved changes as a draft, and back. */
#include <stdlib.h>
#include <string.h>

#include "tui/domainform_parts.h"

static void set_string(char **to, const char *from)
{
	char *copy = xstrdup(from);

	free(*to);
	*to = copy;
}

void domain_form_put_draft(const struct editor *e, struct draft *out)
{
	const struct domain_form *f = domain_form_of(e);

	out->form = e->entry ? DRAFT_DOMAIN : DRAFT_NEW_DOMAIN;
	draft_put(out, "description", f->description.text.s);
	if (!e->entry) {
		draft_put(out, "name", f->name.text.s);
		draft_put(out, "aliases", f->aliases.text.s);
		return;
	}
	draft_put(out, "relay", f->relay.text.s);
	draft_put(out, "forward", f->edit.forward_unknown ? "yes" : "no");
	for (size_t i = 0; i < f->edit.aliases.n; i++)
		draft_put(out, "alias", f->edit.aliases.v[i]);
}

void domain_form_get_draft(struct editor *e, const struct draft *draft)
{
	struct domain_form *f = domain_form_of(e);

	field_set(&f->description, draft_get(draft, "description"));
	if (!e->entry) {
		field_set(&f->name, draft_get(draft, "name"));
		field_set(&f->aliases, draft_get(draft, "aliases"));
		return;
	}
	set_string(&f->edit.description, draft_get(draft, "description"));
	set_string(&f->edit.relay, draft_get(draft, "relay"));
	f->edit.forward_unknown = strcmp(draft_get(draft, "forward"), "yes") == 0;
	domain_names_forget_typed(f);
	strv_release(&f->edit.aliases);
	draft_get_all(draft, "alias", &f->edit.aliases);
	domain_form_fields_from_edit(f);
}
