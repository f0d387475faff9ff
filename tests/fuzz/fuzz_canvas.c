/* Hostile bytes on the screen: no cell holds what a terminal would obey. */
#include <stdlib.h>

#include "core/address.h"
#include "core/domainname.h"
#include "core/text.h"
#include "tests/fuzz/fuzz.h"
#include "tui/canvas.h"
#include "tui/sentence.h"

static void check_cell(const struct canvas *c, const struct cell *cell, int left)
{
	size_t n = strnlen(cell->text, sizeof(cell->text));

	CHECK(n <= CELL_BYTES && is_safe_text(cell->text, n));
	CHECK(cell->columns <= 2 && cell->style < STYLE_COUNT);
	CHECK((cell->columns == 0) == (left == 2)); /* the right half of a wide one */
	CHECK((cell->columns == 0) == (n == 0));
	for (size_t i = 0; c->ascii && i < n; i++)
		CHECK((unsigned char)cell->text[i] < 0x80);
	CHECK(n == 0 || text_width(cell->text) <= cell->columns);
}

static void check_canvas(const struct canvas *c)
{
	struct buf dump = BUF_INIT;

	for (int y = 0; y < c->h; y++) {
		int left = 0;

		for (int x = 0; x < c->w; x++) {
			const struct cell *cell = &c->cells[y * c->w + x];

			check_cell(c, cell, left);
			left = cell->columns;
		}
		CHECK(left != 2);
	}
	canvas_dump(c, &dump);
	CHECK(dump.len >= (size_t)c->h);
	buf_release(&dump);
}

struct place {
	int y, x, width, style;
};

static struct place take_place(struct input_left *in)
{
	int y = (int)(take_byte(in) % 12) - 2, x = (int)(take_byte(in) % 30) - 5;

	return (struct place){
		y, x, (int)(take_byte(in) % 30), (int)(take_byte(in) % STYLE_COUNT)};
}

/* The ways by which what comes from outside is made safe. */
static void safe(unsigned how, const char *raw, struct buf *out)
{
	switch (how % 3) {
	case 0:
		sentence_safe(raw, out);
		break;
	case 1:
		address_shown(raw, out);
		break;
	default:
		domainname_shown(raw, out);
		break;
	}
}

static void draw(struct canvas *c, unsigned how, struct place p, const char *text)
{
	int drawn;

	switch (how % 5) {
	case 0:
		drawn = canvas_text(c, p.y, p.x, p.width, (enum style)p.style, text);
		CHECK(drawn >= 0 && drawn <= p.width);
		break;
	case 1:
		canvas_column(c, p.y, p.x, p.width, (enum style)p.style, true, text);
		break;
	case 2:
		canvas_column(c, p.y, p.x, p.width, (enum style)p.style, false, text);
		break;
	case 3:
		drawn = canvas_wrap(c, p.y, p.x, p.width, 5, (enum style)p.style, text);
		CHECK(drawn <= 5);
		CHECK(canvas_wrap(NULL, 0, 0, p.width, 5, (enum style)p.style, text) ==
			drawn);
		break;
	default:
		canvas_box(c, (struct area){p.y, p.x, 3, p.width}, (enum style)p.style);
		canvas_text(c, p.y + 1, p.x + 1, p.width - 2, (enum style)p.style, text);
		break;
	}
}

/* Part of it elsewhere, as scrolled forms do. */
static void copy(const struct canvas *src, struct place p)
{
	struct canvas *c = canvas_new(6, 15);

	c->ascii = src->ascii;
	canvas_copy(c, (struct area){p.y, p.x, 5, p.width}, src, p.y);
	check_canvas(c);
	canvas_free(c);
}

/* Width and signs; then ways, places and a line of bytes, over and over. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_left in = INPUT_LEFT(data, size);
	unsigned first = take_byte(&in);
	struct canvas *c = canvas_new(8, (int)(first % 25) + 1);

	c->ascii = first & 128;
	while (in.n) {
		unsigned how = take_byte(&in);
		struct place p = take_place(&in);
		char *raw = take_string(&in);
		struct buf text = BUF_INIT;

		safe(how, raw, &text);
		CHECK(is_safe_text(text.s, text.len));
		if (how & 128)
			c->clip = (struct area){1, 2, 5, p.width};
		draw(c, how, p, text.s);
		c->clip = canvas_all(c);
		check_canvas(c);
		copy(c, p);
		buf_release(&text);
		free(raw);
	}
	canvas_free(c);
	return 0;
}
