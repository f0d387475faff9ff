#include "tests/tui/screen.h"

#include <stdio.h>
#include <unistr.h>

#include "tui/i18n.h"
#include "tui/screens.h"

const char screen_tree[] = "dn: " ACME "\n"
			   "objectClass: organizationalUnit\n"
			   "objectClass: relaisDomain\n"
			   "ou: acme.example\n"
			   "associatedDomain: acme.example\n"
			   "associatedDomain: acme.test\n"
			   "associatedDomain: acme.invalid\n"
			   "description: Acme\n"
			   "relaisSplitRelay: [192.0.2.25]\n"
			   "relaisForwardUnknown: FALSE\n"
			   "\n"
			   "dn: " BRANCH "\n"
			   "objectClass: organizationalUnit\n"
			   "objectClass: relaisDomain\n"
			   "associatedDomain: branch.example\n"
			   "relaisSplitRelay: [mail.old.example]:2525\n"
			   "relaisForwardUnknown: TRUE\n"
			   "\n"
			   "dn: " LYON "\n"
			   "objectClass: organizationalUnit\n"
			   "objectClass: relaisDomain\n"
			   "associatedDomain: lyon.example\n"
			   "\n"
			   "dn: " NEU "\n"
			   "objectClass: organizationalUnit\n"
			   "objectClass: relaisDomain\n"
			   "associatedDomain: neu.example\n"
			   "\n"
			   "dn: " IDN "\n"
			   "objectClass: organizationalUnit\n"
			   "objectClass: relaisDomain\n"
			   "associatedDomain: xn--mller-kva.example\n"
			   "relaisSplitRelay: [IPv6:2001:db8::25]:587\n"
			   "\n"
			   "dn: " ALICE "\n"
			   "objectClass: inetOrgPerson\n"
			   "objectClass: relaisUser\n"
			   "uid: alice\n"
			   "cn: Alice Martin\n"
			   "mail: alice@acme.example\n"
			   "mail: alice.martin@acme.example\n"
			   "relaisRouting: internal\n"
			   "userPassword: demo\n"
			   "\n"
			   "dn: " BOB "\n"
			   "objectClass: inetOrgPerson\n"
			   "objectClass: relaisUser\n"
			   "uid: bob\n"
			   "cn: Bob Durand\n"
			   "mail: bob@acme.example\n"
			   "mail: bob.durand@acme.example\n"
			   "mail: bd@acme.example\n"
			   "relaisRouting: external\n"
			   "relaisThirdPartyAddress: bob@acme.example\n"
			   "relaisThirdPartyAddress: bob.durand@acme.example\n"
			   "userPassword: demo\n"
			   "\n"
			   "dn: " CAROL "\n"
			   "objectClass: inetOrgPerson\n"
			   "objectClass: relaisUser\n"
			   "uid: carol\n"
			   "cn: Carol Petit\n"
			   "mail: carol@acme.example\n"
			   "relaisRouting: none\n"
			   "\n"
			   "dn: " ELODIE "\n"
			   "objectClass: inetOrgPerson\n"
			   "uid: elodie\n"
			   "cn: Élodie Guérin\n"
			   "mail: elodie@acme.example\n"
			   "\n"
			   "dn: " ZOE "\n"
			   "objectClass: inetOrgPerson\n"
			   "objectClass: relaisUser\n"
			   "uid: zoe\n"
			   "cn: Zoë Ångström\n"
			   "mail: zoe@branch.example\n"
			   "relaisRouting: internal\n"
			   "\n"
			   "dn: " YUKI "\n"
			   "objectClass: inetOrgPerson\n"
			   "objectClass: relaisUser\n"
			   "uid: yuki\n"
			   "cn: 山田 由紀\n"
			   "mail: yuki@lyon.example\n"
			   "mail: yamada@lyon.example\n"
			   "relaisRouting: internal\n"
			   "\n";

static const struct {
	const char *name;
	keycode key;
} keys[] = {
	{"Tab", K_TAB},
	{"Enter", K_ENTER},
	{"Esc", K_ESC},
	{"Space", K_SPACE},
	{"Up", K_UP},
	{"Down", K_DOWN},
	{"Left", K_LEFT},
	{"Right", K_RIGHT},
	{"Home", K_HOME},
	{"End", K_END},
	{"PgUp", K_PAGE_UP},
	{"PgDn", K_PAGE_DOWN},
	{"Ins", K_INSERT},
	{"Del", K_DELETE},
	{"Backspace", K_BACKSPACE},
	{"Shift-Tab", K_BACKTAB},
	{"EOF", K_EOF},
	{"lt", '<'},
};

/* ---- the console -------------------------------------------------------------- */

static long clock_ms;

static long now_ms(void)
{
	return clock_ms;
}

void screen_clock(long ms)
{
	clock_ms = ms;
}

struct screen *screen_new_unsettled(const char *ldif, int h, int w)
{
	struct screen *s = xcalloc(1, sizeof(*s));

	i18n_use("en", NULL);
	clock_ms = 1000000;
	settings_init(&s->settings);
	free(s->settings.domains.base);
	s->settings.domains.base = xstrdup("ou=domains,dc=demo");
	buf_init(&s->text);
	s->fake = fake_new(ldif ? ldif : screen_tree);
	s->app = app_new(&s->settings, fake_store(s->fake), NULL);
	s->app->now_ms = now_ms;
	s->canvas = canvas_new(h, w);
	home_open(s->app);
	return s;
}

struct screen *screen_new(const char *ldif, int h, int w)
{
	struct screen *s = screen_new_unsettled(ldif, h, w);

	screen_settle(s);
	return s;
}

void screen_free(struct screen *s)
{
	app_free(s->app);
	store_free(fake_store(s->fake));
	settings_release(&s->settings);
	canvas_free(s->canvas);
	buf_release(&s->text);
	free(s);
}

void screen_resize(struct screen *s, int h, int w)
{
	canvas_resize(s->canvas, h, w);
	app_key(s->app, (struct input){.key = K_RESIZE});
}

void screen_language(struct screen *s, const char *language)
{
	const char *build = getenv("BUILD");
	struct buf catalogues = BUF_INIT;

	if (!build)
		BUG("BUILD is not set: tests/run sets it");
	buf_printf(&catalogues, "%s/locale", build);
	i18n_use(language, catalogues.s);
	buf_release(&catalogues);
	app_step(s->app);
}

static void turn(void *arg)
{
	struct screen *s = arg;

	app_step(s->app);
}

void screen_settle(struct screen *s)
{
	do {
		fake_settle(s->fake, turn, s);
		app_step(s->app);
	} while (s->app->more);
}

void screen_step(struct screen *s)
{
	store_step(fake_store(s->fake), 10);
	app_step(s->app);
}

/* ---- typing ------------------------------------------------------------------- */

static void press(struct screen *s, keycode key)
{
	app_key(s->app, (struct input){.key = key});
	screen_settle(s);
	/* what is drawn decides what can be scrolled and paged */
	app_draw(s->app, s->canvas);
}

static keycode named(const char *name, size_t n)
{
	for (size_t i = 0; i < COUNT_OF(keys); i++)
		if (strlen(keys[i].name) == n && memcmp(keys[i].name, name, n) == 0)
			return keys[i].key;
	if (n == 6 && memcmp(name, "Ctrl-", 5) == 0)
		return K_CTRL(name[5]);
	if (n >= 2 && name[0] == 'F')
		return K_F(strtoul(name + 1, NULL, 10));
	BUG("no key <%.*s>", (int)n, name);
}

void screen_keys(struct screen *s, const char *typed)
{
	while (*typed) {
		if (*typed == '<') {
			size_t n = strcspn(++typed, ">");

			press(s, named(typed, n));
			typed += n + 1;
		} else {
			ucs4_t c;

			typed += u8_mbtouc(&c, (const uint8_t *)typed, strlen(typed));
			press(s, c);
		}
	}
}

void screen_paste(struct screen *s, const char *text)
{
	app_key(s->app, (struct input){.key = K_PASTE, .text = text});
	screen_settle(s);
}

void screen_domains(struct screen *s)
{
	screen_keys(s, "<Home><Enter>");
}

void screen_users(struct screen *s)
{
	screen_keys(s, "<End><Up><Enter>");
}

/* By the filter, which is emptied again. */
static void find_and_open(struct screen *s, const char *name)
{
	screen_keys(s, "/");
	screen_keys(s, name);
	screen_keys(s, "<Enter><Enter>");
}

void screen_domain(struct screen *s, const char *name)
{
	screen_domains(s);
	find_and_open(s, name);
}

void screen_user(struct screen *s, const char *name)
{
	screen_users(s);
	find_and_open(s, name);
}

/* ---- looking ------------------------------------------------------------------ */

const char *screen_text(struct screen *s)
{
	app_draw(s->app, s->canvas);
	buf_reset(&s->text);
	canvas_dump(s->canvas, &s->text);
	return s->text.s;
}

/* As it is, which need not be as app_draw() has it. */
static void show(const struct canvas *c)
{
	struct buf text = BUF_INIT;
	const char *line;

	canvas_dump(c, &text);
	for (line = text.s; *line; line += strcspn(line, "\n") + 1)
		if (*line != '\n')
			printf("# |%.*s\n", (int)strcspn(line, "\n"), line);
	printf("# cursor: line %d, column %d\n", c->cursor_y + 1, c->cursor_x + 1);
	fflush(stdout);
	buf_release(&text);
}

void screen_fail(struct screen *s, const char *format, ...)
{
	char why[8000];
	va_list args;

	va_start(args, format);
	vsnprintf(why, sizeof(why), format, args);
	va_end(args);
	show(s->canvas);
	fail_msg("%s", why);
	abort(); /* fail_msg() does not come back */
}

void screen_shows_all(struct screen *s, ...)
{
	const char *wanted;
	va_list list;

	screen_text(s);
	va_start(list, s);
	while ((wanted = va_arg(list, const char *)))
		if (!strstr(s->text.s, wanted))
			screen_fail(s, "not shown: %s", wanted);
	va_end(list);
}

void screen_lacks_all(struct screen *s, ...)
{
	const char *unwanted;
	va_list list;

	screen_text(s);
	va_start(list, s);
	while ((unwanted = va_arg(list, const char *)))
		if (strstr(s->text.s, unwanted))
			screen_fail(s, "shown: %s", unwanted);
	va_end(list);
}

static bool skipped(const char *cell)
{
	static const char *const frame[] = {
		"", " ", "│", "─", "┌", "┐", "└", "┘", "▴", "▾"};

	for (size_t i = 0; i < COUNT_OF(frame); i++)
		if (strcmp(cell, frame[i]) == 0)
			return true;
	return false;
}

/* Everything but blanks and frames, without them. */
static void squeeze_text(const char *text, struct buf *out)
{
	for (; *text; text++)
		if (*text != ' ')
			buf_putc(out, *text);
}

static bool says(struct screen *s, const char *text)
{
	struct buf all = BUF_INIT, wanted = BUF_INIT;
	bool found;

	app_draw(s->app, s->canvas);
	for (int i = 0; i < s->canvas->h * s->canvas->w; i++)
		if (!skipped(s->canvas->cells[i].text))
			buf_puts(&all, s->canvas->cells[i].text);
	squeeze_text(text, &wanted);
	found = strstr(all.s, wanted.s) != NULL;
	buf_release(&all);
	buf_release(&wanted);
	return found;
}

void screen_says(struct screen *s, const char *text)
{
	if (!says(s, text))
		screen_fail(s, "not said: %s", text);
}

void screen_says_not(struct screen *s, const char *text)
{
	if (says(s, text))
		screen_fail(s, "said: %s", text);
}

void screen_is(struct screen *s, const char *text)
{
	if (strcmp(screen_text(s), text) == 0)
		return;
	for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
		if (*line != '\n')
			printf("# expected |%.*s\n", (int)strcspn(line, "\n"), line);
	screen_fail(s, "another screen");
}

/* The cells of row y from column x on, as text. */
static void row_text(const struct canvas *c, int y, int x, struct buf *out)
{
	for (; y >= 0 && y < c->h && x < c->w; x++)
		buf_puts(out, c->cells[y * c->w + x].text);
}

static bool row_has(const struct canvas *c, int y, const char *text)
{
	struct buf row = BUF_INIT;
	bool has;

	row_text(c, y, 0, &row);
	has = strstr(row.s, text) != NULL;
	buf_release(&row);
	return has;
}

static bool is_at_cursor(const struct canvas *c, const char *text)
{
	struct buf row = BUF_INIT;
	bool is;

	row_text(c, c->cursor_y, c->cursor_x, &row);
	is = strncmp(row.s, text, strlen(text)) == 0;
	buf_release(&row);
	return is;
}

bool screen_cursor_is_on(struct screen *s, const char *where)
{
	const struct canvas *c = s->canvas;

	screen_text(s);
	if (c->cursor_y < 0)
		return false;
	if (*where == '=')
		return is_at_cursor(c, where + 1);
	if (*where == '-')
		return row_has(c, c->cursor_y, "[") &&
		       (row_has(c, c->cursor_y, where + 1) ||
			       row_has(c, c->cursor_y - 1, where + 1));
	return row_has(c, c->cursor_y, where);
}

void screen_cursor_on(struct screen *s, const char *where)
{
	if (!screen_cursor_is_on(s, where))
		screen_fail(s, "the cursor is not on %s", where);
}

void screen_wrote(struct screen *s, const char *ldif)
{
	if (strcmp(fake_written(s->fake), ldif) != 0)
		screen_fail(s, "written:\n%s\nexpected:\n%s", fake_written(s->fake), ldif);
}
