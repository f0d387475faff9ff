#include "ldap/passfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool fail_file(struct err *err, const char *path)
{
	return err_set(err, ERR_FILE, 0, strerror(errno), path, NULL);
}

static bool first_line(int fd, char out[PASSFILE_MAX + 2])
{
	ssize_t n = read(fd, out, PASSFILE_MAX + 1);

	if (n < 0)
		return false;
	out[n] = '\0';
	n = (ssize_t)strcspn(out, "\r\n");
	explicit_bzero(out + n, PASSFILE_MAX + 2 - (size_t)n);
	return true;
}

bool passfile_read(const char *path, char out[PASSFILE_MAX + 2], struct err *err)
{
	/* What is no file, a FIFO above all, is not waited for. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	bool ok = true;

	if (fd < 0)
		return fail_file(err, path);
	if (fstat(fd, &st) != 0)
		ok = fail_file(err, path);
	else if (!S_ISREG(st.st_mode))
		ok = err_set(err, ERR_FILE, 0, "Not a regular file", path, NULL);
	else if (st.st_mode & (S_IRWXG | S_IRWXO))
		ok = err_set(err, ERR_PERMISSIONS, 0, NULL, path, NULL);
	else if (!first_line(fd, out))
		ok = fail_file(err, path);
	close(fd);
	if (!ok)
		explicit_bzero(out, PASSFILE_MAX + 2);
	return ok;
}
