/*
 * proxy LISTEN_PATH TARGET_PATH [--record FILE] [--answer OP:CODE:TEXT]
 *	[--cut up|down:BYTES] [--stall] [--once] [--hide CONTROL]...
 *
 * The proxy of proxy.h as a program.  It prints "ready" when it listens, and ends with
 * SIGTERM or SIGINT; SIGSTOP makes it silent.  OP is modify, add, delete or write (any of
 * them).  --once: only the first such request is answered, one connection cut.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/array.h"
#include "tests/ldap/proxy.h"

static struct proxy *proxy;

static void on_signal(int number)
{
	(void)number;
	proxy_end(proxy);
}

static _Noreturn void die(const char *what, const char *why)
{
	fprintf(stderr, "proxy: %s: %s\n", what, why);
	exit(2);
}

static void set_answer(const char *text, int times)
{
	static const char *const names[] = {[PROXY_MODIFY] = "modify:",
		[PROXY_ADD] = "add:",
		[PROXY_DELETE] = "delete:",
		[PROXY_WRITE] = "write:"};

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		size_t n = strlen(names[i]);
		char *words;
		long code;

		if (strncmp(text, names[i], n) != 0)
			continue;
		code = strtol(text + n, &words, 10);
		if (words == text + n || *words != ':')
			break;
		proxy_answer(proxy, (enum proxy_op)i, (int)code, words + 1, times);
		return;
	}
	die(text, "not OP:CODE:TEXT");
}

static void set_cut(const char *text, int times)
{
	bool up = strncmp(text, "up:", 3) == 0;
	char *end;
	unsigned long bytes;

	if (!up && strncmp(text, "down:", 5) != 0)
		die(text, "not up:BYTES or down:BYTES");
	text += up ? 3 : 5;
	bytes = strtoul(text, &end, 10);
	if (end == text || *end)
		die(text, "not a number of bytes");
	proxy_cut(proxy, up ? PROXY_UP : PROXY_DOWN, bytes, times);
}

struct options {
	const char *record, *answer, *cut;
	struct strv hidden;
	bool stall, once;
};

static void read_options(int argc, char **argv, struct options *o)
{
	static const struct option known[] = {{"record", required_argument, NULL, 'r'},
		{"answer", required_argument, NULL, 'a'},
		{"cut", required_argument, NULL, 'c'}, {"stall", no_argument, NULL, 's'},
		{"once", no_argument, NULL, 'o'}, {"hide", required_argument, NULL, 'h'},
		{NULL, 0, NULL, 0}};
	int c;

	while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (c == 'r')
			o->record = optarg;
		else if (c == 'a')
			o->answer = optarg;
		else if (c == 'c')
			o->cut = optarg;
		else if (c == 's')
			o->stall = true;
		else if (c == 'o')
			o->once = true;
		else if (c == 'h')
			strv_add(&o->hidden, optarg);
		else
			exit(2);
	}
}

static void catch_signals(void)
{
	struct sigaction action = {.sa_handler = on_signal};

	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
}

int main(int argc, char **argv)
{
	struct options o = {0};
	int times;

	read_options(argc, argv, &o);
	if (argc - optind != 2)
		die("usage", "proxy LISTEN_PATH TARGET_PATH [options]");
	proxy = proxy_new(argv[optind], argv[optind + 1]);
	if (!proxy)
		die(argv[optind], strerror(errno));
	catch_signals();
	times = o.once ? 1 : PROXY_ALWAYS;
	if (o.record && !proxy_record_to(proxy, o.record))
		die(o.record, strerror(errno));
	if (o.answer)
		set_answer(o.answer, times);
	if (o.cut)
		set_cut(o.cut, times);
	for (size_t i = 0; i < o.hidden.n; i++)
		proxy_hide(proxy, o.hidden.v[i]);
	strv_release(&o.hidden);
	if (o.stall)
		proxy_stall(proxy, true);
	puts("ready");
	fflush(stdout);
	proxy_run(proxy);
	proxy_free(proxy);
	return 0;
}
