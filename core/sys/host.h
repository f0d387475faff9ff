/*
 * host: what this machine calls itself, for the loop guard.
 */
#ifndef CORE_SYS_HOST_H
#define CORE_SYS_HOST_H

#include "core/array.h"

/* Adds this machine's own names (gethostname(2), localhost) and the addresses of its
 * interfaces (getifaddrs(3)), numeric, without scope. Never blocks on DNS. */
void host_own_names(struct strv *out);

#endif
