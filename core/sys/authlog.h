/*
 * authlog: lines for syslog(3), facility authpriv: who signed in, who changed what.
 *
 *	signed in at ldap1.example: uid=admin0,ou=admins,dc=example
 *	sign-in refused at ldap1.example: admin0
 *	done by uid=admin0,ou=admins,dc=example: modify uid=bob,dc=example: mail
 *
 * Never a value, so never a password.  What became of it stands in front, where nothing
 *that is somebody's to choose can push it off the line.
 */
#ifndef CORE_SYS_AUTHLOG_H
#define CORE_SYS_AUTHLOG_H

#include "core/plan.h"

/* One line, cut at 1000 bytes; what is not printable ASCII, and the backslash, is shown as
 * \xHH. */
void authlog(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Lets go of the connection: a console may stand for weeks. */
void authlog_rest(void);

void authlog_change(const char *became, const char *who, const struct change *c);

#endif
