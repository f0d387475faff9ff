/* The words of the Changes screen. */
#include "tui/changes_parts.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/dn.h"
#include "core/nexthop.h"
#include "core/text.h"
#include "tui/i18n.h"
#include "tui/sentence.h"

enum { SHOWN_BYTES = 120 };

/* What tells most comes first. */
static const struct {
	const char *attribute;
	const char *label; /* msgid */
} known[] = {
	{"relaisSplitRelay", N_("Relay")},
	{"relaisForwardUnknown", N_("Unknown")},
	{"relaisRouting", N_("Mail")},
	{"relaisThirdPartyAddress", N_("3rd-party")},
	{"mail", N_("E-mail")},
	{"associatedDomain", N_("Other names")},
	{"description", N_("Description")},
};

/* ---- the gist ----------------------------------------------------------------------- */

void gist_release(struct gist *g)
{
	free(g->attribute);
	free(g->old);
	free(g->now);
	*g = (struct gist){0};
}

static size_t rank(const char *name, const struct settings *s)
{
	for (size_t i = 0; i < COUNT_OF(known); i++)
		if (strcasecmp(known[i].attribute, name) == 0)
			return i;
	if (strv_has_case(&s->users.addresses, name))
		return 4; /* as mail */
	return COUNT_OF(known) + (strcasecmp(name, "objectClass") == 0);
}

static size_t attributes_of(
	const struct change *c, const struct settings *s, const char **best)
{
	struct strv names = {0};
	size_t n;

	*best = NULL;
	for (size_t i = 0; i < c->mods.n; i++) {
		const char *name = c->mods.v[i].attribute.name;

		if (strv_has_case(&names, name))
			continue;
		if (strcasecmp(name, "objectClass") != 0)
			strv_add(&names, name);
		if (!*best || rank(name, s) < rank(*best, s))
			*best = name;
	}
	n = names.n;
	strv_release(&names);
	return n;
}

static char *first_value(const struct attribute *a)
{
	size_t n;

	if (!a || a->values.n == 0)
		return xstrdup("");
	n = a->values.v[0].n < SHOWN_BYTES ? a->values.v[0].n : SHOWN_BYTES;
	return xstrndup(a->values.v[0].p, n);
}

/* Those of one that the other lacks: the first, and how many more. */
static char *without(const struct attribute *a, const struct attribute *b)
{
	struct attribute left = {.name = xstrdup("")};
	struct buf out = BUF_INIT;
	char *first;

	for (size_t i = 0; a && i < a->values.n; i++) {
		const struct value *v = &a->values.v[i];

		if (!b || !attribute_holds(b, v->p, v->n))
			attribute_add(&left, v->p, v->n);
	}
	first = first_value(&left);
	buf_puts(&out, first);
	if (left.values.n > 1)
		buf_printf(&out, " +%zu", left.values.n - 1);
	free(first);
	attribute_release(&left);
	return buf_detach(&out);
}

static void gist_of_modify(const struct change *c, const char *name, struct gist *out)
{
	const struct attribute *was = c->before ? entry_get(c->before, name) : NULL;
	struct attribute is = {.name = xstrdup(name)};
	struct strv values = {0};

	change_result(c, name, &values);
	for (size_t i = 0; i < values.n; i++)
		attribute_add(&is, values.v[i], strlen(values.v[i]));
	if ((!was || was->values.n <= 1) && is.values.n <= 1) {
		out->kind = GIST_SET;
		out->old = first_value(was);
		out->now = first_value(&is);
	} else {
		out->kind = GIST_VALUES;
		out->old = without(was, &is);
		out->now = without(&is, was);
	}
	attribute_release(&is);
	strv_release(&values);
}

void gist_of_change(const struct change *c, const struct settings *s, struct gist *out)
{
	const char *name = NULL;
	size_t n = attributes_of(c, s, &name);

	*out = (struct gist){.kind = GIST_SET};
	if (c->kind == CHANGE_ADD) {
		out->kind = GIST_MADE;
	} else if (c->kind == CHANGE_DELETE) {
		out->kind = GIST_DELETED;
	} else if (name) {
		gist_of_modify(c, name, out);
		out->attribute = xstrdup(name);
		out->more = n > 1 ? n - 1 : 0;
	}
}

void gist_of(const struct saved_item *it, const struct settings *s, struct gist *out)
{
	*out = (struct gist){.kind = GIST_SET};
	if (it->new_dn) {
		out->kind = GIST_RENAMED;
		out->now = xstrdup(it->new_dn);
		return;
	}
	if (it->changes.n)
		gist_of_change(it->changes.v[0], s, out);
	if (it->has_secret && out->kind == GIST_SET && !out->attribute)
		out->attribute = xstrdup("userPassword");
}

/* ---- values, as people read them ---------------------------------------------------- */

static void relay_shown(const char *value, struct buf *out)
{
	struct nexthop hop;

	if (nexthop_parse(value, &hop) == RULE_OK)
		nexthop_shown(&hop, out);
	else
		sentence_safe(value, out);
}

static void value_shown(const char *attribute, const char *value, struct buf *out)
{
	if (!value || !*value)
		buf_puts(out, "–");
	else if (strcasecmp(attribute, "relaisSplitRelay") == 0)
		relay_shown(value, out);
	else
		sentence_safe(value, out);
}

static void routing_words(const char *value, struct buf *out)
{
	static const struct {
		const char *value;
		enum routing routing;
	} routings[] = {{"internal", ROUTING_INTERNAL}, {"external", ROUTING_EXTERNAL},
		{"none", ROUTING_NONE}};

	for (size_t i = 0; i < COUNT_OF(routings); i++)
		if (strcasecmp(routings[i].value, value) == 0) {
			buf_puts(out, sentence_routing(routings[i].routing));
			return;
		}
	value_shown("", value, out);
}

static void label_shown(const char *attribute, struct buf *out)
{
	for (size_t i = 0; i < COUNT_OF(known); i++)
		if (strcasecmp(known[i].attribute, attribute) == 0) {
			buf_puts(out, tr(known[i].label));
			return;
		}
	sentence_safe(attribute, out);
}

static void values_words(const struct gist *g, struct buf *out)
{
	if (g->now && *g->now) {
		buf_puts(out, " +");
		sentence_safe(g->now, out);
	}
	if (g->old && *g->old) {
		buf_puts(out, " –");
		sentence_safe(g->old, out);
	}
}

/* Of what is one of a few words only the new one is told; with the routing goes what is
 * selected. */
static void set_words(const struct gist *g, struct buf *out)
{
	bool set = g->kind == GIST_SET && (g->old || g->now);
	bool routing = set && strcasecmp(g->attribute, "relaisRouting") == 0;

	if (routing) {
		routing_words(g->now, out);
	} else if (set && strcasecmp(g->attribute, "relaisForwardUnknown") == 0) {
		buf_puts(out, strcasecmp(g->now, "TRUE") == 0 ? tr("forwarding on")
							      : tr("forwarding off"));
	} else if (set) {
		label_shown(g->attribute, out);
		buf_putc(out, ' ');
		value_shown(g->attribute, g->old, out);
		buf_puts(out, " → ");
		value_shown(g->attribute, g->now, out);
	} else {
		label_shown(g->attribute, out);
		values_words(g, out);
	}
	if (g->more && !routing)
		buf_printf(out, ", +%zu", g->more);
}

void gist_words(const struct gist *g, size_t total, struct buf *out)
{
	struct buf n = BUF_INIT;

	if (total > 1) {
		i18n_number(total, &n);
		buf_printf(out, tr_n("%s change", "%s changes", total), n.s);
		buf_release(&n);
		return;
	}
	switch (g->kind) {
	case GIST_MADE:
		buf_puts(out, tr("new entry"));
		break;
	case GIST_DELETED:
		buf_puts(out, tr("entry deleted"));
		break;
	case GIST_RENAMED:
		buf_puts(out, tr("renamed:"));
		buf_putc(out, ' ');
		changes_name(g->now, out);
		break;
	case GIST_SET:
	case GIST_VALUES:
		if (g->attribute)
			set_words(g, out);
		break;
	}
}

/* ---- names, outcomes ------------------------------------------------------------------
 */

void changes_name(const char *dn, struct buf *out)
{
	struct buf type = BUF_INIT, value = BUF_INIT;

	sentence_safe(*dn && dn_rdn(dn, &type, &value) ? value.s : dn, out);
	buf_release(&type);
	buf_release(&value);
}

/* What one word can say of all of it; false: there are several. */
static bool one_outcome(const struct saved_item *it, enum settled *which)
{
	for (size_t i = 0; i < COUNT_OF(it->by); i++)
		if (it->by[i] == it->total) {
			*which = (enum settled)i;
			return true;
		}
	return false;
}

static const char *outcome_word(enum settled outcome, enum style *style)
{
	switch (outcome) {
	case SETTLED_DONE:
		*style = STYLE_DIM;
		return tr("Done");
	case SETTLED_NOT:
		*style = STYLE_WARNING;
		return tr("Not done");
	case SETTLED_CHANGED:
		*style = STYLE_WARNING;
		return tr("Conflict");
	case SETTLED_REFUSED:
		*style = STYLE_ERROR;
		return tr("Rejected");
	case SETTLED_UNKNOWN:
		break;
	}
	*style = STYLE_WARNING;
	return tr("No answer");
}

void changes_outcome(
	const struct saved_item *it, bool undone, struct buf *out, enum style *style)
{
	struct buf done = BUF_INIT, all = BUF_INIT;
	enum settled which;

	if (undone) {
		*style = STYLE_ACCENT;
		buf_puts(out, tr("Undone"));
		return;
	}
	if (one_outcome(it, &which)) {
		buf_puts(out, outcome_word(which, style));
		return;
	}
	*style = STYLE_WARNING;
	i18n_number(it->by[SETTLED_DONE], &done);
	i18n_number(it->total, &all);
	buf_printf(out, tr("%s of %s"), done.s, all.s);
	buf_release(&done);
	buf_release(&all);
}

static void part(const char *label, size_t n, struct buf *out)
{
	if (!n)
		return;
	buf_puts(out, *out->s ? ", " : "");
	buf_printf(out, "%s ", label);
	i18n_number(n, out);
}

/* "Done 30, Refused 2" */
static void parts(const struct saved_item *it, struct buf *out)
{
	static const enum settled order[] = {SETTLED_DONE, SETTLED_REFUSED, SETTLED_CHANGED,
		SETTLED_NOT, SETTLED_UNKNOWN};
	struct buf words = BUF_INIT;
	enum style style;

	for (size_t i = 0; i < COUNT_OF(order); i++)
		part(outcome_word(order[i], &style), it->by[order[i]], &words);
	buf_printf(out, "%s.", words.s);
	buf_release(&words);
}

void changes_outcome_sentence(const struct saved_item *it, bool undone, struct buf *out)
{
	enum settled which;

	if (undone) {
		buf_puts(out, tr("It has been taken back."));
		return;
	}
	if (!one_outcome(it, &which)) {
		parts(it, out);
		return;
	}
	switch (which) {
	case SETTLED_DONE:
		break;
	case SETTLED_NOT:
		buf_puts(out, tr("It did not happen: everything stayed as it was."));
		break;
	case SETTLED_CHANGED:
		buf_puts(out, tr("Somebody else had changed the entry: nothing was "
				 "written."));
		break;
	case SETTLED_REFUSED:
		buf_puts(out, tr("The server refused it."));
		break;
	case SETTLED_UNKNOWN:
		buf_puts(out, tr("Its answer has not come, or never came: what became of "
				 "it is looked up when the directory can be asked."));
		break;
	}
}
