#include "core/accesslog.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/index.h"
#include "core/record.h"

const char *const logged_attributes[] = {"reqStart", "reqType", "reqAuthzID", "reqDN",
	"reqResult", "reqMod", "reqOld", "reqNewRDN", "reqNewDN", "reqEntryUUID", NULL};

void logged_release(struct logged *l)
{
	free(l->start);
	free(l->who);
	free(l->csn);
	free(l->id);
	free(l->new_dn);
	change_free(l->change);
	*l = (struct logged){0};
}

/* ---- lines ---------------------------------------------------------------------- */

/* "name:= value", taken apart; value borrowed. */
struct line {
	char *name;
	char op; /* ' ' where there is none */
	bool has_value;
	const char *value;
	size_t n;
};

/* An attribute description: letters, digits, '-', '.' and, for options, ';'. */
static size_t name_length(const char *p, size_t n)
{
	static const char words[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-.;";
	size_t i = 0;

	while (i < n && p[i] && strchr(words, p[i]))
		i++;
	return i;
}

/* False: not such a line.  Else the name is the caller's to free(3). */
static bool take_apart(const struct value *v, struct line *out)
{
	size_t at = name_length(v->p, v->n);

	*out = (struct line){.op = ' ', .value = ""};
	if (at == 0 || at == v->n || v->p[at] != ':')
		return false;
	out->name = xstrndup(v->p, at++);
	if (at < v->n && strchr("+-=#", v->p[at]) && v->p[at])
		out->op = v->p[at++];
	out->has_value = at < v->n && v->p[at] == ' ';
	if (out->has_value) {
		out->value = v->p + at + 1;
		out->n = v->n - at - 1;
	} else if (at != v->n) {
		free(out->name);
		return false;
	}
	return true;
}

/* ---- what was done ---------------------------------------------------------------- */

struct decoding {
	struct logged *out;
	struct mod *last; /* that further values belong to; NULL: the next begins one */
	bool cannot_undo; /* an increment: what it made of the value is not said */
};

static void set_csn(struct logged *l, const struct line *line)
{
	free(l->csn);
	l->csn = xstrndup(line->value, line->n);
}

static bool op_of(char sign, enum mod_op *op)
{
	*op = sign == '+' ? MOD_ADD : sign == '-' ? MOD_DELETE : MOD_REPLACE;
	return sign == '+' || sign == '-' || sign == '=';
}

/* Consecutive values of one attribute under one operation are one mod. */
static void add_mod(struct decoding *d, const struct line *line, enum mod_op op)
{
	struct mod *last = d->last;

	if (op == MOD_ADD && !line->has_value)
		return;
	if (!last || last->op != op || strcasecmp(last->attribute.name, line->name) != 0)
		last = change_mod(d->out->change, op, line->name);
	d->last = last;
	if (line->has_value)
		mod_value(last, line->value, line->n);
	else
		d->last = NULL; /* all of them: nothing can follow */
}

static void take_mod(struct decoding *d, const struct line *line)
{
	enum mod_op op;

	if (strcasecmp(line->name, "entryCSN") == 0)
		set_csn(d->out, line);
	if (plan_servers_own(line->name)) {
		d->last = NULL;
	} else if (record_is_secret(line->name)) {
		d->out->has_secret = true;
		d->last = NULL;
	} else if (op_of(line->op, &op)) {
		add_mod(d, line, d->out->change->kind == CHANGE_ADD ? MOD_ADD : op);
	} else {
		d->cannot_undo = true;
		d->last = NULL;
		if (d->out->change->kind == CHANGE_MODIFY)
			change_mod(d->out->change, MOD_REPLACE, line->name);
	}
}

/* ":" alone stands between two mods of the same attribute. */
static bool take_mods(struct decoding *d, const struct attribute *a)
{
	for (size_t i = 0; a && i < a->values.n; i++) {
		const struct value *v = &a->values.v[i];
		struct line line;

		if (v->n == 1 && v->p[0] == ':') {
			d->last = NULL;
			continue;
		}
		if (!take_apart(v, &line))
			return false;
		take_mod(d, &line);
		free(line.name);
	}
	return true;
}

/* ---- what was there -------------------------------------------------------------- */

/* Whatever the change, the server's own entryCSN is among what it touches: where that is
 * told, so is everything else that was touched. */
static bool take_old(struct logged *l, const struct attribute *a)
{
	struct entry *before = l->change->before;

	for (size_t i = 0; before && a && i < a->values.n; i++) {
		struct line line;

		if (!take_apart(&a->values.v[i], &line))
			return false;
		if (strcasecmp(line.name, "entryCSN") == 0)
			l->has_before = true;
		if (record_is_secret(line.name))
			l->has_secret = l->has_secret || l->change->kind == CHANGE_DELETE;
		else if (!plan_servers_own(line.name))
			entry_add(before, line.name, line.value, line.n);
		free(line.name);
	}
	return true;
}

/* A value is deleted by the attribute's own rule, which may ignore case: as it was. */
static void spell_as_before(struct change *c)
{
	for (size_t i = 0; i < c->mods.n; i++) {
		struct attribute *a = &c->mods.v[i].attribute;
		const struct attribute *was =
			c->before ? entry_get(c->before, a->name) : NULL;

		for (size_t k = 0; was && k < a->values.n; k++) {
			struct value *v = &a->values.v[k];

			if (c->mods.v[i].op != MOD_DELETE ||
				attribute_holds(was, v->p, v->n))
				continue;
			index_drop(&a->index);
			for (size_t w = 0; w < was->values.n; w++)
				if (was->values.v[w].n == v->n &&
					strncasecmp(was->values.v[w].p, v->p, v->n) == 0)
					memcpy(v->p, was->values.v[w].p, v->n);
		}
	}
}

/* ---- all of it -------------------------------------------------------------------- */

static bool kind_of(const char *type, enum change_kind *kind)
{
	static const struct {
		const char *type;
		enum change_kind kind;
	} kinds[] = {{"add", CHANGE_ADD}, {"modify", CHANGE_MODIFY},
		{"delete", CHANGE_DELETE}, {"modrdn", CHANGE_MODIFY}};

	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (strcasecmp(kinds[i].type, type) == 0) {
			*kind = kinds[i].kind;
			return true;
		}
	return false;
}

/* "uid=newer,ou=people": servers before 2.5 say the new RDN only, and where it stands. */
static char *renamed_to(const struct entry *e)
{
	return xstrdup(*entry_text(e, "reqNewDN") ? entry_text(e, "reqNewDN")
						  : entry_text(e, "reqNewRDN"));
}

/* A text without a NUL inside. */
static bool is_text(const struct entry *e, const char *name)
{
	const struct attribute *a = entry_get(e, name);

	return !a || a->values.n == 0 || strlen(a->values.v[0].p) == a->values.v[0].n;
}

static bool is_change(const struct entry *e, enum change_kind *kind)
{
	const char *result = entry_text(e, "reqResult");

	return kind_of(entry_text(e, "reqType"), kind) && *entry_text(e, "reqStart") &&
	       *entry_text(e, "reqDN") && is_text(e, "reqDN") && is_text(e, "reqStart") &&
	       (!*result || strcmp(result, "0") == 0);
}

bool logged_decode(const struct entry *e, struct logged *out)
{
	struct decoding d = {.out = out};
	enum change_kind kind;

	if (!is_change(e, &kind))
		return false;
	*out = (struct logged){
		.start = xstrdup(entry_text(e, "reqStart")),
		.who = xstrdup(entry_text(e, "reqAuthzID")),
		.csn = xstrdup(""),
		.id = xstrdup(entry_text(e, "reqEntryUUID")),
		.change = change_new(kind, entry_text(e, "reqDN")),
	};
	if (kind == CHANGE_DELETE)
		out->change->before = entry_new(entry_text(e, "reqDN"));
	if (strcasecmp(entry_text(e, "reqType"), "modrdn") == 0)
		out->new_dn = renamed_to(e);
	if (out->change->before)
		entry_set_state(out->change->before, entry_text(e, "reqEntryUUID"), "");
	if (kind != CHANGE_DELETE && !take_mods(&d, entry_get(e, "reqMod"))) {
		logged_release(out);
		return false;
	}
	if (!take_old(out, entry_get(e, "reqOld"))) {
		logged_release(out);
		return false;
	}
	spell_as_before(out->change);
	out->has_before = (out->has_before || kind == CHANGE_ADD) && !d.cannot_undo;
	return true;
}
