/*
 * nexthop: the relay for split domains.  Stored as the one canonical next hop that
 * Postfix takes without an MX look-up (transport(5)): [mail.old.example],
 * [192.0.2.25]:2525, [IPv6:2001:db8::25]:587.  Shown and typed without brackets.
 */
#ifndef CORE_NEXTHOP_H
#define CORE_NEXTHOP_H

#include "core/buf.h"
#include "core/rule.h"

enum nexthop_kind { NEXTHOP_NAME, NEXTHOP_IPV4, NEXTHOP_IPV6 };

struct nexthop {
	enum nexthop_kind kind;
	char host[254]; /* A-labels in lower case, dotted quad, or IPv6 as RFC 5952 */
	unsigned port;  /* 1-65535; 25 when none was given */
};

/* What a person typed: brackets, "IPv6:", "smtp:" or "relay:" in front, a port after
 * ':' (IPv6 with a port needs brackets), U-labels, capitals, a trailing dot and outer
 * spaces are understood.  RULE_OK, or RULE_EMPTY, RULE_RELAY_MALFORMED,
 * RULE_RELAY_PORT; *hop is then unspecified. */
enum rule nexthop_parse(const char *typed, struct nexthop *hop);

/* A value as it stands in the directory, which must be canonical in Postfix's eyes
 * ("[host]" or "[host]:port", the constraint of ROUTING.md; "IPv6:" in any case or left
 * out, which Postfix takes too).  RULE_OK or RULE_RELAY_MALFORMED. */
enum rule nexthop_parse_stored(const char *value, struct nexthop *hop);

void nexthop_format(
	const struct nexthop *hop, struct buf *out); /* canonical; port 25 left out */
void nexthop_shown(
	const struct nexthop *hop, struct buf *out); /* without brackets where it can be */

#endif
