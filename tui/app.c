#include "tui/view.h"

#include <stdlib.h>
#include <string.h>

#include "core/query.h"
#include "core/text.h"
#include "tui/i18n.h"
#include "tui/live.h"
#include "tui/lock.h"
#include "tui/sentence.h"
#include "tui/sheet.h"
#include "tui/unsaved.h"

enum {
	LEAST_H = 16,
	LEAST_W = 60,
	LEAST_PATH = 12,
	KEPT_MESSAGES = 200,
	WHEEL_ROWS = 3,
	TWICE_MS = 2000
};

/* ---- the stack ---------------------------------------------------------------- */

void *view_new(size_t size, const struct view_ops *ops, struct app *app)
{
	struct view *v = xcalloc(1, size);

	v->ops = ops;
	v->app = app;
	return v;
}

void app_push(struct app *app, struct view *v)
{
	v->below = app->top;
	app->top = v;
}

/* Views are freed at once but their memory lives on until the current key or event is
 * done, so that a view may pop itself. */
void app_pop(struct app *app, struct view *v)
{
	bool there = false;

	for (struct view *at = app->top; at; at = at->below)
		there = there || at == v;
	while (there && app->top) {
		struct view *top = app->top;

		app->top = top->below;
		unsaved_drop(top);
		if (top->ops->free)
			top->ops->free(top);
		top->below = app->dead;
		app->dead = top;
		if (top == v)
			break;
	}
	if (there && app->top && app->top->ops->resume)
		app->top->ops->resume(app->top);
}

static void bury(struct app *app)
{
	while (app->dead) {
		struct view *v = app->dead;

		app->dead = v->below;
		free(v);
	}
}

struct app *app_new(struct settings *settings, struct store *store, const struct strv *own)
{
	struct app *app = xcalloc(1, sizeof(*app));

	app->settings = settings;
	app->store = store;
	app->domain_attributes = query_domain_attributes(settings);
	app->user_attributes = query_user_attributes(settings);
	app->interrupted_ms = -TWICE_MS;
	app->touched_ms = -1;
	if (own)
		strv_copy(&app->own, own);
	return app;
}

void app_free(struct app *app)
{
	if (!app)
		return;
	live_stop(app);
	while (app->top)
		app_pop(app, app->top);
	bury(app);
	lock_release(app);
	unsaved_release(app);
	free(app->identity);
	free(app->login);
	strv_release(&app->own);
	strv_release(&app->asked);
	strv_release(&app->messages);
	array_free(&app->hits);
	free(app->domain_attributes);
	free(app->user_attributes);
	free(app);
}

/* ---- the status line ---------------------------------------------------------- */

static void keep_message(struct app *app, const char *sentence, bool error)
{
	strv_add(&app->messages, sentence);
	if (app->messages.n > KEPT_MESSAGES)
		strv_remove(&app->messages, 0);
	app->message_is_error = error;
	app->message_shown = true;
}

void app_say(struct app *app, const char *sentence)
{
	keep_message(app, sentence, false);
}

void app_complain(struct app *app, const char *sentence)
{
	keep_message(app, sentence, true);
}

void app_note(struct app *app, const char *sentence)
{
	keep_message(app, sentence, true);
	app->message_shown = false;
}

static void show_messages(struct app *app)
{
	struct buf text = BUF_INIT;

	for (size_t i = app->messages.n; i > 0; i--)
		buf_printf(&text, "%s\n", app->messages.v[i - 1]);
	if (!app->messages.n)
		buf_puts(&text, tr("Nothing has happened yet."));
	sheet_text(app, tr("Messages"), text.s);
	buf_release(&text);
}

/* ---- leaving ------------------------------------------------------------------ */

static bool is_clean(struct view *v)
{
	return !v->ops->clean || v->ops->clean(v);
}

/* The first view from the top with unsaved changes, or NULL. */
static struct view *unclean(struct app *app)
{
	for (struct view *v = app->top; v; v = v->below)
		if (!is_clean(v))
			return v;
	return NULL;
}

enum { ANSWER_SAVE = 1, ANSWER_DISCARD, ANSWER_STAY };

static bool answer_leave(void *arg, int id)
{
	struct view *v = arg;
	struct app *app = v->app;

	/* the sheet lies above v: popping v takes it along */
	if (id == ANSWER_DISCARD) {
		app_pop(app, v);
		if (app->leaving)
			app_quit(app);
		return false;
	}
	app->leaving = app->leaving && id == ANSWER_SAVE;
	while (app->top != v)
		app_pop(app, app->top);
	if (id == ANSWER_SAVE)
		v->ops->save(v);
	return false;
}

static void ask_leave(struct app *app, struct view *v)
{
	const char *const answers[3] = {tr("Save"), tr("Discard"), tr("Stay")};

	sheet_ask(app, "", tr("You have unsaved changes."), answers, answer_leave, v);
}

static bool answer_unanswered(void *arg, int id)
{
	struct app *app = arg;

	if (id != 1)
		return true;
	app_pop(app, app->top);
	if (app->writing)
		app->quit = true;
	else
		app_quit(app); /* answered meanwhile, perhaps refused */
	return false;
}

static bool is_asking(const struct app *app)
{
	return app->top && app->top->ops->contexts == CTX_SHEET &&
	       (app->leaving || ((const struct sheet *)app->top)->fn == answer_unanswered);
}

void app_quit(struct app *app)
{
	struct view *v = unclean(app);
	const char *const answers[3] = {tr("Quit"), tr("Stay"), NULL};

	if (is_asking(app))
		return;
	app->leaving = true;
	if (v) {
		ask_leave(app, v);
	} else if (app->writing) {
		app->leaving = false;
		sheet_ask(app, "",
			tr("A save was sent and has not been answered. Quitting does not "
			   "take it back: what became of it is looked up when relais is "
			   "opened again."),
			answers, answer_unanswered, app);
	} else {
		app->quit = true;
	}
}

void app_back(struct app *app, struct view *v)
{
	if (!is_clean(v)) {
		app->leaving = false;
		ask_leave(app, v);
	} else if (v->below) {
		app_pop(app, v);
	}
}

static void interrupt(struct app *app)
{
	long now = app->now_ms ? app->now_ms() : 0;

	if (now - app->interrupted_ms < TWICE_MS) {
		app->quit = true;
		return;
	}
	app->interrupted_ms = now;
	app_quit(app);
}

/* ---- keys --------------------------------------------------------------------- */

/* What gets the keys. */
static struct view *front(const struct app *app)
{
	return app->lock ? app->lock : app->top;
}

static bool app_can(struct app *app, const struct binding *b)
{
	struct view *v = front(app);

	switch ((int)b->action) {
	case ACT_HELP:
	case ACT_MESSAGES:
		return !app->lock && !(v->ops->contexts & CTX_SHEET);
	case ACT_QUIT:
	case ACT_REDRAW:
		return true;
	case ACT_SUSPEND:
		return !app->lock && app->suspend;
	case ACT_BACK:
		return (v->below && !v->ops->stays) ||
		       (v->ops->can && v->ops->can(v, ACT_BACK));
	default:
		return v->ops->can && v->ops->can(v, b->action);
	}
}

static void show_help(struct app *app);

static void app_act(struct app *app, enum action action, keycode key)
{
	struct view *v = front(app);

	switch ((int)action) {
	case ACT_HELP:
		show_help(app);
		break;
	case ACT_MESSAGES:
		show_messages(app);
		break;
	case ACT_REDRAW:
		if (app->redraw)
			app->redraw();
		break;
	case ACT_SUSPEND:
		app->suspend();
		break;
	case ACT_QUIT:
		if (app->lock)
			app->quit = true;
		else if (key == K_CTRL('C'))
			interrupt(app);
		else
			app_quit(app);
		break;
	case ACT_BACK:
		if (v->ops->can && v->ops->can(v, ACT_BACK))
			v->ops->act(v, ACT_BACK);
		else
			app_back(app, v);
		break;
	default:
		v->ops->act(v, action);
	}
}

static bool hit_at(const struct app *app, struct input in, int *id)
{
	for (size_t i = app->hits.n; i > 0; i--) {
		const struct area *a = &app->hits.v[i - 1].area;

		if (in.y < a->y || in.y >= a->y + a->h || in.x < a->x ||
			in.x >= a->x + a->w)
			continue;
		*id = app->hits.v[i - 1].id;
		return true;
	}
	return false;
}

static bool use_mouse(struct app *app, struct input in)
{
	struct view *v = front(app);
	int id;

	if (in.key == K_WHEEL_UP || in.key == K_WHEEL_DOWN) {
		for (int i = 0; i < WHEEL_ROWS; i++)
			v->ops->act(v, in.key == K_WHEEL_UP ? ACT_UP : ACT_DOWN);
		return true;
	}
	if (in.key != K_CLICK)
		return false;
	app->message_shown = false;
	if (v->ops->click && hit_at(app, in, &id))
		v->ops->click(v, id);
	return true;
}

void app_key(struct app *app, struct input in)
{
	struct view *v = front(app);
	struct field *field;
	const struct binding *b;
	bool changed = false;

	if (!v || in.key == K_NONE || in.key == K_RESIZE)
		return;
	if (in.key == K_EOF) {
		app->quit = true;
		return;
	}
	lock_touch(app);
	if (use_mouse(app, in)) {
		bury(app);
		return;
	}
	field = v->ops->field ? v->ops->field(v) : NULL;
	if (field && field_key(field, in, &changed)) {
		if (changed && v->ops->edited)
			v->ops->edited(v);
		bury(app);
		return;
	}
	app->message_shown = false;
	b = key_find(in.key, v->ops->contexts, field != NULL);
	if (b && app_can(app, b))
		app_act(app, b->action, in.key);
	bury(app);
}

void app_wake(struct app *app, long at_ms)
{
	if (!app->wake_ms || at_ms < app->wake_ms)
		app->wake_ms = at_ms > 0 ? at_ms : 1;
}

void app_step(struct app *app)
{
	app->more = false;
	app->wake_ms = 0;
	live_step(app);
	lock_step(app);
	unsaved_step(app);
	for (struct view *v = app->top, *below; v; v = below) {
		below = v->below;
		if (v->ops->tick)
			v->ops->tick(v);
	}
	bury(app);
}

/* ---- help and key line -------------------------------------------------------- */

static void keys_of(const struct binding *b, bool ascii, struct buf *out)
{
	for (size_t i = 0; i < COUNT_OF(b->keys) && b->keys[i] != K_NONE; i++) {
		if (i)
			buf_putc(out, ' ');
		key_label(b->keys[i], ascii, out);
	}
}

static void show_help(struct app *app)
{
	struct sheet *s = sheet_new(app, tr("Keys"), NULL, NULL);
	unsigned contexts = app->top->ops->contexts;
	struct buf keys = BUF_INIT;

	form_text(&s->form, STYLE_DIM,
		tr("Arrows, Tab, Space, Enter and Esc do everything; letters are shortcuts "
		   "outside "
		   "text fields."));
	form_blank(&s->form);
	for (size_t i = 0; i < key_table_n; i++) {
		const struct binding *b = &key_table[i];

		if (b->priority < 0 || !(b->contexts & (contexts | CTX_ANY)) ||
			!app_can(app, b))
			continue;
		buf_reset(&keys);
		keys_of(b, app->ascii, &keys);
		form_pair(&s->form, keys.s, tr(b->label));
	}
	buf_release(&keys);
	sheet_show(s);
}

static int by_priority(const void *a, const void *b)
{
	const struct binding *const *x = a, *const *y = b;

	return (*y)->priority - (*x)->priority;
}

/* The bindings that work now, most important first; as many as fit are shown. */
static void draw_keys(struct app *app, struct canvas *c, struct area a)
{
	const struct binding *list[64];
	struct view *v = front(app);
	struct field *field = v->ops->field ? v->ops->field(v) : NULL;
	struct buf name = BUF_INIT;
	size_t n = 0;
	int x = a.x;

	for (size_t i = 0; i < key_table_n && n < COUNT_OF(list); i++) {
		const struct binding *b = &key_table[i];

		if (b->priority > 0 && key_find(b->keys[0], v->ops->contexts, field) == b &&
			app_can(app, b))
			list[n++] = b;
	}
	qsort(list, n, sizeof(list[0]), by_priority);
	for (size_t i = 0; i < n; i++) {
		const char *label = tr(list[i]->label);
		int width;

		buf_reset(&name);
		key_label(list[i]->keys[0], app->ascii, &name);
		width = text_width(name.s) + 1 + text_width(label);
		if (x + width > a.x + a.w)
			continue;
		x += canvas_text(c, a.y, x, a.w, STYLE_KEY, name.s) + 1;
		x += canvas_text(c, a.y, x, a.x + a.w - x, STYLE_DIM, label) + 3;
	}
	buf_release(&name);
}

/* ---- drawing ------------------------------------------------------------------ */

static void path_of(struct view *v, struct buf *out, const char *between)
{
	if (v->below)
		path_of(v->below, out, between);
	if (v->ops->popup || !v->ops->path)
		return;
	if (out->len)
		buf_puts(out, between);
	v->ops->path(v, out);
}

/* Who and state; the server's name, and where changes are made, where there is room for
 * them and some of the path. */
static int draw_state(struct app *app, struct canvas *c)
{
	struct store_status status = *store_status(app->store);
	const char **const goes_first[] = {&status.provider, &status.server};
	struct buf state = BUF_INIT;
	enum style style = STYLE_DIM;
	int width;

	sentence_status(&status, canvas_glyph(c, GLYPH_DOT), &state, &style);
	for (size_t i = 0;
		i < COUNT_OF(goes_first) && text_width(state.s) > c->w - LEAST_PATH; i++) {
		*goes_first[i] = "";
		buf_reset(&state);
		sentence_status(&status, canvas_glyph(c, GLYPH_DOT), &state, &style);
	}
	width = text_width(state.s);
	canvas_text(c, 0, c->w - width, width, style, state.s);
	buf_release(&state);
	return width;
}

/* The path is cut from its left; who and state never are. */
static void draw_header(struct app *app, struct canvas *c)
{
	struct buf path = BUF_INIT;
	int right = draw_state(app, c);

	path_of(front(app), &path, app->ascii ? " > " : " › ");
	if (!path.len)
		buf_puts(&path, "relais");
	canvas_column(c, 0, 0, c->w - right - 2, STYLE_TITLE,
		canvas_width(path.s, c->w) > c->w - right - 2, path.s);
	canvas_hline(c, 1, 0, c->w, STYLE_DIM);
	buf_release(&path);
}

/* The status line; a long message takes more lines, from the body. Returns how many. */
static int draw_status(struct app *app, struct canvas *c)
{
	enum { MOST = 4 };
	enum style style = app->message_is_error ? STYLE_ERROR : STYLE_GOOD;
	struct buf warning = BUF_INIT;
	const char *message = NULL;
	int lines = 1;

	if (lock_warning(app, &warning)) {
		style = STYLE_WARNING;
		message = warning.s;
	} else if (app->message_shown && app->messages.n && !app->lock) {
		message = app->messages.v[app->messages.n - 1];
	}
	if (message) {
		lines = canvas_wrap(NULL, 0, 0, c->w, MOST, style, message);
		canvas_wrap(c, c->h - 1 - lines, 0, c->w, MOST, style, message);
	}
	buf_release(&warning);
	return lines;
}

static void draw_views(struct view *v, struct canvas *c, struct area a)
{
	if (v->ops->popup && v->below)
		draw_views(v->below, c, a);
	if (v->ops->popup) {
		canvas_cursor(c, -1, -1);
		canvas_no_hits(c); /* only the top view is asked */
	}
	v->ops->draw(v, c, a);
}

void app_draw(struct app *app, struct canvas *c)
{
	int status;

	c->ascii = app->ascii;
	canvas_clear(c);
	if (c->h < LEAST_H || c->w < LEAST_W) {
		canvas_wrap(c, 0, 0, c->w, c->h, STYLE_TEXT,
			tr("relais needs a terminal of at least 60 columns and 16 lines."));
		return;
	}
	if (!app->top)
		return;
	draw_header(app, c);
	status = draw_status(app, c);
	draw_views(front(app), c, (struct area){2, 1, c->h - 3 - status, c->w - 2});
	draw_keys(app, c, (struct area){c->h - 1, 0, 1, c->w});
	app->hits.n = 0;
	for (size_t i = 0; i < c->hits.n; i++)
		*array_add(&app->hits) = c->hits.v[i];
}
