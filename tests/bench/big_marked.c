/* All users of a domain, marked: from the key to the preview of what is changed. */
#include <stdlib.h>

#include "tests/bench/big.h"

enum { PATIENCE_MS = 300000 };

static bool is_loaded(struct pty *p, void *arg)
{
	(void)arg;
	return pty_shows(p, "E-mail") && pty_shows(p, "1 of ") &&
	       !pty_shows(p, "(reading)");
}

static double preview_ms(struct pty *p)
{
	double began;

	pty_keys(p, "b");
	must(pty_wait(p, "marked users get:", 0), "they are not asked about");
	pty_keys(p, "<End><Left>");
	pty_settle(p);
	began = clock_ms();
	pty_keys(p, "<Enter>");
	must(pty_wait(p, " users: Third-party mail", PATIENCE_MS), "no preview");
	began = clock_ms() - began;
	pty_keys(p, "<Esc>");
	must(pty_wait(p, "E-mail", 0), "the list does not come back");
	pty_settle(p);
	return began;
}

void big_marked(struct big *b)
{
	struct samples raw = {0}, ours = {0};
	struct pty *p = big_on_domain(b, "s2.example");
	char *filter = big_domain_filter(b, "s2.example");

	pty_keys(p, "e");
	must(pty_wait_for(p, is_loaded, NULL, PATIENCE_MS), "not all rows");
	pty_keys(p, "*");
	must(pty_wait(p, " marked", 0), "they can't be marked");
	for (size_t i = 0; i < b->rounds; i++) {
		samples_add(
			&raw, big_raw(b, 3, "ou=domains,dc=demo", "sub", 0, filter).all_ms);
		samples_add(&ours, preview_ms(p));
	}
	console_end(p);
	heading_add("%zu users marked", big_domain_users(b));
	row_add(samples_at(&raw, 0.5), 0, "ms", "  raw libldap reader");
	row_add(samples_at(&ours, 0.5), 0, "ms", "  from the key to the preview");
	row_add(samples_at(&ours, 0.5) / samples_at(&raw, 0.5), 0, "x",
		"    beside the raw reader");
	free(filter);
	samples_release(&raw);
	samples_release(&ours);
}
