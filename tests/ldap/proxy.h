/*
 * proxy: stands between the console and slapd, unix socket to unix socket.  It records
 * the writes that pass and makes things go wrong: answers of its own, cut connections,
 * silence.  In a thread of its own, or as a program (prog_proxy.c).
 */
#ifndef TESTS_LDAP_PROXY_H
#define TESTS_LDAP_PROXY_H

#include "core/buf.h"

struct proxy;

enum proxy_way { PROXY_UP, PROXY_DOWN }; /* to the server, to the client */
enum proxy_op {
	PROXY_MODIFY,
	PROXY_ADD,
	PROXY_DELETE,
	PROXY_WRITE,     /* any of them */
	PROXY_TXN_START, /* RFC 5805 */
	PROXY_TXN_END
};

enum proxy_stop {
	PROXY_HOLD,       /* before it reaches the server */
	PROXY_CUT_BEFORE, /* the same, and then it does not reach it: the connection is cut
			   */
	PROXY_CUT_AFTER   /* it was answered, and the connection is cut before the client
			     knows */
};

enum { PROXY_ALWAYS = -1 };

/* Listens on `path`, a socket that is made, and connects each client to `target`.
 * NULL, with errno, when it cannot. */
struct proxy *proxy_new(const char *path, const char *target);
void proxy_free(struct proxy *p);

void proxy_run(struct proxy *p);   /* in this thread, until proxy_end() */
void proxy_end(struct proxy *p);   /* async-signal-safe */
void proxy_start(struct proxy *p); /* in a thread; proxy_free() ends it */

/* The following may be called while it runs. */

/* Answers the next `times` such requests itself; they do not reach the server. */
void proxy_answer(
	struct proxy *p, enum proxy_op op, int code, const char *words, int times);

/* Cuts a connection, `times` times, once `bytes` have passed one way; they are counted
 * from its next write request on (its own first byte, or the first after it that the
 * server sends). */
void proxy_cut(struct proxy *p, enum proxy_way way, size_t bytes, int times);

/* Sends these bytes to the client in place of the answer to the next write. */
void proxy_inject(struct proxy *p, const void *bytes, size_t n);

/* A server without this control: it is not listed, and a request that
 * carries it all the same is refused as RFC 4511, 4.1.11 says, 12.  Before it runs. */
void proxy_hide(struct proxy *p, const char *oid);

void proxy_stall(struct proxy *p, bool stalled); /* passes nothing on, reads nothing */

/* Stalls by itself at the next write: PROXY_UP before it reaches the server, PROXY_DOWN
 * once its answer has reached the client.  proxy_stall(p, false) goes on. */
void proxy_hold(struct proxy *p, enum proxy_way way);
bool proxy_stalled(struct proxy *p);

/* Stalls by itself at the nth such request from now on, 1 being the next.
 * proxy_stall(p, false) goes on, or cuts. */
void proxy_stop_at(struct proxy *p, enum proxy_op op, int nth, enum proxy_stop how);

/* Bytes that passed since the first write request on the connection it came on, or the
 * first after proxy_cut(). */
size_t proxy_passed(struct proxy *p, enum proxy_way way);
size_t proxy_clients(struct proxy *p); /* connected ever */

/* The writes seen so far as LDIF; the caller's to free(3). */
char *proxy_recorded(struct proxy *p);
bool proxy_record_to(struct proxy *p, const char *file); /* appended as they are seen */

#endif
