/* The rules of ROUTING.md that a user form can break. */
#include <string.h>
#include <strings.h>

#include "core/address.h"
#include "core/route.h"
#include "core/user_typed.h"

/* What every part of the check looks at. */
struct check {
	const struct user_edit *edit;
	const struct user *user;
	const struct settings *settings;
	const struct user_around *around;
	struct findings *out;
};

static void add(const struct check *c, enum rule rule, enum severity severity,
	enum form_field field, const char *arg0, const char *arg1, const char *arg2)
{
	findings_add(c->out, rule, severity, field, 0, arg0, arg1, arg2);
}

static enum severity severity_of(const struct check *c, const char *address)
{
	return user_has_address(c->user, address) ? SEVERITY_WARNING : SEVERITY_ERROR;
}

static void check_taken(const struct check *c, const char *address)
{
	for (size_t i = 0; i < c->around->n_holders; i++) {
		const struct user *holder = &c->around->holders[i];

		if (user_has_address(holder, address) || user_has_selected(holder, address))
			add(c, RULE_ADDRESS_TAKEN, severity_of(c, address), FIELD_ADDRESSES,
				address, holder->entry->dn, holder->name);
	}
}

static void check_addresses(const struct check *c)
{
	for (size_t i = 0; i < c->edit->addresses.n; i++) {
		const char *address = c->edit->addresses.v[i];
		const char *domain = address_domain(address);
		enum rule rule = address_stored_ok(address);

		if (rule != RULE_OK) {
			add(c, rule, severity_of(c, address), FIELD_ADDRESSES, address,
				NULL, NULL);
			continue;
		}
		check_taken(c, address);
		if (!user_around_domain(c->around, domain))
			add(c, RULE_ADDRESS_NOT_HOSTED, severity_of(c, address),
				FIELD_ADDRESSES, address, domain, NULL);
	}
	if (c->edit->routing == ROUTING_INTERNAL && c->edit->addresses.n == 0)
		add(c, RULE_INTERNAL_NO_ADDRESS, SEVERITY_ERROR, FIELD_ADDRESSES, NULL,
			NULL, NULL);
}

static void check_selected(const struct check *c, const char *address)
{
	const char *name = address_domain(address);
	const struct domain *d = user_around_domain(c->around, name);

	if (!strv_has_case(&c->edit->addresses, address))
		add(c, RULE_SELECTION_NOT_OWN, SEVERITY_ERROR, FIELD_SELECTION, address,
			NULL, NULL);
	else if (!d)
		add(c, RULE_ADDRESS_NOT_HOSTED, SEVERITY_ERROR, FIELD_SELECTION, address,
			name, NULL);
	else if (d->relay_state != RELAY_USABLE)
		add(c, RULE_EXTERNAL_NEEDS_RELAY, SEVERITY_ERROR, FIELD_SELECTION, address,
			name, NULL);
}

static void check_selection(const struct check *c)
{
	struct strv selection = {0};

	if (c->edit->routing != ROUTING_EXTERNAL)
		return;
	user_typed_selection(c->edit, c->user, &selection);
	if (selection.n == 0)
		add(c, RULE_SELECTION_EMPTY, SEVERITY_ERROR, FIELD_SELECTION, NULL, NULL,
			NULL);
	for (size_t i = 0; i < selection.n; i++)
		check_selected(c, selection.v[i]);
	strv_release(&selection);
}

static bool arrives(enum verdict verdict)
{
	return verdict == VERDICT_LOCAL || verdict == VERDICT_RELAY ||
	       verdict == VERDICT_DEFER;
}

/* The field whose change loses the mail. */
static enum form_field lost_by(const struct check *c, const char *address)
{
	if (!strv_has_case(&c->edit->addresses, address))
		return FIELD_ADDRESSES;
	return c->edit->routing == ROUTING_EXTERNAL ? FIELD_SELECTION : FIELD_ROUTING;
}

/* Nothing that decides about this address has changed. */
static bool goes_as_before(
	const struct check *c, const char *address, const struct user *typed)
{
	return typed->routing == c->user->routing &&
	       !strpbrk(address, c->settings->mail.recipient_delimiter) &&
	       user_has_address(typed, address) == user_has_address(c->user, address) &&
	       user_has_selected(typed, address) == user_has_selected(c->user, address);
}

static void check_lost(const struct check *c, const char *address, const struct user *typed)
{
	enum form_field field = lost_by(c, address);
	struct decision was, is;
	struct nexthop hop;
	struct buf relay = BUF_INIT;

	if (goes_as_before(c, address, typed))
		return;
	route_decide_user(address, c->user, c->around, c->settings, &was);
	route_decide_user(address, typed, c->around, c->settings, &is);
	if (arrives(was.verdict) && is.verdict == VERDICT_REJECT) {
		add(c, RULE_ADDRESS_REFUSED, SEVERITY_WARNING, field, address, NULL, NULL);
	} else if (arrives(was.verdict) && is.verdict == VERDICT_VERIFY) {
		if (nexthop_parse_stored(is.next_hop, &hop) == RULE_OK)
			nexthop_shown(&hop, &relay);
		add(c, RULE_ADDRESS_AS_UNKNOWN, SEVERITY_WARNING, field, address, relay.s,
			NULL);
	}
	buf_release(&relay);
	decision_release(&was);
	decision_release(&is);
}

static void check_all_lost(const struct check *c)
{
	struct user typed;

	user_as_typed(c->edit, c->user, &typed);
	for (size_t i = 0; i < c->user->addresses.n; i++)
		check_lost(c, c->user->addresses.v[i], &typed);
	for (size_t i = 0; i < c->user->selected.n; i++)
		if (!user_has_address(c->user, c->user->selected.v[i]))
			check_lost(c, c->user->selected.v[i], &typed);
	user_release(&typed);
}

void user_check(const struct user_edit *edit, const struct user *u,
	const struct settings *settings, const struct user_around *around,
	struct findings *out)
{
	const struct check c = {edit, u, settings, around, out};

	check_addresses(&c);
	check_selection(&c);
	check_all_lost(&c);
}
