/* A server's object classes: libldap reads the same of what it understands. */
#include <ldap.h>
#include <ldap_schema.h>
#include <stdlib.h>
#include <strings.h>

#include "core/objectclass.h"
#include "tests/fuzz/fuzz.h"

enum { MOST = 32 };

struct classes {
	LDAPObjectClass *v[MOST];
	size_t n;
};

static bool lists(char *const *names, const char *name)
{
	for (; names && *names; names++)
		if (strcasecmp(*names, name) == 0)
			return true;
	return false;
}

static const LDAPObjectClass *find(const struct classes *c, const char *name)
{
	for (size_t i = 0; i < c->n; i++)
		if (lists(c->v[i]->oc_names, name))
			return c->v[i];
	return NULL;
}

/* seen: by index of the definitions. */
static bool holds(
	const struct classes *c, const char *name, const char *attribute, bool *seen)
{
	const LDAPObjectClass *class = find(c, name);

	for (size_t i = 0; class && i < c->n; i++)
		if (c->v[i] == class) {
			if (seen[i])
				return false;
			seen[i] = true;
		}
	if (!class)
		return false;
	if (lists(class->oc_at_oids_must, attribute) ||
		lists(class->oc_at_oids_may, attribute))
		return true;
	for (char **above = class->oc_sup_oids; above && *above; above++)
		if (holds(c, *above, attribute, seen))
			return true;
	return false;
}

/* libldap takes "( 1.2NAME 'a' )", too (RFC 4512 section 4.1.1: there is a space). */
static bool is_spaced(const char *definition)
{
	const char *s = definition + strspn(definition, " (");

	return s[strspn(s, "0123456789.")] == ' ';
}

/* libldap 2.5 loses some of what it cannot read. */
static LDAPObjectClass *parse_one(const char *definition)
{
	LDAPObjectClass *class;
	const char *at;
	int code;

	leaks_ignored(true);
	class = ldap_str2objectclass(definition, &code, &at, LDAP_SCHEMA_ALLOW_NONE);
	leaks_ignored(false);
	return class;
}

/* False when libldap does not understand all of them. */
static bool parse(const struct attribute *definitions, struct classes *out)
{
	for (size_t i = 0; i < definitions->values.n; i++) {
		if (out->n == MOST || !is_spaced(definitions->values.v[i].p))
			return false;
		out->v[out->n] = parse_one(definitions->values.v[i].p);
		if (!out->v[out->n])
			return false;
		out->n++;
	}
	return true;
}

static void check(
	const struct attribute *definitions, const char *class, const char *attribute)
{
	bool ours = objectclass_holds(definitions, class, attribute), seen[MOST] = {0};
	struct classes c = {.n = 0};

	if (strcasecmp(class, "extensibleObject") == 0)
		CHECK(ours);
	else if (parse(definitions, &c))
		CHECK(ours == holds(&c, class, attribute, seen));
	for (size_t i = 0; i < c.n; i++)
		ldap_objectclass_free(c.v[i]);
}

/* Class and attribute, a line each; then definitions. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_left in = INPUT_LEFT(data, size);
	char *class = take_string(&in), *attribute = take_string(&in);
	struct attribute definitions = {0};

	while (in.n) {
		struct buf line = take_line(&in);

		attribute_add(&definitions, line.s, strlen(line.s));
		buf_release(&line);
	}
	check(&definitions, class, attribute);
	objectclass_holds(NULL, class, attribute);
	attribute_release(&definitions);
	free(class);
	free(attribute);
	return 0;
}
