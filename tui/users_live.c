/*
 * What others change while the list of users is looked at: gathered, and shown all at once,
 * soon where it is little, seldom where it is much.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/address.h"
#include "core/text.h"
#include "tui/live.h"
#include "tui/users_parts.h"

enum {
	SHOW_MS = 20,         /* between two times that rows are changed at least, and */
	SHOW_SHARE = 10,      /* so many times as long as that took */
	MOST_TOLD = 20000,    /* beyond it the list is read anew */
	WASTE_LEAST = 1 << 20 /* bytes of rows that went or changed */
};

static long now_ms(const struct users *l)
{
	const struct app *app = l->screen.view.app;

	return app->now_ms ? app->now_ms() : 0;
}

/* ---- rows by id ----------------------------------------------------------------- */

static size_t slot_of(const struct user_rows *rows, const uint8_t id[16])
{
	uint64_t a, b;

	memcpy(&a, id, 8);
	memcpy(&b, id + 8, 8);
	a = (a ^ b * 0x9e3779b97f4a7c15U) * 0xff51afd7ed558ccdU;
	return (size_t)(a >> 17) & (rows->by_id.size - 1);
}

static void index_rows(struct user_rows *rows)
{
	size_t size = rows->by_id.size;

	if (size < 2 * (rows->n + 1)) {
		for (size = 1024; size < 3 * (rows->n + 1);)
			size *= 2;
		free(rows->by_id.slots);
		rows->by_id.slots = xcalloc(size, sizeof(*rows->by_id.slots));
		rows->by_id.size = size;
		rows->by_id.n = 0;
	}
	for (; rows->by_id.n < rows->n; rows->by_id.n++) {
		size_t at = slot_of(rows, rows->v[rows->by_id.n].id);

		while (rows->by_id.slots[at])
			at = (at + 1) & (size - 1);
		rows->by_id.slots[at] = (uint32_t)rows->by_id.n + 1;
	}
}

static void forget_index(struct user_rows *rows)
{
	free(rows->by_id.slots);
	memset(&rows->by_id, 0, sizeof(rows->by_id));
}

/* SIZE_MAX: there is none. */
static size_t row_by_id(struct user_rows *rows, const uint8_t id[16])
{
	index_rows(rows);
	for (size_t at = slot_of(rows, id); rows->by_id.slots[at];
		at = (at + 1) & (rows->by_id.size - 1)) {
		size_t n = rows->by_id.slots[at] - 1;

		if (memcmp(rows->v[n].id, id, 16) == 0)
			return n;
	}
	return SIZE_MAX;
}

/* ---- what is told --------------------------------------------------------------- */

static bool in_names(const struct users *l, const struct entry *e)
{
	const struct strv *attributes = &l->screen.view.app->settings->users.addresses;

	for (size_t i = 0; l->names.n && i < attributes->n; i++) {
		const struct attribute *a = entry_get(e, attributes->v[i]);

		for (size_t j = 0; a && j < a->values.n; j++)
			if (strv_has_case(&l->names, address_domain(a->values.v[j].p)))
				return true;
	}
	return l->names.n == 0;
}

static void drop_told(struct users *l)
{
	array_free(&l->told.v);
	arena_release(&l->told.text);
}

void users_live_drop(struct users *l)
{
	drop_told(l);
}

void users_news(struct list_screen *s, const struct news *news)
{
	struct users *l = users_of(s);
	struct users_told *told;
	long now = now_ms(l);

	if (!news->user || news->kind == NEWS_MISSED || l->told.too_many)
		return;
	if (l->told.v.n >= MOST_TOLD) {
		drop_told(l);
		l->told.too_many = true;
		return;
	}
	told = array_add(&l->told.v);
	users_row_make(l, news->entry, &told->row);
	users_row_keep(&told->row, &l->told.text);
	told->gone = news->kind == NEWS_GONE || !in_names(l, news->entry);
	told->row.fresh_ms = news->own ? 0 : now ? (uint32_t)now : 1;
}

/* ---- showing it ----------------------------------------------------------------- */

/* Of a window onto them only what is looked for is missed. */
static bool belongs(const struct users *l, const struct user_row *row)
{
	struct buf wanted = BUF_INIT;
	bool found;

	if (!l->partial)
		return true;
	text_fold(&wanted, l->screen.filter.text.s);
	found = wanted.len && strstr(user_row_folded(row), wanted.s);
	buf_release(&wanted);
	return found;
}

static void replace(struct user_rows *rows, size_t n, const struct user_row *with)
{
	rows->text_used -= rows->v[n].text_n;
	rows->v[n] = *with;
	users_row_keep(&rows->v[n], &rows->text);
	rows->text_n += with->text_n;
	rows->text_used += with->text_n;
}

/* The texts of rows that are no more are given back once they are half of all. */
static void repack(struct user_rows *rows)
{
	struct arena text = {0};

	if (rows->text_n < WASTE_LEAST || rows->text_n < 2 * rows->text_used)
		return;
	for (size_t i = 0; i < rows->n; i++)
		users_row_keep(&rows->v[i], &text);
	arena_release(&rows->text);
	rows->text = text;
	rows->text_n = rows->text_used;
}

/* now: by number, of as many rows as there can be at the end. */
static void take(struct users *l, const struct users_told *told, uint32_t *now)
{
	static const uint8_t none[16];
	struct user_rows *rows = &l->rows;
	bool named = memcmp(told->row.id, none, sizeof(none)) != 0;
	size_t n = named ? row_by_id(rows, told->row.id) : SIZE_MAX;

	if (n == SIZE_MAX && (told->gone || !named || !belongs(l, &told->row)))
		return;
	if (n == SIZE_MAX) {
		n = rows->n;
		users_rows_add(rows, &told->row);
	} else if (!told->gone) {
		list_screen_renamed(&l->screen, rows->v[n].dn, told->row.dn);
		replace(rows, n, &told->row);
	}
	now[n] = told->gone ? ROW_GONE : (uint32_t)n | ROW_CHANGED;
}

/* Rows that went leave their places to those behind. */
static void close_up(struct user_rows *rows, uint32_t *now)
{
	size_t to = 0;

	for (size_t i = 0; i < rows->n; i++) {
		if (now[i] == ROW_GONE) {
			rows->text_used -= rows->v[i].text_n;
			continue;
		}
		now[i] = (uint32_t)to | (now[i] & ROW_CHANGED);
		rows->v[to++] = rows->v[i];
	}
	if (to != rows->n)
		forget_index(rows);
	rows->n = to;
}

static void show(struct users *l)
{
	size_t most = l->rows.n + l->told.v.n;
	uint32_t *now = xcalloc(most + 1, sizeof(*now));

	for (size_t i = 0; i < most; i++)
		now[i] = (uint32_t)i;
	for (size_t i = 0; i < l->told.v.n; i++)
		take(l, &l->told.v.v[i], now);
	close_up(&l->rows, now);
	list_screen_changed(&l->screen, now);
	repack(&l->rows);
	index_drop(&l->rows.by_dn);
	drop_told(l);
	free(now);
}

/* While rows are read nothing is known to be missing. */
void users_live_tick(struct users *l)
{
	struct app *app = l->screen.view.app;
	long now = now_ms(l), pause;

	if (l->told.fresh_until_ms > now)
		app_wake(app, l->told.fresh_until_ms);
	if (l->op || l->seek)
		return;
	if (l->told.too_many) {
		l->told.too_many = false;
		l->screen.ops->reload(&l->screen);
		return;
	}
	if (!l->told.v.n)
		return;
	if (now < l->told.next_ms) {
		app_wake(app, l->told.next_ms);
		return;
	}
	l->told.fresh_until_ms = now + FRESH_MS;
	app_wake(app, l->told.fresh_until_ms);
	show(l);
	pause = (now_ms(l) - now) * SHOW_SHARE;
	l->told.next_ms = now + (pause > SHOW_MS ? pause : SHOW_MS);
}

bool users_fresh(const struct list_screen *s, size_t row)
{
	uint32_t at = users_of(s)->rows.v[row].fresh_ms;

	return at && (uint32_t)now_ms(users_of(s)) - at < FRESH_MS;
}
