/* Another mail system for many users: marks, the preview, what is written and what is not.
 */
#include "tests/tui/screen.h"

#include <stdio.h>
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

/* u000 to u<n - 1>, beside the fixture's six. */
static struct screen *with_more(int n)
{
	struct screen *s = screen_new(NULL, 24, 80);
	struct buf ldif = BUF_INIT;

	for (int i = 0; i < n; i++)
		buf_printf(&ldif,
			"dn: uid=u%03d,%s\nobjectClass: inetOrgPerson\n"
			"uid: u%03d\ncn: U %03d\nmail: u%03d@acme.example\n\n",
			i, ACME, i, i, i);
	fake_add(s->fake, ldif.s);
	buf_release(&ldif);
	screen_users(s);
	return s;
}

/* Many of those that there are: they are not asked for one by one, but for who did not
 * come with the others. */
static void read_together(void **state)
{
	struct screen *s = with_more(200);
	size_t searches;

	(void)state;
	screen_keys(s, "/u 0<Enter>*<Esc>/u 1<Enter>*<Esc>");
	screen_shows(s, "200 marked");
	fake_delete(s->fake, "uid=u007," ACME);
	fake_rename(s->fake, "uid=u008," ACME, "uid=u8," ACME);
	searches = fake_searches(s->fake);
	screen_keys(s, "b<End><Left><Enter>");
	screen_shows(s, "198 users: Third-party mail");
	screen_says(s, "u007");
	screen_says(s, "u008");
	screen_says(s, "This entry doesn't exist any more");
	assert_in_range(fake_searches(s->fake) - searches, 1, 30);
	screen_keys(s, "<Enter>");
	screen_says(s, "Written: 198 of 198.");
	for (int i = 0; i < 200; i++) {
		char dn[80];
		const struct entry *e;

		snprintf(dn, sizeof(dn), "uid=u%03d,%s", i, ACME);
		e = fake_entry(s->fake, dn);
		assert_true(i == 7 || i == 8 ? !e
					     : strcmp(entry_text(e, "relaisRouting"),
						       "external") == 0);
	}
	assert_string_equal(
		entry_text(fake_entry(s->fake, ALICE), "relaisRouting"), "internal");
	screen_free(s);
}

/* A server that stops at a limit: those beyond it are asked for, too. */
static void read_beyond_limit(void **state)
{
	struct screen *s = with_more(200);

	(void)state;
	screen_keys(s, "/u 0<Enter>*<Esc>");
	screen_shows(s, "100 marked");
	fake_size_limit(s->fake, 90);
	screen_keys(s, "b<End><Left><Enter>");
	screen_shows(s, "100 users: Third-party mail");
	screen_free(s);
}

/* A hundred of a thousand are fewer than reading them all is worth. */
static void read_alone_of_many(void **state)
{
	struct screen *s = with_more(999);
	size_t searches;

	(void)state;
	screen_keys(s, "/u 0<Enter>*<Esc>");
	screen_shows(s, "100 marked");
	searches = fake_searches(s->fake);
	screen_keys(s, "b<End><Left><Enter>");
	screen_shows(s, "100 users: Third-party mail");
	assert_in_range(fake_searches(s->fake) - searches, 100, 120);
	screen_free(s);
}

/* Few are asked for alone. */
static void read_alone(void **state)
{
	struct screen *s = with_more(999);
	size_t searches;

	(void)state;
	screen_keys(s, "/u 00<Enter>*<Esc>/u 01<Enter>*<Esc>");
	screen_shows(s, "20 marked");
	searches = fake_searches(s->fake);
	screen_keys(s, "b<End><Left><Enter>");
	screen_shows(s, "20 users: Third-party mail");
	assert_in_range(fake_searches(s->fake) - searches, 20, 40);
	screen_free(s);
}

/* Left while it reads: nothing comes any more. */
static void left_while_reading(void **state)
{
	struct screen *s = with_more(200);

	(void)state;
	screen_keys(s, "*");
	fake_stall(s->fake, true);
	screen_keys(s, "b<End><Left><Enter>");
	fake_stall(s->fake, false);
	fake_per_step(s->fake, 10);
	for (int i = 0; i < 5; i++)
		screen_step(s);
	screen_shows(s, "Reading", "206");
	screen_keys(s, "<Esc>");
	screen_settle(s);
	screen_shows(s, "206 marked");
	screen_lacks(s, "Reading");
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
	SUITE_ADD(&suite, read_together);
	SUITE_ADD(&suite, read_beyond_limit);
	SUITE_ADD(&suite, read_alone);
	SUITE_ADD(&suite, read_alone_of_many);
	SUITE_ADD(&suite, left_while_reading);
	return suite_run(&suite);
}
