/* How a domain is taken away again. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/dn.h"
#include "core/domain.h"
#include "core/objectclass.h"
#include "core/schema.h"

static bool is_one_of(const char *word, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcasecmp(word, list[i]) == 0)
			return true;
	return false;
}

static bool has_own_classes_only(const struct entry *e)
{
	static const char *const own[] = {"top", "organizationalUnit", CLASS_DOMAIN};
	const struct attribute *classes = entry_get(e, ATTR_OBJECT_CLASS);

	for (size_t i = 0; classes && i < classes->values.n; i++)
		if (!is_one_of(classes->values.v[i].p, own, COUNT_OF(own)))
			return false;
	return entry_has_value(e, ATTR_OBJECT_CLASS, "organizationalUnit") &&
	       entry_has_value(e, ATTR_OBJECT_CLASS, CLASS_DOMAIN);
}

static bool has_own_attributes_only(const struct entry *e)
{
	static const char *const own[] = {ATTR_OBJECT_CLASS, "ou", ATTR_DOMAIN,
		ATTR_DESCRIPTION, ATTR_RELAY, ATTR_FORWARD};

	for (size_t i = 0; i < e->attributes.n; i++) {
		const char *name = e->attributes.v[i].name;

		if (!plan_servers_own(name) && !is_one_of(name, own, COUNT_OF(own)))
			return false;
	}
	return true;
}

static bool rdn_is_associated_domain(const struct entry *e)
{
	struct buf type = BUF_INIT, value = BUF_INIT;
	bool is = dn_rdn(e->dn, &type, &value) && strcasecmp(type.s, ATTR_DOMAIN) == 0;

	buf_release(&type);
	buf_release(&value);
	return is;
}

/* An RDN of several attributes is nothing that relais makes. */
static bool rdn_is_single(const char *dn)
{
	const char *end = dn_parent(dn);

	for (; dn < end; dn++) {
		if (*dn == '+')
			return false;
		if (*dn == '\\' && dn + 1 < end)
			dn++;
	}
	return true;
}

/* ou is what relais set, when anything. */
static bool ou_is_own(const struct entry *e)
{
	const struct attribute *ou = entry_get(e, "ou");
	struct buf type = BUF_INIT, value = BUF_INIT;
	bool own = true;

	dn_rdn(e->dn, &type, &value);
	for (size_t i = 0; ou && i < ou->values.n; i++)
		own = own && strcasecmp(ou->values.v[i].p, value.s) == 0;
	buf_release(&type);
	buf_release(&value);
	return own;
}

bool domain_is_ours(const struct entry *e)
{
	return has_own_classes_only(e) && has_own_attributes_only(e) &&
	       rdn_is_associated_domain(e) && rdn_is_single(e->dn) && ou_is_own(e);
}

static struct change *delete_entry(const struct entry *e)
{
	struct change *c = change_new(CHANGE_DELETE, e->dn);

	c->before = entry_copy(e);
	return c;
}

/* Its classes without relais'; whether one of them holds associatedDomain. */
static bool other_classes(
	const struct entry *e, const struct attribute *definitions, struct attribute *out)
{
	const struct attribute *classes = entry_get(e, ATTR_OBJECT_CLASS);
	bool held = false;

	for (size_t i = 0; classes && i < classes->values.n; i++) {
		const struct value *v = &classes->values.v[i];

		if (value_is_text(v) && strcasecmp(v->p, CLASS_DOMAIN) == 0)
			continue;
		attribute_add(out, v->p, v->n);
		held = held || objectclass_holds(definitions, v->p, ATTR_DOMAIN);
	}
	return held;
}

static struct change *strip_entry(
	const struct entry *e, const struct attribute *definitions)
{
	struct change *c = change_new(CHANGE_MODIFY, e->dn);
	struct attribute classes = {.name = xstrdup(ATTR_OBJECT_CLASS)};
	struct strv none = {0};
	bool held = other_classes(e, definitions, &classes);

	if (!held && rdn_is_associated_domain(e)) {
		/* it stays named so, by a class that is no matter of mail */
		attribute_add(&classes, CLASS_DOMAIN_RELATED, strlen(CLASS_DOMAIN_RELATED));
		held = true;
	}
	change_set_bytes(c, e, &classes);
	change_set(c, e, ATTR_RELAY, &none);
	change_set(c, e, ATTR_FORWARD, &none);
	if (!held)
		change_set(c, e, ATTR_DOMAIN, &none);
	attribute_release(&classes);
	return c;
}

struct change *domain_remove_change(const struct entry *e, const struct attribute *classes)
{
	if (!entry_has_value(e, ATTR_OBJECT_CLASS, CLASS_DOMAIN))
		return NULL;
	return domain_is_ours(e) ? delete_entry(e) : strip_entry(e, classes);
}
