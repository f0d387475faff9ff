/* The user form's side of a conflict. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/address.h"
#include "tui/i18n.h"
#include "tui/sentence.h"
#include "tui/userform_parts.h"

/* ---- addresses, as sets --------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	return strcasecmp(*(char *const *)a, *(char *const *)b);
}

static const char *yes_no(bool yes)
{
	return yes ? tr("yes") : tr("no");
}

/* The three lists, sorted, and how far each has been gone through. */
struct sides {
	struct strv list[3]; /* before, theirs, yours */
	size_t at[3];
};

static const char *side_head(const struct sides *s, int i)
{
	return s->at[i] < s->list[i].n ? s->list[i].v[s->at[i]] : NULL;
}

static const char *lowest(const struct sides *s)
{
	const char *low = NULL;

	for (int i = 0; i < 3; i++) {
		const char *head = side_head(s, i);

		if (head && (!low || strcasecmp(head, low) < 0))
			low = head;
	}
	return low;
}

/* Whether side i has it, which is then passed over. */
static bool side_has(struct sides *s, int i, const char *address)
{
	bool has = false;

	while (side_head(s, i) && strcasecmp(side_head(s, i), address) == 0) {
		has = true;
		s->at[i]++;
	}
	return has;
}

static void dispute(struct user_form *f, struct differences *out, const char *words,
	const char *address, const bool has[3])
{
	struct buf label = BUF_INIT;
	int id = ID_ADDRESS + (int)f->disputed.n;

	strv_add(&f->disputed, address);
	buf_printf(&label, "%s ", words);
	address_shown(address, &label);
	strv_add(&f->disputed_labels, label.s);
	editor_difference(out, id, f->disputed_labels.v[f->disputed_labels.n - 1],
		yes_no(has[0]), yes_no(has[1]), yes_no(has[2]));
	buf_release(&label);
}

/* Each address is a difference of its own, so that what one side adds and what the other
 * takes away both come without anybody's choosing. */
static void set_differences(struct user_form *f, struct differences *out, const char *words,
	const struct strv *before, const struct strv *theirs, const struct strv *yours)
{
	const struct strv *const given[3] = {before, theirs, yours};
	struct sides s = {0};
	const char *low;

	for (int i = 0; i < 3; i++) {
		strv_copy(&s.list[i], given[i]);
		if (s.list[i].n)
			qsort(s.list[i].v, s.list[i].n, sizeof(s.list[i].v[0]), by_name);
	}
	while ((low = lowest(&s))) {
		char *address = xstrdup(low);
		bool has[3];

		for (int i = 0; i < 3; i++)
			has[i] = side_has(&s, i, address);
		if (has[0] != has[1] || has[0] != has[2])
			dispute(f, out, words, address, has);
		free(address);
	}
	for (int i = 0; i < 3; i++)
		strv_release(&s.list[i]);
}

void user_form_differences(
	struct editor *e, const struct entry *theirs, struct differences *out)
{
	static const struct strv none;
	struct user_form *f = user_form_of(e);
	bool external = f->edit.routing == ROUTING_EXTERNAL;
	struct user other;

	strv_release(&f->disputed);
	strv_release(&f->disputed_labels);
	user_decode(theirs, e->view.app->settings, &other);
	editor_difference(out, FIELD_ROUTING, tr("Mail system"),
		sentence_routing(f->user.routing), sentence_routing(other.routing),
		sentence_routing(f->edit.routing));
	set_differences(f, out, tr("Address"), &f->user.addresses, &other.addresses,
		&f->edit.addresses);
	f->disputed_addresses = f->disputed.n;
	set_differences(f, out, tr("To the third-party system:"), &f->user.selected,
		&other.selected, external ? &f->edit.selected : &none);
	user_release(&other);
}

/* ---- merging -------------------------------------------------------------------- */

/* to is theirs: what was disputed and is to be as mine has it becomes so. */
static void merge_set(const struct user_form *f, size_t from, size_t end,
	const struct differences *chosen, const struct strv *mine, struct strv *to)
{
	for (size_t i = from; i < end; i++) {
		const char *address = f->disputed.v[i];

		if (editor_chose_theirs(chosen, ID_ADDRESS + (int)i))
			continue;
		for (size_t k = to->n; k > 0; k--)
			if (strcasecmp(to->v[k - 1], address) == 0)
				strv_remove(to, k - 1);
		if (strv_has_case(mine, address))
			strv_add(to, address);
	}
}

void user_form_merge(struct editor *e, const struct differences *chosen)
{
	static const struct strv none;
	struct user_form *f = user_form_of(e);
	struct user_edit mine = f->edit;
	bool external = mine.routing == ROUTING_EXTERNAL;

	memset(&f->edit, 0, sizeof(f->edit));
	user_form_decode(e);
	if (!editor_chose_theirs(chosen, FIELD_ROUTING))
		f->edit.routing = mine.routing;
	merge_set(f, 0, f->disputed_addresses, chosen, &mine.addresses, &f->edit.addresses);
	merge_set(f, f->disputed_addresses, f->disputed.n, chosen,
		external ? &mine.selected : &none, &f->edit.selected);
	user_edit_release(&mine);
}
