/*
 * Directories › Changes over a slapd that keeps a log of its own: what anybody changed with
 * any tool, and taking it back.
 */
#include "tests/pty/console.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char state[] = "/tmp/rl-state.XXXXXX";

/* Home, with a journal of its own for each test. */
static struct pty *console_of_this_test(struct scene *s)
{
	static char home[80];
	static unsigned n;
	struct pty *p;

	snprintf(home, sizeof(home), "XDG_STATE_HOME=%s/%u", state, ++n);
	p = console_start(s, &(struct console_options){.env = {home}});
	see(p, "6 users, 1 third-party");
	return p;
}

static void to_changes(struct pty *p)
{
	pty_keys(p, "<End>");
	on_item(p, "Changes");
	press(p, "<Enter>", "by anybody with any tool.");
}

static void set_relay(struct scene *s, const char *relay)
{
	char ldif[300];

	snprintf(ldif, sizeof(ldif),
		"dn: " ACME "\nchangetype: modify\nreplace: relaisSplitRelay\n"
		"relaisSplitRelay: %s\n",
		relay);
	modify(s, ldif);
}

static void anybodys_is_shown_and_undone(void **arg)
{
	struct scene *s = *arg;
	struct pty *p = console_of_this_test(s);

	set_relay(s, "[192.0.2.77]");
	to_changes(p);
	see(p, "1 of 1");
	see(p, "admin1   acme.example");
	see(p, "Relay 192.0.2.25 → 192.0.2.77");
	press(p, "u", "Undo the change of acme.example?");
	on_item(p, "< Undo >");
	press(p, "<Enter>", "Undone: acme.example is as it was before that change.");
	assert_value(s, ACME, "relaisSplitRelay", "[192.0.2.25]");
	see(p, "2 of 2");
	see(p, "Undone"); /* by what was made from here, of what the log tells */
	quit(p);
}

static void ones_own_is_shown_once(void **arg)
{
	struct scene *s = *arg;
	struct pty *p = console_of_this_test(s);

	open_domain(p, "lyon.example");
	fill_in(p, "192.0.2.30");
	review(p);
	press(p, "<Enter>", "Saved lyon.example");
	pty_keys(p, "<Esc><Esc><Esc>");
	see(p, "System management");
	set_relay(s, "[192.0.2.77]");
	to_changes(p);
	see(p, "1 of 2");
	see(p, "Relay – → 192.0.2.30");
	press(p, "/lyon<Enter>", "1 of 1");
	press(p, "<Enter>", "Save lyon.example?"); /* the journal's, not the log's */
	quit(p);
}

/* In a transaction, of which no entryCSN comes back. */
static void many_are_one_item(void **arg)
{
	struct scene *s = *arg;
	struct pty *p = console_of_this_test(s);

	press(p, "<End><Up><Enter>", "Bob Durand");
	press(p, "/acme<Enter>", "1 of 4");
	press(p, "*", "4 marked");
	press(p, "<F8>", "4 marked users get:");
	press(p, "<End><Left><Enter>", "4 users: Third-party mail");
	press(p, "<Enter>", "Written    4");
	assert_value(s, ALICE, "relaisRouting", "external");
	pty_keys(p, "<Enter>");
	see(p, "4 marked");
	pty_keys(p, "<Esc><Esc><Esc>");
	see(p, "System management");
	to_changes(p);
	see(p, "1 of 1");
	see(p, "4 changes");
	press(p, "u", "4 changes are undone.");
	press(p, "<Enter>", "Written    4");
	assert_value(s, ALICE, "relaisRouting", "internal");
	quit(p);
}

static void what_has_changed_since_stays(void **arg)
{
	struct scene *s = *arg;
	struct pty *p = console_of_this_test(s);

	set_relay(s, "[192.0.2.77]");
	set_relay(s, "[192.0.2.78]");
	to_changes(p);
	see(p, "1 of 2");
	press(p, "<End>", "2 of 2");
	press(p, "u", "Not undone");
	see(p, "as that change left it");
	see(p, "[192.0.2.77]");
	see(p, "[192.0.2.78]");
	see(p, "Last changed by admin1 at ");
	press(p, "<Enter>", "2 of 2");
	assert_value(s, ACME, "relaisSplitRelay", "[192.0.2.78]");
	quit(p);
}

static void assert_none(struct scene *s, const char *filter)
{
	char command[300];

	snprintf(command, sizeof(command),
		"test -z \"$(ldapsearch -x -LLL -H $URI -D cn=root,dc=demo -w root -b "
		"dc=demo "
		"'%s' 1.1)\"",
		filter);
	directory_sh(&s->directory, command);
}

static void an_entry_comes_and_goes(void **arg)
{
	struct scene *s = *arg;
	struct pty *p = console_of_this_test(s);

	modify(s,
		"dn: uid=new," ACME "\nchangetype: add\nobjectClass: inetOrgPerson\n"
		"objectClass: relaisUser\nuid: new\ncn: New\nsn: New\n"
		"mail: new@acme.example\nrelaisRouting: internal\nuserPassword: geheim\n");
	to_changes(p);
	see(p, "new entry");
	press(p, "u", "Undo the change of new?");
	see(p, "new@acme.example");
	press(p, "<Enter>", "Undone: new is as it was");
	assert_none(s, "(uid=new)");
	press(p, "<Home>", "1 of 2");
	see(p, "entry deleted");
	press(p, "u", "A password that it had is not brought back.");
	press(p, "<Enter>", "Undone: new is as it was");
	assert_value(s, "uid=new," ACME, "mail", "new@acme.example");
	assert_none(s, "(&(uid=new)(userPassword=*))");
	assert_false(pty_saw(p, "geheim"));
	quit(p);
}

/* Renamed since, it is found by its entryUUID. */
static void by_whatever_name(void **arg)
{
	struct scene *s = *arg;
	struct pty *p = console_of_this_test(s);

	modify(s, "dn: uid=luc," LYON "\nchangetype: modify\nreplace: relaisRouting\n"
		  "relaisRouting: none\n\n"
		  "dn: uid=luc," LYON "\nchangetype: modrdn\nnewrdn: uid=lucas\n"
		  "deleteoldrdn: 1\n");
	to_changes(p);
	see(p, "renamed: lucas");
	press(p, "<End>", "2 of 2");
	press(p, "u", "Undo the change of ");
	press(p, "<Enter>", "Undone: ");
	assert_value(s, "uid=lucas," LYON, "relaisRouting", "internal");
	quit(p);
}

/* On a domain: what slapd's log says of it, and it counts again by itself. */
static void how_fast_users_are_moved(void **arg)
{
	struct scene *s = *arg;
	struct pty *p = console_of_this_test(s);

	modify(s, "dn: " ALICE "\nchangetype: modify\nreplace: relaisRouting\n"
		  "relaisRouting: external\n-\nadd: relaisThirdPartyAddress\n"
		  "relaisThirdPartyAddress: alice@acme.example\n");
	pty_keys(p, "<Enter>");
	see(p, "acme.example +1");
	press(p, "p", "From the directory's log.");
	see(p, "In the last hour    1 to third-party, 0 to internal");
	see(p, "Third-party mail            2  100 %");
	modify(s, "dn: " ALICE "\nchangetype: modify\nreplace: relaisRouting\n"
		  "relaisRouting: internal\n-\ndelete: relaisThirdPartyAddress\n");
	see(p, "In the last hour    1 to third-party, 1 to internal");
	see(p, "Internal mail               1  50 %");
	quit(p);
}

int main(void)
{
	struct scenes s = {.n = 0};
	char command[80];
	int failed;

	setenv("SLAPD_LOG", "1", 1);
	if (!mkdtemp(state))
		BUG("%s", state);
	SCENE(&s, anybodys_is_shown_and_undone);
	SCENE(&s, ones_own_is_shown_once);
	SCENE(&s, many_are_one_item);
	SCENE(&s, what_has_changed_since_stays);
	SCENE(&s, an_entry_comes_and_goes);
	SCENE(&s, by_whatever_name);
	SCENE(&s, how_fast_users_are_moved);
	failed = scenes_run(&s);
	snprintf(command, sizeof(command), "rm -r %s", state);
	return system(command) != 0 || failed;
}
