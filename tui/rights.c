#include "tui/rights.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- asking ------------------------------------------------------------------- */

static void drop(struct rights_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		free(list->v[i].attribute);
		free(list->v[i].under);
	}
	array_free(list);
}

static void drop_wishes(struct rights *r)
{
	for (size_t i = 0; i < r->wishes.n; i++)
		change_free(r->wishes.v[i]);
	array_free(&r->wishes);
}

void rights_stop(struct rights *r)
{
	if (r->op)
		store_cancel(r->store, r->op);
	r->op = NULL;
	drop(&r->asked);
	drop_wishes(r);
}

void rights_release(struct rights *r)
{
	rights_stop(r);
	drop(&r->known);
	free(r->who);
	r->who = NULL;
}

void rights_wish(
	struct rights *r, const char *attribute, const char *under, struct change *wish)
{
	*array_add(&r->asked) =
		(struct right){xstrdup(attribute), xstrdup(under ? under : ""),
			wish ? (long)r->wishes.n : -1, PERMISSION_UNKNOWN};
	if (wish)
		*array_add(&r->wishes) = wish;
}

static void take(struct rights *r, const struct event *event)
{
	for (size_t i = 0; i < r->asked.n; i++) {
		long wish = r->asked.v[i].wish;

		if (wish >= 0 && (size_t)wish < event->count)
			r->asked.v[i].permission = event->permissions[wish];
	}
	drop(&r->known);
	r->known = r->asked;
	r->asked = (struct rights_list){0};
}

static void on_answer(void *arg, const struct event *event)
{
	struct rights *r = arg;

	if (event->kind != EVENT_DONE)
		return;
	r->op = NULL;
	if (event->outcome == OUTCOME_OK && event->permissions)
		take(r, event);
	r->on_done(r->arg);
}

bool rights_ask(
	struct rights *r, struct store *store, void (*on_done)(void *arg), void *arg)
{
	if (!r->wishes.n)
		return false;
	free(r->who);
	r->who = xstrdup(store_status(store)->who);
	r->store = store;
	r->on_done = on_done;
	r->arg = arg;
	r->op = store_probe(store, r->wishes.v, r->wishes.n, on_answer, r);
	return true;
}

bool rights_outdated(const struct rights *r)
{
	const struct store_status *now = r->who ? store_status(r->store) : NULL;

	return now && now->phase == STORE_READY && strcmp(now->who, r->who) != 0;
}

/* ---- knowing ------------------------------------------------------------------ */

static bool is_about(const struct right *right, const char *attribute, const char *under)
{
	return strcasecmp(right->attribute, attribute) == 0 &&
	       (!under || strcasecmp(right->under, under) == 0);
}

bool rights_denied(const struct rights *r, const char *attribute, const char *under)
{
	bool denied = false;

	for (size_t i = 0; i < r->known.n; i++) {
		if (!is_about(&r->known.v[i], attribute, under))
			continue;
		if (r->known.v[i].permission != PERMISSION_DENIED)
			return false;
		denied = true;
	}
	return denied;
}

static size_t n_denied(const struct rights *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->known.n; i++)
		n += r->known.v[i].permission == PERMISSION_DENIED;
	return n;
}

bool rights_all_denied(const struct rights *r)
{
	return r->known.n && n_denied(r) == r->known.n;
}

bool rights_any_denied(const struct rights *r)
{
	return n_denied(r) > 0;
}

static bool refuse_values(
	const struct rights *r, const char *attribute, const struct attribute *values)
{
	for (size_t i = 0; i < values->values.n; i++) {
		const char *at = strrchr(values->values.v[i].p, '@');

		if (at && rights_denied(r, attribute, at + 1))
			return true;
	}
	return false;
}

bool rights_refuse(const struct rights *r, const struct change *c)
{
	if (c->kind == CHANGE_DELETE)
		return rights_denied(r, RIGHT_ENTRY, NULL);
	if (c->kind == CHANGE_ADD && rights_denied(r, RIGHT_ENTRY, NULL))
		return true;
	for (size_t i = 0; i < c->mods.n; i++) {
		const struct attribute *a = &c->mods.v[i].attribute;
		const char *name = c->kind == CHANGE_ADD ? RIGHT_ENTRY : a->name;

		if (rights_denied(r, name, NULL) || refuse_values(r, name, a))
			return true;
	}
	return false;
}
