/* Rows of the list of users, packed. */
#include <stdlib.h>
#include <string.h>

#include "core/address.h"
#include "core/text.h"
#include "tui/users_parts.h"

void users_rows_drop(struct user_rows *rows)
{
	arena_release(&rows->text);
	index_drop(&rows->by_dn);
	free(rows->by_id.slots);
	array_free(rows);
	*rows = (struct user_rows){0};
}

static size_t own_selected(const struct user *u)
{
	size_t n = 0;

	for (size_t i = 0; i < u->selected.n; i++)
		n += user_has_address(u, u->selected.v[i]);
	return n;
}

/* One string more in the row's text; where it stands. */
static uint32_t put(struct buf *text, const char *s)
{
	uint32_t at = (uint32_t)text->len;

	buf_add(text, s, strlen(s) + 1);
	return at;
}

static uint32_t put_folded(struct users *l, const struct user *u, uint32_t *name_n)
{
	uint32_t at = (uint32_t)l->text.len;

	text_fold(&l->text, u->name);
	*name_n = (uint32_t)l->text.len - at;
	buf_reset(&l->words);
	for (size_t i = 0; i < u->addresses.n; i++) {
		buf_putc(&l->words, ' ');
		address_shown(u->addresses.v[i], &l->words);
	}
	text_fold(&l->text, l->words.s);
	buf_putc(&l->text, '\0');
	return at;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f'   ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

/* RFC 4530 section 2.1; what is none stays zeros. */
static void put_id(uint8_t id[16], const char *text)
{
	size_t n = 0;

	memset(id, 0, 16);
	for (; *text && n < 32; text++) {
		int d = digit(*text);

		if (d >= 0)
			id[n / 2] = (uint8_t)(id[n / 2] | (n % 2 ? d : d << 4)), n++;
	}
	if (n < 32)
		memset(id, 0, 16);
}

/* Ordered as the bytes are. */
static uint64_t first_bytes(const char *s, size_t n)
{
	uint64_t first = 0;

	for (size_t i = 0; i < sizeof(first); i++)
		first = first << 8 | (i < n ? (uint8_t)s[i] : 0);
	return first;
}

static uint16_t at_most(size_t n)
{
	return n < UINT16_MAX ? (uint16_t)n : UINT16_MAX;
}

void users_row_make(struct users *l, const struct entry *e, struct user_row *row)
{
	struct user u;

	memset(row, 0, sizeof(*row));
	user_read(e, l->screen.view.app->settings, &u);
	buf_reset(&l->text);
	put(&l->text, e->dn);
	row->name = put(&l->text, u.name);
	row->address = put(&l->text, u.addresses.n ? u.addresses.v[0] : "");
	row->folded = put_folded(l, &u, &row->name_n);
	row->dn = l->text.s;
	row->text_n = (uint32_t)l->text.len;
	row->first = first_bytes(row->dn + row->folded, row->name_n);
	row->n_addresses = at_most(u.addresses.n);
	row->n_selected = at_most(own_selected(&u));
	row->routing = (uint8_t)u.routing;
	row->kind = (uint8_t)u.kind;
	put_id(row->id, e->id);
	user_release(&u);
}

void users_row_keep(struct user_row *row, struct arena *text)
{
	row->dn = memcpy(arena_take(text, row->text_n), row->dn, row->text_n);
}

void users_rows_add(struct user_rows *rows, const struct user_row *row)
{
	struct user_row *kept = array_add(rows);

	*kept = *row;
	users_row_keep(kept, &rows->text);
	rows->text_n += row->text_n;
	rows->text_used += row->text_n;
}
