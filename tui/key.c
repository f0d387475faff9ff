#include "tui/key.h"

#include <unistr.h>

#include "tui/i18n.h"

static const struct {
	keycode key;
	const char *name;  /* msgid */
	const char *glyph; /* shown instead where the terminal has it */
} names[] = {
	{K_TAB, N_("Tab"), NULL},
	{K_ENTER, N_("Enter"), NULL},
	{K_ESC, N_("Esc"), NULL},
	{K_SPACE, N_("Space"), NULL},
	{K_UP, N_("Up"), "↑"},
	{K_DOWN, N_("Down"), "↓"},
	{K_LEFT, N_("Left"), "←"},
	{K_RIGHT, N_("Right"), "→"},
	{K_HOME, N_("Home"), NULL},
	{K_END, N_("End"), NULL},
	{K_PAGE_UP, N_("PgUp"), NULL},
	{K_PAGE_DOWN, N_("PgDn"), NULL},
	{K_INSERT, N_("Ins"), NULL},
	{K_DELETE, N_("Del"), NULL},
	{K_BACKSPACE, N_("Backspace"), NULL},
	{K_BACKTAB, N_("Shift-Tab"), NULL},
	{K_WORD_LEFT, N_("Ctrl-Left"), "^←"},
	{K_WORD_RIGHT, N_("Ctrl-Right"), "^→"},
};

static bool printable(keycode key)
{
	return key >= K_SPACE && key != 127 && key < K_SPECIAL;
}

void key_label(keycode key, bool ascii, struct buf *out)
{
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (names[i].key != key)
			continue;
		buf_puts(
			out, names[i].glyph && !ascii ? names[i].glyph : tr(names[i].name));
		return;
	}
	if (key > K_F0) {
		buf_printf(out, "F%u", (unsigned)(key - K_F0));
	} else if (key > K_NONE && key < K_SPACE) {
		buf_printf(out, "^%c", (char)(key + '@'));
	} else if (printable(key)) {
		uint8_t bytes[6];
		int n = u8_uctomb(bytes, key, sizeof(bytes));

		buf_add(out, bytes, n > 0 ? (size_t)n : 0);
	}
}

static bool binds(const struct binding *b, keycode key)
{
	for (size_t i = 0; i < COUNT_OF(b->keys) && b->keys[i] != K_NONE; i++)
		if (b->keys[i] == key)
			return true;
	return false;
}

static const struct binding *find_in(keycode key, unsigned contexts)
{
	for (size_t i = 0; i < key_table_n; i++)
		if ((key_table[i].contexts & contexts) && binds(&key_table[i], key))
			return &key_table[i];
	return NULL;
}

const struct binding *key_find(keycode key, unsigned contexts, bool typing)
{
	const struct binding *b;

	if (key == K_NONE || (typing && printable(key)))
		return NULL;
	b = find_in(key, contexts & ~(unsigned)CTX_ANY);
	return b ? b : find_in(key, CTX_ANY);
}
