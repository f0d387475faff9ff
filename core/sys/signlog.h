/*
 * signlog: a store that tells syslog (authpriv) one line for each sign-in, refused ones
 * too, and for each proof that who has locked the console is still there
 * (core/sys/authlog.h). Everything else is the other store's.
 */
#ifndef CORE_SYS_SIGNLOG_H
#define CORE_SYS_SIGNLOG_H

#include "core/store.h"

/* inner is borrowed and must outlive it: store_free() frees what is in front of it only. */
struct store *signlog_new(struct store *inner);

#endif
