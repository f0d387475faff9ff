#include "tests/pty/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <unistr.h>
#include <utmp.h>
#include <vterm.h>

#include "core/buf.h"

#define ESC_PAUSE_MS 200 /* twice what the console waits for the rest of a sequence */
#define SETTLED_MS 8

struct pty {
	pid_t pid;
	int master, slave; /* the slave stays open: its modes outlive the program */
	bool ended, cursor_shown, alternate;
	int status; /* as pty_exit_status() */
	struct termios before;
	VTerm *vt;
	VTermScreen *screen;
	VTermState *state;
	struct buf raw, text;
};

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- the emulator --------------------------------------------------------------- */

static int on_property(VTermProp property, VTermValue *value, void *user)
{
	struct pty *p = user;

	if (property == VTERM_PROP_CURSORVISIBLE)
		p->cursor_shown = value->boolean;
	else if (property == VTERM_PROP_ALTSCREEN)
		p->alternate = value->boolean;
	return 1;
}

static void on_output(const char *bytes, size_t n, void *user)
{
	pty_bytes(user, bytes, n);
}

static void emulator_open(struct pty *p, int rows, int cols)
{
	static const VTermScreenCallbacks callbacks = {.settermprop = on_property};

	p->vt = vterm_new(rows, cols);
	vterm_set_utf8(p->vt, 1);
	vterm_output_set_callback(p->vt, on_output, p);
	p->state = vterm_obtain_state(p->vt);
	p->screen = vterm_obtain_screen(p->vt);
	vterm_screen_enable_altscreen(p->screen, 1);
	vterm_screen_set_callbacks(p->screen, &callbacks, p);
	p->cursor_shown = true;
	vterm_screen_reset(p->screen, 1);
}

/* Reads what has come, waiting for it until the deadline. False: nothing came. */
static bool pump(struct pty *p, long deadline)
{
	struct pollfd fd = {.fd = p->master, .events = POLLIN};
	char bytes[16384];
	long left = deadline - now_ms();
	ssize_t n;

	if (p->master < 0) {
		poll(NULL, 0, left > 0 ? (int)(left < 10 ? left : 10) : 0);
		return false;
	}
	if (poll(&fd, 1, left > 0 ? (int)left : 0) <= 0)
		return false;
	n = read(p->master, bytes, sizeof(bytes));
	if (n <= 0)
		return false;
	buf_add(&p->raw, bytes, (size_t)n);
	vterm_input_write(p->vt, bytes, (size_t)n);
	return true;
}

/* ---- starting and ending -------------------------------------------------------- */

static void child(int slave, const char *const *env, const char *const *argv)
{
	setenv("TERM", "xterm-256color", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	for (; env && *env; env++) {
		if (strchr(*env, '='))
			putenv(xstrdup(*env));
		else
			unsetenv(*env);
	}
	for (int i = 1; i < NSIG; i++)
		signal(i, SIG_DFL);
	if (login_tty(slave) == 0)
		execvp(argv[0], (char *const *)(uintptr_t)argv);
	fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

struct pty *pty_start(int rows, int cols, const char *const *env, const char *const *argv)
{
	struct winsize size = {
		.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
	struct pty *p = xcalloc(1, sizeof(*p));

	buf_init(&p->raw);
	buf_init(&p->text);
	if (openpty(&p->master, &p->slave, NULL, NULL, &size) != 0)
		BUG("openpty: %s", strerror(errno));
	fcntl(p->master, F_SETFD, FD_CLOEXEC);
	fcntl(p->slave, F_SETFD, FD_CLOEXEC);
	fcntl(p->master, F_SETFL, O_NONBLOCK);
	tcgetattr(p->slave, &p->before);
	emulator_open(p, rows, cols);
	fflush(NULL);
	p->pid = fork();
	if (p->pid < 0)
		BUG("fork: %s", strerror(errno));
	if (p->pid == 0)
		child(p->slave, env, argv);
	return p;
}

bool pty_ended(struct pty *p)
{
	int status;

	if (p->ended || waitpid(p->pid, &status, WNOHANG) != p->pid)
		return p->ended;
	p->ended = true;
	p->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return true;
}

void pty_hangup(struct pty *p)
{
	if (p->master < 0)
		return;
	close(p->slave);
	close(p->master);
	p->master = p->slave = -1;
}

void pty_free(struct pty *p)
{
	if (!p)
		return;
	if (!pty_ended(p)) {
		kill(-p->pid, SIGKILL);
		kill(p->pid, SIGKILL);
		waitpid(p->pid, NULL, 0);
	}
	pty_hangup(p);
	vterm_free(p->vt);
	buf_release(&p->raw);
	buf_release(&p->text);
	free(p);
}

int pty_pid(const struct pty *p)
{
	return p->pid;
}

void pty_signal(struct pty *p, int number)
{
	if (!p->ended)
		kill(p->pid, number);
}

void pty_resize(struct pty *p, int rows, int cols)
{
	struct winsize size = {
		.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};

	vterm_set_size(p->vt, rows, cols);
	ioctl(p->master, TIOCSWINSZ, &size);
}

bool pty_modes_restored(const struct pty *p)
{
	struct termios now;

	return tcgetattr(p->slave, &now) == 0 && now.c_iflag == p->before.c_iflag &&
	       now.c_oflag == p->before.c_oflag && now.c_cflag == p->before.c_cflag &&
	       now.c_lflag == p->before.c_lflag &&
	       memcmp(now.c_cc, p->before.c_cc, sizeof(now.c_cc)) == 0;
}

/* ---- typing ----------------------------------------------------------------------- */

void pty_bytes(struct pty *p, const char *bytes, size_t n)
{
	long deadline = now_ms() + PTY_TIMEOUT_MS;

	while (n > 0 && p->master >= 0 && now_ms() < deadline) {
		ssize_t sent = write(p->master, bytes, n);

		if (sent > 0) {
			bytes += sent;
			n -= (size_t)sent;
		} else if (errno != EAGAIN && errno != EINTR) {
			return;
		} else {
			pump(p, now_ms() + 10);
		}
	}
}

static const struct {
	const char *name;
	VTermKey key;
	VTermModifier modifier;
} named[] = {
	{"Up", VTERM_KEY_UP, VTERM_MOD_NONE},
	{"Down", VTERM_KEY_DOWN, VTERM_MOD_NONE},
	{"Left", VTERM_KEY_LEFT, VTERM_MOD_NONE},
	{"Right", VTERM_KEY_RIGHT, VTERM_MOD_NONE},
	{"C-Left", VTERM_KEY_LEFT, VTERM_MOD_CTRL},
	{"C-Right", VTERM_KEY_RIGHT, VTERM_MOD_CTRL},
	{"Home", VTERM_KEY_HOME, VTERM_MOD_NONE},
	{"End", VTERM_KEY_END, VTERM_MOD_NONE},
	{"PageUp", VTERM_KEY_PAGEUP, VTERM_MOD_NONE},
	{"PageDown", VTERM_KEY_PAGEDOWN, VTERM_MOD_NONE},
	{"Ins", VTERM_KEY_INS, VTERM_MOD_NONE},
	{"Del", VTERM_KEY_DEL, VTERM_MOD_NONE},
	{"Enter", VTERM_KEY_ENTER, VTERM_MOD_NONE},
	{"Tab", VTERM_KEY_TAB, VTERM_MOD_NONE},
	{"BackTab", VTERM_KEY_TAB, VTERM_MOD_SHIFT},
	{"Backspace", VTERM_KEY_BACKSPACE, VTERM_MOD_NONE},
	{"Esc", VTERM_KEY_ESCAPE, VTERM_MOD_NONE},
};

static void type_byte(struct pty *p, char c)
{
	pty_bytes(p, &c, 1);
}

static void type_named(struct pty *p, const char *name)
{
	for (size_t i = 0; i < COUNT_OF(named); i++)
		if (strcmp(named[i].name, name) == 0) {
			vterm_keyboard_key(p->vt, named[i].key, named[i].modifier);
			return;
		}
	if (strcmp(name, "Space") == 0)
		type_byte(p, ' ');
	else if (strcmp(name, "lt") == 0)
		type_byte(p, '<');
	else if (name[0] == 'F' && atoi(name + 1) > 0)
		vterm_keyboard_key(p->vt, (VTermKey)VTERM_KEY_FUNCTION(atoi(name + 1)),
			VTERM_MOD_NONE);
	else if (strncmp(name, "C-", 2) == 0 && name[2] && !name[3])
		type_byte(p, (char)(name[2] & 31));
	else if (strncmp(name, "M-", 2) == 0 && name[2] && !name[3])
		pty_bytes(p, (const char[]){'\033', name[2]}, 2);
	else
		BUG("a key named <%s>", name);
}

void pty_keys(struct pty *p, const char *keys)
{
	while (*keys) {
		size_t n = strcspn(keys, "<");
		char *name;

		pty_bytes(p, keys, n);
		keys += n;
		if (!*keys)
			return;
		n = strcspn(keys, ">");
		if (!keys[n])
			BUG("keys: %s", keys);
		name = xstrndup(keys + 1, n - 1);
		keys += n + 1;
		type_named(p, name);
		if (strcmp(name, "Esc") == 0 && *keys)
			pty_pause(p, ESC_PAUSE_MS);
		free(name);
	}
}

void pty_paste(struct pty *p, const char *text)
{
	vterm_keyboard_start_paste(p->vt);
	pty_bytes(p, text, strlen(text));
	vterm_keyboard_end_paste(p->vt);
}

/* ---- looking ----------------------------------------------------------------------- */

static void add_cell(struct buf *out, const VTermScreenCell *cell)
{
	if (cell->chars[0] == (uint32_t)-1) /* the right half of a wide one */
		return;
	if (cell->chars[0] == 0)
		buf_putc(out, ' ');
	for (size_t i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i]; i++) {
		uint8_t bytes[6];
		int n = u8_uctomb(bytes, cell->chars[i], sizeof(bytes));

		buf_add(out, bytes, n > 0 ? (size_t)n : 0);
	}
}

static void add_row(struct pty *p, int y)
{
	size_t start = p->text.len;
	int rows, cols;

	vterm_get_size(p->vt, &rows, &cols);
	for (int x = 0; x < cols; x++) {
		VTermScreenCell cell;

		if (vterm_screen_get_cell(p->screen, (VTermPos){y, x}, &cell))
			add_cell(&p->text, &cell);
	}
	while (p->text.len > start && p->text.s[p->text.len - 1] == ' ')
		buf_truncate(&p->text, p->text.len - 1);
}

const char *pty_row(struct pty *p, int y)
{
	buf_reset(&p->text);
	add_row(p, y);
	return p->text.s;
}

const char *pty_screen(struct pty *p)
{
	int rows, cols;

	buf_reset(&p->text);
	vterm_get_size(p->vt, &rows, &cols);
	for (int y = 0; y < rows; y++) {
		add_row(p, y);
		buf_putc(&p->text, '\n');
	}
	return p->text.s;
}

bool pty_shows(struct pty *p, const char *text)
{
	return strstr(pty_screen(p), text) != NULL;
}

bool pty_cursor(struct pty *p, int *y, int *x)
{
	VTermPos at;

	vterm_state_get_cursorpos(p->state, &at);
	*y = at.row;
	*x = at.col;
	return p->cursor_shown;
}

bool pty_alternate_screen(const struct pty *p)
{
	return p->alternate;
}

static int color(const VTermColor *c, bool is_default)
{
	if (is_default)
		return -1;
	if (VTERM_COLOR_IS_INDEXED(c))
		return c->indexed.idx;
	return 0x1000000 | c->rgb.red << 16 | c->rgb.green << 8 | c->rgb.blue;
}

struct pty_attrs pty_attrs(struct pty *p, int y, int x)
{
	VTermScreenCell cell;

	if (!vterm_screen_get_cell(p->screen, (VTermPos){y, x}, &cell))
		BUG("no cell at %d, %d", y, x);
	return (struct pty_attrs){
		.bold = cell.attrs.bold,
		.underline = cell.attrs.underline != 0,
		.reverse = cell.attrs.reverse,
		.fg = color(&cell.fg, VTERM_COLOR_IS_DEFAULT_FG(&cell.fg)),
		.bg = color(&cell.bg, VTERM_COLOR_IS_DEFAULT_BG(&cell.bg)),
	};
}

/* ---- waiting ----------------------------------------------------------------------- */

static void complain(struct pty *p, const char *what, const char *text)
{
	int y, x;
	bool shown = pty_cursor(p, &y, &x);

	fprintf(stderr, "pty: %s%s\n---- cursor %d, %d%s%s\n%s----\n", what, text, y, x,
		shown ? "" : " (hidden)", pty_ended(p) ? ", the program has ended" : "",
		pty_screen(p));
}

/* Without a complaint. */
static bool wait_until(struct pty *p, bool (*condition)(struct pty *p, void *arg),
	void *arg, int timeout_ms)
{
	long deadline = now_ms() + (timeout_ms ? timeout_ms : PTY_TIMEOUT_MS);

	while (!condition(p, arg)) {
		long now = now_ms(), slice = now + 20 < deadline ? now + 20 : deadline;
		bool over = now >= deadline || pty_ended(p);

		/* A program that has ended may have left something to read. */
		if (!pump(p, over ? 0 : slice) && over)
			return false;
	}
	return true;
}

bool pty_wait_for(struct pty *p, bool (*condition)(struct pty *p, void *arg), void *arg,
	int timeout_ms)
{
	bool met = wait_until(p, condition, arg, timeout_ms);

	if (!met)
		complain(p, "waited in vain", "");
	return met;
}

static bool shows(struct pty *p, void *arg)
{
	return pty_shows(p, arg);
}

static bool does_not_show(struct pty *p, void *arg)
{
	return !pty_shows(p, arg);
}

struct spot {
	int y, x;
	const char *text;
};

static bool row_shows(struct pty *p, void *arg)
{
	const struct spot *spot = arg;

	return strstr(pty_row(p, spot->y), spot->text) != NULL;
}

static bool cursor_at(struct pty *p, void *arg)
{
	const struct spot *spot = arg;
	int y, x;

	return pty_cursor(p, &y, &x) && y == spot->y && x == spot->x;
}

bool pty_wait(struct pty *p, const char *text, int timeout_ms)
{
	bool met = wait_until(p, shows, (void *)(uintptr_t)text, timeout_ms);

	if (!met)
		complain(p, "waited in vain for: ", text);
	return met;
}

bool pty_wait_gone(struct pty *p, const char *text, int timeout_ms)
{
	bool met = wait_until(p, does_not_show, (void *)(uintptr_t)text, timeout_ms);

	if (!met)
		complain(p, "still there: ", text);
	return met;
}

bool pty_wait_row(struct pty *p, int y, const char *text, int timeout_ms)
{
	struct spot spot = {.y = y, .text = text};
	bool met = wait_until(p, row_shows, &spot, timeout_ms);

	if (!met)
		complain(p, "waited in vain, in one row, for: ", text);
	return met;
}

bool pty_wait_cursor(struct pty *p, int y, int x, int timeout_ms)
{
	struct spot spot = {.y = y, .x = x};
	bool met = wait_until(p, cursor_at, &spot, timeout_ms);

	if (!met)
		complain(p, "waited in vain for the cursor elsewhere", "");
	return met;
}

void pty_settle(struct pty *p)
{
	long end = now_ms() + 500; /* something may never stop writing */

	while (now_ms() < end && pump(p, now_ms() + SETTLED_MS))
		;
}

void pty_pause(struct pty *p, int ms)
{
	long deadline = now_ms() + ms;

	while (now_ms() < deadline)
		if (!pump(p, deadline))
			poll(NULL, 0, 1);
}

int pty_exit_status(struct pty *p, int timeout_ms)
{
	long deadline = now_ms() + (timeout_ms ? timeout_ms : PTY_TIMEOUT_MS);

	while (!pty_ended(p)) {
		if (now_ms() >= deadline) {
			complain(p, "it does not end", "");
			return -1;
		}
		pump(p, now_ms() + 5);
	}
	while (pump(p, 0))
		;
	return p->status;
}

/* ---- bytes ------------------------------------------------------------------------- */

void pty_mark(struct pty *p)
{
	buf_reset(&p->raw);
}

const char *pty_raw(const struct pty *p, size_t *n)
{
	*n = p->raw.len;
	return p->raw.s;
}

bool pty_saw(const struct pty *p, const char *bytes)
{
	return memmem(p->raw.s, p->raw.len, bytes, strlen(bytes)) != NULL;
}
