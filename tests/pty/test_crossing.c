/* Two administrators at once: nobody's change is overwritten, and none that loses mail
 * goes unsaid. */
#include "tests/pty/console.h"

#include <string.h>

/* ---- one entry, two forms --------------------------------------------------------- */

/* A form of lyon.example with this relay typed, and another that was saved before it. */
static struct pty *conflicting(struct scene *s)
{
	struct pty *first = console_ready(s, false), *second = console_ready(s, false);

	open_domain(first, "lyon.example");
	open_domain(second, "lyon.example");
	fill_in(second, "192.0.2.22");
	fill_in(first, "192.0.2.11");
	review(first);
	press(first, "<Enter>", "Saved lyon.example");
	see(second, "has just changed this: Relay for split domains.");
	see(second, "[192.0.2.22 ");
	review(second);
	press(second, "<Enter>", "Changed by somebody else while you were editing");
	see(second, "[ ] theirs: 192.0.2.11");
	see(second, "[ ] yours: 192.0.2.22");
	assert_value(s, LYON, "relaisSplitRelay", "[192.0.2.11]");
	return second;
}

static void yours_is_applied(void **state)
{
	struct scene *s = *state;
	struct pty *p = conflicting(s);

	pty_keys(p, "<Down><Down>");
	on_item(p, "< Apply as chosen >");
	press(p, "<Enter>", "Choose theirs or yours for each field first.");
	assert_value(s, LYON, "relaisSplitRelay", "[192.0.2.11]");
	pty_keys(p, "<Up>");
	on_item(p, "yours: 192.0.2.22");
	press(p, "<Space>", "[x] yours: 192.0.2.22");
	pty_keys(p, "<Down>");
	on_item(p, "< Apply as chosen >");
	pty_keys(p, "<Enter>");
	see(p, "< Show LDIF >");
	on_item(p, "< Save >");
	see(p, "[192.0.2.11]");
	assert_value(s, LYON, "relaisSplitRelay", "[192.0.2.11]");
	press(p, "<Enter>", "Saved lyon.example");
	assert_value(s, LYON, "relaisSplitRelay", "[192.0.2.22]");
	quit(p);
}

static void theirs_is_taken(void **state)
{
	struct scene *s = *state;
	struct pty *p = conflicting(s);

	pty_keys(p, "<Down><Down><Right>");
	on_item(p, "< Take theirs >");
	pty_keys(p, "<Enter>");
	see_gone(p, "Take theirs");
	see(p, "[192.0.2.11 ");
	press(p, "<C-s>", "Nothing was changed, nothing to save.");
	assert_value(s, LYON, "relaisSplitRelay", "[192.0.2.11]");
	quit(p);
}

/* Back to the form: what was typed is there; saving again asks again. */
static void nothing_is_chosen(void **state)
{
	struct scene *s = *state;
	struct pty *p = conflicting(s);

	pty_keys(p, "<Esc>");
	see_gone(p, "Take theirs");
	see(p, "[192.0.2.22 ");
	review(p);
	press(p, "<Enter>", "Changed by somebody else while you were editing");
	assert_value(s, LYON, "relaisSplitRelay", "[192.0.2.11]");
}

/* Two had the same wish: it is fulfilled, and looked at as any save. */
static void the_same_twice(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, false);

	open_domain(p, "lyon.example");
	fill_in(p, "192.0.2.22");
	modify(s, "dn: " LYON "\nchangetype: modify\nreplace: relaisSplitRelay\n"
		  "relaisSplitRelay: [192.0.2.22]\n-\nreplace: description\n"
		  "description: Lyon\n");
	review(p);
	press(p, "<Enter>", "Saved lyon.example");
	press(p, "<F4>", "[Lyon ");
	assert_value(s, LYON, "relaisSplitRelay", "[192.0.2.22]");
	quit(p);
}

/* Their field and mine: both are kept. */
static void other_fields_do_not_conflict(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, false);

	open_domain(p, "lyon.example");
	fill_in(p, "192.0.2.22");
	modify(s, "dn: " LYON "\nchangetype: modify\nreplace: description\n"
		  "description: Lyon\n");
	review(p);
	press(p, "<Enter>", "Saved lyon.example");
	assert_value(s, LYON, "relaisSplitRelay", "[192.0.2.22]");
	assert_value(s, LYON, "description", "Lyon");
	press(p, "<F4>", "[Lyon ");
}

static void selections_merge(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, false);

	open_user(p, "Bob");
	pty_keys(p, "<Tab><Tab>");
	on_item(p, "bob.durand@acme.example");
	press(p, "<Space>", "[ ] bob.durand@acme.example");
	modify(s, "dn: " BOB "\nchangetype: modify\nadd: relaisThirdPartyAddress\n"
		  "relaisThirdPartyAddress: bd@acme.example\n");
	review(p);
	press(p, "<Enter>", "has changed this meanwhile, and it stays");
	see(p, "< Show LDIF >");
	assert_value(s, BOB, "relaisThirdPartyAddress",
		"bob@acme.example\nbob.durand@acme.example\nbd@acme.example");
	press(p, "<Enter>", "Saved Bob Durand");
	assert_value(
		s, BOB, "relaisThirdPartyAddress", "bob@acme.example\nbd@acme.example");
}

static void a_password_is_no_conflict(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, false);

	open_user(p, "Bob");
	pty_keys(p, "<Tab><Tab><Space>");
	see(p, "[ ] bob.durand@acme.example");
	modify(s, "dn: " BOB "\nchangetype: modify\nreplace: userPassword\n"
		  "userPassword: other\n");
	review(p);
	press(p, "<Enter>", "Saved Bob Durand");
	assert_value(s, BOB, "relaisThirdPartyAddress", "bob@acme.example");
}

static void the_entry_is_gone(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, false);

	open_user(p, "Luc");
	press(p, "<Enter>", "[x] Internal mail");
	press(p, "<Down><Down><Enter>", "( No mail");
	modify(s, "dn: " LUC "\nchangetype: delete\n");
	review(p);
	press(p, "<Enter>", "This entry doesn't exist any more");
	see(p, "Nothing was written and nothing you typed is lost.");
	pty_keys(p, "<Enter>");
	see_gone(p, "Nothing was written");
	see(p, "( No mail");
}

/* A server that calls everything stale is not asked for ever. */
static void always_stale(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, true);

	open_domain(p, "lyon.example");
	fill_in(p, "192.0.2.22");
	review(p);
	proxy_answer(s->proxy, PROXY_MODIFY, 122, "", PROXY_ALWAYS);
	press(p, "<Enter>", "but nothing that you see");
	assert_value(s, LYON, "relaisSplitRelay", "");
	pty_keys(p, "<Esc>");
	see_gone(p, "Show LDIF");
	see(p, "[192.0.2.22 ");
}

/* ---- a relay cleared while a user becomes third-party ------------------------------ */

static void give_lyon_a_relay(struct scene *s)
{
	modify(s, "dn: " LYON "\nchangetype: modify\nreplace: relaisSplitRelay\n"
		  "relaisSplitRelay: [192.0.2.33]\n");
}

static void luc_becomes_external(struct scene *s)
{
	modify(s, "dn: " LUC "\nchangetype: modify\nreplace: relaisRouting\n"
		  "relaisRouting: external\n-\nadd: relaisThirdPartyAddress\n"
		  "relaisThirdPartyAddress: luc@lyon.example\n");
}

/* Up to the review, which has looked and found nothing wrong. */
static struct pty *clears_the_relay(struct scene *s, bool proxied)
{
	struct pty *p = console_ready(s, proxied);

	open_domain(p, "lyon.example");
	pty_keys(p, "<C-a><C-k>");
	see_gone(p, "[192.0.2.33");
	review(p);
	return p;
}

static struct pty *makes_luc_external(struct scene *s, bool proxied)
{
	struct pty *p = console_ready(s, proxied);

	open_user(p, "Luc");
	press(p, "<Enter>", "[x] Internal mail");
	press(p, "<Down><Enter>", "( Third-party mail");
	review(p);
	return p;
}

static void sees_luc_without_relay(struct pty *p)
{
	see(p, "Two changes crossed");
	see(p, "While you saved, somebody made a user third-party");
	on_item(p, "< Undo my change >");
}

static void sees_relay_gone(struct pty *p)
{
	see(p, "Two changes crossed");
	see(p, "Somebody else saved at the same time. lyon.example has no relay");
	on_item(p, "< Undo my change >");
}

static void clearing_says_so(void **state)
{
	struct scene *s = *state;
	struct pty *p;

	give_lyon_a_relay(s);
	p = clears_the_relay(s, false);
	luc_becomes_external(s);
	pty_keys(p, "<Enter>");
	sees_luc_without_relay(p);
	assert_value(s, LYON, "relaisSplitRelay", "");
	pty_keys(p, "<Enter>");
	see(p, "Saved lyon.example");
	see_gone(p, "Two changes crossed");
	assert_value(s, LYON, "relaisSplitRelay", "[192.0.2.33]");
	assert_value(s, LUC, "relaisRouting", "external");
	see(p, "[192.0.2.33 ");
	quit(p);
}

static void becoming_external_says_so(void **state)
{
	struct scene *s = *state;
	struct pty *p;

	give_lyon_a_relay(s);
	p = makes_luc_external(s, false);
	modify(s, "dn: " LYON "\nchangetype: modify\ndelete: relaisSplitRelay\n");
	pty_keys(p, "<Enter>");
	sees_relay_gone(p);
	assert_value(s, LUC, "relaisRouting", "external");
	pty_keys(p, "<Enter>");
	see(p, "Saved Luc Bernard");
	see(p, "( Internal mail");
	assert_value(s, LUC, "relaisRouting", "internal");
	assert_value(s, LUC, "relaisThirdPartyAddress", "");
	assert_value(s, LYON, "relaisSplitRelay", "");
	quit(p);
}

static void kept_on_request(void **state)
{
	struct scene *s = *state;
	struct pty *p;

	give_lyon_a_relay(s);
	p = clears_the_relay(s, false);
	luc_becomes_external(s);
	pty_keys(p, "<Enter>");
	sees_luc_without_relay(p);
	pty_keys(p, "<Right><Enter>");
	see_gone(p, "Two changes crossed");
	see(p, "held: no relay (450)");
	assert_value(s, LYON, "relaisSplitRelay", "");
	quit(p);
}

/* Both have passed their check; the second write sees the first. */
static void write_after_write(void **state)
{
	struct scene *s = *state;
	struct pty *clears, *external;

	give_lyon_a_relay(s);
	clears = clears_the_relay(s, true);
	external = makes_luc_external(s, false);
	proxy_hold(s->proxy, PROXY_UP);
	press(clears, "<Enter>", "Saving: sent, not answered yet.");
	press(external, "<Enter>", "Saved Luc Bernard");
	assert_value(s, LYON, "relaisSplitRelay", "[192.0.2.33]");
	proxy_stall(s->proxy, false);
	sees_luc_without_relay(clears);
	assert_value(s, LYON, "relaisSplitRelay", "");
	press(clears, "<Enter>", "Saved lyon.example");
	assert_value(s, LYON, "relaisSplitRelay", "[192.0.2.33]");
	assert_value(s, LUC, "relaisRouting", "external");
}

/* The other way round. */
static void write_after_clearing(void **state)
{
	struct scene *s = *state;
	struct pty *clears, *external;

	give_lyon_a_relay(s);
	external = makes_luc_external(s, true);
	clears = clears_the_relay(s, false);
	proxy_hold(s->proxy, PROXY_UP);
	press(external, "<Enter>", "Saving: sent, not answered yet.");
	press(clears, "<Enter>", "Saved lyon.example");
	assert_value(s, LUC, "relaisRouting", "internal");
	proxy_stall(s->proxy, false);
	sees_relay_gone(external);
	press(external, "<Enter>", "Saved Luc Bernard");
	assert_value(s, LUC, "relaisRouting", "internal");
	assert_value(s, LYON, "relaisSplitRelay", "");
}

/* Both have written before either looks again: both say so, both undo. */
static void both_written_before_looking(void **state)
{
	struct scene *s = *state;
	struct pty *clears, *external;

	give_lyon_a_relay(s);
	clears = clears_the_relay(s, true);
	external = makes_luc_external(s, false);
	proxy_hold(s->proxy, PROXY_DOWN);
	press(clears, "<Enter>", "Saved. Looking whether somebody else saved");
	assert_value(s, LYON, "relaisSplitRelay", "");
	pty_keys(external, "<Enter>");
	sees_relay_gone(external);
	proxy_stall(s->proxy, false);
	sees_luc_without_relay(clears);
	press(external, "<Enter>", "Saved Luc Bernard");
	press(clears, "<Enter>", "Saved lyon.example");
	assert_value(s, LUC, "relaisRouting", "internal");
	assert_value(s, LYON, "relaisSplitRelay", "[192.0.2.33]");
}

/* The answer was lost: what finds it there looks as well. */
static void crossed_behind_a_lost_answer(void **state)
{
	struct scene *s = *state;
	struct pty *p;

	give_lyon_a_relay(s);
	p = clears_the_relay(s, true);
	luc_becomes_external(s);
	proxy_cut(s->proxy, PROXY_DOWN, 0, 1);
	press(p, "<Enter>", "Two changes crossed");
	sees_luc_without_relay(p);
	assert_value(s, LYON, "relaisSplitRelay", "");
}

/* Somebody mended it meanwhile: undoing does not overwrite that. */
static void undo_may_conflict(void **state)
{
	struct scene *s = *state;
	struct pty *p;

	give_lyon_a_relay(s);
	p = clears_the_relay(s, false);
	luc_becomes_external(s);
	pty_keys(p, "<Enter>");
	sees_luc_without_relay(p);
	modify(s, "dn: " LYON "\nchangetype: modify\nadd: relaisSplitRelay\n"
		  "relaisSplitRelay: [192.0.2.77]\n");
	press(p, "<Enter>", "Not undone: ");
	assert_value(s, LYON, "relaisSplitRelay", "[192.0.2.77]");
}

/* Forwarding without a relay would refuse what was forwarded: both orders. */
static void forwarding_says_so(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, false);

	give_lyon_a_relay(s);
	open_domain(p, "lyon.example");
	press(p, "<Tab><Space>", "The relay decides");
	review(p);
	modify(s, "dn: " LYON "\nchangetype: modify\ndelete: relaisSplitRelay\n");
	press(p, "<Enter>", "Two changes crossed");
	see(p, "Forwarding needs a relay");
	press(p, "<Enter>", "Saved lyon.example");
	assert_value(s, LYON, "relaisForwardUnknown", "");
}

static void clearing_what_forwards_says_so(void **state)
{
	struct scene *s = *state;
	struct pty *p;

	give_lyon_a_relay(s);
	p = clears_the_relay(s, false);
	modify(s, "dn: " LYON "\nchangetype: modify\nreplace: relaisForwardUnknown\n"
		  "relaisForwardUnknown: TRUE\n");
	press(p, "<Enter>", "Two changes crossed");
	see(p, "Forwarding needs a relay");
	press(p, "<Enter>", "Saved lyon.example");
	assert_value(s, LYON, "relaisSplitRelay", "[192.0.2.33]");
	assert_value(s, LYON, "relaisForwardUnknown", "TRUE");
}

/* An address is selected here and taken from the user there. */
static void selecting_says_so(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, false);

	open_user(p, "Bob");
	pty_keys(p, "<Tab>");
	go_to(p, "<Down>", "bd@acme.example");
	press(p, "<Space>", "[x] bd@acme.example");
	review(p);
	modify(s, "dn: " BOB "\nchangetype: modify\ndelete: mail\nmail: bd@acme.example\n");
	press(p, "<Enter>", "Two changes crossed");
	see(p, "bd@acme.example isn't an address of this user");
	press(p, "<Enter>", "Saved Bob Durand");
	assert_value(s, BOB, "relaisThirdPartyAddress",
		"bob@acme.example\nbob.durand@acme.example");
}

/* Nor does a refused undo pass for one. */
static void undo_may_be_refused(void **state)
{
	struct scene *s = *state;
	struct pty *p;

	give_lyon_a_relay(s);
	p = clears_the_relay(s, true);
	luc_becomes_external(s);
	pty_keys(p, "<Enter>");
	sees_luc_without_relay(p);
	proxy_answer(s->proxy, PROXY_MODIFY, 53, "read only", 1);
	press(p, "<Enter>", "The directory refuses to do this");
	see(p, "read only");
	pty_keys(p, "<Enter>");
	see_gone(p, "read only");
	see(p, "held: no relay (450)");
	assert_value(s, LYON, "relaisSplitRelay", "");
}

/* The look after the save waits for a directory that went away meanwhile. */
static void restarted_while_verifying(void **state)
{
	struct scene *s = *state;
	struct pty *p;

	give_lyon_a_relay(s);
	p = clears_the_relay(s, true);
	proxy_hold(s->proxy, PROXY_DOWN);
	press(p, "<Enter>", "Saved. Looking whether somebody else saved");
	luc_becomes_external(s);
	directory_kill(&s->directory);
	proxy_stall(s->proxy, false);
	see(p, "not connected");
	see(p, "Saved. Looking whether somebody else saved");
	directory_serve(&s->directory, "", "");
	sees_luc_without_relay(p);
	press(p, "<Enter>", "Saved lyon.example");
	assert_value(s, LYON, "relaisSplitRelay", "[192.0.2.33]");
}

/* `t` in the list is a save like any other. */
static void switching_in_the_list_says_so(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, false);

	give_lyon_a_relay(s);
	press(p, "<End><Up><Enter>", "Luc Bernard");
	see_gone(p, "(reading)");
	go_to(p, "<Down>", "Luc Bernard");
	press(p, "t", "< Show LDIF >");
	on_item(p, "< Save >");
	modify(s, "dn: " LYON "\nchangetype: modify\ndelete: relaisSplitRelay\n");
	pty_keys(p, "<Enter>");
	sees_relay_gone(p);
	assert_value(s, LUC, "relaisRouting", "external");
	pty_keys(p, "<Enter>");
	see_gone(p, "Two changes crossed");
	await_value(s, LUC, "relaisRouting", "internal");
	assert_value(s, LUC, "relaisThirdPartyAddress", "");
	see(p, "Luc Bernard");
}

static void switched_in_the_list(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_ready(s, false);

	give_lyon_a_relay(s);
	press(p, "<End><Up><Enter>", "Luc Bernard");
	see_gone(p, "(reading)");
	go_to(p, "<Down>", "Luc Bernard");
	press(p, "t", "< Show LDIF >");
	press(p, "<Enter>", "Saved Luc Bernard");
	on_item(p, "third-party");
	assert_value(s, LUC, "relaisThirdPartyAddress", "luc@lyon.example");
	press(p, "t", "< Show LDIF >");
	press(p, "<Esc>", "5 of 6");
	see_gone(p, "< Show LDIF >");
	on_item(p, "Luc Bernard");
	press(p, "t", "< Show LDIF >");
	pty_keys(p, "<Enter>");
	await_value(s, LUC, "relaisRouting", "internal");
	assert_value(s, LUC, "relaisThirdPartyAddress", "");
	on_item(p, "internal");
	quit(p);
}

#define NEW "uid=new," LYON

/* A new third-party user of lyon.example, up to the review. */
static struct pty *creates_a_user(struct scene *s)
{
	struct pty *p = console_ready(s, false);

	press(p, "<End><Up><Enter>", "Luc Bernard");
	press(p, "<Up><Enter>", "< Create >");
	pty_keys(p, "Neuf<Enter>new@lyon.example<Enter><Enter>");
	on_item(p, "( Internal mail");
	press(p, "<Enter>", "[x] Internal mail");
	press(p, "<Down><Enter>", "( Third-party mail");
	go_to(p, "<Tab>", "< Create and edit >");
	press(p, "<Enter>", "< Show LDIF >");
	on_item(p, "< Save >");
	return p;
}

static void creating_says_so(void **state)
{
	struct scene *s = *state;
	struct pty *p;

	give_lyon_a_relay(s);
	p = creates_a_user(s);
	modify(s, "dn: " LYON "\nchangetype: modify\ndelete: relaisSplitRelay\n");
	pty_keys(p, "<Enter>");
	sees_relay_gone(p);
	assert_value(s, NEW, "relaisRouting", "external");
	pty_keys(p, "<Enter>");
	see_gone(p, "Two changes crossed");
	await_value(s, NEW, "relaisRouting", "");
}

static void clearing_sees_the_new_user(void **state)
{
	struct scene *s = *state;
	struct pty *clears, *creates;

	give_lyon_a_relay(s);
	clears = clears_the_relay(s, false);
	creates = creates_a_user(s);
	press(creates, "<Enter>", "Saved ");
	pty_keys(clears, "<Enter>");
	sees_luc_without_relay(clears);
	press(clears, "<Enter>", "Saved lyon.example");
	assert_value(s, LYON, "relaisSplitRelay", "[192.0.2.33]");
}

/* Two create the same: the second is told, and his words are still there. */
static void the_same_user_twice(void **state)
{
	struct scene *s = *state;
	struct pty *first, *second;

	give_lyon_a_relay(s);
	first = creates_a_user(s);
	second = creates_a_user(s);
	press(first, "<Enter>", "Saved ");
	press(second, "<Enter>", "Nothing was written and nothing you typed is lost.");
	see(second, "There is an entry of this name already: choose another name.");
	pty_keys(second, "<Enter>");
	see_gone(second, "Nothing was written");
	see(second, "[Neuf ");
	see(second, "[new@lyon.example ");
}

/* Two domains, or nothing that depends on the relay: no false alarm. */
static void no_false_alarm(void **state)
{
	struct scene *s = *state;
	struct pty *p;

	give_lyon_a_relay(s);
	p = clears_the_relay(s, false);
	modify(s, "dn: " ALICE "\nchangetype: modify\nreplace: relaisRouting\n"
		  "relaisRouting: external\n-\nadd: relaisThirdPartyAddress\n"
		  "relaisThirdPartyAddress: alice@acme.example\n");
	press(p, "<Enter>", "Saved lyon.example");
	assert_false(pty_shows(p, "crossed"));
	assert_value(s, LYON, "relaisSplitRelay", "");
	quit(p);
}

int main(void)
{
	struct scenes s = {0};

	SCENE(&s, yours_is_applied);
	SCENE(&s, theirs_is_taken);
	SCENE(&s, nothing_is_chosen);
	SCENE(&s, the_same_twice);
	SCENE(&s, other_fields_do_not_conflict);
	SCENE(&s, selections_merge);
	SCENE(&s, a_password_is_no_conflict);
	SCENE(&s, the_entry_is_gone);
	SCENE(&s, always_stale);
	SCENE(&s, clearing_says_so);
	SCENE(&s, becoming_external_says_so);
	SCENE(&s, kept_on_request);
	SCENE(&s, write_after_write);
	SCENE(&s, write_after_clearing);
	SCENE(&s, both_written_before_looking);
	SCENE(&s, crossed_behind_a_lost_answer);
	SCENE(&s, undo_may_conflict);
	SCENE(&s, forwarding_says_so);
	SCENE(&s, clearing_what_forwards_says_so);
	SCENE(&s, selecting_says_so);
	SCENE(&s, undo_may_be_refused);
	SCENE(&s, restarted_while_verifying);
	SCENE(&s, switching_in_the_list_says_so);
	SCENE(&s, switched_in_the_list);
	SCENE(&s, creating_says_so);
	SCENE(&s, clearing_sees_the_new_user);
	SCENE(&s, the_same_user_twice);
	SCENE(&s, no_false_alarm);
	return scenes_run(&s);
}
