/* The mouse: what a terminal reports, and what a click does. */
#include "tests/tui/screen.h"

#include "tui/keyparse.h"

/* ---- reports ------------------------------------------------------------------ */

static const struct report {
	const char *name;
	const char *bytes;
	keycode key;
	int y, x;
} reports[] = {
	{"left button pressed", "\033[<0;12;5M", K_CLICK, 4, 11},
	{"released: nothing", "\033[<0;12;5m", K_NONE, 0, 0},
	{"right button: nothing", "\033[<2;12;5M", K_NONE, 0, 0},
	{"wheel up", "\033[<64;1;1M", K_WHEEL_UP, 0, 0},
	{"wheel down", "\033[<65;200;60M", K_WHEEL_DOWN, 59, 199},
	{"no column zero", "\033[<0;0;1M", K_NONE, 0, 0},
	{"another final byte: swallowed", "\033[<0;1;1X", K_NONE, 0, 0},
};

static void parsed(void **state)
{
	const struct report *r = *state;
	struct keyparse k;
	struct input in;
	int wait_ms;

	keyparse_init(&k);
	keyparse_feed(&k, r->bytes, strlen(r->bytes), 0);
	in = keyparse_next(&k, 0, &wait_ms);
	assert_int_equal(in.key, r->key);
	if (r->key == K_CLICK) {
		assert_int_equal(in.y, r->y);
		assert_int_equal(in.x, r->x);
	}
	assert_int_equal(
		keyparse_next(&k, 1000, &wait_ms).key, K_NONE); /* no letters left */
	keyparse_release(&k);
}

static void torn(void **state)
{
	static const char bytes[] = "\033[<0;12;5M";
	struct keyparse k;
	struct input in = {.key = K_NONE};
	int wait_ms;

	(void)state;
	keyparse_init(&k);
	for (size_t i = 0; i < sizeof(bytes) - 1; i++) {
		assert_int_equal(in.key, K_NONE);
		keyparse_feed(&k, bytes + i, 1, (long)i * 90);
		in = keyparse_next(&k, (long)i * 90, &wait_ms);
	}
	assert_int_equal(in.key, K_CLICK);
	keyparse_release(&k);
}

/* ---- clicks ------------------------------------------------------------------- */

/* Clicks on the first place where `text` stands. */
static void click(struct screen *s, const char *text)
{
	const char *all = screen_text(s), *at = strstr(all, text);
	int y = 0, x = 0;

	assert_non_null(at);
	for (const char *p = all; p < at; p++) {
		if (*p == '\n') {
			y++;
			x = 0;
		} else if (((unsigned char)*p & 0xc0) != 0x80) {
			x++;
		}
	}
	app_key(s->app, (struct input){.key = K_CLICK, .y = y, .x = x});
	screen_settle(s);
}

static void a_row_opens_at_the_second_click(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	click(s, "Supervised domains");
	screen_shows(s, "New domain");
	click(s, "branch.example");
	screen_shows(s, "New domain");
	click(s, "branch.example");
	screen_shows(s, "Relay for split domains");
	screen_free(s);
}

static void a_form_is_worked_by_clicks(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domain(s, "acme.example");
	click(s, "[ ] Forward");
	screen_shows(s, "[x] Forward unknown addresses to the relay");
	click(s, "[ General ]");
	screen_shows(s, "Description");
	click(s, "[ Mail ]");
	click(s, "< Save >");
	screen_shows(s, "Save acme.example?");
	click(s, "< Back >");
	screen_lacks(s, "Save acme.example?");
	assert_string_equal(fake_written(s->fake), "");
	screen_free(s);
}

static void what_lies_under_a_sheet_is_not_reached(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domain(s, "acme.example");
	click(s, "[ ] Forward");
	screen_keys(s, "<Ctrl-S>");
	screen_shows(s, "Save acme.example?");
	click(s, "[ Mail ]");
	click(s, "[ Mail ]");
	screen_shows(s, "Save acme.example?");
	screen_free(s);
}

static void the_wheel_moves_by_three(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domains(s);
	app_key(s->app, (struct input){.key = K_WHEEL_DOWN});
	screen_shows(s, "4 of");
	app_key(s->app, (struct input){.key = K_WHEEL_UP});
	screen_shows(s, "1 of");
	screen_free(s);
}

int main(void)
{
	struct suite s = {0};

	SUITE_ROWS(&s, parsed, reports);
	SUITE_ADD(&s, torn);
	SUITE_ADD(&s, a_row_opens_at_the_second_click);
	SUITE_ADD(&s, a_form_is_worked_by_clicks);
	SUITE_ADD(&s, what_lies_under_a_sheet_is_not_reached);
	SUITE_ADD(&s, the_wheel_moves_by_three);
	return suite_run(&s);
}
