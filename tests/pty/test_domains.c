/* Domains' other names, entries adopted, domains deleted: on the real directory. */
#include "tests/pty/console.h"

#include <string.h>

#define CAROL "uid=carol," ACME
#define ELODIE "uid=elodie," ACME
#define NEUF "associatedDomain=neuf.example,ou=domains,dc=demo"
#define OU "ou=z.example,ou=domains,dc=demo"

/* What the console sent so far. */
static void sent_is(struct scene *s, const char *ldif)
{
	char *sent = proxy_recorded(s->proxy);

	assert_string_equal(sent, ldif);
	free(sent);
}

static void general(struct pty *p)
{
	open_domain(p, "acme.example");
	press(p, "<F4>", "Other names");
	see_gone(p, "…");
}

static void list(struct pty *p)
{
	press(p, "<Enter>", "lyon.example");
	see_gone(p, "…");
}

/* ---- other names ------------------------------------------------------------------ */

/* Added, given to everybody, then held: it can't be taken away any more. */
static void a_name_is_added_and_given(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, true);

	general(p);
	press(p, "+", "Add a name");
	pty_keys(p, "Acme-Group.Example.<Tab><Enter>");
	see(p, "added when you save");
	review(p);
	press(p, "<Enter>", "Saved acme.example");
	see(p, "4 users have no address here");
	on_item(p, "acme-group.example");
	press(p, "<Enter>", "4 users get at acme-group.example");
	press(p, "<Enter>", "Written: 4 of 4.");
	sent_is(s, "dn: " ACME "\nchangetype: modify\nadd: associatedDomain\n"
		   "associatedDomain: acme-group.example\n-\n\n"
		   "dn: " ALICE "\nchangetype: modify\nadd: mail\n"
		   "mail: alice@acme-group.example\n"
		   "mail: alice.martin@acme-group.example\n-\n\n"
		   "dn: " BOB "\nchangetype: modify\nadd: mail\n"
		   "mail: bob@acme-group.example\nmail: bob.durand@acme-group.example\n"
		   "mail: bd@acme-group.example\n-\nadd: relaisThirdPartyAddress\n"
		   "relaisThirdPartyAddress: bob@acme-group.example\n"
		   "relaisThirdPartyAddress: bob.durand@acme-group.example\n-\n\n"
		   "dn: " CAROL "\nchangetype: modify\nadd: mail\n"
		   "mail: carol@acme-group.example\n-\n\n"
		   "dn: " ELODIE "\nchangetype: modify\n"
		   "add: objectClass\nobjectClass: relaisUser\n-\nadd: mail\n"
		   "mail: elodie@acme-group.example\n-\n\n");
	press(p, "<Enter>", "every user has one here");
	on_item(p, "acme-group.example");
	press(p, "-", "4 users still have addresses in acme-group.example");
	see(p, "every user has one here");
	press(p, "<Esc>", "Supervised domains");
}

/* An address that was taken after the preview is not given; the rest is written. */
static void taken_meanwhile(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, false);

	general(p);
	see(p, "3 users have no address here");
	pty_keys(p, "<Down><Down>");
	on_item(p, "acme.test");
	press(p, "<Enter>", "3 users get at acme.test");
	modify(s, "dn: uid=zoe," BRANCH
		  "\nchangetype: modify\nadd: mail\nmail: Carol@acme.test");
	press(p, "<Enter>", "Written: 2 of 3.");
	see(p, "Carol Petit: carol@acme.test already belongs to ");
	assert_value(s, CAROL, "mail", "carol@acme.example");
	assert_value(s, BOB, "relaisThirdPartyAddress",
		"bob@acme.example\nbob.durand@acme.example\nbob@acme.test\n"
		"bob.durand@acme.test");
	assert_value(s, ELODIE, "mail", "elodie@acme.example\nelodie@acme.test");
}

static void a_name_is_taken_away(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, true);

	modify(s, "dn: " ALICE "\nchangetype: modify\ndelete: mail\nmail: alice@acme.test");
	general(p);
	pty_keys(p, "<Down><Down>");
	on_item(p, "acme.test");
	press(p, "-", "removed when you save");
	review(p);
	see(p, "Mail to acme.test isn't ours any more");
	press(p, "<Enter>", "Saved acme.example");
	sent_is(s, "dn: " ACME "\nchangetype: modify\ndelete: associatedDomain\n"
		   "associatedDomain: acme.test\n-\n\n");
}

/* ---- adopted, and let go again ---------------------------------------------------- */

static void adopt(struct pty *p)
{
	press(p, "n", "Domain name");
	pty_keys(p, "z.example");
	see(p, "There is an entry of this name already");
	press(p, "<C-s>", "Save z.example?");
	press(p, "<Enter>", "Saved z.example");
	press(p, "<Esc>", "New domain >");
	see_gone(p, "…");
}

static void delete (struct pty *p, const char *name)
{
	pty_keys(p, "/");
	pty_keys(p, name);
	see(p, "1 of 1");
	press(p, "<Enter>X", "to delete it.");
	pty_keys(p, name);
	press(p, "<Tab><Enter>", "< Show LDIF >");
	press(p, "<Enter>", "Deleted ");
}

static void an_entry_becomes_a_domain_and_ceases(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, true);

	modify(s, "dn: " OU "\nchangetype: add\nobjectClass: organizationalUnit\n"
		  "ou: z.example\nl: Lyon\ndescription: theirs");
	list(p);
	adopt(p);
	assert_value(s, OU, "objectClass", "organizationalUnit\nrelaisDomain");
	assert_value(s, OU, "associatedDomain", "z.example");
	assert_value(s, OU, "l", "Lyon");
	modify(s, "dn: " OU "\nchangetype: modify\nadd: relaisSplitRelay\n"
		  "relaisSplitRelay: [192.0.2.9]");
	delete (p, "z.example");
	assert_value(s, OU, "objectClass", "organizationalUnit");
	assert_value(s, OU, "associatedDomain", "");
	assert_value(s, OU, "relaisSplitRelay", "");
	assert_value(s, OU, "description", "theirs");
	sent_is(s, "dn: " OU "\nchangetype: modify\nadd: objectClass\n"
		   "objectClass: relaisDomain\n-\nadd: associatedDomain\n"
		   "associatedDomain: z.example\n-\n\n"
		   "dn: " OU "\nchangetype: modify\ndelete: objectClass\n"
		   "objectClass: relaisDomain\n-\ndelete: relaisSplitRelay\n-\n"
		   "delete: associatedDomain\n-\n\n");
}

/* A class of the server's schema holds associatedDomain: it stays. */
static void its_own_name_stays(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, false);

	modify(s, "dn: dc=z.example,ou=domains,dc=demo\nchangetype: add\n"
		  "objectClass: domain\nobjectClass: domainRelatedObject\n"
		  "dc: z.example\nassociatedDomain: z.example");
	list(p);
	adopt(p);
	delete (p, "z.example");
	assert_value(s, "dc=z.example,ou=domains,dc=demo", "objectClass",
		"domain\ndomainRelatedObject");
	assert_value(s, "dc=z.example,ou=domains,dc=demo", "associatedDomain", "z.example");
}

/* ---- deleted ---------------------------------------------------------------------- */

static void make(struct pty *p)
{
	press(p, "n", "Domain name");
	pty_keys(p, "neuf.example");
	press(p, "<C-s>", "Save neuf.example?");
	press(p, "<Enter>", "Saved neuf.example");
	press(p, "<Esc>", "New domain >");
	see_gone(p, "…");
}

static void what_was_made_here_is_deleted(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, false);

	list(p);
	make(p);
	assert_value(s, NEUF, "ou", "neuf.example");
	delete (p, "neuf.example");
	assert_value(s, NEUF, "objectClass", "");
	quit(p);
}

/* Somebody else's attribute is in it: named by associatedDomain, it needs a class that
 * holds it. */
static void others_keep_something_in_it(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, false);

	list(p);
	make(p);
	modify(s, "dn: " NEUF "\nchangetype: modify\nadd: telephoneNumber\n"
		  "telephoneNumber: 1");
	delete (p, "neuf.example");
	assert_value(s, NEUF, "objectClass", "organizationalUnit\ndomainRelatedObject");
	assert_value(s, NEUF, "telephoneNumber", "1");
	assert_value(s, NEUF, "associatedDomain", "neuf.example");
}

static void users_are_in_the_way(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, true);

	list(p);
	press(p, "X", "4 users have addresses in one of its names");
	see(p, "4 entries stand below it");
	press(p, "<Esc>", "lyon.example");
	sent_is(s, "");
}

int main(void)
{
	struct scenes s = {.n = 0};

	SCENE(&s, a_name_is_added_and_given);
	SCENE(&s, taken_meanwhile);
	SCENE(&s, a_name_is_taken_away);
	SCENE(&s, an_entry_becomes_a_domain_and_ceases);
	SCENE(&s, its_own_name_stays);
	SCENE(&s, what_was_made_here_is_deleted);
	SCENE(&s, others_keep_something_in_it);
	SCENE(&s, users_are_in_the_way);
	return scenes_run(&s);
}
