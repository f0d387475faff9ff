/*
 * askpass: a question on the terminal itself, whatever stdin and stdout are.
 */
#ifndef TUI_ASKPASS_H
#define TUI_ASKPASS_H

#include "core/buf.h"
#include "core/store.h"

/* "prompt: " on /dev/tty and a line from there, without echo when secret; the line's modes
 * are put back, also when Ctrl-C ends it.  False: there is no terminal, nothing was given
 * or Ctrl-C; why is the sentence. */
bool askpass(const char *prompt, bool secret, char *out, size_t size, struct buf *why);

/* Name and password, and signs in with them. */
bool askpass_sign_in(struct store *store, struct buf *why);

#endif
