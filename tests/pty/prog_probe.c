/*
 * probe: tui/term.h alone, for test_term.c: a list of rows with one selected, the size,
 * and the names of the keys that came.  `probe [mono] [ascii] [log FILE]`.
 *
 *	arrows move  q quits  B is BUG()  S a segmentation fault  e prints to stderr
 *	y copies  r redraws  h hides the cursor  w waits half a second, deaf
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tui/i18n.h"
#include "tui/term.h"

#define ROWS 8

struct probe {
	bool ascii, cursor, quit;
	int selected;
	struct buf keys;
};

static void draw(const struct probe *p, struct canvas *c)
{
	static const char *const names[ROWS] = {"acme.example +2", "branch.example",
		"élodie.example", "日本語.example", "e\u0301\u0323.example",
		"👨‍👩‍👧.example", "long.example", "last.example"};
	char size[32];
	size_t shown = p->keys.len > (size_t)c->w ? p->keys.len - (size_t)c->w : 0;

	canvas_clear(c);
	c->ascii = p->ascii;
	snprintf(size, sizeof(size), "%dx%d", c->h, c->w);
	canvas_column(c, 0, 0, c->w, STYLE_TITLE, true, size);
	canvas_text(c, 0, 0, 20, STYLE_ERROR, "error");
	canvas_text(c, 0, 8, 20, STYLE_DIM, "dim");
	canvas_text(c, 0, 16, 20, STYLE_FIELD, "field");
	for (int i = 0; i < ROWS; i++) {
		enum style style = i == p->selected ? STYLE_SELECTED : STYLE_TEXT;

		canvas_column(c, i + 1, 0, 24, style, false, names[i]);
		canvas_column(c, i + 1, 24, c->w - 24, style, true,
			"192.0.2.25   refused          812         31 |");
	}
	canvas_text(c, ROWS + 1, 0, c->w, STYLE_TEXT, p->keys.s + shown);
	if (p->cursor)
		canvas_cursor(c, 1 + p->selected, 0);
}

static void key(struct probe *p, struct input in)
{
	if (in.key == K_PASTE)
		buf_printf(&p->keys, "paste(%s) ", in.text);
	else if (in.key == K_EOF)
		p->quit = true;
	else if (in.key != K_RESIZE) {
		key_label(in.key, true, &p->keys);
		buf_putc(&p->keys, ' ');
	}
	if (in.key == K_DOWN && p->selected < ROWS - 1)
		p->selected++;
	if (in.key == K_UP && p->selected > 0)
		p->selected--;
	if (in.key == K_CTRL('Z'))
		term_suspend();
	if (in.key == 'q')
		p->quit = true;
	if (in.key == 'B')
		BUG("on purpose");
	if (in.key == 'S')
		raise(SIGSEGV);
	if (in.key == 'e')
		fputs("NOISE\n", stderr);
	if (in.key == 'y')
		term_copy("héllo");
	if (in.key == 'r')
		term_redraw();
	if (in.key == 'h')
		p->cursor = !p->cursor;
	if (in.key == 'w')
		usleep(500000);
}

static void turn(struct probe *p, struct canvas *c, int *wait_ms)
{
	struct pollfd fds[2];
	int n = term_fds(fds), h, w;

	poll(fds, (nfds_t)n, *wait_ms);
	for (;;) {
		struct input in = term_read(wait_ms);

		if (in.key == K_NONE || p->quit)
			break;
		key(p, in);
	}
	term_size(&h, &w);
	if (h != c->h || w != c->w)
		canvas_resize(c, h, w);
	draw(p, c);
	term_paint(c);
}

int main(int argc, char **argv)
{
	struct term_options options = {.color = true};
	struct probe p = {.cursor = true, .keys = BUF_INIT};
	struct canvas *c;
	struct err err;
	int wait_ms = 0;

	i18n_init();
	p.ascii = !i18n_utf8();
	for (int i = 1; i < argc; i++) {
		options.color = options.color && strcmp(argv[i], "mono") != 0;
		p.ascii = p.ascii || strcmp(argv[i], "ascii") == 0;
		if (strcmp(argv[i], "log") == 0 && argv[i + 1])
			options.log = argv[++i];
	}
	if (!term_open(&options, &err)) {
		printf("no terminal: %s\n", err.arg[0]);
		return 2;
	}
	c = canvas_new(0, 0);
	while (!p.quit)
		turn(&p, c, &wait_ms);
	term_close();
	canvas_free(c);
	printf("bye: %s\n", p.keys.s);
	buf_release(&p.keys);
	return 0;
}
