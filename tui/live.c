#include "tui/live.h"

#include <stdlib.h>

#include "core/query.h"

struct live {
	struct op *domains, *users;
	bool domains_began, users_began;
};

enum {
	LEAST_MS = 1000, /* between two times */
	SHARE = 20       /* and so many times as long as it took */
};

static long now_ms(const struct app *app)
{
	return app->now_ms ? app->now_ms() : 0;
}

/* ---- telling -------------------------------------------------------------------- */

/* What is in front is read again at once, the rest when one comes back to it. */
static void missed(struct app *app)
{
	app->generation++;
	if (app->top && app->top->ops->resume)
		app->top->ops->resume(app->top);
}

void app_news(struct app *app, const struct news *news)
{
	for (struct view *v = app->top, *below; v; v = below) {
		below = v->below;
		if (v->ops->news)
			v->ops->news(v, news);
	}
	if (news->kind == NEWS_MISSED)
		missed(app);
}

/* ---- following ------------------------------------------------------------------ */

/* What stands on home was asked for just now; any other screen can be older. */
static void from_now(struct app *app, bool *began)
{
	bool first = !*began;

	*began = true;
	if (!first || (app->top && app->top->below))
		app_news(app, &(struct news){.kind = NEWS_MISSED});
}

static void on_event(struct app *app, const struct event *event, bool user, bool *began)
{
	struct news news = {.kind = event->kind == EVENT_GONE ? NEWS_GONE : NEWS_ENTRY,
		.user = user,
		.own = event->own,
		.entry = event->entry};

	if (event->kind == EVENT_FROM_NOW)
		from_now(app, began);
	else if (event->kind == EVENT_ENTRY || event->kind == EVENT_GONE)
		app_news(app, &news);
}

static void on_domains(void *arg, const struct event *event)
{
	struct app *app = arg;

	on_event(app, event, false, &app->live->domains_began);
}

static void on_users(void *arg, const struct event *event)
{
	struct app *app = arg;

	on_event(app, event, true, &app->live->users_began);
}

static void start(struct app *app)
{
	static const struct strv all;
	const struct settings *s = app->settings;
	struct buf filter = BUF_INIT;
	struct search domains = {.base = s->domains.base,
		.scope = SCOPE_SUBTREE,
		.filter = s->domains.filter,
		.attributes = app->domain_attributes};
	struct search users = {.base = settings_user_search_base(s),
		.scope = SCOPE_SUBTREE,
		.attributes = app->user_attributes};

	query_users_of(s, &all, USERS_ALL, &filter);
	users.filter = filter.s;
	app->live = xcalloc(1, sizeof(*app->live));
	app->live->domains = store_watch(app->store, &domains, on_domains, app);
	app->live->users = store_watch(app->store, &users, on_users, app);
	buf_release(&filter);
}

void live_step(struct app *app)
{
	if (!app->live && store_status(app->store)->phase == STORE_READY)
		start(app);
}

void live_stop(struct app *app)
{
	if (!app->live)
		return;
	store_cancel(app->store, app->live->domains);
	store_cancel(app->store, app->live->users);
	free(app->live);
	app->live = NULL;
}

/* ---- the pace ------------------------------------------------------------------- */

void pace_begun(struct pace *p, struct app *app)
{
	p->due = false;
	p->began_ms = now_ms(app);
}

void pace_ended(struct pace *p, struct app *app)
{
	long now = now_ms(app), pause = (now - p->began_ms) * SHARE;

	p->next_ms = now + (pause > LEAST_MS ? pause : LEAST_MS);
}

bool pace_now(struct pace *p, struct app *app)
{
	if (!p->due)
		return false;
	if (now_ms(app) >= p->next_ms)
		return true;
	app_wake(app, p->next_ms);
	return false;
}
