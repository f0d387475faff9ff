#include "tui/loop.h"

#include <errno.h>
#include <poll.h>
#include <time.h>

#include "core/sys/recover.h"
#include "core/sys/smtp.h"
#include "tui/lock.h"
#include "tui/recovered.h"
#include "tui/screens.h"
#include "tui/unsaved.h"
#include "tui/view.h"

enum { MAX_FDS = 14, STEP_BUDGET_MS = 4, FRAME_MS = 8, TICK_MS = 500 };
enum { AT_ONCE = 4 }; /* frames from a key on */

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000L + t.tv_nsec / 1000000L;
}

static void sooner(int *timeout, int ms)
{
	if (ms >= 0 && (*timeout < 0 || ms < *timeout))
		*timeout = ms;
}

static void paint(struct app *app, struct canvas *c)
{
	int h, w;

	term_size(&h, &w);
	if (h != c->h || w != c->w)
		canvas_resize(c, h, w);
	app_draw(app, c);
	term_paint(c);
}

/* All keys that are there; returns whether there were any.  wait_ms: when to ask again. */
static bool read_keys(struct app *app, int *wait_ms)
{
	bool any = false;

	*wait_ms = -1;
	for (;;) {
		struct input in = term_read(wait_ms);

		if (in.key == K_NONE || app->quit)
			return any;
		app_key(app, in);
		any = true;
	}
}

/* The header counts seconds while an answer is overdue or a next try is due. */
static int clock_needed(struct app *app)
{
	enum store_phase phase = store_status(app->store)->phase;

	return phase == STORE_READY || phase == STORE_SIGNED_OUT ? -1 : TICK_MS;
}

/* -1: no view waits for a time. */
static int wake_timeout(const struct app *app)
{
	long left = app->wake_ms - now_ms();

	if (!app->wake_ms)
		return -1;
	return left > 0 ? (int)left : 0;
}

static void turns(struct app *app, struct canvas *c)
{
	/* What was typed is painted at once, and the first answers to it; then so often. */
	long painted_ms = 0, left = 0;
	int wait_ms = 0, at_once = 0;

	while (!app->quit) {
		struct pollfd fds[MAX_FDS];
		int n = term_fds(fds);
		int timeout = wait_ms;
		bool typed;

		sooner(&timeout, left > 0 ? (int)left : -1);
		sooner(&timeout, clock_needed(app));
		sooner(&timeout, lock_timeout(app));
		sooner(&timeout, wake_timeout(app));
		fds[n++] =
			(struct pollfd){.fd = resolver_fd(app->resolver), .events = POLLIN};
		sooner(&timeout, resolver_timeout(app->resolver, now_ms()));
		fds[n].fd = smtp_fd(app->smtp, &fds[n].events);
		n++;
		sooner(&timeout, smtp_timeout(app->smtp, now_ms()));
		if (app->check)
			n += check_fds(
				app->check, fds + n, MAX_FDS - n, &timeout, now_ms());
		if (app->more)
			sooner(&timeout, 0);
		sooner(&timeout, recovered_timeout(app));
		n += store_fds(app->store, fds + n, MAX_FDS - n, &timeout);
		if (poll(fds, (nfds_t)n, timeout) < 0 && errno != EINTR)
			break;
		typed = read_keys(app, &wait_ms);
		/* What a key did is painted before the next answers are read. */
		store_step(app->store, typed ? 0 : STEP_BUDGET_MS);
		resolver_step(app->resolver, now_ms());
		smtp_step(app->smtp, now_ms());
		recovered_step(app);
		app_step(app);
		if (typed)
			at_once = AT_ONCE;
		left = at_once ? 0 : painted_ms + FRAME_MS - now_ms();
		if (left <= 0 && !app->quit)
			paint(app, c);
		if (left <= 0 && at_once == 0)
			painted_ms = now_ms();
		at_once -= at_once > 0;
	}
}

bool loop_run(struct settings *settings, struct store *store, const struct strv *own,
	const struct loop_options *options, struct loop_end *end, struct err *err)
{
	struct resolver *resolver;
	struct postconf *postconf;
	struct recover *recover;
	struct smtp *smtp;
	struct app *app;
	struct canvas *c;
	int h, w;

	if (!term_open(&options->term, err))
		return false;
	term_size(&h, &w);
	c = canvas_new(h, w);
	app = app_new(settings, store, own);
	app->ascii = options->ascii;
	app->now_ms = now_ms;
	app->resolver = resolver_new();
	app->smtp = smtp_new();
	app->postconf = postconf_new();
	app->table = options->table;
	app->journal = options->journal;
	if (app->journal)
		app->recover = recover_new(
			store, app->journal, settings->directory.base, recovered_tell, app);
	app->redraw = term_redraw;
	app->drafts = options->drafts;
	app->suspend = options->restricted ? NULL : term_suspend;
	app->copy = term_copy;
	home_open(app);
	turns(app, c);
	end->unanswered = app->writing;
	end->idle = app->idle;
	end->kept = unsaved_keep(app, &end->lost);
	resolver = app->resolver;
	postconf = app->postconf;
	smtp = app->smtp;
	recover = app->recover;
	app_free(app);
	recover_free(recover);
	resolver_free(resolver);
	postconf_free(postconf);
	smtp_free(smtp);
	canvas_free(c);
	term_close();
	return true;
}
