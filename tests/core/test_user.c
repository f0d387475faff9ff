#include "tests/core/test.h"

#define DN "uid=bob,ou=people,dc=demo"
#define CLASSES "objectClass: inetOrgPerson\nobjectClass: relaisUser\n"
#define NONE ROUTING_NONE
#define INT ROUTING_INTERNAL
#define EXT ROUTING_EXTERNAL

/* "mail" and "mailAlias" hold addresses. */
static void settings_of(struct settings *s, enum routing fallback)
{
	settings_init(s);
	strv_add(&s->users.addresses, "mailAlias");
	s->users.default_routing = fallback;
}

/* ---- decoding ---- */

static const struct decode_row {
	const char *name, *lines;
	enum routing fallback;
	const char *shown, *addresses, *selected;
	enum routing routing;
	bool missing, unknown;
} decode_rows[] = {
	{"decode: least", "", NONE, "bob", "", "", NONE, true, false},
	{"decode: default internal", "", INT, "bob", "", "", INT, true, false},
	{"decode: display name first", "cn: Bob\ndisplayName: Bob Durand\n", NONE,
		"Bob Durand", "", "", NONE, true, false},
	{"decode: cn next", "cn: B\x1b[mob\n", NONE, "B\xef\xbf\xbd[mob", "", "", NONE,
		true, false},
	{"decode: internal", "relaisRouting: internal\nmail: bob@a.example\n", NONE, "bob",
		"bob@a.example", "", INT, false, false},
	{"decode: external",
		"relaisRouting: External\nmail: bob@a.example\n"
		"relaisThirdPartyAddress: Bob@a.example\n",
		INT, "bob", "bob@a.example", "Bob@a.example", EXT, false, false},
	{"decode: none, default internal", "relaisRouting: none\n", INT, "bob", "", "",
		NONE, false, false},
	{"decode: unknown word", "relaisRouting: later\n", NONE, "bob", "", "", NONE, false,
		true},
	{"decode: unknown word, default internal", "relaisRouting: later\n", INT, "bob", "",
		"", INT, false, true},
	{"decode: attributes in the configured order",
		"mailAlias: bd@a.example\nmail: bob@a.example\nmailAlias: BOB@a.example\n",
		NONE, "bob", "bob@a.example bd@a.example", "", NONE, true, false},
	{"decode: other attributes do not count", "proxyAddresses: x@a.example\n", NONE,
		"bob", "", "", NONE, true, false},
};

static void check_decode(void **state)
{
	const struct decode_row *r = *state;
	struct settings s;
	struct user u;

	settings_of(&s, r->fallback);
	u = user_of(DN, r->lines, &s);
	assert_string_equal(u.name, r->shown);
	assert_words(&u.addresses, r->addresses);
	assert_words(&u.selected, r->selected);
	assert_int_equal(u.routing, r->routing);
	assert_int_equal(u.routing_missing, r->missing);
	assert_int_equal(u.routing_unknown, r->unknown);
	user_release(&u);
	settings_release(&s);
}

static void nul_is_no_address(void **state)
{
	struct entry *e = entry_new(DN);
	struct settings s;
	struct user u;

	(void)state;
	settings_of(&s, NONE);
	entry_add(e, "mail", "bob@a.example\0x", 15);
	entry_add(e, "mail", "", 0);
	user_decode(e, &s, &u);
	assert_int_equal(u.addresses.n, 0);
	assert_int_equal(entry_get(u.entry, "mail")->values.v[0].n, 15);
	user_release(&u);
	entry_free(e);
	settings_release(&s);
}

/* What nobody saw is not taken out, whatever is saved beside it. */
static void unseen_values_stay(void **state)
{
	struct entry *e = entry_of(DN, "objectClass: inetOrgPerson\nmail: a@x.example\n");
	struct settings s;
	struct user_edit edit;
	struct user u;

	(void)state;
	settings_of(&s, NONE);
	entry_add(e, "mail", "b@x.example\0y", 13);
	entry_add(e, "mail", "", 0);
	entry_add(e, "objectClass", "z\0y", 3);
	user_decode(e, &s, &u);
	user_edit_init(&edit, &u);
	strv_add(&edit.addresses, "b@x.example");
	assert_change(user_change(&edit, &u, &s),
		"dn: " DN
		"\nchangetype: modify\nadd: objectClass\nobjectClass: relaisUser\n"
		"-\nadd: mail\nmail: b@x.example\n-\n\n");
	strv_drop(&edit.addresses, "a@x.example");
	assert_change(user_change(&edit, &u, &s),
		"dn: " DN
		"\nchangetype: modify\nadd: objectClass\nobjectClass: relaisUser\n"
		"-\ndelete: mail\nmail: a@x.example\n-\nadd: mail\nmail: "
		"b@x.example\n-\n\n");
	user_edit_release(&edit);
	user_release(&u);
	entry_free(e);
	settings_release(&s);
}

static void domains_and_holding(void **state)
{
	struct settings s;
	struct user u;
	struct strv domains = {0};

	(void)state;
	settings_of(&s, NONE);
	u = user_of(DN,
		"mail: bob@A.example\nmail: b@a.example\nmail: nonsense\n"
		"relaisThirdPartyAddress: bob@b.example\n",
		&s);
	user_domains(&u, &domains);
	assert_words(&domains, "a.example b.example");
	assert_true(user_has_address(&u, "BOB@a.example"));
	assert_false(user_has_address(&u, "bob@b.example"));
	assert_true(user_has_selected(&u, "BOB@b.example"));
	assert_false(user_has_selected(&u, "bob@a.example"));
	strv_release(&domains);
	user_release(&u);
	settings_release(&s);
}

/* ---- edits ---- */

/* How the form differs from what is stored; NULL or 0: not touched. */
struct typed {
	int routing; /* 1 + enum routing */
	const char *addresses, *selected;
};

#define TO(routing) (1 + (routing))

static void type(struct user_edit *edit, const struct typed *typed)
{
	if (typed->routing)
		edit->routing = (enum routing)(typed->routing - 1);
	if (typed->addresses) {
		strv_release(&edit->addresses);
		edit->addresses = words(typed->addresses);
	}
	if (typed->selected) {
		strv_release(&edit->selected);
		edit->selected = words(typed->selected);
	}
}

#define INTERNAL \
	CLASSES "relaisRouting: internal\nmail: bob@a.example\nmail: bd@a.example\n"
#define EXTERNAL                                                                     \
	CLASSES "relaisRouting: external\nmail: bob@a.example\nmail: bd@a.example\n" \
		"relaisThirdPartyAddress: bob@a.example\n"

static const struct change_row {
	const char *name, *stored;
	struct typed typed;
	const char *mods; /* NULL: no change */
} change_rows[] = {
	{"change: nothing", INTERNAL, {0}, NULL},
	{"change: nothing, external", EXTERNAL, {0}, NULL},
	{"change: to external, all selected", INTERNAL, {.routing = TO(EXT)},
		"replace: relaisRouting\nrelaisRouting: external\n-\n"
		"add: relaisThirdPartyAddress\nrelaisThirdPartyAddress: bob@a.example\n"
		"relaisThirdPartyAddress: bd@a.example\n-\n"},
	{"change: to external, one selected", INTERNAL,
		{.routing = TO(EXT), .selected = "bd@a.example"},
		"replace: relaisRouting\nrelaisRouting: external\n-\n"
		"add: relaisThirdPartyAddress\nrelaisThirdPartyAddress: bd@a.example\n-\n"},
	{"change: back to internal", EXTERNAL, {.routing = TO(INT)},
		"replace: relaisRouting\nrelaisRouting: internal\n-\n"
		"delete: relaisThirdPartyAddress\nrelaisThirdPartyAddress: "
		"bob@a.example\n-\n"},
	{"change: to none", EXTERNAL, {.routing = TO(NONE)},
		"replace: relaisRouting\nrelaisRouting: none\n-\n"
		"delete: relaisThirdPartyAddress\nrelaisThirdPartyAddress: "
		"bob@a.example\n-\n"},
	{"change: one more selected", EXTERNAL, {.selected = "bd@a.example BOB@a.example"},
		"add: relaisThirdPartyAddress\nrelaisThirdPartyAddress: bd@a.example\n-\n"},
	{"change: another selected", EXTERNAL, {.selected = "bd@a.example"},
		"delete: relaisThirdPartyAddress\nrelaisThirdPartyAddress: "
		"bob@a.example\n-\n"
		"add: relaisThirdPartyAddress\nrelaisThirdPartyAddress: "
		"bd@a.example\n-\n"},
	{"change: removing an address removes its selection", EXTERNAL,
		{.addresses = "bd@a.example", .selected = "bob@a.example bd@a.example"},
		"delete: mail\nmail: bob@a.example\n-\n"
		"delete: relaisThirdPartyAddress\nrelaisThirdPartyAddress: "
		"bob@a.example\n-\n"
		"add: relaisThirdPartyAddress\nrelaisThirdPartyAddress: "
		"bd@a.example\n-\n"},
	{"change: address added", INTERNAL,
		{.addresses = "bob@a.example bd@a.example b@a.example"},
		"add: mail\nmail: b@a.example\n-\n"},
	{"change: added to external, not selected", EXTERNAL,
		{.addresses = "bob@a.example bd@a.example b@a.example"},
		"add: mail\nmail: b@a.example\n-\n"},
	{"change: removed from the attribute that has it",
		CLASSES
		"mail: bob@a.example\nmailAlias: bd@a.example\nmailAlias: b@a.example\n",
		{.addresses = "bob@a.example b@a.example"},
		"delete: mailAlias\nmailAlias: bd@a.example\n-\n"},
	{"change: removed from both",
		CLASSES "mail: bob@a.example\nmail: b@a.example\n"
			"mailAlias: BOB@a.example\n",
		{.addresses = "b@a.example"},
		"delete: mail\nmail: bob@a.example\n-\ndelete: mailAlias\n"
		"mailAlias: BOB@a.example\n-\n"},
	{"change: the spelling of an address alone", INTERNAL,
		{.addresses = "BD@a.example Bob@a.example"}, NULL},
	{"change: adopted", "objectClass: inetOrgPerson\nmail: bob@a.example\n",
		{.routing = TO(EXT)},
		"add: objectClass\nobjectClass: relaisUser\n-\n"
		"add: relaisRouting\nrelaisRouting: external\n-\n"
		"add: relaisThirdPartyAddress\nrelaisThirdPartyAddress: "
		"bob@a.example\n-\n"},
	{"change: default stays unwritten", CLASSES "mail: bob@a.example\n",
		{.addresses = "bob@a.example b@a.example"},
		"add: mail\nmail: b@a.example\n-\n"},
	{"change: unknown word replaced",
		CLASSES "relaisRouting: later\nmail: bob@a.example\n", {.routing = TO(INT)},
		"replace: relaisRouting\nrelaisRouting: internal\n-\n"},
	{"change: left-over selection stays where nothing touches it",
		INTERNAL "relaisThirdPartyAddress: bob@a.example\n",
		{.addresses = "bob@a.example bd@a.example b@a.example"},
		"add: mail\nmail: b@a.example\n-\n"},
	{"change: left-over selection goes with its address",
		INTERNAL "relaisThirdPartyAddress: bob@a.example\n",
		{.addresses = "bd@a.example"},
		"delete: mail\nmail: bob@a.example\n-\ndelete: "
		"relaisThirdPartyAddress\nrelaisThirdPartyAddress: bob@a.example\n-\n"},
	{"change: selected while another routing is tried is not written", INTERNAL,
		{.selected = "bob@a.example"}, NULL},
};

static void check_change(void **state)
{
	const struct change_row *r = *state;
	struct settings s;
	struct user u;
	struct user_edit edit;
	struct buf want = BUF_INIT;

	settings_of(&s, NONE);
	u = user_of(DN, r->stored, &s);
	user_edit_init(&edit, &u);
	type(&edit, &r->typed);
	assert_int_equal(user_edit_changed(&edit, &u), r->mods != NULL);
	if (r->mods)
		buf_printf(&want, "dn: " DN "\nchangetype: modify\n%s\n", r->mods);
	assert_change(user_change(&edit, &u, &s), want.s);
	buf_release(&want);
	user_edit_release(&edit);
	user_release(&u);
	settings_release(&s);
}

/* To external and back, and the inverse, leave the entry as it was. */
static void there_and_back(void **state)
{
	struct settings s;
	struct user u;
	struct user_edit edit;
	struct change *c, *undo;

	(void)state;
	settings_of(&s, NONE);
	u = user_of(DN, EXTERNAL, &s);
	user_edit_init(&edit, &u);
	edit.routing = INT;
	c = user_change(&edit, &u, &s);
	undo = change_inverse(c);
	assert_change(undo, "dn: " DN "\nchangetype: modify\n"
			    "replace: relaisRouting\nrelaisRouting: external\n-\n"
			    "add: relaisThirdPartyAddress\n"
			    "relaisThirdPartyAddress: bob@a.example\n-\n\n");
	change_free(c);
	user_edit_release(&edit);
	user_release(&u);
	settings_release(&s);
}

static const struct as_typed_row {
	const char *name, *stored;
	struct typed typed;
	enum routing routing;
	const char *addresses, *selected;
	bool missing;
} as_typed_rows[] = {
	{"as typed: untouched", EXTERNAL, {0}, EXT, "bob@a.example bd@a.example",
		"bob@a.example", false},
	{"as typed: to external", INTERNAL, {.routing = TO(EXT)}, EXT,
		"bob@a.example bd@a.example", "bob@a.example bd@a.example", false},
	{"as typed: back to internal", EXTERNAL, {.routing = TO(INT)}, INT,
		"bob@a.example bd@a.example", "", false},
	{"as typed: address removed", EXTERNAL, {.addresses = "bd@a.example"}, EXT,
		"bd@a.example", "", false},
	{"as typed: default kept", CLASSES, {0}, NONE, "", "", true},
	{"as typed: default overridden", CLASSES, {.routing = TO(INT)}, INT, "", "", false},
};

static void check_as_typed(void **state)
{
	const struct as_typed_row *r = *state;
	struct settings s;
	struct user u, typed;
	struct user_edit edit;

	settings_of(&s, NONE);
	u = user_of(DN, r->stored, &s);
	user_edit_init(&edit, &u);
	type(&edit, &r->typed);
	user_as_typed(&edit, &u, &typed);
	assert_int_equal(typed.routing, r->routing);
	assert_words(&typed.addresses, r->addresses);
	assert_words(&typed.selected, r->selected);
	assert_int_equal(typed.routing_missing, r->missing);
	assert_string_equal(typed.entry->dn, DN);
	user_release(&typed);
	user_edit_release(&edit);
	user_release(&u);
	settings_release(&s);
}

/* ---- the rules ----
 * Hosted: a.example with a relay, f.example that also forwards, n.example without relay,
 * m.example with a malformed one.  Alice is internal and holds alice@a.example; Zed is
 * external and has selected zed@a.example. */

static const struct check_row {
	const char *name, *stored;
	struct typed typed;
	const char *findings;
} check_rows[] = {
	{"check: in order, internal", INTERNAL, {0}, ""},
	{"check: in order, external", EXTERNAL, {0}, ""},
	{"check: to external", INTERNAL, {.routing = TO(EXT)}, ""},
	{"check: internal without address", CLASSES, {.routing = TO(INT)},
		"INTERNAL_NO_ADDRESS ERROR ADDRESSES 0 - - -\n"},
	{"check: none without address", CLASSES, {0}, ""},
	{"check: address malformed", INTERNAL,
		{.addresses = "bob@a.example bd@a.example a%b@a.example x"},
		"ADDRESS_ROUTED ERROR ADDRESSES 0 a%b@a.example - -\n"
		"ADDRESS_MALFORMED ERROR ADDRESSES 0 x - -\n"},
	{"check: address malformed before", INTERNAL "mail: bob@a..b\n",
		{.routing = TO(NONE)},
		"DOMAIN_MALFORMED WARNING ADDRESSES 0 bob@a..b - -\n"
		"ADDRESS_REFUSED WARNING ROUTING 0 bob@a.example - -\n"
		"ADDRESS_REFUSED WARNING ROUTING 0 bd@a.example - -\n"},
	{"check: address not hosted", INTERNAL,
		{.addresses = "bob@a.example bd@a.example bob@x.example"},
		"ADDRESS_NOT_HOSTED ERROR ADDRESSES 0 bob@x.example x.example -\n"},
	{"check: address not hosted before", INTERNAL "mail: bob@x.example\n", {0},
		"ADDRESS_NOT_HOSTED WARNING ADDRESSES 0 bob@x.example x.example -\n"},
	{"check: address not hosted before, selected", INTERNAL "mail: bob@x.example\n",
		{.routing = TO(EXT)},
		"ADDRESS_NOT_HOSTED WARNING ADDRESSES 0 bob@x.example x.example -\n"
		"ADDRESS_NOT_HOSTED ERROR SELECTION 0 bob@x.example x.example -\n"},
	{"check: address taken, in another case", INTERNAL,
		{.addresses = "bob@a.example bd@a.example ALICE@a.example"},
		"ADDRESS_TAKEN ERROR ADDRESSES 0 ALICE@a.example uid=alice Alice\n"},
	{"check: address taken by a selection", INTERNAL,
		{.addresses = "bob@a.example bd@a.example zed@a.example"},
		"ADDRESS_TAKEN ERROR ADDRESSES 0 zed@a.example uid=zed Zed\n"},
	{"check: address taken before", INTERNAL "mail: alice@a.example\n",
		{.addresses = "bob@a.example bd@a.example alice@a.example b@a.example"},
		"ADDRESS_TAKEN WARNING ADDRESSES 0 alice@a.example uid=alice Alice\n"},
	{"check: nothing selected", INTERNAL, {.routing = TO(EXT), .selected = ""},
		"SELECTION_EMPTY ERROR SELECTION 0 - - -\n"
		"ADDRESS_REFUSED WARNING SELECTION 0 bob@a.example - -\n"
		"ADDRESS_REFUSED WARNING SELECTION 0 bd@a.example - -\n"},
	{"check: external without address", CLASSES, {.routing = TO(EXT)},
		"SELECTION_EMPTY ERROR SELECTION 0 - - -\n"},
	{"check: selected is not own", EXTERNAL, {.selected = "bob@a.example x@a.example"},
		"SELECTION_NOT_OWN ERROR SELECTION 0 x@a.example - -\n"},
	{"check: selected is not own before",
		EXTERNAL "relaisThirdPartyAddress: x@a.example\n", {0},
		"SELECTION_NOT_OWN ERROR SELECTION 0 x@a.example - -\n"},
	{"check: the only selected address removed", EXTERNAL,
		{.addresses = "bd@a.example"},
		"SELECTION_EMPTY ERROR SELECTION 0 - - -\n"
		"ADDRESS_REFUSED WARNING ADDRESSES 0 bob@a.example - -\n"},
	{"check: no relay", CLASSES "mail: bob@n.example\n", {.routing = TO(EXT)},
		"EXTERNAL_NEEDS_RELAY ERROR SELECTION 0 bob@n.example n.example -\n"},
	{"check: malformed relay", CLASSES "mail: bob@m.example\n", {.routing = TO(EXT)},
		"EXTERNAL_NEEDS_RELAY ERROR SELECTION 0 bob@m.example m.example -\n"},
	{"check: no relay, that address is not selected",
		CLASSES "mail: bob@a.example\nmail: bob@n.example\n",
		{.routing = TO(EXT), .selected = "bob@a.example"}, ""},
	{"check: unselected, refused", EXTERNAL, {.selected = "bd@a.example"},
		"ADDRESS_REFUSED WARNING SELECTION 0 bob@a.example - -\n"},
	{"check: unselected, forwarded",
		CLASSES "relaisRouting: external\nmail: bob@f.example\nmail: bd@f.example\n"
			"relaisThirdPartyAddress: bob@f.example\n"
			"relaisThirdPartyAddress: bd@f.example\n",
		{.selected = "bob@f.example"},
		"ADDRESS_AS_UNKNOWN WARNING SELECTION 0 bd@f.example f.old.example:2525 "
		"-\n"},
	{"check: to internal loses nothing", EXTERNAL, {.routing = TO(INT)}, ""},
	{"check: to none, refused", EXTERNAL, {.routing = TO(NONE)},
		"ADDRESS_REFUSED WARNING ROUTING 0 bob@a.example - -\n"},
	{"check: to none, forwarded",
		CLASSES "relaisRouting: internal\nmail: bob@f.example\n",
		{.routing = TO(NONE)},
		"ADDRESS_AS_UNKNOWN WARNING ROUTING 0 bob@f.example f.old.example:2525 "
		"-\n"},
	{"check: internal address removed", INTERNAL, {.addresses = "bd@a.example"},
		"ADDRESS_REFUSED WARNING ADDRESSES 0 bob@a.example - -\n"},
	{"check: external, unselected address removed", EXTERNAL,
		{.addresses = "bob@a.example"}, ""},
	{"check: removed, but its main address takes it",
		CLASSES
		"relaisRouting: internal\nmail: bob@a.example\nmail: bob+x@a.example\n",
		{.addresses = "bob@a.example"}, ""},
	{"check: removed, but somebody else's too",
		CLASSES
		"relaisRouting: internal\nmail: bob@a.example\nmail: alice@a.example\n",
		{.addresses = "bob@a.example"}, ""},
	{"check: selection that was not own is dropped",
		EXTERNAL "relaisThirdPartyAddress: x@a.example\n",
		{.selected = "bob@a.example"},
		"ADDRESS_REFUSED WARNING ADDRESSES 0 x@a.example - -\n"},
	{"check: no relay before, now refused",
		CLASSES "relaisRouting: external\nmail: bob@n.example\n"
			"relaisThirdPartyAddress: bob@n.example\n",
		{.routing = TO(NONE)},
		"ADDRESS_REFUSED WARNING ROUTING 0 bob@n.example - -\n"},
};

static void check_rules(void **state)
{
	const struct check_row *r = *state;
	struct settings s;
	struct user u;
	struct user_edit edit;
	struct findings f = {0};
	struct domain domains[] = {
		domain_of("ou=a",
			"associatedDomain: a.example\nrelaisSplitRelay: [a.old.example]\n"),
		domain_of("ou=f",
			"associatedDomain: f.example\nrelaisForwardUnknown: TRUE\n"
			"relaisSplitRelay: [f.old.example]:2525\n"),
		domain_of("ou=n", "associatedDomain: n.example\n"),
		domain_of(
			"ou=m", "associatedDomain: m.example\nrelaisSplitRelay: [a:25]\n"),
	};
	struct user holders[2];
	struct user_around around = {
		domains, COUNT_OF(domains), holders, COUNT_OF(holders)};

	settings_of(&s, NONE);
	holders[0] = user_of("uid=alice",
		"cn: Alice\nrelaisRouting: internal\n"
		"mail: alice@a.example\n",
		&s);
	holders[1] = user_of("uid=zed",
		"cn: Zed\nrelaisRouting: external\n"
		"relaisThirdPartyAddress: zed@a.example\n",
		&s);
	u = user_of(DN, r->stored, &s);
	user_edit_init(&edit, &u);
	type(&edit, &r->typed);
	user_check(&edit, &u, &s, &around, &f);
	assert_findings(&f, r->findings);
	user_edit_release(&edit);
	user_release(&u);
	for (size_t i = 0; i < COUNT_OF(holders); i++)
		user_release(&holders[i]);
	for (size_t i = 0; i < COUNT_OF(domains); i++)
		domain_release(&domains[i]);
	settings_release(&s);
}

int main(void)
{
	struct suite s = {0};

	SUITE_ROWS(&s, check_decode, decode_rows);
	SUITE_ADD(&s, nul_is_no_address);
	SUITE_ADD(&s, unseen_values_stay);
	SUITE_ADD(&s, domains_and_holding);
	SUITE_ROWS(&s, check_change, change_rows);
	SUITE_ADD(&s, there_and_back);
	SUITE_ROWS(&s, check_as_typed, as_typed_rows);
	SUITE_ROWS(&s, check_rules, check_rows);
	return suite_run(&s);
}
