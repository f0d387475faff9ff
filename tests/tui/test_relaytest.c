/* The relay test on the screen, over a relay that says what a script says. */
#include "tests/tui/relay.h"

#include <string.h>

static struct relay relay;

static struct screen *form(int h, int w)
{
	struct screen *s = screen_new(NULL, h, w);

	relay_behind(&relay, s);
	screen_domain(s, "acme");
	return s;
}

static void where_nothing_can_be_tested_there_is_no_key(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	screen_domain(s, "acme");
	screen_lacks(s, "Test the relay", "test the relay");
	screen_free(s);
	s = form(24, 80);
	screen_shows(s, "< Save >  < Test the relay >  < Cancel >", "F7 test the relay");
	screen_keys(s, "<Ctrl-U>");
	screen_lacks(s, "Test the relay", "test the relay");
	screen_keys(s, "a b");
	screen_lacks(s, "Test the relay");
	screen_keys(s, "<F7>");
	assert_int_equal(relay.started, 0);
	screen_keys(s, "<Ctrl-U>b.example<F4>");
	screen_lacks(s, "Test the relay", "test the relay");
	screen_free(s);
}

static void a_good_relay(void **state)
{
	struct screen *s = form(30, 80);

	(void)state;
	screen_keys(s, "<F7>");
	screen_shows(s, "Relay test", "192.0.2.25", "- Connection", "< Stop >");
	screen_lacks(s, "As it stands in the form");
	assert_string_equal(relay.t->user, "bob@acme.example");
	assert_string_equal(relay.t->postmaster, "postmaster@acme.example");
	relay_says(&relay, "220 mx.other.example ESMTP");
	screen_shows(s, "+ Connection", "192.0.2.25:25", "+ Greeting",
		"220 mx.other.example ESMTP", "- EHLO", "< Stop >");
	relay_says(&relay, "250 mx.other.example|250 2.1.0 Ok|250 2.1.5 Ok|250 2.1.5 Ok|"
			   "550 5.1.1 Unknown|221 2.0.0 Bye");
	screen_shows(s, "+ Third-party user", "bob@acme.example: 250 2.1.5 Ok",
		"+ It can be reached.", "+ Not encrypted: it offers no STARTTLS.",
		"+ It knows our users.",
		"+ It refuses unknown addresses at once: forwarding them is safe.",
		"< Close >  < Test again >");
	screen_says(s, "Mail can go to this relay, that of unknown addresses, too.");
	screen_cursor_on(s, "=Close");
	screen_keys(s, "<Enter>");
	screen_lacks(s, "Relay test");
	screen_wrote(s, "");
	screen_free(s);
}

static void what_is_typed_is_tested(void **state)
{
	struct screen *s = form(24, 80);

	(void)state;
	screen_keys(s, "<Ctrl-U>mail.new.example:2525<Tab><Tab><Right><Enter>");
	screen_shows(s, "mail.new.example:2525", "As it stands in the form, not saved.");
	assert_string_equal(relay.t->relay.host, "mail.new.example");
	assert_int_equal(relay.t->relay.port, 2525);
	screen_keys(s, "<Esc><Esc>");
	screen_shows(s, "mail.new.example:2525");
	screen_wrote(s, "");
	screen_free(s);
	s = form(24, 80);
	screen_keys(s, "<Ctrl-U> [192.0.2.25]:25 <F7>");
	screen_lacks(s, "As it stands in the form, not saved.");
	screen_free(s);
}

static void esc_stops_then_closes(void **state)
{
	struct screen *s = form(24, 80);

	(void)state;
	screen_keys(s, "1<F7>");
	relay_says(&relay, "220 mx.other.example");
	screen_keys(s, "<Esc>");
	assert_int_equal(relay.cancelled, 1);
	screen_shows(s, "x EHLO", "x The test was stopped.", "Stopped before the end.",
		"< Close >");
	screen_keys(s, "<Esc>");
	screen_lacks(s, "Relay test");
	screen_shows(s, "192.0.2.251");
	screen_keys(s, "<F7>");
	screen_keys(s, "<Enter>");
	assert_int_equal(relay.cancelled, 2);
	screen_shows(s, "Stopped before the end.");
	screen_free(s);
}

static void again(void **state)
{
	struct screen *s = form(24, 80);

	(void)state;
	screen_keys(s, "<F7>");
	relay_says(&relay, "220 a.example|!silent");
	screen_shows(s, "x It doesn't answer in time.", "< Test again >");
	screen_keys(s, "<Right><Enter>");
	assert_int_equal(relay.started, 2);
	screen_lacks(s, "It doesn't answer in time.");
	screen_shows(s, "< Stop >");
	relay_says(&relay, RELAY_GOOD);
	screen_says(s, "Mail can go to this relay");
	screen_free(s);
}

static void keys_are_answered_meanwhile(void **state)
{
	struct screen *s = form(24, 80);

	(void)state;
	screen_keys(s, "<F7>");
	relay_says(&relay, "220 a.example");
	screen_resize(s, 16, 60);
	screen_keys(s, "<Up><PgUp>");
	screen_shows(s, "- EHLO", "< Stop >");
	screen_resize(s, 24, 80);
	screen_keys(s, "<F10>");
	assert_true(s->app->quit);
	screen_free(s);
	assert_int_equal(relay.cancelled, 1);
}

static void what_comes_is_shown_safely(void **state)
{
	static const char long_text[] = "220 mx.other.example "
					"0123456789012345678901234567890123456789012345678"
					"0123456789012345678901234567890123456789012345678"
					"0123456789012345678901234567890123456789012345678"
					"0123456789012345678901234567890123456789012345678"
					"0123456789012345678901234567890123456789012345678"
					"0123456789012345678901234567890123456789012345678"
					"0123456789012345678901234567890123456789012345678"
					"0123456789012345678901234567890123456789012345678"
					"0123456789012345678901234567890123456789 the end";
	struct screen *s = form(40, 100);

	(void)state;
	screen_keys(s, "<F7>");
	relay_says(&relay,
		"220 a\033[2J\a\302\233b\342\200\256c \377|250-x\n250 STARTTLS|220 go|"
		"tls|250 x|250 ok|550 5.1.1 \033]0;evil\a|250 ok|550 no|221 x");
	screen_shows(s, "a�[2J��b�c �", "evil�[2J.example", "550 5.1.1 �]0;evil�");
	screen_lacks(s, "\033");
	screen_keys(s, "<Right><Enter>");
	relay_says(&relay, long_text);
	screen_shows(s, "0123456789…");
	screen_lacks(s, "the end");
	screen_free(s);
}

static void a_certificate(void **state)
{
	struct screen *s = form(40, 80);

	(void)state;
	screen_keys(s, "<F7>");
	relay_says(&relay,
		"220 x|250-x\n250 STARTTLS|220 go|tls|250 x|250 ok|250 ok|250 ok|"
		"550 no|221 x");
	screen_says(s, "TLS1.3, certificate for mx.third.example, evil�[2J.example by Acme "
		       "until 2021-01-01");
	screen_says(s,
		"+ Encrypted, but its certificate doesn't verify: expired, for another "
		"name, by an authority not trusted here.");
	screen_says(s, "Mail can go to this relay");
	screen_free(s);
}

static void without_encryption_after_all(void **state)
{
	struct screen *s = form(40, 80);

	(void)state;
	screen_keys(s, "<F7>");
	relay_says(&relay, "220 x|250-x\n250 STARTTLS|220 go|!tls|" RELAY_GOOD);
	screen_shows(s, "! STARTTLS", "no encryption: -9");
	screen_says(s, "! It offers encryption that doesn't work; the rest was tested "
		       "without.");
	screen_free(s);
}

static void forwarding_makes_it_grave(void **state)
{
	static const char accepts[] = "220 x|250 x|250 ok|250 ok|250 ok|250 ok|221 x";
	static const char words[] = "It accepts an address that can't exist: were unknown "
				    "addresses forwarded, bounces would follow.";
	struct screen *s = form(40, 110);

	(void)state;
	screen_keys(s, "<F7>");
	relay_says(&relay, accepts);
	screen_says(s, words);
	screen_shows(s, "! It accepts");
	screen_shows(s, "Do not forward unknown addresses to this relay.");
	screen_keys(s, "<Esc><Down><Space><F7>");
	relay_says(&relay, accepts);
	screen_shows(s, "x It accepts");
	screen_free(s);
}

static void this_mail_system(void **state)
{
	struct screen *s = screen_new(NULL, 40, 80);

	(void)state;
	relay_behind(&relay, s);
	strv_add(&s->settings.mail.local_names, "mx.ours.example");
	screen_domain(s, "acme");
	screen_keys(s, "<F7>");
	relay_says(&relay,
		"220 mx.ours.example ESMTP|250 x|250 ok|250 ok|250 ok|550 no|221 x");
	screen_says(s,
		"x It greets with a name of this mail system: mail would go round in "
		"circles.");
	screen_says(s, "This can't be the relay: mail would go round in circles.");
	assert_int_equal(relay.started, 1);
	screen_free(s);
}

static void nobody_to_ask_for(void **state)
{
	struct screen *s = screen_new(NULL, 30, 80);

	(void)state;
	relay_behind(&relay, s);
	screen_domain(s, "lyon");
	screen_keys(s, "192.0.2.8<F7>");
	assert_null(relay.t->user);
	relay_says(&relay, "220 x|250 x|250 ok|250 ok|550 no|221 x");
	screen_lacks(s, "Third-party user");
	screen_says(s, "Whether it knows our users wasn't asked");
	screen_free(s);
}

static void an_address_that_would_be_a_command(void **state)
{
	struct screen *s = form(30, 100);

	(void)state;
	fake_change(s->fake, BOB, "relaisThirdPartyAddress", "a>\r\nDATA\r\nx@acme.example",
		"b c@acme.example", "bob@other.example", "fine@acme.test", NULL);
	screen_keys(s, "<F7>");
	assert_string_equal(relay.t->user, "fine@acme.test");
	screen_free(s);
}

static void the_directory_fails(void **state)
{
	struct screen *s = form(24, 80);

	(void)state;
	fake_fail(s->fake, ERR_DENIED, "no");
	screen_keys(s, "<F7>");
	assert_int_equal(relay.started, 0);
	screen_shows(s, "You may not do this", "< Close >  < Test again >");
	screen_keys(s, "<Right><Enter>");
	assert_int_equal(relay.started, 1);
	screen_free(s);
}

static void the_directory_is_silent(void **state)
{
	struct screen *s = form(24, 80);

	(void)state;
	fake_stall(s->fake, true);
	screen_keys(s, "<F7>");
	screen_shows(s, "Looking for an address to ask for…", "< Stop >");
	screen_keys(s, "<Esc>");
	screen_shows(s, "Stopped before the end.");
	fake_stall(s->fake, false);
	screen_settle(s);
	assert_int_equal(relay.started, 0);
	screen_keys(s, "<Esc>");
	screen_lacks(s, "Relay test");
	screen_free(s);
}

static void small(void **state)
{
	struct screen *s = form(16, 60);

	(void)state;
	screen_keys(s, "<F7>");
	relay_says(&relay, RELAY_GOOD);
	screen_shows(s, "< Close >  < Test again >", "▴");
	screen_says(s, "Mail can go to this relay, that of unknown addresses, too.");
	for (int i = 0; i < 40; i++)
		screen_keys(s, "<Up>");
	screen_shows(s, "192.0.2.25", "+ Connection", "< Close >", "▾");
	for (int i = 0; i < 40; i++)
		screen_keys(s, "<Down>");
	screen_says(s, "Mail can go to this relay, that of unknown addresses, too.");
	screen_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(where_nothing_can_be_tested_there_is_no_key),
		cmocka_unit_test(a_good_relay),
		cmocka_unit_test(what_is_typed_is_tested),
		cmocka_unit_test(esc_stops_then_closes),
		cmocka_unit_test(again),
		cmocka_unit_test(keys_are_answered_meanwhile),
		cmocka_unit_test(what_comes_is_shown_safely),
		cmocka_unit_test(a_certificate),
		cmocka_unit_test(without_encryption_after_all),
		cmocka_unit_test(forwarding_makes_it_grave),
		cmocka_unit_test(this_mail_system),
		cmocka_unit_test(nobody_to_ask_for),
		cmocka_unit_test(an_address_that_would_be_a_command),
		cmocka_unit_test(the_directory_fails),
		cmocka_unit_test(the_directory_is_silent),
		cmocka_unit_test(small),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
