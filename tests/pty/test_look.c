/* The console on terminals of every kind and size. */
#include "tests/pty/console.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Domains, a form, a sheet; then users and a form: all that there is to see. */
static void walk(struct pty *p)
{
	see(p, "third-party");
	press(p, "<Enter>", "acme.example");
	see_gone(p, "reading");
	pty_keys(p, "<Down><Enter>");
	see(p, "mail.old.example:2525");
	see(p, "< Cancel >");
	press(p, "<F1>", " Keys ");
	pty_keys(p, "<Esc>");
	see_gone(p, " Keys ");
	press(p, "<Esc>", "lyon.example");
	pty_keys(p, "<Esc>");
	see(p, "Directory entities");
	pty_keys(p, "<End><Up><Enter>");
	see(p, "Bob Durand");
	pty_keys(p, "<Down><Enter>");
	see(p, "Third-party mail");
	see(p, "[x] bob@acme.example");
}

/* ---- colour ------------------------------------------------------------------------- */

/* Whether an SGR sequence (ECMA-48, 8.3.117) among the bytes sets or resets a colour. */
static bool has_colour(const char *raw, size_t n)
{
	for (const char *s = raw; (s = memchr(s, '\033', n - (size_t)(s - raw))); s++) {
		const char *at = s + 2;

		if (at >= raw + n || s[1] != '[')
			continue;
		while (at < raw + n && (isdigit((unsigned char)*at) || *at == ';'))
			at++;
		for (const char *k = s + 2; at < raw + n && *at == 'm' && k < at; k++) {
			int value = atoi(k);

			if ((value >= 30 && value <= 49) || (value >= 90 && value <= 107))
				return true;
			k += strspn(k, "0123456789");
		}
	}
	return false;
}

static bool walks_in_colour(struct scene *s, const struct console_options *o)
{
	struct pty *p = console_start(s, o);
	const char *raw;
	size_t n;

	walk(p);
	quit(p);
	raw = pty_raw(p, &n);
	return has_colour(raw, n);
}

static void colours(void **state)
{
	struct scene *s = *state;

	assert_true(walks_in_colour(s, &(struct console_options){0}));
	assert_false(walks_in_colour(s, &(struct console_options){.env = {"NO_COLOR=1"}}));
	assert_false(
		walks_in_colour(s, &(struct console_options){.args = {"--color=never"}}));
	assert_true(walks_in_colour(s, &(struct console_options){.env = {"NO_COLOR="}}));
}

/* ---- letters ------------------------------------------------------------------------ */

struct ascii {
	const char *name;
	struct console_options options;
};

static const struct ascii asciis[] = {
	{"--ascii", {.args = {"--ascii"}}},
	{"LC_ALL=C", {.env = {"LC_ALL=C"}}},
	{"--ascii in French", {.args = {"--ascii"}, .env = {"LANGUAGE=fr"}}},
	{"an unknown locale that isn't UTF-8", {.env = {"LC_ALL=fr_FR.ISO-8859-1"}}},
};

static void only_ascii(void **state)
{
	struct scene *s = *state;
	const struct ascii *a = s->row;
	struct pty *p = console_start(s, &a->options);
	const char *raw;
	size_t n;

	see(p, "3 doma");
	press(p, "<Enter>", "lyon.example");
	pty_keys(p, "<Enter>");
	see(p, "192.0.2.25");
	see(p, "< ");
	press(p, "<F1>", "F10");
	pty_settle(p);
	see(p, "-+");
	press(p, "<Esc><Esc><Esc><End><Up><Enter>", "lodie Gu");
	assert_false(pty_shows(p, "Élodie"));
	quit(p);
	raw = pty_raw(p, &n);
	for (size_t i = 0; i < n; i++)
		assert_in_range((unsigned char)raw[i], 0, 126);
}

static const struct ascii frenches[] = {
	{"LANGUAGE=fr", {.env = {"LANGUAGE=fr"}}},
	{"LANG=fr_FR.UTF-8", {.env = {"LC_ALL", "LANG=fr_FR.UTF-8"}}},
	{"LC_ALL=fr_BE.UTF-8", {.env = {"LC_ALL=fr_BE.UTF-8"}}},
	{"LC_MESSAGES=fr_CA.utf8", {.env = {"LC_ALL", "LC_MESSAGES=fr_CA.utf8"}}},
};

static void french(void **state)
{
	struct scene *s = *state;
	const struct ascii *a = s->row;
	struct pty *p = console_start(s, &a->options);

	see(p, "Gestion du système");
	see(p, "6 utilisateurs, 1 en messagerie tierce");
	press(p, "<End><Up><Enter>", "Élodie Guérin");
	see(p, "Annuaires › Entités d'annuaires");
	quit(p);
}

/* ---- terminals ---------------------------------------------------------------------- */

static const struct ascii terminals[] = {
	{"vt100", {.env = {"TERM=vt100"}}},
	{"vt220", {.env = {"TERM=vt220"}}},
	{"linux", {.env = {"TERM=linux"}}},
	{"screen", {.env = {"TERM=screen"}}},
	{"tmux-256color", {.env = {"TERM=tmux-256color"}}},
	{"xterm", {.env = {"TERM=xterm"}}},
	{"xterm-256color", {.env = {"TERM=xterm-256color"}}},
	{"rxvt", {.env = {"TERM=rxvt"}}},
};

static void terminal(void **state)
{
	struct scene *s = *state;
	const struct ascii *t = s->row;
	struct pty *p = console_start(s, &t->options);
	int y, x;

	walk(p);
	assert_true(pty_cursor(p, &y, &x));
	pty_keys(p, "<F10>");
	assert_int_equal(pty_exit_status(p, 0), 0);
	assert_true(pty_modes_restored(p));
	assert_false(pty_alternate_screen(p));
}

static const struct ascii sizes[] = {
	{"60x16", {.rows = 16, .cols = 60}},
	{"132x43", {.rows = 43, .cols = 132}},
	{"200x60", {.rows = 60, .cols = 200}},
	{"300x16", {.rows = 16, .cols = 300}},
	{"60x100", {.rows = 100, .cols = 60}},
};

static void size(void **state)
{
	struct scene *s = *state;
	const struct ascii *a = s->row;
	struct pty *p = console_start(s, &a->options);

	walk(p);
	see(p, "< Save >");
	quit(p);
}

static void too_small(void **state)
{
	static const struct {
		int rows, cols;
	} too[] = {{15, 80}, {24, 59}, {15, 59}, {5, 30}};
	struct scene *s = *state;
	struct pty *p = console_ready(s, false);

	open_domain(p, "lyon.example");
	fill_in(p, "192.0.2.44");
	for (size_t i = 0; i < COUNT_OF(too); i++) {
		pty_resize(p, too[i].rows, too[i].cols);
		see(p, "relais needs a terminal of");
		pty_resize(p, 24, 80);
		see(p, "[192.0.2.44 ");
		on_item(p, "Relay for split domains");
	}
	pty_resize(p, 1, 1);
	pty_settle(p);
	pty_resize(p, 16, 60);
	see(p, "[192.0.2.44 ");
	on_item(p, "Relay for split domains");
	see(p, "< Save >");
}

/* A sheet keeps its place and what is chosen in it; so does the list below. */
static void resized_below_a_sheet(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, false);

	press(p, "<End><Up><Enter>", "Luc Bernard");
	see_gone(p, "(reading)");
	pty_keys(p, "<Down><Down>");
	on_item(p, "Carol Petit");
	pty_resize(p, 16, 60);
	on_item(p, "Carol Petit");
	press(p, "<F1>", " Keys ");
	pty_resize(p, 40, 120);
	see(p, "draw anew");
	pty_resize(p, 16, 60);
	see_gone(p, "draw anew");
	see(p, " Keys ");
	pty_keys(p, "<Esc>");
	see_gone(p, " Keys ");
	on_item(p, "Carol Petit");
	press(p, "<Enter>", "( No mail");
	press(p, "<Enter>", "[x] No mail");
	pty_keys(p, "<Up>");
	on_item(p, "[ ] Third-party mail");
	pty_resize(p, 24, 80);
	on_item(p, "[ ] Third-party mail");
	press(p, "<Enter>", "( Third-party mail");
}

/* As when a window is dragged. */
static void resized_all_the_time(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, false);

	open_domain(p, "lyon.example");
	for (int i = 0; i < 60; i++)
		pty_resize(p, 10 + i % 30, 50 + i * 2);
	pty_keys(p, "192.0.2.44");
	pty_resize(p, 24, 80);
	see(p, "[192.0.2.44 ");
	on_item(p, "Relay for split domains");
	assert_true(pty_wait_row(p, 23, "F10 quit", 0));
	assert_true(pty_wait_row(p, 0, "admin0 · ldapi · ready", 0));
}

/* ---- keys --------------------------------------------------------------------------- */

/* Neither stops the output, RFC 4254's XON and XOFF or not. */
static void flow_control_keys(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, false);

	open_domain(p, "lyon.example");
	press(p, "<C-s>", "Nothing was changed, nothing to save.");
	pty_keys(p, "<C-q>");
	fill_in(p, "192.0.2.44");
	press(p, "<C-s>", "< Show LDIF >");
}

static void a_split_arrow_is_no_escape(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, false);

	open_domain(p, "lyon.example");
	fill_in(p, "192.0.2.44");
	pty_bytes(p, "\033", 1);
	pty_pause(p, 60);
	pty_bytes(p, "OB", 2);
	on_item(p, "[ ] Forward unknown addresses");
	assert_false(pty_shows(p, "You have unsaved changes."));
	/* Even where it comes too late it does nothing but ask. */
	pty_bytes(p, "\033", 1);
	pty_pause(p, 300);
	pty_bytes(p, "OB", 2);
	see(p, "You have unsaved changes.");
	see(p, "[192.0.2.44 ");
}

/* Typed before there is a screen, or an answer: it is what was typed. */
static void typed_ahead(void **state)
{
	struct scene *s = *state;
	struct pty *p;

	directory_pause(&s->directory);
	p = console_start(s, &(struct console_options){0});
	pty_keys(p, "<Enter>/lyon<Enter>");
	see(p, "Reading from the directory…");
	see(p, "[lyon ");
	directory_resume(&s->directory);
	see(p, "1 of 1");
	on_item(p, "lyon.example");
}

static void pasted_as_one(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, false);

	open_domain(p, "lyon.example");
	pty_paste(p, "\n  mail.old.example:2525 \r\n");
	see(p, "[mail.old.example:2525 ");
	on_item(p, "Relay for split domains");
}

static void suspends(void **state)
{
	struct scene *s = *state;
	char config[256];
	const char *const argv[] = {"bash", "-c",
		"set -m; $1; echo stopped; stty -a | grep -q ' icanon' && echo cooked;"
		" read x; fg >/dev/null; echo over",
		"bash", relais_program(), NULL};

	snprintf(config, sizeof(config), "RELAIS_CONFIG=%s", s->direct);
	s->consoles[0] = pty_start(24, 80, (const char *const[]){config, NULL}, argv);
	see(s->consoles[0], "third-party");
	open_domain(s->consoles[0], "lyon.example");
	fill_in(s->consoles[0], "192.0.2.44");
	pty_mark(s->consoles[0]);
	press(s->consoles[0], "<C-z>", "cooked");
	assert_false(pty_alternate_screen(s->consoles[0]));
	assert_true(pty_saw(s->consoles[0], "\033[?2004l"));
	pty_keys(s->consoles[0], "<Enter>");
	see(s->consoles[0], "[192.0.2.44 ");
	assert_true(pty_alternate_screen(s->consoles[0]));
	on_item(s->consoles[0], "Relay for split domains");
	press(s->consoles[0], "<C-c><C-c>", "over");
	ends_restored(s->consoles[0], 0);
}

static void drawn_anew(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, false);

	pty_mark(p);
	pty_keys(p, "<C-l>");
	while (!pty_saw(p, "Supervised domains"))
		pty_pause(p, 1);
	see(p, "6 users, 1 third-party");
}

int main(void)
{
	struct scenes s = {0};

	SCENE(&s, colours);
	SCENE_ROWS(&s, only_ascii, asciis);
	SCENE_ROWS(&s, french, frenches);
	SCENE_ROWS(&s, terminal, terminals);
	SCENE_ROWS(&s, size, sizes);
	SCENE(&s, too_small);
	SCENE(&s, resized_below_a_sheet);
	SCENE(&s, resized_all_the_time);
	SCENE(&s, flow_control_keys);
	SCENE(&s, typed_ahead);
	SCENE(&s, a_split_arrow_is_no_escape);
	SCENE(&s, pasted_as_one);
	SCENE(&s, suspends);
	SCENE(&s, drawn_anew);
	return scenes_run(&s);
}
