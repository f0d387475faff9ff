/* What stands around the user form: its addresses' domains and who holds them. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/address.h"
#include "core/query.h"
#include "core/schema.h"
#include "tui/i18n.h"
#include "tui/sentence.h"
#include "tui/userform_parts.h"

enum { AROUND_DOMAINS, AROUND_HOLDERS, MOST_ASKED = 2000 };

static void add_domains(const struct strv *addresses, struct strv *list)
{
	for (size_t i = 0; i < addresses->n; i++) {
		const char *domain = address_domain(addresses->v[i]);

		if (!strv_has_case(list, domain))
			strv_add(list, domain);
	}
}

/* All of them, or, of a user who has more than a server would take in one question, those
 * that are being added. */
static void add_addresses(const struct user_form *f, struct strv *list)
{
	const struct strv *lists[] = {&f->edit.addresses, &f->edit.selected};
	bool few = f->edit.addresses.n + f->edit.selected.n <= MOST_ASKED;

	for (size_t i = 0; i < COUNT_OF(lists); i++)
		for (size_t k = 0; k < lists[i]->n; k++) {
			const char *address = lists[i]->v[k];

			if (!strv_has_case(list, address) &&
				(few || !(user_has_address(&f->user, address) ||
						user_has_selected(&f->user, address))))
				strv_add(list, address);
		}
}

bool user_form_around(struct editor *e, int i, struct search *search, struct buf *text)
{
	struct user_form *f = user_form_of(e);
	const struct settings *s = e->view.app->settings;
	struct strv list = {0};

	if (i > AROUND_HOLDERS || (!e->entry && f->edit.addresses.n == 0))
		return false;
	if (i == AROUND_DOMAINS) {
		user_domains(&f->user, &list);
		add_domains(&f->edit.addresses, &list);
		query_domains_named(s, &list, text);
		search->base = s->domains.base;
		search->attributes = e->view.app->domain_attributes;
	} else {
		add_addresses(f, &list);
		query_holders(s, &list, text);
		search->base = settings_user_search_base(s);
		search->attributes = e->view.app->user_attributes;
	}
	strv_release(&list);
	search->filter = text->s;
	return true;
}

void user_form_forget_around(struct user_form *f)
{
	for (size_t i = 0; i < f->domains.n; i++)
		domain_release(&f->domains.v[i]);
	for (size_t i = 0; i < f->holders.n; i++)
		user_release(&f->holders.v[i]);
	array_free(&f->domains);
	array_free(&f->holders);
	memset(&f->around, 0, sizeof(f->around));
}

static void unselect(struct user_form *f)
{
	for (size_t i = f->edit.selected.n; i-- > 0;)
		if (strcasecmp(f->edit.selected.v[i], f->unselect) == 0)
			strv_remove(&f->edit.selected, i);
	free(f->unselect);
	f->unselect = NULL;
	editor_save_at_once(&f->editor);
}

void user_form_arrived(struct editor *e)
{
	struct user_form *f = user_form_of(e);
	const struct fetch *domains = &e->around[AROUND_DOMAINS],
			   *holders = &e->around[AROUND_HOLDERS];

	user_form_forget_around(f);
	for (size_t i = 0; i < domains->entries.n; i++) {
		struct domain d;

		if (domain_decode(domains->entries.v[i], &d))
			*array_add(&f->domains) = d;
	}
	for (size_t i = 0; i < holders->entries.n; i++)
		if (!e->entry || strcmp(holders->entries.v[i]->id, e->entry->id) != 0)
			user_decode(holders->entries.v[i], e->view.app->settings,
				array_add(&f->holders));
	f->around = (struct user_around){
		f->domains.v, f->domains.n, f->holders.v, f->holders.n};
	if (f->add_local)
		user_address_add_on_all_names(f);
	if (f->unselect)
		unselect(f);
	if (f->toggle) {
		f->toggle = false;
		f->edit.routing = f->user.routing == ROUTING_EXTERNAL ? ROUTING_INTERNAL
								      : ROUTING_EXTERNAL;
		editor_save_at_once(e);
	}
}

static bool touches_addresses(const struct change *saved, const struct settings *s)
{
	for (size_t i = 0; i < s->users.addresses.n; i++)
		if (change_touches(saved, s->users.addresses.v[i]))
			return true;
	return false;
}

/* Another administrator cleared the relay while this save made the user external, gave one
 * of the addresses that it added to somebody else, or took away what it selected. */
static bool is_crossing(
	const struct finding *f, const struct change *saved, const struct settings *s)
{
	bool added = f->arg[0] && change_adds(saved, f->arg[0]);

	switch ((int)f->rule) {
	case RULE_EXTERNAL_NEEDS_RELAY:
		return added || change_touches(saved, ATTR_ROUTING);
	case RULE_ADDRESS_TAKEN:
		return added;
	case RULE_SELECTION_NOT_OWN:
		return added || touches_addresses(saved, s);
	case RULE_INTERNAL_NO_ADDRESS:
		return change_touches(saved, ATTR_ROUTING);
	default:
		return false;
	}
}

/* Nobody looks for a user without an address. */
bool user_form_found(const struct editor *e)
{
	const struct fetch *holders = &e->around[AROUND_HOLDERS];
	const struct user *u = &((const struct user_form *)e)->user;

	for (size_t i = 0; i < holders->entries.n; i++)
		if (strcmp(holders->entries.v[i]->id, e->entry->id) == 0)
			return true;
	return u->addresses.n + u->selected.n == 0;
}

bool user_form_crossed(struct editor *e, const struct change *saved, struct buf *sentence)
{
	struct user_form *f = user_form_of(e);
	struct findings found = {0};
	bool broken = false;

	user_check(&f->edit, &f->user, e->view.app->settings, &f->around, &found);
	for (size_t i = 0; i < found.n && !broken; i++) {
		if (!is_crossing(&found.v[i], saved, e->view.app->settings))
			continue;
		broken = true;
		buf_puts(sentence, tr("Somebody else saved at the same time."));
		buf_putc(sentence, ' ');
		sentence_finding(&found.v[i], sentence);
	}
	findings_release(&found);
	return broken;
}
