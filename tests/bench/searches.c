/* How often Postfix searches the directory for a recipient: tests/mail/searches. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/buf.h"
#include "tests/bench/bench.h"

/* As the routing's design has it, up to RCPT; 0: it says nothing of that.  What comes after
 * it depends on how many labels the recipient's domain has (transport(5)). */
static const struct kind {
	const char *name, *what;
	double most;
} kinds[] = {
	{"internal", "a mailbox here", 4},
	{"third-party", "a third-party user", 0},
	{"unknown-on-master", "unknown, and its domain forwards nothing", 10},
	{"unknown-on-slave", "unknown, known to the relay", 16},
	{"nowhere-on-slave", "unknown, to the relay as well", 16},
	{"outgoing", "outgoing", 14},
	{"sender", "beside that, of the sender", 0},
};

static const struct kind *kind_of(const char *name)
{
	size_t i = 0;

	while (i < COUNT_OF(kinds) && strcmp(kinds[i].name, name) != 0)
		i++;
	must(i < COUNT_OF(kinds), name);
	return &kinds[i];
}

static void add_kind(const struct kind *k, const char *at_rcpt, const char *in_all)
{
	row_add(atoi(at_rcpt), k->most, "", "  %s", k->what);
	if (strcmp(in_all, "-") != 0)
		row_add(atoi(in_all), 0, "", "    until delivered");
}

void bench_searches(const char *dir)
{
	char command[300], name[40], at_rcpt[10], in_all[10];
	size_t n = 0;
	FILE *f;

	if (geteuid() != 0) {
		heading_add("searches for a recipient: two Postfix need root");
		return;
	}
	heading_add("searches of Postfix for a recipient, up to RCPT");
	snprintf(command, sizeof(command), "tests/mail/searches %s", dir);
	f = popen(command, "r");
	must(f != NULL, command);
	while (fscanf(f, "%39s %9s %9s %*s %*s", name, at_rcpt, in_all) == 3) {
		add_kind(kind_of(name), at_rcpt, in_all);
		n++;
	}
	must(pclose(f) == 0 && n == COUNT_OF(kinds), command);
}
