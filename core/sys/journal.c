#include "core/sys/journal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/sys/statedir.h"

#define SUFFIX ".ldif"
#define UNDO_SUFFIX ".undo.ldif"

struct journal {
	char *folder; /* NULL: there is no place */
	char *directory;
	unsigned count;
	unsigned left;
};

struct journal_item {
	struct journal *journal;
	int fd, undo_fd;
	char *path, *undo_path;
	size_t changes, done;
	struct buf lines; /* outcomes, not yet written */
	bool gaps;        /* an outcome could not be written */
	bool ended;
};

struct journal *journal_new(const char *folder, const char *directory)
{
	struct journal *j = xcalloc(1, sizeof(*j));

	j->folder = folder ? xstrdup(folder) : statedir_path("", "changes");
	j->directory = xstrdup(directory);
	return j;
}

void journal_free(struct journal *j)
{
	if (!j)
		return;
	free(j->folder);
	free(j->directory);
	free(j);
}

const char *journal_folder(const struct journal *j)
{
	return j->folder;
}

const char *journal_directory(const struct journal *j)
{
	return j->directory;
}

unsigned journal_left(const struct journal *j)
{
	return j->left;
}

static bool fail(struct err *err, const char *path, const char *why)
{
	return err_set(err, ERR_JOURNAL, 0, why, path, NULL);
}

/* ---- writing ------------------------------------------------------------------ */

enum { FLUSH_AT = 1 << 20 };

static bool flush(int fd, struct buf *b, size_t at_least)
{
	bool ok = b->len < at_least || statedir_write(fd, b);

	if (b->len >= at_least)
		buf_reset(b);
	return ok;
}

/* What takes changes back: from the last on, or in any order where they are independent. */
struct undo {
	int fd;
	bool any_order;
	struct strv records; /* unless in any order: an LDIF record each */
	struct buf text;     /* not yet written */
};

static bool undo_add(struct undo *u, const struct change *c)
{
	struct change *inverse = change_inverse(c);
	struct buf record = BUF_INIT;

	record_put_ldif(inverse, &record);
	change_free(inverse);
	if (u->any_order)
		buf_add(&u->text, record.s, record.len);
	else
		strv_add(&u->records, record.s);
	buf_release(&record);
	return flush(u->fd, &u->text, FLUSH_AT);
}

static bool undo_end(struct undo *u, bool ok)
{
	for (size_t i = u->records.n; ok && i > 0; i--) {
		buf_puts(&u->text, u->records.v[i - 1]);
		ok = flush(u->fd, &u->text, FLUSH_AT);
	}
	ok = ok && flush(u->fd, &u->text, 0);
	buf_release(&u->text);
	strv_release(&u->records);
	return ok;
}

enum { OUTCOME_BYTES = 128 };

/* For the outcomes: a disk that fills up later takes them all the same.  Where the file
 * system cannot promise that, it does not matter. */
static bool make_room(int fd, size_t changes)
{
	off_t end = lseek(fd, 0, SEEK_END);

	return end >= 0 && (fallocate(fd, FALLOC_FL_KEEP_SIZE, end,
				    (off_t)(changes + 1) * OUTCOME_BYTES) == 0 ||
				   (errno != ENOSPC && errno != EDQUOT && errno != EFBIG));
}

static bool put_changes(struct journal_item *item, struct buf *text, struct plan *plan)
{
	struct undo undo = {
		.fd = item->undo_fd, .any_order = plan->independent, .text = BUF_INIT};
	size_t before = item->changes;
	const struct change *c;
	bool ok = true;

	plan->rewind(plan);
	while (ok && (c = plan->next(plan))) {
		record_put_change(++item->changes, c, text);
		ok = undo_add(&undo, c) && flush(item->fd, text, FLUSH_AT);
	}
	plan->rewind(plan);
	ok = undo_end(&undo, ok) && flush(item->fd, text, 0);
	return ok && make_room(item->fd, item->changes - before) && fsync(item->fd) == 0 &&
	       fsync(item->undo_fd) == 0;
}

static void item_free(struct journal_item *item)
{
	if (item->fd >= 0)
		close(item->fd);
	if (item->undo_fd >= 0)
		close(item->undo_fd);
	free(item->path);
	free(item->undo_path);
	buf_release(&item->lines);
	free(item);
}

static char *path_of(const struct journal *j, const char *name, const char *suffix)
{
	struct buf path = BUF_INIT;

	buf_printf(&path, "%s/%s%s", j->folder, name, suffix);
	return buf_detach(&path);
}

static struct journal_item *item_new(struct journal *j, const char *name)
{
	struct journal_item *item = xcalloc(1, sizeof(*item));

	item->journal = j;
	item->fd = item->undo_fd = -1;
	buf_init(&item->lines);
	item->path = path_of(j, name, SUFFIX);
	item->undo_path = path_of(j, name, UNDO_SUFFIX);
	return item;
}

/* Another program that looks for unfinished items may have it locked for a moment: it finds
 * nothing in it. */
static bool create(struct journal_item *item)
{
	int flags = O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC;

	item->undo_fd = open(item->undo_path, flags, 0600);
	item->fd = item->undo_fd < 0 ? -1 : open(item->path, flags, 0600);
	return item->fd >= 0 && flock(item->fd, LOCK_EX) == 0;
}

/* head with what is known here. */
static void put_head(
	const struct journal *j, const struct record_head *head, struct buf *out)
{
	struct record_head whole = *head;

	whole.when = statedir_now();
	whole.login = statedir_login();
	whole.directory = j->directory;
	record_put_head(&whole, out);
	free(whole.when);
	free(whole.login);
}

static void discard(struct journal_item *item)
{
	int saved = errno;

	if (item->fd >= 0)
		unlink(item->path);
	if (item->undo_fd >= 0)
		unlink(item->undo_path);
	item_free(item);
	errno = saved;
}

struct journal_item *journal_begin(struct journal *j, const struct record_head *head,
	struct plan *plan, struct err *err)
{
	struct buf name = BUF_INIT, text = BUF_INIT, undo = BUF_INIT;
	struct journal_item *item;
	bool ok;

	if (!j->folder) {
		fail(err, "~/.local/state/relais/changes", strerror(ENOENT));
		return NULL;
	}
	if (!statedir_make(j->folder, ERR_JOURNAL, err))
		return NULL;
	statedir_name(&j->count, &name);
	item = item_new(j, name.s);
	put_head(j, head, &text);
	buf_puts(&undo, "version: 1\n\n");
	ok = create(item) && statedir_write(item->undo_fd, &undo) &&
	     put_changes(item, &text, plan);
	if (!ok) {
		fail(err, item->path, strerror(errno));
		discard(item);
		item = NULL;
	} else if (!statedir_sync(j->folder, ERR_JOURNAL, err)) {
		discard(item);
		item = NULL;
	}
	buf_release(&name);
	buf_release(&text);
	buf_release(&undo);
	return item;
}

/* What was cut off while it was being written was never sent: it may stay where it can't be
 * taken away. */
static void take_away(int fd, off_t from)
{
	if (from < 0 || ftruncate(fd, from) != 0)
		return;
}

bool journal_go_on(struct journal_item *item, struct plan *plan, struct err *err)
{
	struct buf text = BUF_INIT;
	size_t before = item->changes;
	off_t end, undo_end;
	bool ok;

	journal_flush(item);
	end = lseek(item->fd, 0, SEEK_END);
	undo_end = lseek(item->undo_fd, 0, SEEK_END);
	ok = put_changes(item, &text, plan);
	buf_release(&text);
	if (ok) {
		item->ended = false;
		return true;
	}
	fail(err, item->path, strerror(errno));
	item->changes = before;
	take_away(item->fd, end);
	take_away(item->undo_fd, undo_end);
	return false;
}

size_t journal_changes(const struct journal_item *item)
{
	return item->changes;
}

/* All of them or none. */
void journal_flush(struct journal_item *item)
{
	off_t end;

	if (item->lines.len == 0)
		return;
	end = lseek(item->fd, 0, SEEK_END);
	if (!statedir_write(item->fd, &item->lines)) {
		take_away(item->fd, end);
		item->gaps = true;
	}
	buf_reset(&item->lines);
}

void journal_outcome(
	struct journal_item *item, size_t number, enum settled outcome, const char *note)
{
	char *when = statedir_now();

	item->done += outcome == SETTLED_DONE;
	record_put_outcome(number, outcome, when, note, &item->lines);
	if (item->lines.len >= FLUSH_AT)
		journal_flush(item);
	free(when);
}

void journal_end(struct journal_item *item)
{
	char *when = statedir_now();

	item->ended = true;
	journal_flush(item);
	if (!item->gaps) {
		record_put_end(when, item->done, item->changes, &item->lines);
		journal_flush(item);
		fsync(item->fd);
	}
	free(when);
}

void journal_close(struct journal_item *item)
{
	if (!item)
		return;
	journal_flush(item);
	item->journal->left += !item->ended;
	item_free(item);
}

/* ---- reading ------------------------------------------------------------------ */

static bool is_item(const char *name)
{
	size_t n = strlen(name), suffix = strlen(SUFFIX), undo = strlen(UNDO_SUFFIX);

	return name[0] >= '0' && name[0] <= '9' && n > suffix &&
	       strcmp(name + n - suffix, SUFFIX) == 0 &&
	       !(n > undo && strcmp(name + n - undo, UNDO_SUFFIX) == 0);
}

static int newest_first(const void *a, const void *b)
{
	return strcmp(*(char *const *)b, *(char *const *)a);
}

bool journal_names(const struct journal *j, struct strv *names, struct err *err)
{
	DIR *folder = j->folder ? opendir(j->folder) : NULL;
	const struct dirent *d;

	if (!folder)
		return !j->folder || errno == ENOENT ||
		       fail(err, j->folder, strerror(errno));
	while ((d = readdir(folder)))
		if (is_item(d->d_name)) {
			char *name =
				xstrndup(d->d_name, strlen(d->d_name) - strlen(SUFFIX));

			strv_add(names, name);
			free(name);
		}
	closedir(folder);
	if (names->n)
		qsort(names->v, names->n, sizeof(names->v[0]), newest_first);
	return true;
}

struct journal_file {
	FILE *file;
	struct record_reader *reader;
};

enum { LONGEST_LINE = 1 << 20 }; /* ours have 79 bytes, comments a little more */

static bool read_line(void *arg, struct buf *line)
{
	FILE *file = arg;
	int c;

	buf_reset(line);
	while ((c = getc_unlocked(file)) != EOF && c != '\n') {
		if (line->len >= LONGEST_LINE)
			return false;
		buf_putc(line, (char)c);
	}
	return c == '\n'; /* one without an end was cut off */
}

struct journal_file *journal_open(
	const struct journal *j, const char *name, struct err *err)
{
	char *path = path_of(j, name, SUFFIX);
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	FILE *file = fd >= 0 ? fdopen(fd, "r") : NULL;
	struct journal_file *f = NULL;

	if (file) {
		f = xcalloc(1, sizeof(*f));
		f->file = file;
		f->reader = record_reader_new(read_line, file);
	} else {
		fail(err, path, strerror(errno));
		if (fd >= 0)
			close(fd);
	}
	free(path);
	return f;
}

const struct record *journal_next(struct journal_file *f)
{
	return record_next(f->reader);
}

void journal_file_close(struct journal_file *f)
{
	if (!f)
		return;
	record_reader_free(f->reader);
	fclose(f->file);
	free(f);
}

/* Counts what is there; whether it is this directory's and lacks its end.  Sets *whole to
 * where it was cut off. */
static bool is_unfinished(
	const struct journal *j, const char *name, struct journal_item *item, off_t *whole)
{
	struct journal_file *f = journal_open(j, name, NULL);
	const struct record *r = NULL;
	bool ours = true, ended = false, all;

	while (f && ours && (r = journal_next(f))->kind != RECORD_EOF &&
		r->kind != RECORD_BROKEN) {
		if (r->kind == RECORD_HEAD)
			ours = strcmp(r->head.directory, j->directory) == 0;
		item->changes += r->kind == RECORD_CHANGE;
		item->done += r->kind == RECORD_OUTCOME && r->outcome == SETTLED_DONE;
		ended = r->kind == RECORD_END;
	}
	all = r && r->kind == RECORD_EOF && feof(f->file);
	*whole = f ? (off_t)record_whole(f->reader) : 0;
	journal_file_close(f);
	return all && ours && !ended && item->changes > 0;
}

/* The last line tells. */
bool journal_may_be_unfinished(const struct journal *j, const char *name)
{
	char tail[160], *last;
	char *path = path_of(j, name, SUFFIX);
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	off_t size = fd >= 0 ? lseek(fd, 0, SEEK_END) : 0;
	off_t at = size > (off_t)sizeof(tail) - 1 ? size - (off_t)sizeof(tail) + 1 : 0;
	ssize_t n = fd >= 0 ? pread(fd, tail, sizeof(tail) - 1, at) : -1;

	free(path);
	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return false;
	tail[n] = '\0';
	if (tail[n - 1] == '\n')
		tail[n - 1] = '\0';
	last = strrchr(tail, '\n');
	return strncmp(last ? last + 1 : tail, "# end: ", 7) != 0;
}

struct journal_item *journal_claim(struct journal *j, const char *name)
{
	struct journal_item *item = item_new(j, name);
	off_t whole;

	item->fd =
		open(item->path, O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (item->fd >= 0 && flock(item->fd, LOCK_EX | LOCK_NB) == 0 &&
		is_unfinished(j, name, item, &whole) && ftruncate(item->fd, whole) == 0)
		return item;
	item_free(item);
	return NULL;
}
