#include "tui/checkcmd.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/domainname.h"
#include "tui/i18n.h"
#include "tui/sentence.h"
#include "tui/sentence_check.h"

enum { REPAINT_MS = 200 };

/* ---- text --------------------------------------------------------------------- */

static void add_finding(const struct audit_finding *f, struct buf *out)
{
	struct buf touches = BUF_INIT;
	enum style style;

	buf_printf(out, "%s: ", check_severity(f, &style));
	check_about(f, out);
	buf_puts(out, ": ");
	check_wrong(f, out);
	buf_putc(out, '\n');
	check_touches(f, &touches);
	if (touches.len)
		buf_printf(out, "  %s\n", touches.s);
	if (*f->dn) {
		buf_puts(out, "  ");
		sentence_safe(f->dn, out);
		buf_putc(out, '\n');
	}
	buf_release(&touches);
}

static void add_beyond(const struct check *c, struct buf *out)
{
	struct buf number = BUF_INIT;
	unsigned long n;
	const char *id;

	for (size_t i = 0; check_beyond(c, i, &id, &n); i++) {
		if (!n)
			continue;
		buf_reset(&number);
		i18n_number(n, &number);
		buf_printf(out, tr("%s: %s more, only counted."), id, number.s);
		buf_putc(out, '\n');
	}
	buf_release(&number);
}

void check_text(const struct check *c, struct buf *out)
{
	struct buf users = BUF_INIT, domains = BUF_INIT, summary = BUF_INIT;

	for (size_t i = 0; i < c->findings.n; i++)
		add_finding(&c->findings.v[i], out);
	add_beyond(c, out);
	if (out->len)
		buf_putc(out, '\n');
	i18n_number(c->users, &users);
	i18n_number(c->domains, &domains);
	check_summary(c->counts, &summary);
	buf_printf(out, tr_n("%s domain", "%s domains", c->domains), domains.s);
	buf_puts(out, ", ");
	buf_printf(out, tr_n("%s user", "%s users", c->users), users.s);
	buf_printf(out, ": %s.\n", summary.s);
	buf_release(&users);
	buf_release(&domains);
	buf_release(&summary);
}

/* ---- running ------------------------------------------------------------------ */

struct checking {
	struct check *check;
	bool terminal; /* how far it is is shown */
	long painted_ms;
};

static void nothing(void *arg)
{
	(void)arg;
}

/* On one line of the terminal, while stdout goes elsewhere or says nothing yet. */
static void show_progress(const struct check *c, long now)
{
	long ms = now - c->began_ms;
	struct buf text = BUF_INIT;

	check_progress(c, ms, &text);
	fprintf(stderr, "\r%s\033[K", text.s);
	buf_release(&text);
}

static bool is_over(void *arg)
{
	const struct checking *k = arg;

	return k->check->state != CHECK_RUNNING;
}

static int fds_of(void *arg, struct pollfd *fds, int max, int *timeout_ms)
{
	const struct checking *k = arg;

	if (k->terminal)
		*timeout_ms = REPAINT_MS;
	return check_fds(k->check, fds, max, timeout_ms, command_now_ms());
}

static void step(void *arg, const struct pollfd *fds)
{
	struct checking *k = arg;
	long now = command_now_ms();

	(void)fds;
	check_step(k->check, now);
	if (!k->terminal || now - k->painted_ms < REPAINT_MS)
		return;
	k->painted_ms = now;
	show_progress(k->check, now);
}

static bool wait_for(struct check *c, struct store *store, bool terminal, struct err *err)
{
	struct checking k = {.check = c, .terminal = terminal, .painted_ms = c->began_ms};
	const struct command_wait wait = {
		.done = is_over, .fds = fds_of, .step = step, .arg = &k};

	if (!command_wait(store, &wait, err))
		return false;
	if (k.painted_ms != c->began_ms)
		fputs("\r\033[K", stderr);
	return true;
}

static bool take_names(char *const *args, struct strv *names, struct buf *why)
{
	struct buf name = BUF_INIT;
	bool ok = true;

	for (; *args && ok; args++) {
		buf_reset(&name);
		ok = domainname_canonical(*args, &name) == RULE_OK;
		if (ok) {
			strv_add(names, name.s);
			continue;
		}
		sentence_safe(*args, why);
		buf_printf(why, ": %s", tr("Not a domain name: write it as acme.example."));
	}
	buf_release(&name);
	return ok;
}

static void say_unknown(const struct check *c, struct buf *why)
{
	for (size_t i = 0; i < c->unknown.n; i++) {
		buf_puts(why, i ? ", " : "");
		domainname_shown(c->unknown.v[i], why);
	}
	buf_printf(why, ": %s", tr("no such supervised domain."));
}

static enum command_end print(const struct check *c, bool json, struct buf *why)
{
	struct buf text = BUF_INIT;

	if (json)
		check_json(c, &text);
	else
		check_text(c, &text);
	fwrite(text.s, 1, text.len, stdout);
	buf_release(&text);
	if (!command_written(why))
		return ENDED_NOT_RUN;
	return c->counts[SEVERITY_ERROR] || c->counts[SEVERITY_WARNING] ? ENDED_FOUND
									: ENDED_OK;
}

static enum command_end run(
	struct check_ports *ports, const struct strv *names, bool json, struct buf *why)
{
	bool terminal = isatty(STDERR_FILENO) == 1;
	struct err err = {0};
	struct check *c;
	enum command_end result = ENDED_NOT_RUN;

	ports->count = terminal;
	ports->postconf = postconf_new();
	ports->resolver = resolver_new();
	c = check_new(ports, names, command_now_ms(), nothing, NULL);
	if (!wait_for(c, ports->store, terminal, &err))
		sentence_err(&err, why);
	else if (c->state == CHECK_DONE)
		result = print(c, json, why);
	else if (c->unknown.n)
		say_unknown(c, why);
	else
		sentence_err(&c->err, why);
	check_free(c);
	postconf_free(ports->postconf);
	resolver_free(ports->resolver);
	return result;
}

enum command_end check_command(const struct command_call *call, struct buf *why)
{
	struct check_ports ports = {.settings = call->settings,
		.store = call->store,
		.own = call->own,
		.table = call->table};
	struct strv names = {0};
	enum command_end result = ENDED_NOT_RUN;

	if (take_names(call->options->args, &names, why) && command_sign_in(call, why))
		result = run(&ports, &names, call->options->json, why);
	strv_release(&names);
	return result;
}
