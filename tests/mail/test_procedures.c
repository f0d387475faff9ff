/*
 * The procedures of the page that relais is made for, typed at 80x24 with arrows, Tab,
 * Space, Enter and Esc, in English and in French; and the mail that obeys.  Between what
 * is typed and what is sent nothing is restarted.
 */
#include "tests/pty/console.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/buf.h"

/* What stands on the screen. */
struct words {
	const char *name, *language;
	const char *domains, *users; /* on the first screen */
	const char *new_domain, *create_and_edit;
	const char *relay, *forward, *dont_exist, *relay_decides;
	const char *new_user, *create;
	const char *internal, *third_party, *all_these, *cant_sign_in;
	const char *save, *in_force, *saved; /* the button, the review, the last line */
};

static const struct words languages[] = {
	{
		.name = "English",
		.language = "LANGUAGE=en",
		.domains = "Supervised domains",
		.users = "Directory entities",
		.new_domain = "< New domain >",
		.create_and_edit = "< Create and edit >",
		.relay = "Relay for split domains",
		.forward = "Forward unknown addresses to the relay",
		.dont_exist = "Addresses unknown here do not exist.",
		.relay_decides = "The relay decides whether addresses unknown here exist.",
		.new_user = "< New user >",
		.create = "< Create >",
		.internal = "Internal mail",
		.third_party = "Third-party mail",
		.all_these = "All these addresses will be routed to your third-party mail "
			     "system",
		.cant_sign_in = "can't sign in here while the mail is third-party.",
		.save = "< Save >",
		.in_force = "In force from the next message on.",
		.saved = "in force from the next message on.",
	},
	{
		.name = "French",
		.language = "LANGUAGE=fr",
		.domains = "Domaines supervisés",
		.users = "Entités d'annuaires",
		.new_domain = "< Nouveau domaine >",
		.create_and_edit = "< Créer et éditer >",
		.relay = "Relais pour les domaines découpés",
		.forward = "Renvoyer les adresses inconnues sur le relais",
		.dont_exist = "Les adresses inconnues ici n'existent pas.",
		.relay_decides = "Le relais décide si les adresses inconnues ici existent.",
		.new_user = "< Nouvel utilisateur >",
		.create = "< Créer >",
		.internal = "Messagerie interne",
		.third_party = "Messagerie tierce",
		.all_these = "Toutes ces adresses seront renvoyées vers la messagerie "
			     "tierce de",
		.cant_sign_in = "ne peut pas se connecter ici tant que sa messagerie est "
				"tierce.",
		.save = "< Enregistrer >",
		.in_force = "En vigueur dès le prochain message.",
		.saved = "en vigueur dès le prochain message.",
	},
};

struct site {
	const struct words *words;
	char path[32];
	char relay[32]; /* B as it is typed */
	int sent;       /* messages, for their marks */
	struct pty *console;
};

/* ---- the mail systems --------------------------------------------------------------- */

/* What tests/mail/harness VERB DIR ARGUMENTS... prints, without its last newline; the
 * caller's to free. */
static char *harness(struct site *s, const char *verb, ...)
{
	struct buf command = BUF_INIT, out = BUF_INIT;
	char block[1024];
	const char *word;
	va_list list;
	size_t n;
	FILE *f;

	buf_printf(&command, "tests/mail/harness %s %s", verb, s->path);
	va_start(list, verb);
	while ((word = va_arg(list, const char *)))
		buf_printf(&command, " '%s'", word);
	va_end(list);
	f = popen(command.s, "r");
	assert_non_null(f);
	while ((n = fread(block, 1, sizeof(block), f)) > 0)
		buf_add(&out, block, n);
	pclose(f);
	while (out.len && out.s[out.len - 1] == '\n')
		buf_truncate(&out, out.len - 1);
	buf_release(&command);
	return buf_detach(&out);
}

static void says(char *answer, const char *wanted)
{
	assert_string_equal(answer, wanted);
	free(answer);
}

static void begins(char *answer, const char *wanted)
{
	if (strncmp(answer, wanted, strlen(wanted)) != 0)
		fail_msg("\"%s\" instead of \"%s...\"", answer, wanted);
	free(answer);
}

/* A message from the internet ("outside") or from one of our own clients ("own"). */
static void goes(struct site *s, const char *client, const char *address, const char *where)
{
	char mark[32];

	snprintf(mark, sizeof(mark), "Mark%d", ++s->sent);
	begins(harness(s, "send", client, address, mark, NULL), "250 ");
	says(harness(s, "where", mark, NULL), where);
}

static void is_refused(struct site *s, const char *address, const char *code)
{
	begins(harness(s, "rcpt", "outside", address, NULL), code);
	begins(harness(s, "rcpt", "own", address, NULL), code);
}

static void signs_in(struct site *s, const char *user, const char *answer)
{
	says(harness(s, "imap", user, "demo", NULL), answer);
}

/* ---- set-up ------------------------------------------------------------------------- */

/* One for each language: the procedures are about domains of their own. */
static struct site *open_site;

static void site_close(struct site *s)
{
	struct buf command = BUF_INIT;

	free(harness(s, "stop", NULL));
	buf_printf(&command, "rm -rf %s", s->path);
	assert_int_equal(system(command.s), 0);
	buf_release(&command);
	free(s);
}

/* B does, before it is talked to. */
static void know(struct site *s, const char *address, const char *user)
{
	says(harness(s, "b-user", address, user, NULL), "");
}

static int set_up(void **state)
{
	struct site *s = open_site;
	char *info, *at;

	if (s && s->words == *state) {
		*state = s;
		return 0;
	}
	if (s)
		site_close(s);
	open_site = s = xcalloc(1, sizeof(*s));
	s->words = *state;
	*state = s;
	memcpy(s->path, "/tmp/mp.XXXXXX", sizeof("/tmp/mp.XXXXXX"));
	assert_non_null(mkdtemp(s->path));
	says(harness(s, "start", "tests/mail/procedures.ldif", NULL), "");
	know(s, "paul@usine.example", "paul");
	know(s, "paul.brunet@usine.example", "paul");
	know(s, "noe@neuf.example", "noe");
	know(s, "remote@agence.example", "remote");
	info = harness(s, "info", NULL);
	at = strstr(info, "B_PORT=");
	assert_non_null(at);
	snprintf(s->relay, sizeof(s->relay), "127.0.0.1:%d", atoi(at + strlen("B_PORT=")));
	free(info);
	return 0;
}

static int tear_down(void **state)
{
	struct site *s = *state;

	pty_free(s->console);
	s->console = NULL;
	return 0;
}

static int close_last(void **state)
{
	(void)state;
	if (open_site)
		site_close(open_site);
	return 0;
}

static struct pty *console(struct site *s)
{
	char config[64];

	snprintf(config, sizeof(config), "RELAIS_CONFIG=%s/relais.conf", s->path);
	s->console =
		pty_start(24, 80, (const char *const[]){config, s->words->language, NULL},
			(const char *const[]){relais_program(), NULL});
	see(s->console, s->words->users);
	return s->console;
}

/* ---- typing ------------------------------------------------------------------------- */

/* Tab to the button, Enter; the review, Enter. */
static void save(struct site *s)
{
	struct pty *p = s->console;

	go_to(p, "<Tab>", s->words->save);
	press(p, "<Enter>", s->words->in_force);
	on_item(p, s->words->save);
	press(p, "<Enter>", s->words->saved);
	see_gone(p, s->words->in_force);
}

static void to_the_domains(struct site *s)
{
	go_to(s->console, "<Down>", s->words->domains);
	press(s->console, "<Enter>", s->words->new_domain);
	see(s->console, "acme.example");
}

static void to_the_users(struct site *s)
{
	go_to(s->console, "<Down>", s->words->users);
	press(s->console, "<Enter>", s->words->new_user);
	see(s->console, "Alice Martin");
}

static void to_the_domain(struct site *s, const char *name)
{
	to_the_domains(s);
	go_to(s->console, "<Down>", name);
	pty_keys(s->console, "<Enter>");
	on_item(s->console, s->words->relay);
}

static void back_home(struct site *s)
{
	press(s->console, "<Esc>", s->words->domains);
	press(s->console, "<Esc>", s->words->users);
	on_item(s->console, s->words->domains);
}

static void type_the_relay(struct site *s)
{
	on_item(s->console, s->words->relay);
	pty_keys(s->console, s->relay);
	see(s->console, s->relay);
}

/* ---- the master, its domain, its users
 * --------------------------------------------------- */

static void before_the_split(struct site *s)
{
	goes(s, "outside", "paul@usine.example", "A:paul");
	goes(s, "outside", "ida@usine.example", "A:ida");
	is_refused(s, "nobody@usine.example", "550 5.1.1");
	signs_in(s, "paul", "ok");
}

static void split_the_domain(struct site *s)
{
	struct pty *p = s->console;

	to_the_domain(s, "usine.example");
	type_the_relay(s);
	pty_keys(p, "<Tab>");
	on_item(p, s->words->forward);
	see(p, "[ ] ");
	see(p, s->words->dont_exist);
	save(s);
	back_home(s);
	goes(s, "outside", "paul.brunet@usine.example", "A:paul");
	is_refused(s, "nobody@usine.example", "550 5.1.1");
}

/* All his addresses but one. */
static void make_paul_third_party(struct site *s)
{
	struct pty *p = s->console;

	to_the_users(s);
	go_to(p, "<Down>", "Paul Brunet");
	pty_keys(p, "<Enter>");
	on_item(p, s->words->internal);
	press(p, "<Enter>", "[x]");
	go_to(p, "<Down>", s->words->third_party);
	press(p, "<Enter>", s->words->all_these);
	see(p, s->words->cant_sign_in);
	go_to(p, "<Down>", "pb@usine.example");
	press(p, "<Space>", "[ ] pb@usine.example");
	see(p, "[x] paul@usine.example");
	see(p, "[x] paul.brunet@usine.example");
	save(s);
}

static void while_he_is_third_party(struct site *s)
{
	goes(s, "outside", "paul@usine.example", "B:paul");
	goes(s, "own", "paul.brunet@usine.example", "B:paul");
	is_refused(s, "pb@usine.example", "550 5.1.1");
	goes(s, "outside", "ida@usine.example", "A:ida");
	is_refused(s, "nobody@usine.example", "550 5.1.1");
	signs_in(s, "paul", "no");
	signs_in(s, "paul@usine.example", "no");
	signs_in(s, "pb@usine.example", "no");
	signs_in(s, "ida", "ok");
}

static void make_paul_internal(struct site *s)
{
	struct pty *p = s->console;

	go_to(p, "<BackTab>", "( ");
	press(p, "<Enter>", s->words->internal);
	go_to(p, "<Up>", s->words->internal);
	pty_keys(p, "<Enter>");
	see_gone(p, s->words->all_these);
	save(s);
}

static void once_he_is_internal(struct site *s)
{
	signs_in(s, "paul", "ok");
	signs_in(s, "pb@usine.example", "ok");
	goes(s, "outside", "pb@usine.example", "A:paul");
	goes(s, "outside", "paul@usine.example", "A:paul");
}

static void master(void **state)
{
	struct site *s = *state;

	before_the_split(s);
	console(s);
	split_the_domain(s);
	make_paul_third_party(s);
	while_he_is_third_party(s);
	make_paul_internal(s);
	once_he_is_internal(s);
	pty_keys(s->console, "<Esc><Esc><F10>");
	ends_restored(s->console, 0);
}

/* ---- a domain that isn't there yet
 * ------------------------------------------------------- */

static void create_the_domain(struct site *s)
{
	struct pty *p = s->console;

	to_the_domains(s);
	go_to(p, "<Up>", s->words->new_domain);
	pty_keys(p, "<Enter>");
	see(p, s->words->create_and_edit);
	pty_keys(p, "neuf.example");
	go_to(p, "<Tab>", s->words->create_and_edit);
	pty_keys(p, "<Enter>");
	on_item(p, s->words->save);
	press(p, "<Enter>", s->words->dont_exist);
}

static void create_a_third_party_user(struct site *s)
{
	struct pty *p = s->console;

	to_the_users(s);
	go_to(p, "<Up>", s->words->new_user);
	press(p, "<Enter>", s->words->create);
	pty_keys(p, "Noé Faure<Enter>noe@neuf.example<Enter><Enter>");
	on_item(p, s->words->internal);
	press(p, "<Enter>", "[x]");
	go_to(p, "<Down>", s->words->third_party);
	pty_keys(p, "<Enter>");
	go_to(p, "<Tab>", s->words->create);
	pty_keys(p, "<Enter>");
	on_item(p, s->words->save);
	press(p, "<Enter>", s->words->saved);
	see(p, "Noé Faure");
}

static void new_domain(void **state)
{
	struct site *s = *state;

	begins(harness(s, "rcpt", "outside", "noe@neuf.example", NULL), "554 ");
	console(s);
	create_the_domain(s);
	is_refused(s, "noe@neuf.example", "550 5.1.1");
	type_the_relay(s);
	save(s);
	is_refused(s, "noe@neuf.example", "550 5.1.1");
	back_home(s);
	create_a_third_party_user(s);
	goes(s, "outside", "noe@neuf.example", "B:noe");
	is_refused(s, "nobody@neuf.example", "550 5.1.1");
	pty_keys(s->console, "<Esc><F10>");
	ends_restored(s->console, 0);
}

/* ---- the slave
 * --------------------------------------------------------------------------- */

static void slave(void **state)
{
	struct site *s = *state;
	struct pty *p;

	goes(s, "outside", "yves@agence.example", "A:yves");
	is_refused(s, "remote@agence.example", "550 5.1.1");
	p = console(s);
	to_the_domain(s, "agence.example");
	type_the_relay(s);
	pty_keys(p, "<Tab>");
	on_item(p, s->words->forward);
	press(p, "<Space>", s->words->relay_decides);
	see(p, "[x] ");
	save(s);
	goes(s, "own", "remote@agence.example", "B:remote");
	goes(s, "outside", "yves@agence.example", "A:yves");
	is_refused(s, "nobody@agence.example", "550 5.1.1"); /* says the relay */
	signs_in(s, "yves", "ok");
	pty_keys(p, "<Esc><Esc><F10>");
	ends_restored(p, 0);
}

int main(void)
{
	static const struct {
		const char *name;
		CMUnitTestFunction check;
	} checks[] = {{"master", master}, {"new_domain", new_domain}, {"slave", slave}};
	struct CMUnitTest tests[COUNT_OF(checks) * COUNT_OF(languages)];
	static char names[COUNT_OF(tests)][32];
	size_t n = 0;

	if (getuid() != 0) {
		puts("1..0 # SKIP two Postfix need root");
		return 0;
	}
	for (size_t k = 0; k < COUNT_OF(languages); k++)
		for (size_t i = 0; i < COUNT_OF(checks); i++, n++) {
			snprintf(names[n], sizeof(names[n]), "%s, in %s", checks[i].name,
				languages[k].name);
			tests[n] = (struct CMUnitTest){.name = names[n],
				.test_func = checks[i].check,
				.setup_func = set_up,
				.teardown_func = tear_down,
				.initial_state = (void *)(uintptr_t)&languages[k]};
		}
	return _cmocka_run_group_tests("procedures", tests, n, NULL, close_last);
}
