/*
 * explaincmd: `relais explain`: addresses from the command line or from standard input,
 * answered in their order, many asked at a time, none kept.
 */
#ifndef TUI_EXPLAINCMD_H
#define TUI_EXPLAINCMD_H

#include "tui/command.h"

/* ENDED_NOT_RUN: not all could be asked; ENDED_FAILED: not all could be written. */
enum command_end explain_command(const struct command_call *call, struct buf *why);

#endif
