/* Filling in the forms, on the real directory. */
#include "tests/pty/console.h"

#include <stdio.h>
#include <string.h>

/* ---- the domain's form -------------------------------------------------------------- */

struct wrong {
	const char *name;
	const char *typed;
	const char *sentence; /* as much of it as stands in one row */
};

static const struct wrong wrong_relays[] = {
	{"a space in a host", "mail old.example", "Not a host: give a name or IP address"},
	{"a URL", "smtp://mail.example", "Not a host: give a name or IP address"},
	{"port 0", "mail.example:0", "The port must be a number from 1 to 65535."},
	{"port 65536", "mail.example:65536", "The port must be a number from 1 to 65535."},
	{"this machine", "127.0.0.1", "127.0.0.1 is this mail system itself"},
	{"this machine by name", "localhost:25", "localhost:25 is this mail system itself"},
	{"an unclosed bracket", "[192.0.2.1", "Not a host: give a name or IP address"},
};

/* Said as one types; not saved, nothing sent, and still there to be mended. */
static void wrong_relay(void **state)
{
	struct scene *s = *state;
	const struct wrong *w = s->row;
	struct pty *p = console_ready(s, true);
	char *sent;

	open_domain(p, "lyon.example");
	fill_in(p, w->typed);
	see(p, w->sentence);
	press(p, "<C-s>", "Not saved: see the words under the field.");
	on_item(p, "Relay for split domains");
	see(p, w->typed);
	sent = proxy_recorded(s->proxy);
	assert_string_equal(sent, "");
	free(sent);
	fill_in(p, "192.0.2.50");
	see_gone(p, w->sentence);
	review(p);
	press(p, "<Enter>", "Saved lyon.example");
	assert_value(s, LYON, "relaisSplitRelay", "[192.0.2.50]");
}

/* As it is typed, and the one way it is stored. */
static const struct wrong relays[] = {
	{"a name", "Mail.Old.Example", "[mail.old.example]"},
	{"brackets", "[mail.old.example]", "[mail.old.example]"},
	{"brackets and port", "[mail.old.example]:2525", "[mail.old.example]:2525"},
	{"port 25", "mail.old.example:25", "[mail.old.example]"},
	{"IPv6", "2001:db8::25", "[IPv6:2001:db8::25]"},
	{"IPv6 and port", "[2001:DB8:0::25]:587", "[IPv6:2001:db8::25]:587"},
	{"an international name", "courrier.élan.example",
		"[courrier.xn--lan-9la.example]"},
};

static void relay(void **state)
{
	struct scene *s = *state;
	const struct wrong *w = s->row;
	struct pty *p = console_ready(s, false);

	open_domain(p, "lyon.example");
	fill_in(p, w->typed);
	review(p);
	see(p, w->sentence);
	press(p, "<Enter>", "Saved lyon.example");
	assert_value(s, LYON, "relaisSplitRelay", w->sentence);
}

static void forward_needs_a_relay(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, false);

	open_domain(p, "lyon.example");
	press(p, "<Tab><Space>", "Forwarding needs a relay");
	press(p, "<C-s>", "Not saved: see the words under the field.");
	press(p, "<Space>", "Addresses unknown here do not exist.");
	press(p, "<C-s>", "Nothing was changed, nothing to save.");
	assert_value(s, LYON, "relaisForwardUnknown", "");
}

/* Bob's mail would be held: not without another relay. */
static void a_relay_that_is_needed(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, false);

	open_domain(p, "acme.example");
	pty_keys(p, "<C-a><C-k>");
	see(p, "One third-party user still needs this relay");
	press(p, "<C-s>", "Not saved: see the words under the field.");
	assert_value(s, ACME, "relaisSplitRelay", "[192.0.2.25]");
	fill_in(p, "192.0.2.26");
	review(p);
	see(p, "1 third-party user");
	press(p, "<Enter>", "Saved acme.example");
	assert_value(s, ACME, "relaisSplitRelay", "[192.0.2.26]");
}

/* Somebody becomes third-party between typing and saving: seen before the review. */
static void a_relay_that_has_become_needed(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, false);

	modify(s, "dn: " BOB "\nchangetype: modify\nreplace: relaisRouting\n"
		  "relaisRouting: internal\n-\ndelete: relaisThirdPartyAddress\n");
	open_domain(p, "acme.example");
	pty_keys(p, "<C-a><C-k>");
	see_gone(p, "[192.0.2.25");
	modify(s, "dn: " BOB "\nchangetype: modify\nreplace: relaisRouting\n"
		  "relaisRouting: external\n-\nadd: relaisThirdPartyAddress\n"
		  "relaisThirdPartyAddress: bob@acme.example\n");
	press(p, "<C-s>", "Not saved: see the words under the field.");
	see(p, "One third-party user still needs this relay");
	assert_value(s, ACME, "relaisSplitRelay", "[192.0.2.25]");
}

static void a_new_domain_that_is_taken(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, false);

	press(p, "<Enter>", "lyon.example");
	press(p, "<Up><Enter>", "Domain name");
	pty_keys(p, "ACME.test");
	go_to(p, "<Tab>", "< Create >");
	press(p, "<Enter>", "acme.test already belongs to another domain:");
	on_item(p, "Domain name");
	fill_in(p, "Élan.example");
	go_to(p, "<Tab>", "< Create >");
	press(p, "<Enter>", "< Show LDIF >");
	press(p, "<Enter>", "of 4");
	see(p, "  élan.example");
	assert_value(s, "associatedDomain=xn--lan-9la.example,ou=domains,dc=demo",
		"associatedDomain", "xn--lan-9la.example");
}

/* ---- the user's form ------------------------------------------------------------------
 */

/* It leads to the domain's form and back, with what was chosen. */
static void a_domain_without_relay(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, false);

	open_user(p, "Luc");
	press(p, "<Enter>", "[x] Internal mail");
	press(p, "<Down><Enter>", "( Third-party mail");
	see(p, "lyon.example has no relay for split domains: set it first");
	press(p, "<C-s>", "Not saved: see the words under the field.");
	assert_value(s, LUC, "relaisRouting", "internal");
	go_to(p, "<Tab>", "< Set the relay of lyon.example >");
	pty_keys(p, "<Enter>");
	on_item(p, "Relay for split domains");
	fill_in(p, "192.0.2.50");
	review(p);
	press(p, "<Enter>", "Saved lyon.example");
	press(p, "<Esc>", "( Third-party mail");
	see_gone(p, "has no relay");
	see(p, "to 192.0.2.50");
	review(p);
	press(p, "<Enter>", "Saved Luc Bernard");
	assert_value(s, LUC, "relaisRouting", "external");
	assert_value(s, LUC, "relaisThirdPartyAddress", "luc@lyon.example");
}

static void nothing_selected(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, false);

	open_user(p, "Bob");
	pty_keys(p, "<Tab>");
	on_item(p, "[x] bob@acme.example");
	press(p, "o", "Select at least one address");
	press(p, "<C-s>", "Not saved: see the words under the field.");
	press(p, "a", "[x] bd@acme.example");
	review(p);
	press(p, "<Enter>", "Saved Bob Durand");
	await_value(s, BOB, "relaisThirdPartyAddress",
		"bob@acme.example\nbob.durand@acme.example\nbd@acme.example");
}

/* Who had no word about mail at all gets the class with it. */
static void as_before_relais_came(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, false);

	open_user(p, "Élodie");
	press(p, "<Enter>", "[x] No mail");
	go_to(p, "<Up>", "Internal mail");
	press(p, "<Enter>", "( Internal mail");
	review(p);
	press(p, "<Enter>", "Saved Élodie Guérin");
	assert_value(s, "uid=elodie," ACME, "relaisRouting", "internal");
	assert_value(s, "uid=elodie," ACME, "objectClass", "inetOrgPerson\nrelaisUser");
}

/* ---- lists ------------------------------------------------------------------------------
 */

/* Filter, order and place are there when one comes back. */
static void lists_remember(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, false);

	press(p, "<End><Up><Enter>", "Luc Bernard");
	see_gone(p, "(reading)");
	press(p, "/acme<Enter>", "1 of 4");
	press(p, "r", "Display name ▾");
	go_to(p, "<Down>", "Bob Durand");
	press(p, "<Enter>", "( Third-party mail");
	press(p, "<Esc>", "3 of 4");
	on_item(p, "Bob Durand");
	see(p, "Display name ▾");
	press(p, "<Esc>", "of 6");
	on_item(p, "Bob Durand");
}

/* What stands in the directory cannot steer the terminal. */
static void hostile_words(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, false);

	/* ESC ] 0 ; owned BEL, ESC [ 2 J, and U+202E, which turns the line round */
	directory_sh(&s->directory,
		"ldapmodify -x -H $URI -D cn=root,dc=demo -w root <<'END'\n"
		"dn: " LUC "\nchangetype: modify\nreplace: cn\n"
		"cn:: THVjG10wO293bmVkBxtbMkrigK5CZXJuYXJk\n-\nreplace: displayName\n"
		"displayName:: THVjG10wO293bmVkBxtbMkrigK5CZXJuYXJk\n-\n"
		"replace: description\ndescription:: G1szMW0=\n-\n"
		"END");
	pty_mark(p);
	press(p, "<End><Up><Enter>", "luc@lyon.example");
	see_gone(p, "(reading)");
	go_to(p, "<Down>", "luc@lyon.example");
	press(p, "<Enter>", "( Internal mail");
	press(p, "<F4>", "Bernard");
	assert_false(pty_saw(p, "\033]0;owned"));
	assert_false(pty_saw(p, "\033[2J\xe2\x80\xae"));
	assert_false(pty_saw(p, "\xe2\x80\xae"));
	see(p, "admin0 · ldapi · ready");
}

int main(void)
{
	struct scenes s = {0};

	SCENE_ROWS(&s, wrong_relay, wrong_relays);
	SCENE_ROWS(&s, relay, relays);
	SCENE(&s, forward_needs_a_relay);
	SCENE(&s, a_relay_that_is_needed);
	SCENE(&s, a_relay_that_has_become_needed);
	SCENE(&s, a_new_domain_that_is_taken);
	SCENE(&s, a_domain_without_relay);
	SCENE(&s, nothing_selected);
	SCENE(&s, as_before_relais_came);
	SCENE(&s, lists_remember);
	SCENE(&s, hostile_words);
	return scenes_run(&s);
}
