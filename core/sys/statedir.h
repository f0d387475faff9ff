/*
 * statedir: folders of ours below the XDG state folder, for nobody but the user who runs
 * relais: what makes them, and what is written into them durably.
 */
#ifndef CORE_SYS_STATEDIR_H
#define CORE_SYS_STATEDIR_H

#include "core/buf.h"
#include "core/err.h"

/* The folder called name: below `base` and the login name
 * ("/var/lib/relais/admin0/drafts"), or with base "" below $XDG_STATE_HOME/relais
 * (~/.local/state/relais).  The caller's to free(3); NULL: neither is there.  Nothing is
 * made. */
char *statedir_path(const char *base, const char *name);

/* Makes it with all above it, 0700.  False (code, with the path and why) where it cannot be
 * made, is somebody else's or others may use it. */
bool statedir_make(const char *folder, enum err_code code, struct err *err);

/* What was made, renamed or removed in it is on the disk. */
bool statedir_sync(const char *folder, enum err_code code, struct err *err);

/* All of it; false with errno. */
bool statedir_write(int fd, const struct buf *b);

/* "20261122T231500.123456Z-4711-1": sorted by when it was made, and nobody else's; count is
 * the caller's and counted up. */
void statedir_name(unsigned *count, struct buf *out);

char *statedir_now(void);   /* UTC, RFC 3339; the caller's to free(3) */
char *statedir_login(void); /* who runs relais on this machine; the same */

#endif
