/* The user form's side of a conflict. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/address.h"
#include "tui/i18n.h"
#include "tui/sentence.h"
#include "tui/userform_parts.h"

static void join_addresses(const struct strv *list, struct buf *out)
{
	for (size_t i = 0; i < list->n; i++) {
		if (i)
			buf_puts(out, ", ");
		address_shown(list->v[i], out);
	}
	if (!list->n)
		buf_puts(out, "–");
}

static int by_bytes(const void *a, const void *b)
{
	return strcasecmp(*(char *const *)a, *(char *const *)b);
}

/* The order of values means nothing: compared and shown sorted. */
static char *sorted_words(const struct strv *list)
{
	struct strv sorted = {0};
	struct buf out = BUF_INIT;

	strv_copy(&sorted, list);
	if (sorted.n)
		qsort(sorted.v, sorted.n, sizeof(*sorted.v), by_bytes);
	join_addresses(&sorted, &out);
	strv_release(&sorted);
	return buf_detach(&out);
}

static void list_difference(struct differences *out, int id, const char *label,
	const struct strv *before, const struct strv *theirs, const struct strv *yours)
{
	char *a = sorted_words(before), *b = sorted_words(theirs), *c = sorted_words(yours);

	editor_difference(out, id, label, a, b, c);
	free(a);
	free(b);
	free(c);
}

void user_form_differences(
	struct editor *e, const struct entry *theirs, struct differences *out)
{
	static const struct strv none;
	struct user_form *f = user_form_of(e);
	struct user other;

	user_decode(theirs, e->view.app->settings, &other);
	editor_difference(out, FIELD_ROUTING, tr("Mail system"),
		sentence_routing(f->user.routing), sentence_routing(other.routing),
		sentence_routing(f->edit.routing));
	list_difference(out, FIELD_SELECTION, tr("Addresses of the third-party system"),
		&f->user.selected, &other.selected,
		f->edit.routing == ROUTING_EXTERNAL ? &f->edit.selected : &none);
	list_difference(out, FIELD_ADDRESSES, tr("Addresses"), &f->user.addresses,
		&other.addresses, &f->edit.addresses);
	user_release(&other);
}

void user_form_merge(struct editor *e, const struct differences *chosen)
{
	struct user_form *f = user_form_of(e);
	struct user_edit mine = f->edit;

	memset(&f->edit, 0, sizeof(f->edit));
	user_form_decode(e);
	if (!editor_chose_theirs(chosen, FIELD_ROUTING))
		f->edit.routing = mine.routing;
	if (!editor_chose_theirs(chosen, FIELD_SELECTION))
		strv_copy(&f->edit.selected, &mine.selected);
	if (!editor_chose_theirs(chosen, FIELD_ADDRESSES))
		strv_copy(&f->edit.addresses, &mine.addresses);
	user_edit_release(&mine);
}
