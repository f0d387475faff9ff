/* Deleting a domain: what is in the way, the name typed, the review, what came meanwhile.
 */
#include "tests/tui/screen.h"

#define DELETED "dn: " NEU "\nchangetype: delete\n\n"
#define OTHERS "ou=other.example,ou=domains,dc=demo"

/* The list with the cursor on the row. */
static void on_row(struct screen *s, const char *name)
{
	screen_domains(s);
	screen_keys(s, "/");
	screen_keys(s, name);
	screen_keys(s, "<Enter>");
	screen_cursor_on(s, name);
}

/* The sheet that deletes neu.example, where nobody has an address. */
static struct screen *asked(void)
{
	struct screen *s = screen_new(NULL, 24, 80);

	on_row(s, "neu");
	screen_keys(s, "X");
	screen_shows(s, "Delete neu.example?", "Type neu.example to delete it.");
	return s;
}

static void reviewed(struct screen *s)
{
	screen_keys(s, "neu.example<Tab><Enter>");
	screen_shows(s, "attribute", "< Delete >  < Show LDIF >  < Back >");
}

/* Keys whose answers come one round at a time, up to after the write. */
static void write_alone(struct screen *s)
{
	fake_stall(s->fake, true);
	screen_keys(s, "<Enter>");
	fake_stall(s->fake, false);
	screen_step(s);
}

static void someone_at(struct screen *s, const char *address)
{
	fake_change(s->fake, ZOE, "mail", "zoe@branch.example", address, NULL);
}

/* ---- in the way ----------------------------------------------------------------- */

static const struct held_row {
	const char *name, *domain;
	void (*before)(struct screen *s);
	const char *said, *not_said;
} held_rows[] = {
	{"held: users, and their entries below", "acme", NULL,
		"4 users have addresses in one of its names: take them away or give others "
		"first. 4 entries stand below it: move or delete them first.",
		NULL},
	{"held: one of each", "branch", NULL,
		"1 user has an address in one of its names: take it away or give another "
		"one first. 1 entry stands below it: move or delete it first.",
		NULL},
};

static void check_held(void **state)
{
	const struct held_row *r = *state;
	struct screen *s = screen_new(NULL, 24, 100);

	on_row(s, r->domain);
	screen_keys(s, "<Del>");
	screen_says(s, r->said);
	screen_lacks(s, "< Delete >");
	screen_keys(s, "<Esc>");
	screen_lacks(s, "Delete acme");
	screen_wrote(s, "");
	screen_free(s);
}

static void held_in_another_name(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	fake_change(s->fake, NEU, "associatedDomain", "neu.example", "neu.test", NULL);
	someone_at(s, "zoe@neu.test");
	on_row(s, "neu");
	screen_keys(s, "X");
	screen_says(s, "1 user has an address in one of its names");
	screen_says_not(s, "below it");
	/* and a key that lists them */
	screen_cursor_on(s, "=Close");
	screen_keys(s, "<Left><Enter>");
	screen_shows(s, "Directory entities › neu.example", "Zoë Ångström", "1 of 1");
	screen_keys(s, "<Esc>");
	screen_shows(s, "Supervised domains");
	screen_free(s);
}

static void held_by_an_entry(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	fake_add(s->fake, "dn: cn=printer," NEU "\nobjectClass: device\ncn: printer\n");
	on_row(s, "neu");
	screen_keys(s, "X");
	screen_says(s, "1 entry stands below it: move or delete it first.");
	screen_says_not(s, "address");
	screen_lacks(s, "Show these users");
	screen_free(s);
}

/* ---- the name ------------------------------------------------------------------- */

static const struct name_row {
	const char *name, *typed;
	bool its;
} name_rows[] = {
	{"name: nothing", "", false},
	{"name: half", "neu", false},
	{"name: another", "lyon.example", false},
	{"name: its", "neu.example", true},
	{"name: capitals and a dot", "NEU.example.", true},
};

static void check_name(void **state)
{
	const struct name_row *r = *state;
	struct screen *s = asked();

	screen_cursor_on(s, "-Name");
	screen_keys(s, r->typed);
	screen_keys(s, "<Enter><Enter>");
	if (r->its) {
		screen_shows(s, "< Show LDIF >");
	} else {
		screen_shows(s, "This is not its name.");
		screen_cursor_on(s, "-Name");
		screen_keys(s, "x");
		screen_lacks(s, "This is not its name.");
	}
	screen_wrote(s, "");
	screen_free(s);
}

static void u_label(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	on_row(s, "müller");
	screen_keys(s, "Xmüller.example<Tab><Enter>");
	screen_shows(s, "Delete müller.example?", "< Show LDIF >");
	screen_free(s);
}

/* ---- deleted -------------------------------------------------------------------- */

static void ours_is_deleted(void **state)
{
	struct screen *s = asked();

	(void)state;
	screen_shows(s, "Its entry was made here and is deleted.");
	reviewed(s);
	screen_says(
		s, "Mail to neu.example isn't ours any more: it will be refused (554).");
	screen_shows(s, "objectClass", "associatedDomain", "neu.example");
	screen_lacks(s, "modifiersName", "entryUUID");
	screen_keys(s, "<Right><Enter>");
	screen_shows(s, "version: 1", "changetype: delete");
	screen_keys(s, "<Enter><Left><Enter>");
	screen_wrote(s, DELETED);
	screen_shows(s, "Deleted neu.example: mail to it is refused from now on.",
		"Nothing matches the filter");
	screen_keys(s, "<Esc>");
	screen_shows(s, "of 4");
	assert_int_equal(s->app->writing, 0);
	screen_free(s);
}

static const char adopted[] = "dn: " OTHERS "\n"
			      "objectClass: organizationalUnit\n"
			      "objectClass: relaisDomain\n"
			      "ou: other.example\n"
			      "l: Lyon\n"
			      "associatedDomain: other.example\n"
			      "relaisSplitRelay: [192.0.2.9]\n"
			      "relaisForwardUnknown: TRUE\n";

static void others_is_stripped(void **state)
{
	struct screen *s = screen_new(NULL, 30, 90);

	(void)state;
	fake_add(s->fake, adopted);
	on_row(s, "other");
	screen_keys(s, "<Del>");
	screen_says(s, "Its entry is not relais' alone: it stays, and only what makes it a "
		       "domain is taken out.");
	screen_keys(s, "other.example<Tab><Enter><Enter>");
	screen_wrote(s, "dn: " OTHERS "\nchangetype: modify\n"
			"delete: objectClass\nobjectClass: relaisDomain\n-\n"
			"delete: relaisSplitRelay\n-\ndelete: relaisForwardUnknown\n-\n"
			"delete: associatedDomain\n-\n\n");
	screen_shows(s, "Deleted other.example");
	assert_string_equal(entry_text(fake_entry(s->fake, OTHERS), "l"), "Lyon");
	screen_free(s);
}

/* The server's schema says that another class holds associatedDomain. */
static void the_schema_is_asked(void **state)
{
	struct screen *s = screen_new(NULL, 30, 90);

	(void)state;
	fake_add(s->fake, adopted);
	fake_change(s->fake, OTHERS, "subschemaSubentry", "cn=Subschema", NULL);
	fake_change(s->fake, OTHERS, "objectClass", "ourDomain", "relaisDomain", NULL);
	fake_add(s->fake,
		"dn: cn=Subschema\nobjectClass: subschema\n"
		"objectClasses: ( 1.1 NAME 'ourDomain' MUST associatedDomain )\n");
	on_row(s, "other");
	screen_keys(s, "Xother.example<Tab><Enter><Enter>");
	screen_wrote(s, "dn: " OTHERS "\nchangetype: modify\n"
			"delete: objectClass\nobjectClass: relaisDomain\n-\n"
			"delete: relaisSplitRelay\n-\ndelete: relaisForwardUnknown\n-\n\n");
	screen_free(s);
}

/* Domains by another class of the configuration's. */
static void by_another_filter(void **state)
{
	struct screen *s = screen_new_unsettled(NULL, 24, 90);

	(void)state;
	free(s->settings.domains.filter);
	s->settings.domains.filter = xstrdup("(associatedDomain=*)");
	fake_change(s->fake, LYON, "objectClass", "mailDomain", NULL);
	fake_delete(s->fake, YUKI);
	fake_change(
		s->fake, NEU, "objectClass", "relaisDomain", "domainRelatedObject", NULL);
	screen_settle(s);
	on_row(s, "lyon");
	screen_keys(s, "Xlyon.example<Tab><Enter>");
	screen_says(s, "Nothing of relais is in this entry: what made it a domain takes it "
		       "away.");
	screen_wrote(s, "");
	screen_keys(s, "<Esc><Esc>/neu<Enter>Xneu.example<Tab><Enter><Enter>");
	screen_says(s,
		"What relais had in it is gone, but by the configured filter the entry "
		"is a domain still.");
	screen_free(s);
}

/* ---- meanwhile ------------------------------------------------------------------ */

static void a_user_before_the_review(void **state)
{
	struct screen *s = asked();

	(void)state;
	someone_at(s, "zoe@neu.example");
	screen_keys(s, "neu.example<Tab><Enter>");
	screen_says(s, "1 user has an address in one of its names");
	screen_lacks(s, "< Show LDIF >");
	screen_free(s);
}

static void changed_before_it_is_written(void **state)
{
	struct screen *s = asked();

	(void)state;
	reviewed(s);
	fake_change(s->fake, NEU, "description", "mine", NULL);
	screen_keys(s, "<Enter>");
	screen_says(
		s, "Somebody else has changed this entry meanwhile: nothing was written.");
	screen_wrote(s, "");
	screen_keys(s, "<Enter>");
	screen_shows(s, "neu.example");
	assert_int_equal(s->app->writing, 0);
	screen_free(s);
}

static void gone_before_it_is_written(void **state)
{
	struct screen *s = asked();

	(void)state;
	reviewed(s);
	fake_delete(s->fake, NEU);
	screen_keys(s, "<Enter>");
	screen_says(s,
		"This entry doesn't exist any more: somebody has removed or renamed it.");
	screen_keys(s, "<Enter>");
	screen_shows(s, "Nothing matches the filter");
	screen_free(s);
}

static void a_user_while_it_is_written(void **state)
{
	struct screen *s = asked();

	(void)state;
	reviewed(s);
	write_alone(s);
	someone_at(s, "zoe@neu.example");
	screen_settle(s);
	screen_shows(s, "Two changes crossed", "< Undo my change >  < Keep it >");
	screen_says(s,
		"While neu.example was deleted, 1 user got an address there: that mail "
		"is refused (554).");
	screen_keys(s, "<Enter>");
	screen_wrote(s,
		DELETED "dn: " NEU "\nchangetype: add\n"
			"objectClass: organizationalUnit\nobjectClass: relaisDomain\n"
			"associatedDomain: neu.example\n\n");
	screen_shows(s, "Taken back: everything is as it was before.", "neu.example");
	assert_int_equal(s->app->writing, 0);
	screen_free(s);
}

static void a_user_while_it_is_written_kept(void **state)
{
	struct screen *s = asked();

	(void)state;
	reviewed(s);
	write_alone(s);
	someone_at(s, "zoe@neu.example");
	screen_settle(s);
	screen_keys(s, "<Right><Enter>");
	screen_wrote(s, DELETED);
	screen_shows(s, "Nothing matches the filter");
	screen_lacks(s, "Two changes crossed");
	screen_free(s);
}

static void an_entry_while_it_is_stripped(void **state)
{
	struct screen *s = screen_new(NULL, 30, 90);

	(void)state;
	fake_add(s->fake, adopted);
	on_row(s, "other");
	screen_keys(s, "Xother.example<Tab><Enter>");
	write_alone(s);
	fake_add(s->fake, "dn: cn=x," OTHERS "\nobjectClass: device\ncn: x\n");
	screen_settle(s);
	screen_says(s, "While other.example was deleted, 1 entry was added below it.");
	screen_keys(s, "<Enter>");
	screen_shows(s, "Taken back");
	assert_string_equal(
		entry_text(fake_entry(s->fake, OTHERS), "relaisSplitRelay"), "[192.0.2.9]");
	screen_free(s);
}

/* ---- what fails ----------------------------------------------------------------- */

static void refused(void **state)
{
	struct screen *s = asked();

	(void)state;
	reviewed(s);
	fake_refuse(s->fake, ERR_DENIED, NULL, "no write access to parent");
	screen_keys(s, "<Enter>");
	screen_says(s,
		"You may not do this: ask a super administrator, or for a user's mail "
		"an administrator of that domain's users.");
	screen_shows(s, "50 no write access to parent", "Nothing was written.");
	screen_keys(s, "<Enter>");
	screen_shows(s, "neu.example");
	screen_lacks(s, "Delete neu");
	assert_int_equal(s->app->writing, 0);
	screen_free(s);
}

static void the_answer_is_lost(void **state)
{
	struct screen *s = asked();

	(void)state;
	reviewed(s);
	fake_lose(s->fake, true);
	screen_keys(s, "<Enter>");
	screen_says(s, "The connection was lost before the answer came: the save may have "
		       "happened.");
	screen_shows(s, "Nothing matches the filter");
	assert_int_equal(s->app->writing, 0);
	screen_free(s);
}

static void reading_fails(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	on_row(s, "neu");
	fake_fail(s->fake, ERR_BUSY, "later");
	screen_keys(s, "X");
	screen_says(s, "The directory is busy: save again in a moment.");
	screen_keys(s, "<Enter>");
	screen_lacks(s, "Delete neu");
	screen_free(s);
}

static void counting_fails(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	on_row(s, "neu");
	fake_stall(s->fake, true);
	screen_keys(s, "X");
	fake_stall(s->fake, false);
	screen_step(s);
	fake_fail(s->fake, ERR_BUSY, "later");
	screen_settle(s);
	screen_says(s, "The directory is busy: save again in a moment.");
	screen_lacks(s, "Type neu.example");
	screen_free(s);
}

/* Every step with a directory that does not answer. */
static void stalled(void **state)
{
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	on_row(s, "neu");
	fake_stall(s->fake, true);
	screen_keys(s, "X");
	screen_shows(s, "Reading what depends on it…", "< Cancel >");
	screen_keys(s, "<Esc>");
	screen_lacks(s, "Reading what");
	fake_stall(s->fake, false);
	screen_keys(s, "Xneu.example<Tab>");
	fake_stall(s->fake, true);
	screen_keys(s, "<Enter>");
	screen_shows(s, "Checking with the directory…");
	screen_keys(s, "<Esc>");
	screen_shows(s, "Type neu.example");
	fake_stall(s->fake, false);
	screen_keys(s, "<Tab><Enter>");
	fake_stall(s->fake, true);
	screen_keys(s, "<Enter>");
	screen_shows(s, "Saving: sent, not answered yet.");
	screen_keys(s, "<Esc>");
	screen_says(s, "The save was sent and its answer hasn't come.");
	screen_keys(s, "<Right><Enter>");
	screen_shows(s, "You left before the save was answered");
	assert_int_equal(s->app->writing, 0);
	fake_stall(s->fake, false);
	screen_settle(s);
	screen_free(s);
}

/* ---- small, in French ----------------------------------------------------------- */

static void french_at_60_columns(void **state)
{
	struct screen *s = screen_new(NULL, 16, 60);

	(void)state;
	screen_language(s, "fr");
	on_row(s, "neu");
	screen_keys(s, "<Del>");
	screen_shows(s, "Supprimer neu.example", "< Supprimer >  < Annuler >");
	screen_says(s,
		"Son entrée a été faite ici et sera supprimée. Tapez neu.example pour "
		"le supprimer.");
	screen_keys(s, "x<Tab><Enter>");
	screen_shows(s, "Ce n'est pas son nom.");
	screen_free(s);
}

/* Nothing dangerous on a key that the rest of an escape sequence could be. */
static void only_these_keys(void **state)
{
	static const char *const others[] = {
		"[", "O", "A", "B", "C", "D", "x", "d", "-", "<Backspace>", NULL};
	struct screen *s = screen_new(NULL, 24, 80);

	(void)state;
	on_row(s, "neu");
	for (size_t i = 0; others[i]; i++) {
		screen_keys(s, others[i]);
		screen_lacks(s, "Delete neu.example?");
	}
	screen_free(s);
}

int main(void)
{
	struct suite suite = {.n = 0};

	SUITE_ROWS(&suite, check_held, held_rows);
	SUITE_ADD(&suite, held_in_another_name);
	SUITE_ADD(&suite, held_by_an_entry);
	SUITE_ROWS(&suite, check_name, name_rows);
	SUITE_ADD(&suite, u_label);
	SUITE_ADD(&suite, ours_is_deleted);
	SUITE_ADD(&suite, others_is_stripped);
	SUITE_ADD(&suite, the_schema_is_asked);
	SUITE_ADD(&suite, by_another_filter);
	SUITE_ADD(&suite, a_user_before_the_review);
	SUITE_ADD(&suite, changed_before_it_is_written);
	SUITE_ADD(&suite, gone_before_it_is_written);
	SUITE_ADD(&suite, a_user_while_it_is_written);
	SUITE_ADD(&suite, a_user_while_it_is_written_kept);
	SUITE_ADD(&suite, an_entry_while_it_is_stripped);
	SUITE_ADD(&suite, refused);
	SUITE_ADD(&suite, the_answer_is_lost);
	SUITE_ADD(&suite, reading_fails);
	SUITE_ADD(&suite, counting_fails);
	SUITE_ADD(&suite, stalled);
	SUITE_ADD(&suite, french_at_60_columns);
	SUITE_ADD(&suite, only_these_keys);
	return suite_run(&suite);
}
