#include "ldap/wipe.h"

#include <malloc.h>
#include <sasl/sasl.h>
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

/* ---- the connection ---- */

static int on_setup(Sockbuf_IO_Desc *d, void *arg)
{
	(void)d;
	(void)arg;
	return 0;
}

static int on_remove(Sockbuf_IO_Desc *d)
{
	(void)d;
	return 0;
}

static int on_ctrl(Sockbuf_IO_Desc *d, int option, void *arg)
{
	return LBER_SBIOD_CTRL_NEXT(d, option, arg);
}

static ber_slen_t on_read(Sockbuf_IO_Desc *d, void *to, ber_len_t n)
{
	return LBER_SBIOD_READ_NEXT(d, to, n);
}

static ber_slen_t on_write(Sockbuf_IO_Desc *d, void *bytes, ber_len_t n)
{
	ber_slen_t written = LBER_SBIOD_WRITE_NEXT(d, bytes, n);

	if (written > 0)
		explicit_bzero(bytes, (size_t)written);
	return written;
}

static Sockbuf_IO wipe_io = {
	.sbi_setup = on_setup,
	.sbi_remove = on_remove,
	.sbi_ctrl = on_ctrl,
	.sbi_read = on_read,
	.sbi_write = on_write,
};

bool wipe_install(Sockbuf *sb)
{
	return ber_sockbuf_add_io(sb, &wipe_io, LBER_SBIOD_LEVEL_APPLICATION, NULL) == 0;
}

void wipe_remove(Sockbuf *sb)
{
	(void)ber_sockbuf_remove_io(sb, &wipe_io, LBER_SBIOD_LEVEL_APPLICATION);
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
