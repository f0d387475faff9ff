/* The other names of the domain form: shown, counted, added, removed. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/address.h"
#include "core/domainname.h"
#include "core/query.h"
#include "core/schema.h"
#include "tui/domain_parts.h"
#include "tui/domainform_parts.h"
#include "tui/i18n.h"
#include "tui/sentence.h"

/* ---- which ---------------------------------------------------------------------- */

/* Of a domain with more names nobody waits for two searches each. */
enum { MOST_COUNTED = 200 };

enum name_state { NAME_KEPT, NAME_COMES, NAME_GOES };

void domain_names_forget_typed(struct domain_form *f)
{
	domain_release(&f->typed);
}

/* Read once for all names: a domain may have a hundred thousand. */
static const struct domain *typed_of(const struct domain_form *form)
{
	struct domain_form *f = (struct domain_form *)(uintptr_t)form;

	if (!f->typed.name)
		domain_form_typed(f, &f->typed);
	return &f->typed;
}

void domain_names_shown(const struct domain_form *f, struct strv *out)
{
	const struct domain *typed = typed_of(f);

	for (size_t i = 1; i < f->domain.names.n; i++)
		strv_add(out, f->domain.names.v[i]);
	for (size_t i = 1; i < typed->names.n; i++)
		if (!domain_has_name(&f->domain, typed->names.v[i]) &&
			!strv_has_case(out, typed->names.v[i]))
			strv_add(out, typed->names.v[i]);
}

static enum name_state state_of(const struct domain_form *f, const char *name)
{
	if (!domain_has_name(&f->domain, name))
		return NAME_COMES;
	return domain_has_name(typed_of(f), name) ? NAME_KEPT : NAME_GOES;
}

/* The name under the cursor, the caller's to free(3); NULL: none. */
static char *focused_name(const struct domain_form *f, int id)
{
	struct strv names = {0};
	char *name = NULL;

	domain_names_shown(f, &names);
	if (id >= ID_NAME && (size_t)(id - ID_NAME) < names.n)
		name = xstrdup(names.v[id - ID_NAME]);
	strv_release(&names);
	return name;
}

/* Whether what stands in the edit, as typed or as shown, is this name. */
static bool is_name(const char *typed, const char *name)
{
	struct buf form = BUF_INIT;
	bool same = strcasecmp(typed, name) == 0;

	domainname_shown(name, &form);
	same = same || strcmp(typed, form.s) == 0;
	buf_reset(&form);
	same = same ||
	       (domainname_canonical(typed, &form) == RULE_OK && strcmp(form.s, name) == 0);
	buf_release(&form);
	return same;
}

static void drop_name(struct domain_form *f, const char *name)
{
	for (size_t i = f->edit.aliases.n; i > 0; i--)
		if (is_name(f->edit.aliases.v[i - 1], name))
			strv_remove(&f->edit.aliases, i - 1);
	domain_names_forget_typed(f);
}

void domain_names_take(struct domain_form *f, const char *name)
{
	struct buf shown = BUF_INIT;

	domainname_shown(name, &shown);
	drop_name(f, name);
	strv_add(&f->edit.aliases, shown.s);
	domain_names_forget_typed(f);
	buf_release(&shown);
}

/* ---- counting ------------------------------------------------------------------- */

static bool uncounted(const struct domain_form *f)
{
	return f->domain.names.n > MOST_COUNTED;
}

static struct name_count *count_of(const struct domain_form *f, const char *name)
{
	for (size_t i = 0; i < f->counts.n; i++)
		if (strcasecmp(f->counts.v[i].name, name) == 0)
			return &f->counts.v[i];
	return NULL;
}

static void drop_counts(struct domain_form *f)
{
	for (size_t i = 0; i < f->counts.n; i++)
		free(f->counts.v[i].name);
	array_free(&f->counts);
}

static void count_next(struct domain_form *f);

static void counted(void *arg)
{
	struct domain_form *f = arg;
	struct name_count *c = &f->counts.v[f->counting / 2];

	*(f->counting % 2 ? &c->lacking : &c->holding) = fetch_count(&f->count);
	f->counting++;
	count_next(f);
	editor_touch(&f->editor);
}

static void query_holding(const struct domain_form *f, const char *name, struct buf *filter)
{
	struct strv one = {0};

	strv_add(&one, name);
	query_holders_in(f->editor.view.app->settings, &one, filter);
	strv_release(&one);
}

static void query_lacking(const struct domain_form *f, const char *name, struct buf *filter)
{
	struct strv others = {0};

	for (size_t i = 0; i < f->domain.names.n; i++)
		if (strcasecmp(f->domain.names.v[i], name) != 0)
			strv_add(&others, f->domain.names.v[i]);
	query_users_lacking(f->editor.view.app->settings, &others, name, filter);
	strv_release(&others);
}

static void start_count(const struct domain_form *f, struct fetch *fetch,
	const char *filter, void (*on_done)(void *arg))
{
	struct app *app = f->editor.view.app;
	struct search search = {
		.base = settings_user_search_base(app->settings),
		.scope = SCOPE_SUBTREE,
		.filter = filter,
		.count_only = true,
	};

	fetch_start(fetch, app->store, &search, on_done, (void *)(uintptr_t)f);
}

static void count_next(struct domain_form *f)
{
	struct buf filter = BUF_INIT;
	const char *name;

	if (f->counting >= f->counts.n * 2)
		return;
	name = f->counts.v[f->counting / 2].name;
	if (f->counting % 2)
		query_lacking(f, name, &filter);
	else
		query_holding(f, name, &filter);
	start_count(f, &f->count, filter.s, counted);
	buf_release(&filter);
}

/* What was known stays known until it is counted anew. */
static void count_again(struct domain_form *f, const struct strv *names)
{
	ARRAY(struct name_count) fresh = {0};

	fetch_stop(&f->count);
	for (size_t i = 0; i < names->n && !uncounted(f); i++) {
		const struct name_count *was = count_of(f, names->v[i]);
		struct name_count *c = array_add(&fresh);

		if (was)
			*c = *was;
		c->name = xstrdup(names->v[i]);
	}
	drop_counts(f);
	f->counts.v = fresh.v;
	f->counts.n = fresh.n;
	f->counts.cap = fresh.cap;
	f->counts_old = false;
	f->counting = 0;
	count_next(f);
}

/* ---- names that go -------------------------------------------------------------- */

static void keys_of(const struct attribute *a, struct strv *out)
{
	struct buf key = BUF_INIT;

	for (size_t i = 0; a && i < a->values.n; i++) {
		buf_reset(&key);
		address_key(a->values.v[i].p, &key);
		strv_add(out, key.s);
	}
	buf_release(&key);
}

static void without(const struct strv *all, const struct strv *some, struct strv *out)
{
	for (size_t i = 0; i < all->n; i++)
		if (!strv_has_case(some, all->v[i]))
			strv_add(out, all->v[i]);
}

void domain_names_of_change(const struct change *c, struct strv *gone, struct strv *come)
{
	struct strv before = {0}, after = {0};

	change_result(c, ATTR_DOMAIN, &after);
	if (c->before)
		keys_of(entry_get(c->before, ATTR_DOMAIN), &before);
	without(&before, &after, gone);
	without(&after, &before, come);
	strv_release(&before);
	strv_release(&after);
}

static void names_going(const struct domain_form *f, struct strv *out)
{
	struct strv come = {0}, names = {0};

	if (f->editor.phase == EDITOR_VERIFYING && f->editor.plan) {
		f->editor.plan->rewind(f->editor.plan);
		domain_names_of_change(f->editor.plan->next(f->editor.plan), out, &come);
		strv_release(&come);
		return;
	}
	if (f->editor.entry)
		domain_names_shown(f, &names);
	for (size_t i = 0; i < names.n; i++)
		if (state_of(f, names.v[i]) == NAME_GOES)
			strv_add(out, names.v[i]);
	strv_release(&names);
}

static void use_next(struct domain_form *f);

static void use_counted(void *arg)
{
	struct domain_form *f = arg;
	struct name_use *use;

	if (f->use.outcome == OUTCOME_FAILED) {
		f->editor.look_err = f->use.err;
		editor_arrived(&f->editor);
		return;
	}
	use = array_add(&f->uses);
	use->name = f->going.v[f->uses.n - 1];
	use->users = f->use.count;
	use_next(f);
}

static void use_next(struct domain_form *f)
{
	struct buf filter = BUF_INIT;

	if (f->uses.n == f->going.n) {
		editor_arrived(&f->editor);
		return;
	}
	query_holding(f, f->going.v[f->uses.n], &filter);
	start_count(f, &f->use, filter.s, use_counted);
	buf_release(&filter);
}

void domain_names_stop_going(struct domain_form *f)
{
	fetch_stop(&f->use);
}

void domain_names_count_going(struct domain_form *f)
{
	fetch_stop(&f->use);
	array_free(&f->uses);
	f->around.name_uses = NULL;
	f->around.n_name_uses = 0;
	strv_release(&f->going);
	names_going(f, &f->going);
	if (f->going.n == 0)
		return;
	editor_await(&f->editor);
	use_next(f);
}

/* ---- the list ------------------------------------------------------------------- */

static void lacking_words(const struct name_count *c, struct buf *out)
{
	struct buf number = BUF_INIT;

	if (!c || c->lacking.state == COUNT_RUNS) {
		buf_puts(out, "…");
	} else if (c->lacking.state == COUNT_EXACT && c->lacking.n == 0) {
		buf_puts(out, tr("every user has one here"));
	} else {
		count_shown(&c->lacking, &number);
		buf_printf(out,
			tr_n("%s user has no address here", "%s users have no address here",
				count_plural(&c->lacking)),
			number.s);
	}
	buf_release(&number);
}

static bool lacks(const struct name_count *c)
{
	return c && c->lacking.n > 0;
}

static void state_words(
	const struct domain_form *f, const char *name, struct buf *out, enum style *style)
{
	const struct name_count *c = count_of(f, name);

	*style = STYLE_DIM;
	switch (state_of(f, name)) {
	case NAME_KEPT:
		if (!uncounted(f))
			lacking_words(c, out);
		if (lacks(c))
			*style = STYLE_TEXT;
		break;
	case NAME_COMES:
		buf_puts(out, tr("added when you save"));
		*style = STYLE_ACCENT;
		break;
	case NAME_GOES:
		buf_puts(out, tr("removed when you save; Enter keeps it"));
		*style = STYLE_ACCENT;
		break;
	}
}

/* The gravest that is said of this name. */
static void note_name(struct domain_form *f, struct form_item *item, const char *name)
{
	const struct finding *worst = NULL;
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < f->editor.findings.n; i++) {
		const struct finding *found = &f->editor.findings.v[i];

		if (found->field == FIELD_ALIASES && found->arg[0] &&
			is_name(found->arg[0], name) &&
			(!worst || found->severity > worst->severity))
			worst = found;
	}
	if (!worst)
		return;
	sentence_finding(worst, &text);
	form_note(item, worst->severity == SEVERITY_ERROR ? STYLE_ERROR : STYLE_WARNING,
		text.s);
	if (worst->severity == SEVERITY_ERROR)
		item->noted = FIELD_ALIASES;
	buf_release(&text);
}

static void name_item(struct domain_form *f, size_t i, const char *name)
{
	struct buf shown = BUF_INIT, words = BUF_INIT;
	struct form_item *item;
	enum style style;

	domainname_shown(name, &shown);
	state_words(f, name, &words, &style);
	item = form_check(&f->editor.form, ID_NAME + (int)i, shown.s, false, words.s);
	item->plain = true;
	item->indent = 2;
	item->style = style;
	note_name(f, item, name);
	buf_release(&shown);
	buf_release(&words);
}

void domain_names_build(struct domain_form *f)
{
	struct form *form = &f->editor.form;
	struct form_item *heading = form_heading(form, tr("Other names"));
	struct strv names = {0};

	if (f->editor.refused.code != ERR_NONE)
		editor_note(&f->editor, heading, FIELD_ALIASES);
	domain_names_shown(f, &names);
	if (f->counts_old && f->editor.phase == EDITOR_READY)
		count_again(f, &names);
	for (size_t i = 0; i < names.n; i++)
		name_item(f, i, names.v[i]);
	if (!domain_names_locked(f))
		form_button(form, ID_ADD_NAME, tr("Add a name"));
	strv_release(&names);
}

/* ---- doing ---------------------------------------------------------------------- */

/* Refused at once where it is known that users have addresses there; where it isn't, the
 * form counts them. */
static void remove_name(struct domain_form *f, const char *name)
{
	const struct name_count *c = count_of(f, name);
	struct finding held = {.rule = RULE_DOMAIN_IN_USE};
	struct buf text = BUF_INIT, copy = BUF_INIT;

	buf_puts(&copy, name);
	if (state_of(f, name) == NAME_KEPT && c && c->holding.n) {
		held.arg[0] = copy.s;
		held.n = c->holding.n;
		sentence_finding(&held, &text);
		app_complain(f->editor.view.app, text.s);
	} else {
		drop_name(f, name);
		editor_touch(&f->editor);
		editor_look_around(&f->editor);
	}
	buf_release(&text);
	buf_release(&copy);
}

static void give_name(struct domain_form *f, const char *name)
{
	const struct name_count *c = count_of(f, name);
	struct app *app = f->editor.view.app;

	if (state_of(f, name) == NAME_COMES)
		app_say(app, tr("Save it first: then its users can be given addresses."));
	else if (uncounted(f))
		domain_spread_open(app, f->editor.entry, name, 0);
	else if (!c || c->lacking.state == COUNT_RUNS)
		app_say(app, tr("Not yet: users are still being counted."));
	else if (c->lacking.state == COUNT_EXACT && c->lacking.n == 0)
		app_say(app, tr("Every user of the domain has an address there."));
	else
		domain_spread_open(app, f->editor.entry, name,
			c->lacking.state == COUNT_EXACT ? c->lacking.n : 0);
}

void domain_names_press(struct domain_form *f, int id)
{
	char *name = focused_name(f, id);

	f->editor.refused = (struct err){0};
	if (id == ID_ADD_NAME) {
		domain_name_ask(f);
	} else if (name && state_of(f, name) == NAME_GOES) {
		domain_names_take(f, name);
		editor_touch(&f->editor);
		editor_look_around(&f->editor);
	} else if (name) {
		give_name(f, name);
	}
	free(name);
}

bool domain_names_can(struct domain_form *f, enum action action)
{
	char *name = focused_name(f, f->editor.form.focus);
	bool can = false;

	if (action == ACT_ADD)
		can = !domain_names_locked(f);
	else if (action == ACT_REMOVE)
		can = name && !domain_names_locked(f) && state_of(f, name) != NAME_GOES;
	else if (action == ACT_GIVE)
		can = name && state_of(f, name) == NAME_KEPT && lacks(count_of(f, name));
	free(name);
	return can;
}

void domain_names_act(struct domain_form *f, enum action action)
{
	char *name = focused_name(f, f->editor.form.focus);

	if (action == ACT_ADD)
		domain_name_ask(f);
	else if (action == ACT_REMOVE && name)
		remove_name(f, name);
	else if (action == ACT_GIVE && name)
		give_name(f, name);
	free(name);
}

void domain_names_copied(const struct domain_form *f, int id, struct buf *out)
{
	char *name = focused_name(f, id);

	if (name)
		buf_puts(out, name);
	free(name);
}

void domain_names_release(struct domain_form *f)
{
	fetch_stop(&f->count);
	fetch_stop(&f->use);
	fetch_stop(&f->add_look);
	drop_counts(f);
	array_free(&f->uses);
	domain_names_forget_typed(f);
	strv_release(&f->going);
	strv_release(&f->disputed);
	strv_release(&f->labels);
	field_release(&f->add);
}
