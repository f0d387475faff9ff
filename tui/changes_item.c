/* One save of the Changes screen, from the journal or from the directory's log. */
#include "tui/changes_parts.h"

#include <stdlib.h>
#include <string.h>

void item_begin(struct saved_item *it, const char *id, size_t most)
{
	*it = (struct saved_item){.id = xstrdup(id), .most = most};
	buf_init(&it->moment);
}

static void drop_changes(struct saved_item *it)
{
	for (size_t i = 0; i < it->changes.n; i++)
		change_free(it->changes.v[i]);
	array_free(&it->changes);
}

void item_release(struct saved_item *it)
{
	drop_changes(it);
	array_free(&it->outcome);
	record_head_release(&it->head);
	buf_release(&it->moment);
	free(it->id);
	free(it->note);
	free(it->new_dn);
	free(it->entry_id);
	free(it->csn);
	*it = (struct saved_item){0};
}

/* "20261122T231500.123456Z-4711-1" and "20261122231500.123456Z" alike. */
void item_set_moment(struct saved_item *it, const char *from)
{
	enum { DIGITS = 20 };

	buf_reset(&it->moment);
	for (; *from && it->moment.len < DIGITS; from++)
		if (*from >= '0' && *from <= '9')
			buf_putc(&it->moment, *from);
		else if (*from == 'Z')
			break;
	while (it->moment.len < DIGITS)
		buf_putc(&it->moment, '0');
}

/* ---- the journal ------------------------------------------------------------------ */

static unsigned char *outcome_of(struct saved_item *it, size_t number)
{
	while (it->outcome.n < number)
		*array_add(&it->outcome) = SETTLED_UNKNOWN;
	return &it->outcome.v[number - 1];
}

static void take_outcome(struct saved_item *it, const struct record *r)
{
	if (r->number == 0 || r->number > it->total)
		return;
	*outcome_of(it, r->number) = (unsigned char)r->outcome;
	if (r->outcome == SETTLED_REFUSED && !it->note && *r->note)
		it->note = xstrdup(r->note);
}

bool item_take(struct saved_item *it, const struct record *r)
{
	switch (r->kind) {
	case RECORD_HEAD:
		record_head_copy(&it->head, &r->head);
		item_set_moment(it, it->id);
		return true;
	case RECORD_CHANGE:
		it->total++;
		it->ended = false;
		if (it->changes.n < it->most)
			*array_add(&it->changes) = change_copy(r->change);
		return true;
	case RECORD_OUTCOME:
		take_outcome(it, r);
		return true;
	case RECORD_END:
		it->ended = true;
		return true;
	case RECORD_EOF:
	case RECORD_BROKEN:
		break;
	}
	return false;
}

/* What has no outcome though the save has its end was never sent. */
bool item_finish(struct saved_item *it)
{
	size_t told = it->outcome.n;

	memset(it->by, 0, sizeof(it->by));
	for (size_t i = 0; i < it->total; i++) {
		unsigned char *o = outcome_of(it, i + 1);

		if (it->ended && i >= told)
			*o = SETTLED_NOT;
		it->by[*o]++;
	}
	return it->total > 0;
}

bool item_read(const struct journal *j, const char *id, size_t most, struct saved_item *it)
{
	struct journal_file *f = journal_open(j, id, NULL);

	if (!f)
		return false;
	item_begin(it, id, most);
	while (item_take(it, journal_next(f)))
		;
	journal_file_close(f);
	if (item_finish(it))
		return true;
	item_release(it);
	return false;
}

/* ---- the directory's log ----------------------------------------------------------- */

bool item_of_log(const struct entry *e, struct saved_item *it)
{
	struct logged l;

	if (!logged_decode(e, &l))
		return false;
	item_begin(it, e->dn, 1);
	it->from = FROM_LOG;
	it->head.when = xstrdup(l.start);
	it->head.who = xstrdup(l.who);
	it->head.login = xstrdup("");
	it->head.server = xstrdup("");
	it->head.directory = xstrdup("");
	it->head.why = xstrdup("");
	item_set_moment(it, l.start);
	it->no_before = !l.has_before;
	it->has_secret = l.has_secret;
	it->new_dn = l.new_dn;
	it->entry_id = l.id;
	it->csn = l.csn;
	l.new_dn = l.id = l.csn = NULL;
	*array_add(&it->changes) = l.change;
	l.change = NULL;
	it->total = 1;
	*outcome_of(it, 1) = SETTLED_DONE;
	it->ended = true;
	logged_release(&l);
	return item_finish(it);
}

/* ---- undoing ------------------------------------------------------------------------ */

#define UNDO "undo: "

/* "undo: WHY [ID]"; where the brackets begin, NULL: it is no such line. */
static const char *reference(const char *why)
{
	size_t n = strlen(why);

	if (strncmp(why, UNDO, strlen(UNDO)) != 0 || n == 0 || why[n - 1] != ']')
		return NULL;
	return strrchr(why, '[');
}

void item_undoes(const struct saved_item *it, struct buf *out)
{
	const char *from = reference(it->head.why);

	if (from)
		buf_add(out, from + 1, strlen(from) - 2);
}

void item_undo_why(const struct saved_item *it, struct buf *out)
{
	const char *why = it->head.why, *end = reference(why);
	size_t n = end ? (size_t)(end - why) : strlen(why);

	while (n > 0 && why[n - 1] == ' ')
		n--;
	buf_puts(out, UNDO);
	buf_add(out, why, n);
	if (n)
		buf_putc(out, ' ');
	buf_printf(out, "[%s]", it->id);
}

bool item_is_done(const struct saved_item *it)
{
	return it->by[SETTLED_DONE] == it->total;
}
