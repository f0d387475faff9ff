/*
 * view: one screen or pop-up, as data; and the application that holds a stack of them.
 *
 * The top view gets keys as actions (tui/key.h); text keys go to its focused field
 * first.  draw() shows state and changes none.  A view that waits for the directory
 * submits to app->store with itself as arg and cancels in free().
 */
#ifndef TUI_VIEW_H
#define TUI_VIEW_H

#include "core/settings.h"
#include "core/store.h"
#include "core/sys/drafts.h"
#include "core/sys/resolve.h"
#include "tui/check.h"
#include "tui/canvas.h"
#include "tui/field.h"
#include "tui/key.h"

struct app;
struct journal;
struct live;
struct recover;
struct smtp;
struct view;

/* What somebody did in the directory while one looks (tui/live.h). */
struct news {
	enum {
		NEWS_ENTRY, /* added, changed or renamed: entry, with all that lists and
			       forms read of it */
		NEWS_GONE,  /* no more there: of entry only id, and dn where it is known */
		NEWS_MISSED /* something may have been missed: no entry */
	} kind;
	bool user; /* entry is a user, or else a domain */
	bool own;  /* it was done from here */
	const struct entry *entry;
};

struct view_ops {
	unsigned contexts; /* enum context, besides CTX_ANY */
	bool popup;        /* drawn over the view below, in the middle */
	bool stays;        /* Esc does not lead back from it */
	/* The words for the header's path; NULL: adds none. */
	void (*path)(struct view *v, struct buf *out);
	/* Whether this action works now; only then it shows and is dispatched. */
	bool (*can)(struct view *v, enum action action);
	void (*act)(struct view *v, enum action action);
	/* The text field that has the cursor, or NULL. */
	struct field *(*field)(struct view *v);
	void (*edited)(struct view *v); /* its text changed */
	void (*draw)(struct view *v, struct canvas *c, struct area a);
	/* Clicked where draw() said so by canvas_hit(); NULL: nothing can be. */
	void (*click)(struct view *v, int id);
	/* Before going back or quitting: false when it has unsaved changes. */
	bool (*clean)(struct view *v);
	/* Asked to save before leaving (the guard's Save). */
	void (*save)(struct view *v);
	/* What was typed and not saved, for when the program must end: fills all but when,
	 * who and directory.  False: nothing; NULL: never anything. */
	bool (*draft)(struct view *v, struct draft *out);
	void (*resume)(struct view *v); /* is the top again */
	void (*tick)(struct view *v);   /* after each store_step(), while on the stack */
	void (*news)(struct view *v, const struct news *news); /* NULL: no matter */
	void (*free)(struct view *v);
};

struct view {
	const struct view_ops *ops;
	struct app *app;
	struct view *below;
	struct draft_file *draft; /* it was opened from, held until it goes; or NULL */
};

struct app {
	struct settings *settings;
	struct store *store;
	struct resolver *resolver; /* NULL: names are not looked up */
	struct smtp *smtp;         /* NULL: relays are not tested */
	struct strv own;           /* this machine's names and addresses */
	struct postconf *postconf; /* NULL: Postfix is not looked at */
	check_table_fn *table;     /* as tui/check.h says; NULL: not compared */
	struct journal *journal;   /* NULL: nothing is written down */
	struct live *live;         /* follows what others do */
	struct recover *recover;   /* looks up what was not answered; NULL: nothing does */
	bool was_ready;            /* the directory, at the last turn */
	struct check *check;       /* the consistency check that runs; NULL: none */
	unsigned long users;       /* how many home counted last; 0: not yet */
	bool checked;              /* there was one, and found: */
	unsigned long check_counts[SEVERITY_ERROR + 1];
	const char **domain_attributes,
		**user_attributes; /* asked for, as core/query.h says */
	struct view *top;
	struct view *lock;     /* stands before everything; NULL: not locked (tui/lock.h) */
	long touched_ms;       /* the last key; -1: not known yet */
	bool idle;             /* quit since nobody typed */
	char *identity;        /* who was signed in last: DN, or name where there is none */
	char *login;           /* the name typed to sign in; NULL: none was */
	struct drafts *drafts; /* NULL: nothing is kept */
	struct draft_files left; /* by identity at another time, to be asked about */
	bool left_known;
	ARRAY(struct hit) hits; /* of what was drawn last */
	struct strv asked;      /* addresses of the route check, newest last */
	struct strv messages;   /* the status line's, newest last */
	bool message_is_error;
	bool message_shown; /* until the next key */
	bool quit;          /* the loop ends */
	bool leaving;       /* quitting once what is unsaved is settled */
	bool ascii;
	long interrupted_ms;   /* when Ctrl-C came last */
	long (*now_ms)(void);  /* the clock, monotonic */
	void (*redraw)(void);  /* paint everything anew; NULL: nothing to paint on */
	void (*suspend)(void); /* NULL: cannot */
	bool (*copy)(const char *text); /* onto the clipboard, unless it is too much; NULL:
					   there is none; see tui/copying.h */
	unsigned long bulks;            /* begun; each is one save of many parts */
	bool more;                      /* a view has more to do than it did at this turn */
	long wake_ms;      /* a view wants a turn at that time of now_ms(); 0: none does */
	unsigned writing;  /* saves sent, not answered or not looked at again */
	struct view *dead; /* popped, freed when the current key or event is done */
	unsigned generation; /* counted up when something was saved: lists read again */
};

struct app *app_new(struct settings *settings, struct store *store, const struct strv *own);
void app_free(struct app *app);

/* The stack; views are owned by the app once pushed. */
void app_push(struct app *app, struct view *v);
void app_pop(struct app *app,
	struct view *v); /* v and all above it; freed after the current key or event */

/* Leaves v as Esc does: asks first when it has unsaved changes. */
void app_back(struct app *app, struct view *v);

/* Ends the program, after asking about what is unsaved or unanswered. */
void app_quit(struct app *app);

/* One line in the status line, kept for `!`. */
void app_say(struct app *app, const char *sentence);
void app_complain(struct app *app, const char *sentence);
void app_note(struct app *app, const char *sentence); /* kept; a pop-up shows it */

void app_key(struct app *app, struct input in); /* dispatches */
void app_draw(struct app *app, struct canvas *c);
void app_news(struct app *app, const struct news *news); /* to every view */
void app_wake(struct app *app, long at_ms); /* a turn then, at the latest; in tick() */
void app_step(struct app *app); /* after store_step(): ticks, frees popped views */

/* Helpers for views. */
void *view_new(size_t size, const struct view_ops *ops, struct app *app);

#endif
