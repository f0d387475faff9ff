/*
 * denial: who may not write what, in the fake directory.
 */
#ifndef TESTS_TUI_DENIAL_H
#define TESTS_TUI_DENIAL_H

#include "core/plan.h"

/* From dn on down; no names: anything.  "mail@acme.example": values of mail that end so;
 * "children": entries that come or go. */
struct denial {
	char *dn;
	struct strv names;
};

struct denials {
	struct denial *v;
	size_t n, cap;
};

void denials_release(struct denials *d);

/* As slapd would: entries come and go by the right to the children of what is above. */
bool denials_refuse(const struct denials *d, const struct change *c);

#endif
