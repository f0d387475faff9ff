/*
 * A domain's other name given to the users who have no address there
 * (System management › Supervised domains › NAME › OTHER NAME).
 */
#include <stdlib.h>
#include <string.h>

#include "core/address.h"
#include "core/domainname.h"
#include "core/query.h"
#include "core/spread.h"
#include "tui/bulk.h"
#include "tui/domain_parts.h"
#include "tui/fetch.h"
#include "tui/i18n.h"
#include "tui/sentence.h"

/* A label is one of these letters and the user's name. */
enum { LABEL_INTERNAL = 'i', LABEL_OTHER = 'o' };

struct domain_spread {
	struct bulk bulk;
	struct domain domain;
	char *name;
	struct op *users;
	struct fetch entry, holders; /* around a chunk */
	int waiting;
	struct err err; /* of these */
	size_t n_users;
	size_t internal, selected, other; /* addresses, by where their mail goes */
};

static struct domain_spread *of(const struct bulk *b)
{
	return (struct domain_spread *)b;
}

static struct spread spread_of(const struct domain_spread *s)
{
	return (struct spread){s->bulk.view.app->settings, &s->domain, s->name};
}

static void tell_all(struct domain_spread *s, const char *label, struct findings *found)
{
	for (size_t i = 0; i < found->n; i++) {
		struct buf sentence = BUF_INIT;

		sentence_finding(&found->v[i], &sentence);
		bulk_tell(&s->bulk, label, sentence.s);
		buf_release(&sentence);
	}
	findings_release(found);
}

/* ---- reading -------------------------------------------------------------------- */

static void label_of(const struct user *u, struct buf *out)
{
	buf_putc(out, u->routing == ROUTING_INTERNAL ? LABEL_INTERNAL : LABEL_OTHER);
	buf_puts(out, u->name);
}

static struct change *propose(
	struct domain_spread *s, const struct user *u, const char *label)
{
	struct spread spread = spread_of(s);
	struct findings found = {0};
	struct change *c = NULL;

	if (u->kind == KIND_PERSON)
		c = spread_change(&spread, u, &found);
	else
		bulk_tell(&s->bulk, label, tr("not a person: only shown here."));
	tell_all(s, label, &found);
	return c;
}

static void take_user(struct domain_spread *s, const struct entry *e)
{
	struct buf label = BUF_INIT;
	struct change *c;
	struct user u;

	user_decode(e, s->bulk.view.app->settings, &u);
	label_of(&u, &label);
	c = propose(s, &u, label.s);
	if (c)
		bulk_propose(&s->bulk, c, label.s);
	else
		bulk_leave_out(&s->bulk);
	user_release(&u);
	buf_release(&label);
}

static void on_user(void *arg, const struct event *event)
{
	struct domain_spread *s = arg;

	if (event->kind == EVENT_ENTRY)
		take_user(s, event->entry);
	if (event->kind != EVENT_DONE)
		return;
	s->users = NULL;
	bulk_read(&s->bulk, event->outcome, event->err);
}

static void read_users(struct bulk *b)
{
	struct domain_spread *s = of(b);
	struct app *app = b->view.app;
	struct buf filter = BUF_INIT;
	struct strv others = {0};
	struct search search = {
		.base = settings_user_search_base(app->settings),
		.scope = SCOPE_SUBTREE,
		.attributes = app->user_attributes,
	};

	strv_copy(&others, &s->domain.names);
	strv_drop(&others, s->name);
	query_users_lacking(app->settings, &others, s->name, &filter);
	search.filter = filter.s;
	s->users = store_search(app->store, &search, on_user, s);
	strv_release(&others);
	buf_release(&filter);
}

/* ---- what stands around a chunk -------------------------------------------------- */

/* Takes out what the others have. */
static void settle(struct domain_spread *s, const struct user *holders, size_t n)
{
	struct spread spread = spread_of(s);

	for (size_t i = 0; i < s->bulk.chunk.n; i++) {
		struct bulk_item *item = &s->bulk.chunk.v[i];
		struct findings found = {0};

		if (!spread_settle(&spread, item->change, holders, n, &found))
			bulk_drop(&s->bulk, i);
		tell_all(s, item->label, &found);
	}
}

static void settle_all(struct domain_spread *s)
{
	ARRAY(struct user) holders = {0};

	for (size_t i = 0; i < s->holders.entries.n; i++)
		user_decode(s->holders.entries.v[i], s->bulk.view.app->settings,
			array_add(&holders));
	settle(s, holders.v, holders.n);
	for (size_t i = 0; i < holders.n; i++)
		user_release(&holders.v[i]);
	array_free(&holders);
}

/* The domain as it is now; whether the name is still one of its. */
static bool still_named(struct domain_spread *s)
{
	const struct entry *e = fetch_first(&s->entry);
	struct domain now;

	if (!e || !domain_decode(e, &now))
		return false;
	domain_release(&s->domain);
	s->domain = now;
	return domain_has_name(&s->domain, s->name);
}

static void say_gone(struct domain_spread *s)
{
	struct buf name = BUF_INIT, text = BUF_INIT;

	domainname_shown(s->name, &name);
	buf_printf(&text,
		tr("Somebody has taken %s away from the domain meanwhile: mail to the "
		   "addresses there is refused."),
		name.s);
	bulk_halt(&s->bulk, text.s);
	buf_release(&name);
	buf_release(&text);
}

static void arrived(void *arg)
{
	struct domain_spread *s = arg;

	if (s->entry.done && s->entry.outcome == OUTCOME_FAILED)
		s->err = s->entry.err;
	if (s->holders.done && s->holders.outcome == OUTCOME_FAILED)
		s->err = s->holders.err;
	if (--s->waiting > 0)
		return;
	if (s->err.code != ERR_NONE && s->err.code != ERR_NO_SUCH_OBJECT) {
		bulk_looked(&s->bulk, &s->err);
	} else if (!still_named(s)) {
		say_gone(s);
	} else {
		settle_all(s);
		bulk_looked(&s->bulk, NULL);
	}
}

static void ask_holders(struct domain_spread *s)
{
	struct app *app = s->bulk.view.app;
	struct spread spread = spread_of(s);
	struct buf filter = BUF_INIT;
	struct strv addresses = {0};
	struct search search = {
		.base = settings_user_search_base(app->settings),
		.scope = SCOPE_SUBTREE,
		.attributes = app->user_attributes,
	};

	for (size_t i = 0; i < s->bulk.chunk.n; i++)
		spread_asks(&spread, s->bulk.chunk.v[i].change, &addresses);
	query_holders(app->settings, &addresses, &filter);
	search.filter = filter.s;
	s->waiting++;
	fetch_start(&s->holders, app->store, &search, arrived, s);
	strv_release(&addresses);
	buf_release(&filter);
}

static void look(struct bulk *b)
{
	struct domain_spread *s = of(b);
	struct search search = {
		.base = s->domain.entry->dn,
		.scope = SCOPE_BASE,
		.filter = "(objectClass=*)",
		.attributes = b->view.app->domain_attributes,
	};

	fetch_stop(&s->holders);
	s->err = (struct err){0};
	s->waiting = 1;
	if (b->chunk.n)
		ask_holders(s);
	fetch_start(&s->entry, b->view.app->store, &search, arrived, s);
}

static void stop(struct bulk *b)
{
	struct domain_spread *s = of(b);

	if (s->users)
		store_cancel(b->view.app->store, s->users);
	s->users = NULL;
	fetch_stop(&s->entry);
	fetch_stop(&s->holders);
}

/* ---- the preview ---------------------------------------------------------------- */

static void count(struct bulk *b, const struct change *c, const char *label)
{
	struct domain_spread *s = of(b);
	struct spread spread = spread_of(s);
	struct strv added = {0}, selected = {0};

	spread_added(&spread, c, &added);
	spread_selected(c, &selected);
	s->n_users++;
	s->selected += selected.n;
	*(*label == LABEL_INTERNAL ? &s->internal : &s->other) += added.n - selected.n;
	strv_release(&added);
	strv_release(&selected);
}

static void who(const struct bulk *b, const char *label, struct buf *out)
{
	(void)b;
	buf_puts(out, label + 1);
}

static void what(const struct bulk *b, const struct change *c, struct buf *out)
{
	struct spread spread = spread_of(of(b));
	struct strv added = {0};

	spread_added(&spread, c, &added);
	for (size_t i = 0; i < added.n; i++) {
		if (i)
			buf_puts(out, ", ");
		address_shown(added.v[i], out);
	}
	strv_release(&added);
}

enum mail { MAIL_INTERNAL, MAIL_SELECTED, MAIL_OTHER };

static void mail_words(enum mail mail, size_t n, struct buf *out)
{
	struct buf number = BUF_INIT;

	i18n_number(n, &number);
	switch (mail) {
	case MAIL_INTERNAL:
		buf_printf(out,
			tr_n("%s address of internal users",
				"%s addresses of internal users", n),
			number.s);
		break;
	case MAIL_SELECTED:
		buf_printf(out,
			tr_n("%s selected address of third-party users",
				"%s selected addresses of third-party users", n),
			number.s);
		break;
	case MAIL_OTHER:
		buf_printf(
			out, tr_n("%s other address", "%s other addresses", n), number.s);
		break;
	}
	buf_release(&number);
}

/* Where the mail of so many addresses goes, now and after. */
static void route_row(struct domain_spread *s, struct form *f, enum mail mail, size_t n)
{
	static const enum probe probes[] = {
		[MAIL_INTERNAL] = PROBE_INTERNAL,
		[MAIL_SELECTED] = PROBE_EXTERNAL,
		[MAIL_OTHER] = PROBE_UNKNOWN,
	};
	const struct settings *settings = s->bulk.view.app->settings;
	struct buf words = BUF_INIT, now = BUF_INIT, after = BUF_INIT;
	enum style style;

	if (n == 0)
		return;
	mail_words(mail, n, &words);
	domain_route(&s->domain, s->name, PROBE_UNKNOWN, settings, &now, &style);
	domain_route(&s->domain, s->name, probes[mail], settings, &after, &style);
	form_row(f, words.s, now.s, after.s,
		strcmp(now.s, after.s) != 0 ? STYLE_ACCENT : style);
	buf_release(&words);
	buf_release(&now);
	buf_release(&after);
}

static void say_users(struct domain_spread *s, struct form *f)
{
	struct buf name = BUF_INIT, model = BUF_INIT, n = BUF_INIT, text = BUF_INIT;

	domainname_shown(s->name, &name);
	domainname_shown(s->domain.name, &model);
	i18n_number(s->n_users, &n);
	buf_printf(&text,
		tr_n("%s user gets at %s what is there at %s.",
			"%s users get at %s what they have at %s.", s->n_users),
		n.s, name.s, model.s);
	form_text(f, STYLE_TITLE, text.s);
	buf_release(&name);
	buf_release(&model);
	buf_release(&n);
	buf_release(&text);
}

static void preview(struct bulk *b, struct form *f)
{
	struct domain_spread *s = of(b);

	if (s->n_users == 0) {
		form_text(f, STYLE_TITLE, tr("There is nobody to whom it can be given."));
		return;
	}
	say_users(s, f);
	if (s->selected)
		form_text(f, STYLE_TEXT,
			tr("A third-party user's new address is selected where its model "
			   "is, so that both go the same way."));
	form_blank(f);
	form_row(f, "", tr("now"), tr("after saving"), STYLE_DIM);
	route_row(s, f, MAIL_INTERNAL, s->internal);
	route_row(s, f, MAIL_SELECTED, s->selected);
	route_row(s, f, MAIL_OTHER, s->other);
}

/* ---- the view ------------------------------------------------------------------- */

static void path(const struct bulk *b, struct buf *out)
{
	domainname_shown(of(b)->name, out);
}

static void release(struct bulk *b)
{
	struct domain_spread *s = of(b);

	domain_release(&s->domain);
	free(s->name);
}

static const struct bulk_ops ops = {
	.path = path,
	.read = read_users,
	.look = look,
	.stop = stop,
	.count = count,
	.who = who,
	.what = what,
	.preview = preview,
	.release = release,
};

void domain_spread_open(
	struct app *app, const struct entry *entry, const char *name, size_t expected)
{
	struct domain_spread *s;
	struct domain d;
	struct buf why = BUF_INIT;

	if (!domain_decode(entry, &d))
		return;
	buf_printf(&why, "%s: %s for its users", d.name, name);
	s = bulk_new(sizeof(*s), &ops, app, why.s);
	s->domain = d;
	s->name = xstrdup(name);
	s->bulk.expected = expected;
	bulk_show(&s->bulk);
	buf_release(&why);
}
