#include "tests/ldap/smtpd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- the server ----------------------------------------------------------------- */

struct peer {
	int fd, said;
	const char *dir;
	gnutls_session_t tls; /* NULL: in the clear */
	gnutls_certificate_credentials_t credentials;
};

static bool put(struct peer *p, const char *bytes, size_t n)
{
	while (n) {
		ssize_t sent = p->tls ? gnutls_record_send(p->tls, bytes, n)
				      : send(p->fd, bytes, n, MSG_NOSIGNAL);

		if (sent <= 0)
			return false;
		bytes += sent;
		n -= (size_t)sent;
	}
	return true;
}

static bool get(struct peer *p, char *c)
{
	return (p->tls ? gnutls_record_recv(p->tls, c, 1) : recv(p->fd, c, 1, 0)) == 1;
}

static bool put_line(struct peer *p, const char *line)
{
	struct buf out = BUF_INIT;
	bool ok;

	for (; *line; line++) {
		bool escape = line[0] == '\\' && line[1] == 'e';

		buf_putc(&out, escape ? '\033' : *line);
		line += escape;
	}
	buf_puts(&out, "\r\n");
	ok = put(p, out.s, out.len);
	buf_release(&out);
	return ok;
}

static bool hear(struct peer *p)
{
	char c;

	do {
		if (!get(p, &c))
			return false;
		if (c != '\r' && write(p->said, &c, 1) != 1)
			return false;
	} while (c != '\n');
	return true;
}

static bool encrypt(struct peer *p, const char *name)
{
	char certificate[256], key[256];
	int rc;

	snprintf(certificate, sizeof(certificate), "%s/%s.pem", p->dir, name);
	snprintf(key, sizeof(key), "%s/%s.key", p->dir, name);
	gnutls_certificate_allocate_credentials(&p->credentials);
	if (gnutls_certificate_set_x509_key_file(
		    p->credentials, certificate, key, GNUTLS_X509_FMT_PEM) < 0)
		return false;
	gnutls_init(&p->tls, GNUTLS_SERVER | GNUTLS_NO_SIGNAL);
	gnutls_set_default_priority(p->tls);
	gnutls_credentials_set(p->tls, GNUTLS_CRD_CERTIFICATE, p->credentials);
	gnutls_transport_set_int(p->tls, p->fd);
	do
		rc = gnutls_handshake(p->tls);
	while (rc < 0 && !gnutls_error_is_fatal(rc));
	return rc == 0;
}

static bool for_ever(struct peer *p, const char *bytes, int pause_ms)
{
	while (put(p, bytes, strlen(bytes)))
		poll(NULL, 0, pause_ms);
	return false;
}

static bool hang(struct peer *p)
{
	while (hear(p))
		;
	return false;
}

static bool is(const char *word, const char *name)
{
	return strcmp(word, name) == 0;
}

static bool act(struct peer *p, const char *word)
{
	char c;

	if (is(word, "?"))
		return hear(p);
	if (strncmp(word, "tls ", 4) == 0)
		return encrypt(p, word + 4);
	if (is(word, "byte"))
		return get(p, &c);
	if (is(word, "garbage"))
		return put(p, "this is no TLS at all, but long enough for a record", 51);
	if (strncmp(word, "raw ", 4) == 0)
		return put(p, word + 4, strlen(word + 4));
	if (is(word, "drip"))
		return put(p, "220 ", 4) && for_ever(p, "x", 20);
	if (is(word, "line"))
		return put(p, "220 ", 4) &&
		       for_ever(p, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 0);
	if (is(word, "lines"))
		return for_ever(p, "220-xxxxxxxx\r\n", 0);
	if (is(word, "hang"))
		return hang(p);
	return put_line(p, word);
}

/* Returns the words for the next connection. */
static const char *const *serve(struct peer *p, const char *const *words)
{
	const char *const *next = words;

	while (*words && !is(*words, "again") && act(p, *words))
		words++;
	while (*next && !is(*next, "again"))
		next++;
	if (p->tls)
		gnutls_deinit(p->tls);
	if (p->credentials)
		gnutls_certificate_free_credentials(p->credentials);
	close(p->fd);
	return *next ? next + 1 : next;
}

static _Noreturn void run(int listener, int said, const char *dir, const char *const *words)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGPIPE, SIG_IGN);
	while (*words) {
		struct peer p = {
			.fd = accept(listener, NULL, NULL), .said = said, .dir = dir};

		if (p.fd < 0)
			_exit(1);
		words = serve(&p, words);
	}
	_exit(0);
}

/* ---- the test's side ------------------------------------------------------------ */

void smtpd_start(struct smtpd *s, const char *dir, const char *const *words)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof(at);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), ends[2];

	if (listener < 0 || bind(listener, (struct sockaddr *)&at, n) < 0 ||
		listen(listener, 8) < 0 ||
		getsockname(listener, (struct sockaddr *)&at, &n) < 0 || pipe(ends) < 0)
		BUG("no server: %s", strerror(errno));
	s->port = ntohs(at.sin_port);
	s->said = ends[0];
	s->pid = fork();
	if (s->pid < 0)
		BUG("no server: %s", strerror(errno));
	if (s->pid == 0)
		run(listener, ends[1], dir, words);
	close(listener);
	close(ends[1]);
}

static bool more_said(struct smtpd *s, struct buf *said, int timeout_ms)
{
	struct pollfd p = {.fd = s->said, .events = POLLIN};
	char bytes[1024];
	ssize_t n;

	if (poll(&p, 1, timeout_ms) <= 0)
		return false;
	n = read(s->said, bytes, sizeof(bytes));
	if (n > 0)
		buf_add(said, bytes, (size_t)n);
	return n > 0;
}

bool smtpd_heard(struct smtpd *s, struct buf *said, const char *line)
{
	while (!strstr(said->s, line))
		if (!more_said(s, said, 10000))
			return false;
	return true;
}

void smtpd_stop(struct smtpd *s, struct buf *said)
{
	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
	while (more_said(s, said, 0))
		;
	close(s->said);
}
