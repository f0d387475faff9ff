/*
 * query: the searches relais makes, as text, from the configuration.  Filters are
 * those of the Postfix tables (ldap/postfix.h), so that console and mail system ask
 * the same questions.  Every function appends to its buffer.
 */
#ifndef CORE_QUERY_H
#define CORE_QUERY_H

#include "core/buf.h"
#include "core/settings.h"

/* "(relaisRouting=internal)", or with default_routing internal the two negations. */
void query_internal_test(const struct settings *s, struct buf *out);

/* One address term over the configured attributes: "(mail=V)" or "(|(mail=V)(alias=V))";
 * `value` is put in as it is, so escape it first (or pass "%u@%d", "*@acme.example"). */
void query_address_term(const struct settings *s, const char *value, struct buf *out);

/* Domain entries that hold any of the names; empty names: none. */
void query_domains_named(
	const struct settings *s, const struct strv *names, struct buf *out);

/* Those of them for which `condition`, a filter, holds, too. */
void query_domains_where(const struct settings *s, const struct strv *names,
	const char *condition, struct buf *out);

/* Users (configured filter) with an address in any of the names; empty names: all users.
 * By their routing: internal, external, neither; USERS_DEPENDENT: external users with a
 * selected address in one of the names (no user filter: as the thirdparty table). */
enum query_users { USERS_ALL, USERS_INTERNAL, USERS_EXTERNAL, USERS_NONE, USERS_DEPENDENT };
void query_users_of(const struct settings *s, const struct strv *names,
	enum query_users which, struct buf *out);

/* Users with an address in any of the names, but none in `name`. */
void query_users_lacking(const struct settings *s, const struct strv *names,
	const char *name, struct buf *out);

/* Whom query_holders() finds for some address in any of the names. */
void query_holders_in(const struct settings *s, const struct strv *names, struct buf *out);

/* Entries that are neither domains nor users and go by the name (canonical), as an
 * attribute that names an entry or as associatedDomain. */
void query_adoptable(const struct settings *s, const char *name, struct buf *out);

/* Users who hold (configured filter) or have selected (any entry) one of the addresses,
 * whatever their routing. */
void query_holders(const struct settings *s, const struct strv *addresses, struct buf *out);

/* The two searches behind `struct route_facts`: who answers for one of the keys in the
 * tables `internal` and `thirdparty`. */
void query_route_internal(
	const struct settings *s, const struct strv *keys, struct buf *out);
void query_route_external(const struct strv *keys, struct buf *out);

/* Users, in any of the names when there are some, whose name, uid or one of whose addresses
 * contains the text typed, or starts with it when it has fewer than four letters. */
void query_users_matching(const struct settings *s, const char *typed,
	const struct strv *names, struct buf *out);

/* Attributes to ask for; NULL-terminated, the array is the caller's to free(3), the
 * strings are borrowed from s. */
const char **query_domain_attributes(const struct settings *s);
const char **query_user_attributes(const struct settings *s);

#endif
