/* Another mail system for many users. */
#include "tui/users_bulk.h"

#include <string.h>

#include "core/address.h"
#include "core/query.h"
#include "core/reroute.h"
#include "tui/bulk.h"
#include "tui/fetch.h"
#include "tui/i18n.h"
#include "tui/sentence.h"

enum {
	MOST_READ = 64, /* entries asked for at once */
	ALONE = 8       /* what one asked for alone takes, in entries of a long answer */
};

struct reader {
	struct users_bulk *bulk;
	struct op *op; /* NULL: free */
	struct entry *entry;
	size_t at; /* the DN's number */
};

struct users_bulk {
	struct bulk bulk;
	struct strv dns, names; /* names: chosen for third-party; empty: all addresses */
	struct strv within;     /* the domain names whose users they are among */
	size_t among;           /* so many; 0: not known */
	struct op *list;        /* reads those; NULL: it doesn't */
	struct strv came;       /* DNs that it has brought */
	enum routing routing;
	struct fetch around; /* domains */
	ARRAY(struct domain) domains;
	struct reader readers[MOST_READ];
	size_t next, answered;
	struct err err;
	size_t users, refused; /* addresses whose mail is refused from now on */
};

static struct users_bulk *of(const struct bulk *b)
{
	return (struct users_bulk *)b;
}

static struct reroute reroute_of(const struct users_bulk *u)
{
	return (struct reroute){.settings = u->bulk.view.app->settings,
		.routing = u->routing,
		.names = u->names.n ? &u->names : NULL};
}

static void tell_all(struct users_bulk *u, const char *label, struct findings *found)
{
	struct buf sentence = BUF_INIT;

	for (size_t i = 0; i < found->n; i++) {
		if (found->v[i].severity != SEVERITY_ERROR)
			continue;
		buf_reset(&sentence);
		sentence_finding(&found->v[i], &sentence);
		bulk_tell(&u->bulk, label, sentence.s);
	}
	buf_release(&sentence);
}

/* ---- domains -------------------------------------------------------------------- */

static void forget_domains(struct users_bulk *u)
{
	for (size_t i = 0; i < u->domains.n; i++)
		domain_release(&u->domains.v[i]);
	array_free(&u->domains);
}

static void take_domains(struct users_bulk *u)
{
	forget_domains(u);
	for (size_t i = 0; i < u->around.entries.n; i++) {
		struct domain d;

		if (domain_decode(u->around.entries.v[i], &d))
			*array_add(&u->domains) = d;
	}
}

static void ask_domains(
	struct users_bulk *u, const struct strv *names, void (*done)(void *))
{
	struct app *app = u->bulk.view.app;
	struct buf filter = BUF_INIT;
	struct search search = {
		.base = app->settings->domains.base,
		.scope = SCOPE_SUBTREE,
		.attributes = app->domain_attributes,
	};

	if (names)
		query_domains_named(app->settings, names, &filter);
	else
		buf_puts(&filter, app->settings->domains.filter);
	search.filter = filter.s;
	fetch_start(&u->around, app->store, &search, done, u);
	buf_release(&filter);
}

static bool domains_came(struct users_bulk *u, struct err *err)
{
	*err = u->around.outcome == OUTCOME_OK ? (struct err){0} : u->around.err;
	if (err->code == ERR_NONE)
		take_domains(u);
	return err->code == ERR_NONE;
}

/* ---- reading -------------------------------------------------------------------- */

static void read_next(struct users_bulk *u);

static void count_refused(struct users_bulk *u, const struct findings *found)
{
	for (size_t i = 0; i < found->n; i++)
		u->refused += found->v[i].rule == RULE_ADDRESS_REFUSED;
}

static void take_user(struct users_bulk *u, const struct entry *e)
{
	const struct reroute r = reroute_of(u);
	struct findings found = {0};
	struct change *c = NULL;
	struct user user;

	user_decode(e, u->bulk.view.app->settings, &user);
	if (user.kind == KIND_PERSON)
		c = reroute_change(&r, &user, u->domains.v, u->domains.n, &found);
	else
		bulk_tell(&u->bulk, user.name, tr("not a person: only shown here."));
	tell_all(u, user.name, &found);
	if (c) {
		count_refused(u, &found);
		bulk_propose(&u->bulk, c, user.name);
	} else {
		bulk_leave_out(&u->bulk);
	}
	findings_release(&found);
	user_release(&user);
}

static void user_came(struct reader *r, const struct event *event)
{
	struct users_bulk *u = r->bulk;
	struct buf sentence = BUF_INIT;
	struct err gone;

	r->op = NULL;
	u->answered++;
	if (r->entry) {
		take_user(u, r->entry);
	} else if (event->outcome == OUTCOME_FAILED && event->err &&
		   event->err->code != ERR_NO_SUCH_OBJECT) {
		u->err = *event->err;
	} else {
		err_set(&gone, ERR_NO_SUCH_OBJECT, 32, NULL, u->dns.v[r->at], NULL);
		sentence_err(&gone, &sentence);
		bulk_tell(&u->bulk, u->dns.v[r->at], sentence.s);
		bulk_leave_out(&u->bulk);
	}
	entry_free(r->entry);
	r->entry = NULL;
	buf_release(&sentence);
	read_next(u);
}

static void on_user(void *arg, const struct event *event)
{
	struct reader *r = arg;

	if (event->kind == EVENT_ENTRY && !r->entry)
		r->entry = entry_copy(event->entry);
	if (event->kind == EVENT_DONE)
		user_came(r, event);
}

static void read_one(struct users_bulk *u, struct reader *r)
{
	struct app *app = u->bulk.view.app;
	struct search search = {
		.base = u->dns.v[u->next],
		.scope = SCOPE_BASE,
		.filter = "(objectClass=*)",
		.attributes = app->user_attributes,
	};

	r->bulk = u;
	r->at = u->next++;
	r->op = store_search(app->store, &search, on_user, r);
}

static void read_next(struct users_bulk *u)
{
	bool failed = u->err.code != ERR_NONE;

	if (u->bulk.phase != BULK_READING)
		return;
	for (size_t i = 0; i < MOST_READ && u->next < u->dns.n && !failed; i++)
		if (!u->readers[i].op)
			read_one(u, &u->readers[i]);
	if (failed)
		u->next = u->dns.n;
	for (size_t i = 0; i < MOST_READ; i++)
		if (u->readers[i].op)
			return;
	bulk_read(&u->bulk, failed ? OUTCOME_FAILED : OUTCOME_OK, failed ? &u->err : NULL);
}

/* Who did not come is asked for alone: gone, moved, or beyond a limit. */
static void keep_missing(struct users_bulk *u)
{
	struct strv missing = {0};

	for (size_t i = 0; i < u->dns.n; i++)
		if (!strv_has(&u->came, u->dns.v[i]))
			strv_add(&missing, u->dns.v[i]);
	strv_release(&u->came);
	strv_release(&u->dns);
	u->dns = missing;
}

static void on_list(void *arg, const struct event *event)
{
	struct users_bulk *u = arg;

	if (event->kind == EVENT_ENTRY && u->bulk.phase == BULK_READING &&
		strv_has(&u->dns, event->entry->dn) &&
		!strv_has(&u->came, event->entry->dn)) {
		strv_add(&u->came, event->entry->dn);
		take_user(u, event->entry);
	}
	if (event->kind != EVENT_DONE)
		return;
	u->list = NULL;
	keep_missing(u);
	read_next(u);
}

static void read_list(struct users_bulk *u)
{
	const struct app *app = u->bulk.view.app;
	struct buf filter = BUF_INIT;
	struct search search = {
		.base = settings_user_search_base(app->settings),
		.scope = SCOPE_SUBTREE,
		.attributes = app->user_attributes,
		.many = true,
	};

	query_users_of(app->settings, &u->within, USERS_ALL, &filter);
	search.filter = filter.s;
	u->list = store_search(app->store, &search, on_list, u);
	buf_release(&filter);
}

static void all_domains_came(void *arg)
{
	struct users_bulk *u = arg;
	bool came = domains_came(u, &u->err);

	if (came && u->dns.n > MOST_READ && u->among && u->among / ALONE <= u->dns.n)
		read_list(u);
	else if (came)
		read_next(u);
	else
		bulk_read(&u->bulk, OUTCOME_FAILED, &u->err);
}

static void read_users(struct bulk *b)
{
	ask_domains(of(b), NULL, all_domains_came);
}

/* ---- what stands around a chunk --------------------------------------------------- */

static void settle_chunk(struct users_bulk *u)
{
	for (size_t i = 0; i < u->bulk.chunk.n; i++) {
		struct bulk_item *item = &u->bulk.chunk.v[i];
		struct findings found = {0};

		if (item->settled)
			continue;
		if (!reroute_settle(item->change, u->domains.v, u->domains.n, &found))
			bulk_drop(&u->bulk, i);
		tell_all(u, item->label, &found);
		findings_release(&found);
	}
}

static void around_came(void *arg)
{
	struct users_bulk *u = arg;

	if (domains_came(u, &u->err)) {
		settle_chunk(u);
		bulk_looked(&u->bulk, NULL);
	} else {
		bulk_looked(&u->bulk, &u->err);
	}
}

static void look(struct bulk *b)
{
	struct users_bulk *u = of(b);
	struct strv names = {0};

	for (size_t i = 0; i < b->chunk.n; i++)
		reroute_asks(b->chunk.v[i].change, &names);
	ask_domains(u, &names, around_came);
	strv_release(&names);
}

static void stop(struct bulk *b)
{
	struct users_bulk *u = of(b);

	for (size_t i = 0; i < MOST_READ; i++) {
		if (u->readers[i].op)
			store_cancel(b->view.app->store, u->readers[i].op);
		u->readers[i].op = NULL;
		entry_free(u->readers[i].entry);
		u->readers[i].entry = NULL;
	}
	if (u->list)
		store_cancel(b->view.app->store, u->list);
	u->list = NULL;
	fetch_stop(&u->around);
}

/* ---- the preview ---------------------------------------------------------------- */

static void count(struct bulk *b, const struct change *c, const char *label)
{
	(void)c;
	(void)label;
	of(b)->users++;
}

static void who(const struct bulk *b, const char *label, struct buf *out)
{
	(void)b;
	sentence_safe(label, out);
}

static void what(const struct bulk *b, const struct change *c, struct buf *out)
{
	struct strv selected = {0};

	buf_puts(out, sentence_routing(of(b)->routing));
	change_result(c, "relaisThirdPartyAddress", &selected);
	for (size_t i = 0; i < selected.n && i < 2; i++) {
		buf_puts(out, i ? ", " : " — ");
		address_shown(selected.v[i], out);
	}
	if (selected.n > 2)
		buf_printf(out, " +%zu", selected.n - 2);
	strv_release(&selected);
}

static void meaning(const struct users_bulk *u, struct buf *out)
{
	switch (u->routing) {
	case ROUTING_EXTERNAL:
		buf_puts(out, u->names.n ? tr("Their addresses under the chosen names go "
					      "to the relay of "
					      "each address's domain; they can't sign in "
					      "here any more.")
					 : tr("All their addresses go to the relay of each "
					      "address's "
					      "domain; they can't sign in here any more."));
		return;
	case ROUTING_INTERNAL:
		buf_puts(out, tr("Their mail goes to their mailboxes here."));
		return;
	case ROUTING_NONE:
		buf_puts(out, tr("They have no mail here any more."));
		return;
	}
}

static void say_refused(const struct users_bulk *u, struct form *f)
{
	struct buf n = BUF_INIT, text = BUF_INIT;

	if (!u->refused)
		return;
	i18n_number(u->refused, &n);
	buf_printf(&text,
		tr_n("Mail to %s address will be refused from now on.",
			"Mail to %s addresses will be refused from now on.", u->refused),
		n.s);
	form_text(f, STYLE_WARNING, text.s);
	buf_release(&n);
	buf_release(&text);
}

static void preview(struct bulk *b, struct form *f)
{
	struct users_bulk *u = of(b);
	struct buf n = BUF_INIT, text = BUF_INIT;

	if (u->users == 0) {
		form_text(f, STYLE_TITLE, tr("There is nobody for whom anything changes."));
		return;
	}
	say_refused(u, f);
	i18n_number(u->users, &n);
	buf_printf(&text, tr_n("%s user: %s", "%s users: %s", u->users), n.s,
		sentence_routing(u->routing));
	form_text(f, STYLE_TITLE, text.s);
	buf_reset(&text);
	meaning(u, &text);
	form_text(f, STYLE_TEXT, text.s);
	buf_release(&n);
	buf_release(&text);
}

/* ---- the view ------------------------------------------------------------------- */

static void path(const struct bulk *b, struct buf *out)
{
	buf_printf(out, "%s › %s › %s", tr("Directories"), tr("Directory entities"),
		sentence_routing(of(b)->routing));
}

static void release(struct bulk *b)
{
	struct users_bulk *u = of(b);

	forget_domains(u);
	strv_release(&u->dns);
	strv_release(&u->names);
	strv_release(&u->within);
	strv_release(&u->came);
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

void users_bulk_open(struct app *app, const struct users_marked *marked,
	enum routing routing, const struct strv *names)
{
	const struct strv *dns = marked->dns;
	struct buf why = BUF_INIT;
	struct users_bulk *u;

	buf_printf(&why, "%zu users: %s", dns->n, sentence_routing(routing));
	u = bulk_new(sizeof(*u), &ops, app, why.s);
	strv_copy(&u->dns, dns);
	strv_copy(&u->names, names);
	strv_copy(&u->within, marked->within);
	u->among = marked->among;
	u->routing = routing;
	u->bulk.expected = dns->n;
	bulk_show(&u->bulk);
	buf_release(&why);
}
