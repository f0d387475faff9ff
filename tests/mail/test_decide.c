/*
 * route_decide() against the tables that Postfix gets: over a directory in which whatever
 * can meet does meet, every decision, and every look-up it names, is compared with what
 * postmap(1) says.  The facts are fetched as the console fetches them.  How Postfix puts
 * look-ups together (transport(5), smtpd(8)) is written down here once more, by hand; that
 * this is how it does is what test_rules.sh shows on a real one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <ldap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/address.h"
#include "core/query.h"
#include "core/route.h"
#include "core/sys/config.h"
#include "ldap/postfix.h"

/* ---- a directory ------------------------------------------------------------------ */

/* Relays as they stand in the directory, and as the next hop then is; NULL: Postfix could
 * not use it. */
static const struct relay {
	const char *stored, *next_hop;
} relays[] = {
	{NULL, NULL},
	{"[192.0.2.25]", "[192.0.2.25]"},
	{"[127.0.0.1]:2525", "[127.0.0.1]:2525"},
	{"[mail.old.example]", "[mail.old.example]"},
	{"[Mail.OLD.example]:25", "[mail.old.example]"},
	{"[IPv6:2001:db8::25]:587", "[IPv6:2001:db8::25]:587"},
	{"mail.old.example", NULL},
	{"evil:[x]", NULL},
	{"[a:25]", NULL},
	{"[]", NULL},
	{"[x]:", NULL},
	{"[x]:99999", NULL},
};

static const char *const forwards[] = {"TRUE", "FALSE", NULL};

enum {
	DOMAINS = COUNT_OF(relays) * COUNT_OF(forwards),
	DOUBLES = 7 /* each 7th domain has addresses that two users hold */
};

/* Who has mail in every domain: "$" stands for the domain, "%" for its alias. */
static const struct person {
	const char *uid, *class, *routing;
	const char *mail[4], *selected[4];
} people[] = {
	{"int", "inetOrgPerson", "internal", {"int@$", "int.one@$", "int@%"}, {NULL}},
	{"caps", "inetOrgPerson", "INTERNAL", {"CAPS@$"}, {NULL}},
	{"ext", "inetOrgPerson", "external", {"ext@$", "ext@%"}, {"ext@$", "ext@%"}},
	{"part", "inetOrgPerson", "external", {"part@$", "rest@$"}, {"Part@$"}},
	{"empty", "inetOrgPerson", "external", {"empty@$"}, {NULL}},
	{"none", "inetOrgPerson", "none", {"none@$"}, {"none@$"}},
	{"plain", "inetOrgPerson", NULL, {"plain@$", "plain+own@$"}, {NULL}},
	{"odd", "inetOrgPerson", "elsewhere", {"odd@$"}, {"odd@$"}},
	{"was", "inetOrgPerson", "internal", {"was@$"}, {"was@$"}},
	{"twin1", "inetOrgPerson", "internal", {"twin@$"}, {NULL}},
	{"twin2", "inetOrgPerson", "internal", {"TWIN@$"}, {NULL}},
	{"pair1", "inetOrgPerson", "external", {"pair@$"}, {"pair@$"}},
	{"pair2", "inetOrgPerson", "external", {"pair@$"}, {"pair@$"}},
	{"both1", "inetOrgPerson", "internal", {"both@$"}, {NULL}},
	{"both2", "inetOrgPerson", "external", {"both@$"}, {"both@$"}},
	{"three1", "inetOrgPerson", "internal", {"three@$"}, {NULL}},
	{"three2", "inetOrgPerson", "external", {"three@$"}, {"three@$"}},
	{"three3", "inetOrgPerson", "external", {"three@$"}, {"three@$"}},
	{"plus1", "inetOrgPerson", "internal", {"plus@$"}, {NULL}},
	{"plus2", "inetOrgPerson", "external", {"plus+x@$"}, {"plus+x@$"}},
	{"minus1", "inetOrgPerson", "external", {"minus@$"}, {"minus@$"}},
	{"minus2", "inetOrgPerson", "internal", {"minus+x@$"}, {NULL}},
	/* no user of the configured filter */
	{"robot", "account", "internal", {"robot@$"}, {NULL}},
	{"list", "account", "external", {"list@$"}, {"list@$"}},
	/* in the configured filter's exception, and in the second address attribute */
	{"gone", "inetOrgPerson", "internal", {"gone@$"}, {NULL}},
	{"uid@$", "inetOrgPerson", "internal", {NULL}, {NULL}},
	{"xuid@$", "inetOrgPerson", "external", {"xuid2@$"}, {"xuid2@$"}},
};

/* Users who share an address with another of their kind. */
static bool is_doubled(const char *name)
{
	return strncmp(name, "twin", 4) == 0 || strncmp(name, "pair", 4) == 0 ||
	       strncmp(name, "three", 5) == 0;
}

/* What is asked for in every domain and its alias. */
static const char *const locals[] = {"int", "INT", "int+x", "int+x+y", "int.one", "Caps",
	"ext", "EXT+x", "part", "rest", "empty", "none", "plain", "plain+own",
	"plain+other", "odd", "was", "twin", "Twin+x", "pair", "both", "both+x", "three",
	"plus", "plus+x", "plus+y", "plus+x+y", "minus", "minus+x", "minus+y", "robot",
	"list", "gone", "uid", "xuid", "xuid2", "nobody", "nobody+int", "+int", "int-x",
	"a'b", "(a*)"};

/* No local@domain, or none of ours. */
static const char *const others[] = {"int@elsewhere.example", "int@d0.test.",
	"int@sub.d1.example", "int", "", "@d1.example", "int@", "int@D1.EXAMPLE.",
	"postmaster@d1.example", "mailer-daemon@d2.example", "mailer-daemon+x@d2.example",
	"int@twice.example", "ext@twice.example", "nobody@twice.example",
	"int@half.example", "ext@half.example", "nobody@half.example"};

static void names_of(size_t i, char *name, char *alias, size_t n)
{
	snprintf(name, n, i % 2 ? "d%zu.example" : "D%zu.Example", i);
	snprintf(alias, n, "d%zu.test", i);
}

static void put_address(FILE *f, const char *attribute, const char *pattern,
	const char *name, const char *alias)
{
	size_t n = strcspn(pattern, "$%");

	fprintf(f, "%s: %.*s%s\n", attribute, (int)n, pattern,
		pattern[n] == '$'   ? name
		: pattern[n] == '%' ? alias
				    : "");
}

static void put_domain(FILE *f, const char *ou, const char *name, const char *alias,
	const char *relay, const char *forward)
{
	fprintf(f,
		"dn: ou=%s,ou=domains,dc=demo\nobjectClass: organizationalUnit\n"
		"objectClass: relaisDomain\nou: %s\nassociatedDomain: %s\n",
		ou, ou, name);
	if (alias)
		fprintf(f, "associatedDomain: %s\n", alias);
	if (relay)
		fprintf(f, "relaisSplitRelay: %s\n", relay);
	if (forward)
		fprintf(f, "relaisForwardUnknown: %s\n", forward);
	fputc('\n', f);
}

static void put_person(FILE *f, const struct person *p, const char *ou, const char *above,
	const char *name, const char *alias)
{
	bool account = strcmp(p->class, "account") == 0;

	fprintf(f,
		"dn: uid=%.*s+description=%s,%s\nobjectClass: %s\nobjectClass: "
		"relaisUser\n",
		(int)strcspn(p->uid, "@"), p->uid, ou, above, p->class);
	fprintf(f, "description: %s\n", ou);
	if (!account)
		fprintf(f, "cn: %s\nsn: %s\n", p->uid, p->uid);
	fprintf(f, "uid: %.*s\n", (int)strcspn(p->uid, "@"), p->uid);
	if (strchr(p->uid, '@'))
		put_address(f, "uid", p->uid, name, alias);
	for (size_t i = 0; i < COUNT_OF(p->mail) && p->mail[i]; i++)
		put_address(f, "mail", p->mail[i], name, alias);
	for (size_t i = 0; i < COUNT_OF(p->selected) && p->selected[i]; i++)
		put_address(f, "relaisThirdPartyAddress", p->selected[i], name, alias);
	if (p->routing)
		fprintf(f, "relaisRouting: %s\n", p->routing);
	if (strcmp(p->uid, "gone") == 0)
		fputs("uid: 100%u$x\n", f);
	fputc('\n', f);
}

static void put_directory(const char *path, bool flat)
{
	FILE *f = fopen(path, "w");
	char name[64], alias[64], ou[16], above[64];

	assert_non_null(f);
	for (size_t i = 0; i < DOMAINS; i++) {
		names_of(i, name, alias, sizeof(name));
		snprintf(ou, sizeof(ou), "d%zu", i);
		put_domain(f, ou, name, alias, relays[i / COUNT_OF(forwards)].stored,
			forwards[i % COUNT_OF(forwards)]);
		snprintf(above, sizeof(above),
			flat ? "ou=people,dc=demo" : "ou=%s,ou=domains,dc=demo", ou);
		for (size_t k = 0; k < COUNT_OF(people); k++)
			if (i % DOUBLES == 0 || !is_doubled(people[k].uid))
				put_person(f, &people[k], ou, above, name, alias);
	}
	/* two entries with one name: both with a relay, and one of two */
	put_domain(f, "twice1", "twice.example", NULL, "[192.0.2.1]", "TRUE");
	put_domain(f, "twice2", "twice.example", NULL, "[192.0.2.2]", "TRUE");
	put_domain(f, "half1", "half.example", NULL, "[192.0.2.1]", "TRUE");
	put_domain(f, "half2", "half.example", NULL, NULL, "TRUE");
	for (size_t k = 0; k < 3; k++) {
		put_person(f, &people[k], "twice",
			flat ? "ou=people,dc=demo" : "ou=twice1,ou=domains,dc=demo",
			"twice.example", "twice.test");
		put_person(f, &people[k], "half",
			flat ? "ou=people,dc=demo" : "ou=half1,ou=domains,dc=demo",
			"half.example", "half.test");
	}
	assert_int_equal(fclose(f), 0);
}

/* ---- postmap, the oracle ------------------------------------------------------------ */

struct answer {
	const char *key;
	char *value; /* NULL: not found */
	bool error;
};

static char dir[] = "/tmp/md.XXXXXX";

/* What one map says to many keys, in their order. */
struct map {
	const char *name;
	bool limited; /* two entries are an error */
	struct answer *v;
	size_t n, cap;
};

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct answer *)a)->key, ((const struct answer *)b)->key);
}

static void map_set_keys(struct map *m, const struct strv *keys)
{
	for (size_t i = 0; i < keys->n; i++)
		array_add(m)->key = keys->v[i];
	qsort(m->v, m->n, sizeof(*m->v), compare);
}

static struct answer *map_find(struct map *m, const char *key)
{
	struct answer probe = {.key = key};

	return bsearch(&probe, m->v, m->n, sizeof(*m->v), compare);
}

static void shell(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void shell(const char *format, ...)
{
	char command[512];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	if (system(command) != 0)
		fail_msg("%s", command);
}

static FILE *open_in_dir(const char *name, const char *mode)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, mode);
	if (!f)
		fail_msg("%s: %s", path, strerror(errno));
	return f;
}

static bool read_line(FILE *f, char *line, size_t n)
{
	if (!fgets(line, (int)n, f))
		return false;
	line[strcspn(line, "\n")] = '\0';
	return true;
}

static void map_take_line(struct map *m, char *line)
{
	char *tab = strchr(line, '\t');
	struct answer *a;

	if (!tab)
		fail_msg("postmap says: %s", line);
	*tab = '\0';
	a = map_find(m, line);
	if (!a)
		fail_msg("postmap answers %s", line);
	a->value = xstrdup(tab + 1);
}

/* Two entries answer for these: postmap gives up, after a second's rest. */
static bool is_suspect(const struct map *m, const char *key)
{
	const char *digits = strpbrk(address_domain(key), "0123456789");

	if (!m->limited || (digits && strtoul(digits, NULL, 10) % DOUBLES != 0))
		return false;
	return is_doubled(key) || strstr(key, "twice.");
}

static void map_write_keys(const struct map *m)
{
	FILE *f = open_in_dir(m->name, "w");

	for (size_t i = 0; i < m->n; i++)
		if (!is_suspect(m, m->v[i].key))
			fprintf(f, "%s\n", m->v[i].key);
	fclose(f);
}

/* Lines that ask for all keys: one run for all that have an answer, which ends with 1 when
 * none of them is found, and one for each of the others. */
static void map_write_script(const struct map *m, FILE *f)
{
	fprintf(f, "postmap -q - ldap:./tables/ldap-%s.cf <%s >%s.answers 2>&1 &\n",
		m->name, m->name, m->name);
	for (size_t i = 0; i < m->n; i++)
		if (is_suspect(m, m->v[i].key))
			fprintf(f,
				"postmap -q '%s' ldap:./tables/ldap-%s.cf >%s.%zu 2>&1 &\n",
				m->v[i].key, m->name, m->name, i);
}

static void map_take_answers(struct map *m)
{
	char line[1024];
	FILE *f;

	snprintf(line, sizeof(line), "%s.answers", m->name);
	f = open_in_dir(line, "r");
	while (read_line(f, line, sizeof(line)))
		map_take_line(m, line);
	fclose(f);
	for (size_t i = 0; i < m->n; i++) {
		if (!is_suspect(m, m->v[i].key))
			continue;
		snprintf(line, sizeof(line), "%s.%zu", m->name, i);
		f = open_in_dir(line, "r");
		if (read_line(f, line, sizeof(line))) {
			m->v[i].error = strstr(line, "Size limit exceeded") != NULL;
			m->v[i].value = m->v[i].error ? NULL : xstrdup(line);
		}
		fclose(f);
	}
}

/* ---- the facts, fetched -------------------------------------------------------------- */

static LDAP *ld;

static struct entry *entry_from(LDAPMessage *m)
{
	char *dn = ldap_get_dn(ld, m);
	struct entry *e = entry_new(dn);
	BerElement *ber = NULL;

	for (char *name = ldap_first_attribute(ld, m, &ber); name;
		name = ldap_next_attribute(ld, m, ber)) {
		struct berval **values = ldap_get_values_len(ld, m, name);

		for (size_t i = 0; values && values[i]; i++)
			entry_add(e, name, values[i]->bv_val, values[i]->bv_len);
		ldap_value_free_len(values);
		ldap_memfree(name);
	}
	ber_free(ber, 0);
	ldap_memfree(dn);
	return e;
}

struct entries {
	struct entry **v;
	size_t n, cap;
};

static void fetch(const char *base, const char *filter, const char *const *attributes,
	struct entries *out)
{
	LDAPMessage *result = NULL;
	int rc = ldap_search_ext_s(ld, base, LDAP_SCOPE_SUBTREE, filter,
		(char **)(uintptr_t)attributes, 0, NULL, NULL, NULL, 0, &result);

	if (rc != LDAP_SUCCESS)
		fail_msg("%s: %s", filter, ldap_err2string(rc));
	for (LDAPMessage *m = ldap_first_entry(ld, result); m; m = ldap_next_entry(ld, m))
		*array_add(out) = entry_from(m);
	ldap_msgfree(result);
}

struct facts {
	struct domain domains[4];
	struct user users[16];
	const struct domain *d[4];
	const struct user *internal[8], *external[8];
	struct route_facts facts;
	size_t n_users;
};

static size_t fetch_users(const struct settings *s, const char *filter, struct facts *f,
	const struct user **out)
{
	const char **attributes = query_user_attributes(s);
	struct entries found = {0};
	size_t n;

	fetch(settings_user_search_base(s), filter, attributes, &found);
	for (n = 0; n < found.n; n++) {
		struct user *u = &f->users[f->n_users++];

		assert_in_range(n, 0, 7);
		user_decode(found.v[n], s, u);
		entry_free(found.v[n]);
		out[n] = u;
	}
	array_free(&found);
	free(attributes);
	return n;
}

static void fetch_domains(const struct settings *s, const char *name, struct facts *f)
{
	const char **attributes = query_domain_attributes(s);
	struct entries found = {0};
	struct buf filter = BUF_INIT;
	struct strv names = {0};

	strv_add(&names, name);
	query_domains_named(s, &names, &filter);
	fetch(s->domains.base, filter.s, attributes, &found);
	for (size_t i = 0; i < found.n; i++) {
		assert_in_range(i, 0, 3);
		assert_true(domain_decode(found.v[i], &f->domains[i]));
		f->d[i] = &f->domains[i];
		entry_free(found.v[i]);
	}
	f->facts.n_domains = found.n;
	array_free(&found);
	free(attributes);
	strv_release(&names);
	buf_release(&filter);
}

static void fetch_facts(const struct settings *s, const struct strv *keys, struct facts *f)
{
	struct buf filter = BUF_INIT;

	memset(f, 0, sizeof(*f));
	f->facts = (struct route_facts){.settings = s,
		.domains = f->d,
		.internal = f->internal,
		.external = f->external};
	if (keys->n && *address_domain(keys->v[0]))
		fetch_domains(s, address_domain(keys->v[0]), f);
	if (keys->n) {
		query_route_internal(s, keys, &filter);
		f->facts.n_internal = fetch_users(s, filter.s, f, f->internal);
		buf_reset(&filter);
		query_route_external(keys, &filter);
		f->facts.n_external = fetch_users(s, filter.s, f, f->external);
	}
	buf_release(&filter);
}

static void facts_release(struct facts *f)
{
	for (size_t i = 0; i < f->facts.n_domains; i++)
		domain_release(&f->domains[i]);
	for (size_t i = 0; i < f->n_users; i++)
		user_release(&f->users[i]);
}

/* ---- Postfix's order --------------------------------------------------------------- */

static struct map maps[] = {{.name = "domains"}, {.name = "recipients"},
	{.name = "unknown"}, {.name = "internal", .limited = true},
	{.name = "thirdparty", .limited = true}, {.name = "relay", .limited = true},
	{.name = "norelay"}, {.name = "unknownrelay", .limited = true}};

static struct strv asked; /* what the keys of the answers point into */

static struct map *map_named(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(maps); i++)
		if (strcmp(maps[i].name, name) == 0)
			return &maps[i];
	fail_msg("no map %s", name);
	return NULL;
}

/* NULL: not found. */
static const char *ask(const char *map, const char *key, bool *error)
{
	const struct answer *a = map_find(map_named(map), key);

	if (!a)
		fail_msg("%s was not asked for %s", map, key);
	*error = *error || a->error;
	return a->error ? NULL : a->value;
}

/* The address lower-cased, and without its extension; a second key only where there is
 * one. By hand, for what this test asks. */
static void keys_of(const char *address, const char *delimiters, struct strv *keys)
{
	char *key = xstrdup(address), *at, *cut;
	size_t n = strlen(key);

	for (char *c = key; *c; c++)
		*c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
	if (n && key[n - 1] == '.')
		key[n - 1] = '\0';
	at = strrchr(key, '@');
	if (at && at > key && at[1]) {
		strv_add(keys, key);
		cut = *delimiters ? strpbrk(key + 1, delimiters) : NULL;
		if (cut && cut < at && strncmp(key, "mailer-daemon@", 14) != 0) {
			memmove(cut, at, strlen(at) + 1);
			strv_add(keys, key);
		}
	}
	free(key);
}

struct expected {
	int rule;
	enum verdict verdict;
	const char *smtp, *next_hop;
};

static struct expected expect(
	int rule, enum verdict verdict, const char *smtp, const char *next_hop)
{
	return (struct expected){rule, verdict, smtp, next_hop};
}

/* NULL: Postfix could not use it. */
static const char *next_hop_of(const char *result)
{
	const char *stored = result + strlen("relay:");

	assert_int_equal(strncmp(result, "relay:", 6), 0);
	for (size_t i = 0; i < COUNT_OF(relays); i++)
		if (relays[i].stored && strcmp(relays[i].stored, stored) == 0)
			return relays[i].next_hop;
	return stored; /* of the domains with two entries */
}

/* transport_maps: every map for one key before the next key; false: no map has any. */
static bool transport(const struct strv *keys, const char *domain, struct expected *out)
{
	for (size_t i = 0; i <= keys->n; i++) {
		const char *key = i < keys->n ? keys->v[i] : domain, *piped, *value, *hop;
		bool error = false;

		if (ask("internal", key, &error)) {
			*out = expect(2, VERDICT_LOCAL, "250", NULL);
			return true;
		}
		piped = error ? NULL : ask("thirdparty", key, &error);
		value = piped && !error ? ask("relay", piped, &error) : NULL;
		if (value) {
			hop = next_hop_of(value);
			*out = hop ? expect(3, VERDICT_RELAY, "250", hop)
				   : expect(4, VERDICT_DEFER, "250", NULL);
			return true;
		}
		if (!error && ask("norelay", key, &error)) {
			*out = expect(4, VERDICT_DEFER, "450 4.3.5", NULL);
			return true;
		}
		value = error ? NULL : ask("unknownrelay", key, &error);
		if (value) {
			hop = next_hop_of(value);
			*out = hop ? expect(5, VERDICT_VERIFY, "250", hop)
				   : expect(5, VERDICT_DEFER, "450", NULL);
			return true;
		}
		if (error) {
			*out = expect(0, VERDICT_CONFLICT, "451", NULL);
			return true;
		}
	}
	return false;
}

/* virtual_mailbox_maps: recipients, unknown. */
static bool listed(const struct strv *keys)
{
	for (size_t i = 0; i < keys->n; i++) {
		bool error = false;

		if (ask("recipients", keys->v[i], &error) ||
			ask("unknown", keys->v[i], &error))
			return true;
		assert_false(error); /* these have no limit */
	}
	return false;
}

static struct expected oracle(const struct strv *keys)
{
	struct expected e = expect(1, VERDICT_NOT_HOSTED, "554", NULL);
	const char *domain = keys->n ? address_domain(keys->v[0]) : "";
	bool error = false;

	if (!*domain || !ask("domains", domain, &error))
		return e;
	assert_false(error);
	if (transport(keys, domain, &e) && e.rule == 0)
		return e; /* smtpd looks where it would go first */
	if (!listed(keys))
		return expect(6, VERDICT_REJECT, "550 5.1.1", NULL);
	return e;
}

/* ---- comparing --------------------------------------------------------------------- */

static void check_steps(const char *address, const struct decision *d)
{
	for (size_t i = 0; i < d->n_steps; i++) {
		const struct route_step *step = &d->steps[i];
		const char *name = route_map_name(step->map);
		bool error = false;
		const char *value = ask(name, step->key, &error);

		if ((step->conflict && map_named(name)->limited) != error ||
			(!error && (value != NULL) != (step->dn != NULL)))
			fail_msg("%s: %s says of %s: %s%s, not %s%s", address, name,
				step->key, value ? value : "nothing",
				error ? " (error)" : "", step->dn ? step->dn : "nothing",
				step->conflict ? " (conflict)" : "");
	}
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* Returns the rule. */
static int check(const struct settings *s, const char *address)
{
	struct strv keys = {0};
	struct expected want;
	struct decision got;
	struct facts facts;
	int rule;

	keys_of(address, s->mail.recipient_delimiter, &keys);
	want = oracle(&keys);
	fetch_facts(s, &keys, &facts);
	route_decide(address, &facts.facts, &got);
	if (got.rule != want.rule || got.verdict != want.verdict ||
		!same(got.smtp, want.smtp) || !same(got.next_hop, want.next_hop))
		fail_msg("%s: rule %d verdict %d %s %s, Postfix: rule %d verdict %d %s %s",
			address, got.rule, (int)got.verdict, got.smtp,
			got.next_hop ? got.next_hop : "-", want.rule, (int)want.verdict,
			want.smtp, want.next_hop ? want.next_hop : "-");
	check_steps(address, &got);
	rule = got.rule;
	decision_release(&got);
	facts_release(&facts);
	strv_release(&keys);
	return rule;
}

static void addresses(struct strv *out)
{
	char name[2][64];
	struct buf address = BUF_INIT;

	for (size_t i = 0; i < DOMAINS; i++) {
		names_of(i, name[0], name[1], sizeof(name[0]));
		for (size_t k = 0; k < COUNT_OF(locals) * 2; k++) {
			buf_reset(&address);
			buf_printf(&address, "%s@%s", locals[k / 2], name[k % 2]);
			strv_add(out, address.s);
		}
	}
	for (size_t i = 0; i < COUNT_OF(others); i++)
		strv_add(out, others[i]);
	buf_release(&address);
}

static bool same_key(const struct strv *list, const char *key)
{
	return list->n && strcmp(list->v[list->n - 1], key) == 0;
}

static int compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Every map gets every key there is, the domains too, in as few runs as can be. */
static void ask_postmap(const struct settings *s, const struct strv *all)
{
	struct strv keys = {0};
	FILE *script;

	for (size_t i = 0; i < all->n; i++) {
		size_t before = keys.n;

		keys_of(all->v[i], s->mail.recipient_delimiter, &keys);
		if (keys.n > before)
			strv_add(&keys, address_domain(keys.v[before]));
	}
	qsort(keys.v, keys.n, sizeof(*keys.v), compare_strings);
	for (size_t i = 0; i < keys.n; i++)
		if (!same_key(&asked, keys.v[i]))
			strv_add(&asked, keys.v[i]);
	strv_release(&keys);
	script = open_in_dir("ask", "w");
	for (size_t m = 0; m < COUNT_OF(maps); m++) {
		map_set_keys(&maps[m], &asked);
		map_write_keys(&maps[m]);
		map_write_script(&maps[m], script);
	}
	fputs("wait\n", script);
	fclose(script);
	shell("cd %s && sh ask", dir);
	for (size_t m = 0; m < COUNT_OF(maps); m++)
		map_take_answers(&maps[m]);
}

static void forget(void)
{
	for (size_t m = 0; m < COUNT_OF(maps); m++) {
		for (size_t i = 0; i < maps[m].n; i++)
			free(maps[m].v[i].value);
		array_free(&maps[m]);
		maps[m].cap = 0;
	}
	strv_release(&asked);
}

/* ---- one configuration --------------------------------------------------------------- */

struct config {
	const char *name;
	bool flat, two_attributes;
	enum routing default_routing;
	const char *delimiter, *filter;
};

static const struct config configs[] = {
	{"tree, none", false, false, ROUTING_NONE, "+", "(objectClass=inetOrgPerson)"},
	{"flat, internal, two attributes", true, true, ROUTING_INTERNAL, "+",
		"(&(objectClass=inetOrgPerson)(!(uid=100%u$x)))"},
	{"tree, internal, no delimiter", false, false, ROUTING_INTERNAL, "",
		"(objectClass=inetOrgPerson)"},
	{"flat, none, two attributes, two delimiters", true, true, ROUTING_NONE, "-+",
		"(&(objectClass=inetOrgPerson)(!(uid=100%u$x)))"},
};

static void configure(const struct config *c, struct settings *s)
{
	struct err err = {0};
	char path[64];

	snprintf(path, sizeof(path), "%s/s/relais.conf", dir);
	if (!config_load(path, s, &err))
		fail_msg("line %ld, %s: %s", err.number, err.arg[1], err.arg[2]);
	s->users.default_routing = c->default_routing;
	free(s->users.filter);
	s->users.filter = xstrdup(c->filter);
	free(s->mail.recipient_delimiter);
	s->mail.recipient_delimiter = xstrdup(c->delimiter);
	if (c->two_attributes)
		strv_add(&s->users.addresses, "uid");
}

static void connect_to(const struct settings *s)
{
	struct berval no_password = {0, (char[]){""}};
	int version = LDAP_VERSION3;

	assert_int_equal(ldap_initialize(&ld, s->directory.uri.v[0]), LDAP_SUCCESS);
	ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version);
	assert_int_equal(
		ldap_sasl_bind_s(ld, NULL, "EXTERNAL", &no_password, NULL, NULL, NULL),
		LDAP_SUCCESS);
}

static void a_configuration(void **state)
{
	const struct config *c = *state;
	size_t rules[7] = {0};
	struct strv all = {0}, written = {0};
	struct settings s;
	struct err err = {0};
	char path[64];

	snprintf(path, sizeof(path), "%s/varied.ldif", dir);
	put_directory(path, c->flat);
	shell("tests/slapd start %s/s %s %s", dir, c->flat ? "flat" : "tree", path);
	configure(c, &s);
	snprintf(path, sizeof(path), "%s/tables", dir);
	if (!postfix_write(path, &s, &written, &err))
		fail_msg("%d %s %s", (int)err.code, err.arg[0], err.server);
	/* postmap(1) waits a second before it reads a file of this one. */
	shell("touch -d '1 minute ago' %s/tables/*", dir);
	connect_to(&s);
	addresses(&all);
	ask_postmap(&s, &all);
	for (size_t i = 0; i < all.n; i++)
		rules[check(&s, all.v[i])]++;
	for (size_t i = 0; i < COUNT_OF(rules); i++) {
		print_message("# %s: rule %zu: %zu addresses\n", c->name, i, rules[i]);
		assert_true(rules[i] >= 6);
	}
	ldap_unbind_ext_s(ld, NULL, NULL);
	strv_release(&all);
	strv_release(&written);
	settings_release(&s);
}

static int start(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/md.XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int stop(void **state)
{
	(void)state;
	forget();
	shell("tests/slapd stop %s/s && rm -rf %s", dir, dir);
	return 0;
}

int main(void)
{
	struct CMUnitTest tests[COUNT_OF(configs)];

	setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
	for (size_t i = 0; i < COUNT_OF(configs); i++)
		tests[i] = (struct CMUnitTest){configs[i].name, a_configuration, start,
			stop, (void *)(uintptr_t)&configs[i]};
	return _cmocka_run_group_tests("decide", tests, COUNT_OF(configs), NULL, NULL);
}
