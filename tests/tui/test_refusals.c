/*
 * Whatever the server refuses becomes one sentence, at the field when the server's words
 * name its attribute, else above the form; its own words are made safe to show; nothing
 * typed is lost, and saving again is possible.
 */
#include "tests/tui/screen.h"

#include <string.h>

#include "tui/form.h"

/* The words of a server that wants to be nasty: colours, a title, text backwards, a byte
 * that is no UTF-8, a newline. */
#define NASTY "no\033[31m \033]0;x\007way\n\xe2\x80\xae\xff."
#define SAFE "no�[31m �]0;x�way�"

static const struct row {
	const char *name;
	enum err_code code;
	const char *sentence;
} rows[] = {
	{"11 limit", ERR_LIMIT,
		"The directory stopped at its limit: ask for less, or try again "
		"later."},
	{"16 no such attribute", ERR_NO_SUCH_ATTRIBUTE,
		"This value was removed by somebody else meanwhile: open the entry again."},
	{"17 undefined attribute", ERR_UNDEFINED_ATTRIBUTE,
		"The directory doesn't know an attribute: its relais schema is missing or "
		"old."},
	{"19 constraint", ERR_CONSTRAINT,
		"The directory doesn't accept this value, or somebody has it already: "
		"correct it and save again."},
	{"20 value exists", ERR_VALUE_EXISTS,
		"This value was set by somebody else meanwhile: open the entry again."},
	{"21 syntax", ERR_INVALID_SYNTAX,
		"The directory can't store this value as it is written: correct it and "
		"save again."},
	{"32 no such object", ERR_NO_SUCH_OBJECT,
		"This entry doesn't exist any more: somebody has removed or renamed it."},
	{"50 denied", ERR_DENIED,
		"You may not do this: ask a super administrator, or for a user's mail an "
		"administrator of that domain's users."},
	{"51 busy", ERR_BUSY, "The directory is busy: save again in a moment."},
	{"52 unavailable", ERR_UNAVAILABLE,
		"The directory isn't available: save again in a moment."},
	{"53 unwilling", ERR_UNWILLING,
		"The directory refuses to do this; its own words are under details."},
	{"65 object class", ERR_OBJECT_CLASS,
		"The directory's schema doesn't allow this on such an entry."},
	{"66 not leaf", ERR_NOT_LEAF,
		"There are entries below this one: remove them first."},
	{"68 entry exists", ERR_ENTRY_EXISTS,
		"There is an entry of this name already: choose another name."},
	{"122 assertion", ERR_ASSERTION,
		"Somebody else has changed this entry meanwhile: nothing was written."},
	{"10 referral", ERR_REFERRAL,
		"This server doesn't take changes: it names another one that does."},
	{"80 other", ERR_SERVER,
		"The directory refused (result 80); its own words are under details."},
};

static void pop_up(struct screen *s, const struct row *r)
{
	screen_shows(s, " Not saved ", "Nothing was written and nothing you typed is lost.",
		"Details", "< Back to my form >");
	screen_says(s, r->sentence);
	screen_says(s, SAFE);
	screen_cursor_on(s, "=Back to my form");
	screen_wrote(s, "");
}

/* No byte of the server's words that a terminal would obey. */
static void harmless(struct screen *s)
{
	const char *text = screen_text(s);

	for (const char *p = text; *p; p++)
		if (((unsigned char)*p < ' ' && *p != '\n') || *p == 127)
			screen_fail(s, "a control character");
	if (strstr(text, "\xe2\x80\xae") || strstr(text, "\xff"))
		screen_fail(s, "unsafe text");
}

static const char relay_written[] = "dn: " ACME "\n"
				    "changetype: modify\n"
				    "replace: relaisSplitRelay\n"
				    "relaisSplitRelay: [192.0.2.251]\n"
				    "-\n"
				    "\n";

/* The server names the attribute: the sentence stands under its field. */
static void at_a_field(void **state)
{
	const struct row *r = *state;
	struct screen *s = screen_new(NULL, 24, 80);

	screen_domain(s, "acme");
	screen_keys(s, "1<Down><Ctrl-S>");
	fake_refuse(s->fake, r->code, "relaisSplitRelay", NASTY);
	screen_keys(s, "<Enter>");
	pop_up(s, r);
	harmless(s);
	screen_keys(s, "<Enter>");
	screen_lacks(s, " Not saved ");
	screen_says(s, r->sentence);
	screen_shows(s, "[192.0.2.251 ");
	screen_cursor_on(s, "-Relay for split domains");
	/* saved again it is written; the sentence is gone */
	screen_keys(s, "<Ctrl-S>");
	screen_shows(s, "Save acme.example?");
	screen_keys(s, "<Enter>");
	screen_wrote(s, relay_written);
	screen_says_not(s, r->sentence);
	screen_shows(s, "Saved acme.example");
	screen_free(s);
}

/* It names none, or one that the form doesn't have: above the form. */
static void above_the_form(void **state)
{
	static const char *const attributes[] = {NULL, "relaisRouting", "sambaSID"};
	const struct row *r = *state;

	for (size_t i = 0; i < COUNT_OF(attributes); i++) {
		struct screen *s = screen_new(NULL, 24, 80);

		screen_domain(s, "acme");
		screen_keys(s, "1<Ctrl-S>");
		fake_refuse(s->fake, r->code, attributes[i], NASTY);
		screen_keys(s, "<Enter>");
		pop_up(s, r);
		screen_keys(s, "<Esc>");
		screen_says(s, r->sentence);
		screen_shows(s, "[192.0.2.251 ");
		screen_cursor_on(s, "-Relay for split domains");
		screen_keys(s, "<Ctrl-S><Enter>");
		screen_wrote(s, relay_written);
		screen_says_not(s, r->sentence);
		screen_free(s);
	}
}

/* Typing on takes the sentence away: it was about what stood there. */
static void typing_on(void **state)
{
	const struct row *r = *state;
	struct screen *s = screen_new(NULL, 24, 80);

	screen_domain(s, "acme");
	screen_keys(s, "1<Ctrl-S>");
	fake_refuse(s->fake, r->code, "relaisSplitRelay", NASTY);
	screen_keys(s, "<Enter><Enter>");
	screen_says(s, r->sentence);
	screen_keys(s, "<Backspace>2");
	screen_says_not(s, r->sentence);
	screen_keys(s, "<Ctrl-S><Enter>");
	screen_shows(s, "Saved acme.example", "[192.0.2.252 ");
	screen_free(s);
}

/* ---- which field ------------------------------------------------------------------ */

static const struct where {
	const char *name;
	const char *attribute;
	const char *who;  /* a user, else acme's domain */
	const char *keys; /* a change */
	const char *cursor;
	const char *kept;
} wheres[] = {
	{"relay", "relaissplitrelay", NULL, "1", "-Relay for split domains",
		"[192.0.2.251 "},
	{"forward", "relaisForwardUnknown", NULL, "<Down><Space>", "[x] Forward unknown",
		"[x] Forward unknown"},
	{"description, on the other tab", "description", NULL, "<F4><Down>x<F4><Down>1",
		"-Description", "[Acmex "},
	{"routing", "relaisRouting", "bob", "<Enter><Up><Enter>", "=Internal mail",
		"( Internal mail ▾ )"},
	{"selection", "relaisThirdPartyAddress", "bob", "a", "bob@acme.example",
		"[x] bd@acme.example"},
	{"selection, from the other tab", "relaisThirdPartyAddress", "bob", "a<F4>",
		"bob@acme.example", "[x] bd@acme.example"},
	{"addresses", "mail", "bob", "a", "bob@acme.example", "[x] bd@acme.example"},
};

static void which_field(void **state)
{
	const struct where *w = *state;
	const char *sentence = "The directory can't store this value as it is written";
	struct screen *s = screen_new(NULL, 24, 80);

	if (w->who)
		screen_user(s, w->who);
	else
		screen_domain(s, "acme");
	screen_keys(s, w->keys);
	screen_keys(s, "<Ctrl-S>");
	fake_refuse(s->fake, ERR_INVALID_SYNTAX, w->attribute, "bad");
	screen_keys(s, "<Enter><Enter>");
	screen_says(s, sentence);
	screen_shows(s, w->kept);
	screen_cursor_on(s, w->cursor);
	screen_wrote(s, "");
	screen_free(s);
}

/* ---- new entries ------------------------------------------------------------------ */

static void new_domain(void **state)
{
	const struct row *r = *state;
	struct screen *s = screen_new(NULL, 24, 80);
	struct row add = *r;

	/* what isn't there is not the entry but the one above */
	if (r->code == ERR_NO_SUCH_OBJECT)
		add.sentence =
			"There is no entry for it to stand below: check the bases in the "
			"configuration.";
	r = &add;
	screen_domains(s);
	screen_keys(s, "nz.example<Enter>Zett<Enter>z.test<Enter><Enter>");
	screen_shows(s, "Save z.example?");
	fake_refuse(s->fake, r->code, "associatedDomain", NASTY);
	screen_keys(s, "<Enter>");
	pop_up(s, r);
	screen_keys(s, "<Enter>");
	screen_says(s, r->sentence);
	screen_shows(s, "[z.example ", "[Zett ", "[z.test ");
	screen_cursor_on(s, "-Domain name");
	screen_keys(s, "<Ctrl-S><Enter>");
	screen_wrote(s, "dn: associatedDomain=z.example,ou=domains,dc=demo\n"
			"changetype: add\n"
			"objectClass: organizationalUnit\n"
			"objectClass: relaisDomain\n"
			"ou: z.example\n"
			"associatedDomain: z.example\n"
			"associatedDomain: z.test\n"
			"description: Zett\n"
			"\n");
	screen_free(s);
}

/* ---- lists, loading, checking -------------------------------------------------------- */

static void list_fails(void **state)
{
	const struct row *r = *state;
	struct screen *s = screen_new(NULL, 24, 80);

	fake_fail(s->fake, r->code, NASTY);
	screen_domains(s);
	screen_says(s, r->sentence);
	harmless(s);
	screen_keys(s, "<F5>");
	screen_says_not(s, r->sentence);
	screen_shows(s, "1 of 5");
	/* what was read before stays when it is read again in vain */
	fake_fail(s->fake, r->code, NASTY);
	screen_keys(s, "<F5>");
	screen_says(s, r->sentence);
	screen_shows(s, "1 of 5", "neu.example");
	screen_free(s);
}

static void load_fails(void **state)
{
	const struct row *r = *state;
	struct screen *s = screen_new(NULL, 24, 80);

	screen_domains(s);
	fake_fail(s->fake, r->code, NASTY);
	screen_keys(s, "<Enter>");
	screen_says(s, r->sentence);
	screen_shows(s, "< Back >");
	screen_keys(s, "<Ctrl-S><F4>x");
	screen_keys(s, "<Enter>");
	screen_shows(s, "of 5");
	screen_keys(s, "<Enter>");
	screen_shows(s, "Relay for split domains");
	screen_free(s);
}

/* What stands around can't be read: no save, a sentence, nothing lost, again possible. */
static void check_fails(void **state)
{
	const struct row *r = *state;
	struct screen *s = screen_new(NULL, 24, 80);

	screen_domain(s, "acme");
	screen_keys(s, "1");
	fake_fail(s->fake, r->code, NASTY);
	screen_keys(s, "<Ctrl-S>");
	screen_lacks(s, "Save acme.example?");
	screen_says(s, r->sentence);
	screen_shows(s, "[192.0.2.251 ");
	screen_wrote(s, "");
	screen_keys(s, "<Ctrl-S>");
	screen_shows(s, "Save acme.example?");
	screen_keys(s, "<Enter>");
	screen_wrote(s, relay_written);
	screen_says_not(s, r->sentence);
	screen_free(s);
}

int main(void)
{
	struct suite suite = {.n = 0};

	SUITE_ROWS(&suite, at_a_field, rows);
	SUITE_ROWS(&suite, above_the_form, rows);
	SUITE_ROWS(&suite, typing_on, rows);
	SUITE_ROWS(&suite, which_field, wheres);
	SUITE_ROWS(&suite, new_domain, rows);
	SUITE_ROWS(&suite, list_fails, rows);
	SUITE_ROWS(&suite, load_fails, rows);
	SUITE_ROWS(&suite, check_fails, rows);
	return suite_run(&suite);
}
