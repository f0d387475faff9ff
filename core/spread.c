#include "core/spread.h"

#include <string.h>
#include <strings.h>

#include "core/address.h"
#include "core/dn.h"
#include "core/schema.h"

static bool is_at(const char *address, const char *domain)
{
	return strcasecmp(address_domain(address), domain) == 0;
}

/* The same local part at another domain. */
static void moved(const char *address, const char *domain, struct buf *out)
{
	buf_reset(out);
	buf_add(out, address, strlen(address) - strlen(address_domain(address)));
	buf_puts(out, domain);
}

static void blame(struct findings *findings, enum rule rule, const char *arg0,
	const char *arg1, const char *arg2)
{
	findings_add(findings, rule, SEVERITY_ERROR, FIELD_ADDRESSES, 0, arg0, arg1, arg2);
}

/* One address of u at the domain's own name, at the other name too. */
static void give(const struct spread *s, const struct user *u, const char *model,
	struct user_edit *edit, struct findings *findings)
{
	bool selected = u->routing == ROUTING_EXTERNAL && user_has_selected(u, model);
	struct buf address = BUF_INIT;
	enum rule rule;

	moved(model, s->name, &address);
	rule = address_stored_ok(address.s);
	if (rule != RULE_OK) {
		blame(findings, rule, address.s, NULL, NULL);
	} else if (selected && s->domain->relay_state != RELAY_USABLE) {
		blame(findings, RULE_EXTERNAL_NEEDS_RELAY, address.s, s->domain->name,
			NULL);
	} else if (!strv_has_case(&edit->addresses, address.s)) {
		strv_add(&edit->addresses, address.s);
		if (selected && !strv_has_case(&edit->selected, address.s))
			strv_add(&edit->selected, address.s);
	}
	buf_release(&address);
}

struct change *spread_change(
	const struct spread *s, const struct user *u, struct findings *findings)
{
	struct user_edit edit;
	struct change *c = NULL;
	size_t models = 0;

	user_edit_init(&edit, u);
	for (size_t i = 0; i < u->addresses.n; i++) {
		if (!is_at(u->addresses.v[i], s->domain->name))
			continue;
		models++;
		give(s, u, u->addresses.v[i], &edit, findings);
	}
	if (models == 0)
		blame(findings, RULE_NO_ADDRESS_THERE, s->domain->name, NULL, NULL);
	else if (edit.addresses.n > u->addresses.n)
		c = user_change(&edit, u, s->settings);
	user_edit_release(&edit);
	return c;
}

/* The mod that adds values of the attribute, or NULL. */
static struct mod *adding(const struct change *c, const char *name)
{
	for (size_t i = 0; i < c->mods.n; i++)
		if (c->mods.v[i].op == MOD_ADD &&
			strcasecmp(c->mods.v[i].attribute.name, name) == 0)
			return &c->mods.v[i];
	return NULL;
}

static void values_added(const struct change *c, const char *name, struct strv *out)
{
	const struct mod *m = adding(c, name);

	for (size_t i = 0; m && i < m->attribute.values.n; i++)
		strv_add(out, m->attribute.values.v[i].p);
}

void spread_added(const struct spread *s, const struct change *c, struct strv *addresses)
{
	values_added(c, s->settings->users.addresses.v[0], addresses);
}

void spread_selected(const struct change *c, struct strv *addresses)
{
	values_added(c, ATTR_SELECTED, addresses);
}

void spread_asks(const struct spread *s, const struct change *c, struct strv *out)
{
	struct buf model = BUF_INIT;
	struct strv added = {0};

	spread_added(s, c, &added);
	for (size_t i = 0; i < added.n; i++) {
		moved(added.v[i], s->domain->name, &model);
		strv_add(out, added.v[i]);
		strv_add(out, model.s);
	}
	buf_release(&model);
	strv_release(&added);
}

static void mod_drop(struct change *c, const char *name, const char *value)
{
	struct mod *m = adding(c, name);
	struct attribute *a = m ? &m->attribute : NULL;

	for (size_t i = 0; a && i < a->values.n; i++) {
		if (strcasecmp(a->values.v[i].p, value) != 0)
			continue;
		free(a->values.v[i].p);
		a->values.n--;
		index_drop(&a->index);
		memmove(&a->values.v[i], &a->values.v[i + 1],
			(a->values.n - i) * sizeof(*a->values.v));
		break;
	}
	if (a && a->values.n == 0) {
		attribute_release(a);
		c->mods.n--;
		memmove(m, m + 1, (size_t)(c->mods.v + c->mods.n - m) * sizeof(*m));
	}
}

/* Another user who has the address, in whatever attribute, or NULL. */
static const struct user *holder_of(
	const char *address, const struct change *c, const struct user *holders, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct user *u = &holders[i];
		bool same = *u->entry->id && *c->before->id
				    ? strcmp(u->entry->id, c->before->id) == 0
				    : dn_same(u->entry->dn, c->dn);

		if (!same &&
			(user_has_address(u, address) || user_has_selected(u, address)))
			return u;
	}
	return NULL;
}

bool spread_settle(const struct spread *s, struct change *c, const struct user *holders,
	size_t n, struct findings *findings)
{
	const char *attribute = s->settings->users.addresses.v[0];
	struct buf model = BUF_INIT;
	struct strv added = {0};

	spread_added(s, c, &added);
	for (size_t i = 0; i < added.n; i++) {
		const char *taken = added.v[i];
		const struct user *u = holder_of(taken, c, holders, n);

		moved(added.v[i], s->domain->name, &model);
		if (!u) {
			taken = model.s;
			u = holder_of(taken, c, holders, n);
		}
		if (!u)
			continue;
		blame(findings, RULE_ADDRESS_TAKEN, taken, u->entry->dn, u->name);
		mod_drop(c, attribute, added.v[i]);
		mod_drop(c, ATTR_SELECTED, added.v[i]);
	}
	buf_release(&model);
	strv_release(&added);
	return adding(c, attribute) != NULL;
}
