#include "core/sys/statedir.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

char *statedir_path(const char *base, const char *name)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	struct buf path = BUF_INIT;

	if (*base) {
		char *login = statedir_login();

		buf_printf(&path, "%s/%s/%s", base, login, name);
		free(login);
	} else if (state && *state == '/') {
		buf_printf(&path, "%s/relais/%s", state, name);
	} else if (home && *home == '/') {
		buf_printf(&path, "%s/.local/state/relais/%s", home, name);
	} else {
		return NULL;
	}
	return buf_detach(&path);
}

static bool fail(enum err_code code, struct err *err, const char *path, const char *why)
{
	return err_set(err, code, 0, why, path, NULL);
}

/* Nobody else may write there, or read what users were given. */
static bool is_ours(const char *folder, enum err_code code, struct err *err)
{
	struct stat st;

	if (lstat(folder, &st) != 0)
		return fail(code, err, folder, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return fail(code, err, folder, strerror(ENOTDIR));
	if (st.st_uid != geteuid() || (st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		return fail(code, err, folder, "others may use it: chmod 700");
	return true;
}

bool statedir_make(const char *folder, enum err_code code, struct err *err)
{
	char *path = xstrdup(folder);
	bool ok = true;

	for (char *p = path + 1; ok && p; p++) {
		p = strchr(p, '/');
		if (p)
			*p = '\0';
		ok = mkdir(path, 0700) == 0 || errno == EEXIST ||
		     fail(code, err, path, strerror(errno));
		if (!p)
			break;
		*p = '/';
	}
	free(path);
	return ok && is_ours(folder, code, err);
}

bool statedir_sync(const char *folder, enum err_code code, struct err *err)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;

	if (!ok)
		fail(code, err, folder, strerror(errno));
	if (fd >= 0)
		close(fd);
	return ok;
}

bool statedir_write(int fd, const struct buf *b)
{
	for (size_t at = 0; at < b->len;) {
		ssize_t n = write(fd, b->s + at, b->len - at);

		if (n < 0 && errno != EINTR)
			return false;
		at += n > 0 ? (size_t)n : 0;
	}
	return true;
}

void statedir_name(unsigned *count, struct buf *out)
{
	struct timespec now;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	buf_printf(out, "%04d%02d%02dT%02d%02d%02d.%06ldZ-%ld-%u", tm.tm_year + 1900,
		tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
		now.tv_nsec / 1000, (long)getpid(), ++*count);
}

char *statedir_now(void)
{
	struct buf text = BUF_INIT;
	struct timespec now;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	buf_printf(&text, "%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900,
		tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
	return buf_detach(&text);
}

char *statedir_login(void)
{
	const struct passwd *user = getpwuid(getuid());
	struct buf name = BUF_INIT;

	if (user && user->pw_name)
		buf_puts(&name, user->pw_name);
	else
		buf_printf(&name, "%lu", (unsigned long)getuid());
	return buf_detach(&name);
}
