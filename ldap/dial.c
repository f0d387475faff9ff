#include "ldap/dial.h"

#include <errno.h>
#include <fcntl.h>
#include <ldap.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
	ADDRESS_MS = 4000, /* for one of several addresses of a name */
	BACKLOG_MS = 50,   /* between tries while a unix socket's queue is full */
	SILENT_MS = 60000  /* a peer that acknowledges nothing for this long is gone */
};

static const char default_socket[] = "/var/run/slapd/ldapi";

/* False when cancelled meanwhile.  fd may be -1: only waits. */
static bool wait_writable(int fd, int cancel, int timeout_ms, bool *writable)
{
	struct pollfd fds[] = {
		{.fd = cancel, .events = POLLIN}, {.fd = fd, .events = POLLOUT}};
	int n;

	do {
		n = poll(fds, 2, timeout_ms);
	} while (n < 0 && errno == EINTR);
	*writable = n > 0 && fds[1].revents;
	return n >= 0 && !fds[0].revents;
}

/* A non-blocking connect(2), waited for.  0 or the errno. */
static int connect_within(
	int fd, const struct sockaddr *to, socklen_t n, int cancel, int timeout_ms)
{
	bool writable = false;
	int result = 0;
	socklen_t size = sizeof(result);

	while (connect(fd, to, n) < 0) {
		if (errno == EINPROGRESS || errno == EINTR)
			break;
		if (errno != EAGAIN)
			return errno;
		/* unix(7): the peer's backlog is full */
		if (!wait_writable(-1, cancel, BACKLOG_MS, &writable))
			return ECANCELED;
	}
	if (!wait_writable(fd, cancel, timeout_ms, &writable))
		return ECANCELED;
	if (!writable)
		return ETIMEDOUT;
	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &result, &size) < 0 ? errno : result;
}

static int try_address(const struct sockaddr *to, socklen_t n, int cancel, int timeout_ms,
	const char *uri, struct err *err)
{
	int fd = socket(to->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int failure = fd < 0 ? errno : connect_within(fd, to, n, cancel, timeout_ms);

	if (failure == 0 && fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK) < 0)
		failure = errno;
	if (failure == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	err_set(err, ERR_CONNECT, failure, strerror(failure), uri, NULL);
	return -1;
}

static int dial_unix(const char *path, int cancel, const char *uri, struct err *err)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof(to.sun_path)) {
		err_set(err, ERR_CONNECT, ENAMETOOLONG, strerror(ENAMETOOLONG), uri, NULL);
		return -1;
	}
	memcpy(to.sun_path, path, strlen(path) + 1);
	return try_address(
		(struct sockaddr *)&to, sizeof(to), cancel, ADDRESS_MS, uri, err);
}

/* Answers are small and someone waits for them; a peer that went silently is noticed.  What
 * the kernel still holds when we close, or are killed, is dropped: a change that was found
 * not done must not arrive minutes later. */
static void tune(int fd)
{
	struct linger drop = {.l_onoff = 1, .l_linger = 0};
	int on = 1, silent = SILENT_MS, idle = 60, every = 15, probes = 4;

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &drop, sizeof(drop));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &every, sizeof(every));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof(probes));
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &silent, sizeof(silent));
}

static int dial_tcp(
	const char *host, int port, int cancel, const char *uri, struct err *err)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
	struct addrinfo *found = NULL;
	char service[16];
	int fd = -1, failure;

	snprintf(service, sizeof(service), "%d", port);
	failure = getaddrinfo(host, service, &hints, &found);
	if (failure) {
		err_set(err, ERR_RESOLVE, failure,
			failure == EAI_SYSTEM ? strerror(errno) : gai_strerror(failure),
			uri, host, NULL);
		return -1;
	}
	for (struct addrinfo *a = found; a && fd < 0; a = a->ai_next)
		fd = try_address(a->ai_addr, a->ai_addrlen, cancel, ADDRESS_MS, uri, err);
	freeaddrinfo(found);
	if (fd >= 0)
		tune(fd);
	return fd;
}

int dial(const char *uri, int cancel, struct err *err)
{
	LDAPURLDesc *url = NULL;
	const char *host;
	int fd;

	if (ldap_url_parse(uri, &url) != LDAP_URL_SUCCESS) {
		err_set(err, ERR_CONNECT, EINVAL, strerror(EINVAL), uri, NULL);
		return -1;
	}
	host = url->lud_host && *url->lud_host ? url->lud_host : NULL;
	if (strcasecmp(url->lud_scheme, "ldapi") == 0)
		fd = dial_unix(host ? host : default_socket, cancel, uri, err);
	else
		fd = dial_tcp(host ? host : "localhost", url->lud_port, cancel, uri, err);
	ldap_free_urldesc(url);
	return fd;
}
