/*
 * share: how much of two numbers the one is, as a percentage and as a bar.
 *
 * Neither ever says none or all of what is some: "<1 %", ">99 %", a cell that is filled,
 * one that is not.
 */
#ifndef TUI_SHARE_H
#define TUI_SHARE_H

#include "tui/fetch.h"

#define SHARE_FULL "█" /* the canvas has them in ASCII: "#" and "." */
#define SHARE_EMPTY "░"

/* Both are known, and there is something to divide. */
bool share_known(const struct count *part, const struct count *rest);

/* "12 %", of part in part and rest, which are known. */
void share_percent(const struct count *part, const struct count *rest, struct buf *out);

/* So many cells, the first of them filled. */
void share_bar(
	const struct count *part, const struct count *rest, int cells, struct buf *out);

#endif
