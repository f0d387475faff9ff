/*
 * text: UTF-8 as people see it.  Inside relais all text is valid UTF-8; what comes
 * from a directory is bytes until text_printable() has made it safe to show.
 */
#ifndef CORE_TEXT_H
#define CORE_TEXT_H

#include "core/buf.h"

bool text_valid(const char *bytes, size_t n); /* well-formed UTF-8 (RFC 3629) */

/* Appends bytes so that showing them is harmless: invalid UTF-8 becomes U+FFFD,
 * controls (C0, DEL, C1, line and paragraph separators), bidi controls, what is invisible
 * by itself (zero-width space, word joiner, byte order mark and the like) and
 * non-characters become U+FFFD too; everything else is as it was. */
void text_printable(struct buf *out, const char *bytes, size_t n);

/* One grapheme cluster (UAX #29) of valid UTF-8 at s, n > 0 bytes long in all:
 * returns its length in bytes and its width in terminal columns (0, 1 or 2: that of its
 * widest member; ambiguous width counts 1; two regional indicators make a flag, 2). */
size_t text_cluster(const char *s, size_t n, int *columns);

/* The last end or beginning of a cluster at or before byte `at` of s, n bytes of valid
 * UTF-8; looked for from nearby. */
size_t text_boundary(const char *s, size_t n, size_t at);

/* The ASCII character under a cluster's marks ("é" is 'e'), '\0' when there is none. */
char text_plain(const char *cluster, size_t n);

int text_width(const char *s); /* columns of a whole string */

/* The longest prefix, in bytes, of whole clusters that fits into columns. */
size_t text_fit(const char *s, int columns);
size_t text_fit_bytes(const char *s, size_t n, int columns); /* of the first n bytes */

/* Moves *s past outer white space of any script, and what is invisible and pasted along
 * (byte order mark, zero-width space); returns the length without it at the end. */
size_t text_trim(const char **s);

/* Appends s, its ASCII letters in lower case. */
void text_lower(struct buf *out, const char *s);

/* Appends what searching compares: NFKD, marks removed, case folded, letters that
 * Unicode does not take apart spelled out ("ø" as "o", "œ" as "oe").  "Élodie" and
 * "elodie" give the same bytes.  Not for showing. */
void text_fold(struct buf *out, const char *s);

/* Orders as a person would in any locale, C.UTF-8 too: by text_fold(), then by
 * the bytes, so that it is total.  <0, 0, >0. */
int text_collate(const char *a, const char *b);

#endif
