/*
 * connector: reaches one server on a short-lived thread of its own, so that a name
 * server, a TLS peer or a directory that stays silent holds up nobody.
 *
 * The owner polls connector_fd() and drops what takes too long; a thread that is stuck
 * in the resolver is left behind and cleans up after itself.
 */
#ifndef LDAP_CONNECT_H
#define LDAP_CONNECT_H

#include "ldap/session.h"

struct connector;

struct connector *connector_start(const struct endpoint *e); /* copied */
int connector_fd(const struct connector *c);                 /* readable when done */
bool connector_done(struct connector *c);

/* Of a done connector: the session, or NULL with err.  Frees the connector. */
struct session *connector_take(struct connector *c, struct err *err);

/* Gives up; returns within grace_ms even when the thread does not.  NULL accepted. */
void connector_drop(struct connector *c, int grace_ms);

/* How many threads of dropped connectors have not ended yet. */
int connector_left_behind(void);

#endif
