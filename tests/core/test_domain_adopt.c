/* Entries that become domains and cease to be. */
#include "tests/core/test.h"

#include "core/objectclass.h"

#define BASE "ou=domains,dc=demo"
#define STATE "entryUUID: u1\nentryCSN: c1\n"

/* ---- which entry suits ---- */

static const struct fit_row {
	const char *name, *dn, *lines;
	int fit;
} fit_rows[] = {
	{"fit: the entry that would be made", "associatedDomain=a.example," BASE,
		"associatedDomain: a.example\n", 10},
	{"fit: dc with the name", "dc=a.example," BASE, "associatedDomain: a.example\n", 9},
	{"fit: ou with the name", "ou=a.example," BASE, "associatedDomain: a.example\n", 8},
	{"fit: the name alone", "ou=A," BASE,
		"associatedDomain: b.example\nassociatedDomain: A.example\n", 5},
	{"fit: dc", "dc=a.example," BASE, "", 4},
	{"fit: ou, another case", "OU=A.Example," BASE, "", 3},
	{"fit: ou, U-label", "ou=M\xc3\xbcnchen.example," BASE, "", 0},
	{"fit: cn", "cn=a.example," BASE, "", 2},
	{"fit: o", "o=a.example," BASE, "", 1},
	{"fit: uid", "uid=a.example," BASE, "", 0},
	{"fit: another", "ou=b.example," BASE, "ou: a.example\n", 0},
	{"fit: a domain already", "ou=a.example," BASE,
		"objectClass: relaisDomain\nassociatedDomain: a.example\n", 0},
};

static void check_fit(void **state)
{
	const struct fit_row *r = *state;
	struct entry *e = entry_of(r->dn, r->lines);

	assert_int_equal(domain_adoptable(e, "a.example"), r->fit);
	entry_free(e);
}

static void fit_of_a_u_label(void **state)
{
	struct entry *e = entry_of("ou=M\xc3\xbcnchen.example," BASE, "");

	(void)state;
	assert_int_equal(domain_adoptable(e, "xn--mnchen-3ya.example"), 3);
	entry_free(e);
}

/* ---- adopting ---- */

static const struct adopt_row {
	const char *name, *dn, *lines;
	const char *aliases, *description; /* typed */
	const char *mods;
} adopt_rows[] = {
	{"adopt: least", "ou=a.example," BASE,
		"objectClass: organizationalUnit\nou: a.example\n", "", "",
		"add: objectClass\nobjectClass: relaisDomain\n-\n"
		"add: associatedDomain\nassociatedDomain: a.example\n-\n"},
	{"adopt: has the name", "dc=a,dc=demo",
		"objectClass: domain\nobjectClass: domainRelatedObject\n"
		"associatedDomain: A.example\n",
		"", "", "add: objectClass\nobjectClass: relaisDomain\n-\n"},
	{"adopt: other names stay", "ou=a.example," BASE,
		"objectClass: domainRelatedObject\nassociatedDomain: b.example\n",
		"c.example B.example", "",
		"add: objectClass\nobjectClass: relaisDomain\n-\n"
		"add: associatedDomain\nassociatedDomain: a.example\n"
		"associatedDomain: c.example\n-\n"},
	{"adopt: its description stays", "ou=a.example," BASE,
		"objectClass: organizationalUnit\ndescription: theirs\n", "", "  ",
		"add: objectClass\nobjectClass: relaisDomain\n-\n"
		"add: associatedDomain\nassociatedDomain: a.example\n-\n"},
	{"adopt: a description that was typed", "ou=a.example," BASE,
		"objectClass: organizationalUnit\ndescription: theirs\n", "", "mine",
		"add: objectClass\nobjectClass: relaisDomain\n-\n"
		"add: associatedDomain\nassociatedDomain: a.example\n-\n"
		"replace: description\ndescription: mine\n-\n"},
	{"adopt: its relay stays", "ou=a.example," BASE,
		"objectClass: extensibleObject\nrelaisSplitRelay: [x.example]\n"
		"relaisForwardUnknown: TRUE\n",
		"", "",
		"add: objectClass\nobjectClass: relaisDomain\n-\n"
		"add: associatedDomain\nassociatedDomain: a.example\n-\n"},
};

static void type_new(struct domain_edit *edit, const struct adopt_row *r)
{
	domain_edit_init(edit, NULL);
	free(edit->name);
	free(edit->description);
	edit->name = xstrdup("A.example.");
	edit->description = xstrdup(r->description);
	edit->aliases = words(r->aliases);
}

static void check_adopt(void **state)
{
	const struct adopt_row *r = *state;
	struct entry *e = entry_of(r->dn, r->lines);
	struct domain_edit edit;
	struct domain d;
	struct settings s;
	struct buf want = BUF_INIT;

	settings_init(&s);
	entry_add(e, "entryCSN", "c1", 2);
	domain_adopt(e, "a.example", &d);
	type_new(&edit, r);
	domain_edit_adopt(&edit, &d);
	assert_string_equal(d.name, "a.example");
	assert_true(domain_edit_changed(&edit, &d));
	buf_printf(&want, "dn: %s\nchangetype: modify\n%s\n", r->dn, r->mods);
	assert_change(domain_change(&edit, &d, &s), want.s);
	buf_release(&want);
	domain_edit_release(&edit);
	domain_release(&d);
	settings_release(&s);
	entry_free(e);
}

/* Names that the entry brings along count as new: they become ours. */
static void adopt_is_checked(void **state)
{
	struct entry *e = entry_of("ou=a.example," BASE, "associatedDomain: b.example\n");
	struct entry *other = entry_of(
		"ou=x," BASE, "associatedDomain: a.example\nassociatedDomain: b.example\n");
	const struct entry *holders[] = {e, other};
	struct domain_around around = {.name_holders = holders, .n_name_holders = 2};
	struct domain_edit edit;
	struct domain d;
	struct settings s;
	struct findings f = {0};

	(void)state;
	settings_init(&s);
	domain_adopt(e, "a.example", &d);
	domain_edit_init(&edit, NULL);
	domain_edit_adopt(&edit, &d);
	domain_check(&edit, &d, &s, NULL, &around, &f);
	assert_findings(&f, "DOMAIN_TAKEN ERROR NAME 0 a.example ou=x," BASE " -\n"
			    "DOMAIN_TAKEN ERROR ALIASES 0 b.example ou=x," BASE " -\n");
	domain_edit_release(&edit);
	domain_release(&d);
	settings_release(&s);
	entry_free(e);
	entry_free(other);
}

/* ---- taking away ---- */

#define MADE "associatedDomain=a.example," BASE
#define OURS                                                           \
	"objectClass: organizationalUnit\nobjectClass: relaisDomain\n" \
	"associatedDomain: a.example\n"
#define DELETE "changetype: delete\n\n"
#define CLASS "delete: objectClass\nobjectClass: relaisDomain\n-\n"

static const struct remove_row {
	const char *name, *dn, *lines;
	const char *record; /* after the dn line; NULL: no change */
} remove_rows[] = {
	{"remove: ours", MADE, OURS "ou: a.example\n", DELETE},
	{"remove: ours, with everything", MADE,
		OURS "ou: A.example\nassociatedDomain: b.example\ndescription: x\n"
		     "relaisSplitRelay: [r.example]\nrelaisForwardUnknown: TRUE\n"
		     "objectClass: top\nstructuralObjectClass: organizationalUnit\n"
		     "creatorsName: cn=x\nhasSubordinates: FALSE\n",
		DELETE},
	{"remove: somebody's telephone number is in it", MADE,
		OURS "relaisSplitRelay: [r.example]\ntelephoneNumber: 1\n",
		"changetype: modify\n"
		"delete: objectClass\nobjectClass: relaisDomain\n-\n"
		"add: objectClass\nobjectClass: domainRelatedObject\n-\n"
		"delete: relaisSplitRelay\n-\n\n"},
	{"remove: somebody's class is in it", MADE,
		OURS "objectClass: domainRelatedObject\n",
		"changetype: modify\n" CLASS "\n"},
	{"remove: somebody's name is in it", MADE, OURS "ou: Sales\n",
		"changetype: modify\n"
		"delete: objectClass\nobjectClass: relaisDomain\n-\n"
		"add: objectClass\nobjectClass: domainRelatedObject\n-\n\n"},
	{"remove: a policy that an administrator set is in it", MADE,
		OURS "pwdPolicySubentry: cn=x\n",
		"changetype: modify\n"
		"delete: objectClass\nobjectClass: relaisDomain\n-\n"
		"add: objectClass\nobjectClass: domainRelatedObject\n-\n\n"},
	{"remove: an RDN of two", "associatedDomain=a.example+ou=a.example," BASE, OURS,
		"changetype: modify\n"
		"delete: objectClass\nobjectClass: relaisDomain\n-\n"
		"add: objectClass\nobjectClass: domainRelatedObject\n-\n\n"},
	{"remove: adopted", "ou=a.example," BASE,
		OURS "ou: a.example\nrelaisSplitRelay: [r.example]\n"
		     "relaisForwardUnknown: FALSE\nassociatedDomain: b.example\n"
		     "description: x\n",
		"changetype: modify\n" CLASS "delete: relaisSplitRelay\n-\n"
		"delete: relaisForwardUnknown\n-\ndelete: associatedDomain\n-\n\n"},
	{"remove: adopted, its name was there before", "ou=a.example," BASE,
		OURS "objectClass: domainRelatedObject\n",
		"changetype: modify\n" CLASS "\n"},
	{"remove: adopted, everything is allowed in it", "ou=a.example," BASE,
		OURS "objectClass: extensibleObject\n", "changetype: modify\n" CLASS "\n"},
	{"remove: nothing of relais in it", "ou=a.example," BASE,
		"objectClass: mailDomain\nassociatedDomain: a.example\n", NULL},
};

static void check_remove(void **state)
{
	const struct remove_row *r = *state;
	struct entry *e = entry_of(r->dn, r->lines);
	struct buf want = BUF_INIT;

	entry_add(e, "entryUUID", "u1", 2);
	entry_add(e, "entryCSN", "c1", 2);
	if (r->record)
		buf_printf(&want, "dn: %s\n%s", r->dn, r->record);
	assert_change(domain_remove_change(e, NULL), want.s);
	buf_release(&want);
	entry_free(e);
}

/* Its precondition is all of it when it is deleted, what is touched when it is not. */
static void remove_has_its_precondition(void **state)
{
	struct entry *e = entry_of(MADE, OURS STATE "description: x\n");
	struct change *c = domain_remove_change(e, NULL);

	(void)state;
	assert_int_equal(c->kind, CHANGE_DELETE);
	assert_string_equal(c->before->csn, "c1");
	assert_string_equal(c->before->id, "u1");
	assert_string_equal(entry_text(c->before, "description"), "x");
	change_free(c);
	entry_add(e, "l", "here", 4);
	c = domain_remove_change(e, NULL);
	assert_int_equal(c->kind, CHANGE_MODIFY);
	assert_string_equal(c->before->csn, "c1");
	assert_int_equal(entry_get(c->before, "objectClass")->values.n, 2);
	assert_null(entry_get(c->before, "description"));
	change_free(c);
	entry_free(e);
}

/* ---- the server's schema ---- */

static const char definitions[] =
	"objectClasses: ( 2.5.6.0 NAME 'top' ABSTRACT MUST objectClass )\n"
	"objectClasses: ( 2.5.6.5 NAME 'organizationalUnit' SUP top STRUCTURAL MUST ou"
	" MAY ( userPassword $ l $ description ) )\n"
	"objectClasses: ( 1.1 NAME ( 'ourDomain' 'siteDomain' ) DESC 'may ( "
	"associatedDomain"
	" )' SUP top MAY associatedDomain )\n"
	"objectClasses: ( 1.2 NAME 'child' DESC 'x' SUP ( top $ siteDomain ) AUXILIARY )\n"
	"objectClasses: ( 1.3 NAME 'words' DESC 'MAY associatedDomain' SUP top )\n"
	"objectClasses: (1.4 NAME 'tight' MUST(cn$associatedDomain)MAY o)\n"
	"objectClasses: ( 1.5 NAME 'circle' SUP circle )\n"
	"objectClasses: ( 1.7 NAME 'fan' SUP ( fan $ fan $ fan $ fan $ fan ) )\n"
	"objectClasses: ( 1.6 NAME 'broken\n";

static const struct class_row {
	const char *name, *class;
	bool holds;
} class_rows[] = {
	{"class: neither", "organizationalUnit", false},
	{"class: may", "ourDomain", true},
	{"class: may, by its other name", "SITEDOMAIN", true},
	{"class: by one above it", "child", true},
	{"class: in words only", "words", false},
	{"class: must, without blanks", "tight", true},
	{"class: a circle", "circle", false},
	{"class: a fan of circles", "fan", false},
	{"class: broken", "broken", false},
	{"class: unknown", "nothing", false},
	{"class: everything", "extensibleObject", true},
};

static void check_class(void **state)
{
	const struct class_row *r = *state;
	struct entry *e = entry_of("cn=Subschema", definitions);

	assert_int_equal(objectclass_holds(entry_get(e, "objectClasses"), r->class,
				 "ASSOCIATEDDOMAIN"),
		r->holds);
	entry_free(e);
}

static void remove_asks_the_schema(void **state)
{
	struct entry *schema = entry_of("cn=Subschema", definitions);
	struct entry *e =
		entry_of("ou=a.example," BASE, STATE OURS "objectClass: ourDomain\n");

	(void)state;
	assert_change(domain_remove_change(e, entry_get(schema, "objectClasses")),
		"dn: ou=a.example," BASE "\nchangetype: modify\n" CLASS "\n");
	assert_change(domain_remove_change(e, NULL),
		"dn: ou=a.example," BASE "\nchangetype: modify\n" CLASS
		"delete: associatedDomain\n-\n\n");
	entry_free(schema);
	entry_free(e);
}

int main(void)
{
	struct suite s = {0};

	SUITE_ROWS(&s, check_fit, fit_rows);
	SUITE_ADD(&s, fit_of_a_u_label);
	SUITE_ROWS(&s, check_adopt, adopt_rows);
	SUITE_ADD(&s, adopt_is_checked);
	SUITE_ROWS(&s, check_remove, remove_rows);
	SUITE_ADD(&s, remove_has_its_precondition);
	SUITE_ROWS(&s, check_class, class_rows);
	SUITE_ADD(&s, remove_asks_the_schema);
	return suite_run(&s);
}
