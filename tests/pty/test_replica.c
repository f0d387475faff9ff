/* The console on a replica: what was saved is shown before the replica has it, and what it
 * says while the provider is away is true. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/ldap/dave.h"
#include "tests/ldap/replica.h"
#include "tests/pty/console.h"

static struct replica r;
static struct scene scene; /* its consoles alone */
static char config[160];

static void configure(const char *section)
{
	char direct[160], line[512];
	FILE *from, *to;

	snprintf(direct, sizeof(direct), "%s/relais.conf", r.consumer.path);
	snprintf(config, sizeof(config), "%s/replica.conf", r.consumer.path);
	from = fopen(direct, "r");
	to = fopen(config, "w");
	if (!from || !to)
		fail_msg("%s", config);
	while (fgets(line, sizeof(line), from))
		fputs(line, to);
	fputs(section, to);
	fclose(from);
	fclose(to);
}

static int start(void **state)
{
	char section[256];

	(void)state;
	replica_start(&r);
	snprintf(section, sizeof(section), "provider { uri = {\"%s\"} auth = external }\n",
		r.front_uri);
	configure(section);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	for (int i = 0; i < SCENE_CONSOLES; i++)
		pty_free(scene.consoles[i]);
	replica_stop(&r);
	return 0;
}

/* Wide: at 80 the path is cut once the header says where changes are made. */
static struct pty *console(void)
{
	struct pty *p = console_start(
		&scene, &(struct console_options){.cols = 110, .config = config});

	see(p, "7 users, ");
	see(p, "admin0 · ldapi · ready");
	return p;
}

static void to_the_list(struct pty *p, const char *name)
{
	press(p, "<End><Up><Enter>", "Display name");
	see(p, " of 7");
	see_gone(p, "(reading)");
	go_to(p, "<Down>", name);
}

/* Listed, counted and opened as saved, while the replica still has what was before. */
static void shown_before_the_replica_has_it(void **state)
{
	struct pty *p = console();

	(void)state;
	see(p, "7 users, 1 third-party");
	to_the_list(p, "Alice Martin");
	replica_hold(&r);
	press(p, "t", "< Show LDIF >");
	press(p, "<Enter>", "Saved Alice Martin: in force as soon as the replica has it.");
	see(p, "admin0 · ldapi, saves at ldapi · ready");
	has_value(&r.provider, ALICE, "relaisRouting", "external");
	assert_true(replica_has(&r, ALICE, "relaisRouting", "internal"));
	on_item(p, "third-party  ");
	press(p, "<F5>", " of 7");
	see_gone(p, "(reading)");
	on_item(p, "third-party  ");
	press(p, "<Enter>", "( Third-party mail");
	press(p, "<Esc>", "Display name");
	press(p, "<Esc>", "7 users, 2 third-party");
	see(p, "replica "); /* 5 s behind */
	assert_true(replica_has(&r, ALICE, "relaisRouting", "internal"));
	replica_release(&r);
	see(p, "saves at ldapi · ready");
	replica_await(&r);
	assert_true(replica_has(&r, ALICE, "relaisRouting", "external"));
	press(p, "<F5>", "7 users, 2 third-party");
	quit(p);
}

/* The save is refused in a sentence and nothing typed is lost; all else goes on. */
static void provider_killed_and_revived(void **state)
{
	struct pty *p = console();

	(void)state;
	open_domain(p, "lyon.example");
	fill_in(p, "192.0.2.77");
	replica_sever(&r);
	review(p);
	press(p, "<Enter>", "Not saved");
	see(p, "where changes are made, can't be reached");
	press(p, "<Enter>", "192.0.2.77");
	see(p, "read-only for now");
	see(p, "[192.0.2.77 ");
	press(p, "<Esc>", "You have unsaved changes");
	press(p, "<Esc>", "[192.0.2.77 ");
	replica_revive(&r);
	see(p, "saves at ldapi · ready");
	review(p);
	press(p, "<Enter>", "Saved lyon.example: in force as soon as the replica has it.");
	has_value(&r.provider, LYON, "relaisSplitRelay", "[192.0.2.77]");
	replica_await(&r);
	assert_true(replica_has(&r, LYON, "relaisSplitRelay", "[192.0.2.77]"));
	quit(p);
}

/* It is not configured: the sentence says what to write. */
static void provider_unnamed(void **state)
{
	struct pty *p;

	(void)state;
	configure("");
	p = console();
	open_domain(p, "lyon.example");
	fill_in(p, "192.0.2.78");
	review(p);
	press(p, "<Enter>", "This server is a replica: changes are made at");
	see(p, "provider.uri");
	press(p, "<Enter>", "[192.0.2.78 ");
	has_value(&r.provider, LYON, "relaisSplitRelay", "[192.0.2.77]");
	press(p, "<F10>", "You have unsaved changes");
	press(p, "<Right><Enter>", "");
	ends_restored(p, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shown_before_the_replica_has_it),
		cmocka_unit_test(provider_killed_and_revived),
		cmocka_unit_test(provider_unnamed),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
