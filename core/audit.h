/*
 * audit: the consistency check: every rule of ROUTING.md ("What may not be saved, and what
 * is flagged", the "must not"s of its Postfix part, and what the server should have) over
 * entries and texts that somebody else reads.
 *
 *	audit_new()
 *	audit_domain() for each domain entry, then audit_domains_read()
 *	audit_relay() for what audit_relays() names, any time from here on
 *	audit_user() for each entry of audit_users_filter()
 *	audit_doubles() and audit_holder(), in rounds, until there are none
 *	audit_domains_check() when relays and users are known
 *	audit_server(), audit_postfix(), any time after audit_domains_read()
 *
 * Users are not kept: of each address eight bytes are.  So an address that seems to occur
 * twice is asked for again by audit_doubles().
 */
#ifndef CORE_AUDIT_H
#define CORE_AUDIT_H

#include "core/route.h"

/* What a finding is about, and where mending it begins. */
enum audit_about { ABOUT_DOMAIN, ABOUT_USER, ABOUT_SERVER, ABOUT_POSTFIX };

/* What mends it without asking anybody anything. */
enum audit_repair {
	REPAIR_NONE,
	REPAIR_RELAY,   /* the relay in its canonical form */
	REPAIR_UNSELECT /* finding.arg[0] is selected no longer */
};

struct audit_finding {
	struct finding finding;
	const char *id; /* of the rule, as in --json; static */
	enum audit_about about;
	bool unread;          /* says what could not be looked at: nothing is wrong */
	char *dn;             /* of the entry; "" for server and Postfix */
	char *name;           /* of domain or user, short */
	char *address;        /* whose mail it touches; NULL: as the rule says */
	enum verdict verdict; /* of address */
	char *next_hop;       /* NULL: none */
	enum audit_repair repair;
};

void audit_finding_copy(struct audit_finding *to, const struct audit_finding *from);
void audit_finding_release(struct audit_finding *f);

/* Errors first, then by what it is about, then by name. */
int audit_finding_compare(const struct audit_finding *a, const struct audit_finding *b);

/* f is borrowed for the call. */
typedef void audit_found_fn(void *arg, const struct audit_finding *f);

/* Of one rule so many are told one by one; the others are counted. */
enum { AUDIT_MOST = 10000 };

struct audit;

/* names: only these domains (canonical names, copied); empty: all.  settings and own (this
 * machine's names and addresses) must outlive it. */
struct audit *audit_new(const struct settings *settings, const struct strv *own,
	const struct strv *names, audit_found_fn *fn, void *arg);
void audit_free(struct audit *a);

void audit_domain(struct audit *a, const struct entry *e);
void audit_domains_read(struct audit *a);
size_t audit_domains(const struct audit *a); /* how many are checked */

/* Adds the names asked for that no domain has. */
void audit_unknown_names(const struct audit *a, struct strv *out);

/* Adds the host names that are relays. */
void audit_relays(const struct audit *a, struct strv *out);
void audit_relay(
	struct audit *a, const char *host, bool exists, const struct strv *addresses);
void audit_relay_unread(struct audit *a, const char *host); /* nobody could say */

/* Users, and whoever has addresses selected; attributes as query_user_attributes(). */
void audit_users_filter(const struct audit *a, struct buf *out);
const char **audit_user_attributes(const struct audit *a);
void audit_user(struct audit *a, const struct entry *e);

/* Adds the next few addresses whose holders (query_holders()) are to be given; what was
 * asked for before is reported.  False: there are none left. */
bool audit_doubles(struct audit *a, struct strv *out);
void audit_holder(struct audit *a, const struct entry *e);

void audit_domains_check(struct audit *a);

/* What a server has: values of its subschema's attributeTypes and objectClasses, and of
 * the configuration of the database that holds our entries. */
struct audit_server {
	const struct strv *types, *classes; /* NULL: could not be read */
	bool config_read;
	const struct strv *indexes;     /* olcDbIndex: "mail,cn eq,sub" */
	const struct strv *unique;      /* olcUniqueURI, olcUniqueAttribute */
	const struct strv *constraints; /* olcConstraintAttribute */
};
void audit_server(struct audit *a, const struct audit_server *s);

/* One file that main.cf names as an LDAP table. */
struct audit_table {
	const char *name; /* as ldap/postfix.h names it */
	const char *path;
	const char *text;     /* NULL: could not be read */
	const char *expected; /* what the configuration makes of it */
};

/* Postfix of this machine, in postconf(1)'s words. */
struct audit_postfix {
	const char *parameters; /* postconf -x: "name = value" lines */
	const char *services;   /* postconf -M */
	const char *overrides;  /* postconf -P: "service/type/name = value" lines */
	const struct audit_table *tables;
	size_t n_tables;
};
void audit_postfix(struct audit *a, const struct audit_postfix *p); /* NULL: not read */

/* Files that a value of main.cf names as LDAP tables: "ldap:FILE", wherever it stands. */
void audit_postfix_files(const char *parameters, struct strv *out);
/* The value of one of "name = value" lines; false: it is not among them. */
bool audit_postfix_value(const char *lines, const char *name, struct buf *out);

/* Of rule `id`, how many were found beyond AUDIT_MOST; rules by number, NULL at the end. */
const char *audit_rule_id(size_t i);
unsigned long audit_beyond(const struct audit *a, size_t i);
void audit_counts(const struct audit *a, unsigned long out[SEVERITY_ERROR + 1]);

#endif
