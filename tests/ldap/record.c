#include "tests/ldap/record.h"

#include <ldap.h>
#include <string.h>

size_t message_length(const char *p, size_t n)
{
	const unsigned char *u = (const unsigned char *)p;
	size_t length = 0, octets;

	if (n < 2)
		return 0;
	if (u[1] < 0x80)
		return 2 + (size_t)u[1];
	octets = u[1] & 0x7f;
	if (n < 2 + octets)
		return 0;
	for (size_t i = 0; i < octets; i++)
		length = length << 8 | u[2 + i];
	return 2 + octets + length;
}

static BerElement *open_message(const char *p, size_t n, struct request *r)
{
	struct berval bytes = {.bv_len = n, .bv_val = (char *)p};
	BerElement *ber = ber_init(&bytes);
	ber_len_t length;

	if (ber && ber_scanf(ber, "{i", &r->msgid) != LBER_ERROR) {
		r->op = ber_peek_tag(ber, &length);
		return ber;
	}
	if (ber)
		ber_free(ber, 1);
	return NULL;
}

/* ---- questions ---- */

static bool is(const struct berval *v, const char *text)
{
	return v->bv_len == strlen(text) && memcmp(v->bv_val, text, v->bv_len) == 0;
}

/* What the request deletes, when that is one value of one attribute. */
static bool deletes_one(BerElement *ber, struct berval *name, BerVarray *values)
{
	ber_int_t kind = -1;
	ber_len_t length;
	size_t mods = 0;
	char *end;

	if (ber_scanf(ber, "{x") == LBER_ERROR)
		return false;
	for (ber_tag_t t = ber_first_element(ber, &length, &end); t != LBER_DEFAULT;
		t = ber_next_element(ber, &length, end))
		if (mods++ ||
			ber_scanf(ber, "{e{m[W]}}", &kind, name, values) == LBER_ERROR)
			return false;
	return kind == LDAP_MOD_DELETE && *values && (*values)[0].bv_val &&
	       !(*values)[1].bv_val;
}

/* The filter that is true nowhere: nothing is deleted under it. */
static void nowhere(struct berval *filter)
{
	static const char bytes[] = "\xa2\x0d\x87\x0bobjectClass";

	ber_str2bv(bytes, sizeof(bytes) - 1, 1, filter);
}

/* The filter that is true where that is not there; without bytes for any other request. */
static void absence(const char *p, size_t n, struct berval *filter)
{
	struct request r;
	BerElement *ber = open_message(p, n, &r), *out = ber_alloc_t(LBER_USE_DER);
	struct berval name;
	BerVarray values = NULL;

	*filter = (struct berval){.bv_val = NULL};
	if (ber && out && r.op == LDAP_REQ_MODIFY && deletes_one(ber, &name, &values) &&
		ber_printf(out, "t{t{OO}}", LDAP_FILTER_NOT, LDAP_FILTER_EQUALITY, &name,
			&values[0]) >= 0)
		ber_flatten2(out, filter, 1);
	ber_bvarray_free(values);
	ber_free(ber, 1);
	ber_free(out, 1);
}

/* One control at a time: whether this one, which is critical, makes the request harmless.
 */
static bool is_harmless(BerElement *ber, const struct berval *absent)
{
	struct berval oid, value = {.bv_val = NULL};
	ber_int_t critical = 0;
	ber_len_t length;

	if (ber_scanf(ber, "{mb", &oid, &critical) == LBER_ERROR || !critical)
		return false;
	return is(&oid, LDAP_CONTROL_ASSERT) && absent->bv_val &&
	       ber_peek_tag(ber, &length) == LBER_OCTETSTRING &&
	       ber_scanf(ber, "m", &value) != LBER_ERROR && ber_bvcmp(&value, absent) == 0;
}

/* The first control: what asks has no other before it. */
static bool asks(const char *p, size_t n)
{
	struct request r;
	BerElement *ber = open_message(p, n, &r);
	struct berval absent;
	ber_len_t length;
	bool found = false;
	char *end;

	absence(p, n, &absent);
	if (r.op == LDAP_REQ_DELETE)
		nowhere(&absent);
	if (ber && ber_scanf(ber, "x") != LBER_ERROR &&
		ber_peek_tag(ber, &length) == LDAP_TAG_CONTROLS)
		found = ber_first_element(ber, &length, &end) != LBER_DEFAULT &&
			is_harmless(ber, &absent);
	ber_memfree(absent.bv_val);
	ber_free(ber, 1);
	return found;
}

bool request_read(const char *p, size_t n, struct request *r)
{
	BerElement *ber = open_message(p, n, r);

	if (ber)
		ber_free(ber, 1);
	if (ber && request_writes(r) && asks(p, n))
		r->op = REQUEST_ASKS;
	return ber != NULL;
}

bool request_writes(const struct request *r)
{
	return r->op == LDAP_REQ_MODIFY || r->op == LDAP_REQ_ADD ||
	       r->op == LDAP_REQ_DELETE;
}

bool request_extended(const struct request *r, const char *p, size_t n, const char *oid)
{
	return r->op == LDAP_REQ_EXTENDED && memmem(p, n, oid, strlen(oid));
}

/* ---- LDIF ---- */

static bool plain(const struct berval *v)
{
	if (v->bv_len == 0)
		return true;
	if (v->bv_val[0] == ' ' || v->bv_val[0] == ':' || v->bv_val[0] == '<' ||
		v->bv_val[v->bv_len - 1] == ' ')
		return false;
	for (size_t i = 0; i < v->bv_len; i++)
		if (v->bv_val[i] < ' ' || v->bv_val[i] > '~')
			return false;
	return true;
}

static void encode(struct buf *out, const struct berval *v)
{
	static const char set[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned long bits = 0;
	int have = 0;

	for (size_t i = 0; i < v->bv_len; i++) {
		bits = bits << 8 | (unsigned char)v->bv_val[i];
		for (have += 8; have >= 6; have -= 6)
			buf_putc(out, set[bits >> (have - 6) & 63]);
	}
	if (have)
		buf_putc(out, set[bits << (6 - have) & 63]);
	while (have && have != 6 && (have += 2) <= 6)
		buf_putc(out, '=');
}

static void put_line(struct buf *out, const struct berval *name, const struct berval *v)
{
	struct buf l = BUF_INIT;

	buf_add(&l, name->bv_val, name->bv_len);
	buf_putc(&l, ':');
	if (!plain(v))
		buf_putc(&l, ':');
	if (v->bv_len)
		buf_putc(&l, ' ');
	if (plain(v))
		buf_add(&l, v->bv_val, v->bv_len);
	else
		encode(&l, v);
	for (size_t i = 0, column = 0; i < l.len; i++, column++) {
		if (column == 76) {
			buf_puts(out, "\n ");
			column = 1;
		}
		buf_putc(out, l.s[i]);
	}
	buf_putc(out, '\n');
	buf_release(&l);
}

static void put_word(struct buf *out, const char *name, const char *word)
{
	struct berval n = {.bv_len = strlen(name), .bv_val = (char *)name};
	struct berval v = {.bv_len = strlen(word), .bv_val = (char *)word};

	put_line(out, &n, &v);
}

static void put_dn(struct buf *out, const struct berval *dn, const char *changetype)
{
	struct berval name = {.bv_len = 2, .bv_val = (char *)"dn"};

	put_line(out, &name, dn);
	put_word(out, "changetype", changetype);
}

static void put_values(struct buf *out, const struct berval *name, BerVarray values)
{
	for (size_t i = 0; values && values[i].bv_val; i++)
		put_line(out, name, &values[i]);
}

static bool put_modify(BerElement *ber, struct buf *out)
{
	static const char *const ops[] = {"add", "delete", "replace"};
	struct berval dn, name;
	ber_len_t length;
	char *end;

	if (ber_scanf(ber, "{m", &dn) == LBER_ERROR)
		return false;
	put_dn(out, &dn, "modify");
	for (ber_tag_t t = ber_first_element(ber, &length, &end); t != LBER_DEFAULT;
		t = ber_next_element(ber, &length, end)) {
		struct berval op = {.bv_val = NULL};
		BerVarray values = NULL;
		ber_int_t kind;

		if (ber_scanf(ber, "{e{m[W]}}", &kind, &name, &values) == LBER_ERROR ||
			kind < 0 || kind > 2)
			return false;
		op.bv_val = (char *)ops[kind];
		op.bv_len = strlen(ops[kind]);
		put_line(out, &op, &name);
		put_values(out, &name, values);
		buf_puts(out, "-\n");
		ber_bvarray_free(values);
	}
	return true;
}

static bool put_add(BerElement *ber, struct buf *out)
{
	struct berval dn, name;
	ber_len_t length;
	char *end;

	if (ber_scanf(ber, "{m", &dn) == LBER_ERROR)
		return false;
	put_dn(out, &dn, "add");
	for (ber_tag_t t = ber_first_element(ber, &length, &end); t != LBER_DEFAULT;
		t = ber_next_element(ber, &length, end)) {
		BerVarray values = NULL;

		if (ber_scanf(ber, "{m[W]}", &name, &values) == LBER_ERROR)
			return false;
		put_values(out, &name, values);
		ber_bvarray_free(values);
	}
	return true;
}

bool request_ldif(const char *p, size_t n, struct buf *out)
{
	struct request r;
	BerElement *ber = open_message(p, n, &r);
	struct berval dn;
	bool good = false;

	if (!ber)
		return false;
	if (r.op == LDAP_REQ_MODIFY)
		good = put_modify(ber, out);
	else if (r.op == LDAP_REQ_ADD)
		good = put_add(ber, out);
	else if (r.op == LDAP_REQ_DELETE && ber_scanf(ber, "m", &dn) != LBER_ERROR) {
		put_dn(out, &dn, "delete");
		good = true;
	}
	buf_putc(out, '\n');
	ber_free(ber, 1);
	return good;
}

void request_answer(const struct request *r, int code, const char *words, struct buf *out)
{
	/* RFC 4511: delRequest is a primitive [10], delResponse a constructed [11]. */
	ber_tag_t tag = r->op == LDAP_REQ_MODIFY     ? LDAP_RES_MODIFY
			: r->op == LDAP_REQ_ADD      ? LDAP_RES_ADD
			: r->op == LDAP_REQ_EXTENDED ? LDAP_RES_EXTENDED
						     : LDAP_RES_DELETE;
	BerElement *ber = ber_alloc_t(LBER_USE_DER);
	struct berval bytes = {.bv_val = NULL};

	if (ber && ber_printf(ber, "{it{ess}}", r->msgid, tag, code, "", words) >= 0 &&
		ber_flatten2(ber, &bytes, 0) == 0)
		buf_add(out, bytes.bv_val, bytes.bv_len);
	ber_free(ber, 1);
}
