/*
 * domain_typed: what stands in a domain form, read once for the check, the change and the
 * state as typed, and compared with what is stored.  Private to core/domain*.c.
 */
#ifndef CORE_DOMAIN_TYPED_H
#define CORE_DOMAIN_TYPED_H

#include "core/domain.h"

struct typed_alias {
	char *name; /* as stored when known, else canonical; as typed when malformed */
	enum rule rule;
	bool known; /* the domain has it already, whatever `rule` says of it */
};

struct domain_typed {
	char *name; /* of a new domain, canonical; "" when malformed */
	enum rule name_rule;
	ARRAY(struct typed_alias) aliases; /* distinct, none of them the name */
	struct strv alias_names;           /* theirs, to be asked */
	struct nexthop relay;              /* when relay_rule is RULE_OK */
	enum rule relay_rule;
	bool relay_touched;
	char *description; /* trimmed */
	bool description_touched;
	bool forward_touched;
};

void domain_typed_read(
	struct domain_typed *t, const struct domain_edit *edit, const struct domain *d);
void domain_typed_release(struct domain_typed *t);

/* Among the aliases, in any case. */
bool domain_typed_has_alias(const struct domain_typed *t, const char *name);

/* The relay as the form shows it: as people read it, or raw when malformed. */
void domain_relay_shown(const struct domain *d, struct buf *out);

#endif
