/* One of a domain's names given to its users. */
#include "tests/core/test.h"

#include "core/spread.h"

#define DN "uid=bob,dc=demo"
#define USER "entryUUID: u1\nentryCSN: c1\nobjectClass: relaisUser\n"
#define HEAD "dn: " DN "\nchangetype: modify\n"

#define NAMES                                                        \
	"associatedDomain: a.example\nassociatedDomain: b.example\n" \
	"associatedDomain: c.example\n"
#define RELAY "relaisSplitRelay: [192.0.2.25]\n"

static const struct give_row {
	const char *name, *domain, *user;
	const char *mods; /* NULL: no change */
	const char *findings;
} give_rows[] = {
	{"give: one", "", USER "relaisRouting: internal\nmail: bob@a.example\n",
		"add: mail\nmail: bob@b.example\n-\n", ""},
	{"give: each", "",
		USER "relaisRouting: internal\nmail: bob@A.example\nmail: x@c.example\n"
		     "mail: Bob.D@a.example\n",
		"add: mail\nmail: bob@b.example\nmail: Bob.D@b.example\n-\n", ""},
	{"give: no class yet", "", "mail: bob@a.example\n",
		"add: objectClass\nobjectClass: relaisUser\n-\n"
		"add: mail\nmail: bob@b.example\n-\n",
		""},
	{"give: one of two is there", "",
		USER "mail: bob@a.example\nmail: bd@a.example\nmail: BOB@b.example\n",
		"add: mail\nmail: bd@b.example\n-\n", ""},
	{"give: all are there", "", USER "mail: bob@a.example\nmail: bob@b.example\n", NULL,
		""},
	{"give: third-party, selected", RELAY,
		USER "relaisRouting: external\nmail: bob@a.example\nmail: bd@a.example\n"
		     "relaisThirdPartyAddress: bob@a.example\n",
		"add: mail\nmail: bob@b.example\nmail: bd@b.example\n-\n"
		"add: relaisThirdPartyAddress\nrelaisThirdPartyAddress: bob@b.example\n-\n",
		""},
	{"give: third-party, none of these selected", RELAY,
		USER "relaisRouting: external\nmail: bob@a.example\nmail: x@c.example\n"
		     "relaisThirdPartyAddress: x@c.example\n",
		"add: mail\nmail: bob@b.example\n-\n", ""},
	{"give: third-party without a relay", "",
		USER "relaisRouting: external\nmail: bob@a.example\nmail: bd@a.example\n"
		     "relaisThirdPartyAddress: bob@a.example\n",
		"add: mail\nmail: bd@b.example\n-\n",
		"EXTERNAL_NEEDS_RELAY ERROR ADDRESSES 0 bob@b.example a.example -\n"},
	{"give: internal, selected once", RELAY,
		USER "relaisRouting: internal\nmail: bob@a.example\n"
		     "relaisThirdPartyAddress: bob@a.example\n",
		"add: mail\nmail: bob@b.example\n-\n", ""},
	{"give: internal, selected once, no relay", "",
		USER "relaisRouting: internal\nmail: bob@a.example\n"
		     "relaisThirdPartyAddress: bob@a.example\n",
		"add: mail\nmail: bob@b.example\n-\n", ""},
	{"give: no mail", "", USER "relaisRouting: none\nmail: bob@a.example\n",
		"add: mail\nmail: bob@b.example\n-\n", ""},
	{"give: under another name only", "", USER "mail: bob@c.example\n", NULL,
		"NO_ADDRESS_THERE ERROR ADDRESSES 0 a.example - -\n"},
	{"give: an address that is none", "",
		USER "mail: b%b@a.example\nmail: bob@a.example\n",
		"add: mail\nmail: bob@b.example\n-\n",
		"ADDRESS_ROUTED ERROR ADDRESSES 0 b%b@b.example - -\n"},
	{"give: nothing but one that is none", "", USER "mail: b%b@a.example\n", NULL,
		"ADDRESS_ROUTED ERROR ADDRESSES 0 b%b@b.example - -\n"},
};

struct scene {
	struct settings settings;
	struct domain domain;
	struct spread spread;
};

static void open_scene(struct scene *s, const char *lines)
{
	struct buf all = BUF_INIT;

	settings_init(&s->settings);
	buf_printf(&all, NAMES "%s", lines);
	s->domain = domain_of("ou=a.example,dc=demo", all.s);
	s->spread = (struct spread){&s->settings, &s->domain, "b.example"};
	buf_release(&all);
}

static void close_scene(struct scene *s)
{
	domain_release(&s->domain);
	settings_release(&s->settings);
}

static void check_give(void **state)
{
	const struct give_row *r = *state;
	struct scene s;
	struct user u;
	struct findings f = {0};
	struct buf want = BUF_INIT;

	open_scene(&s, r->domain);
	u = user_of(DN, r->user, &s.settings);
	if (r->mods)
		buf_printf(&want, HEAD "%s\n", r->mods);
	assert_change(spread_change(&s.spread, &u, &f), want.s);
	assert_findings(&f, r->findings);
	buf_release(&want);
	user_release(&u);
	close_scene(&s);
}

/* The first configured attribute takes them, whichever holds the models. */
static void the_first_attribute_takes_them(void **state)
{
	struct scene s;
	struct user u;
	struct findings f = {0};

	(void)state;
	open_scene(&s, "");
	strv_add(&s.settings.users.addresses, "alias");
	u = user_of(DN, USER "alias: bob@a.example\n", &s.settings);
	assert_change(spread_change(&s.spread, &u, &f),
		HEAD "add: mail\nmail: bob@b.example\n-\n\n");
	assert_findings(&f, "");
	user_release(&u);
	close_scene(&s);
}

static const struct settle_row {
	const char *name, *dn, *holder;
	const char *mods; /* what is left; NULL: nothing */
	const char *findings;
} settle_rows[] = {
	{"settle: nobody", "uid=x,dc=demo", "mail: x@b.example\n",
		"add: mail\nmail: bob@b.example\nmail: bd@b.example\n-\n"
		"add: relaisThirdPartyAddress\nrelaisThirdPartyAddress: bob@b.example\n-\n",
		""},
	{"settle: himself", DN, "entryUUID: u1\nmail: bob@b.example\nmail: bd@b.example\n",
		"add: mail\nmail: bob@b.example\nmail: bd@b.example\n-\n"
		"add: relaisThirdPartyAddress\nrelaisThirdPartyAddress: bob@b.example\n-\n",
		""},
	{"settle: one is somebody's", "uid=x,dc=demo", "cn: X\nmail: BD@b.example\n",
		"add: mail\nmail: bob@b.example\n-\n"
		"add: relaisThirdPartyAddress\nrelaisThirdPartyAddress: bob@b.example\n-\n",
		"ADDRESS_TAKEN ERROR ADDRESSES 0 bd@b.example uid=x,dc=demo X\n"},
	{"settle: the selected one is somebody's", "uid=x,dc=demo",
		"cn: X\nmail: bob@b.example\n", "add: mail\nmail: bd@b.example\n-\n",
		"ADDRESS_TAKEN ERROR ADDRESSES 0 bob@b.example uid=x,dc=demo X\n"},
	{"settle: somebody selected it", "uid=x,dc=demo",
		"cn: X\nrelaisThirdPartyAddress: bob@b.example\n",
		"add: mail\nmail: bd@b.example\n-\n",
		"ADDRESS_TAKEN ERROR ADDRESSES 0 bob@b.example uid=x,dc=demo X\n"},
	{"settle: its model has two holders", "uid=x,dc=demo",
		"cn: X\nmail: bd@a.example\n",
		"add: mail\nmail: bob@b.example\n-\n"
		"add: relaisThirdPartyAddress\nrelaisThirdPartyAddress: bob@b.example\n-\n",
		"ADDRESS_TAKEN ERROR ADDRESSES 0 bd@a.example uid=x,dc=demo X\n"},
	{"settle: nothing is left", "uid=x,dc=demo",
		"cn: X\nmail: bd@b.example\nmail: bob@b.example\n", NULL,
		"ADDRESS_TAKEN ERROR ADDRESSES 0 bob@b.example uid=x,dc=demo X\n"
		"ADDRESS_TAKEN ERROR ADDRESSES 0 bd@b.example uid=x,dc=demo X\n"},
};

static void check_settle(void **state)
{
	const struct settle_row *r = *state;
	struct scene s;
	struct user u, holder;
	struct findings f = {0};
	struct change *c;
	struct buf want = BUF_INIT;

	open_scene(&s, RELAY);
	u = user_of(DN,
		USER "relaisRouting: external\nmail: bob@a.example\nmail: bd@a.example\n"
		     "relaisThirdPartyAddress: bob@a.example\n",
		&s.settings);
	holder = user_of(r->dn, r->holder, &s.settings);
	c = spread_change(&s.spread, &u, &f);
	assert_int_equal(spread_settle(&s.spread, c, &holder, 1, &f), r->mods != NULL);
	assert_findings(&f, r->findings);
	if (r->mods) {
		buf_printf(&want, HEAD "%s\n", r->mods);
		assert_change(c, want.s);
	} else {
		change_free(c);
	}
	buf_release(&want);
	user_release(&u);
	user_release(&holder);
	close_scene(&s);
}

static void what_is_asked_and_added(void **state)
{
	struct scene s;
	struct user u;
	struct findings f = {0};
	struct strv list = {0};
	struct change *c;

	(void)state;
	open_scene(&s, RELAY);
	u = user_of(DN,
		USER "relaisRouting: external\nmail: bob@a.example\nmail: bd@a.example\n"
		     "relaisThirdPartyAddress: bd@a.example\n",
		&s.settings);
	c = spread_change(&s.spread, &u, &f);
	spread_asks(&s.spread, c, &list);
	assert_words(&list, "bob@b.example bob@a.example bd@b.example bd@a.example");
	strv_release(&list);
	spread_added(&s.spread, c, &list);
	assert_words(&list, "bob@b.example bd@b.example");
	strv_release(&list);
	spread_selected(c, &list);
	assert_words(&list, "bd@b.example");
	strv_release(&list);
	change_free(c);
	user_release(&u);
	close_scene(&s);
}

int main(void)
{
	struct suite s = {0};

	SUITE_ROWS(&s, check_give, give_rows);
	SUITE_ADD(&s, the_first_attribute_takes_them);
	SUITE_ROWS(&s, check_settle, settle_rows);
	SUITE_ADD(&s, what_is_asked_and_added);
	return suite_run(&s);
}
