#include "tests/tui/test.h"

#include "tui/i18n.h"
#include "tui/key.h"

static void labels(void **state)
{
	static const struct {
		keycode key;
		const char *label, *ascii;
	} cases[] = {
		{K_ENTER, "Enter", "Enter"},
		{K_ESC, "Esc", "Esc"},
		{K_TAB, "Tab", "Tab"},
		{K_SPACE, "Space", "Space"},
		{K_UP, "↑", "Up"},
		{K_WORD_LEFT, "^←", "Ctrl-Left"},
		{K_CTRL('S'), "^S", "^S"},
		{K_F(1), "F1", "F1"},
		{K_F(10), "F10", "F10"},
		{'/', "/", "/"},
		{0xe9, "é", "é"},
		{K_NONE, "", ""},
		{K_EOF, "", ""},
	};

	(void)state;
	i18n_use("en", NULL);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct buf label = BUF_INIT, ascii = BUF_INIT;

		key_label(cases[i].key, false, &label);
		key_label(cases[i].key, true, &ascii);
		assert_string_equal(label.s, cases[i].label);
		assert_string_equal(ascii.s, cases[i].ascii);
		buf_release(&label);
		buf_release(&ascii);
	}
}

static enum action action(keycode key, unsigned contexts, bool typing)
{
	const struct binding *b = key_find(key, contexts, typing);

	return b ? b->action : ACT_NONE;
}

static void bindings(void **state)
{
	(void)state;
	assert_int_equal(action(K_F(10), 0, false), ACT_QUIT);
	assert_int_equal(action(K_F(1), CTX_FORM, true), ACT_HELP);
	assert_int_equal(action('?', CTX_LIST, false), ACT_HELP);
	assert_int_equal(action('/', CTX_LIST, false), ACT_FILTER);
	assert_int_equal(action('/', CTX_FORM, false), ACT_NONE);
	assert_int_equal(action(K_CTRL('S'), CTX_FORM, true), ACT_SAVE);
	assert_int_equal(action(K_NONE, CTX_LIST, false), ACT_NONE);
}

static void typing_is_no_command(void **state)
{
	(void)state;
	for (keycode key = K_SPACE; key < 127; key++)
		assert_int_equal(action(key, ~0U, true), ACT_NONE);
}

/* What is left of a torn arrow key must do no harm (SCREENS.md). */
static void rests_of_sequences(void **state)
{
	(void)state;
	for (const char *c = "[OABCD"; *c; c++)
		assert_int_equal(action((keycode)*c, ~0U, false), ACT_NONE);
}

/* In no context does a key stand for two things. */
static void one_meaning(void **state)
{
	(void)state;
	for (size_t i = 0; i < key_table_n; i++)
		for (size_t k = 0; k < COUNT_OF(key_table[i].keys); k++)
			for (unsigned context = 1; context <= CTX_PAGER; context <<= 1) {
				keycode key = key_table[i].keys[k];

				if (key == K_NONE || !(key_table[i].contexts & context))
					continue;
				assert_int_equal(
					action(key, context, false), key_table[i].action);
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(labels),
		cmocka_unit_test(bindings),
		cmocka_unit_test(typing_is_no_command),
		cmocka_unit_test(rests_of_sequences),
		cmocka_unit_test(one_meaning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
