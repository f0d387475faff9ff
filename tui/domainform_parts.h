/*
 * What the parts of the domain form share: domainform.c (the form), domain_around.c (what
 * stands around it), domain_names.c and domain_name_add.c (its list of other names),
 * domain_routes.c (where mail goes), domain_rights.c (who may change it), domain_conflict.c
 * (its side of a conflict), domain_draft.c (what is kept of it).  Not for others.
 */
#ifndef TUI_DOMAINFORM_PARTS_H
#define TUI_DOMAINFORM_PARTS_H

#include "core/domain.h"
#include "tui/editor.h"

enum {
	ID_CREATE = ID_OWN,
	ID_CREATE_AND_EDIT,
	ID_DEPENDENT,
	ID_ADD_NAME,
	ID_TEST,
	ID_NAME
};
enum { AROUND_NAMES, AROUND_INTERNAL, AROUND_EXTERNAL, AROUND_DEPENDENT, AROUND_ADOPTABLE };

/* How many users have an address under one of the names, and how many of the domain's have
 * none; counted one after the other while the form is shown. */
struct name_count {
	char *name;
	struct count holding, lacking;
};

struct domain_form {
	struct editor editor;
	struct domain domain; /* the base, when editor.entry */
	struct domain_edit edit;
	struct field name, description, aliases, relay;
	struct domain_around around;
	enum resolved resolved; /* the relay's name, when it was looked up last */
	struct strv addresses;
	bool asking;                        /* the resolver */
	ARRAY(struct entry *) name_holders; /* own copies, what around points to */
	ARRAY(struct entry *) candidates;   /* that could become the new domain */
	bool adopting;                      /* the best of them would, as typed: */
	struct domain adopted;
	char *looked_for; /* the names typed when it was looked around last; or NULL */
	struct field add; /* a name being added */
	enum rule add_rule;
	struct err add_err;
	struct fetch add_look; /* who has it */
	bool adding;           /* that is being read */
	struct domain typed;   /* as the edit has it; without a name: to be read again */
	ARRAY(struct name_count) counts;
	bool counts_old; /* to be counted anew once they are shown */
	struct fetch count;
	size_t counting;              /* which runs: name * 2, + 1 for lacking */
	ARRAY(struct name_use) uses;  /* of names that go, what around points to */
	struct strv going;            /* these names */
	struct fetch use;             /* counts them one after the other */
	struct strv disputed, labels; /* names in a conflict, and what they are called */
};

static inline struct domain_form *domain_form_of(const struct editor *e)
{
	return (struct domain_form *)e;
}

static inline const struct domain *domain_form_base(const struct domain_form *f)
{
	return f->editor.entry ? &f->domain : NULL;
}

void domain_form_decode(struct editor *e);
void domain_form_fields_from_edit(struct domain_form *f);

/* The state as typed, an adopted entry's own names included. */
void domain_form_typed(const struct domain_form *f, struct domain *out);

/* ---- domain_names.c ---- */

/* Every name that the form shows: the domain's other names, then those that were added. */
void domain_names_shown(const struct domain_form *f, struct strv *out);
void domain_names_take(struct domain_form *f, const char *name); /* into the edit */
void domain_names_forget_typed(struct domain_form *f); /* the edit is another now */
void domain_names_build(struct domain_form *f);
bool domain_names_can(struct domain_form *f, enum action action);
void domain_names_act(struct domain_form *f, enum action action);
void domain_names_press(struct domain_form *f, int id);
void domain_names_copied(const struct domain_form *f, int id, struct buf *out);

/* Counts who holds addresses in the names that go by this save (or went by the last):
 * f->uses, awaited by the editor. */
void domain_names_count_going(struct domain_form *f);
void domain_names_stop_going(struct domain_form *f);
void domain_names_release(struct domain_form *f);

/* Names that the change takes out of the entry and puts into it. */
void domain_names_of_change(const struct change *c, struct strv *gone, struct strv *come);

void domain_name_ask(
	struct domain_form *f); /* the sheet that adds one: domain_name_add.c */

/* ---- domain_around.c ---- */

/* What is edited, and how: of a new domain perhaps the entry that becomes it.  The edit is
 * the caller's to release. */
const struct domain *domain_form_effective(
	const struct domain_form *f, struct domain_edit *edit);

bool domain_form_around(struct editor *e, int i, struct search *search, struct buf *text);
void domain_form_look(struct editor *e);
void domain_form_look_away(struct editor *e);
void domain_form_arrived(struct editor *e);
void domain_form_choose_adopted(struct domain_form *f); /* by the name typed */
void domain_form_edited(struct editor *e);
bool domain_form_found(const struct editor *e);
bool domain_form_crossed(
	struct editor *e, const struct change *saved, struct buf *sentence);
void domain_form_forget_around(struct domain_form *f);

/* ---- domain_routes.c ---- */

void domain_routes_build(struct domain_form *f, struct form *form);
void domain_routes_meaning(struct editor *e, struct form *review);

/* ---- domain_rights.c ---- */

void domain_form_wishes(struct editor *e, struct rights *out);
void domain_form_who_may(const struct editor *e, bool all, struct buf *out);
bool domain_names_locked(const struct domain_form *f);

/* ---- domain_draft.c ---- */

void domain_form_put_draft(const struct editor *e, struct draft *out);
void domain_form_get_draft(struct editor *e, const struct draft *draft);

/* ---- domain_conflict.c ---- */

void domain_form_differences(
	struct editor *e, const struct entry *theirs, struct differences *out);
void domain_form_merge(struct editor *e, const struct differences *chosen);

#endif
