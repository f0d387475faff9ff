/*
 * Values of a megabyte, a hundred thousand addresses: every key is answered, and what it
 * costs grows with their number, not with its square.
 */
#include "tests/tui/screen.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* Of this process; what others do on the machine is not in it. */
static double cpu_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- vast directories ----------------------------------------------------------- */

#define PERSON "objectClass: inetOrgPerson\nobjectClass: relaisUser\n"

static void letters(struct buf *out, const char *name, size_t n, const char *end)
{
	buf_printf(out, "%s: ", name);
	while (n--)
		buf_putc(out, n % 7 ? (char)('a' + n % 26) : ' ');
	buf_printf(out, "%s\n", end);
}

static void long_name(struct buf *out, size_t n)
{
	buf_puts(out, "dn: uid=a," ACME "\n" PERSON "uid: a\nmail: a@acme.example\n"
		      "relaisRouting: external\n"
		      "relaisThirdPartyAddress: a@acme.example\n");
	letters(out, "displayName", n * 20, "x");
	letters(out, "cn", n * 20, "x");
}

static void long_address(struct buf *out, size_t n)
{
	buf_puts(out, "dn: uid=a," ACME "\n" PERSON "uid: a\ncn: A\nmail: a@acme.example\n"
		      "relaisRouting: external\n"
		      "relaisThirdPartyAddress: a@acme.example\n");
	buf_puts(out, "mail: ");
	for (size_t i = 0; i < n * 20; i++)
		buf_putc(out, (char)('a' + i % 26));
	buf_puts(out, "@acme.example\n");
}

static void add_addresses(struct buf *out, size_t n)
{
	buf_puts(out, "dn: uid=a," ACME "\n" PERSON "uid: a\ncn: A\n"
		      "relaisRouting: external\n");
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "mail: a%zu@acme.example\n", i);
	for (size_t i = 0; i < n; i += 2)
		buf_printf(out, "relaisThirdPartyAddress: a%zu@acme.example\n", i);
}

static void long_description(struct buf *out, size_t n)
{
	letters(out, "description", n * 20, "xyz");
}

static void long_relay(struct buf *out, size_t n)
{
	letters(out, "relaisSplitRelay", n * 20, "x");
}

static void many_names(struct buf *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "associatedDomain: a%zu.example\n", i);
}

struct vast {
	const char *name;
	void (*user)(struct buf *out, size_t n);
	void (*domain)(struct buf *out, size_t n);
};

static struct screen *screen_of(const struct vast *v, size_t n)
{
	struct buf ldif = BUF_INIT;
	struct screen *s;

	buf_puts(&ldif, "dn: " ACME "\nobjectClass: organizationalUnit\n"
			"objectClass: relaisDomain\nassociatedDomain: acme.example\n");
	if (v->domain != long_relay)
		buf_puts(&ldif, "relaisSplitRelay: [192.0.2.25]\n");
	if (v->domain)
		v->domain(&ldif, n);
	buf_puts(&ldif, "\ndn: uid=b," ACME "\n" PERSON "uid: b\ncn: B\n"
			"mail: b@acme.example\nrelaisRouting: internal\n\n");
	if (v->user)
		v->user(&ldif, n);
	s = screen_new(ldif.s, 24, 80);
	buf_release(&ldif);
	return s;
}

static bool no_clipboard(const char *text)
{
	(void)text;
	return true;
}

/* Home to a domain's form and back, then a user's; a save of one thing. */
static const char *const keys[] = {"<Enter>", "<Down>", "<Enter>", "<Down>", "<Space>",
	"<Space>", "<F4>", "<Down>", "<Left>", "x", "<Home>", "<End>", "<Down>", "y",
	"<PgDn>", "<End>", "<Home>", "<F4>", "home", "<End>", "<Up>", "<Enter>", "<Home>",
	"s", "s", "/", "a", "<Enter>", "<Enter>", "<Down>", "<Down>", "y", "<Space>",
	"<Ctrl-S>", "<PgDn>", "<Right>", "<Enter>", "<PgDn>", "<Esc>", "<Esc>", "<F4>",
	"<PgDn>", "y", "<F4>", "<Home>", "<Down>", "<F6>", "<Down>", "<Enter>", "<Esc>",
	"o", "a", "<F1>", "<Esc>", "home", "<Home>", "<Down>", "<Down>", "<Enter>",
	"<Down>", "y", "<Enter>"};

static void go_home(struct screen *s)
{
	while (s->app->top->below)
		screen_keys(s, strstr(screen_text(s), "You have unsaved changes.")
				       ? "<Right><Enter>"
				       : "<Esc>");
}

enum { LESS = 12000, MORE = 4 * LESS };

/* What each key costs, among n: the least of cost[] and what it is now. */
static void type(const struct vast *v, size_t n, double cost[COUNT_OF(keys)])
{
	struct screen *s = screen_of(v, n);

	s->app->copy = no_clipboard;
	for (size_t k = 0; k < COUNT_OF(keys); k++) {
		double began = cpu_s(), took;

		if (strcmp(keys[k], "home") == 0)
			go_home(s);
		else
			screen_keys(s, keys[k]);
		took = cpu_s() - began;
		if (took < cost[k])
			cost[k] = took;
	}
	screen_free(s);
}

/* The key that costs too much more among more; COUNT_OF(keys): none does. */
static size_t too_steep(const double *less, const double *more)
{
	for (size_t k = 0; k < COUNT_OF(keys); k++)
		if (more[k] > 0.1 && more[k] > 10 * less[k])
			return k;
	return COUNT_OF(keys);
}

static double sum(const double *cost)
{
	double all = 0;

	for (size_t k = 0; k < COUNT_OF(keys); k++)
		all += cost[k];
	return all;
}

/* Four times as many cost four times as much: far from sixteen.  What takes hardly anything
 * counts for nothing, and what seems to cost more is measured again: a machine has moods.
 */
static void grows_with_the_number(void **state)
{
	enum { MOST_TRIES = 4 };
	const struct vast *v = *state;
	double less[COUNT_OF(keys)], more[COUNT_OF(keys)];
	size_t steep = 0;
	bool good = false;

	for (size_t k = 0; k < COUNT_OF(keys); k++)
		less[k] = more[k] = 1e9;
	for (int i = 0; i < MOST_TRIES && !good; i++) {
		type(v, LESS, less);
		type(v, MORE, more);
		steep = too_steep(less, more);
		good = steep == COUNT_OF(keys) && sum(more) < 8 * sum(less);
	}
	printf("# %s: %.3f s, %.3f s\n", v->name, sum(less), sum(more));
	if (steep < COUNT_OF(keys))
		fail_msg("key %zu, %s: %.3f s, then %.3f s", steep, keys[steep],
			less[steep], more[steep]);
	assert_true(good);
}

static const struct vast vasts[] = {
	{"long name", long_name, NULL},
	{"long address", long_address, NULL},
	{"many addresses", add_addresses, NULL},
	{"long description", NULL, long_description},
	{"long relay", NULL, long_relay},
	{"many names", NULL, many_names},
};

/* ---- what is asked of many ------------------------------------------------------ */

enum { ADDRESSES = 5000 };

/* Many's addresses a0 to a4999, every other one selected. */
static struct screen *with_many(void)
{
	struct screen *s = screen_new(NULL, 24, 80);
	struct buf ldif = BUF_INIT;

	buf_puts(&ldif, "dn: uid=many," ACME "\nobjectClass: inetOrgPerson\n"
			"objectClass: relaisUser\nuid: many\ncn: Many\nsn: Many\n"
			"relaisRouting: external\n");
	for (int i = 0; i < ADDRESSES; i++)
		buf_printf(&ldif, "mail: a%d@acme.example\n", i);
	for (int i = 0; i < ADDRESSES; i += 2)
		buf_printf(&ldif, "relaisThirdPartyAddress: a%d@acme.example\n", i);
	fake_add(s->fake, ldif.s);
	buf_release(&ldif);
	screen_user(s, "many");
	return s;
}

static void many_addresses(void **state)
{
	struct screen *s = with_many();

	(void)state;
	screen_shows(s, "[x] a0@acme.example", "to 192.0.2.25");
	screen_shows(s, "[ ] a1@acme.example", "doesn't exist (550)");
	screen_keys(s, "<Tab><Tab><Space><Ctrl-S>");
	screen_shows(s, "Save Many?");
	screen_keys(s, "<Enter>");
	screen_wrote(s, "dn: uid=many," ACME "\nchangetype: modify\n"
			"add: relaisThirdPartyAddress\n"
			"relaisThirdPartyAddress: a1@acme.example\n-\n\n");
	screen_shows(s, "Saved Many", "[x] a1@acme.example");
	screen_free(s);
}

/* Of so many only what is added is asked about: the answer still names the holder. */
static void one_more_is_taken(void **state)
{
	struct screen *s = with_many();

	(void)state;
	screen_keys(s, "+bob<Down><Down><Enter><Ctrl-S>");
	screen_shows(s, "Not saved: see the words under the field.");
	screen_says(s, "bob@acme.example already belongs to Bob Durand");
	screen_wrote(s, "");
	screen_free(s);
}

/* A field held a thousand bytes: the rest of a longer description was gone after any save.
 */
static void long_description_stays(void **state)
{
	static const char end[] = "abcdefghijklmnopqrstuvwxyzX";
	const struct vast v = {NULL, NULL, long_description};
	struct screen *s = screen_of(&v, LESS);
	const struct attribute *a;

	(void)state;
	screen_domain(s, "acme");
	screen_keys(s, "<Down><Space><Ctrl-S><Enter>");
	screen_wrote(s, "dn: " ACME "\nchangetype: modify\nadd: relaisForwardUnknown\n"
			"relaisForwardUnknown: TRUE\n-\n\n");
	screen_keys(s, "<F4><Down><Backspace>");
	screen_paste(s, end);
	screen_keys(s, "<Ctrl-S><Enter>");
	a = entry_get(fake_entry(s->fake, ACME), "description");
	assert_int_equal(a->values.n, 1);
	assert_int_equal(a->values.v[0].n, LESS * 20 + 2);
	screen_keys(s, "<Backspace><Ctrl-S><Enter>");
	a = entry_get(fake_entry(s->fake, ACME), "description");
	assert_int_equal(a->values.v[0].n, LESS * 20 + 1);
	screen_free(s);
}

int main(void)
{
	struct suite suite = {.n = 0};

	SUITE_ROWS(&suite, grows_with_the_number, vasts);
	SUITE_ADD(&suite, long_description_stays);
	SUITE_ADD(&suite, many_addresses);
	SUITE_ADD(&suite, one_more_is_taken);
	return suite_run(&suite);
}
