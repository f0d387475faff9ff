/*
 * keyparse: the bytes a terminal sends, as keys.  Pure: bytes and time are passed in.
 *
 * Understands what xterm, rxvt, VTE, PuTTY, tmux, screen and the Linux console send, in
 * normal and application mode, and what terminfo adds.  Alt and a character are Esc and
 * the character, but for Alt-b, Alt-f and Alt-Backspace.
 *
 * A lone ESC is the Esc key when nothing has followed for KEYPARSE_ESC_MS.  The rest of
 * a sequence that a slow line tore there still becomes its key when it comes later; a
 * sequence that has begun ("ESC [") is waited for without limit; a sequence nobody knows
 * is swallowed: none of them turns into letters.
 */
#ifndef TUI_KEYPARSE_H
#define TUI_KEYPARSE_H

#include "core/buf.h"
#include "tui/key.h"

#define KEYPARSE_ESC_MS 100
#define KEYPARSE_PASTE_MAX 65536 /* bytes; more is dropped */

struct keyparse_defined {
	char sequence[16];
	keycode key;
};

struct keyparse {
	struct buf bytes;     /* fed and not yet understood */
	long fed_ms;          /* when the last of them came */
	bool late;            /* an Esc was reported whose sequence may still come */
	int mouse_y, mouse_x; /* of the last click */
	bool pasting;
	struct buf paste;
	struct keyparse_defined defined[64];
	size_t defined_n;
};

void keyparse_init(struct keyparse *k);
void keyparse_release(struct keyparse *k);

/* A sequence beside those known, from terminfo; only ones that start with ESC matter. */
void keyparse_define(struct keyparse *k, const char *sequence, keycode key);

void keyparse_feed(struct keyparse *k, const char *bytes, size_t n, long now_ms);

/* The next key, K_NONE when there is none yet: then *wait_ms is when to ask again, -1
 * when only more bytes can change that.  A paste's text is valid until the next call. */
struct input keyparse_next(struct keyparse *k, long now_ms, int *wait_ms);

#endif
