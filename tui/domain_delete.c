/*
 * Deleting a domain: what depends on it, its name typed, the review, and once it is written
 * whether somebody else used it meanwhile.
 */
#include <stdlib.h>
#include <string.h>

#include "core/domainname.h"
#include "core/probe.h"
#include "core/query.h"
#include "core/schema.h"
#include "tui/domain_delete_parts.h"
#include "tui/domain_parts.h"
#include "tui/i18n.h"
#include "tui/review.h"
#include "tui/screens.h"
#include "tui/sentence.h"

static struct app *app_of(const struct removal *r)
{
	return r->sheet.view.app;
}

static void permitted(void *arg)
{
	removal_build(arg);
}

static void become(struct removal *r, enum removal_phase phase)
{
	r->phase = phase;
	r->sheet.form.focus = phase == PHASE_ASKING ? ID_NAME : ID_CANCEL;
	removal_build(r);
}

static void fail(struct removal *r, const struct err *err)
{
	r->err = *err;
	become(r, PHASE_FAILED);
}

/* ---- reading -------------------------------------------------------------------- */

static void begin_review(struct removal *r);
static void verified(struct removal *r);

static void stop_reading(struct removal *r)
{
	fetch_stop(&r->entry);
	fetch_stop(&r->schema);
	fetch_stop(&r->users);
	fetch_stop(&r->below);
	fetch_stop(&r->still);
	r->waiting = 0;
}

static void count_of(const struct fetch *f, unsigned long but, struct count *out)
{
	*out = fetch_count(f);
	out->n = out->n > but ? out->n - but : 0;
}

static void all_came(struct removal *r)
{
	if (r->users.outcome == OUTCOME_FAILED) {
		fail(r, &r->users.err);
		return;
	}
	if (r->below.outcome == OUTCOME_FAILED) {
		fail(r, &r->below.err);
		return;
	}
	count_of(&r->users, 0, &r->n_users);
	count_of(&r->below, 1, &r->n_below); /* the entry itself */
	if (r->n_users.n || r->n_below.n)
		become(r, PHASE_HELD);
	else if (r->phase == PHASE_CHECKING)
		begin_review(r);
	else
		become(r, PHASE_ASKING);
}

static void one_came(void *arg)
{
	struct removal *r = arg;

	if (--r->waiting > 0)
		return;
	if (r->phase == PHASE_VERIFYING)
		verified(r);
	else
		all_came(r);
}

static void ask(struct removal *r, struct fetch *f, const struct search *search)
{
	r->waiting++;
	fetch_start(f, app_of(r)->store, search, one_came, r);
}

static void ask_users(struct removal *r)
{
	const struct settings *settings = app_of(r)->settings;
	struct buf filter = BUF_INIT;

	query_holders_in(settings, &r->names, &filter);
	ask(r, &r->users,
		&(struct search){.base = settings_user_search_base(settings),
			.scope = SCOPE_SUBTREE,
			.filter = filter.s,
			.count_only = true});
	buf_release(&filter);
}

static void ask_below(struct removal *r)
{
	ask(r, &r->below,
		&(struct search){.base = r->dn,
			.scope = SCOPE_SUBTREE,
			.filter = "(objectClass=*)",
			.count_only = true});
}

/* Which class holds which attribute, where the server says where that is written. */
static void ask_schema(struct removal *r)
{
	static const char *const attributes[] = {"objectClasses", NULL};
	const char *dn = entry_text(r->now, "subschemaSubentry");

	fetch_stop(&r->schema);
	if (*dn)
		ask(r, &r->schema,
			&(struct search){.base = dn,
				.scope = SCOPE_BASE,
				.filter = "(objectClass=subschema)",
				.attributes = attributes});
}

/* The entry, or what is relais' in another's. */
static void ask_rights(struct removal *r)
{
	rights_stop(&r->rights);
	if (domain_is_ours(r->now))
		rights_wish(
			&r->rights, RIGHT_ENTRY, NULL, change_new(CHANGE_DELETE, r->dn));
	else
		rights_wish(&r->rights, ATTR_RELAY, NULL,
			probe_value(r->now, ATTR_RELAY, NULL));
	rights_ask(&r->rights, app_of(r)->store, permitted, r);
}

bool removal_denied(const struct removal *r)
{
	return rights_all_denied(&r->rights);
}

static void entry_came(void *arg)
{
	struct removal *r = arg;
	const struct entry *e = fetch_first(&r->entry);
	struct err gone;
	struct domain d;

	err_set(&gone, ERR_NO_SUCH_OBJECT, 32, NULL, r->dn, NULL);
	if (!e || !domain_decode(e, &d)) {
		fail(r, r->entry.outcome == OUTCOME_FAILED ? &r->entry.err : &gone);
		return;
	}
	entry_free(r->now);
	r->now = entry_copy(e);
	strv_copy(&r->names, &d.names);
	domain_release(&d);
	r->waiting = 1; /* until all is asked */
	ask_users(r);
	ask_below(r);
	ask_schema(r);
	ask_rights(r);
	one_came(r);
}

static void read_all(struct removal *r)
{
	struct search search = {
		.base = r->dn, .scope = SCOPE_BASE, .filter = "(objectClass=*)"};

	stop_reading(r);
	fetch_start(&r->entry, app_of(r)->store, &search, entry_came, r);
}

/* ---- writing -------------------------------------------------------------------- */

static void finish(struct removal *r)
{
	app_of(r)->writing -= r->counted;
	r->counted = false;
}

static void begin_write(struct removal *r, bool undoing);

static const struct change *saved(struct removal *r)
{
	r->plan->rewind(r->plan);
	return r->plan->next(r->plan);
}

/* Users in its names, entries below what is left, and whether that is a domain still. */
static void verify(struct removal *r)
{
	const struct settings *settings = app_of(r)->settings;

	become(r, PHASE_VERIFYING);
	stop_reading(r);
	r->waiting = 1;
	ask_users(r);
	if (saved(r)->kind == CHANGE_MODIFY) {
		ask_below(r);
		ask(r, &r->still,
			&(struct search){.base = r->dn,
				.scope = SCOPE_BASE,
				.filter = settings->domains.filter,
				.count_only = true});
	}
	one_came(r);
}

enum { CROSSED_UNDO = 1 };

static bool answer_crossed(void *arg, int id)
{
	struct removal *r = arg;

	if (id != CROSSED_UNDO) {
		app_pop(app_of(r), &r->sheet.view);
		return false;
	}
	plan_free(r->plan);
	r->plan = r->undo;
	r->undo = NULL;
	begin_write(r, true);
	return true;
}

static void ask_crossed(struct removal *r)
{
	const char *const answers[3] = {tr("Undo my change"), tr("Keep it"), NULL};
	struct count n = r->n_users.n ? r->n_users : r->n_below;
	struct buf number = BUF_INIT, text = BUF_INIT;

	count_shown(&n, &number);
	buf_printf(&text,
		r->n_users.n
			? tr_n("While %s was deleted, %s user got an address there: "
			       "that mail is refused (554).",
				  "While %s was deleted, %s users got addresses there: "
				  "that mail is refused (554).",
				  count_plural(&n))
			: tr_n("While %s was deleted, %s entry was added below it.",
				  "While %s was deleted, %s entries were added below "
				  "it.",
				  count_plural(&n)),
		r->name, number.s);
	app_note(app_of(r), text.s);
	become(r, PHASE_VERIFYING);
	sheet_ask(app_of(r), tr("Two changes crossed"), text.s, answers, answer_crossed, r);
	buf_release(&number);
	buf_release(&text);
}

static void say_deleted(struct removal *r)
{
	struct buf text = BUF_INIT;

	if (r->users.outcome == OUTCOME_FAILED) {
		app_complain(app_of(r),
			tr("Saved, but the directory didn't answer whether somebody else "
			   "saved at the same time: look at the entry again."));
	} else if (r->still.done && r->still.count) {
		app_complain(app_of(r), tr("What relais had in it is gone, but by the "
					   "configured filter the "
					   "entry is a domain still."));
	} else {
		buf_printf(&text, tr("Deleted %s: mail to it is refused from now on."),
			r->name);
		app_say(app_of(r), text.s);
	}
	app_pop(app_of(r), &r->sheet.view);
	buf_release(&text);
}

static void verified(struct removal *r)
{
	count_of(&r->users, 0, &r->n_users);
	r->n_below = (struct count){0};
	if (r->below.done)
		count_of(&r->below, 1, &r->n_below);
	finish(r);
	if (r->n_users.n || r->n_below.n)
		ask_crossed(r);
	else
		say_deleted(r);
}

static void written(struct removal *r)
{
	app_of(r)->generation++;
	if (!r->undoing) {
		verify(r);
		return;
	}
	finish(r);
	app_say(app_of(r), tr("Taken back: everything is as it was before."));
	app_pop(app_of(r), &r->sheet.view);
}

static void not_written(struct removal *r, const struct event *event)
{
	struct err err = {0};

	finish(r);
	app_of(r)->generation++; /* the list shows what is no longer so */
	if (event->outcome == OUTCOME_UNKNOWN) {
		app_complain(app_of(r),
			tr("The connection was lost before the answer came: the save may "
			   "have happened. Saving again is safe: it is refused where it "
			   "has."));
		app_pop(app_of(r), &r->sheet.view);
		return;
	}
	if (event->outcome == OUTCOME_STALE)
		err_set(&err, event->entry ? ERR_ASSERTION : ERR_NO_SUCH_OBJECT,
			event->entry ? 122 : 32, NULL, r->dn, NULL);
	else
		err = *event->err;
	fail(r, &err);
}

static void on_write(void *arg, const struct event *event)
{
	struct removal *r = arg;

	if (event->kind == EVENT_DONE) {
		r->write = NULL;
		if (r->phase == PHASE_WRITING) /* it ended before it reached the change */
			not_written(r, &(struct event){.outcome = OUTCOME_UNKNOWN});
	} else if (event->kind == EVENT_PROGRESS && event->outcome == OUTCOME_UNKNOWN) {
		r->lost = true;
		removal_build(r);
	} else if (event->kind == EVENT_CHANGED) {
		r->lost = r->lost && event->outcome == OUTCOME_STALE;
		if (event->outcome == OUTCOME_OK)
			written(r);
		else
			not_written(r, event);
	}
}

static void begin_write(struct removal *r, bool undoing)
{
	r->undoing = undoing;
	r->lost = false;
	plan_free(r->undo);
	r->undo = plan_inverse(r->plan);
	app_of(r)->writing += !r->counted;
	r->counted = true;
	become(r, PHASE_WRITING);
	r->write = store_apply(app_of(r)->store, r->plan, on_write, r);
}

/* ---- the review ----------------------------------------------------------------- */

static void reviewed(void *arg, bool save)
{
	struct removal *r = arg;

	if (save)
		begin_write(r, false);
	else
		become(r, PHASE_ASKING);
}

static struct change *removal_change(struct removal *r)
{
	const struct entry *schema = fetch_first(&r->schema);

	return domain_remove_change(
		r->now, schema ? entry_get(schema, "objectClasses") : NULL);
}

static void begin_review(struct removal *r)
{
	struct change *change = removal_change(r);
	struct findings findings = {0};
	struct buf title = BUF_INIT;
	struct sheet *sheet;

	become(r, PHASE_ASKING);
	if (removal_denied(r)) {
		change_free(change);
		return;
	}
	if (app_of(r)->top != &r->sheet.view) { /* something else is asked: once more */
		change_free(change);
		return;
	}
	if (!change) {
		app_complain(app_of(r), tr("Nothing of relais is in this entry: what made "
					   "it a domain takes "
					   "it away."));
		return;
	}
	for (size_t i = 0; i < r->names.n; i++)
		findings_add(&findings, RULE_DOMAIN_LET_GO, SEVERITY_WARNING, FIELD_NAME, 0,
			r->names.v[i], NULL, NULL);
	buf_printf(&title, tr("Delete %s?"), r->name);
	plan_free(r->plan);
	r->plan = plan_of_change(change, r->why ? r->why : title.s);
	sheet = review_new(app_of(r), title.s, r->plan, &findings, reviewed, r);
	review_show(sheet, tr("Delete"));
	findings_release(&findings);
	buf_release(&title);
}

/* ---- the sheet ------------------------------------------------------------------ */

static bool is_its_name(const struct removal *r)
{
	struct buf typed = BUF_INIT;
	bool same = domainname_canonical(r->typed.text.s, &typed) == RULE_OK &&
		    strcmp(typed.s, r->names.v[0]) == 0;

	buf_release(&typed);
	return same || strcmp(r->typed.text.s, r->name) == 0;
}

static void try_delete(struct removal *r)
{
	r->wrong = !is_its_name(r);
	if (r->wrong) {
		become(r, PHASE_ASKING);
		return;
	}
	become(r, PHASE_CHECKING);
	read_all(r);
}

static bool answer_leave(void *arg, int id)
{
	struct removal *r = arg;

	if (id != 2)
		return true;
	if (r->phase == PHASE_WRITING || r->phase == PHASE_VERIFYING)
		app_complain(app_of(r), tr("You left before the save was answered: what "
					   "became of it is told "
					   "when it is known."));
	app_pop(app_of(r), &r->sheet.view);
	return false;
}

static bool back(struct removal *r)
{
	const char *const answers[3] = {tr("Stay"), tr("Leave"), NULL};

	switch (r->phase) {
	case PHASE_CHECKING:
		stop_reading(r);
		become(r, PHASE_ASKING);
		return false;
	case PHASE_WRITING:
	case PHASE_VERIFYING:
		sheet_ask(app_of(r), "",
			tr("The save was sent and its answer hasn't come. Leaving doesn't "
			   "take it back."),
			answers, answer_leave, r);
		return false;
	case PHASE_READING:
	case PHASE_HELD:
	case PHASE_FAILED:
	case PHASE_ASKING:
		break;
	}
	return true;
}

static bool answer(void *arg, int id)
{
	struct removal *r = arg;

	switch (id) {
	case ID_DELETE:
		try_delete(r);
		return false;
	case ID_SHOW_USERS: {
		struct app *app = app_of(r);
		struct strv names = {0};

		strv_copy(&names, &r->names);
		app_pop(app, &r->sheet.view);
		users_open(app, &names);
		strv_release(&names);
		return false;
	}
	default:
		return back(r);
	}
}

static void edited(void *arg)
{
	struct removal *r = arg;

	if (r->wrong) {
		r->wrong = false;
		removal_build(r);
	}
}

static void release(void *arg)
{
	struct removal *r = arg;

	stop_reading(r);
	if (r->write)
		store_cancel(app_of(r)->store, r->write);
	finish(r);
	entry_free(r->now);
	rights_release(&r->rights);
	strv_release(&r->names);
	plan_free(r->plan);
	plan_free(r->undo);
	field_release(&r->typed);
	free(r->dn);
	free(r->name);
	free(r->why);
}

static void open_removal(struct app *app, const char *dn, const char *name, const char *why)
{
	struct removal *r;
	struct buf title = BUF_INIT;

	buf_printf(&title, tr("Delete %s?"), name);
	r = sheet_new_sized(sizeof(*r), app, title.s, answer, NULL);
	r->sheet.arg = r;
	r->sheet.edited = edited;
	r->sheet.release = release;
	r->dn = xstrdup(dn);
	r->name = xstrdup(name);
	r->why = why ? xstrdup(why) : NULL;
	field_init(&r->typed, "");
	become(r, PHASE_READING);
	sheet_show(&r->sheet);
	read_all(r);
	buf_release(&title);
}

void domain_delete_open(struct app *app, const char *dn, const char *name)
{
	open_removal(app, dn, name, NULL);
}

void domain_delete_undo_open(
	struct app *app, const char *dn, const char *name, const char *why)
{
	open_removal(app, dn, name, why);
}
