/*
 * result: what a server answers (RFC 4511 section 4.1.9, appendix A) as a struct err.
 */
#ifndef LDAP_RESULT_H
#define LDAP_RESULT_H

#include "core/err.h"
#include "core/plan.h"

/* For a result that is not 0; a negative code is one of libldap's own (LDAP_FILTER_ERROR
 * ...).  `words` is the diagnostic message, may be NULL.  `change`, when not NULL, is what
 * was sent: an attribute of it that the words name comes first.  Returns false. */
bool result_err(struct err *err, int code, const char *dn, const struct change *change,
	const char *words);

#endif
