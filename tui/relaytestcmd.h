/*
 * relaytestcmd: `relais relay-test DOMAIN`: the relay stored for the domain is tested.
 */
#ifndef TUI_RELAYTESTCMD_H
#define TUI_RELAYTESTCMD_H

#include "core/settings.h"
#include "core/store.h"
#include "tui/options.h"

/* GOOD; something to KNOW; or NOT_RUN: `why` is the sentence. */
enum relaytested { RELAYTEST_GOOD, RELAYTEST_KNOW, RELAYTEST_NOT_RUN };

enum relaytested relaytestcmd_run(const struct settings *settings, struct store *store,
	const struct strv *own, const struct options *o, struct buf *why);

#endif
