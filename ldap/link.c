#include "ldap/link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct link {
	int fd;
	bool queueing; /* the main thread's: never block */
	bool broken;
	struct buf out; /* from `done` on it waits for the socket */
	size_t done;
	uint64_t queued;
	char in[16384]; /* from in_at to in_end: read, not yet taken */
	size_t in_at, in_end;
};

struct link *link_new(int fd)
{
	struct link *l = xcalloc(1, sizeof(*l));

	l->fd = fd;
	buf_init(&l->out);
	return l;
}

void link_free(struct link *l)
{
	if (!l)
		return;
	explicit_bzero(l->in, sizeof(l->in));
	if (l->out.cap)
		explicit_bzero(l->out.s, l->out.cap);
	buf_release(&l->out);
	close(l->fd);
	free(l);
}

void link_detach_thread(struct link *l)
{
	l->queueing = true;
}

int link_fd(const struct link *l)
{
	return l->fd;
}

bool link_broken(const struct link *l)
{
	return l->broken;
}

size_t link_unsent(const struct link *l)
{
	return l->out.len - l->done;
}

uint64_t link_queued(const struct link *l)
{
	return l->queued;
}

uint64_t link_sent(const struct link *l)
{
	return l->queued - link_unsent(l);
}

static bool would_block(void)
{
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

static void link_compact(struct link *l)
{
	if (l->done < l->out.len && l->done < 65536)
		return;
	memmove(l->out.s, l->out.s + l->done, l->out.len - l->done);
	buf_truncate(&l->out, l->out.len - l->done);
	l->done = 0;
}

bool link_flush(struct link *l)
{
	while (!l->broken && l->done < l->out.len) {
		ssize_t n = send(l->fd, l->out.s + l->done, l->out.len - l->done,
			MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n >= 0)
			l->done += (size_t)n;
		else if (would_block())
			break;
		else
			l->broken = true;
	}
	link_compact(l);
	return !l->broken;
}

/* Reads what fits into `in`, or straight to the caller when that is more. */
static ber_slen_t link_fill(struct link *l, void *to, size_t n)
{
	bool direct = n >= sizeof(l->in);
	ssize_t got;

	do {
		got = recv(l->fd, direct ? to : l->in, direct ? n : sizeof(l->in),
			l->queueing ? MSG_DONTWAIT : 0);
	} while (got < 0 && errno == EINTR);
	if (got <= 0 || direct)
		return got;
	l->in_at = 0;
	l->in_end = (size_t)got;
	return got;
}

static ber_slen_t on_read(Sockbuf_IO_Desc *d, void *to, ber_len_t n)
{
	struct link *l = d->sbiod_pvt;
	ber_slen_t got;

	if (l->in_at == l->in_end) {
		got = link_fill(l, to, n);
		if (got <= 0 || l->in_at == l->in_end)
			return got;
	}
	if (n > l->in_end - l->in_at)
		n = l->in_end - l->in_at;
	memcpy(to, l->in + l->in_at, n);
	l->in_at += n;
	return (ber_slen_t)n;
}

static ber_slen_t on_write(Sockbuf_IO_Desc *d, void *bytes, ber_len_t n)
{
	struct link *l = d->sbiod_pvt;

	if (!l->queueing) {
		ssize_t sent = send(l->fd, bytes, n, MSG_NOSIGNAL);

		l->queued += sent > 0 ? (uint64_t)sent : 0;
		return sent;
	}
	if (l->broken) {
		errno = EPIPE;
		return -1;
	}
	buf_add(&l->out, bytes, n);
	l->queued += n;
	link_flush(l);
	return (ber_slen_t)n; /* a failure shows at the next call */
}

static int on_setup(Sockbuf_IO_Desc *d, void *arg)
{
	d->sbiod_pvt = arg;
	return 0;
}

static int on_remove(Sockbuf_IO_Desc *d)
{
	d->sbiod_pvt = NULL;
	return 0;
}

static int on_ctrl(Sockbuf_IO_Desc *d, int option, void *arg)
{
	struct link *l = d->sbiod_pvt;

	(void)arg;
	return option == LBER_SB_OPT_DATA_READY && l->in_at < l->in_end;
}

static int on_close(Sockbuf_IO_Desc *d)
{
	struct link *l = d->sbiod_pvt;

	l->broken = true;
	return 0;
}

static Sockbuf_IO link_io = {
	.sbi_setup = on_setup,
	.sbi_remove = on_remove,
	.sbi_ctrl = on_ctrl,
	.sbi_read = on_read,
	.sbi_write = on_write,
	.sbi_close = on_close,
};

bool link_install(struct link *l, Sockbuf *sb)
{
	return ber_sockbuf_add_io(sb, &link_io, LBER_SBIOD_LEVEL_PROVIDER, l) == 0;
}
