#include "tui/askpass.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "tui/i18n.h"

enum { CTRL_C = 3, CTRL_D = 4, CTRL_U = 21, BACKSPACE = 8, DELETE = 127 };

/* Byte by byte, signals and echo off: so nothing can leave the terminal as it is then. */
static bool terminal_raw(int fd, struct termios *was)
{
	struct termios now;

	if (tcgetattr(fd, was) != 0)
		return false;
	now = *was;
	now.c_lflag &= (tcflag_t) ~(ECHO | ICANON | ISIG);
	now.c_cc[VMIN] = 1;
	now.c_cc[VTIME] = 0;
	return tcsetattr(fd, TCSAFLUSH, &now) == 0;
}

static void put(int fd, const char *s)
{
	ssize_t n = write(fd, s, strlen(s));

	(void)n;
}

/* Back by one character, which may be several bytes. */
static size_t rubbed_out(const char *line, size_t n)
{
	while (n && ((unsigned char)line[n - 1] & 0xc0) == 0x80)
		n--;
	return n ? n - 1 : 0;
}

/* False: given up. */
static bool read_line(int fd, bool secret, char *out, size_t size)
{
	size_t n = 0;
	char c;

	for (;;) {
		ssize_t got = read(fd, &c, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || c == CTRL_C || (c == CTRL_D && n == 0))
			return false;
		if (c == '\r' || c == '\n')
			break;
		if (c == BACKSPACE || c == DELETE) {
			if (n && !secret)
				put(fd, "\b \b");
			n = rubbed_out(out, n);
		} else if (c == CTRL_U) {
			while (n && !secret) {
				put(fd, "\b \b");
				n = rubbed_out(out, n);
			}
			n = 0;
		} else if ((unsigned char)c >= ' ' && n + 1 < size) {
			out[n++] = c;
			if (!secret)
				put(fd, (char[]){c, '\0'});
		}
	}
	out[n] = '\0';
	return n > 0;
}

bool askpass(const char *prompt, bool secret, char *out, size_t size, struct buf *why)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	struct termios was;
	bool ok;

	if (fd < 0 || !terminal_raw(fd, &was)) {
		buf_puts(why, tr("The directory wants a password, and there is no terminal "
				 "to ask for it."));
		if (fd >= 0)
			close(fd);
		return false;
	}
	put(fd, prompt);
	put(fd, ": ");
	ok = read_line(fd, secret, out, size);
	put(fd, "\n");
	tcsetattr(fd, TCSAFLUSH, &was);
	close(fd);
	if (!ok) {
		explicit_bzero(out, size);
		buf_puts(why, tr("No name or password was given."));
	}
	return ok;
}

bool askpass_sign_in(struct store *store, struct buf *why)
{
	char name[256], password[256];
	bool ok;

	ok = askpass(tr("Name"), false, name, sizeof(name), why) &&
	     askpass(tr("Password"), true, password, sizeof(password), why);
	if (ok)
		store_sign_in(store, name, password);
	explicit_bzero(password, sizeof(password));
	return ok;
}
