/*
 * What the parts of the check share: audit.c (its life), audit_rules.c (the table),
 * audit_domain.c, audit_user.c, audit_double.c, audit_server.c and audit_postfix.c (how
 * each rule is found).  Not for others.
 */
#ifndef CORE_AUDIT_PARTS_H
#define CORE_AUDIT_PARTS_H

#include "core/audit.h"

struct audited {
	struct domain domain;
	bool wanted;
	bool unresolved;                     /* its relay is a name that does not exist */
	bool relay_unread;                   /* or may be one: nobody could say */
	struct strv relay_addresses;         /* of a name that does */
	unsigned long external;              /* users with an address in it */
	unsigned long defaulted;             /* users without relaisRouting */
	char *defaulted_dn, *defaulted_name; /* the first of them */
};

/* One hosted name; of names held twice, each is one. */
struct audit_name {
	const char *name; /* lower case; the domain's */
	size_t domain;
	bool postmaster; /* somebody gets that mail */
};

/* One address of the user at hand. */
struct looked {
	const char *value;
	enum rule rule;                /* address_stored_ok() */
	const struct audit_name *name; /* NULL: not hosted */
	bool own, selected;
};

struct looks {
	const struct user *user;
	struct looked *v;
	size_t n, cap;
};

struct audit {
	const struct settings *settings;
	const struct strv *own;
	struct strv wanted;
	audit_found_fn *fn;
	void *arg;
	ARRAY(struct audited) domains;
	ARRAY(struct audit_name) names; /* sorted, once all domains are read */
	struct audit_name *last;        /* found last: users come domain by domain */
	struct looks looks;
	struct {
		uint64_t *v; /* 0: empty */
		size_t n, cap;
	} seen;
	struct strv doubles; /* sorted and told once before the first round */
	size_t asked, told;  /* of doubles */
	bool doubles_sorted;
	ARRAY(struct user) holders;
	unsigned long *found; /* by rule of the table */
};

struct audit_rule;
typedef void audit_domain_fn(
	struct audit *a, const struct audit_rule *r, const struct audited *d);
typedef void audit_user_fn(
	struct audit *a, const struct audit_rule *r, const struct looks *l);
typedef void audit_server_fn(
	struct audit *a, const struct audit_rule *r, const struct audit_server *s);
typedef void audit_postfix_fn(
	struct audit *a, const struct audit_rule *r, const struct audit_postfix *p);

/* One rule: exactly one of the finders is set, or none where audit_double.c finds it. */
struct audit_rule {
	enum rule rule;
	const char *id;
	enum severity severity;
	enum form_field field;
	enum audit_repair repair;
	audit_domain_fn *domain;
	audit_user_fn *user;
	audit_server_fn *server;
	audit_postfix_fn *postfix;
	bool unread;
};

extern const struct audit_rule audit_rules[];
extern const size_t audit_rules_n;

/* Whom and what a finding is about. */
struct audit_at {
	enum audit_about about;
	const char *dn, *name;
	unsigned long n;
	const char *address;             /* whose mail it touches, or NULL */
	const struct user *const *users; /* who may hold it */
	size_t n_users;
	bool repairable;
};

void audit_report(struct audit *a, const struct audit_rule *r, const struct audit_at *at,
	const char *arg0, const char *arg1, const char *arg2);

/* The hosted name, in any case; NULL. Further ones of the same name follow it. */
struct audit_name *audit_name_find(struct audit *a, const char *name);
bool audit_name_wanted(const struct audit *a, const struct audit_name *n);

/* Remembers the addresses of one entry, to find those that another holds, too. */
void audit_remember(struct audit *a, const struct looks *l);
void audit_doubles_release(struct audit *a);

/* Finders. */
audit_domain_fn find_relay_malformed, find_forward, find_relay_local, find_relay_unresolved,
	find_relay_unread, find_name_malformed, find_name_taken, find_postmaster,
	find_defaulted, find_advice;
audit_user_fn find_address, find_not_hosted, find_selected_not_hosted, find_no_address,
	find_selection_empty, find_not_own, find_no_relay, find_routing_unknown;
audit_server_fn find_schema, find_schema_unread, find_unique, find_constraint, find_index,
	find_config_unread;
audit_postfix_fn find_claims, find_origin, find_no_ipv6, find_chroot, find_cache,
	find_virtual, find_unchecked, find_table, find_delimiter, find_unread, find_unused;

#endif
