/* Addresses that two hold: each is remembered by a hash alone, so what seems to be there
 * twice is read again before anybody is told. */
#include <string.h>
#include <strings.h>

#include "core/address.h"
#include "core/audit_parts.h"

enum { AT_A_TIME = 32 };

/* FNV-1a over the lower-cased bytes, mixed so that the low bits may be used alone. */
static uint64_t hash(const char *s)
{
	uint64_t h = 14695981039346656037u;

	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		h = (h ^ (c >= 'A' && c <= 'Z' ? c + 32u : c)) * 1099511628211u;
	}
	h ^= h >> 33;
	h *= 0xff51afd7ed558ccdu;
	h ^= h >> 33;
	return h ? h : 1;
}

/* False: it was there. */
static bool put(uint64_t *v, size_t cap, uint64_t h)
{
	size_t i = h & (cap - 1);

	for (; v[i]; i = (i + 1) & (cap - 1))
		if (v[i] == h)
			return false;
	v[i] = h;
	return true;
}

static void grow(struct audit *a)
{
	size_t cap = a->seen.cap ? a->seen.cap * 2 : 1024;
	uint64_t *v = xcalloc(cap, sizeof(*v));

	for (size_t i = 0; i < a->seen.cap; i++)
		if (a->seen.v[i])
			put(v, cap, a->seen.v[i]);
	free(a->seen.v);
	a->seen.v = v;
	a->seen.cap = cap;
}

static bool is_first(struct audit *a, const char *address)
{
	if (a->seen.n * 4 >= a->seen.cap * 3)
		grow(a);
	if (!put(a->seen.v, a->seen.cap, hash(address)))
		return false;
	a->seen.n++;
	return true;
}

/* A selection that routes nothing is no second holder of its own user's address; of
 * another's it is found when the holders are read. */
void audit_remember(struct audit *a, const struct looks *l)
{
	struct buf key = BUF_INIT;

	for (size_t i = 0; i < l->n; i++) {
		if (is_first(a, l->v[i].value) || a->doubles.n > AUDIT_MOST)
			continue;
		buf_reset(&key);
		address_key(l->v[i].value, &key);
		strv_add(&a->doubles, key.s);
	}
	buf_release(&key);
}

static void drop_holders(struct audit *a)
{
	for (size_t i = 0; i < a->holders.n; i++)
		user_release(&a->holders.v[i]);
	a->holders.n = 0;
}

void audit_doubles_release(struct audit *a)
{
	drop_holders(a);
	array_free(&a->holders);
	strv_release(&a->doubles);
	free(a->seen.v);
}

static int by_text(const void *x, const void *y)
{
	return strcmp(*(char *const *)x, *(char *const *)y);
}

static void sort(struct strv *list)
{
	size_t kept = 0;

	if (list->n)
		qsort(list->v, list->n, sizeof(*list->v), by_text);
	for (size_t i = 0; i < list->n; i++) {
		if (kept && strcmp(list->v[i], list->v[kept - 1]) == 0)
			free(list->v[i]);
		else
			list->v[kept++] = list->v[i];
	}
	list->n = kept;
}

static const struct audit_rule *rule_of_doubles(void)
{
	for (size_t k = 0; k < audit_rules_n; k++)
		if (audit_rules[k].rule == RULE_ADDRESS_TAKEN)
			return &audit_rules[k];
	BUG("no rule about addresses held twice");
}

static bool holds(const struct user *u, const char *address)
{
	return user_has_address(u, address) ||
	       (u->routing == ROUTING_EXTERNAL && user_has_selected(u, address));
}

static int by_dn(const void *x, const void *y)
{
	const struct user *const *a = x, *const *b = y;

	return strcasecmp((*a)->entry->dn, (*b)->entry->dn);
}

static void tell(struct audit *a, const char *address)
{
	ARRAY(const struct user *) users = {0};
	struct audit_at at = {.about = ABOUT_USER, .address = address};

	for (size_t i = 0; i < a->holders.n; i++)
		if (holds(&a->holders.v[i], address))
			*array_add(&users) = &a->holders.v[i];
	if (users.n > 1) {
		qsort(users.v, users.n, sizeof(users.v[0]), by_dn);
		at.dn = users.v[0]->entry->dn;
		at.name = users.v[0]->name;
		at.n = users.n;
		at.users = users.v;
		at.n_users = users.n;
		audit_report(a, rule_of_doubles(), &at, address, users.v[1]->entry->dn,
			users.v[1]->name);
	}
	array_free(&users);
}

bool audit_doubles(struct audit *a, struct strv *out)
{
	if (!a->doubles_sorted)
		sort(&a->doubles);
	a->doubles_sorted = true;
	for (; a->told < a->asked; a->told++)
		tell(a, a->doubles.v[a->told]);
	drop_holders(a);
	while (a->asked < a->doubles.n && a->asked - a->told < AT_A_TIME)
		strv_add(out, a->doubles.v[a->asked++]);
	return a->told < a->asked;
}

void audit_holder(struct audit *a, const struct entry *e)
{
	user_decode(e, a->settings, array_add(&a->holders));
}
