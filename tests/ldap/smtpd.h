/*
 * smtpd: a stand-in for a relay that does as a script says, in a process of its own on a
 *port of 127.0.0.1.  One word after another, for each connection anew:
 *
 *	"220 text"	a line, with its line end ("250-text" too); "\\e" stands for ESC
 *	?		reads a line
 *	byte		reads one, which is not told
 *	tls NAME	TLS from here on, with DIR/NAME.pem and DIR/NAME.key
 *	garbage		bytes that are no TLS
 *	raw TEXT	bytes without a line end
 *	drip		"220 " and then a byte every 20 ms, for ever
 *	line, lines	a line, lines without end
 *	hang		nothing more, until the peer goes
 *	again		the words after it are for the next connection
 *
 * and at its end it closes.
 */
#ifndef TESTS_LDAP_SMTPD_H
#define TESTS_LDAP_SMTPD_H

#include <sys/types.h>

#include "core/buf.h"

struct smtpd {
	pid_t pid;
	unsigned port;
	int said; /* what it read, to be read from here */
};

/* words end with NULL; dir: of the certificates, may be NULL. */
void smtpd_start(struct smtpd *s, const char *dir, const char *const *words);

/* Ends it; appends the lines it was sent, each with '\n'. */
void smtpd_stop(struct smtpd *s, struct buf *said);

/* Waits until it has read a line that begins so; false: it did not within ten seconds. */
bool smtpd_heard(struct smtpd *s, struct buf *said, const char *line);

#endif
