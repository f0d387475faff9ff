/* ldapmodify(1) takes both files of an item: what was saved, and what takes it back. */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/sys/journal.h"
#include "tests/ldap/test.h"

static struct directory dir;

#define MARY "uid=mary,ou=domains,dc=demo"
#define ODD "cn=Odd\\, \\22name\\22 \xc3\xa9\\ ,ou=domains,dc=demo"

static int start(void **state)
{
	(void)state;
	directory_start(&dir, "tree");
	directory_sh(&dir,
		"$MODIFY <<'END'\n"
		"dn: " MARY "\nchangetype: add\nobjectClass: inetOrgPerson\nuid: mary\n"
		"cn: Mary\nsn: Smith\ndescription: a\ndescription: b\nmail: "
		"m@acme.example\n"
		"telephoneNumber: 1\njpegPhoto:: AQID\n\nEND");
	return 0;
}

static int stop(void **state)
{
	(void)state;
	directory_stop(&dir);
	return 0;
}

struct list {
	struct change *v[4];
	size_t n, at;
};

static const struct change *list_next(struct plan *p)
{
	struct list *l = p->source;

	return l->at < l->n ? l->v[l->at++] : NULL;
}

static void list_rewind(struct plan *p)
{
	((struct list *)p->source)->at = 0;
}

static void put(
	struct change *c, enum mod_op op, const char *name, const char *value, size_t n)
{
	mod_value(change_mod(c, op, name), value, n);
}

/* Values of every kind: binary, long, with blanks at their ends, several lines. */
static struct change *modifies(void)
{
	struct change *c = change_new(CHANGE_MODIFY, MARY);
	char bytes[256], longest[500];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)i;
	memset(longest, 'x', sizeof(longest));
	entry_add(c->before, "description", "a", 1);
	entry_add(c->before, "description", "b", 1);
	entry_add(c->before, "telephoneNumber", "1", 1);
	entry_add(c->before, "sn", "Smith", 5);
	entry_add(c->before, "jpegPhoto", "\1\2\3", 3);
	put(c, MOD_DELETE, "description", "a", 1);
	put(c, MOD_ADD, "description", "two\nlines ", 10);
	mod_value(&c->mods.v[1], longest, sizeof(longest));
	put(c, MOD_REPLACE, "sn", " \xc3\x89lodie", 8);
	change_mod(c, MOD_DELETE, "telephoneNumber");
	put(c, MOD_REPLACE, "jpegPhoto", bytes, sizeof(bytes));
	return c;
}

static struct change *adds(void)
{
	struct change *c = change_new(CHANGE_ADD, ODD);

	put(c, MOD_ADD, "objectClass", "person", 6);
	put(c, MOD_ADD, "cn", "Odd, \"name\" \xc3\xa9 ", 15);
	put(c, MOD_ADD, "sn", ": <", 3);
	return c;
}

static struct change *adds_below(void)
{
	struct change *c = change_new(CHANGE_ADD, "cn=below," ODD);

	put(c, MOD_ADD, "objectClass", "person", 6);
	put(c, MOD_ADD, "cn", "below", 5);
	put(c, MOD_ADD, "sn", "x", 1);
	return c;
}

static struct change *deletes(void)
{
	struct change *c =
		change_new(CHANGE_DELETE, "uid=bob,associatedDomain=acme.example,"
					  "ou=domains,dc=demo");
	FILE *f = popen("ldapsearch -x -LLL -o ldif-wrap=no -H \"$URI\" -D cn=root,dc=demo "
			"-w root -s base -b uid=bob,associatedDomain=acme.example,"
			"ou=domains,dc=demo '*' '+' | grep -v '^dn:\\|::'",
		"r");
	char line[500], *value;

	c->before = entry_new(c->dn);
	while (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		value = strstr(line, ": ");
		if (!value)
			continue;
		*value = '\0';
		entry_add(c->before, line, value + 2, strlen(value + 2));
	}
	pclose(f);
	return c;
}

#define DUMP                                                                        \
	"ldapsearch -x -LLL -o ldif-wrap=no -H $URI -D cn=root,dc=demo -w root -b " \
	"dc=demo "                                                                  \
	"'*' | grep -v '^userPassword' | sort >$DIR/"

static void both_files(void **state)
{
	struct list list = {{modifies(), adds(), adds_below(), NULL}, 4, 0};
	struct plan plan = {.who = (char[]){""},
		.why = (char[]){"try"},
		.total = 4,
		.next = list_next,
		.rewind = list_rewind,
		.source = &list};
	struct record_head head = {.who = (char[]){"uid=admin1"},
		.server = (char[]){"ldapi"},
		.why = (char[]){"dn: uid=x\nchangetype: delete\n\n"}};
	struct buf folder = BUF_INIT;
	struct journal *j;
	struct journal_item *item;
	struct err err;

	(void)state;
	setenv("URI", dir.uri, 1);
	list.v[3] = deletes();
	assert_int_equal(list.v[3]->before->attributes.n > 8, true);
	buf_printf(&folder, "%s/changes", dir.path);
	j = journal_new(folder.s, "here");
	item = journal_begin(j, &head, &plan, &err);
	assert_non_null(item);
	journal_outcome(item, 1, SETTLED_DONE, "csn");
	journal_end(item);
	journal_close(item);
	directory_sh(&dir, "! grep -ri 'userPassword' $DIR/changes");
	directory_sh(&dir, DUMP "before");
	directory_sh(&dir, "$MODIFY -f $DIR/changes/2*[0-9].ldif");
	directory_sh(&dir, DUMP "after");
	directory_sh(&dir, "! cmp -s $DIR/before $DIR/after");
	directory_sh(&dir, "grep -q '^jpegPhoto:: AAECAwQF' $DIR/after && "
			   "grep -q '^sn:: IMOJbG9kaWU=' $DIR/after && "
			   "grep -q '^cn: below' $DIR/after && "
			   "grep -q '^telephoneNumber: 1' $DIR/before && "
			   "! grep -q '^telephoneNumber: 1$' $DIR/after && "
			   "! grep -q '^uid: bob' $DIR/after");
	directory_sh(&dir, "$MODIFY -f $DIR/changes/2*.undo.ldif");
	directory_sh(&dir, DUMP "undone");
	directory_sh(&dir, "cmp $DIR/before $DIR/undone");
	for (size_t i = 0; i < list.n; i++)
		change_free(list.v[i]);
	journal_free(j);
	buf_release(&folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_files),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
