#include "ldap/result.h"

#include <ctype.h>
#include <ldap.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const struct {
	int result;
	enum err_code code;
} codes[] = {
	{LDAP_TIMELIMIT_EXCEEDED, ERR_LIMIT},
	{LDAP_SIZELIMIT_EXCEEDED, ERR_LIMIT},
	{LDAP_ADMINLIMIT_EXCEEDED, ERR_LIMIT},
	{LDAP_AUTH_METHOD_NOT_SUPPORTED, ERR_AUTH_METHOD},
	{LDAP_STRONG_AUTH_REQUIRED, ERR_TLS_NEEDED},
	{LDAP_REFERRAL, ERR_REFERRAL},
	{LDAP_CONFIDENTIALITY_REQUIRED, ERR_TLS_NEEDED},
	{LDAP_NO_SUCH_ATTRIBUTE, ERR_NO_SUCH_ATTRIBUTE},
	{LDAP_UNDEFINED_TYPE, ERR_UNDEFINED_ATTRIBUTE},
	{LDAP_INAPPROPRIATE_MATCHING, ERR_UNDEFINED_ATTRIBUTE},
	{LDAP_CONSTRAINT_VIOLATION, ERR_CONSTRAINT},
	{LDAP_TYPE_OR_VALUE_EXISTS, ERR_VALUE_EXISTS},
	{LDAP_INVALID_SYNTAX, ERR_INVALID_SYNTAX},
	{LDAP_NO_SUCH_OBJECT, ERR_NO_SUCH_OBJECT},
	{LDAP_INAPPROPRIATE_AUTH, ERR_CREDENTIALS},
	{LDAP_INVALID_CREDENTIALS, ERR_CREDENTIALS},
	{LDAP_INSUFFICIENT_ACCESS, ERR_DENIED},
	{LDAP_BUSY, ERR_BUSY},
	{LDAP_UNAVAILABLE, ERR_UNAVAILABLE},
	{LDAP_UNWILLING_TO_PERFORM, ERR_UNWILLING},
	{LDAP_OBJECT_CLASS_VIOLATION, ERR_OBJECT_CLASS},
	{LDAP_NOT_ALLOWED_ON_NONLEAF, ERR_NOT_LEAF},
	{LDAP_ALREADY_EXISTS, ERR_ENTRY_EXISTS},
	{LDAP_NO_OBJECT_CLASS_MODS, ERR_OBJECT_CLASS},
	{LDAP_ASSERTION_FAILED, ERR_ASSERTION},
	{LDAP_DECODING_ERROR, ERR_PROTOCOL},
};

static enum err_code code_of(int result)
{
	for (size_t i = 0; i < COUNT_OF(codes); i++)
		if (codes[i].result == result)
			return codes[i].code;
	return ERR_SERVER;
}

/* An attribute description's characters (RFC 4512 section 2.5). */
static size_t name_length(const char *s)
{
	size_t n = 0;

	while (isalnum((unsigned char)s[n]) || (n && strchr("-;.", s[n]) && s[n]))
		n++;
	while (n && strchr("-;.", s[n - 1]))
		n--; /* a full stop at the end of a sentence */
	return n;
}

/* The first word of the server's that is an attribute which the change touches. */
static const char *named_in_change(const struct change *change, const char *words)
{
	while (change && *words) {
		size_t n = name_length(words);

		for (size_t i = 0; n && i < change->mods.n; i++) {
			const char *name = change->mods.v[i].attribute.name;

			if (strlen(name) == n && strncasecmp(name, words, n) == 0)
				return name;
		}
		words += n ? n : 1;
	}
	return NULL;
}

/* "attribute 'sn'", "modify/add: sn: ...", "sn: value #0 ...": slapd's ways to name an
 * attribute that the change does not touch (a missing one, say). */
static void named_by_form(const char *words, char *name, size_t size)
{
	static const char *const openings[] = {"modify/add: ", "modify/delete: ",
		"modify/replace: ", "modify/increment: "};
	const char *quoted = strstr(words, "attribute '");
	size_t n;

	for (size_t i = 0; i < COUNT_OF(openings); i++)
		if (strncmp(words, openings[i], strlen(openings[i])) == 0)
			words += strlen(openings[i]);
	n = name_length(words);
	if (n && n < size && words[n] == ':')
		snprintf(name, size, "%.*s", (int)n, words);
	else if (quoted && (n = name_length(quoted += strlen("attribute '"))) < size)
		snprintf(name, size, "%.*s", (int)n, quoted);
}

bool result_err(struct err *err, int code, const char *dn, const struct change *change,
	const char *words)
{
	char name[128] = "";
	const char *touched;

	if (!words || !*words)
		words = code < 0 ? ldap_err2string(code) : "";
	touched = named_in_change(change, words);
	if (!touched)
		named_by_form(words, name, sizeof(name));
	return err_set(err, code_of(code), code, words, dn ? dn : "",
		touched ? touched : name, NULL);
}
