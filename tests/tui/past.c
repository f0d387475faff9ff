#include "tests/tui/past.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/sys/journal.h"
#include "core/sys/recorded.h"

static struct {
	char folder[64];
	struct journal *journal;
	struct store *recorded;
	struct screen *screen;
} past;

static void remove_folder(void)
{
	DIR *d = *past.folder ? opendir(past.folder) : NULL;
	const struct dirent *e;

	while (d && (e = readdir(d)))
		if (e->d_name[0] != '.')
			unlinkat(dirfd(d), e->d_name, 0);
	if (d) {
		closedir(d);
		rmdir(past.folder);
	}
	*past.folder = '\0';
}

void past_begin(struct screen *s)
{
	past_end();
	strcpy(past.folder, "/tmp/relais-past.XXXXXX");
	if (!mkdtemp(past.folder))
		BUG("%s", past.folder);
	past.journal = journal_new(past.folder, "fake dc=demo");
	past.recorded = recorded_new(fake_store(s->fake), past.journal, "dc=demo");
	past.screen = s;
	free(s->settings.directory.base);
	s->settings.directory.base = xstrdup("dc=demo");
	s->app->journal = past.journal;
	s->app->store = past.recorded;
}

void past_end(void)
{
	if (past.screen) {
		app_free(past.screen->app);
		past.screen->app = NULL;
		store_free(past.recorded);
	}
	journal_free(past.journal);
	remove_folder();
	past.journal = NULL;
	past.screen = NULL;
}

void past_item(const char *name, const char *who, const char *why, const char *records)
{
	struct buf path = BUF_INIT;
	FILE *f;

	buf_printf(&path, "%s/%s.ldif", past.folder, name);
	f = fopen(path.s, "w");
	if (!f)
		BUG("%s", path.s);
	fprintf(f,
		"# relais journal 1\n# when: %.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ\n# who: %s\n"
		"# login: root\n# server: ldapi\n# directory: fake dc=demo\n# why: %s\n"
		"version: 1\n\n%s",
		name, name + 4, name + 6, name + 9, name + 11, name + 13, who, why,
		records);
	fclose(f);
	chmod(path.s, 0600);
	buf_release(&path);
}

void past_many(size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct buf name = BUF_INIT, records = BUF_INIT;

		buf_printf(&name, "202611%02zuT%02zu%02zu00.000001Z-1-1", 1 + i / 1440,
			i / 60 % 24, i % 60);
		buf_printf(&records,
			"# change: 1\n#| dn: uid=u%zu,dc=demo\n#| sn: a\n"
			"dn: uid=u%zu,dc=demo\nchangetype: modify\nreplace: sn\nsn: "
			"b%zu\n-\n"
			"\n# outcome: 1 done 2026-11-01T00:00:00Z c%zu\n"
			"# end: 2026-11-01T00:00:00Z 1 of 1 done\n",
			i, i, i, i);
		past_item(name.s, "uid=admin0,ou=admins,dc=demo", "Save?", records.s);
		buf_release(&name);
		buf_release(&records);
	}
}

static bool is_item(const char *name)
{
	return strstr(name, ".ldif") && !strstr(name, ".undo.");
}

size_t past_files(void)
{
	DIR *d = opendir(past.folder);
	const struct dirent *e;
	size_t n = 0;

	while ((e = readdir(d)))
		n += is_item(e->d_name);
	closedir(d);
	return n;
}

char *past_newest(void)
{
	DIR *d = opendir(past.folder);
	const struct dirent *e;
	struct buf path = BUF_INIT, text = BUF_INIT;
	char newest[256] = "";
	FILE *f;
	int c;

	while ((e = readdir(d)))
		if (is_item(e->d_name) && strcmp(e->d_name, newest) > 0)
			snprintf(newest, sizeof(newest), "%s", e->d_name);
	closedir(d);
	buf_printf(&path, "%s/%s", past.folder, newest);
	f = fopen(path.s, "r");
	while (f && (c = getc(f)) != EOF)
		buf_putc(&text, (char)c);
	if (f)
		fclose(f);
	buf_release(&path);
	return buf_detach(&text);
}

/* ---- what there was
 * ---------------------------------------------------------------------- */

#define ADMIN0 "uid=admin0,ou=admins,dc=demo"
#define END(what) "# end: 2026-11-22T23:15:00Z " what " done\n"
#define DONE(n) "# outcome: " n " done 2026-11-22T23:15:00Z csn-" n "\n"

static void modified_ones(void)
{
	past_item("20261122T230100.000001Z-1-1", ADMIN0, "Save acme.example?",
		"# change: 1\n#| dn: " ACME "\n#| relaisSplitRelay: [192.0.2.20]\n"
		"dn: " ACME "\nchangetype: modify\nreplace: relaisSplitRelay\n"
		"relaisSplitRelay: [192.0.2.25]\n-\n\n"
		"# outcome: 1 done 2026-11-22T23:01:00Z csn-acme\n" END("1 of 1"));
	past_item("20261122T230200.000001Z-1-1", ADMIN0, "Save Bob Durand?",
		"# change: 1\n#| dn: " BOB "\n#| relaisRouting: internal\n"
		"dn: " BOB "\nchangetype: modify\nreplace: relaisRouting\n"
		"relaisRouting: external\n-\nadd: relaisThirdPartyAddress\n"
		"relaisThirdPartyAddress: bob@acme.example\n"
		"relaisThirdPartyAddress: bob.durand@acme.example\n-\n\n" DONE("1")
			END("1 of 1"));
}

#define LYON_CHANGE                                                        \
	"# change: 1\n#| dn: " LYON "\ndn: " LYON "\nchangetype: modify\n" \
	"add: relaisSplitRelay\nrelaisSplitRelay: [192.0.2.30]\n-\n\n"

static void not_written_ones(void)
{
	past_item("20261122T230300.000001Z-1-1", ADMIN0, "Save lyon.example?",
		LYON_CHANGE
		"# outcome: 1 refused 2026-11-22T23:03:00Z 19 relaisSplitRelay\n" END(
			"0 of 1"));
	past_item("20261122T230400.000001Z-1-1", ADMIN0, "Save lyon.example?",
		LYON_CHANGE "# outcome: 1 not-done 2026-11-22T23:04:00Z\n" END("0 of 1"));
	past_item("20261122T230500.000001Z-1-1", ADMIN0, "Save lyon.example?",
		LYON_CHANGE
		"# outcome: 1 changed-since 2026-11-22T23:05:00Z\n" END("0 of 1"));
	past_item("20261122T230600.000001Z-1-1", ADMIN0, "Save lyon.example?", LYON_CHANGE);
}

#define ROUTED(n, dn, was, is)                                               \
	"# change: " n "\n#| dn: " dn "\n#| relaisRouting: " was "\ndn: " dn \
	"\nchangetype: modify\nreplace: relaisRouting\nrelaisRouting: " is "\n-\n\n"

static void made_and_deleted_ones(void)
{
	past_item("20261122T230700.000001Z-1-1", ADMIN0, "several at once",
		ROUTED("1", ALICE, "none", "internal") ROUTED(
			"2", CAROL, "internal", "none") ROUTED("3", ZOE, "none", "internal")
			DONE("1") DONE("2") DONE("3") END("3 of 3"));
	past_item("20261122T230800.000001Z-1-1", ADMIN0, "Save Yuki?",
		"# change: 1\ndn: " YUKI "\nchangetype: add\nobjectClass: inetOrgPerson\n"
		"objectClass: relaisUser\nuid: yuki\ncn:: 5bGx55SwIOeUsee0gA==\n"
		"mail: yuki@lyon.example\nmail: yamada@lyon.example\n"
		"relaisRouting: internal\n\n" DONE("1") END("1 of 1"));
	past_item("20261122T230900.000001Z-1-1", ADMIN0, "Delete Dora?",
		"# change: 1\n#| dn: uid=dora," ACME "\n#| objectClass: inetOrgPerson\n"
		"#| objectClass: relaisUser\n#| uid: dora\n#| cn: Dora\n#| sn: Dora\n"
		"#| mail: dora@acme.example\n#| relaisRouting: internal\n"
		"dn: uid=dora," ACME "\nchangetype: delete\n\n"
		"# outcome: 1 done 2026-11-22T23:09:00Z\n" END("1 of 1"));
}

void past_of_all_kinds(struct screen *s)
{
	past_begin(s);
	modified_ones();
	not_written_ones();
	made_and_deleted_ones();
}

static void logged(struct screen *s, const char *who, const char *start, const char *type,
	const char *dn, const char *lines)
{
	struct buf ldif = BUF_INIT;

	buf_printf(&ldif,
		"dn: reqStart=%s,cn=accesslog\nobjectClass: auditWriteObject\nreqStart: "
		"%s\n"
		"reqType: %s\nreqAuthzID: uid=%s,ou=admins,dc=demo\nreqDN: %s\n"
		"reqResult: 0\n%s",
		start, start, type, who, dn, lines);
	fake_add(s->fake, ldif.s);
	buf_release(&ldif);
}

#define OLD_CSN "reqOld: entryCSN: before\n"

/* What stands in the journal, too: by its CSN, and by its name and time. */
static void log_ours(struct screen *s)
{
	logged(s, "admin0", "20261122230100.500000Z", "modify", ACME,
		"reqMod: relaisSplitRelay:= [192.0.2.25]\nreqMod: entryCSN:= csn-acme\n"
		"reqOld: relaisSplitRelay: [192.0.2.20]\n" OLD_CSN);
	logged(s, "admin0", "20261122230900.500000Z", "delete", "uid=dora," ACME,
		"reqOld: objectClass: inetOrgPerson\n" OLD_CSN);
}

void past_log(struct screen *s)
{
	log_ours(s);
	/* somebody else's, just before ours took it away */
	logged(s, "admin1", "20261122230800.500000Z", "add", "uid=dora," ACME,
		"reqMod: objectClass:+ inetOrgPerson\nreqMod: entryCSN:+ other-0\n");
	logged(s, "admin1", "20261122231000.000000Z", "modify", ACME,
		"reqMod: description:= Acme\nreqMod: entryCSN:= other-1\n"
		"reqOld: description: Old\n" OLD_CSN);
	logged(s, "admin1", "20261122231030.000000Z", "modify", BRANCH,
		"reqMod: relaisForwardUnknown:= TRUE\nreqMod: entryCSN:= other-5\n"
		"reqOld: relaisForwardUnknown: FALSE\n" OLD_CSN);
	logged(s, "admin1", "20261122231100.000000Z", "modify", ZOE,
		"reqMod: userPassword:= geheim\nreqMod: entryCSN:= other-2\n" OLD_CSN);
	logged(s, "admin1", "20261122231200.000000Z", "modrdn", "uid=z," BRANCH,
		"reqNewRDN: uid=zoe\nreqNewDN: " ZOE "\nreqMod: entryCSN:= other-3\n");
	logged(s, "admin1", "20261122231300.000000Z", "modify", CAROL,
		"reqMod: description:= x\nreqMod: entryCSN:= other-4\n");
	logged(s, "admin1", "20261122231400.000000Z", "modify", "cn=x,dc=elsewhere",
		"reqMod: description:= elsewhere\n");
}
