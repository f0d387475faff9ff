/* Reading the file, and what the directory has of those it names. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/address.h"
#include "core/query.h"
#include "tui/apply_parts.h"
#include "tui/i18n.h"
#include "tui/sentence.h"

enum { BLOCK = 16384 };

static bool fail(struct apply *a, const struct err *err)
{
	if (!a->failed)
		a->err = *err;
	a->failed = true;
	return false;
}

/* ---- domains -------------------------------------------------------------------- */

static void forget_domains(struct apply *a)
{
	for (size_t i = 0; i < a->domains.n; i++)
		domain_release(&a->domains.v[i]);
	array_free(&a->domains);
}

static void domains_there(void *arg)
{
	((struct apply *)arg)->around_came = true;
}

static bool domains_came(void *arg)
{
	return ((const struct apply *)arg)->around_came;
}

static void take_domains(struct apply *a)
{
	forget_domains(a);
	for (size_t i = 0; i < a->around.entries.n; i++) {
		struct domain d;

		if (domain_decode(a->around.entries.v[i], &d))
			*array_add(&a->domains) = d;
	}
}

bool apply_domains(struct apply *a)
{
	const struct settings *s = a->call->settings;
	const char **attributes = query_domain_attributes(s);
	const struct search search = {.base = s->domains.base,
		.scope = SCOPE_SUBTREE,
		.filter = s->domains.filter,
		.attributes = attributes};
	const struct command_wait wait = {.done = domains_came, .arg = a};
	struct err err = {0};
	bool ok;

	a->around_came = false;
	fetch_start(&a->around, a->call->store, &search, domains_there, a);
	ok = command_wait(a->call->store, &wait, &err);
	if (ok && a->around.outcome != OUTCOME_OK) {
		err = a->around.err;
		ok = false;
	}
	if (ok)
		take_domains(a);
	fetch_stop(&a->around);
	free(attributes);
	return ok || fail(a, &err);
}

/* ---- one line ------------------------------------------------------------------- */

static void tell_findings(
	struct apply *a, const struct wanted *w, const struct findings *found)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < found->n; i++) {
		const struct finding *f = &found->v[i];

		a->bounced += f->rule == RULE_ADDRESS_REFUSED;
		a->as_unknown += f->rule == RULE_ADDRESS_AS_UNKNOWN;
		if (f->severity != SEVERITY_ERROR)
			continue;
		if (text.len)
			buf_putc(&text, ' ');
		sentence_finding(f, &text);
	}
	if (text.len)
		apply_tell(a, w->line, w->address, text.s);
	buf_release(&text);
}

static void add_sample(struct apply *a, const struct wanted *w, const struct user *u,
	const struct change *c)
{
	struct strv selected = {0};
	struct buf text = BUF_INIT;

	address_shown(w->address, &text);
	buf_printf(&text, ": %s → ", sentence_routing(u->routing));
	buf_puts(&text, sentence_routing(w->routing));
	change_result(c, "relaisThirdPartyAddress", &selected);
	for (size_t i = 0; i < selected.n && i < 2; i++) {
		buf_puts(&text, i ? ", " : " — ");
		address_shown(selected.v[i], &text);
	}
	if (selected.n > 2)
		buf_printf(&text, " +%zu", selected.n - 2);
	strv_add(&a->samples, text.s);
	strv_release(&selected);
	buf_release(&text);
}

static void propose(struct apply *a, const struct wanted *w, const struct user *u,
	const struct change *c)
{
	char label[32];
	struct err err;

	snprintf(label, sizeof(label), "%lu", w->line);
	if (!spool_add(a->spool, c, label, &err)) {
		fail(a, &err);
		return;
	}
	a->to[w->routing]++;
	if (a->samples.n < APPLY_SAMPLES)
		add_sample(a, w, u, c);
}

static void change_user(struct apply *a, const struct wanted *w, const struct user *u)
{
	const struct reroute r = {.settings = a->call->settings,
		.routing = w->routing,
		.names = w->names.n ? &w->names : NULL,
		.addresses = w->addresses.n ? &w->addresses : NULL};
	size_t refused = a->refused;
	struct findings found = {0};
	struct change *c = reroute_change(&r, u, a->domains.v, a->domains.n, &found);

	tell_findings(a, w, &found);
	if (c)
		propose(a, w, u, c);
	else
		a->same += a->refused == refused;
	findings_release(&found);
	change_free(c);
}

static void tell_again(struct apply *a, const struct wanted *w, unsigned long before)
{
	struct buf n = BUF_INIT, text = BUF_INIT;

	i18n_number(before, &n);
	buf_printf(&text, tr("This user is in line %s already."), n.s);
	apply_tell(a, w->line, w->address, text.s);
	buf_release(&n);
	buf_release(&text);
}

static void judge_user(struct apply *a, const struct wanted *w, const struct user *u)
{
	const struct entry *e = u->entry;
	unsigned long before = seen_before(&a->seen, *e->id ? e->id : e->dn, w->line);

	if (before)
		tell_again(a, w, before);
	else if (u->kind != KIND_PERSON)
		apply_tell(a, w->line, w->address,
			tr("This isn't a person: it is only shown here."));
	else
		change_user(a, w, u);
}

static void judge(
	struct apply *a, const struct wanted *w, const struct user *users, size_t n)
{
	const struct user *holder = NULL;
	size_t holders = 0;

	for (size_t i = 0; !w->wrong && i < n; i++)
		if (user_has_address(&users[i], w->address)) {
			holder = &users[i];
			holders++;
		}
	a->lines++;
	if (w->wrong)
		apply_tell(a, w->line, w->address, w->wrong);
	else if (holders == 0)
		apply_tell(a, w->line, w->address, tr("Nobody has this address."));
	else if (holders > 1)
		apply_tell(a, w->line, w->address,
			tr("Several users have this address: repair that first."));
	else
		judge_user(a, w, holder);
}

/* ---- batches -------------------------------------------------------------------- */

static void judge_part(struct apply_batch *b)
{
	ARRAY(struct user) users = {0};

	for (size_t i = 0; i < b->fetch.entries.n; i++)
		user_decode(
			b->fetch.entries.v[i], b->apply->call->settings, array_add(&users));
	for (size_t i = b->from; i < b->from + b->n && !b->apply->failed; i++)
		judge(b->apply, &b->rows.v[i], users.v, users.n);
	for (size_t i = 0; i < users.n; i++)
		user_release(&users.v[i]);
	array_free(&users);
}

static void answered(void *arg)
{
	(void)arg;
}

static void ask(struct apply_batch *b)
{
	const struct settings *s = b->apply->call->settings;
	const char **attributes = query_user_attributes(s);
	struct strv addresses = {0};
	struct buf filter = BUF_INIT;
	struct search search = {.base = settings_user_search_base(s),
		.scope = SCOPE_SUBTREE,
		.attributes = attributes};

	for (size_t i = b->from; i < b->from + b->n; i++)
		if (!b->rows.v[i].wrong)
			strv_add(&addresses, b->rows.v[i].address);
	fetch_stop(&b->fetch);
	b->fetch.done = addresses.n == 0;
	b->fetch.outcome = OUTCOME_OK;
	if (addresses.n) {
		query_holders(s, &addresses, &filter);
		search.filter = filter.s;
		fetch_start(&b->fetch, b->apply->call->store, &search, answered, b);
	}
	free(attributes);
	strv_release(&addresses);
	buf_release(&filter);
}

/* Whether the batch is through. */
static bool advance(struct apply_batch *b)
{
	if (b->fetch.outcome == OUTCOME_LIMIT && b->n > 1) {
		b->n /= 2;
	} else if (b->fetch.outcome != OUTCOME_OK) {
		if (b->fetch.err.code == ERR_NONE)
			err_set(&b->fetch.err, ERR_LIMIT, 4, NULL, NULL);
		fail(b->apply, &b->fetch.err);
		return true;
	} else {
		judge_part(b);
		b->from += b->n;
	}
	if (b->from == b->rows.n || b->apply->failed)
		return true;
	if (b->n > b->rows.n - b->from)
		b->n = b->rows.n - b->from;
	ask(b);
	return false;
}

static void empty(struct apply_batch *b)
{
	fetch_stop(&b->fetch);
	for (size_t i = 0; i < b->rows.n; i++)
		wanted_release(&b->rows.v[i]);
	array_free(&b->rows);
}

static size_t waiting(const struct apply *a)
{
	return a->pending.n - a->taken;
}

static void fill(struct apply *a)
{
	size_t n = waiting(a) < APPLY_ROWS ? waiting(a) : APPLY_ROWS;
	struct apply_batch *b = &a->batches[(a->first + a->n_batches++) % APPLY_BATCHES];

	b->apply = a;
	b->from = 0;
	b->n = n;
	for (size_t i = 0; i < n; i++)
		*array_add(&b->rows) = a->pending.v[a->taken++];
	if (waiting(a) == 0)
		a->pending.n = a->taken = 0;
	ask(b);
}

/* In the file's order, so that they are told in it. */
static void take_answers(struct apply *a)
{
	while (a->n_batches && !a->failed) {
		struct apply_batch *b = &a->batches[a->first];

		if (!b->fetch.done)
			return;
		if (!advance(b))
			continue;
		empty(b);
		a->first = (a->first + 1) % APPLY_BATCHES;
		a->n_batches--;
	}
}

/* ---- the file ------------------------------------------------------------------- */

static void on_row(void *arg, const struct row *row)
{
	struct apply *a = arg;
	struct wanted w;

	if (wanted_read(row, a->n_rows++ == 0, &w))
		*array_add(&a->pending) = w;
}

static bool wants_more(const struct apply *a)
{
	return !a->ended && waiting(a) < APPLY_ROWS;
}

static void read_more(struct apply *a)
{
	char block[BLOCK];
	ssize_t n = read(a->fd, block, sizeof(block));
	struct err err;

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n < 0) {
		err_set(&err, ERR_FILE, 0, strerror(errno), a->call->options->args[0],
			NULL);
		fail(a, &err);
	} else if (n > 0) {
		rows_feed(a->rows, block, (size_t)n);
	} else {
		rows_end(a->rows);
		a->ended = true;
	}
}

static bool is_read(void *arg)
{
	struct apply *a = arg;
	size_t before;

	do {
		take_answers(a);
		before = a->n_batches;
		while (a->n_batches < APPLY_BATCHES && !a->failed &&
			(waiting(a) >= APPLY_ROWS || (a->ended && waiting(a))))
			fill(a);
	} while (a->n_batches > before && a->batches[a->first].fetch.done && !a->failed);
	apply_progress(a, tr("Checking"), a->lines, 0);
	return a->failed || (a->ended && !waiting(a) && !a->n_batches);
}

static int file_fds(void *arg, struct pollfd *fds, int max, int *timeout_ms)
{
	struct apply *a = arg;

	(void)max;
	if (a->n_batches && a->batches[a->first].fetch.done)
		*timeout_ms = 0;
	*fds = (struct pollfd){.fd = wants_more(a) ? a->fd : -1, .events = POLLIN};
	return 1;
}

static void file_step(void *arg, const struct pollfd *fds)
{
	struct apply *a = arg;

	if (fds->fd >= 0 && fds->revents)
		read_more(a);
}

bool apply_read(struct apply *a)
{
	const struct command_wait wait = {
		.done = is_read, .fds = file_fds, .step = file_step, .arg = a};
	struct err err = {0};

	a->rows = rows_new(on_row, a);
	if (!command_wait(a->call->store, &wait, &err))
		fail(a, &err);
	apply_progress_end(a);
	return !a->failed;
}

void apply_read_release(struct apply *a)
{
	for (size_t i = 0; i < APPLY_BATCHES; i++)
		empty(&a->batches[i]);
	for (size_t i = a->taken; i < a->pending.n; i++)
		wanted_release(&a->pending.v[i]);
	array_free(&a->pending);
	fetch_stop(&a->around);
	forget_domains(a);
	seen_release(&a->seen);
	rows_free(a->rows);
}
