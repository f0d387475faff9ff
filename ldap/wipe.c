#include "ldap/wipe.h"

#include <lber.h>
#include <malloc.h>
#include <sasl/sasl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { WATCHED = 1024 }; /* blocks of Cyrus SASL's; a sign-in leaves some 40 */

static _Thread_local bool wiping;
static _Thread_local void *watched[WATCHED];
static _Thread_local size_t n_watched;

static void watch(void *p)
{
	if (p && n_watched < WATCHED)
		watched[n_watched++] = p;
}

static void unwatch(const void *p)
{
	for (size_t i = n_watched; p && i > 0; i--) {
		if (watched[i - 1] != p)
			continue;
		watched[i - 1] = watched[--n_watched];
		return;
	}
}

static void wipe_free(void *p)
{
	if (p && wiping)
		explicit_bzero(p, malloc_usable_size(p));
	free(p);
}

/* realloc(3) may leave a copy behind that nobody can reach. */
static void *wipe_realloc(void *p, size_t size)
{
	size_t had = p ? malloc_usable_size(p) : 0;
	void *fresh;

	if (!p || !wiping)
		return realloc(p, size);
	fresh = malloc(size);
	if (!fresh)
		return NULL;
	memcpy(fresh, p, had < size ? had : size);
	wipe_free(p);
	return fresh;
}

/* ---- libldap: BerMemoryFunctions ---- */

static void *ber_take(ber_len_t size, void *context)
{
	(void)context;
	return malloc(size);
}

static void *ber_take_zeroed(ber_len_t n, ber_len_t size, void *context)
{
	(void)context;
	return calloc(n, size);
}

static void *ber_resize(void *p, ber_len_t size, void *context)
{
	(void)context;
	return wipe_realloc(p, size);
}

static void ber_give(void *p, void *context)
{
	(void)context;
	wipe_free(p);
}

/* ---- Cyrus SASL: sasl_set_alloc() ---- */

static void *sasl_take(size_t size)
{
	void *p = malloc(size);

	if (wiping)
		watch(p);
	return p;
}

static void *sasl_take_zeroed(size_t n, size_t size)
{
	void *p = calloc(n, size);

	if (wiping)
		watch(p);
	return p;
}

static void *sasl_resize(void *p, size_t size)
{
	void *fresh = wipe_realloc(p, size);

	if (wiping && fresh) {
		unwatch(p);
		watch(fresh);
	}
	return fresh;
}

static void sasl_give(void *p)
{
	if (wiping)
		unwatch(p);
	wipe_free(p);
}

void wipe_init(void)
{
	static bool done;
	BerMemoryFunctions functions = {.bmf_malloc = ber_take,
		.bmf_calloc = ber_take_zeroed,
		.bmf_realloc = ber_resize,
		.bmf_free = ber_give};

	if (done)
		return;
	done = true;
	(void)ber_set_option(NULL, LBER_OPT_MEMORY_FNS, &functions);
	sasl_set_alloc(sasl_take, sasl_take_zeroed, sasl_resize, sasl_give);
}

void wipe_begin(void)
{
	wiping = true;
	n_watched = 0;
}

void wipe_end(void)
{
	wiping = false;
	n_watched = 0;
}

void wipe_kept_copy(const char *password, size_t n)
{
	for (size_t i = 0; i < n_watched; i++) {
		sasl_secret_t *kept = watched[i];

		if (malloc_usable_size(kept) >= offsetof(sasl_secret_t, data) + n &&
			kept->len == n && memcmp(kept->data, password, n) == 0)
			explicit_bzero(kept->data, n);
	}
}
