/*
 * dial: a connected socket to the server that a URI names.  Blocks: for worker threads.
 */
#ifndef LDAP_DIAL_H
#define LDAP_DIAL_H

#include "core/err.h"

/* A blocking, connected descriptor, or -1 with err.  Gives up, with -1, once something
 * can be read from `cancel` (or its peer has closed it); only the resolver, which
 * cannot be interrupted, goes on until it has its answer. */
int dial(const char *uri, int cancel, struct err *err);

#endif
