/*
 * Who may do what, through the console with the shipped rules: a super administrator, an
 * administrator of acme.example's users, a reader; each on every screen.  What is not
 * permitted is read-only, says who may, and is not even tried: the tree stays as it was.
 */
#include "tests/pty/console.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOMAIN_NO "Only a super administrator may change this domain."
#define ACMES_NO "You may not change this user: an administrator of acme.example's"
#define BRANCHS_NO "You may not change this user: an administrator of branch.example's"
#define TREE                                                       \
	"LDAPNOINIT=1 ldapsearch -LLL -x -o ldif-wrap=no -H $URI " \
	"-D cn=root,dc=demo -w root -b dc=demo '*' + | sort >$DIR/tree"

static struct pty *signed_in(struct scene *s, const char *who)
{
	static char path[160];
	struct buf command = BUF_INIT, header = BUF_INIT;
	struct pty *p;

	snprintf(path, sizeof(path), "%s/simple.conf", s->directory.path);
	buf_printf(&command, "sed 's/\"external\"/\"simple\"/' %s >%s", s->direct, path);
	assert_int_equal(system(command.s), 0);
	p = console_start(s, &(struct console_options){.config = path});
	see(p, "< Sign in >");
	pty_keys(p, who);
	pty_keys(p, "<Enter>");
	on_item(p, "Password");
	pty_keys(p, "demo<Enter>");
	buf_printf(&header, "%s · ldapi · ready", who);
	see(p, header.s);
	see(p, "6 users, 1 third-party");
	buf_release(&command);
	buf_release(&header);
	return p;
}

static void tree_before(struct scene *s)
{
	directory_sh(&s->directory, TREE);
	directory_sh(&s->directory, "cp $DIR/tree $DIR/before");
}

static void tree_as_before(struct scene *s)
{
	directory_sh(&s->directory, TREE);
	directory_sh(&s->directory, "diff $DIR/before $DIR/tree");
}

/* ---- from home and back ----------------------------------------------------------- */

static void filtered(struct pty *p, const char *text)
{
	press(p, "/", "Filter");
	pty_keys(p, text);
	press(p, "<Enter>", "1 of 1");
}

static void to_domains(struct pty *p)
{
	pty_keys(p, "<Home>");
	on_item(p, "Supervised domains");
	press(p, "<Enter>", "< New domain >");
	see(p, "lyon.example");
}

static void to_users(struct pty *p)
{
	pty_keys(p, "<End><Up>");
	on_item(p, "Directory entities");
	press(p, "<Enter>", "< New user >");
	see(p, "1 of 6");
}

static void to_domain(struct pty *p, const char *name)
{
	to_domains(p);
	filtered(p, name);
	press(p, "<Enter>", "Mail routing");
	see(p, "after saving");
}

static void to_user(struct pty *p, const char *name)
{
	to_users(p);
	filtered(p, name);
	press(p, "<Enter>", "Mail system");
}

/* Esc until home is there: a filter is cleared first. */
static void home(struct pty *p)
{
	for (int i = 0; i < 6 && !pty_shows(p, "where does an address go?"); i++) {
		pty_keys(p, "<Esc>");
		pty_settle(p);
	}
	see(p, "where does an address go?");
}

static void lacks(struct pty *p, const char *text)
{
	pty_settle(p);
	if (pty_shows(p, text))
		fail_msg("shown: %s", text);
}

/* ---- what all but super administrators see ----------------------------------------- */

static void domain_is_read_only(struct pty *p)
{
	to_domain(p, "acme");
	see(p, DOMAIN_NO);
	see(p, "Relay for split domains  192.0.2.25");
	see(p, " -  Forward unknown");
	lacks(p, "Save");
	pty_keys(p, "9<C-s><F2>");
	pty_settle(p);
	see(p, "Relay for split domains  192.0.2.25\n");
	lacks(p, "Save acme.example?");
	press(p, "<F4>", "Other names");
	see(p, DOMAIN_NO);
	lacks(p, "Add a name");
	lacks(p, "+ add");
	pty_keys(p, "<Down>x<Down>+-<Del><C-s>");
	pty_settle(p);
	lacks(p, "Save");
	home(p);
}

static void no_new_domain(struct pty *p)
{
	to_domains(p);
	press(p, "n", "Only a super administrator may create domains.");
	lacks(p, "Create");
	home(p);
}

static void no_delete(struct pty *p)
{
	to_domains(p);
	filtered(p, "lyon");
	press(p, "<Del>", "Only a super administrator may delete this domain.");
	lacks(p, "< Delete >");
	press(p, "<Enter>", "< New domain >");
	home(p);
}

static void user_is_read_only(struct pty *p, const char *name, const char *who_may)
{
	to_user(p, name);
	see(p, who_may);
	lacks(p, "▾");
	lacks(p, "Add an address");
	lacks(p, "Save");
	pty_keys(p, "<Space>+-ao<Del><C-s><F2>");
	pty_settle(p);
	lacks(p, "Save");
	press(p, "<F4>", "User name");
	see(p, who_may);
	home(p);
}

static void no_switch(struct pty *p, const char *name, const char *who_may)
{
	to_users(p);
	filtered(p, name);
	press(p, "t", who_may);
	lacks(p, "< Save >");
	home(p);
}

static void no_new_user(struct pty *p)
{
	to_users(p);
	press(p, "n", "You may not create users: a super administrator may.");
	lacks(p, "Create");
	home(p);
}

/* Screens that only show. */
static void shows_the_rest(struct pty *p)
{
	pty_keys(p, "<Home><Down>");
	on_item(p, "Route check");
	press(p, "<Enter>", "Address");
	pty_keys(p, "bob@acme.example<Enter>");
	see(p, "192.0.2.25");
	home(p);
	pty_keys(p, "<Home><Down><Down>");
	on_item(p, "Consistency check");
	press(p, "<Enter>", "< Check again >");
	see(p, "What is wrong");
	home(p);
}

/* ---- the roles --------------------------------------------------------------------- */

static void reader(void **state)
{
	struct scene *s = *state;
	struct pty *p;

	tree_before(s);
	p = signed_in(s, "rita");
	domain_is_read_only(p);
	no_new_domain(p);
	no_delete(p);
	user_is_read_only(p, "alice", ACMES_NO);
	user_is_read_only(p, "bob", ACMES_NO);
	user_is_read_only(p, "elodie", ACMES_NO);
	user_is_read_only(p, "zoe", BRANCHS_NO);
	no_switch(p, "alice", ACMES_NO);
	no_new_user(p);
	shows_the_rest(p);
	tree_as_before(s);
	quit(p);
}

static void acmes_reads(void **state)
{
	struct scene *s = *state;
	struct pty *p;

	tree_before(s);
	p = signed_in(s, "anna");
	domain_is_read_only(p);
	no_new_domain(p);
	no_delete(p);
	user_is_read_only(p, "zoe", BRANCHS_NO);
	no_switch(p, "zoe", BRANCHS_NO);
	no_new_user(p);
	shows_the_rest(p);
	tree_as_before(s);
	quit(p);
}

/* Every change of a user's mail there is, in acme.example. */
static void acmes_writes(void **state)
{
	struct scene *s = *state;
	struct pty *p = signed_in(s, "anna");

	to_user(p, "alice");
	see(p, "( Internal mail ▾ )");
	lacks(p, "You may");
	pty_keys(p, "+");
	see(p, "Add an address");
	pty_keys(p, "al@acme.example<Enter><Down><Enter>");
	see(p, "al@acme.example ");
	review(p);
	press(p, "<Enter>", "Saved Alice Martin");
	home(p);
	to_users(p);
	filtered(p, "alice");
	press(p, "t", "Save Alice Martin?");
	press(p, "<Enter>", "Saved Alice Martin");
	assert_value(s, ALICE, "relaisRouting", "external");
	see(p, "third-party");
	press(p, "t", "Save Alice Martin?");
	press(p, "<Enter>", "Saved Alice Martin");
	assert_value(s, ALICE, "relaisRouting", "internal");
	assert_value(s, ALICE, "relaisThirdPartyAddress", "");
	home(p);
	to_user(p, "elodie"); /* the class comes with the first routing */
	lacks(p, "You may");
	on_item(p, "Mail system");
	pty_keys(p, "<Enter>");
	see(p, "Internal mail");
	pty_keys(p, "<Up><Enter>");
	review(p);
	press(p, "<Enter>", "Saved Élodie Guérin");
	home(p);
	quit(p);
}

/* One of a user's addresses is in another domain. */
static void acmes_in_part(void **state)
{
	struct scene *s = *state;
	struct pty *p;

	directory_sh(&s->directory,
		"ldapmodify -x -H $URI -D cn=root,dc=demo -w root <<'END'\n"
		"dn: " BOB "\nchangetype: modify\n"
		"add: mail\nmail: bob@branch.example\n-\n"
		"add: relaisThirdPartyAddress\n"
		"relaisThirdPartyAddress: bob@branch.example\nEND");
	p = signed_in(s, "anna");
	to_user(p, "bob");
	see(p, "You may change only what stands in brackets");
	see(p, "branch.example's users or a super administrator may.");
	see(p, "[ ] bd@acme.example");
	see(p, " x  bob@branch.example");
	go_to(p, "<Down>", "bob@branch.example");
	pty_keys(p, "<Space>-");
	pty_settle(p);
	see(p, "x  bob@branch.example");
	go_to(p, "<Up>", "bd@acme.example");
	press(p, "<Space>", "[x] bd@acme.example");
	review(p);
	press(p, "<Enter>", "Saved Bob Durand");
	home(p);
	quit(p);
}

/* The last proof is the server's: what was permitted as the form opened is not any more. */
static void taken_away_meanwhile(void **state)
{
	struct scene *s = *state;
	struct pty *p = signed_in(s, "anna");

	to_user(p, "bob");
	on_item(p, "Mail system");
	pty_keys(p, "a");
	see(p, "[x] bd@acme.example");
	review(p);
	directory_sh(&s->directory,
		"ldapmodify -x -H $URI -D cn=root,dc=demo -w root <<'END'\n"
		"dn: cn=acme.example,ou=user administrators,ou=admins,dc=demo\n"
		"changetype: modify\ndelete: member\n"
		"member: uid=anna,ou=admins,dc=demo\n-\n"
		"add: member\nmember: uid=nobody,ou=admins,dc=demo\nEND");
	press(p, "<Enter>", "Not saved");
	see(p, "You may not do this: ask a super administrator");
	see(p, "nothing you typed is lost");
	press(p, "<Enter>", "[x] bd@acme.example");
	press(p, "<C-s>", ACMES_NO); /* asked again before the review */
	see(p, "x  bd@acme.example");
	see(p, "What you changed is still here, but it can't be saved.");
	assert_value(s, BOB, "relaisRouting", "external");
}

static void super(void **state)
{
	struct scene *s = *state;
	struct pty *p = signed_in(s, "admin0");

	to_domain(p, "lyon");
	lacks(p, "Only a super");
	on_item(p, "Relay for split domains");
	fill_in(p, "192.0.2.77");
	review(p);
	press(p, "<Enter>", "Saved lyon.example");
	assert_value(s, LYON, "relaisSplitRelay", "[192.0.2.77]");
	home(p);
	to_domains(p);
	press(p, "n", "Domain name");
	pty_keys(p, "new.example<Tab><Tab><Tab>");
	on_item(p, "< Create and edit >");
	pty_keys(p, "<Right>");
	on_item(p, "< Create >");
	press(p, "<Enter>", "Save new.example?");
	press(p, "<Enter>", "Saved new.example");
	filtered(p, "new.example");
	press(p, "<Del>", "Type new.example to delete it.");
	pty_keys(p, "new.example<Tab><Enter>");
	press(p, "", "< Show LDIF >");
	press(p, "<Enter>", "Deleted new.example");
	home(p);
	to_user(p, "zoe");
	lacks(p, "You may");
	see(p, "< Save >");
	home(p);
	quit(p);
}

int main(void)
{
	struct scenes s = {0};

	SCENE(&s, reader);
	SCENE(&s, acmes_reads);
	SCENE(&s, acmes_writes);
	SCENE(&s, acmes_in_part);
	SCENE(&s, taken_away_meanwhile);
	SCENE(&s, super);
	return scenes_run(&s);
}
