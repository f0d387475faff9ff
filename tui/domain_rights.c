/* Who may change a domain. */
#include "core/probe.h"
#include "core/schema.h"
#include "tui/domainform_parts.h"
#include "tui/i18n.h"

static void wish(
	struct rights *out, const struct entry *e, const char *attribute, const char *under)
{
	rights_wish(out, attribute, NULL, probe_value(e, attribute, under));
}

static void wish_new(struct rights *out, const struct settings *settings)
{
	struct domain_edit edit;
	char *name;

	domain_edit_init(&edit, NULL);
	name = edit.name;
	edit.name = xstrdup(PROBE_WORD ".invalid");
	free(name);
	rights_wish(out, RIGHT_ENTRY, NULL, domain_change(&edit, NULL, settings));
	domain_edit_release(&edit);
}

static void wish_adopted(struct rights *out, const struct domain *d)
{
	wish(out, d->entry, ATTR_OBJECT_CLASS, CLASS_DOMAIN);
	wish(out, d->entry, ATTR_DOMAIN, d->name);
}

void domain_form_wishes(struct editor *e, struct rights *out)
{
	const struct domain_form *f = domain_form_of(e);
	const struct entry *entry = e->entry;

	if (!entry && f->adopting) {
		wish_adopted(out, &f->adopted);
	} else if (!entry) {
		wish_new(out, e->view.app->settings);
	} else {
		wish(out, entry, ATTR_RELAY, NULL);
		wish(out, entry, ATTR_FORWARD, NULL);
		wish(out, entry, ATTR_DESCRIPTION, NULL);
		wish(out, entry, ATTR_DOMAIN, f->domain.name);
	}
}

void domain_form_who_may(const struct editor *e, bool all, struct buf *out)
{
	if (!e->entry)
		buf_puts(out, tr("Only a super administrator may create domains."));
	else if (all)
		buf_puts(out, tr("Only a super administrator may change this domain."));
	else
		buf_puts(out, tr("You may change only what stands in brackets; a super "
				 "administrator may change all of this domain."));
}

bool domain_names_locked(const struct domain_form *f)
{
	return rights_denied(&f->editor.rights, ATTR_DOMAIN, NULL);
}
