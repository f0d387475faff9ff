/*
 * plan_pack: a change as bytes and back, for one run of the program: nothing to keep or to
 * send.
 */
#ifndef CORE_PLAN_PACK_H
#define CORE_PLAN_PACK_H

#include "core/plan.h"

void change_pack(const struct change *c, struct buf *out);

/* The caller's to change_free(); NULL: these are not the bytes of a change. */
struct change *change_unpack(const char *bytes, size_t n);

#endif
