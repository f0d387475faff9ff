/*
 * hostile: values that an entry may hold and nobody expects, and what no screen may hold.
 */
#ifndef TESTS_TUI_HOSTILE_H
#define TESTS_TUI_HOSTILE_H

#include "core/buf.h"

struct hostile {
	const char *name;
	const char *p;
	size_t n;
	bool frames; /* has characters of which frames are drawn */
};

extern const struct hostile hostile_values[];
extern const size_t hostile_values_n;

/* Why these bytes may not be shown, or NULL: no UTF-8, a control character, what changes
 * the direction of text, what is no character. */
const char *hostile_why(const char *p, size_t n);

/* The value as an attribute value of a DN, as slapd writes it: "\,", "\00"; `hexed`:
 * every byte as "\2C". */
void hostile_dn(const struct hostile *v, bool hexed, struct buf *out);

/* "name:: base64" of before, the value, after. */
void hostile_ldif(const char *name, const char *before, const struct hostile *v,
	const char *after, struct buf *out);

/* The same as they are. */
void hostile_put(const struct hostile *v, struct buf *out);

/* "name:: base64" of the format with the value, as hostile_dn() has it, at every "@". */
void hostile_dn_line(const char *name, const char *format, const struct hostile *v,
	bool hexed, struct buf *out);

/* A directory full of it, as LDIF: domains and users, the value in each of their attributes
 * and DNs, and beside it what tests look for (acme.example, plain@acme.example). */
void hostile_tree(const struct hostile *v, struct buf *out);

#endif
