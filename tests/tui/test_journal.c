/* The journal on the disk: who may use its folder, what is there before anything is sent,
 * what is left when it cannot be written, who may claim an item. */
#include "tests/core/test.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/sys/journal.h"

#define DIRECTORY "ldapi:/// dc=demo"
#define BOB "uid=bob,dc=demo"

/* ---- fsync(2), counted and made to fail ------------------------------------------- */

static unsigned syncs, fail_sync;

int fsync(int fd)
{
	if (++syncs == fail_sync) {
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_fsync, fd);
}

/* ---- a folder of ours ------------------------------------------------------------- */

struct place {
	char top[40], folder[80];
	struct journal *journal;
	struct plan *plan;
};

static const struct record_head head = {
	.who = (char[]){"uid=admin0"}, .server = (char[]){"ldapi"}, .why = (char[]){"why"}};

static struct change *description(const char *from, const char *to)
{
	struct change *c = change_new(CHANGE_MODIFY, BOB);

	entry_set_state(c->before, "u", "c");
	entry_add(c->before, "description", from, strlen(from));
	mod_value(change_mod(c, MOD_REPLACE, "description"), to, strlen(to));
	return c;
}

static int open_place(void **state)
{
	struct place *p = xcalloc(1, sizeof(*p));

	*state = p;
	snprintf(p->top, sizeof(p->top), "/tmp/rj.XXXXXX");
	assert_non_null(mkdtemp(p->top));
	snprintf(p->folder, sizeof(p->folder), "%s/state/relais/changes", p->top);
	p->journal = journal_new(p->folder, DIRECTORY);
	p->plan = plan_of_change(description("a", "b"), "why");
	syncs = fail_sync = 0;
	return 0;
}

static void sh(const struct place *p, const char *command)
{
	struct buf line = BUF_INIT;

	buf_printf(&line, "top=%s; folder=%s; %s", p->top, p->folder, command);
	if (system(line.s) != 0)
		fail_msg("%s", line.s);
	buf_release(&line);
}

static int close_place(void **state)
{
	struct place *p = *state;

	sh(p, "rm -rf $top");
	journal_free(p->journal);
	plan_free(p->plan);
	free(p);
	return 0;
}

static struct journal_item *begin(struct place *p)
{
	struct err err = {0};
	struct journal_item *item = journal_begin(p->journal, &head, p->plan, &err);

	if (!item)
		fail_msg("%s: %s", err.arg[0], err.server);
	return item;
}

/* Refused with this reason, and no file is there. */
static void refuses(struct place *p, const char *why)
{
	struct err err = {0};
	struct strv names = {0};

	assert_null(journal_begin(p->journal, &head, p->plan, &err));
	assert_int_equal(err.code, ERR_JOURNAL);
	assert_memory_equal(err.arg[0], p->top, strlen(p->top));
	assert_string_equal(err.server, why);
	journal_names(p->journal, &names, NULL);
	assert_int_equal(names.n, 0);
	strv_release(&names);
	sh(p, "! ls -A $folder/ 2>/dev/null | grep .");
}

static mode_t mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	return st.st_mode & 07777;
}

/* The only file of this pattern. */
static char *file_text(struct place *p, const char *pattern, mode_t *mode)
{
	struct buf path = BUF_INIT, text = BUF_INIT;
	glob_t found;
	char block[4096];
	size_t n;
	FILE *f;

	buf_printf(&path, "%s/%s", p->folder, pattern);
	assert_int_equal(glob(path.s, 0, NULL, &found), 0);
	assert_int_equal(found.gl_pathc, 1);
	*mode = mode_of(found.gl_pathv[0]);
	f = fopen(found.gl_pathv[0], "r");
	while ((n = fread(block, 1, sizeof(block), f)) > 0)
		buf_add(&text, block, n);
	fclose(f);
	globfree(&found);
	buf_release(&path);
	return buf_detach(&text);
}

#define ITEM "2*Z-*[0-9].ldif"
#define UNDO "2*.undo.ldif"

/* ---- what is written -------------------------------------------------------------- */

static void begins_durably(void **state)
{
	struct place *p = *state;
	const struct passwd *me = getpwuid(getuid());
	struct journal_item *item;
	struct buf want = BUF_INIT;
	mode_t mode;
	char *text, *when;

	umask(0);
	item = begin(p);
	umask(022);
	assert_int_equal(syncs, 3); /* both files and their folder */
	assert_int_equal(mode_of(p->folder), 0700);
	text = file_text(p, ITEM, &mode);
	assert_int_equal(mode, 0600);
	when = xstrndup(text + strlen("# relais journal 1\n# when: "), 20);
	assert_int_equal(when[19], 'Z');
	buf_printf(&want,
		"# relais journal 1\n# when: %s\n# who: uid=admin0\n# login: %s\n"
		"# server: ldapi\n# directory: " DIRECTORY "\n# why: why\nversion: 1\n\n"
		"# change: 1\n#| dn: " BOB "\n#| entryUUID: u\n#| entryCSN: c\n"
		"#| description: a\ndn: " BOB "\nchangetype: modify\n"
		"replace: description\ndescription: b\n-\n\n",
		when, me->pw_name);
	assert_string_equal(text, want.s);
	free(text);
	text = file_text(p, UNDO, &mode);
	assert_int_equal(mode, 0600);
	assert_string_equal(text, "version: 1\n\ndn: " BOB "\nchangetype: modify\n"
				  "replace: description\ndescription: a\n-\n\n");
	journal_close(item);
	free(text);
	free(when);
	buf_release(&want);
}

static void parts_go_on(void **state)
{
	struct place *p = *state;
	struct plan *more = plan_of_change(description("b", "c"), "why");
	struct journal_item *item = begin(p);
	struct err err;
	mode_t mode;
	char *text, *tail;

	journal_outcome(item, 1, SETTLED_DONE, "csn");
	journal_end(item);
	assert_int_equal(journal_changes(item), 1);
	syncs = 0;
	assert_true(journal_go_on(item, more, &err));
	assert_int_equal(syncs, 2);
	assert_int_equal(journal_changes(item), 2);
	journal_outcome(item, 2, SETTLED_REFUSED, "50 no");
	journal_end(item);
	journal_close(item);
	assert_int_equal(journal_left(p->journal), 0);
	text = file_text(p, ITEM, &mode);
	tail = strstr(text, " 1 of 1 done\n# change: 2\n#| dn: ");
	assert_non_null(tail);
	assert_non_null(strstr(tail, " refused "));
	assert_string_equal(text + strlen(text) - 13, " 1 of 2 done\n");
	free(text);
	text = file_text(p, UNDO, &mode);
	assert_string_equal(text, "version: 1\n\ndn: " BOB "\nchangetype: modify\n"
				  "replace: description\ndescription: a\n-\n\n"
				  "dn: " BOB "\nchangetype: modify\n"
				  "replace: description\ndescription: b\n-\n\n");
	free(text);
	plan_free(more);
}

/* ---- what cannot be written ------------------------------------------------------- */

static void others_may_use_it(void **state)
{
	struct place *p = *state;

	sh(p, "mkdir -p $folder; chmod 750 $folder");
	refuses(p, "others may use it: chmod 700");
	sh(p, "chmod 701 $folder");
	refuses(p, "others may use it: chmod 700");
	sh(p, "chmod 700 $folder");
	journal_close(begin(p));
}

static void a_symlink(void **state)
{
	struct place *p = *state;

	sh(p, "mkdir -p $top/state/relais $top/elsewhere; chmod 700 $top/elsewhere; "
	      "ln -s $top/elsewhere $folder");
	refuses(p, strerror(ENOTDIR));
	sh(p, "! ls $top/elsewhere | grep .");
}

static void a_file_in_the_way(void **state)
{
	struct place *p = *state;

	sh(p, "echo >$top/state");
	refuses(p, strerror(ENOTDIR));
	sh(p, "rm $top/state; mkdir -p $top/state/relais; echo >$folder");
	refuses(p, strerror(ENOTDIR));
	sh(p, "rm $folder; mkfifo $folder");
	refuses(p, strerror(ENOTDIR));
}

static void no_place(void **state)
{
	struct journal *j;
	struct place *p = *state;
	struct err err = {0};
	char *home = xstrdup(getenv("HOME"));

	unsetenv("HOME");
	setenv("XDG_STATE_HOME", "relative", 1);
	j = journal_new(NULL, DIRECTORY);
	assert_null(journal_folder(j));
	assert_null(journal_begin(j, &head, p->plan, &err));
	assert_int_equal(err.code, ERR_JOURNAL);
	journal_free(j);
	setenv("HOME", "/home/x", 1);
	j = journal_new(NULL, DIRECTORY);
	assert_string_equal(journal_folder(j), "/home/x/.local/state/relais/changes");
	journal_free(j);
	setenv("XDG_STATE_HOME", "/state", 1);
	j = journal_new(NULL, DIRECTORY);
	assert_string_equal(journal_folder(j), "/state/relais/changes");
	journal_free(j);
	unsetenv("XDG_STATE_HOME");
	setenv("HOME", home, 1);
	free(home);
}

/* Each of the three. */
static void no_sync(void **state)
{
	struct place *p = *state;
	struct journal_item *item;
	struct err err = {0};

	for (unsigned n = 1; n <= 3; n++) {
		syncs = 0;
		fail_sync = n;
		refuses(p, strerror(EIO));
	}
	fail_sync = 0;
	item = begin(p);
	syncs = 0;
	fail_sync = 2;
	assert_false(journal_go_on(item, p->plan, &err));
	assert_int_equal(err.code, ERR_JOURNAL);
	assert_int_equal(journal_changes(item), 1);
	fail_sync = 0;
	journal_outcome(item, 1, SETTLED_DONE, "");
	journal_end(item);
	journal_close(item);
	sh(p, "grep -q '1 of 1 done' $folder/2*[0-9].ldif && "
	      "! grep -q 'change: 2' $folder/2*[0-9].ldif && "
	      "[ $(grep -c dn: $folder/2*.undo.ldif) = 1 ]");
}

static struct plan *big(size_t n)
{
	char *value = xcalloc(1, n + 1);
	struct change *c = change_new(CHANGE_MODIFY, BOB);

	memset(value, 'x', n);
	entry_set_state(c->before, "u", "c");
	mod_value(change_mod(c, MOD_ADD, "description"), value, n);
	free(value);
	return plan_of_change(c, "why");
}

static void too_big_a_file(void **state)
{
	struct place *p = *state;
	struct rlimit before, small;

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	small = before;
	small.rlim_cur = 20000;
	plan_free(p->plan);
	p->plan = big(50000);
	setrlimit(RLIMIT_FSIZE, &small);
	refuses(p, strerror(EFBIG));
	setrlimit(RLIMIT_FSIZE, &before);
	journal_close(begin(p));
}

/* In a mount namespace of the child's own. */
static void in_private(struct place *p, void (*body)(struct place *p))
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		if (unshare(getuid() ? CLONE_NEWUSER | CLONE_NEWNS : CLONE_NEWNS) != 0 ||
			mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
			_exit(3);
		sh(p, "mkdir -p $top/state");
		body(p);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	if (status)
		fail_msg("status %x", (unsigned)status);
}

/* assert_*() would leave by the parent's stack. */
#define MUST(what) ((what) ? (void)0 : (fprintf(stderr, "%s\n", #what), _exit(1)))

static bool is_refused(struct place *p, int why)
{
	struct err err = {0};
	struct strv names = {0};
	bool refused = !journal_begin(p->journal, &head, p->plan, &err) &&
		       err.code == ERR_JOURNAL && strcmp(err.server, strerror(why)) == 0;

	journal_names(p->journal, &names, NULL);
	return refused && names.n == 0;
}

static void on_a_full_disk(struct place *p)
{
	struct plan *small = p->plan;
	struct journal_item *item;
	char *state = xstrndup(p->folder, strlen(p->top) + strlen("/state"));
	struct buf file = BUF_INIT;

	MUST(mount("tmpfs", state, "tmpfs", 0, "size=64k,mode=700") == 0);
	p->plan = big(100000);
	MUST(is_refused(p, ENOSPC));
	p->plan = small;
	item = journal_begin(p->journal, &head, p->plan, NULL);
	MUST(item != NULL);
	/* Full from now on: there is room for what becomes of it all the same. */
	buf_printf(&file, "head -c 100000 /dev/zero >%s/full 2>/dev/null", state);
	MUST(system(file.s) != 0);
	MUST(is_refused(p, ENOSPC) || true);
	journal_outcome(item, 1, SETTLED_DONE, "20261122231501.123456Z#000000#000#000000");
	journal_end(item);
	journal_close(item);
	MUST(journal_left(p->journal) == 0);
	buf_reset(&file);
	buf_printf(&file, "tail -n 1 %s/2*[0-9].ldif | grep -q '^# end: .* 1 of 1 done$'",
		p->folder);
	MUST(system(file.s) == 0);
}

static void full(void **state)
{
	in_private(*state, on_a_full_disk);
}

static void on_a_read_only_disk(struct place *p)
{
	char *state = xstrndup(p->folder, strlen(p->top) + strlen("/state"));

	MUST(mount("tmpfs", state, "tmpfs", MS_RDONLY, "size=64k,mode=700") == 0);
	MUST(is_refused(p, EROFS));
}

static void read_only(void **state)
{
	in_private(*state, on_a_read_only_disk);
}

/* ---- reading ---------------------------------------------------------------------- */

static void newest_first(void **state)
{
	struct place *p = *state;
	struct strv names = {0};
	struct journal_item *items[3];

	assert_true(journal_names(p->journal, &names, NULL));
	assert_int_equal(names.n, 0);
	for (int i = 0; i < 3; i++)
		items[i] = begin(p);
	sh(p, "touch $folder/notes.ldif $folder/20260101T000000.000000Z-1-1.undo.ldif "
	      "$folder/20260101T000000.000000Z-1-1.txt "
	      "$folder/20260101T000000.000000Z-1-1.ldif");
	assert_true(journal_names(p->journal, &names, NULL));
	assert_int_equal(names.n, 4);
	for (size_t i = 1; i < names.n; i++)
		assert_true(strcmp(names.v[i - 1], names.v[i]) > 0);
	assert_string_equal(names.v[3], "20260101T000000.000000Z-1-1");
	for (int i = 0; i < 3; i++)
		journal_close(items[i]);
	assert_int_equal(journal_left(p->journal), 3);
	strv_release(&names);
}

static char *the_name(struct place *p)
{
	struct strv names = {0};
	char *name;

	assert_true(journal_names(p->journal, &names, NULL));
	assert_int_equal(names.n, 1);
	name = xstrdup(names.v[0]);
	strv_release(&names);
	return name;
}

static bool claimable(struct place *p, const char *name)
{
	struct journal_item *item = journal_claim(p->journal, name);

	journal_close(item);
	return item != NULL;
}

static void claims(void **state)
{
	struct place *p = *state;
	struct journal_item *item = begin(p);
	struct journal *elsewhere = journal_new(p->folder, "ldapi:/// dc=elsewhere");
	char *name = the_name(p);

	assert_false(claimable(p, name)); /* locked */
	assert_true(journal_may_be_unfinished(p->journal, name));
	journal_close(item);
	assert_null(journal_claim(elsewhere, name));
	assert_true(claimable(p, name));
	item = journal_claim(p->journal, name);
	assert_non_null(item);
	assert_int_equal(journal_changes(item), 1);
	assert_false(claimable(p, name));
	journal_outcome(item, 1, SETTLED_NOT, "");
	journal_end(item);
	journal_close(item);
	assert_false(claimable(p, name)); /* ended */
	assert_false(journal_may_be_unfinished(p->journal, name));
	assert_false(claimable(p, "20260101T000000.000000Z-1-1"));
	sh(p, "grep -q '# outcome: 1 not-done ' $folder/2*[0-9].ldif && "
	      "grep -q ' 0 of 1 done$' $folder/2*[0-9].ldif");
	journal_free(elsewhere);
	free(name);
}

/* Killed while it wrote an outcome: what was cut off does not swallow what comes now. */
static void cut_off(void **state)
{
	struct place *p = *state;
	struct journal_item *item = begin(p);
	struct journal_file *f;
	char *name;
	int changes = 0, outcomes = 0, ends = 0;

	journal_close(item);
	sh(p, "printf '# outcome: 1 unkn' >>$(ls $folder/2*[0-9].ldif)");
	name = the_name(p);
	item = journal_claim(p->journal, name);
	assert_non_null(item);
	journal_outcome(item, 1, SETTLED_DONE, "");
	journal_end(item);
	journal_close(item);
	f = journal_open(p->journal, name, NULL);
	for (const struct record *r; (r = journal_next(f))->kind != RECORD_EOF;) {
		changes += r->kind == RECORD_CHANGE;
		outcomes += r->kind == RECORD_OUTCOME && r->outcome == SETTLED_DONE;
		ends += r->kind == RECORD_END;
		assert_int_not_equal(r->kind, RECORD_BROKEN);
	}
	journal_file_close(f);
	assert_int_equal(changes, 1);
	assert_int_equal(outcomes, 1);
	assert_int_equal(ends, 1);
	free(name);
}

/* What is not as we write it is left alone, to the byte. */
static void not_ours(void **state)
{
	static const char *const spoils[] = {
		"echo hello >>$it",
		"head -c 2000000 /dev/zero | tr '\\0' x >>$it",
		"sed -i 's/^version/verse/' $it",
		"truncate -s 0 $it",
		"rm $it; mkfifo $it",
		"mv $it $top/moved; ln -s $top/moved $it",
	};
	struct place *p = *state;

	for (size_t i = 0; i < COUNT_OF(spoils); i++) {
		struct buf command = BUF_INIT;
		char *name;

		sh(p, "rm -rf $folder");
		journal_close(begin(p));
		name = the_name(p);
		buf_printf(&command,
			"it=$(ls $folder/2*[0-9].ldif); %s; [ -p $it ] || "
			"cksum <$it >$top/sum",
			spoils[i]);
		sh(p, command.s);
		if (claimable(p, name))
			fail_msg("claimed after %s", spoils[i]);
		sh(p, "it=$(ls $folder/2*[0-9].ldif); [ -p $it ] || "
		      "cksum <$it | cmp - $top/sum");
		buf_release(&command);
		free(name);
	}
}

/* An outcome that could not be written: no end, so that it is looked up. */
static void outcome_lost(void **state)
{
	struct place *p = *state;
	struct journal_item *item = begin(p);
	char *name = the_name(p);
	struct rlimit before, none;

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	none = before;
	none.rlim_cur = 1;
	setrlimit(RLIMIT_FSIZE, &none);
	journal_outcome(item, 1, SETTLED_DONE, "");
	journal_flush(item);
	setrlimit(RLIMIT_FSIZE, &before);
	journal_end(item);
	journal_close(item);
	assert_true(claimable(p, name));
	sh(p, "! grep -q '# end\\|# outcome' $folder/2*[0-9].ldif");
	free(name);
}

#define PLACE(check) cmocka_unit_test_setup_teardown(check, open_place, close_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACE(begins_durably),
		PLACE(parts_go_on),
		PLACE(others_may_use_it),
		PLACE(a_symlink),
		PLACE(a_file_in_the_way),
		PLACE(no_place),
		PLACE(no_sync),
		PLACE(too_big_a_file),
		PLACE(full),
		PLACE(read_only),
		PLACE(newest_first),
		PLACE(claims),
		PLACE(cut_off),
		PLACE(not_ours),
		PLACE(outcome_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
