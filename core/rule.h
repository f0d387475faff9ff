/*
 * rule: what may not be saved and what is flagged (the table in ROUTING.md), each
 * rule by a name.  A finding is a rule broken, somewhere, with the facts a sentence
 * needs; sentences are made in tui/sentence.c.
 */
#ifndef CORE_RULE_H
#define CORE_RULE_H

#include "core/array.h"

enum rule {
	RULE_OK,
	/* what people type */
	RULE_EMPTY, /* a field that needs a value has none */
	RULE_RELAY_MALFORMED,
	RULE_RELAY_PORT,        /* not 1-65535 */
	RULE_ADDRESS_MALFORMED, /* arg0 = what was typed */
	RULE_ADDRESS_ROUTED,    /* '%', '!', '/', second '@' */
	RULE_ADDRESS_NOT_ASCII, /* local part */
	RULE_DOMAIN_MALFORMED,
	RULE_UID_MALFORMED, /* spaces, controls or '/' in a user name */
	/* what may not be saved */
	RULE_FORWARD_NEEDS_RELAY,
	RULE_EXTERNAL_NEEDS_RELAY, /* arg0 = address, arg1 = its domain */
	RULE_RELAY_IN_USE,       /* clearing it: n = users with selected addresses there */
	RULE_SELECTION_EMPTY,    /* an external user selects none */
	RULE_SELECTION_NOT_OWN,  /* arg0 = a selected address the user does not have */
	RULE_ADDRESS_TAKEN,      /* arg0 = address, arg1 = DN of the holder, arg2 = name */
	RULE_ADDRESS_NOT_HOSTED, /* arg0 = address, arg1 = its domain */
	RULE_DOMAIN_TAKEN,       /* arg0 = name, arg1 = DN of the domain that has it */
	RULE_DOMAIN_IN_USE,      /* arg0 = name, n = users with addresses there */
	RULE_RELAY_IS_LOCAL,     /* arg0 = relay: mail would loop */
	RULE_INTERNAL_NO_ADDRESS,
	/* allowed, with a word */
	RULE_RELAY_UNRESOLVED,      /* arg0 = relay */
	RULE_FORWARD_WITH_EXTERNAL, /* n = external users: advice */
	RULE_ROUTING_DEFAULTED,     /* relaisRouting missing; arg0 = the default */
	RULE_ADDRESS_REFUSED,       /* arg0: will be refused from now on */
	RULE_ADDRESS_AS_UNKNOWN,    /* arg0: will go to the relay (arg1) as unknown */
	RULE_RELAY_GONE,            /* found after writing: arg0 = domain, n = users */
	RULE_DOMAIN_LET_GO,         /* arg0 = name: mail to it is refused from now on */
	RULE_NO_ADDRESS_THERE,      /* arg0 = name: nothing to make another address of */
	/* only the consistency check (core/audit.h) finds these */
	RULE_POSTMASTER_MISSING, /* arg0 = an address nobody holds, n = names without it */
	RULE_ROUTING_UNKNOWN,    /* arg0 = the word in relaisRouting, arg1 = the default */
	RULE_SCHEMA_MISSING,     /* arg0 = attribute or class the server does not know */
	RULE_OVERLAY_MISSING,    /* arg0 = overlay, arg1 = attribute it does not watch */
	RULE_INDEX_MISSING,      /* arg0 = attribute, arg1 = "eq" or "sub" */
	RULE_POSTFIX_CLAIMS,     /* arg0 = hosted name, arg1 = parameter that has it, too */
	RULE_POSTFIX_ORIGIN,     /* arg0 = hosted name that is myorigin */
	RULE_POSTFIX_NO_IPV6,    /* arg0 = IPv6 relay, arg1 = inet_protocols */
	RULE_POSTFIX_CHROOT,     /* arg0 = chrooted service, arg1 = table without proxy: */
	RULE_POSTFIX_CACHE,   /* arg0 = parameter, arg1 = its value, arg2 = the right one */
	RULE_POSTFIX_VIRTUAL, /* arg0 = virtual_transport */
	RULE_POSTFIX_UNCHECKED, /* arg0 = service, or "main.cf", whose relay restrictions
				   lack the checks */
	RULE_POSTFIX_TABLE,     /* arg0 = file: not what the configuration says */
	RULE_POSTFIX_DELIMITER, /* arg0 = Postfix's, arg1 = the configuration's */
	/* what it could not look at */
	RULE_RELAY_UNREAD, /* arg0 = a relay's name that could not be looked up */
	RULE_SCHEMA_UNREAD,
	RULE_CONFIG_UNREAD,
	RULE_POSTFIX_UNREAD, /* arg0 = file, table or program */
	RULE_POSTFIX_UNUSED, /* it uses none of the tables */
	RULE_COUNT
};

enum severity {
	SEVERITY_NOTE,
	SEVERITY_WARNING,
	SEVERITY_ERROR
}; /* ERROR: cannot be saved */

/* The form field a finding belongs under. */
enum form_field {
	FIELD_NONE,
	FIELD_RELAY,
	FIELD_FORWARD,
	FIELD_NAME,
	FIELD_ALIASES,
	FIELD_DESCRIPTION,
	FIELD_ROUTING,
	FIELD_SELECTION,
	FIELD_ADDRESSES,
	FIELD_UID
};

struct finding {
	enum rule rule;
	enum severity severity;
	enum form_field field;
	char *arg[3]; /* owned, raw; NULL where the rule has none */
	unsigned long n;
};

struct findings {
	struct finding *v;
	size_t n, cap;
};

/* Adds one; args are copied, NULL allowed. */
void findings_add(struct findings *f, enum rule rule, enum severity severity,
	enum form_field field, unsigned long n, const char *arg0, const char *arg1,
	const char *arg2);
void findings_release(struct findings *f);
const struct finding *findings_at(const struct findings *f,
	enum form_field field); /* first of the gravest, or NULL */

#endif
