/*
 * relay: a relay for the relay test, without a socket: it says what a script says.
 */
#ifndef TESTS_TUI_RELAY_H
#define TESTS_TUI_RELAY_H

#include "core/sys/smtp.h"
#include "tests/tui/screen.h"

struct relay {
	struct smtp smtp;
	struct relaytest *t; /* under way; NULL: none */
	smtp_fn *fn;
	void *arg;
	int started, cancelled;
};

/* Puts it behind the screen's console; r must outlive the screen. */
void relay_behind(struct relay *r, struct screen *s);

/* Connects at first.  Then replies, with '|' between them ("250-a\n250 b" has two lines);
 * "tls" is a handshake, with a certificate in which nothing is right; "!closed", "!silent",
 * "!tls" (the handshake fails), "!refused" (nobody listens) are troubles.  The console sees
 * each at once. */
void relay_says(struct relay *r, const char *script);

#define RELAY_GOOD                                                                       \
	"220 mx.other.example ESMTP|250 mx.other.example|250 2.1.0 Ok|250 2.1.5 Ok|250 " \
	"2.1.5 "                                                                         \
	"Ok|550 5.1.1 Unknown|221 2.0.0 Bye"

#endif
