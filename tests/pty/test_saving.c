/* What is shown, sent and said when something is saved. */
#include "tests/pty/console.h"

#include <stdio.h>
#include <string.h>

#include "tests/core/test.h"

/* ---- what is shown is what is sent ------------------------------------------------ */

static bool starts_with(const char *s, const char *start)
{
	return strncmp(s, start, strlen(start)) == 0;
}

static void take_line(struct buf *out, const char *from, const char *to)
{
	while (to > from && to[-1] == ' ')
		to--;
	buf_add(out, from, (size_t)(to - from));
	buf_putc(out, '\n');
}

/* n characters further; every one of them takes a column here. */
static const char *columns_on(const char *s, int n)
{
	while (n > 0 && *s)
		n -= (*++s & 0xc0) != 0x80;
	return s;
}

/* The lines inside the frame of the sheet with this title. */
static char *sheet_lines(struct pty *p, const char *title)
{
	struct buf out = BUF_INIT;
	const char *top = strstr(pty_screen(p), title), *at;
	int left = 0;

	assert_non_null(top);
	for (at = top; at[-1] != '\n'; at--)
		;
	for (; at < top; at = columns_on(at, 1))
		left++;
	for (at = strchr(top, '\n'); at; at = strchr(at, '\n')) {
		const char *line = columns_on(++at, left), *end;

		if (!starts_with(line, "│ "))
			break;
		line += strlen("│ ");
		end = strstr(line, " │");
		assert_non_null(end);
		take_line(&out, line, end);
	}
	return buf_detach(&out);
}

/* From a review: its LDIF is looked at, then it is saved; both are the text. */
static void shown_and_sent(struct scene *s, struct pty *p, const char *ldif)
{
	struct buf wanted = BUF_INIT;
	char *shown, *sent;

	press(p, "<Right><Enter>", "┌─ LDIF ─");
	see(p, "version: 1");
	shown = sheet_lines(p, "┌─ LDIF ─");
	buf_printf(&wanted, "version: 1\n\n%s\n< Close >\n", ldif);
	assert_string_equal(shown, wanted.s);
	on_item(p, "< Close >");
	pty_keys(p, "<Enter>");
	see_gone(p, "version: 1");
	assert_string_equal(sent = proxy_recorded(s->proxy), "");
	free(sent);
	press(p, "<Left><Enter>", "Saved ");
	sent = proxy_recorded(s->proxy);
	assert_string_equal(sent, ldif);
	free(shown);
	free(sent);
	buf_release(&wanted);
}

static struct pty *wide(struct scene *s)
{
	struct pty *p = console_start(
		s, &(struct console_options){.rows = 60, .cols = 200, .proxied = true});

	see(p, "6 users, 1 third-party");
	return p;
}

static void ldif_of_a_relay(void **state)
{
	struct scene *s = *state;
	struct pty *p = wide(s);

	open_domain(p, "lyon.example");
	fill_in(p, "mail.old.example:2525");
	pty_keys(p, "<Tab><Space>");
	see(p, "The relay decides");
	review(p);
	shown_and_sent(s, p,
		"dn: associatedDomain=lyon.example,ou=domains,dc=demo\n"
		"changetype: modify\n"
		"add: relaisSplitRelay\n"
		"relaisSplitRelay: [mail.old.example]:2525\n"
		"-\n"
		"add: relaisForwardUnknown\n"
		"relaisForwardUnknown: TRUE\n"
		"-\n\n");
	assert_value(s, LYON, "relaisSplitRelay", "[mail.old.example]:2525");
}

static void ldif_of_a_description(void **state)
{
	struct scene *s = *state;
	struct pty *p = wide(s);

	open_domain(p, "acme.example");
	press(p, "<F4>", "Description");
	pty_keys(p, "<Tab>");
	on_item(p, "Description");
	fill_in(p, "Acme, dépôt de Besançon, atelier du bas et magasin du haut, à gauche");
	review(p);
	shown_and_sent(s, p,
		"dn: associatedDomain=acme.example,ou=domains,dc=demo\n"
		"changetype: modify\n"
		"replace: description\n"
		"description:: "
		"QWNtZSwgZMOpcMO0dCBkZSBCZXNhbsOnb24sIGF0ZWxpZXIgZHUgYmFzIGV0IG\n"
		" 1hZ2FzaW4gZHUgaGF1dCwgw6AgZ2F1Y2hl\n"
		"-\n\n");
}

static void ldif_of_a_user(void **state)
{
	struct scene *s = *state;
	struct pty *p = wide(s);

	open_user(p, "Alice");
	press(p, "<Enter>", "[x] Internal mail");
	press(p, "<Down><Enter>", "( Third-party mail");
	pty_keys(p, "<Tab><Tab>");
	on_item(p, "alice.martin@acme.example");
	press(p, "<Space>", "[ ] alice.martin@acme.example");
	review(p);
	shown_and_sent(s, p,
		"dn: uid=alice,associatedDomain=acme.example,ou=domains,dc=demo\n"
		"changetype: modify\n"
		"replace: relaisRouting\n"
		"relaisRouting: external\n"
		"-\n"
		"add: relaisThirdPartyAddress\n"
		"relaisThirdPartyAddress: alice@acme.example\n"
		"relaisThirdPartyAddress: alice@acme.test\n"
		"-\n\n");
}

static void ldif_of_a_new_domain(void **state)
{
	struct scene *s = *state;
	struct pty *p = wide(s);

	press(p, "<Enter>", "lyon.example");
	press(p, "<Up><Enter>", "Domain name");
	fill_in(p, "Neuf.Example");
	pty_keys(p, "<Tab><Tab>");
	fill_in(p, "neuf.test");
	pty_keys(p, "<Tab><Enter>");
	see(p, "Save ");
	on_item(p, "< Save >");
	shown_and_sent(s, p,
		"dn: associatedDomain=neuf.example,ou=domains,dc=demo\n"
		"changetype: add\n"
		"objectClass: organizationalUnit\n"
		"objectClass: relaisDomain\n"
		"ou: neuf.example\n"
		"associatedDomain: neuf.example\n"
		"associatedDomain: neuf.test\n\n");
}

/* Where it is narrower than LDIF, a line goes on below, and not a letter is lost. */
static void ldif_at_80_columns(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, true);

	open_domain(p, "acme.example");
	press(p, "<F4><Tab>", "Description");
	on_item(p, "Description");
	fill_in(p, "Acme, dépôt de Besançon, atelier du bas, à gauche");
	review(p);
	press(p, "<Right><Enter>", "version: 1");
	see(p, "│ description:: ");
	see(p, "│ QWNtZSwgZMOpcMO0dCBkZSBCZXNhbsOnb24sIGF0ZWxpZXIgZHUgYmFzLCDDoC ");
	see(p, "│  BnYXVjaGU= ");
}

/* ---- refusals ---------------------------------------------------------------------- */

struct refusal {
	const char *name;     /* the result code */
	const char *words;    /* the server's */
	const char *sentence; /* as much of it as stands in one row */
};

static const struct refusal refusals[] = {
	{"11", "the limit of the administrator", "The directory stopped at its limit"},
	{"16", "modify/delete: relaisSplitRelay: no such attribute",
		"This value was removed by somebody else meanwhile"},
	{"17", "relaisSplitRelay: attribute type undefined",
		"The directory doesn't know an attribute"},
	{"19", "relaisSplitRelay: value #0 not allowed",
		"The directory doesn't accept this value"},
	{"20", "modify/add: relaisSplitRelay: value #0 already exists",
		"This value was set by somebody else meanwhile"},
	{"21", "relaisSplitRelay: value #0 invalid per syntax",
		"The directory can't store this value as it is"},
	{"32", "", "This entry doesn't exist any more"},
	{"50", "no write access to attribute", "You may not do this"},
	{"51", "", "The directory is busy: save again in a moment."},
	{"52", "shutting down", "The directory isn't available: save again in a moment."},
	{"53", "shadow context", "The directory refuses to do this"},
	{"65", "attribute 'relaisSplitRelay' not allowed", "schema doesn't allow this"},
	{"66", "subordinate objects must be deleted first", "There are entries below"},
	{"68", "", "There is an entry of this name already"},
	{"80", "internal error", "The directory refused (result 80)"},
};

/* Refused: the sentence, the server's words, and what was typed is there.  Saved again, it
 * is in the directory. */
static void refusal(void **state)
{
	struct scene *s = *state;
	const struct refusal *r = s->row;
	struct pty *p = console_ready(s, true);

	open_domain(p, "lyon.example");
	fill_in(p, "192.0.2.99");
	review(p);
	/* 32 is looked into, and tried again while the entry is there. */
	proxy_answer(s->proxy, PROXY_MODIFY, atoi(r->name), r->words,
		strcmp(r->name, "32") == 0 ? PROXY_ALWAYS : 1);
	press(p, "<Enter>", r->sentence);
	see(p, "Nothing was written and nothing you typed is lost.");
	see(p, r->words);
	on_item(p, "< Back to my form >");
	pty_keys(p, "<Enter>");
	see_gone(p, "Nothing was written");
	see(p, "[192.0.2.99 ");
	see(p, r->sentence);
	assert_value(s, LYON, "relaisSplitRelay", "");
	proxy_answer(s->proxy, PROXY_MODIFY, 0, "", 0);
	review(p);
	press(p, "<Enter>", "Saved lyon.example");
	assert_value(s, LYON, "relaisSplitRelay", "[192.0.2.99]");
	quit(p);
}

/* What can't be written down first is not sent, and the screen says why. */
static void no_place_for_the_journal(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_start(s, &(struct console_options){.proxied = true,
						 .env = {"XDG_STATE_HOME=/dev/null"}});
	char *sent;

	see(p, "6 users, 1 third-party");
	open_domain(p, "lyon.example");
	fill_in(p, "192.0.2.99");
	review(p);
	press(p, "<Enter>", "Not saved");
	see(p, "/dev/null");
	see(p, "so nothing is changed");
	see(p, "Nothing was written and nothing you typed is lost.");
	sent = proxy_recorded(s->proxy);
	assert_string_equal(sent, "");
	free(sent);
	press(p, "<Enter>", "[192.0.2.99 ");
	assert_value(s, LYON, "relaisSplitRelay", "");
	pty_keys(p, "<C-c><C-c>");
	assert_int_equal(pty_exit_status(p, 0), 0);
}

int main(void)
{
	struct scenes s = {0};

	SCENE(&s, ldif_of_a_relay);
	SCENE(&s, ldif_of_a_description);
	SCENE(&s, ldif_of_a_user);
	SCENE(&s, ldif_of_a_new_domain);
	SCENE(&s, ldif_at_80_columns);
	SCENE_ROWS(&s, refusal, refusals);
	SCENE(&s, no_place_for_the_journal);
	return scenes_run(&s);
}
