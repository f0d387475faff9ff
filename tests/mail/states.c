#include "tests/mail/states.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"

/* ---- chance ------------------------------------------------------------------------- */

static uint64_t chance_state;

/* splitmix64 */
static unsigned chance(unsigned n)
{
	uint64_t z = chance_state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (unsigned)((z ^ (z >> 31)) % n);
}

static bool percent(unsigned n)
{
	return chance(100) < n;
}

#define PICK(list) ((list)[chance(COUNT_OF(list))])

/* ---- domains ------------------------------------------------------------------------ */

const struct stored_relay states_relays[] = {
	{"@B@", "@B@"}, /* first: most domains have it */
	{NULL, NULL},
	{"[192.0.2.25]", "[192.0.2.25]"},
	{"[192.0.2.25]:2525", "[192.0.2.25]:2525"},
	{"[mail.old.example]", "[mail.old.example]"},
	{"[Mail.OLD.example]:25", "[mail.old.example]"},
	{"[mail.old.example]:10025", "[mail.old.example]:10025"},
	{"[IPv6:2001:db8::25]:587", "[IPv6:2001:db8::25]:587"},
	{"[ipv6:2001:DB8:0::25]", "[IPv6:2001:db8::25]"},
	{"mail.old.example", NULL},
	{"192.0.2.25:25", NULL},
	{"evil:[x]", NULL},
	{"[a:25]", NULL},
	{"[]", NULL},
	{"[x]:", NULL},
	{"[x]:99999", NULL},
};
const size_t states_relays_n = COUNT_OF(states_relays);

struct hosted {
	char names[3][64]; /* "": none */
	size_t n_names;
	bool two_users; /* some of its addresses are held twice */
	bool there;     /* its relay is there, or none passes the tables */
	ARRAY(char *) held;
};

static const char *const forwards[] = {"TRUE", "TRUE", "FALSE", NULL};

static void put_name(struct hosted *d, const char *before, size_t i, const char *after)
{
	snprintf(d->names[d->n_names++], sizeof(d->names[0]), "%s%u%s", before, (unsigned)i,
		after);
}

/* Names that say by themselves what is doubled there. */
static void name_domain(struct hosted *d, size_t i, bool two_entries)
{
	static const char *const names[][2] = {{"d", ".example"}, {"D", ".Example"},
		{"d", ".xn--mller-kva.example"}, {"sub.d", ".example"},
		{"d-", ".a.b.example"}};
	static const char *const aliases[][2] = {
		{"d", ".test"}, {"D", ".Alias.TEST"}, {"xn--d", "-hoa.test"}};
	unsigned n = chance(COUNT_OF(names)), first = chance(COUNT_OF(aliases));

	d->n_names = 0;
	if (two_entries || d->two_users) {
		put_name(d, two_entries ? "dbl" : "two", i, ".example");
		return;
	}
	put_name(d, names[n][0], i, names[n][1]);
	for (unsigned k = chance(3); k > 0; k--, first = (first + 1) % COUNT_OF(aliases))
		put_name(d, aliases[first][0], i, aliases[first][1]);
}

static void put_domain(FILE *f, const struct hosted *d, const char *ou, const char *relay,
	const char *forward)
{
	fprintf(f,
		"dn: ou=%s,ou=domains,dc=demo\nobjectClass: organizationalUnit\n"
		"objectClass: relaisDomain\nou: %s\n",
		ou, ou);
	for (size_t i = 0; i < d->n_names; i++)
		fprintf(f, "associatedDomain: %s\n", d->names[i]);
	if (relay)
		fprintf(f, "relaisSplitRelay: %s\n", relay);
	if (forward)
		fprintf(f, "relaisForwardUnknown: %s\n", forward);
	fputc('\n', f);
}

/* ---- users -------------------------------------------------------------------------- */

static const char *const pool[] = {"ann", "bob", "carl", "Dora", "eve", "fred", "gus.gray",
	"hal", "ida-x", "joe", "kim+in", "kim", "lou+a+b", "mel", "ned_n", "O'Neil", "pat",
	"two words", "r=s", "tim&tom", "(a*)", "x\\y", "a%b", "postmaster", "owner-x",
	"zoe-request", "9", "+up", "u+", "-v"};

struct draw {
	size_t order[COUNT_OF(pool)], taken;
};

static void shuffle(struct draw *d)
{
	for (size_t i = 0; i < COUNT_OF(pool); i++)
		d->order[i] = i;
	for (size_t i = COUNT_OF(pool) - 1; i > 0; i--) {
		size_t j = chance((unsigned)i + 1), was = d->order[i];

		d->order[i] = d->order[j];
		d->order[j] = was;
	}
	d->taken = 0;
}

/* Each only once, so that only those meant to be are held twice. */
static const char *next_local(struct draw *d)
{
	return d->taken < COUNT_OF(pool) ? pool[d->order[d->taken++]] : NULL;
}

struct person {
	const char *class, *routing;
	struct strv mail, selected;
};

static void put_person(FILE *f, const struct person *p, const char *uid, const char *above)
{
	fprintf(f, "dn: uid=%s,%s\nobjectClass: %s\nobjectClass: relaisUser\nuid: %s\n",
		uid, above, p->class, uid);
	if (strcmp(p->class, "inetOrgPerson") == 0)
		fprintf(f, "cn: %s\nsn: %s\n", uid, uid);
	for (size_t i = 0; i < p->mail.n; i++) /* every fifth in the second attribute */
		fprintf(f, "%s: %s\n", chance(5) ? "mail" : "description", p->mail.v[i]);
	for (size_t i = 0; i < p->selected.n; i++)
		fprintf(f, "relaisThirdPartyAddress: %s\n", p->selected.v[i]);
	if (p->routing)
		fprintf(f, "relaisRouting: %s\n", p->routing);
	fputc('\n', f);
}

static void person_release(struct person *p)
{
	strv_release(&p->mail);
	strv_release(&p->selected);
}

static void add_address(struct strv *list, const char *local, const char *domain)
{
	struct buf a = BUF_INIT;

	buf_printf(&a, "%s@%s", local, domain);
	strv_add(list, a.s);
	buf_release(&a);
}

static void hold(struct hosted *d, const struct strv *addresses)
{
	for (size_t i = 0; i < addresses->n; i++)
		*array_add(&d->held) = xstrdup(addresses->v[i]);
}

/* Addresses under any of the domain's names, some in another domain. */
static void give_addresses(
	struct hosted *d, struct draw *draw, struct person *p, const char *uid)
{
	static const char *const foreign[] = {"elsewhere.example", "not.hosted.test"};
	char guest[64];

	for (unsigned n = chance(4); n > 0; n--) {
		const char *local = next_local(draw);

		if (local)
			add_address(
				&p->mail, local, d->names[chance((unsigned)d->n_names)]);
	}
	snprintf(guest, sizeof(guest), "guest-%s", uid);
	if (percent(10))
		add_address(&p->mail, guest, PICK(foreign));
}

static void select_addresses(struct hosted *d, struct draw *draw, struct person *p)
{
	for (size_t i = 0; i < p->mail.n; i++)
		if (percent(70))
			strv_add(&p->selected, p->mail.v[i]);
	if (percent(15)) { /* one that is not the user's own */
		const char *local = next_local(draw);

		if (local)
			add_address(&p->selected, local, d->names[0]);
	}
}

static void put_people(struct hosted *d, size_t i, const char *above, FILE *f)
{
	static const char *const inside[] = {"internal", "internal", "internal", "INTERNAL",
		NULL, NULL, "none", "elsewhere"};
	struct draw internal, external;
	char uid[32];

	shuffle(&internal);
	shuffle(&external);
	for (unsigned n = 0, most = 4 + chance(6); n < most; n++) {
		struct person p = {.class = percent(90) ? "inetOrgPerson" : "account"};
		bool third_party = percent(45);

		p.routing =
			third_party ? percent(90) ? "external" : "External" : PICK(inside);
		snprintf(uid, sizeof(uid), "u%zu-%u", i, n);
		give_addresses(d, third_party ? &external : &internal, &p, uid);
		if (third_party || percent(10))
			select_addresses(d, third_party ? &external : &internal, &p);
		put_person(f, &p, uid, above);
		hold(d, &p.mail);
		hold(d, &p.selected);
		person_release(&p);
	}
}

/* Two users of one routing hold the same address; or of both. */
static void put_twins(struct hosted *d, size_t i, const char *above, FILE *f)
{
	static const struct {
		const char *local, *routing;
	} twins[] = {{"twin", "internal"}, {"TWIN", "internal"}, {"pair", "external"},
		{"Pair", "external"}, {"both", "internal"}, {"both", "external"}};

	for (size_t n = 0; n < COUNT_OF(twins); n++) {
		struct person p = {.class = "inetOrgPerson", .routing = twins[n].routing};
		char uid[32];

		snprintf(uid, sizeof(uid), "t%zu-%zu", i, n);
		add_address(&p.mail, twins[n].local, d->names[0]);
		if (strcmp(twins[n].routing, "external") == 0)
			strv_copy(&p.selected, &p.mail);
		put_person(f, &p, uid, above);
		hold(d, &p.mail);
		person_release(&p);
	}
}

bool states_two_users(const char *key)
{
	const char *at = strrchr(key, '@');

	return at && strncmp(at, "@two", 4) == 0 &&
	       (strncmp(key, "twin", 4) == 0 || strncmp(key, "pair", 4) == 0);
}

bool states_two_domains(const char *key)
{
	const char *at = strrchr(key, '@');

	return strncmp(at ? at + 1 : key, "dbl", 3) == 0;
}

/* ---- addresses ---------------------------------------------------------------------- */

static char *lower(const char *s)
{
	char *copy = xstrdup(s);

	for (char *c = copy; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return copy;
}

static void change_case(char *s)
{
	for (; *s; s++)
		if (percent(40))
			*s = (char)(islower((unsigned char)*s)
					    ? toupper((unsigned char)*s)
					    : tolower((unsigned char)*s));
}

/* A local part that must be quoted at RCPT. */
static bool quoted(const char *local)
{
	size_t n = strlen(local);

	return n == 0 || local[0] == '.' || local[n - 1] == '.' ||
	       strpbrk(local, " \t()<>@,;:\\\"[]");
}

static void put_quoted(struct buf *out, const char *local, bool force)
{
	if (!force && !quoted(local)) {
		buf_puts(out, local);
		return;
	}
	buf_putc(out, '"');
	for (; *local; local++)
		buf_printf(
			out, "%s%c", *local == '"' || *local == '\\' ? "\\" : "", *local);
	buf_putc(out, '"');
}

enum dress {
	PLAIN,
	QUOTED,
	TRAILING_DOT,
	SOURCE_ROUTE,
	PERCENT,
	BANG,
	BLANKS,
	COMMENT,
	DRESSES
};

/* local@domain as people and machines write it; each of them means the same. */
static void dress(const char *local, const char *domain, enum dress how, struct buf *given,
	struct buf *inner)
{
	struct buf front = BUF_INIT;
	bool plain = !quoted(local) && !strpbrk(local, "!%");

	if ((how == PERCENT || how == BANG) && !plain)
		how = PLAIN;
	put_quoted(&front, local, how == QUOTED);
	buf_printf(inner, "%s@%s", local, domain);
	switch (how) {
	case PLAIN:
	case QUOTED:
	case DRESSES:
		buf_printf(given, "%s@%s", front.s, domain);
		break;
	case TRAILING_DOT:
		buf_printf(given, "%s@%s.", front.s, domain);
		buf_putc(inner, '.');
		break;
	case SOURCE_ROUTE:
		buf_printf(given, "@a.example,@b.example:%s@%s", front.s, domain);
		break;
	case PERCENT:
	case BANG:
		buf_reset(inner);
		if (how == PERCENT)
			buf_printf(inner, "%s%%%s", local, domain);
		else
			buf_printf(inner, "%s!%s", domain, local);
		buf_puts(given, inner->s);
		break;
	case BLANKS:
		buf_printf(given, "%s @ %s", front.s, domain);
		break;
	case COMMENT:
		buf_printf(given, "(who) %s@%s", front.s, domain);
		break;
	}
	buf_release(&front);
}

static void ask(struct states *s, const char *local, const char *domain, bool live)
{
	struct buf given = BUF_INIT, inner = BUF_INIT, key = BUF_INIT;
	struct question *q = array_add(&s->questions);

	dress(local, domain, percent(70) ? PLAIN : (enum dress)chance(DRESSES), &given,
		&inner);
	buf_printf(&key, "%s@%s", local, domain);
	q->key = lower(key.s);
	q->routed = strpbrk(local, "@!%") != NULL;
	q->given = buf_detach(&given);
	q->inner = buf_detach(&inner);
	q->live = live;
	if (local[0] == '-') { /* allow_min_user: it might become a program's option */
		free(q->key);
		q->key = NULL;
		free(q->inner);
		q->inner = NULL;
		q->smtp = "501 5.1.3";
	}
	buf_release(&key);
}

/* One of its addresses, or none; with another case, an extension, another of its names. */
static void ask_domain(struct states *s, struct hosted *d, const char *delimiters)
{
	static const char *const strangers[] = {"nobody", "nobody+ann", "ann+x", "bob",
		"eve+y", "mailer-daemon", "stranger@x", "x!y", "a%b", "", "'", "*",
		"nobody.", "two words"};
	static const char *const extensions[] = {"x", "x+y", "-", "In"};
	char local[128], domain[64];
	const char *address =
		d->held.n && percent(75) ? d->held.v[chance((unsigned)d->held.n)] : NULL;
	const char *at = address ? strrchr(address, '@') : NULL;

	snprintf(domain, sizeof(domain), "%s", d->names[chance((unsigned)d->n_names)]);
	if (at) {
		snprintf(local, sizeof(local), "%.*s", (int)(at - address), address);
		if (percent(80))
			snprintf(domain, sizeof(domain), "%s", at + 1);
		if (percent(30) && *delimiters)
			snprintf(local + strlen(local), sizeof(local) - strlen(local),
				"%c%s", delimiters[chance((unsigned)strlen(delimiters))],
				PICK(extensions));
		if (percent(30))
			change_case(local);
	} else {
		snprintf(local, sizeof(local), "%s", PICK(strangers));
	}
	if (percent(20))
		change_case(domain);
	ask(s, local, domain, d->there);
}

/* What reaches no table. */
static void ask_others(struct states *s)
{
	static const struct {
		const char *given, *inner, *smtp;
	} others[] = {
		{"ann", "ann", "554"},
		{"postmaster", "postmaster", "250"},
		{"PostMaster", "PostMaster", "250"},
		{"ann@[192.0.2.1]", "ann@[192.0.2.1]", "554"},
		{"ann@", NULL, "501 5.1.3"},
		{"", NULL, "501 5.1.3"},
		{"ann@a..example", "ann@a..example", "501 5.1.3"},
		{"ann@d1.example, bob@d1.example", NULL, "501 5.1.3"},
		{"ann bob@d1.example", NULL, "501 5.1.3"},
		{"ann@192.0.2.1", "ann@192.0.2.1", "501 5.1.3"},
		{"ann@-d1.example", "ann@-d1.example", "501 5.1.3"},
	};

	for (size_t i = 0; i < COUNT_OF(others); i++) {
		struct question *q = array_add(&s->questions);

		q->given = xstrdup(others[i].given);
		q->inner = others[i].inner ? xstrdup(others[i].inner) : NULL;
		q->smtp = others[i].smtp;
		q->live = true;
	}
	ask(s, "ann", "elsewhere.example", true);
	ask(s, "nobody", "below.d1.example", true);
	ask(s, "guest-u1-1", "not.hosted.test", true);
	ask(s, "a%b", "elsewhere.example", true);
}

/* ---- all of it ---------------------------------------------------------------------- */

/* Every relay with every tick, then as chance has it, most of them with one that is there.
 */
static void choose_relay(size_t i, const struct stored_relay **relay, const char **forward)
{
	size_t all = states_relays_n * COUNT_OF(forwards);

	if (i < all && i % 2 == 0) {
		*relay = &states_relays[i / COUNT_OF(forwards)];
		*forward = forwards[(i / 2) % COUNT_OF(forwards)];
	} else {
		*relay =
			&states_relays[percent(60) ? 0 : chance((unsigned)states_relays_n)];
		*forward = PICK(forwards);
	}
}

static void make_domain(struct hosted *d, size_t i, bool flat, FILE *ldif)
{
	const struct stored_relay *relay;
	bool two_entries = i % 19 == 7;
	const char *forward;
	char ou[32], above[64];

	d->two_users = i % 15 == 3;
	choose_relay(i, &relay, &forward);
	d->there = !two_entries && (!relay->stored || relay == &states_relays[0]);
	name_domain(d, i, two_entries);
	snprintf(ou, sizeof(ou), "d%zu", i);
	put_domain(ldif, d, ou, relay->stored, forward);
	snprintf(above, sizeof(above),
		flat ? "ou=people,dc=demo" : "ou=%s,ou=domains,dc=demo", ou);
	put_people(d, i, above, ldif);
	if (d->two_users)
		put_twins(d, i, above, ldif);
	if (two_entries) {
		snprintf(ou, sizeof(ou), "e%zu", i);
		put_domain(ldif, d, ou, chance(3) ? "[192.0.2.99]" : NULL,
			chance(3) ? "TRUE" : NULL);
	}
}

void states_make(struct states *s, unsigned seed, size_t domains, size_t questions,
	bool flat, const char *delimiters, FILE *ldif)
{
	struct hosted *d = xcalloc(domains, sizeof(*d));

	chance_state = seed;
	s->domains = domains;
	for (size_t i = 0; i < domains; i++)
		make_domain(&d[i], i, flat, ldif);
	ask_others(s);
	for (size_t i = 0; s->questions.n < questions; i++)
		ask_domain(s, &d[i % domains], delimiters);
	for (size_t i = 0; i < domains; i++) {
		for (size_t k = 0; k < d[i].held.n; k++)
			free(d[i].held.v[k]);
		array_free(&d[i].held);
	}
	free(d);
}

void states_release(struct states *s)
{
	for (size_t i = 0; i < s->questions.n; i++) {
		free(s->questions.v[i].given);
		free(s->questions.v[i].inner);
		free(s->questions.v[i].key);
	}
	array_free(&s->questions);
}
