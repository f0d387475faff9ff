/*
 * pty: a program on a terminal of its own, typed at and looked at.
 *
 * The terminal is a real pty in a session of its own; libvterm reads what the program
 * writes and is the screen.  Everything that waits has a deadline and reads on
 * meanwhile; where it is missed the screen is printed to stderr and false returned.
 * Timeouts are in milliseconds, 0 stands for PTY_TIMEOUT_MS.
 */
#ifndef TESTS_PTY_PTY_H
#define TESTS_PTY_PTY_H

#include "core/base.h"

#define PTY_TIMEOUT_MS 15000

struct pty;

/* Starts argv (by PATH) on rows x cols.  The environment is ours with TERM=xterm-256color,
 * LC_ALL=C.UTF-8 and then env's "NAME=value"; "NAME" alone takes one away.  env may be
 * NULL. */
struct pty *pty_start(int rows, int cols, const char *const *env, const char *const *argv);

/* Ends the program (SIGKILL, its whole process group) and the terminal. */
void pty_free(struct pty *p);

/* Types text.  In it are keys by name: <Up> <Down> <Left> <Right> <Home> <End> <PageUp>
 * <PageDown> <Ins> <Del> <Enter> <Tab> <BackTab> <Space> <Backspace> <Esc> <F1>..<F12>
 * <C-x> (Ctrl) <M-x> (Alt), and <lt> for "<".  Arrows are sent as the program asked for
 * them.  After an <Esc> that is not the last, the pause a person makes. */
void pty_keys(struct pty *p, const char *keys);
void pty_bytes(struct pty *p, const char *bytes, size_t n); /* raw, at once */
void pty_paste(struct pty *p, const char *text); /* in brackets where asked for */

/* Until the text stands in a row of the screen, or in none any more. */
bool pty_wait(struct pty *p, const char *text, int timeout_ms);
bool pty_wait_gone(struct pty *p, const char *text, int timeout_ms);
bool pty_wait_row(struct pty *p, int y, const char *text, int timeout_ms);
bool pty_wait_cursor(struct pty *p, int y, int x, int timeout_ms);
bool pty_wait_for(struct pty *p, bool (*condition)(struct pty *p, void *arg), void *arg,
	int timeout_ms);

/* Reads until nothing more comes for a moment: a frame that has begun is there whole. */
void pty_settle(struct pty *p);

/* Reads for so long, whatever comes: to prove that nothing does. */
void pty_pause(struct pty *p, int ms);

/* The screen's rows without trailing blanks, each with '\n'; one row.  Valid until the next
 * call of either. */
const char *pty_screen(struct pty *p);
const char *pty_row(struct pty *p, int y);
bool pty_shows(struct pty *p, const char *text);

/* False when it is hidden. */
bool pty_cursor(struct pty *p, int *y, int *x);
bool pty_alternate_screen(const struct pty *p);

struct pty_attrs {
	bool bold, underline, reverse;
	int fg, bg; /* -1 default; 0..255; 0x1000000 | RGB */
};
struct pty_attrs pty_attrs(struct pty *p, int y, int x);

void pty_resize(struct pty *p, int rows, int cols);
void pty_hangup(struct pty *p); /* the terminal is gone */
void pty_signal(struct pty *p, int number);
int pty_pid(const struct pty *p);

bool pty_ended(struct pty *p);

/* Its exit status, 128 + signal, or -1 when it does not end in time. */
int pty_exit_status(struct pty *p, int timeout_ms);

/* What the program wrote since the last pty_mark(). */
void pty_mark(struct pty *p);
const char *pty_raw(const struct pty *p, size_t *n);
bool pty_saw(const struct pty *p, const char *bytes);

/* Whether the terminal's modes are what they were before the program started. */
bool pty_modes_restored(const struct pty *p);

#endif
