#include "core/sys/spool.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/plan_pack.h"

/* A record: two lengths, the label, the change (core/plan_pack.h). */
struct spool {
	FILE *file;
	size_t count, at;       /* at: records read since the last rewind */
	struct change *current; /* what the plan handed out */
};

static bool fail(struct err *err)
{
	return err_set(err, ERR_FILE, 0, strerror(errno), P_tmpdir, NULL);
}

struct spool *spool_new(struct err *err)
{
	FILE *file = tmpfile();
	struct spool *s;

	if (!file) {
		fail(err);
		return NULL;
	}
	s = xcalloc(1, sizeof(*s));
	s->file = file;
	return s;
}

void spool_free(struct spool *s)
{
	if (!s)
		return;
	fclose(s->file);
	change_free(s->current);
	free(s);
}

size_t spool_count(const struct spool *s)
{
	return s->count;
}

bool spool_add(struct spool *s, const struct change *c, const char *label, struct err *err)
{
	struct buf packed = BUF_INIT;
	uint32_t lengths[2] = {(uint32_t)strlen(label), 0};
	bool ok;

	change_pack(c, &packed);
	lengths[1] = (uint32_t)packed.len;
	ok = fwrite(lengths, sizeof(lengths), 1, s->file) == 1 &&
	     fwrite(label, 1, lengths[0], s->file) == lengths[0] &&
	     fwrite(packed.s, 1, packed.len, s->file) == packed.len;
	buf_release(&packed);
	s->count += ok;
	return ok || fail(err);
}

bool spool_rewind(struct spool *s, struct err *err)
{
	s->at = 0;
	return (fflush(s->file) == 0 && fseek(s->file, 0, SEEK_SET) == 0) || fail(err);
}

static bool read_bytes(struct spool *s, size_t n, struct buf *out)
{
	char chunk[4096];

	while (n > 0) {
		size_t some = n < sizeof(chunk) ? n : sizeof(chunk);

		if (fread(chunk, 1, some, s->file) != some)
			return false;
		buf_add(out, chunk, some);
		n -= some;
	}
	return true;
}

struct change *spool_next(struct spool *s, struct buf *label, struct err *err)
{
	struct buf word = BUF_INIT, packed = BUF_INIT;
	struct change *c = NULL;
	uint32_t lengths[2];

	if (s->at == s->count)
		return NULL;
	errno = EIO; /* where the file is shorter than it was */
	if (fread(lengths, sizeof(lengths), 1, s->file) == 1 &&
		read_bytes(s, lengths[0], &word) && read_bytes(s, lengths[1], &packed))
		c = change_unpack(packed.s, packed.len);
	if (c) {
		s->at++;
		if (label)
			buf_add(label, word.s, word.len);
	} else {
		fail(err);
	}
	buf_release(&word);
	buf_release(&packed);
	return c;
}

static const struct change *plan_next(struct plan *p)
{
	struct spool *s = p->source;
	struct err err;

	change_free(s->current);
	s->current = spool_next(s, NULL, &err);
	return s->current;
}

static void plan_rewind(struct plan *p)
{
	struct err err;

	spool_rewind(p->source, &err);
}

struct plan *spool_plan(struct spool *s, const char *why)
{
	struct plan *p = xcalloc(1, sizeof(*p));

	p->who = xstrdup("");
	p->why = xstrdup(why);
	p->total = s->count;
	p->next = plan_next;
	p->rewind = plan_rewind;
	p->source = s;
	return p;
}
