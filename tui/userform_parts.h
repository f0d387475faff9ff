/*
 * What the parts of the user form share: userform.c (the form), user_around.c (what stands
 * around it), user_addresses.c (its list of addresses), user_rights.c (who may change it),
 * user_conflict.c (its side of a conflict).  Not for others.
 */
#ifndef TUI_USERFORM_PARTS_H
#define TUI_USERFORM_PARTS_H

#include "core/user.h"
#include "tui/editor.h"

enum { ID_OPEN_DOMAIN = ID_OWN, ID_ADD, ID_CREATE, ID_CREATE_AND_EDIT, ID_ADDRESS };

struct user_form {
	struct editor editor;
	struct user user; /* the base, when editor.entry */
	struct user_edit edit;
	struct user_around around;
	ARRAY(struct domain) domains; /* what around points to */
	ARRAY(struct user) holders;
	struct field name, uid, address; /* of a new one */
	bool toggle;                     /* opened to switch the mail system and go */
	char *unselect;     /* opened to select this address no longer and go; or NULL */
	struct field add;   /* an address being added */
	bool add_all_names; /* on all of its domain's names */
	enum rule address_rule; /* of a new user's address */
	enum rule add_rule;     /* why it cannot be */
	struct strv disputed,
		disputed_labels;   /* addresses in a conflict, and their names */
	size_t disputed_addresses; /* the first so many are of addresses, the others of the
				      selection */
	struct fetch hosted;       /* domains in which a new user may be made, or not */
	char *add_local; /* being added on all names, once its domain is read; or NULL */
};

static inline struct user_form *user_form_of(const struct editor *e)
{
	return (struct user_form *)e;
}

void user_form_decode(struct editor *e);

/* As struct editor_ops says. */
bool user_form_around(struct editor *e, int i, struct search *search, struct buf *text);
void user_form_arrived(struct editor *e);
bool user_form_crossed(struct editor *e, const struct change *saved, struct buf *sentence);
bool user_form_found(const struct editor *e);

void user_form_forget_around(struct user_form *f);

/* Every address the form shows, in order: the user's, then selected ones that are not. */
void user_addresses_shown(const struct user_form *f, struct strv *out);
void user_addresses_add_missing(struct strv *to, const struct strv *from);

void user_form_copied(const struct editor *e, int id, struct buf *out);

/* By the number in that order. */
void user_address_toggle(struct user_form *f, size_t i);
void user_address_remove(struct user_form *f, size_t i);

void user_address_ask(struct user_form *f); /* the sheet that adds one */
void user_address_add_on_all_names(
	struct user_form *f); /* f->add_local, its domain being known */

/* As struct editor_ops says. */
void user_form_wishes(struct editor *e, struct rights *out);
void user_form_who_may(const struct editor *e, bool all, struct buf *out);

void user_rights_build_refused(struct user_form *f); /* instead of a new user's form */
void user_rights_note_new(struct user_form *f, struct form_item *address);
void user_rights_begin(struct user_form *f); /* of a new one: reads what to ask about */
bool user_routing_locked(const struct user_form *f);
/* Whether the address may not be selected; NULL: one of them. */
bool user_selection_locked(const struct user_form *f, const char *address);
bool user_address_locked(const struct user_form *f, const char *address); /* removed */
bool user_may_toggle(const struct user_form *f, int id); /* the address of that item */
bool user_may_remove(const struct user_form *f);         /* the one with the focus */
bool user_addresses_locked(const struct user_form *f);   /* none can be added */

void user_form_put_draft(const struct editor *e, struct draft *out);
void user_form_get_draft(struct editor *e, const struct draft *draft);

void user_form_differences(
	struct editor *e, const struct entry *theirs, struct differences *out);
void user_form_merge(struct editor *e, const struct differences *chosen);

#endif
