/*
 * accesslog: what the directory's own log says of a change (slapo-accesslog(5)): its
 * auditAdd, auditModify, auditDelete and auditModRDN entries, decoded.
 *
 *	reqStart: 20261122233820.078439Z
 *	reqType: modify
 *	reqAuthzID: uid=admin1,ou=admins,dc=example
 *	reqDN: associatedDomain=acme.example,...
 *	reqMod: relaisSplitRelay:= [192.0.2.26]		what was done: + - = and, alone, ":"
 *	reqMod: entryCSN:= 20261122233820.119850Z#000000#000#000000
 *	reqOld: relaisSplitRelay: [192.0.2.25]		what was there, with "logold"
 *	reqEntryUUID: 8b2d40f4-...
 *
 * Anybody who may write to the directory decides what stands in it: everything is checked,
 * and passwords are left out, whatever the server has logged of them.
 */
#ifndef CORE_ACCESSLOG_H
#define CORE_ACCESSLOG_H

#include "core/plan.h"

struct logged {
	char *start;           /* reqStart, as it is; it names the log's entry */
	char *who;             /* reqAuthzID: a DN; "": nobody was signed in */
	char *csn;             /* the entryCSN it gave the entry; "": not known */
	char *id;              /* reqEntryUUID; "": not said */
	struct change *change; /* before: as reqOld has it; what only the server writes is
				  left out */
	char *new_dn; /* it was a rename, to this ("": not said); else NULL.  change is then
			 a modify, of nothing as a rule */
	bool has_before; /* what was there before is known: all of it that was touched */
	bool has_secret; /* a password was among what was written, and is left out */
};

/* NULL-terminated: what logged_decode() needs of a log's entry. */
extern const char *const logged_attributes[];

/* False: this is no change, or not told as above; out is then unset. */
bool logged_decode(const struct entry *e, struct logged *out);
void logged_release(struct logged *l);

#endif
