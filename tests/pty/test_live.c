/* What others do, by any tool, on the screen: a real slapd, real ldapmodify. */
#include "tests/pty/console.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/buf.h"

#define EVA "uid=eva," ACME
#define NEWER "has just changed this"

static struct pty *users(struct scene *s)
{
	struct pty *p = console_ready(s, false);

	go_to(p, "<Down>", "Directory entities");
	press(p, "<Enter>", "1 of 6");
	see_gone(p, "(reading)");
	return p;
}

/* ---- rows -------------------------------------------------------------------------- */

static void rows_come_change_and_go(void **state)
{
	struct scene *s = *state;
	struct pty *p = users(s);

	go_to(p, "<Down>", "Bob Durand");
	modify(s, "dn: " EVA
		  "\nchangetype: add\nobjectClass: inetOrgPerson\nobjectClass: relaisUser\n"
		  "uid: eva\ncn: Aline Eva\nsn: Eva\nmail: eva@acme.example\n"
		  "relaisRouting: internal\n");
	see(p, "•Aline Eva");
	see(p, "3 of 7");
	on_item(p, "Bob Durand");
	modify(s, "dn: " EVA
		  "\nchangetype: modify\nreplace: relaisRouting\nrelaisRouting: none\n");
	see(p, "none ");
	modify(s, "dn: " EVA "\nchangetype: modrdn\nnewrdn: uid=evi\ndeleteoldrdn: 1\n");
	modify(s, "dn: " BOB
		  "\nchangetype: modify\nreplace: displayName\ndisplayName: Zoltan\n");
	see(p, "•Zoltan");
	on_item(p, "Zoltan");
	modify(s, "dn: uid=evi," ACME "\nchangetype: delete\n");
	see_gone(p, "Aline Eva");
	on_item(p, "Zoltan");
	see(p, "of 6");
	see_gone(p, "•");
}

/* The rows' way through a lost connection: what was missed is read. */
static void nothing_is_missed(void **state)
{
	struct scene *s = *state;
	struct pty *p = users(s);

	directory_kill(&s->directory);
	directory_serve(&s->directory, "", "");
	modify(s, "dn: " BOB
		  "\nchangetype: modify\nreplace: displayName\ndisplayName: Zoltan\n");
	see(p, "Zoltan");
	modify(s, "dn: " BOB
		  "\nchangetype: modify\nreplace: displayName\ndisplayName: Bertram\n");
	see(p, "Bertram");
}

/* Without syncprov it is asked for. */
static void it_is_asked_for(void **state)
{
	struct scene *s = *state;
	struct pty *p;

	directory_sh(&s->directory,
		"sed -i '/^overlay syncprov/d; /^syncprov-sessionlog/d' $DIR/slapd.conf");
	directory_kill(&s->directory);
	directory_serve(&s->directory, "", "");
	p = users(s);
	modify(s, "dn: " BOB
		  "\nchangetype: modify\nreplace: displayName\ndisplayName: Zoltan\n");
	see(p, "•Zoltan");
}

/* ---- forms ------------------------------------------------------------------------- */

static void a_form_follows(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, false);

	open_domain(p, "acme.example");
	modify(s, "dn: " ACME "\nchangetype: modify\nreplace: relaisSplitRelay\n"
		  "relaisSplitRelay: [192.0.2.77]\n");
	see(p, "[192.0.2.77 ");
	see(p, "admin1 has just changed this: Relay for split domains.");
	fill_in(p, "192.0.2.88");
	modify(s, "dn: " ACME "\nchangetype: modify\nreplace: description\n"
		  "description: Other words\n");
	see(p, "admin1 has just changed this: Description.");
	see(p, "[192.0.2.88 ");
	press(p, "<F5>", "and it stays: Description.");
	see_gone(p, "Merge");
	review(p);
	press(p, "<Enter>", "Saved acme.example");
	assert_value(s, ACME, "relaisSplitRelay", "[192.0.2.88]");
	assert_value(s, ACME, "description", "Other words");
	see_gone(p, NEWER);
	quit(p);
}

static void a_form_says_that_it_is_gone(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, false);

	open_user(p, "Luc");
	modify(s, "dn: " LUC "\nchangetype: delete\n");
	see(p, "Somebody has deleted this entry: it can't be saved any more.");
	quit(p);
}

/* ---- thousands a second ------------------------------------------------------------ */

enum { KEYS = 150 };

static void add_crowd(struct scene *s)
{
	directory_sh(&s->directory,
		"seq 400 | sed 's/.*/dn: uid=c&," ACME
		"\\nchangetype: add\\nobjectClass: inetOrgPerson\\nobjectClass: "
		"relaisUser\\n"
		"uid: c&\\ncn: Crowd &\\nsn: &\\nmail: c&@acme.example\\n"
		"relaisRouting: internal\\n/' | $MODIFY >/dev/null");
	directory_sh(&s->directory, "seq 400 | sed 's/.*/dn: uid=c&," ACME
				    "\\nchangetype: modify\\nreplace: cn\\ncn: Crowd & "
				    "last\\n/' >$DIR/last.ldif");
}

/* Two who make twenty thousand changes each, and the last that can be seen. */
static pid_t start_storm(struct scene *s)
{
	struct buf command = BUF_INIT;
	pid_t pid;

	buf_printf(&command,
		"cd %s && storm() { \"$BUILD\"/tests/pty/storm '%s' 20000 400; } && "
		"{ storm & storm; wait $!; } >storm 2>storm.err && "
		"ldapmodify -x -H '%s' -w demo -D uid=admin1,ou=admins,dc=demo -f "
		"last.ldif "
		">/dev/null",
		s->directory.path, s->directory.uri, s->directory.uri);
	pid = fork();
	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", command.s, (char *)NULL);
		_exit(127);
	}
	buf_release(&command);
	assert_true(pid > 0);
	return pid;
}

static bool is_over(pid_t pid)
{
	return waitpid(pid, NULL, WNOHANG) == pid;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Keys are answered, the cursor goes a row at a time, and at the end all is as it is. */
static void keys_do_not_wait(void **state)
{
	struct scene *s = *state;
	struct pty *p;
	double ms[KEYS];
	int64_t began;
	pid_t storm;
	size_t n = 0;
	char at[40];

	add_crowd(s);
	p = console_ready(s, false);
	go_to(p, "<Down>", "Directory entities");
	press(p, "<Enter>", "1 of 406");
	see_gone(p, "(reading)");
	storm = start_storm(s);
	began = test_clock_ms();
	for (; n < KEYS; n++) {
		int64_t pressed = test_clock_ms();

		snprintf(at, sizeof(at), " %zu of 406", n + 2);
		press(p, "<Down>", at);
		ms[n] = (double)(test_clock_ms() - pressed);
	}
	while (!is_over(storm) && test_clock_ms() - began < 120000)
		pty_pause(p, 20);
	qsort(ms, KEYS, sizeof(ms[0]), by_value);
	directory_sh(&s->directory, "grep 'changes a second' $DIR/storm | sed 's/^/# /' "
				    ">&2; test -s $DIR/storm");
	print_message("# beside them a key: median %.0f ms, most %.0f ms\n", ms[KEYS / 2],
		ms[KEYS - 1]);
	pty_keys(p, "/crowd 400<Enter>");
	see(p, "Crowd 400 last");
	see(p, "1 of 1");
	quit(p);
}

int main(void)
{
	static struct scenes s;

	SCENE(&s, rows_come_change_and_go);
	SCENE(&s, nothing_is_missed);
	SCENE(&s, it_is_asked_for);
	SCENE(&s, a_form_follows);
	SCENE(&s, a_form_says_that_it_is_gone);
	SCENE(&s, keys_do_not_wait);
	return scenes_run(&s);
}
