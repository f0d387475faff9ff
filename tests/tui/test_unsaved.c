/* What was typed and not saved when the program had to end: kept, and opened again. */
#include "tests/tui/screen.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tui/unsaved.h"

static char folder[64];

static int set_up(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/ru.XXXXXX");
	assert_non_null(mkdtemp(folder));
	strcat(folder, "/drafts");
	return 0;
}

static int tear_down(void **state)
{
	struct buf command = BUF_INIT;

	(void)state;
	*strrchr(folder, '/') = '\0';
	buf_printf(&command, "rm -rf %s", folder);
	assert_int_equal(system(command.s), 0);
	buf_release(&command);
	return 0;
}

/* The console on a fresh directory, with what was kept. */
static struct screen *start(const char *directory)
{
	struct screen *s = screen_new(NULL, 24, 80);

	s->app->drafts = drafts_new(folder, directory);
	screen_settle(s);
	return s;
}

/* The terminal is gone. */
static size_t end(struct screen *s)
{
	struct drafts *drafts = s->app->drafts;
	struct err lost;
	size_t n;

	screen_keys(s, "<EOF>");
	assert_true(s->app->quit);
	n = unsaved_keep(s->app, &lost);
	assert_int_equal(lost.code, ERR_NONE);
	screen_free(s);
	drafts_free(drafts);
	return n;
}

static char *only_file(void)
{
	static char path[400];
	DIR *d = opendir(folder);
	struct dirent *e;
	int n = 0;

	while (d && (e = readdir(d)))
		if (e->d_name[0] != '.') {
			snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
			n++;
		}
	if (d)
		closedir(d);
	if (n > 1)
		fail_msg("%d files", n);
	return n ? path : NULL;
}

static void made_ago(const char *path, long seconds)
{
	struct timespec times[2];

	clock_gettime(CLOCK_REALTIME, &times[0]);
	times[0].tv_sec -= seconds;
	times[1] = times[0];
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

/* ---- each form ------------------------------------------------------------------ */

static void domain(void **state)
{
	struct screen *s = start("d");
	struct stat st;

	(void)state;
	screen_domain(s, "acme");
	screen_keys(s, "<Ctrl-U>not a host!<Down><Space><F4><Down>x y<Down><Down>-");
	assert_int_equal(end(s), 1);
	assert_int_equal(stat(only_file(), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat(folder, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	made_ago(only_file(), 630);
	s = start("d");
	screen_says(s, "You left unsaved changes in acme.example, 10 minutes ago.");
	screen_cursor_on(s, "=Open");
	screen_keys(s, "<Enter>");
	screen_shows(s, "acme.example", "[not a host! ", "[x] Forward unknown",
		"Not a host: give a name or IP address");
	screen_cursor_on(s, "-Relay for split domains");
	screen_keys(s, "<F4>");
	screen_shows(s, "[Acmex y ", "acme.test");
	screen_says(s, "acme.invalid");
	screen_keys(s, "<F4><Down><Ctrl-U>192.0.2.77<Ctrl-S><Enter>");
	screen_shows(s, "Saved acme.example");
	screen_wrote(s, "dn: " ACME "\nchangetype: modify\n"
			"delete: associatedDomain\nassociatedDomain: acme.invalid\n-\n"
			"replace: description\ndescription: Acmex y\n-\n"
			"replace: relaisSplitRelay\nrelaisSplitRelay: [192.0.2.77]\n-\n"
			"replace: relaisForwardUnknown\nrelaisForwardUnknown: TRUE\n-\n\n");
	assert_null(only_file());
	assert_int_equal(end(s), 0);
}

static void new_domain(void **state)
{
	struct screen *s = start("d");

	(void)state;
	screen_domains(s);
	screen_keys(s, "nz.exam ple<Tab>Zed<Tab>a..b  c.test");
	assert_int_equal(end(s), 1);
	s = start("d");
	screen_says(s, "You left a new domain unsaved (z.exam ple), just now.");
	screen_keys(s, "<Enter>");
	screen_shows(s, "New domain", "[z.exam ple ", "[Zed ", "[a..b  c.test ");
	assert_int_equal(end(s), 1);
	assert_non_null(only_file());
}

static void user(void **state)
{
	struct screen *s = start("d");

	(void)state;
	screen_user(s, "Bob");
	screen_keys(s, "<Down><Space>+bo@acme.example<Tab><Tab><Enter>");
	assert_int_equal(end(s), 1);
	made_ago(only_file(), 3 * 3600);
	s = start("d");
	screen_says(s, "You left unsaved changes in Bob Durand, 3 hours ago.");
	screen_keys(s, "<Enter>");
	screen_shows(s, "Third-party mail", "[ ] bob@acme.example",
		"[x] bob.durand@acme.example", "[ ] bd@acme.example",
		"[x] bo@acme.example");
	screen_keys(s, "<Ctrl-S><Enter>");
	screen_shows(s, "Saved Bob Durand");
	assert_null(only_file());
	end(s);
}

static void new_user(void **state)
{
	struct screen *s = start("d");

	(void)state;
	screen_users(s);
	screen_keys(s, "nÉva N<Tab>eva@nowhere<Tab>e/v");
	screen_keys(s, "<Tab><Enter><Down><Enter>");
	screen_shows(s, "Third-party mail");
	assert_int_equal(end(s), 1);
	made_ago(only_file(), 2 * 86400);
	s = start("d");
	screen_says(s, "You left a new user unsaved (Éva N), 2 days ago.");
	screen_keys(s, "<Enter>");
	screen_shows(
		s, "New user", "[Éva N ", "[eva@nowhere ", "[e/v ", "Third-party mail");
	end(s);
}

/* ---- what becomes of it ---------------------------------------------------------- */

static void left_in_acme(void)
{
	struct screen *s = start("d");

	screen_domain(s, "acme");
	screen_keys(s, "9");
	assert_int_equal(end(s), 1);
}

static void discarded(void **state)
{
	struct screen *s;

	(void)state;
	left_in_acme();
	s = start("d");
	screen_keys(s, "<Right>");
	screen_cursor_on(s, "=Discard");
	screen_keys(s, "<Enter>");
	screen_lacks(s, "unsaved");
	assert_null(only_file());
	screen_wrote(s, "");
	end(s);
	/* and from within the form */
	left_in_acme();
	s = start("d");
	screen_keys(s, "<Enter><Esc><Right><Enter>");
	screen_lacks(s, "unsaved", "192.0.2.259");
	assert_null(only_file());
	end(s);
}

static void later(void **state)
{
	static const char *const keys[] = {"<Right><Right><Enter>", "<Esc>"};
	struct screen *s;

	(void)state;
	left_in_acme();
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		s = start("d");
		screen_says(s, "You left unsaved changes in acme.example, just now.");
		screen_keys(s, keys[i]);
		screen_lacks(s, "unsaved");
		screen_keys(s, "<Enter><Esc>");
		screen_lacks(s, "unsaved");
		end(s);
	}
	s = start("d");
	screen_keys(s, "<F10>");
	assert_true(s->app->quit);
	end(s);
	assert_non_null(only_file());
}

/* Opened and left again in the same way: one draft, with what is typed now. */
static void left_again(void **state)
{
	struct screen *s;

	(void)state;
	left_in_acme();
	s = start("d");
	screen_keys(s, "<Enter>8");
	assert_int_equal(end(s), 1);
	assert_non_null(only_file());
	s = start("d");
	screen_keys(s, "<Enter>");
	screen_shows(s, "[192.0.2.2598 ");
	/* back to what it was: nothing to keep */
	screen_keys(s, "<Backspace><Backspace>");
	assert_int_equal(end(s), 0);
	assert_null(only_file());
}

/* Several, one below the other, are asked about one after the other. */
static void several(void **state)
{
	struct screen *s = start("d");

	(void)state;
	screen_domain(s, "acme");
	screen_keys(s, "<F4><Down>y<F4><Down>");
	screen_keys(s, "<Ctrl-U><Down><Enter>"); /* users that need the relay */
	screen_shows(s, "Bob Durand");
	screen_keys(s, "<Enter><Down><Space>");
	assert_int_equal(end(s), 2);
	s = start("d");
	screen_says(s, "You left unsaved changes in acme.example");
	screen_keys(s, "<Enter>");
	screen_shows(s, "Relay for split domains");
	screen_keys(s, "<Esc><Right><Enter>"); /* discarded */
	screen_says(s, "You left unsaved changes in Bob Durand");
	screen_keys(s, "<Enter>");
	screen_shows(s, "[ ] bob@acme.example");
	end(s);
}

static void somebody_elses(void **state)
{
	struct screen *s;

	(void)state;
	left_in_acme();
	s = start("another directory");
	screen_lacks(s, "unsaved");
	end(s);
	s = screen_new_unsettled(NULL, 24, 80);
	s->app->drafts = drafts_new(folder, "d");
	fake_who(s->fake, "admin1", "uid=admin1,ou=admins,dc=demo");
	screen_settle(s);
	screen_lacks(s, "unsaved");
	end(s);
	s = start("d");
	screen_says(s, "You left unsaved changes in acme.example");
	end(s);
}

/* Two consoles: one has it. */
static void held(void **state)
{
	struct screen *s, *other;

	(void)state;
	left_in_acme();
	s = start("d");
	screen_keys(s, "<Enter>");
	other = start("d");
	screen_lacks(other, "unsaved");
	end(other);
	assert_int_equal(end(s), 1);
}

/* ---- what has changed since ------------------------------------------------------ */

static void others_changed_it(void **state)
{
	struct screen *s;

	(void)state;
	left_in_acme();
	s = screen_new(NULL, 24, 80);
	fake_change(s->fake, ACME, "relaisSplitRelay", "[192.0.2.99]", NULL);
	s->app->drafts = drafts_new(folder, "d");
	screen_settle(s);
	screen_keys(s, "<Enter><Ctrl-U>192.0.2.26<Ctrl-S><Enter>");
	screen_says(s, "Changed by somebody else while you were editing");
	screen_shows(s, "before: 192.0.2.25", "theirs: 192.0.2.99", "yours: 192.0.2.26");
	screen_wrote(s, "");
	end(s);
}

static void gone(void **state)
{
	struct screen *s = start("d");

	(void)state;
	screen_domain(s, "neu");
	screen_keys(s, "a.example");
	assert_int_equal(end(s), 1);
	s = screen_new(NULL, 24, 80);
	fake_delete(s->fake, NEU);
	s->app->drafts = drafts_new(folder, "d");
	screen_settle(s);
	screen_keys(s, "<Enter><Ctrl-S><Enter>");
	screen_says(s, "Nothing was written and nothing you typed is lost.");
	end(s);
}

/* ---- damage ---------------------------------------------------------------------- */

static void damaged(void **state)
{
	struct screen *s;
	FILE *f;

	(void)state;
	left_in_acme();
	f = fopen(only_file(), "r+");
	fputs("# relais draft 9", f);
	fclose(f);
	s = start("d");
	screen_lacks(s, "You left");
	screen_says(s, "What was kept of a form can't be read; it stays in");
	screen_says(s, ".draft.damaged");
	assert_non_null(strstr(only_file(), ".draft.damaged"));
	end(s);
	s = start("d");
	screen_says_not(s, "can't be read");
	end(s);
}

static void no_place(void **state)
{
	struct screen *s = start("d");
	struct drafts *drafts;
	struct err lost;

	(void)state;
	screen_domain(s, "acme");
	screen_keys(s, "9");
	*strrchr(folder, '/') = '\0';
	assert_int_equal(chmod(folder, 0755), 0);
	drafts = s->app->drafts;
	drafts_free(drafts);
	s->app->drafts = drafts_new(folder, "d"); /* others may use it */
	assert_int_equal(unsaved_keep(s->app, &lost), 0);
	assert_int_equal(lost.code, ERR_DRAFT);
	assert_string_equal(lost.arg[0], folder);
	strcat(folder, "/drafts");
	drafts = s->app->drafts;
	screen_free(s);
	drafts_free(drafts);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
		TEST(domain),
		TEST(new_domain),
		TEST(user),
		TEST(new_user),
		TEST(discarded),
		TEST(later),
		TEST(left_again),
		TEST(several),
		TEST(somebody_elses),
		TEST(held),
		TEST(others_changed_it),
		TEST(gone),
		TEST(damaged),
		TEST(no_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
