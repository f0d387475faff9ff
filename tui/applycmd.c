#include "tui/applycmd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/address.h"
#include "tui/apply_parts.h"
#include "tui/i18n.h"
#include "tui/sentence.h"

/* ---- progress ------------------------------------------------------------------- */

static void say_rate(size_t done, size_t all, long ms, struct buf *out)
{
	unsigned long rate = ms > 0 ? (unsigned long)(done * 1000 / (size_t)ms) : 0;
	struct buf n = BUF_INIT;

	if (rate == 0 || ms < 500)
		return;
	i18n_number(rate, &n);
	buf_puts(out, ", ");
	buf_printf(out, tr("%s a second"), n.s);
	if (all > done) {
		buf_reset(&n);
		i18n_number((all - done + rate - 1) / rate, &n);
		buf_puts(out, ", ");
		buf_printf(out, tr("about %s s left"), n.s);
	}
	buf_release(&n);
}

void apply_progress(struct apply *a, const char *what, size_t done, size_t all)
{
	long now = command_now_ms();
	struct buf text = BUF_INIT, n = BUF_INIT, of_all = BUF_INIT;

	if (!a->terminal || now - a->painted_ms < APPLY_REPAINT_MS)
		return;
	a->painted_ms = now;
	i18n_number(done, &n);
	i18n_number(all, &of_all);
	if (all)
		buf_printf(&text, tr("%s of %s"), n.s, of_all.s);
	else
		buf_puts(&text, n.s);
	say_rate(done, all, now - a->since_ms, &text);
	fprintf(stderr, "\r%s: %s\033[K", what, text.s);
	buf_release(&text);
	buf_release(&n);
	buf_release(&of_all);
}

void apply_progress_end(struct apply *a)
{
	if (a->terminal && a->painted_ms)
		fputs("\r\033[K", stderr);
	a->painted_ms = 0;
}

/* ---- the report ----------------------------------------------------------------- */

void apply_tell(struct apply *a, unsigned long line, const char *who, const char *sentence)
{
	struct buf n = BUF_INIT, text = BUF_INIT, shown = BUF_INIT;

	i18n_number(line, &n);
	sentence_safe(who, &shown);
	if (shown.len)
		buf_puts(&shown, ": ");
	buf_puts(&shown, sentence);
	buf_printf(&text, tr("line %s: %s"), n.s, shown.s);
	apply_progress_end(a);
	puts(text.s);
	a->refused++;
	buf_release(&n);
	buf_release(&text);
	buf_release(&shown);
}

__attribute__((format(printf, 1, 2))) static void say(const char *sentence, ...)
{
	va_list args;

	va_start(args, sentence);
	vprintf(sentence, args);
	va_end(args);
	putchar('\n');
}

/* Borrowed from out. */
static const char *number(size_t n, struct buf *out)
{
	buf_reset(out);
	i18n_number(n, out);
	return out->s;
}

static void say_totals(const struct apply *a)
{
	size_t change = spool_count(a->spool);
	struct buf n = BUF_INIT;

	say(tr_n("%s line", "%s lines", a->lines), number(a->lines, &n));
	say(tr_n("  %s to change", "  %s to change", change), number(change, &n));
	say(tr_n("  %s has it already", "  %s have it already", a->same),
		number(a->same, &n));
	say(tr_n("  %s refused", "  %s refused", a->refused), number(a->refused, &n));
	buf_release(&n);
}

static void say_samples(const struct apply *a)
{
	size_t more = spool_count(a->spool) - a->samples.n;
	struct buf n = BUF_INIT;

	if (a->samples.n)
		puts(tr("For example"));
	for (size_t i = 0; i < a->samples.n; i++)
		printf("  %s\n", a->samples.v[i]);
	if (more)
		say(tr_n("  and %s more", "  and %s more", more), number(more, &n));
	buf_release(&n);
}

static void say_meaning(const struct apply *a)
{
	size_t in = a->to[ROUTING_INTERNAL], out = a->to[ROUTING_EXTERNAL],
	       none = a->to[ROUTING_NONE];
	struct buf n = BUF_INIT;

	if (in)
		say(tr_n("%s user gets internal mail: it goes to the mailbox here.",
			    "%s users get internal mail: it goes to their mailboxes "
			    "here.",
			    in),
			number(in, &n));
	if (out)
		say(tr_n("%s user gets third-party mail: the chosen addresses go to "
			 "the relay of each address's domain, and signing in here "
			 "ends.",
			    "%s users get third-party mail: the chosen addresses go "
			    "to the relay of each address's domain, and signing in "
			    "here ends.",
			    out),
			number(out, &n));
	if (none)
		say(tr_n("%s user has no mail here any more.",
			    "%s users have no mail here any more.", none),
			number(none, &n));
	if (a->bounced)
		say(tr_n("Mail to %s address will be refused from now on.",
			    "Mail to %s addresses will be refused from now on.",
			    a->bounced),
			number(a->bounced, &n));
	if (a->as_unknown)
		say(tr_n("Mail to %s address will go to a relay as unknown.",
			    "Mail to %s addresses will go to a relay as unknown.",
			    a->as_unknown),
			number(a->as_unknown, &n));
	buf_release(&n);
}

static enum command_end nothing_written(const struct apply *a)
{
	if (a->refused && !a->call->options->dry_run)
		puts(tr("Nothing was written: every line must be right first."));
	else
		puts(tr("Nothing was written."));
	return a->refused ? ENDED_FOUND : ENDED_OK;
}

/* ---- writing -------------------------------------------------------------------- */

static void say_written(const struct apply *a)
{
	size_t all = spool_count(a->spool);
	size_t left = all - a->written - a->not_written - a->unknown;
	struct buf n = BUF_INIT, of_all = BUF_INIT;

	say(tr("Written: %s of %s."), number(a->written, &n), number(all, &of_all));
	if (left)
		say(tr("Not tried, or not answered: %s. The same file again does the "
		       "rest."),
			number(left, &n));
	buf_release(&n);
	buf_release(&of_all);
}

static enum command_end write_all(struct apply *a, struct buf *why)
{
	struct buf words = BUF_INIT;
	bool ok;

	buf_printf(&words, "apply %s: %zu users", a->call->options->args[0],
		spool_count(a->spool));
	ok = apply_write(a, words.s);
	buf_release(&words);
	if (!ok)
		sentence_err(&a->err, why);
	say_written(a);
	if (!ok && a->written + a->not_written + a->unknown == 0)
		return ENDED_NOT_RUN;
	return ok && a->written == spool_count(a->spool) ? ENDED_OK : ENDED_FAILED;
}

static enum command_end judged(struct apply *a, struct buf *why)
{
	bool writes = !a->call->options->dry_run && !a->refused && spool_count(a->spool);

	say_totals(a);
	say_samples(a);
	say_meaning(a);
	if (!writes)
		return nothing_written(a);
	if (!apply_domains(a) || !apply_settle(a)) {
		sentence_err(&a->err, why);
		return ENDED_NOT_RUN;
	}
	return a->refused ? nothing_written(a) : write_all(a, why);
}

/* ---- all of it ------------------------------------------------------------------ */

static bool open_all(struct apply *a)
{
	const char *name = a->call->options->args[0];

	a->fd = strcmp(name, "-") == 0 ? dup(STDIN_FILENO)
				       : open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (a->fd < 0)
		return err_set(&a->err, ERR_FILE, 0, strerror(errno), name, NULL);
	a->spool = spool_new(&a->err);
	return a->spool != NULL;
}

static void release(struct apply *a)
{
	apply_read_release(a);
	if (a->fd >= 0)
		close(a->fd);
	spool_free(a->spool);
	strv_release(&a->samples);
	array_free(&a->sent);
}

enum command_end apply_command(const struct command_call *call, struct buf *why)
{
	struct apply *a = xcalloc(1, sizeof(*a));
	enum command_end end = ENDED_NOT_RUN;

	a->call = call;
	a->terminal = isatty(STDERR_FILENO) == 1;
	if (!open_all(a)) {
		sentence_err(&a->err, why);
	} else if (command_sign_in(call, why)) {
		a->since_ms = command_now_ms();
		if (apply_domains(a) && apply_read(a))
			end = judged(a, why);
		else
			sentence_err(&a->err, why);
	}
	if (!command_written(why) && end == ENDED_OK)
		end = ENDED_FAILED;
	release(a);
	free(a);
	return end;
}
