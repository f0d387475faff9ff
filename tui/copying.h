/*
 * copying: onto the terminal's clipboard, for whoever pastes it anywhere.  It is made safe
 * as on the screen: what is pasted into a shell neither runs there nor ends the paste.
 */
#ifndef TUI_COPYING_H
#define TUI_COPYING_H

#include "tui/view.h"

/* One value as it was read, and says so in the status line. */
void copying_value(struct app *app, const char *raw);

/* n lines that are safe already. */
void copying_lines(struct app *app, const char *lines, unsigned long n);

#endif
