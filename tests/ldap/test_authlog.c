/* What syslog is told: one line for each sign-in and each change, nothing secret, nothing
 * that could pass for another line. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/sys/authlog.h"
#include "core/sys/recorded.h"
#include "core/sys/signlog.h"
#include "ldap/store.h"
#include "tests/ldap/behind.h"
#include "tests/ldap/dave.h"

#define ADMIN0 "uid=admin0,ou=admins,dc=demo"

static int syslog_fd;

/* ---- a /dev of our own, whose log is read here ------------------------------------ */

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	exit(1);
}

static void keep(const char *dev, const char *name, bool folder)
{
	char from[64], to[128];

	snprintf(from, sizeof(from), "/dev/%s", name);
	snprintf(to, sizeof(to), "%s/%s", dev, name);
	if (folder)
		must(mkdir(to, 0755) == 0, to);
	else
		close(open(to, O_CREAT | O_WRONLY, 0600));
	must(mount(from, to, NULL, MS_BIND | MS_REC, NULL) == 0, from);
}

static void own_dev(void)
{
	static const char *const nodes[] = {"null", "zero", "random", "urandom", "tty"};
	struct sockaddr_un log = {.sun_family = AF_UNIX};
	char dev[] = "/tmp/rd.XXXXXX";

	must(mkdtemp(dev) != NULL, dev);
	must(unshare(getuid() ? CLONE_NEWUSER | CLONE_NEWNS : CLONE_NEWNS) == 0, "unshare");
	must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0, "/");
	must(mount("tmpfs", dev, "tmpfs", 0, "mode=755") == 0, dev);
	for (size_t i = 0; i < COUNT_OF(nodes); i++)
		keep(dev, nodes[i], false);
	keep(dev, "shm", true);
	snprintf(log.sun_path, sizeof(log.sun_path), "%s/log", dev);
	syslog_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	must(bind(syslog_fd, (struct sockaddr *)&log, sizeof(log)) == 0, log.sun_path);
	must(mount(dev, "/dev", NULL, MS_BIND | MS_REC, NULL) == 0, "/dev");
	must(umount2(dev, MNT_DETACH) == 0 && rmdir(dev) == 0, dev);
}

/* The lines of a process since the last time, all of authpriv.notice. */
static void logged_by(pid_t pid, const char *want)
{
	struct buf all = BUF_INIT;
	char line[3000], mark[40];
	ssize_t n;

	snprintf(mark, sizeof(mark), " relais[%d]: ", (int)pid);
	while ((n = recv(syslog_fd, line, sizeof(line) - 1, 0)) > 0) {
		const char *text;

		line[n] = '\0';
		text = strstr(line, mark);
		if (!text)
			continue; /* slapd's */
		assert_memory_equal(line, "<85>", 4);
		buf_printf(&all, "%s\n", text + strlen(mark));
	}
	assert_string_equal(all.s, want);
	buf_release(&all);
}

static void logged(const char *want)
{
	logged_by(getpid(), want);
}

/* ---- lines ------------------------------------------------------------------------ */

static void lines(void **state)
{
	char longest[3000];
	struct buf want = BUF_INIT;

	(void)state;
	authlog("a %s b", "\033[31m\n<85>relais: done\t\x7f\xc3\xa9\\");
	logged("a \\x1b[31m\\x0a<85>relais: done\\x09\\x7f\\xc3\\xa9\\x5c b\n");
	authlog("%s", "%s%n");
	logged("%s%n\n");
	memset(longest, 'x', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	authlog("%s", longest);
	for (int i = 0; i < 1000; i++)
		buf_putc(&want, 'x');
	buf_putc(&want, '\n');
	logged(want.s);
	buf_release(&want);
}

/* What became of it is on the line, however long a name somebody gave. */
static void changes(void **state)
{
	struct change *c = change_new(CHANGE_MODIFY, "uid=bob");
	struct buf dn = BUF_INIT, want = BUF_INIT;

	(void)state;
	mod_value(change_mod(c, MOD_REPLACE, "userPassword"), "geheim", 6);
	mod_value(change_mod(c, MOD_DELETE, "mail"), "a", 1);
	mod_value(change_mod(c, MOD_ADD, "Mail"), "b", 1);
	authlog_change("done", ADMIN0, c);
	logged("done by " ADMIN0 ": modify uid=bob: userPassword,mail\n");
	change_free(c);
	for (int i = 0; i < 2000; i++)
		buf_putc(&dn, 'y');
	c = change_new(CHANGE_DELETE, dn.s);
	authlog_change("refused", dn.s, c);
	buf_puts(&want, "refused by ");
	buf_add(&want, dn.s, 300);
	buf_puts(&want, ": delete ");
	buf_add(&want, dn.s, 400);
	buf_putc(&want, '\n');
	logged(want.s);
	change_free(c);
	buf_release(&dn);
	buf_release(&want);
}

/* ---- with a directory ------------------------------------------------------------- */

static struct directory dir;
static struct journal *journal;

static int start(void **state)
{
	struct buf folder = BUF_INIT;

	(void)state;
	directory_start(&dir, "tree");
	buf_printf(&folder, "%s/changes", dir.path);
	journal = journal_new(folder.s, "here");
	buf_release(&folder);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	journal_free(journal);
	directory_stop(&dir);
	return 0;
}

static void sign_ins(void **state)
{
	struct settings settings = dir.settings;
	struct store *inner, *store;

	(void)state;
	settings.directory.auth = AUTH_SIMPLE;
	inner = ldap_store_new(&settings);
	store = signlog_new(inner);
	assert_true(turn_to_phase(store, STORE_SIGNED_OUT, PATIENCE_MS));
	logged("");
	for (int i = 0; i < 2; i++) {
		store_sign_in(store, "admin0", "secret-17");
		while (!store_status(store)->err ||
			store_status(store)->phase != STORE_SIGNED_OUT)
			turn_once(store, 100);
		logged("sign-in refused at ldapi: admin0\n");
	}
	store_sign_in(store, "admin\n0", "secret-17");
	turn_until(store, &(bool){false}, 300);
	logged("sign-in refused at ldapi: admin\\x0a0\n");
	store_sign_in(store, "admin0", "demo");
	assert_true(turn_to_phase(store, STORE_READY, PATIENCE_MS));
	turn_once(store, 10);
	logged("signed in at ldapi: " ADMIN0 "\n");
	turn_until(store, &(bool){false}, 50);
	logged("");
	store_free(store);
	store_free(inner);
}

/* A command that only asks signs in, too. */
static void commands(void **state)
{
	static const char *const arguments[][2] = {
		{"check", "--json"}, {"explain", "alice@acme.example"}};
	struct buf program = BUF_INIT, config = BUF_INIT;

	(void)state;
	buf_printf(&program, "%s/relais", getenv("BUILD"));
	buf_printf(&config, "%s/relais.conf", dir.path);
	for (size_t i = 0; i < COUNT_OF(arguments); i++) {
		pid_t pid = fork();

		if (pid == 0) {
			dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
			execl(program.s, "relais", "--config", config.s, arguments[i][0],
				arguments[i][1], (char *)NULL);
			_exit(127);
		}
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		logged_by(pid, "signed in at ldapi: " ADMIN0 "\n");
	}
	buf_release(&program);
	buf_release(&config);
}

static void saves(void **state)
{
	struct behind b;
	struct store *told, *store;
	struct entry *e;
	struct plan *p;
	struct said said = {0};
	struct buf want = BUF_INIT;

	(void)state;
	dave_add(&dir);
	behind_start(&b, &dir);
	told = signlog_new(b.store);
	store = recorded_new(told, journal, "dc=demo");
	turn_once(store, 10);
	logged("signed in at ldapi: " ADMIN0 "\n");
	e = read_entry(store, dave, NULL);
	p = plan_to_set(e, "description", "mine", NULL);
	proxy_answer(b.proxy, PROXY_MODIFY, 50, "secret-17", 1);
	expect_outcome(store, p, OUTCOME_REFUSED, &said);
	said_release(&said);
	buf_printf(&want, "refused by " ADMIN0 ": modify %s: description\n", dave);
	logged(want.s);
	said = (struct said){0};
	expect_outcome(store, p, OUTCOME_OK, &said);
	said_release(&said);
	buf_reset(&want);
	buf_printf(&want, "done by " ADMIN0 ": modify %s: description\n", dave);
	logged(want.s);
	dave_modify(&dir, "replace: description\ndescription: theirs\n");
	said = (struct said){0};
	expect_outcome(store, p, OUTCOME_STALE, &said);
	said_release(&said);
	buf_reset(&want);
	buf_printf(&want,
		"not done, changed by somebody else by " ADMIN0
		": modify %s: description\n",
		dave);
	logged(want.s);
	plan_free(p);
	entry_free(e);
	store_free(store);
	store_free(told);
	behind_stop(&b);
	buf_release(&want);
}

/* One line also where the answer was lost. */
static void lost(void **state)
{
	struct behind b;
	struct store *told, *store;
	struct entry *e;
	struct plan *p;
	struct said said = {0};
	struct buf want = BUF_INIT;

	(void)state;
	dave_add(&dir);
	behind_start(&b, &dir);
	told = signlog_new(b.store);
	store = recorded_new(told, journal, "dc=demo");
	e = read_entry(store, dave, NULL);
	p = plan_to_set(e, "description", "mine", NULL);
	proxy_cut(b.proxy, PROXY_DOWN, 0, 1);
	apply_to_end(store, p, &said);
	assert_int_equal(said.outcome, OUTCOME_OK);
	buf_printf(&want,
		"signed in at ldapi: " ADMIN0 "\ndone by " ADMIN0
		": modify %s: description\n",
		dave);
	logged(want.s);
	said_release(&said);
	plan_free(p);
	entry_free(e);
	store_free(store);
	store_free(told);
	behind_stop(&b);
	buf_release(&want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),
		cmocka_unit_test(changes),
		cmocka_unit_test(sign_ins),
		cmocka_unit_test(commands),
		cmocka_unit_test(saves),
		cmocka_unit_test(lost),
	};

	own_dev();
	return cmocka_run_group_tests(tests, start, stop);
}
