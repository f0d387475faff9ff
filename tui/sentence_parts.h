/*
 * What makes sentences of findings shares: sentence.c (as forms say it) and
 * sentence_check.c (as the consistency check does).  Not for others.
 */
#ifndef TUI_SENTENCE_PARTS_H
#define TUI_SENTENCE_PARTS_H

#include "core/buf.h"
#include "core/rule.h"

#define NP_(one, many) one, many /* marks both for xgettext */

/* How an argument is shown. */
enum shown { AS_TEXT, AS_ADDRESS, AS_DOMAIN, AS_RELAY };

/* A msgid whose %1$s to %3$s are f's arguments and %4$s its number; many NULL: no number.
 */
void sentence_fill(const char *one, const char *many, const enum shown shown[3],
	const struct finding *f, struct buf *out);

#endif
