#include "tui/term.h"

#include <curses.h>
#include <term.h>
#undef columns /* <term.h>'s short name for max_columns */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>
#include <unistr.h>
#include <wchar.h>

#include "tui/i18n.h"
#include "tui/keyparse.h"
#include "tui/tty.h"

#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"
#define MOUSE_ON "\033[?1000h\033[?1006h"
#define MOUSE_OFF "\033[?1006l\033[?1000l"
#define COPY_MAX 56000 /* bytes; xterm takes less than 100 000 of base64 */

static struct {
	bool up;
	bool mouse;
	bool gone; /* nothing more can be read */
	bool away; /* the screen was left and is not ours */
	bool color, utf8;
	bool anew; /* what the terminal shows is not known */
	struct keyparse keys;
	struct canvas *shown; /* what was painted last */
} term;

/* ---- styles ------------------------------------------------------------------ */

struct look {
	attr_t mono, attr8, attr256;
	short fg8, bg8, fg256, bg256; /* -1: the terminal's own */
};

/* The 256-colour ones have a contrast of 3.3:1 or better on black, dark grey and white. */
static const struct look looks[STYLE_COUNT] = {
	[STYLE_TEXT] = {A_NORMAL, A_NORMAL, A_NORMAL, -1, -1, -1, -1},
	[STYLE_DIM] = {A_DIM, A_DIM, A_NORMAL, -1, -1, 244, -1},
	[STYLE_TITLE] = {A_BOLD, A_BOLD, A_BOLD, -1, -1, -1, -1},
	[STYLE_ACCENT] = {A_BOLD, A_NORMAL, A_NORMAL, COLOR_CYAN, -1, 31, -1},
	[STYLE_SELECTED] = {A_REVERSE, A_REVERSE, A_NORMAL, -1, -1, 231, 24},
	[STYLE_FIELD] = {A_UNDERLINE, A_UNDERLINE, A_UNDERLINE, -1, -1, -1, -1},
	[STYLE_FIELD_ON] = {A_UNDERLINE | A_BOLD, A_UNDERLINE | A_BOLD,
		A_UNDERLINE | A_BOLD, -1, -1, -1, -1},
	[STYLE_KEY] = {A_BOLD, A_BOLD, A_BOLD, -1, -1, -1, -1},
	[STYLE_GOOD] = {A_NORMAL, A_NORMAL, A_NORMAL, COLOR_GREEN, -1, 64, -1},
	[STYLE_WARNING] = {A_BOLD, A_NORMAL, A_NORMAL, COLOR_YELLOW, -1, 136, -1},
	[STYLE_ERROR] = {A_BOLD, A_BOLD, A_BOLD, COLOR_RED, -1, 167, -1},
};

static void colors_open(bool wanted)
{
	term.color = wanted && has_colors() && start_color() == OK &&
		     use_default_colors() == OK && COLORS >= 8 && COLOR_PAIRS > STYLE_COUNT;
	for (int i = 0; term.color && i < STYLE_COUNT; i++) {
		const struct look *l = &looks[i];

		if (COLORS >= 256)
			init_pair((short)(i + 1), l->fg256, l->bg256);
		else
			init_pair((short)(i + 1), l->fg8, l->bg8);
	}
}

static attr_t style_attr(enum style s)
{
	if (!term.color)
		return looks[s].mono;
	return COLORS >= 256 ? looks[s].attr256 : looks[s].attr8;
}

static short style_pair(enum style s)
{
	if (!term.color || (COLORS >= 256 ? looks[s].fg256 : looks[s].fg8) < 0)
		return 0;
	return (short)(s + 1);
}

/* ---- opening and closing ----------------------------------------------------- */

/* Terminals whose description is often missing where one logs in, and who understand
 * xterm's. */
static const char *const like_xterm[] = {"alacritty", "contour", "foot", "ghostty", "gnome",
	"iterm", "kitty", "konsole", "mintty", "putty", "rio", "st-", "vte", "wezterm",
	"xterm"};

static const char *capability(const char *name)
{
	const char *s = tigetstr(name);

	return s && s != (const char *)-1 ? s : "";
}

/* Whether this type is known here and can place text. */
static bool type_usable(const char *type)
{
	int status;
	bool usable;

	if (setupterm(type, STDOUT_FILENO, &status) != OK)
		return false;
	usable = *capability("cup") && *capability("clear");
	del_curterm(cur_term);
	return usable;
}

static const char *terminal_type(void)
{
	const char *type = getenv("TERM");

	if (!type || !*type)
		return NULL;
	if (type_usable(type))
		return type;
	for (size_t i = 0; i < COUNT_OF(like_xterm); i++)
		if (strncmp(type, like_xterm[i], strlen(like_xterm[i])) == 0)
			return type_usable("xterm-256color") ? "xterm-256color" : NULL;
	return NULL;
}

static bool unusable(struct err *err, const char *words)
{
	return err_set(err, ERR_TERMINAL, 0, NULL, words, NULL);
}

static bool unknown_type(struct err *err)
{
	const char *type = getenv("TERM");
	struct buf words = BUF_INIT;

	buf_printf(&words,
		tr("A terminal of type \"%s\" (TERM) is unknown here or can't place text."),
		type ? type : "");
	unusable(err, words.s);
	buf_release(&words);
	return false;
}

/* Terminfo's strings without their padding, which a crash cannot wait for. */
static void add_unpadded(struct buf *out, const char *s)
{
	while (*s) {
		const char *end = s[0] == '$' && s[1] == '<' ? strchr(s, '>') : NULL;

		if (end)
			s = end + 1;
		else
			buf_putc(out, *s++);
	}
}

static void modes_on(void)
{
	tty_send(PASTE_ON, strlen(PASTE_ON));
	if (term.mouse)
		tty_send(MOUSE_ON, strlen(MOUSE_ON));
}

static void modes_off(void)
{
	if (term.mouse)
		tty_send(MOUSE_OFF, strlen(MOUSE_OFF));
	tty_send(PASTE_OFF, strlen(PASTE_OFF));
}

static void crash_prepare(void)
{
	struct buf restore = BUF_INIT;

	buf_puts(&restore, PASTE_OFF);
	if (term.mouse)
		buf_puts(&restore, MOUSE_OFF);
	add_unpadded(&restore, capability("sgr0"));
	add_unpadded(&restore, capability("cnorm"));
	add_unpadded(&restore, capability("rmcup"));
	buf_puts(&restore, "\r\n");
	tty_on_crash(restore.s, restore.len);
	buf_release(&restore);
}

static void keys_define(void)
{
	static const struct {
		const char *name;
		keycode key;
	} keys[] = {
		{"kcuu1", K_UP},
		{"kcud1", K_DOWN},
		{"kcub1", K_LEFT},
		{"kcuf1", K_RIGHT},
		{"khome", K_HOME},
		{"kend", K_END},
		{"kpp", K_PAGE_UP},
		{"knp", K_PAGE_DOWN},
		{"kich1", K_INSERT},
		{"kdch1", K_DELETE},
		{"kcbt", K_BACKTAB},
	};

	for (size_t i = 0; i < COUNT_OF(keys); i++)
		keyparse_define(&term.keys, capability(keys[i].name), keys[i].key);
	for (int i = 1; i <= 12; i++) {
		struct buf name = BUF_INIT;

		buf_printf(&name, "kf%d", i);
		keyparse_define(&term.keys, capability(name.s), K_F(i));
		buf_release(&name);
	}
}

/* Until it has come back from endwin(3) once, ncurses 6.4 flushes at every move of the
 * cursor (_nc_mvcur()): a frame went out in a dozen pieces, over ssh a packet each.  So it
 * leaves and comes back before anything is shown, its leave-taking into the void. */
static void frames_whole(void)
{
	int out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (out >= 0 && null >= 0 && dup2(null, STDOUT_FILENO) >= 0) {
		endwin();
		dup2(out, STDOUT_FILENO);
	}
	if (out >= 0)
		close(out);
	if (null >= 0)
		close(null);
}

static void screen_open(const struct term_options *options)
{
	raw();
	noecho();
	nonl();
	typeahead(-1); /* a key typed meanwhile never leaves a screen half painted */
	term.mouse = options->mouse;
	crash_prepare();
	keys_define();
	colors_open(options->color);
	frames_whole();
	refresh();
	modes_on();
}

bool term_open(const struct term_options *options, struct err *err)
{
	static bool registered;
	const char *type = terminal_type();

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return unusable(err, tr("Input and output must be a terminal."));
	if (!type)
		return unknown_type(err);
	unsetenv("LINES"); /* else the size would stay what it was at the start */
	unsetenv("COLUMNS");
	if (!tty_open()) /* before ncurses, which then leaves the signals to us */
		return unusable(err, strerror(errno));
	if (!newterm(type, stdout, stdin)) {
		tty_close();
		return unknown_type(err);
	}
	term.up = true;
	term.gone = term.away = term.anew = false;
	term.utf8 = i18n_utf8();
	term.shown = canvas_new(0, 0);
	keyparse_init(&term.keys);
	base_on_fatal(term_close);
	if (!registered)
		atexit(term_close);
	registered = true;
	screen_open(options);
	tty_stderr_away(options->log);
	return true;
}

static void screen_leave(void)
{
	modes_off();
	curs_set(1);
	endwin();
	tty_cooked();
}

void term_close(void)
{
	if (!term.up)
		return;
	term.up = false;
	if (!term.away)
		screen_leave();
	tty_close();
	keyparse_release(&term.keys);
	canvas_free(term.shown);
	term.shown = NULL;
	base_on_fatal(NULL);
}

static void take_size(void)
{
	struct winsize size;

	term.anew = true;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 &&
		size.ws_col > 0)
		resizeterm(size.ws_row, size.ws_col);
}

void term_size(int *h, int *w)
{
	getmaxyx(stdscr, *h, *w);
}

static void screen_again(void)
{
	reset_prog_mode();
	modes_on();
	take_size();
}

void term_suspend(void)
{
	screen_leave();
	if (!tty_stop()) {
		term.away = term.gone = true;
		return;
	}
	refresh(); /* ends endwin()'s absence */
	screen_again();
}

/* ---- input ------------------------------------------------------------------- */

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int term_fds(struct pollfd *fds)
{
	fds[0] = (struct pollfd){.fd = STDIN_FILENO, .events = POLLIN};
	fds[1] = (struct pollfd){.fd = tty_signal_fd(), .events = POLLIN};
	return 2;
}

static keycode signal_key(int number)
{
	switch (number) {
	case SIGWINCH:
		take_size();
		return K_RESIZE;
	case SIGCONT: /* stopped from outside: somebody else had the terminal */
		screen_again();
		return K_RESIZE;
	case SIGTSTP:
		return K_CTRL('Z');
	case SIGINT:
		return K_CTRL('C');
	default:
		term.gone = true;
		return K_EOF;
	}
}

struct input term_read(int *wait_ms)
{
	struct input in = {.key = K_EOF};
	char bytes[4096];
	int n = 0, number;

	*wait_ms = -1;
	if (term.gone)
		return in;
	number = tty_signal();
	if (number) {
		in.key = signal_key(number);
		return in;
	}
	if (term.keys.bytes.len < sizeof(bytes)) /* else keys are waiting there */
		n = tty_read(bytes, sizeof(bytes));
	if (n < 0) {
		term.gone = true;
		return in;
	}
	keyparse_feed(&term.keys, bytes, (size_t)n, now_ms());
	explicit_bzero(bytes, (size_t)n);
	return keyparse_next(&term.keys, now_ms(), wait_ms);
}

/* ---- output ------------------------------------------------------------------ */

/* As many code points as a cell takes.  What the C library finds another width for than
 * we do would shift the row: a question mark stands there instead. */
static void cell_wide(const struct cell *cell, wchar_t *wide)
{
	const uint8_t *s = (const uint8_t *)cell->text;
	size_t n = 0;
	ucs4_t c;

	while (n < CCHARW_MAX && *s) {
		s += u8_mbtouc(&c, s, strlen((const char *)s));
		if (n > 0 && (c == 0x200d || wcwidth((wchar_t)c) != 0))
			break;
		wide[n++] = (wchar_t)c;
	}
	if (n == 0 || wcwidth(wide[0]) != cell->columns || (!term.utf8 && wide[0] > '~')) {
		wide[0] = L'?';
		n = 1;
	}
	wide[n] = L'\0';
}

static void paint_cell(int y, int x, const wchar_t *wide, enum style style)
{
	cchar_t cell;

	setcchar(&cell, wide, style_attr(style), style_pair(style), NULL);
	mvadd_wch(y, x, &cell);
}

static void paint_row(const struct canvas *c, int y, int w)
{
	const struct cell *row = &c->cells[(size_t)y * (size_t)c->w];

	for (int x = 0; x < w; x++) {
		wchar_t wide[CCHARW_MAX + 1];
		enum style style = (enum style)row[x].style;

		if (row[x].columns == 0)
			continue;
		cell_wide(&row[x], wide);
		if (row[x].columns == 2 && x + 1 < w)
			paint_cell(y, x + 1, L" ", style);
		paint_cell(y, x, x + row[x].columns <= w ? wide : L" ", style);
	}
}

static bool same_row(const struct canvas *a, const struct canvas *b, int y)
{
	size_t at = (size_t)y * (size_t)a->w, n = (size_t)a->w * sizeof(*a->cells);

	return memcmp(&a->cells[at], &b->cells[at], n) == 0;
}

void term_paint(const struct canvas *c)
{
	int h, w;

	if (term.away)
		return;
	term_size(&h, &w);
	if (term.shown->h != c->h || term.shown->w != c->w) {
		canvas_resize(term.shown, c->h, c->w);
		term.anew = true;
	}
	if (term.anew) {
		erase();
		clearok(curscr, TRUE);
	}
	for (int y = 0; y < c->h && y < h; y++)
		if (term.anew || !same_row(c, term.shown, y))
			paint_row(c, y, c->w < w ? c->w : w);
	term.anew = false;
	memcpy(term.shown->cells, c->cells,
		(size_t)c->h * (size_t)c->w * sizeof(*c->cells));
	curs_set(c->cursor_y >= 0);
	if (c->cursor_y >= 0)
		move(c->cursor_y, c->cursor_x);
	wnoutrefresh(stdscr);
	doupdate();
}

void term_redraw(void)
{
	term.anew = true;
}

bool term_copy(const char *text)
{
	struct buf out = BUF_INIT;

	if (!term.up || strlen(text) > COPY_MAX)
		return false;
	tty_clipboard(text, getenv("STY") != NULL, &out);
	tty_send(out.s, out.len);
	buf_release(&out);
	return true;
}
