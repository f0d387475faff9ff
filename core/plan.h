/*
 * plan: what a save will do.  The same value is reviewed, written, shown as LDIF
 * (RFC 2849), journalled and undone.
 *
 * A change touches one entry and carries what was read of every attribute it
 * touches: that is its precondition and what its inverse is made of.  A plan is a
 * source of changes that can be run through more than once; it owns the change it
 * handed out until the next call.
 */
#ifndef CORE_PLAN_H
#define CORE_PLAN_H

#include "core/entry.h"
#include "core/buf.h"

enum change_kind { CHANGE_MODIFY, CHANGE_ADD, CHANGE_DELETE };

/* RFC 4511 section 4.6.  For CHANGE_ADD all mods are MOD_ADD: the entry's attributes. */
enum mod_op { MOD_ADD, MOD_DELETE, MOD_REPLACE };

struct mod {
	enum mod_op op;
	struct attribute attribute; /* no values: MOD_DELETE of all, MOD_REPLACE by none */
};

struct change {
	enum change_kind kind;
	char *dn;
	struct entry *before; /* MODIFY: id, csn and the touched attributes as read;
				 DELETE: the whole entry as read; ADD: NULL */
	ARRAY(struct mod) mods;
};

/* `before` of a CHANGE_MODIFY starts out without anything; of a CHANGE_DELETE it is
 * the caller's to set to a copy of what was read, which the change then owns. */
struct change *change_new(enum change_kind kind, const char *dn);
void change_free(struct change *c);
struct change *change_copy(const struct change *c);

/* Adds a mod without values; give them with change_mod_value(). */
struct mod *change_mod(struct change *c, enum mod_op op, const char *name);
void mod_value(struct mod *m, const char *bytes, size_t n);

/* The change that sets attribute `name` from what `e` has to `values` in the smallest
 * way: single values are replaced, of many values those that differ are deleted and
 * added.  Nothing is added to c when they are the same (bytes, as sets).  c->before
 * takes the values read.  c is a CHANGE_MODIFY of e. */
void change_set(struct change *c, const struct entry *e, const char *name,
	const struct strv *values);

/* The same of bytes; values->name is the attribute's. */
void change_set_bytes(
	struct change *c, const struct entry *e, const struct attribute *values);

/* The same, and every value that goes or comes is named: for attributes of which the
 * access rules allow some values only, and nothing that concerns all of them. */
void change_set_each(
	struct change *c, const struct entry *e, const struct attribute *values);

/* What undoes c once it has been written: NULL never; csn of the inverse is left "".  An
 * entry that was deleted is added again without what only the server may write. */
struct change *change_inverse(const struct change *c);

/* Attribute `name`, which c touches, after c was applied to what was read: appended to
 * values.  Nothing for an entry that c deletes. */
void change_result(const struct change *c, const char *name, struct strv *values);

/* Whether c has to do with attribute `name`; whether it adds this value to any (ASCII case
 * ignored). */
bool change_touches(const struct change *c, const char *name);
bool change_adds(const struct change *c, const char *value);

/* True when none of the attributes c touches differs between c->before and now; what
 * only the server writes does not count.  now NULL: there is no such entry, which only
 * an ADD wants. */
bool change_still_holds(const struct change *c, const struct entry *now);

/* Appends one RFC 2849 change record, ended by an empty line: changetype, base64 where
 * needed and for every control character, lines folded at 76.  All of it is ASCII. */
void change_ldif(const struct change *c, struct buf *out);

/* Attributes that only the server writes: no change sets them. */
bool plan_servers_own(const char *name);

/* True when everything that c sets is already so: it has happened. */
bool change_has_happened(const struct change *c, const struct entry *now);

struct plan {
	char *who; /* the identity that will write, as the directory names it; maybe "" */
	char *why; /* what the person asked for, one untranslated line; maybe ""; both are
		      the plan's to free(3) */
	size_t total;
	unsigned long part_of; /* 0: a save of its own; plans with the same number are parts
				  of one, one after the other */
	bool independent; /* its changes are of different entries and none hangs on another:
			     they may be made in any order, and one that is not made does
			     not stop the others */
	bool at_once;     /* all of its changes are made or none: see store_apply(); they
			     live as long as the plan */
	/* NULL at the end; borrowed until the next call or plan_free(). */
	const struct change *(*next)(struct plan *p);
	void (*rewind)(struct plan *p);
	void (*release)(struct plan *p); /* what is behind `source`; NULL: nothing */
	void *source;
};

/* A plan of one change, which it owns. */
struct plan *plan_of_change(struct change *c, const char *why);
void plan_free(struct plan *p);

/* The inverse changes in reverse order, of a plan whose changes fit in memory; `why` is
 * that of p, with "undo: " in front.  Rewinds p before and after. */
struct plan *plan_inverse(struct plan *p);

/* "version: 1" and every change's record.  Rewinds p before and after. */
void plan_ldif(struct plan *p, struct buf *out);

#endif
