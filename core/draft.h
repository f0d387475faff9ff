/*
 * draft: what stood in a form with unsaved changes when the program had to end, as text:
 * whose it is, the entry as it had been read, and each field as it was typed.  It holds
 * no secrets: forms have none.
 *
 *	# relais draft 1
 *	when: 2026-11-22T23:15:00Z
 *	who: uid=admin0,ou=admins,dc=example
 *	directory: ldapi:/// dc=example
 *	form: domain
 *	name: acme.example
 *	dn: associatedDomain=acme.example,...	these not of a new entry
 *	id: (entryUUID)
 *	csn: (entryCSN)
 *	read.relaisSplitRelay: [192.0.2.25]
 *	typed.relay: 192.0.2.26
 *	end: 1
 *
 * Lines are those of LDIF (core/ldif.h): folded, base64 for what is no printable ASCII.
 */
#ifndef CORE_DRAFT_H
#define CORE_DRAFT_H

#include "core/buf.h"
#include "core/entry.h"

enum draft_form { DRAFT_DOMAIN, DRAFT_NEW_DOMAIN, DRAFT_USER, DRAFT_NEW_USER };

struct draft_field {
	char *name;
	char *value;
};

struct draft {
	char *when;      /* UTC, RFC 3339 */
	char *who;       /* the directory identity's DN, or its name where it has none */
	char *directory; /* URIs and base, as in struct record_head */
	enum draft_form form;
	char *name;                       /* the entry's, to be shown; maybe "" */
	struct entry *base;               /* as it had been read; NULL: a new one */
	ARRAY(struct draft_field) fields; /* in their order; a name may be there often */
};

/* A zeroed one is empty. */
void draft_release(struct draft *d);

void draft_put(struct draft *d, const char *name, const char *value);
/* "": it is not there.  Borrowed. */
const char *draft_get(const struct draft *d, const char *name);
bool draft_has(const struct draft *d, const char *name);
void draft_get_all(const struct draft *d, const char *name, struct strv *out);

void draft_write(const struct draft *d, struct buf *out);

/* *d is set only on success.  False: it is not what draft_write() makes, or not all of it.
 */
bool draft_read(const char *text, size_t n, struct draft *d);

#endif
