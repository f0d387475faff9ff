/* A field being edited: always text that may be shown, the cursor between characters. */
#include <stdlib.h>

#include "core/text.h"
#include "tests/fuzz/fuzz.h"
#include "tui/field.h"

static bool is_boundary(const struct field *f, size_t at)
{
	size_t i = 0;
	int columns;

	while (i < at)
		i += text_cluster(f->text.s + i, f->text.len - i, &columns);
	return i == at;
}

static void check_field(const struct field *f)
{
	CHECK(strlen(f->text.s) == f->text.len);
	CHECK(is_safe_text(f->text.s, f->text.len));
	CHECK(f->cursor <= f->text.len && is_boundary(f, f->cursor));
	CHECK(f->first <= f->text.len && is_boundary(f, f->first));
}

/* Nothing beside the field is touched; a secret is nowhere to be seen. */
static void check_drawn(struct field *f, int width)
{
	struct canvas *c = canvas_new(3, 30);

	field_draw(f, c, 1, 2, width, true);
	check_field(f);
	if (width >= 4) /* a mark, the widest character, another mark */
		CHECK(c->cursor_y == 1 && c->cursor_x >= 2 && c->cursor_x < 2 + width);
	for (int i = 0; i < 90; i++) {
		const char *text = c->cells[i].text;
		int x = i % 30;

		CHECK(is_safe_text(text, strlen(text)));
		if (i / 30 != 1 || x < 2 || x >= 2 + width)
			CHECK(strcmp(text, " ") == 0);
		else if (f->secret)
			CHECK(strlen(text) == 3 || *text == ' ' || *text == '*');
	}
	canvas_free(c);
}

static struct input take_key(struct input_left *in, char **text)
{
	static const keycode keys[] = {K_UP, K_DOWN, K_LEFT, K_RIGHT, K_HOME, K_END,
		K_DELETE, K_BACKSPACE, K_WORD_LEFT, K_WORD_RIGHT, K_CTRL('A'), K_CTRL('E'),
		K_CTRL('H'), K_CTRL('D'), K_CTRL('U'), K_CTRL('K'), K_CTRL('W'),
		K_CTRL('B'), K_CTRL('F'), K_TAB, K_ENTER};
	unsigned byte = take_byte(in);
	keycode letter;

	*text = NULL;
	if (byte < 128) {
		letter = byte % 4 ? byte
				  : (keycode)(take_byte(in) << 16 | take_byte(in) << 8 |
					      take_byte(in));
		return (struct input){.key = letter < 0x110000 ? letter : 0xe9};
	}
	if (byte < 160) {
		*text = take_string(in);
		return (struct input){.key = K_PASTE, .text = *text};
	}
	return (struct input){.key = keys[byte % COUNT_OF(keys)]};
}

/* What was given may be longer than what can be typed, and gets no longer then. */
static void press(struct field *f, struct input_left *in)
{
	size_t most = f->max ? f->max : 1024, before = f->text.len;
	char *text, *was = xstrdup(f->text.s);
	struct input key = take_key(in, &text);
	bool changed = false, taken = field_key(f, key, &changed);

	check_field(f);
	CHECK(f->text.len <= (before > most ? before : most));
	CHECK(taken || !changed);
	if (!changed)
		CHECK(strcmp(was, f->text.s) == 0);
	CHECK(!changed || !f->frozen);
	free(was);
	free(text);
}

/* What kind of field, its text, then keys. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_left in = INPUT_LEFT(data, size);
	unsigned kind = take_byte(&in);
	char *text = take_string(&in);
	struct field f;

	field_init(&f, "");
	f.max = kind & 1 ? 16 : 0;
	f.secret = kind & 2;
	field_set(&f, text);
	check_field(&f);
	f.frozen = kind & 4;
	while (in.n) {
		press(&f, &in);
		check_drawn(&f, (int)(kind >> 3) % 26);
	}
	check_drawn(&f, 10);
	field_release(&f);
	free(text);
	return 0;
}
