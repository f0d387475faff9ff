#include "core/objectclass.h"

#include <string.h>
#include <strings.h>

#include "core/schema.h"

/* A parenthesis, a dollar sign, a quoted string without its quotes, or a word. */
struct token {
	const char *s;
	size_t n;
	char kind; /* '(' ')' '$' '\'' 'w', 0 at the end */
};

static struct token next_token(const char **p)
{
	const char *s = *p + strspn(*p, " \t\r\n");
	size_t n;

	if (*s == '\0')
		return (struct token){s, 0, 0};
	if (strchr("()$", *s)) {
		*p = s + 1;
		return (struct token){s, 1, *s};
	}
	if (*s == '\'') {
		n = strcspn(s + 1, "'");
		*p = s + 1 + n + (s[1 + n] == '\'');
		return (struct token){s + 1, n, '\''};
	}
	n = strcspn(s, " \t\r\n()$'");
	*p = s + n;
	return (struct token){s, n, 'w'};
}

static bool is(const struct token *t, const char *word)
{
	return t->n == strlen(word) && strncasecmp(t->s, word, t->n) == 0;
}

/* What follows the keyword in the definition's own list: one word, or a list of words. */
static void list_of(const char *definition, const char *keyword, struct strv *out)
{
	struct token t;
	int depth = 0;
	bool here = false;

	while ((t = next_token(&definition)).kind) {
		depth += (t.kind == '(') - (t.kind == ')');
		if (t.kind == ')' && depth <= 0)
			break; /* the definition's end */
		if (here && (t.kind == 'w' || t.kind == '\'')) {
			char *word = xstrndup(t.s, t.n);

			strv_add(out, word);
			free(word);
		}
		if (depth == 1 && t.kind != '(')
			here = t.kind == 'w' && is(&t, keyword);
	}
}

static bool lists(const char *definition, const char *keyword, const char *word)
{
	struct strv list = {0};
	bool has;

	list_of(definition, keyword, &list);
	has = strv_has_case(&list, word);
	strv_release(&list);
	return has;
}

static const char *definition_of(const struct attribute *definitions, const char *class)
{
	for (size_t i = 0; i < definitions->values.n; i++)
		if (lists(definitions->values.v[i].p, "NAME", class))
			return definitions->values.v[i].p;
	return NULL;
}

/* Each class once, whatever circles the definitions make. */
static bool holds(
	const struct attribute *definitions, const char *class, const char *attribute)
{
	struct strv classes = {0}, above = {0};
	bool found = false;

	strv_add(&classes, class);
	for (size_t i = 0; i < classes.n && !found; i++) {
		const char *definition = definition_of(definitions, classes.v[i]);

		if (!definition)
			continue;
		found = lists(definition, "MUST", attribute) ||
			lists(definition, "MAY", attribute);
		list_of(definition, "SUP", &above);
		for (size_t k = 0; k < above.n; k++)
			if (!strv_has_case(&classes, above.v[k]))
				strv_add(&classes, above.v[k]);
		strv_release(&above);
	}
	strv_release(&classes);
	return found;
}

bool objectclass_holds(
	const struct attribute *definitions, const char *class, const char *attribute)
{
	if (strcasecmp(class, "extensibleObject") == 0)
		return true;
	if (definitions)
		return holds(definitions, class, attribute);
	return strcasecmp(attribute, ATTR_DOMAIN) == 0 &&
	       strcasecmp(class, CLASS_DOMAIN_RELATED) == 0;
}
