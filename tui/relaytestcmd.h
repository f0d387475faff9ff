/*
 * relaytestcmd: `relais relay-test DOMAIN`: the relay stored for the domain is tested.
 */
#ifndef TUI_RELAYTESTCMD_H
#define TUI_RELAYTESTCMD_H

#include "tui/command.h"

/* ENDED_FOUND: there is something to know about the relay. */
enum command_end relay_test_command(const struct command_call *call, struct buf *why);

#endif
