/* How soon what somebody else changes is on the screen. */
#include <stdio.h>
#include <stdlib.h>

#include "core/buf.h"
#include "tests/bench/big.h"

/* s2.example's first user's name becomes that; from ldapmodify's start, which is therefore
 * in it. */
static double seen_ms(struct big *b, struct pty *p, const char *dn, int n)
{
	char *ldif = big_path(b, "live.ldif");
	const char *const argv[] = {
		"ldapmodify", "-Q", "-Y", "EXTERNAL", "-H", b->uri, "-f", ldif, NULL};
	char name[40];
	double began;
	FILE *f = fopen(ldif, "w");

	must(f != NULL, ldif);
	snprintf(name, sizeof(name), "Aaaa Live%d", n);
	fprintf(f, "dn: %s\nchangetype: modify\nreplace: cn\ncn: %s\n", dn, name);
	fclose(f);
	began = clock_ms();
	run_once(argv, "", NULL);
	must(pty_wait(p, name, 0), "what was changed is never shown");
	free(ldif);
	return clock_ms() - began;
}

static double alone_ms(struct big *b)
{
	const char *const argv[] = {"ldapmodify", "-Q", "-Y", "EXTERNAL", "-H", b->uri,
		"-f", "/dev/null", NULL};

	return run_once(argv, "", NULL).ms;
}

void big_live(struct big *b)
{
	enum { TIMES = 20 };
	struct samples ms = {0}, alone = {0};
	struct buf dn = BUF_INIT;
	struct pty *p = big_on_domain(b, "s2.example");
	/* the domains before it have 396 + 160 of 1 000 */
	size_t first = (size_t)(0.396 * (double)b->users + 0.5) +
		       (size_t)(0.160 * (double)b->users + 0.5);

	buf_printf(&dn, "uid=u%zu,associatedDomain=s2.example,ou=domains,dc=demo", first);
	pty_keys(p, "e");
	must(pty_wait(p, "E-mail", 0), "the list does not come");
	must(pty_wait_gone(p, "(reading)", 300000), "the list is never whole");
	pty_settle(p);
	for (int i = 0; i < TIMES; i++) {
		samples_add(&alone, alone_ms(b));
		samples_add(&ms, seen_ms(b, p, dn.s, i));
	}
	console_end(p);
	heading_add("another's change, in a list of %zu", big_domain_users(b));
	row_add(samples_at(&alone, 0.5), 0, "ms", "  ldapmodify of nothing");
	row_add(samples_at(&ms, 0.5), 50, "ms", "  from ldapmodify's start to painted");
	row_add(samples_at(&ms, 0.95), 0, "ms", "    95th percentile");
	samples_release(&ms);
	samples_release(&alone);
	buf_release(&dn);
}
