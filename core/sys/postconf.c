#include "core/sys/postconf.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/audit.h"
#include "core/sys/run.h"
#include "core/sys/thread.h"

enum { MOST_OUTPUT = 1 << 20, MOST_FILE = 1 << 16, MOST_FILES = 64 };

/* Shared by the thread that reads and whoever asked; the last to leave frees it. */
struct reading {
	pthread_mutex_t lock;
	int owners;
	int fd; /* an eventfd: written once the answer is there */
	int deadline_ms;
	bool done;
	struct postconf_texts texts;
};

struct postconf {
	const struct postconf_texts *given;
	struct reading *reading; /* NULL: nothing is asked, or it is given */
	bool asked;
	long due_ms;
	postconf_fn *fn;
	void *arg;
};

/* What the rules look at (core/audit_postfix.c). */
static const char *const parameters[] = {"compatibility_level", "mydestination",
	"myhostname", "myorigin", "virtual_alias_domains", "inet_protocols",
	"virtual_transport", "virtual_mailbox_domains", "virtual_mailbox_maps",
	"transport_maps", "smtpd_relay_restrictions", "recipient_delimiter",
	"address_verify_negative_expire_time", "address_verify_negative_refresh_time",
	"unverified_recipient_reject_code"};

/* ---- reading, on a thread of its own ------------------------------------------------ */

/* Anything but a small, plain file is not read. */
static char *file_text(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char *text = NULL;
	struct stat st;
	ssize_t n;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= MOST_FILE) {
		text = xcalloc(1, (size_t)st.st_size + 1);
		n = read(fd, text, (size_t)st.st_size);
		if (n != st.st_size || strlen(text) != (size_t)n) {
			free(text);
			text = NULL;
		}
	}
	close(fd);
	return text;
}

/* Debian's myorigin may name a file that holds it. */
static void look_into_origin(struct buf *out)
{
	struct buf origin = BUF_INIT;
	char *text;

	if (audit_postfix_value(out->s, "myorigin", &origin) && *origin.s == '/') {
		text = file_text(origin.s);
		buf_reset(&origin);
		buf_puts(&origin, "myorigin = ");
		if (text)
			buf_add(&origin, text, strcspn(text, "\r\n"));
		buf_printf(&origin, "\n%s", out->s);
		buf_reset(out);
		buf_puts(out, origin.s);
		free(text);
	}
	buf_release(&origin);
}

static char *answer_of(
	const char *program, const char *const *args, size_t n, int deadline_ms)
{
	const char *argv[COUNT_OF(parameters) + 3] = {program};
	struct buf out = BUF_INIT;

	memcpy(argv + 1, args, n * sizeof(*args));
	if (!run_read(argv, MOST_OUTPUT, deadline_ms, &out)) {
		buf_release(&out);
		return NULL;
	}
	return buf_detach(&out);
}

static char *parameters_of(const char *program, int deadline_ms)
{
	const char *args[COUNT_OF(parameters) + 1] = {"-x"};
	struct buf text = BUF_INIT;
	char *answer;

	memcpy(args + 1, parameters, sizeof(parameters));
	answer = answer_of(program, args, COUNT_OF(args), deadline_ms);
	if (!answer)
		return NULL;
	buf_puts(&text, answer);
	free(answer);
	look_into_origin(&text);
	return buf_detach(&text);
}

static void read_files(struct postconf_texts *t)
{
	struct strv paths = {0};

	audit_postfix_files(t->parameters, &paths);
	audit_postfix_files(t->overrides, &paths);
	t->files = xcalloc(paths.n + 1, sizeof(*t->files));
	for (size_t i = 0; i < paths.n && i < MOST_FILES; i++)
		t->files[t->n_files++] =
			(struct postconf_file){xstrdup(paths.v[i]), file_text(paths.v[i])};
	strv_release(&paths);
}

/* Each of three programs has a third of the time. */
static void read_all(struct postconf_texts *t, int deadline_ms)
{
	static const char *const services[] = {"-M"}, *const overrides[] = {"-Px"};
	char *program = run_find("postconf");

	if (!program) {
		t->answer = POSTCONF_ABSENT;
		return;
	}
	t->answer = POSTCONF_FAILED;
	t->parameters = parameters_of(program, deadline_ms / 3);
	if (t->parameters)
		t->services = answer_of(program, services, 1, deadline_ms / 3);
	if (t->services)
		t->overrides = answer_of(program, overrides, 1, deadline_ms / 3);
	if (t->overrides) {
		read_files(t);
		t->answer = POSTCONF_READ;
	}
	free(program);
}

static void leave(struct reading *r)
{
	bool last;

	pthread_mutex_lock(&r->lock);
	last = --r->owners == 0;
	pthread_mutex_unlock(&r->lock);
	if (!last)
		return;
	for (size_t i = 0; i < r->texts.n_files; i++) {
		free(r->texts.files[i].path);
		free(r->texts.files[i].text);
	}
	free(r->texts.files);
	free(r->texts.parameters);
	free(r->texts.services);
	free(r->texts.overrides);
	if (r->fd >= 0)
		close(r->fd);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

static void *work(void *arg)
{
	struct reading *r = arg;
	uint64_t one = 1;

	read_all(&r->texts, r->deadline_ms); /* nobody looks before `done` */
	pthread_mutex_lock(&r->lock);
	r->done = true;
	pthread_mutex_unlock(&r->lock);
	(void)!write(r->fd, &one, sizeof(one));
	leave(r);
	return NULL;
}

/* ---- asking -------------------------------------------------------------------------- */

struct postconf *postconf_new(void)
{
	return xcalloc(1, sizeof(struct postconf));
}

struct postconf *postconf_given(const struct postconf_texts *texts)
{
	struct postconf *p = postconf_new();

	p->given = texts;
	return p;
}

void postconf_free(struct postconf *p)
{
	if (p)
		postconf_forget(p);
	free(p);
}

void postconf_ask(
	struct postconf *p, long now_ms, int deadline_ms, postconf_fn *fn, void *arg)
{
	struct reading *r;

	postconf_forget(p);
	p->asked = true;
	p->due_ms = p->given ? now_ms : now_ms + deadline_ms;
	p->fn = fn;
	p->arg = arg;
	if (p->given)
		return;
	r = xcalloc(1, sizeof(*r));
	pthread_mutex_init(&r->lock, NULL);
	r->owners = 2;
	r->deadline_ms = deadline_ms;
	r->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	p->reading = r;
	if (r->fd < 0 || thread_start(work, r) != 0) {
		leave(r); /* the thread's share: the deadline answers */
		p->due_ms = now_ms;
	}
}

void postconf_forget(struct postconf *p)
{
	if (p->reading)
		leave(p->reading);
	p->reading = NULL;
	p->asked = false;
}

int postconf_fd(const struct postconf *p)
{
	return p->reading ? p->reading->fd : -1;
}

int postconf_timeout(const struct postconf *p, long now_ms)
{
	if (!p->asked)
		return -1;
	return p->due_ms > now_ms ? (int)(p->due_ms - now_ms) : 0;
}

static void answer(struct postconf *p, const struct postconf_texts *texts)
{
	p->asked = false;
	p->fn(p->arg, texts);
}

void postconf_step(struct postconf *p, long now_ms)
{
	static const struct postconf_texts late = {.answer = POSTCONF_FAILED};
	struct reading *r = p->reading;
	bool done;

	if (!p->asked)
		return;
	if (p->given) {
		answer(p, p->given);
		return;
	}
	pthread_mutex_lock(&r->lock);
	done = r->done;
	pthread_mutex_unlock(&r->lock);
	if (!done && now_ms < p->due_ms)
		return;
	p->reading = NULL; /* the callback may ask again */
	answer(p, done ? &r->texts : &late);
	leave(r);
}
