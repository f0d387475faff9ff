#include "tests/ldap/proxy.h"

#include <errno.h>
#include <fcntl.h>
#include <ldap.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/array.h"
#include "tests/ldap/record.h"

enum { MOST_PAIRS = 32, MOST_WAITING = 1 << 20 };

/* One way of a connection: bytes not yet whole messages, and bytes to be sent. */
struct way {
	int from, to;
	struct buf in, out;
	uint64_t queued, sent; /* ever */
	bool marked;           /* the first write has come */
	uint64_t mark;         /* `queued` then */
};

struct pair {
	struct way ways[2]; /* by enum proxy_way */
	bool dead;
	bool cut; /* dead, and what waits is not passed on */
};

struct proxy {
	pthread_mutex_t lock;
	pthread_t thread;
	bool threaded;
	char *path;
	struct sockaddr_un target;
	int listener;
	int wake[2];
	atomic_bool ended; /* lock-free: a signal handler sets it */
	struct pair *pairs[MOST_PAIRS];

	struct {
		enum proxy_op op;
		int code, times;
		char *words;
	} answer;
	struct {
		enum proxy_way way;
		size_t bytes;
		int times;
	} cut;
	struct buf inject;
	struct strv hidden; /* OIDs of controls */
	bool stalled;
	struct {
		bool armed; /* waits for a write, or for its answer */
		bool met;   /* what it waited for is on its way */
		enum proxy_way way;
	} hold;
	struct {
		enum proxy_op op;
		enum proxy_stop how;
		int nth;         /* still to come; 0: none */
		ber_int_t msgid; /* of the one whose answer is not passed on; 0: none */
	} stop;
	size_t passed[2], clients;
	struct buf record;
	FILE *file;
};

/* ---- life ---- */

static bool set_address(struct sockaddr_un *a, const char *path)
{
	*a = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof(a->sun_path)) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(a->sun_path, path, strlen(path) + 1);
	return true;
}

static int listen_on(const char *path)
{
	struct sockaddr_un a;
	int fd;

	if (!set_address(&a, path))
		return -1;
	unlink(path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0 &&
		listen(fd, 64) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

struct proxy *proxy_new(const char *path, const char *target)
{
	struct proxy *p = xcalloc(1, sizeof(*p));

	pthread_mutex_init(&p->lock, NULL);
	buf_init(&p->inject);
	buf_init(&p->record);
	p->path = xstrdup(path);
	p->wake[0] = p->wake[1] = -1;
	p->listener = -1;
	if (!set_address(&p->target, target) ||
		pipe2(p->wake, O_CLOEXEC | O_NONBLOCK) < 0 ||
		(p->listener = listen_on(path)) < 0) {
		proxy_free(p);
		return NULL;
	}
	return p;
}

static void way_release(struct way *w)
{
	buf_release(&w->in);
	buf_release(&w->out);
}

static void pair_free(struct pair *pair)
{
	close(pair->ways[PROXY_UP].from);
	close(pair->ways[PROXY_UP].to);
	way_release(&pair->ways[PROXY_UP]);
	way_release(&pair->ways[PROXY_DOWN]);
	free(pair);
}

static void close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

void proxy_free(struct proxy *p)
{
	int failure = errno;

	if (!p)
		return;
	if (p->threaded) {
		proxy_end(p);
		pthread_join(p->thread, NULL);
	}
	for (size_t i = 0; i < MOST_PAIRS; i++)
		if (p->pairs[i])
			pair_free(p->pairs[i]);
	if (p->listener >= 0)
		unlink(p->path);
	close_fd(p->listener);
	close_fd(p->wake[0]);
	close_fd(p->wake[1]);
	if (p->file)
		fclose(p->file);
	buf_release(&p->inject);
	strv_release(&p->hidden);
	buf_release(&p->record);
	free(p->answer.words);
	free(p->path);
	pthread_mutex_destroy(&p->lock);
	free(p);
	errno = failure;
}

static void wake(struct proxy *p)
{
	ssize_t n = write(p->wake[1], "", 1);

	(void)n;
}

void proxy_end(struct proxy *p)
{
	p->ended = true;
	wake(p);
}

/* ---- what is asked of it ---- */

void proxy_answer(struct proxy *p, enum proxy_op op, int code, const char *words, int times)
{
	pthread_mutex_lock(&p->lock);
	free(p->answer.words);
	p->answer.words = xstrdup(words);
	p->answer.op = op;
	p->answer.code = code;
	p->answer.times = times;
	pthread_mutex_unlock(&p->lock);
}

void proxy_cut(struct proxy *p, enum proxy_way way, size_t bytes, int times)
{
	pthread_mutex_lock(&p->lock);
	p->cut.way = way;
	p->cut.bytes = bytes;
	p->cut.times = times;
	for (int i = 0; i < MOST_PAIRS; i++)
		for (int k = 0; p->pairs[i] && k < 2; k++)
			p->pairs[i]->ways[k].marked = false;
	pthread_mutex_unlock(&p->lock);
}

void proxy_inject(struct proxy *p, const void *bytes, size_t n)
{
	pthread_mutex_lock(&p->lock);
	buf_reset(&p->inject);
	buf_add(&p->inject, bytes, n);
	pthread_mutex_unlock(&p->lock);
}

void proxy_hide(struct proxy *p, const char *oid)
{
	strv_add(&p->hidden, oid);
}

void proxy_stall(struct proxy *p, bool stalled)
{
	pthread_mutex_lock(&p->lock);
	p->stalled = stalled;
	pthread_mutex_unlock(&p->lock);
	wake(p);
}

void proxy_hold(struct proxy *p, enum proxy_way way)
{
	pthread_mutex_lock(&p->lock);
	p->hold.armed = true;
	p->hold.met = false;
	p->hold.way = way;
	pthread_mutex_unlock(&p->lock);
}

void proxy_stop_at(struct proxy *p, enum proxy_op op, int nth, enum proxy_stop how)
{
	pthread_mutex_lock(&p->lock);
	p->stop.op = op;
	p->stop.nth = nth;
	p->stop.how = how;
	p->stop.msgid = 0;
	pthread_mutex_unlock(&p->lock);
}

bool proxy_stalled(struct proxy *p)
{
	bool stalled;

	pthread_mutex_lock(&p->lock);
	stalled = p->stalled;
	pthread_mutex_unlock(&p->lock);
	return stalled;
}

size_t proxy_passed(struct proxy *p, enum proxy_way way)
{
	size_t n;

	pthread_mutex_lock(&p->lock);
	n = p->passed[way];
	pthread_mutex_unlock(&p->lock);
	return n;
}

size_t proxy_clients(struct proxy *p)
{
	size_t n;

	pthread_mutex_lock(&p->lock);
	n = p->clients;
	pthread_mutex_unlock(&p->lock);
	return n;
}

char *proxy_recorded(struct proxy *p)
{
	char *text;

	pthread_mutex_lock(&p->lock);
	text = xstrdup(p->record.s);
	pthread_mutex_unlock(&p->lock);
	return text;
}

bool proxy_record_to(struct proxy *p, const char *file)
{
	p->file = fopen(file, "a");
	return p->file != NULL;
}

/* ---- messages ---- */

static bool take_one(int *times)
{
	if (*times == 0)
		return false;
	if (*times > 0)
		--*times;
	return true;
}

static bool is_op(enum proxy_op op, const struct request *r, const char *message, size_t n)
{
	switch (op) {
	case PROXY_MODIFY:
		return r->op == LDAP_REQ_MODIFY;
	case PROXY_ADD:
		return r->op == LDAP_REQ_ADD;
	case PROXY_DELETE:
		return r->op == LDAP_REQ_DELETE;
	case PROXY_WRITE:
		break;
	case PROXY_TXN_START:
		return request_extended(r, message, n, LDAP_EXOP_TXN_START);
	case PROXY_TXN_END:
		return request_extended(r, message, n, LDAP_EXOP_TXN_END);
	}
	return request_writes(r);
}

static void queue(struct way *w, const char *p, size_t n)
{
	buf_add(&w->out, p, n);
	w->queued += n;
}

static void record(struct proxy *p, const char *message, size_t n)
{
	size_t before = p->record.len;

	if (!request_ldif(message, n, &p->record))
		buf_puts(&p->record, "# not to be decoded\n\n");
	if (p->file) {
		fwrite(p->record.s + before, 1, p->record.len - before, p->file);
		fflush(p->file);
	}
}

static void mark(struct pair *pair)
{
	for (int i = 0; i < 2; i++) {
		struct way *w = &pair->ways[i];

		if (!w->marked)
			w->mark = w->queued;
		w->marked = true;
	}
}

/* Where one of the hidden OIDs stands in a message, or NULL. */
static char *hidden_in(const struct proxy *p, const char *message, size_t n, size_t *length)
{
	for (size_t i = 0; i < p->hidden.n; i++) {
		char *at = memmem(message, n, p->hidden.v[i], strlen(p->hidden.v[i]));

		*length = strlen(p->hidden.v[i]);
		if (at)
			return at;
	}
	return NULL;
}

static bool answered_here(struct proxy *p, struct pair *pair, const struct request *r,
	const char *message, size_t n)
{
	struct buf answer = BUF_INIT;

	if (!is_op(p->answer.op, r, message, n) || !take_one(&p->answer.times))
		return false;
	request_answer(r, p->answer.code, p->answer.words, &answer);
	queue(&pair->ways[PROXY_DOWN], answer.s, answer.len);
	buf_release(&answer);
	return true;
}

static void stop_at(struct proxy *p, struct pair *pair, const struct request *r,
	const char *message, size_t n)
{
	if (!p->stop.nth || !is_op(p->stop.op, r, message, n) || --p->stop.nth > 0)
		return;
	pair->cut = p->stop.how == PROXY_CUT_BEFORE;
	p->stalled = p->stop.how != PROXY_CUT_AFTER;
	p->stop.msgid = p->stop.how == PROXY_CUT_AFTER ? r->msgid : 0;
}

static void on_request(struct proxy *p, struct pair *pair, const char *message, size_t n)
{
	struct way *up = &pair->ways[PROXY_UP], *down = &pair->ways[PROXY_DOWN];
	struct buf answer = BUF_INIT;
	struct request r;
	size_t length;

	if (!request_read(message, n, &r)) {
		queue(up, message, n);
		return;
	}
	stop_at(p, pair, &r, message, n);
	if (!request_writes(&r)) {
		if (!answered_here(p, pair, &r, message, n))
			queue(up, message, n);
		return;
	}
	if (hidden_in(p, message, n, &length)) {
		request_answer(&r, LDAP_UNAVAILABLE_CRITICAL_EXTENSION, "", &answer);
		queue(down, answer.s, answer.len);
		buf_release(&answer);
		return;
	}
	mark(pair);
	record(p, message, n);
	if (p->hold.armed && p->hold.way == PROXY_UP) {
		p->hold.armed = false;
		p->stalled = true;
	}
	if (p->inject.len) {
		queue(down, p->inject.s, p->inject.len);
		buf_reset(&p->inject);
	} else if (!answered_here(p, pair, &r, message, n)) {
		queue(up, message, n);
	}
}

static void on_response(struct proxy *p, struct pair *pair, const char *message, size_t n)
{
	struct buf shown = BUF_INIT;
	struct request r;
	size_t length;
	char *at;

	if (p->stop.msgid && request_read(message, n, &r) && r.msgid == p->stop.msgid) {
		p->stop.msgid = 0;
		pair->cut = p->stalled = true;
		return;
	}
	buf_add(&shown, message, n);
	while ((at = hidden_in(p, shown.s, n, &length)))
		memset(at, '0', length);
	queue(&pair->ways[PROXY_DOWN], shown.s, n);
	buf_release(&shown);
	if (p->hold.armed && p->hold.way == PROXY_DOWN && request_read(message, n, &r) &&
		(r.op == LDAP_RES_MODIFY || r.op == LDAP_RES_ADD ||
			r.op == LDAP_RES_DELETE))
		p->hold.met = true;
}

/* Passes on what has come whole; an answer of ours never lands inside another. */
static void take_messages(struct proxy *p, struct pair *pair, enum proxy_way way)
{
	struct way *w = &pair->ways[way];
	size_t at = 0, n;

	while ((n = message_length(w->in.s + at, w->in.len - at)) > 0 &&
		n <= w->in.len - at) {
		if (way == PROXY_UP)
			on_request(p, pair, w->in.s + at, n);
		else
			on_response(p, pair, w->in.s + at, n);
		at += n;
	}
	if (at) {
		memmove(w->in.s, w->in.s + at, w->in.len - at);
		buf_truncate(&w->in, w->in.len - at);
	}
}

/* ---- bytes ---- */

static void read_some(struct proxy *p, struct pair *pair, enum proxy_way way)
{
	struct way *w = &pair->ways[way];
	char block[65536];
	ssize_t n = recv(w->from, block, sizeof(block), MSG_DONTWAIT);

	if (n > 0) {
		buf_add(&w->in, block, (size_t)n);
		take_messages(p, pair, way);
	} else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		pair->dead = true;
	}
}

/* How many of the n bytes that wait may go before the connection is to be cut. */
static size_t before_cut(
	struct proxy *p, const struct way *w, enum proxy_way way, bool *cut)
{
	size_t n = w->out.len;
	uint64_t end = w->mark + p->cut.bytes;

	*cut = false;
	if (p->cut.times == 0 || p->cut.way != way || !w->marked || w->sent + n < end ||
		(n == 0 && w->sent <= w->mark))
		return n;
	*cut = true;
	return w->sent < end ? (size_t)(end - w->sent) : 0;
}

static void send_some(struct proxy *p, struct pair *pair, enum proxy_way way)
{
	struct way *w = &pair->ways[way];
	bool cut;
	size_t most = before_cut(p, w, way, &cut);
	ssize_t n = 0;

	if (most) {
		n = send(w->to, w->out.s, most, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			pair->dead = true;
	}
	if (n > 0) {
		memmove(w->out.s, w->out.s + n, w->out.len - (size_t)n);
		buf_truncate(&w->out, w->out.len - (size_t)n);
		w->sent += (uint64_t)n;
	}
	if (way == PROXY_DOWN && p->hold.met && w->out.len == 0) {
		p->hold.armed = p->hold.met = false;
		p->stalled = true;
	}
	if (w->marked)
		p->passed[way] = w->sent > w->mark ? (size_t)(w->sent - w->mark) : 0;
	if (cut && n == (ssize_t)most) {
		take_one(&p->cut.times);
		pair->dead = true;
	}
}

/* ---- the loop ---- */

static void way_init(struct way *w, int from, int to)
{
	w->from = from;
	w->to = to;
	buf_init(&w->in);
	buf_init(&w->out);
}

static void accept_one(struct proxy *p)
{
	int client = accept4(p->listener, NULL, NULL, SOCK_CLOEXEC);
	int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct pair *pair = NULL;
	size_t i = 0;

	while (i < MOST_PAIRS && p->pairs[i])
		i++;
	if (client >= 0 && i < MOST_PAIRS &&
		connect(server, (struct sockaddr *)&p->target, sizeof(p->target)) == 0)
		pair = xcalloc(1, sizeof(*pair));
	if (!pair) {
		close_fd(client);
		close_fd(server);
		return;
	}
	way_init(&pair->ways[PROXY_UP], client, server);
	way_init(&pair->ways[PROXY_DOWN], server, client);
	p->pairs[i] = pair;
	p->clients++;
}

static short wanted(const struct proxy *p, const struct way *in, const struct way *out)
{
	short events = 0;

	if (p->stalled)
		return 0;
	if (in->out.len < MOST_WAITING)
		events |= POLLIN;
	if (out->out.len)
		events |= POLLOUT;
	return events;
}

static nfds_t fill(struct proxy *p, struct pollfd *fds)
{
	nfds_t n = 0;

	fds[n++] = (struct pollfd){.fd = p->wake[0], .events = POLLIN};
	fds[n++] = (struct pollfd){.fd = p->listener, .events = POLLIN};
	for (size_t i = 0; i < MOST_PAIRS; i++) {
		struct pair *pair = p->pairs[i];
		const struct way *up = pair ? &pair->ways[PROXY_UP] : NULL;
		const struct way *down = pair ? &pair->ways[PROXY_DOWN] : NULL;

		fds[n++] = (struct pollfd){.fd = pair && !p->stalled ? up->from : -1,
			.events = pair ? wanted(p, up, down) : 0};
		fds[n++] = (struct pollfd){.fd = pair && !p->stalled ? up->to : -1,
			.events = pair ? wanted(p, down, up) : 0};
	}
	return n;
}

static void serve(struct proxy *p, struct pair **slot, const struct pollfd *fds)
{
	struct pair *pair = *slot;
	const short readable = POLLIN | POLLHUP | POLLERR;

	if (!pair || p->stalled)
		return;
	if (fds[0].revents & readable)
		read_some(p, pair, PROXY_UP);
	if (fds[1].revents & readable)
		read_some(p, pair, PROXY_DOWN);
	if (!p->stalled && !pair->cut)
		send_some(p, pair, PROXY_UP);
	if (!p->stalled && !pair->cut)
		send_some(p, pair, PROXY_DOWN);
	if (pair->dead || pair->cut) {
		pair_free(pair);
		*slot = NULL;
	}
}

void proxy_run(struct proxy *p)
{
	struct pollfd fds[2 + 2 * MOST_PAIRS];
	char drain[64];

	while (!p->ended) {
		nfds_t n;

		pthread_mutex_lock(&p->lock);
		n = fill(p, fds);
		pthread_mutex_unlock(&p->lock);
		if (poll(fds, n, -1) < 0 && errno != EINTR)
			return;
		while (read(p->wake[0], drain, sizeof(drain)) > 0)
			continue;
		pthread_mutex_lock(&p->lock);
		for (size_t i = 0; i < MOST_PAIRS; i++)
			serve(p, &p->pairs[i], &fds[2 + 2 * i]);
		if (fds[1].revents & POLLIN)
			accept_one(p);
		pthread_mutex_unlock(&p->lock);
	}
}

static void *in_thread(void *arg)
{
	proxy_run(arg);
	return NULL;
}

void proxy_start(struct proxy *p)
{
	p->threaded = pthread_create(&p->thread, NULL, in_thread, p) == 0;
	if (!p->threaded)
		abort();
}
