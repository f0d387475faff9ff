/*
 * relais apply: another mail system for many users, each a line of a file: address,
 * routing, and for third-party mail which addresses.
 *
 * All lines are read, looked up and judged first, as the form would, and told by their
 * number.  Where one can't be done, or it is a dry run, nothing is written.  Else the store
 * writes them as one plan of independent changes; Ctrl-C then stops between two, and the
 * same file again does the rest: who has it already is not touched.
 */
#ifndef TUI_APPLYCMD_H
#define TUI_APPLYCMD_H

#include "tui/command.h"

/* ENDED_FOUND: a line was refused, or not all was written. */
command_fn apply_command;

#endif
