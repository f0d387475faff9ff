#include "tui/explaincmd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/text.h"
#include "tui/explain.h"
#include "tui/i18n.h"
#include "tui/lookup.h"
#include "tui/sentence.h"

enum { LONGEST_LINE = 4096 };

/* ---- addresses ---------------------------------------------------------------- */

/* The arguments, one after another; "-" stands for the lines of standard input. */
struct input {
	char **args; /* not taken yet */
	bool reading, eof;
	char bytes[16384];
	size_t from, to; /* read, not taken yet */
	struct buf line; /* begun */
};

enum next { NEXT_ADDRESS, NEXT_LATER, NEXT_NONE };

/* Bytes up to a line's end; what is longer than any address is dropped. */
static bool take_line(struct input *in)
{
	while (in->from < in->to) {
		char c = in->bytes[in->from++];

		if (c == '\n')
			return true;
		if (in->line.len < LONGEST_LINE)
			buf_putc(&in->line, c ? c : ' ');
	}
	return in->eof && in->line.len;
}

static enum next next_line(struct input *in, struct buf *out)
{
	while (take_line(in)) {
		const char *s = in->line.s;
		size_t n = text_trim(&s);

		buf_reset(out);
		buf_add(out, s, n);
		buf_reset(&in->line);
		if (n)
			return NEXT_ADDRESS;
	}
	return in->eof ? NEXT_NONE : NEXT_LATER;
}

static enum next next_address(struct input *in, struct buf *out)
{
	for (;;) {
		const char *arg;

		if (in->reading) {
			enum next next = next_line(in, out);

			if (next != NEXT_NONE)
				return next;
			in->reading = false;
		}
		if (!*in->args)
			return NEXT_NONE;
		arg = *in->args++;
		if (strcmp(arg, "-") != 0) {
			buf_reset(out);
			buf_puts(out, arg);
			return NEXT_ADDRESS;
		}
		in->reading = true;
	}
}

static void read_more(struct input *in)
{
	ssize_t n = read(STDIN_FILENO, in->bytes, sizeof(in->bytes));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	in->from = 0;
	in->to = n > 0 ? (size_t)n : 0;
	in->eof = n <= 0;
}

/* ---- answers ------------------------------------------------------------------ */

/* One that is kept until those before it are written. */
struct place {
	bool done;
	struct buf text;
};

struct explainer {
	const struct settings *settings;
	struct lookups *lookups;
	struct input input;
	bool starved;                      /* it waits for more of standard input */
	bool ended;                        /* there is no further address */
	struct place places[LOOKUPS_MOST]; /* a ring: n from first on */
	size_t first, n;
	bool json, any; /* any: one is written */
	bool failed;
	struct err err; /* why the directory could not be asked */
};

static void answered(void *arg, size_t tag, const struct lookup_answer *a)
{
	struct explainer *x = arg;
	struct place *place = &x->places[tag];

	place->done = true;
	if (a->err && !x->failed) {
		x->failed = true;
		x->err = *a->err;
	} else if (a->decision && x->json) {
		explain_json(a->address, a->decision, x->settings, &place->text);
	} else if (a->decision) {
		explain_text(a->address, a->decision, x->settings, &place->text);
	}
}

static void write_one(struct explainer *x, const struct buf *text)
{
	if (x->json)
		fputs(x->any ? ",\n" : "[\n", stdout);
	else if (x->any)
		putchar('\n');
	fwrite(text->s, 1, text->len, stdout);
	x->any = true;
}

/* Those that are there, in order, up to the first that is not. */
static void write_done(struct explainer *x)
{
	while (x->n && x->places[x->first].done) {
		struct place *place = &x->places[x->first];

		if (place->text.len && !x->failed)
			write_one(x, &place->text);
		buf_release(&place->text);
		place->done = false;
		x->first = (x->first + 1) % LOOKUPS_MOST;
		x->n--;
	}
}

static void ask(struct explainer *x)
{
	struct buf address = BUF_INIT;
	enum next next = NEXT_ADDRESS;

	while (x->n < LOOKUPS_MOST && next == NEXT_ADDRESS) {
		next = next_address(&x->input, &address);
		if (next == NEXT_ADDRESS)
			lookups_ask(
				x->lookups, address.s, (x->first + x->n++) % LOOKUPS_MOST);
	}
	x->starved = next == NEXT_LATER;
	x->ended = next == NEXT_NONE;
	buf_release(&address);
}

static bool done(void *arg)
{
	struct explainer *x = arg;

	do {
		ask(x);
		write_done(x);
		if (x->failed || ferror(stdout) || (x->ended && x->n == 0))
			return true;
	} while (!x->ended && !x->starved && x->n < LOOKUPS_MOST); /* answered at once */
	return false;
}

static int input_fds(void *arg, struct pollfd *fds, int max, int *timeout_ms)
{
	struct explainer *x = arg;

	(void)max;
	(void)timeout_ms;
	*fds = (struct pollfd){.fd = x->starved ? STDIN_FILENO : -1, .events = POLLIN};
	if (x->starved)
		fflush(stdout);
	return 1;
}

static void input_step(void *arg, const struct pollfd *fds)
{
	struct explainer *x = arg;

	if (fds->revents)
		read_more(&x->input);
}

static void finish(struct explainer *x)
{
	if (x->json)
		fputs(x->any ? "\n]\n" : "[]\n", stdout);
	lookups_free(x->lookups);
	for (size_t i = 0; i < LOOKUPS_MOST; i++)
		buf_release(&x->places[i].text);
	buf_release(&x->input.line);
}

enum command_end explain_command(const struct command_call *call, struct buf *why)
{
	struct explainer x = {.settings = call->settings, .json = call->options->json};
	const struct command_wait wait = {
		.done = done, .fds = input_fds, .step = input_step, .arg = &x};

	if (!command_sign_in(call, why))
		return ENDED_NOT_RUN;
	for (size_t i = 0; i < LOOKUPS_MOST; i++)
		buf_init(&x.places[i].text);
	buf_init(&x.input.line);
	x.input.args = call->options->args;
	x.lookups = lookups_new(call->settings, call->store, answered, &x);
	if (!command_wait(call->store, &wait, &x.err))
		x.failed = true;
	finish(&x);
	if (x.failed) {
		sentence_err(&x.err, why);
		return ENDED_NOT_RUN;
	}
	return command_written(why) ? ENDED_OK : ENDED_FAILED;
}
