/*
 * postfix: the ldap_table(5) files and the main.cf fragment of ROUTING.md, written
 * from the configuration, so that console and mail system ask the same questions.
 */
#ifndef LDAP_POSTFIX_H
#define LDAP_POSTFIX_H

#include "core/err.h"
#include "core/buf.h"
#include "core/settings.h"

/* Writes DIR/ldap-NAME.cf for each map and DIR/main.cf.relais (for `postconf`), each to a
 * temporary name in DIR and renamed.  Mode 0640 where a file holds a password, else 0644.
 * A file that stands there and does not begin with our mark is left alone and the
 * whole call refuses (ERR_NOT_OURS) before anything is written.  `written` gets the
 * paths. */
bool postfix_write(
	const char *dir, const struct settings *s, struct strv *written, struct err *err);

/* One table's text, as it would be written; for tests. `name` as in ROUTING.md: "domains".
 */
bool postfix_table(
	const char *name, const struct settings *s, const char *password, struct buf *out);

#endif
