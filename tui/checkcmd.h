/*
 * checkcmd: `relais check`: one run of the check, its findings as text or JSON.
 */
#ifndef TUI_CHECKCMD_H
#define TUI_CHECKCMD_H

#include "tui/command.h"

/* ENDED_FOUND: errors or warnings; advice alone is none. */
enum command_end check_command(const struct command_call *call, struct buf *why);

/* All of it, as it is printed. */
void check_text(const struct check *c, struct buf *out);
void check_json(const struct check *c, struct buf *out);

#endif
