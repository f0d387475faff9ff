/*
 * System management › Consistency check: what is wrong, gravest first.
 */
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "tui/check.h"
#include "tui/i18n.h"
#include "tui/listscreen.h"
#include "tui/screens.h"
#include "tui/sentence_check.h"
#include "tui/sheet.h"

enum { COLUMN_SEVERITY, COLUMN_ENTRY, COLUMN_WRONG };

/* What is wrong has room for the longest label, below stands the whole sentence. */
static const struct list_column columns[] = {
	{N_("Kind"), 7, 0, 0, false, {N_("warning"), N_("unread"), N_("advice")}, 0},
	{N_("Entry"), 14, 1, 0, false, {NULL}, 0},
	{N_("What is wrong"), 18, 0, 0, false,
		{N_("address held twice"), N_("relay is ourselves"), N_("no mail system")},
		0},
};

struct row {
	char *id;     /* of the finding: stays when the check runs again */
	char *wrong;  /* the sentence */
	char *folded; /* for the filter */
};

struct checkscreen {
	struct list_screen screen;
	struct check *check;   /* whose findings are shown; NULL: none yet */
	struct check *running; /* NULL: none */
	ARRAY(struct row) rows;
};

static struct checkscreen *of(const struct list_screen *s)
{
	return (struct checkscreen *)s;
}

static const struct audit_finding *finding(const struct list_screen *s, size_t row)
{
	return &of(s)->check->findings.v[row];
}

/* ---- running ------------------------------------------------------------------- */

static void drop_rows(struct checkscreen *s)
{
	for (size_t i = 0; i < s->rows.n; i++) {
		free(s->rows.v[i].id);
		free(s->rows.v[i].wrong);
		free(s->rows.v[i].folded);
	}
	s->rows.n = 0;
}

static void add_row(struct checkscreen *s, const struct audit_finding *f)
{
	const char *arg = f->finding.arg[0] ? f->finding.arg[0] : "";
	struct buf id = BUF_INIT, wrong = BUF_INIT, words = BUF_INIT, folded = BUF_INIT;
	struct row *row = array_add(&s->rows);
	enum style style;

	buf_printf(&id, "%s %s %s", f->id, arg, f->dn);
	check_wrong(f, &wrong);
	buf_printf(&words, "%s ", check_severity(f, &style));
	check_about(f, &words);
	buf_printf(&words, " %s", wrong.s);
	text_fold(&folded, words.s);
	row->id = buf_detach(&id);
	row->wrong = buf_detach(&wrong);
	row->folded = buf_detach(&folded);
	buf_release(&words);
}

/* Home shows what was found last. */
static void tell_home(struct checkscreen *s)
{
	struct app *app = s->screen.view.app;

	app->checked = true;
	memcpy(app->check_counts, s->check->counts, sizeof(app->check_counts));
}

static void stop_running(struct checkscreen *s)
{
	struct app *app = s->screen.view.app;

	if (app->check == s->running)
		app->check = NULL;
	check_free(s->running);
	s->running = NULL;
}

/* A run that came to an end; one that failed says why over what was found before. */
static void take(struct checkscreen *s)
{
	struct list_screen *l = &s->screen;
	struct check *done = s->running;

	l->view.app->check = NULL;
	l->loading = false;
	l->err = done->err;
	s->running = NULL;
	if (done->state == CHECK_FAILED) {
		check_free(done);
		return;
	}
	drop_rows(s);
	check_free(s->check);
	s->check = done;
	for (size_t i = 0; i < done->findings.n; i++)
		add_row(s, &done->findings.v[i]);
	tell_home(s);
	list_screen_refresh(l);
}

static void changed(void *arg)
{
	(void)arg; /* tick() looks after each step */
}

static void tick(struct list_screen *l)
{
	struct checkscreen *s = of(l);

	if (!s->running)
		return;
	check_step(s->running, l->view.app->now_ms());
	if (s->running->state != CHECK_RUNNING)
		take(s);
}

static void reload(struct list_screen *l)
{
	struct checkscreen *s = of(l);
	struct app *app = l->view.app;
	const struct check_ports ports = {.settings = app->settings,
		.store = app->store,
		.own = &app->own,
		.resolver = app->resolver,
		.postconf = app->postconf,
		.table = app->table,
		.total = app->users};

	stop_running(s);
	l->loading = true;
	s->running = check_new(&ports, NULL, app->now_ms(), changed, s);
	app->check = s->running;
}

static bool stop(struct list_screen *l)
{
	stop_running(of(l));
	return of(l)->check != NULL;
}

/* ---- rows ---------------------------------------------------------------------- */

static size_t rows(const struct list_screen *l)
{
	return of(l)->rows.n;
}

static void cell(
	struct list_screen *l, size_t n, int column, struct buf *out, enum style *style)
{
	const struct audit_finding *f = finding(l, n);

	switch (column) {
	case COLUMN_SEVERITY:
		buf_puts(out, check_severity(f, style));
		if (f->unread) {
			buf_reset(out);
			buf_puts(out, tr("unread"));
		}
		break;
	case COLUMN_ENTRY:
		if (f->about == ABOUT_SERVER)
			buf_puts(out, "LDAP");
		else
			check_about(f, out);
		break;
	case COLUMN_WRONG:
		buf_puts(out, check_label(f));
		break;
	}
}

static int compare(const struct list_screen *l, size_t a, size_t b, int column)
{
	switch (column) {
	case COLUMN_ENTRY:
		return text_collate(finding(l, a)->name, finding(l, b)->name);
	case COLUMN_WRONG:
		return text_collate(check_label(finding(l, a)), check_label(finding(l, b)));
	default:
		return audit_finding_compare(finding(l, a), finding(l, b));
	}
}

static const char *folded(const struct list_screen *l, size_t row)
{
	return of(l)->rows.v[row].folded;
}

static const char *id(const struct list_screen *l, size_t row)
{
	return of(l)->rows.v[row].id;
}

/* The whole sentence, what mail it touches, and of which entry. */
static void details(const struct list_screen *l, size_t row, struct buf *out)
{
	buf_printf(out, "%s ", of(l)->rows.v[row].wrong);
	check_touches(finding(l, row), out);
}

static void headline(const struct list_screen *l, struct buf *out)
{
	const struct checkscreen *s = of(l);

	if (s->running)
		check_progress(
			s->running, l->view.app->now_ms() - s->running->began_ms, out);
	else if (s->check)
		check_summary(s->check->counts, out);
}

static void copied(const struct list_screen *l, size_t row, struct buf *out)
{
	const struct audit_finding *f = finding(l, row);

	check_about(f, out);
	buf_puts(out, ": ");
	details(l, row, out);
	if (*f->dn)
		buf_printf(out, " %s", f->dn);
}

/* ---- doing --------------------------------------------------------------------- */

static void open_row(struct list_screen *l, size_t row)
{
	const struct audit_finding *f = finding(l, row);
	struct buf text = BUF_INIT;

	switch (f->about) {
	case ABOUT_DOMAIN:
		domain_form_open(l->view.app, f->dn);
		return;
	case ABOUT_USER:
		user_form_open(l->view.app, f->dn);
		return;
	case ABOUT_SERVER:
	case ABOUT_POSTFIX:
		break;
	}
	details(l, row, &text);
	sheet_text(l->view.app, tr("Consistency check"), text.s);
	buf_release(&text);
}

static void press(struct list_screen *l)
{
	reload(l);
}

static bool can(struct list_screen *l, enum action action)
{
	size_t row;

	return action == ACT_MEND && list_screen_selected(l, &row) &&
	       finding(l, row)->repair != REPAIR_NONE;
}

static void act(struct list_screen *l, enum action action)
{
	const struct audit_finding *f;
	size_t row;

	(void)action;
	if (!list_screen_selected(l, &row))
		return;
	f = finding(l, row);
	switch (f->repair) {
	case REPAIR_NONE:
		break;
	case REPAIR_RELAY:
		domain_mend_open(l->view.app, f->dn);
		break;
	case REPAIR_UNSELECT:
		user_unselect_open(l->view.app, f->dn, f->finding.arg[0]);
		break;
	}
}

static void path(struct list_screen *l, struct buf *out)
{
	(void)l;
	buf_printf(out, "%s › %s", tr("System management"), tr("Consistency check"));
}

static void release(struct list_screen *l)
{
	struct checkscreen *s = of(l);

	stop_running(s);
	drop_rows(s);
	array_free(&s->rows);
	check_free(s->check);
}

static const struct list_screen_ops ops = {
	.columns = columns,
	.n_columns = COUNT_OF(columns),
	.button = N_("Check again"),
	.empty = N_("Nothing is wrong."),
	.path = path,
	.rows = rows,
	.cell = cell,
	.compare = compare,
	.folded = folded,
	.id = id,
	.headline = headline,
	.details = details,
	.copied = copied,
	.open = open_row,
	.press = press,
	.reload = reload,
	.stop = stop,
	.tick = tick,
	.can = can,
	.act = act,
	.release = release,
};

void check_open(struct app *app)
{
	struct checkscreen *s = list_screen_new(sizeof(*s), &ops, app);

	list_screen_show(&s->screen);
}
