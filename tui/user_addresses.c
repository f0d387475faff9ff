/* The addresses of the user form: shown, selected, added, removed. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/address.h"
#include "tui/i18n.h"
#include "tui/sentence.h"
#include "tui/sheet.h"
#include "tui/userform_parts.h"

enum { ADD_TEXT = 1, ADD_ALL_NAMES, ADD_DO, ADD_CANCEL };

void user_addresses_add_missing(struct strv *to, const struct strv *from)
{
	for (size_t i = 0; i < from->n; i++)
		if (!strv_has_case(to, from->v[i]))
			strv_add(to, from->v[i]);
}

/* Every address the form shows: the user's, then selected ones that are not his. */
void user_addresses_shown(const struct user_form *f, struct strv *out)
{
	user_addresses_add_missing(out, &f->edit.addresses);
	if (f->edit.routing == ROUTING_EXTERNAL)
		user_addresses_add_missing(out, &f->edit.selected);
}

void user_form_copied(const struct editor *e, int id, struct buf *out)
{
	const struct user_form *f = user_form_of(e);
	struct strv addresses = {0};

	user_addresses_shown(f, &addresses);
	if (id >= ID_ADDRESS && (size_t)(id - ID_ADDRESS) < addresses.n)
		buf_puts(out, addresses.v[id - ID_ADDRESS]);
	strv_release(&addresses);
}

static void add_address(struct user_form *f, const char *address)
{
	if (!strv_has_case(&f->edit.addresses, address))
		strv_add(&f->edit.addresses, address);
	if (!strv_has_case(&f->edit.selected, address))
		strv_add(&f->edit.selected, address);
}

/* The domain is known now: the same local part under each of its names. */
void user_address_add_on_all_names(struct user_form *f)
{
	const struct domain *d;
	struct buf address = BUF_INIT;
	size_t local = strcspn(f->add_local, "@");

	d = user_around_domain(&f->around, address_domain(f->add_local));
	for (size_t i = 0; d && i < d->names.n; i++) {
		buf_reset(&address);
		buf_add(&address, f->add_local, local + 1);
		buf_puts(&address, d->names.v[i]);
		add_address(f, address.s);
	}
	free(f->add_local);
	f->add_local = NULL;
	buf_release(&address);
}

/* A local part alone is completed by the domain of the first address. */
static enum rule typed_address(const struct user_form *f, struct buf *out)
{
	struct buf typed = BUF_INIT;
	enum rule rule;

	buf_puts(&typed, f->add.text.s);
	if (typed.len && !strchr(typed.s, '@') && f->user.addresses.n)
		buf_printf(&typed, "@%s", address_domain(f->user.addresses.v[0]));
	rule = address_canonical(typed.s, out);
	buf_release(&typed);
	return rule;
}

static void build_add(struct user_form *f, struct form *form)
{
	struct form_item *item = form_field(form, ADD_TEXT, tr("Address"), &f->add);

	if (f->add_rule != RULE_OK) {
		struct finding why = {.rule = f->add_rule};
		struct buf text = BUF_INIT;

		sentence_finding(&why, &text);
		form_note(item, STYLE_ERROR, text.s);
		buf_release(&text);
	}
	form_check(form, ADD_ALL_NAMES, tr("on all of the domain's names"),
		f->add_all_names, NULL);
	form_button(form, ADD_DO, tr("Add"));
	form_button(form, ADD_CANCEL, tr("Cancel"));
	form_settle(form);
}

static void take_added(struct user_form *f, const char *address)
{
	struct editor *e = &f->editor;

	add_address(f, address);
	free(f->add_local);
	f->add_local = f->add_all_names ? xstrdup(address) : NULL;
	app_pop(e->view.app, e->view.app->top);
	e->refused = (struct err){0};
	editor_touch(e);
	editor_look_around(e);
}

static bool answer_add(void *arg, int id)
{
	struct user_form *f = user_form_of(arg);
	struct sheet *sheet = (struct sheet *)f->editor.view.app->top;
	struct buf address = BUF_INIT;

	if (id == 0 || id == ADD_CANCEL)
		return true;
	if (id == ADD_ALL_NAMES) {
		f->add_all_names = !f->add_all_names;
	} else {
		f->add_rule = typed_address(f, &address);
		if (f->add_rule == RULE_OK) {
			take_added(f, address.s);
			buf_release(&address);
			return false;
		}
		sheet->form.focus = ADD_TEXT;
	}
	buf_release(&address);
	form_clear(&sheet->form);
	build_add(f, &sheet->form);
	return false;
}

void user_address_ask(struct user_form *f)
{
	struct sheet *s =
		sheet_new(f->editor.view.app, tr("Add an address"), answer_add, &f->editor);

	field_set(&f->add, "");
	f->add_rule = RULE_OK;
	s->width = 60;
	s->form.focus = ADD_TEXT;
	build_add(f, &s->form);
	sheet_show(s);
}

static void drop(struct strv *list, const char *address)
{
	for (size_t i = list->n; i > 0; i--)
		if (strcasecmp(list->v[i - 1], address) == 0)
			strv_remove(list, i - 1);
}

void user_address_remove(struct user_form *f, size_t i)
{
	struct strv addresses = {0};

	user_addresses_shown(f, &addresses);
	if (i < addresses.n) {
		drop(&f->edit.addresses, addresses.v[i]);
		drop(&f->edit.selected, addresses.v[i]);
	}
	strv_release(&addresses);
}

void user_address_toggle(struct user_form *f, size_t i)
{
	struct strv addresses = {0};
	bool was;

	user_addresses_shown(f, &addresses);
	if (i >= addresses.n)
		BUG("address %zu of %zu", i, addresses.n);
	was = strv_has_case(&f->edit.selected, addresses.v[i]);
	drop(&f->edit.selected, addresses.v[i]);
	if (!was)
		strv_add(&f->edit.selected, addresses.v[i]);
	strv_release(&addresses);
}
