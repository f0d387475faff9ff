/* Another mail system for many users: marks, the preview, what is written and what is not.
 */
#include "tests/tui/screen.h"

#include <string.h>

#define MOD(dn) "dn: " dn "\nchangetype: modify\n"

static void marks(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_users(s);
	screen_lacks(s, "change the marked");
	screen_keys(s, "<Space>");
	screen_shows(s, "1 marked");
	screen_keys(s, "<Down><Down>v");
	screen_shows(s, "4 marked");
	screen_keys(s, "<Esc>");
	screen_lacks(s, "marked");
	screen_keys(s, "*");
	screen_shows(s, "6 marked");
	screen_keys(s, "<Esc>/acme<Enter>*");
	screen_shows(s, "4 marked");
	screen_free(s);
}

/* Alice becomes external, Bob gets his last address, Carol has no mail and becomes so, too;
 * Élodie, who has no class yet, gets it. */
static void to_third_party(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_users(s);
	screen_keys(s, "/acme<Enter>*b");
	screen_shows(s, "4 marked users get:", "[x] Third-party mail");
	screen_keys(s, "<End><Left><Enter>");
	screen_shows(s, "4 users: Third-party mail");
	screen_says(s, "All their addresses go to the relay of each address's domain");
	screen_wrote(s, "");
	screen_keys(s, "<Enter>");
	screen_shows(s, "Written");
	screen_says(s, "Written: 4 of 4.");
	assert_string_equal(
		entry_text(fake_entry(s->fake, ALICE), "relaisRouting"), "external");
	assert_true(entry_has_value(fake_entry(s->fake, ALICE), "relaisThirdPartyAddress",
		"alice.martin@acme.example"));
	assert_true(entry_has_value(
		fake_entry(s->fake, BOB), "relaisThirdPartyAddress", "bd@acme.example"));
	assert_true(
		entry_has_value(fake_entry(s->fake, ELODIE), "objectClass", "relaisUser"));
	screen_keys(s, "<Enter>");
	screen_shows(s, "third-party", "4 marked");
	screen_free(s);
}

/* Lyon has no relay: its user is told and left as he is, the others go on. */
static void one_may_not(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_users(s);
	screen_keys(s, "*b<End><Left><Enter>");
	screen_shows(s, "Not written");
	screen_says(s, "lyon.example has no relay for split domains");
	screen_keys(s, "<Enter>");
	screen_shows(s, "Written");
	assert_string_equal(
		entry_text(fake_entry(s->fake, YUKI), "relaisThirdPartyAddress"), "");
	screen_free(s);
}

static void back_to_internal(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_users(s);
	screen_keys(s, "/bob<Enter><Space>b<Down>");
	screen_keys(s, "<Enter>");
	screen_shows(s, "[x] Internal mail");
	screen_keys(s, "<End><Left><Enter>");
	screen_shows(s, "1 user: Internal mail");
	screen_keys(s, "<Enter>");
	screen_wrote(s, MOD(BOB) "replace: relaisRouting\nrelaisRouting: internal\n-\n"
				 "delete: relaisThirdPartyAddress\n"
				 "relaisThirdPartyAddress: bob@acme.example\n"
				 "relaisThirdPartyAddress: bob.durand@acme.example\n-\n\n");
	screen_free(s);
}

/* Only the addresses under the name that was ticked. */
static void chosen_names(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	fake_change(s->fake, ALICE, "mail", "alice@acme.example", "alice@acme.test", NULL);
	screen_domains(s);
	screen_keys(s, "e");
	screen_keys(s, "/alice<Enter><Space>b");
	screen_shows(s,
		"Their addresses under these names; none ticked: all:", "[ ] acme.example",
		"[ ] acme.test");
	screen_keys(s, "<Down><Down><Down><Down><Space>");
	screen_shows(s, "[x] acme.test");
	screen_keys(s, "<End><Left><Enter><Enter>");
	screen_wrote(s, MOD(ALICE) "replace: relaisRouting\nrelaisRouting: external\n-\n"
				   "add: relaisThirdPartyAddress\n"
				   "relaisThirdPartyAddress: alice@acme.test\n-\n\n");
	screen_free(s);
}

/* The relay goes between preview and save: nobody is sent there. */
static void relay_gone(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_users(s);
	screen_keys(s, "/alice<Enter><Space>b<End><Left><Enter>");
	screen_shows(s, "1 user: Third-party mail");
	fake_change(s->fake, ACME, "relaisSplitRelay", NULL);
	screen_keys(s, "<Enter>");
	screen_wrote(s, "");
	screen_says(s, "acme.example has no relay for split domains");
	screen_free(s);
}

static void gone_meanwhile(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_users(s);
	screen_keys(s, "/alice<Enter><Space>");
	fake_delete(s->fake, ALICE);
	screen_keys(s, "b<End><Left><Enter>");
	screen_shows(s, "There is nobody for whom anything changes.");
	screen_says(s, "This entry doesn't exist any more");
	screen_wrote(s, "");
	screen_free(s);
}

int main(void)
{
	struct suite suite = {0};

	SUITE_ADD(&suite, marks);
	SUITE_ADD(&suite, to_third_party);
	SUITE_ADD(&suite, one_may_not);
	SUITE_ADD(&suite, back_to_internal);
	SUITE_ADD(&suite, chosen_names);
	SUITE_ADD(&suite, relay_gone);
	SUITE_ADD(&suite, gone_meanwhile);
	return suite_run(&suite);
}
