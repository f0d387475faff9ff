#include "core/sys/resolve.h"

#include <netdb.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/sys/thread.h"

/* One question.  Shared by the thread that looks it up and the resolver; whoever is the
 * last to leave frees it. */
struct question {
	pthread_mutex_t lock;
	int owners;
	int fd; /* an eventfd of its own: written once the answer is there */
	char *name;
	bool answered;
	enum resolved answer;
	struct strv addresses;
};

struct resolver {
	const char *hosts;         /* NULL: the name service is asked */
	char *name;                /* asked of hosts; NULL: nothing is */
	struct question *question; /* NULL: nothing is asked */
	long due_ms;
	resolved_fn *fn;
	void *arg;
	int idle_fd; /* polled while nothing is asked; never readable */
};

static void leave(struct question *q)
{
	bool last;

	pthread_mutex_lock(&q->lock);
	last = --q->owners == 0;
	pthread_mutex_unlock(&q->lock);
	if (!last)
		return;
	close(q->fd);
	pthread_mutex_destroy(&q->lock);
	strv_release(&q->addresses);
	free(q->name);
	free(q);
}

static enum resolved meaning(int result)
{
	if (result == 0)
		return RESOLVED_YES;
	return result == EAI_NONAME || result == EAI_NODATA ? RESOLVED_NO
							    : RESOLVED_UNKNOWN;
}

static void take_addresses(const struct addrinfo *list, struct strv *out)
{
	char host[NI_MAXHOST];

	for (; list; list = list->ai_next) {
		if (getnameinfo(list->ai_addr, list->ai_addrlen, host, sizeof(host), NULL,
			    0, NI_NUMERICHOST) != 0)
			continue;
		host[strcspn(host, "%")] = '\0';
		if (!strv_has_case(out, host))
			strv_add(out, host);
	}
}

static void *look_up(void *arg)
{
	struct question *q = arg;
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list = NULL;
	int result = getaddrinfo(q->name, NULL, &hints, &list);
	uint64_t one = 1;

	pthread_mutex_lock(&q->lock);
	q->answer = meaning(result);
	if (result == 0)
		take_addresses(list, &q->addresses);
	q->answered = true;
	pthread_mutex_unlock(&q->lock);
	if (list)
		freeaddrinfo(list);
	/* an eventfd takes it; where it did not, the deadline tells */
	(void)!write(q->fd, &one, sizeof(one));
	leave(q);
	return NULL;
}

struct resolver *resolver_new(void)
{
	struct resolver *r = xcalloc(1, sizeof(*r));

	r->idle_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return r;
}

struct resolver *resolver_given(const char *hosts)
{
	struct resolver *r = resolver_new();

	r->hosts = hosts;
	return r;
}

struct resolver *resolver_like(const struct resolver *r)
{
	return r->hosts ? resolver_given(r->hosts) : resolver_new();
}

void resolver_free(struct resolver *r)
{
	if (!r)
		return;
	resolver_forget(r);
	if (r->idle_fd >= 0)
		close(r->idle_fd);
	free(r);
}

static bool is_word(const char *at, const char *word)
{
	return strncmp(at, word, strlen(word)) == 0 && strcspn(at, " \n") == strlen(word);
}

/* addresses may be NULL. */
static enum resolved look_up_given(
	const char *hosts, const char *name, struct strv *addresses)
{
	const char *p = hosts;

	while (*p && !is_word(p, name))
		p += strcspn(p, "\n"), p += *p == '\n';
	if (!*p)
		return RESOLVED_NO;
	p += strlen(name);
	if (is_word(p + (*p == ' '), "?"))
		return RESOLVED_UNKNOWN;
	for (; addresses && *p == ' '; p += strcspn(p, " \n")) {
		char *one;

		p++;
		one = xstrndup(p, strcspn(p, " \n"));
		strv_add(addresses, one);
		free(one);
	}
	return RESOLVED_YES;
}

void resolver_ask(struct resolver *r, const char *name, long now_ms, int deadline_ms,
	resolved_fn *fn, void *arg)
{
	struct question *q;

	resolver_forget(r);
	r->due_ms = now_ms;
	r->fn = fn;
	r->arg = arg;
	if (r->hosts) {
		r->name = xstrdup(name);
		if (look_up_given(r->hosts, name, NULL) == RESOLVED_UNKNOWN)
			r->due_ms = now_ms + deadline_ms;
		return;
	}
	q = xcalloc(1, sizeof(*q));
	pthread_mutex_init(&q->lock, NULL);
	q->owners = 2;
	q->name = xstrdup(name);
	q->answer = RESOLVED_UNKNOWN;
	q->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	r->question = q;
	r->due_ms = now_ms + deadline_ms;
	if (q->fd < 0 || thread_start(look_up, q) != 0) {
		leave(q); /* the thread's share: the deadline answers */
		r->due_ms = now_ms;
	}
}

void resolver_forget(struct resolver *r)
{
	if (r->question)
		leave(r->question);
	r->question = NULL;
	free(r->name);
	r->name = NULL;
}

int resolver_fd(const struct resolver *r)
{
	return r->question && r->question->fd >= 0 ? r->question->fd : r->idle_fd;
}

int resolver_timeout(const struct resolver *r, long now_ms)
{
	if (!r->question && !r->name)
		return -1;
	return r->due_ms > now_ms ? (int)(r->due_ms - now_ms) : 0;
}

static void answer_given(struct resolver *r)
{
	struct strv addresses = {0};
	enum resolved answer = look_up_given(r->hosts, r->name, &addresses);

	resolver_forget(r);
	r->fn(r->arg, answer, &addresses);
	strv_release(&addresses);
}

void resolver_step(struct resolver *r, long now_ms)
{
	struct question *q = r->question;
	struct strv addresses = {0};
	enum resolved answer = RESOLVED_UNKNOWN;
	bool answered;

	if (r->name && now_ms >= r->due_ms)
		answer_given(r);
	if (!q)
		return;
	pthread_mutex_lock(&q->lock);
	answered = q->answered;
	if (answered) {
		answer = q->answer;
		strv_copy(&addresses, &q->addresses);
	}
	pthread_mutex_unlock(&q->lock);
	if (answered || now_ms >= r->due_ms) {
		resolver_forget(r);
		r->fn(r->arg, answer, &addresses);
	}
	strv_release(&addresses);
}
