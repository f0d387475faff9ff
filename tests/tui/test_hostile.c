/*
 * Values that nobody expects, from a directory that others write: shown safely, edited
 * exactly, not changed by a save that does not touch them.
 */
#include "tests/tui/hostile.h"
#include "tests/tui/past.h"
#include "tests/tui/relay.h"
#include "tests/tui/screen.h"

#include <stdio.h>
#include <string.h>

#include "tui/checkcmd.h"
#include "tui/explain.h"

static struct {
	unsigned long screens, outputs, copies;
} looked;

/* ---- a console on a directory full of it ------------------------------------------ */

static struct relay relay;

/* Its lines one by one. */
static void look_at_text(const char *text, const char *what)
{
	for (;;) {
		size_t n = strcspn(text, "\n");
		const char *why = hostile_why(text, n);

		if (why)
			fail_msg("%s: %s: %.*s", what, why, (int)n, text);
		if (!text[n])
			break;
		text += n + 1;
	}
}

/* The clipboard takes it. */
static bool copied(const char *text)
{
	looked.copies++;
	look_at_text(text, "copied");
	return true;
}

/* Whoever changed an entry last has no better name. */
static struct screen *full_of(const struct hostile *v, int h, int w)
{
	struct buf ldif = BUF_INIT, who = BUF_INIT;
	struct screen *s;

	hostile_tree(v, &ldif);
	s = screen_new_unsettled(ldif.s, h, w);
	buf_puts(&who, "uid=");
	hostile_dn(v, false, &who);
	buf_puts(&who, ",ou=admins,dc=demo");
	fake_change(s->fake, ACME, "modifiersName", who.s, NULL);
	fake_change(s->fake, "uid=plain," ACME, "modifiersName", who.s, NULL);
	relay_behind(&relay, s);
	s->app->copy = copied;
	screen_settle(s);
	buf_release(&ldif);
	buf_release(&who);
	return s;
}

/* ---- looking -------------------------------------------------------------------- */

static const char *cell(const struct canvas *c, int y, int x)
{
	return c->cells[y * c->w + x].text;
}

static bool is(const struct canvas *c, int y, int x, const char *text)
{
	return y < c->h && x < c->w && strcmp(cell(c, y, x), text) == 0;
}

static void look_at_row(struct screen *s, int y)
{
	const struct canvas *c = s->canvas;

	for (int x = 0; x < c->w; x++) {
		const struct cell *at = &c->cells[y * c->w + x];
		const char *why = hostile_why(at->text, strlen(at->text));

		if (why)
			screen_fail(s, "line %d, column %d: %s", y + 1, x + 1, why);
		if (at->columns > 2 || (at->columns == 0) != (at->text[0] == '\0'))
			screen_fail(s, "line %d, column %d: no cell", y + 1, x + 1);
		if (at->columns == 2 && (x + 1 == c->w || at[1].columns != 0))
			screen_fail(s, "line %d, column %d: half a cell", y + 1, x + 1);
		if (at->columns == 0 && (x == 0 || at[-1].columns != 2))
			screen_fail(s, "line %d, column %d: the other half of none", y + 1,
				x + 1);
	}
}

/* From the corner on: all four sides. */
static void look_at_frame(struct screen *s, int top, int left)
{
	const struct canvas *c = s->canvas;
	int right = left + 1, y = top + 1;

	while (right < c->w && !is(c, top, right, "┐"))
		right++;
	if (right == c->w)
		screen_fail(s, "line %d: a frame that doesn't end", top + 1);
	while (is(c, y, left, "│") && is(c, y, right, "│"))
		y++;
	if (!is(c, y, left, "└") || !is(c, y, right, "┘"))
		screen_fail(s, "line %d: a frame is broken", y + 1);
}

/* Both blanks before the column with this title, in all rows of a list. */
static void look_at_column(struct screen *s, const char *title)
{
	const struct canvas *c = s->canvas;
	struct buf row = BUF_INIT;
	int head = 1, x = 0;

	for (; head < c->h; head++) {
		buf_reset(&row);
		for (x = 0; x < c->w; x++)
			buf_puts(&row, cell(c, head, x));
		if (strstr(row.s, title))
			break;
	}
	for (x = 2; head < c->h && x < c->w; x++) {
		size_t k = 0;

		while (title[k] && x + (int)k < c->w &&
			cell(c, head, x + (int)k)[0] == title[k])
			k++;
		if (!title[k])
			break;
	}
	if (head == c->h || x == c->w)
		screen_fail(s, "no column %s", title);
	for (int y = head; y < c->h && head + 5 > y; y++)
		if (!is(c, y, x - 1, " ") || !is(c, y, x - 2, " "))
			screen_fail(s, "line %d: no blank before %s", y + 1, title);
	buf_release(&row);
}

/* Without what a pop-up covers. */
static void draw_top_alone(struct screen *s)
{
	struct view *below = s->app->top->below;

	s->app->top->below = NULL;
	app_draw(s->app, s->canvas);
	s->app->top->below = below;
}

static void look(struct screen *s, const struct hostile *v)
{
	static const char state[] = " ready";
	const struct canvas *c = s->canvas;
	int end = c->w - (int)strlen(state);

	looked.screens++;
	for (int y = 0; y < c->h; y++)
		look_at_row(s, y);
	for (size_t i = 0; state[i]; i++)
		if (cell(c, 0, end + (int)i)[0] != state[i])
			screen_fail(s, "the header's right end isn't where it was");
	if (v->frames || !s->app->top->ops->popup)
		return;
	draw_top_alone(s);
	for (int y = 0; y < c->h; y++)
		for (int x = 0; x < c->w; x++)
			if (is(c, y, x, "┌"))
				look_at_frame(s, y, x);
}

/* Each of the keys, and a look after it. */
static void walk(struct screen *s, const struct hostile *v, const char *keys)
{
	while (*keys) {
		size_t n = *keys == '<' ? strcspn(keys, ">") + 1 : 1;
		char key[16];

		snprintf(key, sizeof(key), "%.*s", (int)n, keys);
		screen_keys(s, key);
		look(s, v);
		keys += n;
	}
}

/* ---- everywhere ------------------------------------------------------------------ */

/* Leaves what is open, unsaved or not, up to home. */
static void go_home(struct screen *s, const struct hostile *v)
{
	for (int i = 0; s->app->top->below && i < 12; i++) {
		if (strstr(screen_text(s), "You have unsaved changes."))
			walk(s, v, "<Right><Enter>");
		else
			walk(s, v, "<Esc>");
	}
	if (s->app->top->below)
		screen_fail(s, "no way back");
}

static void to_domains(struct screen *s, const struct hostile *v)
{
	walk(s, v, "<Home><Enter><Home>");
	screen_shows(s, "Unknown", "acme.example");
}

static void to_users(struct screen *s, const struct hostile *v)
{
	walk(s, v, "<End><Up><Enter><Home>");
	screen_shows(s, "E-mail", "plain@acme.example");
}

static void in_domain(struct screen *s, const struct hostile *v, const char *row)
{
	static const char *const keys[] = {
		"<Down>y<PgDn><F1><Esc><F4><Down>y<Down>y<Down>y<PgDn><End>",
		"<F6><Down><Enter><PgDn><Down><Down>y<Esc>",
		"<F4><Down><Down>-<Ctrl-S><Right><Enter><PgDn><End><Esc><Esc>",
		"<F4>+x.example<Tab><Enter><Ctrl-S><Enter>!<Esc>",
		"<F4><Down>x<Ctrl-S><Right><Enter><PgDn><End><Esc><Esc>",
		"<Ctrl-U>192.0.2.7<Down><Space><Ctrl-S><Enter>!<Esc>",
		"<Ctrl-U><Down><Enter><Down>y<Tab><Tab>",
		"<F4><Down><Down><Enter><PgDn><Enter><PgDn>",
	};

	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		to_domains(s, v);
		walk(s, v, row);
		walk(s, v, "<Enter>");
		walk(s, v, keys[i]);
		go_home(s, v);
	}
}

static void in_user(struct screen *s, const struct hostile *v, const char *row)
{
	static const char *const keys[] = {
		"<Down>y<Down>y<Down>y<Down>y<PgDn><End><F4>y<PgDn><F1><Esc>",
		"<F6><Down><Down><Down><Enter><PgDn><Down><Down>y<Esc>",
		"ao<Down><Down><Space><Ctrl-S><PgDn><Right><Enter><PgDn><End><Esc><Esc>",
		"<Down><Down>-<Down>-<Ctrl-S><Enter>!<Esc>",
		"+some@lyon.example<Tab><Tab><Enter><Ctrl-S><Enter>",
		"<Home><Enter><Down><Enter><Ctrl-S><PgDn><Enter>!<Esc>",
	};

	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		to_users(s, v);
		walk(s, v, row);
		walk(s, v, "<Enter>");
		walk(s, v, keys[i]);
		go_home(s, v);
	}
}

static void in_lists(struct screen *s, const struct hostile *v)
{
	to_domains(s, v);
	look_at_column(s, "Relay");
	look_at_column(s, "Unknown");
	walk(s, v, "<Space><Space>ysrs<Down>e<Esc>X<PgDn>x<Esc><Esc><Down>X<PgDn><Esc>");
	go_home(s, v);
	to_users(s, v);
	look_at_column(s, "E-mail");
	look_at_column(s, "Mail ");
	walk(s, v, "<Space><Space>ysrss<Down>wf<Down><Enter><Down><Esc><Esc><Esc>");
	go_home(s, v);
	to_users(s, v);
	walk(s, v, "t<PgDn><Esc><Down>t<PgDn>");
	go_home(s, v);
}

static void looked_at(struct buf *text, const char *what)
{
	looked.outputs++;
	assert_int_equal(strlen(text->s), text->len);
	look_at_text(text->s, what);
	buf_reset(text);
}

static void found(void *arg)
{
	(void)arg;
}

static void in_check(struct screen *s, const struct hostile *v)
{
	const struct check_ports ports = {.settings = &s->settings, .store = s->app->store};
	struct check *check = check_new(&ports, NULL, 0, found, NULL);
	struct buf text = BUF_INIT;

	while (check->state == CHECK_RUNNING) {
		screen_settle(s);
		check_step(check, 0);
	}
	assert_true(check->findings.n > 0);
	check_text(check, &text);
	looked_at(&text, "check");
	check_json(check, &text);
	looked_at(&text, "check --json");
	check_free(check);
	buf_release(&text);

	walk(s, v, "<Home><Down><Down><Enter>");
	screen_shows(s, "Consistency check", "What is wrong");
	walk(s, v, "y<Down>y<Down>y<Down>y<PgDn><Home>srs");
	walk(s, v, "<Enter><Esc><Down><Enter><Esc><Down>w<Esc><End>m<Esc>");
	go_home(s, v);
}

/* What cannot be typed is pasted. */
static void in_route_check(struct screen *s, const struct hostile *v)
{
	struct buf pasted = BUF_INIT;

	buf_printf(&pasted, "%.*s@acme.example", (int)strnlen(v->p, v->n), v->p);
	walk(s, v, "<Home><Down><Enter>");
	screen_shows(s, "Route check");
	screen_paste(s, pasted.s);
	walk(s, v, "<Enter><Down><Down><PgDn>y<Home>");
	screen_keys(s, "<Ctrl-U>");
	buf_reset(&pasted);
	buf_printf(&pasted, "a@%.*s", (int)strnlen(v->p, v->n), v->p);
	screen_paste(s, pasted.s);
	walk(s, v, "<Enter><Down><Down><PgDn>y");
	go_home(s, v);
	buf_release(&pasted);
}

static void in_commands(const struct hostile *v)
{
	struct buf value = BUF_INIT, text = BUF_INIT;
	struct settings settings;
	struct route_step step = {.conflict = true};
	struct decision d = {.n_steps = 1, .smtp = "451"};

	settings_init(&settings);
	buf_printf(&value, "%.*s", (int)strnlen(v->p, v->n), v->p);
	step.key = step.dn = d.next_hop = d.domain = d.dn = value.s;
	step.attribute = "mail";
	d.steps = &step;
	for (int verdict = 0; verdict < 5; verdict++) {
		d.verdict = (enum verdict)verdict;
		explain_text(value.s, &d, &settings, &text);
		looked_at(&text, "explain");
		explain_json(value.s, &d, &settings, &text);
		looked_at(&text, "explain --json");
	}
	settings_release(&settings);
	buf_release(&value);
	buf_release(&text);
}

static void logged(struct buf *out, const char *when, const char *type)
{
	buf_printf(out,
		"\ndn: reqStart=%s,cn=accesslog\nobjectClass: auditWriteObject\n"
		"reqStart: %s\nreqType: %s\nreqResult: 0\n",
		when, when, type);
}

/* Of the journal: a change that wrote it; of the directory's log: one of everything. */
static void add_changes(struct screen *s, const struct hostile *v)
{
	struct buf item = BUF_INIT, log = BUF_INIT;

	buf_puts(&item, "# change: 1\n#| dn: " ACME "\n");
	hostile_ldif("#| description", "x", v, "", &item);
	buf_puts(&item, "dn: " ACME "\nchangetype: modify\nreplace: description\n");
	hostile_ldif("description", "", v, "", &item);
	buf_puts(&item, "-\n\n# outcome: 1 done 2026-11-22T23:01:00Z csn-acme\n"
			"# end: 2026-11-22T23:01:00Z 1 of 1 done\n");
	past_begin(s);
	past_item("20261122T230100.000001Z-1-1", "uid=admin0,ou=admins,dc=demo", "Save?",
		item.s);
	logged(&log, "20261122231000.000000Z", "modify");
	hostile_dn_line("reqAuthzID", "uid=@,dc=demo", v, false, &log);
	buf_printf(&log, "reqDN: " ACME "\n");
	hostile_ldif("reqMod", "description:= ", v, "", &log);
	hostile_ldif("reqMod", "relaisSplitRelay:= ", v, "", &log);
	hostile_ldif("reqOld", "description: ", v, "", &log);
	logged(&log, "20261122231200.000000Z", "modify");
	buf_puts(&log, "reqAuthzID: uid=admin1,ou=admins,dc=demo\nreqDN: " ACME "\n");
	hostile_ldif("reqMod", "", v, ":+ x", &log);
	hostile_ldif("reqOld", "", v, "", &log);
	logged(&log, "20261122231100.000000Z", "modrdn");
	buf_puts(&log, "reqAuthzID: uid=admin1,ou=admins,dc=demo\n");
	hostile_dn_line("reqDN", "uid=@," ACME, v, false, &log);
	hostile_dn_line("reqNewRDN", "uid=@", v, false, &log);
	hostile_dn_line("reqNewDN", "uid=@," ACME, v, true, &log);
	fake_add(s->fake, log.s);
	buf_release(&item);
	buf_release(&log);
}

static void in_changes(struct screen *s, const struct hostile *v)
{
	add_changes(s, v);
	walk(s, v, "<F5><End><Enter>");
	screen_shows(s, "2026-11-22 23:01", "2026-11-22 23:10", "2026-11-22 23:11");
	walk(s, v, "y<Down>y<Down>y<Down>y<Home>srs<Home><Enter><PgDn><End><Esc><Down>");
	walk(s, v, "<Enter><PgDn><End><Esc><Down><Enter><PgDn><Esc><End><Enter><PgDn>");
	go_home(s, v);
	walk(s, v, "<End><Enter><Home>u<PgDn>");
	go_home(s, v);
	walk(s, v, "<End><Enter><Home><Down>u<PgDn>");
	go_home(s, v);
	past_end();
}

/* What a relay says, what the server says when it refuses, who is signed in where. */
static void in_words(struct screen *s, const struct hostile *v)
{
	struct buf words = BUF_INIT, script = BUF_INIT;
	struct err err;

	for (size_t i = 0; i < v->n && i < 400; i++)
		buf_putc(&words, v->p[i] && !strchr("|\n", v->p[i]) ? v->p[i] : '.');
	walk(s, v, "<Home><Enter><Home>/acme<Enter><Enter><F7>");
	buf_printf(&script, "220 %s|250-%s\n250 %s|250 %s|250 %s|250 %s|250 %s|221 %s",
		words.s, words.s, words.s, words.s, words.s, words.s, words.s, words.s);
	if (relay.t)
		relay_says(&relay, script.s);
	walk(s, v, "<Up><Up><Up><Up><Up><Up><Up><Up><PgUp><PgDn>");
	go_home(s, v);
	walk(s, v, "<Home><Enter><Home>/acme<Enter><Enter><Ctrl-U>192.0.2.8<Ctrl-S>");
	fake_refuse(s->fake, ERR_UNWILLING, "relaisSplitRelay", words.s);
	walk(s, v, "<Enter><Enter><PgDn>!<Esc>");
	go_home(s, v);
	fake_fail(s->fake, ERR_DENIED, words.s);
	walk(s, v, "<Home><Enter>");
	go_home(s, v);
	fake_who(s->fake, words.s, words.s);
	screen_settle(s);
	screen_text(s);
	look(s, v);
	err_set(&err, ERR_CONNECT, 0, words.s, words.s, NULL);
	fake_status(s->fake, STORE_DOWN, &err);
	screen_text(s);
	for (int y = 0; y < s->canvas->h; y++)
		look_at_row(s, y);
	buf_release(&words);
	buf_release(&script);
}

/* Somebody else wrote it while one edits. */
static void in_conflict(struct screen *s, const struct hostile *v)
{
	struct buf words = BUF_INIT;

	buf_printf(&words, "%.*s", (int)strnlen(v->p, v->n), v->p);
	walk(s, v,
		"<Home><Enter><Home>/"
		"acme<Enter><Enter><Ctrl-U>192.0.2.9<F4><Down>x<Ctrl-S>");
	fake_change(s->fake, ACME, "relaisSplitRelay", words.s, NULL);
	fake_change(s->fake, ACME, "description", words.s, "another", NULL);
	walk(s, v, "<Enter><Down><Down><PgDn><Home><Space><End><Enter><PgDn>");
	go_home(s, v);
	buf_release(&words);
}

static void shown_safely(void **state)
{
	static const char *const rows[] = {
		"", "<Down>", "<Down><Down>", "<Down><Down><Down>"};
	const struct hostile *v = *state;
	struct screen *s = full_of(v, 24, 80);

	screen_text(s);
	look(s, v);
	in_lists(s, v);
	for (size_t k = 0; k < COUNT_OF(rows); k++) {
		if (k < 3)
			in_domain(s, v, rows[k]);
		in_user(s, v, rows[k]);
	}
	in_check(s, v);
	in_route_check(s, v);
	in_conflict(s, v);
	in_words(s, v);
	screen_free(s);
	s = full_of(v, 24, 80);
	in_changes(s, v);
	screen_free(s);
	in_commands(v);
}

static void shown_safely_small(void **state)
{
	const struct hostile *v = *state;
	struct screen *s = full_of(v, 16, 60);

	screen_text(s);
	look(s, v);
	in_lists(s, v);
	in_domain(s, v, "");
	in_user(s, v, "");
	in_check(s, v);
	in_words(s, v);
	screen_free(s);
}

/* For the note that goes with a release. */
static void counted(void **state)
{
	(void)state;
	printf("# %zu bad values; %lu screens, %lu outputs, %lu copies looked at\n",
		hostile_values_n, looked.screens, looked.outputs, looked.copies);
	assert_true(looked.screens > 100 * hostile_values_n);
	assert_true(looked.copies > 10 * hostile_values_n);
}

int main(void)
{
	struct suite suite = {0};

	for (size_t i = 0; i < hostile_values_n; i++)
		suite_add(&suite, hostile_values[i].name, shown_safely, &hostile_values[i]);
	for (size_t i = 0; i < hostile_values_n; i++)
		suite_add(&suite, hostile_values[i].name, shown_safely_small,
			&hostile_values[i]);
	SUITE_ADD(&suite, counted);
	return suite_run(&suite);
}
