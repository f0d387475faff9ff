/* Entries as people edit them: a save changes what was touched and nothing else, and its
 * inverse brings back what was. */
#include <stdlib.h>

#include "core/index.h"
#include "core/schema.h"
#include "tests/fuzz/fuzz.h"

/* The entry after c, and whether c is what it says. */
static struct entry *applied(const struct change *c, const struct entry *e)
{
	struct entry *after = entry_new(e->dn);

	for (size_t i = 0; i < e->attributes.n; i++)
		if (!change_touches(c, e->attributes.v[i].name))
			attribute_copy(array_add(&after->attributes), &e->attributes.v[i]);
	for (size_t i = 0; i < c->mods.n; i++) {
		const char *name = c->mods.v[i].attribute.name;
		const struct attribute *was = entry_get(e, name);
		struct attribute *a;

		if (entry_get(after, name))
			continue;
		a = array_add(&after->attributes);
		a->name = xstrdup(name);
		for (size_t k = 0; was && k < was->values.n; k++)
			attribute_add(a, was->values.v[k].p, was->values.v[k].n);
	}
	return after;
}

static void drop_value(struct attribute *a, const struct value *v)
{
	index_drop(&a->index);
	for (size_t i = a->values.n; i > 0; i--) {
		struct value *at = &a->values.v[i - 1];

		if (at->n != v->n || memcmp(at->p, v->p, v->n) != 0)
			continue;
		free(at->p);
		*at = a->values.v[--a->values.n];
	}
}

static void apply_mod(struct attribute *a, const struct mod *m)
{
	index_drop(&a->index);
	while (a->values.n &&
		(m->op == MOD_REPLACE || (m->op == MOD_DELETE && !m->attribute.values.n)))
		free(a->values.v[--a->values.n].p);
	for (size_t i = 0; i < m->attribute.values.n; i++) {
		const struct value *v = &m->attribute.values.v[i];

		if (m->op == MOD_DELETE) {
			CHECK(attribute_holds(a, v->p, v->n));
			drop_value(a, v);
		} else {
			CHECK(!attribute_holds(
				a, v->p, v->n)); /* the server would refuse */
			attribute_add(a, v->p, v->n);
		}
	}
}

/* As a server would (RFC 4511 section 4.6), by hand. */
static struct entry *write_change(const struct change *c, const struct entry *e)
{
	struct entry *after = applied(c, e);

	for (size_t i = 0; i < c->mods.n; i++)
		apply_mod((struct attribute *)(uintptr_t)entry_get(
				  after, c->mods.v[i].attribute.name),
			&c->mods.v[i]);
	return after;
}

static bool same_sets(const struct entry *a, const struct entry *b)
{
	for (size_t i = 0; i < a->attributes.n; i++)
		if (!attribute_same(
			    &a->attributes.v[i], entry_get(b, a->attributes.v[i].name)))
			return false;
	return true;
}

/* There and back. */
static void check_change(const struct change *c, const struct entry *e)
{
	struct change *inverse = change_inverse(c);
	struct entry *after = write_change(c, e), *back;

	CHECK(c->kind == CHANGE_MODIFY && c->mods.n > 0);
	CHECK(change_still_holds(c, e) && change_has_happened(c, after));
	CHECK(change_still_holds(inverse, after));
	back = write_change(inverse, after);
	CHECK(same_sets(back, e) && same_sets(e, back));
	entry_free(after);
	entry_free(back);
	change_free(inverse);
}

/* Every value that stood in the entry is still there. */
static void check_only_added(const struct change *c, const struct entry *e)
{
	struct entry *after = write_change(c, e);

	for (size_t i = 0; i < e->attributes.n; i++) {
		const struct attribute *a = &e->attributes.v[i];

		for (size_t k = 0; k < a->values.n; k++)
			CHECK(attribute_holds(entry_get(after, a->name), a->values.v[k].p,
				a->values.v[k].n));
	}
	entry_free(after);
}

static void check_user(const struct entry *e, const struct settings *s, const char *typed)
{
	struct user_edit edit;
	struct change *c;
	struct user u;

	user_decode(e, s, &u);
	CHECK(is_safe_text(u.name, strlen(u.name)) && same_entry(u.entry, e));
	user_edit_init(&edit, &u);
	CHECK(!user_edit_changed(&edit, &u) && !user_change(&edit, &u, s));
	strv_add(&edit.addresses, "new@added.example");
	if (u.routing != ROUTING_EXTERNAL)
		strv_copy(&edit.selected, &u.selected);
	c = user_change(&edit, &u, s);
	if (c && !user_has_address(&u, "new@added.example")) {
		check_only_added(c, e);
		check_change(c, e);
	}
	change_free(c);
	for (size_t i = 0; i < edit.addresses.n; i++)
		if (strcmp(edit.addresses.v[i], typed) == 0)
			strv_remove(&edit.addresses, i--);
	edit.routing = (enum routing)(strlen(typed) % 3);
	c = user_change(&edit, &u, s);
	if (c)
		check_change(c, e);
	change_free(c);
	user_edit_release(&edit);
	user_release(&u);
}

static bool is_relay_mended(const struct domain *d)
{
	struct nexthop hop;

	return d->relay_state == RELAY_MALFORMED &&
	       nexthop_parse(d->relay_value, &hop) == RULE_OK;
}

static bool has_error(const struct findings *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].severity == SEVERITY_ERROR)
			return true;
	return false;
}

static void check_domain(const struct entry *e, const struct settings *s, const char *typed)
{
	struct findings findings = {0};
	struct domain_edit edit;
	struct change *c;
	struct domain d;

	if (!domain_decode(e, &d))
		return;
	CHECK(*d.name && d.names.n && strcmp(d.names.v[0], d.name) == 0);
	CHECK(is_safe_text(d.description, strlen(d.description)) && same_entry(d.entry, e));
	domain_edit_init(&edit, &d);
	c = domain_change(&edit, &d, s);
	CHECK(!c || is_relay_mended(&d));
	change_free(c);
	strv_add(&edit.aliases, "added.example");
	c = domain_change(&edit, &d, s);
	if (c && !is_relay_mended(&d) && !domain_has_name(&d, "added.example")) {
		check_only_added(c, e);
		check_change(c, e);
	}
	change_free(c);
	free(edit.relay);
	edit.relay = xstrdup(typed);
	edit.forward_unknown = !edit.forward_unknown;
	domain_check(&edit, &d, s, NULL, NULL, &findings);
	c = has_error(&findings) ? NULL : domain_change(&edit, &d, s);
	if (c)
		check_change(c, e);
	change_free(c);
	findings_release(&findings);
	c = domain_remove_change(e, NULL);
	if (c && c->kind == CHANGE_MODIFY)
		check_change(c, e);
	change_free(c);
	domain_edit_release(&edit);
	domain_release(&d);
}

/* A server gives no value twice. */
static bool is_set(const struct entry *e)
{
	for (size_t i = 0; i < e->attributes.n; i++) {
		const struct attribute *a = &e->attributes.v[i];

		for (size_t k = 0; k < a->values.n; k++)
			for (size_t m = 0; m < k; m++)
				if (a->values.v[k].n == a->values.v[m].n &&
					memcmp(a->values.v[k].p, a->values.v[m].p,
						a->values.v[k].n) == 0)
					return false;
	}
	return true;
}

/* Settings, an address or relay as typed, then an entry. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_left in = INPUT_LEFT(data, size);
	struct settings s;
	struct entry *e;
	char *typed;

	take_settings(&in, &s);
	typed = take_string(&in);
	e = take_entry(&in);
	if (e && is_set(e)) {
		struct entry *copy = entry_copy(e);

		CHECK(same_entry(e, copy));
		entry_free(copy);
		check_user(e, &s, typed);
		check_domain(e, &s, typed);
	}
	entry_free(e);
	free(typed);
	settings_release(&s);
	return 0;
}
