/* relais.conf: what is taken holds everywhere it is used, and written down gives the same.
 */
#include <lber.h>
#include <ldap.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/sys/config.h"
#include "tests/fuzz/fuzz.h"

/* libldap's own, which ldap_search_ext(3) calls; no header of Debian's has it. */
int ldap_pvt_put_filter(BerElement *ber, const char *filter);

static bool load(const char *bytes, size_t n, struct settings *s, struct err *err)
{
	int fd = memfd_create("relais.conf", MFD_CLOEXEC);
	char path[64];
	bool ok;

	CHECK(fd >= 0 && write(fd, bytes, n) == (ssize_t)n);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	ok = config_load(path, s, err);
	close(fd);
	return ok;
}

static void check_filter(const char *filter)
{
	BerElement *ber = ber_alloc_t(LBER_USE_DER);

	CHECK(ldap_pvt_put_filter(ber, filter) != -1);
	ber_free(ber, 1);
}

static void check_dn(const char *dn)
{
	LDAPDN parsed = NULL;

	if (ldap_str2dn(dn, &parsed, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS)
		fuzz_fail(__FILE__, __LINE__, dn);
	ldap_dnfree(parsed);
}

static void check_text(const char *s)
{
	for (const char *c = s; *c; c++)
		CHECK((unsigned char)*c >= ' ' && *c != 127);
}

/* One key as config_default() would write it, with what s holds. */
static void put_text(struct buf *out, const char *value)
{
	check_text(value);
	buf_putc(out, '"');
	for (; *value; value++) {
		if (strchr("\"\\$", *value))
			buf_putc(out, '\\');
		buf_putc(out, *value);
	}
	buf_putc(out, '"');
}

static void put_value(
	struct buf *out, const struct config_key *key, const struct settings *s)
{
	const void *at = (const char *)s + key->at;
	const struct strv *words = at;

	switch (key->type) {
	case CONFIG_TEXT:
		put_text(out, *(char *const *)at);
		break;
	case CONFIG_WORDS:
		buf_putc(out, '{');
		for (size_t i = 0; i < words->n; i++) {
			buf_puts(out, i ? "," : "");
			put_text(out, words->v[i]);
		}
		buf_putc(out, '}');
		break;
	case CONFIG_FLAG:
		buf_puts(out, *(const bool *)at ? "true" : "false");
		break;
	case CONFIG_PORTS:
		buf_putc(out, '{');
		for (size_t i = 0; i < s->mail.local_ports.n; i++) {
			CHECK(s->mail.local_ports.v[i] - 1 < 65535);
			buf_printf(out, "%s%u", i ? "," : "", s->mail.local_ports.v[i]);
		}
		buf_putc(out, '}');
		break;
	case CONFIG_NUMBER:
		buf_printf(out, "%u", *(const unsigned *)at);
		break;
	case CONFIG_AUTH:
		buf_puts(out, auth_names[*(const enum auth *)at]);
		break;
	case CONFIG_ROUTING:
		buf_puts(out,
			s->users.default_routing == ROUTING_INTERNAL ? "internal" : "none");
		break;
	}
}

/* A DN may be left out where it may be empty. */
static void put_all(struct buf *out, const struct settings *s)
{
	for (size_t i = 0; i < CONFIG_KEYS; i++) {
		const struct config_key *key = &config_keys[i];
		bool first = i == 0 || strcmp(key[-1].section, key->section) != 0;
		bool last =
			i + 1 == CONFIG_KEYS || strcmp(key[1].section, key->section) != 0;
		bool empty = key->type == CONFIG_TEXT &&
			     **(char *const *)((const char *)s + key->at) == '\0';

		if (first)
			buf_printf(out, "%s {\n", key->section);
		if (!empty || !key->valid || key->valid("")) {
			buf_printf(out, "%s = ", key->name);
			put_value(out, key, s);
			buf_putc(out, '\n');
		}
		if (last)
			buf_puts(out, "}\n");
	}
}

static void check_settings(const struct settings *s)
{
	struct buf text = BUF_INIT, again = BUF_INIT;
	struct settings back;

	CHECK(s->directory.uri.n > 0 && s->users.addresses.n > 0);
	CHECK(*s->directory.base && *s->domains.base);
	check_filter(s->domains.filter);
	check_filter(s->users.filter);
	check_dn(s->directory.base);
	check_dn(s->domains.base);
	check_dn(settings_user_search_base(s));
	put_all(&text, s);
	CHECK(load(text.s, text.len, &back, NULL));
	put_all(&again, &back);
	CHECK(strcmp(text.s, again.s) == 0);
	settings_release(&back);
	buf_release(&text);
	buf_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct settings s;
	struct err err = {0};

	if (load(size ? (const char *)data : "", size, &s, &err)) {
		CHECK(err.code == ERR_NONE);
		check_settings(&s);
		settings_release(&s);
	} else {
		CHECK(err.code != ERR_NONE && err.number >= 0);
	}
	return 0;
}
