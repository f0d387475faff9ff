#include "core/sys/config.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/dn.h"

#define MAX_FILTER_DEPTH 32

/* ---- what a value may be ------------------------------------------------------ */

static bool is_dn(const char *s)
{
	return *s && dn_valid(s);
}

static bool is_users_base(const char *s)
{
	return strcmp(s, "%D") == 0 || is_dn(s);
}

static bool is_login_dn(const char *s)
{
	const char *first = strstr(s, "%s");

	return is_dn(s) && (!first || !strstr(first + 2, "%s"));
}

static bool is_login_dn_or_empty(const char *s)
{
	return !*s || is_login_dn(s);
}

static bool is_dn_or_empty(const char *s)
{
	return !*s || is_dn(s);
}

static bool is_path_or_empty(const char *s)
{
	return !*s || (*s == '/' && s[1]);
}

static const char digits[] = "0123456789";
static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
static const char word_letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789-";

/* A name or a numeric OID (RFC 4512 section 1.4). */
static const char *skip_oid(const char *s)
{
	size_t n = 0;

	if (strspn(s, letters))
		return s + strspn(s, word_letters);
	for (; (n = strspn(s, digits)) > 0; s++) {
		s += n;
		if (*s != '.')
			break;
	}
	return n ? s : NULL;
}

/* An attribute description (RFC 4512 section 2.5): that, and options. */
static const char *skip_attribute(const char *s)
{
	size_t n;

	s = skip_oid(s);
	for (; s && *s == ';'; s += 1 + n)
		if ((n = strspn(s + 1, word_letters)) == 0)
			return NULL;
	return s;
}

static bool is_attribute(const char *s)
{
	const char *end = skip_attribute(s);

	return end && !*end;
}

/* ":dn:rule:" of an extensible match, of which the rule may be left out where there is an
 * attribute. */
static const char *skip_matching(const char *s, bool named)
{
	if (strncasecmp(s, ":dn:", 4) == 0)
		s += 3;
	if (s[1] != '=')
		s = skip_oid(s + 1);
	else if (!named)
		return NULL;
	return s && *s == ':' ? s + 1 : NULL;
}

/* One "attribute=value" of a filter (RFC 4515 section 3), up to its ")". */
static const char *skip_filter_item(const char *s)
{
	bool named = *s != ':', plain;

	if (named && !(s = skip_attribute(s)))
		return NULL;
	plain = *s == '=';
	if (*s == ':')
		s = skip_matching(s, named);
	else
		s += strspn(s, "~<>") == 1;
	if (!s || *s++ != '=')
		return NULL;
	/* only "=" takes patterns, with something between the stars */
	for (; *s && *s != ')'; s++)
		if (*s == '(' || (*s == '*' && (!plain || s[1] == '*')) ||
			(*s == '\\' && strspn(s + 1, "0123456789abcdefABCDEF") < 2))
			return NULL;
	return s;
}

/* NULL where it goes wrong, else what comes after it. */
static const char *skip_filter(const char *s, int depth)
{
	bool negated = s[0] == '(' && s[1] == '!';

	if (*s++ != '(' || depth == MAX_FILTER_DEPTH)
		return NULL;
	if (negated)
		s = skip_filter(s + 1, depth + 1);
	else if (*s == '&' || *s == '|')
		for (s++; s && *s == '(';)
			s = skip_filter(s, depth + 1);
	else
		s = skip_filter_item(s);
	return s && *s == ')' ? s + 1 : NULL;
}

static bool is_filter(const char *s)
{
	const char *end = skip_filter(s, 0);

	return end && !*end;
}

static bool is_port(const char *s)
{
	return *s && strlen(s) <= 5 && s[strspn(s, "0123456789")] == '\0' && atoi(s) >= 1 &&
	       atoi(s) <= 65535;
}

/* scheme://host[:port][/]; for ldapi the host is a percent-encoded path.  Nothing after
 * it: base and filter have keys of their own. */
static bool is_uri(const char *s)
{
	static const char *const schemes[] = {"ldap://", "ldaps://", "ldapi://"};
	const char *host = NULL, *end;

	for (size_t i = 0; i < COUNT_OF(schemes) && !host; i++)
		if (strncasecmp(s, schemes[i], strlen(schemes[i])) == 0)
			host = s + strlen(schemes[i]);
	if (!host || strpbrk(host, " ,\"<>\\?#{}"))
		return false;
	end = host + strcspn(host, "/");
	return !*end || !end[1];
}

/* Up to a day. */
static bool is_minutes(const char *s)
{
	return *s && strlen(s) <= 4 && s[strspn(s, "0123456789")] == '\0' &&
	       atoi(s) <= 24 * 60;
}

static bool is_address(const char *s)
{
	unsigned char bytes[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, s, bytes) == 1 || inet_pton(AF_INET6, s, bytes) == 1;
}

static bool is_host_name(const char *s)
{
	return *s && strlen(s) < 254 && !strpbrk(s, " ,:;@[](){}<>\"'\\/%");
}

static bool is_delimiters(const char *s)
{
	return s[strspn(s, "!#%&*+-./:;<=>?^_|~")] == '\0';
}

/* What may stand between "MAIL FROM:<" and ">"; without a domain one is added. */
static bool is_sender(const char *s)
{
	if (strcmp(s, "<>") == 0)
		return true;
	for (const char *c = s; *c; c++)
		if (*c <= ' ' || *c > '~' || strchr("<>()[],;:\\\"", *c))
			return false;
	return *s && *s != '@' && s[strlen(s) - 1] != '@' && strlen(s) < 200 &&
	       strchr(s, '@') == strrchr(s, '@');
}

/* ---- the table ---------------------------------------------------------------- */

#define AT(member) offsetof(struct settings, member)
#define A_DN "a distinguished name, such as \"ou=domains,dc=example\""
#define A_FILTER "a search filter in parentheses, such as \"(objectClass=person)\""
#define A_AUTH "\"external\", \"simple\", \"scram\" or \"gssapi\""
#define A_PATH "a path that begins with /"
#define A_FLAG "true or false"
#define A_URI                                                                             \
	"ldap://, ldaps:// or ldapi:// and a host (for ldapi the socket's path, %2F for " \
	"/)"

const struct config_key config_keys[] = {
	{"directory", "uri", CONFIG_WORDS, AT(directory.uri), is_uri, A_URI,
		"the servers, in the order they are tried"},
	{"directory", "base", CONFIG_TEXT, AT(directory.base), is_dn, A_DN,
		"the entry below which everything is; it must be given"},
	{"directory", "auth", CONFIG_AUTH, AT(directory.auth), NULL, A_AUTH,
		"how to sign in: as the unix user, over ldapi; with name and password, by "
		"a "
		"simple bind or by SASL SCRAM; with the Kerberos ticket that kinit got"},
	{"directory", "bind_dn", CONFIG_TEXT, AT(directory.bind_dn), is_login_dn,
		"a distinguished name, with %s once where the name typed goes",
		"for simple: who signs in; %s is the name typed"},
	{"directory", "starttls", CONFIG_FLAG, AT(directory.starttls), NULL, A_FLAG,
		"whether an ldap:// connection is encrypted with StartTLS"},
	{"directory", "ca_file", CONFIG_TEXT, AT(directory.ca_file), is_path_or_empty,
		A_PATH,
		"the authorities that may have signed the server's certificate, in PEM; "
		"empty: the system's"},
	{"directory", "accesslog", CONFIG_TEXT, AT(directory.accesslog), is_dn_or_empty,
		A_DN,
		"where the log of slapo-accesslog stands, for the Changes screen: what "
		"anybody "
		"changed with any tool; not there, or empty: only what was changed from "
		"here"},
	{"directory", "transactions", CONFIG_FLAG, AT(directory.transactions), NULL, A_FLAG,
		"whether many changes are made in transactions (RFC 5805) where the server "
		"has them: faster, but slapd 2.5 can crash when relais or the connection "
		"ends in the middle of one, and hangs where slapo-unique serializes "
		"relaisThirdPartyAddress (relais-overlays.conf says why)"},
	{"provider", "uri", CONFIG_WORDS, AT(provider.uri), is_uri, A_URI,
		"the servers that take the changes, in the order they are tried; empty: "
		"only "
		"those of directory.uri do"},
	{"provider", "auth", CONFIG_AUTH, AT(provider.auth), NULL, A_AUTH,
		"how to sign in there"},
	{"provider", "bind_dn", CONFIG_TEXT, AT(provider.bind_dn), is_login_dn_or_empty,
		"a distinguished name, with %s once where the name typed goes",
		"for simple: who signs in; empty: directory.bind_dn"},
	{"provider", "password_file", CONFIG_TEXT, AT(provider.password_file),
		is_path_or_empty, A_PATH,
		"for simple: the file that holds the password; empty: the name and "
		"password "
		"typed at the start are used here, too"},
	{"provider", "starttls", CONFIG_FLAG, AT(provider.starttls), NULL, A_FLAG,
		"whether an ldap:// connection is encrypted with StartTLS"},
	{"provider", "ca_file", CONFIG_TEXT, AT(provider.ca_file), is_path_or_empty, A_PATH,
		"the authorities that may have signed its certificate, in PEM; empty: "
		"directory.ca_file"},
	{"domains", "base", CONFIG_TEXT, AT(domains.base), is_dn, A_DN,
		"the entry below which domains are; empty: directory.base"},
	{"domains", "filter", CONFIG_TEXT, AT(domains.filter), is_filter, A_FILTER,
		"which entries are hosted domains"},
	{"users", "base", CONFIG_TEXT, AT(users.base), is_users_base, "\"%D\" or " A_DN,
		"where users are: %D, below their domain's entry; or below one entry, in a "
		"flat tree"},
	{"users", "filter", CONFIG_TEXT, AT(users.filter), is_filter, A_FILTER,
		"which entries are users"},
	{"users", "addresses", CONFIG_WORDS, AT(users.addresses), is_attribute,
		"an attribute, such as \"mail\"", "the attributes that hold addresses"},
	{"users", "default_routing", CONFIG_ROUTING, AT(users.default_routing), NULL,
		"\"none\" or \"internal\"",
		"the mail system of a user without relaisRouting"},
	{"mail", "local_names", CONFIG_WORDS, AT(mail.local_names), is_host_name,
		"a host name",
		"names of this mail system, beside the machine's own: none can be a relay"},
	{"mail", "local_addresses", CONFIG_WORDS, AT(mail.local_addresses), is_address,
		"an IPv4 or IPv6 address",
		"addresses of this mail system, beside the machine's own: none can be a "
		"relay"},
	{"mail", "local_ports", CONFIG_PORTS, AT(mail.local_ports), is_port,
		"a port from 1 to 65535", "the ports that this mail system listens on"},
	{"mail", "recipient_delimiter", CONFIG_TEXT, AT(mail.recipient_delimiter),
		is_delimiters, "nothing, or punctuation such as \"+\"",
		"what sets an extension off from the user's name, as in postconf(5)"},
	{"mail", "probe_sender", CONFIG_TEXT, AT(mail.probe_sender), is_sender,
		"an address, its local part alone, or <> for the null sender",
		"whom the relay test gives as sender: what address_verify_sender is in "
		"Postfix; without @ the first of local_names, or the machine's name, is "
		"its domain"},
	{"mail", "relay_ca_file", CONFIG_TEXT, AT(mail.relay_ca_file), is_path_or_empty,
		A_PATH,
		"the authorities that may have signed relays' certificates, in PEM; empty: "
		"the system's"},
	{"postfix", "uri", CONFIG_WORDS, AT(postfix.uri), is_uri, A_URI,
		"the servers that Postfix asks; empty: directory.uri"},
	{"postfix", "bind_dn", CONFIG_TEXT, AT(postfix.bind_dn), is_dn_or_empty, A_DN,
		"as whom Postfix signs in; empty: anonymous"},
	{"postfix", "password_file", CONFIG_TEXT, AT(postfix.password_file),
		is_path_or_empty, A_PATH,
		"the file that holds the password of postfix.bind_dn"},
	{"session", "lock_after", CONFIG_NUMBER, AT(session.lock_after), is_minutes,
		"minutes, 1440 at most; 0 for never",
		"after how many minutes without a key the console locks, and wants the "
		"password again; where nobody types one (external, gssapi) it ends then"},
	{"session", "state_folder", CONFIG_TEXT, AT(session.state_folder), is_path_or_empty,
		A_PATH,
		"where the journal and unsaved forms are kept, in a folder named by the "
		"unix user; empty: the XDG state folder"},
};

/* ---- defaults ----------------------------------------------------------------- */

static void add_quoted(const char *value, struct buf *out)
{
	buf_putc(out, '"');
	for (; *value; value++) {
		if (*value == '"' || *value == '\\')
			buf_putc(out, '\\');
		buf_putc(out, *value);
	}
	buf_putc(out, '"');
}

static void add_words(const struct strv *words, struct buf *out)
{
	buf_putc(out, '{');
	for (size_t i = 0; i < words->n; i++) {
		buf_puts(out, i ? ", " : "");
		add_quoted(words->v[i], out);
	}
	buf_putc(out, '}');
}

static void add_ports(const struct settings *s, struct buf *out)
{
	buf_putc(out, '{');
	for (size_t i = 0; i < s->mail.local_ports.n; i++)
		buf_printf(out, "%s%u", i ? ", " : "", s->mail.local_ports.v[i]);
	buf_putc(out, '}');
}

void config_default(const struct config_key *key, struct buf *out)
{
	struct settings s;
	const void *at = (const char *)&s + key->at;

	settings_init(&s);
	switch (key->type) {
	case CONFIG_TEXT:
		add_quoted(*(char *const *)at, out);
		break;
	case CONFIG_WORDS:
		add_words(at, out);
		break;
	case CONFIG_FLAG:
		buf_puts(out, *(const bool *)at ? "true" : "false");
		break;
	case CONFIG_PORTS:
		add_ports(&s, out);
		break;
	case CONFIG_NUMBER:
		buf_printf(out, "%u", *(const unsigned *)at);
		break;
	case CONFIG_AUTH:
		add_quoted(auth_names[*(const enum auth *)at], out);
		break;
	case CONFIG_ROUTING:
		add_quoted(
			s.users.default_routing == ROUTING_INTERNAL ? "internal" : "none",
			out);
		break;
	}
	settings_release(&s);
}
