#include "core/nexthop.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/domainname.h"
#include "core/text.h"

enum { SMTP_PORT = 25, PORT_MAX = 65535 };

static bool starts(const char *s, const char *prefix)
{
	return strncasecmp(s, prefix, strlen(prefix)) == 0;
}

static bool is_number(const char *s)
{
	return *s && s[strspn(s, "0123456789")] == '\0';
}

static bool parse_port(const char *s, unsigned *port)
{
	unsigned n = 0;

	if (!is_number(s))
		return false;
	for (; *s; s++) {
		n = n * 10 + (unsigned)(*s - '0');
		if (n > PORT_MAX)
			return false;
	}
	*port = n;
	return n > 0;
}

static bool set_ip(int family, const char *text, struct nexthop *hop)
{
	unsigned char ip[sizeof(struct in6_addr)];

	if (inet_pton(family, text, ip) != 1)
		return false;
	if (!inet_ntop(family, ip, hop->host, sizeof(hop->host)))
		BUG("address '%s'", text);
	hop->kind = family == AF_INET ? NEXTHOP_IPV4 : NEXTHOP_IPV6;
	return true;
}

static bool set_ipv6(const char *text, struct nexthop *hop)
{
	return set_ip(AF_INET6, starts(text, "IPv6:") ? text + 5 : text, hop);
}

static void set_name(const char *name, struct nexthop *hop)
{
	hop->kind = NEXTHOP_NAME;
	snprintf(hop->host, sizeof(hop->host), "%s", name);
}

static bool set_host(const char *text, struct nexthop *hop)
{
	struct buf name = BUF_INIT;
	bool ok = set_ip(AF_INET, text, hop) || set_ipv6(text, hop);

	if (!ok && *text != '@' && domainname_canonical(text, &name) == RULE_OK) {
		set_name(name.s, hop);
		ok = true;
	}
	buf_release(&name);
	return ok;
}

/* Where the port begins: after the last ':' outside brackets; NULL when there is none.
 * Two colons without brackets are an IPv6 address. */
static char *port_of(char *s)
{
	char *bracket = strrchr(s, ']');
	char *colon = strchr(bracket ? bracket : s, ':');

	if (!colon || (!bracket && strchr(colon + 1, ':')))
		return NULL;
	*colon = '\0';
	return colon + 1;
}

/* A transport in front; "relay:25" is a host called relay, and its port. */
static char *without_transport(char *s)
{
	static const char *const transports[] = {"smtp:", "relay:"};

	for (size_t i = 0; i < COUNT_OF(transports); i++)
		if (starts(s, transports[i]) && !is_number(s + strlen(transports[i])))
			return s + strlen(transports[i]);
	return s;
}

static enum rule parse(char *s, struct nexthop *hop)
{
	char *port;
	size_t n;

	s = without_transport(s);
	port = port_of(s);
	n = strlen(s);
	if (*s == '[') {
		if (n < 2 || s[n - 1] != ']')
			return RULE_RELAY_MALFORMED;
		s[n - 1] = '\0';
		s++;
	}
	if (!set_host(s, hop))
		return RULE_RELAY_MALFORMED;
	hop->port = SMTP_PORT;
	return !port || parse_port(port, &hop->port) ? RULE_OK : RULE_RELAY_PORT;
}

enum rule nexthop_parse(const char *typed, struct nexthop *hop)
{
	struct buf text = BUF_INIT;
	size_t n = text_trim(&typed);
	enum rule rule;

	if (n == 0)
		return RULE_EMPTY;
	buf_add(&text, typed, n);
	rule = parse(text.s, hop);
	buf_release(&text);
	return rule;
}

static bool stored_host(const char *text, struct nexthop *hop)
{
	if (set_ip(AF_INET, text, hop) || set_ipv6(text, hop))
		return true;
	if (!domainname_ascii_ok(text))
		return false;
	set_name(text, hop);
	for (char *c = hop->host; *c; c++)
		*c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
	return true;
}

enum rule nexthop_parse_stored(const char *value, struct nexthop *hop)
{
	const char *end = *value == '[' ? strchr(value, ']') : NULL;
	struct buf host = BUF_INIT;
	bool ok = end != NULL;

	hop->port = SMTP_PORT;
	if (ok && end[1])
		ok = end[1] == ':' && end[2] != '0' && parse_port(end + 2, &hop->port);
	if (ok) {
		buf_add(&host, value + 1, (size_t)(end - value) - 1);
		ok = stored_host(host.s, hop);
	}
	buf_release(&host);
	return ok ? RULE_OK : RULE_RELAY_MALFORMED;
}

void nexthop_format(const struct nexthop *hop, struct buf *out)
{
	buf_printf(out, "[%s%s]", hop->kind == NEXTHOP_IPV6 ? "IPv6:" : "", hop->host);
	if (hop->port != SMTP_PORT)
		buf_printf(out, ":%u", hop->port);
}

void nexthop_shown(const struct nexthop *hop, struct buf *out)
{
	bool brackets = hop->kind == NEXTHOP_IPV6 && hop->port != SMTP_PORT;

	if (brackets)
		buf_printf(out, "[%s]", hop->host);
	else if (hop->kind == NEXTHOP_NAME)
		domainname_shown(hop->host, out);
	else
		buf_puts(out, hop->host);
	if (hop->port != SMTP_PORT)
		buf_printf(out, ":%u", hop->port);
}
