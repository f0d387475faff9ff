#include "ldap/connect.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/sys/thread.h"
#include "ldap/dial.h"
#include "ldap/wipe.h"

/*
 * Shared by the owner and the thread; the last to leave frees it.  `ours` is the owner's
 * end of a socket pair and `theirs` the thread's: closing one tells the other side.
 */
struct connector {
	pthread_mutex_t lock;
	int holders;  /* under lock */
	bool dropped; /* under lock */
	bool done;    /* under lock; from then on the rest is the owner's */
	int shut_fd;  /* under lock: the socket to shut down when dropped, or -1 */
	int ours, theirs;
	struct endpoint endpoint;
	struct session *session;
	struct err err;
};

static atomic_int left_behind;

int connector_left_behind(void)
{
	return atomic_load(&left_behind);
}

static void connector_leave(struct connector *c)
{
	bool last;

	pthread_mutex_lock(&c->lock);
	last = --c->holders == 0;
	pthread_mutex_unlock(&c->lock);
	if (!last)
		return;
	session_free(c->session);
	endpoint_release(&c->endpoint);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

/* From here on connector_drop() ends whatever waits for fd.  False when it came first. */
static bool publish(struct connector *c, int fd)
{
	bool dropped;

	pthread_mutex_lock(&c->lock);
	c->shut_fd = fd;
	dropped = c->dropped;
	pthread_mutex_unlock(&c->lock);
	return !dropped;
}

static struct session *reach(struct connector *c)
{
	struct session *s;
	int fd = dial(c->endpoint.uri, c->theirs, &c->err);
	bool open;

	if (fd < 0)
		return NULL;
	s = session_new(fd, &c->endpoint);
	if (!s) {
		err_set(&c->err, ERR_CONNECT, 0, "libldap", c->endpoint.uri, NULL);
		return NULL;
	}
	open = publish(c, fd) && session_open(s, &c->endpoint, &c->err);
	publish(c, -1);
	if (!open) {
		session_free(s);
		return NULL;
	}
	link_detach_thread(s->link);
	return s;
}

static void *worker(void *arg)
{
	struct connector *c = arg;
	struct session *s;
	bool dropped;

	wipe_begin();
	s = reach(c);
	wipe_end();
	secret_wipe(&c->endpoint.password);
	pthread_mutex_lock(&c->lock);
	c->session = s;
	c->done = true;
	dropped = c->dropped;
	pthread_mutex_unlock(&c->lock);
	if (dropped)
		atomic_fetch_sub(&left_behind, 1);
	close(c->theirs);
	connector_leave(c);
	return NULL;
}

static void copy_endpoint(struct endpoint *to, const struct endpoint *from)
{
	*to = (struct endpoint){.uri = xstrdup(from->uri),
		.auth = from->auth,
		.bind_dn = xstrdup(from->bind_dn ? from->bind_dn : ""),
		.name = xstrdup(from->name ? from->name : ""),
		.starttls = from->starttls,
		.ca_file = xstrdup(from->ca_file ? from->ca_file : "")};
	if (from->password.p)
		secret_set(&to->password, from->password.p, from->password.n);
}

struct connector *connector_start(const struct endpoint *e)
{
	struct connector *c = xcalloc(1, sizeof(*c));
	int pair[2] = {-1, -1};
	int failure = 0;

	pthread_mutex_init(&c->lock, NULL);
	copy_endpoint(&c->endpoint, e);
	c->shut_fd = -1;
	c->holders = 2;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		failure = errno;
	c->ours = pair[0];
	c->theirs = pair[1];
	if (!failure)
		failure = thread_start(worker, c);
	if (failure) {
		err_set(&c->err, ERR_CONNECT, failure, strerror(failure), e->uri, NULL);
		c->holders = 1;
		c->done = true;
		if (c->theirs >= 0)
			close(c->theirs);
	}
	return c;
}

int connector_fd(const struct connector *c)
{
	return c->ours;
}

bool connector_done(struct connector *c)
{
	bool done;

	pthread_mutex_lock(&c->lock);
	done = c->done;
	pthread_mutex_unlock(&c->lock);
	return done;
}

struct session *connector_take(struct connector *c, struct err *err)
{
	struct session *s = c->session;

	if (!s && err)
		*err = c->err;
	c->session = NULL;
	if (c->ours >= 0)
		close(c->ours);
	connector_leave(c);
	return s;
}

/* Whether the thread has ended within ms: its end of the pair is closed then. */
static void await_end(struct connector *c, int ms)
{
	struct pollfd fd = {.fd = c->ours, .events = POLLIN};

	if (ms > 0 && c->ours >= 0)
		(void)poll(&fd, 1, ms);
}

void connector_drop(struct connector *c, int grace_ms)
{
	if (!c)
		return;
	pthread_mutex_lock(&c->lock);
	c->dropped = true;
	if (!c->done)
		atomic_fetch_add(&left_behind, 1);
	if (c->shut_fd >= 0)
		shutdown(c->shut_fd, SHUT_RDWR);
	pthread_mutex_unlock(&c->lock);
	if (c->ours >= 0) {
		shutdown(c->ours, SHUT_WR); /* dial() sees the end of it */
		await_end(c, grace_ms);
		close(c->ours);
	}
	connector_leave(c);
}
