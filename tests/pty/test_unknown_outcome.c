/*
 * Saves whose answer never comes, by the whole program: the connection is cut at every
 * byte, slapd is killed and stopped, relais is killed.  What is told is true, there is no
 * half change, and the console goes on.
 *
 * Several consoles at once on one slapd, each in a process of its own with its own proxy,
 * its own domain and its own journal.
 */
#include "tests/pty/console.h"

#include <errno.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORKERS = 4, SAVE_BYTES = 400 };

/* What was done, for the last line; shared by all processes. */
static struct counts {
	size_t up, down; /* bytes of a save, with the look after it */
	_Atomic unsigned cuts, kills, stops, restarts, told, untold, untrue, half;
} * counts;

static struct directory directory;

/* One console, its domain and what was saved last. */
static struct desk {
	struct scene scene;
	int number;
	char dn[100], name[40], state[200];
	struct pty *console;
	size_t items; /* in its journal */
	bool direct;  /* without the proxy */
	bool second;  /* which of the two states the domain was given last */
} desk;

/* ---- the directory --------------------------------------------------------------- */

/* Both of its attributes, or a half change. */
static const char *const states[2] = {"[192.0.2.11] FALSE", "[192.0.2.22] TRUE"};

static bool is_second(void)
{
	struct buf command = BUF_INIT;
	char relay[64] = "", forward[64] = "";
	bool half;
	FILE *f;

	buf_printf(&command,
		"ldapsearch -x -LLL -H '%s' -D cn=root,dc=demo -w root -b '%s' -s base "
		"relaisSplitRelay relaisForwardUnknown 2>/dev/null | "
		"sed -n 's/^relaisSplitRelay: //p;s/^relaisForwardUnknown: //p' | sort",
		directory.uri, desk.dn);
	f = popen(command.s, "r");
	if (!f || fscanf(f, "%63s %63s", forward, relay) != 2)
		fail_msg("%s is not as it should be: %s %s", desk.dn, relay, forward);
	pclose(f);
	buf_reset(&command);
	buf_printf(&command, "%s %s", forward[0] == '[' ? forward : relay,
		forward[0] == '[' ? relay : forward);
	half = strcmp(command.s, states[0]) != 0 && strcmp(command.s, states[1]) != 0;
	counts->half += half;
	if (half)
		fail_msg("half a change: %s", command.s);
	half = strcmp(command.s, states[1]) == 0;
	buf_release(&command);
	return half;
}

/* The newest file of the journal; "" when there are no more than before. */
static char *newest(size_t before)
{
	struct buf pattern = BUF_INIT, text = BUF_INIT;
	char block[4096];
	glob_t found = {0};
	size_t n, items = 0;
	FILE *f = NULL;

	buf_printf(&pattern, "%s/relais/changes/*Z-*[0-9].ldif",
		desk.state + strlen("XDG_STATE_HOME="));
	if (glob(pattern.s, 0, NULL, &found) == 0)
		items = found.gl_pathc;
	if (items > before)
		f = fopen(found.gl_pathv[items - 1], "r");
	while (f && (n = fread(block, 1, sizeof(block), f)) > 0)
		buf_add(&text, block, n);
	if (f)
		fclose(f);
	desk.items = items;
	globfree(&found);
	buf_release(&pattern);
	return buf_detach(&text);
}

/* ---- the desk -------------------------------------------------------------------- */

static void desk_open(int number)
{
	char listen[160], target[160];
	struct buf command = BUF_INIT;

	desk = (struct desk){.number = number};
	desk.scene.directory = directory;
	snprintf(desk.name, sizeof(desk.name), "w%d.example", number);
	snprintf(desk.dn, sizeof(desk.dn), "associatedDomain=%s,ou=domains,dc=demo",
		desk.name);
	snprintf(desk.state, sizeof(desk.state), "XDG_STATE_HOME=%s/state%d",
		directory.path, number);
	snprintf(listen, sizeof(listen), "%s/proxy%d", directory.path, number);
	snprintf(target, sizeof(target), "%s/ldapi", directory.path);
	snprintf(desk.scene.direct, sizeof(desk.scene.direct), "%s/relais.conf",
		directory.path);
	snprintf(desk.scene.proxied, sizeof(desk.scene.proxied), "%s/proxied%d.conf",
		directory.path, number);
	buf_printf(&command, "sed 's,%%2Fldapi\",%%2Fproxy%d\",' %s >%s", number,
		desk.scene.direct, desk.scene.proxied);
	if (system(command.s) != 0)
		fail_msg("%s", command.s);
	buf_release(&command);
	desk.scene.proxy = proxy_new(listen, target);
	if (!desk.scene.proxy)
		fail_msg("%s: %s", listen, strerror(errno));
	proxy_start(desk.scene.proxy);
	desk.second = is_second();
	free(newest(SIZE_MAX));
}

static void desk_close(void)
{
	if (desk.console)
		pty_free(desk.console);
	proxy_free(desk.scene.proxy);
}

/* kill_at: as prog_kill.c says, NULL for never. */
static struct pty *start(const char *kill_at)
{
	struct console_options o = {.proxied = !desk.direct, .env = {desk.state}};
	char preload[4200], at[40];

	snprintf(preload, sizeof(preload), "LD_PRELOAD=%s/tests/pty/kill.so",
		getenv("BUILD"));
	snprintf(at, sizeof(at), "RELAIS_KILL_AT=%s", kill_at ? kill_at : "");
	if (kill_at) {
		o.env[1] = preload;
		o.env[2] = at;
		o.env[3] = "ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0";
	}
	desk.scene.consoles[0] = NULL;
	desk.console = console_start(&desk.scene, &o);
	return desk.console;
}

static void end(void)
{
	pty_free(desk.console);
	desk.console = desk.scene.consoles[0] = NULL;
}

static bool sees_home_or_notice(struct pty *p, void *arg)
{
	(void)arg;
	return pty_shows(p, "A save without an answer") ||
	       pty_shows(p, "6 users, 1 third-party");
}

static void await_home(void)
{
	if (!pty_wait_for(desk.console, sees_home_or_notice, NULL, 0))
		fail_msg("neither home nor a notice");
}

/* Types the other state up to the review, the cursor on "Save". */
static void type_the_other(void)
{
	struct pty *p = desk.console;

	on_item(p, "Relay for split domains");
	fill_in(p, desk.second ? "192.0.2.11" : "192.0.2.22");
	pty_keys(p, "<Tab>");
	on_item(p, "] Forward unknown addresses");
	pty_keys(p, "<Space>");
	see(p, desk.second ? "[ ] Forward unknown" : "[x] Forward unknown");
	review(p);
}

/* ---- cut ------------------------------------------------------------------------- */

static void back_to_the_relay(void)
{
	pty_keys(desk.console, "<BackTab>");
	on_item(desk.console, "Relay for split domains");
}

static bool sees_saved(struct pty *p, void *arg)
{
	(void)arg;
	return pty_shows(p, "Saved w") ||
	       pty_shows(p, "Saved, but the directory didn't answer whether somebody");
}

static bool sees_saved_or_end(struct pty *p, void *arg)
{
	(void)arg;
	return sees_saved(p, NULL) || pty_ended(p);
}

static void see_saved(void)
{
	if (!pty_wait_for(desk.console, sees_saved, NULL, 0))
		fail_msg("not saved");
	pty_settle(desk.console);
}

static void cut_once(enum proxy_way way, size_t n)
{
	type_the_other();
	proxy_cut(desk.scene.proxy, way, n, 1);
	pty_keys(desk.console, "<Enter>");
	see_saved();
	desk.second = !desk.second;
	if (is_second() != desk.second) {
		counts->untrue++;
		fail_msg("said to be saved and is not: way %d, byte %zu", (int)way, n);
	}
	counts->cuts++;
	back_to_the_relay();
}

/* At every byte of the request and of its answer; at some of the look after it. */
static size_t cut_one_way(enum proxy_way way, size_t all)
{
	size_t n = (size_t)desk.number, times = 0;

	for (; n <= SAVE_BYTES; n += WORKERS, times++)
		cut_once(way, n);
	for (; n <= all; n += 64, times++)
		cut_once(way, n);
	return times;
}

static void cut(int number)
{
	size_t cut_here;

	desk_open(number);
	start(NULL);
	await_home();
	open_domain(desk.console, desk.name);
	cut_here =
		cut_one_way(PROXY_UP, counts->up) + cut_one_way(PROXY_DOWN, counts->down);
	/* with it go the connections beside it */
	assert_in_range(proxy_clients(desk.scene.proxy), cut_here, 6 * cut_here);
	quit(desk.console);
	end();
	desk_close();
}

/* How long it is. */
static void measure(int number)
{
	desk_open(number);
	start(NULL);
	await_home();
	open_domain(desk.console, desk.name);
	cut_once(PROXY_DOWN, 100000);
	counts->up = proxy_passed(desk.scene.proxy, PROXY_UP);
	counts->down = proxy_passed(desk.scene.proxy, PROXY_DOWN);
	assert_in_range(counts->up, 200, 5000);
	assert_in_range(counts->down, 200, 5000);
	end();
	desk_close();
}

/* ---- what relais tells at its next start ------------------------------------------- */

static bool ends_properly(const char *journal)
{
	size_t n = strlen(journal);
	const char *last = journal, *end = strstr(journal, "\n# end: ");

	for (const char *p = journal; *p; p++)
		if (*p == '\n' && p[1])
			last = p + 1;
	return n && journal[n - 1] == '\n' && end && end + 1 == last;
}

/* The screen in one line, without frames. */
static void words_of(struct pty *p, struct buf *out)
{
	for (const char *c = pty_screen(p); *c; c++)
		if (*c > ' ')
			buf_putc(out, *c);
		else if (out->len && out->s[out->len - 1] != ' ')
			buf_putc(out, ' ');
}

/* The notice is there: true when it says done.  Enter closes it. */
static bool reads_notice(void)
{
	struct buf words = BUF_INIT, done = BUF_INIT, not_done = BUF_INIT;
	bool said_done, said_not;

	see(desk.console, "A save without an answer");
	words_of(desk.console, &words);
	buf_printf(&done, "The save of %s at ", desk.name);
	assert_non_null(strstr(words.s, done.s));
	said_done = strstr(words.s, "whose answer never came, was done.") != NULL;
	said_not = strstr(words.s,
			   "whose answer never came, was not done: make it again.") != NULL;
	if (said_done == said_not)
		fail_msg("neither done nor not done: %s", words.s);
	press(desk.console, "<Enter>", "6 users, 1 third-party");
	see_gone(desk.console, "A save without an answer");
	buf_release(&words);
	buf_release(&done);
	buf_release(&not_done);
	counts->told++;
	return said_done;
}

static void must_be(bool second, const char *said)
{
	if (is_second() == second)
		return;
	counts->untrue++;
	fail_msg("%s, but it isn't so", said);
}

/* After the console was killed while it saved the other state, which left this journal, and
 * was started again. */
static void learns_what_became(char *journal)
{
	bool whole = strstr(journal, "\n-\n\n") != NULL, second = is_second();
	const char *outcome = strstr(journal, "\n# outcome: 1 ");
	bool done;

	if (!whole) {
		must_be(desk.second, "nothing is in the journal");
		counts->untold++;
	} else if (outcome) { /* it had been answered */
		assert_memory_equal(outcome, "\n# outcome: 1 done ", 19);
		must_be(!desk.second, "done, says the journal");
		counts->untold++;
	} else {
		done = reads_notice();
		must_be(done ? !desk.second : desk.second, done ? "done" : "not done");
		free(journal);
		journal = newest(0);
		assert_true(ends_properly(journal));
		assert_non_null(strstr(journal,
			done ? "\n# outcome: 1 done " : "\n# outcome: 1 not-done "));
	}
	desk.second = second;
	free(journal);
}

/* ---- killed ---------------------------------------------------------------------- */

/* Whether it was killed before it had said that it is saved. */
static bool killed_at(unsigned call, const char *half)
{
	char at[20];
	size_t items = desk.items;
	struct pty *p;
	char *journal;
	int status;

	snprintf(at, sizeof(at), "%u%s", call, half);
	p = start(at);
	see(p, "6 users, 1 third-party");
	open_domain(p, desk.name);
	type_the_other();
	must_be(desk.second, "told at the last start");
	pty_keys(p, "<Enter>");
	if (!pty_wait_for(p, sees_saved_or_end, NULL, 0))
		fail_msg("neither saved nor killed");
	if (sees_saved(p, NULL)) {
		must_be(!desk.second, "saved");
		desk.second = !desk.second;
		pty_signal(p, SIGKILL);
		end();
		return false;
	}
	status = pty_exit_status(p, 0);
	assert_int_equal(status, 128 + SIGKILL);
	counts->kills++;
	end();
	journal = newest(items);
	start(NULL);
	await_home();
	learns_what_became(journal);
	quit(desk.console);
	end();
	return true;
}

static void kill_everywhere(int number)
{
	unsigned call = (unsigned)number + 1;

	desk_open(number);
	while (killed_at(call, "") && killed_at(call, "+"))
		call += WORKERS;
	assert_in_range(call, 15, 200);
	/* Nothing is told twice. */
	start(NULL);
	see(desk.console, "6 users, 1 third-party");
	pty_pause(desk.console, 1500);
	assert_false(pty_shows(desk.console, "A save without an answer"));
	quit(desk.console);
	desk_close();
}

/* ---- processes ------------------------------------------------------------------- */

typedef void work(int number);

static work *job;
static int job_number;

static void at_work(void **state)
{
	(void)state;
	job(job_number);
}

static pid_t employ(work *w, int number)
{
	const struct CMUnitTest tests[] = {{"worker", at_work, NULL, NULL, NULL}};
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid)
		return pid;
	unsetenv("CMOCKA_MESSAGE_OUTPUT"); /* the only TAP is the suite's own */
	job = w;
	job_number = number;
	_exit(_cmocka_run_group_tests("worker", tests, 1, NULL, NULL) ? 1 : 0);
}

static void all_at_work(work *w, int workers)
{
	pid_t pids[WORKERS];
	int failed = 0;

	for (int i = 0; i < workers; i++)
		pids[i] = employ(w, i);
	for (int i = 0; i < workers; i++) {
		int status = 0;

		waitpid(pids[i], &status, 0);
		failed += status != 0;
	}
	if (failed)
		fail_msg("%d of %d failed", failed, workers);
}

static void cut_at_every_byte(void **state)
{
	(void)state;
	all_at_work(measure, 1);
	all_at_work(cut, WORKERS);
}

static void killed_at_every_call(void **state)
{
	(void)state;
	all_at_work(kill_everywhere, WORKERS);
}

/* ---- slapd stopped and killed ----------------------------------------------------- */

/* Saves the other state while slapd stands still, the request in its socket. */
static void save_into_the_void(void)
{
	start(NULL);
	await_home();
	open_domain(desk.console, desk.name);
	type_the_other();
	directory_pause(&directory);
	press(desk.console, "<Enter>", "Saving: sent, not answered yet.");
}

static void is_killed(void)
{
	pty_signal(desk.console, SIGKILL);
	pty_exit_status(desk.console, 0);
	end();
}

/* Starts again while slapd still stands, so that both requests are there when it goes on.
 */
static void is_killed_and_waits(void)
{
	is_killed();
	start(NULL);
	see(desk.console, "connecting");
}

static void is_left(void)
{
	pty_keys(desk.console, "<Esc>");
	on_item(desk.console, "< Stay >");
	pty_keys(desk.console, "<Right>");
	on_item(desk.console, "< Leave >");
	press(desk.console, "<Enter>",
		"You left before the save was answered: what became of it is told when it");
	press(desk.console, "<Esc>", "4 of 7");
	press(desk.console, "<Esc>", "6 users, 1 third-party");
}

static void is_quit(void)
{
	pty_keys(desk.console, "<F10>");
	on_item(desk.console, "< Quit >");
	pty_keys(desk.console, "<Enter>");
	ends_restored(desk.console, 0);
	see(desk.console, "A save was sent and not answered");
	end();
}

/* The directory goes on, and what is told is so, then and later. */
static void stopped_while(void (*what)(void))
{
	size_t items = desk.items;
	char *journal;

	save_into_the_void();
	what();
	journal = newest(items);
	directory_resume(&directory);
	if (!desk.console)
		start(NULL);
	await_home();
	learns_what_became(journal);
	quit(desk.console);
	end();
	must_be(desk.second, "told");
	counts->stops++;
}

/* Gone before it has answered, and back. */
static void killed_under_it(bool stopped)
{
	start(NULL);
	await_home();
	open_domain(desk.console, desk.name);
	type_the_other();
	if (stopped)
		directory_pause(&directory);
	pty_keys(desk.console, "<Enter>");
	if (stopped)
		see(desk.console, "Saving: sent, not answered yet.");
	directory_kill(&directory);
	if (stopped)
		see(desk.console, "The connection was lost before the answer came");
	directory_serve(&directory, "", "");
	see_saved();
	desk.second = !desk.second;
	must_be(desk.second, "saved");
	quit(desk.console);
	end();
	counts->restarts++;
}

enum { ROUNDS = 4 };

static void stopped_and_killed(void **state)
{
	void (*const ways[])(void) = {is_killed, is_killed_and_waits, is_left, is_quit};

	(void)state;
	desk_open(0);
	desk.direct = true;
	for (int i = 0; i < ROUNDS; i++) {
		for (size_t k = 0; k < COUNT_OF(ways); k++)
			stopped_while(ways[k]);
		killed_under_it(true);
		killed_under_it(false);
	}
	desk_close();
}

/* ---- the suite ------------------------------------------------------------------- */

static int set_up(void **state)
{
	struct buf ldif = BUF_INIT;

	(void)state;
	counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	directory_start(&directory, "tree");
	buf_puts(&ldif, "$MODIFY <<'END'\n");
	for (int i = 0; i < WORKERS; i++)
		buf_printf(&ldif,
			"dn: associatedDomain=w%d.example,ou=domains,dc=demo\n"
			"changetype: add\nobjectClass: organizationalUnit\n"
			"objectClass: relaisDomain\nou: w%d.example\n"
			"associatedDomain: w%d.example\nrelaisSplitRelay: [192.0.2.11]\n"
			"relaisForwardUnknown: FALSE\n\n",
			i, i, i);
	buf_puts(&ldif, "END");
	directory_sh(&directory, ldif.s);
	buf_release(&ldif);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	directory_stop(&directory);
	fprintf(stderr,
		"# cut points: %u, kills: %u, stops: %u, restarts: %u, told: %u, not "
		"told: %u; half changes: %u, untrue sentences: %u\n",
		counts->cuts, counts->kills, counts->stops, counts->restarts, counts->told,
		counts->untold, counts->half, counts->untrue);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cut_at_every_byte),
		cmocka_unit_test(killed_at_every_call),
		cmocka_unit_test(stopped_and_killed),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
