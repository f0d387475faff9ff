/*
 * What the parts of a bulk share: bulk.c (the view, reading, checking), bulk_write.c,
 * bulk_show.c (the words).  Not for others.
 */
#ifndef TUI_BULK_PARTS_H
#define TUI_BULK_PARTS_H

#include "tui/bulk.h"

enum { BULK_SAVE = 1, BULK_SHOW_LDIF, BULK_BACK, BULK_STOP, BULK_GO_ON };

void bulk_build(struct bulk *b);
void bulk_show_ldif(struct bulk *b);

/* The next chunk, or what comes after the last one. */
void bulk_advance(struct bulk *b);

void bulk_begin(struct bulk *b); /* to write, or to go on */
void bulk_write(struct bulk *b); /* what is left of the batch */
void bulk_end(struct bulk *b);   /* all is written that will be */

/* Those that are neither written nor refused. */
size_t bulk_left(const struct bulk *b);

void bulk_clock(struct bulk *b); /* something begins that takes time */
void bulk_item_drop(struct bulk_item *item);
/* What is not settled is to be looked at again. */
void bulk_put_back(struct bulk *b);

#endif
