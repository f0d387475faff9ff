#include "core/draft.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/ldif.h"
#include "core/text.h"

static const char magic[] = "# relais draft 1\n";
static const char *const forms[] = {[DRAFT_DOMAIN] = "domain",
	[DRAFT_NEW_DOMAIN] = "new domain",
	[DRAFT_USER] = "user",
	[DRAFT_NEW_USER] = "new user"};

void draft_release(struct draft *d)
{
	for (size_t i = 0; i < d->fields.n; i++) {
		free(d->fields.v[i].name);
		free(d->fields.v[i].value);
	}
	array_free(&d->fields);
	free(d->when);
	free(d->who);
	free(d->directory);
	free(d->name);
	entry_free(d->base);
	*d = (struct draft){0};
}

void draft_put(struct draft *d, const char *name, const char *value)
{
	char *n = xstrdup(name), *v = xstrdup(value);

	*array_add(&d->fields) = (struct draft_field){n, v};
}

static const struct draft_field *find(const struct draft *d, const char *name)
{
	for (size_t i = 0; i < d->fields.n; i++)
		if (strcmp(d->fields.v[i].name, name) == 0)
			return &d->fields.v[i];
	return NULL;
}

const char *draft_get(const struct draft *d, const char *name)
{
	const struct draft_field *f = find(d, name);

	return f ? f->value : "";
}

bool draft_has(const struct draft *d, const char *name)
{
	return find(d, name) != NULL;
}

void draft_get_all(const struct draft *d, const char *name, struct strv *out)
{
	for (size_t i = 0; i < d->fields.n; i++)
		if (strcmp(d->fields.v[i].name, name) == 0)
			strv_add(out, d->fields.v[i].value);
}

/* ---- writing ------------------------------------------------------------------ */

static void put(struct buf *out, const char *name, const char *value)
{
	ldif_put(out, "", name, value ? value : "", value ? strlen(value) : 0);
}

static void put_base(const struct entry *e, struct buf *out)
{
	struct buf name = BUF_INIT;

	put(out, "dn", e->dn);
	put(out, "id", e->id);
	put(out, "csn", e->csn);
	for (size_t i = 0; i < e->attributes.n; i++) {
		const struct attribute *a = &e->attributes.v[i];

		buf_reset(&name);
		buf_printf(&name, "read.%s", a->name);
		for (size_t k = 0; k < a->values.n; k++)
			ldif_put(out, "", name.s, a->values.v[k].p, a->values.v[k].n);
	}
	buf_release(&name);
}

void draft_write(const struct draft *d, struct buf *out)
{
	struct buf name = BUF_INIT;

	buf_puts(out, magic);
	put(out, "when", d->when);
	put(out, "who", d->who);
	put(out, "directory", d->directory);
	put(out, "form", forms[d->form]);
	put(out, "name", d->name);
	if (d->base)
		put_base(d->base, out);
	for (size_t i = 0; i < d->fields.n; i++) {
		buf_reset(&name);
		buf_printf(&name, "typed.%s", d->fields.v[i].name);
		put(out, name.s, d->fields.v[i].value);
	}
	put(out, "end", "1");
	buf_release(&name);
}

/* ---- reading ------------------------------------------------------------------ */

struct reading {
	const char *at, *end;
	struct draft draft;
	char *id, *csn; /* of draft.base, whatever it says itself */
	bool has_form, ended;
	struct buf line, name, value;
};

/* The next line with those that go on; false: there is none, or it has no end. */
static bool next_line(struct reading *r)
{
	buf_reset(&r->line);
	do {
		const char *stop = memchr(r->at, '\n', (size_t)(r->end - r->at));

		if (!stop)
			return false;
		buf_add(&r->line, r->at, (size_t)(stop - r->at));
		r->at = stop + 1;
		if (r->at == r->end || *r->at != ' ')
			return true;
		r->at++;
	} while (r->at <= r->end);
	return false;
}

/* Text that a field can hold, and that can be shown. */
static bool is_text(const struct buf *b)
{
	return strlen(b->s) == b->len && text_valid(b->s, b->len);
}

static bool take_once(struct reading *r, char **to)
{
	if (*to || !is_text(&r->value))
		return false;
	*to = xstrdup(r->value.s);
	return true;
}

static bool take_form(struct reading *r)
{
	for (size_t i = 0; i < COUNT_OF(forms) && !r->has_form; i++)
		if (strcmp(r->value.s, forms[i]) == 0) {
			r->draft.form = (enum draft_form)i;
			r->has_form = true;
			return true;
		}
	return false;
}

static bool take_base(struct reading *r)
{
	struct entry *e = r->draft.base;

	if (strcmp(r->name.s, "dn") == 0) {
		if (e || !r->value.len || !is_text(&r->value))
			return false;
		r->draft.base = entry_new(r->value.s);
		return true;
	}
	if (!e)
		return false;
	if (strncmp(r->name.s, "read.", 5) == 0 && r->name.s[5])
		entry_add(e, r->name.s + 5, r->value.s, r->value.len);
	else if (strcmp(r->name.s, "id") == 0)
		return take_once(r, &r->id);
	else if (strcmp(r->name.s, "csn") == 0)
		return take_once(r, &r->csn);
	else
		return false;
	return true;
}

static bool take_line(struct reading *r)
{
	struct draft *d = &r->draft;
	const struct {
		const char *name;
		char **to;
	} words[] = {{"when", &d->when}, {"who", &d->who}, {"directory", &d->directory},
		{"name", &d->name}};

	if (!ldif_take(r->line.s, r->line.len, &r->name, &r->value) ||
		strlen(r->name.s) != r->name.len)
		return false;
	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (strcmp(r->name.s, words[i].name) == 0)
			return take_once(r, words[i].to);
	if (strcmp(r->name.s, "form") == 0)
		return take_form(r);
	if (strcmp(r->name.s, "end") == 0) {
		r->ended = true;
		return true;
	}
	if (strncmp(r->name.s, "typed.", 6) == 0 && r->name.s[6] && is_text(&r->value)) {
		draft_put(d, r->name.s + 6, r->value.s);
		return true;
	}
	return take_base(r);
}

static bool is_new(enum draft_form form)
{
	return form == DRAFT_NEW_DOMAIN || form == DRAFT_NEW_USER;
}

static bool read_all(struct reading *r)
{
	const struct draft *d = &r->draft;
	size_t n = strlen(magic);

	if ((size_t)(r->end - r->at) < n || memcmp(r->at, magic, n) != 0)
		return false;
	r->at += n;
	while (!r->ended)
		if (!next_line(r) || !take_line(r))
			return false;
	if (d->base)
		entry_set_state(d->base, r->id ? r->id : "", r->csn ? r->csn : "");
	return r->at == r->end && d->when && d->who && d->directory && d->name &&
	       r->has_form && is_new(d->form) == !d->base;
}

bool draft_read(const char *text, size_t n, struct draft *d)
{
	struct reading r = {.at = text,
		.end = text + n,
		.line = BUF_INIT,
		.name = BUF_INIT,
		.value = BUF_INIT};
	bool ok = read_all(&r);

	if (ok)
		*d = r.draft;
	else
		draft_release(&r.draft);
	free(r.id);
	free(r.csn);
	buf_release(&r.line);
	buf_release(&r.name);
	buf_release(&r.value);
	return ok;
}
