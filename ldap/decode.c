#include "ldap/decode.h"

#include <stdlib.h>
#include <string.h>

#include "core/buf.h"

static char *text_of(const struct berval *b)
{
	return xstrndup(b->bv_val ? b->bv_val : "", b->bv_len);
}

/* A DN is a string (RFC 4514): a NUL would make it name something else. */
static bool is_text(const struct berval *b)
{
	return b->bv_len == 0 || !memchr(b->bv_val, '\0', b->bv_len);
}

/* An attribute description (RFC 4512 section 2.5) and what servers put beside it: nothing
 * that would end a line or a name of LDIF. */
static bool is_name(const struct berval *b)
{
	for (size_t i = 0; i < b->bv_len; i++)
		if (b->bv_val[i] <= ' ' || b->bv_val[i] > '~' || b->bv_val[i] == ':')
			return false;
	return b->bv_len > 0;
}

static struct entry *new_entry(const struct berval *dn)
{
	char *text;
	struct entry *e;

	if (!is_text(dn))
		return NULL;
	text = text_of(dn);
	e = entry_new(text);
	free(text);
	return e;
}

/* text: the caller's, for one name after the other. */
static bool add_values(
	struct entry *e, const struct berval *name, BerVarray values, struct buf *text)
{
	if (!is_name(name))
		return false;
	buf_reset(text);
	buf_add(text, name->bv_val, name->bv_len);
	for (size_t i = 0; values && values[i].bv_val; i++)
		entry_add(e, text->s, values[i].bv_val, values[i].bv_len);
	return true;
}

struct entry *decode_entry(LDAP *ld, LDAPMessage *message)
{
	BerElement *ber = NULL;
	struct berval dn, name;
	BerVarray values = NULL;
	struct buf text = BUF_INIT;
	struct entry *e = NULL;
	int result = ldap_get_dn_ber(ld, message, &ber, &dn);

	if (result == LDAP_SUCCESS)
		e = new_entry(&dn);
	while (e && (result = ldap_get_attribute_ber(ld, message, ber, &name, &values)) ==
			    LDAP_SUCCESS) {
		bool last = !name.bv_val;

		if (!last && !add_values(e, &name, values, &text))
			result = LDAP_DECODING_ERROR;
		ber_memfree(values);
		values = NULL;
		if (last || result != LDAP_SUCCESS)
			break;
	}
	ber_free(ber, 0);
	buf_release(&text);
	if (e && result != LDAP_SUCCESS) {
		entry_free(e);
		e = NULL;
	}
	return e;
}

/* PartialAttributeList, RFC 4511 section 4.1.7. */
static bool decode_attributes(BerElement *ber, struct entry *e)
{
	struct buf text = BUF_INIT;
	char *end;
	ber_len_t size;
	bool good = true;

	for (ber_tag_t tag = ber_first_element(ber, &size, &end);
		good && tag != LBER_DEFAULT; tag = ber_next_element(ber, &size, end)) {
		struct berval name = {0};
		BerVarray values = NULL;

		good = ber_scanf(ber, "{m[W]}", &name, &values) != LBER_ERROR &&
		       add_values(e, &name, values, &text);
		ber_bvarray_free(values);
	}
	buf_release(&text);
	return good;
}

struct entry *decode_post_read(LDAPControl **controls)
{
	LDAPControl *control = ldap_control_find(LDAP_CONTROL_POST_READ, controls, NULL);
	bool has_value = control && control->ldctl_value.bv_len > 0; /* it is optional */
	BerElement *ber = has_value ? ber_init(&control->ldctl_value) : NULL;
	struct berval dn = {0};
	struct entry *e = NULL;

	if (ber && ber_scanf(ber, "{m", &dn) != LBER_ERROR)
		e = new_entry(&dn);
	if (e && !decode_attributes(ber, e)) {
		entry_free(e);
		e = NULL;
	}
	if (ber)
		ber_free(ber, 1);
	return e;
}

int decode_result(
	LDAP *ld, LDAPMessage *message, int *result, char **words, LDAPControl ***controls)
{
	char *said = NULL, **urls = NULL;
	int parsed =
		ldap_parse_result(ld, message, result, NULL, &said, &urls, controls, 0);

	if (*result == LDAP_REFERRAL && (!said || !*said) && urls && urls[0])
		*words = xstrdup(urls[0]);
	else
		*words = xstrdup(said ? said : "");
	ldap_memfree(said);
	ldap_memvfree((void **)urls);
	return parsed;
}

void decode_referral(LDAP *ld, LDAPMessage *message, struct strv *urls)
{
	char **found = NULL;
	int result;

	if (ldap_parse_result(ld, message, &result, NULL, NULL, &found, NULL, 0) ==
		LDAP_SUCCESS)
		for (size_t i = 0; found && found[i]; i++)
			strv_add(urls, found[i]);
	ldap_memvfree((void **)found);
}
