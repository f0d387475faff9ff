#include "tui/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static const int caught[] = {SIGWINCH, SIGCONT, SIGTSTP, SIGINT, SIGTERM, SIGHUP, SIGQUIT};
static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

static struct {
	bool open;
	struct termios before;
	struct sigaction caught_before[COUNT_OF(caught)];
	struct sigaction crashes_before[COUNT_OF(crashes)];
	int signals[2];    /* the self-pipe */
	int stderr_before; /* -1: stderr is where it was */
	char restore[256];
	size_t restore_n;
} tty = {.signals = {-1, -1}, .stderr_before = -1};

static void on_signal(int number)
{
	int saved = errno;
	char byte = (char)number;

	while (write(tty.signals[1], &byte, 1) < 0 && errno == EINTR)
		;
	errno = saved;
}

/* Only what is async-signal-safe.  Then who handled it before us, mostly nobody, has it:
 * a fault happens again by itself, a signal that was sent must be sent again. */
static void on_crash(int number, siginfo_t *info, void *context)
{
	int saved = errno;

	(void)context;
	tty_send(tty.restore, tty.restore_n);
	tcsetattr(STDIN_FILENO, TCSANOW, &tty.before);
	if (tty.stderr_before >= 0)
		dup2(tty.stderr_before, STDERR_FILENO);
	for (size_t i = 0; i < COUNT_OF(crashes); i++)
		if (crashes[i] == number)
			sigaction(number, &tty.crashes_before[i], NULL);
	if (info->si_code <= 0)
		raise(number);
	errno = saved;
}

bool tty_open(void)
{
	struct sigaction sa = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
	struct sigaction crash = {.sa_sigaction = on_crash, .sa_flags = SA_SIGINFO};

	if (tcgetattr(STDIN_FILENO, &tty.before) != 0 ||
		pipe2(tty.signals, O_CLOEXEC | O_NONBLOCK) != 0)
		return false;
	for (size_t i = 0; i < COUNT_OF(caught); i++)
		sigaction(caught[i], &sa, &tty.caught_before[i]);
	for (size_t i = 0; i < COUNT_OF(crashes); i++)
		sigaction(crashes[i], &crash, &tty.crashes_before[i]);
	tty.open = true;
	return true;
}

static void stderr_back(void)
{
	if (tty.stderr_before < 0)
		return;
	dup2(tty.stderr_before, STDERR_FILENO);
	close(tty.stderr_before);
	tty.stderr_before = -1;
}

void tty_close(void)
{
	if (!tty.open)
		return;
	tty.open = false;
	stderr_back();
	for (size_t i = 0; i < COUNT_OF(caught); i++)
		sigaction(caught[i], &tty.caught_before[i], NULL);
	for (size_t i = 0; i < COUNT_OF(crashes); i++)
		sigaction(crashes[i], &tty.crashes_before[i], NULL);
	close(tty.signals[0]);
	close(tty.signals[1]);
	tty.signals[0] = tty.signals[1] = -1;
}

void tty_cooked(void)
{
	tcsetattr(STDIN_FILENO, TCSADRAIN, &tty.before);
}

int tty_signal_fd(void)
{
	return tty.signals[0];
}

int tty_signal(void)
{
	unsigned char number;

	return read(tty.signals[0], &number, 1) == 1 ? number : 0;
}

static bool ends(int number)
{
	return number == SIGTERM || number == SIGHUP || number == SIGQUIT;
}

bool tty_stop(void)
{
	struct sigaction stop = {.sa_handler = SIG_DFL}, ours;
	int number;

	sigaction(SIGTSTP, &stop, &ours);
	kill(0, SIGTSTP);
	sigaction(SIGTSTP, &ours, NULL);
	while ((number = tty_signal()))
		if (ends(number))
			return false;
	return true;
}

void tty_stderr_away(const char *log)
{
	int fd;

	if (!log && !isatty(STDERR_FILENO)) /* it lands on no screen */
		return;
	fd = open(log ? log : "/dev/null", O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	tty.stderr_before = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	if (tty.stderr_before >= 0)
		dup2(fd, STDERR_FILENO);
	close(fd);
}

void tty_on_crash(const char *bytes, size_t n)
{
	tty.restore_n = n < sizeof(tty.restore) ? n : sizeof(tty.restore);
	memcpy(tty.restore, bytes, tty.restore_n);
}

void tty_send(const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t sent = write(STDOUT_FILENO, bytes, n);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent <= 0)
			return;
		bytes += sent;
		n -= (size_t)sent;
	}
}

int tty_read(char *bytes, size_t size)
{
	struct pollfd fd = {.fd = STDIN_FILENO, .events = POLLIN};
	ssize_t n;

	if (poll(&fd, 1, 0) <= 0)
		return 0;
	n = read(STDIN_FILENO, bytes, size);
	if (n > 0)
		return (int)n;
	return n < 0 && (errno == EINTR || errno == EAGAIN) ? 0 : -1;
}

static void base64(const char *s, size_t n, struct buf *out)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *u = (const unsigned char *)s;

	for (size_t i = 0; i < n; i += 3) {
		unsigned b1 = i + 1 < n ? u[i + 1] : 0, b2 = i + 2 < n ? u[i + 2] : 0;
		unsigned v = (unsigned)u[i] << 16 | b1 << 8 | b2;

		buf_putc(out, digits[v >> 18]);
		buf_putc(out, digits[v >> 12 & 63]);
		buf_putc(out, i + 1 < n ? digits[v >> 6 & 63] : '=');
		buf_putc(out, i + 2 < n ? digits[v & 63] : '=');
	}
}

void tty_clipboard(const char *text, bool gnu_screen, struct buf *out)
{
	if (gnu_screen)
		buf_puts(out, "\033P");
	buf_puts(out, "\033]52;c;");
	base64(text, strlen(text), out);
	buf_putc(out, '\a');
	if (gnu_screen)
		buf_puts(out, "\033\\");
}
