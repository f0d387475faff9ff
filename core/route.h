/*
 * route: where an address goes, and why.  The one place that decides it: forms, lists,
 * reviews, the route check and the tests call route_decide().  ROUTING.md, "Where an
 * address goes", is the table it implements; it answers what the written Postfix
 * tables answer, in Postfix's order of look-ups (transport(5), smtpd(8)).
 */
#ifndef CORE_ROUTE_H
#define CORE_ROUTE_H

#include "core/domain.h"
#include "core/recipient.h"
#include "core/user.h"

enum verdict {
	VERDICT_LOCAL,     /* mailbox here */
	VERDICT_RELAY,     /* to the split relay of the address's domain */
	VERDICT_VERIFY,    /* to the relay, once it has accepted that recipient */
	VERDICT_DEFER,     /* nowhere yet: the sender keeps it */
	VERDICT_REJECT,    /* mailbox doesn't exist */
	VERDICT_CONFLICT,  /* two holders: nowhere until mended */
	VERDICT_NOT_HOSTED /* not our domain */
};
const char *route_verdict_word(enum verdict verdict); /* "local", "not-hosted" */

/* What an address is looked up by. */
struct route_keys {
	struct recipient recipient;
	const char *domain; /* in recipient; "": no table is asked */
	struct strv users;  /* keys for users: the address, then without its extension; none
			       where the local part is empty */
};
void route_keys_read(
	const char *address, const struct settings *settings, struct route_keys *out);
void route_keys_release(struct route_keys *k);

/* The few entries that can matter for one address. */
struct route_facts {
	const struct settings *settings;
	const struct domain *const *domains; /* entries that hold the address's domain: 0, 1
						or, by mistake, more */
	size_t n_domains;
	/* Users found by the address or by it without its extension: `internal` matched
	 * the user filter and the internal test, `external` have it selected. Users who
	 * hold neither key are ignored, so one list can serve many addresses. */
	const struct user *const *internal;
	size_t n_internal;
	const struct user *const *external;
	size_t n_external;
};

/* One look-up that Postfix makes, in its order. */
enum route_map {
	MAP_DOMAINS,
	MAP_RECIPIENTS,
	MAP_UNKNOWN,
	MAP_INTERNAL,
	MAP_THIRDPARTY,
	MAP_RELAY,
	MAP_NORELAY,
	MAP_UNKNOWNRELAY
};
const char *route_map_name(enum route_map map); /* as the table is called: "internal" */

/* Appends the filter with which that table asks the directory for a key. */
void route_map_filter(
	const struct settings *s, enum route_map map, const char *key, struct buf *out);

struct route_step {
	enum route_map map;
	char *key;
	char *dn;              /* of the entry that answered; NULL: not found */
	const char *attribute; /* the attribute that decided, static or the settings'; NULL
				  with dn */
	bool conflict;         /* more than one entry answered */
};

struct decision {
	int rule; /* 0-6 of ROUTING.md */
	enum verdict verdict;
	const char *smtp; /* at RCPT, from outside: "250", "550 5.1.1", "450 4.3.5", "451",
			     "554", "501 5.1.3"; static */
	char *next_hop;   /* canonical, NULL when there is none */
	char *dn;         /* of the user who holds it, NULL when nobody does */
	char *domain;     /* the hosted domain's name, NULL when it is none */
	bool routed;      /* its local part asks for another way: "a%b@", "a!b@", "a@b@" */
	struct route_step *steps;
	size_t n_steps, cap_steps;
};

/* address: as a client gives it at RCPT (core/recipient.h).  Never fails: what is no
 * local@domain is not hosted.  What is routed and would be accepted is refused all the
 * same, rule 1: Postfix relays nothing that may be meant for a third system.  The steps
 * are what smtpd(8) asks whether the address exists, then what trivial-rewrite(8) asks
 * where it goes.
 *
 * Two cases that the table of ROUTING.md leaves open.  A malformed relay that passes the
 * tables' filter ("[a:25]"; they cannot tell) makes smtp(8) die: rule 4 with "250" for a
 * selected address, accepted and then stuck, and rule 5 with VERDICT_DEFER and "450" for
 * an unknown one, whose probe is never answered; one that does not pass is as no relay.
 * Two domain entries with the same name are rule 0 only where their relays are asked
 * for: an internal user's mail still arrives, an unknown address is still refused. */
void route_decide(
	const char *address, const struct route_facts *facts, struct decision *out);
/* The same for a user form: where the address goes when u is as given and the rest is as it
 * was read around that user (core/user.h). */
void route_decide_user(const char *address, const struct user *u,
	const struct user_around *around, const struct settings *settings,
	struct decision *out);

void decision_release(struct decision *d);

#endif
