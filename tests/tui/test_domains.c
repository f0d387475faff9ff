/*
 * Supervised domains: the list, its order, its filter, its selection.
 */
#include "tests/tui/screen.h"

#include <string.h>

static void at_80x24(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domains(s);
	/* clang-format off */
	screen_is(s,
		"System management › Supervised domains                    admin0 · ldapi · ready\n"
		"────────────────────────────────────────────────────────────────────────────────\n"
		" < New domain >   Filter [                                            ]  1 of 5\n"
		"\n"
		"  Domain ▴               Relay                     Unknown   Internal  3rd-party\n"
		"▸ acme.example +2        192.0.2.25                refused          1          1\n"
		"  branch.example         mail.old.example:2525     to relay         1          0\n"
		"  lyon.example           –                         refused          1          0\n"
		"  müller.example         [2001:db8::25]:587        refused          0          0\n"
		"  neu.example            –                         refused          0          0\n"
		"\n\n\n\n\n\n\n\n\n\n\n\n\n"
		"F1 help   F10 quit   Enter open   n new   / filter   e its entities   Esc back\n");
	/* clang-format on */
	screen_cursor_on(s, "acme.example");
	assert_int_equal(s->canvas->cursor_x, 0);
	screen_free(s);
}

/* Columns go by their rank, the one sorted by never; nothing is cut in what stays. */
static void columns(void **state)
{
	struct screen *s = screen_new(NULL, 16, 60);

	(void)state;
	screen_domains(s);
	screen_shows(
		s, "Domain ▴ ", "Relay ", "Unknown", "mail.old.example:2525 ", "to relay");
	screen_lacks(s, "Internal", "3rd-party");
	screen_resize(s, 24, 70);
	screen_shows(s, "Unknown", "Internal");
	screen_lacks(s, "3rd-party");
	screen_resize(s, 24, 80);
	screen_shows(s, "Internal  3rd-party\n");
	screen_keys(s, "ssss");
	screen_resize(s, 16, 60);
	screen_shows(s, "3rd-party ▴\n", "acme.example +2");
	screen_resize(s, 43, 132);
	screen_shows(s, "Unknown", "Internal", "3rd-party ▴  Share\n");
	screen_free(s);
}

/* What the rows' order is, read off the screen by their names. */
static void assert_order(struct screen *s, const char *const names[])
{
	const char *at = strstr(screen_text(s), "Domain");

	for (; at && *names; names++) {
		at = strstr(at, *names);
		if (!at)
			screen_fail(s, "not in order from %s on", *names);
	}
}

static const struct order {
	const char *name;
	const char *keys;
	const char *order[6];
} orders[] = {
	{"by name", "", {"acme", "branch", "lyon", "müller", "neu"}},
	{"by name, reversed", "r", {"neu", "müller", "lyon", "branch", "acme"}},
	{"by relay", "s", {"lyon", "neu", "acme", "müller", "branch"}},
	{"by relay, reversed", "sr", {"branch", "müller", "acme", "neu", "lyon"}},
	{"by unknown", "ss", {"acme", "lyon", "müller", "neu", "branch"}},
	{"by unknown, reversed", "ssr", {"branch", "neu", "müller", "lyon", "acme"}},
	{"by internal", "sss", {"müller", "neu", "acme", "branch", "lyon"}},
	{"by internal, reversed", "sssr", {"lyon", "branch", "acme", "neu", "müller"}},
	{"by third-party", "ssss", {"branch", "lyon", "müller", "neu", "acme"}},
	{"by third-party, reversed", "ssssr", {"acme", "neu", "müller", "lyon", "branch"}},
	{"by share", "sssss", {"müller", "neu", "branch", "lyon", "acme"}},
	{"by share, reversed", "sssssr", {"acme", "lyon", "branch", "neu", "müller"}},
	{"round to the name", "ssssss", {"acme", "branch", "lyon", "müller", "neu"}},
};

static void order(void **state)
{
	const struct order *o = *state;
	struct screen *s = screen_new(NULL, 24, 80);

	screen_domains(s);
	screen_keys(s, o->keys);
	assert_order(s, o->order);
	screen_free(s);
}

static const struct found {
	const char *name;
	const char *typed;
	const char *position;
	const char *shown;
} founds[] = {
	{"a part", "yon", "1 of 1", "lyon.example"},
	{"capitals", "LYON", "1 of 1", "lyon.example"},
	{"without its dots", "muller", "1 of 1", "müller.example"},
	{"with its dots", "müller", "1 of 1", "müller.example"},
	{"the stored form", "xn--", "1 of 1", "müller.example"},
	{"an alias", "acme.invalid", "1 of 1", "acme.example +2"},
	{"the relay", "old.example", "1 of 1", "branch.example"},
	{"none", "zzz", "0 of 0", "Nothing matches the filter; Esc clears it."},
	{"several", "e", "1 of 5", "neu.example"},
};

static void found(void **state)
{
	const struct found *f = *state;
	struct screen *s = screen_new(NULL, 24, 80);

	screen_domains(s);
	screen_keys(s, "/");
	screen_cursor_on(s, "Filter [");
	screen_keys(s, f->typed);
	screen_shows(s, f->position, f->shown);
	/* Enter keeps it and goes to the rows, Esc clears it, then goes back */
	screen_keys(s, "<Enter>");
	screen_shows(s, f->typed, f->position);
	screen_keys(s, "<Esc>");
	screen_shows(s, "of 5");
	screen_keys(s, "<Esc>");
	screen_shows(s, "Directory entities");
	screen_free(s);
}

/* Letters are text in the filter, shortcuts outside. */
static void typing(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domains(s);
	screen_keys(s, "/nersq?!");
	screen_shows(s, "[nersq?! ");
	assert_false(s->app->quit);
	screen_keys(s, "<Ctrl-U><Down>n");
	screen_shows(s, "› New domain ");
	screen_free(s);
}

/* ---- the selection --------------------------------------------------------------- */

static void moving(void **state)
{
	static const struct {
		const char *keys, *on, *position;
	} cases[] = {
		{"<Down>", "branch", "2 of 5"},
		{"<End>", "neu", "5 of 5"},
		{"<End><Down>", "neu", "5 of 5"},
		{"<End><Home>", "acme", "1 of 5"},
		{"<PgDn>", "neu", "5 of 5"},
		{"<PgDn><PgUp>", "acme", "1 of 5"},
		{"<End><Up><Up>", "lyon", "3 of 5"},
		{"<Up>", "=New domain", "1 of 5"},
		{"<Up><Down>", "acme", "1 of 5"},
		{"<Up><Right>", "Filter [", "1 of 5"},
		{"<Tab>", "=New domain", "1 of 5"},
		{"<Tab><Tab>", "Filter [", "1 of 5"},
		{"<Tab><Tab><Tab>", "acme", "1 of 5"},
		{"<Shift-Tab>", "Filter [", "1 of 5"},
		{"<Down><Down><Tab><Tab><Tab>", "lyon", "3 of 5"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct screen *s = screen_new(NULL, 24, 80);

		screen_domains(s);
		screen_keys(s, cases[i].keys);
		screen_cursor_on(s, cases[i].on);
		screen_shows(s, cases[i].position);
		screen_free(s);
	}
}

/* By entry, not by row: sorted, read again with others before it, resized. */
static void selection_stays(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domains(s);
	screen_keys(s, "<Down><Down>");
	screen_cursor_on(s, "lyon");
	screen_keys(s, "r");
	screen_cursor_on(s, "lyon");
	screen_keys(s, "s");
	screen_cursor_on(s, "lyon");
	fake_add(s->fake, "dn: associatedDomain=aaa.example,ou=domains,dc=demo\n"
			  "objectClass: relaisDomain\nassociatedDomain: aaa.example\n");
	screen_keys(s, "sssss<F5>");
	screen_shows(s, "aaa.example", "of 6");
	screen_cursor_on(s, "lyon");
	screen_resize(s, 16, 60);
	screen_cursor_on(s, "lyon");
	screen_resize(s, 43, 132);
	screen_cursor_on(s, "lyon");
	/* its form and back */
	screen_keys(s, "<Enter><Esc>");
	screen_cursor_on(s, "lyon");
	screen_free(s);
}

/* The first row, too, once it was opened. */
static void first_row_stays(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domains(s);
	screen_keys(s, "<Enter>");
	fake_add(s->fake, "dn: associatedDomain=aaa.example,ou=domains,dc=demo\n"
			  "objectClass: relaisDomain\nassociatedDomain: aaa.example\n");
	screen_keys(s, "1<Ctrl-S><Enter><Esc>");
	screen_shows(s, "aaa.example", "2 of 6");
	screen_cursor_on(s, "acme.example");
	screen_free(s);
}

/* Filter, order and selection are there when one comes back from a form. */
static void remembered(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domains(s);
	screen_keys(s, "/.ex<Enter>r<Down><Enter><Esc>");
	screen_shows(s, "[.ex ", "Domain ▾", "2 of 5");
	screen_free(s);
}

static void entry_gone(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domains(s);
	screen_keys(s, "<End>");
	fake_delete(s->fake, NEU);
	screen_keys(s, "<F5>");
	screen_shows(s, "4 of 4");
	screen_cursor_on(s, "müller");
	screen_free(s);
}

/* ---- what is there ------------------------------------------------------------------ */

static void empty(void **state)
{
	struct screen *s = screen_new(
		"dn: ou=domains,dc=demo\nobjectClass: organizationalUnit\n", 24, 80);

	(void)state;
	screen_domains(s);
	screen_shows(
		s, "There is no supervised domain yet: choose New domain above.", "0 of 0");
	screen_keys(s, "<Enter><Down><End><PgDn>er s<Del>");
	screen_shows(s, "There is no supervised domain yet");
	screen_keys(s, "<Up>");
	screen_cursor_on(s, "=New domain");
	screen_keys(s, "<Enter>");
	screen_shows(s, "› New domain ");
	screen_free(s);
}

static void truncated(void **state)
{
	struct screen *s = screen_new_unsettled(NULL, 24, 80);

	(void)state;
	fake_size_limit(s->fake, 3);
	screen_settle(s);
	screen_domains(s);
	screen_shows(s, "1 of 3+");
	fake_size_limit(s->fake, 0);
	screen_keys(s, "<F5>");
	screen_shows(s, "1 of 5");
	screen_lacks(s, "5+");
	screen_free(s);
}

static void counting_that_costs_is_said_to(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domains(s);
	screen_lacks(s, "took the server");
	fake_per_step(s->fake, 1);
	app_key(s->app, (struct input){.key = K_F(5)});
	for (int i = 0; i < 8; i++)
		screen_step(s);
	screen_clock(1012000);
	screen_settle(s);
	screen_shows(s, "Counting their users took the server 12 s.");
	screen_free(s);
}

static void counts_fail(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domains(s);
	fake_stall(s->fake, true);
	screen_keys(s, "<F5>");
	fake_stall(s->fake, false);
	screen_step(s);
	fake_fail(s->fake, ERR_DENIED, "no");
	screen_settle(s);
	screen_shows(s, "192.0.2.25                refused          ?          1");
	screen_free(s);
}

/* Names and relays are data: nothing in them reaches the terminal as a control. */
static void hostile(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	fake_change(s->fake, NEU, "associatedDomain", "a\033[2J.example", NULL);
	fake_change(s->fake, NEU, "relaisSplitRelay", "\xe2\x80\xae\x07\xff[x", NULL);
	screen_domains(s);
	screen_shows(s, "a�[2j.example", "���[x");
	screen_free(s);
}

static void its_entities(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domains(s);
	screen_keys(s, "e");
	screen_shows(s, "› Directories › Directory entities › acme.example ", "1 of 4",
		"Alice", "Bob", "Carol", "Élodie");
	screen_lacks(s, "Zoë", "山田");
	screen_keys(s, "<Esc><Down><Down>e");
	screen_shows(s, "1 of 1", "山田");
	screen_free(s);
}

int main(void)
{
	struct suite suite = {.n = 0};

	SUITE_ADD(&suite, at_80x24);
	SUITE_ADD(&suite, columns);
	SUITE_ROWS(&suite, order, orders);
	SUITE_ROWS(&suite, found, founds);
	SUITE_ADD(&suite, typing);
	SUITE_ADD(&suite, moving);
	SUITE_ADD(&suite, selection_stays);
	SUITE_ADD(&suite, first_row_stays);
	SUITE_ADD(&suite, remembered);
	SUITE_ADD(&suite, entry_gone);
	SUITE_ADD(&suite, empty);
	SUITE_ADD(&suite, truncated);
	SUITE_ADD(&suite, counting_that_costs_is_said_to);
	SUITE_ADD(&suite, counts_fail);
	SUITE_ADD(&suite, hostile);
	SUITE_ADD(&suite, its_entities);
	return suite_run(&suite);
}
