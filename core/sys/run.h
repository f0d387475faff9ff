/*
 * run: another program, without a shell, and what it prints.
 */
#ifndef CORE_SYS_RUN_H
#define CORE_SYS_RUN_H

#include "core/buf.h"

/* The absolute path of a program in PATH or where Debian keeps daemons (/usr/sbin, /sbin):
 * the caller's to free(3); NULL when there is none. */
char *run_find(const char *name);

/* Runs argv[0] (a path) with our environment, nothing on stdin and stderr dropped.  Appends
 * what it prints to out.  False when it fails, prints more than `most` bytes or has not
 * ended after deadline_ms: it is killed then.  Blocks: not for the main thread. */
bool run_read(const char *const *argv, size_t most, int deadline_ms, struct buf *out);

#endif
