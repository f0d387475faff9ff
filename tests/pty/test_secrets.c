/* A password that was typed: where it is afterwards, and where it never was. */
#include "tests/pty/console.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/ldap/certificates.h"

#define PASSWORD "Zq7-Kettle-Orbit-93x"
#define MISTAKE "Vx4-Harbor-Candle-58q"

enum { PIECE = 9 }; /* so many of its bytes are no coincidence */

/* A sanitizer's shadow of the address space is terabytes of holes, and its program must be
 * dumpable (core/sys/nodump.c). */
enum { BIGGEST_REGION = 1 << 28 };
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* ---- a directory where admin0's password is that ---- */

static const char scram_conf[] = "sasl-auxprops slapd\n"
				 "password-hash {CLEARTEXT}\n"
				 "authz-regexp ^uid=([^,]*),cn=scram-[^,]*,cn=auth$ "
				 "uid=$1,ou=admins,dc=demo\n";

/* The port of 127.0.0.1 where ldaps is. */
static int serve(struct scene *s)
{
	struct directory *d = &s->directory;
	struct buf conf = BUF_INIT, uris = BUF_INIT;
	int port = free_port();

	directory_sh(d, "ldapmodify -x -H $URI -D cn=root,dc=demo -w root <<-END\n"
			"dn: uid=admin0,ou=admins,dc=demo\nchangetype: modify\n"
			"replace: userPassword\nuserPassword: " PASSWORD "\n"
			"END");
	certificates_make(d);
	directory_kill(d);
	directory_sh(d,
		"sed -i \"/relais-access.conf/i include $PWD/tests/ldap/sasl.conf\" "
		"$DIR/slapd.conf");
	buf_printf(&uris, " ldaps://127.0.0.1:%d", port);
	buf_printf(&conf,
		"TLSCertificateFile %s/right.pem\nTLSCertificateKeyFile %s/tls.key\n%s",
		d->path, d->path, scram_conf);
	directory_serve(d, uris.s, conf.s);
	buf_release(&conf);
	buf_release(&uris);
	return port;
}

static const char *conf_for(struct scene *s, const char *auth, bool tls, int port)
{
	static char path[160];
	struct buf command = BUF_INIT;

	snprintf(path, sizeof(path), "%s/secret.conf", s->directory.path);
	buf_printf(&command, "sed 's/\"external\"/\"%s\"/", auth);
	if (tls)
		buf_printf(&command,
			";s,\"ldapi:.*\",\"ldaps://127.0.0.1:%d\",;/auth /a ca_file = "
			"\"%s/ca.pem\"",
			port, s->directory.path);
	buf_printf(&command, "' %s >%s", s->direct, path);
	assert_int_equal(system(command.s), 0);
	buf_release(&command);
	return path;
}

static void sign_in(struct pty *p, bool paste)
{
	see(p, "< Sign in >");
	pty_keys(p, "admin0<Enter>");
	on_item(p, "Password");
	if (paste)
		pty_paste(p, PASSWORD);
	else
		pty_keys(p, PASSWORD);
	pty_keys(p, "<Enter>");
	see(p, "6 users, 1 third-party");
	see(p, "ready");
}

/* ---- memory ---- */

struct region {
	unsigned long from, to;
	char access[8], name[200], flags[400];
};

static bool next_region(FILE *smaps, struct region *r)
{
	char line[600];
	bool begun = false;

	while (fgets(line, sizeof(line), smaps)) {
		if (!begun) {
			*r = (struct region){0};
			begun = sscanf(line, "%lx-%lx %7s %*s %*s %*s %199s", &r->from,
					&r->to, r->access, r->name) >= 3;
		} else if (strncmp(line, "VmFlags:", 8) == 0) {
			snprintf(r->flags, sizeof(r->flags), "%.399s", line + 8);
			return true;
		}
	}
	return false;
}

/* How often the bytes are in it; where the kernel lets nobody look they are not. */
static size_t occurrences(int mem, const struct region *r, const char *bytes, size_t n)
{
	size_t size = r->to - r->from, found = 0;
	char *copy = xmalloc(size);
	ssize_t got = pread(mem, copy, size, (off_t)r->from);

	for (char *at = copy;
		got > 0 && (at = memmem(at, (size_t)(copy + got - at), bytes, n)); at++) {
		print_message("# %zu bytes of it at %lx in %s (%s)\n", n,
			r->from + (unsigned long)(at - copy), *r->name ? r->name : "[anon]",
			r->access);
		found++;
	}
	free(copy);
	return found;
}

/* Everywhere: of the first bytes, of the last, and as a terminal library keeps it. */
static size_t pieces(int mem, const struct region *r, const char *password)
{
	uint32_t wide[PIECE];

	for (size_t i = 0; i < PIECE; i++)
		wide[i] = (unsigned char)password[i];
	return occurrences(mem, r, password, PIECE) +
	       occurrences(mem, r, password + strlen(password) - PIECE, PIECE) +
	       occurrences(mem, r, (char *)wide, sizeof(wide));
}

static FILE *open_of(pid_t pid, const char *name)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	f = fopen(path, "r");
	if (!f)
		fail_msg("%s: %s", path, strerror(errno));
	return f;
}

static bool has_flag(const struct region *r, const char *flag)
{
	return strstr(r->flags, flag) != NULL;
}

struct kept {
	size_t guarded, elsewhere; /* in pages that no dump has and no child sees, or not */
};

static struct kept count_kept(pid_t pid, const char *password)
{
	FILE *smaps = open_of(pid, "smaps"), *mem = open_of(pid, "mem");
	struct kept kept = {0};
	struct region r;

	while (next_region(smaps, &r)) {
		if (r.access[0] != 'r' || r.to - r.from > BIGGEST_REGION ||
			(r.name[0] == '/' && r.access[1] != 'w'))
			continue;
		if (has_flag(&r, " dd") && has_flag(&r, " wf"))
			kept.guarded +=
				occurrences(fileno(mem), &r, password, strlen(password));
		else
			kept.elsewhere += pieces(fileno(mem), &r, password);
	}
	fclose(smaps);
	fclose(mem);
	return kept;
}

/* So often, and nowhere else, once the connections beside the first have signed in, too. */
static void assert_kept(pid_t pid, const char *password, size_t times)
{
	struct kept kept = count_kept(pid, password);

	for (int i = 0; i < 100 && (kept.elsewhere || kept.guarded != times); i++) {
		usleep(50000);
		kept = count_kept(pid, password);
	}
	assert_int_equal(kept.elsewhere, 0);
	assert_int_equal(kept.guarded, times);
}

/* Who is not root may not look, though the process is his own. */
static void assert_closed(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/mem", (int)pid);
	assert_int_equal(open(path, O_RDONLY | O_CLOEXEC), -1);
	assert_int_equal(errno, EACCES);
}

struct way {
	const char *name, *auth;
	bool tls, paste;
};

static void check_memory(struct pty *p, const char *password, size_t times)
{
	pty_settle(p);
	if (geteuid() == 0)
		assert_kept(pty_pid(p), password, times);
	else if (!SANITIZED)
		assert_closed(pty_pid(p));
}

/* Once, for reconnecting. */
static void in_memory(void **state)
{
	struct scene *s = *state;
	const struct way *way = s->row;
	int port = serve(s);
	struct pty *p =
		console_start(s, &(struct console_options){
					 .config = conf_for(s, way->auth, way->tls, port)});

	sign_in(p, way->paste);
	check_memory(p, PASSWORD, 1);
	quit(p);
}

/* Nor what was wrong: it may be the password of something else. */
static void refused(void **state)
{
	struct scene *s = *state;
	const struct way *way = s->row;
	int port = serve(s);
	struct pty *p =
		console_start(s, &(struct console_options){
					 .config = conf_for(s, way->auth, way->tls, port)});

	see(p, "< Sign in >");
	pty_keys(p, "admin0<Enter>");
	on_item(p, "Password");
	pty_keys(p, MISTAKE "<Backspace>q<Enter>");
	see(p, "Name or password is wrong.");
	check_memory(p, MISTAKE, 0);
	pty_keys(p, PASSWORD "<Enter>");
	see(p, "6 users, 1 third-party");
	check_memory(p, MISTAKE, 0);
	quit(p);
}

/* ---- files ---- */

/* In a folder for core files, which it may write as big as it likes. */
static struct pty *start_in_cores(struct scene *s)
{
	struct buf command = BUF_INIT, config = BUF_INIT;

	serve(s);
	buf_printf(&config, "RELAIS_CONFIG=%s", conf_for(s, "simple", false, 0));
	buf_printf(&command,
		"mkdir %s/cores; cd %s/cores; ulimit -c unlimited 2>/dev/null; exec %s "
		"2>../stderr",
		s->directory.path, s->directory.path, relais_program());
	s->consoles[0] = pty_start(24, 80, (const char *[]){config.s, NULL},
		(const char *[]){"sh", "-c", command.s, NULL});
	buf_release(&command);
	buf_release(&config);
	return s->consoles[0];
}

static void assert_not_in(pid_t pid, const char *name)
{
	FILE *f = open_of(pid, name);
	char bytes[65536];
	size_t n = fread(bytes, 1, sizeof(bytes), f);

	fclose(f);
	assert_true(n > 0);
	assert_null(memmem(bytes, n, PASSWORD, PIECE));
}

/* The journal of a save, what went to stderr, whatever else it wrote. */
static void not_told(void **state)
{
	struct scene *s = *state;
	struct pty *p = start_in_cores(s);

	sign_in(p, false);
	assert_not_in(pty_pid(p), "cmdline");
	if (geteuid() == 0)
		assert_not_in(pty_pid(p), "environ");
	open_domain(p, "lyon.example");
	fill_in(p, "192.0.2.44");
	review(p);
	press(p, "<Enter>", "Saved lyon.example");
	assert_false(pty_saw(p, PASSWORD));
	quit(p);
	directory_sh(&s->directory, "find \"$HOME\" -type f | grep -q . && "
				    "! grep -rlF Zq7-Kettle \"$HOME\" && "
				    "! grep -F Zq7-Kettle $DIR/stderr");
}

struct ending {
	const char *name;
	int number;
};

static void no_core(void **state)
{
	struct scene *s = *state;
	const struct ending *ending = s->row;
	struct pty *p = start_in_cores(s);
	const struct rlimit any = {RLIM_INFINITY, RLIM_INFINITY};
	char line[200];
	bool none = false;
	int status;
	FILE *f;

	sign_in(p, false);
	f = open_of(pty_pid(p), "limits");
	while (fgets(line, sizeof(line), f))
		if (strncmp(line, "Max core file size", 18) == 0)
			none = strspn(line + 18, " 0") == strcspn(line + 18, "b");
	fclose(f);
	assert_true(none);
	/* Nor where the limit does not count: core_pattern may name a program. */
	if (prlimit(pty_pid(p), RLIMIT_CORE, &any, NULL) != 0)
		assert_int_equal(errno, EPERM);
	kill(pty_pid(p), ending->number);
	status = pty_exit_status(p, 0);
	assert_true(SANITIZED ? status > 0 : status == 128 + ending->number);
	directory_sh(&s->directory, "[ -z \"$(ls -A $DIR/cores)\" ]");
}

/* An ordinary user's console: the kernel gives what is not dumpable to root. */
static void not_dumpable(void **state)
{
	struct scene *s = *state;
	struct buf command = BUF_INIT;
	char path[64];
	struct stat st;
	struct pty *p;

	/* Where whoever it is may read it. */
	buf_printf(&command,
		"umask 022; cp %s %s/relais; sed 's/\"external\"/\"simple\"/' %s "
		">%s/plain.conf; chmod 644 %s/plain.conf; cd /; exec %s env "
		"HOME=/nonexistent "
		"%s/relais --config %s/plain.conf",
		relais_program(), s->directory.path, s->direct, s->directory.path,
		s->directory.path,
		geteuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups" : "",
		s->directory.path, s->directory.path);
	p = s->consoles[0] =
		pty_start(24, 80, NULL, (const char *[]){"sh", "-c", command.s, NULL});
	see(p, "< Sign in >");
	snprintf(path, sizeof(path), "/proc/%d/mem", pty_pid(p));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_uid, 0);
	buf_release(&command);
	pty_keys(p, "<F10>");
	assert_int_equal(pty_exit_status(p, 0), 0);
}

int main(void)
{
	static const struct way ways[] = {
		{"in memory: simple, ldapi", "simple", false, false},
		{"in memory: simple, ldapi, pasted", "simple", false, true},
		{"in memory: simple, ldaps", "simple", true, false},
		{"in memory: scram, ldapi", "scram", false, false},
		{"in memory: scram, ldaps, pasted", "scram", true, true},
	};
	static const struct way wrong[] = {
		{"refused: simple, ldaps", "simple", true, false},
		{"refused: scram, ldapi", "scram", false, false},
	};
	static const struct ending endings[] = {
		{"no core: SIGSEGV", SIGSEGV}, {"no core: SIGABRT", SIGABRT}};
	struct scenes s = {0};

	SCENE_ROWS(&s, in_memory, ways);
	SCENE_ROWS(&s, refused, wrong);
	SCENE(&s, not_told);
	SCENE_ROWS(&s, no_core, endings);
	if (!SANITIZED)
		SCENE(&s, not_dumpable);
	return scenes_run(&s);
}
