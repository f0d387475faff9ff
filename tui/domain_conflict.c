/* The domain form's side of a conflict. */
#include <stdlib.h>
#include <string.h>

#include "core/domainname.h"
#include "tui/domainform_parts.h"
#include "tui/i18n.h"

static const char *yes_no(bool yes)
{
	return yes ? tr("yes") : tr("no");
}

static void add_missing(struct strv *to, const struct domain *from)
{
	for (size_t i = 1; i < from->names.n; i++)
		if (!strv_has_case(to, from->names.v[i]))
			strv_add(to, from->names.v[i]);
}

/* Each name is a difference of its own, so that what one side adds and the other adds both
 * come without anybody's choosing. */
static void name_differences(struct domain_form *f, const struct domain *theirs,
	const struct domain *yours, struct differences *out)
{
	strv_release(&f->disputed);
	strv_release(&f->labels);
	add_missing(&f->disputed, &f->domain);
	add_missing(&f->disputed, theirs);
	add_missing(&f->disputed, yours);
	for (size_t i = 0; i < f->disputed.n; i++) {
		struct buf name = BUF_INIT, label = BUF_INIT;

		domainname_shown(f->disputed.v[i], &name);
		buf_printf(&label, tr("Other name %s"), name.s);
		strv_add(&f->labels, label.s);
		buf_release(&name);
		buf_release(&label);
	}
	for (size_t i = 0; i < f->disputed.n; i++) {
		const char *name = f->disputed.v[i];

		editor_difference(out, ID_NAME + (int)i, f->labels.v[i],
			yes_no(domain_has_name(&f->domain, name)),
			yes_no(domain_has_name(theirs, name)),
			yes_no(domain_has_name(yours, name)));
	}
}

void domain_form_differences(
	struct editor *e, const struct entry *theirs, struct differences *out)
{
	struct domain_form *f = domain_form_of(e);
	struct domain other, typed;
	struct domain_edit other_edit, base_edit;

	if (!domain_decode(theirs, &other))
		return;
	domain_edit_init(&other_edit, &other);
	domain_edit_init(&base_edit, &f->domain);
	domain_as_typed(&f->edit, &f->domain, &typed);
	editor_difference(out, FIELD_RELAY, tr("Relay for split domains"), base_edit.relay,
		other_edit.relay, f->edit.relay);
	editor_difference(out, FIELD_FORWARD, tr("Forward unknown addresses to the relay"),
		yes_no(base_edit.forward_unknown), yes_no(other_edit.forward_unknown),
		yes_no(f->edit.forward_unknown));
	editor_difference(out, FIELD_DESCRIPTION, tr("Description"), base_edit.description,
		other_edit.description, f->edit.description);
	name_differences(f, &other, &typed, out);
	domain_edit_release(&base_edit);
	domain_edit_release(&other_edit);
	domain_release(&other);
	domain_release(&typed);
}

static void set_string(char **to, const char *from)
{
	char *copy = xstrdup(from);

	free(*to);
	*to = copy;
}

/* f->domain is theirs, `mine` what was typed before. */
static void merge_names(
	struct domain_form *f, const struct domain *mine, const struct differences *chosen)
{
	domain_names_forget_typed(f);
	strv_release(&f->edit.aliases);
	for (size_t i = 0; i < f->disputed.n; i++) {
		const char *name = f->disputed.v[i];
		const struct domain *from =
			editor_chose_theirs(chosen, ID_NAME + (int)i) ? &f->domain : mine;
		struct buf shown = BUF_INIT;

		domainname_shown(name, &shown);
		if (domain_has_name(from, name))
			strv_add(&f->edit.aliases, shown.s);
		buf_release(&shown);
	}
}

void domain_form_merge(struct editor *e, const struct differences *chosen)
{
	struct domain_form *f = domain_form_of(e);
	struct domain_edit mine = f->edit;
	struct domain typed;

	domain_as_typed(&mine, &f->domain, &typed);
	memset(&f->edit, 0, sizeof(f->edit));
	domain_form_decode(e);
	if (!editor_chose_theirs(chosen, FIELD_RELAY))
		set_string(&f->edit.relay, mine.relay);
	if (!editor_chose_theirs(chosen, FIELD_FORWARD))
		f->edit.forward_unknown = mine.forward_unknown;
	if (!editor_chose_theirs(chosen, FIELD_DESCRIPTION))
		set_string(&f->edit.description, mine.description);
	merge_names(f, &typed, chosen);
	domain_form_fields_from_edit(f);
	domain_edit_release(&mine);
	domain_release(&typed);
}
