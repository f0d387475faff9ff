/*
 * key: what a person pressed, independent of the terminal, and the one table of what
 * keys do.  Dispatch, key line, help and the manual page all come from key_table.
 */
#ifndef TUI_KEY_H
#define TUI_KEY_H

#include "core/buf.h"

/* A code point, a control character (1-26 as Ctrl-A to Ctrl-Z), or one of these. */
typedef uint32_t keycode;
enum {
	K_NONE = 0,
	K_TAB = 9,
	K_ENTER = 13,
	K_ESC = 27,
	K_SPACE = 32,
	K_SPECIAL = 0x200000,
	K_UP,
	K_DOWN,
	K_LEFT,
	K_RIGHT,
	K_HOME,
	K_END,
	K_PAGE_UP,
	K_PAGE_DOWN,
	K_INSERT,
	K_DELETE,
	K_BACKSPACE,
	K_BACKTAB,
	K_WORD_LEFT,
	K_WORD_RIGHT, /* Ctrl- or Alt-arrows, Alt-b, Alt-f */
	K_CLICK,      /* the mouse, where it was asked for: at input.y, input.x */
	K_WHEEL_UP,
	K_WHEEL_DOWN,
	K_PASTE, /* bracketed paste: text in struct input */
	K_RESIZE,
	K_EOF,                   /* the terminal is gone */
	K_F0 = K_SPECIAL + 0x100 /* K_F0 + 1 is F1 */
};
#define K_F(n) ((keycode)(K_F0 + (n)))
#define K_CTRL(c) ((keycode)((c)&31))

struct input {
	keycode key;
	int y, x;         /* K_CLICK: the cell */
	const char *text; /* K_PASTE: what was pasted, borrowed until the next read */
};

/* The name in the key line: "Enter", "^S", "F10", "n", "Space", "↑" (ASCII: "Up"). */
void key_label(keycode key, bool ascii, struct buf *out);

enum action {
	ACT_NONE,
	/* anywhere */
	ACT_HELP,
	ACT_QUIT,
	ACT_REDRAW,
	ACT_SUSPEND,
	ACT_MESSAGES,
	ACT_BACK,
	/* moving */
	ACT_UP,
	ACT_DOWN,
	ACT_LEFT,
	ACT_RIGHT,
	ACT_PAGE_UP,
	ACT_PAGE_DOWN,
	ACT_FIRST,
	ACT_LAST,
	ACT_NEXT,
	ACT_PREVIOUS,
	/* doing */
	ACT_OPEN,
	ACT_TOGGLE,
	ACT_SAVE,
	ACT_NEW,
	ACT_FILTER,
	ACT_FILTERS,
	ACT_MARK,
	ACT_MARK_ALL,
	ACT_MARK_TO,
	ACT_CHANGE_MARKED,
	ACT_SORT,
	ACT_REVERSE,
	ACT_RELOAD,
	ACT_ENTITIES,
	ACT_ALL,
	ACT_NO_ONE,
	ACT_ADD,
	ACT_REMOVE,
	ACT_SWITCH_ROUTING,
	ACT_DELETE,
	ACT_GIVE,
	ACT_SWITCH_TAB,
	ACT_TEST,
	ACT_COPY,
	ACT_ROUTE,
	ACT_MEND,
	ACT_UNDO,
	ACT_MIGRATION,
	ACT_MERGE,
	ACT_COUNT
};

/* Where a binding holds; a view names the set it belongs to. */
enum context {
	CTX_ANY = 1 << 0,
	CTX_HOME = 1 << 1,
	CTX_LIST = 1 << 2,
	CTX_DOMAINS = 1 << 3,
	CTX_USERS = 1 << 4,
	CTX_FORM = 1 << 5,
	CTX_USER = 1 << 6,    /* a form's list: a user's addresses, a domain's names */
	CTX_SHEET = 1 << 7,   /* a pop-up */
	CTX_PAGER = 1 << 8,   /* a text to scroll */
	CTX_ROUTE = 1 << 9,   /* the route check */
	CTX_CHECK = 1 << 10,  /* what the consistency check found */
	CTX_CHANGES = 1 << 11 /* what was changed */
};

/* The priority of a key that everybody knows: neither in the key line nor in help. */
enum { MANUAL_ONLY = -1 };

struct binding {
	unsigned contexts;
	keycode keys[3]; /* K_NONE fills up; the first is the one shown */
	enum action action;
	const char *label; /* msgid, short; of MANUAL_ONLY English as it stands */
	int priority;      /* higher stays longer in the key line; 0: help and manual */
};

extern const struct binding key_table[];
extern const size_t key_table_n;

/* The binding of key in these contexts (CTX_ANY always holds), or NULL.  Printable keys
 * are passed over when `typing`: they are text then. */
const struct binding *key_find(keycode key, unsigned contexts, bool typing);

#endif
