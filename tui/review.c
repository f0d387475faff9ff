#include "tui/review.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/text.h"
#include "tui/i18n.h"
#include "tui/sentence.h"

enum { REVIEW_SAVE = 1, REVIEW_LDIF, REVIEW_BACK };

struct review {
	struct sheet sheet;
	struct plan *plan;
	review_fn *fn;
	void *arg;
};

static bool answer(void *arg, int id)
{
	struct review *r = arg;
	struct app *app = r->sheet.view.app;
	struct buf text = BUF_INIT;

	if (id == REVIEW_LDIF) {
		plan_ldif(r->plan, &text);
		sheet_text(app, "LDIF", text.s);
		buf_release(&text);
		return false;
	}
	app_pop(app, &r->sheet.view);
	r->fn(r->arg, id == REVIEW_SAVE);
	return false;
}

static void add_value(struct buf *out, const char *bytes, size_t n)
{
	if (out->len)
		buf_puts(out, ", ");
	text_printable(out, bytes, n);
}

/* How many values there are that neither go nor come. */
static void add_others(struct buf *out, size_t n)
{
	struct buf count = BUF_INIT;

	if (out->len)
		buf_puts(out, ", ");
	i18n_number(n, &count);
	buf_printf(out, tr_n("%s other", "%s others", n), count.s);
	buf_release(&count);
}

/* One line an attribute: name, what it was, what it will be; of many values those that go
 * and those that come, and where nothing does but the one, that others stay. */
static void attribute_line(struct form *f, const struct change *c, const char *name)
{
	const struct attribute *was = c->before ? entry_get(c->before, name) : NULL;
	struct strv after = {0};
	struct buf old = BUF_INIT, new = BUF_INIT;
	size_t stay = 0;
	bool many;

	change_result(c, name, &after);
	many = was && was->values.n > 1 && after.n > 1;
	for (size_t i = 0; was && i < was->values.n; i++) {
		const struct value *v = &was->values.v[i];

		if (many && strv_has(&after, v->p))
			stay++;
		else
			add_value(&old, v->p, v->n);
	}
	for (size_t i = 0; i < after.n; i++)
		if (!many || !attribute_holds(was, after.v[i], strlen(after.v[i])))
			add_value(&new, after.v[i], strlen(after.v[i]));
	if (stay && !(old.len && new.len)) {
		add_others(&old, stay);
		add_others(&new, stay);
	}
	form_row(f, name, old.len ? old.s : "–", new.len ? new.s : "–", STYLE_ACCENT);
	strv_release(&after);
	buf_release(&old);
	buf_release(&new);
}

static bool named_before(const struct change *c, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (strcasecmp(c->mods.v[k].attribute.name, c->mods.v[i].attribute.name) ==
			0)
			return true;
	return false;
}

/* What adding the entry again would write is what goes. */
static void list_deleted(struct form *f, const struct change *c)
{
	struct change *inverse = change_inverse(c);

	for (size_t i = 0; i < inverse->mods.n; i++) {
		const struct attribute *a = &inverse->mods.v[i].attribute;
		struct buf was = BUF_INIT;

		for (size_t k = 0; k < a->values.n; k++)
			add_value(&was, a->values.v[k].p, a->values.v[k].n);
		form_row(f, a->name, was.s, "–", STYLE_ACCENT);
		buf_release(&was);
	}
	change_free(inverse);
}

void review_list(struct form *f, const struct change *c)
{
	if (c->kind == CHANGE_DELETE)
		list_deleted(f, c);
	for (size_t i = 0; i < c->mods.n; i++)
		if (!named_before(c, i))
			attribute_line(f, c, c->mods.v[i].attribute.name);
}

/* What loses mail, before anything else. */
static void warn(struct form *f, const struct findings *findings)
{
	size_t before = f->items.n;
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < findings->n; i++) {
		if (findings->v[i].severity != SEVERITY_WARNING)
			continue;
		buf_reset(&text);
		sentence_finding(&findings->v[i], &text);
		form_text(f, STYLE_WARNING, text.s);
	}
	if (f->items.n > before)
		form_blank(f);
	buf_release(&text);
}

struct sheet *review_new(struct app *app, const char *title, struct plan *plan,
	const struct findings *findings, review_fn *fn, void *arg)
{
	/* the sheet is its first member: freed as one */
	struct review *r = sheet_new_sized(sizeof(*r), app, title, answer, NULL);
	const struct change *c;

	r->sheet.arg = r;
	r->sheet.width = 90;
	r->plan = plan;
	r->fn = fn;
	r->arg = arg;
	warn(&r->sheet.form, findings);
	plan->rewind(plan);
	while ((c = plan->next(plan))) {
		form_row(&r->sheet.form, tr("attribute"), tr("now"), tr("after saving"),
			STYLE_DIM);
		review_list(&r->sheet.form, c);
	}
	plan->rewind(plan);
	form_blank(&r->sheet.form);
	return &r->sheet;
}

void review_show(struct sheet *s, const char *save)
{
	form_button(&s->form, REVIEW_SAVE, save);
	form_button(&s->form, REVIEW_LDIF, tr("Show LDIF"));
	form_button(&s->form, REVIEW_BACK, tr("Back"));
	s->form.focus = REVIEW_SAVE;
	sheet_show(s);
}
