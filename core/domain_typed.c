#include "core/domain_typed.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/domainname.h"
#include "core/text.h"

void domain_relay_shown(const struct domain *d, struct buf *out)
{
	switch (d->relay_state) {
	case RELAY_UNSET:
		break;
	case RELAY_USABLE:
		nexthop_shown(&d->relay, out);
		break;
	case RELAY_MALFORMED:
		text_printable(out, d->relay_value, strlen(d->relay_value));
		break;
	}
}

static bool same_relay(const struct domain_typed *t, const struct domain *d)
{
	return t->relay_rule == RULE_OK && d->relay_state == RELAY_USABLE &&
	       t->relay.kind == d->relay.kind && t->relay.port == d->relay.port &&
	       strcmp(t->relay.host, d->relay.host) == 0;
}

/* What stands there as it was shown is not touched, even where it could not be typed (an
 * A-label that stands for nothing); but what is mended by being typed is. */
static void read_relay(
	struct domain_typed *t, const struct domain_edit *edit, const struct domain *d)
{
	struct buf shown = BUF_INIT;
	bool as_shown;

	t->relay_rule = nexthop_parse(edit->relay, &t->relay);
	if (d)
		domain_relay_shown(d, &shown);
	as_shown = strcmp(edit->relay, shown.s) == 0;
	if (!d || d->relay_state == RELAY_UNSET) {
		t->relay_touched = t->relay_rule != RULE_EMPTY;
	} else if (d->relay_state == RELAY_MALFORMED) {
		t->relay_touched = t->relay_rule == RULE_OK || !as_shown;
	} else if (as_shown) {
		t->relay_rule = RULE_OK;
		t->relay = d->relay;
	} else {
		t->relay_touched = !same_relay(t, d);
	}
	buf_release(&shown);
}

bool domain_typed_has_alias(const struct domain_typed *t, const char *name)
{
	return strv_has_case(&t->alias_names, name);
}

static bool is_shown_as(const char *name, const char *typed)
{
	struct buf shown = BUF_INIT;
	bool same;

	domainname_shown(name, &shown);
	same = strcmp(typed, shown.s) == 0;
	buf_release(&shown);
	return same;
}

/* The alias that the domain has already and that was typed, or NULL.  What was left as it
 * is shown is that one, whatever it would be if it were typed now; of two that are shown
 * alike each is one of them. */
static const char *known_alias(const struct domain_typed *t, const struct domain *d,
	const char *typed, const char *canonical)
{
	const char *const likely[] = {typed, canonical};

	for (size_t i = 0; i < COUNT_OF(likely); i++)
		if (strv_has(&d->names, likely[i]) && strcmp(likely[i], d->name) != 0 &&
			!domain_typed_has_alias(t, likely[i]) &&
			is_shown_as(likely[i], typed))
			return likely[i];
	for (size_t i = 1; i < d->names.n; i++)
		if (!domain_typed_has_alias(t, d->names.v[i]) &&
			is_shown_as(d->names.v[i], typed))
			return d->names.v[i];
	return strv_has(&d->names, canonical) ? canonical : NULL;
}

static void read_alias(struct domain_typed *t, const char *typed, const struct domain *d)
{
	struct buf canonical = BUF_INIT;
	enum rule rule = domainname_canonical(typed, &canonical);
	const char *known = d ? known_alias(t, d, typed, canonical.s) : NULL;
	const char *name = known ? known : rule == RULE_OK ? canonical.s : typed;

	if ((known || rule != RULE_EMPTY) && strcmp(name, d ? d->name : t->name) != 0 &&
		!domain_typed_has_alias(t, name)) {
		char *copy = xstrdup(name);

		*array_add(&t->aliases) = (struct typed_alias){copy, rule, known != NULL};
		strv_add(&t->alias_names, copy);
	}
	buf_release(&canonical);
}

static void read_description(
	struct domain_typed *t, const struct domain_edit *edit, const struct domain *d)
{
	const char *s = edit->description, *was = d ? d->description : "";
	size_t n = text_trim(&s);

	t->description = xstrndup(s, n);
	t->description_touched =
		strcmp(edit->description, was) != 0 && strcmp(t->description, was) != 0;
}

void domain_typed_read(
	struct domain_typed *t, const struct domain_edit *edit, const struct domain *d)
{
	struct buf name = BUF_INIT;

	memset(t, 0, sizeof(*t));
	t->name_rule = d ? RULE_OK : domainname_canonical(edit->name, &name);
	t->name = d ? xstrdup(d->name) : buf_detach(&name);
	for (size_t i = 0; i < edit->aliases.n; i++)
		read_alias(t, edit->aliases.v[i], d);
	read_relay(t, edit, d);
	read_description(t, edit, d);
	t->forward_touched = edit->forward_unknown != (d && d->forward_unknown);
}

void domain_typed_release(struct domain_typed *t)
{
	for (size_t i = 0; i < t->aliases.n; i++)
		free(t->aliases.v[i].name);
	array_free(&t->aliases);
	strv_release(&t->alias_names);
	free(t->name);
	free(t->description);
}
