#include "tests/mail/talk.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { DEADLINE_S = 60 };

/* ---- the rewrite service: "name\0value\0...\0", as attr_print0(3)
 * ------------------------ */

/* resolve_clnt.h */
enum { FLAG_FAIL = 1 << 3, CLASS_VIRTUAL = 1 << 10 };

static void within_deadline(int fd)
{
	struct timeval t = {.tv_sec = DEADLINE_S};

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof(t));
}

static FILE *dial(const char *path)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || strlen(path) >= sizeof(a.sun_path))
		return NULL;
	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	within_deadline(fd);
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) != 0) {
		close(fd);
		return NULL;
	}
	return fdopen(fd, "r");
}

/* Past the stream, which only reads. */
static bool send_all(FILE *f, const char *bytes, size_t n)
{
	return send(fileno(f), bytes, n, MSG_NOSIGNAL) == (ssize_t)n;
}

static bool read_word(FILE *f, char *out, size_t size)
{
	size_t n = 0;
	int c;

	while ((c = getc(f)) != EOF && c != '\0')
		if (n + 1 < size)
			out[n++] = (char)c;
	out[n] = '\0';
	return c != EOF;
}

struct attribute_wanted {
	const char *name;
	char *value;
	size_t size;
};

/* One message; what is not wanted is passed over. */
static bool read_message(FILE *f, const struct attribute_wanted *wanted)
{
	char name[64], value[1024];

	for (;;) {
		if (!read_word(f, name, sizeof(name)))
			return false;
		if (!*name)
			return true;
		if (!read_word(f, value, sizeof(value)))
			return false;
		for (const struct attribute_wanted *w = wanted; w && w->name; w++)
			if (strcmp(w->name, name) == 0)
				snprintf(w->value, w->size, "%s", value);
	}
}

static bool converse(const char *socket_path, const char *const words[],
	const struct attribute_wanted *wanted)
{
	FILE *f = dial(socket_path);
	struct buf message = BUF_INIT;
	bool ok;

	if (!f)
		return false;
	for (; *words; words++)
		buf_add(&message, *words, strlen(*words) + 1);
	buf_putc(&message, '\0');
	/* first it says which protocol it speaks */
	ok = read_message(f, NULL) && send_all(f, message.s, message.len) &&
	     read_message(f, wanted);
	fclose(f);
	buf_release(&message);
	return ok;
}

/* The outer form of the inner one, and back, as smtpd(8) does around this service. */
static void quote(const char *inner, char *out, size_t size)
{
	const char *at = strrchr(inner, '@');
	size_t n = at ? (size_t)(at - inner) : strlen(inner), k = 0;
	bool needed = n == 0 || inner[0] == '.' || inner[n - 1] == '.' ||
		      strcspn(inner, " \t()<>@,;:\\\"[]") < n;

	if (needed)
		out[k++] = '"';
	for (size_t i = 0; i < n && k + 4 < size; i++) {
		if (needed && (inner[i] == '"' || inner[i] == '\\'))
			out[k++] = '\\';
		out[k++] = inner[i];
	}
	if (needed)
		out[k++] = '"';
	snprintf(out + k, size - k, "%s", inner + n);
}

static void unquote(char *s)
{
	char *to = s;
	bool inside = false;

	for (; *s; s++) {
		if (*s == '"') {
			inside = !inside;
			continue;
		}
		if (*s == '\\' && inside && s[1])
			s++;
		*to++ = *s;
	}
	*to = '\0';
}

bool talk_rewrite(
	const char *path, const char *inner, struct rewritten *out, struct buf *why)
{
	char quoted[1024], address[1024] = "", flags[32] = "";
	const char *const rewrite[] = {
		"request", "rewrite", "rule", "local", "address", quoted, NULL};
	const char *const resolve[] = {"request", "resolve", "sender", "s@outside.example",
		"address", address, NULL};
	const struct attribute_wanted canonical[] = {
		{"address", address, sizeof(address)}, {NULL, NULL, 0}};
	const struct attribute_wanted resolved[] = {
		{"recipient", out->recipient, sizeof(out->recipient)},
		{"transport", out->transport, sizeof(out->transport)},
		{"nexthop", out->nexthop, sizeof(out->nexthop)},
		{"flags", flags, sizeof(flags)}, {NULL, NULL, 0}};
	long bits;
	bool ok;

	quote(inner, quoted, sizeof(quoted));
	memset(out, 0, sizeof(*out));
	ok = converse(path, rewrite, canonical);
	unquote(address);
	if (!ok || !converse(path, resolve, resolved)) {
		buf_printf(why, "%s: no answer to %s: %s", path, inner, strerror(errno));
		return false;
	}
	bits = strtol(flags, NULL, 10);
	out->virtual_class = bits & CLASS_VIRTUAL;
	out->failed = bits & FLAG_FAIL;
	return true;
}

/* ---- SMTP ---------------------------------------------------------------------------- */

/* From 127.0.0.2, which is none of its own networks. */
static FILE *dial_smtp(unsigned port)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)},
			   from = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return NULL;
	inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
	inet_pton(AF_INET, "127.0.0.2", &from.sin_addr);
	within_deadline(fd);
	if (bind(fd, (struct sockaddr *)&from, sizeof(from)) != 0 ||
		connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0) {
		close(fd);
		return NULL;
	}
	return fdopen(fd, "r");
}

/* Sends a line (NULL: none) and reads one reply, of which the last line counts. */
static int say(FILE *f, const char *line, struct buf *reply)
{
	char got[1024];

	if (line && !(send_all(f, line, strlen(line)) && send_all(f, "\r\n", 2)))
		return 0;
	do {
		if (!fgets(got, sizeof(got), f))
			return 0;
	} while (strlen(got) > 3 && got[3] == '-');
	got[strcspn(got, "\r\n")] = '\0';
	buf_reset(reply);
	buf_puts(reply, got);
	return atoi(got);
}

bool talk_smtp(unsigned port, const char *given, const char *mark, struct buf *reply)
{
	FILE *f = dial_smtp(port);
	struct buf line = BUF_INIT;
	bool ok;

	if (!f)
		return false;
	buf_printf(&line, "MAIL FROM:<s%s@outside.example>", mark ? mark : "");
	ok = say(f, NULL, reply) == 220 && say(f, "EHLO client.test", reply) == 250 &&
	     say(f, line.s, reply) == 250;
	buf_reset(&line);
	buf_printf(&line, "RCPT TO:<%s>", given);
	if (ok && say(f, line.s, reply) == 250 && mark) {
		buf_reset(&line);
		buf_printf(&line, "Subject: %s .\r\n\r\n%s .\r\n.", mark, mark);
		ok = say(f, "DATA", reply) == 354 && say(f, line.s, reply) == 250;
	}
	if (ok) {
		struct buf ignored = BUF_INIT;

		say(f, "QUIT", &ignored);
		buf_release(&ignored);
	}
	fclose(f);
	buf_release(&line);
	return ok;
}
