/*
 * recipient: what Postfix makes of an address that a client gives at RCPT, before it asks
 * any table: quotes and comments taken off (RFC 5322 section 3.2), a source route dropped,
 * "site!user" and "user%site" turned round, one dot after the domain removed, the result
 * in lower case (smtpd(8) and trivial-rewrite(8) with their defaults: swap_bangpath,
 * percent_hack, resolve_dequoted_address).
 */
#ifndef CORE_RECIPIENT_H
#define CORE_RECIPIENT_H

#include "core/buf.h"

enum recipient_kind {
	RECIPIENT_ADDRESS,    /* key is local@domain */
	RECIPIENT_BARE,       /* no domain: Postfix adds its own, $myorigin */
	RECIPIENT_POSTMASTER, /* no domain, and always taken: RFC 5321 section 4.5.1 */
	RECIPIENT_MALFORMED   /* "501 5.1.3": no address, or no domain name in it */
};

struct recipient {
	enum recipient_kind kind;
	struct buf key; /* as the tables are asked; its local part may be "" */
	bool routed;    /* the local part holds one of @ ! %: not relayed for strangers */
};

/* Never fails.  Release with recipient_release(). */
void recipient_read(const char *address, struct recipient *out);
void recipient_release(struct recipient *r);

#endif
