#include "tests/core/test.h"

#define BASE "ou=domains,dc=demo"
#define DN "associatedDomain=acme.example," BASE
#define CLASSES "objectClass: organizationalUnit\nobjectClass: relaisDomain\n"

/* ---- decoding ---- */

static const struct decode_row {
	const char *name, *dn, *lines;
	const char *names; /* NULL: not a domain */
	enum relay_state relay_state;
	const char *relay;
	bool forward;
} decode_rows[] = {
	{"decode: least", DN, "associatedDomain: acme.example\n", "acme.example",
		RELAY_UNSET, "", false},
	{"decode: all", DN,
		"associatedDomain: acme.example\nassociatedDomain: acme.test\n"
		"relaisSplitRelay: [192.0.2.25]\nrelaisForwardUnknown: TRUE\n",
		"acme.example acme.test", RELAY_USABLE, "[192.0.2.25]", true},
	{"decode: the RDN names it", DN,
		"associatedDomain: b.example\nassociatedDomain: ACME.example\n",
		"acme.example b.example", RELAY_UNSET, "", false},
	{"decode: named by another attribute", "ou=acme.example," BASE,
		"associatedDomain: b.example\nassociatedDomain: acme.example\n",
		"acme.example b.example", RELAY_UNSET, "", false},
	{"decode: named by something else", "ou=Acme," BASE,
		"associatedDomain: B.example\nassociatedDomain: acme.example\n",
		"b.example acme.example", RELAY_UNSET, "", false},
	{"decode: two spellings are one name", DN,
		"associatedDomain: acme.example\nassociatedDomain: ACME.EXAMPLE\n",
		"acme.example", RELAY_UNSET, "", false},
	{"decode: broken alias is kept", DN,
		"associatedDomain: acme.example\nassociatedDomain: a..b\n",
		"acme.example a..b", RELAY_UNSET, "", false},
	{"decode: broken DN", "nonsense", "associatedDomain: acme.example\n",
		"acme.example", RELAY_UNSET, "", false},
	{"decode: malformed relay", DN,
		"associatedDomain: acme.example\nrelaisSplitRelay: evil:[x]\n",
		"acme.example", RELAY_MALFORMED, "evil:[x]", false},
	{"decode: FALSE", DN,
		"associatedDomain: acme.example\nrelaisForwardUnknown: FALSE\n",
		"acme.example", RELAY_UNSET, "", false},
	{"decode: no name at all", "ou=acme.example," BASE, "ou: acme.example\n", NULL, 0,
		NULL, false},
};

static void check_decode(void **state)
{
	const struct decode_row *r = *state;
	struct entry *e = entry_of(r->dn, r->lines);
	struct domain d;

	assert_int_equal(domain_decode(e, &d), r->names != NULL);
	if (r->names) {
		assert_words(&d.names, r->names);
		assert_string_equal(d.name, d.names.v[0]);
		assert_int_equal(d.relay_state, r->relay_state);
		assert_string_equal(d.relay_value, r->relay);
		assert_int_equal(d.forward_unknown, r->forward);
		assert_string_equal(d.entry->dn, r->dn);
		assert_true(domain_has_name(&d, "ACME.example"));
		assert_false(domain_has_name(&d, "acme.exampl"));
		domain_release(&d);
	}
	entry_free(e);
}

/* ---- edits: what they change, and the state as typed ---- */

/* How the form differs from what is stored; NULL: not touched. */
struct typed {
	const char *name, *description, *aliases, *relay;
	int forward; /* 0: not touched, 1: ticked, -1: not ticked */
};

static void put(char **to, const char *s)
{
	if (!s)
		return;
	free(*to);
	*to = xstrdup(s);
}

static void type(struct domain_edit *edit, const struct typed *typed)
{
	put(&edit->name, typed->name);
	put(&edit->description, typed->description);
	put(&edit->relay, typed->relay);
	if (typed->aliases) {
		strv_release(&edit->aliases);
		edit->aliases = words(typed->aliases);
	}
	if (typed->forward)
		edit->forward_unknown = typed->forward > 0;
}

#define MODIFY "dn: " DN "\nchangetype: modify\n"

static const struct change_row {
	const char *name, *stored; /* without associatedDomain: acme.example */
	struct typed typed;
	const char *mods; /* after MODIFY; NULL: no change */
} change_rows[] = {
	{"change: nothing", CLASSES, {0}, NULL},
	{"change: nothing, with all",
		CLASSES "description: Acme\nassociatedDomain: b.example\n"
			"relaisSplitRelay: [a.example]:2525\nrelaisForwardUnknown: TRUE\n",
		{0}, NULL},
	{"change: relay set", CLASSES, {.relay = "192.0.2.25"},
		"add: relaisSplitRelay\nrelaisSplitRelay: [192.0.2.25]\n-\n"},
	{"change: relay replaced", CLASSES "relaisSplitRelay: [192.0.2.25]\n",
		{.relay = "192.0.2.26"},
		"replace: relaisSplitRelay\nrelaisSplitRelay: [192.0.2.26]\n-\n"},
	{"change: relay cleared", CLASSES "relaisSplitRelay: [192.0.2.25]\n",
		{.relay = " "}, "delete: relaisSplitRelay\n-\n"},
	{"change: the same relay in other words",
		CLASSES "relaisSplitRelay: [Mail.a.example]\n",
		{.relay = "smtp:[mail.A.example]:25"}, NULL},
	{"change: malformed relay left alone", CLASSES "relaisSplitRelay: [a:25]\n",
		{.description = "x"}, "add: description\ndescription: x\n-\n"},
	{"change: malformed relay mended", CLASSES "relaisSplitRelay: [a:25]\n",
		{.relay = "a:25"}, "replace: relaisSplitRelay\nrelaisSplitRelay: [a]\n-\n"},
	{"change: relay without brackets is mended by saving",
		CLASSES "relaisSplitRelay: mail.old.example\n", {0},
		"replace: relaisSplitRelay\nrelaisSplitRelay: [mail.old.example]\n-\n"},
	{"change: ticked", CLASSES, {.forward = 1},
		"add: relaisForwardUnknown\nrelaisForwardUnknown: TRUE\n-\n"},
	{"change: unticked", CLASSES "relaisForwardUnknown: TRUE\n", {.forward = -1},
		"replace: relaisForwardUnknown\nrelaisForwardUnknown: FALSE\n-\n"},
	{"change: FALSE stays FALSE", CLASSES "relaisForwardUnknown: FALSE\n",
		{.forward = -1}, NULL},
	{"change: FALSE ticked", CLASSES "relaisForwardUnknown: FALSE\n", {.forward = 1},
		"replace: relaisForwardUnknown\nrelaisForwardUnknown: TRUE\n-\n"},
	{"change: description", CLASSES "description: Acme\n",
		{.description = " Acme Ltd "},
		"replace: description\ndescription: Acme Ltd\n-\n"},
	{"change: description cleared", CLASSES "description: Acme\n", {.description = ""},
		"delete: description\n-\n"},
	{"change: the first description", CLASSES "description: one\ndescription: two\n",
		{.description = "uno"},
		"delete: description\ndescription: one\n-\n"
		"add: description\ndescription: uno\n-\n"},
	{"change: alias added", CLASSES, {.aliases = "B.example"},
		"add: associatedDomain\nassociatedDomain: b.example\n-\n"},
	{"change: alias added, U-label", CLASSES, {.aliases = "m\xc3\xbcnchen.example"},
		"add: associatedDomain\nassociatedDomain: xn--mnchen-3ya.example\n-\n"},
	{"change: alias removed", CLASSES "associatedDomain: B.example\n", {.aliases = ""},
		"delete: associatedDomain\nassociatedDomain: B.example\n-\n"},
	{"change: alias exchanged", CLASSES "associatedDomain: b.example\n",
		{.aliases = "c.example"},
		"delete: associatedDomain\nassociatedDomain: b.example\n-\n"
		"add: associatedDomain\nassociatedDomain: c.example\n-\n"},
	{"change: alias in another case is the same",
		CLASSES "associatedDomain: B.Example\n", {.aliases = "b.example"}, NULL},
	{"change: A-label for a U-label is the same",
		CLASSES "associatedDomain: xn--mnchen-3ya.example\n",
		{.aliases = "xn--mnchen-3ya.example"}, NULL},
	{"change: the name as an alias, an alias twice", CLASSES,
		{.aliases = "acme.example b.example b.example"},
		"add: associatedDomain\nassociatedDomain: b.example\n-\n"},
	{"change: a broken alias stays", CLASSES "associatedDomain: a..b\n",
		{.aliases = "a..b c.example"},
		"add: associatedDomain\nassociatedDomain: c.example\n-\n"},
	{"change: what would be the name if it were typed stays",
		CLASSES "associatedDomain: @acme.example\n", {0}, NULL},
	{"change: the same beside an alias that is added",
		CLASSES "associatedDomain: @acme.example\n",
		{.aliases = "@acme.example c.example"},
		"add: associatedDomain\nassociatedDomain: c.example\n-\n"},
	{"change: two that are shown alike stay",
		CLASSES "associatedDomain: xn--mnchen-3ya.example\n"
			"associatedDomain: m\xc3\xbcnchen.example\n",
		{0}, NULL},
	{"change: adopted", "objectClass: organizationalUnit\n", {.relay = "a.example"},
		"add: objectClass\nobjectClass: relaisDomain\n-\n"
		"add: relaisSplitRelay\nrelaisSplitRelay: [a.example]\n-\n"},
	{"change: not adopted unasked", "objectClass: organizationalUnit\n", {0}, NULL},
};

static struct domain stored_domain(const char *lines)
{
	struct buf all = BUF_INIT;
	struct domain d;

	buf_printf(&all, "associatedDomain: acme.example\n%s", lines);
	d = domain_of(DN, all.s);
	buf_release(&all);
	return d;
}

static void check_change(void **state)
{
	const struct change_row *r = *state;
	struct domain d = stored_domain(r->stored);
	struct domain_edit edit;
	struct settings s;
	struct buf want = BUF_INIT;

	settings_init(&s);
	domain_edit_init(&edit, &d);
	type(&edit, &r->typed);
	assert_int_equal(domain_edit_changed(&edit, &d), r->mods != NULL);
	if (r->mods)
		buf_printf(&want, MODIFY "%s\n", r->mods);
	assert_change(domain_change(&edit, &d, &s), want.s);
	buf_release(&want);
	domain_edit_release(&edit);
	domain_release(&d);
	settings_release(&s);
}

static const struct new_row {
	const char *name;
	struct typed typed;
	const char *ldif; /* NULL: no change */
} new_rows[] = {
	{"new: nothing typed", {0}, NULL},
	{"new: least", {.name = " ACME.example "},
		"dn: " DN "\nchangetype: add\n" CLASSES
		"ou: acme.example\nassociatedDomain: acme.example\n\n"},
	{"new: all",
		{"acme.example", "Acme Ltd", "b.example c.example", "mail.old.example", 1},
		"dn: " DN "\nchangetype: add\n" CLASSES
		"ou: acme.example\nassociatedDomain: acme.example\n"
		"associatedDomain: b.example\nassociatedDomain: c.example\n"
		"description: Acme Ltd\nrelaisSplitRelay: [mail.old.example]\n"
		"relaisForwardUnknown: TRUE\n\n"},
	{"new: U-label", {.name = "m\xc3\xbcnchen.example"},
		"dn: associatedDomain=xn--mnchen-3ya.example," BASE
		"\nchangetype: add\n" CLASSES
		"ou: xn--mnchen-3ya.example\nassociatedDomain: xn--mnchen-3ya.example\n\n"},
};

static void check_new(void **state)
{
	const struct new_row *r = *state;
	struct domain_edit edit;
	struct settings s;

	settings_init(&s);
	free(s.domains.base);
	s.domains.base = xstrdup(BASE);
	domain_edit_init(&edit, NULL);
	type(&edit, &r->typed);
	assert_int_equal(domain_edit_changed(&edit, NULL), r->ldif != NULL);
	assert_change(domain_change(&edit, NULL, &s), r->ldif);
	domain_edit_release(&edit);
	settings_release(&s);
}

static void form_shows_what_people_read(void **state)
{
	struct domain d = domain_of("ou=x", "associatedDomain: xn--mnchen-3ya.example\n"
					    "associatedDomain: b.example\n"
					    "description: M\xc3\xbcnchen\x1b[m\n"
					    "relaisSplitRelay: [IPv6:2001:db8::25]:587\n"
					    "relaisForwardUnknown: TRUE\n");
	struct domain_edit edit;

	(void)state;
	domain_edit_init(&edit, &d);
	assert_string_equal(edit.name, "m\xc3\xbcnchen.example");
	assert_string_equal(edit.description, "M\xc3\xbcnchen\xef\xbf\xbd[m");
	assert_string_equal(edit.relay, "[2001:db8::25]:587");
	assert_words(&edit.aliases, "b.example");
	assert_true(edit.forward_unknown);
	assert_false(domain_edit_changed(&edit, &d));
	domain_edit_release(&edit);
	domain_release(&d);
}

/* Postfix takes it, though nobody could type it. */
static void relay_of_no_script(void **state)
{
	struct domain d = domain_of(DN, CLASSES "associatedDomain: acme.example\n"
						"relaisSplitRelay: [xn--bcher-ample]\n");
	struct domain_edit edit;
	struct settings s;

	(void)state;
	settings_init(&s);
	domain_edit_init(&edit, &d);
	assert_string_equal(edit.relay, "xn--bcher-ample");
	assert_false(domain_edit_changed(&edit, &d));
	free(edit.description);
	edit.description = xstrdup("x");
	assert_change(domain_change(&edit, &d, &s),
		MODIFY "add: description\ndescription: x\n-\n\n");
	domain_edit_release(&edit);
	domain_release(&d);
	settings_release(&s);
}

static const struct as_typed_row {
	const char *name, *stored;
	struct typed typed;
	const char *names;
	enum relay_state relay_state;
	const char *relay;
	bool forward;
} as_typed_rows[] = {
	{"as typed: untouched", "relaisSplitRelay: [a.example]\n", {0}, "acme.example",
		RELAY_USABLE, "[a.example]", false},
	{"as typed: all touched", "associatedDomain: b.example\n",
		{NULL, NULL, "c.example", "a.example:26", 1}, "acme.example c.example",
		RELAY_USABLE, "[a.example]:26", true},
	{"as typed: half a relay counts as unset", "relaisSplitRelay: [a.example]\n",
		{.relay = "a..b"}, "acme.example", RELAY_UNSET, "", false},
	{"as typed: malformed and untouched", "relaisSplitRelay: [a:25]\n", {0},
		"acme.example", RELAY_MALFORMED, "[a:25]", false},
	{"as typed: half an alias is none", "", {.aliases = "b. c.example"},
		"acme.example b c.example", RELAY_UNSET, "", false},
	{"as typed: malformed alias is none", "", {.aliases = "b..x c.example"},
		"acme.example c.example", RELAY_UNSET, "", false},
};

static void check_as_typed(void **state)
{
	const struct as_typed_row *r = *state;
	struct domain d = stored_domain(r->stored), typed;
	struct domain_edit edit;

	domain_edit_init(&edit, &d);
	type(&edit, &r->typed);
	domain_as_typed(&edit, &d, &typed);
	assert_words(&typed.names, r->names);
	assert_int_equal(typed.relay_state, r->relay_state);
	assert_string_equal(typed.relay_value, r->relay);
	assert_int_equal(typed.forward_unknown, r->forward);
	assert_string_equal(typed.entry->dn, DN);
	domain_release(&typed);
	domain_edit_release(&edit);
	domain_release(&d);
}

static void new_one_as_typed(void **state)
{
	struct domain_edit edit;
	struct domain d;

	(void)state;
	domain_edit_init(&edit, NULL);
	domain_as_typed(&edit, NULL, &d);
	assert_null(d.entry);
	assert_string_equal(d.name, "");
	assert_false(domain_has_name(&d, ""));
	domain_release(&d);
	type(&edit, &(struct typed){.name = "Acme.example", .relay = "192.0.2.25"});
	domain_as_typed(&edit, NULL, &d);
	assert_words(&d.names, "acme.example");
	assert_string_equal(d.relay_value, "[192.0.2.25]");
	domain_release(&d);
	domain_edit_release(&edit);
}

/* ---- the rules ---- */

static const struct check_row {
	const char *name, *stored; /* NULL: a new one */
	struct typed typed;
	unsigned long external, dependent;
	const char *holder; /* of a name: another entry's lines, or NULL */
	struct name_use use;
	const char *findings;
} check_rows[] = {
	{"check: in order", "relaisSplitRelay: [a.example]\nrelaisForwardUnknown: TRUE\n",
		{0}, 0, 0, NULL, {0}, ""},
	{"check: new and in order", NULL, {.name = "b.example"}, 0, 0, NULL, {0}, ""},
	{"check: new without a name", NULL, {.name = " "}, 0, 0, NULL, {0},
		"EMPTY ERROR NAME 0   - -\n"},
	{"check: new with half a name", NULL, {.name = "acme..example"}, 0, 0, NULL, {0},
		"DOMAIN_MALFORMED ERROR NAME 0 acme..example - -\n"},
	{"check: new with a name taken", NULL, {.name = "b.example"}, 0, 0,
		"associatedDomain: x.example\nassociatedDomain: B.example\n", {0},
		"DOMAIN_TAKEN ERROR NAME 0 b.example ou=other -\n"},
	{"check: alias malformed", "", {.aliases = "b_c.example"}, 0, 0, NULL, {0},
		"DOMAIN_MALFORMED ERROR ALIASES 0 b_c.example - -\n"},
	{"check: alias taken", "", {.aliases = "b.example"}, 0, 0,
		"associatedDomain: b.example\n", {0},
		"DOMAIN_TAKEN ERROR ALIASES 0 b.example ou=other -\n"},
	{"check: alias taken before, not touched", "associatedDomain: b.example\n",
		{.relay = "a.example"}, 0, 0, "associatedDomain: b.example\n", {0},
		"DOMAIN_TAKEN WARNING ALIASES 0 b.example ou=other -\n"},
	{"check: name taken before, not touched", "", {.relay = "a.example"}, 0, 0,
		"associatedDomain: acme.example\n", {0},
		"DOMAIN_TAKEN WARNING NAME 0 acme.example ou=other -\n"},
	{"check: alias malformed before, not touched", "associatedDomain: b..c\n",
		{.relay = "a.example"}, 0, 0, NULL, {0},
		"DOMAIN_MALFORMED WARNING ALIASES 0 b..c - -\n"},
	{"check: alias removed, in use", "associatedDomain: b.example\n", {.aliases = ""},
		0, 0, NULL, {"b.example", 3},
		"DOMAIN_IN_USE ERROR ALIASES 3 b.example - -\n"},
	{"check: alias removed, not in use", "associatedDomain: b.example\n",
		{.aliases = ""}, 0, 0, NULL, {"b.example", 0},
		"DOMAIN_LET_GO WARNING ALIASES 0 b.example - -\n"},
	{"check: alias kept, in use", "associatedDomain: b.example\n", {0}, 0, 0, NULL,
		{"b.example", 3}, ""},
	{"check: relay malformed", "", {.relay = "evil:[x]"}, 0, 0, NULL, {0},
		"RELAY_MALFORMED ERROR RELAY 0 evil:[x] - -\n"},
	{"check: relay's port", "", {.relay = "a.example:70000"}, 0, 0, NULL, {0},
		"RELAY_PORT ERROR RELAY 0 a.example:70000 - -\n"},
	{"check: relay malformed before, not touched", "relaisSplitRelay: [a:25]\n",
		{.description = "x"}, 0, 0, NULL, {0},
		"RELAY_MALFORMED WARNING RELAY 0 [a:25] - -\n"},
	{"check: relay cleared, nobody needs it", "relaisSplitRelay: [a.example]\n",
		{.relay = ""}, 0, 0, NULL, {0}, ""},
	{"check: relay cleared, in use", "relaisSplitRelay: [a.example]\n", {.relay = ""},
		5, 4, NULL, {0}, "RELAY_IN_USE ERROR RELAY 4 - - -\n"},
	{"check: malformed relay cleared, in use", "relaisSplitRelay: [a:25]\n",
		{.relay = ""}, 4, 4, NULL, {0}, "RELAY_IN_USE ERROR RELAY 4 - - -\n"},
	{"check: no relay before, another thing edited", "", {.description = "x"}, 4, 4,
		NULL, {0}, ""},
	{"check: relay cleared under forward",
		"relaisSplitRelay: [a.example]\n"
		"relaisForwardUnknown: TRUE\n",
		{.relay = ""}, 0, 0, NULL, {0},
		"FORWARD_NEEDS_RELAY ERROR FORWARD 0 - - -\n"},
	{"check: forward without relay", "", {.forward = 1}, 0, 0, NULL, {0},
		"FORWARD_NEEDS_RELAY ERROR FORWARD 0 - - -\n"},
	{"check: forward with half a relay, one finding is enough", "",
		{.relay = "a..b", .forward = 1}, 0, 0, NULL, {0},
		"RELAY_MALFORMED ERROR RELAY 0 a..b - -\n"},
	{"check: forward with a malformed relay that is not touched",
		"relaisSplitRelay: [a:25]\n", {.forward = 1}, 0, 0, NULL, {0},
		"RELAY_MALFORMED WARNING RELAY 0 [a:25] - -\n"
		"FORWARD_NEEDS_RELAY ERROR FORWARD 0 - - -\n"},
	{"check: forward without relay before, another thing edited",
		"relaisForwardUnknown: TRUE\n", {.description = "x"}, 0, 0, NULL, {0},
		"FORWARD_NEEDS_RELAY WARNING FORWARD 0 - - -\n"},
	{"check: forward with external users", "relaisSplitRelay: [a.example]\n",
		{.forward = 1}, 31, 30, NULL, {0},
		"FORWARD_WITH_EXTERNAL NOTE FORWARD 31 - - -\n"},
	{"check: two things at once", "relaisSplitRelay: [a.example]\n",
		{.aliases = "x_y", .relay = "b.example:0"}, 0, 0, NULL, {0},
		"DOMAIN_MALFORMED ERROR ALIASES 0 x_y - -\n"
		"RELAY_PORT ERROR RELAY 0 b.example:0 - -\n"},
};

static void check_rules(void **state)
{
	const struct check_row *r = *state;
	struct domain d;
	struct domain_edit edit;
	struct settings s;
	struct findings f = {0};
	struct entry *other = entry_of("ou=other", r->holder ? r->holder : "");
	struct entry *self = entry_of("ASSOCIATEDDOMAIN=acme.example, " BASE,
		"associatedDomain: acme.example\nassociatedDomain: b.example\n");
	const struct entry *holders[] = {self, other};
	struct domain_around around = {.external_users = r->external,
		.dependent_users = r->dependent,
		.name_holders = r->stored ? holders : holders + 1,
		.n_name_holders = r->stored ? 2 : 1,
		.name_uses = &r->use,
		.n_name_uses = r->use.name ? 1 : 0};

	settings_init(&s);
	if (r->stored)
		d = stored_domain(r->stored);
	domain_edit_init(&edit, r->stored ? &d : NULL);
	type(&edit, &r->typed);
	domain_check(&edit, r->stored ? &d : NULL, &s, NULL, &around, &f);
	assert_findings(&f, r->findings);
	domain_edit_release(&edit);
	if (r->stored)
		domain_release(&d);
	entry_free(other);
	entry_free(self);
	settings_release(&s);
}

static void rules_without_surroundings(void **state)
{
	struct domain d = stored_domain("relaisSplitRelay: [a.example]\n");
	struct domain_edit edit;
	struct settings s;
	struct findings f = {0};

	(void)state;
	settings_init(&s);
	domain_edit_init(&edit, &d);
	type(&edit, &(struct typed){.relay = "", .forward = 1, .aliases = "b.example"});
	domain_check(&edit, &d, &s, NULL, NULL, &f);
	assert_findings(&f, "FORWARD_NEEDS_RELAY ERROR FORWARD 0 - - -\n");
	domain_edit_release(&edit);
	domain_release(&d);
	settings_release(&s);
}

/* Local: mx.acme.example, xn--mx-eka.example, 192.0.2.1, 2001:db8::1 by the configuration,
 * gate and 203.0.113.7 by the machine; ports 25 and 587. */
static const struct local_row {
	const char *name, *relay;
	bool local;
} local_rows[] = {
	{"local: another host", "mail.old.example", false},
	{"local: configured name", "MX.acme.example", true},
	{"local: configured name, configured port", "mx.acme.example:587", true},
	{"local: configured name, another port", "mx.acme.example:2525", false},
	{"local: configured U-label", "m\xc3\xbcx.example", true},
	{"local: configured address", "192.0.2.1", true},
	{"local: configured address, another port", "192.0.2.1:26", false},
	{"local: its neighbour", "192.0.2.11", false},
	{"local: IPv6 in another spelling", "[2001:0db8:0:0::1]:25", true},
	{"local: IPv4 mapped", "::ffff:192.0.2.1", true},
	{"local: machine's name", "gate", true},
	{"local: machine's address", "203.0.113.7", true},
	{"local: localhost", "localhost", true},
	{"local: loopback", "127.9.9.9", true},
	{"local: loopback, IPv6", "::1", true},
	{"local: any address", "0.0.0.0", true},
	{"local: any address, IPv6", "::", true},
	{"local: loopback on another port", "127.0.0.1:2525", false},
};

static void check_local(void **state)
{
	const struct local_row *r = *state;
	struct domain d = stored_domain("");
	struct domain_edit edit;
	struct settings s;
	struct strv own = words("gate 203.0.113.7 fe80::1%eth0");
	struct findings f = {0};
	struct buf want = BUF_INIT;

	settings_init(&s);
	s.mail.local_names = words("mx.acme.example m\xc3\xbcx.example ..");
	s.mail.local_addresses = words("192.0.2.1 2001:db8::1");
	*array_add(&s.mail.local_ports) = 587;
	domain_edit_init(&edit, &d);
	type(&edit, &(struct typed){.relay = r->relay});
	domain_check(&edit, &d, &s, &own, NULL, &f);
	if (r->local)
		buf_printf(&want, "RELAY_IS_LOCAL ERROR RELAY 0 %s - -\n", r->relay);
	assert_findings(&f, want.s);
	buf_release(&want);
	strv_release(&own);
	domain_edit_release(&edit);
	domain_release(&d);
	settings_release(&s);
}

static void local_before_and_not_touched(void **state)
{
	struct domain d = stored_domain("relaisSplitRelay: [localhost]\n");
	struct domain_edit edit;
	struct settings s;
	struct findings f = {0};

	(void)state;
	settings_init(&s);
	domain_edit_init(&edit, &d);
	type(&edit, &(struct typed){.description = "x"});
	domain_check(&edit, &d, &s, NULL, NULL, &f);
	assert_findings(&f, "RELAY_IS_LOCAL WARNING RELAY 0 localhost - -\n");
	domain_edit_release(&edit);
	domain_release(&d);
	settings_release(&s);
}

int main(void)
{
	struct suite s = {0};

	SUITE_ROWS(&s, check_decode, decode_rows);
	SUITE_ROWS(&s, check_change, change_rows);
	SUITE_ROWS(&s, check_new, new_rows);
	SUITE_ADD(&s, form_shows_what_people_read);
	SUITE_ADD(&s, relay_of_no_script);
	SUITE_ROWS(&s, check_as_typed, as_typed_rows);
	SUITE_ADD(&s, new_one_as_typed);
	SUITE_ROWS(&s, check_rules, check_rows);
	SUITE_ADD(&s, rules_without_surroundings);
	SUITE_ROWS(&s, check_local, local_rows);
	SUITE_ADD(&s, local_before_and_not_touched);
	return suite_run(&s);
}
