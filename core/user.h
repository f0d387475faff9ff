/*
 * user: an entry of the configured user filter, decoded.
 */
#ifndef CORE_USER_H
#define CORE_USER_H

#include "core/domain.h"

/* What an entry of the user filter is, by its object classes; what is not known to be
 * something else is a person. */
enum user_kind {
	KIND_PERSON,
	KIND_GROUP,  /* groupOfNames, posixGroup, rfc822MailGroup, nisMailAlias ... */
	KIND_SHARED, /* a shared mailbox or folder, a room, a device */
	KIND_COUNT
};

struct user {
	struct entry *entry;
	char *name; /* displayName, else cn, else the RDN's value; raw bytes made printable
		     */
	struct strv
		addresses; /* of all configured attributes, in their order, no duplicates */
	struct strv selected; /* relaisThirdPartyAddress */
	enum user_kind kind;
	enum routing routing; /* the default when routing_missing */
	bool routing_missing;
	bool routing_unknown; /* a word that is none of the three: counts as the default, as
				 it does in the tables */
};

void user_decode(const struct entry *e, const struct settings *settings, struct user *u);
/* For a list's row: without u->entry, which stays NULL. */
void user_read(const struct entry *e, const struct settings *settings, struct user *u);
void user_release(struct user *u);

/* Adds the distinct domains of all addresses and selected addresses, lower-cased. */
void user_domains(const struct user *u, struct strv *out);
bool user_has_address(const struct user *u, const char *key); /* ASCII case ignored */
bool user_has_selected(const struct user *u, const char *key);

struct user_edit {
	enum routing routing;
	struct strv addresses; /* canonical */
	struct strv selected;  /* canonical; kept while another routing is tried, written
				  only for external */
};

/* For a user who is not external yet, all addresses start out selected.  An address that
 * is taken out of `addresses` counts as not selected, whether or not it is still in
 * `selected`. */
void user_edit_init(struct user_edit *edit, const struct user *u);
void user_edit_release(struct user_edit *edit);
bool user_edit_changed(const struct user_edit *edit, const struct user *u);

/* What the directory says around a user: the hosted domains that hold one of the
 * addresses' domains, and the entries that hold one of the typed addresses. */
struct user_around {
	const struct domain *domains;
	size_t n_domains;
	const struct user *holders; /* other users only */
	size_t n_holders;
};

/* The domain among them that has this name, or NULL. */
const struct domain *user_around_domain(const struct user_around *around, const char *name);

/* Every rule a user form can break, errors and warnings (which mail is refused from now
 * on, which goes to a relay as unknown).  An address that was there before and is wrong
 * by itself is a warning; what the chosen routing needs is an error in any case. */
void user_check(const struct user_edit *edit, const struct user *u,
	const struct settings *settings, const struct user_around *around,
	struct findings *out);

/* The state as typed, for route_decide(); nothing is selected unless it is external.
 * Release with user_release(). */
void user_as_typed(const struct user_edit *edit, const struct user *u, struct user *out);

/* A user made in the simplest way, since the master must know everyone: other attributes
 * are another tool's business. */
struct user_new {
	const char *name; /* as typed: cn, displayName; its last word is sn */
	const char *uid;  /* as typed; "": the first address's local part */
	const struct user_edit *edit;
};

/* The user that is not there yet: no entry, no address. Release with user_release(). */
void user_blank(struct user *u);

/* Name, uid and what user_check() says of the edit; around is what it is there. */
void user_new_check(const struct user_new *typed, const struct settings *settings,
	const struct user_around *around, struct findings *out);

/* The new inetOrgPerson: below the entry of the first address's domain (users.base "%D") or
 * below users.base, named by uid.  What was typed must have passed user_new_check(). */
struct change *user_new_change(const struct user_new *typed,
	const struct settings *settings, const struct user_around *around);

/* NULL when nothing changes. Adds the class relaisUser where it is missing; deletes the
 * selected addresses when the routing becomes internal or none.  New addresses go into
 * the first configured attribute; a removed one goes out of whichever holds it. */
struct change *user_change(const struct user_edit *edit, const struct user *u,
	const struct settings *settings);

#endif
