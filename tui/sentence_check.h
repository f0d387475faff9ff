/*
 * sentence_check: what the consistency check found, in words.
 */
#ifndef TUI_SENTENCE_CHECK_H
#define TUI_SENTENCE_CHECK_H

#include "core/audit.h"
#include "tui/canvas.h"
#include "tui/check.h"

/* What is wrong, for a list: a few words. */
const char *check_label(const struct audit_finding *f);

/* What is wrong: one sentence. */
void check_wrong(const struct audit_finding *f, struct buf *out);

/* What mail it touches; nothing is added where it touches none. */
void check_touches(const struct audit_finding *f, struct buf *out);

/* "error", "warning", "advice", "not checked". */
const char *check_severity(const struct audit_finding *f, enum style *style);

/* Whom or what it is about, short: a domain, a user, the server, Postfix. */
void check_about(const struct audit_finding *f, struct buf *out);

/* "2 errors, 1 warning", "no errors": as home and the last line of the command say it. */
void check_summary(const unsigned long counts[SEVERITY_ERROR + 1], struct buf *out);

/* "12,000 of 100,000 users, 85,000 a second, 1 s left", as much of it as is known. */
void check_progress(const struct check *c, long ms, struct buf *out);

#endif
