/*
 * A store that writes down what it changes: before it is sent, and what became of it; what
 * was not answered is looked up, by it or, later, by recover.
 */
#include "tests/core/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/sys/recorded.h"
#include "core/sys/recover.h"
#include "tests/tui/screen.h"

#define BOTH "uid=both,dc=demo"
#define NEW "uid=new,dc=demo"
#define DIRECTORY "ldapi:/// dc=demo"

static const char tree[] = "dn: dc=demo\nobjectClass: domain\ndc: demo\n\n"
			   "dn: " BOTH "\nobjectClass: person\nuid: both\nsn: old\n"
			   "description: old\n\n"
			   "dn: uid=other,dc=demo\nobjectClass: person\nuid: other\n"
			   "sn: old\n\n";

struct desk {
	char folder[64];
	struct fake *fake;
	struct journal *journal;
	struct store *store;
	struct recover *recover;
	struct buf said; /* the events, and what was told */
	struct plan *plan;
	struct op *op;
	unsigned lose_again; /* times, at each lost answer */
	bool done, told;
};

static const char *word(enum outcome o)
{
	static const char *const words[] = {
		"ok", "limit", "stale", "refused", "failed", "unknown"};

	return words[o];
}

static void on_event(void *arg, const struct event *e)
{
	struct desk *d = arg;
	const char *sn = e->entry ? entry_text(e->entry, "sn") : "-";

	if (e->kind == EVENT_PROGRESS) {
		buf_printf(&d->said, "lost %s\n", e->change->dn);
		if (d->lose_again > 0 && d->lose_again--)
			fake_lose(d->fake, false);
	} else if (e->kind == EVENT_CHANGED) {
		buf_printf(&d->said, "%s %s %s", word(e->outcome), e->change->dn, sn);
		if (e->err)
			buf_printf(&d->said, " %d", (int)e->err->number);
		buf_putc(&d->said, '\n');
	} else if (e->kind == EVENT_DONE) {
		buf_printf(&d->said, "done %s %zu\n", word(e->outcome), e->count);
		d->done = true;
		d->op = NULL;
	}
}

static void on_told(void *arg, const struct recovered *what)
{
	static const char *const words[] = {
		"unknown", "done", "not done", "changed", "refused"};
	struct desk *d = arg;

	buf_printf(&d->said, "told: %s %s %s (%zu %zu %zu %zu)\n", what->head->why,
		what->first->dn, words[what->outcome], what->by[SETTLED_UNKNOWN],
		what->by[SETTLED_DONE], what->by[SETTLED_NOT], what->by[SETTLED_CHANGED]);
	d->told = true;
}

static int open_desk(void **state)
{
	struct desk *d = xcalloc(1, sizeof(*d));

	*state = d;
	buf_init(&d->said);
	snprintf(d->folder, sizeof(d->folder), "/tmp/rj.XXXXXX");
	assert_non_null(mkdtemp(d->folder));
	d->fake = fake_new(tree);
	d->journal = journal_new(d->folder, DIRECTORY);
	d->store = recorded_new(fake_store(d->fake), d->journal, "dc=demo");
	d->recover = recover_new(d->store, d->journal, "dc=demo", on_told, d);
	return 0;
}

static int close_desk(void **state)
{
	struct desk *d = *state;
	struct buf command = BUF_INIT;

	recover_free(d->recover);
	store_free(d->store);
	store_free(fake_store(d->fake));
	journal_free(d->journal);
	plan_free(d->plan);
	buf_printf(&command, "rm -rf %s", d->folder);
	assert_int_equal(system(command.s), 0);
	buf_release(&command);
	buf_release(&d->said);
	free(d);
	return 0;
}

static void says(struct desk *d, const char *text)
{
	assert_string_equal(d->said.s, text);
	buf_reset(&d->said);
}

/* ---- the journal, in short -------------------------------------------------------- */

static void item_in_short(struct desk *d, const char *name, struct buf *out)
{
	static const char *const kinds[] = {"modify", "add", "delete"};
	static const char *const words[] = {"unknown", "done", "not", "changed", "refused"};
	struct journal_file *f = journal_open(d->journal, name, NULL);
	const struct record *r;

	while ((r = journal_next(f))->kind != RECORD_EOF) {
		if (r->kind == RECORD_HEAD)
			buf_printf(out, "%s by %s;", r->head.why, r->head.who);
		else if (r->kind == RECORD_CHANGE)
			buf_printf(out, " %zu %s", r->number, kinds[r->change->kind]);
		else if (r->kind == RECORD_OUTCOME)
			buf_printf(out, " %zu %s", r->number, words[r->outcome]);
		else if (r->kind == RECORD_END)
			buf_printf(out, " end %zu/%zu", r->done, r->changes);
		else
			fail_msg("broken");
	}
	buf_putc(out, '\n');
	journal_file_close(f);
}

/* Oldest first. */
static void holds(struct desk *d, const char *text)
{
	struct strv names = {0};
	struct buf out = BUF_INIT;

	assert_true(journal_names(d->journal, &names, NULL));
	for (size_t i = names.n; i > 0; i--)
		item_in_short(d, names.v[i - 1], &out);
	assert_string_equal(out.s, text);
	strv_release(&names);
	buf_release(&out);
}

#define BY " by uid=admin0,ou=admins,dc=demo;"

/* ---- plans ----------------------------------------------------------------------- */

static struct change *sn_becomes(struct desk *d, const char *dn, const char *value)
{
	struct change *c = change_new(CHANGE_MODIFY, dn);
	struct strv values = {0};

	strv_add(&values, value);
	change_set(c, fake_entry(d->fake, dn), "sn", &values);
	strv_release(&values);
	return c;
}

static struct change *makes_new(void)
{
	struct change *c = change_new(CHANGE_ADD, NEW);

	mod_value(change_mod(c, MOD_ADD, "objectClass"), "person", 6);
	mod_value(change_mod(c, MOD_ADD, "uid"), "new", 3);
	mod_value(change_mod(c, MOD_ADD, "sn"), "mine", 4);
	return c;
}

static struct change *deletes(struct desk *d, const char *dn)
{
	struct change *c = change_new(CHANGE_DELETE, dn);

	c->before = entry_copy(fake_entry(d->fake, dn));
	return c;
}

static void begin(struct desk *d, struct change *c)
{
	plan_free(d->plan);
	d->plan = plan_of_change(c, "save");
	d->done = false;
	d->op = store_apply(d->store, d->plan, on_event, d);
}

static void settle(struct desk *d)
{
	for (int i = 0; i < 1000 && (i < 20 || fake_busy(d->fake)); i++)
		store_step(d->store, 10);
}

static void save(struct desk *d, struct change *c)
{
	begin(d, c);
	settle(d);
}

/* Until recover has nothing more to do, which may take its second of doubt. */
static void recovers(struct desk *d)
{
	struct timespec pause = {.tv_nsec = 1000000};

	recover_start(d->recover);
	for (int i = 0; i < 20000; i++) {
		recover_step(d->recover);
		settle(d);
		if (recover_timeout(d->recover) < 0)
			return;
		if (recover_timeout(d->recover) > 0)
			nanosleep(&pause, NULL);
	}
	fail_msg("it never ends");
}

/* ---- answered -------------------------------------------------------------------- */

static void written_before_sent(void **state)
{
	struct desk *d = *state;

	fake_stall(d->fake, true);
	begin(d, sn_becomes(d, BOTH, "new"));
	assert_string_equal(fake_asked(d->fake), "");
	holds(d, "save" BY " 1 modify\n");
	fake_stall(d->fake, false);
	settle(d);
	says(d, "ok " BOTH " new\ndone ok 1\n");
	holds(d, "save" BY " 1 modify 1 done end 1/1\n");
}

static void refused(void **state)
{
	struct desk *d = *state;

	fake_refuse(d->fake, ERR_DENIED, NULL, "no\nwrite access");
	save(d, sn_becomes(d, BOTH, "new"));
	says(d, "refused " BOTH " - 50\ndone refused 0\n");
	holds(d, "save" BY " 1 modify 1 refused end 0/1\n");
}

static void stale(void **state)
{
	struct desk *d = *state;
	struct change *c = sn_becomes(d, BOTH, "new");

	fake_change(d->fake, BOTH, "sn", "theirs", NULL);
	save(d, c);
	says(d, "stale " BOTH " theirs 122\ndone stale 0\n");
	holds(d, "save" BY " 1 modify 1 changed end 0/1\n");
}

/* ---- not answered ---------------------------------------------------------------- */

static void lost_and_written(void **state)
{
	struct desk *d = *state;

	fake_lose(d->fake, true);
	save(d, sn_becomes(d, BOTH, "new"));
	says(d, "lost " BOTH "\nok " BOTH " new\ndone ok 1\n");
	holds(d, "save" BY " 1 modify 1 unknown 1 done end 1/1\n");
}

/* Sent again, so that what is told is so for ever. */
static void lost_and_not_written(void **state)
{
	struct desk *d = *state;

	fake_lose(d->fake, false);
	save(d, sn_becomes(d, BOTH, "new"));
	says(d, "lost " BOTH "\nok " BOTH " new\ndone ok 1\n");
	assert_string_equal(fake_written(d->fake),
		"dn: " BOTH "\nchangetype: modify\nreplace: sn\nsn: new\n-\n\n");
	holds(d, "save" BY " 1 modify 1 unknown 1 done end 1/1\n");
}

/* fake_lose() with the connection down for a while: others may write in between. */
static void lost_and_down(struct desk *d, struct change *c, bool but_written)
{
	fake_lose(d->fake, but_written);
	begin(d, c);
	store_step(d->store, 10);
	fake_status(d->fake, STORE_DOWN, NULL);
}

static void back_again(struct desk *d)
{
	fake_status(d->fake, STORE_READY, NULL);
	settle(d);
}

static void lost_and_changed(void **state)
{
	struct desk *d = *state;

	lost_and_down(d, sn_becomes(d, BOTH, "new"), true);
	fake_change(d->fake, BOTH, "sn", "theirs", NULL);
	back_again(d);
	says(d, "lost " BOTH "\nstale " BOTH " theirs 122\ndone stale 0\n");
	holds(d, "save" BY " 1 modify 1 unknown 1 changed end 0/1\n");
}

/* What they changed is none of ours. */
static void lost_and_others_changed(void **state)
{
	struct desk *d = *state;

	lost_and_down(d, sn_becomes(d, BOTH, "new"), false);
	fake_change(d->fake, BOTH, "description", "theirs", NULL);
	back_again(d);
	says(d, "lost " BOTH "\nok " BOTH " new\ndone ok 1\n");
	assert_string_equal(entry_text(fake_entry(d->fake, BOTH), "description"), "theirs");
}

static void lost_and_gone(void **state)
{
	struct desk *d = *state;

	lost_and_down(d, sn_becomes(d, BOTH, "new"), true);
	fake_delete(d->fake, BOTH);
	back_again(d);
	says(d, "lost " BOTH "\nstale " BOTH " - 122\ndone stale 0\n");
}

/* Another stands in its place, which even looks as ours was to look. */
static void lost_and_replaced(void **state)
{
	struct desk *d = *state;

	lost_and_down(d, sn_becomes(d, BOTH, "new"), false);
	fake_delete(d->fake, BOTH);
	fake_add(d->fake, "dn: " BOTH "\nobjectClass: person\nuid: both\nsn: new\n\n");
	back_again(d);
	says(d, "lost " BOTH "\nstale " BOTH " - 122\ndone stale 0\n");
}

static void lost_written_and_renamed(void **state)
{
	struct desk *d = *state;

	lost_and_down(d, sn_becomes(d, BOTH, "new"), true);
	fake_rename(d->fake, BOTH, "uid=moved,dc=demo");
	back_again(d);
	says(d, "lost " BOTH "\nok " BOTH " new\ndone ok 1\n");
}

static void lost_and_renamed(void **state)
{
	struct desk *d = *state;

	lost_and_down(d, sn_becomes(d, BOTH, "new"), false);
	fake_rename(d->fake, BOTH, "uid=moved,dc=demo");
	back_again(d);
	says(d, "lost " BOTH "\nstale " BOTH " old 122\ndone stale 0\n");
	holds(d, "save" BY " 1 modify 1 unknown 1 changed end 0/1\n");
}

static void adding(void **state)
{
	struct desk *d = *state;

	fake_lose(d->fake, true);
	save(d, makes_new());
	says(d, "lost " NEW "\nok " NEW " mine\ndone ok 1\n");
	fake_delete(d->fake, NEW);
	fake_lose(d->fake, false);
	save(d, makes_new());
	says(d, "lost " NEW "\nok " NEW " mine\ndone ok 1\n");
	fake_delete(d->fake, NEW);
	lost_and_down(d, makes_new(), false);
	fake_add(d->fake, "dn: " NEW "\nobjectClass: person\nuid: new\nsn: theirs\n\n");
	back_again(d);
	says(d, "lost " NEW "\nstale " NEW " theirs 122\ndone stale 0\n");
}

/* Another makes it between the look and the second try. */
static void added_by_another(void **state)
{
	struct desk *d = *state;

	fake_lose(d->fake, false);
	begin(d, makes_new());
	store_step(d->store, 10); /* lost */
	store_step(d->store, 10); /* looked up: not there */
	fake_add(d->fake, "dn: " NEW "\nobjectClass: person\nuid: new\nsn: theirs\n\n");
	settle(d);
	says(d, "lost " NEW "\nstale " NEW " theirs 122\ndone stale 0\n");
}

/* Or the first try itself comes late: that is ours. */
static void added_late(void **state)
{
	struct desk *d = *state;

	fake_lose(d->fake, false);
	begin(d, makes_new());
	store_step(d->store, 10);
	store_step(d->store, 10);
	fake_add(d->fake, "dn: " NEW "\nobjectClass: person\nuid: new\nsn: mine\n\n");
	settle(d);
	says(d, "lost " NEW "\nok " NEW " mine\ndone ok 1\n");
}

static void written_late(void **state)
{
	struct desk *d = *state;

	fake_lose(d->fake, false);
	begin(d, sn_becomes(d, BOTH, "new"));
	store_step(d->store, 10);
	store_step(d->store, 10);
	fake_change(d->fake, BOTH, "sn", "new", NULL);
	settle(d);
	says(d, "lost " BOTH "\nok " BOTH " new\ndone ok 1\n");
}

static void deleting(void **state)
{
	struct desk *d = *state;

	fake_lose(d->fake, true);
	save(d, deletes(d, BOTH));
	says(d, "lost " BOTH "\nok " BOTH " -\ndone ok 1\n");
	fake_lose(d->fake, false);
	save(d, deletes(d, "uid=other,dc=demo"));
	says(d, "lost uid=other,dc=demo\nok uid=other,dc=demo -\ndone ok 1\n");
	assert_null(fake_entry(d->fake, "uid=other,dc=demo"));
}

/* Ours was only moved away; that another stands there does not make it deleted. */
static void deleting_what_was_renamed(void **state)
{
	struct desk *d = *state;

	lost_and_down(d, deletes(d, BOTH), false);
	fake_rename(d->fake, BOTH, "uid=moved,dc=demo");
	fake_add(d->fake, "dn: " BOTH "\nobjectClass: person\nuid: both\nsn: x\n\n");
	back_again(d);
	says(d, "lost " BOTH "\nstale " BOTH " old 122\ndone stale 0\n");
}

/* What takes the server down each time is not sent for ever. */
static void lost_each_time(void **state)
{
	struct desk *d = *state;

	d->lose_again = 10;
	fake_lose(d->fake, false);
	save(d, sn_becomes(d, BOTH, "new"));
	says(d, "lost " BOTH "\nlost " BOTH "\nlost " BOTH "\nunknown " BOTH
		" - 0\ndone unknown 0\n");
	holds(d, "save" BY " 1 modify 1 unknown 1 unknown 1 unknown\n");
	fake_change(d->fake, BOTH, "sn", "new", NULL);
	recovers(d);
	says(d, "told: save " BOTH " done (0 1 0 0)\n");
	holds(d, "save" BY " 1 modify 1 unknown 1 unknown 1 unknown 1 done end 1/1\n");
	recovers(d);
	says(d, "");
}

static void refused_at_last(void **state)
{
	struct desk *d = *state;

	fake_lose(d->fake, false);
	fake_refuse(d->fake, ERR_DENIED, NULL, "no");
	save(d, sn_becomes(d, BOTH, "new"));
	says(d, "lost " BOTH "\nrefused " BOTH " old 50\ndone refused 0\n");
	holds(d, "save" BY " 1 modify 1 unknown 1 refused end 0/1\n");
}

/* Refused the second time, but what was sent first comes late. */
static void refused_but_done(void **state)
{
	struct desk *d = *state;

	fake_lose(d->fake, false);
	fake_refuse(d->fake, ERR_BUSY, NULL, "");
	begin(d, sn_becomes(d, BOTH, "new"));
	store_step(d->store, 10); /* lost */
	store_step(d->store, 10); /* not there */
	store_step(d->store, 10); /* refused */
	fake_change(d->fake, BOTH, "sn", "new", NULL);
	settle(d);
	says(d, "lost " BOTH "\nok " BOTH " new\ndone ok 1\n");
}

static void not_to_be_seen(void **state)
{
	struct desk *d = *state;

	fake_lose(d->fake, true);
	fake_fail(d->fake, ERR_DENIED, "");
	save(d, sn_becomes(d, BOTH, "new"));
	says(d, "lost " BOTH "\nunknown " BOTH " - 50\ndone unknown 0\n");
	fake_fail(d->fake, ERR_DENIED, "");
	recovers(d);
	says(d, "told: save " BOTH " unknown (1 0 0 0)\n");
	fake_fail(d->fake, ERR_DENIED, "");
	recovers(d);
	says(d, "");
	recovers(d);
	says(d, "told: save " BOTH " done (0 1 0 0)\n");
}

/* ---- cancelled, and looked up later ---------------------------------------------- */

static void cancelled(void **state)
{
	struct desk *d = *state;

	lost_and_down(d, sn_becomes(d, BOTH, "new"), false);
	store_cancel(d->store, d->op);
	says(d, "lost " BOTH "\n");
	holds(d, "save" BY " 1 modify 1 unknown\n");
	back_again(d);
	recovers(d);
	says(d, "told: save " BOTH " not done (0 0 1 0)\n");
	holds(d, "save" BY " 1 modify 1 unknown 1 not end 0/1\n");
}

/* It starts by itself when one is left, also where there is nothing yet to be told of. */
static void left_is_found(void **state)
{
	struct desk *d = *state;

	recovers(d);
	assert_int_equal(recover_timeout(d->recover), -1);
	fake_lose(d->fake, true);
	begin(d, sn_becomes(d, BOTH, "new"));
	store_step(d->store, 10);
	store_cancel(d->store, d->op);
	for (int i = 0; i < 100 && !d->told; i++) {
		recover_step(d->recover);
		settle(d);
	}
	says(d, "lost " BOTH "\ntold: save " BOTH " done (0 1 0 0)\n");
}

/* "Not done" is not believed at once: a server that stood still may be at it. */
static void done_after_the_first_look(void **state)
{
	struct desk *d = *state;

	lost_and_down(d, sn_becomes(d, BOTH, "new"), false);
	store_cancel(d->store, d->op);
	back_again(d);
	says(d, "lost " BOTH "\n");
	recover_start(d->recover);
	for (int i = 0; i < 1000 && recover_timeout(d->recover) <= 0; i++) {
		recover_step(d->recover);
		settle(d);
	}
	says(d, "");
	fake_change(d->fake, BOTH, "sn", "new", NULL);
	recovers(d);
	says(d, "told: save " BOTH " done (0 1 0 0)\n");
}

static void left_by_somebody_else(void **state)
{
	struct desk *d = *state;

	lost_and_down(d, sn_becomes(d, BOTH, "new"), true);
	store_cancel(d->store, d->op);
	back_again(d);
	says(d, "lost " BOTH "\n");
	fake_who(d->fake, "admin1", "uid=admin1,ou=admins,dc=demo");
	recovers(d);
	says(d, "");
	fake_who(d->fake, "admin0", "UID=admin0,ou=admins,dc=demo");
	recovers(d);
	says(d, "told: save " BOTH " done (0 1 0 0)\n");
}

/* Of another directory, or under way elsewhere. */
static void not_ours(void **state)
{
	struct desk *d = *state;
	struct journal *other = journal_new(d->folder, "ldapi:///elsewhere dc=demo");
	struct recover *r = recover_new(d->store, other, "dc=demo", on_told, d);
	int to_child[2], to_us[2];
	char byte;
	pid_t pid;

	lost_and_down(d, sn_becomes(d, BOTH, "new"), true);
	store_cancel(d->store, d->op);
	back_again(d);
	says(d, "lost " BOTH "\n");
	recover_start(r);
	for (int i = 0; i < 50; i++) {
		recover_step(r);
		settle(d);
	}
	says(d, "");
	recover_free(r);
	journal_free(other);
	assert_int_equal(pipe(to_child) | pipe(to_us), 0);
	pid = fork();
	if (pid == 0) {
		struct strv names = {0};
		bool mine = journal_names(d->journal, &names, NULL) && names.n == 1 &&
			    journal_claim(d->journal, names.v[0]);

		if (write(to_us[1], mine ? "y" : "n", 1) != 1 ||
			read(to_child[0], &byte, 1) != 1)
			_exit(2);
		_exit(0); /* as if it were killed: the item is unlocked */
	}
	assert_int_equal(read(to_us[0], &byte, 1), 1);
	assert_int_equal(byte, 'y');
	recovers(d);
	says(d, "");
	assert_int_equal(write(to_child[1], "x", 1), 1);
	waitpid(pid, NULL, 0);
	recovers(d);
	says(d, "told: save " BOTH " done (0 1 0 0)\n");
	for (int i = 0; i < 2; i++) {
		close(to_child[i]);
		close(to_us[i]);
	}
}

/* ---- several --------------------------------------------------------------------- */

static void at_once(void **state)
{
	struct desk *d = *state;
	struct plan *other = plan_of_change(sn_becomes(d, "uid=other,dc=demo", "b"), "two");

	fake_lose(d->fake, true);
	begin(d, sn_becomes(d, BOTH, "a"));
	store_apply(d->store, other, on_event, d);
	settle(d);
	says(d, "lost " BOTH "\nok uid=other,dc=demo b\ndone ok 1\nok " BOTH
		" a\ndone ok 1\n");
	holds(d, "save" BY " 1 modify 1 unknown 1 done end 1/1\n"
		 "two" BY " 1 modify 1 done end 1/1\n");
	plan_free(other);
}

struct pair {
	struct change *v[2];
	size_t at;
};

static const struct change *pair_next(struct plan *p)
{
	struct pair *pair = p->source;

	return pair->at < 2 ? pair->v[pair->at++] : NULL;
}

static void pair_rewind(struct plan *p)
{
	((struct pair *)p->source)->at = 0;
}

static void parts(void **state)
{
	struct desk *d = *state;
	struct pair one = {
		{sn_becomes(d, BOTH, "a"), sn_becomes(d, "uid=other,dc=demo", "b")}, 0};
	struct plan p = {.who = (char[]){""},
		.why = (char[]){"all"},
		.total = 2,
		.part_of = 7,
		.next = pair_next,
		.rewind = pair_rewind,
		.source = &one};
	struct plan *rest;

	store_apply(d->store, &p, on_event, d);
	settle(d);
	says(d, "ok " BOTH " a\nok uid=other,dc=demo b\ndone ok 2\n");
	rest = plan_of_change(sn_becomes(d, BOTH, "c"), "all");
	rest->part_of = 7;
	fake_refuse(d->fake, ERR_DENIED, NULL, "");
	store_apply(d->store, rest, on_event, d);
	settle(d);
	says(d, "refused " BOTH " - 50\ndone refused 0\n");
	holds(d, "all" BY " 1 modify 2 modify 1 done 2 done end 2/2 3 modify 3 refused "
		 "end 2/3\n");
	/* left in the middle: what is told is about the last part alone */
	fake_stall(d->fake, true);
	d->op = store_apply(d->store, rest, on_event, d);
	store_cancel(d->store, d->op);
	fake_stall(d->fake, false);
	recovers(d);
	says(d, "told: all " BOTH " not done (0 0 1 0)\n");
	holds(d, "all" BY " 1 modify 2 modify 1 done 2 done end 2/2 3 modify 3 refused "
		 "end 2/3 4 modify 4 not end 2/4\n");
	/* and what comes after that is an item of its own */
	store_apply(d->store, rest, on_event, d);
	settle(d);
	says(d, "ok " BOTH " c\ndone ok 1\n");
	holds(d, "all" BY " 1 modify 2 modify 1 done 2 done end 2/2 3 modify 3 refused "
		 "end 2/3 4 modify 4 not end 2/4\n"
		 "all" BY " 1 modify 1 done end 1/1\n");
	change_free(one.v[0]);
	change_free(one.v[1]);
	plan_free(rest);
}

/* A lost answer in the middle of several: the rest goes on after it. */
static void lost_among_several(void **state)
{
	struct desk *d = *state;
	struct pair two = {
		{sn_becomes(d, BOTH, "a"), sn_becomes(d, "uid=other,dc=demo", "b")}, 0};
	struct plan p = {.who = (char[]){""},
		.why = (char[]){"all"},
		.total = 2,
		.next = pair_next,
		.rewind = pair_rewind,
		.source = &two};

	fake_lose(d->fake, true);
	store_apply(d->store, &p, on_event, d);
	settle(d);
	says(d, "lost " BOTH "\nok " BOTH " a\nok uid=other,dc=demo b\ndone ok 2\n");
	holds(d, "all" BY " 1 modify 2 modify 1 unknown 1 done 2 done end 2/2\n");
	/* of the second nothing was lost: it is not looked up when it is refused */
	change_free(two.v[0]);
	two.v[0] = sn_becomes(d, BOTH, "c");
	fake_lose(d->fake, true);
	store_apply(d->store, &p, on_event, d);
	store_step(d->store, 10);
	store_step(d->store, 10);
	fake_refuse(d->fake, ERR_DENIED, NULL, "");
	settle(d);
	says(d, "lost " BOTH "\nok " BOTH " c\nrefused uid=other,dc=demo - 50\n"
		"done refused 1\n");
	change_free(two.v[0]);
	change_free(two.v[1]);
}

/* ---- not written down ------------------------------------------------------------ */

static void spoil(struct desk *d)
{
	struct buf command = BUF_INIT;

	buf_printf(&command, "rm -rf %s; echo here >%s", d->folder, d->folder);
	assert_int_equal(system(command.s), 0);
	buf_release(&command);
}

static void not_written_down(void **state)
{
	struct desk *d = *state;
	int timeout = -1;

	spoil(d);
	begin(d, sn_becomes(d, BOTH, "new"));
	says(d, ""); /* never from the call that submits */
	store_fds(d->store, NULL, 0, &timeout);
	assert_int_equal(timeout, 0);
	settle(d);
	says(d, "refused " BOTH " - 0\ndone refused 0\n");
	assert_string_equal(fake_asked(d->fake), "");
	begin(d, sn_becomes(d, BOTH, "new"));
	store_cancel(d->store, d->op);
	settle(d);
	says(d, "");
}

/* The form says why, and keeps what was typed. */
static void the_form_says_so(void **state)
{
	struct desk *d = *state;
	struct screen *s = screen_new(NULL, 24, 80);
	struct store *store = recorded_new(fake_store(s->fake), d->journal, "dc=demo");

	spoil(d);
	s->app->store = store;
	screen_domain(s, "acme");
	screen_keys(s, "1<Ctrl-S><Enter>");
	store_step(store, 10);
	screen_settle(s);
	screen_shows(s, "Not saved");
	screen_says(s, "can't be written, so nothing is changed: make room or correct its "
		       "permissions.");
	screen_says(s, "Nothing was written and nothing you typed is lost.");
	screen_wrote(s, "");
	screen_keys(s, "<Enter>");
	screen_shows(s, "[192.0.2.251 ");
	app_free(s->app);
	s->app = NULL;
	store_free(store);
	screen_free(s);
}

/* Neither as it was nor as it was to be: nobody says that nothing was written. */
static void the_form_does_not_know(void **state)
{
	struct desk *d = *state;
	struct screen *s = screen_new(NULL, 24, 80);
	struct store *store = recorded_new(fake_store(s->fake), d->journal, "dc=demo");

	s->app->store = store;
	screen_domain(s, "acme");
	screen_keys(s, "1<Ctrl-S>");
	fake_stall(s->fake, true);
	screen_keys(s, "<Enter>");
	fake_lose(s->fake, true);
	fake_stall(s->fake, false);
	screen_step(s);
	fake_status(s->fake, STORE_DOWN, NULL);
	screen_step(s);
	screen_says(s, "The connection was lost before the answer came: what became of the "
		       "save is looked up as soon as the directory answers.");
	fake_change(s->fake, ACME, "relaisSplitRelay", "[192.0.2.99]", NULL);
	fake_status(s->fake, STORE_READY, NULL);
	screen_settle(s);
	screen_says(s, "The answer to your save never came, and somebody has changed the "
		       "entry since. Choose for each field what to save.");
	screen_says_not(s, "othing has been written");
	screen_says_not(s, "othing was written");
	app_free(s->app);
	s->app = NULL;
	store_free(store);
	screen_free(s);
}

/* acme's users are given an address in acme.test: previewed, "Save" under the cursor. */
static struct screen *bulk(struct desk *d, struct store **store)
{
	struct screen *s = screen_new(NULL, 30, 90);

	*store = recorded_new(fake_store(s->fake), d->journal, "dc=demo");
	s->app->store = *store;
	screen_domain(s, "acme");
	screen_keys(s, "<F4><Down><Down><Enter>");
	return s;
}

static void close_bulk(struct screen *s, struct store *store)
{
	app_free(s->app);
	s->app = NULL;
	store_free(store);
	screen_free(s);
}

/* One refused and one lost among them: one item all the same. */
static void a_bulk_is_one_item(void **state)
{
	struct desk *d = *state;
	struct strv names = {0};
	struct store *store;
	struct screen *s = bulk(d, &store);
	struct buf text = BUF_INIT;

	fake_refuse(s->fake, ERR_CONSTRAINT, "mail", "no");
	screen_keys(s, "<Enter>");
	screen_shows(s, "Written    3", "Refused    1", "Not tried  0");
	assert_true(journal_names(d->journal, &names, NULL));
	assert_int_equal(names.n, 1);
	item_in_short(d, names.v[0], &text);
	/* what was refused does not stop the others */
	assert_non_null(strstr(text.s,
		"; 1 modify 2 modify 3 modify 4 modify 1 refused 2 done 3 done 4 done "
		"end 3/4\n"));
	strv_release(&names);
	buf_release(&text);
	close_bulk(s, store);
}

static void a_bulk_looks_up(void **state)
{
	struct desk *d = *state;
	struct store *store;
	struct screen *s = bulk(d, &store);

	fake_stall(s->fake, true);
	screen_keys(s, "<Enter>");
	fake_stall(s->fake, false);
	for (int i = 0; i < 20 && !*fake_asked(s->fake); i++) {
		fake_lose(s->fake, true);
		screen_step(s);
	}
	fake_status(s->fake, STORE_DOWN, NULL);
	screen_step(s);
	screen_says(s,
		"The connection was lost before the answer came: what became of this "
		"change is looked up as soon as the directory answers.");
	fake_status(s->fake, STORE_READY, NULL);
	screen_settle(s);
	screen_shows(s, "Written    4", "Refused    0", "Not tried  0");
	screen_lacks(s, "looked up", "Not answered");
	close_bulk(s, store);
}

/* Changed by somebody else after its answer was lost: not called "not written". */
static void a_bulk_does_not_know(void **state)
{
	struct desk *d = *state;
	struct store *store;
	struct screen *s = bulk(d, &store);

	fake_stall(s->fake, true);
	screen_keys(s, "<Enter>");
	fake_stall(s->fake, false);
	for (int i = 0; i < 20 && !*fake_asked(s->fake); i++) {
		fake_lose(s->fake, true);
		screen_step(s);
	}
	fake_status(s->fake, STORE_DOWN, NULL);
	fake_change(s->fake, ALICE, "mail", "else@acme.example", NULL);
	fake_status(s->fake, STORE_READY, NULL);
	screen_settle(s);
	screen_shows(s, "Written    3", "Not written, or not known");
	screen_says(s, "Alice Martin: The answer never came, and somebody has changed the "
		       "entry since: look at it.");
	close_bulk(s, store);
}

#define DESK(check) cmocka_unit_test_setup_teardown(check, open_desk, close_desk)

int main(void)
{
	const struct CMUnitTest tests[] = {
		DESK(written_before_sent),
		DESK(refused),
		DESK(stale),
		DESK(lost_and_written),
		DESK(lost_and_not_written),
		DESK(lost_and_changed),
		DESK(lost_and_others_changed),
		DESK(lost_and_gone),
		DESK(lost_and_replaced),
		DESK(lost_written_and_renamed),
		DESK(lost_and_renamed),
		DESK(adding),
		DESK(added_by_another),
		DESK(added_late),
		DESK(written_late),
		DESK(deleting),
		DESK(deleting_what_was_renamed),
		DESK(lost_each_time),
		DESK(refused_at_last),
		DESK(refused_but_done),
		DESK(not_to_be_seen),
		DESK(cancelled),
		DESK(left_is_found),
		DESK(done_after_the_first_look),
		DESK(left_by_somebody_else),
		DESK(not_ours),
		DESK(at_once),
		DESK(parts),
		DESK(lost_among_several),
		DESK(not_written_down),
		DESK(the_form_says_so),
		DESK(the_form_does_not_know),
		DESK(a_bulk_is_one_item),
		DESK(a_bulk_looks_up),
		DESK(a_bulk_does_not_know),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
