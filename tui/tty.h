/*
 * tty: the terminal's line, below ncurses: its modes, the signals that concern it,
 * stderr, and what is left to do when the program crashes.  One per process.
 */
#ifndef TUI_TTY_H
#define TUI_TTY_H

#include "core/buf.h"

/* Remembers the line's modes and catches WINCH, CONT, TSTP, INT, TERM, HUP and QUIT
 * through a self-pipe.  False with errno. */
bool tty_open(void);
/* Signals and stderr as they were, not the modes; harmless when not open. */
void tty_close(void);

/* Puts the line's modes back as they were when opened. */
void tty_cooked(void);

int tty_signal_fd(void);
int tty_signal(void); /* the next signal that came, 0: none */

/* Stops the whole job as the terminal's own Ctrl-Z does; returns when resumed.  False
 * when resumed to end (a shell's `kill %1`): the terminal is somebody else's then, and
 * touching it would stop us again. */
bool tty_stop(void);

/* Sends what libraries print to a file (NULL: nowhere) until tty_close(). */
void tty_stderr_away(const char *log);

/* What a crash must send to put the screen back, before anything else is done. */
void tty_on_crash(const char *bytes, size_t n);

void tty_send(const char *bytes, size_t n);

/* What has come, without waiting: 0 nothing yet, -1 the terminal is gone. */
int tty_read(char *bytes, size_t size);

/* Appends the sequence that puts text on the terminal's clipboard (OSC 52); wrapped for
 * GNU screen, which would keep it for itself. */
void tty_clipboard(const char *text, bool gnu_screen, struct buf *out);

#endif
