/*
 * talk: conversations with a running Postfix: its rewrite service, and SMTP.
 */
#ifndef TESTS_MAIL_TALK_H
#define TESTS_MAIL_TALK_H

#include "core/buf.h"

/* What trivial-rewrite(8) makes of an address in its inner form. */
struct rewritten {
	char recipient[512], transport[128], nexthop[512];
	bool virtual_class; /* a hosted domain's */
	bool failed;        /* a table did */
};

/* socket: QUEUE/private/rewrite.  False, and why says so: no answer. */
bool talk_rewrite(
	const char *socket, const char *inner, struct rewritten *out, struct buf *why);

/* Gives a message with that mark in its subject to 127.0.0.1:port as a client of the
 * internet, for "<given>"; mark NULL: only asks.  reply: to RCPT, or, when that was
 * accepted and there is a mark, to the message. */
bool talk_smtp(unsigned port, const char *given, const char *mark, struct buf *reply);

#endif
