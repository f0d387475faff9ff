#include "tests/core/test.h"

#include "core/query.h"

/* Settings: the defaults, or a directory with its own attributes and internal users. */
static void other_directory(struct settings *s)
{
	settings_init(s);
	free(s->domains.filter);
	s->domains.filter = xstrdup("(objectClass=mailDomain)");
	free(s->users.filter);
	s->users.filter = xstrdup("(&(objectClass=person)(active=1))");
	strv_add(&s->users.addresses, "mailAlias");
	s->users.default_routing = ROUTING_INTERNAL;
}

typedef void ask_fn(const struct settings *s, const char *arg, struct buf *out);

static void internal_test(const struct settings *s, const char *arg, struct buf *out)
{
	(void)arg;
	query_internal_test(s, out);
}

static void domains_named(const struct settings *s, const char *arg, struct buf *out)
{
	struct strv names = words(arg);

	query_domains_named(s, &names, out);
	strv_release(&names);
}

static void users_of(
	const struct settings *s, const char *arg, enum query_users which, struct buf *out)
{
	struct strv names = words(arg);

	query_users_of(s, &names, which, out);
	strv_release(&names);
}

static void all_of(const struct settings *s, const char *arg, struct buf *out)
{
	users_of(s, arg, USERS_ALL, out);
}

static void internal_of(const struct settings *s, const char *arg, struct buf *out)
{
	users_of(s, arg, USERS_INTERNAL, out);
}

static void external_of(const struct settings *s, const char *arg, struct buf *out)
{
	users_of(s, arg, USERS_EXTERNAL, out);
}

static void none_of(const struct settings *s, const char *arg, struct buf *out)
{
	users_of(s, arg, USERS_NONE, out);
}

static void dependent_of(const struct settings *s, const char *arg, struct buf *out)
{
	users_of(s, arg, USERS_DEPENDENT, out);
}

static void holders(const struct settings *s, const char *arg, struct buf *out)
{
	struct strv addresses = words(arg);

	query_holders(s, &addresses, out);
	strv_release(&addresses);
}

static void holders_in(const struct settings *s, const char *arg, struct buf *out)
{
	struct strv names = words(arg);

	query_holders_in(s, &names, out);
	strv_release(&names);
}

/* The first word is the name that is lacking. */
static void lacking(const struct settings *s, const char *arg, struct buf *out)
{
	struct strv names = words(arg);
	char *name = xstrdup(names.v[0]);

	strv_remove(&names, 0);
	query_users_lacking(s, &names, name, out);
	free(name);
	strv_release(&names);
}

static void adoptable(const struct settings *s, const char *arg, struct buf *out)
{
	query_adoptable(s, arg, out);
}

static void route_internal(const struct settings *s, const char *arg, struct buf *out)
{
	struct strv keys = words(arg);

	query_route_internal(s, &keys, out);
	strv_release(&keys);
}

static void route_external(const struct settings *s, const char *arg, struct buf *out)
{
	struct strv keys = words(arg);

	(void)s;
	query_route_external(&keys, out);
	strv_release(&keys);
}

static void matching(const struct settings *s, const char *arg, struct buf *out)
{
	query_users_matching(s, arg, &(struct strv){0}, out);
}

static void matching_at_a(const struct settings *s, const char *arg, struct buf *out)
{
	struct strv names = words("a.example");

	query_users_matching(s, arg, &names, out);
	strv_release(&names);
}

#define U "(objectClass=inetOrgPerson)"
#define V "(&(objectClass=person)(active=1))"
#define IN "(!(relaisRouting=external))(!(relaisRouting=none))"

static const struct row {
	const char *name;
	bool other;
	ask_fn *ask;
	const char *arg, *filter;
} rows[] = {
	{"internal, default none", false, internal_test, "", "(relaisRouting=internal)"},
	{"internal, default internal", true, internal_test, "", IN},
	{"address, one attribute", false, query_address_term, "%u@%d", "(mail=%u@%d)"},
	{"address, two attributes", true, query_address_term, "%u@%d",
		"(|(mail=%u@%d)(mailAlias=%u@%d))"},
	{"domain", false, domains_named, "a.example",
		"(&(objectClass=relaisDomain)(associatedDomain=a.example))"},
	{"domains", true, domains_named, "a.example b.example",
		"(&(objectClass=mailDomain)(|(associatedDomain=a.example)"
		"(associatedDomain=b.example)))"},
	{"domain escaped", false, domains_named, "*)(uid=x",
		"(&(objectClass=relaisDomain)(associatedDomain=\\2a\\29\\28uid=x))"},
	{"no domain", false, domains_named, "",
		"(&(objectClass=relaisDomain)(!(objectClass=*)))"},
	{"all users", false, all_of, "", U},
	{"all users of a domain", false, all_of, "a.example", "(&" U "(mail=*@a.example))"},
	{"all users of two names", false, all_of, "a.example b.example",
		"(&" U "(|(mail=*@a.example)(mail=*@b.example)))"},
	{"all users of two names, two attributes", true, all_of, "a.example b.example",
		"(&" V "(|(mail=*@a.example)(mailAlias=*@a.example)"
		"(mail=*@b.example)(mailAlias=*@b.example)))"},
	{"name escaped", false, all_of, "(*", "(&" U "(mail=*@\\28\\2a))"},
	{"internal users", false, internal_of, "", "(&" U "(relaisRouting=internal))"},
	{"internal users of a domain, default internal", true, internal_of, "a.example",
		"(&" V IN "(|(mail=*@a.example)(mailAlias=*@a.example)))"},
	{"external users of a domain", false, external_of, "a.example",
		"(&" U "(relaisRouting=external)(mail=*@a.example))"},
	{"users of a domain who are neither", false, none_of, "a.example",
		"(&" U "(!(relaisRouting=external))(!(relaisRouting=internal))"
		"(mail=*@a.example))"},
	{"those who are neither, default internal", true, none_of, "a.example",
		"(&" V "(relaisRouting=none)(|(mail=*@a.example)(mailAlias=*@a.example)))"},
	{"dependent users of a domain", false, dependent_of, "a.example",
		"(&(relaisRouting=external)(relaisThirdPartyAddress=*@a.example))"},
	{"dependent users of two names", true, dependent_of, "a.example b.example",
		"(&(relaisRouting=external)(|(relaisThirdPartyAddress=*@a.example)"
		"(relaisThirdPartyAddress=*@b.example)))"},
	{"dependent users", false, dependent_of, "",
		"(&(relaisRouting=external)(relaisThirdPartyAddress=*))"},
	{"holders of an address", false, holders, "b@a.example",
		"(|(&" U "(mail=b@a.example))(relaisThirdPartyAddress=b@a.example))"},
	{"holders of two addresses", true, holders, "b@a.example c*@a.example",
		"(|(&" V "(|(mail=b@a.example)(mailAlias=b@a.example)"
		"(mail=c\\2a@a.example)(mailAlias=c\\2a@a.example)))"
		"(relaisThirdPartyAddress=b@a.example)"
		"(relaisThirdPartyAddress=c\\2a@a.example))"},
	{"holders of nothing", false, holders, "", "(!(objectClass=*))"},
	{"holders in a name", false, holders_in, "a.example",
		"(|(&" U "(mail=*@a.example))(relaisThirdPartyAddress=*@a.example))"},
	{"holders in no name", false, holders_in, "", "(!(objectClass=*))"},
	{"lacking a name", false, lacking, "b.example a.example c.example",
		"(&" U "(|(mail=*@a.example)(mail=*@c.example))(!(mail=*@b.example)))"},
	{"lacking a name, two attributes", true, lacking, "b.example a.example",
		"(&" V "(|(mail=*@a.example)(mailAlias=*@a.example))"
		"(!(|(mail=*@b.example)(mailAlias=*@b.example))))"},
	{"adoptable", false, adoptable, "a.example",
		"(&(!(objectClass=relaisDomain))(!(objectClass=relaisDomain))(!" U ")"
		"(|(associatedDomain=a.example)(ou=a.example)(dc=a.example)"
		"(cn=a.example)(o=a.example)))"},
	{"adoptable, a U-label too", true, adoptable, "xn--mnchen-3ya.example",
		"(&(!(objectClass=relaisDomain))(!(objectClass=mailDomain))(!" V ")"
		"(|(associatedDomain=xn--mnchen-3ya.example)(ou=xn--mnchen-3ya.example)"
		"(dc=xn--mnchen-3ya.example)(cn=xn--mnchen-3ya.example)"
		"(o=xn--mnchen-3ya.example)(ou=m\xc3\xbcnchen.example)"
		"(cn=m\xc3\xbcnchen.example)(o=m\xc3\xbcnchen.example)))"},
	{"table internal, one key", false, route_internal, "b@a.example",
		"(&(mail=b@a.example)" U "(relaisRouting=internal))"},
	{"table internal, two keys", true, route_internal, "b+x@a.example b@a.example",
		"(&(|(mail=b+x@a.example)(mailAlias=b+x@a.example)"
		"(mail=b@a.example)(mailAlias=b@a.example))" V IN ")"},
	{"table thirdparty", false, route_external, "b+x@a.example b@a.example",
		"(&(|(relaisThirdPartyAddress=b+x@a.example)"
		"(relaisThirdPartyAddress=b@a.example))(relaisRouting=external))"},
	{"typed: nothing", false, matching, "", U},
	{"typed: spaces", false, matching, "  ", U},
	{"typed: prefix", false, matching, "mar",
		"(&" U "(|(cn=mar*)(displayName=mar*)(uid=mar*)(mail=mar*)))"},
	{"typed: infix from four letters", false, matching, " mart ",
		"(&" U "(|(cn=*mart*)(displayName=*mart*)(uid=*mart*)(mail=*mart*)))"},
	{"typed: letters, not bytes", false, matching, "\xc3\xa9lo",
		"(&" U "(|(cn=\xc3\xa9lo*)(displayName=\xc3\xa9lo*)(uid=\xc3\xa9lo*)"
		"(mail=\xc3\xa9lo*)))"},
	{"typed: escaped", false, matching, "*)(",
		"(&" U "(|(cn=\\2a\\29\\28*)(displayName=\\2a\\29\\28*)(uid=\\2a\\29\\28*)"
		"(mail=\\2a\\29\\28*)))"},
	{"typed: within a domain", false, matching_at_a, "bob",
		"(&" U "(mail=*@a.example)(|(cn=bob*)(displayName=bob*)(uid=bob*)"
		"(mail=bob*)))"},
	{"typed: nothing, within a domain", false, matching_at_a, "",
		"(&" U "(mail=*@a.example))"},
};

static void check(void **state)
{
	const struct row *r = *state;
	struct settings s;
	struct buf out = BUF_INIT;

	if (r->other)
		other_directory(&s);
	else
		settings_init(&s);
	buf_puts(&out, "<");
	r->ask(&s, r->arg, &out);
	assert_string_equal(out.s + 1, r->filter);
	buf_release(&out);
	settings_release(&s);
}

static void assert_list(const char **list, const char *text)
{
	struct strv all = {0};

	for (const char **name = list; *name; name++)
		strv_add(&all, *name);
	assert_words(&all, text);
	strv_release(&all);
	free(list);
}

static void attributes(void **state)
{
	struct settings s;

	(void)state;
	other_directory(&s);
	strv_add(&s.users.addresses, "UID");
	assert_list(query_domain_attributes(&s),
		"objectClass associatedDomain description relaisSplitRelay "
		"relaisForwardUnknown modifiersName modifyTimestamp");
	assert_list(query_user_attributes(&s),
		"objectClass cn displayName uid relaisRouting relaisThirdPartyAddress "
		"modifiersName modifyTimestamp mail mailAlias");
	settings_release(&s);
}

int main(void)
{
	struct suite s = {0};

	SUITE_ROWS(&s, check, rows);
	SUITE_ADD(&s, attributes);
	return suite_run(&s);
}
