/*
 * Values that nobody expects, from a directory that others write: shown safely, edited
 * exactly, not changed by a save that does not touch them.
 */
#include "tests/tui/screen.h"

#include <string.h>

enum { ADDRESSES = 5000 };

/* Many's addresses a0 to a4999, every other one selected. */
static struct screen *with_many(void)
{
	struct screen *s = screen_new(NULL, 24, 80);
	struct buf ldif = BUF_INIT;

	buf_puts(&ldif, "dn: uid=many," ACME "\nobjectClass: inetOrgPerson\n"
			"objectClass: relaisUser\nuid: many\ncn: Many\nsn: Many\n"
			"relaisRouting: external\n");
	for (int i = 0; i < ADDRESSES; i++)
		buf_printf(&ldif, "mail: a%d@acme.example\n", i);
	for (int i = 0; i < ADDRESSES; i += 2)
		buf_printf(&ldif, "relaisThirdPartyAddress: a%d@acme.example\n", i);
	fake_add(s->fake, ldif.s);
	buf_release(&ldif);
	screen_user(s, "many");
	return s;
}

static void many_addresses(void **state)
{
	struct screen *s = with_many();

	(void)state;
	screen_shows(s, "[x] a0@acme.example", "to 192.0.2.25");
	screen_shows(s, "[ ] a1@acme.example", "doesn't exist (550)");
	screen_keys(s, "<Tab><Tab><Space><Ctrl-S>");
	screen_shows(s, "Save Many?");
	screen_keys(s, "<Enter>");
	screen_wrote(s, "dn: uid=many," ACME "\nchangetype: modify\n"
			"add: relaisThirdPartyAddress\n"
			"relaisThirdPartyAddress: a1@acme.example\n-\n\n");
	screen_shows(s, "Saved Many", "[x] a1@acme.example");
	screen_free(s);
}

/* Of so many only what is added is asked about: the answer still names the holder. */
static void one_more_is_taken(void **state)
{
	struct screen *s = with_many();

	(void)state;
	screen_keys(s, "+bob<Down><Down><Enter><Ctrl-S>");
	screen_shows(s, "Not saved: see the words under the field.");
	screen_says(s, "bob@acme.example already belongs to Bob Durand");
	screen_wrote(s, "");
	screen_free(s);
}

int main(void)
{
	struct suite suite = {0};

	SUITE_ADD(&suite, many_addresses);
	SUITE_ADD(&suite, one_more_is_taken);
	return suite_run(&suite);
}
