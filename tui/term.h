/*
 * term: the terminal, through ncurses.  tui/term.c is the one file that includes
 * <curses.h>.  One terminal per process.
 */
#ifndef TUI_TERM_H
#define TUI_TERM_H

#include <poll.h>

#include "core/err.h"
#include "tui/canvas.h"
#include "tui/key.h"

struct term_options {
	bool color; /* false: attributes only (NO_COLOR, --color=never) */
	bool mouse; /* takes the mouse; the terminal's own selection then needs Shift */
	const char *log; /* where stderr goes while the screen is up; NULL: nowhere
			    (/dev/null) */
};

/* Takes the terminal: raw input without flow control, alternate screen, bracketed paste,
 * ESC delay 100 ms, SIGWINCH and the ending signals (HUP, INT, TERM, QUIT) through a
 * self-pipe.  LINES and COLUMNS are unset first.  False: no usable terminal (the
 * sentence's words are in err->arg[0]). Registers term_close() as base_on_fatal hook. */
bool term_open(const struct term_options *options, struct err *err);

/* Puts the terminal back as it was; harmless when it is not open, safe at any time. */
void term_close(void);

void term_size(int *h, int *w);

/* The file descriptors to poll for input and signals; returns how many (2 at most). */
int term_fds(struct pollfd *fds);

/* The next key; K_NONE when there is none yet (then *wait_ms is when to ask again at the
 * latest: an unfinished sequence or a split character; -1: no need).  Call until K_NONE
 * after each wake-up. A signal to end is K_EOF; SIGINT is Ctrl-C typed. */
struct input term_read(int *wait_ms);

/* Makes the terminal show c; only what differs is sent. */
void term_paint(const struct canvas *c);

void term_redraw(void);  /* paint everything anew next time */
void term_suspend(void); /* back to the shell (SIGTSTP); returns when resumed */
bool term_copy(
	const char *text); /* onto the terminal's clipboard (OSC 52); false: too much */

#endif
