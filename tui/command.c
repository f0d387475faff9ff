#include "tui/command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tui/askpass.h"

enum { MAX_FDS = 12, STEP_BUDGET_MS = 20, SILENT_S = 30 };

bool command_sign_in(const struct command_call *call, struct buf *why)
{
	return !auth_asks(call->settings->directory.auth) ||
	       askpass_sign_in(call->store, why);
}

static bool is_lost(struct store *store, struct err *err)
{
	const struct store_status *s = store_status(store);

	if (s->phase == STORE_DOWN || s->phase == STORE_SIGNED_OUT) {
		if (s->err)
			*err = *s->err;
		return true;
	}
	return s->waiting_s >= SILENT_S &&
	       !err_set(err, ERR_TIMEOUT, SILENT_S, NULL, s->server, NULL);
}

bool command_wait(struct store *store, const struct command_wait *w, struct err *err)
{
	while (!w->done(w->arg)) {
		struct pollfd fds[MAX_FDS];
		int timeout = -1, n = 0;

		if (!(w->alone && *w->alone) && is_lost(store, err))
			return false;
		if (w->fds)
			n = w->fds(w->arg, fds, MAX_FDS, &timeout);
		n += store_fds(store, fds + n, MAX_FDS - n, &timeout);
		if (poll(fds, (nfds_t)n, timeout) < 0 && errno != EINTR)
			BUG("poll: %s", strerror(errno));
		store_step(store, STEP_BUDGET_MS);
		if (w->step)
			w->step(w->arg, fds);
	}
	return true;
}

bool command_written(struct buf *why)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return true;
	buf_puts(why, strerror(errno));
	return false;
}

long command_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000L + t.tv_nsec / 1000000L;
}
