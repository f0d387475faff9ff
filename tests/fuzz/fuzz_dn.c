/* Distinguished names: what is escaped comes back, and libldap reads the same. */
#include <ldap.h>
#include <stdlib.h>

#include "core/dn.h"
#include "tests/fuzz/fuzz.h"

/* The first value of the first RDN, as libldap reads it; false: no DN to libldap. */
static bool read_by_libldap(
	const char *dn, struct buf *type, struct buf *value, size_t *rdns)
{
	LDAPDN parsed = NULL;
	LDAPAVA *first;

	*rdns = 0;
	if (ldap_str2dn(dn, &parsed, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS)
		return false;
	while (parsed && parsed[*rdns])
		++*rdns;
	first = *rdns ? parsed[0][0] : NULL;
	if (first) {
		buf_add(type, first->la_attr.bv_val, first->la_attr.bv_len);
		buf_add(value, first->la_value.bv_val, first->la_value.bv_len);
	}
	ldap_dnfree(parsed);
	return true;
}

static bool same_bytes(const struct buf *b, const char *p, size_t n)
{
	return b->len == n && memcmp(b->s, p, n) == 0;
}

/* Any bytes as a value: "cn=VALUE,dc=x". */
static void check_escape(const char *p, size_t n)
{
	struct buf dn = BUF_INIT, type = BUF_INIT, value = BUF_INIT;
	size_t rdns;

	buf_puts(&dn, "cn=");
	dn_escape(&dn, p, n);
	buf_puts(&dn, ",dc=x");
	CHECK(strlen(dn.s) == dn.len);
	CHECK(dn_rdn(dn.s, &type, &value));
	CHECK(strcmp(type.s, "cn") == 0 && same_bytes(&value, p, n));
	CHECK(strcmp(dn_parent(dn.s), "dc=x") == 0);
	CHECK(dn_within(dn.s, "dc=x") && dn_same(dn.s, dn.s) && !dn_same(dn.s, "dc=x"));
	buf_reset(&type);
	buf_reset(&value);
	CHECK(read_by_libldap(dn.s, &type, &value, &rdns));
	CHECK(rdns == 2 && same_bytes(&value, p, n));
	buf_release(&dn);
	buf_release(&type);
	buf_release(&value);
}

/* A text that may be a DN. */
static void check_text(const char *s, const char *other)
{
	struct buf type = BUF_INIT, value = BUF_INIT, t = BUF_INIT, v = BUF_INIT;
	size_t rdns, steps = 0;
	bool ours = dn_rdn(s, &type, &value), theirs;

	CHECK(ours || (type.len == 0 && value.len == 0));
	for (const char *p = s; *p; p = dn_parent(p)) {
		CHECK(dn_parent(p) > p && dn_parent(p) <= s + strlen(s));
		steps++;
	}
	CHECK(dn_within(s, s) && dn_same(s, s) && dn_within(s, ""));
	CHECK(dn_same(s, other) == dn_same(other, s));
	theirs = read_by_libldap(s, &t, &v, &rdns) && rdns;
	/* libldap takes options in types, anything after BER, line ends for spaces */
	if (!strpbrk(s, "#;\t\r\n"))
		CHECK(theirs == (dn_valid(s) && *s));
	if (dn_valid(s) && *s && !strpbrk(s, "\t\r\n")) {
		CHECK(theirs && ours && strcasecmp(type.s, t.s) == 0);
		CHECK(rdns == steps && dn_within(s, dn_parent(s)));
		/* nor does libldap see that a space after an escaped backslash is free */
		CHECK(same_bytes(&value, v.s, v.len) || strchr(s, '#') ||
			strstr(s, "\\\\ "));
	}
	buf_release(&type);
	buf_release(&value);
	buf_release(&t);
	buf_release(&v);
}

/* Two texts, then bytes. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_left in = INPUT_LEFT(data, size);
	char *s = take_string(&in), *other = take_string(&in);

	check_text(s, other);
	check_text(other, s);
	check_escape(in.p, in.n);
	check_escape(s, strlen(s));
	free(s);
	free(other);
	return 0;
}
