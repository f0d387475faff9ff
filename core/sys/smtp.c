#include "core/sys/smtp.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/sys/resolve.h"
#include "core/sys/smtp_tls.h"

enum { ADDRESSES_MOST = 5, READS_MOST = 8 }; /* tried; in one turn */

const struct smtp_limits smtp_limits = {
	.resolve = 10000,
	.connect = 10000,
	.reply = 30000, /* a server that verifies the recipient elsewhere takes its time */
	.quit = 3000,
	.all = 120000,
};

struct conversation {
	struct smtp smtp;
	struct relaytest *t; /* NULL: nothing is under way */
	struct smtp_limits limits;
	char *ca_file;
	smtp_fn *fn;
	void *arg;
	struct resolver *resolver;
	int fd;    /* -1: none */
	size_t at; /* the address being tried, of t->addresses */
	struct smtp_tls *tls;
	bool shaking;   /* the TLS handshake is under way */
	short events;   /* waited for */
	bool more;      /* there may be more to read without waiting */
	struct buf out; /* not sent yet */
	struct smtp_reader reader;
	long due_ms, end_ms; /* of the step, of all */
};

static struct conversation *of(struct smtp *s)
{
	return (struct conversation *)s;
}

/* ---- the ends ------------------------------------------------------------------- */

static void disconnect(struct conversation *c)
{
	smtp_tls_free(c->tls);
	c->tls = NULL;
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	c->shaking = c->more = false;
	c->events = POLLIN;
	buf_reset(&c->out);
	smtp_reader_release(&c->reader);
	smtp_reader_init(&c->reader);
}

static ssize_t put(struct conversation *c, const char *bytes, size_t n)
{
	return c->tls ? smtp_tls_write(c->tls, bytes, n)
		      : send(c->fd, bytes, n, MSG_NOSIGNAL);
}

/* Where the peer still listens, and not within a command. */
static void farewell(struct conversation *c)
{
	if (c->fd >= 0 && c->t->step > STEP_CONNECT && c->t->step < STEP_QUIT &&
		!c->shaking && c->out.len == 0)
		(void)put(c, "QUIT\r\n", 6);
}

/* The last callback. */
static void finish(struct conversation *c)
{
	disconnect(c);
	resolver_forget(c->resolver);
	c->t = NULL;
	c->fn(c->arg);
}

static void fail(struct conversation *c, enum trouble trouble, const char *words)
{
	if (trouble != TROUBLE_CLOSED)
		farewell(c);
	relaytest_fail(c->t, trouble, words);
	finish(c);
}

/* The step under way has begun: its deadline. */
static void allow(struct conversation *c, long now_ms, int ms)
{
	c->due_ms = now_ms + ms < c->end_ms ? now_ms + ms : c->end_ms;
}

/* ---- connecting ----------------------------------------------------------------- */

static int open_socket(const char *address, unsigned port)
{
	struct addrinfo hints = {
		.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
	struct addrinfo *to = NULL;
	char service[8];
	int fd;

	snprintf(service, sizeof(service), "%u", port);
	if (getaddrinfo(address, service, &hints, &to) != 0) {
		errno = EADDRNOTAVAIL;
		return -1;
	}
	fd = socket(to->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, to->ai_addr, to->ai_addrlen) < 0 &&
		errno != EINPROGRESS) {
		int why = errno;

		close(fd);
		fd = -1;
		errno = why;
	}
	freeaddrinfo(to);
	return fd;
}

static void connect_next(struct conversation *c, long now_ms, int why);

static void connect_this(struct conversation *c, long now_ms)
{
	const char *address = c->t->addresses.v[c->at];

	disconnect(c);
	allow(c, now_ms, c->limits.connect);
	c->events = POLLOUT;
	c->fd = open_socket(address, c->t->relay.port);
	if (c->fd < 0)
		connect_next(c, now_ms, errno);
}

/* This address does not do; why 0: it does not answer. */
static void connect_next(struct conversation *c, long now_ms, int why)
{
	if (++c->at < c->t->addresses.n && c->at < ADDRESSES_MOST && now_ms < c->end_ms)
		connect_this(c, now_ms);
	else if (why)
		fail(c, TROUBLE_CONNECT, strerror(why));
	else
		fail(c, TROUBLE_TIMEOUT, NULL);
}

static void connected(struct conversation *c, long now_ms)
{
	free(c->t->peer);
	c->t->peer = xstrdup(c->t->addresses.v[c->at]);
	c->events = POLLIN;
	relaytest_begin(c->t, STEP_BANNER);
	allow(c, now_ms, c->limits.reply);
	c->fn(c->arg);
}

static void connecting(struct conversation *c, long now_ms)
{
	struct pollfd p = {.fd = c->fd, .events = POLLOUT};
	int why = 0;
	socklen_t n = sizeof(why);

	if (poll(&p, 1, 0) <= 0)
		return;
	getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &why, &n);
	if (why)
		connect_next(c, now_ms, why);
	else
		connected(c, now_ms);
}

static void resolved(void *arg, enum resolved answer, const struct strv *addresses)
{
	struct conversation *c = arg;

	switch (answer) {
	case RESOLVED_YES:
		strv_copy(&c->t->addresses, addresses);
		relaytest_begin(c->t, STEP_CONNECT);
		c->fn(c->arg);
		break;
	case RESOLVED_NO:
		fail(c, TROUBLE_UNRESOLVED, NULL);
		break;
	case RESOLVED_UNKNOWN:
		fail(c, TROUBLE_RESOLVER, NULL);
		break;
	}
}

/* ---- talking -------------------------------------------------------------------- */

/* False: the connection is gone. */
static bool flush_out(struct conversation *c)
{
	ssize_t n = 1;

	while (c->out.len && n > 0) {
		n = put(c, c->out.s, c->out.len);
		if (n > 0) {
			memmove(c->out.s, c->out.s + n, c->out.len - (size_t)n);
			buf_truncate(&c->out, c->out.len - (size_t)n);
		}
	}
	c->events = c->out.len ? POLLIN | POLLOUT : POLLIN;
	return n > 0 || errno == EAGAIN || errno == EINTR;
}

static void send_command(struct conversation *c, long now_ms)
{
	relaytest_command(c->t, &c->out);
	allow(c, now_ms, c->t->step == STEP_QUIT ? c->limits.quit : c->limits.reply);
	c->fn(c->arg);
	if (c->t && !flush_out(c))
		fail(c, TROUBLE_CLOSED, NULL);
}

/* A broken handshake: what is asked next is asked in the clear. */
static void without_tls(
	struct conversation *c, long now_ms, enum trouble trouble, const char *words)
{
	relaytest_again_in_clear(c->t, trouble, words);
	connect_this(c, now_ms);
	if (c->t)
		c->fn(c->arg);
}

static void shake(struct conversation *c, long now_ms)
{
	const char *words = NULL;

	switch (smtp_tls_handshake(c->tls, &words)) {
	case TLS_READS:
		c->events = POLLIN;
		break;
	case TLS_WRITES:
		c->events = POLLOUT;
		break;
	case TLS_FAILED:
		without_tls(c, now_ms, TROUBLE_TLS, words);
		break;
	case TLS_DONE:
		c->shaking = false;
		smtp_tls_facts(c->tls, &c->t->tls);
		relaytest_begin(c->t, STEP_EHLO_TLS);
		send_command(c, now_ms);
		break;
	}
}

static void start_tls(struct conversation *c, long now_ms)
{
	const char *words = NULL;

	c->tls = smtp_tls_new(c->fd, &c->t->relay, c->ca_file, &words);
	allow(c, now_ms, c->limits.reply);
	c->shaking = c->tls != NULL;
	if (c->tls)
		shake(c, now_ms);
	else
		without_tls(c, now_ms, TROUBLE_TLS, words);
}

static void answered(struct conversation *c, long now_ms)
{
	switch (relaytest_answer(c->t, &c->reader.reply)) {
	case NEXT_COMMAND:
		send_command(c, now_ms);
		break;
	case NEXT_HANDSHAKE:
		start_tls(c, now_ms);
		break;
	case NEXT_END:
		relaytest_end(c->t);
		finish(c);
		break;
	}
}

static void take(struct conversation *c, const char *bytes, size_t n, long now_ms)
{
	size_t used;

	switch (smtp_reader_feed(&c->reader, bytes, n, &used)) {
	case SMTP_MORE:
		break;
	case SMTP_WHOLE:
		/* Whoever speaks before being asked is not to be understood; behind
		 * "220" to STARTTLS it may be somebody else (CVE-2011-0411). */
		if (used < n && c->t->step != STEP_QUIT)
			fail(c, TROUBLE_NOT_SMTP, NULL);
		else
			answered(c, now_ms);
		break;
	case SMTP_NOT_SMTP:
		fail(c, TROUBLE_NOT_SMTP, NULL);
		break;
	case SMTP_LINE_TOO_LONG:
		fail(c, TROUBLE_LINE_TOO_LONG, NULL);
		break;
	case SMTP_TOO_MANY_LINES:
		fail(c, TROUBLE_TOO_MANY_LINES, NULL);
		break;
	}
}

/* One read; false: there is nothing more now. */
static bool talk(struct conversation *c, long now_ms)
{
	char bytes[4096];
	ssize_t n;

	if (c->out.len && !flush_out(c)) {
		fail(c, TROUBLE_CLOSED, NULL);
		return false;
	}
	n = c->tls ? smtp_tls_read(c->tls, bytes, sizeof(bytes))
		   : recv(c->fd, bytes, sizeof(bytes), 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (n <= 0) {
		fail(c, TROUBLE_CLOSED, NULL);
		return false;
	}
	take(c, bytes, (size_t)n, now_ms);
	return c->t && !c->shaking && c->t->step > STEP_CONNECT;
}

/* ---- turns ---------------------------------------------------------------------- */

static void overdue(struct conversation *c, long now_ms)
{
	if (c->t->step == STEP_CONNECT)
		connect_next(c, now_ms, 0);
	else if (c->shaking && now_ms < c->end_ms)
		without_tls(c, now_ms, TROUBLE_TIMEOUT, NULL);
	else
		fail(c, TROUBLE_TIMEOUT, NULL);
}

static void move_on(struct conversation *c, long now_ms)
{
	int reads = 0;

	if (c->t->step == STEP_RESOLVE)
		resolver_step(c->resolver, now_ms);
	else if (c->fd < 0)
		connect_this(c, now_ms);
	else if (now_ms >= c->due_ms)
		overdue(c, now_ms);
	else if (c->t->step == STEP_CONNECT)
		connecting(c, now_ms);
	else if (c->shaking)
		shake(c, now_ms);
	else
		while ((c->more = talk(c, now_ms)) && ++reads < READS_MOST)
			;
}

static void step(struct smtp *s, long now_ms)
{
	struct conversation *c = of(s);

	if (!c->t)
		return;
	c->more = false;
	move_on(c, now_ms);
}

static void start(struct smtp *s, struct relaytest *t, const struct smtp_limits *limits,
	const char *ca_file, long now_ms, smtp_fn *fn, void *arg)
{
	struct conversation *c = of(s);

	smtp_cancel(s);
	c->t = t;
	c->limits = *limits;
	free(c->ca_file);
	c->ca_file = xstrdup(ca_file);
	c->fn = fn;
	c->arg = arg;
	c->at = 0;
	c->end_ms = now_ms + limits->all;
	if (t->relay.kind == NEXTHOP_NAME) {
		relaytest_begin(t, STEP_RESOLVE);
		allow(c, now_ms, limits->resolve);
		resolver_ask(
			c->resolver, t->relay.host, now_ms, limits->resolve, resolved, c);
	} else {
		strv_add(&t->addresses, t->relay.host);
		t->step = STEP_CONNECT;
		relaytest_begin(t, STEP_CONNECT);
	}
}

static void cancel(struct smtp *s)
{
	struct conversation *c = of(s);

	if (!c->t)
		return;
	farewell(c);
	disconnect(c);
	resolver_forget(c->resolver);
	c->t = NULL;
}

static int fd_of(const struct smtp *s, short *events)
{
	const struct conversation *c = (const struct conversation *)s;

	*events = POLLIN;
	if (!c->t)
		return -1;
	if (c->t->step == STEP_RESOLVE)
		return resolver_fd(c->resolver);
	*events = c->events;
	return c->fd;
}

static int timeout_of(const struct smtp *s, long now_ms)
{
	const struct conversation *c = (const struct conversation *)s;

	if (!c->t)
		return -1;
	if (c->t->step == STEP_RESOLVE)
		return resolver_timeout(c->resolver, now_ms);
	if (c->more || (c->fd < 0 && c->t->step == STEP_CONNECT))
		return 0;
	return c->due_ms > now_ms ? (int)(c->due_ms - now_ms) : 0;
}

static void free_it(struct smtp *s)
{
	struct conversation *c = of(s);

	cancel(s);
	resolver_free(c->resolver);
	buf_release(&c->out);
	smtp_reader_release(&c->reader);
	free(c->ca_file);
	free(c);
}

static const struct smtp_ops ops = {
	.start = start,
	.cancel = cancel,
	.fd = fd_of,
	.timeout = timeout_of,
	.step = step,
	.free = free_it,
};

struct smtp *smtp_new(void)
{
	struct conversation *c = xcalloc(1, sizeof(*c));

	c->smtp.ops = &ops;
	c->fd = -1;
	c->resolver = resolver_new();
	buf_init(&c->out);
	smtp_reader_init(&c->reader);
	return &c->smtp;
}

/* ---- any one's ------------------------------------------------------------------ */

void smtp_free(struct smtp *s)
{
	if (s)
		s->ops->free(s);
}

void smtp_start(struct smtp *s, struct relaytest *t, const struct smtp_limits *limits,
	const char *ca_file, long now_ms, smtp_fn *fn, void *arg)
{
	s->ops->start(s, t, limits, ca_file, now_ms, fn, arg);
}

void smtp_cancel(struct smtp *s)
{
	s->ops->cancel(s);
}

int smtp_fd(const struct smtp *s, short *events)
{
	return s->ops->fd(s, events);
}

int smtp_timeout(const struct smtp *s, long now_ms)
{
	return s->ops->timeout(s, now_ms);
}

void smtp_step(struct smtp *s, long now_ms)
{
	s->ops->step(s, now_ms);
}

void smtp_unknown(struct buf *out)
{
	unsigned char bytes[8] = {0};

	(void)!getrandom(bytes, sizeof(bytes), 0);
	buf_puts(out, "relaistest");
	for (size_t i = 0; i < sizeof(bytes); i++)
		buf_printf(out, "%02x", bytes[i]);
}
