#include "core/sys/drafts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/sys/statedir.h"

#define SUFFIX ".draft"
#define DAMAGED ".damaged"

enum { MOST_BYTES = 128 << 20 }; /* an entry has 64 MB at most, in base64 a third more */

struct drafts {
	char *folder; /* NULL: there is no place */
	char *directory;
	unsigned count;
};

struct drafts *drafts_new(const char *folder, const char *directory)
{
	struct drafts *d = xcalloc(1, sizeof(*d));

	d->folder = folder ? xstrdup(folder) : NULL;
	d->directory = xstrdup(directory);
	return d;
}

void drafts_free(struct drafts *d)
{
	if (!d)
		return;
	free(d->folder);
	free(d->directory);
	free(d);
}

/* ---- keeping ------------------------------------------------------------------ */

static bool fail(struct err *err, const char *path, int number)
{
	return err_set(err, ERR_DRAFT, 0, strerror(number), path, NULL);
}

/* Under another name until all of it is on the disk. */
static bool write_file(const char *path, const struct buf *text, struct err *err)
{
	struct buf new = BUF_INIT;
	bool ok;
	int fd;

	buf_printf(&new, "%s.new", path);
	fd = open(new.s, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	ok = fd >= 0 && statedir_write(fd, text) && fsync(fd) == 0 &&
	     rename(new.s, path) == 0;
	if (!ok) {
		fail(err, path, errno);
		if (fd >= 0)
			unlink(new.s);
	}
	if (fd >= 0)
		close(fd);
	buf_release(&new);
	return ok;
}

bool drafts_keep(struct drafts *d, struct draft *draft, struct err *err)
{
	struct buf path = BUF_INIT, text = BUF_INIT;
	bool ok;

	if (!d->folder)
		return fail(err, "~/.local/state/relais/drafts", ENOENT);
	if (!statedir_make(d->folder, ERR_DRAFT, err))
		return false;
	free(draft->when);
	free(draft->directory);
	draft->when = statedir_now();
	draft->directory = xstrdup(d->directory);
	draft_write(draft, &text);
	buf_printf(&path, "%s/", d->folder);
	statedir_name(&d->count, &path);
	buf_puts(&path, SUFFIX);
	ok = write_file(path.s, &text, err) && statedir_sync(d->folder, ERR_DRAFT, err);
	buf_release(&path);
	buf_release(&text);
	return ok;
}

/* ---- finding ------------------------------------------------------------------ */

void draft_file_free(struct draft_file *f)
{
	if (!f)
		return;
	if (f->fd >= 0)
		close(f->fd);
	draft_release(&f->draft);
	free(f->path);
	free(f);
}

void draft_file_remove(struct draft_file *f)
{
	if (f)
		unlink(f->path);
	draft_file_free(f);
}

static bool read_all(int fd, struct buf *out)
{
	char bytes[8192];
	ssize_t n;

	while ((n = read(fd, bytes, sizeof(bytes))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || out->len > MOST_BYTES)
			return false;
		buf_add(out, bytes, (size_t)n);
	}
	return true;
}

static long age_s(int fd)
{
	struct timespec now;
	struct stat st;

	clock_gettime(CLOCK_REALTIME, &now);
	if (fstat(fd, &st) != 0 || now.tv_sec < st.st_mtim.tv_sec)
		return 0;
	return now.tv_sec - st.st_mtim.tv_sec;
}

/* Whether it is one and ours alone, held from now on. */
static bool hold(struct draft_file *f)
{
	struct stat st;

	f->fd = open(f->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	return f->fd >= 0 && flock(f->fd, LOCK_EX | LOCK_NB) == 0 &&
	       fstat(f->fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
	       st.st_nlink > 0;
}

static void set_aside(const char *path, struct strv *damaged)
{
	struct buf aside = BUF_INIT;

	buf_printf(&aside, "%s" DAMAGED, path);
	if (rename(path, aside.s) == 0)
		strv_add(damaged, aside.s);
	buf_release(&aside);
}

static bool is_wanted(const struct drafts *d, const char *who, const struct draft *draft)
{
	return strcmp(draft->who, who) == 0 && strcmp(draft->directory, d->directory) == 0;
}

static void look_at(const struct drafts *d, const char *name, const char *who,
	struct draft_files *out, struct strv *damaged)
{
	struct draft_file *f = xcalloc(1, sizeof(*f));
	struct buf path = BUF_INIT, text = BUF_INIT;
	bool good;

	buf_printf(&path, "%s/%s", d->folder, name);
	f->path = buf_detach(&path);
	if (!hold(f)) {
		draft_file_free(f);
		return;
	}
	good = read_all(f->fd, &text) && draft_read(text.s, text.len, &f->draft);
	buf_release(&text);
	if (!good)
		set_aside(f->path, damaged);
	f->age_s = age_s(f->fd);
	if (good && is_wanted(d, who, &f->draft))
		*array_add(out) = f;
	else
		draft_file_free(f);
}

static int newest_first(const void *a, const void *b)
{
	return strcmp(*(char *const *)b, *(char *const *)a);
}

static bool is_draft(const char *name)
{
	size_t n = strlen(name), suffix = strlen(SUFFIX);

	return name[0] >= '0' && name[0] <= '9' && n > suffix &&
	       strcmp(name + n - suffix, SUFFIX) == 0;
}

void drafts_find(
	struct drafts *d, const char *who, struct draft_files *out, struct strv *damaged)
{
	DIR *folder = d->folder ? opendir(d->folder) : NULL;
	struct strv names = {0};
	const struct dirent *entry;

	while (folder && (entry = readdir(folder)))
		if (is_draft(entry->d_name))
			strv_add(&names, entry->d_name);
	if (folder)
		closedir(folder);
	if (names.n)
		qsort(names.v, names.n, sizeof(names.v[0]), newest_first);
	for (size_t i = 0; i < names.n; i++)
		look_at(d, names.v[i], who, out, damaged);
	strv_release(&names);
}
