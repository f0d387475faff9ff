#include "tests/ldap/test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/buf.h"

static char *slurp(const char *path)
{
	struct buf text = BUF_INIT;
	char block[4096];
	FILE *f = fopen(path, "r");
	size_t n;

	if (!f)
		fail_msg("%s: %s", path, strerror(errno));
	while ((n = fread(block, 1, sizeof(block), f)) > 0)
		buf_add(&text, block, n);
	fclose(f);
	while (text.len && text.s[text.len - 1] == '\n')
		buf_truncate(&text, text.len - 1);
	return buf_detach(&text);
}

static char *file_of(struct directory *d, const char *name)
{
	struct buf path = BUF_INIT;
	char *text;

	buf_printf(&path, "%s/%s", d->path, name);
	text = slurp(path.s);
	buf_release(&path);
	return text;
}

void directory_start(struct directory *d, const char *arguments)
{
	struct buf command = BUF_INIT;
	char *text;

	*d = (struct directory){.path = "/tmp/rl.XXXXXX"};
	if (!mkdtemp(d->path))
		fail_msg("mkdtemp: %s", strerror(errno));
	buf_printf(&command, "tests/slapd start %s %s", d->path, arguments);
	if (system(command.s) != 0)
		fail_msg("%s", command.s);
	buf_release(&command);
	text = file_of(d, "pid");
	d->pid = (pid_t)strtol(text, NULL, 10);
	free(text);
	text = file_of(d, "uri");
	snprintf(d->uri, sizeof(d->uri), "%s", text);
	free(text);
	settings_init(&d->settings);
	free(d->settings.directory.base);
	d->settings.directory.base = xstrdup("dc=demo");
	free(d->settings.directory.bind_dn);
	d->settings.directory.bind_dn = xstrdup("uid=%s,ou=admins,dc=demo");
	strv_release(&d->settings.directory.uri);
	strv_add(&d->settings.directory.uri, d->uri);
	d->settings.directory.auth = AUTH_EXTERNAL;
}

/* slapd is our child only after directory_serve(). */
static void await_end(pid_t pid)
{
	int64_t end = test_clock_ms() + PATIENCE_MS;

	while (waitpid(pid, NULL, WNOHANG) == 0 || kill(pid, 0) == 0) {
		char state = 'R';
		char path[64];
		FILE *f;

		snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
		f = fopen(path, "r");
		if (f && fscanf(f, "%*d (%*[^)]) %c", &state) == 1 && state == 'Z')
			end = 0; /* nobody but init can bury it */
		if (f)
			fclose(f);
		if (test_clock_ms() > end)
			break;
		usleep(2000);
	}
}

static bool some_died;

bool directory_died(const struct directory *d)
{
	char path[64], state = 'Z';
	FILE *f;

	if (d->pid <= 0)
		return false;
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)d->pid);
	f = fopen(path, "r");
	if (f && fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
		state = 'Z';
	if (f)
		fclose(f);
	return state == 'Z';
}

int run_while_slapd_lives(int (*run)(void))
{
	enum { TRIES = 4, SLAPD_DIED = 77 };
	int status = 0;

	for (int i = 0; i < TRIES; i++) {
		FILE *output = tmpfile();
		int c;
		pid_t pid = fork();

		if (pid == 0) {
			dup2(fileno(output), 1);
			dup2(fileno(output), 2);
			status = run();
			fflush(NULL);
			_exit(some_died ? SLAPD_DIED : status);
		}
		if (waitpid(pid, &status, 0) != pid)
			return 1;
		rewind(output);
		if (WIFEXITED(status) && WEXITSTATUS(status) == SLAPD_DIED && i + 1 < TRIES)
			printf("# slapd has crashed in a transaction: once more\n");
		else
			while ((c = getc(output)) != EOF)
				putchar(c);
		fclose(output);
		fflush(stdout);
		if (!WIFEXITED(status) || WEXITSTATUS(status) != SLAPD_DIED)
			break;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void directory_stop(struct directory *d)
{
	struct buf command = BUF_INIT;

	some_died = some_died || directory_died(d);
	if (d->pid > 0) {
		kill(d->pid, SIGTERM);
		kill(d->pid, SIGCONT);
		await_end(d->pid);
	}
	buf_printf(&command, "rm -rf %s", d->path);
	if (system(command.s) != 0)
		fail_msg("%s", command.s);
	buf_release(&command);
	settings_release(&d->settings);
	*d = (struct directory){0};
}

/* SIGSTOP has arrived when the process is stopped, not when kill(2) returns. */
void directory_pause(struct directory *d)
{
	char path[64], state = 'R';
	int64_t end = test_clock_ms() + PATIENCE_MS;

	kill(d->pid, SIGSTOP);
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)d->pid);
	while (state != 'T' && test_clock_ms() < end) {
		FILE *f = fopen(path, "r");

		if (!f || fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
			fail_msg("%s: %s", path, strerror(errno));
		fclose(f);
	}
}

void directory_resume(struct directory *d)
{
	kill(d->pid, SIGCONT);
}

void directory_kill(struct directory *d)
{
	kill(d->pid, SIGKILL);
	await_end(d->pid);
	d->pid = 0;
}

static void await_answer(struct directory *d)
{
	struct buf command = BUF_INIT;

	buf_printf(&command,
		"n=0; until ldapsearch -x -H '%s' -b '' -s base 1.1 >/dev/null 2>&1; do "
		"n=$((n + 1)); [ $n -gt 500 ] && exit 1; sleep 0.01; done",
		d->uri);
	if (system(command.s) != 0)
		fail_msg("slapd does not answer on %s", d->uri);
	buf_release(&command);
}

static void write_conf(struct directory *d, const char *path, const char *more_conf)
{
	char *conf = file_of(d, "slapd.conf");
	FILE *f = fopen(path, "w");

	if (!f)
		fail_msg("%s: %s", path, strerror(errno));
	fprintf(f, "%s\n%s\n", more_conf, conf);
	fclose(f);
	free(conf);
}

void directory_serve(struct directory *d, const char *more_uris, const char *more_conf)
{
	struct buf conf = BUF_INIT, uris = BUF_INIT;

	buf_printf(&conf, "%s/more.conf", d->path);
	buf_printf(&uris, "%s%s", d->uri, more_uris);
	write_conf(d, conf.s, more_conf);
	d->pid = fork();
	if (d->pid == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, 0);
		dup2(null, 1);
		dup2(null, 2);
		execlp("slapd", "slapd", "-d", "0", "-h", uris.s, "-f", conf.s,
			(char *)NULL);
		_exit(127);
	}
	buf_release(&conf);
	buf_release(&uris);
	await_answer(d);
}

void directory_sh(struct directory *d, const char *command)
{
	struct buf line = BUF_INIT;

	buf_printf(&line,
		"DIR='%s' URI='%s'; MODIFY=\"ldapmodify -x -H $URI -w demo "
		"-D uid=admin1,ou=admins,dc=demo\"; { %s\n} >/dev/null",
		d->path, d->uri, command);
	if (system(line.s) != 0)
		fail_msg("%s", command);
	buf_release(&line);
}

char *directory_value(struct directory *d, const char *dn, const char *attribute)
{
	struct buf command = BUF_INIT, text = BUF_INIT;
	char block[4096];
	FILE *f;
	size_t n;

	buf_printf(&command,
		"ldapsearch -x -LLL -o ldif-wrap=no -H '%s' -D cn=root,dc=demo -w root -b "
		"'%s' "
		"-s base '(objectClass=*)' %s 2>/dev/null | sed -n 's/^%s::* //p'",
		d->uri, dn, attribute, attribute);
	f = popen(command.s, "r");
	while (f && (n = fread(block, 1, sizeof(block), f)) > 0)
		buf_add(&text, block, n);
	if (f)
		pclose(f);
	if (text.len)
		buf_truncate(&text, text.len - 1);
	buf_release(&command);
	return buf_detach(&text);
}

/* Not one the kernel gives to clients: it may be another's as soon as we have let go. */
int free_port(void)
{
	static unsigned seed;
	struct sockaddr_in a = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000001)};
	int on = 1, fd, failure;

	if (!seed)
		seed = (unsigned)getpid() ^ (unsigned)test_clock_ms();
	for (int tries = 0; tries < 100; tries++) {
		a.sin_port = htons((uint16_t)(10000 + rand_r(&seed) % 22000));
		fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
		failure = bind(fd, (struct sockaddr *)&a, sizeof(a));
		close(fd);
		if (failure == 0)
			return ntohs(a.sin_port);
	}
	fail_msg("no free port");
	return 0;
}
