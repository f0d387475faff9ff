/*
 * smtp: the relay test's conversation (core/relaytest.h) over a socket, beside the console.
 * Nothing here blocks; every step has a deadline of its own, which what drips in does not
 * move, and the whole has one.
 *
 * Why no SMTP library: libesmtp and libetpan block in their own loops; libcurl, connected
 * only (CURLOPT_CONNECT_ONLY), would leave MAIL, RCPT and QUIT to a line protocol of ours
 * all the same, does not give the facts of a certificate that it did not accept, and says
 * QUIT in a loop of its own when the handle is closed.  So the lines are ours, and few
 * (core/smtpreply.h); TLS is GnuTLS, which libldap brings along.
 */
#ifndef CORE_SYS_SMTP_H
#define CORE_SYS_SMTP_H

#include "core/relaytest.h"

struct smtp;

/* The transcript moved on; t->done: it is over, and nothing follows. */
typedef void smtp_fn(void *arg);

/* In milliseconds, each step's, and that of all together. */
struct smtp_limits {
	int resolve, connect, reply, quit, all;
};
extern const struct smtp_limits smtp_limits; /* what people get */

struct smtp_ops {
	void (*start)(struct smtp *s, struct relaytest *t, const struct smtp_limits *limits,
		const char *ca_file, long now_ms, smtp_fn *fn, void *arg);
	void (*cancel)(struct smtp *s);
	int (*fd)(const struct smtp *s, short *events);
	int (*timeout)(const struct smtp *s, long now_ms);
	void (*step)(struct smtp *s, long now_ms);
	void (*free)(struct smtp *s);
};

struct smtp {
	const struct smtp_ops *ops; /* first member of every one; tests have another */
};

struct smtp *smtp_new(void);
void smtp_free(struct smtp *s); /* NULL accepted; cancels */

/* Begins; one at a time: another one that is under way is cancelled.  t is initialised, the
 * caller's, and must live until it is done or cancelled.  fn is called from smtp_step()
 * only.  ca_file: the authorities that certificates are verified by, "": the system's. */
void smtp_start(struct smtp *s, struct relaytest *t, const struct smtp_limits *limits,
	const char *ca_file, long now_ms, smtp_fn *fn, void *arg);

/* Says QUIT where that can be said at once, and closes; no callback any more.  The
 * transcript is left as it is. */
void smtp_cancel(struct smtp *s);

/* What to poll: -1 when nothing is under way. */
int smtp_fd(const struct smtp *s, short *events);
int smtp_timeout(const struct smtp *s, long now_ms); /* ms until step is due; -1: none */
void smtp_step(struct smtp *s, long now_ms);

/* Appends a local part that nobody has: letters and digits, no delimiter, at random. */
void smtp_unknown(struct buf *out);

#endif
