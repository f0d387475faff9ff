/*
 * domain: a hosted domain, decoded from its entry (schema in ROUTING.md).
 */
#ifndef CORE_DOMAIN_H
#define CORE_DOMAIN_H

#include "core/entry.h"
#include "core/nexthop.h"
#include "core/plan.h"
#include "core/rule.h"
#include "core/settings.h"

enum relay_state { RELAY_UNSET, RELAY_USABLE, RELAY_MALFORMED };

struct domain {
	struct entry *entry; /* as read; what was not understood is still in it */
	char *name;          /* canonical, lower case; never empty */
	struct strv names;   /* name first, then the aliases in the server's order */
	char *description;
	enum relay_state relay_state;
	struct nexthop relay; /* when RELAY_USABLE */
	char *relay_value;    /* relaisSplitRelay as stored, "" when absent */
	bool forward_unknown;
	bool adopted; /* no domain yet: its entry becomes one */
};

/* The name is the associatedDomain value that the RDN names, else the one equal to the
 * RDN's value, else the first.  False when e has no associatedDomain value at all. */
bool domain_decode(const struct entry *e, struct domain *d);
void domain_release(struct domain *d);
bool domain_has_name(const struct domain *d, const char *name);

/* How well an entry that is no domain yet suits the name (canonical): 0 not at all, the
 * highest for the very entry that would be made. */
int domain_adoptable(const struct entry *e, const char *name);

/* The domain that such an entry becomes; domain_change() then keeps what it has. */
void domain_adopt(const struct entry *e, const char *name, struct domain *d);

/* What the form holds; strings as typed.  Empty aliases are ignored.  A stored relay that
 * is malformed stands in the form as it is; where it would pass when typed ("a.example"
 * without brackets) the edit counts as changed, so that saving mends it. */
struct domain_edit {
	char *name; /* read only for a domain that exists */
	char *description;
	struct strv aliases;
	char *relay;
	bool forward_unknown;
};

void domain_edit_init(
	struct domain_edit *edit, const struct domain *d); /* d NULL: a new one */
void domain_edit_release(struct domain_edit *edit);

/* What was typed for a new domain becomes an edit of the entry that is adopted: its other
 * names stay, and where nothing was typed what else it has. */
void domain_edit_adopt(struct domain_edit *edit, const struct domain *d);
bool domain_edit_changed(const struct domain_edit *edit, const struct domain *d);

/* How many users have an address under one name of a domain. */
struct name_use {
	const char *name;
	unsigned long users;
};

/* What the directory says around a domain; filled by searches, see core/query.h. */
struct domain_around {
	unsigned long internal_users;
	unsigned long external_users;  /* with an address in it */
	unsigned long dependent_users; /* external, with a selected address in it */
	const struct entry *const
		*name_holders; /* entries holding one of the typed names */
	size_t n_name_holders;
	const struct name_use
		*name_uses; /* at least of the aliases that the edit removes */
	size_t n_name_uses;
	bool relay_unresolved; /* the relay typed is a name that does not resolve */
	const struct strv *relay_addresses; /* what it resolves to; NULL: not known */
};

/* As one types and again just before writing: every rule a domain form can break.  What
 * the edit makes wrong is an error; what was wrong before and is not touched is a
 * warning, so that it does not stand in the way of another change.
 * `around` NULL: rules that need it are left out.  The local names are those of
 * settings plus `own` (this machine's, found by core/sys/host.h; NULL: none). */
void domain_check(const struct domain_edit *edit, const struct domain *d,
	const struct settings *settings, const struct strv *own,
	const struct domain_around *around, struct findings *out);

/* The loop guard: whether the relay is this mail system by its name, its address or one of
 * the addresses its name resolves to (NULL: not known), with a port of ours. */
bool domain_relay_leads_here(const struct nexthop *hop, const struct settings *settings,
	const struct strv *own, const struct strv *addresses);

/* The state as typed, for route_decide(); fields that cannot be parsed count as unset
 * (a new domain then has the name ""); a malformed relay that was not touched stays what
 * it is.  Release with domain_release(); entry is a copy of d's (or NULL for a new one). */
void domain_as_typed(
	const struct domain_edit *edit, const struct domain *d, struct domain *out);

/* The change that makes the entry say what was typed, or the new entry (d NULL: below
 * settings->domains.base, named by associatedDomain).  NULL when nothing changes.
 * The edit must have passed domain_check(). */
struct change *domain_change(const struct domain_edit *edit, const struct domain *d,
	const struct settings *settings);

/* Whether relais made the entry and nothing of anybody else's is in it. */
bool domain_is_ours(const struct entry *e);

/* The change that takes the domain away: an entry of ours is deleted; from another's only
 * what is relais' goes, associatedDomain stays where one of its other classes holds it (by
 * `classes`, the server's objectClasses; NULL: by what is known of the standard ones) or
 * its RDN is made of it.  e was read with all attributes.  NULL: nothing of relais is in
 * it. */
struct change *domain_remove_change(const struct entry *e, const struct attribute *classes);

#endif
