/*
 * replay: runs the files of folders through one fuzz target, each once, where there is no
 * libFuzzer: replay_NAME FOLDER...  Says each file's name before, so that the last one is
 * the one that failed; at the end how many there were.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/fuzz/fuzz.h"

/* A copy of exactly that size, so that the sanitizers see a byte too far. */
static void run_bytes(const struct buf *bytes)
{
	uint8_t *data = xmalloc(bytes->len);

	if (bytes->len)
		memcpy(data, bytes->s, bytes->len);
	LLVMFuzzerTestOneInput(data, bytes->len);
	free(data);
}

static bool run_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	struct buf bytes = BUF_INIT;
	char chunk[4096];
	size_t n;

	printf("%s\n", path);
	fflush(stdout);
	if (!f) {
		perror(path);
		return false;
	}
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_add(&bytes, chunk, n);
	fclose(f);
	run_bytes(&bytes);
	buf_release(&bytes);
	return true;
}

static int is_plain(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

/* How many files were run; -1: one could not be read. */
static int run_folder(const char *folder)
{
	struct dirent **list;
	int n = scandir(folder, &list, is_plain, alphasort);
	bool ok = n >= 0;

	for (int i = 0; i < n; i++) {
		struct buf path = BUF_INIT;

		buf_printf(&path, "%s/%s", folder, list[i]->d_name);
		ok = run_file(path.s) && ok;
		buf_release(&path);
		free(list[i]);
	}
	if (n >= 0)
		free(list);
	return ok ? n : -1;
}

int main(int argc, char **argv)
{
	struct buf nothing = BUF_INIT;
	int total = 0;

	run_bytes(&nothing);
	for (int i = 1; i < argc; i++) {
		int n = run_folder(argv[i]);

		if (n <= 0) {
			fprintf(stderr, "%s: no inputs\n", argv[i]);
			return 1;
		}
		total += n;
	}
	printf("%d inputs\n", total);
	return 0;
}
