/*
 * sentence: what core says with ids and arguments, as sentences in the reader's
 * language.  The one place where they are made; arguments are made safe to show here.
 */
#ifndef TUI_SENTENCE_H
#define TUI_SENTENCE_H

#include "core/err.h"
#include "core/route.h"
#include "core/store.h"
#include "tui/canvas.h"

/* One sentence that says what is wrong and what to do. */
void sentence_finding(const struct finding *f, struct buf *out);

/* The same for what failed; the server's own words are left to "details". */
void sentence_err(const struct err *err, struct buf *out);

/* Where an address's mail goes, in a few words: "mailbox here", "192.0.2.25", "doesn't
 * exist (550)". *style: how grave that is. */
void sentence_decision(const struct decision *d, struct buf *out, enum style *style);

/* The header's right side: who, which server, state. */
void sentence_status(const struct store_status *s, const char *between, struct buf *out,
	enum style *style);

/* "Internal mail", "Third-party mail", "No mail" (long, for forms); short for lists. */
const char *sentence_routing(enum routing routing);
const char *sentence_routing_short(enum routing routing);

const char *sentence_kind(enum user_kind kind);

/* "2026-11-22 23:15 UTC", of a generalizedTime (RFC 4517) or an RFC 3339 time in UTC;
 * nothing of what is neither. */
void sentence_time(const char *time, struct buf *out);

/* Appends raw bytes made safe to show. */
void sentence_safe(const char *raw, struct buf *out);

#endif
