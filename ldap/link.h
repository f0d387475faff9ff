/*
 * link: the socket under libldap, as its lowest Sockbuf_IO layer (lber-sockbuf(3)).
 *
 * While a worker thread connects, reads and writes are plain blocking calls.  After
 * link_detach_thread() nothing blocks: what is written waits here until the socket takes
 * it (link_flush()), so libldap never sees half a write, which it would answer by
 * garbling the stream when the next message is an Abandon; and reads give EAGAIN.
 *
 * The descriptor is closed by link_free() only, so its number stays ours until then.
 */
#ifndef LDAP_LINK_H
#define LDAP_LINK_H

#include <lber.h>

#include "core/buf.h"

struct link;

struct link *link_new(int fd); /* takes fd */
void link_free(struct link *l);
bool link_install(struct link *l, Sockbuf *sb); /* l must outlive sb */
void link_detach_thread(struct link *l);

int link_fd(const struct link *l);
bool link_flush(struct link *l);            /* false: the connection is gone */
bool link_broken(const struct link *l);     /* failed, or closed by libldap */
size_t link_unsent(const struct link *l);   /* bytes that wait for the socket */
uint64_t link_queued(const struct link *l); /* bytes ever written by libldap */
uint64_t link_sent(const struct link *l);   /* of them, given to the kernel */

#endif
