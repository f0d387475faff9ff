#include "tui/checkcmd.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/domainname.h"
#include "tui/askpass.h"
#include "tui/i18n.h"
#include "tui/sentence.h"
#include "tui/sentence_check.h"

enum { MAX_FDS = 12, STEP_BUDGET_MS = 20, SILENT_S = 30, REPAINT_MS = 200 };

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000L + t.tv_nsec / 1000000L;
}

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

/* A command does not wait for a directory that is away. */
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

static bool turns(struct check *c, struct store *store, bool terminal, struct err *err)
{
	long painted = c->began_ms;

	while (c->state == CHECK_RUNNING) {
		struct pollfd fds[MAX_FDS];
		int timeout = terminal ? REPAINT_MS : -1, n;

		if (is_lost(store, err))
			return false;
		n = check_fds(c, fds, MAX_FDS, &timeout, now_ms());
		n += store_fds(store, fds + n, MAX_FDS - n, &timeout);
		if (poll(fds, (nfds_t)n, timeout) < 0 && errno != EINTR)
			BUG("poll: %s", strerror(errno));
		store_step(store, STEP_BUDGET_MS);
		check_step(c, now_ms());
		if (terminal && now_ms() - painted >= REPAINT_MS) {
			painted = now_ms();
			show_progress(c, painted);
		}
	}
	if (terminal && painted != c->began_ms)
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

static enum checked print(const struct check *c, bool json, struct buf *why)
{
	struct buf text = BUF_INIT;

	if (json)
		check_json(c, &text);
	else
		check_text(c, &text);
	fwrite(text.s, 1, text.len, stdout);
	buf_release(&text);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		buf_puts(why, strerror(errno));
		return CHECK_NOT_RUN;
	}
	return c->counts[SEVERITY_ERROR] || c->counts[SEVERITY_WARNING] ? CHECK_FOUND
									: CHECK_CLEAN;
}

static enum checked run(
	struct check_ports *ports, const struct strv *names, bool json, struct buf *why)
{
	bool terminal = isatty(STDERR_FILENO) == 1;
	struct err err = {0};
	struct check *c;
	enum checked result = CHECK_NOT_RUN;

	ports->count = terminal;
	ports->postconf = postconf_new();
	ports->resolver = resolver_new();
	c = check_new(ports, names, now_ms(), nothing, NULL);
	if (!turns(c, ports->store, terminal, &err))
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

enum checked check_command(const struct settings *settings, struct store *store,
	const struct strv *own, check_table_fn *table, const struct options *o,
	struct buf *why)
{
	struct check_ports ports = {
		.settings = settings, .store = store, .own = own, .table = table};
	struct strv names = {0};
	enum checked result = CHECK_NOT_RUN;

	if (take_names(o->args, &names, why) &&
		(settings->directory.auth != AUTH_SIMPLE || askpass_sign_in(store, why)))
		result = run(&ports, &names, o->json, why);
	strv_release(&names);
	return result;
}
