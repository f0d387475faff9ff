/*
 * editor: one entry being edited: loaded, checked as one types, reviewed, written
 * with its precondition, looked at again afterwards; conflicts and refusals come back to
 * the form with nothing typed lost.  The domain form and the user form are editors.
 *
 *	LOADING -> READY -> CHECKING -> review -> WRITING -> VERIFYING -> READY
 */
#ifndef TUI_EDITOR_H
#define TUI_EDITOR_H

#include "core/rule.h"
#include "tui/fetch.h"
#include "tui/form.h"
#include "tui/live.h"
#include "tui/rights.h"
#include "tui/view.h"

enum editor_phase {
	EDITOR_LOADING,
	EDITOR_READY,
	EDITOR_CHECKING, /* reads once more what stands around, before the review */
	EDITOR_WRITING,
	EDITOR_VERIFYING, /* written; reads whether another save crossed it */
	EDITOR_FAILED     /* could not be loaded: e->err */
};

/* Ids of form items: enum form_field, the tabs, the buttons, then the editor's own. */
enum { ID_TAB_GENERAL = 50, ID_TAB_MAIL, ID_MERGE, ID_SAVE, ID_CANCEL, ID_OWN = 100 };

/* One field of a conflict. */
struct difference {
	int id;
	const char *label;
	char *before, *theirs, *yours; /* shown */
	bool take_theirs;
	bool chosen; /* false: both changed it and nobody has chosen yet */
};

struct differences {
	struct difference *v;
	size_t n, cap;
};

struct editor;

struct editor_ops {
	/* The words in the path. */
	void (*path)(struct editor *e, struct buf *out);
	/* The i-th search for what stands around the entry as typed; its base and filter
	 * may use `text`. False: there is no i-th. */
	bool (*around)(struct editor *e, int i, struct search *search, struct buf *text);
	/* e->entry has become the base; the edit starts from it. */
	void (*decode)(struct editor *e);
	/* The edit becomes what makes the entry say what `as` does; for editor_take_back().
	 */
	void (*propose)(struct editor *e, const struct entry *as);
	/* More to ask than searches, by editor_await(); NULL: nothing. */
	void (*look)(struct editor *e);
	/* Stops that: no editor_arrived() for it any more. */
	void (*look_away)(struct editor *e);
	/* A text changed; NULL: nothing more than to check it. */
	void (*edited)(struct editor *e);
	/* Takes what the searches brought (e->around[]). */
	void (*arrived)(struct editor *e);
	/* Fills e->findings for the edit as typed. */
	void (*check)(struct editor *e);
	/* Describes e->form: what stands under the tab, the whole form of a new entry. */
	void (*build_general)(struct editor *e);
	void (*build_mail)(struct editor *e);
	void (*build_new)(struct editor *e); /* NULL: not made here */
	/* Buttons between Save and Cancel; NULL: none. */
	void (*build_buttons)(struct editor *e);
	/* An item that is not a text field was pressed. */
	void (*pressed)(struct editor *e, int id);
	bool (*changed)(const struct editor *e);
	/* The edit as it was typed, into a draft with its form; and out of one. */
	void (*put_draft)(const struct editor *e, struct draft *out);
	void (*get_draft)(struct editor *e, const struct draft *draft);
	struct change *(*change)(const struct editor *e);
	/* What the change means for mail: lines of the review. */
	void (*meaning)(struct editor *e, struct form *review);
	/* The name as people know it. */
	void (*name)(const struct editor *e, struct buf *out);
	/* The fields in which theirs or the edit differs from the base. */
	void (*differences)(
		struct editor *e, const struct entry *theirs, struct differences *out);
	/* e->entry has become theirs: the edit is the choice made. */
	void (*merge)(struct editor *e, const struct differences *chosen);
	/* After writing `saved`: whether another save meanwhile broke what was checked.
	 * What was so before and what this save did not touch is no matter. */
	bool (*crossed)(struct editor *e, const struct change *saved, struct buf *sentence);
	/* Whether what was read around it has the entry itself, as mail must find it. */
	bool (*found)(const struct editor *e);
	/* What `y` copies while item id has the focus; NULL, or nothing added: the DN. */
	void (*copied)(const struct editor *e, int id, struct buf *out);
	/* Opens the route check on the focused address or all of them, as typed. */
	void (*route)(struct editor *e);
	/* What to ask the directory about what the person may change, by rights_wish(). */
	void (*wishes)(struct editor *e, struct rights *out);
	/* Says that he may not, all of it or some, and who may. */
	void (*who_may)(const struct editor *e, bool all, struct buf *out);
	/* Actions of its own; NULL: none. */
	bool (*can)(struct editor *e, enum action action);
	void (*act)(struct editor *e, enum action action);
	void (*release)(struct editor *e);
};

enum { EDITOR_AROUND = 5 };

struct editor {
	struct view view;
	const struct editor_ops *ops;
	struct form form;
	struct findings findings;
	char *dn;
	struct entry *entry;           /* the base; NULL while loading and for a new one */
	const char *const *attributes; /* to read */
	enum editor_phase phase;
	struct fetch load;
	struct fetch around[EDITOR_AROUND];
	int waiting;  /* searches around not answered */
	bool checked; /* all have been, for a save; its review waits for what is above */
	bool around_known;
	struct err around_err; /* code ERR_NONE: fine */
	struct rights rights;
	bool rights_awaited; /* by a save */
	struct err look_err; /* the same of what look() asked, before editor_arrived() */
	struct err err;
	struct err refused; /* what the server said to the last save */
	enum form_field refused_at;
	struct plan *plan; /* reviewed, being written */
	struct plan *undo; /* what takes the last save back */
	struct op *write;
	struct entry *theirs;  /* in a conflict */
	struct entry *newer;   /* as somebody has left it while it was open; NULL: nobody */
	bool gone;             /* somebody has deleted it */
	bool stale;            /* newer, or gone: what was typed is about another state */
	struct buf stale_said; /* who has changed what of it; empty: gone */
	bool merging;          /* the conflict's choices are taken, not saved */
	bool missed;           /* it is to be read again: that may not have been told */
	struct fetch reread;
	struct pace
		pace; /* of looking around again while others change what stands there */
	struct differences differences;
	struct change *given; /* the next save writes exactly this; NULL: what the form
				 makes of the edit */
	char *given_why;      /* with it, and while it is written; else NULL */
	struct buf merged;    /* what of others' the edit was merged with, for the review */
	bool read_only;       /* shown, never saved */
	bool leave;           /* once saved */
	bool at_once;         /* opened for one save: leaves when it is given up, too */
	bool start_save;      /* as soon as all is read */
	bool tried;           /* a save was tried: empty fields are said to be so */
	bool lost;            /* the answer to it was: it is, or was, looked up */
	bool undoing;         /* what is written takes the last save back */
	bool created;         /* the last save made the entry what it is here */
	bool counted;    /* in app->writing: sent, not answered or not looked at again */
	int first_focus; /* the item that has it once loaded */
	bool mail_tab;   /* shown, rather than General */
	unsigned generation; /* the app's, when what stands around was read last */
};

/* A view of `size` bytes that begins with a struct editor; not pushed yet.  attributes
 * are what is read of the entry, borrowed. dn NULL: a new entry. */
void *editor_new(size_t size, const struct editor_ops *ops, struct app *app, const char *dn,
	const char *const *attributes);

/* Pushes it and starts loading. */
void editor_show(struct editor *e);

/* Pushes it as it was left; takes the file. */
void editor_show_draft(struct editor *e, struct draft_file *file);

/* The edit changed: checks and describes it again. */
void editor_touch(struct editor *e);

/* Reads again what stands around, as typed. */
void editor_look_around(struct editor *e);

/* Asks what may be changed; as a rule with editor_look_around(). */
void editor_ask_rights(struct editor *e);

/* Shown, and nothing of it can be saved. */
bool editor_locked(const struct editor *e);

/* Locks the item where the person may not write the attribute. */
void editor_lock(struct editor *e, struct form_item *item, const char *attribute);

/* What stands around is not only in the directory: one more answer is waited for; it
 * came (or its deadline passed). */
void editor_await(struct editor *e);
void editor_arrived(struct editor *e);

/* Puts the gravest finding, or the server's refusal, under the item of that field. */
void editor_note(struct editor *e, struct form_item *item, enum form_field field);
void editor_note_any(
	struct editor *e, struct form_item *item, enum form_field a, enum form_field b);

/* The line that says what goes on (loading, saving), and findings without a field. */
void editor_headlines(struct editor *e);

/* General tab: DN and last change. */
void editor_build_origin(struct editor *e);

void editor_save(struct editor *e);

/* From within arrived(): saves as soon as all is read, and leaves, saved or given up. */
void editor_save_at_once(struct editor *e);

/* Before editor_show(): takes a change back that was written some time ago.  The form shows
 * the entry as `undo` makes it, checks and reviews that as any save, writes exactly undo
 * (which it takes) under why, and goes.  An error leaves the form open, with that as an
 * edit like another; when the entry is not as the change left it, that is told. */
void editor_take_back(struct editor *e, struct change *undo, const char *why);

/* Adds a difference when before, theirs and yours are not all the same; the sides that
 * did not change yield. */
void editor_difference(struct differences *out, int id, const char *label,
	const char *before, const char *theirs, const char *yours);
bool editor_chose_theirs(const struct differences *chosen, int id);

#endif
