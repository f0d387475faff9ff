/*
 * entry: one directory entry as it was read (RFC 4511 section 4.5.2): attributes as
 * raw bytes, in the server's order; nothing is decoded, so nothing is lost.
 */
#ifndef CORE_ENTRY_H
#define CORE_ENTRY_H

#include "core/array.h"

struct value {
	char *p; /* n bytes, and a NUL after them that is not part of the value */
	size_t n;
};

struct attribute {
	char *name; /* the attribute description, as the server spells it */
	ARRAY(struct value) values;
	struct index *index; /* of many values, made when it is asked what it holds: whoever
				takes one away drops it */
};

struct entry {
	char *dn;
	char *id;  /* entryUUID; "" when the server has none */
	char *csn; /* entryCSN; "" when the server has none */
	ARRAY(struct attribute) attributes;
};

struct entry *entry_new(const char *dn);
void entry_free(struct entry *e);
struct entry *entry_copy(const struct entry *e);

/* Adds one value; the attribute is made when it is not there.  `entryUUID` and
 * `entryCSN` also set id and csn. */
void entry_add(struct entry *e, const char *name, const char *bytes, size_t n);

/* NULL when absent.  Names compare without case (RFC 4512 section 2.5). */
const struct attribute *entry_get(const struct entry *e, const char *name);

/* The first value as a string, "" when absent; borrowed from e.  For values with a NUL
 * inside it ends there: never for deciding equality of raw bytes. */
const char *entry_text(const struct entry *e, const char *name);

bool entry_has_value(const struct entry *e, const char *name,
	const char *value); /* ASCII case ignored */

/* Sets id and csn alone, for an entry that is not read but made of another. */
void entry_set_state(struct entry *e, const char *id, const char *csn);

/* Whether a value is a string that is not empty; others nobody can see or type. */
bool value_is_text(const struct value *v);

/* Attributes by themselves; a NULL attribute has no values. */
void attribute_add(struct attribute *a, const char *bytes, size_t n);
void attribute_copy(struct attribute *to, const struct attribute *from); /* to: unset */
void entry_copy_attribute(const struct entry *e, const char *name,
	struct attribute *to); /* without values when absent */
void attribute_release(struct attribute *a);
bool attribute_holds_case(
	const struct attribute *a, const char *s); /* ASCII case ignored */
bool attribute_holds(const struct attribute *a, const char *bytes, size_t n);
bool attribute_same(
	const struct attribute *a, const struct attribute *b); /* as sets of bytes */

#endif
