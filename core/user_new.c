/* Users made by the console. */
#include <stdlib.h>
#include <string.h>

#include "core/address.h"
#include "core/dn.h"
#include "core/schema.h"
#include "core/text.h"
#include "core/user_typed.h"

void user_blank(struct user *u)
{
	memset(u, 0, sizeof(*u));
	u->name = xstrdup("");
	u->routing = ROUTING_NONE;
}

static void typed_name(const struct user_new *typed, struct buf *out)
{
	const char *p = typed->name;
	size_t n = text_trim(&p);

	buf_add(out, p, n);
}

static void typed_uid(const struct user_new *typed, struct buf *out)
{
	const struct strv *addresses = &typed->edit->addresses;
	const char *p = typed->uid;
	size_t n = text_trim(&p);

	buf_add(out, p, n);
	if (out->len == 0 && addresses->n)
		buf_add(out, addresses->v[0], strcspn(addresses->v[0], "@"));
}

static bool uid_ok(const char *uid)
{
	for (const char *p = uid; *p; p++)
		if (*p == '/' || (unsigned char)*p <= ' ' || *p == 127)
			return false;
	return text_valid(uid, strlen(uid));
}

void user_new_check(const struct user_new *typed, const struct settings *settings,
	const struct user_around *around, struct findings *out)
{
	struct buf name = BUF_INIT, uid = BUF_INIT;
	struct user blank;

	typed_name(typed, &name);
	typed_uid(typed, &uid);
	if (name.len == 0)
		findings_add(
			out, RULE_EMPTY, SEVERITY_ERROR, FIELD_NAME, 0, NULL, NULL, NULL);
	if (typed->edit->addresses.n == 0)
		findings_add(out, RULE_EMPTY, SEVERITY_ERROR, FIELD_ADDRESSES, 0, NULL,
			NULL, NULL);
	else if (!uid_ok(uid.s))
		findings_add(out, RULE_UID_MALFORMED, SEVERITY_ERROR, FIELD_UID, 0, uid.s,
			NULL, NULL);
	if (around && typed->edit->addresses.n) {
		user_blank(&blank);
		user_check(typed->edit, &blank, settings, around, out);
		user_release(&blank);
	}
	buf_release(&name);
	buf_release(&uid);
}

static const char *parent_of(const struct user_new *typed, const struct settings *settings,
	const struct user_around *around)
{
	const char *domain = address_domain(typed->edit->addresses.v[0]);
	const struct domain *d = user_around_domain(around, domain);

	if (strcmp(settings->users.base, "%D") != 0)
		return settings->users.base;
	if (!d || !d->entry)
		BUG("no entry of the domain %s", domain);
	return d->entry->dn;
}

static void add_text(struct change *c, const char *attribute, const char *value)
{
	mod_value(change_mod(c, MOD_ADD, attribute), value, strlen(value));
}

static void add_list(struct change *c, const char *attribute, const struct strv *values)
{
	struct mod *m = values->n ? change_mod(c, MOD_ADD, attribute) : NULL;

	for (size_t i = 0; m && i < values->n; i++)
		mod_value(m, values->v[i], strlen(values->v[i]));
}

static struct change *new_entry(const char *uid, const char *parent)
{
	struct buf dn = BUF_INIT;
	struct change *c;
	struct mod *m;

	buf_puts(&dn, "uid=");
	dn_escape(&dn, uid, strlen(uid));
	buf_printf(&dn, ",%s", parent);
	c = change_new(CHANGE_ADD, dn.s);
	m = change_mod(c, MOD_ADD, ATTR_OBJECT_CLASS);
	mod_value(m, "inetOrgPerson", strlen("inetOrgPerson"));
	mod_value(m, CLASS_USER, strlen(CLASS_USER));
	add_text(c, "uid", uid);
	buf_release(&dn);
	return c;
}

struct change *user_new_change(const struct user_new *typed,
	const struct settings *settings, const struct user_around *around)
{
	struct buf name = BUF_INIT, uid = BUF_INIT;
	struct change *c;
	const char *last;

	typed_name(typed, &name);
	typed_uid(typed, &uid);
	last = strrchr(name.s, ' ');
	c = new_entry(uid.s, parent_of(typed, settings, around));
	add_text(c, "cn", name.s);
	add_text(c, "sn", last ? last + 1 : name.s);
	add_text(c, "displayName", name.s);
	add_list(c, settings->users.addresses.v[0], &typed->edit->addresses);
	add_text(c, ATTR_ROUTING, user_routing_word(typed->edit->routing));
	if (typed->edit->routing == ROUTING_EXTERNAL)
		add_list(c, ATTR_SELECTED, &typed->edit->selected);
	buf_release(&name);
	buf_release(&uid);
	return c;
}
